from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.chart import Dots
from investigators.checks.subgroup_performance.inputs_by_group import CHECK
from investigators.evidence import Condition, Finding
from investigators.model import Model
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model, view_of

ROLES = {r: r for r in ("id", "subject", "time")}
INPUTS = ("age", "income", "job")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def people(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    income = random.lognormal(8, 0.5, rows).round(0)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 90, rows).astype(float),
            "income": np.where(random.random(rows) < 0.05, np.nan, income),
            "job": random.choice(["baker", "clerk", "nurse"], rows),
            "region": random.choice(["north", "south", "west"], rows, p=[0.15, 0.45, 0.4]),
            "y": (random.random(rows) < 0.3).astype(float),
        }
    )
    return frame.assign(u=random.random(rows))


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model(people(3000, 1), "y", ["age", "income"], ["job"], rounds=5)


def made(
    engine: Engine, folder: Path, model: Model, live: pd.DataFrame, training: Any, pick: int
) -> View:
    rows = len(live)
    log = live.drop(columns=["y", "u"]).assign(
        id=[f"p{i}" for i in range(rows)],
        subject=[f"s{i}" for i in range(rows)],
        time=pd.date_range("2026-01-01", periods=rows, freq="13min"),
    )
    reference = None if training is None else training.drop(columns="u")
    return view_of(
        engine, folder, log, ROLES, model=model, reference=reference,
        reference_roles={"outcome": "y"}, segments=("region",), pick=pick,
    )  # fmt: skip


def first(mask: Any) -> int:
    return int(np.flatnonzero(mask)[0])


def answers(view: View) -> dict[str, Finding]:
    return {(f.about[0] if f.about else ""): f for f in pictured(CHECK.run(view, Task()))}


def test_missing_in_the_group_alone_is_named_where_training_had_it(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    training, live = people(4000, 1), people(4000, 2)
    hit = (live["region"] == "north") & (live["u"] < 0.4)
    live.loc[hit, "income"] = np.nan
    view = made(engine, tmp_path, model, live, training, first(hit))
    found = answers(view)
    income = found["income"]
    assert income.verdict == "supports"
    assert income.segment == (Condition("region", equals="north"),)
    north = live[live["region"] == "north"]
    assert (income.effect["k"], income.effect["n"]) == (north["income"].isna().sum(), len(north))
    assert "In training it was" in income.sentence
    assert income.cause is not None
    assert income.cause.cause == "input-missing-or-default"
    assert income.cause.concerns_decision
    assert income.cause.corroborations == ()
    (chart,) = income.charts
    assert isinstance(chart, Dots)
    assert chart.dots[0].label == "region north"
    assert [dot.own for dot in chart.dots] == [True, False, False]
    assert {found["age"].verdict, found["job"].verdict} == {"speaks against"}


def test_a_decision_that_has_the_value_is_not_concerned(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    live = people(4000, 2)
    hit = (live["region"] == "north") & (live["u"] < 0.4)
    live.loc[hit, "income"] = np.nan
    spared = first((live["region"] == "north") & live["income"].notna())
    income = answers(made(engine, tmp_path, model, live, people(4000, 1), spared))["income"]
    assert income.verdict == "supports"
    assert not income.concerns_decision


def test_what_was_so_in_training_is_the_groups_way(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    training, live = people(4000, 1), people(4000, 2)
    for frame in (training, live):
        frame.loc[(frame["region"] == "north") & (frame["u"] < 0.4), "income"] = np.nan
    pick = first(live["region"] == "north")
    income = answers(made(engine, tmp_path / "a", model, live, training, pick))["income"]
    assert income.verdict == "speaks against"
    assert "So it was in training" in income.sentence
    blind = answers(made(engine, tmp_path / "b", model, live, None, pick))["income"]
    assert blind.verdict == "cannot tell"
    assert blind.would_need == "the table the model was trained on"


def test_stand_ins_unseen_values_and_ranges(engine: Engine, tmp_path: Path, model: Model) -> None:
    live = people(4000, 2)
    hit = (live["region"] == "north") & (live["u"] < 0.3)
    live.loc[hit, "income"] = 99_999
    live.loc[hit, "job"] = "astronaut"
    live.loc[hit, "age"] = 131
    found = answers(made(engine, tmp_path, model, live, people(4000, 1), first(hit)))
    assert {name: found[name].effect["what"] for name in INPUTS} == {
        "income": "a stand-in",
        "job": "unseen",
        "age": "out of range",
    }
    assert {f.verdict for f in found.values()} == {"supports"}
    causes = {name: found[name].cause for name in INPUTS}
    assert {name: c.cause for name, c in causes.items() if c is not None} == {
        "income": "input-missing-or-default",
        "job": "input-unseen-value",
        "age": "sample-or-subgroup",
    }


@pytest.mark.parametrize("seed", range(20, 26))
def test_ordinary_tables_are_quiet(engine: Engine, tmp_path: Path, model: Model, seed: int) -> None:
    live = people(3000, seed)
    live["income"] *= 1.3
    pick = first(live["region"] == "north")
    found = answers(made(engine, tmp_path, model, live, people(4000, 1), pick))
    assert "supports" not in {f.verdict for f in found.values()}


def test_few_rows_cannot_tell(engine: Engine, tmp_path: Path, model: Model) -> None:
    live = people(120, 3)
    live.loc[live["region"] == "north", "income"] = np.nan
    pick = first(live["region"] == "north")
    found = answers(made(engine, tmp_path, model, live, people(4000, 1), pick))
    assert {f.verdict for f in found.values()} == {"cannot tell"}
    assert found["income"].would_need == "50 rows of region north and of the others"
