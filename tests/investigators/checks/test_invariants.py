"""Relations that held in training: broken ones are found, with the side that changed and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from investigators.checks.data_assumptions.invariants import run
from investigators.evidence import Condition, Finding, NoTransform, Scale, Swap
from investigators.relations.forms import Relation, Step
from investigators.relations.loose import determined, orders, together
from investigators.relations.mine import exact_relations, step_of
from investigators.relations.suspects import expected_breaks, rank_correlation, solved
from investigators.shift.sample import Sample
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.checks.related import TEXTS, Frame, found_by, related, shuffled, some


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def sample_of(frame: Frame) -> Sample:
    numbers = {
        str(n): frame[n].to_numpy(float) for n in frame.columns if n not in {*TEXTS, "app", "time"}
    }
    texts = {n: frame[n].to_numpy(object) for n in TEXTS if n in frame}
    return Sample(np.arange(len(frame)), numbers, texts)


def supporting(found: list[Finding]) -> dict[str, Finding]:
    return {f.id.split("/")[1]: f for f in found if f.verdict == "supports"}


def test_relations_are_learned_and_none_by_chance() -> None:
    sample = sample_of(related(1))
    names = list(sample.numbers)
    exact = exact_relations(sample, names, Task())
    assert [r.words for r in exact] == [
        "gross = 1.19 × net",
        "arrived = rejected + queued + done",
        "ratio = used / limit",
    ]
    assert "used ≤ limit" in [r.words for r in orders(sample, names, exact, Task())]
    gaps = together(sample, [*names, *sample.texts], Task())
    assert [r.words for r in gaps] == ["stay is missing exactly where pages is"]
    (given,) = determined(sample, ["land", "money"], Task())
    assert given.words == "land determines money"
    assert ("GB", "GBP") in given.pairs


@pytest.mark.parametrize("seed", [61, 62, 63])
def test_a_relation_that_breaks_at_night_is_ongoing(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    training, log = related(seed), related(seed + 100)
    rows = (log["time"].dt.hour < 4).to_numpy()
    log.loc[rows, "gross"] *= 1.05
    found = supporting(found_by(run, engine, tmp_path, log, training))
    (cause,) = {f.cause for f in found.values() if "1.19" in f.sentence}
    assert cause is not None
    hours = Condition("time", part="hour", within=(0, 1, 2, 3), zone="UTC")
    assert cause.segment == (hours,)
    assert cause.onset is None
    assert cause.ongoing
    assert cause.rows_in_scope == rows.sum()


@pytest.mark.parametrize("name", ["ratio", "used"])
def test_values_of_other_rows_break_a_ratio(engine: Engine, tmp_path: Path, name: str) -> None:
    log = related(2)
    rows = some(log)
    found = supporting(found_by(run, engine, tmp_path, shuffled(log, name, rows), related(1)))
    finding = found["ratio+used+limit"]
    cause = finding.cause
    assert cause is not None
    assert cause.cause == "join-or-key"
    assert cause.features == (name,)
    assert cause.transform == NoTransform()
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.latest is not None
    assert cause.onset.latest[:10] == log["time"][rows.argmax()].isoformat()[:10]
    assert len(cause.corroborations) >= 2
    assert "values of other rows" in cause.statement
    assert finding.charts
    # what the same rows break as well is no lead of its own
    assert all(f.cause.features == (name,) for f in found.values() if f.cause)


@pytest.mark.parametrize(
    ("name", "factor", "relation"),
    [("used", 1000.0, "ratio+used+limit"), ("net", 0.01, "gross+net"),
     ("queued", 60.0, "arrived+rejected+queued+done")],
)  # fmt: skip
def test_a_constant_factor_is_undone(
    engine: Engine, tmp_path: Path, name: str, factor: float, relation: str
) -> None:
    log = related(2)
    rows = some(log, app="a", late=False)
    log.loc[rows, name] *= factor
    cause = supporting(found_by(run, engine, tmp_path, log, related(1)))[relation].cause
    assert cause is not None
    assert cause.cause == "input-unit-or-scale"
    assert cause.features == (name,)
    assert cause.transform == Scale(factor)
    assert cause.segment == (Condition("app", equals="a"),)
    assert cause.onset is None


def test_exchanged_columns_are_exchanged_back(engine: Engine, tmp_path: Path) -> None:
    log = related(2)
    rows = some(log, app=None)
    log.loc[rows, ["used", "limit"]] = log.loc[rows, ["limit", "used"]].to_numpy()
    cause = supporting(found_by(run, engine, tmp_path, log, related(1)))["ratio+used+limit"].cause
    assert cause is not None
    assert cause.cause == "input-columns-swapped"
    assert cause.transform == Swap(("used", "limit"))
    assert cause.segment is None


def test_a_gap_that_is_no_longer_shared(engine: Engine, tmp_path: Path) -> None:
    log = related(2)
    log.loc[some(log), "pages"] = np.nan
    cause = supporting(found_by(run, engine, tmp_path, log, related(1)))["stay+pages"].cause
    assert cause is not None
    assert cause.cause == "input-missing-or-default"
    assert cause.features == ("pages",)


def test_a_category_that_no_longer_follows(engine: Engine, tmp_path: Path) -> None:
    log = related(2)
    cause = supporting(
        found_by(run, engine, tmp_path, shuffled(log, "money", some(log)), related(1))
    )["land+money"].cause
    assert cause is not None
    assert cause.cause == "join-or-key"
    assert set(cause.features) == {"land", "money"}


@pytest.mark.parametrize("drift", ["none", "scale", "tax", "mix", "few odd rows", "new land"])
def test_a_world_that_moves_is_no_fault(engine: Engine, tmp_path: Path, drift: str) -> None:
    log = related(2)
    if drift == "scale":
        log["limit"] = (log["limit"] * 0.7).round(2)
        log["used"] = np.minimum(log["used"], log["limit"])
        log["ratio"] = (log["used"] / log["limit"]).round(4)
    if drift == "tax":
        log.loc[some(log, app=None), "gross"] = (log["net"] * 1.16).round(2)
    if drift == "mix":
        log["app"] = np.where(log["limit"] > 1_500, "d", log["app"])
    if drift == "few odd rows":
        log.loc[::500, "ratio"] = 0.5
    if drift == "new land":
        log.loc[some(log), ["land", "money"]] = ["JP", "JPY"]
    found = supporting(found_by(run, engine, tmp_path, log, related(1)))
    if drift == "tax":  # said, but nothing is a sign that it is a fault
        (finding,) = found.values()
        assert finding.cause is not None
        assert finding.cause.transform == NoTransform()
        assert finding.cause.cause == "train-serve-skew"
        return
    assert not found


def test_an_order_that_the_columns_own_moves_break(engine: Engine, tmp_path: Path) -> None:
    training, log = related(1)[["net", "stay", "app", "time"]], related(2)
    log = log[["net", "stay", "app", "time"]]
    for frame in (training, log):
        frame["more"] = (frame["net"] * np.random.default_rng(4).uniform(1.0, 4, len(frame))).round(
            2
        )
    log["net"] = (log["net"] * 1.6).round(2)
    found = {f.id.split("/")[1]: f for f in found_by(run, engine, tmp_path, log, training)}
    assert found["net+more"].verdict in {"cannot tell", "speaks against"}


@pytest.mark.parametrize("timed", [True, False])
def test_without_training(engine: Engine, tmp_path: Path, timed: bool) -> None:
    log = related(2)
    broken = shuffled(log, "ratio", some(log))
    found = found_by(run, engine, tmp_path, broken, None, timed=timed)
    if timed:
        assert "ratio+used+limit" in supporting(found)
    else:
        assert [f.verdict for f in found] == ["cannot tell"]


def test_few_rows_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    (finding,) = found_by(run, engine, tmp_path, related(2, 60), related(1, 60))
    assert finding.verdict == "cannot tell"
    assert finding.would_need is not None


def test_steps_of_columns() -> None:
    values = np.random.default_rng(1).lognormal(3, 1, 500)
    assert step_of(values.round(2)) == Step(0.005, 1e-11)
    assert step_of(values.round(0)) == Step(0.5, 1e-11)
    assert step_of(values) == Step(0.0, 1e-11)
    assert step_of(values.astype(np.float32).astype(float)) == Step(0.0, 3e-7)


def test_numbers_and_queries_agree(engine: Engine, tmp_path: Path) -> None:
    """Arrays and SQL say the same of each sort of relation, row by row."""
    from tests.investigators.views import table_of

    frame = shuffled(related(3, 800), "ratio", np.arange(800) % 3 == 0)
    frame.loc[::5, "net"] = np.nan
    frame.loc[1::7, "limit"] = 0.0
    sample = sample_of(frame)
    table = table_of(engine, tmp_path, frame, "rows")
    inputs = {n: f'"{n}"' for n in sample.numbers}
    half, none = Step(0.005, 1e-11), Step(0.0, 0.0)
    for relation in (
        Relation("equal", ("gross", "net"), 1.19, (half, none)),
        Relation("quotient", ("ratio", "used", "limit"), 1.0, (Step(5e-5, 1e-11), half, half)),
        Relation("product", ("used", "ratio", "limit"), 1.0, (half, Step(5e-5, 1e-11), half)),
        Relation("sum", ("arrived", "rejected", "queued", "done"), 1.0, (Step(0.5, 0.0),) * 4),
        Relation("order", ("used", "limit")),
    ):
        known, holds = relation.holds(sample.numbers)
        told, broken = relation.sql(inputs)
        rows = table.query(f"SELECT {told}, {broken} FROM {{t}} ORDER BY fw_row")
        assert rows.column(0).to_pylist() == known.tolist(), relation.words
        assert rows.column(1).to_pylist() == (known & ~holds).tolist(), relation.words


def test_a_relation_is_solved_for_any_column() -> None:
    values = dict(sample_of(related(4, 300)).numbers)
    relation = Relation("quotient", ("ratio", "used", "limit"))
    exact = values | {"ratio": values["used"] / values["limit"]}
    for name in relation.columns:
        np.testing.assert_allclose(solved(relation, name, exact), exact[name])


def test_ranks_as_scipy_says() -> None:
    random = np.random.default_rng(1)
    a = random.normal(size=400)
    b = a + random.normal(size=400)
    assert rank_correlation(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    # training's own rows, unmoved, break nothing; moved by more than the gap they all do
    low, high = a, a + 1
    assert expected_breaks((low, low), (high, high)) == 0.0
    assert expected_breaks((low + 5, low), (high, high)) == 1.0
