from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import Rule, ScoreScale
from investigators.chart import Dots
from investigators.checks.subgroup_performance.hidden_slices import CHECK
from investigators.evidence import Condition, Finding
from investigators.scope import segment_sql
from investigators.slices.literals import columns_of
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import picked, view_of

RULE = Rule((0.2,), ("accept", "refuse"), ("refuse",), "given")
ROLES = {r: r for r in ("id", "time", "subject", "score", "decision", "outcome")}
SEGMENTS = ("region", "channel", "shop")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def loans(rows: int = 12_000, seed: int = 3) -> pd.DataFrame:
    """Scores that are right for everybody; ``outcome`` is drawn from ``risk``."""
    random = np.random.default_rng(seed)
    score = random.beta(1, 6, rows)
    frame = pd.DataFrame(
        {
            "id": [f"l{i}" for i in range(rows)],
            "time": pd.date_range("2026-01-01", periods=rows, freq="7min"),
            "subject": [f"s{i}" for i in range(rows)],
            "score": score,
            "decision": np.where(score >= 0.2, "refuse", "accept"),
            "region": random.choice(["north", "south", "west"], rows, p=[0.1, 0.5, 0.4]),
            "channel": random.choice(["web", "shop", "phone"], rows, p=[0.5, 0.3, 0.2]),
            "shop": random.choice([f"shop {i}" for i in range(10)], rows),
            "amount": random.lognormal(3, 1, rows).round(2),
            "income": np.where(random.random(rows) < 0.1, np.nan, random.gamma(3, 700, rows)),
            "risk": score,
        }
    )
    return frame.assign(draw=random.random(rows))


def made(
    engine: Engine, folder: Path, log: pd.DataFrame, where: Any, times: float, **more: Any
) -> View:
    """Plant: in the rows ``where`` the risk of what was accepted is ``times`` what the score says.

    Picks an accepted row of the group (or the first row).
    """
    accepted = log["decision"] == "accept"
    risk = np.where(where & accepted, np.clip(log["risk"] * times, 0, 0.95), log["risk"])
    log = log.assign(outcome=(log["draw"] < risk).astype(float))
    hit = np.flatnonzero(where & accepted)
    given = {
        "adverse": ("refuse",),
        "rule": RULE,
        "segments": SEGMENTS,
        "pick": int(hit[0]) if len(hit) else 0,
    }
    kept = log.drop(columns=["risk", "draw"])
    return view_of(engine, folder, kept, ROLES, **(given | more))


def answers(view: View) -> list[Finding]:
    return list(pictured(CHECK.run(view, Task())))


def test_a_pair_that_nobody_named_is_found_with_its_numbers(engine: Engine, tmp_path: Path) -> None:
    log = loans()
    truth = (log["region"] == "north") & (log["channel"] == "web")
    view = made(engine, tmp_path, log, truth, 4)
    (found,) = answers(view)
    assert found.verdict == "supports"
    assert set(found.about) == {"region", "channel"}
    assert found.cause is not None
    assert found.cause.segment == (
        Condition("region", equals="north"),
        Condition("channel", equals="web"),
    )
    assert found.cause.rows_in_scope == truth.sum()
    assert found.cause.concerns_decision
    assert found.concerns_decision
    assert "region and channel are no inputs" in found.cause.corroborations[0]
    assert "found in one half of the subjects; these are the numbers of the other" in found.sentence
    assert f"({found.effect['tested']:,} groups of one or two conditions on" in found.sentence
    assert found.effect["tested"] > 500
    low, high = found.effect["confirming"]["interval"]
    assert low < 4 < high
    (chart,) = found.charts
    assert isinstance(chart, Dots)
    assert [dot.label for dot in chart.dots if dot.own] == ["region north and channel web"]
    assert {dot.label for dot in chart.dots} >= {"region north, others", "neither"}
    assert sum(dot.n for dot in chart.dots) == found_rows(view, side="accept", log=log)


def test_three_conditions_are_told_and_drawn_where_they_are_asked_for(
    engine: Engine, tmp_path: Path
) -> None:
    log = loans(24_000)
    log["kind"] = np.random.default_rng(1).choice(["p", "q"], len(log))
    truth = (log["region"] == "south") & (log["channel"] == "web") & (log["kind"] == "p")
    view = made(engine, tmp_path, log, truth, 4, segments=(*SEGMENTS, "kind"))
    asked = replace(view, case=replace(view.case, brief=replace(view.case.brief, depth="3")))
    (found,) = answers(asked)
    assert found.verdict == "supports"
    assert set(found.about) == {"region", "channel", "kind"}
    (chart,) = found.charts
    assert isinstance(chart, Dots)
    dots = {dot.label: dot for dot in chart.dots}
    whole = "region south and channel web and kind p"
    assert [label for label, dot in dots.items() if dot.own] == [whole]
    assert set(dots) == {
        whole, "region south and channel web, others", "region south and kind p, others",
        "channel web and kind p, others", "one of the three", "none of the three",
    }  # fmt: skip
    side = "accept"
    assert sum(dot.n for dot in chart.dots) == found_rows(view, side=side, log=log)
    told = re.search(r"\(([\d,]+) groups of one to three conditions \((.+?)\) on", found.sentence)
    assert told is not None
    sizes = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) of (?:one|two|three)", told[2])]
    assert len(sizes) == 3
    assert sum(sizes) == int(told[1].replace(",", "")) == found.effect["tested"]


def found_rows(view: View, *, side: str, log: pd.DataFrame) -> int:
    """Rows of that decision in the confirming half, told by the engine."""
    assert view.log is not None
    sql = "SELECT count(*) FROM {t} WHERE fw_decision = ? AND md5_number_lower(fw_subject) % 2 = 0"
    assert len(log) == view.log.rows
    return int(view.log.value(sql, [side]))


@pytest.mark.parametrize("seed", range(4))
def test_ranges_missing_and_single_values_are_described_as_they_are(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log = loans(seed=seed)
    missing = answers(made(engine, tmp_path / "a", log, log["income"].isna(), 4))
    assert [f.segment for f in missing] == [(Condition("income", missing=True),)]
    shop = answers(made(engine, tmp_path / "b", log, log["shop"] == "shop 3", 4))
    assert [f.segment for f in shop] == [(Condition("shop", equals="shop 3"),)]
    high = log["amount"] >= log["amount"].quantile(0.875, interpolation="higher")
    view = made(engine, tmp_path / "c", log, high, 4)
    (large,) = answers(view)
    assert large.segment is not None
    assert view.log is not None
    inside = view.log.query(f"SELECT fw_row FROM {{t}} WHERE {segment_sql(large.segment)}")
    mine = set(inside["fw_row"].to_pylist())
    true = set(np.flatnonzero(high).tolist())
    assert len(mine & true) / len(mine | true) > 0.9


@pytest.mark.parametrize("seed", range(6))
def test_a_right_score_is_quiet_even_where_groups_are_riskier(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """The borderline group is wrong more often; rows of the same score are as well."""
    log = loans(rows=6000, seed=seed)
    north = log["region"] == "north"
    risk = np.where(north, np.clip(log["score"] * 2 + 0.08, 0, 0.9), log["score"])
    log = log.assign(score=risk, risk=risk, decision=np.where(risk >= 0.2, "refuse", "accept"))
    (found,) = answers(made(engine, tmp_path, log, north, 1))
    assert found.verdict != "supports"
    assert found.effect["measure"] == "wrong"
    assert "No group gets more wrong decisions than rows of the same score." in found.sentence


def test_a_score_that_is_off_for_everybody_is_no_groups_fault(
    engine: Engine, tmp_path: Path
) -> None:
    log = loans()
    (found,) = answers(made(engine, tmp_path, log, log["score"] >= 0, 2))
    assert found.verdict == "speaks against"


def test_a_decision_outside_or_on_the_other_side_is_not_concerned(
    engine: Engine, tmp_path: Path
) -> None:
    log = loans()
    shop = log["shop"] == "shop 3"
    outside = int(np.flatnonzero(~shop)[0])
    refused = int(np.flatnonzero(shop & (log["decision"] == "refuse"))[0])
    for pick in (outside, refused):
        (found,) = answers(made(engine, tmp_path / str(pick), log, shop, 4, pick=pick))
        assert found.verdict != "supports"
        assert found.cause is None
        assert "shop shop 3" in found.sentence
        assert "This decision is not among those." in found.sentence
        assert found.charts
    (nobody,) = answers(made(engine, tmp_path / "none", log, shop, 4, pick=None))
    assert nobody.verdict == "supports"
    assert not nobody.concerns_decision


def test_rows_of_a_few_subjects_are_no_group(engine: Engine, tmp_path: Path) -> None:
    log = loans()
    shop = np.flatnonzero(log["shop"] == "shop 3")
    log.loc[shop, "subject"] = np.resize(["a", "b", "c", "d", "e", "f"], len(shop))
    (found,) = answers(made(engine, tmp_path, log, log["shop"] == "shop 3", 4))
    assert found.verdict != "supports"


def test_columns_known_after_the_outcome_are_left_out(engine: Engine, tmp_path: Path) -> None:
    log = loans()
    bad = log["draw"] < log["risk"]
    log["dispute"] = np.where(bad & (log["draw"] < 0.05), "opened", "no")
    log["closed as"] = np.where(bad, "loss", "paid")
    (found,) = answers(made(engine, tmp_path, log, log["score"] < 0, 1))
    assert found.verdict != "supports"
    assert "dispute, closed as left out: known only after the decision" in found.sentence


def test_without_outcomes_adverse_shares_never_support(engine: Engine, tmp_path: Path) -> None:
    log = loans().drop(columns=["risk", "draw"])
    log.loc[log["shop"] == "shop 3", "decision"] = "refuse"
    roles = {role: name for role, name in ROLES.items() if role != "outcome"}
    pick = int(np.flatnonzero(log["shop"] == "shop 3")[0])
    view = view_of(
        engine, tmp_path, log, roles, adverse=("refuse",), rule=RULE, segments=SEGMENTS, pick=pick
    )
    (found,) = answers(view)
    assert found.verdict == "cannot tell"
    assert found.would_need is not None
    assert "outcomes" in found.would_need
    assert found.ask is not None
    assert "shop shop 3" in found.sentence
    assert "no row has an outcome" in found.sentence
    assert "This decision lies in 1 of them." in found.sentence


def test_too_few_decisions_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    log = loans(rows=150)
    (found,) = answers(made(engine, tmp_path, log, log["score"] >= 0, 1))
    assert found.verdict == "cannot tell"
    assert found.would_need == "200 decisions with an outcome"
    log = loans(rows=800)
    (small,) = answers(made(engine, tmp_path / "small", log, log["score"] < 0, 1))
    assert small.verdict == "cannot tell"


def prices(rows: int = 9000, seed: int = 5) -> pd.DataFrame:
    """Predictions of a price; errors are as wide as the prediction, skewed, right for everybody."""
    random = np.random.default_rng(seed)
    made = loans(rows, seed).drop(columns=["decision", "risk", "draw"])
    score = random.lognormal(3, 0.5, rows)
    error = (random.exponential(size=rows) - 1) * score**0.7
    return made.assign(score=score, outcome=score + error)


def valued(engine: Engine, folder: Path, log: pd.DataFrame, **more: Any) -> View:
    roles = {role: name for role, name in ROLES.items() if name in log}
    given = {"scale": ScoreScale("value"), "segments": SEGMENTS}
    return view_of(engine, folder, log, roles, **(given | more))


@pytest.mark.parametrize(("off", "side"), [(20.0, "more"), (-20.0, "fewer")])
def test_predictions_of_values_that_are_off_in_a_group_are_found(
    engine: Engine, tmp_path: Path, off: float, side: str
) -> None:
    log = prices()
    inside = (log["region"] == "south") & (log["channel"] == "web")
    log["outcome"] += np.where(inside, off, 0.0)
    pick = int(np.flatnonzero(inside)[0])
    (found,) = answers(valued(engine, tmp_path, log, pick=pick))
    assert found.verdict == "supports"
    assert set(found.about) == {"region", "channel"}
    assert found.effect["side"] == side
    assert found.effect["measure"] == "error"
    assert f"too {'low' if off > 0 else 'high'}" in found.sentence
    low, high = found.effect["confirming"]["interval"]
    assert low < off < high
    (chart,) = found.charts
    assert isinstance(chart, Dots)
    assert [dot.label for dot in chart.dots if dot.own] == ["region south and channel web"]
    nobody = answers(valued(engine, tmp_path / "other", log, pick=int(np.flatnonzero(~inside)[0])))
    assert [f.verdict for f in nobody] == ["speaks against"]


def test_larger_errors_of_a_group_are_found_and_sound_ones_are_not(
    engine: Engine, tmp_path: Path
) -> None:
    log = prices(seed=6)
    (sound,) = answers(valued(engine, tmp_path / "sound", log, pick=0))
    assert sound.verdict == "speaks against"
    assert "half a standard deviation" in sound.sentence
    error = log["outcome"] - log["score"]
    wide = log["shop"] == "shop 3"
    log["outcome"] = log["score"] + error * np.where(wide, 3, 1)
    (found,) = answers(valued(engine, tmp_path, log, pick=int(np.flatnonzero(wide)[0])))
    assert found.verdict == "supports"
    assert found.segment == (Condition("shop", equals="shop 3"),)
    assert "size of the error" in found.sentence


def test_scores_alone_are_described_and_never_support(engine: Engine, tmp_path: Path) -> None:
    log = loans().drop(columns=["risk", "draw", "decision"])
    log.loc[log["shop"] == "shop 3", "score"] *= 1.5
    pick = int(np.flatnonzero(log["shop"] == "shop 3")[0])
    (found,) = answers(valued(engine, tmp_path, log, pick=pick, scale=ScoreScale("probability")))
    assert found.verdict == "cannot tell"
    assert found.effect["measure"] == "score"
    assert "shop shop 3: the mean score" in found.sentence
    assert "a description, no verdict" in found.sentence
    assert "This decision lies in 1 of them." in found.sentence
    assert found.cause is None
    assert found.ask


def test_a_decision_just_outside_an_estimated_border_is_told_so(
    engine: Engine, tmp_path: Path
) -> None:
    """No member and no blame; a decision far outside gets nothing."""
    log = loans()
    first, last = np.quantile(log["amount"], [0.4, 0.7])
    inside = log["amount"].between(first, last)
    view = made(engine, tmp_path, log, inside, 2.5)
    (found,) = answers(view)
    assert found.segment is not None
    (condition,) = found.segment
    assert condition.upper is not None
    accepted = np.flatnonzero((log["decision"] == "accept") & (log["amount"] >= condition.upper))
    near = accepted[np.argsort(log["amount"].to_numpy()[accepted])]
    (beside,) = answers(made(engine, tmp_path / "near", log, inside, 2.5, pick=int(near[0])))
    assert beside.verdict == "supports"
    assert "just outside, within the uncertainty of the border of amount" in beside.sentence
    assert not beside.concerns_decision
    assert beside.cause is not None
    assert not beside.cause.concerns_decision
    assert not any(dot.own for chart in beside.charts if isinstance(chart, Dots)
                   for dot in chart.dots)  # fmt: skip
    (far,) = answers(made(engine, tmp_path / "far", log, inside, 2.5, pick=int(near[-1])))
    assert far.verdict != "supports"


def test_hours_of_the_day_are_literals(engine: Engine, tmp_path: Path) -> None:
    log = loans()
    night = log["time"].dt.hour < 4
    view = made(engine, tmp_path, log, night, 4)
    assert view.log is not None
    timed = replace(view.log, columns=(*view.log.columns, Column("fw_time", "time")))
    (found,) = answers(replace(view, log=timed))
    part = Condition("time", part="hour", within=(0, 1, 2, 3), zone="UTC")
    assert found.segment == (part,)
    assert found.cause is not None
    assert found.cause.rows_in_scope == night.sum()


def test_hours_over_midnight_are_one_group(engine: Engine, tmp_path: Path) -> None:
    log = loans()
    night = log["time"].dt.hour.isin([22, 23, 0, 1, 2])
    view = made(engine, tmp_path, log, night, 4)
    assert view.log is not None
    timed = replace(view.log, columns=(*view.log.columns, Column("fw_time", "time")))
    (found,) = answers(replace(view, log=timed))
    part = Condition("time", part="hour", within=(22, 23, 0, 1, 2), zone="UTC")
    assert found.segment == (part,)
    assert "hour of time 22 to 2: " in found.sentence
    (chart,) = found.charts
    assert "hour of time 22 to 2" in [dot.label for dot in chart.dots]
    assert found.cause is not None
    assert found.cause.rows_in_scope == night.sum()


def test_a_score_that_is_too_low_is_told_of_both_decisions(engine: Engine, tmp_path: Path) -> None:
    """It explains what was accepted; of a refusal in the group it is told without blame."""
    log = loans()
    inside = (log["region"] == "south") & (log["channel"] == "web")
    odds = log["risk"] / (1 - log["risk"]) * np.where(inside, 3, 1)
    log = log.assign(risk=odds / (1 + odds))
    nobody = log["risk"] < 0
    for decision, concerned in (("accept", True), ("refuse", False)):
        pick = int(np.flatnonzero(inside & (log["decision"] == decision))[0])
        (found,) = answers(made(engine, tmp_path / decision, log, nobody, 1, pick=pick))
        assert found.verdict == "supports"
        assert set(found.about) == {"region", "channel"}
        assert found.effect["side"] == "more"
        assert "Its scores are too low." in found.sentence
        assert found.concerns_decision == concerned
        assert found.cause is not None
        assert found.cause.concerns_decision == concerned


def test_a_score_that_is_too_high_is_as_strong_a_lead(engine: Engine, tmp_path: Path) -> None:
    """A third of the outcomes that the scores say are as much as three times as many."""
    log = loans()
    truth = (log["region"] == "north") & (log["channel"] == "web")
    log["risk"] = np.where(truth, log["risk"] / 3, log["risk"])
    log["outcome"] = (log["draw"] < log["risk"]).astype(float)
    given: dict[str, Any] = {"adverse": ("refuse",), "rule": RULE, "segments": SEGMENTS}
    refused = int(np.flatnonzero(truth & (log["decision"] == "refuse"))[0])
    kept = log.drop(columns=["risk", "draw"])
    (found,) = answers(view_of(engine, tmp_path, kept, ROLES, **given, pick=refused))
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.concerns_decision
    assert "Its scores are too high" in found.sentence
    assert "region and channel are no inputs" in found.cause.corroborations[0]


def test_fewer_adverse_decisions_are_told_of_too(engine: Engine, tmp_path: Path) -> None:
    log = loans().drop(columns=["risk", "draw"])
    log.loc[log["shop"] == "shop 3", "decision"] = "accept"
    roles = {role: name for role, name in ROLES.items() if role != "outcome"}
    view = view_of(
        engine, tmp_path, log, roles, adverse=("refuse",), rule=RULE, segments=SEGMENTS, pick=0
    )
    (found,) = answers(view)
    assert found.verdict == "cannot tell"
    sides = {one["description"]: one["side"] for one in found.effect["slices"] if one["confirmed"]}
    assert sides["shop shop 3"] == "fewer"


def test_what_is_at_stake_defines_groups_where_it_is_an_input(
    engine: Engine, tmp_path: Path
) -> None:
    view = made(engine, tmp_path, loans(rows=500), loans(rows=500)["score"] < 0, 1)
    assert view.log is not None
    valued = replace(view, columns=dict(view.columns) | {"log.value": ("amount",)})
    assert "amount" not in {c.name for c in columns_of(valued, view.log)}
    fed = replace(valued, columns=dict(valued.columns) | {"log.feature:amount": ("amount",)})
    assert "amount" in {c.name for c in columns_of(fed, view.log)}


@pytest.mark.parametrize("seed", [41, 42])
def test_the_rest_of_a_small_group_is_never_offered(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """A person named a group; what befalls it shows on all others turned over."""
    log = loans(seed=seed)
    small = (log["region"] == "north") & (log["channel"] == "web")
    log["mine"] = small
    view = made(engine, tmp_path, log, small, 4.0, segments=(*SEGMENTS, "mine"))
    brief = replace(view.case.brief, groups={"mine": "region = north and channel = web"})
    view = replace(view, case=replace(view.case, brief=brief))
    for pick in (view, picked(view, row=int(np.flatnonzero(~small)[0]))):
        for found in answers(pick):
            assert "mine False" not in found.sentence
    assert any(Condition("mine", equals=True) in (f.segment or ()) for f in answers(view))
