"""The early part of a log ends before a sudden change that stays, and at no rhythm or drift."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from investigators.traffic.sudden import _distance, number_codes, sudden_end, text_codes

N, EARLY, FEWEST = 2_000, 500, 50


def drawn(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(10, 3, N)


def ended(*columns: np.ndarray) -> int | None:
    coded = [
        (text_codes(c), False) if c.dtype == object else (number_codes(c), True) for c in columns
    ]
    return sudden_end(coded, EARLY, FEWEST)


@pytest.mark.parametrize("at", [60, 200, 400])
def test_the_part_ends_where_an_input_becomes_another(at: int) -> None:
    changed = drawn(1)
    changed[at:] += 273.15
    assert ended(drawn(2), changed) == pytest.approx(at, abs=2)
    gone = drawn(3)
    gone[at:] = np.nan
    assert ended(drawn(2), gone) == pytest.approx(at, abs=2)
    names = np.random.default_rng(4).choice(["north", "south", None], N).astype(object)
    renamed = np.array([v and f"{v}-1" if k >= at else v for k, v in enumerate(names)], object)
    assert ended(names) is None
    assert ended(renamed) == pytest.approx(at, abs=12)
    assert ended(renamed, changed) == pytest.approx(at, abs=12)


def test_a_rhythm_a_drift_and_a_change_that_is_taken_back_are_none() -> None:
    hours = np.arange(N) // 60 % 24
    night = drawn(5) + 12 * (hours < 5)  # the log begins at night
    drift = drawn(6) + np.linspace(0, 30, N)
    back = drawn(7)
    back[200:600] += 30
    hour = np.arange(1_300, 1_300 + N) // 50 % 24 + 0.0  # the log begins in the evening
    late = drawn(8)
    late[EARLY + 10 :] += 30
    for column in (night, drift, back, hour, late):
        assert ended(column) is None


def test_sound_columns_are_left_whole() -> None:
    random = np.random.default_rng(9)
    for _ in range(40):
        columns = [random.gamma(2, 3, N), random.integers(0, 4, N).astype(float), random.random(N)]
        texts = random.choice(list("abcdef"), N).astype(object)
        assert ended(*columns, texts) is None


def test_distances_are_those_of_scipy() -> None:
    random = np.random.default_rng(10)
    one, other = random.integers(0, 12, 400), random.integers(3, 15, 500)
    shares = [np.bincount(x, minlength=15) / x.size for x in (one, other)]
    assert _distance(*shares, ordered=True) == pytest.approx(stats.ks_2samp(one, other).statistic)
    assert _distance(*shares, ordered=False) == pytest.approx(
        np.abs(np.subtract(*shares)).sum() / 2
    )
