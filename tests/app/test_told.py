"""Interviews and walkthroughs in the window: by keys, kept, undone, on the card, in the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.rows import Rows
from app.dialogs.told import InterviewForm, WalkthroughForm
from app.window import Window
from investigators import desk
from investigators.pictures import Picture
from investigators.report import markdown
from investigators.testimony import Exchange, Interview, Teller, WalkStep, Walkthrough
from tests.app.clipping import painted
from tests.app.drawn import whole
from tests.app.opened import copied, investigated, window_on
from tests.app.test_learned import in_dialog
from tests.app.test_pictures import image
from tests.investigators import parcels

KEY = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def opened(qtbot: QtBot, parcel_found: Path, tmp_path: Path) -> Iterator[Window]:
    with window_on(qtbot, copied(parcel_found, tmp_path)) as window:
        whole(window)
        yield window


def type_row(qtbot: QtBot, rows: Rows, *words: str) -> None:
    """Add a row and type into its cells, one after the other by Tab; the last one is left open."""
    qtbot.keyClick(rows.add_button, KEY.Key_Space)
    for k, each in enumerate(words):
        if k:
            qtbot.keyClick(_editor(rows), KEY.Key_Tab)
        qtbot.keyClicks(_editor(rows), each)


def _editor(rows: Rows) -> QLineEdit:
    """The cell that is being typed into."""
    (found,) = [e for e in rows.table.viewport().findChildren(QLineEdit) if e.isVisible()]
    return found


def test_an_interview_is_typed_kept_and_undone(opened: Window, qtbot: QtBot) -> None:
    session = opened.session

    def fill(form: InterviewForm) -> None:
        assert form.focusWidget() is form.teller.whom
        assert not form.ok.isEnabled()
        for words in ("Anna Berg", "support", "2026-03-03", "the customer"):
            qtbot.keyClicks(form.focusWidget(), words)
            qtbot.keyClick(form.focusWidget(), KEY.Key_Tab)
        assert form.focusWidget() is form.teller.grade
        form.teller.about.setCurrentIndex(form.teller.about.findData("decision"))
        form.teller.about.activated.emit(1)
        form.notes.setPlainText("Called back.")
        type_row(qtbot, form.pairs, "Who else uses it?", "Her sister")
        form.ok.click()

    in_dialog(InterviewForm, fill)
    opened.act("interview")
    case = session.state.case
    assert case is not None
    assert case.decision is not None
    told = Interview(
        "I1",
        Teller(
            "Anna Berg", "support", "2026-03-03", "the customer", "C", "decision", case.decision.id
        ),
        (Exchange("Who else uses it?", "Her sister"),),
        "Called back.",
    )
    assert session.state.draft.brief.interviews == (told,)
    assert session.state.undo == "add interview I1"
    assert session.state.found is not None, "no check is asked again"
    assert session.state.path is not None
    assert desk.load(session.state.path).case.brief.interviews == (told,)
    said = markdown.write(desk.report(session.state.found, "shared")).decode()
    assert "person-1 (support)" in said
    assert "Anna" not in said
    opened.act("undo")
    assert session.state.draft.brief.interviews == ()
    opened.act("redo")
    assert session.state.draft.brief.interviews == (told,)


def test_a_walkthrough_shows_pictures_of_the_case(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    sha256 = session.keeping.keep_picture(_png(), "screen.png")
    session.say("add picture P1", session.state.board.with_picture(
        Picture("P1", sha256, "screen.png")
    ))  # fmt: skip

    def fill(form: WalkthroughForm) -> None:
        qtbot.keyClicks(form.title, "to the bar")
        type_row(qtbot, form.steps, "open it", "", "a box")
        type_row(qtbot, form.steps, "place the order", "", "a bar")
        form.steps.settle()
        chosen = form.steps.table.cellWidget(1, 3)
        qtbot.keyClick(chosen, KEY.Key_Down)
        form.steps.table.setCurrentCell(1, 0)
        qtbot.keyClick(form.steps.table, KEY.Key_Up, ALT)
        type_row(qtbot, form.steps, "nothing")
        form.steps.settle()
        qtbot.keyClick(form.steps.table, KEY.Key_Delete)
        form.ok.click()

    in_dialog(WalkthroughForm, fill)
    opened.act("walkthrough")
    steps = (WalkStep("place the order", "", "a bar", "P1"), WalkStep("open it", "", "a box"))
    assert session.state.draft.brief.walkthroughs == (
        Walkthrough("T1", "to the bar", Teller(), steps),
    )
    assert session.state.found is not None
    said = markdown.write(desk.report(session.state.found, "internal")).decode()
    assert "| 1 | place the order |  | a bar | P1 |" in said
    session.say("take out picture P1", session.state.board.without_picture("P1"))
    said = markdown.write(desk.report(session.state.found, "internal")).decode()
    assert "| 1 | place the order |  | a bar | not in the case any more |" in said


def test_the_card_shows_what_people_told_and_changes_it(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    brief = replace(
        session.state.draft.brief,
        interviews=(Interview("I1", Teller("Anna", "support", grade="D"), notes="It was hers."),),
        walkthroughs=(
            Walkthrough("T1", "to the bar", Teller(), (WalkStep("open", "a", "b", "x"),)),
        ),
    )
    session.speak("add interview I1", replace(session.state.draft, brief=brief))
    opened.act("seen")
    card = opened.explanation.seen
    assert card.isVisible()
    words = [each.text() for each in card.findChildren(QLabel)]
    assert "Interview I1 · Anna (support)" in words
    assert "It was hers." in words
    assert any("grade D: an assumption of the person" in each for each in words)
    step = "1. open · expected: a · seen: b · its picture is not in the case any more"
    assert step in words

    def change(form: InterviewForm) -> None:
        assert form.notes.toPlainText() == "It was hers."
        form.notes.setPlainText("It was her sister’s.")
        form.ok.click()

    in_dialog(InterviewForm, change)
    _button(opened, "Change interview I1").click()
    assert session.state.draft.brief.interviews[0].notes == "It was her sister’s."
    assert session.state.undo == "change interview I1"
    qtbot.waitUntil(lambda: "It was her sister’s." in [
        each.text() for each in card.findChildren(QLabel)
    ])  # fmt: skip
    _button(opened, "Take out interview I1").click()
    assert session.state.draft.brief.interviews == ()
    _button(opened, "Take out walkthrough T1").click()
    assert session.state.draft.brief.walkthroughs == ()
    assert session.state.undo == "take out walkthrough T1"


def test_without_ui_events_the_card_is_there_once_somebody_told_something(
    qtbot: QtBot, home: Path, tmp_path: Path
) -> None:
    assert home.name == "home"
    case = parcels.write(tmp_path / "in", events=False).case
    with window_on(qtbot, investigated(case, tmp_path / "out")) as window:
        pane, session = window.explanation, window.session
        assert not pane.seen_toggle.isVisible()
        draft = session.state.draft
        told = replace(draft.brief, interviews=(Interview("I1", notes="A yellow bar."),))
        session.speak("add interview I1", replace(draft, brief=told))
        assert pane.seen_toggle.isVisible()
        window.act("seen")
        assert "A yellow bar." in [each.text() for each in pane.seen.findChildren(QLabel)]
        window.act("undo")
        assert not pane.seen.isVisible()
        assert pane.body.isVisible(), "back to what the model did"


def test_what_was_left_without_keeping_stands_there_again(opened: Window, qtbot: QtBot) -> None:
    del qtbot

    def leave(form: InterviewForm) -> None:
        form.teller.whom.setText("Anna")
        form.pairs.put([("a", "b")])
        form.reject()

    def look(form: InterviewForm) -> None:
        assert form.teller.whom.text() == "Anna"
        assert form.pairs.rows() == (("a", "b"),)

    for act in (leave, look):
        in_dialog(InterviewForm, act)
        opened.act("interview")
    assert opened.session.state.draft.brief.interviews == ()


def _button(window: Window, name: str) -> QPushButton:
    card = window.explanation.seen
    found = [b for b in card.findChildren(QPushButton) if b.accessibleName() == name]
    assert found, name
    return found[-1]


def _png() -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image().save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def test_a_long_link_is_read_from_its_beginning(opened: Window) -> None:
    words = "Recommended for you again, in the lower half of the start page"

    def look(form: InterviewForm) -> None:
        field = form.teller.link.lineEdit()
        assert field is not None
        form.teller.put(Teller("Anna", about="component", link=words))
        assert (field.text(), field.cursorPosition()) == (words, 0)
        assert form.teller.link.toolTip() == words
        form.reject()

    in_dialog(InterviewForm, look)
    opened.act("interview")


def test_the_card_is_read_to_its_end_by_keys(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    said = tuple(Exchange(f"question {k}", "an answer") for k in range(60))
    draft = session.state.draft
    brief = replace(draft.brief, interviews=(Interview("I1", Teller(whom="Anna"), said),))
    session.speak("add interview I1", replace(draft, brief=brief))
    opened.act("seen")
    whole(opened)
    card = opened.explanation.seen
    bar = card.verticalScrollBar()
    assert bar.maximum() > 0
    for key, place in ((KEY.Key_End, bar.maximum()), (KEY.Key_Home, 0)):
        qtbot.keyClick(card, key)
        assert bar.value() == place


def test_an_empty_table_says_how_to_begin_and_tab_goes_through_its_choices(
    qtbot: QtBot, opened: Window
) -> None:
    del opened
    rows = Rows("Steps", "Add a step", ("done", "picture"), (("none", ""), ("P1: a.png", "P1")))
    qtbot.addWidget(rows)
    rows.resize(400, 240)
    rows.show()
    qtbot.waitExposed(rows)
    assert "“Add a step” begins a row" in " ".join(text for text, _ in painted(rows.table))
    rows.put((("one", ""), ("two", "P1")))
    assert "begins a row" not in " ".join(text for text, _ in painted(rows.table))
    stops, at = [], rows.table.nextInFocusChain()
    while at is not rows.table:
        if at in (rows.table.cellWidget(0, 1), rows.table.cellWidget(1, 1), rows.add_button):
            stops.append(at)
        at = at.nextInFocusChain()
    assert stops == [rows.table.cellWidget(0, 1), rows.table.cellWidget(1, 1), rows.add_button]
