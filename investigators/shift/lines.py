"""Named lines and curves by which one producer's numbers differ from another's.

A factor alone is not among them: that is what a change of scale is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import numpy.typing as npt

from investigators.shift.sample import ABSURD

Floats = npt.NDArray[np.float64]
Turn = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Form:
    """Observed values as a function of true ones.

    ``line`` is (a, b) of observed = a x true + b, ``None`` for a curve.  ``usual`` bounds the true
    values between which training's central 98 % must lie for the form to be thought of.
    ``units`` are the units (true, observed), empty where it is not a matter of units.
    ``free``: the offset was read off the values and has no name.
    """

    name: str
    words: str
    forward: Turn
    back: Turn
    usual: tuple[float, float]
    line: tuple[float, float] | None = None
    units: tuple[str, str] | tuple[()] = ()
    free: bool = False

    @property
    def falling(self) -> bool:
        """Whether it turns the order of the values round."""
        return self.line is not None and self.line[0] < 0

    @property
    def named(self) -> str | None:
        """The change of units as a transform names it."""
        return " -> ".join(self.units) if self.units else None


# Temperatures that a sensor, a patient or an oven gives, by unit.
USUAL = {"degC": (-90.0, 400.0), "degF": (-130.0, 752.0), "K": (150.0, 700.0)}
WORDS = {"degC": "degrees Celsius", "degF": "degrees Fahrenheit", "K": "kelvin"}
TEMPERATURES = (
    ("degC", "degF", 1.8, 32.0),
    ("degF", "degC", 5 / 9, -160 / 9),
    ("degC", "K", 1.0, 273.15),
    ("K", "degC", 1.0, -273.15),
    ("degF", "K", 5 / 9, 45967 / 180),
    ("K", "degF", 1.8, -459.67),
)
SPELLED = {
    "c": "degC", "celsius": "degC", "centigrade": "degC", "f": "degF", "fahrenheit": "degF",
    "k": "K", "kelvin": "K", "kelvins": "K",
}  # fmt: skip
DECORATION = re.compile(r"degrees?|deg|[°º_\s.]")


def temperature_unit(unit: str | None) -> str | None:
    """Tell the unit of temperature that a dictionary's word means, ``None`` where it is none.

    >>> temperature_unit("°C"), temperature_unit("deg F"), temperature_unit("coulomb")
    ('degC', 'degF', None)
    """
    plain = DECORATION.sub("", (unit or "").strip().lower().replace("℃", "c").replace("℉", "f"))
    return SPELLED.get(plain)


def straight(name: str, words: str, a: float, b: float, usual: tuple[float, float]) -> Form:
    """A straight line observed = a x true + b."""
    return Form(name, words, lambda x: a * x + b, lambda y: (y - b) / a, usual, (a, b))


def _temperatures() -> Iterator[Form]:
    for true, seen, a, b in TEMPERATURES:
        words = f"{WORDS[seen]} where training has {WORDS[true]}"
        form = straight(f"{true} -> {seen}", words, a, b, USUAL[true])
        yield replace(form, units=(true, seen))


def _offsets() -> Iterator[Form]:
    for century in (1900.0, 2000.0):
        counted = f"years counted from {century:.0f}"
        yield straight(
            f"year - {century:.0f}", f"{counted} where training has whole years", 1.0, -century,
            (max(century, 1920.0), century + 130),
        )  # fmt: skip
        yield straight(
            f"year + {century:.0f}", f"whole years where training has {counted}", 1.0, century,
            (0.0, 130.0),
        )  # fmt: skip


def _curves() -> Iterator[Form]:
    tiny = 1e-300
    pairs: tuple[tuple[str, Turn, Turn, tuple[float, float], tuple[float, float]], ...] = (
        ("natural logarithm", np.log, np.exp, (tiny, inf), (-30.0, 30.0)),
        ("logarithm to base 10", np.log10, lambda y: 10.0**y, (tiny, inf), (-12.0, 12.0)),
        ("logarithm to base 2", np.log2, np.exp2, (tiny, inf), (-40.0, 40.0)),
        ("logarithm of one more", np.log1p, np.expm1, (0.0, inf), (0.0, 30.0)),
        ("square root", np.sqrt, np.square, (0.0, inf), (0.0, 1e12)),
        ("log-odds", _log_odds, _chance, (tiny, 1 - 1e-12), (-30.0, 30.0)),
    )
    for name, forward, back, true, seen in pairs:
        yield Form(name, f"the {name} of what training has", forward, back, true)
        words = f"values of which training has the {name}"
        yield Form(f"inverse of {name}", words, back, forward, seen)


def _log_odds(p: Floats) -> Floats:
    found: Floats = np.log(p) - np.log1p(-p)
    return found


def _chance(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-odds))
    return found


SIGN = straight("sign", "the same values with the other sign", -1.0, 0.0, (-inf, inf))
FORMS = (SIGN, *_temperatures(), *_offsets(), *_curves())


def forms_of(training: Floats, unit: str | None) -> list[Form]:
    """Forms that training's sorted values, and a declared unit, leave possible."""
    low, high = (float(training[round(q * (training.size - 1))]) for q in (0.01, 0.99))
    if low == high:
        return []
    declared = temperature_unit(unit)
    return [
        form
        for form in FORMS
        if form.usual[0] <= low <= high <= form.usual[1]
        and (not form.units or not unit or form.units[0] == declared)
    ]


def turned(form: Form, values: Floats) -> Floats:
    """True values as the form shows them, sorted; those it cannot show are left out."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        seen = form.forward(values)
    return np.sort(seen[np.abs(seen) < ABSURD])


def restored(form: Form, values: Floats) -> Floats:
    """Observed values turned back, same shape; NaN where that is impossible."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        true = form.back(values)
    return np.where(np.abs(true) < ABSURD, true, np.nan)
