from __future__ import annotations

import numpy as np
import pytest

from investigators.evidence import Condition
from investigators.slices.counting import grains_of
from investigators.slices.literals import GRAINS, Coded, calendar, ranges, values
from investigators.slices.runs import with_runs
from investigators.tables.codes import SegmentCodes


def holds(condition: Condition, x: np.ndarray) -> np.ndarray:
    """Which numbers meet a condition, told without codes."""
    if condition.missing:
        return np.isnan(x)
    if condition.equals is not None:
        return np.asarray(x == condition.equals)
    low = -np.inf if condition.lower is None else condition.lower
    high = np.inf if condition.upper is None else condition.upper
    return np.asarray(np.isfinite(x) & (x >= low) & (x < high))


def described(coded: Coded, k: int) -> np.ndarray:
    return np.asarray(coded.member[k][coded.codes])


@pytest.mark.parametrize("whole", [False, True])
def test_each_range_holds_the_rows_that_it_names(*, whole: bool) -> None:
    random = np.random.default_rng(4)
    x = random.lognormal(1, 1, 3000)
    x = np.floor(x * 4) if whole else x
    x[:50], x[50:53] = np.nan, np.inf
    coded = with_runs(ranges("amount", x))
    assert len(set(coded.literals)) == len(coded.literals)
    for k, condition in enumerate(coded.literals):
        assert np.array_equal(described(coded, k), holds(condition, x)), condition
    grains = grains_of(coded)
    assert set(grains.tolist()) == {0, *GRAINS}
    # every range of the eighths is there, on the widest grid
    plain = ranges("amount", x)
    wide = {c for c, grain in zip(coded.literals, grains, strict=True) if grain <= GRAINS[0]}
    assert set(plain.literals) <= wide


def test_a_number_of_few_values_has_its_neighbours_joined() -> None:
    listed = (3, 1, 2, 7, None)
    codes = np.array([1, 2, 3, 4, 5, 1, 2], dtype=np.uint8)
    x = np.array([3, 1, 2, 7, np.nan, 3, 1])
    coded = with_runs(values(SegmentCodes("visits", listed, codes)))
    for k, condition in enumerate(coded.literals):
        assert np.array_equal(described(coded, k), holds(condition, x)), condition
    assert Condition("visits", lower=2, upper=7, closed="left") in coded.literals
    unlisted = np.array([1, 2, 3, 4, 5, 0], dtype=np.uint8)
    assert with_runs(values(SegmentCodes("visits", listed, unlisted))).grains is None
    words = values(SegmentCodes("region", ("a", "b", "c"), codes % 4))
    assert with_runs(words) is words


def test_hours_are_joined_over_midnight_and_days_over_sunday() -> None:
    hour = np.arange(240) % 24
    found = with_runs(
        calendar(SegmentCodes("t", tuple(range(24)), (hour + 1).astype("u1"), "hour"))
    )
    for k, condition in enumerate(found.literals):
        assert np.array_equal(described(found, k), np.isin(hour, condition.within)), condition
    night = Condition("t", part="hour", within=(22, 23, 0, 1, 2), zone="UTC")
    assert night in found.literals
    day = np.arange(70) % 7 + 1
    days = with_runs(calendar(SegmentCodes("t", tuple(range(1, 8)), day.astype("u1"), "weekday")))
    sets = [frozenset(c.within or ()) for c in days.literals]
    assert len(set(sets)) == len(sets)
    assert frozenset((7, 1)) in sets
    for k, condition in enumerate(days.literals):
        assert np.array_equal(described(days, k), np.isin(day, condition.within)), condition
