"""Types of columns that come as text: decided on every value, never on a sample, never guessed.

A sample only rules kinds out (one value that does not fit is enough); what is left is counted over
the whole column in DuckDB.  Whatever is not certain stays text, with a note that says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from investigators.tables.forms import (
    ANY_ISO,
    ANY_ORDER,
    FORMS,
    MISSING,
    MISSING_IN_TEXT,
    SHORT_YEAR,
    TIMES,
    Form,
    cell_of,
    fraction_length,
)
from investigators.tables.reader import Dates
from investigators.tables.table import Column, Engine, Kind, literal, quoted
from investigators.task import Task

SAMPLE = 2000
AT_ONCE = 40  # columns in one query
# Notes of text columns that leave nothing open.
KNOWN_TEXT = frozenset({"", "no values", "JSON text", "from the folder's name"})
FIRST = ("boolean", "integer", "dot")
# Forms that no other reading rivals.
PLAIN = (
    *("boolean", "integer", "iso", "iso offset", "iso basic", "year first", "dotted"),
    *("month name", "month name offset"),
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A text column's decided kind; ``sql`` turns the column's text into it."""

    name: str
    kind: Kind
    sql: str
    decimals: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was counted over one column."""

    name: str
    sample: tuple[str, ...]
    filled: int = 0
    survivors: tuple[Form, ...] = ()
    fits: dict[str, Form] = field(default_factory=dict)
    proved: frozenset[str] = frozenset()
    decimals: int = 0


def typed_columns(
    engine: Engine,
    relation: str,
    names: Sequence[str],
    task: Task,
    *,
    rows: int,
    dates: Dates | None = None,
    delimiter: str = "",
) -> list[Typed]:
    """Decide the kind of every text column of ``relation``, which has ``rows`` rows.

    ``dates`` settles day/month orders that no value proves.  ``delimiter`` ";" speaks for a
    decimal comma where the values alone leave it open.
    """
    seen = _counted(engine, relation, names, FORMS, task)
    comma, dot = _house_style(seen.values())
    comma = comma or (delimiter == ";" and not dot)
    chosen = {name: _choose(one, dates, comma=comma, dot=dot) for name, one in seen.items()}
    gaps = [n for n in names if chosen[n][0] is not None and seen[n].filled < rows]
    spelled = _spelled(engine, relation, gaps, task)
    typed = []
    for name in names:
        form, note = chosen[name]
        one = seen[name]
        if form is None:
            typed.append(_as_text(one, spelled | MISSING_IN_TEXT, note))
        else:
            decimals = one.decimals if form.kind == "number" else None
            if form.kind == "integer":
                decimals = 0
            sql = form.value_of(quoted(name), spelled if name in gaps else ())
            typed.append(Typed(name, form.kind, sql, decimals, note))
    return typed


def time_columns(
    engine: Engine, relation: str, names: Sequence[str], dates: Dates | None, task: Task
) -> list[Typed]:
    """Return those of the text columns ``names`` that hold times throughout (or nearly, a note)."""
    typed = []
    for name, one in _counted(engine, relation, names, TIMES, task).items():
        form, note = _choose(one, dates, comma=False, dot=False)
        if form is not None:
            typed.append(Typed(name, "time", form.value_of(quoted(name), MISSING), None, note))
        elif note:
            typed.append(Typed(name, "text", quoted(name), None, note))
    return typed


def _counted(
    engine: Engine, relation: str, names: Sequence[str], forms: Sequence[Form], task: Task
) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        sampled = _sampled(engine, relation, some, forms, task)
        for keep in (_first_round, _second_round):
            todo = {one.name: keep(one) for one in sampled if keep(one)}
            if todo:
                counted = _verified(engine, relation, todo, task)
                sampled = [_joined(one, todo, counted) for one in sampled]
        seen.update((one.name, one) for one in sampled)
        task.tick(start + len(some), len(names), "Finding out what the columns hold")
    return seen


def _first_round(one: _Seen) -> tuple[Form, ...]:
    """Count the plain form alone first: it settles nearly every column."""
    names = [form.name for form in one.survivors]
    plain = next((name for name in FIRST if name in names), None)
    if plain is None:
        return one.survivors
    wanted = {"dot": ("dot", "group dot")}.get(plain, (plain,))
    return tuple(form for form in one.survivors if form.name in wanted)


def _second_round(one: _Seen) -> tuple[Form, ...]:
    if one.fits:
        return ()
    tried = {form.name for form in _first_round(one)}
    return tuple(form for form in one.survivors if form.name not in tried)


def _sampled(
    engine: Engine, relation: str, names: Sequence[str], forms: Sequence[Form], task: Task
) -> list[_Seen]:
    cells = ", ".join(quoted(name) for name in names)
    task.tick()
    with engine.asking(f"SELECT {cells} FROM {relation} LIMIT {SAMPLE}", task=task) as answer:
        sample = answer.to_arrow_table()
    found = []
    for index, name in enumerate(names):
        values = {(value or "").strip(" ") for value in sample.column(index).to_pylist()}
        filled = tuple(sorted(values - MISSING))
        survivors = tuple(
            form for form in forms if all(re.fullmatch(form.full, value) for value in filled)
        )
        found.append(_Seen(name, filled, survivors=survivors))
    return found


def _verified(
    engine: Engine, relation: str, todo: Mapping[str, tuple[Form, ...]], task: Task
) -> dict[tuple[str, str], int]:
    """Count, for each column and form: values, values that do not fit, proofs, most decimals."""
    asked: dict[tuple[str, str], str] = {}
    for number, (name, forms) in enumerate(todo.items()):
        cell = f"v{number}"  # trimmed, NULL where missing
        asked[name, "filled"] = f"count({cell})"
        for form in forms:
            misfit = f"NOT coalesce({form.fits(cell)}, false)"
            asked[name, form.name] = f"count({cell}) FILTER (WHERE {misfit})"
            if form.proof:
                proof = f"regexp_matches({cell}, {literal(form.proof)})"
                asked[name, f"{form.name} proof"] = f"count(*) FILTER (WHERE {proof})"
            if form.decimal:
                length = fraction_length(cell, form.decimal)
                asked[name, f"{form.name} decimals"] = f"coalesce(max({length}), 0)"
    cells = ", ".join(f"{_filled(name)} AS v{number}" for number, name in enumerate(todo))
    sql = f"SELECT {', '.join(asked.values())} FROM (SELECT {cells} FROM {relation})"
    with engine.asking(sql, task=task) as answer:
        (row,) = answer.fetchall()
    return dict(zip(asked, row, strict=True))


def _filled(name: str) -> str:
    cell = cell_of(quoted(name))
    return f"CASE WHEN {cell} NOT IN ({_list(MISSING)}) THEN {cell} END"


def _spelled(engine: Engine, relation: str, names: Sequence[str], task: Task) -> frozenset[str]:
    """Return which spellings of a missing value occur in these columns."""
    found: set[str] = set()
    for start in range(0, len(names), AT_ONCE):
        lists = ", ".join(
            f"list(DISTINCT {cell_of(quoted(name))})"
            f" FILTER (WHERE {cell_of(quoted(name))} IN ({_list(MISSING)}))"
            for name in names[start : start + AT_ONCE]
        )
        with engine.asking(f"SELECT {lists} FROM {relation}", task=task) as answer:
            (row,) = answer.fetchall()
        found.update(word for words in row for word in words or ())
    return frozenset(found)


def _joined(
    one: _Seen, todo: Mapping[str, tuple[Form, ...]], counted: Mapping[tuple[str, str], int]
) -> _Seen:
    forms = todo.get(one.name)
    if not forms:
        return one
    filled = counted[one.name, "filled"]
    fits = {form.name: form for form in forms if filled and not counted[one.name, form.name]}
    return replace(
        one,
        filled=filled,
        fits=fits,
        proved=frozenset(n for n in fits if counted.get((one.name, f"{n} proof"))),
        decimals=max((counted.get((one.name, f"{n} decimals"), 0) for n in fits), default=0),
    )


def _house_style(seen: Iterable[_Seen]) -> tuple[bool, bool]:
    """Return whether some column proves a decimal comma, and some a decimal point."""
    comma = dot = False
    for one in seen:
        styles = {form.style for form in one.fits.values() if form.kind == "number"}
        comma = comma or styles == {"comma"}
        dot = dot or (styles == {"dot"} and (set(one.fits) != {"dot"} or "dot" in one.proved))
    return comma, dot


def _choose(  # noqa: PLR0911 - one line per family of forms
    one: _Seen, dates: Dates | None, *, comma: bool, dot: bool
) -> tuple[Form | None, str]:
    """Choose among the forms that every value fits; ``None`` (text) with a note when it is open.

    ``comma`` and ``dot`` tell how the file's other columns write decimals.
    """
    fits = one.fits
    if not one.filled and not one.sample:
        return None, "no values"
    for name in PLAIN:
        if name in fits:
            return fits[name], fits[name].note
    if {"day-first", "month-first"} & set(fits):
        return _choose_day(one, dates)
    if "dot" in fits:
        grouped = "group dot" in fits and comma and not dot
        form = fits["group dot" if grouped else "dot"]
        return form, form.note
    if {"comma", "group comma"} <= set(fits):
        return _choose_comma(one, comma=comma, dot=dot)
    for form in fits.values():
        if form.name.startswith("group space") and not one.decimals:
            return None, "blanks between digits: thousands or a number by name"
        return form, form.note
    return None, _why_text(one)


def _choose_comma(one: _Seen, *, comma: bool, dot: bool) -> tuple[Form | None, str]:
    if comma and not dot:
        return one.fits["comma"], "decimal comma, as elsewhere in the file"
    if dot and not comma:
        return one.fits["group comma"], "thousands comma, as the decimal point elsewhere says"
    return None, f"ambiguous comma (thousands or decimals): {_example(one, ',')}"


def _choose_day(one: _Seen, dates: Dates | None) -> tuple[Form | None, str]:
    orders = {"day-first", "month-first"} & set(one.fits)
    if dates in orders:
        return one.fits[dates], one.fits[dates].note
    if len(orders) == 1:
        (order,) = orders
        if dates is None:
            return one.fits[order], one.fits[order].note
        return None, f"day/month order: {dates} was given, but values are {order}"
    return None, f"ambiguous day/month order: {_example(one, '/-')}"


def _why_text(one: _Seen) -> str:
    """Return a note when the column looks like times that could not be read."""
    looks = ((ANY_ISO, "times with and without an offset, or days that do not exist"),
             (ANY_ORDER, "day/month order differs from row to row, or days that do not exist"),
             (SHORT_YEAR, "years of two digits"))  # fmt: skip
    for form, words in looks:
        if one.sample and all(re.fullmatch(form, value) for value in one.sample):
            return f"text that looks like times: {words}, such as {one.sample[0]}"
    return ""


def _example(one: _Seen, signs: str) -> str:
    return next((value for value in one.sample if any(sign in value for sign in signs)), "")


def _as_text(one: _Seen, missing: frozenset[str], note: str) -> Typed:
    cell = quoted(one.name)
    sql = f"CASE WHEN {cell_of(cell)} NOT IN ({_list(missing)}) THEN {cell} END"
    return Typed(one.name, "text", sql, None, note)


def _list(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in sorted(words))


def doubts(columns: Iterable[Column]) -> tuple[str, ...]:
    """What was left open: columns that stayed text though they look like something else."""
    open_ = (c for c in columns if c.kind == "text" and c.note not in KNOWN_TEXT)
    return tuple(f"{column.name}: {column.note}" for column in open_)
