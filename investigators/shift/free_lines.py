"""Lines without a name: a slope and an offset read off the values, each with its interval.

Two numbers are fitted, so that place and width tell nothing; the shape does, and that neither an
ordinary drift nor a factor explains the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, log, sqrt

import numpy as np
import numpy.typing as npt

from investigators.numbers import number
from investigators.shift.catalogue import candidates
from investigators.shift.line_fit import free_line, middle_of
from investigators.shift.lines import Form, straight, turned
from investigators.shift.offsets import CHANCE, roundest
from investigators.shift.rivals import distance, known, noise, rivals
from investigators.shift.stretch import Stretches

Floats = npt.NDArray[np.float64]
LINE = "line"
BLOCKS, FEWEST, DRAWN = 8, 40, 2_000
FAR, WIDE = 1.0, 0.47  # training's spreads, and ln of a ratio of spreads: less is a drift
VALUES = 12  # different values below which a line is told by chance
SOME, FITTED, TRIED, CLOSE_BY = 12.0, 12, 2, 0.1
BEYOND = 1.5  # times Smirnov's 1 % point: one in 70,000 by chance
# What a named factor may leave, in training's spreads and the ln of a ratio of spreads.
DRIFT, STRETCH = 0.15, 0.1


@dataclass(frozen=True)
class Line:
    """seen = a x true + b, with 99 % intervals of both."""

    a: float
    b: float
    a_between: tuple[float, float]
    b_between: tuple[float, float]

    @property
    def plain(self) -> bool:
        """Whether it may be a mere factor, a mere offset or a mere change of sign."""
        return _holds(self.b_between, 0.0) or _holds(self.a_between, 1.0)

    @property
    def words(self) -> str:
        """Both intervals, as a phrase."""
        (a, b), (c, d) = self.a_between, self.b_between
        return (
            f"99 % intervals {number(a, 3)} to {number(b, 3)} and {number(c, 3)} to {number(d, 3)}"
        )

    @property
    def form(self) -> Form:
        """The line as a form of its own."""
        said = straight(LINE, "the same values along a straight line", self.a, self.b, (-inf, inf))
        return replace(said, free=True)


def _holds(between: tuple[float, float], value: float) -> bool:
    return between[0] <= value <= between[1]


def line_through(seen: Floats, training: Floats) -> Line:
    """Fit the line from training's sorted values to the seen ones (sorted), rising or falling.

    It falls only where no rising one fits: one sign is no chance, the other is what is usual.
    Slope and offset are the roundest that lie no farther than chance from the best ones: who
    writes a line writes few digits.
    """
    rising = _fitted(seen, training, falling=False)
    limit = noise(seen.size, training.size)
    if distance(seen, turned(rising.form, training)) <= limit:
        return rising
    falling = _fitted(seen, training, falling=True)
    left = [distance(seen, turned(each.form, training)) for each in (rising, falling)]
    return falling if left[0] >= max(BEYOND * limit, 2 * left[1]) else rising


def _fitted(seen: Floats, training: Floats, *, falling: bool) -> Line:
    ways = free_line(seen, training, falling=falling)
    (a, *a_between), (b, *b_between) = ways["a"], ways["b"]
    best = Line(a, b, (a_between[0], a_between[1]), (b_between[0], b_between[1]))
    slope = roundest(*best.a_between, a)
    width = middle_of(seen)[1]
    offset = float(seen.mean() - slope * training.mean())
    way = 2.576 * width / sqrt(min(seen.size, training.size))
    rounded = replace(best, a=slope, b=roundest(offset - way, offset + way, offset))
    allowed = distance(seen, turned(best.form, training)) + CHANCE / sqrt(seen.size)
    good = slope and distance(seen, turned(rounded.form, training)) <= allowed
    return rounded if good else best


def lines_of(values: Floats, stretches: Stretches, training: Floats) -> list[Form]:
    """Lines that some stretch of the sampled rows follows, the best supported first.

    ``values`` are by row of the sample, ``training`` is sorted.
    """
    thin = training[:: max(training.size // DRAWN, 1)]
    if np.unique(thin).size < VALUES:
        return []
    blocks = sorted(
        _elsewhere(values, stretches, thin), key=lambda x: (-x.size * distance(x, thin), x[0])
    )
    tried: list[tuple[float, Line]] = []
    for block in blocks[:FITTED]:
        line = line_through(block, thin)
        left = distance(block, turned(line.form, thin))
        if line.a and left <= noise(block.size, thin.size):
            tried.append((block.size * (distance(block, thin) - left), line))
    tried.sort(key=lambda each: (-each[0], each[1].a, each[1].b))
    found: list[tuple[float, Form]] = []
    for _, line in tried:
        if len(found) == TRIED:
            break
        if all(_apart(line, form, thin) for _, form in found):
            votes = rivals(training, turned(line.form, training)).votes(values)
            gain = max(stretches.best(votes), float(votes.sum()))
            if gain >= SOME:
                found.append((gain, line.form))
    return [form for _, form in sorted(found, key=lambda each: -each[0])]


def _elsewhere(values: Floats, stretches: Stretches, training: Floats) -> Iterator[Floats]:
    """Runs of rows, sorted, whose place or width is not that of an ordinary drift."""
    middle, spread = middle_of(training)
    for group in stretches.groups:
        own = values[group]
        own = own[~np.isnan(own)]
        if own.size < FEWEST:
            continue
        for block in np.array_split(own, min(own.size // FEWEST, BLOCKS)):
            here = known(block)
            place, width = middle_of(here)
            near = abs(place - middle) < FAR * spread and abs(log(width / spread)) < WIDE
            if not near and np.unique(here).size >= VALUES:
                yield here


def _apart(line: Line, form: Form, training: Floats) -> bool:
    assert form.line is not None
    return distance(turned(line.form, training), turned(form, training)) > CLOSE_BY


def drifted_factor(
    line: tuple[float, float], training: Floats, n: int, factors: Sequence[float] | None = None
) -> float | None:
    """The named factor that explains a line together with a small drift; ``None``: there is none.

    ``n`` rows were seen; ``factors`` are all of the catalogue's if none are given.
    """
    middle, spread = middle_of(training)
    slack = 2 / sqrt(n)
    a, b = line
    for c in [each.factor for each in candidates()] if factors is None else factors:
        left = (a * middle + b) / c - middle
        if a > 0 and abs(log(a / c)) <= STRETCH + slack and abs(left) <= (DRIFT + slack) * spread:
            return c
    return None
