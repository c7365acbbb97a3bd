"""Faults in the size of numbers: units, affine changes, formats, caps, rounding."""

from __future__ import annotations

import numpy as np
from planted_judge import CATALOGUE
from planted_tables import FACTORS

from planted_kinds.kinds import GONE, UNIT, VERSION, host, kind, of_numbers
from planted_kinds.looks import decimals_of
from planted_kinds.parts import Base, Column, Fault, Random

FINEST, LEFT = 6, 6  # digits;  different values that a rounding leaves at least
NEAREST = 8  # so many wrong factors next to the true one are tried as rivals


def scaled(rng: Random, column: Column | None) -> Fault | None:
    """Values times a factor of the usual ones, at times rounded by the other side."""
    if column is None:
        return None
    factor = float(rng.choice(FACTORS)) ** float(rng.choice([1, 1, 1, -1, -1]))
    rounded = bool(factor > 1 and rng.random() < 0.4)
    near = sorted(CATALOGUE, key=lambda f: abs(np.log(f / factor)))
    rivals = [f for f in near if abs(np.log(f / factor)) > 0.01][:NEAREST]

    def times(f: float):  # noqa: ANN202 - a small map
        return lambda v: np.round(v * f) if rounded else v * f

    transform = {"kind": "scale", "factor": factor}
    return of_numbers(column.name, times(factor), transform, tuple(times(f) for f in rivals))


def _positive(rng: Random, base: Base) -> Column | None:
    return host(rng, base, "positive")


@kind(UNIT, carriers=("all",))
def scale_whole(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT, carriers=("share",))
def scale_part(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT, carriers=("segment",))
def scale_segment(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT, carriers=("all", "segment"), window="span", timed=True)
def scale_rolled_back(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT, carriers=("all", "segment"), window="span", timed=True, beside="again")
def scale_two_changes(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT, carriers=("segments",))
def scale_two_columns(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT, carriers=("hours",), timed=True)
def scale_night(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, _positive(rng, base))


@kind(UNIT)
def scale_discrete(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, host(rng, base, "discrete", "limited255"))


def _line(column: Column | None, a: float, b: float, *rivals: tuple[float, float]) -> Fault | None:
    if column is None:
        return None
    digits = column.decimals if column.decimals is not None else 6

    def line(pair: tuple[float, float]):  # noqa: ANN202 - a small map
        return lambda v: np.round(v * pair[0] + pair[1], digits)

    transform = {"kind": "affine", "a": a, "b": b}
    return of_numbers(column.name, line((a, b)), transform, tuple(line(r) for r in rivals))


@kind(UNIT)
def fahrenheit_to_celsius(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "fahrenheit")
    return _line(column, 5 / 9, -160 / 9, (1, -273.15), (0.5, 0), (1, -32))


@kind(UNIT)
def celsius_to_fahrenheit(rng: Random, base: Base) -> Fault | None:
    return _line(host(rng, base, "celsius"), 1.8, 32.0, (1, 273.15), (2, 0), (1, 32))


@kind(UNIT)
def celsius_to_kelvin(rng: Random, base: Base) -> Fault | None:
    return _line(host(rng, base, "celsius"), 1.0, 273.15, (1.8, 32), (10, 0), (1, 260))


@kind(UNIT, carriers=("segment", "share"))
def offset(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "limited255", "temperature", "signed", "swap", "positive")
    if column is None:
        return None
    typical = np.abs(_sample(rng, base, column.name))
    wide = float(np.nanquantile(typical, 0.9)) or 1.0
    added = float(f"{wide * rng.uniform(1.5, 5) * rng.choice([-1, 1]):.2g}")
    return _line(column, 1.0, added, (1, added * 1.3), (1, added / 1.3))


def _sample(rng: Random, base: Base, name: str) -> np.ndarray:
    """Some sound values of a column, to choose a size by."""
    time = np.sort(1_767_225_600 + rng.integers(0, 30 * 86400, 2000))
    return base.fresh(rng, time)[name]


@kind(UNIT)
def percent_to_fraction(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "percent")
    if column is None:
        return None
    rivals = (lambda v: v / 10, lambda v: v / 255, lambda v: v / 1000)
    return of_numbers(column.name, lambda v: v / 100, {"kind": "scale", "factor": 0.01}, rivals)


@kind(UNIT)
def fraction_to_percent(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "fraction")
    if column is None:
        return None
    rivals = (lambda v: v * 10, lambda v: v * 60, lambda v: v * 1000)
    return of_numbers(column.name, lambda v: v * 100, {"kind": "scale", "factor": 100.0}, rivals)


@kind(UNIT)
def logarithm(rng: Random, base: Base) -> Fault | None:
    column = _positive(rng, base)
    if column is None:
        return None
    ways = (lambda v: np.log1p(np.maximum(v, 0)), lambda v: np.log10(1 + np.maximum(v, 0)),
            lambda v: np.sqrt(np.maximum(v, 0)))  # fmt: skip
    picked = int(rng.integers(2))
    typical = np.abs(_sample(rng, base, column.name))
    middle = float(np.nanmedian(typical)) or 1.0
    factor = float(ways[picked](middle)) / middle  # of small numbers a logarithm is a factor
    rivals = (*(w for k, w in enumerate(ways) if k != picked), lambda v: v * factor)
    return of_numbers(column.name, ways[picked], None, rivals)


@kind(UNIT)
def sign_flip(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "signed", "positive")
    if column is None:
        return None
    transform = {"kind": "scale", "factor": -1.0}
    return of_numbers(column.name, lambda v: -v, transform, (np.abs, lambda v: v * 0.5))


@kind(GONE, UNIT)
def decimal_comma_to_missing(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "decimals")
    if column is None:
        return None
    # "12,5" cannot be read as a number and is lost; "12" is read
    return of_numbers(column.name, lambda v: np.where(decimals_of(v) > 0, np.nan, v))


@kind(UNIT)
def thousands_dropped(rng: Random, base: Base) -> Fault | None:
    column = _positive(rng, base)
    if column is None or np.nanquantile(_sample(rng, base, column.name), 0.8) < 1000:
        return None
    # "1.234,50" is read as 1.234
    return of_numbers(column.name, lambda v: np.where(v >= 1000, np.floor(v) / 1000, v))


def _capped(name: str, cap: float) -> Fault:
    return of_numbers(name, lambda v: np.where(v > cap, cap, v))


@kind(UNIT, GONE)
def clipped_at_cap(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "positive", "swap", "optional")
    if column is None:
        return None
    cap = np.nanquantile(_sample(rng, base, column.name), rng.uniform(0.6, 0.97))
    return _capped(column.name, float(f"{cap:.1g}"))


@kind(UNIT, GONE)
def clipped_at_255(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "limited255")
    return _capped(column.name, 255.0) if column else None


@kind(UNIT, GONE)
def clipped_at_32767(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "limited32767")
    return _capped(column.name, 32767.0) if column else None


@kind(UNIT, VERSION)
def rounding_new(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "decimals", "limited32767")
    if column is None:
        return None
    sample = _sample(rng, base, column.name)
    middle = float(np.nanmedian(np.abs(sample))) or 1.0
    digits = 0 if middle > 20 and column.decimals != 0 else 1
    if column.decimals == 0:
        digits = -2
    sample = sample[np.isfinite(sample)]
    while digits < FINEST and np.unique(np.round(sample, digits)).size < LEFT:
        digits += 1  # all values in one would be a constant, not a rounding
    return of_numbers(column.name, lambda v: np.round(v, digits))
