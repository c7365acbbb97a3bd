"""Are more values of an input missing than before, or suddenly none: where, and since when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings
from investigators.chart import Chart, Curve, Mark, TimeStrip
from investigators.check import Check
from investigators.clock import EPOCH, moment
from investigators.evidence import Finding, segment_words
from investigators.numbers import between, count, listed, part, per_cent
from investigators.scope import segment_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import jeffreys
from investigators.task import Task
from investigators.traffic.absent import LEFT, WORTH, grid_of, moves, rise_at_least
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.traffic.stand_in import (
    Ground,
    Input,
    claims,
    errors_apart,
    fell,
    inputs_of,
    most_frequent,
    value_words,
)
from investigators.traffic.values import flags, is_missing
from investigators.traffic.yardstick import Compared, compare
from investigators.view import View

Flags = npt.NDArray[np.bool_]

ID = "data_assumptions.missing"
FINDINGS = Findings(ID)
MINIMUM = 50
MARGIN = 8.0
GROUP = 10  # inputs whose cells are fetched together
ABRUPT, EARLIER = 0.2, 200  # missing in at least this share now, in none of so many rows before
ALONE = 0.95  # one value in so many rows: it stands still, and that is why none is missing
SURE, NEVER = 0.99, 20.0  # training has at most this part of it
SAME = 0.8  # overlap of the rows in which two inputs are missing
APART, ALIKE = 5.0, 3.0  # standard errors of all rows, and of those outside the segment
STEPS = 48  # points of the picture
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random), missing values left missing."
)


@dataclass(frozen=True)
class Moved:
    """A share of missing values that moved: in which rows, and the counts it is judged by."""

    each: Input
    more: bool
    change: ShareChange
    place: Place
    counts: Compared
    missing: Flags


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each input that is in the log and in the baseline."""
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        return [
            _nothing(
                "there is neither a training table nor an early part of the log to compare with",
                "a training (reference) table, or a log with times",
            )
        ]
    inputs = list(inputs_of(view, baseline, task))
    if not inputs:
        return [_nothing("no input of the model is in the log", "the inputs in the log")]
    if min(view.log.rows, baseline.table.rows) < MINIMUM:
        return [_few(each, view.log.rows, baseline.table.rows) for each in inputs]
    ground = Ground(view, baseline, traffic_of(view, task), len(inputs))
    counted = _shares(ground, inputs, task)
    found = dict(_moved(ground, inputs, counted, task))
    return [_one(ground, each, counted[each.name], found, task) for each in inputs]


Counts = tuple[int, int, int, int]  # missing and rows of the log, of the baseline


def _shares(ground: Ground, inputs: Sequence[Input], task: Task) -> dict[str, Counts]:
    """Count missing values of all inputs at once, live and in the baseline."""
    log, base = ground.view.log, ground.baseline.table
    assert log is not None
    lines = []
    for table, sqls in ((log, [i.live_sql for i in inputs]), (base, [i.base_sql for i in inputs])):
        cells = ", ".join(
            f"count(*) FILTER ({is_missing(sql, number=each.number)})"
            for sql, each in zip(sqls, inputs, strict=True)
        )
        found = table.query(f"SELECT {cells} FROM {{t}}", task=task)
        lines.append([int(column[0].as_py()) for column in found.columns])
    return {
        each.name: (here, log.rows, there, base.rows)
        for each, here, there in zip(inputs, *lines, strict=True)
    }


def _moved(
    ground: Ground, inputs: Sequence[Input], counted: dict[str, Counts], task: Task
) -> list[tuple[str, Moved]]:
    """Inputs whose share of missing values moved in some rows by more than drift moves it."""
    assert ground.view.log is not None
    open_ones = [i for i in inputs if counted[i.name][0] or counted[i.name][2]]
    grid = grid_of(ground.traffic)
    found = []
    for start in range(0, len(open_ones), GROUP):
        group = open_ones[start : start + GROUP]
        task.tick(start, len(open_ones), f"Missing values: {group[0].name}")
        cells = [is_missing(i.live_sql, number=i.number) for i in group]
        for each, missing in zip(group, flags(ground.view.log, cells, task), strict=True):
            task.tick()
            base = counted[each.name][2:]
            for more in moves(grid, missing, base, log(len(inputs)) + MARGIN):
                moved = _searched(ground, each, missing, base, task, more=more)
                if moved is not None:
                    found.append((each.name, moved))
                    break
    return found


def _searched(
    ground: Ground, each: Input, missing: Flags, base: tuple[int, int], task: Task,
    *, more: bool,
) -> Moved | None:  # fmt: skip
    traffic = ground.traffic_for(each)
    change = share_change(traffic, missing, missing | True, base, task, more=more)
    if change is None or not ground.enough(change, 1):
        return None
    here = is_missing(each.live_sql, number=each.number)
    there = is_missing(each.base_sql, number=each.number)
    changed = here if more else f"NOT {here}"
    place = place_of(ground.view, traffic, change.carried, changed, task)
    counts = compare(ground.view, ground.baseline, place, [here], [there], task)
    return Moved(each, more, change, place, counts, missing)


def _one(
    ground: Ground, each: Input, counted: Counts, found: dict[str, Moved], task: Task
) -> Finding:
    here, rows, there, of = counted
    moved = found.get(each.name)
    if moved is None:
        words = (
            f"{each.name} is missing in {part(here, rows, 'rows')}, in {ground.baseline.words} in "
            f"{part(there, of, 'rows')}; no segment and no time stands out from the rest."
        )
        return FINDINGS.of(each.name, "speaks against", words, rows)
    inside, usual = moved.counts.inside.share(0), moved.counts.usual.share(0)
    said = _said(moved)
    if moved.more and inside < rise_at_least(usual):
        return _quiet(moved, f"{said}: no more than an ordinary drift gives.", rows)
    if not moved.more and (inside > LEFT * usual or usual < WORTH):
        return _quiet(moved, f"{said}: no less than an ordinary drift gives.", rows)
    if not moved.more:
        stands = _stands_in(ground, each, moved, task)
        if stands is not None:
            return _quiet(moved, f"{said}; {stands}.", rows)
    if _only_elsewhere(moved, counted) and not _new_to(ground, moved, there, of):
        words = f"{said}. Whether that segment was so before is not known."
        return FINDINGS.of(
            each.name, "cannot tell", words, rows, segment=moved.place.segment,
            effect=_effect(moved),
            would_need="training rows with the column of that segment, or earlier rows of it",
        )  # fmt: skip
    return _supported(ground, moved, said, [m for m in found.values() if m is not moved])


def _stands_in(ground: Ground, each: Input, moved: Moved, task: Task) -> str | None:
    """The value that stands where values were missing, or everywhere; ``None`` where none does."""
    for claim in claims(ground, each, task):
        if claim.kind != "vanished" and fell(claim, claim.gain):
            return f"{value_words(claim.value)} stands there now: see input_units.sentinel"
    value, share = most_frequent(ground.view, each, moved.place, task)
    if value is None or share < ALONE or each.base.share(value) > share / 2:
        return None
    words = f"{value_words(value)} stands in {per_cent(share)} of these rows"
    return f"{words}: see data_assumptions.stale"


def _new_to(ground: Ground, moved: Moved, there: int, of: int) -> bool:
    """Whether training had hardly a missing value at all: what the segment was no longer matters.

    The model never learned what to make of one.
    """
    most = jeffreys(there, of, SURE)[1]
    return moved.more and not ground.baseline.early and NEVER * most <= moved.counts.inside.share(0)


def _only_elsewhere(moved: Moved, counted: Counts) -> bool:
    """Whether a segment differs from all of training, and from nothing of its own.

    Segments may differ from each other always; then all rows together are as in training: as the
    other rows alone are, training cannot have had it so.
    """
    usual, rest = moved.counts.usual, moved.counts.rest
    if moved.place.segment is None or usual is not moved.counts.base:
        return False
    here, rows, there, of = counted
    live, base = here / rows, there / of
    if not moved.more:
        return live > 0.5 * base
    together = errors_apart(here, rows, there, of)
    alone = abs(errors_apart(rest.met[0], max(rest.rows, 1), there, of))
    return live < rise_at_least(base) and (together < APART or alone > ALIKE)


def _said(moved: Moved) -> str:
    inside, usual, place = moved.counts.inside, moved.counts.usual, moved.place
    since = ""
    if place.onset is not None:
        since = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        since += f", until {between(place.end.earliest, place.end.latest)}"
    return (
        f"{moved.each.name} is missing in {part(inside.met[0], inside.rows, 'rows')} of "
        f"{segment_words(place.segment)}{since}; {usual.words}: {per_cent(usual.share(0))} of "
        f"{count(usual.rows)}"
    )


def _supported(ground: Ground, moved: Moved, said: str, others: Sequence[Moved]) -> Finding:
    place = moved.place
    together = [m.each.name for m in others if m.more is moved.more and _same(moved, m)]
    words = f"{said}."
    if together:
        words += f" In the same rows as {listed(together)}."
    cause = place.cause(
        "input-missing-or-default",
        (moved.each.name,),
        statement=words,
    )
    abrupt = moved.counts.inside.share(0) >= ABRUPT or not moved.more
    releases = lined_up_releases(ground.view, cause) if abrupt else ()
    cause = replace(cause, corroborations=(*_signs(ground, moved), *releases))
    effect = {**_effect(moved), "together_with": together}
    return FINDINGS.of(
        moved.each.name, "supports", words, ground.traffic.rows, segment=place.segment,
        effect=effect, cause=cause, charts=_pictures(ground, moved),
    )  # fmt: skip


def _same(one: Moved, other: Moved) -> bool:
    rows = one.change.carried.claimed
    a, b = one.missing[rows], other.missing[rows]
    both, either = int((a & b).sum()), int((a | b).sum())
    return both >= SAME * max(either, 1)


def _signs(ground: Ground, moved: Moved) -> list[str]:
    """Signs beside the share: a start from nothing, a model that never saw a missing value."""
    if not moved.more or moved.counts.inside.share(0) < ABRUPT:
        return []  # a few more missing values are a drift of the world as well
    found, name, before = [], moved.each.name, moved.counts.before
    if before is not None and before.rows >= EARLIER and not before.met[0]:
        found.append(f"none of {count(before.rows)} earlier rows had {name} missing")
    model = ground.view.model
    if model is not None and model.input(name).missing_seen is False:
        found.append(f"the model file says that training had no missing {name}")
    if ground.view.dictionary.get(name).required:
        found.append(f"the dictionary says that {name} is never missing")
    return found


def _effect(moved: Moved) -> dict[str, Any]:
    counts, carried = moved.counts, moved.change.carried
    return {
        "share_in_scope": round(counts.inside.share(0), 4),
        "share_before": round(counts.usual.share(0), 4),
        "compared_with": counts.usual.words,
        "share_elsewhere": round(counts.rest.share(0), 4),
        "gain": round(carried.gain, 1),
        "score": round(carried.score, 1),
        "log_of_looks": round(carried.looks, 1),
    }


def _pictures(ground: Ground, moved: Moved) -> tuple[Chart, ...]:
    """The share over time in the segment; by parts where there are no times."""
    name, counts, segment = moved.each.name, moved.counts, moved.place.segment
    where = segment_words(segment)
    title = f"{name}: share of rows that are missing"
    description = (
        f"Share of rows where {name} is missing: {per_cent(counts.inside.share(0))} in {where}, "
        f"{per_cent(counts.usual.share(0))} in {counts.usual.words}."
    )
    log, moments = ground.view.log, ground.traffic.moments
    if moments is None or log is None:
        return (counts.dots(0, title, description),)
    known = moments[moments != np.iinfo(np.int64).min]
    first, last = int(known.min()), int(known.max())
    step = max(1, -(-(last - first + 1) // STEPS))
    missing = is_missing(moved.each.live_sql, number=moved.each.number)
    found = log.query(
        f"SELECT (epoch_us(fw_time) - {first}) // {step} AS b, avg(CAST({missing} AS DOUBLE)) AS s "
        f"FROM {{t}} WHERE fw_time IS NOT NULL AND {segment_sql(segment)} GROUP BY b ORDER BY b"
    )
    x = tuple((first + (b + 0.5) * step) / 1e6 for b in found.column(0).to_pylist())
    y = tuple(round(100 * s, 3) for s in found.column(1).to_pylist())
    usual = round(100 * counts.usual.share(0), 3)
    marks = []
    onset = moved.place.onset
    if onset is not None and onset.latest is not None:
        at = (moment(onset.latest) - EPOCH.replace(tzinfo=None)).total_seconds()
        marks.append(Mark("begins", at, kind="decision"))
    curves = (
        Curve(counts.usual.words, (first / 1e6, last / 1e6), (usual, usual), "training"),
        Curve(where, x, y, "live", dashed=True),
    )
    zone = "UTC" if ground.traffic.zone_known else "local time"
    strip = f"share per {STEPS}th of the log's time · {count(counts.inside.rows)} rows in scope"
    return (TimeStrip(title, curves, "% of rows", zone, tuple(marks), strip, description),)


def _quiet(moved: Moved, words: str, n: int) -> Finding:
    return FINDINGS.of(
        moved.each.name, "speaks against", words, n, segment=moved.place.segment,
        effect=_effect(moved),
    )  # fmt: skip


def _few(each: Input, live: int, base: int) -> Finding:
    words = f"{each.name}: {count(live)} rows live and {count(base)} to compare with are too few."
    need = f"at least {MINIMUM} live rows and {MINIMUM} reference rows"
    return FINDINGS.of(each.name, "cannot tell", words, live, would_need=need)


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"Missing values cannot be compared: {reason}.", need)


CHECK = Check(
    family="data_assumptions",
    name="missing",
    suspicion="More values of an input are missing than before, or none where some were.",
    covers=(
        "every input, in all rows or in one segment and one window of time: twice the usual share "
        "and two points more, or a quarter of it and less"
    ),
    does_not_cover=(
        "what the missing values were; smaller moves, which drift explains; values that stand for "
        "missing ones (input_units.sentinel)"
    ),
    minimum=f"{MINIMUM} live rows and {MINIMUM} reference rows, and some 30 more missing values",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-missing-or-default",),
    order=26,
)
