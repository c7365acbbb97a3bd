"""The picture of a change of scale: training, and the rows that changed."""

from __future__ import annotations

from math import log

import numpy as np

from investigators.chart import Curve, Distributions, Mark
from investigators.shift.density import Counts, smoothed
from investigators.shift.detect import Change
from investigators.shift.outline import own_value
from investigators.shift.words import factor_words
from investigators.tables.codes import LOWEST, STEP, log_cells
from investigators.task import Task
from investigators.traffic.rows import Baseline
from investigators.view import View

POINTS = 160


def _outline(counts: Counts, first: int, low: float, high: float) -> tuple[Counts, Counts]:
    soft = smoothed(counts, 0.12) / STEP
    u = (first + np.arange(counts.size)) * STEP
    x = np.linspace(low, high, POINTS)
    return x, np.interp(x, u, soft)


def distributions(
    view: View, feature: str, change: Change, factor: float, baseline: Baseline, where: str,
    *, partial: bool,
) -> Distributions:  # fmt: skip
    """Densities of ln|x|: baseline, and claimed rows (dashed), of which a part may be changed."""
    assert view.log is not None
    grid, task = change.grid, Task()
    live = log_cells(view.log, [view.log_inputs[feature]], task)[0]
    claimed = grid.counts(live[change.claimed])
    cells = log_cells(baseline.table, [baseline.expressions[feature]], task)[0]
    if baseline.table is view.log:  # compared with the other requests, not with itself
        cells = np.delete(cells, change.claimed)
    base_counts = np.bincount(
        np.clip(cells[cells >= LOWEST].astype(int) - grid.first, 0, grid.size - 1),
        minlength=grid.size,
    ).astype(float)
    held = np.flatnonzero(claimed + base_counts)
    low, high = float(grid.u[held[0]]) - 0.5, float(grid.u[held[-1]]) + 0.5
    x, training = _outline(base_counts, grid.first, low, high)
    _, changed = _outline(claimed, grid.first, low, high)
    marks = []
    if value := own_value(view, feature):
        marks.append(Mark("this decision", log(abs(value)), kind="decision"))
    unit = view.dictionary.get(feature).unit or "unit not stated"
    xs = tuple(round(float(v), 4) for v in x)
    names = [
        f"{words} ({int(counts.sum()):,})"
        for words, counts in ((baseline.words, base_counts), (where, claimed))
    ]
    return Distributions(
        title=f"{feature}: {factor_words(factor)} in {'a part of ' if partial else ''}{where}",
        curves=(
            Curve(
                names[0], xs, tuple(round(float(v), 5) for v in training), "training", filled=True
            ),
            Curve(names[1], xs, tuple(round(float(v), 5) for v in changed), "live", dashed=True),
        ),
        unit=unit,
        log_x=True,
        marks=tuple(marks),
        strip="density of ln|x| · zero and missing left out · smoothed by 0.12",
        description=(
            f"Two curves on a logarithmic axis: a part of the values of "
            f"{where} is {factor_words(factor)} than those of {baseline.words}."
            if partial
            else f"Two curves of the same shape on a logarithmic axis: the values of {where} are "
            f"{factor_words(factor)} than those of {baseline.words}."
        ),
    )
