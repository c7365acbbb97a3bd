"""The five whys as plain data: questions, rivals, coverage, and what is known so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from investigators.board import EndingKind, Fact, Leg, WhyAnswer
from investigators.evidence import CheckAnswer, Family, FamilyAnswer, Finding, Lead, NotRun
from investigators.sides import PolicyQuestion

Standing = Literal[
    "supports", "speaks against", "cannot tell", "does not apply", "error", "checking", "not run",
    "waived", "by hand",
]  # fmt: skip
Status = Literal[
    "proposed", "testing", "supported", "confirmed", "ruled out", "undetermined", "waived"
]
Glyph = Literal["●", "✗", "?", "✓", "…", "–", "!"]
GLYPHS: dict[Standing, Glyph] = {
    "supports": "●",
    "speaks against": "✗",
    "cannot tell": "?",
    "does not apply": "–",
    "error": "!",
    "checking": "…",
    "not run": "–",
    "waived": "–",
    "by hand": "?",
}
QUIET: tuple[Standing, ...] = (
    "checking", "cannot tell", "not run", "does not apply", "speaks against",
)  # fmt: skip
FIRST, FIRST_UNNOTICED = "W1", "U1"
WORDING = "wording"  # what a waiver of the guard on the report's wording names


def claim_of(lead: Lead) -> str:
    """A lead's stable key: its class and first finding, not its rank."""
    return f"{lead.cause}|{lead.findings[0] if lead.findings else ''}"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a check can be asked: its id, family, suspicion and limits."""

    check: str
    family: Family
    words: str
    covers: str
    does_not_cover: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far: answers as they stream in, and leads once they are ranked.

    ``done`` says that nothing more will come; ``running`` is the check that is being asked;
    ``conclusion`` is there once it is reached.
    """

    answers: tuple[CheckAnswer, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    leads: tuple[Lead, ...] = ()
    running: str = ""
    done: bool = False
    cancelled: bool = False
    families: dict[Family, FamilyAnswer] = field(default_factory=dict)
    conclusion: Literal["", "lead", "no fault found", "not determined"] = ""
    policy: PolicyQuestion | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """One candidate answer to a why.

    ``standing`` is the check's verdict (or how it is tested otherwise), ``status`` where it stands
    in the method; ``how`` says on what grounds; ``leads`` are ids of leads it carries.  ``further``
    ones are checks that the playbook does not name.  ``road`` is the action that a branch would
    have led to which is kept though nobody follows it, and ``not_taken`` why not.
    """

    id: str
    words: str
    family: Family
    standing: Standing
    status: Status
    how: str
    sentence: str = ""
    leads: tuple[str, ...] = ()
    if_true: str = ""
    if_false: str = ""
    does_not_cover: str = ""
    would_need: str = ""
    ask: str = ""
    reason: str = ""
    further: bool = False
    road: str = ""
    not_taken: str = ""

    @property
    def quiet(self) -> Standing | None:
        """How it stands, where it may stand with others in one line: nobody acted, nothing found.

        The rivals of the playbook, those that something speaks for, and those that a person ruled
        out, waived or added each have a line of their own.
        """
        quiet = self.further and not self.reason and self.status != "confirmed"
        return self.standing if quiet and self.standing in QUIET else None

    @property
    def glyph(self) -> Glyph:
        """The sign before it; a rival ruled out by a person is crossed whatever a check says."""
        return "✗" if self.status == "ruled out" else GLYPHS[self.standing]


@dataclass(frozen=True, slots=True)
class Why:
    """One question.  ``ask`` is a ready text for its owners; ``after`` the why it follows from."""

    id: str
    leg: Leg
    question: str
    rivals: tuple[Rival, ...] = ()
    answer: WhyAnswer | None = None
    facts: tuple[Fact, ...] = ()
    ask: str = ""
    after: str = ""

    @property
    def state(self) -> str:
        """``answered``, or ``open``."""
        return "answered" if self.answer is not None else "open"


@dataclass(frozen=True, slots=True)
class Chip:
    """Coverage of one family: glyph, word, count; ``state`` names the colours."""

    family: Family
    words: str
    glyph: Glyph
    note: str
    state: Literal["finding", "clear", "unsure", "checking", "not run"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A guard of closing that is not met.

    ``key`` is what a waiver of it names; ``about`` the id of the why or rival where it can be met,
    or ``"report"``; ``only`` the endings that ask for it (empty: all).
    """

    key: str
    words: str
    about: str = ""
    waivable: bool = True
    only: tuple[EndingKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A playbook to choose; ``why`` says on what grounds it is the offered one (else empty)."""

    name: str
    title: str
    why: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """Both legs, coverage, and what is still needed before the case can be closed.

    ``playbook`` is the title of the one that is on, ``offers`` are all of them.
    """

    whys: tuple[Why, ...]
    chips: tuple[Chip, ...]
    playbook: str
    to_close: tuple[Gap, ...] = field(default=())
    offers: tuple[Offer, ...] = ()

    def missing(self, ending: EndingKind | None = None) -> tuple[Gap, ...]:
        """The guards not met for an ending; without one, those that every ending asks for."""
        return tuple(gap for gap in self.to_close if not gap.only or ending in gap.only)

    def why(self, why_id: str) -> Why | None:
        """Return the why of this id."""
        return next((why for why in self.whys if why.id == why_id), None)

    def leg(self, leg: Leg) -> tuple[Why, ...]:
        """Return the whys of one leg, in order."""
        return tuple(why for why in self.whys if why.leg == leg)

    @property
    def offered(self) -> Rival | None:
        """The rival that the checks offer with a lead where a why after the first is open."""
        found = (r for w in self.whys if w.after and w.answer is None for r in w.rivals if r.leads)
        return next((rival for rival in found if rival.status != "ruled out"), None)

    def asked_of(self, lead: str) -> Why:
        """The why that a lead of this id answers: where a rival carries it, else the first."""
        return next((w for w in self.whys if any(lead in r.leads for r in w.rivals)), self.whys[0])
