"""Independent signs of a change of unit: digits, range, declaration, a lined-up release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import prod
from typing import Any

from investigators.clock import moment, said
from investigators.evidence import Cause, Scale
from investigators.numbers import number, per_cent, unit_words
from investigators.scope import scope_sql, where_sql
from investigators.shift.catalogue import candidates
from investigators.tables.table import Table
from investigators.view import View

DIGITS_APART = 0.5
SELDOM = 1e-4  # chance of as many values beyond training's range
SIZES_APART = 0.05  # between the smallest and the largest third of training's own numbers
OUTSIDE = 0.2
BACK_INSIDE = 0.02
NEARLY_ALL = 0.8
ANOTHER_KIND = 20.0  # times: so far another kind of requests may lie from the others
FEWEST = 8
MOST_DECIMALS = 6
WRITTEN = 0.95
NAMES_WITHIN = 0.2  # on ln|x|: farther factors are none of the shift


@dataclass(frozen=True)
class Sign:
    """A corroboration as a phrase; ``digits`` where the values' own digits give it."""

    words: str
    digits: bool = False


def corroborations(
    view: View,
    feature: str,
    cause: Cause,
    base: Table,
    base_sql: str,
    *,
    near: bool,
    like_drift: bool = False,
) -> list[Sign]:
    """Signs beside the likelihood itself, each as a phrase with numbers.

    For a near factor only digits and a declared unit count: any drift upwards leaves the range, and
    so do rows that were chosen by their values.  Where an ordinary drift explains the rows as well
    (``like_drift``), only digits do.
    """
    assert view.log is not None
    assert isinstance(cause.transform, Scale)
    live_sql, factor = view.log_inputs[feature], cause.transform.factor
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    claimed = f"({scope}) AND ({live_sql}) <> 0 AND {where_sql(live_sql, cause.where)}"
    here = signs(view.log, live_sql, claimed, [factor])
    there = signs(base, base_sql, f"({base_sql}) <> 0", [factor])
    found: list[Sign] = []
    if here["n"] >= FEWEST:
        words = _whole(here, there, factor)
        if not words:
            here_once = signs(view.log, live_sql, claimed, [factor], different=True)
            there_once = signs(base, base_sql, f"({base_sql}) <> 0", [factor], different=True)
            words = _turned(here_once, there_once, factor)
            apart = [] if words else _decimals_apart(here_once, there_once)
            if apart and not _by_size(base, base_sql):
                words = apart
        found += [Sign(each, digits=True) for each in words]
    if here["n"] >= FEWEST and not near:
        outside = _outside(view.log, live_sql, (scope, claimed), base, base_sql, factor)
        outside = outside or _outside_model(view, feature, claimed, factor)
        found += [Sign(words) for words in outside]
    if cause.transform.named and not (like_drift and not found):
        unit = view.dictionary.get(feature).unit
        named = unit_words(cause.transform.named)
        found.append(Sign(f"declared in {unit}: {named} is this factor"))
    return found


def exact_factor(
    view: View, feature: str, cause: Cause, base: Table, base_sql: str, shift: float
) -> float | None:
    """The one catalogue factor near ``shift`` that leads back to numbers as training writes them.

    ``None`` where none does, or more than one, or training's own numbers do so by chance.
    """
    assert view.log is not None
    near = [c.factor for c in candidates() if abs(c.shift - shift) < NAMES_WITHIN]
    if not near:
        return None
    live_sql = view.log_inputs[feature]
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    claimed = f"({scope}) AND ({live_sql}) <> 0 AND {where_sql(live_sql, cause.where)}"
    here = signs(view.log, live_sql, claimed, near, different=True)
    there = signs(base, base_sql, f"({base_sql}) <> 0", near, different=True)
    fits = {f: exactness(here, there, f) for f in near}
    exact = [f for f, (mine, chance) in fits.items() if mine >= WRITTEN]
    if here["n"] < FEWEST or len(exact) != 1 or fits[exact[0]][1] > 1 - DIGITS_APART:
        return None
    return exact[0]


def signs(
    table: Table, sql: str, rows: str, factors: Sequence[float], *, different: bool = False
) -> dict[str, Any]:
    """Count ``n``, ``digits`` and ``repaired``: shares of values with at most 0 to 6 decimals.

    ``digits`` are of the values as they are, ``repaired[factor]`` of the values divided by it.
    ``different`` counts each value once: one subject's value in 35 rows is one number.
    Rounding noise of a product is allowed for: a part in 1e11 of the value, 1e-9 of a step.
    """
    parts = []
    for factor in (1.0, *factors):
        for d in range(MOST_DECIMALS + 1):
            y = f"abs(x) / {factor!r} * 1e{d}"
            slack = f"least(1e-9 + 1e-11 * {y}, 0.01)"
            parts.append(f"avg(CAST(abs({y} - round({y})) < {slack} AS DOUBLE))")
    found = table.query(
        f"SELECT count(*), {', '.join(parts)} "
        f"FROM (SELECT {'DISTINCT ' if different else ''}CAST(({sql}) AS DOUBLE) AS x "
        f"FROM {{t}} WHERE {rows})"
    )
    n, *shares = (column[0].as_py() or 0.0 for column in found.columns)
    width = MOST_DECIMALS + 1
    lines = [tuple(shares[k : k + width]) for k in range(0, len(shares), width)]
    return {"n": int(n), "digits": lines[0], "repaired": dict(zip(factors, lines[1:], strict=True))}


def _decimals(digits: Sequence[float]) -> int | None:
    """Fewest decimals with which nearly all values are written; ``None`` above six."""
    return next((d for d, share in enumerate(digits) if share >= WRITTEN), None)


def exactness(here: dict[str, Any], there: dict[str, Any], factor: float) -> tuple[float, float]:
    """Share of values that are training's written numbers times ``factor``, here and by chance."""
    d = _decimals(there["digits"])
    if d is None:
        return 0.0, 0.0
    return here["repaired"][factor][d], there["repaired"][factor][d]


def _whole(here: dict[str, Any], there: dict[str, Any], factor: float) -> list[str]:
    """The plainest signs of another producer: multiples of the factor, whole numbers."""
    if factor >= 10 and factor == int(factor):
        mine, others = here["repaired"][factor][0], there["repaired"][factor][0]
        if mine - others > DIGITS_APART:
            return [_share(mine, others, f"multiples of {number(factor)}")]
    mine, others = here["digits"][0], there["digits"][0]
    return [_share(mine, others, "whole numbers")] if abs(mine - others) > DIGITS_APART else []


def _turned(here: dict[str, Any], there: dict[str, Any], factor: float) -> list[str]:
    """Numbers that are training's after the repair."""
    if here["n"] < FEWEST:
        return []
    mine, others = exactness(here, there, factor)
    if mine - others > DIGITS_APART and mine >= WRITTEN:
        turned = f"multiplied by {number(1 / factor)}"
        if factor > 1:
            turned = f"divided by {number(factor)}"
        return [_share(mine, others, turned, _at_most(_decimals(there["digits"]) or 0))]
    return []


def _by_size(base: Table, base_sql: str) -> bool:
    """Whether small numbers have more decimals than large ones already: so many digits in all.

    Then other decimals say that values are smaller, and not that another producer writes them.
    """
    third, rest = base.value(
        f"SELECT quantile_cont(x, [1 / 3, 2 / 3]) FROM (SELECT abs({base_sql}) AS x FROM {{t}}) "
        "WHERE x > 0"
    ) or (0.0, 0.0)
    small, large = (
        signs(base, base_sql, f"abs({base_sql}) {rows}", [], different=True)["digits"]
        for rows in (f"BETWEEN 1e-300 AND {third!r}", f">= {rest!r}")
    )
    most: float = max(abs(a - b) for a, b in zip(small, large, strict=True))
    return most > SIZES_APART


def _decimals_apart(here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """Numbers that are written with other decimals."""
    if here["n"] < FEWEST:
        return []
    apart = [abs(a - b) for a, b in zip(here["digits"], there["digits"], strict=True)]
    d = max(range(len(apart)), key=lambda k: (round(apart[k], 6), -k))
    if apart[d] <= DIGITS_APART:
        return []
    return [_share(here["digits"][d], there["digits"][d], "", _at_most(d))]


def _at_most(decimals: int) -> str:
    if decimals == 0:
        return "no decimals"
    return f"at most {decimals} decimal{'s' if decimals > 1 else ''}"


def _share(here: float, there: float, words: str, decimals: str = "") -> str:
    what = f"are {words}" if not decimals else f"{words} have {decimals}".strip()
    counted = "different values" if decimals else "values"
    return f"{per_cent(here)} of these {counted} {what}, {per_cent(there)} of the others"


def _outside(
    live: Table, live_sql: str, rows: tuple[str, str], base: Table, base_sql: str, factor: float
) -> list[str]:
    scope, claimed = rows
    low, high, usual = (
        column[0].as_py()
        for column in base.query(
            f"SELECT min(abs({base_sql})), max(abs({base_sql})), count({base_sql}) FROM {{t}} "
            f"WHERE ({base_sql}) <> 0"
        ).columns
    )
    beyond = f"abs(x) > {high!r} OR abs(x) < {low!r}"
    repaired = f"abs(x) > {high * factor!r} OR abs(x) < {low * factor!r}"
    before, after, n = (
        column[0].as_py()
        for column in live.query(
            f"SELECT avg(CAST({beyond} AS DOUBLE)), avg(CAST({repaired} AS DOUBLE)), count(*) "
            f"FROM (SELECT CAST(({live_sql}) AS DOUBLE) AS x FROM {{t}} WHERE {claimed})"
        ).columns
    )
    if before is None or before < OUTSIDE or after > max(BACK_INSIDE, before / 10):
        return []
    here = int(live.value(f"SELECT count({live_sql}) FROM {{t}} WHERE {scope}"))
    if beyond_by_chance(round(before * n), here, usual) > SELDOM:
        return []
    bounds = f"training's range ({number(low)} to {number(high)})"
    outside = f"{per_cent(before)} of these values are outside {bounds}"
    return [f"{outside}, {per_cent(after)} after the repair"]


def _outside_model(view: View, feature: str, claimed: str, factor: float) -> list[str]:
    """The range in the model's own text, where no training rows are given.

    Nearly all values must lie outside: eight of eight among as few as fifty rows of training have
    a chance of 5e-10 (``beyond_by_chance``), and how many rows these were is not known.  Nor is
    whether another kind of requests is new: only a factor that hardly one of them has counts.
    """
    given = None if view.model is None else view.model.input(feature)
    if max(factor, 1 / factor) < ANOTHER_KIND:
        return []
    if view.reference is not None or given is None or given.low is None or given.high is None:
        return []
    low, high = given.low, given.high
    if low < 0 or not high > low:
        return []
    assert view.log is not None
    sql = view.log_inputs[feature]
    n, before, after = (
        column[0].as_py()
        for column in view.log.query(
            f"SELECT count(*), avg(CAST(x NOT BETWEEN {low!r} AND {high!r} AS DOUBLE)), "
            f"avg(CAST(x / {factor!r} NOT BETWEEN {low!r} AND {high!r} AS DOUBLE)) "
            f"FROM (SELECT CAST(({sql}) AS DOUBLE) AS x FROM {{t}} WHERE {claimed})"
        ).columns
    )
    if n < FEWEST or before < NEARLY_ALL or after > BACK_INSIDE:
        return []
    bounds = f"the range written in the model text ({number(low)} to {number(high)})"
    outside = f"{per_cent(before)} of these {n:,} values are outside {bounds}"
    return [f"{outside}, {per_cent(after)} after the repair"]


def beyond_by_chance(k: int, m: int, n: int) -> float:
    """Chance that ``k`` or more of ``m`` values lie beyond one end of ``n`` of the same kind.

    In any order the k largest of m + n are all of the m: the product of (m - i) / (m + n - i).
    Source: Wilks 1942, Annals of Mathematical Statistics 13, 400 (statistical prediction).
    """
    return prod((m - i) / (m + n - i) for i in range(min(k, m)))


def lined_up_releases(view: View, cause: Cause) -> list[str]:
    """Releases inside the onset interval, widened by its own length and at least an hour."""
    if view.releases is None or cause.onset is None or cause.onset.latest is None:
        return []
    latest = moment(cause.onset.latest)
    earliest = moment(cause.onset.earliest) if cause.onset.earliest else latest
    slack = max(latest - earliest, timedelta(hours=1))
    found = view.releases.query(
        "SELECT fw_time, coalesce(fw_system, ''), coalesce(fw_text, '') FROM {t} "
        "WHERE fw_time BETWEEN ? AND ? ORDER BY fw_time, fw_row LIMIT 3",
        [earliest - slack, latest + slack],
    )
    zone = "Z" if cause.onset.latest.endswith("Z") else ""
    return [
        f"release at {said(time.isoformat() + zone)}: {' '.join(f'{system} {text}'.split())}"
        for time, system, text in zip(*(c.to_pylist() for c in found.columns), strict=True)
    ]
