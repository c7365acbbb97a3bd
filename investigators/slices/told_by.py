"""How well a group is told by the values of an input: learned in one half, measured in the other.

An input's values are coded (categories, eighths of the numbers, missing); each code is worth the
share of the group among its rows in the searched half.  The area under the ROC curve of that worth
in the other half says how well the group is told: 0.5 not at all, 1 fully.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from investigators.slices.literals import Bools, Codes
from investigators.statistics import Interval

Counts = npt.NDArray[np.int64]
PRIOR = 10.0  # rows at the common share that each code's share starts with


@dataclass(frozen=True, eq=False)
class Table:
    """Rows by code, shape (codes, 2): not in the group, in it; of either half."""

    searched: Counts
    confirming: Counts

    @property
    def n(self) -> int:
        """Rows of the confirming half."""
        return int(self.confirming.sum())

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """Codes from the smallest share of the group in the searched half up."""
        rows = self.searched.sum(axis=1)
        base = float(self.searched[:, 1].sum()) / max(int(rows.sum()), 1)
        worth = (self.searched[:, 1] + PRIOR * base) / (rows + PRIOR)
        return np.argsort(worth, kind="stable")


def table_of(codes: Codes | Counts, width: int, inside: Bools, searched: Bools) -> Table:
    """Count the rows; all of shape (rows,)."""
    cells = (codes.astype(np.int64) * 2 + inside) * 2 + searched
    found = np.bincount(cells, minlength=width * 4).reshape(width, 2, 2)
    return Table(found[:, :, 1], found[:, :, 0])


def area(counts: Counts, order: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Area under the ROC curve of codes in rising order of worth, and its standard error.

    DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988) 837, on a table: rows of one code tie.
    (0.5, inf) where a side has fewer than two rows.
    """
    low, high = (counts[order, side].astype(np.float64) for side in (0, 1))
    n_low, n_high = float(low.sum()), float(high.sum())
    if min(n_low, n_high) < 2:
        return 0.5, float("inf")
    above = (np.cumsum(low) - low / 2) / n_low
    under = (n_high - np.cumsum(high) + high / 2) / n_high
    mean = float((above * high).sum() / n_high)
    spread = sum(
        float((n * (placed - mean) ** 2).sum()) / (total - 1) / total
        for placed, n, total in ((above, high, n_high), (under, low, n_low))
    )
    return mean, sqrt(spread)


def told(table: Table, confidence: float) -> tuple[float, Interval]:
    """The area in the confirming half with its interval."""
    mean, error = area(table.confirming, table.order)
    half = float(stats.norm.ppf(0.5 + confidence / 2)) * error
    return mean, (max(mean - half, 0.0), min(mean + half, 1.0))


def cramers_v(counts: Counts) -> float:
    """Bias-corrected association of codes and group, 0..1.

    Bergsma, Journal of the Korean Statistical Society 42 (2013) 323.
    """
    seen = counts[counts.sum(axis=1) > 0].astype(np.float64)
    n, rows = float(seen.sum()), len(seen)
    sides = seen.sum(axis=0)
    if rows < 2 or n < 2 or not sides.all():
        return 0.0
    expected = seen.sum(axis=1)[:, None] * sides[None, :] / n
    raw = float(((seen - expected) ** 2 / expected).sum()) / n
    phi = max(raw - (rows - 1) / (n - 1), 0.0)
    least = min(rows - (rows - 1) ** 2 / (n - 1), 2 - 1 / (n - 1)) - 1
    return min(sqrt(phi / least), 1.0) if least > 0 else 0.0
