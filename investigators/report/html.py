"""The report as one HTML file: no script, no network, figures inside, light and dark.

The template escapes by itself; the only markup that is handed to it are the pictures, whose texts
matplotlib has escaped.
"""

from __future__ import annotations

import base64
import re

from investigators.chart import Cells
from investigators.report.model import Block, FigureBlock, PictureBlock, Report
from investigators.report.palette import palettes
from investigators.report.writer import Writer
from investigators.resources import resource

TEMPLATE = "report.html.j2"


class Pictures:
    """Paints the pictures of one page, each with its own ids."""

    def __init__(self) -> None:
        self._painted = 0

    def svg(self, block: FigureBlock) -> str:
        """Return the picture as markup with a title and a description for those who hear it."""
        from markupsafe import Markup, escape

        from investigators.report.figures import svg

        self._painted += 1
        name = f"figure-{self._painted}"
        drawn = svg(block.chart, name)
        told = (
            f'<title id="{name}-title">{escape(block.chart.title)}</title>'
            f'<desc id="{name}-desc">{escape(block.alt)}</desc>'
        )
        opened = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
        drawn = re.sub(
            r"^<svg ([^>]*)>", lambda found: f"{opened}{found[1]}>{told}", drawn, count=1
        )
        return Markup(drawn)  # noqa: S704 - made here; what came from outside is escaped in it


def inside(block: PictureBlock) -> str:
    """A picture as an address that holds it: the page stays one file."""
    return f"data:image/png;base64,{base64.b64encode(block.png).decode()}"


def kind(block: Block) -> str:
    """Name a block for the template; a chart that is a table is shown as one."""
    if isinstance(block, FigureBlock) and isinstance(block.chart, Cells):
        return "cells"
    return type(block).__name__.lower().removesuffix("block")


def longest_word(text: str) -> int:
    """Return the length of the longest word, which decides whether it may be broken."""
    return max(map(len, text.split()), default=0)


def write(report: Report) -> bytes:
    """Return the file."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = kind
    environment.filters["inside"] = inside
    environment.filters["longest_word"] = longest_word
    page = environment.get_template(TEMPLATE).render(
        report=report, palettes=palettes(), svg=Pictures().svg
    )
    return page.encode()


WRITER = Writer("html", ".html", write)
