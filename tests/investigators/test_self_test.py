"""The self-test passes on sound models and fails when something is broken."""

from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators.model import Model
from investigators.read.lightgbm_text import model_from_text
from investigators.self_test import probe_rows, self_test, shap_test
from investigators.task import Cancelled, Task

SMALL = {
    "verbosity": -1,
    "num_leaves": 6,
    "min_data_in_leaf": 5,
    "num_threads": 1,
    "min_data_per_group": 5,
}


def train(objective: dict[str, object], columns: list[str], factor: float = 1.0) -> Model:
    chance = np.random.default_rng(8)
    table = pd.DataFrame(
        {
            "x": chance.normal(size=300),
            "gap": np.where(chance.random(300) < 0.2, np.nan, chance.normal(size=300)),
            "city": pd.Categorical(chance.choice(list("abcdefgh"), 300)),
        }
    )
    wanted = table["x"] + table["gap"].fillna(2) + 2 * table["city"].isin(["a", "b", "e"])
    if objective["objective"] == "binary":
        wanted = (wanted > 1).astype(int)
    elif objective["objective"] == "poisson":
        wanted = np.exp(wanted)
    data = lightgbm.Dataset(table[columns], wanted * factor)
    text = lightgbm.train({**SMALL, **objective}, data, 8).model_to_string()
    return model_from_text(text, "m.txt", Task())


@pytest.fixture(scope="module")
def mixed() -> Model:
    return train({"objective": "binary"}, ["x", "gap", "city"])


def test_a_sound_model_passes(mixed: Model) -> None:
    lines = self_test(mixed, None, Task())
    assert [line.ok for line in lines] == [True] * 4
    words = {line.name: line.words for line in lines}
    assert words["categories keep their codes"] == "1 category inputs, 8 categories"
    assert "1 inputs were never missing in training" in words["missing values"]


@pytest.mark.parametrize(
    "how",
    [
        {"objective": "binary", "sigmoid": 2.0},
        {"objective": "regression"},
        {"objective": "poisson"},
        {"objective": "binary", "boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
    ],
)
def test_other_objectives_pass_with_shap_s_own_arithmetic(how: dict[str, object]) -> None:
    factor = 1e7 if how["objective"] == "regression" else 1.0
    model = train(how, ["x", "gap"], factor)
    lines = self_test(model, probe_rows(model), Task(), with_shap=True)
    assert [line.ok for line in lines] == [True, True, None, True, True]
    assert "its own arithmetic" in lines[-1].words


def test_shap_on_categories(mixed: Model) -> None:
    line = shap_test(mixed, probe_rows(mixed))
    assert line.ok is True
    assert "LightGBM through shap" in line.words


def test_linear_trees_have_no_contributions_to_test() -> None:
    model = train({"objective": "regression", "linear_tree": True}, ["x", "gap"])
    lines = self_test(model, None, Task(), with_shap=True)
    assert [line.ok for line in lines] == [None, True, None, True, None]


class Wrong:
    """A booster that attributes or scores wrongly."""

    def __init__(self, booster: lightgbm.Booster, fault: str) -> None:
        self.booster, self.fault, self.calls = booster, fault, 0

    def predict(self, rows: np.ndarray, **how: object) -> np.ndarray:
        self.calls += 1
        found = np.array(self.booster.predict(rows, **how))
        if self.fault == "sum" and how.get("pred_contrib"):
            found[0, 0] += 1e-6
        if self.fault == "repeat" and how.get("raw_score"):
            found += self.calls * 1e-12
        if self.fault == "missing" and how.get("raw_score"):
            found = np.where(np.isnan(rows[:, 0]), found + 1, found)
        return found


@pytest.mark.parametrize(("fault", "failing"), [("sum", 0), ("repeat", 1), ("missing", 3)])
def test_each_fault_is_seen(mixed: Model, fault: str, failing: int) -> None:
    broken = replace(mixed)
    broken.__dict__["booster"] = Wrong(mixed.booster, fault)
    rows = probe_rows(mixed)
    assert self_test(broken, rows, Task())[failing].ok is False


def test_categories_that_hide_each_other_are_seen(mixed: Model) -> None:
    inputs = tuple(
        replace(each, categories=(*each.categories[:-1], each.categories[0]))
        if each.kind == "category"
        else each
        for each in mixed.inputs
    )
    line = self_test(replace(mixed, inputs=inputs), None, Task())[2]
    assert line.ok is False
    assert "lost in city" in line.words


def test_cancelled(mixed: Model) -> None:
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        self_test(mixed, None, task)
