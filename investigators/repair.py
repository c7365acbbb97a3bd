"""Repair and replay: undo a cause, ask the same model again, count what changes.

A repair is data (:class:`~investigators.evidence.Cause` with its transform, segment, window and
``where``).  Undoing it is SQL over the canonical log, so that it costs no memory; scoring goes in
chunks.  Both sides of every comparison are the same model and the rule in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.case import Rule
from investigators.evidence import (
    Affine,
    Cause,
    Epoch,
    Fill,
    Map,
    NoTransform,
    RepairResult,
    Scale,
    ShiftTime,
    Swap,
    TakeFrom,
    Threshold,
    Transform,
)
from investigators.impact import Scored, named, result_of, rule_in_force, written
from investigators.rescored import model_of, rescored
from investigators.roles.rule import predicted
from investigators.roles.scale import agree, logged_of
from investigators.scope import both_sql, scope_sql, where_sql
from investigators.tables.table import Table, literal, quoted
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
EPOCH_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
CHUNK = 50_000
# The logged label is the one that the rule gives for the score before the repair.
FOLLOWS = "(fw_o.label IS NOT NULL AND coalesce(fw_o.ruled = fw_decision, false) \
AND (fw_o.reproduced OR fw_score IS NULL))"


@dataclass(frozen=True)
class Replay:
    """What a replay found: the result, the repaired inputs' SQL and every row in scope.

    ``rule_before`` is the rule in force for the rows in scope, ``rule_after`` the one that should.
    """

    cause: Cause
    inputs: dict[str, str]
    result: RepairResult
    scored: Scored
    rule_before: Rule | None
    rule_after: Rule | None


def undo_sql(transform: Transform, expression: str) -> str:  # noqa: PLR0911 - one line a kind
    """Say the true value of an observed one as SQL.

    Raises:
        ValueError: for transforms of more than one column (see :func:`undone`).
    """
    match transform:
        case Scale(factor=factor):
            return f"(({expression}) / {literal(factor)})"
        case Affine(a=a, b=b):
            return f"((({expression}) - {literal(b)}) / {literal(a)})"
        case Epoch(source=source, to=to):
            ratio = EPOCH_UNITS[to] / EPOCH_UNITS[source]
            return f"(({expression}) / {literal(ratio)})"
        case ShiftTime(seconds=seconds):
            return f"(({expression}) - {literal(seconds)})"
        case Map(pairs=pairs):
            cases = " ".join(
                f"WHEN ({expression}) IS NOT DISTINCT FROM {literal(seen)} THEN {literal(meant)}"
                for seen, meant in pairs
            )
            return f"(CASE {cases} ELSE ({expression}) END)"
        case Fill(seen=seen, meant=meant):
            if seen is None:
                return f"coalesce(({expression}), {literal(meant)})"
            return (
                f"(CASE WHEN ({expression}) = {literal(seen)} THEN {literal(meant)} "
                f"ELSE ({expression}) END)"
            )
        case _:
            raise ValueError(f"{type(transform).__name__} is not of one column")


def undone(view: View, cause: Cause) -> dict[str, str]:
    """Return the model inputs' SQL with the cause undone in segment, window and ``where``.

    Inputs that the repair does not touch are absent.
    """
    inputs, scope = view.log_inputs, scope_sql(cause.segment, cause.onset, cause.end)
    match cause.transform:
        case NoTransform() | Threshold():
            return {}
        case TakeFrom() if not cause.features:  # the score itself: see rescored
            return {}
        case Swap(columns=(one, other)):
            meant = {one: inputs[other], other: inputs[one]}
        case TakeFrom(source=source):
            meant = _taken(view, cause, source)
        case transform:
            meant = {f: meant_sql(view, f, transform) for f in cause.features if f in inputs}
    repaired = {}
    for feature, expression in meant.items():
        rows = f"({scope}) AND {where_sql(_told_by(view, cause, feature), cause.where)}"
        repaired[feature] = f"(CASE WHEN {rows} THEN {expression} ELSE ({inputs[feature]}) END)"
    return repaired


def put_right(view: View, causes: Sequence[Cause]) -> View:
    """The view with these causes undone one after the other in its inputs, nothing scored.

    Rows of a cause of one input that has no repair are left without a value of it.
    """
    seen = view
    for cause in causes:
        inputs = undone(seen, cause)
        if isinstance(cause.transform, NoTransform):
            (name,) = cause.features
            sql = seen.log_inputs[name]
            rows = scope_sql(cause.segment, cause.onset, cause.end)
            rows = f"({rows}) AND {where_sql(sql, cause.where)}"
            inputs = {name: f"CASE WHEN {rows} THEN NULL ELSE ({sql}) END"}
        seen = replace(seen, log_inputs={**seen.log_inputs, **inputs})
    return seen


def _told_by(view: View, cause: Cause, feature: str) -> str:
    """SQL of what ``where`` is of: the feature itself; of an exchange, both columns' values."""
    if isinstance(cause.transform, Swap) and cause.where is not None:
        one, other = (view.log_inputs[name] for name in cause.transform.columns)
        texts = any(isinstance(value, str) for pair in cause.where for value in pair)
        return both_sql(one, other) if texts else f"({one}) - ({other})"
    return view.log_inputs[feature]


def meant_sql(view: View, feature: str, transform: Transform) -> str:
    """Say the true value of one input as SQL over the log.

    The hour of a moved clock is told row by row from the row's own time.  A map from texts to
    numbers is of the column's own cells: the input itself has no number there.
    """
    expression = view.log_inputs[feature]
    if isinstance(transform, ShiftTime) and transform.clock is not None:
        true, moved = (_hour_sql(transform.clock + by) for by in (0.0, transform.seconds))
        shown = f"({expression}) = {moved} AND {moved} <> {true}"
        return f"(CASE WHEN {shown} THEN {true} ELSE ({expression}) END)"
    if not isinstance(transform, Map) or not any(
        isinstance(seen, str) and isinstance(meant, float) for seen, meant in transform.pairs
    ):
        return undo_sql(transform, expression)
    column = view.column(f"log.feature:{feature}") or feature
    cells = ", ".join(f"({literal(seen)}, {literal(meant)})" for seen, meant in transform.pairs)
    # a join, as a chain of thousands of comparisons for each row would never end
    return (
        f"coalesce((SELECT first(fw_meant) FROM (VALUES {cells}) AS fw_map(fw_seen, fw_meant) "
        f"WHERE fw_seen = CAST({quoted(column)} AS VARCHAR)), ({expression}))"
    )


def _hour_sql(ahead: float) -> str:
    """The hour of the row's time on a clock so many seconds ahead, 0 to 23."""
    hours = f"floor((epoch(fw_time) + {literal(ahead)}) / 3600)"
    return f"({hours} - 24 * floor({hours} / 24))"


def _taken(view: View, cause: Cause, source: str) -> dict[str, str]:
    """The values of another source, joined by the decision's id (first row of an id)."""
    table = view.stores.get(source)
    if table is None:
        raise ValueError(f"no source {source!r} is open to take values from")
    return {feature: stored_sql(table, feature) for feature in cause.features}


def stored_sql(table: Table, feature: str) -> str:
    """SQL over the log (``fw_log``) of a store's value for the same decision.

    A store that was joined when the case was opened has the log's own row numbers.
    """
    if table.column("fw_found") is not None:
        return (
            f"(SELECT any_value({quoted(feature)}) FROM {table.relation} AS fw_store "
            "WHERE fw_store.fw_row = fw_log.fw_row)"
        )
    return (
        f"(SELECT first({quoted(feature)} ORDER BY fw_store.fw_row) "
        f"FROM {table.relation} AS fw_store WHERE fw_store.fw_id = fw_log.fw_id)"
    )


def replay(view: View, cause: Cause, task: Task) -> Replay | None:
    """Score the rows in scope as they are and with the cause undone.

    Returns ``None`` where nothing can be replayed: no model, no log, or nothing to undo.
    """
    return replay_all(view, (cause,), task)


def replay_all(view: View, causes: Sequence[Cause], task: Task) -> Replay | None:
    """The same with several causes undone one after the other.

    The scope is that of the causes, the whole log where they differ.

    Raises:
        ValueError: a moved cut-off stands beside causes in other rows: a rule is of all rows; or
            another model's scores beside other causes.
    """
    cause = causes[0] if len(causes) == 1 else _united(view, causes)
    models = [model_of(view, each) for each in causes]
    by = models[0]
    if len(causes) > 1 and any(models):
        raise ValueError("the scores of another model can only be taken alone")
    rule = rule_after = rule_in_force(view)
    inputs: dict[str, str] = {}
    seen = view
    for each in causes:
        if isinstance(each.transform, Threshold):
            if _scope(each) != _scope(cause):
                raise ValueError("a cut-off can be undone with others in the same rows only")
            moved, rule_after = rules_of(seen, each.transform)
            rule = moved if rule == seen.rule else rule
            seen = replace(seen, case=replace(seen.case, rule=rule_after))
        inputs |= undone(seen, each)
        seen = replace(seen, log_inputs={**seen.log_inputs, **inputs})
    if view.log is None or (not inputs and rule_after is rule and by is None):
        return None
    if view.model is None and inputs:
        return None
    parts = _scored(view, cause, inputs, task) if by is None else rescored(view, cause, by, task)
    scored = _together(list(parts))
    if rule is not None and rule_after is not None:
        before, after = written(view, scored.before), written(view, scored.after)
        was, now = predicted(rule, before), predicted(rule_after, after)
        scored = replace(scored, was=was, now=now, labels=rule.labels)
    elif inputs and by_class(view) and view.model is not None:
        scored = replace(scored, labels=view.model.classes)
    if scored.labels:
        both = np.isfinite(scored.before) & np.isfinite(scored.after)
        scored = replace(scored, changed=(scored.was != scored.now) & both)
    result = result_of(view, cause, inputs, scored, task)
    return Replay(cause, inputs, result, scored, rule, rule_after)


def _scope(cause: Cause) -> tuple[object, ...]:
    return cause.segment, cause.onset, cause.end


def _united(view: View, causes: Sequence[Cause]) -> Cause:
    """All causes as one, for the rows that it is of."""
    first = causes[0]
    one = replace(
        first,
        features=tuple(dict.fromkeys(name for each in causes for name in each.features)),
        transform=NoTransform(),
        where=None,
        concerns_decision=any(each.concerns_decision for each in causes),
    )
    if len({repr(_scope(each)) for each in causes}) == 1:
        return one
    rows = view.log.rows if view.log is not None else 0
    return replace(one, segment=None, onset=None, end=None, rows_in_scope=rows)


def by_class(view: View) -> bool:
    """Whether the decision is the class to which the model gives the highest score."""
    return view.rule is not None and view.rule.by_class


def _together(parts: list[Scored]) -> Scored:
    """One :class:`Scored` in order of rows."""
    nothing = (np.int64, np.float64, np.float64, np.bool_, np.float64, np.bool_, np.int64, np.int64)
    columns = [
        np.concatenate([np.zeros(0, kind), *(getattr(part, f.name) for part in parts)])
        for f, kind in zip(fields(Scored), nothing, strict=False)  # all but the labels
    ]
    order = np.argsort(columns[0], kind="stable")
    rows, before, after, changed, output, reproduced, was, now = (c[order] for c in columns)
    return Scored(rows, before, after, changed, output, reproduced, was, now)


def rules_of(view: View, transform: Transform) -> tuple[Rule | None, Rule | None]:
    """The rule in force for the rows in scope, and the one with the cause undone.

    A cut that moved for some rows is not in the case's rule: that one is what should be in force.
    """
    rule = rule_in_force(view)
    if rule is None or not isinstance(transform, Threshold):
        return rule, rule
    if transform.to in rule.cuts:
        return rule, _with_cut(rule, transform.to, transform.source)
    if transform.source in rule.cuts:
        return _with_cut(rule, transform.source, transform.to), rule
    return rule, rule


def _with_cut(rule: Rule, old: float, new: float) -> Rule:
    return replace(rule, cuts=tuple(sorted(new if c == old else c for c in rule.cuts)))


def _scored(view: View, cause: Cause, inputs: Mapping[str, str], task: Task) -> Iterator[Scored]:
    model, log = view.model, view.log
    assert log is not None
    names = [i.name for i in model.inputs if i.name in view.log_inputs] if model and inputs else []
    columns = [f"({inputs.get(n, view.log_inputs[n])}) AS x{k}" for k, n in enumerate(names)]
    if by_class(view):  # what the model decided before is not in the log's canonical columns
        columns += [f"({view.log_inputs[n]}) AS y{k}" for k, n in enumerate(names)]
    touched = [
        f"(({expression}) IS DISTINCT FROM ({view.log_inputs[n]}))"
        for n, expression in inputs.items()
    ]
    # a rule that changed leaves the scores as they were logged
    output = "fw_output" if inputs else "fw_score"
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    parts = ["fw_row", "fw_score", output, f"{' OR '.join(touched) or 'false'} AS touched"]
    sql = f"SELECT {', '.join(parts + columns)} FROM {{t}} AS fw_log WHERE {scope}"
    done = 0
    for batch in log.batches(sql, size=CHUNK, task=task):
        task.tick(done, cause.rows_in_scope, "Replaying the repair")
        done += batch.num_rows
        logged, before = (
            batch.column(k).to_numpy(zero_copy_only=False).astype(np.float64) for k in (1, 2)
        )
        hit = batch.column(3).to_numpy(zero_copy_only=False).astype(np.bool_)
        after = before.copy()
        was = _winners(view, batch, names)
        now = was.copy()
        if model is not None and inputs and hit.any():
            import pyarrow as pa

            chosen = batch.filter(pa.array(hit))
            matrix = model.matrix({n: chosen.column(k + 4) for k, n in enumerate(names)})
            after[hit] = model.outputs(matrix)
            now[hit] = model.winners(matrix) if by_class(view) else -1
        rows = batch.column(0).to_numpy(zero_copy_only=False).astype(np.int64)
        if not inputs:
            nothing = np.full(rows.shape, np.nan)
            yield Scored(rows, logged, logged, hit, nothing, np.isfinite(logged), was, now)
            continue
        same = _reproduced(view, logged, before)
        said = as_logged(view, before), as_logged(view, after)
        yield Scored(rows, *said, hit, after, same, was, now)


def _winners(view: View, batch: Any, names: Sequence[str]) -> npt.NDArray[np.int64]:  # noqa: ANN401 - a record batch
    """Class that each row got as logged, where that is what decides; else -1."""
    if view.model is None or not names or not by_class(view):
        return np.full(batch.num_rows, -1, np.int64)
    fed = {n: batch.column(f"y{k}") for k, n in enumerate(names)}
    return view.model.winners(view.model.matrix(fed))


def _reproduced(view: View, logged: Floats, output: Floats) -> npt.NDArray[np.bool_]:
    scale = view.case.scale
    if scale is None or view.model is None:
        return np.zeros(logged.shape, np.bool_)
    return agree(scale, logged, output, view.model.to_raw(output)).equal


def as_logged(view: View, output: Floats) -> Floats:
    """Say model outputs on the logged score's scale (the output itself where that is unknown)."""
    scale = view.case.scale
    if scale is None or view.model is None or scale.mapping in {"unknown", "none"}:
        return output
    return logged_of(scale, output, view.model.to_raw(output))


def repaired_view(view: View, done: Replay) -> View:
    """The view as it would be with the cause undone: inputs, output, score, decision.

    A logged score changes where the model gives it, a logged label where the rule gives it: what
    another program or a person decided stays.  The overlay is a small table inside the engine, by
    row number.
    """
    assert view.log is not None
    repaired = {name: f"fw_repaired_{k}" for k, name in enumerate(done.inputs)}
    cells = "".join(f", ({sql}) AS {repaired[name]}" for name, sql in done.inputs.items())
    inner = f"(SELECT fw_log.*{cells} FROM {view.log.relation} AS fw_log)"
    relation = (
        "(SELECT fw_log.* REPLACE (coalesce(fw_o.output, fw_output) AS fw_output, "
        "CASE WHEN fw_o.reproduced THEN fw_o.score ELSE fw_score END AS fw_score, "
        f"CASE WHEN {FOLLOWS} THEN fw_o.label ELSE fw_decision END AS fw_decision, "
        f"CASE WHEN {FOLLOWS} THEN fw_o.adverse ELSE fw_adverse END AS fw_adverse) "
        f"FROM {inner} AS fw_log LEFT JOIN {_overlay(view, done)} AS fw_o "
        "ON fw_log.fw_row = fw_o.fw_row)"
    )
    inputs = {**view.log_inputs, **repaired}
    return replace(view, log=view.log.with_relation(relation), log_inputs=inputs)


def _overlay(view: View, done: Replay) -> str:
    """Keep the rows in scope as a table in the engine and return its name."""
    assert view.log is not None
    import pyarrow as pa

    scored = done.scored
    after = written(view, scored.after)
    overlay = pa.table(
        {
            "fw_row": scored.rows,
            "output": pa.array(scored.output, from_pandas=True),
            "score": pa.array(after, from_pandas=True),
            "reproduced": scored.reproduced & np.isfinite(after),
            "ruled": pa.array(named(scored.labels, scored.was), pa.string()),
            "label": pa.array(named(scored.labels, scored.now), pa.string()),
            "adverse": pa.array(_adverse(view.rule, scored), pa.bool_()),
        }
    )
    return view.log.engine.keep(overlay)


def _adverse(rule: Rule | None, scored: Scored) -> list[bool | None]:
    return [
        None if rule is None or not rule.adverse or label is None else label in rule.adverse
        for label in named(scored.labels, scored.now)
    ]
