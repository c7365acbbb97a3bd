"""Outcomes that turn against the score: in a segment and a window they are the other one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from investigators.evidence import Finding, segment_words
from investigators.numbers import count, number, part, per_cent
from investigators.outcomes.ground import (
    ASK,
    FEWEST,
    LOOKS,
    MINIMUM,
    Area,
    Flags,
    Floats,
    Ground,
    Rows,
    answer,
    area_of,
    cause_at,
    dots_of,
    since,
)
from investigators.outcomes.one_kind import one_kind
from investigators.shift.corroborate import lined_up_releases
from investigators.task import Task
from investigators.traffic.carrier import Carried, carried_by
from investigators.traffic.place import place_of

TURNED = 0.98  # of the outcomes are the other one where they are turned
TELLS = 0.55  # the score's area in the base time, at least
AS_WELL = 0.6  # the turned score tells at least this part of what the score told before
BINS = 10


@dataclass(frozen=True, eq=False)
class Base:
    """Chance of the positive outcome by row under the score, shape (log's rows,), NaN elsewhere.

    ``area`` is that of the score there (of the turned one where it is not ``rising``).
    """

    chance: Floats
    area: Area
    rising: bool


def turned(ground: Ground, task: Task) -> Finding:
    """Tell whether outcomes turn against the score anywhere."""
    name = "turned"
    if ground.regression:
        return answer(name, "does not apply", "The outcome is a value: it has no other side.", 0)
    y, s = ground.outcome, ground.score
    usable = np.isfinite(y) & np.isfinite(s)
    order = ground.traffic.order if ground.traffic.order is not None else np.arange(y.size)
    rows = order[usable[order]]
    if rows.size < MINIMUM:
        words = f"{count(int(rows.size))} requests have a score and an outcome"
        need = f"{MINIMUM} requests with score and outcome, {FEWEST} of each class"
        return answer(
            name, "cannot tell", f"{words}: too few to compare them.", int(rows.size),
            would_need=need, ask=ASK,
        )  # fmt: skip
    told = one_kind(ground, rows, name)
    if told is not None:
        return told
    base = _base(ground, rows)
    if base is None:
        words = (
            f"In {count(int(rows.size))} requests with an outcome the score tells too little of it"
        )
        need = "more outcomes of both kinds, or a score that tells them apart"
        return answer(
            name, "cannot tell", f"{words} to see outcomes that are turned.", int(rows.size),
            would_need=need,
        )  # fmt: skip
    carried = _search(ground, rows, base, task)
    if carried is not None:
        # the base may have held some of them: what lies outside the claim tells better
        inside = np.zeros(y.size, dtype=np.bool_)
        inside[carried.claimed] = True
        again = _fitted(ground, rows, ~inside[rows])
        if again is not None and again.rising == base.rising:
            base = again
            carried = _search(ground, rows, base, task)
    if carried is None:
        words = (
            f"{count(int(rows.size))} requests with an outcome: in no segment and since no moment "
            "do the outcomes turn against the score (area under the curve "
            f"{number(base.area.at, 3)})."
        )
        return answer(name, "speaks against", words, int(rows.size))
    return _judged(ground, carried, usable, base, task)


def _search(ground: Ground, rows: Rows, base: Base, task: Task) -> Carried | None:
    """Rows whose outcomes are improbable under the score, where they are clearly many."""
    now = np.where(ground.outcome[rows] == 1, base.chance[rows], 1 - base.chance[rows])
    votes = np.zeros(ground.outcome.size)
    votes[rows] = np.log((TURNED * (1 - now) + (1 - TURNED) * now) / now)
    carried = carried_by(ground.traffic, votes, task)
    enough = carried is not None and carried.score >= carried.looks + LOOKS
    return carried if enough else None


def _base(ground: Ground, rows: Rows) -> Base | None:
    """Fit on the first third of ``rows`` (by time); where that does not rank them, on the last.

    Without a known direction of the score the first third says which way it ranks.
    """
    third, at = max(rows.size // 3, MINIMUM // 2), np.arange(rows.size)
    for part_of in (at < third, at >= rows.size - third):
        found = _fitted(ground, rows, part_of)
        if found is not None and (found.rising or not ground.directed):
            return found
    area = area_of(ground.score[rows], ground.outcome[rows] == 1) if ground.directed else None
    if area is None:
        return None
    # as many turned as not, or all: the score's own word is what there is to compare with
    chance = np.clip(ground.score, 0.01, 0.99)
    return Base(chance, area.turned() if area.high < 0.5 else area, rising=True)


def _fitted(ground: Ground, rows: Rows, part_of: Flags) -> Base | None:
    """Share of positives by tenths of the score in a part of ``rows``; ``None``: too little."""
    y, s = ground.outcome[rows] == 1, ground.score[rows]
    area = area_of(s[part_of], y[part_of])
    if area is None or (area.low <= TELLS and area.high >= 1 - TELLS):
        return None
    edges = np.unique(np.quantile(s[part_of], np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, s, side="right")
    n = np.bincount(bins[part_of], minlength=edges.size + 1)
    k = np.bincount(bins[part_of], weights=y[part_of], minlength=edges.size + 1)
    chance = np.full(ground.outcome.size, np.nan)
    chance[rows] = np.clip((k + 1) / (n + 2), 0.01, 0.99)[bins]
    rising = area.at > 0.5
    return Base(chance, area if rising else area.turned(), rising=rising)


def _judged(ground: Ground, carried: Carried, usable: Flags, base: Base, task: Task) -> Finding:
    p, usual = base.chance, base.area
    rows = carried.claimed[usable[carried.claimed]]
    positive = ground.outcome[rows] == 1
    # the base may rank the other way round: the chance of the base time has its direction
    here = area_of(p[rows], positive)
    seen, straight = float(positive.mean()), float(p[rows].mean())
    place = place_of(ground.view, ground.traffic, carried, "fw_outcome IS NOT NULL", task)
    where = f"{segment_words(place.segment)}{since(place)}"
    area = "not known" if here is None else f"{number(here.at, 3)}"
    words = (
        f"Outcomes of {where}: {part(int(positive.sum()), int(rows.size), 'are positive')}, the "
        f"score expects {per_cent(straight)}; the area under the curve is {area} there, "
        f"{number(usual.at, 3)} before or elsewhere."
    )
    effect = {"area": here and round(here.at, 4), "usual": round(usual.at, 4),
              "positive": round(seen, 4), "expected": round(straight, 4)}  # fmt: skip
    more: dict[str, Any] = {"segment": place.segment, "onset": place.onset, "effect": effect}
    apart, spread = 1 - 2 * straight, 1 - 2 * seen
    complement = apart * spread < 0 and abs(seen - (1 - straight)) <= 0.5 * abs(apart)
    neutral = abs(apart) < 0.2 and abs(spread) < 0.3
    if here is None or usual.low <= TELLS:
        need = "more outcomes of both kinds there and elsewhere"
        words += " That is too little to tell turned outcomes from a moved world."
        return answer("turned", "cannot tell", words, int(rows.size), would_need=need, **more)
    fits = 1 - here.at >= 0.5 + AS_WELL * (usual.at - 0.5)
    if not (here.high < 0.5 and fits and (complement or neutral)):
        if here.low > 0.5:
            words += (
                " The score still ranks them: the world has moved, the outcomes are not turned."
            )
            return answer("turned", "speaks against", words, int(rows.size), **more)
        words += " Turned outcomes would be told better by the turned score: that is not clear."
        need = "more outcomes there, or a second look at some of them by hand"
        return answer("turned", "cannot tell", words, int(rows.size), would_need=need, **more)
    statement = words + " There the outcomes agree with the turned score: they are written turned."
    cause = cause_at(place, (), statement)
    halves = [area_of(p[rows[k::2]], positive[k::2]) for k in (0, 1)]
    signs = lined_up_releases(ground.view, cause)
    if all(h is not None and h.high < 0.5 for h in halves):
        told = " and ".join(number(h.at, 3) for h in halves if h is not None)
        signs.insert(0, f"every other outcome tells the same (area {told})")
    cause = cause_at(place, (), statement, tuple(signs))
    dots = (usual.dot("before or elsewhere"), here.dot("these outcomes", own=True))
    charts = (dots_of("Does the score rank the outcomes?", dots, "area under the curve", 0.5),)
    return answer(
        "turned", "supports", statement, int(rows.size), cause=cause, charts=charts, **more
    )
