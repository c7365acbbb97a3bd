"""Charts as plain data.

A check describes a chart here; reports paint it with matplotlib and the window with pyqtgraph, so
that what the meeting sees is what the ticket holds.  A test demands that every painter knows every
kind.  Each chart carries its own caption strip (method, scale, rows, error), an accessible
description, and can say itself as a table (:func:`as_table`).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Curve(msgspec.Struct, frozen=True):
    """One line or outline.  ``dashed`` is live against training; ``kind`` is a palette role."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: str = "neutral"
    dashed: bool = False
    filled: bool = False


class Mark(msgspec.Struct, frozen=True):
    """A labelled position on the horizontal axis; ``until`` makes it a span."""

    label: str
    at: float
    until: float | None = None
    kind: str = "neutral"


class Bar(msgspec.Struct, frozen=True):
    """One contribution: signed ``length`` on the chart's scale."""

    label: str
    length: float
    value: str = ""
    place: str = ""
    hatched: bool = False
    note: str = ""


class Dot(msgspec.Struct, frozen=True):
    """One group: an estimate with its interval."""

    label: str
    at: float
    low: float
    high: float
    n: int
    own: bool = False


class Waterfall(msgspec.Struct, frozen=True, tag_field="chart", tag="waterfall"):
    """Contributions that lead from a start value to a score.

    ``bars`` are in display order and sum with ``start`` to ``end`` (all on ``scale``);
    ``threshold`` is on the same scale; ``ruler`` pairs positions with labels on the output scale.
    """

    title: str
    start: float
    end: float
    bars: tuple[Bar, ...]
    scale: str
    threshold: float | None = None
    ruler: tuple[tuple[float, str], ...] = ()
    strip: str = ""
    description: str = ""


class Distributions(msgspec.Struct, frozen=True, tag_field="chart", tag="distributions"):
    """Densities on one axis, such as training, live and repaired.

    With ``log_x`` the curves' x are already natural logarithms of the value and ticks are
    labelled with the value itself.
    """

    title: str
    curves: tuple[Curve, ...]
    unit: str
    log_x: bool = False
    marks: tuple[Mark, ...] = ()
    strip: str = ""
    description: str = ""


class TimeStrip(msgspec.Struct, frozen=True, tag_field="chart", tag="time_strip"):
    """Series over time.  x is seconds since 1970-01-01 on the case's clock (``zone`` names it)."""

    title: str
    curves: tuple[Curve, ...]
    unit: str
    zone: str
    marks: tuple[Mark, ...] = ()
    strip: str = ""
    description: str = ""


EVERYBODY_ELSE = "everybody else"


class Dots(msgspec.Struct, frozen=True, tag_field="chart", tag="dots"):
    """Groups as dots with intervals against ``rest``: a value, and whose it is."""

    title: str
    dots: tuple[Dot, ...]
    unit: str
    rest: float | None = None
    strip: str = ""
    description: str = ""
    rest_name: str = EVERYBODY_ELSE


class Cells(msgspec.Struct, frozen=True, tag_field="chart", tag="cells"):
    """A plain table shown as a picture's equal: ``rows`` of text under ``header``."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strip: str = ""
    description: str = ""


Chart = Waterfall | Distributions | TimeStrip | Dots | Cells
KINDS: tuple[type[msgspec.Struct], ...] = (Waterfall, Distributions, TimeStrip, Dots, Cells)


def relabelled(chart: Waterfall, told: Callable[[str], str]) -> Waterfall:
    """Return the chart with its inputs as ``told`` says them, on the bars and in its words."""
    bars = tuple(msgspec.structs.replace(bar, label=told(bar.label)) for bar in chart.bars)
    return msgspec.structs.replace(chart, bars=bars, description=told(chart.description))


def broken_label(label: str) -> tuple[str, str]:
    """Return an input's name and what follows in brackets (the log's name), for a line each."""
    name, bracket, rest = label.partition(" (")
    return name, f"({rest}" if bracket else ""


def as_table(chart: Chart) -> Cells:
    """Say a chart as a table: the twin that every picture has in reports and on screen."""
    match chart:
        case Cells():
            return chart
        case Waterfall():
            rows = [("start value", "", "", _signed(chart.start))]
            rows += [(b.label, b.value, b.place, _signed(b.length)) for b in chart.bars]
            rows.append(("sum", "", "", _signed(chart.end)))
            header: tuple[str, ...] = ("input", "value", "among training rows", chart.scale)
        case Dots():
            header = ("group", "estimate", "from", "to", "n")
            rows = [
                (d.label, f"{d.at:.4g}", f"{d.low:.4g}", f"{d.high:.4g}", f"{d.n:,}")  # type: ignore[misc]
                for d in chart.dots
            ]
        case Distributions() | TimeStrip():
            header = ("curve", "x", "y")
            rows = [
                (c.name, f"{x:.6g}", f"{y:.4g}")  # type: ignore[misc]
                for c in chart.curves
                for x, y in zip(c.x, c.y, strict=True)
            ]
    return Cells(chart.title, header, tuple(rows), chart.strip, chart.description)


def _signed(x: float) -> str:
    return f"{x:+.4g}".replace("-", "−")
