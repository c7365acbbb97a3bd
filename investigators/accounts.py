"""Who uses an account: sessions and devices per subject, changes between devices, several at once.

From UI events, else from the log.  Everything is aggregated in the engine, a row a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from investigators.impressions import Events, event_tables
from investigators.owners import HALF_HOUR, Owned, owned
from investigators.spelling import names_a_device
from investigators.tables.table import Table, quoted
from investigators.task import Task
from investigators.view import View
from investigators.whereabouts import Whereabouts, rows_of_sort, whereabouts

AT_ONCE = 60  # seconds between two sessions that count as at the same time
SESSIONS_SHOWN = 30
IN_ORDER = (
    "fw_o AS MATERIALIZED (SELECT *, lag(device) OVER w AS before, "
    "max(b) OVER (PARTITION BY who ORDER BY a, session, device ROWS BETWEEN UNBOUNDED "
    "PRECEDING AND 1 PRECEDING) AS until FROM fw_s "
    "WINDOW w AS (PARTITION BY who ORDER BY a, session, device))"
)


@dataclass(frozen=True)
class Source:
    """Rows (``sql``: who, session, device, us, place) of somebody's use, and what they are called.

    ``table`` runs the queries; ``column`` is the subject's own column of ``rows`` rows.  ``place``
    numbers the ``tables`` that were put together.  ``silent`` are tables whose rows have a subject
    and not what is compared.  ``told`` are tables that do not name the subject, with what told it.
    """

    table: Table
    sql: str
    column: str
    what: str
    rows: int
    zone_known: bool
    tables: int = 1
    silent: tuple[Owned, ...] = ()
    told: tuple[Owned, ...] = ()


@dataclass(frozen=True)
class Use:
    """How one subject uses the account, and how many of ``others`` do so at least as much.

    ``pairs`` are sessions that follow another one, ``changes`` those on another device than it,
    ``at_once`` those that began before it had ended, on another device.  ``others_*`` count
    other subjects; ``rest_pairs`` and ``rest_changes`` are sums over them.
    """

    sessions: int
    devices: int
    pairs: int
    changes: int
    at_once: int
    others: int
    others_changes: int
    others_at_once: int
    rest_pairs: int
    rest_changes: int
    most_devices: int


def sources(view: View, task: Task) -> list[Source]:
    """The rows that tell subject and device: of all tables of UI events, else of the log."""
    shown = events_with(view, "device", task)
    if shown is not None:
        return [shown]
    device = _device_of_log(view)
    if view.log is None or device is None or view.column("log.subject") is None:
        return []
    sql = (
        f"SELECT fw_subject AS who, fw_session AS session, CAST({quoted(device)} AS VARCHAR) "
        f"AS device, epoch_us(fw_time) AS us, 0 AS place FROM {view.log.relation}"
    )
    column = str(view.column("log.subject"))
    known = view.case.zone is not None
    return [Source(view.log, sql, column, "requests", view.log.rows, known)]


def events_with(view: View, role: str, task: Task) -> Source | None:
    """All tables of UI events that have subject and ``role``, as if they were one.

    One account may be used in the app and on the web, each with a table of its own: judged table
    by table, both are one person's.  ``None`` where no table has both.
    """
    theirs = owned(view, event_tables(view, task))
    using = [one for one in theirs if role in one.events.columns]
    if not using:
        return None
    rows = " UNION ALL ".join(
        f"SELECT {one.who} AS who, {one.events.text('session')} AS session, "
        f"{one.events.text(role)} AS device, {one.events.microseconds} AS us, "
        f"{one.events.number} AS place FROM {one.relation}"
        for one in using
    )
    own = [one for one in (*using, *theirs) if not one.road]
    names = [one.events.columns["subject"] for one in own]
    names += [name] if (name := view.column("log.subject")) is not None else []
    logged = (n for n in names if view.log is not None and view.log.column(n) is not None)
    return Source(
        using[0].events.table, rows, next(logged, names[0]), "UI events",
        sum(one.events.table.rows for one in using), all(one.events.zone_known for one in using),
        len(using), tuple(one for one in theirs if one not in using),
        tuple(one for one in using if one.road),
    )  # fmt: skip


def _device_of_log(view: View) -> str | None:
    """A segment column of the log, or an input, that is named as a device is."""
    names = [*view.segments, *(view.column(f"log.feature:{n}") or n for n in view.log_inputs)]
    for name in names:
        known = view.log is not None and view.log.column(name) is not None
        if known and names_a_device(name):
            return name
    return None


def _sessions(source: Source, whose: str = "who IS NOT NULL") -> str:
    """SQL of sessions in order: who, device, begin, end, and how each follows the one before.

    A session that several tables have is told by the first of them: each may call one device
    otherwise.
    """
    first = "" if source.tables == 1 else "QUALIFY p = min(p) OVER (PARTITION BY who, session)"
    return (
        "WITH fw_s AS MATERIALIZED (SELECT * FROM (SELECT who, device, "
        f"coalesce(session, device || us // {HALF_HOUR}) AS session, min(us) AS a, max(us) AS b, "
        "count(*) AS k, min(place) AS p FROM "
        f"({source.sql}) WHERE {whose} AND device IS NOT NULL GROUP BY ALL) {first}), "
        f"{IN_ORDER}"
    )


def main_of_session(source: Source) -> str:
    """SQL of sessions in order like that of devices, each with the one value most of it shows.

    What a person looks at changes within a visit; what most of the visit is about does so less.
    """
    return (
        "WITH fw_s AS MATERIALIZED (SELECT who, max({'n': n, 'v': v}).v AS device, session, "
        "min(a) AS a, max(b) AS b, sum(n) AS k FROM (SELECT who, device AS v, coalesce(session, "
        f"'at ' || us // {HALF_HOUR}) AS session, min(us) AS a, max(us) AS b, count(*) AS n FROM "
        f"({source.sql}) WHERE who IS NOT NULL AND device IS NOT NULL GROUP BY ALL) "
        f"GROUP BY who, session), {IN_ORDER}"
    )


def untold_sessions(source: Source, who: str, task: Task) -> int:
    """Sessions of a subject in tables that do not name what is compared, and in no other's time."""
    if not source.silent:
        return 0
    rows = " UNION ALL ".join(
        f"SELECT {one.events.text('session')} AS session, {one.events.microseconds} AS us FROM "
        f"{one.relation} WHERE {one.who} = $1"
        for one in source.silent
    )
    found = source.table.value(
        f"WITH fw_k AS (SELECT session, us FROM ({source.sql}) WHERE who = $1 AND device IS NOT "
        f"NULL) SELECT count(DISTINCT coalesce(session, 'at ' || us // {HALF_HOUR}, '')) FROM "
        f"({rows}) AS o WHERE NOT EXISTS (SELECT 1 FROM fw_k WHERE fw_k.session = o.session OR "
        f"abs(fw_k.us - o.us) <= {HALF_HOUR})",
        [who],
        task,
    )
    return int(found)


def use_of(source: Source, who: str, task: Task) -> Use | None:
    """Compare one subject's use with everybody else's; ``None`` where the source has none of it."""
    line = source.table.query(
        f"{_sessions(source)}, fw_a AS MATERIALIZED (SELECT who, count(*) AS sessions, "
        "count(DISTINCT device) AS devices, count(before) AS pairs, "
        "count(*) FILTER (before <> device) AS changes, "
        f"count(*) FILTER (before <> device AND a <= until + {AT_ONCE * 1_000_000}) AS at_once "
        "FROM fw_o GROUP BY who), fw_m AS (SELECT * FROM fw_a WHERE who = ?) "
        "SELECT m.sessions, m.devices, m.pairs, m.changes, m.at_once, "
        "count(a.who), "
        "count(*) FILTER (a.changes >= m.changes), count(*) FILTER (a.at_once >= m.at_once), "
        "coalesce(sum(a.pairs), 0)::BIGINT, coalesce(sum(a.changes), 0)::BIGINT, "
        "coalesce(max(a.devices), 0)::BIGINT "
        "FROM fw_m AS m LEFT JOIN fw_a AS a ON a.who <> m.who GROUP BY ALL",
        [who],
        task,
    )
    if not line.num_rows:
        return None
    numbers = [int(column[0].as_py()) for column in line.columns]
    if numbers[5] == 0:  # nobody to compare with: the outer join's empty row counts as none
        numbers[6:8] = [0, 0]
    return Use(*numbers)


def sessions_of(source: Source, who: str, task: Task) -> list[tuple[str, str, str, int]]:
    """The subject's sessions in order (at most thirty): begin as text, session, device, rows."""
    mark = "Z" if source.zone_known else ""
    found = source.table.query(
        f"{_sessions(source, 'who = ?')} SELECT coalesce(strftime(make_timestamp(a), "
        f"'%Y-%m-%d %H:%M:%S{mark}'), ''), session, device, k FROM fw_s "
        f"ORDER BY a, session, device LIMIT {SESSIONS_SHOWN}",
        [who],
        task,
    )
    lines = zip(*(column.to_pylist() for column in found.columns), strict=True)
    return [(str(a), str(s), str(d), int(k)) for a, s, d, k in lines]


@dataclass(frozen=True)
class Clash:
    """Requests whose subject differs between log and UI events: ``clash`` of ``joined``.

    ``this`` is (subject in the log, subject in the events) of the picked request, if joined.
    """

    joined: int
    clash: int
    this: tuple[str, str] | None


def clash(view: View, tables: Sequence[Events], request: str | None, task: Task) -> Clash | None:
    """Compare subjects of log and events by request id; ``None`` where they cannot be joined."""
    both = _joined_sql(view, tables)
    if view.log is None or both is None:
        return None
    line = view.log.query(
        f"SELECT count(*), count(*) FILTER (fw_subject <> fw_e.s) {both}", (), task
    )
    joined, wrong = (int(column[0].as_py()) for column in line.columns)
    this = None
    if request is not None and joined:
        mine = view.log.query(
            f"SELECT fw_subject, fw_e.s {both} AND fw_id = ? LIMIT 1", [request], task
        )
        if mine.num_rows:
            this = (str(mine.column(0)[0].as_py()), str(mine.column(1)[0].as_py()))
    return Clash(joined, wrong, this)


def _joined_sql(view: View, tables: Sequence[Events]) -> str | None:
    """SQL after SELECT: the log's requests with their subject in the events as ``fw_e.s``."""
    usable = [e for e in tables if {"request", "subject"} <= set(e.columns)]
    if not usable or not {"log.id", "log.subject"} <= set(view.columns):
        return None
    shown = " UNION ALL ".join(
        f"SELECT {e.text('request')} AS r, {e.text('subject')} AS s FROM {e.table.relation}"
        for e in usable
    )
    return (
        f"FROM {{t}} JOIN (SELECT r, min(s) AS s FROM ({shown}) WHERE r IS NOT NULL AND s IS NOT "
        "NULL GROUP BY r) AS fw_e ON fw_id = fw_e.r WHERE fw_subject IS NOT NULL"
    )


def where_they_clash(view: View, tables: Sequence[Events], task: Task) -> Whereabouts | None:
    """Segment and time in which log and events name different subjects; ``None`` for nowhere."""
    both = _joined_sql(view, tables)
    if view.log is None or both is None:
        return None
    known, differ = rows_of_sort(view.log, f"SELECT fw_row, fw_subject <> fw_e.s {both}", task)
    return whereabouts(view, known, differ, task, beside=view.shown)
