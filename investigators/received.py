"""Did the model receive a value as the log writes it, or as it is meant?  Its scores tell.

For a sample of the rows in question the model is asked twice, with the input as logged and as
meant; only rows where exactly one of the two gives the logged score tell anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from investigators.repair import as_logged
from investigators.roles.scale import agree
from investigators.task import Task
from investigators.view import View

SAMPLE = 1_000
FEWEST = 8
NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Received:
    """Of ``n`` telling rows, how many logged scores are those of the value as meant."""

    n: int
    as_meant: int

    @property
    def meant(self) -> bool:
        """Whether the model received what was meant: only the log writes it otherwise."""
        return self.n >= FEWEST and self.as_meant >= NEARLY_ALL * self.n


def received(view: View, feature: str, meant: str, rows: str, task: Task) -> Received | None:
    """Compare logged scores with the model's for one input as logged and as ``meant``.

    ``meant`` is SQL of the input's meant value, ``rows`` SQL of the rows in question; both over
    the log.  ``None`` where there is no model, no logged score or no scale.
    """
    model, log, scale = view.model, view.log, view.case.scale
    if model is None or log is None or scale is None or scale.mapping in {"unknown", "none"}:
        return None
    names = [i.name for i in model.inputs if i.name in view.log_inputs]
    if any(i.used and i.name not in names for i in model.inputs):
        return None
    cells = ", ".join(
        f"({meant if name == feature else view.log_inputs[name]}) AS x{k}"
        for k, name in enumerate(names)
    )
    found = log.query(
        f"SELECT fw_score, fw_output, {cells} FROM {{t}} AS fw_log WHERE fw_score IS NOT NULL "
        f"AND fw_output IS NOT NULL AND coalesce({rows}, false) "
        f"ORDER BY hash(fw_row), fw_row LIMIT {SAMPLE}",
        task=task,
    )
    if not found.num_rows:
        return None
    logged, before = (found.column(k).to_numpy().astype(np.float64) for k in range(2))
    matrix = model.matrix({n: found.column(k + 2) for k, n in enumerate(names)})
    after = model.outputs(matrix)
    apart = as_logged(view, before) != as_logged(view, after)
    as_is = agree(scale, logged, before, model.to_raw(before)).equal
    as_meant = agree(scale, logged, after, model.to_raw(after)).equal
    telling = apart & (as_is != as_meant)
    return Received(int(telling.sum()), int((telling & as_meant).sum()))
