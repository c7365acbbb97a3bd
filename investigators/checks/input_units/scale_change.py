"""Did the unit of an input change: by a factor, for all or a part of the requests, since when?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import exp, inf, log
from typing import Any

import numpy as np

from investigators.answering import Findings, Shared
from investigators.any_decision import for_any_decision
from investigators.check import Check
from investigators.evidence import Cause, Finding, Scale, segment_words
from investigators.moments.followers import followers
from investigators.scope import scope_sql
from investigators.shift.atoms import one_value, without_new_atoms
from investigators.shift.better_line import better_line
from investigators.shift.catalogue import NEAR_RATIO, declared_name, favoured
from investigators.shift.claim import WHOLE, Ground, cause_of, statement_of
from investigators.shift.corroborate import (
    NAMES_WITHIN,
    corroborations,
    exact_factor,
    lined_up_releases,
)
from investigators.shift.density import Cells
from investigators.shift.detect import Change, detect
from investigators.shift.fit import Naming
from investigators.shift.hint import row_hint
from investigators.shift.picture import distributions
from investigators.shift.trial import Material
from investigators.shift.words import factor_words
from investigators.tables.codes import LOWEST, SegmentCodes, log_cells, segment_codes
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.place import segment_of
from investigators.traffic.rows import (
    DAY,
    HOUR,
    Baseline,
    baseline_of,
    calendar_of,
    others,
    rest_of,
    traffic_of,
)
from investigators.view import View

ID = "input_units.scale_change"
FINDINGS = Findings(ID)
MINIMUM_LIVE = 50
MINIMUM_REFERENCE = 50
MINIMUM_CONVERTED = 4
CLEAR_MARGIN = 5.0
ONE_NAME = 6.0  # nats over the next factor
DRIFT_MARGIN = 8.0
DRIFT_RATIO = 2.0  # what moved by less is a drift, and no word is made of it here
GROUP = 6
OWN_BEFORE = 20
ONE_FACTOR = 0.3  # estimates of one factor on ln|x| lie within this
PAIRS = "the same requests recomputed from the source, or the declared unit"
OTHER_SIGN = "their sign is one that training's had not, and no factor gives that."
SIGN = "another sign of the unit: its declaration, the digits, or pairs by id"
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random)."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """Search every numeric input; one finding per input, and row hints for the decision."""
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view) or rest_of(view)
    if baseline is None:
        return [
            *row_hint(view, ID, view.log_inputs),
            _nothing(
                "there is neither a training table nor a log of some size to compare with",
                "a training (reference) table, or a log of 200 rows with times or segments",
            ),
        ]
    features = tuple(f for f in _numeric(view) if f in baseline.expressions)
    if not features:
        return [_nothing("no numeric input of the model is in the log", "the inputs in the log")]
    ground = _ground(view, baseline, features, task)
    findings = []
    for done, (feature, live, reference) in enumerate(_columns(ground, task)):
        task.tick(done, len(features), f"Units: {feature}")
        look = partial(_one, _beside(ground, feature), feature, live, reference, task)
        findings += for_any_decision(view, (ID, feature), look)
    findings = _other_populations(findings)
    flagged = {f.about[0] for f in findings if f.verdict == "supports"}
    hints = row_hint(view, ID, {k: v for k, v in view.log_inputs.items() if k not in flagged})
    hinted = {f.about[0] for f in hints}
    return [*hints, *(f for f in findings if f.about[0] not in hinted)]


def _numeric(view: View) -> list[str]:
    if view.model is None:
        return sorted(view.log_inputs)
    return [i.name for i in view.model.inputs if i.kind == "numeric" and i.name in view.log_inputs]


def _ground(view: View, baseline: Baseline, features: tuple[str, ...], task: Task) -> Ground:
    live = view.log
    assert live is not None
    traffic = traffic_of(view, task)
    shared: list[SegmentCodes | None] = []
    for segment in traffic.segments:
        known = not baseline.early and baseline.table.column(segment.column) is not None
        shared.append(_same_codes(baseline.table, segment, task) if known else None)
    if not baseline.early and baseline.table.column("fw_time") is not None:
        own = {c.part: c for c in calendar_of(baseline.table, task)}
        shared += [own.get(c.part) for c in traffic.calendar]
    return Ground(view, live, baseline, traffic, shared, features)


def _beside(ground: Ground, feature: str) -> Ground:
    """The ground without the input's own column: "where it is so" says nothing of where."""
    kept = others(ground.traffic, ground.view, feature)
    if kept is ground.traffic:
        return ground
    columns = {each.column for each in kept.segments}
    own = [each.column in columns for each in ground.traffic.segments]
    own += [True] * len(ground.traffic.calendar)
    segments = [s for s, stays in zip(ground.reference_segments, own, strict=False) if stays]
    return replace(ground, traffic=kept, reference_segments=segments)


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


def _one(ground: Ground, feature: str, live: Cells, reference: Cells, task: Task) -> list[Finding]:
    """Findings of one input: one, or one for each change that follows another in one segment."""
    n_live, n_base = int((live >= LOWEST).sum()), int((reference >= LOWEST).sum())
    if n_live < MINIMUM_LIVE or n_base < MINIMUM_REFERENCE:
        few = FINDINGS.of(
            feature,
            "cannot tell",
            f"{feature}: {n_live:,} live and {n_base:,} {ground.baseline.words} values that are "
            f"neither zero nor missing are too few to see a change of unit.",
            n_live,
            would_need=f"at least {MINIMUM_LIVE} live and {MINIMUM_REFERENCE} reference values",
        )
        return [few]
    unit = ground.view.dictionary.get(feature).unit
    material = Material(
        live,
        reference,
        ground.traffic.order,
        ground.candidates,
        ground.reference_segments,
        favoured(unit),
        ground.baseline.early,
        ground.traffic.blocks,
    )
    changes = _clear(detect(material, len(ground.features)))
    if changes:
        cleaned = without_new_atoms(
            ground.log,
            ground.view.log_inputs[feature],
            ground.baseline.table,
            ground.baseline.expressions[feature],
            material,
            [change.shift for change in changes],
        )
        if cleaned is not None:
            changes = _clear(detect(cleaned, len(ground.features)))
    if not changes:
        return [_quiet(ground, feature, n_live, n_base)]
    found = [_judged(ground, feature, change, (n_live, n_base), task) for change in changes]
    supported = [f for f in found if f.verdict == "supports"]
    return [f if not k else replace(f, id=f"{f.id}/{k + 1}") for k, f in enumerate(supported)] or (
        found[:1]
    )


def _clear(changes: Sequence[Change]) -> list[Change]:
    return [change for change in changes if change.score >= change.looks + CLEAR_MARGIN]


def _quiet(ground: Ground, feature: str, n_live: int, n_base: int) -> Finding:
    return FINDINGS.of(
        feature,
        "speaks against",
        f"{feature} arrives on the scale of {ground.baseline.words}: no factor from 3 upwards, for "
        f"all or a part of {n_live:,} requests, explains it better than no change "
        f"({n_base:,} values compared).",
        n_live,
    )


def _judged(
    ground: Ground, feature: str, change: Change, counts: tuple[int, int], task: Task
) -> Finding:
    """Try to refute the change; what survives is supported."""
    segment = segment_of(ground.candidates, change.parts)
    where, base = segment_words(segment), ground.baseline.words
    moved = f"{feature} in {where} lies about {factor_words(exp(change.shift))} than in {base}"
    factor = _factor(change.naming)
    effect = _effect(change, factor)
    said: Shared = {"effect": effect, "segment": segment}
    if change.reference_carries:
        return FINDINGS.of(
            feature, "speaks against", f"{moved}, as it did in training already.", counts[0], **said
        )
    follows = followers(ground.view, task).get(feature)
    if follows is not None and follows.explains(change.claimed, change.share):
        return FINDINGS.of(feature, "speaks against", f"{moved}, {follows.said}", counts[0], **said)
    near = min(abs(change.shift), abs(log(factor))) < log(NEAR_RATIO)
    like_drift = change.over_drift < DRIFT_MARGIN
    if near and like_drift and abs(change.shift) < log(DRIFT_RATIO):
        return _quiet(ground, feature, *counts)
    converted = change.share * change.claimed.size
    if (like_drift and not near) or not change.shape.alike or converted < MINIMUM_CONVERTED:
        words = (
            f"{moved}, but not as a change of unit moves it: an ordinary drift or another mix of "
            f"requests explains {change.claimed.size:,} rows as well."
        )
        return FINDINGS.of(feature, "cannot tell", words, counts[0], would_need=PAIRS, **said)
    cause, naming = _named_by_digits(
        ground, feature, change, cause_of(ground, feature, change, factor, segment, task)
    )
    effect["factor"] = _factor(naming)
    base_sql = ground.baseline.expressions[feature]
    any_factor = cause.where is not None and naming.over_next < ONE_NAME
    proofs = corroborations(
        ground.view, feature, cause, ground.baseline.table, base_sql, near=near or any_factor,
        like_drift=like_drift,
    )  # fmt: skip
    effect["digits"] = any(sign.digits for sign in proofs)
    if near and abs(change.shift - log(_factor(naming))) > NAMES_WITHIN:
        proofs = []  # the name is not that of what was measured
    told = Told(bool(proofs), near, effect["digits"])
    signed = cause.rows_changed >= MINIMUM_CONVERTED
    doubt = _doubt(ground, change, cause, told, task) if signed else OTHER_SIGN
    if doubt is not None:
        return FINDINGS.of(
            feature, "cannot tell", f"{moved}; {doubt}", counts[0], would_need=SIGN, **said
        )
    cause = replace(
        cause,
        corroborations=(*(sign.words for sign in proofs), *lined_up_releases(ground.view, cause)),
    )
    cause = replace(cause, statement=statement_of(ground, feature, cause, naming))
    chart = distributions(
        ground.view, feature, change, _factor(naming), ground.baseline, where,
        partial=cause.rows_changed_interval is not None,
    )  # fmt: skip
    return FINDINGS.of(
        feature, "supports", cause.statement, counts[0], cause=cause, charts=(chart,), **said
    )


def _factor(naming: Naming) -> float:
    return naming.factor if naming.named else float(f"{naming.free_factor:.2g}")


def _named_by_digits(
    ground: Ground, feature: str, change: Change, cause: Cause
) -> tuple[Cause, Naming]:
    """Where the repaired digits are those of training for one factor only, that is the factor."""
    exact = exact_factor(
        ground.view, feature, cause, ground.baseline.table, ground.baseline.expressions[feature],
        change.shift,
    )  # fmt: skip
    if exact is None:
        return cause, change.naming
    unit = ground.view.dictionary.get(feature).unit
    named = replace(change.naming, factor=exact, over_next=inf, over_free=inf)
    return replace(cause, transform=Scale(exact, declared_name(unit, exact))), named


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a sign proves the factor, it is near to 1, and digits are among the signs."""

    proved: bool
    near: bool
    digits: bool


def _doubt(ground: Ground, change: Change, cause: Cause, told: Told, task: Task) -> str | None:
    """What else the change may be, in words; ``None`` where nothing else is likely."""
    if not told.proved and told.near:
        return "a factor this near to 1 looks like drift."
    if not told.proved and not _own_change(change):
        return "nothing says that it is a unit and not another kind of requests."
    if _by_the_clock(ground, change) and not told.digits:
        return "nothing says that it was otherwise in these hours or days before."
    if not told.proved and _as_at_these_hours(ground, change, cause, task):
        return "it does so at these hours of other days as well."
    if one_value(ground, cause):
        return "most of these requests hold one and the same value."
    line = better_line(ground, cause.features[0], cause, task)
    return None if line is None else f"a factor explains that less well than {line.words} would."


def _by_the_clock(ground: Ground, change: Change) -> bool:
    """Whether hours or days were always so: many inputs follow the clock."""
    calendar = any(ground.candidates[column].part for column, _ in change.parts)
    return calendar and ground.baseline.early and change.own_before < OWN_BEFORE


def _as_at_these_hours(ground: Ground, change: Change, cause: Cause, task: Task) -> bool:
    """Whether a change of some hours is what these hours of other days have: a clock, no unit."""
    moments = ground.traffic.moments
    if moments is None or cause.end is None or np.ptp(moments[change.claimed]) >= DAY:
        return False
    hours = ", ".join(map(str, np.unique(moments[change.claimed] // HOUR % 24)))
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    x = f"abs({ground.view.log_inputs[cause.features[0]]})"
    found = ground.log.query(
        f"SELECT median({x}) FILTER ({scope}), median({x}) FILTER (NOT ({scope})), "
        f"count({x}) FILTER (NOT ({scope})) FROM {{t}} WHERE hour(fw_time) IN ({hours})",
        task=task,
    )
    here, elsewhere, n = (column[0].as_py() for column in found.columns)
    if n < OWN_BEFORE or not here or not elsewhere:
        return False
    return abs(log(here / elsewhere)) < abs(change.shift) / 2


def _own_change(change: Change) -> bool:
    """Whether the rows themselves changed, not only differ from others.

    All rows against training, or rows that had another scale before in the same segment; else
    another population could be the reason, unless the shape is closely the same.
    """
    everything = not change.parts and change.share > WHOLE
    before = change.own_before >= OWN_BEFORE and change.share > WHOLE
    return everything or before or change.shape.same


def _other_populations(findings: Sequence[Finding]) -> list[Finding]:
    """Take back changes of newcomers that lie elsewhere in several inputs, by different factors.

    A unit moves one input, or several by one factor; another kind of customer moves several, each
    by its own.  The digits of an input are its own proof and stay.
    """
    groups: dict[str, list[Finding]] = {}
    for f in findings:
        if f.segment and f.effect and f.effect["rows_before"] < OWN_BEFORE:
            groups.setdefault(segment_words(f.segment), []).append(f)
    doubtful: dict[str, list[Finding]] = {}
    for group in groups.values():
        moves = [log(f.effect["estimated_factor"]) for f in group]
        if max(moves) - min(moves) > ONE_FACTOR:
            doubtful |= {f.id: group for f in group if f.verdict == "supports"}
    return [
        _taken_back(f, doubtful[f.id]) if f.id in doubtful and not f.effect["digits"] else f
        for f in findings
    ]


def _taken_back(finding: Finding, group: Sequence[Finding]) -> Finding:
    (feature,) = finding.about
    where = segment_words(finding.segment)
    others = ", ".join(
        f"{f.about[0]} ({factor_words(f.effect['estimated_factor'])})"
        for f in group
        if f.id != finding.id
    )
    words = (
        f"{feature} in {where} lies about {factor_words(finding.effect['estimated_factor'])} than "
        f"elsewhere, and so do {others}; {where} has no earlier rows to compare with: another kind "
        f"of requests moves several inputs, and nothing says that this one is a unit."
    )
    return replace(
        finding,
        verdict="cannot tell",
        sentence=words,
        cause=None,
        onset=None,
        concerns_decision=False,
        would_need=SIGN,
    )


def _rounded(factor: float) -> float:
    """To four decimals, or digits where it is small: 1/86,400 must not become nothing."""
    return round(factor, 4) if factor >= 1 else float(f"{factor:.4g}")


def _effect(change: Change, factor: float) -> dict[str, Any]:
    naming = change.naming
    return {
        "factor": factor,
        "estimated_factor": _rounded(exp(change.shift)),
        "share_in_scope": round(change.share, 4),
        "gain": round(change.gain, 1),
        "gain_over_drift": round(change.over_drift, 1),
        "log_of_looks": round(change.looks, 1),
        "rows_before": change.own_before,
        "digits": False,
        "next_factor": naming.next_factor,
        "columns_that_mark_the_same_rows": len(change.ties),
        "gain_over_next_factor": round(naming.over_next, 1),
        "shape_distance": round(change.shape.distance, 3),
        "shape_allowed": round(change.shape.allowed, 3),
    }


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"A change of unit cannot be looked for: {reason}.", need)


CHECK = Check(
    family="input_units",
    name="scale_change",
    suspicion="The unit of an input changed: its values arrive multiplied by a factor.",
    covers=(
        "factors from 3 upwards and their inverses, for all requests or a part of them, in one "
        "segment (one column, or two together; hours of the day, weekdays), in every numeric "
        "input, since when and until when; two or three changes that follow each other; without "
        "training and times, segments against the other requests"
    ),
    does_not_cover=(
        "a change that keeps the shape on a logarithmic scale, near factors without a second "
        "sign, offsets and other units than factors, changes in several segments of one column"
    ),
    minimum=f"{MINIMUM_LIVE} live and {MINIMUM_REFERENCE} training values that are not zero",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-unit-or-scale",),
    order=20,
)
