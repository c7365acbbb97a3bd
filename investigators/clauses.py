"""Exceptions of a documented rule: read from a document's entries, or from one line of words.

``{when: amount from 150, label: refuse, since: 2026-01-01}``, ``{column: region, in: [a, b],
decision: accept}``, ``{input: amount, maximum: 150, label: refuse}`` (a limit: beyond it), and
lines such as ``amount of at least 150: refuse`` or ``refuse if region is east``.  What is none of
these stays text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from investigators.documented import Clause
from investigators.evidence import Cell, Condition
from investigators.roles.words import plain, words_of

LABEL = ("label", "decision", "then", "action", "result", "outcome", "gets")
WHEN = ("when", "if", "where", "condition", "conditions", "rows")
COLUMN = ("column", "input", "feature", "field", "name")
SINCE = ("since", "valid_from", "in_force_from", "effective_from", "from_date", "starts")
UNTIL = ("until", "valid_to", "valid_until", "in_force_until", "effective_to", "to_date", "ends")
NOTES = ("reason", "why", "note", "comment", "owner", "id", "title", "description", "text")
LEAST = ("from", "at_least", "ge", ">=", "gte")
OVER = ("above", "over", "more_than", "gt", ">")
UNDER = ("to", "below", "under", "less_than", "lt", "<")
MOST = ("up_to", "at_most", "le", "<=", "lte")
HIGHEST = ("maximum", "max", "limit")  # of a limit: beyond it; of a condition: up to it
LOWEST = ("minimum", "min")
EQUAL = ("equals", "is", "value", "eq", "=", "==")
AMONG = ("in", "one_of", "values", "list", "among")

N = r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)"
NAME = r"([^\W\d][\w.\- ]*?|\"[^\"]+\")"
OF = r"(?: (?:is|of|are))?"
DATE = r"(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?)"
FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (rf"{NAME}{OF} (?:between|from) {N} (?:and|to) {N}", "between"),
        (
            rf"{NAME}(?:{OF} (?:from|at least|not below)| ?(?:>=|≥)) ?{N}(?: upwards| and above)?",
            "ge",
        ),
        (rf"{NAME}{OF} {N} (?:or|and) (?:more|above|higher|over)", "ge"),
        (rf"{NAME}(?:{OF} (?:above|over|(?:more|greater|higher) than)| ?>) ?{N}", "gt"),
        (rf"{NAME}(?:{OF} (?:up to|at most|not above)| ?(?:<=|≤)) ?{N}", "le"),
        (rf"{NAME}{OF} {N} (?:or|and) (?:less|below|lower|under)", "le"),
        (rf"{NAME}(?:{OF} (?:below|under|(?:less|lower|smaller) than)| ?<) ?{N}", "lt"),
        (rf"{NAME} (?:is )?(?:missing|empty)", "missing"),
        (rf"{NAME} (?:is )?(?:one of|in|among) [\[(]?(.+?)[\])]?", "in"),
        (rf"{NAME}(?: ?==? ?| (?:is|equals|equal to) )([^\s,;]+|\"[^\"]+\")", "eq"),
    )
)
AND = re.compile(r"\s+and\s+(?!(?:more|above|higher|over|less|below|lower|under)\b)", re.IGNORECASE)
BETWEEN = re.compile(rf"(between {N}) and ({N})", re.IGNORECASE)
DATED = re.compile(
    rf"[\s,;(]*\b(since|from|valid from|in force from|until|valid to|to) {DATE}\)?", re.IGNORECASE
)
SIDES = re.compile(r"\s*(?::(?=\s)|→|->|=>|⇒|\bthen\b)\s*", re.IGNORECASE)
IF = re.compile(r"^(?:always )?(.+?)\s*(?:if|when|where|for)\s+(.+)$", re.IGNORECASE)
LEADING = re.compile(r"^(?:if|when|where|for)\s+", re.IGNORECASE)
DECIDES = frozenset(
    (
        "exception",
        "exceptions",
        "except",
        "unless",
        "always",
        "never",
        "regardless",
        "override",
        "overrides",
        "overridden",
        "list",
        "lists",
        "listed",
        "whitelist",
        "blacklist",
        "allowlist",
        "blocklist",
        "manually",
        "exempt",
        "exempted",
        "whatever",
        "irrespective",
        "vip",
        "vips",
        "ausnahme",
        "ausnahmen",
        "immer",
    )
)


def clause_of(entry: object, labels: Sequence[str]) -> Clause | None:
    """Read one entry; ``None`` where it says no condition on columns with a label.

    ``labels`` are the rule's: how a line of words may name them; an entry with a key for its label
    may name another one.
    """
    if isinstance(entry, str):
        return _line(entry, labels)
    if not isinstance(entry, Mapping):
        return None
    found = {_key(key): value for key, value in entry.items()}
    label = _first(found, LABEL)
    if label is None or isinstance(label, Mapping | list):
        return None
    used = {*LABEL, *SINCE, *UNTIL, *NOTES}
    rest = {key: value for key, value in found.items() if key not in used}
    when = _first(rest, WHEN)
    if when is not None:
        left = rest.keys() - set(WHEN)
        conditions = None if left else _conditions(when)
    else:
        column = _first(rest, COLUMN)
        bounds = {key: value for key, value in rest.items() if key not in COLUMN}
        conditions = _bounds(column, _beyond(bounds)) if isinstance(column, str) else None
    if not conditions:
        return None
    return Clause(text_of(entry), _as_label(label, labels), conditions,
                  text_of(_first(found, SINCE) or ""),
                  text_of(_first(found, UNTIL) or ""))  # fmt: skip


def text_of(value: object) -> str:
    """A value of a document as one line of text."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text_of(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(text_of(each) for each in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return " ".join(str(value).split())


def may_decide(text: str, labels: Sequence[str]) -> bool:
    """Whether a text may decide requests: a word such as "except", or a label and no score.

    What says a score and a label is taken for the rule in other words.
    """
    words = words_of(text)
    if DECIDES & set(words):
        return True
    stems = {word[:5] for label in labels for word in words_of(label) if len(word) > 3}
    named = any(word[:5] in stems for word in words if len(word) > 3)
    return named and not {"score", "scores"} & set(words)


def _first(found: Mapping[str, Any], keys: Sequence[str]) -> Any:  # noqa: ANN401 - a document's value
    return next((found[key] for key in keys if found.get(key) is not None), None)


def _as_label(label: object, labels: Sequence[str]) -> str:
    """The rule's own spelling of a label."""
    text = str(label).strip().rstrip(".;,")
    return next((each for each in labels if plain(each) == plain(text)), text)


def _conditions(value: object) -> tuple[Condition, ...] | None:
    """Conditions that all hold: a line, a list of them, or bounds by column."""
    if isinstance(value, str):
        return _said(value)
    if isinstance(value, Mapping):
        made: list[Condition] = []
        for column, bounds in value.items():
            one = _bounds(str(column), bounds)
            if one is None:
                return None
            made += one
        return tuple(made)
    if isinstance(value, list | tuple):
        each = [_conditions(one) for one in value]
        return None if None in each else tuple(c for one in each if one for c in one)
    return None


def _bounds(column: str, value: object) -> tuple[Condition, ...] | None:
    """One column's bounds: a value, a list of values, or a mapping such as ``{from: 150}``."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((name, only),) = value.items()
        if _key(name) in (*EQUAL, *AMONG):
            value = only
        elif _key(name) == "missing" and only is True:
            return (Condition(column, missing=True),)
    if isinstance(value, Mapping):
        found = _range(column, value)
    elif isinstance(value, list | tuple):
        found = _among(column, value) if value else None
    else:
        found = Condition(column, equals=value) if isinstance(value, str | int | float) else None
    return None if found is None else (found,)


def _range(column: str, bounds: Mapping[str, Any]) -> Condition | None:
    """Bounds of a number; ``None`` where one is no bound or no number."""
    lower = upper = None
    for name, given in bounds.items():
        key = _key(name)
        if isinstance(given, bool) or not isinstance(given, int | float):
            return None
        if key in (*LEAST, *LOWEST, *OVER):
            lower = _next(float(given)) if key in OVER else float(given)
        elif key in (*UNDER, *MOST, *HIGHEST):
            upper = float(given) if key in UNDER else _next(float(given))
        else:
            return None
    return Condition(column, lower=lower, upper=upper, closed="left") if bounds else None


def _key(name: object) -> str:
    return str(name).casefold().replace(" ", "_")


def _beyond(bounds: Mapping[str, Any]) -> dict[str, Any]:
    """What a limit of an input forbids, as a condition."""
    other = {**dict.fromkeys(HIGHEST, "above"), **dict.fromkeys(LOWEST, "below")}
    return {other.get(key, key): value for key, value in bounds.items()}


def _among(column: str, values: Sequence[Any]) -> Condition:
    cells: list[Cell] = [v if isinstance(v, int | float | bool) else str(v) for v in values]
    return Condition(column, within=tuple(cells))


def _next(value: float) -> float:
    """The next number up: a range is closed at its left end only."""
    return math.nextafter(value, math.inf)


def _line(text: str, labels: Sequence[str]) -> Clause | None:
    """``amount of at least 150: refuse (since 2026-01-01)``, ``refuse if region is east``."""
    dates = {match[1].casefold(): match[2] for match in DATED.finditer(text)}
    since = next((d for word, d in dates.items() if word not in ("until", "valid to", "to")), "")
    until = next((d for word, d in dates.items() if word in ("until", "valid to", "to")), "")
    bare = DATED.sub("", text).strip().strip("().;, ")
    for label, said in _sides(bare):
        named = _named(label, labels)
        when = _said(LEADING.sub("", said)) if named else None
        if named and when:
            return Clause(" ".join(text.split()), named, when, since, until)
    return None


def _sides(text: str) -> list[tuple[str, str]]:
    """Ways to cut a line into a label and a condition."""
    found = []
    parts = SIDES.split(text, maxsplit=1)
    if len(parts) == 2:
        found += [(parts[1], parts[0]), (parts[0], parts[1])]
    if (match := IF.match(text)) is not None:
        found.append((match[1], match[2]))
    return found


def _named(text: str, labels: Sequence[str]) -> str | None:
    """The label that a few words are, with at most a word such as "always" or "get" beside it."""
    words = [w for w in words_of(text) if w not in ("always", "get", "gets", "are", "is", "the")]
    return next((each for each in labels if list(words_of(each)) == words), None)


def _said(text: str) -> tuple[Condition, ...] | None:
    """Conditions in words, joined by "and"."""
    whole = BETWEEN.sub(r"\1 to \3", text.strip())
    found = []
    for each in AND.split(whole):
        one = _one(each.strip())
        if one is None:
            return None
        found.append(one)
    return tuple(found)


def _one(text: str) -> Condition | None:
    for form, kind in FORMS:
        if (match := form.fullmatch(text)) is None:
            continue
        column, values = match[1].strip().strip('"'), match.groups()[1:]
        if kind == "missing":
            return Condition(column, missing=True)
        if kind == "in":
            cells = [v.strip().strip("\"'") for v in re.split(r",|\bor\b", str(values[0]))]
            return Condition(column, within=tuple(v for v in cells if v))
        if kind == "eq":
            return Condition(column, equals=str(values[0]).strip("\"'"))
        first = float(values[0])
        if kind == "between":
            return Condition(column, lower=first, upper=_next(float(values[1])), closed="left")
        lower = {"ge": first, "gt": _next(first)}.get(kind)
        upper = {"lt": first, "le": _next(first)}.get(kind)
        return Condition(column, lower=lower, upper=upper, closed="left")
    return None
