"""Special values split off before any distance is taken.

A value that many live rows hold and training hardly knew (-999, 9999) is its own fact, not a
change of scale, unless the very factor explains it (a count of 3 that arrives as 3,000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

from investigators.evidence import Cause, Scale
from investigators.scope import scope_sql, where_sql
from investigators.shift.claim import Ground
from investigators.shift.trial import Material
from investigators.tables.codes import LOWEST, MISSING
from investigators.tables.table import Table
from investigators.traffic.placeholders import number_words

LIVE_SHARE = 0.005
CODE_SHARE, FEWEST = 0.0005, 8  # of a number that usually stands for nothing
REFERENCE_SHARE = 0.001
ALONE, MORE = 0.5, 0.15  # of a part's rows, and so much more than of training's


def _shares(table: Table, expression: str, values: list[float]) -> dict[float, float]:
    listed = ", ".join(repr(v) for v in values)
    found = table.query(
        f"SELECT fw_x, count(*) FROM (SELECT ({expression}) AS fw_x FROM {{t}}) "
        f"WHERE fw_x IN ({listed}) GROUP BY fw_x"
    )
    pairs = zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True)
    return {float(x): n / max(table.rows, 1) for x, n in pairs}


def new_atoms(
    live: Table, live_sql: str, base: Table, base_sql: str, shifts: Sequence[float]
) -> list[float]:
    """Values frequent live, rare in the baseline, not explained by one of ``shifts`` on ln|x|."""
    least = max(CODE_SHARE * live.rows, min(FEWEST, LIVE_SHARE * live.rows))
    top = live.query(
        f"SELECT fw_x, count(*) AS fw_n FROM (SELECT ({live_sql}) AS fw_x FROM {{t}}) "
        f"WHERE fw_x <> 0 AND isfinite(fw_x) GROUP BY fw_x HAVING fw_n >= {least} "
        "ORDER BY fw_n DESC, fw_x LIMIT 60"
    )
    pairs = [
        (float(v), n / live.rows)
        for v, n in zip(top.column(0).to_pylist(), top.column(1).to_pylist(), strict=True)
    ]
    pairs = [(v, s) for v, s in pairs if s >= LIVE_SHARE or number_words(v) is not None][:12]
    if not pairs:
        return []
    values, shares = ([pair[k] for pair in pairs] for k in (0, 1))
    unshifted = _shares(base, base_sql, values)
    found = []
    for value, share in zip(values, shares, strict=True):
        if unshifted.get(value, 0.0) >= REFERENCE_SHARE:
            continue
        lies = " OR ".join(
            f"abs(ln(abs({base_sql})) - {log(abs(value)) - shift!r}) < 0.1" for shift in shifts
        )
        near, most = base.query(
            "SELECT coalesce(sum(n), 0), coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM {t} "
            f"WHERE ({lies}) AND ({base_sql}) <> 0 "
            f"AND sign({base_sql}) = sign(?) GROUP BY {base_sql})",
            [value],
        ).columns
        alone = float(most[0].as_py())  # the value of training that a factor would make of it
        if float(near[0].as_py()) < 0.1 * share * base.rows or (
            number_words(value) is not None and share * base.rows >= 2 * (alone + 2)
        ):
            found.append(value)
    return found


def without_new_atoms(
    live: Table, live_sql: str, base: Table, base_sql: str, material: Material,
    shifts: Sequence[float],
) -> Material | None:  # fmt: skip
    """The material with new atoms' rows marked missing; ``None`` when there are none."""
    atoms = new_atoms(live, live_sql, base, base_sql, shifts)
    if not atoms:
        return None
    listed = ", ".join(repr(v) for v in atoms)
    rows = live.query(f"SELECT fw_row FROM {{t}} WHERE ({live_sql}) IN ({listed})")
    cells = material.live.copy()
    cells[rows.column(0).to_numpy()] = MISSING
    return replace(material, live=cells) if (cells >= LOWEST).any() else None


def one_value(ground: Ground, cause: Cause) -> bool:
    """Whether the rows of a part hold mostly one value where training's hold several."""
    if cause.where is None or not isinstance(cause.transform, Scale):
        return False
    name, factor = cause.features[0], cause.transform.factor
    live, base = ground.view.log_inputs[name], ground.baseline.expressions[name]
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    here = _largest(ground.log, live, f"({scope}) AND {where_sql(live, cause.where)}")
    there = _largest(
        ground.baseline.table, base, where_sql(f"(({base}) * {factor!r})", cause.where)
    )
    return here > max(ALONE, there + MORE)


def _largest(table: Table, expression: str, rows: str) -> float:
    """Share of the most frequent value among some rows; 0 where there are none."""
    found = table.value(
        f"SELECT max(n) / sum(n) FROM (SELECT count(*) AS n FROM {{t}} WHERE {rows} "
        f"GROUP BY ({expression}))"
    )
    return float(found or 0.0)
