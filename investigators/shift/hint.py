"""What one row alone says about a unit: outside everything, ordinary after a known factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from investigators.evidence import Finding
from investigators.numbers import number, per_cent
from investigators.shift.catalogue import COMMON, declared_name
from investigators.tables.table import Table
from investigators.view import View

ORDINARY = (0.02, 0.98)
BEYOND = 3.0


@dataclass(frozen=True)
class Known:
    """Ordinary values of an input: range, and the table it comes from when there is one."""

    low: float
    high: float
    words: str
    table: Table | None = None
    expression: str = ""

    def share_below(self, value: float) -> float | None:
        """Mid-rank share of training values below ``value``; ``None`` without a table."""
        if self.table is None:
            return None
        share = self.table.value(
            f"SELECT avg(CASE WHEN x < ? THEN 1.0 WHEN x = ? THEN 0.5 ELSE 0.0 END) "
            f"FROM (SELECT ({self.expression}) AS x FROM {{t}}) WHERE x IS NOT NULL",
            [value, value],
        )
        return None if share is None else float(share)


def known_values(view: View, features: Sequence[str]) -> dict[str, Known]:
    """Training range of each from the reference, else from the model text's own ranges."""
    found: dict[str, Known] = {}
    if view.model is not None:
        for given in view.model.inputs:
            if given.name in features and given.low is not None and given.high is not None:
                words = "in the range written in the model text"
                found[given.name] = Known(given.low, given.high, words)
    asked = {f: view.reference_inputs[f] for f in features if f in view.reference_inputs}
    if view.reference is None or not asked:
        return found
    cells = ", ".join(f"min({x}), max({x})" for x in asked.values())
    ends = [c[0].as_py() for c in view.reference.query(f"SELECT {cells} FROM {{t}}").columns]
    for (feature, x), low, high in zip(asked.items(), ends[::2], ends[1::2], strict=True):
        if low is not None:
            found[feature] = Known(float(low), float(high), "in training", view.reference, x)
    return found


def _values(log: Table, inputs: Mapping[str, str], row: int) -> dict[str, float]:
    """The row's own numbers; text, missing ones and zeros, which no factor moves, are left out."""
    if not inputs:
        return {}
    cells = ", ".join(f"({expression}) AS x{k}" for k, expression in enumerate(inputs.values()))
    lines = log.query(f"SELECT {cells} FROM {{t}} WHERE fw_row = ?", [row]).to_pylist()
    values = zip(inputs, lines[0].values(), strict=True) if lines else ()
    return {name: float(x) for name, x in values if x and not isinstance(x, str)}


def row_hint(view: View, check: str, inputs: Mapping[str, str]) -> list[Finding]:
    """One "cannot tell" finding per input whose value only a factor would make ordinary."""
    row = view.decision.row if view.decision is not None else None
    if view.log is None or row is None:
        return []
    if view.model is not None:
        numeric = {i.name for i in view.model.inputs if i.kind == "numeric"}
        inputs = {name: sql for name, sql in inputs.items() if name in numeric}
    values = _values(view.log, inputs, row)
    known = known_values(view, list(values))
    hints = (_hint(view, check, f, x, known[f]) for f, x in values.items() if f in known)
    return [hint for hint in hints if hint is not None]


def _hint(view: View, check: str, feature: str, value: float, known: Known) -> Finding | None:
    above = value > max(BEYOND * known.high, known.high) and known.high > 0
    below = 0 < value < known.low / BEYOND
    if not (above or below):
        return None
    unit = view.dictionary.get(feature).unit
    fits = []
    for factor in COMMON if above else tuple(1 / f for f in COMMON):
        repaired = value / factor
        share = known.share_below(repaired)
        inside = known.low <= repaired <= known.high
        if inside and (share is None or ORDINARY[0] <= share <= ORDINARY[1]):
            fits.append((abs((share or 0.5) - 0.5), factor, repaired, share))
    if not fits:
        return None
    named = [f for f in fits if declared_name(unit, f[1])]
    _, factor, repaired, share = min(named or fits)
    where = f"above everything {known.words} (largest {number(known.high)})"
    if below:
        where = f"below everything {known.words} (smallest {number(known.low)})"
    ordinary = "" if share is None else f" (higher than {per_cent(share)})"
    also = ", ".join(_times(f) for _, f, _, _ in sorted(fits) if f != factor)
    sentence = (
        f"{feature}: {number(value)} is {where}; {number(repaired)} would be ordinary{ordinary}: "
        f"fits {_times(factor)}{f' (also {also})' if also else ''}. One row cannot tell."
    )
    day = (view.decision.time or "")[:10] if view.decision is not None else ""
    need = f"{feature} of all requests, with times and versions, around {day or 'this decision'}"
    return Finding(
        id=f"{check}/{feature}",
        check=check,
        family="input_units",
        verdict="cannot tell",
        about=(feature,),
        sentence=sentence,
        n=1,
        effect={"value": value, "factor": factor, "repaired": repaired, "share_below": share},
        concerns_decision=True,
        would_need=need,
        ask=(
            f"One request carries {feature} = {number(value)}, which is {where}. Please send "
            f"{need}: 14 days before and all days since, one row per request, as logged."
        ),
    )


def _times(factor: float) -> str:
    return f"× {number(factor)}" if factor >= 1 else f"÷ {number(round(1 / factor, 6))}"
