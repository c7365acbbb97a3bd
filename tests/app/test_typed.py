"""Esc drops nothing: what was typed into a dialog is there again when it is opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import theme, typed
from app.dialogs.action_points import OWNER, TEXT, ActionsForm
from app.dialogs.form import Form
from app.dialogs.reason import AnswerForm, FactForm, RivalForm
from app.session import Session
from app.state import State
from investigators.case import Action


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> Iterator[QWidget]:
    theme.apply(qapp, "light", 100)
    made = QWidget()
    qtbot.addWidget(made)
    typed.turn_to("a.fifthwhy")
    yield made
    for form in made.findChildren(Form):
        form.close()
    typed.turn_to("")


def shown[F: Form](form: F) -> F:
    form.show()
    QApplication.processEvents()
    return form


def test_esc_keeps_what_was_typed_and_ok_is_the_end_of_it(page: QWidget, qtbot: QtBot) -> None:
    form = shown(FactForm(page))
    assert form.again.isHidden()
    qtbot.keyClicks(form.words, "seen at the till")
    qtbot.keyClicks(form.whose, "support")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()
    form = shown(FactForm(page))
    assert form.again.isVisible()
    assert (form.given().words, form.given().whose_view) == ("seen at the till", "support")
    assert form.ok.isEnabled()
    qtbot.keyClicks(form.words, "x")  # is not typed over what was there
    assert "seen at the till" in form.said()
    form.accept()
    assert shown(FactForm(page)).given().words == ""


def test_it_can_be_dropped(page: QWidget) -> None:
    form = shown(AnswerForm(page, "How?", "in ms", None))
    form.words.setPlainText("in ms, since May")
    form.reject()
    form = shown(AnswerForm(page, "How?", "in ms", None))
    assert form.said() == "in ms, since May"
    (drop,) = [b for b in form.again.findChildren(QPushButton) if b.text() == "Drop it"]
    drop.click()
    assert form.said() == "in ms"
    assert form.again.isHidden()
    form.reject()
    assert shown(AnswerForm(page, "How?", "in ms", None)).again.isHidden()


def test_it_belongs_to_a_dialog_and_to_a_case(page: QWidget) -> None:
    form = shown(RivalForm(page))
    form.words.setPlainText("a shared account")
    form.reject()
    form = shown(AnswerForm(page, "How?", "", None))
    form.words.setPlainText("by mistake")
    form.reject()
    assert shown(AnswerForm(page, "Why?", "", None)).said() == ""
    assert shown(AnswerForm(page, "How?", "a lead", None)).said() == "a lead"
    typed.turn_to("b.fifthwhy")
    assert shown(RivalForm(page)).said() == ""
    typed.turn_to("a.fifthwhy")
    assert shown(RivalForm(page)).said() == "a shared account"


def test_a_table_of_action_points_is_kept_too(page: QWidget) -> None:
    now = (Action("A1", "Look", "this case"), Action("A2", "Tell", "redress"))
    form = shown(ActionsForm(page, now, now))
    item = form.table.item(0, OWNER)
    assert item is not None
    item.setText("model team")
    form._add()
    form.reject()
    form = shown(ActionsForm(page, now, now))
    assert [each.owner for each in form.wanted()] == ["model team", ""]
    assert form.table.rowCount() == 3
    assert form.again.isVisible()
    form._drop()
    assert form.wanted() == now
    form.reject()
    assert form.table.item(0, TEXT) is not None


def test_a_session_says_which_case_it_is(page: QWidget, session: Session, tmp_path: Path) -> None:
    assert session.state == State()
    session.put(path=tmp_path / "b.fifthwhy")
    form = shown(RivalForm(page))
    form.words.setPlainText("of b")
    form.reject()
    session.put(path=None)
    assert shown(RivalForm(page)).said() == ""
