"""Rows one after the other: the row before with the same keys, by hashes made in the engine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from investigators.tables.table import Table
from investigators.task import Task

Marks = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
GONE = np.uint64(0)  # the mark of a missing value
NONE = -1  # no row before
NOT_ZERO = np.uint64(0x7FF8_0000_0000_0001)  # a NaN's bits: no number has the mark 0
MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd multiplier: spreads one key before another is added


def marks(
    table: Table, expressions: Sequence[str], task: Task, *, numbers: bool = False
) -> list[Marks]:
    """Fetch a 64-bit mark of each SQL expression, by row number, each of shape (rows,).

    Equal values have equal marks; ``GONE`` is missing (and NaN).  ``numbers``: all are numbers,
    whose own bits are the mark; that takes a fifth of the time of a hash.
    """
    found = [np.zeros(table.rows, dtype=np.uint64) for _ in expressions]
    made = _number if numbers else _hashed
    cells = ", ".join(f"{made(e)} AS c{k}" for k, e in enumerate(expressions))
    for batch in table.batches(f"SELECT fw_row, {cells} FROM {{t}}", task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for k, array in enumerate(found):
            cell = batch.column(k + 1).to_numpy(zero_copy_only=False)
            array[rows] = _bits(cell) if numbers else cell
    return found


def _hashed(expression: str) -> str:
    return (
        f"CASE WHEN ({expression}) IS NULL OR isnan(TRY_CAST(({expression}) AS DOUBLE)) IS TRUE "
        f"THEN 0::UBIGINT ELSE greatest(hash({expression}), 1::UBIGINT) END"
    )


def _number(expression: str) -> str:
    return f"TRY_CAST(({expression}) AS DOUBLE)"


def _bits(numbers: npt.NDArray[np.float64]) -> Marks:
    found = (numbers + 0.0).view(np.uint64) ^ NOT_ZERO  # + 0.0: minus zero is zero
    found[np.isnan(numbers)] = GONE
    return found


def whole(expressions: Sequence[str]) -> str:
    """SQL of all expressions as one value; NULL where fewer than half of them are known."""
    known = " + ".join(f"CAST(({e}) IS NOT NULL AS INTEGER)" for e in expressions)
    return f"CASE WHEN 2 * ({known}) >= {len(expressions)} THEN hash({', '.join(expressions)}) END"


def together(*keys: Marks) -> Marks:
    """One mark of several; ``GONE`` where any of them is."""
    found = keys[0].copy()
    gone = keys[0] == GONE
    for key in keys[1:]:
        found = (found * MIX) ^ (key + (found >> np.uint64(29)))
        gone |= key == GONE
    found[found == GONE] = np.uint64(1)
    found[gone] = GONE
    return found


def previous(order: Places, key: Marks) -> Places:
    """The row before each with the same key, in the given order; ``NONE`` where there is none.

    Args:
        order: row numbers in order of time, shape (n,).
        key: marks by row number; rows without one have no row before.

    Returns:
        Row numbers by row number, shape (rows,).
    """
    found = np.full(key.size, NONE, dtype=np.int64)
    known = order[key[order] != GONE]
    sorted_rows = known[np.argsort(key[known], kind="stable")]
    same = key[sorted_rows[1:]] == key[sorted_rows[:-1]]
    found[sorted_rows[1:][same]] = sorted_rows[:-1][same]
    return found
