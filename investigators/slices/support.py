"""How many training rows lie in a row's own leaves, against training rows kept out of the count.

Two rows are near where they fall into the same leaf of a large share of the trees (proximity,
Breiman 2001).  "Near" is set by the training rows themselves: as near as a usual row's nearest few.
A row that was drawn as training was is exchangeable with the rows kept out, so that the conformal
p-value of its support is valid whatever the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.model import Model
from investigators.statistics import conformal
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.view import View

MINIMUM = 400  # training rows
HELD = 400  # of them kept out of the count, at most a quarter
LIVE = 200  # rows of the log beside them
MOST = 10_000  # training rows that are counted
WORK = 3_000_000_000  # rows x rows x trees
SEED = "fifthwhy support"
NEAREST = 50  # training rows near a usual row, by which "near" is set; at most 1 in 100
FEWEST_NEAREST = 10
FEWER = 3  # times fewer than usual
THIN = 0.1  # of the kept-out rows, the farthest from their nearest few
SAME_SCORE = 20  # held rows nearest in score
BLOCK = 2_000
QUERIES = 50
Floats = npt.NDArray[np.float64]
Shares = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Leaves = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Rows of a table: numbers, leaves of shape (trees, rows), raw score, outcome, microseconds.

    Outcomes are NaN where unknown, times -1.
    """

    rows: Ints
    leaves: Leaves
    raw: Floats
    outcomes: Floats
    moments: Ints

    def part(self, first: int, last: int) -> Drawn:
        """Rows from place ``first`` to before ``last``."""
        at = slice(first, last)
        return Drawn(
            self.rows[at], self.leaves[:, at], self.raw[at], self.outcomes[at], self.moments[at]
        )


@dataclass(frozen=True, eq=False)
class Near:
    """Rows against the counted training rows: how many are near, and how near the nearest are.

    Both of shape (rows,): ``rows`` as numbers, ``nearness`` as the mean share of trees in which the
    nearest few are in the same leaf.
    """

    rows: Ints
    nearness: Floats


@dataclass(frozen=True, eq=False)
class Support:
    """What the ``counted`` training rows say of the row, of kept-out rows and of live ones.

    ``near`` is the share of trees from which on a row is near, ``nearest`` how many the nearest
    few are; ``shares`` are the decision's.  ``alike`` are places of the kept-out rows that score
    nearest.
    """

    counted: Drawn
    near: float
    nearest: int
    shares: Shares
    own: Near
    held: Near
    live: Near
    alike: Ints

    @property
    def rows(self) -> int:
        """Training rows near the decision's row."""
        return int(self.own.rows[0])

    @property
    def usual(self) -> float:
        """The middle kept-out training row's."""
        return float(np.median(self.held.rows))

    @property
    def few(self) -> bool:
        """Whether there are so much fewer than usual."""
        return self.rows * FEWER <= self.usual

    @property
    def p(self) -> float:
        """Conformal: as far from its nearest few among the kept-out training rows."""
        return conformal(-self.held.nearness, -float(self.own.nearness[0]))

    @property
    def p_same(self) -> float:
        """The same among those that score nearest."""
        return conformal(-self.held.nearness[self.alike], -float(self.own.nearness[0]))

    def as_far(self, those: Near) -> int:
        """How many rows are as far from their nearest few as the decision's row."""
        return int(np.count_nonzero(those.nearness <= self.own.nearness[0]))

    def thin(self, those: Near) -> int:
        """How many rows are as far from them as the farthest tenth of training."""
        edge = np.quantile(self.held.nearness, THIN, method="inverted_cdf")
        return int(np.count_nonzero(those.nearness <= edge))

    def of(self, rows: Drawn, task: Task) -> Near:
        """How other rows lie among the same training rows."""
        return nearness(shared(rows.leaves, self.counted.leaves, task), self.near, self.nearest)


@dataclass(frozen=True, eq=False)
class Draws:
    """Where rows are drawn from."""

    view: View
    log: Table
    model: Model
    reference: Table
    task: Task

    def of(self, table: Table, n: int, where: str = "true") -> Drawn:
        """Draw ``n`` rows by the hash of their number, in the order of the hash."""
        inputs = self.view.log_inputs if table is self.log else self.view.reference_inputs
        by = f"md5_number_lower({literal(SEED)} || fw_row::VARCHAR), fw_row"
        chosen = f"fw_row IN (SELECT fw_row FROM {{t}} WHERE {where} ORDER BY {by} LIMIT {n})"
        return _rows(self.model, table, inputs, f"{chosen} ORDER BY {by}", self.task)

    def row(self, number: int) -> Drawn:
        """One row of the log."""
        return _rows(self.model, self.log, self.view.log_inputs, f"fw_row = {number}", self.task)


def _rows(model: Model, table: Table, inputs: Mapping[str, str], where: str, task: Task) -> Drawn:
    """Fetch rows; outcomes and times are a training table's."""
    names = [each.name for each in model.inputs if each.name in inputs]
    parts = ", ".join(f"{inputs[name]} AS f{i}" for i, name in enumerate(names))
    found = table.query(
        "SELECT fw_row, CASE WHEN isfinite(fw_outcome) THEN fw_outcome END AS outcome, "
        f"epoch_us(fw_time) AS moment{', ' if parts else ''}{parts} FROM {{t}} WHERE {where}",
        task=task,
    )
    matrix = model.matrix({name: found[f"f{i}"] for i, name in enumerate(names)})
    leaves = np.zeros((model.trees, found.num_rows), dtype=np.int32)
    raw = np.zeros(found.num_rows)
    for start in range(0, len(matrix), BLOCK):
        task.tick(start, len(matrix), "Leaves of rows")
        block = matrix[start : start + BLOCK]
        leaves[:, start : start + len(block)] = model.leaves(block).T
        raw[start : start + len(block)] = model.raw(block)
    if leaves.max(initial=0) < 256:
        leaves = leaves.astype(np.uint8)
    outcomes = found["outcome"].to_pandas().to_numpy(dtype=np.float64, na_value=np.nan)
    moments = found["moment"].to_pandas().to_numpy(dtype=np.float64, na_value=-1.0)
    return Drawn(found["fw_row"].to_numpy(), leaves, raw, outcomes, moments.astype(np.int64))


def shared(rows: Leaves, among: Leaves, task: Task) -> Shares:
    """Share of trees in which each row is in the leaf of each other, shape (rows, others).

    Both of shape (trees, rows).
    """
    trees, n = rows.shape
    found = np.zeros((n, among.shape[1]), dtype=np.uint16)
    for start in range(0, n, QUERIES):
        task.tick(start, n, "Training rows in the same leaves")
        block = rows[:, start : start + QUERIES]
        part = np.zeros((block.shape[1], among.shape[1]), dtype=np.uint8)
        for tree in range(trees):
            if tree and tree % 255 == 0:  # a byte holds no more
                found[start : start + QUERIES] += part
                part[:] = 0
            part += (block[tree][:, None] == among[tree][None, :]).view(np.uint8)
        found[start : start + QUERIES] += part
    return found.astype(np.float32) / np.float32(trees)


def nearness(shares: Shares, near: float, nearest: int) -> Near:
    """Sum up shares of trees, shape (rows, training rows)."""
    few = np.partition(shares, -nearest, axis=1)[:, -nearest:]
    return Near((shares >= near).sum(axis=1), few.mean(axis=1, dtype=np.float64))


def support_of(draws: Draws, row: int) -> Support:
    """The support of one row of the log."""
    trees, task = draws.model.trees, draws.task
    kept_out = min(HELD, draws.reference.rows // 4)
    most = max(MINIMUM, min(MOST, WORK // ((HELD + LIVE) * trees)))
    drawn = draws.of(draws.reference, kept_out + most)
    held, counted = drawn.part(0, kept_out), drawn.part(kept_out, len(drawn.rows))
    own, live = draws.row(row), draws.of(draws.log, LIVE, f"fw_row <> {row}")
    nearest = min(NEAREST, max(FEWEST_NEAREST, len(counted.rows) // 100))
    of_held = shared(held.leaves, counted.leaves, task)
    # "near": as a usual row's nearest few are
    near = float(np.median(np.partition(of_held, -nearest, axis=1)[:, -nearest]))
    shares = shared(own.leaves, counted.leaves, task)
    of_live = shared(live.leaves, counted.leaves, task)
    return Support(
        counted,
        near,
        nearest,
        shares[0],
        nearness(shares, near, nearest),
        nearness(of_held, near, nearest),
        nearness(of_live, near, nearest),
        np.lexsort((held.rows, np.abs(held.raw - own.raw[0])))[:SAME_SCORE],
    )
