"""Does the log hold other inputs than the feature store had for the same request at its time?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numpy as np

from investigators.chart import Cells
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import Finding, TakeFrom, segment_words
from investigators.numbers import number, per_cent
from investigators.received import Received, received
from investigators.repair import stored_sql
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.paired import Input, Pairs, counted, pairs_sql, shared_inputs, wrong_rows
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import traffic_of
from investigators.view import View

ID = "data_assumptions.train_serve_skew"
KNOWN = 0.5  # of the requests have a row in the store
MINIMUM = 30  # pairs of an input
RARE = 0.001  # of the pairs may differ for whatever reason
FEWEST, LEAST = 8, 0.01  # rows that differ in the place, and their share there
USUAL = (1, 1000)  # pairs that differ where nothing is wrong
MARGIN = 8.0  # nats above looks
ALIKE, STEADY = 1e-3, 0.95  # a ratio within this, in so many pairs
AGREE = 0.99  # of the other inputs' pairs match
SHOWN = 8
TIMES = ("fw_time", "fw_at")
ASK = (
    "Please send the feature store's values (or the offline table's) for the requests of the log: "
    "their id, the time of each value, and the model's inputs under their names."
)


@dataclass(frozen=True)
class Ground:
    """What all inputs of one run share."""

    view: View
    name: str
    store: Table
    counts: Sequence[Pairs]
    known: int


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each input of each store."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    if not view.stores:
        return [_nothing("no feature store joins the log", "the feature store's rows of the log")]
    found: list[Finding] = []
    for name, store in view.stores.items():
        inputs = shared_inputs(view, store, task)
        if not inputs:
            continue
        counts, known = counted(view, store, inputs, task)
        ground = Ground(view, name, store, counts, known)
        for done, pairs in enumerate(counts):
            task.tick(done, len(counts), f"Log and store: {pairs.each.name}")
            found.append(_one(ground, pairs, task))
    need = "a feature store with the model's inputs under their names"
    return found or [_nothing("no input of the log is in the store", need)]


def _one(ground: Ground, pairs: Pairs, task: Task) -> Finding:
    assert ground.view.log is not None
    name, rows = pairs.each.name, ground.view.log.rows
    effect = _effect(ground, pairs)
    if ground.known < KNOWN * rows or pairs.n < MINIMUM:
        words = (
            f"{name}: {ground.name} has a row for {ground.known:,} of {rows:,} requests and "
            f"{pairs.n:,} values to compare; that is too few to tell."
        )
        need = f"the rows of {ground.name} for the other requests"
        return _finding(name, "cannot tell", words, pairs.n, would_need=need, effect=effect)
    said_so = (
        f"{name} is in the log what {ground.name} had in {pairs.match:,} of {pairs.n:,} requests"
    )
    rest = f"{pairs.differ:,} differ beyond rounding, {pairs.log_lacks:,} are missing in the log \
and {pairs.store_lacks:,} in the store"
    if pairs.wrong <= RARE * pairs.n:
        return _finding(name, "speaks against", f"{said_so}; {rest}.", pairs.n, effect=effect)
    wrong, known = wrong_rows(ground.view, ground.store, pairs.each, task)
    change = share_change(traffic_of(ground.view, task), wrong, known, USUAL, task)
    if change is None or not _clear(change, wrong, len(ground.counts)):
        words = f"{said_so}; {rest}. No segment and no time stands out from the rest."
        need = "more requests with such values"
        return _finding(name, "cannot tell", words, pairs.n, would_need=need, effect=effect)
    kept = ground.view.log.engine.keep_rows(np.flatnonzero(wrong))
    changed = f"fw_row IN (SELECT fw_row FROM {kept})"
    place = place_of(
        ground.view, traffic_of(ground.view, task), change.carried, changed, task
    )  # fmt: skip
    scope = f"({scope_sql(place.segment, place.onset, place.end)}) AND {changed}"
    meant = stored_sql(ground.store, name)
    told = received(ground.view, name, meant, scope, task)
    if told is not None and told.meant:
        words = (
            f"{said_so}; {rest}. But {told.as_meant:,} of {told.n:,} logged scores looked at are "
            "those of the store's values: the model received them so."
        )
        return _finding(name, "speaks against", words, pairs.n, effect=effect)
    return _supported(ground, pairs, place, (change, told, scope), task)


def _clear(change: ShareChange, wrong: Any, inputs: int) -> bool:  # noqa: ANN401 - an array
    enough = change.carried.score >= change.carried.looks + log(inputs) + MARGIN
    rows = int(wrong[change.carried.claimed].sum())
    return enough and rows >= FEWEST and change.inside >= LEAST


def _supported(
    ground: Ground, pairs: Pairs, place: Place,
    found: tuple[ShareChange, Received | None, str], task: Task,
) -> Finding:  # fmt: skip
    change, told, scope = found
    name = pairs.each.name
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    rows = _pairs(ground, pairs.each, scope, task)
    statement = (
        f"{name} is in the log another value than in {ground.name} at the time of the request in "
        f"{segment_words(place.segment)}{since}{until}: {place.rows_changed:,} of "
        f"{number(change.n)} requests there, {per_cent(change.inside)}; elsewhere "
        f"{per_cent(change.outside)}.{_ratio(pairs.each, rows)}"
    )
    cause = place.cause(
        "train-serve-skew",
        (name,),
        TakeFrom(ground.name),
        exact_record=True,
        statement=statement,
    )
    signs = (*_signs(ground, pairs, told), *lined_up_releases(ground.view, cause))
    cause = replace(cause, corroborations=signs)
    return _finding(
        name, "supports", statement, pairs.n, cause=cause, segment=place.segment,
        onset=place.onset, effect=_effect(ground, pairs), charts=(_picture(ground, name, rows),),
    )  # fmt: skip


def _signs(ground: Ground, pairs: Pairs, told: Received | None) -> list[str]:
    """That the model received the logged values; that all else of the same requests agrees."""
    signs = []
    if told is not None and told.n >= FEWEST and not told.as_meant:
        signs.append(f"{told.n:,} logged scores looked at are those of the logged values")
    others = [p for p in ground.counts if p is not pairs and p.n >= MINIMUM]
    match, n = sum(p.match for p in others), sum(p.n for p in others)
    if n and match >= AGREE * n:
        signs.append(f"{match:,} of {n:,} pairs of the other inputs agree")
    return signs


def _pairs(ground: Ground, each: Input, scope: str, task: Task) -> list[dict[str, Any]]:
    """Pairs that differ in the place, evenly over the log."""
    log_ = ground.view.log
    assert log_ is not None
    inside = f"fw_row IN (SELECT fw_row FROM {log_.relation} AS fw_log WHERE {scope})"
    found = log_.query(
        "SELECT coalesce(fw_id, 'row ' || fw_row) AS id, l0, s0, fw_time, fw_at "
        f"FROM {pairs_sql(ground.view, ground.store, [each])} WHERE fw_found AND {inside} "
        "ORDER BY fw_row",
        task=task,
    )
    at = np.unique(np.linspace(0, found.num_rows - 1, min(found.num_rows, 500)).astype(np.intp))
    rows: list[dict[str, Any]] = found.take(at).to_pylist()
    return rows


def _ratio(each: Input, rows: Sequence[dict[str, Any]]) -> str:
    """Say a factor or a difference that nearly all pairs have."""
    both = [(r["l0"], r["s0"]) for r in rows if r["l0"] is not None and r["s0"] is not None]
    if not each.number or len(both) < FEWEST:
        return ""
    mine, its = (np.array(side, dtype=np.float64) for side in zip(*both, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = mine / its
    middle = float(np.nanmedian(ratio))
    same = np.abs(ratio - middle) <= ALIKE * abs(middle)
    if np.isfinite(middle) and middle and same.mean() >= STEADY:
        return f" The logged value is {number(middle)} times the store's in {per_cent(same.mean())}\
 of the pairs looked at."
    return ""


def _picture(ground: Ground, name: str, rows: Sequence[dict[str, Any]]) -> Cells:
    at = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), SHOWN)).astype(int))
    timed = any(row["fw_at"] is not None for row in rows)

    def cells(row: dict[str, Any]) -> tuple[str, ...]:
        values = [_value(row["l0"]), _value(row["s0"])]
        if timed:
            values += ["" if row[k] is None else f"{row[k]:%Y-%m-%d %H:%M}" for k in TIMES]
        return (str(row["id"]), *values)

    header = ("id", "log", ground.name, *(("requested", "stored") if timed else ()))
    return Cells(
        f"{name} in the log and in {ground.name}",
        header,
        tuple(cells(rows[k]) for k in at),
        strip=f"{at.size} pairs that differ, evenly spaced over the log",
        description="Pairs of the same request that differ beyond rounding.",
    )


def _value(value: Any) -> str:  # noqa: ANN401 - a cell
    if value is None:
        return "missing"
    return number(value, 6) if isinstance(value, float) else str(value)


def _effect(ground: Ground, pairs: Pairs) -> dict[str, Any]:
    return {
        "requests_in_the_store": ground.known,
        "match": pairs.match,
        "differ": pairs.differ,
        "missing_in_the_log": pairs.log_lacks,
        "missing_in_the_store": pairs.store_lacks,
        "rounding": pairs.each.slack,
    }


def _finding(name: str, verdict: Any, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    cause = more.get("cause")
    return Finding(
        id=f"{ID}/{name}",
        check=ID,
        family="data_assumptions",
        verdict=verdict,
        about=(name,),
        sentence=sentence,
        n=n,
        concerns_decision=bool(cause and cause.concerns_decision),
        **more,
    )


def _nothing(reason: str, need: str) -> Finding:
    return Finding(
        id=ID,
        check=ID,
        family="data_assumptions",
        verdict="cannot tell",
        about=(),
        sentence=f"Log and feature store cannot be compared: {reason}.",
        n=0,
        would_need=need,
        ask=ASK,
    )


CHECK = Check(
    family="data_assumptions",
    name="train_serve_skew",
    suspicion="The log holds other input values than the feature store had for the same request.",
    covers=(
        "each input that both have, joined by id, subject or session and as of the request's time: "
        "values that differ beyond rounding, values that one side lacks, by segment and time"
    ),
    does_not_cover=(
        "requests that the store does not know, and whether a value that differs is one that the "
        "store had earlier or later"
    ),
    minimum=f"{MINIMUM} pairs of an input, and a row in the store for half of the requests",
    run=run,
    needs=("log", "feature_store"),
    asks=(("feature_store", ASK),),
    causes=("train-serve-skew",),
    order=12,
)
