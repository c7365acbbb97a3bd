"""Actions as data: ids, words and shortcuts of their own, and a reason when one cannot be done."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence

from app.actions import ACTIONS, MENUS, Action
from app.pages import Pages
from app.state import State
from app.trail import Trail
from app.window import Window
from investigators import desk
from investigators.board import Board, Draft, Ending
from investigators.case import Brief, Case, Decision
from investigators.pictures import Picture
from investigators.seen import Box, Seen
from investigators.why_tree import Progress


@pytest.fixture(scope="module")
def states(root: Any) -> tuple[State, ...]:
    """What a window may be in: start, opening, sources, a case, picked, found, undoable, closed."""
    found = desk.load(root / "tests" / "data" / "version1.fifthwhy")
    sources = State(stage="sources", case=Case(Brief()), draft=Draft(Brief()))
    picked = replace(
        sources, stage="case", case=replace(found.case, decision=Decision("a", "log", 1))
    )
    return (
        State(),
        State(stage="opening", busy="Opening"),
        sources,
        picked,
        replace(
            picked,
            found=replace(found, seen=Seen(boxes=(Box("Tips", "tips", "not known", "", ()),))),
            undo="open",
            redo="open",
            path=root,
            trail=Trail(("before", "a", "after"), 1),
            progress=Progress(leads=found.leads),
        ),
        replace(picked, draft=Draft(Brief(), Board(ending=Ending("causes found", "2026-01-31")))),
        replace(picked, draft=Draft(Brief(), Board(pictures=(Picture("P1", "ab", "a.png"),)))),
    )


def test_ids_and_words_are_unique() -> None:
    assert not [name for name, n in Counter(a.id for a in ACTIONS).items() if n > 1]
    assert not [words for words, n in Counter(a.words for a in ACTIONS).items() if n > 1]
    for each in ACTIONS:
        assert re.fullmatch(r"[a-z_]+", each.id)
        assert each.menu in MENUS
        assert set(re.findall(r"\{(.*?)\}", each.words)) <= {"undo", "redo"}


def test_ids_in_the_words_of_a_change_keep_their_case() -> None:
    (undo,) = [each for each in ACTIONS if each.id == "undo"]
    assert undo.said(State(undo="Pick ORD-5f & Co")) == "Undo pick ORD-5f & Co"
    assert undo.said(State(undo="UI events are events.csv")) == "Undo UI events are events.csv"
    assert undo.said(State(undo="add fact F1")) == "Undo add fact F1"
    assert undo.said(State()) == "Undo"


def test_no_shortcut_twice(qapp: Any) -> None:
    del qapp  # key sequences need an application
    keys = [QKeySequence(key).toString() for each in ACTIONS for key in each.shortcuts]
    assert "" not in keys, "a shortcut that Qt does not know"
    assert not [key for key, n in Counter(keys).items() if n > 1]


def test_what_can_be_disabled_says_why(states: tuple[State, ...]) -> None:
    always = Action.__dataclass_fields__["needs"].default
    for each in ACTIONS:
        allowed = [each.needs(state) for state in states]
        if each.needs is always:
            assert all(allowed)
            continue
        assert each.why_not, each.id
        assert not each.why_not.endswith("."), "it follows the words"
        assert not allowed[0] or each.id == "cancel", f"{each.id} on the start page"
        assert any(allowed), f"{each.id} can never be done"


def test_every_action_does_something_that_a_window_has() -> None:
    """Each row calls a method of the window, of its session or of a pane that exists."""
    panes = {name for name, made in vars(Pages).items() if isinstance(made, cached_property)}
    assert {"session", "whys", "decisions", "explanation"} <= panes
    for each in ACTIONS:
        names = each.do.__code__.co_names
        assert names, each.id
        if names[0] not in panes:
            assert callable(getattr(Window, names[0], None)), each.id
