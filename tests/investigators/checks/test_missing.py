"""Shares of missing values: rises and falls in their rows; drift, mix and codes are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from investigators.checks.data_assumptions.missing import run
from investigators.evidence import Condition, Finding, NoTransform
from investigators.features import Dictionary, Feature
from investigators.tables.codes import SegmentCodes
from investigators.tables.table import Engine
from investigators.traffic.absent import grid_of, moves
from investigators.traffic.rows import Traffic
from tests.investigators.checks.planted import answers, drawn, rows_of, seen

ROWS = 3_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def supporting(found: dict[str, Finding]) -> list[str]:
    return [name for name, f in found.items() if f.verdict == "supports"]


@pytest.mark.parametrize(
    ("usual", "share", "name"), [(0.0, 0.1, "gamma"), (0.1, 0.6, "counts"), (0.05, 1.0, "colour")]
)
def test_a_rise_is_found_in_its_rows(
    engine: Engine, tmp_path: Path, usual: float, share: float, name: str
) -> None:
    log = drawn(2, ROWS, missing=usual)
    rows = rows_of(log, app="a", late=True)
    log.loc[rows & (np.random.default_rng(3).random(ROWS) < share), name] = None
    view = seen(engine, tmp_path, log, drawn(1, ROWS, missing=usual), pick=int(rows.argmax()))
    found = answers(run, view)
    assert supporting(found) == [name]
    cause = found[name].cause
    assert cause is not None
    assert cause.cause == "input-missing-or-default"
    assert cause.transform == NoTransform()
    assert cause.segment == (Condition("app", equals="a"),)
    assert cause.onset is not None
    assert cause.onset.latest is not None
    assert cause.onset.latest[:10] == log["time"][rows.argmax()].isoformat()[:10]
    assert found[name].charts


def test_a_start_from_nothing_is_a_sign_of_its_own(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    log.loc[rows_of(log, late=True) & (np.arange(ROWS) % 3 == 0), ["gamma", "colour"]] = None
    told = Dictionary({"gamma": Feature("gamma", required=True)})
    view = seen(engine, tmp_path, log, drawn(1, ROWS), missing_seen=False, dictionary=told)
    found = answers(run, view)
    assert sorted(supporting(found)) == ["colour", "gamma"]
    cause = found["gamma"].cause
    assert cause is not None
    assert len(cause.corroborations) == 3
    assert cause.corroborations[2] == "the dictionary says that gamma is never missing"
    assert found["colour"].cause is not None
    assert len(found["colour"].cause.corroborations) == 2
    assert "In the same rows as colour." in found["gamma"].sentence


def test_a_fall_beside_a_code_is_left_to_the_sentinel(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS, missing=0.2)
    log["gamma"] = log["gamma"].fillna(-1.0)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS, missing=0.2)))
    assert not supporting(found)
    assert "sentinel" in found["gamma"].sentence


def test_a_fall_where_one_value_stands_still_is_left_to_stale(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(2, ROWS, missing=0.2)
    log.loc[rows_of(log, late=True), "gamma"] = 61.5
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS, missing=0.2)))
    assert not supporting(found)
    assert "stale" in found["gamma"].sentence


def test_a_fall_without_one_is_said(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS, missing=0.2)
    fresh = drawn(5, ROWS)
    log["gamma"] = log["gamma"].fillna(fresh["gamma"])
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS, missing=0.2)))
    assert supporting(found) == ["gamma"]


@pytest.mark.parametrize("drift", ["more", "less", "hours", "mix"])
def test_a_drift_is_no_fault(engine: Engine, tmp_path: Path, drift: str) -> None:
    random = np.random.default_rng(7)
    training, log = drawn(1, ROWS, missing=0.1), drawn(2, ROWS, missing=0.1)
    if drift == "more":
        log = drawn(2, ROWS, missing=0.13)
    if drift == "less":
        log = drawn(2, ROWS, missing=0.077)
    if drift == "hours":
        wave = 0.03 * (1 + np.sin(log["time"].dt.hour / 24 * 2 * np.pi))
        log.loc[random.random(ROWS) < wave, "gamma"] = None
    if drift == "mix":
        # one app always had it missing, and has more rows now
        log["app"] = np.where(random.random(ROWS) < 0.5, "d", log["app"])
        for frame in (training, log):
            frame.loc[frame["app"] == "d", "gamma"] = None
    assert not supporting(answers(run, seen(engine, tmp_path, log, training)))


@pytest.mark.parametrize(("before", "told"), [(0.0, True), (0.01, False)])
def test_what_training_never_missed_is_news_in_one_row_of_a_hundred(
    engine: Engine, tmp_path: Path, before: float, told: bool
) -> None:
    training, log = drawn(1, 3 * ROWS, missing=before), drawn(2, 3 * ROWS, missing=0.013)
    assert (supporting(answers(run, seen(engine, tmp_path, log, training))) != []) is told


def test_a_segment_that_training_does_not_name(engine: Engine, tmp_path: Path) -> None:
    """Segments may always have differed: all rows together are as in training."""
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    training.loc[np.random.default_rng(3).random(ROWS) < 0.1, "gamma"] = None
    log.loc[log["app"] == "d", "gamma"] = None
    view = seen(engine, tmp_path, log, training.drop(columns="app"))
    found = answers(run, view)["gamma"]
    assert found.verdict == "cannot tell"
    assert found.would_need


@pytest.mark.parametrize("was_so", [False, True])
def test_all_rows_together_tell_that_training_had_a_segment_otherwise(
    engine: Engine, tmp_path: Path, *, was_so: bool
) -> None:
    """A segment of a tenth of the rows: training, which does not name it, would have had more."""
    frames = drawn(1, ROWS, missing=0.08), drawn(2, ROWS, missing=0.08)
    for frame, spoilt in zip(frames, (was_so, True), strict=True):
        random = np.random.default_rng(len(frame))
        frame["app"] = random.choice(["a", "b", "small"], ROWS, p=[0.5, 0.4, 0.1])
        if spoilt:
            rows = (frame["app"] == "small") & (random.random(ROWS) < 0.6)
            frame.loc[rows, "gamma"] = None
    view = seen(engine, tmp_path, frames[1], frames[0].drop(columns="app"))
    found = answers(run, view)["gamma"]
    assert found.verdict == ("cannot tell" if was_so else "supports"), found.sentence
    assert found.segment == (Condition("app", equals="small"),)


@pytest.mark.parametrize("n", [1, 40, 60])
def test_too_few_rows(engine: Engine, tmp_path: Path, n: int) -> None:
    log = drawn(2, n)
    log.loc[0, "gamma"] = None
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))["gamma"]
    assert found.verdict == ("cannot tell" if n < 50 else "speaks against")


@pytest.mark.parametrize(("k", "worth"), [(20, False), (70, True)])
def test_the_screen_is_the_binomial_likelihood(k: int, worth: bool) -> None:
    """At the margin of the exact log-likelihood ratio (scipy) the screen turns."""
    n, base = 1_000, (100, 10_000)
    rows = Traffic(n, None, None, (SegmentCodes("s", ("a",), np.ones(n, np.uint8)),), (), False)
    missing = np.arange(n) < k
    high = float(stats.beta.ppf(0.995, base[0] + 0.5, base[1] - base[0] + 0.5))
    exact = stats.binom.logpmf(k, n, k / n) - stats.binom.logpmf(k, n, high)
    grid = grid_of(rows)
    rises = k / n >= max(2 * high, high + 0.02)
    assert list(moves(grid, missing, base, exact - grid.looks - 0.01)) == ([True] if rises else [])
    assert list(moves(grid, missing, base, exact - grid.looks + 0.01)) == []
    assert rises is worth
