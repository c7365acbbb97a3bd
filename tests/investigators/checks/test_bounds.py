"""Bounds that values of training keep by nature: broken ones are told, a moving world is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from investigators.checks.data_assumptions.invariants import run
from investigators.evidence import Condition, Finding
from investigators.features import Dictionary, Feature
from investigators.relations.forms import Relation
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.planted import SHAPES, drawn, rows_of, seen

ROWS = 3_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def told(view: View, words: str) -> Finding | None:
    """The finding of a bound, by its words."""
    return next((f for f in run(view, Task()) if f.sentence.startswith(words)), None)


@pytest.mark.parametrize("seed", [71, 72, 73])
@pytest.mark.parametrize(("name", "rows"), [("gamma", 9), ("log-normal", 60), ("counts", 300)])
def test_values_below_zero_are_told_in_their_segment(
    engine: Engine, tmp_path: Path, name: str, rows: int, seed: int
) -> None:
    log = drawn(seed, ROWS)
    log["channel"] = "f"
    chosen = np.flatnonzero(rows_of(log, late=True))[:rows]
    log.loc[chosen, "channel"] = "new"
    log.loc[chosen, name] = -1 - log.loc[chosen, name]
    found = told(seen(engine, tmp_path, log, drawn(seed + 100, ROWS)), f"{name} ≥ 0 ")
    assert found is not None
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.segment == (Condition("channel", equals="new"),)
    assert found.cause.rows_in_scope == rows
    assert found.cause.corroborations == (), "other checks say what it is: this one only where"
    assert f"to −{-log.loc[chosen, name].max():.3g}"[:5] in found.sentence


@pytest.mark.parametrize(("top", "words"), [(1.0, "0 ≤ gamma ≤ 1 "), (100.0, "0 ≤ gamma ≤ 100 ")])
def test_a_share_above_one_and_a_percentage_above_a_hundred(
    engine: Engine, tmp_path: Path, top: float, words: str
) -> None:
    random = np.random.default_rng(5)
    log, training = drawn(2, ROWS), drawn(1, ROWS)
    for table in (log, training):
        table["gamma"] = top * random.beta(2, 1.5, ROWS)
    rows = rows_of(log, app="c")
    log.loc[rows, "gamma"] *= 1.5
    found = told(seen(engine, tmp_path, log, training), words)
    assert found is not None
    assert found.verdict == "supports", found.sentence


def test_a_bound_of_the_dictionary_goes_before_what_values_look_like(
    engine: Engine, tmp_path: Path
) -> None:
    log, training = drawn(2, ROWS), drawn(1, ROWS)
    for table in (log, training):
        table["gamma"] = np.clip(table["gamma"], 5, 200)
    view = seen(engine, tmp_path, log, training)
    feature = Feature("gamma", minimum=2.0, maximum=250.0)
    view = replace(view, dictionary=Dictionary({"gamma": feature}))
    found = told(view, "2 ≤ gamma ≤ 250 ")
    assert found is not None
    assert found.verdict == "speaks against", found.sentence


def test_what_training_merely_happened_to_have_is_no_bound(engine: Engine, tmp_path: Path) -> None:
    """A warm spring and a winter: below zero is no fault."""
    random = np.random.default_rng(7)
    log, training = drawn(2, ROWS), drawn(1, ROWS)
    training["gamma"] = random.normal(22, 4.5, ROWS).round(1).clip(3, 40)
    log["gamma"] = random.normal(4, 4.5, ROWS).round(1)
    view = seen(engine, tmp_path, log, training)
    assert told(view, "gamma ≥ 0 ") is None
    assert told(view, "0 ≤ gamma") is None


@pytest.mark.parametrize("seed", range(81, 87))
@pytest.mark.parametrize("grown", [0.7, 1.0, 1.4])
def test_sound_logs_keep_their_bounds(
    engine: Engine, tmp_path: Path, seed: int, grown: float
) -> None:
    log = drawn(seed, ROWS)
    for name in SHAPES:
        if name != "yes or no":
            log[name] *= grown
    found = run(seen(engine, tmp_path, log, drawn(seed + 100, ROWS)), Task())
    assert not [f.sentence for f in found if f.verdict == "supports"]
    assert sum("≥ 0" in f.sentence for f in found) >= 4, "sizes have a bound that holds"


def test_words_of_bounds() -> None:
    limits = [(0.0, None), (None, 1.0), (0.0, 100.0)]
    words = [Relation("bounds", ("x",), limits=each).words for each in limits]
    assert words == ["x ≥ 0", "x ≤ 1", "0 ≤ x ≤ 100"]


@pytest.mark.parametrize("limits", [(0.0, None), (None, 1.0), (0.0, 100.0)])
def test_numbers_and_queries_agree_about_bounds(
    engine: Engine, tmp_path: Path, limits: tuple[float | None, float | None]
) -> None:
    log = drawn(3, 400)
    log["gamma"] = np.random.default_rng(3).choice([-5.0, 0.0, 0.5, 1.0, 99.0, 100.5, np.nan], 400)
    view = seen(engine, tmp_path, log, None)
    assert view.log is not None
    relation = Relation("bounds", ("gamma",), limits=limits)
    told, broken = relation.sql(view.log_inputs)
    found = view.log.query(
        f"SELECT count(*) FILTER ({told}), count(*) FILTER ({broken}) FROM {{t}}"
    )
    known, holds = relation.holds({"gamma": log["gamma"].to_numpy()})
    counted = [int(column[0].as_py()) for column in found.columns]
    assert counted == [known.sum(), (known & ~holds).sum()]
    assert 0 < counted[1] < counted[0]
