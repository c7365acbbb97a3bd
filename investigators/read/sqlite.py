"""SQLite, read through the standard library: ``path::table`` for a table or view inside a file.

DuckDB's own SQLite reader is a download, so it is not used.  SQLite does not hold a column to one
type; every value is taken as text and the column typed on what it holds.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from investigators.tables.cache import Texts, cached
from investigators.tables.naming import distinct
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import Table, quoted
from investigators.trouble import InputTrouble

VERSION = "sqlite 1"
ROWS = 20_000
MAGIC = b"SQLite format 3\0"


def open_sqlite(opening: Opening) -> Table:
    """Open one table or view of an SQLite file."""
    if len(opening.files) > 1:
        raise InputTrouble(
            opening.name, "several SQLite files", expected="one", mend="name one file"
        )
    return cached(opening, VERSION, read_texts)


def read_texts(opening: Opening) -> Texts:
    """Read every value as text.

    Raises:
        InputTrouble: no such table (those that exist are named), or a damaged file.
    """
    file = opening.files[0]
    with _troubles(opening.name), contextlib.closing(_connected(file)) as connection:
        table = _table(connection, opening)
        cursor = connection.execute(f"SELECT * FROM {quoted(table)} LIMIT 0")
        names = distinct(column[0] for column in cursor.description)
    return Texts(tuple(names), _batches(opening, table, names), binary=True)


def tables_of(file: Path) -> list[str]:
    """Name the tables and views inside a file.

    Raises:
        InputTrouble: damaged.
    """
    with _troubles(file.name), contextlib.closing(_connected(file)) as connection:
        return _listed(connection)


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(file.resolve()))}?mode=ro", uri=True, check_same_thread=False
    )
    connection.text_factory = _decoded
    return connection


@contextlib.contextmanager
def _troubles(name: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise InputTrouble(
            name,
            f"SQLite says: {error}",
            expected="a whole SQLite file",
            mend="copy it again with its -wal file, or export the table as CSV",
        ) from error


def _listed(connection: sqlite3.Connection) -> list[str]:
    listed = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    )
    return [name for (name,) in listed]


def _table(connection: sqlite3.Connection, opening: Opening) -> str:
    tables = _listed(connection)
    if opening.table is None and len(tables) == 1:
        return tables[0]
    for wanted in (opening.table, (opening.table or "").lower()):
        for table in tables:
            if wanted in (table, table.lower()):
                return table
    if not tables:
        raise InputTrouble(opening.name, "no table is inside", expected="a table or view")
    found = f"no table {opening.table}" if opening.table else f"{len(tables)} tables are inside"
    raise InputTrouble(
        opening.name,
        found,
        expected=f"one of {', '.join(tables)}",
        mend=f"write {opening.files[0].name}::{tables[0]}",
    )


def _batches(opening: Opening, table: str, names: list[str]) -> Iterator[pa.RecordBatch]:
    task = opening.task
    done = 0
    with (
        _troubles(opening.name),
        contextlib.closing(_connected(opening.files[0])) as connection,
        task.interrupting(connection.interrupt),
    ):
        cursor = connection.execute(f"SELECT * FROM {quoted(table)}")
        while rows := cursor.fetchmany(ROWS):
            arrays = [
                pa.array([_text(cell) for cell in column], pa.string())
                for column in zip(*rows, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=names)
            done += len(rows)
            task.tick(done, 0, f"Reading {opening.name}: {done:,} rows")


def _decoded(text: bytes) -> str:
    """Decode a text as UTF-8, which SQLite does not enforce, else as Windows-1252."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bytes):
        return cell.hex()
    return repr(cell)  # int exactly, float by its shortest digits


def sniff(head: bytes) -> bool:
    """Whether this is SQLite: its magic bytes."""
    return head.startswith(MAGIC)


TABLE_READER = TableReader(
    "SQLite", (".sqlite", ".sqlite3", ".db", ".db3"), sniff, open_sqlite,
    tables=tables_of, magic=True,
)  # fmt: skip
