"""A chart as it stands in a report: picture, caption, words for it, and its table."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import exp

from investigators.chart import Cells, Chart, Distributions, TimeStrip, as_table
from investigators.numbers import number
from investigators.report.model import FigureBlock, Table

TABLE_ROWS = 48
MEASURED = re.compile(r"[+−-]?[\d.,]+(e[+-]?\d+)?( ?%)?")


def figure_block(chart: Chart) -> FigureBlock:
    """Return the chart with its table twin; a chart without description says its title."""
    return FigureBlock(chart, chart.strip, chart.description or chart.title, twin(chart))


def twin(chart: Chart) -> Table:
    """Return the table that says the same as the picture.

    Curves on the same positions share rows; of more than ``TABLE_ROWS`` positions every k-th is
    given, which the caption says.
    """
    if isinstance(chart, Distributions | TimeStrip):
        return _curves(chart)
    cells: Cells = as_table(chart)
    return Table(cells.header, cells.rows, cells.title, right=_numbers(cells))


def _numbers(cells: Cells) -> tuple[int, ...]:
    return tuple(
        column
        for column in range(len(cells.header))
        if cells.rows and all(MEASURED.fullmatch(row[column]) for row in cells.rows if row[column])
    )


def _curves(chart: Distributions | TimeStrip) -> Table:
    positions = sorted({x for curve in chart.curves for x in curve.x})
    step = -(-len(positions) // TABLE_ROWS)
    values = [dict(zip(curve.x, curve.y, strict=True)) for curve in chart.curves]
    rows = tuple(
        (_position(chart, x), *("" if x not in curve else number(curve[x], 3) for curve in values))
        for x in positions[::step]
    )
    first = f"time ({chart.zone})" if isinstance(chart, TimeStrip) else f"value ({chart.unit})"
    marks = [
        f"{mark.label}: {_position(chart, mark.at)}"
        + ("" if mark.until is None else f" to {_position(chart, mark.until)}")
        for mark in chart.marks
    ]
    caption = chart.title
    if step > 1:
        caption += f"; every {step}th of {len(positions)} points"
    if marks:
        caption += f"; marked: {'; '.join(marks)}"
    header = (first, *(curve.name for curve in chart.curves))
    return Table(header, rows, caption, right=tuple(range(1, len(header))))


def _position(chart: Distributions | TimeStrip, x: float) -> str:
    if isinstance(chart, TimeStrip):
        return f"{datetime.fromtimestamp(x, UTC):%Y-%m-%d %H:%M}"
    return number(exp(x) if chart.log_x else x, 3)
