"""Do times that are counted from an epoch arrive counted in another unit, all or a part of them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

from investigators.answering import Findings, More
from investigators.chart import Chart, TimeStrip
from investigators.check import Check
from investigators.evidence import Cause, Finding, NoTransform, segment_words
from investigators.moments.claim import cause_at, where_and_when
from investigators.moments.log_times import astray, astray_table
from investigators.moments.picture import share_strip, units_table
from investigators.moments.rows import flags
from investigators.moments.units import (
    COUNTINGS,
    DAY,
    Counted,
    Counting,
    counted,
    dated,
    declared,
    large,
    transform,
)
from investigators.numbers import number, per_cent
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Baseline, Traffic, baseline_of, traffic_of
from investigators.view import View

ID = "input_units.epoch_unit"
FINDINGS = Findings(ID)
MINIMUM_LIVE = 20
MINIMUM_REFERENCE = 20
MOSTLY = 0.7  # of an input's numbers are times in one unit: it counts time
ALL = 0.995  # the same where neither its name nor the row's own time says so
FEWEST = 4
MARGIN = 8.0
# No drift turns seconds into milliseconds: where training had none, fewer than this share is
# expected, however few rows training has.
UNHEARD = 20_000
NEAR = 0.9
READ_FEWEST, READ_DIFFERENT, READ_ALL = 20, 5, 0.9
ASK = (
    "Please send an extract of the table the model was trained on with the columns that hold "
    "times (any 1,000 rows), and say in which unit they count and since when."
)


@dataclass(frozen=True)
class Ground:
    """What all inputs of one run share.  ``base`` is ``None`` where only the model text tells."""

    view: View
    log: Table
    traffic: Traffic
    baseline: Baseline | None
    looks: int


@dataclass(frozen=True)
class Usual:
    """How an input counted before: ``counting``, its range, and counts where a table tells."""

    counting: Counting
    words: str
    low: float
    high: float
    held: Counted | None


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each input that counts time, here or in training, and for the log's times."""
    live = view.log
    if live is None or not live.rows:
        return [_nothing("cannot tell", "there are no rows of a log", "a log with the inputs")]
    inputs = {f: view.log_inputs[f] for f in _numeric(view)}
    names = large(live, inputs, task)
    findings = list(_times_of_the_log(view, live, task))
    if names:
        baseline = baseline_of(view)
        here = counted(live, {f: inputs[f] for f in names}, task)
        there: dict[str, Counted] = {}
        if baseline is not None:
            known = {f: baseline.expressions[f] for f in names if f in baseline.expressions}
            there = counted(baseline.table, known, task)
        ground = Ground(view, live, traffic_of(view, task), baseline, len(inputs))
        for done, feature in enumerate(names):
            task.tick(done, len(names), f"Times as numbers: {feature}")
            found = _one(ground, feature, here[feature], there.get(feature), task)
            findings += [] if found is None else [found]
    if findings:
        return findings
    words = f"none of {len(inputs):,} numeric inputs counts time from an epoch"
    return [_nothing("does not apply", words, None, live.rows)]


def _numeric(view: View) -> list[str]:
    if view.model is None:
        return sorted(view.log_inputs)
    return [i.name for i in view.model.inputs if i.kind == "numeric" and i.name in view.log_inputs]


def _one(
    ground: Ground, feature: str, here: Counted, there: Counted | None, task: Task
) -> Finding | None:
    usual = _usual(ground, feature, here, there)
    if usual is None:
        return _read_as_dates(ground, feature, here, there, task)
    if here.n < MINIMUM_LIVE or (usual.held is not None and usual.held.n < MINIMUM_REFERENCE):
        words = (
            f"{feature} counts time; {here.n:,} live values are too few to see another unit "
            f"({usual.words} compared)."
        )
        need = f"at least {MINIMUM_LIVE} live and {MINIMUM_REFERENCE} training values"
        return FINDINGS.of(feature, "cannot tell", words, here.n, would_need=need)
    others = [c for c in COUNTINGS if c is not usual.counting and here.held[c.name]]
    seen = max(others, key=lambda c: here.share(c) - _before(usual, c), default=None)
    if seen is None or here.share(seen) <= _before(usual, seen) + 1e-4:
        return _quiet(usual, feature, here)
    return _judged(ground, feature, usual, seen, here, task)


def _before(usual: Usual, counting: Counting) -> float:
    return 0.0 if usual.held is None else usual.held.share(counting)


def _quiet(usual: Usual, feature: str, here: Counted) -> Finding:
    words = (
        f"{feature} counts {usual.counting.words} in {per_cent(here.share(usual.counting))} of "
        f"{here.n:,} requests, as in {usual.words}; no other unit of time is more frequent."
    )
    effect = {"unit": usual.counting.name, "share": round(here.share(usual.counting), 4)}
    return FINDINGS.of(feature, "speaks against", words, here.n, effect=effect)


def _usual(ground: Ground, feature: str, here: Counted, there: Counted | None) -> Usual | None:
    """In which unit the input counts, by the reference, the model text, or the log's early part."""
    baseline = ground.baseline
    named = dated(feature, ground.view.dictionary.get(feature).unit)
    by_text = _by_model_text(ground.view, feature, here, named=named)
    if by_text is not None and (baseline is None or baseline.early or there is None):
        return by_text
    if baseline is None or there is None or not there.n:
        return None
    most = max(COUNTINGS, key=there.share)
    # a day's number could be anything: it needs the row's own time, or a name
    timed = named or there.near_share(most) >= NEAR or here.near_share(most) >= NEAR
    if there.share(most) < MOSTLY or not (timed or (most.fine and there.share(most) >= ALL)):
        return None
    return Usual(most, baseline.words, there.low, there.high, there)


def _by_model_text(view: View, feature: str, here: Counted, *, named: bool) -> Usual | None:
    if view.model is None:
        return None
    one = next((i for i in view.model.inputs if i.name == feature), None)
    if one is None or one.low is None or one.high is None:
        return None
    for each in COUNTINGS:
        timed = each.fine or named or here.near_share(each) >= NEAR
        if each.low <= one.low and one.high <= each.high and timed:
            return Usual(each, "the training range in the model text", one.low, one.high, None)
    return None


def _judged(
    ground: Ground, feature: str, usual: Usual, seen: Counting, here: Counted, task: Task
) -> Finding:
    view, x = ground.view, ground.view.log_inputs[feature]
    hit = seen.holds_sql(x)
    hits, known = flags(ground.log, [hit, f"{hit} OR {usual.counting.holds_sql(x)}"], task)
    met, of = (0, 0) if usual.held is None else (usual.held.held[seen.name], usual.held.n)
    change = share_change(
        ground.traffic, hits, known, (met, max(of, UNHEARD) if not met else of), task
    )
    effect = {
        "unit": seen.name,
        "usual_unit": usual.counting.name,
        "share": round(here.share(seen), 4),
        "usual_share": round(_before(usual, seen), 4),
    }
    if change is None or not _clear(ground, change) or hits.sum() < FEWEST:
        words = (
            f"{feature} counts {usual.counting.words}; {here.held[seen.name]:,} of {here.n:,} "
            f"requests look like {seen.words}: too few to tell from odd values."
        )
        need = "more requests, or the same ones recomputed from the source"
        return FINDINGS.of(feature, "cannot tell", words, here.n, effect=effect, would_need=need)
    place = place_of(view, ground.traffic, change.carried, hit, task)
    undo = transform(usual.counting, seen)
    cause = cause_at("input-unit-or-scale", feature, place, undo, (seen.low, seen.high))
    proofs = _corroborations(ground, feature, usual, seen, cause)
    cause = replace(cause, corroborations=(*proofs, *lined_up_releases(view, cause)))
    cause = replace(cause, statement=_statement(feature, usual, seen, cause))
    effect |= {"score": round(change.carried.score, 1), "share_in_scope": round(change.inside, 4)}
    charts: list[Chart] = [
        units_table(ground.log, feature, x, (usual.words, usual.counting, usual.held), here)
    ]
    strip = share_strip(
        f"{feature}: counted in {seen.words}",
        ground.traffic,
        change.carried.rows,
        (hits, known),
        cause.onset,
        (segment_words(cause.segment, "all requests"), f"in {seen.words}"),
    )
    return FINDINGS.of(
        feature,
        "supports",
        cause.statement,
        here.n,
        effect=effect,
        segment=place.segment,
        cause=cause,
        charts=tuple(charts + ([strip] if strip is not None else [])),
    )


def _clear(ground: Ground, change: ShareChange) -> bool:
    return change.carried.score >= change.carried.looks + log(max(ground.looks, 1)) + MARGIN


def _corroborations(
    ground: Ground, feature: str, usual: Usual, seen: Counting, cause: Cause
) -> list[str]:
    """The row's own time, the digits and the declared unit: none of them is the size itself."""
    x = f"TRY_CAST(({ground.view.log_inputs[feature]}) AS DOUBLE)"
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    ratio = seen.per_second / usual.counting.per_second
    year = f"abs({seen.seconds_sql(x)} - epoch(fw_time)) <= {366 * DAY!r}"
    sql = (
        f"SELECT count(*), count(*) FILTER ({year}), count(fw_time), "
        f"avg(CAST({x} = round({x} / {ratio!r}) * {ratio!r} AS DOUBLE)), "
        f"avg(CAST({_beyond(usual, seen, x)} AS DOUBLE)) "
        f"FROM {{t}} WHERE ({scope}) AND {seen.holds_sql(x)}"
    )
    n, near, timed, multiples, beyond = (c[0].as_py() or 0 for c in ground.log.query(sql).columns)
    found = []
    if timed >= FEWEST and near >= NEAR * timed:
        found.append(
            f"read as {seen.words}, {per_cent(near / timed)} of these {n:,} times lie within a "
            f"year of the request's own; read as {usual.counting.words}, none does"
        )
    if ratio >= 1000 and n >= FEWEST and multiples >= NEAR and usual.counting.fine:
        found.append(f"{per_cent(multiples)} of these values are multiples of {number(ratio)}")
    if beyond >= NEAR:
        span = f"{number(usual.low)} to {number(usual.high)}"
        found.append(
            f"{per_cent(beyond)} of these values are outside the usual range ({span}), "
            "and inside it, or later by at most two years, once counted as there"
        )
    unit = ground.view.dictionary.get(feature).unit
    if declared(unit) == usual.counting.name:
        found.append(f"declared in {unit}, which is {usual.counting.words}")
    return found


def _beyond(usual: Usual, seen: Counting, x: str) -> str:
    """Outside the range before, and not once counted as before; times go on, by two years here."""
    low, high, own = usual.low, usual.high, usual.counting
    again = f"({seen.seconds_sql(x)} * {own.per_second!r} + {own.offset!r})"
    later = high + 2 * 366 * DAY * own.per_second
    outside = f"{x} NOT BETWEEN {low!r} AND {high!r}"
    return f"({outside} AND {again} BETWEEN {low!r} AND {later!r})"


def _statement(feature: str, usual: Usual, seen: Counting, cause: Cause) -> str:
    return (
        f"{feature} arrives in {seen.words} instead of {usual.counting.words} ({usual.words}) "
        f"{where_and_when(cause)}."
    )


def _read_as_dates(
    ground: Ground, feature: str, here: Counted, there: Counted | None, task: Task
) -> Finding | None:
    """Plain numbers of which some arrive as dates near the request's own day (3.5 -> 3 May)."""
    view, x = ground.view, ground.view.log_inputs[feature]
    if ground.traffic.moments is None or there is None or there.n < MINIMUM_REFERENCE:
        return None
    for each in COUNTINGS[:5]:
        if here.near[each.name] < READ_FEWEST or each.low <= there.high:
            continue
        near = f"abs({each.seconds_sql(x)} - epoch(fw_time)) <= {366 * DAY!r}"
        hit = f"({each.holds_sql(x)} AND {near})"
        n, different, whole, beyond = (
            column[0].as_py()
            for column in ground.log.query(
                f"SELECT count(*) FILTER ({hit}), count(DISTINCT {x}) FILTER ({hit}), "
                f"count(*) FILTER ({hit} AND ({x}) = floor({x})), "
                f"count(*) FILTER (({x}) > {max(there.high, 0.0)!r} AND isfinite({x})) FROM {{t}}",
                task=task,
            ).columns
        )
        if different < READ_DIFFERENT or n < READ_ALL * beyond or whole < n:
            continue
        hits, known = flags(ground.log, [hit, f"isfinite({x})"], task)
        change = share_change(ground.traffic, hits, known, (0, max(there.n, 1000)), task)
        if change is not None and _clear(ground, change):
            place = place_of(view, ground.traffic, change.carried, hit, task)
            strip = share_strip(
                f"{feature}: dates near the request's own day", ground.traffic,
                change.carried.rows, (hits, known), place.onset,
                (segment_words(place.segment, "all requests"), "that hold such a date"), place.end,
            )  # fmt: skip
            return _dates(feature, each, (there, here), place, strip)
    return None


def _dates(
    feature: str, seen: Counting, counted: tuple[Counted, Counted], place: Place,
    strip: TimeStrip | None,
) -> Finding:  # fmt: skip
    there, here = counted
    cause = cause_at("input-unit-or-scale", feature, place, NoTransform())
    statement = (
        f"{feature} holds dates near the request's own day ({seen.words}) {where_and_when(cause)}. "
        f"Training had plain numbers up to {number(there.high)}; a program may have read numbers "
        "as dates."
    )
    proof = (f"all of them are whole days within a year of the request, beyond {there.high:g}",)
    cause = replace(cause, statement=statement, corroborations=proof)
    return FINDINGS.of(
        feature, "supports", statement, here.n,
        effect={"unit": seen.name, "usual_unit": None, "share": round(here.share(seen), 4)},
        segment=place.segment, cause=cause, charts=() if strip is None else (strip,),
    )  # fmt: skip


def _times_of_the_log(view: View, live: Table, task: Task) -> Sequence[Finding]:
    """Whether a part of the log's own times lies where a unit misread would put it."""
    column = view.column("log.time")
    lost = None if column is None or live.column(column) is None else astray(live, task)
    if column is None or lost is None:
        return []
    # in the order of such times nothing can be placed: only who carries them is asked
    traffic = replace(traffic_of(view, task), order=None, moments=None, calendar=())
    hits, known = flags(live, [lost.hit, "fw_time IS NOT NULL"], task)
    change = share_change(traffic, hits, known, (0, UNHEARD), task)
    factor = max(lost.factor, 1 / lost.factor)
    which = "too early" if lost.factor > 1 else "too late"
    words = (
        f"{lost.count:,} of {lost.n:,} times in {column} lie {which}; counted from 1970 in a unit "
        f"{number(factor)} times {'larger' if lost.factor > 1 else 'smaller'}, they fall among the "
        "others."
    )
    if change is None:
        return [FINDINGS.of(column, "cannot tell", words, lost.n, would_need="more such requests")]
    place = place_of(view, traffic, change.carried, lost.hit, task)
    cause = replace(
        cause_at("input-unit-or-scale", column, place, NoTransform()),
        corroborations=(f"all {lost.count:,} fall among the other times once counted so",),
    )
    cause = replace(cause, statement=f"{words} They are {where_and_when(cause)}.")
    effect = {"factor": lost.factor, "rows": lost.count}
    more: More = {"effect": effect, "segment": place.segment, "cause": cause,
                  "charts": (astray_table(live, column, lost, task),)}  # fmt: skip
    return [FINDINGS.of(column, "supports", cause.statement, lost.n, **more)]


def _nothing(verdict: Any, reason: str, need: str | None, n: int = 0) -> Finding:  # noqa: ANN401
    sentence = f"{reason[0].upper()}{reason[1:]}."
    return Finding(ID, ID, "input_units", verdict, (), sentence, n, would_need=need)


CHECK = Check(
    family="input_units",
    name="epoch_unit",
    suspicion="Times that are counted from an epoch arrive counted in another unit.",
    covers=(
        "inputs that count seconds, milliseconds, microseconds or nanoseconds since 1970, days "
        "since 1970 or Excel's day numbers, for all requests or a part of them; plain numbers that "
        "arrive as dates near the request's own day; the log's own times"
    ),
    does_not_cover=(
        "durations, which have no epoch (a changed factor finds them); times before 1990; day "
        "numbers without a name, a declared unit or the request's own time beside them; text dates"
    ),
    minimum=f"{MINIMUM_LIVE} live and {MINIMUM_REFERENCE} training values, or the model's range",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-unit-or-scale",),
    order=22,
)
