"""Rows that meet a condition, counted by segment and time: each further share costs little.

All rows that meet it have one vote and all other known rows another, so that sums of votes are
products of counts, and the best window begins and ends at rows that vote for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from investigators.tables.codes import SegmentCodes
from investigators.traffic.rows import Part, Traffic, holds
from investigators.traffic.span import ENDED, LARGEST_VOTE, LATER

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """The best window of a segment of ``n`` rows.

    ``begins`` and ``ends``: it leaves out rows before and after.  ``gain`` is in nats; ``met`` of
    the ``known`` rows inside vote for it.
    """

    n: int
    begins: bool
    ends: bool
    gain: float
    met: int
    known: int


@dataclass(frozen=True, eq=False)
class Run:
    """A segment's ``n`` rows in order of time, of which ``known`` have a vote.

    ``at`` are those that vote for it, as positions among the known ones, shape (met,).
    """

    n: int
    known: int
    at: npt.NDArray[np.intp]

    def whole(self, yes: float, no: float) -> Window:
        """All rows as one window."""
        met = int(self.at.size)
        gain = met * yes + (self.known - met) * no
        return Window(self.n, False, False, gain, met, self.known)

    def window(self, yes: float, no: float) -> Window:
        """What :func:`investigators.traffic.span.span_of` finds, for two votes.

        Args:
            yes: vote of a row that speaks for it, above 0.
            no: vote of every other known row, below 0.
        """
        size = int(self.at.size)
        if not size:
            return self.whole(yes, no)
        most, least = min(yes, LARGEST_VOTE), max(no, -LARGEST_VOTE)
        number = np.arange(size)
        before = most * number + least * (self.at - number)
        last = int(np.argmax(before - np.minimum.accumulate(before)))
        first = int(np.argmin(before[: last + 1]))
        after = most * (size - last - 1) + least * (self.known - self.at[last] - size + last)
        ends = -after >= log(max(self.n, 2)) + ENDED
        begins = -before[first] >= log(max(self.n, 2)) + LATER
        stop, last = (int(self.at[last]) + 1, last + 1) if ends else (self.known, size)
        start, first = (int(self.at[first]), first) if begins else (0, 0)
        met, known = last - first, stop - start
        gain = met * yes + (known - met) * no
        return Window(self.n, bool(begins), bool(ends), gain, met, known)


class Tallies:
    """Counts of the rows that speak for a change, and of all known ones, by segment and time."""

    def __init__(
        self, traffic: Traffic, candidates: Sequence[SegmentCodes], speaks: Flags, known: Flags
    ) -> None:
        """Take the known rows in order of time.

        Args:
            traffic: the log's rows.
            candidates: columns by which segments are told.
            speaks: rows that speak for it, where they are known, shape (rows,).
            known: rows that speak for it or against it, shape (rows,).
        """
        self._traffic, self._candidates = traffic, candidates
        order = traffic.order
        rows = np.flatnonzero(known) if order is None else order[known[order]]
        self._rows, self._speaks = rows, speaks[rows]
        self._blocks, self._count_of_blocks = traffic.blocks[0][rows], traffic.blocks[1]
        self._codes: dict[int, npt.NDArray[np.uint8]] = {}
        self._last: tuple[tuple[Part, ...], npt.NDArray[np.intp]] | None = None
        self._cells: dict[tuple[int, tuple[Part, ...]], tuple[Floats, Floats]] = {}
        self._runs: dict[tuple[Part, ...], Run] = {}

    def cells(self, column: int, parts: tuple[Part, ...]) -> tuple[Floats, Floats]:
        """Rows that speak for it and known rows, by block of time and code of a column.

        Both of shape (blocks, codes), of the segment that ``parts`` describe.
        """
        key = column, parts
        if key not in self._cells:
            blocks, coded, count = self._blocks, self._coded(column), self._count_of_blocks
            if parts:
                inside = self._inside(parts)
                blocks, coded = blocks[inside], coded[inside]
            width = len(self._candidates[column].values) + 1
            place, size = blocks.astype(np.intp) * width + coded, count * width
            met, known = place[self.run(parts).at], place
            self._cells[key] = (
                np.bincount(met, minlength=size).reshape(count, width).astype(np.float64),
                np.bincount(known, minlength=size).reshape(count, width).astype(np.float64),
            )
        return self._cells[key]

    def run(self, parts: tuple[Part, ...]) -> Run:
        """A segment's rows in order of time."""
        if parts not in self._runs:
            if not parts:
                at = np.flatnonzero(self._speaks)
                self._runs[parts] = Run(self._traffic.rows, self._rows.size, at)
            else:
                inside = self._inside(parts)
                at = np.flatnonzero(self._speaks[inside])
                self._runs[parts] = Run(self._count(parts), inside.size, at)
        return self._runs[parts]

    def _coded(self, column: int) -> npt.NDArray[np.uint8]:
        """Codes of a column at the known rows."""
        if column not in self._codes:
            self._codes[column] = self._candidates[column].codes[self._rows]
        return self._codes[column]

    def _inside(self, parts: tuple[Part, ...]) -> npt.NDArray[np.intp]:
        """Positions among the known rows that lie in a segment; the last one asked for is kept."""
        if self._last is None or self._last[0] != parts:
            found = np.ones(self._rows.size, dtype=np.bool_)
            for column, codes in parts:
                found &= holds(self._coded(column), codes)
            self._last = parts, np.flatnonzero(found)
        return self._last[1]

    def _count(self, parts: tuple[Part, ...]) -> int:
        """Rows of a segment, known or not."""
        (column, codes), *others = parts
        if not others:
            return int(self._candidates[column].sizes[list(codes)].sum())
        inside = holds(self._candidates[column].codes, codes)
        for column, codes in others:
            inside &= holds(self._candidates[column].codes, codes)
        return int(np.count_nonzero(inside))
