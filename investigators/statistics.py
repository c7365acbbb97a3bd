"""Counts and shares, honestly: intervals, exact tests, correction, power, shrinkage.

Plain functions of numbers; each names its source.  Shares are 0..1, intervals two-sided at
``confidence`` (default 0.95).  An end that does not exist (a ratio over zero) is ``inf``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import inf, isfinite, log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special, stats

Interval = tuple[float, float]
Floats = npt.NDArray[np.float64]
# A tail below exp(-800) is 0 in double precision, so cells further out need not be summed.
WINDOW_SDS = 45
MOST_FACTORIALS = 1 << 20  # whose logarithms are kept: 8 MiB, and as much again for smaller ones


def wilson(k: float, n: float, confidence: float = 0.95) -> Interval:
    """Score interval of the share k/n (Wilson, JASA 22 (1927) 209); (0, 1) for n = 0."""
    if n <= 0:
        return 0.0, 1.0
    z = float(special.ndtri(0.5 + confidence / 2))
    share = k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (0.0 if k == 0 else middle - half), (1.0 if k == n else middle + half)


def jeffreys(k: float, n: float, confidence: float = 0.95) -> Interval:
    """Equal-tailed interval of Beta(k + 1/2, n - k + 1/2), 0 at k = 0 and 1 at k = n.

    Source: Brown, Cai, DasGupta, Statistical Science 16 (2001) 101.
    """
    if n <= 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else float(stats.beta.ppf(tail, k + 0.5, n - k + 0.5))
    high = 1.0 if k == n else float(stats.beta.ppf(1 - tail, k + 0.5, n - k + 0.5))
    return low, high


def newcombe(k1: float, n1: float, k2: float, n2: float, confidence: float = 0.95) -> Interval:
    """Interval of k1/n1 - k2/n2 by two Wilson intervals.

    Source: Newcombe, Statistics in Medicine 17 (1998) 873, method 10.  (-1, 1) when an n is 0.
    """
    if n1 <= 0 or n2 <= 0:
        return -1.0, 1.0
    a, b = k1 / n1, k2 / n2
    (a_low, a_high), (b_low, b_high) = wilson(k1, n1, confidence), wilson(k2, n2, confidence)
    return (
        a - b - sqrt((a - a_low) ** 2 + (b_high - b) ** 2),
        a - b + sqrt((a_high - a) ** 2 + (b - b_low) ** 2),
    )


def ratio(k1: float, n1: float, k2: float, n2: float, confidence: float = 0.95) -> Interval:
    """Interval of (k1/n1) / (k2/n2) by two Wilson intervals (MOVER-R).

    Source: Donner, Zou, Statistical Methods in Medical Research 21 (2012) 347, equation 9.
    (0, inf) when an n is 0; the upper end is ``inf`` when k2/n2 may be 0.
    """
    if n1 <= 0 or n2 <= 0:
        return 0.0, inf
    a, b = k1 / n1, k2 / n2
    (a_low, a_high), (b_low, b_high) = wilson(k1, n1, confidence), wilson(k2, n2, confidence)

    def end(mine: float, other: float, sign: float) -> float:
        bottom = other * (2 * b - other)
        if sign > 0 and bottom <= 0:
            return inf
        inside = max((a * b) ** 2 - mine * other * (2 * a - mine) * (2 * b - other), 0.0)
        return (a * b + sign * sqrt(inside)) / bottom if bottom else 0.0

    return max(end(a_low, b_high, -1.0), 0.0), end(a_high, b_low, 1.0)


def conditional_tail(
    k: int, n: int, total: int, rows: int, odds: float = 1.0, *, upper: bool = True
) -> float:
    """P(X >= k) (or <= k) for marked rows in a group of ``n`` when ``total`` of ``rows`` are.

    With ``odds`` 1 this is the hypergeometric distribution: the exact test of "worse than the
    rest".  Otherwise Fisher's noncentral one: each group row is marked with ``odds`` times the
    odds of a row of the rest (Fog, Communications in Statistics 37 (2008) 258).
    """
    rest = rows - n
    low, high = max(0, total - rest), min(n, total)
    if low >= high or odds <= 0 or not isfinite(odds):
        return 1.0
    share = total / rows
    sd = sqrt(max(n * (rest / rows) * share * (1 - share), 1.0))
    mode = _mode(n, rest, total, odds)
    first = max(low, int(mode - WINDOW_SDS * sd) - 2)
    last = min(high, int(mode + WINDOW_SDS * sd) + 2)
    cells = np.arange(first, last + 1, dtype=np.float64)
    weight = _log_choose(n, first, last)
    weight += _log_choose(rest, total - last, total - first)[::-1]
    weight += cells * log(odds)
    weight = np.exp(weight - weight.max())
    chosen = cells >= k if upper else cells <= k
    return float(min(weight[chosen].sum() / weight.sum(), 1.0))


def _mode(n: int, rest: int, total: int, odds: float) -> float:
    """Mean of the noncentral hypergeometric distribution, nearly: the root of its odds ratio."""
    # x (rest - total + x) = odds (n - x) (total - x)
    a, b, c = 1 - odds, rest - total + odds * (n + total), -odds * n * total
    if abs(a) < 1e-12:
        return -c / b
    return 2 * c / (-b - sqrt(max(b * b - 4 * a * c, 0.0)))


def _log_choose(n: int, first: int, last: int) -> Floats:
    """Logarithms of the ways to choose ``first`` ... ``last`` of ``n``."""
    if n >= MOST_FACTORIALS:
        k = np.arange(first, last + 1, dtype=np.float64)
        found: Floats = _log_factorial(n) - _log_factorial(k) - _log_factorial(n - k)
        return found
    known = _log_factorials(1 << int(n).bit_length())
    ways: Floats = known[n] - known[first : last + 1] - known[n - last : n - first + 1][::-1]
    return ways


def _log_factorial(n: float | Floats) -> Floats:
    found: Floats = special.gammaln(n + 1)
    return found


@cache
def _log_factorials(count: int) -> Floats:
    """Logarithms of 0! ... (count - 1)!; ``count`` is a power of two, so that few are kept."""
    return _log_factorial(np.arange(count, dtype=np.float64))


def fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Two-sided p of equal shares: twice the smaller exact tail, at most 1."""
    up = conditional_tail(k1, n1, k1 + k2, n1 + n2)
    down = conditional_tail(k1, n1, k1 + k2, n1 + n2, upper=False)
    return min(1.0, 2 * min(up, down))


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini-Hochberg: the false discovery rate at which each would be kept (JRSS B 57, 289)."""
    if not p_values:
        return []
    return [float(q) for q in stats.false_discovery_control(np.asarray(p_values), method="bh")]


def power(n: int, rest: int, base: float, times: float, alpha: float = 0.05) -> float:
    """Chance that the one-sided exact test sees a share of ``base * times`` in a group of ``n``.

    The rest (``rest`` rows) is taken at its expected count ``base * rest``.  ``times`` below 1
    asks for the lower tail.
    """
    if n <= 0 or rest <= 0 or not 0 < base < 1:
        return 0.0
    marked, true = round(base * rest), min(base * times, 1.0)
    upper = times >= 1

    def seen(k: int) -> bool:
        return conditional_tail(k, n, marked + k, n + rest, upper=upper) <= alpha

    # The tail falls as k leaves the expected count, so the critical value is found by halving.
    inside, outside = (-1, n + 1) if upper else (n + 1, -1)
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if seen(middle):
            outside = middle
        else:
            inside = middle
    if upper:
        return float(stats.binom.sf(outside - 1, n, true))
    return float(stats.binom.cdf(outside, n, true))


def shrunk(counts: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Shares drawn towards the common share as far as the groups' own spread warrants.

    Empirical-Bayes beta-binomial with moments (Kleinman, JASA 68 (1973) 46): posterior means
    (k + a) / (n + a + b).  When the spread is no more than chance, all get the common share.
    """
    k, n = np.asarray(counts, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    whole = float(n.sum())
    if not whole:
        return [0.0] * len(k)
    mean = float(k.sum()) / whole
    share = np.divide(k, n, out=np.full_like(k, mean), where=n > 0)
    chance = mean * (1 - mean)
    spread = float((n * (share - mean) ** 2).sum())
    groups = int((n > 0).sum())
    bottom = chance * (whole - float((n**2).sum()) / whole - (groups - 1))
    rho = (spread - chance * (groups - 1)) / bottom if bottom > 0 else 0.0
    if rho <= 0:
        return [mean] * len(k)
    strength = (1 - min(rho, 1.0)) / min(rho, 1.0)
    return [float(x) for x in (k + mean * strength) / np.maximum(n + strength, 1e-300)]


def drawn_together(values: Sequence[float], variances: Sequence[float]) -> list[float]:
    """Values of groups drawn towards their common one as far as their own spread warrants.

    The spread between groups by moments (DerSimonian, Laird, Controlled Clinical Trials 7 (1986)
    177), posterior means of a normal model with it (Morris, JASA 78 (1983) 47).  ``variances`` are
    those of the values by chance, above 0.  When the spread is no more than chance, all are alike.
    """
    x, chance = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if len(x) < 2:
        return [float(each) for each in x]
    weights = 1 / chance
    mean = float((weights * x).sum() / weights.sum())
    beyond = float((weights * (x - mean) ** 2).sum()) - (len(x) - 1)
    bottom = float(weights.sum() - (weights**2).sum() / weights.sum())
    between = max(0.0, beyond / bottom) if bottom > 0 else 0.0
    if not between:
        return [mean] * len(x)
    own = 1 / (chance + between)
    mean = float((own * x).sum() / own.sum())
    return [float(each) for each in mean + between / (between + chance) * (x - mean)]


def welch(
    n1: float, mean1: float, var1: float, n2: float, mean2: float, var2: float
) -> tuple[float, Interval]:
    """One-sided p of mean1 > mean2 and the 95 % interval of mean1 - mean2.

    Welch, Biometrika 34 (1947) 28; variances are the samples' (n - 1 below).
    """
    if min(n1, n2) < 2:
        return 1.0, (-inf, inf)
    a, b = var1 / n1, var2 / n2
    difference = mean1 - mean2
    if a + b <= 0:
        return (0.0 if difference > 0 else 1.0), (difference, difference)
    freedom = (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1))
    half = float(stats.t.ppf(0.975, freedom)) * sqrt(a + b)
    p = float(stats.t.sf(difference / sqrt(a + b), freedom))
    return p, (difference - half, difference + half)


def conformal(reference: Floats, score: float) -> float:
    """(1 + number of reference scores >= score) / (n + 1).

    A valid p-value for "this row is like the reference" whatever the score, when rows are
    exchangeable (Vovk, Gammerman, Shafer 2005; Bates et al., Annals of Statistics 51 (2023) 149).
    """
    return float(1 + np.count_nonzero(reference >= score)) / (len(reference) + 1)


def tail_share(extremes: Floats, rows: int, value: float) -> float:
    """Share of rows that may lie beyond ``value``, judged from the reference's own extremes.

    ``extremes``: the largest values of ``rows``, ascending, below or equal ``value``.  The heavier
    of an exponential tail (mean excess) and a power tail (Hill, Annals of Statistics 3 (1975)
    1163) is fitted to them; ties and steps count with at least the usual step between them.
    """
    if len(extremes) < 2:
        return 1.0
    start, above = float(extremes[0]), extremes[1:]
    steps = np.diff(np.unique(extremes))
    step = float(np.median(steps)) if len(steps) else 0.0
    mean_excess = max(float((above - start).mean()), step)
    share = len(above) / rows
    if mean_excess <= 0:
        return 0.0 if value > start else 1.0
    tails = [(value - start) / mean_excess]
    if start > 0:
        hill = max(float(np.log(above / start).mean()), log((start + step) / start))
        tails.append(log(value / start) / hill)
    return float(min(1.0, share * np.exp(-min(tails))))
