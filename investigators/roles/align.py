"""Model inputs to columns by value plausibility: in the file's order where that is as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 0.25
# Order is preferred while it costs less plausibility than this per input.
COST_OF_ORDER = 0.1


@dataclass(frozen=True, slots=True)
class Pair:
    """The column (index) of one input, its plausibility, and how it was told."""

    column: int
    score: float
    by_order: bool
    only: bool


def align(score: Sequence[Sequence[float]], bounds: Sequence[tuple[int, int]]) -> list[Pair | None]:
    """Give each input (row of ``score``) a column, none twice.

    ``score`` is plausibility, shape (inputs, columns); ``bounds`` are the first and last column
    that file order allows per input.  The best assignment in file order is taken when it is nearly
    as plausible as the best one in any order (Kuhn 1955); below 0.25 an input stays without.
    """
    matrix = np.asarray(score, dtype=np.float64)
    inputs, columns = matrix.shape
    ordered = _in_order(matrix, bounds) if columns >= inputs else None
    free = _in_any_order(matrix)
    best = float(sum(matrix[i, j] for i, j in enumerate(free) if j >= 0))
    if ordered is not None:
        total = float(sum(matrix[i, j] for i, j in enumerate(ordered)))
        # With as many columns as inputs order tells most; it may overrule an implausible one.
        allowed = COST_OF_ORDER * inputs * (2 if columns == inputs else 1)
        if total >= best - allowed and (inputs > 1 or columns == 1) and total >= LEAST * inputs:
            return [Pair(j, float(matrix[i, j]), True, False) for i, j in enumerate(ordered)]
    return [
        Pair(j, float(matrix[i, j]), False, _only(matrix, i, j))
        if j >= 0 and matrix[i, j] >= LEAST
        else None
        for i, j in enumerate(free)
    ]


def _only(matrix: np.ndarray, row: int, column: int) -> bool:
    """Whether no other column could be this input and no other input this column."""
    rivals = np.concatenate((np.delete(matrix[row], column), np.delete(matrix[:, column], row)))
    return bool(matrix[row, column] >= 0.7 and (rivals.size == 0 or rivals.max() < LEAST))


def _in_any_order(matrix: np.ndarray) -> list[int]:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-matrix)
    found = [-1] * matrix.shape[0]
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        found[row] = column
    return found


def _in_order(matrix: np.ndarray, bounds: Sequence[tuple[int, int]]) -> list[int] | None:
    """Best rising assignment (dynamic programme over columns); ``None`` where bounds forbid it."""
    inputs, columns = matrix.shape
    best = np.full((inputs + 1, columns + 1), -np.inf)
    best[0, :] = 0.0
    for i in range(1, inputs + 1):
        first, last = bounds[i - 1]
        for j in range(i, columns + 1):
            take = -np.inf
            if first <= j - 1 <= last:
                take = best[i - 1, j - 1] + matrix[i - 1, j - 1]
            best[i, j] = max(best[i, j - 1], take)
    if not np.isfinite(best[inputs, columns]):
        return None
    found = [0] * inputs
    j = columns
    for i in range(inputs, 0, -1):
        while j > i and best[i, j] == best[i, j - 1]:
            j -= 1
        found[i - 1] = j - 1
        j -= 1
    return found
