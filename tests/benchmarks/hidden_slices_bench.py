"""False alarms and hits of the search for hidden slices, beside the power of a test told the truth.

    python -m tests.benchmarks.hidden_slices_bench [null tables] [planted tables]

Null tables: decisions are wrong as often as their score says, whatever the columns.  Planted: in
one value, range or pair of them wrong decisions are 1.5 to 6 times as frequent.  The test that is
told the truth is the exact one of that very slice on the searched half, at 5 % over the number of
descriptions that were tested, and at 5 % on the confirming half.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.slices.literals import Coded, ranges, values
from investigators.slices.rows import Marked
from investigators.slices.search import Result, search
from investigators.statistics import conditional_tail, power
from investigators.tables.codes import SegmentCodes
from investigators.task import Task

SIZES = (2000, 10_000, 50_000)
BASES = (0.01, 0.05, 0.2, 0.5)
BINS = (0.0, 0.2, 0.5, 0.8, 0.99, 1.01)
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass
class Drawn:
    """One table; ``inside`` are the planted rows, ``sound`` and ``chance`` of being wrong."""

    coded: list[Coded]
    rows: Marked
    inside: Bools
    sound: Floats
    chance: Floats
    depth: int


def columns(random: np.random.Generator, n: int) -> list[Coded]:
    """Twelve columns of values, eight of numbers."""
    found = []
    for i in range(12):
        count = int(random.integers(2, 12))
        codes = random.choice(count, n, p=random.dirichlet(np.ones(count))) + 1
        listed = tuple(f"v{k}" for k in range(count))
        found.append(values(SegmentCodes(f"c{i}", listed, codes.astype(np.uint8))))
    for i in range(8):
        x = random.lognormal(0, 1, n)
        x[random.random(n) < 0.03] = np.nan
        found.append(ranges(f"x{i}", x))
    return found


def drawn(seed: int, *, planted: bool) -> Drawn:
    """Make a table; half of them have scores."""
    random = np.random.default_rng([seed, int(planted)])
    n = int(random.choice(SIZES))
    coded = columns(random, n)
    score = random.beta(1, 6, n)
    adverse = score > 0.2
    base = float(random.choice(BASES))
    sound = np.full(n, base)
    if seed % 2:
        sound = np.where(adverse, 1 - score, score)
    else:
        score = np.full(n, np.nan)
    times, depth = float(random.uniform(1.5, 6)), int(random.integers(1, 3))
    inside = _inside(random, coded, n, depth) if planted else np.zeros(n, dtype=np.bool_)
    chance = np.where(inside, np.clip(sound * times, 0, np.maximum(sound, 0.95)), sound)
    marked = random.random(n) < chance
    subjects = random.integers(0, 2**63, n).astype(np.uint64)
    rows = Marked(
        "wrong", np.arange(n), marked, adverse, score, score, subjects, subjects % 2 == 1, None
    )
    return Drawn(coded, rows, inside, sound, chance, depth)


def _inside(random: np.random.Generator, coded: list[Coded], n: int, depth: int) -> Bools:
    for _ in range(200):
        inside = np.ones(n, dtype=np.bool_)
        for column in random.choice(len(coded), depth, replace=False):
            one = coded[column]
            inside &= one.member[int(random.integers(len(one.member)))][one.codes]
        if 20 <= inside.sum() <= min(5000, n // 4):
            return inside
    return inside


def told(table: Drawn, tested: int) -> float:
    """Power of the test that is told the slice, in both halves."""
    found = 1.0
    for searching, alpha in ((True, 0.05 / max(tested, 1)), (False, 0.05)):
        half = table.rows.searching == searching
        n, rest = int((table.inside & half).sum()), int((~table.inside & half).sum())
        mine = table.inside & half
        base, times = float(table.sound[mine].mean()), float(table.chance[mine].mean())
        found *= power(n, rest, base, times / base, alpha)
    return found


def hit(table: Drawn, result: Result) -> str:
    """What became of the planted slice."""
    right = others = 0
    for one in result.confirmed:
        mine = one.description.holds(table.coded, table.rows.rows)
        same = (mine & table.inside).sum() / max((mine | table.inside).sum(), 1)
        right += bool(same >= 0.8)
        others += bool((mine & table.inside).sum() < 0.2 * mine.sum())
    if right:
        return "right and another" if others else "right"
    return "another description" if result.confirmed else "none"


def uncorrected(table: Drawn) -> int:
    """Single values with p < 0.05 in all rows: what a search without correction raises."""
    k, n = int(table.rows.marked.sum()), len(table.rows.rows)
    raised = 0
    for one in table.coded:
        for member in one.member:
            inside = member[one.codes]
            mine, marked = int(inside.sum()), int((inside & table.rows.marked).sum())
            raised += mine >= 20 and conditional_tail(marked, mine, k, n) < 0.05
    return raised


def main(null: int, planted: int) -> None:
    """Print rates."""
    alarms = carried = raised = 0
    for seed in range(null):
        table = drawn(seed, planted=False)
        result = search(table.coded, table.rows, Task())
        alarms += bool(result.confirmed)
        carried += bool(result.slices)
        raised += uncorrected(table) if not table.rows.scored else 0
    print(
        f"null tables: {alarms} of {null} with a confirmed slice ({carried} had one to confirm); "
        f"single values at p < 0.05 without correction: {raised} in {null // 2} tables"
    )
    by_power: dict[tuple[int, float], list[str]] = defaultdict(list)
    for seed in range(planted):
        table = drawn(1_000_000 + seed, planted=True)
        result = search(table.coded, table.rows, Task())
        chance = told(table, result.tested)
        low = max(b for b in BINS if b <= chance)
        by_power[table.depth, low].append(hit(table, result))
    for (depth, low), found in sorted(by_power.items()):
        right = sum(word.startswith("right") for word in found)
        words = {word: found.count(word) for word in sorted(set(found))}
        print(f"depth {depth}, power from {low:.2f}: right {right} of {len(found)} {words}")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:], "200", "300")[:2]))
