"""Steps in which numbers are written: which share of values are multiples of a round step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from investigators.tables.table import literal
from investigators.traffic.values import Held

Floats = npt.NDArray[np.float64]

STEPS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0, 50.0, 60.0, 100.0, 500.0, 1000.0)
COMMON = 0.02  # a value of so many rows (zero, a code) says nothing of how numbers are written
MANY = 30  # different values
LEFT = 0.3  # of the rows hold other values: else there is nothing to look at
USUAL = 0.5  # a step of so many of the baseline's values is its own way of writing
APART, RISE = 3.0, 0.003  # standard errors, and share of the values, that make a step worth a look
TRIED = 3
SAME_RISE = 0.5


@dataclass(frozen=True)
class Written:
    """How one input is written: values that do not count, and the baseline's share by step."""

    left_out: tuple[float, ...]
    shares: dict[float, float]


def multiples(values: Floats, step: float) -> npt.NDArray[np.bool_]:
    """Which values are whole multiples of a step, but for rounding noise."""
    y = np.abs(values) / step
    with np.errstate(invalid="ignore"):
        found: npt.NDArray[np.bool_] = np.abs(y - np.round(y)) < np.minimum(1e-9 + 1e-11 * y, 0.01)
    return found


def multiple_sql(sql: str, step: float) -> str:
    """The same as SQL, NULL where the value is."""
    y = f"(abs({sql}) / {step!r})"
    return f"(abs({y} - round({y})) < least(1e-9 + 1e-11 * {y}, 0.01))"


def counts_sql(sql: str, left_out: tuple[float, ...]) -> str:
    """SQL of whether a row's value counts: a finite number other than zero and common ones."""
    listed = ", ".join(literal(v) for v in (0.0, *left_out))
    return f"coalesce(isfinite({sql}) AND ({sql}) NOT IN ({listed}), false)"


def written(base: Held) -> Written | None:
    """Learn how the baseline writes its numbers; ``None`` where too few values are left."""
    common = set(base.common(COMMON))
    if base.values.size >= MANY:  # of few rows every value holds a share: a pile holds more
        common &= set(base.values[base.stands_out()].tolist())
    here, n = _left(base, common)
    if not n or n < LEFT * base.rows:
        return None
    shares = {s: float(here[1][multiples(here[0], s)].sum()) / n for s in STEPS}
    return Written(tuple(sorted(common)), shares)


def _left(held: Held, common: set[float]) -> tuple[tuple[Floats, npt.NDArray[np.int64]], int]:
    out = np.isin(held.values, [0.0, *common])
    values, counts = held.values[~out], held.counts[~out]
    return (values, counts), int(counts.sum())


def coarser(how: Written, base: Held, live: Held) -> list[float]:
    """Steps of which clearly more live values are multiples than before, the coarsest first.

    Of numbers in steps of 10 many are multiples of 50 too: those steps rise less, and are left out.
    """
    (values, counts), n = _left(live, set(how.left_out))
    _, of = _left(base, set(how.left_out))
    if not n or not of:
        return []
    risen = dict(_risen(how, values, counts, n, of))
    least = SAME_RISE * max(risen.values(), default=0.0)
    return sorted((s for s, rise in risen.items() if rise >= least), reverse=True)[:TRIED]


def _risen(
    how: Written, values: Floats, counts: npt.NDArray[np.int64], n: int, of: int
) -> Iterator[tuple[float, float]]:
    for step, before in how.shares.items():
        if before > USUAL:
            continue
        now = float(counts[multiples(values, step)].sum()) / n
        pooled = (now * n + before * of + 0.5) / (n + of + 1)
        apart = (now - before) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / of))
        if apart >= APART and now - before >= RISE:
            yield step, now - before
