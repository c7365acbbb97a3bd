"""Columns whose values are alike, told by how they are written; one new writing is no exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.checks.input_units.columns_swapped import run
from investigators.evidence import Condition, Finding, Swap
from investigators.model import Model
from investigators.shift.writing import GRIDS, Writing, shares_on, writing_of
from investigators.tables.table import Column, Engine
from investigators.task import Task
from tests.investigators.views import small_model, view_of

START = pd.Timestamp("2026-03-01")
NAMES = ("cents", "tenths", "whole", "halves", "gappy", "capped")
PAIRS = [
    ("cents", "tenths"), ("tenths", "whole"), ("tenths", "halves"),
    ("cents", "gappy"), ("cents", "capped"), ("gappy", "whole"),
]  # fmt: skip


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, n: int) -> pd.DataFrame:
    """Six inputs of nearly one distribution, written otherwise."""
    random = np.random.default_rng(seed)

    def some() -> np.ndarray:
        return random.gamma(4, 5, n) + 2

    frame = pd.DataFrame(
        {
            "cents": some().round(2),
            "tenths": (some() * 1.05).round(1),
            "whole": some().round(0),
            "halves": (some() * 2).round(0) / 2,
            "gappy": np.where(random.random(n) < 0.4, np.nan, some().round(1)),
            "capped": np.where(random.random(n) < 0.3, 15.0, some().round(1)),
            "app": random.choice(list("abcde"), n),
            "time": START + pd.to_timedelta(np.sort(random.random(n)) * 30, unit="D"),
        }
    )
    return frame.assign(y=(random.random(n) < 0.3).astype(float))


@cache
def model() -> Model:
    return small_model(drawn(1, 1_000), "y", NAMES, rounds=4)


def found(engine: Engine, folder: Path, log: pd.DataFrame, training: pd.DataFrame) -> list[Finding]:
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time"}, model=model(), reference=training,
        segments=("app",), pick=len(log) - 1,
    )  # fmt: skip
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    view = replace(view, log=replace(view.log, columns=columns))
    return [f for f in run(view, Task()) if f.verdict == "supports"]


@pytest.mark.parametrize("seed", [401])
@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
@pytest.mark.parametrize("where", ["all", "segment", "since"])
def test_an_exchange_of_columns_that_look_alike(
    engine: Engine, tmp_path: Path, seed: int, pair: tuple[str, str], where: str
) -> None:
    log, (one, other) = drawn(seed, 3_000), pair
    rows = {
        "all": np.full(3_000, fill_value=True),
        "segment": np.asarray(log["app"] == "c"),
        "since": np.asarray(log["time"] >= START + pd.Timedelta(days=14)),
    }[where]
    a, b = log[one].copy(), log[other].copy()
    log = log.assign(**{one: a.where(~rows, b), other: b.where(~rows, a)})
    told = found(engine, tmp_path, log, drawn(seed + 50, 3_000))
    assert [set(f.about) for f in told] == [set(pair)]
    cause = told[0].cause
    assert cause is not None
    assert isinstance(cause.transform, Swap)
    assert cause.segment == ((Condition("app", equals="c"),) if where == "segment" else None)
    assert (cause.onset is not None) == (where == "since")
    assert cause.corroborations
    assert abs(cause.rows_in_scope - rows.sum()) <= 15


def other_writing(log: pd.DataFrame, kind: str) -> pd.DataFrame:
    """What is no exchange: one or two inputs are written otherwise, or have moved."""
    return {
        "nothing": log,
        "rounded": log.assign(cents=log["cents"].round(1)),
        "finer": log.assign(whole=log["whole"] + 0.3, tenths=log["tenths"] + 0.04),
        "both rounded": log.assign(cents=log["cents"].round(0), tenths=log["tenths"].round(0)),
        "unit": log.assign(tenths=(log["tenths"] * 1.609344).round(2)),
        "moved": log.assign(cents=(log["cents"] + 4).round(2), tenths=(log["tenths"] - 3).round(1)),
        "copied": log.assign(cents=log["tenths"]),
        "full": log.assign(gappy=log["gappy"].fillna(12.0)),
    }[kind]


@pytest.mark.parametrize("seed", [411])
@pytest.mark.parametrize(
    "kind",
    ["nothing", "rounded", "finer", "both rounded", "unit", "moved", "copied", "full"],
)
def test_what_is_no_exchange(engine: Engine, tmp_path: Path, seed: int, kind: str) -> None:
    log = other_writing(drawn(seed, 3_000), kind)
    told = found(engine, tmp_path, log, drawn(seed + 50, 3_000))
    assert not told, [f.sentence for f in told]


def test_writing_by_hand() -> None:
    one, other = np.array([1.25, 2.5, 3.37, 4.01]), np.array([1.5, 2.0, 3.5, 4.1])
    shares = shares_on(one), shares_on(other)
    assert shares[0][GRIDS.index(1.0)] == 0.0
    assert shares[1][GRIDS.index(0.5)] == 0.75
    told = writing_of(*shares)
    assert told == Writing(0.1, 0.25, 1.0)
    assert told.words == "multiples of 0.1"
    votes = told.of(np.array([1.5, 1.25, np.nan]), np.array([1.25, 1.5, 1.25]))
    on, off = np.log(0.99 / 0.25), np.log(0.01 / 0.75)
    np.testing.assert_allclose(votes, [on - off, off - on, -off])
    assert writing_of(shares[0], shares[0]) is None
