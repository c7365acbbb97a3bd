"""Numbers that arrive with more decimals: was a sign of thousands read as the decimal sign?

``1.234`` meant 1,234 in a column of whole numbers, and 1,234.50 in one with two decimals.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.number_cells import FEWEST, FEWEST_BASE, MOST_CELLS, two_counts
from investigators.shift.rivals import distance, noise
from investigators.shift.sample import chosen_sql
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.rows import Baseline
from investigators.view import View

WHOLE = 0.001  # training has so many decimals where no more have further ones
MOST_DECIMALS = 2
LIKE_LARGE, FEWEST_LARGE = 0.1, 25  # distance of the meant numbers from training's large ones
LARGE = (0.005, 0.98)  # share of training from 1,000 upwards
TENS = 0.3  # share of whole tens more than training has
FITTING = 0.98

type Tally = tuple[int, int, int, int, int, float | None]


@dataclass(frozen=True)
class Inside:
    """Values of one input in a segment and window; ``table`` is (seen, rows, meant)."""

    n: int
    fractions: int
    large: int
    highest: float
    table: tuple[tuple[float, int, float], ...]

    @property
    def share(self) -> float:
        """Share of values with decimals."""
        return self.fractions / max(self.n, 1)

    @property
    def pairs(self) -> tuple[tuple[float, float], ...]:
        """(seen, meant)."""
        return tuple((seen, meant) for seen, _, meant in self.table)

    def alike(self, found: Fractions) -> bool:
        """As many have decimals as training has from 1,000 upwards; the others stay whole.

        And no more of the numbers meant are whole tens: hundredths would be another factor's.
        """
        ratio = self.share / found.base_large
        tens = sum(k for _, k, meant in self.table if meant % 10 == 0)
        usual = found.base_tens / max(found.base_of_large, 1)
        return (
            0.5 <= ratio <= 2
            and self.n > self.fractions
            and self.large <= 0.05 * self.fractions
            and tens <= (usual + TENS) * self.fractions
        )


@dataclass(frozen=True)
class Fractions:
    """Counts of one numeric input's values, live and in the baseline.

    ``decimals`` are those that training has; ``fractions`` are values with further ones.
    """

    expression: str
    decimals: int
    n: int
    fractions: int
    fitting: int
    base_n: int
    base_fractions: int
    base_of_large: int
    base_tens: int
    base_low: float | None
    early: bool

    @property
    def base_share(self) -> float:
        """Share of training's values with decimals."""
        return self.base_fractions / max(self.base_n, 1)

    @property
    def base_large(self) -> float:
        """Share of training's values from 1,000 upwards."""
        return self.base_of_large / max(self.base_n, 1)

    @property
    def base_known(self) -> int:
        """Baseline values that could be misread."""
        return self.base_of_large + self.base_fractions

    @property
    def odd(self) -> bool:
        """No such decimals in training, of which a part is large; now fractions as 1.234."""
        return (
            self.base_n >= FEWEST_BASE
            and self.base_share <= WHOLE
            and LARGE[0] <= self.base_large <= LARGE[1]
            and self.fractions >= FEWEST
            and self.fitting >= FITTING * self.fractions
        )

    @property
    def doubtful(self) -> bool:
        """A few such fractions among whole numbers, where training cannot say what it had."""
        return (
            FEWEST <= self.fractions <= self.n / 2
            and self.fitting >= FITTING * self.fractions
            and (self.early or self.base_share <= WHOLE)
        )

    @property
    def hits(self) -> str:
        """SQL: a fraction that could be misread thousands."""
        x, further = f"({self.expression})", _further(f"({self.expression})", self.decimals)
        return f"coalesce({further} AND abs({x}) >= 1 AND abs({x}) < 1000, false)"

    @property
    def known(self) -> str:
        """SQL: a number from 1,000 upwards."""
        return f"coalesce(isfinite({self.expression}) AND abs({self.expression}) >= 1000, false)"

    def inside(self, log: Table, scope: str, task: Task) -> Inside:
        """Look at the values of the rows in ``scope`` (SQL)."""
        x = self.expression
        n, large = two_counts(
            log, f"SELECT count({x}), count(*) FILTER ({self.known}) FROM {{t}} WHERE {scope}", task
        )
        found = log.query(
            f"SELECT CAST({x} AS DOUBLE) AS x, count(*) AS n FROM {{t}} WHERE ({scope}) "
            f"AND {self.hits} GROUP BY 1 ORDER BY n DESC, x LIMIT {MOST_CELLS + 1}",
            task=task,
        )
        seen, rows = (column.to_pylist() for column in found.columns)
        table = tuple((s, k, float(round(s * 1000))) for s, k in zip(seen, rows, strict=True))
        return Inside(n, sum(rows), large, max((abs(s) for s in seen), default=0.0), table)

    def like_large(self, log: Table, scope: str, baseline: Baseline, name: str, task: Task) -> bool:
        """Whether the numbers meant are spread as training's own from 1,000 upwards.

        That tells a part of the rows in ``scope`` (SQL), where other large values are left.
        """
        meant = 1000 * _values(log, self.expression, f"({scope}) AND {self.hits}", task)
        x = baseline.expressions[name]
        usual = _values(baseline.table, x, f"isfinite({x}) AND abs({x}) >= 1000", task)
        if min(meant.size, usual.size) < FEWEST_LARGE:
            return False
        return distance(meant, usual) <= LIKE_LARGE + noise(meant.size, usual.size)


def _values(table: Table, x: str, where: str, task: Task) -> npt.NDArray[np.float64]:
    """About 20,000 values of the rows in ``where``, sorted."""
    n, _ = two_counts(table, f"SELECT count(*), 0 FROM {{t}} WHERE {where}", task)
    found = table.query(
        f"SELECT CAST(({x}) AS DOUBLE) AS x FROM {{t}} WHERE ({where}) AND {chosen_sql(n)}",
        task=task,
    )
    return np.sort(found.column(0).to_numpy())


def fractions_of(
    view: View, baseline: Baseline | None, names: Sequence[str], task: Task
) -> dict[str, Fractions]:
    """Count fractions and large values of every input, in one query a table."""
    log = view.log
    assert log is not None
    there: dict[str, Tally] = {}
    decimals: dict[str, int] = {}
    early = baseline is None or baseline.early
    if baseline is not None:
        given = {n: baseline.expressions[n] for n in names if n in baseline.expressions}
        if not early:
            decimals = _decimals(baseline.table, given, task)
        there = _tallied(baseline.table, given, decimals, task)
    settled = {n for n in there if decimals.get(n, 0) > MOST_DECIMALS}
    inputs = {n: view.log_inputs[n] for n in names}
    live = _tallied(log, inputs, decimals, task, counted=settled)
    nothing = (0, 0, 0, 0, 0, None)
    found = {}
    for name in names:
        base_n, base_fractions, _, large, tens, low = there.get(name, nothing)
        found[name] = Fractions(
            view.log_inputs[name], decimals.get(name, 0), *live[name][:3], base_n, base_fractions,
            large, tens, low, early=early,
        )  # fmt: skip
    return found


def _further(x: str, decimals: int) -> str:
    """SQL: a number with further decimals than so many."""
    if decimals == 0:
        return f"{x} <> floor({x})"
    return f"abs({x} * {10**decimals} - round({x} * {10**decimals})) > 1e-4"


def _decimals(table: Table, expressions: Mapping[str, str], task: Task) -> dict[str, int]:
    """How many decimals each has, of nearly all values; ``MOST_DECIMALS`` + 1 where more."""
    if not expressions:
        return {}
    every = range(MOST_DECIMALS + 1)
    cells = [
        f"coalesce(avg(CASE WHEN isfinite({x}) THEN ({_further(f'({x})', d)})::INTEGER END), 0)"
        for x in expressions.values()
        for d in every
    ]
    line = [
        float(column[0].as_py())
        for column in table.query(f"SELECT {', '.join(cells)} FROM {{t}}", task=task).columns
    ]
    return {
        name: next((d for d in every if line[k * len(every) + d] <= WHOLE), len(every))
        for k, name in enumerate(expressions)
    }


def _tallied(
    table: Table,
    expressions: Mapping[str, str],
    decimals: Mapping[str, int],
    task: Task,
    counted: Container[str] = (),
) -> dict[str, Tally]:
    """Tally values; those ``counted`` have any decimals in training: only how many there are."""
    if not expressions:
        return {}
    cells, inner = [], []
    for k, (name, x) in enumerate(expressions.items()):
        inner.append(f"CASE WHEN isfinite({x}) THEN {x} END AS x{k}")
        if name in counted:
            cells += [f"count(x{k})", "0", "0", "0", "0", "NULL"]
            continue
        fraction = _further(f"x{k}", decimals.get(name, 0))
        thousandth = f"abs(x{k} * 1000 - round(x{k} * 1000)) < 1e-6"
        cells += [
            f"count(x{k})",
            f"count(*) FILTER ({fraction})",
            f"count(*) FILTER ({fraction} AND abs(x{k}) BETWEEN 1 AND 999.9995 AND {thousandth})",
            f"count(*) FILTER (abs(x{k}) >= 1000)",
            f"count(*) FILTER (abs(x{k}) >= 1000 AND x{k} % 10 = 0)",
            f"min(abs(x{k})) FILTER (x{k} <> 0)",
        ]
    sql = f"SELECT {', '.join(cells)} FROM (SELECT {', '.join(inner)} FROM {{t}})"
    line = [column[0].as_py() for column in table.query(sql, task=task).columns]
    return {
        name: (*(int(v or 0) for v in line[6 * k : 6 * k + 5]), line[6 * k + 5])
        for k, name in enumerate(expressions)
    }
