"""A place and an undo as a cause, and its words: what the checks of times share."""

from __future__ import annotations

from dataclasses import replace

from investigators.clock import moment, said
from investigators.evidence import Cause, CauseClass, Onset, Transform, segment_words
from investigators.moments.hands import DAY, HOUR, SUMMER_TIMES, switch_between
from investigators.numbers import number, per_cent
from investigators.traffic.place import Place


def cause_at(
    kind: CauseClass,
    feature: str,
    place: Place,
    undo: Transform,
    where: tuple[float, float] | None = None,
) -> Cause:
    """The cause of one input's change in a place, to be undone by ``undo``."""
    cause = place.cause(kind, (feature,), undo, rows_changed=place.rows_changed)
    return replace(cause, where=None if where is None else (where,))


def where_and_when(cause: Cause) -> str:
    """``in country DE since 2026-05-07 08:31 UTC, still so when the log ends: 40 of 50 ...``."""
    since = f" since {said(cause.onset.latest)}" if cause.onset else ""
    until = f" until {said(cause.end.latest)}" if cause.end else ""
    still = ", still so when the log ends" if cause.ongoing else ""
    rows, changed = cause.rows_in_scope, cause.rows_changed
    share = per_cent(changed / max(rows, 1))
    where = segment_words(cause.segment, "all requests")
    return f"in {where}{since}{until}{still}: {changed:,} of {rows:,} requests, {share}"


def summer_time(zone: str | None, *bounds: Onset | None) -> list[str]:
    """The switch of summer time that lies in an onset or end, as a phrase; empty without one.

    Asked of the case's zone, then of Europe and America; an interval wider than three days says
    nothing.
    """
    zero = moment("1970-01-01T00:00:00")
    for bound in bounds:
        if bound is None or bound.latest is None:
            continue
        latest = (moment(bound.latest) - zero).total_seconds()
        earliest = latest
        if bound.earliest is not None:
            earliest = (moment(bound.earliest) - zero).total_seconds()
        if latest - earliest > 3 * DAY:
            continue
        for place in dict.fromkeys([z for z in (zone, *SUMMER_TIMES) if z]):
            if switch_between(place, earliest - HOUR, latest + HOUR) is not None:
                return [f"summer time changed in {place} at that moment"]
    return []


def hours_words(seconds: float) -> str:
    """``1 hour ahead`` or ``5.5 hours behind``."""
    hours = abs(seconds) / HOUR
    which = "ahead" if seconds > 0 else "behind"
    return f"{number(hours)} hour{'' if hours == 1 else 's'} {which}"
