"""Rows of one account come out alike: they are no independent evidence, and the p says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.case import Rule
from investigators.checks.subgroup_performance.this_group import CHECK
from investigators.evidence import Condition, Finding
from investigators.slices.own_groups import makes_the_score
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.views import view_of

RULE = Rule((0.2,), ("accept", "refuse"), ("refuse",), "given")
ROLES = {r: r for r in ("id", "score", "decision", "outcome", "subject")}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def accounts(seed: int, *, each: int = 20, many: int = 60, lift: float = 1.0) -> pd.DataFrame:
    """Accounts with ``each`` rows in one region; half of an account's rows share their luck."""
    random = np.random.default_rng(seed)
    who = np.repeat(np.arange(many), each)
    north = (np.arange(many) % 4 == 0)[who]
    true = np.clip(random.beta(1, 5, len(who)), 0, 0.95)
    luck = np.where(
        random.random(len(who)) < 0.6, random.random(many)[who], random.random(len(who))
    )
    score = np.clip(true * np.where(north, lift, 1.0), 0, 0.99)
    return pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(len(who))],
            "subject": [f"c{k}" for k in who],
            "score": score,
            "decision": np.where(score >= 0.2, "refuse", "accept"),
            "outcome": (luck < true).astype(float),
            "region": np.where(north, "north", "south"),
        }
    )


def answer(engine: Engine, folder: Path, log: pd.DataFrame) -> Finding:
    folder.mkdir()
    mine = (log["region"] == "north") & (log["decision"] == "refuse")
    pick = int(np.flatnonzero(mine)[0])
    roles = {role: name for role, name in ROLES.items() if name in log.columns}
    view = view_of(engine, folder, log, roles, adverse=("refuse",), rule=RULE,
                   segments=("region",), pick=pick)  # fmt: skip
    (found,) = CHECK.run(view, Task())
    return found


def permuted(log: pd.DataFrame, seed: int, draws: int = 4000) -> float:
    """One-sided p by exchanging whole accounts: fewer positives than predicted in the north."""
    sums = log.assign(north=log["region"] == "north").groupby("subject")
    table = sums.agg(y=("outcome", "sum"), e=("score", "sum"), north=("north", "first"))
    y, e, north = (table[name].to_numpy() for name in ("y", "e", "north"))
    unit = y.sum() / e.sum()
    random = np.random.default_rng(seed)
    gaps = y - unit * e
    own = gaps[north].sum()
    drawn = [gaps[random.permutation(north)].sum() for _ in range(draws)]
    return float((1 + np.sum(np.array(drawn) <= own)) / (1 + draws))


def test_accounts_that_come_out_alike_raise_no_alarm(engine: Engine, tmp_path: Path) -> None:
    """Counted by rows alone a sound region stands out many times as often."""
    both = [(answer(engine, tmp_path / f"a{s}", log), answer(engine, tmp_path / f"b{s}", rows))
            for s in range(30) for log in [accounts(s)]
            for rows in [log.drop(columns="subject")]]  # fmt: skip
    by_subject = sum(one.verdict == "supports" for one, _ in both)
    by_rows = sum(other.verdict == "supports" for _, other in both)
    assert by_subject <= 1
    assert by_rows > by_subject


def test_the_p_is_no_smaller_than_that_of_exchanged_accounts(
    engine: Engine, tmp_path: Path
) -> None:
    """Where rows say below 5 %, the p of accounts agrees with permutations of whole accounts."""
    asked = 0
    for seed in range(60, 90):
        log = accounts(seed)
        told = answer(engine, tmp_path / str(seed), log).effect["measures"]["calibration"]
        alone = answer(engine, tmp_path / f"{seed}r", log.drop(columns="subject"))
        by_rows = alone.effect["measures"]["calibration"]["p"]
        if by_rows >= 0.05:
            assert told["p"] == pytest.approx(by_rows)
            continue
        asked += 1
        assert told["p"] > 0.4 * permuted(log, seed)
    assert asked >= 3


@pytest.mark.parametrize("seed", range(3))
def test_a_score_that_is_too_high_is_found_all_the_same(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    found = answer(engine, tmp_path / "a", accounts(seed, many=400, each=6, lift=2.2))
    assert found.verdict == "supports"


def test_dependence_is_said(engine: Engine, tmp_path: Path) -> None:
    said = [
        answer(engine, tmp_path / str(seed), accounts(seed, each=50, many=24)).sentence
        for seed in range(30)
    ]
    assert any("counted by subject it is within chance" in sentence for sentence in said)


def test_ranges_of_the_model_s_inputs_make_the_score() -> None:
    assert makes_the_score(Condition("age", lower=5.0), {"age"})
    assert not makes_the_score(Condition("age", equals=5), {"age"})
    assert not makes_the_score(Condition("age", lower=5.0), {"income"})
