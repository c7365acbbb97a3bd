"""Do values pile up at a cap or a floor, or texts end at one length, where training goes on?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from investigators.answering import Findings
from investigators.categories import one_of, values_of
from investigators.chart import Dots
from investigators.check import Check
from investigators.evidence import (
    Cause,
    Finding,
    Map,
    NoTransform,
    segment_words,
)
from investigators.moments.followers import followers
from investigators.numbers import between, count, number, part, per_cent
from investigators.received import received
from investigators.repair import undo_sql
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.cut_texts import SHOWN, Cut, cut_of, cut_picture, quoted
from investigators.shift.what_if import outputs_over, outputs_words
from investigators.task import Task
from investigators.traffic.ends import TIMES, End, ends, told_apart
from investigators.traffic.place import Place
from investigators.traffic.placeholders import LIMITS
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.traffic.stand_in import ABOVE, BELOW, VALUE, Ground, Input, inputs_of
from investigators.traffic.values import Held, category_inputs, numeric_inputs
from investigators.view import View

ID = "input_units.clipped"
FINDINGS = Findings(ID)
MINIMUM = 50
FEWEST = 8  # rows at the end
EXPECTED = 5.0  # rows beyond it, were they as before
LEFT = 0.05  # of these, where nothing lies beyond
BELOW_GAIN = 0.5  # of what is gone beyond it, at least, stands at the end
SURE = 3.0  # standard errors that are allowed for
PART, DEFAULT = (
    2.0,
    1.5,
)  # standard errors of what is gone in a part, and beyond what a default takes
FILLED = 0.5  # of what the end gained were missing values before
KEPT = 0.5  # of the values that are not beyond it are left
NEW = 0.2  # of the share at the end, at most, stood there before
OWN = 0.5  # of the rows at the end, as a share of the log, stood there in the baseline already
COPIED, ONE_PERSON = 0.3, 0.5
SEVERAL = 3  # different cut texts that are no chance, though longer ones are left
QUANTILES = 21
NEED = "a training (reference) table, or a log with times"
ASK_REFERENCE = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random)."
)
ASK = (
    "Please say in which type and with which limits each system writes this input, and send the "
    "values as they were before they were cut off, for these requests."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each input that is in the log and in the baseline."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        return [_nothing("there is neither a training table nor an early part of the log", NEED)]
    known = {i.name: i for i in inputs_of(view, baseline, task)}
    names = [n for n in (*numeric_inputs(view), *category_inputs(view)) if n in known]
    if not names:
        return [_nothing("no input of the model is in the log", "the inputs in the log")]
    if min(view.log.rows, baseline.table.rows) < MINIMUM:
        return [_few(n, view.log.rows, baseline.table.rows) for n in names]
    ground = Ground(
        view, baseline, traffic_of(view, task), len(names), followers(view, task).keys()
    )
    found = []
    for done, name in enumerate(names):
        task.tick(done, len(names), f"Caps and cut texts: {name}")
        each = known[name]
        found.append(_number(ground, each, task) if each.number else _text(ground, each, task))
    return found


def _number(ground: Ground, each: Input, task: Task) -> Finding:
    order = {"supports": 0, "cannot tell": 1, "speaks against": 2}
    best: Finding | None = None
    for end in ends(ground, each, task):
        judged = _judged(ground, end, task)
        if best is None or order[judged.verdict] < order[best.verdict]:
            best = judged
        if best.verdict == "supports":
            break
    if best is not None:
        return best
    words = (
        f"{each.name}: at no value do more of the {count(ground.traffic.rows)} rows pile up than "
        f"in {ground.baseline.words} while those beyond it are gone.{_old_end(each)}"
    )
    return FINDINGS.of(each.name, "speaks against", words, ground.traffic.rows)


def _old_end(each: Input) -> str:
    """Say that training ended at the same value, where many of its rows stood there too."""
    live, base = each.live, each.base
    assert isinstance(live, Held)
    assert isinstance(base, Held)
    if not live.n or not base.n or live.values[-1] != base.values[-1]:
        return ""
    if not (live.stands_out()[-1] and base.stands_out()[-1]):
        return ""
    return f" Training ends at {number(float(base.values[-1]))} as well: it knew that cap."


def _judged(ground: Ground, end: End, task: Task) -> Finding:
    here, before = end.shares(end.counts.inside), end.shares(end.counts.usual)
    words, at = _sentence(end), end.counts.inside.met[VALUE]
    if before.beyond * here.n < EXPECTED or at < FEWEST:
        words += f" That is too little to tell a {_what(end)} from chance."
        need = f"{FEWEST} rows at the {_what(end)}, and {EXPECTED:g} that would lie beyond it"
        return _quiet(end, "cannot tell", words, would_need=need)
    otherwise = _by_the_clock(ground, end, task) or _otherwise(end)
    if otherwise:
        return _quiet(end, "speaks against", f"{words} {otherwise}")
    # an hour or a day has another mix of values too: there a part of them proves no cap
    by_clock = any(c.part for c in end.place.segment or ())
    if here.beyond > LEFT * before.beyond and (by_clock or not _in_part(end)):
        words += " Whether a part is cut off, or another value stands there by default, is open."
        need = f"which systems write {end.each.name}, and with which limits"
        return _quiet(end, "cannot tell", words, would_need=need)
    if _its_own(end):
        words += " Whether that segment was so before is not known."
        need = "training rows with the column of that segment, or earlier rows of it"
        return _quiet(end, "cannot tell", words, would_need=need)
    own, person = told_apart(ground, end, task)
    if own < COPIED or person > ONE_PERSON:
        whose = "one subject" if person > ONE_PERSON else "requests that came again"
        return _quiet(end, "speaks against", f"{words} Over half of these rows are of {whose}.")
    return _supported(ground, end, words, task)


def _by_the_clock(ground: Ground, end: End, task: Task) -> str:
    """That the rows at an end are there by their own time; empty where they are not."""
    follows = followers(ground.view, task).get(end.each.name)
    if follows is None:
        return ""
    rows = end.change.carried.claimed
    known = follows.explains(rows[follows.x[rows] == end.value])
    return f"They are {follows.said}" if known else ""


def _otherwise(end: End) -> str:
    """What speaks against an end: too much stands there, or too little; empty where nothing does.

    What is cut off stands at the end: neither a default for any value nor a drift keeps that.
    """
    here, before = end.shares(end.counts.inside), end.shares(end.counts.usual)
    lost = before.nearer * here.n >= EXPECTED and here.nearer < KEPT * before.nearer
    if end.gain > TIMES * end.loss + SURE * end.noise or lost:
        return "More stand there than are gone beyond it: that is no cap but another value's."
    if end.filled > FILLED * end.gain:
        return "Fewer values are missing there: that is no cap but a value in their place."
    if end.gain < BELOW_GAIN * end.loss:
        moved = "smaller" if end.top else "larger"
        return f"Fewer stand there than are gone beyond it: the values have become {moved}."
    return ""


def _in_part(end: End) -> bool:
    """Whether what stands at the end is new, and what is gone beyond it more than a default takes.

    A default for any value takes from beyond the end no more than from all rows.
    """
    here, before = end.shares(end.counts.inside), end.shares(end.counts.usual)
    gone = end.loss - max(end.gain, 0.0) * before.beyond
    sure = end.loss >= PART * end.noise and gone >= DEFAULT * end.noise
    return sure and before.at <= NEW * here.at


def _its_own(end: End) -> bool:
    """Whether the segment may always have been so: then the baseline holds its rows as well."""
    counts, place = end.counts, end.place
    if place.segment is None or place.onset is not None or counts.usual is not counts.base:
        return False
    rows = max(counts.inside.rows + counts.rest.rows, 1)
    share = (counts.inside.met[VALUE] + counts.rest.met[VALUE]) / rows
    return counts.base.share(VALUE) >= OWN * share


def _what(end: End) -> str:
    return "cap" if end.top else "floor"


def _sentence(end: End) -> str:
    here, before, at = end.counts.inside, end.counts.usual, number(end.value)
    far, side = (ABOVE, "above") if end.top else (BELOW, "below")
    return (
        f"{end.each.name} is {at} in {part(here.met[VALUE], here.rows, 'rows')} of "
        f"{segment_words(end.place.segment)}{_since(end.place)}, and {side} it in "
        f"{count(here.met[far])}; {before.words}: {per_cent(before.share(VALUE))} at {at} and "
        f"{per_cent(before.share(far))} {side} it, of {count(before.rows)}."
    )


def _since(place: Place) -> str:
    words = ""
    if place.onset is not None:
        words = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        words += f", until {between(place.end.earliest, place.end.latest)}"
    return words


def _supported(ground: Ground, end: End, words: str, task: Task) -> Finding:
    here, before = end.shares(end.counts.inside), end.shares(end.counts.usual)
    whole = "Values" if here.beyond <= LEFT * before.beyond else "A part of the values"
    words += f" {whole} end at a {_what(end)} there; what was cut off is not in the log."
    words += _beyond(ground, end, task)
    cause = end.place.cause("input-unit-or-scale", (end.each.name,))
    cause = _stated(ground.view, cause, words, _signs(ground.view, end))
    return FINDINGS.of(
        end.each.name, "supports", words, ground.traffic.rows, segment=end.place.segment,
        effect=_effect(end), cause=cause, ask=ASK, charts=_pictures(end),
    )  # fmt: skip


def _beyond(ground: Ground, end: End, task: Task) -> str:
    """How far the baseline goes, and between which outputs this decision's may have been."""
    sql, base = end.each.base_sql, ground.baseline
    far = end.each.conditions(end.value, sql)[ABOVE if end.top else BELOW]
    steps = ", ".join(f"{k / (QUANTILES - 1)!r}" for k in range(QUANTILES))
    n, values = (
        column[0].as_py()
        for column in base.table.query(
            f"SELECT count(*), quantile_disc({sql}, [{steps}]) FROM {{t}} WHERE {far}", task=task
        ).columns
    )
    if not n:
        return ""
    last = values[-1] if end.top else values[0]
    words = f" In {base.words} {count(n)} values go on to {number(last)}."
    if not end.place.concerns_decision:
        return words
    found = outputs_over(ground.view, end.each.name, values, task)
    if found is None:
        return words
    return words + outputs_words(
        *found, "whichever of these it was", "as to which of these it was"
    )  # fmt: skip


def _signs(view: View, end: End) -> list[str]:
    """Signs beside the shares: the end of a type, a limit that the dictionary declares."""
    found, entry = [], view.dictionary.get(end.each.name)
    if end.value in LIMITS:
        found.append(f"{number(end.value)} is the end of {LIMITS[end.value]}")
    if end.value == (entry.maximum if end.top else entry.minimum):
        found.append(f"the dictionary declares {number(end.value)} as the limit of {end.each.name}")
    return found


def _stated(view: View, cause: Cause, words: str, signs: Sequence[str]) -> Cause:
    signs = (*signs, *lined_up_releases(view, cause))
    return replace(cause, statement=words, corroborations=signs)


def _effect(end: End) -> dict[str, Any]:
    here, before = end.shares(end.counts.inside), end.shares(end.counts.usual)
    return {
        "value": end.value,
        "kind": _what(end),
        "share_at_in_scope": round(here.at, 4),
        "share_beyond_in_scope": round(here.beyond, 4),
        "share_at_before": round(before.at, 4),
        "share_beyond_before": round(before.beyond, 4),
        "compared_with": end.counts.usual.words,
        "gain": round(end.change.carried.gain, 1),
        "score": round(end.change.carried.score, 1),
        "log_of_looks": round(end.change.carried.looks, 1),
    }


def _pictures(end: End) -> tuple[Dots, ...]:
    """Shares of rows at the end, and beyond it, part by part."""
    name, at, side = end.each.name, number(end.value), "above" if end.top else "below"
    where, usual = segment_words(end.place.segment), end.counts.usual
    told = ((VALUE, f"at {at}"), (ABOVE if end.top else BELOW, f"{side} {at}"))
    return tuple(
        end.counts.dots(
            k,
            f"{name}: share of rows {what}",
            f"Share of rows of {name} {what}: {per_cent(end.counts.inside.share(k))} in {where}, "
            f"{per_cent(usual.share(k))} in {usual.words}.",
        )
        for k, what in told
    )


def _text(ground: Ground, each: Input, task: Task) -> Finding:
    view, n = ground.view, ground.traffic.rows
    assert view.model is not None
    values = values_of(view, view.model.input(each.name), ground.baseline, task)
    cut = cut_of(view, ground.traffic, values, ground.inputs, task)
    if cut is None or not cut.enough:
        words = (
            f"{each.name}: in none of the {count(n)} rows does a text that "
            f"{ground.baseline.words} never had begin a longer one that it had, more often than "
            "chance."
        )
        return FINDINGS.of(each.name, "speaks against", words, n)
    seen, place = sorted(cut.reading.meant, key=lambda v: (-values.live[v], v)), cut.place
    words = (
        f"{each.name} in {segment_words(place.segment)}{_since(place)} ends after "
        f"{cut.reading.length} letters: {count(place.rows_changed)} of "
        f"{count(place.rows_in_scope)} rows hold the beginning of a longer value that "
        f"{ground.baseline.words} had ({quoted(seen)}), and {count(cut.longer)} a longer value."
    )
    if len(seen) < SEVERAL and not (cut.whole and cut.cut >= FEWEST):
        words += " So few different ones may be names of their own."
        need = f"the list of values that {each.name} may have"
        return FINDINGS.of(
            each.name, "cannot tell", words, n, segment=place.segment, effect=_cut_effect(cut),
            would_need=need,
        )  # fmt: skip
    return _cut_short(ground, cut, seen, words, task)


def _cut_short(ground: Ground, cut: Cut, seen: Sequence[str], words: str, task: Task) -> Finding:
    view, values, pairs = ground.view, cut.values, cut.reading.pairs
    name, n = values.each.name, ground.traffic.rows
    transform = Map(pairs) if pairs else NoTransform()
    cause = cut.place.cause("input-unseen-value", (name,), transform)
    if pairs:
        scope = scope_sql(cause.segment, cause.onset, cause.end)
        rows = f"({scope}) AND {one_of(values.expression, [p[0] for p in pairs])}"
        told = received(view, name, undo_sql(transform, values.expression), rows, task)
        if told is not None and told.meant:
            words += (
                f" But {count(told.as_meant)} of {count(told.n)} logged scores looked at are those "
                "of the longer values: the model received them whole."
            )
            return FINDINGS.of(name, "speaks against", words, n, effect=_cut_effect(cut))
    unclear = [s for s in seen if s not in dict(pairs)]
    if unclear:
        words += f" What {quoted(unclear)} stands for is not known: several values begin so."
    signs = []
    if len(pairs) > 1:
        shown = ", ".join(f"“{s}” for “{m}”" for s, m in pairs[:3])
        signs.append(f"each of {len(pairs)} cut texts begins one known value only, such as {shown}")
    return FINDINGS.of(
        name, "supports", words, n, segment=cut.place.segment, effect=_cut_effect(cut),
        cause=_stated(view, cause, words, signs), ask=ASK, charts=(cut_picture(cut, seen),),
    )  # fmt: skip


def _cut_effect(cut: Cut) -> dict[str, Any]:
    carried = cut.change.carried
    return {
        "kind": "cut text",
        "length": cut.reading.length,
        "rows_cut": cut.cut,
        "rows_longer": cut.longer,
        "pairs": [list(p) for p in cut.reading.pairs[:SHOWN]],
        "score": round(carried.score, 1),
        "log_of_looks": round(carried.looks, 1),
    }


def _few(name: str, live: int, base: int) -> Finding:
    words = f"{name}: {count(live)} rows live and {count(base)} to compare with are too few."
    need = f"at least {MINIMUM} live rows and {MINIMUM} reference rows"
    return FINDINGS.of(name, "cannot tell", words, live, would_need=need)


def _quiet(end: End, verdict: Any, words: str, **more: Any) -> Finding:  # noqa: ANN401 - passed on
    rows = end.counts.inside.rows + end.counts.rest.rows
    return FINDINGS.of(
        end.each.name, verdict, words, rows, segment=end.place.segment, effect=_effect(end), **more
    )


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"Caps and cut texts cannot be looked for: {reason}.", need)


CHECK = Check(
    family="input_units",
    name="clipped",
    suspicion="Values end at a cap or a floor, or texts at a length, that training does not have.",
    covers=(
        "numeric inputs of which the values beyond one value are gone and stand at it instead "
        "(255, 32,767 or any other; floors as well), wholly or in part, and categories cut after "
        "a number of letters, in one segment and one window of time"
    ),
    does_not_cover=(
        "a cap that training had too, a cap that hardly a value of training lies beyond, values "
        "that run over (a counter that begins again at 0), texts that are no category"
    ),
    minimum=f"{MINIMUM} live and {MINIMUM} reference rows, {FEWEST} of them at the cap",
    run=run,
    needs=("log",),
    asks=(("reference", ASK_REFERENCE),),
    causes=("input-unit-or-scale", "input-unseen-value"),
    order=23,
)
