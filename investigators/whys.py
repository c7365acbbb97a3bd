"""The five whys: rivals, their standing, what is needed to confirm, and the next question.

Everything here is computed from the checks' answers and the board (what people said), so that it
can never be stale; the rules are method.md's "Five whys".  A why is a question with rivals; it is
answered by a lead or by words, never by a bar of an explanation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from investigators.board import Board, Fact, OwnRival, RuledOut
from investigators.case import Case
from investigators.evidence import (
    FAMILIES,
    FAMILY_WORDS,
    CheckAnswer,
    Family,
    Finding,
    Lead,
)
from investigators.guards import gaps, lead_of, missing_to_confirm
from investigators.playbook import WHY_OFFERED, Playbook, PlaybookRival, choose, playbooks
from investigators.roads import Offering, Questions
from investigators.why_tree import (
    FIRST,
    FIRST_UNNOTICED,
    Chip,
    Offer,
    Progress,
    Rival,
    Standing,
    Status,
    Suspicion,
    Tree,
    Why,
    claim_of,
)

# Words of a report that speak of a change, not of one decision.
SINCE = re.compile(r"\b(since|suddenly|used to|until recently|no longer)\b", re.IGNORECASE)


def tree(
    case: Case,
    board: Board,
    progress: Progress,
    suspicions: Sequence[Suspicion],
    questions: Questions | None = None,
) -> Tree:
    """Return both legs as they stand."""
    offered = choose(
        impression=case.decision is not None and case.decision.source == "ui_events",
        onset=bool(SINCE.search(case.brief.reported or "")),
    )
    # one that this program does not have (another version's) leaves the offered one on
    book = playbooks().get(board.playbook, offered)
    words = questions or Questions()
    offers = _offers(board, progress, words)
    rivals = tuple(
        _in_log(each, case, progress)
        for each in _rivals(board, progress, suspicions, book)
        if each.id not in {offer.check for offer in offers}  # it answers the next why
    )
    closed = tuple(road for roads in words.closed.values() for road in roads)
    whys = [_first(case, board, book, (*rivals, *closed, *_own_rivals(board, FIRST)))]
    second = tuple(
        _in_log(each, case, progress) for each in _offered(board, progress, suspicions, offers)
    )
    whys += _following(board, progress, words, whys[0], second)
    unnoticed = _unnoticed(board, progress, words, book)
    made = (*whys, unnoticed)
    return Tree(
        whys=made,
        chips=tuple(_chips(board, progress, suspicions)),
        playbook=book.title,
        to_close=gaps(case, board, progress, made, book),
        offers=tuple(
            Offer(each.name, each.title, WHY_OFFERED[each.applies] if each is offered else "",
                  chosen=each is book)
            for each in playbooks().values()
        ),
    )  # fmt: skip


def _first(case: Case, board: Board, book: Playbook, rivals: tuple[Rival, ...]) -> Why:
    decision = case.decision
    label = f"“{decision.label}”" if decision is not None and decision.label else "this score"
    name = decision.id if decision is not None else "this decision"
    return Why(
        id=FIRST,
        leg="came about",
        question=book.came_about.format(decision=name, label=label),
        rivals=rivals,
        answer=board.answer(FIRST),
        facts=_facts(board, FIRST),
    )


def _facts(board: Board, why: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in board.facts if fact.why == why)


def _rivals(
    board: Board, progress: Progress, suspicions: Sequence[Suspicion], book: Playbook
) -> list[Rival]:
    order = {check: at for at, check in enumerate(book.rivals)}
    ordered = sorted(
        enumerate(suspicions), key=lambda pair: (order.get(pair[1].check, len(order)), pair[0])
    )
    return [_rival(board, progress, each, book.rivals.get(each.check)) for _, each in ordered]


def _offers(board: Board, progress: Progress, words: Questions) -> tuple[Offering, ...]:
    """What the checks offer as the answer to the second why, once a lead answers the first."""
    answer = board.answer(FIRST)
    lead = lead_of(answer.claim, progress) if answer is not None else None
    return words.offers.get(lead.id, ()) if lead is not None else ()


def _offered(
    board: Board,
    progress: Progress,
    suspicions: Sequence[Suspicion],
    offers: Sequence[Offering],
) -> list[Rival]:
    """The rivals of the second why: what the checks offer, and the branches beside it."""
    known = {each.check: each for each in suspicions}
    made: list[Rival] = []
    for offer in (each for each in offers if each.check in known):
        rival = _rival(board, progress, known[offer.check], offer.worded)
        made += [rival, *offer.roads]
    return made


def _in_log(rival: Rival, case: Case, progress: Progress) -> Rival:
    """The rival with the log's names in what its check says."""
    about = [name for f in progress.findings if f.check == rival.id for name in f.about]
    return replace(rival, sentence=case.in_log(rival.sentence, about))


def _own_rivals(board: Board, why: str) -> tuple[Rival, ...]:
    """Rivals that people added to a why."""
    return tuple(_own(own, board.ruling(own.id)) for own in board.rivals if own.why == why)


def _own(own: OwnRival, ruling: RuledOut | None) -> Rival:
    return Rival(
        id=own.id,
        words=own.words,
        family=own.family,
        standing="by hand",
        status="ruled out" if ruling else "proposed",
        how="by hand",
        reason=ruling.reason if ruling else "",
    )


def _rival(
    board: Board, progress: Progress, each: Suspicion, worded: PlaybookRival | None
) -> Rival:
    answer = next((a for a in progress.answers if a.id == each.check), None)
    leads = _leads_of(progress, each.check)
    standing = _standing(answer, each.check, progress)
    missing = next((n for n in progress.not_run if n.id == each.check), None)
    waiver = board.waiver(each.check) or board.waiver(each.family)
    ruling = board.ruling(each.check)
    if waiver is not None and standing not in ("supports", "speaks against"):
        standing = "waived"
    claims = {answer.claim for answer in board.answers}
    chosen = [lead for lead in leads if claim_of(lead) in claims]
    confirmed = any(not missing_to_confirm(lead, progress, board) for lead in chosen)
    return Rival(
        id=each.check,
        words=worded.words if worded else each.words,
        family=each.family,
        standing=standing,
        status=_status(standing, ruled=ruling is not None, confirmed=confirmed),
        how=_how(standing, answer, progress, leads),
        sentence=answer.sentence if answer else "",
        leads=tuple(lead.id for lead in leads),
        if_true=worded.if_true if worded else each.words,
        if_false=worded.if_false if worded else f"nothing of this shows: {each.covers}",
        does_not_cover=each.does_not_cover,
        would_need=(answer.would_need or "") if answer else "",
        ask=missing.ask if missing else "",
        reason=ruling.reason if ruling else waiver.reason if waiver else "",
        further=worded is None,
    )


def _leads_of(progress: Progress, check: str) -> list[Lead]:
    mine = {finding.id for finding in progress.findings if finding.check == check}
    return [lead for lead in progress.leads if mine & set(lead.findings)]


def _standing(answer: CheckAnswer | None, check: str, progress: Progress) -> Standing:
    if answer is not None:
        return answer.verdict
    if progress.running == check or not progress.done:
        return "checking"
    return "not run"


def _status(standing: Standing, *, ruled: bool, confirmed: bool) -> Status:
    if ruled or standing == "speaks against":
        return "ruled out"
    if confirmed:
        return "confirmed"
    if standing == "supports":
        return "supported"
    if standing == "waived":
        return "waived"
    return "testing" if standing == "checking" else "undetermined"


def _how(
    standing: Standing, answer: CheckAnswer | None, progress: Progress, leads: Sequence[Lead]
) -> str:
    """On what grounds, in the words of a verdict line."""
    mine = [f for f in progress.findings if answer is not None and f.check == answer.id]
    grounds = _grounds([f for f in mine if f.verdict == standing])
    if standing == "supports":
        if leads:
            return f"{grounds} · {leads[0].id}"
        by = next((f.explained_by for f in mine if f.explained_by), None)
        return f"{grounds} · goes with {by}" if by else grounds
    return {
        "speaks against": grounds,
        "cannot tell": "needs data",
        "does not apply": "does not apply",
        "error": "the check failed",
        "checking": "checking",
        "not run": "not run",
        "waived": "waived",
        "by hand": "by hand",
    }[standing]


def _grounds(findings: Sequence[Finding]) -> str:
    """Whether a verdict was computed, or only a person's word stands behind it, of which grade."""
    grades = [str(finding.effect.get("grade", "")) for finding in findings]
    return f"by hand, grade {max(grades)}" if grades and all(grades) else "computed"


def _following(
    board: Board, progress: Progress, words: Questions, first: Why, offered: tuple[Rival, ...]
) -> list[Why]:
    """The next whys of the first leg: one opens where the one before is answered.

    ``offered`` are rivals of the second.
    """
    made: list[Why] = []
    before, told = first, set[str]()
    for number in range(2, 20):
        answer = before.answer
        if answer is None:
            break
        name = f"W{number}"
        lead = lead_of(answer.claim, progress)
        question = ""
        if lead is not None and lead.id not in told:
            told.add(lead.id)  # what a lead asks is asked once
            question = words.next.get(lead.id, "")
        if not question:
            said = answer.words.strip().rstrip(".") or (lead.statement if lead else "that")
            question = f"How did that come about: {said}?"
        following = Why(
            id=name,
            leg="came about",
            question=question,
            rivals=(*(offered if number == 2 else ()), *_own_rivals(board, name)),
            answer=board.answer(name),
            facts=_facts(board, name),
            ask=words.asks.get(lead.id, "") if lead is not None else "",
            after=before.id,
        )
        made.append(following)
        before = following
    return made


def _unnoticed(board: Board, progress: Progress, words: Questions, book: Playbook) -> Why:
    standing = [x for x in progress.leads if x.concerns_this_decision and x.strength != "weak"]
    question = words.unnoticed.get(standing[0].id, "") if standing else ""
    return Why(
        id=FIRST_UNNOTICED,
        leg="unnoticed",
        question=question or book.unnoticed,
        rivals=_own_rivals(board, FIRST_UNNOTICED),
        answer=board.answer(FIRST_UNNOTICED),
        facts=_facts(board, FIRST_UNNOTICED),
    )


def _chips(board: Board, progress: Progress, suspicions: Sequence[Suspicion]) -> list[Chip]:
    made = []
    for family in FAMILIES:
        checks = [each.check for each in suspicions if each.family == family]
        answers = [a for a in progress.answers if a.id in checks]
        made.append(_chip(family, board, progress, answers, len(checks)))
    return made


def _chip(
    family: Family, board: Board, progress: Progress, answers: Sequence[CheckAnswer], total: int
) -> Chip:
    words = FAMILY_WORDS[family]
    if not progress.done:
        return Chip(family, words, "…", f"{len(answers)} of {total}", "checking")
    told = sum(a.verdict in ("supports", "speaks against") for a in answers)
    of = "" if told == total else f"{told} of {total}"
    found = progress.families.get(family)
    status = found.status if found is not None else "not run"
    if status == "finding":
        leads = sum(
            lead.family == family and lead.concerns_this_decision and lead.strength != "weak"
            for lead in progress.leads
        )
        return Chip(family, words, "●", str(leads), "finding")
    if status == "symptom":
        by = next(
            (f.explained_by for f in progress.findings if f.family == family and f.explained_by), ""
        )
        return Chip(family, words, "●", f"with {by}" if by else "symptom", "unsure")
    if status == "clear":
        return Chip(family, words, "✓", of, "clear")
    waived = board.waiver(family) is not None  # comes last: it never hides what was found
    if waived or not answers:
        return Chip(family, words, "–", "waived" if waived else "not run", "not run")
    return Chip(family, words, "?", of, "unsure")
