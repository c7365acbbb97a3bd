"""Pictures in reports: the one made anew, for outside only where looked through, in every form."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from matplotlib.image import imread, imsave

from investigators import desk
from investigators.board import Board, Fact
from investigators.burnt_in import COVER, derived
from investigators.investigation import Investigation
from investigators.pictures import Mark, Picture
from investigators.report import html, markdown
from investigators.report.model import Audience
from investigators.report.wording import lint
from tests.investigators.report import report_cases

OUTSIDE = ("shared", "public")
NOT_SHOWN = "Picture P1 is not shown: nobody marked it as looked through for readers outside."


def body() -> bytes:
    buffer = io.BytesIO()
    made = np.random.default_rng(5).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    imsave(buffer, made, format="png", metadata={"Author": "Kim"})
    return buffer.getvalue()


GIVEN = body()
MARKS = (
    Mark("cover", 0, 0, 50, 30),
    Mark("region", 60, 40, 110, 80, "Kim's own flat, because it was bought", "event", "imp-78"),
    Mark("arrow", 5, 80, 40, 60, "the title", "component", "last_seen"),
    Mark("crop", 0, 0, 120, 85),
)
PICTURE = Picture("P1", "1", "screen of Kim.png", "Kim @kim", "2026-03-02", "what Kim saw", MARKS)


def case(*pictures: Picture, known: bool = True) -> Investigation:
    found = report_cases.home()
    sealed = {s.sha256: GIVEN for s in found.case.sources if s.role == "screenshot" and known}
    (sha256,) = (s.sha256 for s in found.case.sources if s.role == "screenshot")
    own = tuple(replace(picture, sha256=sha256) for picture in pictures)
    return replace(found, board=Board(pictures=own), pictures=sealed)


def page(found: Investigation, audience: Audience) -> str:
    return html.write(desk.report(found, audience)).decode()


def text(found: Investigation, audience: Audience) -> str:
    return markdown.write(desk.report(found, audience)).decode()


def pictures_in(page: str) -> list[bytes]:
    held = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page)
    return [base64.b64decode(each) for each in held]


def test_for_us_the_report_shows_a_screenshot_as_it_is_made_anew() -> None:
    (shown,) = pictures_in(page(case(), "internal"))
    assert shown == derived(GIVEN, "", ()).png
    assert b"Kim" in GIVEN
    assert b"Kim" not in shown
    said = text(case(), "internal")
    assert re.search(
        r"Picture P1 \(E\d\), grade C, 120 by 90 pixels\. Whose view: not said\.", said
    )


@pytest.mark.parametrize("audience", OUTSIDE)
@pytest.mark.parametrize("pictures", [(), (PICTURE,)])
def test_outside_nothing_is_shown_that_nobody_looked_through(
    audience: Audience, pictures: tuple[Picture, ...]
) -> None:
    found = case(*pictures)
    written = page(found, audience)
    assert pictures_in(written) == []
    assert NOT_SHOWN in written
    assert "Kim" not in written.partition("Pictures that people gave")[2].partition("</section>")[0]
    assert "left out where nobody marked them as looked through" in text(found, audience)
    assert desk.preview(found, audience).pictures.keys().isdisjoint({"picture-1.png"})


@pytest.mark.parametrize("audience", get_args(Audience))
def test_one_that_was_looked_through_is_shown_with_its_marks(audience: Audience) -> None:
    found = case(replace(PICTURE, looked_through=True))
    (shown,) = pictures_in(page(found, audience))
    pixels = np.rint(imread(io.BytesIO(shown), format="png") * 255)[:, :, :3]
    assert pixels.shape == (85, 120, 3)
    assert (pixels[:30, :50] == COVER).all()
    said = text(found, audience)
    told = "Marked: 1 region and 1 arrow. 1 part is covered. It is a part of what was given."
    assert told in said
    assert desk.preview(found, audience).pictures["picture-1.png"] == shown
    assert GIVEN not in shown


def test_numbered_marks_are_told_in_a_table_with_what_they_are_linked_to() -> None:
    said = text(case(PICTURE), "internal")
    assert "| 1 | region | Kim's own flat, because it was bought | screen event imp-78 |" in said
    assert "| 2 | arrow | the title | component last_seen |" in said
    assert "what Kim saw (1: Kim's own flat, because it was bought; 2: the title)" in said


def test_for_sharing_other_ids_are_counted_off_and_for_the_public_words_are_withheld() -> None:
    looked = replace(PICTURE, looked_through=True, marks=(*MARKS, replace(MARKS[1], link="imp-77")))
    shared = text(case(looked), "shared")
    assert "screen event other-1" in shared
    assert "screen event imp-77" in shared, "this decision's own id"
    assert "imp-78" not in shared
    assert "\\[name\\]" in shared
    public = text(case(looked), "public")
    assert "screen event decision-1" in public
    assert not re.search("Kim|flat|imp-7|2026-03-02\\.", public.partition("## Facts")[0])


@pytest.mark.parametrize("audience", get_args(Audience))
def test_words_of_people_on_a_picture_are_none_of_the_lint_s_business(audience: Audience) -> None:
    before = lint(desk.report(case(), audience))
    assert lint(desk.report(case(replace(PICTURE, looked_through=True)), audience)) == before


def test_what_cannot_be_shown_says_why() -> None:
    assert "Picture P1 is not shown: its file is not at hand here." in text(
        case(known=False), "internal"
    )
    broken = replace(case(), pictures=dict.fromkeys(case().pictures, b"\x89PNG\r\n\x1a\n"))
    assert "Picture P1 is not shown: this picture cannot be read" in text(broken, "internal")


def test_a_picture_of_a_fact_and_a_picked_up_one_are_shown_and_have_evidence() -> None:
    fact = Fact("F1", "W1", "seen at a friend's", "Kim", "C", "ab", "note.png")
    found = replace(
        case(),
        board=Board(facts=(fact,), pictures=(replace(PICTURE, sha256="cd", marks=()),)),
        pictures={"ab": GIVEN, "cd": GIVEN},
    )
    assert len(pictures_in(page(found, "internal"))) == 2
    said = text(found, "internal")
    assert "picture P1, given by a person: screen of Kim.png | C | cd |" in said
    assert "Picture P2 (E" in said


def test_a_case_without_pictures_says_nothing_of_them() -> None:
    assert "ictures" not in text(report_cases.shop(), "shared")
