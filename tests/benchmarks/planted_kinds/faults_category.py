"""Faults in names: other spellings, codes for names, cut names, names of another encoding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planted_kinds.kinds import UNSEEN, host, kind, of_names
from planted_kinds.parts import Base, Fault, Random

Spell = Callable[[str], str]


def _values(rng: Random, base: Base, name: str) -> tuple[str, ...]:
    time = np.sort(1_767_225_600 + rng.integers(0, 30 * 86400, 4000))
    return tuple(sorted({v for v in base.fresh(rng, time)[name] if v is not None}))


def _spelled(rng: Random, base: Base, how: Spell, *traits: str) -> Fault | None:
    column = host(rng, base, *traits, without=("coded",))
    if column is None:
        return None
    return of_names(column.name, how, _values(rng, base, column.name))


@kind(UNSEEN)
def category_renamed(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "category")
    if column is None:
        return None
    values = _values(rng, base, column.name)
    old = str(rng.choice(values[: max(3, len(values) // 2)]))
    new = f"new {old}" if rng.random() < 0.5 else "Segment Q7"
    return of_names(column.name, lambda v: new if v == old else v, values)


@kind(UNSEEN)
def category_upper_case(rng: Random, base: Base) -> Fault | None:
    return _spelled(rng, base, str.upper, "words", "accents")


@kind(UNSEEN)
def category_trailing_blank(rng: Random, base: Base) -> Fault | None:
    return _spelled(rng, base, lambda v: v + " ", "category")


def garbled(text: str) -> str:
    """UTF-8 read as Latin-1."""
    return text.encode("utf-8").decode("latin-1")


@kind(UNSEEN)
def category_mojibake(rng: Random, base: Base) -> Fault | None:
    return _spelled(rng, base, garbled, "accents")


@kind(UNSEEN)
def category_cut(rng: Random, base: Base) -> Fault | None:
    length = int(rng.integers(4, 8))
    return _spelled(rng, base, lambda v: v[:length], "words", "accents")


@kind(UNSEEN)
def category_code_for_name(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "words", "accents")
    if column is None:
        return None
    values = _values(rng, base, column.name)
    numbers = dict(zip(values, rng.permutation(np.arange(1, len(values) + 1)), strict=True))
    return of_names(column.name, lambda v: str(numbers.get(v, 0)), values)
