"""Whole investigations: one account in two tables, sections by turns, requests lost on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.cli import DONE, main

N = 1_600


def log_of(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    time = pd.Timestamp("2026-03-02", tz="UTC") + pd.to_timedelta(
        np.sort(random.uniform(0, 20 * 86_400, N)).round(3), "s"
    )
    score = random.uniform(0, 1, N).round(4)
    return pd.DataFrame(
        {
            "id": [f"rq-{k}" for k in range(N)],
            "time": time,
            "subject": [f"u{k}" for k in random.integers(0, 150, N)],
            "session": [f"s{k}" for k in range(N)],
            "region": random.choice(["north", "south", "east"], N, p=[0.5, 0.3, 0.2]),
            "score": score,
            "decision": np.where(score >= 0.5, "refuse", "accept"),
        }
    )


def events_of(log: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "event_id": [f"ev{k}" for k in range(len(log))],
            "request_id": log["id"],
            "session": log["session"],
            "subject": log["subject"],
            "time": log["time"] + pd.Timedelta(seconds=2),
            "device": "phone",
        }
    )


def found(folder: Path, log: pd.DataFrame, decision: str, *events: pd.DataFrame) -> dict[str, Any]:
    """Findings by their id, and the whole document under "all"."""
    log.to_csv(folder / "log.csv", index=False)
    given = ["--log", str(folder / "log.csv"), "--threshold", "0.5", "--above", "refuse"]
    given += ["--below", "accept", "--decision", decision]
    for k, table in enumerate(events):
        table.to_csv(folder / f"ui{k}.csv", index=False)
        given += ["--ui-events", str(folder / f"ui{k}.csv")]
    out = folder / "out"
    assert main(["investigate", *given, "--out", str(out), "--quiet", "--format", "md"]) == DONE
    made: dict[str, Any] = json.loads((out / "findings.json").read_text("utf-8"))
    return {f["id"]: f for f in made["findings"]} | {"all": made}


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("shared", [True, False])
def test_app_and_web_are_two_tables(tmp_path: Path, seed: int, shared: bool) -> None:
    log = log_of(seed)
    events = events_of(log)
    web = events["subject"].isin([f"u{k}" for k in range(70)]).to_numpy(copy=True)
    mine = np.flatnonzero(log["subject"] == "u7")
    if shared:
        web[mine] = np.arange(mine.size) % 2 == 0
    events["device"] = np.where(web, "desktop", "phone")
    names = {"event_id": "eid", "request_id": "rq", "time": "ts", "subject": "account",
             "device": "platform"}  # fmt: skip
    clicks = pd.DataFrame(
        {
            "click_id": [f"k{k}" for k in range(200)],
            "session_id": log["session"][:200],
            "when": log["time"][:200].astype("datetime64[ms, UTC]").astype("int64"),
            "target": np.where(np.arange(200) % 2, "ok", "why?"),
        }
    )
    answers = found(
        tmp_path, log, log["id"][mine[3]], events[~web], events[web].rename(columns=names), clicks
    )
    assert answers["ui_context.subject"]["verdict"] == ("supports" if shared else "speaks against")
    roles = [s["columns"] for s in answers["all"]["case"]["sources"] if s["role"] == "ui_events"]
    assert roles[2] == {"event": "click_id", "session": "session_id", "time": "when"}
    leads = [lead for lead in answers["all"]["leads"] if lead["cause"] == "identity"]
    assert [lead["segment"] for lead in leads] == (
        [[{"column": "subject", "equals": "u7"}]] if shared else []
    )


@pytest.mark.parametrize("shared", [True, False])
def test_a_device_s_id_is_no_account_of_the_log(tmp_path: Path, shared: bool) -> None:
    """The app's table names devices only: no wrong join, and a shared account is seen as well."""
    log = log_of(13)
    events = events_of(log)
    web = events["subject"].isin([f"u{k}" for k in range(70)]).to_numpy(copy=True)
    mine = np.flatnonzero(log["subject"] == "u7")
    if shared:
        web[mine] = np.arange(mine.size) % 2 == 0
    pc = np.where(log["subject"][web].str[-1].isin(list("02468")), "mac", "windows")
    app = events[~web].drop(columns=["subject", "session"])
    app = app.assign(device="and-" + log["subject"]).rename(columns={"device": "device_id"})
    answers = found(tmp_path, log, log["id"][mine[3]], events[web].assign(device=pc), app)
    assert answers["ui_context.subject/join"]["verdict"] == "speaks against"
    use = answers["ui_context.subject"]
    assert use["verdict"] == ("supports" if shared else "speaks against")
    assert "ui1.csv names no account: the request id told it" in use["sentence"]
    roles = [s["columns"] for s in answers["all"]["case"]["sources"] if s["role"] == "ui_events"]
    assert roles[1]["device"] == "device_id"
    assert "subject" not in roles[1]


def test_accounts_of_the_log_in_other_requests_stay_accounts(tmp_path: Path) -> None:
    """A wrong join names accounts that the log has: that is told, not taken away."""
    log = log_of(14)
    events = events_of(log).assign(subject=np.roll(log["subject"], 7))
    app, web = events[::2], events[1::2].assign(subject=log["subject"][1::2])
    answers = found(tmp_path, log, log["id"][40], web, app)
    assert answers["ui_context.subject/join"]["verdict"] == "supports"


@pytest.mark.parametrize("seed", [21, 22])
@pytest.mark.parametrize("shared", [True, False])
def test_sections_and_profiles_by_turns(tmp_path: Path, seed: int, shared: bool) -> None:
    log = log_of(seed)
    log.loc[::60, "subject"] = "u9"
    mine = np.flatnonzero(log["subject"] == "u9")
    section = np.where(log["subject"].str[-1].astype(int) % 2 == 1, "men", "women")
    if shared:
        section[mine] = np.where(np.arange(mine.size) % 2, "men", "women")
    profile = log["subject"] + "-" + section
    events = events_of(log).assign(section=section, profile=profile)
    answers = found(tmp_path, log, log["id"][mine[3]], events)
    wanted = "supports" if shared else "speaks against"
    assert answers["ui_context.subject"]["verdict"] == "speaks against"
    assert answers["ui_context.subject/section"]["verdict"] == wanted
    assert answers["ui_context.subject/profile"]["verdict"] == wanted
    leads = [lead for lead in answers["all"]["leads"] if lead["cause"] == "identity"]
    assert [lead["strength"] for lead in leads] == (["weak"] if shared else [])


@pytest.mark.parametrize("seed", [31, 32])
@pytest.mark.parametrize("lose", [0.6, 0.0])
@pytest.mark.parametrize("steps", [True, False])
def test_lost_requests_end_in_a_lead(tmp_path: Path, seed: int, lose: float, steps: bool) -> None:
    log = log_of(seed)
    random = np.random.default_rng(seed + 1)
    east = (log["region"] == "east").to_numpy()
    lost = east & (random.random(N) < lose)
    events = events_of(log).drop(columns="device")
    if steps:
        draw = random.random(N)
        events["step"] = np.select([draw < 0.04, draw < 0.08], ["failed", "rejected"], "shown")
        waiting = [
            events.assign(step=step, event_id=step + events["event_id"], time=log["time"])
            for step in ("received", "queued")
        ]
        kept = (events["step"] == "shown").to_numpy()
        events = pd.concat([*waiting, events[~lost]], ignore_index=True)
        pick = log["id"][np.flatnonzero(lost if lose else east & kept)[4]]
    else:
        events = events[~lost]
        pick = log["id"][np.flatnonzero(lost if lose else east)[4]]
    answers = found(tmp_path, log, str(pick), events)
    whole = answers["all"]
    leads = [lead for lead in whole["leads"] if lead["cause"] == "ui-or-wording"]
    if not lose:
        assert not leads
        assert answers["ui_context.shown"]["verdict"] == "speaks against"
        return
    assert whole["conclusion"] == "lead"
    first = leads[0]
    assert first["segment"] == [{"column": "region", "equals": "east"}]
    assert first["concerns_this_decision"]
    assert first["strength"] == "moderate"
