"""What a column holds, counted in the engine: enough to guess its role, nothing of it kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from investigators.tables.table import Column, Table, quoted
from investigators.task import Task

# A column with at most so many distinct values can define groups; its values are listed.
MOST_VALUES = 60
# The engine's approximate count of distinct values errs by a few per cent.
NEARLY = 0.9
# Columns counted in one query: the engine keeps room for every expression of it.
AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Profile:
    """One column of ``rows`` rows.

    ``filled``: rows that are not missing.  ``distinct``: distinct values (exact up to 60 and where
    nearly all differ, else approximate).  ``low``, ``high``: of numbers; of times as seconds since
    1970.  ``whole``: all numbers are integers.  ``length``, ``blanks``: mean characters and mean
    blanks of text.  ``values``: (text, rows) by falling rows, at most 60 distinct ones.
    """

    column: Column
    position: int
    rows: int
    filled: int
    distinct: int
    low: float | None = None
    high: float | None = None
    whole: bool = False
    length: float = 0.0
    blanks: float = 0.0
    values: tuple[tuple[str, int], ...] = ()
    numerals: int = 0
    least: float | None = None
    most: float | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.column.kind in {"integer", "number"}

    @property
    def all_different(self) -> bool:
        """Whether every row has its own value."""
        return self.filled == self.rows == self.distinct


def profiles(table: Table, task: Task | None = None) -> dict[str, Profile]:
    """Profile every column of ``table`` by name, in file order; three passes at most."""
    found: list[Profile] = []
    for some in _parts(table.columns):
        found += _first_pass(table, some, len(found), task)
    few = [p for p in found if 0 < p.distinct <= MOST_VALUES * 1.2]
    listed: dict[str, tuple[tuple[str, int], ...]] = {}
    for part in _parts(few):
        listed |= _values(table, part, task)
    many = [
        p
        for p in found
        if p.column.kind in {"text", "integer"} and p.distinct >= NEARLY * p.filled > 0
    ]
    exact: dict[str, int] = {}
    for part in _parts([p for p in many if p.name not in listed]):
        exact |= _exact(table, part, task)
    return {p.name: _merged(p, listed.get(p.name), exact.get(p.name)) for p in found}


def _parts[T](columns: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(columns), AT_ONCE):
        yield columns[start : start + AT_ONCE]


def _merged(one: Profile, values: tuple[tuple[str, int], ...] | None, exact: int | None) -> Profile:
    if values is not None:
        kept = values if len(values) <= MOST_VALUES else ()
        return replace(one, values=kept, distinct=len(values))
    return one if exact is None else replace(one, distinct=exact)


def _counted(column: Column) -> list[str]:
    """Ten cells of a column; the engine plans no count of what its kind cannot have."""
    name = quoted(column.name)
    numbers, texts = ["NULL", "NULL", "false"], ["NULL"] * 5
    number = f"epoch({name})" if column.kind == "time" else f"CAST({name} AS DOUBLE)"
    if column.kind in {"integer", "number", "time"}:
        whole = f"coalesce(bool_and({number} = floor({number})), false)"
        numbers = [f"min({number})", f"max({number})", whole]
    if column.kind == "text":
        texts = [
            f"avg(length({name}))",
            f"avg(length({name}) - length(replace({name}, ' ', '')))",
            *(f"{count}(TRY_CAST({name} AS DOUBLE))" for count in ("count", "min", "max")),
        ]
    return [f"count({name})", f"approx_count_distinct({name})", *numbers, *texts]


def _first_pass(
    table: Table, columns: Sequence[Column], first: int, task: Task | None
) -> list[Profile]:
    parts = ["count(*)"]
    for column in columns:
        parts += _counted(column)
    cells = ", ".join(f"{part} AS c{i}" for i, part in enumerate(parts))
    row = list(table.query(f"SELECT {cells} FROM {{t}}", task=task).to_pylist()[0].values())
    rows, cells_per_column = int(row[0]), 10
    found = []
    for place, column in enumerate(columns):
        start = 1 + place * cells_per_column
        cells_here = row[start : start + cells_per_column]
        filled, distinct, low, high, whole, length, blanks, numerals, least, most = cells_here
        found.append(
            Profile(
                column,
                first + place,
                rows,
                int(filled),
                min(int(distinct), int(filled)),
                low,
                high,
                bool(whole) and filled > 0,
                float(length or 0.0),
                float(blanks or 0.0),
                numerals=int(numerals or 0),
                least=least,
                most=most,
            )
        )
    return found


def _values(
    table: Table, columns: Sequence[Profile], task: Task | None
) -> dict[str, tuple[tuple[str, int], ...]]:
    """List values and rows of columns with few distinct values, in one pass."""
    if not columns:
        return {}
    cells = ", ".join(
        f"histogram(CAST({quoted(p.name)} AS VARCHAR)) AS c{i}" for i, p in enumerate(columns)
    )
    row = table.query(f"SELECT {cells} FROM {{t}}", task=task).to_pylist()[0]
    listed = {}
    for one, pairs in zip(columns, row.values(), strict=True):
        counted = [(str(value), int(n)) for value, n in pairs or ()]
        listed[one.name] = tuple(sorted(counted, key=lambda pair: (-pair[1], pair[0])))
    return listed


def _exact(table: Table, columns: Sequence[Profile], task: Task | None) -> dict[str, int]:
    if not columns:
        return {}
    cells = ", ".join(f"count(DISTINCT {quoted(p.name)}) AS c{i}" for i, p in enumerate(columns))
    row = table.query(f"SELECT {cells} FROM {{t}}", task=task).to_pylist()[0]
    return {p.name: int(n) for p, n in zip(columns, row.values(), strict=True)}
