"""Where a number lies among the numbers of training, and how surprising its being outside is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from investigators.statistics import tail_share
from investigators.tables.table import Table
from investigators.task import Task

EXTREMES = 100  # largest (smallest) values by which a tail is judged


@dataclass(frozen=True, slots=True)
class Known:
    """A numeric input in the reference: rows, missing, range, extremes, place of the value."""

    rows: int
    missing: int
    below: int
    equal: int
    low: float
    high: float
    extremes: tuple[float, ...]

    @property
    def n(self) -> int:
        """Rows that have a value."""
        return self.rows - self.missing

    def beyond(self, value: float) -> Beyond | None:
        """How far outside the range a value lies; ``None`` inside."""
        if self.low <= value <= self.high:
            return None
        extremes, far = np.asarray(self.extremes), value
        if value < self.low:
            # the lower tail is the upper one of the mirrored values
            extremes, far = self.low + self.high - extremes, self.low + self.high - value
        extremes = np.sort(extremes)
        share = tail_share(extremes, self.n, far) if isfinite(far) else 0.0
        gap = float(np.diff(np.unique(extremes)).max(initial=0.0))
        return Beyond(self.high if value > self.high else self.low, gap, share, len(extremes))


@dataclass(frozen=True, slots=True)
class Beyond:
    """Outside of ``edge``: largest gap between the extremes, estimated share of rows beyond."""

    edge: float
    gap: float
    share: float
    extremes: int


def look_up(
    reference: Table, expressions: Mapping[str, str], values: Mapping[str, float | None], task: Task
) -> dict[str, Known]:
    """Look numeric inputs up in the reference in one pass, each beside the row's own value."""
    if not values or not reference.rows:
        return {}
    parts: list[str] = []
    params: list[float | None] = []
    for k, name in enumerate(values):
        x, value = f"x{k}", values[name]
        parts.append(
            f"count({x}) AS n{k}, count(*) FILTER (WHERE {x} < ?) AS b{k}, "
            f"count(*) FILTER (WHERE {x} = ?) AS e{k}, "
            f"min({x}) AS lo{k}, max({x}) AS hi{k}, "
            f"max({x}, {EXTREMES + 1}) AS top{k}, min({x}, {EXTREMES + 1}) AS bottom{k}"
        )
        params += [value, value]
    columns = ", ".join(
        f"(CASE WHEN isfinite({expressions[name]}) THEN {expressions[name]} END) AS x{k}"
        for k, name in enumerate(values)
    )
    line = reference.query(
        f"SELECT {', '.join(parts)} FROM (SELECT {columns} FROM {{t}})", params, task
    ).to_pylist()[0]
    found = {}
    for k, name in enumerate(values):
        if not line[f"n{k}"]:
            continue
        value = values[name]
        upper = value is None or value >= line[f"lo{k}"]
        found[name] = Known(
            rows=reference.rows,
            missing=reference.rows - line[f"n{k}"],
            below=line[f"b{k}"] or 0,
            equal=line[f"e{k}"] or 0,
            low=line[f"lo{k}"],
            high=line[f"hi{k}"],
            extremes=tuple(line[f"{'top' if upper else 'bottom'}{k}"]),
        )
    return found
