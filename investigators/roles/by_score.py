"""Finds the decision column that no name tells: of two values, and they part at one score."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from investigators.case import Brief, Guess
from investigators.roles.profile import Profile
from investigators.roles.rule import decision_rule
from investigators.tables.table import Table, quoted
from investigators.task import Task

FEWEST = 50
RARER = 5  # rows of the rarer value
PARTED = 0.99
LOOKED_AT = 100_000


def decision_by_score(
    table: Table,
    columns: Mapping[str, Profile],
    score: str,
    taken: Collection[str],
    task: Task | None = None,
) -> Guess | None:
    """Return the one free column of two values that the score parts (evenly spaced rows).

    ``None`` where none or several do.
    """
    candidates = [
        p
        for p in columns.values()
        if p.name not in taken
        and p.column.kind in {"text", "boolean", "integer"}
        and len(p.values) == 2
        and p.values[1][1] >= RARER
        and p.filled >= max(FEWEST, PARTED * p.rows)
    ]
    if not candidates:
        return None
    step = max(1, -(-table.rows // LOOKED_AT))
    cells = ", ".join(
        f"CAST({quoted(p.name)} AS VARCHAR) AS c{k}" for k, p in enumerate(candidates)
    )
    found = table.query(
        f"SELECT TRY_CAST({quoted(score)} AS DOUBLE), {cells} FROM {{t}} "
        f"WHERE fw_row % {step} = 0 ORDER BY fw_row",
        task=task,
    )
    scores = found.column(0).to_numpy(zero_copy_only=False).astype(np.float64)
    parted = []
    for number, one in enumerate(candidates, start=1):
        rule, _ = decision_rule(scores, found.column(number).to_pylist(), Brief())
        told, of = rule.rows_explained or 0, rule.rows_total or 0
        if rule.source == "inferred" and of >= FEWEST and told >= PARTED * of:
            labels = " / ".join(rule.labels)
            reason = f"by the score: {labels} part at one score in {told:,} of {of:,} rows"
            parted.append(Guess("log.decision", one.name, reason, "weak"))
    return parted[0] if len(parted) == 1 else None
