"""Does an input stand still from request to request, where it usually varies; since when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np

from investigators.answering import Findings
from investigators.chart import Chart, Curve, Mark, TimeStrip
from investigators.check import Check
from investigators.clock import EPOCH, moment
from investigators.evidence import Finding, segment_words
from investigators.moments.followers import followers
from investigators.numbers import between, count, number, part, per_cent
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.task import Task
from investigators.traffic.absent import Grid, grid_of, moves
from investigators.traffic.carrier import Carried, ShareChange, share_change
from investigators.traffic.constant import HELD, KNOWN, constant
from investigators.traffic.place import Place, place_of
from investigators.traffic.placeholders import number_words
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.traffic.sequences import Marks
from investigators.traffic.span import Span
from investigators.traffic.stand_in import Ground, Input, inputs_of, value_words
from investigators.traffic.stillness import (
    COMMON,
    ENOUGH,
    TENTH,
    Line,
    Still,
    lines_of,
    most,
    pairs,
    still,
    values_of,
    varied,
)
from investigators.traffic.values import Held
from investigators.view import View

ID = "data_assumptions.stale"
FINDINGS = Findings(ID)
MINIMUM = 200
MARGIN = 8.0
MOST_BEFORE, LEAST, FEWEST = 0.3, 0.8, 10  # shares that repeat before and now; rows that do
BETTER = 1.1  # times the score that a further way to line the requests up must have
ONE = 0.9  # of the rows hold one and the same value
STEPS = 48  # points of the picture
ASK = (
    "Please say how this input is computed and refreshed, by which job, and when that job last "
    "ran through; and send its values with the times they were computed at, for these requests."
)


@dataclass(frozen=True)
class Frozen:
    """An input that stands still: in which rows, and the one value where there is one."""

    each: Input
    still: Still
    change: ShareChange
    place: Place
    value: float | str | None
    top: float


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each input that is in the log and in the baseline."""
    task.tick()
    if view.log is None or view.log.rows < MINIMUM:
        rows = 0 if view.log is None else view.log.rows
        return [_nothing(f"{count(rows)} rows are too few", f"a log of {MINIMUM} rows or more")]
    baseline = baseline_of(view, TENTH)
    traffic = traffic_of(view, task)
    if traffic.order is None or baseline is None:
        return [_nothing("the log has no times", "the time of each request")]
    inputs = list(inputs_of(view, baseline, task))
    if not inputs:
        return [_nothing("no input of the model is in the log", "the inputs in the log")]
    ground = Ground(view, baseline, traffic, len(inputs))
    lines, grid = lines_of(view, traffic, task), grid_of(traffic)
    chosen = {i.name: sql for i in inputs if (sql := varied(i.live_sql, i.base)) is not None}
    by_name = {i.name: i for i in inputs}
    found = {i.name: _few(i, traffic.rows) for i in inputs if i.name not in chosen}
    for name, values in values_of(view, list(chosen.items()), task):
        found[name] = _one(ground, by_name[name], lines, grid, values, task)
    return [
        found[i.name] if found[i.name].verdict == "supports"
        else _of_one_value(ground, i, grid, task) or found[i.name]
        for i in inputs
    ]  # fmt: skip


def _of_one_value(ground: Ground, each: Input, grid: Grid, task: Task) -> Finding | None:
    """The finding of an input that holds nothing but one of its usual values."""
    if each.name in followers(ground.view, task):
        return None  # it is one hour for an hour
    found = constant(ground, each, grid, task)
    if found is None:
        return None
    place, inside, usual = found.place, found.counts.inside, found.counts.usual
    words = (
        f"{each.name} is {value_words(found.value)} in "
        f"{part(inside.met[HELD], inside.met[KNOWN], 'values')} of {segment_words(place.segment)}"
        f"{_since(place)}; {usual.words}: {part(usual.met[HELD], usual.met[KNOWN], 'values')}."
    )
    cause = place.cause("input-stale-or-late", (each.name,), statement=words)
    cause = replace(cause, corroborations=tuple(lined_up_releases(ground.view, cause)))
    effect = {
        "share_in_scope": round(found.change.inside, 4),
        "share_elsewhere": round(found.change.outside, 4),
        "value": found.value,
        "gain": round(found.change.carried.gain, 1),
        "score": round(found.change.carried.score, 1),
        "log_of_looks": round(found.change.carried.looks, 1),
    }
    title = f"{each.name}: share of rows that are {value_words(found.value)}"
    picture = found.counts.dots(
        HELD, title, f"{title}: {per_cent(inside.share(HELD))} in {segment_words(place.segment)}, "
        f"{per_cent(usual.share(HELD))} in {usual.words}.",
    )  # fmt: skip
    return FINDINGS.of(
        each.name, "supports", words, ground.traffic.rows, segment=place.segment, effect=effect,
        cause=cause, ask=ASK, charts=(picture,),
    )  # fmt: skip


def _one(
    ground: Ground, each: Input, lines: Sequence[Line], grid: Grid, values: Marks, task: Task
) -> Finding:
    seen, usual, bar = 0, 0.0, 0.0
    best: tuple[Still, ShareChange] | None = None
    for line in lines:
        task.tick()
        here = still(ground.traffic, line, values)
        if here is None:
            continue
        seen = max(seen, int(here.known_at.sum()))
        usual = max(usual, here.usual[0] / here.usual[1])
        change = _searched(ground, each, here, grid, len(lines), task)
        if change is not None and (best is None or change.carried.score > bar):
            best, bar = (here, change), BETTER * change.carried.score
    if not seen:
        words = f"{each.name} is known in too few early rows to tell how often it usually repeats."
        return FINDINGS.of(
            each.name, "cannot tell", words, 0, would_need=f"{ENOUGH} early rows with {each.name}"
        )
    if best is None:
        words = (
            f"{each.name} repeats the value of the request before in no larger share of requests "
            f"than early in the log (at most {per_cent(usual)} there)."
        )
        return FINDINGS.of(each.name, "speaks against", words, seen)
    return _claimed(ground, each, *best, task)


def _searched(
    ground: Ground, each: Input, here: Still, grid: Grid, lines: int, task: Task
) -> ShareChange | None:
    """Where the input repeats itself nearly always; ``None`` where it does nowhere."""
    met, of = here.usual
    if met > MOST_BEFORE * of or here.same_at.sum() < FEWEST:
        return None
    base = (min(round(met + pairs(each.base) * of), of), of)
    margin = log(ground.inputs * lines) + MARGIN
    if True not in moves(grid, here.same, base, margin):
        return None
    change = share_change(ground.traffic, here.same, here.known, base, task)
    if change is None or not ground.enough(change, lines):
        return None
    change = replace(change, carried=replace(change.carried, span=_begun(here, change.carried)))
    return change if change.inside >= LEAST and change.n >= FEWEST else None


def _begun(here: Still, carried: Carried) -> Span:
    """The span with its onset back to the last row that neither repeats nor is repeated.

    The first value that stands still is like none before it, and each key has a first one.
    """
    span = carried.span
    if span.start == 0:
        return span
    low, high = span.first
    free = np.flatnonzero((here.known & ~here.same & ~here.repeated)[carried.rows[:high]])
    last = int(free[-1]) + 1 if free.size else 0
    return replace(span, first=(max(min(low - 1, last), 0), high))


def _claimed(ground: Ground, each: Input, here: Still, change: ShareChange, task: Task) -> Finding:
    log_table = ground.view.log
    assert log_table is not None
    kept = log_table.engine.keep_rows(np.flatnonzero(here.same))
    changed = f"fw_row IN (SELECT fw_row FROM {kept})"
    place = place_of(ground.view, ground.traffic, change.carried, changed, task)
    scope = scope_sql(place.segment, place.onset, place.end)
    top = log_table.query(
        f"SELECT ({each.live_sql}) AS x, count(*) AS n FROM {{t}} WHERE {scope} "
        f"AND ({each.live_sql}) IS NOT NULL GROUP BY x ORDER BY n DESC, x LIMIT 1",
        task=task,
    ).to_pylist()
    share = top[0]["n"] / max(place.rows_in_scope, 1) if top else 0.0
    value = top[0]["x"] if top and share >= ONE else None
    frozen = Frozen(each, here, change, place, value, share)
    words = _sentence(frozen)
    n = int(here.known.sum())
    if value is not None and _code(each, value):
        words += " That value stands for nothing known: see input_units.sentinel."
        return _quiet(frozen, "speaks against", words, n)
    if place.onset is None and place.end is None:
        words += " Whether it ever varied there is not known."
        need = "earlier rows of that segment, or training rows with its column"
        return _quiet(frozen, "cannot tell", words, n, would_need=need)
    return _supported(ground, frozen, words, n)


def _code(each: Input, value: float | str) -> bool:
    """Whether a value is one that programs write for nothing, or lies outside the baseline."""
    if isinstance(value, str) or not isinstance(each.base, Held) or not each.base.values.size:
        return False
    low, high = float(each.base.values[0]), float(each.base.values[-1])
    return number_words(value) is not None or not low <= value <= high


def _since(place: Place) -> str:
    words = ""
    if place.onset is not None:
        words = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        words += f", until {between(place.end.earliest, place.end.latest)}"
    return words


def _sentence(frozen: Frozen) -> str:
    name, change, place = frozen.each.name, frozen.change, frozen.place
    met, of = frozen.still.usual
    hits = round(change.inside * change.n)
    words = (
        f"{name} is the same as in the request before{frozen.still.line.words} in "
        f"{part(hits, change.n, 'requests')} of {segment_words(place.segment)}{_since(place)}; "
        f"early in the log in {part(met, of, 'requests')}."
    )
    if frozen.value is not None:
        words += f" {per_cent(frozen.top)} of these requests hold {value_words(frozen.value)}."
    return words


def _supported(ground: Ground, frozen: Frozen, words: str, n: int) -> Finding:
    place = frozen.place
    cause = place.cause(
        "input-stale-or-late",
        (frozen.each.name,),
        statement=words,
    )
    signs = (*_training(ground, frozen), *lined_up_releases(ground.view, cause))
    cause = replace(cause, corroborations=signs)
    return FINDINGS.of(
        frozen.each.name, "supports", words, n, segment=place.segment, effect=_effect(frozen),
        cause=cause, ask=ASK, charts=_pictures(ground, frozen),
    )  # fmt: skip


def _training(ground: Ground, frozen: Frozen) -> list[str]:
    """A second table that says how rarely one value comes: training, beside the early log."""
    if frozen.value is None or ground.baseline.early:
        return []
    share = most(frozen.each.base)
    if share > COMMON:
        return []
    rows = count(ground.baseline.table.rows)
    return [
        f"no value of {frozen.each.name} is in more than {per_cent(share)} of {rows} training rows"
    ]


def _effect(frozen: Frozen) -> dict[str, Any]:
    change, (met, of) = frozen.change, frozen.still.usual
    return {
        "share_in_scope": round(change.inside, 4),
        "share_elsewhere": round(change.outside, 4),
        "share_early": round(met / of, 4),
        "compared_by": f"the request before{frozen.still.line.words}",
        "value": frozen.value,
        "share_of_value": round(frozen.top, 4),
        "gain": round(change.carried.gain, 1),
        "score": round(change.carried.score, 1),
        "log_of_looks": round(change.carried.looks, 1),
    }


def _pictures(ground: Ground, frozen: Frozen) -> tuple[Chart, ...]:
    """Share of repeated values over time, in the segment and in all other rows."""
    moments, carried = ground.traffic.moments, frozen.change.carried
    assert moments is not None
    dated = moments != np.iinfo(np.int64).min
    first, last = int(moments[dated].min()), int(moments[dated].max())
    step = max(1, -(-(last - first + 1) // STEPS))
    inside = np.zeros(moments.size, dtype=bool)
    inside[carried.rows] = True
    where = segment_words(frozen.place.segment)

    def curve(words: str, rows: Any, kind: str, *, dashed: bool) -> Curve:  # noqa: ANN401 - flags
        at = np.flatnonzero(rows & dated & frozen.still.known)
        block = (moments[at] - first) // step
        n = np.bincount(block, minlength=STEPS)
        k = np.bincount(block, weights=frozen.still.same[at], minlength=STEPS)
        held = np.flatnonzero(n)
        x = tuple((first + (float(b) + 0.5) * step) / 1e6 for b in held)
        y = tuple(round(100 * float(k[b] / n[b]), 3) for b in held)
        return Curve(words, x, y, kind, dashed=dashed)

    curves = [curve(where, inside, "live", dashed=True)]
    if not inside.all():
        curves.insert(0, curve("all other rows", ~inside, "training", dashed=False))
    marks = []
    onset = frozen.place.onset
    if onset is not None and onset.latest is not None:
        at = (moment(onset.latest) - EPOCH.replace(tzinfo=None)).total_seconds()
        marks.append(Mark("begins", at, kind="decision"))
    met, of = frozen.still.usual
    name = frozen.each.name
    title = f"{name}: share of requests with the value of the request before"
    description = (
        f"{title}: {per_cent(frozen.change.inside)} in {where} where it stands still, "
        f"{per_cent(met / of)} early in the log."
    )
    zone = "UTC" if ground.traffic.zone_known else "local time"
    strip = f"share per {STEPS}th of the log's time · {number(frozen.change.n)} rows in scope"
    return (
        TimeStrip(title, tuple(curves), "% of rows", zone, tuple(marks), strip, description),
    )  # fmt: skip


def _few(each: Input, rows: int) -> Finding:
    words = f"{each.name} has too few different values: that one comes again says nothing."
    need = "the times at which the values were computed"
    return FINDINGS.of(each.name, "cannot tell", words, rows, would_need=need, ask=ASK)


def _quiet(frozen: Frozen, verdict: Any, words: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on
    return FINDINGS.of(
        frozen.each.name, verdict, words, n, segment=frozen.place.segment,
        effect=_effect(frozen), **more,
    )  # fmt: skip


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"Inputs that stand still cannot be looked for: {reason}.", need)


CHECK = Check(
    family="data_assumptions",
    name="stale",
    suspicion="An input stands still: it is the same from request to request, and was not before.",
    covers=(
        "inputs that vary, and repeat in 80 % of consecutive requests or more, in one "
        "segment and window of time: of all requests, of one segment's value (a node, a version), "
        "of one subject; a usual value (zero, a category) beside which no other is left"
    ),
    does_not_cover=(
        "inputs of few values that stand still otherwise than at one of them; values "
        "that are old yet differ from request to request; what stood still from the first row on"
    ),
    minimum=f"{MINIMUM} rows with times, {ENOUGH} early ones with the input, {FEWEST} that repeat",
    run=run,
    needs=("log",),
    causes=("input-stale-or-late",),
    order=30,
)
