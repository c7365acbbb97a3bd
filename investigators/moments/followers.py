"""Inputs that are what their row's own time says: an hour, a weekday, a day of the month, a week.

The world moves such an input from one season to the next, and within a log from one day to the
next; by itself that is neither another unit nor a cap.  What its rows' times do not say is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.moments.hands import DAY, HOUR, clock_in
from investigators.moments.rows import numbers
from investigators.moments.units import EXCEL_1970
from investigators.tables.codes import times
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
SAMPLED = 20_000  # rows of a table that are looked at
FEWEST = 50
IN_RANGE, AGREES = 0.6, 0.6  # of the rows: a part of them may be faulty
BEYOND_CHANCE = 0.5  # of what another order of the rows leaves open (Cohen's kappa)
TELLS = 0.1  # of the rows would be otherwise in another order
BIN = 0.01  # of the rows at a distance: it is usual
MEANT = 5  # different values that hours or days have: no fault leaves as many
DISTINCT = 400
KEEPS = 0.9  # of the rows are as their times say: a clock some hours ahead has other days


@dataclass(frozen=True)
class Part:
    """A part of a time: ``of`` gives it, an input in ``low`` .. ``high`` times ``unit`` shows it.

    ``turn`` is its number of steps around a circle, 0 where it goes on; then the input is the part
    itself or one off (weeks from 0), while a clock may run ahead by any number of steps.
    """

    words: str
    of: Callable[[Floats], Floats]
    low: float
    high: float
    unit: float = 1.0
    turn: int = 0

    def apart(self, x: Floats, clock: Floats) -> Floats:
        """Steps from the time to the input, NaN where the input cannot show this part."""
        shown = np.floor(x / self.unit)
        found = shown - self.of(clock)
        if self.turn:
            found = np.mod(found, self.turn)
            return np.where((shown >= self.low) & (shown <= self.high), found, np.nan)
        return np.where(np.abs(found) <= 1, found, np.nan)

    def may_show(self, x: Floats) -> bool:
        """Whether most values can be this part."""
        shown = np.floor(x / self.unit)
        inside = (shown >= self.low) & (shown <= self.high)
        return float(inside.sum()) >= IN_RANGE * float(np.isfinite(x).sum())


@dataclass(frozen=True, eq=False)
class Follower:
    """An input that follows its row's time.

    ``words`` say what of the time it shows; ``x`` are its values and ``keeps`` whether a row's
    value is what its time says, both by row number, shape (rows,).
    """

    words: str
    x: Floats
    keeps: Flags

    def kept(self, rows: Flags | npt.NDArray[np.intp]) -> float:
        """Share of the chosen rows with a value that are as their times say; 0 without rows."""
        known = np.isfinite(self.x[rows])
        return float(self.keeps[rows][known].mean()) if known.any() else 0.0

    @property
    def said(self) -> str:
        """That the input's rows are as their times say, to go on after a description."""
        return f"as the requests' own times say: it shows {self.words}."

    def explains(self, rows: Flags | npt.NDArray[np.intp], share: float = 1.0) -> bool:
        """Whether the rows' times explain what a fault in a ``share`` of them would."""
        return self.kept(rows) >= max(KEEPS, 1 - (1 - KEEPS) * share)


def followers(view: View, task: Task) -> Mapping[str, Follower]:
    """Inputs of the log that follow its rows' times, in training or in the log, by name."""
    live = view.log
    if live is None:
        return {}
    names = tuple(view.log_inputs)
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    chosen = tuple(n for n in names if kinds.get(n, "numeric") == "numeric")
    there = None if view.reference is None else view.reference.relation
    key = ("followers", live.relation, there, chosen)
    return live.engine.once(key, lambda: dict(_followers(view, chosen, task)))


def _followers(
    view: View, names: tuple[str, ...], task: Task
) -> Iterator[tuple[str, Follower]]:  # fmt: skip
    assert view.log is not None
    moments = times(view.log, task)
    if moments is None:
        return
    clock, before = clock_in(moments), _reference_clock(view, task)
    for done, name in enumerate(names):
        task.tick(done, len(names), f"The clock and the calendar: {name}")
        x = numbers(view.log, view.log_inputs[name], task)
        past = None
        if view.reference is not None and name in view.reference_inputs:
            past = numbers(view.reference, view.reference_inputs[name], task)
        found = _follower(x, clock, past, before)
        if found is not None:
            yield name, found


def _reference_clock(view: View, task: Task) -> Floats | None:
    moments = None if view.reference is None else times(view.reference, task)
    return None if moments is None else clock_in(moments)


def _follower(
    x: Floats, clock: Floats, past: Floats | None, before: Floats | None
) -> Follower | None:  # fmt: skip
    """Learn from training where it has times: a fault of all live rows is in none of these."""
    tables = [(x, clock)]
    if past is not None and before is not None:
        both = np.concatenate([past, x]), np.concatenate([before, clock])
        tables = [(past, before), both, *tables]
    for values, moments in tables:
        sample = _sample(values, moments)
        if sample is None:
            continue
        for part in PARTS:
            usual = _usual(part, *sample) if part.may_show(sample[0]) else None
            if usual is not None:
                return Follower(part.words, x, np.isin(part.apart(x, clock), usual))
        for words, turn, of, length in CYCLES:
            # the log's own days must come again: a fault that began makes later days others
            if values is x and np.ptp(sample[1]) < 2 * length:
                continue
            meant = _meant(*sample, turn, of)
            if meant is not None:
                keeps = x == meant[_cells(clock, turn, of)]
                return Follower(words, x, keeps & _within(x, past))
    return None


def _sample(x: Floats, clock: Floats) -> tuple[Floats, Floats] | None:
    """Some rows with a value and a time; ``None`` where they are few or have one value alone."""
    at = np.flatnonzero(np.isfinite(x) & np.isfinite(clock))
    at = at[:: max(at.size // SAMPLED, 1)]
    if at.size < FEWEST or x[at].min() == x[at].max():
        return None
    return x[at], clock[at]


def _usual(part: Part, x: Floats, clock: Floats) -> list[float] | None:
    """The usual distances of an input from its row's time; ``None`` where it does not follow it."""
    steps, counts = np.unique(part.apart(x, clock), return_counts=True)
    known = np.isfinite(steps)
    steps, counts = steps[known], counts[known]
    if not counts.size:
        return None
    near = {steps[counts.argmax()]}
    if part.turn > 7:  # summer time moves an hour by one
        near |= {np.mod(step + one, part.turn) for step in list(near) for one in (-1, 1)}
    agrees = float(counts[np.isin(steps, list(near))].sum()) / x.size
    mixed = np.random.default_rng(11).permutation(x)
    chance = float(np.isin(part.apart(mixed, clock), list(near)).mean())
    if not _beyond_chance(agrees, chance):
        return None
    return sorted(near | set(steps[counts >= BIN * x.size].tolist()))


def _beyond_chance(agrees: float, chance: float) -> bool:
    """Whether rows agree with their times beyond what another order of them would.

    Where nearly any order agrees (a log of one quarter, values that all round down to one), the
    times say nothing.
    """
    apart = 1 - chance
    return agrees >= AGREES and apart >= TELLS and agrees - chance >= BEYOND_CHANCE * apart


def _meant(x: Floats, clock: Floats, turn: int, of: Callable[[Floats], Floats]) -> Floats | None:
    """The value that each step of a cycle has, shape (turn,); ``None`` where steps give none."""
    values, codes = np.unique(x, return_inverse=True)
    if values.size > DISTINCT:
        return None
    cells = _cells(clock, turn, of)
    counts = np.bincount(cells * values.size + codes, minlength=turn * values.size)
    table = counts.reshape(turn, values.size)
    there = table.sum(axis=1) > 0
    modes = table.argmax(axis=1)
    if np.unique(modes[there]).size < MEANT:
        return None
    agree = float(table.max(axis=1).sum()) / x.size
    mixed = np.random.default_rng(11).permutation(codes)
    counts = np.bincount(cells * values.size + mixed, minlength=turn * values.size)
    chance = float(counts.reshape(table.shape).max(axis=1).sum()) / x.size
    if not _beyond_chance(agree, chance):
        return None
    return np.where(there, values[modes], np.nan)


def _cells(clock: Floats, turn: int, of: Callable[[Floats], Floats]) -> npt.NDArray[np.intp]:
    found = np.where(np.isfinite(clock), of(np.nan_to_num(clock)), 0.0)
    return np.mod(found, turn).astype(np.intp)


def _within(x: Floats, past: Floats | None) -> Flags:
    """Which values lie in training's range: the log's own cycle may be faulty in all rows."""
    known = np.array([]) if past is None else past[np.isfinite(past)]
    if not known.size:
        return np.isfinite(x)
    found: Flags = (x >= known.min()) & (x <= known.max())
    return found


def _hours(clock: Floats) -> Floats:
    return np.floor(clock / HOUR)


def _days(clock: Floats) -> Floats:
    return np.floor(clock / DAY)


def _date(clock: Floats, unit: str) -> tuple[npt.NDArray[np.datetime64], Floats]:
    """Each day, and how many whole days it lies behind the beginning of its month or year."""
    days = np.nan_to_num(_days(clock)).astype(np.int64).astype("datetime64[D]")
    begins = days.astype(f"datetime64[{unit}]")
    since = (days - begins.astype("datetime64[D]")).astype(np.int64).astype(np.float64)
    return begins, since


def _day_of_month(clock: Floats) -> Floats:
    return _date(clock, "M")[1] + 1


def _day_of_year(clock: Floats) -> Floats:
    return _date(clock, "Y")[1] + 1


def _month(clock: Floats) -> Floats:
    begins, _ = _date(clock, "M")
    return begins.astype(np.int64).astype(np.float64) % 12 + 1


def _quarter(clock: Floats) -> Floats:
    return np.ceil(_month(clock) / 3)


def _year(clock: Floats) -> Floats:
    begins, _ = _date(clock, "Y")
    return begins.astype(np.int64).astype(np.float64) + 1970


def _week(clock: Floats) -> Floats:
    """The week of ISO 8601: the one of the year in which its Thursday lies."""
    thursday = _days(clock) - np.mod(_days(clock) + 3, 7) + 3  # 1970 began on a Thursday
    return np.ceil(_day_of_year(thursday * DAY) / 7)


def _week_of_month(clock: Floats) -> Floats:
    return np.ceil(_day_of_month(clock) / 7)


# A more telling part first: a day of the month is no hour, but a week may be one of the day's.
PARTS = (
    Part("the weekday", _days, 0, 7, turn=7),
    Part("the day of the month", _day_of_month, 0, 31),
    Part("the month", _month, 0, 12),
    Part("the week of the year", _week, 0, 53),
    Part("the week of the month", _week_of_month, 0, 5),
    Part("the quarter", _quarter, 0, 4),
    Part("the day of the year", _day_of_year, 0, 366),
    Part("the year", _year, 1990, 2100),
    Part("the hour", _hours, 0, 24, turn=24),
    Part("the time of day", _hours, 0, 24, 60.0, turn=24),
    Part("the time of day", _hours, 0, 24, HOUR, turn=24),
    Part("the day", _days, 7_000, 50_000),
    Part("the day", lambda clock: _days(clock) + EXCEL_1970, 7_000, 80_000),
    *(
        Part("the time", _days, 7_000, 50_000, DAY * scale)
        for scale in (1.0, 1e3, 1e6, 1e9)
    ),
)  # fmt: skip
CYCLES: tuple[tuple[str, int, Callable[[Floats], Floats], float], ...] = (
    ("the weekday", 7, _days, 7 * DAY),
    ("the hour", 24, _hours, DAY),
    ("the day of the month", 32, _day_of_month, 31 * DAY),
    ("the month", 13, _month, 366 * DAY),
)
