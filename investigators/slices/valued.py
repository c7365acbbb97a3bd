"""Rows whose errors or scores are compared by their ranks: outcomes that are values, or none."""

from __future__ import annotations

import numpy as np

from investigators.groups import finite, prediction_sql
from investigators.slices.rows import Marked, fetched
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View


def error_rows(view: View, log: Table, task: Task) -> Marked:
    """Rows with an outcome that is a value and a prediction; measure "error"."""
    predicted = prediction_sql(view, regression=True)
    return _rows(log, predicted, f"{finite('l.fw_outcome')} - {predicted}", task)


def score_rows(view: View, log: Table, task: Task) -> Marked:
    """Rows with a score; measure "score"."""
    regression = prediction_sql(view, regression=True)
    score = f"coalesce({finite('l.fw_score')}, {regression})"
    return _rows(log, score, None, task)


def _rows(log: Table, score: str, error: str | None, task: Task) -> Marked:
    sql = (
        "SELECT fw_row AS row, "
        "md5_number_lower(coalesce(l.fw_subject, l.fw_id, l.fw_row::VARCHAR))::UBIGINT AS subject, "
        f"({score})::DOUBLE AS score, ({error or 0})::DOUBLE AS error FROM {{t}} AS l"
    )
    key = ("valued rows", log.relation, sql)
    parts = log.engine.once(key, lambda: fetched(log, sql, task))
    n = len(parts["row"])
    none = np.zeros(n, dtype=np.bool_)
    rows = Marked(
        "error" if error else "score", parts["row"], none, none, parts["score"], parts["score"],
        parts["subject"], parts["searching"].astype(np.bool_), None, errors=parts["error"],
    )  # fmt: skip
    return rows.only(np.isfinite(parts["score"]) & np.isfinite(parts["error"]))
