"""LightGBM's objectives: outputs, their inverse and contributions as the library gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators.model import Model
from investigators.read.lightgbm_text import model_from_text
from investigators.self_test import relative_error
from investigators.task import Task

ROWS, CLASSES = 600, 3
SAID = {
    "poisson": "expected count",
    "gamma": "expected value",
    "tweedie": "expected value",
    "regression": "value",
    "regression_l1": "value",
    "huber": "value",
    "fair": "value",
    "mape": "value",
    "quantile": "quantile of the value",
    "cross_entropy": "probability",
    "cross_entropy_lambda": "expected intensity",
    "lambdarank": "ranking score, whose order within one list is all it means",
    "rank_xendcg": "ranking score, whose order within one list is all it means",
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    chance = np.random.default_rng(11)
    places = pd.Categorical(chance.choice(["DE", "FR", "IT"], ROWS))
    return pd.DataFrame({"x": chance.gamma(2.0, 5.0, ROWS), "y": chance.normal(0, 1, ROWS),
                         "place": places})  # fmt: skip


def trained(table: pd.DataFrame, objective: str, **more: Any) -> lightgbm.Booster:
    value = np.exp(table["x"] / 20 + table["y"] / 3)
    if objective.startswith("cross"):
        value = value / (1 + value)
    elif "rank" in objective or objective.startswith("multi"):
        value = np.digitize(value, [1.2, 2.2])
    data = lightgbm.Dataset(table, value, group=[40] * 15 if "rank" in objective else None)
    how = {"objective": objective, "num_leaves": 7, "verbosity": -1, "num_threads": 1, "seed": 3}
    classes = {"num_class": CLASSES} if objective.startswith("multi") else {}
    return lightgbm.train({**how, **classes, **more}, data, 8)


def read(booster: lightgbm.Booster, **more: Any) -> Model:
    return model_from_text(booster.model_to_string(), "model.txt", Task(), **more)


def rows_of(model: Model, table: pd.DataFrame) -> np.ndarray:
    return model.matrix({name: table[name] for name in table})


def adds_up(model: Model, rows: np.ndarray) -> bool:
    error = relative_error(model.explained(rows), model.contributions(rows))
    return bool(error.max() <= 1e-9)


@pytest.mark.parametrize("objective", SAID)
def test_one_score_a_row(table: pd.DataFrame, objective: str) -> None:
    booster = trained(table, objective)
    model = read(booster)
    rows = rows_of(model, table)
    output = model.outputs(rows)
    assert output == pytest.approx(np.asarray(booster.predict(table)), rel=1e-12)
    assert model.to_raw(output) == pytest.approx(model.raw(rows), rel=1e-9, abs=1e-9)
    assert adds_up(model, rows)
    assert model.says == SAID[objective]
    assert model.foretells == ("rank" not in objective)


@pytest.mark.parametrize(
    "more", [{}, {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}]
)
@pytest.mark.parametrize("objective", ["multiclass", "multiclassova"])
def test_each_class_and_the_highest(
    table: pd.DataFrame, objective: str, more: dict[str, Any]
) -> None:
    booster = trained(table, objective, **more)
    model = read(booster)
    rows = rows_of(model, table)
    wanted = np.asarray(booster.predict(table))
    parts = np.asarray(booster.predict(table, pred_contrib=True)).reshape(ROWS, CLASSES, -1)
    rounds = model.trees / CLASSES if more else 1.0
    for place in range(CLASSES):
        one = replace(model, of_class=place)
        output = one.outputs(rows)
        assert output == pytest.approx(wanted[:, place], rel=1e-12)
        assert one.to_raw(output) == pytest.approx(one.raw(rows), rel=1e-9, abs=1e-9)
        assert one.contributions(rows) == pytest.approx(parts[:, place] / rounds)
        assert adds_up(one, rows)
        assert one.says == f"probability of class {place}"
        assert one.foretells
    assert model.outputs(rows) == pytest.approx(wanted.max(axis=1), rel=1e-12)
    assert (model.classed(rows) == wanted.argmax(axis=1)).all()
    assert (model.winners(rows) == wanted.argmax(axis=1)).all()
    assert adds_up(model, rows)
    assert not model.foretells
    assert model.bars == ("raw" if objective == "multiclass" else "log-odds")
    assert model.raw(rows[:0]).shape == (0,)


def test_classes_named_by_the_file_around_the_text(table: pd.DataFrame) -> None:
    booster = trained(table, "multiclass")
    assert read(booster, classes=("low", "middle", "high")).classes == ("low", "middle", "high")
    assert read(booster, classes=("low", "high")).classes == ("0", "1", "2")
    assert read(trained(table, "poisson"), classes=()).classes == ()
