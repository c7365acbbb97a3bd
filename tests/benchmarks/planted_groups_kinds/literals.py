"""All plain descriptions to depth 2, and the search that corrects nothing.

Values of category columns (the 40 most frequent), eighths of numbers, missing, hours in blocks of
six, days of the week.  ``uncorrected`` is what people do by hand: every description with p < 0.05
in all rows, the largest effect first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from planted_kinds.parts import DAY, HOUR, Mask, is_text
from scipy import stats

from planted_groups_kinds.parts import REQUEST, TIME, WHO, Table

Cell = tuple[np.ndarray, np.ndarray, tuple[int, ...]]
SUPPORT, MOST_VALUES, BLOCK = 20, 40, 6
SIDES = 5  # wrong ones of all, of adverse and of other decisions; more and fewer outcomes
LEFT = frozenset({"id", TIME, WHO, "outcome", "live_test", REQUEST, "visit", "reason", "item"})


@dataclass(frozen=True)
class Literals:
    """Codes of each column, shape (n, columns), from 0 on: each code is one literal."""

    names: tuple[str, ...]
    codes: np.ndarray


def literals(table: Table) -> Literals:
    """Code all columns of the log that may describe a group."""
    names, found = [], []
    for name in sorted(set(table.log) - LEFT):
        names.append(name)
        found.append(_coded(table.log[name]))
    time = table.log[TIME]
    names += ["hour", "weekday"]
    found += [time // HOUR % 24 // BLOCK, (time // DAY + 3) % 7]
    return Literals(tuple(names), np.column_stack(found).astype(np.int64))


def _coded(values: np.ndarray) -> np.ndarray:
    if is_text(values):
        text = np.array([str(v) for v in values])
        kept, codes, many = np.unique(text, return_inverse=True, return_counts=True)
        order = np.empty(kept.size, dtype=int)
        order[np.argsort(-many)] = np.arange(kept.size)
        return np.minimum(order[codes], MOST_VALUES)
    values = values.astype(float)
    known = np.isfinite(values)
    edges = np.unique(np.quantile(values[known], np.arange(1, 8) / 8)) if known.any() else []
    return np.where(known, np.searchsorted(edges, values, side="right") + 1, 0)


def looks_of(table: Table) -> int:
    """Number of looks: descriptions to depth 2 that hold in enough rows of the searched half.

    Neighbours are joined: all ranges of eighths of a number, all runs of up to twelve hours and of
    days of the week, over midnight and Sunday too.  Each is counted on five sides.
    """
    at = table.seen & table.searched
    time = table.log[TIME][at]
    columns = [(time // HOUR % 24, _arcs(24, 12)), ((time // DAY + 3) % 7, _arcs(7, 6))]
    for name in sorted(set(table.log) - LEFT):
        codes = _coded(table.log[name])
        size = int(codes.max()) + 1
        joined = np.eye(size) if is_text(table.log[name]) else _ranges(size)
        columns.append((codes[at], joined))
    found = 0
    for i, (codes, joined) in enumerate(columns):
        rows = np.bincount(codes, minlength=joined.shape[1])
        found += int((joined @ rows >= SUPPORT).sum())
        for other, others in columns[:i]:
            shape = (joined.shape[1], others.shape[1])
            both = np.bincount(codes * shape[1] + other, minlength=shape[0] * shape[1])
            found += int((joined @ both.reshape(shape) @ others.T >= SUPPORT).sum())
    return SIDES * found


def _ranges(size: int) -> np.ndarray:
    """Missing (code 0), and the runs of the codes above it; shape (runs, size)."""
    place = np.arange(size)
    runs = [(place >= a) & (place <= b) for a in range(1, size) for b in range(a, size)]
    return np.array([place == 0, *runs], dtype=float)


def _arcs(size: int, longest: int) -> np.ndarray:
    """Runs on a circle; shape (runs, size)."""
    place = np.arange(size)
    return np.array(
        [(place - a) % size < n for a in range(size) for n in range(1, longest + 1)], dtype=float
    )


def _cells(codes: np.ndarray, seen: Mask, marked: Mask) -> Iterator[Cell]:
    """Rows and marked rows of every description, column by column and pair by pair."""
    sizes = codes.max(axis=0, initial=0) + 1
    codes, marked = codes[seen], marked[seen]
    for i in range(codes.shape[1]):
        yield *_counted(codes[:, i], int(sizes[i]), marked), (i,)
        for j in range(i):
            both = codes[:, i] * sizes[j] + codes[:, j]
            yield *_counted(both, int(sizes[i] * sizes[j]), marked), (i, j)


def _counted(codes: np.ndarray, size: int, marked: Mask) -> tuple[np.ndarray, np.ndarray]:
    return np.bincount(codes, minlength=size), np.bincount(codes[marked], minlength=size)


def uncorrected(table: Table, marked: Mask) -> tuple[int, Mask | None]:
    """How many descriptions have p < 0.05, and the rows of that with the largest effect."""
    coded, seen = literals(table), table.seen
    n, total = int(seen.sum()), int(marked[seen].sum())
    raised, best, where = 0, 0.0, None
    for rows, k, columns in _cells(coded.codes, seen, marked):
        known = np.flatnonzero(rows >= SUPPORT)
        p = stats.hypergeom.sf(k[known] - 1, n, total, rows[known])
        loud = known[p < 0.05]
        raised += int(loud.size)
        if loud.size:
            effect = k[loud] / rows[loud]
            top = int(effect.argmax())
            if effect[top] > best:
                best, where = float(effect[top]), (columns, int(loud[top]))
    return raised, None if where is None else _rows(coded.codes, *where)


def _rows(codes: np.ndarray, columns: tuple[int, ...], value: int) -> Mask:
    sizes = codes.max(axis=0, initial=0) + 1
    if len(columns) == 1:
        return np.asarray(codes[:, columns[0]] == value)
    i, j = columns
    return np.asarray(codes[:, i] * sizes[j] + codes[:, j] == value)
