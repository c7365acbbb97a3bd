"""The documented rule through the whole investigation: days, exceptions, and what is only text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.case import Brief, Place
from investigators.evidence import Finding
from investigators.investigation import Investigation
from investigators.task import Task
from investigators.what_is_what import what_is_what

SEEDS = (1, 2, 3)
N = 3_000
DAY = pd.Timestamp("2026-03-17 09:00", tz="UTC")
RULE = "above: refuse\nbelow: accept\nadverse: refuse\n"
EXCEPTION = "exceptions:\n  - {when: amount from 150, label: refuse, since: 2026-01-01}\n"
STAFF = "exceptions:\n  - Members of staff are always let through.\n"


def drawn(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    time = pd.Timestamp("2026-03-02", tz="UTC") + pd.to_timedelta(
        np.sort(random.random(N)) * 28 * 86_400, unit="s"
    ).floor("ms")
    log = pd.DataFrame(
        {
            "id": [f"r{k:05d}" for k in range(N)],
            "time": time,
            "customer": [f"c{k}" for k in random.integers(0, 900, N)],
            "region": random.choice(["north", "south", "east"], N),
            "amount": random.lognormal(3.8, 1, N).round(2),
            "score": random.beta(1.2, 4, N).round(4),
        }
    )
    return log.assign(decision=np.where(log["score"] >= 0.2, "refuse", "accept"))


def investigated(folder: Path, log: pd.DataFrame, policy: str, pick: str, name: str = "p.yaml",
                 **given: str) -> tuple[Investigation, Finding, str]:  # fmt: skip
    """The investigation, its answer about what came after the model, the files of the page."""
    log.to_csv(folder / "log.csv", index=False)
    (folder / name).write_text(policy, encoding="utf-8")
    sources = {"log": (Place("log.csv"),), "policy": (Place(name),)}
    brief = replace(Brief(sources=sources, base=str(folder), decision=pick), **given)
    with desk.open_case(brief) as opened:
        found = opened.investigate()
        sheet = what_is_what(opened.view, (), Task())
    (answer,) = [f for f in found.findings if f.check == "ui_context.after_the_model"]
    return found, answer, " ".join(source.words for source in sheet.sources)


def loud(found: Investigation) -> list[str]:
    return [lead.statement for lead in found.leads if lead.family == "ui_context"]


def excepted(log: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Amounts from 150 are refused whatever the score; the id of one that was."""
    planted = (log["amount"] >= 150) & (log["score"] < 0.2)
    log = log.assign(decision=log["decision"].where(log["amount"] < 150, "refuse"))
    return log, str(log["id"][planted].iloc[5])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_follows_a_documented_exception_is_as_documented(tmp_path: Path, seed: int) -> None:
    log, pick = excepted(drawn(seed))
    found, answer, sheet = investigated(tmp_path, log, f"threshold: 0.2\n{RULE}{EXCEPTION}", pick)
    assert answer.verdict == "speaks against"
    assert "by the exception “when: amount from 150" in answer.sentence
    assert answer.effect["by_exception"] == int(
        ((log["amount"] >= 150) & (log["score"] < 0.2) & (log["score"] != 0.2)).sum()
    )
    assert not loud(found)
    assert "exception: 150 ≤ amount gets refuse, from 2026-01-01" in sheet


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_without_the_exception_is_a_strong_lead(tmp_path: Path, seed: int) -> None:
    log, pick = excepted(drawn(seed))
    found, answer, _ = investigated(tmp_path, log, f"threshold: 0.2\n{RULE}", pick)
    assert answer.verdict == "supports"
    assert found.leads[0].strength == "strong"
    later = EXCEPTION.replace("2026-01-01", "2026-06-01")  # not yet in force
    assert investigated(tmp_path, log, f"threshold: 0.2\n{RULE}{later}", pick)[1].cause is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_an_exception_that_is_not_applied_is_a_lead(tmp_path: Path, seed: int) -> None:
    log = drawn(seed)  # no amount was refused for itself
    broken = (log["amount"] >= 150) & (log["score"] < 0.2)
    pick = str(log["id"][broken].iloc[3])
    found, answer, _ = investigated(tmp_path, log, f"threshold: 0.2\n{RULE}{EXCEPTION}", pick)
    assert answer.verdict == "supports"
    assert answer.concerns_decision
    assert "where refuse is due, by the exception" in answer.sentence
    assert loud(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_request_is_judged_by_the_rule_of_its_time(tmp_path: Path, seed: int) -> None:
    log = drawn(seed)
    cut = np.where(log["time"] < DAY, 0.1, 0.2)
    log = log.assign(decision=np.where(log["score"] >= cut, "refuse", "accept"))
    early = (log["time"] < DAY) & log["score"].between(0.12, 0.18)
    pick = str(log["id"][early].iloc[4])
    rules = (
        "rules:\n  - {threshold: 0.2, valid_from: 2026-03-17}\n"
        "  - {threshold: 0.1, since: 2025-06-01}\n"
    )
    found, answer, _ = investigated(tmp_path, log, RULE + rules, pick)
    assert answer.verdict == "speaks against"
    assert "This decision too" in answer.sentence
    assert not loud(found)
    assert found.case.rule is not None
    assert found.case.rule.cuts == (0.1,)  # in force at the time of this decision
    broken = log.assign(decision=np.where(log["score"] >= 0.1, "refuse", "accept"))
    found, answer, _ = investigated(tmp_path, broken, RULE + rules, pick)
    assert answer.verdict == "supports"  # the later cut-off never came into force
    assert not answer.concerns_decision
    assert found.leads[0].transform.source == 0.2
    assert found.leads[0].transform.to == pytest.approx(0.1, abs=0.003)


@pytest.mark.parametrize("seed", SEEDS)
def test_before_the_documented_rule_nothing_is_held_against_it(tmp_path: Path, seed: int) -> None:
    log = drawn(seed)
    cut = np.where(log["time"] < DAY, 0.1, 0.2)
    log = log.assign(decision=np.where(log["score"] >= cut, "refuse", "accept"))
    early = (log["time"] < DAY) & log["score"].between(0.12, 0.18)
    policy = f"threshold: 0.2\n{RULE}valid_from: 2026-03-17\n"
    found, answer, _ = investigated(tmp_path, log, policy, str(log["id"][early].iloc[4]))
    assert answer.verdict == "cannot tell"
    assert "outside the days of the documented rule" in answer.sentence
    assert not loud(found)
    late = str(log["id"][log["time"] > DAY + pd.Timedelta(days=3)].iloc[0])
    assert investigated(tmp_path, log, policy, late)[1].verdict == "speaks against"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_lead_against_a_clause_that_is_not_understood(tmp_path: Path, seed: int) -> None:
    log, pick = excepted(drawn(seed))
    found, answer, sheet = investigated(tmp_path, log, f"threshold: 0.2\n{RULE}{STAFF}", pick)
    assert answer.verdict == "cannot tell"
    assert "“Members of staff are always let through.”" in answer.sentence
    assert answer.would_need
    assert not loud(found)
    assert "not understood, kept as text: “Members of staff" in sheet
    sound, quiet, _ = investigated(tmp_path, drawn(seed), f"threshold: 0.2\n{RULE}{STAFF}", pick)
    assert quiet.verdict == "speaks against"
    assert "not understood here" in quiet.sentence
    assert not loud(sound)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("form", ["list", "region", "limit", "page", "toml"])
def test_forms_of_exceptions(tmp_path: Path, seed: int, form: str) -> None:
    log = drawn(seed)
    names = [f"c{k}" for k in range(20, 60)]
    rows = {
        "list": log["customer"].isin(names),
        "region": (log["region"] == "east") & (log["amount"] > 60),
        "limit": log["amount"] > 150,
        "page": log["amount"].between(20, 40),
        "toml": log["region"] == "south",
    }[form]
    pick = str(log["id"][rows & (log["score"] < 0.2)].iloc[2])
    policy = f"threshold: 0.2\n{RULE}exceptions:\n"
    told = {
        "list": f"{policy}  - {{column: customer, in: [{', '.join(names)}], label: refuse}}\n",
        "region": f"{policy}  - refuse if region is east and amount is over 60\n",
        "limit": f"threshold: 0.2\n{RULE}limits:\n"
        "  - {input: amount, maximum: 150, label: refuse}\n",
        "page": "| decision | from | to |\n|---|---|---|\n| accept | | 0.2 |\n"
        "| refuse | 0.2 | |\n\nAdverse: refuse\n\n## Exceptions\n\n"
        "- amount between 20 and 40: refuse\n",
        "toml": 'threshold = 0.2\nabove = "refuse"\nbelow = "accept"\nadverse = "refuse"\n'
        '[[exceptions]]\nwhen = "region is south"\nlabel = "refuse"\nsince = 2026-01-01\n',
    }[form]
    log = log.assign(decision=log["decision"].mask(rows, "refuse"))
    name = {"page": "p.md", "toml": "p.toml"}.get(form, "p.yaml")
    found, answer, sheet = investigated(tmp_path, log, told, pick, name)
    assert answer.verdict == "speaks against", answer.sentence
    assert not loud(found)
    assert "c20" not in sheet  # a list of people is counted, not shown


@pytest.mark.parametrize("seed", SEEDS)
def test_an_exception_on_a_column_that_is_not_there_is_not_understood(
    tmp_path: Path, seed: int
) -> None:
    log, pick = excepted(drawn(seed))
    policy = f"threshold: 0.2\n{RULE}{EXCEPTION.replace('amount', 'basket')}"
    found, answer, _ = investigated(tmp_path, log, policy, pick)
    assert answer.verdict == "cannot tell"
    assert "basket from 150" in answer.sentence
    assert not loud(found)


def test_a_cut_off_given_by_hand_keeps_the_exceptions(tmp_path: Path) -> None:
    log, pick = excepted(drawn(4))
    by_hand = {"threshold": 0.2, "above": "refuse", "below": "accept"}
    policy = f"threshold: 0.3\n{RULE}{EXCEPTION}"
    _, answer, _ = investigated(tmp_path, log, policy, pick, **by_hand)
    assert answer.verdict == "speaks against"
