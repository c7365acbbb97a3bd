"""Do the values keep to what the dictionary states: unit, bounds, allowed values?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings, Shared
from investigators.chart import Chart
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import (
    Affine,
    Cause,
    CauseClass,
    Finding,
    NoTransform,
    Scale,
    Verdict,
    segment_words,
)
from investigators.numbers import per_cent, unit_words
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.line_fit import Fit, fit_of
from investigators.shift.lines import Form, restored, straight
from investigators.shift.outline import outlines, own_value, shares_table
from investigators.shift.rivals import distance, known, noise
from investigators.shift.sample import rows_where
from investigators.shift.stated import (
    Stated,
    breaks_sql,
    known_sql,
    mends,
    read_as,
    stated_of,
)
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.view import View

ID = "input_units.declared_unit"
FINDINGS = Findings(ID)
MINIMUM = 20
FEWEST, LEAST_SHARE = 8, 0.01
MARGIN = 8.0  # nats above looks
IN_TRAINING = 0.01  # broken by so many of training's values, the word is wrong
NEAR_RATIO = log(3)  # nearer factors look like drift
APART, BACK = 0.5, 0.3
MENDED = 0.02
ASK = (
    "Please send the dictionary of the model's inputs: for each its name, unit, smallest and "
    "largest possible value, allowed values and the codes that stand for a missing one."
)
NEED = "the word of the input's owner: is the dictionary out of date, or are these values wrong?"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """One input with what is stated of it; SQL over the log and the baseline, and counts."""

    name: str
    stated: Stated
    numeric: bool
    live: tuple[int, int] = (0, 0)  # values, of them broken
    base: tuple[int, int] = (0, 0)

    def known(self, expression: str) -> str:
        """SQL: a value is there."""
        return known_sql(self.stated, self.cell(expression), numeric=self.numeric)

    def breaks(self, expression: str) -> str:
        """SQL: a value is there and not as stated."""
        cell = self.cell(expression)
        broken = breaks_sql(self.stated, cell, numeric=self.numeric)
        return f"({self.known(expression)} AND {broken})"

    def cell(self, expression: str) -> str:
        """SQL of the value itself."""
        kind = "TRY_CAST" if self.numeric else "CAST"
        return f"{kind}(({expression}) AS {'DOUBLE' if self.numeric else 'VARCHAR'})"


@dataclass(frozen=True, eq=False)
class Mend:
    """A unit of the same kind that makes the values training's."""

    transform: Scale | Affine
    fit: Fit
    broken: float  # share of the values that are not as stated, read in that unit
    form: Form


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each input of which the dictionary states something."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("cannot tell", "there are no rows of a log", "a log with the inputs")]
    columns = _columns(view)
    if not columns:
        reason = "no dictionary states bounds, allowed values or a unit with natural bounds"
        return [_nothing("does not apply", reason, None)]
    columns = _counted(view, columns, task)
    findings = []
    for done, column in enumerate(columns):
        task.tick(done, len(columns), f"Dictionary: {column.name}")
        findings.append(_one(view, column, len(columns), task))
    return findings


def _columns(view: View) -> list[Column]:
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    found = []
    for name in view.log_inputs:
        stated = stated_of(view.dictionary.get(name))
        if stated is not None:
            found.append(Column(name, stated, kinds.get(name, "numeric") == "numeric"))
    return found


def _counted(view: View, columns: Sequence[Column], task: Task) -> list[Column]:
    """Count values and broken ones of all inputs, in one query a table."""
    assert view.log is not None
    baseline = baseline_of(view)
    here = _counts(view.log, view.log_inputs, columns, task)
    there: dict[str, tuple[int, int]] = {}
    if baseline is not None:
        there = _counts(baseline.table, baseline.expressions, columns, task)
    none = (0, 0)
    return [replace(c, live=here.get(c.name, none), base=there.get(c.name, none)) for c in columns]


def _counts(
    table: Table, inputs: Mapping[str, str], columns: Sequence[Column], task: Task
) -> dict[str, tuple[int, int]]:
    own = [c for c in columns if c.name in inputs]
    if not own:
        return {}
    cells = [
        f"count(*) FILTER ({condition})"
        for c in own
        for condition in (c.known(inputs[c.name]), c.breaks(inputs[c.name]))
    ]
    found = table.query(f"SELECT {', '.join(cells)} FROM {{t}}", task=task)
    counts = [int(column[0].as_py()) for column in found.columns]
    return {c.name: (counts[2 * k], counts[2 * k + 1]) for k, c in enumerate(own)}


def _one(view: View, column: Column, columns: int, task: Task) -> Finding:
    (n, broken), (m, before) = column.live, column.base
    name, stated = column.name, column.stated.words
    whose = "its unit allows" if column.stated.by_unit else "the dictionary states"
    share, usual = broken / max(n, 1), before / max(m, 1)
    said_so = (
        f"{broken:,} of {n:,} values of {name} ({per_cent(share)}) are not as {whose}: {stated}"
    )
    effect = {"broken": broken, "values": n, "broken_in_training": before, "training_values": m}
    if n < MINIMUM:
        words = f"{name} has {n:,} values, too few to hold against what {whose}: {stated}."
        need = f"{MINIMUM} values of {name}"
        return FINDINGS.of(name, "cannot tell", words, n, would_need=need, effect=effect)
    if not broken:
        words = f"All {n:,} values of {name} are as {whose}: {stated}."
        return FINDINGS.of(name, "speaks against", words, n, effect=effect)
    if m >= MINIMUM and usual >= IN_TRAINING and usual >= share / 2:
        words = (
            f"{said_so}; neither are {per_cent(usual)} of {m:,} in training: the dictionary is "
            f"wrong, not the data.{_other_unit(view, column, task)}"
        )
        return FINDINGS.of(name, "speaks against", words, n, effect=effect)
    if m < MINIMUM:
        words = f"{said_so}; there is nothing to compare with, so that either may be wrong."
        return FINDINGS.of(name, "cannot tell", words, n, would_need=NEED, ask=ASK, effect=effect)
    change = _change(view, column, columns, task)
    if change is None:
        words = f"{said_so}; they are too few, or too scattered, for a change of the data."
        return FINDINGS.of(name, "speaks against", words, n, effect=effect)
    return _judged(view, column, change, f"{said_so}; in training {per_cent(usual)}", effect, task)


def _change(view: View, column: Column, columns: int, task: Task) -> ShareChange | None:
    """Where more values break the word than in training; ``None`` where that is chance or rare."""
    assert view.log is not None
    expression = view.log_inputs[column.name]
    hits, there = (np.zeros(view.log.rows, dtype=bool) for _ in range(2))
    sql = f"SELECT fw_row, {column.breaks(expression)}, {column.known(expression)} FROM {{t}}"
    for batch in view.log.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        hits[rows], there[rows] = (batch.column(k).to_numpy(zero_copy_only=False) for k in (1, 2))
    traffic = traffic_of(view, task)
    found = share_change(traffic, hits, there, (column.base[1], column.base[0]), task)
    if found is None or found.carried.score < found.carried.looks + log(columns) + MARGIN:
        return None
    clear = found.inside >= max(LEAST_SHARE, 5 * found.base) and found.inside * found.n >= FEWEST
    return found if clear else None


def _judged(
    view: View, column: Column, change: ShareChange, said_so: str, effect: dict[str, Any],
    task: Task,
) -> Finding:  # fmt: skip
    name = column.name
    expression, traffic = view.log_inputs[name], traffic_of(view, task)
    place = place_of(view, traffic, change.carried, column.breaks(expression), task)
    where = segment_words(place.segment)
    mend = _mend(view, column, place, task) if column.numeric else None
    if mend is not None:
        value = column.known(expression)
        place = place_of(view, traffic, change.carried, value, task)
    effect |= {"share_in_scope": round(change.inside, 4), "score": round(change.carried.score, 1)}
    more: Shared = {"effect": effect, "segment": place.segment}
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    words = f"{said_so}. {per_cent(change.inside)} of those in {where}{since}{until} break it."
    if mend is None and column.numeric and column.stated.drifts:
        words += " No other unit of its kind mends that; a drift of the values may explain it."
        return FINDINGS.of(name, "cannot tell", words, place.rows_in_scope, would_need=NEED, **more)
    cause = _cause(view, column, place, words, mend)
    charts = (_picture(view, column, place, where, mend, task),)
    return FINDINGS.of(
        name, "supports", cause.statement, place.rows_in_scope, cause=cause, charts=charts, **more
    )


def _both(view: View, column: Column, place: Place, task: Task) -> tuple[Floats, Floats]:
    """Sorted values in scope and in the baseline, codes of missing ones left out."""
    baseline = baseline_of(view)
    assert view.log is not None
    assert baseline is not None
    if not column.numeric:
        return np.zeros(0), np.zeros(0)
    scope = scope_sql(place.segment, place.onset, place.end)
    inputs, name = view.log_inputs, column.name
    here = rows_where(view.log, inputs, [name], f"({scope}) AND {column.known(inputs[name])}", task)
    there = rows_where(
        baseline.table, baseline.expressions, [name],
        column.known(baseline.expressions[name]), task,
    )  # fmt: skip
    return known(here.numbers[name]), known(there.numbers[name])


def _mend(view: View, column: Column, place: Place, task: Task) -> Mend | None:
    """The unit in which the values in scope keep the word and are training's."""
    seen, training = _both(view, column, place, task)
    if min(seen.size, training.size) < FEWEST or distance(seen, training) < APART:
        return None
    found: list[Mend] = []
    for transform in mends(column.stated.feature):
        task.tick()
        a, b = (
            (transform.factor, 0.0) if isinstance(transform, Scale) else (transform.a, transform.b)
        )
        if b == 0 and abs(log(a)) < NEAR_RATIO:
            continue
        name = unit_words(transform.named or "")
        form = straight(name, name, a, b, (0.0, 0.0))
        fit, broken = fit_of(form, seen, training), _broken(read_as(column.stated, transform), seen)
        slack = noise(seen.size, training.size)
        fits = fit.near(training.size) and fit.named <= BACK + slack
        if fits and not fit.like_drift and broken <= MENDED:
            found.append(Mend(transform, fit, broken, form))
    return min(found, key=lambda m: (m.fit.named, m.form.name), default=None)


def _broken(stated: Stated, values: Floats) -> float:
    low = -np.inf if stated.low is None else stated.low - 1e-9 * abs(stated.low)
    high = np.inf if stated.high is None else stated.high + 1e-9 * abs(stated.high)
    return float(((values < low) | (values > high)).mean())


def _other_unit(view: View, column: Column, task: Task) -> str:
    """Say the unit whose bounds training does keep, where there is one."""
    baseline = baseline_of(view)
    if baseline is None or not column.numeric:
        return ""
    sql = column.known(baseline.expressions[column.name])
    rows = rows_where(baseline.table, baseline.expressions, [column.name], sql, task)
    values = known(rows.numbers[column.name])
    fits = [
        (abs(log(t.factor if isinstance(t, Scale) else t.a)), t.named or "")
        for t in mends(column.stated.feature)
        if values.size and _broken(read_as(column.stated, t), values) <= MENDED
    ]
    if not fits:
        return ""
    unit = unit_words(min(fits)[1].split("->")[-1].strip())  # the nearest unit that holds them
    return f" They would be as stated in {unit}."


def _cause(view: View, column: Column, place: Place, words: str, mend: Mend | None) -> Cause:
    cause: CauseClass = "input-unit-or-scale" if column.numeric else "input-unseen-value"
    signs: tuple[str, ...] = ()
    transform: Scale | Affine | NoTransform = NoTransform()
    if mend is not None:
        transform = mend.transform
        named = unit_words(transform.named or "")
        words += (
            f" Read as {named} they are training's (distance {mend.fit.named:.2f}; the best "
            f"ordinary drift leaves {mend.fit.drift:.2f})."
        )
        signs = (
            (
                f"declared {column.stated.words}: read as {named}, {per_cent(1 - mend.broken)} of "
                "the values are"
            ),
        )
    found = place.cause(
        cause,
        (column.name,),
        transform,
        corroborations=signs,
        statement=words,
    )
    lined_up = lined_up_releases(view, found) if mend is not None else []
    return replace(found, corroborations=(*signs, *lined_up))


def _picture(
    view: View, column: Column, place: Place, where: str, mend: Mend | None, task: Task
) -> Chart:
    name, stated = column.name, column.stated.words
    words = f"Values of {name} in {where} beside training's. Stated: {stated}."
    if column.numeric:
        seen, training = _both(view, column, place, task)
        samples = [("training", "training", training), (where, "live", seen)]
        if mend is not None:
            samples.append((f"{where}, {mend.form.name}", "repaired", restored(mend.form, seen)))
        unit = column.stated.feature.unit or "unit not stated"
        return outlines(f"{name}: stated {stated}", samples, unit, words, own_value(view, name))
    baseline = baseline_of(view)
    assert view.log is not None
    assert baseline is not None
    scope = scope_sql(place.segment, place.onset, place.end)
    asked = (
        ("training", baseline.table, baseline.expressions, "true"),
        (where, view.log, view.log_inputs, scope),
    )
    counts = {
        label: Counter(
            str(v)
            for v in rows_where(table, inputs, [name], rows, task, texts=True).texts[name]
            if v is not None
        )
        for label, table, inputs, rows in asked
    }
    return shares_table(f"{name}: stated {stated}", counts, words)


def _nothing(verdict: Verdict, reason: str, need: str | None) -> Finding:
    return FINDINGS.nothing(
        f"The values cannot be held against a dictionary: {reason}.", need, verdict
    )


CHECK = Check(
    family="input_units",
    name="declared_unit",
    suspicion="Values of an input are not what the dictionary states, though training's were.",
    covers=(
        "values outside the stated bounds or allowed values, and bounds that a unit of temperature "
        "or a share has by itself, for all requests or one segment and window of time; another "
        "unit of the same kind that makes them training's; a dictionary that training broke already"
    ),
    does_not_cover=(
        "inputs of which the dictionary states neither bounds nor allowed values, a wrong unit "
        "whose values stay within the bounds, and units nearer than a factor of 3"
    ),
    minimum=f"{MINIMUM} values of the input, and {FEWEST} that are not as stated",
    run=run,
    needs=("log", "features"),
    asks=(("features", ASK),),
    causes=("input-unit-or-scale", "input-unseen-value"),
    order=26,
)
