"""Two columns together: what the pair of values of a row says of an exchange of the two.

Training's rows are counted in cells of both columns, cut alike.  A row in cell (i, j) is one of
cell (j, i) after an exchange, so that its vote is ln p(j, i) / p(i, j); missing is a cell as well.
Columns that look alike one by one may be told apart so, and a drift of one of them rarely is an
exchange of both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.shift.rivals import ODD, distance, edges_of, known

CELLS, ROWS_IN_A_CELL = 10, 60
MOST_TEXTS = 40
PRIOR = 3.0  # rows of each cell that are believed to be as two independent columns have them
MISSING = 0
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Column = Floats | npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Together:
    """Votes of pairs of values for an exchange, in nats.

    ``edges`` cut numbers (``None``: categories, coded by ``places``).  ``votes`` has shape (cells,
    cells), ``votes[i, j] == -votes[j, i]``, and ``plain`` are the same were no row merely odd;
    ``level`` are the votes of "below" inside one cell.
    ``apart`` is how far training is from its own exchange, 0 to 1, less what chance makes.
    """

    edges: Floats | None
    places: dict[str, int]
    votes: Floats
    plain: Floats
    level: Floats
    apart: float

    def code(self, column: Column) -> Codes:
        """Cell of each value, same shape; ``MISSING`` where there is none."""
        if self.edges is not None:
            values = np.asarray(column, dtype=np.float64)
            found = 1 + np.searchsorted(self.edges, values, side="right")
            return np.where(np.isnan(values), MISSING, found)
        other = len(self.places) + 1
        return np.array(
            [MISSING if v is None else self.places.get(str(v), other) for v in column],
            dtype=np.intp,
        )

    def of(self, one: Column, other: Column) -> Floats:
        """Vote of each row, shape (rows,)."""
        a, b = self.code(one), self.code(other)
        if self.edges is None:
            return self.of_codes(a, b)
        found: Floats = self.votes[a, b]
        side = np.sign(np.asarray(other, np.float64) - np.asarray(one, np.float64))
        return np.where((a == b) & (a != MISSING), np.nan_to_num(side) * self.level[a], found)

    def of_codes(self, one: Codes, other: Codes) -> Floats:
        """Vote of each row by the cells of its two values (order inside a cell left out)."""
        found: Floats = self.votes[one, other]
        return found

    def plainly(self, one: Column, other: Column) -> Floats:
        """Vote of each row of texts by training's counts alone, shape (rows,)."""
        found: Floats = self.plain[self.code(one), self.code(other)]
        return found


def together_of(one: Column, other: Column, *, texts: bool) -> Together:
    """Learn the votes from training's rows, both of shape (rows,)."""
    edges, places = None, {}
    if texts:
        counts = Counter(str(v) for column in (one, other) for v in column if v is not None)
        often = sorted(counts, key=lambda v: (-counts[v], v))[:MOST_TEXTS]
        places = {value: k + 1 for k, value in enumerate(often)}
        size = len(places) + 2
    else:
        samples = [known(np.asarray(column, np.float64)) for column in (one, other)]
        cells = int(np.clip(min(s.size for s in samples) // ROWS_IN_A_CELL, 4, CELLS))
        edges = np.unique(np.concatenate([edges_of(s, cells) for s in samples]))
        size = edges.size + 2
    nothing = np.zeros((size, size))
    blank = Together(edges, places, nothing, nothing, np.zeros(size), 0.0)
    a, b = blank.code(one), blank.code(other)
    counted = np.bincount(a * size + b, minlength=size * size).reshape(size, size).astype(float)
    share = _shares(counted)
    votes: Floats = np.log(_odd(share.T, share) / _odd(share, share.T))
    if edges is not None:  # what lies far beyond both says nothing
        votes[[1, -1], :] = votes[:, [1, -1]] = 0.0
    level = np.zeros(size)
    if edges is not None:
        x, y = np.asarray(one, np.float64), np.asarray(other, np.float64)
        same = (a == b) & (a != MISSING)
        below: Floats = np.bincount(a[same & (x < y)], minlength=size).astype(np.float64) + 0.5
        above: Floats = np.bincount(a[same & (x > y)], minlength=size).astype(np.float64) + 0.5
        level = np.log(_odd(above, below) / _odd(below, above))
        level[[1, -1]] = 0.0
    return Together(edges, places, votes, np.log(share.T / share), level, _apart(counted))


def _odd(mine: Floats, other: Floats) -> Floats:
    found: Floats = (1 - ODD) * mine + ODD * (mine + other) / 2
    return found


def _shares(counted: Floats) -> Floats:
    """Share of each cell: as counted, or where few rows are as independent columns have it."""
    n = max(float(counted.sum()), 1.0)
    alone = np.outer(counted.sum(axis=1), counted.sum(axis=0)) / n
    share: Floats = alone * (counted + PRIOR) / (alone + PRIOR) / n + 1e-12
    return share


def _apart(counted: Floats) -> float:
    """Total variation between training's pairs and the same exchanged, less its chance part."""
    n = max(float(counted.sum()), 1.0)
    upper = np.triu_indices(len(counted), 1)
    x, y = counted[upper], counted.T[upper]
    chance = np.sqrt(2 / np.pi * (x + y)).sum() / n
    return max(float(np.abs(x - y).sum() / n) - float(chance), 0.0)


def pair_distance(live: tuple[Column, Column], base: tuple[Column, Column]) -> float:
    """How far two samples of pairs lie apart, 0 to 1, beside what each column alone says.

    Numbers by Kolmogorov-Smirnov's distance of the differences; categories by total variation of
    the pairs, less what chance makes of it.
    """
    if all(column.dtype != object for column in (*live, *base)):
        x, y = (known(np.asarray(a) - np.asarray(b)) for a, b in (live, base))
        return distance(x, y)
    counts = [Counter(zip(map(str, a), map(str, b), strict=True)) for a, b in (live, base)]
    n, m = (max(each.total(), 1) for each in counts)
    pairs = sorted({*counts[0], *counts[1]})
    shares = np.array([[c[p] / k for p in pairs] for c, k in zip(counts, (n, m), strict=True)])
    usual = shares.mean(axis=0)
    chance = 0.5 * np.sqrt(2 / np.pi * usual * (1 / n + 1 / m)).sum()
    return max(float(np.abs(shares[0] - shares[1]).sum() / 2) - float(chance), 0.0)
