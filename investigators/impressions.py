"""UI events as impressions: which component showed what, where, and for which request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from investigators.case import Decision
from investigators.chart import Cells
from investigators.roles.profile import Profile
from investigators.roles.step_words import is_display, is_end
from investigators.roles.zone import clock_of, time_sql
from investigators.tables.table import Table, literal, quoted
from investigators.task import Task
from investigators.view import View

# In the order of Impression's fields.
ROLES = (
    "event", "request", "session", "subject", "time", "component", "title", "position", "item",
    "text", "service", "model_version", "section", "device", "app_version", "locale", "cached",
)  # fmt: skip
MORE_ROLES = ("profile", "step")  # of an event, yet nothing of what one impression shows
# A record counts as "all do" from this share on, and only with this many to look at.
NEARLY_ALL, ENOUGH = 0.95, 20
PAGE_SECONDS = 60
MOST_STEPS = 60
PAGE_ROWS = 40


@dataclass(frozen=True, slots=True)
class Impression:
    """One UI event; roles that the table lacks, or the row leaves empty, are ``None``."""

    table: int
    row: int
    event: str | None = None
    request: str | None = None
    session: str | None = None
    subject: str | None = None
    time: str | None = None
    component: str | None = None
    title: str | None = None
    position: str | None = None
    item: str | None = None
    text: str | None = None
    service: str | None = None
    model_version: str | None = None
    section: str | None = None
    device: str | None = None
    app_version: str | None = None
    locale: str | None = None
    cached: str | None = None

    @property
    def box(self) -> str:
        """Plain words for the box: its title and position where known."""
        title = f"the box “{self.title}”" if self.title else "the box"
        return f"{title} at position {self.position}" if self.position else title


@dataclass(frozen=True)
class Events:
    """One table of UI events with its columns by role; ``number`` is its place among them.

    ``when`` is SQL of the event's time on its own clock, ``None`` without one; ``zone_known``
    whether that clock is UTC.  ``steps`` are the values of a column of steps (received, queued,
    shown ...), none where every event is a display.
    """

    table: Table
    columns: dict[str, str]
    number: int
    when: str | None = None
    zone_known: bool = False
    steps: tuple[str, ...] = ()

    def text(self, role: str) -> str:
        """SQL of a role as text, empty as NULL; NULL when the table has no such column."""
        name = self.columns.get(role)
        return "NULL::VARCHAR" if name is None else f"nullif(CAST({quoted(name)} AS VARCHAR), '')"

    @property
    def microseconds(self) -> str:
        """SQL of the event's time in microseconds; NULL without one."""
        return "NULL::BIGINT" if self.when is None else f"epoch_us({self.when})"

    @property
    def shows(self) -> str:
        """SQL: the event is a display, not another step of the request."""
        return "true" if not self.steps else self._step_in(is_display)

    @property
    def ends(self) -> str:
        """SQL: the event says that its request ended without being shown."""
        return "false" if not self.steps else self._step_in(is_end)

    def _step_in(self, kind: Callable[[str], bool]) -> str:
        named = ", ".join(literal(step) for step in self.steps if kind(step))
        return f"coalesce({self.text('step')} IN ({named}), false)" if named else "false"

    def _said(self, role: str) -> str:
        """SQL of the time as ISO text; what cannot be read as a time stands as it is."""
        if self.when is None:
            return self.text(role)
        mark = "Z" if self.zone_known else ""
        return f"coalesce(strftime({self.when}, '%Y-%m-%dT%H:%M:%S{mark}'), {self.text(role)})"

    def impressions(
        self, where: str, params: Sequence[Any], task: Task, limit: int | None = None
    ) -> list[Impression]:
        """Read rows in order of time and row."""
        parts = ", ".join(
            f"{self._said(role) if role == 'time' else self.text(role)} AS fw_{role}"
            for role in ROLES
        )
        order = f"{self.when}, fw_row" if self.when else "fw_row"
        sql = f"SELECT fw_row, {parts} FROM {{t}} WHERE {where} ORDER BY {order}"
        if limit is not None:
            sql += f" LIMIT {limit}"
        found = self.table.query(sql, params, task)
        lines = zip(*(column.to_pylist() for column in found.columns), strict=True)
        return [Impression(self.number, *line) for line in lines]


def _clock(view: View, table: Table, name: str | None, task: Task) -> tuple[str | None, bool]:
    """SQL of a column's time (numbers count from 1970), and whether it is UTC."""
    column = None if name is None else table.column(name)
    if column is None or column.kind == "boolean":
        return None, False
    if column.kind == "text":
        return f"TRY_CAST({quoted(column.name)} AS TIMESTAMP)", view.case.brief.zone == "UTC"
    low = high = None
    if column.kind != "time":
        number = f"CAST({quoted(column.name)} AS DOUBLE)"
        ends = f"min({number}), max({number})"
        low, high = (
            c[0].as_py() for c in table.query(f"SELECT {ends} FROM {{t}}", (), task).columns
        )
    clock = clock_of(Profile(column, 0, table.rows, table.rows, 1, low, high), view.case.brief)
    if column.kind != "time" and clock.unit is None:
        return None, False
    return time_sql(column, clock), clock.known


def event_tables(view: View, task: Task) -> tuple[Events, ...]:
    """All tables of UI events; a role's column is used only where the table really has it."""
    found = []
    for number, table in enumerate(view.ui_events):
        prefix = "ui_events." if number == 0 else f"ui_events#{number + 1}."
        names = {role: view.column(prefix + role) for role in (*ROLES, *MORE_ROLES)}
        columns = {r: n for r, n in names.items() if n is not None and table.column(n)}
        when, known = _clock(view, table, columns.get("time"), task)
        steps: tuple[str, ...] = ()
        if "step" in columns:
            steps = tuple(str(v) for v, _ in table.counts(columns["step"], MOST_STEPS, task) if v)
        found.append(Events(table, columns, number, when, known, steps))
    return tuple(found)


def picked_event(view: View, tables: Sequence[Events], task: Task) -> Impression | None:
    """The UI event that was picked; ``None`` where a row of the log was, or nothing."""
    event = view.decision.event if view.decision is not None else None
    events = next((e for e in tables if event is not None and e.number == event[0]), None)
    if event is None or events is None:
        return None
    return next(iter(events.impressions("fw_row = ?", [event[1]], task)), None)


def page_of(one: Impression, tables: Sequence[Events], task: Task) -> list[Impression]:
    """What else was on the page: same session (else subject, else request) within a minute."""
    for role in ("session", "subject", "request"):
        value = getattr(one, role)
        if value is not None:
            break
    else:
        return [one]
    found: list[Impression] = []
    for events in tables:
        if role not in events.columns:
            continue
        where, params = f"{events.text(role)} = ?", [value]
        if role != "request":
            if events.when is None or one.time is None:
                continue
            where += (
                f" AND abs(epoch({events.when}) - epoch(TRY_CAST(? AS TIMESTAMP))) "
                f"<= {PAGE_SECONDS}"
            )
            params.append(one.time.removesuffix("Z"))
        found += events.impressions(where, params, task, PAGE_ROWS)
    others = [i for i in found if (i.table, i.row) != (one.table, one.row)]
    return sorted([*others[: PAGE_ROWS - 1], one], key=_page_order)


def same_session(
    view: View, tables: Sequence[Events], decision: Decision, task: Task
) -> tuple[list[Impression], list[Impression]]:
    """Impressions of the log row's session with its item, and all of that session."""
    log = view.log
    if log is None or decision.row is None:
        return [], []
    where = "FROM {t} WHERE fw_row = ?"
    session = log.value(f"SELECT fw_session {where}", [decision.row], task)
    shown: list[Impression] = []
    page: list[Impression] = []
    for events in tables:
        if session is None or "session" not in events.columns:
            continue
        here = events.impressions(f"{events.text('session')} = ?", [session], task, PAGE_ROWS)
        page += here
        name = events.columns.get("item")
        if name is not None and log.column(name) is not None:
            sql = f"SELECT CAST({quoted(name)} AS VARCHAR) {where}"
            item = log.value(sql, [decision.row], task)
            shown += [i for i in here if item is not None and i.item == item]
    return shown, page


def _page_order(one: Impression) -> tuple[str, float, int, int]:
    position = one.position or ""
    place = float(position) if position.replace(".", "", 1).isdecimal() else 1e9
    return one.section or "", place, one.table, one.row


def records_against(
    view: View, events: Events, one: Impression, task: Task, *, missing: bool
) -> tuple[str, ...]:
    """Independent records that tell that another component filled the box, each with its n.

    ``missing``: the impression has a request id and the log has no such request.
    """
    own = f"{events.text('component')} IN ({', '.join(map(literal, view.case.components))})"
    if not view.case.components:
        own = f"{events.text('component')} <> {literal(one.component)}"
    line = events.table.query(
        f"SELECT count(*) AS n, count({events.text('request')}) AS requests, "
        f"count({events.text('model_version')}) AS versions, "
        f"list_sort(list(DISTINCT {events.text('service')})) AS services FROM {{t}} WHERE {own}",
        task=task,
    ).to_pylist()[0]
    n, told = line["n"], []
    whose = f"{n:,} impressions of " + (" and ".join(view.case.components) or "others")
    if missing and view.log is not None:
        ids = view.log.value("SELECT count(DISTINCT fw_id) FROM {t}", (), task)
        told.append(
            f"no request of this model has its request id {one.request} ({ids:,} ids looked at)"
        )
    if n >= ENOUGH:
        if one.request is None and line["requests"] >= NEARLY_ALL * n:
            told.append(f"it carries no request id; {line['requests']:,} of the {whose} do")
        services = [s for s in line["services"] or [] if s is not None]
        if one.service is not None and services and one.service not in services:
            others = " or ".join(services[:3])
            told.append(f"service {one.service} filled it; the {whose} came from {others}")
        if one.model_version is None and line["versions"] >= NEARLY_ALL * n:
            told.append(f"it names no model version; {line['versions']:,} of the {whose} do")
    return (*told, *_item_elsewhere(view, events, one, own, task))


def _item_elsewhere(view: View, events: Events, one: Impression, own: str, task: Task) -> list[str]:
    """Whether the shown item is none of those that this model scored, or showed, to this person."""
    column = events.columns.get("item")
    if one.item is None or column is None:
        return []
    for role in ("session", "subject"):
        who = getattr(one, role)
        if who is None:
            continue
        if view.log is not None and view.log.column(column) is not None:
            table, verb, where = view.log, "scored", f"fw_{role} = ?"
            item = f"CAST({quoted(column)} AS VARCHAR)"
        else:
            table, verb, where = events.table, "showed", f"{own} AND {events.text(role)} = ?"
            item = events.text("item")
        same = f"count(*) FILTER (WHERE {item} = ?) AS same"
        sql = f"SELECT count({item}) AS n, {same} FROM {{t}} WHERE {where}"
        line = table.query(sql, [one.item, who], task).to_pylist()[0]
        if line["n"]:
            words = (
                f"the item {one.item} is none of the {line['n']:,} that this model {verb} in the "
                f"same {role}"
            )
            return [] if line["same"] else [words]
    return []


def page_chart(
    one: Impression, tables: Sequence[Events], own: tuple[str, ...], task: Task
) -> Cells:
    """What was on the page, in order of section and position."""
    rows = []
    for each in page_of(one, tables, task):
        owner = "not known"
        if own and each.component is not None:
            owner = "this model" if each.component in own else "another component"
        mark = "this one" if (each.table, each.row) == (one.table, one.row) else ""
        cells = (each.position, each.component, each.title, each.item, owner, mark)
        rows.append(tuple(cell or "" for cell in cells))
    return Cells(
        "What was on the page",
        ("position", "component", "title", "item", "owner", ""),
        tuple(rows),
        strip=f"UI events of the same session within {PAGE_SECONDS} s, at most {PAGE_ROWS} rows",
        description=f"{len(rows)} boxes of the page; one is marked as the picked one.",
    )


def same_promise(events: Events, one: Impression, task: Task) -> list[tuple[str, str]]:
    """Conditions of the same promise: the component, and title and section where it has several."""
    found = [("component", str(one.component))]
    for role in ("title", "section"):
        value = getattr(one, role)
        if value is None:
            continue
        sql = f"SELECT count(DISTINCT {events.text(role)}) FROM {{t}} WHERE "
        if events.table.value(sql + f"{events.text('component')} = ?", [one.component], task) > 1:
            found.append((role, value))
    return found


def promised(
    events: Events, one: Impression, promise: Sequence[tuple[str, str]], task: Task
) -> int:
    """Impressions of any component under the same promise (all, where the box has no title)."""
    roles = promise or ([("title", one.title)] if one.title else [])
    sql = " AND ".join(f"{events.text(role)} = {literal(str(value))}" for role, value in roles)
    return int(events.table.value(f"SELECT count(*) FROM {{t}} WHERE {sql or 'true'}", (), task))
