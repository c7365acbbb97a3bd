"""Tables in Markdown, and its lines outside code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
BAR = re.compile(r"(?<!\\)\|")
FENCE = ("```", "~~~")
MARKS = re.compile(r"`+|\*\*|__(?=\S)|(?<=\S)__")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class MarkdownTable:
    """Rows of cells, header first; ``line`` is the header's (1-based), row k stands k + 1 below."""

    line: int
    rows: list[list[str]] = field(default_factory=list)


def tables_of(text: str) -> list[MarkdownTable]:
    """Return the tables of a page; what stands inside fences of code is no table.

    Source: GitHub Flavored Markdown, section 4.10 (tables).
    """
    tables: list[MarkdownTable] = []
    before, above, inside = "", 0, False
    for number, line in lines_of(text):
        follows = number == above + 1
        if inside and follows and "|" in line:
            tables[-1].rows.append(_cells(line))
        else:
            inside = follows and "|" in before and bool(RULE.fullmatch(line))
            if inside:
                tables.append(MarkdownTable(above, [_cells(before)]))
        before, above = line, number
    return tables


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page with their numbers (1-based), without fences and code in them."""
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith(FENCE):
            fenced = not fenced
        elif not fenced:
            yield number, line


def unmarked(text: str) -> str:
    """Return a text without the signs of code, bold and links."""
    return MARKS.sub("", LINK.sub(r"\1", text)).strip()


def _cells(line: str) -> list[str]:
    cells = BAR.split(line.strip().removeprefix("|"))
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [unmarked(cell.replace("\\|", "|")) for cell in cells]
