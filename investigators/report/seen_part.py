"""What the person saw: the page in order, who filled which box, what came before it."""

from __future__ import annotations

from dataclasses import replace

from investigators.report.draft import Draft, empty, sentence
from investigators.report.model import Block, Items, Paragraph, Section, Statement, Table
from investigators.report.redaction import Masking
from investigators.seen import (
    PAGE_HEADER,
    Seen,
    page_rows,
    said_of,
    trail_header,
    trail_rows,
    trail_words,
)

TITLE = "What the person saw"


def masked(seen: Seen | None, masking: Masking) -> Seen | None:
    """Shown words as people's words are masked; for the public the trail's days only."""
    if seen is None or masking.audience == "internal":
        return seen

    def free(words: str) -> str:
        return masking.free_words(words) or "" if words else words

    def when(time: str) -> str:
        return time[:10] if masking.audience == "public" else time

    boxes = tuple(
        replace(box, things=tuple(replace(x, words=free(x.words)) for x in box.things))
        for box in seen.boxes
    )
    trail = tuple(
        replace(visit, time=when(visit.time), held=tuple(free(words) for words in visit.held))
        for visit in seen.trail
    )
    return replace(seen, boxes=boxes, trail=trail)


def seen_part(draft: Draft) -> tuple[Section, ...]:
    """The section; nothing where no decision was picked, or the case was kept before there was."""
    seen = draft.investigation.seen
    if seen is None:
        return ()
    if seen.missing:
        words = f"Not known: {seen.missing}. What would tell: {seen.need}"
        return (empty("person-saw", TITLE, words),)
    events = ("source:ui_events",)
    blocks: list[Block] = [
        Paragraph(tuple(draft.said(words, "computed", *events) for words in said_of(seen))),
        Table(PAGE_HEADER, page_rows(seen), f"The page from the top. {sentence(seen.strip)}"),
    ]
    if seen.across:
        blocks.append(Items(((draft.said(seen.across, "computed", *events),),)))
    return (Section("person-saw", TITLE, tuple(blocks), _trail_part(seen)),)


def _trail_part(seen: Seen) -> tuple[Section, ...]:
    title = "Before it"
    if not seen.trail:
        nothing = Statement("The UI events have nothing of this subject before it.")
        return (Section("trail", title, (Paragraph((nothing,)),)),)
    table = Table(trail_header(seen), trail_rows(seen), trail_words(seen), right=(3,))
    return (Section("trail", title, (table,)),)
