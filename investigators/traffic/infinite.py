"""Numbers that are infinite: what a division by zero or an overflow leaves in an input."""

from __future__ import annotations

from dataclasses import dataclass

from investigators.task import Task
from investigators.traffic.carrier import share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.stand_in import Ground, Input
from investigators.traffic.values import FEWEST, flags
from investigators.traffic.yardstick import Compared, compare


@dataclass(frozen=True)
class Infinite:
    """The rows in which an input is infinite (the first count), with and without a sign."""

    place: Place
    counts: Compared


def infinite(ground: Ground, each: Input, task: Task) -> Infinite | None:
    """Find where a number is infinite live and hardly ever before; ``None`` where it is not."""
    log, base = ground.view.log, ground.baseline.table
    if log is None or not each.number:
        return None
    here, there = (f"coalesce(isinf({sql}), false)" for sql in (each.live_sql, each.base_sql))
    if int(log.value(f"SELECT count(*) FILTER ({here}) FROM {{t}}", task=task)) < FEWEST:
        return None
    met = int(base.value(f"SELECT count(*) FILTER ({there}) FROM {{t}}", task=task))
    (hits,) = flags(log, [here], task)
    traffic = ground.traffic_for(each)
    change = share_change(traffic, hits, hits | True, (met, base.rows), task)
    if change is None or not ground.enough(change):
        return None
    place = place_of(ground.view, traffic, change.carried, here, task)
    return Infinite(place, compare(ground.view, ground.baseline, place, [here], [there], task))
