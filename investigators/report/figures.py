"""Charts painted with matplotlib, for reports, as SVG text.

Sizes are in pixels: figures are made at 72 dpi, so that a point is a pixel.  Colours in the SVG
are variables (``var(--raises, #ab4a10)``), so that one picture serves a light and a dark page; the
text stays text.  The same chart gives the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from investigators.chart import Cells, Chart, Distributions, Dots, TimeStrip, Waterfall
from investigators.report.paint_curves import paint_distributions, paint_time_strip
from investigators.report.paint_rows import paint_cells, paint_dots, paint_waterfall
from investigators.report.palette import Palette, palettes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Painter = Callable[[Any, Palette], "Figure"]
PAINTERS: dict[type[msgspec.Struct], Painter] = {
    Waterfall: paint_waterfall,
    Distributions: paint_distributions,
    TimeStrip: paint_time_strip,
    Dots: paint_dots,
    Cells: paint_cells,
}
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"


def figure(chart: Chart, palette: Palette | None = None) -> Figure:
    """Paint a chart; the caller saves it."""
    with _settings():
        return PAINTERS[type(chart)](chart, palette or palettes()["light"])


def svg(chart: Chart, name: str) -> str:
    """Return the picture as an ``<svg>`` element.

    ``name`` makes its ids unique within a page (letters, digits, hyphen).
    """
    buffer = io.StringIO()
    with _settings(hashsalt=name):
        made = figure(chart)
        made.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _inlined(buffer.getvalue(), name)


def _inlined(document: str, name: str) -> str:
    """Cut the document down to its element, with own ids, variables for colours, page fonts."""
    element = document[document.index("<svg") :].strip()
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(
        r' xmlns:xlink="[^"]*"', ' xmlns:xlink="http://www.w3.org/1999/xlink"', element
    )
    element = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', element)
    element = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", element)
    element = re.sub(r'xlink:href="#([^"]+)"', rf'xlink:href="#{name}-\1"', element)
    light = asdict(palettes()["light"])
    for role, colour in light.items():
        element = element.replace(colour, f"var(--{role.replace('_', '-')}, {colour})")
    element = re.sub(r"(font: [^;\"]*px) [^;\"]*", rf"\1 {FONT}", element)
    return re.sub(
        r'^<svg ([^>]*?)width="([\d.]+)pt" height="([\d.]+)pt"',
        r'<svg \1width="\2" height="\3" style="max-width:100%;height:auto"',
        element,
        count=1,
    )


@contextmanager
def _settings(hashsalt: str = "fifthwhy") -> Iterator[None]:
    import matplotlib as mpl

    own = {
        "svg.fonttype": "none",
        "svg.hashsalt": hashsalt,
        "font.family": "DejaVu Sans",
        "font.size": 11.0,
        "figure.dpi": 72.0,
        "hatch.linewidth": 3.0,
        "axes.unicode_minus": True,
        # A dollar in a label is a dollar, not mathematics.
        "text.parse_math": False,
        "text.usetex": False,
    }
    with mpl.rc_context(own), warnings.catch_warnings():
        # Scripts that the measuring font lacks are still shown: the text stays text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield
