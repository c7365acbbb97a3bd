"""Further model files: whether one of them gave the scores, for whom, and what that changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.brief import brief_from_flags, parse_case
from investigators.case import Brief
from investigators.evidence import TakeFrom
from investigators.investigation import Investigation
from investigators.trial import parse
from investigators.trouble import InputTrouble

ROWS = 3000
CUT = 0.4
NEW, OLD = ("amount", "age", "country", "visits"), ("amount", "age", "country")
COUNTRIES = ["DE", "FR", "IT"]
SINCE = "2026-05-05 00:00"


@dataclass(frozen=True)
class Made:
    """A folder with two models and a log; what each model gives, by LightGBM itself."""

    folder: Path
    new: Any
    old: Any
    log: pd.DataFrame
    swapped: Any


def inputs(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "amount": rng.lognormal(3, 1, rows).round(2),
            "age": rng.integers(18, 80, rows),
            "country": rng.choice(COUNTRIES, rows),
            "visits": rng.poisson(4, rows),
        }
    )


def fed(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return frame[list(names)].assign(country=pd.Categorical(frame["country"], COUNTRIES))


def make(folder: Path, **more: Any) -> Made:
    """``model_v1.txt`` scores server b's requests since a day, ``model_v2.txt`` all others."""
    rng = np.random.default_rng(11)
    train, log = inputs(rng, 4000), inputs(rng, ROWS)
    z = -2 + 0.02 * train.amount - 0.02 * (train.age - 40) + 0.1 * train.visits
    z += 0.5 * (train.country == "IT")
    hit = (rng.random(len(train)) < 1 / (1 + np.exp(-z))).astype(int)
    found = []
    for name, names, rows in (("model_v2.txt", NEW, 4000), ("model_v1.txt", OLD, 2000)):
        how = {"objective": "binary", "num_leaves": 15, "verbose": -1, "num_threads": 1}
        data = lightgbm.Dataset(fed(train, names)[:rows], hit[:rows])
        booster = lightgbm.train(how, data, 30)
        booster.save_model(folder / name)
        found.append(booster.predict(fed(log, names)).round(4))
    new, old = found
    log.insert(0, "id", [f"r{k}" for k in range(ROWS)])
    log["time"] = pd.date_range("2026-05-01", periods=ROWS, freq="5min")
    log["server"] = rng.choice(["a", "b", "c"], ROWS)
    swapped = ((log.server == "b") & (log.time >= SINCE)).to_numpy()
    log["score"] = np.where(swapped, old, new)
    log["decision"] = np.where(log.score >= CUT, "review", "accept")
    for name, values in more.items():
        log[name] = values(swapped)
    log.to_csv(folder / "log.csv", index=False)
    return Made(folder, new, old, log, swapped)


def brief(made: Made, pick: int, *others: str, **more: Any) -> Brief:
    sources = {"model": ["model_v2.txt"], "log": ["log.csv"], "other_model": list(others)}
    given = {k: v for k, v in sources.items() if v}
    return brief_from_flags(
        given, base=str(made.folder), decision=f"r{pick}", adverse="review", threshold=CUT,
        above="review", below="accept", **more,
    )  # fmt: skip


def investigated(made: Made, pick: int, *others: str) -> Investigation:
    with desk.open_case(brief(made, pick, *others)) as opened:
        return opened.investigate()


def said(found: Investigation) -> str:
    return " ".join(
        each.sentence
        for each in found.findings
        if each.check == "data_assumptions.score_reproduced"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("two"))


def flips(made: Made) -> np.ndarray[Any, Any]:
    return made.swapped & ((made.old >= CUT) != (made.new >= CUT))


def test_another_model_scored_in_a_place(made: Made) -> None:
    pick = int(np.flatnonzero(flips(made))[5])
    found = investigated(made, pick, "model_v1.txt")
    lead = found.leads[0]
    differ = made.swapped & (made.old != made.new)
    assert (lead.cause, lead.strength) == ("version-or-deployment", "strong")
    assert lead.transform == TakeFrom("model_v2.txt")
    assert [(c.column, c.equals) for c in lead.segment or ()] == [("server", "b")]
    assert lead.onset is not None
    assert str(made.log.time[differ.argmax()])[:16] == str(lead.onset.latest)[:16].replace("T", " ")
    assert lead.rows_changed == differ.sum()
    assert "what model_v1.txt gives" in lead.statement
    assert "model_v2.txt does not give it" in lead.statement
    repair = lead.repair
    assert repair is not None
    was, now = made.old >= CUT, made.new >= CUT
    assert repair.decisions_changed == flips(made).sum()
    assert repair.from_adverse == (differ & was & ~now).sum()
    assert repair.to_adverse == (differ & ~was & now).sum()
    assert repair.flips
    assert repair.this_score == pytest.approx(made.new[pick], abs=1e-4)


def test_without_the_file_it_is_some_other_version(made: Made) -> None:
    pick = int(np.flatnonzero(flips(made))[5])
    found = investigated(made, pick)
    assert found.leads[0].cause == "version-or-deployment"
    assert found.leads[0].repair is None
    assert "model_v1" not in said(found)


def test_a_file_that_scored_nothing_changes_nothing(tmp_path: Path) -> None:
    """Sound scores of the case's own model: the other file is asked nothing."""
    sound = make(tmp_path)
    sound.log["score"] = sound.new
    sound.log["decision"] = np.where(sound.new >= CUT, "review", "accept")
    sound.log.to_csv(tmp_path / "log.csv", index=False)
    found = investigated(sound, 7, "model_v1.txt")
    assert not [lead for lead in found.leads if lead.strength != "weak"]
    assert "model_v1" not in said(found)


def test_the_log_says_that_version_itself(tmp_path: Path) -> None:
    made = make(tmp_path, model_version=lambda swapped: np.where(swapped, "v1", "v2"))
    pick = int(np.flatnonzero(flips(made))[5])
    found = investigated(made, pick, "model_v1.txt")
    assert not [lead for lead in found.leads if lead.strength != "weak"]
    assert "model_v1.txt gives the logged scores of the other version, this decision's" in said(
        found
    )
    alone = investigated(made, int(np.flatnonzero(~made.swapped)[5]), "model_v1.txt")
    assert "gives the logged scores of the other version." in said(alone)
    assert "this decision's among them" not in said(alone)


def test_a_file_whose_input_the_log_has_not(made: Made, tmp_path: Path) -> None:
    lean = made.log.drop(columns=["visits"])
    lean["score"], lean["decision"] = made.old, np.where(made.old >= CUT, "review", "accept")
    lean.loc[made.swapped, "score"] = made.new[made.swapped]
    lean.to_csv(tmp_path / "log.csv", index=False)
    for name in ("model_v1.txt", "model_v2.txt"):
        (tmp_path / name).write_bytes((made.folder / name).read_bytes())
    sources = {"model": ["model_v1.txt"], "other_model": ["model_v2.txt"], "log": ["log.csv"]}
    case = brief_from_flags(sources, base=str(tmp_path), decision="r7")
    with desk.open_case(case) as opened:
        found = opened.investigate()
        with pytest.raises(InputTrouble, match="no column for its input visits"):
            opened.tried([parse("score with model_v2.txt")])
    words = "model_v2.txt could not be asked: the log has no column for its input visits"
    assert words in said(found)


def test_what_the_old_file_would_have_said(made: Made) -> None:
    """A model put back by hand, in one country: both sides counted by LightGBM's own scores."""
    with desk.open_case(brief(made, 7, "model_v1.txt")) as opened:
        done = opened.tried([parse("score with model_v1.txt where country = IT")])
        assert done is not None
        here = (made.log.country == "IT").to_numpy()
        logged = made.log.score.to_numpy()
        assert done.rows == here.sum()
        assert done.rows_changed == (here & (logged != made.old)).sum()
        changed = here & ((logged >= CUT) != (made.old >= CUT))
        assert done.result.decisions_changed == changed.sum()
        with pytest.raises(InputTrouble, match=r"has no model model_v9\.txt"):
            opened.tried([parse("score with model_v9.txt")])
        with pytest.raises(InputTrouble, match="can only be taken alone"):
            opened.tried([parse("score with model_v1.txt"), parse("divide age by 2")])
    assert parse("score with model_v1.txt").text() == "score with model_v1.txt"


def test_errors(made: Made, tmp_path: Path) -> None:
    (tmp_path / "model_v2.txt").write_bytes((made.folder / "model_v1.txt").read_bytes())
    with pytest.raises(InputTrouble, match="two model files have this name"):
        desk.open_case(brief(made, 7, str(tmp_path / "model_v2.txt")))
    sources = {"other_model": ["model_v1.txt"], "log": ["log.csv"]}
    with pytest.raises(InputTrouble, match="none of the case"):
        desk.open_case(brief_from_flags(sources, base=str(made.folder)))
    with pytest.raises(InputTrouble, match=r"model_v7\.txt: there is no such file"):
        desk.open_case(brief(made, 7, "model_v7.txt"))


def test_as_toml_and_loose_files(made: Made) -> None:
    text = (
        '[model]\nfile = "a.txt"\n[[other_model]]\nfile = "b.txt"\n[[other_model]]\nfile = "c.txt"'
    )
    found = parse_case(text, "case.toml", ".")
    assert [place.name for place in found.sources["other_model"]] == ["b.txt", "c.txt"]
    paths = [str(made.folder / name) for name in ("model_v2.txt", "model_v1.txt", "log.csv")]
    sorted_ = {each.place.name: each for each in desk.sort_files(paths)}
    assert sorted_["model_v2.txt"].role == "model"
    assert sorted_["model_v1.txt"].role == "other_model"
    assert "model_v2.txt" in sorted_["model_v1.txt"].reason
