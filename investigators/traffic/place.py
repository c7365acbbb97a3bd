"""Says where and when: a carried segment and window as conditions, times and counted rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.clock import iso, moment
from investigators.evidence import (
    Cause,
    CauseClass,
    Condition,
    NoTransform,
    Onset,
    Segment,
    Transform,
)
from investigators.scope import scope_sql
from investigators.tables.codes import SegmentCodes
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import Carried
from investigators.traffic.rows import Part, Traffic, holds
from investigators.traffic.span import Span
from investigators.view import View

# A segment is new where its rows would have been missing that long by so small a chance.
CHANCE = 0.001
NOTHING = NoTransform()
# What recurs: so many rows, in so many hours of the day or days of the week, more than twice
RECURS, HOURS, NIGHTS, WEEKDAYS = 30, 12, 2, 3


@dataclass(frozen=True)
class Place:
    """Segment, window and rows of a cause (contract.md: "Segment", "Onset", "rows_in_scope")."""

    segment: Segment
    onset: Onset | None
    onset_known: bool
    end: Onset | None
    ongoing: bool | None
    rows_in_scope: int
    rows_changed: int
    concerns_decision: bool

    def cause(
        self, cause: CauseClass, features: tuple[str, ...], transform: Transform = NOTHING, *,
        rows_changed: int | None = None, corroborations: tuple[str, ...] = (),
        exact_record: bool = False, statement: str = "",
    ) -> Cause:  # fmt: skip
        """A candidate cause that lies here; what nothing undoes changes no rows."""
        undone = 0 if isinstance(transform, NoTransform) else self.rows_changed
        return Cause(
            cause=cause,
            features=features,
            transform=transform,
            segment=self.segment,
            onset=self.onset,
            onset_known=self.onset_known,
            end=self.end,
            ongoing=self.ongoing,
            rows_in_scope=self.rows_in_scope,
            rows_changed=undone if rows_changed is None else rows_changed,
            concerns_decision=self.concerns_decision,
            corroborations=corroborations,
            exact_record=exact_record,
            statement=statement,
        )


def segment_of(candidates: Sequence[SegmentCodes], parts: Sequence[Part]) -> Segment:
    """Say parts as conditions; ``None`` for all rows."""
    return tuple(_condition(candidates[column], codes) for column, codes in parts) or None


def _condition(coded: SegmentCodes, codes: tuple[int, ...]) -> Condition:
    values: tuple[Any, ...] = tuple(coded.values[c - 1] for c in codes)
    if coded.part is not None:
        return Condition(coded.column, part=coded.part, within=tuple(sorted(values)), zone="UTC")
    if len(values) == 1:
        (value,) = values
        if value is None:
            return Condition(coded.column, missing=True)
        return Condition(coded.column, equals=value)
    return Condition(coded.column, within=tuple(sorted(values, key=str)))


def lasting(
    traffic: Traffic, parts: Sequence[Part], rows: npt.NDArray[np.intp], span: Span,
    candidates: Sequence[SegmentCodes] | None = None,
) -> tuple[Onset | None, Onset | None]:  # fmt: skip
    """Turn positions among a segment's rows (in order of time) into onset and end."""
    moments, order = traffic.moments, traffic.order
    if moments is None or order is None:
        return None, None

    def at(position: int) -> str:
        return iso(int(moments[rows[position]]), zone_known=traffic.zone_known)

    begin: Onset | None = None
    if span.start > 0:
        free = max(span.first[0] - 1, 0)
        begin = Onset(at(free), at(min(span.first[1], rows.size - 1)))
    else:
        begin = _new_segment(traffic, traffic.segments if candidates is None else candidates, parts)
    end = None
    if span.end < rows.size:
        end = Onset(at(max(span.last[0] - 1, 0)), at(min(span.last[1], rows.size - 1)))
    return begin, end


def _new_segment(
    traffic: Traffic, candidates: Sequence[SegmentCodes], parts: Sequence[Part]
) -> Onset | None:
    """When the segment itself is new: between the whole log's last row before it and its first.

    It is new when its rows would hardly (one time in 1,000) have been missing that long by chance.
    """
    moments, order = traffic.moments, traffic.order
    if not parts or moments is None or order is None:
        return None
    if any(candidates[column].part for column, _ in parts):
        return None  # the first Saturday of a log is no news
    in_segment = np.ones(order.size, dtype=bool)
    for column, codes in parts:
        in_segment &= holds(candidates[column].codes, codes)
    position = int(np.argmax(in_segment[order]))
    rate = in_segment.sum() / max(order.size - position, 1)
    if position == 0 or position * log(max(1 - rate, 1e-12)) > log(CHANCE):
        return None
    before, first = int(order[position - 1]), int(order[position])
    return Onset(
        iso(int(moments[before]), zone_known=traffic.zone_known),
        iso(int(moments[first]), zone_known=traffic.zone_known),
    )


def _comes_again(
    log: Table, segment: Segment, begin: Onset | None, end: Onset, hit: str, task: Task
) -> bool:
    """Whether an end is only that of the last night or weekend so far.

    The rows that carry it recur at some hours or on some weekdays, and none of these came since.
    """
    found = log.query(
        f"SELECT count(*), count(DISTINCT fw_time::DATE), list(DISTINCT hour(fw_time)), "
        f"list(DISTINCT isodow(fw_time)), max(fw_time) FROM {{t}} "
        f"WHERE {scope_sql(segment, begin, end)} AND {hit}",
        task=task,
    )
    n, days, hours, weekdays, last = (column[0].as_py() for column in found.columns)
    nightly = len(hours or ()) <= HOURS and days > NIGHTS
    weekly = len(weekdays or ()) <= WEEKDAYS and days > len(weekdays)
    if n < RECURS or not (nightly or weekly):
        return False
    since = log.value(
        f"SELECT count(*) FROM {{t}} WHERE ({scope_sql(segment, None, None)}) AND fw_time > ? "
        f"AND hour(fw_time) IN ({', '.join(map(str, hours))}) "
        f"AND isodow(fw_time) IN ({', '.join(map(str, weekdays))})",
        [last],
        task,
    )
    return not since


def _first_hit(
    log: Table, segment: Segment, begin: Onset | None, hit: str, task: Task
) -> Onset | None:
    """An onset at the first row that carries it, where none does so before the interval.

    What never was before (a new value) has begun by then; the interval is of chance alone.
    """
    if begin is None or begin.earliest is None or begin.latest is None:
        return begin
    found = log.query(
        f"SELECT count(*) FILTER (fw_time <= ?), epoch_us(min(fw_time)) FROM {{t}} "
        f"WHERE {scope_sql(segment, None, None)} AND {hit} AND fw_time <= ?",
        [moment(begin.earliest), moment(begin.latest)],
        task=task,
    )
    before, first = (column[0].as_py() for column in found.columns)
    if before or first is None:
        return begin
    return Onset(begin.earliest, iso(first, zone_known=begin.latest.endswith("Z")))


def place_of(view: View, traffic: Traffic, carried: Carried, changed: str, task: Task) -> Place:
    """Count the rows of a carried description exactly in the engine.

    ``changed`` is SQL over the log: whether the repair changes a row's value.
    """
    assert view.log is not None
    segment = segment_of(carried.candidates, carried.parts)
    begin, end = lasting(traffic, carried.parts, carried.rows, carried.span, carried.candidates)
    row = view.decision.row if view.decision is not None else None
    hit = f"coalesce({changed}, false)"
    begin = _first_hit(view.log, segment, begin, hit, task)
    if end is not None and _comes_again(view.log, segment, begin, end, hit, task):
        end = None
    counted = view.log.query(
        f"SELECT count(*), count(*) FILTER ({hit}), coalesce(max(fw_row = ? AND {hit}), false) "
        f"FROM {{t}} WHERE {scope_sql(segment, begin, end)}",
        [-1 if row is None else row],
        task=task,
    )
    in_scope, rows_changed, concerned = (column[0].as_py() for column in counted.columns)
    known = traffic.moments is not None
    return Place(
        segment, begin, known, end, (end is None) if known else None,
        int(in_scope), int(rows_changed), bool(concerned),
    )  # fmt: skip
