"""Values instead of wrong or right: errors of a regression, or scores, by their ranks.

Each row gets its rank among rows of the same prediction, scaled to between 0 and 1.  The mean of a
group's ranks less that of the other rows is P(a row of the group is above another) - 1/2 (Mann,
Whitney, Annals of Mathematical Statistics 18 (1947) 50; in strata of equal weight: van Elteren,
Bulletin de l'Institut International de Statistique 37 (1960) 351).  Ranks are bounded, so that
outliers and skewed errors do not make a tail wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from investigators.groups import LARGE_BIAS
from investigators.slices.looks import Bools, Counted, Floats, Look, Three
from investigators.slices.rows import Marked, Side, score_bins, subjects_tail

FLOOR = 0.05  # of P(above) - 1/2; some 0.18 standard deviations
VARIANCE = 1 / 12  # of ranks without ties; ties have less
Sums = tuple[int, float, float]


@dataclass(frozen=True)
class Compared(Counted):
    """A group's values and those of the rows outside of it; ``marked`` counts the upper halves.

    ``share`` is P(a row of the group is above another row) by ranks, ``mean`` of the group's
    values, ``difference`` from what other rows of the same prediction have, with its 95 % interval
    ``low`` to ``high`` (Welch, Biometrika 34 (1947) 28), ``spread`` their standard deviation.
    """

    share: float = 0.5
    mean: float = 0.0
    difference: float = 0.0
    low: float = -inf
    high: float = inf
    spread: float = 0.0

    @property
    def large(self) -> bool:
        """Whether the mean is off by a good part of a standard deviation."""
        return abs(self.difference) >= LARGE_BIAS * self.spread > 0

    def worse(self, *, lower: bool) -> bool:
        """Whether it is off by the floor of the effect."""
        return self.share <= 0.5 - FLOOR if lower else self.share >= 0.5 + FLOOR

    def stands_out(self, *, lower: bool) -> bool:
        """Whether it is, and the mean's interval not on both sides of 0."""
        return self.worse(lower=lower) and (self.high < 0 if lower else self.low > 0)


@dataclass(frozen=True, eq=False)
class Ranked(Look):
    """One side: ``hits`` are ranks from 0 to 1, ``chance`` is 1/2; shapes (rows,).

    ``values`` are what was ranked, ``usual`` the mean of all rows of the same prediction.
    """

    values: Floats
    usual: Floats

    def without(self, taken: Bools) -> Ranked:
        """Only rows that no group before holds: its ranks put all others on the other side."""
        return replace(self, mine=self.mine & ~taken)

    @cached_property
    def totals(self) -> tuple[int, float, float]:
        """Rows, the sum of ranks and half of the rows."""
        rows = int(self.mine.sum())
        return rows, float(self.hits[self.mine].sum()), rows / 2

    def sums(self, inside: Bools) -> Sums:
        """Rows, the sum of ranks and half of the rows of a group."""
        n = int(inside.sum())
        return n, float(self.hits[inside].sum()), n / 2

    def tail(self, inside: Bools, n: int, hits: float, expected: float) -> float:
        """Normal tail of the sum of ranks: above the true one far out, as ranks are bounded."""
        del inside
        found = self.bounds(*(np.array([float(x)]) for x in (n, hits, expected)))
        return float(found[0])

    def bounds(self, n: Floats, hits: Floats, expected: Floats) -> Floats:
        """The same of many groups."""
        del expected
        found: Floats = stats.norm.sf(self._distance(n, hits))
        return found

    def _distance(self, n: Floats, hits: Floats) -> Floats:
        rows, whole, _ = self.totals
        spread = np.sqrt(np.maximum(n * (rows - n), 1.0) / max(rows - 1, 1) * VARIANCE)
        found: Floats = (hits - n * whole / max(rows, 1)) / spread
        return -found if self.lower else found

    def worse(self, n: Floats, hits: Floats, expected: Floats) -> Bools:
        """Whether groups are off by the floor of the effect, against their rest."""
        del expected
        rows, whole, _ = self.totals
        above = hits / np.maximum(n, 1) - (whole - hits) / np.maximum(rows - n, 1)
        found: Bools = ((-above if self.lower else above) >= FLOOR) & (n > 0) & (n < rows)
        return found

    def gains(self, n: Floats, hits: Floats, expected: Floats) -> Floats:
        """Log likelihood that a mean of its own gains for each group."""
        del expected
        found: Floats = self._distance(n, hits) ** 2 / 2
        return found

    def beyond(self, own: Sums, rest: Sums) -> bool:
        """Whether a group is off by the floor against the other rows of a parent."""
        if not own[0] or not rest[0]:
            return True
        above = own[1] / own[0] - rest[1] / rest[0]
        return (-above if self.lower else above) >= FLOOR

    def against_parent(self, own: Sums, rest: Sums) -> float:
        """P of a group as far off from the other rows of its parent."""
        if not own[0] or not rest[0]:
            return 0.0
        above = own[1] / own[0] - rest[1] / rest[0]
        distance = above / sqrt(VARIANCE * (1 / own[0] + 1 / rest[0]))
        return float(stats.norm.sf(-distance if self.lower else distance))

    def counted(self, inside: Bools, subjects: npt.NDArray[np.int32]) -> Counted:
        """Compare a group; rows of one subject do not count as independent."""
        n, hits, expected = self.sums(inside)
        rows, whole, every = self.totals
        upper = self.hits > 0.5
        outside = self.mine & ~inside
        marked = int(upper[inside].sum())
        rest = (rows - n, int(upper[outside].sum()), every - expected)
        if not 1 < n < rows - 1:
            return Compared(n, marked, expected, *rest, 1.0)
        other = (whole - hits) / (rows - n)
        off = self.hits[inside].astype(np.float64) - other
        odd = np.ones(n, dtype=np.bool_)
        alike = subjects_tail(subjects[inside], -off if self.lower else off, odd)
        p = max(self.tail(inside, n, hits, expected), alike)
        centred = self.values - self.usual
        difference, low, high = welch(centred[inside], centred[outside])
        spread = float(centred[outside].std(ddof=1))
        mean = float(self.values[inside].mean())
        share = 0.5 + hits / n - other
        return Compared(n, marked, expected, *rest, p, share, mean, difference, low, high, spread)


def welch(one: Floats, other: Floats) -> tuple[float, float, float]:
    """Difference of two means and its 95 % interval, variances not taken for equal.

    Welch, Biometrika 34 (1947) 28.
    """
    parts = [float(x.var(ddof=1)) / len(x) for x in (one, other)]
    difference, square = float(one.mean() - other.mean()), sum(parts)
    if square <= 0:
        return difference, difference, difference
    freedom = square**2 / sum(
        part**2 / (len(x) - 1) for part, x in zip(parts, (one, other), strict=True)
    )
    wide = float(stats.t.ppf(0.975, freedom)) * sqrt(square)
    return difference, difference - wide, difference + wide


def looks_of(rows: Marked) -> dict[Side, Ranked]:
    """What is ranked on each side: size of the error and the error itself, or the score."""
    every = np.ones(len(rows.rows), dtype=np.bool_)
    bins = score_bins(rows.score) if rows.measure == "error" else np.zeros(len(every), np.int64)
    chance = np.full(len(every), 0.5)

    def ranked(values: Floats, *, lower: bool) -> Ranked:
        usual = np.bincount(bins, weights=values) / np.maximum(np.bincount(bins), 1)
        return Ranked(every, _ranks(values, bins), chance, lower, values, usual[bins])

    if rows.measure == "score":
        return {"any": ranked(rows.score, lower=False), "fewer": ranked(rows.score, lower=True)}
    return {
        "any": ranked(np.abs(rows.errors), lower=False),
        "more": ranked(rows.errors, lower=False),
        "fewer": ranked(rows.errors, lower=True),
    }


def tables_of(
    looks: dict[Side, Ranked], key: npt.NDArray[np.integer], width: int
) -> dict[Side, Three]:
    """Rows, sums of ranks and half of the rows by code, per side."""
    n = np.bincount(key, minlength=width).astype(np.float64)
    found: dict[Side, Three] = {}
    for side, look in looks.items():
        if side == "fewer":  # the ranks of the side before it
            k = found["more" if "more" in found else "any"][1]
        else:
            k = np.bincount(key, weights=look.hits, minlength=width)
        found[side] = (n, k, n / 2)
    return found


def _ranks(values: Floats, bins: npt.NDArray[np.int64]) -> Floats:
    """Mid-ranks within each bin, between 0 and 1."""
    found = np.empty(len(values))
    order = np.argsort(bins, kind="stable")
    for at in np.split(order, np.flatnonzero(np.diff(bins[order])) + 1):
        if len(at):
            found[at] = (stats.rankdata(values[at]) - 0.5) / len(at)
    return found
