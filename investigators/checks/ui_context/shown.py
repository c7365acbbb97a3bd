"""Was this decision shown at all, and how long after it was scored?

From UI events that carry the request's id: the first event against the time of the score, compared
with the delay of all other requests that were shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from investigators.chart import Cells
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import Cause, CauseClass, Condition, Finding, NoTransform, Verdict
from investigators.funnels import steps_of
from investigators.impressions import Events, Impression, event_tables
from investigators.numbers import count, count_of, listed, number, part, per_cent, span
from investigators.roles.step_words import is_end
from investigators.roles.unnested import not_taken_apart
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.view import View
from investigators.whereabouts import Whereabouts, rows_of_sort, whereabouts

ID = "ui_context.shown"
MINIMUM = 50
LATE = 0.995  # of the others were shown sooner
TIMES, SECONDS = 5.0, 60.0  # and this one so much later than their median, and by so many seconds
COVERED = 0.9  # of the requests around it have an event: then this one's is missing for a reason
AROUND = 40  # requests before and after it, in order of time, that tell whether events cover it
NEAR_ALL = 0.999  # of all requests have an event: the events' own losses do not explain it
CACHED = 0.5  # so much more of the late ones come from a cache
MOSTLY = 0.5  # of a segment's requests are as late, and ever were: that is how it is shown there
NEED = "UI events with the request's id and the time they were shown"
ASK = (
    "Please send the UI events of that request and of all others of the same days: request id, "
    "time shown, component, page, whether it came from a cache; and the trace of the request from "
    "the score to the screen."
)


@dataclass(frozen=True)
class Delays:
    """Seconds from score to first display over all shown requests, and how many were later.

    ``later`` counts requests with at least this one's ``mine`` seconds.
    """

    n: int
    low: float
    middle: float
    high: float
    later: int
    mine: float | None
    before: int

    @property
    def far(self) -> float:
        """Seconds from which on a display is far later than most."""
        return max(self.middle + SECONDS, TIMES * max(abs(self.middle), 1.0))


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding whether it was shown; one more on the delay where it was."""
    task.tick()
    one = view.decision
    if one is None:
        return [_finding("does not apply", "No decision was picked.", 0)]
    tables = [e for e in event_tables(view, task) if "request" in e.columns]
    rows = sum(e.table.rows for e in tables)
    if view.log is None or "log.id" not in view.columns or not tables:
        words = "Whether it was shown cannot be told: no UI event carries the id of a request."
        words += not_taken_apart(view.ui_events)
        return [_finding("cannot tell", words, rows, would_need=NEED, ask=ASK)]
    if one.row is None:
        words = "The picked UI event was shown; no request of the log stands behind it."
        return [_finding("does not apply", words, rows)]
    request = view.log.value("SELECT fw_id FROM {t} WHERE fw_row = ?", [one.row], task)
    shown = _of_request(tables, request, task, "shows")
    steps = [] if shown else _of_request(tables, request, task)
    if steps:
        return [_ended(view, tables, steps, rows, task)]
    if not shown:
        return [_not_shown(view, tables, str(request), rows, task)]
    first = min(shown, key=lambda i: (i.time or "~", i.table, i.row))
    where = f" by {first.component}" if first.component else ""
    words = (
        f"{count_of(len(shown), 'UI event')} carr{'ies' if len(shown) == 1 else 'y'} its id; it "
        f"was first shown{where} ({said(first.time)})."
    )
    found = _finding(
        "speaks against", words, rows, effect={"events": len(shown)}, concerns_decision=True
    )
    return [found, _delay(view, tables, first, task)]


def _of_request(
    tables: Sequence[Events], request: str, task: Task, only: str = ""
) -> list[Impression]:
    found = []
    for events in tables:
        where = f"{events.text('request')} = ?" + (f" AND {events.shows}" if only else "")
        found += events.impressions(where, [request], task)
    return found


def _seen(tables: Sequence[Events]) -> str:
    """SQL of request ids with their first event's time in microseconds (NULL without a clock)."""
    parts = [
        f"SELECT {e.text('request')} AS r, "
        f"{'NULL::BIGINT' if e.when is None else f'epoch_us({e.when})'} AS us "
        f"FROM {e.table.relation} WHERE {e.shows}"
        for e in tables
    ]
    union = " UNION ALL ".join(parts)
    return f"(SELECT r, min(us) AS us FROM ({union}) WHERE r IS NOT NULL GROUP BY r)"


def _not_shown(
    view: View, tables: Sequence[Events], request: str, rows: int, task: Task
) -> Finding:
    """No event has its id: do the events cover its neighbours in time?"""
    live, one = view.log, view.decision
    assert live is not None
    assert one is not None
    line = live.query(
        "WITH fw_n AS (SELECT fw_row, fw_id, row_number() OVER (ORDER BY fw_time, fw_row) AS place "
        "FROM {t} WHERE fw_time IS NOT NULL), fw_m AS (SELECT place FROM fw_n WHERE fw_row = ?) "
        f"SELECT count(*), count(fw_e.r) FROM fw_n JOIN fw_m ON abs(fw_n.place - fw_m.place) "
        f"BETWEEN 1 AND {AROUND} LEFT JOIN {_seen(tables)} AS fw_e ON fw_n.fw_id = fw_e.r",
        [one.row],
        task,
    )
    n, shown = (int(column[0].as_py()) for column in line.columns)
    everywhere = live.query(
        f"SELECT count(*), count(fw_e.r) FROM {{t}} LEFT JOIN {_seen(tables)} AS fw_e "
        "ON fw_id = fw_e.r",
        task=task,
    )
    total, joined = (int(column[0].as_py()) for column in everywhere.columns)
    effect = {"around": n, "around_shown": shown, "requests": total, "shown": joined}
    words = (
        f"No UI event carries the id {request} ({count(rows)} events looked at); of the nearest "
        f"in time {part(shown, n, 'requests')} have one, of all {part(joined, total, 'requests')}."
    )
    if n < AROUND or shown < COVERED * n:
        words += " Requests without an event are ordinary here, or the events do not cover it."
        return _finding("cannot tell", words, rows, would_need=NEED, ask=ASK, effect=effect)
    words += " It was not shown, or its event was lost."
    exact = joined >= NEAR_ALL * total
    column = view.column("log.id")
    segment = (Condition(str(column), equals=request),)
    cause = _cause("ui-or-wording", segment, words, exact=exact)
    header = ("requests", "with a UI event", "of")
    cells = (
        ("nearest in time", count(shown), count(n)),
        ("all", count(joined), count(total)),
        ("this one", "0", "1"),
    )
    chart = Cells(
        "Requests that were shown", header, cells,
        strip=f"{count(rows)} UI events joined to the log by request id",
        description=f"{shown} of the {n} nearest requests have a UI event, this one has none.",
    )  # fmt: skip
    return _finding("supports", words, rows, segment=segment, concerns_decision=True, cause=cause,
                    effect=effect, charts=(chart,))  # fmt: skip


def _ended(
    view: View, tables: Sequence[Events], steps: Sequence[Impression], rows: int, task: Task
) -> Finding:
    """Events carry its id and none of them is a display: where it ended, and how many others do."""
    assert view.log is not None
    request = str(steps[0].request)
    told = {e.number: e for e in tables}
    path = sorted(steps, key=lambda i: (i.time or "", i.table, i.row))
    words_of = [
        told[i.table].table.value(
            f"SELECT {told[i.table].text('step')} FROM {{t}} WHERE fw_row = ?", [i.row], task
        )
        for i in path
    ]
    last, at = str(words_of[-1]), path[-1]
    found = steps_of(view, tables, request, task)
    assert found is not None
    reached = dict(found.reached)
    words = (
        f"{count_of(len(path), 'UI event')} carr{'ies' if len(path) == 1 else 'y'} its id and none "
        f"is a display: {listed([str(step) for step in words_of])}. Its last step is {last} "
        f"({said(at.time, seconds=True)})."
    )
    usual = found.ended if is_end(last) else dict(found.stopped).get(last, 0)
    effect = {
        "last": last,
        "reached": reached.get(last, 0),
        "ended_so": usual,
        "shown": found.shown,
    }
    others = max(usual - 1, 0)
    ended = "were rejected or failed" if is_end(last) else f"stop at {last}"
    words += (
        f" Of {count_of(found.requests - 1, 'other request')} {count(others)} {ended}, "
        f"{count(found.shown)} were shown."
    )
    if 2 * found.shown < found.requests:
        words += " Most are not shown."
        return _finding("cannot tell", words, rows, would_need=NEED, ask=ASK, effect=effect)
    segment = (Condition(str(view.column("log.id")), equals=request),)
    cause = _cause("ui-or-wording", segment, words, exact=True)
    lines = tuple(
        (str(step), said(i.time, seconds=True)) for step, i in zip(words_of, path, strict=True)
    )
    chart = Cells(
        "Steps of this request", ("step", "time"), lines,
        strip=f"{count(rows)} UI events joined to the log by request id",
        description=f"{len(path)} steps, none of them a display; the last is {last}.",
    )  # fmt: skip
    return _finding("supports", words, rows, segment=segment, concerns_decision=True, cause=cause,
                    effect=effect, charts=(chart,))  # fmt: skip


def _delay(view: View, tables: Sequence[Events], first: Impression, task: Task) -> Finding:
    """Seconds from score to display against those of all other requests."""
    found = _delays(view, tables, task)
    more: dict[str, Any] = {"id": f"{ID}/delay", "about": ("delay",)}
    if found is None or found.mine is None or found.n < MINIMUM:
        words = "The delay from score to display cannot be compared: too few have both times."
        need = f"{MINIMUM} requests with the time of the score and of the display"
        n = found.n if found else 0
        return _finding("cannot tell", words, n, would_need=need, ask=ASK, **more)
    mine = found.mine
    words = (
        f"It was shown {_seconds(mine)} after it was scored; half of {count(found.n)} other "
        f"requests were shown after {_seconds(found.middle)}, 99 % of them between "
        f"{_seconds(found.low)} and {_seconds(found.high)}."
    )
    effect = {
        "seconds": round(mine, 3), "median": round(found.middle, 3), "others": found.n,
        "as_late": found.later, "before_the_score": found.before,
    }  # fmt: skip
    if mine <= found.far:
        return _finding("speaks against", words, found.n, effect=effect, **more)
    late = 1 - (1 + found.later) / (1 + found.n)
    place = _late_ones(view, tables, found, task)
    if place is not None:
        words += f" Others too were shown more than {_seconds(found.far)} after.{place.sentence}"
        if place.place.onset is None and place.share > MOSTLY:
            words += " So late is usual there."
            return _finding("speaks against", words, found.n, effect=effect, **more)
    elif late < LATE:
        return _finding("speaks against", words, found.n, effect=effect, **more)
    words += " What was shown may be older than what the inputs say now: a cache, or a queue."
    if place is not None:
        cause = place.cause("input-stale-or-late", words, exact=True)
        cause = replace(cause, corroborations=_cached(view, tables, found, task))
    else:
        segment = (Condition(str(view.column("log.id")), equals=str(first.request)),)
        cause = _cause("input-stale-or-late", segment, words, exact=False)
    chart = Cells(
        "Seconds from score to display",
        ("which", "seconds"),
        (
            ("this one", number(mine)),
            ("half of the others, at most", number(found.middle)),
            ("99 % of the others, from", number(found.low)),
            ("99 % of the others, to", number(found.high)),
        ),
        strip=f"{count(found.n)} other requests with both times · {per_cent(late)} were sooner",
        description=f"This decision was shown {_seconds(mine)} after its score.",
    )
    also = () if place is None else (place.dots(f"Shown more than {_seconds(found.far)} after"),)
    return _finding("supports", words, found.n, effect=effect, segment=cause.segment, cause=cause,
                    onset=cause.onset, concerns_decision=True, charts=(chart, *also),
                    **more)  # fmt: skip


def _late_ones(
    view: View, tables: Sequence[Events], found: Delays, task: Task
) -> Whereabouts | None:
    """Where late ones lie, this one among them: many of them hide each other among all."""
    assert view.log is not None
    sql = f"SELECT fw_row, s > {found.far!r} FROM ({_both(tables)})"
    place = whereabouts(view, *rows_of_sort(view.log, sql, task), task, beside=view.shown)
    return place if place is not None and place.place.concerns_decision else None


def _cached(view: View, tables: Sequence[Events], found: Delays, task: Task) -> tuple[str, ...]:
    """What else tells so: late ones are marked as cached, others are not."""
    if view.log is None or not view.shown_marks:
        return ()
    name = quoted(view.shown_marks[0].name)
    marked = f"CAST(lower({name}) IN ('true', '1', 'yes', 'hit') AS DOUBLE)"
    late = f"SELECT fw_row AS fw_r, s > {found.far!r} AS fw_late FROM ({_both(tables)})"
    line = view.log.query(
        f"SELECT avg({marked}) FILTER (fw_late), avg({marked}) FILTER (NOT fw_late) FROM {{t}} "
        f"JOIN ({late}) ON fw_row = fw_r",
        task=task,
    )
    here, others = (column[0].as_py() for column in line.columns)
    if here is None or others is None or here - others < CACHED:
        return ()
    words = f"{per_cent(here)} of these are marked as cached, of all others {per_cent(others)}"
    return (words,)


def _delays(view: View, tables: Sequence[Events], task: Task) -> Delays | None:
    live, one = view.log, view.decision
    assert live is not None
    assert one is not None
    line = live.query(
        f"WITH fw_d AS MATERIALIZED ({_both(tables)}), fw_m AS (SELECT max(s) AS mine FROM fw_d "
        "WHERE fw_row = ?) SELECT count(*) FILTER (fw_row <> ?), "
        "quantile_cont(s, [0.005, 0.5, 0.995]) FILTER (fw_row <> ?), "
        "count(*) FILTER (fw_row <> ? AND s >= mine), max(mine), "
        "count(*) FILTER (fw_row <> ? AND s < 0) FROM fw_d, fw_m",
        [one.row] * 5,
        task,
    )
    n, ends, later, mine, before = (column[0].as_py() for column in line.columns)
    if not n or ends is None:
        return None
    low, middle, high = (float(end) for end in ends)
    return Delays(int(n), low, middle, high, int(later), mine, int(before))


def _both(tables: Sequence[Events]) -> str:
    """SQL of the log's rows with ``s``: seconds from score to first display."""
    return (
        f"SELECT fw_row, (fw_e.us - epoch_us(fw_time)) / 1e6 AS s FROM {{t}} JOIN {_seen(tables)} "
        "AS fw_e ON fw_id = fw_e.r WHERE fw_time IS NOT NULL AND fw_e.us IS NOT NULL"
    )


def _seconds(s: float) -> str:
    return f"{number(s, 3)} s" if abs(s) < 600 else span(s / 3600)


def _cause(kind: CauseClass, segment: tuple[Condition, ...], words: str, *, exact: bool) -> Cause:
    return Cause(
        kind, (), NoTransform(), segment, None, False, None, None, 1, 0, True,
        exact_record=exact, statement=words,
    )  # fmt: skip


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401
    more.setdefault("about", ())
    more.setdefault("id", ID)
    return Finding(check=ID, family="ui_context", verdict=verdict, sentence=sentence, n=n, **more)


CHECK = Check(
    family="ui_context",
    name="shown",
    suspicion="This decision was not shown, or long after it was made.",
    covers=(
        "whether a UI event carries the request's id, whether the events cover its neighbours in "
        "time, and the seconds from score to display against all other requests; in which "
        "segment and since when others are late as well"
    ),
    does_not_cover=(
        "whether a person looked at it; clocks that differ between screen and server by as much as "
        "the delay; whether the inputs changed meanwhile"
    ),
    minimum=f"{AROUND} requests around it; for the delay {MINIMUM} others with both times",
    run=run,
    asks=(("ui_events", ASK),),
    causes=("ui-or-wording", "input-stale-or-late"),
    order=11,
)
