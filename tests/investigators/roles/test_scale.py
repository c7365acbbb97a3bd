"""The scale of the logged score, from every way logs write scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigators.roles.precision import Floats, decimals_of, is_float32, written_decimals
from investigators.roles.scale import agree, logged_of, model_side, scale_alone, score_scale

ROWS = 800


def model(seed: int = 1, rows: int = ROWS) -> tuple[Floats, Floats]:
    raw = np.random.default_rng(seed).normal(-2.5, 1.6, rows)
    return raw, 1 / (1 + np.exp(-raw))


def as_logged(output: Floats, raw: Floats, how: str) -> Floats:
    return {
        "identity": lambda: output,
        "percent": lambda: 100 * output,
        "inverted": lambda: 1 - output,
        "inverted percent": lambda: 100 - 100 * output,
        "per mille": lambda: 1000 * output,
        "log-odds": lambda: raw,
    }[how]()


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    how=st.sampled_from(
        ["identity", "percent", "inverted", "inverted percent", "per mille", "log-odds"]
    ),
    decimals=st.sampled_from([None, 2, 3, 4, 6]),
    seed=st.integers(0, 50),
)
def test_scale_and_rounding_are_told_apart(how: str, decimals: int | None, seed: int) -> None:
    raw, output = model(seed)
    logged = as_logged(output, raw, how)
    if decimals is not None:
        logged = np.round(logged, decimals)
    found = score_scale(logged, output, raw)
    expected = {
        "identity": ("probability", "identity"),
        "percent": ("percent", "percent"),
        "inverted": ("probability", "inverted"),
        "inverted percent": ("percent", "inverted"),
        "per mille": ("points", "points"),
        "log-odds": ("log-odds", "identity"),
    }[how]
    assert (found.scale.kind, found.scale.mapping) == expected
    assert found.scale.decimals == decimals
    assert found.share == 1.0
    assert found.confidence == "sure"
    same = agree(found.scale, logged, output, raw)
    assert same.equal.all()
    assert np.max(np.abs(same.expected - logged)) <= same.tolerance


def test_digits_of_the_text_count_for_few_rows_and_the_values_for_many() -> None:
    few = np.array([0.2, 0.31])
    assert written_decimals(few, 3) == 3
    many = np.round(np.linspace(0.01, 0.99, 200), 2)
    assert written_decimals(many, 6) == 2
    assert decimals_of(np.array([0.1 + 0.2, 1 / 3])) is None
    assert decimals_of(np.array([])) is None


def test_scores_kept_in_32_bits() -> None:
    raw, output = model()
    logged = output.astype(np.float32).astype(float)
    found = score_scale(logged, output, raw)
    assert found.scale.float32
    assert found.scale.decimals is None
    assert agree(found.scale, logged, output, raw).equal.all()
    assert not is_float32(np.array([0.5, 0.25, 1.0]))
    rounded = np.round(output, 3).astype(np.float32).astype(float)
    found = score_scale(rounded, output, raw)
    assert found.scale.decimals == 3
    assert found.share == 1.0


def test_significant_digits_and_cut_off_decimals() -> None:
    raw, output = model()
    logged = np.array([float(f"{value:.4g}") for value in output])
    found = score_scale(logged, output, raw)
    assert (found.scale.mapping, found.scale.digits) == ("identity", 4)
    assert found.share == 1.0
    assert "4 significant digits" in found.reason
    cut = np.floor(output * 1000) / 1000
    found = score_scale(cut, output, raw)
    assert found.share == 1.0
    assert found.scale.offset == pytest.approx(-0.0005)
    assert "cut off after 3 decimals" in found.reason


@pytest.mark.parametrize("other_share", [0.0, 0.3, 0.45])
@pytest.mark.parametrize("step", [0, None])
def test_points_are_found_beside_rows_of_another_version(
    other_share: float, step: int | None
) -> None:
    raw, output = model(3, 2_000)
    points = 487.1229 - 28.8539 * raw
    other = np.random.default_rng(9).random(2_000) < other_share
    points[other] = 520 - 20 * (raw[other] + np.random.default_rng(4).normal(0, 0.8, other.sum()))
    if step is not None:
        points = np.round(points, step)
    found = score_scale(points, output, raw, step)
    assert (found.scale.mapping, found.scale.of) == ("points", "raw")
    assert found.scale.factor == pytest.approx(-28.8539, rel=2e-3)
    equal = agree(found.scale, points, output, raw).equal
    assert equal[~other].mean() > 0.99
    assert equal[other].sum() <= 0.1 * other.sum()


def test_rows_of_another_version_do_not_hide_the_identity() -> None:
    raw, output = model(5)
    logged = output.copy()
    older = np.arange(ROWS) < ROWS * 0.7
    logged[older] = 1 / (1 + np.exp(-raw[older] * 0.8))
    found = score_scale(np.round(logged, 4), output, raw)
    assert found.scale.mapping == "identity"
    assert found.scale.kind == "probability"
    assert agree(found.scale, np.round(logged, 4), output, raw).equal[~older].all()


def test_any_monotone_map_and_steps() -> None:
    raw, output = model(6)
    found = score_scale(output**0.3, output, raw)
    assert found.scale.mapping == "monotone"
    same = agree(found.scale, output**0.3, output, raw)
    assert same.equal.all()
    assert model_side(found.scale, 0.5) == pytest.approx(0.5 ** (1 / 0.3), abs=0.01)
    fresh_raw, fresh = model(7)
    assert agree(found.scale, fresh**0.3, fresh, fresh_raw).equal.mean() > 0.99
    assert agree(found.scale, fresh**0.6, fresh, fresh_raw).equal.mean() < 0.05
    grade = 5.0 - np.searchsorted([0.02, 0.1, 0.3, 0.6], output)
    found = score_scale(grade, output, raw, 0)
    assert found.scale.mapping == "monotone"
    assert agree(found.scale, grade, output, raw).equal.all()


def test_nothing_fits() -> None:
    raw, output = model(8)
    noise = np.random.default_rng(2).random(ROWS)
    found = score_scale(noise, output, raw)
    assert found.confidence == "weak"
    assert found.share < 0.05
    assert "no mapping gives the logged scores" in found.reason
    found = score_scale(noise * 700, output, raw)
    assert found.scale.kind == "unknown"
    assert np.isnan(logged_of(found.scale, output, raw)).all()
    assert model_side(found.scale, 300.0) is None


def test_missing_scores_and_no_rows() -> None:
    raw, output = model(9)
    logged = output.copy()
    logged[::3] = np.nan
    found = score_scale(logged, output, raw)
    assert found.share == 1.0
    assert not agree(found.scale, logged, output, raw).equal[::3].any()
    empty = score_scale(np.full(4, np.nan), output[:4], raw[:4])
    assert empty.scale.kind == "unknown"
    assert empty.rows == 0


def test_one_row_is_compared_but_is_not_sure() -> None:
    raw, output = model(10, 1)
    found = score_scale(np.round(output, 3), output, raw, 3)
    assert found.scale.mapping == "identity"
    assert found.confidence == "likely"
    percent = score_scale(np.round(output * 100, 1), output, raw, 1)
    assert percent.scale.mapping == "percent"


def test_a_regression_in_thousands_and_as_it_is() -> None:
    values = np.random.default_rng(1).gamma(2, 1e5, ROWS)
    found = score_scale(np.round(values, 2), values, np.log(values), kind="value")
    assert (found.scale.kind, found.scale.mapping) == ("value", "identity")
    found = score_scale(np.round(values / 1000, 3), values, np.log(values), kind="value")
    assert found.scale.mapping == "points"
    assert found.scale.factor == pytest.approx(0.001)
    assert found.guess.what == "score scale"


@pytest.mark.parametrize(
    ("name", "times", "kind"),
    [
        ("probability", 1.0, "probability"),
        ("score", 1.0, "probability"),
        ("score_percent", 100.0, "percent"),
        ("RISK_PCT", 100.0, "percent"),
        ("score", 100.0, None),  # points, as far as anybody knows
        ("score", 1000.0, None),
        ("score_percent", 1000.0, None),
    ],
)
def test_scores_without_a_model(name: str, times: float, kind: str | None) -> None:
    logged = np.random.default_rng(3).beta(2, 6, ROWS) * times
    found = scale_alone(logged, name)
    assert (found.scale.kind if found else None) == kind


def test_flags_and_negative_numbers_are_no_probabilities() -> None:
    assert scale_alone(np.array([0.0, 1.0, 1.0, 0.0]), "score") is None
    assert scale_alone(np.array([-0.2, 0.4]), "score") is None
    assert scale_alone(np.array([np.nan]), "score") is None
