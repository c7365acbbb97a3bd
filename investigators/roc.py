"""Area under the ROC curve, and how it changes between two scores of the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]
EACH_OUTCOME = 10  # rows with either outcome, below which no area is told


@dataclass(frozen=True)
class Areas:
    """Areas before and after with their intervals, and the interval of their difference."""

    before: float
    after: float
    before_interval: Interval
    after_interval: Interval
    change_interval: Interval


def areas(
    before: Floats, after: Floats, positive: npt.NDArray[np.bool_], confidence: float = 0.95
) -> Areas:
    """Compare two scores of the same rows, paired; both classes have two rows at least.

    Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988) 837; by ranks as in Sun, Xu,
    IEEE Signal Processing Letters 21 (2014) 1389.  Intervals of an area stay within 0 and 1.
    """
    first, second = _placed(before, positive), _placed(after, positive)
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    one, two = float(first[0].mean()), float(second[0].mean())
    change = two - one
    apart = (second[0] - first[0], second[1] - first[1])
    half = z * _error(*apart)
    return Areas(
        one,
        two,
        _within(one, z * _error(*first)),
        _within(two, z * _error(*second)),
        (change - half, change + half),
    )


def area_of(positive: Floats, negative: Floats) -> tuple[float, float]:
    """Area and its standard error from counts of rows by rising score; two of each at least.

    The same as in :func:`areas`: with many ties or many groups of one order, counts are quicker.
    """
    many, others = positive.sum(), negative.sum()
    above = (np.cumsum(negative) - negative / 2) / others
    under = 1 - (np.cumsum(positive) - positive / 2) / many
    area = float((positive * above).sum() / many)
    parts = ((positive, above, many), (negative, under, others))
    variance = sum((w * (x - area) ** 2).sum() / (n - 1) / n for w, x, n in parts)
    return area, float(np.sqrt(variance))


def _placed(scores: Floats, positive: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Share of the negative rows below each positive one, and of the positive above each negative.

    Ties count a half.
    """
    ranks = stats.rankdata(scores)
    high, low = ranks[positive], ranks[~positive]
    above = (high - stats.rankdata(scores[positive])) / low.size
    under = 1 - (low - stats.rankdata(scores[~positive])) / high.size
    return above, under


def _error(of_positive: Floats, of_negative: Floats) -> float:
    parts = (of_positive, of_negative)
    return float(np.sqrt(sum(np.var(each, ddof=1) / each.size for each in parts)))


def _within(area: float, half: float) -> Interval:
    return max(area - half, 0.0), min(area + half, 1.0)
