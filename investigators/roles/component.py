"""Which component on the page is this model's own: the one whose requests are in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from investigators.case import Brief, Confidence, Guess
from investigators.tables.table import Table, literal, quoted
from investigators.task import Task

# A component is the model's own when at least this share of its events with a request joins.
MOSTLY = 0.5
FEWEST = 5
# Requests that several components carry: above this share they are ids of pages, not of boxes.
FEW_SHARED = 0.05


@dataclass(frozen=True, slots=True)
class EventColumns:
    """One table of UI events with the columns that name component, request, session and item."""

    table: Table
    request: str | None
    component: str
    session: str | None = None
    item: str | None = None


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
    if len(own) > 1 and _share_requests(log, log_id, events, [c.component for c in own], task):
        return _by_item(log, events, {c.component for c in own}, task)
    if not own:
        reason = (
            "no UI event carries a request of the log" if counts else "no UI events with requests"
        )
        found = _by_item(log, events, None, task)
        return found if found[0] else ((), Guess("component", "", reason, "weak"))
    first = own[0]
    said = ", ".join(f"{c.joined:,} of {c.events:,} events of {c.component}" for c in own)
    others = [c for c in counts if c.joined and c not in own]
    few = first.joined < FEWEST
    sure: Confidence = "weak" if few else ("likely" if others or len(own) > 1 else "sure")
    names = tuple(c.component for c in own)
    return names, Guess("component", ", ".join(names), f"{said} join to ids of the log", sure)


def _share_requests(
    log: Table, log_id: str, events: Sequence[EventColumns], own: Sequence[str], task: Task | None
) -> bool:
    """Whether the boxes of a page carry one request id: then joining tells no owner."""
    seen = " UNION ALL ".join(
        f"SELECT {text_of(each.request)} AS r, {text_of(each.component)} AS c "
        f"FROM {each.table.relation}"
        for each in events
        if each.request is not None
    )
    names = ", ".join(literal(name) for name in own)
    sql = (
        f"SELECT count(*) AS n, count(*) FILTER (WHERE k > 1) AS shared FROM (SELECT r, "
        f"count(DISTINCT c) AS k FROM ({seen}) WHERE c IN ({names}) AND r IN "
        f"(SELECT CAST({quoted(log_id)} AS VARCHAR) FROM {log.relation}) GROUP BY r)"
    )
    line = log.query(sql, task=task).to_pylist()[0]
    return bool(line["shared"] > FEW_SHARED * line["n"])


def _by_item(
    log: Table, events: Sequence[EventColumns], among: set[str] | None, task: Task | None
) -> tuple[tuple[str, ...], Guess]:
    """The one component whose boxes show what the log scored in the same session, if any."""
    totals: dict[str, list[int]] = {}
    for each in events:
        item = None if each.item is None else log.column(each.item)
        if item is None or each.session is None:
            continue
        sql = (
            f"WITH scored AS (SELECT DISTINCT fw_session AS s, {text_of(item.name)} AS i "
            f"FROM {log.relation}) SELECT {text_of(each.component)} AS c, count(*) AS n, "
            f"count(scored.i) AS joined FROM {{t}} AS shown LEFT JOIN scored ON scored.s = "
            f"{text_of(each.session, 'shown')} AND scored.i = {text_of(str(each.item), 'shown')} "
            f"WHERE {quoted(each.component)} IS NOT NULL GROUP BY 1"
        )
        for row in each.table.query(sql, task=task).to_pylist():
            total = totals.setdefault(row["c"], [0, 0])
            total[0] += int(row["n"])
            total[1] += int(row["joined"])
    fit = {c: t for c, t in totals.items() if t[1] >= max(FEWEST, MOSTLY * t[0])}
    own = sorted(c for c in fit if among is None or c in among)
    if len(own) == 1:
        n, joined = fit[own[0]]
        words = f"{joined:,} of {n:,} events of {own[0]} show an item the log scored in the session"
        return (own[0],), Guess("component", own[0], words, "likely")
    words = "no item tells whose box it is"
    if among:
        words = f"{' and '.join(sorted(among))} carry the same requests of the log"
    return (), Guess("component", "", words, "weak")


def text_of(column: str | None, table: str = "") -> str:
    """SQL of a column as text, empty as NULL."""
    name = f"{table}.{quoted(str(column))}" if table else quoted(str(column))
    return f"nullif(CAST({name} AS VARCHAR), '')"


def joined_components(
    log: Table, log_id: str, events: Sequence[EventColumns], task: Task | None = None
) -> tuple[Joined, ...]:
    """Count events, requests and joins per component, the most joined first."""
    totals: dict[str, list[int]] = {}
    for each in events:
        if each.request is None:
            continue
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
