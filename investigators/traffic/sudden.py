"""Where the early part of a log becomes another at once, so that it ends before that.

An early part is what the rest is compared with.  A fault that began within it would make a part of
it faulty; what stays that way to the end of the log is cut off.  A rhythm (the first night) comes
back later and is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import numpy.typing as npt

BINS, VALUES = 32, 30  # of a number; of a category, the rest is one more
LEAST = 0.5  # distance of before and after, 0 to 1
CHANCE = 1e-6  # of such a distance of two samples (Massart 1990)
COMES_BACK, STEPS = 0.6, 4  # of that distance, to any stretch of the rest as long; its steps
GOES_ON = 0.25  # distance of after from the rest of the log
Codes = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


def number_codes(values: Floats) -> Codes:
    """Bins of equal counts, shape (rows,); 0 is missing."""
    there = values[np.isfinite(values)]  # infinity is in the last bin
    if not there.size:
        return np.zeros(values.size, dtype=np.intp)
    edges = np.unique(np.quantile(there, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(edges, values, side="left"))


def text_codes(values: npt.NDArray[np.object_]) -> Codes:
    """The most frequent texts, shape (rows,); 0 is missing, the last code every other text."""
    there = np.array([v is not None for v in values], dtype=bool)
    texts, place, counts = np.unique(
        values[there].astype(str), return_inverse=True, return_counts=True
    )
    rank = np.empty(texts.size, dtype=np.intp)
    rank[np.argsort(-counts, kind="stable")] = np.arange(texts.size)
    found = np.zeros(values.size, dtype=np.intp)
    found[there] = 1 + np.minimum(rank[place], VALUES)
    return found


def sudden_end(columns: Sequence[tuple[Codes, bool]], early: int, fewest: int) -> int | None:
    """How many of the ``early`` first rows lie before a sudden and lasting change of a column.

    ``columns`` are codes in order of time, shape (rows,), and whether codes have an order (then
    distances are Kolmogorov's, else total variation).  At least ``fewest`` rows are left; ``None``
    where nothing changes so.
    """
    found = [_end(codes, early, fewest, ordered=ordered) for codes, ordered in columns]
    return min((end for end in found if end is not None), default=None)


def _end(codes: Codes, early: int, fewest: int, *, ordered: bool) -> int | None:
    size = int(codes.max(initial=0)) + 1
    if size < 2 or early <= fewest or codes.size <= early:
        return None
    counted = np.zeros((early + 1, size))
    np.cumsum(np.eye(size)[codes[:early]], axis=0, out=counted[1:])
    cuts = np.arange(fewest, early)
    before = counted[cuts] / cuts[:, None]
    after = (counted[early] - counted[cuts]) / (early - cuts)[:, None]
    rest = np.bincount(codes[early:], minlength=size) / (codes.size - early)
    apart = _distance(before, after, ordered=ordered)
    rows = cuts * (early - cuts) / early
    best = int(np.argmax(apart * np.sqrt(rows)))
    far = apart[best]
    if far < max(LEAST, sqrt(log(2 / CHANCE) / 2 / rows[best])):
        return None
    still = _distance(after[best], rest, ordered=ordered)
    slack = sqrt(log(2 / 0.01) / 2 / (early - cuts[best]))
    if still > GOES_ON + slack:
        return None
    length = int(cuts[best])
    later = _stretches(codes[early:], size, min(length, codes.size - early))
    back = _distance(before[best], later, ordered=ordered).min()
    return length if back >= COMES_BACK * far else None


def _stretches(codes: Codes, size: int, length: int) -> Floats:
    """Shares of the codes in stretches of so many rows, overlapping, shape (stretches, codes)."""
    counted = np.zeros((codes.size + 1, size))
    np.cumsum(np.eye(size)[codes], axis=0, out=counted[1:])
    starts = np.arange(0, codes.size - length + 1, max(length // STEPS, 1))
    return (counted[starts + length] - counted[starts]) / length


def _distance(one: Floats, other: Floats, *, ordered: bool) -> Floats:
    """Distances of shares along the last axis."""
    gap = one - other
    found: Floats = (
        np.abs(np.cumsum(gap, axis=-1)).max(axis=-1) if ordered else np.abs(gap).sum(axis=-1) / 2
    )
    return found
