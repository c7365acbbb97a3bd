"""Painters of charts with a row per thing: waterfall, dots, table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigators.chart import Cells, Dots, Waterfall, broken_label
from investigators.numbers import count, in_step, number
from investigators.report.paint import (
    ADVANCE,
    NORMAL,
    SMALL,
    TITLE,
    WIDTH,
    apart,
    axes,
    blank,
    fit,
    in_lines,
    nice_ticks,
    shared,
    width_of,
    write,
)
from investigators.report.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 27
TOP = 62
LEFT, RIGHT = 16, 20
LINES, LINE = 6, 15  # of a group's words: how many at most, how high
NAMES, VALUES, PLACES, BARS = 16, 158, 280, 456


def paint_waterfall(chart: Waterfall, palette: Palette) -> Figure:
    """Paint bars from the start value to the score, with the output scale as a ruler below."""
    rows = len(chart.bars)
    figure = blank(TOP + rows * ROW + 66, palette)
    write(
        figure,
        (LEFT, 18),
        fit(chart.title, WIDTH - 40, TITLE),
        palette.ink,
        size=TITLE,
        weight="bold",
    )
    heads = ((NAMES, "input"), (VALUES, "value"), (PLACES, "among training rows"))
    for left, words in heads:
        write(figure, (left, TOP - 14), words, palette.faint, size=SMALL)
    for place, bar in enumerate(chart.bars):
        middle = TOP + (place + 0.5) * ROW
        loud = palette.finding if bar.hatched else palette.soft
        _name(figure, middle, bar.label, palette)
        write(figure, (VALUES, middle), fit(bar.value, PLACES - VALUES - 8), palette.ink)
        words = fit(bar.place or bar.note, BARS - PLACES - 10, SMALL)
        write(figure, (PLACES, middle), words, loud, size=SMALL)
    ground = axes(figure, (BARS, TOP, WIDTH - BARS - RIGHT, rows * ROW), palette)
    _bars(ground, chart, palette)
    _ruler(figure, ground, chart, palette)
    return figure


def _name(figure: Figure, middle: float, label: str, palette: Palette) -> None:
    """Write an input's name; the log's name for it goes below where they do not fit beside."""
    room = VALUES - NAMES - 8
    name, column = broken_label(label)
    if not column or width_of(label, NORMAL) <= room:
        write(figure, (NAMES, middle), fit(label, room), palette.ink)
        return
    write(figure, (NAMES, middle - 7), fit(name, room), palette.ink)
    write(figure, (NAMES, middle + 6), fit(column, room, SMALL), palette.soft, size=SMALL)


def _bars(ground: Axes, chart: Waterfall, palette: Palette) -> None:
    edges = [chart.start]
    for bar in chart.bars:
        edges.append(edges[-1] + bar.length)
    reach = [*edges, *([] if chart.threshold is None else [chart.threshold])]
    spread = (max(reach) - min(reach)) or 1.0
    # Room for the longest number on both sides.
    low, high = min(reach) - 0.20 * spread, max(reach) + 0.20 * spread
    ground.set_xlim(low, high)
    ground.set_ylim(max(1, len(chart.bars)), 0)
    ground.set_xticks([])
    ground.set_yticks([])
    if chart.threshold is not None:
        ground.axvline(chart.threshold, color=palette.finding, lw=1.2, ls=(0, (4, 3)), zorder=1)
    per_pixel = (high - low) / (WIDTH - BARS - RIGHT)
    words = in_step([bar.length for bar in chart.bars])
    for place, bar in enumerate(chart.bars):
        colour = palette.raises if bar.length >= 0 else palette.lowers
        left, right = sorted((edges[place], edges[place + 1]))
        wide = max(right - left, 2 * per_pixel)
        hatch = {"hatch": "////", "facecolor": palette.panel, "edgecolor": colour, "lw": 0.0}
        plain = {"facecolor": colour, "edgecolor": "none", "lw": 0.0}
        ground.barh(
            place + 0.5, wide, left=left, height=0.62, zorder=2, **(hatch if bar.hatched else plain)
        )
        if place + 1 < len(chart.bars):
            at = edges[place + 1]
            ground.plot(
                [at, at], [place + 0.5, place + 1.5], color=palette.faint, lw=0.8, ls=":", zorder=1
            )
        outer = left + wide + 5 * per_pixel if bar.length >= 0 else left - 5 * per_pixel
        ground.text(
            outer,
            place + 0.5,
            words[place],
            color=palette.soft,
            fontsize=SMALL,
            ha="left" if bar.length >= 0 else "right",
            va="center_baseline",
            zorder=3,
            bbox={"facecolor": palette.panel, "edgecolor": "none", "pad": 1.0},
        )


def _ruler(figure: Figure, ground: Axes, chart: Waterfall, palette: Palette) -> None:
    low, high = ground.get_xlim()
    wide = WIDTH - BARS - RIGHT
    base = TOP + len(chart.bars) * ROW + 12

    def pixel(x: float) -> float:
        return float(BARS + (x - low) / (high - low) * wide)

    rule = axes(figure, (BARS, base - 6, wide, 12), palette)
    rule.set_xlim(low, high)
    rule.set_ylim(-1, 1)
    rule.set_xticks([])
    rule.set_yticks([])
    rule.plot([low, high], [0, 0], color=palette.faint, lw=1)
    ends = [label for at, label in chart.ruler if abs(at - chart.end) < 1e-4 * (high - low)]
    end = ends[0] if ends else number(chart.end, 3)
    half = width_of(end) / 2 + 8
    labels = [
        (pixel(at), label)
        for at, label in chart.ruler
        if low <= at <= high and abs(pixel(at) - pixel(chart.end)) > half + width_of(label) / 2
    ]
    for at, label in apart(labels):
        x = low + (at - BARS) / wide * (high - low)
        rule.plot([x, x], [-0.7, 0.7], color=palette.faint, lw=1)
        write(figure, (at, base + 17), label, palette.soft, size=SMALL, align="center")
    rule.plot([chart.end], [0], "o", color=palette.ink, ms=6, clip_on=False)
    write(
        figure,
        (pixel(chart.end), base + 17),
        end,
        palette.ink,
        size=SMALL,
        weight="bold",
        align="center",
    )
    words = f"bars in {chart.scale}" + (", ruler on the output’s scale" if chart.ruler else "")
    write(figure, (NAMES, base + 17), words, palette.soft, size=SMALL)
    write(
        figure,
        (NAMES, base + 36),
        f"start {number(chart.start, 3)}, sum {number(chart.end, 3)}",
        palette.soft,
        size=SMALL,
    )
    if chart.threshold is not None:
        near = 1e-4 * (high - low)
        named = [label for at, label in chart.ruler if abs(at - chart.threshold) < near]
        label = f"threshold {named[0]}" if named else "threshold"
        reach = width_of(label) / 2
        at = min(max(pixel(chart.threshold), BARS + reach), WIDTH - 8 - reach)
        write(figure, (at, TOP - 14), label, palette.finding, size=SMALL, align="center")


def _names_end(chart: Dots) -> float:
    """Where the names end and the picture begins: names get what they need, up to its half."""
    needs = [width_of(dot.label, NORMAL + dot.own) for dot in chart.dots]  # bold is wider
    return min(max(280.0, LEFT + 24 + max(needs, default=0)), 0.5 * WIDTH)


def _label(figure: Figure, middle: float, lines: list[str], palette: Palette, *, own: bool) -> None:
    """Write a group's words in lines around a height; those of the decision's own in bold."""
    weight = "bold" if own else "normal"
    for k, each in enumerate(lines):
        at = middle + (k - (len(lines) - 1) / 2) * LINE
        write(figure, (LEFT, at), each, palette.ink, weight=weight)


def paint_dots(chart: Dots, palette: Palette) -> Figure:
    """Paint groups as dots with intervals; the rest is a dashed line, the own group filled."""
    rows, left = len(chart.dots), _names_end(chart)
    broken = [in_lines(dot.label, left - LEFT - 12, LINES) for dot in chart.dots]
    each = max(ROW, max(map(len, broken), default=1) * LINE + 8)
    figure = blank(TOP + rows * each + 56, palette)
    write(
        figure,
        (LEFT, 18),
        fit(chart.title, WIDTH - 40, TITLE),
        palette.ink,
        size=TITLE,
        weight="bold",
    )
    wide = WIDTH - left - 96
    ground = axes(figure, (left, TOP, wide, rows * each), palette)
    values = [x for dot in chart.dots for x in (dot.low, dot.high, dot.at)]
    values += [] if chart.rest is None else [chart.rest]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    margin = 0.05 * ((high - low) or abs(high) or 1.0)
    ground.set_xlim(low - margin, high + margin)
    ground.set_ylim(max(1, rows), 0)
    ground.set_yticks([])
    ground.spines["bottom"].set_visible(True)
    ground.spines["bottom"].set_color(palette.faint)
    ticks = nice_ticks(low - margin, high + margin, 5)
    ground.set_xticks(ticks, [number(tick, 3) for tick in ticks])
    if chart.rest is not None:
        ground.axvline(chart.rest, color=palette.soft, lw=1.2, ls=(0, (4, 3)), zorder=1)
        at = left + (chart.rest - low + margin) / (high - low + 2 * margin) * wide
        words = f"{chart.rest_name} {number(chart.rest, 3)}"
        reach = width_of(words) / 2
        at = min(max(at, left + reach - 60), WIDTH - 8 - reach)
        write(figure, (at, TOP - 14), words, palette.soft, size=SMALL, align="center")
    for place, dot in enumerate(chart.dots):
        middle, colour = place + 0.5, palette.finding if dot.own else palette.accent
        ground.plot(
            [dot.low, dot.high], [middle, middle], color=colour, lw=2, solid_capstyle="butt"
        )
        face = colour if dot.own else palette.panel
        ground.plot([dot.at], [middle], "o", ms=8, mec=colour, mew=2, mfc=face)
        height = TOP + middle * each
        _label(figure, height, broken[place], palette, own=dot.own)
        write(
            figure,
            (WIDTH - 16, height),
            f"n {count(dot.n)}",
            palette.soft,
            size=SMALL,
            align="right",
        )
    write(
        figure,
        (left + wide / 2, TOP + rows * each + 38),
        fit(chart.unit, wide, SMALL),
        palette.soft,
        size=SMALL,
        align="center",
    )
    return figure


def paint_cells(chart: Cells, palette: Palette) -> Figure:
    """Paint a table: header, hairlines, text cut to its column."""
    figure = blank(52 + (len(chart.rows) + 1) * ROW, palette)
    write(
        figure,
        (LEFT, 18),
        fit(chart.title, WIDTH - 40, TITLE),
        palette.ink,
        size=TITLE,
        weight="bold",
    )
    letters = ADVANCE * NORMAL
    wanted = [
        letters + max([width_of(head), *(width_of(row[at], NORMAL) for row in chart.rows)])
        for at, head in enumerate(chart.header)
    ]
    wide = WIDTH - LEFT - RIGHT
    columns = shared(wanted, wide - 8 * len(wanted))
    spare = max(0.0, wide - sum(columns)) / max(1, len(columns))
    lefts: list[float] = [LEFT]
    for column in columns:
        lefts.append(lefts[-1] + column + spare)
    ground = axes(figure, (LEFT, 40, WIDTH - LEFT - RIGHT, (len(chart.rows) + 1) * ROW), palette)
    ground.set_xticks([])
    ground.set_yticks([])
    ground.set_xlim(0, 1)
    ground.set_ylim(len(chart.rows) + 1, 0)
    for edge in range(1, len(chart.rows) + 1):
        ground.plot([0, 1], [edge, edge], color=palette.line, lw=1)
    for number_of_row, row in enumerate((chart.header, *chart.rows)):
        colour, size = (palette.faint, SMALL) if number_of_row == 0 else (palette.ink, NORMAL)
        for begin, end, text in zip(lefts, lefts[1:], row, strict=False):
            middle = 40 + (number_of_row + 0.5) * ROW
            write(figure, (begin + 2, middle), fit(text, end - begin - 6, size), colour, size=size)
    return figure
