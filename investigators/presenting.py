"""What desk shows: the report for an audience, its preview, how the whys stand, charts' ticks.

The second half of :mod:`investigators.desk`, which hands all of it on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.board import Board, Ending
    from investigators.burnt_in import Pixels
    from investigators.case import Action, Case
    from investigators.chart import Cells, Chart
    from investigators.evidence import Lead, Segment
    from investigators.investigation import Investigation
    from investigators.report.board_part import Standing
    from investigators.report.cards import Card
    from investigators.report.model import Audience, Report
    from investigators.report.preview import Preview
    from investigators.task import Task
    from investigators.why_tree import Gap, Progress, Tree


def versions() -> dict[str, str]:
    """Versions of this program and of what it computes with."""
    from investigators.facts import versions as known

    return known()


def formats() -> tuple[str, ...]:
    """Names of the formats a report can be written in."""
    from investigators import shelf

    return tuple(writer.name for writer in shelf.writers())


def masks(found: Investigation, audience: Audience) -> tuple[str, ...]:
    """What is masked in a report for this audience, in words; empty: nothing."""
    from investigators.report.redaction import masking

    return masking(found, audience).said


def whys(case: Case, board: Board, progress: Progress) -> Tree:
    """Both legs of the five whys as they stand, with coverage and what is missing to close."""
    from investigators import shelf
    from investigators.roads import questions_of
    from investigators.why_tree import Suspicion
    from investigators.whys import tree

    known = [
        Suspicion(c.id, c.family, c.suspicion, c.covers, c.does_not_cover) for c in shelf.checks()
    ]
    return tree(case, board, progress, known, questions_of(case, board, progress.leads))


def report(found: Investigation, audience: Audience = "shared") -> Report:
    """The post-mortem as a value, for a preview and for the meeting."""
    from investigators.report.compose import compose

    return compose(found, audience, whys=standing)


def preview(
    found: Investigation,
    audience: Audience = "shared",
    palette: str = "light",
    size: int = 13,
    wide: int = 430,
    task: Task | None = None,
) -> Preview:
    """The post-mortem as simple HTML with pictures, for a text view."""
    from investigators.report.preview import preview as write

    return write(report(found, audience), palette, size, wide, task)


def cards(found: Investigation, audience: Audience = "shared") -> tuple[Card, ...]:
    """The six cards of a meeting, from the same report."""
    from investigators.report.cards import cards as made

    return made(report(found, audience), found)


def progress_of(found: Investigation) -> Progress:
    """What a finished investigation knows."""
    from investigators.why_tree import Progress

    return Progress(
        answers=found.checks,
        findings=found.findings,
        not_run=found.not_run,
        leads=found.leads,
        done=True,
        families=found.families,
        conclusion=found.conclusion,
        policy=found.policy,
    )


def standing(found: Investigation) -> Standing:
    """How the five whys of a finished investigation stand, for its report."""
    from investigators.report.board_part import Standing
    from investigators.why_tree import claim_of

    progress = progress_of(found)
    claims = {claim_of(lead): lead.id for lead in found.leads}
    return Standing(
        tree=whys(found.case, found.board, progress),
        missing={lead.id: missing_to_confirm(lead, progress, found.board) for lead in found.leads},
        lead_of={
            answer.why: claims[answer.claim]
            for answer in found.board.answers
            if answer.claim in claims
        },
    )


def picture_pixels(body: bytes, name: str) -> Pixels:
    """The pixels of a picture, as those of the report are read.

    Raises:
        InputTrouble: it cannot be read, or is too large.
    """
    from investigators.burnt_in import pixels

    return pixels(body, name)


def group_rows(segment: Segment) -> str:
    """A segment in the language of named groups; empty where that cannot say it."""
    from investigators.naming import rows_of

    return rows_of(segment)


def chart_table(chart: Chart) -> Cells:
    """The table that says the same as a chart, as the report prints it."""
    from investigators.chart import Cells
    from investigators.report.figure_block import twin

    made = twin(chart)
    return Cells(
        made.caption or chart.title, made.header, made.rows, chart.strip, chart.description
    )


def chart_axis(chart: Chart) -> str:
    """What the axis below a chart counts, as the report says it; empty for a table or bars."""
    from investigators.chart import Distributions, Dots, TimeStrip
    from investigators.report.paint_curves import axis_words

    if isinstance(chart, Distributions | TimeStrip):
        return axis_words(chart)
    return chart.unit if isinstance(chart, Dots) else ""


def chart_role(kind: str) -> str:
    """The palette role in which a curve or mark of this kind is drawn."""
    from investigators.report.paint_curves import COLOURS

    return COLOURS.get(kind, "accent")


def chart_lengths(lengths: Sequence[float]) -> list[str]:
    """Signed contributions, in step with each other."""
    from investigators.numbers import in_step

    return in_step(lengths)


def chart_ticks(
    kind: Literal["number", "log", "time", "value"], low: float, high: float, wanted: int = 6
) -> list[tuple[float, str]]:
    """Round positions of an axis with their words; ``value`` says just ``low``."""
    from math import exp

    from investigators.report.paint import log_ticks, nice_ticks, short_value, time_ticks

    if kind == "time":
        return time_ticks(low, high, wanted)
    if kind == "log":
        return [(at, short_value(exp(at))) for at in log_ticks(low, high)]
    ticks = [low] if kind == "value" else nice_ticks(low, high, wanted)
    return [(at, short_value(at)) for at in ticks]


def palettes() -> dict[str, dict[str, str]]:
    """The colours by scheme and role."""
    from investigators.report.palette import palettes as read

    return {name: asdict(each) for name, each in read().items()}


def missing_to_confirm(
    lead: Lead, progress: Progress, board: Board | None = None
) -> tuple[str, ...]:
    """What is still needed before a lead counts as confirmed."""
    from investigators.guards import missing_to_confirm as missing

    return missing(lead, progress, board)


def claim_of(lead: Lead) -> str:
    """A lead's stable key, for an answer that outlives a new ranking."""
    from investigators.why_tree import claim_of as claim

    return claim(lead)


def wording(found: Investigation) -> tuple[Gap, ...]:
    """The guard on the wording of a case's report, which takes writing it; empty when it is met."""
    from investigators.guards import wording_gap
    from investigators.report.wording import lint

    hits = lint(report(found, "internal"))
    return wording_gap(found.board, [hit.found for hit in hits])


def closed(board: Board, ending: Ending, missing: Sequence[Gap]) -> Board:
    """The board of a case closed with an ending; ``missing`` are the guards that are not met.

    Raises:
        InputTrouble: the ending is not complete, or the case is strict and something is missing.
    """
    from investigators.guards import closed as close

    return close(board, ending, missing)


def strictly(found: Investigation, made: Report) -> None:
    """What ``--strict`` asks of a report: no wording that is warned of, no guard closed over.

    Raises:
        InputTrouble: one of them is there.
    """
    from investigators.report.wording import lint

    if hits := lint(made):
        raise InputTrouble(
            "report",
            f"{len(hits)} wordings are warned of, the first: {hits[0]}",
            mend="reword them in the case, or leave --strict out",
        )
    ending = found.board.ending
    missing = standing(found).tree.missing(ending.kind) if ending is not None else ()
    if missing:
        raise InputTrouble(
            "case",
            f"it was closed while something was missing: {missing[0].words}",
            expected=f"{len(missing)} guards to be met or waived",
            mend="meet or waive them in the window, or leave --strict out",
        )


def action_points(found: Investigation, given: Sequence[Action]) -> tuple[Action, ...]:
    """The action points in force where a case says ``given``; with nothing, the proposals."""
    from investigators.report.actions import actions_of

    return actions_of(found.conclusion, found.leads, given)


def edited_actions(proposed: Sequence[Action], wanted: Sequence[Action]) -> tuple[Action, ...]:
    """What a case has to say so that ``wanted`` is in force instead of the proposals."""
    from investigators.report.actions import edited

    return edited(proposed, wanted)


def undo_words(lead: Lead) -> str:
    """The repair of a lead as an instruction, as the report says it."""
    from investigators.report.plays import undo_words as words

    return words(lead.transform, lead.features)
