"""Lines and curves: named with segment and onset; drifts, factors and look-alikes are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pint
import pytest
from scipy import special, stats

from investigators.checks.input_units.affine_change import run
from investigators.evidence import Affine, Condition, Finding, NoTransform
from investigators.features import Dictionary, Feature
from investigators.model import Model
from investigators.repair import undone
from investigators.shift.better_line import BEYOND, _better
from investigators.shift.line_fit import fit_of, free_line, nearest_first, written
from investigators.shift.lines import (
    FORMS,
    TEMPERATURES,
    forms_of,
    restored,
    straight,
    temperature_unit,
    turned,
)
from investigators.shift.offsets import exact_offset
from investigators.shift.rivals import rivals
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import curves_of, pictured
from tests.investigators.views import small_model, view_of

NUMERIC = ("temperature", "amount", "share", "count")
START = pd.Timestamp("2026-03-01")
Turn = Callable[[pd.Series], pd.Series]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, n: int, decimals: int = 6) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "temperature": random.normal(18, 6, n).round(decimals),
            "amount": random.lognormal(4, 0.7, n),
            "share": random.beta(2, 4, n),
            "count": random.poisson(30, n).astype(float),
            "app": random.choice(list("abcde"), n),
            "time": START + pd.to_timedelta(np.sort(random.random(n)) * 30, unit="D"),
        }
    )
    return frame.assign(y=(random.random(n) < 0.3).astype(float))


def changed(
    frame: pd.DataFrame, name: str, turn: Turn, rows: np.ndarray | bool = True
) -> pd.DataFrame:
    return frame.assign(
        **{name: frame[name].where(~np.broadcast_to(rows, len(frame)), turn(frame[name]))}
    )


@cache
def model() -> Model:
    return small_model(drawn(1, 1_000), "y", NUMERIC, rounds=4)


def seen(
    engine: Engine, folder: Path, log: pd.DataFrame, training: pd.DataFrame, unit: str | None = None
) -> View:
    dictionary = Dictionary({"temperature": Feature("temperature", unit=unit)})
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time"}, model=model(), reference=training,
        segments=("app",), dictionary=dictionary, pick=len(log) - 1,
    )  # fmt: skip
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=columns))


def of(view: View, name: str) -> Finding:
    return next(f for f in pictured(run(view, Task())) if f.about == (name,))


def test_celsius_arrive_as_fahrenheit_in_a_segment_since_a_day(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(2, 3_000)
    rows = ((log["app"] == "b") & (log["time"] >= START + pd.Timedelta(days=12))).to_numpy()
    log = changed(log, "temperature", lambda c: 1.8 * c + 32, rows)
    view = seen(engine, tmp_path, log, drawn(1, 2_000), "degC")
    found = of(view, "temperature")
    assert found.verdict == "supports"
    chart = curves_of(found)
    assert [curve.dashed for curve in chart.curves] == [False, True, True]
    assert chart.curves[2].kind == "repaired"
    assert [mark.label for mark in chart.marks] == ["this decision"]
    cause = found.cause
    assert cause is not None
    assert cause.transform == Affine(1.8, 32.0, "degC -> degF")
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    assert cause.onset.latest is not None
    assert cause.onset.earliest < log["time"][rows].iloc[0].isoformat() <= cause.onset.latest
    assert abs(cause.rows_changed - rows.sum()) <= 3
    assert any("declared in degC" in words for words in cause.corroborations)
    free = found.effect["free_line_with_99_per_cent_intervals"]
    assert free["a"][1] < 1.8 < free["a"][2]
    assert free["b"][1] < 32 < free["b"][2]
    assert view.log is not None
    left = view.log.value(
        f"SELECT count(*) FROM {{t}} WHERE {undone(view, cause)['temperature']} > 45"
    )
    assert left <= 3  # the onset's interval


@pytest.mark.parametrize("unit", ["degF", "K"])
def test_other_pairs_of_the_whole_log(engine: Engine, tmp_path: Path, unit: str) -> None:
    turns: dict[str, Turn] = {"degF": lambda c: 1.8 * c + 32, "K": lambda c: c + 273.15}
    training = changed(drawn(1, 2_000), "temperature", turns[unit])
    found = of(seen(engine, tmp_path, drawn(3, 1_500), training), "temperature")
    assert found.cause is not None
    assert isinstance(found.cause.transform, Affine)
    assert found.cause.transform.named == f"{unit} -> degC"
    assert (found.cause.segment, found.cause.rows_in_scope) == (None, 1_500)


def test_without_training_a_fault_of_the_first_days_is_told_from_the_days_before_it(
    engine: Engine, tmp_path: Path
) -> None:
    """It begins within the quarter that stands for training, which therefore ends before it."""
    log = drawn(64, 1_200)
    rows = np.arange(1_200) >= 180
    view = seen(
        engine, tmp_path, changed(log, "temperature", lambda c: c + 273.15, rows), drawn(1, 200)
    )
    found = of(replace(view, reference=None, reference_inputs={}), "temperature")
    assert found.verdict == "supports", found.sentence
    assert "the first 180 requests of the log" in found.sentence
    assert found.cause is not None
    assert found.cause.transform == Affine(1.0, 273.15, "degC -> K")
    assert found.cause.onset is not None


def test_a_part_is_told_by_its_values(engine: Engine, tmp_path: Path) -> None:
    log = drawn(4, 3_000)
    rows = np.random.default_rng(5).random(3_000) < 0.3
    log = changed(log, "temperature", lambda c: c + 273.15, rows)
    found = of(seen(engine, tmp_path, log, drawn(1, 2_000)), "temperature")
    assert found.cause is not None
    assert found.cause.where is not None
    assert abs(found.cause.rows_changed - rows.sum()) <= 5
    assert "told by their values" in found.sentence


def test_the_other_sign(engine: Engine, tmp_path: Path) -> None:
    log = drawn(6, 2_000)
    rows = (log["app"] == "c").to_numpy()
    found = of(
        seen(engine, tmp_path, changed(log, "amount", lambda x: -x, rows), drawn(1, 2_000)),
        "amount",
    )
    assert found.cause is not None
    assert found.cause.transform == Affine(-1.0, 0.0, None)
    assert found.cause.segment == (Condition("app", equals="c"),)


@pytest.mark.parametrize(
    ("name", "turn", "form"),
    [
        ("amount", np.log, "natural logarithm"),
        ("amount", np.log10, "logarithm to base 10"),
        ("count", np.sqrt, "square root"),
        ("share", special.logit, "log-odds"),
    ],
)
def test_a_curve_is_said_and_not_replayed(
    engine: Engine, tmp_path: Path, name: str, turn: Turn, form: str
) -> None:
    log = changed(drawn(7, 2_000), name, turn)
    found = of(seen(engine, tmp_path, log, drawn(1, 2_000)), name)
    assert found.verdict == "supports"
    assert found.cause is not None
    assert isinstance(found.cause.transform, NoTransform)
    assert found.effect["form"] == form
    assert "not among the repairs" in found.sentence


def test_the_logarithm_within_the_usual_range_is_told_by_place_width_and_shape(
    engine: Engine, tmp_path: Path
) -> None:
    """Neither digits nor a range tell it: values of 0 to 30 have logarithms among them."""
    training, log = drawn(1, 3_000), drawn(31, 3_000)
    training, log = (frame.assign(amount=frame["amount"] / 9) for frame in (training, log))
    rows = np.asarray(log["time"] >= START + pd.Timedelta(days=20))
    found = of(seen(engine, tmp_path, changed(log, "amount", np.log1p, rows), training), "amount")
    assert found.verdict == "supports", found.sentence
    assert found.effect["form"] == "logarithm of one more"
    assert found.onset is None or found.cause is not None
    other = np.random.default_rng(32)
    drift = changed(log, "amount", lambda x: pd.Series(other.gamma(4, 0.5, len(x))), rows)
    assert of(seen(engine, tmp_path / "d", drift, training), "amount").verdict != "supports"


def test_digits_that_come_back_tell_a_curve_beside_a_drift_that_looks_like_an_offset(
    engine: Engine, tmp_path: Path
) -> None:
    training, log = drawn(1, 4_000), drawn(64, 4_000)
    random = np.random.default_rng(64)
    training["amount"] = (training["amount"] + 20).round(2)
    log["amount"] = ((log["amount"] * random.uniform(0.55, 0.75, 4_000)) + 20).round(2)
    rows = random.random(4_000) < 0.27
    found = of(seen(engine, tmp_path, changed(log, "amount", np.log, rows), training), "amount")
    assert found.verdict == "supports", found.sentence
    assert "logarithm" in found.sentence


def test_digits_that_come_back_tell_a_curve_in_a_small_segment_of_its_own(
    engine: Engine, tmp_path: Path
) -> None:
    training, log = drawn(1, 2_000), drawn(33, 600)
    random = np.random.default_rng(33)
    training["count"], log["count"] = (
        np.rint(random.gamma(2, 10, len(frame))) + 1 for frame in (training, log)
    )
    rows = np.asarray(log["app"] == "d") & (random.random(600) < 0.3)
    log.loc[rows, "count"] = np.rint(random.uniform(1, 55, rows.sum()))  # another spread
    log.loc[rows, "app"] = "small"
    found = of(seen(engine, tmp_path, changed(log, "count", np.log1p, rows), training), "count")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="small"),)


@pytest.mark.parametrize(
    "turn",
    [
        lambda c: c + 7,
        lambda c: 1.6 * c - 4,
        lambda c: c * 1.4,
        lambda c: c + 8 * np.sin(np.arange(len(c)) / 300),
        lambda c: c + np.linspace(0, 9, len(c)),
    ],
)
def test_a_drift_is_no_line(engine: Engine, tmp_path: Path, turn: Turn) -> None:
    log = changed(drawn(8, 2_000), "temperature", turn)
    assert of(seen(engine, tmp_path, log, drawn(1, 2_000)), "temperature").verdict != "supports"


def test_a_factor_is_left_to_the_change_of_scale(engine: Engine, tmp_path: Path) -> None:
    log = changed(drawn(9, 2_000), "amount", lambda x: 1000 * x)
    found = of(seen(engine, tmp_path, log, drawn(1, 2_000)), "amount")
    assert found.verdict != "supports"


def test_a_declared_unit_of_another_kind_is_no_temperature(engine: Engine, tmp_path: Path) -> None:
    log = changed(drawn(10, 2_000), "temperature", lambda c: 1.8 * c + 32)
    view = seen(engine, tmp_path, log, drawn(1, 2_000), "kg")
    assert of(view, "temperature").verdict != "supports"


@pytest.mark.parametrize("rows", [1, 40])
def test_few_rows(engine: Engine, tmp_path: Path, rows: int) -> None:
    log = changed(drawn(11, rows), "temperature", lambda c: c + 273.15)
    found = run(seen(engine, tmp_path, log, drawn(1, 2_000)), Task())
    assert {f.verdict for f in found} == {"cannot tell"}
    assert all(f.would_need for f in found)


def test_the_lines_of_temperature_are_pints() -> None:
    registry = pint.UnitRegistry()
    for true, other, a, b in TEMPERATURES:
        for x in (-40.0, 0.0, 36.6, 300.0):
            value = registry.Quantity(x, registry.Unit(true)).to(registry.Unit(other)).magnitude
            assert a * x + b == pytest.approx(value)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_is_undone_by_its_inverse(form: object) -> None:
    each = next(f for f in FORMS if f is form)
    low, high = max(each.usual[0], 0.01), min(each.usual[1], 20.0)
    x = np.linspace(low, max(high, low + 1), 50)
    if each.name == "log-odds":
        x = np.linspace(0.01, 0.99, 50)
    assert restored(each, each.forward(x)) == pytest.approx(x)


def test_units_of_temperature_are_known_by_many_names() -> None:
    names = ("°C", "celsius", "deg C", "degree_Celsius", "℃")
    assert {temperature_unit(n) for n in names} == {"degC"}
    assert temperature_unit("K") == temperature_unit("kelvin") == "K"
    assert [temperature_unit(n) for n in (None, "", "kg", "count")] == [None] * 4


def test_distances_and_line_against_scipy() -> None:
    random = np.random.default_rng(12)
    training, values = np.sort(random.normal(20, 5, 900)), np.sort(random.normal(68, 9, 700))
    form = straight("degC -> degF", "Fahrenheit", 1.8, 32.0, (-90, 400))
    fit = fit_of(form, values, training)
    assert fit.named == pytest.approx(stats.ks_2samp(values, 1.8 * training + 32).statistic)
    assert fit.shift == pytest.approx(
        (np.median((values - 32) / 1.8) - np.median(training)) / (stats.iqr(training) / 1.349)
    )
    q = np.linspace(0.05, 0.95, 19)
    slope = stats.linregress(np.quantile(training, q), np.quantile(values, q))
    line = free_line(values, training)
    assert line["a"][0] == pytest.approx(slope.slope, rel=1e-4)
    assert line["b"][0] == pytest.approx(slope.intercept, rel=1e-3)


def test_decimals_are_counted() -> None:
    values = np.array([1.0, 2.5, 2.25, -3.1])
    assert [written(values, d) for d in range(3)] == [0.25, 0.75, 1.0]


@pytest.mark.parametrize("added", [400.0, -350.0])
@pytest.mark.parametrize("seed", [51, 52])
def test_an_offset_without_a_name_is_read_off_the_values(
    engine: Engine, tmp_path: Path, added: float, seed: int
) -> None:
    log = drawn(seed, 3_000)
    rows = np.asarray((log["app"] == "c") & (log["time"] >= START + pd.Timedelta(days=12)))
    log = changed(log, "amount", lambda x: x + added, rows)
    found = of(seen(engine, tmp_path, log, drawn(1, 2_000)), "amount")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="c"),)
    assert isinstance(found.cause.transform, Affine)
    assert found.cause.transform.a == 1.0
    assert found.cause.transform.b == pytest.approx(added, rel=0.02)
    assert found.cause.onset is not None


def test_an_offset_of_one_row_in_eighty_is_told(engine: Engine, tmp_path: Path) -> None:
    log = drawn(57, 4_000)
    rows = np.random.default_rng(57).random(4_000) < 0.0125
    moved = changed(log, "temperature", lambda c: c + 95.0, rows)
    found = of(seen(engine, tmp_path, moved, drawn(1, 2_000)), "temperature")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert isinstance(found.cause.transform, Affine)
    assert found.cause.transform.b == pytest.approx(95.0, abs=1.5)
    assert found.cause.rows_changed == pytest.approx(rows.sum(), abs=3)


@pytest.mark.parametrize(
    ("turn", "line"),
    [(lambda c: c - 140.0, (1.0, -140.0)), (lambda c: 1.8 * c + 32 + 60, None)],
)
def test_four_rows_in_a_thousand_beyond_training_are_told_where_one_line_explains_them(
    engine: Engine, tmp_path: Path, turn: Turn, line: tuple[float, float] | None
) -> None:
    log = drawn(58, 30_000)
    rows = np.random.default_rng(58).random(30_000) < 0.004
    moved = changed(log, "temperature", turn, rows)
    found = of(seen(engine, tmp_path, moved, drawn(1, 8_000)), "temperature")
    if line is None:
        assert found.verdict != "supports", found.sentence
        return
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert isinstance(found.cause.transform, Affine)
    assert (found.cause.transform.a, found.cause.transform.b) == pytest.approx(line, abs=1.5)
    assert found.cause.rows_changed == pytest.approx(rows.sum(), abs=3)


def test_a_part_is_told_by_its_lopsided_shape_though_training_has_its_values(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(61, 4_000)
    rows = np.random.default_rng(61).random(4_000) < 0.7
    moved = changed(log, "amount", lambda x: x + 240.0, rows)
    found = of(seen(engine, tmp_path, moved, drawn(1, 4_000)), "amount")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert isinstance(found.cause.transform, Affine)
    assert found.cause.transform.b == pytest.approx(240.0, rel=0.02)


@pytest.mark.parametrize("share", [0.024, 0.012])
def test_one_row_in_forty_is_beside_the_odd_ones(
    engine: Engine, tmp_path: Path, share: float
) -> None:
    """So few are taken for odd rows first, then told by all lying where one line brings them."""
    log = drawn(62, 4_000, 1)
    rows = np.random.default_rng(62).random(4_000) < share
    moved = changed(log, "temperature", lambda c: 1.8 * c + 32, rows)
    found = of(seen(engine, tmp_path, moved, drawn(1, 2_000, 1)), "temperature")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert isinstance(found.cause.transform, Affine)
    assert found.cause.transform.a == pytest.approx(1.8)


def test_a_sharp_end_does_not_draw_an_offset_away() -> None:
    random = np.random.default_rng(63)
    training = np.sort(1.5 + random.lognormal(0.6, 1.1, 6_000))
    values = np.sort(1.5 + random.lognormal(0.6, 1.1, 4_000) + 24 * (random.random(4_000) < 0.77))
    form = exact_offset(values, training, 0.77, 23.8)
    assert form.line is not None
    assert form.line[1] == pytest.approx(24.0, abs=0.05)


def test_other_customers_are_no_offset(engine: Engine, tmp_path: Path) -> None:
    log = drawn(53, 3_000)
    random = np.random.default_rng(54)
    rows = random.random(len(log)) < 0.1
    log = changed(log, "amount", lambda x: pd.Series(random.lognormal(5.5, 0.3, len(x))), rows)
    found = run(seen(engine, tmp_path, log, drawn(1, 2_000)), Task())
    assert all(f.verdict != "supports" for f in found if f.about == ("amount",))


def test_the_other_sign_in_two_of_three_rows_of_nearly_one_sided_values(
    engine: Engine, tmp_path: Path
) -> None:
    training, log = (
        drawn(seed, 2_000).assign(amount=np.random.default_rng(seed).gamma(2, 30, 2_000) - 4)
        for seed in (61, 62)
    )
    rows = np.asarray(log["time"] >= START + pd.Timedelta(days=15))
    rows = rows & (np.random.default_rng(63).random(2_000) < 0.65)
    moved = changed(log, "amount", lambda x: -x, rows)
    found = of(seen(engine, tmp_path, moved, training), "amount")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert isinstance(found.cause.transform, Affine)
    assert found.cause.transform.a == -1.0
    assert found.cause.rows_changed == pytest.approx(rows.sum(), rel=0.05)


def test_one_sided_values_of_the_other_sign_are_told_in_few_rows(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(55, 600)
    rows = np.asarray((log["app"] == "d") & (log["time"] >= START + pd.Timedelta(days=22)))
    assert 20 < rows.sum() < 60
    log = changed(log, "amount", lambda x: -x, rows)
    found = of(seen(engine, tmp_path, log, drawn(1, 2_000)), "amount")
    assert found.cause is not None, found.sentence
    assert isinstance(found.cause.transform, Affine)
    assert (found.cause.transform.a, found.cause.transform.b) == (-1.0, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_one_row_in_eighty_in_kelvin_is_told_and_odd_rows_are_not(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    log, random = drawn(50 + seed, 4_000), np.random.default_rng(seed)
    rows = random.random(4_000) < 0.0125
    kelvin = changed(log, "temperature", lambda c: c + 273.15, rows)
    found = of(seen(engine, tmp_path, kelvin, drawn(1, 2_000)), "temperature")
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.transform == Affine(1.0, 273.15, "degC -> K")
    assert abs(found.cause.rows_changed - rows.sum()) <= 3
    odd = pd.Series(random.uniform(-600, 600, 4_000))
    log = changed(log, "temperature", lambda c: odd.set_axis(c.index), rows)
    found = of(seen(engine, tmp_path, log, drawn(1, 2_000)), "temperature")
    assert found.verdict != "supports", found.sentence


@pytest.mark.parametrize("factor", [1.0, 3.28], ids=["a line", "a factor"])
def test_a_line_goes_before_the_factor_that_its_rows_do_not_follow(factor: float) -> None:
    assert stats.kstwobign.sf(1.63 * BEYOND) < 1 / 70_000
    random = np.random.default_rng(12)
    training, live = (np.sort(random.normal(23, 3, 780)) for _ in range(2))
    seen = np.sort(live * factor) if factor != 1 else np.sort(1.8 * live + 32)
    form = next(f for f in FORMS if f.line == (1.8, 32.0))
    assert _better(fit_of(form, seen, training), training.size) is (factor == 1)


def test_a_named_change_of_few_rows_is_told_from_a_factor_by_its_width() -> None:
    """A factor that brings the values to their place makes them as much wider; chance seldom does.

    Power and false alarms over drawn columns: of 200 by Fahrenheit and 200 by a factor, with 60
    rows each.
    """
    random = np.random.default_rng(11)
    told = {"line": 0, "factor": 0}
    for _ in range(200):
        middle = random.uniform(10, 40)
        width = middle / random.uniform(3, 8)
        training = np.sort(np.round(random.normal(middle, width, 2_000), 1))
        true = random.normal(middle, width, 60)
        form = next(f for f in forms_of(training, None) if f.name == "degC -> degF")
        factor = float(random.choice([1.8, 2.54, 3.2808399, 3.6]))
        for kind, seen in (("line", 1.8 * true + 32), ("factor", factor * true)):
            fit = fit_of(form, np.sort(np.round(seen, 1)), training)
            told[kind] += fit.unlike_factor
            assert not (fit.unlike_factor and fit.like_factor)
    assert told["line"] >= 100
    assert told["factor"] <= 1


@pytest.mark.parametrize("name", ["natural logarithm", "logarithm to base 2", "square root"])
def test_of_curves_with_as_many_votes_the_true_one_comes_first(name: str) -> None:
    """Values that training never had speak for every curve alike."""
    random = np.random.default_rng(3)
    training = np.sort(random.lognormal(4.2, 0.9, 3_000).clip(5, 1000))
    forms = {f.name: f for f in forms_of(training, None) if f.line is None}
    true = forms[name]
    live = random.lognormal(4.2, 0.9, 800).clip(5, 1000)
    live[:400] = true.forward(live[:400])
    known_, names = np.sort(live), ("natural logarithm", "logarithm to base 2", "square root")
    asked = [
        (100.0 + (each != name), forms[each], rivals(training, turned(forms[each], training)))
        for each in names
    ]
    assert next(form.name for _, form, _ in nearest_first(asked, known_, training)) == name
    few = [(gain if form is not true else 40.0, form, r) for gain, form, r in asked]
    assert name not in [form.name for _, form, _ in nearest_first(few, known_, training)]
    assert nearest_first([], known_, training) == []


def test_the_other_sign_of_a_part_is_told_though_most_of_training_is_zero(
    engine: Engine, tmp_path: Path
) -> None:
    """Rows that their other sign tells have no zero among them."""
    frames = []
    for seed in (7, 1):
        frame = drawn(seed, 3_000)
        none = np.random.default_rng(seed).random(3_000) < 0.55
        frames.append(frame.assign(amount=frame["amount"].where(~none, 0.0)))
    log, training = frames
    rows = np.random.default_rng(5).random(3_000) < 0.43
    found = of(
        seen(engine, tmp_path, changed(log, "amount", lambda x: -x, rows), training), "amount"
    )
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.transform == Affine(-1.0, 0.0, None)
    sound = of(seen(engine, tmp_path / "sound", log, training), "amount")
    assert sound.verdict == "speaks against", sound.sentence
