"""Do two inputs arrive in each other's column: for all or a part of the requests, since when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import log
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings, More, Shared
from investigators.any_decision import for_any_decision
from investigators.chart import Chart
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import (
    Cause,
    Finding,
    NoTransform,
    Swap,
    Transform,
    Verdict,
    segment_words,
)
from investigators.numbers import listed, number, per_cent
from investigators.scope import both_sql, scope_sql, segment_sql, where_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.exchange import (
    MINIMUM,
    Compared,
    Pair,
    compared_of,
    counts_of,
    pairs_of,
    usable_of,
    values_of,
    votes_of,
    whole_votes,
)
from investigators.shift.exchange_part import Part, part_of, part_words
from investigators.shift.exchange_signs import Signs, signs_of
from investigators.shift.outline import outlines, own_value, shares_table
from investigators.shift.rivals import fitted_share, known, mixed
from investigators.shift.sample import Samples, rows_where, samples_of
from investigators.task import Task
from investigators.traffic.carrier import Carried, carried_by
from investigators.traffic.place import Place, place_of, segment_of
from investigators.traffic.rows import Baseline, Traffic, baseline_of, traffic_of
from investigators.view import View

ID = "input_units.columns_swapped"
FINDINGS = Findings(ID)
FEWEST = 8  # claimed requests in which both are known
MARGIN = 8.0  # nats above looks
FAR_APART = 0.6  # columns of numbers so far apart need no second sign
NEARLY_ALL, A_HALF, A_FEW, LEAST = 0.97, 0.5, 0.2, 0.005
A_PART = 0.85  # fitted share of the claimed requests below which it may be a part of them
ORDERED = 0.7  # distance up to which an order turned round speaks for the two columns
TOGETHER, NEAR = 0.4, 0.1  # distances of the pairs of values that are a sign of their own
NAMED = 3
SIGN = "the code that fills the two columns, or the same requests recomputed from the source"
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs under their names (any 5,000 rows or more drawn at random)."
)


@dataclass(frozen=True)
class Ground:
    """What all pairs of one run share."""

    view: View
    baseline: Baseline
    traffic: Traffic
    samples: Samples


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each pair that was looked at closely, and one for each other input."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        return [
            _nothing(
                "there is neither a training table nor an early part of the log to compare with",
                "a training (reference) table, or a log with times",
            )
        ]
    samples = samples_of(view, baseline, task)
    usable = usable_of(samples)
    if len(usable) < 2:
        return [_nothing("fewer than two inputs have values enough", f"{MINIMUM} values of each")]
    ground = Ground(view, baseline, traffic_of(view, task), samples)
    look = partial(pairs_of, samples, usable, ground.traffic, task)
    pairs, twins = for_any_decision(view, (ID, "pairs"), look)
    findings = _looked_at(ground, pairs, task) if pairs else []
    taken = {name for f in findings for name in f.about}
    return findings + [
        _single(samples, name, twins.get(name, []), usable=name in usable)
        for name in (*samples.numeric, *samples.categories)
        if name not in taken
    ]


def _looked_at(ground: Ground, pairs: Sequence[Pair], task: Task) -> list[Finding]:
    """Judge each pair on all rows; an input is exchanged with one other at most."""
    inputs = len(ground.samples.numeric) + len(ground.samples.categories)
    seen: list[tuple[float, Finding]] = []
    for done, pair in enumerate(pairs):
        task.tick(done, len(pairs), f"Exchanged columns: {pair.one} and {pair.other}")
        votes = whole_votes(ground.view, pair, task)
        few = min(max(fitted_share(votes), LEAST), A_FEW)
        carried = _carried(ground, votes, (NEARLY_ALL, few), task)
        if carried is not None and A_FEW < fitted_share(votes[carried.claimed]) < A_PART:
            half = _carried(ground, votes, (A_HALF,), task)
            carried = max((c for c in (carried, half) if c), key=lambda c: c.score)
        if carried is None or carried.score < carried.looks + 2 * log(inputs) + MARGIN:
            continue
        found: Finding | None = None
        if fitted_share(votes[carried.claimed]) < A_PART:
            found = _of_a_part(ground, pair, carried, task)
        seen.append((carried.score, found or _judged(ground, pair, carried, task)))
    seen.sort(key=lambda each: (each[1].verdict != "supports", -each[0], each[1].id))
    kept: list[Finding] = []
    for _, finding in seen:
        if not {name for f in kept for name in f.about} & set(finding.about):
            kept.append(finding)
    return kept


def _carried(
    ground: Ground, votes: npt.NDArray[np.float64], shares: Sequence[float], task: Task
) -> Carried | None:
    """The description that the votes fit best, for the best of these shares of rows in it."""
    tried = [carried_by(ground.traffic, mixed(votes, share), task) for share in shares]
    return max((c for c in tried if c), key=lambda c: c.score, default=None)


def _judged(ground: Ground, pair: Pair, carried: Carried, task: Task) -> Finding:
    """Try to refute the exchange; what survives is supported."""
    view = ground.view
    one, other = pair.names
    differ = f"({view.log_inputs[one]}) IS DISTINCT FROM ({view.log_inputs[other]})"
    place = place_of(view, ground.traffic, carried, differ, task)
    scope = scope_sql(place.segment, place.onset, place.end)
    compared = compared_of(view, ground.baseline, pair, scope, task)
    where = segment_words(place.segment)
    moved = f"{one} and {other} in {where} speak for an exchange of the two columns"
    more: Shared = {"effect": _effect(pair, carried, compared), "segment": place.segment}
    n = place.rows_in_scope
    if _was_so(ground, pair, carried, task):
        words = f"{moved}, as they did in training already."
        return _finding(pair, "speaks against", words, n, **more)
    if compared.n < FEWEST:
        words = f"{moved}, but only {compared.n:,} of these requests carry both."
        return _finding(pair, "cannot tell", words, n, would_need=SIGN, **more)
    signs = signs_of(view, ground.baseline, pair, compared, scope, task)
    signs = replace(signs, words=(*signs.words, *_as_pairs(pair, compared)))
    if compared.refuted and not (signs.order or signs.exact):
        words = (
            f"Some values of {one} or {other} in {where} look like the other's, but the two are "
            f"not exchanged: one of them is nearer to its own values of {ground.baseline.words}."
        )
        return _finding(pair, "speaks against", words, n, **more)
    ordered = signs.order and max(compared.after[:2]) <= ORDERED + compared.slack
    near = (compared.near and signs.words) or (compared.alike and signs.written)
    if not compared.fits and not (ordered or signs.exact or near):
        words = f"{moved}, but neither is the other's closely: a drift of both explains it as well."
        return _finding(pair, "cannot tell", words, n, would_need=SIGN, **more)
    if not signs.words and (pair.apart < FAR_APART or pair.steps):
        words = f"{moved}; nothing says that it is no other mix of requests."
        return _finding(pair, "cannot tell", words, n, would_need=SIGN, **more)
    cause = _cause(ground, pair, place, compared, signs)
    chart = _picture(ground, pair, compared, where)
    return _finding(pair, "supports", cause.statement, n, cause=cause, charts=(chart,), **more)


def _as_pairs(pair: Pair, compared: Compared) -> list[str]:
    """The values of both columns of a request together are training's only once exchanged."""
    before, after = compared.before[2], compared.after[2]
    what = "pairs of values lie" if pair.texts else "differences of the two lie"
    if before >= TOGETHER + compared.slack and after <= NEAR + compared.slack:
        words = f"the {what} {before:.2f} from training's as logged and {after:.2f} exchanged"
        return [f"{words}, whatever each column alone is"]
    part = part_of(pair, compared.live, compared.base) if compared.near else None
    return [] if part is None else [part_words(pair, part)]


def _of_a_part(ground: Ground, pair: Pair, carried: Carried, task: Task) -> Finding | None:
    """An exchange in some of the claimed requests; ``None`` where they do not show one."""
    view = ground.view
    one, other = pair.names
    cells = view.log_inputs[one], view.log_inputs[other]
    told_by = both_sql(*cells) if pair.texts else f"({cells[0]}) - ({cells[1]})"
    place = place_of(view, ground.traffic, carried, "true", task)
    scope = scope_sql(place.segment, place.onset, place.end)
    compared = compared_of(view, ground.baseline, pair, scope, task)
    if not pair.texts and any(c.part for c in place.segment or ()):
        return None  # numbers that follow the clock are other ones in some hours, everywhere
    part = part_of(pair, compared.live, compared.base)
    if part is None or _was_so(ground, pair, carried, task):
        return None
    transform: Transform = NoTransform()
    where = part.beyond
    if where is not None:
        transform = Swap(pair.names)
        place = place_of(view, ground.traffic, carried, where_sql(told_by, where), task)
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    rows = round(part.share * place.rows_in_scope)
    statement = (
        f"{one} and {other} arrive in each other's column in a part of "
        f"{segment_words(place.segment)}{since}{until}: about {rows:,} of "
        f"{place.rows_in_scope:,} requests, {per_cent(part.share)}. {part.telling:,} of "
        f"{part.n:,} looked at have a pair of values that training has in at most "
        f"{per_cent(part.usual)}, and the exchanged pair in a larger share; exchanged they lie at "
        f"most {part.left:.2f} of 1 from training's."
    )
    # what tells the part is the claim itself, no second sign: a new kind of requests looks alike
    signs = Signs((), exact=False, order=False)
    cause = replace(
        _cause(ground, pair, place, compared, signs),
        transform=transform,
        where=where,
        rows_changed=place.rows_changed if where else 0,
        statement=statement,
    )
    chart = _picture(ground, pair, compared, segment_words(place.segment), part)
    effect = _effect(pair, carried, compared) | {
        "share_exchanged": round(part.share, 4),
        "rows_that_tell": part.telling,
        "distance_exchanged": round(part.left, 3),
    }
    return _finding(
        pair, "supports", statement, part.n,
        cause=cause, charts=(chart,), effect=effect, segment=place.segment,
    )  # fmt: skip


def _was_so(ground: Ground, pair: Pair, carried: Carried, task: Task) -> bool:
    """Whether the baseline's own rows of the segment vote for an exchange as well."""
    segment, base = segment_of(carried.candidates, carried.parts), ground.baseline
    if not segment or base.early or any(c.part for c in segment):
        return False
    if any(base.table.column(c.column) is None for c in segment):
        return False
    rows = rows_where(
        base.table, base.expressions, pair.names, segment_sql(segment), task, texts=pair.texts
    )
    votes = votes_of(rows, pair)
    return votes.size >= FEWEST and float(votes.mean()) > 0


def _effect(pair: Pair, carried: Carried, compared: Compared) -> dict[str, Any]:
    return {
        "distance_as_logged": [round(d, 3) for d in compared.before],
        "distance_exchanged": [round(d, 3) for d in compared.after],
        "training_columns_apart": round(pair.apart, 3),
        "score": round(carried.score, 1),
        "log_of_looks": round(carried.looks, 1),
    }


def _cause(ground: Ground, pair: Pair, place: Place, compared: Compared, signs: Signs) -> Cause:
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    still = ", still so when the log ends" if place.ongoing else ""
    rows, whole = place.rows_in_scope, max(ground.traffic.rows, 1)
    one, other = pair.names
    statement = (
        f"{one} and {other} arrive in each other's column in {segment_words(place.segment)}"
        f"{since}{until}{still}: {rows:,} of {number(whole)} requests, {per_cent(rows / whole)}. "
        f"Their largest distance from {ground.baseline.words} is {max(compared.before):.2f} as "
        f"logged and {max(compared.after):.2f} exchanged (0 the same, 1 nothing in common)."
    )
    cause = place.cause(
        "input-columns-swapped",
        pair.names,
        Swap(pair.names),
        rows_changed=place.rows_changed,
        corroborations=signs.words,
        exact_record=signs.exact,
        statement=statement,
    )
    return replace(cause, corroborations=(*signs.words, *lined_up_releases(ground.view, cause)))


def _picture(
    ground: Ground, pair: Pair, compared: Compared, where: str, part: Part | None = None
) -> Chart:
    one, other = pair.names
    base, words = ground.baseline.words, f"The values of {one} in {where} are those of {other} in"
    names = (f"{one}, {base}", f"{one}, {where}", f"{other}, {base}")
    sides = ((compared.base, one), (compared.live, one), (compared.base, other))
    title, said_so = f"{one} and {other} in {where}", f"{words} {base}."
    if part is not None:
        title += f", about {per_cent(part.share)} of them exchanged"
        said_so = f"About {per_cent(part.share)} of the v{said_so[5:]}"
    if pair.texts:
        counts = [counts_of(sample, name) for sample, name in sides]
        return shares_table(title, dict(zip(names, counts, strict=True)), said_so)
    if part is not None or pair.apart < FAR_APART:
        return _differences(ground, pair, compared, (title, where, said_so))
    samples = [
        (label, kind, known(sample.numbers[name]))
        for label, kind, (sample, name) in zip(
            names, ("training", "live", "beside"), sides, strict=True
        )
    ]
    unit = ground.view.dictionary.get(one).unit or "unit not stated"
    return outlines(title, samples, unit, said_so, own_value(ground.view, one))


def _differences(
    ground: Ground, pair: Pair, compared: Compared, words: tuple[str, str, str]
) -> Chart:
    """Of a part, or of look-alikes: one input less the other, which an exchange turns round."""
    (one, other), (title, where, said_so) = pair.names, words
    samples = [
        (label, kind, known(sample.numbers[one] - sample.numbers[other]))
        for label, kind, sample in (
            (ground.baseline.words, "training", compared.base),
            (where, "live", compared.live),
        )
    ]
    own = [own_value(ground.view, name) for name in pair.names]
    mine = None if own[0] is None or own[1] is None else own[0] - own[1]
    return outlines(title, samples, f"{one} less {other}", said_so, mine)


def _single(samples: Samples, name: str, twins: Sequence[str], *, usable: bool) -> Finding:
    base, n = samples.baseline.words, values_of(samples.live, name)
    verdict: Verdict = "speaks against"
    need: str | None = None
    words = f"{name} is not exchanged with another input: no part of the requests speaks for it."
    if not usable:
        verdict, need = "cannot tell", f"{MINIMUM} values of {name}, live and in training"
        words = f"{name} has too few values, live ({n:,}) or in {base}, to tell it from others."
    elif twins:
        verdict = "cannot tell"
        alike = listed([*twins[:NAMED], *(["others"] if len(twins) > NAMED else [])])
        need = f"the code that fills {name} and {alike}, or values of both from the source"
        words = (
            f"{name} is exchanged with no input that differs from it; {alike} had nearly the same "
            f"values in {base}, so that an exchange with it would not show."
        )
    return _finding(name, verdict, words, n, would_need=need)


def _finding(
    about: Pair | str, verdict: Verdict, sentence: str, n: int, **more: Unpack[More]
) -> Finding:
    names = about.names if isinstance(about, Pair) else (about,)
    return FINDINGS.about(names, verdict, sentence, n, **more)


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"An exchange of two columns cannot be looked for: {reason}.", need)


CHECK = Check(
    family="input_units",
    name="columns_swapped",
    suspicion="Two inputs arrive in each other's column.",
    covers=(
        "two numeric inputs, or two categories, exchanged for all requests, for those of one "
        "segment and window of time or for a part of them, where training tells the two columns "
        "apart by their values, or one is always below the other; of a part, the requests whose "
        "pair of values tells it are repaired"
    ),
    does_not_cover=(
        "columns that looked and were written alike in training, three columns in a circle, a "
        "part of the requests whose pairs training has as often either way, numbers exchanged only "
        "in some hours or on some weekdays, and an exchange that was there already"
    ),
    minimum=f"{MINIMUM} live and {MINIMUM} training values of both inputs",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-columns-swapped",),
    order=24,
)
