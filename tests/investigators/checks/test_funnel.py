"""Requests that are lost on the way to the screen, and events whose request the log has lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.chart import TimeStrip
from investigators.checks.ui_context.funnel import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import timed, view_of

ROLES = {n: n for n in ("event", "request", "time", "component")}
N = 3_000


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def drawn(seed: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(N)],
            "session": [f"s{k // 5}" for k in range(N)],
            "time": pd.Timestamp("2026-05-01") + pd.to_timedelta(np.arange(N) * 7, unit="min"),
            "app": random.choice(list("abcd"), N, p=[0.4, 0.3, 0.2, 0.1]),
            "decision": random.choice(["show", "hold"], N, p=[0.7, 0.3]),
        }
    )


def shown(log: pd.DataFrame, lost: np.ndarray) -> pd.DataFrame:
    """Events of what is to be shown and not lost; nothing that is held back is ever shown."""
    kept = log[(log["decision"] == "show") & ~lost]
    return pd.DataFrame(
        {
            "event": "e" + kept["id"],
            "request": kept["id"],
            "time": kept["time"] + pd.Timedelta(seconds=2),
            "component": "recommender",
        }
    )


def make(engine: Engine, folder: Path, log: pd.DataFrame, events: pd.DataFrame,
         **given: Any) -> View:  # fmt: skip
    roles = {"id": "id", "session": "session", "time": "time", "decision": "decision"}
    more: dict[str, Any] = {"ui_events": (events,), "ui_roles": (ROLES,), "segments": ("app",),
                            "components": ("recommender",), "pick": 5}  # fmt: skip
    return timed(view_of(engine, folder, log, roles, **(more | given)))


def answers(view: View) -> list[Finding]:
    return list(pictured(CHECK.run(view, Task())))


def by_chance(seed: int, share: float, *, sessions: bool = False) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.random(N // 5) < share).repeat(5) if sessions else random.random(N) < share


def test_requests_lost_in_a_segment_since_a_day(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    fault = ((log["app"] == "b") & (np.arange(N) >= 1_500)).to_numpy()
    lost = by_chance(1, 0.05) | fault
    mine = int(np.flatnonzero(fault & (log["decision"] == "show"))[3])
    found, other = answers(make(engine, tmp_path, log, shown(log, lost), pick=mine))
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.cause == "ui-or-wording"
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    first = log["time"][fault].iloc[0].isoformat()
    assert cause.onset.earliest <= first + "Z" <= str(cause.onset.latest)[:10] + "T23:59:59Z"
    assert cause.rows_changed == pytest.approx(
        (fault & (log["decision"] == "show")).sum(), rel=0.05
    )
    assert cause.concerns_decision
    assert cause.exact_record
    assert isinstance(found.charts[0], TimeStrip)
    assert other.verdict == "speaks against"


@pytest.mark.parametrize("sessions", [False, True])
def test_an_even_loss_is_ordinary(engine: Engine, tmp_path: Path, sessions: bool) -> None:
    """One in ten is lost, single ones or whole sessions: no place is told, ten times."""
    for seed in range(10):
        log = drawn(seed)
        lost = by_chance(seed + 50, 0.1, sessions=sessions)
        found, _ = answers(make(engine, tmp_path / str(seed), log, shown(log, lost)))
        assert found.verdict == "speaks against"
        assert found.n == pytest.approx((log["decision"] == "show").sum(), abs=15)


def test_a_loss_that_grows_a_little_is_ordinary(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    lost = np.random.default_rng(2).random(N) < np.linspace(0.05, 0.12, N)
    assert answers(make(engine, tmp_path, log, shown(log, lost)))[0].verdict == "speaks against"


def test_days_that_the_events_do_not_cover_are_left_out(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    events = shown(log, by_chance(4, 0.05))
    half = events[events["time"] < log["time"][N // 2]]
    found = answers(make(engine, tmp_path, log, half))[0]
    assert found.verdict == "speaks against"
    assert found.n < 0.4 * N


def test_events_whose_request_the_log_lost(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    events = shown(log, by_chance(4, 0.0))
    gone = (np.arange(N) >= 2_000) & (np.arange(N) % 3 == 0)
    found = answers(make(engine, tmp_path, log[~gone].reset_index(drop=True), events))[1]
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "join-or-key"
    expected = int((gone & (log["decision"] == "show")).sum())
    assert found.cause.rows_changed == expected
    assert f"{expected:,} of {len(events):,} events" in found.sentence
    first = log["time"][gone & (log["decision"] == "show")].iloc[0] + pd.Timedelta(seconds=2)
    assert found.onset is not None
    assert found.onset.latest == first.isoformat() + "Z"


def test_too_few_or_no_ids(engine: Engine, tmp_path: Path) -> None:
    log = drawn().iloc[:150]
    few = answers(make(engine, tmp_path / "few", log, shown(log, by_chance(1, 0)[:150])))[0]
    assert few.verdict == "cannot tell"
    log = drawn()
    events = shown(log, by_chance(1, 0))
    (none,) = answers(make(engine, tmp_path / "n", log, events, ui_roles=({"event": "event"},)))
    assert none.verdict == "cannot tell"
    assert none.ask
