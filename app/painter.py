"""Charts on screen: every kind of :mod:`investigators.chart` as a widget, with its table twin.

The only place that knows pyqtgraph, which is imported when the first chart is drawn.  Colours come
from the theme in force, ticks from the report's own rules, so that screen and report show one
picture.  A pane makes its charts again when the theme or the zoom changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QKeyEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QWidget

from app.cells_table import CellsTable
from app.chart_labels import Block, Sheet, Where, Words, broken
from app.chart_names import curve_words, end_words, mark_words
from app.clip import Clip, menu, put
from app.language import tr
from app.parts import column, label
from app.theme import SMALL, theme
from investigators import desk
from investigators.chart import (
    EVERYBODY_ELSE,
    Cells,
    Chart,
    Distributions,
    Dots,
    TimeStrip,
    Waterfall,
)

ROW, AXIS, HIGH = 25, 26, 120
DASHES, DOTS = [4.0, 3.0], [1.0, 1.6]


class ChartView(QWidget):
    """A chart with its strip below; ``toggle_table`` shows the same as a table, and back."""

    def __init__(self, chart: Chart, size: float, *, strip: bool) -> None:
        super().__init__()
        self.chart = chart
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(f"{chart.description or chart.title} {chart.strip}".strip())
        self._sheets = QStackedWidget()
        self._picture = PAINTERS[type(chart)](chart, size)
        self._sheets.addWidget(self._picture)
        self._twin: CellsTable | None = None
        parts: list[QWidget] = [self._sheets]
        if counts := desk.chart_axis(chart):
            parts.append(_unit(counts, size))
        if strip and chart.strip:
            parts.append(label(chart.strip, "strip", wrap=True))
        self.setLayout(column(*parts, gap=2))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room; as high as the picture asks."""
        return QSize(420, super().sizeHint().height())

    @property
    def as_table(self) -> bool:
        """Whether the table is shown."""
        return self._twin is not None and self._sheets.currentWidget() is self._twin

    def toggle_table(self) -> None:
        """Show the table in place of the picture, or the picture again."""
        if self._twin is None:
            self._twin = CellsTable(desk.chart_table(self.chart))
            self._sheets.addWidget(self._twin)
        self._sheets.setCurrentWidget(self._picture if self.as_table else self._twin)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return or Space turns the picture into its table and back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle_table()
            return
        super().keyPressEvent(event)

    def clip(self) -> Clip:
        """Title, table, strip and picture, for the clipboard."""
        cells = desk.chart_table(self.chart)
        return Clip(self.chart.title, (cells.header, *cells.rows), (self.chart.strip,), self)

    def copy(self) -> None:
        """Put picture and table on the clipboard."""
        put(self.clip())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Copy as one likes."""
        made = menu(self, self.clip)
        made.exec(event.globalPos())
        made.deleteLater()


def _unit(words: str, size: float) -> QLabel:
    """What the axis under a picture counts."""
    made = label(words, wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    role = theme().colours["soft"]
    made.setStyleSheet(f"color: {role}; font-size: {theme().px(size)}px;")
    return made


def widget(chart: Chart, *, size: float = SMALL, strip: bool = True) -> ChartView:
    """Return a chart as a widget; ``size`` is that of its labels, in pixels before zoom."""
    return ChartView(chart, size, strip=strip)


# --- the ground ----------------------------------------------------------------------------------


def _plot(high: int, *, left: int = 0, right: int = 0, top: int = 0) -> tuple[Any, Where]:
    """A bare plot: no menu, no mouse, a line below; and where a point of it is on screen."""
    import pyqtgraph as pg

    plot = pg.PlotWidget(background=theme().colour("panel"))
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(False, False)
    plot.hideButtons()
    plot.hideAxis("left")
    plot.setFrameShape(plot.Shape.NoFrame)
    for each in (plot, plot.viewport()):
        each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    plot.setFixedHeight(theme().px(high))
    plot.setMinimumWidth(200)
    plot.margins = (left, top, right, 2)
    plot.getPlotItem().layout.setContentsMargins(*plot.margins)
    box = plot.getViewBox()
    box.setDefaultPadding(0)

    def where(x: float, y: float) -> QPointF:
        return QPointF(plot.mapFromScene(box.mapViewToScene(QPointF(x, y))))

    return plot, where


class _Fit:
    """Chooses ticks anew when the plot's width changes, so that no two touch."""

    def __init__(self, plot: Any, ticks: Sequence[tuple[float, str]], size: float) -> None:  # noqa: ANN401 - pyqtgraph has no types
        self._plot, self._ticks = plot, ticks
        self._axis = plot.getAxis("bottom")
        font = theme().font(size)
        self._axis.setStyle(
            tickFont=font, tickLength=-4, tickTextOffset=4, hideOverlappingLabels=False
        )
        self._axis.setPen(QPen(theme().colour("faint"), 1))
        self._axis.setTextPen(QPen(theme().colour("soft")))
        self._axis.setHeight(theme().px(AXIS * size / SMALL))
        self._font = font
        plot.getViewBox().sigResized.connect(self._choose)
        self._choose()

    def _fit_margins(self) -> None:
        """Margins give way in a narrow plot: the picture itself keeps a share of the width."""
        left, top, right, bottom = self._plot.margins
        wide = self._plot.width()
        fitted = (min(left, round(0.5 * wide)), top, min(right, round(0.25 * wide)), bottom)
        layout = self._plot.getPlotItem().layout
        if layout.getContentsMargins() != tuple(map(float, fitted)):
            layout.setContentsMargins(*fitted)

    def _choose(self, *_: object) -> None:
        self._fit_margins()
        box = self._plot.getViewBox()
        (low, high), _ = box.viewRange()
        wide, origin = box.width(), box.mapRectToScene(box.boundingRect()).left()
        metrics = QFontMetricsF(self._font)
        kept: list[tuple[float, str]] = []
        end = float("-inf")
        for at, text in self._ticks:
            half = metrics.horizontalAdvance(text) / 2
            middle = (at - low) / ((high - low) or 1.0) * wide
            left, right = origin + middle - half, origin + middle + half
            if middle - half >= end + 12 and left >= 0 and right <= self._plot.width():
                kept.append((at, text))
                end = middle + half
        self._axis.setTicks([kept])


def _pen(role: str, wide: float = 1.7, *, dashed: bool = False, dotted: bool = False) -> QPen:
    pen = QPen(theme().colour(role), wide)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern(DOTS if dotted else DASHES)
    return pen


# --- curves --------------------------------------------------------------------------------------


def _distributions(chart: Distributions, size: float) -> QWidget:
    plot, where, low, high = _curves(chart, size)
    unit = f" {chart.unit}" if 0 < len(chart.unit) <= 4 else ""
    ticks = desk.chart_ticks("log" if chart.log_x else "number", low, high)
    plot.fit = _Fit(plot, [(at, words + unit) for at, words in ticks], size)
    words = [*mark_words(chart.marks, _heights(plot)), *curve_words(chart.curves)]
    _sheet(plot, where, size, words, upright=_lines(chart))
    return plot  # type: ignore[no-any-return]


def _time_strip(chart: TimeStrip, size: float) -> QWidget:
    plot, where, low, high = _curves(chart, size)
    plot.fit = _Fit(plot, desk.chart_ticks("time", low, high), size)
    axis = plot.getAxis("left")
    plot.showAxis("left")
    _, (floor, top) = plot.getViewBox().viewRange()
    axis.setTicks([desk.chart_ticks("number", floor, top, 3)])
    axis.setStyle(tickFont=theme().font(size), tickLength=-3)
    axis.setPen(QPen(theme().colour("line"), 1))
    axis.setTextPen(QPen(theme().colour("soft")))
    words = [*mark_words(chart.marks, _heights(plot)), *end_words(chart.curves)]
    _sheet(plot, where, size, words, upright=_lines(chart))
    return plot  # type: ignore[no-any-return]


def _curves(chart: Distributions | TimeStrip, size: float) -> tuple[Any, Where, float, float]:
    import pyqtgraph as pg

    plot, where = _plot(round(HIGH * (0.6 + 0.4 * size / SMALL)), left=6, right=10, top=2)
    xs = [x for curve in chart.curves for x in curve.x]
    xs += [x for mark in chart.marks for x in (mark.at, mark.until) if x is not None]
    low, high = (min(xs), max(xs)) if xs else (0.0, 1.0)
    room = 0.01 * ((high - low) or abs(high) or 1.0)
    low, high = low - room, high + room
    values = [y for curve in chart.curves for y in curve.y] or [0.0, 1.0]
    floor, top = min(0.0, *values), max(values)
    plot.setXRange(low, high, padding=0)
    room = 1.32 if chart.marks else 1.18  # above, for the names of marks; curves stand on the axis
    room += 0.2 * (len(chart.curves) > 2)  # and for a name that finds no place beside its curve
    plot.setYRange(floor, floor + room * ((top - floor) or 1.0), padding=0)
    for mark in chart.marks:
        role = desk.chart_role(mark.kind)
        if mark.until is None:
            plot.addItem(pg.InfiniteLine(mark.at, 90, pen=_pen(role, 1.2, dashed=True)))
            continue
        tint = theme().colour(role)
        tint.setAlpha(30)
        region = pg.LinearRegionItem(
            (mark.at, mark.until), brush=tint, pen=QPen(Qt.PenStyle.NoPen), movable=False
        )
        plot.addItem(region)
    for curve in chart.curves:
        role = desk.chart_role(curve.kind)
        extra: dict[str, Any] = {}
        if len(curve.x) == 1:
            extra = {"symbol": "o", "symbolSize": 6, "symbolBrush": theme().colour(role)}
        if curve.filled:
            tint = theme().colour(role)
            tint.setAlpha(28)
            extra |= {"fillLevel": floor, "brush": tint}
        pen = _pen(role, dashed=curve.dashed, dotted=curve.kind == "repaired")
        xs, ys = list(curve.x), list(curve.y)
        plot.addItem(pg.PlotDataItem(xs, ys, pen=pen, antialias=True, **extra))
    return plot, where, low, high


def _lines(chart: Distributions | TimeStrip) -> list[float]:
    """Where the upright lines of marks stand."""
    return [mark.at for mark in chart.marks if mark.until is None]


def _heights(plot: Any) -> tuple[float, float]:  # noqa: ANN401 - pyqtgraph has no types
    _, (floor, top) = plot.getViewBox().viewRange()
    return float(floor), float(top)


def _sheet(
    plot: Any,  # noqa: ANN401 - pyqtgraph has no types
    where: Where,
    size: float,
    words: Sequence[Words],
    blocks: Sequence[Block] = (),
    upright: Sequence[float] = (),
) -> None:
    box, axis = plot.getViewBox(), plot.getAxis("left")

    def edge() -> float:
        return float(box.mapRectToScene(box.boundingRect()).left()) if axis.isVisible() else 0.0

    sheet = Sheet(plot, where, theme().font(size), words, blocks, edge)
    sheet.upright = upright
    sheet.show()


# --- rows ----------------------------------------------------------------------------------------


def _margin(texts: Sequence[str], size: float, most: float) -> int:
    """Width of a margin that holds these texts in bold, in pixels; ``most`` is before zoom."""
    measure = QFontMetricsF(theme().font(size, bold=True)).horizontalAdvance
    return min(16 + round(max(map(measure, texts), default=0)), theme().px(most))


class _DotLabels(QObject):
    """Labels beside their dots where all fit there, else over them in as many lines as one needs.

    Groups are told by several conditions: cut to a margin two of them may read the same.
    """

    MOST, OVER = 4, 0.64  # lines; the share of a row that they have
    SHARE = 200  # pixels before zoom that names beside may take; a narrow pane gives half

    def __init__(self, plot: Any, labels: Sequence[str], size: float) -> None:  # noqa: ANN401 - pyqtgraph has no types
        super().__init__(plot)
        self._plot, self._labels, self._size = plot, labels, size
        self._metrics = QFontMetricsF(theme().font(size, bold=True))
        self._needed = _margin(labels, size, 100_000)
        self._wide = -1
        self.lines = 0
        plot.installEventFilter(self)
        self._fit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Another width is another number of lines."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        wide, by, rows = self._plot.width(), self._size / SMALL, max(1, len(self._labels))
        if wide == self._wide:
            return
        self._wide = wide
        beside = self._needed <= min(theme().px(self.SHARE * by), round(0.5 * wide))
        row, high = theme().px(ROW * by), self._metrics.height()
        low, upper, self.lines = -0.9, float(rows), 0
        if not beside:
            broke = [broken(each, wide - 4, self._metrics, self.MOST) for each in self._labels]
            self.lines = max(map(len, broke))
            row = max(row, round(self.lines * high / self.OVER))
            upper -= 0.5 - (1 - self.OVER) / 2
            low = upper - rows - (high + 6) / row
        _, top, right, bottom = self._plot.margins
        self._plot.margins = (self._needed if beside else 8, top, right, bottom)
        self._plot.setYRange(low, upper, padding=0)
        self._plot.setFixedHeight(round((upper - low) * row) + theme().px(AXIS * by))


def _dots(chart: Dots, size: float) -> QWidget:
    import pyqtgraph as pg

    by = size / SMALL
    plot, where = _plot(
        round(((len(chart.dots) + 0.9) * ROW + AXIS) * by),
        right=_margin([f"n {dot.n:,}" for dot in chart.dots], size, 150 * by),
    )
    values = [x for dot in chart.dots for x in (dot.low, dot.high, dot.at)]
    values += [] if chart.rest is None else [chart.rest]
    low, upper = (min(values), max(values)) if values else (0.0, 1.0)
    margin = 0.05 * ((upper - low) or abs(upper) or 1.0)
    low, upper = low - margin, upper + margin
    plot.setXRange(low, upper, padding=0)
    plot.getViewBox().invertY(True)
    labels = plot.labels = _DotLabels(plot, [dot.label for dot in chart.dots], size)
    words: list[Words] = []
    if chart.rest is not None:
        below = [-0.1, len(chart.dots)]  # of its words
        pen = _pen("soft", 1.2, dashed=True)
        plot.addItem(pg.PlotDataItem([chart.rest, chart.rest], below, pen=pen))
        value = desk.chart_ticks("value", chart.rest, chart.rest)[0][1]
        said = (
            tr("everybody else {value}", value=value)
            if chart.rest_name == EVERYBODY_ELSE
            else f"{chart.rest_name} {value}"
        )
        words.append(Words(said, theme().colour("soft"), ((chart.rest, -0.32, 0),), must=True))
    for k, dot in enumerate(chart.dots):
        role, y = "finding" if dot.own else "accent", k + 0.5
        plot.addItem(pg.PlotDataItem([dot.low, dot.high], [y, y], pen=_pen(role, 2)))
        face = theme().colour(role if dot.own else "panel")
        plot.addItem(pg.ScatterPlotItem([dot.at], [y], size=8, pen=_pen(role, 2), brush=face))
        at, ink = ((low, y, 0),), theme().colour("ink")
        over, ground = y - (1 - labels.OVER) / 2, theme().colour("panel")
        words.append(Words(dot.label, ink, at, dot.own, -1, over=over, ground=ground))
        words.append(Words(f"n {dot.n:,}", theme().colour("soft"), ((upper, y, 0),), margin=1))
    plot.fit = _Fit(plot, desk.chart_ticks("number", low, upper, 5), size)
    Sheet(plot, where, theme().font(size), words, lines=lambda: labels.lines).show()
    return plot  # type: ignore[no-any-return]


def _waterfall(chart: Waterfall, size: float) -> QWidget:
    """Bars from the start value to the score, with the output's scale as a ruler below."""
    import pyqtgraph as pg

    by = size / SMALL
    left = _margin([f"{bar.label}  {bar.value}" for bar in chart.bars], size, 230 * by)
    plot, where = _plot(round(((len(chart.bars) + 0.9) * ROW + AXIS) * by), left=left, right=10)
    edges = [chart.start]
    for bar in chart.bars:
        edges.append(edges[-1] + bar.length)
    reach = [*edges, *([] if chart.threshold is None else [chart.threshold])]
    spread = (max(reach) - min(reach)) or 1.0
    low, upper = min(reach) - 0.2 * spread, max(reach) + 0.2 * spread
    plot.setXRange(low, upper, padding=0)
    plot.setYRange(-0.9, max(1, len(chart.bars)), padding=0)
    plot.getViewBox().invertY(True)
    words: list[Words] = []
    if chart.threshold is not None:
        below = [-0.1, len(chart.bars)]  # of its word
        pen = _pen("finding", 1.2, dashed=True)
        plot.addItem(pg.PlotDataItem([chart.threshold, chart.threshold], below, pen=pen))
        place = ((chart.threshold, -0.45, 0),)
        words.append(Words(tr("threshold"), theme().colour("finding"), place, must=True))
    numbers = desk.chart_lengths([bar.length for bar in chart.bars])
    blocks: list[Block] = []
    for k, bar in enumerate(chart.bars):
        role, y = "raises" if bar.length >= 0 else "lowers", k + 0.5
        first, last = edges[k], edges[k + 1]
        thick = 0.62 * theme().px(ROW * by)
        blocks.append(Block(first, last, y, thick, theme().colour(role), bar.hatched))
        side = 1 if bar.length >= 0 else -1
        words.append(
            Words(
                numbers[k],
                theme().colour("soft"),
                ((last, y, side), (first, y, -side)),
                must=True,
                rise=-0.65 * theme().px(size),
            )
        )
        ink, at = theme().colour("ink"), ((low, y, 0),)
        words.append(Words(bar.label, ink, at, margin=-1, tail=bar.value))
    plot.fit = _Fit(plot, list(chart.ruler) or desk.chart_ticks("number", low, upper, 5), size)
    _sheet(plot, where, size, words, blocks)
    return plot  # type: ignore[no-any-return]


def _cells(chart: Cells, size: float) -> QWidget:
    made = CellsTable(chart)
    made.setFont(theme().font(size))
    return made


PAINTERS: dict[type[msgspec.Struct], Callable[[Any, float], QWidget]] = {
    Waterfall: _waterfall,
    Distributions: _distributions,
    TimeStrip: _time_strip,
    Dots: _dots,
    Cells: _cells,
}
