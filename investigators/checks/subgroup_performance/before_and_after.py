"""Did what is decided for the decision's group change at a moment, at the same scores?

The share of adverse decisions among the rows with the decision's own value of a column, over time,
against all other rows.  Where the scores moved, the decisions follow: that is no change of the
treatment.  Only decisions that changed at the same score support.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log as ln

import numpy as np
import numpy.typing as npt

from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.clock import iso, said
from investigators.evidence import Cause, Condition, Finding, NoTransform, Onset, Verdict
from investigators.group_words import percent, rounded
from investigators.groups import finite
from investigators.slices.literals import literals_of, own_groups
from investigators.slices.steps import LEAST, Step, at_same_score, step_of
from investigators.statistics import conditional_tail, shrunk, wilson
from investigators.tables.codes import times
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ID = "subgroup_performance.before_and_after"
MARGIN = 8.0  # nats beyond what choosing moment and group costs
APART = 0.05  # difference of the shares, before and after, at the same scores
HALVES = 0.1
SUBJECT = "md5_number_lower(coalesce(l.fw_subject, l.fw_id, l.fw_row::VARCHAR)) % 2 = 1"


@dataclass(frozen=True, eq=False)
class Decided:
    """Rows with a decision and a time, in order of time; ``zone_known`` tells of ``moments``."""

    rows: Ints
    moments: Ints
    adverse: Bools
    score: Floats
    half: Bools
    zone_known: bool


@dataclass(frozen=True, eq=False)
class Told:
    """A group's step: shares as (marked, rows) before and after, of the group and of the others.

    ``same`` is the later share if every score were treated as before.
    """

    condition: Condition
    step: Step
    mine: tuple[tuple[int, int], tuple[int, int]]
    others: tuple[tuple[int, int], tuple[int, int]]
    same: float | None
    repeats: bool
    onset: Onset

    @property
    def moved(self) -> float:
        """Later share less the earlier one."""
        return _share(self.mine[1]) - _share(self.mine[0])

    @property
    def others_moved(self) -> float:
        """The same of the others."""
        return _share(self.others[1]) - _share(self.others[0])


def _share(counts: tuple[int, int]) -> float:
    return counts[0] / counts[1] if counts[1] else 0.0


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per column with a value of the decision's own."""
    log, decision = view.log, view.decision
    task.tick()
    if log is None or not log.rows:
        return [_plain("cannot tell", "There are no rows of a log.", need="a log of decisions")]
    if decision is None or decision.row is None:
        return [_plain("does not apply", "No row of the log was picked.")]
    decided = _decided(view, log, task)
    if decided is None:
        need = "times and labels of the decisions"
        return [_plain("cannot tell", "No decisions with a time are known.", need=need)]
    coded, _ = literals_of(view, log, task)
    mine = own_groups([one for one in coded if one.column in view.grouping], decision.row)
    if not mine:
        need = "a segment column in the log, such as region or app version"
        return [_plain("cannot tell", "The decision has no value that forms a group.", need=need)]
    found = []
    for own in mine:
        task.tick()
        inside = own.inside(decided.rows)
        found.append(_finding(decided, own.condition, inside, len(mine), decision.row))
    return found


def _plain(verdict: Verdict, sentence: str, need: str | None = None) -> Finding:
    return Finding(
        ID, ID, "subgroup_performance", verdict, (), sentence, 0, would_need=need,
        ask=need and f"Please send {need}: the group's decisions are followed over time.",
    )  # fmt: skip


def _decided(view: View, log: Table, task: Task) -> Decided | None:
    """Rows outside the live-test arm, whose decisions are not the rule's."""
    moments = times(log, task) if view.column("log.time") is not None else None
    if moments is None:
        return None
    found = log.query(
        f"SELECT fw_row, fw_adverse, {finite('l.fw_score')}::DOUBLE AS score, {SUBJECT} AS half "
        "FROM {t} AS l WHERE fw_adverse IS NOT NULL AND NOT coalesce(fw_live_test, false)",
        task=task,
    )
    rows = found["fw_row"].to_numpy().astype(np.int64)
    timed = moments[rows] != np.iinfo(np.int64).min
    order = np.lexsort((rows, moments[rows]))
    order = order[timed[order]]
    if not len(order):
        return None
    adverse, score, half = (found[n].to_numpy() for n in ("fw_adverse", "score", "half"))
    return Decided(
        rows[order], moments[rows[order]], adverse[order].astype(np.bool_),
        score[order].astype(np.float64), half[order].astype(np.bool_), view.case.zone is not None,
    )  # fmt: skip


def _told(decided: Decided, condition: Condition, inside: Bools) -> Told | None:
    marked = decided.adverse[inside]
    step = step_of(marked)
    if step is None:
        return None
    moments = decided.moments[inside]
    at = int(moments[step.before])
    late = decided.moments >= at

    def counts(where: Bools) -> tuple[tuple[int, int], tuple[int, int]]:
        early, after = (where & ~late), (where & late)
        return (
            (int(decided.adverse[early].sum()), int(early.sum())),
            (int(decided.adverse[after].sum()), int(after.sum())),
        )

    mine = counts(inside)
    up = _share(mine[1]) >= _share(mine[0])
    halves = [counts(inside & half) for half in (decided.half, ~decided.half)]
    known = decided.zone_known
    onset = Onset(
        iso(int(moments[max(step.first - 1, 0)]), zone_known=known),
        iso(int(moments[min(step.last, len(moments) - 1)]), zone_known=known),
    )
    same = at_same_score(decided.score[inside], marked, step.before)
    repeats = all(_tail(before, after, up=up) < HALVES for before, after in halves)
    return Told(condition, step, mine, counts(~inside), same, repeats, onset)


def _tail(before: tuple[int, int], after: tuple[int, int], *, up: bool) -> float:
    """Exact one-sided chance of the later count, given both together."""
    if not before[1] or not after[1]:
        return 1.0
    k, n = before[0] + after[0], before[1] + after[1]
    return conditional_tail(after[0], after[1], k, n, upper=up)


def _finding(
    decided: Decided, condition: Condition, inside: Bools, groups: int, row: int
) -> Finding:
    n = int(inside.sum())
    about, label = (condition.column,), condition.words()
    told = _told(decided, condition, inside)
    if told is None:
        return Finding(
            f"{ID}/{condition.column}", ID, "subgroup_performance", "cannot tell", about,
            f"{label} has {n:,} decisions with a time; {2 * LEAST} are needed.", n,
            would_need=f"{2 * LEAST} decisions of {label} with a time",
        )  # fmt: skip
    verdict, end, need = _judged(told, n, groups)
    before, after = (f"{k:,} of {m:,} ({percent(_share((k, m)), 1)})" for k, m in told.mine)
    others = " and ".join(percent(_share(one), 1) for one in told.others)
    statement = (
        f"{label}: {before} decisions were adverse before {told.onset.latest}, {after} since; of "
        f"the others {others}. {end}"
    )
    cause = _cause(told, decided, inside, row, statement) if verdict == "supports" else None
    many = f"({groups} group{'s' * (groups != 1)} and every moment were looked at.)"
    return Finding(
        id=f"{ID}/{condition.column}",
        check=ID,
        family="subgroup_performance",
        verdict=verdict,
        about=about,
        sentence=f"{statement} {many}",
        n=n,
        effect={
            "before": list(told.mine[0]),
            "after": list(told.mine[1]),
            "others_before": list(told.others[0]),
            "others_after": list(told.others[1]),
            "after_at_same_scores": rounded(told.same),
            "gain": rounded(told.step.gain),
            "repeats": told.repeats,
            "tested": groups,
        },
        segment=(condition,),
        onset=told.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        would_need=need,
        cause=cause,
        charts=(_picture(told),) if cause else (),
    )


def _judged(told: Told, n: int, groups: int) -> tuple[Verdict, str, str | None]:
    label = told.condition.words()
    if told.step.gain < ln(n) + ln(groups) + MARGIN or abs(told.moved) < APART:
        return _no_step(told, n, groups)
    if abs(told.others_moved) >= abs(told.moved) / 2 and told.moved * told.others_moved > 0:
        return "speaks against", "The others changed as well: it is not the group's own.", None
    if told.same is None:
        return "cannot tell", "Without scores, whether they moved is not known.", "logged scores"
    at_score = _share(told.mine[1]) - told.same
    treated = f"With its scores treated as before it would be {percent(told.same, 1)}."
    if abs(at_score) < APART or at_score * told.moved <= 0 or abs(at_score) < abs(told.moved) / 2:
        words = f"{treated} So its scores moved, not what is decided at a score."
        return "speaks against", words, None
    if not told.repeats:
        words = "It does not repeat in both halves of the subjects."
        return "cannot tell", words, f"more decisions of {label}"
    return "supports", f"{treated} So other decisions are taken at the same scores.", None


def _no_step(told: Told, n: int, groups: int) -> tuple[Verdict, str, str | None]:
    """Say the smallest step that would have been seen in the middle, by the same yardstick."""
    base = _share((told.mine[0][0] + told.mine[1][0], n))
    nats = ln(n) + ln(groups) + MARGIN
    smallest = (8 * nats * max(base * (1 - base), 0.01) / n) ** 0.5
    if smallest <= 2 * APART:
        words = f"No step; one of {percent(smallest)} in the middle would have been seen."
        return "speaks against", words, None
    words = f"No step is beyond chance; only one of {percent(smallest)} would have been."
    return "cannot tell", words, f"more decisions of {told.condition.words()}"


def _cause(told: Told, decided: Decided, inside: Bools, row: int, statement: str) -> Cause:
    start = int(decided.moments[inside][told.step.before])
    late = inside & (decided.moments >= start)
    return Cause(
        cause="threshold-or-policy",
        features=(),
        transform=NoTransform(),
        segment=(told.condition,),
        onset=told.onset,
        onset_known=True,
        end=None,
        ongoing=True,
        rows_in_scope=int(late.sum()),
        rows_changed=0,
        concerns_decision=bool((decided.rows[late] == row).any()),
        statement=statement,
    )


def _picture(told: Told) -> Dots:
    label = told.condition.words()
    names = (f"{label}, before", f"{label}, since", "others, before", "others, since")
    counted = (*told.mine, *told.others)
    drawn = shrunk([k for k, _ in counted], [n for _, n in counted])
    dots = []
    for i in sorted(range(len(names)), key=lambda i: (-drawn[i], i)):
        k, n = counted[i]
        at, low, high = (rounded(v) or 0.0 for v in (_share((k, n)), *wilson(k, n)))
        dots.append(Dot(names[i], at, low, high, n, own=i == 1))
    return Dots(
        f"{label}: adverse decisions before and since {said(told.onset.latest)}",
        tuple(dots),
        "share of adverse decisions",
        rest=rounded(_share(told.others[1])),
        strip=f"{sum(n for _, n in counted):,} decisions outside the live-test arm; 95 % intervals",
        description=f"{label} before and since {said(told.onset.latest)}, and the others.",
    )


CHECK = Check(
    family="subgroup_performance",
    name="before_and_after",
    suspicion="At one moment other decisions began to be taken for the decision’s group at the "
    "same scores, and not so for the others.",
    covers="one step in the share of adverse decisions of each group that shares the decision’s "
    "value of a segment column, outside the live-test arm",
    does_not_cover="a change that went back again, slow changes, groups of two columns, what moved "
    "the group’s scores (the checks of the inputs look at that)",
    minimum=f"{2 * LEAST} decisions of the group with a time; where only a step of more than "
    f"{100 * 2 * APART:.0f} % would be seen, it cannot tell",
    run=run,
    needs=("log",),
    causes=("threshold-or-policy",),
    order=72,
)
