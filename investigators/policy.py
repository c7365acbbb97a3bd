"""The documented decision rule: which score gets which decision, by whom it was written down.

A document names bands or cut points, under these keys or inside ``policy`` or ``decision_rule``::

    decisions:                         cuts: [0.2, 0.6]
      - {label: accept, to: 0.2}       labels: [accept, review, refuse]
      - {label: review, from: 0.2}     adverse: [refuse]
    adverse: review

or ``threshold: 0.2`` with ``above`` and ``below``.  ``valid_from`` or ``since`` (a date) may stand
beside them, and ``exceptions``, ``limits`` or ``overrides`` (see :mod:`investigators.clauses`).
Several rules, each with its day, stand in a list ``rules`` (or ``versions``, ``history``).  What is
none of that is kept as text and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from investigators import shelf
from investigators.case import Brief, Guess, Place, Rule
from investigators.clauses import SINCE, UNTIL, clause_of, may_decide, text_of
from investigators.documented import (
    Clause,
    Documented,
    Stage,
    clause_words,
    span_of,
    stage_words,
)
from investigators.evidence import Condition
from investigators.roles.words import joined
from investigators.tables.table import Column, Table
from investigators.trouble import InputTrouble

INSIDE = ("policy", "decision_rule", "rule")
KEYS = ("decisions", "cuts", "threshold")
SEVERAL = ("rules", "versions", "history", "policies", *INSIDE)
EXCEPTIONS = ("exceptions", "overrides", "limits", "lists", "exception", "override")
PAGE = " text"  # what a page says besides: paragraphs
SHARED = ("labels", "above", "below", "adverse")  # said once for several rules
OWN = frozenset((*KEYS, *SEVERAL, *EXCEPTIONS, *SINCE, *UNTIL, *SHARED))
ABOUT = frozenset((
    "title", "name", "id", "owner", "version", "author", "approved_by", "approved", "model", "team",
    "contact", "url", "link", "date", "updated", "created", "review_date", "zone",
))  # fmt: skip
EXPECTED = "decisions with label, from and to; or cuts and labels; or threshold, above and below"


@dataclass(frozen=True, slots=True)
class Policy:
    """Ascending ``cuts`` on the logged score's scale, one label more (lowest band first).

    They are those in force last, from ``valid_from`` to ``until``; ``earlier`` went before them.
    ``unread`` are texts that may decide requests, ``aside`` is any other text: no rule, and so not
    compared.
    """

    cuts: tuple[float, ...]
    labels: tuple[str, ...]
    adverse: tuple[str, ...] = ()
    valid_from: str = ""
    until: str = ""
    earlier: tuple[Stage, ...] = ()
    exceptions: tuple[Clause, ...] = ()
    unread: tuple[str, ...] = field(default=(), compare=False)
    aside: tuple[str, ...] = field(default=(), compare=False)

    @property
    def documented(self) -> Documented:
        """The whole of it: rules by time, exceptions, and what is only text."""
        last = Stage(self.cuts, self.labels, self.valid_from, self.until)
        return Documented((*self.earlier, last), self.exceptions, self.unread, self.aside)

    def over(self, brief: Brief) -> Brief:
        """The brief with the policy's rule, which what was given by hand goes before."""
        one = self.adverse[0] if len(self.adverse) == 1 else None
        return replace(
            brief, cuts=self.cuts, labels=self.labels, threshold=None, above=None, below=None,
            adverse=brief.adverse or one,
        )  # fmt: skip

    def gives_way(self, brief: Brief) -> bool:
        """Whether a cut point was given by hand."""
        return bool(brief.cuts) or brief.threshold is not None

    def told(
        self, rule: Rule, guesses: Sequence[Guess], brief: Brief, log: Table,
        roles: Mapping[str, str],
    ) -> tuple[Rule, tuple[Guess, ...]]:  # fmt: skip
        """The rule and what was guessed with it, said to be the policy's where it is.

        ``log`` is the canonical log and ``roles`` its columns by role: exceptions ask for them.
        """
        documented = _on_columns(self.documented, log, roles)
        if self.gives_way(brief):
            same = rule.cuts == self.cuts
            words = "as given by hand" if same else "not used: another one was given by hand"
            own = Guess("policy", ", ".join(f"{cut:g}" for cut in self.cuts), words, "given")
            given = replace(documented, stages=(Stage(rule.cuts, rule.labels),))
            return replace(rule, documented=given), (*guesses, own, *_told(given))
        adverse = rule.adverse if brief.adverse or not self.adverse else self.adverse
        since = f", in force from {self.valid_from}" if self.valid_from else ""
        said = []
        for each in guesses:
            reason = each.reason.replace("given", f"from the policy file{since}")
            if each.what == "adverse" and adverse == self.adverse:
                said.append(Guess("adverse", ", ".join(adverse), reason, "given"))
            else:
                said.append(replace(each, reason=reason))
        said += _told(documented)
        made = replace(rule, source="policy", adverse=adverse, documented=documented)
        return made, tuple(said)


@dataclass(frozen=True, slots=True)
class PolicyReader:
    """One format: ``open(path, display name)`` returns the rule, or raises InputTrouble."""

    suffixes: tuple[str, ...]
    name: str
    open: Callable[[Path, str], Policy]


def policy_of(brief: Brief) -> Policy | None:
    """The documented rule, where one is named.

    Raises:
        InputTrouble: not there, of no known format, or no rule in it.
    """
    places = brief.sources.get("policy", ())
    if not places:
        return None
    return open_policy(places[0], base=brief.base)


def open_policy(place: Place, *, base: str = ".") -> Policy:
    """Open a policy by its file's suffix.

    Raises:
        InputTrouble: as above.
    """
    path = Path(base) / Path(place.path).expanduser()
    if not path.is_file():
        raise InputTrouble(place.name, "there is no such file", expected="a policy")
    readers: tuple[PolicyReader, ...] = shelf.policy_readers()
    for reader in readers:
        if path.name.lower().endswith(reader.suffixes):
            return reader.open(path, place.name)
    known = ", ".join(f"{reader.name} ({' '.join(reader.suffixes)})" for reader in readers)
    raise InputTrouble(place.name, "this format of policy is not read", expected=known)


def rule_of(document: object, name: str) -> Policy:
    """Turn a parsed document into a Policy.

    Raises:
        InputTrouble: no rule in it, bands that leave a gap or overlap, labels that do not fit.
    """
    entries, around = _entries(document)
    if not entries:
        raise InputTrouble(name, "no decision rule is in it", expected=EXPECTED)
    shared = {key: around[key] for key in SHARED if key in around}
    read = [_single({**shared, **entry}, name) for entry in entries]
    whole = in_order(read, name)
    labels = tuple(dict.fromkeys(label for one in read for label in one.labels))
    made: list[tuple[object, Clause | None]] = []
    for entry, one in zip(entries, read, strict=True):
        alone = Stage(one.cuts, one.labels, one.valid_from, one.until)
        made += [(e, _within(clause_of(e, labels), alone)) for e in exceptions_in(entry)]
    made += [(e, clause_of(e, labels)) for e in exceptions_in(around)]
    texts = [text for each in (*entries, around) for text in _other(each)]
    unread = [text_of(e) for e, clause in made if clause is None]
    unread += [text for key, text in texts if key not in ABOUT and may_decide(text, labels)]
    aside = [text for _, text in texts if text not in unread]
    return replace(
        whole, exceptions=tuple(clause for _, clause in made if clause is not None),
        unread=tuple(unread), aside=tuple(aside),
    )  # fmt: skip


def in_order(read: Sequence[Policy], name: str) -> Policy:
    """The last of several rules, with those before it as ``earlier``.

    Raises:
        InputTrouble: several without a day, or a day that is no date.
    """
    if len(read) == 1:
        return read[0]
    days = {}
    for one in read:
        span = span_of(one.valid_from, None)
        if one.valid_from and span is None:
            _wrong(name, "valid_from", f"{one.valid_from!r} is no date", "a date: 2026-03-17")
        days[id(one)] = None if span is None else span[0]
    ordered = sorted(read, key=lambda one: (days[id(one)] is not None, str(days[id(one)])))
    if len({days[id(one)] for one in read}) != len(read):
        _wrong(name, "valid_from", "several rules are in force from one day", "a day for each rule")
    earlier = []
    for one, after in pairwise(ordered):
        earlier.append(Stage(one.cuts, one.labels, one.valid_from, one.until or after.valid_from))
    adverse = tuple(dict.fromkeys(label for one in read for label in one.adverse))
    return replace(ordered[-1], earlier=tuple(earlier), adverse=adverse)


def _single(found: Mapping[str, Any], name: str) -> Policy:
    """One rule: bands, cuts or a threshold, and when it is in force."""
    adverse = _texts(found.get("adverse", ()), "adverse", name)
    valid, until = (
        next((text_of(found[key]) for key in keys if found.get(key) is not None), "")
        for keys in (SINCE, UNTIL)
    )
    if "decisions" in found:
        cuts, labels, marked = _bands(found["decisions"], name)
        adverse = adverse or marked
    elif "cuts" in found:
        cuts = tuple(_number(each, "cuts", name) for each in _list(found["cuts"], "cuts", name))
        labels = _texts(found.get("labels", ()), "labels", name)
    else:
        cuts = (_number(found["threshold"], "threshold", name),)
        labels = _texts([found.get("below"), found.get("above")], "above and below", name)
    if list(cuts) != sorted(set(cuts)) or not cuts:
        _wrong(name, "cuts", "cut points out of order", "rising numbers")
    if len(labels) != len(cuts) + 1 or len(set(labels)) != len(labels):
        _wrong(
            name, "labels", f"{len(cuts)} cut points and {len(labels)} labels",
            f"{len(cuts) + 1} different labels, the one below the first cut first",
        )  # fmt: skip
    unknown = [each for each in adverse if each not in labels]
    if unknown:
        _wrong(name, "adverse", f"{unknown[0]} is none of the labels", f"of {', '.join(labels)}")
    return Policy(cuts, labels, adverse, valid, until)


def _wrong(name: str, place: str, found: str, expected: str) -> NoReturn:
    raise InputTrouble(name, found, place=place, expected=expected)


def _entries(document: object) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    """The rules of a document, and what stands around them."""
    if isinstance(document, list):
        document = {"rules": document}
    if not isinstance(document, Mapping):
        return [], {}
    several = _listed(document)
    if any(key in document for key in KEYS):
        return [document, *several], {}
    if several:
        return several, document
    for key in INSIDE:
        found, around = _entries(document.get(key))
        if found:
            return found, {**{k: v for k, v in document.items() if k != key}, **around}
    return [], {}


def _listed(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rules in a list under one of its keys; every entry is one."""
    for key in SEVERAL:
        found = document.get(key)
        if isinstance(found, list) and found and all(isinstance(one, Mapping) for one in found):
            rules = [one for one in found if any(k in one for k in KEYS)]
            if len(rules) == len(found):
                return rules
    return []


def exceptions_in(found: Mapping[str, Any]) -> list[object]:
    """The entries under the keys for exceptions."""
    entries: list[object] = []
    for key in EXCEPTIONS:
        value = found.get(key)
        entries += value if isinstance(value, list) else [] if value is None else [value]
    return entries


def _within(clause: Clause | None, stage: Stage) -> Clause | None:
    """An exception that stands inside a rule is in force as long as the rule, unless it says."""
    if clause is None:
        return None
    return replace(clause, since=clause.since or stage.since, until=clause.until or stage.until)


def _other(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Key and text of what is neither rule nor exception."""
    told = []
    for key, value in ((str(k), v) for k, v in found.items()):
        if key == PAGE:
            told += [(key, text_of(line)) for line in value]
        elif key.casefold() not in OWN and value is not None:
            told.append((key.casefold(), f"{key}: {text_of(value)}"))
    return told


def _on_columns(found: Documented, log: Table, roles: Mapping[str, str]) -> Documented:
    """The exceptions with the log's own columns; one whose column is not there stays text."""
    clauses, unread = [], list(found.unread)
    for clause in found.clauses:
        when = [_on_column(one, log, roles) for one in clause.when]
        dated = all(not day or span_of(day, None) for day in (clause.since, clause.until))
        if dated and None not in when:
            clauses.append(replace(clause, when=tuple(one for one in when if one is not None)))
        else:
            unread.append(clause.text)
    return replace(found, clauses=tuple(clauses), unread=tuple(unread))


def _on_column(one: Condition, log: Table, roles: Mapping[str, str]) -> Condition | None:
    own = [c for c in log.columns if not c.name.startswith("fw_")]
    wanted = joined(one.column)
    name = next((c.name for c in own if c.name == one.column), None)
    name = name or next((c.name for c in own if joined(c.name) == wanted), None)
    name = name or next((column for role, column in roles.items() if joined(role) == wanted), None)
    column = None if name is None else log.column(name)
    if name is None or column is None:
        return None
    if one.lower is None and one.upper is None:
        return _as_written(replace_column(one, name), column)
    return replace_column(one, name) if column.kind in ("integer", "number") else None


def _as_written(one: Condition, column: Column) -> Condition | None:
    """Values as the engine writes those of the column: 20 is 20.0 where numbers have decimals."""
    values = one.within if one.within is not None else (one.equals,)
    if one.missing or column.kind not in ("integer", "number"):
        return one
    try:
        numbers = [float(str(value)) for value in values]
    except ValueError:
        return None
    whole = column.kind == "integer"
    cells = tuple(str(int(x)) if whole and x.is_integer() else str(x) for x in numbers)
    if one.within is not None:
        return Condition(one.column, within=cells)
    return Condition(one.column, equals=cells[0])


def replace_column(one: Condition, name: str) -> Condition:
    """The same condition on another column."""
    return msgspec.structs.replace(one, column=name)


def _told(found: Documented) -> list[Guess]:
    """What was read and what was not, as lines beside what else was guessed."""
    said = [
        Guess("policy.exception", clause.words, f"read: {clause_words(clause)}", "given")
        for clause in found.clauses
    ]
    if len(found.stages) > 1:
        said += [Guess("policy.rule", stage_words(each), "read from the policy file", "given")
                 for each in found.stages]  # fmt: skip
    said += [
        Guess("policy.text", text, "not understood: kept as text, may decide requests", "weak")
        for text in found.unread
    ]
    said += [Guess("policy.text", text, "kept as text: no rule", "given") for text in found.aside]
    return said


def _list(value: object, place: str, name: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        _wrong(name, place, f"{value!r} is no list", "a list")
    return list(value)


def _texts(value: object, place: str, name: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    found = _list(value, place, name)
    if any(each is None or isinstance(each, Mapping | list) for each in found):
        _wrong(name, place, "a label is missing", "texts")
    return tuple(str(each) for each in found)


def _number(value: object, place: str, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    _wrong(name, place, f"{value!r} is no number", "a number on the logged score's scale")


def _bands(value: object, name: str) -> tuple[tuple[float, ...], tuple[str, ...], tuple[str, ...]]:
    """Bands from the lowest up: each begins where the one before ends."""
    bands: list[tuple[float, float, str, bool]] = []
    for k, each in enumerate(_list(value, "decisions", name)):
        place = f"decisions[{k}]"
        if not isinstance(each, Mapping) or not each.get("label"):
            _wrong(name, place, "a band without a label", "label, from and to")
        ends = [
            infinite if each.get(key) is None else _number(each[key], f"{place}.{key}", name)
            for key, infinite in (("from", float("-inf")), ("to", float("inf")))
        ]
        bands.append((ends[0], ends[1], str(each["label"]), bool(each.get("adverse"))))
    bands.sort()
    for before, after in pairwise(bands):
        if before[1] == float("inf"):  # "to" may be left out where the next band begins
            continue
        if before[1] != after[0]:
            _wrong(
                name, "decisions",
                f"{before[2]} ends at {before[1]:g} and {after[2]} begins at {after[0]:g}",
                "bands that follow each other without gap or overlap",
            )  # fmt: skip
    cuts = tuple(band[0] for band in bands[1:])
    return cuts, tuple(band[2] for band in bands), tuple(band[2] for band in bands if band[3])
