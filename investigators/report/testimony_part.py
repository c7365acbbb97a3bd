"""What people told, in the report: interviews and walkthroughs, with whose view and which grade.

Every word of a person's stands in a column marked ``verbatim`` or in a ``Verbatim`` block.  For
readers outside a name is replaced, wherever it was typed into what people told.
"""

from __future__ import annotations

from dataclasses import fields, replace

from investigators.findings import (
    InterviewEntry,
    TellerEntry,
    Told,
    WalkStepEntry,
    WalkthroughEntry,
)
from investigators.investigation import Investigation
from investigators.report import redaction
from investigators.report.draft import Draft, quoted
from investigators.report.model import Audience, Block, Section, Table
from investigators.report.pictures_part import Links
from investigators.report.redaction import WITHHELD, Masking
from investigators.testimony import (
    TOLD_GRADES,
    Exchange,
    Teller,
    WalkStep,
    Walkthrough,
    picture_of,
)

ASKED = ("Question, verbatim", "Answer, verbatim")
WENT = (*("No.", "What was done, verbatim", "Expected, verbatim", "Seen, verbatim", "Picture"),)


def masked(investigation: Investigation, masking: Masking) -> Investigation:
    """Return the investigation with what people told masked for the audience."""
    brief = investigation.case.brief
    if masking.audience == "internal" or not (brief.interviews or brief.walkthroughs):
        return investigation
    links = Links(investigation, masking)
    interviews = tuple(
        replace(
            each,
            teller=_masked_teller(each.teller, masking, links),
            exchanges=tuple(
                Exchange(_free(masking, x.question), _free(masking, x.answer))
                for x in each.exchanges
            ),
            notes=_free(masking, each.notes),
        )
        for each in brief.interviews
    )
    walkthroughs = tuple(
        Walkthrough(
            each.id,
            _free(masking, each.title),
            _masked_teller(each.teller, masking, links),
            tuple(_masked_step(step, masking) for step in each.steps),
        )
        for each in brief.walkthroughs
    )
    brief = replace(brief, interviews=interviews, walkthroughs=walkthroughs)
    return replace(investigation, case=replace(investigation.case, brief=brief))


def _free(masking: Masking, words: str) -> str:
    return masking.free_words(words) or "" if words else words


def _masked_teller(teller: Teller, masking: Masking, links: Links) -> Teller:
    when = masking.text(teller.when)
    return replace(
        teller,
        whom=masking.person(teller.whom),
        role=_free(masking, teller.role),
        when=WITHHELD if masking.audience == "public" and when else when,
        whose_view=_free(masking, teller.whose_view),
        link=links.shown(teller.about, teller.link),
    )


def _masked_step(step: WalkStep, masking: Masking) -> WalkStep:
    words = {name: _free(masking, getattr(step, name)) for name in ("did", "expected", "seen")}
    return replace(step, **words)


def entries(investigation: Investigation, audience: Audience) -> Told:
    """What people told, for ``findings.json``: masked as it is in the report for this audience."""
    mask = redaction.masking(investigation, audience)
    found = masked(redaction.masked(investigation, mask), mask)
    brief = found.case.brief
    pictures = found.board.every_picture(found.case.sources)

    def step(one: WalkStep) -> WalkStepEntry:
        picture = picture_of(one, pictures)
        shown = None if picture is None else picture.id
        return WalkStepEntry(one.did, one.expected, one.seen, shown)

    return Told(
        tuple(
            InterviewEntry(each.id, _entry(each.teller), each.exchanges, each.notes)
            for each in brief.interviews
        ),
        tuple(
            WalkthroughEntry(
                way.id, way.title, _entry(way.teller), tuple(step(one) for one in way.steps)
            )
            for way in brief.walkthroughs
        ),
    )


def _entry(teller: Teller) -> TellerEntry:
    return TellerEntry(**{each.name: getattr(teller, each.name) for each in fields(TellerEntry)})


def told(draft: Draft) -> tuple[Section, ...]:
    """Each interview and each walkthrough; nothing where there is none."""
    brief = draft.investigation.case.brief
    interviews: list[Block] = []
    for each in brief.interviews:
        interviews.append(_head(draft, each.id, "interview", each.teller))
        if each.exchanges:
            rows = tuple((pair.question, pair.answer) for pair in each.exchanges)
            interviews.append(Table(ASKED, rows, verbatim=(0, 1)))
        if each.notes:
            interviews.append(quoted(each.notes, f"notes of interview {each.id}, verbatim"))
    walkthroughs: list[Block] = []
    for way in brief.walkthroughs:
        walkthroughs.append(_head(draft, way.id, "walkthrough", way.teller, way.title))
        went = tuple((str(k), *_step(draft, step)) for k, step in enumerate(way.steps, start=1))
        walkthroughs.append(Table(WENT, went, verbatim=(1, 2, 3)))
    made = (
        Section("interviews", "Interviews", tuple(interviews)),
        Section("walkthroughs", "Walkthroughs", tuple(walkthroughs)),
    )
    return tuple(section for section in made if section.blocks)


def _head(draft: Draft, name: str, kind: str, teller: Teller, title: str = "") -> Table:
    """Who told it, when, whose view, which grade, what it is about."""
    rows = [
        ("From where to where", title),
        ("Told by", teller.words or "not said"),
        ("When", teller.when or "not said"),
        ("Whose view", teller.whose_view or "the person’s own"),
        ("Grade", f"{teller.grade}: {TOLD_GRADES[teller.grade]}"),
        ("About", teller.linked),
        ("Evidence", " ".join(draft.register.ids(f"{kind}:{name}"))),
    ]
    shown = tuple((what, words) for what, words in rows if words)
    return Table((f"{kind.capitalize()} {name}", "As told"), shown, verbatim=(1,))


def _step(draft: Draft, step: WalkStep) -> tuple[str, str, str, str]:
    found = draft.investigation
    picture = picture_of(step, found.board.every_picture(found.case.sources))
    shown = "" if picture is None else picture.id
    if step.picture and picture is None:
        shown = "not in the case any more"
    return step.did, step.expected, step.seen, shown
