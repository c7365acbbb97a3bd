"""One small interface over a table that DuckDB queries where it lies.

A :class:`Table` is a piece of SQL (``relation``) with typed columns.  Every relation has
``fw_row`` (BIGINT, 0-based, file order), the row's identity everywhere.  Each query runs on a
cursor of its own, so that the case lane and the view lane never wait for each other.
"""

from __future__ import annotations

import itertools
import math
import tempfile
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from investigators.kept import Kept, Remembered, digest_of, digest_of_table
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

Kind = Literal["integer", "number", "text", "boolean", "time"]
Order = str | tuple[str, Literal["ascending", "descending"]]

MEMORY = "2GB"
THREADS = 2
ORDERS_KEPT = 8  # order indexes: 8 bytes a row each
TRY_EVERY, TRIES = 0.02, 250  # seconds; a stream that nobody reads on is let alone after five
SMALL = 1000  # rows a page may ask for by number in one IN (...)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, kind, most decimals seen in a text source (``None``: binary source).

    ``note`` says what a reader should know ("decimal comma", "ambiguous day/month order: ...");
    several notes are joined by "; ".
    """

    name: str
    kind: Kind
    decimals: int | None = None
    note: str = ""


def quoted(name: str) -> str:
    """Return ``name`` as an SQL identifier, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:  # noqa: PLR0911 - one line per type
    """Return a cell's value as an SQL literal (None, bool, int, float, text, date, datetime).

    Raises:
        TypeError: for any other type.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        # a bare 0.1 would be a DECIMAL
        text = repr(float(value)) if math.isfinite(value) else str(float(value))
        return f"CAST('{text}' AS DOUBLE)"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"TIMESTAMP '{value.isoformat()} 00:00:00'"
    if isinstance(value, str):
        text = "'" + value.replace("'", "''") + "'"
        # {t} is Table.query's placeholder: keep a value of that spelling apart from it
        return f"({text.replace('{t}', "{' || 't}")})" if "{t}" in text else text
    raise TypeError(f"no SQL literal for {type(value).__name__}")


def file_literal(file: Path) -> str:
    """Return a file's whole path as an SQL literal; its wildcards are not taken for a pattern."""
    text = str(file.resolve())
    return literal("".join(f"[{char}]" if char in "*?[" else char for char in text))


class Engine:
    """One in-memory DuckDB database for a case.

    Extensions are never fetched or loaded unasked, Python variables are never taken for tables,
    times are UTC, and what does not fit in memory is spilled into a private temporary folder.
    """

    def __init__(self) -> None:
        import duckdb

        self._folder = tempfile.TemporaryDirectory(prefix="fifthwhy-")
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
                "threads": THREADS,
                # With it DuckDB 2.0 takes a Parquet file's min and max for proof that there is no
                # NaN, folds isnan() to false and lets NaN through in silence.
                "disabled_optimizers": "statistics_propagation",
                "memory_limit": MEMORY,
                "temp_directory": self._folder.name,
            },
        )
        self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
        self._orders: dict[tuple[str, str], np.ndarray] = {}
        self._kept = itertools.count(1)
        self._rows: dict[tuple[int, bytes], str] = {}
        self._tables: dict[bytes, str] = {}
        self.remembered = Remembered()
        self.decided: dict[Hashable, tuple[Any]] = {}  # see any_decision
        self.answers: Kept[pa.Table] = Kept()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a new cursor (a DuckDB connection to the same database); close it after use."""
        return self._connection.cursor()

    def close(self) -> None:
        """Close the database and remove its temporary folder."""
        self._connection.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def asking(
        self, sql: str, params: Sequence[Any] = (), task: Task | None = None, *, of: str = "table"
    ) -> Iterator[duckdb.DuckDBPyRelation]:
        """Run one query on a cursor of its own; ``task.cancel()`` interrupts it.

        Raises:
            Cancelled: when the task was cancelled.
            InputTrouble: when the file behind it cannot be read any more (``of`` names it).
        """
        with _read_from(of), self.working(task) as cursor:
            yield cursor.sql(sql, params=list(params))

    @contextmanager
    def holding(self, sql: str, task: Task, *, of: str = "table") -> Iterator[str]:
        """Hold what a query gives as a table while inside; yield its name.

        For what several queries read of an expensive one.  What does not fit in memory is spilled.

        Raises:
            Cancelled: when the task was cancelled.
            InputTrouble: when the file behind it cannot be read any more (``of`` names it).
        """
        name = f"fw_kept_{next(self._kept)}"
        try:
            with _read_from(of), self.working(task) as cursor:
                cursor.execute(f"CREATE TABLE {name} AS {sql}")
            yield name
        finally:
            with self.working() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {name}")

    @contextmanager
    def working(self, task: Task | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor whose queries ``task.cancel()`` interrupts; close it afterwards."""
        cursor = self.cursor()
        try:
            with interruptible(cursor, task or Task()):
                yield cursor
        finally:
            cursor.close()

    def keep(self, table: pa.Table) -> str:
        """Copy a small Arrow table into the engine; every cursor sees it under the name returned.

        It goes with the engine.  Row numbers and overlays of a repair are kept so; the same table
        has the same name, so that what was asked of it is known.
        """
        key = digest_of_table(table)
        if key not in self._tables:
            self._tables[key] = self._copied(table)
        return self._tables[key]

    def _copied(self, table: pa.Table) -> str:
        cursor = self.cursor()
        try:
            name = f"fw_kept_{next(self._kept)}"
            cursor.register("fw_incoming", table)
            cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM fw_incoming")
            cursor.unregister("fw_incoming")
        finally:
            cursor.close()
        return name

    def keep_rows(self, rows: np.ndarray) -> str:
        """Copy row numbers into the engine as a table with one column ``fw_row``.

        The same rows are the same table: what is asked of them again is known.
        """
        import pyarrow as pa

        key = (rows.size, digest_of(rows))
        if key not in self._rows:
            self._rows[key] = self.keep(pa.table({"fw_row": rows}))
        return self._rows[key]

    def order(self, key: tuple[str, str], rows: Iterator[np.ndarray]) -> np.ndarray:
        """Return the order index kept under ``key``, made of ``rows`` when it is new."""
        import numpy as np

        kept = self._orders.get(key)
        if kept is None:
            parts = list(rows)
            kept = np.concatenate(parts) if parts else np.empty(0, np.int64)
            while len(self._orders) >= ORDERS_KEPT:
                self._orders.pop(next(iter(self._orders)), None)
            self._orders[key] = kept
        return kept

    def once[Value](self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under ``key``, made when it is new; the oldest goes when many are.

        What several checks read of a whole table is fetched once so, not once by each.
        """
        return self.remembered.once(key, make)


def _rising(parts: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Row numbers in rising order, whatever order the engine gave them in."""
    import numpy as np

    numbers = list(parts)
    whole = np.concatenate(numbers) if numbers else np.empty(0, np.int64)
    yield whole if (whole[1:] > whole[:-1]).all() else np.sort(whole)


@contextmanager
def _read_from(name: str) -> Iterator[None]:
    """Say of which source it is that a file could not be read."""
    import duckdb

    try:
        yield
    except duckdb.IOException as error:
        raise InputTrouble(
            name,
            f"could not be read: {str(error).splitlines()[0]}",
            mend="was the file moved, changed or cut? Open it again",
        ) from error


@contextmanager
def interruptible(cursor: duckdb.DuckDBPyConnection, task: Task) -> Iterator[None]:
    """While inside, ``task.cancel()`` interrupts what ``cursor`` runs."""
    over = threading.Event()
    try:
        with task.interrupting(lambda: _insist(cursor, over)):
            yield
    finally:
        over.set()


def _insist(cursor: duckdb.DuckDBPyConnection, over: threading.Event) -> None:
    """Interrupt what ``cursor`` runs, again and again until it is over.

    DuckDB forgets an interrupt that comes while a query is still being prepared.
    """
    import duckdb

    def again() -> None:
        for _ in range(TRIES):
            with suppress(duckdb.ConnectionException):  # closed at this very moment
                cursor.interrupt()
            if over.wait(TRY_EVERY):
                return

    threading.Thread(target=again, name="fifthwhy-interrupt", daemon=True).start()


@dataclass(frozen=True, eq=False)
class Table:
    """A table that can be asked in SQL; nothing of it is held in memory.

    ``name`` is a display name.  ``relation`` is SQL usable after FROM.  ``notes`` tell how the
    source was read (encoding, delimiter, header).  ``whole`` says that ``fw_row`` runs from 0 to
    ``rows`` - 1 without gaps.
    """

    name: str
    engine: Engine
    relation: str
    columns: tuple[Column, ...]
    rows: int
    notes: tuple[str, ...] = ()
    whole: bool = True

    def column(self, name: str) -> Column | None:
        """Return the column of exactly this name, or ``None``."""
        return next((column for column in self.columns if column.name == name), None)

    def sql(self, sql: str) -> str:
        """Return ``sql`` with every ``{t}`` replaced by the relation."""
        return sql.replace("{t}", self.relation)

    def query(self, sql: str, params: Sequence[Any] = (), task: Task | None = None) -> pa.Table:
        """Run ``sql`` (``{t}`` stands for this table) and return its whole result.

        Raises:
            Cancelled: when ``task`` was cancelled, at once.
            InputTrouble: when the file cannot be read any more.
        """
        whole = self.sql(sql)
        key = (whole, repr(list(params)))
        found = self.engine.answers.find(key)
        if found is None:
            with self.engine.asking(whole, params, task, of=self.name) as answer:
                found = answer.to_arrow_table()
            self.engine.answers.keep(key, found)
        elif task is not None:
            task.tick()
        return found

    def batches(
        self,
        sql: str,
        params: Sequence[Any] = (),
        size: int = 65_536,
        task: Task | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Run ``sql`` and yield its result in batches of at most ``size`` rows, as they come."""
        with self.engine.asking(self.sql(sql), params, task, of=self.name) as answer:
            for batch in answer.to_arrow_reader(size):
                if task is not None and task.cancelled:
                    raise Cancelled
                yield batch

    def value(self, sql: str, params: Sequence[Any] = (), task: Task | None = None) -> Any:  # noqa: ANN401 - any cell
        """Run ``sql`` and return the first cell of its first row (``None`` without rows)."""
        with self.engine.asking(self.sql(sql), params, task, of=self.name) as answer:
            first = answer.limit(1).fetchall()
        return first[0][0] if first else None

    def row(self, index: int) -> dict[str, Any]:
        """Return the row whose ``fw_row`` is ``index``, without ``fw_row`` itself.

        Raises:
            IndexError: when there is no such row.
        """
        found = self.query(f"SELECT * FROM {{t}} WHERE fw_row = {int(index)}").to_pylist()
        if not found:
            raise IndexError(f"{self.name} has no row {index}")
        return {name: cell for name, cell in found[0].items() if name != "fw_row"}

    def counts(
        self, column: str, limit: int = 1000, task: Task | None = None
    ) -> list[tuple[Any, int]]:
        """Return values and how often they occur, most frequent first, ties by value."""
        answer = self.query(
            f"SELECT {quoted(column)} AS v, count(*) AS n FROM {{t}} GROUP BY 1"
            f" ORDER BY n DESC, v ASC NULLS LAST LIMIT {int(limit)}",
            task=task,
        )
        return list(zip(answer["v"].to_pylist(), answer["n"].to_pylist(), strict=True))

    def page(
        self,
        offset: int,
        limit: int,
        columns: Sequence[str] | None = None,
        order: Order | None = None,
        task: Task | None = None,
    ) -> pa.Table:
        """Return rows ``offset`` to ``offset + limit`` in file order, or ordered by a column.

        ``columns`` are names (all when ``None``); ``fw_row`` comes first.  ``order`` is a column's
        name or ``(name, "descending")``; missing values come last, ties keep file order.  The
        first page of an order sorts once and keeps the row numbers (8 bytes a row).
        """
        names = [column.name for column in self.columns] if columns is None else list(columns)
        cells = ", ".join(quoted(name) for name in ["fw_row", *names])
        offset, limit = int(offset), int(limit)
        if order is not None:
            return self._ordered_page(cells, offset, limit, order, task)
        if self.whole:
            where = f"WHERE fw_row >= {offset} AND fw_row < {offset + limit} ORDER BY fw_row"
        else:
            where = f"ORDER BY fw_row LIMIT {limit} OFFSET {offset}"
        return self.query(f"SELECT {cells} FROM {{t}} {where}", task=task)

    def ordered(self, order: Order, task: Task | None = None) -> np.ndarray:
        """Return the row numbers in an order, shape (rows,); sorted once, then kept.

        Raises:
            Cancelled: when ``task`` was cancelled; nothing is kept then.
        """
        name, direction = (order, "ascending") if isinstance(order, str) else order
        by = f"{quoted(name)} {'DESC' if direction == 'descending' else 'ASC'} NULLS LAST, fw_row"
        file_order = (name, direction) == ("fw_row", "ascending")
        # the engine keeps file order by itself, and sorts slowly what is sorted already
        sorting = "" if file_order else f" ORDER BY {by}"
        sort = self.batches(f"SELECT fw_row FROM {{t}}{sorting}", task=task)
        numbers = (batch.column(0).to_numpy(zero_copy_only=False) for batch in sort)
        return self.engine.order((self.relation, by), _rising(numbers) if file_order else numbers)

    def _ordered_page(
        self, cells: str, offset: int, limit: int, order: Order, task: Task | None
    ) -> pa.Table:
        import numpy as np
        import pyarrow as pa

        wanted = self.ordered(order, task)[offset : offset + limit]
        pieces = []
        for start in range(0, max(len(wanted), 1), SMALL):
            part = wanted[start : start + SMALL]
            rows = ", ".join(str(number) for number in part.tolist()) or "-1"
            near = f"fw_row BETWEEN {part.min()} AND {part.max()} AND " if len(part) else ""
            found = self.query(
                f"SELECT {cells} FROM {{t}} WHERE {near}fw_row IN ({rows}) ORDER BY fw_row",
                task=task,
            )
            # found is in file order: put it into the wanted order
            pieces.append(found.take(pa.array(np.argsort(np.argsort(part)))))
        return pa.concat_tables(pieces)

    def with_relation(
        self, relation: str, columns: Sequence[Column] | None = None, rows: int | None = None
    ) -> Table:
        """Return this table with another relation.

        ``columns`` and ``rows`` stay as they are unless given; give ``rows`` when the relation
        has not the same rows (then ``fw_row`` may have gaps).
        """
        return replace(
            self,
            relation=relation,
            columns=self.columns if columns is None else tuple(columns),
            rows=self.rows if rows is None else rows,
            whole=self.whole and rows in (None, self.rows),
        )
