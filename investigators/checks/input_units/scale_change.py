"""Did the unit of an input change: by a factor, for all or a part of the requests, since when?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.check import Check
from investigators.clock import iso, said
from investigators.evidence import Cause, Condition, Finding, Onset, Scale, Segment, segment_words
from investigators.scope import scope_sql, where_sql
from investigators.shift.atoms import without_new_atoms
from investigators.shift.catalogue import NEAR_RATIO, declared_name
from investigators.shift.corroborate import corroborations, lined_up_releases
from investigators.shift.density import Cells
from investigators.shift.detect import Change, Material, detect
from investigators.shift.hint import row_hint
from investigators.shift.picture import distributions
from investigators.shift.words import factor_words, number
from investigators.tables.codes import LOWEST, SegmentCodes, log_cells, segment_codes, times
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

ID = "input_units.scale_change"
MINIMUM_LIVE = 50
MINIMUM_REFERENCE = 50
MINIMUM_CONVERTED = 4
CLEAR_MARGIN = 5.0
DRIFT_MARGIN = 8.0
GROUP = 6
EARLY_PART = 4


@dataclass(frozen=True)
class Baseline:
    """What live values are compared with: the reference, or the log's own early part."""

    table: Table
    expressions: dict[str, str]
    words: str
    early: bool


@dataclass(frozen=True)
class Ground:
    """What all features of one run share."""

    view: View
    log: Table
    baseline: Baseline
    order: npt.NDArray[np.intp] | None
    moments: npt.NDArray[np.int64] | None
    segments: list[SegmentCodes]
    reference_segments: list[SegmentCodes | None]
    features: tuple[str, ...]
    zone_known: bool


def run(view: View, task: Task) -> Sequence[Finding]:
    """Search every numeric input; one finding per input, and row hints for the decision."""
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = _baseline(view)
    if baseline is None:
        return [
            *row_hint(view, ID, view.log_inputs),
            _nothing(
                "there is neither a training table nor an early part of the log to compare with",
                "a training (reference) table, or a log with times",
            ),
        ]
    features = tuple(f for f in _numeric(view) if f in baseline.expressions)
    if not features:
        return [_nothing("no numeric input of the model is in the log", "the inputs in the log")]
    ground = _ground(view, baseline, features, task)
    findings = []
    for done, (feature, live, reference) in enumerate(_columns(ground, task)):
        task.tick(done, len(features), f"Units: {feature}")
        findings.append(_one(ground, feature, live, reference, task))
    flagged = {f.about[0] for f in findings if f.verdict == "supports"}
    hints = row_hint(view, ID, {k: v for k, v in view.log_inputs.items() if k not in flagged})
    hinted = {f.about[0] for f in hints}
    return [*hints, *(f for f in findings if f.about[0] not in hinted)]


def _numeric(view: View) -> list[str]:
    if view.model is None:
        return sorted(view.log_inputs)
    return [i.name for i in view.model.inputs if i.kind == "numeric" and i.name in view.log_inputs]


def _baseline(view: View) -> Baseline | None:
    reference, live = view.reference, view.log
    if reference is not None and reference.rows and view.reference_inputs:
        return Baseline(reference, dict(view.reference_inputs), "training", early=False)
    if live is None or view.column("log.time") is None or live.rows < EARLY_PART * MINIMUM_LIVE:
        return None
    count = live.rows // EARLY_PART
    early = f"(SELECT * REPLACE (row_number() OVER (ORDER BY fw_time, fw_row) - 1 AS fw_row) FROM \
(SELECT * FROM {live.relation} ORDER BY fw_time NULLS LAST, fw_row LIMIT {count}))"
    words = f"the first {count:,} requests of the log"
    return Baseline(
        replace(live.with_relation(early), rows=count), dict(view.log_inputs), words, early=True
    )


def _ground(view: View, baseline: Baseline, features: tuple[str, ...], task: Task) -> Ground:
    live = view.log
    assert live is not None
    moments = times(live, task)
    order = None if moments is None else np.argsort(moments, kind="stable")
    segments = segment_codes(live, view.segments, task)
    shared: list[SegmentCodes | None] = []
    for segment in segments:
        known = not baseline.early and baseline.table.column(segment.column) is not None
        shared.append(_same_codes(baseline.table, segment, task) if known else None)
    zone_known = view.case.zone is not None
    return Ground(view, live, baseline, order, moments, segments, shared, features, zone_known)


def _same_codes(table: Table, segment: SegmentCodes, task: Task) -> SegmentCodes | None:
    """Code the reference's column with the live log's values."""
    found = segment_codes(table, [segment.column], task)
    if not found:
        return None
    own = {str(v): k + 1 for k, v in enumerate(segment.values)}
    turn = np.array([0, *(own.get(str(v), 0) for v in found[0].values)], dtype=np.uint8)
    return SegmentCodes(segment.column, segment.values, turn[found[0].codes])


def _columns(ground: Ground, task: Task) -> Iterator[tuple[str, Cells, Cells]]:
    """Fetch the code arrays a few features at a time, so that memory stays small."""
    live, base = ground.view.log_inputs, ground.baseline.expressions
    for start in range(0, len(ground.features), GROUP):
        names = ground.features[start : start + GROUP]
        here = log_cells(ground.log, [live[n] for n in names], task)
        there = log_cells(ground.baseline.table, [base[n] for n in names], task)
        yield from zip(names, here, there, strict=True)


def _one(ground: Ground, feature: str, live: Cells, reference: Cells, task: Task) -> Finding:
    n_live, n_base = int((live >= LOWEST).sum()), int((reference >= LOWEST).sum())
    if n_live < MINIMUM_LIVE or n_base < MINIMUM_REFERENCE:
        return _finding(
            feature,
            "cannot tell",
            f"{feature}: {n_live:,} live and {n_base:,} {ground.baseline.words} values that are "
            f"neither zero nor missing are too few to see a change of unit.",
            n_live,
            would_need=f"at least {MINIMUM_LIVE} live and {MINIMUM_REFERENCE} reference values",
        )
    material = Material(live, reference, ground.order, ground.segments, ground.reference_segments)
    change = detect(material, len(ground.features))
    if change is not None and change.score >= change.looks + CLEAR_MARGIN:
        cleaned = without_new_atoms(
            ground.log,
            ground.view.log_inputs[feature],
            ground.baseline.table,
            ground.baseline.expressions[feature],
            material,
            change.shift,
        )
        if cleaned is not None:
            change = detect(cleaned, len(ground.features))
    if change is None or change.score < change.looks + CLEAR_MARGIN:
        return _quiet(ground, feature, n_live, n_base)
    return _judged(ground, feature, change, n_live, task)


def _quiet(ground: Ground, feature: str, n_live: int, n_base: int) -> Finding:
    return _finding(
        feature,
        "speaks against",
        f"{feature} arrives on the scale of {ground.baseline.words}: no factor from 3 upwards, for "
        f"all or a part of {n_live:,} requests, explains it better than no change "
        f"({n_base:,} values compared).",
        n_live,
    )


def _judged(ground: Ground, feature: str, change: Change, n_live: int, task: Task) -> Finding:
    naming = change.naming
    assert naming is not None
    factor = naming.factor if naming.named else float(f"{naming.free_factor:.2g}")
    segment = _segment(ground, change)
    effect: dict[str, Any] = {
        "factor": factor,
        "estimated_factor": round(exp(change.shift), 4),
        "share_in_scope": round(change.share, 4),
        "gain": round(change.gain, 1),
        "gain_over_drift": round(change.over_drift, 1),
        "log_of_looks": round(change.looks, 1),
        "next_factor": naming.next_factor,
        "gain_over_next_factor": round(naming.over_next, 1),
        "shape_distance": round(change.shape.distance, 3),
        "shape_allowed": round(change.shape.allowed, 3),
    }
    where = segment_words(segment)
    base = ground.baseline.words
    moved = f"{feature} in {where} lies about {factor_words(exp(change.shift))} than in {base}"
    converted = change.share * change.claimed.size
    if abs(change.shift) < log(NEAR_RATIO) and change.over_drift < DRIFT_MARGIN:
        return _quiet(ground, feature, n_live, int(change.grid.size and n_live))
    if change.over_drift < DRIFT_MARGIN or not change.shape.alike or converted < MINIMUM_CONVERTED:
        return _finding(
            feature,
            "cannot tell",
            f"{moved}, but not as a change of unit moves it: an ordinary drift or another mix of "
            f"requests explains {change.claimed.size:,} rows as well.",
            n_live,
            effect=effect,
            segment=segment,
            would_need="the same requests recomputed from the source, or the declared unit",
        )
    cause = _cause(ground, feature, change, factor, segment, task)
    proofs = corroborations(
        ground.view,
        feature,
        change,
        cause,
        ground.baseline.table,
        ground.baseline.expressions[feature],
    )
    proofs += lined_up_releases(ground.view, cause)
    if abs(change.shift) < log(NEAR_RATIO) and not proofs:
        return _finding(
            feature,
            "cannot tell",
            f"{moved}; a factor this near to 1 looks like drift.",
            n_live,
            effect=effect,
            segment=segment,
            would_need="another sign of the unit: its declaration, the digits, or pairs by id",
        )
    cause = replace(cause, corroborations=tuple(proofs))
    cause = replace(cause, statement=_statement(ground, feature, cause, factor))
    return _finding(
        feature,
        "supports",
        cause.statement,
        n_live,
        effect=effect,
        segment=segment,
        cause=cause,
        charts=(distributions(ground.view, feature, change, factor, base, where),),
    )


def _segment(ground: Ground, change: Change) -> Segment:
    if change.column < 0:
        return None
    coded = ground.segments[change.column]
    values = tuple(coded.values[c - 1] for c in change.codes)
    if len(values) == 1:
        value = values[0]
        return (
            Condition(coded.column, missing=True)
            if value is None
            else Condition(coded.column, equals=value),  # type: ignore[arg-type]
        )
    return (Condition(coded.column, within=tuple(sorted(values, key=str))),)  # type: ignore[arg-type]


def _onset(ground: Ground, change: Change) -> tuple[Onset | None, Onset | None]:
    """Turn positions among the segment's rows into times (contract.md, "Onset")."""
    moments, order = ground.moments, ground.order
    if moments is None or order is None:
        return None, None
    rows, span = change.rows, change.span

    def at(position: int) -> str:
        return iso(int(moments[rows[position]]), zone_known=ground.zone_known)

    begin: Onset | None = None
    if span.start > 0:
        free = max(span.first[0] - 1, 0)
        begin = Onset(at(free), at(min(span.first[1], rows.size - 1)))
    else:
        begin = _new_segment(ground, change)
    end = None
    if span.end < rows.size:
        end = Onset(at(max(span.last[0] - 1, 0)), at(min(span.last[1], rows.size - 1)))
    return begin, end


def _new_segment(ground: Ground, change: Change) -> Onset | None:
    """When the segment itself is new: between the whole log's last row before it and its first.

    It is new when its rows would hardly (less than 1 %) have been missing that long by chance.
    """
    moments, order = ground.moments, ground.order
    if change.column < 0 or moments is None or order is None:
        return None
    in_segment = np.isin(ground.segments[change.column].codes, np.array(change.codes, np.uint8))
    position = int(np.argmax(in_segment[order]))
    rate = in_segment.sum() / max(order.size - position, 1)
    if position == 0 or position * log(max(1 - rate, 1e-12)) > log(0.01):
        return None
    before, first = int(order[position - 1]), int(order[position])
    return Onset(
        iso(int(moments[before]), zone_known=ground.zone_known),
        iso(int(moments[first]), zone_known=ground.zone_known),
    )


def _cause(
    ground: Ground, feature: str, change: Change, factor: float, segment: Segment, task: Task
) -> Cause:
    view, live = ground.view, ground.log
    begin, end = _onset(ground, change)
    whole = change.share > 0.97
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
        onset_known=ground.moments is not None,
        end=end,
        ongoing=None if ground.moments is None else end is None,
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


def _statement(ground: Ground, feature: str, cause: Cause, factor: float) -> str:
    scale = cause.transform
    named = f" ({scale.named})" if isinstance(scale, Scale) and scale.named else ""
    part = "" if cause.rows_changed_interval is None else f"about {cause.rows_changed:,} of "
    since = f" since {said(cause.onset.latest)}" if cause.onset else ""
    until = f" until {said(cause.end.latest)}" if cause.end else ""
    still = ", still so when the log ends" if cause.ongoing else ""
    share = cause.rows_in_scope / max(ground.log.rows, 1)
    return (
        f"{feature} is {factor_words(factor)} than in {ground.baseline.words}{named} in "
        f"{segment_words(cause.segment)}{since}{until}{still}: {part}{cause.rows_in_scope:,} of "
        f"{number(ground.log.rows)} requests, {share:.1%}.".replace("%.", " %.")
    )


def _finding(feature: str, verdict: Any, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    cause = more.get("cause")
    return Finding(
        id=f"{ID}/{feature}",
        check=ID,
        family="input_units",
        verdict=verdict,
        about=(feature,),
        sentence=sentence,
        n=n,
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        **more,
    )


def _nothing(reason: str, need: str) -> Finding:
    return Finding(
        id=ID,
        check=ID,
        family="input_units",
        verdict="cannot tell",
        about=(),
        sentence=f"A change of unit cannot be looked for: {reason}.",
        n=0,
        would_need=need,
    )


CHECK = Check(
    family="input_units",
    name="scale_change",
    suspicion="The unit of an input changed: its values arrive multiplied by a factor.",
    covers=(
        "factors from 3 upwards and their inverses, for all requests or a part of them, in one "
        "segment (one column) and one window of time, in every numeric input"
    ),
    does_not_cover=(
        "a change that keeps the shape on a logarithmic scale, near factors without a second "
        "sign, offsets and other units than factors, two changes in one column"
    ),
    minimum=f"{MINIMUM_LIVE} live and {MINIMUM_REFERENCE} training values that are not zero",
    run=run,
    needs=("log",),
    asks=(
        (
            "reference",
            "Please send an extract of the table the model was trained on, with the columns of "
            "the model's inputs (any 5,000 rows or more drawn at random).",
        ),
    ),
    causes=("input-unit-or-scale",),
    order=20,
)
