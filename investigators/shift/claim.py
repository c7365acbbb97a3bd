"""Turns a detected change into a cause: segment, onset, rows, repair, statement."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from investigators.clock import said
from investigators.evidence import Cause, Scale, Segment, segment_words
from investigators.numbers import number, per_cent, unit_words
from investigators.scope import scope_sql, where_sql
from investigators.shift.catalogue import declared_name
from investigators.shift.density import Cells
from investigators.shift.detect import Change
from investigators.shift.fit import Naming
from investigators.shift.words import factor_words
from investigators.tables.codes import SegmentCodes, log_cells
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.place import lasting
from investigators.traffic.rows import Baseline, Traffic
from investigators.view import View

WHOLE = 0.97


@dataclass(frozen=True)
class Ground:
    """What all features of one run share."""

    view: View
    log: Table
    baseline: Baseline
    traffic: Traffic
    reference_segments: list[SegmentCodes | None]
    features: tuple[str, ...]

    @property
    def candidates(self) -> tuple[SegmentCodes, ...]:
        """What may mark the rows: the log's own columns, then hours and weekdays."""
        return self.traffic.segments + self.traffic.calendar


def cause_of(
    ground: Ground, feature: str, change: Change, factor: float, segment: Segment, task: Task
) -> Cause:
    """Count the rows exactly in the engine and put the candidate cause together."""
    view, live = ground.view, ground.log
    begin, end = lasting(ground.traffic, change.parts, change.rows, change.span, ground.candidates)
    whole = change.share > WHOLE
    where = _positive_only(ground, feature) if whole else _intervals(change)
    expression = view.log_inputs[feature]
    scope = scope_sql(segment, begin, end)
    hit = f"({expression}) <> 0 AND isfinite({expression}) AND {where_sql(expression, where)}"
    row = view.decision.row if view.decision is not None else None
    counted = live.query(
        f"SELECT count(*), count(*) FILTER ({hit}), coalesce(max(fw_row = ? AND {hit}), false) "
        f"FROM {{t}} WHERE {scope}",
        [-1 if row is None else row],
        task=task,
    )
    in_scope, changed, concerned = (column[0].as_py() for column in counted.columns)
    interval = None
    if not whole:
        counts = change.grid.counts(_claimed_cells(ground, feature, change, task))
        mean = float((counts * change.posterior).sum())
        wide = 2.576 * float((counts * change.posterior * (1 - change.posterior)).sum()) ** 0.5
        changed = round(mean)
        interval = (max(round(mean - wide), 0), min(round(mean + wide), in_scope))
    unit = view.dictionary.get(feature).unit
    return Cause(
        cause="input-unit-or-scale",
        features=(feature,),
        transform=Scale(factor, declared_name(unit, factor)),
        segment=segment,
        onset=begin,
        onset_known=ground.traffic.moments is not None,
        end=end,
        ongoing=None if ground.traffic.moments is None else end is None,
        rows_in_scope=int(in_scope),
        rows_changed=int(changed),
        concerns_decision=bool(concerned),
        rows_changed_interval=interval,
        where=where,
    )


def _claimed_cells(ground: Ground, feature: str, change: Change, task: Task) -> Cells:
    return log_cells(ground.log, [ground.view.log_inputs[feature]], task)[0][change.claimed]


def _positive_only(ground: Ground, feature: str) -> tuple[tuple[float, float], ...] | None:
    """Leave negative codes alone where training has no true negative values."""
    share = ground.baseline.table.value(
        f"SELECT avg(CAST(({ground.baseline.expressions[feature]}) < 0 AS DOUBLE)) FROM {{t}}"
    )
    negative = ground.log.value(
        f"SELECT coalesce(max(({ground.view.log_inputs[feature]}) < 0), false) FROM {{t}}"
    )
    return ((0.0, 1.7e308),) if negative and (share or 0.0) < 0.02 else None


def _intervals(change: Change) -> tuple[tuple[float, float], ...]:
    """Values whose posterior of having been converted is above one half."""
    chosen = np.flatnonzero(change.posterior > 0.5)
    if not chosen.size:
        return ((1.7e308, 1.7e308),)
    breaks = np.flatnonzero(np.diff(chosen) > 1)
    starts = np.concatenate([[chosen[0]], chosen[breaks + 1]])
    ends = np.concatenate([chosen[breaks], [chosen[-1]]])
    u, half = change.grid.u, 0.01
    return tuple(
        (exp(float(u[a]) - half), exp(float(u[b]) + half))
        for a, b in zip(starts, ends, strict=True)
    )


def statement_of(ground: Ground, feature: str, cause: Cause, naming: Naming) -> str:
    """One plain sentence with factor, segment, since when, still so, how many of how many."""
    scale = cause.transform
    assert isinstance(scale, Scale)
    named = f" ({unit_words(scale.named)})" if scale.named else ""
    partial = cause.rows_changed_interval is not None
    where = segment_words(cause.segment)
    since = f" since {said(cause.onset.latest)}" if cause.onset else ""
    until = f" until {said(cause.end.latest)}" if cause.end else ""
    still = ", still so when the log ends" if cause.ongoing else ""
    rows, base = cause.rows_in_scope, ground.log.rows
    many = f"{rows:,} of {number(base)} requests, {per_cent(rows / max(base, 1))}"
    if partial:
        where = f"a part of {where}"
        share = per_cent(cause.rows_changed / max(rows, 1))
        many = f"about {cause.rows_changed:,} of {rows:,} requests, {share}, told by their values"
    return (
        f"{feature} is {factor_words(scale.factor)} than in {ground.baseline.words}{named} in "
        f"{where}{since}{until}{still}: {many}.{_rival_name(naming)}"
    )


def _rival_name(naming: Naming) -> str:
    """Say the next factor where it is nearly as likely (less than ten to one)."""
    if not naming.named or naming.over_next >= log(10):
        return ""
    return f" A factor of {number(naming.next_factor)} is nearly as likely."
