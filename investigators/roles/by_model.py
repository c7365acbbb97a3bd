"""The score's column told by the model itself, where no name tells it (``eta_minutes``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from investigators.case import Guess
from investigators.model import Model
from investigators.roles.scale import score_scale
from investigators.tables.table import Table, quoted
from investigators.task import Task

COMPARED = 500
ENOUGH = 20
ALIKE = 0.9
# A column of few values (0, 1) agrees with a rounded output by chance.
DIFFERENT = 10


def score_by_model(
    model: Model, log: Table, inputs: Mapping[str, str], taken: Collection[str], task: Task
) -> Guess | None:
    """Give the numeric column that the model's output equals, to its rounding or in percent.

    Compares evenly spaced rows (``COMPARED`` at most).  ``inputs`` maps model inputs to SQL,
    ``taken`` are columns that play another role.  ``None`` where no column, or an input, is there.
    """
    free = [
        c.name for c in log.columns if c.kind in {"number", "integer"} and c.name not in taken
        and not c.name.startswith("fw_")
    ]  # fmt: skip
    names = [i.name for i in model.inputs if i.name in inputs]
    if not free or any(i.used and i.name not in inputs for i in model.inputs):
        return None
    step = max(1, log.rows // COMPARED)
    cells = [f"TRY_CAST({quoted(name)} AS DOUBLE) AS c{k}" for k, name in enumerate(free)]
    cells += [f"{inputs[name]} AS i{k}" for k, name in enumerate(names)]
    found = log.query(
        f"SELECT {', '.join(cells)} FROM {{t}} WHERE fw_row % {step} = 0 ORDER BY fw_row",
        task=task,
    )
    fed = {name: found.column(f"i{k}") for k, name in enumerate(names)}
    raw = model.raw(model.matrix(fed))
    output = model.to_output(raw)
    best: tuple[float, Guess] | None = None
    for k, name in enumerate(free):
        logged = found.column(f"c{k}").to_numpy(zero_copy_only=False).astype(np.float64)
        seen = logged[np.isfinite(logged)]
        if seen.size < ENOUGH or np.unique(seen).size < DIFFERENT:
            continue
        same = score_scale(logged, output, raw, kind=model.output)
        if same.scale.kind == "unknown" or same.scale.mapping == "monotone" or same.share < ALIKE:
            continue
        reason = f"the model gives it from the logged inputs ({same.reason})"
        if best is None or same.share > best[0]:
            best = (same.share, Guess("log.score", name, reason, "sure"))
    return best[1] if best else None
