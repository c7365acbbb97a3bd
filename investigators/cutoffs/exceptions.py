"""Which rows an exception takes: a range of one number of the log, or a list of subjects."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

from investigators.cutoffs.follow import MARGIN
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.view import View

if TYPE_CHECKING:
    import pyarrow as pa

NUMERIC = frozenset({"integer", "number"})
NO_INPUTS = ("id", "subject", "session", "score", "decision", "outcome", "time")
PURE = 0.95  # of the rows under an exception rule, or of a list's subjects, are exceptions
LISTED = 50  # subjects that a segment names


@dataclass(frozen=True)
class NumberRule:
    """A rule on one number: closed ``low`` to ``high`` (``None``: open) of the log's column."""

    column: str
    low: float | None
    high: float | None
    rows: int
    hits: int


def number_rule(view: View, hit: str, eligible: str, task: Task) -> NumberRule | None:
    """Find the number column in a range of which nearly every eligible row is a hit.

    ``hit`` and ``eligible`` are SQL over the log, never NULL; a hit is eligible.
    """
    live = view.log
    assert live is not None
    taken = {view.column(f"log.{role}") for role in NO_INPUTS}
    names = [c.name for c in live.columns if c.kind in NUMERIC and c.name not in taken]
    names = [name for name in names if not name.startswith("fw_")]
    if not names:
        return None
    cells = [f"CAST({quoted(name)} AS DOUBLE)" for name in names]
    finite = [(x, f"isfinite({x})") for x in cells]
    parts = [f"min({x}) FILTER ({known}), max({x}) FILTER ({known})" for x, known in finite]
    ends = _line(live.query(f"SELECT {', '.join(parts)} FROM {{t}} WHERE {hit}", task=task))
    forms = [
        (name, *form)
        for k, name in enumerate(names)
        for low, high in [(ends[2 * k], ends[2 * k + 1])]
        if low is not None and high is not None
        for form in ((low, None), (None, high), (low, high))
    ]
    if not forms:
        return None
    counts = [f"count(*) FILTER ({_inside(*form)})" for form in forms]
    hits = [f"count(*) FILTER ({_inside(*form)} AND {hit})" for form in forms]
    sql = f"SELECT count(*), count(*) FILTER ({hit}), {', '.join(counts + hits)} FROM {{t}}"
    rows, all_hits, *told = _line(live.query(f"{sql} WHERE {eligible}", task=task))
    best: tuple[float, NumberRule] | None = None
    for k, form in enumerate(forms):
        inside, held = int(told[k]), int(told[k + len(forms)])
        if not inside or held < PURE * inside or held < PURE * all_hits:
            continue
        ends_used = 2 - form[1:].count(None)
        gain = held * log(rows / inside) - log(3 * len(names)) - ends_used * log(rows + 1)
        if gain > MARGIN and (best is None or gain > best[0]):
            best = gain, NumberRule(form[0], form[1], form[2], inside, held)
    return None if best is None else best[1]


def _inside(name: str, low: float | None, high: float | None) -> str:
    x = f"CAST({quoted(name)} AS DOUBLE)"
    parts = [] if low is None else [f"{x} >= {low!r}"]
    parts += [] if high is None else [f"{x} <= {high!r}"]
    return f"coalesce({' AND '.join(parts)}, false)"


@dataclass(frozen=True)
class Listed:
    """Subjects all of whose eligible rows got the label: how many, their rows, some names."""

    subjects: int
    rows: int
    hits: int
    names: tuple[str, ...]


def subject_list(view: View, hit: str, eligible: str, task: Task) -> Listed | None:
    """Tell whether the hits are a list of subjects: nearly all of their rows, and not others'."""
    if view.log is None or view.column("log.subject") is None:
        return None
    each = (
        f"(SELECT fw_subject AS who, count(*) AS several, count(*) FILTER ({hit}) AS hit "
        f"FROM {{t}} WHERE {eligible} AND fw_subject IS NOT NULL GROUP BY fw_subject)"
    )
    sql = (
        "SELECT count(*) FILTER (hit > 0), sum(several) FILTER (hit > 0)::BIGINT, "
        f"sum(hit)::BIGINT, sum(several)::BIGINT FROM {each}"
    )
    subjects, rows, hits, everybody = _line(view.log.query(sql, task=task))
    if not hits or hits < PURE * rows or rows == everybody:
        return None
    if (rows - subjects) * log(everybody / hits) < MARGIN + log(everybody):
        return None
    sql = f"SELECT who FROM {each} WHERE hit > 0 ORDER BY who LIMIT {LISTED + 1}"
    names = tuple(view.log.query(sql, task=task).column(0).to_pylist())
    return Listed(int(subjects), int(rows), int(hits), names if len(names) <= LISTED else ())


def _line(found: pa.Table) -> list[Any]:
    return [column[0].as_py() for column in found.columns]
