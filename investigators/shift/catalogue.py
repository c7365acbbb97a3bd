"""The factors by which units differ in practice, and what a declared unit says of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import log
from typing import Any

# (factor, log prior).  The first row is method.md's list; the second is seen less often and has to
# win by three nats more.
COMMON = (10.0, 24.0, 60.0, 100.0, 1000.0, 3600.0, 86400.0, 1e6)
NEAR = (1.609344, 2.20462, 2.54)
RARE = (4.184, 7.0, 12.0, 25.4, 453.59237, 1024.0, 1440.0, 1e4, 1e9)
RARE_PENALTY = 3.0
# feet in a metre, m/s to km/h, square feet in a square metre, mmol/l to mg/dl of glucose, grams in
# an ounce, days in a year
RARER = (3.2808399, 3.6, 10.7639104, 18.0182, 28.3495231, 365.25)
RARER_PENALTY = 4.0
# A factor that leads from the declared unit to one of its siblings needs less to be believed.
DECLARED_BONUS = 4.0

# Below this ratio a change of scale looks like drift: "cannot tell" unless corroborated.
NEAR_RATIO = 3.0

TIME_UNITS = ("ns", "us", "ms", "s", "min", "h", "d", "week")
SIBLINGS: tuple[tuple[str, ...], ...] = (
    TIME_UNITS,
    ("um", "mm", "cm", "m", "km", "inch", "foot", "mile"),
    ("cm^2", "m^2", "foot^2", "hectare", "km^2"),
    ("mg", "g", "kg", "tonne", "ounce", "pound", "stone"),
    ("ml", "l", "m^3", "gallon"),
    ("J", "kJ", "cal", "kcal", "Wh", "kWh"),
    ("m/s", "km/h", "mph"),
    ("byte", "kB", "MB", "GB"),
    ("W", "kW", "MW"),
    ("percent", "dimensionless"),
)
# What may be handed to pint, whose parser takes (and stumbles over) whole expressions.
PLAIN_UNIT = re.compile(r"[^\W\d_]+|[%€$£°µ\w/·*^ -]{1,24}")
CURRENCIES = frozenset(
    ("€", "eur", "euro", "euros", "$", "usd", "dollar", "dollars", "£", "gbp", "pounds", "chf")
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One named factor: observed = factor x true.  ``prior`` is in nats."""

    factor: float
    prior: float

    @property
    def shift(self) -> float:
        """The shift it makes on ln|x|."""
        return log(self.factor)


@cache
def candidates() -> tuple[Candidate, ...]:
    """Every catalogue factor and its inverse, ascending."""
    listed = [Candidate(f, 0.0) for f in (*COMMON, *NEAR)]
    listed += [Candidate(f, -RARE_PENALTY) for f in RARE]
    listed += [Candidate(f, -RARER_PENALTY) for f in RARER]
    listed += [Candidate(1 / c.factor, c.prior) for c in listed]
    return tuple(sorted(listed, key=lambda c: c.factor))


def favoured(unit: str | None) -> dict[float, float]:
    """Extra log prior of catalogue factors that a declared unit makes likely."""
    if not unit:
        return {}
    return {c.factor: DECLARED_BONUS for c in candidates() if declared_name(unit, c.factor)}


@cache
def _registry() -> Any:  # noqa: ANN401 - pint's types are dynamic
    import pint

    return pint.UnitRegistry()


def declared_name(unit: str | None, factor: float) -> str | None:
    """Name a factor by the dictionary's unit: ``"s -> ms"``; ``None`` where none fits.

    The true value is in ``unit``, the observed one ``factor`` times larger, so that the unit it
    arrives in is ``factor`` times smaller.
    """
    if not unit or not PLAIN_UNIT.fullmatch(unit.strip()):
        return None
    if unit.strip().lower() in CURRENCIES:
        if abs(log(factor / 100)) < 1e-6:
            return f"{unit} -> minor units"
        return f"minor units -> {unit}" if abs(log(factor * 100)) < 1e-6 else None
    return next(
        (f"{unit} -> {name}" for name, ratio in _siblings(unit) if abs(log(ratio / factor)) < 1e-5),
        None,
    )


@cache
def _siblings(unit: str) -> tuple[tuple[str, float], ...]:
    """Units of the same kind, and how many of each make one ``unit``; none where it is unknown.

    Remembered by unit: pint takes a hundredth of a second to say this of one.
    """
    import pint

    registry = _registry()
    try:
        true = registry.Unit("percent" if unit.strip() == "%" else unit)
    except (pint.UndefinedUnitError, pint.PintError, ValueError, TypeError, SyntaxError):
        return ()
    found = []
    for family in SIBLINGS:
        for name in family:
            sibling = registry.Unit(name)
            if sibling == true or not sibling.is_compatible_with(true):
                continue
            ratio = float(registry.Quantity(1.0, true).to(sibling).magnitude)
            if ratio > 0:
                found.append((name, ratio))
    return tuple(found)
