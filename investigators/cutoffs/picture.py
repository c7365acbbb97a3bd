"""The picture of a departure: the share that got a label over the score, in scope and elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.chart import Curve, Distributions, Mark
from investigators.cutoffs.follow import Effective, Judged, Usual
from investigators.numbers import count, number

Flags = npt.NDArray[np.bool_]
BINS = 40


@dataclass(frozen=True, eq=False)
class Shown:
    """What a picture is of: judged rows ``inside`` are those of ``where``, shape (n,).

    ``scores`` are the lowest and highest that got ``label`` against the rule; ``this`` is the
    picked decision's score.
    """

    label: int
    inside: Flags
    where: str
    scores: tuple[float, ...] = ()
    moved: Effective | None = None
    this: float | None = None


def picture(usual: Usual, judged: Judged, shown: Shown) -> Distributions:
    """Draw the decision as a function of the score, around the cuts."""
    name, moved = judged.labels[shown.label], shown.moved
    edges = _edges(usual, judged, shown)
    low, high = float(edges[0]), float(edges[-1])
    near = (judged.scores >= low) & (judged.scores <= high)
    curves = []
    for words, rows, kind in (
        ("all other requests", ~shown.inside, "training"),
        (shown.where, shown.inside, "live"),
    ):
        if (rows & near).any():
            curves.append(_curve(words, judged, shown.label, rows & near, edges, kind))
    marks = [Mark(f"cut-off {number(c)}", c) for c in usual.cuts if low <= c <= high]
    if moved is not None:
        marks.append(Mark(f"found {number(moved.cut.value)}", moved.cut.value, kind="finding"))
    if shown.this is not None:
        marks.append(Mark("this decision", shown.this, kind="decision"))
    return Distributions(
        f"Share of requests that got {name} (0 to 100 %), by score",
        tuple(curves),
        "score",
        marks=tuple(marks),
        strip=f"share per {BINS}th of the scores shown · {count(int(near.sum()))} "
        "requests; live test and scores at a cut-off left out",
        description=f"The share of requests that got {name} over the score, for "
        f"{' and for '.join(curve.name for curve in curves)}; the cut-offs are marked.",
    )


def _edges(usual: Usual, judged: Judged, shown: Shown) -> npt.NDArray[np.float64]:
    ends = [*usual.cuts, *shown.scores]
    ends += [shown.moved.cut.value] if shown.moved is not None else []
    wide = max(max(ends) - min(ends), 0.2 * max(map(abs, ends)), 1e-6)
    low = max(float(judged.scores.min()), min(ends) - wide)
    high = min(float(judged.scores.max()), max(ends) + wide)
    if shown.this is not None:  # the decision's own score is to be seen
        low, high = min(low, shown.this), max(high, shown.this)
    return np.linspace(low, max(high, low + 1e-9), BINS + 1)


def _curve(
    words: str, judged: Judged, label: int, rows: Flags, edges: npt.NDArray[np.float64], kind: str
) -> Curve:
    at = np.clip(np.searchsorted(edges, judged.scores[rows], side="right") - 1, 0, BINS - 1)
    n = np.bincount(at, minlength=BINS)
    got = np.bincount(at, weights=judged.got[rows] == label, minlength=BINS)
    held = np.flatnonzero(n)
    x = tuple(round(float((edges[k] + edges[k + 1]) / 2), 6) for k in held)
    y = tuple(round(float(got[k] / n[k]), 4) for k in held)
    return Curve(words, x, y, kind, dashed=kind == "live", filled=kind != "live")
