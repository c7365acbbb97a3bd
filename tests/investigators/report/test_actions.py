"""Action points that a person edited: what a case has to say so that exactly they are in force."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from investigators.case import Action
from investigators.evidence import Lead
from investigators.report.actions import actions_of, edited
from tests.investigators.report import report_cases as cases

LEADS: tuple[Lead, ...] = cases.shop().leads
PROPOSED = actions_of("lead", LEADS, ())


@given(st.data())
def test_what_is_said_gives_what_was_wanted(data: st.DataObject) -> None:
    words = st.text("abc ", min_size=1).filter(str.strip)
    wanted = [
        replace(action, owner=data.draw(st.sampled_from([action.owner, "me"])))
        for action in PROPOSED
        if data.draw(st.booleans())
    ]
    own = [Action("", text, "tooling") for text in data.draw(st.lists(words, max_size=3))]
    said = edited(PROPOSED, [*wanted, *own])
    made = actions_of("lead", LEADS, said)
    assert [replace(each, id="") for each in made] == [
        replace(each, id="") for each in (*wanted, *own)
    ]
    assert len({each.id for each in made}) == len(made)
    assert edited(PROPOSED, made) == said, "opened and kept without a change: nothing changes"


def test_nothing_is_said_of_what_stays() -> None:
    assert PROPOSED
    assert edited(PROPOSED, PROPOSED) == ()
