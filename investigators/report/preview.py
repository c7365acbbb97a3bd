"""The report as simple HTML for a text view that knows only a part of HTML, pictures beside it.

Only what such a view knows is used: headings, paragraphs, lists, tables, images, anchors, and
styles of text written at the element.  Pictures are PNG bytes by name, painted once per chart and
palette.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from investigators.chart import Cells, Chart
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
from investigators.report.palette import Palette, palettes
from investigators.task import Task

PAGE_ONE = "page-one"
DOTS_PER_INCH = 144  # twice the size at which a picture is shown
LETTERS = 44  # of unbroken words that fit beside each other in a row of a narrow page ...
NARROW = 430 / 13  # ... which is this wide in sizes of its text
JOINTS = re.compile(r"[^_./:-]*[_./:-]*")  # pieces of a name or a path, each with what ends it
# A table of the whole width is one pixel wider than the page in Qt's text view.
FULL = '<table width="99%" cellspacing="0" cellpadding="{}" style="border-collapse:collapse">'
BREAK = "\u200b"


@dataclass(frozen=True)
class Preview:
    """The page, its pictures by name, and (anchor, title) of page one and each section."""

    html: str
    sections: tuple[tuple[str, str], ...]
    pictures: dict[str, bytes] = field(default_factory=dict)


def preview(
    report: Report,
    palette: str = "light",
    size: int = 13,
    wide: int = 430,
    task: Task | None = None,
) -> Preview:
    """Write the page in a palette's colours.

    ``size`` is that of plain text and ``wide`` that of pictures, in pixels.
    """
    page = _Page(palettes()[palette], palette, size, wide)
    page.task = task or Task()
    return page.write(report)


class _Page:
    def __init__(self, palette: Palette, name: str, size: int, wide: int) -> None:
        self.palette, self.name, self.size, self.wide = palette, name, size, wide
        self.pictures: dict[str, bytes] = {}
        self.task = Task()
        small = max(8, round(size * 0.88))
        self.soft = f"color:{palette.soft};font-size:{small}px"
        self.tag = f"color:{palette.unsure};background-color:{palette.unsure_tint}"
        self.tag += f";font-size:{small}px"
        self.cell = f"border:1px solid {palette.line}"

    def write(self, report: Report) -> Preview:
        p = self.palette
        colour = p.finding if report.status.loud else p.ink
        head = " · ".join(escape(part) for part in report.head)
        parts = [
            f'<body style="color:{p.ink};font-size:{self.size}px">',
            (
                f'<a name="{PAGE_ONE}"></a><p style="{self.soft}">Post-mortem draft · status: '
                f'<b style="color:{colour}">{escape(report.status.words)}</b> · {head}</p>'
            ),
            f'<p style="font-size:{round(self.size * 1.5)}px"><b>{escape(report.title)}</b></p>',
            FULL.format(5),
        ]
        for row in report.rows:
            said = self.said(row.statements)
            parts.append(
                f'<tr><td width="24%" style="{self.cell};color:{p.soft}">{escape(row.label)}</td>'
                f'<td style="{self.cell}">{said}</td></tr>'
            )
        parts.append("</table>")
        for section in report.sections:
            parts += self.section(section, round(self.size * 1.25))
        parts.append("</body>")
        names = tuple((section.id, section.title) for section in report.sections)
        return Preview("\n".join(parts), ((PAGE_ONE, "Page one"), *names), self.pictures)

    def section(self, section: Section, size: int) -> list[str]:
        parts = [
            (
                f'<p style="margin-top:{size}px;font-size:{size}px">'
                f'<a name="{escape(section.id)}"></a><b>{escape(section.title)}</b></p>'
            )
        ]
        parts += [self.block(block) for block in section.blocks]
        for part in section.parts:
            parts += self.section(part, self.size)
        return parts

    def said(self, statements: tuple[Statement, ...]) -> str:
        return " ".join(self.statement(statement) for statement in statements)

    def statement(self, statement: Statement) -> str:
        text = escape(statement.text)
        if statement.strong:
            text = f"<b>{text}</b>"
        if statement.link:
            text = f"List: {escape(statement.link)} {text}"
        if statement.tag:
            tag = escape(statement.tag)
            text += f' <span style="{self.tag}">&nbsp;{tag}&nbsp;</span>'
        return text

    def block(self, block: Block) -> str:
        match block:
            case Paragraph(statements=statements):
                return f"<p>{self.said(statements)}</p>"
            case Items(items=items, numbered=numbered):
                kind = "ol" if numbered else "ul"
                rows = "".join(f"<li>{self.said(item)}</li>" for item in items)
                return f"<{kind}>{rows}</{kind}>"
            case Table():
                return self.table(block)
            case FigureBlock() | PictureBlock():
                return self.shown(block)
            case Code(text=text):
                lines = "<br>".join(escape(line) for line in text.splitlines())
                return f'<p style="font-family:monospace">{lines}</p>'
            case Verbatim(text=text, who=who):
                lines = "<br>".join(escape(line) for line in text.splitlines())
                by = f'<br><span style="{self.soft}">({escape(who)})</span>' if who else ""
                return f'<p style="margin-left:{self.size}px">“{lines}”{by}</p>'

    def table(self, table: Table) -> str:
        letters = LETTERS * max(1.0, self.wide / self.size / NARROW)
        longest = max(8, int(letters / max(1, len(table.header))))

        def cells(row: tuple[str, ...], style: str) -> str:
            sides = ("right" if k in table.right else "left" for k in range(len(row)))
            return "".join(
                f'<td align="{side}" valign="top" style="{style}">'
                f"{escape(broken(text, longest))}</td>"
                for side, text in zip(sides, row, strict=True)
            )

        line = f"border-bottom:1px solid {self.palette.line}"
        head = cells(table.header, f"{line};{self.soft}")
        rows = "".join(f"<tr>{cells(row, line)}</tr>" for row in table.rows)
        under = f'<p style="{self.soft}">{escape(table.caption)}</p>' if table.caption else ""
        if table.fold:
            under = f'<p style="{self.soft}">{escape(table.fold)}</p>{under}'
        return f"{FULL.format(3)}<tr>{head}</tr>{rows}</table>{under}"

    def shown(self, block: FigureBlock | PictureBlock) -> str:
        return self.figure(block) if isinstance(block, FigureBlock) else self.given(block)

    def figure(self, block: FigureBlock) -> str:
        strip = f'<p style="{self.soft}">{escape(block.caption)}</p>' if block.caption else ""
        if isinstance(block.chart, Cells):
            return f"<p>{escape(block.alt)}</p>{self.table(block.table)}{strip}"
        self.task.tick()
        name = f"figure-{len(self.pictures) + 1}.png"
        self.pictures[name] = picture(block.chart, self.name)
        alt = escape(block.alt)
        larger = f'<a href="{name}" style="color:{self.palette.accent}">larger</a>'
        shown = f'<img src="{name}" width="{self.wide}" alt="{alt}" title="{alt}">'
        return f"<p>{shown}<br>{larger}</p>{strip}"

    def given(self, block: PictureBlock) -> str:
        """A picture of a person's, no larger than it is."""
        name = f"picture-{len(self.pictures) + 1}.png"
        self.pictures[name] = block.png
        alt, wide = escape(block.alt), min(self.wide, block.wide)
        larger = f'<a href="{name}" style="color:{self.palette.accent}">larger</a>'
        told = escape(f"{block.caption} {block.said}".strip())
        table = "" if block.table is None else self.table(block.table)
        return (
            f'<p><img src="{name}" width="{wide}" alt="{alt}" title="{alt}"><br>{larger}</p>'
            f'<p style="{self.soft}">{told}</p>{table}'
        )


def broken(text: str, longest: int) -> str:
    """Let a long word (a hash, a path) break: a text view gives it its whole width otherwise.

    Names break after their joints; only a piece that is too long itself breaks between letters.
    """
    return " ".join(
        word if len(word) <= longest else BREAK.join(_pieces(word, longest))
        for word in text.split(" ")
    )


def _pieces(word: str, longest: int) -> list[str]:
    return [
        piece[k : k + longest]
        for piece in JOINTS.findall(word)
        for k in range(0, len(piece), longest)
    ]


@lru_cache(maxsize=64)
def picture(chart: Chart, palette: str) -> bytes:
    """Paint a chart as PNG in a palette's colours."""
    from investigators.report.figures import figure

    buffer = io.BytesIO()
    figure(chart, palettes()[palette]).savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return buffer.getvalue()
