"""What lies behind a lead that stands: the next why on offer, its action, branches not followed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators import desk, shelf
from investigators.board import RuledOut, WhyAnswer
from investigators.evidence import Condition, Finding, Lead, NoTransform
from investigators.investigation import Investigation
from investigators.report.actions import actions_of
from investigators.report.compose import compose
from investigators.report.plays import followers, plays
from investigators.report.wording import lint
from investigators.shelf import writers
from tests.investigators.report import report_cases as cases

SUBJECT = "ui_context.subject"
HOME = cases.home()
(ALONE,) = HOME.leads
BOX = replace(ALONE, segment=(Condition("component", equals="last_seen"),))
SHARED = Lead(
    "L2", 2, "ui_context", "identity", (), NoTransform(), (Condition("account", equals="a-17"),),
    None, False, None, None, 40, 0, None, 0.02, None, "weak", (), True,
    "a-17 was used from 2 devices, which changed 9 times", (SUBJECT,),
)  # fmt: skip


def behind(*leads: Lead, found: Investigation = HOME) -> Investigation:
    finding = Finding(SUBJECT, SUBJECT, "ui_context", "supports", ("subject",), SHARED.statement,
                      400, concerns_decision=True)  # fmt: skip
    return replace(found, leads=leads, findings=(*found.findings, finding))


def text(found: Investigation) -> str:
    (writer,) = (each for each in writers() if each.name == "md")
    return writer.write(compose(found, "internal", whys=desk.standing)).decode()


def section(markdown: str, title: str) -> str:
    return markdown.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def test_what_is_offered_names_checks_and_classes_that_exist() -> None:
    known = {check.id: check for check in shelf.checks()}
    offers = [(cause, each) for cause, play in plays().causes.items() for each in play.offers]
    assert [each.check for _, each in offers] == [SUBJECT]
    for cause, each in offers:
        assert each.check in known
        assert cause not in known[each.check].causes, "it would follow itself"
        assert each.actions
        assert all(action.kind == "category" for action in each.actions)


def test_the_report_goes_on_to_the_second_why_with_two_actions() -> None:
    made = text(behind(BOX, SHARED))
    came = section(made, "How it came about")
    assert "The checks offer L2, which stands below; nobody has confirmed it." in came
    assert "### L2, the next why: identity" in came
    assert SHARED.statement in came
    assert "Other lead" not in came, "it is told as what lies behind L1"
    actions = section(made, "Action points")
    assert "Give the box of " in actions
    assert "Keep apart in the box of " in actions
    assert "a-17" not in actions
    assert "Decide again with the right subject’s record" not in actions, (
        "the model decided nothing"
    )
    first = made.split("\n## ")[0]
    assert "How it came there, L2" in first
    assert "Keep apart in the box" in first
    assert "Behind L1 the checks offer L2 (weak)" in section(made, "Conclusion")


def test_the_branch_that_was_refuted_is_kept_with_the_action_it_would_have_led_to() -> None:
    made = text(behind(BOX, SHARED))
    out = section(made, "Ruled out")
    assert "The model chose this, and chose badly. | ruled out by L1: this model did not" in out
    assert "| Train the model again, or tune it. | model team |" in out
    assert "do not remember it. | open: only the person can say" in out
    not_taken = section(made, "Action points")
    assert "Not taken: “Train the model again, or tune it”, ruled out by L1" in not_taken
    assert "| Train the model again" not in not_taken, "it is no action point"


@pytest.mark.parametrize(
    "leads",
    [
        (BOX,),
        (ALONE,),
        (SHARED,),
        (BOX, replace(SHARED, concerns_this_decision=False)),
        (replace(BOX, strength="weak"), SHARED),
        (BOX, replace(SHARED, findings=("data_assumptions.duplicates",))),
    ],
)
def test_nothing_is_offered_where_one_of_the_two_is_not_there(leads: tuple[Lead, ...]) -> None:
    assert followers(leads) == ()
    assert "the next why" not in text(behind(*leads))


def test_a_box_that_no_record_names_is_that_box() -> None:
    (title,) = (a.text for a in actions_of("lead", (ALONE,), ()) if "title" in a.text)
    assert title.startswith("Give that box a title")


def test_a_second_lead_that_stands_by_itself_is_told_and_acted_on_once() -> None:
    strong = replace(SHARED, strength="strong")
    made = text(behind(BOX, strong))
    assert made.count("### L2") == 1
    assert "more lead stands" not in made
    texts = [action.text for action in actions_of("lead", (BOX, strong), ())]
    assert len(set(texts)) == len(texts)
    assert sum(words.startswith("Keep apart") for words in texts) == 1


@given(st.permutations([BOX, SHARED, *cases.shop().leads]), st.integers(0, 4))
def test_proposals_are_numbered_through_and_each_is_of_a_lead_that_is_there(
    leads: list[Lead], many: int
) -> None:
    given_leads = [replace(lead, id=f"L{k}") for k, lead in enumerate(leads[:many], start=1)]
    made = actions_of("lead", given_leads, ())
    assert [action.id for action in made] == [f"A{k}" for k in range(1, len(made) + 1)]
    assert {action.lead for action in made} <= {lead.id for lead in given_leads}
    offered = {each.lead.id for each in followers(given_leads)}
    both = {"not-our-component", "identity"} <= {lead.cause for lead in given_leads}
    assert bool(offered) == both
    for lead in offered:
        assert sum(action.lead == lead for action in made) == 1


def test_the_wording_is_clean_and_a_person_can_close_the_open_branch() -> None:
    found = behind(BOX, SHARED)
    assert lint(compose(found, "internal")) == []
    tree = desk.whys(found.case, found.board, desk.progress_of(found))
    assert len(tree.leg("came about")) == 1, "the next why opens where the first is answered"
    claim = desk.claim_of(BOX)
    ruled = replace(found.board, ruled_out=(RuledOut("road-subject-1", "asked: never there"),))
    board = ruled.answered(WhyAnswer("W1", "the other box", "L1", claim))
    second = desk.whys(found.case, board, desk.progress_of(found)).whys[1]
    (road,) = (rival for rival in second.rivals if rival.road)
    assert (road.status, road.reason) == ("ruled out", "asked: never there")
    made = text(replace(found, board=board))
    assert "do not remember it | asked: never there | no check |" in section(made, "Ruled out")
