"""A usual value that all rows hold from some moment on: nothing but zero since a day.

Values that many rows hold say nothing when they come again (:mod:`investigators.traffic.stillness`
leaves them out); that no row holds another one does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log as log_

from investigators.scope import scope_sql
from investigators.task import Task
from investigators.traffic.absent import Grid, moves
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Traffic
from investigators.traffic.stand_in import MARGIN, Ground, Input
from investigators.traffic.stillness import COMMON
from investigators.traffic.values import flags, is_missing, is_value
from investigators.traffic.yardstick import Compared, compare

USUAL, WHOLE = 0.6, 0.98  # shares of the rows with a value that hold it: before at most, now
FEWEST, BEFORE = 30, 30  # rows and subjects, and earlier rows of the segment, with a value
LEAST = 0.05  # of all live rows
TRIED = 2
DAY = 86_400_000_000  # microseconds
HELD, KNOWN = range(2)  # conditions that are counted


@dataclass(frozen=True)
class Constant:
    """The value, the rows that hold nothing else, and what is compared with them."""

    value: float | str
    change: ShareChange
    place: Place
    counts: Compared


def constant(ground: Ground, each: Input, grid: Grid, task: Task) -> Constant | None:
    """The one of an input's usual values that stands alone since, or until, some moment."""
    for value in each.live.common(LEAST)[:TRIED]:
        task.tick()
        if COMMON <= each.base.share(value) <= USUAL:
            found = _alone(ground, each, value, grid, task)
            if found is not None:
                return found
    return None


def _alone(
    ground: Ground, each: Input, value: float | str, grid: Grid, task: Task
) -> Constant | None:
    view, log = ground.view, ground.view.log
    assert log is not None
    live, base = (
        (is_value(sql, value), f"NOT {is_missing(sql, number=each.number)}")
        for sql in (each.live_sql, each.base_sql)
    )
    hits, known = flags(log, live, task)
    usual = round(each.base.share(value) * each.base.rows), each.base.n
    if True not in moves(grid, hits, usual, log_(ground.inputs * TRIED) + MARGIN):
        return None
    traffic = replace(ground.traffic_for(each), calendar=())
    change = share_change(traffic, hits, known, usual, task)
    if change is None or not ground.enough(change, TRIED) or change.inside < WHOLE:
        return None
    place = place_of(view, traffic, change.carried, live[HELD], task)
    if place.onset is None and place.end is None:
        return None  # it may always have been so there
    counts = compare(view, ground.baseline, place, live, base, task)
    before, inside = counts.before, counts.inside
    varied = before is not None and before.met[KNOWN] >= BEFORE
    scope = scope_sql(place.segment, place.onset, place.end)
    subjects = int(log.value(f"SELECT count(DISTINCT fw_subject) FROM {{t}} WHERE {scope}"))
    # what one person does again and again is one draw
    few = inside.met[KNOWN] < FEWEST or 0 < subjects < FEWEST or _brief(traffic, change)
    if few or (place.onset is not None and not varied):
        return None
    if before is not None and varied and before.met[HELD] > USUAL * before.met[KNOWN]:
        return None
    return Constant(value, change, place, counts)


def _brief(traffic: Traffic, change: ShareChange) -> bool:
    """Whether it lasts less than a day: a night, a meeting, a batch of one kind of requests."""
    moments = traffic.moments
    claimed = change.carried.claimed
    return moments is not None and int(moments[claimed].max() - moments[claimed].min()) < DAY
