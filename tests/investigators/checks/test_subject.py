"""Whose account: devices from session to session against all others, and the join by request id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.accounts import sources, use_of
from investigators.chart import Cells
from investigators.checks.ui_context.subject import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import dots_of, pictured
from tests.investigators.views import timed, view_of

ROLES = {n: n for n in ("event", "request", "session", "subject", "time", "component", "device")}
LOG_ROLES = {"id": "request", "subject": "subject", "session": "session", "time": "time"}
START = pd.Timestamp("2026-05-01")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def visits(accounts: int = 120, seed: int = 4, several: float = 0.02) -> pd.DataFrame:
    """Sessions of three events each, two hours apart or more; few accounts change the device."""
    random = np.random.default_rng(seed)
    rows = []
    for who in range(accounts):
        own = str(random.choice(["app", "desktop"]))
        mixed = random.random() < several
        for s in range(1 + random.poisson(3)):
            device = str(random.choice(["app", "desktop"])) if mixed else own
            rows.append((f"m{who}", s, random.uniform(0, 14 * 86_400), device))
    return events(rows)


def events(sessions: list[tuple[str, int, float, str]]) -> pd.DataFrame:
    rows = [
        (who, f"{who}-{s}", START + pd.Timedelta(seconds=at + 20 * k), device)
        for who, s, at, device in sessions
        for k in range(3)
    ]
    frame = pd.DataFrame(rows, columns=["subject", "session", "time", "device"])
    return frame.assign(
        event=[f"e{k}" for k in range(len(frame))],
        request=[f"r{k}" for k in range(len(frame))],
        component="recommender",
    )


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(
        event=[f"e{k}" for k in range(len(frame))], request=[f"r{k}" for k in range(len(frame))]
    )


def make(engine: Engine, folder: Path, shown: pd.DataFrame | None, who: str = "me",
         log: pd.DataFrame | None = None, **given: Any) -> View:  # fmt: skip
    if log is None:
        assert shown is not None
        log = shown[["request", "subject", "session", "time"]]
    pick = int(np.flatnonzero(log["subject"] == who)[0])
    if shown is not None:
        roles = {r: n for r, n in ROLES.items() if n in shown.columns}
        given |= {"ui_events": (shown,), "ui_roles": (roles,)}
    return view_of(engine, folder, log, LOG_ROLES, **({"pick": pick} | given))


def answer(view: View) -> Finding:
    return pictured(CHECK.run(view, Task()))[0]


def shared(several: int = 6, at: float = 3_600.0) -> pd.DataFrame:
    """One account whose sessions take turns between app and desktop."""
    return events([("me", s, at + 40_000.0 * s, ("app", "desktop")[s % 2]) for s in range(several)])


def test_a_shared_account_is_told_from_the_others(engine: Engine, tmp_path: Path) -> None:
    shown = together(visits(), shared())
    found = answer(make(engine, tmp_path, shown))
    assert found.verdict == "supports"
    assert found.concerns_decision
    assert found.n == len(shown)
    cause = found.cause
    assert cause is not None
    assert cause.cause == "identity"
    assert cause.segment == (Condition("subject", equals="me"),)
    assert cause.rows_in_scope == 18
    assert not cause.exact_record
    assert cause.corroborations == ()
    assert "from 2 devices (app and desktop) in 6 sessions" in found.sentence
    assert "the device changed 5 times" in found.sentence
    (chart,) = found.charts
    assert isinstance(chart, Cells)
    assert chart.header[0].startswith("begin")
    assert not any(row[0].endswith("Z") for row in chart.rows)
    assert [row[1] for row in chart.rows] == ["app", "desktop"] * 3


def test_the_counts_are_those_of_another_means(engine: Engine, tmp_path: Path) -> None:
    shown = together(visits(several=0.3), shared())
    view = make(engine, tmp_path, shown)
    use = use_of(sources(view, Task())[0], "me", Task())
    assert use is not None
    begun = (
        shown.groupby(["subject", "session", "device"])["time"].agg(["min", "max"]).reset_index()
    )
    begun = begun.sort_values(["subject", "min"])
    before = begun.groupby("subject")["device"].shift()
    begun["changed"] = before.notna() & (before != begun["device"])
    by = begun.groupby("subject").agg(changed=("changed", "sum"), n=("session", "count"))
    rest = by.drop("me")
    assert (use.sessions, use.changes) == (6, int(by["changed"]["me"]))
    assert use.others == len(rest)
    assert use.others_changes == int((rest["changed"] >= by["changed"]["me"]).sum())
    assert (use.rest_pairs, use.rest_changes) == ((rest["n"] - 1).sum(), rest["changed"].sum())
    table = [[use.changes, use.pairs - use.changes],
             [use.rest_changes, use.rest_pairs - use.rest_changes]]  # fmt: skip
    assert stats.fisher_exact(table, "greater").pvalue < 1e-3


def test_use_at_the_same_time_is_a_second_sign(engine: Engine, tmp_path: Path) -> None:
    sessions = [
        ("me", 2 * s + k, 50_000.0 * s + 15 * k, ("app", "desktop")[k])
        for s in range(4)
        for k in range(2)
    ]
    shown = together(visits(400), events(sessions))
    cause = answer(make(engine, tmp_path, shown)).cause
    assert cause is not None
    assert "4 times used from two devices at the same time" in cause.corroborations[0]
    assert "of 400 other accounts" in cause.corroborations[0]


@pytest.mark.parametrize("several", [0.0, 0.3])
def test_an_ordinary_account_is_not(engine: Engine, tmp_path: Path, several: float) -> None:
    """One device; or two, where a third of all accounts have two."""
    mine = shared(4) if several else shared().assign(device="app")
    shown = together(visits(200, several=several), mine)
    found = answer(make(engine, tmp_path, shown))
    assert found.verdict == "speaks against"
    assert found.cause is None


@pytest.mark.parametrize(("apart", "verdict"), [(15, "supports"), (7_200, "cannot tell")])
def test_of_few_accounts_the_only_one_used_twice_at_once_is_told(
    engine: Engine, tmp_path: Path, apart: int, verdict: str
) -> None:
    """Sixty others cannot make one in a hundred; use at the same time stands in for them."""
    sessions = [
        ("me", 2 * s + k, 50_000.0 * s + apart * k, ("app", "desktop")[k])
        for s in range(10)
        for k in range(2)
    ]
    shown = together(visits(60, several=0.0), events(sessions))
    assert answer(make(engine, tmp_path, shown)).verdict == verdict


def spoken(sessions: pd.DataFrame, alternate: set[str], seed: int = 5) -> pd.DataFrame:
    """A language for each account; of some, by chance, another from session to session."""
    random = np.random.default_rng(seed)
    own = {who: str(random.choice(["de-DE", "en-GB"])) for who in sorted(set(sessions["subject"]))}
    drawn = {s: str(random.choice(["de-DE", "en-GB"])) for s in sorted(set(sessions["session"]))}
    locale = [
        drawn[session] if who in alternate else own[who]
        for who, session in zip(sessions["subject"], sessions["session"], strict=True)
    ]
    return sessions.assign(locale=locale)


def in_two_languages(engine: Engine, folder: Path, shown: pd.DataFrame, who: str) -> View:
    roles = {r: n for r, n in (ROLES | {"locale": "locale"}).items() if n in shown.columns}
    log = shown[["request", "subject", "session", "time"]]
    pick = int(np.flatnonzero(log["subject"] == who)[0])
    given: dict[str, Any] = {"pick": pick, "ui_events": (shown,), "ui_roles": (roles,)}
    return view_of(engine, folder, log, LOG_ROLES, **given)


def test_of_few_accounts_one_in_two_languages_on_one_device_is_told(
    engine: Engine, tmp_path: Path
) -> None:
    """A person has two devices, and may read each in a language of its own; two take turns."""
    shown = spoken(together(visits(60, several=0.0), shared(20)), {"me"})
    found = answer(in_two_languages(engine, tmp_path, shown, "me"))
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "identity"
    assert found.cause.corroborations == ()  # each sign by itself would be too little
    mine = shown[shown["subject"] == "me"].drop_duplicates("session").sort_values("time")
    before = mine.groupby("device")["locale"].shift()
    changes = int((before.notna() & (before != mine["locale"])).sum())
    assert f"its language changed in {changes} of 18 sessions that follow another" in found.sentence
    by_device = np.where(shown["device"] == "app", "de-DE", "en-GB")
    each = shown.assign(locale=shown["locale"].where(shown["subject"] != "me", by_device))
    found = answer(in_two_languages(engine, tmp_path / "each", each, "me"))
    assert found.verdict == "cannot tell"
    assert "99 other accounts" in str(found.would_need)


def test_false_alarms_over_few_accounts_in_two_languages(engine: Engine, tmp_path: Path) -> None:
    """Of sixty persons some alternate between devices, some between languages, one does both."""
    told = n = 0
    for seed in range(4):
        frame = visits(60, seed=40 + seed, several=0.06)
        random = np.random.default_rng(seed)
        both = set(random.choice(frame["subject"].unique(), 4, replace=False))
        changed = frame.groupby("subject")["device"].nunique()
        shown = spoken(frame, both | {str(changed.idxmax())}, seed)
        for who in changed.index[changed > 1]:
            found = answer(in_two_languages(engine, tmp_path / f"{seed}{who}", shown, who))
            told += found.verdict == "supports"
        n += 60
    assert told <= 0.01 * n


def test_false_alarms_over_few_ordinary_accounts(engine: Engine, tmp_path: Path) -> None:
    from investigators.checks.ui_context.subject import _kind

    told = n = 0
    for seed in range(8):
        shown = visits(60, seed=20 + seed, several=0.05)
        place = sources(make(engine, tmp_path / str(seed), shown, "m1"), Task())[0]
        uses = [use_of(place, f"m{k}", Task()) for k in range(60)]
        n += len(uses)
        told += sum(use is not None and _kind(use) is not None for use in uses)
    assert told <= 0.01 * n


def test_an_id_that_many_share_is_a_key(engine: Engine, tmp_path: Path) -> None:
    sessions = [("me", s, 9_000.0 * s, f"device {s % 12}") for s in range(40)]
    shown = together(visits(), events(sessions))
    cause = answer(make(engine, tmp_path, shown)).cause
    assert cause is not None
    assert cause.cause == "join-or-key"


def test_false_alarms_over_ordinary_accounts(engine: Engine, tmp_path: Path) -> None:
    """Every account of a shop in turn: few are told, none with a second sign."""
    shown = visits(150, seed=9, several=0.1)
    place = sources(make(engine, tmp_path, shown, "m1"), Task())[0]
    from investigators.checks.ui_context.subject import _kind, _signs

    uses = [use_of(place, f"m{k}", Task()) for k in range(150)]
    told = [use for use in uses if use is not None and _kind(use)]
    assert len(told) <= 0.02 * 150
    assert not any(_signs(use) for use in told)


def test_too_little_to_compare(engine: Engine, tmp_path: Path) -> None:
    few = together(visits(10), shared())
    short = together(visits(), shared(2))
    for name, shown in (("few", few), ("short", short)):
        found = answer(make(engine, tmp_path / name, shown))
        assert found.verdict == "cannot tell"
        assert "30 other accounts" in str(found.would_need)
        assert found.ask
    nobody = shown.assign(device=None)
    assert answer(make(engine, tmp_path / "none", nobody)).verdict == "cannot tell"


def test_without_ui_events_the_log_s_device_column_serves(engine: Engine, tmp_path: Path) -> None:
    log = together(visits(), shared()).rename(columns={"device": "platform"})
    found = answer(make(engine, tmp_path, None, log=log, segments=("platform",)))
    assert found.verdict == "supports"
    none = answer(make(engine, tmp_path / "b", None, log=log))
    assert none.verdict == "cannot tell"
    assert "subject, device, session" in str(none.would_need)


def test_log_and_screen_name_different_subjects(engine: Engine, tmp_path: Path) -> None:
    shown = together(visits(), shared())
    log = shown[["request", "subject", "session", "time"]].copy()
    at = int(np.flatnonzero(log["subject"] == "me")[0])
    log.loc[at, "subject"] = "somebody"
    found = CHECK.run(make(engine, tmp_path, shown, "somebody", log), Task())[1]
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "join-or-key"
    assert found.cause.exact_record
    assert "somebody in the log and me on the screen" in found.sentence
    same = CHECK.run(make(engine, tmp_path / "same", shown), Task())[1]
    assert same.verdict == "speaks against"
    assert f"in 0 of {len(shown):,} requests" in same.sentence
    other = log.assign(subject=[f"x{k}" for k in range(len(log))])
    apart = CHECK.run(make(engine, tmp_path / "ids", shown, "x3", other), Task())[1]
    assert apart.verdict == "cannot tell"


def test_where_and_since_when_the_subjects_differ(engine: Engine, tmp_path: Path) -> None:
    """All requests of one shop since a day; with as many in no place it is told of this one."""
    shown = visits(300)
    log = shown[["request", "subject", "session", "time"]].copy()
    random = np.random.default_rng(8)
    log["shop"] = random.choice(["north", "south", "west"], len(log))
    since = log["time"].quantile(0.6)
    wrong = ((log["shop"] == "south") & (log["time"] >= since)).to_numpy()
    swapped = log["subject"].to_numpy()[::-1]
    for name, rows in (("placed", wrong), ("spread", random.permutation(wrong))):
        log["subject"] = np.where(rows, swapped, shown["subject"])
        differ = log["subject"] != shown["subject"]
        who = log["subject"][differ].iloc[0]
        view = timed(make(engine, tmp_path / name, shown, who, log, segments=("shop",)))
        one = pictured(CHECK.run(view, Task()))[1]
        assert one.verdict == "supports"
        assert one.cause is not None
        assert view.decision is not None
        if name == "spread":
            if one.concerns_decision:
                assert one.cause.segment == (Condition("request", equals=view.decision.id),)
            assert one.onset is None
            continue
        assert one.segment == one.cause.segment == (Condition("shop", equals="south"),)
        assert dots_of(one).dots[0].label == "shop south, since then"
        assert one.cause.rows_changed == pytest.approx(int(differ.sum()), abs=5)  # onset: its end
        first = log["time"][differ].min()
        assert one.onset is not None
        assert one.onset.earliest is not None
        assert one.onset.latest is not None
        assert pd.Timestamp(one.onset.earliest) <= first.tz_localize("UTC")
        assert first.tz_localize("UTC") - pd.Timedelta(hours=6) <= pd.Timestamp(one.onset.latest)
        assert "They lie in requests with shop south, since" in one.sentence
