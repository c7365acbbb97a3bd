"""Feature dictionary as a delimited table: CSV, TSV, semicolons."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from investigators.dictionary import DictionaryReader, from_rows, header_row, read_text
from investigators.features import Dictionary
from investigators.trouble import InputTrouble

DELIMITERS = ",;\t|"


def open_csv(path: Path, name: str) -> Dictionary:
    """Read a delimited table with one row per feature.

    Of the delimiters the one counts that gives the header most columns.

    Raises:
        InputTrouble: no header with a name column, or broken quoting (with its line).
    """
    text = read_text(path, name)
    trouble: InputTrouble | None = None
    tables = []
    for delimiter in DELIMITERS:
        try:
            rows = _rows(text, delimiter, name)
        except InputTrouble as error:
            trouble = trouble or error
            continue
        number = header_row(rows)
        if number is not None:
            tables.append((len(rows[number]), rows))
    if not tables:
        # Without a header that any delimiter shows, say what is wrong with it as plain CSV.
        if trouble is not None:
            raise trouble
        tables.append((0, _rows(text, ",", name)))
    return from_rows(max(tables, key=lambda table: table[0])[1], name)


def _rows(text: str, delimiter: str, name: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        place = f"line {reader.line_num}"
        raise InputTrouble(name, f"broken quoting: {error}", place=place) from error


DICTIONARY_READER = DictionaryReader((".csv", ".tsv", ".txt"), "CSV", open_csv)
