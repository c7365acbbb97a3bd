from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, wasserstein_distance

from investigators.case import Decision
from investigators.chart import Cells, Distributions
from investigators.checks.data_assumptions.moved import CHECK
from investigators.evidence import Condition, Finding
from investigators.shift.movement import (
    Movement,
    blocks_of_rows,
    bound,
    distance,
    movement,
    spread_of,
    variation,
)
from investigators.tables.table import Column, Engine
from investigators.view import View
from tests.investigators.checks.planted import SHAPES, answers, drawn, seen
from tests.investigators.views import small_model, view_of

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def looked(view: View) -> dict[str, Finding]:
    return answers(CHECK.run, view)


# The statistics, against independent sources


def test_the_distance_is_wassersteins() -> None:
    random = np.random.default_rng(1)
    one, other = random.normal(0, 1, 4000), random.normal(0.7, 1.3, 3000)
    own = distance(one, other, 1.0)
    assert own == pytest.approx(wasserstein_distance(one, other), rel=0.03)


def test_the_spread_is_the_interquartile_range() -> None:
    values = np.random.default_rng(2).normal(0, 3, 50_000)
    assert spread_of(values) == pytest.approx(3 * 2 * norm.ppf(0.75), rel=0.02)
    assert spread_of(np.array([0.0] * 80 + list(range(1, 21)))) > 0  # half of them are one value
    assert spread_of(np.full(10, 7.0)) == 7.0


def test_total_variation_by_hand() -> None:
    one = np.array(["a", "a", "b", "c"], dtype=object)
    other = np.array(["a", "b", "b", "d"], dtype=object)
    assert variation(one, other) == pytest.approx(0.5)


def test_the_bound_holds_for_one_more_block() -> None:
    """Of further distances about 99 in 100 lie below the bound of twelve (4,000 times)."""
    random = np.random.default_rng(3)
    distances = np.abs(random.normal(0, 1, (4000, 13, 6))).mean(axis=2)
    below = [line[12] <= bound(line[:12], 0.99) for line in distances]
    assert 0.985 <= np.mean(below) <= 0.998


def test_blocks_are_weeks_days_or_runs_of_rows() -> None:
    times = np.arange(4000) * (70 * DAY // 4000)
    assert np.unique(blocks_of_rows(times, 4000)).size in {10, 11}
    times = np.arange(4000) * (9 * DAY // 4000)
    assert np.unique(blocks_of_rows(times, 4000)).size == 9
    runs = blocks_of_rows(None, 1200)
    assert np.bincount(runs).tolist() == [100] * 12
    assert np.bincount(blocks_of_rows(None, 100)).min() >= 20


def test_usual_movement_is_what_blocks_do() -> None:
    """Weeks that differ by a third of the range make a shift of a quarter nothing unusual."""
    random = np.random.default_rng(4)
    blocks = np.repeat(np.arange(12), 300)
    level = random.normal(0, 0.5, 12)[blocks]
    base, live = random.normal(0, 1, 3600) + level, random.normal(0.35, 1, 2000)
    quiet, loud = (movement(live, b, blocks, 1) for b in (base, base - level))
    assert isinstance(quiet, Movement)
    assert isinstance(loud, Movement)
    assert not quiet.moved
    assert loud.moved
    assert loud.times > 3


# The check


def test_nothing_moved(engine: Engine, tmp_path: Path) -> None:
    """Twenty pairs of tables from one world: of 160 answers none supports."""
    for seed in range(20):
        view = seen(engine, tmp_path / str(seed), drawn(seed, 900), drawn(1000 + seed, 1500))
        found = looked(view)
        assert set(found) == {*SHAPES, "colour"}
        assert {f.verdict for f in found.values()} == {"speaks against"}, seed


def test_a_world_that_moved(engine: Engine, tmp_path: Path) -> None:
    """Reported as a weak move of the world, with how far in multiples of the usual."""
    log = drawn(3, 3000)
    log["gamma"] *= 1.4
    log["colour"] = np.where(np.random.default_rng(1).random(3000) < 0.3, "black", log["colour"])
    found = looked(seen(engine, tmp_path, log, drawn(4, 3000), pick=5))
    for name, picture in (("gamma", Distributions), ("colour", Cells)):
        one = found[name]
        assert one.verdict == "supports"
        assert "training's own 12 runs of rows" in one.sentence
        assert one.cause is not None
        assert one.cause.cause == "drift-of-the-world"
        assert (one.cause.corroborations, one.cause.exact_record) == ((), False)
        assert one.cause.rows_in_scope == 3000
        assert one.effect["times_the_usual"] > 2
        assert isinstance(one.charts[0], picture)
    assert {n for n, f in found.items() if f.verdict == "supports"} == {"gamma", "colour"}


def test_one_segment_alone(engine: Engine, tmp_path: Path) -> None:
    log = drawn(5, 4000)
    log.loc[log["app"] == "c", "gamma"] *= 3
    found = looked(seen(engine, tmp_path, log, drawn(6, 4000)))["gamma"]
    assert found.verdict == "supports"
    assert found.segment == (Condition("app", equals="c"),)
    assert found.cause is not None
    assert found.cause.rows_in_scope == (log["app"] == "c").sum()


def test_effect_first_never_n(engine: Engine, tmp_path: Path) -> None:
    """A shift of a fiftieth is nothing, however many rows say so."""
    log = drawn(7, 40_000)
    log["gamma"] *= 1.02
    assert looked(seen(engine, tmp_path, log, drawn(8, 40_000)))["gamma"].verdict == (
        "speaks against"
    )


def test_few_rows(engine: Engine, tmp_path: Path) -> None:
    found = looked(seen(engine, tmp_path, drawn(1, 20), drawn(2, 400)))
    assert {f.verdict for f in found.values()} == {"cannot tell"}
    assert all(f.would_need for f in found.values())


def test_a_log_of_top_ranked_rows(engine: Engine, tmp_path: Path) -> None:
    """Rows chosen by their score differ by the choice: that is told apart, not called a move."""
    random = np.random.default_rng(9)

    def rows(n: int) -> pd.DataFrame:
        a, b = random.normal(0, 1, n), random.gamma(2, 1, n)
        y = (random.random(n) < 1 / (1 + np.exp(-2 * a - b + 2))) * 1
        return pd.DataFrame({"a": a, "b": b, "y": y})

    training = rows(4000)
    model = small_model(training, "y", ["a", "b"])
    everything = rows(12_000)
    score = np.asarray(model.outputs(everything[["a", "b"]].to_numpy()))
    everything["score"] = score
    top = everything[score >= np.quantile(score, 0.8)].reset_index(drop=True)
    for frame, verdict in ((top, "cannot tell"), (everything, "speaks against")):
        log = frame.assign(id=[f"r{k}" for k in range(len(frame))])
        roles = {"id": "id", "score": "score"}
        view = view_of(engine, tmp_path / verdict, log, roles, model=model, reference=training)
        found = answers(CHECK.run, view)["a"]
        assert found.verdict == verdict
        if verdict == "cannot tell":
            assert "rows of one end of the score" in found.sentence
            assert "drawn at random" in (found.would_need or "")


def test_times_of_training_make_its_blocks(engine: Engine, tmp_path: Path) -> None:
    base = drawn(11, 3000)
    base["gamma"] *= np.exp(np.random.default_rng(2).normal(0, 0.4, 40))[np.arange(3000) // 288]
    log = drawn(12, 2000)
    log["gamma"] *= 1.3
    view = seen(engine, tmp_path, log, base.sample(frac=1, random_state=1))
    assert view.reference is not None
    plain = looked(view)["gamma"]
    relation = f"(SELECT * REPLACE (time AS fw_time) FROM {view.reference.relation})"
    timed = replace(
        view.reference, relation=relation,
        columns=(*view.reference.columns, Column("fw_time", "time")),
    )  # fmt: skip
    told = looked(replace(view, reference=timed))["gamma"]
    assert plain.verdict == "supports"
    assert told.verdict == "speaks against"
    assert "times usually lie" in told.sentence


def test_the_decision_of_another_segment_is_not_concerned(engine: Engine, tmp_path: Path) -> None:
    log = drawn(5, 4000)
    log.loc[log["app"] == "c", "gamma"] *= 3
    inside, outside = (int(np.flatnonzero(log["app"] == a)[0]) for a in "ca")
    view = seen(engine, tmp_path, log, drawn(6, 4000))
    for row, told in ((inside, True), (outside, False)):
        case = replace(view.case, decision=Decision(f"r{row}", "log", row))
        assert looked(replace(view, case=case))["gamma"].concerns_decision is told
