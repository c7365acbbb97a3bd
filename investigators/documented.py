"""The documented rule with its dates and exceptions, as data, and what of it could not be read.

A document may hold several rules, each in force from a day, and clauses: requests of which a column
says that they get a label whatever their score.  A date without a time is a whole day on the log's
clock; on the day of a change both the earlier and the later rule are as documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from investigators.evidence import Condition
from investigators.numbers import count_of, listed, number

DAY = timedelta(days=1)
DATE = 10  # letters of an ISO date without a time


@dataclass(frozen=True, slots=True)
class Stage:
    """Cut points and labels in force from ``since`` to ``until`` (ISO texts; empty: open)."""

    cuts: tuple[float, ...]
    labels: tuple[str, ...]
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """An exception: requests of which all of ``when`` holds get ``label``; ``text`` as written."""

    text: str
    label: str
    when: tuple[Condition, ...]
    since: str = ""
    until: str = ""

    @property
    def words(self) -> str:
        """The text as written; a list of values is counted, since it may name people."""
        return self.text if all(c.within is None for c in self.when) else clause_words(self)


@dataclass(frozen=True, slots=True)
class Documented:
    """What a policy says: rules by time (earliest first), exceptions, and what is only text.

    ``unread`` are clauses that may decide requests and could not be read; ``aside`` is other text.
    """

    stages: tuple[Stage, ...] = ()
    clauses: tuple[Clause, ...] = ()
    unread: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    def at(self, time: str | None, zone: str | None) -> int | None:
        """Which stage is in force at an ISO time of the case; ``None``: none, or not known.

        The last one where no time is given.
        """
        if not self.stages:
            return None
        if time is None:
            return len(self.stages) - 1
        when = datetime.fromisoformat(time.removesuffix("Z"))
        found = None
        for k, stage in enumerate(self.stages):
            begins, ends = span_of(stage.since, zone), span_of(stage.until, zone)
            if (begins is None or when >= begins[0]) and (ends is None or when < ends[1]):
                found = k
        return found


def span_of(text: str, zone: str | None) -> tuple[datetime, datetime] | None:
    """First moment and end of a date on the case's clock (equal for a time); ``None``: no date.

    ``zone`` is the case's: where it is known the clock is UTC, else it is the log's own.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    ends = found + DAY if len(text.strip()) <= DATE else found
    return _on_clock(found, zone), _on_clock(ends, zone)


def _on_clock(found: datetime, zone: str | None) -> datetime:
    if zone is None:
        return found.replace(tzinfo=None)
    if found.tzinfo is None:
        found = found.replace(tzinfo=_zone(zone))
    return found.astimezone(UTC).replace(tzinfo=None)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC  # the log's times carry an offset each: their common clock is UTC


def clause_words(clause: Clause) -> str:
    """Say an exception as it was read."""
    when = [
        f"{c.column} is one of {count_of(len(c.within), 'listed value')}"
        if c.within is not None else c.words()
        for c in clause.when
    ]  # fmt: skip
    return f"{' and '.join(when)} gets {clause.label}{_in_force(clause)}"


def stage_words(stage: Stage) -> str:
    """Say a rule by its cut points and when it is in force."""
    cuts = listed([number(cut) for cut in stage.cuts])
    return f"cut-off{'s' if len(stage.cuts) > 1 else ''} {cuts}{_in_force(stage)}"


def policy_words(found: Documented) -> list[str]:
    """Say what was read, what was not understood, and what is only text; one line each."""
    said = [stage_words(stage) for stage in found.stages]
    said += [f"exception: {clause_words(clause)}" for clause in found.clauses]
    said += [f"not understood, kept as text: “{text}”" for text in found.unread]
    return said + [f"kept as text: “{text}”" for text in found.aside]


def _in_force(found: Stage | Clause) -> str:
    since = f", from {found.since}" if found.since else ""
    return since + (f", until {found.until}" if found.until else "")
