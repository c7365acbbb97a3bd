"""Where one row's values stand among the training rows, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from investigators.encoding import Codebook
from investigators.evidence import Cell
from investigators.model import Model, ModelInput
from investigators.numbers import number
from investigators.tables.table import Table, literal
from investigators.task import Task

Source = Literal["reference", "model text", "none"]
SLACK = 1e-6  # of the range's larger end: what storing a bound in 32 bits can move it
TIED = 0.1  # from this share on "so many have it" says more than "higher than"
FEW = 100  # below this many rows counts are honest and per cent are not


@dataclass(frozen=True, slots=True)
class Among:
    """Reference rows against one value.

    ``n`` rows have a value and ``missing`` have none; ``less`` are below it and ``equal`` have the
    same (categories: by meaning, so that 3 and "3.0" are one).  ``low`` and ``high`` are the range
    of a numeric input.
    """

    n: int
    missing: int
    less: int
    equal: int
    low: float | None = None
    high: float | None = None

    @property
    def rank(self) -> float | None:
        """Mid-rank share (``None`` without rows)."""
        return (self.less + 0.5 * self.equal) / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Place:
    """What is said about one value; ``beyond`` tells on which side it leaves the range."""

    words: str
    rank: float | None = None
    source: Source = "none"
    bounds: tuple[float, float] | None = None
    beyond: Literal["above", "below", ""] = ""
    unseen: bool = False
    unexpected_missing: bool = False


def look_up(
    table: Table, expressions: Mapping[str, str], model: Model, row: Mapping[str, Cell], task: Task
) -> dict[str, Among]:
    """Count every input's value in one pass over the reference.

    ``expressions`` are SQL over the reference (``View.reference_inputs``), ``row`` the values.
    """
    inputs = [each for each in model.inputs if each.name in expressions]
    if not inputs:
        return {}
    inner, outer = [], ["count(*)"]
    for at, each in enumerate(inputs):
        sql, value = expressions[each.name], row.get(each.name)
        if each.kind == "category":
            inner.append(f"({sql}) AS i{at}")
            outer.append(f"histogram(i{at})")
            continue
        inner.append(f"CAST(({sql}) AS DOUBLE) AS i{at}")
        shown = literal(None if value is None else float(value))
        # count_if is several times faster than FILTER; DuckDB holds NaN for larger than any number
        outer += [
            f"count(i{at}) - count_if(isnan(i{at}))",
            f"count_if(i{at} < {shown})",
            f"count_if(i{at} = {shown})",
            f"min(i{at})",
            f"max(i{at})",
        ]
    cells = iter(_cells(table, outer, inner, task))
    rows, found = next(cells), {}
    for each in inputs:
        if each.kind == "category":
            found[each.name] = _categories(dict(next(cells) or ()), rows, row.get(each.name))
        else:
            n, less, equal = (int(next(cells) or 0) for _ in range(3))
            found[each.name] = Among(n, rows - n, less, equal, next(cells), next(cells))
    return _without_nan(table, expressions, found, task)


def _cells(table: Table, outer: list[str], inner: list[str], task: Task) -> list[Any]:
    sql = f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {{t}})"
    return [column[0].as_py() for column in table.query(sql, task=task).columns]


def _without_nan(
    table: Table, expressions: Mapping[str, str], found: dict[str, Among], task: Task
) -> dict[str, Among]:
    """Ask again for the range of inputs in which NaN hid it; the usual column has none."""
    names = [n for n, among in found.items() if among.high is not None and math.isnan(among.high)]
    if not names:
        return found
    inner = [
        f"nullif(CAST(({expressions[name]}) AS DOUBLE), 'nan'::DOUBLE) AS i{at}"
        for at, name in enumerate(names)
    ]
    outer = [f"{end}(i{at})" for at in range(len(names)) for end in ("min", "max")]
    ends = _cells(table, outer, inner, task)
    mended = {
        name: replace(found[name], low=ends[2 * at], high=ends[2 * at + 1])
        for at, name in enumerate(names)
    }
    return found | mended


def _categories(counts: Mapping[str, int], rows: int, value: Cell) -> Among:
    n = sum(counts.values())
    book = Codebook(() if value is None else (value,))
    same = sum(count for text, count in counts.items() if book.code(text) == 0)
    return Among(n, rows - n, 0, same)


def place(each: ModelInput, value: Cell, among: Among | None, *, strange: bool, unit: str) -> Place:
    """Say where a value stands; ``strange``: the model knows no such category."""
    source: Source = "none"
    bounds = None
    if among is not None and among.n:
        source = "reference"
        if among.low is not None and among.high is not None:
            bounds = (among.low, among.high)
    elif each.low is not None and each.high is not None:
        source, bounds = "model text", (each.low, each.high)
    elif each.kind == "category" and each.categories:
        source = "model text"
    if value is None:
        words, odd = _missing(each, among)
        return Place(words, None, source, bounds, unexpected_missing=odd)
    if each.kind == "category":
        return _category_place(among, source, strange=strange)
    return _number_place(float(value), among, source, bounds, unit)


def _number_place(
    number: float,
    among: Among | None,
    source: Source,
    bounds: tuple[float, float] | None,
    unit: str,
) -> Place:
    rank = among.rank if among is not None else None
    if bounds is None:
        return Place("training range unknown", rank, source)
    low, high = bounds
    slack = SLACK * max(abs(low), abs(high)) if math.isfinite(low) and math.isfinite(high) else 0
    if number > high + slack:
        return Place(f"above all (max {figure(high, unit)})", rank, source, bounds, "above")
    if number < low - slack:
        return Place(f"below all (min {figure(low, unit)})", rank, source, bounds, "below")
    if among is None or not among.n:
        words = f"inside {figure(low)} to {figure(high, unit)}"
        return Place(words, None, source, bounds)
    return Place(_rank_words(among), rank, source, bounds)


def _category_place(among: Among | None, source: Source, *, strange: bool) -> Place:
    rank = among.equal / among.n if among is not None and among.n else None
    if strange:
        return Place("never seen in training", rank, source, unseen=True)
    if among is None or rank is None:
        return Place("seen in training" if source == "model text" else "", rank, source)
    if not among.equal:
        return Place(f"none of {among.n:,} has it", rank, source)
    return Place(_have_it(among), rank, source)


def _missing(each: ModelInput, among: Among | None) -> tuple[str, bool]:
    """Words for a missing value, and whether training had none."""
    known = among is not None and among.n > 0
    never = among.missing == 0 if known and among is not None else each.missing_seen is False
    if never:
        zero = each.kind == "numeric" and each.used and each.missing_seen is False
        return "missing; never missing in training" + ("; scored as 0" if zero else ""), True
    if known and among is not None:
        part = _share(among.missing, among.n + among.missing)
        return f"missing, as in {part} of training", False
    return "missing, as in some of training" if each.missing_seen else "missing", False


def _rank_words(among: Among) -> str:
    if among.equal >= TIED * among.n:
        return _have_it(among)
    if 100 * among.less < among.n or (among.n < FEW and not among.less):
        return f"lower than {_share(among.n - among.less - among.equal, among.n)}"
    return f"higher than {_share(among.less, among.n)}"


def _have_it(among: Among) -> str:
    if among.n >= FEW and 100 * among.equal < among.n:
        return f"{among.equal:,} of {among.n:,} have it"
    return f"{_share(among.equal, among.n)} have it"


def _share(part: int, whole: int) -> str:
    """Per cent rounded down (so that it is true), or the counts when they are few."""
    return f"{part} of {whole}" if whole < FEW else f"{100 * part // whole} %"


def figure(value: float, unit: str = "") -> str:
    """Write a number with its unit."""
    return f"{number(value)} {unit}".strip()
