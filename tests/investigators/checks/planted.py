"""Logs with one planted fault, for the checks that look at values: plain draws, coded columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from investigators.check import Run
from investigators.evidence import Finding
from investigators.features import Dictionary
from investigators.model import Model, ModelInput
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import view_of

Frame = pd.DataFrame
ONSET = 0.6  # of the rows, where a fault begins in the log
SHAPES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "log-normal": lambda r, n: r.lognormal(3.5, 1.0, n).round(1),
    "gamma": lambda r, n: 40 * r.gamma(2.0, 1.0, n),
    "Pareto": lambda r, n: (5 * (1 + r.pareto(1.8, n))).round(2),
    "counts": lambda r, n: r.poisson(5.0, n).astype(float),
    "two humps": lambda r, n: (r.lognormal(2, 0.4, n) * np.where(r.random(n) < 0.4, 1, 30)).round(
        2
    ),
    "many zeros": lambda r, n: np.where(r.random(n) < 0.3, 0.0, r.lognormal(2, 1, n).round(2)),
    "yes or no": lambda r, n: (r.random(n) < 0.4).astype(float),
}


def drawn(seed: int, n: int, *, missing: float = 0.0) -> Frame:
    """Draw a column of every shape and a category, with two segments; times rise with the rows."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({name: draw(random, n) for name, draw in SHAPES.items()})
    frame["colour"] = random.choice(["red", "green", "blue", "black"], n, p=[0.4, 0.3, 0.2, 0.1])
    if missing:
        gone = random.random(frame.shape) < missing
        frame = frame.mask(gone)
    frame["app"] = random.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1])
    frame["channel"] = random.choice(list("fgh"), n)
    frame["time"] = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n) * 7, unit="min")
    return frame


def rows_of(frame: Frame, *, app: str | None = None, late: bool = False) -> np.ndarray:
    """Rows of an app, or of the later part of the log, or both."""
    rows = np.ones(len(frame), dtype=bool)
    if app is not None:
        rows &= (frame["app"] == app).to_numpy()
    if late:
        rows &= np.arange(len(frame)) >= ONSET * len(frame)
    return rows


def seen(
    engine: Engine, folder: Path, log: Frame, training: Frame | None, *,
    timed: bool = True, dictionary: Dictionary | None = None, pick: int | None = None,
    segments: Sequence[str] = ("app", "channel"), missing_seen: bool | None = None,
) -> View:  # fmt: skip
    """Make a view of a log and its training table; the model is known by its inputs alone."""
    names = [*SHAPES, "colour"]
    roles = {"id": "id"} | ({"time": "time"} if timed else {})
    roles |= {"subject": "subject"} if "subject" in log else {}
    if "id" not in log:
        log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log if timed else log.drop(columns="time"), roles,
        inputs={name: name for name in names}, reference=training, segments=tuple(segments),
        dictionary=dictionary or Dictionary(), pick=pick,
    )  # fmt: skip
    assert view.log is not None
    inputs = tuple(
        ModelInput(n, "category" if n == "colour" else "numeric", missing_seen=missing_seen)
        for n in names
    )
    expressions = {
        n: f'CAST("{n}" AS VARCHAR)' if n == "colour" else f'TRY_CAST("{n}" AS DOUBLE)'
        for n in names
    }
    columns = (*view.log.columns, Column("fw_time", "time")) if timed else view.log.columns
    return replace(
        view,
        log=replace(view.log, columns=columns),
        model=Model("model.txt", "binary", inputs, 1, ""),
        log_inputs=expressions,
        reference_inputs={} if training is None else expressions,
    )


def answers(run: Run, view: View) -> dict[str, Finding]:
    """Run a check and give its findings by input."""
    return {f.about[0]: f for f in pictured(run(view, Task())) if f.about}
