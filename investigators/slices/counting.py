"""One half of the rows: every literal and pair of literals counted, on every side.

A pair of columns is one count of the rows by their two codes; every pair of their literals is a sum
of its cells (``threes`` does the same with three columns).  Runs on wide grids are paired with each
other, narrower ones with what is no run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from investigators.evidence import Condition
from investigators.slices.literals import PARTS, Coded, Codes
from investigators.slices.looks import Counted, Look, Three
from investigators.slices.ranked import looks_of, tables_of
from investigators.slices.rows import Marked, Side
from investigators.task import Task

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SUPPORT = 10  # rows of a half
SAME = 0.95  # a pair that holds this share of a parent's rows is the parent
NEAR = 0.01  # bounds above it cannot pass a correction for thousands
NARROW = 4 * PARTS  # the narrowest grid of runs alone, and with what is no run
SORTS = ("single", "run", "pair", "pair with a run", "three", "three with a run")


@dataclass(frozen=True)
class Description:
    """Up to three literals: (column's index, literal's index) each."""

    literals: tuple[tuple[int, int], ...]

    def conditions(self, coded: Sequence[Coded]) -> tuple[Condition, ...]:
        """Its conditions, in the columns' order."""
        return tuple(coded[column].literals[k] for column, k in self.literals)

    def holds(self, coded: Sequence[Coded], rows: Ints) -> Bools:
        """Which of the rows (row numbers) it describes."""
        found = np.ones(len(rows), dtype=np.bool_)
        for column, k in self.literals:
            one = coded[column]
            found &= one.member[k][one.codes[rows]]
        return found

    def sort(self, coded: Sequence[Coded]) -> int:
        """Which of ``SORTS`` it is."""
        runs = any(grains_of(coded[column])[k] > 0 for column, k in self.literals)
        return 2 * (len(self.literals) - 1) + runs


def grains_of(one: Coded) -> Ints:
    """The grid of each literal, 0 for what is no run."""
    return np.zeros(len(one.literals), dtype=np.int64) if one.grains is None else one.grains


@dataclass(frozen=True, eq=False)
class Found:
    """Descriptions of one side and sort (of ``SORTS``) as arrays.

    ``literals`` has shape (conditions, descriptions); ``p`` are upper bounds.
    """

    side: Side
    sort: int
    literals: Ints
    n: Floats
    hits: Floats
    expected: Floats
    p: Floats


class Half:
    """One half of the rows with what is expected of each."""

    def __init__(self, coded: Sequence[Coded], rows: Marked, sides: Sequence[Side]) -> None:
        self.coded, self.rows, self.sides = coded, rows, sides
        self.wrong = rows.expected()
        self.literals = [(i, k) for i, c in enumerate(coded) for k in range(len(c.literals))]
        self.tested = [0] * len(SORTS)
        self._chosen = np.flatnonzero(rows.marked)
        self._codes: dict[int, Codes] = {}
        self._looks: dict[Side, Look] = {}
        self._ranked = looks_of(rows) if rows.measure in {"error", "score"} else {}
        self._looks.update(self._ranked)

    def codes(self, column: int) -> Codes:
        """A column's codes in this half; kept, as hundreds of descriptions ask for them."""
        if column not in self._codes:
            self._codes[column] = self.coded[column].codes[self.rows.rows]
        return self._codes[column]

    def look(self, side: Side) -> Look:
        """What is looked at on one side."""
        if side not in self._looks:
            rows, every = self.rows, np.ones(len(self.rows.rows), dtype=np.bool_)
            if side in {"more", "fewer"}:
                turned = rows.turned
                hits, chance = rows.marked ^ turned, np.where(turned, 1 - self.wrong, self.wrong)
                self._looks[side] = Look(every, hits, chance, side == "fewer")
            else:
                mine = every if side == "any" else rows.adverse == (side == "adverse")
                self._looks[side] = Look(mine, rows.marked, self.wrong, lower=False)
        return self._looks[side]

    def described(self, found: Found, index: int) -> Description:
        """One of the found descriptions."""
        return Description(tuple(self.literals[i] for i in found.literals[:, index].tolist()))

    def inside(self, description: Description, side: Side = "any") -> Bools:
        """Which rows it describes, on one side."""
        found = np.ones(len(self.rows.rows), dtype=np.bool_)
        for column, k in description.literals:
            found &= self.coded[column].member[k][self.codes(column)]
        return found & self.look(side).mine

    def counted(self, inside: Bools, side: Side) -> Counted:
        """Count and test a group; rows of one subject do not count as independent."""
        return self.look(side).counted(inside, self.rows.subjects)

    def count_all(self, task: Task) -> list[Found]:
        """Count every literal, then every pair of supported literals of two columns, per side.

        ``tested`` has how many were counted of each of ``SORTS``.
        """
        found: list[Found] = []
        start = np.concatenate([[0], np.cumsum([len(c.literals) for c in self.coded])])
        singles: list[Floats] = []
        for i, one in enumerate(self.coded):
            tables = self.tables(self.codes(i), one.width)
            singles.append(one.member @ tables["any"][0])
            grains = grains_of(one)
            for side, three in tables.items():
                n, k, e = (one.member @ t for t in three)
                for sort, chosen in enumerate((grains == 0, (grains > 0) & (grains <= NARROW))):
                    enough = (n >= SUPPORT) & (n <= self.look(side).totals[0] - SUPPORT)
                    which, three_of = self.off(side, sort, chosen & enough, (n, k, e))
                    found += self.near(side, sort, start[i] + which[0][None, :], three_of)
        pairs = [(i, j) for i, j in combinations(range(len(self.coded)), 2)
                 if self.coded[i].column != self.coded[j].column]  # fmt: skip
        for done, (i, j) in enumerate(pairs):
            task.tick(done, len(pairs), "Searching pairs of columns")
            self._pair(found, i, j, start, singles)
        return found

    def _pair(
        self, found: list[Found], i: int, j: int, start: Ints, singles: Sequence[Floats]
    ) -> None:
        a, b = self.coded[i], self.coded[j]
        key = self.codes(i).astype(np.int32) * b.width + self.codes(j)
        tables = self.tables(key, a.width * b.width)
        for sort, left, right in _blocks(grains_of(a), grains_of(b)):
            x, y = left[singles[i][left] >= SUPPORT], right[singles[j][right] >= SUPPORT]
            if not len(x) or not len(y):
                continue
            one, two = a.member[x].astype(np.float64), b.member[y].astype(np.float64).T
            smaller = np.minimum(singles[i][x][:, None], singles[j][y][None, :])
            for side, three in tables.items():
                n, k, e = (one @ t.reshape(a.width, b.width) @ two for t in three)
                if side == "any":
                    apart = n < SAME * smaller
                at, three_of = self.off(side, sort, (n >= SUPPORT) & apart, (n, k, e))
                two_of = np.stack([start[i] + x[at[0]], start[j] + y[at[1]]])
                found += self.near(side, sort, two_of, three_of)

    def off(
        self, side: Side, sort: int, tested: Bools, three: Three
    ) -> tuple[tuple[Ints, ...], Three]:
        """Count what is tested; of that, the places of what is off by the floor, and its counts."""
        self.tested[sort] += int(np.count_nonzero(tested))
        at = np.nonzero(tested & self.look(side).worse(*three))
        return at, (three[0][at], three[1][at], three[2][at])

    def near(self, side: Side, sort: int, literals: Ints, three: Three) -> Iterator[Found]:
        """Keep what is odd enough to go on with."""
        p = self.look(side).bounds(*three)
        near = np.flatnonzero(p < NEAR)
        if len(near):
            n, hits, expected = (numbers[near] for numbers in three)
            yield Found(side, sort, literals[:, near], n, hits, expected, p[near])

    def tables(self, key: npt.NDArray[np.integer], width: int) -> dict[Side, Three]:
        """Rows, hits and expected hits by code, per side; "any" comes first."""
        if self._ranked:
            return tables_of(self._ranked, key, width)
        split = self.rows.measure == "wrong"
        if split:
            key, width = key.astype(np.int32) * 2 + self.rows.adverse, 2 * width
        n = np.bincount(key, minlength=width).astype(np.float64)
        k = np.bincount(key[self._chosen], minlength=width).astype(np.float64)
        e = np.bincount(key, weights=self.wrong, minlength=width)
        if not split:
            return dict.fromkeys(self.sides, (n, k, e))
        other, adverse = (n[::2], k[::2], e[::2]), (n[1::2], k[1::2], e[1::2])
        turned, same = (adverse, other) if self.rows.high_is_adverse else (other, adverse)
        rows = n[::2] + n[1::2]
        positive = (rows, turned[0] - turned[1] + same[1], turned[0] - turned[2] + same[2])
        every: dict[Side, Three] = {
            "any": (rows, k[::2] + k[1::2], e[::2] + e[1::2]),
            "adverse": adverse,
            "other": other,
            "more": positive,
            "fewer": positive,
        }
        return {side: every[side] for side in self.sides}


def _blocks(left: Ints, right: Ints) -> Iterator[tuple[int, Ints, Ints]]:
    """Which literals of two columns are paired, with the sort of the pair."""

    def within(grains: Ints, low: int, high: int) -> Ints:
        return np.flatnonzero((grains > low) & (grains <= high))

    plain = np.flatnonzero(left == 0), np.flatnonzero(right == 0)
    yield 2, *plain
    yield 3, plain[0], within(right, 0, NARROW)
    yield 3, within(left, 0, NARROW), plain[1]
    yield 3, within(left, 0, PARTS), within(right, 0, PARTS)
