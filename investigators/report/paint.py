"""What the painters share: the empty figure, tick positions, labels that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil, exp, floor, log, log10
from textwrap import wrap
from typing import TYPE_CHECKING

from investigators.numbers import number
from investigators.report.palette import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 820
SMALL, NORMAL, TITLE = 11.0, 12.0, 13.0
# Mean advance of the measuring font in parts of its size; it is wider than the usual system ones.
ADVANCE = 0.60
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TIME_STEPS = (60, 300, 900, 3600, 10800, 21600, 43200, 86400, 2 * 86400, 7 * 86400, 14 * 86400)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


def blank(height: float, palette: Palette) -> Figure:
    """Return an empty figure of the report's width."""
    from matplotlib.figure import Figure as Made

    made = Made(figsize=(WIDTH / 72, height / 72), dpi=72)
    made.set_facecolor(palette.panel)
    return made


def axes(figure: Figure, box: tuple[float, float, float, float], palette: Palette) -> Axes:
    """Return bare axes in ``box``: left, top, width, height in pixels from the top left."""
    height = figure.get_figheight() * 72
    left, top, wide, high = box
    place = (left / WIDTH, 1 - (top + high) / height, wide / WIDTH, high / height)
    made = figure.add_axes(place)
    made.set_facecolor("none")
    for spine in made.spines.values():
        spine.set_visible(False)
    made.tick_params(
        length=4, width=1, color=palette.faint, labelcolor=palette.soft, labelsize=SMALL
    )
    return made


def write(
    figure: Figure,
    at: tuple[float, float],
    text: str,
    colour: str,
    *,
    size: float = NORMAL,
    weight: str = "normal",
    align: str = "left",
) -> None:
    """Write at a pixel position from the top left; the text's middle is at its height."""
    height = figure.get_figheight() * 72
    figure.text(
        at[0] / WIDTH,
        1 - at[1] / height,
        text,
        color=colour,
        fontsize=size,
        fontweight=weight,
        ha=align,
        va="center_baseline",
    )


def fit(text: str, pixels: float, size: float = NORMAL) -> str:
    """Return the text cut to a width, with an ellipsis."""
    text = " ".join(text.split())
    letters = int(pixels / (ADVANCE * size))
    return text if len(text) <= letters else text[: max(1, letters - 1)].rstrip() + "…"


def in_lines(text: str, pixels: float, most: int, size: float = NORMAL) -> list[str]:
    """Return the text in at most ``most`` lines of a width, the last one cut with an ellipsis."""
    lines = wrap(text, max(1, int(pixels / (ADVANCE * size))), break_on_hyphens=False)
    if len(lines) > most:
        lines = [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), pixels, size)]
    return lines or [""]


def width_of(text: str, size: float = SMALL) -> float:
    """Return about how wide a text is, in pixels."""
    return ADVANCE * size * len(text)


def shared(wanted: Sequence[float], room: float) -> list[float]:
    """Share out room: what asks for little gets all of it, the widest give way alike."""
    given = [0.0] * len(wanted)
    for done, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[place] = max(0.0, min(wanted[place], room / (len(wanted) - done)))
        room -= given[place]
    return given


def fitted(texts: Sequence[str], room: float, size: float = SMALL) -> list[str]:
    """Return texts that stand in one line of so many pixels; only the longest are cut."""
    # A letter more than they need, as rounding must not cut what fits.
    rooms = shared([width_of(text, size) + ADVANCE * size for text in texts], room)
    return [fit(text, wide, size) for text, wide in zip(texts, rooms, strict=True)]


def apart(places: Sequence[tuple[float, str]], gap: float = 10) -> list[tuple[float, str]]:
    """Keep the labels (pixel, text) that do not run into the one kept before."""
    kept: list[tuple[float, str]] = []
    end = float("-inf")
    for at, text in sorted(places):
        half = width_of(text) / 2
        if at - half >= end + gap:
            kept.append((at, text))
            end = at + half
    return kept


def nice_ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Round positions between two values."""
    if not high > low:
        return [low]
    raw = (high - low) / wanted
    size = 10 ** floor(log10(raw))
    step = next(size * by for by in (1, 2, 2.5, 5, 10) if size * by >= raw)
    first = ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Positions (natural logarithms) of round values between two natural logarithms."""
    decades = (high - low) / log(10)
    if decades < 0.6:
        return [log(x) for x in nice_ticks(exp(low), exp(high), 5) if x > 0]
    by = (1, 2, 5) if decades < 3 else (1,)
    exponents = range(floor(low / log(10)), ceil(high / log(10)) + 1)
    step = max(1, ceil(decades / 8))
    ticks = [log(m) + e * log(10) for e in exponents if e % step == 0 for m in by]
    return [tick for tick in ticks if low <= tick <= high]


def short_value(x: float) -> str:
    """Say a tick's value: ``1,000``, ``10 million``."""
    for size, words in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(x) >= size:
            return f"{number(x / size, 3)} {words}"
    return number(x, 3)


def time_ticks(low: float, high: float, wanted: int = 7) -> list[tuple[float, str]]:
    """Round times (seconds since 1970) and their labels between two times."""
    raw = (high - low) / wanted
    step = next((step for step in TIME_STEPS if step >= raw), None)
    if step is None:
        return _month_ticks(low, high, wanted)
    ticks = [k * step for k in range(ceil(low / step), floor(high / step) + 1)]
    return [(float(tick), _time_label(tick, step)) for tick in ticks]


def _time_label(tick: float, step: float) -> str:
    at = datetime.fromtimestamp(tick, UTC)
    day = f"{at.day} {MONTHS[at.month - 1]}"
    if step >= 86400:
        return day
    return f"{day} {at:%H:%M}" if (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"


def _month_ticks(low: float, high: float, wanted: int) -> list[tuple[float, str]]:
    months = (high - low) / (30.4 * 86400)
    step = next((step for step in MONTH_STEPS if step * wanted >= months), MONTH_STEPS[-1])
    at = datetime.fromtimestamp(low, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ticks = []
    while at.timestamp() <= high:
        if at.timestamp() >= low and (at.year * 12 + at.month - 1) % step == 0:
            ticks.append((at.timestamp(), f"{MONTHS[at.month - 1]} {at.year}"))
        at = (at + timedelta(days=32)).replace(day=1)
    return ticks
