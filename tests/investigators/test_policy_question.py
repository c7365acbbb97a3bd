"""The policy question through the whole investigation, its numbers counted again by pandas."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.board import Board, Ending
from investigators.brief import Brief
from investigators.case import Place
from investigators.findings import document, encode
from investigators.investigation import Investigation
from investigators.sides import Side
from investigators.statistics import wilson

N, CUT = 6_000, 0.1
SEEDS = (5, 6)


def people(seed: int, n: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "amount": random.lognormal(3.5, 1, n).round(2),
            "ratio": random.beta(2, 5, n).round(3),
            "town": random.choice([0, 1, 2, 3], n),
        }
    )


def risk(frame: pd.DataFrame) -> np.ndarray:
    z = -2.6 + 0.5 * np.log(frame["amount"] / 33) + 1.8 * frame["ratio"]
    return np.asarray(1 / (1 + np.exp(-z)))


def write(folder: Path, seed: int, *, planted: bool) -> tuple[pd.DataFrame, lightgbm.Booster, str]:
    """A log in which, if planted, town 2 has a quarter of the outcomes that its scores say."""
    random = np.random.default_rng(100 + seed)
    known = people(seed, 4_000)
    names = list(known.columns)
    outcome = random.random(4_000) < risk(known)
    booster = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 1, "num_leaves": 12},
        lightgbm.Dataset(known, outcome.astype(int)), 40,
    )  # fmt: skip
    booster.save_model(folder / "model.txt")
    known.assign(outcome=outcome.astype(int)).to_csv(folder / "ref.csv", index=False)
    log = people(seed + 50, N)
    bad = (log["town"] == 2).to_numpy() & planted
    log["score"] = np.asarray(booster.predict(log[names], num_threads=1)).round(4)
    log["outcome"] = (random.random(N) < np.where(bad, 0.25, 1.0) * risk(log)).astype(int)
    log["decision"] = np.where(log["score"] >= CUT, "refuse", "accept")
    log.insert(0, "id", [f"r{k}" for k in range(N)])
    log["subject"] = [f"u{k}" for k in random.integers(0, 2_000, N)]
    log["time"] = pd.date_range("2026-03-02", periods=N, freq="7min", tz="UTC")
    log.to_csv(folder / "log.csv", index=False)
    mine = (log["town"] == 2) & (log["decision"] == "refuse") & (log["outcome"] == 0)
    return log, booster, str(log["id"][mine].iloc[7])


def brief_of(folder: Path, pick: str) -> Brief:
    files = {"model": "model.txt", "reference": "ref.csv", "log": "log.csv"}
    return Brief(
        sources={role: (Place(name),) for role, name in files.items()}, base=str(folder),
        decision=pick, threshold=CUT, above="refuse", below="accept", adverse="refuse",
        positive="1", columns={"log.segment": ("town",)}, reported="Why only our town?",
    )  # fmt: skip


def investigated(folder: Path, pick: str) -> Investigation:
    with desk.open_case(brief_of(folder, pick)) as opened:
        return opened.investigate()


def counted(log: pd.DataFrame, after: np.ndarray, rows: np.ndarray) -> Side:
    was, now = (log["score"] >= CUT).to_numpy()[rows], after[rows]
    right = (was != now) & (now == (log["outcome"] == 1).to_numpy()[rows])
    known, hits = int((was != now).sum()), int(right.sum())
    return Side(
        int(rows.sum()), int(was.sum()), int((now & ~was).sum()), int((was & ~now).sum()), known,
        hits, wilson(hits, known) if known else None,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_are_counted_as_pandas_counts_them(tmp_path: Path, seed: int) -> None:
    log, booster, pick = write(tmp_path, seed, planted=True)
    found = investigated(tmp_path, pick)
    asked = found.policy_question
    assert asked is not None
    assert found.conclusion == "lead"
    group = (log["town"] == 2).to_numpy()
    assert (asked.group_rows, asked.group_subjects) == (
        int(group.sum()), log["subject"][group].nunique(),
    )  # fmt: skip
    assert [each.kind for each in asked.options].count("threshold") >= 2
    for each in asked.options:
        if each.kind == "threshold":
            after = (log["score"] >= each.threshold).to_numpy()
        else:
            inputs = log[["amount", "ratio", "town"]].assign(**{str(each.input): np.nan})
            scores = np.asarray(booster.predict(inputs, num_threads=1)).round(4)
            after = scores >= CUT
        assert each.group == counted(log, after, group), each.words
        assert each.others == counted(log, after, ~group), each.words
    assert [each.input for each in asked.options if each.kind == "without input"] == ["town"]
    assert asked.complaints == ("the reported words",)
    made = json.loads(encode(document(found)))["policy_question"]
    assert made["options"][0]["group"]["rows"] == int(group.sum())


def test_the_list_of_affected_rows_is_that_of_the_group(tmp_path: Path) -> None:
    """Nothing repairs a group: its list has what was logged, and nothing after it."""
    log, _, pick = write(tmp_path, SEEDS[0], planted=True)
    with desk.open_case(brief_of(tmp_path, pick)) as opened:
        found = opened.investigate()
        desk.export(found, tmp_path / "out", ("md",), audience="internal")
    rows = pd.read_csv(tmp_path / "out" / "affected.csv")
    group = log[log["town"] == 2].reset_index(drop=True)
    assert rows["id"].tolist() == group["id"].tolist()
    assert rows["subject"].tolist() == group["subject"].tolist()
    assert rows["score_before"].tolist() == group["score"].tolist()
    assert rows["decision_before"].tolist() == group["decision"].tolist()
    assert rows["outcome"].tolist() == group["outcome"].tolist()
    assert rows[["score_after", "decision_after"]].isna().all(axis=None)
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert f"{len(group):,} rows of {group['subject'].nunique():,} subjects" in report


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sound_twin_asks_no_policy_question(tmp_path: Path, seed: int) -> None:
    _, _, pick = write(tmp_path, seed, planted=False)
    assert investigated(tmp_path, pick).policy_question is None


def test_who_decides_is_to_be_named_until_the_case_says(tmp_path: Path) -> None:
    _, _, pick = write(tmp_path, 7, planted=True)
    found = investigated(tmp_path, pick)
    desk.export(found, tmp_path / "out", ("md",), affected=False)
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "to be named: write the owner of the rule" in report
    assert "of all others" in report
    ending = Ending("works as designed", "2026-05-01", whom="head of credit", review="2026-09-01")
    closed = replace(found, board=Board(ending=ending)).policy_question
    assert closed is not None
    assert (closed.decides, closed.review) == ("head of credit", "2026-09-01")
    assert "to be named" not in str(closed.lines())
