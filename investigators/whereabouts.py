"""Where, and since when, requests of one sort lie: a segment and window that set them apart.

The rest of the log is what they are compared with, so that faulty requests do not hide each other
in a share over all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from investigators.chart import Dot, Dots
from investigators.clock import said
from investigators.evidence import Cause, CauseClass, NoTransform, segment_words
from investigators.funnels import met_together
from investigators.numbers import between, part
from investigators.statistics import wilson
from investigators.tables.table import Column, Table
from investigators.task import Task
from investigators.traffic.carrier import Carried, ShareChange, Shares
from investigators.traffic.place import CHANCE, Place, place_of
from investigators.traffic.rows import Traffic, traffic_of
from investigators.view import View

Flags = npt.NDArray[np.bool_]
MARGIN = 6.0  # nats over what choosing segment and window costs
FEWEST, TIMES = 5, 2.0  # so many of the sort inside, and so many times the share outside
AGAIN = 3  # the description and the rest it is compared with are found in turn
ALIKE = 1.0  # nats: of two descriptions so near each other neither explains more
Looking = Callable[[Traffic], ShareChange | None]


@dataclass(frozen=True)
class Whereabouts:
    """A place, and how many of the requests that can tell are of the sort inside and outside it.

    ``inside`` and ``outside`` are (of the sort, all).
    """

    place: Place
    inside: tuple[int, int]
    outside: tuple[int, int]

    @property
    def share(self) -> float:
        """Share inside, 0..1."""
        return self.inside[0] / self.inside[1]

    @property
    def words(self) -> str:
        """Segment, onset and end as a phrase: "with region n, since …"; empty for none."""
        place = self.place
        parts = [] if place.segment is None else [f"with {segment_words(place.segment)}"]
        for word, moment in (("since", place.onset), ("until", place.end)):
            if moment is not None:
                parts.append(f"{word} {between(moment.earliest, moment.latest)}")
        return ", ".join(parts)

    @property
    def sentence(self) -> str:
        """Where "they" lie, with both shares, to follow a sentence about them."""
        return self.told_of("They")

    def told_of(self, subject: str) -> str:
        """Where the ``subject`` of the sentence lies, with both shares."""
        there, elsewhere = part(*self.inside, "requests"), part(*self.outside, "requests")
        return f" {subject} lie in requests {self.words}: {there} there, {elsewhere} elsewhere."

    def dots(self, title: str) -> Dots:
        """Picture of the share of the sort here and in all other requests."""
        place = self.place
        # The strip says when; beside a segment its words would not fit.
        moments = [("since", place.onset), ("until", place.end)]
        here = [f"{word} {said(at.latest)}" for word, at in moments if at is not None]
        if place.segment is not None:
            words = ["since then"] if place.onset is not None else []
            here = [segment_words(place.segment), *words]
        parts = ((", ".join(here), self.inside, True), ("all others", self.outside, False))
        dots = []
        for label, (met, of), own in parts:
            if of:
                low, high = (round(100 * end, 3) for end in wilson(met, of))
                dots.append(Dot(label, round(100 * met / of, 3), low, high, of, own))
        return Dots(
            title, tuple(dots), "% of requests",
            strip=f"95 % intervals (Wilson) · requests {self.words}, and all others",
            description=f"{title}: {part(*self.inside, 'requests')} {self.words}, "
            f"{part(*self.outside, 'requests')} elsewhere.",
        )  # fmt: skip

    def cause(self, kind: CauseClass, words: str, *, exact: bool) -> Cause:
        """What lies here as a cause without a repair; ``exact``: a record shows it of this one."""
        at = self.place
        mine = at.concerns_decision
        return Cause(
            kind, (), NoTransform(), at.segment, at.onset, at.onset_known, at.end, at.ongoing,
            at.rows_in_scope, at.rows_changed, mine, exact_record=exact and mine, statement=words,
        )  # fmt: skip


def rows_of_sort(live: Table, sql: str, task: Task) -> tuple[Flags, Flags]:
    """Rows that a query of the log (row number, yes or no) names, and those that say yes.

    Both of shape (rows,).
    """
    known, hits = (np.zeros(live.rows, dtype=np.bool_) for _ in range(2))
    for batch in live.batches(sql, task=task):
        rows, yes = (column.to_numpy(zero_copy_only=False) for column in batch.columns)
        known[rows] = True
        hits[rows] |= yes.astype(np.bool_)
    return known, hits


def whereabouts(
    view: View, known: Flags, hits: Flags, task: Task, *, together: float = 1.0,
    calendar: bool = True, beside: Sequence[Column] = (),
) -> Whereabouts | None:  # fmt: skip
    """Find where ``hits`` among ``known`` rows of the log (shape (rows,)) set themselves apart.

    Args:
        view: has the log.
        known: rows where it can be said.
        hits: rows of the sort.
        task: may be cancelled.
        together: how many hits are one piece of evidence for another reason than that they are of
            one session (an item that many were shown).
        calendar: whether an hour or a weekday may be the segment.
        beside: columns of other sources that may be the segment where the log's own explain less.

    Returns:
        ``None`` where nothing stands out by more than the price of looking for it.
    """
    assert view.log is not None
    hits = hits & known
    if int(hits.sum()) < FEWEST:
        return None

    def look(traffic: Traffic) -> ShareChange | None:
        return _best(traffic if calendar else replace(traffic, calendar=()), known, hits, task)

    traffic, found = in_the_logs_words(view, beside, (known, hits), look, task)
    if found is None:
        return None
    inside, outside = _sides(found, known, hits)
    gain = _parted(inside, outside)
    if inside[0] < FEWEST or inside[0] * outside[1] < TIMES * outside[0] * inside[1]:
        return None
    sql = f"fw_row IN (SELECT fw_row FROM {view.log.engine.keep_rows(np.flatnonzero(hits))})"
    together = max(together, met_together(view, sql, task))
    cost = found.carried.gain - found.carried.score
    if gain / together < cost + MARGIN:
        return None
    traffic = traffic if calendar else replace(traffic, calendar=())
    place = place_of(view, traffic, found.carried, sql, task)
    if found.carried.span.start == 0 and not came_later(traffic, found.carried, together):
        place = replace(place, onset=None)
    mine = _concerned(view, found.carried, hits)
    return Whereabouts(replace(place, concerns_decision=mine), inside, outside)


def in_the_logs_words(
    view: View, beside: Sequence[Column], rows: tuple[Flags, Flags], look: Looking, task: Task
) -> tuple[Traffic, ShareChange | None]:
    """What ``look`` finds, by the log's own columns where these part the rows as well.

    A value of a column ``beside`` is often another name for one of the log's (a language for a
    region), and requests that were never shown have none: its segment has fewer rows and so the
    lower price, whatever it explains.  So both are compared by the rows that can tell: ``rows``
    are those (known) and those of the sort, each of shape (rows,).
    """
    traffic = traffic_of(view, task, beside)
    found = look(traffic)
    names = {column.name for column in beside}
    if found is None or not any(
        found.carried.candidates[place].column in names for place, _ in found.carried.parts
    ):
        return traffic, found
    logged = traffic_of(view, task)
    own = look(logged)
    if own is None or len(own.carried.parts) > len(found.carried.parts):
        return traffic, found
    known, hits = rows
    gains = [_parted(*_sides(each, known, hits & known)) for each in (own, found)]
    return (logged, own) if gains[0] >= gains[1] - ALIKE else (traffic, found)


def _sides(
    found: ShareChange, known: Flags, hits: Flags
) -> tuple[tuple[int, int], tuple[int, int]]:
    """How many of how many known rows are of the sort inside a description, and outside it."""
    claimed = found.carried.claimed
    inside = int(hits[claimed].sum()), int(known[claimed].sum())
    return inside, (int(hits.sum()) - inside[0], int(known.sum()) - inside[1])


def _concerned(view: View, carried: Carried, hits: Flags) -> bool:
    """Whether this decision is of the sort and may lie within, both ends at their widest."""
    row = view.decision.row if view.decision is not None else None
    if row is None or not hits[row]:
        return False
    span, n = carried.span, carried.rows.size
    first = span.first[0] if span.start > 0 else 0
    last = span.last[1] if span.end < n else n
    return bool((carried.rows[first:last] == row).any())


def came_later(traffic: Traffic, carried: Carried, together: float) -> bool:
    """Whether the segment came later than pages of ``together`` rows each leave it out by chance.

    Rows alone would make the first visit of many logs an onset.
    """
    if traffic.order is None:
        return False
    before = int(np.argmax(traffic.order == carried.rows[0]))
    share = carried.rows.size / (traffic.rows - before)
    return before / together * log(max(1 - share, 1e-12)) < log(CHANCE)


def _best(traffic: Traffic, known: Flags, hits: Flags, task: Task) -> ShareChange | None:
    """The description that parts the rows best, each compared with what the last one left out."""
    n, met = int(known.sum()), int(hits.sum())
    shares = Shares(traffic, hits, known)
    found, most = None, 0.0
    # few in a large segment raise the share of all: as if elsewhere were none it stands out, too
    for first in ((met, n), (1, n)):
        rest = first
        for _ in range(AGAIN):
            change = shares.change(rest, task)
            if change is None:
                break
            inside, outside = _sides(change, known, hits)
            gain = _parted(inside, outside)
            if gain <= most:
                break
            found, most = change, gain
            if outside == rest:
                break
            rest = outside
    return found


def _parted(inside: tuple[int, int], outside: tuple[int, int]) -> float:
    """Nats that two shares gain over one share of all; 0 where either side has no rows."""
    if not inside[1] or not outside[1]:
        return 0.0
    both = inside[0] + outside[0], inside[1] + outside[1]
    return _fit(*inside) + _fit(*outside) - _fit(*both)


def _fit(met: int, of: int) -> float:
    """Log-likelihood of ``met`` of ``of`` under their own share."""
    return sum(k * log(k / of) for k in (met, of - met) if k)
