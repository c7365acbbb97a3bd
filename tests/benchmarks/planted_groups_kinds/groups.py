"""Kinds: something is the matter with the decision's own group, one value of a segment column."""

from __future__ import annotations

import numpy as np
from planted_kinds.parts import Mask, Random
from scipy import stats

from planted_groups_kinds.base import fit, serve
from planted_groups_kinds.literals import looks_of
from planted_groups_kinds.parts import (
    MISSING,
    POLICY,
    RULE,
    SEGMENTS,
    SLICE,
    TIME,
    UNSEEN,
    Table,
    Truth,
    equals,
    kind,
)
from planted_groups_kinds.power import in_both, power_of_residual
from planted_groups_kinds.slices import choose, odds_off, times_of, truth_of, value

COLUMNS = len(SEGMENTS)
PREVALENCE = (0.1, 0.4)


def group(
    rng: Random, table: Table, low: float = 0.03, high: float = 0.35
) -> tuple[str, str, Mask]:
    """Choose a value of a segment column with such a share of the rows."""
    for _ in range(80):
        name = str(rng.choice(SEGMENTS))
        each = str(rng.choice(np.unique(table.log[name])))
        rows = np.asarray(table.log[name] == each)
        if low <= rows.mean() <= high:
            break
    return name, each, rows


@kind(prevalence=PREVALENCE)
def group_calibration_off(rng: Random, table: Table) -> Truth | None:
    """Outcomes of the group are rarer or more frequent than its scores say."""
    name, each, rows = group(rng, table)
    times = times_of(rng, 1.3, 4.0)
    odds_off(table, rows, times if rng.random() < 0.5 else 1 / times)
    told = truth_of(table, (equals(name, each),), rows, times)
    power = power_of_residual(table, rows, sum(np.unique(table.log[c]).size for c in SEGMENTS))
    return Truth(**{**told.__dict__, "power": power, "pick": rows & table.seen, "hidden": False})


@kind(prevalence=PREVALENCE)
def group_rejected_wrongly(rng: Random, table: Table) -> Truth | None:
    """The decision's own group gets scores that are too high."""
    name, each, rows = group(rng, table)
    times = times_of(rng, 1.5, 5.0)
    odds_off(table, rows, 1 / times)
    return truth_of(table, (equals(name, each),), rows, times)


@kind(prevalence=PREVALENCE)
def group_of_two_rejected_wrongly(rng: Random, table: Table) -> Truth | None:
    """The same, and only two of its columns together name the group."""
    found = choose(rng, table, (value, value), (100, 3_000))
    if found is None:
        return None
    times = times_of(rng, 1.8, 6.0)
    odds_off(table, found[1], 1 / times)
    return truth_of(table, *found, times)


def _inputs_off(
    rng: Random, table: Table, name: str, spoilt: np.ndarray, causes: tuple[str, ...]
) -> Truth | None:
    column, each, rows = group(rng, table, 0.04)
    share = float(rng.uniform(0.1, 0.9))
    hit = rows & (rng.random(table.n) < share)
    usual = 0.06 if name == "days_since" else 0.003
    changed = table.log[name].copy()
    changed[hit] = spoilt[hit]
    table.log[name] = changed
    serve(table)
    looks = sum(np.unique(table.log[c]).size for c in SEGMENTS) * len(table.inputs)
    power = in_both(int(rows.sum()), share, usual, looks)
    return Truth(
        causes, (equals(column, each),), rows, power, hit, features=(name,),
        more={"share": round(share, 2)},
    )  # fmt: skip


@kind()
def group_inputs_missing(rng: Random, table: Table) -> Truth | None:
    name = str(rng.choice(["amount", "speed", "utilisation", "days_since"]))
    return _inputs_off(rng, table, name, np.full(table.n, np.nan), (MISSING,))


@kind()
def group_inputs_defaulted(rng: Random, table: Table) -> Truth | None:
    name = str(rng.choice(["amount", "speed", "utilisation"]))
    stand = float(rng.choice([-1.0, 0.0, -999.0]))
    return _inputs_off(rng, table, name, np.full(table.n, stand), (MISSING,))


@kind()
def group_inputs_unseen(rng: Random, table: Table) -> Truth | None:
    name = str(rng.choice(["tariff", "payment"]))
    new = np.array(["tariff 2026", "voucher"], object)[rng.integers(0, 2, table.n)]
    return _inputs_off(rng, table, name, new, (UNSEEN,))


@kind()
def group_inputs_out_of_range(rng: Random, table: Table) -> Truth | None:
    """Values beyond all of training's, as a new sort of business brings them."""
    name = str(rng.choice(["amount", "speed"]))
    high = float(np.nanmax(table.reference[name])) * rng.uniform(1.05, 1.5)
    far = np.round(high * (1 + rng.exponential(0.4, table.n)), 2)
    causes = (SLICE, UNSEEN, "input-unit-or-scale")
    return _inputs_off(rng, table, name, far, causes)


@kind("none", rows=(2_000, 10_000))
def group_treated_otherwise_since(rng: Random, table: Table) -> Truth | None:
    """From a day on, some accepted rows of one group are held back, whatever their score."""
    name, each, rows = group(rng, table, 0.06)
    time = table.log[TIME]
    onset = int(np.quantile(time[rows], rng.uniform(0.25, 0.75)))
    share = float(rng.uniform(0.06, 0.6))
    held = rows & (time >= onset) & ~table.adverse & (rng.random(table.n) < share)
    if not held.any():
        return None
    scope = rows & (time >= onset)
    usual = float(table.adverse[rows & (time < onset)].mean())
    after = float((table.adverse | held)[scope].mean())
    table.adverse = table.adverse | held
    looks = sum(np.unique(table.log[c]).size for c in SEGMENTS) * 20
    power = in_both(int(scope.sum()), after, usual, looks)
    return Truth(
        (POLICY, RULE), (equals(name, each),), rows, power, held, onset=onset,
        first=int(time[held].min()), more={"share": round(share, 2)},
    )  # fmt: skip


@kind(prevalence=PREVALENCE)
def group_truly_differs(rng: Random, table: Table) -> Truth | None:
    """The group's risk is higher and the score is right: a question of policy, not a bug."""
    name, each, rows = group(rng, table, 0.06)
    factor, risk = times_of(rng, 2.0, 8.0), float(rng.uniform(0.1, 0.6))
    of_group = np.asarray(table.reference[name] == each)
    for data, mine in ((table.log, rows), (table.reference, of_group)):
        data["speed"] = np.round(np.where(mine, factor, 1) * data["speed"], 1)
    worse = of_group & (rng.random(of_group.size) < risk)
    table.outcome = np.maximum(table.outcome, worse)
    fit(rng, table)
    serve(table)
    good = table.seen * (1 - table.scores)
    own = float((good * table.adverse)[rows].sum() / good[rows].sum())
    rest = float((good * table.adverse)[~rows].sum() / good[~rows].sum())
    if own <= 1.1 * rest:
        return None
    looks = sum(np.unique(table.log[c]).size for c in SEGMENTS) * 4
    clear = own > max(1.25 * rest, rest + 0.05)  # a difference that is worth a question
    power = in_both(int(good[rows].sum()), own, rest, looks) if clear else 0.0
    return Truth(
        (SLICE,), (equals(name, each),), rows, power, rows & table.adverse,
        more={"factor": round(factor, 2), "fpr": [round(own, 3), round(rest, 3)]},
    )  # fmt: skip


@kind(rows=(2_500, 10_000), prevalence=PREVALENCE)
def group_told_by_an_input(rng: Random, table: Table) -> Truth | None:
    """A proxy: one input tells the group nearly alone, another column only follows the group."""
    name, each, rows = group(rng, table, 0.08)
    reach = float(rng.uniform(1.5, 6.0))
    for data, mine in ((table.log, rows), (table.reference, table.reference[name] == each)):
        drawn = rng.normal(0, 1, mine.size) + reach * mine
        data["speed"] = np.round(np.exp(0.5 * drawn + 2), 2)
        follows = np.where(rng.random(mine.size) < 0.85, mine, rng.random(mine.size) < 0.1)
        data["area"] = np.where(follows, "x", "y").astype(object)
    table.segments = (*table.segments, "area")
    # the outcome is to depend on it, so that the model uses it
    p = 1 / (1 + np.exp(-np.log(table.reference["speed"]) + 3.2))
    drawn = rng.random(p.size) < p
    table.outcome = np.where(rng.random(p.size) < 0.5, drawn, table.outcome).astype(int)
    fit(rng, table)
    serve(table)
    told = float(stats.norm.sf(-reach / 2))  # of the group beyond the best cut
    power = in_both(int(rows.sum()), told, 1 - told, looks_of(table))
    clear = told >= 0.95
    return Truth(
        (SLICE,), (equals(name, each),), rows, power if clear else min(power, told - 0.05), rows,
        features=("speed",), more={"reach": round(reach, 2)},
    )  # fmt: skip


@kind()
def group_thin_in_training(rng: Random, table: Table) -> Truth | None:
    """Training hardly had this group, and its cases are unlike the others."""
    name, each, rows = group(rng, table, 0.04, 0.3)
    kept = (table.reference[name] != each) | (rng.random(table.outcome.size) < 0.01)
    table.reference = {key: values[kept] for key, values in table.reference.items()}
    table.outcome = table.outcome[kept]
    for column in ("utilisation", "visits"):
        high = np.nanquantile(table.log[column], 0.99)
        table.log[column] = np.where(rows, np.round(high * rng.uniform(0.98, 1.02, table.n), 3),
                                     table.log[column])  # fmt: skip
    table.log["visits"] = np.round(table.log["visits"])
    fit(rng, table)
    serve(table)
    share, left = float(rows.mean()), float((table.reference[name] == each).mean())
    looks = sum(np.unique(table.log[c]).size for c in SEGMENTS)
    power = in_both(table.outcome.size, share, left + 1e-3, looks)
    return Truth((SLICE,), (equals(name, each),), rows, power, rows)


@kind("regression")
def group_of_values_off(rng: Random, table: Table) -> Truth | None:
    """Values of one group lie above (or below) what the model says."""
    name, each, rows = group(rng, table)
    above = float(rng.uniform(0.6, 0.95))
    table.chance = np.where(rows, above, table.sound)
    if rng.random() < 0.5:
        table.chance = np.where(rows, 1 - above, table.sound)
    looks = sum(np.unique(table.log[c]).size for c in SEGMENTS)
    power = power_of_residual(table, rows, looks)
    return Truth((SLICE,), (equals(name, each),), rows, power, rows, more={"above": above})


@kind("none")
def slice_of_adverse_decisions(rng: Random, table: Table) -> Truth | None:
    """Without outcomes: more adverse decisions, at higher scores.  Worth a finding, no verdict."""
    name, each, rows = group(rng, table)
    factor = times_of(rng, 1.5, 5.0)
    for column in ("amount", "speed"):
        table.log[column] = np.round(np.where(rows, factor, 1) * table.log[column], 1)
        mine = table.reference[name] == each
        table.reference[column] = np.round(np.where(mine, factor, 1) * table.reference[column], 1)
    fit(rng, table)
    serve(table)
    usual = float(table.adverse[~rows].mean())
    share = float(table.adverse[rows].mean())
    power = in_both(int(rows.sum()), share, usual, looks_of(table)) if share > usual else 0.0
    return Truth(
        (SLICE,), (equals(name, each),), rows, power, rows & table.adverse, lead=False,
        more={"share": [round(share, 3), round(usual, 3)]},
    )  # fmt: skip
