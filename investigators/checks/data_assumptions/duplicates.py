"""Are requests in the log more than once: repeated ids, copies, retries; where, and since when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np

from investigators.answering import Findings
from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.evidence import Finding, segment_words
from investigators.numbers import between, count, count_of, listed, part, per_cent
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import wilson
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.copies import SECONDS, Repeats, repeats_of
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Traffic, baseline_of, traffic_of
from investigators.view import View

ID = "data_assumptions.duplicates"
FINDINGS = Findings(ID)
MINIMUM = 50
MARGIN = 8.0
FEWEST, LEAST, TIMES = 10, 0.01, 3.0  # repeated rows; their share; times the usual share
RECORD = 0.05  # a smaller share of repeated rows is what deliveries do: no proof of a fault
SHOWN = 5
ASK = (
    "Please say what one row of this log stands for, and which column is its key: may one request "
    "have several rows (retries, one row per item), or is that a fault of the export or of a join?"
)
WORDS = {"ids": "requests repeat an id that is there already",
         "copies": "requests are copies of an earlier one"}  # fmt: skip

NO = {"ids": "No id comes again in", "copies": "No request is a copy of an earlier one in"}


@dataclass(frozen=True)
class Found:
    """Repeated rows with the place that carries them."""

    repeats: Repeats
    change: ShareChange
    place: Place


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for repeated ids and one for copies."""
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with ids or with the model's inputs")]
    if view.log.rows < MINIMUM:
        return [_nothing(f"{count_of(view.log.rows, 'row')} are too few", f"{MINIMUM} rows")]
    traffic = traffic_of(view, task)
    found = repeats_of(view, baseline_of(view), traffic, task)
    if not found:
        return [_nothing("the log has no ids, and too few inputs to tell requests apart", "ids")]
    return [_one(view, traffic, repeats, task) for repeats in found]


def _one(view: View, traffic: Traffic, repeats: Repeats, task: Task) -> Finding:
    task.tick()
    hits, n = int(repeats.hits.sum()), traffic.rows
    said = f"{part(hits, n, WORDS[repeats.what])}"
    if not hits:
        return FINDINGS.on(
            repeats.what, "speaks against", f"{NO[repeats.what]} {count(n)} rows.", n
        )
    if repeats.usual is None:
        return _unknown(repeats, said, n)
    change = share_change(
        traffic, repeats.hits, np.ones(n, dtype=bool), repeats.usual, task, more=True
    )
    usual: float = repeats.usual[0] / max(repeats.usual[1], 1)
    if (
        change is None
        or change.carried.score < change.carried.looks + log(2) + MARGIN
        or change.inside < LEAST
        or change.inside < TIMES * usual
        or change.inside * change.n < FEWEST
    ):
        words = f"{said}; no segment and no time stands out. Usual: {repeats.usual_words}."
        return FINDINGS.on(repeats.what, "speaks against", words, n, effect={"rows_repeated": hits})
    return _supported(view, traffic, repeats, change, task)


def _unknown(repeats: Repeats, said: str, n: int) -> Finding:
    words = f"{said}. Whether that is usual here is not known."
    return FINDINGS.on(
        repeats.what, "cannot tell", words, n, effect={"rows_repeated": int(repeats.hits.sum())},
        would_need="times, ids, or a training table that tells how often requests are alike",
        ask=ASK,
    )  # fmt: skip


def _supported(
    view: View, traffic: Traffic, repeats: Repeats, change: ShareChange, task: Task
) -> Finding:
    assert view.log is not None
    kept = view.log.engine.keep_rows(np.flatnonzero(repeats.members))
    changed = f"fw_row IN (SELECT fw_row FROM {kept})"
    place = place_of(view, traffic, change.carried, changed, task)
    found = Found(repeats, change, place)
    words = _sentence(view, found)
    cause = place.cause(
        "join-or-key",
        (),  # the inputs are not changed: the row is there twice
        exact_record=_recorded(found),
        statement=words,
    )
    cause = replace(cause, corroborations=tuple(lined_up_releases(view, cause)))
    return FINDINGS.on(
        repeats.what, "supports", words, traffic.rows, segment=place.segment, cause=cause,
        effect=_effect(found), ask=ASK, charts=(_picture(found),),
    )  # fmt: skip


def _recorded(found: Found) -> bool:
    """Whether the log itself shows it: the id and all inputs again, in many rows."""
    repeats, claimed = found.repeats, found.change.carried.claimed
    hits = repeats.hits[claimed]
    same = int(repeats.whole[claimed].sum()) >= 0.9 * max(int(hits.sum()), 1)
    return bool(repeats.what == "ids" and same and found.change.inside >= RECORD)


def _sentence(view: View, found: Found) -> str:
    repeats, change, place = found.repeats, found.change, found.place
    since = ""
    if place.onset is not None:
        since = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        since += f", until {between(place.end.earliest, place.end.latest)}"
    hits = round(change.inside * change.n)
    words = (
        f"{part(hits, change.n, WORDS[repeats.what])}, in {segment_words(place.segment)}{since}; "
        f"usual: {repeats.usual_words}"
    )
    words += "." if not repeats.usual or not repeats.usual[0] else f" ({per_cent(change.base)})."
    return words + _how(found) + _decision(view, repeats)


def _how(found: Found) -> str:
    """How like the rows are: all inputs, and in which time."""
    repeats, claimed = found.repeats, found.change.carried.claimed
    hits = claimed[repeats.hits[claimed]]
    if not hits.size:
        return ""
    told = []
    if repeats.what == "ids":
        told.append(f"{per_cent(float(repeats.whole[hits].mean()))} have all inputs the same")
    if repeats.within is not None:
        share = per_cent(float(repeats.within[hits].mean()))
        told.append(f"{share} come within {SECONDS} seconds of the row before")
    return f" Of these rows, {listed(told)}." if told else ""


def _decision(view: View, repeats: Repeats) -> str:
    """Which rows are this decision's own."""
    row = view.decision.row if view.decision is not None else None
    if row is None:
        return ""
    if not repeats.members[row]:
        return " This decision's row is there once."
    rows = [row]
    while repeats.hits[rows[0]] and len(rows) < SHOWN:
        rows.insert(0, int(repeats.first[rows[0]]))
    later = np.flatnonzero(repeats.hits & (repeats.first == rows[-1]))
    while later.size and len(rows) < SHOWN:
        rows.append(int(later[0]))
        later = np.flatnonzero(repeats.hits & (repeats.first == rows[-1]))
    more = " and more" if len(rows) == SHOWN else ""
    return (
        f" This decision is among them: rows {listed([count(r) for r in rows])}{more} of the log."
    )


def _effect(found: Found) -> dict[str, Any]:
    change, repeats = found.change, found.repeats
    return {
        "rows_repeated": int(repeats.hits.sum()),
        "share_in_scope": round(change.inside, 4),
        "share_elsewhere": round(change.outside, 4),
        "share_usual": round(change.base, 4),
        "gain": round(change.carried.gain, 1),
        "score": round(change.carried.score, 1),
        "log_of_looks": round(change.carried.looks, 1),
    }


def _picture(found: Found) -> Dots:
    """Share of repeated rows inside and outside the place, with what is usual."""
    repeats, change = found.repeats, found.change
    claimed = np.zeros(repeats.hits.size, dtype=bool)
    claimed[change.carried.claimed] = True
    where = segment_words(found.place.segment)
    parts = [("these rows", claimed, True), ("all other rows", ~claimed, False)]
    dots = []
    for words, rows, own in parts:
        n, k = int(rows.sum()), int(repeats.hits[rows].sum())
        if n:
            low, high = (round(100 * end, 3) for end in wilson(k, n))
            dots.append(Dot(words, round(100 * k / n, 3), low, high, n, own))
    title = f"Share of rows that repeat an {'id' if repeats.what == 'ids' else 'earlier request'}"
    elsewhere = f"{per_cent(change.outside)} in all other rows, " if len(dots) > 1 else ""
    return Dots(
        title,
        tuple(dots),
        "% of rows",
        rest=round(100 * change.base, 3),
        rest_name="usual",
        strip=f"95 % intervals (Wilson) · {count(repeats.hits.size)} rows",
        description=(
            f"{title}: {per_cent(change.inside)} in {where}, {elsewhere}"
            f"{per_cent(change.base)} usual."
        ),
    )


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"Repeated requests cannot be looked for: {reason}.", need)


CHECK = Check(
    family="data_assumptions",
    name="duplicates",
    suspicion="Requests are in the log more than once.",
    covers=(
        "an id that comes again, with all inputs the same or not; requests of one subject with all "
        f"inputs the same within {SECONDS} seconds (anywhere in a log without times), where their "
        "share is 1 % and three times the usual in one segment and one window of time"
    ),
    does_not_cover=(
        "copies with a changed input; rows that a join has lost; whether several rows of one "
        "request are meant to be"
    ),
    minimum=f"{MINIMUM} rows, {FEWEST} of them repeated",
    run=run,
    needs=("log",),
    causes=("join-or-key",),
    order=28,
)
