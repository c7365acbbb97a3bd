"""Are numbers written more coarsely than before: rounded, cut to fewer decimals, by whom?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from investigators.answering import Findings
from investigators.chart import Dots
from investigators.check import Check
from investigators.evidence import Finding, segment_words
from investigators.moments.followers import followers
from investigators.numbers import between, count, number, part, per_cent
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.what_if import outputs_over, outputs_words, own_inputs
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.traffic.stand_in import Ground, Input, inputs_of
from investigators.traffic.steps import (
    TRIED,
    USUAL,
    Written,
    coarser,
    counts_sql,
    multiple_sql,
    written,
)
from investigators.traffic.values import Held, flags
from investigators.traffic.yardstick import Compared, compare
from investigators.view import View

ID = "input_units.granularity"
FINDINGS = Findings(ID)
MINIMUM = 50
FEWEST, RISE, TIMES = 15, 0.03, 3.0  # rows that are so written; points more; times the usual share
BETTER = 1.1  # times the score that a finer step must have
# of the rounded values so many are one and the same, and so many more than of training's were they
# rounded so: that is another fault
ALONE, MORE = 0.5, 0.15
OWN = 0.5  # of the rounded rows, as a share of the log, were in the baseline already
SIZE = 2.0  # times larger or smaller: numbers of another size are written otherwise
GRID = 21
NEED = "a training (reference) table, or a log with times"
ASK = (
    "Please say which systems write this input, with how many decimals each, and whether one of "
    "them rounds it; and send the values as they were before rounding, for these requests."
)


@dataclass(frozen=True)
class Coarse:
    """An input written in a coarser step: in which rows, and the counts it is judged by."""

    each: Input
    step: float
    change: ShareChange
    place: Place
    counts: Compared

    def share(self, part: str) -> float:
        """Share of the values that count which are multiples of the step."""
        counted = getattr(self.counts, part)
        return counted.met[0] / counted.met[1] if counted.met[1] else 0.0


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each numeric input that is in the log and in the baseline."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        return [_nothing("there is neither a training table nor an early part of the log", NEED)]
    inputs = [i for i in inputs_of(view, baseline, task) if i.number]
    if not inputs:
        return [_nothing("no numeric input of the model is in the log", "the inputs in the log")]
    if min(view.log.rows, baseline.table.rows) < MINIMUM:
        return [_few(each, view.log.rows, baseline.table.rows) for each in inputs]
    ground = Ground(view, baseline, traffic_of(view, task), len(inputs))
    found = []
    for done, each in enumerate(inputs):
        task.tick(done, len(inputs), f"How numbers are written: {each.name}")
        found.append(_one(ground, each, task))
    return found


def _one(ground: Ground, each: Input, task: Task) -> Finding:
    assert isinstance(each.base, Held)
    assert isinstance(each.live, Held)
    n = ground.traffic.rows
    how = written(each.base)
    if how is None:
        words = f"{each.name} has too few different values to tell how they are written."
        return FINDINGS.of(
            each.name, "cannot tell", words, n, would_need="an input with more different values"
        )
    best: tuple[float, ShareChange] | None = None
    bar = 0.0
    for step in coarser(how, each.base, each.live):
        change = _searched(ground, each, how, step, task)
        if change is not None and change.carried.score > bar:
            best, bar = (step, change), BETTER * change.carried.score
    if best is None:
        own = next((s for s in sorted(how.shares, reverse=True) if how.shares[s] > USUAL), None)
        steps = f"in steps of {number(own)}" if own else "in no step of its own"
        words = (
            f"{each.name} is written {steps} in {ground.baseline.words}; no segment and no time "
            "stands out with coarser numbers."
        )
        return FINDINGS.of(each.name, "speaks against", words, n)
    return _judged(ground, each, how, *best, task)


def _searched(
    ground: Ground, each: Input, how: Written, step: float, task: Task
) -> ShareChange | None:
    log_table, base = ground.view.log, ground.baseline.table
    assert log_table is not None
    live, there = counts_sql(each.live_sql, how.left_out), counts_sql(each.base_sql, how.left_out)
    known, hits = flags(log_table, [live, f"{live} AND {multiple_sql(each.live_sql, step)}"], task)
    met, of = (
        int(column[0].as_py())
        for column in base.query(
            f"SELECT count(*) FILTER ({there} AND {multiple_sql(each.base_sql, step)}), "
            f"count(*) FILTER ({there}) FROM {{t}}",
            task=task,
        ).columns
    )
    change = share_change(ground.traffic_for(each), hits, known, (met, of), task)
    return change if ground.enough(change, TRIED) else None


def _judged(
    ground: Ground, each: Input, how: Written, step: float, change: ShareChange, task: Task
) -> Finding:
    live, there = counts_sql(each.live_sql, how.left_out), counts_sql(each.base_sql, how.left_out)
    live_hit = f"{live} AND {multiple_sql(each.live_sql, step)}"
    base_hit = f"{there} AND {multiple_sql(each.base_sql, step)}"
    place = place_of(ground.view, ground.traffic_for(each), change.carried, live_hit, task)
    counts = compare(ground.view, ground.baseline, place, [live_hit, live], [base_hit, there], task)
    coarse = Coarse(each, step, change, place, counts)
    words, n = _sentence(coarse), ground.traffic.rows
    inside, usual = coarse.share("inside"), coarse.share("usual")
    if inside < max(TIMES * usual, usual + RISE) or counts.inside.met[0] < FEWEST:
        return _quiet(coarse, "speaks against", f"{words} Other numbers explain it as well.", n)
    follows = followers(ground.view, task).get(each.name)
    if follows is not None and follows.explains(change.carried.claimed):
        return _quiet(coarse, "speaks against", f"{words} They are {follows.said}", n)
    ratio, alone, rounded = _sizes(ground, coarse, live, there, task)
    if alone > max(ALONE, rounded + MORE):
        words += f" {per_cent(alone)} of them are one and the same value: that is no rounding."
        return _quiet(coarse, "speaks against", words, n)
    if ratio is None or not 1 / SIZE <= ratio <= SIZE:
        words += " The numbers are of another size too: see the other checks of input units."
        return _quiet(coarse, "speaks against", words, n)
    if _may_be_its_own(coarse):
        words += " Whether that segment was so before is not known."
        need = "training rows with the column of that segment, or earlier rows of it"
        return _quiet(coarse, "cannot tell", words, n, would_need=need)
    return _supported(ground, coarse, words, task)


def _sizes(
    ground: Ground, coarse: Coarse, live: str, there: str, task: Task
) -> tuple[float | None, float, float]:
    """Median size in the claimed rows over the baseline's; shares of the most frequent value.

    The first share is that of the claimed rows, the second that of the baseline's values rounded.
    """
    log_table = ground.view.log
    assert log_table is not None
    place, sql = coarse.place, coarse.each.live_sql
    scope = scope_sql(place.segment, place.onset, place.end)
    here = log_table.value(
        f"SELECT median(abs({sql})) FROM {{t}} WHERE {scope} AND {live}", task=task
    )
    most = log_table.value(
        f"SELECT count(*) AS n FROM {{t}} WHERE {scope} AND {live} "
        f"AND {multiple_sql(sql, coarse.step)} GROUP BY ({sql}) ORDER BY n DESC",
        task=task,
    )
    before = ground.baseline.table.value(
        f"SELECT median(abs({coarse.each.base_sql})) FROM {{t}} WHERE {there}", task=task
    )
    ratio = float(here) / float(before) if here and before else None
    rounded = ground.baseline.table.value(
        f"SELECT count(*) AS n FROM {{t}} WHERE {there} "
        f"GROUP BY round(({coarse.each.base_sql}) / {coarse.step!r}) ORDER BY n DESC",
        task=task,
    )
    usual = (rounded or 0) / max(coarse.counts.base.met[1], 1)
    return ratio, (most or 0) / max(coarse.counts.inside.met[0], 1), usual


def _may_be_its_own(coarse: Coarse) -> bool:
    """Whether the segment may always have been so: then the baseline holds its rows as well."""
    counts, place = coarse.counts, coarse.place
    if place.segment is None or place.onset is not None or counts.usual is not counts.base:
        return False
    rounded = (counts.inside.met[0] + counts.rest.met[0]) / max(
        counts.inside.met[1] + counts.rest.met[1], 1
    )
    return coarse.share("base") >= OWN * rounded


def _sentence(coarse: Coarse) -> str:
    place, inside, usual = coarse.place, coarse.counts.inside, coarse.counts.usual
    since = ""
    if place.onset is not None:
        since = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        since += f", until {between(place.end.earliest, place.end.latest)}"
    told = part(inside.met[0], inside.met[1], "values")
    return (
        f"{coarse.each.name} is {_multiples(coarse.step)} in {told} of "
        f"{segment_words(place.segment)}{since}; {usual.words}: "
        f"{per_cent(coarse.share('usual'))} of {count(usual.met[1])}."
    )


def _multiples(step: float) -> str:
    return "a whole number" if step == 1 else f"a multiple of {number(step)}"


def _supported(ground: Ground, coarse: Coarse, words: str, task: Task) -> Finding:
    place, half = coarse.place, coarse.step / 2
    words += f" Rounding so moves a value by {number(half)} at most."
    words += _moved(ground.view, coarse, task)
    cause = place.cause(
        "input-unit-or-scale",
        (coarse.each.name,),
        statement=words,
    )
    cause = replace(cause, corroborations=tuple(lined_up_releases(ground.view, cause)))
    return FINDINGS.of(
        coarse.each.name, "supports", words, ground.traffic.rows, segment=place.segment,
        effect=_effect(coarse), cause=cause, ask=ASK, charts=(_picture(coarse),),
    )  # fmt: skip


def _moved(view: View, coarse: Coarse, task: Task) -> str:
    """Between which outputs this decision's may have been before its value was rounded."""
    if not coarse.place.concerns_decision or view.decision is None or view.decision.row is None:
        return ""
    if view.model is None or coarse.each.name not in {i.name for i in view.model.inputs}:
        return ""
    (value,) = own_inputs(view, view.decision.row, task)[coarse.each.name]
    half = coarse.step / 2
    grid = list(np.linspace(value - half, value + half, GRID))
    found = outputs_over(view, coarse.each.name, grid, task)
    if found is None:
        return ""
    return outputs_words(*found, "whatever was rounded off", "as to what was rounded off")


def _effect(coarse: Coarse) -> dict[str, Any]:
    change = coarse.change
    return {
        "step": coarse.step,
        "share_in_scope": round(coarse.share("inside"), 4),
        "share_before": round(coarse.share("usual"), 4),
        "compared_with": coarse.counts.usual.words,
        "share_elsewhere": round(coarse.share("rest"), 4),
        "gain": round(change.carried.gain, 1),
        "score": round(change.carried.score, 1),
        "log_of_looks": round(change.carried.looks, 1),
    }


def _picture(coarse: Coarse) -> Dots:
    what = _multiples(coarse.step).removeprefix("a ")
    inside, usual = coarse.counts.inside, coarse.counts.usual
    return coarse.counts.dots(
        0,
        f"{coarse.each.name}: share of rows that hold a {what}",
        f"Share of rows of {coarse.each.name} that hold a {what}: {per_cent(inside.share(0))} in "
        f"{segment_words(coarse.place.segment)}, {per_cent(usual.share(0))} in {usual.words}.",
    )


def _few(each: Input, live: int, base: int) -> Finding:
    words = f"{each.name}: {count(live)} rows live and {count(base)} to compare with are too few."
    need = f"at least {MINIMUM} live rows and {MINIMUM} reference rows"
    return FINDINGS.of(each.name, "cannot tell", words, live, would_need=need)


def _quiet(coarse: Coarse, verdict: Any, words: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on
    return FINDINGS.of(
        coarse.each.name, verdict, words, n, segment=coarse.place.segment,
        effect=_effect(coarse), **more,
    )  # fmt: skip


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"How numbers are written cannot be compared: {reason}.", need)


CHECK = Check(
    family="input_units",
    name="granularity",
    suspicion="An input is rounded more coarsely than it was in training.",
    covers=(
        "numeric inputs that are multiples of a round step (0.001 to 1,000, also 0.25 and 60) in "
        "three times the usual share of rows and three points more, in one segment and one window "
        "of time"
    ),
    does_not_cover=(
        "numbers that became finer; rounding beside a change of size, which the other checks of "
        "input units tell; inputs with few values"
    ),
    minimum=f"{MINIMUM} live rows and {MINIMUM} reference rows, {FEWEST} rounded ones",
    run=run,
    needs=("log",),
    causes=("input-unit-or-scale",),
    order=24,
)
