"""Refine a hypothesis of a scale change on the rows themselves, and try to refute it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.shift.catalogue import Candidate, candidates
from investigators.shift.density import Counts, Grid, fine, shifted, smoothed, spread
from investigators.shift.scan import STRAY, gain_per_row
from investigators.tables.codes import STEP

Votes = npt.NDArray[np.float64]

DRIFT_REACH = 1.0
DRIFT_SPREAD = (0.7, 0.85, 1.0, 1.2, 1.45, 1.75)
SHAPE_SLACK = 0.25


def best_share(ratio: Counts, counts: Counts, start: float) -> float:
    """Share of converted rows by EM on cells (25 steps; ``ratio`` = change / null per cell)."""
    share, total = start, max(counts.sum(), 1.0)
    for _ in range(25):
        part = share * ratio / ((1 - share) + share * ratio)
        share = float(np.clip((part * counts).sum() / total, 0.001, 1 - STRAY))
    return share


def best_shift(counts: Counts, null: Counts, start: float, share: float) -> tuple[float, float]:
    """Shift within half a unit of ``start`` with the largest gain, and that gain."""
    tries = start + np.arange(-0.5, 0.501, 0.04)
    gains = [
        float((counts * gain_per_row(null, shifted(null, float(s)), share)).sum()) for s in tries
    ]
    k = int(np.argmax(gains))
    return float(tries[k]), gains[k]


def drift_gain(counts: Counts, null: Counts, grid: Grid) -> float:
    """Best gain over ``null`` of a smooth drift: moved by up to e^1 and stretched in ln|x|.

    The rival that a change of scale has to beat on the rows it claims.
    """
    middle, _ = spread(null)
    here = np.arange(grid.size) * STEP
    best = 0.0
    valued = np.flatnonzero(counts)
    for stretch in DRIFT_SPREAD:
        for move in np.arange(-DRIFT_REACH, DRIFT_REACH + 0.01, 0.1):
            source = (here[valued] - middle - move) / stretch + middle
            moved = np.interp(source, here, null) / stretch
            gain = float((counts[valued] * np.log(np.maximum(moved, 1e-12) / null[valued])).sum())
            best = max(best, gain)
    return best


@dataclass(frozen=True)
class Shape:
    """How like the shifted baseline the converted rows are.

    ``distance`` is Kolmogorov's on the converted part, ``allowed`` what sampling and ordinary
    drift make; ``stretch`` the ratio of spreads.
    """

    distance: float
    allowed: float
    stretch: float

    converted: float

    @property
    def alike(self) -> bool:
        """Whether the shape is that of the baseline."""
        return self.distance <= self.allowed

    @property
    def same(self) -> bool:
        """Whether the shape is so close that another population is an unlikely reason for it."""
        return self.converted >= 50 and self.distance <= 0.06 + 1.36 / self.converted**0.5


def shape_of(counts: Counts, base: Counts, shift: float, share: float) -> Shape:
    """Compare converted rows with the baseline moved by ``shift`` (best move within 0.4)."""
    n = float(counts.sum())
    converted = max(share * n, 1.0)
    seen = np.cumsum(counts) / n
    distances = []
    for move in np.arange(-0.4, 0.401, 0.08):
        moved = shifted(base, shift + float(move))
        expected = np.cumsum((1 - share) * base + share * moved)
        distances.append(float(np.abs(seen - expected / expected[-1]).max()) / share)
    allowed = SHAPE_SLACK + 1.63 / converted**0.5
    stretch = spread(counts)[1] / spread(base)[1] if share > 0.9 else 1.0
    return Shape(min(distances), allowed, stretch, converted)


@dataclass(frozen=True)
class Naming:
    """The factor's name: best catalogue factor, log odds to the next one and to a free factor."""

    factor: float
    over_next: float
    next_factor: float
    over_free: float
    free_factor: float

    @property
    def named(self) -> bool:
        """Whether the catalogue explains the shift as well as a free factor does."""
        return self.over_free > -3.0


def _profile(counts: Counts, base: Counts, share: float, around: float, *, drift: bool) -> Votes:
    """Log-likelihood of each shift on a fine line around ``around`` (step one cell)."""
    offsets = np.arange(-75, 76)
    valued = np.flatnonzero(counts)
    weights = counts[valued]
    moves = np.arange(-0.3, 0.31, 0.06) if drift else np.array([0.0])
    best = np.full(offsets.size, -np.inf)
    for move in moves:
        rest = (1 - share) * shifted(base, float(move))[valued]
        prior = -0.5 * (float(move) / 0.12) ** 2
        for i, offset in enumerate(offsets):
            moved = shifted(base, around + float(move) + offset * STEP)[valued]
            value = float((weights * np.log(rest + share * moved)).sum()) + prior
            best[i] = max(best[i], value)
    return best


def name_factor(
    counts: Counts, base_counts: Counts, shift: float, share: float, tolerance: float
) -> Naming:
    """Name the factor of converted rows against a baseline.

    The baseline of these very rows may itself lie off by a drift of standard deviation
    ``tolerance`` on ln|x|; the likelihood of each named shift is averaged over that drift, and a
    free factor over a flat prior on a line 25 wide.
    """
    density = fine(base_counts)
    if np.sort(base_counts)[::-1][:30].sum() > 0.8 * base_counts.sum():
        density = 0.98 * smoothed(base_counts, 2 * STEP) + 0.02 * density
    line = shift + np.arange(-75, 76) * STEP
    profile = _profile(counts, density, share, shift, drift=share < 1 - 2 * STRAY)
    top = float(profile.max())
    likelihood = np.exp(profile - top)

    def evidence(candidate: Candidate) -> float:
        prior = np.exp(-0.5 * ((line - candidate.shift) / tolerance) ** 2)
        prior /= tolerance * np.sqrt(2 * np.pi) / STEP
        return candidate.prior + float(np.log(max((likelihood * prior).sum(), 1e-300)))

    scored = sorted(
        ((evidence(c), c.factor) for c in candidates()), key=lambda pair: (-pair[0], pair[1])
    )
    free = float(np.log(likelihood.sum() * STEP / 25.0))
    peak = float(np.exp(line[int(np.argmax(profile))]))
    (best, factor), (second, next_factor) = scored[0], scored[1]
    return Naming(factor, best - second, next_factor, best - free, peak)
