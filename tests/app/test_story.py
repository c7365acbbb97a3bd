"""The story of the last-seen box, as a person walks it: in the window, and in the report of it."""

from __future__ import annotations

from collections.abc import Iterator
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
from tests.app.drawn import said
from tests.app.opened import copied, investigated, window_on

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
