"""Finds relations that hold in a bounded sample of training rows and would not hold by chance.

A few probe rows throw out nearly all of the many pairs and triples; what is left is held against
the whole sample.  A relation is worth something only if it breaks in most rows as soon as one of
its columns is taken from other rows: that is what "not by chance" means here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import floor, log10

import numpy as np
import numpy.typing as npt

from investigators.relations.forms import Kind, Relation, Step
from investigators.relations.sums import four_terms, triples_of_sums
from investigators.shift.sample import Sample
from investigators.statistics import jeffreys
from investigators.task import Task

Floats = npt.NDArray[np.float64]

HOLDS = 0.99  # of the rows, at the lower end of the 99 % interval
CHANCE = 0.5  # an exact relation holds in at most so many rows of shuffled columns
FEWEST = 200  # rows of the sample where it can be said
PROBES, ENOUGH, HIT = 32, 8, 0.8
COLUMNS = 60  # of numbers among which pairs and triples are sought
DECIMALS, WRITTEN = 6, 0.995
SINGLE = 3e-7  # relative step of a number with seven digits
DOUBLE = 1e-11
KEPT = 40
DIFFERENT = 8  # values of a column of an exact relation
TRIED = 300  # triples of each sort that are held against the whole sample
COARSE = 0.05  # a row whose rounding is larger than that share of it says nothing of a product


def step_of(values: Floats) -> Step:
    """How finely the known values of a column are written."""
    known = values[~np.isnan(values)]
    for digits in range(DECIMALS + 1):
        shifted = np.abs(known) * 10.0**digits
        slack = np.minimum(1e-9 + 1e-11 * shifted, 0.01)
        if known.size and (np.abs(shifted - np.rint(shifted)) <= slack).mean() >= WRITTEN:
            return Step(0.5 * 10.0**-digits, DOUBLE)
    single = bool((known == known.astype(np.float32)).all()) if known.size else False
    return Step(0.0, SINGLE if single else DOUBLE)


def exact_relations(sample: Sample, names: Sequence[str], task: Task) -> list[Relation]:
    """Equalities, sums, products and quotients of the numeric columns of a sample."""
    numbers = sample.numbers
    usable = [n for n in names if _varies(numbers[n])][:COLUMNS]
    steps = {n: step_of(numbers[n]) for n in usable}
    equal, twins = _equalities(numbers, usable, steps, task)
    single = [n for n in usable if n not in twins]
    if len(single) < 3:
        return equal[:KEPT]
    at = _probe_rows(numbers, single)
    probes = np.array([numbers[n][at] for n in single])
    halves = np.array([steps[n].half for n in single])[:, None] + np.abs(probes) * np.array(
        [[steps[n].relative] for n in single]
    )
    sums = [
        _sum(numbers, [single[k] for k in parts], steps)
        for parts in islice(triples_of_sums(probes, halves, task), TRIED)
    ]
    kept = _once([each for each in sums if each])
    known = [set(r.columns) for r in kept]
    for four in islice(four_terms(probes, halves, task), TRIED):
        chosen = [single[k] for k in four]
        if not any(len(each & set(chosen)) > 1 for each in known):
            longer = _sum(numbers, chosen, steps)
            kept += [longer] if longer else []
    small = [_counted(numbers[n], steps[n]) != steps[n] for n in single]
    halves[small] = 0.0
    products = [
        _product(numbers, (single[left], single[one], single[other]), steps)
        for left, one, other in islice(_triples_of_products(probes, halves, task), TRIED)
    ]
    return [*equal, *_once([*kept, *(each for each in products if each)])][:KEPT]


def _varies(values: Floats) -> bool:
    """Whether two rows of a column seldom hold the same value, and values enough are known."""
    known = values[~np.isnan(values)]
    if known.size < FEWEST:
        return False
    _, counts = np.unique(known, return_counts=True)
    alike = float(np.square(counts / known.size).sum())
    return counts.size >= DIFFERENT and alike <= CHANCE


def _probe_rows(numbers: Mapping[str, Floats], names: Sequence[str]) -> npt.NDArray[np.intp]:
    """Rows with the fewest missing values, spread over the sample."""
    gone = np.sum([np.isnan(numbers[n]) for n in names], axis=0)
    order = np.lexsort((np.arange(gone.size) * 7919 % max(gone.size, 1), gone))
    return np.asarray(order[:PROBES], dtype=np.intp)


def good(relation: Relation, numbers: Mapping[str, Floats]) -> bool:
    """Whether it holds in nearly all rows, and hardly where one column is another row's."""
    known, holds = relation.holds(numbers)
    n, hits = int(known.sum()), int(holds.sum())
    if n < FEWEST or jeffreys(hits, n, 0.98)[0] < HOLDS:
        return False
    rows = np.flatnonzero(known)
    part = {name: numbers[name][rows] for name in relation.columns}
    for name in relation.columns:
        turned = part | {name: np.roll(part[name], max(n // 3, 1))}
        told, kept = relation.holds(turned)
        if int(kept.sum()) > CHANCE * max(int(told.sum()), 1):
            return False
    return True


def _equalities(
    numbers: Mapping[str, Floats], names: Sequence[str], steps: Mapping[str, Step], task: Task
) -> tuple[list[Relation], set[str]]:
    """Columns that are another one, or a constant times it; and those that need no second look."""
    found: list[Relation] = []
    twins: set[str] = set()
    for k, first in enumerate(names):
        task.tick()
        if first in twins:
            continue
        for other in names[k + 1 :]:
            if other in twins:
                continue
            each = _equal(numbers, other, first, steps)
            if each is not None:
                found.append(each)
                twins.add(other)
    return found, twins


def _equal(
    numbers: Mapping[str, Floats], left: str, right: str, steps: Mapping[str, Step]
) -> Relation | None:
    a, b = numbers[left], numbers[right]
    head = np.flatnonzero(~np.isnan(a) & ~np.isnan(b) & (b != 0))[:PROBES]
    if head.size < ENOUGH:
        return None
    ratio = a[head] / b[head]
    middle = float(np.median(ratio))
    room = np.abs(ratio - middle) <= 0.1 * abs(middle)
    if middle == 0 or room.mean() < HIT / 2:
        return None
    return _with_factor("equal", (left, right), numbers, steps)


def _sum(
    numbers: Mapping[str, Floats], columns: Sequence[str], steps: Mapping[str, Step]
) -> Relation | None:
    for allowed in _allowed(columns, steps):
        each = Relation("sum", tuple(columns), 1.0, allowed)
        if good(each, numbers):
            return each
    return None


def _product(
    numbers: Mapping[str, Floats], columns: tuple[str, str, str], steps: Mapping[str, Step]
) -> Relation | None:
    """The same product solved for the column that is worked out from the other two."""
    whole, one, other = columns
    tried: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("product", (whole, one, other)),
        ("quotient", (one, whole, other)),
        ("quotient", (other, whole, one)),
    )
    best: tuple[float, Relation] | None = None
    for how, names in tried:
        # a small count is no rounded measurement: only where it is worked out is it rounded
        told = {n: steps[n] if n == names[0] else _counted(numbers[n], steps[n]) for n in names}
        each = _with_factor(how, names, numbers, told)
        if each is not None:
            free = sum(s.half == 0 and s.relative == 0 for s in each.steps)
            rank = free + _coarseness(numbers[names[0]], steps[names[0]]) / 10
            if best is None or rank > best[0]:
                best = rank, each
    return best[1] if best else None


def _counted(values: Floats, step: Step) -> Step:
    """The step of a column, none for whole numbers that are small."""
    small = step.half == 0.5 and _coarseness(values, step) > COARSE
    return Step(0.0, step.relative) if small else step


def _coarseness(values: Floats, step: Step) -> float:
    """Rounding of a column over its usual size, at most 1."""
    usual = float(np.nanmedian(np.abs(values)))
    return min((step.half + step.relative * usual) / usual, 1.0) if usual else 1.0


def _with_factor(
    kind: Kind, columns: tuple[str, ...], numbers: Mapping[str, Floats], steps: Mapping[str, Step]
) -> Relation | None:
    """Fit the constant as the plainest number that the rounding of the rows allows."""
    for allowed in _allowed(columns, steps):
        plain = Relation(kind, columns, 1.0, allowed)
        factor = _factor(plain, numbers)
        found = None if factor is None else replace(plain, factor=factor)
        if found is not None and good(found, numbers):
            return found
    return None


def _allowed(columns: Sequence[str], steps: Mapping[str, Step]) -> Iterator[tuple[Step, ...]]:
    """Rounding of the left side alone, then of all columns."""
    whole = tuple(steps[c] for c in columns)
    relative = max(s.relative for s in whole)
    if whole[0].half or not any(s.half for s in whole[1:]) or whole[0].relative == DOUBLE:
        yield (Step(whole[0].half, relative), *(Step(0.0, 0.0) for _ in whole[1:]))
    yield whole


def _factor(plain: Relation, numbers: Mapping[str, Floats]) -> float | None:
    left, should = numbers[plain.columns[0]], plain.value(numbers)
    slack = plain.slack(numbers)
    with np.errstate(all="ignore"):
        usable = ~np.isnan(left) & ~np.isnan(should) & (left != 0) & (should != 0)
        usable &= slack < COARSE * np.abs(left)
    if usable.sum() < FEWEST / 2:
        return None
    ratio, room = left[usable] / should[usable], slack[usable] / np.abs(should[usable])
    low = float(np.quantile(ratio - room, 0.985))
    high = float(np.quantile(ratio + room, 0.015))
    middle = float(np.median(ratio))
    # a constant of full precision is only ever known to the last bits of the numbers
    spare = 4 * DOUBLE * abs(middle)
    if middle == 0 or low - spare > high + spare:
        return None
    return _plainest(min(low, high) - spare, max(low, high) + spare)


def _plainest(low: float, high: float) -> float:
    """The number with the fewest digits in an interval that does not hold zero."""
    middle = (low + high) / 2
    if middle == 0:
        return 1.0
    size = floor(log10(abs(middle)))
    for digits in range(12):
        tried = round(middle, digits - size)
        if low <= tried <= high and tried != 0:
            return tried
    return middle


def _triples_of_products(
    probes: Floats, halves: Floats, task: Task
) -> Iterator[tuple[int, int, int]]:
    """Yield (left, one, other) with left = constant x one x other in nearly all probe rows."""
    with np.errstate(all="ignore"):
        logs = np.where(probes != 0, np.log(np.abs(probes)), np.nan)
        room = halves / np.abs(probes)
    logs[~(room < COARSE)] = np.nan
    m = len(probes)
    one, other = np.triu_indices(m, 1)
    for left in range(m):
        task.tick()
        free = (one != left) & (other != left)
        a, b = one[free], other[free]
        gap = logs[left] - logs[a] - logs[b]
        slack = 2 * (room[left] + room[a] + room[b]) + 1e-7
        for k in _constant(gap, slack):
            yield left, int(a[k]), int(b[k])


def _constant(gap: Floats, slack: Floats) -> npt.NDArray[np.intp]:
    """Rows of ``gap`` (k, probes) that are one constant within their slack."""
    known = ~np.isnan(gap)
    n = known.sum(axis=1)
    chosen = np.flatnonzero(n >= ENOUGH)
    ordered = np.sort(gap[chosen], axis=1)  # NaN last
    middle = ordered[np.arange(chosen.size), n[chosen] // 2]
    hits = (np.abs(gap[chosen] - middle[:, None]) <= slack[chosen]).sum(axis=1)
    return np.asarray(chosen[hits >= HIT * n[chosen]], dtype=np.intp)


def _once(found: Sequence[Relation]) -> list[Relation]:
    """One relation of each set of columns and sort."""
    seen: dict[tuple[bool, frozenset[str]], Relation] = {}
    for each in found:
        seen.setdefault((each.kind == "sum", frozenset(each.columns)), each)
    return list(seen.values())
