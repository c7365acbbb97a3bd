"""Faults in times: epoch units, serials, hours in another zone."""

from __future__ import annotations

from functools import partial

import numpy as np

from planted_kinds.kinds import SHIFT, UNIT, host, kind, of_numbers
from planted_kinds.looks import hour_gap
from planted_kinds.parts import HOUR, TIME, Base, Column, Fault, Mask, Random, Rows


def _counted(values: np.ndarray, factor: float) -> np.ndarray:
    """Times counted in another unit, whole."""
    return np.floor(values * factor)


def _epoch(
    rng: Random, base: Base, trait: str, factor: float, units: tuple[str, str]
) -> Fault | None:
    column = host(rng, base, trait)
    if column is None:
        return None
    rivals = tuple(partial(_counted, factor=factor * wrong) for wrong in (1e-3, 1e3, 60, 1 / 60))
    transform = {"kind": "epoch", "from": units[0], "to": units[1]}
    return of_numbers(column.name, partial(_counted, factor=factor), transform, rivals)


@kind(UNIT, SHIFT)
def epoch_s_to_ms(rng: Random, base: Base) -> Fault | None:
    return _epoch(rng, base, "epoch_s", 1e3, ("s", "ms"))


@kind(UNIT, SHIFT)
def epoch_ms_to_s(rng: Random, base: Base) -> Fault | None:
    return _epoch(rng, base, "epoch_ms", 1e-3, ("ms", "s"))


@kind(UNIT, SHIFT)
def epoch_s_to_us(rng: Random, base: Base) -> Fault | None:
    return _epoch(rng, base, "epoch_s", 1e6, ("s", "us"))


@kind(UNIT, SHIFT)
def excel_serial(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "epoch_s")
    if column is None:
        return None
    transform = {"kind": "affine", "a": 1 / 86400, "b": 25569.0}
    rivals = (lambda v: v / 86400, lambda v: v / 86400 + 25569 - 1462, lambda v: v / 3600)
    return of_numbers(column.name, lambda v: np.round(v / 86400 + 25569, 5), transform, rivals)


def _moved(column: Column | None, seconds: int, *wrong: int) -> Fault | None:
    """The hour is taken from a clock that is so many seconds ahead."""
    if column is None:
        return None

    def shift(by: int):  # noqa: ANN202 - a change
        def change(_: Random, rows: Rows, mask: Mask) -> Rows:
            told = (rows[TIME] + by) // HOUR - rows[TIME] // HOUR  # hours ahead, row by row
            return {column.name: np.where(mask, (rows[column.name] + told) % 24, rows[column.name])}

        return change

    look = hour_gap(column.name, column.zone)
    transform = {"kind": "shift_time", "seconds": seconds}
    return Fault((column.name,), shift(seconds), transform, look, tuple(shift(w) for w in wrong))


def _hours(rng: Random) -> int:
    return int(rng.choice([-8, -5, -2, -1, 1, 2, 3, 5, 6, 9, 12])) * HOUR


@kind(SHIFT, UNIT, carriers=("all", "segment"), timed=True)
def hour_shifted(rng: Random, base: Base) -> Fault | None:
    seconds = _hours(rng)
    return _moved(host(rng, base, "hour"), seconds, seconds + HOUR, seconds - HOUR)


@kind(SHIFT, UNIT, carriers=("share",), timed=True)
def hour_shifted_part(rng: Random, base: Base) -> Fault | None:
    seconds = _hours(rng)
    return _moved(host(rng, base, "hour"), seconds, seconds + HOUR, seconds - HOUR)


@kind(SHIFT, UNIT, carriers=("all", "segment"), timed=True)
def hour_shifted_half(rng: Random, base: Base) -> Fault | None:
    seconds = int(rng.choice([5.5, 3.5, 9.5, -3.5]) * HOUR)
    return _moved(host(rng, base, "hour"), seconds, seconds + 1800, seconds - 1800)


@kind(SHIFT, UNIT, carriers=("all", "segment"), window="span", timed=True)
def daylight_saving_weeks(rng: Random, base: Base) -> Fault | None:
    seconds = int(rng.choice([-1, 1])) * HOUR
    return _moved(host(rng, base, "hour"), seconds, 2 * seconds, -seconds)
