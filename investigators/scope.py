"""Which rows: segments, windows of time and values as SQL over the canonical log."""

from __future__ import annotations

from investigators.clock import moment
from investigators.evidence import Condition, Onset, Segment, Where
from investigators.tables.table import literal, quoted

PARTS = {"hour": "hour", "weekday": "isodow", "month": "month", "day": "day"}


def condition_sql(condition: Condition) -> str:
    """One condition as SQL that is never NULL."""
    name = quoted(condition.column)
    if condition.missing:
        return f"({name} IS NULL)"
    if condition.part:
        values = ", ".join(literal(v) for v in condition.within or ())
        return f"coalesce(date_part('{PARTS[condition.part]}', fw_time) IN ({values}), false)"
    if condition.within is not None:
        values = ", ".join(literal(str(v)) for v in condition.within if v is not None)
        inside = f"coalesce(CAST({name} AS VARCHAR) IN ({values}), false)" if values else "false"
        return f"({inside} OR {name} IS NULL)" if None in condition.within else f"({inside})"
    if condition.lower is not None or condition.upper is not None:
        low = "true" if condition.lower is None else f"{name} >= {literal(condition.lower)}"
        high = "true" if condition.upper is None else f"{name} < {literal(condition.upper)}"
        return f"coalesce({low} AND {high}, false)"
    value = condition.equals
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"coalesce(CAST({name} AS VARCHAR) = {literal(text)}, false)"


def segment_sql(segment: Segment) -> str:
    """All conditions of a segment; true for all rows."""
    return " AND ".join(condition_sql(c) for c in segment) if segment else "true"


def window_sql(onset: Onset | None, end: Onset | None) -> str:
    """From the first row that carries it to before the first row that is free again."""
    parts = []
    if onset is not None and onset.latest is not None:
        parts.append(f"fw_time >= TIMESTAMP {literal(str(moment(onset.latest)))}")
    if end is not None and end.latest is not None:
        parts.append(f"fw_time < TIMESTAMP {literal(str(moment(end.latest)))}")
    return f"coalesce({' AND '.join(parts)}, false)" if parts else "true"


def where_sql(expression: str, where: Where | None) -> str:
    """Whether an expression's value lies in one of the closed intervals, or is one of the pairs."""
    if where is None:
        return "true"
    parts = [
        f"({expression}) = ({literal(low)}, {literal(high)})"
        if isinstance(low, str)
        else f"({expression}) BETWEEN {low!r} AND {high!r}"
        for low, high in where
    ]
    return f"coalesce({' OR '.join(parts)}, false)"


def both_sql(one: str, other: str) -> str:
    """Two columns' texts as the pair that ``where_sql`` compares."""
    return f"row(CAST(({one}) AS VARCHAR), CAST(({other}) AS VARCHAR))"


def scope_sql(segment: Segment, onset: Onset | None, end: Onset | None) -> str:
    """Rows in segment and window."""
    return f"({segment_sql(segment)}) AND {window_sql(onset, end)}"
