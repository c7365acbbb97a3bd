"""A decision's own groups by subject: rows of one account do not count as independent.

Two means, of which the larger p counts: the group's own subjects as its pieces (Liang, Zeger,
Biometrika 73 (1986) 13), which few subjects, or few hits, make too sure; and the p of rows with its
z divided by the root of how much more the sums of all subjects spread than sums of independent rows
would (the design effect: Rao, Scott, Biometrics 48 (1992) 577).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from investigators.groups import Arena, Bools, Floats, Ints, Kind, Measured
from investigators.slices.own_groups import GroupRows
from investigators.slices.rows import subjects_tail

Tests = dict[Kind, Measured]


def by_subjects(
    rows: GroupRows, place: Arena | None, group: Sequence[int], tests: Tests, least: float
) -> Tests:
    """The tests with the larger p of rows and of subjects.

    Only those below ``least`` are asked: the others decide nothing.
    """
    if place is None:
        return tests
    found = dict(tests)
    for kind, one in tests.items():
        if one.p < least:
            p = _tail(_Sides(rows, place, group, one), one)
            found[kind] = replace(one, p=max(one.p, p), by_rows=one.p)
    return found


@dataclass(frozen=True, eq=False)
class _Sides:
    """The rows that one measure counts: their numbers, and which are in the group."""

    rows: GroupRows
    place: Arena
    group: Sequence[int]
    one: Measured

    @property
    def at(self) -> Ints:
        rows = self.rows
        counted = rows.within(self.place)
        if self.one.kind == "false rejection":
            counted &= (rows.outcome == rows.good) & (rows.adverse >= 0)
        else:
            counted &= ~np.isnan(rows.predicted)
        found: Ints = np.flatnonzero(counted)
        return found

    def inside(self, at: Ints) -> Bools:
        bits = sum(1 << i for i in self.group)
        found: Bools = (self.rows.mask[at] & bits) == bits
        return found


def _tail(sides: _Sides, one: Measured) -> float:
    """One-sided p with subjects as independent pieces (bias: two-sided)."""
    rows, at = sides.rows, sides.at
    inside = sides.inside(at)
    subjects, mine = rows.subject[at], at[inside]
    off, marked = _off(rows, mine, one)
    both = 2 if one.kind == "bias" else 1
    own = min(1.0, both * subjects_tail(subjects[inside], off, marked))
    if not own:  # every row has a subject of its own
        return 0.0
    rest, _ = _off(rows, at[~inside], one)
    spread = max(_spread(subjects, np.concatenate([_even(off, rows, mine, one), rest]), inside), 1)
    z = stats.norm.isf(one.p / both) / spread**0.5
    return max(own, min(1.0, both * float(stats.norm.sf(z))))


def _even(off: Floats, rows: GroupRows, mine: Ints, one: Measured) -> Floats:
    """What is left of the group's rows without what sets it apart from the others."""
    if one.kind == "calibration":
        weights = rows.predicted[mine]
        return off - weights * (off.sum() / weights.sum())
    return off - off.mean()


def _spread(subjects: np.ndarray, off: Floats, inside: Bools) -> float:
    """Mean square of the sums of subjects over that of independent rows; ``off`` group first."""
    order = np.concatenate([np.flatnonzero(inside), np.flatnonzero(~inside)])
    _, codes = np.unique(subjects[order], return_inverse=True)
    squares = float((off**2).sum())
    return float((np.bincount(codes, weights=off) ** 2).sum()) / squares if squares else 1.0


def _off(rows: GroupRows, at: Ints, one: Measured) -> tuple[Floats, Bools]:
    """By how much each row is worse than the others let expect, and which rows are hits."""
    every = np.ones(len(at), dtype=np.bool_)
    if one.kind == "false rejection":
        hits: Bools = rows.adverse[at] == 1
        over: Floats = hits.astype(np.float64) - one.rest_k / max(one.rest_n, 1)
        return over, hits
    if one.kind == "calibration":
        unit = one.rest_k / one.rest_expected if one.rest_expected else 1.0
        positive: Bools = rows.outcome[at] == 1
        more: Floats = positive - rows.predicted[at] * unit
        return (-more, every) if rows.high_is_adverse else (more, positive)
    errors: Floats = rows.predicted[at] - rows.known[at]
    if one.kind == "error size":
        off: Floats = np.abs(errors) - one.rest_k
    else:
        off = (errors - one.rest_k) * (1.0 if one.k >= one.rest_k else -1.0)
    return off, every
