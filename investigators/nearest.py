"""How a row lies among training rows in the model's own leaves.

Two rows are near when they fall in the same leaf of many trees (proximity, Breiman 2001): the
model cannot tell them further apart than that.  Everything is exact over a bounded sample of the
reference whose size and drawing are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil, isfinite

import numpy as np
import numpy.typing as npt

from investigators.chart import Cells
from investigators.model import Model
from investigators.numbers import number
from investigators.statistics import conformal
from investigators.tables.table import Table
from investigators.task import Task

SAMPLE_ROWS = 20_000
SAMPLE_CELLS = 30_000_000  # rows x trees: 120 MB of leaf numbers
NEIGHBOURS = 50
SAME_SCORE = 0.1  # share of the sample, nearest in score, that the row is judged against
SAME_SCORE_ROWS = 300
CLOSE = 0.5
BLOCK = 2_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Neighbours:
    """What the sample says of one row.

    ``rarity`` is the mean over trees of -ln(share of rows in the row's leaf), ``p`` its conformal
    p-value among the ``compared`` rows that score nearest, ``p_all`` among the whole sample.
    ``rows`` (reference ``fw_row``), ``proximity`` and ``outcomes`` (NaN unknown) are the nearest.
    """

    sample: int
    step: int
    rarity: float
    usual: float
    p: float
    p_all: float
    compared: int
    close: int
    rows: npt.NDArray[np.int64]
    proximity: Floats
    outcomes: Floats


def neighbours(
    model: Model, reference: Table, inputs: Mapping[str, str], row: Floats, task: Task
) -> Neighbours:
    """Find the rows of the reference nearest to ``row`` (a model matrix of shape (1, inputs))."""
    most = max(1, min(SAMPLE_ROWS, SAMPLE_CELLS // max(model.trees, 1)))
    step = max(1, ceil(reference.rows / most))
    numbers, own, raws, outcomes = reference.engine.once(
        ("nearest", reference.relation, step, tuple(inputs.items()), model.name, hash(model.text)),
        partial(_placed, model, reference, inputs, step, task),
    )
    leaves = np.concatenate([own, model.leaves(row)])
    raw = np.concatenate([raws, model.raw(row)])
    rarity = _rarity(leaves, task)
    same = np.zeros(len(own))
    for tree in range(model.trees):
        same += leaves[:-1, tree] == leaves[-1, tree]
    proximity = same / max(model.trees, 1)
    near = np.lexsort((numbers, -proximity))[:NEIGHBOURS]
    count = min(len(own), max(SAME_SCORE_ROWS, round(SAME_SCORE * len(own))))
    alike = np.lexsort((numbers, np.abs(raw[:-1] - raw[-1])))[:count]
    return Neighbours(
        sample=len(own),
        step=step,
        rarity=float(rarity[-1]),
        usual=float(np.median(rarity[:-1])),
        p=conformal(rarity[alike], float(rarity[-1])),
        p_all=conformal(rarity[:-1], float(rarity[-1])),
        compared=count,
        close=int((proximity > CLOSE).sum()),
        rows=numbers[near],
        proximity=proximity[near],
        outcomes=outcomes[near],
    )


def _placed(
    model: Model, reference: Table, inputs: Mapping[str, str], step: int, task: Task
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Floats, Floats]:
    """Row numbers, leaves (n, trees), raw scores and outcomes of the sample."""
    numbers, matrix, outcomes = _sample(model, reference, inputs, step, task)
    leaves = np.empty((len(matrix), model.trees), dtype=np.int32)
    raw = np.empty(len(matrix))
    for start in range(0, len(matrix), BLOCK):
        task.tick(start, len(matrix), "Nearest training rows")
        block = matrix[start : start + BLOCK]
        leaves[start : start + len(block)] = model.leaves(block)
        raw[start : start + len(block)] = model.raw(block)
    return numbers, leaves, raw, outcomes


def _sample(
    model: Model, reference: Table, inputs: Mapping[str, str], step: int, task: Task
) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Every ``step``-th row in file order: row numbers, model matrix, outcomes."""
    names = [each.name for each in model.inputs if each.name in inputs]
    parts = ", ".join(f"{inputs[name]} AS f{i}" for i, name in enumerate(names))
    found = reference.query(
        f"SELECT fw_row, fw_outcome{', ' if parts else ''}{parts} FROM {{t}} "
        f"WHERE fw_row % {step} = 0 ORDER BY fw_row",
        task=task,
    )
    columns = {name: found[f"f{i}"] for i, name in enumerate(names)}
    outcomes = found["fw_outcome"].to_pandas().to_numpy(dtype=np.float64, na_value=np.nan)
    return found["fw_row"].to_numpy(), model.matrix(columns), outcomes


def _rarity(leaves: npt.NDArray[np.int32], task: Task) -> Floats:
    """Mean of -ln(share of all rows, itself included, in the row's leaf) over the trees."""
    total: Floats = np.zeros(len(leaves))
    for tree in range(leaves.shape[1]):
        if tree % 50 == 0:
            task.tick()
        counts = np.bincount(leaves[:, tree])
        total -= np.log(counts[leaves[:, tree]] / len(leaves))
    total /= max(leaves.shape[1], 1)
    return total


def drawn(step: int) -> str:
    """How the sample was drawn, empty for the whole."""
    return "" if step == 1 else f", one in {step:,} evenly in file order"


def outcome_words(near: Neighbours) -> str:
    """What became of the most similar rows."""
    known = near.outcomes[np.isfinite(near.outcomes)]
    shared = f"they share {near.proximity[-1]:.0%} to {near.proximity[0]:.0%} of its leaves"
    shared = shared.replace("%", " %")
    if not len(known):
        return f"No outcome is known of the {len(near.rows)} most similar ones ({shared})."
    if np.isin(known, (0.0, 1.0)).all():
        what = f"{int(known.sum())} of {len(known)} had the positive outcome"
    else:
        what = f"{len(known)} outcomes have the mean {number(known.mean())}"
    return f"Of the {len(near.rows)} most similar ones {what} ({shared})."


def picture(near: Neighbours) -> Cells:
    """The most similar rows as a table."""
    lines = zip(near.rows.tolist(), near.proximity.tolist(), near.outcomes.tolist(), strict=True)
    rows = tuple(
        (f"{row:,}", f"{100 * share:.0f} %", f"{outcome:.6g}" if isfinite(outcome) else "")
        for row, share, outcome in lines
    )
    return Cells(
        "Training rows that the model regards as most similar",
        ("training row", "shared leaves", "outcome"),
        rows,
        strip=f"nearest {NEIGHBOURS} of {near.sample:,} training rows{drawn(near.step)}",
        description=f"{len(rows)} training rows by the share of trees in which they share a leaf.",
    )
