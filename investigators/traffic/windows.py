"""Blocks of time and the best run of them: a maximum-sum interval of gains."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MAX_BLOCKS = 48


def blocks_of(n: int, order: npt.NDArray[np.intp] | None) -> tuple[npt.NDArray[np.uint8], int]:
    """Number each row's block of time: equally many rows a block, at least eight rows each."""
    if order is None:
        return np.zeros(n, dtype=np.uint8), 1
    count = int(np.clip(n // 8, 1, MAX_BLOCKS))
    blocks = np.empty(n, dtype=np.uint8)
    blocks[order] = (np.arange(n) * count // max(n, 1)).astype(np.uint8)
    return blocks, count


def best_window(gains: Floats) -> tuple[Floats, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
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
