"""The guards of method.md: what a lead needs to count as confirmed, and what a case needs to close.

A guard warns, or blocks where the case is strict.  All of it is computed again from the checks and
the board each time; what was missing when a case was closed is kept with its ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from investigators.board import Board, Ending, EndingKind
from investigators.case import Case
from investigators.evidence import Lead
from investigators.playbook import Playbook
from investigators.report.actions import actions_of
from investigators.trouble import InputTrouble
from investigators.why_tree import (
    FIRST,
    FIRST_UNNOTICED,
    WORDING,
    Gap,
    Progress,
    Rival,
    Why,
    claim_of,
)

CAUSES: tuple[EndingKind, ...] = ("causes found", "contributing causes found")
LEGS = {FIRST: "how it came about", FIRST_UNNOTICED: "how it stayed unnoticed"}


def lead_of(claim: str, progress: Progress) -> Lead | None:
    """The lead of a claim, since ids follow the rank; ``None`` when it no longer stands."""
    return next((lead for lead in progress.leads if claim and claim_of(lead) == claim), None)


def missing_to_confirm(
    lead: Lead, progress: Progress, board: Board | None = None
) -> tuple[str, ...]:
    """Return what is still needed before a lead counts as confirmed (method.md, "Status").

    One computed or recorded item that fits only this rival; one attempt to refute it survived (the
    replay counts); one rival ruled out (by a check, or on the ``board`` by a person) or
    undetermined.
    """
    missing = []
    if lead.strength == "weak":
        missing.append("one sign that fits only this: a record, or a repair that undoes it")
    survived = lead.repair is not None and (
        lead.repair.flips or lead.repair.restores_range or lead.repair.decisions_changed
    )
    if not survived and not lead.corroborations:
        missing.append("one survived attempt to refute it, such as a replay of the repair")
    own = {finding.partition("/")[0] for finding in lead.findings}
    settled = {a.id for a in progress.answers if a.verdict in ("speaks against", "cannot tell")}
    settled |= {ruling.rival for ruling in board.ruled_out} if board is not None else set()
    if not settled - own:
        missing.append("one rival that is ruled out or undetermined")
    return tuple(missing)


def gaps(
    case: Case, board: Board, progress: Progress, whys: Sequence[Why], book: Playbook
) -> tuple[Gap, ...]:
    """Return every guard of closing that is not met (method.md, "Close").

    The wording is not among them: it is known once the report is written (:func:`wording_gap`).
    """
    if not progress.done:
        return (Gap("checks", "the checks have not finished", waivable=False),)
    found = [*_cancelled(progress), *_legs(board, whys), *_stale(board, progress)]
    found += [*_not_run(board, progress), *_must_not_miss(board, progress, whys, book)]
    found += [*_without_action(case, board, progress), *_unconfirmed(board, progress, whys)]
    return tuple({gap.key: gap for gap in reversed(found)}[key] for key in _keys(found))


def _keys(found: Sequence[Gap]) -> list[str]:
    return list(dict.fromkeys(gap.key for gap in found))


def _cancelled(progress: Progress) -> Iterator[Gap]:
    if progress.cancelled:
        words = "the checks were cancelled before they finished"
        yield Gap("checks", words, waivable=False)


def _legs(board: Board, whys: Sequence[Why]) -> Iterator[Gap]:
    for first, words in LEGS.items():
        leg = next((why.leg for why in whys if why.id == first), None)
        answered = any(why.leg == leg and why.answer is not None for why in whys)
        if not answered and board.waiver(first) is None:
            yield Gap(first, f"{words}: no why is answered", first)


def _stale(board: Board, progress: Progress) -> Iterator[Gap]:
    for answer in board.answers:
        if answer.claim and lead_of(answer.claim, progress) is None:
            words = f"{answer.why}: its answer names a lead that no longer stands"
            yield Gap(f"stale {answer.why}", words, answer.why, waivable=False)


def _not_run(board: Board, progress: Progress) -> Iterator[Gap]:
    for absent in progress.not_run:
        if not _waived(board, absent.id):
            yield Gap(absent.id, f"{_name(absent.id)}: not run, not waived", absent.id)


def _waived(board: Board, check: str) -> bool:
    family = check.partition(".")[0]
    return board.waiver(check) is not None or board.waiver(family) is not None


def _name(check: str) -> str:
    """A check in words; of a finding's id, with what it is about."""
    words = check.partition(".")[2].replace("_", " ")
    name, _, about = words.partition("/")
    return f"{name} of {check.partition('/')[2]}" if about else name


def _must_not_miss(
    board: Board, progress: Progress, whys: Sequence[Why], book: Playbook
) -> Iterator[Gap]:
    for rival in (rival for why in whys for rival in why.rivals):
        wanted = rival.id in book.must_not_miss and not _waived(board, rival.id)
        if wanted and not _settled(rival, progress):
            words = f"{_name(rival.id)}: must not be missed, and is not settled"
            yield Gap(rival.id, f"{words} ({rival.standing})", rival.id)


def _settled(rival: Rival, progress: Progress) -> bool:
    if rival.status in ("ruled out", "confirmed") or rival.standing == "does not apply":
        return True
    mine = [f for f in progress.findings if f.check == rival.id and f.verdict == "supports"]
    return bool(mine) and all(f.explained_by for f in mine)  # it goes with another's lead


def _without_action(case: Case, board: Board, progress: Progress) -> Iterator[Gap]:
    """Findings about this decision for which neither an action nor a decision is there."""
    if not progress.conclusion:
        return
    actions = actions_of(progress.conclusion, progress.leads, case.actions)
    by_people = any(action.lead is None for action in actions)
    served = {lead.cause for lead in progress.leads if lead.id in {a.lead for a in actions}}
    for finding in progress.findings:
        if finding.verdict != "supports" or not finding.concerns_decision:
            continue
        if board.ruling(finding.check) is not None or _waived(board, finding.check):
            continue
        lead = next(
            (x for x in progress.leads if finding.id in x.findings or x.id == finding.explained_by),
            None,
        )
        key = finding.id if lead is None else claim_of(lead)
        done = lead is not None and (lead.cause in served or by_people)
        if not done and board.waiver(key) is None:
            name = _name(finding.id) if lead is None else lead.id
            words = f"{name}: neither an action nor a decision"
            yield Gap(key, words, finding.check)


def _unconfirmed(board: Board, progress: Progress, whys: Sequence[Why]) -> Iterator[Gap]:
    """Leads with which a why is answered, and what each lacks; only where causes are claimed."""
    leads = [lead_of(why.answer.claim, progress) for why in whys if why.answer is not None]
    named = [lead for lead in leads if lead is not None]
    if not named:
        words = "no why is answered with a lead"
        yield Gap("cause", words, FIRST, waivable=False, only=("causes found",))
    for lead in named:
        if missing := missing_to_confirm(lead, progress, board):
            words = f"{lead.id} is supported, not confirmed: {'; '.join(missing)}"
            about = lead.findings[0].partition("/")[0] if lead.findings else FIRST
            yield Gap(f"confirm {claim_of(lead)}", words, about, waivable=False, only=CAUSES)


def wording_gap(board: Board, hits: Sequence[str]) -> tuple[Gap, ...]:
    """The guard on the wording: ``hits`` are the words of the report that are warned of."""
    if not hits or board.waiver(WORDING) is not None:
        return ()
    places = "1 place" if len(hits) == 1 else f"{len(hits)} places"
    return (Gap(WORDING, f"wording: {places} to look at, the first “{hits[0]}”", "report"),)


def closed(board: Board, ending: Ending, missing: Sequence[Gap]) -> Board:
    """Return the board of a case that is closed; what was missing is kept with the ending.

    Raises:
        InputTrouble: the ending is not complete, or the case is strict and something is missing.
    """
    if lacks := ending.lacks():
        raise InputTrouble(
            "the ending", f"“{ending.kind}” is not complete", expected="; ".join(lacks)
        )
    if board.strict and missing:
        raise InputTrouble(
            "the case",
            "it is strict, and something is missing to close it",
            place="; ".join(gap.words for gap in missing),
            mend="answer it, waive it with a reason, or let guards warn",
        )
    told = tuple(gap.words for gap in missing)
    return replace(board, ending=replace(ending, missing=told, strict=board.strict))
