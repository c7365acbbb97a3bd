"""Action points: proposed from the class of cause, and whatever a person made of them."""

from __future__ import annotations

from investigators.case import Action
from investigators.evidence import Lead
from investigators.investigation import Investigation
from investigators.report.plays import PlayAction, filled, plays


def actions(investigation: Investigation) -> tuple[Action, ...]:
    """Return the action points in force, ``A1`` first.

    Proposed from the leads that stand and concern this decision (from the ending when there is
    none).  An action of the case with a proposal's id replaces it; one with an empty text removes
    it; the others follow.
    """
    edited = {action.id: action for action in investigation.case.actions}
    numbered = [
        edited.pop(f"A{place}", Action(f"A{place}", text, play.kind, owner, play.due, lead=lead))
        for place, (play, text, owner, lead) in enumerate(_proposed(investigation), start=1)
    ]
    return tuple(action for action in (*numbered, *edited.values()) if action.text.strip())


def standing(investigation: Investigation) -> tuple[Lead, ...]:
    """Return the leads that stand: moderate or strong, and about this decision."""
    return tuple(
        lead
        for lead in investigation.leads
        if lead.concerns_this_decision and lead.strength != "weak"
    )


def _proposed(investigation: Investigation) -> list[tuple[PlayAction, str, str, str | None]]:
    if investigation.conclusion != "lead":
        ending = plays().endings[investigation.conclusion]
        return [(play, play.text, play.owner, None) for play in ending.actions]
    proposed: dict[str, tuple[PlayAction, str, str, str | None]] = {}
    for lead in standing(investigation):
        for play in plays().causes[lead.cause].actions:
            text = filled(play.text, lead)
            proposed.setdefault(text, (play, text, filled(play.owner, lead), lead.id))
    return list(proposed.values())
