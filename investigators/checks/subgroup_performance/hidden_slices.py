"""Does the decision lie in a group that nobody named and that gets more wrong decisions?

Values, ranges, missing and parts of the calendar of the log's own columns, alone and in pairs of
two columns.  A row is compared with other rows of the same score and decision, so that borderline
groups do not count.  Wrong decisions are looked for on both sides of the rule, and outcomes that
are more or fewer than the scores say.  One half of the subjects is searched, the other must show it
too.
"""

from __future__ import annotations

from collections.abc import Sequence

from investigators.check import Check
from investigators.evidence import Cause, Finding, NoTransform, Verdict
from investigators.groups import adverse_sql, is_regression
from investigators.presence import presence
from investigators.scope import segment_sql
from investigators.slices.counting import SUPPORT
from investigators.slices.hidden import hidden
from investigators.slices.literals import MOST_COLUMNS, inputs_of
from investigators.slices.rows import Marked, marked_rows
from investigators.slices.search import RATE, Slice
from investigators.slices.value_words import seen as seen_values
from investigators.slices.valued import error_rows, score_rows
from investigators.slices.words import Story
from investigators.statistics import power
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

ID = "subgroup_performance.hidden_slices"
MINIMUM = 200  # decisions (with an outcome)
CORROBORATED = 0.01
FEW_TRAINING = 100
DOUBLED = 2.0
DESCRIBED = ("adverse", "score")  # by themselves no sign of a fault
ENOUGH_POWER = 0.8
SMALL_SHARE = 0.05  # a group of this share must have been visible for a "speaks against"
NEED = "outcomes by the log's id, of adverse rows too"


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per confirmed group that holds the decision, else one that says what was seen."""
    log = view.log
    task.tick()
    if log is None or not log.rows:
        return [_plain("cannot tell", "There are no rows of a log.", need="a log of decisions")]
    if view.decision is not None and view.decision.row is None:
        return [_plain("does not apply", "The decision has no row in the log.")]
    rows = _compared(view, log, task)
    if len(rows.rows) < MINIMUM:
        words = f"{len(rows.rows):,} decisions can be compared; {MINIMUM} are needed."
        return [_plain("cannot tell", words, need=f"{MINIMUM} decisions with an outcome")]
    found = hidden(view, log, rows, task)
    story = Story(view, found.coded, rows, found.result, found.after, found.left_out)
    mine = _concerning(view, log, story, task)
    if not mine or rows.measure in DESCRIBED:
        return [_summary(story, len(mine))]
    return [_finding(view, log, story, one, number, task) for number, one in enumerate(mine)]


def _compared(view: View, log: Table, task: Task) -> Marked:
    """Rows of wrong decisions or errors; of adverse ones or scores where nothing tells."""
    if is_regression(view, log, task):
        found = error_rows(view, log, task)
    else:
        found = marked_rows(view, log, task)
    if len(found.rows) < MINIMUM and found.measure != "wrong":
        scores = score_rows(view, log, task)
        return scores if len(scores.rows) >= MINIMUM else found
    return found


def _plain(verdict: Verdict, sentence: str, need: str | None = None) -> Finding:
    return Finding(
        ID, ID, "subgroup_performance", verdict, (), sentence, 0, would_need=need,
        ask=need and f"Please send {need}: groups of it are searched for wrong decisions.",
    )  # fmt: skip


def _concerning(view: View, log: Table, story: Story, task: Task) -> list[tuple[Slice, bool]]:
    """Confirmed groups that hold the decision, and whether they are about such a decision.

    All of them where none was picked.  Wrong decisions of the other kind say nothing of this one;
    a score that is too high or too low is told of any decision in the group.
    """
    found = story.result.confirmed
    if view.decision is None or view.decision.row is None:
        return [(one, False) for one in found]
    row = view.decision.row
    own = f"SELECT {adverse_sql(view)} FROM {{t}} AS l WHERE fw_row = ?"
    adverse = log.value(own, [row], task)
    told = [(one, story.concerned(one, row, adverse=adverse)) for one in found]
    return [
        (one, concerned)
        for one, concerned in told
        if concerned
        or (one.side in {"more", "fewer"} and story.lies_in(one, row))
        or _at_border(story, one, row, adverse=adverse)
    ]


def _at_border(story: Story, one: Slice, row: int, *, adverse: bool | None) -> bool:
    """Whether such a decision lies just outside, as far as the border is uncertain."""
    if story.rows.measure in DESCRIBED or story.lies_in(one, row):
        return False
    return story.of_its_kind(one, adverse=adverse) and story.border_at(one, row) is not None


def _summary(story: Story, mine: int) -> Finding:
    """What was seen where no group of wrong decisions holds the decision."""
    confirmed, rows = story.result.confirmed, story.rows
    told = " ".join(story.of_slice(one) for one in confirmed)
    needed = _visible(story)
    worth = "that gets twice as many"
    if story.valued:
        worth = "that is half a standard deviation off"
    seen = (
        "No group, however large, would have been seen."
        if needed is None
        else f"A group of {needed:,} rows {worth} would be found 80 % of the time."
    )
    decided = story.view.decision is not None
    verdict: Verdict = "cannot tell"
    if rows.measure == "score":
        where = "" if not decided or not mine else f" This decision lies in {mine} of them."
        sentence = f"{told or 'No group stands out by its scores.'}{where * bool(told)} \
That is a description, no verdict: scores differ between groups because a model tells them apart, \
and neither outcomes nor decisions say which differences are right."
        need = NEED
    elif rows.measure == "adverse":
        where = "" if not decided else " This decision lies in none of them."
        if mine and decided:
            where = f" This decision lies in {mine} of them."
        sentence = f"{told or 'No group stands out by its adverse decisions.'}{where * bool(told)} \
Whether its outcomes warrant that, the log cannot tell: {rows.no_outcomes}."
        need = NEED
    else:
        if confirmed:
            end = "This decision is not among those."
        else:
            end = "No group gets more wrong decisions than rows of the same score."
            if rows.measure == "error":
                end = "No group’s errors are larger, nor its predictions too low or too high, \
than those of rows with the same prediction."
        sentence = f"{told} {end} {seen}".strip()
        need = "more rows with an outcome"
        if needed is not None and needed <= SMALL_SHARE * len(rows.rows):
            verdict = "speaks against"
    row = story.view.decision.row if story.view.decision is not None else None
    return Finding(
        id=ID,
        check=ID,
        family="subgroup_performance",
        verdict=verdict,
        about=(),
        sentence=f"{sentence} {story.looks}",
        n=len(rows.rows),
        effect={
            "measure": rows.measure,
            "tested": story.result.tested,
            "slices": [story.effect(one) for one in story.result.slices],
            "visible_rows": needed,
        },
        would_need=need if verdict == "cannot tell" else None,
        ask=_ask() if rows.measure in DESCRIBED else None,
        charts=tuple(story.picture(one, row) for one in confirmed[:1]),
    )


def _ask() -> str:
    return (
        f"Please send {NEED}: shares of adverse decisions alone do not tell whether a group's real "
        "risk warrants them. A random part of 300 reviewed cases would do."
    )


def _visible(story: Story) -> int | None:
    """The smallest group, in rows of both halves, of which twice as many would be found 4 of 5."""
    rows = len(story.rows.rows)
    base = 0.5 if story.valued else float(story.rows.marked.mean())
    alpha = story.result.least

    def seen(n: int) -> bool:
        half, rest = n // 2, rows // 2 - n // 2
        if story.valued:
            return seen_values(half, rest, alpha) * seen_values(half, rest, RATE) >= ENOUGH_POWER
        found = power(half, rest, base, DOUBLED, alpha)
        return found * power(half, rest, base, DOUBLED) >= ENOUGH_POWER

    low, high = 2 * SUPPORT, rows // 2
    if not story.result.tested or not 0 < base < 1 or high < low or not seen(high):
        return None
    while high - low > max(1, low // 50):
        middle = (low + high) // 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high


def _finding(
    view: View, log: Table, story: Story, mine: tuple[Slice, bool], number: int, task: Task
) -> Finding:
    one, concerned = mine
    segment = one.description.conditions(story.coded)
    columns = tuple(condition.column for condition in segment)
    statement = f"{story.of_slice(one)} It was found in one half of the subjects; these are the \
numbers of the other."
    row = view.decision.row if view.decision is not None else None
    if row is not None and not story.lies_in(one, row):
        statement += f" This decision lies just outside, within the uncertainty of the border of \
{story.border_at(one, row)}: whether it belongs to the group, the log cannot tell."
    when = None if view.column("log.time") is None else "fw_time"
    carried = presence(log, segment_sql(segment), when, task, zone_known=view.case.zone is not None)
    cause = Cause(
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
        concerns_decision=concerned,
        corroborations=_corroborations(view, story, one, task),
        statement=statement,
    )
    return Finding(
        id=f"{ID}/{' + '.join(columns)}{f'/{number + 1}' if number else ''}",
        check=ID,
        family="subgroup_performance",
        verdict="supports",
        about=columns,
        sentence=f"{statement} {story.looks}",
        n=one.searched.n + one.confirming.n,
        effect={"measure": story.rows.measure, "tested": story.result.tested, **story.effect(one)},
        segment=segment,
        onset=carried.onset,
        concerns_decision=concerned,
        cause=cause,
        charts=(story.picture(one, row),),
    )


def _corroborations(view: View, story: Story, one: Slice, task: Task) -> tuple[str, ...]:
    """Signs that are independent of the counts; none for a small or barely confirmed effect."""
    if one.confirmed_p >= CORROBORATED or not one.confirming.large:
        return ()
    found = []
    place = story.rows.place
    if place is not None and place.live_test:
        found.append("the live-test arm shows it, where outcomes are known whatever was decided")
    inputs = inputs_of(view)
    segment = one.description.conditions(story.coded)
    strange = [c.column for c in segment if c.column not in inputs and c.part is None]
    if strange:
        verb = "are no inputs" if len(strange) > 1 else "is no input"
        found.append(f"{' and '.join(strange)} {verb}: the model cannot tell the group apart")
    reference = view.reference
    known = reference is not None and all(
        c.part is None and reference.column(c.column) is not None for c in segment
    )
    if known and reference is not None:
        sql = f"SELECT count(*) FROM {{t}} WHERE {segment_sql(segment)}"
        n = int(reference.value(sql, (), task))
        if n < FEW_TRAINING:
            found.append(f"training has only {n:,} such rows of {reference.rows:,}")
    return tuple(found)


CHECK = Check(
    family="subgroup_performance",
    name="hidden_slices",
    suspicion="The decision lies in a group that nobody named and that gets more wrong decisions "
    "than others with the same score, or whose scores are too high or too low.",
    covers="groups of one or two conditions on the log’s own columns (values, ranges between any "
    "two borders, missing, hours and weekdays in a row, over midnight too), inputs or not: wrong "
    "decisions of both kinds, and outcomes that are more or fewer than the scores say, against the "
    "other rows of the same score and decision; without outcomes the share of adverse decisions, "
    "higher or lower, and without decisions the scores, which never support by themselves; where "
    "outcomes are values, larger errors and predictions that are too low or too high, against rows "
    f"of the same prediction; at most {MOST_COLUMNS} columns",
    does_not_cover="groups of three conditions unless they are asked for (a depth of 3), groups of "
    "more than two thirds of the rows (half of them, where scores may be off either way: there the "
    "smaller part is the group), values "
    "beyond a column’s 40 most frequent ones, columns that only the outcome or the decision "
    "explains, and what is wrong for everybody alike",
    minimum=f"{MINIMUM} decisions with an outcome, {2 * SUPPORT} rows of a group; where a group of "
    "5 % that gets twice as many would not be found 80 % of the time, it cannot tell",
    run=run,
    needs=("log",),
    asks=(("outcomes", "Please send outcomes by the log's id, also of adverse decisions."),),
    causes=("sample-or-subgroup",),
    order=70,
)
