"""Ties of pairs of inputs: destroyed ones are found; columns that move by themselves are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from investigators.checks.data_assumptions.multivariate import run
from investigators.evidence import DRIFT, Condition, Finding
from investigators.relations.ties import left_of, live_cut, nats_of, ties_of
from investigators.relations.untied import apart_of, newly_lost
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.checks.related import ROWS, Frame, found_by, shuffled, some


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def tied(seed: int, n: int = ROWS) -> Frame:
    """Draw a width that height and weight follow, a colour that follows the size, and others."""
    random = np.random.default_rng(seed)
    size = random.normal(size=n)
    frame = Frame({"width": np.exp(3 + 0.4 * size).round(1)})
    frame["height"] = np.exp(3.5 + 0.35 * size + 0.15 * random.normal(size=n)).round(1)
    frame["weight"] = np.exp(1 + 0.8 * size + 0.5 * random.normal(size=n)).round(2)
    frame["colour"] = np.where(size + 0.7 * random.normal(size=n) > 0, "red", "blue")
    frame["age"] = random.gamma(3, 12, n).round()
    frame["app"] = random.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1])
    frame["time"] = np.datetime64("2026-03-01") + np.arange(n) * np.timedelta64(7, "m")
    return frame


def supporting(found: list[Finding]) -> dict[str, Finding]:
    return {f.id.split("/")[1]: f for f in found if f.verdict == "supports"}


def faults(found: list[Finding]) -> list[Finding]:
    told = [f for f in supporting(found).values() if f.cause is not None]
    return [f for f in told if f.cause is not None and f.cause.cause != DRIFT]


@pytest.mark.parametrize("app", ["b", None])
def test_values_of_other_rows(engine: Engine, tmp_path: Path, app: str | None) -> None:
    log = tied(2)
    rows = some(log, app=app)
    found = faults(found_by(run, engine, tmp_path, shuffled(log, "width", rows), tied(1)))
    assert found
    cause = found[0].cause
    assert cause is not None
    assert cause.cause == "join-or-key"
    assert cause.features == ("width",)  # in each tie that is lost
    assert cause.segment == (None if app is None else (Condition("app", equals="b"),))
    assert cause.onset is not None
    assert cause.onset.latest is not None
    assert cause.onset.latest[:10] == log["time"][rows.argmax()].isoformat()[:10]
    assert len(cause.corroborations) == 2
    assert found[0].charts


def test_a_part_of_the_rows(engine: Engine, tmp_path: Path) -> None:
    log = tied(2)
    rows = some(log, app=None) & (np.random.default_rng(5).random(ROWS) < 0.25)
    found = faults(found_by(run, engine, tmp_path, shuffled(log, "width", rows), tied(1)))
    assert found
    assert "of these rows have lost it, the others keep it" in found[0].sentence
    assert found[0].effect["share_of_rows_without"] == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_some_dozen_rows_tell_of_a_strong_tie(engine: Engine, tmp_path: Path, seed: int) -> None:
    """Nothing is left of it in a segment of 80 rows; what is left of 40 rows is open."""
    for few, told in ((80, True), (40, False)):
        log = tied(seed, 1_200)
        log["app"] = np.where(np.arange(1_200) % (1_200 // few) == 0, "b", "a")
        log = shuffled(log, "width", (log["app"] == "b").to_numpy())
        found = faults(found_by(run, engine, tmp_path / str(few), log, tied(1)))
        assert bool(found) is told
        assert not told or found[0].segment == (Condition("app", equals="b"),)


@pytest.mark.parametrize(
    "drift",
    ["none", "scale", "spread", "mix", "trend", "new group", "weaker", "missing", "another spread"],
)
def test_a_world_that_moves_is_no_fault(engine: Engine, tmp_path: Path, drift: str) -> None:
    log, random = tied(2), np.random.default_rng(3)
    if drift == "scale":
        log["width"] = (1.25 * log["width"]).round(1)
    if drift == "spread":
        log["width"] = (log["width"] ** 1.2).round(1)
    if drift == "mix":
        log["width"] = np.where(random.random(ROWS) < 0.3, 2 * log["width"], log["width"])
    if drift == "trend":
        log["width"] = (log["width"] * np.linspace(1, 1.3, ROWS)).round(1)
    if drift == "new group":
        group = random.random(ROWS) < 0.08
        log["width"] = np.where(group, 55 * random.lognormal(0, 0.35, ROWS), log["width"]).round(1)
    if drift == "weaker":
        blur = np.exp(0.25 * random.normal(size=ROWS))
        log["height"] = np.sort(log["height"])[
            (log["height"] * blur).rank(method="first").astype(int) - 1
        ]
    if drift == "missing":
        log.loc[some(log), "width"] = np.nan
    if drift == "another spread":  # a column that hardly varies in a segment tells of nothing there
        log.loc[some(log), "width"] = 20 + 0.1 * random.integers(0, 9, int(some(log).sum()))
    assert not faults(found_by(run, engine, tmp_path, log, tied(1)))


def test_a_segment_that_never_had_it(engine: Engine, tmp_path: Path) -> None:
    training, log = tied(1), tied(2)
    training, log = (shuffled(f, "width", some(f, late=False)) for f in (training, log))
    assert not faults(found_by(run, engine, tmp_path, log, training))
    # training that does not name the segment has it in its rows all the same
    assert not faults(found_by(run, engine, tmp_path / "2", log, training.drop(columns="app")))


def test_a_segment_that_training_does_not_name(engine: Engine, tmp_path: Path) -> None:
    log = shuffled(tied(2), "width", some(tied(2), late=False))
    assert faults(found_by(run, engine, tmp_path, log, tied(1).drop(columns="app")))


def test_little_and_nothing(engine: Engine, tmp_path: Path) -> None:
    (finding,) = found_by(run, engine, tmp_path, tied(2, 60), tied(1, 60))
    assert finding.verdict == "cannot tell"
    (finding,) = found_by(run, engine, tmp_path / "2", tied(2), None, timed=False)
    assert finding.verdict == "cannot tell"
    columns = ["age", "app", "time"]
    (finding,) = found_by(run, engine, tmp_path / "3", tied(2)[columns], tied(1)[columns])
    assert finding.verdict == "does not apply"


def test_information_as_others_compute_it() -> None:
    """Miller's correction apart, the sum is scikit-learn's; of a normal pair it is known."""
    random = np.random.default_rng(1)
    a, b = random.integers(0, 5, 3_000), random.integers(0, 4, 3_000)
    b = np.where(random.random(3_000) < 0.5, a % 4, b)
    table = np.bincount(a * 4 + b, minlength=20).reshape(5, 4).astype(float)
    assert nats_of(table) == pytest.approx(mutual_info_score(a, b) - 12 / 6_000)
    x = random.normal(size=50_000)
    y = 0.8 * x + 0.6 * random.normal(size=50_000)
    (tie,) = ties_of({"x": x, "y": y}, Task())
    assert tie.nats == pytest.approx(-0.5 * np.log(1 - 0.8**2), rel=0.2)


def test_a_mixture_is_told_from_a_weaker_tie() -> None:
    random = np.random.default_rng(2)

    def pair(n: int, tied: float) -> tuple[np.ndarray, np.ndarray]:
        x = random.normal(size=n)
        return x, tied * x + np.sqrt(1 - tied**2) * random.normal(size=n)

    base, weaker = pair(20_000, 0.9), pair(8_000, 0.75)
    (tie,) = ties_of({"x": base[0], "y": base[1]}, Task())
    whole, lost = pair(6_000, 0.9), pair(2_000, 0.0)
    part = (np.concatenate([whole[0], lost[0]]), np.concatenate([whole[1], lost[1]]))
    fitted, other = apart_of(tie, part, base), apart_of(tie, weaker, base)
    assert fitted is not None
    assert other is not None
    assert fitted.share == pytest.approx(0.25, abs=0.03)
    assert fitted.left_over < 0.05
    assert other.left_over > 0.1
    assert newly_lost(tie, part, base, 0.25) > 100
    assert newly_lost(tie, pair(8_000, 0.9), base, 0.25) < 0
    left = left_of(lost, base)
    assert left is not None
    assert left.ranks
    assert left.high < 0.2


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("factor", [1.0, 25.4])
def test_cells_of_few_values_are_the_same_values_live(seed: int, factor: float) -> None:
    random = np.random.default_rng(seed)
    shares = (0.63, 0.33, 0.03, 0.01)
    base, live = (random.choice([1.0, 2.0, 3.0, 4.0], 500, p=shares) for _ in range(2))
    usual, here = live_cut(base, base), live_cut(live * factor, base)
    assert usual is not None
    assert here is not None
    assert here.edges[0] == factor
    assert (here.codes(live * factor) != usual.codes(live)).mean() <= 0.05


def test_cells_of_many_values_hold_equal_shares_live() -> None:
    random = np.random.default_rng(7)
    base, live = random.normal(0, 1, 4_000), random.lognormal(3, 1, 3_000)
    here = live_cut(live, base)
    assert here is not None
    counts = np.bincount(here.codes(live))
    assert counts.min() >= 0.98 * counts.max()
