"""Whether a column's values can carry a role; each answers with a reason, or ``None``.

``Fit`` is (points, reason): points are added to those of the name, and a column whose values say no
never gets the role.
"""

from __future__ import annotations

from collections.abc import Callable

from investigators.roles.profile import NEARLY, Profile
from investigators.roles.step_words import is_display, is_step
from investigators.roles.words import FALSE_WORDS, TRUE_WORDS, is_adverse, is_positive, plain

Fit = tuple[float, str] | None
FREE_TEXT = 40
# Years 2000 to 2100 in seconds since 1970; the finer units are multiples.
EPOCH_FROM, EPOCH_TO = 946_684_800.0, 4_102_444_800.0
EPOCH_UNITS: dict[str, float] = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
MOST_LABELS = 6
# Written as one number: strptime's form, and what the year is multiplied by.
DAY_NUMBERS = {"%Y%m%d": 10_000, "%Y%m%d%H%M": 10**8, "%Y%m%d%H%M%S": 10**10}
YEAR_FROM, YEAR_TO = 1990, 2101
OFTEN = 20  # rows of a value, on average
EPOCH_WORDS = {
    "s": "seconds since 1970",
    "ms": "milliseconds since 1970",
    "us": "microseconds since 1970",
    "ns": "nanoseconds since 1970",
}


def epoch_unit(profile: Profile) -> str | None:
    """Return the unit (s, ms, us, ns) in which a number counts from 1970, when all years fit."""
    if not profile.numeric or profile.low is None or profile.high is None:
        return None
    for unit, factor in EPOCH_UNITS.items():
        if EPOCH_FROM * factor <= profile.low and profile.high <= EPOCH_TO * factor:
            return unit
    return None


def day_number(profile: Profile) -> str | None:
    """Return the form of whole numbers that spell a day or a moment (20260302, 20260302101112)."""
    if profile.column.kind != "integer" or profile.low is None or profile.high is None:
        return None
    for form, factor in DAY_NUMBERS.items():
        if YEAR_FROM * factor <= profile.low and profile.high < YEAR_TO * factor:
            return form
    return None


def as_id(p: Profile) -> Fit:
    """Nearly all different, text or whole numbers, filled."""
    if p.column.kind not in {"text", "integer"} or p.filled < 0.99 * p.rows or p.blanks > 1:
        return None
    if p.all_different:
        return 2.0, f"all different, {p.rows:,}"
    if p.distinct >= NEARLY * p.rows:
        return 1.0, f"{p.distinct:,} different in {p.rows:,} rows"
    return (0.0, f"{p.distinct:,} different in {p.rows:,} rows") if p.distinct > 1 else None


def as_subject(p: Profile) -> Fit:
    """Text or whole numbers; repeated ones speak for a person who comes back.

    A few values that come again and again are kinds (``client`` web or app, ``device`` phone).
    """
    if p.column.kind not in {"text", "integer"} or not p.filled or p.length > FREE_TEXT:
        return None
    if p.values and p.filled >= OFTEN * p.distinct:
        return None
    return (1.0 if p.distinct < p.filled else 0.0), f"{p.distinct:,} different"


def as_time(p: Profile) -> Fit:
    """A time column, or numbers that count from 1970."""
    if not p.filled:
        return None
    if p.column.kind == "time":
        return (1.5 if p.column.note == "date only" else 2.0), "times"
    unit = epoch_unit(p)
    if unit is not None:
        return 1.0, EPOCH_WORDS[unit]
    if day_number(p) is not None:
        return 1.0, "year, month and day as one number"
    if p.column.kind == "text" and "day/month order" in p.column.note:
        return 1.0, p.column.note
    return None


def as_score(p: Profile) -> Fit:
    """Numbers; inside [0, 1] speaks for a probability, inside [0, 100] a little."""
    if p.column.kind == "text" and p.least is not None and p.most is not None:
        if p.numerals < p.filled or p.distinct < min(3, p.rows):
            return None
        return 1.0, f"numbers written as text, from {p.least:g} to {p.most:g}"
    if not p.numeric or p.low is None or p.high is None:
        return None
    if p.distinct < min(3, p.rows):  # a model that hardly tells, or a flag: only a name says so
        return 0.0, "the same in every row" if p.distinct == 1 else "two different numbers"
    points = 0.0
    if p.low >= 0 and p.high <= 100 and not p.whole:
        points = 2.0 if p.high <= 1 else 1.0
    return points, f"numbers from {p.low:g} to {p.high:g}"


def as_decision(p: Profile) -> Fit:
    """Two to six values; words that accept or refuse speak for it (one value in a small log)."""
    if p.column.kind == "number" or not p.filled or not p.values:
        return None
    labels = [value for value, _ in p.values]
    if len(labels) > MOST_LABELS or (len(labels) == 1 and p.rows > 50):
        return None
    told = sum(is_adverse(label) is not None for label in labels)
    shown = " / ".join(labels[:MOST_LABELS])
    if told:
        return (2.0 if 2 * told >= len(labels) else 1.0), shown
    return (0.0, shown) if p.column.kind != "integer" or len(labels) == 2 else None


def as_outcome(p: Profile) -> Fit:
    """0 and 1, true and false, or two words; missing ones are "not known yet"."""
    if not p.filled or not p.values or len(p.values) > 2:
        return None
    labels = [value for value, _ in p.values]
    shown = " / ".join(labels)
    known = TRUE_WORDS | FALSE_WORDS
    if all(plain(label) in known for label in labels):
        return 1.0, shown
    told = any(is_positive(label) for label in labels)
    return (1.0 if told else 0.0), shown


def as_number_outcome(p: Profile) -> Fit:
    """Any number: what a regression predicts."""
    if not p.numeric or p.low is None or p.high is None:
        return None
    return 0.0, f"numbers from {p.low:g} to {p.high:g}"


def as_value(p: Profile) -> Fit:
    """Amounts: numbers that vary and are seldom negative."""
    if not p.numeric or p.low is None or p.high is None or p.distinct < min(3, p.rows):
        return None
    return (1.0 if p.low >= 0 else 0.0), f"numbers from {p.low:g} to {p.high:g}"


def as_few(p: Profile) -> Fit:
    """At most sixty values."""
    if not p.filled or not p.values or p.column.kind == "time":
        return None
    return 0.0, f"{len(p.values)} value{'' if len(p.values) == 1 else 's'}"


def as_step(p: Profile) -> Fit:
    """A few values of which most name steps, one of them a display or two at least on the way."""
    labels = [value for value, _ in p.values]
    if p.column.kind != "text" or len(labels) < 2:
        return None
    steps = [label for label in labels if is_step(label)]
    if 2 * len(steps) < len(labels) or not (any(map(is_display, labels)) or len(steps) > 2):
        return None
    return 3.0, " / ".join(labels[:MOST_LABELS])


def as_switch(p: Profile) -> Fit:
    """At most two values (a flag, or two arms), or up to six named arms."""
    if not p.filled or not p.values or len(p.values) > MOST_LABELS or p.column.kind == "time":
        return None
    shown = " / ".join(value for value, _ in p.values)
    known = TRUE_WORDS | FALSE_WORDS
    if all(plain(value) in known for value, _ in p.values):
        return 1.0, shown
    return (0.0, shown) if p.column.kind == "text" else None


def as_anything(p: Profile) -> Fit:
    """Any column that holds something."""
    return (0.0, f"{p.distinct:,} different values") if p.filled else None


def as_text(p: Profile) -> Fit:
    """Text."""
    return (0.5, "text") if p.column.kind == "text" and p.filled else None


VALUES: dict[str, Callable[[Profile], Fit]] = {
    "id": as_id,
    "subject": as_subject,
    "session": as_subject,
    "time": as_time,
    "score": as_score,
    "decision": as_decision,
    "outcome": as_outcome,
    "value": as_value,
    "model_version": as_few,
    "component": as_few,
    "live_test": as_switch,
    "event": as_id,
    "request": as_anything,
    "title": as_text,
    "position": as_anything,
    "item": as_anything,
    "text": as_text,
    "service": as_few,
    "cached": as_switch,
    "device": as_few,
    "app_version": as_few,
    "locale": as_few,
    "section": as_text,
    "profile": as_anything,
    "step": as_step,
    "arm": as_few,
    "system": as_text,
}
