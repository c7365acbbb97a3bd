"""Which of the groups that stand out are kept: the fewest conditions that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from investigators.evidence import Condition
from investigators.group_words import Beside
from investigators.groups import Arena, Bools, Groups, Kind, Measured, measure
from investigators.statistics import adjusted
from investigators.task import Task

MINIMUM = 20  # rows of a group, and of the rest
REJECTED_LATE = 0.05  # false discovery rate, and the level of every single look
SAME = 0.95  # of a group's rows: what holds so many of them is the group, or has it inside
AGREES = 1.2  # calibration must be off by this much to bear out a false-rejection ratio


@dataclass(frozen=True)
class Judged:
    """One group with its measures; ``tests`` decide, ``aside`` are told beside them.

    ``q`` are the tests' p-values after correction over all tested, ``repeats`` the kinds that
    point the same way in both halves of the subjects.  ``known`` and ``rest_known`` count rows
    whose outcome (without outcomes: decision) is known.  ``beside`` is told and decides nothing.
    """

    group: tuple[int, ...]
    segment: tuple[Condition, ...]
    rows: int
    inside: Bools
    tests: dict[Kind, Measured]
    aside: dict[Kind, Measured]
    q: dict[Kind, float] = field(default_factory=dict)
    repeats: frozenset[Kind] = frozenset()
    known: int = 0
    rest_known: int = 0
    beside: Beside | None = None

    def holds(self, kind: Kind) -> bool:
        """Whether one measure passes size, interval, correction and repetition."""
        one = self.tests.get(kind)
        return (
            one is not None
            and one.large
            and self.q.get(kind, 1.0) < REJECTED_LATE
            and kind in self.repeats
        )

    def beside_tests(self, kind: Kind) -> Judged:
        """The same with one measure told beside the tests, where it decides nothing."""
        tests: dict[Kind, Measured] = dict(self.tests)
        return replace(self, tests=tests, aside={**self.aside, kind: tests.pop(kind)})

    @property
    def deciding(self) -> Kind | None:
        """The measure by which the group is treated worse than its outcomes warrant."""
        if self.holds("calibration"):
            return "calibration"
        if self.holds("false rejection"):
            score = self.tests.get("calibration")
            if score is not None:
                agrees = score.times >= AGREES and score.low > 1 and self.q["calibration"] < 0.05
            else:
                borne = self.aside.get("rejected bad")
                agrees = borne is not None and borne.times >= AGREES and borne.low > 1
            return "false rejection" if agrees else None
        return next((kind for kind in ("bias", "error size") if self.holds(kind)), None)

    @property
    def main(self) -> Kind | None:
        """The measure to speak of: the deciding one, else the first there is."""
        return self.deciding or next(iter(self.tests), None)


def smallest(
    groups: Groups, place: Arena | None, found: Sequence[Judged], task: Task
) -> tuple[list[Judged], dict[tuple[int, ...], Judged]]:
    """Keep the fewest groups that carry it; the others are explained by one that is kept.

    A pair counts only when it is worse than each of its parents' other rows, and so does a group
    whose rows lie inside another's (a city inside its country).  Of overlapping groups that one is
    kept whose evidence stands outside the others.
    """
    whole = groups.everything() if place is None else place.cells
    beating = _beating(groups, found, whole)
    left = [one for one in found if one.group in beating]
    held = [one for one in found if one.deciding and one.group not in beating]
    standing: list[Judged] = []
    explained: dict[tuple[int, ...], Judged] = {}
    while left:
        task.tick()
        worst = {one.group: _alone(groups, one, left, whole) for one in left}
        best = min(left, key=lambda one: (worst[one.group], len(one.group), _p(one), one.group))
        standing.append(best)
        left = [one for one in left if one is not best]
        for one in tuple(left):
            if not _stands_outside(groups, one, best, whole):
                explained[one.group] = best
                left.remove(one)
    for one in held:
        around = [other for other in standing if inside_of(groups, one, other)]
        if around:
            explained[one.group] = min(around, key=lambda other: other.rows)
        elif standing:  # what holds it is itself explained by one of these
            explained[one.group] = max(
                standing, key=lambda other: float(groups.rows[one.inside & other.inside].sum())
            )
    return standing, explained


def inside_of(groups: Groups, one: Judged, other: Judged) -> bool:
    """Whether a group's rows lie inside another's, save a few that may be wrongly written."""
    if set(other.group) < set(one.group):
        return True
    rows = groups.rows
    mine, theirs = rows[one.inside].sum(), rows[other.inside].sum()
    return bool(mine < theirs and rows[one.inside & other.inside].sum() >= SAME * mine)


def _alike(groups: Groups, one: Judged, other: Judged) -> bool:
    """Whether both are the same rows."""
    return not groups.rows[one.inside ^ other.inside].any()


def _p(one: Judged) -> float:
    return min(one.tests[kind].p for kind in one.tests if kind == one.deciding)


def _beating(groups: Groups, found: Sequence[Judged], whole: Bools) -> set[tuple[int, ...]]:
    """Groups that stand as they are described: worse than the other rows of what holds them.

    Where a parent would stand alone the child must be worse than its other rows even after the
    correction over all of them, for the fewest conditions that carry it are wanted.
    """
    stand = [one for one in found if one.deciding]
    single = [one for one in stand if len(one.group) == 1]
    inside = {one.group: [other for other in single
                          if other is not one and inside_of(groups, one, other)]
              for one in single}  # fmt: skip
    children = [one for one in found if len(one.group) > 1 or inside.get(one.group)]
    worst = [_within_parents(groups, one, inside.get(one.group, ()), whole) for one in children]
    beating = {one.group for one in single if not inside[one.group]}
    names = {one.group for one in stand}
    for one, p, q in zip(children, worst, adjusted(worst), strict=True):
        rivals = bool(inside.get(one.group)) or any((i,) in names for i in one.group)
        if one.group in names and (q if rivals else p) < REJECTED_LATE:
            beating.add(one.group)
    return beating


def _within_parents(groups: Groups, one: Judged, around: Sequence[Judged], whole: Bools) -> float:
    """The weakest evidence against the other rows of what holds it; 1 where it is not large."""
    if one.deciding is None:
        return 1.0
    parents = [other.inside for other in around]
    if len(one.group) > 1:
        parents += [groups.members((i,)) for i in one.group]
    inner = [measure(groups, one.deciding, one.inside, whole & parent) for parent in parents]
    return max(m.p if m is not None and m.large else 1.0 for m in inner)


def _outside(groups: Groups, one: Judged, other: Judged, whole: Bools) -> Measured | None:
    """How the group fares without the other's rows; a child is compared inside its parent."""
    assert one.deciding is not None
    child = inside_of(groups, one, other)
    within = whole & (other.inside if child else ~other.inside)
    return measure(groups, one.deciding, one.inside, within)


def _alone(groups: Groups, one: Judged, others: Sequence[Judged], whole: Bools) -> float:
    """The weakest evidence that is left when any one of the others is taken away."""
    left = [
        _outside(groups, one, other, whole)
        for other in others
        if other is not one and not _alike(groups, one, other)
    ]
    return max((1.0 if m is None or m.n < 2 else m.p for m in left), default=_p(one))


def _stands_outside(groups: Groups, one: Judged, best: Judged, whole: Bools) -> bool:
    if set(best.group) < set(one.group) or _alike(groups, one, best):
        return False  # the smallest description wins: the parent is kept already
    left = _outside(groups, one, best, whole)
    return left is not None and left.large and left.p < REJECTED_LATE and left.n >= MINIMUM
