"""The rows in scope as logged, and as one model file gives them: a model exchanged or put back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from investigators.evidence import Cause, TakeFrom
from investigators.impact import CHUNK, Scored
from investigators.model import Model, OtherModel
from investigators.roles.scale import agree, logged_of
from investigators.scope import scope_sql
from investigators.task import Task
from investigators.view import View


def model_of(view: View, cause: Cause) -> OtherModel | None:
    """The model file whose scores the cause's repair takes; ``None`` where it takes inputs.

    Raises:
        ValueError: it is none that is open, or one that the log has not all inputs of.
    """
    if not isinstance(cause.transform, TakeFrom) or cause.features:
        return None
    name = cause.transform.source
    own = view.model
    found = view.other_models.get(name)
    if own is not None and own.name == name:
        found = OtherModel(own, view.log_inputs)
    if found is None:
        raise ValueError(f"no model {name!r} is open")
    if found.missing:
        raise ValueError(f"the log has no column for its input {found.missing[0]}")
    return found


def rescored(view: View, cause: Cause, other: OtherModel, task: Task) -> Iterator[Scored]:
    """Every row in scope with its logged score, and with what this model gives, in chunks.

    Rows change whose logged score is not what it gives within the log's own rounding.

    Raises:
        ValueError: the scale of the logged score is not known.
    """
    log, scale, model = view.log, view.case.scale, other.model
    assert log is not None
    if scale is None or scale.mapping in {"unknown", "none"}:
        raise ValueError("the scale of the logged score is not known")
    names = list(other.inputs)
    cells = "".join(f", ({other.inputs[name]}) AS x{k}" for k, name in enumerate(names))
    sql = f"SELECT fw_row, fw_score{cells} FROM {{t}} AS fw_log WHERE "
    sql += scope_sql(cause.segment, cause.onset, cause.end)
    done = 0
    for batch in log.batches(sql, size=CHUNK, task=task):
        task.tick(done, cause.rows_in_scope, "Scoring with another model")
        done += batch.num_rows
        rows = batch.column(0).to_numpy(zero_copy_only=False).astype(np.int64)
        logged = batch.column(1).to_numpy(zero_copy_only=False).astype(np.float64)
        raw = model.raw(model.matrix({n: batch.column(k + 2) for k, n in enumerate(names)}))
        output = model.to_output(raw)
        known = np.isfinite(logged)
        same = ~known
        same[known] = agree(scale, logged[known], output[known], raw[known]).equal
        after = np.where(same, logged, logged_of(scale, output, raw))
        nothing = np.full(rows.shape, -1, np.int64)
        yield Scored(rows, logged, after, ~same, output, known, nothing, nothing.copy())


def named_model(view: View, name: str) -> Model | None:
    """The open model file of this name."""
    if view.model is not None and view.model.name == name:
        return view.model
    found = view.other_models.get(name)
    return None if found is None else found.model
