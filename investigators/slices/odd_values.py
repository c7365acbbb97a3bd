"""Values with which a model can do little: missing, a stand-in, unseen, beyond training's range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from investigators.categories import one_of
from investigators.evidence import CauseClass
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.traffic.placeholders import LIMITS, emphatic, is_word
from investigators.traffic.values import (
    category_inputs,
    held,
    is_missing,
    is_value,
    numeric_inputs,
    spelt,
)
from investigators.view import View

Kind = Literal["missing", "a stand-in", "unseen", "out of range"]
CAUSES: dict[Kind, CauseClass] = {
    "missing": "input-missing-or-default",
    "a stand-in": "input-missing-or-default",
    "unseen": "input-unseen-value",
    "out of range": "sample-or-subgroup",
}
LEAST = 0.01  # share of the rows that hold a stand-in
MOST_STAND_INS = 4


@dataclass(frozen=True)
class Odd:
    """A condition on one input; ``sql(expression)`` says it, ``words`` after "is"."""

    name: str
    kind: Kind
    words: str
    sql: Callable[[str], str]


def odd_values(view: View, log: Table, task: Task) -> Iterator[Odd]:
    """Every condition that can be asked of the log's inputs, in the model's order."""
    numbers = {name: view.log_inputs[name] for name in numeric_inputs(view)}
    texts = {name: view.log_inputs[name] for name in category_inputs(view)}
    values, words = held(log, numbers, task), spelt(log, texts, task)
    for name in numbers:
        yield Odd(name, "missing", "missing", _missing_number)
        given = {float(code) for code in _codes(view, name) if _is_number(code)}
        common = values[name].common(LEAST)
        seen = [v for v in common if v in given or emphatic(v)][:MOST_STAND_INS]
        if seen:
            yield Odd(name, "a stand-in", _stands_for(seen), _any_of(seen))
        each = None if view.model is None else view.model.input(name)
        if each is not None and each.low is not None and each.high is not None:
            yield _beyond(name, each.low, each.high, seen)
    for name in texts:
        yield Odd(name, "missing", "missing", _missing_text)
        codes = _codes(view, name)
        there = list(words[name].counts)
        blank = [t for t in words[name].common(LEAST) if t in codes or is_word(t, there)]
        if blank:
            told = " or ".join(f"“{t}”" for t in blank)
            yield Odd(name, "a stand-in", f"{told}, which stands for nothing known", _any_of(blank))
        if view.model is not None and view.model.input(name).categories:
            new = view.model.unseen(name, there)
            unseen = [t for t, odd in zip(there, new, strict=True) if odd and t not in blank]
            yield Odd(name, "unseen", "a value that training never had", _one_of(unseen))


def _stands_for(values: Sequence[float]) -> str:
    """Say the numbers; where a type ends is no word for nothing known: a cap stands there too."""
    ends = [v for v in values if v in LIMITS]
    told = [f"{v:g}, which is the end of {LIMITS[v]}" for v in ends]
    codes = " or ".join(f"{v:g}" for v in values if v not in ends)
    return " or ".join([*([f"{codes}, which stands for nothing known"] if codes else []), *told])


def _missing_number(expression: str) -> str:
    return is_missing(expression, number=True)


def _missing_text(expression: str) -> str:
    return is_missing(expression, number=False)


def _one_of(values: Sequence[str]) -> Callable[[str], str]:
    return lambda expression: one_of(expression, values)


def _codes(view: View, name: str) -> tuple[str, ...]:
    return view.dictionary.get(name).missing_codes


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _any_of(values: Sequence[float | str]) -> Callable[[str], str]:
    return lambda e: f"({' OR '.join(is_value(e, value) for value in values)})"


def _beyond(name: str, low: float, high: float, stand_ins: Sequence[float]) -> Odd:
    def sql(expression: str) -> str:
        other = "".join(f" AND NOT {is_value(expression, value)}" for value in stand_ins)
        number = f"TRY_CAST(({expression}) AS DOUBLE)"
        inside = f"{number} BETWEEN {literal(low)} AND {literal(high)}"
        # NaN is missing, not beyond anything
        return f"coalesce(NOT ({inside}) AND NOT isnan({number}){other}, false)"

    return Odd(name, "out of range", f"outside training’s range ({low:g} to {high:g})", sql)
