"""What rows like those of a claim were before: the same segment earlier, or in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from investigators.chart import Dot, Dots
from investigators.clock import moment
from investigators.evidence import Condition
from investigators.scope import scope_sql, segment_sql
from investigators.statistics import wilson
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.traffic.place import Place
from investigators.traffic.rows import Baseline
from investigators.view import View

ENOUGH = 100


@dataclass(frozen=True)
class Counted:
    """Rows of some part, and how many of them meet each condition; ``words`` names the part."""

    words: str
    rows: int
    met: tuple[int, ...]

    def share(self, condition: int) -> float:
        """Share of rows that meet a condition; 0 without rows."""
        return self.met[condition] / self.rows if self.rows else 0.0

    def dot(self, condition: int, *, own: bool) -> Dot:
        """The share in per cent with its interval, for a chart of groups."""
        low, high = (round(100 * end, 3) for end in wilson(self.met[condition], self.rows))
        return Dot(self.words, round(100 * self.share(condition), 3), low, high, self.rows, own)


@dataclass(frozen=True)
class Compared:
    """The claimed rows, all other rows, and the parts they may be compared with (nearest first)."""

    inside: Counted
    rest: Counted
    before: Counted | None
    alike: Counted | None
    base: Counted

    @property
    def usual(self) -> Counted:
        """The nearest part that has rows enough."""
        parts = (self.before, self.alike)
        return next((p for p in parts if p is not None and p.rows >= ENOUGH), self.base)

    def dots(self, condition: int, title: str, description: str) -> Dots:
        """Picture of the share of rows that meet a condition, part by part."""
        parts = (self.base, self.alike, self.before, self.rest, self.inside)
        shown = [p for p in parts if p is not None and p.rows]
        rows = self.inside.rows + self.rest.rows
        return Dots(
            title,
            tuple(p.dot(condition, own=p is self.inside) for p in shown),
            "% of rows",
            strip=f"95 % intervals (Wilson) · {rows:,} live rows, {self.base.rows:,} before",
            description=description,
        )


def compare(
    view: View, baseline: Baseline, place: Place,
    live: Sequence[str], base: Sequence[str], task: Task,
) -> Compared:  # fmt: skip
    """Count conditions (SQL over the log and, in the same order, over the baseline)."""
    log = view.log
    assert log is not None
    scope = scope_sql(place.segment, place.onset, place.end)
    before = None
    if place.onset is not None and place.onset.earliest is not None:
        early = f"fw_time <= TIMESTAMP {literal(str(moment(place.onset.earliest)))}"
        where = f"({segment_sql(place.segment)}) AND coalesce({early}, false)"
        before = _counted(log, "earlier rows", where, live, task)
    alike = None
    if place.segment and not baseline.early and _splits(baseline.table, place.segment):
        words = f"{baseline.words} in the same segment"
        alike = _counted(baseline.table, words, segment_sql(place.segment), base, task)
    return Compared(
        _counted(log, "these rows", scope, live, task),
        _counted(log, "all other rows", f"NOT ({scope})", live, task),
        before,
        alike,
        _counted(baseline.table, baseline.words, "true", base, task),
    )


def _splits(table: Table, segment: Sequence[Condition]) -> bool:
    """Whether a table can be split by the conditions (hours need times of its own)."""
    return all(c.part is None and table.column(c.column) is not None for c in segment)


def _counted(
    table: Table, words: str, where: str, conditions: Sequence[str], task: Task
) -> Counted:  # fmt: skip
    cells = "".join(f", count(*) FILTER (coalesce({c}, false))" for c in conditions)
    found = table.query(f"SELECT count(*){cells} FROM {{t}} WHERE {where}", task=task)
    rows, *met = (int(column[0].as_py()) for column in found.columns)
    return Counted(words, rows, tuple(met))
