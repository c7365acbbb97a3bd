"""On which clock times are, and the SQL that puts them on the case's clock."""

from __future__ import annotations

from dataclasses import dataclass

from investigators.case import Brief, Guess
from investigators.roles.profile import Profile
from investigators.roles.values import EPOCH_WORDS, day_number, epoch_unit
from investigators.tables.table import Column, literal, quoted

MICROSECONDS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one time column.

    ``zone`` is what its times are in: a zone's name, "UTC", or ``None`` when nobody knows; only
    then are they kept as they stand (local).  ``unit`` is the unit of numbers since 1970,
    ``form`` strptime's form of whole numbers that spell a day or a moment.
    """

    zone: str | None
    guess: Guess
    unit: str | None = None
    form: str | None = None

    @property
    def known(self) -> bool:
        """Whether the canonical time is UTC."""
        return self.zone is not None


def clock_of(profile: Profile, brief: Brief) -> Clock:
    """Tell the clock of a time column: offsets in the data, else what was given, else unknown."""
    column = profile.column
    unit = epoch_unit(profile) if column.kind != "time" else None
    if unit is not None:
        words = f"{EPOCH_WORDS[unit]}, which is UTC"
        return Clock("UTC", Guess("zone", "UTC", words, "sure"), unit)
    if column.kind == "time" and has_offset(column):
        words = f"{column.name} carries its offset"
        return Clock("UTC", Guess("zone", "UTC", words, "sure"))
    form = day_number(profile)
    if brief.zone is not None:
        return Clock(brief.zone, Guess("zone", brief.zone, "given", "given"), form=form)
    words = f"no zone in {column.name}: times are kept local"
    return Clock(None, Guess("zone", "", words, "weak"), form=form)


def has_offset(column: Column) -> bool:
    """Whether the reader has already put the column's times on UTC by their own offsets."""
    return "offset" in (note.strip() for note in column.note.split(";"))


def time_sql(column: Column, clock: Clock) -> str:
    """Return SQL of type TIMESTAMP for a time column: UTC where the clock is known, else as it is.

    A local time that occurs twice when summer time ends is taken as the later one, one that is
    skipped when it begins as an hour later (DuckDB's ``timezone``, built in; nothing is fetched).
    """
    name = quoted(column.name)
    if clock.unit is not None:
        factor = MICROSECONDS[clock.unit]
        return f"make_timestamp(CAST(round(CAST({name} AS DOUBLE) * {factor!r}) AS BIGINT))"
    stamp = f"CAST({name} AS TIMESTAMP)"
    if clock.form is not None:
        stamp = f"try_strptime(CAST({name} AS VARCHAR), {literal(clock.form)})"
    if clock.zone is None or clock.zone == "UTC" or has_offset(column):
        return stamp
    return f"timezone('UTC', timezone({literal(clock.zone)}, {stamp}))"
