"""Change points against a brute-force posterior and by coverage."""

from __future__ import annotations

import numpy as np

from investigators.traffic.span import CREDIBLE, span_of


def votes(rng: np.random.Generator, n: int, at: int, strength: float) -> np.ndarray:
    """ln likelihood ratio of N(strength, 1) over N(0, 1), rows from ``at`` on drawn changed."""
    x = rng.normal(0, 1, n) + np.where(np.arange(n) >= at, strength, 0.0)
    return strength * x - strength**2 / 2


def test_interval_covers_the_true_onset_at_its_level() -> None:
    rng, hits, tries = np.random.default_rng(4), 0, 300
    for _ in range(tries):
        n = 400
        at = int(rng.integers(60, 340))
        span = span_of(votes(rng, n, at, 1.2))
        hits += span.first[0] <= at <= span.first[1]
    # binomial with p = 0.99 and n = 300: fewer than 291 has a chance below 0.1 %
    assert hits >= 291, (hits, CREDIBLE)


def test_posterior_matches_brute_force() -> None:
    rng = np.random.default_rng(8)
    z = votes(rng, 60, 25, 1.0)
    span = span_of(z)
    suffix = np.array([z[k:].sum() for k in range(60)])
    assert span.start == int(np.argmax(suffix[: span.end]))
    weights = np.exp(suffix - suffix.max())
    weights /= weights.sum()
    low, high = span.first
    assert weights[low : high + 1].sum() >= CREDIBLE


def test_there_from_the_first_row() -> None:
    span = span_of(votes(np.random.default_rng(1), 200, 0, 1.5))
    assert span.start == 0
    assert span.end == 200


def test_a_change_rolled_back_has_an_end() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(0, 1, 400) + np.where((np.arange(400) >= 100) & (np.arange(400) < 250), 2.0, 0)
    span = span_of(2.0 * x - 2.0)
    assert abs(span.start - 100) <= 4
    assert abs(span.end - 250) <= 4
    assert span.last[0] <= 250 <= span.last[1]
