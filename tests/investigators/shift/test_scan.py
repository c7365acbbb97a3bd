"""The scan against brute force, on small random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators.shift.density import grid_over, shifted, shifted_at, wide
from investigators.shift.detect import Change, detect
from investigators.shift.scan import Hypothesis, best_sums
from investigators.shift.trial import Material, Trial
from investigators.tables.codes import STEP, SegmentCodes
from investigators.traffic.windows import best_window


def _best(changes: list[Change]) -> Change | None:
    return changes[0] if changes else None


def cells(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        found = np.round(np.log(np.abs(values)) / STEP)
    return np.where(values == 0, -32768, np.where(np.isfinite(found), found, -32767)).astype(
        np.int16
    )


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_best_window_is_the_largest_sum_of_neighbours(values: list[float]) -> None:
    gains = np.array(values)[:, None]
    best, start, end = best_window(gains)
    sums = [gains[i:j, 0].sum() for i in range(len(values)) for j in range(i + 1, len(values) + 1)]
    assert best[0] == pytest.approx(max(sums), abs=1e-9)
    assert gains[start[0] : end[0], 0].sum() == pytest.approx(best[0], abs=1e-9)


def test_best_sums_are_those_of_the_best_windows() -> None:
    gains = np.random.default_rng(5).normal(-0.2, 1, (6, 48, 20)).astype(np.float32)
    for sums, one in zip(best_sums(gains), gains, strict=True):
        assert np.array_equal(sums, best_window(one.astype(np.float64))[0])


def test_a_density_shifted_at_some_cells_is_the_shifted_density_there() -> None:
    density = wide(np.random.default_rng(6).poisson(2.0, 400).astype(np.float64))
    shifts, some = np.arange(-7.0, 7.0, 0.37), np.array([0, 3, 50, 200, 398, 399])
    found = shifted_at(density, shifts, some)
    assert np.array_equal(found, [shifted(density, float(s))[some] for s in shifts])


def test_densities_sum_to_one_and_shift_by_whole_cells() -> None:
    values = cells(np.random.default_rng(1).lognormal(3, 1, 2000))
    grid = grid_over(values)
    assert grid is not None
    counts = grid.counts(values)
    density = wide(counts)
    assert density.sum() == pytest.approx(1.0, abs=2e-3)
    assert (density > 0).all()
    moved = shifted(density, np.log(10))
    peak = (int(np.argmax(moved)) - int(np.argmax(density))) * STEP
    assert peak == pytest.approx(np.log(10), abs=STEP)


def planted(factor: float, seed: int) -> tuple[Material, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = 4000
    values = rng.lognormal(2, 0.8, n)
    codes = rng.integers(1, 6, n).astype(np.uint8)
    rows = (codes == 2) & (np.arange(n) >= 1500)
    live = np.where(rows, values * factor, values)
    segment = SegmentCodes("app", tuple("abcde"), codes)
    reference = cells(rng.lognormal(2, 0.8, 3000))
    return Material(cells(live), reference, np.arange(n), [segment]), rows


@pytest.mark.parametrize("factor", [10, 60, 1000, 86400, 1 / 24, 1 / 1000])
def test_a_planted_change_is_named_with_segment_and_window(factor: float) -> None:
    material, rows = planted(factor, 3)
    change = _best(detect(material, 5))
    assert change is not None
    assert change.score > change.looks + 10
    assert change.over_drift > 10
    assert change.shape.alike
    assert change.naming is not None
    assert change.naming.factor == pytest.approx(factor, rel=1e-6)
    assert change.parts == ((0, (2,)),)
    first = int(np.flatnonzero(rows)[0])
    low, high = (
        int(change.rows[k]) for k in (max(change.span.first[0] - 1, 0), change.span.first[1])
    )
    assert low <= first <= high


def in_two_columns(seed: int, share: float) -> Material:
    """``share`` of the rows of app b and channel f, from row 2,000 on, times 60."""
    rng = np.random.default_rng(seed)
    n = 6000
    values = rng.lognormal(2, 0.8, n)
    app, channel = (rng.integers(1, 6, n).astype(np.uint8) for _ in range(2))
    rows = (app == 2) & (channel == 1) & (np.arange(n) >= 2000) & (rng.random(n) < share)
    columns = [
        SegmentCodes("app", tuple("abcde"), app),
        SegmentCodes("ch", tuple("fghij"), channel),
    ]
    live = cells(np.where(rows, values * 60, values))
    return Material(live, cells(rng.lognormal(2, 0.8, 3000)), np.arange(n), columns)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_columns_carry_what_each_alone_carries_in_part(seed: int) -> None:
    change = _best(detect(in_two_columns(seed, 1.0), 5))
    assert change is not None
    assert change.parts == ((0, (2,)), (1, (1,)))
    assert change.share > 0.9
    assert change.naming.factor == pytest.approx(60)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_part_of_one_column_is_not_narrowed_by_chance(seed: int) -> None:
    material, rows = planted(60, seed)
    some = np.random.default_rng(seed + 50).random(rows.size) < 0.3
    sound, _ = planted(1.0, seed)
    live = np.where(some, material.live, sound.live).astype(np.int16)
    other = np.random.default_rng(seed + 90).integers(1, 9, rows.size).astype(np.uint8)
    segments = [*material.segments, SegmentCodes("other", tuple("pqrstuvw"), other)]
    change = _best(detect(Material(live, material.reference, material.order, segments), 5))
    assert change is not None
    assert change.parts == ((0, (2,)),)


def test_all_days_of_the_week_are_no_part_of_it() -> None:
    """Each of them speaks for the shift of most rows: to name all seven says nothing."""
    rng, n = np.random.default_rng(3), 4_000
    values = rng.lognormal(5, 0.8, n)
    days = rng.integers(1, 8, n).astype(np.uint8)
    week = SegmentCodes("time", tuple(range(1, 8)), days, "weekday")
    for hit, found in ((rng.random(n) < 0.7, []), (np.isin(days, (2, 5)), [(0, (2, 5))])):
        live = cells(np.where(hit, values * 1000, values))
        material = Material(live, cells(rng.lognormal(5, 0.8, n)), None, [week])
        grid = grid_over(live, material.reference)
        assert grid is not None
        null = wide(grid.counts(material.reference))
        trial = Trial(material, grid, null, 8, np.zeros(n, np.uint8))
        every = trial.refine((Hypothesis(-1, 0, (0, 1), np.log(1000), 0.5, 0.0), ()))
        assert every is not None
        assert [part for t in trial.calendar([every], far=True) for part in t.parts] == found


@pytest.mark.parametrize("seed", range(8))
def test_sound_tables_stay_quiet(seed: int) -> None:
    material, _ = planted(1.0, seed)
    change = _best(detect(material, 5))
    assert change is None or change.score < change.looks + 5


@pytest.mark.parametrize("drift", [0.7, 1.2, 1.5])
def test_a_drift_of_the_whole_column_is_no_change_of_unit(drift: float) -> None:
    material, _ = planted(1.0, 5)
    rng = np.random.default_rng(6)
    moved = Material(
        cells(rng.lognormal(2, 0.8, 4000) * drift), material.reference, material.order,
        material.segments,
    )  # fmt: skip
    change = _best(detect(moved, 5))
    assert change is None or change.over_drift < 8 or abs(change.shift) < np.log(3)


def test_the_answer_is_the_same_twice_and_inputs_are_untouched() -> None:
    material, _ = planted(60, 9)
    before = material.live.copy()
    one, two = _best(detect(material, 3)), _best(detect(material, 3))
    assert one is not None
    assert two is not None
    assert (one.gain, one.shift, one.span) == (two.gain, two.shift, two.span)
    assert np.array_equal(before, material.live)
