"""What people said on the way: answers to whys, rivals ruled out, facts by hand, waivers.

Only human acts are kept here; everything that follows from the checks is computed again
(:mod:`investigators.whys`), so that new data can never leave an old status behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from investigators.case import Brief, Source
from investigators.evidence import Family
from investigators.pictures import Picture

Leg = Literal["came about", "unnoticed"]
Grade = Literal["B", "C", "D"]
GRADE_WORDS: dict[Grade, str] = {
    "B": "a logged system record",
    "C": "a picture, an interview or a walkthrough",
    "D": "an assumption",
}


EndingKind = Literal[
    "causes found",
    "contributing causes found",
    "not our component",
    "works as designed",
    "not determined, evidence missing",
    "not determined, time-boxed",
    "duplicate of",
]
ENDINGS: tuple[EndingKind, ...] = get_args(EndingKind)
# What an ending is not complete without, by field, in the words in which it is asked for.
NEEDED: dict[EndingKind, dict[str, str]] = {
    "causes found": {},
    "contributing causes found": {},
    "not our component": {"whom": "Whose component it is"},
    "works as designed": {
        "whom": "Decided by",
        "similar": "How many decisions are like this one",
        "review": "To be looked at again on",
    },
    "not determined, evidence missing": {"words": "Which evidence is missing"},
    "not determined, time-boxed": {"words": "How much time was given, and what it was used for"},
    "duplicate of": {"of": "The case it repeats"},
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a person closed a case.

    ``on`` and ``review`` are dates (ISO 8601); ``words``, ``whom`` (who decided, or whose it is)
    and ``of`` (the case it repeats) are the person's own; ``similar`` is how many decisions are
    like this one.  ``missing`` says which guards were not met then, in the program's words;
    ``strict`` whether they blocked or warned.
    """

    kind: EndingKind
    on: str
    words: str = ""
    whom: str = ""
    similar: int | None = None
    review: str = ""
    of: str = ""
    missing: tuple[str, ...] = ()
    strict: bool = False

    def lacks(self) -> tuple[str, ...]:
        """What this ending is not complete without, as it is asked for."""
        asked = NEEDED[self.kind].items()
        return tuple(words for name, words in asked if getattr(self, name) in ("", None))


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """A why answered by a person.

    ``why`` is the why's id; ``lead`` the id and ``claim`` the stable key of the lead it is answered
    with (empty: answered in words only); ``words`` are the person's own.
    """

    why: str
    words: str = ""
    lead: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A rival that a person ruled out, with the reason; prints beside the check's own verdict."""

    rival: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A guard that is let go, and why.  Never counts as passed.

    ``what`` is a check, a family, the first why of a leg, or the key of a
    :class:`~investigators.why_tree.Gap`.
    """

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by hand.

    ``whose_view`` says whose it is; ``picture`` is the SHA-256 of a picture kept in the case file
    (empty: none) and ``picture_name`` its file name.
    """

    id: str
    why: str
    words: str
    whose_view: str = ""
    grade: Grade = "C"
    picture: str = ""
    picture_name: str = ""


@dataclass(frozen=True, slots=True)
class OwnRival:
    """A rival that a person added; it is tested by facts, not by a check."""

    id: str
    why: str
    words: str
    family: Family


@dataclass(frozen=True, slots=True)
class Parked:
    """A question parked in a meeting, to be answered after it."""

    words: str
    card: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What people take from a case, in their own words; empty is not said."""

    helped: str = ""
    hindered: str = ""
    luck: str = ""
    surprised: str = ""


# How long it runs: the steps of the ladder of growth, and what was wrong until now.
COST_STEPS = ("1 minute", "10 minutes", "1 hour", "24 hours", "so far")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a person says that one of the :data:`COST_STEPS` costs, in words."""

    step: str
    words: str


@dataclass(frozen=True, slots=True)
class Board:
    """Every human act of a case, in the order they were made.

    ``playbook`` is the name of the one chosen by hand (empty: as offered); ``strict`` makes guards
    block.  ``ending`` is there while the case is closed.  A program that knows none of these leaves
    them out: it shows such a case as open, and what it adds is a change after which it is.
    """

    expected_from: str = ""
    expectation_skipped: bool = False
    answers: tuple[WhyAnswer, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    facts: tuple[Fact, ...] = ()
    rivals: tuple[OwnRival, ...] = ()
    parked: tuple[Parked, ...] = ()
    playbook: str = ""
    strict: bool = False
    ending: Ending | None = None
    learned: Learned = Learned()
    costs: tuple[Cost, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def cost(self, step: str) -> str:
        """Return what a step costs, in words; empty where nobody said."""
        return next((each.words for each in self.costs if each.step == step), "")

    def answer(self, why: str) -> WhyAnswer | None:
        """Return the answer to a why, or ``None``."""
        return next((each for each in self.answers if each.why == why), None)

    def ruling(self, rival: str) -> RuledOut | None:
        """Return the ruling on a rival, or ``None``."""
        return next((each for each in self.ruled_out if each.rival == rival), None)

    def waiver(self, what: str) -> Waiver | None:
        """Return the waiver of a check or family, or ``None``."""
        return next((each for each in self.waivers if each.what == what), None)

    def answered(self, answer: WhyAnswer) -> Board:
        """Return the board with this answer in place of an earlier one."""
        others = tuple(each for each in self.answers if each.why != answer.why)
        return replace(self, answers=(*others, answer))

    def reopened(self, why: str) -> Board:
        """Return the board without the answer to a why."""
        return replace(self, answers=tuple(a for a in self.answers if a.why != why))

    def with_ruling(self, ruling: RuledOut) -> Board:
        """Return the board with a rival ruled out."""
        others = tuple(each for each in self.ruled_out if each.rival != ruling.rival)
        return replace(self, ruled_out=(*others, ruling))

    def without_ruling(self, rival: str) -> Board:
        """Return the board with a rival standing again."""
        return replace(self, ruled_out=tuple(r for r in self.ruled_out if r.rival != rival))

    def with_waiver(self, waiver: Waiver) -> Board:
        """Return the board with something waived."""
        others = tuple(each for each in self.waivers if each.what != waiver.what)
        return replace(self, waivers=(*others, waiver))

    def without_waiver(self, what: str) -> Board:
        """Return the board with a waiver taken back."""
        return replace(self, waivers=tuple(w for w in self.waivers if w.what != what))

    def with_fact(self, fact: Fact) -> Board:
        """Return the board with one more fact (or one of the same id replaced)."""
        others = tuple(each for each in self.facts if each.id != fact.id)
        return replace(self, facts=(*others, fact))

    def without_fact(self, fact: str) -> Board:
        """Return the board without a fact."""
        return replace(self, facts=tuple(f for f in self.facts if f.id != fact))

    def with_rival(self, rival: OwnRival) -> Board:
        """Return the board with one more rival."""
        return replace(self, rivals=(*self.rivals, rival))

    def with_parked(self, parked: Parked) -> Board:
        """Return the board with one more parked question."""
        return replace(self, parked=(*self.parked, parked))

    def with_picture(self, picture: Picture) -> Board:
        """Return the board with one more picture, or in the place of that with the same id."""
        if all(each.id != picture.id for each in self.pictures):
            return replace(self, pictures=(*self.pictures, picture))
        changed = (picture if each.id == picture.id else each for each in self.pictures)
        return replace(self, pictures=tuple(changed))

    def without_picture(self, picture: str) -> Board:
        """Return the board without what was said of a picture."""
        return replace(self, pictures=tuple(p for p in self.pictures if p.id != picture))

    def every_picture(self, sources: Iterable[Source]) -> tuple[Picture, ...]:
        """Pictures that somebody marked or told of, then those that only lie there.

        The latter are those of facts and the screenshots among the sources; each picture is there
        once.
        """
        found = self
        lying = [(fact.picture, fact.picture_name, fact.whose_view) for fact in self.facts]
        lying += [(s.sha256, s.place.name, "") for s in sources if s.role == "screenshot"]
        for sha256, name, whose in lying:
            if sha256 and all(each.sha256 != sha256 for each in found.pictures):
                found = found.with_picture(Picture(found.next_id("P"), sha256, name, whose))
        return found.pictures

    def next_id(self, letter: Literal["F", "R", "P"]) -> str:
        """Return an unused id: ``F1`` for facts, ``R1`` for rivals, ``P1`` for pictures."""
        used = {fact.id for fact in self.facts} | {rival.id for rival in self.rivals}
        used |= {picture.id for picture in self.pictures}
        return next(name for k in range(1, len(used) + 2) if (name := f"{letter}{k}") not in used)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a case is to its people: the files and settings, and what was said."""

    brief: Brief
    board: Board = Board()

    def asking(self, brief: Brief) -> Draft:
        """The draft with files or settings that findings depend on; such a case is open again."""
        return Draft(brief, replace(self.board, ending=None))
