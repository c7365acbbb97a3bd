"""The log's rows as a search over segments and time sees them: an order, and a byte per column."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.kept import digest_of
from investigators.spelling import names_an_arm
from investigators.tables.codes import SegmentCodes, segment_codes, times
from investigators.tables.table import Column, Table
from investigators.task import Task
from investigators.traffic.sudden import number_codes, sudden_end, text_codes
from investigators.traffic.windows import blocks_of
from investigators.view import View

# columns that play a role of their own, and still may mark the rows that carry a change
CARRIERS = ("model_version", "component", "live_test")
EARLY_PART = 4
MINIMUM_EARLY = 50
SAMPLED = 4_000
Part = tuple[int, tuple[int, ...]]  # a column's index among the candidates, codes of its values
MOST_FOUND = 2_000
Array = npt.NDArray[Any]
HOUR, DAY, WEEK = 3_600_000_000, 86_400_000_000, 7 * 86_400_000_000  # microseconds


@dataclass(frozen=True, eq=False)
class Traffic:
    """What every search over one log shares; arrays are by row number, shape (rows,).

    ``order`` sorts rows by time and ``moments`` are microseconds since 1970, both ``None`` without
    times.  ``segments`` code the log's own columns, ``calendar`` the hour and the weekday.
    """

    rows: int
    order: npt.NDArray[np.intp] | None
    moments: npt.NDArray[np.int64] | None
    segments: tuple[SegmentCodes, ...]
    calendar: tuple[SegmentCodes, ...]
    zone_known: bool
    found: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once[Value](
        self, what: Hashable, arrays: Sequence[Array], make: Callable[[], Value]
    ) -> Value:
        """What a search found for these arrays, made when it is new: a second decision asks again.

        Only small things are kept, ``MOST_FOUND`` of them.
        """
        names = tuple(c.column for c in (*self.segments, *self.calendar))
        key = (what, self.order is None, names, *map(digest_of, arrays))
        if key not in self.found:
            made = make()
            while len(self.found) >= MOST_FOUND:
                self.found.pop(next(iter(self.found)), None)
            self.found[key] = made
        value: Value = self.found[key]
        return value

    @cached_property
    def blocks(self) -> tuple[npt.NDArray[np.uint8], int]:
        """Each row's block of time, and how many blocks there are."""
        return blocks_of(self.rows, self.order)


def among(codes: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which of all codes of a byte are given, shape (256,): as an index faster than a search."""
    chosen = np.zeros(256, dtype=bool)
    chosen[list(codes)] = True
    return chosen


def holds(coded: npt.NDArray[np.uint8], codes: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Rows whose code is one of some, of the shape of ``coded``: one code is compared, not sought.

    Nearly every segment that is tried has one value, and comparing is ten times as fast.
    """
    if len(codes) == 1:
        found: npt.NDArray[np.bool_] = coded == codes[0]
        return found
    return among(codes)[coded]


@dataclass(frozen=True)
class Baseline:
    """What live values are compared with: the reference, or the log's own early part.

    ``expressions`` are SQL by model input, over ``table``.
    """

    table: Table
    expressions: dict[str, str]
    words: str
    early: bool


def traffic_of(view: View, task: Task, beside: Sequence[Column] = ()) -> Traffic:
    """Order, times and coded columns of a view's log; fetched once, whoever asks.

    ``beside`` are columns of other sources that may carry a segment as well, after the log's own.
    """
    live = view.log
    assert live is not None
    columns = [c for role in CARRIERS if (c := view.column(f"log.{role}")) is not None]
    columns += [c.name for c in live.columns if names_an_arm(c.name) and c.name not in columns]
    also = [c for c in columns if c not in view.segments and live.column(c) is not None]
    names = (*view.segments, *also)

    def make() -> Traffic:
        moments = times(live, task)
        order = None if moments is None else np.argsort(moments, kind="stable")
        found = tuple(segment_codes(live, names, task))
        when = view.column("log.time") or "fw_time"
        calendar = () if moments is None else _calendar(when, moments)
        return Traffic(live.rows, order, moments, found, calendar, view.case.zone is not None)

    found: Traffic = live.engine.once(("traffic", live.relation, names), make)
    further = tuple(column.name for column in beside)
    if not further:
        return found
    more = live.engine.once(
        ("codes beside", live.relation, further), lambda: tuple(segment_codes(live, further, task))
    )
    return replace(found, segments=(*found.segments, *more))


def others(traffic: Traffic, view: View, name: str) -> Traffic:
    """The traffic without an input's own column: "where it is so" says nothing of where."""
    column = view.column(f"log.feature:{name}") or name
    kept = tuple(each for each in traffic.segments if each.column != column)
    return traffic if len(kept) == len(traffic.segments) else replace(traffic, segments=kept)


def rest_of(view: View) -> Baseline | None:
    """The log itself, for what differs between its segments; ``None`` where it has too few rows."""
    live = view.log
    if live is None or live.rows < EARLY_PART * MINIMUM_EARLY or not view.segments:
        return None
    return Baseline(live, dict(view.log_inputs), "the other requests", early=True)


def _before_a_change(view: View, live: Table) -> int:
    """How many rows of the log's first quarter lie before a sudden change; all where none is."""
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    names = [name for name in view.log_inputs if kinds.get(name) != "category"]
    texts = [name for name in view.log_inputs if kinds.get(name) == "category"]
    cells = [f"TRY_CAST(({view.log_inputs[name]}) AS DOUBLE)" for name in names]
    cells += [f"CAST(({view.log_inputs[name]}) AS VARCHAR)" for name in texts]

    def make() -> int:
        every = max(live.rows // SAMPLED, 1)  # in order of time, so that no rhythm is lost
        chosen = f"SELECT fw_row, row_number() OVER (ORDER BY fw_time NULLS LAST, fw_row) AS fw_at \
FROM {live.relation} QUALIFY fw_at % {every} = 0"
        listed = "".join(f", {cell} AS c{k}" for k, cell in enumerate(cells))
        found = live.query(
            f"SELECT fw_at{listed} FROM {{t}} JOIN ({chosen}) USING (fw_row) ORDER BY fw_at"
        )
        columns = [column.to_numpy() for column in found.columns]
        coded = [(number_codes(x.astype(np.float64)), True) for x in columns[1 : 1 + len(names)]]
        coded += [(text_codes(x), False) for x in columns[1 + len(names) :]]
        fewest = -(-MINIMUM_EARLY // every)
        end = sudden_end(coded, found.num_rows // EARLY_PART, fewest)
        return live.rows if end is None else int(columns[0][end - 1])

    return live.engine.once(("before a change", live.relation, tuple(cells)), make)


def calendar_of(table: Table, task: Task) -> tuple[SegmentCodes, ...]:
    """Hours and weekdays of another table's rows; none where it has no times."""
    moments = times(table, task)
    return () if moments is None else _calendar("fw_time", moments)


def _calendar(column: str, moments: npt.NDArray[np.int64]) -> tuple[SegmentCodes, ...]:
    """Hours where the log has three days or more, weekdays where it has each of them twice."""
    known = moments != np.iinfo(np.int64).min
    if not known.any():
        return ()
    span = int(moments[known].max() - moments[known].min())
    found = []
    if span >= 3 * DAY:
        hours = np.where(known, moments // HOUR % 24 + 1, 0).astype(np.uint8)
        found.append(SegmentCodes(column, tuple(range(24)), hours, "hour"))
    if span >= 2 * WEEK:
        # 1970 began on a Thursday, the fourth day of the week
        days = np.where(known, (moments // DAY + 3) % 7 + 1, 0).astype(np.uint8)
        found.append(SegmentCodes(column, tuple(range(1, 8)), days, "weekday"))
    return tuple(found)


def baseline_of(view: View, part: int = EARLY_PART) -> Baseline | None:
    """The reference; without one the log's first quarter (or another part of it, one ``part``-th).

    Where an input becomes another at once within it and stays so, the part ends before that.
    ``None`` where that is too little.
    """
    reference, live = view.reference, view.log
    if reference is not None and reference.rows and view.reference_inputs:
        return Baseline(reference, dict(view.reference_inputs), "training", early=False)
    if live is None or view.column("log.time") is None or live.rows < EARLY_PART * MINIMUM_EARLY:
        return None
    count = min(live.rows // part, _before_a_change(view, live))
    early = f"(SELECT * REPLACE (row_number() OVER (ORDER BY fw_time, fw_row) - 1 AS fw_row) FROM \
(SELECT * FROM {live.relation} ORDER BY fw_time NULLS LAST, fw_row LIMIT {count}))"
    words = f"the first {count:,} requests of the log"
    return Baseline(
        replace(live.with_relation(early), rows=count), dict(view.log_inputs), words, early=True
    )
