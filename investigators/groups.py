"""How a decision's own groups fare against the rest, counted in cells.

A cell is which of the decision's own groups a row is in (a bit each), half of the subjects,
live-test arm, adverse or not, outcome.  Every group, pair, half and condition is exact arithmetic
on cells; :mod:`investigators.own_groups` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erf, inf, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from investigators.evidence import Condition
from investigators.statistics import conditional_tail, power, ratio, welch
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.view import View

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Kind = Literal[
    "adverse", "false rejection", "false acceptance", "wrong", "rejected bad", "calibration",
    "bias", "error size",
]  # fmt: skip

MOST_COLUMNS = 40  # that name groups
LARGE = 1.5  # times as bad as the rest: contract of the check
LARGE_BIAS = 0.3  # mean error against the rest, in standard deviations of the rest's errors
MINIMUM_ARENA = 100
FEWEST_ADVERSE = 5


@dataclass(frozen=True)
class Groups:
    """The cells; bit i of ``mask`` tells that ``conditions[i]`` holds.

    ``adverse`` and ``outcome`` are -1 where unknown.  ``scored`` counts rows with a prediction,
    ``predicted`` sums it.  For regression ``outcome`` is 1 where known and ``errors``,
    ``squares``, ``sizes`` are sums of prediction - outcome, its square, its absolute value.
    """

    conditions: tuple[Condition, ...]
    mask: Ints
    half: Bools
    live: Bools
    adverse: Ints
    outcome: Ints
    rows: Floats
    scored: Floats
    predicted: Floats
    errors: Floats
    squares: Floats
    sizes: Floats
    regression: bool
    high_is_adverse: bool = True

    def members(self, group: Sequence[int]) -> Bools:
        """Cells that lie in a group (indices of conditions that all hold)."""
        bits = sum(1 << i for i in group)
        found: Bools = (self.mask & bits) == bits
        return found

    def everything(self) -> Bools:
        """All cells."""
        return np.ones(len(self.mask), dtype=np.bool_)


class Folded:
    """The same cells by what :func:`measure` asks of them, to be counted group by group.

    With twenty columns there are nearly as many cells as rows; folded there are 72.
    """

    def __init__(self, groups: Groups, within: Bools) -> None:
        self._groups = groups
        code = (groups.half * 2 + within) * 3 + groups.adverse + 1
        self._code = (code * 3 + groups.outcome + 1) * 2
        codes = np.arange(72)
        self.inside: Bools = codes % 2 == 1
        self.within: Bools = codes // 18 % 2 == 1
        self._few = replace(
            groups,
            conditions=(),
            mask=codes % 2,
            half=codes >= 36,
            live=np.zeros(72, dtype=np.bool_),
            adverse=codes // 6 % 3 - 1,
            outcome=codes // 2 % 3 - 1,
        )

    def by(self, inside: Bools) -> Groups:
        """The cells with those of the group folded apart: ``self.inside`` are in it."""
        groups, code = self._groups, self._code + inside

        def summed(values: Floats) -> Floats:
            return np.bincount(code, weights=values, minlength=72)

        few = replace(
            self._few,
            rows=summed(groups.rows),
            scored=summed(groups.scored),
            predicted=summed(groups.predicted),
        )
        if not groups.regression:
            return few
        return replace(
            few,
            errors=summed(groups.errors),
            squares=summed(groups.squares),
            sizes=summed(groups.sizes),
        )


@dataclass(frozen=True, slots=True)
class Arena:
    """Rows among which outcomes are compared like with like."""

    words: str
    cells: Bools
    live_test: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """One group against the rest in one measure; ``times`` above 1 is worse for the group.

    ``k`` of ``n`` (``expected`` of them predicted); the same of the rest.  ``p`` is one-sided
    towards worse.  For "bias" and "error size" ``k`` is the mean and ``times`` the difference in
    standard deviations of the rest's errors (bias) or the ratio of mean sizes.  ``by_rows`` is the
    p-value of rows alone where ``p`` counts subjects too.
    """

    kind: Kind
    k: float
    n: int
    rest_k: float
    rest_n: int
    times: float
    low: float
    high: float
    p: float
    large: bool
    power: float | None = None
    expected: float | None = None
    rest_expected: float | None = None
    by_rows: float | None = None

    @property
    def p_of_rows(self) -> float:
        """The p-value that rows alone give."""
        return self.p if self.by_rows is None else self.by_rows

    @property
    def worse(self) -> bool:
        """Whether it points to worse at all."""
        return self.times > (0.0 if self.kind == "bias" else 1.0)


def is_regression(view: View, log: Table, task: Task) -> bool:
    """Whether the outcome is a value, not a class: by the model, the scale, else the outcomes."""
    if view.model is not None:
        return view.model.output == "value"
    if view.case.scale is not None and view.case.scale.kind != "unknown":
        return view.case.scale.kind == "value"
    odd = "SELECT count(*) FROM {t} WHERE fw_outcome IS NOT NULL AND fw_outcome NOT IN (0, 1)"
    return bool(log.value(odd, (), task))


def finite(column: str) -> str:
    """A number as SQL that is NULL where it is infinite or no number."""
    return f"(CASE WHEN isfinite({column}) THEN {column} END)"


def prediction_sql(view: View, *, regression: bool) -> str:
    """The prediction that decided: this model's output, else the logged score put back on it."""
    scale, score = view.case.scale, "NULL"
    if scale is not None and scale.kind in ("probability", "value"):
        score = "l.fw_score"
    if scale is not None and scale.kind == "percent":
        score = "l.fw_score / 100"
    if scale is not None and view.model is not None and scale.of == "output" and scale.factor:
        score = f"(l.fw_score - {literal(scale.offset)}) / {literal(scale.factor)}"
    either = finite(f"coalesce(l.fw_output, {score})")
    return either if regression else f"(CASE WHEN {either} BETWEEN 0 AND 1 THEN {either} END)"


def adverse_sql(view: View) -> str:
    """Whether the decision is adverse, or in the live-test arm would be by the rule in force."""
    rule = view.rule
    if rule is None or not rule.cuts or not rule.adverse:
        return "l.fw_adverse"
    parts = []
    for i, label in enumerate(rule.labels):
        if label in rule.adverse:
            low = f"l.fw_score >= {literal(rule.cuts[i - 1])}" if i else "true"
            high = f"l.fw_score < {literal(rule.cuts[i])}" if i < len(rule.cuts) else "true"
            parts.append(f"({low} AND {high})")
    by_rule = f"({' OR '.join(parts) or 'false'}) AND l.fw_score IS NOT NULL"
    return (
        f"CASE WHEN l.fw_live_test AND l.fw_score IS NOT NULL THEN {by_rule} ELSE l.fw_adverse END"
    )


def directed(view: View, groups: Groups) -> Groups:
    """Tell whether a high score is the adverse side: from the rule, else from the rows."""
    rule = view.rule
    # without cuts the labels are in the order of the alphabet
    if rule is not None and rule.adverse and rule.cuts:
        if rule.labels[-1] in rule.adverse:
            return groups
        if rule.labels[0] in rule.adverse:
            return replace(groups, high_is_adverse=False)
    yes, no = groups.adverse == 1, groups.adverse == 0
    if groups.scored[yes].sum() and groups.scored[no].sum():
        high = groups.predicted[yes].sum() / groups.scored[yes].sum()
        low = groups.predicted[no].sum() / groups.scored[no].sum()
        return replace(groups, high_is_adverse=bool(high >= low))
    return groups


def arena(groups: Groups) -> Arena | None:
    """Choose the rows among which outcomes compare like with like; ``None``: too few outcomes.

    The live-test arm first (outcomes whatever the decision); else all rows where adverse ones have
    outcomes about as often as the others; else the accepted rows alone (selective labels).
    """
    known = groups.outcome >= 0

    def count(cells: Bools) -> float:
        return float(groups.rows[cells].sum())

    if count(known & groups.live) >= MINIMUM_ARENA:
        return Arena("in the live-test arm", known & groups.live, live_test=True)
    adverse, fine = groups.adverse == 1, groups.adverse == 0
    if not count(adverse) or not count(fine):
        found = Arena("with a known outcome", known)
    else:
        share = count(known & adverse) / count(adverse)
        if share >= 0.8 * count(known & fine) / count(fine) and share > 0:
            found = Arena("with a known outcome", known)
        else:
            found = Arena(
                "that were accepted and have a known outcome", known & fine, selected=True
            )
    return found if count(found.cells) >= MINIMUM_ARENA else None


def measure(
    groups: Groups, kind: Kind, inside: Bools, within: Bools, *, with_power: bool = False
) -> Measured | None:
    """Compare the rows of ``inside`` with the other rows of ``within`` (cells); ``None``: no rows.

    ``within`` already holds the arena; each kind narrows it to the rows that it counts.
    """
    if kind in ("bias", "error size"):
        return _errors(groups, kind, inside, within)
    if kind == "calibration":
        return _calibration(groups, inside, within, with_power=with_power)
    good = 0 if groups.high_is_adverse else 1
    counted = {
        "adverse": groups.adverse >= 0,
        "false rejection": (groups.adverse >= 0) & (groups.outcome == good),
        "false acceptance": (groups.adverse >= 0) & (groups.outcome == 1 - good),
        "wrong": (groups.adverse >= 0) & (groups.outcome >= 0),
        # among the adverse, those whose outcome bears the decision out: fewer is worse
        "rejected bad": (groups.adverse == 1) & (groups.outcome >= 0),
    }[kind]
    marked = {
        "false acceptance": groups.adverse == 0,
        "wrong": (groups.adverse == 1) == (groups.outcome == good),
        "rejected bad": groups.outcome == 1 - good,
    }.get(kind, groups.adverse == 1)
    mine, rest = within & counted & inside, within & counted & ~inside
    k, n = _sum(groups.rows, mine & marked), _sum(groups.rows, mine)
    rest_k, rest_n = _sum(groups.rows, rest & marked), _sum(groups.rows, rest)
    if not n or not rest_n:
        return None
    upper = kind != "rejected bad"
    times, low, high = _times(k, n, rest_k, rest_n, 1.0, turned=not upper)
    p = conditional_tail(k, n, k + rest_k, n + rest_n, upper=upper)
    seen = power(n, rest_n, rest_k / rest_n, LARGE if upper else 1 / LARGE) if with_power else None
    return Measured(kind, k, n, rest_k, rest_n, times, low, high, p, _is_large(times, low), seen)


def _sum(values: Floats, cells: Bools) -> int:
    return round(float(values[cells].sum()))


def _is_large(times: float, low: float) -> bool:
    return times >= LARGE and low > 1


def _times(
    k: int, n: int, rest_k: int, rest_n: int, unit: float, *, turned: bool
) -> tuple[float, float, float]:
    """Ratio of shares times ``unit`` with its interval; ``turned``: fewer is worse."""
    low, high = (end * unit for end in ratio(k, n, rest_k, rest_n))
    times = (k / n) / (rest_k / rest_n) * unit if rest_k else (inf if k else 1.0)
    if not turned:
        return times, low, high
    return (1 / times if times else inf), (1 / high if high else inf), (1 / low if low else inf)


def _calibration(
    groups: Groups, inside: Bools, within: Bools, *, with_power: bool
) -> Measured | None:
    """Observed against predicted positives in the group, relative to the rest's.

    The exact conditional test takes the group's odds to be those that the predictions say relative
    to the rest's, so that a score that is off for everybody does not count against the group.
    """
    counted = within & (groups.outcome >= 0) & (groups.scored > 0)
    mine, rest = counted & inside, counted & ~inside
    n, rest_n = _sum(groups.scored, mine), _sum(groups.scored, rest)
    positive = groups.outcome == 1
    k, rest_k = _sum(groups.scored, mine & positive), _sum(groups.scored, rest & positive)
    expected, rest_expected = (float(groups.predicted[cells].sum()) for cells in (mine, rest))
    if not n or not rest_n or not 0 < expected < n or not 0 < rest_expected < rest_n:
        return None
    share, rest_share = expected / n, rest_expected / rest_n
    odds = share / (1 - share) * (1 - rest_share) / rest_share
    # a score that is too high harms where high is adverse: fewer positives than predicted
    turned = groups.high_is_adverse
    times, low, high = _times(k, n, rest_k, rest_n, rest_share / share, turned=turned)
    p = conditional_tail(k, n, k + rest_k, n + rest_n, odds, upper=not turned)
    base = min(share * rest_k / rest_expected, 1.0)
    worse = 1 / LARGE if turned else LARGE
    seen = power(n, rest_n, base, worse) if with_power else None
    large = _is_large(times, low)
    return Measured(
        "calibration", k, n, rest_k, rest_n, times, low, high, p, large, seen, expected,
        rest_expected,
    )  # fmt: skip


def _errors(groups: Groups, kind: Kind, inside: Bools, within: Bools) -> Measured | None:
    """Mean error, or mean size of the error, against the rest (regression)."""
    counted = within & (groups.outcome >= 0) & (groups.scored > 0)
    mine, rest = counted & inside, counted & ~inside
    n, rest_n = _sum(groups.scored, mine), _sum(groups.scored, rest)
    if min(n, rest_n) < 2:
        return None
    sums = groups.errors if kind == "bias" else groups.sizes

    def moments(cells: Bools, count: int) -> tuple[float, float]:
        total, squares = float(sums[cells].sum()), float(groups.squares[cells].sum())
        return total / count, max(squares - total * total / count, 0.0) / (count - 1)

    (mean, var), (rest_mean, rest_var) = moments(mine, n), moments(rest, rest_n)
    p, (low, high) = welch(n, mean, var, rest_n, rest_mean, rest_var)
    if kind == "bias":
        sd = sqrt(rest_var) or 1.0
        # either direction is a fault: say the difference as positive
        sign = 1.0 if mean >= rest_mean else -1.0
        ends = sorted((sign * low / sd, sign * high / sd))
        size = abs(mean - rest_mean) / sd
        p = min(1.0, 2 * min(p, 1 - p))
        large = size >= LARGE_BIAS and ends[0] > 0
        seen = _power_of_means(LARGE_BIAS * sd, var / n + rest_var / rest_n)
        return Measured(kind, mean, n, rest_mean, rest_n, size, ends[0], ends[1], p, large, seen)
    unit = rest_mean or 1.0
    seen = _power_of_means((LARGE - 1) * unit, var / n + rest_var / rest_n)
    times, ends = mean / unit, [1 + low / unit, 1 + high / unit]
    large = _is_large(times, ends[0])
    return Measured(kind, mean, n, rest_mean, rest_n, times, ends[0], ends[1], p, large, seen)


def _power_of_means(difference: float, variance: float) -> float:
    """Chance that a one-sided 5 % test sees this difference of means (normal approximation)."""
    if variance <= 0:
        return 1.0
    z = (difference / sqrt(variance) - 1.6449) / sqrt(2)
    return 0.5 * (1 + erf(z))
