"""The log's inputs beside another source's values of the same requests: which pairs differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.roles.precision import decimals_of
from investigators.tables.table import Table, quoted
from investigators.task import Task
from investigators.view import View

Flags = npt.NDArray[np.bool_]
LOOKED_AT = 5_000
RELATIVE = 1e-6  # of the value: what 32 bits keep


@dataclass(frozen=True)
class Input:
    """One input that both have; ``slack`` is half a step of the coarser rounding (numbers)."""

    name: str
    number: bool
    slack: float = 0.0

    def differ(self, k: int) -> str:
        """SQL of whether both values are there and differ beyond rounding."""
        one, other = f"l{k}", f"s{k}"
        if not self.number:
            return f"coalesce({one} <> {other}, false)"
        size = f"greatest(abs({one}), abs({other}))"
        return f"coalesce(abs({one} - {other}) > {self.slack!r} + {RELATIVE!r} * {size}, false)"


@dataclass(frozen=True)
class Pairs:
    """Counts of the requests that the source knows: pairs that match, differ, are one-sided.

    ``log_lacks`` have a value in the source only, ``store_lacks`` in the log only.
    """

    each: Input
    match: int
    differ: int
    log_lacks: int
    store_lacks: int

    @property
    def n(self) -> int:
        """Requests with a value on one side at least."""
        return self.match + self.differ + self.log_lacks + self.store_lacks

    @property
    def wrong(self) -> int:
        """Requests whose logged value is not the source's, where the source has one."""
        return self.differ + self.log_lacks


def shared_inputs(view: View, store: Table, task: Task) -> list[Input]:
    """Inputs that log and source have, with the rounding that a sample of pairs shows."""
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    names = [n for n in view.log_inputs if store.column(n) is not None]
    inputs = [Input(n, kinds.get(n) != "category") for n in names]
    numbers = [i for i in inputs if i.number]
    if not numbers:
        return inputs
    cells = ", ".join(f"l{k}, s{k}" for k in range(len(numbers)))
    assert view.log is not None
    step = max(view.log.rows // LOOKED_AT, 1)
    sql = f"SELECT {cells} FROM {pairs_sql(view, store, numbers)} \
WHERE fw_found AND fw_row % {step} = 0"
    found = view.log.query(sql, task=task)
    columns = [column.to_numpy().astype(np.float64) for column in found.columns]
    slack = {
        each.name: _slack(columns[2 * k], columns[2 * k + 1]) for k, each in enumerate(numbers)
    }
    return [Input(i.name, i.number, slack.get(i.name, 0.0)) for i in inputs]


def _slack(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Half a step of the rounding that one side has and the other has not."""
    written = [decimals_of(values) for values in (one, other)]
    known = [d for d in written if d is not None]
    if not known or written[0] == written[1]:
        return 0.0
    return 0.5 * 10.0 ** -min(known) * (1 + RELATIVE)


def pairs_sql(view: View, store: Table, inputs: Sequence[Input]) -> str:
    """Log and source side by side: fw_row, fw_found, fw_at, fw_id and l0, s0, l1, s1 ..."""
    assert view.log is not None
    mine = "".join(f", {_own(view, each)} AS l{k}" for k, each in enumerate(inputs))
    its = "".join(f", {quoted(each.name)} AS s{k}" for k, each in enumerate(inputs))
    return (
        f"(SELECT * FROM (SELECT fw_row, fw_id, fw_time{mine} FROM {view.log.relation}) "
        f"JOIN (SELECT fw_row, fw_found, fw_time AS fw_at{its} FROM {store.relation}) "
        "USING (fw_row))"
    )


def _own(view: View, each: Input) -> str:
    """The logged value; what is no finite number is none."""
    sql = view.log_inputs[each.name]
    return f"(CASE WHEN isfinite({sql}) THEN {sql} END)" if each.number else f"({sql})"


def counted(
    view: View, store: Table, inputs: Sequence[Input], task: Task
) -> tuple[list[Pairs], int]:
    """Count the pairs of every input in one pass; and how many requests the source knows."""
    assert view.log is not None
    cells = "".join(
        f", count(*) FILTER (l{k} IS NOT NULL AND s{k} IS NOT NULL AND NOT ({i.differ(k)})), "
        f"count(*) FILTER ({i.differ(k)}), "
        f"count(*) FILTER (l{k} IS NULL AND s{k} IS NOT NULL), "
        f"count(*) FILTER (l{k} IS NOT NULL AND s{k} IS NULL)"
        for k, i in enumerate(inputs)
    )
    sql = f"SELECT count(*){cells} FROM {pairs_sql(view, store, inputs)} WHERE fw_found"
    known, *numbers = (int(c[0].as_py()) for c in view.log.query(sql, task=task).columns)
    found = [
        Pairs(each, *numbers[4 * k : 4 * k + 4]) for k, each in enumerate(inputs)
    ]  # fmt: skip
    return found, known


def wrong_rows(view: View, store: Table, each: Input, task: Task) -> tuple[Flags, Flags]:
    """Rows whose logged value is not the source's, and rows where the source has one, (rows,)."""
    assert view.log is not None
    wrong, known = (np.zeros(view.log.rows, np.bool_) for _ in range(2))
    sql = f"SELECT fw_row, {each.differ(0)} OR l0 IS NULL AS w \
FROM {pairs_sql(view, store, [each])} WHERE fw_found AND s0 IS NOT NULL"
    for batch in view.log.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        known[rows] = True
        wrong[rows] = batch.column(1).to_numpy(zero_copy_only=False)
    return wrong, known
