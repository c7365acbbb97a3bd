"""What a feature dictionary states of an input, as SQL, and the units that would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from investigators.evidence import Affine, Scale
from investigators.features import Feature
from investigators.numbers import number
from investigators.shift.catalogue import candidates, declared_name
from investigators.shift.lines import TEMPERATURES, temperature_unit
from investigators.tables.table import literal

# What a unit allows by itself: nothing is colder than absolute zero, no share is above one.
PHYSICAL = {"degC": (-273.15, None), "degF": (-459.67, None), "K": (0.0, None)}
SHARES = frozenset(("fraction", "probability", "proportion", "share of one", "0-1", "0..1"))
SHOWN = 6


@dataclass(frozen=True)
class Stated:
    """Bounds (``None``: open) or allowed values of an input, and whose word they are."""

    feature: Feature
    low: float | None
    high: float | None
    by_unit: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """The only values that may occur; empty where bounds are stated instead."""
        return self.feature.allowed

    @property
    def drifts(self) -> bool:
        """Whether values of an ordinary drift may break it: bounds that somebody wrote."""
        return not self.by_unit and not (self.low is None and self.high is None)

    @property
    def words(self) -> str:
        """``between 0 and 120 s``, ``one of: a, b``."""
        if self.allowed and self.low is None and self.high is None:
            shown = ", ".join(self.allowed[:SHOWN])
            return f"one of: {shown}{', ...' if len(self.allowed) > SHOWN else ''}"
        unit = f" {self.feature.unit}" if self.feature.unit else ""
        if self.low is None or self.high is None:
            end, way = (self.high, "at most") if self.low is None else (self.low, "at least")
            assert end is not None
            return f"{way} {number(end)}{unit}"
        return f"between {number(self.low)} and {number(self.high)}{unit}"


def stated_of(feature: Feature) -> Stated | None:
    """What the dictionary (or its unit alone) says of the values; ``None``: nothing."""
    low, high = feature.minimum, feature.maximum
    if low is not None or high is not None or feature.allowed:
        return Stated(feature, low, high)
    unit = temperature_unit(feature.unit)
    if unit is not None:
        return Stated(feature, *PHYSICAL[unit], by_unit=True)
    if (feature.unit or "").strip().lower() in SHARES:
        return Stated(feature, 0.0, 1.0, by_unit=True)
    return None


def known_sql(stated: Stated, expression: str, *, numeric: bool) -> str:
    """Whether a value is there and is no declared code for a missing one."""
    there = f"({expression}) IS NOT NULL"
    if numeric:
        there = f"({there} AND isfinite({expression}))"
    codes = [code for code in stated.feature.missing_codes if not numeric or _number(code)]
    if not codes:
        return there
    listed = ", ".join(literal(float(c)) if numeric else literal(c) for c in codes)
    return f"({there} AND ({expression}) NOT IN ({listed}))"


def breaks_sql(stated: Stated, expression: str, *, numeric: bool) -> str:
    """Whether a value that is there is not what is stated (never NULL)."""
    parts = []
    if numeric:
        # a hair's breadth: bounds are written rounded
        if stated.low is not None:
            parts.append(f"({expression}) < {literal(stated.low - 1e-9 * abs(stated.low))}")
        if stated.high is not None:
            parts.append(f"({expression}) > {literal(stated.high + 1e-9 * abs(stated.high))}")
    allowed = [a for a in stated.allowed if not numeric or _number(a)]
    if allowed and len(allowed) == len(stated.allowed) and not parts:
        listed = ", ".join(literal(float(a)) if numeric else literal(a) for a in allowed)
        parts.append(f"({expression}) NOT IN ({listed})")
    return f"coalesce({' OR '.join(parts)}, false)" if parts else "false"


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def mends(feature: Feature) -> Iterator[Scale | Affine]:
    """Changes of unit that lead from the declared unit to another one of its kind."""
    unit = temperature_unit(feature.unit)
    if unit is not None:
        for true, seen, a, b in TEMPERATURES:
            if true == unit:
                yield Affine(a, b, f"{true} -> {seen}")
        return
    declared = "percent" if feature.unit == "%" else feature.unit
    if (feature.unit or "").strip().lower() in SHARES:
        declared = "dimensionless"
    for each in candidates():
        name = declared_name(declared, each.factor)
        if name is not None:
            yield Scale(each.factor, name)


def read_as(stated: Stated, transform: Scale | Affine) -> Stated:
    """The bounds as the other unit would write them."""

    def turned(bound: float | None) -> float | None:
        if bound is None:
            return None
        if isinstance(transform, Scale):
            return bound * transform.factor
        return transform.a * bound + transform.b

    return replace(stated, low=turned(stated.low), high=turned(stated.high))
