"""Rounding: found with its step, rows and onset; sizes, codes and old ways of writing are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.checks.input_units.granularity import run
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.traffic.steps import STEPS, multiple_sql, multiples
from tests.investigators.checks.planted import SHAPES, answers, drawn, rows_of, seen
from tests.investigators.views import small_model

ROWS = 2_500


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def supporting(found: dict[str, Finding]) -> list[str]:
    return [name for name, f in found.items() if f.verdict == "supports"]


@pytest.mark.parametrize(
    ("name", "digits"),
    [("gamma", 0), ("gamma", 2), ("log-normal", 0), ("Pareto", 1), ("gamma", -1)],
)
@pytest.mark.parametrize("app", [None, "b"])
@pytest.mark.parametrize("training", [True, False])
def test_rounding_is_found_with_its_step(
    engine: Engine, tmp_path: Path, name: str, digits: int, app: str | None, training: bool
) -> None:
    log = drawn(2, ROWS)
    rows = rows_of(log, app=app, late=True)
    log.loc[rows, name] = log.loc[rows, name].round(digits)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS) if training else None))
    assert supporting(found) == [name]
    cause = found[name].cause
    assert cause is not None
    assert cause.cause == "input-unit-or-scale"
    assert cause.corroborations == ()
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    assert cause.onset is not None
    assert found[name].effect["step"] == pytest.approx(10.0**-digits)
    assert found[name].charts


@pytest.mark.parametrize("share", [0.08, 0.4])
def test_a_part_of_all_rows_is_rounded(engine: Engine, tmp_path: Path, share: float) -> None:
    log = drawn(2, ROWS)
    rows = np.random.default_rng(4).random(ROWS) < share
    log.loc[rows, "gamma"] = log.loc[rows, "gamma"].round(0)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))
    assert supporting(found) == ["gamma"]
    cause = found["gamma"].cause
    assert cause is not None
    assert cause.segment is None
    assert cause.onset is None


@pytest.mark.parametrize(
    "what", ["sound", "grown", "shrunk", "mix", "other size", "code", "capped", "finer"]
)
def test_what_is_no_rounding(engine: Engine, tmp_path: Path, what: str) -> None:
    random = np.random.default_rng(7)
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    if what == "grown":
        log["log-normal"] = (log["log-normal"] * 1.25).round(1)
        log["gamma"] *= 1.25
    if what == "shrunk":
        log["Pareto"] = (log["Pareto"] * 0.8).round(2)
    if what == "mix":  # one app always sent whole numbers, and has more rows now
        log["app"] = np.where(random.random(ROWS) < 0.4, "d", log["app"])
        for frame in (training, log):
            rows = frame["app"] == "d"
            frame.loc[rows, "gamma"] = frame.loc[rows, "gamma"].round(0)
    if what == "other size":  # seconds came as whole milliseconds
        log["log-normal"] = (log["log-normal"] * 1000).round(0)
    if what == "code":
        log.loc[random.random(ROWS) < 0.3, "gamma"] = -999.0
    if what == "capped":
        log["gamma"] = log["gamma"].clip(upper=60.0)
    if what == "finer":
        training["gamma"] = training["gamma"].round(0)
    assert not supporting(answers(run, seen(engine, tmp_path, log, training)))


def test_a_segment_that_may_always_have_been_so(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    log.loc[np.random.default_rng(8).random(ROWS) < 0.06, "app"] = "d"
    for frame in (training, log):
        rows = frame["app"] == "d"
        frame.loc[rows, "gamma"] = frame.loc[rows, "gamma"].round(0)
    view = seen(engine, tmp_path, log, training.drop(columns="app"))
    found = answers(run, view)["gamma"]
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_it_says_what_rounding_does_to_this_score(engine: Engine, tmp_path: Path) -> None:
    """Against the model asked value by value."""
    log, training = drawn(2, ROWS), drawn(1, ROWS)
    log["gamma"] = log["gamma"].round(-1)
    near = training.assign(y=(training["gamma"] + training["log-normal"] > 90).astype(float))
    model = small_model(near, "y", [*SHAPES], ["colour"])
    row = 17
    view = replace(seen(engine, tmp_path, log, training, pick=row), model=model)
    found = answers(run, view)["gamma"]
    value = float(log.loc[row, "gamma"])
    tried = np.linspace(value - 5, value + 5, 21)
    columns = {n: [log.loc[row, n]] * 21 for n in [*SHAPES, "colour"]} | {"gamma": tried}
    outputs = model.outputs(model.matrix(columns))
    assert found.verdict == "supports"
    assert found.concerns_decision
    assert "moves a value by 5 at most" in found.sentence
    for end in (outputs.min(), outputs.max()):
        assert f"{end:.4f}".rstrip("0") in found.sentence


@pytest.mark.parametrize("n", [1, 49])
def test_too_few_rows(engine: Engine, tmp_path: Path, n: int) -> None:
    found = answers(run, seen(engine, tmp_path, drawn(2, n), drawn(1, ROWS)))
    assert all(f.verdict == "cannot tell" for f in found.values())
    assert "colour" not in found


@pytest.mark.parametrize("step", STEPS)
def test_multiples_are_those_of_exact_decimals(engine: Engine, step: float) -> None:
    """Decimal arithmetic says the same, in the engine and here."""
    random = np.random.default_rng(3)
    texts = [f"{v:.{d}f}" for v in random.gamma(1, 900, 60) for d in range(5)]
    exact = [Decimal(t) % Decimal(str(step)) == 0 for t in texts]
    values = np.array([float(t) for t in texts])
    assert multiples(values, step).tolist() == exact
    kept = engine.keep(pd_table(values))
    with engine.asking(f"SELECT {multiple_sql('x', step)} FROM {kept}") as answer:
        assert [row[0] for row in answer.fetchall()] == exact


def pd_table(values: np.ndarray) -> object:
    import pyarrow as pa

    return pa.Table.from_pandas(pd.DataFrame({"x": values}), preserve_index=False)


@pytest.mark.parametrize("same", [False, True], ids=["rounded", "one value"])
def test_a_narrow_column_rounded_to_few_values_is_rounded(
    engine: Engine, tmp_path: Path, same: bool
) -> None:
    random = np.random.default_rng(9)
    log, training = (
        drawn(seed, ROWS).assign(gamma=random.normal(0.2, 0.045, ROWS).round(4)) for seed in (2, 1)
    )
    rows = rows_of(log, late=True)
    log.loc[rows, "gamma"] = 0.2 if same else log.loc[rows, "gamma"].round(1)
    assert (log.loc[rows, "gamma"] == 0.2).mean() > 0.6
    found = answers(run, seen(engine, tmp_path, log, training))
    assert supporting(found) == ([] if same else ["gamma"])


def test_in_a_small_table_of_whole_numbers_no_value_is_a_pile(
    engine: Engine, tmp_path: Path
) -> None:
    """Of 220 rows every value of a narrow column holds its share: all of them count."""
    random = np.random.default_rng(8)
    log, training = drawn(2, 220), drawn(1, 220)
    for table in (log, training):
        table["gamma"] = np.round(random.normal(95, 14, 220))
    rows = rows_of(log, app="b")
    log.loc[rows, "gamma"] = np.round(log.loc[rows, "gamma"], -1)
    found = answers(run, seen(engine, tmp_path, log, training))
    assert found["gamma"].verdict == "supports", found["gamma"].sentence
    assert found["gamma"].effect["step"] == 10
    assert supporting(found) == ["gamma"]
