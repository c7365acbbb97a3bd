"""One step in a share over time: where it is likeliest, and what the same scores would have got."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LEAST = 30  # rows on either side
WIDTH = 3.317  # half the 99 % point of chi-square with one degree: profile interval


@dataclass(frozen=True)
class Step:
    """The likeliest step: rows before it, log likelihood gained, 99 % interval of its place.

    ``first`` and ``last`` bound the number of rows before it.
    """

    before: int
    gain: float
    first: int
    last: int


def step_of(marked: Bools) -> Step | None:
    """Scan rows in order of time; ``None`` where there are too few."""
    n = len(marked)
    if n < 2 * LEAST:
        return None
    before = np.arange(LEAST, n - LEAST + 1)
    k = np.cumsum(marked)[before - 1].astype(np.float64)
    whole = float(marked.sum())
    gain = _likelihood(k, before) + _likelihood(whole - k, n - before)
    gain -= float(_likelihood(np.array([whole]), np.array([n]))[0])
    at = int(gain.argmax())
    (near,) = np.nonzero(gain >= gain[at] - WIDTH)
    return Step(int(before[at]), float(gain[at]), int(before[near[0]]), int(before[near[-1]]))


def _likelihood(k: Floats, n: npt.NDArray[np.int64]) -> Floats:
    """Largest Bernoulli log likelihood of k marked among n."""
    found: Floats = special.xlogy(k, k / n) + special.xlogy(n - k, (n - k) / n)
    return found


def at_same_score(score: Floats, marked: Bools, before: int, bins: int = 40) -> float | None:
    """Share that the later rows would have had if every score were treated as before.

    ``None`` without scores, or where the earlier rows have too few to tell.
    """
    known = np.isfinite(score)
    early = known & (np.arange(len(score)) < before)
    late = known & ~early & (np.arange(len(score)) >= before)
    if early.sum() < LEAST or late.sum() < LEAST:
        return None
    edges = np.unique(np.quantile(score[known], np.arange(1, bins) / bins))
    cell = np.searchsorted(edges, score, side="right")
    rows = np.bincount(cell[early], minlength=len(edges) + 1)
    hits = np.bincount(cell[early], weights=marked[early], minlength=len(edges) + 1)
    # a bin that nobody was in before is treated as the nearest one was
    (used,) = np.nonzero(rows)
    places = np.arange(len(rows))
    share = np.interp(places, used, hits[used] / rows[used])
    return float(share[cell[late]].mean())
