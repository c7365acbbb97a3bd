"""Named groups in the window: made, renamed, edited, deleted, from the menu and where they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from app.completing import NamesLine, last_word
from app.dialogs.groups import GroupsForm, change_words
from app.lead_card import LeadCard
from app.panes.decision_menus import cell_menu
from app.records import shown
from app.window import Window
from investigators import desk
from tests.app.drawn import whole
from tests.app.opened import copied, settle, window_on

# what the offscreen platform says of the list under a line that is completed
OFFSCREEN = "This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)"
LONG = 60_000
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(qtbot: QtBot, parcel_found: Path, tmp_path: Path) -> Iterator[Window]:
    with window_on(qtbot, copied(parcel_found, tmp_path)) as window:
        whole(window)
        yield window


def in_form(qtbot: QtBot, window: Window, do: Callable[[Any], object]) -> Callable[[], None]:
    """Do something in the form once it is up; the answer waits until all is at rest."""
    done: list[bool] = []

    def act() -> None:
        form = QApplication.activeModalWidget()
        if form is None:
            QTimer.singleShot(10, act)  # the columns are still being read
            return
        assert isinstance(form, GroupsForm)
        try:
            do(form)
        finally:
            done.append(True)
            if form.isVisible():
                form.reject()

    QTimer.singleShot(0, act)

    def wait() -> None:
        qtbot.waitUntil(lambda: bool(done), timeout=LONG)
        settle(qtbot, window)

    return wait


def type_keys(qtbot: QtBot, form: GroupsForm, words: str) -> None:
    """Type into what has the focus."""
    widget = form.focusWidget()
    assert isinstance(widget, QLineEdit)
    qtbot.keyClicks(widget, words)


@pytest.mark.qt_log_ignore(OFFSCREEN)
def test_a_group_is_made_with_the_keyboard_counted_kept_and_undone(
    opened: Window, qtbot: QtBot
) -> None:
    def fill(form: GroupsForm) -> None:
        assert not form.ok.isEnabled()
        assert "✗ It has no name yet." in form.wrong.text()
        assert "COLUMN = VALUE" in form.hint.text()
        type_keys(qtbot, form, "small baskets")
        qtbot.keyClick(form.name, KEY.Key_Tab)
        type_keys(qtbot, form, "basket < 20")
        qtbot.waitUntil(lambda: " of 1,200 rows, " in form.told.text(), timeout=LONG)
        assert "– this decision is not in it" in form.told.text()
        qtbot.keyClick(form, KEY.Key_Return, CTRL)

    wait = in_form(qtbot, opened, fill)
    opened.act("groups")
    wait()
    session = opened.session
    qtbot.waitUntil(lambda: session.state.found is not None, timeout=LONG)
    assert session.state.draft.brief.groups == {"small baskets": "basket < 20"}
    assert session.state.undo == "name the group “small baskets”"
    assert session.state.opened is not None
    assert "small baskets" in session.state.opened.view.segments, "checks look at it"
    found = session.state.found
    assert found is not None
    assert ("group “small baskets”", "basket < 20") in found.parameters, "asked again"
    path = session.state.path
    assert path is not None
    assert desk.load(path).case.brief.groups == {"small baskets": "basket < 20"}
    opened.act("undo")
    settle(qtbot, opened)
    assert session.state.draft.brief.groups == {}
    assert session.state.found is not None, "what was found before stands again"
    assert session.state.opened.view.segments.count("small baskets") == 0
    opened.act("redo")
    settle(qtbot, opened)
    assert session.state.draft.brief.groups == {"small baskets": "basket < 20"}


def test_groups_are_renamed_edited_and_deleted_as_one_change(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    brief = session.state.draft.brief
    two = {"small": "basket < 20", "new app": "app_version = 2.1"}
    session.set_up("edit the named groups", replace(brief, groups=two))
    settle(qtbot, opened)

    def edit(form: GroupsForm) -> None:
        assert [form._list.item(k).text() for k in range(2)] == ["small", "new app"]
        assert form.focusWidget() is form.rows
        qtbot.waitUntil(lambda: "rows, " in form.told.text(), timeout=LONG)
        form.name.setText("tiny")
        assert form._list.item(0).text() == "tiny"
        qtbot.keyClick(form.new, KEY.Key_Space)
        assert form.focusWidget() is form.name
        assert not form.ok.isEnabled()
        form._list.setCurrentRow(0)
        assert "Not ready: (no name yet)." in form.wrong.text()
        form._list.setCurrentRow(2)
        form._list.setFocus()
        qtbot.keyClick(form._list, KEY.Key_Delete)
        form._list.setCurrentRow(1)
        qtbot.keyClick(form._list, KEY.Key_Delete)
        assert form.ok.isEnabled()
        form.ok.click()

    wait = in_form(qtbot, opened, edit)
    opened.act("groups")
    wait()
    assert session.state.draft.brief.groups == {"tiny": "basket < 20"}
    assert session.state.undo == "edit the named groups"


def test_what_is_wrong_stands_there_with_its_place(opened: Window, qtbot: QtBot) -> None:
    def look(form: GroupsForm) -> None:
        form.name.setText("basket")
        form.rows.setText("basket 20")
        assert "has a column basket" in form.wrong.text()
        assert "✗ “basket 20” cannot be read at “20”; expected a comparison" in form.wrong.text()
        assert "the forms are: COLUMN = VALUE" in form.hint.text()
        form.rows.setText("baskt < 20")
        assert "has no column baskt" in form.wrong.text()
        assert form.hint.text() == "did you mean basket?"
        assert form.told.text() == ""
        assert not form.ok.isEnabled()
        form.name.setText("a")
        form.rows.setText("basket < 20")
        assert form.ok.isEnabled()
        assert form.wrong.text() == ""

    wait = in_form(qtbot, opened, look)
    opened.act("groups")
    wait()
    assert opened.session.state.draft.brief.groups == {}


def test_the_decisions_own_values_are_put_in(opened: Window, qtbot: QtBot) -> None:
    def add(form: GroupsForm) -> None:
        form.name.setText("like this one")
        form.column.setCurrentText("app_version")
        assert form.own.text() == "Add app_version = 2.1"
        qtbot.mouseClick(form.own, Qt.MouseButton.LeftButton)
        form.column.setCurrentText("items")
        own = form.own.text().removeprefix("Add ")
        qtbot.mouseClick(form.own, Qt.MouseButton.LeftButton)
        assert form.rows.text() == f"app_version = 2.1 and {own}"
        qtbot.waitUntil(lambda: "✓ this decision is in it" in form.told.text(), timeout=LONG)

    wait = in_form(qtbot, opened, add)
    opened.act("groups")
    wait()


def test_a_leads_segment_is_named_from_its_card(opened: Window, qtbot: QtBot) -> None:
    card = opened.whys.findChild(LeadCard)
    assert isinstance(card, LeadCard)
    (more,) = [each for each in card.findChildren(QToolButton) if each.text() == "⋯"]
    (name,) = [each for each in more.menu().actions() if each.text() == "Name this group…"]

    def look(form: GroupsForm) -> None:
        assert form.rows.text() == "app_version = 2.1"
        assert form.focusWidget() is form.name
        qtbot.waitUntil(lambda: "✓ this decision is in it" in form.told.text(), timeout=LONG)

    wait = in_form(qtbot, opened, look)
    name.trigger()
    wait()


def test_a_cell_of_the_list_is_named(opened: Window, qtbot: QtBot) -> None:
    pane = opened.decisions
    pane.listing.show_columns(["fw_id", "app_version"])
    settle(qtbot, opened)
    menus = [cell_menu(pane, pane.listing, 0, k, print) for k in range(2)]
    words = [[a.text() for a in m.actions()] for m in menus if isinstance(m, QMenu)]
    assert not any("Name a group" in each for each in words[0]), "ids are the program's own column"
    assert any(each.startswith("Name a group: app_version ") for each in words[1])
    line = pane.model.line(0)
    assert line is not None

    def look(form: GroupsForm) -> None:
        assert form.rows.text().startswith(f"app_version = {line.cells[1]}")

    wait = in_form(qtbot, opened, look)
    pane._name_group("app_version", 0)
    wait()
    for menu in menus:
        assert menu is not None
        menu.deleteLater()


@pytest.mark.parametrize(
    ("text", "before", "word"),
    [
        ("", "", ""),
        ("bas", "", "bas"),
        ("a = 1 and bas", "a = 1 and ", "bas"),
        ('a in x,"b c', "a in x,", '"b c'),
        ('"a b" = 1 and ', '"a b" = 1 and ', ""),
    ],
)
def test_the_last_word_is_completed(text: str, before: str, word: str) -> None:
    assert last_word(text) == (before, word)


@pytest.mark.qt_log_ignore(OFFSCREEN)
def test_names_of_columns_are_completed(qtbot: QtBot) -> None:
    line = NamesLine("", ["basket", "app_version", "ship to"])
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)  # only then does Qt join the line with what completes it
    for typed, whole_line in (("ba", "basket"), (" = 1 and HIP", 'basket = 1 and "ship to"')):
        qtbot.keyClicks(line, typed)
        popup = line.completer().popup()
        qtbot.waitUntil(popup.isVisible)
        qtbot.keyClick(popup, KEY.Key_Down)
        qtbot.keyClick(popup, KEY.Key_Return)
        assert line.text() == whole_line


def test_changes_are_called_by_what_was_done() -> None:
    one, two = {"a": "x = 1"}, {"a": "x = 1", "b": "x = 2"}
    assert change_words(one, one) == ""
    for before, after, words in (
        (one, two, "name the group “b”"),
        (two, one, "delete the group “b”"),
        (one, {"a": "x = 2"}, "change the group “a”"),
        (one, {"c": "x = 1"}, "rename the group “a” to “c”"),
        (one, {"c": "x = 2"}, "edit the named groups"),
        (two, {"b": "x = 2", "a": "x = 1"}, "edit the named groups"),
    ):
        assert change_words(before, after) == words
        assert shown(words) == words


def test_a_changed_group_asks_only_those_again_that_look_at_groups(
    opened: Window, qtbot: QtBot
) -> None:
    session = opened.session
    brief = session.state.draft.brief
    seconds = []
    for rows in ("app_version = 2.1", "app_version = 2.0"):
        session.set_up("change the group", replace(brief, groups={"app": rows}))
        settle(qtbot, opened)
        assert session.state.opened is not None
        assert session.state.found is not None
        seconds.append(session.state.opened.timings)
    first, second = seconds
    assert first["ui_context.variant"] > 0, "nothing was known yet"
    assert second["ui_context.variant"] == 0
    assert second["subgroup_performance.this_group"] > 0
    assert second["input_units.scale_change"] > 0, "a place may be a group"
