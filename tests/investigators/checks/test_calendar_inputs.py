"""Inputs that follow their row's time: a season is no fault of them, and a fault is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.check import Run
from investigators.checks.data_assumptions import moved
from investigators.checks.input_units import (
    affine_change,
    clipped,
    granularity,
    scale_change,
    sentinel,
    time_zone,
)
from investigators.evidence import Condition, Fill, Finding, Map, Scale
from investigators.model import Model, ModelInput
from investigators.moments.followers import followers
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.planted import answers
from tests.investigators.views import view_of

ROWS = 3_000
RUNS: tuple[Run, ...] = tuple(
    m.run for m in (scale_change, clipped, affine_change, sentinel, granularity, moved)
)
SHOWN = (
    "day", "weekday", "hour", "month", "week", "minutes", "day of year", "quarter", "year",
    "wave", "stamp",
)  # fmt: skip
TURNED = tuple(((h + 3.0) % 24, float(h)) for h in range(24))
NAMES = (*SHOWN, "basket", "items")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, start: str, days: int, zone: str) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    seconds = np.sort(random.uniform(0, days * 86_400, ROWS)).astype(int)
    time = pd.Series(pd.Timestamp(start) + pd.to_timedelta(seconds, unit="s"))
    own = time.dt.tz_localize("UTC").dt.tz_convert(zone).dt
    frame = pd.DataFrame(
        {
            "day": own.day, "weekday": own.day_of_week, "hour": own.hour, "month": own.month,
            "week": own.isocalendar().week, "minutes": own.hour * 60 + own.minute,
            "day of year": own.day_of_year, "quarter": own.quarter, "year": own.year,
            "wave": np.sin(own.hour / 12 * np.pi).round(6),
            "stamp": (time - pd.Timestamp(0)) / pd.Timedelta(seconds=1),
            "basket": random.lognormal(3, 1, ROWS).round(2), "items": 1 + random.poisson(3, ROWS),
        }
    ).astype(float)  # fmt: skip
    frame["app"] = random.choice(list("abc"), ROWS, p=[0.5, 0.3, 0.2])
    frame["time"] = time
    return frame


def both(seed: int, zone: str = "UTC") -> tuple[pd.DataFrame, pd.DataFrame]:
    """A log of four weeks over the turn of a month, and training of another season."""
    return drawn(seed, "2026-03-16", 28, zone), drawn(seed + 100, "2025-11-03", 60, zone)


def seen(
    engine: Engine, folder: Path, log: pd.DataFrame, training: pd.DataFrame | None, *,
    timed: bool = True,
) -> View:  # fmt: skip
    if training is not None and not timed:
        training = training.drop(columns="time")
    view = view_of(
        engine, folder, log.assign(id=[f"r{k}" for k in range(len(log))]),
        {"id": "id", "time": "time"}, inputs={n: n for n in NAMES}, reference=training,
        segments=("app",),
        reference_roles={"time": "time"} if training is not None and timed else {},
    )  # fmt: skip
    assert view.log is not None
    fw_time = Column("fw_time", "time")
    there = view.reference
    if there is not None and timed:
        there = replace(there, columns=(*there.columns, fw_time))
    expressions = {n: f'TRY_CAST("{n}" AS DOUBLE)' for n in NAMES}
    return replace(
        view,
        log=replace(view.log, columns=(*view.log.columns, fw_time)),
        reference=there,
        model=Model("model.txt", "binary", tuple(ModelInput(n, "numeric") for n in NAMES), 1, ""),
        log_inputs=expressions,
        reference_inputs={} if training is None else expressions,
    )


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("training", ["timed", "untimed", "none"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_season_is_no_fault(
    engine: Engine, tmp_path: Path, seed: int, training: str, zone: str
) -> None:
    log, past = both(seed, zone)
    view = seen(
        engine, tmp_path, log, None if training == "none" else past, timed=training == "timed"
    )  # fmt: skip
    said = [f.sentence for run in RUNS for f in run(view, Task()) if f.verdict == "supports"]
    assert [words for words in said if not words.startswith("year")] == []


def test_which_inputs_follow_their_time(engine: Engine, tmp_path: Path) -> None:
    log, past = both(3)
    assert set(followers(seen(engine, tmp_path, log, past), Task())) == set(SHOWN)


def found(
    engine: Engine, folder: Path, run: Run, log: pd.DataFrame, past: pd.DataFrame, name: str
) -> Finding:
    finding = answers(run, seen(engine, folder, log, past))[name]
    assert finding.verdict == "supports", finding.sentence
    assert finding.cause is not None
    return finding


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_fault_in_such_an_input_is_found(engine: Engine, tmp_path: Path, seed: int) -> None:
    where = (Condition("app", equals="b"),)
    for run, name, change, undo in (
        (sentinel.run, "day", lambda x: 0 * x - 1, Fill(-1.0, None)),
        (sentinel.run, "hour", lambda x: 0 * x - 1, Fill(-1.0, None)),
        (scale_change.run, "hour", lambda x: 60 * x, Scale(60.0, None)),
        (
            time_zone.run,
            "hour",
            lambda x: (x + 3) % 24,
            Map(TURNED),
        ),
        (clipped.run, "day", lambda x: np.minimum(x, 12), None),
    ):
        log, past = both(seed)
        rows = (log["app"] == "b").to_numpy()
        log.loc[rows, name] = change(log.loc[rows, name])
        cause = found(engine, tmp_path / f"{run.__module__}-{name}", run, log, past, name).cause
        assert cause is not None
        assert cause.segment == where
        assert cause.onset is None
        if isinstance(undo, Scale):
            assert isinstance(cause.transform, Scale)
            assert cause.transform.factor == undo.factor
        elif isinstance(undo, Map):
            assert isinstance(cause.transform, Map)
            assert set(cause.transform.pairs) == set(undo.pairs)
        elif undo is not None:
            assert cause.transform == undo
