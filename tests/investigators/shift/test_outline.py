"""The outline of samples: what is dashed, and where the decision's own value is marked."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from investigators.chart import Distributions
from investigators.shift.outline import outlines

SAMPLES = [
    ("training", "training", np.linspace(10, 20, 400)),
    ("live", "live", np.linspace(30, 40, 400)),
    ("live, turned back", "repaired", np.linspace(11, 19, 400)),
    ("another", "beside", np.linspace(12, 30, 400)),
]


def drawn(decision: float | None, low: float = 0.0) -> Distributions:
    samples = [(name, kind, values + low) for name, kind, values in SAMPLES]
    return outlines("t", samples, "s", "so", decision)


def test_what_is_live_is_dashed_and_nothing_of_training() -> None:
    assert [curve.dashed for curve in drawn(None).curves] == [False, True, True, False]


@pytest.mark.parametrize("decision", [15.0, 60.0, 1.0])
def test_the_decision_is_marked_beyond_the_samples_as_well(decision: float) -> None:
    chart = drawn(decision)
    (mark,) = chart.marks
    assert mark.at == pytest.approx(log(decision) if chart.log_x else decision)
    xs = [x for curve in chart.curves for x in curve.x]
    assert min(xs) <= mark.at <= max(xs)


def test_far_beyond_the_axis_is_logarithmic_where_it_can_be() -> None:
    assert drawn(1e6).log_x
    assert drawn(1e6).marks
    flat = drawn(1e6, low=-25.0)  # negative values: one value would press them into a line
    assert not flat.log_x
    assert not flat.marks
    assert max(x for curve in flat.curves for x in curve.x) < 100


@pytest.mark.parametrize("own", [-999.0, -1.0, 0.0, 1e-9, 1e9])
def test_a_decision_below_zero_stands_beside_wide_positive_values(own: float) -> None:
    values = np.sort(np.random.default_rng(4).lognormal(4, 1.2, 3_000))
    chart = outlines("t", [("training", "training", values)], "s", "words", own)
    assert all(np.isfinite(x) for curve in chart.curves for x in (*curve.x, *curve.y))
    assert [mark.label for mark in chart.marks] in ([], ["this decision"])
    if own <= 0:
        assert not chart.log_x or not chart.marks
