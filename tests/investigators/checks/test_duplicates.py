"""Requests that are there more than once: found in their rows; what may come again is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.checks.data_assumptions.duplicates import run
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.traffic.sequences import GONE, previous, together
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.checks.planted import ONSET, SHAPES, Frame, drawn, rows_of, seen

ROWS = 2_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def found(view: View) -> dict[str, Finding]:
    return {f.id.rpartition("/")[2]: f for f in pictured(run(view, Task()))}


def visits(seed: int, n: int = ROWS) -> Frame:
    """Requests with ids, of 300 customers, at odd seconds."""
    random = np.random.default_rng(seed)
    frame = drawn(seed, n)
    frame["time"] += pd.to_timedelta(random.integers(0, 300, n), unit="s")
    frame["subject"] = [f"s{k}" for k in random.integers(0, 300, n)]
    frame["id"] = [f"r{k}" for k in range(n)]
    return frame.sort_values("time", kind="stable", ignore_index=True)


def doubled(log: Frame, rows: np.ndarray, *, same_id: bool, later: float = 0.0) -> Frame:
    """Let rows come again, each after its first one, some seconds later."""
    more = log[rows].copy()
    more["time"] += pd.to_timedelta(later, unit="s")
    if not same_id:
        more["id"] = [f"again{k}" for k in range(len(more))]
    both = pd.concat([log, more])
    return both.sort_values("time", kind="stable", ignore_index=True)


def some(rows: np.ndarray, share: float) -> np.ndarray:
    return rows & (np.random.default_rng(9).random(rows.size) < share)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("same_id", [True, False])
@pytest.mark.parametrize(
    ("app", "late", "share"), [(None, False, 0.1), ("b", False, 0.5), ("a", True, 1.0)]
)
def test_rows_that_come_again_are_found_in_their_place(
    engine: Engine, tmp_path: Path, timed: bool, same_id: bool,
    app: str | None, late: bool, share: float,
) -> None:  # fmt: skip
    log = visits(2)
    log = doubled(log, some(rows_of(log, app=app, late=late), share), same_id=same_id)
    view = seen(engine, tmp_path, log, visits(1), timed=timed)
    answer = found(view)["ids" if same_id else "copies"]
    assert answer.verdict == "supports"
    cause = answer.cause
    assert cause is not None
    assert cause.cause == "join-or-key"
    assert cause.exact_record is same_id
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    if timed:
        assert (cause.onset is not None) is late
    other = found(view)["copies" if same_id else "ids"]
    assert other.verdict == "speaks against"


@pytest.mark.parametrize("share", [0.12, 0.3])
def test_retries_since_a_day_stand_out_from_the_earlier_part(
    engine: Engine, tmp_path: Path, share: float
) -> None:
    log = visits(2)
    usual = some(rows_of(log), 0.01)
    log = doubled(log, usual | some(rows_of(log, late=True), share), same_id=False, later=4)
    answer = found(seen(engine, tmp_path, log, visits(1)))["copies"]
    assert answer.verdict == "supports"
    assert answer.onset is not None
    assert answer.onset.latest is not None
    truth = pd.Timestamp("2026-03-01") + pd.Timedelta(minutes=7 * ONSET * ROWS)
    assert answer.onset.earliest is not None
    assert pd.Timestamp(answer.onset.earliest, tz="UTC") <= truth.tz_localize("UTC") + pd.Timedelta(
        hours=12
    )
    assert "within 10 seconds" in answer.sentence


def test_the_decision_is_told_its_rows(engine: Engine, tmp_path: Path) -> None:
    log = visits(2)
    log = doubled(log, rows_of(log, app="b"), same_id=True)
    row = int(np.flatnonzero((log["app"] == "b").to_numpy())[0])
    answer = found(seen(engine, tmp_path, log, visits(1), pick=row))["ids"]
    assert answer.concerns_decision
    assert f"rows {row:,} and {row + 1:,}" in answer.sentence
    row = int(np.flatnonzero((log["app"] == "c").to_numpy())[0])
    other = found(seen(engine, tmp_path / "2", log, visits(1), pick=row))["ids"]
    assert not other.concerns_decision
    assert "is there once" in other.sentence


@pytest.mark.parametrize("what", ["plain", "retries", "visits", "items", "fewer columns"])
def test_what_may_come_again_is_no_fault(engine: Engine, tmp_path: Path, what: str) -> None:
    log = visits(2)
    if what == "retries":  # as many all the time
        log = doubled(log, some(rows_of(log), 0.05), same_id=False, later=5)
    if what == "visits":  # a customer's inputs are the same on every visit
        one = log.groupby("subject")[[*SHAPES, "colour"]].transform("first")
        log[[*SHAPES, "colour"]] = one
    if what == "items":  # one request has several rows, one for each item
        log["id"] = [f"r{k // 5}" for k in range(len(log))]
    if what == "fewer columns":
        for name in SHAPES:
            log[name] = np.where(rows_of(log), 1.0, log[name])
    view = seen(engine, tmp_path, log, visits(1))
    assert all(f.verdict == "speaks against" for f in found(view).values())


def test_more_rows_for_an_id_since_a_day(engine: Engine, tmp_path: Path) -> None:
    """A join that fans out: the id comes again with another value of one input."""
    log = visits(2)
    more = doubled(log, rows_of(log, late=True), same_id=True)
    random = np.random.default_rng(3)
    more["gamma"] = random.permutation(more["gamma"].to_numpy())
    answer = found(seen(engine, tmp_path, more, visits(1)))["ids"]
    assert answer.verdict == "supports"
    assert answer.cause is not None
    assert not answer.cause.exact_record


def test_without_times_and_training_alike_rows_are_left_open(
    engine: Engine, tmp_path: Path
) -> None:
    log = visits(2)[["time", "app", "channel", *SHAPES, "colour"]]
    for name in (*SHAPES, "colour"):
        log[name] = log[name].iloc[0]
    log.loc[::2, "counts"] = 7.0
    answer = found(seen(engine, tmp_path, log, None, timed=False))["copies"]
    assert answer.verdict == "cannot tell"
    assert answer.would_need
    assert answer.ask


@pytest.mark.parametrize(("again", "verdict"), [(400, "supports"), (0, "speaks against")])
def test_without_times_training_says_how_many_copies_are_usual(
    engine: Engine, tmp_path: Path, again: int, verdict: str
) -> None:
    """Inputs of few values do not prove that two rows alike are one; training has none of them."""
    kept = ["time", "app", "channel", *SHAPES, "colour"]
    log, training = visits(2)[kept], visits(3)[kept]
    for frame in (log, training):
        for name in ("gamma", "Pareto", "two humps", "many zeros", "yes or no", "counts", "colour"):
            frame[name] = frame[name].iloc[0]
        frame["log-normal"] = np.random.default_rng(5).permutation(len(frame)).astype(float)
    log = pd.concat([log, log.iloc[:again]], ignore_index=True)
    answer = found(seen(engine, tmp_path, log, training, timed=False))["copies"]
    assert answer.verdict == verdict, answer.sentence


@pytest.mark.parametrize("n", [1, 49])
def test_too_few_rows(engine: Engine, tmp_path: Path, n: int) -> None:
    log = visits(2, n)
    (answer,) = run(seen(engine, tmp_path, log, visits(1)), Task())
    assert answer.verdict == "cannot tell"


def test_the_row_before_is_pandas_shift_within_groups() -> None:
    random = np.random.default_rng(4)
    key = random.integers(0, 40, 500).astype(np.uint64)
    order = random.permutation(500)
    frame = pd.DataFrame({"key": key[order], "row": order})
    before = frame.groupby("key")["row"].shift().fillna(-1).astype(int).to_numpy().copy()
    before[frame["key"] == int(GONE)] = -1
    assert (previous(order, key)[order] == before).all()


def test_marks_of_several_keys_are_one_for_each_combination() -> None:
    random = np.random.default_rng(5)
    one, other = (random.integers(0, 30, 5_000).astype(np.uint64) for _ in range(2))
    mark = together(one, other)
    gone = (one == GONE) | (other == GONE)
    assert ((mark == GONE) == gone).all()
    pairs = {(int(a), int(b)) for a, b in zip(one[~gone], other[~gone], strict=True)}
    assert len(np.unique(mark[~gone])) == len(pairs)
