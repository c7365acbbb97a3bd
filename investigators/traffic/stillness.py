"""Values that are the same as in the request before: of all, of a segment's value, of a subject.

An input that usually varies and repeats itself from request to request is frozen: a feature that
is no longer computed, a node with an old cache.  Values that many rows hold anyway do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import batched

import numpy as np
import numpy.typing as npt

from investigators.tables.table import literal
from investigators.task import Task
from investigators.traffic.rows import EARLY_PART, Traffic
from investigators.traffic.sequences import GONE, Marks, Places, marks, whole
from investigators.traffic.values import Held, Spelt, numeric_inputs
from investigators.view import View

Flags = npt.NDArray[np.bool_]

COMMON = 0.02  # a value of so many rows says nothing when it comes again
SELDOM = 0.1  # of the rows hold the most frequent value at most
LEFT = 0.5  # of the rows hold other values: else the input has few of them,
ALIKE = 0.2  # of which two rows hold the same one by this chance at most
TENTH, ENOUGH, MOST_COMMON, FEWEST = 10, 50, 200, 5
GROUP = 10  # inputs fetched together


@dataclass(frozen=True, eq=False)
class Line:
    """All rows one after the other within a key.

    ``rows`` are row numbers sorted by key, then time; ``follows`` says of each place but the first
    whether the row before has the same key and is not the same request again, ``ranks`` its place
    in the log's order of time.  ``words`` completes "as in the request before".
    """

    words: str
    rows: Places
    follows: Flags
    ranks: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Still:
    """Rows whose value is that of the row before, and rows where that can be said.

    ``same_at`` and ``known_at`` are by place in the line (its first place left out), shape
    (places - 1,); ``usual`` counts both among the early rows of ``rows`` rows in all.
    """

    line: Line
    same_at: Flags
    known_at: Flags
    usual: tuple[int, int]
    rows: int

    @cached_property
    def same(self) -> Flags:
        """Which rows repeat, by row number, shape (rows,)."""
        return self._by_row(self.same_at)

    @cached_property
    def known(self) -> Flags:
        """Where that can be said, by row number, shape (rows,)."""
        return self._by_row(self.known_at)

    @cached_property
    def repeated(self) -> Flags:
        """Which rows the next one repeats, by row number, shape (rows,)."""
        found = np.zeros(self.rows, dtype=np.bool_)
        found[self.line.rows[:-1][self.same_at]] = True
        return found

    def _by_row(self, at: Flags) -> Flags:
        found = np.zeros(self.rows, dtype=np.bool_)
        found[self.line.rows[1:][at]] = True
        return found


def lines_of(view: View, traffic: Traffic, task: Task) -> list[Line]:
    """All rows in order of time; then within each segment column's values, and each subject."""
    log = view.log
    assert log is not None
    assert traffic.order is not None
    names = sorted(view.log_inputs)
    content = whole([view.log_inputs[n] for n in names])
    request, subject = marks(log, [content, "fw_subject"], task)
    ranks = np.empty(traffic.rows, dtype=np.int32)
    ranks[traffic.order] = np.arange(traffic.order.size, dtype=np.int32)
    found = [_line("", traffic.order, None, request, ranks)]
    for coded in traffic.segments:
        task.tick()
        key = coded.codes.astype(np.uint64)
        found.append(_line(f" of the same {coded.column}", traffic.order, key, request, ranks))
    if (subject != GONE).any():
        found.append(_line(" of the same subject", traffic.order, subject, request, ranks))
    return found


def _line(
    words: str, order: Places, key: Marks | None, request: Marks, ranks: npt.NDArray[np.int32]
) -> Line:
    rows = order
    follows = np.ones(max(rows.size - 1, 0), dtype=bool)
    if key is not None:
        rows = order[key[order] != GONE]
        rows = rows[np.argsort(key[rows], kind="stable")]
        follows = key[rows[1:]] == key[rows[:-1]]
    again = (request[rows[1:]] == request[rows[:-1]]) & (request[rows[1:]] != GONE)
    return Line(words, rows, follows & ~again, ranks[rows[1:]])


def varied(name_sql: str, base: Held | Spelt) -> str | None:
    """SQL of the input with common values left out; ``None`` where too few rows are left.

    Values of which none is frequent stay as they are: two in turn are seldom the same.
    """
    least = max(COMMON, FEWEST / max(base.rows, 1))
    common = [v for v in base.common(least) if base.share(v) >= least]
    if common and base.share(common[0]) <= SELDOM:
        return name_sql
    left = base.n / base.rows - sum(base.share(v) for v in common) if base.rows else 0.0
    if left < LEFT or len(common) > MOST_COMMON:
        return name_sql if sum(base.share(v) ** 2 for v in common) <= ALIKE else None
    if not common:
        return name_sql
    listed = ", ".join(literal(v) for v in common)
    return f"CASE WHEN ({name_sql}) NOT IN ({listed}) THEN {name_sql} END"


def values_of(
    view: View, chosen: Sequence[tuple[str, str]], task: Task
) -> Iterator[tuple[str, Marks]]:
    """Fetch the marks of inputs given as name and SQL, some at a time."""
    assert view.log is not None
    numeric = set(numeric_inputs(view))
    done = 0
    for numbers in (True, False):
        alike = [each for each in chosen if (each[0] in numeric) is numbers]
        for group in batched(alike, GROUP):
            task.tick(done, len(chosen), f"Values that stand still: {group[0][0]}")
            done += len(group)
            found = marks(view.log, [sql for _, sql in group], task, numbers=numbers)
            yield from zip((name for name, _ in group), found, strict=True)


def still(traffic: Traffic, line: Line, values: Marks) -> Still | None:
    """Compare each row with the one before; ``None`` where the early rows are too few."""
    mine = values[line.rows]
    there = mine != GONE
    known = line.follows & there[1:] & there[:-1]
    same = known & (mine[1:] == mine[:-1])
    for part in range(TENTH, EARLY_PART - 1, -1):  # the shortest early part that tells
        early = line.ranks < traffic.rows // part
        n = int(np.count_nonzero(known & early))
        if n >= ENOUGH:
            usual = int(np.count_nonzero(same & early)), n
            return Still(line, same, known, usual, values.size)
    return None


def pairs(base: Held | Spelt) -> float:
    """Chance that two rows of the baseline hold the same value, common values left out."""
    if isinstance(base, Held):
        counts = base.counts.astype(np.float64)
    else:
        counts = np.array(list(base.counts.values()), dtype=np.float64)
    rest = counts[counts < COMMON * base.rows] if base.rows else counts[:0]
    n = rest.sum()
    return float((rest * (rest - 1)).sum() / max(n * (n - 1), 1.0))


def most(base: Held | Spelt) -> float:
    """Largest share of rows that hold one and the same value."""
    counts = base.counts if isinstance(base, Held) else list(base.counts.values())
    return float(max(counts, default=0)) / base.rows if base.rows else 0.0
