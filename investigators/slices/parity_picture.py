"""A share of fairness in each group of a column, as dots with intervals."""

from __future__ import annotations

from investigators.chart import Dot, Dots
from investigators.evidence import Condition
from investigators.group_words import rounded
from investigators.groups import Arena, Groups, adverse_sql, finite
from investigators.numbers import count
from investigators.scope import condition_sql
from investigators.slices.own_groups import groups_sql
from investigators.slices.parity import Gap
from investigators.statistics import shrunk, wilson
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

MOST_DOTS = 16


def dots(
    view: View, log: Table, by: tuple[Groups, Arena | None], own: Condition, one: Gap, task: Task
) -> Dots:
    """The share in each value of the group's column, the own one marked."""
    (groups, place) = by
    high = groups.high_is_adverse
    flagged = "adverse" if high else "NOT adverse"
    counted, marked = {
        "true positive rate": ("y = 1", flagged),
        "false positive rate": ("y = 0", flagged),
    }.get(one.kind, (f"y IN (0, 1) AND {flagged}", "y = 1"))
    if place is not None:
        counted += " AND live" if place.live_test else ""
        counted += " AND NOT adverse" if place.selected else ""
    cell = groups_sql(view, log, own, task)
    found = log.query(
        f"SELECT v, own, count(*) AS n, count(*) FILTER ({marked}) AS k FROM ("
        f"SELECT {cell} AS v, {condition_sql(own)} AS own, "
        f"{finite('l.fw_outcome')} AS y, coalesce(l.fw_live_test, false) AS live, "
        f"{adverse_sql(view)} AS adverse FROM {{t}} AS l) "
        f"WHERE adverse IS NOT NULL AND {counted} GROUP BY v, own "
        "ORDER BY own DESC, n DESC, v NULLS LAST",
        task=task,
    ).to_pylist()
    shown = f"{len(found)} values"
    if len(found) > MOST_DOTS:
        shown = f"the {MOST_DOTS} most frequent of {len(found)} values"
    found = found[:MOST_DOTS]
    drawn = shrunk([line["k"] for line in found], [line["n"] for line in found])
    every = []
    for i in sorted(range(len(found)), key=lambda i: (-drawn[i], i)):
        k, n, value = (found[i][name] for name in ("k", "n", "v"))
        at, low, up = (rounded(v) or 0.0 for v in (k / n, *wilson(k, n)))
        every.append(Dot("missing" if value is None else value, at, low, up, n, found[i]["own"]))
    where = f" {place.words}" if place is not None else ""
    return Dots(
        f"{own.column}: {one.kind}",
        tuple(every),
        one.kind,
        rest=rounded(one.rest),
        strip=f"{count(one.n + one.rest_n)} rows{where}, sorted by the share drawn to the common "
        "one as the groups’ size warrants; 95 % intervals",
        description=f"{shown} of {own.column}; {own.words()} is marked.",
    )
