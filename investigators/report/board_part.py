"""What people said on the board, in the sections where it belongs; nothing while nobody spoke.

People's words stand in ``Verbatim`` blocks and in columns marked ``verbatim``: the wording lint
leaves them alone, and they are masked for the audience before they come here (:func:`masked`).
What the program says of them (confirmed, supported, what is missing) is computed again from the
checks each time; desk hands it in as :class:`Standing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace

from investigators.board import GRADE_WORDS, Board, Ending, Fact, Learned
from investigators.evidence import FAMILY_WORDS, Lead
from investigators.investigation import Investigation
from investigators.numbers import listed
from investigators.report import ending_part, pictures_part
from investigators.report.draft import Draft, check_words, line, quoted, sentence
from investigators.report.model import Block, Items, Paragraph, Section, Statement, Table
from investigators.report.redaction import Masking
from investigators.why_tree import FIRST, FIRST_UNNOTICED, WORDING, Rival, Tree, Why, claim_of

CHECK = re.compile(r"\w+\.\w+$")  # a check's id, not a finding's or a lead's key
BY_HAND = "Added by people"
SKIPPED = "What was expected instead was asked for and skipped"


@dataclass(frozen=True)
class Standing:
    """The five whys as they stand.

    ``missing`` says by a lead's id what it still lacks to count as confirmed; ``lead_of`` the id
    of the lead with which a why is answered, by the why's id.
    """

    tree: Tree
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lead_of: dict[str, str] = field(default_factory=dict)


def touched(investigation: Investigation) -> bool:
    """Whether anybody said anything on the board."""
    return investigation.board != Board()


def masked(investigation: Investigation, masking: Masking) -> Investigation:
    """Return the investigation with the words on its board masked for the audience."""
    if masking.audience == "internal" or not touched(investigation):
        return investigation

    def free(words: str) -> str:
        return masking.free_words(words) or "" if words else words

    board = investigation.board
    return replace(
        investigation,
        board=replace(
            board,
            expected_from=free(board.expected_from),
            answers=tuple(replace(a, words=free(a.words)) for a in board.answers),
            ruled_out=tuple(replace(r, reason=free(r.reason)) for r in board.ruled_out),
            waivers=tuple(replace(w, reason=free(w.reason)) for w in board.waivers),
            ending=_masked_ending(board.ending, masking),
            facts=tuple(_masked_fact(fact, masking) for fact in board.facts),
            rivals=tuple(replace(r, words=free(r.words)) for r in board.rivals),
            parked=tuple(replace(p, words=free(p.words)) for p in board.parked),
            learned=Learned(*(free(getattr(board.learned, each.name)) for each in fields(Learned))),
            costs=tuple(replace(c, words=free(c.words)) for c in board.costs),
            pictures=pictures_part.masked(investigation, masking),
        ),
    )


def _masked_ending(ending: Ending | None, masking: Masking) -> Ending | None:
    def free(words: str) -> str:
        return masking.free_words(words) or "" if words else words

    if ending is None:
        return None
    return replace(ending, words=free(ending.words), whom=free(ending.whom), of=free(ending.of))


def _masked_fact(fact: Fact, masking: Masking) -> Fact:
    def free(words: str) -> str:
        return masking.free_words(words) or "" if words else words

    return replace(
        fact,
        words=free(fact.words),
        whose_view=free(fact.whose_view),
        picture_name=free(fact.picture_name),
    )


# --- what was seen, facts ------------------------------------------------------------------------


def expectation(draft: Draft) -> list[Block]:
    """Where the expectation comes from, or that it was skipped."""
    board = draft.investigation.board
    if draft.investigation.case.brief.expected:
        if board.expected_from:
            return [quoted(board.expected_from, "where the expectation comes from, verbatim")]
        return []
    return [line(SKIPPED)] if board.expectation_skipped else []


def facts(draft: Draft) -> tuple[Section, ...]:
    """Facts by hand: whose view, which grade, which why they bear on."""
    found = draft.investigation.board.facts
    if not found:
        return ()
    rows = tuple(
        (
            fact.id,
            fact.words,
            fact.whose_view or "not said",
            f"{fact.grade}: {GRADE_WORDS[fact.grade]}",
            fact.why,
            fact.picture_name or ("kept" if fact.picture else ""),
            " ".join(draft.register.ids(f"fact:{fact.id}")),
        )
        for fact in found
    )
    header = ("Id", "Fact, verbatim", "Whose view", "Grade", "Why", "Picture", "Evidence")
    caption = "Facts that people added; no check stands behind them."
    table = Table(header, rows, caption, verbatim=(1, 2, 5))
    return (Section("facts-by-hand", BY_HAND, (table,)),)


# --- the whys ------------------------------------------------------------------------------------


def whys(draft: Draft, leg: str) -> tuple[Section, ...]:
    """The whys of one leg as they stand on the board: answered, and the one that is open next."""
    if draft.standing is None:
        return ()
    found = [why for why in draft.standing.tree.whys if why.leg == leg]
    if not any(why.answer or why.facts or _own(why) for why in found):
        return ()
    return tuple(_why(draft, why) for why in found)


def _why(draft: Draft, why: Why) -> Section:
    said = [a.words.strip().rstrip(".") for a in draft.investigation.board.answers if a.words]
    blocks: list[Block] = []
    if any(words and words in why.question for words in said):
        blocks.append(quoted(why.question, "the question, in the words of the answer before it"))
    else:
        blocks.append(Paragraph((Statement(sentence(why.question), strong=True),)))
    if why.answer is not None and why.answer.words:
        blocks.append(quoted(why.answer.words, "answer, verbatim"))
    blocks.append(Items(tuple((statement,) for statement in _status(draft, why))))
    if own := _own(why):
        rows = tuple((r.id, r.words, FAMILY_WORDS[r.family], r.status) for r in own)
        header = ("Id", "Rival, verbatim", "Family", "Status")
        blocks.append(Table(header, rows, "Rivals that people added.", verbatim=(1,)))
    return Section(f"why-{why.id}", f"{why.id} on the board", tuple(blocks))


def _own(why: Why) -> list[Rival]:
    return [rival for rival in why.rivals if rival.standing == "by hand"]


def _status(draft: Draft, why: Why) -> list[Statement]:
    """Where a why stands, what it rests on, and what is still missing."""
    rests = listed([f"{fact.id} (grade {fact.grade})" for fact in why.facts])
    keys = [f"fact:{fact.id}" for fact in why.facts]
    facts_too = [draft.said(f"Facts by hand: {rests}", None, *keys)] if rests else []
    if why.answer is None:
        return [Statement("Open: for the owners to answer.", "assumption"), *facts_too]
    lead = answered_with(draft, why.id)
    if lead is None:
        if why.answer.claim:
            gone = "Answered with a lead that no longer stands: the answer is to be looked at again"
            return [Statement(sentence(gone), "assumption"), *facts_too]
        words = "Answered in words; no check stands behind it"
        return [Statement(sentence(words), "assumption"), *facts_too]
    missing = draft.standing.missing.get(lead.id, ()) if draft.standing else ()
    told = f"Answered with {lead.id}, {'supported' if missing else 'confirmed'}: {lead.statement}"
    made = [draft.said(told, "inference", *lead.findings, f"repair:{lead.id}")]
    if missing:
        made.append(Statement(sentence(f"Still needed to confirm it: {'; '.join(missing)}")))
    return [*made, *facts_too]


def answered_with(draft: Draft, why: str) -> Lead | None:
    """The lead with which a why is answered."""
    if draft.standing is None:
        return None
    name = draft.standing.lead_of.get(why)
    return next((lead for lead in draft.investigation.leads if lead.id == name), None)


def next_answer(draft: Draft, lead: Lead) -> Statement | None:
    """What to say after a lead's next question, once it is answered on the board."""
    first = answered_with(draft, FIRST)
    if first is None or first.id != lead.id or draft.investigation.board.answer("W2") is None:
        return None
    return Statement("Answered by a person: see “W2 on the board”.")


def unnoticed_answer(draft: Draft) -> Statement | None:
    """What to say after the question how it stayed unnoticed, once it is answered."""
    board = draft.investigation.board
    if board.answer(FIRST_UNNOTICED) is not None:
        return Statement("Answered by a person: see “U1 on the board”.")
    waived = board.waiver(FIRST_UNNOTICED) is not None
    return Statement("Waived by a person, not answered: see “Not checked”.") if waived else None


# --- ruled out, not checked, conclusion, open questions ------------------------------------------


def ruled_out(draft: Draft) -> tuple[Block, ...]:
    """Rivals ruled out by people, the reason beside the check's own verdict."""
    board = draft.investigation.board
    if not board.ruled_out:
        return ()
    own = {rival.id: (rival.words, "added by hand: no check") for rival in board.rivals}
    if draft.standing is not None:
        every = [rival for why in draft.standing.tree.whys for rival in why.rivals]
        own |= {rival.id: (rival.words, "no check") for rival in every if rival.road}
    answers = {check.id: check for check in draft.investigation.checks}
    rows = []
    for ruling in board.ruled_out:
        check = answers.get(ruling.rival)
        name, verdict = own.get(ruling.rival, (check_words(ruling.rival), "not run"))
        if check is not None:
            verdict = f"{check.verdict}: {sentence(check.sentence)}"
        rows.append((name, ruling.reason, verdict))
    header = ("Rival", "Reason, verbatim", "The check’s own verdict")
    caption = "Ruled out by people; the verdict beside it is the program’s and stays as it is."
    return (Table(header, tuple(rows), caption, verbatim=(0, 1)),)


def waived(draft: Draft) -> tuple[Block, ...]:
    """What will not be done, and why."""
    waivers = draft.investigation.board.waivers
    if not waivers:
        return ()
    answers = {check.id: check.verdict for check in draft.investigation.checks}
    rows = tuple(
        (
            _let_go(draft, waiver.what),
            waiver.reason,
            str(answers.get(waiver.what, "not run" if CHECK.match(waiver.what) else "")),
        )
        for waiver in waivers
    )
    header = ("Waived", "Reason, verbatim", "Verdict")
    return (Table(header, rows, "Waived is not passed.", verbatim=(1,)),)


def _let_go(draft: Draft, what: str) -> str:
    """What a waiver is of, in words: a family, a leg, the wording, a lead, a check, a finding."""
    words = {str(family): f"the whole family {name}" for family, name in FAMILY_WORDS.items()}
    words |= {FIRST: "how it came about: an answer", WORDING: "the wording of this report"}
    words[FIRST_UNNOTICED] = "how it stayed unnoticed: an answer"
    for lead in draft.investigation.leads:
        words[claim_of(lead)] = f"an action for {lead.id}"
    name, _, about = what.partition("/")
    about = f" of {about}: an action" if about else ""
    return words.get(what, check_words(name) + about)


def conclusion(draft: Draft) -> tuple[Block, ...]:
    """The ending or what is missing to close, which causes are confirmed, a playbook by hand."""
    if draft.standing is None:
        return ()
    items = []
    for name in dict.fromkeys(draft.standing.lead_of.values()):
        missing = draft.standing.missing.get(name, ())
        words = f"{name} is {'supported' if missing else 'confirmed'}"
        items.append((Statement(sentence(words), "inference"),))
    made: list[Block] = [Items(tuple(items))] if items else []
    chosen = next((offer for offer in draft.standing.tree.offers if offer.chosen), None)
    if chosen is not None and not chosen.why:
        made.append(line(f"Rivals as in the playbook “{chosen.title}”, chosen by a person"))
    closing = ending_part.conclusion(draft)
    return (*closing, *made) if draft.investigation.board.ending else (*made, *closing)


def still_open(draft: Draft) -> list[Block]:
    """The whys that people's answers opened and nobody answered yet, in the words of those."""
    if draft.standing is None:
        return []
    said = [a.words.strip().rstrip(".") for a in draft.investigation.board.answers if a.words]
    return [
        quoted(why.question, f"{why.id} on the board, in the words of the answer before it")
        for why in draft.standing.tree.whys
        if why.answer is None and any(words in why.question for words in said)
    ]


def parked(draft: Draft) -> tuple[Section, ...]:
    """Questions parked in a meeting."""
    questions = draft.investigation.board.parked
    if not questions:
        return ()
    rows = tuple((each.words, f"card {each.card}") for each in questions)
    table = Table(("Question, verbatim", "Asked at"), rows, verbatim=(0,))
    return (Section("parked", "Parked in the meeting", (table,)),)
