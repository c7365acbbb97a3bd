"""Which columns are the sum of two or three others in a few probe rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from investigators.task import Task

Floats = npt.NDArray[np.float64]
ENOUGH, HIT = 8, 0.8
MOST = 40  # columns among which sums of three are sought
AT_ONCE = 4  # probe rows that throw out the most


def triples_of_sums(probes: Floats, halves: Floats, task: Task) -> Iterator[tuple[int, int, int]]:
    """Yield (left, one, other) with left = one + other in nearly all probe rows.

    ``probes`` and ``halves`` (what rounding allows) have shape (columns, rows).
    """
    m = len(probes)
    one, other = np.triu_indices(m, 1)
    added, room = probes[one] + probes[other], halves[one] + halves[other]
    for left in range(m):
        task.tick()
        free = np.flatnonzero((one != left) & (other != left))
        gap = np.abs(probes[left] - added[free])
        for k in _within(gap, 1.01 * (room[free] + halves[left])):
            yield left, int(one[free[k]]), int(other[free[k]])


def _within(gap: Floats, room: Floats) -> npt.NDArray[np.intp]:
    known = (~np.isnan(gap)).sum(axis=1)
    hits = (gap <= room).sum(axis=1)
    return np.asarray(np.flatnonzero((known >= ENOUGH) & (hits >= HIT * known)), dtype=np.intp)


def four_terms(probes: Floats, halves: Floats, task: Task) -> Iterator[tuple[int, int, int, int]]:
    """Yield (left, a, b, c) with left = a + b + c: left - a is looked for among b + c."""
    whole = np.flatnonzero(~np.isnan(probes).any(axis=1))[:MOST]
    if whole.size < 4:
        return
    x, h = probes[whole], halves[whole]
    b, c = np.triu_indices(whole.size, 1)
    added, room = x[b] + x[c], h[b] + h[c]
    for left in range(whole.size):
        task.tick()
        for a in range(whole.size):
            if a == left:
                continue
            near = (b > a) & (b != left) & (c != left)
            for probe in range(AT_ONCE):
                gap = np.abs(x[left, probe] - x[a, probe] - added[:, probe])
                near &= gap <= 1.01 * (h[left, probe] + h[a, probe] + room[:, probe])
            at = np.flatnonzero(near)
            if at.size:
                gap = np.abs(x[left] - x[a] - added[at])
                for k in _within(gap, 1.01 * (h[left] + h[a] + room[at])):
                    yield tuple(int(whole[i]) for i in (left, a, b[at[k]], c[at[k]]))  # type: ignore[misc]
