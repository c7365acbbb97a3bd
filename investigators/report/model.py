"""The report as a value: what every writer writes.

All text is plain text: a writer escapes it for its format.  ``Verbatim``, what a ``PictureBlock``
says of a person's picture, and statements and columns of a table marked ``verbatim``, hold words
that people typed, nothing else does; the wording lint reads all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from investigators.chart import Chart

Audience = Literal["internal", "shared", "public"]
Mark = Literal["fact", "inference", "assumption", "computed", "proposed"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence and what it rests on.

    ``mark`` says which kind of claim it is; ``evidence`` are ids of the register (``E1``);
    ``link`` is the name of a file beside the report; ``note`` is said in the mark (an owner);
    ``verbatim`` are words that a person typed.
    """

    text: str
    mark: Mark | None = None
    evidence: tuple[str, ...] = ()
    strong: bool = False
    link: str = ""
    note: str = ""
    verbatim: bool = False

    @property
    def tag(self) -> str:
        """The words of the mark: ``fact · E3 E4``."""
        return " · ".join(part for part in (self.mark, self.note, " ".join(self.evidence)) if part)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Statements that follow each other."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``numbered`` where the order matters."""

    items: tuple[tuple[Statement, ...], ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; ``right`` are the indexes of columns of numbers.

    ``fold`` are the words under which it is folded away, for what a reader seldom wants to see.
    Columns whose indexes are in ``verbatim`` hold words that people typed.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    right: tuple[int, ...] = ()
    fold: str = ""
    verbatim: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A picture: the chart, its caption (method, scale, rows, error), words and table for it."""

    chart: Chart
    caption: str
    alt: str
    table: Table


@dataclass(frozen=True, slots=True)
class PictureBlock:
    """A picture of a person's, as it may be seen: a PNG file of ``wide`` by ``high`` pixels.

    ``caption`` is the program's; ``said`` (whose view, when, what it shows) and ``alt`` hold words
    that people typed.  ``table`` tells what is numbered in it.
    """

    png: bytes
    wide: int
    high: int
    caption: str
    said: str
    alt: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy exactly."""

    text: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words as a person typed them, and who or where."""

    text: str
    who: str = ""


Block = Paragraph | Items | Table | FigureBlock | PictureBlock | Code | Verbatim


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part; ``parts`` are its own headed parts (one level)."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of page one: a question and its answer."""

    label: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """Whether it still runs; ``loud`` draws the eye."""

    words: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The post-mortem.  ``head`` are the short facts of the top line, after the status."""

    title: str
    status: Status
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    run_again: str
    audience: Audience = "shared"
    language: str = field(default="en")
