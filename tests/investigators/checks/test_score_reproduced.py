from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import ScoreScale
from investigators.chart import Cells
from investigators.checks.data_assumptions.score_reproduced import CHECK
from investigators.evidence import Condition, Finding
from investigators.model import Model
from investigators.reproduction import reproduce
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import cells_of, pictured
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
    return pictured(CHECK.run(view, Task()))[0]


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
    first, *others = cells_of(found).rows
    assert first[3] == "this one"
    assert all(logged != model for _, logged, model, _ in (first, *others))
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


def wide(seed: int, rows: int = 1500) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    amount = random.gamma(2, 20, rows).round(2)
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(rows)],
            "time": pd.date_range("2026-03-01", periods=rows, freq="11min"),
            "amount": np.where(random.random(rows) < 0.3, np.nan, amount),
            "minutes": random.lognormal(3, 2, rows),
            "orders": random.poisson(4, rows).astype(float),
            "colour": random.choice(["red", "blue", "green", "black"], rows),
            "region": random.choice(["north", "south", "west"], rows),
        }
    )


def trained() -> Model:
    frame = wide(7).astype({"colour": pd.CategoricalDtype(["red", "green", "black", "blue"])})
    push = frame["colour"].cat.codes + frame["orders"] / 3 - np.log(frame["minutes"])
    push += np.where(frame["amount"].isna(), 1.5, frame["amount"] / 30) - 2.5
    chance = 1 / (1 + np.exp(-push))
    frame["y"] = (np.random.default_rng(2).random(len(frame)) < chance) * 1
    return small_model(frame, "y", ["amount", "minutes", "orders"], ["colour"], rounds=40)


def served(change: Any, mask: Any = None) -> Any:
    """Columns of a log whose scores are given for changed inputs where ``mask`` is set."""
    model, frame = trained(), wide(8)
    names = [i.name for i in model.inputs]
    own = model.raw(model.matrix({n: frame[n] for n in names}))
    late = (np.arange(len(frame)) >= 600) & (frame["region"] == "north").to_numpy()
    mask = late if mask is None else mask
    scores = model.to_output(own)
    if callable(change):
        matrix = model.matrix({n: frame[n] for n in names})
        given = change(frame, matrix)
        scores = np.where(mask, given if given.ndim == 1 else model.outputs(given), scores)
    frame["score"] = np.round(scores, 4)
    return model, frame, mask


def look(engine: Engine, folder: Path, made: Any, pick: int | None = None) -> Finding:
    model, frame, _ = made
    roles = {"id": "id", "time": "time", "score": "score"}
    given = {"model": model, "scale": SCALE, "segments": ("region", "colour"), "pick": pick}
    view = view_of(engine, folder, frame, roles, reference=wide(7), **given)
    assert view.log is not None
    timed = (*view.log.columns, Column("fw_time", "time"))
    return answer(replace(view, log=replace(view.log, columns=timed)))


def column(place: int, how: Any) -> Any:
    def change(_: pd.DataFrame, matrix: Any) -> Any:
        matrix = matrix.copy()
        matrix[:, place] = how(matrix[:, place])
        return matrix

    return change


def median_of(name: str) -> float:
    return float(wide(7)[name].median())


ALPHABETICAL = np.array([3.0, 2.0, 0.0, 1.0])  # red, green, black, blue among their own kind
CHANGES = {
    "amount and orders are exchanged": (
        lambda _, m: m[:, [2, 1, 0, 3]], "input-columns-swapped", ("amount", "orders"),
    ),
    "a missing amount is taken as 0": (
        column(0, lambda x: np.where(np.isnan(x), 0.0, x)), "input-missing-or-default", ("amount",),
    ),
    "a missing amount is taken as training's median": (
        column(0, lambda x: np.where(np.isnan(x), median_of("amount"), x)),
        "input-missing-or-default", ("amount",),
    ),
    "orders is taken as missing in every row": (
        column(2, lambda x: np.full(x.shape, np.nan)), "input-missing-or-default", ("orders",),
    ),
    "minutes is divided by 60": (column(1, lambda x: x / 60), "input-unit-or-scale", ("minutes",)),
    "minutes is cut to whole numbers": (column(1, np.trunc), "train-serve-skew", ("minutes",)),
    "the values of colour are numbered alphabetically": (
        column(3, lambda x: ALPHABETICAL[x.astype(int)]), "train-serve-skew", ("colour",),
    ),
    "the inputs are passed in alphabetical order": (
        lambda _, m: m[:, [0, 3, 1, 2]], "input-columns-swapped", ("minutes", "orders", "colour"),
    ),
    "the link is applied twice": (
        lambda _, m: 1 / (1 + np.exp(-trained().outputs(m))), "version-or-deployment", (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", CHANGES)
def test_what_gives_it_after_all(engine: Engine, tmp_path: Path, words: str) -> None:
    """The change, the inputs, the group and the first row, each from the logged scores alone."""
    change, cause, features = CHANGES[words]
    made = served(change)
    _, frame, mask = made
    sound = np.round(np.asarray(made[0].outputs(made[0].matrix(dict(frame)))), 4)
    differs = np.flatnonzero(mask & (frame["score"].to_numpy() != sound))
    found = look(engine, tmp_path, made, pick=int(differs[4]))
    assert found.verdict == "supports"
    assert words in found.sentence
    assert "This decision is among them." in found.sentence
    assert found.cause is not None
    assert (found.cause.cause, found.cause.features) == (cause, features)
    assert found.cause.exact_record
    # small counts divided by 1,000 and missing ones are the same to this model
    unsure = words == "orders is taken as missing in every row"
    assert ("do not tell this from: orders is divided by 1,000" in found.sentence) is unsure
    assert len(found.cause.corroborations) == (0 if unsure else 1)
    assert found.segment == (Condition("region", equals="north"),)
    assert found.onset is not None
    assert found.onset.earliest is not None
    assert found.onset.latest is not None
    assert found.onset.earliest <= frame["time"][differs[0]].isoformat() + "Z" <= found.onset.latest
    (chart,) = found.charts
    assert isinstance(chart, Cells)
    assert all(row[1] == row[3] != row[2] for row in chart.rows)


def test_another_model_is_not_given_by_any_change(engine: Engine, tmp_path: Path) -> None:
    frame = wide(9).assign(y=lambda f: (f["orders"] + f["minutes"] / 10 > 6) * 1)
    other = small_model(frame, "y", ["amount", "minutes", "orders"], ["colour"], rounds=20)
    made = served(lambda f, _: np.asarray(other.outputs(other.matrix(dict(f)))))
    found = look(engine, tmp_path, made)
    assert found.verdict == "supports"
    assert "simple changes gives it on" in found.sentence
    assert "two inputs exchanged" in found.sentence
    assert found.cause is not None
    assert found.cause.cause == "version-or-deployment"
    assert not found.cause.exact_record


def test_few_rows_name_nothing(engine: Engine, tmp_path: Path) -> None:
    """Seven rows that differ: today's answer, without a search."""
    model, frame, mask = served(lambda _, m: m[:, [2, 1, 0, 3]])
    at = np.flatnonzero(mask)[:7]
    sound = np.round(np.asarray(model.outputs(model.matrix(dict(frame)))), 4)
    kept = frame["score"].where(frame.index.isin(at), sound)
    found = look(engine, tmp_path, (model, frame.assign(score=kept), mask))
    assert found.verdict == "supports"
    assert "exchanged" not in found.sentence
    assert "simple changes" not in found.sentence
