"""False alarms and hits of the search for hidden slices, beside the power of a test told the truth.

    python -m tests.benchmarks.hidden_slices_bench [null tables] [planted tables] [first seed]

Null tables: decisions are wrong as often as their score says, whatever the columns.  Planted: in
one value, range between any two numbers or run of hours, or two of these together, wrong decisions
are 1.5 to 6 times as frequent, or outcomes have 1/4 to 4 times the odds that the score says.  The
test that is told the truth is the exact one of that very slice on the searched half, at 5 % over
the number of descriptions that were tested, and at 5 % on the confirming half, on the side where it
shows best.

With ``errors`` as the fourth word outcomes are values: errors have as many standard deviations as
their size of the prediction wants, skewed or heavy in the tails; planted are errors of 1.3 to 3
times the size, or a mean that is 0.3 to 1.5 standard deviations off.  The test that is told the
truth is that of the ranks of the planted rows.  With ``scores`` scores are raised instead.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from investigators.slices.counting import grains_of
from investigators.slices.literals import Coded, calendar, ranges, values
from investigators.slices.ranked import looks_of
from investigators.slices.rows import Marked
from investigators.slices.runs import with_runs
from investigators.slices.search import Result, search
from investigators.slices.tails import distribution
from investigators.statistics import conditional_tail
from investigators.tables.codes import SegmentCodes
from investigators.task import Task

SIZES = (2000, 5000, 20_000)
BINS = (0.0, 0.5, 0.8, 0.95, 0.99, 1.01)
KINDS = ("value", "span", "hours", "value and value", "value and span", "value and hours",
         "span and span", "odds of value and span", "odds of value")  # fmt: skip
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
    kind: str


@dataclass
class Columns:
    """Eight columns of values, six of numbers, hours."""

    codes: list[npt.NDArray[np.int64]]
    numbers: list[Floats]
    hours: npt.NDArray[np.int64]

    def coded(self) -> list[Coded]:
        """As the search takes them."""
        found = []
        for i, codes in enumerate(self.codes):
            listed = tuple(f"v{k}" for k in range(int(codes.max()) + 1))
            found.append(values(SegmentCodes(f"c{i}", listed, (codes + 1).astype(np.uint8))))
        found += [ranges(f"x{i}", x) for i, x in enumerate(self.numbers)]
        hours = SegmentCodes("at", tuple(range(24)), (self.hours + 1).astype(np.uint8), "hour")
        return [with_runs(one) for one in (*found, calendar(hours))]

    def group(self, random: np.random.Generator, what: str) -> Bools:
        """Rows of a value, a span of 5 to 35 % of the rows, or three to seven hours in a row."""
        if what == "value":
            codes = self.codes[int(random.integers(len(self.codes)))]
            found: Bools = codes == random.integers(int(codes.max()) + 1)
        elif what == "span":
            x = self.numbers[int(random.integers(len(self.numbers)))]
            low = random.uniform(0, 0.85)
            ends = np.nanquantile(x, (low, min(low + random.uniform(0.05, 0.35), 1.0)))
            found = (x >= ends[0]) & (x < ends[1])
        else:
            first, many = int(random.integers(24)), int(random.integers(3, 8))
            found = (self.hours - first) % 24 < many
        return found


def columns(random: np.random.Generator, n: int) -> Columns:
    """Draw them."""
    codes = []
    for _ in range(8):
        count = int(random.integers(2, 12))
        codes.append(random.choice(count, n, p=random.dirichlet(np.ones(count))))
    numbers = [random.lognormal(0, 1, n) for _ in range(6)]
    for x in numbers[::2]:
        x[random.random(n) < 0.03] = np.nan
    return Columns(codes, numbers, random.integers(0, 24, n))


def drawn(seed: int, kind: str | None) -> Drawn:
    """Make a table; decisions are adverse from a score of 0.2 on."""
    random = np.random.default_rng([seed, KINDS.index(kind) + 1 if kind else 0])
    n = int(random.choice(SIZES))
    made = columns(random, n)
    score = random.beta(1, 6, n)
    adverse = score > 0.2
    sound = np.where(adverse, 1 - score, score)
    inside = _inside(random, made, kind, n)
    if kind is not None and kind.startswith("odds"):
        odds = score / (1 - score) * 4 ** random.choice([-1.0, 1.0])
        off = odds / (1 + odds)
        chance = np.where(inside, np.where(adverse, 1 - off, off), sound)
    else:
        raised = np.clip(sound * random.uniform(1.5, 6), 0, np.maximum(sound, 0.95))
        chance = np.where(inside, raised, sound)
    marked = random.random(n) < chance
    subjects = np.arange(n, dtype=np.int32)
    searching = random.random(n) < 0.5
    rows = Marked(
        "wrong", np.arange(n), marked, adverse, score, score, subjects, searching, None
    )  # fmt: skip
    return Drawn(made.coded(), rows, inside, sound, chance, kind or "")


def _inside(random: np.random.Generator, made: Columns, kind: str | None, n: int) -> Bools:
    if kind is None:
        return np.zeros(n, dtype=np.bool_)
    parts = kind.removeprefix("odds of ").split(" and ")
    for _ in range(500):
        each = [made.group(random, part) for part in parts]
        inside = np.prod(each, axis=0).astype(np.bool_)
        larger = all(inside.sum() < 0.7 * one.sum() for one in each) or len(each) == 1
        if 40 <= inside.sum() <= n // 4 and larger:
            return inside
    raise ValueError(f"no group of {kind} in 500 draws")


def drawn_values(seed: int, kind: str | None, measure: Literal["error", "score"]) -> Drawn:
    """Make a table of errors or scores; a third each is normal, skewed and heavy in the tails."""
    random = np.random.default_rng([seed, KINDS.index(kind) + 1 if kind else 0, len(measure)])
    n = int(random.choice(SIZES))
    made = columns(random, n)
    score = random.lognormal(3, 0.5, n)
    kinds = (random.normal(size=n), random.exponential(size=n) - 1, random.standard_t(3, size=n))
    error = kinds[int(random.integers(3))] * score**0.7
    if random.random() < 0.3:
        error = error.round(0)
    inside = _inside(random, made, kind, n)
    if measure == "score":
        score = np.where(
            inside, score * np.exp(random.choice([-1, 1]) * random.uniform(0.1, 0.8)), score
        )
    elif random.random() < 0.5:
        error = np.where(inside, error * random.uniform(1.3, 3), error)
    else:
        off = random.choice([-1.0, 1.0]) * random.uniform(0.3, 1.5) * score**0.7
        error = np.where(inside, error + off, error)
    none = np.zeros(n, dtype=np.bool_)
    searching = random.random(n) < 0.5
    rows = Marked(
        measure, np.arange(n), none, none, score, score, np.arange(n, dtype=np.int32), searching,
        None, errors=error,
    )  # fmt: skip
    return Drawn(made.coded(), rows, inside, score, score, kind or "")


def told_of_values(table: Drawn, tested: int) -> float:
    """Power of the test of ranks that is told the rows, by what it finds in all of them."""
    best = 0.0
    for look in looks_of(table.rows).values():
        n = int(table.inside.sum())
        share = float(look.hits[table.inside].mean() - look.hits[~table.inside].mean())
        seen = (-share if look.lower else share) * np.sqrt(12 * n / 2)
        found = stats.norm.cdf(seen - stats.norm.isf(0.05 / max(tested, 1)))
        best = max(best, float(found * stats.norm.cdf(seen - stats.norm.isf(0.05))))
    return best


def told(table: Drawn, tested: int) -> float:
    """Power of the test that is told the slice, in both halves, on its best side."""
    rows = table.rows
    turned = rows.turned
    outcomes = [np.where(turned, 1 - p, p) for p in (table.sound, table.chance)]
    every = np.ones(len(turned), dtype=np.bool_)
    sides = [(mine, table.sound, table.chance) for mine in (every, rows.adverse, ~rows.adverse)]
    return max(
        _in_halves(table, tested, *side) for side in (*sides, (every, outcomes[0], outcomes[1]))
    )


def _in_halves(table: Drawn, tested: int, side: Bools, sound: Floats, true: Floats) -> float:
    found = 1.0
    for searching, alpha in ((True, 0.05 / max(tested, 1)), (False, 0.05)):
        at = table.inside & side & (table.rows.searching == searching)
        if not at.any():
            return 0.0
        null, real = (_counts(p[at]) for p in (sound, true))
        if true[at].sum() < sound[at].sum():
            null, real = null[::-1], real[::-1]
        found *= float(real[np.cumsum(null[::-1])[::-1] <= alpha].sum())
    return found


def _counts(chances: Floats) -> Floats:
    """Distribution of the number of marked rows, of chances in thousandths."""
    levels, many = np.unique(np.clip(chances.round(3), 0.001, 0.999), return_counts=True)
    return distribution(levels, many)


def hit(table: Drawn, result: Result) -> str:
    """What became of the planted slice."""
    words = []
    for one in result.confirmed:
        mine = one.description.holds(table.coded, table.rows.rows)
        same = (mine & table.inside).sum() / (mine | table.inside).sum()
        apart = (mine & table.inside).sum() < 0.2 * mine.sum()
        words.append("right" if same >= 0.8 else "elsewhere" if apart else "near")
    return " ".join(sorted(set(words), key=("right", "near", "elsewhere").index)) or "none"


def uncorrected(table: Drawn) -> int:
    """Single values with p < 0.05 in all rows: what a search without correction raises."""
    k, n = int(table.rows.marked.sum()), len(table.rows.rows)
    raised = 0
    for one in table.coded:
        for member in one.member[grains_of(one) == 0]:
            inside = member[one.codes]
            mine, marked = int(inside.sum()), int((inside & table.rows.marked).sum())
            raised += mine >= 20 and conditional_tail(marked, mine, k, n) < 0.05
    return raised


def main(null: int, planted: int, base: int, what: str = "decisions") -> None:
    """Print rates."""

    def make(seed: int, kind: str | None) -> Drawn:
        if what == "decisions":
            return drawn(seed, kind)
        return drawn_values(seed, kind, "error" if what == "errors" else "score")

    alarms = carried = raised = 0
    for seed in range(base, base + null):
        table = make(seed, None)
        result = search(table.coded, table.rows, Task())
        alarms += bool(result.confirmed)
        carried += bool(result.slices)
        raised += what == "decisions" and uncorrected(table) > 0
    print(
        f"null tables: {alarms} of {null} with a confirmed slice ({carried} had one to confirm); "
        f"{raised} with a value at p < 0.05 without correction"
    )
    by_power: dict[tuple[str, float], list[str]] = defaultdict(list)
    for seed in range(base, base + planted):
        kind = KINDS[seed % len(KINDS)]
        table = make(seed, kind)
        result = search(table.coded, table.rows, Task())
        power_of = told if what == "decisions" else told_of_values
        chance = power_of(table, result.tested)
        by_power[kind, max(b for b in BINS if b <= chance)].append(hit(table, result))
    for (kind, low), found in sorted(by_power.items()):
        right = sum(word.startswith("right") for word in found)
        words = {word: found.count(word) for word in sorted(set(found))}
        print(f"{kind}, power from {low:.2f}: right {right} of {len(found)} {words}")


if __name__ == "__main__":
    given = [*sys.argv[1:4], *("200", "300", "0")[len(sys.argv[1:4]) :]]
    main(*(int(word) for word in given), *sys.argv[4:5])
