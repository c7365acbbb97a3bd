"""What a person told: an interview in questions and answers, a walkthrough step by step.

Plain data, in people's own words.  A word of a person is evidence of grade C; of what the person
supposes or has from others, of grade D.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from investigators.pictures import ABOUT_WORDS, About, Picture

ToldGrade = Literal["C", "D"]
TOLD_GRADES: dict[ToldGrade, str] = {
    "C": "seen or said by the person",
    "D": "an assumption of the person",
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Who told it, and of what.

    ``whom`` is the person's name (reports for readers outside replace it), ``role`` what the
    person is here, ``when`` when it was told, ``whose_view`` whose view it gives where that is
    another's.  ``about`` and ``link`` say what it is about: a decision or a screen event by its
    id, or a component by its name.
    """

    whom: str = ""
    role: str = ""
    when: str = ""
    whose_view: str = ""
    grade: ToldGrade = "C"
    about: About = ""
    link: str = ""

    @property
    def words(self) -> str:
        """The person in a few words; empty where nobody said."""
        return f"{self.whom} ({self.role})" if self.whom and self.role else self.whom or self.role

    @property
    def linked(self) -> str:
        """What it is about, in words."""
        return f"{ABOUT_WORDS[self.about]} {self.link}".strip()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, verbatim."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Interview:
    """What a person answered, and notes of it."""

    id: str
    teller: Teller = Teller()
    exchanges: tuple[Exchange, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One step of a walkthrough: what was done, what should be seen then, what was seen.

    ``picture`` is the id or the file name of a picture of the case; empty: none.
    """

    did: str
    expected: str = ""
    seen: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """A way through a product that a person went, in order; ``title`` says from where to where."""

    id: str
    title: str = ""
    teller: Teller = Teller()
    steps: tuple[WalkStep, ...] = ()


def picture_of(step: WalkStep, pictures: Iterable[Picture]) -> Picture | None:
    """The picture of a step: the one of that id, else of that file name."""
    known = tuple(pictures)
    by_id = (each for each in known if each.id == step.picture)
    by_name = (each for each in known if each.name == step.picture)
    return next(by_id, None) or next(by_name, None) if step.picture else None


def unused(letter: Literal["I", "T"], told: Iterable[Interview | Walkthrough]) -> str:
    """An unused id: ``I1`` for interviews, ``T1`` for walkthroughs."""
    used = {each.id for each in told}
    return next(name for k in range(1, len(used) + 2) if (name := f"{letter}{k}") not in used)


def kept[Told: Interview | Walkthrough](told: tuple[Told, ...], new: Told) -> tuple[Told, ...]:
    """With one more, or in the place of that with the same id."""
    if all(each.id != new.id for each in told):
        return (*told, new)
    return tuple(new if each.id == new.id else each for each in told)
