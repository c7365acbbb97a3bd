from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.chart import Cells
from investigators.checks.data_assumptions.unusual_row import CHECK
from investigators.evidence import Condition, Finding, Map, NoTransform
from investigators.model import Model
from investigators.nearest import neighbours
from investigators.spelling import near_spelling
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.training_range import EXTREMES, Known
from investigators.view import View
from tests.investigators.checks.pictures import cells_of, pictured
from tests.investigators.views import small_model, view_of

ROLES = {"id": "id", "time": "time"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def training(rows: int = 3000, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "seconds": random.lognormal(3, 0.8, rows).round(1),
            "amount": random.gamma(2, 40, rows).round(2),
            "age": np.where(random.random(rows) < 0.3, np.nan, random.integers(18, 80, rows)),
            "country": random.choice(["Germany", "France", "Kenya"], rows, p=[0.6, 0.397, 0.003]),
        }
    )
    chance = 1 / (1 + np.exp(3 - 0.02 * frame["amount"] + (frame["seconds"] > 30)))
    frame["y"] = (random.random(rows) < chance).astype(float)
    return frame


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model(training(), "y", ["seconds", "amount", "age"], ["country"])


def log(rows: int = 400) -> pd.DataFrame:
    frame = training(rows, seed=2).drop(columns="y")
    frame["country"] = "Germany"
    frame["id"] = [f"r{i}" for i in range(rows)]
    frame["time"] = pd.date_range("2026-04-01", periods=rows, freq="h")
    return frame


def make(engine: Engine, folder: Path, frame: pd.DataFrame, model: Model, **more: Any) -> View:
    given = {
        "model": model,
        "reference": training(),
        "reference_roles": {"outcome": "y"},
        "pick": 390,
    }
    return view_of(engine, folder, frame, ROLES, **(given | more))


def answers(view: View) -> dict[tuple[str, ...], Finding]:
    return {finding.about: finding for finding in pictured(CHECK.run(view, Task()))}


def test_an_ordinary_row_is_ordinary(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = log()
    frame.loc[390, ["seconds", "amount", "age"]] = [20.0, 70.0, 40.0]
    found = answers(make(engine, tmp_path, frame, model))
    assert {about: f.verdict for about, f in found.items()} == dict.fromkeys(
        [(), ("seconds",), ("amount",), ("age",), ("country",)], "speaks against"
    )
    reference = training()
    rank = found["seconds",].effect["rank"]
    below, same = (reference["seconds"] < 20).mean(), (reference["seconds"] == 20).mean()
    assert rank == pytest.approx(below + same / 2)


def test_far_outside_the_range_supports_and_is_no_cause(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = log()
    frame.loc[390, "seconds"] = 96_400.0
    found = answers(make(engine, tmp_path, frame, model))["seconds",]
    assert found.verdict == "supports"
    assert found.cause is None
    assert "above the highest of 3,000 training rows" in found.sentence


def test_a_hair_outside_cannot_tell(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = log()
    frame.loc[390, "seconds"] = training()["seconds"].max() * 1.01
    found = answers(make(engine, tmp_path, frame, model))["seconds",]
    assert found.verdict == "cannot tell"
    assert found.would_need


@pytest.mark.parametrize(
    "law",
    [stats.norm, stats.uniform, stats.expon, stats.lognorm(2), stats.pareto(1.2), stats.poisson(3)],
)
@pytest.mark.parametrize("rows", [200, 5000])
def test_clean_rows_raise_no_alarm(law: Any, rows: int) -> None:
    """Rows of 30 inputs drawn like training: at most about 1 % of them with any alarm."""
    random = np.random.default_rng(rows)
    alarms, tables, per_table = 0, 12, 100
    for _ in range(tables):
        values = np.sort(law.rvs(size=rows, random_state=random).astype(float))
        fresh = law.rvs(size=(per_table, 30), random_state=random).astype(float)
        top, bottom = values[-EXTREMES - 1 :], values[: EXTREMES + 1]
        for row in fresh:
            hit = False
            for value in row[(row < values[0]) | (row > values[-1])]:
                extremes = tuple(top if value > values[-1] else bottom)
                known = Known(rows, 0, 0, 0, values[0], values[-1], extremes)
                beyond = known.beyond(value)
                assert beyond is not None
                hit |= abs(value - beyond.edge) > beyond.gap and beyond.share * 60 < 0.01
            alarms += hit
    assert alarms <= 0.02 * tables * per_table


def test_below_the_range_is_judged_like_above() -> None:
    values = np.sort(np.random.default_rng(1).gamma(3, 10, 5000))
    known = Known(5000, 0, 0, 0, values[0], values[-1], tuple(values[: EXTREMES + 1]))
    far = known.beyond(-50.0)
    assert far is not None
    assert far.edge == values[0]
    assert far.share < 1e-6
    near = known.beyond(values[0] - 1e-4)
    assert near is not None
    assert near.share > 1e-4
    assert known.beyond(20.0) is None


def test_unseen_category_with_a_near_spelling(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = log()
    frame.loc[300:, "country"] = "GERMANY "
    found = answers(make(engine, tmp_path, frame, model))["country",]
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.cause == "input-unseen-value"
    assert cause.transform == Map((("GERMANY ", "Germany"),))
    assert cause.segment == (Condition("country", equals="GERMANY "),)
    assert (cause.rows_in_scope, cause.rows_changed) == (100, 100)
    assert cause.onset is not None
    assert cause.onset.earliest == "2026-04-13T11:00:00Z"
    assert cause.onset.latest == "2026-04-13T12:00:00Z"
    assert len(cause.corroborations) == 1
    rows = cells_of(found).rows
    assert rows[0] == ("GERMANY ", "0", "this decision")
    assert rows[1][0] == "Germany"
    assert rows[1][2] == "may be meant"


def test_a_new_category_without_a_twin(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = log()
    frame.loc[390, "country"] = "Japan"
    cause = answers(make(engine, tmp_path, frame, model))["country",].cause
    assert cause is not None
    assert cause.transform == NoTransform()
    assert cause.rows_in_scope == 1
    assert cause.corroborations == ()


def test_a_rarely_seen_category_cannot_tell(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = log()
    frame.loc[390, "country"] = "Kenya"
    seen = int((training()["country"] == "Kenya").sum())
    assert 0 < seen < 20
    found = answers(make(engine, tmp_path, frame, model))["country",]
    assert found.verdict == "cannot tell"
    assert f"{seen} of 3,000 training rows have it" in found.sentence


def test_missing_where_training_had_none(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = log()
    frame.loc[350:, "amount"] = np.nan
    frame.loc[390, "age"] = np.nan
    found = answers(make(engine, tmp_path, frame, model))
    assert found["age",].verdict == "speaks against"
    amount = found["amount",]
    assert amount.verdict == "supports"
    cause = amount.cause
    assert cause is not None
    assert cause.cause == "input-missing-or-default"
    assert cause.segment == (Condition("amount", missing=True),)
    assert cause.rows_in_scope == 50
    assert ("the log", "400", "50") in cells_of(amount).rows
    assert cause.onset is not None
    assert cause.onset.latest == "2026-04-15T14:00:00Z"
    assert cause.ongoing


def test_without_a_reference_the_model_text_serves(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = log()
    frame.loc[390, ["seconds", "amount"]] = [96_400.0, np.nan]
    frame.loc[390, "country"] = "germany"
    view = make(engine, tmp_path, frame, model, reference=None, reference_roles={})
    found = answers(view)
    assert found["seconds",].verdict == "supports"
    assert cells_of(found["seconds",]).rows[0] == ("this decision", "96,400")
    assert "the training range in the model text" in found["seconds",].sentence
    assert found["amount",].verdict == "supports"
    assert found["country",].verdict == "supports"
    assert found[()].verdict == "cannot tell"
    assert found[()].ask


def test_without_model_and_reference_it_cannot_tell(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = make(engine, tmp_path, log(), model, reference=None, reference_roles={})
    found = answers(replace(view, model=None))
    assert {f.verdict for f in found.values()} == {"cannot tell"}
    assert all(f.would_need for f in found.values())


def test_neighbours_are_those_of_brute_force(engine: Engine, tmp_path: Path, model: Model) -> None:
    view = make(engine, tmp_path, log(), model)
    assert view.reference is not None
    frame = training()
    inputs = [i.name for i in model.inputs]
    row = model.matrix({name: log()[name].iloc[390:391] for name in inputs})
    near = neighbours(model, view.reference, view.reference_inputs, row, Task())
    leaves = model.leaves(model.matrix({name: frame[name] for name in inputs}))
    proximity = (leaves == model.leaves(row)).mean(axis=1)
    order = np.lexsort((np.arange(len(frame)), -proximity))[:50]
    assert near.rows.tolist() == order.tolist()
    assert near.proximity == pytest.approx(proximity[order])
    assert near.outcomes.tolist() == frame["y"].to_numpy()[order].tolist()
    assert (near.sample, near.step) == (3000, 1)


def test_the_joint_p_value_is_valid_for_rows_like_training(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = make(engine, tmp_path, log(), model)
    assert view.reference is not None
    fresh = training(60, seed=77)
    p = []
    for i in range(len(fresh)):
        row = model.matrix({each.name: fresh[each.name].iloc[i : i + 1] for each in model.inputs})
        p.append(neighbours(model, view.reference, view.reference_inputs, row, Task()).p)
    assert np.mean(np.asarray(p) < 0.01) <= 0.06
    assert np.mean(np.asarray(p) < 0.1) <= 0.2


def test_the_sample_is_bounded_and_told(
    engine: Engine, tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("investigators.nearest.SAMPLE_ROWS", 1000)
    found = answers(make(engine, tmp_path, log(), model))[()]
    assert found.effect["sample"] == 1000
    assert "1,000 of 3,000, one in 3 evenly in file order" in found.sentence
    chart = found.charts[0]
    assert isinstance(chart, Cells)
    assert len(chart.rows) == 50
    assert all(int(row[0].replace(",", "")) % 3 == 0 for row in chart.rows)


@pytest.mark.parametrize(
    ("value", "known", "meant"),
    [
        ("DE ", ["DE", "FR"], "DE"),
        ("new-york", ["New York", "Newark"], "New York"),
        ("Hannovver", ["Hannover", "Hamburg"], "Hannover"),
        ("4.8.2", ["4.8.1", "4.8.0"], None),
        ("XY", ["DE", "FR"], None),
        ("de", ["DE", "De"], None),
        ("", ["DE"], None),
        ("日本", ["日本 ", "x"], "日本 "),
    ],
)
def test_near_spellings(value: str, known: list[str], meant: str | None) -> None:
    assert near_spelling(value, known)[0] == meant
