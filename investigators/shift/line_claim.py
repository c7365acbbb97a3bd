"""A line or a curve that rows of one input seem to have come through, and what tells for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.scope import scope_sql, where_sql
from investigators.shift.free_lines import LINE
from investigators.shift.line_fit import FAR, Fit, FormSigns, fit_of, form_signs
from investigators.shift.lines import SIGN, Form
from investigators.shift.rivals import Rivals, distance, fitted_share, known, noise, posterior
from investigators.shift.sample import Samples, rows_where
from investigators.task import Task
from investigators.traffic.carrier import Carried
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Baseline, traffic_of
from investigators.view import View

CURVED, FREE, UNNAMED = 0.1, 0.05, 0.2  # so much closer than a named line others have to fit
WRITTEN_BACK = 0.35
FLOOR = 0.25  # so much farther than the form the best drift lies, or a second sign is asked for
APART, TIGHT, TIGHT_FLOOR, TIGHT_CURVE = 0.1, 0.1, 0.4, 0.05
FEWEST_TIGHT, FEWEST_STRAIGHT = 20, 100
LOPSIDED, FEWEST_SHAPED = 0.1, 200
EXACT, SIGN_FLOOR = 0.03, 0.15  # a change of sign has nothing that could be fitted
ONE_SIDED = 0.005
MIRROR, MIRROR_FLOOR, NEARLY_ALL = 0.12, 0.1, 0.95
WHOLE, MOSTLY, HALF = 0.9, 0.8, 0.5  # of the claimed rows: fewer are told by their values
OPEN = 1.7e308
Floats = npt.NDArray[np.float64]
Intervals = tuple[tuple[float, float], ...] | None


@dataclass(frozen=True, eq=False)
class Ground:
    """What all inputs of one run share, and the one looked at with its sorted training values."""

    view: View
    baseline: Baseline
    samples: Samples
    name: str
    training: Floats


@dataclass(frozen=True, eq=False)
class Claim:
    """A form, the rows that carry it, and what stands for and against it."""

    form: Form
    carried: Carried
    place: Place
    where: Intervals
    seen: Floats
    fit: Fit
    signs: FormSigns
    share: float  # of the claimed rows
    rest: int  # training values
    outside: float  # share of the values that are outside training's range
    lopsided: float  # distance of training from its own mirror image, 0 to 1
    side: float  # 1 where training is positive, -1 where it is negative, 0 where it is both

    @property
    def cost(self) -> float:
        """Orders claims of like support: curves and offsets without a name have to fit better."""
        more = UNNAMED if self.form.name == LINE else FREE if self.form.free else 0.0
        return self.fit.named + (CURVED if self.form.line is None else more)

    @property
    def near(self) -> bool:
        """Whether the repair leaves no more than an ordinary drift does, or brings digits back.

        A segment has a place and a width of its own; digits come back by no chance.
        """
        if self.mirrored or (self.signs.digits and self.fit.named <= WRITTEN_BACK):
            return True
        return self.fit.near(self.rest, curved=self.form.line is None)

    @property
    def close(self) -> bool:
        """Whether it leaves so little that nothing but the form explains it.

        Rows chosen by their values fit by being chosen, so that they must lie far away.
        """
        far = self.fit.way >= FAR and self.form.line is not None
        if (self.form is SIGN or self.where is not None) and not far:
            return False
        if self.fit.drift < self.fit.named + FLOOR:
            return False
        return self.fit.close(self.rest, curved=self.form.line is None)

    @property
    def tight(self) -> bool:
        """Whether place, width and shape all come out as the form says, and as nothing else does.

        Another kind of requests would have to match training in all three by chance.
        """
        fit, curved = self.fit, self.form.line is None
        if fit.n < FEWEST_TIGHT or (curved and self.where is not None):
            return False
        # rows that were chosen by their values for the form: less is left to chance
        chance = 0.5 if self.where is not None else 1.0
        if fit.named > (TIGHT_CURVE if curved else TIGHT) + chance * noise(fit.n, self.rest):
            return False
        if self.where is not None and self.form is SIGN and self.outside < MOSTLY:
            return False  # near zero a row may be of either sign
        if self.where is not None and self.outside < HALF and fit.n < FEWEST_SHAPED:
            return False  # a few rows inside training's range fit by being chosen
        if self.where is not None and self.form.free and self.outside < WHOLE:
            # any part that its values tell is some offset away, yet hardly in a lopsided shape
            same = fit.named <= EXACT + chance * noise(fit.n, self.rest)
            if not (same and self.lopsided >= LOPSIDED and fit.n >= FEWEST_SHAPED):
                return False
        floor = FLOOR if self.where is None or self.form is SIGN else TIGHT_FLOOR
        if (
            self.form is SIGN
            and self.where is None
            and fit.named <= EXACT + noise(fit.n, self.rest)
        ):
            floor = MIRROR_FLOOR if self.signs.outside else SIGN_FLOOR
        apart = fit.drift >= fit.named + floor and fit.factor >= fit.named + APART
        return apart and fit.tight(cut=self.where is not None, chance=chance)

    @property
    def straight(self) -> bool:
        """Whether all of the rows follow a line without a name, and nothing simpler does.

        Place and width were fitted: the shape has to be training's, and no drift nor factor near.
        """
        fit = self.fit
        if self.form.name != LINE or self.where is not None or fit.n < FEWEST_STRAIGHT:
            return False
        if fit.named > noise(fit.n, self.rest):
            return False
        return fit.drift >= fit.named + FLOOR and fit.factor >= fit.named + APART

    @property
    def mirrored(self) -> bool:
        """Whether nearly all values are on the side where training had none, and back are near."""
        fit = self.fit
        if self.form is not SIGN or fit.named > MIRROR + noise(fit.n, self.rest):
            return False
        if fit.drift < fit.named + MIRROR_FLOOR:
            return False
        return float((self.seen * self.side < 0).mean()) >= NEARLY_ALL

    @property
    def clear(self) -> bool:
        """Whether the values lie outside training's: nearly all, where they alone tell the rows.

        A part that its values tell apart looks like another kind of requests else.
        """
        return bool(self.signs.outside) and (self.where is None or self.outside >= WHOLE)


def claim_of(
    ground: Ground, form: Form, between: Rivals, carried: Carried, votes: Floats, task: Task
) -> Claim:
    """Fetch the claimed rows' values and ask what tells for the form."""
    view, name, training = ground.view, ground.name, ground.training
    sql = view.log_inputs[name]
    assert view.log is not None
    share = fitted_share(votes[carried.claimed])
    where = None if share >= WHOLE else _intervals(between, share)
    changed = f"({sql}) <> 0" if form is SIGN else f"({sql}) IS NOT NULL"
    traffic = traffic_of(view, task)
    place = place_of(view, traffic, carried, f"{changed} AND {where_sql(sql, where)}", task)
    scope = scope_sql(place.segment, place.onset, place.end)
    rows = rows_where(
        view.log, view.log_inputs, [name], f"({scope}) AND {where_sql(sql, where)}", task
    )
    seen = known(rows.numbers[name])
    if not seen.size:
        seen = np.zeros(1)
    unit = view.dictionary.get(name).unit
    # rows that their other sign tells have no zero among them, however many training has
    usual = training[training != 0] if form is SIGN and where is not None else training
    fit = fit_of(form, seen, usual if usual.size else training)
    signs = form_signs(form, seen, training, unit)
    shares = float((training > 0).mean()), float((training < 0).mean())
    side = 1.0 if shares[1] < ONE_SIDED else -1.0 if shares[0] < ONE_SIDED else 0.0
    outside = float(((seen < training[0]) | (seen > training[-1])).mean())
    lopsided = distance(training, np.sort(2 * np.median(training) - training))
    return Claim(
        form, carried, place, where, seen, fit, signs, share, training.size, outside, lopsided, side
    )


def _intervals(between: Rivals, share: float) -> Intervals:
    """Observed values whose chance to have come through the form is above one half."""
    chosen = np.flatnonzero(posterior(between.gains, share) > 0.5)
    if not chosen.size:
        return ((OPEN, OPEN),)
    ends = np.concatenate([[-OPEN], between.edges, [OPEN]])
    breaks = np.flatnonzero(np.diff(chosen) > 1)
    firsts = np.concatenate([[chosen[0]], chosen[breaks + 1]])
    lasts = np.concatenate([chosen[breaks], [chosen[-1]]])
    return tuple(
        (float(ends[a]), float(np.nextafter(ends[b + 1], -np.inf)))
        for a, b in zip(firsts, lasts, strict=True)
    )
