"""One account in several tables of UI events, and visits whose section or profile alternates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.checks.ui_context.subject import CHECK
from investigators.evidence import Finding
from investigators.habits import habits_of
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.views import view_of

START = pd.Timestamp("2026-05-01")
LOG_ROLES = {"id": "request", "subject": "subject", "session": "session", "time": "time"}
NAMES = ("event", "request", "session", "subject", "time", "device", "section", "profile")
OTHER_NAMES = {"subject": "account", "device": "platform", "session": "visit", "time": "ts"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def drawn(seed: int, *, shared: bool, several: float = 0.0, accounts: int = 200) -> pd.DataFrame:
    """Requests with their visits; "me" takes turns between two devices where ``shared``."""
    random = np.random.default_rng(seed)
    rows = []
    for who in ["me", *(f"m{k}" for k in range(accounts))]:
        own = str(random.choice(["phone", "desktop"]))
        mixed = shared if who == "me" else random.random() < several
        for s in range(12 if who == "me" else 2 + random.poisson(6)):
            device = str(random.choice(["phone", "desktop"])) if mixed else own
            rows.append((who, f"{who}-{s}", random.uniform(0, 20 * 86_400), device))
    frame = pd.DataFrame(rows, columns=["subject", "session", "at", "device"])
    frame["time"] = START + pd.to_timedelta(frame.pop("at").round(), unit="s")
    frame = frame.sort_values("time", ignore_index=True)
    names = [str(k) for k in range(len(frame))]
    return frame.assign(request=["r" + n for n in names], event=["e" + n for n in names])


def view(engine: Engine, folder: Path, log: pd.DataFrame, *shown: pd.DataFrame) -> View:
    roles = []
    for table in shown:
        inverse = {new: old for old, new in OTHER_NAMES.items()}
        roles.append({inverse.get(n, n): n for n in table.columns if inverse.get(n, n) in NAMES})
    return view_of(
        engine,
        folder,
        log[["request", "subject", "session", "time"]],
        LOG_ROLES,
        pick=int(np.flatnonzero(log["subject"] == "me")[3]),
        ui_events=shown,
        ui_roles=tuple(roles),
    )


def answers(view: View) -> dict[str, Finding]:
    return {f.id.removeprefix("ui_context.subject"): f for f in CHECK.run(view, Task())}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shared", [True, False])
def test_two_tables_are_read_as_one(
    engine: Engine, tmp_path: Path, seed: int, shared: bool
) -> None:
    log = drawn(seed, shared=shared)
    app, web = log[log["device"] == "phone"], log[log["device"] != "phone"]
    apart = answers(view(engine, tmp_path / "a", log, app, web.rename(columns=OTHER_NAMES)))[""]
    whole = answers(view(engine, tmp_path / "b", log, log))[""]
    assert apart.verdict == whole.verdict == ("supports" if shared else "speaks against")
    assert dict(apart.effect) == dict(whole.effect)


def test_one_session_in_two_tables_is_one_session(engine: Engine, tmp_path: Path) -> None:
    """Each table calls the devices otherwise: that is no change of device."""
    log = drawn(3, shared=False)
    clicks = log.assign(device=log["device"].map({"phone": "iOS", "desktop": "Windows"}))
    found = answers(view(engine, tmp_path, log, log, clicks.rename(columns=OTHER_NAMES)))[""]
    assert found.verdict == "speaks against"
    assert found.effect["devices"] == 1
    assert found.effect["sessions"] == 12


@pytest.mark.parametrize("seed", range(3))
def test_a_table_that_names_no_device_leaves_it_open(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log = drawn(seed, shared=True)
    app, web = log[log["device"] == "phone"], log[log["device"] != "phone"]
    found = answers(view(engine, tmp_path, log, app, web.drop(columns="device")))[""]
    assert found.verdict == "cannot tell"
    assert "more in ui_events_1.parquet name no device" in found.sentence
    assert found.would_need == "the device of each event in ui_events_1.parquet"


def test_clicks_of_the_same_visits_leave_nothing_open(engine: Engine, tmp_path: Path) -> None:
    log = drawn(1, shared=False)
    clicks = log.drop(columns=["device", "session"])
    found = answers(view(engine, tmp_path, log, log, clicks))[""]
    assert found.verdict == "speaks against"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("dropped", [["subject"], ["subject", "session"], ["subject", "request"]])
def test_a_table_that_names_no_account_has_that_of_its_requests_or_sessions(
    engine: Engine, tmp_path: Path, seed: int, shared: bool, dropped: list[str]
) -> None:
    """Of visits told apart by half hours only the verdict is the same: they are others."""
    log = drawn(seed, shared=shared)
    found = answers(view(engine, tmp_path / "a", log, log.drop(columns=dropped)))[""]
    whole = answers(view(engine, tmp_path / "b", log, log))[""]
    assert found.verdict == whole.verdict == ("supports" if shared else "speaks against")
    if "session" not in dropped:
        assert dict(found.effect) == dict(whole.effect)
    by = "session" if "request" in dropped else "request id"
    assert f"ui_events_0.parquet names no account: the {by}" in found.sentence
    assert f" told it of {len(log):,} of {len(log):,} events (100 %)." in found.sentence
    assert "names no account" not in whole.sentence


def test_sessions_that_two_systems_count_from_one_are_nobody_s(
    engine: Engine, tmp_path: Path
) -> None:
    """The other system's session 17 lies on another day than the log's session 17."""
    log = drawn(0, shared=False)
    log = log.assign(session=[str(k) for k in range(len(log))])
    clicks = log.assign(session=[str(k) for k in reversed(range(len(log)))], device="kiosk")
    clicks = clicks.drop(columns=["subject", "request"])
    found = answers(view(engine, tmp_path, log, log, clicks))[""]
    assert found.verdict == "speaks against"
    assert found.effect["devices"] == 1


@pytest.mark.parametrize("shared", [True, False])
def test_the_account_of_a_picked_event_is_told_by_its_session(
    engine: Engine, tmp_path: Path, shared: bool
) -> None:
    log = drawn(2, shared=shared)
    made = view(engine, tmp_path, log, log.drop(columns=["subject", "request"]))
    row = int(np.flatnonzero(log["subject"] == "me")[0])
    picked = replace(made.decision, row=None, event=(0, row), subject=None)
    found = answers(replace(made, case=made.case.picked(picked)))[""]
    assert found.verdict == ("supports" if shared else "speaks against")
    assert found.sentence.startswith("me was used from")


def in_sections(log: pd.DataFrame, seed: int, mine: float, others: float) -> pd.DataFrame:
    """Each account has a section of its own; of a share of its visits it has the other one."""
    random = np.random.default_rng(seed + 100)
    away = random.random(len(log)) < np.where(log["subject"] == "me", mine, others)
    own = log["subject"].map({w: k % 2 for k, w in enumerate(sorted(set(log["subject"])))})
    section = np.where((own + away) % 2, "men", "women")
    return log.assign(section=section, profile=log["subject"] + "-" + section)


@pytest.mark.parametrize("seed", range(3))
def test_sections_that_alternate_are_a_sign(engine: Engine, tmp_path: Path, seed: int) -> None:
    log = in_sections(drawn(seed, shared=False), seed, 0.5, 0.0)
    mine = log[log["subject"] == "me"]["section"].to_numpy()
    log.loc[log["subject"] == "me", "section"] = np.where(np.arange(mine.size) % 2, "men", "women")
    found = answers(view(engine, tmp_path, log, log))
    assert found[""].verdict == "speaks against"
    assert found["/section"].verdict == "supports"
    cause = found["/section"].cause
    assert cause is not None
    assert (cause.cause, cause.rows_in_scope) == ("identity", 12)
    assert "2 sections (men and women)" in found["/section"].sentence


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("usual", [0.0, 0.1, 0.5])
def test_sections_as_others_have_them_are_not(
    engine: Engine, tmp_path: Path, seed: int, usual: float
) -> None:
    log = in_sections(drawn(seed, shared=False), seed, usual, usual)
    found = answers(view(engine, tmp_path, log, log))
    assert {f.verdict for f in found.values()} == {"speaks against"}


@pytest.mark.parametrize("seed", range(3))
def test_a_few_others_who_alternate_make_it_ordinary(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log = in_sections(drawn(seed, shared=False), seed, 0.5, 0.0)
    some = log["subject"].isin([f"m{k}" for k in range(6)])
    coin = np.random.default_rng(seed).random(len(log)) < 0.5
    log["section"] = np.where(some, np.where(coin, "men", "women"), log["section"])
    found = answers(view(engine, tmp_path, log, log[[*log.columns.drop("profile")]]))
    assert found["/section"].verdict == "speaks against"


def test_devices_and_sections_second_each_other(engine: Engine, tmp_path: Path) -> None:
    log = in_sections(drawn(2, shared=True), 2, 0.0, 0.0)
    mine = log["subject"] == "me"
    log.loc[mine, "section"] = np.where(np.arange(int(mine.sum())) % 2, "men", "women")
    cause = answers(view(engine, tmp_path, log, log))[""].cause
    assert cause is not None
    assert cause.corroborations[0].startswith("its section changes too: 12 sessions")


def test_the_counts_of_visits_are_those_of_another_means(engine: Engine, tmp_path: Path) -> None:
    log = in_sections(drawn(5, shared=False), 5, 0.4, 0.2)
    views = pd.concat([log, log[log["section"] == "men"], log.assign(section="women")[::5]])
    views = views.assign(event=[f"e{k}" for k in range(len(views))])
    ((_, habit), _) = habits_of(view(engine, tmp_path, log, views), "me", Task())
    held = views.groupby(["subject", "session"]).agg(
        most=("section", lambda s: max((n, v) for v, n in s.value_counts().items())[1]),
        begin=("time", "min"),
    )
    held = held.reset_index().sort_values(["subject", "begin"])
    before = held.groupby("subject")["most"].shift()
    held["changed"] = before.notna() & (before != held["most"])
    by = held.groupby("subject").agg(changes=("changed", "sum"), n=("changed", "size"))
    by["pairs"] = by["n"] - 1
    rest = by.drop("me")
    assert (habit.sessions, habit.changes) == (by["n"]["me"], by["changes"]["me"])
    assert (habit.rest_pairs, habit.rest_changes) == (rest["pairs"].sum(), rest["changes"].sum())
    share = by["changes"].sum() / by["pairs"].sum()
    tails = {
        who: stats.binomtest(int(c), int(p), share, alternative="greater").pvalue
        for who, c, p in zip(by.index, by["changes"], by["pairs"], strict=True)
    }
    mine = tails.pop("me")
    assert habit.chance == pytest.approx(mine)
    assert habit.unusual == sum(p <= max(mine * (1 + 1e-9), 0.001) for p in tails.values())
