"""Makes a table from a seed and a kind: base, model, fault, outcomes, events, the decision."""

from __future__ import annotations

import zlib

import numpy as np
from planted_kinds.parts import Random

from planted_groups_kinds import groups, rules, shown, slices  # noqa: F401 - they register kinds
from planted_groups_kinds.base import draw_outcomes, fit, learn_of, make_base, serve
from planted_groups_kinds.nulls import INNOCENTS, NULLS
from planted_groups_kinds.parts import KINDS, WHO, Kind, Table
from planted_groups_kinds.power import halves
from planted_groups_kinds.screens import PAGE, Innocent, page_up, show

WORLDS, EAGER, CLEAR = 30, 10, 0.99


def size_of(rng: Random, rows: tuple[int, int]) -> int:
    """Evenly in the logarithm."""
    return int(np.exp(rng.uniform(*np.log(rows)))) // PAGE * PAGE


def make_table(seed: int, name: str, rows: tuple[int, int] | None = None) -> Table:
    """Make one table; ``name`` is a kind, or ``null:`` and a way to be sound.

    Two of three tables are to be clear (worlds are drawn until one is, or ``EAGER`` were tried);
    the third may have any power, so that the curve has all of its bands.
    """
    kind = NULLS[name] if name in NULLS else KINDS[name]
    best: Table | None = None
    for again in range(WORLDS):
        rng = np.random.default_rng([seed, zlib.crc32(name.encode()), again])
        table = _tried(rng, seed, kind, size_of(rng, rows or kind.rows))
        if table is None:
            continue
        if table.truth is None or table.truth.power >= CLEAR or seed % 3 == 0 or again >= EAGER:
            return table
        best = table
    if best is None:
        raise ValueError(f"{name} could not be planted with seed {seed}")
    return best


def _tried(rng: Random, seed: int, kind: Kind, n: int) -> Table | None:
    table, _ = make_base(rng, seed, kind, n)
    table.regression = kind.setting == "regression"
    innocent = INNOCENTS.get(kind.name.removeprefix("null:"), Innocent())
    if kind.setting == "screens":
        accounts = max(table.n // (PAGE * 8), 30)
        names = np.array([f"c{k}" for k in range(accounts)], object)
        table.log[WHO] = names[(rng.random(table.n) ** 1.3 * accounts).astype(int)]
        page_up(rng, table, innocent)
    fit(rng, table)
    serve(table)
    learn_of(rng, table)
    if not 0.01 < np.mean(table.adverse) < 0.6 and not table.regression:
        return None
    table.truth = kind.make(rng, table)
    if kind.name in KINDS and table.truth is None:
        return None
    if kind.setting == "screens":
        if table.events is None:
            show(rng, table, innocent)
    else:
        draw_outcomes(rng, table)
    table.searched = halves(table.log[WHO])
    return table if _picked(rng, table) else None


def _picked(rng: Random, table: Table) -> bool:
    """Choose the decision: a wrong one of the planted rows where there is one."""
    truth = table.truth
    if truth is not None and truth.picked is not None:
        table.decision = truth.picked
        return True
    rows = np.ones(table.n, dtype=bool)
    if truth is not None and truth.pick is not None:
        rows = truth.pick if truth.pick.any() or truth.rows is None else truth.rows
    if not rows.any():
        return False
    value = table.log.get("outcome")
    if value is not None and not table.regression:
        wrong = rows & table.seen & (table.adverse != (value == 1))
        rows = wrong if wrong.any() else rows
    table.decision = str(table.log["id"][int(rng.choice(np.flatnonzero(rows)))])
    return True
