"""Ranges, missing values and hours as groups, and what else is measured of each group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from investigators.case import ScoreScale
from investigators.chart import Cells, Dots
from investigators.checks.subgroup_performance.this_group import CHECK
from investigators.evidence import Condition
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.checks.test_this_group import answers, loans, make
from tests.investigators.views import timed


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def people(seed: int, where: str | None, rows: int = 16_000) -> tuple[pd.DataFrame, int]:
    """Ages, hours and incomes; in the group ``where`` the score is 2.4 times the risk."""
    log = loans(rows=rows, seed=seed)
    random = np.random.default_rng(seed + 1)
    log["age"] = random.integers(18, 80, rows)
    log["visits"] = random.poisson(40, rows)
    log["income"] = np.where(random.random(rows) < 0.06, np.nan, random.gamma(3, 700, rows))
    night = log["time"].dt.hour < 4
    groups = {"age": log["age"] < 25, "income": log["income"].isna(), "time": night}
    bad = groups[where] if where else np.zeros(rows, bool)
    log["score"] = np.where(bad, np.clip(log["score"] * 2.4, 0, 0.99), log["score"])
    log["decision"] = np.where(log["score"] >= 0.2, "refuse", "accept")
    log.loc[~log["arm"] & (log["decision"] == "refuse"), "outcome"] = np.nan
    wanted = groups["age"] & night if where is None else bad
    return log, int(np.flatnonzero(wanted & (log["decision"] == "refuse"))[0])


@pytest.mark.parametrize("seed", [201, 202])
@pytest.mark.parametrize("where", ["age", "income", "time", None])
def test_ranges_missing_values_and_hours_are_groups(
    engine: Engine, tmp_path: Path, seed: int, where: str | None
) -> None:
    """Neither is a segment; income is an input of the model."""
    log, pick = people(seed, where)
    inputs = {"income": "income"}
    view = timed(make(engine, tmp_path, log, pick, inputs=inputs, segments=("region", "visits")))
    found = list(CHECK.run(view, Task()))
    about = {f.about[0] for f in found if len(f.about) == 1}
    assert {"region", "visits", "age", "income", "time"} <= about
    supported = [f for f in found if f.verdict == "supports"]
    assert [f.about for f in supported] == ([] if where is None else [(where,)])
    ids = [f.id for f in found]
    assert len(set(ids)) == len(ids)
    assert {f"{CHECK.family}.this_group/{part} of time" for part in ("hour", "weekday")} <= set(ids)
    for finding in found:
        for condition in finding.segment or ():
            # never one value of a number with many
            if condition.column in ("age", "visits", "income"):
                assert condition.equals is None
    for finding in supported:
        dots, table = finding.charts
        assert isinstance(dots, Dots)
        assert isinstance(table, Cells)
        assert [dot.own for dot in dots.dots].count(True) == 1
        assert sum(dot.n for dot in dots.dots) == (log["arm"] & log["outcome"].notna()).sum()


def test_a_number_that_names_something_is_taken_by_value(engine: Engine, tmp_path: Path) -> None:
    log = loans()
    log["store_id"] = np.arange(len(log)) % 40
    view = make(engine, tmp_path, log, 3, segments=("store_id",))
    (store,) = [f for f in CHECK.run(view, Task()) if f.about == ("store_id",)]
    assert store.segment == (Condition("store_id", equals=3),)


def test_columns_written_after_the_outcome_are_no_groups(engine: Engine, tmp_path: Path) -> None:
    log, pick = people(211, None)
    log["days_late"] = np.where(log["outcome"] == 1, 30.0, 0.0) + log.index % 3 / 10
    about = {f.about for f in CHECK.run(make(engine, tmp_path, log, pick), Task())}
    assert ("age",) in about
    assert ("days_late",) not in about


def test_all_measures_are_told(engine: Engine, tmp_path: Path) -> None:
    log = loans(lift=2.2)
    north = answers(make(engine, tmp_path, log))["region",]
    arm = log[log["arm"]]
    for mine, side in ((arm["region"] == "north", ""), (arm["region"] != "north", "rest_")):
        rows = arm[mine]
        refused, bad = rows["score"] >= 0.2, rows["outcome"] == 1
        measures = north.effect["measures"]
        assert measures["false acceptance"][f"{side}k"] == (bad & ~refused).sum()
        assert measures["false acceptance"][f"{side}n"] == bad.sum()
        assert measures["wrong"][f"{side}k"] == (bad != refused).sum()
        assert measures["wrong"][f"{side}n"] == len(rows)
        area = roc_auc_score(rows["outcome"], rows["score"])
        assert north.effect["beside"]["AUC"]["rest" if side else "own"] == pytest.approx(area, 1e-5)
    low, high = north.effect["beside"]["AUC"]["interval"]
    assert low < north.effect["beside"]["AUC"]["apart"] < high
    assert "Its AUC is " in north.sentence
    table = north.charts[1]
    assert isinstance(table, Cells)
    assert [row[0] for row in table.rows] == [
        "selection: adverse decisions",
        "error: wrong decisions",
        "false rejection",
        "false acceptance",
        "calibration: observed / predicted",
        "AUC",
    ]
    assert all(row[-1].endswith(" %") for row in table.rows)
    assert "Drawn to what the groups have in common, as its size warrants, it is" in north.sentence


def test_an_area_needs_ten_rows_of_either_outcome(engine: Engine, tmp_path: Path) -> None:
    log = loans(lift=2.2)
    north = log["region"] == "north"
    late = log.index[north & log["arm"] & (log["outcome"] == 1)][7:]
    log.loc[late, "outcome"] = 0.0
    found = answers(make(engine, tmp_path, log))["region",]
    assert found.effect["beside"]["AUC"]["too_few"] == "7 rows of one outcome on one side"
    table = found.charts[1]
    assert isinstance(table, Cells)
    assert table.rows[-1][3].startswith("too few to say: 7 rows")


def test_dots_are_sorted_by_the_value_drawn_together(engine: Engine, tmp_path: Path) -> None:
    """A region of a few rows without any positive is no extreme."""
    log = loans(lift=2.2)
    few = log.index[(log["region"] == "west") & log["arm"]][:4]
    log.loc[few, "region"], log.loc[few, "outcome"] = "islands", 0.0
    dots = answers(make(engine, tmp_path, log))["region",].charts[0]
    assert isinstance(dots, Dots)
    labels = [dot.label for dot in dots.dots]
    assert set(labels) == {"north", "south", "west", "islands"}
    assert labels[-1] == "north"
    assert dots.dots[labels.index("islands")].at == 0


@pytest.mark.parametrize("seed", [221, 222])
def test_the_median_size_of_the_error_is_told(engine: Engine, tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    log = loans(rows=4000, seed=seed).drop(columns=["decision", "arm"])
    log["outcome"] = random.gamma(2, 50, len(log))
    north = log["region"] == "north"
    log["score"] = log["outcome"] + random.normal(0, 20, len(log)) * np.where(north, 2, 1)
    given = {"rule": None, "adverse": (), "scale": ScoreScale("value")}
    found = answers(make(engine, tmp_path, log, int(log.index[north][0]), **given))
    beside = found["region",].effect["beside"]["median size of the error"]
    sizes = (log["score"] - log["outcome"]).abs()
    assert beside["own"] == pytest.approx(sizes[north].median(), rel=1e-5)
    assert beside["apart"] == pytest.approx(
        sizes[north].median() / sizes[~north].median(), rel=1e-4
    )
    low, high = beside["interval"]
    assert 1.4 < low < beside["apart"] < high < 2.8
    assert found["region",].verdict == "supports"
    assert found["channel",].verdict != "supports"
