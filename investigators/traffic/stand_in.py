"""Values that stand where nothing is known: which of them, in which rows, instead of what.

A claim is one of three kinds: a value that the baseline hardly had ("new"), missing values that
became a value ("filled"), and a code of the baseline that arrives as missing ("vanished").
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt

from investigators.numbers import number
from investigators.scope import scope_sql
from investigators.tables.table import literal
from investigators.task import Task
from investigators.traffic.carrier import SURE, ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.placeholders import is_word, number_words
from investigators.traffic.rows import Baseline, Traffic, others
from investigators.traffic.values import (
    FEWEST,
    MANY,
    Held,
    Spelt,
    category_inputs,
    flags,
    held,
    is_missing,
    is_value,
    new_atoms,
    numeric_inputs,
    spelt,
)
from investigators.traffic.yardstick import Compared, compare
from investigators.view import View

MARGIN = 8.0
TRIED = 3  # candidates of an input
LEAST = 0.01  # share of the claimed rows
RARE = 0.1  # of that share, at most, before
OUTSIDE = 0.5  # sureness of the baseline's share of a code that lies beyond all its values
ATOM = 0.005  # share of training rows that hold a code which may have vanished
BY_NO_CHANCE = 3.5  # standard errors, of the one of many values that fell most
PEER = 0.02  # of the rows of the most frequent new value, for another one to count beside it
VALUE, MISSING, ABOVE, BELOW = range(4)  # conditions that are counted
Value = float | str


@dataclass(frozen=True)
class Ground:
    """What the inputs of one run share."""

    view: View
    baseline: Baseline
    traffic: Traffic
    inputs: int
    clocked: Collection[str] = ()  # inputs that follow their row's time

    def traffic_for(self, each: Input) -> Traffic:
        """What may mark the rows of an input's fault: every column but its own.

        Hours and days have their own values of an input that follows the clock.
        """
        traffic = others(self.traffic, self.view, each.name)
        return replace(traffic, calendar=()) if each.name in self.clocked else traffic

    def enough(self, change: ShareChange | None, tries: int = TRIED) -> bool:
        """Whether a change is beyond what that many looks find by chance."""
        if change is None:
            return False
        return change.carried.score >= change.carried.looks + log(self.inputs * tries) + MARGIN


@dataclass(frozen=True)
class Input:
    """One input: its expressions, and what it holds live and in the baseline."""

    name: str
    number: bool
    live_sql: str
    base_sql: str
    live: Held | Spelt
    base: Held | Spelt

    def conditions(self, value: Value, sql: str) -> list[str]:
        """SQL of: is this value, missing, above it, below it (never for texts)."""
        found = [is_value(sql, value), is_missing(sql, number=self.number)]
        if not self.number:
            return [*found, "false", "false"]
        present = f"NOT {found[1]}"
        return [*found, *(f"{present} AND ({sql}) {sign} {float(value)!r}" for sign in "><")]


@dataclass(frozen=True)
class Claim:
    """A value in a place, with the counts it is judged by.

    ``kind``: a new value, missing values that became a known one, a code that became missing.
    ``instead`` is a code of training that the new value has replaced.
    """

    each: Input
    kind: str
    value: Value
    change: ShareChange
    place: Place
    counts: Compared
    instead: Value | None = None

    @property
    def words(self) -> str:
        """The value as a reader wants it."""
        return value_words(self.value)

    @property
    def gain(self) -> float:
        """By how much the value's share rose."""
        return self.counts.inside.share(VALUE) - self.counts.usual.share(VALUE)

    @property
    def fall(self) -> float:
        """By how much the share of missing values fell."""
        return self.counts.usual.share(MISSING) - self.counts.inside.share(MISSING)


def value_words(value: Value) -> str:
    """Say a value: numbers plainly, texts in quotation marks."""
    return number(value) if isinstance(value, float) else f"“{value}”"


def inputs_of(view: View, baseline: Baseline, task: Task) -> Iterator[Input]:
    """Give the inputs that are in the log and in the baseline, with what they hold."""
    log, there = view.log, baseline.expressions
    assert log is not None
    numbers = {n: view.log_inputs[n] for n in numeric_inputs(view) if n in there}
    texts = {n: view.log_inputs[n] for n in category_inputs(view) if n in there}
    live: dict[str, Held | Spelt] = {**held(log, numbers, task), **spelt(log, texts, task)}
    base: dict[str, Held | Spelt] = {
        **held(baseline.table, {n: there[n] for n in numbers}, task),
        **spelt(baseline.table, {n: there[n] for n in texts}, task),
    }
    for name, sql in (numbers | texts).items():
        here, before = sql, there[name]
        if name in numbers:
            here, before = (f"TRY_CAST(({each}) AS DOUBLE)" for each in (here, before))
        yield Input(name, name in numbers, here, before, live[name], base[name])


def claims(ground: Ground, each: Input, task: Task) -> Iterator[Claim]:
    """Claims that are beyond chance, the likeliest kind first."""
    codes = codes_of(ground.view, each)
    values = candidates(each, codes)[:TRIED]
    for value in values:
        task.tick()
        claim = _claim(ground, each, "new", value, task)
        if claim is not None:
            yield claim
    known, missing = each.base.rows, each.base.missing
    fewer = errors_apart(each.live.missing, each.live.rows, missing, known)
    if missing >= LEAST * known and fewer < -3:
        claim = _claim(ground, each, "filled", None, task)
        if claim is not None:
            yield claim
    if fewer > 2 and old_codes(each, codes):
        claim = _claim(ground, each, "vanished", None, task)
        if claim is not None:
            yield claim


def codes_of(view: View, each: Input) -> list[Value]:
    """The dictionary's codes for a missing value, as the input holds them."""
    codes: list[Value] = []
    for text in view.dictionary.get(each.name).missing_codes:
        if not each.number:
            codes.append(text)
            continue
        try:
            codes.append(float(text))
        except ValueError:
            continue  # "NA" is no number: it never reaches a numeric input as a value
    return codes


def candidates(each: Input, codes: Sequence[Value]) -> list[Value]:
    """New values that may stand for nothing, most frequent first."""
    live, base = each.live, each.base
    if isinstance(live, Held) and isinstance(base, Held):
        atoms = new_atoms(live, base)
        unknown = [v for v in atoms if number_words(v) is None and v not in codes]
        # those of a handful of rows are no like of the most frequent one
        least = PEER * live.share(unknown[0]) if unknown else 0.0
        if sum(live.share(v) >= least for v in unknown) < MANY:
            return list(atoms)
        low, high = float(base.values[0]), float(base.values[-1])
        return [v for v in atoms if v in codes or (v not in unknown and not low <= v <= high)]
    assert isinstance(live, Spelt)
    assert isinstance(base, Spelt)
    least = FEWEST / live.rows
    found = [v for v in live.common(least) if base.share(v) <= RARE * live.share(v)]
    fewer = errors_apart(live.missing, live.rows, base.missing, base.rows) < -3
    return [v for v in found if v in codes or is_word(v, base.counts) or fewer]


def errors_apart(k: int, n: int, base: int, of: int) -> float:
    """Standard errors between a live share and the baseline's (pooled)."""
    pooled = (k + base + 0.5) / (n + of + 1)
    return (k / n - base / of) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / of))


def texts_of(each: Input) -> list[str]:
    """The baseline's texts of a category; none of a number."""
    return list(each.base.counts) if isinstance(each.base, Spelt) else []


def old_codes(each: Input, codes: Sequence[Value]) -> list[Value]:
    """Values of training that stood for nothing there."""
    common: Sequence[Value] = each.base.common(ATOM)
    if isinstance(each.base, Held):
        alone = {float(v) for v in each.base.values[each.base.stands_out()]}
        usual = {v for v in common if v in codes or number_words(float(v)) is not None}
        found = [v for v in common if v in usual or v in alone]
        return sorted(found, key=lambda v: (v not in codes, v not in usual))
    return [v for v in common if v in codes or is_word(str(v), texts_of(each))]


def _claim(ground: Ground, each: Input, kind: str, value: Value | None, task: Task) -> Claim | None:
    """Find the rows that carry one kind of change, and count what they hold."""
    view, baseline = ground.view, ground.baseline
    assert view.log is not None
    live_missing = is_missing(each.live_sql, number=each.number)
    base_missing = is_missing(each.base_sql, number=each.number)
    if kind == "new":
        assert value is not None
        here, there = is_value(each.live_sql, value), is_value(each.base_sql, value)
    else:
        here, there = live_missing, base_missing
    (hits,) = flags(view.log, [here], task)
    met = int(baseline.table.value(f"SELECT count(*) FILTER ({there}) FROM {{t}}", task=task))
    known = hits | True
    traffic = ground.traffic_for(each)
    sure = OUTSIDE if value is not None and never_a_value(each, value) else SURE
    change = share_change(
        traffic, hits, known, (met, baseline.table.rows), task,
        more=kind != "filled", sure=sure,
    )  # fmt: skip
    if change is None or not ground.enough(change):
        return None
    if value is None:
        place = place_of(view, traffic, change.carried, "false", task)
        find = _risen if kind == "filled" else _fallen
        value = find(ground, each, place, task)
    if value is None:
        return None
    changed = live_missing if kind == "vanished" else is_value(each.live_sql, value)
    place = place_of(view, traffic, change.carried, changed, task)
    counts = compare(
        view, baseline, place,
        each.conditions(value, each.live_sql), each.conditions(value, each.base_sql), task,
    )  # fmt: skip
    claim = Claim(each, kind, value, change, place, counts)
    return replace(claim, instead=_replaced(ground, claim, task)) if kind == "new" else claim


def never_a_value(each: Input, value: Value) -> bool:
    """Whether a usual code for nothing lies beyond all of the baseline's values.

    That the baseline merely happened to have none of it in so many rows is no explanation then.
    """
    if not isinstance(each.base, Held) or not isinstance(value, float) or not each.base.values.size:
        return False
    low, high = float(each.base.values[0]), float(each.base.values[-1])
    return number_words(value) is not None and not low <= value <= high


def _shares(
    ground: Ground, each: Input, place: Place, task: Task, of: Sequence[Value] | None = None
) -> dict[Value, float]:
    """Shares among the rows of a place: of some values, else of the 60 most frequent ones."""
    if of is not None and not of:
        return {}
    assert ground.view.log is not None
    scope = scope_sql(place.segment, place.onset, place.end)
    asked = f"NOT {is_missing(each.live_sql, number=each.number)}"
    if of is not None:
        asked = f"({each.live_sql}) IN ({', '.join(literal(v) for v in of)})"
    found = ground.view.log.query(
        f"SELECT ({each.live_sql}) AS x, count(*) AS n FROM {{t}} WHERE {scope} AND {asked} "
        f"GROUP BY x ORDER BY n DESC, x {'LIMIT 60' if of is None else ''}",
        task=task,
    )
    pairs = zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True)
    return {v: n / max(place.rows_in_scope, 1) for v, n in pairs}


def most_frequent(
    view: View, each: Input, place: Place, task: Task
) -> tuple[Value | None, float]:  # fmt: skip
    """The most frequent value of a place (``None`` without values), with its share of the rows."""
    assert view.log is not None
    scope = scope_sql(place.segment, place.onset, place.end)
    present = f"NOT {is_missing(each.live_sql, number=each.number)}"
    found = view.log.query(
        f"SELECT ({each.live_sql}) AS x, count(*) AS n FROM {{t}} WHERE {scope} AND {present} "
        "GROUP BY x ORDER BY n DESC, x LIMIT 1",
        task=task,
    ).to_pylist()
    if not found:
        return None, 0.0
    value = float(found[0]["x"]) if each.number else str(found[0]["x"])
    return value, found[0]["n"] / max(place.rows_in_scope, 1)


def _risen(ground: Ground, each: Input, place: Place, task: Task) -> Value | None:
    """The value whose share rose most where missing values fell."""
    shares = _shares(ground, each, place, task)
    rises = {v: s - each.base.share(v) for v, s in shares.items()}
    return max(rises, key=lambda v: rises[v], default=None)


def _fallen(ground: Ground, each: Input, place: Place, task: Task) -> Value | None:
    """The code of training whose share fell most where values are missing now."""
    known = old_codes(each, codes_of(ground.view, each))
    shares = _shares(ground, each, place, task, known)
    falls = {v: each.base.share(v) - shares.get(v, 0.0) for v in known}
    return max(falls, key=lambda v: falls[v], default=None)


def _replaced(ground: Ground, claim: Claim, task: Task) -> Value | None:
    """A value of training that is gone from the claimed rows to the extent the new one came."""
    each, gain, inside = claim.each, claim.gain, claim.counts.inside
    known = set(old_codes(each, codes_of(ground.view, each)))
    values: Sequence[Value] = each.base.common(max(0.5 * gain, ATOM))
    shares = _shares(ground, each, claim.place, task, values)
    for value in values:
        before = each.base.share(value)
        now = shares.get(value, 0.0)
        # were rows overwritten whatever they held, this value would have lost before * gain
        if now > 0.5 * before or before - now < (0.7 + 0.3 * before) * gain:
            continue
        # of many ordinary values one is half as frequent by chance where the rows are few
        n, of = inside.rows, each.base.rows
        apart = errors_apart(round(before * of), of, round(now * n), max(n, 1))
        if value in known or apart >= BY_NO_CHANCE:
            return value
    return None


def fell(claim: Claim, gain: float) -> bool:
    """Whether missing values fell by what the value gained, to a quarter or less."""
    inside, usual = claim.counts.inside, claim.counts.usual
    fall, share = claim.fall, usual.share(MISSING)
    noise = sqrt(share * (1 - share) * (1 / max(inside.rows, 1) + 1 / max(usual.rows, 1)))
    return (
        fall > max(4 * noise, 0.5 * LEAST)
        and inside.share(MISSING) <= 0.25 * share
        and 0.6 * fall - 2 * noise <= gain <= 1.6 * fall + 2 * noise
    )
