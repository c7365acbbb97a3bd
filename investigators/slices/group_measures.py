"""Measures of a group that need its rows one by one, and the table of all its measures.

How well the score orders outcomes (AUC) and the median size of the error are told, and decide
nothing: both depend on how widely the group's risk, or its outcomes, are spread.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from investigators.chart import Cells
from investigators.evidence import Condition, segment_words
from investigators.group_words import Beside, Told, percent
from investigators.groups import LARGE, Arena, Bools, Floats, Kind, Measured
from investigators.numbers import count
from investigators.roc import EACH_OUTCOME, area_of
from investigators.slices.own_groups import GroupRows
from investigators.statistics import Interval

FEWEST = 20  # rows of a group, and of the others
WIDE = 0.1  # difference of two areas whose power is told
DRAWS = 2_000
SEED = 20_261
NAMES: dict[Kind, str] = {
    "adverse": "selection: adverse decisions",
    "wrong": "error: wrong decisions",
    "false rejection": "false rejection",
    "false acceptance": "false acceptance",
    "calibration": "calibration: observed / predicted",
    "bias": "mean error",
    "error size": "mean size of the error",
}


class Compared:
    """The rows of an arena, in the order of their scores or of the sizes of their errors."""

    def __init__(self, rows: GroupRows, place: Arena) -> None:
        self._rows = rows
        at = np.flatnonzero(rows.compared(place))
        if rows.regression:
            sizes = np.abs(rows.predicted[at] - rows.known[at])
            order = np.argsort(sizes, kind="stable")
            self._at, self._sizes = at[order], sizes[order]
        else:
            values, codes = np.unique(rows.predicted[at], return_inverse=True)
            self._at, self._codes, self._width = at, codes, len(values)
            self._positive = rows.outcome[at] == 1
            self._all = self._counts(np.ones(len(at), dtype=np.bool_))

    def of(self, group: Sequence[int]) -> Beside:
        """The measure of a group: conditions that all hold."""
        bits = sum(1 << i for i in group)
        inside = (self._rows.mask[self._at] & bits) == bits
        return self._median(inside) if self._rows.regression else self._area(inside)

    def _counts(self, chosen: Bools) -> tuple[Floats, Floats]:
        up, down = (
            np.bincount(self._codes[chosen & side], minlength=self._width).astype(np.float64)
            for side in (self._positive, ~self._positive)
        )
        return up, down

    def _area(self, inside: Bools) -> Beside:
        """Areas of two groups of rows are independent: their variances add up (DeLong 1988)."""
        mine = self._counts(inside)
        rest = tuple(a - b for a, b in zip(self._all, mine, strict=True))
        n, rest_n = (int(side[0].sum() + side[1].sum()) for side in (mine, rest))
        fewest = min(int(counts.sum()) for counts in (*mine, *rest))
        if fewest < EACH_OUTCOME:
            return Beside("AUC", n, rest_n, f"{count(fewest)} rows of one outcome on one side")
        (own, own_error), (other, rest_error) = area_of(*mine), area_of(rest[0], rest[1])
        error = sqrt(own_error**2 + rest_error**2)
        if not own_error or not rest_error:
            return Beside("AUC", n, rest_n, "no two rows are out of order, so there is no interval")
        z = float(stats.norm.ppf(0.975))
        return Beside(
            "AUC", n, rest_n, "", own, _around(own, z * own_error), other,
            _around(other, z * rest_error), own - other,
            (own - other - z * error, own - other + z * error),
            float(stats.norm.cdf(WIDE / error - z)),
        )  # fmt: skip

    def _median(self, inside: Bools) -> Beside:
        name, mine, rest = "median size of the error", self._sizes[inside], self._sizes[~inside]
        fewest = min(len(mine), len(rest))
        if fewest < FEWEST:
            return Beside(name, len(mine), len(rest), f"{count(fewest)} rows on one side")
        random = np.random.default_rng(SEED)
        drawn, rest_drawn = (medians(each, DRAWS, random) for each in (mine, rest))
        own, other = float(np.median(mine)), float(np.median(rest))
        if not other or (rest_drawn <= 0).any() or (drawn <= 0).any():
            return Beside(name, len(mine), len(rest), "half of the errors on one side are nil")
        ratio = drawn / rest_drawn
        spread = float(np.std(np.log(ratio))) or 1e-9
        seen = float(stats.norm.cdf(log(LARGE) / spread - stats.norm.ppf(0.975)))
        return Beside(
            name, len(mine), len(rest), "", own, _middle(drawn), other, _middle(rest_drawn),
            own / other, _middle(ratio), seen,
        )  # fmt: skip


def medians(ordered: Floats, draws: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Medians of bootstrap samples of ordered values, without drawing the samples.

    A sample's ranks are those of n uniform numbers, whose order statistics have beta distributions
    (Efron, Annals of Statistics 7 (1979) 1, section 3): its median is drawn directly.
    """
    n = len(ordered)
    lower = (n + 1) // 2
    first = random.beta(lower, n - lower + 1, draws)
    second = first if n % 2 else 1 - (1 - first) * (1 - random.beta(1, n - lower, draws))
    low, high = (
        ordered[np.clip(np.ceil(n * each).astype(np.int64) - 1, 0, n - 1)]
        for each in (first, second)
    )
    found: npt.NDArray[np.float64] = (low + high) / 2
    return found


def _middle(drawn: Floats) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _around(area: float, half: float) -> Interval:
    return max(area - half, 0.0), min(area + half, 1.0)


def table(
    told: Told,
    segment: tuple[Condition, ...],
    measures: dict[Kind, Measured],
    beside: Beside | None,
    drawn: str,
) -> Cells:
    """All measures of one group; ``drawn`` says its value drawn to the common one."""
    rows = [_row(measures[kind], name) for kind, name in NAMES.items() if kind in measures]
    if told.place is not None and told.place.selected:
        why = "not known: outcomes are of accepted rows only"
        rows += [(NAMES[kind], "", "", why, "", "") for kind in ("wrong", "false acceptance")]
    if beside is not None:
        rows.append(_beside_row(beside))
    header = ("measure", "group", "others", "times as bad", "95 % interval", "power")
    strip = f"Power: how often {LARGE:g} times (mean error: 0.3 standard deviations; AUC: {WIDE:g})"
    strip += " would be seen. AUC and medians decide nothing: they follow the spread of the risk. "
    return Cells(
        f"{segment_words(segment)}: all measures", header, tuple(rows), f"{strip}{drawn}".strip(),
        "Each measure of the group, of the others, and how they compare.",
    )  # fmt: skip


def _row(one: Measured, name: str) -> tuple[str, ...]:
    if min(one.n, one.rest_n) < FEWEST:
        return name, "", "", f"too few to say: {one.n:,} and {one.rest_n:,} rows", "", ""
    means = one.kind in ("bias", "error size")
    if one.kind == "calibration":
        sides = [(one.k, one.expected or 0.0), (one.rest_k, one.rest_expected or 0.0)]
        cells = [f"{k:,.0f} / {e:,.1f} = {k / e:.2f}" if e else "none" for k, e in sides]
    elif means:
        cells = [f"{k:.4g} (n {n:,})" for k, n in ((one.k, one.n), (one.rest_k, one.rest_n))]
    else:
        pairs = ((one.k, one.n), (one.rest_k, one.rest_n))
        cells = [f"{k:,.0f} of {n:,} ({percent(k / n, 1)})" for k, n in pairs]
    unit = " sd" if one.kind == "bias" else ""
    low, high, times = (
        f"{x:.2f}" if np.isfinite(x) else "any" for x in (one.low, one.high, one.times)
    )
    seen = "" if one.power is None else percent(one.power)
    return name, *cells, f"{times}{unit}", f"{low} to {high}", seen


def _beside_row(one: Beside) -> tuple[str, ...]:
    if one.few:
        return one.name, "", "", f"too few to say: {one.few}", "", ""
    sides = ((one.own, one.own_interval, one.n), (one.rest, one.rest_interval, one.rest_n))
    cells = [f"{at:.3g} ({low:.3g} to {high:.3g}; n {n:,})" for at, (low, high), n in sides]
    low, high = one.interval
    area = one.name == "AUC"
    apart = f"{one.apart:+.3f} apart" if area else f"{one.apart:.2f}"
    ends = f"{low:+.3f} to {high:+.3f}" if area else f"{low:.2f} to {high:.2f}"
    return one.name, *cells, apart.replace("-", "−"), ends.replace("-", "−"), percent(one.power)
