"""Densities of ln|x| on a grid, from counts of cells; smooth, with honest tails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.tables.codes import LOWEST, STEP

Counts = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int16]

FLOOR_SHARE = 0.005  # odd single values of any size: a few must not veto or make a change
TAIL_SHARE = 0.02  # outer part of the reference from which a tail's slope is taken
TAIL_WEIGHT = 0.02
PAD = 15.0  # a factor of e^15 = 3.3 million fits beyond either end


@dataclass(frozen=True)
class Grid:
    """Equally spaced cells; cell ``first + i`` is at ``(first + i) * STEP`` on ln|x|."""

    first: int
    size: int

    @property
    def u(self) -> Counts:
        """Positions, shape (size,)."""
        return np.asarray((self.first + np.arange(self.size)) * STEP, dtype=np.float64)

    def counts(self, cells: Cells) -> Counts:
        """Count the cells that are values (not zero, not missing), shape (size,)."""
        live = cells[cells >= LOWEST].astype(np.int64) - self.first
        return np.bincount(live, minlength=self.size).astype(np.float64)


def grid_over(*arrays: Cells) -> Grid | None:
    """Make a grid that holds every value of the arrays, padded; ``None`` without any value."""
    lows, highs = [], []
    for cells in arrays:
        values = cells[cells >= LOWEST]
        if values.size:
            lows.append(int(values.min()))
            highs.append(int(values.max()))
    if not lows:
        return None
    pad = int(PAD / STEP)
    first = min(lows) - pad
    return Grid(first, max(highs) + pad - first + 1)


def smoothed(counts: Counts, width: float) -> Counts:
    """Smooth counts with a Gaussian of standard deviation ``width`` (on ln|x|); sums to 1."""
    from scipy.ndimage import gaussian_filter1d

    total = counts.sum()
    soft = gaussian_filter1d(counts / total, width / STEP, mode="constant", truncate=4.0)
    return np.asarray(np.maximum(soft, 0.0), dtype=np.float64)


def spread(counts: Counts) -> tuple[float, float]:
    """Median and robust standard deviation (from the quartiles, at least 0.05) on ln|x|."""
    cumulative = np.cumsum(counts) / counts.sum()
    low, mid, high = (float(np.searchsorted(cumulative, q)) * STEP for q in (0.25, 0.5, 0.75))
    return mid, max((high - low) / 1.349, 0.05)


def _tail(counts: Counts, *, upper: bool) -> Counts:
    """Exponential tail on ln|x| beyond an outer quantile, slope by Hill's estimator.

    Hill (1975): the mean excess of ln x over a high quantile estimates 1 / index; an exponential
    tail on ln|x| is a Pareto tail on |x|.  The slope is halved: rather too heavy than too light.
    """
    line = counts if upper else counts[::-1]
    cumulative = np.cumsum(line) / line.sum()
    start = int(np.searchsorted(cumulative, 1 - TAIL_SHARE))
    beyond = line[start:]
    distance = np.arange(beyond.size) * STEP
    mean = float((beyond * distance).sum() / max(beyond.sum(), 1.0))
    slope = 0.5 / max(mean, 0.05)
    tail = np.zeros_like(line)
    tail[start:] = np.exp(-slope * distance)
    tail /= tail.sum()
    return tail if upper else tail[::-1]


def wide(counts: Counts, tolerance: float = 0.2) -> Counts:
    """Density for deciding whether something changed: tolerant of drift, with heavy tails.

    Smoothed with ``tolerance`` so that an ordinary drift of that size does not look like a
    change; both tails continue at half their own slope; a small uniform floor.
    Shape and unit as ``counts``, sums to 1.
    """
    core = smoothed(counts, tolerance)
    tails = _tail(counts, upper=True) + _tail(counts, upper=False)
    floor = FLOOR_SHARE / counts.size
    return (1 - 2 * TAIL_WEIGHT - FLOOR_SHARE) * core + TAIL_WEIGHT * tails + floor


def fine(counts: Counts) -> Counts:
    """Density for placing a shift exactly: Silverman's width, at least two cells, tails, floor."""
    n = max(counts.sum(), 2.0)
    width = max(0.9 * spread(counts)[1] * n**-0.2, 2 * STEP)
    core = smoothed(counts, min(width, 0.5))
    tails = _tail(counts, upper=True) + _tail(counts, upper=False)
    return (1 - 0.02 - FLOOR_SHARE) * core + 0.01 * tails + FLOOR_SHARE / counts.size


def shifted(density: Counts, shift: float) -> Counts:
    """Move a density by ``shift`` on ln|x| (towards larger values when positive)."""
    cells = round(shift / STEP)
    moved = np.full_like(density, FLOOR_SHARE / density.size)
    if cells >= 0:
        moved[cells:] = density[: density.size - cells]
    else:
        moved[:cells] = density[-cells:]
    return moved


def shifted_at(density: Counts, shifts: Counts, cells: npt.NDArray[np.intp]) -> Counts:
    """What :func:`shifted` gives at some cells only, for many shifts: (shifts, cells)."""
    steps = np.rint(shifts / STEP).astype(np.intp)
    source = cells[None, :] - steps[:, None]
    beyond = (source < 0) | (source >= density.size)
    return np.asarray(
        np.where(beyond, FLOOR_SHARE / density.size, density[np.where(beyond, 0, source)])
    )
