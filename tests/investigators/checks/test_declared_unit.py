"""The dictionary against the values: other units, values out of bounds, a wrong dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.chart import Cells, Distributions
from investigators.checks.input_units.declared_unit import run
from investigators.evidence import Affine, Condition, Finding, NoTransform, Scale
from investigators.features import Dictionary, Feature
from investigators.model import Model
from investigators.shift.stated import mends, stated_of
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model, view_of

NUMERIC, CATEGORIES = ("wait", "temperature", "share"), ("country",)
START = pd.Timestamp("2026-03-01")
STATED = (
    Feature("wait", unit="s", minimum=0, maximum=600, missing_codes=("-1",)),
    Feature("temperature", unit="°C"),
    Feature("share", unit="fraction"),
    Feature("country", allowed=("DE", "FR", "KE")),
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, n: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "wait": np.minimum(random.lognormal(3.5, 0.8, n), 600).round(2),
            "temperature": random.normal(18, 6, n).round(2),
            "share": random.beta(2, 4, n).round(4),
            "country": random.choice(["DE", "FR", "KE"], n, p=[0.6, 0.3, 0.1]),
            "app": random.choice(list("abcde"), n),
            "time": START + pd.to_timedelta(np.sort(random.random(n)) * 30, unit="D"),
        }
    )
    return frame.assign(y=(random.random(n) < 0.3).astype(float))


@cache
def model() -> Model:
    return small_model(drawn(1, 1_000), "y", NUMERIC, CATEGORIES, rounds=4)


def seen(
    engine: Engine,
    folder: Path,
    log: pd.DataFrame,
    training: pd.DataFrame | None = None,
    stated: tuple[Feature, ...] = STATED,
) -> View:
    training = drawn(1, 2_000) if training is None else training
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time"}, model=model(), reference=training,
        segments=("app",), dictionary=Dictionary({f.name: f for f in stated}), pick=len(log) - 1,
    )  # fmt: skip
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=columns))


def of(view: View, name: str) -> Finding:
    return next(f for f in pictured(run(view, Task())) if f.about == (name,))


def in_app_b(frame: pd.DataFrame, since: int = 0) -> np.ndarray:
    late = frame["time"] >= START + pd.Timedelta(days=since)
    return ((frame["app"] == "b") & late).to_numpy()


def test_seconds_arrive_as_milliseconds(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, 3_000)
    rows = in_app_b(log, since=11)
    log = log.assign(wait=log["wait"].where(~rows, log["wait"] * 1000))
    found = of(seen(engine, tmp_path, log), "wait")
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.transform == Scale(1000.0, "s -> ms")
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    assert cause.onset.latest is not None
    assert cause.onset.earliest < log["time"][rows].iloc[0].isoformat() <= cause.onset.latest
    assert abs(cause.rows_changed - rows.sum()) <= 3
    assert "between 0 and 600 s" in cause.corroborations[0]
    assert isinstance(found.charts[0], Distributions)


def test_shares_arrive_as_per_cent(engine: Engine, tmp_path: Path) -> None:
    log = drawn(3, 2_000)
    found = of(seen(engine, tmp_path, log.assign(share=log["share"] * 100)), "share")
    assert found.cause is not None
    assert found.cause.transform == Scale(100.0, "dimensionless -> percent")
    assert found.cause.segment is None


def test_bounds_of_a_temperature(engine: Engine, tmp_path: Path) -> None:
    stated = (Feature("temperature", unit="degC", minimum=-30, maximum=45),)
    log = drawn(4, 2_000)
    log = log.assign(temperature=1.8 * log["temperature"] + 32)
    found = of(seen(engine, tmp_path, log, stated=stated), "temperature")
    assert found.cause is not None
    assert found.cause.transform == Affine(1.8, 32.0, "degC -> degF")


def test_values_that_are_not_allowed(engine: Engine, tmp_path: Path) -> None:
    log = drawn(5, 3_000)
    rows = in_app_b(log)
    log = log.assign(country=log["country"].where(~rows, log["country"].str.lower()))
    found = of(seen(engine, tmp_path, log), "country")
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "input-unseen-value"
    assert isinstance(found.cause.transform, NoTransform)
    assert found.cause.segment == (Condition("app", equals="b"),)
    assert found.cause.corroborations == ()
    assert isinstance(found.charts[0], Cells)


def test_what_training_broke_as_well_is_the_dictionarys_fault(
    engine: Engine, tmp_path: Path
) -> None:
    log, training = (f.assign(wait=f["wait"] * 1000) for f in (drawn(6, 2_000), drawn(1, 2_000)))
    found = of(seen(engine, tmp_path, log, training), "wait")
    assert found.verdict == "speaks against"
    assert "the dictionary is wrong, not the data" in found.sentence
    assert "in milliseconds" in found.sentence
    assert found.cause is None


def test_a_drift_out_of_bounds_is_not_another_unit(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, 2_000), drawn(7, 3_000)
    training = training.assign(wait=training["wait"].clip(upper=200))
    stated = (Feature("wait", unit="s", minimum=0, maximum=200),)
    moved = log.assign(wait=log["wait"] * 1.8)
    found = of(seen(engine, tmp_path, moved, training, stated), "wait")
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_all_as_stated(engine: Engine, tmp_path: Path) -> None:
    log = drawn(8, 1_000)
    log.loc[:300, "wait"] = -1.0  # the declared code of a missing value
    assert {f.verdict for f in run(seen(engine, tmp_path, log), Task())} == {"speaks against"}


def test_a_few_odd_values_are_no_change(engine: Engine, tmp_path: Path) -> None:
    log = drawn(9, 3_000)
    log.loc[[5, 900, 2_000], "wait"] = 1e6
    found = of(seen(engine, tmp_path, log), "wait")
    assert found.verdict == "speaks against"
    assert "3 of 3,000" in found.sentence


def test_nothing_stated(engine: Engine, tmp_path: Path) -> None:
    (found,) = run(
        seen(engine, tmp_path, drawn(10, 300), stated=(Feature("wait", unit="s"),)), Task()
    )
    assert found.verdict == "does not apply"


def test_few_rows(engine: Engine, tmp_path: Path) -> None:
    found = run(seen(engine, tmp_path, drawn(11, 12).assign(wait=1e6)), Task())
    assert {f.verdict for f in found} == {"cannot tell"}
    assert all(f.would_need for f in found)


def test_without_anything_to_compare_with(engine: Engine, tmp_path: Path) -> None:
    view = seen(engine, tmp_path, drawn(12, 100).assign(wait=1e6))
    found = of(replace(view, reference=None, reference_inputs={}), "wait")
    assert found.verdict == "cannot tell"
    assert "nothing to compare with" in found.sentence


def test_what_is_stated_in_words() -> None:
    said = {f.name: stated.words for f in STATED if (stated := stated_of(f))}
    assert said == {
        "wait": "between 0 and 600 s",
        "temperature": "at least −273.1 °C",
        "share": "between 0 and 1 fraction",
        "country": "one of: DE, FR, KE",
    }


def test_units_of_the_same_kind() -> None:
    assert Scale(1000.0, "s -> ms") in list(mends(Feature("x", unit="s")))
    assert Affine(1.0, 273.15, "degC -> K") in list(mends(Feature("x", unit="°C")))
    assert list(mends(Feature("x", unit="parsnips"))) == []
