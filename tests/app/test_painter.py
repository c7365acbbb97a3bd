"""Charts on screen: every kind has a painter here and in reports, a name, a table twin, a copy."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from app import painter, theme
from app.cells_table import LEAST, CellsTable, shared
from app.chart_labels import broken
from app.waterfall import Waterfall
from app.waterfall_places import EDGE, BarPlaces, columns_at
from investigators import chart
from investigators.report.figures import PAINTERS
from tests.app.clipping import painted, painted_faults
from tests.investigators.report import report_cases as cases

CHARTS = (
    cases.waterfall(),
    cases.distributions(),
    cases.time_strip(),
    cases.dots(),
    chart.Cells("Two", ("a", "b"), (("1", "x"), ("2", "y")), "a strip", "two rows"),
)


def test_screen_and_report_know_every_kind() -> None:
    assert set(painter.PAINTERS) == set(PAINTERS) == set(chart.KINDS)
    assert {type(one) for one in CHARTS} == set(chart.KINDS)


def _waterfall(bars: tuple[chart.Bar, ...], threshold: float | None) -> chart.Waterfall:
    end = sum(bar.length for bar in bars)
    replace = msgspec.structs.replace
    return replace(cases.waterfall(), bars=bars, start=0.0, end=end, threshold=threshold, ruler=())


LONG = "days_since_last_successful_payment_attempt_at_partner"


def _long(one: chart.Chart) -> chart.Chart:
    """The same chart with long names, as real feature stores have them."""
    replace = msgspec.structs.replace
    match one:
        case chart.Waterfall():
            bars = tuple(replace(b, label=f"{LONG}_{k}") for k, b in enumerate(one.bars))
            return replace(one, bars=bars)
        case chart.Distributions() | chart.TimeStrip():
            curves = tuple(replace(c, name=f"{LONG} {k}") for k, c in enumerate(one.curves))
            marks = tuple(replace(m, label=f"{m.label} {LONG}"[:40]) for m in one.marks)
            return replace(one, curves=curves, marks=marks)
        case chart.Dots():
            dots = tuple(replace(d, label=f"{LONG}_{k}") for k, d in enumerate(one.dots))
            return replace(one, dots=dots)
    return one


@pytest.mark.parametrize("wide", [300, 420, 900])
@pytest.mark.parametrize("zoom", [100, 150])
@pytest.mark.parametrize("one", CHARTS[:4], ids=lambda one: type(one).__name__)
def test_no_two_words_of_a_chart_touch(
    qtbot: QtBot, qapp: QApplication, one: chart.Chart, zoom: int, wide: int
) -> None:
    theme.apply(qapp, "light", zoom)
    found, seen = [], 0
    for drawn in (one, _long(one)):
        for size in (theme.SMALL, 18 * 100 / zoom):  # in a card, in a meeting
            view = painter.widget(drawn, size=size)
            qtbot.addWidget(view)
            view.resize(wide, view.sizeHint().height())
            view.show()
            QApplication.processEvents()
            (plot,) = (w for w in view.findChildren(QWidget) if type(w).__name__ == "PlotWidget")
            seen += len(painted(plot))
            found += [f"size {size:.0f}: {each}" for each in painted_faults(plot, may_cut=True)]
            view.close()
    theme.apply(qapp, "light", 100)
    assert seen > 4
    assert not found, "\n".join(found)


@pytest.mark.parametrize("wide", [440, 590])
@pytest.mark.parametrize("zoom", [100, 150])
def test_an_input_and_its_column_are_both_whole_in_the_waterfall(
    qtbot: QtBot, qapp: QApplication, zoom: int, wide: int
) -> None:
    theme.apply(qapp, "light", zoom)
    one = cases.waterfall()
    names = {bar.label: f"Column_{k} (F_FORM_FILL_TIME)" for k, bar in enumerate(one.bars)}
    view = Waterfall()
    qtbot.addWidget(view)
    view.show_chart(one, lambda words: names.get(words, words))
    view.resize(wide, view.heightForWidth(wide))
    view.show()
    QApplication.processEvents()
    words = [text for text, _ in painted(view)]
    faults = list(painted_faults(view))
    theme.apply(qapp, "light", 100)
    assert not faults, "\n".join(faults)
    whole = "Column_0 (F_FORM_FILL_TIME)"
    assert whole in words or {"Column_0", "(F_FORM_FILL_TIME)"} <= set(words), words


LENGTHS = st.lists(st.floats(-9, 9).filter(lambda x: abs(x) > 0.01), min_size=1, max_size=9)


@pytest.mark.parametrize("zoom", [100, 150])
@given(lengths=LENGTHS, pane=st.integers(260, 900), threshold=st.none() | st.floats(-9, 9))
def test_bars_keep_a_third_of_the_pane_and_numbers_stay_in_it(
    zoom: int, lengths: list[float], pane: int, threshold: float | None
) -> None:
    theme.apply(QApplication.instance(), "light", zoom)
    wide = pane * zoom // 100
    bars = tuple(chart.Bar(f"{LONG}_{k}", x, "no account") for k, x in enumerate(lengths))
    one = _waterfall(bars, threshold)
    left = columns_at(one, wide).left
    places = BarPlaces(one, left, wide - EDGE, wide)
    theme.apply(QApplication.instance(), "light", 100)
    assert places.x1 - places.x0 >= wide / 3
    for k in range(len(lengths)):
        number, (start, end) = places.number(k), places.ends(k)
        assert left <= start < end <= wide - EDGE + 2
        assert left <= number.at <= wide - EDGE - places.widths[k] + 1e-6
        if number.inside:
            assert start < number.at < number.at + places.widths[k] < end


def test_numbers_leave_room_only_where_one_needs_it(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 100)
    rising = _waterfall(tuple(chart.Bar("a", x, "1") for x in (1.0, 2.0, 0.5)), None)
    places = BarPlaces(rising, 300, 800, 812)
    assert places.x0 == 300
    assert places.x1 == 800 - max(places.widths) - places.gap
    cramped = BarPlaces(rising, 300, 440, 420)  # a third is all there is
    assert (cramped.x0, cramped.x1) == (300, 440)


@pytest.mark.parametrize("one", CHARTS, ids=lambda one: type(one).__name__)
def test_a_chart_is_named_and_has_its_table(qtbot: QtBot, one: chart.Chart) -> None:
    view = painter.widget(one)
    qtbot.addWidget(view)
    view.resize(460, 400)
    view.show()
    assert view.accessibleName() == one.title
    assert one.strip in view.accessibleDescription()
    plain = view.grab().toImage()
    colours = {plain.pixel(x, y) for x in range(0, 460, 3) for y in range(0, plain.height(), 3)}
    assert len(colours) > 5, "something is drawn"
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    (twin,) = [t for t in view.findChildren(QTableWidget) if t.isVisible()]
    assert twin.rowCount() > 1
    assert view.as_table
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert not view.as_table
    view.copy()
    data = QGuiApplication.clipboard().mimeData()
    assert one.title in data.text()
    assert data.hasImage()
    view.close()


@given(st.lists(st.integers(1, 400), max_size=8), st.integers(0, 1500))
def test_widths_fill_the_room_and_small_ones_stay_whole(wanted: list[int], room: int) -> None:
    widths = shared(wanted, room)
    assert len(widths) == len(wanted)
    if sum(wanted) <= room:
        assert widths[:-1] == wanted[:-1]
        assert not wanted or sum(widths) == room
    else:
        assert room - len(wanted) <= sum(widths) <= room
        assert all(a <= b for a, b in zip(widths, wanted, strict=True))
        cut = [a for a, b in zip(widths, wanted, strict=True) if a < b]
        assert max(cut) - min(cut) <= len(wanted), "what is cut is cut to the same width"


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 400)), max_size=8), st.integers(0, 900)
)
def test_no_column_is_cut_below_its_least(pairs: list[tuple[int, int]], room: int) -> None:
    wanted, least = [a for a, _ in pairs], [min(pair) for pair in pairs]
    widths = shared(wanted, room, least)
    assert all(a >= b for a, b in zip(widths, least, strict=True))
    if sum(least) >= room and sum(wanted) > room:
        assert widths == least, "the rest is scrolled to"
    elif sum(wanted) > room:
        assert room - len(wanted) <= sum(widths) <= room


@pytest.mark.parametrize("zoom", [100, 150])
def test_a_narrow_table_keeps_its_titles_and_is_scrolled(
    qtbot: QtBot, qapp: QApplication, zoom: int
) -> None:
    theme.apply(qapp, "light", zoom)
    names = ("position", "component", "title", "item", "owner", "")
    line = ("1", "recommender", "Recommended for you again", "it-1252", "another component", "here")
    table = CellsTable(chart.Cells("Page", names, (line,), "a strip", "one page"))
    qtbot.addWidget(table)
    table.resize(390, 200)
    table.show()
    header = table.horizontalHeader()
    for k in range(len(names)):
        assert header.sectionSize(k) >= header.sectionSizeHint(k), names[k]
        assert header.sectionSize(k) >= min(table.sizeHintForColumn(k), theme.theme().px(LEAST))
    table.setFocus()
    table.setCurrentCell(0, 0)
    for _ in names[1:]:
        qtbot.keyClick(table, Qt.Key.Key_Right)
    cell = table.visualItemRect(table.item(0, len(names) - 1))
    assert table.viewport().rect().contains(cell.center()), "the last one comes by keys alone"


def test_dots_say_what_their_axis_counts(qtbot: QtBot) -> None:
    one = cases.dots()
    for strip in (True, False):  # in a card, in a meeting
        view = painter.widget(one, strip=strip)
        qtbot.addWidget(view)
        assert one.unit in [each.text() for each in view.findChildren(QLabel)]


@pytest.mark.parametrize("one", CHARTS, ids=lambda one: type(one).__name__)
def test_what_an_axis_counts_stands_below_it(qtbot: QtBot, one: chart.Chart) -> None:
    view = painter.widget(one)
    qtbot.addWidget(view)
    said = [label.text() for label in view.findChildren(QLabel)]
    if isinstance(one, chart.TimeStrip):
        assert f"{one.unit} · times in {one.zone}" in said
    elif isinstance(one, chart.Distributions | chart.Dots):
        assert any(text.startswith(one.unit) for text in said)


REGION, CHANNEL = "delivery_region North Rhine-Westphalia", "sales_channel mobile application"
PAYMENT = "payment_method invoice after delivery"
THREE = (
    f"{REGION} and {CHANNEL} and {PAYMENT}", "one of the three", f"{REGION} and {PAYMENT}, others",
    "none of the three", f"{REGION} and {CHANNEL}, others", f"{CHANNEL} and {PAYMENT}, others",
)  # fmt: skip


@pytest.mark.parametrize("wide", [400, 520, 700])
@pytest.mark.parametrize("zoom", [100, 150])
def test_groups_of_three_conditions_keep_their_whole_names(
    qtbot: QtBot, qapp: QApplication, zoom: int, wide: int
) -> None:
    theme.apply(qapp, "light", zoom)
    dots = tuple(chart.Dot(each, 1 + k, k, 2 + k, 10_000, not k) for k, each in enumerate(THREE))
    view = painter.widget(chart.Dots("groups", dots, "observed / expected", 1.0))
    qtbot.addWidget(view)
    view.show()
    for each in (700, wide):  # narrower than it was drawn at first
        view.resize(each, view.sizeHint().height())
        for _ in range(3):
            QApplication.processEvents()
    view.resize(wide, view.sizeHint().height())
    QApplication.processEvents()
    (plot,) = (w for w in view.findChildren(QWidget) if type(w).__name__ == "PlotWidget")
    said = " ".join(text for text, _ in painted(plot))
    faults = list(painted_faults(plot))
    theme.apply(qapp, "light", 100)
    assert not faults, "\n".join(faults)
    for each in THREE:
        assert each in said


def test_a_label_is_broken_between_words_and_cut_in_the_last_line() -> None:
    metrics = QFontMetricsF(theme.theme().font())
    wide = metrics.horizontalAdvance("one of the") + 1
    assert broken("one of the three", wide, metrics, 4) == ["one of the", "three"]
    lines = broken("one of the three of the three of the three", wide, metrics, 2)
    assert lines[0] == "one of the"
    assert lines[1].endswith("…")
    assert len(lines) == 2
    assert broken("", wide, metrics, 2) == [""]
