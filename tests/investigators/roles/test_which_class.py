"""Of which class is the logged score: by the column, by the label, or each row's own highest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators.case import Brief, Place
from investigators.evidence import Cause, Scale
from investigators.explain.contributions import explain
from investigators.opening import open_brief
from investigators.repair import replay
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.view import View

ROWS = 400
NAMES = np.array(["accept", "review", "refuse"])
Columns = Callable[[pd.DataFrame, np.ndarray], None]
PICKED = "r-007"


def write(folder: Path, columns: Columns, **settings: object) -> Brief:
    """A model of three classes and its log; y is 100 times as large in the first twenty rows."""
    chance = np.random.default_rng(4)
    table = pd.DataFrame({"x": chance.gamma(2, 5, ROWS), "y": chance.gamma(2, 1, ROWS)})
    target = np.digitize(table["x"] / 10 + table["y"], [2.0, 3.5])
    how = {"objective": "multiclass", "num_class": 3, "num_leaves": 7, "verbosity": -1, "seed": 1,
           "num_threads": 1}  # fmt: skip
    booster = lightgbm.train(how, lightgbm.Dataset(table, target), 10)
    booster.save_model(folder / "model.txt")
    log = table.copy()
    log.loc[:19, "y"] *= 100
    said = np.asarray(booster.predict(log))
    log["id"] = [f"r-{k:03d}" for k in range(ROWS)]
    columns(log, said)
    log.to_csv(folder / "log.csv", index=False)
    sources = {"model": (Place("model.txt"),), "log": (Place("log.csv"),)}
    return Brief(sources=sources, decision=PICKED, base=str(folder), **settings)  # type: ignore[arg-type]


def guess(view: View, what: str) -> str | None:
    return next((g.value for g in view.case.guesses if g.what == what), None)


def label(log: pd.DataFrame, said: np.ndarray) -> None:
    log["decision"] = NAMES[said.argmax(axis=1)]


def number(log: pd.DataFrame, said: np.ndarray) -> None:
    log["prediction"] = said.argmax(axis=1)


def every(log: pd.DataFrame, said: np.ndarray) -> None:
    label(log, said)
    for k, name in enumerate("abc"):
        log[f"p_{name}"] = said[:, k].round(5)


def highest(log: pd.DataFrame, said: np.ndarray) -> None:
    label(log, said)
    log["score"] = said.max(axis=1).round(4)


def middle(log: pd.DataFrame, said: np.ndarray) -> None:
    log["score"] = said[:, 1].round(4)


@pytest.mark.parametrize(
    ("columns", "score", "positive", "says", "by_class"),
    [
        (label, None, None, "probability of class refuse, the highest", True),
        (number, None, None, "probability of class 2, the highest", True),
        (highest, "score", None, "probability of class refuse, the highest", True),
        (every, "p_c", "refuse", "probability of class refuse", True),
        (middle, "score", "1", "probability of class 1", False),
    ],
)
def test_the_class_and_what_is_said_of_it(
    tmp_path: Path, columns: Columns, score: str | None, positive: str | None, says: str,
    by_class: bool,
) -> None:  # fmt: skip
    opened = open_brief(write(tmp_path, columns), Task())
    with opened.closing:
        view = opened.view
        assert guess(view, "log.score") == score
        assert guess(view, "positive") == positive
        assert (view.rule is not None and view.rule.by_class) == by_class
        found = explain(view, Task())
        assert (found.withheld, found.says) == (None, says)
        assert sum(p.contribution for p in found.contributions) + (found.base_value or 0.0) == (
            pytest.approx(found.raw_score)
        )
        if score is not None:
            assert view.case.scale is not None
            assert (view.case.scale.kind, view.case.scale.mapping) == ("probability", "identity")


def test_a_repair_changes_the_class(tmp_path: Path) -> None:
    opened = open_brief(write(tmp_path, label), Task())
    with opened.closing:
        view = opened.view
        cause = Cause(
            "input-unit-or-scale", ("y",), Scale(100.0), None, None, False, None, None, 20, 20,
            True, statement="",
        )  # fmt: skip
        done = replay(view, cause, Task())
        assert done is not None
        assert done.scored.labels == tuple(NAMES)
        assert view.model is not None
        assert view.log is not None
        rows = view.log.query("SELECT x, y, decision FROM {t} ORDER BY fw_row")
        before = np.array(rows["decision"].to_pylist())
        repaired = {"x": rows["x"], "y": rows["y"].to_numpy() / 100}
        after = NAMES[view.model.winners(view.model.matrix(repaired))]
        assert [NAMES[k] for k in done.scored.was] == before.tolist()
        assert [NAMES[k] for k in done.scored.now] == after.tolist()
        assert done.result.decisions_changed == int((before != after).sum())
        assert done.result.this_decision == after[7]
        assert done.result.flips == (before[7] != after[7])
        bad = np.isin(before, ["review", "refuse"]) & (after == "accept")
        assert done.result.from_adverse == int(bad.sum())


def test_a_class_that_is_given(tmp_path: Path) -> None:
    opened = open_brief(write(tmp_path, every, positive="review"), Task())
    with opened.closing:
        assert guess(opened.view, "log.score") == "p_b"
        assert opened.view.model is not None
        assert opened.view.model.says == "probability of class review"
    brief = write(tmp_path, every, positive="revew")
    with pytest.raises(InputTrouble, match=r"no class revew; expected one of accept, review"):
        open_brief(brief, Task())


def test_no_outcome_is_held_against_the_highest_class(tmp_path: Path) -> None:
    def known(log: pd.DataFrame, said: np.ndarray) -> None:
        highest(log, said)
        log["outcome"] = np.roll(NAMES, 1)[said.argmax(axis=1)]

    opened = open_brief(write(tmp_path, known), Task())
    with opened.closing:
        assert not opened.view.has("outcomes")
