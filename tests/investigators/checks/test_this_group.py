from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import Rule, ScoreScale
from investigators.chart import Dots
from investigators.checks.subgroup_performance.this_group import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import view_of

RULE = Rule((0.2,), ("accept", "refuse"), ("refuse",), "given")
ROLES = {
    "id": "id",
    "time": "time",
    "score": "score",
    "decision": "decision",
    "outcome": "outcome",
    "live_test": "arm",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def loans(rows: int = 8000, seed: int = 3, *, risk: float = 1.0, lift: float = 1.0) -> pd.DataFrame:
    """Calibrated scores; in region "north" the risk is ``risk`` times, the score ``lift`` times.

    A live-test arm of 40 % has outcomes whatever was decided; elsewhere refused rows have none.
    """
    random = np.random.default_rng(seed)
    region = random.choice(["north", "south", "west"], rows, p=[0.06, 0.54, 0.4])
    north = region == "north"
    true = np.clip(random.beta(1, 8, rows) * np.where(north, risk, 1.0), 0, 0.95)
    score = np.clip(true * np.where(north, lift, 1.0), 0, 0.99)
    arm = random.random(rows) < 0.4
    decision = np.where(score >= 0.2, "refuse", "accept")
    outcome = (random.random(rows) < true).astype(float)
    outcome[~arm & (decision == "refuse")] = np.nan
    decoy = np.where(north & (random.random(rows) < 0.9), "polar", random.choice(["a", "b"], rows))
    return pd.DataFrame(
        {
            "id": [f"l{i}" for i in range(rows)],
            "time": pd.date_range("2026-01-01", periods=rows, freq="7min"),
            "score": score,
            "decision": decision,
            "outcome": outcome,
            "arm": arm,
            "region": region,
            "decoy": decoy,
            "channel": random.choice(["web", "shop", "phone"], rows),
            "sex": random.choice(["f", "m"], rows),
        }
    )


def make(
    engine: Engine, folder: Path, log: pd.DataFrame, pick: int | None = None, **more: Any
) -> View:
    if pick is None:
        mine = (log["region"] == "north") & (log["decision"] == "refuse")
        pick = int(log.index[mine & (log["decoy"] == "polar")][0])
    given = {
        "adverse": ("refuse",),
        "rule": RULE,
        "segments": ("region", "decoy", "channel", "sex"),
        "pick": pick,
    }
    roles = {role: name for role, name in ROLES.items() if name in log.columns}
    return view_of(engine, folder, log, roles, **(given | more))


def answers(view: View) -> dict[tuple[str, ...], Finding]:
    return {finding.about: finding for finding in pictured(CHECK.run(view, Task()))}


def test_a_group_whose_score_is_too_high_is_named(engine: Engine, tmp_path: Path) -> None:
    log = loans(lift=2.2)
    found = answers(make(engine, tmp_path, log))
    north = found["region",]
    assert north.verdict == "supports"
    assert [f.verdict for f in found.values()].count("supports") == 1
    cause = north.cause
    assert cause is not None
    assert cause.cause == "sample-or-subgroup"
    assert cause.segment == (Condition("region", equals="north"),)
    truth = log["region"] == "north"
    assert cause.rows_in_scope == truth.sum()
    assert cause.rows_changed == 0
    assert (cause.onset, cause.onset_known, cause.ongoing) == (None, True, True)
    assert cause.concerns_decision
    told = " | ".join(cause.corroborations)
    assert "repeats in both halves" in told
    assert "live-test arm" in told
    assert "region is no input" in told
    assert north.effect["tested"] >= 2 * 4
    assert f"({north.effect['tested']} comparisons of" in north.sentence
    chart = north.charts[0]
    assert isinstance(chart, Dots)
    assert {dot.label: dot.own for dot in chart.dots} == {
        "north": True,
        "south": False,
        "west": False,
    }
    own = next(dot for dot in chart.dots if dot.own)
    arm = log[truth & log["arm"]]
    assert own.n == len(arm)
    assert own.at == pytest.approx(arm["outcome"].sum() / arm["score"].sum(), rel=1e-4)


def test_the_decoy_is_explained_by_the_true_column(engine: Engine, tmp_path: Path) -> None:
    decoy = answers(make(engine, tmp_path, loans(lift=2.2)))["decoy",]
    assert decoy.verdict == "cannot tell"
    assert "of its rows are also in region north, which carries the difference" in decoy.sentence


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_riskier_group_with_a_right_score_is_no_fault(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Refused more often, falsely too (its base rate is higher), but outcomes bear it out."""
    log = loans(seed=seed, risk=2.5)
    found = answers(make(engine, tmp_path, log))
    assert "supports" not in {f.verdict for f in found.values()}
    north = found["region",]
    assert north.effect["measures"]["adverse"]["times"] > 2
    assert north.effect["measures"]["false rejection"]["times"] > 1.5
    assert north.verdict == "speaks against"
    assert "its outcomes bear that out" in north.sentence


def test_without_outcomes_the_rate_alone_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    found = answers(make(engine, tmp_path, loans(lift=2.2).drop(columns=["outcome", "arm"])))
    north = found["region",]
    assert north.verdict == "cannot tell"
    assert north.would_need is not None
    assert "outcomes" in north.would_need
    assert north.ask is not None
    assert "refuse" in north.ask
    # as many adverse decisions as the others may still be too many for what the group really is
    assert {f.verdict for f in found.values()} == {"cannot tell"}
    assert "Whether its outcomes warrant fewer, the log cannot tell" in found["sex",].sentence
    assert "1.5 times would be seen 100 % of the time" in found["sex",].sentence


def test_selective_labels_are_compared_among_accepted_rows_and_said(
    engine: Engine, tmp_path: Path
) -> None:
    log = loans(rows=20_000, lift=2.2)
    log.loc[log["decision"] == "refuse", "outcome"] = np.nan
    north = answers(make(engine, tmp_path, log.drop(columns="arm")))["region",]
    assert north.verdict == "supports"
    assert "that were accepted and have a known outcome" in north.sentence
    assert "false rejection" not in north.effect["measures"]


def test_a_pair_wins_only_when_it_beats_both_parents(engine: Engine, tmp_path: Path) -> None:
    log = loans(rows=16_000)
    pair = (log["channel"] == "web") & (log["sex"] == "f") & (log["region"] == "south")
    child = (log["channel"] == "web") & (log["region"] == "south")
    assert pair.sum() > 500
    log.loc[child, "score"] = np.clip(log.loc[child, "score"] * 2.2, 0, 0.99)
    log["decision"] = np.where(log["score"] >= 0.2, "refuse", "accept")
    log.loc[~log["arm"] & (log["decision"] == "refuse"), "outcome"] = np.nan
    pick = int(log.index[child & (log["decision"] == "refuse")][0])
    found = answers(make(engine, tmp_path, log, pick))
    supported = [about for about, f in found.items() if f.verdict == "supports"]
    assert supported == [("region", "channel")]
    segment = found["region", "channel"].segment
    assert segment == (Condition("region", equals="south"), Condition("channel", equals="web"))


def test_a_bad_group_is_not_narrowed_by_chance(engine: Engine, tmp_path: Path) -> None:
    """Inside the bad group the decoy's rows are worse by as much as chance does in some pair."""
    log = loans(rows=2500, seed=5).drop(columns="arm")
    rank = np.arange(len(log))
    log["region"] = np.where(rank % 4 == 0, "north", "west")
    north = log["region"] == "north"
    log["decoy"] = np.where(np.where(north, rank % 32 != 0, rank % 20 == 1), "polar", "a")
    log["score"] = np.where(north, np.maximum(log["score"], 0.15), log["score"])
    log["decision"] = np.where(log["score"] >= 0.2, "refuse", "accept")
    log.loc[north, "outcome"] = 0.0
    accepted = log["decision"] == "accept"
    for polar, count in ((True, 13), (False, 6)):
        mine = log.index[north & accepted & ((log["decoy"] == "polar") == polar)]
        log.loc[mine[:: len(mine) // count][:count], "outcome"] = 1.0
    log.loc[~accepted, "outcome"] = np.nan
    found = answers(make(engine, tmp_path, log))
    assert [about for about, f in found.items() if f.verdict == "supports"] == [("region",)]


def test_few_outcomes_are_counted_as_such(engine: Engine, tmp_path: Path) -> None:
    log = loans(rows=3000).drop(columns="arm")
    log.loc[log.index[:30], "channel"] = "fax"
    log.loc[(log["channel"] == "fax") & (log.index > 11), "outcome"] = np.nan
    found = answers(make(engine, tmp_path, log, pick=3))["channel",]
    known = log[(log["channel"] == "fax") & (log["decision"] == "accept")]["outcome"].notna().sum()
    assert found.verdict == "cannot tell"
    assert f"It has {known} rows that were accepted and have a known outcome" in found.sentence


def test_a_ratio_without_an_upper_end_is_said_from_below(engine: Engine, tmp_path: Path) -> None:
    log = loans(rows=6000, lift=2.2)
    log.loc[log["region"] == "north", "outcome"] *= 0
    north = answers(make(engine, tmp_path, log))["region",]
    assert north.verdict == "supports"
    low = north.effect["measures"]["calibration"]["interval"][0]
    assert f"predicted / observed is at least {low:.2f} times the others’" in north.sentence


def test_a_small_group_says_its_power(engine: Engine, tmp_path: Path) -> None:
    log = loans(rows=1500)
    log.loc[log.index[:30], "channel"] = "fax"
    found = answers(make(engine, tmp_path, log, pick=3))["channel",]
    assert found.verdict == "cannot tell"
    assert found.would_need == "more rows of channel fax with an outcome"
    assert "of the time" in found.sentence or "needed" in found.sentence


def test_regression_compares_mean_errors(engine: Engine, tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    log = loans(rows=4000)
    log["outcome"] = random.gamma(2, 50, len(log))
    log["score"] = log["outcome"] + random.normal(0, 20, len(log))
    log.loc[log["region"] == "north", "score"] += 15
    given = {"rule": None, "adverse": (), "scale": ScoreScale("value")}
    found = answers(make(engine, tmp_path, log.drop(columns=["decision", "arm"]), 40, **given))
    assert {f.verdict for f in found.values()} <= {"speaks against", "cannot tell"}
    mine = int(log.index[log["region"] == "north"][0])
    found = answers(make(engine, tmp_path, log.drop(columns=["decision", "arm"]), mine, **given))
    north = found["region",]
    assert north.verdict == "supports"
    errors = (log["score"] - log["outcome"])[log["region"] == "north"]
    assert north.effect["measures"]["bias"]["k"] == pytest.approx(errors.mean(), rel=1e-4)
    assert north.cause is not None
    assert north.cause.rows_in_scope == len(errors)


def test_where_low_scores_are_adverse(engine: Engine, tmp_path: Path) -> None:
    """The same table with score and outcome turned over (score = chance of paying back)."""
    log = loans(lift=2.2)
    log["score"], log["outcome"] = 1 - log["score"], 1 - log["outcome"]
    rule = Rule((0.8000001,), ("refuse", "accept"), ("refuse",), "given")
    north = answers(make(engine, tmp_path, log, rule=rule))["region",]
    measures = north.effect["measures"]
    assert measures["false rejection"]["times"] > 1.5
    assert measures["calibration"]["times"] > 1


def test_few_training_rows_are_told(engine: Engine, tmp_path: Path) -> None:
    log = loans(lift=2.2)
    training = loans(rows=1000, seed=9)
    training = training[(training["region"] != "north") | (training.index < 300)]
    cause = answers(make(engine, tmp_path, log, reference=training))["region",].cause
    assert cause is not None
    north = int((training["region"] == "north").sum())
    assert f"training has only {north} such rows of {len(training)}" in cause.corroborations


def test_a_group_that_is_new_has_an_onset(engine: Engine, tmp_path: Path) -> None:
    log = loans(lift=2.2)
    early = (log["region"] == "north") & (log.index < 3000)
    log.loc[early, "region"] = "west"
    view = make(engine, tmp_path, log, segments=("region", "channel"))
    cause = answers(view)["region",].cause
    assert cause is not None
    first = int(log.index[log["region"] == "north"][0])
    assert cause.onset is not None
    assert cause.onset.latest == log["time"][first].isoformat() + "Z"
    assert cause.onset.earliest == log["time"][first - 1].isoformat() + "Z"


def test_an_accepted_decision_is_not_concerned(engine: Engine, tmp_path: Path) -> None:
    log = loans(lift=2.2)
    mine = (log["region"] == "north") & (log["decision"] == "accept")
    found = answers(make(engine, tmp_path, log, int(log.index[mine][0])))["region",]
    assert found.cause is not None
    assert not found.cause.concerns_decision


def test_columns_beyond_the_limit_are_counted(engine: Engine, tmp_path: Path) -> None:
    log = loans(rows=400)
    extra = pd.DataFrame({f"c{i}": np.arange(400) % 2 for i in range(42)})
    view = make(engine, tmp_path, pd.concat([log, extra], axis=1), 5)
    view = replace(view, segments=tuple(extra.columns))
    found = pictured(CHECK.run(view, Task()))
    assert "2 further columns were not looked at" in found[0].sentence


def cities(seed: int, worse: tuple[str, ...]) -> pd.DataFrame:
    """Cities lie in countries; in those of ``worse`` the score is 2.4 times the risk."""
    log = loans(rows=16_000, seed=seed)
    random = np.random.default_rng(seed + 1)
    log["city"] = random.choice(["FR1", "FR2", "DE1", "DE2", "DE3", "IT1"], len(log))
    log["country"] = log["city"].str[:2]
    bad = log["city"].isin(worse)
    log["score"] = np.where(bad, np.clip(log["score"] * 2.4, 0, 0.99), log["score"])
    log["decision"] = np.where(log["score"] >= 0.2, "refuse", "accept")
    log.loc[~log["arm"] & (log["decision"] == "refuse"), "outcome"] = np.nan
    return log


@pytest.mark.parametrize("seed", [101, 102, 103])
@pytest.mark.parametrize(
    ("worse", "carries"),
    [(("FR2",), "city"), (("FR1", "FR2"), "country"), ((), None), (("IT1",), None)],
)
def test_a_city_inside_its_country(
    engine: Engine, tmp_path: Path, seed: int, worse: tuple[str, ...], carries: str | None
) -> None:
    """The child by rows carries it when it is worse than its parent's other rows."""
    log = cities(seed, worse)
    pick = int(np.flatnonzero((log["city"] == "FR2") & (log["decision"] == "refuse"))[0])
    segments = ("country", "city", "channel")
    found = answers(make(engine, tmp_path, log, pick, segments=segments))
    supported = [about for about, f in found.items() if f.verdict == "supports"]
    assert supported == ([] if carries is None else [(carries,)])
    for finding in found.values():
        assert "100 % of its rows" not in finding.sentence or "outside it" not in finding.sentence


@pytest.mark.parametrize("seed", [111, 112])
def test_a_named_group_stands_for_the_pair_that_it_is(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log = loans(rows=16_000, seed=seed)
    own = (log["region"] == "west") & (log["channel"] == "web")
    log["score"] = np.where(own, np.clip(log["score"] * 2.4, 0, 0.99), log["score"])
    log["decision"] = np.where(log["score"] >= 0.2, "refuse", "accept")
    log.loc[~log["arm"] & (log["decision"] == "refuse"), "outcome"] = np.nan
    log["mine"] = own
    pick = int(np.flatnonzero(own & (log["decision"] == "refuse"))[0])
    segments = ("mine", "region", "channel", "sex")
    found = answers(make(engine, tmp_path, log, pick, segments=segments))
    assert [about for about, f in found.items() if f.verdict == "supports"] == [("mine",)]
