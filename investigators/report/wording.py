"""The wording lint: words that blame, hide a judgement or make a cause of an attribution.

Reads what the program wrote; words that people typed (``Verbatim``, columns so marked) and
things to copy (``Code``) are left alone.  The list is ``resources/wording.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import msgspec

from investigators.report.model import (
    Block,
    FigureBlock,
    Items,
    Paragraph,
    PictureBlock,
    Report,
    Section,
    Statement,
    Table,
)
from investigators.resources import resource
from investigators.trouble import InputTrouble

FILE = "wording.yaml"
ATTRIBUTION_SECTIONS = frozenset({"model"})


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the list."""

    pattern: str
    scope: Literal["everywhere", "attribution"]
    says: str
    offers: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the lint speaks: section, sentence, words found, and what is offered."""

    section: str
    text: str
    found: str
    says: str
    offers: str


def read_rules(text: str) -> tuple[tuple[re.Pattern[str], Rule], ...]:
    """Read the list.

    Raises:
        InputTrouble: not YAML, an unknown or missing key, a pattern that cannot be read.
    """
    import yaml

    try:
        found = msgspec.convert(yaml.safe_load(text), tuple[Rule, ...])
        return tuple((re.compile(rule.pattern, re.IGNORECASE), rule) for rule in found)
    except (yaml.YAMLError, msgspec.ValidationError, re.error) as error:
        raise InputTrouble(FILE, " ".join(str(error).split()), expected="keys of Rule") from None


@cache
def rules() -> tuple[tuple[re.Pattern[str], Rule], ...]:
    """Return the rules that come with the program."""
    return read_rules(resource(FILE).read_text(encoding="utf-8"))


def lint_text(text: str, *, section: str = "", attribution: bool = False) -> list[Hit]:
    """Return the hits in one text."""
    return [
        Hit(section, text, found[0], rule.says, rule.offers)
        for pattern, rule in rules()
        if rule.scope == "everywhere" or attribution
        for found in pattern.finditer(text)
    ]


def lint(report: Report) -> list[Hit]:
    """Return the hits in everything the program wrote, in reading order."""
    hits = [
        hit
        for row in report.rows
        for text in (row.label, *_own(row.statements))
        for hit in lint_text(text, section="page one")
    ]
    for section in report.sections:
        attribution = section.id in ATTRIBUTION_SECTIONS
        for text in _texts(section):
            hits += lint_text(text, section=section.id, attribution=attribution)
    return hits


def _own(statements: tuple[Statement, ...]) -> Iterator[str]:
    """What the program wrote of them."""
    return (statement.text for statement in statements if not statement.verbatim)


def _texts(section: Section) -> Iterator[str]:
    yield section.title
    for block in section.blocks:
        yield from _block_texts(block)
    for part in section.parts:
        yield from _texts(part)


def _block_texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(statements=statements):
            yield from _own(statements)
        case Items(items=items):
            yield from (text for item in items for text in _own(item))
        case Table(header=header, rows=rows, caption=caption):
            yield from (*header, caption)
            yield from (
                cell for row in rows for k, cell in enumerate(row) if k not in block.verbatim
            )
        case FigureBlock(chart=chart, caption=caption, alt=alt):
            yield from (chart.title, caption, alt)
        case PictureBlock(caption=caption, table=table):
            yield caption
            if table is not None:
                yield from _block_texts(table)
