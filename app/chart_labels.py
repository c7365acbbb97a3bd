"""Words over a plot: names at their curves, marks, rows; laid out in pixels, none over another.

A plot draws lines and axes; this sheet lies over it and asks it only where a point of the data is
on screen, so that every label can be moved or left out by its true width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

Where = Callable[[float, float], QPointF]
GAP = 6.0


@dataclass(frozen=True, slots=True)
class Words:
    """One label.

    ``at`` are places in the data to try in turn, each with how the text lies to it: ``-1`` ends
    there, ``0`` is centred, ``1`` begins there.  ``margin`` puts it into the left (``-1``) or right
    (``1``) margin at that height, with ``tail`` after it, which is never cut.  ``must`` draws it
    even where nothing is free; ``sample`` draws a piece of its line before it, when it ends up in
    the row above the plot.  ``over`` is the height in the data that a label of the left margin
    stands on when it does not fit there: then it has the whole width, in lines on ``ground``.
    """

    text: str
    colour: QColor
    at: tuple[tuple[float, float, int], ...]
    bold: bool = False
    margin: int = 0
    tail: str = ""
    must: bool = False
    rise: float = 0.0
    sample: Qt.PenStyle | None = None
    over: float | None = None
    ground: QColor | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A bar from ``first`` to ``last`` at height ``y``, ``high`` pixels thick."""

    first: float
    last: float
    y: float
    high: float
    colour: QColor
    hatched: bool = False


class Sheet(QWidget):
    """The sheet over a plot."""

    def __init__(
        self,
        plot: QWidget,
        where: Where,
        font: QFont,
        words: Sequence[Words],
        blocks: Sequence[Block] = (),
        edge: Callable[[], float] = float,
        lines: Callable[[], int] = int,
    ) -> None:
        """``edge`` tells where the numbers of a left axis end, in pixels, if it has any.

        ``lines`` tells how many lines there are for the labels of the left margin over their rows;
        with none they stand in the margin.  ``upright`` may hold upright lines of the data, which
        no label stands on where it has a choice.
        """
        super().__init__(plot)
        self._edge, self._lines = edge, lines
        self.upright: Sequence[float] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._where, self._font, self._words = where, font, tuple(words)
        self._blocks = tuple(blocks)
        self._plot = plot
        plot.installEventFilter(self)
        self.resize(plot.size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the plot's size."""
        if watched is self._plot and event.type() == QEvent.Type.Resize:
            self.resize(self._plot.size())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Lay out and draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken: list[QRectF] = []
        at = [self._where(x, 0.0).x() for x in self.upright]
        lines = [QRectF(x - 1, 0, 2, self.height()) for x in at]
        for block in self._blocks:
            self._bar(painter, block)
        for words in sorted(self._words, key=lambda each: not each.margin):
            font = QFont(self._font)
            font.setWeight(QFont.Weight.DemiBold if words.bold else QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(words.colour)
            metrics = QFontMetricsF(font, self)
            if words.over is not None and (most := self._lines()):
                self._over(painter, metrics, words, most)
                continue
            if words.margin:
                taken.append(self._in_margin(painter, metrics, words))
                continue
            box = self._free(metrics, words, [*taken, *lines])
            if box is None and words.sample is not None:
                taken += self._in_legend(
                    painter, metrics, words, [*taken, *lines]
                ) or self._in_legend(painter, metrics, words, taken)
            elif box is not None:
                taken.append(box)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words.text)
        painter.end()

    def _bar(self, painter: QPainter, block: Block) -> None:
        """A bar at least two pixels wide; hatched where the value is outside what was seen."""
        first, last = self._where(block.first, block.y), self._where(block.last, block.y)
        left, wide = min(first.x(), last.x()), max(2.0, abs(last.x() - first.x()))
        box = QRectF(left, first.y() - block.high / 2, wide, block.high)
        painter.setPen(Qt.PenStyle.NoPen)
        if not block.hatched:
            painter.setBrush(block.colour)
            painter.drawRect(box)
            return
        painter.save()
        painter.setClipRect(box)
        painter.setPen(QPen(block.colour, 3))
        step = 7.0
        at = box.left() - box.height()
        while at < box.right():
            painter.drawLine(QPointF(at, box.bottom()), QPointF(at + box.height(), box.top()))
            at += step
        painter.restore()

    def _free(self, metrics: QFontMetricsF, words: Words, taken: Sequence[QRectF]) -> QRectF | None:
        """The first place that is inside and touches no other label."""
        wide, high = metrics.horizontalAdvance(words.text) + 2, metrics.height()
        inside = QRectF(self.rect())
        inside.setLeft(self._edge())
        boxes = []
        for x, y, side in words.at:
            point = self._where(x, y)
            left = point.x() + (GAP if side > 0 else -wide - GAP if side < 0 else -wide / 2)
            if side == 0:
                left = min(max(left, 1.0), max(1.0, inside.width() - wide - 1))
            boxes.append(QRectF(left, point.y() - high - words.rise, wide, high))
        for box in boxes:
            if inside.contains(box) and not any(box.intersects(other) for other in taken):
                return box
        if not (words.must and boxes):
            return None
        shifted = [_within(box, inside) for box in boxes]
        return min(shifted, key=lambda box: sum(_area(box & other) for other in taken))

    def _in_margin(self, painter: QPainter, metrics: QFontMetricsF, words: Words) -> QRectF:
        """Write into a margin and return the box that is taken."""
        x, y, _ = words.at[0]
        point = self._where(x, y)
        high = metrics.height()
        if words.margin < 0:
            box = QRectF(2, point.y() - high / 2, max(10.0, point.x() - 12), high)
            side = Qt.AlignmentFlag.AlignLeft
        else:
            box = QRectF(point.x() + 8, point.y() - high / 2, self.width() - point.x() - 10, high)
            side = Qt.AlignmentFlag.AlignRight
        tail = f"  {words.tail}" if words.tail else ""
        room = box.width() - metrics.horizontalAdvance(tail)
        cut = metrics.elidedText(words.text, Qt.TextElideMode.ElideRight, max(room, 0)) + tail
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, cut)
        wide = min(metrics.horizontalAdvance(cut), box.width())
        left = box.left() if words.margin < 0 else box.right() - wide
        return QRectF(left, box.top(), wide, high)

    def _over(self, painter: QPainter, metrics: QFontMetricsF, words: Words, most: int) -> None:
        """Write over the row, line under line, the last one just above ``over``."""
        assert words.over is not None
        lines, high = broken(words.text, self.width() - 4, metrics, most), metrics.height()
        top = self._where(words.at[0][0], words.over).y() - len(lines) * high
        for k, each in enumerate(lines):
            box = QRectF(2, top + k * high, metrics.horizontalAdvance(each) + 2, high)
            if words.ground is not None:
                painter.fillRect(box, words.ground)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, each)

    def _in_legend(
        self, painter: QPainter, metrics: QFontMetricsF, words: Words, taken: Sequence[QRectF]
    ) -> list[QRectF]:
        """Name a curve above the plot beside a piece of its line, in the first row with room."""
        high, line = metrics.height(), 23.0
        begin = self._edge() + GAP
        wide = min(line + metrics.horizontalAdvance(words.text), self.width() - begin - GAP)
        for top in (1.0, 1.0 + high, 1.0 + 2 * high):
            ends = [begin, *(other.right() + 2 * GAP for other in taken)]
            for left in sorted(ends):
                box = QRectF(left, top, wide, high)
                free = not any(box.intersects(other) for other in taken)
                if not free or box.right() > self.width():
                    continue
                painter.setPen(QPen(words.colour, 2, words.sample or Qt.PenStyle.SolidLine))
                painter.drawLine(QPointF(left, top + high / 2), QPointF(left + 18, top + high / 2))
                painter.setPen(words.colour)
                cut = metrics.elidedText(words.text, Qt.TextElideMode.ElideRight, wide - line)
                painter.drawText(QPointF(left + line, top + metrics.ascent()), cut)
                return [box]
        return []


def broken(text: str, wide: float, metrics: QFontMetricsF, most: int) -> list[str]:
    """A text in at most ``most`` lines of ``wide`` pixels; what is too long ends in an ellipsis."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or metrics.horizontalAdvance(longer) <= wide or len(lines) == most:
            lines[-1] = longer
        else:
            lines.append(word)
    return [metrics.elidedText(each, Qt.TextElideMode.ElideRight, wide) for each in lines]


def _within(box: QRectF, room: QRectF) -> QRectF:
    """Move a box into the room it has."""
    left = min(max(box.left(), room.left() + 1), max(room.right() - box.width() - 1, 1.0))
    top = min(max(box.top(), room.top()), max(room.bottom() - box.height(), 0.0))
    return QRectF(left, top, box.width(), box.height())


def _area(box: QRectF) -> float:
    return box.width() * box.height() if box.isValid() else 0.0
