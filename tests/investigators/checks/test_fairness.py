from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from investigators.case import Rule
from investigators.chart import Dots
from investigators.checks.subgroup_performance.fairness import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model, view_of

ROLES = {r: r for r in ("id", "score", "decision", "outcome", "live_test")}
HIGH = Rule((0.3,), ("accept", "refuse"), ("refuse",), "given")
LOW = Rule((0.3,), ("refuse", "accept"), ("refuse",), "given")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def applicants(seed: int, rows: int = 6000, lift: float = 0.0, rule: Rule = HIGH) -> pd.DataFrame:
    """Applicants of one risk everywhere; ``lift`` is added to the women's log-odds in the score."""
    random = np.random.default_rng(seed)
    logit = random.normal(-1.2, 1.1, rows)
    sex = random.choice(["f", "m"], rows, p=[0.3, 0.7])
    seen = logit + random.normal(0, 0.4, rows) + lift * (sex == "f")
    score = 1 / (1 + np.exp(-seen))
    below, above = rule.labels
    return pd.DataFrame(
        {
            "id": [f"a{i}" for i in range(rows)],
            "score": score,
            "decision": np.where(score >= 0.3, above, below),
            "outcome": (random.random(rows) < 1 / (1 + np.exp(-logit))).astype(float),
            "live_test": False,
            "sex": sex,
            "channel": random.choice(["web", "phone", "shop"], rows),
        }
    )


def answers(
    engine: Engine, folder: Path, log: pd.DataFrame, rule: Rule = HIGH, **more: Any
) -> dict[str, Finding]:
    """Pick the first refused woman and ask."""
    wanted = (log["sex"] == "f") & (log["decision"] == "refuse")
    given = {"pick": int(np.flatnonzero(wanted)[0]), "segments": ("sex", "channel")} | more
    view = view_of(engine, folder, log, ROLES, adverse=("refuse",), rule=rule, **given)
    return {(f.about[0] if f.about else ""): f for f in pictured(CHECK.run(view, Task()))}


def test_a_group_refused_at_the_same_outcome_is_a_policy_question(
    engine: Engine, tmp_path: Path
) -> None:
    found = answers(engine, tmp_path, applicants(1, lift=1.0))
    sex = found["sex"]
    assert sex.verdict == "supports"
    assert sex.segment == (Condition("sex", equals="f"),)
    assert "false positive rate" in sex.effect["standing"]
    assert "Which difference is acceptable is a policy question." in sex.sentence
    assert "not all of the shares can be equal" in sex.sentence
    assert sex.cause is not None
    assert sex.cause.cause == "sample-or-subgroup"
    assert sex.cause.corroborations == ()
    assert not sex.cause.exact_record
    assert sex.concerns_decision
    (chart,) = sex.charts
    assert isinstance(chart, Dots)
    assert {dot.label: dot.own for dot in chart.dots} == {"f": True, "m": False}
    assert [dot.n for dot in chart.dots] == [
        sex.effect["measures"][chart.unit]["n"],
        sex.effect["measures"][chart.unit]["rest_n"],
    ]
    assert found["channel"].verdict in ("speaks against", "cannot tell")


@pytest.mark.parametrize("seed", range(4))
def test_a_group_that_only_goes_along_is_told_of_and_is_no_cause(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """A third of the women live in the north, where hardly any men do."""
    log = applicants(seed, lift=1.6)
    random = np.random.default_rng(seed + 50)
    north = random.random(len(log)) < np.where(log["sex"] == "f", 0.33, 0.08)
    log["land"] = np.where(north, "north", "south")
    wanted = north & (log["sex"] == "f") & (log["decision"] == "refuse")
    pick = int(np.flatnonzero(wanted)[0])
    found = answers(engine, tmp_path, log, segments=("sex", "channel", "land"), pick=pick)
    assert found["sex"].verdict == "supports"
    land = found["land"]
    assert land.verdict == "cannot tell"
    assert land.cause is None
    share = round(100 * (log.loc[north, "sex"] == "f").mean())
    assert f"{share} % of its rows are also in sex f, which carries the difference" in land.sentence


def test_two_groups_that_differ_each_by_itself_both_stand(engine: Engine, tmp_path: Path) -> None:
    log = applicants(5, rows=12_000)
    random = np.random.default_rng(9)
    north = random.random(len(log)) < 0.3
    logit = np.log(log["score"] / (1 - log["score"])) + 1.2 * north + 1.2 * (log["sex"] == "f")
    log["score"] = 1 / (1 + np.exp(-logit))
    log["decision"] = np.where(log["score"] >= 0.3, "refuse", "accept")
    log["land"] = np.where(north, "north", "south")
    pick = int(np.flatnonzero(north & (log["sex"] == "f") & (log["decision"] == "refuse"))[0])
    found = answers(engine, tmp_path, log, segments=("sex", "land"), pick=pick)
    assert [found[name].verdict for name in ("sex", "land")] == ["supports", "supports"]


def test_an_advantage_is_told_and_is_no_cause(engine: Engine, tmp_path: Path) -> None:
    sex = answers(engine, tmp_path, applicants(1, lift=-1.2))["sex"]
    assert sex.verdict == "supports"
    assert sex.cause is None


def test_no_difference_speaks_against(engine: Engine, tmp_path: Path) -> None:
    sex = answers(engine, tmp_path, applicants(2, rows=30_000))["sex"]
    assert sex.verdict == "speaks against"
    assert sex.charts == ()


@pytest.mark.parametrize("rule", [HIGH, LOW], ids=["high is adverse", "low is adverse"])
def test_the_shares_are_those_of_scikit_learn(engine: Engine, tmp_path: Path, rule: Rule) -> None:
    log = applicants(3, rows=3000, lift=0.7, rule=rule)
    effect = answers(engine, tmp_path, log, rule)["sex"].effect["measures"]
    predicted = (log["score"] >= 0.3).astype(int)
    for side, k, n in ((log["sex"] == "f", "k", "n"), (log["sex"] != "f", "rest_k", "rest_n")):
        y, s = log.loc[side, "outcome"].astype(int), predicted[side]
        (_, false), _ = confusion_matrix(y, s)
        told = {kind: one[k] / one[n] for kind, one in effect.items()}
        assert told == pytest.approx(
            {
                "selection rate": s.mean(),
                "true positive rate": recall_score(y, s),
                "false positive rate": false / (y == 0).sum(),
                "precision": precision_score(y, s),
            }
        )
    for one in effect.values():
        assert one["difference"] == pytest.approx(
            one["k"] / one["n"] - one["rest_k"] / one["rest_n"], rel=1e-5
        )
        low, high = one["interval"]
        assert low < one["difference"] < high
        low, high = one["ratio_interval"]
        assert low < one["ratio"] < high


def test_outcomes_of_the_accepted_alone_do_not_tell(engine: Engine, tmp_path: Path) -> None:
    log = applicants(1, lift=1.0)
    log.loc[log["decision"] == "refuse", "outcome"] = np.nan
    sex = answers(engine, tmp_path / "high", log)["sex"]
    assert sex.verdict == "cannot tell"
    assert "describe the selection, not the group" in sex.sentence
    assert list(sex.effect["measures"]) == ["selection rate"]
    assert sex.ask is not None
    low = applicants(1, lift=-1.0, rule=LOW)
    low.loc[low["decision"] == "refuse", "outcome"] = np.nan
    sex = answers(engine, tmp_path / "low", low, LOW)["sex"]
    assert list(sex.effect["measures"]) == ["selection rate", "precision"]


def test_the_live_test_arm_tells_where_there_is_one(engine: Engine, tmp_path: Path) -> None:
    log = applicants(1, rows=12_000, lift=1.2)
    arm = np.random.default_rng(9).random(len(log)) < 0.4
    log["live_test"] = arm
    log.loc[~arm & (log["decision"] == "refuse"), "outcome"] = np.nan
    log.loc[arm, "decision"] = "accept"
    sex = answers(engine, tmp_path, log)["sex"]
    assert sex.verdict == "supports"
    positive = sex.effect["measures"]["true positive rate"]
    women = log[arm & (log["sex"] == "f") & (log["outcome"] == 1)]
    assert (positive["k"], positive["n"]) == ((women["score"] >= 0.3).sum(), len(women))


def test_without_outcomes_or_rows_it_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    log = applicants(1, lift=1.0)
    sex = answers(engine, tmp_path / "none", log.assign(outcome=np.nan))["sex"]
    assert sex.verdict == "cannot tell"
    assert "no row has an outcome" in sex.sentence
    few = answers(engine, tmp_path / "few", log[:150].reset_index(drop=True))["sex"]
    assert few.verdict == "cannot tell"
    assert few.would_need
    bare = answers(engine, tmp_path / "bare", log, segments=())[""]
    assert bare.verdict == "cannot tell"


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_a_range_of_ages_is_a_group_and_that_of_an_input_is_described(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Young people's scores are too high; the amount moves the score as it should."""
    random = np.random.default_rng(seed)
    log = applicants(seed, rows=10_000)
    log["age"] = random.integers(18, 80, len(log))
    log["amount"] = np.round(-np.log(1 / log["score"] - 1) + random.normal(0, 0.2, len(log)), 3)
    young = log["age"] < 24
    log["score"] = np.where(young, 1 - (1 - log["score"]) ** 2.2, log["score"])
    log["decision"] = np.where(log["score"] >= 0.3, "refuse", "accept")
    model = small_model(log, "outcome", ["amount"])
    pick = int(np.flatnonzero(young & (log["decision"] == "refuse") & (log["amount"] > 0.2))[0])
    given: dict[str, Any] = {"pick": pick, "segments": ("sex",), "model": model}
    found = answers(engine, tmp_path, log, **given)
    assert found["age"].verdict == "supports"
    (condition,) = found["age"].segment or ()
    assert (condition.lower, condition.equals) == (None, None)
    (chart,) = found["age"].charts
    assert isinstance(chart, Dots)
    assert len(chart.dots) == 8
    assert found["amount"].verdict == "cannot tell"
    assert found["amount"].cause is None
    assert "a description, no question" in found["amount"].sentence
    marked = answers(engine, tmp_path / "b", log, **given | {"segments": ("sex", "amount")})
    assert marked["amount"].verdict == "supports"
    assert found["sex"].verdict != "supports"
