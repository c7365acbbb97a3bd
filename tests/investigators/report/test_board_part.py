"""What people said on the board, in the report: where it belongs, masked, never over a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from investigators import desk
from investigators.board import Board, Fact, OwnRival, Parked, RuledOut, Waiver, WhyAnswer
from investigators.evidence import CheckAnswer
from investigators.investigation import Investigation
from investigators.report import html, markdown
from investigators.report.compose import compose
from investigators.report.model import Report, Section
from investigators.report.wording import lint
from investigators.why_tree import claim_of
from tests.investigators.report import report_cases

ANSWER = "The gateway of app 4.8.1 sends ms, because a library was changed"
RIVAL = "data_assumptions.score_reproduced"
SPOKEN = (
    *("the shop's own rule", "release note 4.8.1 says so", "Kim", "@kim", "the buyer mistyped"),
    *("no such form", "nobody can look", "who else?"),
)


def spoken(found: Investigation) -> Investigation:
    board = Board(
        expected_from="the shop's own rule",
        answers=(
            WhyAnswer("W1", ANSWER, "L1", claim_of(found.leads[0])),
            WhyAnswer("W2", "a library was changed"),
            WhyAnswer("U1", "nobody watched it"),
        ),
        ruled_out=(RuledOut(RIVAL, "the rule was looked at"), RuledOut("R1", "no such form")),
        waivers=(Waiver("ui_context", "nobody can look"),),
        facts=(
            Fact("F1", "W1", "release note 4.8.1 says so", "Kim @kim", "B", "ab" * 32, "note.png"),
            Fact("F2", "U1", "it is thought that nobody looked", "", "D"),
        ),
        rivals=(OwnRival("R1", "W1", "the buyer mistyped", "ui_context"),),
        parked=(Parked("who else?", 4),),
    )
    return replace(found, board=board)


def section(report: Report, name: str) -> str:
    (found,) = [each for each in report.sections if each.id == name]
    return markdown.write(replace(report, rows=(), sections=(found,))).decode()


def shop(audience: str = "internal") -> Report:
    return desk.report(spoken(report_cases.shop()), audience)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", report_cases.ALL)
@pytest.mark.parametrize("audience", ["internal", "shared", "public"])
def test_an_untouched_board_leaves_no_trace(name: str, audience: str) -> None:
    found = report_cases.ALL[name]()
    before = compose(found, audience)  # type: ignore[arg-type]
    assert desk.report(found, audience) == before  # type: ignore[arg-type]
    assert "people" not in section(before, "facts")


def test_the_expectation_and_where_it_comes_from() -> None:
    assert "where the expectation comes from" in section(shop(), "seen")
    found = report_cases.home()
    skipped = replace(found, board=Board(expectation_skipped=True))
    text = section(desk.report(skipped), "seen")
    assert "asked for and skipped" in text
    assert "was not recorded" not in text


def test_facts_by_hand_have_a_view_a_grade_and_evidence() -> None:
    report = shop()
    text = section(report, "facts")
    assert "release note 4.8.1 says so" in text
    assert "B: a logged system record" in text
    assert "D: an assumption" in text
    appendix = section(report, "appendix")
    assert "fact F1, added by a person, picture note.png" in appendix
    assert "ab" * 32 in appendix


def test_an_answer_with_a_lead_is_confirmed_or_says_what_is_missing() -> None:
    found = spoken(report_cases.shop())
    text = section(desk.report(found, "internal"), "came-about")
    assert "Answered with L1, confirmed" in text
    assert "Answered by a person: see “W2 on the board”" in text
    assert "Still needed" not in text
    alone = replace(found.leads[0], strength="weak", repair=None, corroborations=())
    weak = replace(found, leads=(alone,))
    text = section(desk.report(weak, "internal"), "came-about")
    assert "Answered with L1, supported" in text
    assert "Still needed to confirm it: one sign that fits only this" in text
    assert "L1 is supported" in section(desk.report(weak, "internal"), "conclusion")


def test_an_answer_whose_lead_is_gone_is_said_to_be_stale() -> None:
    found = spoken(report_cases.shop())
    gone = replace(found, leads=(replace(found.leads[0], cause="drift-of-the-world"),))
    text = section(desk.report(gone, "internal"), "came-about")
    assert "no longer stands" in text


def test_words_alone_are_an_assumption() -> None:
    text = section(shop(), "unnoticed")
    assert "nobody watched it" in text
    assert "no check stands behind it. `assumption`" in text
    assert "F2 (grade D)" in text
    assert "no record of monitoring" not in text


def test_a_ruling_stands_beside_the_verdict_and_never_over_it() -> None:
    found = spoken(report_cases.shop())
    answer = CheckAnswer(RIVAL, "data_assumptions", "supports", "It differs", "all", "none")
    others = tuple(check for check in found.checks if check.id != RIVAL)
    report = desk.report(replace(found, checks=(*others, answer)), "internal")
    text = section(report, "ruled-out")
    assert "| score reproduced | the rule was looked at | supports: It differs. |" in text
    assert "| the buyer mistyped | no such form | added by hand: no check |" in text


def test_waivers_parked_questions_and_what_is_missing_to_close() -> None:
    report = shop()
    assert "nobody can look" in section(report, "not-checked")
    assert "Waived is not passed" in section(report, "not-checked")
    assert "who else?" in section(report, "open")
    closed = section(report, "conclusion")
    assert "L1 is confirmed" in closed
    assert "missing to close" in closed


def test_what_was_answered_is_no_open_question() -> None:
    before = section(desk.report(report_cases.shop(), "internal"), "open")
    after = section(shop(), "open")
    asked = [line.removeprefix("- ") for line in before.splitlines() if line.startswith("- ")]
    assert len(asked) == 2
    assert not any(question in after for question in asked)
    assert "W3 on the board, in the words of the answer before it" in after
    assert "a library was changed" in after


def test_peoples_words_are_not_linted_and_show_as_typed() -> None:
    report = shop()
    assert lint(report) == []
    text = html.write(report).decode()
    assert "because a library was changed" in text


def test_words_are_masked_for_the_audience() -> None:
    def texts(parts: tuple[Section, ...]) -> str:
        return repr(parts)

    shared = texts(shop("shared").sections)
    assert "@kim" not in shared
    assert "the buyer mistyped" in shared
    public = texts(shop("public").sections)
    assert [words for words in (*SPOKEN, ANSWER, "note.png") if words in public] == []
