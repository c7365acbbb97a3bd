"""When a change began and ended: change points by likelihood, with 99 % intervals.

For rows in order of time with per-row log-likelihood gain ``z`` of "carries the change" over "does
not", a window [k, m) has gain sum(z[k:m]).  Under a flat prior over k the posterior is the
softmax of the suffix sums (exact for known densities); the interval is the smallest range that
holds 99 % of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CREDIBLE = 0.99
# A row's own vote is bounded, so that one odd value cannot place the onset by itself.
LARGEST_VOTE = 6.0
NOTHING = 50.0  # nats
# Nats beyond ln n by which an end, or a beginning, must beat none.
ENDED, LATER = 3.0, 1.0


@dataclass(frozen=True)
class Span:
    """Positions among the segment's rows in order of time.

    ``start`` and ``end`` (half-open) are the most likely; ``first`` = (lo, hi) brackets the
    first row that carries it, ``last`` = (lo, hi) the first row after it.  ``gain`` is the sum
    over the window.
    """

    start: int
    end: int
    first: tuple[int, int]
    last: tuple[int, int]
    gain: float


def _interval(log_weights: npt.NDArray[np.float64]) -> tuple[int, int]:
    """Shortest-by-mass range that holds ``CREDIBLE`` of the softmax of ``log_weights``."""
    far = log_weights - log_weights.max()
    # what lies further down has no share of the sum, not even a million rows together
    (near,) = np.nonzero(far > -NOTHING)
    weights = np.exp(far[near])
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    needed = int(np.searchsorted(np.cumsum(weights[order]), CREDIBLE)) + 1
    chosen = near[order[:needed]]
    return int(chosen.min()), int(chosen.max())


def span_of(votes: npt.NDArray[np.float64], *, bracketed: bool = True) -> Span:
    """Find the best window of ``votes`` (shape (n,), in order of time) and bracket both ends.

    Without ``bracketed`` the brackets are left at nothing: a search that goes on needs none.
    """
    z = np.clip(votes, -LARGEST_VOTE, LARGEST_VOTE)
    n = z.size
    sums = np.concatenate([[0.0], np.cumsum(z)])
    lowest = np.minimum.accumulate(sums[:-1])
    end = int(np.argmax(sums[1:] - lowest)) + 1
    start = int(np.argmin(sums[:end]))
    first = _interval(-sums[:end]) if bracketed else (0, 0)
    last_lo, last_hi = _interval(sums[start + 1 :]) if bracketed else (0, 0)
    # An end is claimed only where it beats "still so when the data end" clearly.
    if sums[end] - sums[n] < np.log(max(n, 2)) + ENDED:
        end = n
        last_lo = last_hi = n - start - 1
    # The same for an onset against "there from the first row".
    if -sums[start] + sums[0] < np.log(max(n, 2)) + LATER:
        start, first = 0, (0, first[1])
    last = (start + 1 + last_lo, start + 1 + last_hi)
    return Span(start, end, first, last, float(votes[start:end].sum()))
