"""Both sides of a policy question, counted in the engine: another cut-off, or without an input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from investigators.case import Rule
from investigators.evidence import Lead, segment_words
from investigators.impact import CHUNK, rule_in_force, written
from investigators.numbers import number
from investigators.repair import as_logged
from investigators.roles.rule import predicted
from investigators.scope import segment_sql
from investigators.sides import Option, PolicyQuestion, Side
from investigators.statistics import wilson
from investigators.task import Task
from investigators.view import View

FEWER, MORE = 0.75, 1.25  # of the adverse decisions of now
DAY = 86_400.0


@dataclass(frozen=True)
class _Edge:
    """The cut at which decisions become adverse; ``high``: above it."""

    cut: float
    high: bool

    def adverse(self, cut: float) -> str:
        return f"(fw_score {'>=' if self.high else '<'} {cut!r})"


def policy_question(view: View, leads: Sequence[Lead], task: Task) -> PolicyQuestion | None:
    """The question of the first lead whose difference between groups is real.

    ``None``: no such lead that is moderate or strong, no cut point at which decisions hurt.
    """
    lead = next(
        (each for each in leads if each.cause == "sample-or-subgroup" and each.segment
         and each.strength != "weak" and each.concerns_this_decision), None,
    )  # fmt: skip
    rule = rule_in_force(view)
    edge = None if rule is None else _edge(rule)
    if lead is None or rule is None or edge is None or view.log is None:
        return None
    inside = segment_sql(lead.segment)
    options = [_threshold(view, edge, cut, words, inside, task)
               for cut, words in _candidates(view, edge, inside, lead, task)]  # fmt: skip
    columns = {c.column for c in lead.segment or ()}
    names = [
        name
        for name in view.log_inputs
        if name in lead.features or columns & set(view.columns.get(f"log.feature:{name}", ()))
    ]
    options += [
        _without(view, rule, name, inside, task) for name in names if view.model is not None
    ]
    rows, subjects, seconds = _line(
        view,
        "count(*), count(DISTINCT fw_subject), "
        "(SELECT date_diff('second', min(fw_time), max(fw_time)) FROM {t})",
        inside, task,
    )  # fmt: skip
    brief = view.case.brief
    complaints = (*(("the reported words",) if brief.reported else ()),
                  *(f"interview {told.id}" for told in brief.interviews))  # fmt: skip
    return PolicyQuestion(
        lead.id, lead.segment, int(rows), int(subjects) or None,
        float(seconds) / DAY if seconds else None, tuple(options), complaints,
    )  # fmt: skip


def _edge(rule: Rule) -> _Edge | None:
    bad = [label in rule.adverse for label in rule.labels]
    changes = [k for k in range(len(rule.cuts)) if bad[k] != bad[k + 1]]
    return _Edge(rule.cuts[changes[0]], bad[changes[0] + 1]) if len(changes) == 1 else None


def _line(view: View, parts: str, where: str, task: Task) -> list[float]:
    assert view.log is not None
    found = view.log.query(f"SELECT {parts} FROM {{t}} WHERE {where}", task=task)
    return [column[0].as_py() for column in found.columns]


def _candidates(
    view: View, edge: _Edge, inside: str, lead: Lead, task: Task
) -> list[tuple[float, str]]:
    """Cut points with a quarter fewer and more adverse decisions, and that evens the group out."""
    known = "isfinite(fw_score)"
    adverse = edge.adverse(edge.cut)
    now, rest = _line(
        view, f"avg({adverse}::INT), avg({adverse}::INT) FILTER (NOT ({inside}))", known, task
    )
    if not now or rest is None:
        return []
    even = f"{segment_words(lead.segment)} as often adverse as the others now"
    shares = [
        (FEWER * now, "true", "a quarter fewer adverse decisions"),
        (min(MORE * now, 1.0), "true", "a quarter more adverse decisions"),
        (rest, inside, even),
    ]
    found: dict[float, str] = {}
    for share, where, words in shares:
        at = 1 - share if edge.high else share
        (cut,) = _line(view, f"quantile_cont(fw_score, {at!r})", f"{known} AND {where}", task)
        decimals = view.case.scale.decimals if view.case.scale is not None else None
        cut = float(cut) if decimals is None else round(float(cut), decimals)
        if cut != edge.cut:
            found.setdefault(cut, words)
    return list(found.items())


def _threshold(view: View, edge: _Edge, cut: float, words: str, inside: str, task: Task) -> Option:
    was, now = edge.adverse(edge.cut), edge.adverse(cut)
    right = f"(({now}) = {'' if edge.high else 'NOT '}(fw_outcome = 1))"
    changed = f"(({was}) <> ({now}))"
    sides = []
    for where in (inside, f"NOT ({inside})"):
        numbers = _line(
            view,
            f"count(*), count(*) FILTER ({was}), count(*) FILTER ({now} AND NOT {was}), "
            f"count(*) FILTER ({was} AND NOT {now}), "
            f"count(*) FILTER ({changed} AND fw_outcome IN (0, 1)), "
            f"count(*) FILTER ({changed} AND fw_outcome IN (0, 1) AND {right})",
            f"isfinite(fw_score) AND {where}", task,
        )  # fmt: skip
        sides.append(_side([int(n) for n in numbers]))
    said = f"Cut-off {number(cut)} instead of {number(edge.cut)} ({words})"
    return Option("threshold", said, cut, None, sides[0], sides[1])


def _side(numbers: Sequence[int]) -> Side:
    rows, adverse, worse, better, known, right = numbers
    interval = wilson(right, known) if known else None
    return Side(rows, adverse, worse, better, known, right, interval)


def _without(view: View, rule: Rule, name: str, inside: str, task: Task) -> Option:
    """Score every row again with one input missing."""
    assert view.log is not None
    assert view.model is not None
    names = [i.name for i in view.model.inputs if i.name in view.log_inputs]
    cells = [
        f"(CASE WHEN {each != name} THEN {view.log_inputs[each]} END) AS x{k}"
        for k, each in enumerate(names)
    ]
    sql = (
        f"SELECT fw_score, ({inside})::INT, fw_outcome, {', '.join(cells)} FROM {{t}} AS fw_log "
        "WHERE isfinite(fw_score)"
    )
    bad = np.array([*(label in rule.adverse for label in rule.labels), False])
    high = bool(bad[len(rule.labels) - 1])
    totals = np.zeros((2, 6), np.int64)
    for batch in view.log.batches(sql, size=CHUNK, task=task):
        task.tick(0, 0, f"Without {name}")
        score, group, outcome = (
            batch.column(k).to_numpy(zero_copy_only=False).astype(np.float64) for k in range(3)
        )
        matrix = view.model.matrix({n: batch.column(k + 3) for k, n in enumerate(names)})
        after = written(view, as_logged(view, view.model.outputs(matrix)))
        was, now = bad[predicted(rule, score)], bad[predicted(rule, after)]
        known = (was != now) & np.isin(outcome, (0.0, 1.0))
        right = known & (now == ((outcome == 1.0) == high))
        flags = (np.ones_like(was), was, now & ~was, was & ~now, known, right)
        for side, rows in enumerate((group == 1.0, group != 1.0)):
            totals[side] += [int((flag & rows).sum()) for flag in flags]
    group_side, others = (_side([int(n) for n in total]) for total in totals)
    return Option(
        "without input", f"Without {name} (missing for all)", None, name, group_side, others
    )
