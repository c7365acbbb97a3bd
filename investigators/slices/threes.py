"""Three literals of three columns at once, counted on every side; only where that is asked for.

Of a number's runs only each eighth and what lies below or above its borders are taken: with values,
missing and parts of the calendar they make some millions of groups already, and the borders of what
is found are moved afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from investigators.slices.counting import SAME, SORTS, SUPPORT, Found, Half, grains_of
from investigators.slices.literals import PARTS, Bools, Coded
from investigators.task import Task

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
THREE, THREE_WITH_RUN = SORTS.index("three"), SORTS.index("three with a run")


@dataclass(frozen=True, eq=False)
class _Coarse:
    """A column by what its literals tell apart: ``member`` (literals, classes), a class per row.

    ``literals`` are numbers among all of the half's, ``runs`` tells which of them are runs.
    """

    column: str
    literals: Ints
    runs: Bools
    member: Floats
    codes: Ints


def threes(half: Half, task: Task) -> list[Found]:
    """Count every three supported literals of three columns, per side (``half.tested`` too)."""
    columns = _coarse(half)
    chosen = [
        three
        for three in combinations(range(len(columns)), 3)
        if len({columns[i].column for i in three}) == len(three)
    ]
    found: list[Found] = []
    for done, (i, j, k) in enumerate(chosen):
        task.tick(done, len(chosen), "Searching groups of three conditions")
        _count(half, found, (columns[i], columns[j], columns[k]))
    return found


def _coarse(half: Half) -> list[_Coarse]:
    found, start = [], 0
    for i, one in enumerate(half.coded):
        taken, codes = _taken(one), half.codes(i)
        rows = np.bincount(codes, minlength=one.width)
        taken = taken[one.member[taken] @ rows >= SUPPORT]
        if len(taken):
            member, place = np.unique(one.member[taken], axis=1, return_inverse=True)
            runs = grains_of(one)[taken] > 0
            found.append(
                _Coarse(one.column, start + taken, runs, member.astype(np.float64), place[codes])
            )
        start += len(one.literals)
    return found


def _taken(one: Coded) -> Ints:
    """What is no run, wide runs of the calendar, and of a number's eighths each and its two sides.

    Other wide runs are left to the moving of borders.
    """
    grains = grains_of(one)
    wide = (grains > 0) & (grains <= PARTS)
    runs = [one.literals[k] for k in np.flatnonzero(wide)]
    edges = sorted({x for c in runs for x in (c.lower, c.upper) if x is not None})
    steps = set(pairwise(edges))
    narrow = [
        c.part is not None or c.lower is None or c.upper is None or (c.lower, c.upper) in steps
        for c in one.literals
    ]
    return np.flatnonzero((grains == 0) | (wide & np.array(narrow, dtype=np.bool_)))


def _count(half: Half, found: list[Found], three: Sequence[_Coarse]) -> None:
    a, b, c = three
    sizes = tuple(one.member.shape[1] for one in three)
    key = (a.codes * sizes[1] + b.codes) * sizes[2] + c.codes
    runs = a.runs[:, None, None] | b.runs[:, None] | c.runs
    apart = None
    for side, counts in half.tables(key, sizes[0] * sizes[1] * sizes[2]).items():
        n, hits, expected = (_sums(t.reshape(sizes), three) for t in counts)
        if apart is None:  # of all rows, which come first
            apart = n < SAME * _fewest(counts[0].reshape(sizes), three)
        tested = (n >= SUPPORT) & apart
        for sort, of_sort in ((THREE, ~runs), (THREE_WITH_RUN, runs)):
            at, three_of = half.off(side, sort, tested & of_sort, (n, hits, expected))
            literals = np.stack([one.literals[k] for one, k in zip(three, at, strict=True)])
            found += half.near(side, sort, literals, three_of)


def _sums(cells: Floats, three: Sequence[_Coarse]) -> Floats:
    """Sums over the cells of each three literals, one axis a column."""
    for axis, one in enumerate(three):
        cells = np.moveaxis(np.tensordot(one.member, cells, axes=(1, axis)), 0, axis)
    return cells


def _fewest(rows: Floats, three: Sequence[_Coarse]) -> Floats:
    """Rows of the smallest pair that each three literals lie in, one axis a column."""
    pairs = []
    for left_out in range(3):
        kept = [one for axis, one in enumerate(three) if axis != left_out]
        pairs.append(np.expand_dims(_sums(rows.sum(axis=left_out), kept), left_out))
    found: Floats = np.minimum(np.minimum(pairs[0], pairs[1]), pairs[2])
    return found
