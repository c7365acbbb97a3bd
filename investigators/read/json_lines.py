"""JSON lines (also gzipped), and a JSON file that is one array of objects.

Nested keys are dotted (``a.b``), lists are kept as JSON text, numbers exactly as written (an id of
21 digits keeps them all), missing keys are missing values.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from investigators.tables.cache import Texts, cached
from investigators.tables.json_text import DECODER, json_text, whole_text
from investigators.tables.naming import Names
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

VERSION = "json lines 1"
ROWS = 20_000
MOST_KEYS = 5000
ARRAY_CHUNK = 2**20
START = re.compile(rb'(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*("|\})')
GAP = " \t\r\n,"
EMPTY_ARRAY = re.compile(rb"\s*\[\s*\]\s*")
Keys = tuple[str, ...]


def open_json_lines(opening: Opening) -> Table:
    """Open one file of JSON lines, or like ones as if they were one."""
    return cached(opening, VERSION, read_texts)


def read_texts(opening: Opening) -> Texts:
    """Read every value as text, one column per dotted key, in the order they first occur.

    Raises:
        InputTrouble: naming the line that is no JSON object.
    """
    columns = _Columns()
    batches = _batches(opening, columns)
    first = next(batches, None)
    if first is None:
        raise InputTrouble(opening.name, "the file holds no objects", expected="JSON objects")

    def every() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    return Texts(tuple(first.schema.names), every(), notes=columns.notes)


class _Columns:
    """The columns so far: key path to position and name; values of the batch in the making."""

    def __init__(self) -> None:
        self._names = Names()
        self._values: dict[Keys, list[str | None]] = {}
        self.names: dict[Keys, str] = {}
        self.notes: list[str] = []
        self.rows = 0

    def add(self, row: dict[str, Any], complain: Callable[[str], InputTrouble]) -> None:
        """Add one object as a row."""
        self._put(row, (), complain)
        self.rows += 1

    def _put(
        self, value: dict[str, Any], before: Keys, complain: Callable[[str], InputTrouble]
    ) -> None:
        rows = self.rows
        for key, inner in value.items():
            if type(inner) is dict and inner:
                self._put(inner, (*before, key), complain)
                continue
            keys = (*before, key)
            column = self._values.get(keys)
            if column is None:
                if len(self.names) >= MOST_KEYS:
                    raise complain(f"more than {MOST_KEYS:,} different keys: they look like data")
                column = self._values[keys] = []
                self._name(keys)
            if len(column) < rows:  # the key was missing in the rows before
                column.extend([None] * (rows - len(column)))
            column.append(json_text(inner))

    def _name(self, keys: Keys) -> None:
        wanted = whole_text(".".join(keys))
        name = self.names[keys] = self._names.new(wanted)
        if name != wanted:
            self.notes.append(f"column renamed: {wanted or 'empty'} as {name}")

    def taken(self) -> pa.RecordBatch:
        """Return the rows so far as a batch and begin a new one."""
        arrays = []
        for values in self._values.values():
            values.extend([None] * (self.rows - len(values)))
            arrays.append(pa.array(values, pa.string()))
            values.clear()
        self.rows = 0
        return pa.RecordBatch.from_arrays(arrays, names=list(self.names.values()))


def _batches(opening: Opening, columns: _Columns) -> Iterator[pa.RecordBatch]:
    for file in opening.files:
        label = opening.label(file)
        size = file.stat().st_size
        done = 0
        for place, value in _values(file, label):

            def complain(found: str, label: str = label, place: str = place) -> InputTrouble:
                return InputTrouble(label, found, place=place, expected="one JSON object")

            if not isinstance(value, dict):
                raise complain("not an object")
            try:
                columns.add(value, complain)
            except RecursionError as error:
                raise complain("nested too deeply") from error
            if columns.rows >= ROWS and columns.names:
                done += columns.rows
                opening.task.tick(0, size, f"Reading {label}: {done:,} rows")
                yield columns.taken()
    if columns.rows and not columns.names:
        raise InputTrouble(opening.name, "the objects have no keys", expected="a table")
    if columns.rows:
        yield columns.taken()


def _values(file: Path, label: str) -> Iterator[tuple[str, object]]:
    with file.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    try:
        with (
            gzip.open(file) if packed else file.open("rb") as raw,
            io.TextIOWrapper(raw, encoding="utf-8-sig", newline="\n") as text,
        ):
            yield from _array(text, label) if _is_array(file, packed) else _lines(text, label)
    except UnicodeDecodeError as error:
        raise InputTrouble(
            label, f"not UTF-8: {error.reason}", expected="UTF-8", mend="save the file as UTF-8"
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputTrouble(
            label, f"the gzip file is damaged: {error}", mend="copy it again from its source"
        ) from error


def _is_array(file: Path, packed: bool) -> bool:  # noqa: FBT001 - private
    with gzip.open(file) if packed else file.open("rb") as raw:
        return raw.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _lines(text: IO[str], label: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            yield place, DECODER.decode(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise _bad(label, place, error) from error


def _array(text: IO[str], label: str) -> Iterator[tuple[str, object]]:
    """Yield the items of one array, holding little more than one item and a chunk of text."""
    held = text.read(ARRAY_CHUNK)
    at = held.index("[") + 1
    number = 0
    while True:
        while at < len(held) and held[at] in GAP:
            at += 1
        if held.startswith("]", at):
            if (held[at + 1 :] + text.read(ARRAY_CHUNK)).strip():
                raise InputTrouble(label, "text after the end of the array", place="the end")
            return
        place = f"object {number + 1}"
        try:
            value, at = DECODER.raw_decode(held, at)
        except (json.JSONDecodeError, RecursionError) as error:
            held = held[at:]
            chunk = text.read(max(ARRAY_CHUNK, len(held)))  # doubling: no quadratic re-reading
            if not chunk:
                raise _bad(label, place, error) from error
            held, at = held + chunk, 0
            continue
        number += 1
        yield place, value


def _bad(label: str, place: str, error: Exception) -> InputTrouble:
    if isinstance(error, json.JSONDecodeError):
        found = f"not JSON at column {error.colno}: {error.msg}"
    else:
        found = "nested too deeply"
    return InputTrouble(
        label,
        found,
        place=place,
        expected="one JSON object",
        mend="the file may have been cut off: export it again",
    )


def sniff(head: bytes) -> bool:
    """Whether this begins like JSON objects, one after another or in an array."""
    return b"\0" not in head and bool(START.match(head) or EMPTY_ARRAY.fullmatch(head))


TABLE_READER = TableReader(
    "JSON lines",
    (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz"),
    sniff,
    open_json_lines,
)
