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
    tint: str
    finding: str
    finding_tint: str
    clear: str
    clear_tint: str
    unsure: str
    unsure_tint: str


@cache
def palettes() -> dict[str, Palette]:
    """Return the palettes by name: ``light``, ``dark``."""
    import yaml

    text = resource(FILE).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Palette])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two hex colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
