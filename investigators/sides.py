"""A policy question as data: both sides in numbers, reach, complaints, who decides, until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from investigators.board import Ending
from investigators.evidence import Segment
from investigators.numbers import count, count_of, listed, number, part, per_cent

GROUP, OTHERS = "this group", "all others"
WAYS = ("no longer adverse", "newly adverse", "changed rightly (95 % limits)")
SIDES = ("another rule", "for", "requests", *WAYS)
NAME_OWNER = "to be named: write the owner of the rule into the ending of the case"
NAME_DAY = "to be named: set the day in the ending of the case"


@dataclass(frozen=True, slots=True)
class Side:
    """What another rule does to some rows with a score.

    ``adverse`` of ``rows`` are adverse by the rule in force; ``to_adverse`` and ``from_adverse``
    would change.  Of the changed ones with a known outcome ``right`` would be right, of ``known``;
    ``interval`` (95 %, Wilson) is of that share, null without any.
    """

    rows: int
    adverse: int
    to_adverse: int
    from_adverse: int
    known: int
    right: int
    interval: tuple[float, float] | None

    def counts(self) -> tuple[tuple[str, str], ...]:
        """How many change which way, and how many of those with an outcome rightly, named."""
        changed = self.from_adverse + self.to_adverse
        right = "no outcome tells" if changed else "none changes"
        if self.known and self.interval is not None:
            low, high = map(per_cent, self.interval)
            within = f"{low.removesuffix(' %')} to {high}"
            right = f"{count(self.right)} of {count(self.known)} ({within})"
        told = (count(self.from_adverse), count(self.to_adverse), right)
        return tuple(zip(WAYS, told, strict=True))


@dataclass(frozen=True, slots=True)
class Option:
    """One change of the rule: another cut point for all, or a model that is not given an input."""

    kind: Literal["threshold", "without input"]
    words: str
    threshold: float | None
    input: str | None
    group: Side
    others: Side


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """Whether a difference that is real is wanted: a person decides, with these numbers.

    ``group_rows`` requests a day and ``group_subjects`` are the reach (null: not known).
    ``complaints`` names the facts of the case that are some, not their words.
    ``decides`` and ``review`` are what the case says; empty: to be named.
    """

    lead: str
    segment: Segment
    group_rows: int
    group_subjects: int | None
    days: float | None
    options: tuple[Option, ...]
    complaints: tuple[str, ...] = ()
    decides: str = ""
    review: str = ""

    def told(self, ending: Ending | None) -> PolicyQuestion:
        """The same with who decides and until when, as the case's ending says."""
        if ending is None:
            return self
        return replace(self, decides=ending.whom, review=ending.review)

    def reach(self) -> str:
        """Whom it concerns, per day."""
        words = count_of(self.group_rows, "request")
        if self.group_subjects is not None:
            words += f" of {count_of(self.group_subjects, 'subject')}"
        if self.days:
            each = number(self.group_rows / self.days, 2)
            words += f", {each} a day over {number(self.days, 3)} days"
        return words

    def now(self) -> str:
        """How often the rule in force hurts here and elsewhere."""
        if not self.options:
            return "no other rule was counted"
        group, others = self.options[0].group, self.options[0].others
        return (
            f"adverse by the rule in force: {part(group.adverse, group.rows, 'requests')} of this "
            f"group, {part(others.adverse, others.rows, 'requests')} of all others"
        )

    def both_sides(self) -> tuple[tuple[str, ...], ...]:
        """What each other rule would do, a row for this group and one for all others."""
        return tuple(
            (
                each.words if who == GROUP else "",
                who,
                count(side.rows),
                *dict(side.counts()).values(),
            )
            for each in self.options
            for who, side in ((GROUP, each.group), (OTHERS, each.others))
        )

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What a reader gets beside the table: a heading and its words, one after the other."""
        told = [("Now", f"{self.now()}."), ("Reach", f"{self.reach()}.")]
        said = listed(list(self.complaints)) if self.complaints else "none recorded"
        told += [
            ("Complaints", f"{said}."),
            ("Who decides", f"{self.decides or NAME_OWNER}."),
            ("Review on", f"{self.review or NAME_DAY}."),
        ]
        return tuple(told)
