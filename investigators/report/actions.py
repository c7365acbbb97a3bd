"""Action points: proposed from the class of cause, and whatever a person made of them."""

from __future__ import annotations

from collections.abc import Sequence

from investigators.case import Action
from investigators.evidence import Lead
from investigators.investigation import Conclusion, Investigation
from investigators.report.plays import PlayAction, filled, plays


def actions(investigation: Investigation) -> tuple[Action, ...]:
    """Return the action points in force, ``A1`` first.

    Proposed from the leads that stand and concern this decision (from the ending when there is
    none).  An action of the case with a proposal's id replaces it; one with an empty text removes
    it; the others follow.
    """
    case, found = investigation.case, investigation
    return actions_of(found.conclusion, found.leads, case.actions)


def actions_of(
    conclusion: Conclusion, leads: Sequence[Lead], given: Sequence[Action]
) -> tuple[Action, ...]:
    """The same, from a conclusion, its leads and the case's own actions."""
    edited = {action.id: action for action in given}
    numbered = [
        edited.pop(f"A{place}", Action(f"A{place}", text, play.kind, owner, play.due, lead=lead))
        for place, (play, text, owner, lead) in enumerate(_proposed(conclusion, leads), start=1)
    ]
    return tuple(action for action in (*numbered, *edited.values()) if action.text.strip())


def standing(investigation: Investigation) -> tuple[Lead, ...]:
    """Return the leads that stand: moderate or strong, and about this decision."""
    return standing_of(investigation.leads)


def standing_of(leads: Sequence[Lead]) -> tuple[Lead, ...]:
    """The same, of any leads."""
    return tuple(lead for lead in leads if lead.concerns_this_decision and lead.strength != "weak")


def _proposed(
    conclusion: Conclusion, leads: Sequence[Lead]
) -> list[tuple[PlayAction, str, str, str | None]]:
    if conclusion != "lead":
        ending = plays().endings[conclusion]
        return [(play, play.text, play.owner, None) for play in ending.actions]
    proposed: dict[str, tuple[PlayAction, str, str, str | None]] = {}
    for lead in standing_of(leads):
        for play in plays().causes[lead.cause].actions:
            text = filled(play.text, lead)
            proposed.setdefault(text, (play, text, filled(play.owner, lead), lead.id))
    return list(proposed.values())
