"""Training tables and logs where training left a group out, or where it did not.

``PLANTED`` leave the new site out of training; ``TWINS`` are what is no such thing: clean tables,
moved and wider ones, another mix, a new site whose cases are like those of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from investigators.model import Model
from tests.investigators.views import small_model

KINDS = ("a", "b", "c", "d")


@dataclass
class Made:
    """A training table with outcomes ``y``, a log, and the model of the former."""

    random: np.random.Generator
    training: pd.DataFrame
    log: pd.DataFrame
    numeric: list[str]
    weights: np.ndarray
    segments: tuple[str, ...] = ("site", "channel")
    roles: dict[str, str] = field(default_factory=lambda: {"id": "id", "time": "time"})

    def model(self) -> Model:
        """Train on the training table."""
        leaves = int(self.random.choice([7, 15, 31]))
        rounds = int(self.random.choice([20, 60, 120]))
        return small_model(
            self.training, "y", self.numeric, ["kind"], rounds=rounds, num_leaves=leaves,
            learning_rate=0.1,
        )  # fmt: skip

    @property
    def new(self) -> np.ndarray:
        """Rows of the log at the new site."""
        return np.asarray(self.log["site"] == "new")

    def move(self, rows: np.ndarray, size: float, columns: int) -> None:
        """Move inputs of the log by so many standard deviations."""
        for name in self.numeric[:columns]:
            self.log.loc[rows, name] += size * self.random.choice([-1.0, 1.0])


def made(seed: int, kind: str) -> Made:
    """Draw tables and let one thing be so."""
    random = np.random.default_rng(seed)
    k = int(random.integers(4, 9))
    numeric = [f"x{i}" for i in range(k)]
    weights = random.normal(0, 0.7, k)

    def table(rows: int) -> pd.DataFrame:
        frame = pd.DataFrame(random.normal(0, 1, (rows, k)), columns=numeric)
        frame["kind"] = random.choice(KINDS, rows, p=[0.5, 0.3, 0.15, 0.05])
        frame["site"] = random.choice(["north", "south", "new"], rows, p=[0.5, 0.35, 0.15])
        frame["channel"] = random.choice(["web", "phone"], rows)
        return frame

    training, log = table(int(random.integers(1500, 6000))), table(2000)
    chance = 1 / (1 + np.exp(1.5 - training[numeric].to_numpy() @ weights))
    training["y"] = (random.random(len(training)) < chance).astype(float)
    training["asked"] = pd.date_range("2025-01-01", periods=len(training), freq="1h")
    log["id"] = [f"r{i}" for i in range(len(log))]
    log["time"] = pd.date_range("2026-01-01", periods=len(log), freq="13min")
    found = Made(random, training, log, numeric, weights)
    {**PLANTED, **TWINS}[kind](found)
    found.training = found.training.reset_index(drop=True)
    return found


def _leave_out(m: Made, keep: float = 0.0) -> None:
    away = (m.training["site"] == "new") & (m.random.random(len(m.training)) >= keep)
    m.training = m.training[~away]


def _elsewhere(m: Made) -> None:
    _leave_out(m)
    m.move(m.new, float(m.random.uniform(2.2, 3.5)), 3)


def _nearly_all(m: Made) -> None:
    _leave_out(m, keep=0.02)
    m.move(m.new, float(m.random.uniform(2.2, 3.5)), 3)
    at = (m.training["site"] == "new").to_numpy()
    m.training.loc[at, m.numeric[:3]] += 2.5


def _rare_kind(m: Made) -> None:
    _leave_out(m)
    m.move(m.new, 2.5, 2)
    m.log.loc[m.new, "kind"] = "d"


def _like_the_others(m: Made) -> None:
    _leave_out(m)


def _moved(m: Made) -> None:
    m.move(np.ones(len(m.log), dtype=bool), 0.5, len(m.numeric))


def _wider(m: Made) -> None:
    m.log[m.numeric] *= 1.4


def _trend(m: Made) -> None:
    m.log[m.numeric] += np.linspace(0, 1, len(m.log))[:, None]


def _mix(m: Made) -> None:
    few = (m.training["site"] == "new") & (m.random.random(len(m.training)) < 0.7)
    m.training = m.training[~few]
    m.log["kind"] = m.random.choice(KINDS, len(m.log), p=[0.3, 0.3, 0.2, 0.2])


PLANTED: dict[str, Callable[[Made], None]] = {
    "left out, lives elsewhere": _elsewhere,
    "nearly left out": _nearly_all,
    "left out, a rare kind": _rare_kind,
}
TWINS: dict[str, Callable[[Made], None]] = {
    "clean": lambda _: None,
    "left out, like the others": _like_the_others,
    "all moved": _moved,
    "all wider": _wider,
    "trend": _trend,
    "another mix": _mix,
}
