from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from investigators.slices.tails import (
    bound,
    distribution,
    drawn_in,
    scan_gain,
    sum_tail,
    times_interval,
)


def brute(chances: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """One coin after the other."""
    found = np.ones(1)
    for chance in np.repeat(chances, counts):
        found = np.append(found, 0) * (1 - chance) + np.append(0, found) * chance
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_sum_of_unequal_coins_is_exact(seed: int) -> None:
    random = np.random.default_rng(seed)
    chances, counts = random.random(12), random.integers(0, 40, 12)
    whole = brute(chances, counts)
    assert distribution(chances, counts) == pytest.approx(whole, abs=1e-13)
    for k in range(0, len(whole) + 1, 7):
        assert sum_tail(k, chances, counts) == pytest.approx(whole[k:].sum(), abs=1e-12)
        down = sum_tail(k, chances, counts, upper=False)
        assert down == pytest.approx(whole[: k + 1].sum(), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_many_coins_by_the_saddlepoint_are_within_a_hundredth(seed: int) -> None:
    random = np.random.default_rng(seed)
    chances, counts = random.beta(1, 8, 20), random.integers(150, 400, 20)
    whole = brute(chances, counts)
    mean = float((chances * counts).sum())
    sd = float((chances * (1 - chances) * counts).sum()) ** 0.5
    assert counts.sum() > 3000
    for z in (-6, -2, -0.5, 0, 0.02, 0.5, 2, 4, 8, 12):
        k = round(mean + z * sd)
        assert sum_tail(k, chances, counts) == pytest.approx(whole[k:].sum(), rel=0.01)


def test_edges_of_the_sum() -> None:
    none = np.array([], dtype=np.int64)
    assert sum_tail(0, np.array([]), none) == 1
    assert sum_tail(1, np.array([]), none) == 0
    assert sum_tail(5, np.array([1.0, 0.0]), np.array([5, 9])) == 1
    assert sum_tail(6, np.array([1.0, 0.0]), np.array([5, 9])) == 0
    sure = sum_tail(4000, np.array([0.999, 0.998]), np.array([2000, 2000]))
    assert sure == pytest.approx(0.999**2000 * 0.998**2000, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_is_above_both_exact_tails(seed: int) -> None:
    random = np.random.default_rng(seed)
    chances, counts = random.beta(1, 5, 6), random.integers(1, 30, 6)
    whole, n = brute(chances, counts), int(counts.sum())
    k = np.arange(n + 1)
    over = bound(k, np.full(n + 1, n), np.full(n + 1, float((chances * counts).sum())))
    exact = whole[::-1].cumsum()[::-1]
    assert (over >= exact - 1e-12).all()
    rows, marked = 400, 60
    drawn = stats.hypergeom.sf(k - 1, rows, marked, n)
    share = np.full(n + 1, n * marked / rows)
    assert (bound(k, np.full(n + 1, n), share) >= drawn - 1e-12).all()


def test_interval_and_scan_agree_with_their_sources() -> None:
    low, high = times_interval(10, 5.0)
    assert (low, high) == pytest.approx((0.959, 3.678), abs=0.001)  # Garwood's 4.795 and 18.39
    assert times_interval(0, 2.0)[0] == 0
    assert times_interval(3, 0.0) == (0.0, np.inf)
    # shares of their own against one share of both, when the same is expected of every row
    both = stats.binom.logpmf(8, 20, 8 / 20) + stats.binom.logpmf(12, 80, 12 / 80)
    one = stats.binom.logpmf(8, 20, 0.2) + stats.binom.logpmf(12, 80, 0.2)
    hits, rows = np.array([8.0, 20.0]), np.array([20.0, 20.0])
    found = scan_gain(hits, rows / 5, rows, 20, 100)
    gained = stats.binom.logpmf(0, 80, 1e-12) - stats.binom.logpmf(0, 80, 0.2) - 20 * np.log(0.2)
    assert found == pytest.approx([both - one, gained])


def test_small_groups_are_drawn_towards_one() -> None:
    drawn = drawn_in(np.array([6.0, 300.0, 90.0]), np.array([2.0, 100.0, 100.0]))
    assert 1 < drawn[0] < 3
    assert drawn[1] > drawn[0]
    assert drawn[1] == pytest.approx(3, abs=0.1)
    assert drawn_in(np.array([5.0, 5.0]), np.array([5.0, 5.0])).tolist() == [1, 1]
