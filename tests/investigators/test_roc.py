"""Areas and their errors against pairs counted one by one, and against resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigators.roc import area_of, areas


def counted(scores: np.ndarray, positive: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Every pair: 1 where the positive row is above, a half where they tie."""
    high, low = scores[positive][:, None], scores[~positive][None, :]
    pairs = (high > low) + 0.5 * (high == low)
    return float(pairs.mean()), pairs.mean(axis=1), pairs.mean(axis=0)


@given(st.integers(0, 10**6), st.integers(2, 25), st.integers(2, 25), st.sampled_from([3, 1000]))
@settings(max_examples=60, deadline=None)
def test_areas_and_errors_are_those_of_all_pairs(seed: int, m: int, n: int, values: int) -> None:
    rng = np.random.default_rng(seed)
    positive = rng.permutation(np.arange(m + n) < m)
    before = rng.integers(0, values, m + n).astype(float)
    after = np.where(rng.random(m + n) < 0.5, before, rng.integers(0, values, m + n))
    found = areas(before, after, positive)
    one, one_high, one_low = counted(before, positive)
    two, two_high, two_low = counted(after, positive)
    assert (found.before, found.after) == pytest.approx((one, two))
    error = np.sqrt(np.var(two_high - one_high, ddof=1) / m + np.var(two_low - one_low, ddof=1) / n)
    assert found.change_interval == pytest.approx(
        (two - one - 1.959964 * error, two - one + 1.959964 * error), abs=1e-6
    )
    alone = np.sqrt(np.var(one_high, ddof=1) / m + np.var(one_low, ddof=1) / n)
    assert found.before_interval == pytest.approx(
        (max(one - 1.959964 * alone, 0), min(one + 1.959964 * alone, 1)), abs=1e-6
    )


def test_the_interval_of_the_change_is_that_of_resampling() -> None:
    rng = np.random.default_rng(20)
    positive = rng.random(1500) < 0.2
    after = rng.normal(size=1500) + positive
    before = after + rng.normal(scale=1.5, size=1500)
    found = areas(before, after, positive)
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, 1500, 1500)
        again = areas(before[rows], after[rows], positive[rows])
        drawn.append(again.after - again.before)
    half = (found.change_interval[1] - found.change_interval[0]) / 2
    assert half == pytest.approx(1.96 * np.std(drawn, ddof=1), rel=0.12)
    assert found.change_interval[0] > 0


@given(st.integers(0, 10**6), st.integers(2, 25), st.integers(2, 25), st.sampled_from([3, 1000]))
@settings(max_examples=60, deadline=None)
def test_an_area_from_counts_is_that_of_all_pairs(seed: int, m: int, n: int, values: int) -> None:
    rng = np.random.default_rng(seed)
    positive = rng.permutation(np.arange(m + n) < m)
    codes = rng.integers(0, values, m + n)
    area, error = area_of(
        *(
            np.bincount(codes[side], minlength=values).astype(float)
            for side in (positive, ~positive)
        )
    )
    one, high, low = counted(codes.astype(float), positive)
    assert area == pytest.approx(one)
    assert error == pytest.approx(np.sqrt(np.var(high, ddof=1) / m + np.var(low, ddof=1) / n))
