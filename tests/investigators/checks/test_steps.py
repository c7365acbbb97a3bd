"""Steps of a request in the UI events: what is a display, where requests stop, and what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.case import Brief
from investigators.checks.ui_context import funnel, shown
from investigators.evidence import Condition, Finding
from investigators.funnels import steps_of
from investigators.impressions import event_tables
from investigators.roles.columns import guess_ui_events
from investigators.roles.step_words import is_display, is_end
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.views import table_of, timed, view_of

N = 2_000
ROLES = {n: n for n in ("event", "request", "time", "step")}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def drawn(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    time = pd.Timestamp("2026-05-01") + pd.to_timedelta(np.sort(random.uniform(0, 1e6, N)), "s")
    return pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(N)],
            "time": time,
            "region": random.choice(list("nsew"), N, p=[0.4, 0.3, 0.2, 0.1]),
            "decision": random.choice(["show", "hold"], N),
        }
    )


def steps(log: pd.DataFrame, lost: np.ndarray, seed: int, ends: float = 0.1) -> pd.DataFrame:
    """Each request is received and queued; what is not lost is shown, rejected or fails."""
    random = np.random.default_rng(seed + 1_000)
    draw = random.random(len(log))
    last = np.where(draw < ends / 2, "failed", np.where(draw < ends, "rejected", "shown"))
    frames = [
        pd.DataFrame({"request": log["id"], "time": log["time"], "step": "received"}),
        pd.DataFrame({"request": log["id"], "time": log["time"], "step": "queued"}),
        pd.DataFrame({"request": log["id"], "time": log["time"], "step": last})[~lost],
    ]
    for k, frame in enumerate(frames):
        frame["time"] += pd.Timedelta(seconds=k)
    made = pd.concat(frames).sort_values("time", ignore_index=True)
    return made.assign(event=[f"e{k}" for k in range(len(made))])


def make(engine: Engine, folder: Path, log: pd.DataFrame, events: pd.DataFrame, pick: int) -> View:
    roles = {"id": "id", "time": "time", "decision": "decision"}
    return timed(
        view_of(
            engine, folder, log, roles, ui_events=(events,), ui_roles=(ROLES,),
            segments=("region",), pick=pick,
        )
    )  # fmt: skip


def ends_of(events: pd.DataFrame, log: pd.DataFrame) -> pd.Series:
    """The last step of each request of the log, by other means."""
    ordered = events.sort_values("time", kind="stable")
    return ordered.groupby("request")["step"].last().reindex(log["id"])


def answers(view: View) -> tuple[Finding, Finding]:
    return shown.CHECK.run(view, Task())[0], funnel.CHECK.run(view, Task())[0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("since", [0, N // 2])
def test_requests_that_stop_in_a_segment(
    engine: Engine, tmp_path: Path, seed: int, since: int
) -> None:
    log = drawn(seed)
    coin = np.random.default_rng(seed).random(N) < 0.6
    lost = ((log["region"] == "w") & (np.arange(N) >= since)).to_numpy() & coin
    pick = int(np.flatnonzero(lost)[5])
    seen, found = answers(make(engine, tmp_path, log, steps(log, lost, seed), pick))
    assert seen.verdict == "supports"
    assert "none is a display: received and queued. Its last step is queued" in seen.sentence
    assert seen.cause is not None
    assert seen.cause.exact_record
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.segment == (Condition("region", equals="w"),)
    assert (cause.onset is None) is (since == 0)
    assert cause.concerns_decision
    assert cause.exact_record
    assert "have no event after queued" in found.sentence
    assert "its last step is queued" in found.sentence


@pytest.mark.parametrize("seed", range(6))
def test_steps_without_a_loss_are_quiet(engine: Engine, tmp_path: Path, seed: int) -> None:
    """One in ten is rejected or fails and one in fifty waits, everywhere alike."""
    log = drawn(seed)
    waiting = np.random.default_rng(seed + 7).random(N) < 0.02
    events = steps(log, waiting, seed)
    last = ends_of(events, log).to_numpy()
    pick = int(np.flatnonzero(last == "shown")[9])
    seen, found = answers(make(engine, tmp_path, log, events, pick))
    assert seen.verdict == found.verdict == "speaks against"
    assert "1 UI event carries its id" in seen.sentence


@pytest.mark.parametrize("step", ["failed", "rejected"])
def test_a_request_that_ended_otherwise_was_not_shown(
    engine: Engine, tmp_path: Path, step: str
) -> None:
    log = drawn(2)
    events = steps(log, np.zeros(N, dtype=bool), 2)
    pick = int(np.flatnonzero(ends_of(events, log).to_numpy() == step)[3])
    seen, found = answers(make(engine, tmp_path, log, events, pick))
    assert seen.verdict == "supports"
    assert f"Its last step is {step}" in seen.sentence
    assert found.verdict == "speaks against"  # they are accounted for


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_by_step_are_those_of_another_means(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log = drawn(seed)
    lost = np.random.default_rng(seed).random(N) < 0.2
    events = steps(log, lost, seed)
    view = make(engine, tmp_path, log, events, int(np.flatnonzero(lost)[0]))
    found = steps_of(view, event_tables(view, Task()), "r5", Task())
    assert found is not None
    last = ends_of(events, log).value_counts()
    assert dict(found.reached) == events.groupby("step")["request"].nunique().to_dict()
    assert [step for step, _ in found.reached][:2] == ["received", "queued"]
    assert (found.shown, found.ended) == (last["shown"], last["failed"] + last["rejected"])
    assert found.stopped == (("queued", last["queued"]),)
    assert found.requests == N


def test_no_step_that_is_a_display(engine: Engine, tmp_path: Path) -> None:
    """Events of the server alone do not tell whether it was shown."""
    log = drawn(3)
    events = steps(log, np.zeros(N, dtype=bool), 3)
    view = make(engine, tmp_path, log, events[events["step"] != "shown"], 4)
    seen, found = answers(view)
    assert seen.verdict == found.verdict == "cannot tell"


@pytest.mark.parametrize(
    ("value", "display", "end"),
    [
        ("shown", True, False), ("Rendered", True, False), ("IMPRESSION", True, False),
        ("not shown", False, True), ("failed", False, True), ("render_failed", False, True),
        ("queued", False, False), ("received", False, False), ("angezeigt", True, False),
    ],
)  # fmt: skip
def test_words_of_steps(value: str, display: bool, end: bool) -> None:
    assert (is_display(value), is_end(value)) == (display, end)


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("step", ["received", "queued", "failed", "shown"], "step"),
        ("status", ["received", "queued", "rejected", "shown"], "step"),
        ("stage", ["received", "scored", "queued"], "step"),
        ("event_type", ["impression", "click"], "step"),
        ("status", ["approved", "rejected"], "decision"),
        ("kind", ["fruit", "vegetable"], None),
    ],
)  # fmt: skip
def test_which_column_names_the_steps(
    engine: Engine, tmp_path: Path, name: str, values: list[str], role: str | None
) -> None:
    frame = pd.DataFrame({"event_id": [f"e{k}" for k in range(60)], name: (values * 60)[:60]})
    table = table_of(engine, tmp_path, frame, "ui")
    roles = {g.value: g.what.partition(".")[2] for g in guess_ui_events(table, Brief())}
    assert roles.get(name) == role
