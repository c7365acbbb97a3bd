"""A repair tried by hand: steps as data, and each as one line that people and scripts write.

``divide form_fill_time by 1000 where app_version = 4.8.1 since 2026-05-07 06:32``.  The verbs are
those in which the report words a repair.  A name or a value with spaces, commas or quotes, or one
that is a word of this language, stands in double quotes (a quote in it is doubled); a value in
quotes is a text, else a number where it reads as one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from investigators.clock import moment
from investigators.evidence import (
    Affine,
    Cell,
    Condition,
    Epoch,
    Fill,
    Map,
    RepairResult,
    Scale,
    Segment,
    Swap,
    TakeFrom,
    Threshold,
    Transform,
)
from investigators.trouble import InputTrouble

FORMS = (
    "divide X by 1000", "multiply X by 60", "subtract 32 from X", "add 5 to X",
    "subtract 32 from X and divide by 1.8", "convert X from ms to s", "put missing for -999 in X",
    "swap X with Y", "take X from SOURCE", "score with MODEL", "cut-off 0.2 to 0.3",
)  # fmt: skip
ROWS = (
    "COLUMN = VALUE", "COLUMN >= NUMBER", "COLUMN < NUMBER", "COLUMN in VALUE, VALUE",
    "COLUMN is missing", "hour of COLUMN in 22, 23", "several with and between them",
)  # fmt: skip
EXAMPLE = "divide form_fill_time by 1000 where app_version = 4.8.1"
LINES = {  # what a form puts together
    "divide": "divide {name} by {one}",
    "multiply": "multiply {name} by {one}",
    "subtract": "subtract {one} from {name}",
    "add": "add {one} to {name}",
    "missing": "put missing for {one} in {name}",
    "put": "put {two} for {one} in {name}",
    "convert": "convert {name} from {one} to {two}",
    "swap": "swap {name} with {one}",
    "cut": "cut-off {one} to {two}",
}
AND = " and "  # between conditions
UNITS = ("s", "ms", "us", "ns")
PARTS = ("hour", "weekday")
WORDS = frozenset((
    "divide", "multiply", "subtract", "add", "convert", "put", "swap", "take", "cut-off", "by",
    "from", "to", "and", "for", "in", "with", "where", "since", "until", "is", "missing", "of",
    "=", ">=", "<", *PARTS,
))  # fmt: skip
TOKEN = re.compile(r'"(?:[^"]|"")*"|,|[^\s,"]+')
SQL_TOKEN = re.compile(r"""'(?:[^']|'')*'|""" + TOKEN.pattern)
SQL_WORDS = ("AND", "IN", "IS", "MISSING", "OF")
BARE = re.compile(r'[^\s,"]+')


@dataclass(frozen=True, slots=True)
class Step:
    """One change to undo in the rows of a segment, from ``since`` to before ``until`` (times)."""

    transform: Transform
    feature: str = ""
    segment: Segment = None
    since: str | None = None
    until: str | None = None

    def text(self) -> str:
        """The step as :func:`parse` reads it."""
        parts = [_change(self.transform, self.feature)]
        if self.segment:
            parts.append(f"where {rows_text(self.segment)}")
        parts += [f"{word} {when}" for word, when in
                  (("since", self.since), ("until", self.until)) if when is not None]  # fmt: skip
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Tried:
    """What the model and the rule say with all steps undone, the first step first.

    ``rows`` are those in scope, ``rows_changed`` those of which an input changes, or the score
    where another model file is asked.
    """

    steps: tuple[Step, ...]
    result: RepairResult
    rows: int
    rows_changed: int


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def quoted_name(name: str) -> str:
    """A name as it stands in a step: in quotes where it needs them."""
    bare = BARE.fullmatch(name) is not None and name not in WORDS
    return name if bare else '"' + name.replace('"', '""') + '"'


def _cell(value: Cell) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return quoted_name(value) if _as_number(value) is None else f'"{value}"'
    return _number(float(value))


def _change(transform: Transform, feature: str) -> str:
    name = quoted_name(feature)
    match transform:
        case Scale(factor=factor):
            words = f"divide {name} by {_number(factor)}"
        case Affine(a=a, b=b):
            words = f"subtract {_number(b)} from {name}"
            words += "" if a == 1 else f" and divide by {_number(a)}"
        case Epoch(source=source, to=to):
            words = f"convert {name} from {to} to {source}"
        case Map(pairs=pairs):
            told = ", ".join(f"{_cell(meant)} for {_cell(seen)}" for seen, meant in pairs)
            words = f"put {told} in {name}"
        case Fill(seen=seen, meant=meant):
            words = f"put {_cell(meant)} for {_cell(seen)} in {name}"
        case Swap(columns=(one, other)):
            words = f"swap {quoted_name(one)} with {quoted_name(other)}"
        case TakeFrom(source=source) if not feature:
            words = f"score with {quoted_name(source)}"
        case TakeFrom(source=source):
            words = f"take {name} from {quoted_name(source)}"
        case Threshold(source=meant, to=now):
            words = f"cut-off {_number(now)} to {_number(meant)}"
        case _:
            raise ValueError(f"{type(transform).__name__} cannot be tried by hand")
    return words


def rows_text(segment: Iterable[Condition]) -> str:
    """Which rows, as :func:`parse_rows` reads it."""
    return AND.join(_condition(each) for each in segment)


def _condition(one: Condition) -> str:
    name = quoted_name(one.column)
    if one.missing:
        return f"{name} is missing"
    if one.within is not None:
        values = ", ".join("missing" if v is None else quoted_name(str(v)) for v in one.within)
        return f"{one.part} of {name} in {values}" if one.part else f"{name} in {values}"
    bounds = ((">=", one.lower), ("<", one.upper))
    told = [f"{name} {sign} {_number(end)}" for sign, end in bounds if end is not None]
    return " and ".join(told) or f"{name} = {quoted_name(str(one.equals))}"


def _as_number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def parse(text: str) -> Step:
    """Read one line.

    Raises:
        InputTrouble: it is no step; says at which word, what was expected there, and the forms.
    """
    reader = _Reader(text)
    transform, feature = reader.change()
    segment = reader.segment()
    since = reader.time() if reader.took("since") else None
    until = reader.time() if reader.took("until") else None
    if reader.left:
        raise reader.wrong("where, since or until, or nothing more")
    return Step(transform, feature, segment, since, until)


def parse_rows(text: str, what: str) -> tuple[Condition, ...]:
    """Read which rows by itself: ``channel = shop and amount < 20`` (``what`` names it in errors).

    As SQL has it, texts may stand in single quotes and the words in capitals.

    Raises:
        InputTrouble: it cannot be read; says at which word, and the forms.
    """
    reader = _Reader(text, what, ROWS)
    reader.left = [_plain(token) for token in SQL_TOKEN.findall(text)]
    found = reader.conditions()
    if reader.left:
        raise reader.wrong("and, or nothing more")
    return found


def _plain(token: str) -> str:
    """A word as this language has it: double quotes, small letters."""
    if token.startswith("'") and token.endswith("'") and len(token) > 1:
        return '"' + token[1:-1].replace("''", "'").replace('"', '""') + '"'
    return token.lower() if token in SQL_WORDS else token


class _Reader:
    """Takes one word of a step after the other; ``what`` it is of, for errors."""

    def __init__(self, text: str, what: str = "", forms: tuple[str, ...] = FORMS) -> None:
        self.text, self.forms = text, forms
        self.what, self.told = (what, f"“{text}” ") if what else (f"the repair “{text}”", "")
        self.left = TOKEN.findall(text)

    def wrong(self, expected: str) -> InputTrouble:
        at = f"at “{self.left[0]}”" if self.left else "at its end"
        forms = "; ".join(self.forms)
        mend = f'the forms are: {forms} (names with spaces in "double quotes")'
        found = f"{self.told}cannot be read {at}"
        return InputTrouble(self.what, found, expected=expected, mend=mend)

    def took(self, word: str) -> bool:
        """Take this word where it comes next."""
        if self.left[:1] != [word]:
            return False
        self.left.pop(0)
        return True

    def need(self, word: str) -> None:
        if not self.took(word):
            raise self.wrong(f"the word “{word}”")

    def one_of(self, words: tuple[str, ...], what: str) -> str:
        if not self.left or self.left[0] not in words:
            raise self.wrong(f"{what}: {', '.join(words)}")
        return str(self.left.pop(0))

    def name(self, what: str = "a name") -> str:
        if not self.left or self.left[0] in WORDS or self.left[0] == ",":
            raise self.wrong(what)
        return _unquoted(self.left.pop(0))

    def number(self) -> float:
        found = _as_number(self.left[0]) if self.left else None
        if found is None:
            raise self.wrong("a number")
        self.left.pop(0)
        return found

    def factor(self) -> float:
        if self.left and _as_number(self.left[0]) == 0:
            raise self.wrong("a number that is not 0")
        return self.number()

    def value(self) -> Cell:
        if self.took("missing"):
            return None
        token = self.left[0] if self.left else ""
        if token.startswith('"') or _as_number(token) is None:
            return self.name("a value, or missing")
        return self.number()

    def values(self) -> tuple[str | None, ...]:
        found: list[str | None] = []
        while True:
            found.append(None if self.took("missing") else self.name("a value"))
            if not self.took(","):
                return tuple(found)

    def time(self) -> str:
        """A day, or a day and a time of day."""
        parts = [self.name("a time such as 2026-05-07 06:32")]
        if self.left and re.fullmatch(r"\d\d:\d\d.*", self.left[0]):
            parts.append(self.left.pop(0))
        when = " ".join(parts)
        try:
            moment(when)
        except ValueError:
            self.left.insert(0, when)
            raise self.wrong("a time such as 2026-05-07 06:32") from None
        return when

    def change(self) -> tuple[Transform, str]:
        verbs = {
            "divide": self._divide, "multiply": self._multiply, "subtract": self._subtract,
            "add": self._add, "convert": self._convert, "put": self._put, "swap": self._swap,
            "take": self._take, "score": self._score, "cut-off": self._cut,
        }  # fmt: skip
        return verbs[self.one_of(tuple(verbs), "what to do")]()

    def _divide(self) -> tuple[Transform, str]:
        name = self.name()
        self.need("by")
        return Scale(self.factor()), name

    def _multiply(self) -> tuple[Transform, str]:
        name = self.name()
        self.need("by")
        return Scale(1 / self.factor()), name

    def _subtract(self) -> tuple[Transform, str]:
        b = self.number()
        self.need("from")
        name = self.name()
        if self.took("and"):
            self.need("divide")
            self.need("by")
            return Affine(self.factor(), b), name
        return Affine(1.0, b), name

    def _add(self) -> tuple[Transform, str]:
        b = self.number()
        self.need("to")
        return Affine(1.0, -b), self.name()

    def _convert(self) -> tuple[Transform, str]:
        name = self.name()
        self.need("from")
        now = self.one_of(UNITS, "a unit of time")
        self.need("to")
        return Epoch(self.one_of(UNITS, "a unit of time"), now), name

    def _put(self) -> tuple[Transform, str]:
        pairs: list[tuple[Cell, Cell]] = []
        while True:
            meant = self.value()
            self.need("for")
            pairs.append((self.value(), meant))
            if not self.took(","):
                break
        self.need("in")
        name = self.name()
        if len(pairs) == 1 and None in pairs[0]:
            return Fill(*pairs[0]), name
        return Map(tuple(pairs)), name

    def _swap(self) -> tuple[Transform, str]:
        one = self.name()
        self.need("with")
        return Swap((one, self.name())), one

    def _take(self) -> tuple[Transform, str]:
        name = self.name()
        self.need("from")
        return TakeFrom(self.name("a source")), name

    def _score(self) -> tuple[Transform, str]:
        self.need("with")
        return TakeFrom(self.name("a model file")), ""

    def _cut(self) -> tuple[Transform, str]:
        now = self.number()
        self.need("to")
        return Threshold(self.number(), now), ""

    def segment(self) -> Segment:
        return self.conditions() if self.took("where") else None

    def conditions(self) -> tuple[Condition, ...]:
        found = [self._one()]
        while self.took("and"):
            found.append(self._one())
        return tuple(found)

    def _one(self) -> Condition:
        part = self.left.pop(0) if self.left[:1] and self.left[0] in PARTS else None
        if part is not None:
            self.need("of")
            column = self.name()
            self.need("in")
            numbers = [int(self.number())]
            while self.took(","):
                numbers.append(int(self.number()))
            return Condition(column, within=tuple(numbers), part=part, zone="UTC")
        column = self.name("a column")
        if self.took("is"):
            self.need("missing")
            return Condition(column, missing=True)
        if self.took("in"):
            return Condition(column, within=self.values())
        sign = self.one_of(("=", ">=", "<"), "a comparison")
        if sign == "=":
            return Condition(column, equals=self.name("a value"))
        end = self.number()
        low, high = (end, None) if sign == ">=" else (None, end)
        return Condition(column, lower=low, upper=high, closed="left")


def _unquoted(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') and len(token) > 1 else token
