"""A bench for repairs: a log of what was observed, a model, and the same thing done by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from investigators.case import Rule, ScoreScale
from investigators.evidence import (
    Cause,
    Condition,
    Transform,
)
from investigators.model import Model
from investigators.tables.table import Engine
from investigators.view import View
from tests.investigators.views import small_model, view_of

ROWS = 240
CUT = 0.4
RULE = Rule((CUT,), ("accept", "review"), ("review",), "given")
ROLES = {
    "id": "id",
    "time": "time",
    "subject": "subject",
    "score": "score",
    "decision": "decision",
    "outcome": "outcome",
    "value": "amount",
}


DAY = Condition("app", equals="b")


def rows(n: int, seed: int) -> pd.DataFrame:
    """Draw rows of inputs and an outcome ``y``."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "seconds": random.gamma(2, 30, n).round(1),
            "amount": random.gamma(2, 40, n).round(2),
            "moment": random.integers(1_700_000_000, 1_700_600_000, n).astype(float),
            "way": random.choice(["card", "bill", "cash"], n),
        }
    )
    frame.loc[random.random(n) < 0.08, "seconds"] = np.nan
    level = 0.02 * frame["seconds"].fillna(10) + (frame["way"] == "bill") - 2.2
    level += (frame["moment"] > 1_700_300_000) * 0.8
    frame["y"] = (random.random(n) < 1 / (1 + np.exp(-level))).astype(float)
    return frame


def predict(booster: Any, frame: pd.DataFrame) -> np.ndarray:
    """The booster's own prediction."""
    known = ["bill", "card", "cash"]
    words = pd.Categorical(frame["way"].where(frame["way"].isin(known)), categories=known)
    inputs = frame[["seconds", "amount", "moment"]].assign(way=words)
    return np.asarray(booster.predict(inputs))


def same_scores(found: Any, expected: Any) -> None:
    """Equal but for the last bit: the program's own sigmoid is not LightGBM's."""
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def logged(booster: Any, frame: pd.DataFrame) -> pd.DataFrame:
    """A log of what was observed, scored as the model saw it."""
    n = len(frame)
    log = frame.rename(columns={"y": "outcome"})
    log["outcome"] = log["outcome"].where(np.arange(n) % 2 == 0)
    log["id"] = [f"r{k}" for k in range(n)]
    log["subject"] = [f"s{k % 90}" for k in range(n)]
    log["time"] = pd.date_range("2026-03-01", periods=n, freq="3h")
    log["app"] = np.where(np.arange(n) % 3 == 0, "b", "a")
    log["score"] = predict(booster, frame).round(3)
    log["decision"] = np.where(log["score"] >= CUT, "review", "accept")
    return log


@dataclass
class Bench:
    """Builds views of logs and keeps their engine."""

    engine: Engine
    folder: Path
    model: Model
    booster: Any
    views: int = 0

    def view(self, log: pd.DataFrame, **more: Any) -> View:
        self.views += 1
        given = {
            "model": self.model,
            "rule": RULE,
            "adverse": ("review",),
            "scale": ScoreScale("probability", decimals=3),
            "segments": ("app",),
            "reference": rows(900, 3),
        }
        folder = self.folder / str(self.views)
        view = view_of(self.engine, folder, log, ROLES, **given | more)
        return replace(view, columns={**view.columns, "outcomes.outcome": ("outcome",)})


def cause(transform: Transform, features: tuple[str, ...] = ("seconds",), **more: Any) -> Cause:
    """A cause of all rows unless ``more`` says else."""
    values: dict[str, Any] = {
        "cause": "input-unit-or-scale",
        "features": features,
        "transform": transform,
        "segment": None,
        "onset": None,
        "onset_known": False,
        "end": None,
        "ongoing": None,
        "rows_in_scope": ROWS,
        "rows_changed": 0,
        "concerns_decision": True,
    }
    return Cause(**values | more)


Undo = Callable[[pd.DataFrame], pd.DataFrame]


def of(column: str, change: Callable[[pd.Series], pd.Series]) -> Undo:
    """Change one column."""
    return lambda frame: frame.assign(**{column: change(frame[column])})


def by_hand(
    log: pd.DataFrame, scope: np.ndarray, undo: Undo, booster: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the rows in scope before and after, without any of the program."""
    sound = log.copy()
    sound[scope] = undo(log)[scope]
    return predict(booster, log)[scope], predict(booster, sound)[scope]


def trained() -> Model:
    """A small model of :func:`rows`."""
    training = rows(900, 3)
    return small_model(training, "y", ["seconds", "amount", "moment"], ["way"], min_data_in_leaf=5)


@contextmanager
def bench_in(folder: Path, model: Model) -> Iterator[Bench]:
    """Open a bench."""
    import lightgbm

    with Engine() as engine:
        yield Bench(engine, folder, model, lightgbm.Booster(model_str=model.text))
