"""Do values pile up at an end beyond which training goes on: a cap, a type's limit, a cut text?

For numbers: of the rows at or beyond a value (training's share beyond it among them), none lies
beyond it live, and the value itself holds what lay beyond.  A drift moves that share, but leaves
no pile.  For texts: unseen values that are the beginnings of training's, all of one length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from investigators.chart import Cells
from investigators.check import Check
from investigators.evidence import (
    Cause,
    CauseClass,
    Finding,
    Map,
    NoTransform,
    Transform,
    segment_words,
)
from investigators.numbers import between, count, number, part, per_cent
from investigators.shift.corroborate import lined_up_releases
from investigators.tables.table import literal
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.placeholders import LIMITS
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.traffic.stand_in import Ground, Input, inputs_of
from investigators.traffic.values import FEWEST, Held, Spelt, flags
from investigators.traffic.yardstick import Compared, compare
from investigators.view import View

ID = "input_units.clipped"
MINIMUM = 50
TRIED = 3  # candidates of an input
DIFFERENT = 12  # values of training: with fewer an end that is not reached is no cap
BEYOND = 0.2  # share of training's rows at or beyond a cap that lie beyond it
LEFT = 0.02  # of that share, at most, live
PILE = 0.4  # of what lay beyond, at least, is at the cap now
LEAST = 0.005  # of the rows in scope stand at the cap
WIDTHS = frozenset({8, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 50, 64, 80, 100, 128, 255, 256})
AT, OVER, ALL = range(3)  # conditions that are counted: at the cap, beyond it, has a value
Side = Literal["above", "below"]
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random)."
)


@dataclass(frozen=True)
class Cap:
    """An end at which values pile up, and what is counted at and beyond it."""

    each: Input
    value: float
    side: Side
    change: ShareChange
    place: Place
    counts: Compared

    @property
    def beyond(self) -> float:
        """Share of the usual rows with a value that lie beyond the cap."""
        usual = self.counts.usual
        return usual.met[OVER] / max(usual.met[ALL], 1)

    @property
    def pile(self) -> float:
        """Share of the rows in scope with a value that stand at the cap, beyond what was usual."""
        inside, usual = self.counts.inside, self.counts.usual
        return inside.met[AT] / max(inside.met[ALL], 1) - usual.met[AT] / max(usual.met[ALL], 1)


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
        task.tick(done, len(inputs), f"Caps: {each.name}")
        findings.append(_one(ground, each, task))
    return findings


def _one(ground: Ground, each: Input, task: Task) -> Finding:
    live, base = each.live, each.base
    if min(live.n, base.n) < MINIMUM:
        words = (
            f"{each.name}: {count(live.n)} values live and {count(base.n)} in "
            f"{ground.baseline.words} are too few to see a cap."
        )
        need = f"at least {MINIMUM} live and {MINIMUM} reference values"
        return _finding(each.name, "cannot tell", words, live.n, would_need=need)
    if isinstance(live, Spelt) and isinstance(base, Spelt):
        cut = _cut(ground, each, live, base, task)
        if cut is not None:
            return cut
    elif isinstance(live, Held) and isinstance(base, Held):
        for value, side in candidates(live, base)[:TRIED]:
            cap = _cap(ground, each, value, side, task)
            if cap is not None and _piles_up(cap):
                return _supported(ground, cap)
    words = (
        f"{each.name}: values do not pile up at an end that {ground.baseline.words} goes beyond."
    )
    return _finding(each.name, "speaks against", words, ground.traffic.rows)


def candidates(live: Held, base: Held) -> list[tuple[float, Side]]:
    """Values at which more rows stand than training leads one to expect, with many beyond it."""
    if base.values.size < DIFFERENT:
        return []
    alone = live.stands_out()
    found: list[tuple[float, float, Side]] = []
    for at in (0, live.values.size - 1):  # the ends of the sample, in any case
        alone[at] |= bool(live.counts[at] >= FEWEST)
    for place in np.flatnonzero(alone & (live.counts >= FEWEST)):
        value, rows = float(live.values[place]), int(live.counts[place])
        here, there = rows / live.n, base.share(value) * base.rows / base.n
        for side in ("above", "below"):
            over = (base.above(value) if side == "above" else base.below(value)) / base.n
            if over and over >= BEYOND * (over + there) and here > 1.5 * there:
                found.append((float(rows), value, side))
    found.sort(key=lambda f: (-f[0], f[1], f[2]))
    return [(value, side) for _, value, side in found]


def _cap(ground: Ground, each: Input, value: float, side: Side, task: Task) -> Cap | None:
    """Find the rows in which nothing lies beyond the value any more."""
    view, baseline = ground.view, ground.baseline
    assert view.log is not None
    live, base = (_conditions(sql, value, side) for sql in (each.live_sql, each.base_sql))
    at, over = flags(view.log, live[:2], task)
    counted = baseline.table.query(
        f"SELECT count(*) FILTER ({base[AT]}), count(*) FILTER ({base[OVER]}) FROM {{t}}", task=task
    )
    stand, lie = (int(column[0].as_py()) for column in counted.columns)
    change = share_change(ground.traffic, over, at | over, (lie, stand + lie), task, more=False)
    if change is None or not ground.enough(change) or change.inside > LEFT:
        return None
    place = place_of(view, ground.traffic, change.carried, live[AT], task)
    counts = compare(view, baseline, place, live, base, task)
    return Cap(each, value, side, change, place, counts)


def _conditions(sql: str, value: float, side: Side) -> list[str]:
    """SQL of: stands at the value, lies beyond it, has a value (NaN is none)."""
    present = f"coalesce(NOT isnan({sql}), false)"
    sign = ">" if side == "above" else "<"
    edge = literal(value)
    return [f"coalesce({sql} = {edge}, false)", f"{present} AND {sql} {sign} {edge}", present]


def _piles_up(cap: Cap) -> bool:
    """Whether what lay beyond stands at the end now: a drift takes it away as well."""
    inside, beyond = cap.counts.inside, cap.beyond
    known = max(inside.met[ALL], 1)
    return (
        inside.met[OVER] <= LEFT * beyond * known
        and inside.met[AT] >= max(FEWEST, LEAST * known)
        and cap.pile >= PILE * beyond
        and beyond * known >= FEWEST
    )


def _supported(ground: Ground, cap: Cap) -> Finding:
    name, inside, usual = cap.each.name, cap.counts.inside, cap.counts.usual
    above = cap.side == "above"
    words = (
        f"{name} is exactly {number(cap.value)} in "
        f"{part(inside.met[AT], inside.met[ALL], 'values')} of "
        f"{segment_words(cap.place.segment)}{_since(cap.place)}, and "
        f"{count(inside.met[OVER])} lie {cap.side} it; {usual.words}: {per_cent(cap.beyond)} lie "
        f"{cap.side}."
    )
    limit = LIMITS.get(cap.value)
    signs = []
    if limit is not None:
        end = "largest" if above else "smallest"
        signs.append(f"{number(cap.value)} is the {end} number of {limit}")
    base = cap.each.base
    if isinstance(base, Held) and base.share(cap.value) == 0:
        signs.append(f"no training value looked at is exactly {number(cap.value)}")
    elif cap.counts.before is not None and not cap.counts.before.met[AT]:
        signs.append(f"no earlier row was exactly {number(cap.value)}")
    effect = {
        "value": cap.value,
        "side": cap.side,
        "share_at_the_cap": round(inside.met[AT] / max(inside.met[ALL], 1), 4),
        "share_beyond_before": round(cap.beyond, 4),
        "score": round(cap.change.carried.score, 1),
        "log_of_looks": round(cap.change.carried.looks, 1),
    }
    chart = cap.counts.dots(
        AT,
        f"{name}: share of rows that are exactly {number(cap.value)}",
        f"Share of rows with {name} exactly {number(cap.value)}, beyond which no value lies in "
        f"{segment_words(cap.place.segment)}.",
    )
    cause = _cause(cap.each, cap.place, "train-serve-skew", NoTransform(), words)
    return _finding(
        name, "supports", words, ground.traffic.rows, segment=cap.place.segment, effect=effect,
        cause=_signed(ground, cause, signs), charts=(chart,),
    )  # fmt: skip


def _cut(ground: Ground, each: Input, live: Spelt, base: Spelt, task: Task) -> Finding | None:
    """Texts that are the beginnings of training's texts, all cut at one length."""
    cut, length = _beginnings(live, base)
    if not cut:
        return None
    assert ground.view.log is not None
    listed = ", ".join(literal(text) for text in sorted(cut))
    here, there = (
        [f"coalesce(({sql}) IN ({listed}), false)", f"coalesce(length({sql}) > {length}, false)"]
        for sql in (each.live_sql, each.base_sql)
    )
    (hits,) = flags(ground.view.log, here[:1], task)
    change = share_change(ground.traffic, hits, hits | True, (0, base.rows), task)
    if change is None or not ground.enough(change, 1):
        return None
    only = {text: whole[0] for text, whole in cut.items() if len(whole) == 1}
    mended = ", ".join(literal(text) for text in sorted(only or cut))
    changed = f"({each.live_sql}) IN ({mended})"
    place = place_of(ground.view, ground.traffic, change.carried, changed, task)
    counts = compare(ground.view, ground.baseline, place, here, there, task)
    if counts.inside.met[1] > LEFT * counts.usual.share(1) * counts.inside.rows:
        return None  # others of such a length arrive whole
    several = "" if len(only) == len(cut) else f"; {len(cut) - len(only)} have several completions"
    words = (
        f"{each.name} is cut to {length} characters in "
        f"{part(counts.inside.met[0], counts.inside.rows, 'rows')} of "
        f"{segment_words(place.segment)}{_since(place)}: {len(cut)} values that training never had "
        f"are the beginnings of its own{several}."
    )
    transform: Transform = Map(tuple(sorted(only.items()))) if only else NoTransform()
    cause = _cause(each, place, "input-unseen-value", transform, words)
    if only:
        cause = replace(cause, rows_changed=place.rows_changed)
    signs = [f"none of these rows holds a text longer than {length} characters"]
    if length in WIDTHS:
        signs.append(f"{length} characters is a usual width of a column")
    return _finding(
        each.name, "supports", words, ground.traffic.rows, segment=place.segment,
        effect={"length": length, "values": len(cut), "with_one_completion": len(only)},
        cause=_signed(ground, cause, signs), charts=(_table(each, cut, length, live, base),),
    )  # fmt: skip


def _table(
    each: Input, cut: dict[str, list[str]], length: int, live: Spelt, base: Spelt
) -> Cells:  # fmt: skip
    shown = sorted(cut, key=lambda text: (-live.counts[text], text))[:12]
    return Cells(
        f"{each.name}: texts cut to {length} characters",
        ("arrives as", "rows of the log", "in training"),
        tuple((t, count(live.counts[t]), " or ".join(cut[t][:3])) for t in shown),
        f"{count(live.rows)} live rows, {count(base.rows)} to compare with",
        f"{len(cut)} values and the values of training that begin so.",
    )


def _beginnings(live: Spelt, base: Spelt) -> tuple[dict[str, list[str]], int]:
    """Unseen texts of one length and training's longer texts that begin so; empty where none.

    One such text may be a value of its own: two are asked for, or a usual width.
    """
    by_length: dict[int, dict[str, list[str]]] = {}
    for text in live.counts:
        if text in base.counts or len(text) < 3:
            continue
        whole = [w for w in base.counts if len(w) > len(text) and w.startswith(text)]
        if whole:
            by_length.setdefault(len(text), {})[text] = whole
    for length, cut in sorted(by_length.items(), key=lambda p: (-len(p[1]), -p[0])):
        if len(cut) > 1 or length in WIDTHS:
            return cut, length
    return {}, 0


def _since(place: Place) -> str:
    words = ""
    if place.onset is not None:
        words = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        words += f", until {between(place.end.earliest, place.end.latest)}"
    return words


def _cause(
    each: Input, place: Place, kind: CauseClass, transform: Transform, words: str
) -> Cause:  # fmt: skip
    return Cause(
        cause=kind,
        features=(each.name,),
        transform=transform,
        segment=place.segment,
        onset=place.onset,
        onset_known=place.onset_known,
        end=place.end,
        ongoing=place.ongoing,
        rows_in_scope=place.rows_in_scope,
        rows_changed=0,
        concerns_decision=place.concerns_decision,
        statement=words,
    )


def _signed(ground: Ground, cause: Cause, signs: Sequence[str]) -> Cause:
    return replace(cause, corroborations=(*signs, *lined_up_releases(ground.view, cause)))


def _finding(name: str, verdict: Any, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    cause = more.get("cause")
    return Finding(
        id=f"{ID}/{name}",
        check=ID,
        family="input_units",
        verdict=verdict,
        about=(name,),
        sentence=sentence,
        n=n,
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        **more,
    )


def _nothing(reason: str, need: str) -> Finding:
    return Finding(
        id=ID,
        check=ID,
        family="input_units",
        verdict="cannot tell",
        about=(),
        sentence=f"A cap cannot be looked for: {reason}.",
        n=0,
        would_need=need,
    )


CHECK = Check(
    family="input_units",
    name="clipped",
    suspicion="Values are cut off: they pile up at an end beyond which training goes on.",
    covers=(
        "an exact upper or lower end of a number in one segment and one window of time, with at "
        "least 0.5 % of the values at it; texts of a category cut at one length"
    ),
    does_not_cover=(
        "caps of which training has fewer than twelve different values, caps beyond which hardly a "
        "training value lies, numbers that wrap around a type's end"
    ),
    minimum=f"{MINIMUM} live and {MINIMUM} reference values, and some 20 at the end",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("train-serve-skew", "input-unseen-value"),
    order=28,
)
