"""Columnar files that are no Parquet: copied once, batch by batch, into the private cache.

Types stay what the file says they are; what Parquet or the engine has no type for becomes text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from investigators.tables.cache import BYTES_IN_GROUP, ROWS_IN_GROUP, keep_made
from investigators.tables.reader import Opening

LONGEST_DECIMAL = 38  # digits


@dataclass(frozen=True, slots=True)
class Batches:
    """A file's schema and its record batches, as they come."""

    schema: pa.Schema
    parts: Iterator[pa.RecordBatch]


Read = Callable[[Opening], AbstractContextManager[Batches]]


def converted(opening: Opening, reader: str, read: Read) -> Opening:
    """Copy each file of ``opening`` into the cache; return the opening that reads the copies.

    ``read`` is given an opening of one file.  ``reader`` names the reader and its version.

    Raises:
        InputTrouble: from ``read``, or when the cache cannot be written.
        Cancelled: nothing is left behind.
    """
    stored = {}
    for file in opening.files:
        one = replace(opening, name=opening.label(file), files=(file,))
        stored[file] = keep_made(one, reader, partial(_copied, one, read))
    return replace(opening, stored=stored)


def _copied(opening: Opening, read: Read, work: Path) -> Path:
    made = work / "copied.parquet"
    made.touch(mode=0o600)
    done = 0
    with read(opening) as batches:
        fields = [pa.field(each.name, _stored(each.type)) for each in batches.schema]
        schema = pa.schema(fields)
        with pq.ParquetWriter(
            made, schema, compression="zstd", compression_level=1, write_statistics=True
        ) as writer:
            for group in _grouped(batches.parts):
                arrays = [
                    pa.chunked_array([_as_stored(batch.column(k), each.type) for batch in group])
                    for k, each in enumerate(fields)
                ]
                table = pa.Table.from_arrays(arrays, schema=schema)
                writer.write_table(table, row_group_size=ROWS_IN_GROUP)
                done += table.num_rows
                opening.task.tick(done, 0, f"Reading {opening.name}: {done:,} rows")
    return made


def _grouped(parts: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Gather small batches until they fill a row group."""
    waiting: list[pa.RecordBatch] = []
    for batch in parts:
        waiting.append(batch)
        rows, size = sum(b.num_rows for b in waiting), sum(b.nbytes for b in waiting)
        if rows >= ROWS_IN_GROUP or size > BYTES_IN_GROUP:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _stored(kind: pa.DataType) -> pa.DataType:  # noqa: C901, PLR0911 - one line per type
    """Say the type that a column has in the copy."""
    is_type = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return _stored(kind.storage_type)
    if is_type.is_dictionary(kind) or is_type.is_run_end_encoded(kind):
        return _stored(kind.value_type)
    if is_type.is_float16(kind):
        return pa.float32()
    if is_type.is_decimal(kind):
        return pa.decimal128(kind.precision, kind.scale) if _short(kind) else pa.string()
    if is_type.is_duration(kind):
        return pa.int64()
    if is_type.is_date64(kind):
        return pa.date32()
    if is_type.is_interval(kind) or is_type.is_union(kind):
        return pa.string()
    if is_type.is_string_view(kind):
        return pa.string()
    if is_type.is_binary_view(kind):
        return pa.binary()
    if is_type.is_nested(kind) and not _plain_inside(kind):
        return pa.string()  # JSON text
    return kind


def _short(kind: pa.DataType) -> bool:
    return bool(kind.precision <= LONGEST_DECIMAL and 0 <= kind.scale <= kind.precision)


def _plain_inside(kind: pa.DataType) -> bool:
    """Whether a nested type holds nothing that would have to be turned into something else."""
    if str(kind).startswith(("list_view", "large_list_view")):
        return False
    inside = [kind.field(k).type for k in range(kind.num_fields)]
    return bool(inside) and all(_stored(each) == each for each in inside)


def _as_stored(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_run_end_encoded(column.type):
        column = pc.run_end_decode(column)
    if column.type == kind:
        return column
    if pa.types.is_nested(column.type) or pa.types.is_interval(column.type):
        return pa.array([_text(cell) for cell in column.to_pylist()], pa.string())
    return column.cast(kind)


def _text(cell: Any) -> str | None:  # noqa: ANN401 - any cell of a file
    if cell is None or isinstance(cell, str):
        return cell
    return json.dumps(cell, default=str, ensure_ascii=False)
