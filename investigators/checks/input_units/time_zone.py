"""Does an input that shows a clock show another one: shifted by hours, for whom, since when?

An hour, a weekday or a time stamp is compared with its own row's time; what the difference usually
is, training or the log's early part says.  The distribution of hours may not move at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings, More
from investigators.chart import Chart
from investigators.check import Check
from investigators.evidence import (
    Cause,
    Condition,
    Finding,
    NoTransform,
    segment_words,
)
from investigators.moments.agreement import (
    LIKELY,
    UNLIKELY,
    Agreement,
    agreement_of,
    candidates,
    early_rows,
    fitted,
    is_delay,
    zones_of,
)
from investigators.moments.claim import cause_at, hours_words, summer_time, where_and_when
from investigators.moments.hands import (
    DAY,
    HOUR,
    Floats,
    Hand,
    clock_in,
    hand_of,
    hands_of,
    hour_counts,
)
from investigators.moments.picture import residual_table, share_strip
from investigators.moments.rows import numbers
from investigators.moments.turn import best_turn, support
from investigators.moments.undo import ahead_of, of_a_part, undo_shift
from investigators.numbers import per_cent
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.tables.codes import times
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import Carried, carried_by
from investigators.traffic.place import place_of
from investigators.traffic.rows import Baseline, Traffic, baseline_of, traffic_of
from investigators.view import View

ID = "input_units.time_zone"
FINDINGS = Findings(ID)
MINIMUM = 100
MARGIN = 8.0
WHOLE = 0.9  # of the rows that could tell carry it: then all in segment and window are repaired
SHARE = 0.005
PARTS = (0.98, 0.5, 0.1, 0.01)
SURE = 0.95
DENIES = 200  # rows whose own hours can speak against a shift; fewer speak for one or not at all
NEED = "the time of the event in the zone it was taken in, or the input recomputed for some rows"
ASK = (
    "Please say in which time zone each input that shows an hour, a weekday or a time is computed, "
    "whether it follows summer time, and send some training rows with their time stamps."
)


@dataclass(frozen=True)
class Ground:
    """What all inputs of one run share.  ``clock`` and ``base_clock`` are seconds since 1970."""

    view: View
    log: Table
    traffic: Traffic
    baseline: Baseline
    clock: Floats
    base_clock: Floats
    looks: int


@dataclass(frozen=True)
class Shift:
    """A shift of ``seconds`` that rows carry, in ``share`` of those that can tell.

    ``n`` are all requests with a value and a time; ``turned`` is what the input's hours say.
    """

    agreed: Agreement
    seconds: float
    n: int
    carried: Carried
    share: float
    turned: float | None


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each input that shows a clock."""
    live = view.log
    if live is None or not live.rows:
        return [_nothing("cannot tell", "There are no rows of a log.", 0, "a log with the inputs")]
    hands = _hands(view, live, task)
    if not hands:
        words = "No input of the model shows an hour, a weekday or a time."
        return [_nothing("does not apply", words, live.rows, None)]
    ground = _ground(view, live, task)
    if ground is None or live.rows < MINIMUM:
        return [_alone(view, live, feature, task) for feature in hands]
    findings = []
    for done, (feature, hand) in enumerate(hands.items()):
        task.tick(done, len(hands), f"Clocks: {feature}")
        found = _one(ground, feature, hand, task)
        findings += [] if found is None else [found]
    if findings:
        return findings
    words = "No input of the model follows the clock of the requests."
    return [_nothing("does not apply", words, live.rows, None)]


def _ground(view: View, live: Table, task: Task) -> Ground | None:
    traffic, baseline = traffic_of(view, task), baseline_of(view)
    if traffic.moments is None or baseline is None:
        return None
    there = times(baseline.table, task)
    if there is None or baseline.early:
        early = replace(view, reference=None, reference_inputs={})
        found = baseline_of(early)
        if found is None:
            return None
        # the first quarter in order of time is a part of the log's own rows
        assert traffic.order is not None
        clock = clock_in(traffic.moments)
        return Ground(view, live, traffic, found, clock, clock, len(view.log_inputs))
    return Ground(
        view, live, traffic, baseline, clock_in(traffic.moments), clock_in(there),
        len(view.log_inputs),
    )  # fmt: skip


def _hands(view: View, live: Table, task: Task) -> dict[str, Hand]:
    """Inputs of the model whose values may be those of a clock."""
    names = sorted(view.log_inputs)
    if view.model is not None:
        names = [i.name for i in view.model.inputs if i.name in view.log_inputs]
    return hands_of(live, {n: view.log_inputs[n] for n in names}, task)


def _one(ground: Ground, feature: str, hand: Hand, task: Task) -> Finding | None:
    x = numbers(ground.log, ground.view.log_inputs[feature], task)
    base = _base(ground, feature, hand, x, task)
    zone = ground.view.dictionary.get(feature).zone
    agreed = agreement_of(hand, x, ground.clock, base, zones_of(hand, ground.view.case.zone, zone))
    if agreed is None:
        return None
    n = int((agreed.codes >= 0).sum())
    first: Finding | None = None
    for seconds in candidates(agreed):
        carried = _carried(ground, agreed, seconds, task)
        if carried is not None:
            by = fitted(agreed, seconds, carried.claimed)
            found = _judged(ground, feature, agreed, (by, n), carried, task)
            if found.verdict == "supports":
                return found
            first = first or found
    return first or _quiet(ground, feature, agreed, n)


def _carried(ground: Ground, agreed: Agreement, seconds: float, task: Task) -> Carried | None:
    """The rows that carry a shift, all of them or a part; ``None`` where it is not clear."""
    calendar = agreed.hand.part != "weekday"
    tried = [
        carried_by(ground.traffic, agreed.votes(seconds, part), task, calendar=calendar)
        for part in PARTS
    ]
    found = [each for each in tried if each is not None]
    best = max(found, key=lambda each: each.score, default=None)
    if best is None or best.score < best.looks + log(max(ground.looks, 1)) + MARGIN:
        return None
    return best


def _base(ground: Ground, feature: str, hand: Hand, x: Floats, task: Task) -> tuple[Floats, Floats]:
    """Values and times of the baseline; the log's first quarter are rows of the log itself."""
    baseline = ground.baseline
    if not baseline.early and feature in baseline.expressions:
        return numbers(baseline.table, baseline.expressions[feature], task), ground.base_clock
    order = ground.traffic.order
    assert order is not None
    first = early_rows(hand, x, ground.clock, order)
    return x[first], ground.clock[first]


def _quiet(ground: Ground, feature: str, agreed: Agreement, n: int) -> Finding:
    share = float((agreed.codes == agreed.mode).sum() / max(n, 1))
    follows = ""
    if agreed.zone is not None:
        follows = f" (it follows the clock of {agreed.zone.removeprefix('-')})"
    early = ground.baseline.early
    near = {(agreed.mode + k) % agreed.usual.size for k in (-1, 0, 1)}
    other = float(sum(share for k, share in enumerate(agreed.usual) if k not in near))
    if early and other > UNLIKELY:
        words = (
            f"{feature} shows other clocks in {per_cent(other)} of {ground.baseline.words} already:"
            " nothing tells whether training knew them."
        )
        return FINDINGS.of(feature, "cannot tell", words, n, would_need=NEED, ask=ASK)
    words = (
        f"{feature} keeps its distance to the request's own time, as in {ground.baseline.words}, "
        f"in {per_cent(share)} of {n:,} requests{follows}; no shift by hours explains the others."
    )
    return FINDINGS.of(feature, "speaks against", words, n, effect={"agrees": round(share, 4)})


def _judged(
    ground: Ground, feature: str, agreed: Agreement, said: tuple[float, int], carried: Carried,
    task: Task,
) -> Finding:  # fmt: skip
    """Try to refute the shift: a delay, the requests' own times, another clock of training."""
    seconds, n = said
    likely = agreed.usual >= LIKELY * agreed.usual.max()
    moved = agreed.moved(seconds)
    hits = (agreed.codes >= 0) & likely[moved]
    known = (agreed.codes >= 0) & (moved != agreed.codes)
    claimed = carried.claimed
    telling = claimed[known[claimed]]
    # as many as usually agree would be all of them
    usual = float(agreed.usual[likely].sum())
    share = min(float(hits[telling].mean()) / usual, 1.0) if telling.size else 0.0
    effect: dict[str, Any] = {
        "seconds": seconds,
        "share_in_scope": round(share, 4),
        "score": round(carried.score, 1),
        "rows_that_can_tell": int(telling.size),
    }
    what = f"{feature} runs {hours_words(seconds)} against the request's own time"
    more: More = {"effect": effect, "would_need": NEED}
    if is_delay(agreed, seconds, claimed):
        words = f"{what} in {claimed.size:,} requests, but as a delay of any length does."
        return FINDINGS.of(feature, "cannot tell", words, n, **more)
    half = agreed.hand.part == "hour" and seconds % HOUR != 0
    if share < SHARE or (half and abs(seconds) <= HOUR):
        words = f"{what} in {per_cent(share)} of {claimed.size:,} requests: too few to tell."
        return FINDINGS.of(feature, "cannot tell", words, n, **more)
    steps = round(seconds / HOUR)
    # where a part is moved, only that part's own hours lie elsewhere
    moved_rows = claimed if share >= WHOLE else telling[hits[telling]]
    turned = _turned(agreed, ground, feature, moved_rows, steps, task)
    effect["distribution_agrees"] = turned
    everything = not carried.parts and carried.span.start == 0 and carried.span.end == moved.size
    unproved = turned is None or turned < SURE
    if (turned is not None and turned <= 1 - SURE) or (everything and unproved):
        words = (
            f"{what} in {claimed.size:,} requests, other than in {ground.baseline.words}; its own "
            "hours lie as before, so the times of the requests may be those that are on another "
            "clock."
        )
        return FINDINGS.of(feature, "cannot tell", words, n, **more)
    shift = Shift(agreed, seconds, n, carried, share, turned)
    return _supported(ground, feature, shift, (hits & known, known), effect, task)


def _supported(
    ground: Ground,
    feature: str,
    shift: Shift,
    said: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
    effect: dict[str, Any],
    task: Task,
) -> Finding:
    """Place, repair, signs and pictures of a shift that was not refuted."""
    agreed, seconds, carried, share = shift.agreed, shift.seconds, shift.carried, shift.share
    what = f"{feature} runs {hours_words(seconds)} against the request's own time"
    x = ground.view.log_inputs[feature]
    place = place_of(ground.view, ground.traffic, carried, f"({x}) IS NOT NULL", task)
    switch = summer_time(ground.view.case.zone, place.onset, place.end)
    if switch and abs(seconds) == HOUR and not carried.parts and not agreed.decided:
        words = f"{what}; {switch[0]}, and training does not tell which of the two follows it."
        return FINDINGS.of(feature, "cannot tell", words, shift.n, effect=effect, would_need=NEED)
    rows, text = carried.claimed, _is_text(ground.view, feature)
    ahead = ahead_of(agreed.clock[rows], ground.clock[rows])
    undo, where = undo_shift(agreed, seconds, ahead, whole=share >= WHOLE, text=text)
    cause = cause_at("input-time-shift", feature, place, undo, where)
    if share < WHOLE:
        cause = of_a_part(cause, rows[said[0][rows]], ground.view.decision)
    if agreed.hand.part == "weekday" and not isinstance(undo, NoTransform):
        cause = _in_hours(ground, cause, agreed, seconds, task)
    cause = _with_signs(ground, feature, agreed, cause, seconds, shift.turned)
    statement = f"{what}, other than in {ground.baseline.words}, {where_and_when(cause)}."
    cause = replace(cause, statement=statement)
    charts = _charts(ground, feature, agreed, cause, carried, said, seconds)
    return FINDINGS.of(
        feature, "supports", statement, shift.n,
        effect=effect, segment=cause.segment, cause=cause, charts=charts,
    )  # fmt: skip


def _is_text(view: View, feature: str) -> bool:
    inputs = view.model.inputs if view.model is not None else ()
    return any(i.name == feature and i.kind == "category" for i in inputs)


def _in_hours(ground: Ground, cause: Cause, agreed: Agreement, seconds: float, task: Task) -> Cause:
    """A weekday is wrong only in the hours between the two midnights."""
    column = ground.view.column("log.time") or "fw_time"
    # the usual residual only says which number a day has; its clock's midnight is what matters
    ahead = (agreed.clock - ground.clock) / HOUR
    local = float(np.median(ahead[np.isfinite(ahead)]))
    wrong = tuple(h for h in range(24) if ((h + local) % 24 + seconds / HOUR) // 24 != 0)
    part = Condition(column, part="hour", within=wrong, zone="UTC")
    segment = (*(cause.segment or ()), part)
    row = ground.view.decision.row if ground.view.decision is not None else None
    scope = scope_sql(segment, cause.onset, cause.end)
    sql = f"SELECT count(*), coalesce(max(fw_row = ?), false) FROM {{t}} WHERE {scope}"
    found = ground.log.query(sql, [-1 if row is None else row], task=task)
    count, concerned = (c[0].as_py() for c in found.columns)
    return replace(
        cause, segment=segment, rows_in_scope=int(count), rows_changed=int(count),
        concerns_decision=bool(concerned),
    )  # fmt: skip


def _turned(
    agreed: Agreement, ground: Ground, feature: str, claimed: npt.NDArray[np.intp], steps: int,
    task: Task,
) -> float | None:  # fmt: skip
    """Share of bootstraps in which the claimed rows' own hours are training's, turned so."""
    view = ground.view
    if agreed.hand.turn != DAY or steps % 24 == 0:
        return None
    if view.reference is None or feature not in view.reference_inputs:
        return None
    base = numbers(view.reference, view.reference_inputs[feature], task)
    found = support(
        hour_counts(agreed.hand, agreed.x[claimed]), hour_counts(agreed.hand, base), steps
    )
    few = claimed.size < DENIES and found is not None and found < SURE
    return None if few else found


def _with_signs(
    ground: Ground, feature: str, agreed: Agreement, cause: Cause, seconds: float,
    turned: float | None,
) -> Cause:  # fmt: skip
    """The input's own hours, a switch of summer time, a declared zone, a release."""
    found = []
    if turned is not None and turned >= SURE:
        found.append(
            f"the hours of these requests are distributed as in training once moved back (in "
            f"{per_cent(turned)} of 200 bootstraps)"
        )
    if abs(seconds) == HOUR:
        found += summer_time(ground.view.case.zone, cause.onset)
    zone = ground.view.dictionary.get(feature).zone
    if zone and zone == agreed.zone:
        found.append(f"declared in {zone}, whose clock the other requests follow")
    return replace(cause, corroborations=(*found, *lined_up_releases(ground.view, cause)))


def _charts(
    ground: Ground,
    feature: str,
    agreed: Agreement,
    cause: Cause,
    carried: Carried,
    said: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
    seconds: float,
) -> tuple[Chart, ...]:
    table = residual_table(feature, agreed, carried.claimed, ground.baseline.words)
    where = segment_words(cause.segment, "all requests")
    strip = share_strip(
        f"{feature}: {hours_words(seconds)}",
        ground.traffic,
        carried.rows,
        said,
        cause.onset,
        (where, hours_words(seconds)),
    )
    return (table,) if strip is None else (table, strip)


def _alone(view: View, live: Table, feature: str, task: Task) -> Finding:
    """Without times only the distribution of hours speaks, and it may have moved by itself."""
    low = "there are no times of requests to compare with, or too few requests"
    words = f"{feature} may show a clock; {low}."
    x = numbers(live, view.log_inputs[feature], task)
    n = int(np.isfinite(x).sum())
    if view.reference is not None and feature in view.reference_inputs and n:
        base = numbers(view.reference, view.reference_inputs[feature], task)
        hand = hand_of(float(np.nanmin(x)), float(np.nanmax(x)), whole=False)
        if hand is not None and hand.turn == DAY:
            found = best_turn(hour_counts(hand, x), hour_counts(hand, base))
            if found is not None and found[0] and found[1] >= SURE:
                steps = (found[0] + 12) % 24 - 12
                words = (
                    f"The hours of {feature} lie about {hours_words(steps * HOUR)} of "
                    f"training's; {low}: people may have moved, or the clock."
                )
    return FINDINGS.of(
        feature, "cannot tell", words, n, would_need="the time of each request in the log", ask=ASK
    )


def _nothing(verdict: Any, sentence: str, n: int, need: str | None) -> Finding:  # noqa: ANN401
    return Finding(ID, ID, "input_units", verdict, (), sentence, n, would_need=need)


CHECK = Check(
    family="input_units",
    name="time_zone",
    suspicion="An input that shows a clock shows another one: shifted by hours.",
    covers=(
        "inputs that show the hour, the weekday, the time of day or the time of their request, "
        "compared row by row with the request's own time: shifts by whole and half hours for all "
        "or a part of the requests, and switches of summer time"
    ),
    does_not_cover=(
        "inputs that show the time of something else than the request; half an hour or an hour and "
        "a half in inputs of whole hours; a shift of all requests from the first on that the "
        "input's own hours do not show"
    ),
    minimum=f"{MINIMUM} requests with times; 200 rows each for a distribution of hours",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-time-shift",),
    order=24,
)
