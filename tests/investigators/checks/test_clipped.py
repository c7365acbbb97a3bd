"""Caps and cut texts are found in their rows; drift, rounding and natural ends are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from investigators.checks.input_units.clipped import run
from investigators.evidence import Condition, Finding, Map, NoTransform
from investigators.tables.table import Engine
from tests.investigators.checks.planted import answers, drawn, rows_of, seen

ROWS = 3_000
TEXTS = ("Garden tools", "Garden furniture", "Electrics", "Toys")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def supporting(found: dict[str, Finding]) -> list[str]:
    return [name for name, f in found.items() if f.verdict == "supports"]


@pytest.mark.parametrize(
    ("shape", "cap", "app"),
    [
        ("log-normal", 100.0, "a"),
        ("gamma", 127.0, None),
        ("Pareto", 20.0, "b"),
        ("two humps", 255.0, None),
    ],
)
def test_a_cap_is_found_in_its_rows(
    engine: Engine, tmp_path: Path, shape: str, cap: float, app: str | None
) -> None:
    log = drawn(2, ROWS)
    rows = rows_of(log, app=app)
    log.loc[rows, shape] = log.loc[rows, shape].clip(upper=cap)
    at = rows & (log[shape] == cap).to_numpy()
    view = seen(engine, tmp_path, log, drawn(1, ROWS), pick=int(at.argmax()))
    found = answers(run, view)
    assert supporting(found) == [shape], found[shape].sentence
    cause = found[shape].cause
    assert cause is not None
    assert cause.cause == "train-serve-skew"
    assert cause.transform == NoTransform()
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    assert cause.concerns_decision
    assert found[shape].effect["value"] == cap
    byte = any("number of" in sign for sign in cause.corroborations)
    assert byte == (cap in {127.0, 255.0})
    assert found[shape].charts


def test_a_cap_of_counts_that_training_has_as_well(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    log["counts"] = log["counts"].clip(upper=7.0)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))
    assert supporting(found) == ["counts"]


def test_a_floor(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    training["gamma"] -= 30
    log["gamma"] = (log["gamma"] - 30).clip(lower=0.0)
    found = answers(run, seen(engine, tmp_path, log, training))
    assert supporting(found) == ["gamma"]
    assert found["gamma"].effect["side"] == "below"


@pytest.mark.parametrize("drift", ["less", "counts", "whole", "narrow", "none"])
def test_a_drift_is_no_cap(engine: Engine, tmp_path: Path, drift: str) -> None:
    random = np.random.default_rng(8)
    log = drawn(2, ROWS)
    if drift == "less":
        for shape in ("gamma", "log-normal", "Pareto"):
            log[shape] *= 0.6
    if drift == "counts":
        log["counts"] = random.poisson(2.0, ROWS).astype(float)
    if drift == "whole":
        log["gamma"] = log["gamma"].round(-1)
    if drift == "narrow":
        log["log-normal"] = random.lognormal(3.5, 0.4, ROWS).round(1)
    assert not supporting(answers(run, seen(engine, tmp_path, log, drawn(1, ROWS))))


def test_texts_cut_at_one_length_are_mapped_to_their_completion(
    engine: Engine, tmp_path: Path
) -> None:
    names = {
        "red": "Garden tools",
        "green": "Garden furniture",
        "blue": "Electrics",
        "black": "Toys",
    }
    training, log = (drawn(k, ROWS).assign(colour=lambda f: f["colour"].map(names)) for k in (1, 2))
    rows = rows_of(log, app="a", late=True)
    log.loc[rows, "colour"] = log.loc[rows, "colour"].str[:8]
    cause = answers(run, seen(engine, tmp_path, log, training))["colour"].cause
    assert cause is not None
    assert cause.cause == "input-unseen-value"
    # "Garden t" has one completion, and so have the others; "Toys" was not cut
    assert cause.transform == Map(
        (("Electric", "Electrics"), ("Garden f", "Garden furniture"), ("Garden t", "Garden tools"))
    )
    assert cause.segment == (Condition("app", equals="a"),)
    assert cause.onset is not None
    assert cause.rows_changed == (rows & (log["colour"] != "Toys").to_numpy()).sum()


def test_a_new_text_is_no_cut_one(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    log.loc[rows_of(log, app="b"), "colour"] = "bla"  # the beginning of black, in one value alone
    assert not supporting(answers(run, seen(engine, tmp_path, log, drawn(1, ROWS))))


@pytest.mark.parametrize("n", [1, 40, 60])
def test_too_few_values(engine: Engine, tmp_path: Path, n: int) -> None:
    log = drawn(2, n)
    log["gamma"] = log["gamma"].clip(upper=200.0)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))["gamma"]
    assert found.verdict == ("cannot tell" if n < 50 else "speaks against")
