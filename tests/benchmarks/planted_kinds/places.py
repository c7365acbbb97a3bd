"""Where a fault lies: all rows, a segment (of one or two columns), hours, a share; since when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planted_kinds.parts import DAY, HOUR, TIME, Condition, Mask, Random, Rows, Where

QUANTILES = ((0.1, 0.5), (0.6, 0.95))  # of the segment's rows: begin and end of a window


def meets(rows: Rows, condition: Condition) -> Mask:
    """Tell which rows meet one condition of the contract's sort."""
    if part := condition.get("part"):
        time = rows[TIME]
        found = time // HOUR % 24 if part == "hour" else (time // DAY + 3) % 7 + 1  # 1 is Monday
        return np.isin(found, condition["in"])
    values = rows[condition["column"]]
    if condition.get("missing"):
        return np.array([v is None or v != v for v in values], dtype=bool)  # noqa: PLR0124
    if "equals" in condition:
        return np.asarray(values == condition["equals"], dtype=bool)
    if "in" in condition:
        return np.isin(values.astype(str), [str(v) for v in condition["in"]])
    low, high = condition.get("from", -np.inf), condition.get("to", np.inf)
    return np.asarray((values >= low) & (values < high), dtype=bool)


def segment_rows(rows: Rows, segment: Sequence[Condition]) -> Mask:
    """Tell which rows meet all conditions."""
    found = np.ones(rows[TIME].size, dtype=bool)
    for condition in segment:
        found &= meets(rows, condition)
    return found


def conditions(
    rng: Random, rows: Rows, segments: Sequence[str], carrier: str
) -> tuple[Condition, ...]:
    """Choose the conditions of a carrier; the decoy (the last segment) is never the truth."""
    real = list(segments[:-1])
    if carrier == "segment":
        return (_one(rng, rows, str(rng.choice(real))),)
    if carrier == "segments":
        two = [str(name) for name in rng.permutation(real)[:2]]
        return tuple(_one(rng, rows, name) for name in sorted(two))
    if carrier == "hours":
        if rng.random() < 0.2:
            return ({"column": TIME, "part": "weekday", "in": [6, 7], "zone": "UTC"},)
        first, many = int(rng.integers(18, 26)), int(rng.integers(3, 9))
        hours = sorted((first + k) % 24 for k in range(many))
        return ({"column": TIME, "part": "hour", "in": hours, "zone": "UTC"},)
    return ()


def _one(rng: Random, rows: Rows, name: str) -> Condition:
    return {"column": name, "equals": str(rng.choice(np.unique(rows[name])))}


def place(
    rng: Random,
    rows: Rows,
    segment: tuple[Condition, ...],
    carrier: str,
    window: str,
    inside: tuple[tuple[float, float], tuple[float, float]] = QUANTILES,
) -> Where:
    """Fix the rows of a carrier in a window (none, since, span)."""
    scope, time = segment_rows(rows, segment), rows[TIME]
    onset = end = None
    held = np.flatnonzero(scope)
    if window in {"since", "span"} and held.size:
        high = 0.9 if window == "since" else inside[0][1]
        onset = int(time[held[int(rng.uniform(inside[0][0], high) * held.size)]])
        scope = scope & (time >= onset)
    if window == "span" and held.size:
        assert onset is not None
        end = int(time[held[int(rng.uniform(*inside[1]) * held.size)]])
        end = max(end, onset + 1)
        scope = scope & (time < end)
    share, carried = 1.0, scope
    if carrier == "share":
        share = float(np.exp(rng.uniform(np.log(0.01), np.log(0.9))))
        carried = scope & (rng.random(time.size) < share)
    return Where(carried, scope, segment, onset, end, share, carrier)
