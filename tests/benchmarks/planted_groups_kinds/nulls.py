"""Tables without a fault: sound groups that look odd, sound screens with what befalls screens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from planted_kinds.parts import Random

from planted_groups_kinds.base import fit, serve
from planted_groups_kinds.groups import PREVALENCE, group
from planted_groups_kinds.parts import WHO, Kind, Table, Truth
from planted_groups_kinds.screens import CHEAP, PLAIN, Innocent, spot

ROWS, SCREEN_ROWS, RATES = (1_000, 10_000), (1_500, 6_000), (0.08, 0.3)


def nothing(_rng: Random, _table: Table) -> Truth | None:
    """Leave it as it is."""
    return None


def copies(rng: Random, table: Table) -> Truth | None:
    """Several columns say nearly the same as another: more looks, no more groups."""
    for k in range(6):
        source = table.log[str(rng.choice(table.segments))]
        other = rng.permutation(source)
        table.log[f"copy_{k}"] = np.where(rng.random(table.n) < 0.9, source, other)
        table.segments = (*table.segments, f"copy_{k}")
    return None


def riskier(rng: Random, table: Table) -> Truth | None:
    """One group's risk is truly higher, and the score says so."""
    name, each, rows = group(rng, table)
    for data, mine in ((table.log, rows), (table.reference, table.reference[name] == each)):
        for column in ("amount", "speed"):
            data[column] = np.round(np.where(mine, rng.uniform(1.5, 3), 1) * data[column], 1)
    fit(rng, table)
    serve(table)
    return None


def few_accounts(rng: Random, table: Table) -> Truth | None:
    """A few accounts bring many rows each, and an account's rows come out alike."""
    many = max(table.n // 25, 10)
    table.log[WHO] = np.array([f"c{k}" for k in rng.integers(0, many, table.n)], object)
    of = np.array([int(str(v)[1:]) for v in table.log[WHO]])
    for name in ("region", "channel", "store"):
        table.log[name] = table.log[name][:many][of]
    serve(table)
    own = rng.random(many)[of]  # rows of one account share their luck: half of the time
    alike = rng.random(table.n) < 0.5
    table.chance = np.where(alike, (own < table.sound).astype(float), table.sound)
    return None


def other_assortment(rng: Random, table: Table) -> Truth | None:
    """One region sells dearer items of its own, and its boxes keep what they say."""
    assert table.items is not None
    where = spot(rng, table, ("region",))
    item, price = table.items["item"], table.items["price"]
    for title, held in ((PLAIN, price >= 0), (CHEAP, price < 50)):
        own = np.flatnonzero(held)
        own = own[np.argsort(price[own])][own.size // 2 :]
        mine = where.scope & (table.log["_title"] == title)
        table.log["item"] = np.where(mine, item[rng.choice(own, table.n)], table.log["item"])
    return None


def old_catalogue(rng: Random, table: Table) -> Truth | None:
    """As above, and the catalogue's prices are of another day: a few items break the claim."""
    assert table.items is not None
    other_assortment(rng, table)
    moved = rng.random(table.items["price"].size) < 0.1
    price = table.items["price"] * np.where(moved, rng.uniform(0.8, 1.25, moved.size), 1)
    table.items["price"] = np.round(price, 2)
    return None


NULLS: dict[str, Kind] = {}
INNOCENTS: dict[str, Innocent] = {
    "screens": Innocent(),
    "crawlers": Innocent(crawlers=0.05),
    "lost_events": Innocent(lost=0.08),
    "skewed_clocks": Innocent(skewed=0.1, skew_s=-400.0),
    "late_clocks": Innocent(skewed=0.1, skew_s=900.0),
    "arms": Innocent(arms=True, two_devices=0.0),
    "caches": Innocent(cached=0.4),
    "two_devices": Innocent(two_devices=0.25),
    "retries": Innocent(retried=0.08),
}


def _add(
    name: str, make: Callable[[Random, Table], Truth | None], setting: str = "outcomes",
    rates: tuple[float, float] = RATES,
) -> None:  # fmt: skip
    rows = SCREEN_ROWS if setting == "screens" else ROWS
    NULLS[f"null:{name}"] = Kind(f"null:{name}", make, setting, rows, rates)


_add("plain", nothing)
_add("copies", copies)
_add("riskier", riskier, rates=PREVALENCE)
_add("few_accounts", few_accounts)
_add("rare", nothing, rates=(0.01, 0.03))
_add("even", nothing, rates=(0.45, 0.5))
_add("late_labels", nothing, "delayed")
_add("accepted_only", nothing, "selective")
_add("live_test", nothing, "live_test")
_add("no_outcomes", nothing, "none")
_add("values", nothing, "regression")
_add("other_assortment", other_assortment, "screens")
_add("old_catalogue", old_catalogue, "screens")
for _name in INNOCENTS:
    _add(_name, nothing, "screens")
