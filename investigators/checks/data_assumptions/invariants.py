"""Do relations between inputs that held in training break live: where, since when, whose fault?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings, More
from investigators.chart import Chart
from investigators.check import Check
from investigators.evidence import (
    Cause,
    CauseClass,
    Finding,
    NoTransform,
    Swap,
    Verdict,
    segment_words,
)
from investigators.moments.followers import followers
from investigators.numbers import between, count, listed, number, part, per_cent
from investigators.relations.bounds import bounds_of
from investigators.relations.forms import Relation
from investigators.relations.found import relations_of
from investigators.relations.suspects import (
    Suspect,
    expected_breaks,
    suspect,
    suspect_of_texts,
    tied_to,
)
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.sample import Samples, rows_where, samples_of
from investigators.statistics import jeffreys
from investigators.task import Task
from investigators.traffic.absent import grid_of, moves
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Baseline, Traffic, baseline_of, traffic_of
from investigators.traffic.values import flags
from investigators.traffic.yardstick import Compared, compare
from investigators.view import View

Flags = npt.NDArray[np.bool_]

ID = "data_assumptions.invariants"
FINDINGS = Findings(ID)
MINIMUM = 200  # rows of training where a relation can be said
FEWEST = 8  # live rows that break it
MARGIN = 8.0  # nats above looks
USUAL = 0.01  # of training's rows break it, at the upper end of the interval
LEAST, TIMES = 0.01, 5.0  # of the rows in scope, and so many times training's share
LOUD = 0.05  # of the rows in scope: from here on other signs count
SAME = 0.8  # of a relation's broken rows are those of another one
ELSEWHERE = 200  # other rows that all keep it
EXPLAINED = 3.0  # so many times the breaks that each column's own move gives
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random), every row whole."
)


@dataclass(frozen=True, eq=False)
class Ground:
    """What all relations of one run share.

    ``many`` relations and so many ``bounds`` are held against the log.
    """

    view: View
    baseline: Baseline
    traffic: Traffic
    samples: Samples
    many: int
    bounds: int

    def price(self, relation: Relation) -> float:
        """Nats beyond the price of places that a break needs, for so many relations of the kind."""
        return log(max(self.bounds if relation.kind == "bounds" else self.many, 1)) + MARGIN


@dataclass(frozen=True)
class Held:
    """A relation with its counts: broken and known rows of the log, and of the baseline."""

    relation: Relation
    live: tuple[int, int]
    base: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Broken:
    """A relation that breaks live: in which rows, and what they are compared with."""

    held: Held
    change: ShareChange
    place: Place
    counts: Compared
    rows: Flags
    also: list[Held] = field(default_factory=list)  # further relations that the same rows break


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each relation that held in the baseline."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        need = "a training (reference) table, or a log with times"
        return [_nothing("there is nothing to learn relations from", need)]
    samples = samples_of(view, baseline, task)
    n = samples.base.rows.size
    if n < MINIMUM:
        need = f"at least {MINIMUM} training rows"
        return [_nothing(f"{count(n)} rows of {baseline.words} are too few to learn from", need)]
    relations = [*relations_of(samples, task), *bounds_of(samples, view.dictionary)]
    if not relations:
        return [_none(samples)]
    held = list(_counted(view, baseline, relations, task))
    bounds = sum(h.relation.kind == "bounds" for h in held)
    traffic = traffic_of(view, task)
    ground = Ground(view, baseline, traffic, samples, len(held) - bounds, bounds)
    found: dict[Relation, Finding] = {}
    for broken in _broken(ground, held, task):
        found |= {f[0]: f[1] for f in _judged(ground, broken, task)}
    return _numbered([found.get(h.relation) or _kept(ground, h) for h in held])


def _counted(
    view: View, baseline: Baseline, relations: Sequence[Relation], task: Task
) -> Iterator[Held]:
    """Count all rows of both tables; what training itself breaks too often is left out."""
    assert view.log is not None
    lines = []
    for table, inputs in ((view.log, view.log_inputs), (baseline.table, baseline.expressions)):
        cells = ", ".join(
            f"count(*) FILTER ({broken}), count(*) FILTER ({known})"
            for known, broken in (r.sql(inputs) for r in relations)
        )
        found = table.query(f"SELECT {cells} FROM {{t}}", task=task)
        lines.append([int(column[0].as_py()) for column in found.columns])
    for k, relation in enumerate(relations):
        live, base = ((line[2 * k], line[2 * k + 1]) for line in lines)
        kept = not base[0] if relation.kind == "bounds" else jeffreys(*base, 0.98)[1] <= USUAL
        if kept:
            yield Held(relation, live, base)


def _broken(ground: Ground, held: Sequence[Held], task: Task) -> list[Broken]:
    """Relations that break in some rows by more than they did; the plainest first."""
    log = ground.view.log
    assert log is not None
    open_ones = [h for h in held if h.live[0] >= FEWEST]
    open_ones.sort(
        key=lambda h: (
            h.relation.kind == "bounds", not h.relation.exact, -h.live[0] / h.live[1]
        )
    )  # fmt: skip
    if not open_ones:
        return []
    grid, clocked = grid_of(ground.traffic), set(followers(ground.view, task))
    found: list[Broken] = []
    for done, each in enumerate(open_ones):
        task.tick(done, len(open_ones), f"Relations: {each.relation.words}")
        known_sql, broken_sql = each.relation.sql(ground.view.log_inputs)
        known, broken = flags(log, [known_sql, broken_sql], task)
        if not any(moves(grid, broken, each.base, ground.price(each.relation))):
            continue
        first = next((b for b in found if _same(b, each.relation, broken)), None)
        if first is not None:
            first.also.append(each)
            continue
        traffic = ground.traffic
        if clocked & set(each.relation.columns):
            traffic = replace(traffic, calendar=())
        change = share_change(traffic, broken, known, each.base, task)
        if change is None or not _enough(ground, each.relation, change):
            continue
        place = place_of(ground.view, traffic, change.carried, broken_sql, task)
        there = each.relation.sql(ground.baseline.expressions)
        counts = compare(
            ground.view, ground.baseline, place, (broken_sql, known_sql), there[::-1], task
        )
        found.append(Broken(each, change, place, counts, broken))
    return found


def _enough(ground: Ground, relation: Relation, change: ShareChange) -> bool:
    enough = change.carried.score >= change.carried.looks + ground.price(relation)
    return enough and change.inside >= max(LEAST, TIMES * change.base)


def _same(first: Broken, relation: Relation, broken: Flags) -> bool:
    """Whether a relation shares columns and most of its broken rows with one found before."""
    if not set(first.held.relation.columns) & set(relation.columns):
        return False
    return bool((first.rows & broken).sum() >= SAME * broken.sum())


def _kept(ground: Ground, held: Held) -> Finding:
    words = (
        f"{held.relation.words} holds: {part(*held.live, 'live rows')} break it, "
        f"{part(*held.base, 'rows')} of {ground.baseline.words}{_sampled(ground, held)}."
    )
    if held.live[1]:
        return _finding(held, "speaks against", words)
    words = f"{held.relation.words} held in {ground.baseline.words}; no live row can tell."
    need = f"live rows with {listed(held.relation.columns)}"
    return _finding(held, "cannot tell", words, would_need=need)


def _sampled(ground: Ground, held: Held) -> str:
    if held.relation.kind == "bounds":
        return ""
    return f" (found in a sample of {count(ground.samples.base.rows.size)} of them)"


def _judged(ground: Ground, broken: Broken, task: Task) -> Iterator[tuple[Relation, Finding]]:
    """The finding of a broken relation, and of those that the same rows break with it."""
    said = _said(ground, broken)
    guilty = _suspect(ground, broken, task)
    if guilty is None:
        words = f"{said} Each of the two moved by itself as well, which would explain it."
        need = "the code that fills the two inputs, or the same rows from the source"
        yield (
            broken.held.relation,
            _finding(
                broken.held, "cannot tell", words, would_need=need, segment=broken.place.segment
            ),
        )
        return
    cause = _cause(ground, broken, guilty, said)
    for each in (broken.held, *broken.also):
        words = cause.statement
        if each is not broken.held:
            words = (
                f"{each.relation.words} does not hold in {part(*each.live, 'live rows')}, in the "
                f"same rows as {broken.held.relation.words}."
            )
        yield each.relation, _finding(
            each, "supports", words, segment=cause.segment, cause=cause,
            effect=_effect(broken), charts=(_picture(ground, broken),),
        )  # fmt: skip


def _said(ground: Ground, broken: Broken) -> str:
    place, inside, held = broken.place, broken.counts.inside, broken.held
    since = ""
    if place.onset is not None:
        since = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        since += f", until {between(place.end.earliest, place.end.latest)}"
    words = ground.baseline.words
    return (
        f"{held.relation.words} does not hold in {part(inside.met[0], inside.met[1], 'rows')} of "
        f"{segment_words(place.segment)}{since}; in {words} in {part(*held.base, 'rows')}."
    )


def _suspect(ground: Ground, broken: Broken, task: Task) -> Suspect | None:
    """Which column it is; ``None`` where the columns' own moves explain a broken order."""
    view, base, relation = ground.view, ground.samples.base, broken.held.relation
    assert view.log is not None
    place = broken.place
    scope = scope_sql(place.segment, place.onset, place.end)
    if relation.kind == "bounds":
        return _beyond(ground, broken, scope, task)
    if relation.kind in {"together", "determines"}:
        texts = [n for n in relation.columns if n in base.texts]
        numbers = [n for n in relation.columns if n in base.numbers]
        kept = rows_where(view.log, view.log_inputs, texts, scope, task, texts=True)
        read = rows_where(view.log, view.log_inputs, numbers, scope, task)
        return suspect_of_texts(relation, {**kept.texts, **read.numbers},
                                {**base.texts, **base.numbers})  # fmt: skip
    names = (*relation.columns, *tied_to(relation.columns, base.numbers))
    if relation.exact:
        scope = f"({scope}) AND {relation.sql(view.log_inputs)[1]}"
    here = rows_where(view.log, view.log_inputs, names, scope, task).numbers
    there = {n: base.numbers[n] for n in names}
    if relation.kind == "order":
        expected = expected_breaks(*((here[n], there[n]) for n in relation.columns))
        if broken.change.inside < max(EXPLAINED * expected, expected + LOUD):
            return None
    return suspect(relation, here, there)


def _beyond(ground: Ground, broken: Broken, scope: str, task: Task) -> Suspect:
    """Between which values lie those beyond a bound, as words; no lead rests on them alone."""
    view, (name,) = ground.view, broken.held.relation.columns
    assert view.log is not None
    rows = f"({scope}) AND {broken.held.relation.sql(view.log_inputs)[1]}"
    beyond = rows_where(view.log, view.log_inputs, [name], rows, task).numbers[name]
    low, high = number(float(beyond.min())), number(float(beyond.max()))
    what = f"all of them {low}" if low == high else f"from {low} to {high}"
    return Suspect((name,), NoTransform(), foreign=False, signs=(f"they are {what}",))


def _cause(ground: Ground, broken: Broken, guilty: Suspect, said: str) -> Cause:
    place, others = broken.place, [h.relation.words for h in broken.also]
    words = [said]
    bound = broken.held.relation.kind == "bounds"
    if len(guilty.columns) == 1 and not bound:
        words.append(f"The signs point to {guilty.columns[0]}.")
    if guilty.signs:
        words.append(f"{guilty.signs[0][0].upper()}{guilty.signs[0][1:]}.")
    cause = place.cause(
        _class(broken, guilty),
        guilty.columns,
        guilty.transform,
        statement=" ".join(words),
    )
    if bound or broken.change.inside < LOUD:
        return cause
    signs = [*guilty.signs, *_elsewhere(broken)]
    if others:
        signs.append(f"the same rows break {listed(others)} as well")
    return replace(cause, corroborations=(*signs, *lined_up_releases(ground.view, cause)))


def _elsewhere(broken: Broken) -> list[str]:
    """That other live rows all keep an exact relation is no chance: the fault is in these."""
    if not broken.held.relation.exact:
        return []
    for other in (broken.counts.before, broken.counts.rest):
        if other is not None and other.met[1] >= ELSEWHERE and not other.met[0]:
            return [f"none of {count(other.met[1])} {other.words.removeprefix('all ')} break it"]
    return []


def _class(broken: Broken, guilty: Suspect) -> CauseClass:
    if isinstance(guilty.transform, Swap):
        return "input-columns-swapped"
    if not isinstance(guilty.transform, NoTransform) or broken.held.relation.kind == "bounds":
        return "input-unit-or-scale"
    if broken.held.relation.kind == "together":
        return "input-missing-or-default"
    return "join-or-key" if guilty.foreign else "train-serve-skew"


def _effect(broken: Broken) -> dict[str, Any]:
    counts, carried = broken.counts, broken.change.carried
    return {
        "relation": broken.held.relation.words,
        "share_broken": round(broken.change.inside, 4),
        "share_broken_before": round(broken.change.base, 5),
        "share_broken_elsewhere": round(counts.rest.met[0] / max(counts.rest.met[1], 1), 4),
        "score": round(carried.score, 1),
        "log_of_looks": round(carried.looks, 1),
    }


def _picture(ground: Ground, broken: Broken) -> Chart:
    words = broken.held.relation.words
    inside, usual = broken.counts.inside.share(0), ground.baseline.words
    description = (
        f"Share of rows that break {words}: {per_cent(inside)} in "
        f"{segment_words(broken.place.segment)}, "
        f"{per_cent(broken.counts.base.share(0))} in {usual}."
    )
    return broken.counts.dots(0, f"Rows that break {words}", description)


def _finding(held: Held, verdict: Verdict, sentence: str, **more: Unpack[More]) -> Finding:
    return FINDINGS.about(held.relation.columns, verdict, sentence, held.live[1], **more)


def _numbered(findings: Sequence[Finding]) -> list[Finding]:
    """Two relations of the same columns are told apart by a number."""
    seen: dict[str, int] = {}
    found = []
    for each in findings:
        seen[each.id] = seen.get(each.id, 0) + 1
        again = seen[each.id] > 1
        found.append(replace(each, id=f"{each.id}#{seen[each.id]}") if again else each)
    return found


def _none(samples: Samples) -> Finding:
    n = samples.base.rows.size
    words = (
        f"No relation between the inputs holds in {samples.baseline.words} beyond chance "
        f"(sought in a sample of {count(n)} rows)."
    )
    return FINDINGS.nothing(words, None, "does not apply", n)


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"Relations between inputs cannot be compared: {reason}.", need)


CHECK = Check(
    family="data_assumptions",
    name="invariants",
    suspicion="A relation between inputs, or a bound of one, that held in training is broken.",
    covers=(
        "equal or proportional inputs, sums of two or three, products and quotients, orders, "
        "inputs missing in the same rows, a category given by another, bounds (never negative, a "
        "share up to 1 or 100, the dictionary's): in all rows or in one segment and one window "
        "of time"
    ),
    does_not_cover=(
        "relations of more inputs or of other forms, those beyond the first 60 numeric inputs, "
        "those that hold in less than 99 % of training's rows or that training broke as well"
    ),
    minimum=f"{MINIMUM} training rows with the inputs, {FEWEST} live rows that break the relation",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=(
        "join-or-key", "train-serve-skew", "input-unit-or-scale", "input-columns-swapped",
        "input-missing-or-default",
    ),
    order=32,
)  # fmt: skip
