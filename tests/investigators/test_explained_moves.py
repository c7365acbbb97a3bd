"""A move of an input is no lead where the leads of that input, all together, put it right."""

from __future__ import annotations

from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.case import Brief, Place
from investigators.evidence import DRIFT

N = 3_000
START = pd.Timestamp("2026-03-01")


def drawn(seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "distance": random.lognormal(2.0, 0.6, N).round(2),
            "other": random.gamma(3, 4, N).round(1),
            "time": START + pd.to_timedelta(np.sort(random.random(N)) * 30, unit="D"),
        }
    )


def leads(folder: Path, log: pd.DataFrame, seed: int) -> dict[str, list[str]]:
    """Inputs that moved, and whether a lead or a symptom says so."""
    training = drawn(seed + 50)
    y = np.random.default_rng(seed).random(N) < 1 / (1 + np.exp(2.5 - training["distance"] / 4))
    names = ["distance", "other"]
    settings = {"objective": "binary", "num_leaves": 7, "verbosity": -1, "num_threads": 1}
    booster = lightgbm.train(settings, lightgbm.Dataset(training[names], y.astype(float)), 20)
    booster.save_model(str(folder / "model.txt"))
    log = log.assign(id=[f"r{k}" for k in range(N)], score=booster.predict(log[names]))
    log.to_parquet(folder / "log.parquet")
    training.to_parquet(folder / "training.parquet")
    brief = Brief(
        sources={
            "model": (Place("model.txt"),),
            "log": (Place("log.parquet"),),
            "reference": (Place("training.parquet"),),
        },
        columns={"log.id": ("id",), "log.score": ("score",), "log.time": ("time",)},
        base=str(folder),
        decision=f"r{N - 5}",
        zone="UTC",
    )
    with desk.open_case(brief) as opened:
        found = opened.investigate()
    moved = [f for f in found.findings if f.check.endswith("moved") and f.verdict == "supports"]
    return {
        "faults": [str(x.features[0]) for x in found.leads if x.cause != DRIFT],
        "moves": [str(x.features[0]) for x in found.leads if x.cause == DRIFT],
        "explained": [str(f.about[0]) for f in moved if f.explained_by],
    }


@pytest.mark.parametrize("seed", [501])
@pytest.mark.parametrize("kind", ["two changes", "logarithm"])
def test_a_move_that_all_leads_explain(tmp_path: Path, seed: int, kind: str) -> None:
    log = drawn(seed)
    day = (log["time"] - START).dt.days
    x = log["distance"]
    if kind == "logarithm":
        log["distance"] = x.where(day < 14, np.log(x))
    else:
        log["distance"] = x.where(day < 9, x.where(day >= 17, x * 1000).where(day < 17, x * 60))
    told = leads(tmp_path, log, seed)
    assert "distance" in told["faults"]
    assert not told["moves"]
    assert told["explained"] == ["distance"]


@pytest.mark.parametrize("seed", [511])
def test_a_move_that_stays_is_a_lead(tmp_path: Path, seed: int) -> None:
    """The world moved beside two changes of unit, and in an input that has no other lead."""
    log = drawn(seed)
    day = (log["time"] - START).dt.days
    x = log["distance"] * 1.35
    log["distance"] = x.where(day < 9, x.where(day >= 17, x * 1000).where(day < 17, x * 60))
    log["other"] += 3
    assert sorted(leads(tmp_path, log, seed)["moves"]) == ["distance", "other"]
