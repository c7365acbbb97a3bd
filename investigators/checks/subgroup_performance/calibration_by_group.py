"""Do outcomes of the decision's groups come out as often as its scores say?

Observed against expected positives among the rows that share the decision's value (or range) of a
column.  A score that is off for everybody alike is no group's fault: it is said, not blamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np

from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.evidence import Cause, Finding, NoTransform, Verdict, segment_words
from investigators.group_words import rounded
from investigators.groups import adverse_sql, is_regression
from investigators.presence import presence
from investigators.scope import segment_sql
from investigators.slices.calibrated import Off, off, positives
from investigators.slices.copies import copies
from investigators.slices.hidden import hidden
from investigators.slices.literals import Own, distinct, inputs_of, literals_of, own_groups
from investigators.slices.rows import Marked, marked_rows
from investigators.slices.tails import drawn_in
from investigators.statistics import adjusted, jeffreys
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

ID = "subgroup_performance.calibration_by_group"
MINIMUM = 20  # rows of the group, and of the others
FEWEST = 5  # expected positives, and expected negatives
FAR = 1.25
LARGE = 1.5
RATE = 0.05
CORROBORATED = 0.01
ALIKE = 0.8  # share of common rows from which on two groups are the same
MOST_DOTS = 16
NEED_SCORE = "scores that are probabilities, or the model that gives them"
NEED_OUTCOMES = "outcomes by the log's id, of adverse rows too"


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per column that has a value or range of the decision's own."""
    log, decision = view.log, view.decision
    task.tick()
    if log is None or not log.rows:
        return [_plain("cannot tell", "There are no rows of a log.", need="a log of decisions")]
    if decision is None or decision.row is None:
        return [_plain("does not apply", "No row of the log was picked.")]
    if is_regression(view, log, task):
        return [_plain("does not apply", "The outcome is a value, so no score is a probability.")]
    found = marked_rows(view, log, task, undecided=True)
    rows = found.only(np.isfinite(found.predicted))
    if found.measure != "wrong":
        words = f"Scores cannot be compared with outcomes: {found.no_outcomes}."
        return [_plain("cannot tell", words, need=NEED_OUTCOMES)]
    if len(rows.rows) < 2 * MINIMUM:
        words = f"{len(rows.rows):,} rows with an outcome have a probability."
        return [_plain("cannot tell", words, need=NEED_SCORE)]
    return _compared(view, log, rows, decision.row, task)


def _compared(view: View, log: Table, rows: Marked, row: int, task: Task) -> list[Finding]:
    coded, _ = literals_of(view, log, task)
    after = copies(coded, rows, inputs_of(view))
    mine = own_groups(coded, row, but=after)
    if not mine:
        need = "a column that could define a group"
        return [_plain("cannot tell", "The decision has no value that forms a group.", need=need)]
    tested = []
    for own in mine:
        task.tick()
        tested.append(off(rows, own.inside(rows.rows)))
    p = [one.p for one in tested if _enough(one)]
    corrected = iter(adjusted(p))
    q = [next(corrected) if _enough(one) else 1.0 for one in tested]
    worst = min(range(len(q)), key=lambda i: (q[i], tested[i].p, i))
    sql = f"SELECT {adverse_sql(view)} FROM {{t}} AS l WHERE fw_row = ?"
    told = Told(view, log, rows, log.value(sql, [row], task), len(p))
    answers = []
    for i, (own, one) in enumerate(zip(mine, tested, strict=True)):
        charts = (_picture(told, own),) if i == worst and _enough(one) else ()
        answers.append(_finding(told, own, one, q[i], charts, task))
    return answers


def _carried(told: Told, own: Own, task: Task) -> str | None:
    """Name the hidden group whose rows carry the difference; ``None``: it is the group's own.

    A group that is nearly the same is another description of it, and no explanation.
    """
    rows, inside = told.rows, own.inside(told.rows.rows)
    found = hidden(told.view, told.log, marked_rows(told.view, told.log, task), task)
    for one, holds in found.carrying(rows.rows, inside):
        if (holds & inside).sum() >= ALIKE * (holds | inside).sum():
            continue
        rest = off(rows, inside & ~holds)
        low, high = rest.interval
        if rest.n < MINIMUM or low <= 1 <= high or 1 / FAR <= rest.times <= FAR:
            return segment_words(one.description.conditions(found.coded))
    return None


@dataclass(frozen=True)
class Told:
    """What all answers of a run share; ``adverse`` is the decision's own."""

    view: View
    log: Table
    rows: Marked
    adverse: bool | None
    tested: int

    @property
    def where(self) -> str:
        """Which rows are counted."""
        return "" if self.rows.place is None else f" {self.rows.place.words}"


def _plain(verdict: Verdict, sentence: str, need: str | None = None) -> Finding:
    return Finding(
        ID, ID, "subgroup_performance", verdict, (), sentence, 0, would_need=need,
        ask=need and f"Please send {need}: a group's outcomes are compared with its scores.",
    )  # fmt: skip


def _enough(one: Off) -> bool:
    least = min(one.n, one.rest_n)
    both = min(one.expected, one.n - one.expected, one.rest_observed)
    return least >= MINIMUM and both >= FEWEST


def _numbers(told: Told, own: Own, one: Off) -> str:
    low, high = one.interval
    upper = f"{high:.2f}" if isfinite(high) else "any larger number"
    bad = told.view.case.outcome_words
    return (
        f"{own.condition.words()}: {one.observed:,} of {one.n:,} rows{told.where} were {bad} where "
        f"the scores say {one.expected:,.1f}: {one.times:.2f} times (95 % interval {low:.2f} to "
        f"{upper}); of the others {one.rest_observed:,} of {one.rest_n:,} where they say "
        f"{one.rest_expected:,.1f}: {one.rest_times:.2f} times."
    )


def _judged(one: Off, q: float) -> tuple[Verdict, str]:
    low, high = one.interval
    times, relative_low, relative_high = one.relative
    far = not 1 / FAR <= one.times <= FAR and not low <= 1 <= high
    apart = not 1 / FAR <= times <= FAR and not relative_low <= 1 <= relative_high
    same_way = (one.times >= 1) == (times >= 1)
    if low >= 1 / FAR and high <= FAR:
        return "speaks against", "The scores are right for this group."
    if far and not apart and not 1 / FAR <= one.rest_times <= FAR:
        return "cannot tell", (
            "The others are off as well: this is not the group's own. Outcomes that come late, or "
            "a world that moved, would look so."
        )
    if far and apart and same_way and q < RATE and one.repeats:
        which = "fewer" if one.times < 1 else "more"
        return "supports", (
            f"Outcomes are {which} than its scores say, in both halves of the subjects, and not so "
            "for the others."
        )
    if far and q >= RATE:
        return "cannot tell", "After the correction for all groups it is within chance."
    if far and not one.repeats:
        return "cannot tell", "It does not repeat in both halves of the subjects."
    return "cannot tell", "The interval holds both a right score and one that is off by a quarter."


def _verdict(told: Told, own: Own, one: Off, q: float, task: Task) -> tuple[Verdict, str, str]:
    """The verdict, its words, and what would tell if it cannot."""
    words = own.condition.words()
    need = f"about {_wanted(one):,} rows of {words} with an outcome"
    if not _enough(one):
        end = (
            f"That is too few: {MINIMUM} rows of the group and of the others are needed, and "
            f"{FEWEST} expected of either outcome."
        )
        return "cannot tell", end, need
    verdict, end = _judged(one, q)
    by = _carried(told, own, task) if verdict == "supports" else None
    if by is None:
        return verdict, end, need
    end = (
        f"The rows that it shares with {by} carry this: without them its scores are not off beyond "
        "chance."
    )
    return "cannot tell", end, f"more rows of {words} outside of {by} with an outcome"


def _finding(
    told: Told, own: Own, one: Off, q: float, charts: tuple[Dots, ...], task: Task
) -> Finding:
    condition = own.condition
    verdict, end, need = _verdict(told, own, one, q, task)
    many = f"({told.tested} group{'s' * (told.tested != 1)}, corrected for all of them.)"
    sentence = f"{_numbers(told, own, one)} {end}"
    cause = _cause(told, own, one, q, sentence, task) if verdict == "supports" else None
    times, low, high = one.relative
    return Finding(
        id=f"{ID}/{condition.column}{f' ({condition.part})' if condition.part else ''}",
        check=ID,
        family="subgroup_performance",
        verdict=verdict,
        about=(condition.column,),
        sentence=f"{sentence} {many}",
        n=one.n + one.rest_n,
        effect={
            "n": one.n,
            "observed": one.observed,
            "expected": rounded(one.expected),
            "times": rounded(one.times),
            "interval": [rounded(end) for end in one.interval],
            "rest_n": one.rest_n,
            "rest_observed": one.rest_observed,
            "rest_expected": rounded(one.rest_expected),
            "relative": [rounded(times), rounded(low), rounded(high)],
            "p": rounded(one.p),
            "p_corrected": rounded(q),
            "repeats": one.repeats,
            "tested": told.tested,
        },
        segment=(condition,),
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        would_need=need if verdict == "cannot tell" else None,
        cause=cause,
        charts=charts,
    )


def _wanted(one: Off) -> int:
    """Rows at which the interval of a right score would be within a quarter of it."""
    low, high = one.interval
    width = (high - low) / (FAR - 1 / FAR)
    if not one.n or not isfinite(width):
        return MINIMUM
    return max(ceil(one.n * max(width, 1.0) ** 2), MINIMUM)


def _cause(told: Told, own: Own, one: Off, q: float, statement: str, task: Task) -> Cause:
    segment = (own.condition,)
    when = None if told.view.column("log.time") is None else "fw_time"
    zone_known = told.view.case.zone is not None
    carried = presence(told.log, segment_sql(segment), when, task, zone_known=zone_known)
    too_high = one.times < 1  # the score says more positives than there are
    harms = told.adverse is None or (too_high == told.rows.high_is_adverse) == told.adverse
    return Cause(
        cause="sample-or-subgroup",
        features=(),
        transform=NoTransform(),
        segment=segment,
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=carried.rows,
        rows_changed=0,
        # a score that is too high explains no decision of the other side
        concerns_decision=harms,
        corroborations=_corroborations(told, own, one, q),
        statement=statement,
    )


def _corroborations(told: Told, own: Own, one: Off, q: float) -> tuple[str, ...]:
    size = max(one.relative[0], 1 / max(one.relative[0], 1e-9))
    if q >= CORROBORATED or size < LARGE:
        return ()
    found = []
    if told.rows.place is not None and told.rows.place.live_test:
        found.append("the live-test arm shows it, where outcomes are known whatever was decided")
    if own.condition.column not in inputs_of(told.view) and own.condition.part is None:
        found.append(f"{own.condition.column} is no input: the model cannot tell the group apart")
    return tuple(found)


def _picture(told: Told, own: Own) -> Dots:
    """Observed / expected of the column's values (or ranges), sorted, the own one marked."""
    rows, one = told.rows, own.coded
    positive = positives(rows)
    codes = one.codes[rows.rows]
    parts = {k: one.member[k][codes] for k in distinct(one)}
    shown = [k for k in parts if k == own.literal or parts[k].any()]
    shown = sorted(shown, key=lambda k: (k != own.literal, -int(parts[k].sum()), k))[:MOST_DOTS]
    n = [int(parts[k].sum()) for k in shown]
    k_of = np.array([float(positive[parts[k]].sum()) for k in shown])
    expected = np.array([float(rows.predicted[parts[k]].sum()) for k in shown])
    drawn = drawn_in(k_of, expected)
    dots = []
    for i in sorted(range(len(shown)), key=lambda i: (-drawn[i], shown[i])):
        unit = expected[i] / n[i] if n[i] and expected[i] else 1.0
        low, high = jeffreys(k_of[i], n[i])
        at = k_of[i] / n[i] / unit if n[i] else 0.0
        at, low, high = (rounded(float(v)) or 0.0 for v in (at, low / unit, high / unit))
        label = one.literals[shown[i]].words()
        dots.append(Dot(label, at, low, high, n[i], shown[i] == own.literal))
    rest = ~own.inside(rows.rows)
    others = float(rows.predicted[rest].sum())
    bad = told.view.case.outcome_words
    return Dots(
        f"{own.condition.column}: {bad} outcomes, observed / expected",
        tuple(dots),
        "observed / expected",
        rest=rounded(float(positive[rest].sum()) / others) if others else None,
        strip=f"{len(rows.rows):,} rows{told.where}, sorted by the value drawn towards 1 as the "
        f"groups’ size warrants ({own.condition.words()}: "
        f"{drawn[shown.index(own.literal)]:.2f}); 95 % intervals",
        description=f"{len(dots)} groups of {own.condition.column}; {own.condition.words()} is "
        "marked.",
    )


CHECK = Check(
    family="subgroup_performance",
    name="calibration_by_group",
    suspicion="For the decision’s group the share of outcomes differs from what its scores say.",
    covers="groups that share the decision’s value of a column, its range (an eighth of the rows), "
    "its part of the day or week, or a missing value: observed against expected outcomes, and "
    "against how far the others are off",
    does_not_cover="pairs of columns (the hidden groups do), outcomes that are values, scores that "
    "are no probabilities and no model’s, outcomes that are still to come",
    minimum=f"{MINIMUM} rows of the group with an outcome and {FEWEST} expected of either outcome; "
    "where the interval holds a right score as well as one off by a quarter, it cannot tell",
    run=run,
    needs=("log",),
    asks=(("outcomes", "Please send outcomes by the log's id, also of adverse decisions."),),
    causes=("sample-or-subgroup",),
    order=65,
)
