"""How far two inputs tell of each other: shared cells of ranks, and what is left of it elsewhere.

Each column is cut at its own quantiles, in training and live apart, so that a move of a column by
itself changes nothing here.  The tie is the mutual information of the cells in nats (Miller's
correction, "Information Theory in Psychology", 1955), which is also what one row says on average
for "tied" over "not tied".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt

from investigators.relations.suspects import rank_correlation
from investigators.shift.movement import Values
from investigators.task import Task

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

CELLS, FEW_CELLS = 10, 5
FEW = 2_000  # rows below which coarser cells are taken
NAMES = 12  # most frequent texts that have a cell of their own
STRONG = 0.06  # nats: a rank correlation of a third
SURE = 4.0  # standard deviations of chance more: of few rows, hundreds of pairs are looked at
COLUMNS, PAIRS, PARTNERS = 60, 12, 3
SMOOTH = 0.5  # rows added to each cell
UNKNOWN = -1


@dataclass(frozen=True)
class Cut:
    """How a column is coded: at ascending ``edges``, or by ``names``."""

    edges: tuple[float, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """How many codes there are."""
        return len(self.edges) + 1 if not self.names else len(self.names) + 1

    def codes(self, values: Values) -> Codes:
        """Code each value, shape (n,); missing is ``UNKNOWN``."""
        if self.names:
            place = {name: k for k, name in enumerate(self.names)}
            rest = len(self.names)
            found = [UNKNOWN if v is None else place.get(str(v), rest) for v in values]
            return np.array(found, dtype=np.int8)
        numbers = values.astype(np.float64)
        at = np.searchsorted(np.array(self.edges), numbers, side="left").astype(np.int8)
        return np.where(np.isnan(numbers), np.int8(UNKNOWN), at)


@dataclass(frozen=True, eq=False)
class Tie:
    """Two columns that tell of each other: ``nats`` a row, from ``n`` rows; ``vote`` by cells."""

    names: tuple[str, str]
    nats: float
    n: int
    vote: Floats


def cut_of(values: Values, names: Sequence[str] = ()) -> Cut | None:
    """Cells of equally many rows, or the most frequent texts; ``None`` for a single value."""
    if values.dtype == object:
        if not names:
            texts = [str(v) for v in values if v is not None]
            each, counts = np.unique(np.array(texts, dtype=str), return_counts=True)
            often = sorted(range(each.size), key=lambda k: (-counts[k], k))[:NAMES]
            names = [str(each[k]) for k in often]
        return Cut(names=tuple(names)) if len(names) > 1 else None
    known = values.astype(np.float64)
    known = known[~np.isnan(known)]
    if not known.size or known.min() == known.max():
        return None
    cells = CELLS if known.size >= FEW else FEW_CELLS
    edges = np.unique(np.quantile(known, np.linspace(0, 1, cells + 1)[1:-1], method="lower"))
    edges = edges[edges < known.max()]
    return Cut(tuple(float(e) for e in edges)) if edges.size else None


def table_of(a: Codes, b: Codes, cells: tuple[int, int]) -> Floats:
    """Count rows by both codes, shape ``cells``; rows without either are left out."""
    both = (a >= 0) & (b >= 0)
    key = a[both].astype(np.int64) * cells[1] + b[both]
    return np.bincount(key, minlength=cells[0] * cells[1]).reshape(cells).astype(np.float64)


def nats_of(table: Floats) -> float:
    """Mutual information of a table of counts, less what chance gives; never below 0."""
    n = table.sum()
    if n <= 0:
        return 0.0
    rows, columns = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    with np.errstate(all="ignore"):
        parts = table / n * np.log(table * n / (rows * columns))
    told = float(np.nansum(parts))
    free = (np.count_nonzero(rows) - 1) * (np.count_nonzero(columns) - 1)
    return max(told - free / (2 * n), 0.0)


def ties_of(columns: Mapping[str, Values], task: Task) -> list[Tie]:
    """The strongest ties of a sample; none of the columns in more than a few of them."""
    cuts = {n: c for n, v in list(columns.items())[:COLUMNS] if (c := cut_of(v)) is not None}
    coded = {n: c.codes(columns[n]) for n, c in cuts.items()}
    found: list[Tie] = []
    for one, other in combinations(coded, 2):
        task.tick()
        table = table_of(coded[one], coded[other], (cuts[one].cells, cuts[other].cells))
        nats = nats_of(table)
        if nats >= STRONG + SURE * _noise(table):
            found.append(Tie((one, other), nats, int(table.sum()), _vote(table)))
    found.sort(key=lambda t: (-t.nats, t.names))
    kept: list[Tie] = []
    for tie in found:
        if len(kept) < PAIRS and all(_used(kept, n) < PARTNERS for n in tie.names):
            kept.append(tie)
    return kept


def _noise(table: Floats) -> float:
    """Standard deviation of the nats of two independent columns (half a chi-square over n)."""
    rows, columns = (int(np.count_nonzero(table.sum(axis=k))) for k in (1, 0))
    return sqrt(2 * max(rows - 1, 1) * max(columns - 1, 1)) / (2 * max(float(table.sum()), 1.0))


def _used(ties: Sequence[Tie], name: str) -> int:
    return sum(name in tie.names for tie in ties)


def _vote(table: Floats) -> Floats:
    """What a row of each cell says for "not tied" over "tied", in nats; shape as the table."""
    smooth = table + SMOOTH
    shares = smooth / smooth.sum()
    alone = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0, keepdims=True)
    return np.asarray(np.log(alone / shares))


def live_cut(live: Values, base: Values) -> Cut | None:
    """Cells for live values that match training's: as many for numbers, the same for names."""
    usual = cut_of(base)
    if usual is None or usual.names:
        return usual
    known = live.astype(np.float64)
    known = known[~np.isnan(known)]
    if not known.size:
        return usual
    # as nearly the same shares of rows up to each edge as in training: of few values, the next
    # one may hold many rows more
    there = np.sort(base[~np.isnan(base.astype(np.float64))].astype(np.float64))
    shares = np.searchsorted(there, usual.edges, "right") / there.size
    values, counts = np.unique(known, return_counts=True)
    upto = counts.cumsum() / known.size
    after = np.clip(np.searchsorted(upto, shares), 1, max(values.size - 1, 1))
    before = after - 1
    after = np.minimum(after, values.size - 1)
    nearer = np.abs(upto[before] - shares) <= np.abs(upto[after] - shares)
    return Cut(tuple(float(e) for e in values[np.where(nearer, before, after)]))


@dataclass(frozen=True)
class Left:
    """What is left of a tie in some rows: ``low`` to ``high`` as a share of training's (99 %).

    ``now`` and ``usual`` are rank correlations where these tell the tie, else roots of nats.
    """

    n: int
    usual: float
    now: float
    low: float
    high: float
    ranks: bool


def left_of(here: tuple[Values, Values], base: tuple[Values, Values]) -> Left | None:
    """Compare a tie in some rows with training's, each by its own ranks; ``None`` if it is mute."""
    both = _known(here[0]) & _known(here[1])
    n = int(both.sum())
    if n < 30:
        return None
    usual = _cells(base, base)
    numeric = all(v.dtype != object for v in (*here, *base))
    if numeric:
        there = rank_correlation(*(v.astype(np.float64) for v in base))
        now = rank_correlation(*(v.astype(np.float64) for v in here))
        if there is None or now is None:
            return None
        # the cells of a tie by order alone tell hardly more than its rank correlation does
        if -0.5 * np.log(1 - min(there**2, 1 - 1e-12)) >= 0.6 * usual:
            half = 2.58 / sqrt(n - 1)
            share = now / there
            return Left(
                n, there, now, share - half / abs(there), share + half / abs(there), ranks=True
            )
    if any(cut_of(v) is None for v in here):
        return None
    told, most = _cells(here, base), _cells((here[0], np.roll(here[1], n // 3)), base)
    cells = [c.cells - 1 for v in base if (c := cut_of(v)) is not None]
    noise = 2.58 * sqrt(2 * cells[0] * cells[1]) / (2 * n) + most
    root = sqrt(usual)
    return Left(
        n, root, sqrt(told), sqrt(max(told - noise, 0.0)) / root, sqrt(told + noise) / root,
        ranks=False,
    )  # fmt: skip


def _cells(pair: tuple[Values, Values], base: tuple[Values, Values]) -> float:
    cuts = [live_cut(a, b) for a, b in zip(pair, base, strict=True)]
    if cuts[0] is None or cuts[1] is None:
        return 0.0
    codes = [c.codes(v) for c, v in zip(cuts, pair, strict=True) if c is not None]
    return nats_of(table_of(codes[0], codes[1], (cuts[0].cells, cuts[1].cells)))


def _known(values: Values) -> npt.NDArray[np.bool_]:
    if values.dtype == object:
        return np.array([v is not None for v in values], dtype=bool)
    return ~np.isnan(values.astype(np.float64))
