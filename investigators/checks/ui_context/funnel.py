"""Do requests get lost between the score and the screen, where, and since when?

In = out: a request of the log that is to be shown has a UI event, an event of this model's own box
has a request of the log.  What is missing on either side is counted by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.chart import Dot, Dots, TimeStrip
from investigators.check import Check
from investigators.evidence import Cause, Finding, NoTransform, Verdict, segment_words
from investigators.funnels import (
    Lost,
    lost_requests,
    met_together,
    strip_of,
    unknown_requests,
    usual_words,
)
from investigators.impressions import Events, event_tables
from investigators.numbers import between, count, part, per_cent
from investigators.presence import Presence
from investigators.roles.unnested import not_taken_apart
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import wilson
from investigators.task import Task
from investigators.traffic.carrier import share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import traffic_of
from investigators.view import View

Flags = npt.NDArray[np.bool_]
ID = "ui_context.funnel"
MINIMUM, PEOPLE = 200, 20
MARGIN = 10.0
TIMES, POINTS = 2.0, 0.1  # so many times the usual share, and so much more of it
ORDINARY = 0.1  # of the lost ones in a place may be as many as elsewhere
FEW = 0.01
NEED = "UI events of the log's days with the request's id"
ASK = (
    "Please send, for each day and channel of those weeks, how many requests were received, "
    "scored, answered, shown, rejected, queued and failed, with their ids; and the events of "
    "requests that timed out or came from a cache."
)


@dataclass(frozen=True)
class Found:
    """Where more requests than usual have no event: ``unshown`` of ``rows`` eligible ones."""

    place: Place
    rows: int
    unshown: int
    people: int
    here: Flags

    @property
    def share(self) -> float:
        """Share of the eligible requests in scope without an event."""
        return self.unshown / self.rows


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding on requests without an event, one on own events without a request."""
    task.tick()
    tables = [e for e in event_tables(view, task) if "request" in e.columns]
    rows = sum(e.table.rows for e in tables)
    if view.log is None or "log.id" not in view.columns or not tables:
        words = "Requests and UI events cannot be joined: no event carries the id of a request."
        words += not_taken_apart(view.ui_events)
        return [_finding("cannot tell", words, rows, would_need=NEED, ask=ASK)]
    lost = lost_requests(view, tables, task)
    if lost is None or int(lost.known.sum()) < MINIMUM:
        n = 0 if lost is None else int(lost.known.sum())
        words = f"{count(n)} requests lie in the days of the UI events: too few to see a loss."
        need = f"{MINIMUM} requests in the days of the UI events"
        return [_finding("cannot tell", words, n, would_need=need, ask=ASK)]
    return [_lost(view, lost, task), *_unknown(view, tables, task)]


def _lost(view: View, lost: Lost, task: Task) -> Finding:
    """Requests that no event carries, against their usual share."""
    n, missing = int(lost.known.sum()), int((lost.unshown & lost.known).sum())
    words = f"{part(missing, n, lost.words)} {lost.what}; {usual_words(lost.base)}."
    effect: dict[str, Any] = {"requests": n, "without_event": missing, "usual": round(lost.base, 5)}
    by_step = "" if lost.steps is None else f" {lost.steps.words}"
    found = _search(view, lost, task)
    if found is None:
        words += by_step + " No segment and no time stands out from the rest."
        return _finding("speaks against", words, n, effect=effect)
    where = "" if found.place.segment is None else f" with {segment_words(found.place.segment)}"
    when = ""
    if found.place.onset is not None:
        when = f", since {between(found.place.onset.earliest, found.place.onset.latest)}"
    if found.place.end is not None:
        when += f", until {between(found.place.end.earliest, found.place.end.latest)}"
    others = missing - found.unshown, n - found.rows
    words = (
        f"{part(found.unshown, found.rows, lost.words)}{where} {lost.what}{when}; elsewhere "
        f"{part(*others, 'requests')}. They were scored and never shown, or their events are lost."
        f"{by_step}"
    )
    effect |= {"in_scope": found.rows, "in_scope_without_event": found.unshown}
    place = found.place
    mine = place.concerns_decision
    if mine:
        last = lost.steps.mine if lost.steps is not None else None
        words += " This one is among them" + (f": its last step is {last}." if last else ".")
    # its own record ends there, and next to none of those in this place would be lost elsewhere
    exact = mine and others[0] <= ORDINARY * found.share * others[1]
    cause = Cause(
        "ui-or-wording", (), NoTransform(), place.segment, place.onset, place.onset_known,
        place.end, place.ongoing, place.rows_in_scope, place.rows_changed, mine,
        exact_record=exact, statement=words,
    )  # fmt: skip
    cause = replace(cause, corroborations=tuple(lined_up_releases(view, cause)))
    charts = (_chart(view, lost, found, task),)
    return _finding(
        "supports", words, n, effect=effect, segment=place.segment, onset=place.onset,
        concerns_decision=mine, cause=cause, charts=charts,
    )  # fmt: skip


def _search(view: View, lost: Lost, task: Task) -> Found | None:
    assert view.log is not None
    traffic = traffic_of(view, task)
    n = int(lost.known.sum())
    quarter = max(n // 4, 1)
    base = (round(lost.base * quarter), quarter)
    change = share_change(traffic, lost.unshown & lost.known, lost.known, base, task)
    if change is None:
        return None
    together = met_together(view, lost.sql, task)
    if change.carried.score < together * (change.carried.looks + MARGIN):
        return None
    if change.inside < max(TIMES * lost.base, lost.base + POINTS):
        return None
    place = place_of(view, traffic, change.carried, lost.sql, task)
    here = np.zeros(traffic.rows, dtype=np.bool_)
    here[change.carried.claimed] = True
    here &= lost.known
    people = int(
        view.log.value(
            "SELECT count(DISTINCT coalesce(fw_session, fw_subject, fw_id)) FROM {t} WHERE "
            f"{lost.sql} AND {scope_sql(place.segment, place.onset, place.end)}",
            (),
            task,
        )
    )
    if people < PEOPLE:
        return None
    return Found(place, int(here.sum()), int((here & lost.unshown).sum()), people, here)


def _chart(view: View, lost: Lost, found: Found, task: Task) -> TimeStrip | Dots:
    name = segment_words(found.place.segment, "all requests")
    title = "Requests without a UI event"
    words = f"{name}: {per_cent(found.share)} in scope have none, usual is {per_cent(lost.base)}."
    if view.column("log.time") is not None:
        strip = strip_of(view, lost, found.place.segment, task)
        return TimeStrip(
            title, strip.curves(name, lost.base), "% of requests", strip.zone,
            strip.marks(found.place.onset), strip=f"share per 48th of the log's time · "
            f"{count(int(lost.known.sum()))} requests", description=words,
        )  # fmt: skip
    dots = []
    for label, rows, own in (
        ("the others", lost.known & ~found.here, False),
        (name, found.here, True),
    ):
        k, n = int((rows & lost.unshown).sum()), int(rows.sum())
        low, high = (round(100 * end, 3) for end in wilson(k, n))
        dots.append(Dot(label, round(100 * k / max(n, 1), 3), low, high, n, own))
    return Dots(
        title, tuple(dots), "% of requests", strip="95 % intervals (Wilson)", description=words
    )


def _unknown(view: View, tables: Sequence[Events], task: Task) -> list[Finding]:
    """Own events whose request the log has not: rows that the log lost."""
    own = view.case.components
    usable = [e for e in tables if "component" in e.columns]
    if not own or not usable:
        return []
    found = unknown_requests(view, usable[0], own, task)
    more: dict[str, Any] = {"id": f"{ID}/log", "about": ("log",)}
    if found.total < MINIMUM:
        words = f"{count(found.total)} events of this model's own component carry a request's id."
        need = f"{MINIMUM} events of this model's own component"
        return [_finding("cannot tell", words, found.total, would_need=need, **more)]
    words = (
        f"{part(found.rows, found.total, 'events')} of {' and '.join(own)} carry the id of a "
        "request that the log does not have."
    )
    if found.rows <= FEW * found.total:
        return [_finding("speaks against", words, found.total, **more)]
    return [_gone(view, words, found, more)]


def _gone(view: View, words: str, found: Presence, more: dict[str, Any]) -> Finding:
    if found.onset is not None:
        words += f" Since {between(found.onset.earliest, found.onset.latest)}."
    words += " The log of requests is not complete: what it lacks no other check can see."
    cause = Cause(
        "join-or-key", (), NoTransform(), None, found.onset, found.onset_known, found.end,
        found.ongoing, found.total, found.rows, False, statement=words,
    )  # fmt: skip
    cause = replace(cause, corroborations=tuple(lined_up_releases(view, cause)))
    low, high = (round(100 * end, 3) for end in wilson(found.rows, found.total))
    at = round(100 * found.rows / found.total, 3)
    chart = Dots(
        "Events of this model's own component without a request",
        (Dot("without", at, low, high, found.total, own=True),),
        "% of events",
        strip="95 % interval (Wilson)",
        description=f"{per_cent(found.rows / found.total)} of {count(found.total)} events.",
    )
    return _finding("supports", words, found.total, onset=found.onset, cause=cause, charts=(chart,),
                    **more)  # fmt: skip


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401
    more.setdefault("about", ())
    more.setdefault("id", ID)
    return Finding(check=ID, family="ui_context", verdict=verdict, sentence=sentence, n=n, **more)


CHECK = Check(
    family="ui_context",
    name="funnel",
    suspicion="Requests are lost between the score and the screen, or events have no request.",
    covers=(
        "requests of the log that no UI event carries (where the events name steps: that were "
        "neither shown, rejected nor failed, with the step after which nothing is known of them), "
        "by segment and time, in the days that the events cover and among the labels that are "
        "shown; requests by step; events of this model's own component whose request the log does "
        "not have"
    ),
    does_not_cover=(
        "steps between (queue, retry, cache) that neither table has; requests that reached "
        "neither; whether the request or only its event was lost"
    ),
    minimum=f"{MINIMUM} requests in the days of the events, lost ones of {PEOPLE} sessions",
    run=run,
    needs=("log",),
    asks=(("ui_events", ASK),),
    causes=("ui-or-wording", "join-or-key"),
    order=46,
)
