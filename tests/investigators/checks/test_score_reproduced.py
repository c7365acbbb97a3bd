from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import ScoreScale
from investigators.checks.data_assumptions.score_reproduced import CHECK
from investigators.evidence import Condition, Finding
from investigators.reproduction import reproduce
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.views import small_model, view_of

ROWS = 1000
SCALE = ScoreScale("probability", decimals=4)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def log() -> pd.DataFrame:
    random = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(ROWS)],
            "time": pd.date_range("2026-03-01", periods=ROWS, freq="11min"),
            "a": random.normal(0, 1, ROWS),
            "b": random.gamma(2, 1, ROWS),
            "version": "v7",
            "region": random.choice(["north", "south", "west"], ROWS),
        }
    )


def make(engine: Engine, folder: Path, frame: pd.DataFrame, wrong: Any, **more: Any) -> View:
    """A log whose score is the model's, but where ``wrong`` (0.07 more)."""
    random = np.random.default_rng(1)
    training = log().assign(y=lambda f: (random.random(ROWS) < 1 / (1 + np.exp(-f["a"]))) * 1)
    model = small_model(training, "y", ["a", "b"])
    output = np.asarray(model.outputs(frame[["a", "b"]].to_numpy()))
    frame = frame.assign(score=np.round(output + np.where(wrong, 0.07, 0.0), 4))
    roles = {"id": "id", "time": "time", "score": "score", "model_version": "version"}
    given = {"model": model, "scale": SCALE, "segments": ("region",)} | more
    return view_of(engine, folder, frame, roles, **given)


def answer(view: View) -> Finding:
    return CHECK.run(view, Task())[0]


def test_all_rows_are_given(engine: Engine, tmp_path: Path) -> None:
    found = answer(make(engine, tmp_path, log(), np.zeros(ROWS, bool), pick=3))
    assert found.verdict == "speaks against"
    assert "to the log's 4 decimals) on 1,000 of 1,000 rows" in found.sentence


def test_since_when(engine: Engine, tmp_path: Path) -> None:
    frame = log()
    wrong = np.arange(ROWS) >= 600
    found = answer(make(engine, tmp_path, frame, wrong, pick=700))
    assert found.verdict == "supports"
    assert found.concerns_decision
    assert found.onset is not None
    assert found.onset.latest == frame["time"][600].isoformat() + "Z"
    assert found.onset.earliest == frame["time"][599].isoformat() + "Z"
    assert found.cause is not None
    assert (found.cause.segment, found.cause.rows_in_scope) == (None, 400)
    assert (found.cause.end, found.cause.ongoing) == (None, True)
    assert "This decision is among them." in found.sentence
    before = answer(make(engine, tmp_path, frame, wrong, pick=5))
    assert not before.concerns_decision
    assert "This decision is not among them." in before.sentence


def test_for_whom(engine: Engine, tmp_path: Path) -> None:
    """Another model in one region, from a day on: the group and its own onset."""
    frame = log()
    wrong = (frame["region"] == "north") & (frame.index >= 400)
    found = answer(make(engine, tmp_path, frame, wrong, pick=int(frame.index[wrong][3])))
    assert found.segment == (Condition("region", equals="north"),)
    assert "They are in region north." in found.sentence
    assert found.cause is not None
    assert found.cause.rows_in_scope == wrong.sum()
    north = frame[frame["region"] == "north"]
    assert found.onset is not None
    assert found.onset.latest == frame["time"][wrong].min().isoformat() + "Z"
    last = north["time"][north.index < 400].max()
    assert found.onset.earliest == last.isoformat() + "Z"


def test_from_the_first_row_there_is_no_onset(engine: Engine, tmp_path: Path) -> None:
    found = answer(make(engine, tmp_path, log(), np.arange(ROWS) != 500, pick=5))
    assert found.cause is not None
    assert (found.cause.onset, found.cause.onset_known) == (None, True)
    assert found.cause.rows_in_scope == ROWS
    assert "first row" not in found.sentence


def test_a_decision_of_another_version(engine: Engine, tmp_path: Path) -> None:
    """The file gives the other rows; of this decision it does not give the score."""
    frame = log()
    frame.loc[600:, "version"] = "v8"
    view = make(engine, tmp_path, frame, np.arange(ROWS) >= 600, pick=700)
    found = answer(view)
    assert found.verdict == "supports"
    assert found.concerns_decision
    assert found.cause is None
    assert "This decision is of version v8" in found.sentence
    assert found.would_need == "the model file of this decision's version"
    result = reproduce(view.log, view.model, SCALE, Task(), 700).answer  # type: ignore[arg-type]
    assert (result.verdict, result.this_row) == ("reproduced", False)
    assert (result.rows_compared, result.rows_equal, result.rows_other_version) == (600, 600, 400)
    # the largest difference is of the rows that were compared
    assert result.largest_difference is not None
    assert result.largest_difference <= 0.00005
    own = answer(make(engine, tmp_path, frame, np.arange(ROWS) >= 600, pick=5))
    assert own.verdict == "speaks against"


def test_whole_numbers_are_said_as_such(engine: Engine, tmp_path: Path) -> None:
    view = make(engine, tmp_path, log(), np.zeros(ROWS, bool))
    answer = reproduce(view.log, view.model, ScoreScale("probability", decimals=0), Task())  # type: ignore[arg-type]
    assert "to the log's whole numbers" in answer.answer.sentence
