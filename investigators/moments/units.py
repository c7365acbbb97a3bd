"""Ways to count time since an epoch, told by the size of the number.

Seconds and finer units differ by a factor of 1,000 while 1990 to 2100 is a factor of seven, so a
number is a time in one of them at most.  Day numbers are taken from 1990 to 2059, where days since
1970 and Excel's (since 30 December 1899) do not overlap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from investigators.evidence import Affine, Epoch, Transform
from investigators.tables.table import Table
from investigators.task import Task

FROM, TO, DAYS_TO = 631_152_000.0, 4_102_444_800.0, 2_840_140_800.0  # 1990, 2100, 2060
DAY = 86_400.0
# Excel's serial number of 1 January 1970 in its 1900 date system (ECMA-376 part 1, 18.17.4.1)
EXCEL_1970 = 25_569.0
# A column's name or unit says that its numbers are dates.
DATED = re.compile(
    r"(^|[^a-z])(date|dates|datum|day_?number|serial|epoch|unix|timestamp|dob|birthday|"
    r"since 1970|since 1900)([^a-z]|$)|_(dt|at|on|ts)$|^ts$"
)
DECLARED = {
    "s": re.compile(r"^(unix |epoch )?(s|sec|secs|second|seconds)\b|unix time$|epoch$"),
    "ms": re.compile(r"\b(ms|millis|milliseconds?)\b"),
    "us": re.compile(r"\b(us|µs|micros|microseconds?)\b"),
    "ns": re.compile(r"\b(ns|nanos|nanoseconds?)\b"),
    "excel": re.compile(r"\b(excel|serial date|since 1900)\b"),
    "d": re.compile(r"^(d|day|days)\b"),
}


@dataclass(frozen=True)
class Counting:
    """One way to count: value = ``per_second`` x seconds since 1970 + ``offset``."""

    name: str
    words: str
    per_second: float
    offset: float
    until: float

    @property
    def low(self) -> float:
        """The number of 1 January 1990."""
        return FROM * self.per_second + self.offset

    @property
    def high(self) -> float:
        """The number of the last moment that is taken for a time."""
        return self.until * self.per_second + self.offset

    @property
    def fine(self) -> bool:
        """Whether its numbers are so large that nothing else looks like them."""
        return self.per_second >= 1

    def seconds(self, value: float) -> float:
        """Seconds since 1970 of a value."""
        return (value - self.offset) / self.per_second

    def seconds_sql(self, x: str) -> str:
        """The same as SQL."""
        return f"((({x}) - {self.offset!r}) / {self.per_second!r})"

    def holds_sql(self, x: str) -> str:
        """Whether a value is a time counted so, as SQL (NULL for NULL)."""
        return f"(({x}) BETWEEN {self.low!r} AND {self.high!r})"


COUNTINGS = (
    Counting("s", "seconds since 1970", 1.0, 0.0, TO),
    Counting("ms", "milliseconds since 1970", 1e3, 0.0, TO),
    Counting("us", "microseconds since 1970", 1e6, 0.0, TO),
    Counting("ns", "nanoseconds since 1970", 1e9, 0.0, TO),
    Counting("excel", "Excel's day numbers", 1 / DAY, EXCEL_1970, DAYS_TO),
    Counting("d", "days since 1970", 1 / DAY, 0.0, DAYS_TO),
)
SMALLEST = min(c.low for c in COUNTINGS)


def transform(true: Counting, seen: Counting) -> Transform:
    """What is observed as a function of what is true."""
    if true.fine and seen.fine:
        return Epoch(true.name, seen.name)
    a = seen.per_second / true.per_second
    return Affine(a, seen.offset - true.offset * a, f"{true.words} -> {seen.words}")


def dated(name: str, unit: str | None) -> bool:
    """Whether a column's name or declared unit says that it is a date or a time."""
    words = (re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower(), (unit or "").lower())
    return any(DATED.search(each) for each in words)


def declared(unit: str | None) -> str | None:
    """The way to count that a dictionary's unit names, or ``None``."""
    text = (unit or "").strip().lower()
    return next((name for name, words in DECLARED.items() if text and words.search(text)), None)


@dataclass(frozen=True)
class Counted:
    """One column's numbers: ``n`` finite ones that are not zero, and how many are which time.

    ``near`` counts those within a year of their own row's time, ``timed`` rows with a time at all.
    """

    n: int
    low: float
    high: float
    held: Mapping[str, int]
    near: Mapping[str, int]
    timed: int

    def share(self, counting: Counting) -> float:
        """Share of the numbers that are times counted so."""
        return self.held[counting.name] / self.n if self.n else 0.0

    def near_share(self, counting: Counting) -> float:
        """Share of these times that lie within a year of their row's."""
        return self.near[counting.name] / max(self.held[counting.name], 1)


def large(table: Table, expressions: Mapping[str, str], task: Task) -> list[str]:
    """Names whose largest finite number may be a time at all; one pass over the table."""
    if not expressions:
        return []
    cells = ", ".join(
        f"max(CASE WHEN isfinite(x{k}) THEN x{k} END)" for k in range(len(expressions))
    )
    inner = ", ".join(f"TRY_CAST(({e}) AS DOUBLE) AS x{k}" for k, e in enumerate(_of(expressions)))
    found = table.query(f"SELECT {cells} FROM (SELECT {inner} FROM {{t}})", task=task)
    highest = [column[0].as_py() for column in found.columns]
    return [name for name, x in zip(expressions, highest, strict=True) if x and x >= SMALLEST]


def _of(expressions: Mapping[str, str]) -> Sequence[str]:
    return list(expressions.values())


def counted(table: Table, expressions: Mapping[str, str], task: Task) -> dict[str, Counted]:
    """Count each column's numbers by the way they may count time; one pass over the table."""
    if not expressions:
        return {}
    cells = ["count(own)"]
    for k in range(len(expressions)):
        x = f"x{k}"
        cells += [f"count({x})", f"min({x})", f"max({x})"]
        for each in COUNTINGS:
            held = each.holds_sql(x)
            year = f"abs({each.seconds_sql(x)} - own) <= {366 * DAY!r}"
            cells += [f"count(*) FILTER ({held})", f"count(*) FILTER ({held} AND {year})"]
    inner = ", ".join(
        f"CASE WHEN isfinite(TRY_CAST(({e}) AS DOUBLE)) AND TRY_CAST(({e}) AS DOUBLE) <> 0 "
        f"THEN TRY_CAST(({e}) AS DOUBLE) END AS x{k}"
        for k, e in enumerate(_of(expressions))
    )
    sql = f"SELECT {', '.join(cells)} FROM (SELECT epoch(fw_time) AS own, {inner} FROM {{t}})"
    timed, *values = (column[0].as_py() for column in table.query(sql, task=task).columns)
    width = 3 + 2 * len(COUNTINGS)
    found = {}
    for k, name in enumerate(expressions):
        n, low, high, *counts = values[k * width : (k + 1) * width]
        many = {c.name: int(counts[2 * i]) for i, c in enumerate(COUNTINGS)}
        near = {c.name: int(counts[2 * i + 1]) for i, c in enumerate(COUNTINGS)}
        found[name] = Counted(int(n), float(low or 0), float(high or 0), many, near, int(timed))
    return found
