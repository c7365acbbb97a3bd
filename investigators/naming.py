"""Naming a group while it is typed: what is wrong with it, its rows, what the decision has.

Judged by the code that opens a case (:mod:`investigators.named_groups`), so that what can be typed
here can be written into a ``case.toml`` and given as ``--group``, and the other way round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from investigators.evidence import Condition, Segment
from investigators.named_groups import check_name, rows_sql
from investigators.scope import segment_sql
from investigators.tables.table import Column, quoted
from investigators.task import Task
from investigators.trial import parse_rows, rows_text
from investigators.trouble import InputTrouble
from investigators.view import View

HIDDEN = "fw_"  # the program's own columns


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a group, in a line each, and how to mend its rows; empty: nothing is."""

    name: str = ""
    rows: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """``rows`` of the log's ``of`` are in a group; ``decision``: whether the picked one is.

    ``None`` where none is picked, or no row of the log stands behind it.
    """

    rows: int
    of: int
    decision: bool | None


@dataclass(frozen=True, slots=True)
class Askable:
    """A column that a group may ask for, and the condition that the picked decision meets.

    ``own`` is empty where no row of the log stands behind the decision.
    """

    column: str
    own: str = ""


class Naming:
    """What a group of this log would be.  Thread-safe: it asks on cursors of their own."""

    def __init__(self, view: View) -> None:
        """``view`` has a log; its named groups are left aside: a group asks for none of them."""
        assert view.log is not None
        own = [c for c in view.log.columns if c.name not in view.case.brief.groups]
        self._log = replace(view.log, columns=(*own, *view.groups))
        self._groups = frozenset(view.grouping)
        self._timed = view.column("log.time") is not None
        self._row = None if view.decision is None else view.decision.row

    def wrong(self, name: str, rows: str, others: Collection[str] = ()) -> Wrong:
        """Say what is wrong with a name and an expression; asks no table.

        ``others`` are the names of the other groups.
        """
        said = Wrong()
        try:
            check_name(name, self._log, others)
        except InputTrouble as trouble:
            said = replace(said, name=_line(trouble))
        try:
            rows_sql(name, rows, self._log, timed=self._timed)
        except InputTrouble as trouble:
            said = replace(said, rows=_line(trouble), mend=trouble.mend)
        return said

    def count(self, rows: str, task: Task | None = None) -> Counted:
        """Count the rows of an expression.

        Raises:
            InputTrouble: it cannot be read, or asks for what the log has not.
        """
        sql = rows_sql("", rows, self._log, timed=self._timed)
        mine = "NULL" if self._row is None else f"bool_or({sql}) FILTER (fw_row = {self._row})"
        asked = f"SELECT count(*) FILTER ({sql}) AS n, {mine} AS mine FROM {{t}}"
        (found,) = self._log.query(asked, task=task).to_pylist()
        return Counted(int(found["n"]), self._log.rows, found["mine"])

    def askable(self) -> tuple[Askable, ...]:
        """The columns that a group may ask for, each with the picked decision's own condition.

        Those that define groups already come first.  A condition on a time would be one on an
        instant: columns of times have none.
        """
        columns = [c for c in self._log.columns if not c.name.startswith(HIDDEN)]
        columns.sort(key=lambda column: column.name not in self._groups)
        if self._row is None or not columns:
            return tuple(Askable(column.name) for column in columns)
        cells = (f"CAST({quoted(c.name)} AS VARCHAR) AS c{k}" for k, c in enumerate(columns))
        asked = f"SELECT {', '.join(cells)} FROM {{t}} WHERE fw_row = {self._row}"
        (found,) = self._log.query(asked).to_pylist()
        return tuple(Askable(c.name, _own(c, found[f"c{k}"])) for k, c in enumerate(columns))


def rows_of(segment: Segment | Iterable[Condition]) -> str:
    """A segment in the language of groups; empty where that cannot say it."""
    conditions = tuple(map(_plain, segment or ()))
    if not conditions:
        return ""
    text = rows_text(conditions)
    try:
        read = parse_rows(text, "")
    except InputTrouble:
        return ""
    return text if segment_sql(read) == segment_sql(conditions) else ""


def _plain(one: Condition) -> Condition:
    """A truth value as it is written in the language: a word."""
    truth = isinstance(one.equals, bool)
    return msgspec.structs.replace(one, equals=str(one.equals).lower()) if truth else one


def _own(column: Column, value: Any) -> str:  # noqa: ANN401 - any cell, as text
    if value is None:
        return rows_of((Condition(column.name, missing=True),))
    return "" if column.kind == "time" else rows_of((Condition(column.name, equals=value),))


def _line(trouble: InputTrouble) -> str:
    """What was found and expected, without the group's name: it stands beside."""
    expected = f"; expected {trouble.expected}" if trouble.expected else ""
    return trouble.found + expected
