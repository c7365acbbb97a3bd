"""What stands below a table of delimited text: a line of totals, a count of rows, a remark.

Such lines are no rows.  They are left out and said; everything else that does not fit is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from investigators.roles.words import words_of

LAST = 4  # rows that are looked at
MOST = 20  # lines
TOTALS = frozenset(
    {
        *("total", "totals", "subtotal", "grandtotal", "sum", "sums"),
        *("summe", "summen", "gesamt", "gesamtsumme", "insgesamt"),
    }
)
# How a line begins that is surely no row: a row that was cut off is half as wide, too.
REMARK = re.compile(
    r"[\s(*\"'\[-]*([0-9][0-9.,' ]* *(rows?|records?|lines?|zeilen|datens.tze|s.tze)\b"
    rf"|({'|'.join(sorted(TOTALS))}|grand total|rows?|records?|anzahl|count|number of|end of|ende|"
    r"eof|note|source|quelle|generated|created|exported|printed|report|erstellt|stand|copyright)\b"
    r"|[#©*]|--)",
    re.IGNORECASE,
)


class Footer:
    """Collects remarks below the table, at most half as wide (pyarrow asks for each line)."""

    def __init__(self) -> None:
        """Begin with none."""
        self.lines: list[str] = []

    def __call__(self, row: Any) -> str:  # noqa: ANN401 - pyarrow.csv.InvalidRow is not exported
        """Answer "skip" for what may be a remark; the caller proves that only such lines follow."""
        if row.actual_columns * 2 > row.expected_columns or len(self.lines) >= MOST:
            return "error"
        if not self.lines and not REMARK.match(row.text):
            return "error"
        self.lines.append(row.text)
        return "skip"


def only_below(rows: Iterable[list[str]], width: int) -> bool:
    """Whether every row that is too narrow comes after all rows of ``width`` fields."""
    below = False
    for row in rows:
        if not row:
            continue
        if below and len(row) == width:
            return False
        below = below or len(row) != width
    return True


def without_end(
    batches: Iterator[pa.RecordBatch], mark: str, notes: list[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the batches without the last row, which is all ``mark``, and without totals before it.

    Raises:
        ValueError: the last row is not all ``mark``: a quote was left open.
    """
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        while sum(each.num_rows for each in held[1:]) >= LAST:
            yield held.pop(0)
    end = pa.concat_batches(held) if held else None
    if end is None or not end.num_rows or set(_row(end, end.num_rows - 1)) != {mark}:
        raise ValueError
    rows = end.num_rows - 1
    while rows > 0 and is_total(_row(end, rows - 1), _row(end, rows - 2) if rows > 1 else ()):
        cells = [cell for cell in _row(end, rows - 1) if cell.strip()]
        notes.append(f"a last line of totals was left out: {cells[0]}")
        rows -= 1
    yield end.slice(0, rows)


def _row(batch: pa.RecordBatch, number: int) -> list[str]:
    return [str(cell or "") for cell in batch.slice(number, 1).to_pylist()[0].values()]


def is_total(row: list[str], before: Iterable[str]) -> bool:
    """Whether a row is a line of totals: named so, with cells empty that are filled above it."""
    filled = [cell for cell in row if cell.strip()]
    if not filled or "".join(words_of(filled[0])[:1]) not in TOTALS:
        return False
    return any(b.strip() and not a.strip() for a, b in zip(row, before, strict=False))
