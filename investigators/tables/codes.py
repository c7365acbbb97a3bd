"""Compact code arrays of a table: a byte or two per cell, enough to search segments and time.

Nothing here holds the values themselves; aggregation to codes happens in the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from investigators.tables.table import Table, quoted
from investigators.task import Task

STEP = 0.02
ZERO = np.int16(-32768)
MISSING = np.int16(-32767)
LOWEST, HIGHEST = -32000, 32000
UNCODED = 0


@dataclass(frozen=True)
class SegmentCodes:
    """One column as codes: 0 is "none of the listed", code k is ``values[k - 1]`` (or missing).

    ``part`` says which part of a time the values are ("hour", "weekday").
    """

    column: str
    values: tuple[object, ...]
    codes: npt.NDArray[np.uint8]
    part: str | None = None

    @cached_property
    def sizes(self) -> npt.NDArray[np.intp]:
        """Rows of each code, shape (256,)."""
        return np.bincount(self.codes, minlength=256)


def log_cells(table: Table, expressions: Sequence[str], task: Task) -> list[npt.NDArray[np.int16]]:
    """Fetch ln|x| of each SQL expression as cells of width ``STEP``, in file order.

    Returns:
        One int16 array of length ``table.rows`` per expression; exact zeros are ``ZERO``, missing
        and not finite values ``MISSING``.
    """
    parts = [
        f"CASE WHEN x IS NULL OR NOT isfinite(x) THEN {MISSING} WHEN x = 0 THEN {ZERO} "
        f"ELSE least({HIGHEST}, greatest({LOWEST}, CAST(round(ln(abs(x)) / {STEP}) AS INTEGER))) "
        "END::SMALLINT"
        for _ in expressions
    ]
    inner = ", ".join(f"TRY_CAST(({e}) AS DOUBLE) AS x{i}" for i, e in enumerate(expressions))
    outer = ", ".join(
        part.replace("(x)", f"(x{i})").replace(" x ", f" x{i} ") + f" AS c{i}"
        for i, part in enumerate(parts)
    )
    found = [np.full(table.rows, MISSING, dtype=np.int16) for _ in expressions]
    sql = f"SELECT fw_row, {outer} FROM (SELECT fw_row, {inner} FROM {{t}})"
    for batch in table.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for i, array in enumerate(found):
            array[rows] = batch.column(i + 1).to_numpy(zero_copy_only=False)
    return found


def segment_codes(
    table: Table, columns: Sequence[str], task: Task, limit: int = 60
) -> list[SegmentCodes]:
    """Code the ``limit`` most frequent values of each column (missing is a value) in a byte.

    A column with a single value, or whose listed values cover less than half of the rows, is left
    out: it cannot carry a segment.
    """
    listed: list[tuple[str, tuple[object, ...]]] = []
    for column in columns:
        counts = table.counts(column, limit=limit)
        covered = sum(n for _, n in counts)
        if len(counts) > 1 and 2 * covered >= table.rows:
            listed.append((column, tuple(value for value, _ in counts)))
    found = [SegmentCodes(c, v, np.zeros(table.rows, dtype=np.uint8)) for c, v in listed]
    if not found:
        return []
    parts, params = [], []
    for i, segment in enumerate(found):
        texts = ["" if v is None else str(v) for v in segment.values]
        missing = next((k + 1 for k, v in enumerate(segment.values) if v is None), UNCODED)
        name = quoted(segment.column)
        parts.append(
            f"CASE WHEN {name} IS NULL THEN {missing} "
            f"ELSE coalesce(list_position(?, CAST({name} AS VARCHAR)), 0) END::UTINYINT AS s{i}"
        )
        params.append([_as_engine_text(v, t) for v, t in zip(segment.values, texts, strict=True)])
    sql = f"SELECT fw_row, {', '.join(parts)} FROM {{t}}"
    for batch in table.batches(sql, params, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for i, segment in enumerate(found):
            segment.codes[rows] = batch.column(i + 1).to_numpy(zero_copy_only=False)
    return found


def _as_engine_text(value: object, text: str) -> str:
    """Say a value as the engine's CAST to VARCHAR says it."""
    return text.lower() if isinstance(value, bool) else text


def times(table: Table, task: Task) -> npt.NDArray[np.int64] | None:
    """Fetch ``fw_time`` in microseconds since 1970 (minimum int64 where missing).

    Returns ``None`` when the table has no time, or it is missing in more than a tenth of rows.
    """
    if table.column("fw_time") is None:
        return None
    never = np.iinfo(np.int64).min
    found = np.full(table.rows, never, dtype=np.int64)
    for batch in table.batches("SELECT fw_row, epoch_us(fw_time) AS t FROM {t}", task=task):
        column = batch.column(1)
        values = column.fill_null(int(never)).to_numpy(zero_copy_only=False)
        found[batch.column(0).to_numpy(zero_copy_only=False)] = values
    known = int((found != never).sum())
    return found if known and known >= 0.9 * table.rows else None
