"""One side of a search: which rows, which of them are hits, how likely each was; groups tested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from investigators.groups import LARGE as LARGE_TIMES
from investigators.slices.rows import subjects_tail
from investigators.slices.tails import bound, scan_gain, sum_tail
from investigators.statistics import conditional_tail, ratio

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Three = tuple[Floats, Floats, Floats]  # rows, hits, expected hits

TIMES = 1.2  # effect floor
LARGE = 0.1  # of the rows: a group that weighs on what is expected of it


@dataclass(frozen=True)
class Counted:
    """A group in one half and the rows outside of it, on one side; P of so many by chance.

    ``expected`` comes from all rows of the same score and decision, the group's own included.
    """

    n: int
    marked: int
    expected: float
    rest_n: int
    rest_marked: int
    rest_expected: float
    p: float

    @property
    def large(self) -> bool:
        """Whether it is more than a nuisance: so many times as many, or as few."""
        more, fewer = self.times >= LARGE_TIMES, self.times * LARGE_TIMES <= 1
        return self.against > 0 and (more or fewer)

    @property
    def against(self) -> float:
        """What would be expected if the group were like the rest of the same score."""
        return self.expected * self.rest_marked / self.rest_expected if self.rest_expected else 0.0

    @property
    def times(self) -> float:
        """Observed / expected of the group over that of the rest."""
        return self.marked / self.against if self.against else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of ``times``, from those of both shares."""
        if not self.expected or not self.rest_expected:
            return 0.0, float("inf")
        unit = (self.rest_expected / self.rest_n) / (self.expected / self.n)
        low, high = ratio(self.marked, self.n, self.rest_marked, self.rest_n)
        return low * unit, high * unit

    def worse(self, *, lower: bool) -> bool:
        """Whether it is off by the floor of the effect."""
        return self.times * TIMES <= 1 if lower else self.times >= TIMES

    def stands_out(self, *, lower: bool) -> bool:
        """Whether it is, and the interval not on both sides of 1."""
        low, high = self.interval
        return self.worse(lower=lower) and (high < 1 if lower else low > 1)


@dataclass(frozen=True, eq=False)
class Look:
    """One side: which rows, which of them are hits and how likely each was; shapes (rows,).

    ``lower``: fewer hits are looked for, not more.
    """

    mine: Bools
    hits: Bools | Floats
    chance: Floats
    lower: bool

    def without(self, taken: Bools) -> Look:
        """Only rows that no group before holds, with chances that give their own number of hits.

        A large group moves what is expected of everybody: beside it all others stand out.
        """
        left = self.mine & ~taken
        expected = float(self.chance[left].sum())
        if not taken.any() or not expected:
            return self
        chance = np.minimum(self.chance * (float(self.hits[left].sum()) / expected), 1.0)
        return replace(self, mine=left, chance=chance)

    @cached_property
    def totals(self) -> tuple[int, float, float]:
        """Rows, hits and expected hits of the side."""
        mine = self.mine
        return int(mine.sum()), int(self.hits[mine].sum()), float(self.chance[mine].sum())

    @cached_property
    def levels(self) -> tuple[Floats, Ints]:
        """The chances there are, and which of them each row has."""
        values, place = np.unique(self.chance, return_inverse=True)
        return values, place

    def tail(self, inside: Bools, n: int, hits: float, expected: float) -> float:
        """Exact tail of a group's count.

        A large group's, and any where all chances are equal: given the hits of all rows, as in
        ``conditional_tail``; a small one's: of a sum of unequal coins, each with its own chance.
        Large ones weigh on their own expectation, which the condition takes into account; the odds
        are those of the mean chances, and the variance is no smaller than the true one.
        """
        values, place = self.levels
        rows, all_hits, whole = self.totals
        counts = np.bincount(place[inside], minlength=len(values))
        if n < LARGE * rows and np.count_nonzero(counts) > 1:
            return sum_tail(int(hits), values, counts, upper=not self.lower)
        rest = whole - expected
        if not 0 < expected < n or not 0 < rest < rows - n:
            return 1.0
        odds = expected / (n - expected) * (rows - n - rest) / rest
        return conditional_tail(int(hits), n, int(all_hits), rows, odds, upper=not self.lower)

    def worse(self, n: Floats, hits: Floats, expected: Floats) -> Bools:
        """Whether groups are off by the floor of the effect, against their rest."""
        _, all_hits, whole = self.totals
        own, other = hits * (whole - expected), expected * (all_hits - hits)
        found: Bools = other >= TIMES * own if self.lower else own >= TIMES * other
        return found & (n > 0)

    def bounds(self, n: Floats, hits: Floats, expected: Floats) -> Floats:
        """Upper bounds of the tails of groups' counts."""
        rows, k = as_counts(n), as_counts(hits)
        return bound(rows - k, rows, n - expected) if self.lower else bound(k, rows, expected)

    def sums(self, inside: Bools) -> tuple[int, float, float]:
        """Rows, hits and expected hits of a group."""
        return int(inside.sum()), int(self.hits[inside].sum()), float(self.chance[inside].sum())

    def gains(self, n: Floats, hits: Floats, expected: Floats) -> Floats:
        """Log likelihood that a share of its own gains for each group."""
        rows, all_hits, _ = self.totals
        return scan_gain(hits, expected, n, all_hits, rows)

    def against_parent(
        self, own: tuple[int, float, float], rest: tuple[int, float, float]
    ) -> float:
        """P of a group as far off from the other rows of its parent; 0 where it cannot be told."""
        (n, hits, expected), (rest_n, rest_hits, rest_expected) = own, rest
        if not 0 < expected < n or not 0 < rest_expected < rest_n:
            return 0.0
        odds = expected / (n - expected) * (rest_n - rest_expected) / rest_expected
        k, every = int(hits), int(hits + rest_hits)
        return conditional_tail(k, n, every, n + rest_n, odds, upper=not self.lower)

    def beyond(self, own: tuple[int, float, float], rest: tuple[int, float, float]) -> bool:
        """Whether a group is off by the floor of the effect against the other rows of a parent."""
        mine, other = own[1] * rest[2], rest[1] * own[2]
        if self.lower:
            mine, other = other, mine
        return mine >= TIMES * other

    def counted(self, inside: Bools, subjects: npt.NDArray[np.int32]) -> Counted:
        """Count and test a group; rows of one subject do not count as independent."""
        n, hits, expected = self.sums(inside)
        rows, all_hits, every = self.totals
        p = 1.0
        if n:
            off = self.hits[inside] - self.chance[inside]
            odd = np.ones(n, dtype=np.bool_) if self.lower else self.hits[inside] > 0
            alike = subjects_tail(subjects[inside], -off if self.lower else off, odd)
            p = max(self.tail(inside, n, hits, expected), alike)
        k = int(hits)
        return Counted(n, k, expected, rows - n, int(all_hits) - k, every - expected, p)


def as_counts(values: Floats) -> Ints:
    """Counts that were summed up as floats."""
    found: Ints = np.rint(values).astype(np.int64)
    return found
