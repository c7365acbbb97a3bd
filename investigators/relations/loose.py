"""Relations of training rows that give no value: an order, a shared gap, one text from another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from investigators.relations.forms import Relation
from investigators.shift.sample import Sample
from investigators.statistics import jeffreys
from investigators.task import Task

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

FEWEST, FEWEST_HERE = 200, 20
NEVER = 0.999  # of the rows of an order
TURNED = 0.1  # of the rows break an order, or a pair, when one column is another row's
HOLDS = 0.995
GAPS = 0.01  # of the rows disagree on what is missing when one column is another row's
VALUES = 60  # of a column that determines, or is determined
COLUMNS = 60
ORDERS = 15


def orders(
    sample: Sample, names: Sequence[str], exact: Sequence[Relation], task: Task
) -> list[Relation]:
    """Pairs of numbers where one is never above the other, though their ranges overlap."""
    usable = [n for n in names if (~np.isnan(sample.numbers[n])).sum() >= FEWEST][:COLUMNS]
    twins = {r.columns for r in exact if r.kind == "equal"}
    found: set[tuple[str, str]] = set()
    for low in usable:
        task.tick()
        for high in usable:
            pair = (low, high)
            if (
                low != high
                and pair not in twins
                and pair[::-1] not in twins
                and _ordered(sample, pair)
            ):
                found.add(pair)
    covered = {(a, c) for a, b in found for b2, c in found if b == b2}
    place = {name: k for k, name in enumerate(usable)}
    kept = sorted(found - covered, key=lambda pair: (place[pair[0]], place[pair[1]]))
    return [Relation("order", pair) for pair in kept[:ORDERS]]


def _ordered(sample: Sample, pair: tuple[str, str]) -> bool:
    low, high = (sample.numbers[n] for n in pair)
    head = slice(0, FEWEST)
    with np.errstate(invalid="ignore"):
        if (low[head] > high[head]).any():
            return False
        both = ~np.isnan(low) & ~np.isnan(high)
        n = int(both.sum())
        if n < FEWEST or (low > high).sum() > (1 - NEVER) * n or (low == high)[both].all():
            return False
    a, b = low[both], high[both]
    return bool((np.roll(a, n // 3) > b).mean() >= TURNED)


def together(sample: Sample, names: Sequence[str], task: Task) -> list[Relation]:
    """Columns that are missing in exactly the same rows; each with the first of its kind."""
    gone = {n: _missing(sample, n) for n in names}
    open_ones = [n for n in names if 2 * gone[n].mean() * (1 - gone[n].mean()) >= GAPS]
    found: list[Relation] = []
    taken: set[str] = set()
    for one, other in combinations(open_ones[:COLUMNS], 2):
        task.tick()
        if one in taken or other in taken:
            continue
        apart = int((gone[one] != gone[other]).sum())
        least = min(int(gone[one].sum()), int(gone[other].sum()))
        if gone[one].size >= FEWEST and least >= FEWEST_HERE and apart <= (1 - NEVER) * least:
            found.append(Relation("together", (one, other)))
            taken.add(other)
    return found


def _missing(sample: Sample, name: str) -> npt.NDArray[np.bool_]:
    if name in sample.numbers:
        return np.isnan(sample.numbers[name])
    return np.array([v is None for v in sample.texts[name]], dtype=bool)


def determined(sample: Sample, names: Sequence[str], task: Task) -> list[Relation]:
    """Categories whose value gives another category's in nearly all rows, not by chance."""
    coded = {n: c for n in names if (c := _coded(sample.texts[n])) is not None}
    found: list[Relation] = []
    taken: set[frozenset[str]] = set()
    for (one, mine), (other, theirs) in permutations(coded.items(), 2):
        task.tick()
        if frozenset((one, other)) in taken:
            continue
        pairs = _pairs(mine, theirs)
        if pairs:
            found.append(Relation("determines", (one, other), pairs=pairs))
            taken.add(frozenset((one, other)))
    return found


def _coded(values: npt.NDArray[np.object_]) -> tuple[list[str], Codes] | None:
    """Values with a number for each, -1 where missing; ``None`` where they are too many or one."""
    seen = sorted({str(v) for v in values if v is not None})
    if not 2 <= len(seen) <= VALUES or values.size < FEWEST:
        return None
    place = {v: k for k, v in enumerate(seen)}
    return seen, np.array([-1 if v is None else place[str(v)] for v in values], dtype=np.int64)


def _pairs(
    one: tuple[list[str], Codes], other: tuple[list[str], Codes]
) -> tuple[tuple[str, str], ...]:
    (names, a), (texts, b) = one, other
    both = (a >= 0) & (b >= 0)
    n = int(both.sum())
    if n < FEWEST:
        return ()
    cells = np.bincount(a[both] * len(texts) + b[both], minlength=len(names) * len(texts))
    counts = cells.reshape(len(names), len(texts))
    often = counts.sum(axis=1) >= FEWEST_HERE
    hits, of = int(counts[often].max(axis=1).sum()), int(counts[often].sum())
    if often.sum() < 3 or of < HOLDS * n or jeffreys(hits, of, 0.98)[0] < HOLDS - 0.005:
        return ()
    usual = counts[often].sum(axis=0) / of
    if hits < HOLDS * of or 1 - float((usual**2).sum()) < TURNED:
        return ()
    best = counts.argmax(axis=1)
    if len({int(best[k]) for k in np.flatnonzero(often)}) < 2:
        return ()
    return tuple((names[k], texts[best[k]]) for k in np.flatnonzero(often))
