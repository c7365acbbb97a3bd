from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from investigators.slices.ranked import Compared, looks_of, welch
from investigators.slices.rows import Marked


def rows_of(score: np.ndarray, errors: np.ndarray) -> Marked:
    n = len(score)
    none = np.zeros(n, dtype=np.bool_)
    return Marked(
        "error", np.arange(n), none, none, score, score, np.arange(n, dtype=np.int32), none, None,
        errors=errors,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_ranks_and_means_are_those_of_scipy(seed: int) -> None:
    random = np.random.default_rng(seed)
    errors = random.standard_t(3, 150)  # one bin of predictions
    inside = random.random(150) < 0.3
    errors[inside] += 0.5
    rows = rows_of(np.ones(150), errors)
    for side, alternative in (("more", "greater"), ("fewer", "less")):
        look = looks_of(rows)[side]
        found = look.counted(inside, rows.subjects)
        assert isinstance(found, Compared)
        test = stats.mannwhitneyu(
            errors[inside], errors[~inside], alternative=alternative, method="asymptotic",
            use_continuity=False,
        )  # fmt: skip
        assert found.p == pytest.approx(test.pvalue, rel=0.02)
        pairs = inside.sum() * (~inside).sum()
        above = stats.mannwhitneyu(errors[inside], errors[~inside]).statistic / pairs
        assert found.share == pytest.approx(above)
    means = stats.ttest_ind(errors[inside], errors[~inside], equal_var=False)
    interval = means.confidence_interval()
    assert welch(errors[inside], errors[~inside])[1:] == pytest.approx(tuple(interval))


def test_errors_that_grow_with_the_prediction_are_no_groups_fault() -> None:
    random = np.random.default_rng(3)
    score = random.lognormal(3, 1, 20_000)
    rows = rows_of(score, random.normal(size=20_000) * score)
    dear = score > np.quantile(score, 0.8)
    found = looks_of(rows)["any"].counted(dear, rows.subjects)
    assert isinstance(found, Compared)
    assert found.share == pytest.approx(0.5, abs=0.02)
