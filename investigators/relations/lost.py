"""Which live rows have lost a tie of two inputs: found by votes, asked again by their own ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
import numpy.typing as npt

from investigators.moments.followers import followers
from investigators.numbers import listed
from investigators.relations.ties import Cut, Left, Tie, left_of, live_cut
from investigators.relations.untied import Apart, apart_of, newly_lost
from investigators.scope import scope_sql, segment_sql
from investigators.shift.movement import Values, known_values, variation
from investigators.shift.rivals import distance, known, mixed, noise
from investigators.shift.sample import Sample, Samples, rows_where
from investigators.task import Task
from investigators.traffic.absent import Grid, grid_of
from investigators.traffic.carrier import Carried, carried_by
from investigators.traffic.place import Place, place_of, segment_of
from investigators.traffic.rows import Baseline, Traffic
from investigators.traffic.windows import best_window
from investigators.view import View

Floats = npt.NDArray[np.float64]

FEWEST = 100  # rows in which a tie is asked
ASKED = 60  # live rows that voted against it, whose interval says what is left
VOTERS = 200_000  # live rows that vote, chosen by row number
MARGIN = 8.0  # nats above looks
SHARES = (0.97, 0.4, 0.08)  # of the rows that may have lost a tie, in turn
SAME = 0.8  # of the rows of two claims are shared
SINCE = 12.0  # nats that all live rows together speak for a loss since training


@dataclass(frozen=True, eq=False)
class Ground:
    """What all ties of one run share."""

    view: View
    baseline: Baseline
    traffic: Traffic
    samples: Samples
    ties: tuple[Tie, ...]

    def base(self, name: str) -> Values:
        """Training's sampled values of an input."""
        return column(self.samples.base, name)


@dataclass(frozen=True)
class Before:
    """A tie in rows like those of a claim, in training or earlier."""

    left: Left
    apart: Apart | None


@dataclass(frozen=True, eq=False)
class Lost:
    """A tie that some live rows do not have: where, and what is left of it there."""

    tie: Tie
    carried: Carried
    place: Place
    left: Left
    before: Before | None
    apart: Apart | None
    moved: Mapping[str, float]
    also: list[Tie] = field(default_factory=list)


def column(sample: Sample, name: str) -> Values:
    """A sampled column of either sort."""
    return sample.numbers[name] if name in sample.numbers else sample.texts[name]


def lost_ties(ground: Ground, task: Task) -> list[Lost]:
    """Ties that rows of some segment and window vote against; the clearest first."""
    votes = _votes(ground, task)
    grid, clocked = grid_of(ground.traffic), set(followers(ground.view, task))
    tried: list[tuple[float, Tie, Carried]] = []
    for done, (tie, each) in enumerate(votes):
        task.tick(done, len(ground.ties), f"Ties: {listed(tie.names)}")
        calendar = not clocked & set(tie.names)  # what follows the clock has its own hours and days
        parts = [part for s in SHARES if _worth(ground, grid, part := mixed(each, s))]
        fits = [
            c
            for part in parts
            if (c := carried_by(ground.traffic, part, task, calendar=calendar)) is not None
        ]
        carried = max(fits, key=lambda c: c.score, default=None)
        if carried is not None and carried.score >= carried.looks + log(len(ground.ties)) + MARGIN:
            tried.append((carried.score, tie, carried))
    tried.sort(key=lambda t: (-t[0], t[1].names))
    found: list[Lost] = []
    for _, tie, carried in tried:
        first = next((x for x in found if _same(x, tie, carried)), None)
        if first is not None:
            first.also.append(tie)
            continue
        lost = _asked(ground, tie, carried, task)
        found += [lost] if lost is not None else []
    return found


def _votes(ground: Ground, task: Task) -> Iterator[tuple[Tie, Floats]]:
    """Each tie's vote of every live row, shape (rows,); 0 where it has none."""
    log = ground.view.log
    assert log is not None
    names = list(dict.fromkeys(n for t in ground.ties for n in t.names))
    texts = [n for n in names if n in ground.samples.categories]
    numbers = [n for n in names if n not in texts]
    parts = [_voters(ground, numbers, task)]
    if texts:
        parts.append(_voters(ground, texts, task, texts=True))
    codes: dict[str, npt.NDArray[np.int8]] = {}
    cuts: dict[str, Cut] = {}
    for name in names:
        values = column(parts[name in texts], name)
        cut = live_cut(values, ground.base(name))
        if cut is not None:
            cuts[name], codes[name] = cut, cut.codes(values)
    rows = parts[0].rows
    for tie in ground.ties:
        task.tick()
        if any(n not in codes for n in tie.names):
            continue
        a, b = (codes[n] for n in tie.names)
        both = (a >= 0) & (b >= 0)
        shape = tie.vote.shape
        if any(cuts[n].cells > shape[k] for k, n in enumerate(tie.names)):
            continue
        found = np.zeros(log.rows)
        found[rows[both]] = tie.vote[a[both], b[both]]
        yield tie, found


def _voters(ground: Ground, names: Sequence[str], task: Task, *, texts: bool = False) -> Sample:
    """The inputs of the rows that vote."""
    log = ground.view.log
    assert log is not None
    inputs = ground.view.log_inputs
    return rows_where(log, inputs, names, "true", task, texts=texts, most=VOTERS)


def _worth(ground: Ground, grid: Grid, votes: Floats) -> bool:
    """Whether any value of a segment, in any run of blocks, gains enough for a search."""
    at = np.flatnonzero(votes)
    for key, total in zip(grid.keys, grid.totals, strict=True):
        sums = np.bincount(key[at], weights=votes[at], minlength=total.size).reshape(total.shape)
        best, _, _ = best_window(sums)
        if best.max() >= grid.looks + log(len(ground.ties)) + MARGIN:
            return True
    return False


def _same(first: Lost, tie: Tie, carried: Carried) -> bool:
    if not set(first.tie.names) & set(tie.names):
        return False
    one, other = first.carried.claimed, carried.claimed
    both = np.intersect1d(one, other, assume_unique=True).size
    return both >= SAME * max(one.size, other.size)


def _asked(ground: Ground, tie: Tie, carried: Carried, task: Task) -> Lost | None:
    """Ask the claimed rows by their own ranks what is left of the tie."""
    place = place_of(ground.view, ground.traffic, carried, "true", task)
    here = _pair(ground, tie, scope_sql(place.segment, place.onset, place.end), task)
    usual = (ground.base(tie.names[0]), ground.base(tie.names[1]))
    left = left_of(here, usual)
    if left is None or left.n < ASKED:
        return None
    earlier = _before(ground, tie, carried, usual, task)
    kept = None if earlier is None else left_of(earlier, usual)
    before = None
    if earlier is not None and kept is not None and kept.n >= FEWEST:
        before = Before(kept, apart_of(tie, earlier, usual))
    elif earlier is None and _new(ground, tie, place, usual):
        whole = left_of(usual, usual)
        before = None if whole is None else Before(whole, None)
    moved = {n: _moved(v, ground.base(n)) for n, v in zip(tie.names, here, strict=True)}
    return Lost(tie, carried, place, left, before, apart_of(tie, here, usual), moved)


def _pair(
    ground: Ground, tie: Tie, where: str, task: Task, *, base: bool = False
) -> tuple[Values, Values]:
    """Both columns of a tie in some rows of the log, or of the baseline."""
    table, inputs = ground.view.log, dict(ground.view.log_inputs)
    if base:
        table, inputs = ground.baseline.table, ground.baseline.expressions
    assert table is not None
    texts = [n for n in tie.names if n in ground.samples.categories]
    numbers = [n for n in tie.names if n not in texts]
    found: dict[str, Values] = {}
    if numbers:
        found |= rows_where(table, inputs, numbers, where, task).numbers
    if texts:
        found |= rows_where(table, inputs, texts, where, task, texts=True).texts
    return found[tie.names[0]], found[tie.names[1]]


def _new(ground: Ground, tie: Tie, place: Place, usual: tuple[Values, Values]) -> bool:
    """Whether all live rows together have lost as much of the tie since training."""
    live = (column(ground.samples.live, tie.names[0]), column(ground.samples.live, tie.names[1]))
    share = min(place.rows_in_scope / max(ground.traffic.rows, 1), 0.97)
    return not ground.baseline.early and newly_lost(tie, live, usual, share) >= SINCE


def _before(
    ground: Ground, tie: Tie, carried: Carried, usual: tuple[Values, Values], task: Task
) -> tuple[Values, Values] | None:
    """The rows of the same segment in training, or earlier ones; ``None`` where there are few."""
    segment = segment_of(carried.candidates, carried.parts)
    table, base, log = ground.baseline.table, ground.baseline, ground.view.log
    assert log is not None
    if not segment and not base.early:
        return usual
    splits = all(c.part is None and table.column(c.column) is not None for c in segment or ())
    if segment and not base.early and splits:
        found = _pair(ground, tie, segment_sql(segment), task, base=True)
        if min(part.size for part in found) >= FEWEST:
            return found
    earlier = carried.rows[: carried.span.first[0]]
    if earlier.size < FEWEST:
        return None
    rows = f"fw_row IN (SELECT fw_row FROM {log.engine.keep_rows(earlier)})"
    return _pair(ground, tie, rows, task)


def _moved(here: Values, base: Values) -> float:
    """How far a column by itself lies from training, beyond what sampling gives."""
    if base.dtype == object:
        n, m = (int(known_values(part).sum()) for part in (here, base))
        return variation(here, base) - noise(max(n, 1), max(m, 1)) if n and m else 0.0
    a, b = known(here.astype(np.float64)), known(base.astype(np.float64))
    return distance(a, b) - noise(a.size, b.size)
