"""Interviews and walkthroughs: in a case.toml, in the case file, ids, pictures of steps."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators.board import Draft
from investigators.brief import brief_from_flags, merge, parse_case
from investigators.case import Brief
from investigators.case_history import without_words
from investigators.pictures import Picture
from investigators.testimony import (
    Exchange,
    Interview,
    Teller,
    WalkStep,
    Walkthrough,
    kept,
    picture_of,
    unused,
)
from investigators.trouble import InputTrouble

CASE = """
[log]
file = "log.csv"
[[interview]]
whom = "Anna Berg"
role = "support"
when = 2026-03-03
whose_view = "the customer"
grade = "D"
decision = "ord-1"
questions = [["Who else uses it?", "Her sister"], ["Since when?", ""]]
[[interview]]
notes = "Not reached."
[[walkthrough]]
title = "to the box"
component = "last_seen"
steps = [{ did = "open", expected = "a", seen = "b", picture = "screen.png" }, { did = "scroll" }]
"""
WORDS = st.text("aB0 \n\0'\"{}\\“☃", max_size=6)
TELLERS = st.builds(
    Teller, WORDS, WORDS, WORDS, WORDS, st.sampled_from(["C", "D"]),
    st.sampled_from(["", "decision", "event", "component"]), WORDS,
)  # fmt: skip
INTERVIEWS = st.builds(
    Interview, WORDS, TELLERS,
    st.lists(st.builds(Exchange, WORDS, WORDS), max_size=2).map(tuple), WORDS,
)  # fmt: skip
WALKS = st.builds(
    Walkthrough, WORDS, WORDS, TELLERS,
    st.lists(st.builds(WalkStep, WORDS, WORDS, WORDS, WORDS), max_size=2).map(tuple),
)  # fmt: skip


def test_a_case_toml_says_what_people_told() -> None:
    brief = parse_case(CASE)
    assert brief.interviews == (
        Interview(
            "I1",
            Teller("Anna Berg", "support", "2026-03-03", "the customer", "D", "decision", "ord-1"),
            (Exchange("Who else uses it?", "Her sister"), Exchange("Since when?")),
        ),
        Interview("I2", notes="Not reached."),
    )
    (walk,) = brief.walkthroughs
    assert walk.teller == Teller(about="component", link="last_seen")
    assert walk.steps == (WalkStep("open", "a", "b", "screen.png"), WalkStep("scroll"))
    assert merge(brief, brief_from_flags()).interviews == brief.interviews


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('interview = "a"', "interview: str; expected tables [[interview]]"),
        ("[[interview]]", "interview[1]: neither questions nor notes; expected what was said"),
        ('[[interview]]\nnots = "a"', "unknown key nots"),
        ('[[interview]]\nnotes = "a"\ngrade = "A"', "interview[1].grade: unknown grade A"),
        ('[[interview]]\nquestions = ["a"]', "interview[1].questions[1]: 'a'"),
        ('[[interview]]\nquestions = "a"', "interview[1].questions: 'a'"),
        ('[[interview]]\nnotes = "a"\nevent = "e"\ndecision = "d"', "decision and event"),
        ("[[walkthrough]]", "walkthrough[1].steps: no steps"),
        ('[[walkthrough]]\nsteps = [{ seen = "a" }]', "walkthrough[1].steps[1]: no did"),
        ("[[walkthrough]]\nsteps = [{ did = 3 }]", "walkthrough[1].steps[1].did: 3; expected text"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(said: str, told: str) -> None:
    with pytest.raises(InputTrouble) as trouble:
        parse_case(said)
    assert told in trouble.value.line()


@given(st.lists(INTERVIEWS, max_size=2).map(tuple), st.lists(WALKS, max_size=2).map(tuple))
def test_the_case_file_gives_back_what_was_told(
    interviews: tuple[Interview, ...], walks: tuple[Walkthrough, ...]
) -> None:
    draft = Draft(Brief(title="a", interviews=interviews, walkthroughs=walks))
    assert msgspec.json.decode(msgspec.json.encode(draft), type=Draft) == draft
    assert without_words(draft.brief) == Brief(), "no finding depends on it"


def test_an_older_case_in_which_nobody_told_anything_opens() -> None:
    assert msgspec.json.decode(b'{"brief":{"title":"a"}}', type=Draft).brief.interviews == ()


def test_ids_are_not_given_twice_and_one_is_put_in_its_place() -> None:
    one, two = Interview("I1"), Interview("I3")
    assert unused("I", (one, two)) == "I2"
    assert unused("T", ()) == "T1"
    changed = Interview("I1", notes="more")
    assert kept((one, two), changed) == (changed, two)
    assert kept((one,), two) == (one, two)


def test_a_step_s_picture_is_found_by_id_then_by_name() -> None:
    pictures = (Picture("P1", "a", "P2"), Picture("P2", "b", "screen.png"))
    found = [picture_of(WalkStep("x", picture=name), pictures) for name in ("P2", "screen.png")]
    assert found == [pictures[1], pictures[1]]
    assert picture_of(WalkStep("x"), pictures) is None
    assert picture_of(WalkStep("x", picture="P7"), pictures) is None
    assert Teller("Anna", "support").words == "Anna (support)"
    assert Teller(role="support").words == "support"
    assert Teller().words == ""
