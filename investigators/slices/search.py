"""The search: every literal and pair (or three) of two columns, counted, tested, the few kept.

One half of the subjects is searched, the other confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from investigators.slices.borders import bordered
from investigators.slices.counting import SUPPORT, Description, Found, Half
from investigators.slices.literals import Coded
from investigators.slices.looks import Counted, Look
from investigators.slices.rows import Marked, Side
from investigators.slices.tails import price
from investigators.slices.threes import threes
from investigators.task import Task

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RATE = 0.05  # false discovery rate of the search, and of the confirmation
PAIRS = 2  # conditions that are looked for unless more are asked for
MOST_KEPT = 8
MOST_TRIED = 300  # of one and two conditions, and of three
MOST_ALIKE = 10  # tried of one side and the same columns
MOST_EXACT = 500
HALF, TWO_THIRDS = 1 / 2, 2 / 3  # of the rows: what holds more is the rest of a group
SHARPER = 1000  # times at most by which an exact tail is below its bound


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

    ``least`` is the p at which the sort of description of which most were tested is kept, ``depth``
    how many conditions a group might have, ``by_size`` how many of one, two, three were tested.
    """

    slices: tuple[Slice, ...] = ()
    tested: int = 0
    least: float = RATE
    rows: tuple[int, int] = (0, 0)  # searched, confirming
    depth: int = PAIRS
    by_size: tuple[int, int, int] = (0, 0, 0)

    @property
    def confirmed(self) -> tuple[Slice, ...]:
        """Those that the other half shows too."""
        return tuple(one for one in self.slices if one.confirmed)


@dataclass(frozen=True)
class _Candidate:
    """A description that passed the correction."""

    description: Description
    side: Side
    q: float


@dataclass(frozen=True)
class _Correction:
    """Benjamini-Hochberg over all tested, each sort with an equal part of the rate.

    Weighted p-values (Genovese, Roeder, Wasserman, Biometrika 93 (2006) 509): few single values do
    not pay for the many pairs of ranges.  ``prices`` are what a p of each sort is multiplied by for
    the first rank, ``cut`` is the largest such product that is kept.
    """

    prices: tuple[int, ...]
    cut: float = RATE

    def keeps(self, p: float, sort: int) -> bool:
        """Whether a p of that sort would have been kept."""
        return p * self.prices[sort] <= self.cut


def search(coded: Sequence[Coded], rows: Marked, task: Task, depth: int = 2) -> Result:
    """Search one half, confirm in the other.

    Wrong decisions are looked for among all rows, among adverse ones and among the others, and
    outcomes that are more or fewer than the scores say; the correction is for all that was tested.
    ``depth`` is how many conditions a group may have, 2 or 3.
    """
    one, other = (Half(coded, half, rows.sides) for half in rows.halves)
    sizes = (len(one.rows.rows), len(other.rows.rows))
    if min(sizes) < 2 * SUPPORT:
        return Result(rows=sizes, depth=depth)
    found = one.count_all(task)
    if depth > PAIRS:
        found += threes(one, task)
    tested = sum(one.tested)
    if not tested:
        return Result(rows=sizes, depth=depth)
    correction = _Correction(_prices(one.tested))
    p = _exact(one, found, correction, task)
    correction, q = _corrected(found, p, correction)
    kept = _kept(one, _passing(one, found, q), correction, task)
    least = RATE / max(correction.prices)
    by_size = sum(one.tested[:2]), sum(one.tested[2:4]), sum(one.tested[4:])
    return Result(_confirm(one, other, kept, task), tested, least, sizes, depth, by_size)


def _prices(tested: Sequence[int]) -> tuple[int, ...]:
    """What each sort's p is multiplied by: the sorts with anything tested share the rate.

    A border that moves can take a description into a sort of which nothing was tested: it pays as
    much as the dearest, never nothing.
    """
    sorts = sum(1 for count in tested if count)
    return tuple(sorts * (count or max(tested)) for count in tested)


def _exact(half: Half, found: Sequence[Found], correction: _Correction, task: Task) -> list[Floats]:
    """Bounds for all, exact tails where that could decide."""
    p = [one.p.copy() for one in found]
    # a rank is at most the count of what is near: more are not kept
    most = SHARPER * RATE * sum(len(one.p) for one in found)
    priced = _priced(found, p, correction)
    (near,) = np.nonzero((priced > RATE) & (priced < most))
    ends = np.cumsum([len(one.p) for one in found])
    for place in near[np.argsort(priced[near], kind="stable")][:MOST_EXACT].tolist():
        task.tick()
        which = int(np.searchsorted(ends, place, side="right"))
        one, index = found[which], place - int(ends[which]) + len(found[which].p)
        inside = half.inside(half.described(one, index), one.side)
        look = half.look(one.side)
        tail = look.tail(inside, *look.sums(inside))
        p[which][index] = min(p[which][index], tail)
    return p


def _priced(found: Sequence[Found], p: Sequence[Floats], correction: _Correction) -> Floats:
    """All their p, one after the other, multiplied by the prices of their sorts."""
    parts = [each * correction.prices[one.sort] for one, each in zip(found, p, strict=True)]
    return np.concatenate([np.empty(0), *parts])


def _corrected(
    found: Sequence[Found], p: Sequence[Floats], correction: _Correction
) -> tuple[_Correction, list[Floats]]:
    """The false discovery rate at which each would be kept, and the cut."""
    if not found:
        return correction, []
    priced = _priced(found, p, correction)
    order = np.argsort(priced, kind="stable")
    ranked = priced[order] / np.arange(1, len(order) + 1)
    q = np.empty(len(order))
    q[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    cut = float(priced[q < RATE].max()) if (q < RATE).any() else RATE
    ends = np.cumsum([len(one.p) for one in found])[:-1]
    return _Correction(correction.prices, cut), list(np.split(np.minimum(q, 1.0), ends))


def _passing(half: Half, found: Sequence[Found], q: Sequence[Floats]) -> list[_Candidate]:
    """Those that pass, the largest gain of likelihood first (less the price of the choice)."""
    candidates: list[tuple[float, int, int]] = []
    for which, (one, corrected) in enumerate(zip(found, q, strict=True)):
        most = _most(half, one.side) * half.look(one.side).totals[0]
        passed = np.flatnonzero((corrected < RATE) & (one.n <= most))
        gains = half.look(one.side).gains(one.n[passed], one.hits[passed], one.expected[passed])
        gains -= price(half.tested[one.sort])
        candidates += zip((-gains).tolist(), [which] * len(passed), passed.tolist(), strict=True)
    chosen: list[_Candidate] = []
    # many threes that hold a bad pair do not crowd out smaller groups
    tried = dict.fromkeys((False, True), 0)
    alike: dict[tuple[object, ...], int] = {}
    for _, which, index in sorted(candidates):
        one = found[which]
        three = len(one.literals) > PAIRS
        if tried[three] == MOST_TRIED:
            continue
        description = half.described(one, index)
        key = (one.side, *(column for column, _ in description.literals))
        alike[key] = alike.get(key, 0) + 1
        if alike[key] <= MOST_ALIKE:
            chosen.append(_Candidate(description, one.side, float(q[which][index])))
            tried[three] += 1
    return chosen


@dataclass(frozen=True, eq=False)
class _Left:
    """The searched half without the rows of the groups that are kept (``taken``)."""

    half: Half
    taken: Bools
    looks: dict[Side, Look] = field(default_factory=dict)

    def look(self, side: Side) -> Look:
        """One side of what is left."""
        if side not in self.looks:
            self.looks[side] = self.half.look(side).without(self.taken)
        return self.looks[side]

    def and_not(self, inside: Bools) -> _Left:
        """What a further group leaves."""
        return _Left(self.half, self.taken | inside)


def _kept(
    half: Half, candidates: Sequence[_Candidate], correction: _Correction, task: Task
) -> list[_Candidate]:
    """The fewest that carry it: each stands without the rows of those before it."""
    kept: list[_Candidate] = []
    left = _Left(half, np.zeros(len(half.rows.rows), dtype=np.bool_))
    for one in candidates:
        task.tick(0, 0, "Keeping the smallest description")
        if not _stands(left, one, correction):
            continue
        moved = _Candidate(bordered(half, one.description, one.side, ~left.taken), one.side, one.q)
        if _is_rest(half, moved) or not _stands(left, moved, correction):
            moved = one
        wide = _Candidate(moved.description, "any", moved.q)
        if _both_sides(half, moved) and _stands(left, wide, correction):
            moved = wide
        if _beats(half, moved.description, moved.side):
            left = left.and_not(half.inside(moved.description))
            kept.append(moved)
        if len(kept) == MOST_KEPT:
            break
    return kept


def _is_rest(half: Half, one: _Candidate) -> bool:
    """Whether a description is what a group leaves of the rows."""
    n = int(half.inside(one.description, one.side).sum())
    return n > _most(half, one.side) * half.look(one.side).totals[0]


def _most(half: Half, side: Side) -> float:
    """The largest share of a side's rows that is a group and not the rest of one.

    All but the young have more outcomes than the scores say when those of the young are fewer.
    Where both directions are looked for, the smaller part is the group; else two thirds are a rest.
    """
    both_ways = side in {"more", "fewer"} or half.rows.measure in {"adverse", "score"}
    return HALF if both_ways else TWO_THIRDS


def _both_sides(half: Half, one: _Candidate) -> bool:
    """Whether wrong decisions of one kind are so of the other kind too: no side need be named."""
    if one.side not in {"adverse", "other"}:
        return False
    opposite: Side = "other" if one.side == "adverse" else "adverse"
    look, inside = half.look(opposite), half.inside(one.description, opposite)
    n, hits, expected = look.sums(inside)
    off = look.worse(*(np.array([float(x)]) for x in (n, hits, expected)))[0]
    return bool(off) and look.tail(inside, n, hits, expected) <= RATE


def _stands(left: _Left, one: _Candidate, correction: _Correction) -> bool:
    """Whether the rows that no kept description holds would have been kept by themselves."""
    half, look = left.half, left.look(one.side)
    inside = half.inside(one.description, one.side) & ~left.taken
    if inside.sum() < SUPPORT:
        return False
    n, hits, expected = look.sums(inside)
    off = look.worse(*(np.array([float(x)]) for x in (n, hits, expected)))[0]
    if not off:
        return False
    sort = one.description.sort(half.coded)
    return correction.keeps(look.tail(inside, n, hits, expected), sort)


def _beats(half: Half, description: Description, side: Side) -> bool:
    """Whether a group is worse than the other rows of each that has a condition less."""
    if len(description.literals) == 1:
        return True
    look, inside = half.look(side), half.inside(description, side)
    own = look.sums(inside)
    literals = description.literals
    for k in range(len(literals)):
        parent = Description(literals[:k] + literals[k + 1 :])
        rest = half.inside(parent, side) & ~inside
        others = look.sums(rest)
        if not look.beyond(own, others) or look.against_parent(own, others) > RATE:
            return False
    return True


def _confirm(
    searched: Half, half: Half, kept: Sequence[_Candidate], task: Task
) -> tuple[Slice, ...]:
    """Test what the search kept in the other half, each without the rows of those before it."""
    found = []
    taken = np.zeros(len(half.rows.rows), dtype=np.bool_)
    for one in kept:
        task.tick()
        inside = half.inside(one.description, one.side)
        alone = half.look(one.side).without(taken).counted(inside & ~taken, half.rows.subjects)
        whole = half.counted(inside, one.side)
        p = min(1.0, max(whole.p, alone.p) * len(kept))
        lower = half.look(one.side).lower
        stands = whole.stands_out(lower=lower) and alone.worse(lower=lower) and p <= RATE
        if stands:
            taken |= half.inside(one.description)
        before = searched.counted(searched.inside(one.description, one.side), one.side)
        found.append(Slice(one.description, one.side, before, one.q, whole, p, stands))
    return tuple(found)
