"""The ending in the report: page one, conclusion, what was missing; masked and linted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from investigators import desk
from investigators.board import ENDINGS, Board, Ending, EndingKind, Waiver
from investigators.guards import closed
from investigators.investigation import Investigation
from investigators.report import ending_part, html, markdown
from investigators.report.model import Report
from investigators.report.wording import lint
from investigators.why_tree import FIRST, FIRST_UNNOTICED, WORDING, claim_of
from tests.investigators.report import report_cases


def ended(kind: EndingKind, board: Board | None = None) -> Investigation:
    found = report_cases.shop()
    ending = Ending(
        kind, "2026-01-31", "because Kim said so", "the owner of the rule", 12, "2027-01-31",
        "case 7 of Kim",
    )  # fmt: skip
    gaps = desk.standing(replace(found, board=board or Board())).tree.missing(kind)
    return replace(found, board=closed(board or Board(), ending, gaps))


def text(report: Report, section: str = "") -> str:
    if section:
        parts = tuple(each for each in report.sections if each.id == section)
        report = replace(report, rows=(), sections=parts)
    return markdown.write(report).decode()


@pytest.mark.parametrize("kind", ENDINGS)
def test_every_ending_is_on_page_one_and_lints_clean(kind: EndingKind) -> None:
    report = desk.report(ended(kind), "internal")
    row = report.rows[0]
    assert row.label == "Ending"
    assert row.statements[0].text.casefold().startswith(kind)
    assert "closed 2026-01-31" in report.head
    assert lint(report) == []
    for written in (text(report), html.write(report).decode()):
        assert "closed 2026-01-31" in written
        assert kind in written.casefold()
        assert "because Kim said so" in written


def test_the_closing_words_stand_on_page_one_as_a_short_line() -> None:
    found = ended("causes found")
    assert found.board.ending is not None
    assert desk.report(found, "internal").rows[0].statements[1].text == "“because Kim said so”"
    last = desk.cards(found, "internal")[-1]
    assert "“because Kim said so”" in last.notes
    long = replace(found.board.ending, words="It went on and on.\n" * 30)
    report = desk.report(replace(found, board=replace(found.board, ending=long)), "internal")
    shown = report.rows[0].statements[1].text
    assert shown.startswith("“It went on and on. It went on")
    assert shown.endswith(" …”")
    assert len(shown) < 190
    assert ending_part.shortened("word" * 90) == f"{'word' * 45} …"
    assert text(report, "conclusion").count("It went on and on.") == 30
    shown_to_all = desk.report(found, "public").rows[0].statements
    assert not any("withheld" in said.text for said in shown_to_all)


def test_works_as_designed_says_who_how_many_and_until_when() -> None:
    page = text(desk.report(ended("works as designed"), "internal"))
    assert "**Works as designed.** `decided by the owner of the rule`" in page
    assert "12 decisions are like this one" in page
    assert "To be looked at again on 2027-01-31." in page
    assert "case 7" in text(desk.report(ended("duplicate of"), "internal"))


def test_what_was_missing_is_printed_with_the_mode() -> None:
    warned = ended("causes found")
    assert warned.board.ending is not None
    report = desk.report(warned, "internal")
    told = text(report, "conclusion")
    assert "Guards warned; missing when it was closed: how it came about" in told
    for words in warned.board.ending.missing:
        assert words in told
    assert "missing when it was closed (“Conclusion”)" in text(report)
    later = replace(warned, board=replace(warned.board, ending=replace(
        warned.board.ending, missing=()
    )))  # fmt: skip
    told = text(desk.report(later, "internal"), "conclusion")
    assert "nothing was missing when it was closed" in told
    assert "Missing now, and not then: how it came about" in told


def test_an_open_case_says_what_is_missing_and_that_it_is_strict() -> None:
    found = replace(report_cases.shop(), board=Board(strict=True))
    report = desk.report(found, "internal")
    told = text(report, "conclusion")
    assert "Still missing to close: how it came about: no why is answered" in told
    assert "guards block" in told
    assert report.rows[0].label == "What"


def test_waivers_of_guards_are_named() -> None:
    lead = report_cases.shop().leads[0]
    board = Board()
    for what in (FIRST, FIRST_UNNOTICED, WORDING, claim_of(lead), "input_units.scale_change/a.b"):
        board = board.with_waiver(Waiver(what, f"why {what}"))
    told = text(desk.report(replace(report_cases.shop(), board=board), "internal"), "not-checked")
    for words in (
        "how it came about: an answer", "how it stayed unnoticed: an answer",
        "the wording of this report", "an action for L1", "scale change of a.b: an action",
    ):  # fmt: skip
        assert words in told
    unnoticed = desk.report(replace(report_cases.shop(), board=board), "internal")
    assert "Waived by a person, not answered" in text(unnoticed, "unnoticed")


def test_a_playbook_by_hand_is_said() -> None:
    found = replace(report_cases.shop(), board=Board(playbook="sudden_change"))
    told = text(desk.report(found, "internal"), "conclusion")
    assert "Rivals as in the playbook “A sudden change since a day”, chosen by a person" in told


def test_peoples_words_about_an_ending_are_masked() -> None:
    for kind in ("works as designed", "duplicate of"):
        public = repr(desk.report(ended(kind), "public"))  # type: ignore[arg-type]
        for words in ("Kim", "the owner of the rule", "case 7"):
            assert words not in public
        assert "12 decisions are like this one" in public


def test_the_last_card_of_a_meeting_says_the_ending() -> None:
    found = ended("works as designed")
    last = desk.cards(found, "internal")[-1]
    assert any(note.startswith("Works as designed.") for note in last.notes)
