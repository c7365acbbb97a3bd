"""Does one value stand where nothing is known: -999, 0, "None" in place of missing, or the reverse?

Three suspicions of one kind: a value that training hardly had and many live rows hold; missing
values that have become a value which training knows (zero); and a code for nothing, with which the
model was trained, that now arrives as missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

from investigators.answering import Findings
from investigators.chart import Dots
from investigators.check import Check
from investigators.evidence import Fill, Finding, NoTransform, Transform, segment_words
from investigators.moments.followers import followers
from investigators.numbers import between, count, number, part, per_cent
from investigators.shift.corroborate import lined_up_releases
from investigators.task import Task
from investigators.traffic.infinite import Infinite, infinite
from investigators.traffic.place import Place
from investigators.traffic.placeholders import LIMITS, emphatic, is_word, number_words
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.traffic.stand_in import (
    ABOVE,
    BELOW,
    LEAST,
    MISSING,
    RARE,
    VALUE,
    Claim,
    Ground,
    Input,
    claims,
    codes_of,
    fell,
    inputs_of,
    never_a_value,
    old_codes,
    texts_of,
    value_words,
)
from investigators.traffic.values import FEWEST, Held
from investigators.view import View

ID = "input_units.sentinel"
FINDINGS = Findings(ID)
MINIMUM = 50
FEW_EARLIER = 300
LEFT, SURELY = 0.25, 4.0  # of a code that vanished; standard errors where more of it is left
SELDOM = 0.001  # share of the claimed rows, of a code that no value can be
KEPT = 0.5  # of the usual share of values before a cap
FAR = 1.0  # spreads of training's middle 90 % beyond its range
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random)."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each input that is in the log and in the baseline."""
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
    inputs = list(inputs_of(view, baseline, task))
    if not inputs:
        return [_nothing("no input of the model is in the log", "the inputs in the log")]
    ground = Ground(view, baseline, traffic_of(view, task), len(inputs))
    findings = []
    for done, each in enumerate(inputs):
        task.tick(done, len(inputs), f"Codes for nothing: {each.name}")
        findings.append(_one(ground, each, task))
    return findings


def _one(ground: Ground, each: Input, task: Task) -> Finding:
    live, base = each.live, each.base
    if min(live.rows, base.rows) < MINIMUM or not base.n:
        words = (
            f"{each.name}: {count(live.rows)} rows live and {count(base.n)} values in "
            f"{ground.baseline.words} are too few to see a code for nothing."
        )
        need = f"at least {MINIMUM} live rows and {MINIMUM} reference rows with the input"
        return FINDINGS.of(each.name, "cannot tell", words, live.rows, would_need=need)
    found = []
    for claim in claims(ground, each, task):
        found.append(_by_the_clock(ground, claim, task) or _judged(ground, claim))
        if found[-1].verdict == "supports":
            break
    order = {"supports": 0, "cannot tell": 1, "speaks against": 2}
    if not any(f.verdict == "supports" for f in found):
        endless = infinite(ground, each, task)
        if endless is not None:
            return _infinite(ground, each, endless)
    if found:
        return min(found, key=lambda f: order[f.verdict])
    words = (
        f"{each.name}: no single value that {ground.baseline.words} hardly had piles up in the "
        f"{count(ground.traffic.rows)} rows, and none has taken the place of missing values."
    )
    return FINDINGS.of(each.name, "speaks against", words, ground.traffic.rows)


def _by_the_clock(ground: Ground, claim: Claim, task: Task) -> Finding | None:
    """The finding where a new value is what the rows' times say: a month that training had not."""
    follows = followers(ground.view, task).get(claim.each.name)
    if follows is None or claim.kind != "new":
        return None
    rows = claim.change.carried.claimed
    if not follows.explains(rows[follows.x[rows] == claim.value]):
        return None
    return _quiet(ground, claim, f"{_said(claim)}, {follows.said}")


def _infinite(ground: Ground, each: Input, found: Infinite) -> Finding:
    place, inside, usual = found.place, found.counts.inside, found.counts.usual
    words = (
        f"{each.name} is not finite (infinite) in {part(inside.met[0], inside.rows, 'rows')} of "
        f"{segment_words(place.segment)}{_since(place)}; {usual.words}: "
        f"{part(usual.met[0], usual.rows, 'rows')}. A division by zero or an overflow leaves that."
    )
    cause = place.cause("input-missing-or-default", (each.name,), statement=words)
    cause = replace(cause, corroborations=(
        "no measured value is infinite", *lined_up_releases(ground.view, cause)
    ))  # fmt: skip
    share = round(inside.share(0), 4)
    picture = found.counts.dots(
        0, f"{each.name}: share of rows that are infinite",
        f"Share of rows of {each.name} that are infinite: {per_cent(inside.share(0))} in "
        f"{segment_words(place.segment)}, {per_cent(usual.share(0))} in {usual.words}.",
    )  # fmt: skip
    return FINDINGS.of(
        each.name, "supports", words, ground.traffic.rows, segment=place.segment,
        effect={"kind": "infinite", "share_in_scope": share}, cause=cause, charts=(picture,),
    )  # fmt: skip


def _judged(ground: Ground, claim: Claim) -> Finding:
    if claim.kind == "vanished":
        return _vanished(ground, claim)
    if claim.kind == "filled":
        return _filled(ground, claim)
    return _new(ground, claim)


def _new(ground: Ground, claim: Claim) -> Finding:
    each, inside, usual = claim.each, claim.counts.inside, claim.counts.usual
    said = f"{_said(claim)}; {_before(claim)}"
    least = SELDOM if never_a_value(each, claim.value) else LEAST
    if inside.share(VALUE) < least or usual.share(VALUE) > RARE * inside.share(VALUE):
        return _quiet(ground, claim, f"{said}: no more than a part of what was usual there.")
    if _capped(claim):
        words = f"{said}. Values pile up there and none lies beyond: that is a cap, not a code."
        return _quiet(ground, claim, words)
    old = claim.instead
    codes = codes_of(ground.view, each)
    if old is not None and old not in old_codes(each, codes):
        words = f"{said}, and {value_words(old)} is gone to the same extent: another code or scale."
        return _quiet(ground, claim, words)
    signs = _signs(ground, claim)
    if old is not None:
        signs.append(f"{value_words(old)}, training's own code, is gone to the same extent")
    if not _tells(ground, claim):
        words = f"{said}. It may stand for nothing known, or be a new value of the world."
        return FINDINGS.of(
            each.name, "cannot tell", words, inside.rows, segment=claim.place.segment,
            effect=_effect(claim),
            would_need=f"what the source writes into {each.name} where nothing is known",
        )  # fmt: skip
    # an early part of the log may hold the code itself where it began within it
    taken = usual if ground.baseline.early else claim.counts.base
    common = taken.met[VALUE] >= FEWEST and taken.share(VALUE) >= RARE * LEAST
    transform: Transform = NoTransform() if common else Fill(claim.value, old)
    words = f"{said}. {_fall_words(claim)}".strip()
    return _supported(ground, claim, words, transform, signs)


def _filled(ground: Ground, claim: Claim) -> Finding:
    """Missing values fell: is it this value that stands there now?"""
    inside, usual = claim.counts.inside, claim.counts.usual
    left = (1 - inside.share(MISSING)) / max(1 - usual.share(MISSING), 1e-9)
    excess = inside.share(VALUE) - usual.share(VALUE) * left
    if not (fell(claim, excess) and excess >= 0.15 * usual.share(VALUE)):
        words = (
            f"{claim.each.name}: {_fall_words(claim)} No single value rose by as much beyond what "
            f"a drift gives."
        )
        return _quiet(ground, claim, words)
    transform: Transform = NoTransform()
    if excess >= 0.5 * inside.share(VALUE):
        transform = Fill(claim.value, None)
    words = f"{_said(claim)}; {_before(claim)}. {_fall_words(claim)}"
    return _supported(ground, claim, words, transform, _signs(ground, claim))


def _vanished(ground: Ground, claim: Claim) -> Finding:
    inside, usual = claim.counts.inside, claim.counts.usual
    rise, drop = -claim.fall, -claim.gain
    if usual.rows < FEW_EARLIER and claim.counts.base.rows > usual.rows:
        # a handful of earlier rows does not tell how often a rare code stood there
        drop = claim.counts.base.share(VALUE) - inside.share(VALUE)
    before = usual.share(VALUE)
    noise = sqrt(before * (1 - before) * (1 / max(inside.rows, 1) + 1 / max(usual.rows, 1)))
    near = (0.5 + 0.5 * before) * rise <= drop <= 1.6 * rise + 2 * noise
    left = inside.share(VALUE) > LEFT * before and drop < SURELY * noise
    if not near or left or rise < LEAST:
        words = (
            f"{claim.each.name}: more values are missing, and {claim.words} of training is not "
            f"what they were."
        )
        return _quiet(ground, claim, words)
    name = claim.each.name
    words = (
        f"{name} is missing in {part(inside.met[MISSING], inside.rows, 'rows')} of "
        f"{segment_words(claim.place.segment)}{_since(claim.place)}; {usual.words}: "
        f"{per_cent(usual.share(MISSING))}. {claim.words}, which stood in "
        f"{per_cent(usual.share(VALUE))} there{_what_is_left(claim)}, is gone to the same extent."
    )
    signs = _signs(ground, claim)
    return _supported(ground, claim, words, Fill(None, claim.value), signs)


def _what_is_left(claim: Claim) -> str:
    share = claim.counts.inside.share(VALUE)
    return f" and now in {per_cent(share)}" if share >= LEAST else ""


def _supported(
    ground: Ground, claim: Claim, words: str, transform: Transform, signs: Sequence[str]
) -> Finding:
    place = claim.place
    cause = place.cause("input-missing-or-default", (claim.each.name,), transform, statement=words)
    releases = lined_up_releases(ground.view, cause)
    cause = replace(cause, corroborations=(*signs, *releases))
    return FINDINGS.of(
        claim.each.name, "supports", words, ground.traffic.rows, segment=place.segment,
        effect=_effect(claim), cause=cause, charts=_pictures(claim),
    )  # fmt: skip


def _said(claim: Claim) -> str:
    inside = claim.counts.inside
    where = segment_words(claim.place.segment)
    rows = part(inside.met[VALUE], inside.rows, "rows")
    return f"{claim.each.name} is {claim.words} in {rows} of {where}{_since(claim.place)}"


def _since(place: Place) -> str:
    onset, end = place.onset, place.end
    words = ""
    if onset is not None:
        words = f", since {between(onset.earliest, onset.latest)}"
    if end is not None:
        words += f", until {between(end.earliest, end.latest)}"
    return words


def _before(claim: Claim) -> str:
    usual = claim.counts.usual
    return f"{usual.words}: {part(usual.met[VALUE], usual.rows, 'rows')}"


def _fall_words(claim: Claim) -> str:
    """Say how far missing values fell; nothing where they did not."""
    inside, usual = claim.counts.inside, claim.counts.usual
    if claim.fall <= 0:
        return ""
    before, now = per_cent(usual.share(MISSING)), per_cent(inside.share(MISSING))
    return f"Missing values fell from {before} to {now} in the same rows."


def _capped(claim: Claim) -> bool:
    """Whether values pile up here that lay beyond before, and none lies beyond now.

    A cap leaves the values before it as they were: a code in the place of all values does not, and
    one outside the usual range has none before it.  Only a type may end before all values.
    """
    inside, usual = claim.counts.inside, claim.counts.usual
    for side, nearer in ((ABOVE, BELOW), (BELOW, ABOVE)):
        expected = usual.share(side) * inside.rows
        none_left = expected >= FEWEST and inside.met[side] <= 0.02 * expected
        if not none_left or inside.share(VALUE) > 5 * usual.share(side):
            continue
        if inside.share(nearer) >= KEPT * usual.share(nearer) > 0 or _type_ends(claim, side):
            return True
    return False


def _type_ends(claim: Claim, side: int) -> bool:
    """Whether a type ends at the value, on the side where the values would go on."""
    value = claim.value
    return value in LIMITS and (float(value) > 0) is (side == ABOVE)


def _range(claim: Claim) -> tuple[float, float, float] | None:
    """Training's least and largest value, and the width of its middle 90 %."""
    base = claim.each.base
    if not isinstance(base, Held):
        return None
    sums = base.counts.cumsum() / base.n
    low, high = (float(base.values[(sums >= q).argmax()]) for q in (0.05, 0.95))
    return float(base.values[0]), float(base.values[-1]), high - low


def _outside(claim: Claim) -> bool:
    if not isinstance(claim.value, float):
        return claim.counts.base.met[VALUE] == 0
    base = claim.counts.base
    beyond = base.met[ABOVE] + base.met[VALUE] == 0 or base.met[BELOW] + base.met[VALUE] == 0
    return beyond and base.met[VALUE] == 0


def _far(claim: Claim) -> bool:
    found = _range(claim)
    if found is None or not isinstance(claim.value, float) or not _outside(claim):
        return False
    low, high, width = found
    return width > 0 and max(claim.value - high, low - claim.value) >= FAR * width


def _tells(ground: Ground, claim: Claim) -> bool:
    """Whether something beside its share says that a new value stands for nothing."""
    value = claim.value
    if claim.instead is not None or value in codes_of(ground.view, claim.each):
        return True
    if fell(claim, claim.gain):
        return True
    if not isinstance(value, float):
        return is_word(value, texts_of(claim.each))
    return _far(claim) or emphatic(value) or (number_words(value) is not None and _outside(claim))


def _signs(ground: Ground, claim: Claim) -> list[str]:
    """Signs beside the share itself, each a phrase with numbers."""
    found, value, name = [], claim.value, claim.each.name
    if value in codes_of(ground.view, claim.each):
        found.append(f"the dictionary lists {claim.words} as a code for a missing {name}")
    if claim.kind == "vanished":
        drop, rise = per_cent(-claim.gain), per_cent(-claim.fall)
        found.append(f"{claim.words} is gone from {drop} of rows where missing rose by {rise}")
    elif fell(claim, claim.gain) or claim.kind == "filled":
        found.append(_fall_words(claim).rstrip(".")[0].lower() + _fall_words(claim).rstrip(".")[1:])
    if isinstance(value, str):
        if is_word(value, texts_of(claim.each)):
            found.append(f"{claim.words} is a usual spelling of nothing known")
        return found
    known = number_words(value)
    if known is not None and (value != 0 or _outside(claim)):
        found.append(f"{claim.words} is {known}")
    bounds = _range(claim)
    if claim.kind == "new" and bounds is not None and _outside(claim):
        low, high, _ = bounds
        far = ", far from all of them" if _far(claim) else ""
        found.append(
            f"{claim.words} is outside training's values ({number(low)} to {number(high)}){far}"
        )
    return found + _declared(ground, claim)


def _declared(ground: Ground, claim: Claim) -> list[str]:
    entry = ground.view.dictionary.get(claim.each.name)
    value = float(claim.value)
    if claim.kind == "vanished":
        return []
    if entry.minimum is not None and value < entry.minimum:
        return [f"the dictionary says {number(entry.minimum)} at least"]
    if entry.maximum is not None and value > entry.maximum:
        return [f"the dictionary says {number(entry.maximum)} at most"]
    return []


def _effect(claim: Claim) -> dict[str, Any]:
    inside, usual = claim.counts.inside, claim.counts.usual
    return {
        "value": claim.value,
        "kind": claim.kind,
        "share_in_scope": round(inside.share(VALUE), 4),
        "share_before": round(usual.share(VALUE), 4),
        "missing_in_scope": round(inside.share(MISSING), 4),
        "missing_before": round(usual.share(MISSING), 4),
        "compared_with": usual.words,
        "gain": round(claim.change.carried.gain, 1),
        "score": round(claim.change.carried.score, 1),
        "log_of_looks": round(claim.change.carried.looks, 1),
    }


def _pictures(claim: Claim) -> tuple[Dots, ...]:
    """Shares of the rows that hold the value, by part; of one that vanished, the missing first."""
    inside, base = claim.counts.inside, claim.counts.base
    told = [(VALUE, claim.words)]
    if claim.kind == "vanished":
        told.insert(0, (MISSING, "missing"))
    return tuple(
        claim.counts.dots(
            which,
            f"{claim.each.name}: share of rows that are {what}",
            f"Share of rows of {claim.each.name} that are {what}: "
            f"{per_cent(inside.share(which))} in {segment_words(claim.place.segment)}, "
            f"{per_cent(base.share(which))} in {base.words}.",
        )
        for which, what in told
    )


def _quiet(ground: Ground, claim: Claim, words: str) -> Finding:
    return FINDINGS.of(
        claim.each.name, "speaks against", words, ground.traffic.rows,
        segment=claim.place.segment, effect=_effect(claim),
    )  # fmt: skip


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"A code for nothing cannot be looked for: {reason}.", need)


CHECK = Check(
    family="input_units",
    name="sentinel",
    suspicion="One value stands where nothing is known, or a code for nothing known has vanished.",
    covers=(
        "a value that training hardly had (-999, 0, 9999, “None”) in at least 1 % of the rows of "
        "one segment and one window of time; infinity in a few rows; zero and other known values "
        "in the place of missing ones; a code of training that arrives as missing"
    ),
    does_not_cover=(
        "defaults spread over different values, a code inside the range of a count without "
        "another sign, text in a column of numbers"
    ),
    minimum=f"{MINIMUM} live rows and {MINIMUM} reference rows, and some 20 rows with the value",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-missing-or-default",),
    order=22,
)
