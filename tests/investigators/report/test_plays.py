from dataclasses import replace
from typing import Any, get_args

import pytest

from investigators.case import Action
from investigators.evidence import (
    Affine,
    CauseClass,
    Epoch,
    Fill,
    Map,
    NoTransform,
    Scale,
    ShiftTime,
    Swap,
    TakeFrom,
    Threshold,
)
from investigators.report.actions import actions
from investigators.report.compose import compose
from investigators.report.plays import filled, plays, read_plays, undo_words
from investigators.report.wording import lint, lint_text, read_rules, rules
from investigators.resources import resource
from investigators.trouble import InputTrouble
from tests.investigators.report import report_cases

TEXT = resource("actions.yaml").read_text("utf-8")


def test_every_cause_class_has_a_play_with_more_than_this_case() -> None:
    assert set(plays().causes) == set(get_args(CauseClass))
    for cause, play in plays().causes.items():
        kinds = {action.kind for action in play.actions}
        assert "detection" in kinds or "category" in kinds, cause
        assert all(action.owner and action.due for action in play.actions), cause


@pytest.mark.parametrize("cause", get_args(CauseClass))
def test_every_class_makes_a_clean_report(cause: Any) -> None:
    investigation = report_cases.shop()
    lead = replace(investigation.leads[0], cause=cause)
    made = compose(replace(investigation, leads=(lead,)))
    assert lint(made) == []
    assert "{" not in str(made.rows)


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        (TEXT.replace("{feature}", "{fature}"), "fature"),
        (TEXT.replace("  ui-or-wording:", "  ui-or-words:"), "ui-or-words"),
        (TEXT.replace("    known:", "    knwon:", 1), "knwon"),
        (TEXT.replace("kind: redress", "kind: regret", 1), "regret"),
        (TEXT + "\n\t- x", "actions.yaml"),
        (TEXT[: TEXT.index("  explanation-misread:")] + TEXT[TEXT.index("endings:") :],
         "no entry for explanation-misread"),
    ],
)  # fmt: skip
def test_a_spoiled_file_is_said(spoiled: str, says: str) -> None:
    with pytest.raises(InputTrouble, match=says):
        read_plays(spoiled)


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        (Scale(1000.0), "Divide a by 1,000"),
        (Scale(0.001), "Multiply a by 1,000"),
        (Affine(1.8, 32.0), "Subtract 32 from a and divide by 1.8"),
        (Epoch("s", "ms"), "Convert a from ms to s"),
        (ShiftTime(3600.0), "Subtract 3,600 s from a"),
        (Map((("CARD", "card"),)), "Put “card” for “CARD” in a"),
        (Fill(-1), "Put missing for “-1” in a"),
        (Swap(("a", "b")), "Swap a and b back"),
        (TakeFrom("store"), "Take a from store"),
        (Threshold(0.2, 0.3), "Use the cut point 0.2 again"),
        (NoTransform(), "Look at a"),
    ],
)
def test_every_transform_is_undone_in_words(transform: Any, words: str) -> None:
    assert undo_words(transform, ("a",)) == words


def test_braces_in_names_are_names() -> None:
    lead = replace(report_cases.shop().leads[0], features=("{0.__class__}",))
    assert "{0.__class__}" in filled("Look at {feature}", lead)


def test_actions_number_on_and_the_persons_win() -> None:
    investigation = report_cases.shop()
    proposed = actions(investigation)
    assert [action.id for action in proposed] == [f"A{place}" for place in range(1, 6)]
    assert {action.lead for action in proposed} == {"L1"}
    edited = (Action("A2", "Mine", "category"), Action("A4", " ", "detection"))
    case = replace(investigation.case, actions=(*edited, Action("B1", "More", "tooling")))
    now = actions(replace(investigation, case=case))
    assert [action.id for action in now] == ["A1", "A2", "A3", "A5", "B1"]
    assert now[1].text == "Mine"


def test_two_leads_of_one_class_do_not_repeat_their_actions() -> None:
    investigation = report_cases.shop()
    twice = (investigation.leads[0], replace(investigation.leads[0], id="L2"))
    texts = [action.text for action in actions(replace(investigation, leads=twice))]
    assert len(texts) == len(set(texts)) == 5


@pytest.mark.parametrize(
    "text",
    ["the root cause", "@ann broke it", "the developer who did it", "they should have tested",
     "human error", "obviously wrong", "it is just a typo", "it seems to work", "many rows",
     "an outage", "raise awareness", "most requests", "their fears"],
)  # fmt: skip
def test_the_lint_finds(text: str) -> None:
    assert lint_text(text), text


@pytest.mark.parametrize(
    "text",
    ["causes that together explain", "how many rows", "just over the threshold", "at most rows",
     "raised the score most", "ann@example.org", "because of the filter"],
)  # fmt: skip
def test_the_lint_leaves_alone(text: str) -> None:
    assert not lint_text(text), text


@pytest.mark.parametrize("text", ["because of a", "a caused it", "due to a", "a leads to b"])
def test_causal_words_are_found_beside_an_explanation(text: str) -> None:
    assert lint_text(text, attribution=True)
    investigation = report_cases.shop()
    assert investigation.explanation is not None
    spoiled = replace(investigation.explanation, sentence=text)
    made = compose(replace(investigation, explanation=spoiled))
    (hit,) = [hit for hit in lint(made) if hit.section == "model"]
    assert hit.offers == "raised or lowered the score"
    assert "Wording to look at" in [part.title for part in made.sections[-1].parts][-1]


def test_words_of_people_are_not_linted() -> None:
    investigation = report_cases.shop()
    brief = replace(investigation.case.brief, reported="obviously human error by @ann")
    case = replace(investigation.case, brief=brief)
    assert lint(compose(replace(investigation, case=case), "internal")) == []


def test_a_spoiled_list_is_said() -> None:
    assert len(rules()) >= 10
    with pytest.raises(InputTrouble, match="expected keys of Rule"):
        read_rules("- {pattern: '(', scope: everywhere, says: a, offers: b}")
    with pytest.raises(InputTrouble, match="anywhere"):
        read_rules("- {pattern: 'a', scope: anywhere, says: a, offers: b}")
