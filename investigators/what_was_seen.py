"""Reconstruct what the person saw from the UI events: the page in order, the trail before it.

A page view is the UI events of one session that follow each other without a gap and with no place
twice; nothing else in the events says where one view ends and the next begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from investigators.impressions import (
    Events,
    Impression,
    event_tables,
    page_of,
    picked_event,
    same_session,
)
from investigators.numbers import count, count_of, listed, part
from investigators.seen import Box, Owner, Seen, Thing, Visit
from investigators.task import Task
from investigators.view import View

GAP_S = 5  # seconds without an event that end a page view
TRAIL, BEFORE = 8, 400  # page views told of, UI events looked at for them
NAMED = 6
NEED = (
    "UI events of that page: event and request id, session, time, component, title, position, "
    "item, shown text, device"
)
AROUND = (("device", "device"), ("app_version", "version of the app"),
          ("locale", "language"), ("section", "section"))  # fmt: skip


def what_was_seen(view: View, task: Task) -> Seen | None:
    """The page of the picked decision; ``None`` where none is picked."""
    one = view.decision
    if one is None:
        return None
    if not view.ui_events:
        return Seen(missing="no UI events were given", need=NEED)
    tables = event_tables(view, task)
    shown = picked_event(view, tables, task) or _of_row(view, tables, task)
    if shown is None:
        return Seen(missing=f"no UI event carries {one.id}", need=NEED)
    page = _page(shown, tables, task)
    trail, left_off = _trail(shown, page, tables, task)
    return Seen(
        time=shown.time,
        subject=shown.subject or one.subject or "",
        session=shown.session or "",
        around=tuple((words, value) for role, words in AROUND if (value := getattr(shown, role))),
        boxes=_boxes(view, shown, page),
        trail=trail,
        left_off=left_off,
        across=_across(shown, tables, task),
        strip=f"{count_of(len(page), 'UI event')} of one session, each within "
        f"{GAP_S} s of the next, no place twice; what a person looked at of it no event tells",
    )


def _of_row(view: View, tables: Sequence[Events], task: Task) -> Impression | None:
    """The event of a decision of the log: by request id, our own box first, else by the item."""
    one = view.decision
    assert one is not None
    own = view.case.components
    found = [
        each
        for events in tables
        if "request" in events.columns
        for each in events.impressions(f"{events.text('request')} = ?", [one.id], task)
    ]
    if not found and one.row is not None:
        found = same_session(view, tables, one, task)[0]
    return next((each for each in found if each.component in own), next(iter(found), None))


def _page(shown: Impression, tables: Sequence[Events], task: Task) -> list[Impression]:
    """The page view of an event, in order of place: what is nearest in time joins first."""
    rows = sorted(page_of(shown, tables, task), key=_moment)
    low = high = next(k for k, each in enumerate(rows) if _same(each, shown))
    taken = {_place(shown)}
    while True:
        before = _gap(rows, low - 1, low, taken)
        after = _gap(rows, high, high + 1, taken, new=high + 1)
        if min(before, after) > GAP_S:
            break
        if before <= after:
            low -= 1
            taken.add(_place(rows[low]))
        else:
            high += 1
            taken.add(_place(rows[high]))
    return sorted(rows[low : high + 1], key=_in_order)


def _gap(
    rows: Sequence[Impression],
    left: int,
    right: int,
    taken: set[tuple[str, ...]],
    new: int | None = None,
) -> float:
    """Seconds between two neighbours; endless where one is not there, or its place is taken."""
    if left < 0 or right >= len(rows):
        return float("inf")
    if _place(rows[left if new is None else new]) in taken:
        return float("inf")
    return _apart(rows[left], rows[right])


def _apart(one: Impression, other: Impression) -> float:
    """Seconds from one event to the next; none where a time is not known."""
    if one.time is None or other.time is None:
        return 0.0
    try:
        ends = [datetime.fromisoformat(x.removesuffix("Z")) for x in (one.time, other.time)]
        return abs((ends[1] - ends[0]).total_seconds())
    except ValueError:  # a time that cannot be read stands as it is
        return 0.0


def _same(one: Impression, other: Impression) -> bool:
    return (one.table, one.row) == (other.table, other.row)


def _moment(one: Impression) -> tuple[str, int, int]:
    return one.time or "", one.table, one.row


def _place(one: Impression) -> tuple[str, ...]:
    """Where on the page; events without a position are told apart by what they show."""
    if one.position:
        return one.section or "", one.position
    shown = one.item or one.text or str((one.table, one.row))
    return one.section or "", one.component or "", one.title or "", shown


def _in_order(one: Impression) -> tuple[str, float, str, int, int]:
    position = one.position or ""
    number = float(position) if position.replace(".", "", 1).isdecimal() else 1e9
    return one.section or "", number, position, one.table, one.row


def _boxes(view: View, shown: Impression, page: Sequence[Impression]) -> tuple[Box, ...]:
    def head(one: Impression) -> tuple[str, str, str]:
        return one.section or "", one.component or "", one.title or ""

    made = []
    for (section, component, title), inside in groupby(page, head):
        things = tuple(
            Thing(one.position or "", one.item or "", one.text or "", _same(one, shown),
                  None if one.cached is None else one.cached.lower() in ("1", "true", "t", "yes"))
            for one in inside
        )  # fmt: skip
        made.append(Box(title, component, _owner(view, component), section, things))
    return tuple(made)


def _owner(view: View, component: str) -> Owner:
    own = view.case.components
    if not own or not component:
        return "not known"
    return "this model" if component in own else "another component"


def _trail(
    shown: Impression, page: Sequence[Impression], tables: Sequence[Events], task: Task
) -> tuple[tuple[Visit, ...], int]:
    """The page views before this one, and how many events lie before them."""
    role = "subject" if shown.subject else "session"
    who, first = getattr(shown, role), min(page, key=_moment).time
    if who is None or first is None:
        return (), 0
    earlier: list[Impression] = []
    total = 0
    for events in tables:
        if role not in events.columns or events.when is None:
            continue
        where = f"{events.text(role)} = ? AND {events.when} < TRY_CAST(? AS TIMESTAMP)"
        params = [who, first.removesuffix("Z")]
        n = int(events.table.value(f"SELECT count(*) FROM {{t}} WHERE {where}", params, task))
        since = (
            f"{events.when} >= (SELECT min(fw_w) FROM (SELECT {events.when} AS fw_w FROM {{t}} "
            f"WHERE {where} ORDER BY fw_w DESC LIMIT {BEFORE}))"
        )
        earlier += events.impressions(f"{where} AND {since}", [*params, *params], task, 2 * BEFORE)
        total += n
    visits = _visits(sorted(earlier, key=_moment))[-TRAIL:]
    told = tuple(_visit(rows, shown) for rows in visits)
    return told, total - sum(visit.events for visit in told)


def _visits(rows: Sequence[Impression]) -> list[list[Impression]]:
    """Cut a trail into page views: another session, a gap, or a place that comes again."""
    made: list[list[Impression]] = []
    taken: set[tuple[str, ...]] = set()
    for one in rows:
        last = made[-1][-1] if made else None
        goes_on = (
            last is not None
            and last.session == one.session
            and _place(one) not in taken
            and _apart(last, one) <= GAP_S
        )
        if not goes_on:
            made.append([])
            taken = set()
        made[-1].append(one)
        taken.add(_place(one))
    return made


def _visit(rows: Sequence[Impression], shown: Impression) -> Visit:
    inside = sorted((one for one in rows if one.component == shown.component), key=_in_order)
    held = tuple(one.text or one.item or "" for one in inside) if shown.component else ()
    device = next((one.device for one in rows if one.device), "")
    return Visit(rows[0].time or "", rows[0].session or "", device or "", len(rows), held)


def _across(shown: Impression, tables: Sequence[Events], task: Task) -> str:
    """Which items the same box showed the same subject on more than one device, in words."""
    events = next(each for each in tables if each.number == shown.table)
    if not {"device", "item", "subject", "component"} <= set(events.columns):
        return ""
    if shown.subject is None or shown.component is None:
        return ""
    found = events.table.query(
        f"SELECT fw_i, list_sort(list(DISTINCT fw_d)) FROM (SELECT {events.text('item')} AS fw_i, "
        f"{events.text('device')} AS fw_d FROM {{t}} WHERE {events.text('subject')} = ? AND "
        f"{events.text('component')} = ?) WHERE fw_i IS NOT NULL AND fw_d IS NOT NULL "
        "GROUP BY fw_i ORDER BY fw_i",
        [shown.subject, shown.component],
        task,
    )
    seen = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
    devices = sorted({device for _, on in seen for device in on})
    if len(devices) < 2:
        return ""
    both = [item for item, on in seen if len(on) > 1]
    words = (
        f"{shown.component} showed this account {part(len(both), len(seen), 'items')} on more "
        f"than one of its devices ({listed(devices)})"
    )
    if not both:
        return words
    more = f" and {count(len(both) - NAMED)} more" if len(both) > NAMED else ""
    return (
        f"{words}: {', '.join(both[:NAMED])}{more}. One list for all devices of an account would "
        "look like this, and so would a box that shows everybody the same"
    )
