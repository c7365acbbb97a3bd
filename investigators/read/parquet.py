"""Parquet, queried in place: no copy is made.

Nested columns of structs are flattened to dotted names, lists and maps become JSON text, decimals
numbers, times UTC without zone.  The text of times (ISO and the like) is read as times, other text
stays text: the file's author chose so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from investigators.tables.naming import distinct
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import (
    Column,
    Engine,
    Kind,
    Table,
    file_literal,
    literal,
    quoted,
)
from investigators.tables.text_types import time_columns
from investigators.trouble import InputTrouble

LARGEST = 2**63 - 1
SQL_TYPE: dict[Kind, str] = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
}


@dataclass(frozen=True, slots=True)
class _Cell:
    """One flattened column of one file: SQL over the file's columns, kind, whether all NULL."""

    name: str
    kind: Kind
    sql: str
    decimals: int | None = None
    note: str = ""
    void: bool = False


def open_parquet(opening: Opening) -> Table:
    """Open one Parquet file, or like ones as if they were one (in the order of their names)."""
    parts = []
    rows = 0
    for done, file in enumerate(opening.files):
        opening.task.tick(done, len(opening.files), f"Looking into {opening.label(file)}")
        source, count = _proved(opening.where(file), opening.label(file))
        parts.append((file, _cells(file, source, opening), rows))
        rows += count
    columns = _common(parts, opening)
    selects = []
    for file, cells, offset in parts:
        by_name = {cell.name: cell for cell in cells}
        chosen = ", ".join(
            f"CAST({by_name[column.name].sql} AS {SQL_TYPE[column.kind]}) AS {quoted(column.name)}"
            for column in columns
        )
        lies = opening.where(file)
        selects.append(f"SELECT {_row_number(lies, offset)} AS fw_row, {chosen} FROM {_scan(lies)}")
    table = Table(
        name=opening.name,
        engine=opening.engine,
        relation=f"({' UNION ALL '.join(selects)})",
        columns=tuple(columns),
        rows=rows,
    )
    return _with_times(table, opening)


def _proved(file: Path, label: str) -> tuple[pa.Schema, int]:
    try:
        with pq.ParquetFile(file) as parquet:
            schema, rows = parquet.schema_arrow, parquet.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InputTrouble(
            label,
            f"not a whole Parquet file: {str(error).splitlines()[0]}",
            mend="copy or export it again; it may have been cut off",
        ) from error
    if not len(schema):
        raise InputTrouble(label, "the Parquet file has no columns", expected="a table")
    return schema, rows


def _scan(file: Path) -> str:
    return f"read_parquet({file_literal(file)}, hive_partitioning = false)"


def _row_number(file: Path, offset: int) -> str:
    names = pq.read_schema(file).names
    if any(name.lower() == "file_row_number" for name in names):
        number = "(row_number() OVER () - 1)"  # the file's own column hides DuckDB's
    else:
        number = "file_row_number"
    return f"CAST({number} + {offset} AS BIGINT)"


def _cells(file: Path, schema: pa.Schema, opening: Opening) -> list[_Cell]:
    lies = opening.where(file)
    with opening.engine.asking(
        f"SELECT column_name FROM (DESCRIBE SELECT * FROM {_scan(lies)})", of=opening.label(file)
    ) as answer:
        inner = [row[0] for row in answer.fetchall()]  # DuckDB renames what differs by case only
    found: list[_Cell] = []
    for field, name in zip(schema, inner, strict=True):
        found.extend(_flat(field.name, quoted(name), field.type))
    found.extend(_folders(file, opening))
    names = distinct(cell.name for cell in found)
    named = [replace(cell, name=name) for cell, name in zip(found, names, strict=True)]
    return [
        _fitting(cell, lies, opening.engine) if cell.note == "unsigned" else cell for cell in named
    ]


def _folders(file: Path, opening: Opening) -> Iterator[_Cell]:
    """Yield the columns that a partitioned folder keeps in its names (``day=2026-03-01/``)."""
    if len(opening.files) > 1:
        root = os.path.commonpath([other.parent for other in opening.files])
        for part in file.parent.relative_to(root).parts:
            name, equals, value = part.partition("=")
            if equals and name:
                yield _Cell(name, "text", literal(value), note="from the folder's name")


def _flat(name: str, sql: str, kind: pa.DataType) -> Iterator[_Cell]:
    if pa.types.is_struct(kind):
        for index in range(kind.num_fields):
            field = kind.field(index)
            yield from _flat(
                f"{name}.{field.name}", f"struct_extract({sql}, {literal(field.name)})", field.type
            )
    else:
        yield _plain(name, sql, kind)


def _plain(name: str, sql: str, kind: pa.DataType) -> _Cell:  # noqa: C901, PLR0911 - one line per type
    is_type = pa.types
    if is_type.is_dictionary(kind):
        return _plain(name, sql, kind.value_type)
    if is_type.is_null(kind):
        return _Cell(name, "text", "NULL", note="no values", void=True)
    if is_type.is_boolean(kind):
        return _Cell(name, "boolean", sql)
    if is_type.is_uint64(kind):
        return _Cell(name, "integer", sql, note="unsigned")
    if is_type.is_integer(kind) or is_type.is_duration(kind):
        return _Cell(name, "integer", sql)
    if is_type.is_floating(kind):
        # a stored NaN is a missing value like NULL
        return _Cell(name, "number", f"CASE WHEN NOT isnan({sql}) THEN {sql} END")
    if is_type.is_decimal(kind):
        return _Cell(name, "number", sql, decimals=max(kind.scale, 0))
    if is_type.is_timestamp(kind):
        # DuckDB has no direct cast of nanoseconds with a zone (what pandas writes) to TIMESTAMP
        whole = f"CAST({sql} AS TIMESTAMPTZ)" if kind.tz else sql
        return _Cell(name, "time", whole, note="offset" if kind.tz else "")
    if is_type.is_date(kind):
        return _Cell(name, "time", sql, note="date only")
    if is_type.is_list(kind) or is_type.is_large_list(kind) or is_type.is_map(kind):
        return _Cell(name, "text", f"CAST(to_json({sql}) AS VARCHAR)", note="JSON text")
    return _Cell(name, "text", sql)


def _fitting(cell: _Cell, file: Path, engine: Engine) -> _Cell:
    """Keep an unsigned 64-bit column exact: integer where it fits, else text."""
    with engine.asking(f"SELECT max({cell.sql}) FROM {_scan(file)}") as answer:
        ((largest,),) = answer.fetchall()
    if largest is not None and largest > LARGEST:
        return replace(cell, kind="text", note="integers too long for 64 bits")
    return replace(cell, note="")


def _common(parts: list[tuple[Path, list[_Cell], int]], opening: Opening) -> list[Column]:
    first_file, first, _ = parts[0]
    kinds: dict[str, Kind | None] = {cell.name: None for cell in first}
    for file, cells, _ in parts:
        names = [cell.name for cell in cells]
        if set(names) != set(kinds):
            odd = min(set(names) ^ set(kinds))
            raise InputTrouble(
                opening.name,
                f"column {odd} is in only one of {first_file.name} and {file.name}",
                expected="the same columns in every file",
            )
        for cell in cells:
            kinds[cell.name] = _merged(kinds[cell.name], cell, file, opening)
    return [
        Column(cell.name, kinds[cell.name] or "text", cell.decimals, cell.note) for cell in first
    ]


def _merged(before: Kind | None, cell: _Cell, file: Path, opening: Opening) -> Kind | None:
    if cell.void or before == cell.kind:
        return before
    if before is None:
        return cell.kind
    if {before, cell.kind} == {"integer", "number"}:
        return "number"
    raise InputTrouble(
        opening.name,
        f"column {cell.name} is {before} in {opening.files[0].name} and {cell.kind} in {file.name}",
        expected="the same columns in every file",
    )


def _with_times(table: Table, opening: Opening) -> Table:
    """Read text columns that hold times as times."""
    texts = [c.name for c in table.columns if c.kind == "text" and c.note != "JSON text"]
    times = {
        t.name: t
        for t in time_columns(table.engine, table.relation, texts, opening.dates, opening.task)
    }
    if not times:
        return table
    columns = [
        Column(c.name, times[c.name].kind, None, times[c.name].note) if c.name in times else c
        for c in table.columns
    ]
    cells = ", ".join(
        f"{times[c.name].sql} AS {quoted(c.name)}" if c.name in times else quoted(c.name)
        for c in table.columns
    )
    return table.with_relation(f"(SELECT fw_row, {cells} FROM {table.relation})", columns)


def sniff(head: bytes) -> bool:
    """Whether this is Parquet: its magic bytes."""
    return head.startswith(b"PAR1")


TABLE_READER = TableReader("Parquet", (".parquet", ".pq", ".parq"), sniff, open_parquet, magic=True)
