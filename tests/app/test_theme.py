"""Colours and sizes: readable in all three palettes, and every placeholder of the sheet known."""

from __future__ import annotations

import re
from itertools import product
from string import Template
from typing import Any

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QStyleOptionButton,
)
from pytestqt.qtbot import QtBot

from app import theme

PALETTES = ("light", "dark", "contrast")
# Text roles and the grounds they are put on (window.qss, panes, painters).
GROUNDS = {
    "ink": ("background", "panel", "tint", "finding_tint", "clear_tint", "unsure_tint"),
    "soft": ("background", "panel"),
    "faint": ("background", "panel"),
    "accent": ("background", "panel", "tint"),
    "on_accent": ("accent",),
    "raises": ("background", "panel"),
    "lowers": ("background", "panel"),
    "finding": ("panel", "finding_tint"),
    "clear": ("panel", "clear_tint"),
    "unsure": ("panel", "unsure_tint"),
}
LEAST = 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _rules() -> list[tuple[str, dict[str, str]]]:
    """Selectors of the style sheet with their declarations."""
    plain = re.sub(r"/\*.*?\*/", "", theme.sheet(), flags=re.DOTALL)
    found = []
    for selector, body in re.findall(r"([^{}]+)\{((?:[^{}]|\$\{\w+\})*)\}", plain):
        pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
        found.append((" ".join(selector.split()), {a.strip(): b.strip() for a, b in pairs}))
    return found


def test_the_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
def test_text_is_readable_on_its_ground(name: str) -> None:
    colours = theme.palettes()[name]
    for text, grounds in GROUNDS.items():
        for ground in grounds:
            ratio = contrast(colours[text], colours[ground])
            assert ratio >= LEAST, f"{name}: {text} on {ground} {ratio:.2f}"


@pytest.mark.parametrize("name", PALETTES)
def test_every_pair_of_the_sheet_is_readable(name: str) -> None:
    """Colour and ground of one rule; selected text likewise."""
    colours, seen = theme.palettes()[name], 0
    for selector, rule in _rules():
        for text, ground in (
            ("color", "background"),
            ("selection-color", "selection-background-color"),
            ("color", "alternate-background-color"),
        ):
            pair = rule.get(text, ""), rule.get(ground, "")
            if all(part.startswith("$") for part in pair):
                seen += 1
                ratio = contrast(*(colours[part[1:]] for part in pair))
                assert ratio >= LEAST, f"{name}: {selector} {pair} {ratio:.2f}"
    assert seen >= 10


@pytest.mark.parametrize("name", PALETTES)
def test_raised_is_orange_and_lowered_is_blue(name: str) -> None:
    """Never red against green: both are told apart without seeing either of them."""
    hues = {role: QColor(theme.palettes()[name][role]).hue() for role in ("raises", "lowers")}
    assert 10 <= hues["raises"] <= 50
    assert 190 <= hues["lowers"] <= 250


def test_the_palettes_have_the_same_roles() -> None:
    assert set(theme.palettes()) == set(PALETTES) == set(theme.SCHEMES) - {"system"}
    (roles,) = {frozenset(palette) for palette in theme.palettes().values()}
    assert roles >= set(GROUNDS) | {ground for grounds in GROUNDS.values() for ground in grounds}
    for palette in theme.palettes().values():
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in palette.values())


@pytest.mark.parametrize(("name", "zoom"), list(product(PALETTES, (80, 100, 150, 200))))
def test_every_placeholder_is_known(name: str, zoom: int) -> None:
    made = theme.style_sheet(theme.Theme(name, theme.palettes()[name], zoom))
    assert "$" not in made
    assert Template(theme.sheet()).is_valid()
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", made)]
    assert min(sizes) == round(11.5 * zoom / 100)


def test_a_theme_is_put_in_force(qapp: Any) -> None:
    try:
        made = theme.apply(qapp, "contrast", 150)
        assert theme.theme() is made
        assert made.px(13) == 20
        assert made.font(13).pixelSize() == 20
        assert qapp.palette().windowText().color() == made.colour("ink")
        assert theme.scheme_name("system") in ("light", "dark")
        assert theme.Theme("light", {}, 1).px(13) == 1, "never nothing"
    finally:
        theme.apply(qapp, "light", 100)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_list_that_drops_down_shows_its_last_row_whole(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "light", 100)
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["for us", "to share", "for the public"])
    box.show()
    box.showPopup()
    rows = box.view()
    qtbot.waitUntil(rows.isVisible, timeout=5_000)
    last = rows.visualRect(box.model().index(2, 0))
    assert rows.viewport().rect().contains(last)
    top = box.mapToGlobal(box.rect().bottomLeft()).y()
    assert rows.mapToGlobal(rows.rect().topLeft()).y() >= top, "the list hides its own box"
    box.hidePopup()
    qapp.setStyleSheet("")


@pytest.mark.parametrize("name", PALETTES)
def test_a_hint_in_a_field_is_readable(
    qtbot: QtBot, qapp: QApplication, name: theme.Scheme
) -> None:
    """Left to itself, Qt draws it in half of the text's colour."""
    theme.apply(qapp, name, 100)
    for field in (QLineEdit(), QPlainTextEdit()):
        qtbot.addWidget(field)
        field.ensurePolished()
        hint = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert contrast(hint.name(), theme.theme().colours["panel"]) >= LEAST
        assert hint.alpha() == 255
    theme.apply(qapp, "light", 100)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("zoom", [100, 150])
def test_a_box_to_tick_is_seen_and_grows_with_the_text(
    qtbot: QtBot, qapp: QApplication, name: theme.Scheme, zoom: int
) -> None:
    theme.apply(qapp, name, zoom)
    box = QCheckBox("May be seen outside")
    qtbot.addWidget(box)
    box.show()
    QApplication.processEvents()
    option = QStyleOptionButton()
    box.initStyleOption(option)
    at = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
    looks = []
    for ticked in (False, True):
        box.setChecked(ticked)
        image = box.grab().toImage()
        edge, middle = (image.pixelColor(x, at.center().y()) for x in (at.left(), at.center().x()))
        looks.append((edge.name(), middle.name()))
    ground = theme.theme().colours["background"]
    theme.apply(qapp, "light", 100)
    assert at.width() >= 14 * zoom // 100
    assert contrast(looks[0][0], ground) >= 3, "WCAG 2.1, 1.4.11"
    assert contrast(looks[1][0], ground) >= 3
    assert looks[0] != looks[1]
