"""Bounds that a number keeps by its nature or by its dictionary: never negative, a share of one.

A range that training merely happened to have is no bound: the world moves.  What counts is an end
at zero, one or a hundred up to which values come and beyond which none lies, or a declared one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from investigators.features import Dictionary
from investigators.relations.forms import Relation
from investigators.shift.rivals import known
from investigators.shift.sample import Samples

Floats = npt.NDArray[np.float64]
FEWEST = 200  # values of the sample
NEAR, ENOUGH = 0.2, 20  # so near the end lie so many values: a tail would go on beyond it
SKEWED = 1.5  # the upper half reaches so much further: a size, which no world makes negative
TOPS = (1.0, 100.0)


def bounds_of(samples: Samples, dictionary: Dictionary) -> list[Relation]:
    """One relation for each numeric input that has a bound; whether all rows keep it is counted."""
    found = []
    for name in samples.numeric:
        values = known(samples.base.numbers[name])
        if values.size < FEWEST:
            continue
        entry = dictionary.get(name)
        low = _lowest(values) if entry.minimum is None else entry.minimum
        high = _highest(values) if entry.maximum is None else entry.maximum
        if low is not None or high is not None:
            found.append(Relation("bounds", (name,), limits=(low, high)))
    return found


def _lowest(values: Floats) -> float | None:
    """Zero, where sorted values end there by their nature."""
    if values[0] < 0:
        return None
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    comes_near = int((values <= NEAR * middle).sum()) >= ENOUGH
    return 0.0 if comes_near or high - middle >= SKEWED * (middle - low) > 0 else None


def _highest(values: Floats) -> float | None:
    """One or a hundred, where sorted values from zero on end there by their nature."""
    if values[0] < 0:
        return None
    for top in TOPS:
        near = int(((values > (1 - NEAR) * top) & (values <= top)).sum())
        if values[-1] <= top and near >= ENOUGH:
            return top
    return None
