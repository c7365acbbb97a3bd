"""The decision against the score: cut-offs that moved, lists, exceptions; quiet where none is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import Rule
from investigators.chart import Distributions
from investigators.checks.ui_context.after_the_model import CHECK
from investigators.evidence import Condition, Finding, NoTransform, Threshold
from investigators.repair import repaired_view, replay
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import curves_of, pictured
from tests.investigators.views import view_of

ROLES = {
    "id": "id",
    "time": "time",
    "subject": "customer",
    "score": "score",
    "decision": "decision",
    "live_test": "live",
}
RULE = Rule((0.5,), ("accept", "review"), ("review",), "given")
N = 4_000


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def drawn(n: int = N, seed: int = 11) -> pd.DataFrame:
    """A log in which 0.5 decides, without exception."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(n)],
            "time": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n) * 9, unit="min"),
            "customer": [f"c{k}" for k in random.integers(0, max(n // 10, 1), n)],
            "app": random.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1]),
            "amount": random.lognormal(4, 1, n).round(2),
            "score": random.beta(1.2, 2, n).round(4),
            "live": False,
        }
    )
    return decided(frame, 0.5)


def decided(frame: pd.DataFrame, cut: float | np.ndarray) -> pd.DataFrame:
    return frame.assign(decision=np.where(frame["score"] >= cut, "review", "accept"))


def make(engine: Engine, folder: Path, log: pd.DataFrame, **given: Any) -> View:
    roles = {role: name for role, name in ROLES.items() if name in log.columns}
    kept = {"rule": RULE, "adverse": ("review",), "segments": ("app",)} | given
    view = view_of(engine, folder, log, roles, **kept)
    assert view.log is not None
    timed = (*view.log.columns, Column("fw_time", "time"))  # as the canonical log has it
    return replace(view, log=replace(view.log, columns=timed))


def answer(view: View) -> Finding:
    (found,) = pictured(CHECK.run(view, Task()))
    return found


def first(mask: np.ndarray | pd.Series) -> int:
    return int(np.flatnonzero(np.asarray(mask))[0])


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("moved", [0.3, 0.62])
def test_a_cut_off_moved_for_a_segment_since_a_day(
    engine: Engine, tmp_path: Path, moved: float, given: bool
) -> None:
    log = drawn()
    late = (log["app"] == "b") & (np.arange(N) >= 2_000)
    sound = log["decision"]
    log = decided(log, np.where(late, moved, 0.5))
    mine = first(log["decision"] != sound)
    view = make(engine, tmp_path, log, pick=mine, rule=RULE if given else None)
    found = answer(view)
    cause = found.cause
    assert found.verdict == "supports"
    assert cause is not None
    assert cause.cause == "threshold-or-policy"
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.rows_changed == int((log["decision"] != sound).sum())
    assert cause.rows_in_scope == pytest.approx(late.sum(), rel=0.05)
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    assert cause.onset.earliest <= log["time"][late].iloc[0].isoformat() + "Z"
    assert str(cause.onset.latest) >= log["time"][late].iloc[0].isoformat() + "Z"
    assert isinstance(cause.transform, Threshold)
    assert cause.transform.source == pytest.approx(0.5, abs=0.005)
    # the truth by other means: the largest score that kept its label, the smallest that did not
    scope = log[late]
    below, above = (scope[scope["decision"] == label]["score"] for label in ("accept", "review"))
    low, high = found.effect["interval"]
    assert (low, high) == pytest.approx((below.max(), above.min()), abs=0.002)
    assert low < cause.transform.to <= high
    assert cause.exact_record
    assert bool(cause.corroborations) is given
    assert found.concerns_decision
    assert ("documented cut-off 0.5" if given else "usual cut-off") in found.sentence


def test_its_repair_flips_the_decision_without_a_model(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    sound = log["decision"]
    log = decided(log, np.where(log["app"] == "a", 0.3, 0.5))
    wrong = log["decision"] != sound
    view = make(engine, tmp_path, log, pick=first(wrong))
    cause = answer(view).cause
    assert cause is not None
    done = replay(view, cause, Task())
    assert done is not None
    assert done.result.flips
    assert done.result.this_decision == "accept"
    assert done.result.from_adverse == done.result.decisions_changed == int(wrong.sum())
    assert answer(repaired_view(view, done)).verdict == "speaks against"


def test_a_cut_off_moved_for_all_is_told_against_the_given_rule(
    engine: Engine, tmp_path: Path
) -> None:
    log = decided(drawn(), 0.35)
    found = answer(make(engine, tmp_path, log, pick=0))
    assert found.cause is not None
    assert found.cause.segment is None
    assert found.cause.onset is None
    assert found.effect["effective_cut"] == pytest.approx(0.35, abs=0.002)
    assert not found.concerns_decision or log["score"][0] >= 0.35


def test_without_a_given_rule_the_earlier_cut_off_is_the_usual_one(
    engine: Engine, tmp_path: Path
) -> None:
    late = np.arange(N) >= 1_200  # most requests have the later one
    log = decided(drawn(), np.where(late, 0.3, 0.5))
    found = answer(make(engine, tmp_path, log, rule=None))
    assert found.cause is not None
    assert isinstance(found.cause.transform, Threshold)
    assert found.cause.transform.source == pytest.approx(0.5, abs=0.01)
    assert found.cause.transform.to == pytest.approx(0.3, abs=0.01)
    assert found.cause.onset is not None
    assert found.cause.end is None


def test_a_segment_that_gets_one_label_whatever_the_score(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    log.loc[log["app"] == "d", "decision"] = "accept"
    mine = first((log["app"] == "d") & (log["score"] >= 0.5))
    found = answer(make(engine, tmp_path, log, pick=mine))
    cause = found.cause
    assert cause is not None
    assert cause.cause == "business-rule-or-filter"
    assert cause.transform == NoTransform()
    assert cause.segment == (Condition("app", equals="d"),)
    assert cause.exact_record
    assert cause.corroborations
    assert "Whatever the score" in found.sentence
    own = f"This decision did not follow the rule: accept at score {log['score'][mine]:.4g}"
    assert own in found.sentence


def test_an_exception_rule_on_a_number(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    log.loc[log["amount"] >= 200, "decision"] = "review"
    mine = first((log["amount"] >= 200) & (log["score"] < 0.5))
    found = answer(make(engine, tmp_path, log, pick=mine))
    assert found.cause is not None
    assert found.cause.cause == "business-rule-or-filter"
    (condition,) = found.cause.segment or ()
    least = log["amount"][(log["amount"] >= 200) & (log["score"] < 0.5)].min()
    assert (condition.column, condition.upper) == ("amount", None)
    assert condition.lower == pytest.approx(least, rel=0.01)


def test_a_list_of_customers(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    names = {f"c{k}" for k in range(12)}
    on_it = log["customer"].isin(names)
    log.loc[on_it, "decision"] = "review"
    wrong = on_it & (log["score"] < 0.5)
    found = answer(make(engine, tmp_path, log, pick=first(wrong)))
    assert found.cause is not None
    assert found.cause.cause == "business-rule-or-filter"
    (condition,) = found.cause.segment or ()
    assert condition.column == "customer"
    assert set(condition.within or ()) <= names
    assert found.cause.rows_changed == pytest.approx(wrong.sum(), rel=0.1)


def test_overrides_at_random_are_told_and_weak_unless_this_is_one(
    engine: Engine, tmp_path: Path
) -> None:
    random = np.random.default_rng(3)
    log = drawn()
    wrong = (log["score"] >= 0.5) & (random.random(N) < 0.05)
    log.loc[wrong, "decision"] = "accept"
    other = answer(make(engine, tmp_path / "a", log, pick=first(~wrong)))
    assert other.cause is not None
    assert not other.cause.exact_record
    assert not other.cause.corroborations
    assert not other.concerns_decision
    mine = answer(make(engine, tmp_path / "b", log, pick=first(wrong)))
    assert mine.cause is not None
    assert mine.cause.exact_record
    assert mine.concerns_decision
    assert "no segment tells which" in mine.sentence


def test_a_single_exception_that_is_this_decision(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    one = first(log["score"] > 0.7)
    log.loc[one, "decision"] = "accept"
    found = answer(make(engine, tmp_path, log, pick=one))
    assert found.verdict == "supports"
    (mark,) = (mark for mark in curves_of(found).marks if mark.label == "this decision")
    assert mark.at == pytest.approx(log["score"][one], abs=1e-3)
    assert found.cause is not None
    assert found.cause.segment == (Condition("id", equals=f"r{one}"),)
    assert found.cause.exact_record
    assert answer(make(engine, tmp_path / "b", log, pick=one + 1)).verdict == "speaks against"


@pytest.mark.parametrize("given", [True, False])
def test_nothing_where_the_rule_decides(engine: Engine, tmp_path: Path, given: bool) -> None:
    log = drawn()
    log["score"] = np.round(log["score"] * np.linspace(0.6, 1.0, N), 4)  # the scores drift
    log = decided(log, 0.5)
    random = np.random.default_rng(4)
    live = random.random(N) < 0.07
    log = log.assign(live=live, decision=np.where(live, "accept", log["decision"]))
    found = answer(make(engine, tmp_path, log, rule=RULE if given else None, pick=first(~live)))
    assert found.verdict == "speaks against"
    assert found.n == int((~live & ((log["score"] - 0.5).abs() > 5e-5)).sum())
    assert "This decision too" in found.sentence
    in_test = answer(make(engine, tmp_path / "b", log, pick=first(live)))
    assert "in the live test" in in_test.sentence


def test_a_rounded_score_at_the_cut_off_is_no_exception(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    exact = log["score"] + np.random.default_rng(2).uniform(-0.005, 0.005, N)
    log = log.assign(score=exact.round(2), decision=np.where(exact >= 0.5, "review", "accept"))
    at = first(log["score"] == 0.5)
    view = make(engine, tmp_path, log, pick=at)
    view = replace(view, case=replace(view.case, scale=None))
    found = answer(view)
    assert found.verdict == "speaks against"
    assert "within its rounding" in found.sentence


def test_labels_of_people_cannot_be_judged(engine: Engine, tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    log = drawn()
    log["decision"] = np.where(random.random(N) < log["score"], "review", "accept")
    for name, rule in (("given", RULE), ("none", None)):
        found = answer(make(engine, tmp_path / name, log, rule=rule, pick=3))
        assert found.verdict == "cannot tell"
        assert found.would_need
        assert found.ask


@pytest.mark.parametrize("rows", [1, 49])
def test_too_few(engine: Engine, tmp_path: Path, rows: int) -> None:
    log = drawn(rows)
    found = answer(make(engine, tmp_path, log, pick=0))
    assert found.verdict == "cannot tell"
    assert "50" in str(found.would_need)


def test_labels_that_the_rule_does_not_know(engine: Engine, tmp_path: Path) -> None:
    log = drawn().replace({"decision": {"accept": "OK", "review": "HELD"}})
    found = answer(make(engine, tmp_path, log))
    assert found.verdict == "cannot tell"
    assert "accept and review" in found.sentence


def test_several_cut_offs(engine: Engine, tmp_path: Path) -> None:
    log = drawn()
    rule = Rule((0.3, 0.6), ("accept", "review", "refuse"), ("review", "refuse"), "given")
    high = np.where(log["app"] == "c", 0.45, 0.6)
    log["decision"] = np.select([log["score"] >= high, log["score"] >= 0.3], ["refuse", "review"],
                                "accept")  # fmt: skip
    found = answer(make(engine, tmp_path, log, rule=rule))
    assert found.id == "ui_context.after_the_model/refuse"
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="c"),)
    assert isinstance(found.cause.transform, Threshold)
    assert found.cause.transform.source == 0.6
    assert found.cause.transform.to == pytest.approx(0.45, abs=0.01)


def test_the_picture_is_the_decision_over_the_score(engine: Engine, tmp_path: Path) -> None:
    log = decided(drawn(), np.where(drawn()["app"] == "a", 0.3, 0.5))
    (chart,) = answer(make(engine, tmp_path, log)).charts
    assert isinstance(chart, Distributions)
    others, inside = chart.curves
    assert (others.name, inside.name) == ("all other requests", "app a")
    assert all(y in (0.0, 1.0) or 0.28 < x < 0.52 for x, y in zip(others.x, others.y, strict=True))
    assert {mark.label for mark in chart.marks} == {"cut-off 0.5", "found 0.3"}
