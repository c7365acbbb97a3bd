"""Which rows carry something: the smallest segment and window for which per-row evidence speaks.

Every row has a vote: its log-likelihood gain of "carries it" over "does not".  A description
(segment and window) gains the sum of its rows' votes and costs what choosing it among its rivals
costs, so a parent that holds rows without it loses against the part that carries it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from investigators.statistics import jeffreys
from investigators.tables.codes import UNCODED, SegmentCodes
from investigators.task import Task
from investigators.traffic.rows import Traffic
from investigators.traffic.span import Span, span_of
from investigators.traffic.windows import best_window

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Part = tuple[int, tuple[int, ...]]  # a column's index among the candidates, codes of its values
TRIED, PAIRED = 8, 3
WORTH = 3.0
UNITED = 8.0  # a value of a column joins others where it gains as much by itself
PURE = 0.9  # of the claimed rows vote for it: no second column is looked for
SURE = 0.99
AGAIN = 3  # rate and window are fitted in turn


@dataclass(frozen=True)
class Carried:
    """The best description of the rows that carry something.

    ``parts`` index ``candidates``; none means all rows.  ``rows`` are the segment's row numbers in
    order of time, ``span`` positions among them.  ``gain`` is in nats; ``score`` is the gain less
    the price of the description; ``looks`` is ln of the number of simplest descriptions.
    """

    candidates: tuple[SegmentCodes, ...]
    parts: tuple[Part, ...]
    rows: npt.NDArray[np.intp]
    span: Span
    gain: float
    score: float
    looks: float

    @property
    def claimed(self) -> npt.NDArray[np.intp]:
        """Row numbers inside segment and window."""
        return self.rows[self.span.start : self.span.end]

    @property
    def order(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Breaks ties between equal scores: fewer and earlier columns first."""
        return tuple((-column, codes) for column, codes in self.parts)


@dataclass(frozen=True)
class ShareChange:
    """A condition that more (or fewer) rows meet than the baseline's do, in ``carried``.

    Shares are 0..1: ``inside`` of the claimed rows, ``outside`` of all other valid rows, ``base``
    of the baseline; ``n`` counts claimed valid rows.
    """

    carried: Carried
    inside: float
    outside: float
    base: float
    n: int


def among(codes: tuple[int, ...]) -> Flags:
    """Which of all codes of a byte are given, shape (256,): as an index faster than a search."""
    chosen = np.zeros(256, dtype=bool)
    chosen[list(codes)] = True
    return chosen


def price(parts: Sequence[Part], values: int, span: Span, n: int) -> float:
    """Nats that choosing segment and window among their rivals costs; ``n`` rows in the segment."""
    cost = sum(len(codes) for _, codes in parts) * log(values)
    cost += log(n + 1) if span.start > 0 else 0.0
    return cost + (log(n + 1) + 3.0 if span.end < n else 0.0)


def carried_by(
    traffic: Traffic, votes: Floats, task: Task, *, calendar: bool = True
) -> Carried | None:
    """Find the description with the best score; ``None`` when no row speaks for any.

    Args:
        traffic: the log's rows.
        votes: log-likelihood gain of each row, shape (rows,); 0 where nothing is known of it.
        task: may be cancelled.
        calendar: whether hours and weekdays are candidates as well.
    """
    if votes.shape != (traffic.rows,):
        raise ValueError(f"votes have shape {votes.shape}, the log has {traffic.rows} rows")
    if not (votes > 0).any():
        return None
    candidates = traffic.segments + (traffic.calendar if calendar else ())
    blocks, count = traffic.blocks
    search = _Search(traffic, candidates, votes, blocks, count)
    task.tick()
    singles = [search.refined(parts) for parts in search.tried()]
    alive = [each for each in singles if each.gain > WORTH]
    for base in sorted(alive, key=lambda c: (-c.score, c.order))[:PAIRED]:
        task.tick()
        alive += [search.refined(parts) for parts in search.narrower(base)]
    return max(alive, key=lambda c: (c.score, -len(c.parts), c.order), default=None)


@dataclass(frozen=True)
class _Search:
    traffic: Traffic
    candidates: tuple[SegmentCodes, ...]
    votes: Floats
    blocks: npt.NDArray[np.uint8]
    count: int

    @property
    def values(self) -> int:
        return 1 + sum(len(each.values) for each in self.candidates)

    @property
    def looks(self) -> float:
        return log(self.values) + 2 * log(max(self.count, 1))

    def gains(self, column: int, inside: Flags | None = None) -> Floats:
        """Best window's gain of each code of a column, shape (values,)."""
        coded = self.candidates[column]
        width = len(coded.values) + 1
        key = self.blocks.astype(np.int64) * width + coded.codes
        votes = self.votes if inside is None else np.where(inside, self.votes, 0.0)
        sums = np.bincount(key, weights=votes, minlength=self.count * width)
        best, _, _ = best_window(sums.reshape(self.count, width)[:, UNCODED + 1 :])
        return best

    def tried(self) -> list[tuple[Part, ...]]:
        """All rows, the best single values, and unions of values of one column."""
        found: list[tuple[float, Part]] = []
        unions: list[tuple[Part, ...]] = []
        for column in range(len(self.candidates)):
            gains = self.gains(column)
            found += [(float(g), (column, (k + 1,))) for k, g in enumerate(gains) if g > WORTH]
            united = tuple(k + 1 for k, g in enumerate(gains) if g > UNITED)
            if 1 < len(united) < len(gains):
                unions.append(((column, united),))
        found.sort(key=lambda each: (-each[0], each[1]))
        return [(), *((part,) for _, part in found[:TRIED]), *unions]

    def narrower(self, base: Carried) -> list[tuple[Part, ...]]:
        """A second column for a single one whose claimed rows do not all vote for it."""
        votes = self.votes[base.claimed]
        known = votes != 0
        if len(base.parts) != 1 or (votes[known] > 0).mean() > PURE:
            return []
        inside = np.zeros(self.traffic.rows, dtype=bool)
        inside[base.rows] = True
        found: list[tuple[float, Part]] = []
        own = base.parts[0][0]
        for column in range(len(self.candidates)):
            if column != own:
                gains = self.gains(column, inside)
                found += [(float(g), (column, (k + 1,))) for k, g in enumerate(gains) if g > WORTH]
        found.sort(key=lambda each: (-each[0], each[1]))
        return [tuple(sorted((*base.parts, part))) for _, part in found[:PAIRED]]

    def refined(self, parts: tuple[Part, ...]) -> Carried:
        rows = rows_of(self.traffic, self.candidates, parts)
        votes = self.votes[rows]
        if self.traffic.order is None or not rows.size:
            n = rows.size
            span = Span(0, n, (0, 0), (n, n), float(votes.sum()))
        else:
            span = span_of(votes)
        score = span.gain - price(parts, self.values, span, rows.size)
        return Carried(self.candidates, parts, rows, span, span.gain, score, self.looks)


def rows_of(
    traffic: Traffic, candidates: Sequence[SegmentCodes], parts: Sequence[Part]
) -> npt.NDArray[np.intp]:
    """Row numbers of a segment in order of time, shape (n,)."""
    order = traffic.order if traffic.order is not None else np.arange(traffic.rows)
    if not parts:
        return order
    inside = np.ones(traffic.rows, dtype=bool)
    for column, codes in parts:
        inside &= among(codes)[candidates[column].codes]
    return order[inside[order]]


def share_votes(hits: Flags, known: Flags, base: float, inside: float) -> Floats:
    """Votes of rows that meet a condition (or do not) for the share ``inside`` over ``base``."""
    yes, no = log(inside / base), log((1 - inside) / (1 - base))
    return np.where(known, np.where(hits, yes, no), 0.0)


def share_change(
    traffic: Traffic,
    hits: Flags,
    known: Flags,
    baseline: tuple[int, int],
    task: Task,
    *,
    more: bool = True,
    sure: float = SURE,
) -> ShareChange | None:
    """Find where a condition is met more (or less) often than in the baseline.

    Args:
        traffic: the log's rows.
        hits: rows that meet the condition, shape (rows,).
        known: rows where that can be said at all, shape (rows,).
        baseline: how many of how many baseline rows meet it.
        task: may be cancelled.
        more: look for a larger share; else for a smaller one.
        sure: level of the interval of the baseline's share.

    Returns:
        The best description with the share in it, ``None`` when nothing speaks for any.  The
        baseline's share is taken at the end of its interval that is nearest to a change, so that
        few baseline rows prove nothing.
    """
    met, of = baseline
    low, high = jeffreys(met, of, sure)
    least = 0.5 / (of + 1)
    base = min(max(high if more else low, least), 1 - least)
    found: Carried | None = None

    def better(start: float) -> Carried | None:
        best = _fitted(traffic, hits, known, (base, start), task, more=more)
        return found if best is None or (found and best.score <= found.score) else best

    for start in _starts(base, more=more):
        found = better(start)
    share, gain = _everywhere(hits, known, base)
    if (share > base) is more and gain > WORTH:
        found = better(share)
    return None if found is None else _described(found, hits, known, met / of if of else 0.0)


def _fitted(
    traffic: Traffic, hits: Flags, known: Flags, shares: tuple[float, float], task: Task,
    *, more: bool,
) -> Carried | None:  # fmt: skip
    """The best description for a share that begins at the second and is fitted again and again."""
    base, inside = shares
    best: Carried | None = None
    for _ in range(AGAIN):
        best = carried_by(traffic, share_votes(hits, known, base, inside), task)
        fitted = None if best is None else _rate(hits, known, best.claimed)
        if fitted is None or (fitted > base) is not more:
            return None
        if abs(fitted - inside) < 0.01 * min(inside, 1 - inside):
            break
        inside = fitted
    return best


def _everywhere(hits: Flags, known: Flags, base: float) -> tuple[float, float]:
    """The share in all rows, and what it gains over ``base`` there.

    A small share that all rows have is far from every other share to begin with.
    """
    share = _rate(hits, known, known.nonzero()[0])
    if share is None:
        return base, 0.0
    n, k = int(known.sum()), int((hits & known).sum())
    return share, k * log(share / base) + (n - k) * log((1 - share) / (1 - base))


def _starts(base: float, *, more: bool) -> tuple[float, ...]:
    """Shares to begin with: nearly all, a half of what is left, and not far from the baseline."""
    room = 1 - base if more else -base
    return tuple(base + part * room for part in (0.95, 0.5, 0.1))


def _rate(hits: Flags, known: Flags, claimed: npt.NDArray[np.intp]) -> float | None:
    inside = claimed[known[claimed]]
    if not inside.size:
        return None
    # never 0 or 1: a share of all rows leaves room for the next one to differ
    return float((hits[inside].sum() + 0.5) / (inside.size + 1))


def _described(carried: Carried, hits: Flags, known: Flags, base: float) -> ShareChange:
    claimed = np.zeros(hits.size, dtype=bool)
    claimed[carried.claimed] = True
    inside, outside = known & claimed, known & ~claimed
    return ShareChange(
        carried,
        float(hits[inside].mean()) if inside.any() else 0.0,
        float(hits[outside].mean()) if outside.any() else base,
        base,
        int(inside.sum()),
    )
