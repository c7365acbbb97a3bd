"""Where the words, bars and numbers of a waterfall stand at a width of the whole.

Words give way first, then the numbers beside the bars: bars keep a third of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFontMetrics

from app import theme
from app.language import later, tr
from investigators.chart import Waterfall as Chart
from investigators.chart import broken_label

ROW, HEAD, EDGE = 31, 40, 12
TALL_ROW, TALL_HEAD = 44, 46  # where a row has its place among training rows in a second line
LINE = 18  # what a third line adds: the log's name, where it does not fit beside the model's
THIRD = 1 / 3  # of the whole that bars keep, however wide words and numbers are
MINUS = "−"
NAME, VALUE, AMONG = later("input"), later("value"), later("among training rows")


def signed(length: float, decimals: int) -> str:
    """A bar's length with its sign."""
    return f"{length:+.{decimals}f}".replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the columns of words at a width of the whole, with their gaps, in pixels."""

    name: int
    value: int
    place: int
    stacked: bool
    broken: bool = False

    @property
    def left(self) -> int:
        """Where the bars begin."""
        words = max(self.name + self.value, self.place) if self.stacked else (
            self.name + self.value + self.place
        )  # fmt: skip
        return EDGE + words

    @property
    def row(self) -> int:
        """Height of a row."""
        high = TALL_ROW if self.stacked else ROW
        return theme.theme().px(high + LINE if self.broken else high)

    @property
    def head(self) -> int:
        """Height of the titles."""
        return theme.theme().px(TALL_HEAD if self.stacked else HEAD)


def columns_at(chart: Chart, width: int) -> Columns:
    """What the words need, within a share of the whole; stacked where they do not fit beside."""
    look = theme.theme()
    plain, small = QFontMetrics(look.font(13)), QFontMetrics(look.font(11.5))
    bars = chart.bars
    names = max(plain.horizontalAdvance(text) for text in (tr(NAME), *(b.label for b in bars)))
    values = max(plain.horizontalAdvance(text) for text in (tr(VALUE), *(b.value for b in bars)))
    said = (tr(AMONG), *(b.place or b.note for b in bars))
    places = max(small.horizontalAdvance(text) for text in said)
    gap = look.px(14)
    if names + values + places + 3 * gap <= 0.56 * width:
        return Columns(names + gap, values + gap, places + gap, stacked=False)
    gap, room = look.px(10), min(0.6 * width, (1 - THIRD) * width - 2 * EDGE)
    value = min(values, int(room / 2)) + gap
    name = min(names + gap, int(room) - value)
    parts = [broken_label(b.label) for b in bars]
    broken = name < names + gap and any(column for _, column in parts)
    if broken:
        name = min(max(plain.horizontalAdvance(own) for own, _ in parts) + gap, name)
        places = max(places, *(small.horizontalAdvance(column) for _, column in parts))
    return Columns(name, value, min(places + gap, int(room)), stacked=True, broken=broken)


@dataclass(frozen=True, slots=True)
class Number:
    """Where a bar's number begins, in pixels, and whether it stands inside the bar."""

    at: float
    inside: bool = False


class BarPlaces:
    """Bars between ``left`` and ``right`` (pixels) on the raw scale, and their numbers.

    ``sums`` are the scores before and after each bar, ``words`` the lengths as they are written,
    ``widths`` the pixels that these take, ``x0`` and ``x1`` the ends of the scale.
    """

    def __init__(self, chart: Chart, left: float, right: float, width: int) -> None:
        look = theme.theme()
        self.chart, self.left, self.right = chart, left, right
        self.sums = [chart.start]
        for bar in chart.bars:
            self.sums.append(self.sums[-1] + bar.length)
        reach = [*self.sums, *([chart.threshold] if chart.threshold is not None else [])]
        pad = (max(reach) - min(reach) or 1.0) * 0.02
        self.low, self.high = min(reach) - pad, max(reach) + pad
        largest = max((abs(bar.length) for bar in chart.bars), default=1.0)
        decimals = 2 if largest >= 0.1 else 4 if largest >= 0.001 else 6
        measure = QFontMetrics(look.font(11.5)).horizontalAdvance
        self.words = [signed(bar.length, decimals) for bar in chart.bars]
        self.widths = [measure(words) + 2 for words in self.words]
        self.gap = look.px(5)
        self.x0, self.x1 = self._room(THIRD * width)

    def _room(self, least: float) -> tuple[float, float]:
        """Ends of the scale: room for numbers only on a side that needs it, if bars keep ``least``.

        Where they would not, bars have all of it, and numbers stand where they find room.
        """
        number = max(self.widths, default=0) + self.gap
        for before, after in ((0, 0), (0, number), (number, 0), (number, number)):
            self.x0, self.x1 = self.left + before, self.right - after
            fits = all(self._beside(k, far=True) is not None for k in range(len(self.words)))
            if fits and self.x1 - self.x0 >= least:
                return self.x0, self.x1
        return self.left, self.right

    def x(self, value: float) -> float:
        """A place on the raw scale in pixels."""
        return self.x0 + (value - self.low) / (self.high - self.low) * (self.x1 - self.x0)

    def ends(self, k: int) -> tuple[float, float]:
        """Left and right end of a bar, which is never too thin to be seen."""
        left, right = sorted((self.x(self.sums[k]), self.x(self.sums[k + 1])))
        return left, max(right, left + 1.5)

    def _beside(self, k: int, *, far: bool) -> float | None:
        """Where a number begins beside the far end or the beginning of its bar, if there is room.

        The far end of a bar that raises is its right one.
        """
        left, right = self.ends(k)
        after = (self.chart.bars[k].length >= 0) == far
        at = right + self.gap if after else left - self.gap - self.widths[k]
        return at if self.left <= at <= self.right - self.widths[k] else None

    def number(self, k: int) -> Number:
        """Beside the far end, else inside the bar, else beside its beginning.

        Where no side is wide enough it stands at the end of the wider one, over the bar's end.
        """
        at = self._beside(k, far=True)
        if at is not None:
            return Number(at)
        (left, right), wide = self.ends(k), self.widths[k]
        if right - left >= wide + 2 * self.gap:
            raises = self.chart.bars[k].length >= 0
            return Number(right - self.gap - wide if raises else left + self.gap, inside=True)
        at = self._beside(k, far=False)
        if at is not None:
            return Number(at)
        return Number(self.left if left - self.left > self.right - right else self.right - wide)
