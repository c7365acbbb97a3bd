"""A place and an undo as a cause, and its words: what the checks of times share."""

from __future__ import annotations

from investigators.clock import said
from investigators.evidence import Cause, CauseClass, Transform, segment_words
from investigators.numbers import per_cent
from investigators.traffic.place import Place


def cause_at(
    kind: CauseClass,
    feature: str,
    place: Place,
    undo: Transform,
    where: tuple[float, float] | None = None,
) -> Cause:
    """The cause of one input's change in a place, to be undone by ``undo``."""
    return Cause(
        cause=kind,
        features=(feature,),
        transform=undo,
        segment=place.segment,
        onset=place.onset,
        onset_known=place.onset_known,
        end=place.end,
        ongoing=place.ongoing,
        rows_in_scope=place.rows_in_scope,
        rows_changed=place.rows_changed,
        concerns_decision=place.concerns_decision,
        where=None if where is None else (where,),
    )


def where_and_when(cause: Cause) -> str:
    """``in country DE since 2026-05-07 08:31 UTC, still so when the log ends: 40 of 50 ...``."""
    since = f" since {said(cause.onset.latest)}" if cause.onset else ""
    until = f" until {said(cause.end.latest)}" if cause.end else ""
    still = ", still so when the log ends" if cause.ongoing else ""
    rows, changed = cause.rows_in_scope, cause.rows_changed
    share = per_cent(changed / max(rows, 1))
    where = segment_words(cause.segment, "all requests")
    return f"in {where}{since}{until}{still}: {changed:,} of {rows:,} requests, {share}"
