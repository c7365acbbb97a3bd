"""Row-level answers of a log: conditions and small numbers, by row number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from investigators.tables.table import Table
from investigators.task import Task

Flags = npt.NDArray[np.bool_]


def flags(log: Table, conditions: Sequence[str], task: Task) -> list[Flags]:
    """Fetch whether each SQL condition holds, shape (rows,) each; NULL is no."""
    found = [np.zeros(log.rows, dtype=bool) for _ in conditions]
    cells = ", ".join(f"coalesce({c}, false)" for c in conditions)
    for batch in log.batches(f"SELECT fw_row, {cells} FROM {{t}}", task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for k, array in enumerate(found):
            array[rows] = batch.column(k + 1).to_numpy(zero_copy_only=False)
    return found


def numbers(log: Table, expression: str, task: Task) -> npt.NDArray[np.float64]:
    """Fetch one numeric SQL expression, shape (rows,); missing and not finite ones are NaN."""
    found = np.full(log.rows, np.nan)
    sql = f"SELECT fw_row, TRY_CAST(({expression}) AS DOUBLE) AS x FROM {{t}}"
    for batch in log.batches(sql, task=task):
        values = batch.column(1).to_numpy(zero_copy_only=False).astype(np.float64)
        found[batch.column(0).to_numpy(zero_copy_only=False)] = values
    found[~np.isfinite(found)] = np.nan
    return found
