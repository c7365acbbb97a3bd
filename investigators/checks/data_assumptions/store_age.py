"""How old is what the feature store had at the request: older since a moment, or in a segment?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import Finding, segment_words
from investigators.moments.picture import share_strip
from investigators.numbers import count, number, per_cent
from investigators.shift.corroborate import lined_up_releases
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import place_of
from investigators.traffic.rows import EARLY_PART, Traffic, traffic_of
from investigators.view import View

ID = "data_assumptions.store_age"
FINDINGS = Findings(ID)
FEWEST = 50  # early requests with an age
OLDER = 2.0  # times the age that one in a hundred early requests passes
LEAST, ROWS = 0.5, 8  # share of older values in the place, and their rows
MARGIN = 10.0  # nats above looks
UNITS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))
ASK = "Please send the feature store's rows with the time at which each value was written."


@dataclass(frozen=True, eq=False)
class Ages:
    """Seconds from the store's row to the request by row number (NaN unknown), and what was usual.

    ``early`` counts early requests with an age; ``limit`` is what hardly one of them passes.
    """

    store: Table
    name: str
    seconds: npt.NDArray[np.float64]
    early: int
    median: float
    limit: float


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each store whose rows have a time."""
    task.tick()
    if view.log is None or not view.log.rows or not view.stores:
        return [_nothing("no feature store joins the log", "the feature store's rows of the log")]
    traffic = traffic_of(view, task)
    if traffic.order is None:
        return [_nothing("the log has no times", "the time of each request")]
    return [_one(view, traffic, name, store, task) for name, store in view.stores.items()]


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"The age of stored values is not known: {reason}.", need)


def _one(view: View, traffic: Traffic, name: str, store: Table, task: Task) -> Finding:
    seconds = _seconds(view, store, task)
    assert traffic.order is not None
    early = seconds[traffic.order[: max(traffic.rows // EARLY_PART, 1)]]
    early = early[~np.isnan(early)]
    if early.size < FEWEST:
        words = f"{name}: only {count(early.size)} early requests have a stored row with a time."
        need = f"the store's rows of {FEWEST} early requests, each with its time"
        return FINDINGS.on(name, "cannot tell", words, int(early.size), would_need=need, ask=ASK)
    median = float(np.median(early))
    limit = OLDER * max(float(np.quantile(early, 0.99)), 1.0)
    ages = Ages(store, name, seconds, int(early.size), median, limit)
    known = ~np.isnan(seconds)
    hits = known & (seconds > limit)
    usual = int((early > limit).sum()), int(early.size)
    change = share_change(traffic, hits, known, usual, task)
    if change is None or not _clear(change, hits):
        return _quiet(view, ages, known)
    return _supported(view, traffic, ages, (change, hits, known), task)


def _seconds(view: View, store: Table, task: Task) -> npt.NDArray[np.float64]:
    assert view.log is not None
    found = np.full(view.log.rows, np.nan)
    sql = (
        "SELECT l.fw_row, epoch(l.fw_time) - epoch(s.fw_time) AS age FROM {t} AS l "
        f"JOIN {store.relation} AS s ON l.fw_row = s.fw_row WHERE s.fw_found"
    )
    for batch in view.log.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        found[rows] = batch.column(1).to_numpy(zero_copy_only=False).astype(np.float64)
    return found


def _clear(change: ShareChange, hits: npt.NDArray[np.bool_]) -> bool:
    enough = change.carried.score >= change.carried.looks + MARGIN
    return enough and change.inside >= LEAST and int(hits[change.carried.claimed].sum()) >= ROWS


def _old(seconds: float) -> str:
    unit, word = next((each for each in UNITS if seconds >= 2 * each[0]), UNITS[-1])
    return f"{number(seconds / unit, 2)} {word}"


def _own(view: View, ages: Ages) -> str:
    row = view.decision.row if view.decision is not None else None
    if row is None or np.isnan(ages.seconds[row]):
        return ""
    return f" This decision's was {_old(float(ages.seconds[row]))} old."


def _quiet(view: View, ages: Ages, known: npt.NDArray[np.bool_]) -> Finding:
    whole = float(np.median(ages.seconds[known]))
    words = (
        f"What {ages.name} had at the request was {_old(ages.median)} old in the median of "
        f"{count(ages.early)} early requests and {_old(whole)} in all {count(int(known.sum()))}; "
        f"in no segment and since no moment was it over {_old(ages.limit)} old in half of the "
        f"requests.{_own(view, ages)}"
    )
    effect = {"median_seconds": round(whole, 1), "median_seconds_early": round(ages.median, 1)}
    return FINDINGS.on(ages.name, "speaks against", words, int(known.sum()), effect=effect)


def _supported(
    view: View, traffic: Traffic, ages: Ages,
    found: tuple[ShareChange, npt.NDArray[np.bool_], npt.NDArray[np.bool_]], task: Task,
) -> Finding:  # fmt: skip
    change, hits, known = found
    assert view.log is not None
    kept = view.log.engine.keep_rows(np.flatnonzero(hits))
    changed = f"fw_row IN (SELECT fw_row FROM {kept})"
    place = place_of(view, traffic, change.carried, changed, task)
    inside = change.carried.claimed
    there = ages.seconds[inside][known[inside]]
    newest = ages.store.value(
        f"SELECT strftime(max(fw_time), '%Y-%m-%dT%H:%M:%S') FROM {{t}} WHERE fw_found AND "
        f"fw_row IN (SELECT fw_row FROM {view.log.engine.keep_rows(inside)})",
        task=task,
    )
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    statement = (
        f"What {ages.name} had at the request is over {_old(ages.limit)} old in "
        f"{per_cent(change.inside)} of {count(change.n)} requests of "
        f"{segment_words(place.segment)}{since}{until} (median {_old(float(np.median(there)))}); "
        f"early in the log the median was {_old(ages.median)}. The newest of these values is of "
        f"{said(newest + 'Z' * traffic.zone_known)}.{_own(view, ages)}"
    )
    features = tuple(name for name in view.log_inputs if ages.store.column(name) is not None)
    cause = place.cause(
        "input-stale-or-late",
        features,
        exact_record=True,
        statement=statement,
    )
    cause = replace(cause, corroborations=tuple(lined_up_releases(view, cause)))
    where = segment_words(place.segment)
    strip = share_strip(
        f"{ages.name}: values over {_old(ages.limit)} old", traffic, change.carried.rows,
        (hits, known), place.onset, (where, f"over {_old(ages.limit)} old"),
    )  # fmt: skip
    effect = {
        "median_seconds": round(float(np.median(there)), 1),
        "median_seconds_early": round(ages.median, 1),
        "limit_seconds": round(ages.limit, 1),
        "share_in_scope": round(change.inside, 4),
        "share_elsewhere": round(change.outside, 4),
        "score": round(change.carried.score, 1),
        "log_of_looks": round(change.carried.looks, 1),
    }
    return FINDINGS.on(
        ages.name, "supports", statement, int(known.sum()), segment=place.segment, effect=effect,
        cause=cause, charts=() if strip is None else (strip,),
    )  # fmt: skip


CHECK = Check(
    family="data_assumptions",
    name="store_age",
    suspicion="What the feature store had at the request was older than it used to be.",
    covers=(
        "the time between a stored row and the request that it is joined to, against the early "
        "part of the log: older in one segment and one window of time"
    ),
    does_not_cover=(
        "a store that was never fresher, values written again without being computed again, "
        "stores without a time"
    ),
    minimum=f"{FEWEST} early requests whose stored row has a time",
    run=run,
    needs=("log", "feature_store"),
    asks=(("feature_store", ASK),),
    causes=("input-stale-or-late",),
    order=37,
)
