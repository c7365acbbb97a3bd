"""From an investigation to a report, for one audience."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from investigators.case import Action
from investigators.investigation import Investigation
from investigators.report import (
    board_part,
    ending_part,
    learning_part,
    model_part,
    page_one,
    reach,
    reasoning,
    seen_part,
    story,
    testimony_part,
)
from investigators.report.actions import actions as proposed_actions
from investigators.report.appendix import appendix
from investigators.report.draft import Draft
from investigators.report.model import Audience, Report, Section, Table
from investigators.report.redaction import mapped, masked, masking
from investigators.report.register import Register
from investigators.report.wording import lint

AFFECTED = "affected.csv"
IDS = {"internal": "nothing masked", "shared": "ids masked", "public": "masked for the public"}


def compose(
    investigation: Investigation,
    audience: Audience = "shared",
    *,
    actions: tuple[Action, ...] | None = None,
    whys: Callable[[Investigation], board_part.Standing] | None = None,
) -> Report:
    """Return the post-mortem draft.

    ``actions`` default to the proposed ones merged with the case's.  Where there are affected rows
    the report links the list that :mod:`investigators.report.affected` writes beside it.  ``whys``
    says how the five whys stand; it must be given once somebody spoke on the board.
    """
    mask = masking(investigation, audience)
    inner = masked(investigation, mask)
    told = testimony_part.masked(inner, mask)
    inner = replace(board_part.masked(inner, mask), case=told.case)
    inner = replace(inner, seen=seen_part.masked(inner.seen, mask))
    standing = None
    if board_part.touched(inner):
        assert whys is not None, "a board that somebody touched needs its whys"
        standing = whys(inner)
    draft = Draft(
        investigation=inner,
        register=Register(inner),
        masking=mask,
        actions=proposed_actions(inner) if actions is None else actions,
        affected=AFFECTED if inner.affected is not None else "",
        standing=standing,
    )
    version = inner.versions.get("fifthwhy", "")
    report = Report(
        title=inner.case.title,
        status=page_one.status(draft),
        head=(
            *ending_part.head(draft),
            "not yet reviewed",
            IDS[audience],
            f"made with Fifth Why {version}".strip(),
        ),
        rows=(*ending_part.page_one(draft), *page_one.rows(draft)),
        sections=_sections(draft),
        run_again=inner.run_again,
        audience=audience,
    )
    return _with_wording(mapped(report, mask.text))


def _with_wording(report: Report) -> Report:
    """Say in the appendix where the wording lint speaks; edited action points may bring words."""
    hits = lint(report)
    if not hits:
        return report
    rows = tuple((hit.found, hit.section, hit.says, hit.offers) for hit in hits)
    table = Table(("Words", "Where", "What they do", "Instead"), rows)
    part = Section("wording", "Wording to look at before this is handed on", (table,))
    *before, last = report.sections
    return replace(report, sections=(*before, replace(last, parts=(*last.parts, part))))


def _sections(draft: Draft) -> tuple[Section, ...]:
    return (
        story.seen(draft),
        *seen_part.seen_part(draft),
        story.facts(draft),
        story.system(draft),
        story.timeline(draft),
        reach.impact(draft),
        model_part.model_part(draft),
        reasoning.came_about(draft),
        reasoning.unnoticed(draft),
        reasoning.ruled_out(draft),
        reasoning.not_checked(draft),
        reasoning.conclusion(draft),
        learning_part.learning(draft),
        reasoning.action_points(draft),
        reasoning.open_questions(draft),
        appendix(draft),
    )
