"""Are decisions about the decision's group other than the rest's where outcomes are the same?

Selection rate, true and false positive rate and precision of the decision's own groups against all
other rows, side by side: there is no one number for fairness, and where base rates differ not all
of these can be equal.  A difference that is real is a question to those who decide, no fault found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from investigators.answering import Findings
from investigators.chart import Chart
from investigators.check import Check
from investigators.evidence import Cause, Condition, Finding, NoTransform, Verdict
from investigators.group_words import percent, rounded
from investigators.groups import (
    MOST_COLUMNS,
    Arena,
    Bools,
    Groups,
    adverse_sql,
    arena,
)
from investigators.numbers import MINUS, count, count_of
from investigators.presence import presence
from investigators.scope import condition_sql
from investigators.slices.own_groups import MOST, GroupRows, own_conditions, own_rows
from investigators.slices.parity import (
    APART,
    SHARES,
    TIMES,
    Gap,
    Share,
    carried,
    gap,
    tellable,
    worse,
)
from investigators.slices.parity_picture import dots
from investigators.statistics import adjusted, fisher
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

FINDINGS = Findings("subgroup_performance.fairness")
MINIMUM = 50  # rows of the group and of the others that a share is of
RATE = 0.05
HALVES = 0.1
OUTCOMES = "outcomes of adverse decisions too (a live-test arm, or a review of a random part)"
ASK = (
    "Please send outcomes by the log’s id, also of decisions that were turned down (a live-test "
    "arm, or 300 reviewed cases drawn by chance): errors by group cannot be counted without them."
)


@dataclass(frozen=True, eq=False)
class Ground:
    """What the answers of a run share; ``looks`` is the number of comparisons.

    ``told_of`` are inputs that nobody marked as sensitive or made a segment.
    """

    view: View
    log: Table
    groups: Groups
    place: Arena | None
    looks: int
    row: int
    left_out: int
    told_of: frozenset[str]

    @property
    def flagged(self) -> str:
        """Words for a decision on the side of the positive outcome."""
        rule = self.view.rule
        labels = rule.adverse if rule is not None else ()
        adverse = " or ".join(f"“{label}”" for label in labels) or "adverse"
        return adverse if self.groups.high_is_adverse else f"not {adverse}"

    @property
    def positive(self) -> str:
        """Words for the positive outcome."""
        return self.view.case.outcome_words


@dataclass(frozen=True, eq=False)
class Look:
    """One group's comparisons, corrected p-values, and those that both halves show.

    ``groups`` are the cells by this group alone, ``place`` is where outcomes compare among them.
    ``carried`` says which other group has the difference, where it has.
    """

    condition: Condition
    groups: Groups
    place: Arena | None
    gaps: dict[Share, Gap]
    q: dict[Share, float]
    repeats: frozenset[Share]
    carried: str = ""

    @property
    def holding(self) -> list[Gap]:
        """Differences that stand, by outcome; the smallest corrected p first."""
        held = [
            g for kind, g in self.gaps.items()
            if kind != "selection rate" and g.large and self.q[kind] < RATE and kind in self.repeats
        ]  # fmt: skip
        return sorted(held, key=lambda g: (self.q[g.kind], SHARES.index(g.kind)))


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per column of the decision's groups."""
    task.tick()
    log, decision = view.log, view.decision
    if log is None or decision is None or decision.row is None:
        return [FINDINGS.nothing("No row of the log was picked.", None, "does not apply")]
    choice = own_conditions(view, log, decision.row, task)
    if not choice.conditions:
        words = "The log has no column that could define a group."
        return [FINDINGS.nothing(words, "a segment column in the log, such as region or sex")]
    rows = own_rows(view, log, decision.row, choice, task)
    if not (rows.adverse >= 0).any():
        words = "Which decisions are adverse is not known."
        return [FINDINGS.nothing(words, "the decisions, and which of them hurt the person")]
    whole = rows.cells(())
    told_of = _told_of(view)
    looks = _carried(rows, _looks(rows, told_of, task), told_of)
    compared = sum(len(one.gaps) for one in looks if one.condition.column not in told_of)
    ground = Ground(
        view, log, whole, arena(whole), compared, decision.row, choice.left_out, told_of
    )
    return [_finding(ground, one, task) for one in looks]


def _told_of(view: View) -> frozenset[str]:
    """Inputs that nobody marked as sensitive or made a segment: what moves the score by design."""
    names = [i.name for i in view.model.inputs] if view.model is not None else []
    columns = {name: view.column(f"log.feature:{name}") for name in names}
    return frozenset(
        column
        for name, column in columns.items()
        if column is not None
        and column not in view.grouping
        and not view.dictionary.get(name).sensitive
    )


def _looks(rows: GroupRows, told_of: frozenset[str], task: Task) -> list[Look]:
    found = []
    for i, condition in enumerate(rows.conditions):
        task.tick(i, len(rows.conditions), "Groups against the others")
        groups = rows.alone(i)
        place, inside = arena(groups), groups.members((0,))
        gaps: dict[Share, Gap] = {}
        repeats = set()
        for kind in SHARES:
            within = groups.everything()
            if kind != "selection rate" and place is not None:
                within = place.cells
            one = gap(groups, kind, inside, within) if tellable(groups, place, kind) else None
            if one is None or min(one.n, one.rest_n) < MINIMUM:
                continue
            gaps[kind] = one
            if _repeats(groups, one, inside, within):
                repeats.add(kind)
        found.append(Look(condition, groups, place, gaps, {}, frozenset(repeats)))
    # what is described only takes no power from what is asked
    for described in (False, True):
        tested = [
            (look, kind)
            for look in found
            if (look.condition.column in told_of) == described
            for kind in look.gaps
        ]
        corrected = adjusted([look.gaps[kind].p for look, kind in tested])
        for (look, kind), q in zip(tested, corrected, strict=True):
            look.q[kind] = q
    return found


def _carried(rows: GroupRows, looks: Sequence[Look], told_of: frozenset[str]) -> list[Look]:
    """The same, each that differs only by the rows of a surer one with a word of that."""
    held = [(i, one.holding[0]) for i, one in enumerate(looks)
            if one.holding and one.condition.column not in told_of]  # fmt: skip
    held.sort(key=lambda pair: (pair[1].p, pair[0]))
    by = carried(rows, [(i, first.kind) for i, first in held])
    return [
        replace(
            one,
            carried=f"{percent(by[i][1])} of its rows are also in "
            f"{looks[by[i][0]].condition.words()}, which carries the difference: outside it none "
            "is beyond chance.",
        )
        if i in by
        else one
        for i, one in enumerate(looks)
    ]


def _repeats(groups: Groups, whole: Gap, inside: Bools, within: Bools) -> bool:
    """Whether each half of the subjects shows it, the same way."""
    for half in (groups.half, ~groups.half):
        one = gap(groups, whole.kind, inside, within & half)
        if one is None or one.difference * whole.difference <= 0:
            return False
        if fisher(one.k, one.n, one.rest_k, one.rest_n) >= HALVES:
            return False
    return True


def _finding(ground: Ground, one: Look, task: Task) -> Finding:
    label = one.condition.words()
    own = one.condition.column not in ground.told_of and not one.carried
    held = one.holding if own else []
    verdict, end, need = _judged(ground, one)
    numbers = " ".join(_said(ground, each) for each in one.gaps.values())
    statement = f"{label}: {numbers} {end}" if numbers else f"{label}: {end}"
    cause = None
    if held and worse(ground.groups, held[0]):
        cause = _cause(ground, one, statement, task)
    more = f"; {ground.left_out} further columns were not looked at" if ground.left_out else ""
    many = f"({count_of(ground.looks, 'comparison')}, corrected for all of them{more}.)"
    if one.condition.column in ground.told_of:
        many = ""
    charts: tuple[Chart, ...] = ()
    if held:
        sides = ground.groups, ground.place
        charts = (dots(ground.view, ground.log, sides, one.condition, held[0], task),)
    found = FINDINGS.about(
        (one.condition.column,),
        verdict,
        f"{statement} {many}".strip(),
        max((g.n + g.rest_n for g in one.gaps.values()), default=0),
        effect={
            "measures": {kind: _effect(g, one.q[kind]) for kind, g in one.gaps.items()},
            "repeats": sorted(one.repeats),
            "standing": [g.kind for g in held],
            "tested": ground.looks,
        },
        segment=(one.condition,),
        would_need=need,
        ask=ASK if need == OUTCOMES else None,
        cause=cause,
        charts=charts,
    )
    part = one.condition.part  # the hour and the weekday are two findings about one column
    return replace(found, id=f"{found.id}/{part}") if part else found


def _judged(ground: Ground, one: Look) -> tuple[Verdict, str, str | None]:
    told = [g for kind, g in one.gaps.items() if kind != "selection rate"]
    warning = _warning(ground)
    if not any(tellable(ground.groups, ground.place, kind) for kind in SHARES[1:]):
        return (
            "cannot tell",
            f"Whether outcomes warrant that, they do not tell: {warning}",
            OUTCOMES,
        )
    if not told:
        words = f"Fewer than {MINIMUM} rows on one side have what a share by outcome is of."
        return "cannot tell", f"{words} {warning}".strip(), f"more rows of {one.condition.words()}"
    if one.holding:
        return _standing(ground, one, warning)
    confidence = 1 - RATE / max(ground.looks, 1)
    if all(g.inside(confidence) for g in told):
        words = f"No difference by outcome is as large as {percent(APART)}. {warning}"
        return "speaks against", words.strip(), None
    why = "The intervals hold both no difference and a large one."
    if any(g.large for g in told):
        why = "A difference is large, yet within chance after the correction or not in both halves."
    elif not any(g.interval(confidence)[0] <= 0 <= g.interval(confidence)[1] for g in told):
        why = "There is a difference, yet no large one."
    return "cannot tell", f"{why} {warning}".strip(), f"more rows of {one.condition.words()}"


def _standing(ground: Ground, one: Look, warning: str) -> tuple[Verdict, str, str | None]:
    """A difference that stands: a question, another group's, or what an input does by design."""
    if one.carried:
        return "cannot tell", one.carried, f"more rows of {one.condition.words()} outside it"
    if one.condition.column not in ground.told_of:
        return "supports", _question(ground, one, warning), None
    words = (
        "Both halves of the subjects show it. The model is told of this input, and whatever "
        "moves its score moves these shares where risks differ: a description, no question. "
        "Mark it sensitive in the dictionary, or name it as a segment, where it is one of "
        f"persons. {warning}"
    )
    need = f"a word that {one.condition.column} is sensitive, or a segment"
    return "cannot tell", words.strip(), need


def _warning(ground: Ground) -> str:
    """What is not known of outcomes."""
    groups, place = ground.groups, ground.place
    if groups.regression:
        return "outcomes are values, not classes."
    if place is None:
        known = groups.rows[groups.outcome >= 0].sum()
        return "no row has an outcome." if not known else "fewer than 100 rows have an outcome."
    if place.selected:
        return (
            "outcomes are known of accepted rows only, so true and false positive rates would "
            "describe the selection, not the group."
        )
    return "" if not place.live_test else "Outcomes are those of the live-test arm."


def _question(ground: Ground, one: Look, warning: str) -> str:
    """Both sides in numbers, and what is not for a program to say."""
    first = one.holding[0]
    rows = abs(first.difference) * first.n
    bases = ""
    groups = one.groups
    if one.place is not None and not one.place.selected:
        shares = []
        inside = groups.members((0,))
        for side in (inside, ~inside):
            cells = one.place.cells & (groups.outcome >= 0) & side
            n = groups.rows[cells].sum()
            k = groups.rows[cells & (groups.outcome == 1)].sum()
            shares.append(percent(float(k / n), 1) if n else "none")
        bases = (
            f" Outcomes were {ground.positive} in {shares[0]} of the group and {shares[1]} of the "
            "others; where these differ, not all of the shares can be equal."
        )
    return (
        f"Both halves of the subjects show it. With the others’ {first.kind} some {rows:,.0f} of "
        f"its {count(first.n)} would be on the other side.{bases} Which difference is acceptable "
        f"is a policy question. {warning}"
    ).strip()


def _said(ground: Ground, one: Gap) -> str:
    """One share: counts, difference and ratio with intervals."""
    where = "" if ground.place is None else f" {ground.place.words}"
    base, what = {
        "selection rate": ("decisions", ground.flagged),
        "true positive rate": (f"rows{where} whose outcome was {ground.positive}", ground.flagged),
        "false positive rate": (
            f"rows{where} whose outcome was not {ground.positive}", ground.flagged,
        ),
        "precision": (f"rows{where} that were {ground.flagged}", ground.positive),
    }[one.kind]  # fmt: skip
    low, high = one.interval()
    times_low, times_high = one.times_interval
    times = "" if one.times is None else (
        f"; {one.times:.2f} times, {times_low:.2f} to "
        f"{'any larger number' if times_high == float('inf') else f'{times_high:.2f}'}"
    )  # fmt: skip
    mine, theirs = one.others
    if (
        mine
        and theirs
        and max(mine, theirs) * min(one.share, one.rest)
        > (min(mine, theirs) * max(one.share, one.rest))
    ):
        left = f"{percent(mine, 1)} against {percent(theirs, 1)}, {mine / theirs:.2f} times"
        times += f"; the other way round {left}"
    return (
        f"{one.kind.capitalize()}: of {count(one.n)} {base}, {count(one.k)} were {what} "
        f"({percent(one.share, 1)}), of the others {count(one.rest_k)} of {count(one.rest_n)} "
        f"({percent(one.rest, 1)}): {_points(one.difference)} points (95 % interval "
        f"{_points(low)} to {_points(high)}{times})."
    )


def _points(difference: float) -> str:
    return f"{round(100 * difference, 1) + 0.0:+.1f}".replace("-", MINUS)


def _effect(one: Gap, q: float) -> dict[str, Any]:
    low, high = one.interval()
    return {
        "k": one.k,
        "n": one.n,
        "rest_k": one.rest_k,
        "rest_n": one.rest_n,
        "difference": rounded(one.difference),
        "interval": [rounded(low), rounded(high)],
        "ratio": rounded(one.times),
        "ratio_interval": [rounded(end) for end in one.times_interval],
        "p": rounded(one.p),
        "p_corrected": rounded(q),
    }


def _cause(ground: Ground, one: Look, statement: str, task: Task) -> Cause:
    view, log, condition = ground.view, ground.log, condition_sql(one.condition)
    when = None if view.column("log.time") is None else "fw_time"
    lasting = presence(log, condition, when, task, zone_known=view.case.zone is not None)
    own = f"SELECT {adverse_sql(view)} FROM {{t}} AS l WHERE fw_row = ?"
    return Cause(
        cause="sample-or-subgroup",
        features=(),
        transform=NoTransform(),  # a question to those who decide: nothing to undo
        segment=(one.condition,),
        onset=lasting.onset,
        onset_known=lasting.onset_known,
        end=lasting.end,
        ongoing=lasting.ongoing,
        rows_in_scope=lasting.rows,
        rows_changed=0,
        concerns_decision=bool(log.value(own, [ground.row], task)),
        statement=statement,
    )


CHECK = Check(
    family="subgroup_performance",
    name="fairness",
    suspicion="At the same outcomes the decision’s group is decided about otherwise than the rest.",
    covers="selection rate, true positive rate, false positive rate and precision of the "
    "decision’s own groups (values of the segment columns, ranges of numbers, missing values, "
    "parts of the day and weekdays, groups of your own) against all other rows, as differences and "
    f"ratios with intervals; large is {100 * APART:.0f} points and {TIMES:g} times apart, in the "
    "share or in what it leaves; at most "
    f"{MOST_COLUMNS} segment columns and {MOST} in all",
    does_not_cover="which of these shares ought to be equal, groups of two columns, that rows "
    "of one subject come out alike, errors among those whose outcome is not known; of an input "
    "that is neither marked sensitive nor a segment it describes and asks nothing",
    minimum=f"{MINIMUM} rows of the group and of the others that a share is of; below, and where "
    "outcomes are known of accepted rows only, it cannot tell",
    run=run,
    needs=("log",),
    asks=(("outcomes", ASK),),
    causes=("sample-or-subgroup",),
    order=68,
)
