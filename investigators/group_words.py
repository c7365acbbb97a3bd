"""What :mod:`investigators.groups` measured, in words, numbers and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from investigators.chart import Dot, Dots
from investigators.evidence import Condition, segment_words
from investigators.groups import LARGE, LARGE_BIAS, Arena, Groups, Kind, Measured, adverse_sql
from investigators.numbers import number
from investigators.scope import condition_sql, segment_sql
from investigators.statistics import Interval, drawn_together, jeffreys, shrunk, wilson
from investigators.tables.table import Table
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
    left_out: int = 0

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
        more = f"; {self.left_out} further columns were not looked at" if self.left_out else ""
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


@dataclass(frozen=True, slots=True)
class Beside:
    """A group's number against the others'; ``apart`` is their difference (AUC) or ratio.

    ``few`` says of what there is too little to say; the numbers are none then.
    """

    name: str
    n: int
    rest_n: int
    few: str = ""
    own: float = 0.0
    own_interval: Interval = (0.0, 0.0)
    rest: float = 0.0
    rest_interval: Interval = (0.0, 0.0)
    apart: float = 0.0
    interval: Interval = (0.0, 0.0)
    power: float = 0.0

    def effect(self) -> dict[str, Any]:
        """The numbers as plain JSON values."""
        if self.few:
            return {"n": self.n, "rest_n": self.rest_n, "too_few": self.few}
        return {
            "n": self.n,
            "rest_n": self.rest_n,
            "own": rounded(self.own),
            "own_interval": [rounded(end) for end in self.own_interval],
            "rest": rounded(self.rest),
            "rest_interval": [rounded(end) for end in self.rest_interval],
            "apart": rounded(self.apart),
            "interval": [rounded(end) for end in self.interval],
            "power": rounded(self.power),
        }

    def words(self) -> str:
        """One sentence; none where there is too little to say."""
        if self.few:
            return ""
        low, high = self.interval
        ends = f"95 % interval {low:.2f} to {high:.2f}".replace("-", "−")
        if self.name == "AUC":
            apart = f"{self.apart:+.2f}".replace("-", "−")
            return f"Its AUC is {self.own:.2f}, the others’ {self.rest:.2f} ({apart}, {ends})."
        return (
            f"The median size of its error is {number(self.own)}, the others’ "
            f"{number(self.rest)} ({self.apart:.2f} times, {ends})."
        )


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
    if one.kind in ("bias", "error size"):
        return _of_errors(label, one)
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
                f"Of its {one.n:,} {told.adverse}{where}, {one.k:,.0f} turned out "
                f"{bad if told.groups.high_is_adverse else f'not {bad}'} "
                f"({_share(one.k, one.n)}), of the others {rest} "
                f"({_share(one.rest_k, one.rest_n)})."
            )
        case "wrong" | "false acceptance":
            what = (
                "wrong decisions"
                if one.kind == "wrong"
                else "accepted although they were not to be"
            )
            return (
                f"{label}: {what} {_share(one.k, one.n)} of {one.n:,}, of the others "
                f"{_share(one.rest_k, one.rest_n)} of {one.rest_n:,} ({interval})."
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
    raise AssertionError(one.kind)


def size_of(one: Measured) -> str:
    """What counts as large in one measure."""
    return f"{LARGE_BIAS} standard deviations" if one.kind == "bias" else f"{LARGE} times"


def power_words(one: Measured) -> str:
    """How often what counts as large would be seen."""
    share = 0.0 if one.power is None else one.power
    return f"With {one.n:,} rows {size_of(one)} would be seen {percent(share)} of the time."


def _of_errors(label: str, one: Measured) -> str:
    interval = f"95 % interval {_number(one.low)} to {_number(one.high)}"
    if one.kind == "bias":
        return (
            f"{label}: the mean error (prediction minus outcome) is {one.k:+.4g} in {one.n:,} "
            f"rows, {one.rest_k:+.4g} in the {one.rest_n:,} others: {one.times:.2g} standard "
            f"deviations of the others' errors apart ({interval})."
        )
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


@dataclass(frozen=True)
class Picture:
    """The dots, and the own group's value drawn to the common one, in words."""

    dots: Dots
    drawn: str


def picture(
    told: Told, log: Table, segment: tuple[Condition, ...], kind: Kind | None, cell: str, task: Task
) -> Picture:
    """The groups of the first condition's column beside each other, the own one marked.

    ``cell`` is SQL of a row's group.  Sorted by the values drawn to the common one,
    so that a small group is no extreme by chance.
    """
    own = segment[0]
    regression = told.groups.regression
    good = 0 if told.groups.high_is_adverse else 1
    counted = {
        "calibration": "y IS NOT NULL AND p IS NOT NULL",
        "false rejection": f"adverse IS NOT NULL AND y = {good}",
    }.get(str(kind), "y IS NOT NULL AND p IS NOT NULL" if regression else "adverse IS NOT NULL")
    if kind in ("calibration", "false rejection") and told.place is not None:
        counted += " AND live" if told.place.live_test else ""
        counted += " AND NOT adverse" if told.place.selected else ""
    size = "abs(p - y)" if kind == "error size" else "p - y"
    found = log.query(
        "SELECT v, own, count(*)::DOUBLE AS n, count(*) FILTER (WHERE adverse) AS k, sum(y) AS o, "
        f"sum(p) AS e, avg({size}) AS mean, coalesce(stddev_samp({size}), 0) AS sd FROM ("
        f"SELECT {cell} AS v, {condition_sql(own)} AS own, "
        f"l.fw_outcome AS y, coalesce(l.fw_output, l.fw_score) AS p, l.fw_live_test AS live, "
        f"{adverse_sql(told.view)} AS adverse FROM {{t}} AS l WHERE ({segment_sql(segment[1:])})) "
        f"WHERE {counted} GROUP BY v, own ORDER BY n DESC, v NULLS LAST",
        task=task,
    ).to_pylist()
    drawn = _drawn(found, kind)
    others = [i for i, line in enumerate(found) if not line["own"]]
    shown = [*others[:MOST_DOTS], *(i for i, line in enumerate(found) if line["own"])]
    shown.sort(key=lambda i: (-drawn[i], i))
    dots = tuple(_dot(found[i], kind) for i in shown)
    unit = {
        "calibration": "observed / predicted positives",
        "false rejection": f"share {told.adverse} of those whose outcome was good",
        "error size": "mean size of the error",
    }.get(str(kind), "mean error" if regression else f"share {told.adverse}")
    strip = f"{sum(line['n'] for line in found):,.0f} rows"
    strip += f" {told.place.words}" if told.place else ""
    many = "" if len(shown) == len(found) else f"; {len(shown)} of {len(found)} groups"
    mine = [drawn[i] for i, line in enumerate(found) if line["own"]]
    words = ""
    if mine and len(found) > 1:
        share = kind not in ("calibration", "bias", "error size")
        value = percent(mine[0], 1) if share else number(mine[0], 3)
        words = f"Drawn to what the groups have in common, as its size warrants, it is {value}."
    chart = Dots(
        f"{own.column}: {unit}",
        dots,
        unit,
        rest=_rest([found[i] for i in others], kind),
        strip=f"{strip}{many}; sorted by the value drawn to the common one as the groups’ size "
        "warrants; 95 % intervals",
        description=f"{len(dots)} groups of {own.column}; {segment_words(segment)} is marked.",
    )
    return Picture(chart, words)


def _drawn(lines: list[dict[str, Any]], kind: Kind | None) -> list[float]:
    """Each group's value, drawn to the common one."""
    if kind == "calibration":
        unit = [line["e"] or 1e-9 for line in lines]
        chance = [max(line["o"] * (1 - line["o"] / line["n"]), 0.25) / e**2
                  for line, e in zip(lines, unit, strict=True)]  # fmt: skip
        values = [line["o"] / e for line, e in zip(lines, unit, strict=True)]
        return drawn_together(values, chance)
    if kind in ("bias", "error size"):
        # a single row has no spread of its own: that of the others
        rows = sum(line["n"] for line in lines)
        common = sum(line["n"] * line["sd"] ** 2 for line in lines) / rows if rows else 1.0
        chance = [((line["sd"] ** 2 or common) or 1e-9) / line["n"] for line in lines]
        return drawn_together([line["mean"] for line in lines], chance)
    return shrunk([line["k"] for line in lines], [line["n"] for line in lines])


def _dot(line: dict[str, Any], kind: Kind | None) -> Dot:
    n, label = line["n"], "missing" if line["v"] is None else line["v"]
    if kind == "calibration":
        unit = line["e"] / n or 1.0
        low, high = jeffreys(line["o"], n)
        values = (line["o"] / n / unit, low / unit, high / unit)
    elif kind in ("bias", "error size"):
        mean, half = line["mean"], 1.96 * line["sd"] / n**0.5
        values = (mean, mean - half, mean + half)
    else:
        values = (line["k"] / n, *wilson(line["k"], n))
    at, low, high = (rounded(v) or 0.0 for v in values)
    return Dot(label, at, low, high, int(n), line["own"])


def _rest(lines: list[dict[str, Any]], kind: Kind | None) -> float | None:
    n = sum(line["n"] for line in lines)
    if not n:
        return None
    observed, expected = (sum(line[key] or 0.0 for line in lines) for key in ("o", "e"))
    if kind == "calibration":
        return rounded(observed / expected) if expected else None
    if kind in ("bias", "error size"):
        return rounded(sum(line["mean"] * line["n"] for line in lines) / n)
    return rounded(sum(line["k"] for line in lines) / n)
