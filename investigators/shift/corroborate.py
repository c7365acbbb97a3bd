"""Independent signs of a change of unit: digits, range, declaration, a lined-up release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from investigators.clock import moment, said
from investigators.evidence import Cause, Scale
from investigators.numbers import number, per_cent, unit_words
from investigators.scope import scope_sql, where_sql
from investigators.tables.table import Table
from investigators.view import View

DIGITS_APART = 0.5
OUTSIDE = 0.2
BACK_INSIDE = 0.02
FEWEST = 8


def corroborations(
    view: View, feature: str, cause: Cause, base: Table, base_sql: str, *, near: bool
) -> list[str]:
    """Signs beside the likelihood itself, each as a phrase with numbers.

    For a near factor only digits and a declared unit count: any drift upwards leaves the range.
    """
    assert view.log is not None
    assert isinstance(cause.transform, Scale)
    live_sql, factor = view.log_inputs[feature], cause.transform.factor
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    claimed = f"({scope}) AND ({live_sql}) <> 0 AND {where_sql(live_sql, cause.where)}"
    here = _signs(view.log, live_sql, claimed, factor)
    there = _signs(base, base_sql, f"({base_sql}) <> 0", factor)
    found = []
    if here["n"] >= FEWEST:
        found += _digits(here, there, factor)
    if here["n"] >= FEWEST and not near:
        found += _outside(view.log, live_sql, claimed, base, base_sql, factor)
    if cause.transform.named:
        unit = view.dictionary.get(feature).unit
        found.append(f"declared in {unit}: {unit_words(cause.transform.named)} is this factor")
    return found


def _signs(table: Table, sql: str, rows: str, factor: float) -> dict[str, Any]:
    unit = factor if factor > 1 else 1.0
    found = table.query(
        f"SELECT count(*), avg(CAST(x = floor(x) AS DOUBLE)), "
        f"avg(CAST(abs(x / {unit!r} - round(x / {unit!r})) < 1e-9 AS DOUBLE)) "
        f"FROM (SELECT CAST(({sql}) AS DOUBLE) AS x FROM {{t}} WHERE {rows})"
    )
    n, whole, multiples = (column[0].as_py() for column in found.columns)
    return {"n": int(n), "whole": whole or 0.0, "multiples": multiples or 0.0}


def _digits(here: dict[str, Any], there: dict[str, Any], factor: float) -> list[str]:
    if factor >= 10 and here["multiples"] - there["multiples"] > DIGITS_APART:
        words = f"multiples of {number(factor)}"
        return [_share(here["multiples"], there["multiples"], words)]
    if abs(here["whole"] - there["whole"]) > DIGITS_APART:
        return [_share(here["whole"], there["whole"], "whole numbers")]
    return []


def _share(here: float, there: float, words: str) -> str:
    return f"{per_cent(here)} of these values are {words}, {per_cent(there)} of the others"


def _outside(
    live: Table, live_sql: str, claimed: str, base: Table, base_sql: str, factor: float
) -> list[str]:
    low, high = (
        column[0].as_py()
        for column in base.query(
            f"SELECT min(abs({base_sql})), max(abs({base_sql})) FROM {{t}} WHERE ({base_sql}) <> 0"
        ).columns
    )
    beyond = f"abs(x) > {high!r} OR abs(x) < {low!r}"
    repaired = f"abs(x) > {high * factor!r} OR abs(x) < {low * factor!r}"
    before, after = (
        column[0].as_py()
        for column in live.query(
            f"SELECT avg(CAST({beyond} AS DOUBLE)), avg(CAST({repaired} AS DOUBLE)) "
            f"FROM (SELECT CAST(({live_sql}) AS DOUBLE) AS x FROM {{t}} WHERE {claimed})"
        ).columns
    )
    if before is None or before < OUTSIDE or after > max(BACK_INSIDE, before / 10):
        return []
    bounds = f"training's range ({number(low)} to {number(high)})"
    outside = f"{per_cent(before)} of these values are outside {bounds}"
    return [f"{outside}, {per_cent(after)} after the repair"]


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
