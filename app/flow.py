"""Layouts that go on in the next line: chips one after another, two parts beside each other."""

from __future__ import annotations

from PySide6 import QtCore
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QWidget

from app.parts import Elided


class Flow(QLayout):
    """Parts from left to right, line after line; a part wider than a line is cut to it."""

    def __init__(self, gap: int = 6) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """Take a part."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """The part at a place; Qt asks past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Take the part at a place out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> QtCore.Qt.Orientation:  # noqa: N802 - Qt's name
        """It takes no room that it does not need."""
        return QtCore.Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """How high at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Put the parts in their places."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All in one line."""
        sizes = [item.sizeHint() for item in self._seen()]
        wide = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        return QSize(max(wide, 60), max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """One part high; as wide as the pane allows."""
        return QSize(60, self.sizeHint().height())

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self._items if (w := item.widget()) is None or not w.isHidden()]

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Fill line after line; parts of a line stand on one ground.  Returns the height."""
        y, lines = rect.y(), self._lines(rect.width())
        for line in lines:
            high = max(item.sizeHint().height() for item in line)
            x = rect.x()
            for item in line:
                size = item.sizeHint().boundedTo(QSize(max(rect.width(), 1), high))
                if move:
                    item.setGeometry(QRect(QPoint(x, y + high - size.height()), size))
                x += size.width() + self.spacing()
            y += high + self.spacing()
        return max(0, y - self.spacing() - rect.y())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._seen():
            wide = min(item.sizeHint().width(), width)
            if lines and x + wide <= width:
                lines[-1].append(item)
            else:
                lines.append([item])
                x = 0
            x += wide + self.spacing()
        return lines


class Beside(QLayout):
    """Two parts beside each other where both fit whole, else the second under the first.

    Beside each other the second ends at the right edge.  Under each other both have the whole
    width, and words that wrap do so.
    """

    def __init__(self, first: QWidget, second: QWidget, gap: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._wide: tuple[int, ...] = ()  # asked for many times in one layout, and dear
        self._high: dict[int, int] = {}
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)
        self.addWidget(first)
        self.addWidget(second)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """Take a part."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """The part at a place; Qt asks past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Take the part at a place out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> QtCore.Qt.Orientation:  # noqa: N802 - Qt's name
        """As wide as there is room, no higher than it needs."""
        return QtCore.Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Narrower means higher."""
        return True

    def invalidate(self) -> None:
        """A part has changed, or is shown or hidden."""
        super().invalidate()
        self._wide, self._high = (), {}

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """How high at a width."""
        if width not in self._high:
            self._high[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._high[width]

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Put the parts in their places."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Both beside each other."""
        shown = self._shown()
        wide = sum(self._widths(shown)) + self.spacing() * max(0, len(shown) - 1)
        return QSize(wide, self.heightForWidth(wide))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """It gives way in width; its height follows from that."""
        return QSize(
            60, max((each.minimumSizeHint().height() for each in self._shown()), default=0)
        )

    def _shown(self) -> list[QWidget]:
        widgets = [item.widget() for item in self._items]
        return [each for each in widgets if each is not None and not each.isHidden()]

    def _widths(self, shown: list[QWidget]) -> tuple[int, ...]:
        if len(self._wide) != len(shown):
            self._wide = tuple(map(whole_width, shown))
        return self._wide

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        shown = self._shown()
        wide = self._widths(shown)
        if len(shown) > 1 and sum(wide) + self.spacing() <= rect.width():
            first = rect.width() - wide[1] - self.spacing()
            high = max(_high(shown[0], first), _high(shown[1], wide[1]))
            if move:
                left = rect.right() + 1 - wide[1]
                shown[0].setGeometry(QRect(rect.topLeft(), QSize(first, high)))
                shown[1].setGeometry(QRect(QPoint(left, rect.y()), QSize(wide[1], high)))
            return high
        y = rect.y()
        for each in shown:
            size = QSize(rect.width(), _high(each, rect.width()))
            if move:
                each.setGeometry(QRect(QPoint(rect.x(), y), size))
            y += size.height()
        return y - rect.y()


def whole_width(widget: QWidget) -> int:
    """How wide a part is when nothing of it wraps or is cut."""
    if not isinstance(widget, QLabel) or not (widget.wordWrap() or isinstance(widget, Elided)):
        return widget.sizeHint().width()
    widget.ensurePolished()
    text = widget.whole() if isinstance(widget, Elided) else widget.text()
    margins = widget.contentsMargins()
    wide = widget.fontMetrics().size(0, text).width()
    return wide + margins.left() + margins.right() + 2 * widget.margin() + 3


def _high(widget: QWidget, width: int) -> int:
    if widget.hasHeightForWidth():
        return widget.heightForWidth(width)
    return widget.sizeHint().height()
