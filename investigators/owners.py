"""Whose a UI event is: what its table names, else what the log says of its request or session.

A table of clicks often has the request's id, or the session's, and no account.  A session's id says
whose it is only while that session lasts: two systems may both count their sessions from one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from investigators.impressions import Events
from investigators.task import Task
from investigators.view import View

HALF_HOUR = 1_800_000_000  # microseconds: a visit, where no session is named


@dataclass(frozen=True)
class Owned:
    """A table of UI events, SQL of its rows (``relation``) and of their account (``who``).

    ``road`` is empty where the table names the account itself, else what told it ("request id",
    "session").
    """

    events: Events
    relation: str
    who: str
    road: str = ""


def owned(view: View, tables: Sequence[Events]) -> list[Owned]:
    """The tables whose rows have an account: their own, else that of their request or session."""
    named = [e for e in tables if "subject" in e.columns]
    found = [Owned(e, e.table.relation, e.text("subject")) for e in named]
    sessions = _sessions(view, named)
    for each in tables:
        if each in named:
            continue
        joins, told = [], []
        if "request" in each.columns and _logged(view, "log.id", "log.subject"):
            joins.append(_by_request(view, each))
            told.append(("fw_lg.fw_who", "request id"))
        if "session" in each.columns and each.when is not None and sessions:
            joins.append(_by_session(each, sessions))
            told.append(("fw_st.fw_who", "session"))
        if told:
            who = f"coalesce({', '.join(sql for sql, _ in told)})"
            road = " or ".join(word for _, word in told)
            found.append(Owned(each, each.table.relation + "".join(joins), who, road))
    return sorted(found, key=lambda one: one.events.number)


def told_in(one: Owned, task: Task) -> int:
    """How many rows of the table have an account."""
    return int(one.events.table.value(f"SELECT count({one.who}) FROM {one.relation}", (), task))


def owner_of(owned: Sequence[Owned], table: int, row: int, task: Task) -> str | None:
    """The account of one row of the table of that number."""
    for one in owned:
        if one.events.number == table:
            sql = f"SELECT {one.who} FROM {one.relation} WHERE fw_row = ?"
            found = one.events.table.value(sql, [row], task)
            return None if found is None else str(found)
    return None


def _logged(view: View, *roles: str) -> bool:
    return view.log is not None and all(view.column(role) is not None for role in roles)


def _by_request(view: View, events: Events) -> str:
    assert view.log is not None
    return (
        " LEFT JOIN (SELECT fw_id AS fw_key, min(fw_subject) AS fw_who FROM "
        f"{view.log.relation} WHERE fw_id IS NOT NULL GROUP BY 1 HAVING "
        f"count(DISTINCT fw_subject) = 1) AS fw_lg ON {events.text('request')} = fw_lg.fw_key"
    )


def _sessions(view: View, named: Sequence[Events]) -> str:
    """SQL of session, account and time, a row for each row that names them; empty for none."""
    parts = [
        f"SELECT {e.text('session')} AS s, {e.text('subject')} AS w, {e.microseconds} AS us "
        f"FROM {e.table.relation}"
        for e in named
        if "session" in e.columns and e.when is not None
    ]
    if _logged(view, "log.session", "log.subject", "log.time"):
        assert view.log is not None
        parts.append(
            "SELECT fw_session AS s, fw_subject AS w, epoch_us(fw_time) AS us FROM "
            f"{view.log.relation}"
        )
    return " UNION ALL ".join(parts)


def _by_session(events: Events, sessions: str) -> str:
    """Sessions of one account, while they last and half an hour before and after."""
    return (
        f" LEFT JOIN (SELECT s AS fw_key, min(w) AS fw_who, min(us) - {HALF_HOUR} AS fw_a, "
        f"max(us) + {HALF_HOUR} AS fw_b FROM ({sessions}) WHERE s IS NOT NULL AND w IS NOT NULL "
        "AND us IS NOT NULL GROUP BY s HAVING count(DISTINCT w) = 1) AS fw_st ON "
        f"{events.text('session')} = fw_st.fw_key AND {events.microseconds} BETWEEN fw_st.fw_a "
        "AND fw_st.fw_b"
    )
