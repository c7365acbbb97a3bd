"""What the plays say to the whys: the next question, what answers it, branches not followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from investigators.board import Board
from investigators.case import Case
from investigators.evidence import Lead
from investigators.playbook import PlaybookRival
from investigators.why_tree import Rival

if TYPE_CHECKING:
    from investigators.report.plays import Road


@dataclass(frozen=True, slots=True)
class Offering:
    """A check that answers the why after a lead's, in words for it, and branches beside it."""

    check: str
    worded: PlaybookRival
    roads: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class Questions:
    """Words that the report's plays give for a lead, by its id.

    ``next`` is the next question, ``unnoticed`` the one of the other leg, ``asks`` a text for those
    who can answer; ``closed`` are branches that the lead rules out, ``offers`` what the checks
    offer as the answer to the next question.
    """

    next: dict[str, str] = field(default_factory=dict)
    unnoticed: dict[str, str] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    closed: dict[str, tuple[Rival, ...]] = field(default_factory=dict)
    offers: dict[str, tuple[Offering, ...]] = field(default_factory=dict)


def questions_of(case: Case, board: Board, leads: Sequence[Lead]) -> Questions:
    """The words of the plays for each lead, as far as nobody ruled its checks out."""
    from investigators.report.plays import filled, followers, plays, standing_of

    causes = plays().causes  # read even without a lead: who asks first has the time for it
    made = Questions()
    for lead in leads:
        play = causes[lead.cause]
        question = filled(play.question, lead)
        made.next[lead.id] = case.in_log(question, lead.features)
        made.unnoticed[lead.id] = case.in_log(filled(play.unnoticed, lead), lead.features)
        about = f" We came to it by decision {case.decision.id}." if case.decision else ""
        ask = (
            f"{lead.statement}{about} {question} Please say which change or step it was, "
            "since when, and who can confirm it. We ask about systems and steps, not about people."
        )
        made.asks[lead.id] = case.in_log(ask, lead.features)
    standing = [lead for lead in standing_of(leads) if not _ruled_out(board, lead)]
    for lead in standing:
        made.closed[lead.id] = _roads(board, f"road-{lead.cause}", causes[lead.cause].closed_roads,
                                      lead)  # fmt: skip
    for each in followers(leads):
        if each.after in standing:
            offered, name = each.offered, each.offered.check.partition(".")[2]
            worded = PlaybookRival(offered.words, offered.if_true, offered.if_false)
            roads = _roads(board, f"road-{name}", offered.open_roads)
            one = Offering(offered.check, worded, roads)
            made.offers[each.after.id] = (*made.offers.get(each.after.id, ()), one)
    return made


def _ruled_out(board: Board, lead: Lead) -> bool:
    return any(board.ruling(finding.partition("/")[0]) is not None for finding in lead.findings)


def _roads(
    board: Board, name: str, roads: Sequence[Road], by: Lead | None = None
) -> tuple[Rival, ...]:
    """Branches as rivals: ruled out ``by`` a lead, or open until a person says more."""
    made = []
    for k, road in enumerate(roads, start=1):
        ruling = board.ruling(f"{name}-{k}")
        out = by is not None or ruling is not None
        how = f"computed · {by.id}" if by is not None else "needs a person’s word"
        made.append(Rival(
            id=f"{name}-{k}", words=road.words, family=road.family,
            standing="speaks against" if by is not None else "cannot tell",
            status="ruled out" if out else "undetermined", how=how,
            if_true=road.if_true, if_false=road.if_false,
            reason=ruling.reason if ruling is not None else "",
            road=f"{road.action} ({road.owner})", not_taken=road.why,
        ))  # fmt: skip
    return tuple(made)
