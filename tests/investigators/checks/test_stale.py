"""Inputs that stand still: found with key, rows and onset; what repeats rightly is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.checks.data_assumptions.stale import run
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.traffic.stillness import pairs
from investigators.traffic.values import Held
from tests.investigators.checks.planted import (
    ONSET,
    SHAPES,
    Frame,
    answers,
    drawn,
    rows_of,
    seen,
)

ROWS = 3_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def supporting(found: dict[str, Finding]) -> list[str]:
    return [name for name, f in found.items() if f.verdict == "supports"]


def with_subjects(frame: Frame, seed: int = 8) -> Frame:
    random = np.random.default_rng(seed)
    return frame.assign(subject=[f"s{k}" for k in random.integers(0, 300, len(frame))])


def carried_on(log: Frame, name: str, rows: np.ndarray, key: str | None) -> None:
    """Let each of the rows keep the value of the row before it (of the same key)."""
    before = log[name].where(~rows)
    log[name] = before.ffill() if key is None else before.groupby(log[key]).ffill()


def begins_rightly(found: Finding) -> bool:
    onset = found.onset
    truth = pd.Timestamp("2026-03-01", tz="UTC") + pd.Timedelta(minutes=7 * ONSET * ROWS)
    assert onset is not None
    assert onset.earliest is not None
    assert onset.latest is not None
    slack = pd.Timedelta(hours=3)
    return pd.Timestamp(onset.earliest) <= truth <= pd.Timestamp(onset.latest) + slack


@pytest.mark.parametrize("name", ["gamma", "log-normal", "two humps"])
@pytest.mark.parametrize("app", [None, "b", "d"])
@pytest.mark.parametrize("training", [True, False])
def test_one_value_since_a_day(
    engine: Engine, tmp_path: Path, name: str, app: str | None, training: bool
) -> None:
    log = drawn(2, ROWS)
    log.loc[rows_of(log, app=app, late=True), name] = float(log[name].median())
    view = seen(engine, tmp_path, log, drawn(1, ROWS) if training else None)
    found = answers(run, view)
    assert supporting(found) == [name]
    cause = found[name].cause
    assert cause is not None
    assert cause.cause == "input-stale-or-late"
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    assert cause.ongoing
    assert bool(cause.corroborations) is training
    assert begins_rightly(found[name])


def test_a_node_with_an_old_cache(engine: Engine, tmp_path: Path) -> None:
    """Its values are renewed now and then, so no single one stands out."""
    log = drawn(2, ROWS)
    inside = rows_of(log, app="b", late=True)
    fresh = np.cumsum(inside) % 25 == 0
    carried_on(log, "gamma", inside & ~fresh, "app")
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))
    assert supporting(found) == ["gamma"]
    cause = found["gamma"].cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="b"),)
    assert "of the same app" in found["gamma"].sentence


@pytest.mark.parametrize("app", [None, "a"])
def test_each_subject_keeps_an_old_value(engine: Engine, tmp_path: Path, app: str | None) -> None:
    log = with_subjects(drawn(2, ROWS))
    carried_on(log, "Pareto", rows_of(log, app=app, late=True), "subject")
    row = int(np.flatnonzero(rows_of(log, app=app, late=True))[-1])
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS), pick=row))
    assert supporting(found) == ["Pareto"]
    cause = found["Pareto"].cause
    assert cause is not None
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    assert cause.concerns_decision
    assert "of the same subject" in found["Pareto"].sentence


def test_subjects_that_stand_still_since_a_fifth_of_the_log(engine: Engine, tmp_path: Path) -> None:
    """A tenth of the log tells too little of few subjects, a quarter would hold frozen rows."""
    log = with_subjects(drawn(2, 1_000))
    late = np.arange(len(log)) >= 180
    log["subject"] = log["subject"].where(late | (np.arange(len(log)) % 3 > 0), "s1")
    carried_on(log, "Pareto", late, "subject")
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS), pick=900))["Pareto"]
    assert found.verdict == "supports", found.sentence
    assert found.onset is not None
    assert found.onset.latest is not None
    assert found.onset.latest <= log["time"][200].isoformat()


@pytest.mark.parametrize(
    "what", ["sound", "own value", "drift", "copies", "sentinel", "hours", "often", "rare"]
)
def test_what_repeats_rightly_is_no_fault(engine: Engine, tmp_path: Path, what: str) -> None:
    random = np.random.default_rng(6)
    log, training = with_subjects(drawn(2, ROWS)), drawn(1, ROWS)
    if what == "own value":  # a property of the customer
        log["gamma"] = log.groupby("subject")["gamma"].transform("first")
    if what == "drift":
        log["gamma"] *= np.linspace(1, 1.5, ROWS)
        log["log-normal"] = (log["log-normal"] * np.linspace(1, 0.5, ROWS)).round(1)
    if what == "copies":  # rows that come four times since a day
        times = np.where(rows_of(log, late=True), 4, 1)
        log = log.loc[log.index.repeat(times)].reset_index(drop=True)
    if what == "sentinel":
        log.loc[rows_of(log, late=True), "gamma"] = -999.0
    if what == "hours":  # slow by nature: a rate that is set once a day
        log["gamma"] = random.gamma(2, 40, 60)[(log["time"].dt.day_of_year - 60).to_numpy()]
    if what == "often":  # customers come more often, with the same inputs
        late = rows_of(log, late=True)
        few = [f"s{k}" for k in range(30)]
        log.loc[late, "subject"] = random.choice(few, int(late.sum()))
    if what == "rare":
        log["gamma"] = log["gamma"].where(random.random(ROWS) < 0.02)
    assert not supporting(answers(run, seen(engine, tmp_path, log, training)))


def test_a_segment_that_never_varied_is_left_open(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    log.loc[rows_of(log, app="d"), "gamma"] = 55.5
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))["gamma"]
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_few_values_tell_nothing(engine: Engine, tmp_path: Path) -> None:
    found = answers(run, seen(engine, tmp_path, drawn(2, ROWS), drawn(1, ROWS)))
    assert found["yes or no"].verdict == "cannot tell"
    assert set(found) == {*SHAPES, "colour"}


def test_the_onset_reaches_back_over_the_first_frozen_row_of_each_key(
    engine: Engine, tmp_path: Path
) -> None:
    """Of each segment's value the first frozen row differs from the one before it."""
    log = drawn(2, ROWS)
    random = np.random.default_rng(8)
    log["app"] = random.choice([f"a{k}" for k in range(30)], ROWS)
    first = int(0.7 * ROWS)
    log.loc[log.index >= first, "gamma"] = 77.25
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))["gamma"]
    assert found.verdict == "supports", found.sentence
    onset = found.cause.onset if found.cause is not None else None
    assert onset is not None
    assert onset.earliest is not None
    assert onset.latest is not None
    assert onset.earliest <= log["time"][first].isoformat() <= onset.latest


def test_a_dozen_values_that_stand_still_for_long_tell(engine: Engine, tmp_path: Path) -> None:
    log, training = drawn(2, ROWS), drawn(1, ROWS)
    random = np.random.default_rng(6)
    for frame in (log, training):
        frame["gamma"] = random.choice(np.arange(6, 78, 6), len(frame)).astype(float)
    assert answers(run, seen(engine, tmp_path, log, training))["gamma"].verdict == "speaks against"
    late = rows_of(log, late=True)
    log.loc[late, "gamma"] = 12.0
    found = answers(run, seen(engine, tmp_path / "late", log, training))["gamma"]
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.onset is not None


@pytest.mark.parametrize(("n", "timed"), [(1, True), (199, True), (ROWS, False)])
def test_without_times_or_rows_it_cannot_tell(
    engine: Engine, tmp_path: Path, n: int, timed: bool
) -> None:
    (found,) = run(seen(engine, tmp_path, drawn(2, n), drawn(1, ROWS), timed=timed), Task())
    assert found.verdict == "cannot tell"


def test_the_chance_of_a_pair_is_counted() -> None:
    """Against all pairs, counted one by one."""
    random = np.random.default_rng(3)
    values = np.floor(random.gamma(3, 60, 400))
    each, counts = np.unique(values, return_counts=True)
    rare = values[np.isin(values, each[counts < 0.02 * 400])]
    same = rare[:, None] == rare[None, :]
    exact = (same.sum() - rare.size) / (rare.size * (rare.size - 1))
    held = Held(each, counts.astype(np.int64), 0, 400)
    assert pairs(held) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("seed", [91, 92, 93])
@pytest.mark.parametrize(
    ("name", "value", "app"),
    [("many zeros", 0.0, None), ("many zeros", 0.0, "b"), ("colour", "green", None),
     ("counts", 4.0, "a")],
)  # fmt: skip
def test_nothing_but_a_usual_value_since_a_day(
    engine: Engine, tmp_path: Path, name: str, value: float | str, app: str | None, seed: int
) -> None:
    log = drawn(seed, ROWS)
    rows = rows_of(log, app=app, late=True)
    log.loc[rows, name] = value
    found = answers(run, seen(engine, tmp_path, log, drawn(seed + 100, ROWS)))
    assert supporting(found) == [name]
    cause = found[name].cause
    assert cause is not None
    assert cause.cause == "input-stale-or-late"
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    assert begins_rightly(found[name])
    assert cause.end is None


@pytest.mark.parametrize("seed", [94, 95, 96])
def test_a_usual_value_that_becomes_more_usual_or_a_new_app_of_one_value_is_none(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log = drawn(seed, ROWS)
    late = rows_of(log, late=True)
    log.loc[late & (np.random.default_rng(seed).random(ROWS) < 0.7), "many zeros"] = 0.0
    log.loc[late & rows_of(log, app="d"), "channel"] = "new"
    log.loc[log["channel"] == "new", "colour"] = "red"
    found = answers(run, seen(engine, tmp_path, log, drawn(seed + 100, ROWS)))
    assert supporting(found) == []


@pytest.mark.parametrize("seed", [97, 98, 99])
def test_a_few_people_who_keep_to_one_value_are_no_fault(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Sixty requests of three people who use one colour: one draw each, and any hour has such."""
    random = np.random.default_rng(seed)
    log = with_subjects(drawn(seed, ROWS))
    at = np.flatnonzero(rows_of(log, late=True))[:60]
    log.loc[at, "subject"] = random.choice(["s1", "s2", "s3"], 60)
    log.loc[at, "app"] = "new"
    log.loc[np.flatnonzero(rows_of(log))[:40], "app"] = "new"
    log.loc[at, "colour"] = "green"
    found = answers(run, seen(engine, tmp_path, log, drawn(seed + 100, ROWS)))
    assert supporting(found) == []


@pytest.mark.parametrize("rows", [slice(2_800, 2_950), slice(2_500, 2_690)])
def test_less_than_a_day_of_one_value_is_no_fault(
    engine: Engine, tmp_path: Path, rows: slice
) -> None:
    """A night or a meeting has requests of one kind: 150 in turn are seventeen hours here."""
    log = drawn(5, ROWS)
    log.loc[np.arange(ROWS)[rows], "colour"] = "green"
    found = answers(run, seen(engine, tmp_path, log, drawn(105, ROWS)))
    assert supporting(found) == []
