"""Charts on screen: every kind has a painter here and in reports, a name, a table twin, a copy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from app import painter
from investigators import chart
from investigators.report.figures import PAINTERS
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
