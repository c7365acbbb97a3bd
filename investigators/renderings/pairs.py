"""Which column of the UI events shows which value of the log, joined by the request's id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from investigators.case import Decision
from investigators.impressions import Events
from investigators.tables.table import Column, Table, literal, quoted
from investigators.task import Task
from investigators.view import View

Kind = Literal["number", "words", "rank"]
# Roles whose columns say whose event it is, not what a person saw.
NOT_SHOWN = (
    *("event", "request", "session", "subject", "time", "component", "service", "model_version"),
    *("section", "cached", "device", "app_version", "locale", "arm"),
)
NOT_DECIDED = ("id", "time", "subject", "session", "model_version", "component", "live_test")
MARKS = ("shown", "displayed", "display", "rendered", "visible", "onscreen", "screen", "seen", "ui")
WORDS = frozenset(
    ("text", "title", "label", "message", "headline", "name", "reason", "decision", "item")
)
RANKS = frozenset(("rank", "position", "place"))
LABELS = frozenset(("label", "decision", "verdict", "status", "result"))
SAYINGS = ("text", "message", "reason", "explanation", "headline", "label", "title", "name")
OF_PAGE = "fw_logged"  # the rank on the page is joined, and no column of the log
NAMES_OF_ITEMS = ("title", "name", "text", "label", "description")


@dataclass(frozen=True)
class Pair:
    """A shown column and the logged value that it is to show.

    ``shown`` and ``logged`` are names for readers, the two ``_sql`` expressions over the events'
    and the log's relation (``fw_l``); ``joined`` is SQL that joins what else it takes to the log.
    ``outside``: no name tells that it is this value, or it is a catalogue's and not the log's own.
    """

    events: Events
    shown: str
    shown_sql: str
    logged: str
    logged_sql: str
    kind: Kind
    joined: str = ""
    outside: bool = False

    @property
    def of_page(self) -> bool:
        """Whether it is a place among the boxes of a page, with their number in ``fw_n``."""
        return self.logged_sql == OF_PAGE

    @property
    def replayed(self) -> bool:
        """Whether the logged value of any request is an expression over the log alone."""
        return not self.joined


def plain(name: str) -> str:
    """A column's name without case and separators, its last part only."""
    return "".join(c for c in name.rsplit(".", 1)[-1].lower() if c.isalnum())


def bare(name: str) -> str:
    """A name without the word that says it was shown."""
    text = plain(name)
    for mark in MARKS:
        if text != mark and text.startswith(mark):
            return text.removeprefix(mark)
        if text != mark and text.endswith(mark):
            return text.removesuffix(mark)
    return text


def pairs(view: View, tables: Sequence[Events]) -> list[Pair]:
    """Find pairs by name and role, in the order of the events' columns."""
    return [pair for events in tables for pair in _of_table(view, events)]


def _of_table(view: View, events: Events) -> Iterator[Pair]:
    live = view.log
    assert live is not None
    prefix = "ui_events." if not events.number else f"ui_events#{events.number + 1}."
    taken = {view.column(prefix + role) for role in NOT_SHOWN}
    apart = {view.column(f"log.{role}") for role in NOT_DECIDED}
    own = {plain(c.name): c for c in reversed(live.columns) if c.name not in apart}
    for column in events.table.columns:
        if column.name in taken or column.kind in ("time", "boolean"):
            continue
        pair = _by_name(view, events, column, own) or _by_catalogue(view, events, column)
        pair = pair or _by_role(view, events, column, own)
        if pair is not None:
            yield pair


def _by_name(view: View, events: Events, column: Column, own: dict[str, Column]) -> Pair | None:
    whole, name = plain(column.name), bare(column.name)
    score, label = view.column("log.score"), view.column("log.decision")
    shown = f"CAST({quoted(column.name)} AS VARCHAR)"

    def pair(logged: str, sql: str, kind: Kind) -> Pair:
        return Pair(events, column.name, shown, logged, sql, kind)

    if whole in RANKS or name in RANKS:
        rank = next((own[each] for each in sorted(RANKS) if each in own), None)
        return None if rank is None else pair(rank.name, f"fw_l.{quoted(rank.name)}", "rank")
    if score is not None and name in {"score", plain(score)}:
        return pair(score, "fw_l.fw_score", "number")
    decided = events_column(view, events, "decision") == column.name
    if label is not None and (decided or name in LABELS | {plain(label)}):
        return pair(label, "fw_l.fw_decision", "words")
    found = own.get(name) or own.get(whole)
    if found is None or found.kind in ("time", "boolean"):
        return None
    numeric = found.kind in ("integer", "number")
    if (name == whole and not (numeric or whole in WORDS)) or found.name in view.segments:
        return None
    return pair(found.name, f"fw_l.{quoted(found.name)}", "number" if numeric else "words")


def _by_catalogue(view: View, events: Events, column: Column) -> Pair | None:
    """An item's name in a catalogue that is joined by the log's own item."""
    live, item = view.log, events.columns.get("item")
    if live is None or item is None or live.column(item) is None or column.name == item:
        return None
    if events.columns.get("text") != column.name and bare(column.name) not in NAMES_OF_ITEMS:
        return None
    if column.kind != "text":
        return None
    for table in view.lookups:
        name = _name_in(table, item)
        if name is not None:
            key, said = quoted(item), quoted(name)
            joined = (
                f" LEFT JOIN (SELECT CAST({key} AS VARCHAR) AS fw_k, min({said}) AS fw_said "
                f"FROM {table.relation} GROUP BY fw_k HAVING count(*) = 1) AS fw_c "
                f"ON CAST(fw_l.{key} AS VARCHAR) = fw_c.fw_k"
            )
            shown = f"CAST({quoted(column.name)} AS VARCHAR)"
            told = f"{name} of {table.name}"
            return Pair(events, column.name, shown, told, "fw_c.fw_said", "words", joined, True)
    return None


def _by_role(view: View, events: Events, column: Column, own: dict[str, Column]) -> Pair | None:
    """The text that was shown: a text of the log, else the score; whether it is, they must tell."""
    score = view.column("log.score")
    if column.kind != "text" or events.columns.get("text") != column.name:
        return None
    shown = f"CAST({quoted(column.name)} AS VARCHAR)"
    said = next((own[n] for n in SAYINGS if n in own and own[n].kind == "text"), None)
    if said is not None:
        sql = f"fw_l.{quoted(said.name)}"
        return Pair(events, column.name, shown, said.name, sql, "words", outside=True)
    if score is None:
        return None
    return Pair(events, column.name, shown, score, "fw_l.fw_score", "number", outside=True)


def _name_in(table: Table, item: str) -> str | None:
    if table.column(item) is None:
        return None
    by_name = {plain(c.name): c.name for c in table.columns if c.kind == "text" and c.name != item}
    return next((by_name[each] for each in NAMES_OF_ITEMS if each in by_name), None)


def events_column(view: View, events: Events, role: str) -> str | None:
    """The events' own column of a role that impressions do not have."""
    prefix = "ui_events." if not events.number else f"ui_events#{events.number + 1}."
    name = view.column(prefix + role)
    return name if name is not None and events.table.column(name) is not None else None


@dataclass(frozen=True)
class Joined:
    """SQL of requests that have both values: ``fw_row, fw_logged, fw_shown, fw_event``.

    One line a request: its first event with a shown value, the picked event for its own request.
    ``at_hand``: the lines are a table already.
    """

    pair: Pair
    sql: str
    live: Table
    at_hand: bool = False

    def values(self, cells: str, task: Task, where: str = "true") -> list[npt.NDArray[np.generic]]:
        """Fetch ``fw_row`` and cells (SQL) as arrays, in the order of rows."""
        found = self.live.query(
            f"SELECT fw_row, {cells} FROM ({self.sql}) WHERE {where}", task=task
        )
        columns = [column.to_numpy() for column in found.columns]
        # rows of the log, each once: put into their places they are sorted
        place = np.full(self.live.rows, -1, dtype=np.int64)
        place[columns[0]] = np.arange(columns[0].size)
        order = place[place >= 0]
        return [column[order] for column in columns]


@contextmanager
def held(one: Joined, task: Task) -> Iterator[Joined]:
    """The same with its lines at hand while inside: a dozen questions are asked of them."""
    if one.at_hand:
        yield one
        return
    with one.live.engine.holding(one.sql, task, of=one.live.name) as name:
        yield replace(one, sql=f"SELECT * FROM {name}")


@contextmanager
def together(view: View, found: Sequence[Pair], task: Task) -> Iterator[Iterator[Joined]]:
    """Join pairs; those of one table of events at once, where every request has one event.

    What is joined at once is at hand while inside; all others are joined as they are asked for.
    """
    live = view.log
    assert live is not None
    at_hand: dict[int, Joined] = {}
    with ExitStack() as stack:
        for table in dict.fromkeys(pair.events.number for pair in found):
            places = [k for k, pair in enumerate(found) if pair.events.number == table]
            sql = _at_once(view, [found[k] for k in places], task)
            if sql is not None:
                name = stack.enter_context(live.engine.holding(sql, task, of=live.name))
                several = enumerate(places)
                at_hand |= {k: _of_several(found[k], n, name, live) for n, k in several}
        yield (at_hand.get(k) or joined(view, pair, task) for k, pair in enumerate(found))


def _at_once(view: View, group: Sequence[Pair], task: Task) -> str | None:
    """SQL of all values of some pairs, one line a request; ``None`` where one join cannot tell."""
    live, events = view.log, group[0].events
    assert live is not None
    catalogues = dict.fromkeys(pair.joined for pair in group if pair.joined)
    if len(group) < 2 or len(catalogues) > 1 or _ids_repeat(live, task):
        return None
    key = events.text("request")
    own = f"{key} IS NOT NULL{of_own(view, events, task)}"
    if not _shown_once(events, key, own, task):
        return None
    shown = ", ".join(f"{pair.shown_sql} AS fw_s{k}" for k, pair in enumerate(group))
    logged = ", ".join(f"{pair.logged_sql} AS fw_l{k}" for k, pair in enumerate(group))
    return (
        f"SELECT fw_l.fw_row AS fw_row, {logged}, fw_s.* EXCLUDE (fw_key) FROM {live.relation} AS "
        f"fw_l{''.join(catalogues)} JOIN (SELECT {key} AS fw_key, fw_row AS fw_event, {shown} "
        f"FROM {events.table.relation} WHERE {own}) AS fw_s ON fw_l.fw_id = fw_s.fw_key"
    )


def _of_several(pair: Pair, number: int, name: str, live: Table) -> Joined:
    """One pair of those that were joined at once."""
    sql = (
        f"SELECT fw_row, fw_l{number} AS fw_logged, fw_s{number} AS fw_shown, fw_event FROM {name} "
        f"WHERE fw_l{number} IS NOT NULL AND nullif(fw_s{number}, '') IS NOT NULL"
    )
    return Joined(pair, sql, live, at_hand=True)


def _ids_repeat(live: Table, task: Task) -> bool:
    """Whether an id of the log has several rows; asked once for all pairs."""
    sql = "SELECT count(fw_id) > count(DISTINCT fw_id) FROM {t}"
    key = ("ids repeat", live.relation)
    return live.rows > 0 and live.engine.once(key, lambda: bool(live.value(sql, task=task)))


def joined(view: View, pair: Pair, task: Task) -> Joined:
    """Join a pair by request (and item, where ids of the log repeat and both sides name it)."""
    live, events = view.log, pair.events
    assert live is not None
    item = events.columns.get("item")
    repeated = _ids_repeat(live, task)
    both = bool(repeated and item is not None and live.column(item) is not None)
    key, mine = f"{events.text('request')}", "fw_l.fw_id"
    if both and item is not None:
        key += f" || chr(31) || {events.text('item')}"
        mine += f" || chr(31) || CAST(fw_l.{quoted(item)} AS VARCHAR)"
    shown = _shown(view, pair, key, task)
    log = (
        f"SELECT fw_l.*, {mine} AS fw_key FROM {live.relation} AS fw_l "
        "QUALIFY count(*) OVER (PARTITION BY fw_key) = 1"
        if repeated
        else f"SELECT fw_l.*, {mine} AS fw_key FROM {live.relation} AS fw_l"
    )
    sql = (
        f"SELECT fw_l.fw_row AS fw_row, {pair.logged_sql} AS fw_logged, fw_s.fw_shown AS fw_shown, "
        f"fw_s.fw_event AS fw_event FROM ({log}) AS fw_l{pair.joined} JOIN ({shown}) AS fw_s "
        f"ON fw_l.fw_key = fw_s.fw_key WHERE ({pair.logged_sql}) IS NOT NULL"
    )
    return Joined(pair, sql, live)


def _shown(view: View, pair: Pair, key: str, task: Task) -> str:
    """SQL of a request's first shown value: ``fw_key, fw_shown, fw_event``."""
    events, value = pair.events, pair.shown_sql
    own = f"{key} IS NOT NULL{of_own(view, events, task)}"
    whole = f"FROM {events.table.relation} WHERE {own} AND nullif({value}, '') IS NOT NULL"
    if _shown_once(events, key, own, task):
        return f"SELECT {key} AS fw_key, {value} AS fw_shown, fw_row AS fw_event {whole}"
    at = "0" if events.when is None else f"coalesce(epoch_us({events.when}), 0)"
    order = f"{at}::HUGEINT * 1000000000 + fw_row"
    picked = _picked(view.decision, events)
    if picked is not None:
        order = f"CASE WHEN fw_row = {picked} THEN -1::HUGEINT ELSE {order} END"
    return (
        f"SELECT {key} AS fw_key, arg_min({value}, {order}) AS fw_shown, "
        f"arg_min(fw_row, {order}) AS fw_event {whole} GROUP BY fw_key"
    )


def _shown_once(events: Events, key: str, own: str, task: Task) -> bool:
    """Whether no request has several events; asked once for all pairs."""
    sql = f"SELECT count({key}) = count(DISTINCT {key}) FROM {{t}} WHERE {own}"
    asked = "shown once", events.table.relation, key, own
    return events.table.engine.once(asked, lambda: bool(events.table.value(sql, task=task)))


def _picked(one: Decision | None, events: Events) -> int | None:
    """The row of the picked event, if it is one of these."""
    if one is None or one.event is None or one.event[0] != events.number:
        return None
    return one.event[1]


def of_own(view: View, events: Events, task: Task) -> str:
    """Only this model's own boxes count, where the events know their component."""
    if not view.case.components or "component" not in events.columns:
        return ""
    own = f"{events.text('component')} IN ({', '.join(map(literal, view.case.components))})"
    some = events.table.value(f"SELECT count(*) FROM {{t}} WHERE {own}", task=task)
    return f" AND {own}" if some else ""
