"""What was read as the account in UI events, held against the log's accounts.

``device_id`` is the only thing that names anybody in many tables of displays and clicks, and is
guessed as the account.  Where the log knows the account and none of these values is one of it, it
is another kind of id: the account is then told by the request or the session, and a device's id is
the device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from investigators.case import Guess
from investigators.lookup_groups import LOOKED_AT
from investigators.sources import source_key
from investigators.spelling import names_a_device
from investigators.tables.table import Table, quoted
from investigators.task import Task

FEWEST = 50  # rows that name somebody: fewer may be others by chance


@dataclass(frozen=True)
class NoAccount:
    """A column of the n-th table of UI events that names no account; ``device``: it is its id."""

    number: int
    column: str
    device: bool

    @property
    def guess(self) -> Guess:
        """What it is instead, where it is a device."""
        why = "none of them is an account of the log: devices"
        return Guess("ui_events.device", self.column, why, "likely")


def no_accounts(
    log: Table, events: Sequence[tuple[Table, Mapping[str, str]]], task: Task
) -> list[NoAccount]:
    """Tables whose guessed subject is none of the canonical log's, by what else ties them to it.

    A table must share requests with the log (else its persons may be others), or name a device.
    """
    if not log.value("SELECT count(fw_subject) FROM {t}", (), task):
        return []
    found = []
    for number, (table, roles) in enumerate(events):
        task.tick(number, len(events), f"Accounts of {table.name}")
        column = roles.get("subject")
        if column is None or not _strange(log, table, column, task):
            continue
        named = names_a_device(column)
        if named or _shares_requests(log, table, roles, task):
            found.append(NoAccount(number, column, named and "device" not in roles))
    return found


def drop_strangers(
    found: Sequence[NoAccount], columns: dict[str, tuple[str, ...]], guesses: list[Guess]
) -> None:
    """Take the role from these columns, in what is kept by role and in what is said of guesses."""
    for one in found:
        key = source_key(one.number)
        del columns[f"{key}.subject"]
        taken = ("ui_events.subject", one.column)
        guesses.remove(next(g for g in guesses if (g.what, g.value) == taken))
        if one.device:
            columns[f"{key}.device"] = (one.column,)
            guesses.append(one.guess)


def _strange(log: Table, table: Table, column: str, task: Task) -> bool:
    known = f"(SELECT DISTINCT fw_subject FROM {log.relation} WHERE fw_subject IS NOT NULL)"
    cell = f"nullif(CAST({quoted(column)} AS VARCHAR), '')"
    line = table.query(
        f"SELECT count(*), count(*) FILTER ({cell} IN {known}) FROM {{t}} "
        f"WHERE fw_row < {LOOKED_AT} AND {cell} IS NOT NULL",
        task=task,
    )
    rows, met = (int(each[0].as_py()) for each in line.columns)
    return rows >= FEWEST and not met


def _shares_requests(log: Table, table: Table, roles: Mapping[str, str], task: Task) -> bool:
    if "request" not in roles:
        return False
    known = f"(SELECT fw_id FROM {log.relation} WHERE fw_id IS NOT NULL)"
    cell = f"CAST({quoted(roles['request'])} AS VARCHAR)"
    sql = f"SELECT count(*) FROM {{t}} WHERE fw_row < {LOOKED_AT} AND {cell} IN {known}"
    return int(table.value(sql, (), task)) >= FEWEST
