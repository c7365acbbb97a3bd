"""Feature dictionary as a table in Markdown: a README, a model card, a page of a wiki."""

from __future__ import annotations

import re
from pathlib import Path

from investigators.dictionary import DictionaryReader, from_rows, header_row, read_text
from investigators.features import Dictionary
from investigators.trouble import InputTrouble

RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
BAR = re.compile(r"(?<!\\)\|")
FENCE = ("```", "~~~")
MARKS = re.compile(r"`+|\*\*|__(?=\S)|(?<=\S)__")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def open_markdown(path: Path, name: str) -> Dictionary:
    """Read the first table whose header has a name column; one row per feature.

    Source: GitHub Flavored Markdown, section 4.10 (tables).

    Raises:
        InputTrouble: no such table, or a row that names no feature but says something.
    """
    tables = _tables(read_text(path, name))
    for table in tables:
        if header_row(table[:1]) is not None:
            return from_rows(table, name)
    found = "no table has a name column" if tables else "no table is in it"
    raise InputTrouble(
        name,
        found,
        expected="a table with columns such as name, unit, description, minimum, maximum",
        mend="write | name | unit | over a line of dashes",
    )


def _tables(text: str) -> list[list[list[str]]]:
    """Tables as rows of cells, header first; what stands inside fences of code is no table."""
    tables: list[list[list[str]]] = []
    before, inside, fenced = "", False, False
    for line in text.splitlines():
        if line.lstrip().startswith(FENCE):
            fenced, inside = not fenced, False
        elif inside and "|" in line:
            tables[-1].append(_cells(line))
        else:
            inside = not fenced and "|" in before and bool(RULE.fullmatch(line))
            if inside:
                tables.append([_cells(before)])
        before = "" if fenced else line
    return tables


def _cells(line: str) -> list[str]:
    cells = BAR.split(line.strip().removeprefix("|"))
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [MARKS.sub("", LINK.sub(r"\1", cell.replace("\\|", "|"))).strip() for cell in cells]


DICTIONARY_READER = DictionaryReader((".md", ".markdown"), "Markdown", open_markdown)
