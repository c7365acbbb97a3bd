from __future__ import annotations

from math import inf, isclose

import numpy as np
import pytest
from scipy import stats

from investigators import statistics as s

COUNTS = [(0, 10), (1, 29), (15, 148), (36, 36), (81, 263), (3, 100_000)]


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_wilson_is_scipys(k: int, n: int) -> None:
    expected = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert s.wilson(k, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_intervals_are_the_published_ones() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I: 81/263, Wilson.
    assert s.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    # Newcombe (1998) 873, table II, method 10, contrasts (a) 56/70 - 48/80 and (h) 10/10 - 0/10.
    assert s.newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert s.newcombe(10, 10, 0, 10) == pytest.approx((0.6075, 1.0), abs=5e-5)


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_jeffreys_is_the_beta_quantile(k: int, n: int) -> None:
    low, high = s.jeffreys(k, n)
    assert low == (0 if k == 0 else pytest.approx(stats.beta(k + 0.5, n - k + 0.5).ppf(0.025)))
    assert high == (1 if k == n else pytest.approx(stats.beta(k + 0.5, n - k + 0.5).ppf(0.975)))


@pytest.mark.parametrize(
    ("a", "n", "b", "m"), [(12, 40, 600, 9000), (5, 30, 7, 60), (9, 50, 0, 50)]
)
def test_ratio_holds_the_estimate_and_turns_over(a: int, n: int, b: int, m: int) -> None:
    low, high = s.ratio(a, n, b, m)
    assert low < (a / n) / (b / m) < high if b else high == inf
    if b:
        turned = s.ratio(b, m, a, n)
        assert (low, high) == pytest.approx((1 / turned[1], 1 / turned[0]), rel=1e-9)


def test_ratio_covers_about_95_percent() -> None:
    random = np.random.default_rng(7)
    k1, k2 = random.binomial(60, 0.2, 4000), random.binomial(600, 0.1, 4000)
    inside = [low <= 2.0 <= high for low, high in map(s.ratio, k1, [60] * 4000, k2, [600] * 4000)]
    assert 0.935 < np.mean(inside) < 0.97


@pytest.mark.parametrize(
    ("k", "n", "total", "rows"), [(11, 36, 1000, 20_000), (0, 5, 3, 9), (70, 900, 5000, 100_000)]
)
@pytest.mark.parametrize("odds", [1.0, 0.3, 4.0])
def test_conditional_tail_is_scipys(k: int, n: int, total: int, rows: int, odds: float) -> None:
    if odds == 1:
        law = stats.hypergeom(rows, total, n)
    else:
        law = stats.nchypergeom_fisher(rows, total, n, odds)
    upper = sum(law.pmf(i) for i in range(k, min(n, total) + 1))
    lower = sum(law.pmf(i) for i in range(k + 1))
    assert s.conditional_tail(k, n, total, rows, odds) == pytest.approx(upper, rel=1e-6, abs=1e-14)
    found = s.conditional_tail(k, n, total, rows, odds, upper=False)
    assert found == pytest.approx(lower, rel=1e-6, abs=1e-14)


def test_conditional_tail_of_a_million_rows_far_out() -> None:
    tail = s.conditional_tail(40_000, 300_000, 100_000, 1_000_000)
    assert tail == pytest.approx(float(stats.hypergeom.sf(39_999, 10**6, 10**5, 3 * 10**5)), abs=0)
    assert s.conditional_tail(30_000, 300_000, 100_000, 1_000_000) == pytest.approx(0.5, abs=0.01)


def test_kept_logarithms_of_factorials_change_no_tail() -> None:
    """Beyond a million rows they are computed each time: the same numbers on either side."""
    for rows in (s.MOST_FACTORIALS - 1, s.MOST_FACTORIALS, s.MOST_FACTORIALS + 1):
        for k, upper in ((1_050, True), (940, False)):
            found = s.conditional_tail(k, rows, 2_000, 2 * rows, upper=upper)
            law = stats.hypergeom(2 * rows, 2_000, rows)
            true = law.sf(k - 1) if upper else law.cdf(k)
            assert found == pytest.approx(float(true), rel=1e-6)


def test_fisher_brackets_scipys() -> None:
    table = [[8, 22], [30, 300]]
    found = s.fisher(8, 30, 30, 330)
    expected = stats.fisher_exact(table).pvalue
    assert expected <= found * 1.0000001 <= 2 * expected * 1.1


def test_benjamini_hochberg_keeps_what_the_definition_keeps() -> None:
    # The list on which sorting by one argsort keeps two instead of one (research/checks.md 5).
    p = [0.001, 0.9, 0.02, 0.8, 0.04, 0.7]
    assert [q <= 0.05 for q in s.adjusted(p)] == [True, False, False, False, False, False]
    random = np.random.default_rng(3)
    for _ in range(50):
        p = [*random.random(16), *(random.random(4) * 0.01)]
        order = np.argsort(p)
        passing = [r for r in range(20) if p[order[r]] <= 0.05 * (r + 1) / 20]
        kept = set(order[: passing[-1] + 1].tolist()) if passing else set()
        assert {i for i, q in enumerate(s.adjusted(p)) if q <= 0.05} == kept
    assert s.adjusted([]) == []


def test_power_is_the_measured_one() -> None:
    # research/checks.md 5: 36 rows, base 5 %: a doubling 29 %, six-fold 99 %.
    assert s.power(36, 19_964, 0.05, 2) == pytest.approx(0.29, abs=0.01)
    assert s.power(36, 19_964, 0.05, 6) == pytest.approx(0.99, abs=0.01)
    assert s.power(0, 100, 0.05, 2) == 0


@pytest.mark.parametrize("times", [2.0, 0.4])
def test_power_by_brute_force(times: float) -> None:
    n, rest, base = 60, 500, 0.2
    marked = round(base * rest)
    total = 0.0
    for k in range(n + 1):
        law = stats.hypergeom(n + rest, marked + k, n)
        tail = law.sf(k - 1) if times > 1 else law.cdf(k)
        total += stats.binom.pmf(k, n, base * times) * (tail <= 0.05)
    assert s.power(n, rest, base, times) == pytest.approx(total, rel=1e-9)


def test_shrinkage_lies_between_own_and_common_share() -> None:
    k, n = [2, 300, 10, 90], [4, 1000, 100, 300]
    found = s.shrunk(k, n)
    common = sum(k) / sum(n)
    for share, own in zip(found, np.divide(k, n), strict=True):
        assert min(own, common) - 1e-12 <= share <= max(own, common) + 1e-12
    # The smallest group is drawn furthest.
    pull = [abs(f - o) / abs(o - common) for f, o in zip(found, np.divide(k, n), strict=True)]
    assert np.argmax(pull) == 0


def test_shrinkage_recovers_the_spread_and_pools_chance() -> None:
    random = np.random.default_rng(5)
    truth = random.beta(4, 36, 400)
    n = random.integers(20, 80, 400)
    k = random.binomial(n, truth)
    found = np.asarray(s.shrunk(k.tolist(), n.tolist()))
    assert np.mean((found - truth) ** 2) < 0.6 * np.mean((k / n - truth) ** 2)
    same = s.shrunk([10, 10, 10], [100, 100, 100])
    assert all(isclose(x, 0.1) for x in same)
    assert s.shrunk([0, 0], [0, 0]) == [0.0, 0.0]


def test_welch_is_scipys() -> None:
    random = np.random.default_rng(2)
    a, b = random.normal(1, 2, 40), random.normal(0.2, 1, 300)
    p, interval = s.welch(40, a.mean(), a.var(ddof=1), 300, b.mean(), b.var(ddof=1))
    expected = stats.ttest_ind(a, b, equal_var=False, alternative="greater")
    assert p == pytest.approx(expected.pvalue)
    both = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert interval == pytest.approx((both.low, both.high))


def test_conformal_is_valid() -> None:
    random = np.random.default_rng(4)
    p = [s.conformal(random.pareto(1.2, 99), random.pareto(1.2)) for _ in range(4000)]
    for level in (0.01, 0.05, 0.2):
        assert np.mean(np.asarray(p) <= level) < level + 3 * np.sqrt(level / 4000)


@pytest.mark.parametrize("law", [stats.norm, stats.expon, stats.pareto(1.2), stats.lognorm(2)])
def test_tail_share_is_not_too_sure(law: stats.rv_continuous) -> None:
    """Where the extremes say one in a million, such values are truly rarer than one in 10,000."""
    random = np.random.default_rng(11)
    values = np.sort(law.rvs(size=20_000, random_state=random))
    extremes = values[-101:]
    point = float(values[-1])
    while s.tail_share(extremes, 20_000, point) > 1e-6:
        point += abs(point) * 0.05
    assert law.sf(point) < 1e-4


def test_tail_share_of_steps_and_of_nothing() -> None:
    counts = np.sort(np.repeat([3.0, 4.0, 5.0], [60, 30, 11]))
    assert s.tail_share(counts, 20_000, 6.0) > 1e-5
    assert s.tail_share(counts, 20_000, 900.0) < 1e-6
    assert s.tail_share(np.array([1.0]), 50, 2.0) == 1
    assert s.tail_share(np.full(20, 7.0), 5000, 8.0) == 0
