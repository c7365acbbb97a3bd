"""One decision's own groups: their conditions, and every row of the log by them.

A group is the decision's own value of a column that names groups, alone and in pairs; its own range
of a number with many values; what is missing; its part of the day and its weekday; the model's
inputs among them.  Rows are fetched once; cells of any few conditions are exact sums of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.evidence import Cell, Condition
from investigators.groups import (
    MOST_COLUMNS,
    Arena,
    Bools,
    Floats,
    Groups,
    Ints,
    adverse_sql,
    directed,
    finite,
    is_regression,
    prediction_sql,
)
from investigators.scope import condition_sql
from investigators.slices.copies import copies
from investigators.slices.literals import Coded, columns_of, distinct, inputs_of, literals_of
from investigators.slices.literals import own_groups as narrowest
from investigators.slices.rows import marked_rows
from investigators.slices.valued import error_rows
from investigators.tables.table import Table, literal, quoted
from investigators.task import Task
from investigators.view import View

MOST = 54  # columns looked at: with two parts of the calendar the bits of a mask
DENSE = 12  # conditions whose cells are counted without sorting
SUBJECT = "md5_number_lower(coalesce(l.fw_subject, l.fw_id, l.fw_row::VARCHAR))"
LARGEST = 2**31 - 1
SORTS = 36  # half, live test, decision and outcome
# numbers that name something: their neighbours are no neighbours
CODES = re.compile(r"(^|_|-| )(id|ids|no|nr|code|codes|key|zip|plz|postcode|postal)$|Id$|ID$")


@dataclass(frozen=True)
class Choice:
    """The groups of a decision; the first ``paired`` are of columns that name groups.

    ``left_out`` counts columns that were too many.
    """

    conditions: tuple[Condition, ...]
    paired: int
    left_out: int


@dataclass(frozen=True, eq=False)
class GroupRows:
    """Every row of the log, shape (rows,); bit i of ``mask`` tells that ``conditions[i]`` holds.

    ``adverse`` and ``outcome`` as in ``Groups``; ``predicted`` and ``known`` (the outcome) are NaN
    where there is none.  ``subject`` is equal for rows of one subject (a hash).
    """

    conditions: tuple[Condition, ...]
    paired: int
    mask: Ints
    half: Ints
    live: Ints
    adverse: Ints
    outcome: Ints
    predicted: Floats
    known: Floats
    subject: npt.NDArray[np.int32]
    regression: bool
    high_is_adverse: bool = True

    @property
    def good(self) -> int:
        """The outcome that does not warrant an adverse decision."""
        return 0 if self.high_is_adverse else 1

    def within(self, place: Arena) -> Bools:
        """Rows of an arena."""
        found: Bools = self.outcome >= 0
        if place.live_test:
            found &= self.live == 1
        if place.selected:
            found &= self.adverse == 0
        return found

    def inside(self, one: int) -> Bools:
        """Which rows lie in one of the groups."""
        found: Bools = (self.mask >> one & 1).astype(np.bool_)
        return found

    def compared(self, place: Arena) -> Bools:
        """Rows of an arena whose outcome and prediction are known."""
        found: Bools = self.within(place) & ~np.isnan(self.predicted)
        return found

    def alone(self, one: int) -> Groups:
        """Sums by one of the groups: those of its rows, and what is left of all."""
        rows = np.flatnonzero(self.inside(one))
        mine, whole = self._sums(self._sorts[rows], SORTS, rows), self._whole
        found = np.concatenate([whole - mine, mine], axis=1)
        return self._groups((one,), np.arange(2 * SORTS), found)

    def cells(self, chosen: Sequence[int]) -> Groups:
        """Sums by some of the conditions, in their order."""
        small = np.zeros(len(self.mask), dtype=np.int64)
        for place, one in enumerate(chosen):
            small |= (self.mask >> one & 1) << place
        key, names = small * SORTS + self._sorts, np.arange(SORTS << min(len(chosen), DENSE))
        if len(chosen) > DENSE:
            names, key = np.unique(key, return_inverse=True)
        return self._groups(chosen, names, self._sums(key, len(names), None))

    def _groups(self, chosen: Sequence[int], names: Ints, sums: Floats) -> Groups:
        used = sums[0] > 0
        names, sums = names[used], sums[:, used]
        sorts = names % SORTS
        return Groups(
            conditions=tuple(self.conditions[i] for i in chosen),
            mask=names // SORTS,
            half=sorts >= SORTS // 2,
            live=sorts // 9 % 2 == 1,
            adverse=sorts // 3 % 3 - 1,
            outcome=sorts % 3 - 1,
            rows=sums[0],
            scored=sums[1],
            predicted=sums[2],
            errors=sums[3],
            squares=sums[4],
            sizes=sums[5],
            regression=self.regression,
            high_is_adverse=self.high_is_adverse,
        )

    def _sums(self, key: Ints, size: int, rows: Ints | None) -> Floats:
        """Sums by key of the rows (all): 1, whether scored, score, error, its square and size."""
        found = np.zeros((6, size))
        found[0] = np.bincount(key, minlength=size)
        for place, values in enumerate(self._values):
            mine = values if rows is None else values[rows]
            found[place + 1] = np.bincount(key, weights=mine, minlength=size)
        return found

    @cached_property
    def _values(self) -> list[Floats]:
        scored = ~np.isnan(self.predicted)
        found = [scored.astype(np.float64), np.where(scored, self.predicted, 0.0)]
        if self.regression:
            errors = np.nan_to_num(self.predicted - self.known)
            found += [errors, errors**2, np.abs(errors)]
        return found

    @cached_property
    def _whole(self) -> Floats:
        return self._sums(self._sorts, SORTS, None)

    @cached_property
    def _sorts(self) -> Ints:
        """Half, live test, decision and outcome of each row as one number below ``SORTS``."""
        found = ((self.half * 2 + self.live) * 3 + self.adverse + 1) * 3 + self.outcome + 1
        return found.astype(np.int64)


def own_conditions(view: View, log: Table, row: int, task: Task) -> Choice:
    """The groups of a row: columns that name groups, other columns and inputs, the calendar."""
    named = view.grouping[:MOST_COLUMNS]
    coded, _ = literals_of(view, log, task)
    each = [one.condition for one in narrowest(coded, row)]
    own = {c.column: c for c in each if not c.part}
    by_value = _conditions(log, named, row, task)
    numbers = {c.name for c in (*log.columns, *view.groups) if c.kind in ("integer", "number")}
    first = []
    for condition in by_value:
        ranged = own.get(condition.column, condition)
        names = condition.column in numbers and not is_code(view, condition.column)
        first.append(ranged if names and ranged.equals is None else condition)
    more = list(_others(view, log, coded, own, task))
    room = MOST - len(first)
    parts = [c for c in each if c.part]
    left_out = len(view.grouping) - len(named) + max(0, len(more) - room)
    return Choice((*first, *more[:room], *parts), len(first), left_out)


def is_code(view: View, column: str) -> bool:
    """Whether a number names something: by the column's name, or as a category of the model."""
    if CODES.search(column):
        return True
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    fed = [n for n in kinds if view.column(f"log.feature:{n}") == column]
    return any(kinds[name] == "category" for name in fed)


def makes_the_score(condition: Condition, inputs: Collection[str]) -> bool:
    """Whether it is a range of one of the model's own inputs.

    Where an input drives the score its high values are turned down, rightly or not: even of a right
    score the share among those who were fine is many times the others'.
    """
    ranged = condition.lower is not None or condition.upper is not None
    return ranged and condition.column in inputs


def groups_sql(view: View, log: Table, own: Condition, task: Task) -> str:
    """The group of each row, in words, by the column of a condition: values, ranges or parts."""
    coded = [one for one in literals_of(view, log, task)[0] if one.column == own.column]
    for one in coded:
        if own in one.literals and (one.fine is not None or own.part is not None):
            cells = (one.literals[k] for k in distinct(one))
            cases = " ".join(f"WHEN {condition_sql(c)} THEN {literal(c.words())}" for c in cells)
            return f"CASE {cases} END"
    return f"{quoted(own.column)}::VARCHAR"


def _others(
    view: View, log: Table, coded: Sequence[Coded], own: dict[str, Condition], task: Task
) -> Iterator[Condition]:
    """Inputs, numbers and missing cells beside the columns that name groups."""
    inputs, named = inputs_of(view), {*view.grouping, *view.columns.get("log.ignore", ())}
    kinds = {c.name: c.kind for c in columns_of(view, log)}
    beside = [one for one in coded if one.column in own and one.column not in named]
    strange = [one for one in beside if one.column not in inputs]
    after: Collection[str] = ()
    if strange:
        fetch = error_rows if is_regression(view, log, task) else marked_rows
        after = copies(strange, fetch(view, log, task), inputs)
    for one in beside:
        condition = own[one.column]
        wanted = one.column in inputs or kinds.get(one.column) in ("integer", "number", "boolean")
        if one.column not in after and (wanted or condition.missing):
            yield condition


def own_rows(view: View, log: Table, row: int, choice: Choice, task: Task) -> GroupRows:
    """Fetch every row of the log by the decision's groups."""
    regression = is_regression(view, log, task)
    same = [c for c in choice.conditions if c.equals is not None]
    # a value is compared with the decision's own cell: quicker than with its text
    names = ", ".join(dict.fromkeys(quoted(c.column) for c in same))
    holds = [
        f"l.{quoted(c.column)} IS NOT DISTINCT FROM d.{quoted(c.column)}"
        if c in same else condition_sql(c) for c in choice.conditions
    ]  # fmt: skip
    bits = " + ".join(f"(CASE WHEN {s} THEN {1 << i} ELSE 0 END)" for i, s in enumerate(holds))
    sql = (
        f"SELECT l.fw_row AS at, ({bits or '0'})::BIGINT AS mask, "
        f"({SUBJECT} % 2 = 1)::TINYINT AS half, ({SUBJECT} % {LARGEST})::INTEGER AS subject, "
        "coalesce(l.fw_live_test, false)::TINYINT AS live, "
        f"coalesce(({adverse_sql(view)})::INTEGER, -1)::TINYINT AS adverse, "
        f"coalesce({prediction_sql(view, regression=regression)}, 'nan'::DOUBLE) AS predicted, "
        f"coalesce({finite('l.fw_outcome')}, 'nan'::DOUBLE) AS known "
        f"FROM {{t}} AS l CROSS JOIN (SELECT {names or '1'} FROM {{t}} WHERE fw_row = {row}) AS d"
    )
    held = log.engine.once(("own groups", log.relation, sql), lambda: _fetched(log, sql, task))
    known = held["known"]
    # anything but 0 and 1 is no outcome of a classification
    outcome = np.where(np.isnan(known), -1, 1) if regression else np.where(
        (known == 0) | (known == 1), np.nan_to_num(known, nan=-1.0), -1)  # fmt: skip
    found = GroupRows(
        choice.conditions, choice.paired, outcome=outcome.astype(np.int8), regression=regression,
        **held,
    )  # fmt: skip
    direction = directed(view, found.cells(()))
    return replace(found, high_is_adverse=direction.high_is_adverse)


def _fetched(log: Table, sql: str, task: Task) -> dict[str, Any]:
    """Columns of a query by the row numbers in its column ``at``."""
    held: dict[str, Any] = {
        name: np.zeros(log.rows, dtype=kind)
        for name, kind in (
            ("mask", np.int64), ("half", np.int8), ("live", np.int8), ("adverse", np.int8),
            ("predicted", np.float64), ("known", np.float64), ("subject", np.int32),
        )
    }  # fmt: skip
    for batch in log.batches(sql, task=task):
        at = batch.column("at").to_numpy(zero_copy_only=False)
        for name, values in held.items():
            values[at] = batch.column(name).to_numpy(zero_copy_only=False)
    return held


def _conditions(log: Table, columns: Sequence[str], row: int, task: Task) -> tuple[Condition, ...]:
    if not columns:
        return ()
    parts = ", ".join(
        f"{quoted(c)} AS v{i}, CAST({quoted(c)} AS VARCHAR) AS t{i}" for i, c in enumerate(columns)
    )
    line = log.query(f"SELECT {parts} FROM {{t}} WHERE fw_row = {row}", task=task).to_pylist()[0]
    found = []
    for i, column in enumerate(columns):
        value, text = line[f"v{i}"], line[f"t{i}"]
        if text is None:
            found.append(Condition(column, missing=True))
            continue
        kept: Cell = text
        plain = isinstance(value, float) and isfinite(value) and str(value) == text
        if plain or isinstance(value, (bool, int, str)):  # infinity stays a text: JSON has none
            kept = value
        found.append(Condition(column, equals=kept))
    return tuple(found)
