"""Requests that got a label against the rule: which they are, found label by label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from investigators.cutoffs.exceptions import (
    PURE,
    Listed,
    NumberRule,
    number_rule,
    subject_list,
)
from investigators.cutoffs.follow import (
    MARGIN,
    Effective,
    Judged,
    Usual,
    effective_cut,
    judged_rows,
)
from investigators.documented import Clause
from investigators.numbers import count_of, listed, number
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Traffic, traffic_of
from investigators.view import View

Flags = npt.NDArray[np.bool_]
FEWEST = 8  # requests that got a label against the rule, to say where they lie
NEARLY_ALL = 0.9  # of the eligible rows of a place got the label: the place tells which
IN_A_PLACE = 2.5  # nats: where nearly all requests of a place got it, few need to have kept theirs
TRIMMED = (0.02, 0.98)


@dataclass(frozen=True)
class Ground:
    """What is asked of every label."""

    view: View
    usual: Usual
    judged: Judged
    traffic: Traffic
    decimals: int | None

    @property
    def row(self) -> int | None:
        """The picked decision's row of the log."""
        return self.view.decision.row if self.view.decision is not None else None

    @property
    def rule_words(self) -> str:
        """Say the rule by its cuts, by time where they changed, and that it has exceptions."""
        kind = "documented" if self.usual.given else "usual"
        told = []
        for stage in self.usual.stages:
            cuts = listed([number(c) for c in stage.cuts])
            since = f" (from {stage.since})" if stage.since and len(self.usual.stages) > 1 else ""
            told.append(f"{cuts}{since}")
        several = len(self.usual.stages) > 1 or len(self.usual.cuts) > 1
        n = len(self.usual.documented.clauses)
        besides = f" with {count_of(n, 'exception')}" if n else ""
        return f"the {kind} cut-off{'s' if several else ''} {'; '.join(told)}{besides}"


@dataclass(frozen=True)
class Departure:
    """Requests that got ``label`` though the rule gives another, and what tells which.

    ``eligible`` counts rows in scope that the rule gives another label at scores as theirs.
    """

    label: str
    hits: int
    eligible: int
    scores: tuple[float, float]
    mine: bool
    place: Place | None = None
    moved: Effective | None = None
    rule: NumberRule | None = None
    listed: Listed | None = None
    clause: Clause | None = None

    @property
    def told(self) -> bool:
        """Whether anything tells which requests it is."""
        return any((self.place, self.moved, self.rule, self.listed, self.clause))

    @property
    def nearly_all(self) -> bool:
        """Whether nearly every request that it could be is one."""
        return self.hits >= NEARLY_ALL * self.eligible


def ground_of(view: View, usual: Usual, task: Task) -> Ground:
    """Fetch what every label is asked of."""
    decimals = None if not usual.slack else round(-np.log10(2 * usual.slack))
    judged = judged_rows(view, usual, task)
    return Ground(view, usual, judged, traffic_of(view, task), decimals)


def earlier_rule(ground: Ground, departures: Sequence[Departure]) -> Usual | None:
    """The rule before a change of all requests: where none is given, the earlier one is usual."""
    if ground.usual.given:
        return None
    for one in departures:
        place, moved = one.place, one.moved
        if moved is None or place is None or place.segment or place.onset or not place.end:
            continue
        cuts = tuple(moved.cut.value if c == moved.usual else c for c in ground.usual.cuts)
        return replace(ground.usual, cuts=cuts)
    return None


def departures_of(ground: Ground, task: Task) -> list[Departure]:
    """Look at every label that enough requests got against the rule."""
    found = []
    judged = ground.judged
    for label, name in enumerate(judged.labels):
        task.tick(label, len(judged.labels), f"After the model: {name}")
        hits = judged.hits(label)
        if int(hits.sum()) >= FEWEST:
            found.append(_departure(ground, label, name, hits, task))
    return found


def _departure(ground: Ground, label: int, name: str, hits: Flags, task: Task) -> Departure:
    judged, usual = ground.judged, ground.usual
    low, high = (float(q) for q in np.quantile(judged.scores[hits], TRIMMED, method="nearest"))
    near = judged.eligible(label) & (judged.scores >= low) & (judged.scores <= high)
    mine = ground.row is not None and bool(hits[judged.rows == ground.row].any())
    change = _search(ground, hits, near, task)
    inside = certain = np.ones(hits.size, dtype=np.bool_)
    place = None
    if change is not None:
        carried = change.carried
        inside = _among(ground, carried.claimed)
        certain = _among(ground, carried.rows[carried.span.first[1] : carried.span.last[0]])
        place = place_of(ground.view, ground.traffic, carried, usual.hits(name), task)
    moved = effective_cut(usual, judged, label, certain, ground.decimals)
    if moved is not None and not moved.sure(MARGIN if change is None else IN_A_PLACE):
        moved = None
    whole = _ends(judged, hits & inside)
    eligible = inside & judged.eligible(label)
    eligible &= (judged.scores >= whole[0]) & (judged.scores <= whole[1])
    told = Departure(
        name, int((hits & inside).sum()), int(eligible.sum()), whole, mine, place, moved
    )
    if not told.told and (broken := _broken(ground, hits)) is not None:
        clause, under = broken
        n, of = int((hits & under).sum()), int((under & judged.eligible(label)).sum())
        return Departure(name, n, of, _ends(judged, hits & under), mine, clause=clause)
    if told.nearly_all:
        return told
    scores = f"fw_score BETWEEN {low!r} AND {high!r}"
    hit, could = f"({usual.hits(name)} AND {scores})", f"({usual.eligible(name)} AND {scores})"
    rule = number_rule(ground.view, hit, could, task)
    several = None if rule else subject_list(ground.view, hit, could, task)
    if rule is None and several is None:
        return told
    rows, held = _counts(rule or several)
    return Departure(name, held, rows, (low, high), mine, rule=rule, listed=several)


def _broken(ground: Ground, hits: Flags) -> tuple[Clause, Flags] | None:
    """The documented exception under which nearly all of these requests fall: it is not applied."""
    clauses = ground.judged.clause
    counted = np.bincount(clauses[hits] + 1)
    most = int(counted.argmax()) - 1
    if most < 0 or counted.max() < PURE * hits.sum():
        return None
    return ground.usual.documented.clauses[most], clauses == most


def _among(ground: Ground, rows: npt.NDArray[np.intp]) -> Flags:
    """Which judged rows are among these rows of the log."""
    found = np.zeros(ground.traffic.rows, dtype=np.bool_)
    found[rows] = True
    return found[ground.judged.rows]


def _ends(judged: Judged, rows: Flags) -> tuple[float, float]:
    return float(judged.scores[rows].min()), float(judged.scores[rows].max())


def _counts(told: NumberRule | Listed | None) -> tuple[int, int]:
    return (0, 0) if told is None else (told.rows, told.hits)


def _search(ground: Ground, hits: Flags, near: Flags, task: Task) -> ShareChange | None:
    """Where the label is given against the rule, if a segment or window tells."""
    rows, traffic = ground.judged.rows, ground.traffic
    hit, known = (np.zeros(traffic.rows, dtype=np.bool_) for _ in range(2))
    known[rows[near]] = True
    hit[rows[hits & near]] = True
    change = share_change(traffic, hit, known, (0, int(near.sum())), task)
    if change is None or change.carried.score < change.carried.looks + MARGIN + log(4):
        return None
    carried = change.carried
    return (
        change if carried.parts or carried.span.start or carried.span.end < traffic.rows else None
    )
