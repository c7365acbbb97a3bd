"""What one wants to see of the log, and what comes back: plain data for list, strip and chips."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from investigators.clock import iso
from investigators.evidence import Cell
from investigators.numbers import number

SURPRISE = "most surprising first"
SURPRISE_WORDS = (
    "By the number of inputs outside the training range; then decisions against their known "
    "outcome, by the distance of score and outcome; then file order."
)
TITLES = {"fw_time": "time", "fw_id": "id", "fw_score": "score", "fw_decision": "decision"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One chip: rows where ``column`` is one of ``values``, or lies in ``low`` to ``high``.

    ``values`` may hold ``None`` (missing).  ``low`` is included, ``high`` is not.  Times are ISO
    text on the case's clock.  With ``exclude`` the chip lets through every other row.
    """

    column: str
    values: tuple[Cell, ...] = ()
    low: float | str | None = None
    high: float | str | None = None
    exclude: bool = False

    def words(self) -> str:
        """Say the chip: ``decision: review``, ``decision: not review``."""
        name = TITLES.get(self.column, self.column)
        sign = "not " if self.exclude else ""
        if self.values:
            shown = ", ".join("missing" if v is None else str(v) for v in self.values[:3])
            more = f" and {len(self.values) - 3} more" if len(self.values) > 3 else ""
            return f"{name}: {sign}{shown}{more}"
        low, high = (_edge(edge) for edge in (self.low, self.high))
        if low and high:
            return f"{name}: {sign}{low} to {high}"
        return f"{name}: {sign}from {low}" if low else f"{name}: {sign}below {high}"


def _edge(edge: float | str | None) -> str:
    if edge is None:
        return ""
    return edge.removesuffix("Z")[:16].replace("T", " ") if isinstance(edge, str) else number(edge)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which decisions, in which order.

    ``search`` is looked for in ids, subjects and sessions.  ``order`` is a column, ``SURPRISE``,
    or empty for file order.
    """

    filters: tuple[Filter, ...] = ()
    search: str = ""
    order: str = ""
    descending: bool = False

    def with_filter(self, chip: Filter) -> Wish:
        """Return the wish with this chip in place of another of its column.

        Values to exclude are added to those excluded before.
        """
        for kept in self.filters:
            both = kept.column == chip.column and kept.exclude and chip.exclude
            if both and kept.values and chip.values:
                chip = replace(chip, values=tuple(dict.fromkeys((*kept.values, *chip.values))))
        others = tuple(f for f in self.filters if f.column != chip.column)
        return replace(self, filters=(*others, chip))

    @property
    def narrows(self) -> bool:
        """Whether it may leave rows out."""
        return bool(self.filters or self.search.strip())

    def without(self, column: str) -> Wish:
        """Return the wish without the chip of a column."""
        return replace(self, filters=tuple(f for f in self.filters if f.column != column))


@dataclass(frozen=True, slots=True)
class Left:
    """How a case was left: what was listed, the columns shown (none: the usual), which tab."""

    wish: Wish = Wish()
    columns: tuple[str, ...] = ()
    tab: int = 0


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the list: ``name`` in the log, ``title`` for readers; ``right`` for numbers."""

    name: str
    title: str
    kind: str
    right: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: ``row`` in the log, cells as text in the columns' order.

    ``raw`` has the values as the log has them, not rounded.
    """

    row: int
    id: str
    cells: tuple[str, ...]
    adverse: bool
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    """Volume, adverse share and mean score over time, ``BUCKETS`` equal spans of the whole log.

    ``edges`` has one more entry than the others, in seconds since 1970 on the case's clock;
    ``share`` and ``score`` are NaN-free: ``None`` where a span has no rows.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    share: tuple[float | None, ...]
    score: tuple[float | None, ...]
    zone: str

    def iso(self, seconds: float, *, known: bool) -> str:
        """A place on the strip as the filter of the time column wants it."""
        return iso(round(seconds * 1e6), zone_known=known)


def seconds(text: str) -> float:
    """Seconds since 1970 of an ISO time on the case's clock."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).timestamp()
