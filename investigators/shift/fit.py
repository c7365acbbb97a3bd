"""Refine a hypothesis of a scale change on the rows themselves, and try to refute it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.shift.catalogue import Candidate, candidates
from investigators.shift.density import (
    Counts,
    Grid,
    fine,
    shifted,
    shifted_at,
    smoothed,
    spread,
    wide,
)
from investigators.shift.scan import FAR, STRAY, gain_per_row
from investigators.tables.codes import STEP

Votes = npt.NDArray[np.float64]
Cells = npt.NDArray[np.intp]

DRIFT_REACH = 1.0
DRIFT_SPREAD = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75)
MILD_MOVE, MILD_SPREAD = 0.41, (0.7, 1.5)
SHAPE_SLACK = 0.25
SMOOTH = 0.1  # of ln|x|


def best_share(ratio: Counts, counts: Counts, start: float) -> float:
    """Share of converted rows by EM on cells (25 steps; ``ratio`` = change / null per cell)."""
    share, total = start, max(float(counts.sum()), 1.0)
    cells = np.flatnonzero(counts)
    ratio, weights, terms = ratio[cells], counts[cells], np.zeros(counts.size)
    for _ in range(25):
        part = share * ratio
        terms[cells] = part / ((1 - share) + part) * weights
        before, share = share, min(max(float(terms.sum()) / total, 0.001), 1 - STRAY)
        if share == before:  # settled: every further step gives the same
            break
    return share


def best_shift(
    counts: Counts, null: Counts, start: float, share: float, *, far: bool
) -> tuple[float, float]:
    """Shift within half a unit of ``start`` with the largest gain, and that gain.

    A ``far`` one stays beyond ln 3, so that a drift of the other rows cannot draw it in.
    """
    tries = start + np.arange(-0.5, 0.501, 0.04)
    if far:
        tries = tries[np.abs(tries) >= FAR]
    cells = np.flatnonzero(counts)
    terms = np.zeros((tries.size, counts.size))
    moved = shifted_at(null, tries, cells)
    terms[:, cells] = counts[cells] * gain_per_row(null[cells], moved, share)
    gains = terms.sum(axis=1)
    k = int(np.argmax(gains))
    return float(tries[k]), float(gains[k])


def _drifted(null: Counts, grid: Grid, cells: Cells, moves: Counts, stretch: float) -> Counts:
    """``null`` moved and stretched about its median on ln|x|: (moves, cells) at given cells."""
    here = np.arange(grid.size) * STEP
    middle, _ = spread(null)
    source = (here[cells] - middle - moves[:, None]) / stretch + middle
    return np.asarray(np.maximum(np.interp(source, here, null) / stretch, 1e-12), np.float64)


def over_drift(counts: Counts, null: Counts, grid: Grid, shift: float, share: float) -> float:
    """How much better a change of scale explains the rows than the best smooth drift, in nats.

    The rival moves ``null`` by up to e^1 and stretches it by up to 1.75.  The change itself may be
    accompanied by an ordinary drift (up to 0.4, stretched by up to 1.5), of the changed and the
    other rows alike.
    """
    cells = np.flatnonzero(counts)
    weights = counts[cells]
    rival, change = -np.inf, -np.inf
    moved = shifted(null, shift)
    moves = np.arange(-DRIFT_REACH, DRIFT_REACH + 0.01, 0.1)
    mild = np.abs(moves) <= MILD_MOVE
    for stretch in DRIFT_SPREAD:
        plain = _drifted(null, grid, cells, moves, stretch)
        rival = max(rival, float((weights * np.log(plain)).sum(axis=1).max()))
        if MILD_SPREAD[0] <= stretch <= MILD_SPREAD[1]:
            # stretched about the moved middle: the same drift seen through the change
            other = _drifted(moved, grid, cells, moves[mild], stretch)
            mixed = (1 - share) * plain[mild] + share * other
            change = max(change, float((weights * np.log(mixed)).sum(axis=1).max()))
    return change - rival


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
        return self.converted >= 50 and self.distance <= 0.08 + 1.36 / self.converted**0.5


def shape_of(counts: Counts, base: Counts, shift: float, share: float) -> Shape:
    """Compare the converted rows' distribution with the baseline moved by ``shift``.

    Rows count by their posterior of being converted, by smooth densities, so that a drift of the
    others does not weigh in; distances are those of the counts themselves, as a sharp edge (prices
    have one) differs from its own smoothed copy.  The best move within 0.4 is taken.  Sampling
    makes 1.63 / sqrt(effective n) (Kolmogorov's 99 % point).
    """
    distances = []
    smooth = wide(base, SMOOTH)
    for move in np.arange(-20, 21) * STEP:
        moved = shifted(smooth, shift + float(move))
        part = share * moved / ((1 - share) * smooth + share * moved)
        seen, there = counts * part, shifted(base, shift + float(move))
        total, squares = float(seen.sum()), float((seen * part).sum())
        if total <= 0:
            continue
        gap = np.abs(np.cumsum(seen) / total - np.cumsum(there) / there.sum())
        distances.append((float(gap.max()), total, total**2 / squares))
    if not distances:
        return Shape(1.0, SHAPE_SLACK, 1.0, 0.0)
    distance, converted, effective = min(distances)
    allowed = SHAPE_SLACK + 1.63 / max(effective, 1.0) ** 0.5
    stretch = spread(counts)[1] / spread(base)[1] if share > 0.9 else 1.0
    return Shape(distance, allowed, stretch, converted)


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
        moved = shifted_at(base, np.asarray(around + float(move) + offsets * STEP), valued)
        value = (weights * np.log(rest + share * moved)).sum(axis=1) + prior
        best = np.maximum(best, value)
    return best


def name_factor(
    counts: Counts,
    base_counts: Counts,
    shift: float,
    share: float,
    tolerance: float,
    bonus: Mapping[float, float],
) -> Naming:
    """Name the factor of converted rows against a baseline.

    The baseline of these very rows may itself lie off by a drift of standard deviation
    ``tolerance`` on ln|x|; the likelihood of each named shift is averaged over that drift, and a
    free factor over a flat prior on a line 25 wide.  ``bonus`` is extra log prior by factor.
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
        return (
            candidate.prior
            + bonus.get(candidate.factor, 0.0)
            + float(np.log(max((likelihood * prior).sum(), 1e-300)))
        )

    scored = sorted(
        ((evidence(c), c.factor) for c in candidates()), key=lambda pair: (-pair[0], pair[1])
    )
    free = float(np.log(likelihood.sum() * STEP / 25.0))
    peak = float(np.exp(line[int(np.argmax(profile))]))
    (best, factor), (second, next_factor) = scored[0], scored[1]
    return Naming(factor, best - second, next_factor, best - free, peak)
