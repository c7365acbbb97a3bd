"""Any monotone map from the model's output to the logged score, as knots."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from investigators.roles.precision import Floats

Knots = tuple[tuple[float, float], ...]
IN_ORDER = 0.9
MOST_KNOTS = 2_000
FEWEST_LEVELS = 3


def monotone_knots(x: Floats, y: Floats) -> tuple[Knots, float, bool] | None:
    """Return (knots, share of rows in order, rising), or ``None`` where y does not follow x.

    The rows in order are a longest non-decreasing subsequence of y sorted by x (patience sorting,
    Fredman 1975), or non-increasing.  Every run of equal y keeps both its ends, so a step map stays
    a map of steps; beyond 2,000 knots, evenly spaced ones are kept.  Shapes (n,).
    """
    best: tuple[float, Floats, Floats, bool] | None = None
    for rising in (True, False):
        sign = 1.0 if rising else -1.0
        order = np.lexsort((sign * y, x))
        kept = _longest(sign * y[order])
        share = kept.size / x.size
        if best is None or share > best[0]:
            best = (share, x[order][kept], y[order][kept], rising)
    assert best is not None
    share, xs, ys, rising = best
    if share < IN_ORDER or np.unique(ys).size < FEWEST_LEVELS:
        return None
    return _knots(xs, ys), share, rising


def bracket(knots: Knots, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (low, expected, high) of y for each x, by the knots on either side; shapes (n,).

    Outside the knots the outermost ones hold on one side and the other side is open.
    """
    kx = np.array([k[0] for k in knots], dtype=np.float64)
    ky = np.array([k[1] for k in knots], dtype=np.float64)
    expected = np.interp(x, kx, ky)
    left = np.searchsorted(kx, x, side="left") - 1
    right = np.searchsorted(kx, x, side="right")
    rising = bool(ky[-1] >= ky[0])
    open_left, open_right = (-np.inf, np.inf) if rising else (np.inf, -np.inf)
    before = np.where(left < 0, open_left, ky[np.clip(left, 0, kx.size - 1)])
    after = np.where(right >= kx.size, open_right, ky[np.clip(right, 0, kx.size - 1)])
    missing = np.isnan(x)
    expected[missing] = np.nan
    low, high = np.minimum(before, after), np.maximum(before, after)
    low[missing] = high[missing] = np.nan
    return low, expected, high


def _longest(values: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Positions of one longest non-decreasing subsequence."""
    tails: list[float] = []
    at: list[int] = []
    before = np.full(values.size, -1, dtype=np.int64)
    for position, value in enumerate(values.tolist()):
        place = bisect_right(tails, value)
        if place == len(tails):
            tails.append(value)
            at.append(position)
        else:
            tails[place] = value
            at[place] = position
        before[position] = at[place - 1] if place else -1
    chain = np.empty(len(at), dtype=np.int64)
    position = at[-1]
    for index in range(len(at) - 1, -1, -1):
        chain[index] = position
        position = int(before[position])
    return chain


def _knots(x: Floats, y: Floats) -> Knots:
    """Both ends of every run of equal y (strictly rising x), thinned evenly."""
    edge = np.flatnonzero(np.diff(y) != 0)
    ends = np.unique(np.concatenate(([0], edge, edge + 1, [x.size - 1])))
    if ends.size > MOST_KNOTS:
        ends = ends[np.linspace(0, ends.size - 1, MOST_KNOTS).astype(np.int64)]
    pairs: dict[float, float] = {}
    for position in ends.tolist():
        pairs.setdefault(float(x[position]), float(y[position]))
    return tuple(pairs.items())
