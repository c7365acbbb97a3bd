"""What people told in reports: whose view and grade, names and words masked for readers outside."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from investigators import desk
from investigators.investigation import Investigation
from investigators.report import html, markdown
from investigators.report.model import Audience
from investigators.report.wording import lint
from investigators.testimony import Exchange, Interview, Teller, WalkStep, Walkthrough
from tests.investigators.report import report_cases

ANNA = Teller("Anna Berg", "support", "2026-03-03", "the customer", "D", "event", "imp-78")
INTERVIEW = Interview(
    "I1",
    ANNA,
    (Exchange("Does anyone else use it, because of the age?", "berg’s sister, +49 170 1234567"),),
    "ANNA is sure of the device. Kim was not asked.",
)
WALK = Walkthrough(
    "T1",
    "from the start page to the box",
    replace(ANNA, whom="Kim May", whose_view="", grade="C", about="event", link="imp-77"),
    (
        WalkStep("open the app as Kim", "men’s items", "a bag", "screen.png"),
        WalkStep("scroll", picture="P9"),
    ),
)


def case() -> Investigation:
    found = report_cases.home()
    brief = replace(found.case.brief, interviews=(INTERVIEW,), walkthroughs=(WALK,))
    return replace(found, case=replace(found.case, brief=brief))


def text(found: Investigation, audience: Audience) -> str:
    return markdown.write(desk.report(found, audience)).decode()


def test_for_us_everything_stands_there_as_it_was_told() -> None:
    said = text(case(), "internal")
    for words in (
        "| Told by | Anna Berg (support) |",
        "| Whose view | the customer |",
        "| Grade | D: an assumption of the person |",
        "| About | screen event imp-78 |",
        "| Does anyone else use it, because of the age? | berg’s sister, +49 170 1234567 |",
        "ANNA is sure of the device.",
        "| From where to where | from the start page to the box |",
        "| Whose view | the person’s own |",
        "| Grade | C: seen or said by the person |",
        "| 1 | open the app as Kim | men’s items | a bag | P1 |",
        "| 2 | scroll |  |  | not in the case any more |",
    ):
        assert words in said, words
    assert "| interview I1 of a person | D |" in said
    assert "| walkthrough T1 of a person | C |" in said
    page = html.write(desk.report(case(), "internal")).decode()
    assert "Anna Berg (support)" in page
    assert "from the start page to the box" in page


def test_for_sharing_names_are_counted_off_wherever_people_typed_them() -> None:
    said = text(case(), "shared")
    assert "Anna" not in said
    assert "berg" not in said.lower()
    assert "Kim May" not in said
    assert "| Told by | person-1 (support) |" in said
    assert "person-1’s sister, \\[number\\]" in said
    assert "person-1 is sure of the device. person-2 was not asked." in said
    assert "| 1 | open the app as person-2 | men’s items | a bag | P1 |" in said
    assert "screen event other-1" in said
    assert "screen event imp-77" in said, "this decision's own id"
    assert "Names of people who told something: counted off instead" in said


def test_a_name_of_one_word_changes_no_word_of_the_report_s_own() -> None:
    """May is a month too: only words that people typed are searched for it."""
    found = case()
    plain = replace(found, case=replace(found.case, brief=report_cases.home().case.brief))
    may = replace(WALK, teller=Teller("March"), steps=(WalkStep("march says so"),))
    brief = replace(found.case.brief, interviews=(), walkthroughs=(may,))
    said = text(replace(found, case=replace(found.case, brief=brief)), "shared")
    assert "| 1 | person-1 says so |" in said
    dates = [word for word in text(plain, "shared").split() if "March" in word]
    assert all(word in said for word in dates)


def test_for_the_public_words_are_withheld() -> None:
    whole = text(case(), "public")
    assert "Anna" not in whole
    said = whole[whole.index("### Interviews") : whole.index("## Facts")]
    for words in ("Anna", "berg", "Kim", "support", "sister", "imp-7", "men’s", "2026-03-03 |"):
        assert words not in said, words
    assert "person-1" in said
    assert "screen event decision-1" in said


@pytest.mark.parametrize("audience", get_args(Audience))
def test_what_people_told_is_none_of_the_lint_s_business(audience: Audience) -> None:
    assert lint(desk.report(case(), audience)) == lint(desk.report(report_cases.home(), audience))


def test_a_case_in_which_nobody_told_anything_says_nothing_of_it() -> None:
    said = text(report_cases.home(), "internal")
    assert "Interviews" not in said
    assert "Walkthroughs" not in said
