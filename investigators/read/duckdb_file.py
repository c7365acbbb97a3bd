"""DuckDB files: ``path::table`` for a table or view inside a file, ``path::schema.table`` too.

The file is opened for reading only, with a connection of its own that may read no other file and
load nothing, and streamed into the private cache as Parquet.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from investigators.read.parquet import open_parquet
from investigators.tables.converted import Batches, converted
from investigators.tables.damage import without_paths
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import MEMORY, THREADS, Table, interruptible, quoted
from investigators.trouble import InputTrouble

VERSION = "duckdb 1"
ROWS = 65_536
MAGIC_AT, MAGIC = 8, b"DUCK"
HOME = "main"
SHOWN = 12
LONG = ("HUGEINT", "UHUGEINT")
LARGEST = 2**63 - 1
# Types that Parquet has no like of; as text nothing of them is lost.
AS_TEXT = re.compile(
    r"HUGEINT|INTERVAL|UNION|BIT|UUID|TIME WITH TIME ZONE|TIMETZ|GEOMETRY|VARIANT|BIGNUM|VARINT"
)
INSIDE = """SELECT schema_name, table_name FROM duckdb_tables()
    WHERE NOT internal AND database_name = current_database()
    UNION ALL SELECT schema_name, view_name FROM duckdb_views()
    WHERE NOT internal AND database_name = current_database() ORDER BY 1, 2"""


def open_duckdb(opening: Opening) -> Table:
    """Open one table or view of a DuckDB file."""
    if len(opening.files) > 1:
        raise InputTrouble(
            opening.name, "several DuckDB files", expected="one", mend="name one file"
        )
    return open_parquet(converted(opening, VERSION, read_batches))


@contextmanager
def read_batches(opening: Opening) -> Iterator[Batches]:
    """Give a table's batches as the engine streams them.

    Raises:
        InputTrouble: no such table (those that exist are named), damaged, or held by a program
            that writes to it.
    """
    (file,) = opening.files
    with (
        _troubles(opening.name),
        contextlib.closing(_connected(file)) as connection,
        interruptible(connection, opening.task),
    ):
        table = _table(connection, opening)
        cells = ", ".join(_cells(connection, table))
        reader = connection.sql(f"SELECT {cells} FROM {table}").to_arrow_reader(ROWS)
        yield Batches(reader.schema, iter(reader))


def tables_of(file: Path) -> list[str]:
    """Name the tables and views inside a file.

    Raises:
        InputTrouble: damaged, or held by another program.
    """
    with _troubles(file.name), contextlib.closing(_connected(file)) as connection:
        return list(_listed(connection))


def _connected(file: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        str(file),
        read_only=True,
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,  # a view may name any file of this machine
            "python_enable_replacements": False,
            "threads": THREADS,
            "memory_limit": MEMORY,
        },
    )


def _listed(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Name of each table and view -> how SQL calls it; those of the main schema go plain."""
    return {
        table if schema == HOME else f"{schema}.{table}": f"{quoted(schema)}.{quoted(table)}"
        for schema, table in connection.execute(INSIDE).fetchall()
    }


def _table(connection: duckdb.DuckDBPyConnection, opening: Opening) -> str:
    tables = _listed(connection)
    if not tables:
        raise InputTrouble(opening.name, "no table is inside", expected="a table or view")
    if opening.table is None and len(tables) == 1:
        return next(iter(tables.values()))
    wanted = (opening.table or "").lower().removeprefix(f"{HOME}.")
    for name, sql in tables.items():
        if opening.table is not None and name.lower() == wanted:
            return sql
    found = f"no table {opening.table}" if opening.table else f"{len(tables)} tables are inside"
    shown = ", ".join(list(tables)[:SHOWN]) + (" ..." if len(tables) > SHOWN else "")
    raise InputTrouble(
        opening.name,
        found,
        expected=f"one of {shown}",
        mend=f"write {opening.files[0].name}::{next(iter(tables))}",
    )


def _cells(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    """SQL of each column; the long integers that sums give stay integers where they fit."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    for name, kind, *_ in described:
        cell = quoted(name)
        if kind in LONG:
            fits = f"SELECT bool_and({cell} BETWEEN {-LARGEST} AND {LARGEST}) FROM {table}"
            ((short,),) = connection.execute(fits).fetchall()
            yield f"CAST({cell} AS {'VARCHAR' if short is False else 'BIGINT'}) AS {cell}"
        else:
            yield f"CAST({cell} AS VARCHAR) AS {cell}" if AS_TEXT.search(kind) else cell


@contextmanager
def _troubles(name: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:
        words = without_paths(str(error).splitlines()[0])
        mend = "copy it again, or export the table as Parquet"
        if "lock" in words or "configuration than existing" in words:
            mend = "close the program that writes to it, or give a copy of it"
        elif isinstance(error, duckdb.PermissionException):
            mend = "a view that reads other files is not followed: export it as Parquet"
        raise InputTrouble(
            name, f"DuckDB says: {words}", expected="a whole DuckDB file", mend=mend
        ) from error


def sniff(head: bytes) -> bool:
    """Whether this is a DuckDB file: its magic bytes."""
    return head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC


TABLE_READER = TableReader(
    "DuckDB", (".duckdb", ".ddb"), sniff, open_duckdb, tables=tables_of, magic=True
)
