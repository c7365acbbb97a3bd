"""Closing a case in the window: what is missing, waivers, strict, reopening, playbooks, restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.action_points import ActionsForm
from app.dialogs.ending import EndingForm
from app.dialogs.reason import AnswerForm
from app.session import Session
from app.window import Window
from investigators import desk
from investigators.board import Board, Ending, WhyAnswer
from investigators.cli import main
from investigators.why_tree import FIRST, claim_of
from tests.app.drawn import said, whole


def press(widget: QWidget, words: str, at: int = 0) -> None:
    [b for b in widget.findChildren(QPushButton) if b.text() == words][at].click()


def in_dialog(kind: type[QDialog], do: Callable[[Any], object]) -> None:
    """Do something in the next dialog of a kind, once it is up."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        do(dialog)

    QTimer.singleShot(0, act)


@pytest.fixture
def opened(window: Window, qtbot: QtBot, parcel_found: Path, tmp_path: Path) -> Window:
    window.session.open_files([str(shutil.copy(parcel_found, tmp_path))])
    idle(qtbot, window.session)
    whole(window)
    return window


def idle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(
        lambda: (
            session.state.found is not None
            and session.state.explanation is not None
            and not session.state.busy
        ),
        timeout=60_000,
    )


def form_of(qtbot: QtBot, window: Window) -> EndingForm:
    """The form, open beside the test, once the wording of the report is read."""
    form = EndingForm(window, window.session)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: form._wording is not None, timeout=20_000)
    return form


def close(window: Window, qtbot: QtBot, words: str = "in ms") -> None:
    """Close the case through the action, in warn mode, as not determined."""

    def fill(form: EndingForm) -> None:
        form.kind.setCurrentText("Not determined, evidence missing")
        form.words.setPlainText(words)
        qtbot.waitUntil(form.ok.isEnabled, timeout=20_000)
        assert form.ok.text() == "Close all the same"
        form.ok.click()

    in_dialog(EndingForm, fill)
    window.act("end_case")


def ending(window: Window) -> Ending | None:
    return window.session.state.board.ending


def test_a_case_is_closed_over_its_guards_and_says_so(opened: Window, qtbot: QtBot) -> None:
    assert "Close with an ending…" in [b.text() for b in opened.whys.findChildren(QPushButton)]
    assert "Missing to close: how it came about: no why is answered" in said(opened.whys)
    close(opened, qtbot)
    kept = ending(opened)
    assert kept is not None
    assert (kept.kind, kept.words) == ("not determined, evidence missing", "in ms")
    assert "how it came about: no why is answered" in kept.missing
    words = f"losed {kept.on}: not determined, evidence missing, {len(kept.missing)} missing then"
    assert opened.head.words.whole().startswith(f"C{words}")
    assert opened.foot.note.whole().startswith(f"c{words}")
    assert f"Closed on {kept.on}: not determined, evidence missing" in said(opened.whys)
    assert "missing when it was closed: how it came about" in said(opened.whys)
    assert not opened._actions["end_case"].isEnabled()
    opened.act("reopen_case")
    assert ending(opened) is None
    assert not opened._actions["reopen_case"].isEnabled()
    opened.act("undo")
    assert ending(opened) == kept


def test_what_is_missing_is_waived_or_gone_to(opened: Window, qtbot: QtBot) -> None:
    form = form_of(qtbot, opened)
    before = len(form.missing())
    assert f"Missing to close: {before}" in said(form)

    def reason(dialog: QDialog) -> None:
        dialog.findChild(QPlainTextEdit).setPlainText("known from the release note")
        dialog.accept()

    in_dialog(QDialog, reason)
    press(form, "Waive…")
    (waiver,) = opened.session.state.board.waivers
    assert (waiver.what, waiver.reason) == (FIRST, "known from the release note")
    assert len(form.missing()) == before - 1
    assert f"Missing to close: {before - 1}" in said(form)
    assert opened.session.state.undo == "waive “how it came about: no why is answered”"
    press(form, "Go there")
    assert form.about == "U1"
    assert not form.isVisible()


def test_going_there_opens_what_is_missing(opened: Window, qtbot: QtBot) -> None:
    tree = opened.session.tree()
    assert tree is not None
    at = [gap.about for gap in tree.missing()].index("input_units.scale_change")

    def go(form: EndingForm) -> None:
        press(form, "Go there", at)

    opened.show_tab(2)
    in_dialog(EndingForm, go)
    opened.act("end_case")
    assert opened.tabs.currentWidget() is opened.whys
    assert opened.whys._current(opened.session.state) == "input_units.scale_change"
    place = opened.whys._places["input_units.scale_change"]
    qtbot.waitUntil(lambda: opened.focusWidget() is place)
    assert place.isVisible()


def test_works_as_designed_is_decided_by_somebody(opened: Window, qtbot: QtBot) -> None:
    form = form_of(qtbot, opened)
    form.kind.setCurrentText("Works as designed")
    lead = opened.session.state.progress.leads[0]
    assert form.similar.text() == str(lead.rows_in_scope)
    assert "To be filled in: Decided by; To be looked at again on" in said(form)
    assert not form.ok.isEnabled()
    form.whom.setText("the owner of the rule")
    form.review.setText("some day")
    assert not form.ok.isEnabled()
    form.review.setText("2027-01-31")
    assert form.ok.isEnabled()
    assert form.ok.isDefault()
    made = form.board().ending
    assert made is not None
    assert (made.whom, made.similar, made.review) == (
        "the owner of the rule", lead.rows_in_scope, "2027-01-31",
    )  # fmt: skip
    form.kind.setCurrentText("Duplicate of …")
    assert not form.review.isVisible()
    form.of.setText("case 7")
    made = form.board().ending
    assert made is not None
    assert (made.of, made.review, made.similar) == ("case 7", "", None)
    form.reject()


def test_a_strict_case_is_not_closed_over_a_guard(opened: Window, qtbot: QtBot) -> None:
    opened.act("strict")
    assert opened.session.state.board.strict
    assert opened._actions["strict"].isChecked()
    form = form_of(qtbot, opened)
    form.kind.setCurrentText("Not determined, time-boxed")
    form.words.setPlainText("two hours")
    assert "The case is strict" in said(form)
    assert not form.ok.isEnabled()
    form.reject()
    opened.act("undo")
    assert not opened._actions["strict"].isChecked()


def test_a_strict_case_is_not_answered_with_what_is_not_confirmed(
    opened: Window, qtbot: QtBot
) -> None:
    form = AnswerForm(opened, "How?", "in ms", ("one survived attempt",), strict=True)
    qtbot.addWidget(form)
    form.show()
    assert "The case is strict" in said(form)
    assert not form.ok.isEnabled()
    warned = AnswerForm(opened, "How?", "in ms", ("one survived attempt",))
    qtbot.addWidget(warned)
    assert warned.ok.isEnabled()
    form.close()


def test_an_answer_in_words_is_not_said_to_be_confirmed(opened: Window, qtbot: QtBot) -> None:
    form = AnswerForm(opened, "How?", "", None)
    qtbot.addWidget(form)
    assert "no check stands behind it" in said(form)
    assert "Nothing is missing" not in said(form)


def test_an_ending_is_offered_that_fits_the_answers(opened: Window, qtbot: QtBot) -> None:
    lead = opened.session.state.progress.leads[0]
    answer = WhyAnswer(FIRST, "in ms", lead.id, claim_of(lead))
    opened.session.say("answer", opened.session.state.board.answered(answer))
    form = form_of(qtbot, opened)
    assert form.kind.currentText() == "Causes found"
    form.reject()


def test_another_decision_opens_the_case_again(opened: Window, qtbot: QtBot) -> None:
    close(opened, qtbot)
    first = opened.session.state.draft.brief.decision
    opened.session.pick("", row=1)
    qtbot.waitUntil(lambda: opened.session.state.draft.brief.decision != first, timeout=20_000)
    assert ending(opened) is None
    idle(qtbot, opened.session)
    opened.act("undo")
    qtbot.waitUntil(lambda: opened.session.state.draft.brief.decision == first, timeout=20_000)
    assert ending(opened) is not None
    idle(qtbot, opened.session)


def test_the_ending_survives_a_restart_and_is_undone_after_it(
    opened: Window, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened.act("strict")
    opened.act("undo")
    close(opened, qtbot, "nothing was logged before May")
    session = opened.session
    kept, path, found = ending(opened), session.state.path, session.state.found
    assert path is not None
    assert found is not None
    written = desk.export(found, tmp_path / "window")
    session.start()
    assert main(["export", str(path), "--out", str(tmp_path / "line"), "--quiet"]) == 0
    for each in written:
        assert (tmp_path / "line" / each.name).read_bytes() == each.read_bytes(), each.name
    page = (tmp_path / "line" / "report.md").read_text("utf-8")
    assert "Ending" in page
    assert "nothing was logged before May" in page
    strict = ["export", str(path), "--out", str(tmp_path / "strict"), "--strict"]
    assert main(strict) == 2
    assert "closed while something was missing: how it came about" in capsys.readouterr().err
    session.open_case_file(path)
    idle(qtbot, session)
    assert ending(opened) == kept
    assert opened._actions["undo"].text() == (
        "Undo close the case: not determined, evidence missing"
    )
    opened.act("undo")
    assert ending(opened) is None
    assert opened._actions["redo"].text().startswith("Redo close the case")
    opened.act("redo")
    assert ending(opened) == kept


def test_a_playbook_is_chosen_and_taken_back(opened: Window) -> None:
    offered = opened.whys.book.text()
    assert "Offered: " in opened.whys.book.toolTip()
    menu = opened.whys.book.menu()
    (other,) = [a for a in menu.actions() if a.text() == "A sudden change since a day"]
    assert sum("(offered: " in a.text() for a in menu.actions()) == 1
    other.trigger()
    assert opened.session.state.board.playbook == "sudden_change"
    assert opened.whys.book.text() == "A sudden change since a day ▾"
    assert "Chosen by hand" in opened.whys.book.toolTip()
    assert "from that day on?" in said(opened.whys)
    assert opened.session.state.undo == "choose the playbook “A sudden change since a day”"
    path = opened.session.state.path
    assert path is not None
    assert desk.load(path).board.playbook == "sudden_change"
    opened.act("undo")
    assert opened.whys.book.text() == offered
    assert opened.session.state.board == Board()


def test_a_menu_takes_no_letter_out_of_the_words_of_a_change(opened: Window) -> None:
    board = Board(expected_from="x")
    opened.session.say("Rule out R&D of ORD-7", board)
    assert opened._actions["undo"].text() == "Undo rule out R&&D of ORD-7"


def test_desks_are_let_go_when_their_tables_are_closed(
    opened: Window, qtbot: QtBot, parcel_case: Path
) -> None:
    session = opened.session
    first = session.state.opened
    session.open_files([str(parcel_case)])
    session.open_files([str(parcel_case)])  # cancels what waits: the closing goes on
    idle(qtbot, session)
    assert session.state.opened is not first
    qtbot.waitUntil(lambda: not session._closing, timeout=20_000)
    session.start()
    qtbot.waitUntil(lambda: not session._closing, timeout=20_000)


def test_a_form_begins_at_its_first_field_and_enter_never_cancels(
    opened: Window, qtbot: QtBot
) -> None:
    form = form_of(qtbot, opened)
    assert form.focusWidget() is form.kind
    cancel = next(b for b in form.findChildren(QPushButton) if b.text() == "Cancel")
    assert form.ok.isDefault()
    assert not cancel.autoDefault()
    form.reject()


def test_action_points_are_edited_and_stand_everywhere(
    opened: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    session = opened.session
    assert session.state.found is not None
    proposed = desk.action_points(session.state.found, ())
    assert len(proposed) > 1

    def edit(form: ActionsForm) -> None:
        assert form.table.rowCount() == len(proposed)
        form.table.item(0, 2).setText("payments team")
        form.table.item(0, 3).setText("2026-12-04")
        form.table.setCurrentCell(1, 0)
        form.table.setFocus()
        qtbot.keyClick(form.table, Qt.Key.Key_Delete)
        press(form, "Add an action")
        form.table.item(form.table.rowCount() - 1, 0).setText("Write to the 30 customers.")
        form.ok.click()

    in_dialog(ActionsForm, edit)
    opened.act("action_points")
    now = desk.action_points(session.state.found, session.state.draft.brief.actions)
    assert (now[0].owner, now[0].due) == ("payments team", "2026-12-04")
    assert proposed[1].text not in [each.text for each in now]
    assert now[-1].text == "Write to the 30 customers."
    assert len(now) == len(proposed)
    assert session.state.undo == "edit the action points"
    desk.export(session.state.found, tmp_path, formats=("md",))
    text = (tmp_path / "report.md").read_text()
    assert "payments team" in text
    assert "Write to the 30 customers." in text
    assert proposed[1].text not in text
    session.undo()
    assert desk.action_points(session.state.found, session.state.draft.brief.actions) == proposed

    def back(form: ActionsForm) -> None:
        press(form, "Remove")
        press(form, "The proposals again")
        form.ok.click()

    in_dialog(ActionsForm, back)
    opened.act("action_points")
    assert session.state.draft.brief.actions == ()
    qtbot.waitUntil(lambda: not session.state.busy)
