"""One relation between inputs: words, SQL over a table, and the same over arrays.

``columns[0]`` is the left side: ``x0 = k x1``, ``x0 = x1 + x2 (+ x3)``, ``x0 = k x1 x2``,
``x0 = k x1 / x2``, ``x0 <= x1``; "together": both are missing in the same rows; "determines": the
value of ``x0`` gives the value of ``x1``; "bounds": ``low <= x0 <= high``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from investigators.numbers import number
from investigators.tables.table import literal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Kind = Literal["equal", "sum", "product", "quotient", "order", "together", "determines", "bounds"]
EXACT: frozenset[Kind] = frozenset({"equal", "sum", "product", "quotient"})
ROOM = 1 + 1e-6  # a half step itself is a rounding too
ABSURD = 1e100
BETWEEN = "\x1f"  # parts the two values of a known pair


@dataclass(frozen=True)
class Step:
    """How finely a column is written: half a last digit, or a share of the value."""

    half: float
    relative: float


@dataclass(frozen=True)
class Relation:
    """A relation with what it allows: ``steps`` go with ``columns``, 0 where nothing is allowed.

    ``pairs`` are the known pairs of a "determines" relation, as texts; ``limits`` the least and
    largest value of a "bounds" relation, ``None`` where there is none.
    """

    kind: Kind
    columns: tuple[str, ...]
    factor: float = 1.0
    steps: tuple[Step, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    limits: tuple[float | None, float | None] = (None, None)

    @property
    def exact(self) -> bool:
        """Whether one side can be worked out from the other, up to rounding."""
        return self.kind in EXACT

    @property
    def words(self) -> str:
        """The relation as a reader writes it."""
        left, *right = self.columns
        times = "" if self.factor == 1 else f"{number(self.factor, 6)} × "
        match self.kind:
            case "order":
                return f"{left} ≤ {right[0]}"
            case "bounds":
                low, high = self.limits
                begin = "" if low is None or high is None else f"{number(low)} ≤ "
                end = f" ≥ {number(low)}" if low is not None and not begin else ""
                return f"{begin}{left}{end if high is None else f' ≤ {number(high)}'}"
            case "together":
                return f"{left} is missing exactly where {right[0]} is"
            case "determines":
                return f"{left} determines {right[0]}"
        sign = {"sum": " + ", "quotient": " / "}.get(self.kind, " × ")
        return f"{left} = {times}{sign.join(right)}"

    def value(self, values: Mapping[str, Floats]) -> Floats:
        """What the left side should be, shape (n,); NaN where that cannot be said."""
        first, *rest = (values[name] for name in self.columns[1:])
        with np.errstate(all="ignore"):
            match self.kind:
                case "sum":
                    found = first + sum(rest)
                case "product":
                    found = self.factor * first * rest[0]
                case "quotient":
                    found = self.factor * first / rest[0]
                case _:
                    found = self.factor * first
        return np.where(np.isfinite(found), found, np.nan)

    def slack(self, values: Mapping[str, Floats]) -> Floats:
        """How far the left side may lie from :meth:`value` by rounding alone, shape (n,)."""
        own = [
            s.half * ROOM + s.relative * np.abs(values[n])
            for n, s in zip(self.columns, self.steps, strict=True)
        ]
        x = [np.abs(values[name]) for name in self.columns]
        k = abs(self.factor)
        with np.errstate(all="ignore"):
            match self.kind:
                case "sum":
                    found = sum(own[1:], own[0])
                case "product":
                    found = own[0] + k * (x[2] * own[1] + x[1] * own[2])
                case "quotient":
                    found = own[0] + k * (own[1] + x[1] / x[2] * own[2]) / x[2]
                case _:
                    found = own[0] + k * own[1]
        return np.asarray(found, dtype=np.float64)

    def holds(self, values: Mapping[str, Floats]) -> tuple[Flags, Flags]:
        """Where it can be said and where it holds, for numbers, each of shape (n,)."""
        left = values[self.columns[0]]
        if self.kind == "bounds":
            low, high = self.limits
            over = left >= (-np.inf if low is None else low)
            return ~np.isnan(left), over & (left <= (np.inf if high is None else high))
        if self.kind == "order":
            right = values[self.columns[1]]
            return ~np.isnan(left) & ~np.isnan(right), left <= right
        should = self.value(values)
        known = ~np.isnan(left) & ~np.isnan(should)
        with np.errstate(invalid="ignore"):
            return known, known & (np.abs(left - should) <= self.slack(values))

    def sql(self, inputs: Mapping[str, str]) -> tuple[str, str]:
        """SQL of: it can be said, it is broken (false where it cannot be said)."""
        if self.kind == "together":
            a, b = (_gone_sql(inputs[name]) for name in self.columns)
            return "true", f"({a} <> {b})"
        if self.kind == "determines":
            return self._pairs_sql(inputs)
        x = [f"TRY_CAST(({inputs[name]}) AS DOUBLE)" for name in self.columns]
        known = " AND ".join(f"isfinite({c}) AND abs({c}) < {ABSURD!r}" for c in x)
        if self.kind == "quotient":
            known = f"{known} AND {x[2]} <> 0"
        known = f"coalesce({known}, false)"
        if self.kind == "bounds":
            low, high = self.limits
            ends = [f"{x[0]} < {low!r}"] if low is not None else []
            ends += [f"{x[0]} > {high!r}"] if high is not None else []
            return known, f"({known} AND coalesce({' OR '.join(ends)}, false))"
        if self.kind == "order":
            return known, f"({known} AND coalesce({x[0]} > {x[1]}, false))"
        gap = f"abs({x[0]} - ({self._value_sql(x)}))"
        return known, f"({known} AND coalesce({gap} > {self._slack_sql(x)}, true))"

    def _pairs_sql(self, inputs: Mapping[str, str]) -> tuple[str, str]:
        a, b = (f"CAST(({inputs[name]}) AS VARCHAR)" for name in self.columns)
        lefts = ", ".join(literal(p) for p in sorted({p for p, _ in self.pairs}))
        rights = ", ".join(literal(p) for p in sorted({p for _, p in self.pairs}))
        both = ", ".join(literal(f"{p}{BETWEEN}{q}") for p, q in self.pairs)
        known = f"coalesce({a} IN ({lefts}) AND {b} IN ({rights}), false)"
        pair = f"{a} || {literal(BETWEEN)} || {b}"
        return known, f"({known} AND coalesce(NOT {pair} IN ({both}), false))"

    def _value_sql(self, x: list[str]) -> str:
        k = repr(self.factor)
        match self.kind:
            case "sum":
                return " + ".join(x[1:])
            case "product":
                return f"{k} * {x[1]} * {x[2]}"
            case "quotient":
                return f"{k} * {x[1]} / {x[2]}"
            case _:
                return f"{k} * {x[1]}"

    def _slack_sql(self, x: list[str]) -> str:
        own = [
            f"({s.half * ROOM!r} + {s.relative!r} * abs({c}))"
            for c, s in zip(x, self.steps, strict=True)
        ]
        k = repr(abs(self.factor))
        match self.kind:
            case "sum":
                return f"({' + '.join(own)})"
            case "product":
                return f"({own[0]} + {k} * (abs({x[2]}) * {own[1]} + abs({x[1]}) * {own[2]}))"
            case "quotient":
                part = f"({own[1]} + abs({x[1]} / {x[2]}) * {own[2]})"
                return f"({own[0]} + {k} * {part} / abs({x[2]}))"
            case _:
                return f"({own[0]} + {k} * {own[1]})"


def _gone_sql(expression: str) -> str:
    """Whether an input of either kind has no value; NaN is none."""
    return f"(({expression}) IS NULL OR CAST(({expression}) AS VARCHAR) = 'nan')"
