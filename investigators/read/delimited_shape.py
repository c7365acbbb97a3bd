"""Finds out the delimiter and the header of delimited text from its first lines."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Literal

from investigators.tables.forms import FORMS, MISSING

DELIMITERS = "\t;|,"  # a tie goes to the first: a comma may well be a decimal comma
ROWS = 200
MOST_TITLES = 20
NARROWEST = 3  # a table of two columns cannot be told from lines that hold one sign
PREAMBLE = re.compile(r"[\r\n]*(sep=[^\r\n](\r\n|\r|\n)+)?")
Look = Literal["missing", "integer", "typed", "text"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Delimiter, whether there is a header line, and the names as written (or ``column_1`` ...).

    ``skip`` lines come before the first row: blank ones, ``sep=;`` as Excel writes it, or
    ``titles`` rows that stand above the table.  ``padded``: a blank follows each delimiter.
    """

    delimiter: str
    header: bool
    names: tuple[str, ...]
    skip: int = 0
    titles: int = 0
    padded: bool = False


def shape_of(head: str, *, whole: bool) -> Shape | None:
    """Return the shape of the text that begins with ``head``; ``None`` when there is no row.

    ``whole`` says that ``head`` is the whole file; else its last row is left out.
    """
    before = PREAMBLE.match(head)
    assert before is not None
    head = head[before.end() :]
    skip = len(re.findall(r"\r\n|\r|\n", before[0]))
    best: tuple[float, int, str, _Rows] | None = None
    for rank, delimiter in enumerate(DELIMITERS):
        found = _below_titles(_rows(head, delimiter, whole=whole))
        if not found.rows:
            return None
        width = len(found.rows[0])
        alike = sum(len(row) == width for row in found.rows) / len(found.rows)
        score = alike if width > 1 else 0.0
        if best is None or score > best[0]:
            best = (score, rank, delimiter, found)
    assert best is not None
    score, _, delimiter, found = best
    rows = found.rows
    if score < 0.5:
        delimiter, rows = _by_counting(head, whole=whole)
        found = _Rows(rows, [0] * len(rows))
    if not any(cell.strip() for row in rows for cell in row):
        return None
    titles = found.titles
    padded = _padded(rows)
    first = [cell.strip() for cell in rows[0]]
    skip += found.starts[0]
    if is_header(first, [row for row in rows[1:] if len(row) == len(first)]):
        return Shape(delimiter, True, tuple(first), skip, titles, padded)
    names = tuple(f"column_{number}" for number in range(1, len(first) + 1))
    return Shape(delimiter, False, names, skip, titles, padded)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows, how many lines come before each, and how many rows of titles were left out."""

    rows: list[list[str]]
    starts: list[int]
    titles: int = 0


def _below_titles(found: _Rows) -> _Rows:
    """Leave out what stands above a table: its title, who made it, comments.

    Only where it cannot be a part of the table: at most half as wide as nearly all rows that
    follow or, filled up to the table's width, nearly empty above a whole row of words.
    """
    rows = found.rows
    widths = [len(row) for row in rows]
    if not widths:
        return found
    width = max(sorted(set(widths)), key=widths.count)
    if width < NARROWEST:
        return found
    narrow = next((k for k, n in enumerate(widths) if n > width / 2), 0)
    if narrow and widths[narrow:].count(width) < 0.9 * (len(rows) - narrow):
        narrow = 0
    start = narrow + _padded_titles(rows[narrow:], width)
    if not 0 < start <= MOST_TITLES or start == len(rows):
        return found
    return _Rows(rows[start:], found.starts[start:], start)


def _padded_titles(rows: list[list[str]], width: int) -> int:
    """Count titles that were filled up with empty cells (a sheet saved as text)."""
    for number, row in enumerate(rows[: MOST_TITLES + 1]):
        filled = [cell for cell in row if cell.strip()]
        if len(row) == width and len(filled) == width and len(set(filled)) == width:
            words = all(_look(cell) == "text" for cell in row)
            return number if words else 0
        if len(filled) > max(1, width // 4):
            return 0
    return 0


def _padded(rows: list[list[str]]) -> bool:
    """Whether a blank follows every delimiter, which is then part of it."""
    cells = [cell for row in rows for cell in row[1:]]
    return len(rows) > 1 and bool(cells) and all(cell.startswith(" ") for cell in cells)


def _by_counting(head: str, *, whole: bool) -> tuple[str, list[list[str]]]:
    """Choose when rows are uneven: the sign that makes the first row wide in most rows."""
    tried = [(_rows(head, delimiter, whole=whole).rows, delimiter) for delimiter in DELIMITERS]
    scores = [sum(len(row) > 1 for row in rows) / len(rows) for rows, _ in tried]
    if max(scores) <= 0.5:
        return ",", tried[DELIMITERS.index(",")][0]
    rows, delimiter = tried[scores.index(max(scores))]
    return delimiter, rows


def _rows(head: str, delimiter: str, *, whole: bool) -> _Rows:
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", head)
    limit = csv.field_size_limit(max(len(head), csv.field_size_limit()))  # one cell may fill it
    try:
        return _read(lines, delimiter, whole=whole)
    finally:
        csv.field_size_limit(limit)


def _read(lines: list[str], delimiter: str, *, whole: bool) -> _Rows:
    rows: list[list[str]] = []
    starts: list[int] = []
    reader = csv.reader(lines, delimiter=delimiter)
    before = 0
    for row in reader:
        if row:
            rows.append(row)
            starts.append(before)
        before = reader.line_num
        if len(rows) > ROWS:
            return _Rows(rows, starts)
    if not whole and len(rows) >= 2:
        return _Rows(rows[:-1], starts[:-1])
    return _Rows(rows, starts)


def _look(cell: str) -> Look:
    cell = cell.strip()
    if cell in MISSING:
        return "missing"
    for form in FORMS:
        if re.fullmatch(form.full, cell):
            return "integer" if form.name == "integer" else "typed"
    return "text"


def is_header(first: list[str], rows: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    Words over a column of numbers or times say yes; amounts or times in the first row say no;
    where all is text, words that occur again in their own column say no.
    """
    if first == [str(number) for number in range(len(first))] and len(first) > 2:
        return True  # a data frame without names
    looks = [_look(cell) for cell in first]
    if "typed" in looks:
        return False
    columns = [[row[index] for row in rows] for index in range(len(first))]
    votes = 0
    for look, cell, column in zip(looks, first, columns, strict=True):
        kinds = {_look(other) for other in column if other.strip() != cell} - {"missing"}
        votes += look == "text" and bool(kinds) and "text" not in kinds
    if votes:
        return True
    if "integer" in looks:
        return False
    again = [
        cell in {other.strip() for other in column}
        for cell, column in zip(first, columns, strict=True)
        if cell
    ]
    return sum(again) * 2 <= len(again)
