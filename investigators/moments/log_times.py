"""The log's own times: is a part of them where a misread unit would put it?"""

from __future__ import annotations

from dataclasses import dataclass

from investigators.chart import Cells
from investigators.moments.units import DAY
from investigators.tables.table import Table
from investigators.task import Task

FEWEST, ENOUGH = 4, 20
SHOWN = 8
FACTORS = (1e3, 1e6, 1e9, 1e-3, 1e-6)


@dataclass(frozen=True)
class Astray:
    """``count`` of ``n`` times; times ``factor`` they fall among the others; ``hit`` is SQL."""

    factor: float
    count: int
    n: int
    hit: str


def astray(log: Table, task: Task) -> Astray | None:
    """Times outside the others' range that counting since 1970 in another unit leads back."""
    low, high, n = (
        c[0].as_py()
        for c in log.query(
            "SELECT quantile_cont(t, 0.4), quantile_cont(t, 0.6), count(t) "
            "FROM (SELECT epoch(fw_time) AS t FROM {t})",
            task=task,
        ).columns
    )
    if not n or n < ENOUGH or low <= 0:
        return None
    # the middle fifth of rows: up to two fifths may be astray
    room = max(20 * (high - low), 120 * DAY)
    inside = f"BETWEEN {low - room!r} AND {high + room!r}"
    t = "epoch(fw_time)"
    for factor in FACTORS:
        hit = f"({t} NOT {inside} AND {t} * {factor!r} {inside})"
        count = log.value(f"SELECT count(*) FROM {{t}} WHERE {hit}", (), task)
        if count >= FEWEST:
            return Astray(factor, int(count), int(n), hit)
    return None


def astray_table(log: Table, column: str, lost: Astray, task: Task) -> Cells:
    """Some of these times as they were read, and as they are once counted in the other unit."""
    every = max(1, lost.count // SHOWN)
    found = log.query(
        "SELECT name, read, meant FROM (SELECT coalesce(fw_id, 'row ' || fw_row) AS name, "
        "strftime(fw_time, '%Y-%m-%d %H:%M:%S') AS read, strftime(make_timestamp("
        f"CAST(epoch(fw_time) * {lost.factor!r} * 1e6 AS BIGINT)), '%Y-%m-%d %H:%M:%S') AS meant, "
        f"row_number() OVER (ORDER BY fw_row) - 1 AS k FROM {{t}} WHERE {lost.hit}) "
        f"WHERE k % {every} = 0 ORDER BY k LIMIT {SHOWN}",
        task=task,
    )
    rows = tuple(zip(*(c.to_pylist() for c in found.columns), strict=True))
    return Cells(
        f"{column}: times as they are read and as they may be meant",
        ("id", "read as", "counted in the other unit"),
        rows,
        strip=f"{len(rows)} of {lost.count:,} such times, of {lost.n:,} in all",
        description=f"{len(rows)} times of {column} beside the same counted in the other unit.",
    )
