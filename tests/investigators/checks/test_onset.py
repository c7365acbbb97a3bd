"""When the score changed: another model's is told from moved inputs, drift and chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.checks.data_assumptions.onset import run
from investigators.evidence import Finding
from investigators.model import Model
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.checks.planted import ONSET, Frame
from tests.investigators.views import small_model, table_of, view_of

ROWS = 1_500
LATE = np.arange(ROWS) >= ONSET * ROWS
START = pd.Timestamp("2026-03-01")
TRUTH = START + pd.Timedelta(minutes=30 * ONSET * ROWS)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def requests(seed: int, n: int = ROWS) -> Frame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"amount": random.gamma(2, 40, n), "age": random.normal(45, 12, n)})
    chance = 1 / (1 + np.exp(4 - 0.03 * frame["amount"] - 0.02 * frame["age"]))
    return frame.assign(y=(random.random(n) < chance).astype(float))


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model(requests(1), "y", ["amount", "age"])


def log_of(model: Model, seed: int = 2, n: int = ROWS, factor: float = 1.0) -> Frame:
    frame = requests(seed, n).drop(columns="y")
    frame.loc[LATE[:n], "amount"] *= factor
    score = model.outputs(model.matrix({k: frame[k].to_numpy() for k in ("amount", "age")}))
    times = START + pd.to_timedelta(np.arange(n) * 30, unit="min")
    return frame.assign(time=times, score=score, version="1")


def case(
    engine: Engine, folder: Path, log: Frame, model: Model | None,
    releases: tuple[pd.Timestamp, ...] = (), cut: float | np.ndarray = 0.5,
) -> View:  # fmt: skip
    log = log.assign(
        decision=np.where(log["score"] >= cut, "review", "accept"),
        id=[f"r{k}" for k in range(len(log))],
    )
    roles = {k: k for k in ("id", "time", "score", "decision")} | {"model_version": "version"}
    view = view_of(engine, folder, log, roles, model=model, adverse=("review",), pick=len(log) - 1)
    assert view.log is not None
    view = replace(
        view, log=replace(view.log, columns=(*view.log.columns, Column("fw_time", "time")))
    )
    if not releases:
        return view
    told = pd.DataFrame({"fw_time": list(releases), "fw_system": "scorer", "fw_text": "roll-out"})
    return replace(view, releases=table_of(engine, folder, told, "releases"))


def found(view: View) -> dict[str, Finding]:
    return {f.id.rpartition("/")[2]: f for f in pictured(run(view, Task()))}


def by_another_model(log: Frame) -> Frame:
    odds = np.log(log["score"] / (1 - log["score"])) + np.where(LATE[: len(log)], 1.5, 0.0)
    return log.assign(score=1 / (1 + np.exp(-odds)))


@pytest.mark.parametrize("sign", ["release", "version"])
def test_another_model_at_a_release(
    engine: Engine, tmp_path: Path, model: Model, sign: str
) -> None:
    log = by_another_model(log_of(model))
    releases = (TRUTH - pd.Timedelta(minutes=20),) if sign == "release" else ()
    if sign == "version":
        log["version"] = np.where(LATE, "2", "1")
    answer = found(case(engine, tmp_path, log, model, releases))["score"]
    assert answer.verdict == "supports"
    assert answer.cause is not None
    assert answer.cause.cause == "version-or-deployment"
    assert answer.concerns_decision
    (told,) = answer.cause.corroborations
    assert ("roll-out" if sign == "release" else "version 2") in told
    assert "by chance in" in told
    assert answer.onset is not None
    assert answer.onset.earliest is not None
    assert answer.onset.latest is not None
    assert pd.Timestamp(answer.onset.earliest) <= TRUTH.tz_localize("UTC")
    assert pd.Timestamp(answer.onset.latest) >= TRUTH.tz_localize("UTC")


@pytest.mark.parametrize("releases", ["none", "far away", "every hour"])
def test_nothing_lines_up_or_everything_does(
    engine: Engine, tmp_path: Path, model: Model, releases: str
) -> None:
    told: tuple[pd.Timestamp, ...] = ()
    if releases == "far away":
        told = (TRUTH - pd.Timedelta(days=6),)
    if releases == "every hour":
        told = tuple(pd.date_range(START, periods=700, freq="h"))
    answer = found(case(engine, tmp_path, by_another_model(log_of(model)), model, told))["score"]
    assert answer.verdict == "cannot tell"
    assert answer.would_need == "the list of releases with their times"
    assert answer.charts


def test_moved_inputs_explain_it_although_there_was_a_release(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = case(engine, tmp_path, log_of(model, factor=2.0), model, (TRUTH,))
    answer = found(view)["score"]
    assert answer.verdict == "speaks against"
    assert "100 % of that change" in answer.sentence
    assert found(view)["decision"].verdict == "speaks against"


def test_without_the_model_the_inputs_may_explain_it(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = case(engine, tmp_path, by_another_model(log_of(model)), None, (TRUTH,))
    answer = found(view)["score"]
    assert answer.verdict == "cannot tell"
    assert answer.would_need == "the model file"


def test_a_moved_rule_changes_the_decisions_alone(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = case(engine, tmp_path, log_of(model), model, (TRUTH,), np.where(LATE, 0.25, 0.5))
    answers = found(view)
    assert "No moment" in answers["score"].sentence
    assert answers["decision"].sentence.startswith("Since")
    assert answers["decision"].verdict == "speaks against"


@pytest.mark.parametrize("seed", range(3, 9))
def test_a_steady_log_has_no_moment(
    engine: Engine, tmp_path: Path, model: Model, seed: int
) -> None:
    answers = found(case(engine, tmp_path, log_of(model, seed), model, (TRUTH,)))
    assert all("No moment" in a.sentence for a in answers.values())
    assert all(a.verdict == "speaks against" for a in answers.values())


@pytest.mark.parametrize("n", [1, 199])
def test_too_few_rows(engine: Engine, tmp_path: Path, model: Model, n: int) -> None:
    (answer,) = run(case(engine, tmp_path, log_of(model, 2, n), model), Task())
    assert answer.verdict == "cannot tell"
