"""What a search of errors or scores found, in words and numbers; its picture's dots."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
from scipy import stats

from investigators.chart import Dot
from investigators.group_words import rounded
from investigators.slices.looks import Bools, Counted, Floats
from investigators.slices.ranked import VARIANCE, Compared, Ranked, welch
from investigators.slices.rows import Measure, Side

HALF_A_DEVIATION = 0.138  # P(above) - 1/2 of two normal groups half a standard deviation apart


def what_of(measure: Measure, side: Side) -> str:
    """What is compared."""
    if measure == "score":
        return "score"
    return "size of the error" if side == "any" else "error (outcome less prediction)"


def told(one: Counted, measure: Measure, side: Side) -> str:
    """The numbers of a group as a sentence without its subject."""
    assert isinstance(one, Compared)
    against = "as in the other rows"
    if measure == "error":
        against += " of the same prediction"
    end = ""
    if measure == "error" and side != "any":
        end = f" Its predictions are too {'low' if side == 'more' else 'high'}."
    return (
        f"the mean {what_of(measure, side)} of {one.n:,} rows is {one.mean:.4g} where "
        f"{one.mean - one.difference:.4g} would be {against}: a difference of "
        f"{one.difference:+.4g} (95 % interval {one.low:.4g} to {one.high:.4g}); by ranks one of "
        f"them is above another row in {100 * one.share:.0f} % of all pairs.{end}"
    )


def numbers(one: Counted) -> dict[str, object]:
    """The same as plain JSON values."""
    assert isinstance(one, Compared)
    return {
        "n": one.n,
        "mean": rounded(one.mean),
        "expected": rounded(one.mean - one.difference),
        "difference": rounded(one.difference),
        "interval": [rounded(one.low), rounded(one.high)],
        "above": rounded(one.share),
        "p": rounded(one.p),
    }


def dots(
    look: Ranked, parts: Mapping[str, Bools], own: str | None
) -> tuple[tuple[Dot, ...], Floats, list[str]]:
    """Each part's mean against rows of the same prediction, the largest drawn value first.

    Also the values drawn towards 0 as far as the parts' own spread warrants (moments; DerSimonian,
    Laird, Controlled Clinical Trials 7 (1986) 177), and the names, in the same order.
    """
    centred = look.values - look.usual
    names = [name for name, inside in parts.items() if inside.sum() > 1]
    three = [welch(centred[parts[name]], centred) for name in names]
    at = np.array([x for x, *_ in three])
    squares = np.array([centred[parts[n]].var(ddof=1) / parts[n].sum() for n in names])
    between = max(float((at**2 - squares).mean()), 0.0)
    drawn = at * between / np.maximum(between + squares, 1e-300)
    order = sorted(range(len(names)), key=lambda i: (-drawn[i], names[i]))
    made = []
    for i in order:
        middle, low, high = (rounded(v) or 0.0 for v in three[i])
        made.append(Dot(names[i], middle, low, high, int(parts[names[i]].sum()), names[i] == own))
    return tuple(made), drawn[order], [names[i] for i in order]


def seen(n: int, rest: int, alpha: float) -> float:
    """Power of the test of ranks for a group that is half a standard deviation off."""
    spread = sqrt(VARIANCE * (1 / max(n, 1) + 1 / max(rest, 1)))
    return float(stats.norm.cdf(HALF_A_DEVIATION / spread - stats.norm.isf(alpha)))
