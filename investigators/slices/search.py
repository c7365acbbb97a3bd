"""The search: every literal and pair of literals of two columns, counted, tested, the few kept.

One half of the subjects is searched, the other confirms.  A pair of columns is one count of the
rows by their two codes; every pair of their literals is a sum of its cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from investigators.evidence import Condition
from investigators.slices.literals import Coded, Codes
from investigators.slices.rows import Marked, Side, subjects_tail
from investigators.slices.tails import bound, child_tail, log_gain, price, sum_tail, times_interval
from investigators.statistics import adjusted, conditional_tail
from investigators.task import Task

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SUPPORT = 10  # rows of the searched half
SAME = 0.95  # a pair that holds this share of a parent's rows is the parent
RATE = 0.05  # false discovery rate of the search, and of the confirmation
TIMES = 1.2  # effect floor
MOST_KEPT = 8
MOST_TRIED = 300
MOST_EXACT = 500
NEAR = 0.01  # bounds above it cannot pass a correction for thousands


@dataclass(frozen=True)
class Description:
    """Up to two literals: (column's index, literal's index) each."""

    literals: tuple[tuple[int, int], ...]

    def conditions(self, coded: Sequence[Coded]) -> tuple[Condition, ...]:
        """Its conditions, in the columns' order."""
        return tuple(coded[column].literals[k] for column, k in self.literals)

    def holds(self, coded: Sequence[Coded], rows: Ints) -> Bools:
        """Which of the rows (row numbers) it describes."""
        found = np.ones(len(rows), dtype=np.bool_)
        for column, k in self.literals:
            one = coded[column]
            found &= one.member[k][one.codes[rows]]
        return found


@dataclass(frozen=True)
class Counted:
    """A group in one half: rows, marked ones, expected ones, P of so many by chance."""

    n: int
    marked: int
    expected: float
    p: float

    @property
    def times(self) -> float:
        """Observed / expected."""
        return self.marked / self.expected if self.expected else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of ``times``."""
        return times_interval(self.marked, self.expected)


@dataclass(frozen=True)
class Slice:
    """A description that the search kept; ``confirmed`` when the other half shows it too.

    ``q`` is the search's p after correction over all tested, ``confirmed_p`` the confirmation's
    after correction over the carried ones (without rows of those confirmed before it).
    """

    description: Description
    side: Side
    searched: Counted
    q: float
    confirming: Counted
    confirmed_p: float = 1.0
    confirmed: bool = False


@dataclass(frozen=True)
class Result:
    """What was tested and what stands; ``slices`` in order of the evidence.

    ``cut`` is the p below which the search keeps a description.
    """

    slices: tuple[Slice, ...] = ()
    tested: int = 0
    cut: float = RATE
    rows: tuple[int, int] = (0, 0)  # searched, confirming

    @property
    def confirmed(self) -> tuple[Slice, ...]:
        """Those that the other half shows too."""
        return tuple(one for one in self.slices if one.confirmed)


@dataclass(frozen=True, eq=False)
class _Tested:
    """Tested descriptions of one side as arrays; ``second`` is -1 for single literals."""

    side: Side
    first: Ints
    second: Ints
    n: Ints
    marked: Ints
    expected: Floats


@dataclass(frozen=True)
class _Candidate:
    """A description that passed the correction."""

    description: Description
    side: Side
    searched: Counted
    q: float


def search(coded: Sequence[Coded], rows: Marked, task: Task) -> Result:
    """Search one half, confirm in the other.

    Wrong decisions are looked for among all rows, among adverse ones and among the others; the
    correction is for all that was tested.
    """
    one, other = (_Half(coded, half, rows.sides) for half in rows.halves)
    sizes = (len(one.rows.rows), len(other.rows.rows))
    if min(sizes) < 2 * SUPPORT:
        return Result(rows=sizes)
    found = one.count_all(task)
    tested = sum(len(each.n) for each in found)
    if not tested:
        return Result(rows=sizes)
    p = [_p_values(one, each, tested, task) for each in found]
    whole = np.concatenate(p)
    q = np.asarray(adjusted(whole.tolist()))
    cut = float(whole[q < RATE].max()) if (q < RATE).any() else RATE / tested
    kept = _kept(one, _passing(one, found, p, q), cut, task)
    return Result(_confirm(other, kept, task), tested, cut, sizes)


def _p_values(half: _Half, one: _Tested, tested: int, task: Task) -> Floats:
    """Bounds for all, exact tails where that could decide."""
    p = np.ones(len(one.n))
    worse = np.flatnonzero(one.marked >= TIMES * one.expected)
    p[worse] = bound(one.marked[worse], one.n[worse], one.expected[worse])
    # the correction keeps a p up to RATE times its rank; no rank is above the count of small ones
    most = RATE * int((p < NEAR).sum()) / tested
    near = np.flatnonzero((p > RATE / tested) & (p < 10 * most))
    for index in near[np.argsort(p[near], kind="stable")][:MOST_EXACT].tolist():
        task.tick()
        inside = half.inside(half.described(one, index), one.side)
        p[index] = min(p[index], half.tail(inside, int(one.marked[index])))
    return p


def _passing(
    half: _Half, found: Sequence[_Tested], p: Sequence[Floats], q: Floats
) -> list[_Candidate]:
    """Those that pass, the largest gain of likelihood first (less the price of the choice)."""
    candidates: list[tuple[float, int, int]] = []
    start, corrected = 0, []
    for which, one in enumerate(found):
        corrected.append(q[start : start + len(one.n)])
        start += len(one.n)
        passed = np.flatnonzero(corrected[-1] < RATE)
        pairs = one.second >= 0
        prices = np.where(pairs[passed], price(int(pairs.sum())), price(int((~pairs).sum())))
        gains = log_gain(one.marked[passed].astype(np.float64), one.expected[passed]) - prices
        best = np.lexsort((passed, -gains))[:MOST_TRIED]
        candidates += [(-float(gains[i]), which, int(passed[i])) for i in best.tolist()]
    return [
        _Candidate(
            half.described(found[which], i),
            found[which].side,
            Counted(
                int(found[which].n[i]),
                int(found[which].marked[i]),
                float(found[which].expected[i]),
                float(p[which][i]),
            ),
            float(corrected[which][i]),
        )
        for _, which, i in sorted(candidates)[:MOST_TRIED]
    ]


def _kept(
    half: _Half, candidates: Sequence[_Candidate], cut: float, task: Task
) -> list[_Candidate]:
    """The fewest that carry it: each stands without the rows of those before it."""
    kept: list[_Candidate] = []
    taken = np.zeros(len(half.rows.rows), dtype=np.bool_)
    for one in candidates:
        task.tick(0, 0, "Keeping the smallest description")
        inside = half.inside(one.description, one.side)
        if half.stands(inside & ~taken, cut) and half.beats(one.description, one.side, inside):
            taken |= half.inside(one.description)
            kept.append(one)
        if len(kept) == MOST_KEPT:
            break
    return kept


def _confirm(half: _Half, kept: Sequence[_Candidate], task: Task) -> tuple[Slice, ...]:
    """Test what the search kept in the other half, each without the rows of those before it."""
    found = []
    taken = np.zeros(len(half.rows.rows), dtype=np.bool_)
    for one in kept:
        task.tick()
        inside = half.inside(one.description, one.side)
        whole, alone = half.counted(inside), half.counted(inside & ~taken)
        p = min(1.0, max(whole.p, alone.p) * len(kept))
        stands = min(whole.times, alone.times) >= TIMES and whole.interval[0] > 1
        if stands and p <= RATE:
            taken |= half.inside(one.description)
        found.append(
            Slice(one.description, one.side, one.searched, one.q, whole, p, stands and p <= RATE)
        )
    return tuple(found)


class _Half:
    """One half of the rows with what is expected of each."""

    def __init__(self, coded: Sequence[Coded], rows: Marked, sides: Sequence[Side]) -> None:
        self.coded, self.rows, self.sides = coded, rows, sides
        self.expected = rows.expected()
        self.levels, self.level = np.unique(self.expected, return_inverse=True)
        self.marked_of = np.bincount(self.level, weights=rows.marked, minlength=len(self.levels))
        self.rows_of = np.bincount(self.level, minlength=len(self.levels))
        self.chosen = np.flatnonzero(rows.marked)
        self._codes: dict[int, Codes] = {}
        self.literals = [(i, k) for i, c in enumerate(coded) for k in range(len(c.literals))]

    def codes(self, column: int) -> Codes:
        """A column's codes in this half; kept, as hundreds of descriptions ask for them."""
        if column not in self._codes:
            self._codes[column] = self.coded[column].codes[self.rows.rows]
        return self._codes[column]

    def described(self, one: _Tested, index: int) -> Description:
        """One of the tested descriptions."""
        chosen = [i for i in (int(one.first[index]), int(one.second[index])) if i >= 0]
        return Description(tuple(self.literals[i] for i in chosen))

    def inside(self, description: Description, side: Side = "any") -> Bools:
        """Which rows it describes, on one side of the rule."""
        found = np.ones(len(self.rows.rows), dtype=np.bool_)
        for column, k in description.literals:
            found &= self.coded[column].member[k][self.codes(column)]
        return found if side == "any" else found & (self.rows.adverse == (side == "adverse"))

    def count_all(self, task: Task) -> list[_Tested]:
        """Count every literal, then every pair of supported literals of two columns, per side."""
        codes = [self.codes(column) for column in range(len(self.coded))]
        start = np.concatenate([[0], np.cumsum([len(c.literals) for c in self.coded])])
        parts: dict[Side, list[tuple[Ints, Ints, Ints, Ints, Floats]]] = {s: [] for s in self.sides}
        singles: list[Floats] = []
        for i, one in enumerate(self.coded):
            tables = self._tables(codes[i], one.width)
            singles.append(one.member @ tables["any"][0])
            for side, three in tables.items():
                n, k, e = (one.member @ t for t in three)
                which = np.flatnonzero((n >= SUPPORT) & (n <= three[0].sum() - SUPPORT))
                none = np.full(len(which), -1)
                parts[side].append(
                    (start[i] + which, none, _whole(n[which]), _whole(k[which]), e[which])
                )
        pairs = [(i, j) for i, j in combinations(range(len(codes)), 2)
                 if self.coded[i].column != self.coded[j].column]  # fmt: skip
        for done, (i, j) in enumerate(pairs):
            task.tick(done, len(pairs), "Searching pairs of columns")
            for side, counted in self._pair(i, j, codes, singles).items():
                x, y, *numbers = counted
                parts[side].append((start[i] + x, start[j] + y, *numbers))
        return [
            _Tested(side, *(np.concatenate(p) for p in zip(*found, strict=True)))
            for side, found in parts.items() if found
        ]  # fmt: skip

    def _pair(
        self, i: int, j: int, codes: Sequence[Codes], singles: Sequence[Floats]
    ) -> dict[Side, tuple[Ints, Ints, Ints, Ints, Floats]]:
        """Literals of both columns with rows, marked and expected ones of each pair."""
        a, b = self.coded[i], self.coded[j]
        left, right = (np.flatnonzero(singles[c] >= SUPPORT) for c in (i, j))
        if not len(left) or not len(right):
            return {}
        one, two = a.member[left].astype(np.float64), b.member[right].astype(np.float64).T
        smaller = np.minimum(singles[i][left][:, None], singles[j][right][None, :])
        tables = self._tables(codes[i].astype(np.int32) * b.width + codes[j], a.width * b.width)
        found = {}
        for side, three in tables.items():
            n, k, e = (one @ t.reshape(a.width, b.width) @ two for t in three)
            if side == "any":
                smaller_yet = n < SAME * smaller
            x, y = np.nonzero((n >= SUPPORT) & smaller_yet)
            found[side] = (left[x], right[y], _whole(n[x, y]), _whole(k[x, y]), e[x, y])
        return found

    def _tables(
        self, key: npt.NDArray[np.integer], width: int
    ) -> dict[Side, tuple[Floats, Floats, Floats]]:
        """Rows, marked rows and expected rows by code, per side; "any" comes first."""
        if len(self.sides) > 1:
            key, width = key.astype(np.int32) * 2 + self.rows.adverse, 2 * width
        n = np.bincount(key, minlength=width).astype(np.float64)
        k = np.bincount(key[self.chosen], minlength=width).astype(np.float64)
        e = n * float(self.levels[0])
        if len(self.levels) > 1:
            e = np.bincount(key, weights=self.expected, minlength=width)
        if len(self.sides) == 1:
            return {"any": (n, k, e)}
        return {
            "any": (n[::2] + n[1::2], k[::2] + k[1::2], e[::2] + e[1::2]),
            "adverse": (n[1::2], k[1::2], e[1::2]),
            "other": (n[::2], k[::2], e[::2]),
        }

    def tail(self, inside: Bools, marked: int) -> float:
        """Exact tail: hypergeometric among rows of one chance, else a sum of unequal coins."""
        counts = np.bincount(self.level[inside], minlength=len(self.levels))
        (used,) = np.nonzero(counts)
        if len(used) == 1:
            level = int(used[0])
            rows = int(self.rows_of[level])
            return conditional_tail(marked, int(counts[level]), int(self.marked_of[level]), rows)
        return sum_tail(marked, self.levels, counts)

    def counted(self, inside: Bools) -> Counted:
        """Count and test a group; rows of one subject do not count as independent."""
        n, marked = int(inside.sum()), int(self.rows.marked[inside].sum())
        expected = float(self.expected[inside].sum())
        p = self.tail(inside, marked) if n else 1.0
        hits = self.rows.marked[inside]
        alike = subjects_tail(self.rows.subjects[inside], hits - self.expected[inside], hits)
        return Counted(n, marked, expected, max(p, alike))

    def stands(self, inside: Bools, cut: float) -> bool:
        """Whether the rows that no kept description holds would have been kept by themselves."""
        n = int(inside.sum())
        if n < SUPPORT:
            return False
        marked, expected = int(self.rows.marked[inside].sum()), float(self.expected[inside].sum())
        return marked >= TIMES * expected and self.tail(inside, marked) <= cut

    def beats(self, description: Description, side: Side, inside: Bools) -> bool:
        """Whether a pair is worse than the other rows of each of its parents."""
        marked, expected = int(self.rows.marked[inside].sum()), float(self.expected[inside].sum())
        for literal in description.literals if len(description.literals) > 1 else ():
            rest = self.inside(Description((literal,)), side) & ~inside
            rest_k, rest_e = int(self.rows.marked[rest].sum()), float(self.expected[rest].sum())
            if marked * rest_e < TIMES * rest_k * expected:
                return False
            if child_tail(marked, expected, rest_k, rest_e) > RATE:
                return False
        return True


def _whole(values: Floats) -> Ints:
    found: Ints = np.rint(values).astype(np.int64)
    return found
