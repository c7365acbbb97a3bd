"""Numbers written so that the model cannot read them, or reads a thousandth of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from investigators.checks.input_units.number_format import run
from investigators.evidence import Condition, Finding, Map, Scale
from investigators.model import Model
from investigators.numerals import numeral
from investigators.repair import replay
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import cells_of, pictured
from tests.investigators.views import small_model, view_of

ROWS = 1_500


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, rows: int = ROWS) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": random.lognormal(6.6, 0.6, rows).round(),
            "amount": random.gamma(2, 40, rows).round(2),
            "app": random.choice(["4.7", "4.8", "5.0"], rows, p=[0.5, 0.3, 0.2]),
        }
    )
    high = (frame["income"] > 900) | (frame["amount"] > 120)
    return frame.assign(y=(random.random(rows) < np.where(high, 0.7, 0.1)).astype(float))


TRAINING = drawn(1)


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model(TRAINING, "y", ["income", "amount"], rounds=6)


def scored(model: Model, frame: pd.DataFrame) -> np.ndarray:
    return model.outputs(model.matrix({n: frame[n] for n in ("income", "amount")}))


def seen(
    engine: Engine,
    folder: Path,
    model: Model,
    frame: pd.DataFrame,
    read: pd.DataFrame,
    *,
    score: np.ndarray | None = None,
    training: pd.DataFrame = TRAINING,
) -> View:
    """A log written as ``frame`` that the model reads as ``read``; scored so, or as said."""
    log = frame.drop(columns="y").assign(
        id=[f"r{k}" for k in range(len(frame))],
        time=pd.date_range("2026-03-01", periods=len(frame), freq="10min"),
        score=scored(model, read) if score is None else score,
    )
    roles = {"id": "id", "score": "score", "time": "time"}
    said: dict[str, Any] = {"segments": ("app",), "pick": len(log) - 1, "reference": training}
    names = {"income": "income", "amount": "amount"}
    view = view_of(engine, folder, log, roles, inputs=names, **said)
    assert view.log is not None
    outputs = engine.keep(pa.table({"row": np.arange(len(log)), "out": scored(model, read)}))
    relation = (
        f"(SELECT l.* REPLACE (o.out AS fw_output) FROM {view.log.relation} AS l "
        f"JOIN {outputs} AS o ON l.fw_row = o.row)"
    )
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=view.log.with_relation(relation, columns), model=model)


def of(view: View, name: str) -> Finding:
    return next(f for f in pictured(run(view, Task())) if f.about == (name,))


def hit(frame: pd.DataFrame) -> np.ndarray:
    return np.asarray((frame["app"] == "4.8") & (np.arange(len(frame)) >= len(frame) // 2))


def written(frame: pd.DataFrame, name: str, rows: np.ndarray, how: Callable[[float], str]) -> Any:
    plain = [f"{v:.2f}" if name == "amount" else f"{v:.0f}" for v in frame[name]]
    return [how(v) if h else p for v, p, h in zip(frame[name], plain, rows, strict=True)]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (lambda v: f"{v:.2f}".replace(".", ","), "a decimal comma"),
        (lambda v: f"{v:.2f} €".replace(".", ","), "a currency sign"),
        (lambda v: f"{v:.2f} km", "a unit in the cell"),
        (lambda v: f"€{v:.2f}".encode().decode("cp1252"), "a wrong encoding"),
        (lambda v: "".join(chr(0xFEE0 + ord(c)) if c != "." else c for c in f"{v:.2f}"), "full-"),
    ],
    ids=["comma", "currency", "unit", "mojibake", "wide"],
)
def test_cells_the_model_cannot_read(
    engine: Engine, tmp_path: Path, model: Model, how: Callable[[float], str], words: str
) -> None:
    frame = drawn(2)
    rows = hit(frame)
    log = frame.assign(amount=written(frame, "amount", rows, how))
    read = frame.assign(amount=frame["amount"].mask(rows))
    view = seen(engine, tmp_path, model, log, read)
    found = of(view, "amount")
    assert found.verdict == "supports"
    assert words in found.sentence
    values = dict(zip(map(how, frame["amount"][rows]), frame["amount"][rows], strict=True))
    for cell, _, read, _ in cells_of(found).rows:
        assert float(read.replace(",", "").replace("−", "-")) == pytest.approx(values[cell])
    cause = found.cause
    assert cause is not None
    assert cause.cause == "input-missing-or-default"
    assert cause.segment == (Condition("app", equals="4.8"),)
    assert cause.onset is not None
    assert cause.exact_record
    assert isinstance(cause.transform, Map)
    assert dict(cause.transform.pairs) == {how(v): pytest.approx(v) for v in frame["amount"][rows]}
    done = replay(view, cause, Task())
    assert done is not None
    changed = np.isin(done.scored.rows, np.flatnonzero(rows))
    assert changed.sum() >= 0.95 * rows.sum()
    assert np.allclose(done.scored.output, scored(model, frame)[done.scored.rows])
    assert of(view, "income").verdict == "speaks against"


def test_where_the_scores_are_those_of_the_numbers_only_the_log_writes_so(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = drawn(2)
    rows = hit(frame)
    log = frame.assign(
        amount=written(frame, "amount", rows, lambda v: f"{v:.2f}".replace(".", ","))
    )
    read = frame.assign(amount=frame["amount"].mask(rows))
    view = seen(engine, tmp_path, model, log, read, score=scored(model, frame))
    found = of(view, "amount")
    assert found.verdict == "speaks against"
    assert "the model received them" in found.sentence


def test_thousands_read_as_decimals(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = drawn(2)
    rows = hit(frame) & np.asarray(frame["income"] >= 1000)
    read = frame.assign(income=frame["income"].where(~rows, frame["income"] / 1000))
    view = seen(engine, tmp_path, model, read, read)
    found = of(view, "income")
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.cause == "input-unit-or-scale"
    assert cause.segment == (Condition("app", equals="4.8"),)
    assert cause.transform == Scale(0.001)
    done = replay(view, cause, Task())
    assert done is not None
    assert np.allclose(done.scored.output, scored(model, frame)[done.scored.rows])


@pytest.mark.parametrize("cents", [False, True])
def test_thousands_misread_in_a_part_of_the_rows(
    engine: Engine, tmp_path: Path, model: Model, *, cents: bool
) -> None:
    random = np.random.default_rng(5)
    training, frame = (
        drawn(seed, 6_000).assign(income=np.round(random.lognormal(6.6, 0.6, 6_000), 2 * cents))
        for seed in (1, 5)
    )
    rows = (random.random(6_000) < 0.3) & np.asarray(frame["income"] >= 1000)
    read = frame.assign(income=frame["income"].where(~rows, np.floor(frame["income"]) / 1000))
    found = of(seen(engine, tmp_path, model, read, read, training=training), "income")
    assert found.verdict == "supports", found.sentence
    assert "a part of all rows" in found.sentence
    assert found.cause is not None
    assert found.cause.rows_changed == pytest.approx(rows.sum(), rel=0.12)
    third = frame["income"] + 0.004 * (random.random(6_000) < 0.3)  # a producer of more decimals
    odd = frame.assign(income=np.where(third < 1000, third.round(3), frame["income"]))
    found = of(seen(engine, tmp_path / "odd", model, odd, odd, training=training), "income")
    assert found.verdict != "supports", found.sentence


def test_hundredths_are_no_misread_thousands(engine: Engine, tmp_path: Path, model: Model) -> None:
    frame = drawn(2)
    cents = frame.assign(income=frame["income"] / 100)
    assert of(seen(engine, tmp_path, model, cents, cents), "income").verdict != "supports"
    tens = frame.assign(income=(frame["income"] / 10).round() * 10)
    large = tens["income"] >= 1000
    read = tens.assign(income=tens["income"].where(~large, tens["income"] / 1000))
    found = of(seen(engine, tmp_path / "tens", model, read, read, training=tens), "income")
    assert found.verdict == "supports", found.sentence


def test_without_training_rows_misread_thousands_stay_open(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = drawn(2)
    large = frame["income"] >= 1000
    read = frame.assign(income=frame["income"].where(~large, frame["income"] / 1000))
    view = seen(engine, tmp_path, model, read, read)
    found = of(replace(view, reference=None, reference_inputs={}), "income")
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_words_and_new_decimals_are_no_number_format(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = drawn(2)
    rows = hit(frame)
    log = frame.assign(amount=written(frame, "amount", rows, lambda _: "not known"))
    read = frame.assign(amount=frame["amount"].mask(rows))
    found = of(seen(engine, tmp_path / "words", model, log, read), "amount")
    assert found.verdict == "cannot tell"
    finer = frame.assign(income=frame["income"] + 0.25)
    found = of(seen(engine, tmp_path / "finer", model, finer, finer), "income")
    assert found.verdict == "speaks against"


@pytest.mark.parametrize(
    ("cell", "comma", "value"),
    [
        ("1.234,56", None, 1234.56),
        ("1,234.56", None, 1234.56),
        ("1.234.567", None, 1234567.0),
        ("1,234", True, 1.234),
        ("1,234", False, 1234.0),
        ("0,123", None, 0.123),
        ("1\u202f234,5", None, 1234.5),
        ("(12.5)", None, -12.5),
        ("EUR 12", None, 12.0),
        ("1,234", None, None),
    ],
)
def test_one_cell(cell: str, comma: bool | None, value: float | None) -> None:
    found = numeral(cell)
    assert found is not None
    assert found.value(comma=comma) == value


@pytest.mark.parametrize("cell", ["", "abc", "nan", "1.2.3", "2024-01-01", "12:30", "A12", "12k"])
def test_no_number(cell: str) -> None:
    assert numeral(cell) is None
