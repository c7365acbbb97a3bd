"""Outcomes of a group against what its scores say, and against how far off the others' are."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

from investigators.slices.rows import Marked, subjects_tail
from investigators.slices.tails import sum_tail
from investigators.statistics import conditional_tail, jeffreys, ratio

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

CELLS = 500  # chances within a five-hundredth are taken at their mean: the sum hardly moves
SLIGHT = 1.1  # the least by which both halves must be off
HALVES = 0.1


@dataclass(frozen=True)
class Off:
    """Observed and expected positives of a group and of the others.

    ``p`` is two-sided: against the scores as they are, and against scores that are as far off as
    the others' (the larger of the two).  ``repeats``: both halves of the subjects point the way.
    """

    n: int
    observed: int
    expected: float
    rest_n: int
    rest_observed: int
    rest_expected: float
    p: float
    repeats: bool = False

    @property
    def times(self) -> float:
        """Observed / expected."""
        return self.observed / self.expected if self.expected else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of ``times``: Jeffreys' for the share, which is wide for unequal coins."""
        if not self.expected:
            return 0.0, inf
        low, high = (end * self.n / self.expected for end in jeffreys(self.observed, self.n))
        return low, high

    @property
    def rest_times(self) -> float:
        """Observed / expected of the others."""
        return self.rest_observed / self.rest_expected if self.rest_expected else 1.0

    @property
    def relative(self) -> tuple[float, float, float]:
        """``times`` over the others', with its 95 % interval."""
        if not self.expected or not self.rest_expected or not self.rest_observed:
            return 1.0, 0.0, inf
        unit = (self.rest_expected / self.rest_n) / (self.expected / self.n)
        low, high = ratio(self.observed, self.n, self.rest_observed, self.rest_n)
        return self.times / self.rest_times, low * unit, high * unit


def positives(rows: Marked) -> Bools:
    """Which rows have the positive outcome."""
    found: Bools = rows.bad if rows.high_is_adverse else ~rows.bad
    return found


def off(rows: Marked, inside: Bools) -> Off:
    """Compare a group with its scores and with the others; all rows have a probability."""
    whole = _off(rows, inside)
    split = (inside[rows.searching], inside[~rows.searching])
    halves = [_off(half, mine) for half, mine in zip(rows.halves, split, strict=True)]
    sign = whole.times >= 1
    same = all(
        min(one.n, one.rest_n) > 0
        and one.p < HALVES
        and (one.times >= 1) == sign
        and max(one.times, 1 / max(one.times, 1e-9)) >= SLIGHT
        for one in halves
    )
    numbers = (whole.n, whole.observed, whole.expected)
    rest = (whole.rest_n, whole.rest_observed, whole.rest_expected)
    return Off(*numbers, *rest, whole.p, same)


def _off(rows: Marked, inside: Bools) -> Off:
    positive, chance = positives(rows), rows.predicted
    n, k, expected = int(inside.sum()), int(positive[inside].sum()), float(chance[inside].sum())
    rest = ~inside
    m, rest_k, rest_e = int(rest.sum()), int(positive[rest].sum()), float(chance[rest].sum())
    p = max(_absolute(chance[inside], k), _against(n, k, expected, m, rest_k, rest_e))
    if n:
        gap = positive[inside] - chance[inside]
        sign = 1.0 if gap.sum() >= 0 else -1.0
        hits = positive[inside] if sign > 0 else np.ones(n, dtype=np.bool_)
        p = max(p, min(1.0, 2 * subjects_tail(rows.subjects[inside], sign * gap, hits)))
    return Off(n, k, expected, m, rest_k, rest_e, p)


def _absolute(chance: Floats, observed: int) -> float:
    """Two-sided tail of the sum of coins with the scores' own chances."""
    if not len(chance):
        return 1.0
    levels, counts = _levels(chance)
    up, down = (sum_tail(observed, levels, counts, upper=upper) for upper in (True, False))
    return min(1.0, 2 * min(up, down))


def _levels(chance: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    cell = np.minimum((chance * CELLS).astype(np.int64), CELLS - 1)
    counts = np.bincount(cell, minlength=CELLS)
    sums = np.bincount(cell, weights=chance, minlength=CELLS)
    used = counts > 0
    return sums[used] / counts[used], counts[used]


def _against(n: int, k: int, expected: float, m: int, rest_k: int, rest_e: float) -> float:
    """Two-sided exact tail where the group's odds are to the others' as the scores say."""
    if not n or not m or not 0 < expected < n or not 0 < rest_e < m:
        return 1.0
    odds = expected / (n - expected) * (m - rest_e) / rest_e
    up, down = (
        conditional_tail(k, n, k + rest_k, n + m, odds, upper=upper) for upper in (True, False)
    )
    return min(1.0, 2 * min(up, down))
