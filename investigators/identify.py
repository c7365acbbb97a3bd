"""Finds the decision that was asked for: by the log's id, or by the id of a UI event."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from investigators.case import Decision
from investigators.clock import iso
from investigators.roles.profile import Profile
from investigators.roles.zone import clock_of, time_sql
from investigators.tables.table import Column, Table, quoted
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.view import View

NEAREST = 5
LISTED = 20
BARE = "ltrim(regexp_replace(lower({}), '[^a-z0-9]', '', 'g'), '0')"
NUMBERED = re.compile(r"(?P<id>.*)#(?P<number>[1-9][0-9]*)", re.DOTALL)
# How rows of a log without an id column are called (1-based).
ROW_NUMBER = re.compile(r"row (?P<number>[1-9][0-9]{0,11})")
ROW = (
    "fw_row, fw_id, epoch_us(fw_time) AS time, fw_subject AS subject, fw_score AS score,"
    " fw_decision AS label"
)


@dataclass(frozen=True, slots=True)
class _Event:
    """One UI event found by its id."""

    table: int
    row: int
    request: str | None
    time: str | None
    subject: str | None


def find_decision(view: View, wanted: str | None, task: Task | None = None) -> Decision | None:
    """Find the wanted decision; ``None`` when none is wanted and the log has more than one row.

    ``wanted`` is the log's id, a UI event's id, ``ID#2`` for the second of several, or ``row 17``
    in a log without ids.  An event without a request in the log is a decision without a row
    (``Decision.row`` is ``None``).

    Raises:
        InputTrouble: the id occurs nowhere (nearest ones are named) or several times (all are
            listed as ``ID#1 ... ID#n`` with their times).
    """
    log = view.log
    if wanted is None or not wanted.strip():
        return _from_log(view, _rows(log, "TRUE", (), task)[0]) if log and log.rows == 1 else None
    for text, number in _readings(wanted.strip()):
        rows = _rows(log, "fw_id = ?", (text,), task) if log else []
        if rows:
            return _from_log(view, _one(view, log, rows, text, number))
        events = _events(view, text, task)
        if events:
            return _from_event(view, text, _one_event(view, events, text, number), task)
    unnamed = ROW_NUMBER.fullmatch(wanted.strip())
    if unnamed and log:
        place = int(unnamed["number"]) - 1
        rows = _rows(log, "fw_id IS NULL AND fw_row = ?", (place,), task)
        if rows:
            return _from_log(view, rows[0])
    raise _unknown(view, wanted.strip(), task)


def decision_of_row(view: View, row: int, task: Task | None = None) -> tuple[str, Decision]:
    """Return the decision of a row of the log and the name by which it is found again.

    The name is its id; ``ID#2`` where it is the second of several, as :func:`find_decision`
    counts them; ``row 17`` where it has none.

    Raises:
        InputTrouble: there is no such row.
    """
    log = view.log
    found = _rows(log, "fw_row = ?", (row,), task)
    if log is None or not found:
        raise InputTrouble("the log", f"there is no row {row + 1}")
    decision = _from_log(view, found[0])
    text = found[0]["fw_id"]
    if text is None:
        return decision.id, decision
    alike = [each["fw_row"] for each in _rows(log, "fw_id = ?", (text,), task)]
    if row not in alike:
        raise InputTrouble(
            log.name,
            f"{text} occurs more than {len(alike):,} times",
            mend="is another column the id of a decision? Say so under What is what",
        )
    return (text if len(alike) == 1 else f"{text}#{alike.index(row) + 1}"), decision


def _readings(wanted: str) -> list[tuple[str, int | None]]:
    """The id as it stands first, for ids may contain ``#``; then ``ID#2``."""
    readings: list[tuple[str, int | None]] = [(wanted, None)]
    match = NUMBERED.fullmatch(wanted)
    if match:
        readings.append((match["id"], int(match["number"])))
    return readings


def _rows(
    log: Table | None, where: str, params: tuple[Any, ...], task: Task | None
) -> list[dict[str, Any]]:
    if log is None:
        return []
    sql = f"SELECT {ROW} FROM {{t}} WHERE {where} ORDER BY fw_time NULLS LAST, fw_row LIMIT 1000"
    rows: list[dict[str, Any]] = log.query(sql, params, task).to_pylist()
    return rows


def _one(
    view: View, log: Table | None, rows: list[dict[str, Any]], text: str, number: int | None
) -> dict[str, Any]:
    assert log is not None
    if number is None and len(rows) == 1:
        return rows[0]
    if number is not None and number <= len(rows):
        return rows[number - 1]
    raise _several(log.name, text, [_iso(view, row["time"]) for row in rows])


def _one_event(view: View, events: list[_Event], text: str, number: int | None) -> _Event:
    if number is None and len(events) == 1:
        return events[0]
    if number is not None and number <= len(events):
        return events[number - 1]
    name = view.ui_events[events[0].table].name
    raise _several(name, text, [event.time for event in events])


def _several(name: str, text: str, times: list[str | None]) -> InputTrouble:
    said = [f"{text}#{k} ({time or 'no time'})" for k, time in enumerate(times, start=1)]
    more = f" and {len(said) - LISTED} more" if len(said) > LISTED else ""
    occurs = "once" if len(times) == 1 else f"{len(times)} times"
    return InputTrouble(
        name,
        f"decision {text} occurs {occurs}",
        expected=f"one of {', '.join(said[:LISTED])}{more}",
        mend=f"say for example --decision '{text}#1'",
    )


def _from_log(view: View, row: dict[str, Any]) -> Decision:
    score = row["score"]
    return Decision(
        id=row["fw_id"] if row["fw_id"] is not None else f"row {row['fw_row'] + 1}",
        source="log",
        row=int(row["fw_row"]),
        time=_iso(view, row["time"]),
        subject=row["subject"],
        score=None if score is None or math.isnan(score) else float(score),
        label=row["label"],
    )


def _from_event(view: View, text: str, event: _Event, task: Task | None) -> Decision:
    """Join an event to its request's row; no such row leaves a decision without one."""
    rows = _rows(view.log, "fw_id = ?", (event.request,), task) if event.request else []
    if len(rows) > 1:
        assert view.log is not None
        times = [_iso(view, row["time"]) for row in rows]
        trouble = _several(view.log.name, str(event.request), times)
        raise InputTrouble(
            trouble.file,
            f"the request {event.request} of event {text} occurs {len(rows)} times",
            expected=trouble.expected,
            mend=trouble.mend,
        )
    place = (event.table, event.row)
    if not rows:
        return Decision(text, "ui_events", None, event.time, event.subject, event=place)
    found = _from_log(view, rows[0])
    return Decision(
        text,
        "ui_events",
        found.row,
        found.time or event.time,
        found.subject or event.subject,
        found.score,
        found.label,
        place,
    )


def _events(view: View, text: str, task: Task | None) -> list[_Event]:
    found: list[_Event] = []
    for number, table in enumerate(view.ui_events):
        event = event_column(view, number, "event")
        if event is None:
            continue
        names = {role: event_column(view, number, role) for role in ("request", "subject", "time")}
        cells = ", ".join(
            f"{quoted(name) if name else 'NULL'} AS {role}" for role, name in names.items()
        )
        sql = (
            f"SELECT fw_row, {cells} FROM {{t}} WHERE CAST({quoted(event)} AS VARCHAR) = ?"
            " ORDER BY fw_row LIMIT 1000"
        )
        column = table.column(names["time"]) if names["time"] else None
        for row in table.query(sql, (text,), task).to_pylist():
            request, subject = (
                None if row[role] is None else str(row[role]) for role in ("request", "subject")
            )
            time = event_time(view, table, column, int(row["fw_row"]))
            found.append(_Event(number, int(row["fw_row"]), request, time, subject))
    return found


def event_time(view: View, table: Table, column: Column | None, row: int) -> str | None:
    """Return the ISO time of one UI event on its own table's clock, ``None`` where it has none."""
    if column is None or column.kind in {"text", "boolean"}:
        return None
    name = quoted(column.name)
    where = f"FROM {{t}} WHERE fw_row = {row}"
    low = None
    if column.kind != "time":
        low = table.value(f"SELECT CAST({name} AS DOUBLE) {where}")
    clock = clock_of(Profile(column, 0, 1, 1, 1, low, low), view.case.brief)
    if column.kind != "time" and clock.unit is None and clock.form is None:
        return None
    found = table.value(f"SELECT epoch_us({time_sql(column, clock)}) {where}")
    return None if found is None else iso(found, zone_known=clock.known)


def event_column(view: View, number: int, role: str) -> str | None:
    """Return the own column for a role of the n-th (from 0) table of UI events."""
    source = "ui_events" if number == 0 else f"ui_events#{number + 1}"
    names = view.columns.get(f"{source}.{role}", ())
    table = view.ui_events[number]
    return next((name for name in names if table.column(name) is not None), None)


def _iso(view: View, microseconds: int | None) -> str | None:
    if microseconds is None:
        return None
    return iso(microseconds, zone_known=view.case.zone is not None)


def _unknown(view: View, wanted: str, task: Task | None) -> InputTrouble:
    """Name the nearest ids (Jaro-Winkler likeness, counted in the engine).

    An id that differs only by leading zeros, capitals or signs between its parts comes first.
    """
    near: list[tuple[float, str]] = []
    sources = [(view.log, "fw_id")] if view.log is not None else []
    for number, table in enumerate(view.ui_events):
        event = event_column(view, number, "event")
        if event is not None:
            sources.append((table, f"CAST({quoted(event)} AS VARCHAR)"))
    for table, cell in sources:
        sql = (
            f"SELECT DISTINCT {cell} AS id,"
            f" CASE WHEN {BARE.format(cell)} = {BARE.format('?')} THEN 2.0"
            f" ELSE jaro_winkler_similarity(lower({cell}), lower(?)) END AS near FROM {{t}}"
            f" WHERE {cell} IS NOT NULL ORDER BY near DESC, id LIMIT {NEAREST}"
        )
        found = table.query(sql, (wanted, wanted), task).to_pylist()
        near += [(-row["near"], row["id"]) for row in found]
    named = list(dict.fromkeys(name for _, name in sorted(near)))[:NEAREST]
    names = [table.name for table, _ in sources]
    return InputTrouble(
        " and ".join(names) or "case",
        f"no decision {wanted}",
        expected="an id of the log or of a UI event",
        mend=f"nearest: {', '.join(named)}" if named else _without_ids(view),
    )


def _without_ids(view: View) -> str:
    if view.log is None:
        return "no source has an id column"
    return (
        f"no source has an id column: say 'row 1' to 'row {view.log.rows}', "
        "or --column log.id=COLUMN"
    )
