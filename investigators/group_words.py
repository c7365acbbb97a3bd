"""What :mod:`investigators.groups` measured, in words, numbers and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from investigators.chart import Dot, Dots
from investigators.evidence import Condition, segment_words
from investigators.groups import MOST_COLUMNS, Arena, Groups, Kind, Measured, adverse_sql
from investigators.numbers import number
from investigators.scope import segment_sql
from investigators.statistics import jeffreys, shrunk, wilson
from investigators.tables.table import Table, quoted
from investigators.task import Task
from investigators.view import View

MOST_DOTS = 16


@dataclass(frozen=True)
class Told:
    """What all sentences of one run share: how many looks, among which rows."""

    view: View
    groups: Groups
    place: Arena | None
    tested: int
    looked_at: int

    @property
    def adverse(self) -> str:
        """Words for an adverse decision: the rule's own labels."""
        rule = self.view.rule
        if rule is None or not rule.adverse:
            return "adverse"
        return " or ".join(f"“{label}”" for label in rule.adverse)

    @property
    def looks(self) -> str:
        """How many looks the correction was made for."""
        if not self.tested:
            return ""
        left_out = len(self.view.grouping) - MOST_COLUMNS
        more = f"; {left_out} further columns were not looked at" if left_out > 0 else ""
        return (
            f"({self.tested} comparison{'s' * (self.tested != 1)} of {self.looked_at} "
            f"group{'s' * (self.looked_at != 1)}, corrected for all of them{more}.)"
        )

    @property
    def no_outcomes(self) -> str:
        """Why outcomes do not tell."""
        if (self.groups.outcome >= 0).any():
            return "fewer than 100 rows that compare like with like have an outcome"
        return "no row has an outcome"


def rounded(value: float | None, digits: int = 6) -> float | None:
    """Six significant digits (sums of floats differ in the last ones); infinite is ``None``."""
    if value is None or not isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def effect_of(one: Measured, q: float | None) -> dict[str, Any]:
    """The numbers behind a sentence, as plain JSON values."""
    return {
        "k": rounded(one.k),
        "n": one.n,
        "expected": rounded(one.expected),
        "rest_k": rounded(one.rest_k),
        "rest_n": one.rest_n,
        "rest_expected": rounded(one.rest_expected),
        "times": rounded(one.times),
        "interval": [rounded(one.low), rounded(one.high)],
        "p": rounded(one.p),
        "p_corrected": rounded(q),
        "power": rounded(one.power),
    }


def of_measured(told: Told, label: str, one: Measured) -> str:
    """One sentence of one measure: counts, shares, ratio, interval, base."""
    interval = f"95 % interval {_number(one.low)} to {_number(one.high)}"
    where = "" if told.place is None else f" {told.place.words}"
    bad = told.view.case.outcome_words
    good = f"not {bad}" if told.groups.high_is_adverse else bad
    rest = f"{one.rest_k:,.0f} of {one.rest_n:,}" if one.rest_n else ""
    match one.kind:
        case "adverse":
            return (
                f"{label}: {one.k:,.0f} of {one.n:,} decisions were {told.adverse} "
                f"({_share(one.k, one.n)}), of the others {rest} ({_share(one.rest_k, one.rest_n)})"
                f": {_times(one)} as often ({interval})."
            )
        case "false rejection":
            return (
                f"Of its {one.n:,} whose outcome was {good}{where}, {one.k:,.0f} were "
                f"{told.adverse} ({_share(one.k, one.n)}), of the others {rest} "
                f"({_share(one.rest_k, one.rest_n)}): {_times(one)} ({interval})."
            )
        case "rejected bad":
            return (
                f"Of its {one.n:,} {told.adverse}{where}, {one.k:,.0f} came out as scored "
                f"({_share(one.k, one.n)}), of the others {rest} "
                f"({_share(one.rest_k, one.rest_n)})."
            )
        case "calibration":
            turned = told.groups.high_is_adverse
            which = "predicted / observed" if turned else "observed / predicted"
            return (
                f"{one.k:,.0f} of its {one.n:,} rows{where} were {bad} where "
                f"{one.expected or 0:,.1f} were predicted, of the others {rest} where "
                f"{one.rest_expected or 0:,.1f} were predicted: {which} is {_times(one)} "
                f"the others’ ({interval})."
            )
        case "bias":
            return (
                f"{label}: the mean error (prediction minus outcome) is {one.k:+.4g} in {one.n:,} "
                f"rows, {one.rest_k:+.4g} in the {one.rest_n:,} others: {one.times:.2g} standard "
                f"deviations of the others' errors apart ({interval})."
            )
        case "error size":
            return (
                f"The mean size of the error is {number(one.k)} against {number(one.rest_k)}: "
                f"{_number(one.times)} times ({interval})."
            )


def _share(k: float, n: int) -> str:
    return percent(k / n, 1) if n else "none"


def percent(share: float, digits: int = 0) -> str:
    """A share as readers see it: ``2.4 %``."""
    return f"{100 * share:.{digits}f} %"


def _times(one: Measured) -> str:
    """How many times; where one side has none the ratio has no upper end."""
    return f"{one.times:.2f} times" if isfinite(one.times) else f"at least {one.low:.2f} times"


def _number(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else "any larger number"


def picture(
    told: Told, log: Table, segment: tuple[Condition, ...], kind: Kind | None, task: Task
) -> Dots:
    """The values of the group's first column beside each other, the own one marked."""
    own = segment[0]
    within = f"({segment_sql(segment[1:])})"
    regression = told.groups.regression
    good = 0 if told.groups.high_is_adverse else 1
    counted = {
        "calibration": "y IS NOT NULL AND p IS NOT NULL",
        "false rejection": f"adverse IS NOT NULL AND y = {good}",
    }.get(str(kind), "y IS NOT NULL AND p IS NOT NULL" if regression else "adverse IS NOT NULL")
    if kind in ("calibration", "false rejection") and told.place is not None:
        counted += " AND live" if told.place.live_test else ""
        counted += " AND NOT adverse" if told.place.selected else ""
    found = log.query(
        "SELECT v, count(*)::DOUBLE AS n, count(*) FILTER (WHERE adverse) AS k, sum(y) AS o, "
        "sum(p) AS e, coalesce(stddev_samp(p - y), 0) AS sd FROM ("
        f"SELECT {quoted(own.column)}::VARCHAR AS v, l.fw_outcome AS y, "
        f"coalesce(l.fw_output, l.fw_score) AS p, l.fw_live_test AS live, "
        f"{adverse_sql(told.view)} AS adverse FROM {{t}} AS l WHERE {within}) "
        f"WHERE {counted} GROUP BY v ORDER BY n DESC, v NULLS LAST",
        task=task,
    ).to_pylist()
    mine = None if own.missing else _text(own)
    shown = [line for line in found[:MOST_DOTS] if line["v"] != mine]
    shown += [line for line in found if line["v"] == mine]
    drawn = shrunk([line["k"] for line in found], [line["n"] for line in found])
    pulled = {line["v"]: share for line, share in zip(found, drawn, strict=True)}
    dots = tuple(_dot(line, kind, own=line["v"] == mine) for line in shown if line["n"])
    rest = [line for line in found if line["v"] != mine]
    unit = {
        "calibration": "observed / predicted positives",
        "false rejection": f"share {told.adverse} of those whose outcome was good",
    }.get(str(kind), "mean error" if regression else f"share {told.adverse}")
    strip = f"{sum(line['n'] for line in found):,.0f} rows"
    strip += f" {told.place.words}" if told.place else ""
    if kind == "false rejection" and mine in pulled:
        drawn_own = percent(pulled[mine], 1)
        strip += f"; own group drawn to the common share as its size warrants: {drawn_own}"
    return Dots(
        f"{own.column}: {unit}",
        dots,
        unit,
        rest=_rest(rest, kind),
        strip=f"{strip}; 95 % intervals",
        description=f"{len(dots)} values of {own.column}; {segment_words(segment)} is marked.",
    )


def _text(condition: Condition) -> str:
    value = condition.equals
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dot(line: dict[str, Any], kind: Kind | None, *, own: bool) -> Dot:
    n, label = line["n"], "missing" if line["v"] is None else line["v"]
    if kind == "calibration":
        unit = line["e"] / n or 1.0
        low, high = jeffreys(line["o"], n)
        values = (line["o"] / n / unit, low / unit, high / unit)
    elif kind in ("bias", "error size"):
        mean, half = (line["e"] - line["o"]) / n, 1.96 * line["sd"] / n**0.5
        values = (mean, mean - half, mean + half)
    else:
        values = (line["k"] / n, *wilson(line["k"], n))
    at, low, high = (rounded(v) or 0.0 for v in values)
    return Dot(label, at, low, high, int(n), own)


def _rest(lines: list[dict[str, Any]], kind: Kind | None) -> float | None:
    n = sum(line["n"] for line in lines)
    if not n:
        return None
    observed, expected = (sum(line[key] or 0.0 for line in lines) for key in ("o", "e"))
    if kind == "calibration":
        return rounded(observed / expected) if expected else None
    if kind in ("bias", "error size"):
        return rounded((expected - observed) / n)
    return rounded(sum(line["k"] for line in lines) / n)
