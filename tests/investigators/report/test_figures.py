import re
import xml.etree.ElementTree as ET
from functools import cache
from math import log
from typing import Any

import msgspec
import pytest

from investigators import chart as charts
from investigators.chart import (
    Bar,
    Cells,
    Curve,
    Distributions,
    Dot,
    Dots,
    Mark,
    TimeStrip,
    Waterfall,
    as_table,
)
from investigators.report import figures, paint
from investigators.report.figure_block import TABLE_ROWS, figure_block, twin
from investigators.report.palette import Palette, palettes
from tests.investigators.report import report_cases

HOSTILE = "</text><script>alert('1')</script> & $x$ 日本"
EXAMPLES = {
    "waterfall": report_cases.waterfall(),
    "distributions": report_cases.distributions(),
    "time_strip": report_cases.time_strip(),
    "dots": report_cases.dots(),
    "cells": as_table(report_cases.waterfall()),
}
# Odd or empty ones must still give a picture: checks describe what they have.
ODD = {
    "nothing in it": Waterfall("none", 0.0, 0.0, (), "log-odds"),
    "one flat bar": Waterfall("flat", 1.0, 1.0, (Bar("a", 0.0),), "value"),
    "no curves": Distributions("none", (), "s"),
    "one point": TimeStrip("one", (Curve("a", (5.0,), (1.0,)),), "n", "UTC"),
    "flat": TimeStrip("flat", (Curve("a", (0.0, 1e9), (0.0, 0.0)),), "n", "UTC"),
    "no groups": Dots("none", (), "share"),
    "one sure group": Dots("one", (Dot("a", 0.5, 0.5, 0.5, 1),), "share", rest=0.5),
    "no rows": Cells("none", ("a",), ()),
    "narrow log axis": Distributions(
        "narrow", (Curve("a", (log(10.0), log(11.0)), (1.0, 2.0)),), "s", log_x=True
    ),
    "negative": Distributions("negative", (Curve("a", (-5.0, 5.0), (1.0, 1.0)),), "°C"),
}


@cache
def drawn(name: str) -> str:
    return figures.svg((EXAMPLES | ODD)[name], "f-1")


def texts(svg: str) -> list[str]:
    return [
        "".join(node.itertext()) for node in ET.fromstring(svg).iter() if node.tag.endswith("text")
    ]


def test_every_chart_kind_has_a_painter_and_an_example() -> None:
    assert set(figures.PAINTERS) == set(charts.KINDS)
    assert {type(chart) for chart in EXAMPLES.values()} == set(charts.KINDS)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_same_chart_same_bytes(name: str) -> None:
    assert figures.svg(EXAMPLES[name], "f-1") == drawn(name)


@pytest.mark.parametrize("name", sorted(EXAMPLES | ODD))
def test_svg_is_well_formed_and_speaks_of_no_other_place(name: str) -> None:
    svg = drawn(name)
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    # Namespace names are no addresses that anything fetches.
    addresses = set(re.findall(r"https?://[^\"' <]+", svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert all(node.attrib["id"].startswith("f-1-") for node in root.iter() if "id" in node.attrib)
    assert set(re.findall(r"url\(#([^)]*)\)", svg)) <= set(re.findall(r'id="([^"]*)"', svg))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_colours_follow_the_page(name: str) -> None:
    svg = drawn(name)
    bare = re.sub(r"var\(--[a-z-]+, #[0-9a-f]{6}\)", "", svg)
    assert not re.search(r"(?:fill|stroke): #(?!000000)[0-9a-f]{6}", bare)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_hostile_words_stay_words(name: str) -> None:
    def spoiled(value: Any) -> Any:
        if isinstance(value, str):
            return HOSTILE
        if isinstance(value, tuple):
            return tuple(spoiled(item) for item in value)
        if isinstance(value, msgspec.Struct):
            pairs = {field: spoiled(getattr(value, field)) for field in value.__struct_fields__}
            return type(value)(**pairs)
        return value

    svg = figures.svg(spoiled(EXAMPLES[name]), "f-1")
    tags = {node.tag.rsplit("}")[-1] for node in ET.fromstring(svg).iter()}
    assert "script" not in tags
    assert "<script" not in svg
    assert any("</text><script>" in text for text in texts(svg))


def test_waterfall_says_its_numbers() -> None:
    words = " ".join(texts(drawn("waterfall")))
    for said in ("96,400 s", "+2.05", "−0.24", "threshold 20 %", "0.214", "above all (max 7,150)"):
        assert said in words


def test_outside_the_training_range_is_hatched() -> None:
    hatched = drawn("waterfall")
    plain = msgspec.structs.replace(
        EXAMPLES["waterfall"],
        bars=tuple(
            msgspec.structs.replace(bar, hatched=False) for bar in EXAMPLES["waterfall"].bars
        ),
    )
    assert "<pattern" in hatched
    assert "<pattern" not in figures.svg(plain, "f-1")


def test_log_axis_is_labelled_with_values_and_unit() -> None:
    words = texts(drawn("distributions"))
    assert "1,000 s" in words
    assert "1 million s" in words
    assert "s, logarithmic axis" in words


def test_time_axis_names_its_clock() -> None:
    words = texts(drawn("time_strip"))
    assert "14 May" in words
    assert any("times in UTC" in text for text in words)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_no_text_leaves_the_picture(name: str) -> None:
    made = figures.figure(EXAMPLES[name])
    made.canvas.draw()
    whole = made.bbox
    for text in made.texts:
        box = text.get_window_extent()
        assert box.x0 >= whole.x0 - 1, text.get_text()
        assert box.x1 <= whole.x1 + 1, text.get_text()
        assert box.y0 >= whole.y0 - 1, text.get_text()
        assert box.y1 <= whole.y1 + 1, text.get_text()


def test_table_twin_of_shared_positions_has_a_row_each() -> None:
    table = twin(EXAMPLES["time_strip"])
    assert table.header == ("time (UTC)", "app_version 4.8.1", "all others")
    assert table.rows[6][0] == "2026-05-07 00:00"
    assert len(table.rows) == 30
    assert "onset: 2026-05-07 00:00 to 2026-05-08 00:00" in table.caption


def test_long_table_twin_says_what_it_leaves_out() -> None:
    table = twin(EXAMPLES["distributions"])
    assert len(table.rows) <= TABLE_ROWS
    assert "every 4th of 160 points" in table.caption
    # The axis is logarithmic, the table gives the value itself.
    assert "this decision: 96,400" in table.caption


def test_a_chart_without_description_is_described_by_its_title() -> None:
    assert figure_block(Cells("Groups", ("a",), ())).alt == "Groups"


def test_ticks_are_round_and_inside() -> None:
    assert paint.nice_ticks(0.0, 1.0, 5) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert paint.nice_ticks(3.0, 3.0) == [3.0]
    ticks = paint.log_ticks(log(0.5), log(2e6))
    assert all(log(0.5) <= tick <= log(2e6) for tick in ticks)
    assert [paint.short_value(round(2.718281828459045**tick, 6)) for tick in ticks][
        -1
    ] == "1 million"
    labels = [label for _, label in paint.time_ticks(0.0, 5 * 365 * 86400.0)]
    assert "Jan 1971" in labels


def test_labels_keep_apart() -> None:
    kept = paint.apart([(0, "aaaa"), (5, "bbbb"), (200, "cccc")])
    assert [text for _, text in kept] == ["aaaa", "cccc"]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two hex colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_colour_is_readable(name: str) -> None:
    palette = palettes()[name]
    grounds = [(role, ground) for role in ("ink", "soft", "faint", "raises", "lowers", "accent",
                                           "finding", "clear", "unsure")
               for ground in ("background", "panel")]  # fmt: skip
    grounds += [("finding", "finding_tint"), ("clear", "clear_tint"), ("unsure", "unsure_tint"),
                ("accent", "tint"), ("ink", "tint")]  # fmt: skip
    for role, ground in grounds:
        ratio = contrast(getattr(palette, role), getattr(palette, ground))
        assert ratio >= 4.5, (role, ground, ratio)


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_palettes_have_every_role() -> None:
    assert set(palettes()) >= {"light", "dark"}
    assert all(isinstance(palette, Palette) for palette in palettes().values())


def test_a_span_is_drawn_where_it_is() -> None:
    chart = TimeStrip("t", (Curve("a", (0.0, 864000.0), (1.0, 2.0)),), "n", "UTC",
                      marks=(Mark("x", 86400.0, 172800.0),))  # fmt: skip
    ground = figures.figure(chart).axes[0]
    (span,) = [patch for patch in ground.patches if patch.get_alpha() == 0.12]
    assert span.get_x() == 86400.0
    assert span.get_width() == 86400.0


def test_a_name_of_the_log_that_does_not_fit_beside_the_inputs_goes_below() -> None:
    one = EXAMPLES["waterfall"]
    bars = tuple(
        msgspec.structs.replace(bar, label=f"Column_{k} ({name})")
        for k, (bar, name) in enumerate(zip(one.bars, ("F_FORM_FILL_TIME", "AGE"), strict=False))
    )
    words = texts(figures.svg(msgspec.structs.replace(one, bars=bars), "f-1"))
    assert "Column_0" in words
    assert "(F_FORM_FILL_TIME)" in words
    assert "Column_1 (AGE)" in words


def test_room_goes_to_what_asks_for_little_and_the_widest_give_way_alike() -> None:
    assert paint.shared([10, 500, 20, 400], 330) == [10, 150, 20, 150]
    assert paint.shared([10, 20], 100) == [10, 20]
    assert paint.shared([], 100) == []


def test_a_long_name_in_the_legend_is_whole_beside_short_ones() -> None:
    long = "the first 180 requests of the log, turned back (180)"
    curves = tuple(
        Curve(name, (0.0, 1.0), (0.0, 1.0), kind, dashed=kind != "training")
        for name, kind in (("training", "training"), ("app b", "live"), (long, "repaired"))
    )
    assert long in texts(figures.svg(Distributions("t", curves, "s"), "f-1"))


def test_what_was_undone_is_told_from_what_is_live_without_its_colour() -> None:
    def lines(kind: str) -> set[str]:
        curve = Curve("a", (0.0, 1.0), (0.0, 1.0), kind, dashed=True)
        svg = figures.svg(Distributions("t", (curve,), "s"), "f-1")
        return set(re.findall(r"stroke-dasharray: ([\d., ]+)", svg))

    assert lines("live")
    assert lines("repaired")
    assert not lines("live") & lines("repaired")


def test_names_of_groups_and_cells_are_whole_where_there_is_room() -> None:
    group = "region south and channel web and kind p"
    dots = Dots("t", (Dot(group, 0.5, 0.4, 0.6, 9, own=True), Dot("b", 0.1, 0.0, 0.2, 9)), "share")
    assert group in texts(figures.svg(dots, "f-1"))
    row = ("Federal City", "235", "differs by name: it stands where that one stood before")
    told = texts(figures.svg(Cells("t", ("value", "requests of the log", "why"), (row,)), "f-1"))
    assert set(row) <= set(told)
    assert "requests of the log" in told


def test_long_names_of_groups_stand_whole_in_lines_of_their_own() -> None:
    name = "delivery_region North Rhine-Westphalia and sales_channel mobile application"
    three = f"{name} and payment_method invoice after delivery"
    dots = (Dot(three, 2, 1, 3, 658, True), Dot(f"{name}, others", 1, 0.5, 2, 1_332))
    said = " ".join(texts(figures.svg(Dots("groups", dots, "share", rest=1.0), "f-1")))
    assert three in said
    assert f"{name}, others" in said
    assert paint.in_lines("one two three", 2.0, 2, 1.0) == ["one", "tw…"]
    assert paint.in_lines("", 100, 2) == [""]
