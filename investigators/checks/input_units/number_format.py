"""Are numbers written in a way the model cannot read: decimal comma, thousands, signs, units?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np

from investigators.answering import Findings
from investigators.chart import Cells
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import (
    Cause,
    Finding,
    Map,
    NoTransform,
    Scale,
    Verdict,
    segment_words,
)
from investigators.number_cells import FEWEST, Reading, Written, read_column
from investigators.numbers import count, listed, number, per_cent
from investigators.received import Received, received
from investigators.repair import meant_sql
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.read_thousands import Fractions, Inside, fractions_of
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Baseline, Traffic, baseline_of, others, traffic_of
from investigators.view import View

ID = "input_units.number_format"
FINDINGS = Findings(ID)
MARGIN = 8.0
MINIMUM_LIVE = 50
LEAST_KNOWN = 50
MOST_PAIRS = 10_000
SHOWN = 3
LISTED = 12
IN_RANGE = 0.9
BY_CHANCE = 0.1
EVERY = 0.95
ASK = "Please send the raw export of the model's inputs, with the locale it was written in."


@dataclass(frozen=True)
class Ground:
    """What the findings of one run share."""

    view: View
    log: Table
    baseline: Baseline | None
    traffic: Traffic
    looks: int


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each numeric input of the log."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("cannot tell", "there are no rows of a log", "a log with the inputs")]
    names = _numeric(view)
    if not names:
        return [_nothing("does not apply", "no numeric input of the model is in the log", None)]
    ground = Ground(view, view.log, baseline_of(view), traffic_of(view, task), len(names))
    written = fractions_of(view, ground.baseline, names, task)
    findings = []
    for done, name in enumerate(names):
        task.tick(done, len(names), f"Number formats: {name}")
        findings.append(_one(ground, name, written.get(name), task))
    return findings


def _numeric(view: View) -> list[str]:
    if view.model is not None:
        return [
            i.name for i in view.model.inputs if i.kind == "numeric" and i.name in view.log_inputs
        ]
    log = view.log
    assert log is not None
    return [
        name for name, sql in sorted(view.log_inputs.items())
        if log.value(f"SELECT typeof({sql}) FROM {{t}} LIMIT 1") == "DOUBLE"
    ]  # fmt: skip


def _one(ground: Ground, name: str, fractions: Fractions | None, task: Task) -> Finding:
    column = ground.view.column(f"log.feature:{name}") or name
    known = ground.log.column(column)
    if known is not None and known.kind == "text":
        return _texts(ground, name, column, task)
    if fractions is not None and fractions.odd:
        return _thousands(ground, name, fractions, task)
    if fractions is not None and fractions.doubtful:
        words = (
            f"{name}: {fractions.fractions:,} of {fractions.n:,} values have decimals, the others "
            f"are whole; whether a sign of thousands was misread is open."
        )
        need = "training rows with values from 1,000 upwards, or the raw cells"
        return FINDINGS.of(name, "cannot tell", words, fractions.n, would_need=need)
    n = fractions.n if fractions is not None else 0
    if n < MINIMUM_LIVE:
        words = f"{name}: {n:,} numbers are too few to see how they are written."
        return FINDINGS.of(name, "cannot tell", words, n, would_need=f"{MINIMUM_LIVE} values")
    words = f"{name}: all {n:,} values arrive as numbers, none like a misread one."
    return FINDINGS.of(name, "speaks against", words, n)


# --- text cells that are no plain numbers ---------------------------------------------------------


def _texts(ground: Ground, name: str, column: str, task: Task) -> Finding:
    written = read_column(ground.view, ground.baseline, name, column, task)
    if not written.unread:
        words = f"{name} comes as text; each of its {written.n:,} cells is a plain number."
        return FINDINGS.of(name, "speaks against", words, written.n)
    reading = written.reading
    if reading is None:
        words = (
            f"{name}: {count(written.unread)} of {count(written.n)} cells are no plain numbers "
            f"(such as {_quoted(written.examples)}), and what they mean is open."
        )
        need = "the locale of the export: is a comma a decimal sign or one of thousands?"
        return FINDINGS.of(name, "cannot tell", words, written.n, would_need=need)
    found = _searched(ground, name, written.hits, written.known, written.base, task)
    if found is None:
        words = (
            f"{name}: {count(written.readable)} of {count(written.n)} cells are written with "
            f"{reading.words} (such as {_quoted(written.examples)}): too few to say more."
        )
        need = f"{FEWEST} such cells or more"
        return FINDINGS.of(name, "cannot tell", words, written.n, would_need=need)
    change, place = found
    return _unread(ground, written, reading, change, place, task)


def _searched(
    ground: Ground, name: str, hits: str, known: str, base: tuple[int, int], task: Task
) -> tuple[ShareChange, Place] | None:
    """Where the rows of ``hits`` stand among ``known`` (both SQL); ``None``: too few."""
    marks = np.zeros(ground.log.rows, dtype=np.uint8)
    sql = f"SELECT fw_row, (CASE WHEN {hits} THEN 2 WHEN {known} THEN 1 ELSE 0 END)::UTINYINT \
AS m FROM {{t}}"
    for batch in ground.log.batches(sql, task=task):
        marks[batch.column(0).to_numpy(zero_copy_only=False)] = batch.column(1).to_numpy(
            zero_copy_only=False
        )
    met, of = base
    base = (met, max(of, LEAST_KNOWN))
    traffic = others(ground.traffic, ground.view, name)
    change = share_change(traffic, marks == 2, marks > 0, base, task)
    if change is None:
        return None
    least = change.carried.looks + log(max(ground.looks, 1)) + MARGIN
    place = place_of(ground.view, traffic, change.carried, hits, task)
    stands = place.rows_changed >= FEWEST and change.carried.score >= least
    return (change, place) if stands else None


def _unread(
    ground: Ground,
    written: Written,
    reading: Reading,
    change: ShareChange,
    place: Place,
    task: Task,
) -> Finding:
    name = written.name
    every = change.inside >= EVERY
    scope = scope_sql(place.segment, place.onset, place.end)
    pairs = written.pairs(reading, scope if every else None, task)
    fits = reading.in_range is None or reading.in_range >= IN_RANGE
    transform: Map | NoTransform = NoTransform()
    if fits and 0 < len(pairs) <= MOST_PAIRS and not written.more:
        transform = Map(pairs)
    cause = place.cause("input-missing-or-default", (name,), transform)
    cause = written.with_silent(
        cause, reading, scope if every else None, _picked(ground.view), task
    )
    effect = _effect(change, cause) | {
        "format": reading.words,
        "unread": written.unread,
        "read_by_this_check": written.readable,
        "in_training_range": reading.in_range,
        "pairs": len(pairs),
    }
    told = None
    if isinstance(transform, Map):
        rows = f"({scope}) AND ({written.hits})"
        told = received(ground.view, name, meant_sql(ground.view, name, transform), rows, task)
    if told is not None and told.meant:
        words = (
            f"{name}: the log writes {count(written.readable)} cells with {reading.words}, but "
            f"{told.as_meant:,} of {told.n:,} logged scores looked at are those of the numbers "
            f"meant: the model received them."
        )
        return FINDINGS.of(name, "speaks against", words, written.n, effect=effect)
    cause = replace(
        cause,
        exact_record=_as_missing(told),
        statement=_statement(ground, written, reading, cause),
    )
    signs = _signs(written, reading, told)
    cause = replace(cause, corroborations=(*signs, *lined_up_releases(ground.view, cause)))
    return FINDINGS.of(
        name, "supports", cause.statement, written.n, effect=effect, segment=cause.segment,
        cause=cause, charts=(_picture(written, reading),),
    )  # fmt: skip


def _picked(view: View) -> int | None:
    return view.decision.row if view.decision is not None else None


def _as_missing(told: Received | None) -> bool:
    """The logged scores are those of a missing value: the record of what the model received."""
    return told is not None and told.n >= FEWEST and told.as_meant <= BY_CHANCE * told.n


def _signs(written: Written, reading: Reading, told: Received | None) -> list[str]:
    signs = []
    if reading.in_range is not None and reading.in_range >= IN_RANGE:
        signs.append(
            f"read as numbers, {per_cent(reading.in_range)} of these cells lie in training's "
            f"ordinary range"
        )
    if _as_missing(told) and told is not None:
        signs.append(
            f"{told.n - told.as_meant:,} of {told.n:,} logged scores looked at are those of a "
            f"missing {written.name}"
        )
    if reading.unit and reading.unit == written.unit:
        signs.append(f"the unit in the cells, {reading.unit}, is the declared one")
    return signs


def _statement(ground: Ground, written: Written, reading: Reading, cause: Cause) -> str:
    rows, base = cause.rows_changed or cause.rows_in_scope, ground.log.rows
    where, when = segment_words(cause.segment), _when(cause)
    return (
        f"{written.name} in {where} is written with {reading.words} (such as "
        f"{_quoted(written.examples)}){when}: {count(rows)} of {number(base)} requests, "
        f"{per_cent(rows / max(base, 1))}; such a cell is no number for the model and counts as "
        f"missing."
    )


def _when(cause: Cause) -> str:
    since = f" since {said(cause.onset.latest)}" if cause.onset and cause.onset.latest else ""
    return since + (f" until {said(cause.end.latest)}" if cause.end and cause.end.latest else "")


def _quoted(cells: Sequence[str]) -> str:
    return listed([f"“{cell}”" for cell in cells[:SHOWN]])


def _picture(written: Written, reading: Reading) -> Cells:
    rows = [
        (cell, f"{n:,}", number(value, 12), reading.words)
        for cell, n, value in written.table(reading)[:LISTED]
    ]
    return Cells(
        title=f"{written.name}: cells that are no plain numbers",
        header=("cell", "requests", "read as", "written with"),
        rows=tuple(rows),
        strip=f"{count(written.unread)} of {count(written.n)} cells are no plain numbers",
        description=f"A table of cells of {written.name}, how often each occurs, and its number.",
    )


# --- thousands read as decimals -------------------------------------------------------------------


def _thousands(ground: Ground, name: str, found: Fractions, task: Task) -> Finding:
    """Numbers from 1,000 upwards arrive divided by 1,000: ``1.234`` meant 1,234."""
    assert ground.baseline is not None
    hits, known = found.hits, found.known
    place = _searched(ground, name, hits, known, (found.base_fractions, found.base_known), task)
    further = f"more than {found.decimals} decimals" if found.decimals else "decimals"
    quiet = (
        f"{name}: {found.fractions:,} of {found.n:,} values have {further}, hardly any in training"
    )
    if place is None:
        words = f"{quiet}; too few to tell whether a sign of thousands was misread."
        need = f"{FEWEST} such values or more"
        return FINDINGS.of(name, "cannot tell", words, found.n, would_need=need)
    change, where = place
    scope = scope_sql(where.segment, where.onset, where.end)
    inside = found.inside(ground.log, scope, task)
    every = change.inside >= EVERY and inside.alike(found)
    if not every and not found.like_large(ground.log, scope, ground.baseline, name, task):
        words = f"{quiet}, but not as misread thousands would have them."
        need = "the raw cells, as they were exported"
        return FINDINGS.of(name, "cannot tell", words, found.n, would_need=need)
    below, pairs = inside.highest, inside.pairs
    transform: Scale | Map | NoTransform = NoTransform()
    where_values = None
    if found.base_low is not None and below < found.base_low:
        transform, where_values = Scale(0.001), ((1.0, below),)
    elif 0 < len(pairs) <= MOST_PAIRS:
        transform = Map(pairs)
    cause = replace(where.cause("input-unit-or-scale", (name,), transform), where=where_values)
    rows = segment_words(cause.segment)
    words = (
        f"{name} in {rows if every else f'a part of {rows}'} is read 1,000 times too small where "
        f"it is 1,000 or more{_when(cause)}: a sign of thousands was taken for the decimal sign, "
        f"in {count(where.rows_changed)} of {number(ground.log.rows)} requests (such as "
        f"{_quoted([f'{seen:g}' for seen, _ in pairs[:SHOWN]])}); smaller values are as they were."
    )
    signs = (*_thousands_signs(found, inside, where, every=every),
             *lined_up_releases(ground.view, cause))  # fmt: skip
    cause = replace(cause, statement=words, corroborations=signs)
    chart = Cells(
        title=f"{name}: thousands read as decimals",
        header=("value", "requests", "meant"),
        rows=tuple((f"{s:g}", f"{n:,}", number(m)) for s, n, m in inside.table[:LISTED]),
        strip=f"{count(where.rows_changed)} of {count(found.n)} values",
        description=f"A table of values of {name} with decimals and the numbers meant.",
    )
    return FINDINGS.of(
        name, "supports", words, found.n, effect=_effect(change, cause), segment=cause.segment,
        cause=cause, charts=(chart,),
    )  # fmt: skip


def _thousands_signs(
    found: Fractions, inside: Inside, where: Place, *, every: bool
) -> tuple[str, ...]:
    """What tells for misread thousands beside the decimals themselves."""
    usual, large = per_cent(1 - found.base_share), per_cent(found.base_large)
    whole = "whole numbers" if found.decimals == 0 else f"of at most {found.decimals} decimals"
    digits = (
        f"all of these {count(where.rows_changed)} values are whole numbers after the repair, and "
        f"{usual} of training's are {whole}"
    )
    if not every:
        spread = "after the repair they are spread as training's own values from 1,000 upwards"
        return digits, spread
    gone = (
        f"hardly a value from 1,000 upwards is left there ({inside.large:,}); training has "
        f"{large}, and {per_cent(inside.share)} have decimals now"
    )
    return digits, gone


# --- findings -------------------------------------------------------------------------------------


def _effect(change: ShareChange, cause: Cause) -> dict[str, Any]:
    return {
        "rows_changed": cause.rows_changed,
        "share_in_scope": round(change.inside, 4),
        "share_elsewhere": round(change.outside, 4),
        "score": round(change.carried.score, 1),
        "log_of_looks": round(change.carried.looks, 1),
    }


def _nothing(verdict: Verdict, reason: str, need: str | None) -> Finding:
    return FINDINGS.nothing(
        f"How numbers are written cannot be looked at: {reason}.", need, verdict
    )


CHECK = Check(
    family="input_units",
    name="number_format",
    suspicion="Numbers are written in a way that is misread or not read at all.",
    covers=(
        "text cells of numeric inputs with a decimal comma, separators of thousands, currency and "
        "percent signs, units, full-width digits or a wrong encoding, for all requests or those "
        "of one segment and window; numbers of at most two decimals whose sign of thousands was "
        "read as a decimal point, in all or a part of the requests"
    ),
    does_not_cover=(
        "a log that was exported anew as plain numbers after the misreading, decimal signs that "
        "were dropped, factors such as k or Mio in the cell, and columns that are read as a whole"
    ),
    minimum=f"{MINIMUM_LIVE} live values, {FEWEST} of them written otherwise",
    run=run,
    needs=("log",),
    asks=(("log", ASK),),
    causes=("input-unit-or-scale", "input-missing-or-default"),
    order=24,
)
