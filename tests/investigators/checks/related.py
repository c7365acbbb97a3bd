"""Logs whose inputs hang together: ratios, sums, orders, shared gaps, a category by another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from investigators.check import Run
from investigators.evidence import Finding
from investigators.model import Model, ModelInput
from investigators.tables.table import Column, Engine
from investigators.task import Task
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import view_of

Frame = pd.DataFrame
ROWS = 3_000
ONSET = 0.6  # of the rows, where a fault begins in the log
MONEY = {"DE": "EUR", "FR": "EUR", "GB": "GBP", "CH": "CHF", "US": "USD"}
TEXTS = ("land", "money", "colour")


def related(seed: int, n: int = ROWS) -> Frame:
    """Draw rows that keep relations of every sort; times rise with the rows."""
    random = np.random.default_rng(seed)
    limit = random.lognormal(7, 0.6, n).round(2)
    frame = pd.DataFrame({"limit": limit, "used": (limit * random.beta(2, 2, n)).round(2)})
    frame["ratio"] = (frame["used"] / frame["limit"]).round(4)
    frame["arrived"] = random.poisson(300, n).astype(float)
    frame["rejected"] = random.binomial(frame["arrived"].astype(int), 0.1).astype(float)
    frame["queued"] = random.binomial(frame["arrived"].astype(int), 0.2).astype(float)
    frame["done"] = frame["arrived"] - frame["rejected"] - frame["queued"]
    frame["net"] = random.lognormal(4, 1, n).round(2)
    frame["gross"] = (frame["net"] * 1.19).round(2)
    frame["stay"] = np.where(random.random(n) < 0.2, np.nan, random.gamma(2, 30, n).round(1))
    frame["pages"] = np.where(frame["stay"].isna(), np.nan, random.poisson(9, n))
    frame["land"] = random.choice(list(MONEY), n)
    frame["money"] = frame["land"].map(MONEY)
    frame["app"] = random.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1])
    frame["time"] = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n) * 7, unit="min")
    return frame


def some(frame: Frame, *, app: str | None = "b", late: bool = True) -> np.ndarray:
    """Rows of an app, or of the later part of the log, or both."""
    rows = np.ones(len(frame), dtype=bool)
    if app is not None:
        rows &= (frame["app"] == app).to_numpy()
    if late:
        rows &= np.arange(len(frame)) >= ONSET * len(frame)
    return rows


def shuffled(frame: Frame, name: str, rows: np.ndarray) -> Frame:
    """Give the chosen rows the values of others of them: the column by itself has not moved."""
    values = frame[name].to_numpy().copy()
    values[rows] = np.random.default_rng(9).permutation(values[rows])
    return frame.assign(**{name: values})


def found_by(
    run: Run,
    engine: Engine,
    folder: Path,
    log: Frame,
    training: Frame | None,
    *,
    timed: bool = True,
) -> list[Finding]:
    """Run a check over a log and its training table; the model is known by its inputs alone."""
    names = [n for n in log.columns if n not in {"app", "time"}]
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log if timed else log.drop(columns="time"),
        {"id": "id"} | ({"time": "time"} if timed else {}),
        inputs={name: name for name in names}, reference=training, segments=("app",), pick=0,
    )  # fmt: skip
    assert view.log is not None
    kinds = {n: "category" if n in TEXTS else "numeric" for n in names}
    expressions = {
        n: f'CAST("{n}" AS VARCHAR)' if n in TEXTS else f'TRY_CAST("{n}" AS DOUBLE)' for n in names
    }
    columns = (*view.log.columns, Column("fw_time", "time")) if timed else view.log.columns
    inputs = tuple(ModelInput(n, kinds[n]) for n in names)  # type: ignore[arg-type]
    view = replace(
        view,
        log=replace(view.log, columns=columns),
        model=Model("model.txt", "binary", inputs, 1, ""),
        log_inputs=expressions,
        reference_inputs={} if training is None else expressions,
    )
    return list(pictured(run(view, Task())))
