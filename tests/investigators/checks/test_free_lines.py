"""A line without a name is told with its interval, and is never a factor; factors stay factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.checks.input_units import affine_change, scale_change
from investigators.evidence import Affine, Condition, Finding, Scale
from investigators.model import Model
from investigators.shift.better_line import _surely
from investigators.shift.free_lines import VALUES, drifted_factor, line_through
from investigators.shift.line_fit import fit_of
from investigators.shift.lines import restored, turned
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.views import small_model, view_of

START = pd.Timestamp("2026-03-01")
Line = tuple[float, float]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, n: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "duration": (random.gamma(3, 4, n) + 1).round(1),
            "amount": random.lognormal(3, 0.5, n),
            "app": random.choice(list("abcde"), n),
            "time": START + pd.to_timedelta(np.sort(random.random(n)) * 30, unit="D"),
        }
    )
    return frame.assign(y=(random.random(n) < 0.3).astype(float))


@cache
def model() -> Model:
    return small_model(drawn(1, 1_000), "y", ["duration", "amount"], rounds=4)


def asked(
    engine: Engine, folder: Path, log: pd.DataFrame, training: pd.DataFrame
) -> dict[str, Finding]:
    """What both checks say of the duration."""
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view: View = view_of(
        engine, folder, log, {"id": "id", "time": "time"}, model=model(), reference=training,
        segments=("app",), pick=len(log) - 1,
    )  # fmt: skip
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    view = replace(view, log=replace(view.log, columns=columns))
    return {
        check.ID: next(f for f in check.run(view, Task()) if f.about == ("duration",))
        for check in (scale_change, affine_change)
    }


def through(log: pd.DataFrame, line: Line, rows: np.ndarray | bool = True) -> pd.DataFrame:
    a, b = line
    turned_ = (a * log["duration"] + b).round(1)
    return log.assign(duration=log["duration"].where(~np.broadcast_to(rows, len(log)), turned_))


@pytest.mark.parametrize("seed", [301])
@pytest.mark.parametrize("line", [(2.3, 40.0), (3.0, 30.0), (0.5, 60.0), (-2.3, 7.0)], ids=str)
@pytest.mark.parametrize("where", ["all", "segment", "since"])
def test_a_line_is_no_factor(
    engine: Engine, tmp_path: Path, seed: int, line: Line, where: str
) -> None:
    log = drawn(seed, 3_000)
    since = np.asarray(log["time"] >= START + pd.Timedelta(days=14))
    rows = {"all": np.full(3_000, fill_value=True), "segment": np.asarray(log["app"] == "c")}
    log = through(log, line, rows.get(where, since))
    found = asked(engine, tmp_path, log, drawn(seed + 50, 3_000))
    assert found[scale_change.ID].verdict != "supports", found[scale_change.ID].sentence
    told = found[affine_change.ID]
    assert told.verdict == "supports", told.sentence
    assert told.cause is not None
    assert isinstance(told.cause.transform, Affine)
    transform = told.cause.transform
    assert told.effect is not None
    ways = told.effect["free_line_with_99_per_cent_intervals"]
    for true, (_, low, high) in zip(line, (ways["a"], ways["b"]), strict=True):
        assert low <= true <= high
    assert "99 % intervals" in told.sentence
    # undone, a value lies near its own
    values = np.array([5.0, 12.0, 25.0])
    back = (line[0] * values + line[1] - transform.b) / transform.a
    assert np.abs(back - values).max() < 2.5
    segment = (Condition("app", equals="c"),) if where == "segment" else None
    assert told.cause.segment == segment
    assert (told.cause.onset is not None) == (where == "since")


@pytest.mark.parametrize("seed", [311, 312])
@pytest.mark.parametrize("factor", [60.0, 1000.0, 100.0, 24.0, 0.01])
def test_a_factor_stays_one_beside_a_small_drift(
    engine: Engine, tmp_path: Path, seed: int, factor: float
) -> None:
    log = drawn(seed, 3_000)
    log = log.assign(duration=factor * (log["duration"] * 1.03 + 0.3))
    found = asked(engine, tmp_path, log, drawn(seed + 50, 3_000))
    told = found[scale_change.ID]
    assert told.cause is not None, told.sentence
    assert isinstance(told.cause.transform, Scale)
    assert told.cause.transform.factor == pytest.approx(factor)
    assert found[affine_change.ID].verdict != "supports", found[affine_change.ID].sentence


@pytest.mark.parametrize("seed", [321, 322])
@pytest.mark.parametrize("drift", [(1.0, 0.0), (1.2, 1.5), (1.0, 7.0), (1.5, 4.0), (0.8, -1.0)])
def test_a_drift_is_neither(engine: Engine, tmp_path: Path, seed: int, drift: Line) -> None:
    log = through(drawn(seed, 3_000), drift)
    for each in asked(engine, tmp_path, log, drawn(seed + 50, 3_000)).values():
        assert each.verdict != "supports", each.sentence


@pytest.mark.parametrize("seed", [331, 332])
def test_another_kind_of_requests_is_no_line(engine: Engine, tmp_path: Path, seed: int) -> None:
    """Values that lie elsewhere in another shape; and a new app that only the log has."""
    log, training = drawn(seed, 3_000), drawn(seed + 50, 3_000)
    other = np.random.default_rng(seed).beta(5, 2, 3_000) * 40 + 60
    found = asked(engine, tmp_path / "1", log.assign(duration=other), training)
    assert found[affine_change.ID].verdict != "supports", found[affine_change.ID].sentence
    rows = np.asarray(log["app"] == "c")
    training = training[training["app"] != "c"]
    found = asked(engine, tmp_path / "2", through(log, (2.3, 40.4), rows), training)
    assert found[affine_change.ID].verdict != "supports", found[affine_change.ID].sentence


def test_the_line_against_scipy() -> None:
    random = np.random.default_rng(9)
    training, live = (np.sort(random.gamma(3, 4, 2_000)) for _ in range(2))
    for a, b in ((2.3, 40.0), (-2.3, 7.0)):
        seen = np.sort(a * live + b)
        line = line_through(seen, training)
        assert (line.a, line.b) == pytest.approx((a, b), rel=0.06)
        back = restored(line.form, seen)
        assert stats.ks_2samp(back, training).pvalue > 0.01
        assert turned(line.form, training).size == training.size
        assert not line.plain
    assert line_through(np.sort(60 * live), training).plain
    assert np.unique(training).size > VALUES


def test_a_named_factor_with_a_small_drift_by_hand() -> None:
    training = np.sort(np.random.default_rng(4).normal(100, 10, 1_000))
    assert drifted_factor((1000.0, 500.0), training, 10_000) == 1000.0
    assert drifted_factor((1000.0, 500.0), training, 10_000, [60.0]) is None
    assert drifted_factor((1000.0, 9_000.0), training, 10_000) is None
    assert drifted_factor((-1000.0, 500.0), training, 10_000) is None


def test_a_factor_stays_one_where_the_early_rows_are_faulty_as_well() -> None:
    """A part of few training values divided by 3,600 bends every shape, and lines fit best then."""
    random = np.random.default_rng(41)
    lines = 0
    for _ in range(60):
        training, true = (random.gamma(1.5, 120, n).round(1) for n in (165, 130))
        hit = random.random(165) < random.uniform(0.1, 0.3)
        training = np.sort(np.where(hit, training / 3600, training))
        seen = np.sort(true / 3600)
        fit = fit_of(line_through(seen, training).form, seen, training)
        lines += _surely(fit, training.size)
    assert lines <= 1
