"""Generates tables with one planted change of scale, and clean or truly drifting twins.

Apart from the check on purpose: nothing of ``investigators`` is imported here.  A table is made
from a seed alone.  Every column's *sound* live distribution can be drawn again as often as the
judge wants (``Table.sound``), which is how it knows what the best wrong answer is worth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Floats = np.ndarray
FACTORS = (10.0, 24.0, 60.0, 100.0, 1000.0, 3600.0, 86400.0)
SHAPES = ("lognormal", "gamma", "pareto", "discrete", "bimodal", "zero_inflated")
DRIFTS = ("none", "scale", "spread", "mix", "trend", "new_group")
START = 1_767_225_600  # 2026-01-01T00:00:00Z


@dataclass(frozen=True)
class Column:
    """One numeric column: ``draw(rng, n, drift)`` gives sound values, drifted where asked."""

    name: str
    shape: str
    decimals: int | None
    missing: float
    draw: Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True)
class Fault:
    """The truth: rows (a mask) of a column multiplied by a factor."""

    column: str
    factor: float
    rows: np.ndarray
    segment: tuple[str, str] | None
    onset: int | None
    share: float


@dataclass
class Table:
    """Live and reference data with what is true of them.

    ``sound`` is the faulty column without its fault, ``redraw(rng, n)`` draws it afresh.
    ``live`` and ``reference`` map names to arrays; ``moved`` is the column that drifts truly.
    """

    seed: int
    live: dict[str, Any]
    reference: dict[str, Any]
    inputs: tuple[str, ...]
    segments: tuple[str, ...]
    fault: Fault | None
    drift: str
    timed: bool
    n: int
    sound: Floats | None = None
    redraw: Callable[[np.random.Generator, int], Floats] | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    moved: str | None = None


def shape_of(rng: np.random.Generator, shape: str) -> Callable[[np.random.Generator, int], Floats]:
    """Return a way to draw values of a named shape; its parameters are drawn now."""
    scale = float(np.exp(rng.uniform(-1, 7)))
    match shape:
        case "lognormal":
            sigma = rng.uniform(0.3, 1.7)
            return lambda r, n: scale * r.lognormal(0, sigma, n)
        case "gamma":
            k = rng.uniform(0.8, 6)
            return lambda r, n: scale * r.gamma(k, 1.0, n)
        case "pareto":
            alpha = rng.uniform(1.1, 3.5)
            return lambda r, n: scale * (1 + r.pareto(alpha, n))
        case "discrete":
            mean = rng.uniform(1.5, 12)
            return lambda r, n: r.poisson(mean, n).astype(float)
        case "bimodal":
            gap, low = np.exp(rng.uniform(1.0, 4.5)), rng.uniform(0.2, 0.8)
            sigma = rng.uniform(0.2, 0.7)
            return lambda r, n: (
                scale * r.lognormal(0, sigma, n) * np.where(r.random(n) < low, 1.0, gap)
            )
        case _:
            zeros, sigma = rng.uniform(0.1, 0.6), rng.uniform(0.4, 1.4)
            return lambda r, n: np.where(r.random(n) < zeros, 0.0, scale * r.lognormal(0, sigma, n))


def _column(rng: np.random.Generator, name: str, shape: str) -> Column:
    draw = shape_of(rng, shape)
    decimals = 0 if shape == "discrete" else [None, 0, 1, 2, None][rng.integers(5)]
    if decimals is not None and shape != "discrete":
        # rounding must not wipe the column out
        typical = float(np.median(draw(np.random.default_rng(1), 400)))
        decimals = max(decimals, int(np.ceil(1.5 - np.log10(max(typical, 1e-6)))))
    missing = float(rng.choice([0.0, 0.0, 0.03, 0.1]))
    return Column(name, shape, decimals, missing, draw)


def _finish(rng: np.random.Generator, column: Column, values: Floats) -> Floats:
    if column.decimals is not None:
        values = np.round(values, column.decimals)
    if column.missing:
        values = np.where(rng.random(values.size) < column.missing, np.nan, values)
    return values


@dataclass(frozen=True)
class Drift:
    """A genuine change of one column from reference to live; not a change of unit."""

    kind: str
    column: int
    strength: float

    def apply(self, rng: np.random.Generator, values: Floats, time: Floats) -> Floats:
        n = values.size
        match self.kind:
            case "scale":
                return values * self.strength
            case "spread":
                middle = np.median(values[values > 0]) if (values > 0).any() else 1.0
                grown = np.where(values > 0, values / middle, 1.0) ** self.strength * middle
                return np.where(values > 0, grown, values)
            case "mix":
                bigger = rng.random(n) < 0.3
                return np.where(bigger, values * (1 + 2 * (self.strength - 0.75)), values)
            case "trend":
                return values * np.exp(np.log(self.strength) * time)
            case "new_group":
                group = rng.random(n) < 0.08
                middle = np.median(values[values > 0]) if (values > 0).any() else 1.0
                return np.where(group, middle * rng.lognormal(1.0, 0.35, n), values)
        return values


def segments_of(rng: np.random.Generator, n: int, n_ref: int) -> tuple[dict, dict, tuple[str, ...]]:
    """Return segment columns of log and reference, and their names (the last is a decoy)."""
    live: dict[str, Any] = {}
    reference: dict[str, Any] = {}
    names = []
    for k in range(int(rng.integers(2, 5))):
        values = np.array([f"{'abcd'[k]}{i}" for i in range(int(rng.integers(2, 14)))])
        weights = 1 / np.arange(1, values.size + 1) ** rng.uniform(0.2, 1.3)
        weights /= weights.sum()
        name = f"seg_{'abcd'[k]}"
        names.append(name)
        live[name] = rng.choice(values, n, p=weights)
        if rng.random() < 0.5:
            reference[name] = rng.choice(values, n_ref, p=weights)
    first = live[names[0]]
    nested = np.where(rng.random(n) < 0.8, first, rng.choice(np.unique(first), n))
    live["seg_near"] = np.char.add("n", nested)  # a decoy that follows the first column closely
    return live, reference, (*names, "seg_near")


def make_table(seed: int, *, faulty: bool, rows: int | None = None) -> Table:
    """Make one table (of ``rows``, else of 300 to 100,000); ``faulty`` plants a change of scale."""
    rng = np.random.default_rng([seed, 7 if faulty else 11])
    n = int(np.exp(rng.uniform(np.log(300), np.log(100_000))))
    n = n if rows is None else rows
    n_ref = int(np.clip(n * rng.uniform(0.3, 2.0), 500, 40_000))
    shapes = [*SHAPES, *rng.choice(SHAPES, 2)]
    columns = [_column(rng, f"x{k}", shape) for k, shape in enumerate(shapes)]
    timed = bool(rng.random() < 0.8)
    position = np.sort(rng.random(n))
    live, reference, segments = segments_of(rng, n, n_ref)
    kind = str(rng.choice(DRIFTS))
    strength = float(rng.choice([0.8, 0.9, 1.15, 1.25]))
    drift = Drift(kind, int(rng.integers(len(columns))), strength)
    for k, column in enumerate(columns):
        values = column.draw(rng, n)
        if k == drift.column:
            values = drift.apply(rng, values, position)
        live[column.name] = _finish(rng, column, values)
        reference[column.name] = _finish(rng, column, column.draw(rng, n_ref))
    day = (START + position * 60 * 86400).astype(np.int64)
    table = Table(
        seed,
        live,
        reference,
        tuple(c.name for c in columns),
        segments,
        None,
        kind,
        timed,
        n,
    )
    table.moved = columns[drift.column].name if kind != "none" else None
    if timed:
        live["time"] = day.astype("datetime64[s]")
    if faulty:
        _plant(rng, table, columns, day)
        k = next(i for i, c in enumerate(columns) if table.fault and c.name == table.fault.column)
        moved = drift if k == drift.column else Drift("none", k, 1.0)

        def redraw(r: np.random.Generator, m: int) -> Floats:
            values = moved.apply(r, columns[k].draw(r, m), np.sort(r.random(m)))
            return _finish(r, columns[k], values)

        table.redraw = redraw
    return table


def _plant(rng: np.random.Generator, table: Table, columns: list[Column], day: Floats) -> None:
    column = columns[int(rng.integers(len(columns)))]
    factor = float(rng.choice(FACTORS))
    if rng.random() < 0.4:
        factor = 1 / factor
    carrier = str(rng.choice(["all", "segment", "share"], p=[0.15, 0.6, 0.25]))
    rows = np.ones(table.n, dtype=bool)
    segment = None
    if carrier == "segment":
        name = str(rng.choice([s for s in table.segments if s != "seg_near"]))
        value = str(rng.choice(np.unique(table.live[name])))
        segment, rows = (name, value), table.live[name] == value
    onset = None
    if table.timed and rng.random() < 0.7:
        inside = np.flatnonzero(rows)
        at = inside[int(rng.uniform(0.1, 0.9) * inside.size)]
        onset = int(day[at])
        rows = rows & (np.arange(table.n) >= at)
    share = 1.0
    if carrier == "share":
        share = float(np.exp(rng.uniform(np.log(0.01), np.log(0.9))))
        rows = rows & (rng.random(table.n) < share)
    sound = table.live[column.name]
    faulty = np.where(rows, sound * factor, sound)
    if factor >= 10 and column.decimals is not None and rng.random() < 0.5:
        faulty = np.where(rows, np.round(faulty), faulty)
    table.sound = sound
    table.live[column.name] = faulty
    table.fault = Fault(column.name, factor, rows, segment, onset, share)
    table.notes = {"shape": str(column.shape), "carrier": carrier, "affected": int(rows.sum())}
