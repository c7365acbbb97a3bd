"""Texts cut at one length: values that training never had and that begin one it had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from investigators.categories import MEANT, SEEN, Values, beside, marks_of, one_of
from investigators.chart import Cells
from investigators.numbers import count
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Traffic
from investigators.view import View

MARGIN = 8.0
FEWEST_ROWS, LEAST_OF_LOG = 10, 0.001
READ = 300  # unseen values that are looked up, the most frequent first
SHORTEST = 2  # letters that are left
GONE = 0.02  # of the rows may still hold a longer value where all are cut
LEAST_KNOWN = 50
SHOWN = 12


@dataclass(frozen=True)
class Reading:
    """A length at which values end, and for each cut value the known ones that begin with it."""

    length: int
    meant: dict[str, tuple[str, ...]]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(seen, meant) where one value only can be meant."""
        return tuple((seen, known[0]) for seen, known in self.meant.items() if len(known) == 1)


@dataclass(frozen=True)
class Cut:
    """Cut texts in a place: rows there that hold a cut value, and a longer one still."""

    values: Values
    reading: Reading
    change: ShareChange
    place: Place
    cut: int
    longer: int
    enough: bool

    @property
    def whole(self) -> bool:
        """Whether hardly a longer value is left there."""
        return self.longer <= GONE * (self.cut + self.longer)


def reading_of(values: Values) -> Reading | None:
    """The length that explains the most rows; ``None`` where no unseen value begins a known one."""
    unseen = values.unseen[:READ]
    best: tuple[int, Reading] | None = None
    for length in sorted({len(u) for u in unseen if len(u) >= SHORTEST}):
        meant: dict[str, tuple[str, ...]] = {}
        starts: dict[str, list[str]] = {}
        for known in sorted(k for k in values.known if len(k) > length):
            starts.setdefault(known[:length].rstrip(), []).append(known)
        for seen in unseen:
            # what is cut within a blank may have lost that as well
            if length - 1 <= len(seen) <= length and seen.rstrip() in starts:
                meant[seen] = tuple(starts[seen.rstrip()])
        rows = values.rows(list(meant))
        if meant and (best is None or rows > best[0]):
            best = rows, Reading(length, meant)
    return None if best is None else best[1]


def cut_of(view: View, traffic: Traffic, values: Values, looks: int, task: Task) -> Cut | None:
    """Find the rows in which an input is cut; ``looks`` is the number of inputs looked at."""
    reading = reading_of(values)
    if reading is None or view.log is None:
        return None
    seen = sorted(reading.meant)
    longer = [k for k in values.known if len(k) > reading.length]
    marks = marks_of(view.log, values.expression, seen, longer, task)
    of = sum(values.base.get(k, 0) for k in longer)
    met = sum(values.base.get(s, 0) for s in seen)
    if values.told:
        of = max(of, LEAST_KNOWN)  # the model's own list says that training had them
    column = view.column(f"log.feature:{values.each.name}") or values.each.name
    own = beside(traffic, column, values.unseen)
    change = share_change(own, marks == SEEN, marks > 0, (met, met + of), task)
    if change is None:
        return None
    place = place_of(view, own, change.carried, one_of(values.expression, seen), task)
    inside = np.zeros(marks.size, dtype=bool)
    inside[change.carried.claimed] = True
    cut, left = (int((marks[inside] == mark).sum()) for mark in (SEEN, MEANT))
    bar = change.carried.looks + log(max(looks, 1)) + MARGIN
    enough = cut >= max(FEWEST_ROWS, LEAST_OF_LOG * view.log.rows) and change.carried.score >= bar
    return Cut(values, reading, change, place, cut, left, enough)


def quoted(texts: Sequence[str], shown: int = 3) -> str:
    """The first few in quotation marks, and how many more there are."""
    more = f" and {len(texts) - shown:,} more" if len(texts) > shown else ""
    return ", ".join(f"“{text}”" for text in texts[:shown]) + more


def cut_picture(cut: Cut, seen: Sequence[str]) -> Cells:
    """Each cut value, how often it occurs, and the known values that it begins."""
    values = cut.values
    rows = tuple(
        (
            s,
            count(values.live[s]),
            " or ".join(cut.reading.meant[s][:2]),
            count(sum(values.base.get(m, 0) for m in cut.reading.meant[s])),
        )
        for s in seen[:SHOWN]
    )
    more = f" · {len(seen) - SHOWN:,} more values" if len(seen) > SHOWN else ""
    return Cells(
        f"{values.each.name}: texts of at most {cut.reading.length} letters",
        ("value", "requests", "begins", "rows of it before"),
        rows,
        strip=f"{values.n:,} requests, {values.n_base:,} rows before{more}",
        description=(
            f"A table of cut values of {values.each.name}, with the known value that each begins."
        ),
    )
