"""Kinds: something after the model decides: cut-offs, filters, lists, versions, arms."""

from __future__ import annotations

import numpy as np
from planted_kinds.model import score, train
from planted_kinds.parts import Mask, Random

from planted_groups_kinds.parts import POLICY, RULE, TIME, VERSION, WHO, Table, Truth, equals, kind
from planted_groups_kinds.screens import Spot, spot, truth_at

ROWS = (1_500, 6_000)


def _everywhere(rng: Random, table: Table) -> Spot:
    time = table.log[TIME]
    onset = int(np.quantile(time, rng.uniform(0.15, 0.85)))
    return Spot((), np.ones(table.n, dtype=bool), time >= onset, onset, 20)


def _moved(rng: Random, table: Table, where: Spot) -> tuple[Mask, float]:
    """Move the cut in these rows by a share of their decisions; return whose decision changed."""
    assert table.cut is not None
    below = (table.scores < table.cut).mean()
    quantile = below + rng.choice([-1, 1]) * rng.uniform(0.03, 0.12)
    cut = float(np.round(np.quantile(table.scores, np.clip(quantile, 0.05, 0.985)), 3))
    said = table.scores >= cut
    hit = where.rows & (said != table.adverse)
    table.adverse = np.where(where.rows, said, table.adverse)
    return hit, cut


@kind("screens", ROWS)
def threshold_moved_on_a_day(rng: Random, table: Table) -> Truth | None:
    where = _everywhere(rng, table)
    hit, cut = _moved(rng, table, where)
    told = truth_at(table, (POLICY,), where, hit, 0.0)
    return Truth(**{**told.__dict__, "more": told.more | {"cut": [table.cut, cut]}})


@kind("screens", ROWS)
def threshold_moved_for_a_segment(rng: Random, table: Table) -> Truth | None:
    where = spot(rng, table, since=0.4)
    hit, cut = _moved(rng, table, where)
    told = truth_at(table, (POLICY,), where, hit, 0.0)
    return Truth(**{**told.__dict__, "more": told.more | {"cut": [table.cut, cut]}})


@kind("screens", ROWS)
def listed_customers(rng: Random, table: Table) -> Truth | None:
    """A list of customers that are always held back."""
    names, many = np.unique(table.log[WHO].astype(str), return_counts=True)
    often = names[many >= np.quantile(many, 0.6)]
    listed = sorted(str(v) for v in rng.permutation(often)[: int(rng.integers(2, 12))])
    rows = np.isin(table.log[WHO].astype(str), listed)
    hit = rows & ~table.adverse
    table.adverse = table.adverse | rows
    where = Spot(({"column": WHO, "in": listed},), rows, rows, None, names.size)
    return truth_at(table, (RULE,), where, hit, 0.0)


@kind("screens", ROWS)
def overridden_range(rng: Random, table: Table) -> Truth | None:
    """Whatever the score: what costs more than a limit is held back."""
    name = str(rng.choice(["amount", "distance"]))
    limit = float(f"{np.quantile(table.log[name], rng.uniform(0.8, 0.98)):.2g}")
    rows = table.log[name] >= limit
    hit = rows & ~table.adverse
    table.adverse = table.adverse | rows
    where = Spot(({"column": name, "from": limit, "closed": "left"},), rows, rows, None, 100)
    return truth_at(table, (RULE,), where, hit, 0.0)


@kind("screens", ROWS)
def exception_against_the_policy(rng: Random, table: Table) -> Truth | None:
    """The documented policy knows one cut; one segment is accepted (or held back) whatever."""
    where = spot(rng, table, ("region", "channel", "browser"), since=0.4)
    held = bool(rng.random() < 0.6)
    hit = where.rows & (table.adverse != held)
    table.adverse = np.where(where.rows, held, table.adverse)
    table.policy = (
        f"valid_from: 2025-10-01\ndecisions:\n  - {{label: accept, to: {table.cut}}}\n"
        f"  - {{label: review, from: {table.cut}}}\nadverse: review\n"
    )
    return truth_at(table, (RULE, POLICY), where, hit, 0.0)


@kind("screens", ROWS)
def wrong_version(rng: Random, table: Table) -> Truth | None:
    """A share of the visits is scored by an older model that nobody meant to run."""
    old = train(table, seed=9, rounds=8, share=0.4)  # type: ignore[arg-type]
    visits, share = (
        np.unique(table.log["visit"].astype(str), return_inverse=True)[1],
        rng.uniform(0.08, 0.5),
    )
    rows = (rng.random(visits.max() + 1) < share)[visits]
    odds = score(table, old, table.log)  # type: ignore[arg-type]
    lifted = np.round(np.clip(odds * rng.uniform(1.2, 2.5), 0, 0.9999), 4)
    table.log["model_version"] = np.where(rows, "m5", "m8").astype(object)
    table.scores = np.where(rows, lifted, table.scores)
    said = table.scores >= table.cut
    hit, table.adverse = rows & (said != table.adverse), said
    where = Spot((equals("model_version", "m5"),), rows, rows, None, 30)
    usual = float(table.adverse[~rows].mean())
    told = truth_at(table, (VERSION,), where, rows & table.adverse, usual)
    return Truth(**{**told.__dict__, "pick": hit & table.adverse})


@kind("screens", ROWS)
def wrong_arm(rng: Random, table: Table) -> Truth | None:
    """An experiment's arm decides by another cut: nobody told those who answer for it."""
    rows = np.asarray(table.log["arm"] == "B")
    where = Spot((equals("arm", "B"),), rows, rows, None, 30)
    usual = float(table.adverse[~rows].mean())
    cut = float(np.quantile(table.scores, 1 - usual * rng.uniform(1.3, 3.0)))
    said = rows & (table.scores >= cut)
    hit = said & ~table.adverse
    table.adverse = table.adverse | said
    told = truth_at(table, (VERSION, POLICY), where, rows & table.adverse, usual)
    return Truth(**{**told.__dict__, "pick": hit})
