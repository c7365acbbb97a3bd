"""A repair tried by hand in the window: put together, answered beside it, kept as a fact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.try_repair import TryForm, choice_of, try_repair
from app.window import Window
from tests.app.opened import copied, window_on
from tests.app.test_learned import in_dialog


@pytest.fixture
def opened(qtbot: QtBot, parcel_found: Path, tmp_path: Path) -> Iterator[Window]:
    with window_on(qtbot, copied(parcel_found, tmp_path)) as window:
        yield window


def test_the_leads_repair_stands_there_and_more_is_added(opened: Window, qtbot: QtBot) -> None:
    def act(form: TryForm) -> None:
        first = form.steps.toPlainText()
        assert first.startswith("divide fill_time by 1000 where app_version = 2.1 since 2026-03-")
        form.input.setCurrentText("basket")
        form.verb.setCurrentText("add")
        form.where.setCurrentText("in app_version 2.1")
        qtbot.keyClicks(form.one, "5")
        qtbot.mouseClick(form._add, Qt.MouseButton.LeftButton)
        assert (
            form.steps.toPlainText() == f"{first}\nsubtract -5 from basket where app_version = 2.1"
        )
        assert not form.ok.isEnabled(), "nothing was tried yet"
        qtbot.mouseClick(form.attempt, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(form.ok.isEnabled, timeout=20_000)
        assert "This decision: " in form.answer.text()
        assert "review → accept" in form.answer.text()
        form.ok.click()

    in_dialog(TryForm, act)
    opened.act("try_repair")
    (fact,) = opened.session.state.board.facts
    assert fact.words.startswith("Tried by hand: divide fill_time by 1000 where")
    assert fact.grade == "B"
    opened.session.undo()
    assert not opened.session.state.board.facts


def test_what_cannot_be_read_or_is_not_there_is_said_at_once(opened: Window, qtbot: QtBot) -> None:
    def act(form: TryForm) -> None:
        form.steps.setPlainText("halve fill_time")
        form.try_now()
        assert "cannot be read at “halve”" in form.answer.text()
        form.steps.setPlainText("divide fil_time by 2")
        assert form.answer.text() == "", "what was said was of other steps"
        form.try_now()
        qtbot.waitUntil(lambda: "did you mean fill_time" in form.answer.text(), timeout=20_000)
        assert not form.ok.isEnabled()
        form.steps.clear()
        assert not form.attempt.isEnabled()

    in_dialog(TryForm, act)
    try_repair(opened, opened.session)
    assert not opened.session.state.board.facts


@pytest.mark.parametrize("zoom", [100, 150])
def test_a_long_answer_scrolls_and_leaves_the_buttons_on_the_screen(
    opened: Window, qtbot: QtBot, zoom: int
) -> None:
    def act(form: TryForm) -> None:
        form.steps.setPlainText("divide fill_time by 1000")
        assert not form.seen.isVisible()
        words = "Line {} of what came of it, in so many words that it is long."
        form._say([words.format(k) for k in range(60)])
        qtbot.waitUntil(lambda: form.seen.verticalScrollBar().maximum() > 0)
        assert form.height() <= form.screen().availableGeometry().height()
        assert form.rect().contains(form.ok.geometry().translated(form.buttons.pos()))

    opened._look(scheme="light", zoom=zoom)
    in_dialog(TryForm, act)
    try_repair(opened, opened.session)


def test_leaving_does_not_wait_for_an_answer(opened: Window, qtbot: QtBot) -> None:
    def act(form: TryForm) -> None:
        form.try_now()
        form.reject()

    in_dialog(TryForm, act)
    try_repair(opened, opened.session)
    qtbot.waitUntil(lambda: not opened.session.case_lane.jobs, timeout=20_000)
    assert choice_of(opened.session).inputs
