"""A change of scale in a whole view: which columns carry it, what digits say, near factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.checks.input_units.scale_change import run
from investigators.evidence import Cause, Condition, Finding, Scale
from investigators.shift.corroborate import _by_size, beyond_by_chance
from investigators.tables.table import Column, Engine, Table
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import curves_of, pictured
from tests.investigators.views import small_model, view_of

ROWS = 4_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, n: int, decimals: int) -> pd.DataFrame:
    """Draw two inputs, one written with ``decimals``, an app and a channel."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "length": random.lognormal(3.5, 0.3, n).round(decimals),
            "other": random.gamma(2, 30, n).round(1),
            "app": random.choice(list("abcde"), n),
            "channel": random.choice(list("fgh"), n),
        }
    )
    return frame.assign(y=(random.random(n) < 0.2).astype(float))


def seen(
    engine: Engine, folder: Path, log: pd.DataFrame, decimals: int,
    training: pd.DataFrame | None = None, **more: object,
) -> View:  # fmt: skip
    training = drawn(1, 3_000, decimals) if training is None else training
    model = small_model(training, "y", ["length", "other"])
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    roles = {"id": "id", **more}
    names = [c for c in ("app", "channel") if c not in more.values()]
    return view_of(
        engine, folder, log, roles, model=model, reference=training, segments=names, pick=1
    )


def of_length(view: View) -> Finding:
    return next(f for f in pictured(run(view, Task())) if f.about == ("length",))


def in_app_b(frame: pd.DataFrame, factor: float) -> pd.DataFrame:
    hit = frame["app"] == "b"
    return frame.assign(length=frame["length"].where(~hit, frame["length"] * factor))


@pytest.mark.parametrize("factor", [2.54, 1 / 2.54])
def test_digits_corroborate_a_near_factor(engine: Engine, tmp_path: Path, factor: float) -> None:
    log = in_app_b(drawn(2, ROWS, 1), factor)
    found = of_length(seen(engine, tmp_path, log, 1))
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="b"),)
    assert isinstance(found.cause.transform, Scale)
    assert found.cause.transform.factor == pytest.approx(factor)
    assert "decimal" in found.cause.corroborations[0]


def test_a_near_factor_with_the_same_digits_is_not_told_from_drift(
    engine: Engine, tmp_path: Path
) -> None:
    log = in_app_b(drawn(3, ROWS, 1), 2.54)
    found = of_length(seen(engine, tmp_path, log.assign(length=log["length"].round(1)), 1))
    assert found.verdict == "cannot tell"
    assert found.would_need


@pytest.mark.parametrize("drift", [0.7, 1.3, 1.6])
def test_a_drift_is_no_change_of_unit(engine: Engine, tmp_path: Path, drift: float) -> None:
    log = drawn(4, ROWS, 1)
    moved = log.assign(length=(log["length"] * drift).round(1))
    assert of_length(seen(engine, tmp_path, moved, 1)).verdict != "supports"


def test_digits_choose_between_neighbouring_factors(engine: Engine, tmp_path: Path) -> None:
    log = drawn(5, 400, 0)
    hit = np.arange(400) >= 340
    observed = log["length"].where(~hit, log["length"] / 25.4)
    found = of_length(seen(engine, tmp_path, log.assign(length=observed, app="a"), 0))
    assert found.cause is not None
    assert isinstance(found.cause.transform, Scale)
    assert found.cause.transform.factor == pytest.approx(1 / 25.4)
    assert "nearly as likely" not in found.sentence


def test_few_decimals_are_counted_alike_at_every_size(engine: Engine, tmp_path: Path) -> None:
    """Large whole numbers and small ones are both written without decimals: no sign of a unit."""
    log = in_app_b(drawn(6, ROWS, 0), 3e5)
    log = log.assign(length=log["length"] + np.where(log["app"] == "b", 7.0, 0.0))
    found = of_length(seen(engine, tmp_path, log, 0))
    assert found.cause is not None
    assert not [words for words in found.cause.corroborations if "decimals" in words]


@pytest.mark.parametrize("role", ["model_version", "component"])
def test_a_column_with_a_role_of_its_own_may_carry_a_change(
    engine: Engine, tmp_path: Path, role: str
) -> None:
    log = in_app_b(drawn(7, ROWS, 1), 1000.0)
    found = of_length(seen(engine, tmp_path, log, 1, **{role: "app"}))
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="b"),)


def test_two_columns_together(engine: Engine, tmp_path: Path) -> None:
    log = drawn(8, ROWS, 1)
    hit = (log["app"] == "b") & (log["channel"] == "g")
    log = log.assign(length=log["length"].where(~hit, log["length"] * 60))
    view = replace(seen(engine, tmp_path, log, 1))
    cause = of_length(view).cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="b"), Condition("channel", equals="g"))
    assert (cause.rows_in_scope, cause.rows_changed) == (hit.sum(), hit.sum())


def test_newcomers_that_lie_elsewhere_in_several_inputs_are_no_unit(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(9, ROWS, 1)
    new = log["app"] == "e"
    log = log.assign(
        app=log["app"].where(~new, "new"),
        length=log["length"].where(~new, (log["length"] * 9.7).round(1)),
        other=log["other"].where(~new, (log["other"] / 6.9).round(1)),
    )
    training = drawn(1, 3_000, 1)
    model = small_model(training, "y", ["length", "other"])
    view = view_of(
        engine, tmp_path, log.assign(id=[f"r{k}" for k in range(ROWS)]), {"id": "id"}, model=model,
        reference=training, segments=("app",), pick=1,
    )  # fmt: skip
    found = pictured(run(view, Task()))
    assert {f.verdict for f in found} == {"cannot tell"}
    assert all("another kind of requests" in f.sentence and f.would_need for f in found)


def test_one_factor_in_several_inputs_of_newcomers_stays_a_unit(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(10, ROWS, 1)
    new = log["app"] == "e"
    log = log.assign(
        app=log["app"].where(~new, "new"),
        length=log["length"].where(~new, log["length"] * 1000),
        other=log["other"].where(~new, log["other"] * 1000),
    )
    assert {f.verdict for f in run(seen(engine, tmp_path, log, 1), Task())} == {"supports"}


def test_a_tiny_factor_is_not_rounded_to_nothing(engine: Engine, tmp_path: Path) -> None:
    """1/86,400 to four decimals is 0, of which there is no logarithm."""
    log = drawn(10, ROWS, 1)
    new = log["app"] == "e"
    log = log.assign(
        app=log["app"].where(~new, "new"),
        length=log["length"].where(~new, log["length"] / 86_400),
    )
    findings = run(seen(engine, tmp_path, log, 1), Task())
    found = next(f for f in findings if f.about == ("length",))
    assert found.effect["estimated_factor"] == pytest.approx(1 / 86_400, rel=0.1)


def test_one_number_in_many_rows_is_one_number(engine: Engine, tmp_path: Path) -> None:
    """Thirty-five rows of one account of 85 days: 85 x 3.6 is whole, and says nothing."""
    log = drawn(11, ROWS, 0)
    hit = (log["app"] == "b") & (np.cumsum(log["app"] == "b") <= 35)
    log = log.assign(length=log["length"].where(~hit, 5.0))
    found = of_length(seen(engine, tmp_path, log, 0))
    assert found.cause is None or not found.effect["digits"]


def test_a_part_of_one_value_is_no_factor(engine: Engine, tmp_path: Path) -> None:
    log, training = drawn(12, ROWS, 0), drawn(1, ROWS, 0)
    rows = (log["app"] == "b") & (np.random.default_rng(12).random(ROWS) < 0.1)
    value = 100 * float(training["length"].median()) + 1
    found = of_length(
        seen(engine, tmp_path, log.assign(length=log["length"].where(~rows, value)), 0)
    )
    assert found.verdict != "supports", found.sentence


@pytest.mark.parametrize("name", ["x", "n", "v", "k", "fw_x"])
def test_a_column_may_be_called_as_a_query_calls_its_own(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    log = in_app_b(drawn(8, ROWS, 0), 1000).assign(**{name: "words"})
    found = of_length(seen(engine, tmp_path, log, 0))
    assert found.verdict == "supports"
    assert isinstance(found.cause, Cause)
    assert found.cause.transform == Scale(1000.0)


TIMES = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(ROWS) * 10, unit="min")


def seen_in_time(engine: Engine, folder: Path, log: pd.DataFrame) -> View:
    view = seen(engine, folder, log, 1, time="time")
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=columns))


def timed(log: pd.DataFrame) -> pd.DataFrame:
    return log.assign(time=TIMES)


def test_two_changes_in_turn_are_two_findings(engine: Engine, tmp_path: Path) -> None:
    log = timed(drawn(21, ROWS, 1))
    day = (log["time"] - TIMES[0]).dt.days
    hit = log["app"] == "b"
    first, second = hit & day.between(5, 10), hit & day.between(16, 21)
    values = log["length"].where(~first, log["length"] * 1000)
    log = log.assign(length=values.where(~second, values / 60))
    view = seen_in_time(engine, tmp_path, log)
    found = [f for f in pictured(run(view, Task())) if f.about == ("length",)]
    assert sorted(f.id for f in found) == [
        "input_units.scale_change/length",
        "input_units.scale_change/length/2",
    ]
    told = {}
    for finding in found:
        cause = finding.cause
        assert cause is not None
        assert cause.segment == (Condition("app", equals="b"),)
        assert isinstance(cause.transform, Scale)
        assert cause.onset is not None
        assert cause.end is not None
        told[round(cause.transform.factor, 4)] = (cause.onset.latest, cause.end.latest)
    assert set(told) == {1000.0, round(1 / 60, 4)}
    assert told[1000.0][1] < told[round(1 / 60, 4)][0]


def test_a_change_that_was_rolled_back_has_an_end(engine: Engine, tmp_path: Path) -> None:
    log = timed(drawn(22, ROWS, 1))
    inside = (log["time"] - TIMES[0]).dt.days.between(6, 12)
    log = log.assign(length=log["length"].where(~inside, log["length"] * 1000))
    (found,) = (
        f for f in run(seen_in_time(engine, tmp_path, log), Task()) if f.about == ("length",)
    )
    assert found.cause is not None
    assert found.cause.end is not None
    assert found.cause.ongoing is False


@pytest.mark.parametrize("hours", [(22, 23, 0, 1), (3,)])
def test_a_night_batch_is_told_by_its_hours(
    engine: Engine, tmp_path: Path, hours: tuple[int, ...]
) -> None:
    log = timed(drawn(23, ROWS, 1))
    night = log["time"].dt.hour.isin(hours)
    log = log.assign(length=log["length"].where(~night, log["length"] * 1000))
    found = of_length(seen_in_time(engine, tmp_path, log))
    assert found.verdict == "supports"
    assert found.cause is not None
    (condition,) = found.cause.segment or ()
    assert condition.part == "hour"
    assert condition.within == tuple(sorted(hours))
    assert found.cause.onset is None
    assert found.cause.rows_in_scope == int(night.sum())


def test_without_training_and_times_a_segment_is_compared_with_the_rest(
    engine: Engine, tmp_path: Path
) -> None:
    log = in_app_b(drawn(24, ROWS, 1), 60)
    view = replace(seen(engine, tmp_path, log, 1), reference=None, reference_inputs={})
    found = of_length(view)
    assert found.verdict == "supports"
    others, here = curves_of(found).curves
    assert int(others.name.rpartition("(")[2].strip(")").replace(",", "")) < ROWS  # without these
    assert max(y for x, y in zip(others.x, others.y, strict=True) if x > 6) < 0.1 * max(here.y)
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="b"),)
    assert isinstance(found.cause.transform, Scale)
    assert found.cause.transform.factor == 60
    other = tmp_path / "sound"
    other.mkdir()
    quiet = replace(
        seen(engine, other, drawn(25, ROWS, 1), 1),
        reference=None,
        reference_inputs={},
    )
    assert of_length(quiet).verdict == "speaks against"


@pytest.mark.parametrize(("factor", "told"), [(1 / 86_400, True), (1 / 6, False)])
def test_the_range_in_the_model_text_is_a_sign_where_no_training_is_given(
    engine: Engine, tmp_path: Path, factor: float, *, told: bool
) -> None:
    """Fifteen requests of one app, the digits of which say nothing."""
    log = drawn(28, 290, 1)
    hit = (np.arange(290) % 19 == 3) & (log["app"] != "a").to_numpy()
    log = log.assign(
        app=np.where(hit, "z", "y"), length=log["length"].mask(hit, log["length"] * factor)
    )
    log["length"] = [float(f"{x:.4g}") for x in log["length"]]
    view = replace(seen(engine, tmp_path, log, 1), reference=None, reference_inputs={})
    found = of_length(view)
    assert (found.verdict == "supports") is told, found.sentence
    if told:
        assert found.cause is not None
        assert found.cause.segment == (Condition("app", equals="z"),)
        outside = [c for c in found.cause.corroborations if "written in the model text" in c]
        assert len(outside) == 1


@pytest.mark.parametrize("added", [200.0, -150.0])
def test_what_was_added_is_no_factor(engine: Engine, tmp_path: Path, added: float) -> None:
    log = drawn(26, ROWS, 1)
    hit = log["app"] == "b"
    log = log.assign(length=log["length"].where(~hit, log["length"] + added))
    found = of_length(seen(engine, tmp_path, log, 1))
    assert found.verdict != "supports"


def test_an_input_that_follows_the_clock_is_no_unit(engine: Engine, tmp_path: Path) -> None:
    log = timed(drawn(27, ROWS, 1))
    hour = log["time"].dt.hour
    log = log.assign(length=(hour + 1.0) ** 2)
    view = replace(seen_in_time(engine, tmp_path, log), reference=None, reference_inputs={})
    assert of_length(view).verdict != "supports"


@pytest.mark.parametrize(("k", "m", "n"), [(1, 3, 4), (2, 3, 4), (3, 3, 2), (0, 2, 2)])
def test_the_chance_of_values_beyond_the_range_is_counted(k: int, m: int, n: int) -> None:
    orders = list(combinations(range(m + n), m))  # places of the m, the last place is the largest
    beyond = sum(all(place in one for place in range(m + n - k, m + n)) for one in orders)
    assert beyond_by_chance(k, m, n) == pytest.approx(beyond / len(orders))


@pytest.mark.parametrize("digits", [False, True], ids=["so many decimals", "so many digits"])
def test_small_numbers_with_more_decimals_are_no_sign_where_training_writes_so(
    engine: Engine, tmp_path: Path, digits: bool
) -> None:
    random = np.random.default_rng(13)
    written = (lambda x: float(f"{x:.3g}")) if digits else (lambda x: round(x, 2))
    frame = pd.DataFrame({"x": [written(v) for v in random.lognormal(0, 1.2, 900)]})
    path = tmp_path / "t.csv"
    frame.assign(fw_row=range(900)).to_csv(path, index=False)
    table = Table("t", engine, f"(SELECT * FROM read_csv('{path}'))", (Column("x", "number"),), 900)
    assert _by_size(table, "x") is digits


@pytest.mark.parametrize("seed", [51, 52, 53])
@pytest.mark.parametrize("factor", [0.001, 60.0])
def test_a_part_of_values_with_a_sharp_edge_is_told_by_its_shape(
    engine: Engine, tmp_path: Path, seed: int, factor: float
) -> None:
    """Pareto's least value is the most frequent one: smoothing would make another shape of it."""
    random = np.random.default_rng(seed)
    log, training = drawn(seed, ROWS, 1), drawn(seed + 50, ROWS, 1)
    for table in (log, training):
        table["length"] = 6.3 * (1 + random.pareto(3.5, len(table)))
    hit = random.random(ROWS) < 0.35
    log["length"] = log["length"].mask(hit, log["length"] * factor)
    found = of_length(seen(engine, tmp_path, log, 1, training))
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert isinstance(found.cause.transform, Scale)
    assert found.cause.transform.factor == pytest.approx(factor)
