"""When something is there: first and last rows that carry a condition, as onset and end."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from investigators.clock import iso
from investigators.evidence import Onset
from investigators.tables.table import Table
from investigators.task import Task

# Rows free of it before the first (after the last) one must have been this unlikely by chance for
# the condition to count as new (ended): the contract's interval is a 99 % one.
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Presence:
    """Rows that carry a condition (of ``total``), and since and until when (see ``Onset``)."""

    rows: int
    total: int
    onset: Onset | None = None
    onset_known: bool = False
    end: Onset | None = None
    ongoing: bool | None = None


def presence(
    table: Table, condition: str, when: str | None, task: Task, *, zone_known: bool
) -> Presence:
    """Find since when ``condition`` (SQL, never NULL) is carried by rows of ``table``.

    ``when`` is an SQL expression of a TIMESTAMP, ``None`` without times.  ``onset`` is None when
    it is there from the first row: rows before the first carrying one are too few to say more.
    """
    if when is None:
        rows = table.value(f"SELECT count(*) FILTER (WHERE {condition}) FROM {{t}}", task=task)
        return Presence(int(rows), table.rows)
    inside = f"(SELECT epoch_us({when}) AS us, {condition} AS carried FROM {{t}})"
    rows, first, last = _line(
        table,
        "SELECT count(*) FILTER (WHERE carried), min(us) FILTER (WHERE carried), "
        f"max(us) FILTER (WHERE carried) FROM {inside}",
        task,
    )
    if not rows or first is None or last is None:
        return Presence(int(rows or 0), table.rows)
    before, before_at, after, after_at, between = _line(
        table,
        f"SELECT count(*) FILTER (WHERE us < {first}), max(us) FILTER (WHERE us < {first}), "
        f"count(*) FILTER (WHERE us > {last}), min(us) FILTER (WHERE us > {last}), "
        f"count(*) FILTER (WHERE us BETWEEN {first} AND {last}) FROM {inside}",
        task,
    )
    new = _absent_by_chance(int(rows), int(between or 0), int(before or 0)) < log(CHANCE)
    ended = _absent_by_chance(int(rows), int(between or 0), int(after or 0)) < log(CHANCE)

    def said(microseconds: int | None) -> str | None:
        return None if microseconds is None else iso(microseconds, zone_known=zone_known)

    return Presence(
        int(rows),
        table.rows,
        Onset(said(before_at), said(first)) if new else None,
        onset_known=True,
        end=Onset(said(last), said(after_at)) if ended else None,
        ongoing=not ended,
    )


def _line(table: Table, sql: str, task: Task) -> tuple[int | None, ...]:
    found = table.query(sql, task=task)
    return tuple(column[0].as_py() for column in found.columns)


def _absent_by_chance(rows: int, between: int, outside: int) -> float:
    """Log chance that ``outside`` rows carry none when a share rows / between of rows does."""
    share = min(rows / between, 1.0) if between else 0.0
    return outside * log(max(1 - share, 1e-300))
