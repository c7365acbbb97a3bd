"""Finds out the delimiter and the header of delimited text from its first lines."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Literal

from investigators.tables.forms import FORMS, MISSING

DELIMITERS = "\t;|,"  # a tie goes to the first: a comma may well be a decimal comma
ROWS = 200
PREAMBLE = re.compile(r"[\r\n]*(sep=[^\r\n](\r\n|\r|\n)+)?")
Look = Literal["missing", "integer", "typed", "text"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Delimiter, whether there is a header line, and the names as written (or ``column_1`` ...).

    ``skip`` lines come before the first row: blank ones, or ``sep=;`` as Excel writes it.
    """

    delimiter: str
    header: bool
    names: tuple[str, ...]
    skip: int = 0


def shape_of(head: str, *, whole: bool) -> Shape | None:
    """Return the shape of the text that begins with ``head``; ``None`` when there is no row.

    ``whole`` says that ``head`` is the whole file; else its last row is left out.
    """
    before = PREAMBLE.match(head)
    assert before is not None
    head = head[before.end() :]
    skip = len(re.findall(r"\r\n|\r|\n", before[0]))
    best: tuple[float, int, str, list[list[str]]] | None = None
    for rank, delimiter in enumerate(DELIMITERS):
        rows = _rows(head, delimiter, whole=whole)
        if not rows:
            return None
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows) / len(rows)
        score = alike if width > 1 else 0.0
        if best is None or score > best[0]:
            best = (score, rank, delimiter, rows)
    assert best is not None
    score, _, delimiter, rows = best
    if score < 0.5:
        delimiter, rows = _by_counting(head, whole=whole)
    if not any(cell.strip() for row in rows for cell in row):
        return None
    first = [cell.strip() for cell in rows[0]]
    if _is_header(first, [row for row in rows[1:] if len(row) == len(first)]):
        return Shape(delimiter, header=True, names=tuple(first), skip=skip)
    names = tuple(f"column_{number}" for number in range(1, len(first) + 1))
    return Shape(delimiter, header=False, names=names, skip=skip)


def _by_counting(head: str, *, whole: bool) -> tuple[str, list[list[str]]]:
    """Choose when rows are uneven: the sign that makes the first row wide in most rows."""
    tried = [(_rows(head, delimiter, whole=whole), delimiter) for delimiter in DELIMITERS]
    scores = [sum(len(row) > 1 for row in rows) / len(rows) for rows, _ in tried]
    if max(scores) <= 0.5:
        return ",", tried[DELIMITERS.index(",")][0]
    rows, delimiter = tried[scores.index(max(scores))]
    return delimiter, rows


def _rows(head: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", head)
    rows = []
    for row in csv.reader(lines, delimiter=delimiter):
        if row:
            rows.append(row)
        if len(rows) > ROWS:
            return rows
    return rows if whole or len(rows) < 2 else rows[:-1]


def _look(cell: str) -> Look:
    cell = cell.strip()
    if cell in MISSING:
        return "missing"
    for form in FORMS:
        if re.fullmatch(form.full, cell):
            return "integer" if form.name == "integer" else "typed"
    return "text"


def _is_header(first: list[str], rows: list[list[str]]) -> bool:
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
