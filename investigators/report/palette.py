"""The colours of ``resources/palettes.yaml`` by role."""

from __future__ import annotations

from functools import cache

import msgspec

from investigators.resources import resource

FILE = "palettes.yaml"


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    """Return the palettes by name: ``light``, ``dark``, ``contrast``."""
    import yaml

    text = resource(FILE).read_text(encoding="utf-8")
    # read before anything is painted: with the safe loader in C where there is one
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return msgspec.convert(yaml.load(text, Loader=loader), dict[str, Palette])  # noqa: S506
