"""Genuine changes of the world: what twins carry, and what a fault may lie beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from planted_tables import Drift

from planted_kinds.drawn import season
from planted_kinds.parts import TIME, Base, Random, Rows, settled

DRIFTS = ("none", "scale", "spread", "mix", "trend", "new_group", "new_category", "missing_share",
          "new_segment", "seasonal")  # fmt: skip
MOVING = frozenset({"positive", "optional", "temperature", "swap", "limited255", "discrete"})


@dataclass(frozen=True)
class World:
    """A drift with its parameters: ``apply`` moves live rows, ``columns`` are those that move.

    ``before`` is what the reference has of it already: the days and weeks of a season.
    """

    kind: str
    columns: tuple[str, ...]
    apply: Callable[[Random, Rows], Rows]
    before: Callable[[Random, Rows], Rows] = lambda _, rows: rows


def _position(time: np.ndarray) -> np.ndarray:
    first, last = time.min(), time.max()
    return (time - first) / max(last - first, 1)


def world(rng: Random, base: Base, kind: str, avoid: frozenset[str] = frozenset()) -> World:
    """Make a drift of this kind on a column that is not to be avoided."""
    wanted = {"new_category": "category", "missing_share": "number"}.get(kind)
    hosts = [
        c.name for c in base.columns
        if c.name not in avoid and (wanted in c.traits if wanted else MOVING & c.traits)
    ]  # fmt: skip
    if kind == "missing_share":
        hosts = [
            c.name for c in base.columns if c.name in hosts and not {"hour", "bound"} & c.traits
        ]
    if kind == "none" or not hosts:
        return World("none", (), lambda _, rows: rows)
    name = str(rng.choice(hosts))
    decimals = next(c.decimals for c in base.columns if c.name == name)
    if kind == "new_category":
        return World(kind, (name,), _new_category(rng, name))
    if kind == "missing_share":
        grown = float(rng.uniform(0.01, 0.06))

        def lose(r: Random, rows: Rows) -> Rows:
            lost = r.random(rows[TIME].size) < grown * _position(rows[TIME])
            return {**rows, name: np.where(lost, np.nan, rows[name])}

        return World(kind, (name,), lose)
    if kind == "seasonal":
        return _seasonal(rng, base, tuple(hosts))
    if kind == "new_segment":
        return World(kind, (name,), _new_segment(rng, name, decimals))
    drift = Drift(kind, 0, float(rng.choice([0.8, 0.9, 1.15, 1.25])))

    def move(r: Random, rows: Rows) -> Rows:
        moved = drift.apply(r, rows[name], _position(rows[TIME]))
        return {**rows, name: settled(r, moved, decimals)}

    return World(kind, (name,), move)


def _new_category(rng: Random, name: str) -> Callable[[Random, Rows], Rows]:
    """A market, channel or tariff that was opened: from a day on, a few per cent."""
    share, since = float(rng.uniform(0.005, 0.08)), float(rng.uniform(0, 0.8))

    def opened(r: Random, rows: Rows) -> Rows:
        time = rows[TIME]
        new = (_position(time) > since) & (r.random(time.size) < share)
        return {**rows, name: np.where(new, "Portugal", rows[name])}

    return opened


def _new_segment(rng: Random, name: str, decimals: int | None) -> Callable[[Random, Rows], Rows]:
    """A sound new release: from a day on it takes its share; its users differ a little."""
    share, since = float(rng.uniform(0.1, 0.6)), float(rng.uniform(0.2, 0.8))
    factor = float(rng.choice([0.9, 1.0, 1.12]))

    def released(r: Random, rows: Rows) -> Rows:
        time = rows[TIME]
        new = (_position(time) > since) & (r.random(time.size) < share)
        other = settled(r, rows[name] * factor, decimals)
        moved = {**rows, name: np.where(new, other, rows[name])}
        if "seg_a" in rows:
            moved["seg_a"] = np.where(new, "a_new", rows["seg_a"])
        return moved

    return released


def _seasonal(rng: Random, base: Base, hosts: tuple[str, ...]) -> World:
    """Strong days and weeks, as the reference has them; and some weeks of high season."""
    chosen = [str(h) for h in rng.permutation(np.array(hosts))[: rng.integers(1, 4)]]
    daily, weekly, high = rng.uniform(0.2, 0.5), rng.uniform(-0.4, 0.4), rng.uniform(0.1, 0.4)
    begin = rng.uniform(0, 0.8)
    digits = {c.name: c.decimals for c in base.columns}

    def year(r: Random, rows: Rows, height: float) -> Rows:
        time = rows[TIME]
        hump = np.exp(height * np.exp(-(((_position(time) - begin) / 0.12) ** 2)))
        wave = season(time, daily, weekly) * hump
        return rows | {name: settled(r, rows[name] * wave, digits[name]) for name in chosen}

    return World(
        "seasonal", tuple(chosen), lambda r, rows: year(r, rows, high),
        lambda r, rows: year(r, rows, 0.0),
    )  # fmt: skip
