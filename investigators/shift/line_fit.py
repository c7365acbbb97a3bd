"""How well a named form explains values, and whether a drift or a factor does so as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.numbers import number, per_cent
from investigators.shift.lines import Form, restored, temperature_unit, turned
from investigators.shift.rivals import Rivals, distance, known, noise, rivals

Floats = npt.NDArray[np.float64]
DRIFT_SHIFT, DRIFT_SPREAD = 1.5, 2.0  # of training's spread: so far an ordinary drift may go
AS_GOOD = 0.05
OVER_FACTOR = 5.0  # nats; a named change of units has nothing to fit
# What is left after the repair, in training's spreads, and the ln of a ratio of spreads.
NEAR, CLOSE, FROM_FAR = (0.6, 0.35), (0.3, 0.2), (0.8, 0.35)
TIGHT, TIGHT_CUT = (0.2, 0.12), 0.3
LARGEST_SLACK = 0.15
FAR = 5.0  # training's spreads: what moved so far and came back so near is no drift
LARGEST_DISTANCE = 0.35
WRITTEN, NOT_WRITTEN = 0.95, 0.5
MOST_DECIMALS = 6
OUTSIDE, BACK_INSIDE = 0.2, 0.02
ALIKE = 0.5  # of the votes for the best form: about as much speaks for it
COARSE = 10  # quantiles of either sample
QUANTILES = np.linspace(0.05, 0.95, 19)
DRAWN, REPEATED = 2_000, 80


@dataclass(frozen=True)
class Fit:
    """Distances (0 the same, 1 nothing in common) of the values to training under each reading.

    ``shift`` (in training's spreads) and ``spread`` (a ratio) are what is left after the repair,
    ``way`` is how far the values lie from training as they are, in training's spreads, and
    ``over_factor`` what all values together say for the form and against the best factor, in nats.
    """

    named: float
    drift: float
    factor: float
    shift: float
    spread: float
    way: float
    n: int
    over_factor: float

    @property
    def like_drift(self) -> bool:
        """Whether an ordinary drift explains the values as well."""
        return self.drift <= self.named + AS_GOOD

    @property
    def like_factor(self) -> bool:
        """Whether a factor, any factor, explains the values as well."""
        return self.factor <= self.named + AS_GOOD and not self.unlike_factor

    @property
    def unlike_factor(self) -> bool:
        """Whether place and width are the form's, and the values one by one deny every factor.

        Distances of a few values are coarse: a factor that fits the place has another width.
        """
        return self.over_factor >= OVER_FACTOR and self.tight(cut=False)

    def near(self, m: int, *, curved: bool = False) -> bool:
        """Whether the repair leaves what an ordinary drift leaves; ``m`` training values."""
        return self.within(FROM_FAR if self.way >= FAR and not curved else NEAR, m)

    def close(self, m: int, *, curved: bool = False) -> bool:
        """Whether it leaves so little that nothing but the form explains it."""
        return self.within(FROM_FAR if self.way >= FAR and not curved else CLOSE, m)

    def tight(self, *, cut: bool, chance: float = 1.0) -> bool:
        """Whether place and width are those of training within chance and a small drift.

        ``cut``: rows were chosen by their values, which takes the tails away.  ``chance`` is the
        part of the usual allowance for it.
        """
        slack = chance * min(3 * self.n**-0.5, LARGEST_SLACK)
        place, width = TIGHT[0], TIGHT_CUT if cut else TIGHT[1]
        wide = abs(float(np.log(self.spread)))
        return bool(abs(self.shift) <= place + slack and wide <= width + slack)

    def within(self, limits: tuple[float, float], m: int) -> bool:
        """Whether little is left after the repair, beyond chance."""
        slack = min(3 * self.n**-0.5, LARGEST_SLACK)
        return (
            abs(self.shift) <= limits[0] + slack
            and abs(float(np.log(self.spread))) <= limits[1] + slack
            and self.named <= LARGEST_DISTANCE + noise(self.n, m)
        )


def nearest_first(
    asked: Sequence[tuple[float, Form, Rivals]], values: Floats, training: Floats
) -> list[tuple[float, Form, Rivals]]:
    """Forms that about as much speaks for, the one first whose own rows come back nearest.

    Values far outside training speak for every curve alike, and for the wrong one no less.
    """
    most = max((gain for gain, _, _ in asked), default=0.0)

    def left(form: Form, between: Rivals) -> float:
        mine = known(restored(form, values[between.votes(values) > 0]))
        return distance(mine, training)

    close = [(left(form, between), gain, form, between) for gain, form, between in asked
             if gain >= ALIKE * most]  # fmt: skip
    close.sort(key=lambda each: (each[0], -each[1], each[2].name))
    return [(gain, form, between) for _, gain, form, between in close]


def middle_of(values: Floats) -> tuple[float, float]:
    """Median and spread (from the quartiles, else the standard deviation) of sorted values."""
    low, middle, high = (float(v) for v in np.quantile(values, (0.25, 0.5, 0.75)))
    return middle, (high - low) / 1.349 or float(values.std()) or 1e-12


def fit_of(form: Form, seen: Floats, training: Floats) -> Fit:
    """Compare sorted values (not empty) with training's, all sorted, under each reading."""
    true = known(restored(form, seen))
    middle, spread = middle_of(training)
    shift, left = 9.0, 9.0
    if true.size >= seen.size * WRITTEN:
        own, width = middle_of(true)
        shift, left = (own - middle) / spread, width / spread
    drifts = [distance(seen, moved) for moved in _drifted(seen, training)]
    scaled = [np.sort(c * training) for c in _factors(seen, training)]
    factors = [distance(seen, there) for there in scaled]
    rival = turned(form, training)
    over = [_for(rival, there, seen) for there in scaled if form.units]
    way = abs(middle_of(seen)[0] - middle) / spread
    return Fit(
        distance(seen, rival), min(drifts), min(factors, default=1.0), shift, left, way,
        seen.size, min(over, default=0.0),
    )  # fmt: skip


def _drifted(seen: Floats, training: Floats) -> Iterator[Floats]:
    """Training moved towards the values as far as a drift may go, also on a logarithmic scale."""
    yield training
    yield _moved(seen, training)
    if seen[0] > 0 and training[0] > 0:
        yield np.exp(_moved(np.log(seen), np.log(training), most=0.7))


def _moved(seen: Floats, training: Floats, most: float | None = None) -> Floats:
    (here, width), (middle, spread) = middle_of(seen), middle_of(training)
    most = DRIFT_SHIFT * spread if most is None else most
    shift = float(np.clip(here - middle, -most, most))
    ratio = float(np.clip(width / spread, 1 / DRIFT_SPREAD, DRIFT_SPREAD))
    return middle + shift + ratio * (training - middle)


def _for(rival: Floats, null: Floats, seen: Floats) -> float:
    """What all values say for one sorted sample and against the other, in nats."""
    return float(rivals(null, rival, most=COARSE).votes(seen).sum())


def _factors(seen: Floats, training: Floats) -> list[float]:
    (here, width), (middle, spread) = middle_of(seen), middle_of(training)
    mean = float(np.abs(training).mean())
    found = [width / spread, float(np.abs(seen).mean()) / mean if mean else 0.0]
    if middle and here / middle > 0:
        found.append(here / middle)
    return [c for c in found if c > 0]


@dataclass(frozen=True)
class FormSigns:
    """Independent signs as phrases; ``digits`` and ``declared`` are the ones no drift makes."""

    digits: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.digits, *self.declared, *self.outside)

    @property
    def sure(self) -> bool:
        """Whether one of them is none that a far drift would give as well."""
        return bool(self.digits or self.declared)


def form_signs(form: Form, seen: Floats, training: Floats, unit: str | None) -> FormSigns:
    """Ask digits, the dictionary and training's range."""
    true = known(restored(form, seen))
    declared: tuple[str, ...] = ()
    if form.units and temperature_unit(unit) == form.units[0]:
        declared = (f"declared in {unit}: {form.words}",)
    outside = _outside(seen, true, training)
    return FormSigns(_digits(form, seen, true, training), declared, outside)


def _digits(form: Form, seen: Floats, true: Floats, training: Floats) -> tuple[str, ...]:
    if form.line is not None and form.line[0] == -1.0:
        return ()  # a sign changes no digit
    seen, training = np.unique(seen), np.unique(training)
    usual = [written(training, d) for d in range(MOST_DECIMALS + 1)]
    d = next((d for d, share in enumerate(usual) if share >= WRITTEN), None)
    if d is None:
        return ()
    as_logged, after = written(seen, d), written(np.unique(true), d)
    if after >= WRITTEN and as_logged <= NOT_WRITTEN and np.unique(true).size >= 3:
        decimals = f"at most {d} decimal{'' if d == 1 else 's'}" if d else "no decimals"
        return (
            (
                f"turned back, {per_cent(after)} of the different values have {decimals}, as in "
                f"training; {per_cent(as_logged)} have so as logged"
            ),
        )
    return ()


def written(values: Floats, decimals: int) -> float:
    """Share of values with at most so many decimals, rounding noise allowed for."""
    if not values.size:
        return 0.0
    y = np.abs(values) * 10.0**decimals
    return float((np.abs(y - np.rint(y)) < np.minimum(1e-7 + 1e-10 * y, 0.01)).mean())


def _outside(seen: Floats, true: Floats, training: Floats) -> tuple[str, ...]:
    low, high = float(training[0]), float(training[-1])
    before, after = (
        float(((x < low) | (x > high)).mean()) if x.size else 1.0 for x in (seen, true)
    )
    if before < OUTSIDE or after > max(BACK_INSIDE, before / 10):
        return ()
    return (
        (
            f"{per_cent(before)} of these values are outside training's range ({number(low)} to "
            f"{number(high)}), {per_cent(after)} turned back"
        ),
    )


def free_line(seen: Floats, training: Floats, *, falling: bool = False) -> dict[str, list[float]]:
    """Best straight line from training's quantiles to the values', with 99 % intervals.

    Least squares over 19 quantiles, of a ``falling`` line in the opposite order; the intervals are
    2.58 standard errors, from 80 bootstrap samples of at most 2,000 values a side (fixed seed).
    """
    random = np.random.default_rng(7)
    n, m = min(seen.size, DRAWN), min(training.size, DRAWN)
    lines = [
        _line(random.choice(seen, n), random.choice(training, m), falling=falling)
        for _ in range(REPEATED)
    ]
    ways = 2.576 * np.array(lines).std(axis=0)
    best = _line(seen, training, falling=falling)
    return {
        name: [_short(x), _short(x - float(way)), _short(x + float(way))]
        for name, x, way in zip(("a", "b"), best, ways, strict=True)
    }


def _line(seen: Floats, training: Floats, *, falling: bool) -> tuple[float, float]:
    x, y = np.quantile(training, QUANTILES), np.quantile(seen, QUANTILES)
    y = y[::-1] if falling else y
    spread = float(((x - x.mean()) ** 2).sum())
    a = float(((x - x.mean()) * (y - y.mean())).sum() / spread) if spread else 0.0
    return a, float(y.mean() - a * x.mean())


def _short(x: float) -> float:
    return float(f"{x:.5g}")
