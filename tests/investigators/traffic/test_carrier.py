"""The search for what carries something, against brute force and planted truths."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from investigators.tables.codes import SegmentCodes
from investigators.task import Cancelled, Task
from investigators.traffic.carrier import carried_by, price, rows_of, share_change
from investigators.traffic.rows import Traffic
from investigators.traffic.span import Span


def traffic(rng: np.random.Generator, n: int, sizes: tuple[int, ...] = (3, 4)) -> Traffic:
    moments = np.sort(rng.integers(0, 60 * 86_400_000_000, n))
    shuffled = rng.permutation(n)
    moments = moments[shuffled]
    segments = tuple(
        SegmentCodes(
            f"s{k}",
            tuple(f"v{i}" for i in range(size)),
            rng.integers(1, size + 1, n).astype(np.uint8),
        )
        for k, size in enumerate(sizes)
    )
    order = np.argsort(moments, kind="stable")
    return Traffic(n, order, moments, segments, (), zone_known=True)


def best_by_brute_force(rows: Traffic, votes: np.ndarray) -> float:
    """Best score of all single values and all windows that an onset and an end may have."""
    values = 1 + sum(len(s.values) for s in rows.segments)
    best = -np.inf
    parts = [
        (),
        *(((c, (k + 1,)),) for c, s in enumerate(rows.segments) for k in range(len(s.values))),
    ]
    for part in parts:
        mine = votes[rows_of(rows, rows.segments, part)]
        sums = np.concatenate([[0.0], np.cumsum(mine)])
        for start in range(mine.size):
            for end in range(start + 1, mine.size + 1):
                span = Span(start, end, (0, 0), (0, 0), 0.0)
                gain = sums[end] - sums[start]
                best = max(best, gain - price(part, values, span, mine.size))
    return float(best)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_no_single_description_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = traffic(rng, 30, (2, 2))
    votes = rng.normal(-0.4, 2.0, 30)
    votes[rows.segments[0].codes == 1] += 2.0
    found = carried_by(rows, votes, Task(), calendar=False)
    if found is None:
        return
    # a window is claimed only where it is clearly better than none: at most that much is given up
    margin = 2 * log(31) + 4.0
    assert found.score >= best_by_brute_force(rows, votes) - margin


@pytest.mark.parametrize("start", [0.0, 0.6])
def test_the_part_that_carries_it_is_found(start: float) -> None:
    rng = np.random.default_rng(7)
    rows = traffic(rng, 5_000, (6, 3))
    assert rows.order is not None
    place = np.empty(5_000)
    place[rows.order] = np.linspace(0, 1, 5_000)
    mine = (rows.segments[0].codes == 3) & (place >= start)
    votes = np.where(mine, 1.0, -1.0) * rng.uniform(0.5, 1.5, 5_000)
    found = carried_by(rows, votes, Task())
    assert found is not None
    assert found.parts == ((0, (3,)),)
    assert np.array_equal(np.sort(found.claimed), np.flatnonzero(mine))
    assert found.score > found.looks


def test_two_columns_together() -> None:
    rng = np.random.default_rng(11)
    rows = traffic(rng, 8_000, (4, 5))
    mine = (rows.segments[0].codes == 2) & (rows.segments[1].codes == 4)
    votes = np.where(mine, 2.0, -1.0)
    votes[(rows.segments[0].codes == 2) & ~mine] = -0.2  # the first column alone stands as well
    found = carried_by(rows, votes, Task())
    assert found is not None
    assert found.parts == ((0, (2,)), (1, (4,)))


def test_several_values_of_one_column() -> None:
    rng = np.random.default_rng(12)
    rows = traffic(rng, 6_000, (6,))
    mine = np.isin(rows.segments[0].codes, (2, 5))
    found = carried_by(rows, np.where(mine, 1.0, -1.0), Task())
    assert found is not None
    assert found.parts == ((0, (2, 5)),)


def test_nothing_speaks_for_anything() -> None:
    rows = traffic(np.random.default_rng(1), 100)
    assert carried_by(rows, np.full(100, -0.5), Task()) is None
    assert share_change(rows, np.zeros(100, bool), np.ones(100, bool), (5, 100), Task()) is None


def test_votes_of_another_length_are_refused() -> None:
    rows = traffic(np.random.default_rng(1), 100)
    with pytest.raises(ValueError, match="100 rows"):
        carried_by(rows, np.ones(99), Task())


def test_it_is_cancelled() -> None:
    task = Task()
    task.cancel()
    rows = traffic(np.random.default_rng(1), 100)
    with pytest.raises(Cancelled):
        carried_by(rows, np.ones(100), task)


@pytest.mark.parametrize(("before", "after"), [(0.02, 0.5), (0.0, 0.03), (0.3, 0.0), (0.1, 1.0)])
def test_a_share_that_changed_in_a_segment_since_a_day(before: float, after: float) -> None:
    rng = np.random.default_rng(3)
    n = 20_000
    rows = traffic(rng, n, (5, 3))
    assert rows.order is not None
    place = np.empty(n)
    place[rows.order] = np.linspace(0, 1, n)
    mine = (rows.segments[0].codes == 1) & (place >= 0.5)
    hits = rng.random(n) < np.where(mine, after, before)
    base = (int(rng.binomial(10_000, before)), 10_000)
    found = share_change(rows, hits, np.ones(n, bool), base, Task(), more=after > before)
    assert found is not None
    assert found.carried.parts == ((0, (1,)),)
    assert found.inside == pytest.approx(after, abs=0.03)
    assert found.outside == pytest.approx(before, abs=0.01)
    assert abs(found.carried.span.start - (rows.segments[0].codes == 1)[place < 0.5].sum()) < 40


@pytest.mark.parametrize("share", [0.006, 0.012, 0.03])
def test_a_small_share_that_all_rows_have_is_found(share: float) -> None:
    rng = np.random.default_rng(8)
    n = 6_000
    rows = Traffic(n, None, None, (), (), zone_known=True)
    hits = rng.random(n) < share
    found = share_change(rows, hits, np.ones(n, bool), (0, 4_800), Task())
    assert found is not None
    assert found.carried.claimed.size == n
    assert found.inside == pytest.approx(hits.mean())
    k = int(hits.sum())
    # over the upper end of the 99 % Jeffreys interval of none in 4,800
    most = beta.ppf(0.995, 0.5, 4_800.5)
    gain = binom.logpmf(k, n, k / n) - binom.logpmf(k, n, most)
    assert found.carried.score == pytest.approx(gain, rel=0.01)


def test_chance_alone_seldom_reaches_the_price() -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(100):
        rows = traffic(rng, 3_000, (6, 4, 3))
        share = float(rng.choice([0.005, 0.05, 0.4]))
        hits = rng.random(3_000) < share
        base = (int(rng.binomial(6_000, share)), 6_000)
        for more in (True, False):
            found = share_change(rows, hits, np.ones(3_000, bool), base, Task(), more=more)
            alarms += found is not None and found.carried.score >= found.carried.looks + 5
    assert alarms <= 2
