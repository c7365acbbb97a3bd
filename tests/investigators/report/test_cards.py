"""Six cards and the preview: from the report, with its masks, for every way a case can end."""

from __future__ import annotations

import re

import pytest

from investigators import desk
from investigators.chart import Cells
from investigators.report.cards import STEPS
from investigators.report.preview import broken
from tests.investigators.report import report_cases

AUDIENCES = ("shared", "public")


@pytest.mark.parametrize("name", report_cases.ALL)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_six_cards_each_with_a_sentence(name: str, audience: str) -> None:
    found = report_cases.ALL[name]()
    made = desk.cards(found, audience)  # type: ignore[arg-type]
    assert [card.step for card in made] == list(STEPS)
    for card in made:
        assert card.heading.strip()
        quoted = card.heading.startswith("“") or card.heading == desk.report(found, audience).title  # type: ignore[arg-type]
        assert quoted or card.heading[-1] in ".?!…", card.heading
        for big in card.figures:
            assert big.value
            assert big.words
    decision = found.case.decision
    if decision is not None and decision.subject and len(decision.subject) > 3:
        assert decision.subject not in repr(made)
    if decision is not None and audience == "public" and len(decision.id) > 3:
        assert decision.id not in repr(made)


def test_the_shop_on_cards() -> None:
    seen, expected, checked, found, affected, done = desk.cards(report_cases.shop())
    assert seen.heading.startswith("“")
    assert expected.figures[0].value == "0.2"
    assert isinstance(checked.chart, Cells)
    numbers = [int(big.value.split(" of ")[0]) for big in checked.figures]
    assert sum(numbers) == int(checked.figures[0].value.split(" of ")[1])
    assert found.chart is not None
    assert found.sure[0] == "High."
    assert found.what_if is not None
    assert re.match(r"since \d+ May", found.figures[1].value)
    assert " of " in affected.figures[0].value
    assert isinstance(done.chart, Cells)


def test_free_words_are_not_on_public_cards() -> None:
    found = report_cases.shop()
    assert "jo@example.org" in (found.case.brief.reported or "")
    shared, public = repr(desk.cards(found)), repr(desk.cards(found, "public"))
    assert "He orders every month" in shared
    assert "jo@example.org" not in shared
    assert "He orders every month" not in public


@pytest.mark.parametrize("name", report_cases.ALL)
def test_the_preview_has_page_one_first_and_every_section(name: str) -> None:
    found = report_cases.ALL[name]()
    report = desk.report(found)
    made = desk.preview(found, "shared", "dark")
    assert made.sections[0] == ("page-one", "Page one")
    assert [title for _, title in made.sections[1:]] == [s.title for s in report.sections]
    for anchor, _ in made.sections:
        assert f'<a name="{anchor}">' in made.html
    assert set(re.findall(r'<img src="([^"]+)"', made.html)) == set(made.pictures)
    assert all(body.startswith(b"\x89PNG") for body in made.pictures.values())
    assert not re.search(r"<(?:script|style|svg|details)", made.html)


def test_what_a_stranger_typed_makes_no_markup() -> None:
    found = report_cases.shop()
    from dataclasses import replace

    brief = replace(found.case.brief, reported="<img src=x><b>loud</b> & so on")
    hostile = replace(found, case=replace(found.case, brief=brief))
    made = desk.preview(hostile, "internal")
    assert "<b>loud" not in made.html
    assert "&lt;img src=x&gt;" in made.html


def test_long_words_may_break() -> None:
    assert broken("a" * 30, 10).count("\u200b") == 2
    assert broken("short words stay", 10) == "short words stay"
    joints = broken("data_assumptions.invariants", 19).split("\u200b")
    assert joints == ["data_", "assumptions.", "invariants"]
    assert broken("residence_permit", 19) == "residence_permit", "whole where there is room"
