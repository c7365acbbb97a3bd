"""Logs and training tables with outcomes of a logistic truth, and what may happen to outcomes.

``FAULTS`` are what the check ``label`` should see, each with the look that should see it;
``TWINS`` are what it should leave alone: clean, drifting, late and selected outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from investigators.case import ScoreScale
from investigators.model import Model, ModelInput
from investigators.tables.table import Column, Engine
from investigators.view import View
from tests.investigators.views import view_of

START = pd.Timestamp("2026-01-05")


@dataclass
class World:
    """A log, its training table, and the truth they were drawn from."""

    random: np.random.Generator
    log: pd.DataFrame
    training: pd.DataFrame
    names: list[str]
    weights: np.ndarray
    level: float
    days: float
    roles: dict[str, str] = field(default_factory=dict)
    scale: str = "probability"

    @property
    def late(self) -> np.ndarray:
        """Whether a row is in the last four tenths of the log."""
        return np.asarray(np.arange(len(self.log)) >= 0.6 * len(self.log))

    @property
    def app(self) -> np.ndarray:
        """Whether a row is of app b."""
        return np.asarray(self.log["app"] == "b")

    @property
    def age(self) -> np.ndarray:
        """Days from each request to the log's end."""
        return np.asarray((self.log["time"].max() - self.log["time"]) / pd.Timedelta("1D"))

    def logit(self, frame: pd.DataFrame) -> np.ndarray:
        """The true log-odds."""
        return np.asarray(self.level + frame[self.names].to_numpy() @ self.weights)

    def came(self, logit: np.ndarray) -> np.ndarray:
        """Draw outcomes."""
        return (self.random.random(logit.size) < 1 / (1 + np.exp(-logit))).astype(float)

    def redraw(self, logit: np.ndarray) -> None:
        """Let outcomes of the log follow other odds than the score knows."""
        self.log["outcome"] = self.came(logit)

    def lose(self, rows: np.ndarray) -> None:
        """Take outcomes away."""
        self.log.loc[rows, "outcome"] = np.nan


Change = Callable[[World], None]


def world(seed: int, n: int | None = None) -> World:
    """Draw inputs, odds, outcomes, a score that knows the odds but for some noise, decisions."""
    random = np.random.default_rng(seed)
    n = n or int(random.integers(2_000, 8_000))
    k = int(random.integers(3, 8))
    names = [f"x{i}" for i in range(k)]
    weights = random.normal(0, 1, k)
    weights *= random.uniform(0.9, 2.2) / np.linalg.norm(weights)
    level = float(random.uniform(-3.2, 0.3))
    days = float(random.uniform(30, 200))

    def table(rows: int) -> pd.DataFrame:
        frame = pd.DataFrame(random.normal(0, 1, (rows, k)), columns=names)
        frame["app"] = random.choice(list("abcd"), rows, p=[0.4, 0.3, 0.2, 0.1])
        frame["channel"] = random.choice(list("fgh"), rows)
        return frame

    log, training = table(n), table(3_000)
    log["time"] = START + pd.to_timedelta(np.sort(random.random(n)) * days, unit="D")
    found = World(random, log, training, names, weights, level, days)
    training["y"] = found.came(found.logit(training))
    log["id"] = [f"r{i}" for i in range(n)]
    log["outcome"] = found.came(found.logit(log))
    noise = random.normal(0, random.uniform(0.2, 0.8), n)
    log["score"] = (1 / (1 + np.exp(-found.logit(log) - noise))).round(4)
    cut = float(log["score"].quantile(random.uniform(0.6, 0.9)))
    log["decision"] = np.where(log["score"] >= cut, "review", "accept")
    return found


def seen(engine: Engine, folder: Path, made: World, **given: Any) -> View:
    """Make a view of a world."""
    names = [c for c in made.training.columns if c not in ("y", "app", "channel", "asked")]
    roles = {r: r for r in ("id", "time", "score", "decision", "outcome")} | made.roles
    reference_roles = {"outcome": "y"} | ({"time": "asked"} if "asked" in made.training else {})
    inputs = tuple(
        ModelInput(n, "numeric" if is_numeric_dtype(made.training[n]) else "category")
        for n in names
    )
    view = view_of(
        engine, folder, made.log, {r: c for r, c in roles.items() if c in made.log},
        inputs={name: name for name in names if name in made.log},
        reference=made.training, reference_roles=reference_roles, segments=("app", "channel"),
        adverse=("review",), scale=ScoreScale(made.scale),
        **given,
    )  # fmt: skip
    assert view.log is not None
    told = {
        i.name: f'TRY_CAST("{i.name}" AS DOUBLE)' if i.kind == "numeric" else f'"{i.name}"'
        for i in inputs
    }
    return replace(
        view,
        log_inputs={name: told[name] for name in view.log_inputs},
        reference_inputs={name: told[name] for name in view.reference_inputs},
        model=Model("model.txt", "binary", inputs, 1, "") if made.scale == "probability" else None,
        log=replace(view.log, columns=(*view.log.columns, Column("fw_time", "time"))),
    )


def turn(rows: Callable[[World], np.ndarray]) -> Change:
    def change(w: World) -> None:
        at = rows(w)
        w.log.loc[at, "outcome"] = 1 - w.log.loc[at, "outcome"]

    return change


def lost(rows: Callable[[World], np.ndarray]) -> Change:
    return lambda w: w.lose(rows(w))


def _middle(w: World) -> np.ndarray:
    at = np.arange(len(w.log)) / len(w.log)
    return np.asarray((at > 0.5) & (at < 0.65))


def _settled(w: World) -> None:
    late = w.random.exponential(1.0, len(w.log))
    w.log["known_on"] = w.log["time"] + pd.to_timedelta(late, unit="D")
    w.lose((w.age < late) | (w.age < 0.3 * w.days))
    w.log.loc[w.log["outcome"].isna(), "known_on"] = pd.NaT


def knows(live: str, *, text: bool = False) -> Change:
    """An input that was written after the outcome; ``live``: gone, or noise."""

    def change(w: World) -> None:
        x = w.training["y"] * 3 + w.random.normal(0, 0.5, len(w.training))
        w.training["after"] = x
        w.log["after"] = w.random.normal(0, 0.5, len(w.log)) if live == "noise" else np.nan
        if text:
            w.training["after"] = np.where(x > 1.5, "closed", "open")
            w.log["after"] = "open"

    return change


def stamped(w: World) -> None:
    w.training["asked"] = START - pd.to_timedelta(w.random.uniform(10, 300, 3_000), unit="D")
    paid = (
        w.training["asked"].astype("datetime64[s]").astype("int64")
        + w.random.uniform(3, 9, 3_000) * 86_400
    )
    w.training["paid_on"] = np.where(w.random.random(3_000) < 0.5, paid, np.nan)
    w.log["paid_on"] = np.nan


FAULTS: dict[str, tuple[str, Change]] = {
    "turned in an app": ("turned", turn(lambda w: w.app)),
    "turned since a day": ("turned", turn(lambda w: w.late)),
    "turned in an app since a day": ("turned", turn(lambda w: w.app & w.late)),
    "turned for a while": ("turned", turn(_middle)),
    "turned in all": ("turned", turn(lambda w: np.ones(len(w.log), dtype=bool))),
    "turned since soon": (
        "turned",
        turn(lambda w: np.asarray(np.arange(len(w.log)) > 0.15 * len(w.log))),
    ),
    "an app's outcomes stop": ("delay", lost(lambda w: w.app & w.late)),
    "a gap": ("delay", lost(_middle)),
    "a gap in an app": ("delay", lost(lambda w: w.app & _middle(w))),
    "stopped, known when": ("delay", _settled),
    "input knows, noise live": ("inputs/after", knows("noise")),
    "input knows, gone live": ("inputs/after", knows("gone")),
    "text knows": ("inputs/after", knows("noise", text=True)),
    "time after the decision": ("inputs/paid_on", stamped),
}


def level(step: float, rows: Callable[[World], np.ndarray]) -> Change:
    return lambda w: w.redraw(w.logit(w.log) + step * rows(w))


def other_weights(part: float, rows: Callable[[World], np.ndarray]) -> Change:
    """The truth's weights times ``part`` in some rows; below 0 some of them turn round."""

    def change(w: World) -> None:
        new = w.weights.copy()
        new[: max(1, len(new) // 3)] *= part
        odds = w.level + w.log[w.names].to_numpy() @ new
        w.redraw(np.where(rows(w), odds, w.logit(w.log)))

    return change


def forgets(w: World) -> None:
    w.redraw(np.where(w.late, w.level, w.logit(w.log)))


def shifted(w: World) -> None:
    """Inputs and scores move with time, outcomes with them."""
    step = np.linspace(0, 1.5, len(w.log))
    w.log[w.names] = w.log[w.names].to_numpy() + step[:, None]
    w.log["score"] = (1 / (1 + np.exp(-w.logit(w.log)))).round(4)
    w.redraw(w.logit(w.log))


def delays(mean: Callable[[World], np.ndarray]) -> Change:
    return lambda w: w.lose(w.random.exponential(mean(w)) > w.age)


def fixed(part: float) -> Change:
    return lambda w: w.lose(w.age < part * w.days)


def selected(w: World) -> None:
    w.lose(np.asarray(w.log["decision"] == "review") & (w.random.random(len(w.log)) > 0.02))


def selected_and_late(w: World) -> None:
    selected(w)
    delays(lambda w: np.full(len(w.log), 0.1 * w.days))(w)


def zero_until_known(w: World) -> None:
    late = w.random.exponential(0.15 * w.days, len(w.log)) > w.age
    w.log.loc[late, "outcome"] = 0.0


def fewer_reviewed(w: World) -> None:
    w.lose(w.random.random(len(w.log)) > np.linspace(0.9, 0.3, len(w.log)))


def weekends(w: World) -> None:
    w.lose(np.asarray(w.log["time"].dt.day_of_week >= 5) & (w.random.random(len(w.log)) < 0.8))


def new_app(w: World) -> None:
    new = w.late & (w.random.random(len(w.log)) < 0.3)
    w.log.loc[new, "app"] = "e"
    level(2.0, lambda w: np.asarray(w.log["app"] == "e"))(w)
    delays(lambda w: np.full(len(w.log), 0.2 * w.days))(w)


def new_app_late(w: World) -> None:
    new = (w.age < 0.1 * w.days) & (w.random.random(len(w.log)) < 0.5)
    w.log.loc[new, "app"] = "e"
    fixed(0.15)(w)


def strong(live: str) -> Change:
    """An input that is known in time and tells nearly all."""

    def change(w: World) -> None:
        for frame, y in ((w.training, "y"), (w.log, "outcome")):
            spread = 0.8 if live == "wider" and frame is w.log else 0.5
            frame["strong"] = frame[y] * 2 + w.random.normal(0, spread, len(frame))
        w.log["score"] = (1 / (1 + np.exp(-4 * w.log["strong"] + 4))).round(4)
        w.log["decision"] = np.where(w.log["score"] > 0.5, "review", "accept")
        if live == "selected":
            selected(w)
        if live == "gone since":
            w.log.loc[w.late, "strong"] = np.nan

    return change


def due(w: World) -> None:
    w.training["asked"] = START - pd.to_timedelta(w.random.uniform(10, 300, 3_000), unit="D")
    for frame, time in ((w.training, "asked"), (w.log, "time")):
        seconds = frame[time].astype("datetime64[s]").astype("int64")
        frame["due"] = seconds + 86_400.0 * w.random.integers(1, 31, len(frame))


def other_side(w: World) -> None:
    w.log["score"] = (700 - 300 * w.log["score"]).round()
    w.scale = "unknown"


TWINS: dict[str, Change] = {
    "clean": lambda _: None,
    "more positives since a day": level(1.5, lambda w: w.late),
    "many more positives since a day": level(4.0, lambda w: w.late),
    "fewer positives in an app": level(-1.5, lambda w: w.app),
    "other weights since a day": other_weights(-1.0, lambda w: w.late),
    "other weights in an app": other_weights(0.0, lambda w: w.app),
    "the score tells nothing any more": forgets,
    "shifted": shifted,
    "late": delays(lambda w: np.full(len(w.log), 0.08 * w.days)),
    "late by app": delays(lambda w: np.where(w.app, 0.3, 0.03) * w.days),
    "all after a fixed time": fixed(0.25),
    "selected": selected,
    "selected and late": selected_and_late,
    "zero until known": zero_until_known,
    "fewer reviewed": fewer_reviewed,
    "weekends": weekends,
    "a new app": new_app,
    "a new app, late": new_app_late,
    "strong": strong("same"),
    "strong, wider": strong("wider"),
    "strong, selected": strong("selected"),
    "strong, gone since a day": strong("gone since"),
    "due days": due,
    "score on its other side": other_side,
}


def changed(kind: str, seed: int, n: int | None = None) -> World:
    """Draw a world and let one thing happen to it."""
    made = world(seed, n)
    (FAULTS[kind][1] if kind in FAULTS else TWINS[kind])(made)
    return made


def kinds() -> Sequence[str]:
    """All faults, then all twins."""
    return [*FAULTS, *TWINS]
