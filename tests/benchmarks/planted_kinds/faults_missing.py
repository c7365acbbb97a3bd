"""Faults of missing values: codes for missing, codes that vanish, gaps."""

from __future__ import annotations

import numpy as np

from planted_kinds.kinds import GONE, JOIN, SKEW, UNSEEN, Map, host, kind, of_numbers
from planted_kinds.looks import Names
from planted_kinds.parts import Base, Fault, Mask, Random, Rows


def _coded(rng: Random, base: Base, code: float) -> Fault | None:
    column = host(rng, base, "optional")
    if column is None:
        return None
    transform = {"kind": "fill", "seen": code, "meant": None}
    rival: Map = lambda v: np.where(np.isnan(v), code * 10 + 5, v)  # noqa: E731
    return of_numbers(
        column.name, lambda v: np.where(np.isnan(v), code, v), transform, (rival,)
    )  # fmt: skip


@kind(GONE)
def missing_as_minus_999(rng: Random, base: Base) -> Fault | None:
    return _coded(rng, base, -999.0)


@kind(GONE)
def missing_as_minus_1(rng: Random, base: Base) -> Fault | None:
    return _coded(rng, base, -1.0)


@kind(GONE)
def missing_as_9999(rng: Random, base: Base) -> Fault | None:
    return _coded(rng, base, 9999.0)


@kind(GONE)
def missing_as_zero(rng: Random, base: Base) -> Fault | None:
    return _coded(rng, base, 0.0)


@kind(GONE)
def code_vanished(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "coded")
    if column is None:
        return None
    transform = {"kind": "fill", "seen": None, "meant": column.code}

    def rival(values: np.ndarray) -> np.ndarray:
        """As many are lost, whatever they were."""
        lost = np.random.default_rng(11).random(values.size) < np.mean(values == column.code)
        return np.where(lost, np.nan, values)

    return of_numbers(
        column.name, lambda v: np.where(v == column.code, np.nan, v), transform, (rival,)
    )


@kind(GONE, UNSEEN)
def nan_as_category(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "optional_name")
    if column is None:
        return None
    word = str(rng.choice(["nan", "None", "NULL", "n/a"]))

    def change(_: Random, rows: Rows, mask: Mask) -> Rows:
        values = rows[column.name].copy()
        values[mask & np.array([v is None for v in values])] = word
        return {column.name: values}

    transform = {"kind": "fill", "seen": word, "meant": None}
    return Fault((column.name,), change, transform, Names(column.name))


def _lost(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "positive", "optional", "temperature", "swap", "signed", "category")
    if column is None:
        return None
    more = float(rng.uniform(0.25, 1.0))
    text = "category" in column.traits

    def change(r: Random, rows: Rows, mask: Mask) -> Rows:
        values = rows[column.name]
        lost = mask & (r.random(values.size) < more)
        if text:
            values = values.copy()
            values[lost] = None
            return {column.name: values}
        return {column.name: np.where(lost, np.nan, values)}

    look = Names(column.name) if text else of_numbers(column.name, np.abs).look
    return Fault((column.name,), change, None, look)


@kind(GONE, JOIN, SKEW, carriers=("all",), window="none")
def missing_rises(rng: Random, base: Base) -> Fault | None:
    return _lost(rng, base)


@kind(GONE, JOIN, SKEW, carriers=("segment",), window="none")
def missing_in_segment(rng: Random, base: Base) -> Fault | None:
    return _lost(rng, base)


@kind(GONE, JOIN, SKEW, carriers=("all", "segment"), window="since", timed=True)
def missing_since(rng: Random, base: Base) -> Fault | None:
    return _lost(rng, base)
