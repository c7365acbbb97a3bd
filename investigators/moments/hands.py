"""Inputs that show a part of the clock, and how far they are from their row's own time.

A residual is what an input shows less what the row's time shows, in bins around the circle: by
itself no distribution of hours moves it, only another clock does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from investigators.moments.units import COUNTINGS
from investigators.tables.table import Table
from investigators.task import Task

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int16]
Part = Literal["hour", "weekday", "time of day", "time stamp"]
HOUR, DAY = 3600.0, 86_400.0
HALF = 1800.0
FAR = 48  # half hours: a time stamp farther from its row is in the last bin
MOST_HOURS = 60_000
NEVER = np.iinfo(np.int64).min
# Places whose clocks change at other days than each other's; the offset itself does not matter.
SUMMER_TIMES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")


@dataclass(frozen=True)
class Hand:
    """What an input shows: ``unit`` is seconds a step of its value; ``bins`` of the residual."""

    part: Part
    unit: float
    bins: int
    offset: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether it shows whole hours or days only."""
        return self.part in {"hour", "weekday"}

    @property
    def turn(self) -> float:
        """Seconds of a full turn (0: none)."""
        return {"hour": DAY, "time of day": DAY, "weekday": 7 * DAY}.get(self.part, 0.0)


def hand_of(low: float, high: float, *, whole: bool) -> Hand | None:
    """What an input with these values may show of a clock; agreement with times must prove it."""
    if low < 0 or high <= low:
        return None
    if whole and high <= 7 and high - low >= 4:
        return Hand("weekday", DAY, 7)
    if 12 <= high < 24:
        return Hand("hour", HOUR, 24) if whole else Hand("time of day", HOUR, 48)
    if high < 1440 and high > 720:
        return Hand("time of day", 60.0, 48)
    if high < DAY and high > DAY / 2:
        return Hand("time of day", 1.0, 48)
    return None


def hands_of(table: Table, expressions: Mapping[str, str], task: Task) -> dict[str, Hand]:
    """Columns whose values may be those of a clock; a second pass where some may be time stamps."""
    if not expressions:
        return {}
    inner = ", ".join(
        f"TRY_CAST(({e}) AS DOUBLE) AS x{k}" for k, e in enumerate(expressions.values())
    )
    cells = ", ".join(
        f"min(x{k}), max(x{k}), coalesce(bool_and(x{k} = floor(x{k})), false)"
        for k in range(len(expressions))
    )
    found: dict[str, Hand] = {}
    columns = table.query(f"SELECT {cells} FROM (SELECT {inner} FROM {{t}})", task=task).columns
    values = [c[0].as_py() for c in columns]
    counted = {}
    for k, name in enumerate(expressions):
        low, high, whole = values[3 * k : 3 * k + 3]
        if low is None or not (np.isfinite(low) and np.isfinite(high)):
            continue
        hand = hand_of(float(low), float(high), whole=bool(whole))
        if hand is not None:
            found[name] = hand
        if any(each.fine and high >= each.low for each in COUNTINGS):
            counted[name] = expressions[name]
    found |= _stamps(table, counted, task)
    return {name: found[name] for name in expressions if name in found}


def _stamps(table: Table, expressions: Mapping[str, str], task: Task) -> dict[str, Hand]:
    """Columns nearly all of whose values count something since a day that clocks count from."""
    if not expressions:
        return {}
    cells = ", ".join(
        f"quantile_cont(TRY_CAST(({e}) AS DOUBLE), 0.9)" for e in expressions.values()
    )
    columns = table.query(f"SELECT {cells} FROM {{t}}", task=task).columns
    found = {}
    for name, column in zip(expressions, columns, strict=True):
        for each in COUNTINGS:
            if each.fine and each.low <= column[0].as_py() <= each.high:
                found[name] = Hand("time stamp", 1 / each.per_second, 2 * FAR + 1)
    return found


def residual(hand: Hand, x: Floats, clock: Floats, seconds: float = 0.0) -> Codes:
    """Bin of (input - clock moved by ``seconds``) around the circle; -1 where one is missing.

    ``clock`` is seconds since 1970 on the clock compared with, NaN where missing.
    """
    moved = clock + seconds
    with np.errstate(invalid="ignore"):
        if hand.whole:
            found = np.mod(np.round(x) - np.floor(moved / hand.unit), hand.bins)
        else:
            apart = apart_of(hand, x, moved)
            found = np.round(apart / HALF)
            if hand.turn:
                found = np.mod(found, hand.bins)
            else:
                found = np.where(np.abs(found) < FAR, found + FAR, 2 * FAR)
    return np.where(np.isfinite(found), found, -1).astype(np.int16)


def apart_of(hand: Hand, x: Floats, clock: Floats) -> Floats:
    """Seconds from clock to input, around the circle from -12 to 12 hours."""
    apart = (x - hand.offset) * hand.unit - clock
    return np.mod(apart + hand.turn / 2, hand.turn) - hand.turn / 2 if hand.turn else apart


def clock_in(moments: npt.NDArray[np.int64]) -> Floats:
    """Microseconds since 1970 as seconds, NaN where missing."""
    return np.where(moments == NEVER, np.nan, moments / 1e6)


def offsets(clock: Floats, zone: str) -> Floats | None:
    """Seconds that a zone's clocks are ahead of UTC at each moment; ``None`` over many years."""
    known = np.isfinite(clock)
    if not known.any():
        return None
    hours = np.floor(np.where(known, clock, np.nanmin(clock)) / HOUR).astype(np.int64)
    first, count = int(hours.min()), int(hours.max() - hours.min()) + 1
    if count > MOST_HOURS or abs(first) > 2_000_000:
        return None
    place = ZoneInfo(zone)
    table = np.array(
        [
            _ahead(datetime.fromtimestamp((first + k) * HOUR, UTC).astimezone(place))
            for k in range(count)
        ]
    )
    return table[hours - first]


def _ahead(moment: datetime) -> float:
    ahead = moment.utcoffset()
    return 0.0 if ahead is None else ahead.total_seconds()


def switch_between(zone: str, low: float, high: float) -> float | None:
    """The moment (seconds since 1970) at which a zone's clocks change within an interval."""
    place = ZoneInfo(zone)
    first, last = int(low // HOUR), int(high // HOUR) + 1
    if last - first > MOST_HOURS:
        return None
    ahead = [
        _ahead(datetime.fromtimestamp(h * HOUR, UTC).astimezone(place))
        for h in range(first, last + 1)
    ]
    for k in range(1, len(ahead)):
        if ahead[k] != ahead[k - 1]:
            return (first + k) * HOUR
    return None


def hour_counts(hand: Hand, x: Floats) -> Floats:
    """How many values show each hour of the day, shape (24,)."""
    known = x[np.isfinite(x)]
    hours = np.mod(np.floor(known * hand.unit / HOUR), 24).astype(int)
    return np.bincount(hours, minlength=24).astype(np.float64)
