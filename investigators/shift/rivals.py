"""Two samples that a value may come from, and what it says of them: votes in nats, distances.

Both samples are counted in the same cells, cut at the quantiles of both, so that repeated values
and smooth ones are weighed alike and no density has to be estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
CELLS, FEWEST_IN_A_CELL = 48, 12
# A part of either sample may come from anywhere in both: bounds a vote at ln(2 / ODD) = 4.6.
ODD = 0.02
SHARES = (0.97, 0.5, 0.1, 0.02)


@dataclass(frozen=True, eq=False)
class Rivals:
    """Votes of values for the rival sample over the null sample.

    ``edges`` ascend; a value of cell k (``edges[k - 1] <= x < edges[k]``) votes ``gains[k]``.
    What lies far beyond both samples votes 0.
    """

    edges: Floats
    gains: Floats

    def votes(self, values: Floats) -> Floats:
        """Vote of each value, same shape; 0 where it is missing."""
        place = np.searchsorted(self.edges, values, side="right")
        found: Floats = np.where(np.isnan(values), 0.0, self.gains[place])
        return found


def known(values: Floats) -> Floats:
    """The values that are there, ascending."""
    return np.sort(values[~np.isnan(values)])


def rivals(null: Floats, rival: Floats, odd: float = ODD, most: int = CELLS) -> Rivals:
    """Count both sorted samples (not empty) in shared cells; ``odd`` of either may be anywhere.

    ``most`` quantiles of each: few where one sample is the other with its steps stretched, which
    narrow cells would tell apart by their steps alone.
    """
    fewest = min(null.size, rival.size)
    cells = int(np.clip(fewest // FEWEST_IN_A_CELL, 4, most))
    edges = np.unique(np.concatenate([edges_of(null, cells), edges_of(rival, cells)]))
    before, after = _masses(null, edges), _masses(rival, edges)
    return Rivals(edges, vote_of(before, after, odd))


def vote_of(before: Floats, after: Floats, odd: float = ODD) -> Floats:
    """ln(after / before) per cell, bounded; 0 where neither sample has anything."""
    both = (before + after) / 2
    some = both > 0
    top = np.where(some, (1 - odd) * after + odd * both, 1.0)
    bottom = np.where(some, (1 - odd) * before + odd * both, 1.0)
    found: Floats = np.log(top / bottom)
    return found


def edges_of(sample: Floats, cells: int) -> Floats:
    """Quantiles of a sorted sample, and one step beyond either end."""
    last = sample.size - 1
    inner = sample[np.rint(np.arange(1, cells) * last / cells).astype(np.intp)]
    step = max(sample[int(0.75 * last)] - sample[int(0.25 * last)], 0.05 * (sample[-1] - sample[0]))
    ends = np.array([sample[0] - step, sample[0], sample[-1] + max(step, 1e-9)])
    return np.concatenate([ends, inner])


def _masses(sample: Floats, edges: Floats) -> Floats:
    places = np.concatenate([[0], np.searchsorted(sample, edges, side="left"), [sample.size]])
    found: Floats = np.diff(places) / sample.size
    return found


def mixed(votes: Floats, share: float) -> Floats:
    """Votes for "a ``share`` of the rows comes from the rival": ln(1 - share + share e^vote)."""
    found: Floats = np.where(votes == 0, 0.0, np.log1p(share * np.expm1(votes)))
    return found


def best_mixture(votes: Floats) -> float:
    """Gain of the best share over "none", in nats: a bound for what all rows together say."""
    return max(float(mixed(votes, share).sum()) for share in SHARES)


def fitted_share(votes: Floats, steps: int = 25) -> float:
    """Share of rows that come from the rival, by expectation and maximisation."""
    told = votes[votes != 0]
    if not told.size:
        return 0.0
    odds, share = np.exp(told), 0.5
    for _ in range(steps):
        share = float((share * odds / (1 - share + share * odds)).mean())
    return share


def posterior(votes: Floats, share: float) -> Floats:
    """Chance of each row to come from the rival."""
    bounded = min(max(share, 1e-6), 1 - 1e-6)
    found: Floats = 1 / (1 + np.exp(-(votes + log(bounded / (1 - bounded)))))
    return found


def distance(one: Floats, other: Floats) -> float:
    """Kolmogorov-Smirnov distance of two sorted samples; 1 where one is empty."""
    if not one.size or not other.size:
        return 1.0
    at = np.concatenate([one, other])
    apart = np.searchsorted(one, at, side="right") / one.size
    apart -= np.searchsorted(other, at, side="right") / other.size
    return float(np.abs(apart).max())


def text_distance(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Total variation distance of two samples of categories; 1 where one is empty."""
    n, m = sum(one.values()), sum(other.values())
    if not n or not m:
        return 1.0
    values = sorted({*one, *other})
    return sum(abs(one.get(v, 0) / n - other.get(v, 0) / m) for v in values) / 2


def noise(n: int, m: int) -> float:
    """Distance that two samples of one distribution reach by chance: 1 % point of Smirnov's.

    Smirnov (1948), Annals of Mathematical Statistics 19, 279: 1.63 sqrt((n + m) / (n m)).
    """
    return 1.63 * sqrt((n + m) / max(n * m, 1))
