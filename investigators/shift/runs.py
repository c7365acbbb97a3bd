"""Changes of scale that follow each other: the best run of states along the rows of a segment.

Each piece of time is as the baseline, or moved by one of several shifts; the path with the largest
gain, less a price for each turn, is found by dynamic programming (Viterbi 1967, IEEE Transactions
on Information Theory 13, 260).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

from investigators.shift.density import Counts, shifted_at
from investigators.shift.scan import FAR, STRAY, gain_per_row, shifts_worth_trying

PIECES, ROWS_A_PIECE = 200, 3
MOST = 3  # more runs are a rhythm, such as that of nights, and no changes in turn
APART = 0.5  # on ln|x|: nearer runs without a pause are one


@dataclass(frozen=True)
class Run:
    """Positions ``[start, end)`` among a segment's rows that lie ``shift`` off on ln|x|."""

    start: int
    end: int
    shift: float


def runs_of(place: npt.NDArray[np.int64], null: Counts) -> list[Run]:
    """Find two or three runs among the rows' cells in order of time; none where there are not."""
    n = place.size
    pieces = min(n // ROWS_A_PIECE, PIECES)
    counts = np.bincount(place, minlength=null.size).astype(np.float64)
    shifts = np.array(shifts_worth_trying(counts, null, FAR))
    if pieces < 2 or not shifts.size:
        return []
    cells = np.flatnonzero(counts)
    votes = gain_per_row(null[cells], shifted_at(null, shifts, cells), 1 - STRAY)
    of = np.arange(n) * pieces // n
    key = of * cells.size + np.searchsorted(cells, place)
    tally = np.bincount(key, minlength=pieces * cells.size).reshape(pieces, cells.size)
    gains = np.concatenate([np.zeros((pieces, 1)), tally.astype(np.float64) @ votes.T], axis=1)
    path = _best_path(gains, log(n) + log(shifts.size) + 1.0)
    starts = np.searchsorted(of, np.arange(pieces + 1))
    turns = [0, *(np.flatnonzero(np.diff(path)) + 1), pieces]
    runs: list[Run] = []
    for first, last in pairwise(turns):
        if not path[first]:
            continue
        run = Run(int(starts[first]), int(starts[last]), float(shifts[path[first] - 1]))
        before = runs[-1] if runs else None
        if before and before.end == run.start and abs(before.shift - run.shift) < APART:
            run = Run(before.start, run.end, before.shift)
            runs.pop()
        runs.append(run)
    return runs if 2 <= len(runs) <= MOST else []


def _best_path(gains: npt.NDArray[np.float64], price: float) -> npt.NDArray[np.intp]:
    """States of the pieces (0: as the baseline) with the largest sum, ``price`` for each turn."""
    pieces, states = gains.shape
    sums, back = gains[0].copy(), np.zeros((pieces, states), dtype=np.intp)
    sums[1:] -= price
    for k in range(1, pieces):
        best = int(np.argmax(sums))
        turn = sums[best] - price > sums
        back[k] = np.where(turn, best, np.arange(states))
        sums = np.where(turn, sums[best] - price, sums) + gains[k]
    path = np.zeros(pieces, dtype=np.intp)
    path[-1] = int(np.argmax(sums))
    for k in range(pieces - 1, 0, -1):
        path[k - 1] = back[k, path[k]]
    return path
