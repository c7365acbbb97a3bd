"""Action points: proposed from the class of cause, and whatever a person made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from investigators.case import Action
from investigators.evidence import Lead
from investigators.investigation import Conclusion, Investigation
from investigators.report.plays import (
    Follower,
    PlayAction,
    filled,
    followers,
    plays,
    standing_of,
)

Proposal = tuple[PlayAction, str, str, str | None]


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


def edited(proposed: Sequence[Action], wanted: Sequence[Action]) -> tuple[Action, ...]:
    """Return what a case has to say so that ``wanted`` is in force where these are proposed.

    Proposals that stay as they are are not repeated; those that are not wanted get an empty text;
    new ones (without an id) are called ``H1`` and so on.
    """
    kept = {action.id: action for action in wanted if action.id}
    said = [
        kept.get(each.id, replace(each, text="")) for each in proposed if kept.get(each.id) != each
    ]
    ids = {each.id for each in proposed}
    own = [action for action in wanted if action.id not in ids]
    free = (f"H{k}" for k in count(1) if f"H{k}" not in kept)
    return (*said, *(action if action.id else replace(action, id=next(free)) for action in own))


def standing(investigation: Investigation) -> tuple[Lead, ...]:
    """Return the leads that stand: moderate or strong, and about this decision."""
    return standing_of(investigation.leads)


def _proposed(conclusion: Conclusion, leads: Sequence[Lead]) -> list[Proposal]:
    if conclusion != "lead":
        ending = plays().endings[conclusion]
        return [(play, play.text, play.owner, None) for play in ending.actions]
    proposed: dict[str, Proposal] = {}
    following = followers(leads)
    for lead in standing_of(leads):
        if lead.id in {follower.lead.id for follower in following}:
            continue  # what follows from it stands with the lead that it explains further
        for made in _of_lead(lead, [each for each in following if each.after is lead]):
            proposed.setdefault(made[1], made)
    return list(proposed.values())


def _of_lead(lead: Lead, following: Sequence[Follower]) -> list[Proposal]:
    """The lead's own, and after the first that mends its kind those of what lies behind it."""
    made = [_filled(play, lead, lead) for play in plays().causes[lead.cause].actions]
    behind = [_filled(play, lead, x.lead) for x in following for play in x.offered.actions]
    kinds = [play.kind for play, *_ in made]
    at = kinds.index("category") + 1 if "category" in kinds else len(made)
    return [*made[:at], *behind, *made[at:]]


def _filled(play: PlayAction, words_of: Lead, lead: Lead) -> Proposal:
    return play, filled(play.text, words_of), filled(play.owner, words_of), lead.id
