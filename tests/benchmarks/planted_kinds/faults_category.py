"""Faults in names: other spellings, codes for names, cut names, names of another encoding."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np

from planted_kinds.kinds import UNSEEN, Spell, host, kind, of_names
from planted_kinds.parts import Base, Fault, Random

TOLD = 0.025  # of the rows a name has to have before exchanging two counts


def _drawn(rng: Random, base: Base, name: str) -> list[str]:
    time = np.sort(1_767_225_600 + rng.integers(0, 30 * 86400, 4000))
    return [v for v in base.fresh(rng, time)[name] if v is not None]


def _values(rng: Random, base: Base, name: str) -> tuple[str, ...]:
    return tuple(sorted(set(_drawn(rng, base, name))))


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

    def renamed(name: str) -> Spell:
        return lambda v: new if v == name else v

    # which one is meant shows only in how many fewer rows hold it: the best wrong answers
    wrong = tuple(renamed(v) for v in values if v != old)
    return of_names(column.name, renamed(old), values, wrong)


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
    drawn = _drawn(rng, base, column.name)
    values = tuple(sorted(set(drawn)))
    numbers = dict(zip(values, rng.permutation(np.arange(1, len(values) + 1)), strict=True))

    def coded(of: dict[str, int]) -> Spell:
        return lambda v: str(of.get(v, 0))

    # A code has nothing of its name but its share: the best wrong answers exchange two names of
    # nearly one share.  Names of hardly any rows may be exchanged (the judge asks for 95 in 100).
    often = [name for name, n in Counter(drawn).most_common() if n >= TOLD * len(drawn)]
    wrong = [numbers | {a: numbers[b], b: numbers[a]} for a, b in pairwise(often)]
    return of_names(column.name, coded(numbers), values, tuple(coded(w) for w in wrong))
