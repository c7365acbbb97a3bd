"""Offsets without a name: by how much values lie off training's, read off the values themselves."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor, inf, log10

import numpy as np
import numpy.typing as npt

from investigators.numbers import number
from investigators.shift.line_fit import middle_of
from investigators.shift.lines import Form, straight

Floats = npt.NDArray[np.float64]
CELLS, A_SPREAD = 400, 6
SHARES = (0.97, 0.5, 0.1, 0.02)
LEAST = 1.5  # training's spreads: nearer offsets are drifts
FLOOR_SHARE = 0.005
EDGE = 8  # so many values must lie at either end, or the end is an odd value's
SOME, TRIED = 4.0, 2
LEVELS = np.linspace(0.05, 0.95, 37)
DRAWN, REPEATED = 1_000, 60


def offset(by: float) -> Form:
    """The form "``by`` was added"."""
    way = f"with {number(by, 6)} added" if by > 0 else f"with {number(-by, 6)} taken away"
    return replace(straight("offset", f"the same values {way}", 1.0, by, (-inf, inf)), free=True)


def offsets_of(live: Floats, training: Floats) -> list[Form]:
    """Offsets that some values (sorted, as training's) speak for, by likelihood on equal cells."""
    if min(live.size, training.size) <= 2 * EDGE:
        return []
    spread = middle_of(training)[1]
    low = min(live[EDGE], training[EDGE])
    high = max(live[-EDGE - 1], training[-EDGE - 1])
    width = max(spread / A_SPREAD, (high - low) / CELLS)
    if not width > 0 or high - low < LEAST * spread:
        return []
    edges = low + width * np.arange(ceil((high - low) / width) + 2)
    base = _density(np.histogram(training, edges)[0].astype(np.float64))
    counts = np.histogram(live, edges)[0].astype(np.float64)
    used = np.flatnonzero(counts)
    least = max(ceil(LEAST * spread / width), 1)
    ways = np.arange(least, base.size)
    steps = np.concatenate([-ways, ways])
    source = used[None, :] - steps[:, None]
    beyond = (source < 0) | (source >= base.size)
    moved = np.where(beyond, FLOOR_SHARE / base.size, base[np.where(beyond, 0, source)])
    ratio = moved / base[used]
    some = np.where(ratio > np.e, counts[used], 0.0).sum(axis=1) >= EDGE
    steps, ratio = steps[some], ratio[some]
    if not steps.size:
        return []
    gains = np.max([np.log1p(s * (ratio - 1)) @ counts[used] for s in SHARES], axis=0)
    found: list[int] = []
    for k in np.argsort(-gains, kind="stable"):
        if gains[k] < SOME or len(found) == TRIED:
            break
        if all(abs(steps[k] - other) > A_SPREAD for other in found):
            found.append(int(steps[k]))
    return [offset(float(step * width)) for step in found]


def _density(counts: Floats) -> Floats:
    from scipy.ndimage import gaussian_filter1d

    soft = gaussian_filter1d(counts / counts.sum(), 1.5, mode="constant")
    found: Floats = (1 - FLOOR_SHARE) * soft + FLOOR_SHARE / counts.size
    return found


def exact_offset(seen: Floats, training: Floats) -> Form:
    """Place the offset of these values (sorted): the roundest number that they leave possible.

    Differences of quantiles, weighted by how exactly each is known; the interval is 2.58 standard
    errors from 60 bootstrap samples of at most 1,000 values a side (fixed seed).
    """
    random = np.random.default_rng(11)
    n, m = min(seen.size, DRAWN), min(training.size, DRAWN)
    steps = np.gradient(np.quantile(training, LEVELS))
    weights = LEVELS.size**-1.0 / np.maximum(steps, steps.max() * 1e-3) ** 2
    weights /= LEVELS * (1 - LEVELS)

    def place(here: Floats, there: Floats) -> float:
        apart = np.quantile(here, LEVELS) - np.quantile(there, LEVELS)
        return float((apart * weights).sum() / weights.sum())

    best = place(seen, training)
    tries = [place(random.choice(seen, n), random.choice(training, m)) for _ in range(REPEATED)]
    way = 2.576 * float(np.std(tries)) * (n / max(seen.size, n)) ** 0.5
    return offset(_roundest(best - way, best + way, best))


def _roundest(low: float, high: float, best: float) -> float:
    """The number of fewest digits in an interval, the nearest to its best where there are many."""
    if low <= 0 <= high:
        return best
    for power in range(floor(log10(max(abs(low), abs(high)))), -12, -1):
        unit = 10.0**power
        near = round(round(best / unit) * unit, max(-power, 0))
        if low <= near <= high and near:
            return float(near)
    return best
