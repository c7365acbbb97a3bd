"""A case comes back where it was left: decision, tab, filters, order, search, columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.panes.decision_menus import cell_menu, columns_menu
from app.trail import Trail
from app.window import Window
from investigators.case_history import CaseFile
from investigators.wish import SURPRISE, Filter, Left, Wish
from tests.app import opened
from tests.app.opened import LONG, settle, window_on


@pytest.fixture(scope="module")
def kept(parcel_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opened.investigated(parcel_case, tmp_path_factory.mktemp("left"))


@pytest.fixture
def case(kept: Path, home: Path, tmp_path: Path, qapp: QApplication) -> Path:
    del home
    theme.apply(qapp, "light", 100)
    return opened.copied(kept, tmp_path)


def _titles(window: Window) -> list[str]:
    listed = window.decisions.model.listed
    assert listed is not None
    return [column.title for column in listed.columns]


def test_a_case_comes_back_where_it_was_left(qtbot: QtBot, case: Path) -> None:
    wish = Wish((Filter("fw_decision", ("review",)),), "p-0", "fw_score", descending=True)
    with window_on(qtbot, case) as window:
        listing, session = window.decisions.listing, window.session
        listing.want(wish)
        settle(qtbot, window)
        other = window.decisions.model.line(0)
        assert other is not None
        session.pick(other.id, other.row)
        qtbot.waitUntil(lambda: session.state.draft.brief.decision == other.id, timeout=LONG)
        listing.move_column(listing.shown()[3], -2)
        listing.show_column(listing.shown()[0], on=False)
        window.show_tab(1)
        count = window.decisions.model.rowCount()
    with window_on(qtbot, case) as window:
        pane, state = window.decisions, window.session.state
        assert state.trouble is None
        assert state.draft.brief.decision == other.id
        assert window.tabs.currentIndex() == 1
        assert pane.listing.wish == wish
        assert pane.search.text() == "p-0"
        assert pane.model.rowCount() == count
        assert _titles(window) == ["decision", "id", "score"]
        assert state.undo == f"Pick {other.id}", "a look is nothing to undo"


def test_another_case_begins_as_a_new_one(qtbot: QtBot, case: Path, parcel_case: Path) -> None:
    with window_on(qtbot, case) as window:
        window.decisions.surprise()
        window.show_tab(2)
        settle(qtbot, window)
        window.session.open_files([str(parcel_case)])
        qtbot.waitUntil(lambda: window.session.state.path not in (None, case), timeout=LONG)
        qtbot.waitUntil(lambda: window.decisions.model.listed is not None, timeout=LONG)
        assert window.decisions.listing.wanted == Wish()
        assert window.tabs.currentIndex() == 0
        assert window.session.state.trail.ids == (window.session.state.draft.brief.decision,)
    with CaseFile(case) as file:
        assert (file.left().wish.order, file.left().tab) == (SURPRISE, 2)


def test_what_this_log_cannot_answer_is_left_out(qtbot: QtBot, case: Path) -> None:
    with CaseFile(case) as file:
        gone = Filter("no_such_column", ("a",))
        here = Filter("fw_decision", ("review",))
        file.leave(Left(Wish((gone, here), order="no_such_column"), ("no_such_column", "fw_id")))
    with window_on(qtbot, case) as window:
        assert window.decisions.listing.fault is None
        assert window.decisions.listing.wish == Wish((here,))
        assert _titles(window) == ["id"]


def test_titles_are_dragged_and_a_menu_does_the_rest(qtbot: QtBot, case: Path) -> None:
    with window_on(qtbot, case) as window:
        pane = window.decisions
        header = pane.table.horizontalHeader()
        header.moveSection(0, 2)
        qtbot.waitUntil(lambda: _titles(window) == ["id", "score", "time", "decision"])
        settle(qtbot, window)
        assert [header.visualIndex(k) for k in range(4)] == [0, 1, 2, 3], "seen as it is kept"
        assert str(pane.model.index(0, 0).data()).startswith("p-")
        asked: list[str] = []

        def act(words: str) -> None:
            listing = pane.listing
            chosen = next(c for c in listing.shown() if c.name == "fw_score")
            menu = columns_menu(pane, listing, chosen, asked.append)
            next(a for a in menu.actions() if a.text() == words).trigger()
            menu.deleteLater()
            settle(qtbot, window)

        act("Move left")
        assert _titles(window)[:2] == ["score", "id"]
        act("Largest first")
        scores = [float(pane.model.index(k, 0).data()) for k in range(20)]
        assert scores == sorted(scores, reverse=True)
        act("Filter…")
        assert asked == ["fw_score"]
        act("Hide score")
        assert _titles(window) == ["id", "time", "decision"]
        menu = cell_menu(pane, pane.listing, 0, 0, asked.append)
        assert menu is not None
        assert menu.actions()[-1].text() == "Columns", "the keyboard's way to the titles"
        menu.deleteLater()


def test_back_and_forward_between_decisions(qtbot: QtBot, case: Path) -> None:
    with window_on(qtbot, case) as window:
        session = window.session
        first = session.state.draft.brief.decision
        assert first is not None

        def picks(decision: str) -> None:
            qtbot.waitUntil(lambda: session.state.draft.brief.decision == decision, timeout=LONG)

        for decision in ("p-00003", "p-00007"):
            session.pick(decision)
            picks(decision)
        for action, decision in (
            ("back", "p-00003"), ("back", first), ("forward", "p-00003"), ("forward", "p-00007"),
            ("undo", "p-00003"),
        ):  # fmt: skip
            window.act(action)
            picks(decision)
        assert session.state.trail == Trail((first, "p-00003", "p-00007"), 1)
        session.cancel()


def test_a_trail_is_walked() -> None:
    trail = Trail().visited("a").visited("b").visited("b").visited("c")
    assert trail == Trail(("a", "b", "c"), 2)
    assert trail.visited("b") == Trail(("a", "b", "c"), 1), "the one beside it is a step back"
    assert trail.visited("b").visited("d") == Trail(("a", "b", "d"), 2)
    assert (trail.beside(-1), trail.beside(1), Trail().beside(0)) == ("b", "", "")


def test_a_look_that_cannot_be_read_is_that_of_a_new_case(case: Path) -> None:
    with CaseFile(case) as file:
        assert file.left() == Left()
        file.leave(Left(tab=1))
        assert file.left() == Left(tab=1)
        assert not file.undo_words
        file._connection.execute("UPDATE meta SET value = '{\"tab\": \"x\"}' WHERE key = 'left'")
        assert file.left() == Left()
