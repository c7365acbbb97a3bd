"""A decision's own groups by subject: rows of one account do not count as independent.

Two means, of which the larger p counts: the group's own subjects as its pieces (Liang, Zeger,
Biometrika 73 (1986) 13), which few subjects, or few hits, make too sure; and the p of rows with its
z divided by the root of how much more the sums of all subjects spread than sums of independent rows
would (the design effect: Rao, Scott, Biometrics 48 (1992) 577).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
    bits = sum(1 << i for i in group)
    found = dict(tests)
    for kind, one in tests.items():
        if one.p < least:
            at = _counted(rows, place, kind)
            p = _tail(rows, at, (rows.mask[at] & bits) == bits, one)
            found[kind] = replace(one, p=max(one.p, p), by_rows=one.p)
    return found


def _counted(rows: GroupRows, place: Arena, kind: Kind) -> Ints:
    """Numbers of the rows that a measure counts."""
    if kind != "false rejection":
        return np.flatnonzero(rows.compared(place))
    return np.flatnonzero(rows.within(place) & (rows.outcome == rows.good) & (rows.adverse >= 0))


def _tail(rows: GroupRows, at: Ints, inside: Bools, one: Measured) -> float:
    """One-sided p with subjects as independent pieces (bias: two-sided); 0 where all are apart."""
    subjects, mine = rows.subject[at], at[inside]
    if len(np.unique(subjects[inside])) == len(mine):
        return 0.0
    off, marked = _off(rows, at, one)
    both = 2 if one.kind == "bias" else 1
    own = both * subjects_tail(subjects[inside], off[inside], marked[inside])
    # what sets the group apart from the others is no dependence
    weights = rows.predicted[mine] if one.kind == "calibration" else np.ones(len(mine))
    off[inside] -= weights * (off[inside].sum() / weights.sum())
    z = stats.norm.isf(one.p / both) / max(_spread(subjects, off), 1.0) ** 0.5
    return min(1.0, max(own, both * float(stats.norm.sf(z))))


def _spread(subjects: np.ndarray, off: Floats) -> float:
    """Sum of the squared sums of subjects over that of independent rows."""
    _, codes = np.unique(subjects, return_inverse=True)
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
