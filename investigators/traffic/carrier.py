"""Which rows carry something: the smallest segment and window for which per-row evidence speaks.

Every row has a vote: its log-likelihood gain of "carries it" over "does not".  A description
(segment and window) gains the sum of its rows' votes and costs what choosing it among its rivals
costs, so a parent that holds rows without it loses against the part that carries it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Protocol

import numpy as np
import numpy.typing as npt

from investigators.statistics import jeffreys
from investigators.tables.codes import UNCODED, SegmentCodes
from investigators.task import Task
from investigators.traffic.rows import Part, Traffic, holds
from investigators.traffic.span import Span, span_of
from investigators.traffic.tallies import Tallies, Window
from investigators.traffic.windows import best_window

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
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


def price(parts: Sequence[Part], values: int, span: Span, n: int) -> float:
    """Nats that choosing segment and window among their rivals costs; ``n`` rows in the segment."""
    return _cost(parts, values, n, begins=span.start > 0, ends=span.end < n)


def _cost(parts: Sequence[Part], values: int, n: int, *, begins: bool, ends: bool) -> float:
    cost = sum(len(codes) for _, codes in parts) * log(values)
    cost += log(n + 1) if begins else 0.0
    return cost + (log(n + 1) + 3.0 if ends else 0.0)


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
    parts = traffic.once(
        ("votes", calendar), [votes], lambda: _best_parts(traffic, candidates, votes, task)
    )
    return None if parts is None else _carried(traffic, candidates, parts, votes)


def _best_parts(
    traffic: Traffic, candidates: tuple[SegmentCodes, ...], votes: Floats, task: Task
) -> tuple[Part, ...] | None:
    best = _Search(traffic, candidates, _Votes(traffic, candidates, votes)).best(task)
    return None if best is None else best.parts


def _carried(
    traffic: Traffic, candidates: tuple[SegmentCodes, ...], parts: tuple[Part, ...], votes: Floats
) -> Carried:
    """A description that was chosen, with its rows and its ends in brackets."""
    rows = rows_of(traffic, candidates, parts)
    votes = votes[rows]
    if traffic.order is None or not rows.size:
        n = rows.size
        span = Span(0, n, (0, 0), (n, n), float(votes.sum()))
    else:
        span = span_of(votes)
    values = 1 + sum(len(each.values) for each in candidates)
    score = span.gain - price(parts, values, span, rows.size)
    looks = log(values) + 2 * log(max(traffic.blocks[1], 1))
    return Carried(candidates, parts, rows, span, span.gain, score, looks)


class _Evidence(Protocol):
    """What the rows of a segment say together."""

    def gains(self, column: int, parts: tuple[Part, ...]) -> Floats:
        """Best window's gain of each value of a column among a segment's rows, shape (values,)."""

    def window(self, parts: tuple[Part, ...]) -> Window:
        """Best window of a segment's rows."""


@dataclass(frozen=True, eq=False)
class _Votes:
    """A vote of its own for each row."""

    traffic: Traffic
    candidates: tuple[SegmentCodes, ...]
    votes: Floats

    def gains(self, column: int, parts: tuple[Part, ...]) -> Floats:
        blocks, count = self.traffic.blocks
        coded = self.candidates[column]
        width = len(coded.values) + 1
        key = blocks.astype(np.int64) * width + coded.codes
        votes = self.votes
        if parts:
            inside = np.zeros(self.traffic.rows, dtype=bool)
            inside[rows_of(self.traffic, self.candidates, parts)] = True
            votes = np.where(inside, votes, 0.0)
        sums = np.bincount(key, weights=votes, minlength=count * width)
        best, _, _ = best_window(sums.reshape(count, width)[:, UNCODED + 1 :])
        return best

    def window(self, parts: tuple[Part, ...]) -> Window:
        votes = self.votes[rows_of(self.traffic, self.candidates, parts)]
        n, start, end, gain = votes.size, 0, votes.size, float(votes.sum())
        if self.traffic.order is not None and n:
            span = span_of(votes, bracketed=False)
            start, end, gain = span.start, span.end, span.gain
        inside = votes[start:end]
        met, known = int((inside > 0).sum()), int(np.count_nonzero(inside))
        return Window(n, start > 0, end < n, gain, met, known)


@dataclass(frozen=True, eq=False)
class _Shares:
    """One vote for rows that speak for a change, another for all other known rows."""

    timed: bool
    tallies: Tallies
    yes: float
    no: float

    def gains(self, column: int, parts: tuple[Part, ...]) -> Floats:
        met, known = self.tallies.cells(column, parts)
        sums = met * self.yes + (known - met) * self.no
        best, _, _ = best_window(sums[:, UNCODED + 1 :])
        return best

    def window(self, parts: tuple[Part, ...]) -> Window:
        run = self.tallies.run(parts)
        return run.window(self.yes, self.no) if self.timed else run.whole(self.yes, self.no)


@dataclass(frozen=True)
class _Tried:
    """A description with its best window."""

    parts: tuple[Part, ...]
    window: Window
    score: float

    @property
    def order(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Breaks ties between equal scores: fewer and earlier columns first."""
        return tuple((-column, codes) for column, codes in self.parts)


@dataclass(frozen=True)
class _Search:
    traffic: Traffic
    candidates: tuple[SegmentCodes, ...]
    evidence: _Evidence

    @property
    def values(self) -> int:
        return 1 + sum(len(each.values) for each in self.candidates)

    def best(self, task: Task) -> _Tried | None:
        """The best description of one column, or of two where one holds rows without it."""
        task.tick()
        singles = [self.refined(parts) for parts in self.singles()]
        alive = [each for each in singles if each.window.gain > WORTH]
        for base in sorted(alive, key=lambda c: (-c.score, c.order))[:PAIRED]:
            task.tick()
            alive += [self.refined(parts) for parts in self.narrower(base)]
        return max(alive, key=lambda c: (c.score, -len(c.parts), c.order), default=None)

    def singles(self) -> list[tuple[Part, ...]]:
        """All rows, the best single values, and unions of values of one column."""
        found: list[tuple[float, Part]] = []
        unions: list[tuple[Part, ...]] = []
        for column in range(len(self.candidates)):
            gains = self.evidence.gains(column, ())
            found += [(float(g), (column, (k + 1,))) for k, g in enumerate(gains) if g > WORTH]
            united = tuple(k + 1 for k, g in enumerate(gains) if g > UNITED)
            if 1 < len(united) < len(gains):
                unions.append(((column, united),))
        found.sort(key=lambda each: (-each[0], each[1]))
        return [(), *((part,) for _, part in found[:TRIED]), *unions]

    def narrower(self, base: _Tried) -> list[tuple[Part, ...]]:
        """A second column for a single one whose claimed rows do not all vote for it."""
        if len(base.parts) != 1 or base.window.met > PURE * base.window.known:
            return []
        found: list[tuple[float, Part]] = []
        own = base.parts[0][0]
        for column in range(len(self.candidates)):
            if column != own:
                gains = self.evidence.gains(column, base.parts)
                found += [(float(g), (column, (k + 1,))) for k, g in enumerate(gains) if g > WORTH]
        found.sort(key=lambda each: (-each[0], each[1]))
        return [tuple(sorted((*base.parts, part))) for _, part in found[:PAIRED]]

    def refined(self, parts: tuple[Part, ...]) -> _Tried:
        window = self.evidence.window(parts)
        cost = _cost(parts, self.values, window.n, begins=window.begins, ends=window.ends)
        return _Tried(parts, window, window.gain - cost)


def rows_of(
    traffic: Traffic, candidates: Sequence[SegmentCodes], parts: Sequence[Part]
) -> npt.NDArray[np.intp]:
    """Row numbers of a segment in order of time, shape (n,)."""
    order = traffic.order if traffic.order is not None else np.arange(traffic.rows)
    if not parts:
        return order
    inside = np.ones(traffic.rows, dtype=bool)
    for column, codes in parts:
        inside &= holds(candidates[column].codes, codes)
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
    return Shares(traffic, hits, known, more=more).change(baseline, task, sure=sure)


@dataclass(frozen=True)
class _Fitted:
    """A description and the share by which its rows were told from others."""

    tried: _Tried
    inside: float


class Shares:
    """Where a condition is met more (or less) often; counted once, for any baseline."""

    def __init__(self, traffic: Traffic, hits: Flags, known: Flags, *, more: bool = True) -> None:
        """Count; arguments as those of :func:`share_change`."""
        self._traffic, self._hits, self._known, self._more = traffic, hits, known, more
        self._candidates = traffic.segments + traffic.calendar

    @cached_property
    def _tallies(self) -> Tallies:
        return Tallies(self._traffic, self._candidates, self._hits == self._more, self._known)

    def change(
        self, baseline: tuple[int, int], task: Task, *, sure: float = SURE
    ) -> ShareChange | None:
        """Find the best description against a baseline: what :func:`share_change` returns."""
        met, of = baseline
        low, high = jeffreys(met, of, sure)
        least = 0.5 / (of + 1)
        base = min(max(high if self._more else low, least), 1 - least)
        found = self._traffic.once(
            ("shares", self._more, base), [self._hits, self._known], lambda: self._best(base, task)
        )
        if found is None:
            return None
        votes = share_votes(self._hits, self._known, base, found.inside)
        carried = _carried(self._traffic, self._candidates, found.tried.parts, votes)
        return _described(carried, self._hits, self._known, met / of if of else 0.0)

    def _best(self, base: float, task: Task) -> _Fitted | None:
        fits = [self._fitted(base, start, task) for start in self._starts(base)]
        return max((f for f in fits if f is not None), key=lambda f: f.tried.score, default=None)

    def _starts(self, base: float) -> Iterator[float]:
        """Shares to begin with.

        Nearly all, a half of what is left, and not far from the baseline; and the share of all
        rows: a small one that all of them have is far from every other to begin with.
        """
        room = 1 - base if self._more else -base
        yield from (base + part * room for part in (0.95, 0.5, 0.1))
        n, k = int(self._known.sum()), int((self._hits & self._known).sum())
        if not n:
            return
        share = _share(k, n)
        gain = k * log(share / base) + (n - k) * log((1 - share) / (1 - base))
        if (share > base) is self._more and gain > WORTH:
            yield share

    def _fitted(self, base: float, inside: float, task: Task) -> _Fitted | None:
        """The best description for a share that begins at ``inside``, fitted again and again."""
        best: _Fitted | None = None
        for _ in range(AGAIN):
            votes = [log(inside / base), log((1 - inside) / (1 - base))]
            yes, no = votes if self._more else votes[::-1]
            timed = self._traffic.order is not None
            evidence = _Shares(timed, self._tallies, yes, no)
            tried = _Search(self._traffic, self._candidates, evidence).best(task)
            if tried is None or not tried.window.known:
                return None
            best = _Fitted(tried, inside)
            met, known = tried.window.met, tried.window.known
            fitted = _share(met if self._more else known - met, known)
            if (fitted > base) is not self._more:
                return None
            if abs(fitted - inside) < 0.01 * min(inside, 1 - inside):
                break
            inside = fitted
        return best


def _share(met: int, of: int) -> float:
    """Never 0 or 1: a share of all rows leaves room for the next one to differ."""
    return (met + 0.5) / (of + 1)


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
