"""Tables of UI events with lists inside: one event for each object of a list.

A page view is often written as one record that holds a list of boxes, each with a list of items; or
as a text column of JSON.  Every object of a list that names a request, component, item and the like
becomes a row with the fields of what it stands in; keys are dotted.  A list of anything else stays
JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pyarrow as pa

from investigators.numbers import count
from investigators.roles.columns import UNREAD
from investigators.roles.names import NAMES
from investigators.tables.cache import Texts, cached
from investigators.tables.json_text import DECODER, json_text
from investigators.tables.naming import Names
from investigators.tables.reader import Opening
from investigators.tables.table import Table, quoted
from investigators.task import Task

VERSION = "unnested 1"
ROWS = 20_000
HEAD = 1_000
PARENT = "fw_parent"
# What makes the objects of a list worth a row each.
TELLING = ("request", "component", "item", "position", "title", "event")
SURELY = 2
SOME = r"^\s*([\[{]|$)"  # how every text of JSON begins, and how one of objects does
OBJECTS = r"^\s*(\[\s*)?\{\s*\""
TAKEN_APART = "one row for each object of "
Row = dict[str, str | None]


def unnested(table: Table, opening: Opening) -> Table:
    """Take the columns of JSON apart; the same table where there are none.

    Raises:
        InputTrouble: the private cache cannot be written.
        Cancelled: nothing is left behind.
    """
    names, spoiled = _of_json(table, opening.task)
    marked = (replace(c, note=spoiled.get(c.name, c.note)) for c in table.columns)
    table = replace(table, columns=tuple(marked))
    if not names:
        return table
    reader = f"{VERSION} of {' '.join(c.name for c in table.columns)}"
    inner = cached(opening, reader, lambda made: _texts(table, names, made.task))
    kept = [c for c in table.columns if c.name not in names]
    taken = Names()
    renamed = {c.name: taken.new(c.name) for c in (*kept, *inner.columns) if c.name != PARENT}
    outer = "".join(f", fw_p.{quoted(c.name)}" for c in kept)
    cells = "".join(
        f", fw_c.{quoted(c.name)} AS {quoted(renamed[c.name])}"
        for c in inner.columns
        if c.name != PARENT
    )
    relation = (
        f"(SELECT fw_c.fw_row{outer}{cells} FROM {inner.relation} AS fw_c JOIN {table.relation} "
        f"AS fw_p ON fw_p.fw_row = fw_c.{quoted(PARENT)})"
    )
    columns = [
        *kept,
        *(replace(c, name=renamed[c.name]) for c in inner.columns if c.name in renamed),
    ]
    said = () if inner.rows == table.rows else (f"{TAKEN_APART}{', '.join(names)}",)
    return replace(
        table,
        relation=relation,
        columns=tuple(columns),
        rows=inner.rows,
        notes=(*table.notes, *said),
    )


def not_taken_apart(tables: Sequence[Table]) -> str:
    """A sentence naming the columns that hold JSON nobody could read; empty for none."""
    held = [c for table in tables for c in table.columns if UNREAD in c.note]
    return "".join(f" Column {c.name} {c.note}." for c in held)


def _of_json(table: Table, task: Task) -> tuple[list[str], dict[str, str]]:
    """Names of columns of objects, or of lists; what to say of those with broken ones."""
    texts = [c.name for c in table.columns if c.kind == "text"]
    if not texts:
        return [], {}
    head = ", ".join(
        f"coalesce(bool_and(regexp_matches({quoted(n)}, '{SOME}')), true)" for n in texts
    )
    # one text that begins otherwise settles a column: the first rows do for nearly all of them
    first = table.query(f"SELECT {head} FROM (SELECT * FROM {{t}} LIMIT {HEAD})", task=task)
    texts = [n for n, c in zip(texts, first.columns, strict=True) if c[0].as_py()]
    if not texts:
        return [], {}
    cells = ", ".join(
        f"coalesce(bool_and(regexp_matches({quoted(n)}, '{SOME}')), false), "
        f"coalesce(bool_or(regexp_matches({quoted(n)}, '{OBJECTS}')), false)"
        for n in texts
    )
    found = [c[0].as_py() for c in table.query(f"SELECT {cells} FROM {{t}}", task=task).columns]
    names: list[str] = []
    spoiled: dict[str, str] = {}
    for name, begins, objects in zip(texts, found[::2], found[1::2], strict=True):
        if not begins or not (objects or _of_items(name)):
            continue
        cell = f"nullif(trim({quoted(name)}), '')"
        line = table.query(
            f"SELECT count(*) FILTER (NOT json_valid({cell})), count({cell}) FROM {{t}}", task=task
        )
        broken, n = (int(c[0].as_py()) for c in line.columns)
        if not broken and n:
            names.append(name)
        elif objects:
            spoiled[name] = f"{UNREAD}: {count(broken)} of {count(n)} values are cut or no JSON"
    return names, spoiled


def _of_items(name: str) -> bool:
    return NAMES["item"].fit(name.rsplit(".", 1)[-1]) >= SURELY


def _texts(table: Table, names: Sequence[str], task: Task) -> Texts:
    """The rows to be, as text, in file order, each with the row it stands in."""
    cells = ", ".join(quoted(name) for name in names)
    sql = f"SELECT fw_row, {cells} FROM {{t}} ORDER BY fw_row"
    columns: dict[str, list[str | None]] = {PARENT: []}

    def taken() -> pa.RecordBatch:
        arrays = [pa.array(values, pa.string()) for values in columns.values()]
        batch = pa.RecordBatch.from_arrays(arrays, names=list(columns))
        for values in columns.values():
            values.clear()
        return batch

    def every() -> Iterator[pa.RecordBatch]:
        for batch in table.batches(sql, size=ROWS, task=task):
            for parent, *values in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                for row in _rows(dict(zip(names, values, strict=True))):
                    _add(columns, row | {PARENT: str(parent)})
            task.tick(0, 0, f"Taking {table.name} apart: {parent + 1:,} rows")
            yield taken()

    parts = every()
    first = next(parts, taken())

    def whole() -> Iterator[pa.RecordBatch]:
        yield first
        yield from parts

    return Texts(tuple(first.schema.names), whole())


def _add(columns: dict[str, list[str | None]], row: Row) -> None:
    done = len(columns[PARENT])
    for name in row:
        if name not in columns:
            columns[name] = [None] * done
    for name, values in columns.items():
        values.append(row.get(name))


def _rows(cells: Mapping[str, str | None]) -> list[Row]:
    """One row for each object of each list that tells something; else one row."""
    tree = {n: DECODER.decode(text) for n, text in cells.items() if text and text.strip()}
    return _apart("", tree) or [{}]


def _apart(prefix: str, value: Mapping[str, Any]) -> list[Row]:
    own: Row = {}
    lists: list[Row] = []
    _fill(prefix, value, own, lists)
    return [own | row for row in lists] if lists else [own]


def _fill(prefix: str, value: Mapping[str, Any], own: Row, lists: list[Row]) -> None:
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict) and inner:
            _fill(f"{name}.", inner, own, lists)
        elif isinstance(inner, list) and inner and _telling(name, inner):
            for each in inner:
                lists += _apart(f"{name}.", each) if isinstance(each, dict) else [_one(name, each)]
        elif inner != []:
            own[name] = json_text(inner)


def _one(name: str, each: object) -> Row:
    return {name: json_text(each)}


def _telling(name: str, inner: Sequence[Any]) -> bool:
    """Whether these are objects that name what a UI event names, or plain ids of items."""
    if not any(isinstance(each, dict | list) for each in inner):
        return _of_items(name)
    if not all(isinstance(each, dict) for each in inner):
        return False
    return any(_names_a_role(name, key) for each in inner for key in each)


@lru_cache(maxsize=4096)
def _names_a_role(name: str, key: str) -> bool:
    last = name.rsplit(".", 1)[-1]
    return any(NAMES[role].fit(f"{last}.{key}") >= SURELY for role in TELLING)
