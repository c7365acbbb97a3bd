"""Which column feeds which model input, and the SQL that hands it to the model."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from investigators.brief import nearest
from investigators.case import Brief, Confidence, Guess
from investigators.features import Dictionary
from investigators.model import Model, ModelInput
from investigators.roles.align import align
from investigators.roles.columns import core_columns, no_such_column
from investigators.roles.plausible import (
    OTHERWISE,
    Spread,
    is_training_range,
    plausibility,
    spreads,
    translated,
)
from investigators.roles.profile import Profile, profiles
from investigators.roles.same_name import Pairs, is_numbered, pairs_by_name
from investigators.tables.table import Table, literal, quoted
from investigators.trouble import InputTrouble

RANGE_ONLY = "mapped by range only"
Source = Literal["log", "reference", "feature_store"]
BY_VALUES_ONLY = ("by order", RANGE_ONLY, "the only column")


@dataclass(frozen=True, slots=True)
class Mapping:
    """The mapping of one table.

    ``guesses``: one per mapped input ("log.feature:NAME").  ``unmapped``: inputs without a column.
    ``expressions``: input -> SQL over the table, DOUBLE for numeric inputs, VARCHAR for categories.
    ``columns``: input -> column.  ``codes``: input -> (value in the table, category of the model).
    ``as_written``: input -> SQL of the values as the table writes them, where it writes all of them
    otherwise than the model and ``expressions`` has what they mean.
    """

    guesses: tuple[Guess, ...]
    unmapped: tuple[str, ...]
    expressions: dict[str, str]
    columns: dict[str, str]
    codes: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    as_written: dict[str, str] = field(default_factory=dict)

    def by_name(self) -> Mapping:
        """Without the inputs for whose column only order and values speak."""
        named = tuple(g for g in self.guesses if not g.reason.startswith(BY_VALUES_ONLY))
        kept = {guess.what.partition(":")[2] for guess in named}
        expressions = {name: sql for name, sql in self.expressions.items() if name in kept}
        columns = {name: column for name, column in self.columns.items() if name in kept}
        return replace(self, guesses=named, expressions=expressions, columns=columns)

    def told_by_name(self, inputs: Sequence[str]) -> bool:
        """Whether more than order and values speaks for the column of one of these inputs."""
        said = {guess.what.partition(":")[2]: guess.reason for guess in self.guesses}
        return any(not said[name].startswith(BY_VALUES_ONLY) for name in inputs)


@dataclass(frozen=True, slots=True)
class _Job:
    model: Model
    table: Table
    brief: Brief
    role: Source
    columns: Map[str, Profile]
    found: Pairs = field(default_factory=dict)

    @property
    def open(self) -> list[ModelInput]:
        said = self.brief.columns
        return [
            each
            for each in self.model.inputs
            # an empty list of columns says that this input has none
            if each.name not in self.found and said.get(f"{self.role}.feature:{each.name}") != ()
        ]

    @property
    def free(self) -> list[str]:
        taken = {column for column, _, _ in self.found.values()}
        ignored = set(self.brief.columns.get(f"{self.role}.ignore", ()))
        return [name for name in self.columns if name not in taken | ignored]


def map_inputs(
    model: Model,
    table: Table,
    brief: Brief,
    role: Source = "log",
    reference_mapping: Mapping | None = None,
    dictionary: Dictionary | None = None,
    columns: Map[str, Profile] | None = None,
) -> Mapping:
    """Map the model's inputs to columns, each with its reason; no column feeds two inputs.

    In this order: given; equal names; case, separators, prefixes, abbreviations; names of the
    reference (``reference_mapping``) and of the dictionary; training range met exactly; order;
    value range with split points ("mapped by range only").  ``columns`` are the table's profiles
    where they are known already.

    Raises:
        InputTrouble: a given input or column does not exist.
    """
    job = _Job(model, table, brief, role, columns or profiles(table))
    _given(job)
    _by_names(job, reference_mapping, dictionary)
    if job.open:
        _by_values(job)
    return _result(job, reference_mapping)


def _given(job: _Job) -> None:
    prefix = f"{job.role}.feature:"
    names = [each.name for each in job.model.inputs]
    for what, columns in job.brief.columns.items():
        if not what.startswith(prefix):
            continue
        name = what.removeprefix(prefix)
        if name not in names:
            raise InputTrouble(
                job.model.name,
                f"the model has no input {name}",
                place=what,
                expected=f"one of {', '.join(names[:12])}",
                mend=nearest(name, names),
            )
        if not columns:
            continue
        if columns[0] not in job.columns:
            raise no_such_column(job.table.name, columns[0], what, job.columns)
        job.found[name] = (columns[0], "given", "given")
    used = [column for column, _, _ in job.found.values()]
    for column in used:
        if used.count(column) > 1:
            two = [name for name, pair in job.found.items() if pair[0] == column]
            raise InputTrouble(
                job.table.name,
                f"column {column} is given for {' and '.join(two)}",
                expected="one input per column",
            )


def _by_names(job: _Job, reference: Mapping | None, dictionary: Dictionary | None) -> None:
    job.found.update(pairs_by_name([each.name for each in job.open], job.free))
    if reference is not None:
        other: dict[str, Sequence[str]] = {
            name: [column] for name, column in reference.columns.items()
        }
        open_ = [each.name for each in job.open if each.name in other]
        pairs = pairs_by_name(open_, job.free, other, "name as in the reference")
        certain = {guess.what.partition(":")[2]: guess for guess in reference.guesses}
        for name, (column, reason, confidence) in pairs.items():
            # A name is no surer than the mapping of the reference that it repeats.
            weak = certain[name].confidence == "weak"
            said = f"{reason} ({certain[name].reason})"
            job.found[name] = (column, said, "weak" if weak else confidence)
    if dictionary is not None and dictionary.features:
        other = _dictionary_names(job.model, dictionary)
        open_ = [each.name for each in job.open if each.name in other]
        job.found.update(pairs_by_name(open_, job.free, other, "name as in the dictionary"))


def _dictionary_names(model: Model, dictionary: Dictionary) -> dict[str, Sequence[str]]:
    """Other names of inputs: their meanings; by order when the model only counts its inputs."""
    entries = list(dictionary.features.values())
    names = [each.name for each in model.inputs]
    if is_numbered(names) and len(entries) == len(names):
        return {name: [entry.name] for name, entry in zip(names, entries, strict=True)}
    return {
        name: [dictionary.features[name].meaning]
        for name in names
        if name in dictionary.features and dictionary.features[name].meaning
    }


def _by_values(job: _Job) -> None:
    mapped = [column for column, _, _ in job.found.values()]
    taken = core_columns(job.table, job.brief, job.model, job.columns, mapped, job.role)
    free = [job.columns[name] for name in job.free if name not in taken]
    free = [p for p in free if p.filled and p.column.kind != "time"]
    found = spreads(job.table, free)
    _by_training_range(job, found)
    left = [found[p.name] for p in free if p.name in set(job.free)]
    if job.open and left:
        _by_order_or_range(job, left)


def _by_training_range(job: _Job, found: Map[str, Spread]) -> None:
    """Pair where exactly one free column has exactly the training range of exactly one input."""
    names = [name for name in job.free if name in found]
    numeric = [each for each in job.open if each.kind == "numeric"]
    fits = {
        each.name: [name for name in names if is_training_range(each, found[name].profile)]
        for each in numeric
    }
    for name, columns in fits.items():
        rivals = [other for other, theirs in fits.items() if set(theirs) & set(columns)]
        if len(columns) == 1 and len(rivals) == 1:
            reason = "its smallest and largest value are the model's training range"
            job.found[name] = (columns[0], reason, "sure")


def _by_order_or_range(job: _Job, left: Sequence[Spread]) -> None:
    score = [[plausibility(each, spread) for spread in left] for each in job.open]
    anchors = _anchors(job, left)
    pairs = align(score, anchors)
    for each, pair in zip(list(job.open), pairs, strict=True):
        if pair is None:
            continue
        column = left[pair.column].profile.name
        confidence: Confidence = "weak"
        if pair.by_order:
            fits = pair.score >= 0.5
            reason = "by order" + (" and value range" if fits else "")
            confidence = "likely" if fits else "weak"
        elif pair.only:
            reason, confidence = "the only column with its values", "likely"
        else:
            reason = RANGE_ONLY
        job.found[each.name] = (column, reason, confidence)


def _anchors(job: _Job, left: Sequence[Spread]) -> list[tuple[int, int]]:
    """Bounds (first, last) of file positions for each open input, from neighbours already mapped.

    Only where the mapped inputs stand in the file in the model's order; else no bounds.
    """
    order = [each.name for each in job.model.inputs]
    place = {n: job.columns[job.found[n][0]].position for n in order if n in job.found}
    mapped = [place[name] for name in order if name in place]
    bounds = []
    for each in job.open:
        first, last = -1, 1 << 30
        if mapped == sorted(mapped):
            here = order.index(each.name)
            first = max((place[n] for n in order[:here] if n in place), default=-1)
            last = min((place[n] for n in order[here:] if n in place), default=1 << 30)
        inside = [i for i, spread in enumerate(left) if first < spread.profile.position < last]
        bounds.append((inside[0], inside[-1]) if inside else (0, -1))
    return bounds


def _result(job: _Job, reference: Mapping | None) -> Mapping:
    guesses, expressions, columns = [], {}, {}
    codes: dict[str, tuple[tuple[str, str], ...]] = {}
    as_written: dict[str, str] = {}
    for each in job.model.inputs:
        if each.name not in job.found:
            continue
        column, reason, confidence = job.found[each.name]
        profile = job.columns[column]
        guess = Guess(f"{job.role}.feature:{each.name}", column, reason, confidence)
        pairs, words = _codes(each, profile, reference)
        if pairs:
            codes[each.name] = tuple(sorted(pairs.items()))
            guess = replace(guess, reason=f"{reason}; {words}")
            if words == OTHERWISE and each.kind == "category" and not each.coded:
                as_written[each.name] = _category_sql(each, profile, {})
        elif words := _unreadable(each, profile):
            guess = replace(guess, reason=f"{reason}; {words}", confidence="weak")
        if each.kind == "category":
            expressions[each.name] = _category_sql(each, profile, pairs)
        else:
            expressions[each.name] = _number_sql(profile, pairs)
        columns[each.name] = column
        guesses.append(guess)
    unmapped = tuple(each.name for each in job.model.inputs if each.name not in columns)
    return Mapping(tuple(guesses), unmapped, expressions, columns, codes, as_written)


def _unreadable(each: ModelInput, profile: Profile) -> str:
    """Say it where text feeds an input that only takes numbers; empty where all are numbers."""
    if profile.column.kind != "text" or (each.kind == "category" and not each.coded):
        return ""
    words = profile.filled - profile.numerals
    if not words:
        return ""
    if profile.numerals:
        shown = f"{words:,} of {profile.filled:,} values are no numbers: they count as missing"
    else:
        shown = "holds words where the model knows numbers only: they count as missing"
    doubt = profile.column.note
    return f"{shown} ({doubt})" if doubt else shown


def _codes(
    each: ModelInput, profile: Profile, reference: Mapping | None
) -> tuple[dict[str, str], str]:
    if each.kind == "numeric" and profile.column.kind != "text":
        return {}, ""
    values = [value for value, _ in profile.values]
    if reference is not None and each.name in reference.codes:
        known = dict(reference.codes[each.name])
        if any(value in known for value in values):
            return known, "values translated as in the reference"
    found = translated(each, values)
    return found if found is not None else ({}, "")


def _number_sql(profile: Profile, pairs: Map[str, str]) -> str:
    name = quoted(profile.name)
    if pairs:
        cases = " ".join(f"WHEN {literal(v)} THEN {float(c)!r}" for v, c in sorted(pairs.items()))
        return f"CAST(CASE {name} {cases} END AS DOUBLE)"
    match profile.column.kind:
        case "text":
            return f"TRY_CAST({name} AS DOUBLE)"
        case "boolean":
            return f"CAST(CAST({name} AS TINYINT) AS DOUBLE)"
        case "time":
            return f"epoch({name})"
        case _:
            return f"CAST({name} AS DOUBLE)"


def _category_sql(each: ModelInput, profile: Profile, pairs: Map[str, str]) -> str:
    text = f"CAST({quoted(profile.name)} AS VARCHAR)"
    if not pairs:
        if each.coded and profile.column.kind == "text":
            return f"CAST(TRY_CAST({quoted(profile.name)} AS BIGINT) AS VARCHAR)"
        return text
    cases = " ".join(f"WHEN {literal(v)} THEN {literal(c)}" for v, c in sorted(pairs.items()))
    # A value without a translation stays as it is, so that it shows as unseen; where the model
    # only knows codes there is no such code, and it counts as missing.
    return f"CASE {text} {cases} ELSE {'NULL' if each.coded else text} END"
