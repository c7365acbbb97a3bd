"""Tails of a sum of unequal coins: how likely are so many marked rows when each has its own chance.

A group's count, given what is expected of every row by its score, is such a sum (Poisson-binomial);
so is a hypergeometric count (Vatutin, Mikhailov, Theory of Probability 27 (1982) 734).
"""

from __future__ import annotations

from math import exp, inf, log, log1p, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special, stats

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EXACT = 3000  # rows up to which the distribution is multiplied out
NEAR = 1e-4  # the saddlepoint formula divides by its distance from the mean
STEPS = 200


def bound(marked: Ints, rows: Ints, expected: Floats) -> Floats:
    """Upper bound of P(X >= marked) for sums of ``rows`` coins with the given expected counts.

    The binomial tail of the same mean, which no sum of unequal coins exceeds from one above the
    mean on (Hoeffding, Annals of Mathematical Statistics 27 (1956) 713, theorem 5); 1 nearer.
    """
    found = np.ones(len(rows), dtype=np.float64)
    far = (marked >= expected + 1) & (rows > 0)
    share = np.clip(expected[far] / rows[far], 0.0, 1.0)
    found[far] = special.betainc(marked[far], rows[far] - marked[far] + 1, share)
    return found


def sum_tail(k: int, chances: Floats, counts: Ints, *, upper: bool = True) -> float:
    """P(X >= k) (or <= k) where ``counts[i]`` independent coins have the chance ``chances[i]``.

    Multiplied out up to ``EXACT`` coins; above by the saddlepoint formula of Lugannani and Rice
    with Daniels' correction for whole numbers (Eisinga, Te Grotenhuis, Pelzer, Statistica
    Neerlandica 67 (2013) 190), whose relative error is below 1 % there.
    """
    if not upper:
        return sum_tail(int(counts.sum()) - k, 1 - chances, counts)
    used = (counts > 0) & (chances > 0)
    sure = used & (chances >= 1)
    k -= int(counts[sure].sum())
    chances, counts = chances[used & ~sure], counts[used & ~sure]
    n = int(counts.sum())
    if k <= 0:
        return 1.0
    if k > n:
        return 0.0
    if n <= EXACT:
        return float(min(distribution(chances, counts)[k:].sum(), 1.0))
    return _saddlepoint(k, chances, counts)


def distribution(chances: Floats, counts: Ints) -> Floats:
    """All probabilities P(X = 0 ... n), multiplied out; chances strictly between 0 and 1."""
    found = np.ones(1)
    for chance, count in zip(chances.tolist(), counts.tolist(), strict=True):
        k = np.arange(count + 1)
        ways = special.gammaln(count + 1) - special.gammaln(k + 1) - special.gammaln(count - k + 1)
        found = np.convolve(found, np.exp(ways + k * log(chance) + (count - k) * log1p(-chance)))
    return found


def _saddlepoint(k: int, chances: Floats, counts: Ints) -> float:
    mean = float((chances * counts).sum())
    sd = sqrt(float((chances * (1 - chances) * counts).sum()))
    if k >= counts.sum():
        return exp(float((counts * np.log(chances)).sum()))
    if abs(k - mean) < NEAR * sd:
        # between its neighbours the tail is straight
        low, high = (_saddlepoint_at(k + d * max(0.05 * sd, 1), chances, counts) for d in (-1, 1))
        return (low + high) / 2
    return min(max(_saddlepoint_at(k, chances, counts), 0.0), 1.0)


def _saddlepoint_at(k: float, chances: Floats, counts: Ints) -> float:
    t = _tilt(k, chances, counts)
    tilted = _tilted(t, chances)
    spread = float((tilted * (1 - tilted) * counts).sum())
    rise = float((counts * np.logaddexp(np.log1p(-chances), np.log(chances) + t)).sum())
    w = np.sign(t) * sqrt(max(2 * (t * k - rise), 0.0))
    u = (1 - exp(-t)) * sqrt(spread)
    return float(stats.norm.sf(w) + stats.norm.pdf(w) * (1 / u - 1 / w))


def _tilted(t: float, chances: Floats) -> Floats:
    found: Floats = special.expit(special.logit(chances) + t)
    return found


def _tilt(k: float, chances: Floats, counts: Ints) -> float:
    """The shift of all log odds at which ``k`` is expected, by halving (monotone)."""
    low, high = -60.0, 60.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if float((_tilted(middle, chances) * counts).sum()) < k:
            low = middle
        else:
            high = middle
        if high - low < 1e-12:
            break
    return (low + high) / 2


def times_interval(k: int, expected: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of observed / expected counts, exact for Poisson counts, wide for others.

    Garwood, Biometrika 28 (1936) 437; a sum of unequal coins varies less than a Poisson count of
    the same mean.  (0, inf) where nothing is expected.
    """
    if expected <= 0:
        return 0.0, inf
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else float(stats.gamma.ppf(tail, k))
    return low / expected, float(stats.gamma.ppf(1 - tail, k + 1)) / expected


def drawn_in(marked: Floats, expected: Floats) -> Floats:
    """Observed / expected, drawn towards 1 as far as the groups' own spread warrants.

    Gamma-Poisson with moments (Marshall, Applied Statistics 40 (1991) 283).
    """
    whole = float((expected**2).sum())
    spread = float(((marked - expected) ** 2 - expected).sum()) / whole if whole else 0.0
    if spread <= 0:
        return np.ones(len(marked))
    found: Floats = (marked + 1 / spread) / (expected + 1 / spread)
    return found


def scan_gain(
    marked: Floats, expected: Floats, rows: Floats, all_marked: float, all_rows: float
) -> Floats:
    """Log likelihood that a share of its own gains for a group, the rest having one of its own.

    Of a Bernoulli scan (Kulldorff, Communications in Statistics 26 (1997) 1481) in which the group
    is measured against what is expected of it; ``expected`` of all rows is ``all_marked``.
    """
    own = _likelihood(marked, expected, rows)
    found: Floats = own + _likelihood(all_marked - marked, all_marked - expected, all_rows - rows)
    return found


def _likelihood(marked: Floats, expected: Floats, rows: Floats) -> Floats:
    part = np.clip(expected, 1e-12, np.maximum(rows - 1e-12, 1e-12))
    rest, kept = rows - marked, np.maximum(rows - part, 1e-12)
    found: Floats = special.xlogy(marked, marked / part) + special.xlogy(rest, rest / kept)
    return found


def price(looks: int) -> float:
    """Nats that choosing one description among ``looks`` costs."""
    return log(max(looks, 1))
