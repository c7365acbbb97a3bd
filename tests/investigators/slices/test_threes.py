from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from investigators.slices.counting import SAME, SUPPORT, Half, grains_of
from investigators.slices.literals import PARTS, Coded, ranges, values
from investigators.slices.rows import Marked
from investigators.slices.runs import with_runs
from investigators.slices.search import search
from investigators.slices.threes import THREE, THREE_WITH_RUN, threes
from investigators.tables.codes import SegmentCodes
from investigators.task import Cancelled, Task


def drawn(seed: int, rows: int = 12_000, names: str = "abc") -> tuple[list[Coded], Marked]:
    """Columns of two or three values, an amount; decisions wrong as often as their score says."""
    random = np.random.default_rng(seed)
    found = []
    for k, name in enumerate(names):
        codes = random.integers(1, 3 + k % 2, rows).astype(np.uint8)
        found.append(values(SegmentCodes(name, ("u", "v", "w")[: 2 + k % 2], codes)))
    found.append(with_runs(ranges("amount", random.lognormal(3, 1, rows))))
    score = random.beta(1, 4, rows)
    adverse = score > 0.3
    marked = random.random(rows) < np.where(adverse, 1 - score, score)
    subjects = np.arange(rows, dtype=np.int32)
    return found, Marked(
        "wrong", np.arange(rows), marked, adverse, score, score, subjects,
        random.random(rows) < 0.5, None,
    )  # fmt: skip


def wrong_in(rows: Marked, inside: np.ndarray, odds: float, seed: int) -> Marked:
    random = np.random.default_rng([seed, 5])
    share = np.where(rows.adverse, 1 - rows.score, rows.score)
    true = share / (1 - share) * np.where(inside, odds, 1)
    return replace(rows, marked=random.random(inside.size) < true / (1 + true))


@pytest.mark.parametrize("seed", range(3))
def test_three_conditions_are_found_where_they_are_asked_for(seed: int) -> None:
    coded, rows = drawn(seed)
    inside = np.all([one.codes == 1 for one in coded[:3]], axis=0)
    rows = wrong_in(rows, inside, 4.0, seed)
    told = search(coded, rows, Task(), 3)
    (first, *_) = told.confirmed
    assert len(first.description.literals) == 3
    held = first.description.holds(coded, rows.rows)
    assert (held & inside).sum() / (held | inside).sum() == 1
    assert told.depth == 3
    pairs = search(coded, rows, Task())
    assert all(len(one.description.literals) <= 2 for one in pairs.slices)
    assert pairs.tested < told.tested


@pytest.mark.parametrize("seed", range(3))
def test_two_conditions_stay_two(seed: int) -> None:
    """A third condition has to make it worse than the two others are."""
    coded, rows = drawn(seed + 10)
    inside = (coded[0].codes == 1) & (coded[1].codes == 2)
    told = search(coded, wrong_in(rows, inside, 4.0, seed), Task(), 3)
    held = told.confirmed[0].description
    assert len(held.literals) == 2
    assert (held.holds(coded, rows.rows) == inside).all()


def test_sound_tables_have_no_group_of_three() -> None:
    """One in twenty may: of thirty, more than five would have a chance below one in a hundred."""
    told = [bool(search(*drawn(100 + seed, 4_000), Task(), 3).confirmed) for seed in range(30)]
    assert sum(told) <= 5


def test_what_is_counted_is_what_counting_one_by_one_gives() -> None:
    coded, rows = drawn(7, 3_000)
    rows = wrong_in(rows, coded[0].codes == 1, 4.0, 7)
    half = Half(coded, rows, rows.sides)
    found = threes(half, Task())
    tested, all_of = dict.fromkeys((THREE, THREE_WITH_RUN), 0), {}
    for three in three_of(coded):
        inside = np.all([coded[c].member[k][half.codes(c)] for c, k in three], axis=0)
        fewest = min(
            np.all([coded[c].member[k][half.codes(c)] for c, k in two], axis=0).sum()
            for two in combinations(three, 2)
        )
        sort = THREE_WITH_RUN if any(grains_of(coded[c])[k] for c, k in three) else THREE
        for side in half.sides:
            look = half.look(side)
            own = look.sums(inside & look.mine)
            if own[0] >= SUPPORT and inside.sum() < SAME * fewest:
                tested[sort] += 1
                all_of[three, side] = own
    assert [half.tested[sort] for sort in tested] == list(tested.values())
    assert min(tested.values()) > 0
    checked = 0
    for one in found:
        for k in range(one.literals.shape[1]):
            described = half.described(one, k)
            told = (one.n[k], one.hits[k], one.expected[k])
            assert told == pytest.approx(all_of[described.literals, one.side])
            assert described.sort(coded) == one.sort
            checked += 1
    assert checked > 20


def three_of(coded: list[Coded]) -> Iterator[tuple[tuple[int, int], ...]]:
    """Values, missing, each eighth of the amount, and what is below or above its borders."""
    amount, taken = coded[-1], [[*range(len(one.literals))] for one in coded[:-1]]
    wide = np.flatnonzero((grains_of(amount) > 0) & (grains_of(amount) <= PARTS))
    sizes = amount.member.sum(axis=1)
    eighth = [
        k
        for k in wide.tolist()
        if amount.literals[k].lower is None
        or amount.literals[k].upper is None
        or sizes[k] <= sizes[wide].min()
    ]
    assert len(eighth) == 6 + 2 * (PARTS - 1)
    taken.append([*np.flatnonzero(grains_of(amount) == 0).tolist(), *eighth])
    for columns in combinations(range(len(coded)), 3):
        for literals in product(*(taken[c] for c in columns)):
            yield tuple(zip(columns, literals, strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_a_range_may_be_one_of_the_three(seed: int) -> None:
    coded, rows = drawn(seed + 20, 16_000)
    x = np.random.default_rng(seed).lognormal(3, 1, len(rows.rows))
    coded[-1] = with_runs(ranges("amount", x))
    inside = (coded[0].codes == 1) & (coded[2].codes == 1) & (x >= np.quantile(x, 0.7))
    rows = wrong_in(rows, inside, 5.0, seed)
    told = search(coded, rows, Task(), 3)
    first = told.confirmed[0].description
    held = first.holds(coded, rows.rows)
    assert len(first.literals) == 3
    assert (held & inside).sum() / (held | inside).sum() > 0.8
    assert sum(told.by_size) == told.tested


def test_it_can_be_cancelled() -> None:
    coded, rows = drawn(8, 3_000)
    half = Half(coded, rows, rows.sides)
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        threes(half, task)
