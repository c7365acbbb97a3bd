from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import Rule
from investigators.checks.data_assumptions.decision_reproduced import CHECK
from investigators.evidence import Condition, Finding, Threshold
from investigators.tables.table import Column, Engine
from investigators.task import Task
from tests.investigators.views import view_of

ROWS, CUT = 3000, 0.2
RULE = Rule((CUT,), ("accept", "review"), ("review",), "given")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def log(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(ROWS)],
            "time": pd.date_range("2026-03-01", periods=ROWS, freq="11min"),
            "score": random.beta(1, 5, ROWS).round(4),
            "region": random.choice(["north", "south", "west"], ROWS),
        }
    )


def decided(frame: pd.DataFrame, cuts: Any) -> pd.DataFrame:
    return frame.assign(decision=np.where(frame["score"] >= cuts, "review", "accept"))


def look(
    engine: Engine, folder: Path, frame: pd.DataFrame, rule: Rule | None = RULE, pick: int = 0
) -> Finding:
    roles = {"id": "id", "time": "time", "score": "score", "decision": "decision"}
    view = view_of(engine, folder, frame, roles, rule=rule, segments=("region",), pick=pick)
    assert view.log is not None
    timed = (*view.log.columns, Column("fw_time", "time"))
    (found,) = CHECK.run(replace(view, log=replace(view.log, columns=timed)), Task())
    return found


def test_all_follow(engine: Engine, tmp_path: Path) -> None:
    found = look(engine, tmp_path, decided(log(1), CUT))
    assert (found.verdict, found.n) == ("speaks against", ROWS)
    assert "All 3,000 logged decisions follow the threshold 0.2." in found.sentence


@pytest.mark.parametrize("moved", [0.12, 0.15, 0.3])
def test_another_threshold_for_a_part(engine: Engine, tmp_path: Path, moved: float) -> None:
    frame = log(2)
    held = (frame["region"] == "west") & (frame.index >= 1200)
    frame = decided(frame, np.where(held, moved, CUT))
    low, high = sorted((moved, CUT))
    between = held & (frame["score"] >= low) & (frame["score"] < high)
    row = int(frame.index[between][5])
    found = look(engine, tmp_path, frame, pick=row)
    assert found.verdict == "supports"
    assert found.concerns_decision
    assert found.segment == (Condition("region", equals="west"),)
    assert found.cause is not None
    assert isinstance(found.cause.transform, Threshold)
    assert found.cause.transform.source == CUT
    assert found.cause.transform.to == pytest.approx(moved, abs=0.002)
    assert found.cause.rows_changed == int(between.sum())
    assert len(found.cause.corroborations) == 1
    assert found.onset is not None
    assert found.onset.latest is not None
    assert found.onset.earliest is not None
    first = frame["time"][between].min().isoformat() + "Z"
    assert found.onset.earliest <= first <= found.onset.latest
    assert found.charts


def test_exceptions_by_hand_are_no_threshold(engine: Engine, tmp_path: Path) -> None:
    frame = decided(log(3), CUT)
    at = np.random.default_rng(1).random(ROWS) < 0.03
    other = np.where(frame["decision"] == "review", "accept", "review")
    found = look(engine, tmp_path, frame.assign(decision=np.where(at, other, frame["decision"])))
    assert found.verdict == "cannot tell"
    assert "no other threshold" in found.sentence
    assert found.would_need


def test_a_rule_on_something_else_is_no_threshold(engine: Engine, tmp_path: Path) -> None:
    """A region where everything is reviewed has no other cut between scores."""
    frame = decided(log(4), CUT)
    always = (frame["region"] == "north") & (np.random.default_rng(3).random(ROWS) < 0.5)
    found = look(
        engine, tmp_path, frame.assign(decision=np.where(always, "review", frame["decision"]))
    )
    assert found.verdict == "cannot tell"


def test_one_label_for_a_segment_is_no_threshold(engine: Engine, tmp_path: Path) -> None:
    """Where all are accepted, whatever the score, no cut is at work."""
    frame = decided(log(6), CUT)
    held = frame["region"] == "north"
    frame["decision"] = np.where(held, "accept", frame["decision"])
    assert look(engine, tmp_path, frame).verdict == "cannot tell"
    other = decided(log(7), CUT)
    other["decision"] = np.where(held, "review", other["decision"])
    assert look(engine, tmp_path, other).verdict == "cannot tell"


def test_a_live_test_is_left_out(engine: Engine, tmp_path: Path) -> None:
    frame = decided(log(8), CUT).assign(arm=np.random.default_rng(2).random(ROWS) < 0.1)
    frame["decision"] = np.where(frame["arm"], "accept", frame["decision"])
    roles = {"id": "id", "score": "score", "decision": "decision", "live_test": "arm"}
    view = view_of(engine, tmp_path, frame, roles, rule=RULE)
    (found,) = CHECK.run(view, Task())
    assert found.verdict == "speaks against"
    assert found.n == ROWS - frame["arm"].sum()


def test_without_a_rule_of_one_threshold(engine: Engine, tmp_path: Path) -> None:
    frame = decided(log(5), CUT)
    assert look(engine, tmp_path, frame, rule=None).verdict == "cannot tell"
    two = Rule((0.1, 0.2), ("accept", "ask", "review"), ("review",), "given")
    assert "one threshold only" in look(engine, tmp_path, frame, rule=two).sentence
