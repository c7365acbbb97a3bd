from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.isotonic import IsotonicRegression

from investigators.slices.counting import Half
from investigators.slices.literals import Coded, calendar, ranges, values
from investigators.slices.rows import Marked
from investigators.slices.runs import with_runs
from investigators.slices.search import Result, _Correction, _prices, search
from investigators.tables.codes import SegmentCodes
from investigators.task import Task


def drawn(seed: int, rows: int = 8000) -> tuple[list[Coded], Marked]:
    """A region, a channel, two amounts; decisions wrong as often as their score says."""
    random = np.random.default_rng(seed)
    found = []
    for name, shares in (("region", [0.2, 0.5, 0.3]), ("channel", [0.4, 0.4, 0.2])):
        codes = random.choice(3, rows, p=shares).astype(np.uint8) + np.uint8(1)
        found.append(values(SegmentCodes(name, ("a", "b", "c"), codes)))
    found += [with_runs(ranges(name, random.lognormal(3, 1, rows))) for name in ("x", "y")]
    score = random.beta(1, 4, rows)
    adverse = score > 0.3
    marked = random.random(rows) < np.where(adverse, 1 - score, score)
    subjects = np.arange(rows, dtype=np.int32)
    searching = random.random(rows) < 0.5
    return found, Marked(
        "wrong", np.arange(rows), marked, adverse, score, score, subjects, searching, None
    )


def off(rows: Marked, inside: np.ndarray, odds: float, seed: int) -> Marked:
    """Outcomes of some rows have so many times the odds that their scores say."""
    random = np.random.default_rng([seed, 9])
    true = rows.score / (1 - rows.score) * np.where(inside, odds, 1)
    positive = random.random(len(true)) < true / (1 + true)
    return replace(rows, marked=positive != rows.adverse)


def first(coded: list[Coded], rows: Marked, inside: np.ndarray) -> tuple[Result, float]:
    """The result, and how well its first confirmed group matches (Jaccard)."""
    result = search(coded, rows, Task())
    mine = result.confirmed[0].description.holds(coded, rows.rows)
    return result, float((mine & inside).sum() / (mine | inside).sum())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("odds", "side"), [(4.0, "more"), (0.2, "fewer")])
def test_a_score_that_is_off_shows_on_both_sides_of_the_rule(
    seed: int, odds: float, side: str
) -> None:
    coded, rows = drawn(seed)
    inside = coded[0].codes == 1
    result, match = first(coded, off(rows, inside, odds, seed), inside)
    assert match == 1
    assert result.confirmed[0].side == side
    assert (result.confirmed[0].confirming.times > 1) == (side == "more")


@pytest.mark.parametrize("seed", range(3))
def test_a_value_and_a_range_over_several_eighths_are_one_group(seed: int) -> None:
    coded, rows = drawn(seed)
    x = np.random.default_rng(seed).lognormal(3, 1, len(rows.rows))
    low, high = np.quantile(x, (0.3, 0.68))
    coded[2] = with_runs(ranges("x", x))
    span = (x >= low) & (x < high)
    inside = span & (coded[0].codes == 2)
    result, match = first(coded, off(rows, inside, 5.0, seed), inside)
    assert match > 0.8
    assert len(result.confirmed[0].description.literals) == 2
    alone, match = first(coded, off(rows, span, 5.0, seed), span)
    assert match > 0.85
    assert len(alone.confirmed[0].description.literals) == 1


def test_a_group_is_stated_against_the_rest_and_not_against_itself() -> None:
    coded, rows = drawn(1)
    inside = coded[0].codes == 2  # half of the rows
    random = np.random.default_rng(3)
    even = Marked(
        "wrong", rows.rows, random.random(len(inside)) < np.where(inside, 0.3, 0.2),
        np.zeros(len(inside), dtype=np.bool_), np.full(len(inside), np.nan), rows.predicted,
        rows.subjects, rows.searching, None,
    )  # fmt: skip
    half = Half(coded, even, even.sides)
    found = half.counted(inside, "any")
    assert found.against == pytest.approx(even.marked[~inside].mean() * inside.sum())
    shares = even.marked[inside].mean() / even.marked[~inside].mean()
    assert found.times == pytest.approx(shares)
    low, high = found.interval
    assert low < shares < high
    table = [[even.marked[part].sum(), (~even.marked[part]).sum()] for part in (inside, ~inside)]
    assert found.p == pytest.approx(stats.fisher_exact(table, alternative="greater")[1])


def test_counts_of_literals_are_those_of_the_rows_on_every_side() -> None:
    coded, rows = drawn(2, 1500)
    rows = off(rows, coded[0].codes == 1, 6.0, 2)
    half = Half(coded, rows, rows.sides)
    checked = 0
    for found in half.count_all(Task()):
        for index in range(0, len(found.n), 7):
            inside = half.inside(half.described(found, index), found.side)
            again = half.counted(inside, found.side)
            told = (found.n[index], found.hits[index], found.expected[index])
            assert told == pytest.approx((again.n, again.marked, again.expected))
            checked += 1
    assert checked > 20
    assert sum(half.tested) > 1000


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_confirmed_where_all_is_right(seed: int) -> None:
    coded, rows = drawn(seed + 100, 3000)
    assert not search(coded, rows, Task()).confirmed


@pytest.mark.parametrize("seed", range(6))
def test_few_adverse_decisions_of_scores_far_apart_are_not_alike(seed: int) -> None:
    """Their wrong ones lie where the score is low, and so does a range of what makes the score."""
    coded, rows = drawn(seed, 5000)
    random = np.random.default_rng([seed, 3])
    kind = random.choice(3, 5000, p=[0.91, 0.06, 0.03])
    score = np.array([0.002, 0.012, 0.4])[kind] * random.uniform(0.9, 1.1, 5000)
    adverse = score > 0.01
    x = random.lognormal(3, 1, 5000)
    coded[2] = with_runs(ranges("x", np.where(kind == 1, x + 200, x)))
    rows = replace(rows, score=score, predicted=score, adverse=adverse)
    rows = off(rows, np.zeros(5000, dtype=bool), 1.0, seed)
    assert search(coded, rows, Task()).confirmed == ()


@pytest.mark.parametrize("high", [True, False])
def test_what_is_expected_of_few_is_scikit_learns_isotonic_share(*, high: bool) -> None:
    _, rows = drawn(2, 600)
    rows = replace(rows, high_is_adverse=high)
    rows.score[:20] = np.nan
    found, known = rows.expected(), np.isfinite(rows.score)
    for side in (False, True):
        mine = rows.adverse == side
        told = mine & known
        if told.sum() >= 400:
            continue
        fit = IsotonicRegression(increasing=side != high)
        wanted = fit.fit_transform(rows.score[told], rows.marked[told].astype(float))
        assert found[told] == pytest.approx(wanted, abs=1e-6)
        if (mine & ~known).any():
            assert found[mine & ~known] == pytest.approx(rows.marked[mine & ~known].mean())


@pytest.mark.parametrize("seed", range(3))
def test_a_part_of_the_day_moves_to_the_hours_that_are_off(seed: int) -> None:
    """Seven to eleven o'clock lies on no grid that is paired with values."""
    coded, rows = drawn(seed)
    hour = np.random.default_rng(seed).integers(0, 24, len(rows.rows))
    hours = SegmentCodes("t", tuple(range(24)), (hour + 1).astype(np.uint8), "hour")
    coded.append(with_runs(calendar(hours)))
    inside = (hour >= 7) & (hour < 11) & (coded[0].codes == 2)
    _, match = first(coded, off(rows, inside, 8.0, seed), inside)
    assert match == 1


@pytest.mark.parametrize("seed", range(3))
def test_no_side_is_named_where_decisions_of_both_kinds_are_wrong(seed: int) -> None:
    coded, rows = drawn(seed)
    inside = coded[0].codes == 1
    random = np.random.default_rng(seed)
    wrong = np.where(rows.adverse, 1 - rows.score, rows.score)
    wrong = np.where(inside & rows.adverse, 0.95, np.where(inside, 2 * wrong, wrong))
    both = replace(rows, marked=random.random(len(wrong)) < wrong)
    result, match = first(coded, both, inside)
    assert match == 1
    assert result.confirmed[0].side == "any"


def test_a_sort_of_which_nothing_was_tested_is_not_free() -> None:
    """A border that moves may take a description there: it pays as much as the dearest."""
    prices = _prices([0, 40, 3000, 0, 0, 0])
    assert prices == (6000, 80, 6000, 6000, 6000, 6000)
    correction = _Correction(prices)
    assert not correction.keeps(1e-4, 0)
    assert correction.keeps(1e-6, 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_group_is_the_smaller_part_and_not_the_rest(seed: int) -> None:
    """With fewer outcomes among the young, all but the young have more than their scores say."""
    coded, rows = drawn(seed)
    number = next(c for c in coded if c.grains is not None)
    codes = number.codes
    young = codes <= np.quantile(codes, 0.13)
    found, _ = first(coded, off(rows, young, 1 / 5, seed), young)
    assert found.slices
    for one in found.slices:
        assert one.description.holds(coded, rows.rows).mean() < 0.5
    held = found.slices[0].description.holds(coded, rows.rows)
    assert (held & young).sum() / (held | young).sum() > 0.8
