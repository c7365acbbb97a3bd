"""The story of the last-seen box, as a person walks it: in the window, and in the report of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.palette import entries
from app.dialogs.reason import AnswerForm
from app.lead_card import LeadCard
from app.panes.whys import Line
from app.window import Window
from investigators import desk
from investigators.investigation import Investigation
from investigators.resources import room
from investigators.seen import Seen
from tests.app.drawn import said
from tests.app.opened import copied, investigated, window_on
from tests.investigators.report import report_cases

SHARED = "Several people use this account, or what was seen on several devices is merged into it"
MODEL = "The model chose this, and chose badly"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return investigated(room("sample_data") / "home_page" / "case.toml",
                        tmp_path_factory.mktemp("story"))  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot, home: Path, case: Path, tmp_path: Path) -> Iterator[Window]:
    assert not home.exists()
    with window_on(qtbot, copied(case, tmp_path)) as made:
        yield made


def answer(window: Window) -> str:
    """Answer as the offered form stands; return its question."""
    asked: list[str] = []

    def accept() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, AnswerForm)
        asked.append(form.topic)
        form.ok.click()

    QTimer.singleShot(0, accept)
    window.act("answer")
    return asked[0]


def lines(window: Window) -> list[str]:
    said(window.whys)
    return [line.accessibleName() for line in window.whys.findChildren(Line)]


def card(window: Window) -> str:
    said(window.whys)
    (made,) = (c for c in window.whys.findChildren(LeadCard) if c.isVisibleTo(window.whys))
    return made.accessibleName()


def test_other_component_then_shared_account_then_two_actions(qtbot: QtBot, window: Window) -> None:
    text = said(window.explanation)
    assert "This model did not fill that box, last_seen did" in text
    assert "L1" in card(window)
    assert any(line.startswith(f"{MODEL}: ruled out · computed · L1") for line in lines(window))
    assert not any(SHARED in line for line in lines(window)), "that is the next why's"
    assert "come to be shown" in answer(window)

    qtbot.waitUntil(lambda: any(SHARED in line for line in lines(window)))
    assert "L2" in card(window)
    assert "m-20404 was used from 2 devices" in card(window)
    assert sum("L2" in line for line in lines(window)) == 1, "it stands in one place"
    assert answer(window).startswith("How did that component come to show this")

    tree = window.session.tree()
    assert tree is not None
    first, second, third = tree.leg("came about")
    assert [why.answer is not None for why in (first, second, third)] == [True, True, False]
    assert third.question == "At which step were the two subjects joined?"
    found = window.session.state.found
    assert found is not None
    kept = desk.with_draft(found, window.session.state.draft)
    texts = [a.text for a in desk.action_points(kept, ()) if a.kind == "category"]
    assert any(words.startswith("Give the box of component last_seen a title") for words in texts)
    assert any(words.startswith("Keep apart in the box of component last_seen") for words in texts)
    assert "Answered with L2, supported" in str(desk.report(kept))
    assert not any("neither an action nor a decision" in gap.words for gap in tree.to_close)


def test_the_branch_not_followed_is_opened_by_key_and_says_its_action(
    qtbot: QtBot, window: Window
) -> None:
    said(window.whys)
    (line,) = (x for x in window.whys.findChildren(Line) if x.accessibleName().startswith(MODEL))
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Space)
    text = said(window.whys)
    assert "would have led to: Train the model again, or tune it (model team)" in text
    assert "not taken, since: this model did not fill that box" in text
    assert "What does this check do?" not in text
    assert any(entry.words == MODEL for entry in entries(window)), "Find knows it too"


def test_an_answer_taken_back_takes_the_next_why_with_it(qtbot: QtBot, window: Window) -> None:
    answer(window)
    qtbot.waitUntil(lambda: any(SHARED in line for line in lines(window)))
    window.session.say("reopen a why", window.session.state.board.reopened("W1"))
    qtbot.waitUntil(lambda: not any(SHARED in line for line in lines(window)))
    assert "L1" in card(window)


@pytest.fixture(scope="module")
def found(case: Path) -> Investigation:
    return desk.load(case)


@pytest.mark.parametrize("audience", ["internal", "shared", "public"])
def test_headless_the_report_ends_where_the_story_ends(found: Investigation, audience: str) -> None:
    made = str(desk.report(found, audience))  # type: ignore[arg-type]
    for words in (
        "was filled by last_seen, not by this model's component recommender",
        "The checks offer L2, which stands below",
        "Several people, or several sources merged into one account, would look like this",
        "Give the box of component last_seen a title",
        "Keep apart in the box of component last_seen",
        "Not taken: “Train the model again, or tune it”, ruled out by L1",
        "Withheld: this model did not fill that box, last_seen did",
    ):
        assert words in made
    assert ("m-20404" in made) == (audience == "internal")


# --- what the person saw -------------------------------------------------------------------------


def test_the_middle_shows_what_the_person_saw_where_there_is_nothing_to_explain(
    qtbot: QtBot, window: Window
) -> None:
    pane = window.explanation
    text = said(pane)
    assert "What the person saw" in text
    assert "On 2026-06-03 00:51:25 UTC the page held 4 boxes with 7 things" in text
    assert "5: Shoulder bag, white for women · it-1041   ▶ this decision" in text
    assert text.count("▶ this decision") == 1
    assert "recommender (this model)" in text
    assert "last_seen (another component)" in text
    assert "2026-06-01 06:30:39 UTC · desktop" in text
    assert not pane.seen_toggle.isVisibleTo(pane), "there is nothing else to show"
    assert "5 to 6: “Recommended for you again”" in pane.seen.accessibleName()
    pane.seen.setFocus()
    bar = pane.seen.verticalScrollBar()
    assert bar.maximum() > 0
    qtbot.keyClick(pane.seen, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    clip = pane.clip()
    assert clip is not None
    assert "| 5 | Recommended for you again | last\\_seen (another component)" in clip.markdown()


def test_beside_an_explanation_it_is_opened_and_closed_by_key(qtbot: QtBot, window: Window) -> None:
    pane = window.explanation
    window.session.put(explanation=report_cases.explanation())
    assert "What the person saw" not in said(pane).replace(pane.seen_toggle.text(), "")
    assert pane.seen_toggle.isVisibleTo(pane)
    assert pane.body.isVisibleTo(pane)
    pane.seen_toggle.setFocus()
    qtbot.keyClick(pane.seen_toggle, Qt.Key.Key_Space)
    assert pane.seen_toggle.text() == "What the model did"
    assert "▶ this decision" in said(pane)
    assert not pane.body.isVisibleTo(pane)
    assert pane.step_back()
    assert pane.body.isVisibleTo(pane)
    window.act("seen")
    assert pane.seen.isVisibleTo(pane)


@pytest.mark.parametrize("has_events", [True, False])
def test_what_is_not_known_is_said_only_where_screens_are_part_of_the_case(
    window: Window, has_events: bool
) -> None:
    state = window.session.state
    assert state.found is not None
    assert state.case is not None
    nothing = Seen(missing="no UI event carries ev-1", need="UI events of that page")
    sources = tuple(s for s in state.case.sources if has_events or s.role != "ui_events")
    window.session.put(
        found=replace(state.found, seen=nothing), case=replace(state.case, sources=sources)
    )
    text = said(window.explanation)
    assert ("Not known: no UI event carries ev-1." in text) == has_events
    assert ("What would tell: UI events of that page." in text) == has_events
