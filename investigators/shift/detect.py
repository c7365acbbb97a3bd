"""One feature's change of scale: best segment, window, share and shift, with its refutations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from investigators.shift.density import Counts, Grid, grid_over, shifted, wide
from investigators.shift.fit import Naming, Shape, name_factor, over_drift, shape_of
from investigators.shift.scan import STRAY, Hypothesis, scan
from investigators.shift.trial import (
    OWN_REFERENCE_MINIMUM,
    Material,
    Refined,
    Trial,
    reference_rows,
)
from investigators.traffic.carrier import Flags
from investigators.traffic.rows import Part
from investigators.traffic.span import Span
from investigators.traffic.windows import blocks_of

TRIED = 10
BASELINE_MINIMUM = 100
NEARLY = 0.9  # of the score, and of the changed rows, of a segment that has them as a part


@dataclass(frozen=True)
class Change:
    """The best hypothesis after refinement.

    ``parts`` say the segment: none for all rows, else one or two columns with their values;
    ``rows`` are the segment's live rows in order of time and ``span`` positions among them;
    ``gain`` is over "no change" and ``over_drift`` over the best smooth drift, both in nats on the
    claimed rows; ``ties`` are other parts that carry the same rows.  ``reference_carries``: the
    segment's rows in training lie there as well, it was always so; ``own_before`` counts the
    segment's rows before the change and, where they are enough, in training.
    """

    parts: tuple[Part, ...]
    rows: npt.NDArray[np.intp]
    span: Span
    shift: float
    share: float
    gain: float
    score: float
    over_drift: float
    shape: Shape
    naming: Naming
    posterior: Counts
    grid: Grid
    looks: float
    ties: tuple[Part, ...] = ()
    reference_carries: bool = False
    own_before: int = 0

    @property
    def claimed(self) -> npt.NDArray[np.intp]:
        """Row numbers inside segment and window."""
        return self.rows[self.span.start : self.span.end]


def detect(material: Material, features: int = 1) -> list[Change]:
    """Search one feature; ``features`` is how many are looked at in all (counts the looks).

    Returns the best change, or those of one segment that follow each other, the clearest first;
    none when no hypothesis has a gain above chance at all.
    """
    grid = grid_over(material.live, material.reference)
    if grid is None:
        return []
    reference = grid.counts(material.reference)
    if reference.sum() < 20:
        return []
    null = wide(reference)
    blocks, block_count = material.blocks or blocks_of(material.live.size, material.order)
    asked = [s for s in material.segments if s.part is None or material.itself]
    found = scan(material.live, grid, null, asked, blocks, block_count)
    if not found:
        return []
    values = 1 + sum(len(s.values) for s in asked)
    looks = log(features) + log(values) + log(60 * 4) + 2 * log(max(block_count, 1)) - log(2)
    trial = Trial(material, grid, null, values, blocks)
    changes = []
    for far in (True, False):
        tried = [trial.refine(h) for h in _worth([h for h in found if h.far is far])]
        alive = [t for t in tried if t is not None]
        alive += trial.calendar([t for t in alive if t.score >= looks], far=far)
        alive += trial.pairs([t for t in alive if t.score >= looks], blocks, block_count, far=far)
        if alive:
            best = _marked(max(alive, key=lambda t: (t.score, t.order)), alive)
            change = _judge(material, grid, reference, best, alive, looks)
            if far and change.score >= looks:
                apart = trial.in_turn(best, looks)
                if apart:
                    return [
                        _judge(material, grid, reference, one, [], looks, blocked)
                        for one, blocked in apart
                    ]
                if change.over_drift > 0 and change.shape.alike:
                    return [change]
            changes.append(change)
    return [max(changes, key=lambda c: c.score)] if changes else []


def _marked(best: Refined, tried: list[Refined]) -> Refined:
    """The narrower segment all of whose rows changed, where the best one has its rows as a part.

    Each is weighed against what is usual in its own rows, so that their nats differ by chance: what
    a second column marks need not be told by its values.
    """
    if best.share >= 1 - STRAY:
        return best
    changed = best.share * (best.span.end - best.span.start)
    narrower = [
        t for t in tried
        if t.share >= 1 - STRAY and set(t.parts) > set(best.parts)
        and t.score >= NEARLY * best.score and t.span.end - t.span.start >= NEARLY * changed
    ]  # fmt: skip
    return max(narrower, key=lambda t: (t.score, t.order), default=best)


def _worth(found: list[Hypothesis]) -> list[tuple[Hypothesis, tuple[Part, ...]]]:
    """Best hypotheses, and unions of values of a column that share the shift."""
    if not found:
        return []
    chosen: list[tuple[Hypothesis, tuple[Part, ...]]] = [
        (h, ((h.column, (h.code,)),) if h.column >= 0 else ()) for h in found[:TRIED]
    ]
    for column in sorted({h.column for h in found[:TRIED] if h.column >= 0}):
        same = [h for h in found if h.column == column and h.gain > 8]
        lead = same[0] if same else None
        if lead is None:
            continue
        alike = sorted(h.code for h in same if abs(h.shift - lead.shift) < 0.9)
        if len(alike) > 1:
            windows = [h.window for h in same if h.code in alike]
            union = replace(lead, window=(min(w[0] for w in windows), max(w[1] for w in windows)))
            chosen.append((union, ((column, tuple(alike)),)))
    if all(h.column != -1 for h, _ in chosen):
        chosen += [(h, ()) for h in found if h.column == -1][:1]
    return chosen


def _judge(
    material: Material,
    grid: Grid,
    reference: Counts,
    best: Refined,
    tried: list[Refined],
    looks: float,
    blocked: Flags | None = None,
) -> Change:
    claimed = best.rows[best.span.start : best.span.end]
    counts = grid.counts(material.live[claimed])
    base, tolerance = _baseline(material, grid, reference, best, claimed, blocked)
    change = shifted(best.null, best.shift)
    naming = name_factor(counts, base, best.shift, best.share, tolerance, material.bonus)
    shape = shape_of(counts, base, best.shift, best.share)
    ties = tuple(
        t.parts[0]
        for t in tried
        if t is not best
        and len(t.parts) == 1
        and len(t.parts[0][1]) == 1
        and t.rows.size == best.rows.size
        and np.array_equal(t.rows, best.rows)
    )
    ratio = change / best.null
    return Change(
        parts=best.parts,
        rows=best.rows,
        span=best.span,
        shift=best.shift,
        share=best.share,
        gain=best.gain,
        score=best.score,
        over_drift=over_drift(counts, best.null, grid, best.shift, best.share),
        shape=shape,
        naming=naming,
        posterior=best.share * ratio / ((1 - best.share) + best.share * ratio),
        grid=grid,
        looks=looks,
        ties=ties,
        reference_carries=_reference_carries(material, grid, best),
        own_before=best.span.start + _own_reference(material, grid, best),
    )


def _own_reference(material: Material, grid: Grid, best: Refined) -> int:
    """The segment's own rows in training, where there are enough to compare with."""
    own = reference_rows(material, best.parts)
    count = 0 if own is None else int(grid.counts(material.reference[own]).sum())
    return count if count >= OWN_REFERENCE_MINIMUM else 0


def _reference_carries(material: Material, grid: Grid, best: Refined) -> bool:
    """Whether the segment's own rows in training already lie where the change would put them."""
    own = reference_rows(material, best.parts)
    if own is None:
        return False
    counts = grid.counts(material.reference[own])
    if counts.sum() < 3:
        return False
    ratio = np.log(shifted(best.null, best.shift) / best.null)
    return float((counts * np.clip(ratio, -6.0, 6.0)).sum()) > 3.0


def _baseline(
    material: Material,
    grid: Grid,
    reference: Counts,
    best: Refined,
    claimed: npt.NDArray[np.intp],
    blocked: Flags | None,
) -> tuple[Counts, float]:
    """Counts the claimed rows are named against, and how far those may lie off by drift.

    The segment's own rows before the change, else all other live rows, else the reference.
    """
    if best.share >= 1 - STRAY:
        others = np.ones(material.live.size, dtype=bool) if blocked is None else ~blocked
        others[claimed] = False
        before = best.rows[: best.span.start]
        own = grid.counts(material.live[before[others[before]]])
        if own.sum() >= BASELINE_MINIMUM:
            return own, 0.035
        rest = grid.counts(material.live[others])
        if rest.sum() >= 3 * BASELINE_MINIMUM:
            return rest, 0.1
    return reference, 0.12
