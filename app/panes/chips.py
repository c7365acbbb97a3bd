"""Filters in force as chips, what else can be had as one, and the line of the search."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.flow import Flow
from app.language import tr
from app.models.decisions import short_time
from app.panes.listing import Listing
from app.parts import button, clear, kind
from investigators.wish import SURPRISE, SURPRISE_WORDS, Filter


class SearchLine(QLineEdit):
    """A line that Esc clears."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc clears; when there is nothing to clear the key goes on."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Chip(QPushButton):
    """A filter in force: a click or Delete takes it away."""

    def __init__(self, words: str, away: Callable[[], None]) -> None:
        super().__init__()
        self._away = away
        kind(self, "chip")
        self.setToolTip(tr("{words}: click or Delete to take it away", words=words))
        self.setAccessibleName(tr("{words}, take away", words=words))
        self.clicked.connect(lambda _c=False: away())
        self._words = words
        self.setText(self._whole())

    def _whole(self) -> str:
        return f"{self._words} ×".replace("&", "&&")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole words, whatever is shown of them now."""
        self.ensurePolished()
        size, metrics = super().sizeHint(), self.fontMetrics()
        more = metrics.horizontalAdvance(self._whole()) - metrics.horizontalAdvance(self.text())
        return QSize(size.width() + max(more, 0), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut the words to the room there is."""
        super().resizeEvent(event)
        over = self.sizeHint().width() - self.width()
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(self._words) - over
        cut = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(self._whole() if over <= 0 else f"{cut} ×".replace("&", "&&"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Delete takes it away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._away()
        else:
            super().keyPressEvent(event)


class Chips(Flow):
    """What narrows or orders the list, then what can be added; ``ask`` begins with a column."""

    def __init__(
        self, listing: Listing, ask: Callable[[str], None], take_away: Callable[[str], None],
        surprise: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        self._listing, self._ask, self._take_away = listing, ask, take_away
        self._surprise = surprise
        self._made_of: tuple[object, ...] = ()

    def forget(self) -> None:
        """Looks changed: make them all anew next time."""
        self._made_of = ()

    def show_chips(self) -> None:
        """Show the chips of what is wanted, unless they stand there already."""
        listing = self._listing
        can = listing.decisions is not None and listing.decisions.can_surprise
        surprising = listing.wanted.order == SURPRISE
        made_of = (listing.wanted.filters, surprising, can)
        if made_of == self._made_of:
            return
        self._made_of = made_of
        clear(self)
        for chip in listing.wanted.filters:
            self.addWidget(self._made(chip))
        if surprising:
            self.addWidget(Chip(SURPRISE, lambda: listing.order("")))
        tip = tr("By values or a range")
        self.addWidget(kind(button(tr("+ filter"), lambda: self._ask(""), tip=tip), "chip"))
        if can and not surprising:
            self.addWidget(kind(button(SURPRISE, self._surprise, tip=SURPRISE_WORDS), "chip"))

    def _made(self, chip: Filter) -> Chip:
        made = Chip(self._words(chip), lambda: self._take_away(chip.column))
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(lambda _at: self._ask(chip.column))
        return made

    def _words(self, chip: Filter) -> str:
        """The chip's own words; a range of time is said as the list says times."""
        listed, edges = self._listing.model.listed, (chip.low, chip.high)
        if chip.column != "fw_time" or chip.exclude or listed is None or not listed.short:
            return chip.words()
        said = [short_time(each[:16].replace("T", " ")) for each in edges if isinstance(each, str)]
        if len(said) == len(edges):
            return tr("{first} to {last}", first=said[0], last=said[1])
        if chip.high is None:
            return tr("from {time}", time=said[0])
        return tr("until {time}", time=said[0])
