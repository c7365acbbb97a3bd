"""Search one feature for a change of scale over segments, windows of time, shares and shifts.

Every hypothesis has a log-likelihood gain over "no change" that is a sum over rows, so that
counts by (segment value, block of time, cell) decide all of them; the best window of blocks is a
maximum-sum interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.shift.density import Cells, Counts, Grid, shifted
from investigators.tables.codes import LOWEST, SegmentCodes

COARSE = 5  # grid cells per scan cell (0.1 on ln|x|)
SHARES = (0.98, 0.5, 0.15, 0.03)
MAX_BLOCKS = 48
SHIFT_STEP = 0.4
LARGEST_SHIFT = 14.0
SMALLEST_SHIFT = 1.0
FAR = 1.0987  # ln 3: nearer shifts look like drift and must not stand before farther ones
STRAY = 0.02
WORTH = 3.0


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


def blocks_of(n: int, order: npt.NDArray[np.intp] | None) -> tuple[npt.NDArray[np.uint8], int]:
    """Number each row's block of time: equally many rows a block, at least eight rows each."""
    if order is None:
        return np.zeros(n, dtype=np.uint8), 1
    count = int(np.clip(n // 8, 1, MAX_BLOCKS))
    blocks = np.empty(n, dtype=np.uint8)
    blocks[order] = (np.arange(n) * count // max(n, 1)).astype(np.uint8)
    return blocks, count


def best_window(gains: Counts) -> tuple[Counts, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Maximum-sum window along axis 0 for every column at once (Bentley's scan).

    Args:
        gains: shape (blocks, hypotheses).

    Returns:
        Best sum, start and end (half-open), each of shape (hypotheses,).
    """
    columns = gains.shape[1]
    best = np.full(columns, -np.inf)
    start, end = np.zeros(columns, dtype=np.intp), np.zeros(columns, dtype=np.intp)
    running, since = np.zeros(columns), np.zeros(columns, dtype=np.intp)
    for block in range(gains.shape[0]):
        fresh = running <= 0
        since = np.where(fresh, block, since)
        running = np.where(fresh, 0.0, running) + gains[block]
        better = running > best
        best = np.where(better, running, best)
        start, end = np.where(better, since, start), np.where(better, block + 1, end)
    return best, start, end


def _coarse(counts: Counts) -> Counts:
    pad = -counts.size % COARSE
    return np.pad(counts, (0, pad)).reshape(-1, COARSE).sum(axis=1)


def gain_per_row(null: Counts, change: Counts, share: float) -> Counts:
    """Log-likelihood gain of one row per cell: ln((1 - share) + share x change / null)."""
    return np.log((1 - share) + share * change / null)


def shifts_worth_trying(counts: Counts, null: Counts, smallest: float) -> list[float]:
    """Shifts that at least four live rows speak for by a nat each; the rest cannot win."""
    steps = np.arange(smallest, LARGEST_SHIFT + SHIFT_STEP, SHIFT_STEP)
    worth = []
    for shift in (*-steps[::-1], *steps):
        favoured = np.log(shifted(null, float(shift)) / null) > 1.0
        if counts[favoured].sum() >= 4:
            worth.append(float(shift))
    return worth


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
    counts = grid.counts(cells)
    shifts = shifts_worth_trying(counts, null, smallest)
    if not shifts:
        return []
    null_coarse = _coarse(null)
    table = np.stack(
        [
            gain_per_row(null_coarse, _coarse(shifted(null, shift)), share)
            for shift in shifts
            for share in SHARES
        ],
        axis=1,
    ).astype(np.float32)
    coarse = (cells[valued].astype(np.int64) - grid.first) // COARSE
    width = table.shape[0]
    used = np.flatnonzero(np.bincount(coarse, minlength=width))
    place = np.zeros(width, dtype=np.int64)
    place[used] = np.arange(used.size)
    position = blocks[valued].astype(np.int64) * used.size + place[coarse]
    found: list[Hypothesis] = []
    for column in range(-1, len(segments)):
        codes = segments[column].codes[valued].astype(np.int64) if column >= 0 else None
        values = len(segments[column].values) + 1 if column >= 0 else 1
        key = position if codes is None else codes * (block_count * used.size) + position
        flat = np.bincount(key, minlength=values * block_count * used.size)
        tally = flat.reshape(values, block_count, used.size).astype(np.float32)
        for code in range(values):
            if column >= 0 and (code == 0 or not tally[code].any()):
                continue
            gains = (tally[code] @ table[used]).astype(np.float64)
            found += _best_of(gains, shifts, column, code)
    return sorted(found, key=lambda h: (-h.gain, h.column, h.code))


def _best_of(gains: Counts, shifts: list[float], column: int, code: int) -> list[Hypothesis]:
    """The best far and the best near hypothesis of one segment value."""
    best, start, end = best_window(gains)
    far = np.abs(np.repeat(shifts, len(SHARES))) >= FAR
    found = []
    for chosen in (far, ~far):
        if not chosen.any():
            continue
        k = int(np.argmax(np.where(chosen, best, -np.inf)))
        if best[k] > WORTH:
            window = (int(start[k]), int(end[k]))
            shift, share = shifts[k // len(SHARES)], SHARES[k % len(SHARES)]
            found.append(Hypothesis(column, code, window, shift, share, float(best[k])))
    return found
