"""Are the model's inputs missing, stood in for, unseen or out of range more often in this group?

The decision's own values of the segment columns against all other rows.  What was so in training
as well is no news to the model: there it is the group's way, not a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

import numpy as np
import numpy.typing as npt

from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.evidence import Cause, Finding, NoTransform, Verdict
from investigators.group_words import percent, rounded
from investigators.presence import presence
from investigators.scope import condition_sql
from investigators.slices.literals import Own, distinct, literals_of, own_groups
from investigators.slices.odd_values import CAUSES, Odd, odd_values
from investigators.slices.rows import Bools, searched_half
from investigators.statistics import adjusted, conditional_tail, power, ratio, shrunk, wilson
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.values import flags
from investigators.view import View

ID = "subgroup_performance.inputs_by_group"
MINIMUM = 50  # rows of the group, of the others, of the group in training
TWICE = 2.0
APART = 0.05  # difference of the shares
RATE = 0.05
HALVES = 0.1
ENOUGH_POWER = 0.8
AT_ONCE = 8  # conditions fetched together
MOST_DOTS = 16
Packed = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Look:
    """One condition of an input in one group: k of n, of the others, and in either half."""

    odd: Odd
    own: Own
    k: int
    n: int
    rest_k: int
    rest_n: int
    halves: tuple[tuple[int, int, int, int], ...]
    concerned: bool

    @property
    def p(self) -> float:
        """Exact chance of so many; 1 where there are no more than among the others."""
        return _tail(self.k, self.n, self.rest_k, self.rest_n)

    @property
    def large(self) -> bool:
        """At least twice the others' share and five in a hundred more, beyond the interval."""
        share, rest = self.k / self.n, self.rest_k / self.rest_n
        low, _ = ratio(self.k, self.n, self.rest_k, self.rest_n)
        return share >= TWICE * rest and share - rest >= APART and low > 1

    @property
    def repeats(self) -> bool:
        """Whether each half of the subjects shows it."""
        return all(n and m and _tail(k, n, j, m) < HALVES for k, n, j, m in self.halves)


def _tail(k: int, n: int, rest_k: int, rest_n: int) -> float:
    if not n or not rest_n or k * rest_n <= rest_k * n:
        return 1.0
    return conditional_tail(k, n, k + rest_k, n + rest_n)


@dataclass(frozen=True)
class Ground:
    """What all answers of a run share."""

    view: View
    log: Table
    row: int
    tested: int


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding per input: the group in which it is odd most clearly."""
    log, decision = view.log, view.decision
    task.tick()
    if log is None or not log.rows:
        return [_plain("cannot tell", "There are no rows of a log.", need="a log of decisions")]
    if decision is None or decision.row is None:
        return [_plain("does not apply", "No row of the log was picked.")]
    if not view.log_inputs:
        return [_plain("cannot tell", "No input of a model is known in the log.",
                       need="the model, or a log with its inputs")]  # fmt: skip
    coded, _ = literals_of(view, log, task)
    mine = own_groups([one for one in coded if one.column in view.grouping], decision.row)
    if not mine:
        need = "a segment column in the log, such as region or app version"
        return [_plain("cannot tell", "The decision has no value that forms a group.", need=need)]
    looks = _looks(view, log, mine, decision.row, task)
    if not looks:
        need = "a segment column that is no input"
        return [_plain("cannot tell", "No group is made of another column.", need=need)]
    enough = [one for one in looks if min(one.n, one.rest_n) >= MINIMUM]
    q = adjusted([one.p for one in enough])
    corrected = {id(one): value for one, value in zip(enough, q, strict=True)}
    ground = Ground(view, log, decision.row, len(enough))
    names = dict.fromkeys(one.odd.name for one in looks)
    best = {
        name: min(
            (one for one in looks if one.odd.name == name),
            key=lambda o: (corrected.get(id(o), 2.0), o.p, -o.n),
        )
        for name in names
    }
    return [_finding(ground, one, corrected.get(id(one), 1.0), task) for one in best.values()]


def _plain(verdict: Verdict, sentence: str, need: str | None = None) -> Finding:
    return Finding(
        ID, ID, "subgroup_performance", verdict, (), sentence, 0, would_need=need,
        ask=need and f"Please send {need}: the inputs of the decision's group are compared.",
    )  # fmt: skip


def _looks(view: View, log: Table, mine: Sequence[Own], row: int, task: Task) -> list[Look]:
    """Count every condition in every group; conditions are fetched a few at a time."""
    everything = np.arange(log.rows)
    groups = [own.inside(everything) for own in mine]
    half = searched_half(view, log, task)
    parts = [_Parts(inside, half) for inside in groups]
    found = []
    for some in batched(odd_values(view, log, task), AT_ONCE):
        task.tick()
        sql = [odd.sql(view.log_inputs[odd.name]) for odd in some]
        for odd, holds in zip(some, flags(log, sql, task), strict=True):
            bits, met = np.packbits(holds), bool(holds[row])
            for own, part in zip(mine, parts, strict=True):
                # a group says nothing of the very input that it is made of
                if own.condition.column in view.columns.get(f"log.feature:{odd.name}", ()):
                    continue
                found.append(_look(odd, own, bits, part, concerned=met and part.has(row)))
    return found


class _Parts:
    """A group and the others in either half of the subjects, a bit a row, and their sizes."""

    def __init__(self, inside: Bools, half: Bools) -> None:
        parts = [(mine & h) for h in (~half, half) for mine in (inside, ~inside)]
        self.inside = inside
        self.bits = [np.packbits(part) for part in parts]
        self.sizes = [int(np.count_nonzero(part)) for part in parts]

    def has(self, row: int) -> bool:
        """Whether the group holds a row."""
        return bool(self.inside[row])

    def met(self, bits: Packed) -> list[int]:
        """How many rows of each part are among the packed ones."""
        return [int(np.bitwise_count(part & bits).sum(dtype=np.int64)) for part in self.bits]


def _look(odd: Odd, own: Own, bits: Packed, part: _Parts, *, concerned: bool) -> Look:
    met, sizes = part.met(bits), part.sizes
    halves = tuple((met[i], sizes[i], met[i + 1], sizes[i + 1]) for i in (0, 2))
    k, many, rest_k, rest = (first + second for first, second in zip(*halves, strict=True))
    return Look(odd, own, k, many, rest_k, rest, halves, concerned)


def _finding(ground: Ground, one: Look, q: float, task: Task) -> Finding:
    label = one.own.condition.words()
    training = _in_training(ground.view, one, task) if one.large and q < RATE else None
    verdict, end, need = _judged(ground.view, one, q, training)
    share, rest = (_share(k, n) for k, n in ((one.k, one.n), (one.rest_k, one.rest_n)))
    statement = (
        f"{one.odd.name} is {one.odd.words} in {one.k:,} of {one.n:,} rows of {label} ({share}), "
        f"in {one.rest_k:,} of the {one.rest_n:,} others ({rest}). {end}"
    )
    many = f"({ground.tested} comparison{'s' * (ground.tested != 1)}, corrected for all of them.)"
    cause = _cause(ground, one, statement, task) if verdict == "supports" else None
    low, high = ratio(one.k, one.n, one.rest_k, one.rest_n)
    return Finding(
        id=f"{ID}/{one.odd.name}",
        check=ID,
        family="subgroup_performance",
        verdict=verdict,
        about=(one.odd.name,),
        sentence=f"{statement} {many}",
        n=one.n + one.rest_n,
        effect={
            "what": one.odd.kind,
            "k": one.k,
            "n": one.n,
            "rest_k": one.rest_k,
            "rest_n": one.rest_n,
            "interval": [rounded(low), rounded(high)],
            "p": rounded(one.p),
            "p_corrected": rounded(q),
            "repeats": one.repeats,
            "training": None if training is None else list(training),
            "tested": ground.tested,
        },
        segment=(one.own.condition,),
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        would_need=need,
        cause=cause,
        charts=(_picture(ground, one, task),) if cause else (),
    )


def _share(k: int, n: int) -> str:
    return percent(k / n, 1) if n else "none"


def _in_training(view: View, one: Look, task: Task) -> tuple[int, int] | None:
    """Rows of the group in training that meet the condition, and all of them."""
    reference, condition = view.reference, one.own.condition
    expression = view.reference_inputs.get(one.odd.name)
    if reference is None or expression is None or reference.column(condition.column) is None:
        return None
    found = reference.query(
        f"SELECT count(*) FILTER ({one.odd.sql(expression)}), count(*) FROM {{t}} "
        f"WHERE {condition_sql(condition)}",
        task=task,
    )
    k, n = (int(column[0].as_py()) for column in found.columns)
    return k, n


def _judged(
    view: View, one: Look, q: float, training: tuple[int, int] | None
) -> tuple[Verdict, str, str | None]:
    label = one.own.condition.words()
    if min(one.n, one.rest_n) < MINIMUM:
        few = f"{MINIMUM} of each are needed."
        return "cannot tell", few, f"{MINIMUM} rows of {label} and of the others"
    if not one.large or q >= RATE or not one.repeats:
        return _quiet(one, q)
    if one.odd.kind in ("unseen", "out of range"):
        return "supports", "The model knows nothing of such values.", None
    if training is None or training[1] < MINIMUM:
        known = "no rows" if training is None else f"{training[1]:,} rows"
        need = f"training rows of {label}"
        if view.reference is None:
            need = "the table the model was trained on"
        return "cannot tell", f"Whether that was so in training, {known} of it tell.", need
    k, n = training
    low, _ = ratio(one.k, one.n, k, n)
    if one.k * n >= TWICE * k * one.n and low > 1:
        return "supports", f"In training it was {k:,} of {n:,} ({_share(k, n)}).", None
    return (
        "speaks against",
        f"So it was in training: {k:,} of {n:,} ({_share(k, n)}); the model knows it.",
        None,
    )


def _quiet(one: Look, q: float) -> tuple[Verdict, str, str | None]:
    """Not more often, or not beyond chance; "speaks against" only where it would be seen."""
    base = one.rest_k / one.rest_n
    # a share that is five in a hundred higher is what would have been seen
    times = max(TWICE, (base + APART) / base) if base else 0.0
    seen = power(one.n, one.rest_n, base, times) if base else 1 - (1 - APART) ** one.n
    if not one.large and seen >= ENOUGH_POWER:
        return "speaks against", "That is not twice as often and five in a hundred more.", None
    why = f"Twice as often would be seen {percent(seen)} of the time."
    if one.large and q >= RATE:
        why = "After the correction for all comparisons it is within chance."
    elif one.large:
        why = "It does not repeat in both halves of the subjects."
    return "cannot tell", why, f"more rows of {one.own.condition.words()}"


def _cause(ground: Ground, one: Look, statement: str, task: Task) -> Cause:
    view, log = ground.view, ground.log
    condition = condition_sql(one.own.condition)
    met = f"({condition} AND {one.odd.sql(view.log_inputs[one.odd.name])})"
    when = None if view.column("log.time") is None else "fw_time"
    carried = presence(log, met, when, task, zone_known=view.case.zone is not None)
    return Cause(
        cause=CAUSES[one.odd.kind],
        features=(one.odd.name,),
        transform=NoTransform(),  # what the values should be, the log does not tell
        segment=(one.own.condition,),
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=one.n,
        rows_changed=0,
        concerns_decision=one.concerned,
        statement=statement,
    )


def _picture(ground: Ground, one: Look, task: Task) -> Dots:
    """The share in each value of the group's column, the own one marked."""
    coded = one.own.coded
    (holds,) = flags(ground.log, [one.odd.sql(ground.view.log_inputs[one.odd.name])], task)
    counted = []
    for k in distinct(coded):
        inside = coded.member[k][coded.codes]
        counted.append((k, int((inside & holds).sum()), int(inside.sum())))
    counted.sort(key=lambda line: (line[0] != one.own.literal, -line[2], line[0]))
    counted = counted[:MOST_DOTS]
    drawn = shrunk([k for _, k, _ in counted], [n for _, _, n in counted])
    order = sorted(range(len(counted)), key=lambda i: (-drawn[i], i))
    dots = []
    for i in order:
        literal, k, n = counted[i]
        at, low, high = (rounded(v) or 0.0 for v in (k / max(n, 1), *wilson(k, n)))
        own = literal == one.own.literal
        dots.append(Dot(coded.literals[literal].words(), at, low, high, n, own))
    own_drawn = drawn[[line[0] for line in counted].index(one.own.literal)]
    label = one.own.condition.words()
    return Dots(
        f"{one.odd.name}: {one.odd.kind}",
        tuple(dots),
        f"share of rows in which {one.odd.name} is {one.odd.words}",
        rest=rounded(one.rest_k / one.rest_n),
        strip=f"{ground.log.rows:,} rows, sorted by the share drawn to the common one as the "
        f"groups’ size warrants ({label}: {percent(own_drawn, 1)}); 95 % intervals",
        description=f"{len(dots)} values of {coded.column}; {label} is marked.",
    )


CHECK = Check(
    family="subgroup_performance",
    name="inputs_by_group",
    suspicion="The model knows less of the decision’s group: inputs are missing, stood in for, "
    "unseen or out of range in a larger share of it.",
    covers="the decision’s own values of the segment columns against all other rows: missing "
    "values, values that stand for nothing known, categories and numbers that training never had; "
    "what is missing or stood in for is compared with the group’s own rows in training",
    does_not_cover="groups of two columns, groups that the decision is not in, values that are "
    "wrong but look ordinary",
    minimum=f"{MINIMUM} rows of the group and of the others, and {MINIMUM} of the group in "
    "training for what is missing; below, it cannot tell",
    run=run,
    needs=("log",),
    asks=(
        (
            "reference",
            "Please send the table that the model was trained on, with the log's segment columns.",
        ),
    ),
    causes=("input-missing-or-default", "input-unseen-value", "sample-or-subgroup"),
    order=62,
)
