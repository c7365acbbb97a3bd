"""Columns of UI events beside the log's own: where and by what a request was shown.

``screens.csv`` with ``request_id, app_version, locale`` gives each request the value that all its
events have: ``screens.app_version``; none where it has no event, or events of several values.
Only the checks that compare what was shown are told of them: a request without an event has none
of these values, so that a group of them, or a loss of events, would be found by its own absence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from investigators.case import Guess
from investigators.lookup_groups import LOOKED_AT, names_beside
from investigators.roles.profile import Profile, profiles
from investigators.tables.table import Column, Table, quoted
from investigators.task import Task

# of the roles of UI events those that say where a request was shown, not what
PLACES = ("device", "app_version", "locale", "section", "arm", "service", "model_version",
          "component")  # fmt: skip
MARK = "cached"  # says how: what was shown late or old carries it, wherever that lies
MOST_VALUES = 60  # more are not coded as a segment
MOST_COLUMNS = 24
COMPARED = ("text", "integer", "number", "boolean")
HALF = 0.5  # of the requests are found once capitals do not count
Events = tuple[Table, dict[str, str]]


def join_shown(
    log: Table, events: Sequence[Events], task: Task
) -> tuple[Table, tuple[Column, ...], tuple[Column, ...]]:
    """Join one value a request with the canonical log; nothing is copied, no row is added.

    ``events`` are tables with their columns by role.

    Returns:
        The log with further columns beside its own (as text, not among ``log.columns``), those
        that say where a request was shown, and those that say that it came from a cache.
    """
    taken = {c.name for c in log.columns}
    places: tuple[Column, ...] = ()
    marks: tuple[Column, ...] = ()
    for number, (table, roles) in enumerate(events):
        task.tick(number, len(events), f"Joining {table.name}")
        room = MOST_COLUMNS - len(places)
        known = _fitting(table, roles, task)
        chosen = [role for role in PLACES if role in known][:room]
        chosen += [MARK] * (MARK in known)
        if "request" not in roles or not chosen:
            continue
        names = names_beside(table, [known[role] for role in chosen], taken)
        log = _with(log, table, roles["request"], names, number)
        again = _again(log, names, task)
        for role, name in zip(chosen, names, strict=True):
            if name in again:
                continue
            column = (Column(name, "text"),)
            places, marks = (places, marks + column) if role == MARK else (places + column, marks)
        taken |= set(names)
    return log, places, marks


def _fitting(table: Table, roles: Mapping[str, str], task: Task) -> dict[str, Column]:
    """Columns by role that part the events: of few values, more than one."""
    wanted = [c for c in table.columns if c.name in {roles.get(r) for r in (*PLACES, MARK)}]
    if not wanted:
        return {}
    known: Mapping[str, Profile] = profiles(replace(table, columns=tuple(wanted)), task)
    few = {c.name: c for c in wanted if 1 < known[c.name].distinct <= MOST_VALUES}
    return {role: few[n] for role in (*PLACES, MARK) if (n := roles.get(role)) in few}


def _with(
    log: Table, events: Table, request: str, names: Mapping[str, Column], number: int
) -> Table:
    """The log with the events' columns beside its own; ``columns`` stays what it was."""
    key = f"CAST({quoted(request)} AS VARCHAR)"
    cells = [f"nullif(CAST({quoted(c.name)} AS VARCHAR), '')" for c in names.values()]
    once = events.value(f"SELECT count({key}) = count(DISTINCT {key}) FROM {{t}}")
    one = cells if once else [f"CASE WHEN min({c}) = max({c}) THEN min({c}) END" for c in cells]
    inner = ", ".join(f"{cell} AS fw_c{k}" for k, cell in enumerate(one))
    outer = ", ".join(f"fw_e{number}.fw_c{k} AS {quoted(name)}" for k, name in enumerate(names))
    by = "" if once else " GROUP BY fw_key"
    return log.with_relation(
        f"(SELECT fw_log.*, {outer} FROM {log.relation} AS fw_log LEFT JOIN (SELECT {key} AS "
        f"fw_key, {inner} FROM {events.relation} WHERE {key} IS NOT NULL{by}) AS fw_e{number} "
        f"ON fw_log.fw_id = fw_e{number}.fw_key)"
    )


def _again(log: Table, names: Sequence[str] | Mapping[str, Column], task: Task) -> set[str]:
    """Joined columns that say, wherever they say anything, what a column of the log says."""
    own = [c.name for c in log.columns if c.kind in COMPARED and not c.name.startswith("fw_")]
    tried = [(name, other) for name in names for other in own]
    if not tried:
        return set()
    parts = ", ".join(
        f"bool_and(CAST({quoted(other)} AS VARCHAR) IS NOT DISTINCT FROM {quoted(name)}) FILTER "
        f"({quoted(name)} IS NOT NULL) AS s{k}"
        for k, (name, other) in enumerate(tried)
    )
    sql = f"SELECT {parts} FROM {{t}} WHERE fw_row < {LOOKED_AT}"
    line = log.query(sql, task=task)
    return {name for k, (name, _) in enumerate(tried) if line.column(k)[0].as_py()}


def with_ids_of_log(
    log: Table, events: Sequence[Events], task: Task
) -> tuple[tuple[Events, ...], list[Guess]]:
    """The events with request ids in the log's capitals or small letters, where only these differ.

    Ids that the log writes in both are never changed: there letters may tell two requests apart.
    """
    found = [_as_logged(log, table, roles, task) for table, roles in events]
    read = tuple((table, roles) for (table, _), (_, roles) in zip(found, events, strict=True))
    return read, [guess for _, guess in found if guess is not None]


def _as_logged(
    log: Table, events: Table, roles: Mapping[str, str], task: Task
) -> tuple[Table, Guess | None]:
    if "request" not in roles:
        return events, None
    request = roles["request"]
    key = f"CAST({quoted(request)} AS VARCHAR)"
    known = f"(SELECT fw_id FROM {log.relation} WHERE fw_id IS NOT NULL)"
    some = f"FROM {{t}} WHERE fw_row < {LOOKED_AT} AND {key} IS NOT NULL"
    if events.value(f"SELECT coalesce(bool_or({key} IN {known}), true) {some}", task=task):
        return events, None
    for change, said in (("lower", "small letters"), ("upper", "capitals")):
        kept = log.value(f"SELECT bool_and(fw_id = {change}(fw_id)) FROM {{t}}", task=task)
        found = f"avg(CAST({change}(trim({key})) IN {known} AS DOUBLE))"
        if not kept or (events.value(f"SELECT {found} {some}", task=task) or 0) < HALF:
            continue
        cells = f"* REPLACE ({change}(trim({key})) AS {quoted(request)})"
        reason = f"its ids are read in {said}, as the log writes them"
        guess = Guess("ui_events.request", request, reason, "likely")
        return events.with_relation(f"(SELECT {cells} FROM {events.relation})"), guess
    return events, None
