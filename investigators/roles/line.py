"""A straight line that holds exactly (within rounding) on at least half of the rows."""

from __future__ import annotations

import numpy as np

from investigators.roles.precision import EPS32, Floats, decimals_tolerance

TRIES = 300
SAMPLE = 2_000
FEWEST = 20


def robust_line(
    x: Floats, y: Floats, decimals: int | None, *, short: bool
) -> tuple[float, float] | None:
    """Find y = factor * x + offset, held by at least half of the rows; ``None`` when there is none.

    Lines through random pairs of rows are tried (RANSAC: Fischler and Bolles 1981, fixed seed; on
    an evenly spaced part of at most 2,000 rows, verified and refined on all), the one that most
    rows follow is refined by least squares on its followers.  ``x`` and ``y`` have shape (n,).
    """
    if x.size < FEWEST or np.unique(x).size < FEWEST:
        return None
    slack = _slack(y, decimals, short=short)
    # A line says something only where the rounding step is small against the spread.
    if float(np.std(y)) < 10 * slack:
        return None
    factor, offset = _most_followed(x, y, slack)
    for width in (3.0, 1.5, 1.05):
        near = np.abs(factor * x + offset - y) <= width * slack
        if np.count_nonzero(near) < max(FEWEST, x.size // 2) and width < 3.0:
            return None
        factor, offset = _least_squares(x[near], y[near], (factor, offset))
    return factor, offset


def _slack(y: Floats, decimals: int | None, *, short: bool) -> float:
    largest = float(np.max(np.abs(y)))
    if decimals is not None:
        return decimals_tolerance(decimals) + largest * (EPS32 if short else 0.0)
    return largest * (EPS32 if short else 1e-9) + 1e-12


def _most_followed(x: Floats, y: Floats, slack: float) -> tuple[float, float]:
    rng = np.random.default_rng(7)
    part = np.linspace(0, x.size - 1, min(SAMPLE, x.size)).astype(np.int64)
    xs, ys = x[part], y[part]
    best, most = (0.0, 0.0), -1
    for _ in range(TRIES):
        first, second = rng.integers(0, xs.size, 2)
        run = xs[second] - xs[first]
        if run == 0:
            continue
        slope = (ys[second] - ys[first]) / run
        offset = ys[first] - slope * xs[first]
        # Rounding at both ends tilts the line; widen with the distance from the pair.
        reach = 1 + np.maximum(np.abs(xs - xs[first]), np.abs(xs - xs[second])) / abs(run)
        followers = int(np.count_nonzero(np.abs(slope * xs + offset - ys) <= slack * reach * 2))
        # Wide tolerance comes with close pairs: weigh it down.
        score = int(followers / float(np.sqrt(np.median(reach))))
        if score > most:
            best, most = (float(slope), float(offset)), score
    return best


def _least_squares(x: Floats, y: Floats, before: tuple[float, float]) -> tuple[float, float]:
    if x.size < 2 or float(np.ptp(x)) == 0.0:
        return before
    middle = float(np.mean(x))
    centred = x - middle
    slope = float(np.dot(centred, y - np.mean(y)) / np.dot(centred, centred))
    return slope, float(np.mean(y)) - slope * middle
