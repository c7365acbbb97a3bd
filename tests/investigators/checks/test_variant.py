"""Arms and versions that decide otherwise: found where they do, quiet where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.arms import Cell, contrast, splits, z_of_subjects
from investigators.case import Rule
from investigators.chart import Dots
from investigators.checks.ui_context.variant import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import view_of

RULE = Rule((0.5,), ("accept", "review"), ("review",), "given")
ROLES = {
    "id": "id",
    "time": "time",
    "subject": "customer",
    "score": "score",
    "decision": "decision",
    "model_version": "version",
}
N = 6_000


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def drawn(seed: int, times: float = 1.0, n: int = N) -> pd.DataFrame:
    """Two arms by customer; the second is decided ``times`` as often against the person."""
    random = np.random.default_rng(seed)
    customer = random.integers(0, n // 3, n)
    second = np.random.default_rng(1).random(n // 3)[customer] < 0.4
    base = 0.1 + 0.1 * np.arange(n) / n  # the world drifts under both
    bad = random.random(n) < np.where(second, times * base, base)
    return pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(n)],
            "time": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n) * 5, unit="min"),
            "customer": [f"c{k}" for k in customer],
            "score": np.where(bad, 0.8, 0.2),
            "decision": np.where(bad, "review", "accept"),
            "arm": np.where(second, "B", "A"),
            "version": "7",
        }
    )


def make(engine: Engine, folder: Path, log: pd.DataFrame, arm: str = "B", **given: Any) -> View:
    column = "arm" if "arm" in log.columns else "version"
    pick = int(np.flatnonzero(log[column] == arm)[0])
    roles = {role: name for role, name in ROLES.items() if name in log.columns}
    kept = {"rule": RULE, "adverse": ("review",), "pick": pick} | given
    return view_of(engine, folder, log, roles, **kept)


def answers(view: View) -> dict[str, Finding]:
    return {f.id.partition("/")[2]: f for f in pictured(CHECK.run(view, Task()))}


@pytest.mark.parametrize("times", [0.4, 1.8])
def test_an_arm_that_decides_otherwise(engine: Engine, tmp_path: Path, times: float) -> None:
    log = drawn(3, times)
    found = answers(make(engine, tmp_path, log))
    assert found["version"].verdict == "speaks against"
    told = found["arm"]
    assert told.verdict == "supports"
    assert told.concerns_decision
    cause = told.cause
    assert cause is not None
    assert cause.cause == "version-or-deployment"
    assert cause.segment == (Condition("arm", equals="B"),)
    assert cause.rows_in_scope == int((log["arm"] == "B").sum())
    assert not cause.exact_record
    assert cause.corroborations == ()
    marked = log["decision"] == "review"
    assert told.effect["share"] == pytest.approx(marked[log["arm"] == "B"].mean(), abs=1e-5)
    (chart,) = told.charts
    assert isinstance(chart, Dots)
    assert [dot.own for dot in chart.dots if dot.label == "B"] == [True]


def test_the_statistic_is_that_of_another_means() -> None:
    random = np.random.default_rng(6)
    days = [(int(a), int(random.integers(0, a)), int(b), int(random.integers(0, b)))
            for a, b in random.integers(5, 60, (20, 2))]  # fmt: skip
    found = contrast(
        [
            c
            for d, (a, m, b, k) in enumerate(days)
            for c in (Cell("B", d, 0, a, m), Cell("A", d, 0, b, k))
        ],
        "B",
    )
    # Mantel and Haenszel as Agresti writes it (Categorical Data Analysis, 6.3.2)
    excess = sum(m - a * (m + k) / (a + b) for a, m, b, k in days)
    spread = sum(
        a * b * (m + k) * (a + b - m - k) / ((a + b) ** 2 * (a + b - 1)) for a, m, b, k in days
    )
    assert found.z == pytest.approx(excess / np.sqrt(spread))


def test_no_arm_is_told_where_none_differs(engine: Engine, tmp_path: Path) -> None:
    """Thirty shops whose arms decide alike, while the world drifts under both."""
    verdicts = [
        answers(make(engine, tmp_path / str(s), drawn(s, n=3_000)))["arm"].verdict
        for s in range(30)
    ]
    assert verdicts.count("supports") == 0
    assert verdicts.count("speaks against") > 25


def many_each(seed: int, times: float = 1.0) -> pd.DataFrame:
    """A customer stays in one arm and is decided about alike in most of many requests."""
    random = np.random.default_rng(seed)
    log = drawn(seed, n=3_000)
    who = random.integers(0, 120, len(log))
    second = random.random(120)[who] < 0.4
    share = np.where(second, times, 1.0) * 0.15
    luck = np.where(random.random(len(log)) < 0.8, random.random(120)[who], random.random(len(log)))
    bad = luck < share
    return log.assign(
        customer=[f"c{k}" for k in who], arm=np.where(second, "B", "A"),
        score=np.where(bad, 0.8, 0.2), decision=np.where(bad, "review", "accept"),
    )  # fmt: skip


def test_customers_of_many_requests_are_no_evidence_many_times(
    engine: Engine, tmp_path: Path
) -> None:
    """Twenty shops whose arms decide alike: by requests alone some would stand out."""
    found = [
        answers(make(engine, tmp_path / str(s), many_each(s)))["arm"] for s in range(20)
    ]  # fmt: skip
    assert [one.verdict for one in found].count("supports") == 0
    assert any(abs(one.effect["z"]) > 3.3 for one in found)


def test_the_z_of_subjects_is_that_of_a_sum_by_hand(engine: Engine, tmp_path: Path) -> None:
    log = many_each(3)
    view = make(engine, tmp_path, log)
    split = next(s for s in splits(view, (), Task()) if s.name == "arm")
    found = z_of_subjects(view, split, "fw_adverse", "B", Task())
    day, mine = log["time"].dt.date, (log["arm"] == "B").astype(float)
    bad = (log["decision"] == "review").astype(float)
    pieces = (mine - mine.groupby(day).transform("mean")) * (
        bad - bad.groupby(day).transform("mean")
    )
    sums = pieces.groupby(log["customer"]).sum()
    assert found == pytest.approx(sums.sum() / np.sqrt((sums**2).sum()))


def test_what_either_half_shows_weakly_and_both_surely(engine: Engine, tmp_path: Path) -> None:
    """2,000 requests, twice as often: one half alone would be no more than likely."""
    told = [
        answers(make(engine, tmp_path / str(s), drawn(s, times=1.9, n=2_000)))["arm"].verdict
        for s in range(20)
    ]
    assert told.count("supports") >= 18


def test_a_version_that_came_later_is_not_compared(engine: Engine, tmp_path: Path) -> None:
    log = drawn(5).drop(columns="arm")
    log["version"] = np.where(np.arange(N) < N / 2, "7", "8")
    log.loc[log["version"] == "8", "decision"] = "review"
    log = log[log["time"].dt.date != log["time"][N // 2].date()].reset_index(drop=True)
    found = answers(make(engine, tmp_path, log, "8"))["version"]
    assert found.verdict == "cannot tell"
    assert "too few to compare" in found.sentence


def test_arms_of_ui_events_are_joined(engine: Engine, tmp_path: Path) -> None:
    log = drawn(4, 2.0)
    events = pd.DataFrame({"event": log["id"] + "e", "request": log["id"], "arm": log["arm"]})
    roles = {"event": "event", "request": "request", "arm": "arm"}
    pick = int(np.flatnonzero(log["arm"] == "B")[0])
    given = {"ui_events": (events,), "ui_roles": (roles,), "pick": pick}
    view = view_of(engine, tmp_path, log.drop(columns="arm"), ROLES, rule=RULE,
                   adverse=("review",), **given)  # fmt: skip
    found = answers(view)["arm"]
    assert found.verdict == "supports"
    assert found.segment is None


def test_too_few_and_none(engine: Engine, tmp_path: Path) -> None:
    few = answers(make(engine, tmp_path / "few", drawn(7, 2.0, 150)))["arm"]
    assert few.verdict == "cannot tell"
    log = drawn(7).drop(columns=["arm", "version"])
    roles = {role: name for role, name in ROLES.items() if name in log.columns}
    view = view_of(engine, tmp_path / "none", log, roles, rule=RULE, adverse=("review",), pick=1)
    (none,) = pictured(CHECK.run(view, Task()))
    assert none.verdict == "cannot tell"
    assert none.ask
