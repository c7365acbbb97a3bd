"""Exchanged columns: found with segment and onset; drifts, look-alikes and few rows are not one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.case import ScoreScale
from investigators.chart import Cells, Distributions
from investigators.checks.input_units.columns_swapped import CHECK, run
from investigators.evidence import Condition, Finding, Swap
from investigators.model import Model
from investigators.repair import undone
from investigators.shift.rivals import (
    distance,
    fitted_share,
    known,
    mixed,
    rivals,
    text_distance,
)
from investigators.shift.together import together_of
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import curves_of, pictured
from tests.investigators.views import small_model, view_of

NUMERIC = ("amount", "age", "wait", "low", "high")
CATEGORIES = ("country", "channel")
START = pd.Timestamp("2026-03-01")
Rows = np.ndarray


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, n: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    age = random.normal(44, 11, n)
    low = random.gamma(3, 20, n)
    frame = pd.DataFrame(
        {
            "amount": random.lognormal(5, 0.8, n).round(2),
            "age": age.round(),
            "wait": (0.1 * age + random.gamma(2, 1, n)).round(3),
            "low": low.round(2),
            "high": (low + random.gamma(2, 4, n)).round(2),
            "country": random.choice(["DE", "FR", "KE"], n, p=[0.6, 0.3, 0.1]),
            "channel": random.choice(["web", "app", "shop"], n, p=[0.2, 0.5, 0.3]),
            "app": random.choice(list("abcde"), n),
            "time": START + pd.to_timedelta(np.sort(random.random(n)) * 30, unit="D"),
        }
    )
    return frame.assign(y=(random.random(n) < 1 / (1 + np.exp(4 - age / 15))).astype(float))


def exchanged(frame: pd.DataFrame, one: str, other: str, rows: Rows) -> pd.DataFrame:
    a, b = frame[one].to_numpy(), frame[other].to_numpy()
    return frame.assign(**{one: np.where(rows, b, a), other: np.where(rows, a, b)})


@cache
def model() -> Model:
    return small_model(drawn(1, 1_000), "y", NUMERIC, CATEGORIES, rounds=4)


def seen(
    engine: Engine,
    folder: Path,
    log: pd.DataFrame,
    *,
    training: pd.DataFrame | None = None,
    segments: Sequence[str] = ("app",),
    **more: object,
) -> View:
    training = drawn(1, 3_000) if training is None else training
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time"} | ({"score": "score"} if more else {}),
        model=model(), reference=training, segments=tuple(segments), pick=len(log) - 1, **more,
    )  # fmt: skip
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=columns))


def of(findings: Sequence[Finding], *names: str) -> Finding:
    return next(f for f in findings if set(names) <= set(f.about))


@pytest.mark.parametrize("pair", [("amount", "age"), ("age", "wait"), ("country", "channel")])
def test_the_whole_log(engine: Engine, tmp_path: Path, pair: tuple[str, str]) -> None:
    log = drawn(2, 2_000)
    found = run(seen(engine, tmp_path, exchanged(log, *pair, np.ones(2_000, bool))), Task())
    one = of(found, *pair)
    assert one.verdict == "supports"
    assert one.cause is not None
    assert one.cause.transform == Swap(pair)
    assert one.cause.cause == "input-columns-swapped"
    assert (one.cause.segment, one.cause.onset, one.cause.rows_in_scope) == (None, None, 2_000)
    assert one.cause.concerns_decision
    assert one.cause.corroborations
    assert [f.about for f in found if f.verdict == "supports"] == [pair]
    assert isinstance(one.charts[0], Cells if pair[0] == "country" else Distributions)


@pytest.mark.parametrize("pair", [("amount", "wait"), ("country", "channel")])
def test_a_segment_since_a_day(engine: Engine, tmp_path: Path, pair: tuple[str, str]) -> None:
    log = drawn(3, 4_000)
    since = START + pd.Timedelta(days=17)
    rows = ((log["app"] == "b") & (log["time"] >= since)).to_numpy()
    one = of(run(seen(engine, tmp_path, exchanged(log, *pair, rows)), Task()), *pair)
    assert one.verdict == "supports"
    assert one.cause is not None
    assert one.cause.segment == (Condition("app", equals="b"),)
    assert one.cause.onset is not None
    assert one.cause.onset.earliest is not None
    assert one.cause.onset.latest is not None
    first = log["time"][rows].iloc[0]
    assert one.cause.onset.earliest < f"{first.isoformat()}" <= one.cause.onset.latest
    assert abs(one.cause.rows_in_scope - rows.sum()) <= 3
    assert one.cause.ongoing


def test_a_few_late_requests_without_a_segment(engine: Engine, tmp_path: Path) -> None:
    """No value of a segment has enough of them: all rows in order of time do."""
    log = drawn(22, 3_000)
    log["app"] = [f"a{k % 29}" for k in range(3_000)]
    rows = np.arange(3_000) >= 2_960
    one = of(
        run(seen(engine, tmp_path, exchanged(log, "age", "wait", rows)), Task()), "age", "wait"
    )
    assert one.verdict == "supports", one.sentence
    assert one.cause is not None
    assert one.cause.segment is None
    assert one.cause.rows_in_scope == pytest.approx(40, abs=3)


def test_requests_exchanged_at_random(engine: Engine, tmp_path: Path) -> None:
    log = drawn(20, 3_000)
    rows = np.random.default_rng(20).random(3_000) < 0.08
    view = seen(engine, tmp_path, exchanged(log, "low", "high", rows))
    one = of(pictured(run(view, Task())), "low", "high")
    assert one.verdict == "supports", one.sentence
    training, live = curves_of(one).curves  # of the one less the other: above 0 are exchanged
    above = [sum(y for x, y in zip(c.x, c.y, strict=True) if x > 2) for c in (training, live)]
    assert above[1] > 5 * above[0]
    cause = one.cause
    assert cause is not None
    assert cause.transform == Swap(("low", "high"))
    assert cause.segment is None
    assert one.effect["share_exchanged"] == pytest.approx(rows.mean(), abs=0.03)
    assert cause.rows_changed == pytest.approx(rows.sum(), rel=0.1)
    assert view.log is not None
    sql = undone(view, cause)
    back = view.log.query(f"SELECT {sql['low']} AS a, {sql['high']} AS b FROM {{t}}")
    for name, column in zip(("low", "high"), back.columns, strict=True):
        assert np.mean(column.to_numpy()[rows] == log[name].to_numpy()[rows]) > 0.85
        assert np.mean(column.to_numpy()[~rows] == log[name].to_numpy()[~rows]) > 0.99


def test_categories_exchanged_at_random_are_repaired_where_their_pair_tells_it(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(21, 3_000)
    rows = np.random.default_rng(21).random(3_000) < 0.1
    view = seen(engine, tmp_path, exchanged(log, "country", "channel", rows))
    one = of(pictured(run(view, Task())), "country")
    assert one.verdict == "supports", one.sentence
    cause = one.cause
    assert cause is not None
    assert cause.transform == Swap(("country", "channel"))
    assert view.log is not None
    sql = undone(view, cause)
    cells = [view.log_inputs["country"], sql["country"]]
    found = view.log.query(f"SELECT {cells[0]} AS a, {cells[1]} AS b FROM {{t}} ORDER BY fw_row")
    seen_, back = (np.array(column.to_pylist(), dtype=object) for column in found.columns)
    repaired = seen_ != back
    assert cause.rows_changed == pytest.approx(repaired.sum(), abs=repaired.sum() / 10)
    assert repaired.sum() > rows.sum() / 10
    assert rows[repaired].mean() > 0.85
    true = log["country"].to_numpy()
    assert (back[repaired & rows] == true[repaired & rows]).all()


def test_one_row_in_thirty_is_told_by_texts_that_its_column_never_had(
    engine: Engine, tmp_path: Path
) -> None:
    random = np.random.default_rng(24)
    names = [f"town {k}" for k in range(12)]

    def places(frame: pd.DataFrame) -> pd.DataFrame:
        n = len(frame)
        return frame.assign(
            country=random.choice(names[:10], n, p=np.arange(10, 0, -1) / 55),
            channel=random.choice(names, n, p=np.arange(1, 13) / 78),
        )

    training, log = places(drawn(1, 9_000)), places(drawn(24, 9_000))
    rows = random.random(9_000) < 0.033
    view = seen(engine, tmp_path, exchanged(log, "country", "channel", rows), training=training)
    one = of(pictured(run(view, Task())), "country")
    assert one.verdict == "supports", one.sentence
    cause = one.cause
    assert cause is not None
    assert cause.transform == Swap(("country", "channel"))
    assert cause.where is not None
    told = {str(first) for first, _ in cause.where}
    assert told <= set(names[10:])  # towns that training's first column never had


@pytest.mark.parametrize("whole", [True, False])
def test_pairs_tell_columns_that_look_alike(engine: Engine, tmp_path: Path, *, whole: bool) -> None:
    training, log = drawn(1, 3_000), drawn(22, 3_000)
    for frame, seed in ((training, 23), (log, 24)):
        frame["wait"] = frame["age"] * 1.12 + np.random.default_rng(seed).normal(0, 2, 3_000)
    rows = np.ones(3_000, bool) if whole else (log["app"] == "b").to_numpy()
    log = exchanged(log, "age", "wait", rows)
    one = of(run(seen(engine, tmp_path, log, training=training), Task()), "age", "wait")
    assert one.verdict == "supports", one.sentence
    assert one.cause is not None
    assert one.cause.segment == (None if whole else (Condition("app", equals="b"),))


@pytest.mark.parametrize("factor", [0.75, 0.9, 1.3])
def test_a_drift_of_one_of_two_related_columns_is_no_exchange(
    engine: Engine, tmp_path: Path, factor: float
) -> None:
    log = drawn(25, 3_000)
    log["high"] = (log["high"] * factor).round(2)
    found = run(seen(engine, tmp_path, log), Task())
    assert [f for f in found if f.verdict == "supports"] == []


def test_a_drift_of_both_is_no_exchange(engine: Engine, tmp_path: Path) -> None:
    log = drawn(4, 3_000)
    log = log.assign(amount=(log["amount"] / 2).round(2), age=log["age"] + 30)
    assert {f.verdict for f in run(seen(engine, tmp_path, log), Task())} <= {
        "speaks against",
        "cannot tell",
    }


def test_one_column_that_takes_the_other_ones_values_is_none(
    engine: Engine, tmp_path: Path
) -> None:
    log = drawn(5, 3_000)
    log = log.assign(age=drawn(6, 3_000)["amount"])
    one = of(run(seen(engine, tmp_path, log), Task()), "age")
    assert one.verdict == "speaks against"


def test_nothing_happened(engine: Engine, tmp_path: Path) -> None:
    found = run(seen(engine, tmp_path, drawn(7, 2_000)), Task())
    assert {f.about[0] for f in found} == {*NUMERIC, *CATEGORIES}
    assert not [f for f in found if f.verdict == "supports"]


def test_look_alikes_cannot_be_told(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, 3_000), drawn(8, 2_000)
    random = np.random.default_rng(9)
    training["wait"], log["wait"] = random.normal(44, 11, 3_000), random.normal(44, 11, 2_000)
    one = of(run(seen(engine, tmp_path / "1", log, training=training), Task()), "wait")
    assert one.verdict == "speaks against"  # decimals tell it from whole numbers
    training["wait"], log["wait"] = training["wait"].round(), log["wait"].round()
    one = of(run(seen(engine, tmp_path / "2", log, training=training), Task()), "wait")
    assert one.verdict == "cannot tell"
    assert "age" in one.sentence
    assert one.would_need


def test_an_order_turned_round_tells_look_alikes(engine: Engine, tmp_path: Path) -> None:
    log = drawn(10, 3_000)
    rows = (log["app"] == "c").to_numpy()
    one = of(run(seen(engine, tmp_path, exchanged(log, "low", "high", rows)), Task()), "low")
    assert one.verdict == "supports"
    assert one.cause is not None
    assert one.cause.segment == (Condition("app", equals="c"),)
    assert "low is above high" in one.cause.corroborations[0]


def test_logged_scores_are_an_exact_record(engine: Engine, tmp_path: Path) -> None:
    log = drawn(11, 1_000)
    sound = model().outputs(model().matrix({n: log[n] for n in (*NUMERIC, *CATEGORIES)}))
    log = exchanged(log.assign(score=sound), "amount", "age", np.ones(1_000, bool))
    scale = ScoreScale("probability")
    one = of(run(seen(engine, tmp_path, log, scale=scale), Task()), "amount", "age")
    assert one.cause is not None
    assert one.cause.exact_record
    assert "the model gives the logged score" in one.cause.corroborations[0]


def test_a_segment_that_was_so_in_training_is_not_new(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, 3_000), drawn(12, 3_000)
    training = exchanged(training, "amount", "age", (training["app"] == "d").to_numpy())
    log = exchanged(log, "amount", "age", (log["app"] == "d").to_numpy())
    one = of(run(seen(engine, tmp_path, log, training=training), Task()), "amount")
    assert one.verdict == "speaks against"
    assert "in training already" in one.sentence


@pytest.mark.parametrize("rows", [1, 30])
def test_few_rows(engine: Engine, tmp_path: Path, rows: int) -> None:
    log = exchanged(drawn(13, rows), "amount", "age", np.ones(rows, bool))
    found = run(seen(engine, tmp_path, log), Task())
    assert {f.verdict for f in found} == {"cannot tell"}
    assert all(f.would_need for f in found)


def test_missing_values_only(engine: Engine, tmp_path: Path) -> None:
    log = drawn(14, 500).assign(amount=np.nan)
    one = of(run(seen(engine, tmp_path, log), Task()), "amount")
    assert one.verdict == "cannot tell"


def test_the_distance_is_scipys() -> None:
    random = np.random.default_rng(15)
    for _ in range(20):
        a = np.sort(random.normal(0, 1, random.integers(1, 90)).round(1))
        b = np.sort(random.normal(0.4, 1, random.integers(1, 90)).round(1))
        assert distance(a, b) == pytest.approx(stats.ks_2samp(a, b).statistic)


def test_votes_are_bounded_and_even() -> None:
    random = np.random.default_rng(16)
    a, b = known(random.normal(0, 1, 900)), known(random.normal(3, 1, 900))
    there, back = rivals(a, b), rivals(b, a)
    x = np.array([-1e9, -2.0, 0.0, 1.5, 3.0, 9.0, 1e9, np.nan])
    assert there.votes(x) == pytest.approx(-back.votes(x))
    assert np.abs(there.votes(x)).max() <= np.log(2 / 0.02)
    assert there.votes(x)[[0, 6, 7]].tolist() == [0, 0, 0]
    # the mean vote is the information of Kullback and Leibler: 4.5 nats here, a bit less bounded
    assert 2.5 < float(there.votes(b).mean()) < 4.5


def test_a_mixture_is_fitted() -> None:
    random = np.random.default_rng(17)
    a, b = known(random.normal(0, 1, 5_000)), known(random.normal(2, 1, 5_000))
    moved = np.where(random.random(5_000) < 0.3, 2, 0)
    rows = random.normal(moved, 1)
    votes = rivals(a, b).votes(rows)
    assert fitted_share(votes) == pytest.approx(0.3, abs=0.03)
    assert mixed(votes, 0.3).sum() > mixed(votes, 0.05).sum()


def test_categories_by_hand() -> None:
    one, other = {"x": 3, "y": 1}, {"y": 2, "z": 2}
    assert text_distance(one, other) == pytest.approx(0.75)


def test_pairs_vote_by_hand() -> None:
    """Training has (x, y) 40 times and (y, x) never: a row (y, x) speaks for an exchange."""
    one, other = (np.array([v] * 40, dtype=object) for v in "xy")
    votes = together_of(one, other, texts=True)
    seen = votes.of(np.array(["x", "y", "z", None], object), np.array(["y", "x", "z", "y"], object))
    assert seen[1] == pytest.approx(np.log(0.99 / 0.01))
    assert seen[0] == -seen[1]
    assert seen[2:].tolist() == [0, 0]
    assert votes.apart == pytest.approx(1 - np.sqrt(2 / np.pi / 40))


def test_plain_counts_are_not_bounded_by_odd_rows() -> None:
    one, other = (np.array([v] * 400, dtype=object) for v in "xy")
    votes = together_of(one, other, texts=True)
    pair = np.array(["y"], object), np.array(["x"], object)
    assert votes.of(*pair)[0] == pytest.approx(np.log(0.99 / 0.01))
    assert votes.plainly(*pair)[0] > votes.of(*pair)[0]
    assert votes.plainly(*pair)[0] == -votes.plainly(*pair[::-1])[0]


def test_it_says_what_it_is() -> None:
    assert CHECK.id == "input_units.columns_swapped"
