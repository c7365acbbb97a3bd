from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.chart import Dots
from investigators.checks.subgroup_performance.before_and_after import CHECK
from investigators.evidence import Condition, Finding
from investigators.slices.steps import at_same_score, step_of
from investigators.tables.table import Column, Engine
from investigators.task import Task
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import view_of

ROLES = {r: r for r in ("id", "subject", "time", "score", "decision")}
ROWS = 6000
MOMENT = 3600


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def orders(seed: int = 4) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    score = random.beta(2, 6, ROWS)
    return pd.DataFrame(
        {
            "id": [f"o{i}" for i in range(ROWS)],
            "subject": [f"s{i}" for i in range(ROWS)],
            "time": pd.date_range("2026-02-01", periods=ROWS, freq="5min"),
            "score": score,
            "region": random.choice(["north", "south"], ROWS, p=[0.25, 0.75]),
            "channel": random.choice(["web", "phone"], ROWS),
            "late": np.arange(ROWS) >= MOMENT,
        }
    )


def answers(
    engine: Engine, folder: Path, log: pd.DataFrame, adverse: Any, **more: Any
) -> dict[str, Finding]:
    """Decide, pick the last row of the north, ask."""
    log = log.assign(decision=np.where(adverse, "hold", "ship"))
    pick = more.pop("pick", int(np.flatnonzero(log["region"] == "north")[-1]))
    given = {"adverse": ("hold",), "segments": ("region", "channel"), "pick": pick}
    roles = {role: name for role, name in ROLES.items() if name in log.columns}
    view = view_of(engine, folder, log.drop(columns="late"), roles, **given)
    assert view.log is not None
    timed = replace(view.log, columns=(*view.log.columns, Column("fw_time", "time")))
    return {
        (f.about[0] if f.about else ""): f
        for f in pictured(CHECK.run(replace(view, log=timed), Task()))
    }


def test_a_threshold_moved_for_one_group_is_named_with_its_moment(
    engine: Engine, tmp_path: Path
) -> None:
    log = orders()
    north = log["region"] == "north"
    cut = np.where(north & log["late"], 0.2, 0.4)
    found = answers(engine, tmp_path, log, log["score"] >= cut)
    region = found["region"]
    assert region.verdict == "supports"
    assert "other decisions are taken at the same scores" in region.sentence
    cause = region.cause
    assert cause is not None
    assert cause.cause == "threshold-or-policy"
    assert cause.segment == (Condition("region", equals="north"),)
    assert cause.concerns_decision
    assert cause.onset is not None
    truth = log["time"][MOMENT].isoformat()
    assert str(cause.onset.earliest) <= truth <= str(cause.onset.latest)
    (chart,) = region.charts
    assert isinstance(chart, Dots)
    assert chart.dots[0].label == "region north, since"
    assert chart.title.endswith((" UTC", " local time"))
    assert chart.dots[0].own
    assert found["channel"].verdict != "supports"
    early = int(np.flatnonzero(north)[0])
    before = answers(engine, tmp_path / "early", log, log["score"] >= cut, pick=early)["region"]
    assert before.verdict == "supports"
    assert not before.concerns_decision


def test_moved_scores_are_no_change_of_treatment(engine: Engine, tmp_path: Path) -> None:
    log = orders()
    moved = (log["region"] == "north") & log["late"]
    log["score"] = np.where(moved, np.clip(log["score"] * 1.6, 0, 1), log["score"])
    region = answers(engine, tmp_path, log, log["score"] >= 0.4)["region"]
    assert region.verdict == "speaks against"
    assert "So its scores moved" in region.sentence
    blind = answers(engine, tmp_path / "b", log.drop(columns="score"), log["score"] >= 0.4)[
        "region"
    ]
    assert blind.verdict == "cannot tell"
    assert blind.would_need == "logged scores"


def test_a_change_for_everybody_is_not_the_groups(engine: Engine, tmp_path: Path) -> None:
    log = orders()
    cut = np.where(log["late"], 0.2, 0.4)
    found = answers(engine, tmp_path, log, log["score"] >= cut)
    assert {f.verdict for f in found.values()} == {"speaks against"}
    assert "The others changed as well" in found["region"].sentence


@pytest.mark.parametrize("seed", range(30, 36))
def test_a_rule_that_stands_is_quiet(engine: Engine, tmp_path: Path, seed: int) -> None:
    log = orders(seed)
    drift = np.where(log["region"] == "north", np.linspace(1, 1.3, ROWS), 1.0)
    log["score"] = np.clip(log["score"] * drift, 0, 1)
    found = answers(engine, tmp_path, log, log["score"] >= 0.4)
    assert "supports" not in {f.verdict for f in found.values()}


def test_few_decisions_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    log = orders().iloc[:150].reset_index(drop=True)
    found = answers(engine, tmp_path, log, log["score"] >= 0.4)
    assert found["region"].verdict == "cannot tell"
    assert found["region"].would_need == "60 decisions of region north with a time"


def test_the_step_is_the_likeliest_of_all() -> None:
    random = np.random.default_rng(2)
    marked = random.random(400) < np.where(np.arange(400) < 250, 0.1, 0.5)
    step = step_of(marked)
    assert step is not None
    assert step.first <= 250 <= step.last

    def fits(part: Any) -> float:
        share = part.mean()
        return float(np.log(np.where(part, share, 1 - share)).sum()) if 0 < share < 1 else 0.0

    gains = [fits(marked[:k]) + fits(marked[k:]) - fits(marked) for k in range(30, 371)]
    assert step.before == 30 + int(np.argmax(gains))
    assert step.gain == pytest.approx(max(gains))
    assert step_of(marked[:59]) is None


def test_same_scores_treated_as_before() -> None:
    score = np.concatenate([np.linspace(0, 1, 1000), np.linspace(0.5, 1, 1000)])
    marked = score >= 0.7
    assert at_same_score(score, marked, 1000) == pytest.approx(marked[1000:].mean(), abs=0.02)
    assert at_same_score(np.full(2000, np.nan), marked, 1000) is None
