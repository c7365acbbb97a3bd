"""What a repair changes by day and by group of a segment: decisions both ways, scores, quality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.evidence import Cause, RepairDay, RepairGroup
from investigators.roc import EACH_OUTCOME, areas
from investigators.scope import scope_sql
from investigators.tables.table import literal, quoted
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

COLUMNS = 4  # segment columns, in the order of the case
LARGEST = 5  # groups of a column; the others are one line
FEWEST = 10  # rows of a group that stands by itself
MOST_OUTCOMES = 50_000  # of a group, evenly spaced: more would not narrow an interval that is read


@dataclass(frozen=True)
class Sides:
    """Rows in scope, ascending: scores before and after, which become adverse, which no more.

    ``worse`` and ``better`` are ``None`` without a decision rule.  ``changed`` as in ``Scored``;
    ``known`` are places of rows with an outcome and both scores, ``positive`` which came true.
    """

    rows: Rows
    before: Floats
    after: Floats
    changed: Flags
    worse: Flags | None
    better: Flags | None
    known: npt.NDArray[np.intp]
    positive: Flags


def quality_of(before: Floats, after: Floats, positive: Flags) -> dict[str, Any] | None:
    """AUC before and after with 95 % intervals; ``None`` below ten rows of either outcome."""
    if min(int(positive.sum()), int((~positive).sum())) < EACH_OUTCOME:
        return None
    found = areas(before, after, positive)
    return {
        "auc_before": round(found.before, 4),
        "auc_after": round(found.after, 4),
        "auc_before_interval": [round(end, 4) for end in found.before_interval],
        "auc_after_interval": [round(end, 4) for end in found.after_interval],
        "auc_change_interval": [round(end, 4) for end in found.change_interval],
        "n": int(positive.size),
        "positives": int(positive.sum()),
    }


def by_segment(view: View, cause: Cause, sides: Sides, task: Task) -> tuple[RepairGroup, ...]:
    """Count group by group, from rows that are scored already: the largest groups of each column.

    A column of which the scope has one group alone tells nothing and is left out.
    """
    if view.log is None or not sides.rows.size:
        return ()
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    groups: list[RepairGroup] = []
    for column in view.segments[:COLUMNS]:
        cell = f"CAST({quoted(column)} AS VARCHAR)"
        found = view.log.query(
            f"SELECT {cell} AS v, count(*) AS n FROM {{t}} AS fw_log WHERE {scope} "
            "GROUP BY v ORDER BY n DESC, v NULLS LAST",
            task=task,
        )
        values, counts = found.column(0).to_pylist(), found.column(1).to_pylist()
        largest = [v for v, n in zip(values, counts, strict=True) if n >= FEWEST][:LARGEST]
        if len(values) > 1 and largest:
            codes = _codes(view, scope, cell, largest, sides.rows, task)
            groups += _groups(column, largest, len(values) - len(largest), codes, sides)
    return tuple(groups)


def _codes(
    view: View, scope: str, cell: str, largest: Sequence[str | None], rows: Rows, task: Task
) -> npt.NDArray[np.int8]:
    """The place among the largest groups of each row in scope; one more for all others."""
    assert view.log is not None
    cases = " ".join(
        f"WHEN {cell} IS NOT DISTINCT FROM {literal(value)} THEN {k}"
        for k, value in enumerate(largest)
    )
    found = view.log.query(
        f"SELECT fw_row, CAST(CASE {cases} ELSE {len(largest)} END AS TINYINT) "
        f"FROM {{t}} AS fw_log WHERE {scope}",
        task=task,
    )
    codes = np.full(rows.size, len(largest), np.int8)
    codes[np.searchsorted(rows, found.column(0).to_numpy())] = found.column(1).to_numpy()
    return codes


def _groups(
    column: str, largest: Sequence[str | None], others: int, codes: npt.NDArray[np.int8],
    sides: Sides,
) -> Iterator[RepairGroup]:  # fmt: skip
    of_known = codes[sides.known]
    for k, value in enumerate([*largest, *([None] if others else [])]):
        here = codes == k
        moved = sides.after[here] - sides.before[here]
        moved = moved[np.isfinite(moved) & (moved != 0)]
        yield RepairGroup(
            column=column,
            value=value,
            others=others if k == len(largest) else 0,
            rows=int(here.sum()),
            decisions_changed=None if sides.worse is None else int(sides.changed[here].sum()),
            to_adverse=None if sides.worse is None else int(sides.worse[here].sum()),
            from_adverse=None if sides.better is None else int(sides.better[here].sum()),
            mean_score_change=float(moved.mean()) if moved.size else None,
            quality=_quality_at(sides, np.flatnonzero(of_known == k)),
        )


def _quality_at(sides: Sides, place: npt.NDArray[np.intp]) -> dict[str, Any] | None:
    """Quality of some of the rows with an outcome, by their place among these."""
    place = place[:: max(1, -(-place.size // MOST_OUTCOMES))]
    known = sides.known[place]
    return quality_of(sides.before[known], sides.after[known], sides.positive[place])


def by_day(view: View, cause: Cause, sides: Sides, task: Task) -> tuple[RepairDay, ...]:
    """Count day by day on the case's clock; rows without a time are left out."""
    if view.log is None or view.column("log.time") is None or not sides.rows.size:
        return ()
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    found = view.log.query(
        f"SELECT fw_row, date_diff('day', TIMESTAMP '1970-01-01', fw_time) AS day FROM {{t}} "
        f"WHERE ({scope}) AND fw_time IS NOT NULL",
        task=task,
    )
    if not found.num_rows:
        return ()
    place = np.searchsorted(sides.rows, found.column(0).to_numpy())
    dates, code = np.unique(found.column(1).to_numpy(), return_inverse=True)
    codes = np.full(sides.rows.size, -1, dtype=np.int64)
    codes[place] = code

    def counted(flags: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Sum by day, shape (days,)."""
        return np.bincount(code, weights=flags[place], minlength=dates.size)

    moved = sides.after - sides.before
    scored = np.isfinite(moved)
    rows, changed = counted(np.ones(sides.rows.size)), counted(sides.changed)
    mean = counted(np.where(scored, moved, 0.0)) / np.maximum(counted(scored), 1)
    worse, better = (None if way is None else counted(way) for way in (sides.worse, sides.better))
    of_known = codes[sides.known]
    order = np.argsort(of_known, kind="stable")
    ends = np.searchsorted(of_known[order], np.arange(dates.size + 1))
    return tuple(
        RepairDay(
            day=str(np.datetime64(int(day), "D")),
            rows=int(rows[k]),
            decisions_changed=int(changed[k]),
            mean_score_change=float(mean[k]),
            to_adverse=None if worse is None else int(worse[k]),
            from_adverse=None if better is None else int(better[k]),
            quality=_quality_at(sides, order[ends[k] : ends[k + 1]]),
        )
        for k, day in enumerate(dates)
    )
