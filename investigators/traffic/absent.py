"""Where more (or fewer) values of an input are missing than in the baseline: a cheap screen.

Every segment value, and every run of blocks of time from the first or to the last, is held against
the baseline's share by exact binomial likelihood.  Costs as much as there are missing values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from investigators.statistics import jeffreys
from investigators.traffic.carrier import SURE
from investigators.traffic.rows import Traffic
from investigators.traffic.windows import blocks_of

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

HARDLY, NEWS = 0.0005, 0.005
TIMES, POINTS = 2.0, 0.02  # a rise: so many times the share, and so much more of the rows
LEFT, WORTH = 0.25, 0.02  # a fall: what is left of the share, which was at least so large


@dataclass(frozen=True)
class Grid:
    """All rows by block of time and value of each segment column: keys and totals."""

    keys: tuple[npt.NDArray[np.uint16], ...]
    totals: tuple[Floats, ...]
    blocks: int
    looks: float


def grid_of(traffic: Traffic) -> Grid:
    """Number every row's cell once for all inputs."""
    blocks, count = blocks_of(traffic.rows, traffic.order)
    keys, totals, widths = [], [], []
    for codes, width in _columns(traffic):
        key = blocks.astype(np.uint16) * np.uint16(width) + codes
        found = np.bincount(key, minlength=count * width).reshape(count, width)
        keys.append(key)
        totals.append(found.astype(np.float64))
        widths.append(width)
    values = sum(widths)
    return Grid(tuple(keys), tuple(totals), count, log(values) + 2 * log(max(count, 1)))


def _columns(traffic: Traffic) -> Iterator[tuple[npt.NDArray[np.uint8], int]]:
    """Codes and the number of them: all rows as one, then every column."""
    yield np.zeros(traffic.rows, dtype=np.uint8), 1
    for coded in traffic.segments + traffic.calendar:
        yield coded.codes, len(coded.values) + 1


def rise_at_least(share: float) -> float:
    """Share from which on more values count as missing than drift explains.

    Where hardly any was, of thousands of rows, fewer are news.
    """
    return max(TIMES * share, share + (POINTS if share > HARDLY else NEWS))


def moves(grid: Grid, missing: Flags, baseline: tuple[int, int], margin: float) -> Sequence[bool]:
    """Which directions (True: more are missing) are worth a search, the likelier first.

    Args:
        grid: all rows.
        missing: rows without a value, shape (rows,).
        baseline: how many of how many baseline rows have none.
        margin: nats beyond the price of the looks.
    """
    at = np.flatnonzero(missing)
    low, high = jeffreys(*baseline, SURE)
    least = 0.5 / (baseline[1] + 1)
    low, high = (min(max(p, least), 1 - least) for p in (low, high))
    best = {True: 0.0, False: 0.0}
    for key, total in zip(grid.keys, grid.totals, strict=True):
        counts = np.bincount(key[at], minlength=total.size).reshape(total.shape)
        for k, n in _windows(counts.astype(np.float64), total):
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(n > 0, k / n, low)
            up = share >= rise_at_least(high)
            down = (share <= 2 * LEFT * low) & (low >= WORTH / 2)
            best[True] = max(best[True], float(_gain(k, n, high)[up].max(initial=0.0)))
            best[False] = max(best[False], float(_gain(k, n, low)[down].max(initial=0.0)))
    worth = [(gain, more) for more, gain in best.items() if gain >= grid.looks + margin]
    return [more for _, more in sorted(worth, reverse=True)]


def _windows(counts: Floats, total: Floats) -> Sequence[tuple[Floats, Floats]]:
    """Sums from the first block, to the last block, and of single blocks."""
    return (
        (counts.cumsum(axis=0), total.cumsum(axis=0)),
        (counts[::-1].cumsum(axis=0), total[::-1].cumsum(axis=0)),
        (counts, total),
    )


def _gain(k: Floats, n: Floats, p: float) -> Floats:
    """Log-likelihood of the observed share over p, elementwise."""
    share = np.clip(k / np.maximum(n, 1), 1e-12, 1 - 1e-12)
    found: Floats = k * np.log(share / p) + (n - k) * np.log((1 - share) / (1 - p))
    return found
