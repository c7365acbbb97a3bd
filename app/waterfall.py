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
from investigators.chart import Bar
from investigators.chart import Waterfall as Chart

ROW, HEAD, FOOT, EDGE = 31, 40, 34, 12
MINUS = "−"


def signed(length: float, decimals: int) -> str:
    """A bar's length with its sign."""
    return f"{length:+.{decimals}f}".replace("-", MINUS)


class Waterfall(QWidget):
    """One chart; ``asked`` carries the input whose row was chosen."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._chart: Chart | None = None
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def show_chart(self, chart: Chart | None) -> None:
        """Show a chart, or nothing."""
        self._chart, self._at = chart, -1
        if chart is not None:
            self.setAccessibleName(chart.title)
            self.setAccessibleDescription(chart.description)
        self.updateGeometry()
        self.update()

    def _px(self, size: float) -> int:
        return theme.theme().px(size)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its rows."""
        rows = len(self._chart.bars) if self._chart is not None else 0
        return QSize(self._px(540), self._px(HEAD + FOOT + ROW * rows))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never narrower than its words need."""
        return QSize(self._px(340), self.sizeHint().height())

    # --- choosing a row --------------------------------------------------------------------------

    def _row_at(self, y: float) -> int:
        rows = len(self._chart.bars) if self._chart is not None else 0
        at = int((y - self._px(HEAD)) // self._px(ROW))
        return at if 0 <= at < rows else -1

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
        bars = self._chart.bars if self._chart is not None else ()
        self._at = next((k for k, bar in enumerate(bars) if bar.label == name), -1)
        self.update()

    def _ask(self) -> None:
        if self._chart is not None and 0 <= self._at < len(self._chart.bars):
            self.asked.emit(self._chart.bars[self._at].label)

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
    verb = "raised" if bar.length > 0 else "lowered"
    value = f" ({bar.value})" if bar.value else ""
    note = f"; {bar.note}" if bar.note else ""
    place = f"; {bar.place}" if bar.place else ""
    return f"{bar.label}{value} {verb} the score by {signed(bar.length, 2)} in {scale}{place}{note}"


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
        self._columns()
        self._scale()

    def _columns(self) -> None:
        """Widths of the three columns of words: what they need, within a share of the whole."""
        self.painter.setFont(self.plain)
        measure = self.painter.fontMetrics().horizontalAdvance
        gap = self.px(14)
        bars = self.chart.bars
        names = max((measure(b.label) for b in bars), default=0)
        values = max((measure(b.value) for b in bars), default=0)
        self.painter.setFont(self.small)
        places = max(
            (self.painter.fontMetrics().horizontalAdvance(b.place) for b in bars), default=0
        )
        share = self.width * 0.56
        wanted = names + values + places + 3 * gap
        squeeze = min(1.0, share / max(wanted, 1))
        self.name_w = int(names * squeeze) + gap
        self.value_w = int(values * squeeze) + gap
        self.place_w = int(places * squeeze) + gap
        self.left = EDGE + self.name_w + self.value_w + self.place_w
        self.right = self.width - EDGE

    def _scale(self) -> None:
        sums = [self.chart.start]
        for bar in self.chart.bars:
            sums.append(sums[-1] + bar.length)
        self.sums = sums
        reach = [*sums, *([self.chart.threshold] if self.chart.threshold is not None else [])]
        low, high = min(reach), max(reach)
        pad = (high - low or 1.0) * 0.02
        self.low, self.high = low - pad, high + pad
        # room for the numbers beside the outermost bars
        self.painter.setFont(self.small)
        number = self.painter.fontMetrics().horizontalAdvance("+00.00") + self.px(6)
        self.x0, self.x1 = self.left + number, self.right - number

    def x(self, value: float) -> float:
        """A place on the raw scale in pixels."""
        return self.x0 + (value - self.low) / (self.high - self.low) * (self.x1 - self.x0)

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
        top, high = self.px(18), self.px(20)
        at = EDGE
        for words, wide in (
            ("input", self.name_w), ("value", self.value_w), ("among training rows", self.place_w)
        ):  # fmt: skip
            self.text(QRectF(at, top, wide - 4, high), words, self.small, "soft")
            at += wide

    def _chosen(self) -> None:
        """The ground of the chosen row, with a ring when the keyboard is here."""
        ring = QPen(self.look.colour("accent"), 1.4) if self.focused else Qt.PenStyle.NoPen
        self.painter.setPen(ring)
        self.painter.setBrush(self.look.colour("tint"))
        top = self.px(HEAD) + self.at * self.px(ROW)
        self.painter.drawRoundedRect(QRectF(4, top + 1, self.width - 8, self.px(ROW) - 2), 5, 5)

    def _row(self, k: int, bar: Bar) -> None:
        top = self.px(HEAD) + k * self.px(ROW)
        high = self.px(ROW)
        marked = "raises" if bar.note else "soft"
        box = QRectF(EDGE, top, self.name_w - self.px(8), high)
        self.text(box, bar.label, self.plain, "ink")
        self.text(box.translated(self.name_w, 0).adjusted(0, 0, self.value_w - self.name_w, 0),
                  bar.value, self.plain, "ink")  # fmt: skip
        place = QRectF(EDGE + self.name_w + self.value_w, top, self.place_w - self.px(8), high)
        self.text(place, bar.place or bar.note, self.small, marked)
        self._bar(k, bar, top, high)

    def _bar(self, k: int, bar: Bar, top: float, high: float) -> None:
        start, end = self.x(self.sums[k]), self.x(self.sums[k + 1])
        role = "raises" if bar.length >= 0 else "lowers"
        colour = self.look.colour(role)
        thick = self.px(17)
        box = QRectF(min(start, end), top + (high - thick) / 2, max(abs(end - start), 1.5), thick)
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
        self._number(k, bar, box, top, high)

    def _number(self, k: int, bar: Bar, box: QRectF, top: float, high: float) -> None:
        """The length beside the bar's far end, where no other bar stands."""
        words = signed(bar.length, self._decimals())
        self.painter.setFont(self.small)
        wide = self.painter.fontMetrics().horizontalAdvance(words) + 2
        if bar.length >= 0:
            place = QRectF(box.right() + self.px(5), top, wide, high)
        else:
            place = QRectF(box.left() - wide - self.px(5), top, wide, high)
        ground = "tint" if k == self.at else "background"
        self.painter.fillRect(place.adjusted(-1, 6, 1, -6), self.look.colour(ground))
        self.painter.setPen(self.look.colour("soft"))
        self.painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _decimals(self) -> int:
        largest = max((abs(bar.length) for bar in self.chart.bars), default=1.0)
        return 2 if largest >= 0.1 else 4 if largest >= 0.001 else 6

    def _threshold(self) -> None:
        if self.chart.threshold is None:
            return
        x = self.x(self.chart.threshold)
        bottom = self.px(HEAD) + len(self.chart.bars) * self.px(ROW) + self.px(6)
        colour = self.look.colour("raises")
        self.painter.setPen(QPen(colour, 1.4, Qt.PenStyle.DashLine))
        self.painter.drawLine(QPointF(x, self.px(HEAD) - 2), QPointF(x, bottom))
        self.painter.setFont(self.small)
        words = "threshold"
        wide = self.painter.fontMetrics().horizontalAdvance(words)
        left = min(max(x - wide / 2, self.left), self.right - wide)
        self.painter.setPen(colour)
        self.painter.drawText(
            QRectF(left, self.px(18), wide + 2, self.px(20)), Qt.AlignmentFlag.AlignVCenter, words
        )

    def _ruler(self) -> None:
        y = self.px(HEAD) + len(self.chart.bars) * self.px(ROW) + self.px(6)
        self.painter.setPen(QPen(self.look.colour("faint"), 1))
        self.painter.drawLine(QPointF(self.x0, y), QPointF(self.x1, y))
        ticks = self.chart.ruler or ((self.chart.start, f"{self.chart.start:.4g}"),
                                     (self.chart.end, f"{self.chart.end:.4g}"))  # fmt: skip
        self._ticks(ticks, y)
        end = self.x(self.chart.end)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.look.colour("ink"))
        self.painter.drawPolygon(
            QPolygonF([QPointF(end - 4, y + 7), QPointF(end + 4, y + 7), QPointF(end, y + 1)])
        )
        scale = "bars in " + self.chart.scale
        scale += ", ruler in probability" if self.chart.ruler else ""
        self.text(QRectF(EDGE, y + 2, self.left - EDGE, self.px(22)), scale, self.small, "soft")

    def _ticks(self, ticks: Sequence[tuple[float, str]], y: float) -> None:
        """Labels that fit: the score's own first, then the start, then the others."""
        self.painter.setFont(self.small)
        measure = self.painter.fontMetrics().horizontalAdvance
        rank = sorted(
            ticks,
            key=lambda t: (abs(t[0] - self.chart.end) > 1e-9, abs(t[0] - self.chart.start) > 1e-9),
        )
        taken: list[tuple[float, float]] = []
        for at, words in rank:
            x, half = self.x(at), measure(words) / 2
            if any(x - half - 6 < right and x + half + 6 > left for left, right in taken):
                continue
            taken.append((x - half, x + half))
            own = abs(at - self.chart.end) <= 1e-9
            self.painter.setPen(QPen(self.look.colour("faint"), 1))
            self.painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
            self.painter.setFont(self.look.font(11.5, bold=own))
            self.painter.setPen(self.look.colour("ink" if own else "soft"))
            self.painter.drawText(
                QRectF(x - half - 8, y + self.px(8), 2 * half + 16, self.px(18)),
                Qt.AlignmentFlag.AlignHCenter,
                words,
            )
