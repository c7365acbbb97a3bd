"""Looking through the log: filter, search, sort and page millions of decisions in the engine.

A :class:`~investigators.wish.Wish` says which rows and in which order; every answer is computed
where the log lies.  Sorting keeps 8 bytes a row (:meth:`investigators.tables.table.Table.page`),
so that a jump to any row costs one page.  Nothing here holds the log.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from investigators.evidence import Cell
from investigators.numbers import number
from investigators.tables.table import Column, Table, literal, quoted
from investigators.task import Task
from investigators.view import View
from investigators.wish import (
    SURPRISE,
    TITLES,
    Filter,
    Line,
    ShownColumn,
    Strip,
    Wish,
    seconds,
)

__all__ = ["Decisions", "seconds"]
VALUES_AT_MOST = 200
BUCKETS = 64
SHOWN = ("fw_time", "fw_id", "fw_score", "fw_decision")
HIDDEN = "fw_"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Decisions:
    """The log as a list.  Thread-safe: every answer runs on a cursor of its own."""

    def __init__(self, view: View) -> None:
        """``view`` has a log."""
        assert view.log is not None
        self._view, self._log = view, view.log
        self._decimals = view.case.scale.decimals if view.case.scale is not None else None
        self.columns = self._columns()
        self._searched = [
            cell
            for cell in ("fw_id", "fw_subject", "fw_session")
            if view.column(f"log.{cell.removeprefix('fw_')}")
        ]
        self._counts: dict[tuple[tuple[Filter, ...], str], int] = {}
        self._ends: tuple[float | None, float | None] | None = None

    @property
    def rows(self) -> int:
        """Rows of the whole log."""
        return self._log.rows

    def _columns(self) -> tuple[ShownColumn, ...]:
        view = self._view
        roles = {"fw_time": "log.time", "fw_score": "log.score", "fw_decision": "log.decision"}
        made = [
            ShownColumn(name, TITLES[name], _kind(name), name == "fw_score")
            for name in SHOWN
            if name == "fw_id" or view.column(roles[name])
        ]
        taken = {view.column(what) for what in ("log.id", "log.time", "log.score", "log.decision")}
        for column in self._log.columns:
            if column.name.startswith(HIDDEN) or column.name in taken:
                continue
            right = column.kind in ("integer", "number")
            made.append(ShownColumn(column.name, column.name, column.kind, right, hidden=True))
        return tuple(made)

    def _table(self, wish: Wish) -> Table:
        """The log narrowed to a wish; the relation stays the log's own without one."""
        where = " AND ".join(self._where(wish)) or "TRUE"
        extra = f", {self._surprise()} AS fw_surprise" if wish.order == SURPRISE else ""
        if where == "TRUE" and not extra:
            return self._log
        relation = f"(SELECT *{extra} FROM {self._log.relation} WHERE {where})"
        columns = (*self._log.columns, Column("fw_surprise", "number"))
        return self._log.with_relation(relation, columns)

    def _where(self, wish: Wish) -> list[str]:
        found = [self._condition(chip) for chip in wish.filters]
        if words := wish.search.strip():
            like = literal(f"%{_escaped(words)}%")
            hits = [f"{cell} ILIKE {like} ESCAPE '\\'" for cell in self._searched]
            if (day := _day(words)) is not None and self._view.column("log.time"):
                low, high = literal(day), literal(day + timedelta(days=1))
                hits.append(f"(fw_time >= {low} AND fw_time < {high})")
            found.append(f"({' OR '.join(hits) or 'FALSE'})")
        return found

    def _condition(self, chip: Filter) -> str:
        if chip.exclude:
            return f"NOT coalesce({self._condition(replace(chip, exclude=False))}, FALSE)"
        name = quoted(chip.column)
        if chip.values:
            known = [value for value in chip.values if value is not None]
            parts = []
            if known:
                parts.append(f"{name} IN ({', '.join(literal(value) for value in known)})")
            if len(known) < len(chip.values):
                parts.append(f"{name} IS NULL")
            return f"({' OR '.join(parts)})"
        edges = [
            f"{name} {sign} {literal(_moment(edge))}"
            for sign, edge in ((">=", chip.low), ("<", chip.high))
            if edge is not None
        ]
        return f"({' AND '.join(edges)})" if edges else "TRUE"

    def _surprise(self) -> str:
        """SQL of the surprise of a row (``SURPRISE_WORDS``)."""
        view = self._view
        outside = []
        for each in view.model.inputs if view.model is not None else ():
            if each.kind == "numeric" and each.name in view.log_inputs and each.low is not None:
                x = f"({view.log_inputs[each.name]})"
                low, high = literal(each.low), literal(each.high)
                outside.append(f"CASE WHEN {x} < {low} OR {x} > {high} THEN 1 ELSE 0 END")
        count = " + ".join(outside) or "0"
        score = "fw_score" if view.model is None else "fw_output"
        if view.model is not None and view.model.output == "value":
            distance = f"abs({score} - fw_outcome)"
            # any distance stays below one input outside its range
            against = f"coalesce({distance} / (1 + {distance}), 0)"
        else:
            against = (
                "CASE WHEN fw_outcome IS NULL OR fw_adverse IS NULL THEN 0 "
                f"WHEN fw_adverse <> (fw_outcome = 1) THEN 1 + abs(coalesce({score}, 0) - "
                "fw_outcome) ELSE 0 END"
            )
        return f"10.0 * ({count}) + ({against})"

    def within(self, wish: Wish) -> Wish:
        """The part of a wish that this log can answer: it may come from another version of it."""
        known = {column.name for column in (*self._log.columns, *self._view.beside)}
        order = wish.order if wish.order in known | {SURPRISE} else ""
        return replace(
            wish, order=order, filters=tuple(f for f in wish.filters if f.column in known)
        )

    def count(self, wish: Wish, task: Task | None = None) -> int:
        """How many decisions a wish lets through."""
        if not wish.filters and not wish.search.strip():
            return self._log.rows
        key = (wish.filters, wish.search.strip())
        if key not in self._counts:
            table = self._table(replace(wish, order=""))
            self._counts[key] = int(table.value("SELECT count(*) FROM {t}", task=task))
        return self._counts[key]

    def _order(self, wish: Wish) -> tuple[str, Literal["ascending", "descending"]] | None:
        if wish.order == SURPRISE:
            return ("fw_surprise", "descending")
        if wish.order:
            return (wish.order, "descending" if wish.descending else "ascending")
        return ("fw_row", "ascending") if wish.filters or wish.search.strip() else None

    def arrange(self, wish: Wish, task: Task | None = None) -> int:
        """Filter and sort once, so that every page is at hand; return how many decisions there are.

        Raises:
            Cancelled: when ``task`` was cancelled.
        """
        order = self._order(wish)
        if order is None:
            return self._log.rows
        return len(self._table(wish).ordered(order, task))

    def page(
        self,
        wish: Wish,
        offset: int,
        limit: int,
        columns: Sequence[str],
        task: Task | None = None,
    ) -> tuple[Line, ...]:
        """Return the lines ``offset`` to ``offset + limit``; ``columns`` name the cells."""
        table = self._table(wish)
        asked = list(dict.fromkeys(("fw_id", "fw_adverse", *columns)))
        found = table.page(offset, limit, asked, self._order(wish), task).to_pylist()
        return tuple(
            Line(
                row=int(each["fw_row"]),
                id=each["fw_id"] if each["fw_id"] is not None else f"row {each['fw_row'] + 1}",
                cells=tuple(self._cell(name, each[name]) for name in columns),
                adverse=bool(each["fw_adverse"]),
                raw=tuple("" if each[name] is None else str(each[name]) for name in columns),
            )
            for each in found
        )

    def _cell(self, name: str, value: Any) -> str:  # noqa: ANN401 - any cell
        """A cell as a reader wants it: short time, the score's own decimals."""
        if value is None:
            return ""
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        if name == "fw_score" and self._decimals is not None:
            return f"{value:.{self._decimals}f}"
        if isinstance(value, float):
            return number(value, 6)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

    def place_of(self, wish: Wish, row: int, task: Task | None = None) -> int | None:
        """Where a row of the log stands in the list; ``None`` when the wish leaves it out."""
        order = self._order(wish)
        if order is None:
            return row if 0 <= row < self._log.rows else None
        found = (self._table(wish).ordered(order, task) == row).nonzero()[0]
        return int(found[0]) if len(found) else None

    def chip(self, column: str, row: int, *, exclude: bool = False) -> Filter:
        """Return the chip that lets through, or excludes, what a row has in a column.

        For a time that is its day.
        """
        value = self._log.value(f"SELECT {quoted(column)} FROM {{t}} WHERE fw_row = {int(row)}")
        if isinstance(value, date):
            day = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the case's clock
            end = day + timedelta(days=1)
            return Filter(column, low=day.isoformat(), high=end.isoformat(), exclude=exclude)
        if value is not None and not isinstance(value, str | int | float | bool):
            value = float(value) if self._number(column) else str(value)
        return Filter(column, (value,), exclude=exclude)

    def _number(self, column: str) -> bool:
        known = self._view.row_column(column)
        return known is not None and known.kind in ("integer", "number")

    def values(self, column: str, task: Task | None = None) -> tuple[tuple[Cell, int], ...]:
        """Return a column's commonest values with their counts, for a chip."""
        return tuple(self._log.counts(column, VALUES_AT_MOST, task))

    def ends(self, task: Task | None = None) -> tuple[float | None, float | None]:
        """First and last time of the log in seconds since 1970 on the case's clock; asked once."""
        if self._ends is None:
            sql = "SELECT epoch(min(fw_time)), epoch(max(fw_time)) FROM {t}"
            low, high = (column[0].as_py() for column in self._log.query(sql, task=task).columns)
            self._ends = (low, high)
        return self._ends

    def strip(self, wish: Wish, task: Task | None = None) -> Strip | None:
        """Return the time strip of a wish without its filter on time; ``None`` without times."""
        if not self._view.column("log.time"):
            return None
        low, high = self.ends(task)
        if low is None or high is None:
            return None
        width = max((high - low) / BUCKETS, 1e-6)
        found = self._table(replace(wish.without("fw_time"), order="")).query(
            f"SELECT CAST(least(floor((epoch(fw_time) - {low!r}) / {width!r}), {BUCKETS - 1}) "
            "AS INTEGER) AS k, count(*) AS n, avg(CASE WHEN fw_adverse THEN 1.0 WHEN fw_adverse "
            "IS NULL THEN NULL ELSE 0.0 END) AS share, avg(fw_score) AS score "
            "FROM {t} WHERE fw_time IS NOT NULL GROUP BY 1 ORDER BY 1",
            task=task,
        )
        counts = [0] * BUCKETS
        share: list[float | None] = [None] * BUCKETS
        score: list[float | None] = [None] * BUCKETS
        for each in found.to_pylist():
            counts[each["k"]], share[each["k"]] = each["n"], each["share"]
            score[each["k"]] = each["score"]
        edges = tuple(low + k * width for k in range(BUCKETS + 1))
        return Strip(edges, tuple(counts), tuple(share), tuple(score), self.zone)

    @property
    def most_values(self) -> int:
        """How many values of a column are listed at most."""
        return VALUES_AT_MOST

    @property
    def zone(self) -> str:
        """The clock of times: UTC where the zone is known, else local."""
        return "local time" if self._view.case.zone is None else "UTC"

    @property
    def can_surprise(self) -> bool:
        """Whether anything tells what is surprising: a model's training range, or outcomes."""
        return self._view.model is not None or self._view.has("outcomes")


def _kind(name: str) -> str:
    return {"fw_time": "time", "fw_score": "number"}.get(name, "text")


def _moment(edge: float | str) -> float | datetime:
    """A filter's edge as the engine compares it: ISO text is a time, a number a number."""
    if not isinstance(edge, str):
        return edge
    return datetime.fromisoformat(edge.removesuffix("Z"))


def _day(words: str) -> datetime | None:
    """The day that was searched for (``2026-05-07``), if it is one."""
    if not DAY.fullmatch(words):
        return None
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def _escaped(words: str) -> str:
    """Words for LIKE: its wildcards are meant literally."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
