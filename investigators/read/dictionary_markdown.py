"""Feature dictionary as a table in Markdown: a README, a model card, a page of a wiki."""

from __future__ import annotations

from pathlib import Path

from investigators.dictionary import DictionaryReader, from_rows, header_row, read_text
from investigators.features import Dictionary
from investigators.read.markdown_tables import tables_of
from investigators.trouble import InputTrouble


def open_markdown(path: Path, name: str) -> Dictionary:
    """Read the first table whose header has a name column; one row per feature.

    Raises:
        InputTrouble: no such table, or a row that names no feature but says something.
    """
    tables = tables_of(read_text(path, name))
    for table in tables:
        if header_row(table.rows[:1]) is not None:
            return from_rows(table.rows, name)
    found = "no table has a name column" if tables else "no table is in it"
    raise InputTrouble(
        name,
        found,
        expected="a table with columns such as name, unit, description, minimum, maximum",
        mend="write | name | unit | over a line of dashes",
    )


DICTIONARY_READER = DictionaryReader((".md", ".markdown"), "Markdown", open_markdown)
