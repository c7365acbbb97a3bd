"""Which label the documented rule gives a request: by its time, with the exceptions, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from investigators.documented import Clause, Documented, Stage, span_of
from investigators.scope import segment_sql
from investigators.tables.table import literal


def due_sql(found: Documented, labels: Sequence[str], zone: str | None, *, timed: bool) -> str:
    """SQL: the index into ``labels`` of the label due to a row; NULL where no rule is in force.

    On the day of a change both rules are as documented, and so is an exception from its first day
    to its last: a row that got what either gives has got what is due.  Of exceptions that overlap
    the first goes before, unless the row got what another gives.
    """
    named = [(clause, labels.index(clause.label)) for clause in found.clauses]
    wide = [(_applies(c, zone, timed=timed, wide=True), c.label, k) for c, k in named]
    maybe = [(f"{where} AND fw_decision = {literal(label)}", k) for where, label, k in wide]
    sure = [(_applies(c, zone, timed=timed, wide=False), k) for c, k in named]
    late = _by_stage(found.stages, labels, zone, timed=timed, wide=True)
    early = _by_stage(found.stages, labels, zone, timed=timed, wide=False)
    got = " ".join(f"WHEN fw_decision = {literal(each)} THEN {k}" for k, each in enumerate(labels))
    base = late
    if late != early:
        base = f"(CASE WHEN (CASE {got} END) = ({late}) THEN ({late}) ELSE ({early}) END)"
    cases = " ".join(f"WHEN {condition} THEN {k}" for condition, k in (*maybe, *sure))
    return f"(CASE {cases} ELSE {base} END)" if cases else base


def clause_sql(found: Documented, zone: str | None, *, timed: bool) -> str:
    """SQL: the index of the exception that a row got its label by or falls under; -1: none."""
    applies = [_applies(c, zone, timed=timed, wide=True) for c in found.clauses]
    wide = [
        f"WHEN {where} AND fw_decision = {literal(found.clauses[k].label)} THEN {k}"
        for k, where in enumerate(applies)
    ]
    sure = [f"WHEN {_applies(c, zone, timed=timed, wide=False)} THEN {k}"
            for k, c in enumerate(found.clauses)]  # fmt: skip
    return f"(CASE {' '.join((*wide, *sure))} ELSE -1 END)" if wide else "-1"


def stage_sql(found: Documented, zone: str | None, *, timed: bool) -> str:
    """SQL: the index of the rule in force for a row (the later one on the day of a change)."""
    if not timed:
        return str(len(found.stages) - 1)
    cases = [f"WHEN {_inside(s.since, s.until, zone, wide=True)} THEN {k}"
             for k, s in reversed(list(enumerate(found.stages)))]  # fmt: skip
    return f"(CASE {' '.join(cases)} ELSE -1 END)"


def _by_stage(
    stages: Sequence[Stage], labels: Sequence[str], zone: str | None, *, timed: bool, wide: bool
) -> str:
    """The label by the cut points in force, the latest rule first; narrow: whole days only."""
    cases = []
    for stage in reversed(stages):
        cuts = zip(stage.cuts, stage.labels[1:], strict=True)
        steps = " ".join(
            f"WHEN fw_score >= {cut!r} THEN {labels.index(label)}"
            for cut, label in sorted(cuts, reverse=True)
        )
        band = f"(CASE {steps} ELSE {labels.index(stage.labels[0])} END)"
        # a day at which one rule ends is the next one's: narrow, the earlier rule holds all of it
        within = "true"
        if timed:
            low, high = span_of(stage.since, zone), span_of(stage.until, zone)
            parts = [] if low is None else [f"fw_time >= {_stamp(low[0 if wide else 1])}"]
            parts += [] if high is None else [f"fw_time < {_stamp(high[1])}"]
            within = _all(parts)
        cases.append(f"WHEN {within} THEN {band}")
    return f"(CASE {' '.join(cases)} END)"


def _applies(clause: Clause, zone: str | None, *, timed: bool, wide: bool) -> str:
    window = _inside(clause.since, clause.until, zone, wide=wide) if timed else "true"
    return f"({segment_sql(clause.when)} AND {window})"


def _inside(since: str, until: str, zone: str | None, *, wide: bool) -> str:
    """Within two dates; wide: with their whole days, else only where both are surely past."""
    low, high = span_of(since, zone), span_of(until, zone)
    parts = [] if low is None else [f"fw_time >= {_stamp(low[0 if wide else 1])}"]
    parts += [] if high is None else [f"fw_time < {_stamp(high[1 if wide else 0])}"]
    return _all(parts)


def _all(parts: Sequence[str]) -> str:
    return f"coalesce({' AND '.join(parts)}, false)" if parts else "true"


def _stamp(when: datetime) -> str:
    return f"TIMESTAMP {literal(when.isoformat(sep=' '))}"
