"""Feature dictionary as the properties of a dbt project: columns, what they mean, their tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from investigators.dictionary import DictionaryForm
from investigators.dictionary_entry import feature_of
from investigators.features import Dictionary, Feature
from investigators.trouble import InputTrouble

Node = Mapping[str, Any]

RESOURCES = ("models", "sources", "seeds", "snapshots")
# Tests by the last part of their names: dbt's own, dbt_utils', dbt_expectations'.
NEVER_MISSING = ("not_null", "expect_column_values_to_not_be_null")
LEVELS = {"accepted_values": "values", "expect_column_values_to_be_in_set": "value_set"}
RANGES = ("accepted_range", "expect_column_values_to_be_between")
CONDITIONS = ("where", "row_condition")
ELSEWHERE = re.compile(r"\{\{\s*doc\(.*\)\s*\}\}")  # the text stands in a file of its own


def knows(document: Node) -> bool:
    """Whether one of dbt's resources lists columns."""
    return any(isinstance(table, Mapping) and "columns" in table for _, table in _tables(document))


def read(document: Node, name: str) -> Dictionary:
    """Read the columns of all models, sources, seeds and snapshots.

    A test that holds under a condition, is switched off or compares with an expression says nothing
    of the column as a whole; a range without its ends counts as one with them.

    Source: docs.getdbt.com, "About data tests property" (``tests`` or ``data_tests``, arguments
    beside the name or under ``arguments``); dbt_utils, "accepted_range".

    Raises:
        InputTrouble: a column without a name, a test that cannot be read, or two tables that say
            different things of one column.
    """
    features: dict[str, Feature] = {}
    at: dict[str, str] = {}
    for where, table in _tables(document):
        for place, column in _columns(table, where, name):
            feature = feature_of(_entry(column, place, name), place, name)
            before = features.get(feature.name)
            if before is not None:
                feature = _both(before, feature, (at[feature.name], place), name)
            features[feature.name] = feature
            at.setdefault(feature.name, place)
    if not features:
        raise InputTrouble(name, "no table lists a column", expected="columns with their names")
    return Dictionary(features, name)


def _tables(document: Node) -> Iterator[tuple[str, Any]]:
    """Yield (place, table) of every model, seed and snapshot, and of every table of a source."""
    for kind in RESOURCES:
        listed = document.get(kind)
        for number, each in enumerate(listed if isinstance(listed, list) else ()):
            where = _place(kind, number, each)
            inner = each.get("tables") if isinstance(each, Mapping) else None
            if kind != "sources":
                yield where, each
            elif isinstance(inner, list):
                for k, table in enumerate(inner):
                    yield _place(f"{where}.tables", k, table), table


def _place(before: str, number: int, each: object) -> str:
    name = each.get("name") if isinstance(each, Mapping) else None
    return f"{before}.{name}" if name else f"{before}[{number}]"


def _columns(table: object, where: str, file: str) -> Iterator[tuple[str, Node]]:
    if not isinstance(table, Mapping):
        raise InputTrouble(file, f"{table!r} is no table", place=where, expected="name and columns")
    listed = table.get("columns") or []
    if not isinstance(listed, list):
        raise InputTrouble(
            file, "the columns are no list", place=where, expected="- name: ... for each column"
        )
    for number, each in enumerate(listed):
        place = _place(f"{where}.columns", number, each)
        if not isinstance(each, Mapping):
            raise InputTrouble(
                file, f"{str(each)[:60]!r} is no column", place=place, expected="- name: ..."
            )
        yield place, each


def _entry(column: Node, place: str, file: str) -> dict[str, Any]:
    """A column as a plain entry; what its tests hold goes before what its meta says."""
    config = column.get("config")
    inner = config.get("meta") if isinstance(config, Mapping) else None
    meta = {**_mapping(inner), **_mapping(column.get("meta"))}
    told = str(column.get("description") or "").strip()
    entry: dict[str, Any] = {
        "name": column.get("name"),
        "description": None if ELSEWHERE.fullmatch(told) else told,
        "type": column.get("data_type"),
    }
    for key in ("tests", "data_tests"):
        listed = column.get(key) or []
        if not isinstance(listed, list):
            raise InputTrouble(
                file, f"the {key} are no list", place=place, expected="- not_null and the like"
            )
        for number, test in enumerate(listed):
            entry.update(_held(test, f"{place}.{key}[{number}]", file))
    promised = column.get("constraints")
    for each in promised if isinstance(promised, list) else ():
        if _mapping(each).get("type") == "not_null":
            entry["required"] = True
    return {**{k: v for k, v in entry.items() if v is not None}, "meta": meta}


def _mapping(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _held(test: object, place: str, file: str) -> dict[str, Any]:
    """What one test says of its column."""
    kind, given = _named(test, place, file)
    config = {**given, **_mapping(given.get("config"))}
    if config.get("enabled") is False or any(config.get(word) for word in CONDITIONS):
        return {}
    arguments = {**given, **_mapping(given.get("arguments"))}
    if kind in NEVER_MISSING:
        return {"required": True}
    if kind in LEVELS:
        levels = arguments.get(LEVELS[kind])
        if isinstance(levels, str):  # an expression that dbt works out
            return {}
        if not isinstance(levels, list) or not levels:
            raise InputTrouble(
                file, f"{kind} without values", place=place, expected=f"{LEVELS[kind]}: [a, b]",
                mend=f"list the values under {LEVELS[kind]}, or take the test out",
            )  # fmt: skip
        return {"allowed": levels}
    if kind in RANGES:
        ends = {"minimum": "min_value", "maximum": "max_value"}
        return {
            k: v for k, word in ends.items() if (v := _constant(arguments.get(word))) is not None
        }
    return {}


def _named(test: object, place: str, file: str) -> tuple[str, Node]:
    """The last part of a test's name, and what is given to it."""
    if isinstance(test, str):
        return test.rpartition(".")[2], {}
    if isinstance(test, Mapping) and "test_name" in test:
        return str(test["test_name"]).rpartition(".")[2], test
    # Arguments may be indented too little: they then stand beside the name of the test.
    if isinstance(test, Mapping) and len(test) == 1:
        kind, given = next(iter(test.items()))
        return str(kind).rpartition(".")[2], _mapping(given)
    raise InputTrouble(
        file, f"{str(test)[:60]!r} is no test", place=place,
        expected="the name of a test, with its arguments under it",
        mend="indent the arguments below the name",
    )  # fmt: skip


def _constant(value: object) -> float | None:
    """A bound that is a number; another column or an expression is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _both(one: Feature, other: Feature, at: tuple[str, str], file: str) -> Feature:
    """One column of two tables: what either says, where they do not contradict each other."""
    for what in ("unit", "minimum", "maximum", "allowed"):
        mine, theirs = getattr(one, what), getattr(other, what)
        if mine not in (None, ()) and theirs not in (None, ()) and mine != theirs:
            raise InputTrouble(
                file, f"{one.name} has another {what} in {at[0]}", place=at[1],
                expected="one meaning of a column",
                mend="keep only the table that the model reads in the file",
            )  # fmt: skip
    return replace(
        one,
        meaning=one.meaning or other.meaning,
        unit=one.unit or other.unit,
        kind=one.kind or other.kind,
        minimum=other.minimum if one.minimum is None else one.minimum,
        maximum=other.maximum if one.maximum is None else one.maximum,
        allowed=one.allowed or other.allowed,
        missing_codes=one.missing_codes or other.missing_codes,
        zone=one.zone or other.zone,
        direction=one.direction or other.direction,
        sensitive=one.sensitive or other.sensitive,
        required=one.required and other.required,
    )


DICTIONARY_FORM = DictionaryForm("dbt", knows, read)
