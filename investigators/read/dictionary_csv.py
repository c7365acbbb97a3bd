"""Feature dictionary as a delimited table: CSV, TSV, semicolons."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from investigators.dictionary import DictionaryReader, from_rows, read_text
from investigators.features import Dictionary
from investigators.trouble import InputTrouble

DELIMITERS = ",;\t|"


def open_csv(path: Path, name: str) -> Dictionary:
    """Read a delimited table with one row per feature; the delimiter is the header's commonest.

    Raises:
        InputTrouble: no header with a name column, or broken quoting (with its line).
    """
    text = read_text(path, name)
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        place = f"line {reader.line_num}"
        raise InputTrouble(name, f"broken quoting: {error}", place=place) from error
    return from_rows(rows, name)


DICTIONARY_READER = DictionaryReader((".csv", ".tsv", ".txt"), "CSV", open_csv)
