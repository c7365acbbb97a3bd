"""Caps, floors and cut texts: found with rows and onset; drift, codes and copies are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from investigators.checks.input_units.clipped import run
from investigators.evidence import Condition, Finding, Map, NoTransform
from investigators.features import Dictionary, Feature
from investigators.tables.table import Engine
from investigators.traffic.ends import candidates, turned
from investigators.traffic.values import Held
from tests.investigators.checks.planted import SHAPES, Frame, answers, drawn, rows_of, seen
from tests.investigators.views import small_model

ROWS = 2_500
Change = Callable[[Frame, Frame], None]
LONG = {"red": "red brick", "green": "green meadow", "blue": "blue lagoon", "black": "black coal"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def supporting(found: dict[str, Finding]) -> list[str]:
    return [name for name, f in found.items() if f.verdict == "supports"]


def named(frame: Frame) -> Frame:
    return frame.assign(colour=frame["colour"].map(LONG))


@pytest.mark.parametrize(
    ("name", "cap"), [("gamma", 120.0), ("log-normal", 50.0), ("Pareto", 10.0), ("counts", 7.0)]
)
@pytest.mark.parametrize("app", [None, "b"])
@pytest.mark.parametrize("training", [True, False])
def test_a_cap_is_found_with_its_value(
    engine: Engine, tmp_path: Path, name: str, cap: float, app: str | None, training: bool
) -> None:
    log = drawn(2, ROWS)
    rows = rows_of(log, app=app, late=True)
    log.loc[rows, name] = log.loc[rows, name].clip(upper=cap)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS) if training else None))
    assert supporting(found) == [name]
    cause = found[name].cause
    assert cause is not None
    assert cause.cause == "input-unit-or-scale"
    assert cause.transform == NoTransform()
    assert cause.segment == (None if app is None else (Condition("app", equals=app),))
    assert cause.onset is not None
    assert cause.corroborations == ()
    assert found[name].effect["value"] == cap
    assert found[name].effect["kind"] == "cap"
    assert "what was cut off is not in the log" in found[name].sentence
    assert len(found[name].charts) == 2


def test_a_floor_is_found(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    for frame in (training, log):
        frame["gamma"] -= 40.0
    log["gamma"] = log["gamma"].clip(lower=0.0)
    found = answers(run, seen(engine, tmp_path, log, training))
    assert supporting(found) == ["gamma"]
    assert found["gamma"].effect["kind"] == "floor"
    assert found["gamma"].effect["value"] == 0.0
    assert f"below it, of {ROWS:,}" in found["gamma"].sentence


@pytest.mark.parametrize("seed", range(6))
def test_the_end_of_a_type_is_told_in_a_few_rows_of_a_segment(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Values go on to 255 everywhere, so that it is no new value; beyond it all are gone there.

    Of all rows at 255 those of the segment are a handful: elsewhere there are as many as ever.
    """
    training, log = drawn(2 * seed + 1, 16_000), drawn(2 * seed + 2, 16_000)
    random = np.random.default_rng(seed)
    for frame in (training, log):
        frame["counts"] = np.rint(random.lognormal(4.0, 0.8, 16_000))
        frame.loc[random.random(16_000) < 0.03, "app"] = "small"
    rows = (log["app"] == "small").to_numpy()
    log.loc[rows, "counts"] = log.loc[rows, "counts"].clip(upper=254.0)
    log.loc[np.flatnonzero(rows)[:12], "counts"] = 255.0
    found = answers(run, seen(engine, tmp_path, log, training))
    assert supporting(found) == ["counts"], found["counts"].sentence
    assert found["counts"].segment == (Condition("app", equals="small"),)


def test_a_part_of_all_rows_is_capped(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    rows = np.random.default_rng(4).random(ROWS) < 0.4
    log.loc[rows, "gamma"] = log.loc[rows, "gamma"].clip(upper=90.0)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))
    assert supporting(found) == ["gamma"]
    assert "A part of the values" in found["gamma"].sentence
    assert found["gamma"].segment is None


@pytest.mark.parametrize(("value", "told"), [(255.0, True), (254.0, False)])
def test_a_type_may_end_before_all_values(
    engine: Engine, tmp_path: Path, value: float, *, told: bool
) -> None:
    """All of them are cut off then; any other constant is none."""
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    for frame in (training, log):
        frame["gamma"] += 256.0
    rows = np.flatnonzero(rows_of(log, app="b", late=True))[-16:]
    log.loc[np.arange(ROWS) >= rows[0], "app"] = "a"
    log.loc[rows, "app"] = "b"
    log.loc[rows, "gamma"] = value
    found = answers(run, seen(engine, tmp_path, log, training))
    assert supporting(found) == (["gamma"] if told else [])


@pytest.mark.parametrize("seed", [51, 52, 53])
@pytest.mark.parametrize(("part", "since"), [("hour", False), ("hour", True), ("weekday", False)])
def test_a_cap_that_comes_again_by_the_clock_is_ongoing(
    engine: Engine, tmp_path: Path, seed: int, part: str, *, since: bool
) -> None:
    """The log ends by day, on a weekday: that the last night is over is no end."""
    log = drawn(seed, 2 * ROWS)
    clock = log["time"].dt
    rows = (clock.hour < 4 if part == "hour" else clock.day_of_week > 4).to_numpy()
    if since:
        rows = rows & rows_of(log, late=True)
    log.loc[rows, "gamma"] = log.loc[rows, "gamma"].clip(upper=50.0)
    found = answers(run, seen(engine, tmp_path, log, drawn(seed + 100, ROWS)))
    assert supporting(found) == ["gamma"]
    cause = found["gamma"].cause
    assert cause is not None
    hours = Condition("time", part="hour", within=(0, 1, 2, 3), zone="UTC")
    days = Condition("time", part="weekday", within=(6, 7), zone="UTC")
    assert cause.segment == ((hours,) if part == "hour" else (days,))
    assert cause.end is None
    assert cause.ongoing
    assert (cause.onset is not None) is since
    assert "Saturday, Sunday" in found["gamma"].sentence or part == "hour"


def test_the_end_of_a_type_and_a_declared_limit_are_signs(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    for frame in (training, log):
        frame["gamma"] *= 2
    log["gamma"] = log["gamma"].clip(upper=255.0)
    told = Dictionary({"gamma": Feature("gamma", maximum=255.0)})
    cause = answers(run, seen(engine, tmp_path, log, training, dictionary=told))["gamma"].cause
    assert cause is not None
    assert len(cause.corroborations) == 2
    assert "unsigned byte" in cause.corroborations[0]
    assert "dictionary" in cause.corroborations[1]


def smaller(log: Frame, _: Frame) -> None:
    for name in SHAPES:
        log[name] = (log[name] * 0.8).round(1)
    log["counts"] = np.random.default_rng(7).poisson(4.0, ROWS).astype(float)


def larger(log: Frame, _: Frame) -> None:
    log["gamma"] *= 1.25
    log["counts"] = np.random.default_rng(7).poisson(6.0, ROWS).astype(float)


def capped_before(log: Frame, training: Frame) -> None:
    for frame in (training, log):
        frame["gamma"] = frame["gamma"].clip(upper=100.0)


def one_value(share: float, value: float) -> Change:
    def change(log: Frame, _: Frame) -> None:
        log.loc[np.random.default_rng(7).random(ROWS) < share, "gamma"] = value

    return change


def filled(log: Frame, training: Frame) -> None:
    for frame in (training, log):
        frame.loc[np.random.default_rng(9).random(ROWS) < 0.3, "gamma"] = np.nan
    log["gamma"] = log["gamma"].fillna(80.0)


def small_code(log: Frame, training: Frame) -> None:
    for frame in (training, log):
        frame.loc[np.random.default_rng(9).random(ROWS) < 0.3, "gamma"] = np.nan
    log["gamma"] = log["gamma"].fillna(-1.0)


def stands_still(log: Frame, _: Frame) -> None:
    log.loc[rows_of(log, late=True), "gamma"] = 60.0


def rounded(log: Frame, _: Frame) -> None:
    log["gamma"] = log["gamma"].round(-1)


def one_subject(log: Frame, _: Frame) -> None:
    """A rich customer comes often, through one app."""
    rows = (log["app"] == "b") & (log["gamma"] > 120)
    log.loc[rows, "gamma"] = 300.0
    log.loc[rows, "subject"] = "s1"


def came_again(log: Frame, _: Frame) -> None:
    rows = (log["app"] == "b") & (log["gamma"] > 120)
    names = [*SHAPES, "colour"]
    log.loc[rows, names] = log.loc[rows, names].iloc[0].to_list()


def few_beyond(log: Frame, training: Frame) -> None:
    log["gamma"] = log["gamma"].clip(upper=training["gamma"].quantile(0.9995))


@pytest.mark.parametrize(
    "change",
    [smaller, larger, capped_before, filled, small_code, stands_still, rounded, one_subject,
     came_again, few_beyond, one_value(0.0, 0.0), one_value(0.2, 90.0), one_value(0.3, 999.0)],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_what_is_no_cap(engine: Engine, tmp_path: Path, change: Change) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    log["subject"] = [f"s{k % 400}" for k in range(ROWS)]
    change(log, training)
    found = answers(run, seen(engine, tmp_path, log, training))
    assert not supporting(found)
    if change is capped_before:
        assert "it knew that cap" in found["gamma"].sentence


def test_a_segment_that_may_always_have_been_so(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    log.loc[np.random.default_rng(8).random(ROWS) < 0.25, "app"] = "b"  # it has more rows now
    for frame in (training, log):
        rows = frame["app"] == "b"
        frame.loc[rows, "gamma"] = frame.loc[rows, "gamma"].clip(upper=60.0)
    found = answers(run, seen(engine, tmp_path, log, training.drop(columns="app")))["gamma"]
    assert found.verdict == "cannot tell"
    assert found.would_need
    assert not supporting(answers(run, seen(engine, tmp_path / "told", log, training)))


def test_it_says_what_the_score_may_have_been(engine: Engine, tmp_path: Path) -> None:
    """Against the model asked value by value, and quantiles of numpy."""
    log, training = drawn(2, ROWS), drawn(1, ROWS)
    log["gamma"] = log["gamma"].clip(upper=70.0)
    near = training.assign(y=(training["gamma"] + training["log-normal"] > 150).astype(float))
    model = small_model(near, "y", [*SHAPES], ["colour"])
    row = int(np.flatnonzero(log["gamma"] == 70.0)[3])
    view = replace(seen(engine, tmp_path, log, training, pick=row), model=model)
    found = answers(run, view)["gamma"]
    above = training["gamma"][training["gamma"] > 70.0]
    tried = np.quantile(above, np.linspace(0, 1, 21), method="inverted_cdf")
    columns = {n: [log.loc[row, n]] * 21 for n in [*SHAPES, "colour"]} | {"gamma": tried}
    outputs = model.outputs(model.matrix(columns))
    assert found.concerns_decision
    assert f"In training {above.size:,} values go on to {above.max():.1f}" in found.sentence
    for end in (outputs.min(), outputs.max()):
        assert f"{end:.4f}".rstrip("0")[:6] in found.sentence


def test_cut_texts_are_found_with_what_they_mean(engine: Engine, tmp_path: Path) -> None:
    training, log = named(drawn(1, ROWS)), named(drawn(2, ROWS))
    rows = rows_of(log, app="b", late=True)
    log.loc[rows, "colour"] = log.loc[rows, "colour"].str[:6]
    found = answers(run, seen(engine, tmp_path, log, training))
    assert supporting(found) == ["colour"]
    cause = found["colour"].cause
    assert cause is not None
    assert cause.cause == "input-unseen-value"
    assert isinstance(cause.transform, Map)
    assert dict(cause.transform.pairs) == {v[:6]: v for v in LONG.values()}
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.rows_changed == rows.sum()
    assert found["colour"].effect["length"] == 6


def test_a_beginning_of_several_values_is_said_to_be_unclear(
    engine: Engine, tmp_path: Path
) -> None:
    training, log = named(drawn(1, ROWS)), named(drawn(2, ROWS))
    log["colour"] = log["colour"].str[:2]
    found = answers(run, seen(engine, tmp_path, log, training))["colour"]
    assert found.cause is not None
    assert dict(found.cause.transform.pairs) == {"re": "red brick", "gr": "green meadow"}
    assert "“bl” stands for is not known" in found.sentence


def test_one_new_name_that_begins_another_is_no_cut(engine: Engine, tmp_path: Path) -> None:
    training, log = named(drawn(1, ROWS)), named(drawn(2, ROWS))
    log.loc[np.random.default_rng(3).random(ROWS) < 0.05, "colour"] = "blue"
    found = answers(run, seen(engine, tmp_path, log, training))["colour"]
    assert found.verdict == "cannot tell"
    assert found.would_need


@pytest.mark.parametrize("n", [1, 49])
def test_too_few_rows(engine: Engine, tmp_path: Path, n: int) -> None:
    found = answers(run, seen(engine, tmp_path, drawn(2, n), drawn(1, ROWS)))
    assert all(f.verdict == "cannot tell" for f in found.values())


def test_candidates_are_those_of_counting_value_by_value() -> None:
    """The share at a value among the rows at or beyond it, counted one by one."""
    random = np.random.default_rng(5)
    base, live = (
        random.gamma(2, 10, 3_000).round(1),
        random.gamma(2, 10, 3_000).round(1).clip(0, 30),
    )
    told = [_held(live), _held(base)]
    assert candidates(*told)[0] == 30.0
    assert candidates(*(turned(h) for h in told)) == []
    assert (live[live >= 30] == 30).all()
    assert (base[base >= 30] == 30).mean() < 0.05


def _held(values: np.ndarray) -> Held:
    each, counts = np.unique(values, return_counts=True)
    return Held(each, counts, 0, values.size)
