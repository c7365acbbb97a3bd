"""Literals: the conditions of which descriptions are made, and each row's code in a byte.

A column's rows are coded once (0: no literal says it); a literal is a set of codes, so that one
count of the codes counts every literal: values, ranges of numbers between eighths of the rows,
missing, four-hour parts of the day, weekdays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from investigators.evidence import Condition
from investigators.tables.codes import SegmentCodes, segment_codes
from investigators.tables.table import Column, Table, quoted
from investigators.task import Task
from investigators.traffic.rows import traffic_of
from investigators.view import View

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

MOST_COLUMNS = 60
MOST_VALUES = 40  # most frequent values of a column
FEW_VALUES = 12  # a number with no more values is taken by value
PARTS = 8
GRAINS = (PARTS, 16, 32, 64, 128)  # grids of a number's borders, from wide to narrow
AT_ONCE = 6  # numeric columns fetched together
DAY_PARTS = 4  # hours
NEARLY_ALL = 0.9  # of the rows: a value of two that holds them is the rest of the other
# roles whose columns are what a group is judged by, or name a single row
APART = ("id", "time", "subject", "session", "score", "decision", "outcome", "live_test")


@dataclass(frozen=True, eq=False)
class Fine:
    """A number's places between narrower borders, in the form of ``Coded.codes``.

    ``grains`` says of each border the widest grid that has it.
    """

    codes: Codes
    edges: tuple[float, ...]
    grains: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Coded:
    """A column's literals; ``member[i, c]`` tells that literal i holds for rows of code c.

    ``grains``, shape (literals,), has the grid on which a run of neighbours lies, 0 for others;
    ``None``: there are no runs.
    """

    column: str
    literals: tuple[Condition, ...]
    member: Bools
    codes: Codes
    fine: Fine | None = None
    grains: Ints | None = None

    @property
    def width(self) -> int:
        """How many codes there are, 0 included."""
        return int(self.member.shape[1])


@dataclass(frozen=True)
class Own:
    """One column's group of the decision's own."""

    coded: Coded
    literal: int

    @property
    def condition(self) -> Condition:
        """What describes it."""
        return self.coded.literals[self.literal]

    def inside(self, rows: Ints) -> Bools:
        """Which rows (row numbers) lie in it."""
        found: Bools = self.coded.member[self.literal][self.coded.codes[rows]]
        return found


def columns_of(view: View, log: Table) -> list[Column]:
    """Columns that may define a group: segment columns and those of lookups first, then inputs."""
    inputs = inputs_of(view)
    apart = {name for role in APART for name in view.columns.get(f"log.{role}", ())}
    # what is at stake may be an input as well, such as the amount asked for
    apart |= set(view.columns.get("log.value", ())) - inputs
    found = [c for c in log.columns if c.name not in apart and not c.name.startswith("fw_")]
    first = set(view.grouping)
    found += view.groups
    return sorted(found, key=lambda c: (c.name not in first, c.name not in inputs))


def inputs_of(view: View) -> set[str]:
    """The log's columns that the model is fed with."""
    return {n for what, names in view.columns.items() if "log.feature:" in what for n in names}


def _narrowest(one: Coded, code: int) -> int | None:
    (holding,) = np.nonzero(one.member[:, code])
    return min(holding.tolist(), key=lambda k: (int(one.member[k].sum()), k), default=None)


def own_groups(coded: Sequence[Coded], row: int, but: Sequence[str] = ()) -> list[Own]:
    """The narrowest literal of each column that holds a row, save the columns ``but``."""
    found = [(one, _narrowest(one, int(one.codes[row]))) for one in coded if one.column not in but]
    return [Own(one, literal) for one, literal in found if literal is not None]


def without_complements(one: Coded, named: Collection[str]) -> Coded:
    """The same column without what is only the rest of a small group.

    Of two values, one of which holds nearly all rows, the other is the group; of a group that a
    person ``named`` always the rows in it.  What befalls a small group shows on its rest as well,
    turned over.
    """
    if len(one.literals) != 2 or one.fine is not None or one.literals[0].part is not None:
        return one
    rows = np.bincount(one.codes, minlength=one.width)
    held = one.member @ rows
    kept = held < NEARLY_ALL * rows.sum()
    if one.column in named:
        kept = np.array([literal.equals is True for literal in one.literals])
    if kept.all() or not kept.any():
        return one
    literals = tuple(c for c, stays in zip(one.literals, kept, strict=True) if stays)
    return replace(one, literals=literals, member=one.member[kept])


def distinct(one: Coded) -> list[int]:
    """Literals that cut the column's rows into parts: the narrowest one of every code."""
    found = (_narrowest(one, code) for code in range(one.width))
    return list(dict.fromkeys(literal for literal in found if literal is not None))


def literals_of(view: View, log: Table, task: Task) -> tuple[list[Coded], int]:
    """Code the log's columns; also how many columns were left out as too many.

    Codes are by row number, shape (rows,); the same table is coded once, whoever asks.
    """
    columns = columns_of(view, log)
    taken = columns[:MOST_COLUMNS]

    def make() -> list[Coded]:
        found = list(_coded(log, taken, task))
        if view.column("log.time") is not None:
            found += [calendar(one) for one in traffic_of(view, task).calendar]
        return found

    key = ("literals", log.relation, tuple(c.name for c in taken))
    return log.engine.once(key, make), len(columns) - len(taken)


def _coded(log: Table, columns: Sequence[Column], task: Task) -> Iterator[Coded]:
    numbers = [c for c in columns if c.kind in ("integer", "number")]
    many = _many_values(log, numbers, task)
    ranged = [c for c in numbers if c.name in many]
    valued = [c for c in columns if c.name not in many and c.kind != "time"]
    found = {}
    for one in segment_codes(log, [c.name for c in valued], task, limit=MOST_VALUES):
        found[one.column] = values(one)
    for start in range(0, len(ranged), AT_ONCE):
        task.tick(start, len(ranged), "Coding the columns")
        part = [c.name for c in ranged[start : start + AT_ONCE]]
        for name, cells in zip(part, _numbers(log, part, task), strict=True):
            found[name] = ranges(name, cells)
    rest = [c.name for c in columns if c.name not in found]
    for start in range(0, len(rest), AT_ONCE):
        part = rest[start : start + AT_ONCE]
        for name, codes in zip(part, _missing(log, part, task), strict=True):
            found[name] = _one(name, codes)
    yield from (found[c.name] for c in columns if found[c.name].literals)


def _many_values(log: Table, columns: Sequence[Column], task: Task) -> set[str]:
    if not columns:
        return set()
    parts = ", ".join(
        f"count(DISTINCT {quoted(c.name)}) > {FEW_VALUES} AS c{i}" for i, c in enumerate(columns)
    )
    # a part of the rows tells: more than a few values there are more than a few
    line = log.query(f"SELECT {parts} FROM {{t}} WHERE fw_row < 50000", task=task).to_pylist()[0]
    return {c.name for i, c in enumerate(columns) if line[f"c{i}"]}


def values(one: SegmentCodes) -> Coded:
    """A literal per listed value."""
    literals = tuple(
        Condition(one.column, missing=True) if v is None else Condition(one.column, equals=_cell(v))
        for v in one.values
    )
    member = np.zeros((len(literals), len(literals) + 1), dtype=np.bool_)
    member[np.arange(len(literals)), np.arange(len(literals)) + 1] = True
    return Coded(one.column, literals, member, one.codes)


def _cell(value: object) -> str | int | float | bool:
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # JSON has no infinity; as a text the engine compares it alike
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def _numbers(log: Table, names: Sequence[str], task: Task) -> list[Floats]:
    found = [np.full(log.rows, np.nan) for _ in names]
    # no number is not missing: it lies in no range
    parts = ", ".join(
        f"CASE WHEN isnan({x}) THEN 'inf'::DOUBLE ELSE {x} END AS c{i}"
        for i, x in enumerate(f"{quoted(n)}::DOUBLE" for n in names)
    )
    for batch in log.batches(f"SELECT fw_row, {parts} FROM {{t}}", task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for i, array in enumerate(found):
            array[rows] = batch.column(i + 1).to_numpy(zero_copy_only=False)
    return found


def ranges(name: str, values: Floats) -> Coded:
    """Ranges between eighths of the known values; code 1 is missing, 2 the lowest range."""
    fine = _fine(values)
    wide = [grain == PARTS for grain in fine.grains]
    edges = [edge for edge, kept in zip(fine.edges, wide, strict=True) if kept]
    # places between two borders of the eighths are one range
    same = np.concatenate([[0, 1, 2], 2 + np.cumsum(wide, dtype=np.int64)]).astype(np.uint8)
    literals, member = [Condition(name, missing=True)], [np.arange(len(edges) + 3) == 1]
    place = np.arange(len(edges) + 3) - 2
    for i, edge in enumerate(edges):
        literals.append(Condition(name, upper=edge, closed="left"))
        member.append((place >= 0) & (place <= i))
        literals.append(Condition(name, lower=edge, closed="left"))
        member.append(place > i)
        if i:
            literals.append(Condition(name, lower=edges[i - 1], upper=edge, closed="left"))
            member.append(place == i)
    return Coded(name, tuple(literals), np.array(member), same[fine.codes], fine)


def _fine(values: Floats) -> Fine:
    """Borders at quantiles; equal ones count once, on the widest grid that has one of them."""
    known = np.isfinite(values)
    grain_of: dict[float, int] = {}
    if known.any():
        steps = np.arange(1, GRAINS[-1])
        found = np.quantile(values[known], steps / GRAINS[-1], method="higher")
        least = float(values[known].min())
        for k, edge in zip(steps.tolist(), found.tolist(), strict=True):
            grain = next(g for g in GRAINS if k * g % GRAINS[-1] == 0)
            if edge > least:
                grain_of[edge] = min(grain, grain_of.get(edge, grain))
    edges = np.array(sorted(grain_of))
    codes = (np.searchsorted(edges, values, side="right") + 2).astype(np.uint8)
    codes[np.isnan(values)] = 1
    # infinite values are neither missing nor in a range
    codes[np.isinf(values)] = 0
    grains = tuple(grain_of[edge] for edge in edges.tolist())
    return Fine(codes, tuple(edges.tolist()), grains)


def _missing(log: Table, names: Sequence[str], task: Task) -> list[Codes]:
    found = [np.zeros(log.rows, dtype=np.uint8) for _ in names]
    parts = ", ".join(f"({quoted(n)} IS NULL)::UTINYINT AS c{i}" for i, n in enumerate(names))
    for batch in log.batches(f"SELECT fw_row, {parts} FROM {{t}}", task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for i, array in enumerate(found):
            array[rows] = batch.column(i + 1).to_numpy(zero_copy_only=False)
    return found


def _one(name: str, codes: Codes) -> Coded:
    """Only whether it is missing: times, texts of too many values, single values."""
    literals = (Condition(name, missing=True),) if 0 < codes.sum() < len(codes) else ()
    return Coded(name, literals, np.array([[False, True]])[: len(literals)], codes)


def calendar(one: SegmentCodes) -> Coded:
    """Four-hour parts of the day; days of the week and its end."""
    values = tuple(int(str(v)) for v in one.values)
    sets = [tuple(values[i : i + DAY_PARTS]) for i in range(0, len(values), DAY_PARTS)]
    if one.part == "weekday":
        sets = [(day,) for day in values] + [values[5:]]
    literals = tuple(Condition(one.column, part=one.part, within=s, zone="UTC") for s in sets)
    codes = np.array([-1, *values])
    member = np.array([np.isin(codes, s) for s in sets])
    return Coded(one.column, literals, member, one.codes)
