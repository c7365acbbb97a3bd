"""Columns of lookups as groups of the log: joined by a key that both have, one row a key.

``stores.csv`` with ``store_id, region, floor`` gives a log with a ``store_id`` the groups
``stores.region`` and ``stores.floor``.  They lie beside the log's own columns and are not among
them: what asks for the log's columns (renderings, arms, exceptions) must not meet a catalogue's.
Only the checks of groups are told of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from investigators.answers import plain_name
from investigators.brief import nearest
from investigators.case import Brief, Guess
from investigators.roles.profile import Profile, profiles
from investigators.tables.table import Column, Table, quoted
from investigators.task import Task
from investigators.trouble import InputTrouble

ROLE = "lookup.id"
MOST_COLUMNS = 24  # of all lookups; the checks take 40 with the log's own
MOST_VALUES = 40  # of a text: more are names, not groups
HALF = 0.5  # of the log's rows a guessed key must find
LOOKED_AT = 50_000  # rows in which a joined column is compared with the log's own
IDS = ("id", "key", "code", "no", "number")
KEYS = ("text", "integer")
NUMBERS = ("integer", "number")
NO_KEYS = ("time", "score", "decision", "outcome", "value")  # of the log
NAMED = 12


@dataclass(frozen=True)
class Key:
    """How a lookup is joined; ``found`` is the share of the log's rows that have a row of it."""

    column: Column
    of_log: Column
    once: bool
    found: float

    @property
    def words(self) -> str:
        """The columns of both sides."""
        same = self.column.name == self.of_log.name
        return self.column.name if same else f"{self.column.name} = {self.of_log.name} of the log"


@dataclass(frozen=True)
class Joined:
    """The log with the columns beside it, what they are, and what is to be told of each lookup."""

    log: Table
    columns: tuple[Column, ...] = ()
    guesses: tuple[tuple[Guess, ...], ...] = ()


def join_lookups(
    log: Table,
    lookups: Sequence[Table],
    roles: Mapping[str, str],
    brief: Brief,
    task: Task,
) -> Joined:
    """Join what has a key with the canonical log; nothing is copied, no row is added.

    ``roles`` are the log's columns by role.  Keys that the brief says go before guesses; where it
    says that there is none, nothing is joined.

    Raises:
        InputTrouble: a key that was said is not there, or has several rows of a lookup.
    """
    given = brief.columns.get(ROLE)
    if given == () or not lookups:
        return Joined(log)
    apart = {roles[role] for role in NO_KEYS if role in roles}
    _are_there(lookups, given or ())
    mine = [c for c in log.columns if c.name not in apart and not c.name.startswith("fw_")]
    taken = {c.name for c in log.columns}
    told: list[tuple[Guess, ...]] = []
    found: tuple[Column, ...] = ()
    for number, lookup in enumerate(lookups):
        task.tick(number, len(lookups), f"Joining {lookup.name}")
        asked = None if given is None else [n for n in given if lookup.column(n) is not None]
        key, trouble = _key(log, lookup, mine, asked, task)
        if key is None or trouble:
            told.append((Guess(ROLE, "", trouble, "likely"),) if trouble else ())
            continue
        fitting, others = _fitting(lookup, key, task)
        room = MOST_COLUMNS - len(found)
        names = names_beside(lookup, fitting[:room], taken)
        log = _with(log, lookup, key, names, number)
        again = _again(log, names, mine, task)
        kept = {name: c for name, c in names.items() if name not in again}
        found = (*found, *(replace(c, name=name, decimals=None) for name, c in kept.items()))
        taken |= set(names)
        words = _words(lookup, key, list(kept), again, [c.name for c in fitting[room:]], others)
        told.append((Guess(ROLE, key.column.name, words, "likely" if given is None else "given"),))
    return Joined(log, found, tuple(told))


def _are_there(lookups: Sequence[Table], given: Sequence[str]) -> None:
    """Refuse a key that no lookup has."""
    known = [c.name for lookup in lookups for c in lookup.columns]
    for name in given:
        if name not in known:
            raise InputTrouble(
                "the lookups" if len(lookups) > 1 else lookups[0].name,
                f"has no column {name}",
                place=f"--column {ROLE}={name}",
                expected="the column that the log has as well, such as store_id",
                mend=nearest(name, known),
            )


def _key(
    log: Table, lookup: Table, mine: Sequence[Column], asked: Sequence[str] | None, task: Task
) -> tuple[Key | None, str]:
    """The pair of columns that finds most rows; else why there is none (empty: nothing alike)."""
    pairs = list(_alike(lookup, mine, asked))
    keys = [_counted(log, lookup, one, other, task) for one, other in pairs]
    fit = [key for key in keys if key.once and key.found >= (HALF if asked is None else 0)]
    if asked and not pairs:
        raise InputTrouble(
            lookup.name,
            f"{log.name} has no column that is named like {asked[0]}",
            place=f"--column {ROLE}={asked[0]}",
            expected="a key of the same name in both",
            mend=nearest(asked[0], [c.name for c in mine]) or "rename one of the two",
        )
    if fit:
        return max(fit, key=lambda k: (k.found, -pairs.index((k.column, k.of_log)))), ""
    several = [key for key in keys if not key.once and key.found >= HALF]
    if asked and keys:
        raise InputTrouble(
            lookup.name,
            f"has several rows with the same {keys[0].column.name}",
            place=f"--column {ROLE}={asked[0]}",
            expected="one row for each value of the key",
            mend=f"keep the latest row of each, or leave its columns out with --column {ROLE}=",
        )
    if several:
        name = several[0].words
        return None, (
            f"{lookup.name} is not joined with the log: by {name} it has several rows with the "
            "same key, so its columns are no groups"
        )
    return None, ""


def _alike(
    lookup: Table, mine: Sequence[Column], asked: Sequence[str] | None
) -> Iterator[tuple[Column, Column]]:
    """Columns of lookup and log that may be the same key, by their names."""
    stem = plain_name(_stem(lookup)).removesuffix("s")
    for column in lookup.columns:
        if column.kind not in KEYS or (asked is not None and column.name not in asked):
            continue
        name = plain_name(column.name)
        meant = {name} | ({stem, *(stem + end for end in IDS)} if name in IDS else set())
        for own in mine:
            if own.kind in (*KEYS, "number") and plain_name(own.name.rsplit(".", 1)[-1]) in meant:
                yield column, own


def _stem(lookup: Table) -> str:
    """A lookup's name as the first part of its columns': the file's or the table's in it."""
    return PurePath(lookup.name.rsplit("::", 1)[-1]).name.split(".", 1)[0] or "lookup"


def _cells(one: Column, other: Column) -> tuple[str, str]:
    """Both keys as SQL (of ``fw_k`` and ``fw_log``) that can be compared: 12 is 12.0."""
    kind = "DOUBLE" if {one.kind, other.kind} <= set(NUMBERS) else "VARCHAR"
    return f"CAST({quoted(one.name)} AS {kind})", f"CAST(fw_log.{quoted(other.name)} AS {kind})"


def _counted(log: Table, lookup: Table, one: Column, other: Column, task: Task) -> Key:
    cell, own = _cells(one, other)
    once = lookup.value(f"SELECT count({cell}) = count(DISTINCT {cell}) FROM {{t}}", task=task)
    known = f"SELECT {cell} FROM {lookup.relation} WHERE {cell} IS NOT NULL"
    sql = f"SELECT avg(coalesce({own} IN ({known}), false)::DOUBLE) FROM {{t}} AS fw_log"
    return Key(one, other, bool(once), float(log.value(sql, task=task) or 0))


def _fitting(lookup: Table, key: Key, task: Task) -> tuple[list[Column], list[str]]:
    """Columns that can define groups, and the names of the others."""
    rest = [c for c in lookup.columns if c.name != key.column.name]
    known: Mapping[str, Profile] = profiles(lookup, task)
    fitting = [c for c in rest if _groups(known[c.name])]
    return fitting, [c.name for c in rest if c not in fitting]


def _groups(one: Profile) -> bool:
    """Whether a column has few values, or is a number: that is taken in ranges."""
    if one.distinct < 1 or (one.distinct == 1 and one.filled == one.rows):
        return False
    if one.column.kind in NUMBERS:
        return True
    return one.column.kind in ("text", "boolean") and one.distinct <= MOST_VALUES


def names_beside(
    lookup: Table, columns: Sequence[Column], taken: Collection[str]
) -> dict[str, Column]:
    """What each column is called beside the log's own: ``stores.region``."""
    stem, number = _stem(lookup), 1
    lower = {name.lower() for name in taken}
    while any(f"{stem}.{c.name}".lower() in lower for c in columns):
        number += 1
        stem = f"{_stem(lookup)}#{number}"
    return {f"{stem}.{c.name}": c for c in columns}


def _with(log: Table, lookup: Table, key: Key, names: Mapping[str, Column], number: int) -> Table:
    """The log with the lookup's columns beside its own; ``columns`` stays what it was."""
    if not names:
        return log
    cell, own = _cells(key.column, key.of_log)
    inner = ", ".join(f"{quoted(c.name)} AS fw_c{k}" for k, c in enumerate(names.values()))
    outer = ", ".join(f"fw_k{number}.fw_c{k} AS {quoted(name)}" for k, name in enumerate(names))
    return log.with_relation(
        f"(SELECT fw_log.*, {outer} FROM {log.relation} AS fw_log LEFT JOIN "
        f"(SELECT {cell} AS fw_key, {inner} FROM {lookup.relation} WHERE {cell} IS NOT NULL) "
        f"AS fw_k{number} ON {own} = fw_k{number}.fw_key)"
    )


def _again(
    log: Table, names: Mapping[str, Column], mine: Sequence[Column], task: Task
) -> dict[str, str]:
    """Joined columns that say in every row what a column of the log says, and which one."""
    pairs = [(n, o.name) for n, c in names.items() for o in mine if _same_kind(c, o)]
    if not pairs:
        return {}
    parts = ", ".join(
        f"bool_and({quoted(n)} IS NOT DISTINCT FROM {quoted(o)}) AS s{k}"
        for k, (n, o) in enumerate(pairs)
    )
    sql = f"SELECT {parts} FROM {{t}} WHERE fw_row < {LOOKED_AT}"
    line = log.query(sql, task=task).to_pylist()[0]
    return {n: o for k, (n, o) in reversed(list(enumerate(pairs))) if line[f"s{k}"]}


def _same_kind(one: Column, other: Column) -> bool:
    return one.kind == other.kind or {one.kind, other.kind} == set(NUMBERS)


def _words(
    lookup: Table,
    key: Key,
    kept: Sequence[str],
    again: Mapping[str, str],
    further: Sequence[str],
    others: Sequence[str],
) -> str:
    """How a lookup was joined, and which of its columns are looked at."""
    share = f"{key.found:.1%}".replace(".0%", "%").replace("%", " %")
    parts = [
        f"{lookup.name} joined by {key.words}: {share} of the log’s rows have a row there",
        f"groups: {_listed(kept)}",
    ]
    if again:
        parts.append(f"the log has already: {_listed([f'{n} ({o})' for n, o in again.items()])}")
    if further:
        parts.append(f"too many columns, not looked at: {_listed(further)}")
    if others:
        parts.append(f"no groups (too many values, one value or times): {_listed(others)}")
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return (", ".join(names[:NAMED]) or "none") + more
