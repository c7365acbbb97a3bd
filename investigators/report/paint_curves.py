"""Painters of charts with curves: distributions and series over time."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from investigators.chart import Curve, Distributions, Mark, TimeStrip
from investigators.report.paint import (
    SMALL,
    TITLE,
    WIDTH,
    apart,
    axes,
    blank,
    fit,
    fitted,
    log_ticks,
    nice_ticks,
    short_value,
    time_ticks,
    width_of,
    write,
)
from investigators.report.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, TOP, HIGH, BELOW = 56, 86, 170, 58
WIDE = WIDTH - LEFT - 24
SHORT_UNIT = 4
# Roles that checks give to curves and marks; a role not named here is drawn neutral.
COLOURS = {
    "training": "lowers",
    "reference": "lowers",
    "live": "raises",
    "raises": "raises",
    "lowers": "lowers",
    "finding": "finding",
    "decision": "ink",
    "repaired": "clear",
    "clear": "clear",
    "accent": "accent",
    "beside": "ink",
}


def _colour(palette: Palette, kind: str) -> str:
    return str(getattr(palette, COLOURS.get(kind, "accent")))


def paint_distributions(chart: Distributions, palette: Palette) -> Figure:
    """Paint densities on one axis; on a logarithmic one the ticks are the values themselves."""
    figure, ground, low, high = _frame(chart, palette)
    if chart.log_x:
        ticks = [(tick, exp(tick)) for tick in log_ticks(low, high)]
    else:
        ticks = [(tick, tick) for tick in nice_ticks(low, high)]
    unit = f" {chart.unit}" if 0 < len(chart.unit) <= SHORT_UNIT else ""
    _ticks(ground, [(at, short_value(value) + unit) for at, value in ticks], low, high)
    ground.set_yticks([])
    _below(figure, axis_words(chart), palette)
    return figure


def paint_time_strip(chart: TimeStrip, palette: Palette) -> Figure:
    """Paint series over time, with the unit above and the clock below."""
    figure, ground, low, high = _frame(chart, palette)
    _ticks(ground, time_ticks(low, high), low, high)
    bottom, top = ground.get_ylim()
    ticks = nice_ticks(bottom, top, 4)
    ground.set_yticks(ticks, [short_value(tick) for tick in ticks])
    for tick in ticks:
        ground.axhline(tick, color=palette.line, lw=1, zorder=0)
    _below(figure, axis_words(chart), palette)
    return figure


def axis_words(chart: Distributions | TimeStrip) -> str:
    """What stands below the picture: what is counted, on which axis or clock."""
    if isinstance(chart, TimeStrip):
        return f"{chart.unit} · times in {chart.zone}"
    return f"{chart.unit}, logarithmic axis" if chart.log_x else chart.unit


def _frame(chart: Distributions | TimeStrip, palette: Palette) -> tuple[Figure, Axes, float, float]:
    figure = blank(TOP + HIGH + BELOW, palette)
    write(
        figure,
        (16, 18),
        fit(chart.title, WIDTH - 32, TITLE),
        palette.ink,
        size=TITLE,
        weight="bold",
    )
    ground = axes(figure, (LEFT, TOP, WIDE, HIGH), palette)
    low, high = _reach(chart.curves, chart.marks)
    ground.set_xlim(low, high)
    ground.spines["bottom"].set_visible(True)
    ground.spines["bottom"].set_color(palette.faint)
    values = [y for curve in chart.curves for y in curve.y] or [0.0, 1.0]
    floor, top = min(0.0, *values), max(values)
    ground.set_ylim(floor, floor + 1.08 * ((top - floor) or 1.0))
    for curve in chart.curves:
        _curve(ground, curve, palette)
    _legend(figure, chart.curves, palette)
    _marks(figure, ground, chart.marks, palette)
    return figure, ground, low, high


def _reach(curves: tuple[Curve, ...], marks: tuple[Mark, ...]) -> tuple[float, float]:
    xs = [x for curve in curves for x in curve.x]
    xs += [x for mark in marks for x in (mark.at, mark.until) if x is not None]
    low, high = (min(xs), max(xs)) if xs else (0.0, 1.0)
    room = 0.01 * ((high - low) or abs(high) or 1.0)
    return low - room, high + room


def _style(curve: Curve) -> str | tuple[int, tuple[float, ...]]:
    """Dashed is live; live as it was undone is dotted, so that no colour tells the two apart."""
    if not curve.dashed:
        return "solid"
    return (0, (1.2, 1.8)) if curve.kind == "repaired" else (0, (5, 3))


def _curve(ground: Axes, curve: Curve, palette: Palette) -> None:
    colour = _colour(palette, curve.kind)
    style = _style(curve)
    if len(curve.x) == 1:
        ground.plot(curve.x, curve.y, "o", color=colour, ms=5)
    ground.plot(curve.x, curve.y, color=colour, lw=1.8, ls=style, zorder=3, solid_joinstyle="round")
    if curve.filled:
        ground.fill_between(curve.x, curve.y, color=colour, alpha=0.12, lw=0, zorder=2)


def _legend(figure: Figure, curves: tuple[Curve, ...], palette: Palette) -> None:
    """Name the curves above the picture, each beside a piece of its line."""
    left = 16.0
    room = WIDTH - 32 - len(curves) * (28 + 18)
    names = fitted([curve.name for curve in curves], room)
    for curve, words in zip(curves, names, strict=True):
        piece = axes(figure, (left, 34, 22, 12), palette)
        piece.set_xticks([])
        piece.set_yticks([])
        piece.set_xlim(0, 1)
        piece.set_ylim(-1, 1)
        piece.plot([0, 1], [0, 0], color=_colour(palette, curve.kind), lw=2, ls=_style(curve))
        write(figure, (left + 28, 41), words, palette.soft, size=SMALL)
        left += 28 + width_of(words) + 18


def _marks(figure: Figure, ground: Axes, marks: tuple[Mark, ...], palette: Palette) -> None:
    """Draw marks as lines, spans as bands; their labels share one line above the picture."""
    low, high = ground.get_xlim()
    labels = []
    for mark in sorted(marks, key=lambda mark: mark.at):
        colour = _colour(palette, mark.kind)
        middle = mark.at
        if mark.until is not None:
            ground.axvspan(mark.at, mark.until, color=colour, alpha=0.12, lw=0, zorder=1)
            middle = (mark.at + mark.until) / 2
        else:
            ground.axvline(mark.at, color=colour, lw=1.2, ls=(0, (2, 2)), zorder=4)
        label = fit(mark.label, 220, SMALL)
        reach = width_of(label) / 2
        pixel = LEFT + (middle - low) / (high - low) * WIDE
        labels.append((min(max(pixel, 8 + reach), WIDTH - 8 - reach), label))
    kept = apart(labels, gap=14)
    for at, label in kept:
        write(figure, (at, TOP - 12), label, palette.ink, size=SMALL, align="center")
    # A label that would run into its neighbour goes to the line above the first.
    rest = [label for label in labels if label not in kept]
    for at, label in apart(rest, gap=14):
        write(figure, (at, TOP - 27), label, palette.ink, size=SMALL, align="center")


def _ticks(ground: Axes, ticks: list[tuple[float, str]], low: float, high: float) -> None:
    pixels = [(LEFT + (at - low) / (high - low) * WIDE, label) for at, label in ticks]
    kept = set(apart(pixels))
    shown = [tick for tick, pixel in zip(ticks, pixels, strict=True) if pixel in kept]
    ground.set_xticks([at for at, _ in shown], [label for _, label in shown])


def _below(figure: Figure, words: str, palette: Palette) -> None:
    at = (LEFT + WIDE / 2, TOP + HIGH + 38)
    write(figure, at, fit(words, WIDE, SMALL), palette.soft, size=SMALL, align="center")
