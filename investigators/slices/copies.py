"""Columns that were written after the decision or the outcome: no group is described by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from investigators.slices.literals import Coded
from investigators.slices.rows import Marked

SAME = 0.9  # of the rows that a guess by the majority gets wrong are told by the column
ENOUGH = 20
CHANCE = 1e-6


def copies(coded: Sequence[Coded], rows: Marked, inputs: set[str]) -> tuple[str, ...]:
    """Columns, no inputs of the model, that tell the outcome (or the decision) by themselves.

    Either nearly the whole of it, or by one value that only rows with a bad outcome have.
    """
    told = rows.bad if rows.measure == "wrong" else rows.adverse
    if rows.measure == "error":
        return _of_values(coded, rows, inputs)
    share = float(told.mean()) if len(told) else 0.0
    found = []
    for one in coded:
        if one.column in inputs or not 0 < share < 1:
            continue
        codes = one.codes[rows.rows]
        n = np.bincount(codes, minlength=one.width)
        k = np.bincount(codes[told], minlength=one.width)
        left = float(np.minimum(k, n - k).sum())
        whole = len(told) * min(share, 1 - share)
        # a group that is always refused is a group; one whose outcomes are all bad was made of them
        only = (
            (rows.measure == "wrong")
            & (k == n)
            & (n >= ENOUGH)
            & (n * np.log(share) < np.log(CHANCE))
        )
        if left <= (1 - SAME) * whole or only.any():
            found.append(one.column)
    return tuple(dict.fromkeys(found))


def _of_values(coded: Sequence[Coded], rows: Marked, inputs: set[str]) -> tuple[str, ...]:
    """Columns, no inputs, whose codes tell nearly all of the outcomes' or the errors' ranks."""
    found = []
    for values in (rows.score + rows.errors, rows.errors):
        off = stats.rankdata(values) - (len(values) + 1) / 2
        whole = float((off**2).sum())
        for one in coded:
            if one.column in inputs or whole <= 0:
                continue
            codes = one.codes[rows.rows]
            n = np.bincount(codes, minlength=one.width)
            sums = np.bincount(codes, weights=off, minlength=one.width)
            if float((sums**2 / np.maximum(n, 1)).sum()) >= SAME * whole:
                found.append(one.column)
    return tuple(dict.fromkeys(found))
