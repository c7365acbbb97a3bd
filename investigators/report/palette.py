"""The colours of ``resources/palettes.json`` by role.

JSON and a plain dataclass, since the window's first picture waits for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from investigators.resources import resource

FILE = "palettes.json"


@dataclass(frozen=True, slots=True)
class Palette:
    """Hex colours by role; pairs ``x`` on ``x_tint`` are text on its ground."""

    background: str
    panel: str
    ink: str
    soft: str
    faint: str
    line: str
    raises: str
    lowers: str
    accent: str
    on_accent: str
    tint: str
    finding: str
    finding_tint: str
    clear: str
    clear_tint: str
    unsure: str
    unsure_tint: str


@cache
def palettes() -> dict[str, Palette]:
    """Return the palettes by name: ``light``, ``dark``, ``contrast``.  Text at least 4.5:1."""
    tables = json.loads(resource(FILE).read_text(encoding="utf-8"))
    return {name: Palette(**table) for name, table in tables.items()}
