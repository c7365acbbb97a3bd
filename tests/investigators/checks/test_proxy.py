from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from investigators.chart import Dots
from investigators.checks.subgroup_performance.proxy import CHECK
from investigators.evidence import Condition, Finding
from investigators.features import Dictionary, Feature
from investigators.leads import rank
from investigators.model import Model
from investigators.roc import areas
from investigators.slices.told_by import area, cramers_v, table_of, told
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model, view_of

ROLES = {"id": "id"}
INPUTS = ["income", "age", "visits"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def people(seed: int, rows: int = 4000, *, tells: float = 0.0, used: float = 1.0) -> pd.DataFrame:
    """``tells`` moves the incomes of group b, ``used`` is what income does to the outcome."""
    random = np.random.default_rng(seed)
    origin = random.choice(["a", "b"], rows, p=[0.7, 0.3])
    frame = pd.DataFrame(random.normal(0, 1, (rows, 3)), columns=INPUTS)
    frame["income"] += tells * (origin == "b")
    frame["job"] = random.choice(["clerk", "cook", "nurse"], rows)
    chance = 1 / (1 + np.exp(1 + used * frame["income"] - 0.7 * frame["age"]))
    frame["y"] = (random.random(rows) < chance).astype(float)
    frame["origin"] = origin
    frame["channel"] = random.choice(["web", "phone"], rows)
    frame["id"] = [f"p{i}" for i in range(rows)]
    return frame


def model_of(frame: pd.DataFrame) -> Model:
    return small_model(frame, "y", INPUTS, ["job"], rounds=20)


def answers(
    engine: Engine, folder: Path, log: pd.DataFrame, model: Model, **more: Any
) -> dict[str, Finding]:
    pick = int(np.flatnonzero(log["origin"] == "b")[0])
    given = {"segments": ("origin", "channel"), "pick": pick} | more
    view = view_of(engine, folder, log, ROLES, model=model, **given)
    return {(f.about[0] if f.about else ""): f for f in pictured(CHECK.run(view, Task()))}


def test_an_input_that_tells_the_group_and_moves_its_scores(engine: Engine, tmp_path: Path) -> None:
    log = people(1, tells=1.6)
    found = answers(engine, tmp_path, log, model_of(log))
    origin = found["origin"]
    assert origin.verdict == "supports"
    assert origin.segment == (Condition("origin", equals="b"),)
    assert origin.effect["inputs"] == ["income"]
    # two normal distributions 1.6 apart, in eighths
    assert origin.effect["area"] == pytest.approx(0.86, abs=0.03)
    assert "So the model can tell origin b from income." in origin.sentence
    assert origin.cause is not None
    assert origin.cause.features == ("income",)
    assert origin.cause.corroborations == ()
    assert abs(origin.effect["gap"] + origin.effect["gap_change"]) < abs(origin.effect["gap"]) / 2
    (chart,) = origin.charts
    assert isinstance(chart, Dots)
    assert sum(dot.own for dot in chart.dots) == 1
    assert all(dot.n for dot in chart.dots)  # of no rows nothing is drawn
    assert sum(dot.n for dot in chart.dots) == len(log)
    assert found["channel"].verdict == "speaks against"


def test_two_inputs_together_tell_what_neither_tells(engine: Engine, tmp_path: Path) -> None:
    log = people(2, rows=6000)
    log["origin"] = np.where((log["income"] > 0) & (log["age"] < 0), "b", "a")
    log["y"] = np.random.default_rng(3).random(len(log)) < np.where(log["origin"] == "b", 0.7, 0.2)
    log["y"] = log["y"].astype(float)
    origin = answers(engine, tmp_path, log, model_of(log))["origin"]
    assert origin.verdict == "supports"
    assert sorted(origin.effect["inputs"]) == ["age", "income"]


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_the_group_that_an_input_tells_comes_before_what_goes_along_with_it(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Income tells the origin; the area follows the origin of most, and not this decision's."""
    log = people(seed, tells=3.0)
    follows = np.random.default_rng(seed).random(len(log)) < 0.85
    log["area"] = np.where((log["origin"] == "b") & follows, "x", "y")
    pick = int(np.flatnonzero((log["origin"] == "b") & ~follows)[0])
    model = model_of(log)
    for order in (("area", "channel", "origin"), ("origin", "channel", "area")):
        view = view_of(
            engine, tmp_path / order[0], log, ROLES, model=model, segments=order, pick=pick
        )
        found = CHECK.run(view, Task())
        assert {f.about: f.verdict for f in found} == {
            ("area",): "supports", ("channel",): "speaks against", ("origin",): "supports",
        }  # fmt: skip
        ranked = rank(view, found, lambda *_: (), Task()).leads
        assert [lead.segment for lead in ranked] == [
            (Condition("origin", equals="b"),), (Condition("area", equals="y"),)
        ]  # fmt: skip
        assert "it goes along with origin b." in ranked[1].statement
        assert "goes along" not in ranked[0].statement


def test_what_tells_the_group_but_not_the_score_speaks_against(
    engine: Engine, tmp_path: Path
) -> None:
    log = people(4, tells=1.6, used=0.0)
    log["visits"] += 3 * log["y"]
    origin = answers(engine, tmp_path, log, model_of(log))["origin"]
    assert origin.verdict == "speaks against"
    assert origin.cause is None
    assert "hardly changes" in origin.sentence


def test_an_input_marked_sensitive_is_a_group_too(engine: Engine, tmp_path: Path) -> None:
    log = people(5, tells=1.6)
    log["member"] = (log["origin"] == "b").astype(float)
    lucky = np.random.default_rng(55).random(len(log)) < 0.4
    log.loc[lucky & (log["origin"] == "b"), "y"] = 1.0
    model = small_model(log, "y", [*INPUTS, "member"], ["job"])
    assert model.input("member").used
    given = {"segments": ("member", "channel")}
    assert list(answers(engine, tmp_path / "plain", log, model, **given)) == ["channel"]
    marked = Dictionary({"member": Feature("member", sensitive=True)})
    found = answers(engine, tmp_path / "marked", log, model, dictionary=marked, **given)
    assert found["member"].verdict == "supports"
    assert found["member"].effect["inputs"] == ["income"]


def test_few_rows_or_no_model_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    log = people(6, rows=500, tells=1.6)
    model = model_of(log)
    few = answers(engine, tmp_path / "few", log, model)["origin"]
    assert few.verdict == "cannot tell"
    assert few.would_need == "more rows of origin b and of the others"
    bare = answers(engine, tmp_path / "bare", log, model, segments=("job",))[""]
    assert bare.verdict == "cannot tell"


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_an_input_that_defines_a_named_group_is_no_proxy_of_it(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """The group is made of incomes; the age follows income in one of two tables."""
    for follows in (False, True):
        log = people(seed)
        log["age"] += 2.5 * (log["income"] >= 0) * follows
        log["rich"] = log["income"] >= 0
        view = view_of(
            engine, tmp_path / str(follows), log, ROLES, model=model_of(log), segments=("rich",),
            pick=int(np.flatnonzero(log["rich"])[0]),
        )  # fmt: skip
        brief = replace(view.case.brief, groups={"rich": "income >= 0"})
        named = replace(view, case=replace(view.case, brief=brief))
        (found,) = [f for f in CHECK.run(named, Task()) if f.about == ("rich",)]
        assert "income is left out: the group is defined by that." in found.sentence
        assert "From income" not in found.sentence
        assert found.verdict == ("supports" if follows else "speaks against")
        (unnamed,) = [f for f in CHECK.run(view, Task()) if f.about == ("rich",)]
        assert "income" in unnamed.effect["inputs"]


def test_the_area_is_that_of_other_means() -> None:
    random = np.random.default_rng(7)
    codes = random.integers(0, 9, 2000).astype(np.uint8)
    inside = random.random(2000) < 0.1 + 0.05 * codes
    searched = random.random(2000) < 0.5
    table = table_of(codes, 9, inside, searched)
    rest = ~searched
    worth = np.argsort(table.order)[codes[rest]].astype(float)
    mean, interval = told(table, 0.95)
    assert mean == pytest.approx(roc_auc_score(inside[rest], worth))
    same = areas(worth, worth, inside[rest])
    assert interval == pytest.approx(same.before_interval)
    assert area(table.confirming[:, :] * 0, table.order)[0] == 0.5


def test_the_association_without_any_is_about_nothing() -> None:
    random = np.random.default_rng(8)
    found = []
    for _ in range(200):
        codes, inside = random.integers(0, 9, 300), random.random(300) < 0.3
        found.append(cramers_v(table_of(codes, 9, inside, np.zeros(300, bool)).confirming))
    assert np.mean(found) < 0.06
    whole = np.repeat([0, 1], 100)
    full = table_of(whole, 2, whole == 1, np.zeros(200, bool)).confirming
    assert cramers_v(full) == pytest.approx(1.0)
