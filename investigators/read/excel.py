"""Excel and OpenDocument sheets: ``path::sheet``, or the one visible sheet that holds something.

The header is looked for below titles and blank rows.  Every cell is taken as text and the column
typed on what it holds: a sheet does not hold a column to one type.
"""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine

from investigators.read.delimited_shape import MOST_TITLES, is_header
from investigators.tables.cache import Texts, cached
from investigators.tables.naming import distinct
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

VERSION = "excel 1"
ROWS = 20_000
LOOKED_AT = 200
LARGEST = 4 * 2**30  # bytes unpacked: a sheet is held whole while it is read
EXACT = 2**53  # whole numbers a sheet keeps
OPEN_XML = (b"[Content_Types].xml", b"xl/workbook", b"xl/worksheets", b"opendocument.spreadsheet")
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_BOOK = tuple(word.encode("utf-16-le") for word in ("Workbook", "Book", "EncryptedPackage"))
MEND = "save it again as .xlsx, or the sheet as CSV"


def open_excel(opening: Opening) -> Table:
    """Open one sheet of a workbook."""
    if len(opening.files) > 1:
        raise InputTrouble(opening.name, "several workbooks", expected="one", mend="name one file")
    return cached(opening, VERSION, read_texts)


def read_texts(opening: Opening) -> Texts:
    """Read every cell of a sheet as text.

    Raises:
        InputTrouble: no such sheet (those that exist are named), nothing in it, or damaged.
    """
    file = opening.files[0]
    with _troubles(opening.name), _workbook(file, opening.name) as book:
        name = _sheet(book, opening)
        sheet = book.get_sheet_by_name(name)
        shape = _shape(opening, sheet)
    notes = [f"sheet {name}"]
    if shape.titles:
        notes.append(f"the names of the columns stand in row {shape.before}, below titles")
    return Texts(shape.names, _batches(opening, sheet, shape), notes=notes, binary=True)


def sheets_of(file: Path) -> list[str]:
    """Name the visible sheets that hold something.

    Raises:
        InputTrouble: damaged, or protected by a password.
    """
    with _troubles(file.name), _workbook(file, file.name) as book:
        return _filled(book)


def _workbook(file: Path, name: str) -> python_calamine.CalamineWorkbook:
    with file.open("rb") as stream:
        packed = stream.read(2) == b"PK"
    if packed:
        with zipfile.ZipFile(file) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > LARGEST:
            raise InputTrouble(
                name,
                f"it unpacks to {size / 2**30:.0f} GiB",
                expected=f"at most {LARGEST // 2**30} GiB",
                mend="export the table as CSV or Parquet",
            )
    return python_calamine.CalamineWorkbook.from_path(str(file))


@contextmanager
def _troubles(name: str) -> Iterator[None]:
    try:
        yield
    except python_calamine.PasswordError as error:
        mend = "save it without a password"
        raise InputTrouble(name, "the workbook is locked with a password", mend=mend) from error
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        first = (str(error).splitlines() or ["it ends too early"])[0]
        raise InputTrouble(name, f"not a whole workbook: {first}", mend=MEND) from error


def _filled(book: python_calamine.CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and book.get_sheet_by_name(sheet.name).height
    ]


def _sheet(book: python_calamine.CalamineWorkbook, opening: Opening) -> str:
    """Choose the sheet: the one named (hidden ones too), else the only visible one."""
    every: list[str] = [sheet.name for sheet in book.sheets_metadata]
    for wanted in (opening.table, (opening.table or "").lower()):
        for name in every:
            if opening.table is not None and wanted in (name, name.lower()):
                return name
    filled = _filled(book)
    if opening.table is None and len(filled) == 1:
        return filled[0]
    if not filled:
        raise InputTrouble(opening.name, "every sheet is empty", expected="a sheet with a table")
    shown = filled if opening.table is None else every
    found = f"no sheet {opening.table}" if opening.table else f"{len(filled)} sheets are inside"
    raise InputTrouble(
        opening.name,
        found,
        expected=f"one of {', '.join(shown)}",
        mend=f"write {opening.files[0].name}::{filled[0]}",
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    """Rows before the data, the columns' names, which columns they are, and rows of titles."""

    before: int
    names: tuple[str, ...]
    kept: list[int]
    titles: int = 0


def _shape(opening: Opening, sheet: python_calamine.CalamineSheet) -> _Shape:
    head: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(itertools.islice(sheet.iter_rows(), LOOKED_AT + MOST_TITLES)):
        row = [(_text(cell) or "").strip() for cell in cells]
        if any(row):
            head.append((number, row))
    if not head:
        raise InputTrouble(opening.name, "the sheet is empty", expected="a row of column names")
    width = len({k for _, row in head for k, cell in enumerate(row) if cell})
    # a title is narrow: the table begins with the first row that fills more than half of it
    wide = (k for k, (_, row) in enumerate(head) if 2 * sum(map(bool, row)) > width)
    start = next(wide, 0)
    number, first = head[start]
    below = [row for _, row in head[start + 1 :]]
    if not is_header(first, below):
        columns = range(1, len(first) + 1)
        return _Shape(number, tuple(f"column_{k}" for k in columns), list(range(len(first))))
    kept = [k for k, name in enumerate(first) if name or _holds(sheet, k, number + 1)]
    return _Shape(number + 1, tuple(distinct(first[k] for k in kept)), kept, start)


def _holds(sheet: python_calamine.CalamineSheet, column: int, after: int) -> bool:
    """Whether a column without a name holds anything below the header."""
    rows = itertools.islice(sheet.iter_rows(), after, None)
    return any(_text(cells[column]) is not None for cells in rows)


def _batches(
    opening: Opening,
    sheet: python_calamine.CalamineSheet,
    shape: _Shape,
) -> Iterator[pa.RecordBatch]:
    rows = itertools.islice(sheet.iter_rows(), shape.before, None)
    names = list(shape.names)
    done = 0
    while some := list(itertools.islice(rows, ROWS)):
        texts = [[_text(cells[k]) for k in shape.kept] for cells in some]
        texts = [row for row in texts if any(cell is not None for cell in row)]
        columns = zip(*texts, strict=True) if texts else [() for _ in names]
        arrays = [pa.array(column, pa.string()) for column in columns]
        yield pa.RecordBatch.from_arrays(arrays, names=names)
        done += len(some)
        opening.task.tick(done, sheet.total_height, f"Reading {opening.name}: {done:,} rows")


def _text(cell: Any) -> str | None:  # noqa: ANN401, PLR0911 - one line per type of cell
    """Write a cell as text: whole numbers without a point, times as ISO 8601, spans in seconds."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell.replace("\0", "") or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if abs(cell) < EXACT and cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return _text(cell.total_seconds())
    return str(cell)


def sniff(head: bytes) -> bool:
    """Whether this is a workbook: an archive that begins as one, or an old one."""
    if head.startswith(b"PK\x03\x04"):
        return any(sign in head for sign in OPEN_XML)
    return head.startswith(OLD) and any(word in head for word in OLD_BOOK)


TABLE_READER = TableReader(
    "Excel", (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), sniff, open_excel,
    tables=sheets_of, magic=True,
)  # fmt: skip
