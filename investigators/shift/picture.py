"""The picture of a change of scale: training, the changed rows, and the same repaired."""

from __future__ import annotations

from math import log

import numpy as np

from investigators.chart import Curve, Distributions, Mark
from investigators.numbers import number
from investigators.shift.density import Counts, smoothed
from investigators.shift.detect import Change
from investigators.shift.words import factor_words
from investigators.tables.codes import LOWEST, STEP, log_cells
from investigators.task import Task
from investigators.view import View

POINTS = 160


def _outline(counts: Counts, first: int, low: float, high: float) -> tuple[Counts, Counts]:
    soft = smoothed(counts, 0.12) / STEP
    u = (first + np.arange(counts.size)) * STEP
    x = np.linspace(low, high, POINTS)
    return x, np.interp(x, u, soft)


def distributions(
    view: View, feature: str, change: Change, factor: float, base: str, where: str
) -> Distributions:
    """Densities of ln|x|: baseline, claimed rows (dashed), claimed rows repaired."""
    assert view.log is not None
    grid, task = change.grid, Task()
    live = log_cells(view.log, [view.log_inputs[feature]], task)[0]
    claimed = grid.counts(live[change.claimed])
    table, sql = view.log, view.log_inputs[feature]
    if view.reference is not None and feature in view.reference_inputs:
        table, sql = view.reference, view.reference_inputs[feature]
    cells = log_cells(table, [sql], task)[0]
    base_counts = np.bincount(
        np.clip(cells[cells >= LOWEST].astype(int) - grid.first, 0, grid.size - 1),
        minlength=grid.size,
    ).astype(float)
    held = np.flatnonzero(claimed + base_counts)
    low, high = float(grid.u[held[0]]) - 0.5, float(grid.u[held[-1]]) + 0.5
    x, training = _outline(base_counts, grid.first, low, high)
    _, changed = _outline(claimed, grid.first, low, high)
    marks = []
    row = view.decision.row if view.decision is not None else None
    value = None
    if row is not None:
        value = view.log.value(
            f"SELECT ({view.log_inputs[feature]}) FROM {{t}} WHERE fw_row = ?", [row]
        )
    if value:
        marks.append(Mark("this decision", log(abs(float(value))), kind="decision"))
    unit = view.dictionary.get(feature).unit or "unit not stated"
    xs = tuple(round(float(v), 4) for v in x)
    return Distributions(
        title=f"{feature}: {where} lies {factor_words(factor)}",
        curves=(
            Curve(base, xs, tuple(round(float(v), 5) for v in training), "training", filled=True),
            Curve(where, xs, tuple(round(float(v), 5) for v in changed), "live", dashed=True),
        ),
        unit=unit,
        log_x=True,
        marks=tuple(marks),
        strip=(
            f"density of ln|x| · {int(base_counts.sum()):,} and {int(claimed.sum()):,} values, "
            f"zero and missing left out · smoothed by 0.12"
        ),
        description=(
            f"Two curves of the same shape on a logarithmic axis; the one of {where} lies "
            f"{number(factor)} times the one of {base}."
        ),
    )
