"""Whole columns where they are needed, and a bounded sample of all of them where it is enough.

A sample is chosen by row number alone (multiplicative hashing, Knuth, TAOCP 3, 6.4), so that the
same table gives the same rows, and a rhythm in the file's order cannot hide anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.rows import Baseline
from investigators.view import View

Floats = npt.NDArray[np.float64]
MOST = 20_000
ABSURD = 1e100  # no measured value, and its square is none that can be reckoned with
GOLDEN, RING = 2_654_435_761, 1 << 32


@dataclass(frozen=True, eq=False)
class Sample:
    """Some rows of a table: ``rows`` are their numbers, ascending; arrays have shape (rows,).

    ``numbers`` are NaN where missing, not finite or absurdly large, ``texts`` None where missing.
    """

    rows: npt.NDArray[np.int64]
    numbers: dict[str, Floats]
    texts: dict[str, npt.NDArray[np.object_]]


@dataclass(frozen=True, eq=False)
class Samples:
    """The log's and the baseline's rows, of the inputs that both have, in the model's order."""

    baseline: Baseline
    live: Sample
    base: Sample
    numeric: tuple[str, ...]
    categories: tuple[str, ...]


def samples_of(view: View, baseline: Baseline, task: Task) -> Samples:
    """Draw both samples, at most 20,000 rows each; fetched once, whichever check asks."""
    assert view.log is not None
    shared = [name for name in _ordered(view) if name in baseline.expressions]
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    categories = tuple(name for name in shared if kinds.get(name) == "category")
    numeric = tuple(name for name in shared if name not in categories)
    live = _drawn(view.log, view.log_inputs, numeric, categories, task)
    base = _drawn(baseline.table, baseline.expressions, numeric, categories, task)
    return Samples(baseline, live, base, numeric, categories)


def _ordered(view: View) -> list[str]:
    if view.model is None:
        return sorted(view.log_inputs)
    return [i.name for i in view.model.inputs if i.name in view.log_inputs]


def _drawn(
    table: Table,
    inputs: Mapping[str, str],
    numeric: Sequence[str],
    categories: Sequence[str],
    task: Task,
) -> Sample:
    asked = tuple(inputs[name] for name in (*numeric, *categories))

    def make() -> Sample:
        return _fetched(table, inputs, numeric, categories, task, chosen_sql(table.rows))

    return table.engine.once(("sample", table.relation, asked), make)


def chosen_sql(rows: int, most: int = MOST) -> str:
    """Say as SQL which rows are drawn so that about ``most`` of ``rows`` are."""
    if rows <= most:
        return "true"
    return f"(fw_row * {GOLDEN}) % {RING} < {RING * most // rows}"


def rows_where(
    table: Table,
    inputs: Mapping[str, str],
    names: Sequence[str],
    where: str,
    task: Task,
    *,
    texts: bool = False,
    most: int = MOST,
) -> Sample:
    """Fetch inputs (numeric, or categories) of about ``most`` of the rows in ``where``."""
    n = int(table.value(f"SELECT count(*) FROM {{t}} WHERE {where}", task=task) or 0)
    numeric, categories = ((), names) if texts else (names, ())
    chosen = f"({where}) AND {chosen_sql(n, most)}"
    return _fetched(table, inputs, numeric, categories, task, chosen)


def _fetched(
    table: Table,
    inputs: Mapping[str, str],
    numeric: Sequence[str],
    categories: Sequence[str],
    task: Task,
    where: str,
) -> Sample:
    cells = [f"TRY_CAST(({inputs[name]}) AS DOUBLE)" for name in numeric]
    cells += [f"CAST(({inputs[name]}) AS VARCHAR)" for name in categories]
    listed = "".join(f", {cell} AS c{k}" for k, cell in enumerate(cells))
    found = table.query(
        f"SELECT fw_row{listed} FROM {{t}} WHERE {where} ORDER BY fw_row", task=task
    )
    columns = [column.to_numpy() for column in found.columns]
    split = 1 + len(numeric)
    return Sample(
        columns[0].astype(np.int64),
        {n: _finite(x) for n, x in zip(numeric, columns[1:split], strict=True)},
        dict(zip(categories, columns[split:], strict=True)),
    )


def _finite(column: npt.NDArray[np.generic]) -> Floats:
    found = column.astype(np.float64)
    found[~(np.abs(found) < ABSURD)] = np.nan
    return found


def whole_column(table: Table, expression: str, task: Task) -> Floats:
    """Fetch a numeric expression for every row, shape (rows,); NaN where missing."""
    found = np.full(table.rows, np.nan)
    sql = f"SELECT fw_row, TRY_CAST(({expression}) AS DOUBLE) AS x FROM {{t}}"
    for batch in table.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        found[rows] = _finite(batch.column(1).to_numpy(zero_copy_only=False))
    return found
