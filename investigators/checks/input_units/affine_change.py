"""Does an input arrive through a line or a curve: another temperature scale, sign, logarithm?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings, Shared
from investigators.any_decision import for_any_decision
from investigators.chart import Distributions
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import Affine, Cause, Finding, NoTransform, segment_words
from investigators.moments.followers import followers
from investigators.numbers import number, per_cent
from investigators.scope import segment_sql
from investigators.shift.corroborate import SELDOM, beyond_by_chance, lined_up_releases
from investigators.shift.free_lines import LINE, drifted_factor, line_through, lines_of
from investigators.shift.line_claim import Claim, Ground, claim_of
from investigators.shift.line_fit import free_line, nearest_first
from investigators.shift.lines import Form, forms_of, restored, turned
from investigators.shift.offsets import exact_offset, offsets_of
from investigators.shift.outline import outlines, own_value
from investigators.shift.rivals import (
    ODD,
    Rivals,
    best_mixture,
    fitted_share,
    known,
    mixed,
    rivals,
)
from investigators.shift.sample import rows_where, samples_of, whole_column
from investigators.shift.stretch import Stretches, stretches_of
from investigators.task import Task
from investigators.traffic.carrier import carried_by
from investigators.traffic.place import segment_of
from investigators.traffic.rows import baseline_of, rest_of, traffic_of
from investigators.view import View

ID = "input_units.affine_change"
FINDINGS = Findings(ID)
MINIMUM = 50
FEWEST, FEWEST_BEYOND = 8, 30  # rows; sampled values outside training's range
OWN_BEFORE = 20
MARGIN = 8.0  # nats above looks
SCREENED, SOME, TRIED = 5_000, 4.0, 2  # lines, and as many curves
SHARES = (0.97, 0.5, 0.1, 0.02, 0.01, 0.004)
FEW_ODD = (
    0.004  # rows that may be anything, where a part of training's unknown values is looked for
)
RIVAL, FITS = 0.8, 0.5  # of the best score, and a distance: others are no rivals
Floats = npt.NDArray[np.float64]
Asked = tuple[float, Form, Rivals]  # nats in the sample that speak for a form
SIGNS = "a second sign: the declared unit, the digits, or the same requests from the source"
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs under their names (any 5,000 rows or more drawn at random)."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each numeric input."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view) or rest_of(view)
    if baseline is None:
        return [
            _nothing(
                "there is neither a training table nor a log of some size to compare with",
                "a training (reference) table, or a log of 200 rows with times or segments",
            )
        ]
    samples = samples_of(view, baseline, task)
    step = max(samples.live.rows.size // SCREENED, 1)
    stretches = stretches_of(traffic_of(view, task), samples.live.rows[::step])
    names = samples.numeric
    if not names:
        return [_nothing("no numeric input of the model is in the log", "the inputs in the log")]
    findings = []
    for done, name in enumerate(names):
        task.tick(done, len(names), f"Lines and curves: {name}")
        training = known(samples.base.numbers[name])
        ground = Ground(view, baseline, samples, name, training)
        findings.append(for_any_decision(view, (ID, name), partial(_one, ground, stretches, task)))
    return findings


def _one(ground: Ground, stretches: Stretches, task: Task) -> Finding:
    name, training = ground.name, ground.training
    live = known(ground.samples.live.numbers[name])
    if min(live.size, training.size) < MINIMUM:
        words = f"{name} has {live.size:,} live and {training.size:,} training values: too few."
        need = f"{MINIMUM} live and {MINIMUM} training values of {name}"
        return FINDINGS.of(name, "cannot tell", words, live.size, would_need=need)
    unit = ground.view.dictionary.get(name).unit
    sample = ground.samples.live
    in_time = sample.numbers[name][:: max(sample.rows.size // SCREENED, 1)]
    worth = _worth(in_time, training, unit, ODD, task, stretches)
    ends = int((live < training[0]).sum()), int((live > training[-1]).sum())
    few = (
        sum(ends) >= FEWEST_BEYOND
        and beyond_by_chance(max(ends), live.size, training.size) <= SELDOM
    )
    lines = _lines(worth)
    curved = [each for each in worth if each[1].line is None]
    curves = nearest_first(curved, in_time, training)[:TRIED]
    if not (few and not lines):
        added = _offsets(known(in_time), training, ODD)
        added += [
            (0.0, form, rivals(training, turned(form, training), ODD))
            for form in lines_of(in_time, stretches, training)
        ]
        claims = _claims(ground, [*lines, *curves, *added], ODD, task)
        if not few or any(c.near and c.form.line is not None for c in claims):
            return _judged(ground, claims, task) if claims else _quiet(ground, live.size)
    # of values that training never had, few are odd rows where one unit explains them all
    odd = min(sum(ends) / live.size / 4, FEW_ODD)
    lines = _lines(_worth(live, training, unit, odd, task))
    claims = _claims(ground, [*lines, *curves, *_offsets(live, training, odd)], odd, task)
    # what the ordinary look found stays: curves; of the few rows, only lines that are clear
    claims = [c for c in claims if c.form.line is None or c.clear or c.tight or c.form.free]
    return _judged(ground, claims, task) if claims else _quiet(ground, live.size)


def _lines(worth: Sequence[Asked]) -> list[Asked]:
    """The lines for which most speaks."""
    found = [each for each in worth if each[1].line is not None]
    return sorted(found, key=lambda each: (-each[0], each[1].name))[:TRIED]


def _offsets(values: Floats, training: Floats, odd: float) -> list[Asked]:
    return [
        (0.0, form, rivals(training, turned(form, training), odd))
        for form in offsets_of(values, training, odd)
    ]


def _worth(
    screened: Floats, training: Floats, unit: str | None, odd: float, task: Task,
    stretches: Stretches | None = None,
) -> list[Asked]:  # fmt: skip
    """Forms for which some rows speak, where ``odd`` of the rows may be anything."""
    found = []
    for form in forms_of(training, unit):
        task.tick()
        rival = turned(form, training)
        if rival.size >= MINIMUM:
            between = rivals(training, rival, odd)
            votes = between.votes(screened)
            gain = best_mixture(votes)
            if odd < ODD:
                gain = float(mixed(votes, fitted_share(votes)).sum())
            if stretches is not None:
                gain = max(gain, stretches.best(votes))
            if gain >= SOME:
                found.append((gain, form, between))
    return found


def _claims(ground: Ground, worth: Sequence[Asked], odd: float, task: Task) -> list[Claim]:
    """Forms that enough rows speak for, the best supported first."""
    view = ground.view
    assert view.log is not None
    found: list[Claim] = []
    if not worth:
        return found
    traffic = traffic_of(view, task)
    column = whole_column(view.log, view.log_inputs[ground.name], task)
    for _, form, between in worth:
        task.tick()
        votes = between.votes(column)
        tried = [carried_by(traffic, mixed(votes, share), task) for share in SHARES]
        best = max((c for c in tried if c), key=lambda c: c.score, default=None)
        price = log(len(ground.samples.numeric) * len(SHARES) * 20) + MARGIN
        if best is not None and best.score >= best.looks + price:
            claim = claim_of(ground, form, between, best, votes, task)
            if form.name == LINE:
                found += [c for c in _fitted(ground, claim, column, task) if c.straight]
                continue
            claim = _placed(ground, claim, column, odd, task) if form.free else claim
            if claim.near or not form.free:  # some offset always lies nearest: only one that fits
                found.append(claim)
    # what does not fit once undone is refuted, however many rows vote for it
    fitting = [
        c for c in found
        if c.near and c.fit.named <= FITS and not (c.form.free and c.fit.like_drift)
    ]  # fmt: skip
    best_score = max((c.carried.score for c in fitting), default=0.0)

    def behind(claim: Claim) -> bool:
        # rows that a drift adds speak for a form that fits worse; digits come back by no chance
        beaten = claim.carried.score < RIVAL * best_score and not claim.signs.digits
        return claim not in fitting or beaten

    found.sort(key=lambda c: (behind(c), not c.signs.sure, c.cost, c.form.name))
    return found


def _placed(ground: Ground, claim: Claim, column: Floats, odd: float, task: Task) -> Claim:
    """The claim of a free offset again, with the offset that its own rows say best."""
    assert claim.form.line is not None
    share = SHARES[0] if claim.where is None else claim.share
    inside = known(column[claim.carried.claimed])
    form = exact_offset(inside, ground.training, share, claim.form.line[1])
    between = rivals(ground.training, turned(form, ground.training), odd)
    votes = between.votes(column)
    carried = carried_by(traffic_of(ground.view, task), mixed(votes, share), task)
    if carried is None:
        return claim
    return claim_of(ground, form, between, carried, votes, task)


def _fitted(ground: Ground, claim: Claim, column: Floats, task: Task) -> list[Claim]:
    """The claim of a line again, fitted to all of its rows; none where something simpler may be."""
    line = line_through(known(column[claim.carried.claimed]), ground.training)
    if claim.where is not None or not line.a or line.plain:
        return []
    if drifted_factor((line.a, line.b), ground.training, claim.fit.n) is not None:
        return []
    form = line.form
    between = rivals(ground.training, turned(form, ground.training), ODD)
    votes = between.votes(column)
    carried = carried_by(traffic_of(ground.view, task), mixed(votes, SHARES[0]), task)
    if carried is None:
        return []
    return [claim_of(ground, form, between, carried, votes, task)]


def _judged(ground: Ground, claims: Sequence[Claim], task: Task) -> Finding:
    """Try to refute the best claim; what survives is supported."""
    claim, name = claims[0], ground.name
    fit, signs, n = claim.fit, claim.signs, claim.place.rows_in_scope
    base, where = ground.baseline.words, segment_words(claim.place.segment)
    effect = _effect(claim, ground.training)
    more: Shared = {"effect": effect, "segment": claim.place.segment}
    moved = f"{name} in {where} lies elsewhere than in {base}"
    usual = _usual(ground, claim, task)
    if usual is not None:
        return FINDINGS.of(name, "speaks against", f"{moved}, {usual}", n, **more)
    if fit.like_factor and not signs.digits and not (signs.declared and fit.named <= fit.factor):
        words = (
            f"{moved}; a factor explains that as well as {claim.form.words} would, so that it is "
            "a matter of scale, not of a line or a curve."
        )
        return FINDINGS.of(name, "speaks against", words, n, **more)
    if fit.like_drift and not signs.sure:
        words = f"{moved}, but no farther than an ordinary drift explains."
        return FINDINGS.of(name, "speaks against", words, n, **more)
    if claim.place.rows_changed < FEWEST or not claim.near:
        words = f"{moved}, but not as {claim.form.words} would."
        return FINDINGS.of(name, "cannot tell", words, n, would_need=SIGNS, **more)
    calendar = any(c.part for c in claim.place.segment or ())
    always = calendar and ground.baseline.early and claim.place.onset is None
    tight = claim.tight and not always  # many inputs follow the clock
    told = claim.mirrored or tight or (claim.clear and claim.close and not claim.form.free)
    if claim.form.name == LINE:
        told = claim.straight and not calendar and _own_rows(ground, claim, task)
    if not signs.sure and not told:
        words = f"{moved}, about as {claim.form.words} would; nothing else says that it is that."
        return FINDINGS.of(name, "cannot tell", words, n, would_need=SIGNS, **more)
    cause = _cause(ground, claim)
    chart = _picture(ground, claim, where)
    return FINDINGS.of(
        name, "supports", cause.statement + _rivals(claims), n, cause=cause, charts=(chart,), **more
    )


def _own_rows(ground: Ground, claim: Claim, task: Task) -> bool:
    """Whether the claimed rows had other values before: else they may be other requests."""
    base, carried = ground.baseline, claim.carried
    segment = segment_of(carried.candidates, carried.parts)
    if not segment or carried.span.start >= OWN_BEFORE:
        return True
    if base.early or any(base.table.column(c.column) is None for c in segment):
        return False
    sql = base.expressions[ground.name]
    own = base.table.value(
        f"SELECT count({sql}) FROM {{t}} WHERE {segment_sql(segment)}", task=task
    )
    return int(own) >= OWN_BEFORE


def _usual(ground: Ground, claim: Claim, task: Task) -> str | None:
    """Why the claimed rows lie where they are to be expected, in words; ``None`` if they do not."""
    if _was_so(ground, claim, task):
        return "as it did in training already."
    follows = followers(ground.view, task).get(ground.name)
    if follows is not None and follows.explains(claim.carried.claimed, claim.share):
        return follows.said
    return None


def _was_so(ground: Ground, claim: Claim, task: Task) -> bool:
    """Whether the baseline's own rows of the segment lie there as well."""
    base, carried = ground.baseline, claim.carried
    segment = segment_of(carried.candidates, carried.parts)
    if not segment or base.early or any(c.part for c in segment):
        return False
    if any(base.table.column(c.column) is None for c in segment):
        return False
    rows = rows_where(base.table, base.expressions, [ground.name], segment_sql(segment), task)
    own = known(rows.numbers[ground.name])
    votes = rivals(ground.training, turned(claim.form, ground.training)).votes(own)
    return own.size >= FEWEST and float(votes.mean()) > 0


def _effect(claim: Claim, training: Floats) -> dict[str, Any]:
    fit = claim.fit
    return {
        "form": claim.form.name,
        "distance_turned_back": round(fit.named, 3),
        "distance_of_best_drift": round(fit.drift, 3),
        "distance_of_best_factor": round(fit.factor, 3),
        "shift_left": round(fit.shift, 3),
        "spread_left": round(fit.spread, 3),
        "free_line_with_99_per_cent_intervals": free_line(
            claim.seen, training, falling=claim.form.falling
        ),
        "score": round(claim.carried.score, 1),
        "log_of_looks": round(claim.carried.looks, 1),
    }


def _cause(ground: Ground, claim: Claim) -> Cause:
    place, form = claim.place, claim.form
    transform: Affine | NoTransform = NoTransform()
    if form.line is not None:
        transform = Affine(*form.line, form.named)
    cause = place.cause(
        "input-unit-or-scale",
        (ground.name,),
        transform,
        rows_changed=place.rows_changed,
        corroborations=claim.signs.words,
        statement=_statement(ground, claim),
    )
    signs = (*claim.signs.words, *lined_up_releases(ground.view, cause))
    return replace(cause, where=claim.where, corroborations=signs)


def _statement(ground: Ground, claim: Claim) -> str:
    place, log_ = claim.place, ground.view.log
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    still = ", still so when the log ends" if place.ongoing else ""
    where, rows = segment_words(place.segment), place.rows_in_scope
    whole = max(log_.rows, 1) if log_ is not None else 1
    many = f"{rows:,} of {number(whole)} requests, {per_cent(rows / whole)}"
    if claim.where is not None:
        where = f"a part of {where}"
        many = f"{place.rows_changed:,} of {rows:,} requests, told by their values"
    line = claim.form.line
    how = "" if line is None else f" (seen = {_line_words(*line)})"
    if claim.form.name == LINE:
        how = how[:-1] + f"; {line_through(claim.seen, ground.training).words})"
    undo = "" if line is not None else " A curve is not among the repairs that can be replayed."
    return (
        f"{ground.name} arrives as {claim.form.words}{how} in {where}{since}{until}{still}: "
        f"{many}. Its distance from {ground.baseline.words} is {claim.fit.named:.2f} turned back; "
        f"the best drift leaves {claim.fit.drift:.2f} (0 the same, 1 nothing in common).{undo}"
    )


def _line_words(a: float, b: float) -> str:
    if b == 0:
        return f"{number(a)} × true"
    sign = "+" if b > 0 else "−"
    factor = "" if a == 1 else f"{number(a)} × "
    return f"{factor}true {sign} {number(abs(b), 6)}"


def _rivals(claims: Sequence[Claim]) -> str:
    """Say the next form where it fits as closely and has no less behind it."""
    best = claims[0]
    also = [c for c in claims[1:] if c.signs.sure == best.signs.sure]
    also = [c for c in also if c.form.words != best.form.words]
    near = next((c for c in also if c.fit.named <= best.fit.named + 0.02), None)
    return f" It may as well be {near.form.words}." if near else ""


def _picture(ground: Ground, claim: Claim, where: str) -> Distributions:
    base, name, training = ground.baseline.words, ground.name, ground.training
    where = where if claim.where is None else f"a part of {where}"
    samples = [(base, "training", training), (where, "live", claim.seen)]
    true = known(restored(claim.form, claim.seen))
    if true.size:
        samples.append((f"{where}, turned back", "repaired", true))
    unit = ground.view.dictionary.get(name).unit or "unit not stated"
    return outlines(
        f"{name}: {claim.form.words}",
        samples,
        unit,
        f"The values of {where} lie apart from those of {base}; turned back they cover them.",
        own_value(ground.view, name),
    )


def _quiet(ground: Ground, n: int) -> Finding:
    name = ground.name
    words = (
        f"{name} arrives as in {ground.baseline.words}: no named line or curve (temperature "
        f"scales, sign, years, logarithms, roots), for all or a part of the requests, explains it "
        "better than no change."
    )
    return FINDINGS.of(name, "speaks against", words, n)


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"A line or a curve cannot be looked for: {reason}.", need)


CHECK = Check(
    family="input_units",
    name="affine_change",
    suspicion="An input arrives through a line or a curve that is no mere factor.",
    covers=(
        "Celsius, Fahrenheit and kelvin for each other, the other sign, years with and without "
        "their century, any number added or taken away that is large against the spread, any "
        "straight line in all of a segment's requests that no drift and no factor explains, "
        "logarithms, roots, log-odds and their inverses, for all requests or a part of them, in "
        "one segment and one window of time, in every numeric input"
    ),
    does_not_cover=(
        "factors (a check of their own), other curves and, in a part of the requests, other lines "
        "without a name, which way such a line runs where the values are symmetric, numbers added "
        "to a part that stays within training's range, changes no larger than "
        "an ordinary drift unless the digits or a declared unit tell; a curve cannot be replayed"
    ),
    minimum=f"{MINIMUM} live and {MINIMUM} training values",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-unit-or-scale",),
    order=22,
)
