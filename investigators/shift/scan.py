"""Search one feature for a change of scale over segments, windows of time, shares and shifts.

Every hypothesis has a log-likelihood gain over "no change" that is a sum over rows, so that
counts by (segment value, block of time, cell) decide all of them; the best window of blocks is a
maximum-sum interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.shift.density import Cells, Counts, Grid, shifted, shifted_at
from investigators.tables.codes import LOWEST, SegmentCodes
from investigators.traffic.windows import best_window

COARSE = 5  # grid cells per scan cell (0.1 on ln|x|)
SHARES = (0.98, 0.5, 0.15, 0.03)
SHIFT_STEP = 0.4
LARGEST_SHIFT = 14.0
SMALLEST_SHIFT = 1.0
FAR = 1.0987  # ln 3: nearer shifts look like drift and must not stand before farther ones
STRAY = 0.02
WORTH = 3.0
# Multiplications up to which the linear algebra library stays on one core: waking the other ones
# costs more than such a product.
ONE_CORE = 1 << 18


@dataclass(frozen=True)
class Hypothesis:
    """A change of scale: where, when, by how much, for which share; ``gain`` in nats.

    ``column`` is an index into the segment list (-1: all rows), ``code`` its value's code.
    ``window`` is a half-open range of time blocks.
    """

    column: int
    code: int
    window: tuple[int, int]
    shift: float
    share: float
    gain: float

    @property
    def far(self) -> bool:
        """Whether the shift is beyond what drift makes."""
        return abs(self.shift) >= FAR


def best_sums(gains: npt.NDArray[np.float32]) -> Counts:
    """Sum of the best window along axis 1, as :func:`best_window` finds it, without its place.

    Args:
        gains: shape (values, blocks, hypotheses).

    Returns:
        Shape (values, hypotheses).
    """
    best = np.full((gains.shape[0], gains.shape[2]), -np.inf)
    running = np.zeros_like(best)
    for block in range(gains.shape[1]):
        np.maximum(running, 0.0, out=running)
        running += gains[:, block]
        np.maximum(best, running, out=best)
    return best


def _gains(
    tally: npt.NDArray[np.float32], table: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Multiply (values, blocks, cells) by (cells, hypotheses), a few rows at a time."""
    values, blocks, cells = tally.shape
    rows = tally.reshape(values * blocks, cells)
    gains = np.zeros((len(rows), table.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(rows.any(axis=1))
    at_once = max(1, ONE_CORE // max(table.size, 1))
    for start in range(0, filled.size, at_once):
        some = filled[start : start + at_once]
        gains[some] = rows[some] @ table
    return gains.reshape(values, blocks, -1)


def _coarse(counts: Counts) -> Counts:
    pad = np.zeros(-counts.size % COARSE)
    return np.concatenate([counts, pad]).reshape(-1, COARSE).sum(axis=1)


def gain_per_row(null: Counts, change: Counts, share: float) -> Counts:
    """Log-likelihood gain of one row per cell: ln((1 - share) + share x change / null)."""
    return np.log((1 - share) + share * change / null)


def shifts_worth_trying(counts: Counts, null: Counts, smallest: float) -> list[float]:
    """Shifts that at least four live rows speak for by a nat each; the rest cannot win."""
    steps = np.arange(smallest, LARGEST_SHIFT + SHIFT_STEP, SHIFT_STEP)
    shifts = np.concatenate([-steps[::-1], steps])
    cells = np.flatnonzero(counts)
    favoured = np.log(shifted_at(null, shifts, cells) / null[cells]) > 1.0
    speaking = np.where(favoured, counts[cells], 0.0).sum(axis=1)
    return [float(shift) for shift in shifts[speaking >= 4]]


def scan(
    cells: Cells,
    grid: Grid,
    null: Counts,
    segments: list[SegmentCodes],
    blocks: npt.NDArray[np.uint8],
    block_count: int,
    *,
    smallest: float = SMALLEST_SHIFT,
) -> list[Hypothesis]:
    """Return the best hypothesis of each (column, code), best first; those with a gain above 3."""
    valued = cells >= LOWEST
    live = cells[valued].astype(np.int64) - grid.first
    tallied = np.bincount(live, minlength=grid.size).astype(np.float64)
    shifts = shifts_worth_trying(tallied, null, smallest)
    if not shifts:
        return []
    used = np.flatnonzero(_coarse(tallied))
    place = np.zeros(-(-grid.size // COARSE), dtype=np.int64)
    place[used] = np.arange(used.size)
    table = _table(null, shifts, used)
    position = place.repeat(COARSE)[live]
    position += blocks[valued].astype(np.int64) * used.size
    found: list[Hypothesis] = []
    for column in range(-1, len(segments)):
        codes = segments[column].codes[valued].astype(np.int64) if column >= 0 else None
        values = len(segments[column].values) + 1 if column >= 0 else 1
        key = position if codes is None else codes * (block_count * used.size) + position
        flat = np.bincount(key, minlength=values * block_count * used.size)
        tally = flat.reshape(values, block_count, used.size).astype(np.float32)
        first = 1 if column >= 0 else 0  # code 0 is no value
        found += _best_of(_gains(tally[first:], table), shifts, column, first)
    return sorted(found, key=lambda h: (-h.gain, h.column, h.code))


def _table(
    null: Counts, shifts: list[float], used: npt.NDArray[np.intp]
) -> npt.NDArray[np.float32]:
    """Gain of one row in each used coarse cell, shape (cells, shifts x shares)."""
    before = _coarse(null)[used]
    table = np.empty((used.size, len(shifts) * len(SHARES)), dtype=np.float32)
    for i, shift in enumerate(shifts):
        after = _coarse(shifted(null, shift))[used]
        for j, share in enumerate(SHARES):
            table[:, i * len(SHARES) + j] = gain_per_row(before, after, share)
    return table


def _best_of(
    gains: npt.NDArray[np.float32], shifts: list[float], column: int, first: int
) -> list[Hypothesis]:
    """The best far and the best near hypothesis of each value of a segment."""
    best = best_sums(gains)
    far = np.abs(np.repeat(shifts, len(SHARES))) >= FAR
    winners = []
    for chosen in (far, ~far):
        if chosen.any():
            top = np.argmax(np.where(chosen, best, -np.inf), axis=1)
            winners += [(code, int(k)) for code, k in enumerate(top) if best[code, k] > WORTH]
    if not winners:
        return []
    codes, places = np.array(winners).T
    sums, starts, ends = best_window(gains[codes, :, places].T.astype(np.float64))
    return [
        Hypothesis(
            column,
            code + first,
            (int(start), int(end)),
            shifts[k // len(SHARES)],
            SHARES[k % len(SHARES)],
            float(gain),
        )
        for (code, k), gain, start, end in zip(winners, sums, starts, ends, strict=True)
    ]
