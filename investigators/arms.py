"""Arms of an experiment and versions of a model: requests by arm, day and half of subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from investigators.impressions import Events
from investigators.spelling import names_an_arm
from investigators.tables.table import literal, quoted
from investigators.task import Task
from investigators.view import View

MOST_ARMS = 12
DAY = "coalesce(epoch_us(fw_time) // 86400000000, 0)"


@dataclass(frozen=True)
class Split:
    """A way to tell arms: SQL of the arm over the log's relation joined as ``joined`` says."""

    name: str
    arm: str
    joined: str = ""
    column: str | None = None


@dataclass(frozen=True)
class Cell:
    """Requests of one arm on one day in one half (by hash of the subject), and the marked ones."""

    arm: str
    day: int
    half: int
    n: int
    marked: int


@dataclass(frozen=True)
class Contrast:
    """This arm against all others on the days that both have, day by day.

    ``z`` is Mantel and Haenszel's (JNCI 22 (1959) 719): marked requests beyond those expected when
    a day's share is the same in all arms, over their standard deviation.  ``rest_share`` is the
    others' share weighted as this arm's days are.
    """

    n: int
    marked: int
    rest: int
    rest_marked: int
    rest_share: float
    z: float
    days: int


def splits(view: View, tables: Sequence[Events], task: Task) -> list[Split]:
    """Columns that tell an arm or a version: of the log by name and role, of UI events by id."""
    live = view.log
    assert live is not None
    found = []
    version = view.column("log.model_version")
    if version is not None:
        found.append(Split(version, "fw_version", column=version))
    for column in live.columns:
        if names_an_arm(column.name) and column.name not in (version, view.column("log.live_test")):
            sql = f"CAST({quoted(column.name)} AS VARCHAR)"
            found.append(Split(column.name, sql, column=column.name))
    for events in tables:
        task.tick()
        prefix = "ui_events." if not events.number else f"ui_events#{events.number + 1}."
        name = view.column(prefix + "arm")
        if name is None or events.table.column(name) is None:
            continue
        for role, key in (("request", "fw_id"), ("subject", "fw_subject")):
            if role in events.columns:
                found.append(_by_events(events, name, role, key))
                break
    return found


def _by_events(events: Events, name: str, role: str, key: str) -> Split:
    """The arm of the events with the same id; an id that has several arms has none."""
    arm = f"nullif(CAST({quoted(name)} AS VARCHAR), '')"
    joined = (
        f" LEFT JOIN (SELECT {events.text(role)} AS fw_key, min({arm}) AS fw_arm "
        f"FROM {events.table.relation} WHERE {events.text(role)} IS NOT NULL GROUP BY 1 "
        f"HAVING count(DISTINCT {arm}) = 1) AS fw_e ON {key} = fw_e.fw_key"
    )
    return Split(name, "fw_e.fw_arm", joined)


def arm_of(view: View, split: Split, row: int, task: Task) -> str | None:
    """The arm that a row of the log was in."""
    assert view.log is not None
    sql = f"SELECT {split.arm} FROM {{t}}{split.joined} WHERE fw_row = ?"
    found = view.log.value(sql, [row], task)
    return None if found is None else str(found)


def cells(view: View, split: Split, marked: str, task: Task) -> list[Cell]:
    """Count requests and ``marked`` ones (SQL, NULL where not known) by arm, day and half."""
    assert view.log is not None
    sql = (
        f"SELECT {split.arm} AS fw_a, {DAY} AS fw_d, "
        "(hash(coalesce(fw_subject, fw_id, '')) % 2)::INTEGER AS fw_h, count(*) AS fw_n, "
        f"count(*) FILTER ({marked}) AS fw_k FROM {{t}}{split.joined} WHERE "
        f"{_counted(split, marked)} GROUP BY fw_a, fw_d, fw_h ORDER BY fw_a, fw_d, fw_h"
    )
    found = view.log.query(sql, task=task)
    lines = zip(*(column.to_pylist() for column in found.columns), strict=True)
    return [Cell(str(a), int(d), int(h), int(n), int(k)) for a, d, h, n, k in lines]


def z_of_subjects(view: View, split: Split, marked: str, arm: str, task: Task) -> float:
    """The same excess as in ``contrast`` over its deviation with subjects as independent pieces.

    Requests of one subject come out alike.  (Liang, Zeger, Biometrika 73 (1986) 13.)
    """
    assert view.log is not None
    sql = (
        f"WITH fw_t AS MATERIALIZED (SELECT (({split.arm}) = ?)::INTEGER AS fw_a, "
        f"{DAY} AS fw_d, coalesce(fw_subject, fw_id, fw_row::VARCHAR) AS fw_s, ({marked})::INTEGER "
        f"AS fw_y FROM {{t}}{split.joined} WHERE {_counted(split, marked)}), fw_g AS (SELECT fw_d, "
        "avg(fw_a) AS fw_p, avg(fw_y) AS fw_m FROM fw_t GROUP BY fw_d) "
        "SELECT coalesce(sum(fw_v), 0)::DOUBLE, coalesce(sum(fw_v * fw_v), 0)::DOUBLE FROM (SELECT "
        "sum((fw_a - fw_p) * (fw_y - fw_m)) AS fw_v FROM fw_t JOIN fw_g USING (fw_d) GROUP BY fw_s)"
    )
    line = view.log.query(sql, [arm], task)
    excess, square = (float(column[0].as_py()) for column in line.columns)
    return excess / sqrt(square) if square > 0 else 0.0


def _counted(split: Split, marked: str) -> str:
    return (
        f"({split.arm}) IS NOT NULL AND ({marked}) IS NOT NULL AND NOT "
        "coalesce(fw_live_test, false)"
    )


def contrast(found: Sequence[Cell], arm: str, halves: Sequence[int] = (0, 1)) -> Contrast:
    """Compare an arm with all others on the days that have both."""
    days: dict[int, list[int]] = {}
    for cell in found:
        if cell.half in halves:
            line = days.setdefault(cell.day, [0, 0, 0, 0])
            at = 0 if cell.arm == arm else 2
            line[at] += cell.n
            line[at + 1] += cell.marked
    both = [line for line in days.values() if line[0] and line[2]]
    n, marked, rest, rest_marked = (sum(line[k] for line in both) for k in range(4))
    excess = spread = weighted = 0.0
    for a, m, b, k in both:
        rows, hits = a + b, m + k
        excess += m - a * hits / rows
        spread += a * b * hits * (rows - hits) / (rows * rows * max(rows - 1, 1))
        weighted += a * k / b
    z = excess / sqrt(spread) if spread > 0 else 0.0
    return Contrast(n, marked, rest, rest_marked, weighted / n if n else 0.0, z, len(both))


def label_sql(view: View) -> tuple[str, str] | None:
    """What to count: the adverse decision, else this decision's own label; and its words."""
    rule, one = view.rule, view.decision
    if rule is not None and rule.adverse and view.column("log.decision") is not None:
        return "fw_adverse", " or ".join(rule.adverse)
    if one is not None and one.label is not None:
        return f"(fw_decision = {literal(one.label)})", one.label
    return None


def totals(found: Sequence[Cell]) -> list[Cell]:
    """Each arm's own sums over days and halves, the largest arms first."""
    by_arm: dict[str, Cell] = {}
    for cell in found:
        old = by_arm.get(cell.arm, Cell(cell.arm, 0, 0, 0, 0))
        by_arm[cell.arm] = replace(old, n=old.n + cell.n, marked=old.marked + cell.marked)
    return sorted(by_arm.values(), key=lambda c: (-c.n, c.arm))[:MOST_ARMS]
