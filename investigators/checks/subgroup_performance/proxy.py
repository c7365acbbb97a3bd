"""Does an input stand in for a group that the model is not told of?

How well each input, or two together, tells the decision's group, and what it does for the distance
of the group's scores from the others': both counted in a half of the subjects that chose neither.
That the model can tell a group is a question to those who decide, no fault found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings
from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.evidence import Cause, Condition, Finding, NoTransform, Verdict
from investigators.group_words import percent, rounded
from investigators.model import Model
from investigators.numbers import count, count_of, number, signed
from investigators.presence import presence
from investigators.scope import condition_sql
from investigators.slices.literals import Bools, Coded, Own, distinct, literals_of, own_groups
from investigators.slices.rows import searched_half
from investigators.slices.told_by import Table, area, cramers_v, table_of, told
from investigators.statistics import Interval, welch, wilson
from investigators.tables.table import Table as Rows
from investigators.task import Task
from investigators.trial import parse_rows
from investigators.view import View

FINDINGS = Findings("subgroup_performance.proxy")
MINIMUM = 100  # rows of the group, and of the others, in either half
TELLS = 0.7  # area under the ROC curve
MOVES = 0.1  # standard deviations of the raw score
RATE = 0.05
PAIRED = 5  # inputs that tell best, taken in pairs
BETTER = 0.03  # by which two together tell better than the better one
DRAWN = 1_000  # rows of the group, of the others, and of the whole to replace from
REPEATS = 3  # draws for each row
SEED = 20_260
MOST_DOTS = 16
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Teller:
    """One input or two: how well they tell the group, corrected for the looks."""

    names: tuple[str, ...]
    table: Table
    area: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Moved:
    """What replacing inputs by draws from the whole does, in standard deviations of the raw score.

    ``size`` is the mean size of the change of one score; ``gap`` the group's mean score less the
    others', ``change`` how much of it goes, with its interval.
    """

    size: float
    gap: float
    change: float
    interval: Interval
    n: int

    @property
    def matters(self) -> bool:
        """Whether the scores move, and the distance of the group's with them."""
        low, high = self.interval
        return self.size >= MOVES and abs(self.change) >= MOVES and not low <= 0 <= high


Best = tuple[Teller, Moved]


@dataclass(frozen=True, eq=False)
class Ground:
    """What the answers of a run share; ``coded`` are the inputs, ``looks`` all areas."""

    view: View
    log: Rows
    model: Model
    coded: dict[str, Coded]
    searched: Bools
    row: int
    looks: int


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per group column that the model is not told of."""
    task.tick()
    log, decision, model = view.log, view.decision, view.model
    if log is None or decision is None or decision.row is None:
        return [FINDINGS.nothing("No row of the log was picked.", None, "does not apply")]
    if model is None:
        words = "Without the model, what an input does to a score is not known."
        return [FINDINGS.nothing(words, "the model file")]
    absent = [i.name for i in model.inputs if i.used and i.name not in view.log_inputs]
    if absent:
        words = f"The model’s input {absent[0]} is not in the log."
        return [FINDINGS.nothing(words, f"the input {absent[0]} in the log")]
    every, _ = literals_of(view, log, task)
    by_column = {one.column: one for one in every}
    named = {i.name: view.column(f"log.feature:{i.name}") for i in model.inputs if i.used}
    coded = {n: by_column[c] for n, c in named.items() if c is not None and c in by_column}
    # the model is told of its inputs: only where one is marked sensitive is another of interest
    told_of = {c for n, c in named.items() if not view.dictionary.get(n).sensitive}
    mine = own_groups([by_column[c] for c in view.grouping if c in by_column], decision.row)
    mine = [own for own in mine if own.condition.column not in told_of]
    if not mine or not coded:
        need = "a segment column that the model does not use, such as region or sex"
        return [FINDINGS.nothing("The log has no group that the model is not told of.", need)]
    searched = searched_half(view, log, task)
    pairs = PAIRED * (PAIRED - 1) // 2
    looks = len(mine) * (len(coded) + pairs)
    ground = Ground(view, log, model, coded, searched, decision.row, looks)
    answers = [_answer(ground, own, task) for own in mine]
    first = int(np.argmax([-1.0 if best is None else _clear(*best) for _, best in answers]))
    return [
        _along(ground, found, mine[k], best[0], mine[first]) if best and k != first else found
        for k, (found, best) in enumerate(answers)
    ]


def _along(ground: Ground, found: Finding, own: Own, teller: Teller, other: Own) -> Finding:
    """A group that may go along with a clearer one: whether it is told among rows alike in that."""
    theirs, told_by = other.inside(np.arange(ground.log.rows)), []
    for rows in map(np.flatnonzero, (~theirs, theirs)):
        inside, searched = own.inside(rows), ground.searched[rows]
        sides = [(a & b).sum() for a in (inside, ~inside) for b in (searched, ~searched)]
        if min(sides) >= MINIMUM:
            codes, width = np.zeros(rows.size, np.int64), 1
            for one in (ground.coded[name] for name in teller.names):
                codes, width = codes * one.width + one.codes[rows], width * one.width
            told_by.append(told(table_of(codes, width, inside, searched), 1 - RATE / ground.looks))
    most = max((high for _, (_, high) in told_by), default=1.0)
    if most >= TELLS or found.cause is None:
        return found
    words = f" Among rows alike in {other.condition.column} in at most {percent(most)} of pairs: "
    words += f"it goes along with {other.condition.words()}."
    cause = replace(found.cause, statement=found.cause.statement + words)
    return replace(found, sentence=found.sentence + words, cause=cause)


def _answer(ground: Ground, own: Own, task: Task) -> tuple[Finding, Best | None]:
    """The finding, and what tells the group best and moves its scores."""
    inside = own.inside(np.arange(ground.log.rows))
    halves = (ground.searched, ~ground.searched)
    sizes = [int(np.count_nonzero(a & b)) for a in (inside, ~inside) for b in halves]
    label = own.condition.words()
    if min(sizes) < MINIMUM:
        words = (
            f"{label} has {count(sizes[0] + sizes[1])} rows, the others "
            f"{count(sizes[2] + sizes[3])}; {MINIMUM} of each are needed in either half."
        )
        return FINDINGS.about(
            (own.condition.column,), "cannot tell", words, ground.log.rows,
            segment=(own.condition,), would_need=f"more rows of {label} and of the others",
        ), None  # fmt: skip
    tellers = _tellers(ground, own, inside, task)
    standing = [one for one in tellers if one.interval[0] > TELLS]
    moved = _moved(ground, inside, standing, task)
    found = sorted(
        (-_clear(one, m), len(one.names), one.names, i)
        for i, (one, m) in enumerate(zip(standing, moved, strict=True))
        if m.matters
    )
    best = None if not found else (standing[found[0][3]], moved[found[0][3]])
    return _finding(ground, own, inside, tellers, (standing, moved), best, task), best


def _clear(one: Teller, moved: Moved) -> float:
    """How well a group is told, times what that does to its scores.

    What only goes along with a group is told by the same input, and less clearly than the group.
    """
    return (2 * one.area - 1) * abs(moved.change)


def _left_out(ground: Ground, own: Own) -> list[str]:
    """Inputs by which a person defined the group: that they tell it is no news."""
    expression = ground.view.case.brief.groups.get(own.condition.column)
    if expression is None:
        return []
    defining = {one.column for one in parse_rows(expression, own.condition.column)}
    return [name for name, one in ground.coded.items() if one.column in defining]


def _tellers(ground: Ground, own: Own, inside: Bools, task: Task) -> list[Teller]:
    """Every input that does not define the group, and pairs that tell better; the best first."""
    confidence, left_out = 1 - RATE / ground.looks, _left_out(ground, own)
    tables: dict[tuple[str, ...], Table] = {}
    for done, (name, one) in enumerate(ground.coded.items()):
        task.tick(done, len(ground.coded), f"Does {name} tell the group?")
        if one.column != own.condition.column and name not in left_out:
            tables[(name,)] = table_of(one.codes, one.width, inside, ground.searched)
    learned = {names: area(t.searched, t.order)[0] for names, t in tables.items()}
    first = sorted(tables, key=lambda names: (-learned[names], names))[:PAIRED]
    found = [Teller(names, t, *told(t, confidence)) for names, t in tables.items()]
    alone = {one.names[0]: one for one in found}
    for (a,), (b,) in combinations(first, 2):
        task.tick()
        one, other = ground.coded[a], ground.coded[b]
        codes = one.codes.astype(np.int64) * other.width + other.codes
        table = table_of(codes, one.width * other.width, inside, ground.searched)
        mean, interval = told(table, confidence)
        if interval[0] > max(alone[a].area, alone[b].area) + BETTER:
            found.append(Teller((a, b), table, mean, interval))
    return sorted(found, key=lambda t: (-t.area, t.names))


def _moved(ground: Ground, inside: Bools, tellers: Sequence[Teller], task: Task) -> list[Moved]:
    """Replace the inputs of each in rows of the confirming half by draws from all its rows."""
    if not tellers:
        return []
    random = np.random.default_rng(SEED)
    confirming = ~ground.searched
    drawn = [
        np.sort(random.permutation(np.flatnonzero(side))[:DRAWN])
        for side in (inside & confirming, ~inside & confirming, confirming)
    ]
    group, others, whole = (_matrix(ground, rows, task) for rows in drawn)
    raw = [ground.model.raw(part) for part in (group, others)]
    spread = float(np.std(ground.model.raw(whole))) or 1.0
    gap = float(raw[0].mean() - raw[1].mean()) / spread
    places = {each.name: place for place, each in enumerate(ground.model.inputs)}
    found = []
    for one in tellers:
        task.tick()
        columns = [places[name] for name in one.names]
        shifts = [
            _shift(ground.model, part, before, whole, columns) / spread
            for part, before in zip((group, others), raw, strict=True)
        ]
        size = float(np.mean(np.abs(np.concatenate(shifts, axis=1))))
        mine, rest = (each.mean(axis=0) for each in shifts)
        _, interval = welch(
            len(mine), mine.mean(), mine.var(ddof=1), len(rest), rest.mean(), rest.var(ddof=1)
        )
        change = float(mine.mean() - rest.mean())
        found.append(Moved(size, gap, change, interval, len(mine) + len(rest)))
    return found


def _shift(
    model: Model, part: Floats, before: Floats, whole: Floats, columns: Sequence[int]
) -> Floats:
    """Change of each raw score with the columns of other rows, shape (draws, rows)."""
    random = np.random.default_rng(SEED)
    found = np.empty((REPEATS, len(part)))
    for draw in range(REPEATS):
        changed = part.copy()
        changed[:, columns] = whole[random.integers(0, len(whole), len(part))][:, columns]
        found[draw] = model.raw(changed) - before
    return found


def _matrix(ground: Ground, rows: npt.NDArray[np.int64], task: Task) -> Floats:
    """Rows of the log as the model takes them."""
    inputs = ground.view.log_inputs
    names = [each.name for each in ground.model.inputs if each.name in inputs]
    parts = ", ".join(f"{inputs[name]} AS f{i}" for i, name in enumerate(names))
    numbers = ", ".join(str(row) for row in rows.tolist())
    found = ground.log.query(
        f"SELECT {parts} FROM {{t}} WHERE fw_row IN ({numbers}) ORDER BY fw_row", task=task
    )
    return ground.model.matrix({name: found[f"f{i}"] for i, name in enumerate(names)})


def _finding(
    ground: Ground,
    own: Own,
    inside: Bools,
    tellers: Sequence[Teller],
    standing: tuple[Sequence[Teller], Sequence[Moved]],
    best: tuple[Teller, Moved] | None,
    task: Task,
) -> Finding:
    label = own.condition.words()
    first = tellers[0] if best is None and tellers else None
    shown, moved = best if best is not None else (first, None)
    if shown is not None and moved is None:
        moved = next((m for t, m in zip(*standing, strict=True) if t is shown), None)
    verdict, end, need = _judged(label, tellers, standing[0], best)
    parts = [] if shown is None else [_telling(label, shown)]
    made = _left_out(ground, own)
    if made:
        verb = "are" if len(made) > 1 else "is"
        parts.insert(0, f"{' and '.join(made)} {verb} left out: the group is defined by that.")
    if shown is not None and moved is not None:
        parts.append(_moving(shown, moved))
    statement = " ".join([*parts, end])
    cause = None if best is None else _cause(ground, own, best, statement, task)
    many = f"({count_of(ground.looks, 'look')}, corrected for all of them.)"
    effect: dict[str, object] = {"tested": ground.looks}
    if shown is not None:
        effect |= {
            "inputs": list(shown.names),
            "area": rounded(shown.area),
            "interval": [rounded(end) for end in shown.interval],
            "cramers_v": rounded(cramers_v(shown.table.confirming)),
        }
    if moved is not None:
        effect |= {
            "score_moves": rounded(moved.size),
            "gap": rounded(moved.gap),
            "gap_change": rounded(moved.change),
            "gap_change_interval": [rounded(end) for end in moved.interval],
            "rows_replaced": moved.n,
        }
    return FINDINGS.about(
        (own.condition.column,),
        verdict,
        f"{statement} {many}",
        ground.log.rows if shown is None else shown.table.n,
        effect=effect,
        segment=(own.condition,),
        would_need=need,
        cause=cause,
        charts=() if best is None else (_picture(ground, own, inside, best[0]),),
    )


def _judged(
    label: str,
    tellers: Sequence[Teller],
    standing: Sequence[Teller],
    best: tuple[Teller, Moved] | None,
) -> tuple[Verdict, str, str | None]:
    if best is not None:
        names = " and ".join(best[0].names)
        words = f"So the model can tell {label} from {names}. Whether it may is a policy question."
        return "supports", words, None
    if not tellers:
        return "cannot tell", f"{label}: no other input is in the log.", "the model’s other inputs"
    if standing:
        words = "What tells the group hardly changes how far its scores lie from the others’."
        return "speaks against", words, None
    if all(one.interval[1] < TELLS for one in tellers):
        return "speaks against", "No input tells the group well.", None
    words = f"The interval holds both {TELLS:g} and less."
    return "cannot tell", words, f"more rows of {label}"


def _telling(label: str, one: Teller) -> str:
    low, high = one.interval
    names = " and ".join(one.names)
    mine = int(one.table.confirming[:, 1].sum())
    return (
        f"From {names} alone, a row of {label} is told from another row in {percent(one.area)} of "
        f"pairs (interval {percent(low)} to {percent(high)}; half would be chance; {count(mine)} "
        f"and {count(one.table.n - mine)} rows that did not choose it)."
    )


def _moving(one: Teller, moved: Moved) -> str:
    low, high = (signed(end, 2) for end in moved.interval)
    names = " and ".join(one.names)
    return (
        f"With {names} replaced by draws from all rows a score moves by {number(moved.size, 2)} "
        "standard deviations on average, and the group’s mean score less the others’ goes from "
        f"{signed(moved.gap, 2)} to {signed(moved.gap + moved.change, 2)} (change "
        f"{signed(moved.change, 2)}, 95 % interval {low} to {high}; {count(moved.n)} rows drawn by "
        "a fixed seed)."
    )


def _cause(
    ground: Ground, own: Own, best: tuple[Teller, Moved], statement: str, task: Task
) -> Cause:
    view, condition = ground.view, condition_sql(own.condition)
    when = None if view.column("log.time") is None else "fw_time"
    carried = presence(ground.log, condition, when, task, zone_known=view.case.zone is not None)
    return Cause(
        cause="sample-or-subgroup",
        features=best[0].names,
        transform=NoTransform(),  # a question to those who decide: nothing to undo
        segment=(own.condition,),
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=carried.rows,
        rows_changed=0,
        concerns_decision=True,
        statement=statement,
        clear=_clear(*best),
    )


def _words(condition: Condition) -> str:
    """A condition as the picture says it: three digits of a border say where it lies."""
    if condition.lower is None and condition.upper is None:
        return condition.words()
    low = "" if condition.lower is None else f"{number(condition.lower, 3)} ≤ "
    high = "" if condition.upper is None else f" < {number(condition.upper, 3)}"
    return f"{low}{condition.column}{high}"


def _picture(ground: Ground, own: Own, inside: Bools, one: Teller) -> Dots:
    """The share of the group in each value of the input (of two: the first), the own one marked."""
    name, label = one.names[0], own.condition.words()
    coded = ground.coded[name]
    lines = []
    literals = distinct(coded)
    for literal in literals[:MOST_DOTS]:
        rows = coded.member[literal][coded.codes]
        n, k = int(rows.sum()), int((rows & inside).sum())
        if not n:
            continue  # of no rows nothing is drawn
        mine = bool(coded.member[literal][coded.codes[ground.row]])
        at, low, high = (rounded(v) or 0.0 for v in (k / max(n, 1), *wilson(k, n)))
        lines.append(Dot(_words(coded.literals[literal]), at, low, high, n, mine))
    return Dots(
        f"{name}: share of {label}",
        tuple(sorted(lines, key=lambda dot: -dot.at)),
        f"share of rows that are {label}",
        rest=rounded(float(inside.mean())),
        rest_name="all rows",
        strip=f"{count(ground.log.rows)} rows; the line is the share among all; 95 % intervals",
        description=(
            f"{len(lines)} of {len(literals)} values of {name}; the decision’s own is marked."
        ),
    )


CHECK = Check(
    family="subgroup_performance",
    name="proxy",
    suspicion="An input stands in for a group that the model is not told of.",
    covers="the decision’s own values of segment columns that are no input of the model, or one "
    "marked sensitive in the dictionary: how well each input, and two together, tells the group, "
    "and how far the group’s scores lie from the others’ with and without it; counted in a half of "
    "the subjects that did not choose it",
    does_not_cover="three inputs together, groups of two columns, whether an input has a use of "
    "its own, inputs by which a person defined the group",
    minimum=f"{MINIMUM} rows of the group and of the others in either half; below, it cannot tell",
    run=run,
    needs=("log",),
    causes=("sample-or-subgroup",),
    order=74,
)
