"""Draw something long in pieces: between two of them the window answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget


class Pieces:
    """One drawing, each piece of it in a turn of the event loop of its own.

    ``draw`` is called when the drawing begins, and stops wherever it yields.  Whoever asks while
    it is under way gets it whole first (a drawing that began anew each time would never end), then
    once more.  A widget that is not seen is drawn when it is: tell of it with :meth:`shown` and
    :meth:`hidden`.
    """

    def __init__(self, owner: QWidget, draw: Callable[[], Iterator[None]]) -> None:
        self._owner, self._draw = owner, draw
        self._left: Iterator[None] | None = None
        self._wanted = False
        self._due = QTimer(owner)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Draw when this turn is over: once for all that asks for it until then."""
        self._wanted = True
        if self._owner.isVisible():
            self._due.start()

    @property
    def under_way(self) -> bool:
        """Whether something is still to be drawn."""
        return self._wanted or self._left is not None

    def now(self) -> None:
        """Draw all of it at once: what is half drawn is thrown away."""
        self._due.stop()
        self._left, self._wanted = None, False
        for _piece in self._draw():
            pass

    def finish(self) -> None:
        """Draw at once what is still to be drawn."""
        if self.under_way:
            self.now()

    def shown(self) -> None:
        """The widget is seen: draw what was asked for meanwhile."""
        if self.under_way:
            self.begin()

    def hidden(self) -> None:
        """The widget is not seen any more: what is half drawn begins anew when it is."""
        self._wanted = self.under_way
        self._left = None
        self._due.stop()

    def _go_on(self) -> None:
        if self._left is None:
            self._left, self._wanted = self._draw(), False
        if next(self._left, self) is self:  # nothing is left of it
            self._left = None
        if self.under_way:
            self._due.start()
