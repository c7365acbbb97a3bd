"""Hypotheses of a change of scale refined on the rows: segment, window, share, shift; in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from investigators.shift.density import Cells, Counts, Grid, shifted, wide
from investigators.shift.fit import best_share, best_shift
from investigators.shift.runs import runs_of
from investigators.shift.scan import STRAY, WORTH, Hypothesis, gain_per_row, scan
from investigators.tables.codes import LOWEST, MISSING, UNCODED, SegmentCodes
from investigators.traffic.carrier import Flags, price
from investigators.traffic.rows import Part, among
from investigators.traffic.span import LARGEST_VOTE, Span, span_of

PAIRED = 3  # parts of a segment that are looked at for a second column
PARTIAL = 0.9
OWN_REFERENCE_MINIMUM = 200
Blocks = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Material:
    """What the search reads: code arrays of one feature and of the table around it.

    ``live`` and ``reference`` are cells (tables.codes) of the feature; ``order`` sorts live rows
    by time (``None`` without time); ``segments`` code the live rows, parts of the calendar after
    the log's own columns; ``reference_segments`` code the reference rows with the same values
    where the reference has the column; ``bonus`` is extra log
    prior of factors (from a declared unit).  ``itself``: the reference are rows of the same log, so
    that a part of all rows may show in hours or days only.  ``blocks`` are those of all live rows,
    numbered once for all features.
    """

    live: Cells
    reference: Cells
    order: npt.NDArray[np.intp] | None
    segments: Sequence[SegmentCodes]
    reference_segments: Sequence[SegmentCodes | None] = ()
    bonus: Mapping[float, float] = field(default_factory=dict)
    itself: bool = False
    blocks: tuple[Blocks, int] | None = None


def reference_rows(material: Material, parts: tuple[Part, ...]) -> npt.NDArray[np.bool_] | None:
    """Mask of a segment's own rows in the reference; ``None`` where it lacks a column of it."""
    known = material.reference_segments
    if not parts or any(c >= len(known) or known[c] is None for c, _ in parts):
        return None
    own = np.ones(material.reference.size, dtype=bool)
    for column, codes in parts:
        segment = known[column]
        assert segment is not None
        own &= among(codes)[segment.codes]
    return own


@dataclass(frozen=True)
class Refined:
    """A hypothesis after refinement on rows; ``score`` is the gain less what its choice cost."""

    parts: tuple[Part, ...]
    rows: npt.NDArray[np.intp]
    span: Span
    shift: float
    share: float
    gain: float
    score: float
    null: Counts

    @property
    def order(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Breaks ties between equal scores: earlier columns first."""
        return tuple((-column, codes) for column, codes in self.parts)


@dataclass(frozen=True)
class Trial:
    """Refines hypotheses of one feature on the rows themselves."""

    material: Material
    grid: Grid
    null: Counts
    values: int
    blocks: Blocks

    def _inside(self, parts: tuple[Part, ...]) -> npt.NDArray[np.bool_]:
        """Mask of the live rows in a segment."""
        inside = np.ones(self.material.live.size, dtype=bool)
        for column, codes in parts:
            inside &= among(codes)[self.material.segments[column].codes]
        return inside

    def _rows(self, parts: tuple[Part, ...]) -> npt.NDArray[np.intp]:
        order = self.material.order
        if order is None:
            order = np.arange(self.material.live.size)
        chosen = order[self._inside(parts)[order]] if parts else order
        return chosen[self.material.live[chosen] >= LOWEST]

    def _null(self, parts: tuple[Part, ...]) -> Counts:
        """The segment's own reference where the reference has the columns and enough rows."""
        own = reference_rows(self.material, parts)
        if own is None:
            return self.null
        counts = self.grid.counts(self.material.reference[own])
        return wide(counts) if counts.sum() >= OWN_REFERENCE_MINIMUM else self.null

    def calendar(self, partial: list[Refined], *, far: bool) -> list[Refined]:
        """Hours or days that hold the rows of a part which its values alone tell so far.

        Which hours is read off the rows at the part's own shift: a night batch is a few hours, of
        which one may have too few rows to be found by itself.
        """
        partial = [t for t in partial if t.share < PARTIAL]
        if not partial:
            return []
        found = []
        base = max(partial, key=lambda t: (t.score, t.order))
        taken = {column for column, _ in base.parts}
        for column, segment in enumerate(self.material.segments):
            if segment.part is None or column in taken:
                continue
            codes = self._speaking(base, segment)
            if codes:
                start = Hypothesis(column, codes[0], (0, 256), base.shift, 1 - STRAY, base.gain)
                refined = self.refine((start, (*base.parts, (column, codes))))
                if refined is not None and start.far is far:
                    found.append(refined)
        return found

    def _speaking(self, base: Refined, segment: SegmentCodes) -> tuple[int, ...]:
        """Codes whose rows inside a part's window speak for its shift; none where all codes do."""
        claimed = base.rows[base.span.start : base.span.end]
        place = self.material.live[claimed].astype(np.int64) - self.grid.first
        votes = gain_per_row(base.null, shifted(base.null, base.shift), 1 - STRAY)[place]
        codes = segment.codes[claimed]
        sums = np.bincount(codes, weights=votes, minlength=1)
        found = tuple(int(c) for c in np.flatnonzero(sums > WORTH) if c != UNCODED)
        return found if len(found) < np.unique(codes[codes != UNCODED]).size else ()

    def _price(self, parts: tuple[Part, ...], span: Span, n: int) -> float:
        """Neighbouring hours are chosen by the first and the last of them."""
        said = [
            (
                column,
                codes
                if self.material.segments[column].part is None
                else _ends(codes, len(self.material.segments[column].values)),
            )
            for column, codes in parts
        ]
        clock = [s for s in self.material.segments if s.part is not None]
        also = any(self.material.segments[c].part for c, _ in parts) and not self.material.itself
        values = self.values + (sum(len(s.values) for s in clock) if also else 0)
        return price(said, values, span, n)

    def pairs(
        self, partial: list[Refined], blocks: Blocks, block_count: int, *, far: bool
    ) -> list[Refined]:
        """Segments of two columns: what a part of one segment carries, a second column may mark.

        Only hypotheses that stand by themselves are narrowed, so that two columns never find what
        one does not.
        """
        wide_ones = [t for t in partial if len(t.parts) == 1 and t.share < PARTIAL]
        found = []
        for base in sorted(wide_ones, key=lambda t: (-t.score, t.order))[:PAIRED]:
            inside = self._inside(base.parts)
            cells = np.where(inside, self.material.live, MISSING)
            others = [
                replace(s, codes=np.where(inside, s.codes, UNCODED).astype(np.uint8))
                for s in self.material.segments
                if s.part is None
            ]
            narrower = [
                h
                for h in scan(cells, self.grid, base.null, others, blocks, block_count)
                if h.far is far and h.column not in {-1, base.parts[0][0]}
            ]
            for h in narrower[:PAIRED]:
                refined = self.refine((h, tuple(sorted((*base.parts, (h.column, (h.code,)))))))
                if refined is not None:
                    found.append(refined)
        return found

    def refine(
        self,
        tried: tuple[Hypothesis, tuple[Part, ...]],
        span: Span | None = None,
        blocked: Flags | None = None,
    ) -> Refined | None:
        """Alternate shift, share and window until they agree (twice is enough).

        ``span`` is where to begin instead of the hypothesis' blocks; ``blocked`` are rows (by
        number) that belong to another change and end this one.
        """
        hypothesis, parts = tried
        rows = self._rows(parts)
        if not rows.size:
            return None
        null = self._null(parts)
        place = self.material.live[rows].astype(np.int64) - self.grid.first
        span = self._window(rows, hypothesis) if span is None else span
        shift, share = hypothesis.shift, hypothesis.share
        for last in (False, False, True):
            tally = np.bincount(place[span.start : span.end], minlength=self.grid.size)
            counts: Counts = tally.astype(np.float64)
            shift, _ = best_shift(counts, null, shift, share, far=hypothesis.far)
            moved = shifted(null, shift)
            share = best_share(moved / null, counts, share)
            whole = gain_per_row(null, moved, 1 - STRAY)
            part = gain_per_row(null, moved, share)
            if float((counts * whole).sum()) >= float((counts * part).sum()) - 2.0:
                share, part = 1 - STRAY, whole
            votes = part[place]
            if blocked is not None:
                votes[blocked[rows]] = -LARGEST_VOTE
            if self.material.order is None:
                span = Span(0, rows.size, (0, 0), (rows.size, rows.size), float(votes.sum()))
            else:
                span = span_of(votes, bracketed=last)
        partial = 2.0 if share < 1 - STRAY else 0.0
        score = span.gain - self._price(parts, span, rows.size) - partial
        return Refined(parts, rows, span, shift, share, span.gain, score, null)

    def in_turn(self, best: Refined, looks: float) -> list[tuple[Refined, Flags]]:
        """Changes that follow each other in one segment, where they explain more than one does.

        Returns each with the rows of the others, the clearest first.
        """
        if self.material.order is None:
            return []
        place = self.material.live[best.rows].astype(np.int64) - self.grid.first
        found = []
        runs = runs_of(place, best.null)
        blocks: list[Flags] = []
        for k in range(len(runs)):
            blocked = np.zeros(self.material.live.size, dtype=bool)
            for other in (*runs[:k], *runs[k + 1 :]):
                blocked[best.rows[other.start : other.end]] = True
            blocks.append(blocked)
        for run, blocked in zip(runs, blocks, strict=True):
            span = Span(run.start, run.end, (0, 0), (0, 0), 0.0)
            begin = Hypothesis(-1, 0, (0, 0), run.shift, 1 - STRAY, 0.0)
            refined = self.refine((begin, best.parts), span, blocked)
            if refined is None or refined.score < looks + WORTH:
                return []
            found.append((refined, blocked))
        together = sum(each.score for each, _ in found)
        if together < best.score + WORTH:
            return []
        return sorted(found, key=lambda each: -each[0].score)

    def _window(self, rows: npt.NDArray[np.intp], hypothesis: Hypothesis) -> Span:
        if self.material.order is None:
            return Span(0, rows.size, (0, 0), (rows.size, rows.size), 0.0)
        inside = np.searchsorted(self.blocks[rows], hypothesis.window, side="left")
        start, end = int(inside[0]), int(inside[1])
        return Span(start, max(end, start + 1), (0, 0), (0, 0), 0.0)


def _ends(codes: tuple[int, ...], values: int) -> tuple[int, ...]:
    """First and last of codes that follow each other round the clock or the week; else all."""
    inside = set(codes)
    begins = [c for c in codes if (c - 2) % values + 1 not in inside]
    return (begins[0], codes[-1]) if len(begins) == 1 and len(codes) > 1 else codes
