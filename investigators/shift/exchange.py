"""Pairs of inputs that may have been exchanged: who votes for it, and how well it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from investigators.shift.rivals import (
    best_mixture,
    distance,
    known,
    noise,
    text_distance,
)
from investigators.shift.sample import Sample, Samples, rows_where, whole_column
from investigators.shift.stretch import Stretches, stretches_of
from investigators.shift.together import Codes, Column, Together, pair_distance, together_of
from investigators.shift.writing import Writing, shares_on, writing_of
from investigators.task import Task
from investigators.traffic.rows import Baseline, Traffic
from investigators.view import View

if TYPE_CHECKING:
    import pyarrow as pa

MINIMUM = 50
SCREENED, TRIED = 5_000, 8
SOME = 4.0  # nats
ENOUGH = 12.0  # nats of the whole sample, far below what is asked of all rows
APART = 0.35  # training columns nearer than this look alike,
PAIRS_APART = 0.12  # unless their pairs of values tell them
NEAR_AFTER, HALVED, ALIKE = 0.3, 0.5, 0.1
LESS_NEAR, NOTHING_IN_COMMON = 0.55, 0.9
STEPS = 12  # different values up to which a column counts as one of categories
ORDERED, STRICTLY, BY_CHANCE = 0.995, 0.5, 0.97
NO_ORDER = (0.0, 0.0, 0.0)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two inputs of one kind: how far apart training has them, and their votes for an exchange.

    ``apart`` is told by each alone, ``together`` by both of a row.  ``order`` are signs of
    "below", "equal" and "above" where training keeps an order.  ``steps``: few different values,
    of which any mix of requests makes any distribution.  ``writing`` tells columns of numbers that
    are written in other steps.
    """

    one: str
    other: str
    apart: float
    together: Together
    texts: bool
    order: tuple[float, float, float] = (0.0, 0.0, 0.0)
    steps: bool = False
    writing: Writing | None = None

    def votes(self, one: Column, other: Column) -> Floats:
        """Vote of each row of values for an exchange, shape (rows,)."""
        found = self.together.of(one, other)
        if self.writing is not None:
            found = found + self.writing.of(
                np.asarray(one, np.float64), np.asarray(other, np.float64)
            )
        return found

    @property
    def names(self) -> tuple[str, str]:
        """Both inputs, in the model's order."""
        return self.one, self.other


def values_of(sample: Sample, name: str) -> int:
    """Count the values of an input that are there."""
    if name in sample.numbers:
        return int(np.count_nonzero(~np.isnan(sample.numbers[name])))
    return counts_of(sample, name).total()


def counts_of(sample: Sample, name: str) -> Counter[str]:
    """Count the categories of an input."""
    return _counted(sample.texts[name])


def usable_of(samples: Samples) -> list[str]:
    """Inputs with enough values on both sides."""
    return [
        name
        for name in (*samples.numeric, *samples.categories)
        if min(values_of(samples.live, name), values_of(samples.base, name)) >= MINIMUM
    ]


def pairs_of(
    samples: Samples, usable: Sequence[str], traffic: Traffic, task: Task
) -> tuple[list[Pair], dict[str, list[str]]]:
    """Pairs for which some rows of the sample speak, best first; and look-alikes of each input."""
    found: list[tuple[float, Pair]] = []
    twins: dict[str, list[str]] = {}
    step = max(samples.live.rows.size // SCREENED, 1)
    groups = stretches_of(traffic, samples.live.rows[::step])
    for names, texts in ((samples.numeric, False), (samples.categories, True)):
        of_kind = [n for n in names if n in usable]
        total = len(of_kind) * (len(of_kind) - 1) // 2
        made = _text_pairs(samples, of_kind) if texts else _number_pairs(samples, of_kind)
        for done, pair in enumerate(made):
            task.tick(done, total, f"Exchanged columns: {pair.one}")
            if not _told_apart(pair):
                twins.setdefault(pair.one, []).append(pair.other)
                twins.setdefault(pair.other, []).append(pair.one)
                continue
            votes = votes_of(samples.live, pair, step)
            gain = max(best_mixture(votes), groups.best(votes))
            if gain >= SOME:
                found.append((gain, pair))
    found.sort(key=lambda each: (-each[0], each[1].names))
    every = stretches_of(traffic, samples.live.rows)
    learned = (_whole(samples, pair) for _, pair in found[:TRIED])
    return [pair for pair in learned if _worth(samples, pair, every)], twins


def _worth(samples: Samples, pair: Pair, groups: Stretches) -> bool:
    """Whether the whole sample speaks for a pair: else all rows of the log need not be asked."""
    votes = votes_of(samples.live, pair)
    return max(best_mixture(votes), groups.best(votes)) >= ENOUGH


def _told_apart(pair: Pair) -> bool:
    apart = pair.apart >= APART or pair.together.apart >= PAIRS_APART
    return apart or any(pair.order) or pair.writing is not None


def _whole(samples: Samples, pair: Pair) -> Pair:
    """A pair of numbers that came through the screening, learned from all of the sample."""
    if pair.texts:
        return pair
    one, other = columns_of(samples.base, pair)
    known_ = known(np.asarray(one, np.float64)), known(np.asarray(other, np.float64))
    return replace(
        pair,
        apart=distance(*known_),
        together=together_of(one, other, texts=False),
        order=order_of(np.asarray(one, np.float64), np.asarray(other, np.float64)),
    )


def _number_pairs(samples: Samples, names: Sequence[str]) -> Iterator[Pair]:
    step = max(samples.base.rows.size // SCREENED, 1)
    columns = {n: samples.base.numbers[n][::step] for n in names}
    sorted_ = {n: known(x) for n, x in columns.items()}
    steps = {n: np.unique(x).size <= STEPS for n, x in sorted_.items()}
    shares = {n: shares_on(x) for n, x in sorted_.items()}
    for one, other in combinations(names, 2):
        yield Pair(
            one, other, distance(sorted_[one], sorted_[other]),
            together_of(columns[one], columns[other], texts=False), texts=False,
            order=order_of(columns[one], columns[other]), steps=steps[one] or steps[other],
            writing=writing_of(shares[one], shares[other]),
        )  # fmt: skip


def _text_pairs(samples: Samples, names: Sequence[str]) -> Iterator[Pair]:
    counts = {n: counts_of(samples.base, n) for n in names}
    for one, other in combinations(names, 2):
        yield Pair(
            one, other, text_distance(counts[one], counts[other]),
            together_of(samples.base.texts[one], samples.base.texts[other], texts=True),
            texts=True, steps=True,
        )  # fmt: skip


def columns_of(sample: Sample, pair: Pair) -> tuple[Column, Column]:
    """Both columns of a sample, shape (rows,) each."""
    held = sample.texts if pair.texts else sample.numbers
    return held[pair.one], held[pair.other]


def votes_of(sample: Sample, pair: Pair, step: int = 1) -> Floats:
    """Votes of (every ``step``-th of the) sampled rows for an exchange."""
    one, other = columns_of(sample, pair)
    return pair.votes(one[::step], other[::step])


def whole_votes(view: View, pair: Pair, task: Task) -> Floats:
    """Votes of every row of the log for an exchange, shape (rows,)."""
    assert view.log is not None
    cells = [view.log_inputs[name] for name in pair.names]
    if not pair.texts:
        return pair.votes(*(whole_column(view.log, cell, task) for cell in cells))
    found = np.zeros(view.log.rows)
    sql = ", ".join(f"CAST(({cell}) AS VARCHAR) AS x{k}" for k, cell in enumerate(cells))
    for batch in view.log.batches(f"SELECT fw_row, {sql} FROM {{t}}", task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        one, other = (_cells(pair.together, batch.column(k)) for k in (1, 2))
        found[rows] = pair.together.of_codes(one, other)
    return found


def _cells(together: Together, column: pa.Array) -> Codes:
    """Cells of a column of texts, each different text looked up once."""
    coded = column.dictionary_encode()
    texts = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
    place = coded.indices.to_numpy(zero_copy_only=False).astype(np.float64)
    last = texts.size - 1
    return together.code(texts)[np.where(np.isnan(place), last, place).astype(np.intp)]


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
    """Claimed rows and the baseline's, and distances as logged and exchanged.

    ``before`` and ``after`` are of the first input, of the second, and of their pairs.
    """

    live: Sample
    base: Sample
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    n: int

    @property
    def slack(self) -> float:
        """What chance makes of a distance."""
        return noise(self.n, self.base.rows.size)

    @property
    def fits(self) -> bool:
        """Whether each column is the other's, and their pairs exchanged, within drift and chance.

        Where a column has hardly a value in common with its own, the other's may have drifted more.
        """
        slack = self.slack
        return max(self.before) > NEAR_AFTER + slack and all(
            (after <= NEAR_AFTER + slack and after <= HALVED * before + slack)
            or (after <= LESS_NEAR and before >= NOTHING_IN_COMMON)
            for before, after in zip(self.before, self.after, strict=True)
        )

    @property
    def near(self) -> bool:
        """Whether all three are training's once exchanged, however alike the two columns are."""
        return self.alike and max(self.before) > max(self.after)

    @property
    def alike(self) -> bool:
        """Whether all three are training's once exchanged, be they so as logged as well."""
        return max(self.after) <= ALIKE + self.slack

    @property
    def refuted(self) -> bool:
        """Whether one of the two columns, or their pairs, is nearer to its own values."""
        alike = [max(b, a) <= self.slack for b, a in zip(self.before, self.after, strict=True)]
        return any(
            a >= b and not same for b, a, same in zip(self.before, self.after, alike, strict=True)
        )


def compared_of(view: View, baseline: Baseline, pair: Pair, scope: str, task: Task) -> Compared:
    """Fetch the pair's values in ``scope`` (SQL) and in the baseline, and compare them."""
    assert view.log is not None
    names, texts = list(pair.names), pair.texts
    live = rows_where(view.log, view.log_inputs, names, scope, task, texts=texts)
    base = rows_where(baseline.table, baseline.expressions, names, "true", task, texts=texts)
    here, there = columns_of(live, pair), columns_of(base, pair)
    before, after = distances(here, there), distances(here[::-1], there)
    n = min(values_of(live, name) for name in names)
    return Compared(live, base, before, after, n)


def distances(
    live: tuple[Column, Column], base: tuple[Column, Column]
) -> tuple[float, float, float]:
    """Distances of the first columns, of the second ones, and of their pairs."""
    one, other = (_apart(x, y) for x, y in zip(live, base, strict=True))
    return one, other, pair_distance(live, base)


def _apart(one: Column, other: Column) -> float:
    if one.dtype == object:
        return text_distance(_counted(one), _counted(other))
    x, y = (np.asarray(column, np.float64) for column in (one, other))
    return distance(known(x), known(y))


def _counted(column: Column) -> Counter[str]:
    return Counter(str(v) for v in column if v is not None)
