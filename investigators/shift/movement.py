"""How far values lie from a reference, in multiples of how far its own blocks lie from it.

Numbers by the first Wasserstein distance over the reference's interquartile range, categories by
total variation.  The blocks' own distances say what is usual: their 99 % prediction bound for one
more block, of all inputs together, is the band (Student's t on roots; Geisser, "Predictive
Inference", 1993, ch. 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Values = Floats | npt.NDArray[np.object_]

LEVELS = (np.arange(200) + 0.5) / 200
BLOCKS, SMALLEST = 12, 30
LEAST_BLOCKS = 5
CONFIDENCE = 0.99
NUMBERS_FLOOR, NAMES_FLOOR = 0.1, 0.05  # interquartile ranges, and shares of rows
TWICE = 2.0  # times the usual movement, at least
DAY, WEEK = 86_400_000_000, 7 * 86_400_000_000


@dataclass(frozen=True)
class Movement:
    """A distance with what is usual.

    ``far`` is in interquartile ranges (or shares), ``usual`` the median block's, ``band`` the
    bound; ``floor`` what counts at all.  ``n`` live values of ``blocks`` blocks' worth.
    """

    far: float
    usual: float
    band: float
    floor: float
    n: int
    blocks: int

    @property
    def times(self) -> float:
        """Multiples of the usual movement."""
        return self.far / max(self.usual, 1e-9)

    @property
    def moved(self) -> bool:
        """Beyond band, floor and twice the usual."""
        return self.far > max(self.band, self.floor) and self.times >= TWICE


def blocks_of_rows(moments: npt.NDArray[np.int64] | None, rows: int) -> npt.NDArray[np.int64]:
    """Number every row's block: weeks, else days, of its times; without times runs of rows.

    Shape (rows,); rows without a time are -1.  Blocks are joined so that none is small.
    """
    if moments is not None:
        known = moments != np.iinfo(np.int64).min
        if known.any():
            span = int(np.ptp(moments[known]))
            for unit in (WEEK, DAY):
                if span >= LEAST_BLOCKS * unit:
                    return _joined(np.where(known, moments // unit, -1))
    return _joined(np.arange(rows) * BLOCKS // max(rows, 1))


def _joined(blocks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Renumber blocks in order, each with the next where it has less than its fair share."""
    names, at, counts = np.unique(blocks, return_inverse=True, return_counts=True)
    first = int(names.size > 0 and names[0] == -1)
    total = int(counts[first:].sum())
    least = max(total // (2 * max(names.size - first, 1)), total // (5 * BLOCKS), SMALLEST)
    number, held = 0, 0
    table = np.full(names.size, -1, dtype=np.int64)
    for k in range(first, names.size):
        table[k] = number
        held += int(counts[k])
        if held >= least:
            number, held = number + 1, 0
    if held and number:  # a rest that is too small by itself
        table[table == number] = number - 1
    found: npt.NDArray[np.int64] = table[at]
    return found


def spread_of(values: Floats) -> float:
    """The interquartile range, or what stands for it where half of the values are one."""
    low, q1, q3, high = np.quantile(values, [0.05, 0.25, 0.75, 0.95])
    width = max(float(q3 - q1), float(high - low) / 4)
    return width or float(values.std()) or max(abs(float(q1)), 1.0)


def distance(one: Floats, other: Floats, spread: float) -> float:
    """The first Wasserstein distance of two samples (none empty) over a spread, by quantiles."""
    return _gap(np.quantile(one, LEVELS), np.quantile(other, LEVELS), spread)


def _gap(one: Floats, other: Floats, spread: float) -> float:
    return float(np.abs(one - other).mean()) / spread


def variation(one: Values, other: Values) -> float:
    """Total variation of two samples of names: half the sum of differences of shares."""
    return _variation(_shares(one), _shares(other))


def _shares(names: Values) -> dict[str, float]:
    counts = Counter(map(str, names.tolist()))
    return {name: n / names.size for name, n in counts.items()}


def _variation(one: dict[str, float], other: dict[str, float]) -> float:
    # in the order of the names: a sum of floats depends on it
    names = sorted(one.keys() | other.keys())
    return sum(abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in names) / 2


def known_values(values: Values) -> npt.NDArray[np.bool_]:
    """Which values are there, shape (n,)."""
    if values.dtype == object:
        return np.array([v is not None for v in values], dtype=bool)
    found: npt.NDArray[np.bool_] = np.isfinite(values.astype(np.float64))
    return found


def movement(
    live: Values, base: Values, blocks: npt.NDArray[np.int64], inputs: int
) -> Movement | None:
    """Compare live values with base values, whose blocks are given; ``None`` where too few.

    ``inputs`` is how many are looked at: the band holds for all together.
    """
    there, here = known_values(base), known_values(live)
    base, blocks, live = base[there], blocks[there], live[here]
    counts = np.bincount(blocks[blocks >= 0]) if blocks.size else np.zeros(0, int)
    usable = np.flatnonzero(counts >= SMALLEST)
    if usable.size < LEAST_BLOCKS or live.size < SMALLEST:
        return None
    apart = _apart(base)
    far = apart(live)
    own = np.array([apart(base[blocks == k]) for k in usable])
    # a block is part of what it is compared with
    own *= usable.size / (usable.size - 1)
    # fewer live values than a block has scatter more
    own *= np.sqrt(max(float(np.median(counts[usable])) / live.size, 1.0))
    floor = NAMES_FLOOR if base.dtype == object else NUMBERS_FLOOR
    return Movement(
        far, float(np.median(own)), bound(own, CONFIDENCE, inputs), floor, live.size, usable.size
    )


def _apart(base: Values) -> Callable[[Values], float]:
    if base.dtype == object:
        shares = _shares(base)
        return lambda part: _variation(_shares(part), shares)
    numbers = base.astype(np.float64)
    spread, levels = spread_of(numbers), np.quantile(numbers, LEVELS)
    return lambda part: _gap(np.quantile(part.astype(np.float64), LEVELS), levels, spread)


def bound(own: Floats | Sequence[float], confidence: float, inputs: int = 1) -> float:
    """The upper prediction bound for one more distance, never below the largest one."""
    from scipy.special import stdtrit

    # distances are skewed, their roots are nearly normal
    roots = np.sqrt(own)
    k = roots.size
    t = float(stdtrit(k - 1, 1 - (1 - confidence) / max(inputs, 1)))
    upper = float(roots.mean() + t * roots.std(ddof=1) * np.sqrt(1 + 1 / k)) ** 2
    return max(upper, float(np.max(own)))
