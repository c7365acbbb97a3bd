"""Shares that fairness is spoken of in: how often a group is selected, and with which errors.

A row is *selected* where its decision lies on the side of the positive outcome (that which the
score predicts), whether that is good or bad for the person.  With y the outcome and s whether it is
selected, the shares are those of fairlearn's ``selection_rate``, ``true_positive_rate``,
``false_positive_rate`` and of scikit-learn's ``precision_score``, by group as in ``MetricFrame``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from investigators.groups import Arena, Bools, Groups, arena
from investigators.slices.own_groups import GroupRows
from investigators.statistics import Interval, fisher, newcombe, ratio

Share = Literal["selection rate", "true positive rate", "false positive rate", "precision"]
SHARES: tuple[Share, ...] = (
    "selection rate",
    "true positive rate",
    "false positive rate",
    "precision",
)
APART = 0.05  # difference of two shares
CHANCE = 0.05
TIMES = 1.25  # their ratio, either way: four fifths


@dataclass(frozen=True, slots=True)
class Gap:
    """A share of a group, k of n, against the rest's."""

    kind: Share
    k: int
    n: int
    rest_k: int
    rest_n: int

    @property
    def share(self) -> float:
        """The group's."""
        return self.k / self.n

    @property
    def rest(self) -> float:
        """The rest's."""
        return self.rest_k / self.rest_n

    @property
    def difference(self) -> float:
        """The group's less the rest's."""
        return self.share - self.rest

    @property
    def times(self) -> float | None:
        """The group's over the rest's; ``None`` over nothing."""
        return self.share / self.rest if self.rest else None

    def interval(self, confidence: float = 0.95) -> Interval:
        """Of the difference (Newcombe)."""
        return newcombe(self.k, self.n, self.rest_k, self.rest_n, confidence)

    @property
    def times_interval(self) -> Interval:
        """Of the ratio, 95 %."""
        return ratio(self.k, self.n, self.rest_k, self.rest_n)

    @property
    def p(self) -> float:
        """Two-sided, exact."""
        return fisher(self.k, self.n, self.rest_k, self.rest_n)

    @property
    def large(self) -> bool:
        """Five in a hundred apart and less than four fifths of the larger, beyond the interval.

        On either side: 95 against 90 % who are accepted is twice as often turned down.
        """
        low, high = self.interval()
        sides = ((self.share, self.rest), self.others)
        far = any(max(side) >= TIMES * min(side) for side in sides)
        return far and abs(self.difference) >= APART and not low <= 0 <= high

    @property
    def others(self) -> tuple[float, float]:
        """Shares of the rows that are not so: the group's and the rest's."""
        return 1 - self.share, 1 - self.rest

    def inside(self, confidence: float) -> bool:
        """Whether no difference of that size is in the interval."""
        low, high = self.interval(confidence)
        return low > -APART and high < APART


def selected(groups: Groups) -> Bools:
    """Cells whose decision lies on the side of the positive outcome."""
    found: Bools = groups.adverse == (1 if groups.high_is_adverse else 0)
    return found


def tellable(groups: Groups, place: Arena | None, kind: Share) -> bool:
    """Whether outcomes are known of all rows that the share is of, not only of the accepted."""
    if kind == "selection rate":
        return True
    if place is None or groups.regression:
        return False
    # of the accepted alone: their own precision, where the score predicts what is good
    return not place.selected or (kind == "precision" and not groups.high_is_adverse)


def carried(rows: GroupRows, standing: Sequence[tuple[int, Share]]) -> dict[int, tuple[int, float]]:
    """Groups whose difference is another's: outside of that one it is not beyond chance.

    Args:
        rows: of the decision's own groups.
        standing: group and share that differs, the surest first.

    Returns:
        By group: the one that carries it, and which share of its rows (0..1) lies in that one.
    """
    kept: list[int] = []
    found: dict[int, tuple[int, float]] = {}
    for one, kind in standing:
        by = next((each for each in kept if not _differs_outside(rows, one, each, kind)), None)
        if by is None:
            kept.append(one)
            continue
        mine = rows.inside(one)
        found[one] = by, float(rows.inside(by)[mine].mean())
    return found


def _differs_outside(rows: GroupRows, one: int, other: int, kind: Share) -> bool:
    groups = rows.cells((one, other))
    place = arena(groups)
    within = groups.everything() if kind == "selection rate" or place is None else place.cells
    left = gap(groups, kind, groups.members((0,)), within & ~groups.members((1,)))
    return left is not None and left.large and left.p < CHANCE


def gap(groups: Groups, kind: Share, inside: Bools, within: Bools) -> Gap | None:
    """Compare ``inside`` with the other cells of ``within``; ``None`` where a side has no row."""
    decided, flagged = groups.adverse >= 0, selected(groups)
    counted, marked = {
        "selection rate": (decided, flagged),
        "true positive rate": (decided & (groups.outcome == 1), flagged),
        "false positive rate": (decided & (groups.outcome == 0), flagged),
        "precision": (decided & flagged & (groups.outcome >= 0), groups.outcome == 1),
    }[kind]
    k, n, rest_k, rest_n = (
        round(float(groups.rows[within & counted & cells].sum()))
        for side in (inside, ~inside)
        for cells in (side & marked, side)
    )
    return Gap(kind, k, n, rest_k, rest_n) if n and rest_n else None


def worse(groups: Groups, one: Gap) -> bool:
    """Whether it is to the group's disadvantage.

    More adverse decisions at the same outcome, or adverse ones that outcomes bear out less (or:
    favourable ones that took better outcomes).
    """
    up = one.difference > 0
    return (
        up != (one.kind == "precision")
        if groups.high_is_adverse
        else up == (one.kind == "precision")
    )
