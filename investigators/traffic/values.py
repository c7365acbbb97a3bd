"""Which values an input holds: a bounded sample of a table, counted by value, and its odd atoms.

An *atom* is one exact value that many rows hold.  A sentinel, a default and a cap each leave one
where the values around it are held by few; a drift of a whole distribution leaves none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SAMPLE = 50_000  # rows of a table that are looked at for candidates; claims are counted exactly
GROUP = 10  # columns fetched together
TEXTS = 2_000  # different texts of a category that are looked at, the most frequent ones
FEWEST = 4  # rows of the sample that hold a candidate
OUTSTANDS = 5.0  # times the rows of the values next to it
KNOWN_IN_TRAINING = 0.5  # a value whose share live is below twice training's is none of interest
MANY = 4  # so many candidates at once are another way of writing numbers, or another scale


@dataclass(frozen=True, eq=False)
class Held:
    """Finite values of one numeric input in a sample of ``rows`` rows.

    ``values`` are distinct and ascending, ``counts`` says how many sampled rows hold each, both of
    shape (k,); ``missing`` counts rows without a value.
    """

    values: Floats
    counts: Counts
    missing: int
    rows: int

    @property
    def n(self) -> int:
        """Sampled rows that have a finite value."""
        return int(self.counts.sum())

    def share(self, value: float | str) -> float:
        """Share of the sampled rows that hold exactly this value."""
        at = int(np.searchsorted(self.values, float(value)))
        held = at < self.values.size and self.values[at] == value
        return float(self.counts[at]) / self.rows if held else 0.0

    def common(self, least: float) -> list[float]:
        """Values that at least this share of the sampled rows hold, most frequent first."""
        at = np.flatnonzero(self.counts >= max(least * self.rows, 2))
        return [float(self.values[i]) for i in sorted(at, key=lambda i: (-self.counts[i], i))]

    def above(self, value: float) -> int:
        """Sampled rows that lie strictly above a value."""
        return int(self.counts[np.searchsorted(self.values, value, side="right") :].sum())

    def below(self, value: float) -> int:
        """Sampled rows that lie strictly below a value."""
        return int(self.counts[: np.searchsorted(self.values, value)].sum())

    def stands_out(self) -> Flags:
        """Which values are held by far more rows than the two next to them on either side."""
        counts, k = self.counts.astype(np.float64), self.counts.size
        beside = np.full((4, k), np.inf)
        for line, step in enumerate((-2, -1, 1, 2)):
            if abs(step) < k:
                here = slice(max(-step, 0), k - max(step, 0))
                beside[line, here] = counts[max(step, 0) : k + min(step, 0)]
        beside.sort(axis=0)
        known = np.isfinite(beside).sum(axis=0)
        usual = beside[np.maximum(known - 1, 0) // 2, np.arange(k)]  # the lower median
        alone: Flags = (known > 0) & (counts >= OUTSTANDS * usual)
        return alone


@dataclass(frozen=True)
class Spelt:
    """The most frequent texts of one category in a whole table of ``rows`` rows."""

    counts: dict[str, int]
    missing: int
    rows: int

    @property
    def n(self) -> int:
        """Rows that have a value."""
        return self.rows - self.missing

    def share(self, value: float | str) -> float:
        """Share of the rows that hold exactly this text."""
        return self.counts.get(str(value), 0) / self.rows if self.rows else 0.0

    def common(self, least: float) -> list[str]:
        """Texts that at least this share of the rows hold, most frequent first."""
        return [v for v, n in self.counts.items() if n >= max(least * self.rows, 2)]


def numeric_inputs(view: View) -> list[str]:
    """Inputs of the log that are numbers, in the model's order (all of them without a model)."""
    if view.model is None:
        return sorted(view.log_inputs)
    return [i.name for i in view.model.inputs if i.kind == "numeric" and i.name in view.log_inputs]


def category_inputs(view: View) -> list[str]:
    """Inputs of the log that the model takes as categories, in the model's order."""
    inputs = view.model.inputs if view.model is not None else ()
    return [i.name for i in inputs if i.kind == "category" and i.name in view.log_inputs]


def held(table: Table, expressions: Mapping[str, str], task: Task) -> dict[str, Held]:
    """Count the values of each expression in a sample of the table; fetched once, whoever asks."""
    key = ("held values", table.relation, tuple(expressions.items()))
    return table.engine.once(key, lambda: dict(_held(table, expressions, task)))


def _held(
    table: Table, expressions: Mapping[str, str], task: Task
) -> Iterator[tuple[str, Held]]:  # fmt: skip
    names = list(expressions)
    step = max(1, -(-table.rows // SAMPLE))
    where = "" if step == 1 else f"WHERE hash(fw_row) % {step} = 0"
    for start in range(0, len(names), GROUP):
        task.tick(start, len(names), "Values of the inputs")
        chosen = names[start : start + GROUP]
        cells = ", ".join(
            f"TRY_CAST(({expressions[n]}) AS DOUBLE) AS x{k}" for k, n in enumerate(chosen)
        )
        found = table.query(f"SELECT {cells} FROM {{t}} {where}", task=task)
        for k, name in enumerate(chosen):
            column = found.column(k).to_numpy().astype(np.float64)
            values, counts = np.unique(column[np.isfinite(column)], return_counts=True)
            missing = int(np.isnan(column).sum())
            yield name, Held(values, counts.astype(np.int64), missing, column.size)


def spelt(table: Table, expressions: Mapping[str, str], task: Task) -> dict[str, Spelt]:
    """Count the texts of each expression; counted once, whoever asks."""
    key = ("spelt values", table.relation, tuple(expressions.items()))
    return table.engine.once(
        key, lambda: {n: _spelt(table, e, task) for n, e in expressions.items()}
    )


def _spelt(table: Table, expression: str, task: Task) -> Spelt:
    found = table.query(
        f"SELECT CAST(({expression}) AS VARCHAR) AS v, count(*) AS n FROM {{t}} "
        f"GROUP BY v ORDER BY n DESC, v NULLS LAST LIMIT {TEXTS}",
        task=task,
    )
    pairs = zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True)
    counts: dict[str | None, int] = dict(pairs)
    missing = counts.pop(None, 0)
    return Spelt({str(v): n for v, n in counts.items()}, missing, table.rows)


def new_atoms(live: Held, base: Held) -> list[float]:
    """Values that stand out live and are rare in the baseline, most frequent first.

    A value stands out where its neighbours are held by few, or where it lies far beyond all the
    baseline's values, or is the only negative one where the baseline has none.
    """
    if not live.values.size or not base.values.size:
        return []
    known = base.counts[np.minimum(np.searchsorted(base.values, live.values), base.values.size - 1)]
    known = np.where(np.isin(live.values, base.values), known, 0)
    share = live.counts / live.rows
    rare = (known + 0.5) / (base.rows + 1) < KNOWN_IN_TRAINING * share
    rare |= (known == 0) & (live.counts >= 2 * FEWEST)
    odd = live.stands_out() | _far(live, base) | _only_negative(live, base)
    at = np.flatnonzero(rare & odd & (live.counts >= FEWEST))
    return [float(live.values[i]) for i in sorted(at, key=lambda i: (-live.counts[i], i))]


def _far(live: Held, base: Held) -> Flags:
    low, high = float(base.values[0]), float(base.values[-1])
    width = max(high - low, abs(high), abs(low))
    return (live.values > high + width) | (live.values < low - width)


def _only_negative(live: Held, base: Held) -> Flags:
    negative = live.values < 0
    if base.values[0] < 0 or negative.sum() != 1:
        return np.zeros(live.values.size, dtype=np.bool_)
    return negative


def flags(
    table: Table, conditions: Sequence[str], task: Task
) -> list[Flags]:  # fmt: skip
    """Fetch conditions (SQL over the table, NULL counts as false), each of shape (rows,)."""
    found = [np.zeros(table.rows, dtype=np.bool_) for _ in conditions]
    cells = ", ".join(f"coalesce({c}, false) AS c{k}" for k, c in enumerate(conditions))
    for batch in table.batches(f"SELECT fw_row, {cells} FROM {{t}}", task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for k, array in enumerate(found):
            array[rows] = batch.column(k + 1).to_numpy(zero_copy_only=False)
    return found


def is_missing(expression: str, *, number: bool) -> str:
    """SQL of whether an input has no value; NaN is none."""
    if number:
        return f"coalesce(isnan(TRY_CAST(({expression}) AS DOUBLE)), true)"
    return f"(({expression}) IS NULL)"


def is_value(expression: str, value: float | str) -> str:
    """SQL of whether an input holds exactly this value."""
    return f"coalesce(({expression}) = {literal(value)}, false)"
