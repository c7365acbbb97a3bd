"""The waterfall of an explanation, painted row by row: input, value, place in training, bar.

Bars run on the raw scale, the ruler under them is labelled on the output scale; what lies outside
training is hatched; side, sign and colour say the same.  Up and Down move over the rows, Enter
asks what the checks say of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.language import tr
from app.waterfall_places import (
    AMONG,
    EDGE,
    HEAD,
    LINE,
    NAME,
    VALUE,
    BarPlaces,
    columns_at,
    signed,
)
from investigators.chart import Bar, broken_label, relabelled
from investigators.chart import Waterfall as Chart

FOOT = 42


class Waterfall(QWidget):
    """One chart; ``asked`` carries the input whose row was chosen."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._chart: Chart | None = None
        self._inputs: tuple[str, ...] = ()  # of the bars, by the model's own names
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chart(self, chart: Chart | None, told: Callable[[str], str] = str) -> None:
        """Show a chart with its inputs named as ``told`` says, or nothing."""
        self._inputs = tuple(bar.label for bar in chart.bars) if chart is not None else ()
        self._chart, self._at = None, -1
        if chart is not None:
            self._chart = chart = relabelled(chart, told)
            self.setAccessibleName(chart.title)
            self.setAccessibleDescription(chart.description)
        self.updateGeometry()
        self.update()

    def _px(self, size: float) -> int:
        return theme.theme().px(size)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its rows at a usual width."""
        wide = self._px(540)
        return QSize(wide, self.heightForWidth(wide))

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Narrower means rows of two lines."""
        if self._chart is None:
            return self._px(HEAD + FOOT)
        columns = columns_at(self._chart, width)
        return columns.head + columns.row * len(self._chart.bars) + self._px(FOOT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Words give way below this no more."""
        return QSize(self._px(260), self._px(HEAD + FOOT))

    # --- choosing a row --------------------------------------------------------------------------

    def _row_at(self, y: float) -> int:
        if self._chart is None:
            return -1
        columns = columns_at(self._chart, self.width())
        at = int((y - columns.head) // columns.row)
        return at if 0 <= at < len(self._chart.bars) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click chooses the row."""
        self._at = self._row_at(event.position().y())
        self.update()
        self._ask()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say what a row is; the hand shows that it can be asked."""
        at = self._row_at(event.position().y())
        shape = Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        bar = self._chart.bars[at] if self._chart is not None and at >= 0 else None
        self.setToolTip(_words(bar, self._chart.scale) if bar and self._chart else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and Down move, Enter asks."""
        rows = len(self._chart.bars) if self._chart is not None else 0
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and rows:
            self._at = min(max(self._at + step, 0), rows - 1)
            assert self._chart is not None
            self.setAccessibleDescription(_words(self._chart.bars[self._at], self._chart.scale))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask()
        else:
            super().keyPressEvent(event)

    def choose(self, name: str) -> None:
        """Mark the row of an input, or none; chosen elsewhere it is chosen here."""
        self._at = self._inputs.index(name) if name in self._inputs else -1
        self.update()

    def _ask(self) -> None:
        if self._chart is not None and 0 <= self._at < len(self._chart.bars):
            self.asked.emit(self._inputs[self._at])

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint everything anew."""
        if self._chart is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _Painting(painter, self._chart, self.width(), self._at, focused=self.hasFocus()).paint()
        painter.end()


def _words(bar: Bar, scale: str) -> str:
    verb = tr("raised") if bar.length > 0 else tr("lowered")
    value = f" ({bar.value})" if bar.value else ""
    note = f"; {bar.note}" if bar.note else ""
    place = f"; {bar.place}" if bar.place else ""
    return tr(
        "{label}{value} {verb} the score by {length} in {scale}{place}{note}",
        label=bar.label,
        value=value,
        verb=verb,
        length=signed(bar.length, 2),
        scale=scale,
        place=place,
        note=note,
    )


class _Painting:
    """One pass of painting: columns, scale, rows, ruler."""

    def __init__(
        self, painter: QPainter, chart: Chart, width: int, at: int, *, focused: bool
    ) -> None:
        self.painter, self.chart, self.at, self.focused = painter, chart, at, focused
        self.look = theme.theme()
        self.px: Callable[[float], int] = self.look.px
        self.plain, self.small = self.look.font(13), self.look.font(11.5)
        self.width = width
        self.columns = columns_at(chart, width)
        self.left, self.right = self.columns.left, width - EDGE
        self.row_h, self.head_h = self.columns.row, self.columns.head
        self.bars = BarPlaces(chart, self.left, self.right, width)
        self.x = self.bars.x

    def text(self, box: QRectF, words: str, font: QFont, role: str,
             align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:  # fmt: skip
        """Write, cut with an ellipsis where there is no room."""
        self.painter.setFont(font)
        self.painter.setPen(self.look.colour(role))
        cut = self.painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(box.width())
        )
        self.painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, cut)

    def paint(self) -> None:
        """Everything."""
        self._header()
        if 0 <= self.at < len(self.chart.bars):
            self._chosen()
        self._threshold()
        for k, bar in enumerate(self.chart.bars):
            self._row(k, bar)
        self._ruler()

    def _header(self) -> None:
        high, columns = self.px(20), self.columns
        top = self.px(4 if columns.stacked else 18)
        self.text(QRectF(EDGE, top, columns.name - 4, high), tr(NAME), self.small, "soft")
        value = EDGE + columns.name
        self.text(QRectF(value, top, columns.value - 4, high), tr(VALUE), self.small, "soft")
        place = QRectF(value + columns.value, top, columns.place, high)
        if columns.stacked:
            place = QRectF(EDGE, top + self.px(18), columns.place, high)
        self.text(place, tr(AMONG), self.small, "soft")

    def _chosen(self) -> None:
        """The ground of the chosen row, with a ring when the keyboard is here."""
        ring = QPen(self.look.colour("accent"), 1.4) if self.focused else Qt.PenStyle.NoPen
        self.painter.setPen(ring)
        self.painter.setBrush(self.look.colour("tint"))
        top = self.head_h + self.at * self.row_h
        self.painter.drawRoundedRect(QRectF(4, top + 1, self.width - 8, self.row_h - 2), 5, 5)

    def _row(self, k: int, bar: Bar) -> None:
        columns, high = self.columns, float(self.row_h)
        top, gap = float(self.head_h + k * self.row_h), self.px(6)
        marked = "raises" if bar.note else "soft"
        said = bar.place or bar.note
        line = high
        place = QRectF(EDGE + columns.name + columns.value, top, columns.place - gap, high)
        below = self.px(LINE) if columns.broken else 0
        if columns.stacked and said:
            line = (high - below) / 2 + self.px(2)
            place = QRectF(
                EDGE, top + below + line - self.px(2), columns.place, high - below - line
            )
        value = columns.value - gap
        label, column = broken_label(bar.label) if columns.broken else (bar.label, "")
        self.text(QRectF(EDGE, top, columns.name - gap, line), label, self.plain, "ink")
        if column:
            box = QRectF(EDGE, top + line - self.px(4), columns.left - EDGE - gap, below)
            self.text(box, column, self.small, "ink")
        self.text(QRectF(EDGE + columns.name, top, value, line), bar.value, self.plain, "ink")
        self.text(place, said, self.small, marked)
        self._bar(k, bar, top, high)

    def _bar(self, k: int, bar: Bar, top: float, high: float) -> None:
        (left, right), end = self.bars.ends(k), self.x(self.bars.sums[k + 1])
        role = "raises" if bar.length >= 0 else "lowers"
        colour = self.look.colour(role)
        thick = self.px(17)
        box = QRectF(left, top + (high - thick) / 2, right - left, thick)
        if bar.hatched:
            ground = QColor(colour)
            ground.setAlpha(60)
            self.painter.fillRect(box, ground)
            self.painter.setPen(QPen(colour, 1))
            self.painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
            self.painter.drawRect(box)
        else:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(colour)
            self.painter.drawRoundedRect(box, 2, 2)
        if k + 1 < len(self.chart.bars):
            self.painter.setPen(QPen(self.look.colour("faint"), 1, Qt.PenStyle.DotLine))
            self.painter.drawLine(
                QPointF(end, box.bottom()), QPointF(end, box.bottom() + high - thick)
            )
        self._number(k, bar, top, high)

    def _number(self, k: int, bar: Bar, top: float, high: float) -> None:
        """The length: beside the bar, or inside it in the colour of the ground."""
        number = self.bars.number(k)
        place = QRectF(number.at, top, self.bars.widths[k], high)
        ground = self.look.colour("tint" if k == self.at else "background")
        on_colour = number.inside and not bar.hatched
        self.painter.setFont(self.small)
        if not on_colour:  # no higher than the words, so that the threshold's line goes on
            spare = (high - self.painter.fontMetrics().height()) / 2
            self.painter.fillRect(place.adjusted(-1, spare, 1, -spare), ground)
        self.painter.setPen(ground if on_colour else self.look.colour("soft"))
        self.painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.bars.words[k])

    def _threshold(self) -> None:
        if self.chart.threshold is None:
            return
        x = self.x(self.chart.threshold)
        bottom = self.head_h + len(self.chart.bars) * self.row_h + self.px(6)
        colour = self.look.colour("raises")
        self.painter.setPen(QPen(colour, 1.4, Qt.PenStyle.DashLine))
        self.painter.drawLine(QPointF(x, self.head_h - 2), QPointF(x, bottom))
        self.painter.setFont(self.small)
        words = tr("threshold")
        wide = self.painter.fontMetrics().horizontalAdvance(words)
        left = min(max(x - wide / 2, self.left), self.right - wide)
        self.painter.setPen(colour)
        self.painter.drawText(
            QRectF(left, self.head_h - self.px(22), wide + 2, self.px(20)),
            Qt.AlignmentFlag.AlignVCenter, words,
        )  # fmt: skip

    def _ruler(self) -> None:
        y = self.head_h + len(self.chart.bars) * self.row_h + self.px(6)
        self.painter.setPen(QPen(self.look.colour("faint"), 1))
        self.painter.drawLine(QPointF(self.bars.x0, y), QPointF(self.bars.x1, y))
        ticks = self.chart.ruler or ((self.chart.start, f"{self.chart.start:.4g}"),
                                     (self.chart.end, f"{self.chart.end:.4g}"))  # fmt: skip
        self._ticks(ticks, y)
        end = self.x(self.chart.end)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.look.colour("ink"))
        self.painter.drawPolygon(
            QPolygonF([QPointF(end - 4, y + 7), QPointF(end + 4, y + 7), QPointF(end, y + 1)])
        )
        scale = tr("bars in {scale}", scale=self.chart.scale)
        scale += tr(", ruler in probability") if self.chart.ruler else ""
        self.painter.setFont(self.small)
        self.painter.setPen(self.look.colour("soft"))
        self.painter.drawText(
            QRectF(EDGE, y - 2, self.left - EDGE, self.px(36)),
            Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, scale,
        )  # fmt: skip

    def _ticks(self, ticks: Sequence[tuple[float, str]], y: float) -> None:
        """Labels that fit: the score's own first, then the start, then the others."""
        rank = sorted(
            ticks,
            key=lambda t: (abs(t[0] - self.chart.end) > 1e-9, abs(t[0] - self.chart.start) > 1e-9),
        )
        taken: list[tuple[float, float]] = []
        for at, words in rank:
            own = abs(at - self.chart.end) <= 1e-9
            self.painter.setFont(self.look.font(11.5, bold=own))
            x, half = self.x(at), self.painter.fontMetrics().horizontalAdvance(words) / 2 + 2
            if not self.left <= x <= self.right:
                continue
            # a label at an end of the ruler is moved in rather than left out
            middle = max(min(x, self.width - half), self.left + half)
            if any(middle - half - 6 < right and middle + half + 6 > left for left, right in taken):
                continue
            taken.append((middle - half, middle + half))
            self.painter.setPen(QPen(self.look.colour("faint"), 1))
            self.painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
            self.painter.setPen(self.look.colour("ink" if own else "soft"))
            self.painter.drawText(
                QRectF(middle - half - 8, y + self.px(8), 2 * half + 16, self.px(18)),
                Qt.AlignmentFlag.AlignHCenter,
                words,
            )
