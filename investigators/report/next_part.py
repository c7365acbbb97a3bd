"""What lies behind a lead that stands: the next why with its answer on offer, roads not taken."""

from __future__ import annotations

from investigators.evidence import Lead
from investigators.report import board_part
from investigators.report.draft import Draft, sentence
from investigators.report.figure_block import figure_block
from investigators.report.model import Block, Items, Section, Statement, Table
from investigators.report.plays import Follower, Road, filled, followers, plays

OPEN = "Open: for the owners to answer."
NOT_TAKEN = "Branches that were left, each with the action that it would have led to."


def behind(draft: Draft) -> tuple[Follower, ...]:
    """The leads that the checks offer as the next why of one that stands."""
    return followers(draft.investigation.leads) if draft.leads else ()


def next_answer(draft: Draft, lead: Lead) -> Statement:
    """What to say after a lead's next question: answered, on offer from the checks, or open."""
    told = board_part.next_answer(draft, lead)
    if told is not None:
        return told
    names = [each.lead.id for each in behind(draft) if each.after.id == lead.id]
    if not names:
        return Statement(OPEN, "assumption")
    words = f"The checks offer {' and '.join(names)}, which stands below; nobody has confirmed it."
    return Statement(words, "inference")


def parts(draft: Draft) -> tuple[Section, ...]:
    """One part for each lead on offer."""
    return tuple(_part(draft, each) for each in behind(draft))


def _part(draft: Draft, each: Follower) -> Section:
    lead, play = each.lead, plays().causes[each.lead.cause]
    weight = f"{each.offered.words} ({lead.strength}, on offer as the answer after {each.after.id})"
    items: list[tuple[Statement, ...]] = [
        (draft.said(weight, "inference", lead.id),),
        (draft.said(lead.statement, "computed", *lead.findings),),
    ]
    items += [
        (draft.said(f"Agrees with it: {words}", "computed", lead.id),)
        for words in lead.corroborations
    ]
    seen = draft.investigation.seen
    if seen is not None and seen.across:
        items.append((draft.said(seen.across, "computed", "source:ui_events"),))
    for road in each.offered.open_roads:
        words = f"Not told apart from it: {_lower(road.words)}; {road.why}"
        items.append((Statement(sentence(words), "assumption"),))
    question = Statement(sentence(filled(play.question, lead)), strong=True)
    items.append((question, Statement(OPEN, "assumption")))
    blocks: list[Block] = [Items(tuple(items))]
    for finding in map(draft.finding, lead.findings):
        blocks += [figure_block(chart) for chart in (finding.charts if finding else ())]
    return Section(f"lead-{lead.id}", f"{lead.id}, the next why: {lead.cause}", tuple(blocks))


def roads(draft: Draft) -> list[tuple[Road, str, tuple[str, ...]]]:
    """Every branch that was left: how it stands, and the evidence of that."""
    closed = [
        (road, f"ruled out by {lead.id}", draft.register.ids(lead.id))
        for lead in draft.leads
        for road in plays().causes[lead.cause].closed_roads
    ]
    left = [(road, "open", ()) for each in behind(draft) for road in each.offered.open_roads]
    return [*closed, *left]


def roads_part(draft: Draft) -> tuple[Section, ...]:
    """The branches left, under what was ruled out."""
    rows = tuple(
        (
            sentence(road.words),
            f"{standing}: {road.why}",
            sentence(road.action),
            road.owner,
            " ".join(ids),
        )
        for road, standing, ids in roads(draft)
    )
    if not rows:
        return ()
    header = ("Branch", "How it stands", "Action it would have led to", "Owner (role)", "Evidence")
    return (Section("roads", "Branches not followed", (Table(header, rows, NOT_TAKEN),)),)


def not_taken(draft: Draft) -> tuple[Block, ...]:
    """The actions of those branches, under the action points."""
    items = tuple(
        (Statement(sentence(f"Not taken: “{road.action}”, {standing}; {road.why}")),)
        for road, standing, _ in roads(draft)
    )
    return (Items(items),) if items else ()


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
