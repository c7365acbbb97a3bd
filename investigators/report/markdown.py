"""The report as Markdown (GitHub and GitLab flavour): figures as their tables, with their words.

Everything that is not ours is escaped: it shows as typed, makes no markup, links nothing, calls
nobody.  No more than that is escaped, since the text is read as it stands too (in a mail, in a
tracker with another markup).  Long tables and the twins of figures are folded.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from investigators.numbers import count_of
from investigators.report.model import (
    Block,
    Code,
    FigureBlock,
    Items,
    Paragraph,
    PictureBlock,
    Report,
    Section,
    Statement,
    Table,
    Verbatim,
)
from investigators.report.writer import Writer

JOINER = "\u2060"  # unseen; keeps "@name", "#12" and addresses from becoming mentions and links
# An underscore between letters or digits makes no emphasis: form_fill_time stays as it is.
SPECIAL = re.compile(r"([\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_]))")
# Only what could begin an element or an entity: "1 < 2" stays as it is.
MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
ENTITIES = {"&": "&amp;", "<": "&lt;"}
FOLDED_FROM = 16  # rows from which any table is folded
CALLS = re.compile(r"([@#!])(?=\w)")
WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
LEADING = re.compile(r"^(\s*)([-+=#>]|\d+[.)])")


def escape(text: str) -> str:
    """Make a text neutral within a line."""
    text = " ".join(text.split())
    text = MARKUP.sub(lambda found: ENTITIES[found[0]], text)
    return _quiet(SPECIAL.sub(r"\\\1", text))


def _quiet(text: str) -> str:
    """Take the calls and the links out of a text."""
    text = CALLS.sub(rf"\1{JOINER}", text).replace("://", f":{JOINER}//")
    return WWW.sub(rf"\1{JOINER}.", text)


def start(text: str) -> str:
    """Make a text neutral at the start of a line too: no list, heading or rule."""
    return LEADING.sub(
        lambda found: (
            f"{found[1]}\\{found[2]}"
            if not found[2][0].isdigit()
            else (f"{found[1]}{found[2][:-1]}\\{found[2][-1]}")
        ),
        escape(text),
    )


def write(report: Report) -> bytes:
    """Return the file."""
    status = escape(report.status.words)
    head = " · ".join(
        ("Post-mortem draft", f"status: **{status}**", *(escape(part) for part in report.head))
    )
    lines = [f"# {start(report.title)}", "", head, ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| {escape(row.label)} | {_statements(row.statements)} |" for row in report.rows]
    if report.run_again:
        lines += ["", "Run it again:", "", *_code(report.run_again)]
    for section in report.sections:
        lines += ["", *_section(section, 2)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _section(section: Section, level: int) -> list[str]:
    lines = [f"{'#' * level} {start(section.title)}"]
    for block in section.blocks:
        lines += ["", *_block(block)]
    for part in section.parts:
        lines += ["", *_section(part, level + 1)]
    return lines


def _statements(statements: tuple[Statement, ...]) -> str:
    return " ".join(_statement(statement) for statement in statements)


def _statement(statement: Statement) -> str:
    text = escape(statement.text)
    if statement.strong:
        text = f"**{text}**"
    if statement.link:
        name = escape(statement.link)
        text = f"List: [{name}]({re.sub(r'[^A-Za-z0-9._-]', '', statement.link)}) {text}"
    # Inside a code span nothing can be escaped, and a table would still see the pipe.
    tag = " ".join(statement.tag.replace("`", "").replace("|", "/").split())
    return f"{text} `{tag}`" if tag else text


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph(statements=statements):
            first = statements[0]
            text = _statements(statements)
            plain = not (first.strong or first.link)
            return [LEADING.sub(r"\1\\\2", text) if plain else text]
        case Items(items=items, numbered=numbered):
            return [
                f"{f'{place}.' if numbered else '-'} {_statements(item)}"
                for place, item in enumerate(items, start=1)
            ]
        case Table():
            return _folded(block) if block.fold or len(block.rows) >= FOLDED_FROM else _table(block)
        case FigureBlock() | PictureBlock():
            return _pictured(block)
        case Code(text=text):
            return _code(text)
        case Verbatim(text=text, who=who):
            lines = [f"> {start(line)}" for line in text.splitlines() if line.strip()]
            return [*lines, *([">", f"> ({escape(who)})"] if who else [])]


def _pictured(block: FigureBlock | PictureBlock) -> list[str]:
    """A picture in words, and its table."""
    if isinstance(block, FigureBlock):
        lines = [f"*Figure: {escape(block.alt)}*", "", *_folded(block.table)]
        return [*lines, "", f"*{escape(block.caption)}*"] if block.caption else lines
    told = escape(f"{block.caption} {block.said}".strip())
    lines = [f"*Picture (it stands in the HTML report): {escape(block.alt)}*", "", f"*{told}*"]
    return lines if block.table is None else [*lines, "", *_table(block.table)]


def _code(text: str) -> list[str]:
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return [fence, *text.splitlines(), fence]


def _in_markup(text: str) -> str:
    """Make a text neutral inside an element, where a backslash would be a backslash."""
    return html.escape(_quiet(" ".join(text.split())), quote=False)


def _folded(table: Table) -> list[str]:
    """Fold a table under one line; the empty lines make its inside Markdown again."""
    words = table.fold or table.caption or " · ".join(head for head in table.header if head)
    rows = count_of(len(table.rows), "row")
    said = "" if words == table.caption else table.caption
    return [
        f"<details><summary>{_in_markup(words)} ({rows})</summary>",
        "",
        *_table(replace(table, caption=said)),
        "",
        "</details>",
    ]


def _table(table: Table) -> list[str]:
    rule = ["---:" if place in table.right else "---" for place in range(len(table.header))]
    lines = [
        f"| {' | '.join(map(escape, table.header))} |",
        f"|{'|'.join(rule)}|",
        *(f"| {' | '.join(map(escape, row))} |" for row in table.rows),
    ]
    return [*lines, "", f"*{escape(table.caption)}*"] if table.caption else lines


WRITER = Writer("md", ".md", write)
