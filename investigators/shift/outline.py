"""Pictures of values: smoothed outlines of samples on one axis, and the shares of categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from investigators.chart import Cells, Curve, Distributions, Mark
from investigators.numbers import per_cent
from investigators.view import View

Floats = npt.NDArray[np.float64]
POINTS = 160
SHOWN = 12
WIDE = 30.0  # the largest value over the smallest: from here on a logarithmic axis shows more
FAR = 3.0  # widths of the samples beyond which one value would press them into a line


def own_value(view: View, name: str) -> float | None:
    """The picked decision's own value of a numeric input; ``None`` where it has none."""
    row = view.decision.row if view.decision is not None else None
    if row is None or view.log is None or name not in view.log_inputs:
        return None
    cell = f"TRY_CAST(({view.log_inputs[name]}) AS DOUBLE)"
    value = view.log.value(f"SELECT {cell} FROM {{t}} WHERE fw_row = ?", [row])
    return float(value) if value is not None and np.isfinite(value) else None


def outlines(
    title: str, samples: Sequence[tuple[str, str, Floats]], unit: str, description: str,
    decision: float | None = None,
) -> Distributions:  # fmt: skip
    """Draw the samples (name, palette role, sorted values), none of them empty, on one axis.

    What is live, as logged or undone, is dashed.  The decision's own value is marked, beyond the
    samples as well; so far beyond that they would be a line, it is left to the words.
    """
    lows = [_at(values, 0.002) for _, _, values in samples]
    highs = [_at(values, 0.998) for _, _, values in samples]
    low, high = min(lows), max(highs)
    log_x = low > 0 and high / low > WIDE
    if decision is not None:
        reach = (min(low, decision), max(high, decision))
        if reach[0] > 0 and reach[1] / reach[0] > WIDE:
            log_x, (low, high) = True, reach
        elif reach[1] - reach[0] <= (1 + FAR) * (high - low):
            low, high = reach
            log_x = log_x and low > 0  # a code below all of them has no logarithm
    if log_x:
        samples = [(n, kind, np.log(np.maximum(v, low / 2))) for n, kind, v in samples]
        low, high = float(np.log(low)), float(np.log(high))
    room = 0.05 * (high - low) or max(abs(high), 1.0) * 0.05
    low, high = low - room, high + room
    centres = np.linspace(low, high, POINTS)
    marks = []
    if decision is not None and (decision > 0 or not log_x):
        at = float(np.log(decision)) if log_x else decision
        if low <= at <= high:
            marks.append(Mark("this decision", at, kind="decision"))
    curves = []
    for k, (name, kind, values) in enumerate(samples):
        y = _smooth(values, low, high)
        curves.append(
            Curve(
                f"{name} ({values.size:,})",
                tuple(round(float(x), 6) for x in centres),
                tuple(round(float(v), 6) for v in y),
                kind,
                dashed=kind in {"live", "repaired"},
                filled=k == 0,
            )
        )
    return Distributions(
        title=title,
        curves=tuple(curves),
        unit=unit,
        log_x=log_x,
        marks=tuple(marks),
        strip="density · samples of at most 20,000 rows · missing left out · smoothed by 1.5 %",
        description=description,
    )


def _at(values: Floats, share: float) -> float:
    return float(values[round(share * (values.size - 1))])


def _smooth(values: Floats, low: float, high: float) -> Floats:
    from scipy.ndimage import gaussian_filter1d

    counts, _ = np.histogram(values, bins=POINTS, range=(low, high))
    density = counts / max(values.size, 1) * POINTS / (high - low)
    return np.asarray(gaussian_filter1d(density, 2.4, mode="constant"), dtype=np.float64)


def shares_table(title: str, columns: Mapping[str, Mapping[str, int]], description: str) -> Cells:
    """Shares of the most frequent categories, a column for each sample."""
    whole = {name: max(sum(counts.values()), 1) for name, counts in columns.items()}
    weight: dict[str, float] = {}
    for name, counts in columns.items():
        for value, n in counts.items():
            weight[value] = weight.get(value, 0.0) + n / whole[name]
    top = sorted(weight, key=lambda v: (-weight[v], v))[:SHOWN]
    rows = [
        (value, *(per_cent(c.get(value, 0) / whole[name]) for name, c in columns.items()))
        for value in top
    ]
    left = len(weight) - len(top)
    strip = "samples of at most 20,000 rows · missing left out"
    if left:
        strip += f" · {left:,} rarer values not shown"
    return Cells(title, ("value", *columns), tuple(rows), strip, description)
