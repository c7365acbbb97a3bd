"""Colours, sizes and the style sheet: light, dark and high contrast from one table of tokens.

Fusion with our own palettes, so that dark and high contrast can be tested without a desktop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Literal

from PySide6 import QtCore
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from investigators import desk
from investigators.resources import resource

Scheme = Literal["system", "light", "dark", "contrast"]
SCHEMES: tuple[Scheme, ...] = ("system", "light", "dark", "contrast")
ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)
WORK, SMALL, TITLE, HEAD, SCORE = 13, 11.5, 15, 20, 24


@dataclass(frozen=True)
class Theme:
    """The tokens in force: ``colour("ink")`` and sizes in pixels after zoom."""

    name: str
    colours: dict[str, str]
    zoom: int = 100

    def colour(self, role: str) -> QColor:
        """Return a colour by role."""
        return QColor(self.colours[role])

    def px(self, size: float) -> int:
        """Return a size in pixels at the text zoom in force."""
        return max(1, round(size * self.zoom / 100))

    def font(self, size: float = WORK, *, bold: bool = False) -> QFont:
        """Return the application's font at a size, with tabular figures."""
        font = QFont(QApplication.font())
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font


@cache
def palettes() -> dict[str, dict[str, str]]:
    """Return the tables of tokens by scheme."""
    return desk.palettes()


_in_force: list[Theme] = []


def theme() -> Theme:
    """Return the theme in force."""
    if not _in_force:
        _in_force.append(Theme("light", palettes()["light"]))
    return _in_force[-1]


def scheme_name(wish: Scheme) -> str:
    """Return the palette a wish means; ``system`` follows the desktop."""
    if wish != "system":
        return wish
    if not _in_force:
        # The first picture goes by the desktop's palette: to ask for the scheme itself makes Python
        # classes of 130 enums. The window looks again after that picture.
        return "dark" if QGuiApplication.palette().window().color().lightness() < 128 else "light"
    hints = QGuiApplication.styleHints()
    return "dark" if hints.colorScheme() == QtCore.Qt.ColorScheme.Dark else "light"


def apply(app: QApplication, wish: Scheme = "system", zoom: int = 100) -> Theme:
    """Put a theme in force for the whole application.

    Where it is in force already nothing is done: Qt would dress every widget again.
    """
    name = scheme_name(wish)
    made = Theme(name, palettes()[name], zoom)
    if _in_force != [made] or app.styleSheet() != style_sheet(made):
        choose(app, wish, zoom)
        dress(app)
    return theme()


def choose(app: QApplication, wish: Scheme, zoom: int) -> Theme:
    """Put colours and font in force, and leave the style sheet to :func:`dress`."""
    name = scheme_name(wish)
    made = Theme(name, palettes()[name], zoom)
    _in_force[:] = [made]
    app.setStyle("Fusion")
    font = QFont(app.font())
    font.setPixelSize(made.px(WORK))
    app.setFont(font)
    app.setPalette(_palette(made))
    return made


def dress(app: QApplication) -> None:
    """Put the style sheet of the theme in force."""
    app.setStyleSheet(style_sheet(theme()))


def _palette(made: Theme) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "background",
        QPalette.ColorRole.Base: "panel",
        QPalette.ColorRole.AlternateBase: "background",
        QPalette.ColorRole.Button: "panel",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.PlaceholderText: "faint",
        QPalette.ColorRole.Highlight: "tint",
        QPalette.ColorRole.HighlightedText: "ink",
        QPalette.ColorRole.ToolTipBase: "panel",
        QPalette.ColorRole.ToolTipText: "ink",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.Mid: "line",
        QPalette.ColorRole.Accent: "accent",
    }
    palette = QPalette()
    for role, name in roles.items():
        palette.setColor(role, made.colour(name))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.WindowText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, made.colour("faint"))
    return palette


def style_sheet(made: Theme) -> str:
    """Return the style sheet; widgets opt in by the property ``kind`` (:func:`app.parts.kind`)."""
    sizes = {
        name: made.px(float(name.removeprefix("px").replace("_", ".")))
        for name in re.findall(r"\$\{(px[0-9_]+)\}", sheet())
    }
    icons = resource("icons").as_posix()
    check = "check-dark" if made.colour("on_accent").lightness() < 128 else "check-light"
    return Template(sheet()).substitute(made.colours, icons=icons, check=check, **sizes)


@cache
def sheet() -> str:
    """Return the style sheet with its placeholders."""
    return resource("window.qss").read_text(encoding="utf-8")
