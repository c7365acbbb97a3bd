"""Which component on the page is this model's own: the one whose requests are in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from investigators.case import Brief, Confidence, Guess
from investigators.tables.table import Table, quoted
from investigators.task import Task

# A component is the model's own when at least this share of its events with a request joins.
MOSTLY = 0.5
FEWEST = 5


@dataclass(frozen=True, slots=True)
class EventColumns:
    """One table of UI events with the columns that name request and component."""

    table: Table
    request: str
    component: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Events of one component: all, those with a request, those whose request is in the log."""

    component: str
    events: int
    requests: int
    joined: int


def own_components(
    log: Table,
    log_id: str,
    events: Sequence[EventColumns],
    brief: Brief,
    task: Task | None = None,
) -> tuple[tuple[str, ...], Guess]:
    """Return the model's own components and why: given, else those that join to the log's ids.

    ``log_id`` is an id column of ``log`` (``"fw_id"`` of the canonical log serves).
    """
    if brief.components:
        return brief.components, Guess("component", ", ".join(brief.components), "given", "given")
    counts = joined_components(log, log_id, events, task)
    own = [c for c in counts if c.joined and c.joined >= MOSTLY * c.requests]
    if not own:
        reason = (
            "no UI event carries a request of the log" if counts else "no UI events with requests"
        )
        return (), Guess("component", "", reason, "weak")
    first = own[0]
    said = ", ".join(f"{c.joined:,} of {c.events:,} events of {c.component}" for c in own)
    others = [c for c in counts if c.joined and c not in own]
    few = first.joined < FEWEST
    sure: Confidence = "weak" if few else ("likely" if others or len(own) > 1 else "sure")
    names = tuple(c.component for c in own)
    return names, Guess("component", ", ".join(names), f"{said} join to ids of the log", sure)


def joined_components(
    log: Table, log_id: str, events: Sequence[EventColumns], task: Task | None = None
) -> tuple[Joined, ...]:
    """Count events, requests and joins per component, the most joined first."""
    totals: dict[str, list[int]] = {}
    for each in events:
        sql = (
            f"WITH ids AS (SELECT DISTINCT CAST({quoted(log_id)} AS VARCHAR) AS id"
            f" FROM {log.relation})"
            f" SELECT CAST({quoted(each.component)} AS VARCHAR) AS component, count(*) AS events,"
            f" count({quoted(each.request)}) AS requests, count(ids.id) AS joined"
            f" FROM {{t}} AS shown LEFT JOIN ids"
            f" ON ids.id = CAST(shown.{quoted(each.request)} AS VARCHAR)"
            f" WHERE {quoted(each.component)} IS NOT NULL GROUP BY 1"
        )
        for row in each.table.query(sql, task=task).to_pylist():
            total = totals.setdefault(row["component"], [0, 0, 0])
            for place, key in enumerate(("events", "requests", "joined")):
                total[place] += int(row[key])
    found = [Joined(name, *counts) for name, counts in totals.items()]
    return tuple(sorted(found, key=lambda each: (-each.joined, each.component)))
