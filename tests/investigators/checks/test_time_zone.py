"""Inputs on another clock: against their own row's time, in a segment, since a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.checks.input_units import time_zone
from investigators.evidence import Condition, Finding, Map, ShiftTime
from investigators.moments.agreement import early_rows
from investigators.moments.hands import Hand
from investigators.moments.turn import best_turn, support, turns
from investigators.repair import undone
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model, view_of

ROWS = 1_500
MARCH = pd.Timestamp("2026-03-15")  # summer time begins in Europe on the 29th
INPUTS = ["clock", "amount"]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, start: pd.Timestamp = MARCH, rows: int = ROWS) -> pd.DataFrame:
    """Requests over 30 days, mostly in the afternoon; times are UTC."""
    random = np.random.default_rng(seed)
    day, hour = random.integers(0, 30, rows), random.normal(14, 3, rows).clip(0, 23.9)
    moment = np.sort(day * 86_400 + hour * 3600 + random.random(rows))
    frame = pd.DataFrame(
        {
            "time": start + pd.to_timedelta((moment * 1000).astype("int64"), unit="ms"),
            "amount": random.lognormal(3, 1, rows).round(2),
            "app": random.choice(list("abcd"), rows),
        }
    )
    return frame.assign(y=(random.random(rows) < 0.3).astype(float))


def local(frame: pd.DataFrame, zone: str = "Europe/Berlin") -> pd.Series:
    return frame["time"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)


def hours(frame: pd.DataFrame, zone: str = "Europe/Berlin") -> pd.Series:
    return local(frame, zone).dt.hour.astype(float)


def utc() -> pd.DataFrame:
    frame = drawn(1, MARCH - pd.Timedelta(days=60))
    return frame.assign(clock=hours(frame, "UTC"))


def training() -> pd.DataFrame:
    frame = drawn(1, MARCH - pd.Timedelta(days=60))
    return frame.assign(clock=hours(frame))


def seen(
    engine: Engine, folder: Path, log: pd.DataFrame, before: pd.DataFrame, *, known: bool = True,
    **more: Any,
) -> View:  # fmt: skip
    """A view as the program makes it; ``known`` says whether training's rows have times."""
    model = small_model(before, "y", INPUTS, rounds=5)
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time"}, model=model, reference=before,
        reference_roles={"time": "time"} if known else {}, segments=("app",),
        **{"pick": len(log) - 1} | more,
    )  # fmt: skip
    assert view.log is not None
    assert view.reference is not None
    time = Column("fw_time", "time")
    return replace(
        view,
        log=replace(view.log, columns=(*view.log.columns, time)),
        reference=replace(view.reference, columns=(*view.reference.columns, time)),
    )


def of(view: View) -> Finding:
    return next(f for f in pictured(time_zone.run(view, Task())) if f.about in {("clock",), ()})


def test_utc_hours_in_one_app_since_a_release(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2)
    hit = ((log["app"] == "b") & (log.index >= 700)).to_numpy()
    right = hours(log)
    observed = right.where(~hit, (right - 3) % 24)
    pick = int(np.flatnonzero(hit)[-1])
    view = seen(engine, tmp_path, log.assign(clock=observed), training(), pick=pick)
    found = of(view)
    assert found.verdict == "supports", found.sentence
    assert found.effect["seconds"] == -10_800
    cause = found.cause
    assert cause is not None
    assert cause.cause == "input-time-shift"
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.latest is not None
    assert cause.onset.latest[:13] <= log["time"][np.flatnonzero(hit)[3]].isoformat()[:13]
    assert isinstance(cause.transform, Map)
    assert len(cause.transform.pairs) == 24
    assert view.log is not None
    (sql,) = undone(view, cause).values()
    repaired = view.log.query(f"SELECT {sql} AS x FROM {{t}} ORDER BY fw_row")
    assert np.mean(repaired.column(0).to_numpy() == right.to_numpy()) > 0.995
    assert len(found.charts) == 2


@pytest.mark.parametrize(("seconds", "part"), [(3 * 3600, 0.2), (-2 * 3600, 0.5), (19_800, 1.0)])
def test_a_part_and_half_hours_are_told_row_by_row(
    engine: Engine, tmp_path: Path, seconds: int, part: float
) -> None:
    """The row's own time says what its hour was: exactly those rows come back."""
    log = drawn(18)
    right = hours(log, "UTC")
    hit = (np.random.default_rng(18).random(ROWS) < part) & (log.index > 400)
    moved = (log["time"] + pd.Timedelta(seconds=seconds)).dt.hour.astype(float)
    view = seen(engine, tmp_path, log.assign(clock=right.where(~hit, moved)), utc())
    cause = of(view).cause
    assert cause is not None
    assert cause.transform == ShiftTime(float(seconds), 0.0)
    assert cause.rows_changed == pytest.approx(hit.sum(), abs=3)
    assert view.log is not None
    (sql,) = undone(view, cause).values()
    repaired = view.log.query(f"SELECT {sql} AS x FROM {{t}} ORDER BY fw_row")
    assert np.mean(repaired.column(0).to_numpy() == right.to_numpy()) > 0.998


def test_one_request_in_eighty_is_told_from_all_the_others(engine: Engine, tmp_path: Path) -> None:
    log = drawn(19, rows=12_000)
    right = hours(log, "UTC")
    hit = np.random.default_rng(19).random(12_000) < 0.0125
    moved = (log["time"] + pd.Timedelta(hours=3)).dt.hour.astype(float)
    found = of(seen(engine, tmp_path, log.assign(clock=right.where(~hit, moved)), utc()))
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.segment is None
    assert found.cause.onset is None
    assert found.cause.rows_changed == pytest.approx(hit.sum(), abs=3)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_following_summer_time_is_no_fault(engine: Engine, tmp_path: Path, zone: str) -> None:
    """Training knows the winter only: UTC or local hours, both go on as they are."""
    log, before = drawn(3), training()
    before["clock"] = hours(before, zone)
    found = of(seen(engine, tmp_path, log.assign(clock=hours(log, zone)), before))
    assert found.verdict == "speaks against", found.sentence


def test_one_app_does_not_follow_summer_time(engine: Engine, tmp_path: Path) -> None:
    log = drawn(4)
    hit = (log["app"] == "c").to_numpy()
    winter = (log["time"] + pd.Timedelta(hours=1)).dt.hour
    log = log.assign(clock=hours(log).where(~hit, winter.astype(float)))
    found = of(seen(engine, tmp_path, log, training()))
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="c"),)
    assert any("summer time changed" in words for words in found.cause.corroborations)


@pytest.mark.parametrize(
    ("begins", "share", "usual"),
    [(800, 1.0, 800), (None, 0.0, 1_000), (500, 0.2, 400), (0, 0.2, 1_000), (500, 0.03, 1_000)],
)
def test_what_is_usual_ends_where_the_clock_becomes_another(
    begins: int | None, share: float, usual: int
) -> None:
    """Of all rows; of some the first tenth is taken where it alone is free of them."""
    random = np.random.default_rng(20)
    clock = np.sort(random.random(4_000)) * 30 * 86_400
    right = clock // 3600 % 24
    free = np.arange(4_000) < (4_000 if begins is None else begins)
    by = 1 if share == 1 else 3
    x = np.where(free | (random.random(4_000) >= share), right, (right - by) % 24)
    order = random.permutation(4_000)
    back = np.argsort(order)
    hand = Hand("hour", 3600.0, 24)
    found = early_rows(hand, x[order], clock[order], back)
    assert found.size == usual
    assert (order[found] < usual).all()


def test_a_day_that_moved_by_itself(engine: Engine, tmp_path: Path) -> None:
    """People come four hours later: the hours move, no clock does."""
    log = drawn(5)
    log["time"] = log["time"] + pd.Timedelta(hours=4)
    found = of(seen(engine, tmp_path, log.assign(clock=hours(log)), training()))
    assert found.verdict == "speaks against"


def test_a_growing_delay_is_no_shift(engine: Engine, tmp_path: Path) -> None:
    log = drawn(6)
    random = np.random.default_rng(6)
    late = pd.to_timedelta(np.where(log.index > 700, random.uniform(0, 3600, ROWS), 0), unit="s")
    shown = log.assign(time=log["time"] - late)
    found = of(seen(engine, tmp_path, log.assign(clock=hours(shown)), training()))
    assert found.verdict == "cannot tell", found.sentence
    assert "delay" in found.sentence


@pytest.mark.parametrize(("moved", "verdict"), [(True, "supports"), (False, "cannot tell")])
def test_all_requests_from_the_first_on(
    engine: Engine, tmp_path: Path, *, moved: bool, verdict: str
) -> None:
    """The input's own hours tell whether it is the input or the log's times that moved."""
    log = drawn(7)
    right = hours(log)
    shift = pd.Timedelta(hours=0 if moved else 5)
    log = log.assign(clock=(right - 5) % 24 if moved else right, time=log["time"] + shift)
    found = of(seen(engine, tmp_path, log, training()))
    assert found.verdict == verdict, found.sentence


def test_time_stamps_half_an_hour_off(engine: Engine, tmp_path: Path) -> None:
    before, log = training(), drawn(8)
    for frame in (before, log):
        frame["clock"] = (frame["time"] - pd.Timestamp(0)) // pd.Timedelta(seconds=1) * 1.0
    hit = (log["app"] == "a").to_numpy()
    log["clock"] = log["clock"] + np.where(hit, 19_800, 0)
    found = of(seen(engine, tmp_path, log, before, known=True))
    assert found.cause is not None, found.sentence
    assert found.cause.transform == ShiftTime(19_800.0)
    assert found.cause.rows_changed == hit.sum()


def test_weekdays_move_in_the_shifted_hours_only(engine: Engine, tmp_path: Path) -> None:
    before, log = training(), drawn(9, rows=6_000)
    before["clock"] = (before["time"].dt.day_of_week + 1).astype(float)
    right = (log["time"].dt.day_of_week + 1).astype(float)
    hit = (log.index >= 2_000) & (log["time"].dt.hour >= 16)
    wrong = ((log["time"] + pd.Timedelta(hours=8)).dt.day_of_week + 1).astype(float)
    view = seen(engine, tmp_path, log.assign(clock=right.where(~hit, wrong)), before)
    found = of(view)
    assert found.cause is not None, found.sentence
    assert found.effect["seconds"] == 8 * 3600
    assert found.cause.segment is not None
    assert found.cause.segment[-1].within == tuple(range(16, 24))
    assert view.log is not None
    (sql,) = undone(view, found.cause).values()
    repaired = view.log.query(f"SELECT {sql} AS x FROM {{t}} ORDER BY fw_row")
    assert np.mean(repaired.column(0).to_numpy() == right.to_numpy()) > 0.99


def test_without_times_the_hours_alone_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    log, before = drawn(10), training()
    log = log.assign(clock=(hours(log) + 6) % 24)
    view = seen(engine, tmp_path, log.assign(time=pd.NaT), before)
    found = of(view)
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_the_turn_is_the_circular_cross_correlation() -> None:
    random = np.random.default_rng(12)
    base = random.random(24) * 500 // 1
    live = np.roll(base, 5)
    a, b = live / live.sum() - 1 / 24, base / base.sum() - 1 / 24
    by_hand = [float(np.dot(a, np.roll(b, k))) for k in range(24)]
    np.testing.assert_allclose(turns(live, base), by_hand, atol=1e-15)
    assert best_turn(live, base) == (5, pytest.approx(1.0, abs=0.1))
    assert support(live, base, 5) == 1.0
    assert support(live[:5], base[:5], 1) is None or base[:5].sum() >= 200
