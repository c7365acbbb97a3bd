"""Kinds: hidden groups of one or two conditions in which decisions are wrong more often."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from planted_kinds.parts import Condition, Mask, Random, missing
from planted_kinds.places import segment_rows

from planted_groups_kinds.literals import looks_of
from planted_groups_kinds.parts import (
    NUMBERS,
    SEGMENTS,
    SLICE,
    TIME,
    TURNED,
    Table,
    Truth,
    equals,
    kind,
)
from planted_groups_kinds.power import power_apart, power_of_residual, power_of_slice

Pick = Callable[[Random, Table], Condition]
TRIES, FEWEST, MOST, TIMES = 60, 20, 5_000, (1.2, 6.0)


def value(rng: Random, table: Table) -> Condition:
    """One value of a segment column."""
    name = str(rng.choice(SEGMENTS))
    return equals(name, str(rng.choice(np.unique(table.log[name]))))


def span(names: tuple[str, ...]) -> Pick:
    """A range of one of these columns between round numbers."""

    def way(rng: Random, table: Table) -> Condition:
        name = str(rng.choice(names))
        known = table.log[name][~missing(table.log[name])]
        low = rng.uniform(0, 0.85)
        ends = np.quantile(known, (low, min(low + rng.uniform(0.05, 0.35), 1)))
        a, b = (float(f"{x:.2g}") for x in ends)
        return {"column": name, "from": a, "to": b if b > a else a * 1.1 + 1, "closed": "left"}

    return way


def lacking(rng: Random, _: Table) -> Condition:
    """A missing value."""
    return {"column": str(rng.choice(["days_since", "credit_age"])), "missing": True}


def hours(rng: Random, _: Table) -> Condition:
    """Some hours of the day in a row."""
    first, many = int(rng.integers(0, 24)), int(rng.integers(3, 8))
    told = sorted((first + k) % 24 for k in range(many))
    return {"column": TIME, "part": "hour", "in": told, "zone": "UTC"}


def weekdays(rng: Random, _: Table) -> Condition:
    """One day of the week, or the weekend."""
    days = [6, 7] if rng.random() < 0.5 else [int(rng.integers(1, 8))]
    return {"column": TIME, "part": "weekday", "in": days, "zone": "UTC"}


def choose(
    rng: Random, table: Table, ways: tuple[Pick, ...], sizes: tuple[float, float]
) -> tuple[tuple[Condition, ...], Mask] | None:
    """Choose the slice whose number of rows is nearest to a drawn one; ``None``: none will do."""
    low, high = max(sizes[0], FEWEST), min(sizes[1], MOST, table.n / 4)
    if low > high:
        return None
    wanted = np.exp(rng.uniform(np.log(low), np.log(high)))
    best, gap = None, np.inf
    for _ in range(TRIES):
        told = tuple(way(rng, table) for way in ways)
        if len({c["column"] for c in told}) < len(told):
            continue
        rows = segment_rows(table.log, told)
        size = int(rows.sum())
        if not FEWEST <= size <= min(MOST, table.n / 3) or _shorter(table, told, rows):
            continue
        far = abs(np.log(size / wanted))
        if far < gap:
            best, gap = (told, rows), far
    return best


def _shorter(table: Table, told: tuple[Condition, ...], rows: Mask) -> bool:
    """Whether one of the conditions alone describes nearly the same rows."""
    return len(told) > 1 and any(
        rows.sum() > 0.7 * segment_rows(table.log, (one,)).sum() for one in told
    )


def more_wrong(table: Table, rows: Mask, times: float) -> None:
    """Make decisions of these rows wrong so many times as often."""
    most = np.maximum(table.sound, 0.95)
    table.chance = np.where(rows, np.minimum(table.sound * times, most), table.sound)


def odds_off(table: Table, rows: Mask, factor: float) -> None:
    """Let the outcomes of these rows have so many times the odds that the score says."""
    p = np.clip(table.scores, 1e-6, 1 - 1e-6)
    odds = p / (1 - p) * factor
    true = odds / (1 + odds)
    wrong = np.where(table.adverse, 1 - true, true)
    table.chance = np.where(rows, wrong, table.sound)


def times_of(rng: Random, low: float = TIMES[0], high: float = TIMES[1]) -> float:
    """Draw an effect, evenly in its logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def truth_of(table: Table, told: tuple[Condition, ...], rows: Mask, times: float) -> Truth:
    """Describe the planted slice with its power."""
    looks = looks_of(table)
    power, side = power_of_slice(table, rows, looks)
    # more wrong than right is what turned outcomes are: no rows tell the one from the other
    turned = (TURNED,) if rows.any() and table.chance[rows].mean() > 0.5 else ()
    return Truth(
        (SLICE, *turned), told, rows, power, rows & table.seen & side, hidden=True,
        more={"times": round(times, 2), "looks": looks, "depth": len(told)},
    )  # fmt: skip


def planted(
    rng: Random, table: Table, ways: tuple[Pick, ...],
    sizes: tuple[float, float] = (FEWEST, MOST), times: tuple[float, float] = TIMES,
) -> Truth | None:  # fmt: skip
    """Plant wrong decisions in one slice."""
    found = choose(rng, table, ways, sizes)
    if found is None:
        return None
    factor = times_of(rng, *times)
    more_wrong(table, found[1], factor)
    return truth_of(table, *found, factor)


@kind()
def slice_of_a_value(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value,))


@kind()
def slice_of_a_range(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (span(NUMBERS),))


@kind()
def slice_of_an_input_range(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (span(("amount", "speed", "utilisation")),))


@kind()
def slice_of_missing(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (lacking,))


@kind()
def slice_of_hours(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (hours,))


@kind()
def slice_of_weekdays(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (weekdays,))


@kind()
def slice_of_two_values(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value, value))


@kind()
def slice_of_value_and_range(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value, span((*NUMBERS, "amount", "utilisation"))))


@kind()
def slice_of_value_and_hours(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value, hours))


@kind()
def slice_small_and_strong(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value, value), (FEWEST, 150), (3.0, 6.0))


@kind(rows=(8_000, 24_000), prevalence=(0.1, 0.4))
def slice_large_and_mild(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value,), (1_000, MOST), (1.2, 1.7))


@kind(rows=(4_000, 12_000), prevalence=(0.01, 0.03))
def slice_of_rare_outcomes(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value,), times=(2.0, 6.0))


@kind(prevalence=(0.45, 0.5))
def slice_of_even_outcomes(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value,), times=(1.2, 2.5))


@kind()
def slice_with_decoys(rng: Random, table: Table) -> Truth | None:
    """Two columns follow the slice closely, and mean nothing."""
    found = choose(rng, table, (value,), (60, MOST))
    if found is None:
        return None
    told, rows = found
    times = times_of(rng, 1.8, 6.0)
    more_wrong(table, rows, times)
    power = 1.0
    for k in range(2):
        name, held = f"decoy_{k}", rng.uniform(0.8, 0.9)
        share = rows.sum() * rng.uniform(0.25, 0.5) / max((~rows).sum(), 1)
        inside = np.where(rows, rng.random(table.n) < held, rng.random(table.n) < share)
        other = rng.choice(np.array(["b", "c"], object), table.n)
        table.log[name] = np.where(inside, "a", other)
        table.segments = (*table.segments, name)
        power = min(power, power_apart(table, rows, inside))
    told_of = truth_of(table, told, rows, times)
    return Truth(**{**told_of.__dict__, "power": min(power, told_of.power)})


@kind("delayed")
def slice_with_late_labels(rng: Random, table: Table) -> Truth | None:
    return planted(rng, table, (value,))


@kind("selective")
def slice_of_accepted_only(rng: Random, table: Table) -> Truth | None:
    """Outcomes exist of accepted rows only: that is where it can show."""
    return planted(rng, table, (value,), times=(1.5, 6.0))


@kind("live_test")
def slice_in_a_live_test(rng: Random, table: Table) -> Truth | None:
    """The score is too high there; a live-test arm lets it be seen."""
    found = choose(rng, table, (value,), (100, MOST))
    if found is None:
        return None
    times = times_of(rng, 1.5, 5.0)
    odds_off(table, found[1], 1 / times)
    return truth_of(table, *found, times)


@kind(prevalence=(0.25, 0.5))
def slice_scored_too_high(rng: Random, table: Table) -> Truth | None:
    found = choose(rng, table, (value, value), (100, MOST))
    if found is None:
        return None
    times = times_of(rng, 1.5, 6.0)
    odds_off(table, found[1], 1 / times)
    return truth_of(table, *found, times)


@kind(prevalence=(0.1, 0.4))
def slice_scored_too_low(rng: Random, table: Table) -> Truth | None:
    found = choose(rng, table, (value, span(NUMBERS)), (100, MOST))
    if found is None:
        return None
    times = times_of(rng, 1.5, 6.0)
    odds_off(table, found[1], times)
    return truth_of(table, *found, times)


@kind(prevalence=(0.1, 0.4))
def slice_of_a_residual(rng: Random, table: Table) -> Truth | None:
    """Outcomes of two conditions together are more (or fewer) than the scores say."""
    found = choose(rng, table, (value, value), (100, MOST))
    if found is None:
        return None
    times = times_of(rng, 1.5, 6.0)
    odds_off(table, found[1], times if rng.random() < 0.5 else 1 / times)
    told, power = (
        truth_of(table, *found, times),
        power_of_residual(table, found[1], looks_of(table)),
    )
    return Truth(**{**told.__dict__, "power": power, "pick": found[1] & table.seen})
