"""Pairs of inputs that may have been exchanged: who votes for it, and how well it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np
import numpy.typing as npt

from investigators.shift.rivals import (
    Rivals,
    best_mixture,
    distance,
    known,
    noise,
    rivals,
    text_distance,
    text_gains,
)
from investigators.shift.sample import (
    Sample,
    Samples,
    rows_where,
    whole_column,
    whole_gains,
)
from investigators.task import Task
from investigators.traffic.rows import Baseline
from investigators.view import View

MINIMUM = 50
SCREENED, TRIED = 5_000, 6
SOME = 4.0
APART = 0.35  # training columns nearer than this look alike
NEAR_AFTER, HALVED = 0.3, 0.5
LESS_NEAR, NOTHING_IN_COMMON = 0.55, 0.9
STEPS = 12  # different values up to which a column counts as one of categories
ORDERED, STRICTLY, BY_CHANCE = 0.995, 0.5, 0.97
NO_ORDER = (0.0, 0.0, 0.0)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two inputs of one kind: how far apart training has them, and their votes for an exchange.

    A value of ``one`` votes its gain, a value of ``other`` the same gain the other way round.
    ``steps``: few different values, of which any mix of requests makes any distribution.
    """

    one: str
    other: str
    apart: float
    gains: Rivals | dict[str, float]
    order: tuple[float, float, float] = (0.0, 0.0, 0.0)  # votes of one < other, equal, one > other
    steps: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """Both inputs, in the model's order."""
        return self.one, self.other

    @property
    def texts(self) -> bool:
        """Whether they are categories."""
        return not isinstance(self.gains, Rivals)


def values_of(sample: Sample, name: str) -> int:
    """Count the values of an input that are there."""
    if name in sample.numbers:
        return int(np.count_nonzero(~np.isnan(sample.numbers[name])))
    return counts_of(sample, name).total()


def counts_of(sample: Sample, name: str) -> Counter[str]:
    """Count the categories of an input."""
    return Counter(str(v) for v in sample.texts[name] if v is not None)


def usable_of(samples: Samples) -> list[str]:
    """Inputs with enough values on both sides."""
    return [
        name
        for name in (*samples.numeric, *samples.categories)
        if min(values_of(samples.live, name), values_of(samples.base, name)) >= MINIMUM
    ]


def pairs_of(
    samples: Samples, usable: Sequence[str], task: Task
) -> tuple[list[Pair], dict[str, list[str]]]:
    """Pairs for which some rows of the sample speak, best first; and look-alikes of each input."""
    found: list[tuple[float, Pair]] = []
    twins: dict[str, list[str]] = {}
    step = max(samples.live.rows.size // SCREENED, 1)
    for names, texts in ((samples.numeric, False), (samples.categories, True)):
        of_kind = [n for n in names if n in usable]
        total = len(of_kind) * (len(of_kind) - 1) // 2
        made = _text_pairs(samples, of_kind) if texts else _number_pairs(samples, of_kind)
        for done, pair in enumerate(made):
            task.tick(done, total, f"Exchanged columns: {pair.one}")
            if pair.apart < APART and not any(pair.order):
                twins.setdefault(pair.one, []).append(pair.other)
                twins.setdefault(pair.other, []).append(pair.one)
                continue
            gain = best_mixture(votes_of(samples.live, pair, step))
            if gain >= SOME:
                found.append((gain, pair))
    found.sort(key=lambda each: (-each[0], each[1].names))
    return [pair for _, pair in found[:TRIED]], twins


def _number_pairs(samples: Samples, names: Sequence[str]) -> Iterator[Pair]:
    columns = {n: samples.base.numbers[n] for n in names}
    sorted_ = {n: known(x) for n, x in columns.items()}
    steps = {n: np.unique(x).size <= STEPS for n, x in sorted_.items()}
    for one, other in combinations(names, 2):
        a, b = sorted_[one], sorted_[other]
        yield Pair(
            one, other, distance(a, b), rivals(a, b),
            order_of(columns[one], columns[other]), steps[one] or steps[other],
        )  # fmt: skip


def _text_pairs(samples: Samples, names: Sequence[str]) -> Iterator[Pair]:
    counts = {n: counts_of(samples.base, n) for n in names}
    for one, other in combinations(names, 2):
        a, b = counts[one], counts[other]
        yield Pair(one, other, text_distance(a, b), text_gains(a, b), steps=True)


def votes_of(sample: Sample, pair: Pair, step: int = 1) -> Floats:
    """Votes of (every ``step``-th of the) sampled rows for an exchange."""
    if isinstance(pair.gains, Rivals):
        one, other = (sample.numbers[name][::step] for name in pair.names)
        return pair.gains.votes(one) - pair.gains.votes(other) + _order_votes(pair, one, other)
    a, b = (sample.texts[name][::step] for name in pair.names)
    gain = pair.gains.get
    return np.array([gain(x, 0.0) - gain(y, 0.0) for x, y in zip(a, b, strict=True)])


def _order_votes(pair: Pair, one: Floats, other: Floats) -> Floats:
    if not any(pair.order):
        return np.zeros(len(one))
    below, equal, above = pair.order
    return np.select([one < other, one == other, one > other], [below, equal, above], 0.0)


def whole_votes(view: View, pair: Pair, task: Task) -> Floats:
    """Votes of every row of the log for an exchange, shape (rows,)."""
    assert view.log is not None
    cells = [view.log_inputs[name] for name in pair.names]
    if isinstance(pair.gains, Rivals):
        one, other = (whole_column(view.log, cell, task) for cell in cells)
        return pair.gains.votes(one) - pair.gains.votes(other) + _order_votes(pair, one, other)
    one, other = (whole_gains(view.log, cell, pair.gains, task) for cell in cells)
    return one - other


def order_of(one: Floats, other: Floats) -> tuple[float, float, float]:
    """Votes of "below", "equal" and "above" for an exchange; zeros where training has no order.

    An order that two independent columns with these values would keep as well says nothing.
    """
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < MINIMUM:
        return NO_ORDER
    a, b = one[both], other[both]
    vote = log(ORDERED / (1 - ORDERED))
    for low, high, sign in ((a, b, -1.0), (b, a, 1.0)):
        strictly = float((low < high).mean())
        if strictly < STRICTLY or float((low > high).mean()) > 1 - ORDERED:
            continue
        above = np.searchsorted(np.sort(low), high, side="left").mean() / low.size
        return NO_ORDER if above > BY_CHANCE else (sign * vote, 0.0, -sign * vote)
    return NO_ORDER


@dataclass(frozen=True, eq=False)
class Compared:
    """Claimed rows and the baseline's, and each input's distance as logged and exchanged."""

    live: Sample
    base: Sample
    before: tuple[float, float]
    after: tuple[float, float]
    n: int

    @property
    def fits(self) -> bool:
        """Whether each column is the other's, within what drift and chance make.

        Where a column has hardly a value in common with its own, the other's may have drifted more.
        """
        slack = noise(self.n, self.base.rows.size)
        return all(
            (after <= NEAR_AFTER + slack and after <= HALVED * before + slack)
            or (after <= LESS_NEAR and before >= NOTHING_IN_COMMON)
            for before, after in zip(self.before, self.after, strict=True)
        )

    @property
    def refuted(self) -> bool:
        """Whether one of the two columns is nearer to its own values."""
        return any(a >= b for b, a in zip(self.before, self.after, strict=True))


def compared_of(view: View, baseline: Baseline, pair: Pair, scope: str, task: Task) -> Compared:
    """Fetch the pair's values in ``scope`` (SQL) and in the baseline, and compare them."""
    assert view.log is not None
    names, texts = list(pair.names), pair.texts
    live = rows_where(view.log, view.log_inputs, names, scope, task, texts=texts)
    base = rows_where(baseline.table, baseline.expressions, names, "true", task, texts=texts)
    if texts:
        a, b, f, g = (counts_of(s, n) for s in (live, base) for n in names)
        far = (text_distance(a, f), text_distance(b, g), text_distance(b, f), text_distance(a, g))
    else:
        x, y, u, v = (known(s.numbers[n]) for s in (live, base) for n in names)
        far = (distance(x, u), distance(y, v), distance(y, u), distance(x, v))
    n = min(values_of(live, name) for name in names)
    return Compared(live, base, far[:2], far[2:], n)
