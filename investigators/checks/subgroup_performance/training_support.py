"""Has the model seen enough of cases like this one: how many training rows share its leaves?

Two rows are near where they fall into the same leaf of a large share of the trees (proximity,
Breiman 2001): the model cannot tell them further apart.  How many training rows are near the
decision is held against training rows that were kept out of the count, which a case drawn as
training was drawn is exchangeable with.  Few are where to look, not yet a fault; a candidate cause
is only a group that training left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from investigators.answering import Findings
from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.clock import iso
from investigators.evidence import Cause, Condition, Finding, NoTransform, Verdict
from investigators.group_words import percent, rounded
from investigators.numbers import count, count_of, number
from investigators.presence import presence
from investigators.scope import condition_sql
from investigators.slices.literals import inputs_of
from investigators.slices.own_groups import own_conditions, own_rows
from investigators.slices.support import (
    FEWER,
    LIVE,
    MINIMUM,
    MOST,
    THIN,
    Draws,
    Support,
    support_of,
)
from investigators.statistics import fisher, ratio, wilson
from investigators.task import Task
from investigators.view import View

FINDINGS = Findings("subgroup_performance.training_support")
SURPRISING = 0.01
ORDINARY = 0.1
GROUP_ROWS = 20
GROUP_EXPECTED = 50  # training rows, were the group as large there as in the log
GROUP_P = 0.001
LEFT_OUT = 5  # times smaller in training than in the log


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding about the decision's row."""
    task.tick()
    log, decision, model, reference = view.log, view.decision, view.model, view.reference
    if log is None or decision is None or decision.row is None:
        words = "No row of the log was picked."
        return [FINDINGS.nothing(words, None, "does not apply")]
    if model is None or not model.trees:
        words = "Without the model its leaves are not known."
        return [FINDINGS.nothing(words, "the model file")]
    if reference is None or reference.rows < MINIMUM:
        rows = 0 if reference is None else reference.rows
        words = f"There are {count_of(rows, 'training row')}; {MINIMUM} are needed."
        return [FINDINGS.nothing(words, "the table that the model was trained on", n=rows)]
    for inputs, where in ((view.log_inputs, "log"), (view.reference_inputs, "training table")):
        absent = [i.name for i in model.inputs if i.used and i.name not in inputs]
        if absent:
            words = f"The model’s input {absent[0]} is not in the {where}."
            return [FINDINGS.nothing(words, f"the input {absent[0]} in the {where}")]
    draws = Draws(view, log, model, reference, task)
    found = support_of(draws, decision.row)
    group = _group(draws, found, decision.row) if found.p <= ORDINARY else None
    verdict, end, need = _judged(found, group)
    return [_finding(draws, found, verdict, end, need, group)]


def _judged(found: Support, group: Group | None) -> tuple[Verdict, str, str | None]:
    need = "more training rows like this one"
    if found.p > ORDINARY:
        return "speaks against", "That is ordinary.", None
    if group is not None:
        return "supports", f"Training left out {group.condition.words()}.", None
    if found.p > SURPRISING:
        return "cannot tell", "That is little, yet not rare.", need
    if not found.few:
        return "cannot tell", f"That is not {FEWER} times fewer than usual.", need
    if found.p_same > ORDINARY:
        words = "Rows with such a score are as far from theirs."
        return "cannot tell", words, "more training rows with such a score"
    return "supports", "Training says little of such cases.", None


@dataclass(frozen=True)
class Group:
    """A group that training left out: rows in training and log, rows looked at and those thin."""

    condition: Condition
    training: int
    rows: int
    looked_at: int
    thin: int
    others: int
    others_thin: int
    is_input: bool


def _group(draws: Draws, found: Support, row: int) -> Group | None:
    """The decision's group that training holds far less of and whose rows are thin as well."""
    view, log, reference, task = draws.view, draws.log, draws.reference, draws.task
    every = own_rows(view, log, row, own_conditions(view, log, row, task), task)
    groups = every.cells(range(every.paired))
    named = [c for c in enumerate(groups.conditions) if reference.column(c[1].column) is not None]
    if not named:
        return None
    parts = ", ".join(f"count(*) FILTER ({condition_sql(c)})" for _, c in named)
    line = reference.query(f"SELECT {parts} FROM {{t}}", task=task)
    standing = []
    for (i, condition), column in zip(named, line.columns, strict=True):
        rows, training = round(float(groups.rows[groups.members((i,))].sum())), column[0].as_py()
        _, most = ratio(training, reference.rows, rows, log.rows)
        expected = rows / log.rows * reference.rows
        if rows < GROUP_ROWS or expected < GROUP_EXPECTED or most * LEFT_OUT > 1:
            continue
        one = _thin(draws, found, condition, training, rows, row)
        share, rest = one.thin / max(one.looked_at, 1), one.others_thin / max(one.others, 1)
        p = fisher(one.thin, one.looked_at, one.others_thin, one.others)
        # of training a tenth is so far out by definition
        apart = share >= max(2 * rest, 3 * THIN)
        if one.looked_at >= GROUP_ROWS and apart and p * len(named) < GROUP_P:
            standing.append((p, one))
    return min(standing, key=lambda s: (s[0], s[1].condition.column), default=(1.0, None))[1]


def _thin(
    draws: Draws, found: Support, condition: Condition, training: int, rows: int, row: int
) -> Group:
    """How many rows of the group and of the others have as few training rows near."""
    counted = []
    for inside in (condition_sql(condition), f"NOT {condition_sql(condition)}"):
        drawn = draws.of(draws.log, LIVE, f"fw_row <> {row} AND {inside}")
        near = found.of(drawn, draws.task)
        counted.append((len(drawn.rows), found.thin(near)))
    is_input = condition.column in inputs_of(draws.view)
    (n, thin), (others, others_thin) = counted
    return Group(condition, training, rows, n, thin, others, others_thin, is_input)


def _finding(
    draws: Draws, found: Support, verdict: Verdict, end: str, need: str | None, group: Group | None
) -> Finding:
    held, live = found.held, found.live
    low, high = np.quantile(held.rows, (0.05, 0.95), method="inverted_cdf")
    statement = (
        f"{count_of(found.rows, 'training row')} of {count(len(found.counted.rows))} looked at "
        f"share {percent(found.near)} or more of the model’s leaves with this one; of "
        f"{count(len(held.rows))} training rows kept out of the count the middle one has "
        f"{number(found.usual)} (nine in ten: {count(int(low))} to {count(int(high))}). With its "
        f"{found.nearest} nearest it shares {percent(float(found.own.nearness[0]))} of them; "
        f"{count(found.as_far(held))} of those kept out are as far from theirs"
    )
    if len(live.rows):
        statement += f", and {count(found.as_far(live))} of {count_of(len(live.rows), 'live row')}"
    statement += f". {end}"
    statement += f" {_outcomes(found)}{_dates(draws.view, found)}"
    if group is not None:
        statement += f" {_of_group(draws, group)}"
    drawn = f"(Drawn from {count_of(draws.reference.rows, 'training row')} by a fixed hash.)"
    cause = None if group is None else _cause(draws, group, statement)
    return FINDINGS.on(
        "row",
        verdict,
        f"{statement} {drawn}",
        len(found.counted.rows),
        effect={
            "near_rows": found.rows,
            "near_from": rounded(found.near),
            "usual": rounded(found.usual),
            "nearness": rounded(float(found.own.nearness[0])),
            "conformal_p": rounded(found.p),
            "conformal_p_same_score": rounded(found.p_same),
            "counted": len(found.counted.rows),
            "kept_out": len(held.rows),
            "kept_out_as_far": found.as_far(held),
            "live": len(live.rows),
            "live_as_far": found.as_far(live),
        },
        segment=cause.segment if cause else None,
        would_need=need,
        cause=cause,
        charts=(_picture(found),),
    )


def _outcomes(found: Support) -> str:
    """What became of the training rows that are near."""
    if not found.rows:
        most = percent(float(found.shares.max(initial=0.0)))
        return f"The most similar training row shares {most} of its leaves."
    near = found.shares >= found.near
    known = found.counted.outcomes[near]
    known = known[np.isfinite(known)]
    if not len(known):
        return "No outcome of theirs is known."
    if np.isin(known, (0.0, 1.0)).all():
        k = int(known.sum())
        low, high = (percent(end) for end in wilson(k, len(known)))
        return (
            f"Of theirs {count(k)} of {count(len(known))} outcomes were positive (95 % interval "
            f"{low} to {high})."
        )
    return f"The mean of their {count_of(len(known), 'outcome')} is {number(float(known.mean()))}."


def _dates(view: View, found: Support) -> str:
    moments = found.counted.moments
    near = (found.shares >= found.near) & (moments >= 0)
    if not near.any():
        return ""
    known = view.case.zone is not None
    first, last, start, end = (
        iso(int(m), zone_known=known)[:10]
        for chosen in (moments[near], moments[moments >= 0])
        for m in (chosen.min(), chosen.max())
    )
    return f" They are from {first} to {last}, training from {start} to {end}."


def _of_group(draws: Draws, group: Group) -> str:
    label = group.condition.words()
    in_log, in_training = group.rows / draws.log.rows, group.training / draws.reference.rows
    return (
        f"{label}: {count(group.training)} of {count_of(draws.reference.rows, 'training row')} "
        f"({percent(in_training, 1)}), {count(group.rows)} of {count(draws.log.rows)} in the log "
        f"({percent(in_log, 1)}). As far out as the farthest tenth of training are "
        f"{count(group.thin)} of {count(group.looked_at)} of its rows and "
        f"{count(group.others_thin)} of {count(group.others)} others."
    )


def _cause(draws: Draws, group: Group, statement: str) -> Cause:
    view = draws.view
    when = None if view.column("log.time") is None else "fw_time"
    carried = presence(
        draws.log, condition_sql(group.condition), when, draws.task,
        zone_known=view.case.zone is not None,
    )  # fmt: skip
    label = group.condition.words()
    second = (
        f"training has {count_of(group.training, 'row')} of {label}, where the log’s share of them "
        f"would be {count(round(group.rows / draws.log.rows * draws.reference.rows))}"
    )
    return Cause(
        cause="sample-or-subgroup",
        features=(),
        transform=NoTransform(),  # rows that training never had cannot be put back
        segment=(group.condition,),
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=group.rows,
        rows_changed=0,
        concerns_decision=True,
        # of a model's input the leaves themselves tell: no second sign
        corroborations=() if group.is_input else (second,),
        statement=statement,
    )


def _picture(found: Support) -> Dots:
    n = len(found.counted.rows)
    low, high = (n * end for end in wilson(found.rows, n))
    dots = [Dot("this row", float(found.rows), rounded(low) or 0.0, rounded(high) or 0.0, n, True)]
    for label, rows in (("training, kept out", found.held.rows), ("log", found.live.rows)):
        if len(rows):
            ends = np.quantile(rows, (0.05, 0.95), method="inverted_cdf")
            middle = float(np.median(rows))
            dots.append(Dot(label, middle, float(ends[0]), float(ends[1]), len(rows)))
    near = percent(found.near)
    return Dots(
        "Training rows near this one",
        tuple(dots),
        f"training rows that share {near} or more of the model’s leaves",
        rest=rounded(found.usual),
        rest_name="the middle one kept out",
        strip=f"{count(n)} training rows counted; this row with its 95 % interval, the others the "
        "middle row and nine in ten of them",
        description=f"This row has {found.rows} training rows near, a usual training row "
        f"{number(found.usual)}.",
    )


CHECK = Check(
    family="subgroup_performance",
    name="training_support",
    suspicion="Training held hardly any cases that the model regards as like this one.",
    covers="the training rows that fall into the same leaves as the decision’s row in a large "
    "share of the trees, their number, outcomes and dates, against training rows kept out of the "
    "count, those of like score, and rows of the log; which of the decision’s groups training left "
    "out",
    does_not_cover="whether the few rows near it were representative, groups of two columns, "
    "groups by a column that the training table does not have",
    minimum=f"{MINIMUM} training rows with all inputs; at most {MOST:,} are counted",
    run=run,
    needs=("log",),
    asks=(("reference", "Please send the table that the model was trained on."),),
    causes=("sample-or-subgroup",),
    order=66,
)
