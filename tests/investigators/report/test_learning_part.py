"""What was learned and what it costs: verbatim in the report, masked, read back, never linted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from investigators import desk
from investigators.board import COST_STEPS, Board, Cost, Draft, Learned
from investigators.case_history import CaseFile
from investigators.investigation import Investigation
from investigators.report import html, markdown
from investigators.report.model import Report
from investigators.report.reach import LADDER
from investigators.report.wording import lint
from tests.investigators.report import report_cases

SAID = Board(
    learned=Learned(helped="because Kim looked", surprised="nobody reads units"),
    costs=(Cost("1 hour", "two people of Kim's"), Cost("so far", "the trust of 40")),
)


def with_board(found: Investigation, board: Board = SAID) -> Investigation:
    return replace(found, board=board)


def text(report: Report, section: str) -> str:
    parts = tuple(each for each in report.sections if each.id == section)
    return markdown.write(replace(report, rows=(), sections=parts)).decode()


def test_the_steps_are_those_of_the_ladder() -> None:
    assert tuple(words for words, _ in LADDER) == COST_STEPS[:-1]


def test_what_people_said_is_in_the_report_as_typed() -> None:
    report = desk.report(with_board(report_cases.shop()), "internal")
    told = text(report, "learning")
    assert "because Kim looked" in told
    assert "what helped, verbatim" in told
    assert "Not filled in yet: what hindered and what was luck." in told
    impact = text(report, "impact")
    assert impact.count("to be filled in") == 3
    assert "| two people of Kim's |" in impact
    assert "| the trust of 40 |" in impact
    assert lint(report) == []
    assert "nobody reads units" in html.write(report).decode()


def test_nothing_said_is_said() -> None:
    report = desk.report(report_cases.shop(), "internal")
    told = text(report, "learning")
    words = "What helped, what hindered, what was luck, why we were surprised: not filled in yet."
    assert words in told
    assert text(report, "impact").count("to be filled in") == 5


def test_costs_are_said_without_a_lead() -> None:
    told = text(desk.report(with_board(report_cases.undetermined()), "internal"), "impact")
    assert "| so far | the trust of 40 |" in told
    assert "1 minute" not in told


def test_words_are_masked() -> None:
    public = repr(desk.report(with_board(report_cases.shop()), "public"))
    for words in ("Kim", "nobody reads", "the trust"):
        assert words not in public
    assert "[words withheld" in text(
        desk.report(with_board(report_cases.shop()), "public"), "learning"
    )


def test_what_was_said_is_read_back(tmp_path: Path) -> None:
    with CaseFile(tmp_path / "a.fifthwhy") as file:
        draft = Draft(report_cases.shop().case.brief, SAID)
        file.change("say what was learned", draft)
        assert file.draft() == draft
