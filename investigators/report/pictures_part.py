"""Pictures of people in the report: what may be seen of them, and what is marked on them.

A report holds the picture that is made anew from pixels (:mod:`investigators.burnt_in`), never the
given one.  Readers outside see one only where a person said that it was looked through; where it
would stand, the report says that it is missing and why.
"""

from __future__ import annotations

from dataclasses import replace

from investigators.burnt_in import Derived, derived
from investigators.investigation import Investigation
from investigators.numbers import count_of, listed
from investigators.pictures import ABOUT_WORDS, Mark, Picture
from investigators.report.draft import Draft, sentence
from investigators.report.model import Block, Paragraph, PictureBlock, Section, Table
from investigators.report.redaction import WITHHELD, Masking
from investigators.trouble import InputTrouble

UNSEEN = "nobody marked it as looked through for readers outside"
AWAY = "its file is not at hand here"
HEADER = ("No.", "Mark", "Words, verbatim", "Linked to, as typed")


class Links:
    """What marks and words of people are linked to, for an audience: one pseudonym for one id."""

    def __init__(self, investigation: Investigation, masking: Masking) -> None:
        """``investigation`` is masked already, but for what people linked."""
        case = investigation.case
        self._case, self._masking = case, masking
        self._own = "" if case.decision is None else case.decision.id
        self._others: dict[str, str] = {}
        links = [(m.about, m.link) for p in investigation.board.pictures for m in p.marks]
        tellers = [each.teller for each in case.brief.interviews]
        tellers += [each.teller for each in case.brief.walkthroughs]
        links += [(teller.about, teller.link) for teller in tellers]
        for about, link in links:  # counted off once, in one order for all
            self.shown(about, link)

    def shown(self, about: str, link: str) -> str:
        """A link as the audience may read it."""
        known = self._masking.text(link)  # the case's own ids are masked already
        if known in {"", self._own} or link in self._case.components:
            return known
        if about == "component":
            return self._masking.free_words(link) or ""
        return self._others.setdefault(link, f"other-{len(self._others) + 1}")


def masked(investigation: Investigation, masking: Masking) -> tuple[Picture, ...]:
    """The pictures with their words masked, and ids they are linked to but this decision's."""
    public = masking.audience == "public"
    links = Links(investigation, masking)

    def free(words: str) -> str:
        return masking.free_words(words) or "" if words else words

    def link(mark: Mark) -> str:
        return links.shown(mark.about, mark.link)

    def marks(picture: Picture) -> tuple[Mark, ...]:
        return tuple(replace(m, words=free(m.words), link=link(m)) for m in picture.marks)

    return tuple(
        replace(
            each,
            name=free(each.name),
            whose_view=free(each.whose_view),
            when=WITHHELD if public and each.when else masking.text(each.when),
            note=free(each.note),
            marks=marks(each),
        )
        for each in investigation.board.pictures
    )


def pictures(draft: Draft) -> tuple[Section, ...]:
    """Each picture of the case, or why it is not shown; nothing where there is none."""
    found = draft.investigation
    blocks = tuple(
        block
        for picture in found.board.every_picture(found.case.sources)
        for block in _blocks(draft, picture)
    )
    return (Section("pictures", "Pictures that people gave", blocks),) if blocks else ()


def _blocks(draft: Draft, picture: Picture) -> list[Block]:
    body = draft.investigation.pictures.get(picture.sha256)
    if draft.masking.audience != "internal" and not picture.looked_through:
        return [_missing(draft, picture, UNSEEN)]
    if body is None:
        return [_missing(draft, picture, AWAY)]
    try:
        made = derived(body, picture.name, picture.marks)
    except InputTrouble as error:
        return [_missing(draft, picture, error.found)]
    return [_shown(draft, picture, made)]


def _missing(draft: Draft, picture: Picture, reason: str) -> Paragraph:
    said = draft.said(
        f"Picture {picture.id} is not shown: {reason}", None, *_behind(draft, picture)
    )
    return Paragraph((said,))


def _behind(draft: Draft, picture: Picture) -> tuple[str, ...]:
    return draft.register.keys_of(picture.sha256)[:1]


def _shown(draft: Draft, picture: Picture, made: Derived) -> PictureBlock:
    ids = " ".join(draft.register.ids(*_behind(draft, picture)))
    told = [f"picture {picture.id} ({ids}), grade C, {made.wide:,} by {made.high:,} pixels"]
    kinds = [mark.kind for _, mark in made.numbered]
    counts = [count_of(n, kind) for kind in ("region", "arrow") if (n := kinds.count(kind))]
    if counts:
        told.append(f"marked: {listed(counts)}")
    if made.covered:
        told.append(
            f"{count_of(made.covered, 'part')} {'is' if made.covered == 1 else 'are'} covered"
        )
    if made.cut:
        told.append("it is a part of what was given")
    said = [
        f"whose view: {picture.whose_view or 'not said'}",
        f"when: {picture.when or 'not said'}",
    ]
    rows = tuple(
        (str(number), mark.kind, mark.words, f"{ABOUT_WORDS[mark.about]} {mark.link}".strip())
        for number, mark in made.numbered
    )
    alt = picture.note or f"picture {picture.id}"
    numbers = "; ".join(f"{number}: {mark.words or mark.kind}" for number, mark in made.numbered)
    return PictureBlock(
        png=made.png,
        wide=made.wide,
        high=made.high,
        caption=" ".join(sentence(each) for each in told),
        said=" ".join(sentence(each) for each in (*said, picture.note) if each),
        alt=f"{alt} ({numbers})" if numbers else alt,
        table=Table(HEADER, rows, verbatim=(2, 3)) if rows else None,
    )
