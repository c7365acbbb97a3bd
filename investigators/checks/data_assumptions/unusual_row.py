"""Is the decision's row unlike training: outside a range, unseen, missing, or jointly unusual?

Per input against the reference (else the model text's own ranges), and all inputs together by the
model's own leaves.  An unusual row is where to look, not yet a fault: only an unseen value and an
unexpected missing one are candidate causes of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from investigators.check import Check
from investigators.evidence import (
    Cause,
    CauseClass,
    Cell,
    Condition,
    Finding,
    Map,
    NoTransform,
    Transform,
    Verdict,
)
from investigators.model import ModelInput
from investigators.nearest import drawn, neighbours, outcome_words, picture
from investigators.numbers import number
from investigators.presence import presence
from investigators.scope import segment_sql
from investigators.shift.own_pairs import pair_of_row
from investigators.shift.own_values import of_category, of_missing, of_number, of_range
from investigators.spelling import near_spelling
from investigators.tables.table import Table, quoted
from investigators.task import Task
from investigators.training_range import Known, look_up
from investigators.view import View

ID = "data_assumptions.unusual_row"
SURPRISING = 0.01  # of one row, all inputs together (Bonferroni)
ORDINARY = 0.1
OFTEN = 20
RANGE_MARGIN = 0.1  # without a reference: this share of the range beyond its end
ENOUGH_REFERENCE = 50
NO_ROW = "The decision has no row in the log."
NEED_REFERENCE = "the training table (reference) with the model's inputs"


@dataclass(frozen=True)
class Ground:
    """What the findings of one run share; ``looks`` is the number of inputs looked at."""

    view: View
    log: Table
    row: int
    values: dict[str, Any]
    looks: int


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per input of the model, and one for all of them together."""
    decision, log = view.decision, view.log
    if decision is None or decision.row is None or log is None:
        words = "No decision was picked." if decision is None else NO_ROW
        return [_finding("does not apply", (), words, 0)]
    inputs = _inputs(view)
    if not inputs:
        words, need = "No input of the model is mapped to the log.", "a model file, or a log with"
        return [_finding("cannot tell", (), words, 0, would_need=f"{need} the model's inputs")]
    names = ", ".join(f"{view.log_inputs[i.name]} AS f{k}" for k, i in enumerate(inputs))
    sql = f"SELECT {names} FROM {{t}} WHERE fw_row = {decision.row}"
    cells = log.query(sql, task=task).to_pylist()[0]
    values = {i.name: _cell(cells[f"f{k}"]) for k, i in enumerate(inputs)}
    ground = Ground(view, log, decision.row, values, len(inputs))
    expressions = view.reference_inputs
    numbers = {
        i.name: values[i.name] for i in inputs if i.kind == "numeric" and i.name in expressions
    }
    numeric = {} if view.reference is None else look_up(view.reference, expressions, numbers, task)
    found = []
    for done, each in enumerate(inputs):
        task.tick(done, len(inputs), f"This row: {each.name}")
        found.append(_one(ground, each, numeric.get(each.name), task))
    return [_joint(ground, inputs, task), *_together(ground, inputs, task), *found]


def _together(ground: Ground, inputs: Sequence[ModelInput], task: Task) -> list[Finding]:
    """Two categories that training never had together, where its own rows hardly ever are so."""
    pair = pair_of_row(ground.view, inputs, ground.values, task)
    if pair is None or pair.p >= SURPRISING:
        return []
    return [_finding("supports", pair.inputs, pair.sentence, pair.rows, **pair.more)]


def _finding(
    verdict: Verdict,
    about: tuple[str, ...],
    sentence: str,
    n: int,
    **more: Any,  # noqa: ANN401
) -> Finding:
    name = f"{ID}/{'+'.join(about)}" if about else ID
    return Finding(name, ID, "data_assumptions", verdict, about, sentence, n, **more)


def _inputs(view: View) -> list[ModelInput]:
    """The model's inputs that the log has; without a model, what the log maps, as it is typed."""
    if view.model is not None:
        return [i for i in view.model.inputs if i.name in view.log_inputs]
    log = view.log
    assert log is not None
    return [
        ModelInput(name, "category" if _is_text(log, sql) else "numeric")
        for name, sql in view.log_inputs.items()
    ]


def _is_text(log: Table, expression: str) -> bool:
    return str(log.value(f"SELECT typeof({expression}) FROM {{t}} LIMIT 1")) == "VARCHAR"


def _cell(value: Any) -> Any:  # noqa: ANN401 - any cell of a table
    """NaN and infinities are missing for the model's purposes only when they are not numbers."""
    return None if isinstance(value, float) and np.isnan(value) else value


def _one(ground: Ground, each: ModelInput, known: Known | None, task: Task) -> Finding:
    value = ground.values[each.name]
    if value is None:
        return _missing(ground, each, task)
    if each.kind == "category":
        return _category(ground, each, task)
    if known is not None and known.rows - known.missing >= ENOUGH_REFERENCE:
        return _against_reference(ground, each, float(value), known, task)
    return _against_range(ground, each, float(value))


def _against_reference(
    ground: Ground, each: ModelInput, value: float, known: Known, task: Task
) -> Finding:
    """Place the value among the reference's; outside, judge the tail by the extremes."""
    n = known.n
    place = (known.below + known.equal / 2) / n
    said = f"{each.name} is {value:,.6g}"
    effect = {"value": value, "rank": place, "low": known.low, "high": known.high, "n": n}
    beyond = known.beyond(value)
    if beyond is None:
        words = (
            f"{said}: higher than {100 * place:.3g} % of {n:,} training rows "
            f"({known.low:,.6g} to {known.high:,.6g})."
        )
        return _finding("speaks against", (each.name,), words, n, effect=effect)
    far = abs(value - beyond.edge)
    which = "above the highest" if value > beyond.edge else "below the lowest"
    words = f"{said}: {which} of {n:,} training rows, {beyond.edge:,.6g}"
    effect |= {"beyond": far, "largest_gap_among_extremes": beyond.gap}
    if far > beyond.gap and beyond.share * 2 * ground.looks < SURPRISING:
        words += (
            f", by {number(far)}; training’s own {beyond.extremes} extremes lie at most "
            f"{beyond.gap:.3g} apart."
        )
        chart = of_number(ground.view, each.name, value, known, task)
        return _finding(
            "supports", (each.name,), words, n, effect=effect, concerns_decision=True,
            charts=(chart,),
        )  # fmt: skip
    words += f", by {number(far)}: no further than training’s own extremes make ordinary."
    need = "more training rows, or the input’s possible range in the dictionary"
    return _finding(
        "cannot tell", (each.name,), words, n, effect=effect, would_need=need,
        concerns_decision=True,
    )  # fmt: skip


def _against_range(ground: Ground, each: ModelInput, value: float) -> Finding:
    """Without a reference: the model text's own training range."""
    said = f"{each.name} is {value:,.6g}"
    if each.low is None or each.high is None:
        return _finding(
            "cannot tell",
            (each.name,),
            f"{said}; neither a training table nor the model text says what is usual.",
            0,
            would_need=NEED_REFERENCE,
            ask=_ask(each.name),
        )
    span = f"the training range in the model text, {each.low:,.6g} to {each.high:,.6g}"
    effect = {"value": value, "low": each.low, "high": each.high}
    beyond = max(value - each.high, each.low - value)
    if beyond <= 0:
        words = f"{said}: inside {span}."
        return _finding("speaks against", (each.name,), words, 1, effect=effect)
    side = "above" if value > each.high else "below"
    if beyond > RANGE_MARGIN * (each.high - each.low):
        words = f"{said}: {side} {span}."
        chart = of_range(ground.view, each.name, value, each.low, each.high)
        return _finding(
            "supports", (each.name,), words, 1, effect=effect, concerns_decision=True,
            charts=(chart,),
        )  # fmt: skip
    return _finding(
        "cannot tell",
        (each.name,),
        f"{said}: {side} {span}, by less than a tenth of it.",
        1,
        effect=effect,
        would_need=NEED_REFERENCE,
        ask=_ask(each.name),
        concerns_decision=True,
    )


def _ask(name: str) -> str:
    return (
        f"Please send the table that the model was trained on, or the input {name} of some "
        "thousand training rows: one decision’s value looks unusual and we cannot tell without "
        "them whether training knew such values."
    )


def _missing(ground: Ground, each: ModelInput, task: Task) -> Finding:
    """A missing value: did training have any?"""
    view, reference = ground.view, ground.view.reference
    expression = view.reference_inputs.get(each.name)
    rows = 0
    if reference is not None and expression is not None:
        rows = reference.rows
    if reference is not None and rows >= ENOUGH_REFERENCE:
        gaps = reference.value(f"SELECT count(*) - count({expression}) FROM {{t}}", (), task)
        said = f"{each.name} is missing; in training it was in {gaps:,} of {rows:,} rows"
        rare = (gaps + 1) / (rows + 1) * ground.looks < SURPRISING
        expected, known = bool(gaps), True
    else:
        known, expected, rare = each.missing_seen is not None, bool(each.missing_seen), False
        words = {True: "had it missing too", False: "never had it missing"}
        said = f"{each.name} is missing; training {words[expected]}, as the model text tells"
    effect = {"value": None, "training_rows": rows}
    if not known:
        return _finding(
            "cannot tell",
            (each.name,),
            f"{each.name} is missing; neither a training table nor the model text tells whether "
            "training had it missing.",
            0,
            would_need=NEED_REFERENCE,
            ask=_ask(each.name),
        )
    if not expected:
        cause = _cause(ground, each, "input-missing-or-default", NoTransform(), said, task)
        return _finding(
            "supports",
            (each.name,),
            said + ".",
            rows,
            effect=effect,
            concerns_decision=True,
            cause=cause,
            segment=cause.segment,
            charts=(of_missing(each.name, rows, ground.log.rows, cause.rows_in_scope),),
        )
    verdict: Verdict = "cannot tell" if rare else "speaks against"
    need = "whether the source was late or down for this row" if rare else None
    return _finding(verdict, (each.name,), said + ".", rows, effect=effect, would_need=need)


def _category(ground: Ground, each: ModelInput, task: Task) -> Finding:
    """A category: did training know it, or one that is spelt nearly the same?"""
    view, value = ground.view, ground.values[each.name]
    reference, expression = view.reference, view.reference_inputs.get(each.name)
    counts: dict[str, int] = {}
    if reference is not None and expression is not None:
        sql = f"SELECT {expression} AS v, count(*) AS n FROM {{t}} GROUP BY 1 ORDER BY n DESC, v"
        found = reference.query(sql, task=task)
        counts = {str(v): n for v, n in zip(*(c.to_pylist() for c in found.columns), strict=True)
                  if v is not None}  # fmt: skip
    told = bool(each.categories)
    rows = sum(counts.values())
    if not told and rows < ENOUGH_REFERENCE:
        return _finding(
            "cannot tell",
            (each.name,),
            f"{each.name} is {value}; neither a training table nor the model text lists the "
            "values of training.",
            rows,
            would_need=NEED_REFERENCE,
            ask=_ask(each.name),
        )
    known = view.model is not None and told and not view.model.unseen(each.name, [value])[0]
    seen = counts.get(str(value), 0)
    effect = {"value": str(value), "seen": seen if rows else None, "training_rows": rows}
    if known or seen:
        often = f"{seen:,} of {rows:,} training rows have it" if rows else "the model knows it"
        rare = bool(rows) and seen < OFTEN
        verdict: Verdict = "cannot tell" if rare else "speaks against"
        need = f"{OFTEN} training rows with that value, or more" if rare else None
        words = f"{each.name} is {value}: {often}."
        return _finding(verdict, (each.name,), words, rows or 1, effect=effect, would_need=need)
    names = [str(c) for c in each.categories] or list(counts)
    return _unseen(ground, each, [] if each.coded else names, counts, effect, task)


def _unseen(
    ground: Ground,
    each: ModelInput,
    names: Sequence[str],
    counts: dict[str, int],
    effect: dict[str, Any],
    task: Task,
) -> Finding:
    value = str(ground.values[each.name])
    meant, how = near_spelling(value, names)
    words = f"{each.name} is {value}, which training never had"
    words += f" ({len(names):,} known values)" if names else ""
    transform: Transform = NoTransform()
    corroborations: tuple[str, ...] = ()
    if meant is not None:
        transform = Map(((value, meant),))
        often = f", which {counts[meant]:,} training rows have" if counts.get(meant) else ""
        corroborations = (f"{value} differs from {meant} {how}{often}",)
        words += f"; it differs from {meant} {how}"
    cause = _cause(ground, each, "input-unseen-value", transform, words, task, corroborations)
    return _finding(
        "supports",
        (each.name,),
        f"{words}. {cause.rows_in_scope:,} of {ground.log.rows:,} rows of the log have it.",
        sum(counts.values()) or 1,
        effect={**effect, "resembles": meant, "rows": cause.rows_in_scope},
        segment=cause.segment,
        onset=cause.onset,
        concerns_decision=True,
        cause=cause,
        charts=(of_category(each.name, value, meant, counts, cause.rows_in_scope),),
    )


def _cause(
    ground: Ground,
    each: ModelInput,
    cause: CauseClass,
    transform: Transform,
    words: str,
    task: Task,
    corroborations: tuple[str, ...] = (),
) -> Cause:
    """A candidate cause over all rows of the log that carry the same value."""
    segment = _segment(ground, each.name, task)
    zone_known = ground.view.case.zone is not None
    when = None if ground.view.column("log.time") is None else "fw_time"
    carried = presence(ground.log, segment_sql(segment), when, task, zone_known=zone_known)
    if cause == "input-missing-or-default" and carried.onset is not None:
        corroborations = (f"no row of the log had it missing before {carried.onset.earliest}",)
    return Cause(
        cause=cause,
        features=(each.name,),
        transform=transform,
        segment=segment,
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=carried.rows,
        rows_changed=0 if isinstance(transform, NoTransform) else carried.rows,
        concerns_decision=True,
        corroborations=corroborations,
        statement=f"{words}; {carried.rows:,} of {ground.log.rows:,} rows of the log are so.",
    )


def _segment(ground: Ground, name: str, task: Task) -> tuple[Condition, ...]:
    """The log's own column with the row's own cell (a text that is no number counts as such)."""
    column = ground.view.column(f"log.feature:{name}") or name
    if ground.log.column(column) is None:
        return ()
    sql = f"SELECT CAST({quoted(column)} AS VARCHAR) FROM {{t}} WHERE fw_row = ?"
    raw: Cell = ground.log.value(sql, [ground.row], task)
    return (Condition(column, missing=True) if raw is None else Condition(column, equals=raw),)


def _joint(ground: Ground, inputs: Sequence[ModelInput], task: Task) -> Finding:
    """All inputs together, by the model's own leaves."""
    view = ground.view
    model, reference = view.model, view.reference
    if model is None or reference is None or reference.rows < ENOUGH_REFERENCE:
        return _finding(
            "cannot tell",
            (),
            "Whether the row as a whole is unusual needs the model and training rows.",
            0,
            would_need=NEED_REFERENCE if reference is None else "the model file and more rows",
            ask=_ask(inputs[0].name) if reference is None else None,
        )
    absent = [i.name for i in model.inputs if i.used and i.name not in ground.values]
    absent += [i.name for i in model.inputs if i.used and i.name not in view.reference_inputs]
    if absent:
        words = f"The input {absent[0]} is not in the log and the training table."
        return _finding("cannot tell", (), words, 0, would_need=f"the input {absent[0]} in both")
    row = model.matrix({name: [value] for name, value in ground.values.items()})
    near = neighbours(model, reference, view.reference_inputs, row, task)
    as_rare = round(near.p * (near.compared + 1)) - 1
    sentence = (
        f"Of the {near.compared:,} training rows nearest in score, {as_rare:,} lie in leaves of "
        f"the model as rare as this row’s. {outcome_words(near)} (Training rows looked at: "
        f"{near.sample:,} of {reference.rows:,}{drawn(near.step)}.)"
    )
    if near.p < SURPRISING:
        verdict: Verdict = "supports"
    else:
        verdict = "speaks against" if near.p > ORDINARY else "cannot tell"
    return _finding(
        verdict,
        (),
        sentence,
        near.sample,
        effect={
            "as_rare": as_rare,
            "compared": near.compared,
            "conformal_p": near.p,
            "conformal_p_all": near.p_all,
            "rarity": float(f"{near.rarity:.6g}"),
            "usual_rarity": float(f"{near.usual:.6g}"),
            "close_rows": near.close,
            "neighbours": len(near.rows),
            "neighbours_with_outcome": int(np.isfinite(near.outcomes).sum()),
            "sample": near.sample,
        },
        concerns_decision=verdict == "supports",
        would_need="more training rows with such a score" if verdict == "cannot tell" else None,
        charts=(picture(near),),
    )


CHECK = Check(
    family="data_assumptions",
    name="unusual_row",
    suspicion="The decision's row is unlike the rows of training.",
    covers="each input against training: outside its range, a category never seen (or spelt "
    "nearly like a known one), missing where training had none; two categories that never came "
    "together; all inputs by the model's own leaves, with the most similar training rows and "
    "their outcomes",
    does_not_cover="values inside the range that are wrong for this row, and rows of the log other "
    "than the decision's",
    minimum=f"{ENOUGH_REFERENCE} training rows, or the model text's own ranges and categories",
    run=run,
    needs=("log",),
    asks=(("reference", "Please send the table that the model was trained on."),),
    causes=("input-unseen-value", "input-missing-or-default"),
    order=50,
)
