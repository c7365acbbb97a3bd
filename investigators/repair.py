"""Repair and replay: undo a cause, ask the same model again, count what changes.

A repair is data (:class:`~investigators.evidence.Cause` with its transform, segment, window and
``where``).  Undoing it is SQL over the canonical log, so that it costs no memory; scoring goes in
chunks.  Both sides of every comparison are the same model and the rule in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

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
from investigators.impact import Scored, result_of
from investigators.roles.rule import predicted
from investigators.roles.scale import logged_of
from investigators.scope import scope_sql, where_sql
from investigators.tables.table import literal, quoted
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
EPOCH_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
CHUNK = 50_000
ORDINARY = (0.005, 0.995)


@dataclass(frozen=True)
class Replay:
    """What a replay found: the result, the repaired inputs' SQL and every row in scope."""

    cause: Cause
    inputs: dict[str, str]
    result: RepairResult
    scored: Scored
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
                f"WHEN ({expression}) = {literal(seen)} THEN {literal(meant)}"
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
        case Swap(columns=(one, other)):
            meant = {one: inputs[other], other: inputs[one]}
        case TakeFrom(source=source):
            meant = _taken(view, cause, source)
        case transform:
            meant = {f: undo_sql(transform, inputs[f]) for f in cause.features if f in inputs}
    repaired = {}
    for feature, expression in meant.items():
        rows = f"({scope}) AND {where_sql(inputs[feature], cause.where)}"
        repaired[feature] = f"(CASE WHEN {rows} THEN {expression} ELSE ({inputs[feature]}) END)"
    return repaired


def _taken(view: View, cause: Cause, source: str) -> dict[str, str]:
    """The values of another source, joined by the decision's id (first row of an id)."""
    table = view.stores.get(source)
    if table is None:
        raise ValueError(f"no source {source!r} is open to take values from")
    return {
        feature: (
            f"(SELECT any_value({quoted(feature)}) FROM {table.relation} AS fw_store "
            f"WHERE fw_store.fw_id = fw_log.fw_id)"
        )
        for feature in cause.features
    }


def replay(view: View, cause: Cause, task: Task) -> Replay | None:
    """Score the rows in scope as they are and with the cause undone.

    Returns ``None`` where nothing can be replayed: no model, no log, or nothing to undo.
    """
    rule_after = _rule_after(view.rule, cause.transform)
    inputs = undone(view, cause)
    if view.log is None or view.model is None or (not inputs and rule_after is view.rule):
        return None
    parts = list(_scored(view, cause, inputs, task))
    empty: tuple[Floats, ...] = (np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, bool))
    rows, before, after, touched = (
        np.concatenate([part[k] for part in parts]) if parts else empty[k] for k in range(4)
    )
    order = np.argsort(rows, kind="stable")
    rows, before, after, changed = rows[order], before[order], after[order], touched[order]
    if view.rule is not None and rule_after is not None:
        moved = predicted(view.rule, before) != predicted(rule_after, after)
        changed = moved & np.isfinite(before) & np.isfinite(after)
    scored = Scored(rows, before, after, changed)
    result = result_of(view, cause, inputs, rule_after, scored, task)
    return Replay(cause, inputs, result, scored, rule_after)


def _rule_after(rule: Rule | None, transform: Transform) -> Rule | None:
    if rule is None or not isinstance(transform, Threshold):
        return rule
    cuts = tuple(transform.source if c == transform.to else c for c in rule.cuts)
    return replace(rule, cuts=tuple(sorted(cuts)))


def _scored(
    view: View, cause: Cause, inputs: Mapping[str, str], task: Task
) -> Iterator[tuple[npt.NDArray[np.int64], Floats, Floats, npt.NDArray[np.bool_]]]:
    model, log = view.model, view.log
    assert model is not None
    assert log is not None
    names = [i.name for i in model.inputs if i.name in view.log_inputs]
    columns = [f"({inputs.get(n, view.log_inputs[n])}) AS x{k}" for k, n in enumerate(names)]
    touched = [
        f"(({expression}) IS DISTINCT FROM ({view.log_inputs[n]}))"
        for n, expression in inputs.items()
    ]
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    sql = (
        f"SELECT fw_row, fw_output, {' OR '.join(touched) or 'false'} AS touched, "
        f"{', '.join(columns)} FROM {{t}} AS fw_log WHERE {scope}"
    )
    done = 0
    for batch in log.batches(sql, size=CHUNK, task=task):
        task.tick(done, cause.rows_in_scope, "Replaying the repair")
        done += batch.num_rows
        before = batch.column(1).to_numpy(zero_copy_only=False).astype(np.float64)
        hit = batch.column(2).to_numpy(zero_copy_only=False).astype(np.bool_)
        after = before.copy()
        if inputs and hit.any():
            import pyarrow as pa

            chosen = batch.filter(pa.array(hit))
            matrix = model.matrix({n: chosen.column(k + 3) for k, n in enumerate(names)})
            after[hit] = model.outputs(matrix)
        rows = batch.column(0).to_numpy(zero_copy_only=False).astype(np.int64)
        yield rows, as_logged(view, before), as_logged(view, after), hit


def as_logged(view: View, output: Floats) -> Floats:
    """Say model outputs on the logged score's scale (the output itself where that is unknown)."""
    scale = view.case.scale
    if scale is None or view.model is None or scale.mapping in {"unknown", "none"}:
        return output
    return logged_of(scale, output, view.model.to_raw(output))


def repaired_view(view: View, done: Replay) -> View:
    """The view as it would be with the cause undone: inputs, score, decision, output.

    Where scores were logged, the rows in scope carry the model's new score and the rule's label;
    the overlay is a small table inside the engine, by row number.
    """
    assert view.log is not None
    import pyarrow as pa

    scored, rule = done.scored, done.rule_after
    labels: list[str | None] = [None] * scored.rows.size
    adverse: list[bool | None] = [None] * scored.rows.size
    if rule is not None:
        index = predicted(rule, scored.after)
        labels = [rule.labels[i] if i >= 0 else None for i in index]
        adverse = [None if label is None else label in rule.adverse for label in labels]
    overlay = pa.table(
        {
            "fw_row": scored.rows,
            "score": scored.after,
            "label": pa.array(labels, pa.string()),
            "adverse": pa.array(adverse, pa.bool_()),
        }
    )
    name = view.log.engine.keep(overlay)
    relation = (
        "(SELECT fw_log.* REPLACE (coalesce(fw_o.score, fw_score) AS fw_score, "
        "coalesce(fw_o.label, fw_decision) AS fw_decision, "
        f"coalesce(fw_o.adverse, fw_adverse) AS fw_adverse) FROM {view.log.relation} AS fw_log "
        f"LEFT JOIN {name} AS fw_o ON fw_log.fw_row = fw_o.fw_row)"
    )
    inputs = {**view.log_inputs, **done.inputs}
    return replace(view, log=view.log.with_relation(relation), log_inputs=inputs)
