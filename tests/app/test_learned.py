"""What was learned and what it costs, typed in the window: by keys, undone, in the report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.learned import CostsForm, LearnedForm
from app.window import Window
from investigators import desk
from investigators.board import Board, Cost, Learned
from tests.app.drawn import whole


@pytest.fixture
def opened(window: Window, qtbot: QtBot, parcel_found: Path, tmp_path: Path) -> Window:
    session = window.session
    session.open_files([str(shutil.copy(parcel_found, tmp_path))])
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=60_000
    )
    whole(window)
    return window


def in_dialog(kind: type[QDialog], do: Callable[[Any], object]) -> None:
    """Do something in the next dialog of a kind, once it is up."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        try:
            do(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()  # nothing waits for a dialog that stays

    QTimer.singleShot(0, act)


def test_what_was_learned_is_typed_kept_and_undone(opened: Window, qtbot: QtBot) -> None:
    def fill(form: LearnedForm) -> None:
        assert form.focusWidget() is form.fields["helped"]
        qtbot.keyClicks(form.focusWidget(), "the release notes")
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        qtbot.keyClicks(form.focusWidget(), "no owner")
        form.ok.click()

    in_dialog(LearnedForm, fill)
    opened.act("learned")
    said = Learned(helped="the release notes", hindered="no owner")
    state = opened.session.state
    assert state.board.learned == said
    assert state.undo == "say what was learned"
    assert state.path is not None
    assert desk.load(state.path).board.learned == said
    assert state.found is not None
    assert "the release notes" in repr(desk.report(state.found, "internal"))

    def again(form: LearnedForm) -> None:
        assert form.learned() == said

    in_dialog(LearnedForm, again)
    opened.act("learned")
    opened.act("undo")
    assert opened.session.state.board == Board()


def test_costs_are_typed_by_step(opened: Window) -> None:
    def fill(form: CostsForm) -> None:
        form.fields["1 hour"].setText("two people")
        form.fields["so far"].setText("  ")
        form.ok.click()

    in_dialog(CostsForm, fill)
    opened.act("costs")
    assert opened.session.state.board.costs == (Cost("1 hour", "two people"),)
    assert opened.session.state.undo == "say what it costs"
    opened.act("undo")
    assert opened.session.state.board == Board()


def test_the_way_there_stands_under_the_whys(opened: Window) -> None:
    buttons = {b.text(): b for b in opened.whys.findChildren(QPushButton)}
    for words in ("What we learned…", "What it costs…"):
        assert buttons[words].isEnabled()
    in_dialog(LearnedForm, lambda form: form.isVisible())
    buttons["What we learned…"].click()
