"""What the model gives for one decision, were one of its inputs another value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from investigators.numbers import number
from investigators.task import Task
from investigators.view import View


def outputs_over(
    view: View, feature: str, values: Sequence[float], task: Task
) -> tuple[float, float] | None:
    """Least and largest output for the picked row with the input at each of these values.

    ``None`` where the model cannot score the row (no row, no model, an input that is not logged).
    """
    row = view.decision.row if view.decision is not None else None
    model, log = view.model, view.log
    if row is None or model is None or log is None or not model.trees or not values:
        return None
    if any(i.used and i.name not in view.log_inputs for i in model.inputs):
        return None
    columns = {n: cell * len(values) for n, cell in own_inputs(view, row, task).items()}
    columns[feature] = list(values)
    outputs = model.outputs(model.matrix(columns))
    return float(outputs.min()), float(outputs.max())


def own_inputs(view: View, row: int, task: Task) -> dict[str, list[Any]]:
    """The row's own value of each of the model's inputs that is logged, as a list of one."""
    assert view.log is not None
    assert view.model is not None
    names = [i.name for i in view.model.inputs if i.name in view.log_inputs]
    cells = ", ".join(f"({view.log_inputs[n]}) AS c{k}" for k, n in enumerate(names))
    found = view.log.query(f"SELECT {cells} FROM {{t}} WHERE fw_row = ?", [row], task)
    return {n: found.column(k).to_pylist() for k, n in enumerate(names)}


def outputs_words(low: float, high: float, same: str, apart: str) -> str:
    """Say the outputs; ``same`` follows where they are one, ``apart`` where they are a range."""
    if low == high:
        return f" For this decision the model gives {number(low)} {same}."
    return f" For this decision the model gives between {number(low)} and {number(high)}, {apart}."
