"""How finely a column of numbers is written: decimals, significant digits, 32 bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EPS32 = float(np.finfo(np.float32).eps)
EPS64 = float(np.finfo(np.float64).eps)
MOST_DECIMALS = 12
# A value ends in a zero one time in ten: with this many values the last written digit is the
# values' own and not an accident, so the values may overrule the digits seen in a text file.
ENOUGH_VALUES = 20


def is_float32(values: Floats) -> bool:
    """Whether every finite value is exactly a 32-bit float and at least one needs those bits."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return False
    with np.errstate(over="ignore"):
        short = finite.astype(np.float32).astype(np.float64)
    # Halves, quarters and whole numbers are 32-bit floats by accident, as 0.5 in any log.
    return bool(np.all(short == finite)) and bool(np.any(finite * 4096 != np.round(finite * 4096)))


def decimals_of(values: Floats) -> int | None:
    """Return the fewest decimals that write every finite value, ``None`` for full precision."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return None
    fuzz = np.abs(finite) * (EPS32 if is_float32(finite) else EPS64) * 4 + 1e-300
    few = slice(None, None, max(1, finite.size // 500))
    for decimals in range(MOST_DECIMALS + 1):
        # Stop where a rounding step is no longer coarser than the floats themselves.
        if 0.5 * 10.0**-decimals <= 8 * float(fuzz.max()):
            return None
        # A few values rule most roundings out before all are looked at.
        for part in (few, slice(None)):
            if np.any(np.abs(finite[part] - np.round(finite[part], decimals)) > fuzz[part]):
                break
        else:
            return decimals
    return None


def written_decimals(values: Floats, in_text: int | None) -> int | None:
    """Return the log's own rounding in decimals, ``None`` when it is written in full.

    ``in_text`` is the largest number of decimals seen in a text file (``None``: binary source).
    Few values keep the text's digits (0.200 is not 0.2); many values show their own.
    """
    own = decimals_of(values)
    if in_text is None or in_text > MOST_DECIMALS:
        return own
    if own is None:
        return in_text
    enough = np.count_nonzero(np.isfinite(values)) >= ENOUGH_VALUES
    return min(own, in_text) if enough else in_text


def decimals_tolerance(decimals: int) -> float:
    """Return half a step of rounding, and a hair for the floats that carry it."""
    return 0.5 * 10.0**-decimals * (1 + 1e-6)


def digits_tolerance(values: Floats, digits: int) -> Floats:
    """Return half a step of rounding to ``digits`` significant digits, per value."""
    size = np.abs(values)
    with np.errstate(divide="ignore"):
        power = np.floor(np.log10(size))
    step: Floats = np.where(size > 0, 10.0 ** (power - digits + 1), 0.0)
    return step * 0.5 * (1 + 1e-6)
