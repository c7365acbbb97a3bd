"""Small parts that panes are put together from: labels, rows, buttons, lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtGui import QEnterEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

# Flags of Qt as their numbers, for properties of labels: naming the namespace Qt makes Python
# classes of 130 enums, a twentieth of the time to the first picture (a test compares them).
PLAIN, SELECTABLE, CENTRE, RIGHT = 0, 3, 4, 2
MOMENT_MS = 15  # between two parts of something large: whatever waits has its turn


def kind[W: QWidget](widget: W, name: str, state: str = "") -> W:
    """Give a new widget its look from the style sheet, which is put on when it is shown."""
    widget.setProperty("kind", name)
    if state:
        widget.setProperty("state", state)
    return widget


def turn(widget: QWidget, name: str, state: str = "") -> None:
    """Give a widget that stands already another look."""
    widget.setProperty("kind", name)
    widget.setProperty("state", state)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def label(text: str = "", look: str = "", *, wrap: bool = False, select: bool = False) -> QLabel:
    """A plain-text label (never rich text: words may come from a stranger's file)."""
    made = QLabel(text)
    made.setProperty("textFormat", PLAIN)
    made.setWordWrap(wrap)
    if select:
        made.setProperty("textInteractionFlags", SELECTABLE)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return kind(made, look) if look else made


class Elided(QLabel):
    """One line that gives way: cut with an ellipsis, whole in its tool tip."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("textFormat", PLAIN)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show ``text`` as far as there is room."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.fit()

    def whole(self) -> str:
        """The uncut text."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut anew."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give what is inside the height it needs."""
        room, metrics, cut = max(self.width() - 2, 20), self.fontMetrics(), self._whole
        if metrics.horizontalAdvance(cut) > room:
            cut = metrics.elidedText(cut, QtCore.Qt.TextElideMode.ElideRight, room)
        super().setText(cut)


def elided(text: str, look: str = "") -> Elided:
    """A label that gives way."""
    made = Elided(text)
    return kind(made, look) if look else made


def button(text: str, do: Callable[[], object], look: str = "", tip: str = "") -> QPushButton:
    """A button that does one thing."""
    made = QPushButton(text)
    made.clicked.connect(lambda _checked=False: do())
    if tip:
        made.setToolTip(tip)
    return kind(made, look) if look else made


def line() -> QFrame:
    """A hairline."""
    return kind(QFrame(), "line")


def frame(look: str, layout: QLayout | None = None) -> QFrame:
    """A frame with a look; ``layout`` is put in."""
    made = kind(QFrame(), look)
    if layout is not None:
        made.setLayout(layout)
    return made


def column(*parts: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0),
           gap: int = 4) -> QVBoxLayout:  # fmt: skip
    """Parts under each other; a number is a stretch."""
    made = QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(gap)
    _fill(made, parts)
    return made


def row(*parts: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0),
        gap: int = 8) -> QHBoxLayout:  # fmt: skip
    """Parts beside each other; a number is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(gap)
    _fill(made, parts)
    return made


def _fill(layout: QVBoxLayout | QHBoxLayout, parts: tuple[QWidget | QLayout | int, ...]) -> None:
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)


class Card(QPushButton):
    """A button that holds labels and is as large as they are."""

    def __init__(self, look: str, inside: QLayout, name: str, do: Callable[[], object]) -> None:
        super().__init__()
        self._inside = inside
        self.setLayout(inside)
        kind(self, look)
        self.setAccessibleName(name)
        self.clicked.connect(lambda _checked=False: do())
        policy = self.sizePolicy()
        policy.setHeightForWidth(inside.hasHeightForWidth())
        policy.setHorizontalPolicy(policy.Policy.Expanding)
        policy.setVerticalPolicy(policy.Policy.Preferred)
        self.setSizePolicy(policy)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """What lies in it lets the pointer through: the card is one button."""
        for each in self.findChildren(QWidget):
            each.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        super().enterEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As its labels want it."""
        return self._inside.totalSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As its labels need it."""
        return self._inside.totalMinimumSize()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """As high as wrapped labels need."""
        return self._inside.totalHeightForWidth(width)


class Tall(QScrollArea):
    """Scrolls what is too high; wrapped labels in it get the height they need at this width.

    (A scroll area alone knows nothing of heights that depend on a width, and squeezes them.)
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._wide = 0  # of the viewport: asking for that itself makes Python classes of 60 enums
        self.setWidget(inside)
        inside.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width, another height (a scroll area hears of its viewport's)."""
        super().resizeEvent(event)
        self._wide = event.size().width()
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What was laid out while hidden did not know its width."""
        super().showEvent(event)
        self.fit()
        QTimer.singleShot(0, self, self.fit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Something inside changed."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Give what is inside the height it needs."""
        inside = self.widget()
        layout = None if inside is None else inside.layout()
        if inside is None or layout is None or not self._wide:
            return
        # the least height of wrapped labels is that of a guessed width: asked only without one
        tall = layout.hasHeightForWidth()
        inside.setMinimumHeight(
            layout.totalHeightForWidth(self._wide) if tall else layout.totalMinimumSize().height()
        )


def show_all(layout: QLayout) -> None:
    """Show what was put in, now: Qt does it a turn later, and until then it has no height."""
    for _shown in show_each(layout):
        pass


def show_each(layout: QLayout) -> Iterator[None]:
    """Show what was put in one by one."""
    for k in range(layout.count()):
        item = layout.itemAt(k)
        assert item is not None
        if (widget := item.widget()) is not None:
            if not widget.testAttribute(QtCore.Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                widget.show()
                yield
        elif (inner := item.layout()) is not None:
            yield from show_each(inner)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
            inner.deleteLater()
