"""Offsets without a name: by how much values lie off training's, read off the values themselves."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor, inf, log10, sqrt

import numpy as np
import numpy.typing as npt

from investigators.numbers import number
from investigators.shift.line_fit import middle_of
from investigators.shift.lines import Form, straight

Floats = npt.NDArray[np.float64]
CELLS, A_SPREAD = 400, 6
SHARES = (0.97, 0.5, 0.1, 0.02, 0.004)
LEAST = 1.5  # training's spreads: nearer offsets are drifts
FLOOR_SHARE = 0.005
EDGE = 8  # so many values must lie at either end, or the end is an odd value's
SOME, TRIED = 12.0, 2  # nats over none, of the best of some hundred offsets and five shares
FINE, MOST_CELLS, DRAWN = 12, 4_000, 2_000
TAILS = (0.005, 0.995)
CHANCE = 0.5  # of a distance, in units of 1 / sqrt(n), that is none


def offset(by: float) -> Form:
    """The form "``by`` was added"."""
    way = f"with {number(by, 6)} added" if by > 0 else f"with {number(-by, 6)} taken away"
    return replace(straight("offset", f"the same values {way}", 1.0, by, (-inf, inf)), free=True)


def offsets_of(live: Floats, training: Floats, odd: float) -> list[Form]:
    """Offsets that some values (sorted, as training's) speak for, by likelihood on equal cells.

    ``odd`` is the share of the values that may be anything.
    """
    if min(live.size, training.size) <= 2 * EDGE:
        return []
    spread = middle_of(training)[1]
    low = min(live[EDGE], training[EDGE])
    high = max(live[-EDGE - 1], training[-EDGE - 1])
    width = max(spread / A_SPREAD, (high - low) / CELLS)
    if not width > 0 or high - low < LEAST * spread:
        return []
    edges = low + width * np.arange(ceil((high - low) / width) + 2)
    floor_share = min(FLOOR_SHARE, odd)
    base = _density(np.histogram(training, edges)[0].astype(np.float64), floor_share)
    counts = np.histogram(live, edges)[0].astype(np.float64)
    used = np.flatnonzero(counts)
    least = max(ceil(LEAST * spread / width), 1)
    ways = np.arange(least, base.size)
    steps = np.concatenate([-ways, ways])
    source = used[None, :] - steps[:, None]
    beyond = (source < 0) | (source >= base.size)
    moved = np.where(beyond, floor_share / base.size, base[np.where(beyond, 0, source)])
    ratio = moved / base[used]
    some = np.where(ratio > np.e, counts[used], 0.0).sum(axis=1) >= EDGE
    steps, ratio = steps[some], ratio[some]
    if not steps.size:
        return []
    by_share = np.stack([np.log1p(s * (ratio - 1)) @ counts[used] for s in SHARES])
    gains: Floats = by_share.max(axis=0)
    found: list[int] = []
    for k in np.argsort(-gains, kind="stable"):
        if gains[k] < SOME or len(found) == TRIED:
            break
        if all(abs(steps[k] - other) > A_SPREAD for other in found):
            found.append(int(steps[k]))
    return [offset(float(step * width)) for step in found]


def _density(counts: Floats, odd: float = FLOOR_SHARE) -> Floats:
    from scipy.ndimage import gaussian_filter1d

    soft = gaussian_filter1d(counts / counts.sum(), 1.5, mode="constant")
    found: Floats = (1 - odd) * soft + odd / counts.size
    return found


def exact_offset(values: Floats, training: Floats, share: float, around: float) -> Form:
    """Place the offset that a ``share`` of the values (sorted) has: likelihood on fine cells.

    Cells blur a sharp end, so that the distributions themselves decide near it.  Of the offsets
    that lie no farther than chance from the best one, the roundest: who adds a number by mistake
    adds one with few digits.
    """
    spread = middle_of(training)[1]
    ends = np.quantile(values, TAILS), np.quantile(training, TAILS)  # few far values need no cells
    low, high = float(min(ends[0][0], ends[1][0])), float(max(ends[0][1], ends[1][1]))
    width = max(spread / FINE, (high - low) / MOST_CELLS)
    edges = low + width * np.arange(ceil((high - low) / width) + 2)
    base = _density(np.histogram(training, edges)[0].astype(np.float64))
    chosen = values[:: max(values.size // DRAWN, 1)]
    weight = values.size / chosen.size
    here = (1 - share) * base[_cell(chosen, low, width, base.size)]
    tries = around + width / 2 * np.arange(-4 * FINE, 4 * FINE + 1)
    cells = np.floor((chosen[None, :] - tries[:, None] - low) / width).astype(np.int64)
    beyond = (cells < 0) | (cells >= base.size)
    moved = np.where(beyond, FLOOR_SHARE / base.size, base[np.where(beyond, 0, cells)])
    gains = weight * np.log(here + share * moved).sum(axis=1)
    first = float(tries[int(np.argmax(gains))])
    tries = first + width / 4 * np.arange(-FINE, FINE + 1)
    left = np.array([_mixed_distance(chosen, training, share, by) for by in tries])
    possible = tries[left <= left.min() + CHANCE / sqrt(share * values.size)]
    best = float(tries[int(np.argmin(left))])
    return offset(roundest(float(possible.min()), float(possible.max()), best))


def _mixed_distance(values: Floats, training: Floats, share: float, by: float) -> float:
    """Kolmogorov-Smirnov's distance of the values from training's, a share of these moved."""
    at = np.arange(1, values.size + 1) / values.size
    stay, moved = (np.searchsorted(training, v, side="right") for v in (values, values - by))
    mixed = ((1 - share) * stay + share * moved) / training.size
    return float(np.abs(mixed - at).max())


def _cell(values: Floats, low: float, width: float, size: int) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = np.floor((values - low) / width).astype(np.int64)
    return np.clip(found, 0, size - 1)


def roundest(low: float, high: float, best: float) -> float:
    """Give the number of fewest digits (two at least) in an interval, the nearest to its best."""
    if low <= 0 <= high:
        return best
    for power in range(floor(log10(abs(best))) - 1, -12, -1):
        unit = 10.0**power
        near = round(round(best / unit) * unit, max(-power, 0))
        if low <= near <= high:
            return float(near)
    return best
