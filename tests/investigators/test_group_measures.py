"""Medians of bootstrap samples against samples that are drawn; values drawn together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from investigators.slices.group_measures import medians
from investigators.statistics import drawn_together


@pytest.mark.parametrize("n", [21, 40, 301])
def test_medians_are_those_of_drawn_samples(n: int) -> None:
    values = np.sort(np.random.default_rng(n).gamma(1.5, 3, n))
    ours = medians(values, 20_000, np.random.default_rng(1))
    theirs = stats.bootstrap(
        (values,), np.median, n_resamples=20_000, method="percentile", rng=2, vectorized=True
    )
    low, high = theirs.confidence_interval
    spread = theirs.standard_error
    assert np.quantile(ours, [0.025, 0.975]) == pytest.approx([low, high], abs=0.15 * spread)
    assert np.std(ours) == pytest.approx(spread, rel=0.05)
    assert np.quantile(ours, 0.5) == pytest.approx(np.median(values), abs=0.15 * spread)


def test_values_are_drawn_together_as_their_chance_warrants() -> None:
    rng = np.random.default_rng(5)
    true = rng.normal(10, 2, 400)
    chance = rng.choice([0.5, 30.0], 400)
    seen = true + rng.normal(0, np.sqrt(chance))
    found = np.array(drawn_together(seen.tolist(), chance.tolist()))
    assert np.mean((found - true) ** 2) < 0.3 * np.mean((seen - true) ** 2)
    # the posterior mean of a normal model with the true spread, 4
    wanted = 10 + 4 / (4 + chance) * (seen - 10)
    assert np.mean((found - wanted) ** 2) < 0.1


def test_chance_alone_draws_all_to_one() -> None:
    found = drawn_together([1.0, 1.1, 0.9], [1.0, 1.0, 1.0])
    assert found == pytest.approx([1.0] * 3)
    assert drawn_together([3.0], [1.0]) == [3.0]
