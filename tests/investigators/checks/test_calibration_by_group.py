from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.case import Rule, ScoreScale
from investigators.chart import Dots
from investigators.checks.subgroup_performance.calibration_by_group import CHECK
from investigators.evidence import Condition, Finding
from investigators.slices.calibrated import off, positives
from investigators.slices.rows import Marked
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import view_of

RULE = Rule((0.3,), ("accept", "refuse"), ("refuse",), "given")
ROLES = {r: r for r in ("id", "subject", "score", "decision", "outcome")}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def claims(
    rows: int = 8000, seed: int = 5, *, north: float = 1.0, all_of_them: float = 1.0
) -> pd.DataFrame:
    """Outcomes are ``north`` times as frequent as the scores say in one region."""
    random = np.random.default_rng(seed)
    score = random.beta(2, 8, rows)
    region = random.choice(["north", "south", "west"], rows, p=[0.1, 0.5, 0.4])
    risk = np.clip(score * np.where(region == "north", north, 1.0) * all_of_them, 0, 1)
    return pd.DataFrame(
        {
            "id": [f"c{i}" for i in range(rows)],
            "subject": [f"s{i}" for i in range(rows)],
            "score": score,
            "decision": np.where(score >= 0.3, "refuse", "accept"),
            "outcome": (random.random(rows) < risk).astype(float),
            "region": region,
            "channel": random.choice(["web", "phone"], rows),
            "amount": random.lognormal(3, 1, rows).round(2),
        }
    )


def made(engine: Engine, folder: Path, log: pd.DataFrame, **more: Any) -> View:
    mine = (log["region"] == "north") & (log["decision"] == "refuse")
    given = {
        "adverse": ("refuse",),
        "rule": RULE,
        "segments": ("region", "channel"),
        "pick": int(np.flatnonzero(mine)[0]),
    }
    return view_of(engine, folder, log, ROLES, **(given | more))


def answers(view: View) -> dict[str, Finding]:
    return {
        finding.about[0] if finding.about else "": finding
        for finding in pictured(CHECK.run(view, Task()))
    }


def test_a_group_whose_scores_are_too_high_is_named(engine: Engine, tmp_path: Path) -> None:
    log = claims(north=0.5)
    found = answers(made(engine, tmp_path, log))
    north = found["region"]
    assert north.verdict == "supports"
    assert [f.verdict for f in found.values()].count("supports") == 1
    mine = log[log["region"] == "north"]
    assert north.effect["n"] == len(mine)
    assert north.effect["observed"] == mine["outcome"].sum()
    assert north.effect["expected"] == pytest.approx(mine["score"].sum(), rel=1e-5)
    assert "Outcomes are fewer than its scores say, in both halves" in north.sentence
    assert north.cause is not None
    assert north.cause.segment == (Condition("region", equals="north"),)
    assert north.cause.concerns_decision
    assert north.cause.rows_in_scope == len(mine)
    assert north.cause.corroborations == (
        "region is no input: the model cannot tell the group apart",
    )
    (chart,) = north.charts
    assert isinstance(chart, Dots)
    assert {dot.label: dot.own for dot in chart.dots} == {
        "region north": True,
        "region south": False,
        "region west": False,
    }
    assert chart.dots[-1].label == "region north"
    assert found["channel"].verdict == "speaks against"
    assert not found["channel"].charts


def test_a_score_too_low_explains_no_refusal(engine: Engine, tmp_path: Path) -> None:
    north = answers(made(engine, tmp_path, claims(north=1.8)))["region"]
    assert north.verdict == "supports"
    assert not north.concerns_decision
    log = claims(north=1.8)
    accepted = int(np.flatnonzero((log["region"] == "north") & (log["decision"] == "accept"))[0])
    other = answers(made(engine, tmp_path, log, pick=accepted))["region"]
    assert other.concerns_decision


def test_what_is_off_for_everybody_is_not_the_groups(engine: Engine, tmp_path: Path) -> None:
    found = answers(made(engine, tmp_path, claims(all_of_them=0.5)))
    assert {f.verdict for f in found.values()} == {"cannot tell"}
    assert "The others are off as well" in found["region"].sentence


@pytest.mark.parametrize("seed", range(10, 18))
def test_right_scores_never_support(engine: Engine, tmp_path: Path, seed: int) -> None:
    found = answers(made(engine, tmp_path, claims(rows=3000, seed=seed)))
    assert "supports" not in {f.verdict for f in found.values()}


def test_few_rows_and_rows_of_few_subjects_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    few = answers(made(engine, tmp_path / "few", claims(rows=150, north=0.2)))["region"]
    assert few.verdict == "cannot tell"
    assert few.would_need is not None
    assert "rows of region north with an outcome" in few.would_need
    log = claims(north=0.5)
    log["subject"] = np.where(
        log["region"] == "north", [f"n{i % 4}" for i in range(len(log))], log["subject"]
    )
    assert answers(made(engine, tmp_path / "four", log))["region"].verdict == "cannot tell"


def test_what_is_missing_is_asked_for(engine: Engine, tmp_path: Path) -> None:
    log = claims()
    blind = answers(made(engine, tmp_path / "a", log.assign(outcome=np.nan)))[""]
    assert blind.verdict == "cannot tell"
    assert "outcomes" in str(blind.ask)
    points = made(engine, tmp_path / "b", log, scale=ScoreScale("unknown"))
    assert "probabilities" in str(answers(points)[""].would_need)


def test_the_tail_is_that_of_the_rows_own_chances() -> None:
    """Cells of a five-hundredth against the distribution multiplied out row by row."""
    random = np.random.default_rng(8)
    chance = random.beta(1, 5, 600)
    positive = random.random(600) < chance
    subjects = np.arange(600, dtype=np.int32)
    rows = Marked(
        "wrong", np.arange(600), positive, np.zeros(600, dtype=np.bool_), chance, chance,
        subjects, subjects % 2 == 1, None,
    )  # fmt: skip
    assert (positives(rows) == positive).all()
    inside = np.arange(600) < 80
    whole = np.ones(1)
    for p in chance[inside]:
        whole = np.append(whole, 0) * (1 - p) + np.append(0, whole) * p
    k = int(positive[inside].sum())
    exact = min(1.0, 2 * min(whole[k:].sum(), whole[: k + 1].sum()))
    odds = stats.nchypergeom_fisher(
        600, int(positive.sum()), 80,
        (chance[inside].sum() / (1 - chance[inside]).sum())
        / (chance[~inside].sum() / (1 - chance[~inside]).sum()),
    )  # fmt: skip
    against = min(1.0, 2 * min(odds.sf(k - 1), odds.cdf(k)))
    assert off(rows, inside).p == pytest.approx(max(exact, against), rel=2e-3)


def test_a_group_is_not_blamed_for_a_part_of_it(engine: Engine, tmp_path: Path) -> None:
    """Two conditions together carry the difference: neither value is off by itself."""
    log = claims(rows=12_000)
    random = np.random.default_rng(8)
    inside = (log["region"] == "south") & (log["channel"] == "web")
    log["outcome"] = (random.random(len(log)) < log["score"] * np.where(inside, 2.2, 1)) * 1.0
    mine = inside & (log["decision"] == "accept")
    found = answers(made(engine, tmp_path, log, pick=int(np.flatnonzero(mine)[0])))
    for column in ("region", "channel"):
        assert found[column].effect["p_corrected"] < 0.05
        assert found[column].verdict == "cannot tell"
        assert found[column].cause is None
        assert "region south and channel web carry this" in found[column].sentence
        assert "outside of region south and channel web" in (found[column].would_need or "")


def test_a_group_without_outcomes_cannot_be_told(engine: Engine, tmp_path: Path) -> None:
    """A refused decision of a branch of its own, outcomes of accepted rows only."""
    log = claims()
    log.loc[log["decision"] == "refuse", "outcome"] = np.nan
    row = int(np.flatnonzero(log["decision"] == "refuse")[3])
    log.loc[row, "channel"] = "kiosk"
    found = answers(made(engine, tmp_path, log, pick=row))
    assert found["channel"].verdict == "cannot tell"
    assert found["channel"].effect["n"] == 0
