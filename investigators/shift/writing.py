"""How two columns are written: the grid that nearly all of one, and few of the other, lie on.

An exchange turns this round in both columns at once, however alike their values are; a new
rounding, unit or kind of requests changes one of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.numbers import number
from investigators.shift.line_fit import written

# Steps that numbers are written in: whole ones, tens, quarters, decimals.
GRIDS = (100.0, 50.0, 25.0, 10.0, 5.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)
APART = 0.5
SURE = 0.01  # of either column's values, whatever training had, may lie on a grid or not
Floats = npt.NDArray[np.float64]
Shares = tuple[float, ...]


@dataclass(frozen=True)
class Writing:
    """Shares of training's values on multiples of ``grid``: of the first column, of the second."""

    grid: float
    one: float
    other: float

    @property
    def words(self) -> str:
        """``whole numbers``, ``multiples of 0.1``."""
        return "whole numbers" if self.grid == 1.0 else f"multiples of {number(self.grid)}"

    def of(self, one: Floats, other: Floats) -> Floats:
        """Vote of each row for an exchange in nats, shape (rows,); a missing value has none."""
        mine, others = (min(max(p, SURE), 1 - SURE) for p in (self.one, self.other))
        on, off = np.log(others / mine), np.log((1 - others) / (1 - mine))
        votes = np.zeros(one.size)
        for column, sign in ((one, 1.0), (other, -1.0)):
            own: Floats = np.asarray(np.where(_on(column, self.grid), on, off), np.float64)
            votes += sign * np.where(np.isnan(column), 0.0, own)
        return votes


def _on(values: Floats, grid: float) -> npt.NDArray[np.bool_]:
    y = np.abs(np.nan_to_num(values)) / grid
    found: npt.NDArray[np.bool_] = np.abs(y - np.rint(y)) < np.minimum(1e-7 + 1e-10 * y, 0.01)
    return found


def shares_on(values: Floats) -> Shares:
    """Shares of values (without missing ones) on each grid of ``GRIDS``."""
    return tuple(written(values / grid, 0) for grid in GRIDS)


def writing_of(one: Shares, other: Shares) -> Writing | None:
    """The grid that tells two columns best; ``None`` where they are written alike."""
    found = max(
        (Writing(*each) for each in zip(GRIDS, one, other, strict=True)),
        key=lambda w: (round(abs(w.one - w.other), 6), w.grid),
    )
    return found if abs(found.one - found.other) >= APART else None
