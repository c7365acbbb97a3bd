"""Columns of numbers as they are written: cells that no number is read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from investigators.evidence import Cause
from investigators.numbers import listed
from investigators.numerals import DRESS, Numeral, numeral
from investigators.tables.table import Table, literal, quoted
from investigators.task import Task
from investigators.traffic.rows import Baseline
from investigators.view import View

FEWEST = 10
MOST_CELLS = 10_000
PROVED = 0.99
PART = 0.1  # a dress is named where so many of the cells wear it
OPEN = 0.05
CLEARLY = 0.5
ENDS = (0.005, 0.995)
FEWEST_BASE = 50
GROUPED = r"[-+]?[0-9]{1,3}([.][0-9]{3})+"


@dataclass(frozen=True)
class Reading:
    """How a column's odd cells are read; ``words`` complete "written with ...".

    ``comma``: it is the decimal sign (``None``: no cell needs to know).  ``factor`` is 0.01 where
    a percent sign was dropped.  ``in_range`` is the share in training's ordinary range.
    """

    words: str
    comma: bool | None
    factor: float
    in_range: float | None
    unit: str

    def number(self, cell: Numeral) -> float | None:
        """The number that a cell means."""
        value = cell.value(comma=self.comma)
        return None if value is None else value * self.factor


@dataclass(frozen=True)
class Written:
    """A text column of a numeric input; counts are of rows.

    ``cells`` are the unread ones that can be taken apart.  ``hits`` and ``known`` are SQL of rows:
    those cells, and cells that would look otherwise were they written so.
    """

    name: str
    text: str
    expression: str
    log: Table
    n: int
    unread: int
    cells: Mapping[str, tuple[int, Numeral]]
    examples: tuple[str, ...]
    more: bool
    hits: str
    known: str
    base: tuple[int, int]
    reading: Reading | None
    unit: str | None

    @property
    def readable(self) -> int:
        """Rows whose cells this module reads."""
        return sum(n for n, _ in self.cells.values())

    def table(self, reading: Reading) -> list[tuple[str, int, float]]:
        """Cells, rows and numbers, the most frequent first."""
        found = []
        for cell, (n, parts) in self.cells.items():
            value = reading.number(parts)
            if value is not None:
                found.append((cell, n, value))
        return found

    def pairs(
        self, reading: Reading, scope: str | None, task: Task
    ) -> tuple[tuple[str, float], ...]:
        """(cell, number meant), with ``scope`` also of cells that were misread in silence."""
        pairs = {cell: value for cell, _, value in self.table(reading)}
        if scope is not None and reading.comma:
            sql = (
                f"SELECT DISTINCT {self.text} AS v FROM {{t}} WHERE ({scope}) AND {self._silent()} \
ORDER BY v LIMIT {MOST_CELLS}"
            )
            for cell in self.log.query(sql, task=task)["v"].to_pylist():
                pairs[cell] = float(cell.replace(".", "")) * reading.factor
        return tuple(sorted(pairs.items()))

    def _silent(self) -> str:
        return (
            f"coalesce(regexp_full_match(trim({self.text}), {literal(GROUPED)}) "
            f"AND ({self.expression}) IS NOT NULL, false)"
        )

    def with_silent(
        self, cause: Cause, reading: Reading, scope: str | None, row: int | None, task: Task
    ) -> Cause:
        """Count the rows that were misread in silence as well (``1.234`` beside ``12,5``)."""
        if scope is None or not reading.comma or not cause.rows_changed:
            return cause
        sql = f"SELECT count(*), coalesce(max(fw_row = ?), false) FROM {{t}} \
WHERE ({scope}) AND {self._silent()}"
        more, mine = (c[0].as_py() for c in self.log.query(sql, [-1 if row is None else row],
                                                           task).columns)  # fmt: skip
        return replace(
            cause,
            rows_changed=cause.rows_changed + int(more),
            concerns_decision=cause.concerns_decision or bool(mine),
        )


def read_column(
    view: View, baseline: Baseline | None, name: str, column: str, task: Task
) -> Written:
    """Take the cells of a text column apart that the input has no number for."""
    log = view.log
    assert log is not None
    text, expression = f"CAST({quoted(column)} AS VARCHAR)", view.log_inputs[name]
    odd = f"(({expression}) IS NULL AND trim({text}) <> '')"
    n, unread = two_counts(log, f"SELECT count({text}), count(*) FILTER ({odd}) FROM {{t}}", task)
    found = log.query(
        f"SELECT {text} AS v, count(*) AS n FROM {{t}} WHERE {odd} GROUP BY 1 "
        f"ORDER BY n DESC, v LIMIT {MOST_CELLS + 1}",
        task=task,
    )
    cells: dict[str, tuple[int, Numeral]] = {}
    words: list[str] = []
    for cell, rows in zip(*(c.to_pylist() for c in found.columns), strict=True):
        parts = numeral(cell)
        if parts is None:
            words.append(cell)
        else:
            cells[cell] = (rows, parts)
    reading = _reading(view, baseline, name, cells, task)
    listed_words = ", ".join(literal(word) for word in words)
    hits = f"coalesce({odd}, false)"
    if words:
        hits = f"coalesce({odd} AND {text} NOT IN ({listed_words}), false)"
    dressed = any(parts.dress for _, parts in cells.values())
    other = f"(contains({text}, '.') OR abs({expression}) >= 1000)"
    known = f"coalesce(({expression}) IS NOT NULL{'' if dressed else f' AND {other}'}, false)"
    return Written(
        name, text, expression, log, n, unread, cells, tuple(cells)[:3] or tuple(words[:3]),
        found.num_rows > MOST_CELLS, hits, known, _before(baseline, name, column, task), reading,
        view.dictionary.get(name).unit,
    )  # fmt: skip


def two_counts(table: Table, sql: str, task: Task) -> tuple[int, int]:
    """Fetch a line of two counts; nothing counts as 0."""
    first, second = (int(column[0].as_py() or 0) for column in table.query(sql, task=task).columns)
    return first, second


def _before(baseline: Baseline | None, name: str, column: str, task: Task) -> tuple[int, int]:
    """How many of training's cells were no numbers either; none where its column is of numbers."""
    if baseline is None or baseline.early or name not in baseline.expressions:
        return 0, 0
    table, expression = baseline.table, baseline.expressions[name]
    own = table.column(column)
    if own is None or own.kind != "text":
        return 0, int(table.value(f"SELECT count({expression}) FROM {{t}}", task=task) or 0)
    text = f"CAST({quoted(column)} AS VARCHAR)"
    sql = f"SELECT count(*) FILTER (({expression}) IS NULL AND trim({text}) <> ''), count({text}) \
FROM {{t}}"
    return two_counts(table, sql, task)


def _reading(
    view: View,
    baseline: Baseline | None,
    name: str,
    cells: Mapping[str, tuple[int, Numeral]],
    task: Task,
) -> Reading | None:
    """One reading of all cells, ``None`` where what a sign means stays open."""
    rows = sum(n for n, _ in cells.values())
    if not rows:
        return None
    ends = _ordinary(view, baseline, name, task)
    comma = _proved(cells)
    unproved = sum(n for n, parts in cells.values() if parts.open)
    if comma is None and unproved:
        shares = {c: _inside(cells, ends, 1.0, comma=c, only_open=True) for c in (True, False)}
        best = max(shares, key=lambda c: shares[c] or 0.0)
        if (shares[best] or 0.0) - (shares[not best] or 0.0) >= CLEARLY:
            comma = best
        elif unproved > OPEN * rows:
            return None
    factor = 1.0
    if sum(n for n, parts in cells.values() if "percent" in parts.dress) > rows / 2:
        as_it_is, as_part = (_inside(cells, ends, f, comma=comma) or 0.0 for f in (1.0, 0.01))
        factor = 0.01 if as_part > as_it_is else 1.0
    units = Counter[str]()
    for n, parts in cells.values():
        units[parts.unit] += n
    return Reading(
        _words(cells, rows, comma=comma),
        comma,
        factor,
        _inside(cells, ends, factor, comma=comma),
        units.most_common(1)[0][0],
    )


def _proved(cells: Mapping[str, tuple[int, Numeral]]) -> bool | None:
    """Whether cells with one possible reading only have a decimal comma; ``None``: open."""
    comma = point = 0
    for n, parts in cells.values():
        if parts.open or not parts.mark:
            continue
        if (parts.mark == ",") == (parts.decimal is not None):
            comma += n
        else:
            point += n
    if not comma + point:
        return None
    share = comma / (comma + point)
    return True if share >= PROVED else False if share <= 1 - PROVED else None


def _ordinary(
    view: View, baseline: Baseline | None, name: str, task: Task
) -> tuple[float, float] | None:
    """Training's middle 99 %; without enough rows the model text's range."""
    if baseline is not None and name in baseline.expressions:
        x = baseline.expressions[name]
        ends = ", ".join(f"quantile_cont({x}, {end})" for end in ENDS)
        found = baseline.table.query(f"SELECT count({x}), {ends} FROM {{t}}", task=task)
        n, low, high = (column[0].as_py() for column in found.columns)
        if n >= FEWEST_BASE:
            return float(low), float(high)
    if view.model is not None:
        each = view.model.input(name)
        if each.low is not None and each.high is not None:
            return each.low, each.high
    return None


def _inside(
    cells: Mapping[str, tuple[int, Numeral]],
    ends: tuple[float, float] | None,
    factor: float,
    *,
    comma: bool | None,
    only_open: bool = False,
) -> float | None:
    if ends is None:
        return None
    held = total = 0
    for n, parts in cells.values():
        value = parts.value(comma=comma)
        if value is None or (only_open and not parts.open):
            continue
        total += n
        held += n * (ends[0] <= value * factor <= ends[1])
    return held / total if total else None


def _words(cells: Mapping[str, tuple[int, Numeral]], rows: int, *, comma: bool | None) -> str:
    dress: Counter[str] = Counter()
    for n, parts in cells.values():
        keys = set(parts.dress)
        is_grouped = parts.decimal is None or (parts.open and (parts.mark == ",") != comma)
        if parts.mark == "," and not is_grouped:
            keys.add("comma")
        if parts.separators or is_grouped:
            keys.add("thousands")
        for key in keys:
            dress[key] += n
    said = {"comma": "a decimal comma", "thousands": "separators of thousands", **DRESS}
    named = [words for key, words in said.items() if dress[key] >= PART * rows]
    return listed(named or [said[dress.most_common(1)[0][0]]] if dress else ["other signs"])
