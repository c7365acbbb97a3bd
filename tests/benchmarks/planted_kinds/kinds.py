"""The register of kinds: each is one small function from a base to a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planted_kinds.looks import Names, Numbers
from planted_kinds.parts import Base, Change, Column, Fault, Mask, Random, Rows

Make = Callable[[Random, Base], Fault | None]
Map = Callable[[np.ndarray], np.ndarray]
UNIT, SHIFT, GONE = "input-unit-or-scale", "input-time-shift", "input-missing-or-default"
STALE, UNSEEN, SWAP = "input-stale-or-late", "input-unseen-value", "input-columns-swapped"
JOIN, SKEW, VERSION = "join-or-key", "train-serve-skew", "version-or-deployment"
POLICY = "threshold-or-policy"


@dataclass(frozen=True)
class Kind:
    """A kind of fault: the cause classes that are right, where it may lie, how it is made.

    ``carriers`` are some of all, segment, segments (two columns), share, hours.  ``window`` is
    any, none, since or span (with an end).  ``timed`` asks for time stamps in the log.
    ``beside`` is what else the table gets: again (the same column, another factor), fault, drift.
    ``checked`` is false where no check of the program is to find it yet.
    """

    name: str
    causes: tuple[str, ...]
    make: Make
    carriers: tuple[str, ...]
    window: str
    timed: bool
    checked: bool
    beside: str


KINDS: dict[str, Kind] = {}


def kind(
    *causes: str,
    carriers: tuple[str, ...] = ("all", "segment", "segment", "share"),
    window: str = "any",
    timed: bool = False,
    checked: bool = True,
    beside: str = "",
) -> Callable[[Make], Make]:
    """Register a function under its own name."""

    def keep(make: Make) -> Make:
        name = make.__name__
        KINDS[name] = Kind(name, causes, make, carriers, window, timed, checked, beside)
        return make

    return keep


def host(
    rng: Random, base: Base, *traits: str, without: tuple[str, ...] = ("bound",)
) -> Column | None:
    """Pick one column that has one of the traits; ``None`` when the base has none."""
    found = [
        c for c in base.columns if c.traits & set(traits) and not c.traits & set(without)
    ]  # fmt: skip
    return found[int(rng.integers(len(found)))] if found else None


def mapped(name: str, how: Map) -> Change:
    """A change that maps one column's values where the mask is set."""

    def change(_: Random, rows: Rows, mask: Mask) -> Rows:
        values = rows[name]
        if values.dtype == object:
            new = values.copy()
            new[mask] = how(values[mask])
            return {name: new}
        return {name: np.where(mask, how(values), values)}

    return change


def of_numbers(
    name: str, how: Map, transform: dict | None = None, rivals: tuple[Map, ...] = ()
) -> Fault:
    """A fault that maps the numbers of one column."""
    return Fault(
        (name,), mapped(name, how), transform, Numbers(name),
        tuple(mapped(name, rival) for rival in rivals),
    )  # fmt: skip


Spell = Callable[[str], str | None]


def of_names(
    name: str, how: Spell, values: tuple[str, ...] = (), rivals: tuple[Spell, ...] = ()
) -> Fault:
    """A fault that writes the names of one category differently (missing stays missing)."""

    def each(spell: Spell) -> Map:
        return lambda found: np.array([None if v is None else spell(v) for v in found], object)

    pairs = [[how(v), v] for v in values if how(v) != v]
    transform = {"kind": "map", "pairs": pairs} if pairs else None
    others = tuple(mapped(name, each(rival)) for rival in rivals)
    return Fault((name,), mapped(name, each(how)), transform, Names(name), others)
