"""What was opened: each source of a case with its rows, its columns by role and its doubts."""

from __future__ import annotations

from collections.abc import Mapping

from investigators.case import Brief, Role, Source
from investigators.tables.table import Table
from investigators.tables.text_types import doubts


def source_key(number: int, role: str = "ui_events") -> str:
    """``ui_events``, ``ui_events#2`` ...: the key of the n-th table of a role."""
    return role if number == 0 else f"{role}#{number + 1}"


def sources_of(
    brief: Brief,
    tables: Mapping[Role, tuple[Table, ...]],
    roles: Mapping[str, tuple[str, ...]],
) -> tuple[Source, ...]:
    """Sources in the order of the brief; ``roles`` are columns by "ui_events#2.time" and alike."""
    sources = []
    for role, places in brief.sources.items():
        opened = tables.get(role, ())
        for k, place in enumerate(places):
            table = opened[k] if k < len(opened) else None
            key = source_key(k, role)
            columns = {
                name.partition(".")[2]: (cols[0] if len(cols) == 1 else cols)
                for name, cols in roles.items()
                if name.partition(".")[0] == key
            }
            rows = None if table is None else table.rows
            notes = () if table is None else (*table.notes, *doubts(table.columns))
            sources.append(Source(role, place, "", rows, (0, 0), columns, notes))
    return tuple(sources)
