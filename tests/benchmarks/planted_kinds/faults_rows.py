"""Faults between columns and rows: swaps, stale values, copies, broken rules, wrong joins."""

from __future__ import annotations

import numpy as np

from planted_kinds.kinds import JOIN, SKEW, STALE, SWAP, UNIT, host, kind, of_numbers
from planted_kinds.looks import Pair, ratio_kept, same_as_before
from planted_kinds.parts import TIME, WHO, Base, Fault, Mask, Random, Rows


def _swapped(rng: Random, base: Base, trait: str) -> Fault | None:
    column = host(rng, base, trait)
    if column is None:
        return None
    one, other = column.name, column.partner

    def change(_: Random, rows: Rows, mask: Mask) -> Rows:
        a, b = rows[one], rows[other]
        return {one: np.where(mask, b, a), other: np.where(mask, a, b)}

    transform = {"kind": "swap", "columns": [one, other]}
    return Fault((one, other), change, transform, Pair(one, other))


@kind(SWAP)
def swapped_numbers(rng: Random, base: Base) -> Fault | None:
    return _swapped(rng, base, "swap")


@kind(SWAP)
def swapped_categories(rng: Random, base: Base) -> Fault | None:
    return _swapped(rng, base, "catswap")


@kind(STALE, carriers=("all", "segment"), window="since", timed=True)
def stale_per_customer(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "keyed")
    if column is None:
        return None
    name = column.name

    def change(_: Random, rows: Rows, mask: Mask) -> Rows:
        order = np.lexsort((rows[TIME], rows[WHO]))
        who, values, hit = rows[WHO][order], rows[name][order].copy(), mask[order]
        for k in range(1, who.size):
            if hit[k] and who[k] == who[k - 1]:
                values[k] = values[k - 1]
        found = np.empty_like(values)
        found[order] = values
        return {name: found}

    return Fault((name,), change, None, same_as_before(name))


@kind(STALE, carriers=("all", "segment"), window="since", timed=True)
def stands_still(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "positive", "temperature", "signed")
    if column is None:
        return None
    time = np.sort(1_767_225_600 + rng.integers(0, 30 * 86400, 500))
    values = base.fresh(rng, time)[column.name]
    value = float(rng.choice(values[np.isfinite(values)]))
    return of_numbers(column.name, lambda v: np.full(v.shape, value))


@kind(JOIN, carriers=("all", "segment"))
def duplicated_rows(rng: Random, base: Base) -> Fault | None:
    del base
    return Fault((), repeat=float(rng.uniform(0.05, 1.0)))


@kind(JOIN, SKEW, STALE, UNIT)
def ratio_broken(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "ratio", without=())
    if column is None:
        return None
    return _shuffled(column.name, ratio_kept("credit_used", "credit_limit", column.name),
                     ("credit_used", "credit_limit"))  # fmt: skip


def _shuffled(name: str, look: object, related: tuple[str, ...]) -> Fault:
    """The values of other rows: the column by itself has not moved at all."""

    def change(r: Random, rows: Rows, mask: Mask) -> Rows:
        values = rows[name].copy()
        places = np.flatnonzero(mask)
        values[places] = values[r.permutation(places)]
        return {name: values}

    return Fault((name,), change, None, look, related=related)  # type: ignore[arg-type]


@kind(JOIN, SKEW, STALE)
def joined_to_other_rows(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "joint")
    if column is None:
        return None
    return _shuffled(column.name, Pair(column.name, column.partner), (column.partner,))
