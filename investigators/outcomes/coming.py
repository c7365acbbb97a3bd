"""Outcomes that have not come: late, or gone at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import optimize

from investigators.chart import Chart
from investigators.clock import iso, said
from investigators.evidence import Finding, segment_words
from investigators.moments.picture import share_strip
from investigators.numbers import count, number, part, per_cent
from investigators.outcomes.ground import (
    FEWEST,
    LOOKS,
    MINIMUM,
    SURE,
    Flags,
    Ground,
    Rows,
    answer,
    cause_at,
    outcome_sql,
    since,
)
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import newcombe
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.traffic.carrier import Carried, carried_by, rows_of, share_votes
from investigators.traffic.place import place_of
from investigators.traffic.rows import Traffic

STOPPED = 0.1  # of the usual share is left where outcomes stop
COMPLETE = 0.95  # of the usual share: as good as complete
DAY = 86_400_000_000  # microseconds
ASK_FEED = "Please say when the last outcomes were delivered, and after how long they are complete."


def delayed(ground: Ground, task: Task) -> Finding:
    """Tell since which day outcomes are not complete yet, or that they stopped at once."""
    traffic, known = ground.traffic, ground.known
    if traffic.order is None or traffic.moments is None:
        words = "Whether outcomes are late cannot be told: the log has no times."
        need = "the time of each request"
        return answer("delay", "cannot tell", words, int(known.sum()), would_need=need)
    rows = traffic.order[ground.due[traffic.order]]
    rows = rows[traffic.moments[rows] != np.iinfo(np.int64).min]
    if rows.size < MINIMUM:
        words = f"{count(int(rows.size))} requests of such decisions are too few to see a delay."
        need = f"{MINIMUM} requests"
        return answer("delay", "cannot tell", words, int(rows.size), would_need=need)
    parts = np.array_split(rows, int(np.clip(rows.size // 50, 4, 48)))
    share = np.array([float(known[each].mean()) for each in parts])
    weight = np.array([float(each.size) for each in parts])
    stopped = _stopped(ground, rows, float(np.quantile(share, 0.75)), task)
    if stopped is not None:
        return stopped
    curve = optimize.isotonic_regression(share, weights=weight, increasing=False).x
    usual, n = float(curve[0]), int(rows.size)
    first = np.concatenate([e for e, c in zip(parts, curve, strict=True) if c == usual])
    a, b = known[parts[-1]], known[first]
    falls = newcombe(float(a.sum()), a.size, float(b.sum()), b.size, SURE)[1] < 0
    days = _settled(ground, task)
    within = "" if days is None else f" 95 % of them came within {number(days, 2)} days."
    if not falls or curve[-1] > 0.9 * usual:
        words = (
            f"{per_cent(float(share[-1]))} of the newest {count(a.size)} requests have an "
            f"outcome, {per_cent(usual)} of older ones: nothing is outstanding.{within}"
        )
        return answer("delay", "speaks against", words, n)
    full = int(np.flatnonzero(curve >= COMPLETE * usual)[-1])
    ripe, end = int(traffic.moments[parts[full][-1]]), int(traffic.moments[rows[-1]])
    day, open_ = said(iso(ripe, zone_known=traffic.zone_known)), (end - ripe) / DAY
    late = int((~known[rows[traffic.moments[rows] > ripe]]).sum())
    words = (
        f"Outcomes come late: {per_cent(usual)} of older requests have one, "
        f"{per_cent(float(share[-1]))} of the newest {count(a.size)}; the share is complete after "
        f"about {number(open_, 2)} days.{within} Requests after {day} ({count(late)} without an "
        "outcome) cannot be judged by outcomes yet."
    )
    if ripe - int(traffic.moments[rows[0]]) < end - ripe:
        words += " So long a fall may as well be that ever fewer requests get one."
    effect = {
        "days": round(open_, 2),
        "usual": round(usual, 4),
        "newest": round(float(share[-1]), 4),
    }
    chart = share_strip(
        "Requests with an outcome", traffic, rows, (known, ground.due), None,
        ("decisions that have outcomes", "with an outcome"),
    )  # fmt: skip
    more: dict[str, Any] = {"effect": effect, "charts": () if chart is None else (chart,)}
    own = ground.view.decision.row if ground.view.decision is not None else None
    if own is not None and (ground.due & ~known)[own] and traffic.moments[own] > ripe:
        words += " The outcome of this decision is not known yet."
        need = "the outcome of this decision, once it is known"
        return answer("delay", "cannot tell", words, n, would_need=need, ask=ASK_FEED, **more)
    return answer("delay", "speaks against", words, n, **more)


def _stopped(ground: Ground, rows: Rows, usual: float, task: Task) -> Finding | None:
    """Outcomes that are gone at once: in a gap, or for a part while others' go on."""
    traffic, known = ground.traffic, ground.known
    base = min(max(usual, 0.5 / (rows.size + 1)), 0.99)
    valid = np.zeros(traffic.rows, dtype=np.bool_)
    valid[rows] = True
    votes = share_votes(known, valid, base, STOPPED * base / 4)
    carried = carried_by(traffic, votes, task, calendar=False)
    if carried is None or carried.score < carried.looks + LOOKS or carried.span.start == 0:
        return None
    segment = carried.rows
    span, mine = carried.span, valid[segment]
    inside = segment[span.start : span.end][mine[span.start : span.end]]
    before = segment[: span.start][mine[: span.start]]
    near = before[-int(np.clip(before.size // 10, FEWEST, 300)) :]
    after = segment[span.end :][mine[span.end :]]
    if min(before.size, inside.size) < 50:
        return None
    was = float(known[before].mean())
    if known[inside].mean() > STOPPED * was or was < 0.5 * usual or known[near].mean() < 0.8 * was:
        return None
    if _as_weekdays_go(traffic, known, inside, np.concatenate([before, after]), was):
        return None
    goes_on, others = after.size >= FEWEST and known[after].mean() >= 0.5 * was, ""
    rest = _rest(ground, carried, rows, inside)
    if carried.parts and rest.size >= 50 and known[rest].mean() >= 0.7 * usual:
        others = f", while others' go on ({part(int(known[rest].sum()), rest.size, 'requests')})"
    place = place_of(ground.view, traffic, carried, "fw_outcome IS NULL", task)
    settled = None if goes_on or others else _settled(ground, task)
    words = (
        f"Outcomes stop at once for {segment_words(place.segment)}{since(place)}: "
        f"{part(int(known[inside].sum()), inside.size, 'requests')} have one, {per_cent(was)} of "
        f"those before{others}."
    )
    age = float(traffic.moments[rows[-1]] - traffic.moments[inside[0]]) / DAY  # type: ignore[index]
    n = int(inside.size + before.size)
    more: dict[str, Any] = {"segment": place.segment, "onset": place.onset}
    if goes_on:
        words += f" Of the requests after it {per_cent(float(known[after].mean()))} have one again."
    elif settled is not None and age > 3 * settled:
        words += f" Before, 95 % of the outcomes were known within {number(settled, 2)} days."
    elif not others:
        words += (
            f" Either they come at once after {number(age, 2)} days, or they were delivered no "
            "longer: the log cannot tell. These requests cannot be judged by outcomes."
        )
        need = "the day on which each outcome became known, or the day of the last delivery"
        return answer("delay", "cannot tell", words, n, would_need=need, ask=ASK_FEED, **more)
    words += " That is no delay: outcomes of these requests are lost."
    strip = share_strip(
        "Requests with an outcome", traffic, segment, (known, valid), place.onset,
        (segment_words(place.segment), "with an outcome"), place.end,
    )  # fmt: skip
    cause = cause_at(place, (), words)
    cause = cause_at(place, (), words, tuple(lined_up_releases(ground.view, cause)))
    charts: tuple[Chart, ...] = () if strip is None else (strip,)
    return answer("delay", "supports", words, n, cause=cause, charts=charts, ask=ASK_FEED, **more)


def _as_weekdays_go(traffic: Traffic, known: Flags, inside: Rows, others: Rows, was: float) -> bool:
    """Whether other rows of the same weekdays lack outcomes as well."""
    assert traffic.moments is not None
    day = (traffic.moments // DAY) % 7
    alike = others[np.isin(day[others], np.unique(day[inside]))]
    return alike.size < FEWEST or bool(known[alike].mean() < 0.5 * was)


def _rest(ground: Ground, carried: Carried, rows: Rows, inside: Rows) -> Rows:
    """Rows of the same days outside the segment."""
    own = np.zeros(ground.traffic.rows, dtype=np.bool_)
    own[rows_of(ground.traffic, carried.candidates, carried.parts)] = True
    moments = ground.traffic.moments
    assert moments is not None
    when = moments[rows]
    found: Rows = rows[~own[rows] & (when >= moments[inside[0]]) & (when <= moments[inside[-1]])]
    return found


def _settled(ground: Ground, task: Task) -> float | None:
    """Days within which 95 % of the outcomes were known, by a column that says when; else None.

    The source of outcomes tells it, or a column of the log that is there where the outcome is.
    """
    log, own = ground.view.log, ground.view.column("log.time")
    assert log is not None
    told = [c for c in log.columns if c.name == "fw_outcome_time"]
    others = [
        c for c in log.columns
        if c.kind == "time" and c.name != own and not c.name.startswith("fw_")
    ]  # fmt: skip
    for each in (*told, *others):
        t, y = quoted(each.name), outcome_sql(regression=ground.regression)
        late = f"(epoch_us({t}) - epoch_us(l.fw_time)) / {DAY}.0"
        alike, after, days = log.query(
            f"SELECT avg((({t} IS NULL) = ({y} IS NULL))::DOUBLE), avg(({late} >= 0)::DOUBLE), "
            f"quantile_cont({late}, 0.95) FILTER ({y} IS NOT NULL) FROM {{t}} AS l",
            task=task,
        ).to_pylist()[0].values()  # fmt: skip
        if days is not None and alike >= COMPLETE and after >= COMPLETE:
            return float(days)
    return None
