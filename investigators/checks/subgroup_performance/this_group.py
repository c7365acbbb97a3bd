"""Is the decision's own group treated worse than its outcomes warrant?

The decision's own values of the segment columns, alone and in pairs, against the rest of the log.
More adverse decisions are no fault by themselves: only a score that is too high (or low) for the
group's real outcomes is, so without outcomes the answer is "cannot tell" with the numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from investigators.chart import Chart
from investigators.check import Check
from investigators.evidence import Cause, Condition, Finding, NoTransform, Verdict, segment_words
from investigators.group_choice import (
    MINIMUM,
    REJECTED_LATE,
    SAME,
    Judged,
    inside_of,
    smallest,
)
from investigators.group_words import (
    Told,
    effect_of,
    of_measured,
    percent,
    picture,
    power_words,
    size_of,
)
from investigators.groups import (
    FEWEST_ADVERSE,
    MOST_COLUMNS,
    Arena,
    Bools,
    Folded,
    Groups,
    Kind,
    Measured,
    adverse_sql,
    arena,
    measure,
)
from investigators.presence import presence
from investigators.scope import segment_sql
from investigators.slices.by_subject import by_subjects
from investigators.slices.group_measures import Compared, table
from investigators.slices.literals import inputs_of
from investigators.slices.own_groups import (
    MOST,
    GroupRows,
    groups_sql,
    makes_the_score,
    own_conditions,
    own_rows,
)
from investigators.statistics import adjusted
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

ID = "subgroup_performance.this_group"
SECOND_HALF = 0.1
# A group found at 5 % but not at 1 % supports, yet makes only a weak lead: on tables without any
# fault one in about fifty to a hundred has such a group (tests/benchmarks/this_group_null.py).
CORROBORATED = 0.01
ENOUGH_POWER = 0.8
FEW_TRAINING = 100
NEED_OUTCOMES = "outcomes of adverse rows too (a live-test arm, or a review of a random part)"


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per column of the decision's groups, and per pair that is worse than both."""
    decision, log = view.decision, view.log
    if log is None or not log.rows:
        return [_plain("cannot tell", "There are no rows of a log.", need="a log of decisions")]
    if decision is None or decision.row is None:
        words = "No decision was picked."
        if decision is not None:
            words = "The decision has no row in the log, so it belongs to no group of the log."
        return [_plain("does not apply", words)]
    choice = own_conditions(view, log, decision.row, task)
    if not choice.conditions:
        words = "The log has no column that could define a group."
        need = "a segment column in the log, such as region, channel or app version"
        return [_plain("cannot tell", words, need=need)]
    rows = own_rows(view, log, decision.row, choice, task)
    found = _judge_all(rows, inputs_of(view), task)
    # groups beside the paired ones need cells of their own only where they stand
    held = [one.group[0] for one in found if one.deciding and one.group[0] >= rows.paired]
    groups = rows.cells([*range(rows.paired), *held])
    place = arena(groups)
    compared = None if place is None else Compared(rows, place)
    found = [_placed(groups, one, held, rows.paired, compared) for one in found]
    tested = sum(len(one.tests) for one in found)
    standing, explained = smallest(groups, place, found, task)
    looked_at = sum(1 for one in found if one.tests)
    told = Told(view, groups, place, tested, looked_at, choice.left_out)
    kept = [one for one in found if len(one.group) == 1 or one in standing]
    answers = [_finding(view, log, told, one, standing, explained, task) for one in kept]
    order = {"supports": 0, "cannot tell": 1, "speaks against": 2}
    return sorted(answers, key=lambda f: order.get(f.verdict, 3))


def _plain(verdict: Verdict, sentence: str, need: str | None = None) -> Finding:
    return Finding(
        ID, ID, "subgroup_performance", verdict, (), sentence, 0, would_need=need,
        ask=need and f"Please send {need}: we compare the decision's group with the rest.",
    )  # fmt: skip


def _candidates(groups: Groups) -> Iterator[tuple[int, ...]]:
    """Single columns, then pairs that are large enough and really smaller than both parents."""
    columns = range(len(groups.conditions))
    rows = {i: groups.rows[groups.members((i,))].sum() for i in columns}
    yield from ((i,) for i in columns)
    for pair in combinations(columns, 2):
        n = groups.rows[groups.members(pair)].sum()
        if MINIMUM <= n < SAME * min(rows[i] for i in pair):
            yield pair


def _judge_all(rows: GroupRows, inputs: Collection[str], task: Task) -> list[Judged]:
    """Judge the columns that name groups alone and in pairs, the others alone."""
    groups = rows.cells(range(rows.paired))
    place = arena(groups)
    folded = Folded(groups, groups.everything() if place is None else place.cells)
    found = [_judge(groups, folded, place, group, task) for group in _candidates(groups)]
    for i in range(rows.paired, len(rows.conditions)):
        own = rows.alone(i)
        where = arena(own)
        few = Folded(own, own.everything() if where is None else where.cells)
        one = _judge(own, few, where, (0,), task)
        if makes_the_score(rows.conditions[i], inputs) and "false rejection" in one.tests:
            one = one.beside_tests("false rejection")
        found.append(replace(one, group=(i,)))
    asked = [by_subjects(rows, place, one.group, one.tests, REJECTED_LATE) for one in found]
    found = [replace(one, tests=tests) for one, tests in zip(found, asked, strict=True)]
    looks = [(i, kind) for i, one in enumerate(found) for kind in one.tests]
    q = adjusted([found[i].tests[kind].p for i, kind in looks])
    for (i, kind), value in zip(looks, q, strict=True):
        found[i].q[kind] = value
    return found


def _placed(
    groups: Groups, one: Judged, held: Sequence[int], paired: int, compared: Compared | None
) -> Judged:
    """The same with its place among the cells that are kept; none where it does not stand."""
    if compared is not None and (len(one.group) == 1 or one.deciding):
        one = replace(one, beside=compared.of(one.group))
    at = one.group
    if at[0] >= paired:
        if at[0] not in held:
            return replace(one, inside=np.zeros(len(groups.mask), dtype=np.bool_))
        at = (paired + held.index(at[0]),)
    return replace(one, inside=groups.members(at))


def _judge(
    groups: Groups, folded: Folded, place: Arena | None, group: tuple[int, ...], task: Task
) -> Judged:
    task.tick()
    members = groups.members(group)
    few, inside, within = folded.by(members), folded.inside, folded.within
    kinds: tuple[Kind, ...] = ("bias", "error size") if groups.regression else (
        "calibration", "false rejection")  # fmt: skip
    tests: dict[Kind, Measured] = {}
    aside: dict[Kind, Measured] = {}
    for kind in kinds if place is not None else ():
        one = measure(few, kind, inside, within, with_power=True)
        blind = kind == "false rejection" and one and one.k + one.rest_k < FEWEST_ADVERSE
        if one is not None and min(one.n, one.rest_n) >= MINIMUM and not blind:
            tests[kind] = one
    adverse = measure(few, "adverse", inside, few.everything(), with_power=True)
    if adverse is not None and min(adverse.n, adverse.rest_n) >= MINIMUM:
        (tests if place is None else aside)["adverse"] = adverse
    for kind in _aside(groups, place):
        beside = measure(few, kind, inside, within, with_power=True)
        if beside is not None:
            aside[kind] = beside
    known = within & (few.outcome >= 0 if place is not None else few.adverse >= 0)
    return Judged(
        group,
        tuple(groups.conditions[i] for i in group),
        round(float(few.rows[inside].sum())),
        members,
        tests,
        aside,
        repeats=frozenset(k for k in tests if _repeats(few, k, inside, within)),
        known=round(float(few.rows[known & inside].sum())),
        rest_known=round(float(few.rows[known & ~inside].sum())),
    )


def _aside(groups: Groups, place: Arena | None) -> tuple[Kind, ...]:
    """What is told beside the tests: wrong decisions need outcomes of adverse rows, too."""
    if place is None or groups.regression:
        return ()
    return ("rejected bad",) if place.selected else ("rejected bad", "wrong", "false acceptance")


def _repeats(groups: Groups, kind: Kind, inside: Bools, within: Bools) -> bool:
    """Same direction in both halves of the subjects, each beyond chance."""
    parts = [measure(groups, kind, inside, within & half) for half in (groups.half, ~groups.half)]
    first, second = parts
    if first is None or second is None:
        return False
    if kind == "bias" and (first.k > first.rest_k) != (second.k > second.rest_k):
        return False
    low, high = sorted((first.p, second.p))
    return first.worse and second.worse and low < REJECTED_LATE and high < SECOND_HALF


def _finding(
    view: View,
    log: Table,
    told: Told,
    one: Judged,
    standing: Sequence[Judged],
    explained: dict[tuple[int, ...], Judged],
    task: Task,
) -> Finding:
    about = tuple(condition.column for condition in one.segment)
    label = segment_words(one.segment)
    measures = {**one.aside, **one.tests}
    said = [m for k, m in measures.items() if k in ("adverse", one.main)]
    numbers = " ".join(of_measured(told, label, m) for m in said if m.n)
    if one in standing:
        verdict: Verdict = "supports"
        end = f"{_fault(told)[:-1]}, and so in both halves of the subjects."
    elif one.group in explained:
        verdict, end = "cannot tell", _explained(told, one, explained[one.group])
    else:
        verdict, end = _unsupported(told, one)
    outcomes_missing = verdict == "cannot tell" and told.place is None
    cause = _cause(view, log, told, one, task) if verdict == "supports" else None
    charts: tuple[Chart, ...] = ()
    beside, drawn = "" if one.beside is None else one.beside.words(), ""
    if cause:
        cell = groups_sql(view, log, one.segment[0], task)
        drawing = picture(told, log, one.segment, one.deciding, cell, task)
        drawn = drawing.drawn
        every = table(told, one.segment, measures, one.beside, drawn)
        charts = (drawing.dots, every)
    rests = None if one.main is None else one.tests[one.main]
    sentence = " ".join(part for part in (numbers, end, beside, told.looks) if part)
    if cause:
        parts = (cause.statement, drawn, beside, told.looks)
        sentence = " ".join(part for part in parts if part)
    return Finding(
        id=f"{ID}/{' + '.join(_name(c) for c in one.segment)}",
        check=ID,
        family="subgroup_performance",
        verdict=verdict,
        about=about,
        sentence=sentence,
        n=rests.n + rests.rest_n if rests else one.rows,
        effect={
            "rows": one.rows,
            "measures": {kind: effect_of(m, one.q.get(kind)) for kind, m in measures.items()},
            "beside": {} if one.beside is None else {one.beside.name: one.beside.effect()},
            "repeats": sorted(one.repeats),
            "tested": told.tested,
        },
        segment=one.segment,
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        would_need=NEED_OUTCOMES if outcomes_missing else _more_rows(verdict, one),
        ask=_ask(told, label) if outcomes_missing else None,
        cause=cause,
        charts=charts,
    )


def _name(condition: Condition) -> str:
    """A column, or which part of a time: what tells two findings apart."""
    part = condition.part
    return f"{part} of {condition.column}" if part else condition.column


def _fault(told: Told) -> str:
    if told.groups.regression:
        return "Its prediction is off against the others’."
    return "It is treated worse than its outcomes warrant."


def _explained(told: Told, one: Judged, by: Judged) -> str:
    groups = told.groups
    shared = groups.rows[one.inside & by.inside].sum() / max(one.rows, 1)
    words = (
        f"{percent(shared)} of its rows are also in {segment_words(by.segment)}, which carries the "
        "difference: "
    )
    if not groups.rows[one.inside ^ by.inside].any():
        return f"{words[:-2]}: the two are the same rows."
    if inside_of(groups, one, by):
        return f"{words}against the other rows there this group does not differ beyond chance."
    return f"{words}outside it this group does not differ beyond chance."


def _unsupported(told: Told, one: Judged) -> tuple[Verdict, str]:
    """Say why not: too few rows, too little power, not repeated, or in order."""
    if not one.tests:
        return "cannot tell", _too_few(told, one)
    if told.place is None:
        return _by_rate_alone(told, one.tests["adverse"])
    score = one.tests.get("calibration") or one.tests.get("bias")
    odd = [k for k, m in one.tests.items() if m.large and m.p_of_rows < REJECTED_LATE]
    in_order = score is not None and score.power is not None and score.power >= ENOUGH_POWER
    if score is not None and in_order and not score.large:
        same = 0.0 if score.kind == "bias" else 1.0
        off = f"off by less than {size_of(score)}" if score.low > same else "not off"
        end = f"Its score is {off} against the others."
        if "false rejection" in odd:
            end += " It is turned down more often, and its outcomes bear that out."
        return "speaks against", f"{end} {power_words(score)}"
    if odd:
        kept = any(one.q[kind] < REJECTED_LATE for kind in odd)
        why = "It does not repeat in both halves of the subjects."
        if all(one.tests[kind].p >= REJECTED_LATE for kind in odd):
            why = "Rows of one subject are alike: counted by subject it is within chance."
        elif not kept:
            why = "After the correction for all comparisons it is within chance."
        return "cannot tell", why
    first = score or next(iter(one.tests.values()))
    powered = first.power is not None and first.power >= ENOUGH_POWER
    return ("speaks against" if powered else "cannot tell"), power_words(first)


def _too_few(told: Told, one: Judged) -> str:
    what = f"rows {told.place.words}" if told.place else "rows with a decision"
    return (
        f"It has {one.known:,} {what}, the others {one.rest_known:,}; {MINIMUM} of each are needed."
    )


def _by_rate_alone(told: Told, rate: Measured) -> tuple[Verdict, str]:
    """Without outcomes neither more nor as many adverse decisions tell what would be right."""
    if rate.large and rate.p < REJECTED_LATE:
        words = "Whether its outcomes warrant that, the log cannot tell: "
        return "cannot tell", words + f"{told.no_outcomes}."
    words = "Whether its outcomes warrant fewer, the log cannot tell: "
    return "cannot tell", f"{words}{told.no_outcomes}. {power_words(rate)}"


def _more_rows(verdict: Verdict, one: Judged) -> str | None:
    if verdict != "cannot tell":
        return None
    return f"more rows of {segment_words(one.segment)} with an outcome"


def _ask(told: Told, label: str) -> str:
    return (
        f"Please send the outcomes of decisions for {label} and for the others, also of those that "
        f"were {told.adverse}, with the log's id: shares of adverse decisions alone do not "
        "tell whether the group's real risk warrants them. A random part "
        "of 300 reviewed cases would do."
    )


def _cause(view: View, log: Table, told: Told, one: Judged, task: Task) -> Cause:
    assert one.deciding is not None
    label = segment_words(one.segment)
    when = None if view.column("log.time") is None else "fw_time"
    carried = presence(
        log, segment_sql(one.segment), when, task, zone_known=view.case.zone is not None
    )
    assert view.decision is not None
    own = f"SELECT {adverse_sql(view)} FROM {{t}} AS l WHERE fw_row = ?"
    statement = " ".join(
        of_measured(told, label, m)
        for m in (*one.aside.values(), *one.tests.values())
        if m.kind in ("adverse", one.deciding)
    )
    return Cause(
        cause="sample-or-subgroup",
        features=(),
        transform=NoTransform(),
        segment=one.segment,
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=carried.rows,
        rows_changed=0,
        concerns_decision=log.value(own, [view.decision.row], task) is not False,
        corroborations=_corroborations(view, told, one, task),
        statement=f"{statement} {_fault(told)}",
    )


def _corroborations(view: View, told: Told, one: Judged, task: Task) -> tuple[str, ...]:
    assert one.deciding is not None
    if one.q[one.deciding] >= CORROBORATED:
        return ()
    within = told.groups.everything() if told.place is None else told.place.cells
    halves = [
        measure(told.groups, one.deciding, one.inside, within & half)
        for half in (told.groups.half, ~told.groups.half)
    ]
    unit = "standard deviations" if one.deciding == "bias" else "times"
    n = " and ".join(f"{m.n:,} rows, {m.times:.2g} {unit}" for m in halves if m is not None)
    found = [f"it repeats in both halves of the subjects ({n})"]
    if told.place is not None and told.place.live_test:
        found.append("the live-test arm shows it, where outcomes are known whatever was decided")
    if one.holds("calibration") and one.holds("false rejection"):
        found.append("false rejection and calibration tell the same")
    inputs = {name for what, names in view.columns.items() for name in names
              if what.startswith("log.feature:")}  # fmt: skip
    strange = [c.column for c in one.segment if c.column not in inputs]
    if strange:
        verb = "are no inputs" if len(strange) > 1 else "is no input"
        found.append(f"{' and '.join(strange)} {verb}: the model cannot tell the group apart")
    reference = view.reference
    if reference is not None and all(reference.column(c.column) for c in one.segment):
        sql = f"SELECT count(*) FROM {{t}} WHERE {segment_sql(one.segment)}"
        n_training = int(reference.value(sql, (), task))
        if n_training < FEW_TRAINING:
            found.append(f"training has only {n_training:,} such rows of {reference.rows:,}")
    return tuple(found)


CHECK = Check(
    family="subgroup_performance",
    name="this_group",
    suspicion="The decision's own group is treated worse than its outcomes warrant.",
    covers="the decision's own groups against all other rows: values of the segment columns, alone "
    "and in pairs; ranges of numbers with many values (eighths of the rows), missing values, "
    "inputs of the model too; four-hour parts of the day and weekdays; groups of your own. False "
    "rejection (not of ranges of the model's own inputs: it turns these down by design) and "
    "calibration (regression: mean and size of the error) decide, by rows and by subjects; "
    "selection, wrong decisions, false acceptance and AUC (DeLong; regression: median size of the "
    f"error, bootstrap) are told; at most {MOST_COLUMNS} segment columns and {MOST} in all",
    does_not_cover="groups that the decision is not in, pairs with ranges or parts of the calendar "
    "(hidden_slices has these), three columns and more, rows without an outcome",
    minimum=f"{MINIMUM} rows of the group with an outcome; below, and where 1.5 times would not be "
    "seen 80 % of the time, it cannot tell",
    run=run,
    needs=("log",),
    asks=(("outcomes", "Please send outcomes by the log's id, also of adverse decisions."),),
    causes=("sample-or-subgroup",),
    order=60,
)
