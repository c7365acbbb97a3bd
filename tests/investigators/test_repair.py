"""Repair and replay against the same thing done by hand: pandas undoes, the booster scores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.case import Case, Rule, ScoreScale
from investigators.evidence import (
    Affine,
    Cause,
    Condition,
    Epoch,
    Fill,
    Finding,
    Map,
    NoTransform,
    Onset,
    Scale,
    ShiftTime,
    Swap,
    TakeFrom,
    Threshold,
    Transform,
)
from investigators.impact import changed_rows
from investigators.leads import rank
from investigators.model import Model
from investigators.repair import repaired_view, replay, undo_sql
from investigators.tables.table import Engine, Table
from investigators.task import Task
from investigators.view import View
from tests.investigators.views import small_model, table_of, view_of

ROWS = 240
CUT = 0.4
RULE = Rule((CUT,), ("accept", "review"), ("review",), "given")
ROLES = {
    "id": "id",
    "time": "time",
    "subject": "subject",
    "score": "score",
    "decision": "decision",
    "outcome": "outcome",
    "value": "amount",
}
DAY = Condition("app", equals="b")


def rows(n: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "seconds": random.gamma(2, 30, n).round(1),
            "amount": random.gamma(2, 40, n).round(2),
            "moment": random.integers(1_700_000_000, 1_700_600_000, n).astype(float),
            "way": random.choice(["card", "bill", "cash"], n),
        }
    )
    frame.loc[random.random(n) < 0.08, "seconds"] = np.nan
    level = 0.02 * frame["seconds"].fillna(10) + (frame["way"] == "bill") - 2.2
    level += (frame["moment"] > 1_700_300_000) * 0.8
    frame["y"] = (random.random(n) < 1 / (1 + np.exp(-level))).astype(float)
    return frame


@pytest.fixture(scope="module")
def model() -> Model:
    training = rows(900, 3)
    return small_model(training, "y", ["seconds", "amount", "moment"], ["way"], min_data_in_leaf=5)


@pytest.fixture(scope="module")
def booster(model: Model) -> Any:
    import lightgbm

    return lightgbm.Booster(model_str=model.text)


def predict(booster: Any, frame: pd.DataFrame) -> np.ndarray:
    known = ["bill", "card", "cash"]
    words = pd.Categorical(frame["way"].where(frame["way"].isin(known)), categories=known)
    inputs = frame[["seconds", "amount", "moment"]].assign(way=words)
    return np.asarray(booster.predict(inputs))


def same_scores(found: Any, expected: Any) -> None:
    """Equal but for the last bit: the program's own sigmoid is not LightGBM's."""
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def logged(booster: Any, frame: pd.DataFrame) -> pd.DataFrame:
    """A log of what was observed, scored as the model saw it."""
    n = len(frame)
    log = frame.rename(columns={"y": "outcome"})
    log["outcome"] = log["outcome"].where(np.arange(n) % 2 == 0)
    log["id"] = [f"r{k}" for k in range(n)]
    log["subject"] = [f"s{k % 90}" for k in range(n)]
    log["time"] = pd.date_range("2026-03-01", periods=n, freq="3h")
    log["app"] = np.where(np.arange(n) % 3 == 0, "b", "a")
    log["score"] = predict(booster, frame).round(3)
    log["decision"] = np.where(log["score"] >= CUT, "review", "accept")
    return log


@dataclass
class Bench:
    """Builds views of logs and keeps their engine."""

    engine: Engine
    folder: Path
    model: Model
    booster: Any
    views: int = 0

    def view(self, log: pd.DataFrame, **more: Any) -> View:
        self.views += 1
        given = {
            "model": self.model,
            "rule": RULE,
            "adverse": ("review",),
            "scale": ScoreScale("probability", decimals=3),
            "segments": ("app",),
            "reference": rows(900, 3),
        }
        folder = self.folder / str(self.views)
        view = view_of(self.engine, folder, log, ROLES, **given | more)
        return replace(view, columns={**view.columns, "outcomes.outcome": ("outcome",)})


@pytest.fixture
def bench(tmp_path: Path, model: Model, booster: Any) -> Iterator[Bench]:
    with Engine() as engine:
        yield Bench(engine, tmp_path, model, booster)


def cause(transform: Transform, features: tuple[str, ...] = ("seconds",), **more: Any) -> Cause:
    values: dict[str, Any] = {
        "cause": "input-unit-or-scale",
        "features": features,
        "transform": transform,
        "segment": None,
        "onset": None,
        "onset_known": False,
        "end": None,
        "ongoing": None,
        "rows_in_scope": ROWS,
        "rows_changed": 0,
        "concerns_decision": True,
    }
    return Cause(**values | more)


Undo = Callable[[pd.DataFrame], pd.DataFrame]


def of(column: str, change: Callable[[pd.Series], pd.Series]) -> Undo:
    return lambda frame: frame.assign(**{column: change(frame[column])})


def swapped(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(seconds=frame["amount"], amount=frame["seconds"])


# (transform, inputs, what was observed of the truth, what is meant by the observed)
KINDS: dict[str, tuple[Transform, tuple[str, ...], Undo, Undo]] = {
    "scale": (
        Scale(60.0),
        ("seconds",),
        of("seconds", lambda v: v * 60),
        of("seconds", lambda v: v / 60),
    ),
    "affine": (
        Affine(1.8, 32.0),
        ("seconds",),
        of("seconds", lambda v: v * 1.8 + 32),
        of("seconds", lambda v: (v - 32) / 1.8),
    ),
    "epoch": (
        Epoch("s", "ms"),
        ("moment",),
        of("moment", lambda v: v * 1000),
        of("moment", lambda v: v / 1000),
    ),
    "epoch down": (
        Epoch("ms", "s"),
        ("moment",),
        of("moment", lambda v: v // 1000),
        of("moment", lambda v: v * 1000),
    ),
    "shift_time": (
        ShiftTime(86_400.0),
        ("moment",),
        of("moment", lambda v: v + 86_400),
        of("moment", lambda v: v - 86_400),
    ),
    "map": (
        Map((("Karte", "card"), ("Rechnung", "bill"), (None, "cash"))),
        ("way",),
        of("way", lambda v: v.map({"card": "Karte", "bill": "Rechnung", "cash": None})),
        of("way", lambda v: v.map({"Karte": "card", "Rechnung": "bill"}).fillna("cash")),
    ),
    "fill": (
        Fill(-1),
        ("seconds",),
        of("seconds", lambda v: v.fillna(-1)),
        of("seconds", lambda v: v.where(v != -1)),
    ),
    "fill of what went missing": (
        Fill(None, 0.0),
        ("seconds",),
        of("seconds", lambda v: v.where(v > 20)),
        of("seconds", lambda v: v.fillna(0.0)),
    ),
    "swap": (Swap(("seconds", "amount")), ("seconds", "amount"), swapped, swapped),
}


def by_hand(
    log: pd.DataFrame, scope: np.ndarray, undo: Undo, booster: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the rows in scope before and after, without any of the program."""
    sound = log.copy()
    sound[scope] = undo(log)[scope]
    return predict(booster, log)[scope], predict(booster, sound)[scope]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["all rows", "segment and window"])
def test_each_kind_gives_what_hands_give(bench: Bench, kind: str, part: str) -> None:
    transform, features, observe, undo = KINDS[kind]
    log = logged(bench.booster, observe(rows(ROWS, 5)))
    narrowed: dict[str, Any] = {}
    scope = np.ones(ROWS, dtype=bool)
    if part != "all rows":
        first, last = log["time"].iloc[40], log["time"].iloc[200]
        narrowed = {
            "segment": (DAY,),
            "onset": Onset(None, first.isoformat() + "Z"),
            "end": Onset(None, last.isoformat() + "Z"),
        }
        inside = (log["time"] >= first) & (log["time"] < last)
        scope = ((log["app"] == "b") & inside).to_numpy()
    before, after = by_hand(log, scope, undo, bench.booster)
    picked = int(np.flatnonzero(scope)[len(before) // 2])
    view = bench.view(log, pick=picked)
    done = replay(view, cause(transform, features, **narrowed), Task())
    assert done is not None
    assert done.scored.rows.tolist() == np.flatnonzero(scope).tolist()
    same_scores(done.scored.before, before)
    same_scores(done.scored.after, after)
    assert (before != after).any(), "the fault must matter to be a test"
    was, now = before.round(3) >= CUT, after.round(3) >= CUT
    assert done.scored.changed.tolist() == (was != now).tolist()
    found = done.result
    assert (found.to_adverse, found.from_adverse) == (
        int((~was & now).sum()),
        int((was & ~now).sum()),
    )
    assert found.decisions_changed == int((was != now).sum())
    assert found.other == 0
    place = len(before) // 2
    assert found.this_score == pytest.approx(after.round(3)[place])
    assert found.this_decision == ("review" if now[place] else "accept")
    assert found.flips == bool(was[place] != now[place])
    moved = before != after
    assert found.mean_score_change == pytest.approx(float((after - before)[moved].mean()))
    released = log[scope][was & ~now]
    assert found.outcomes_known == int(released["outcome"].notna().sum())
    assert found.outcomes_positive == int((released["outcome"] == 1).sum())
    if len(released):
        assert found.value == pytest.approx(float(released["amount"].sum()))
    days = log["time"][scope].dt.strftime("%Y-%m-%d")
    assert [line[0] for line in found.by_day] == sorted(set(days))
    assert sum(line[1] for line in found.by_day) == int(scope.sum())
    assert sum(line[2] for line in found.by_day) == found.decisions_changed


def test_take_from_another_source(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    seen = sound.assign(seconds=sound["seconds"].shift(7), way="cash")
    log = logged(bench.booster, seen)
    store = pd.DataFrame({"fw_id": log["id"], "seconds": sound["seconds"], "way": sound["way"]})
    later = store.assign(seconds=9999.0, way="bill")  # an id twice: its first row counts
    kept: Table = table_of(bench.engine, bench.folder, pd.concat([store, later]), "store")
    view = replace(bench.view(log, pick=3), stores={"store": kept})
    scope = (log["app"] == "b").to_numpy()
    before, after = by_hand(
        log,
        scope,
        lambda frame: frame.assign(seconds=sound["seconds"], way=sound["way"]),
        bench.booster,
    )
    given = cause(TakeFrom("store"), ("seconds", "way"), segment=(DAY,))
    done = replay(view, given, Task())
    assert done is not None
    same_scores(done.scored.after, after)
    same_scores(done.scored.before, before)
    again = repaired_view(view, done)
    assert again.log is not None
    way = again.log.query(f"SELECT {again.log_inputs['way']} AS way FROM {{t}} ORDER BY fw_row")
    assert way["way"].to_pylist() == np.where(scope, sound["way"], "cash").tolist()
    with pytest.raises(ValueError, match="no source"):
        replay(view, cause(TakeFrom("nowhere")), Task())


def test_a_moved_threshold_changes_decisions_not_scores(bench: Bench) -> None:
    log = logged(bench.booster, rows(ROWS, 5))
    moved = Rule((0.25,), RULE.labels, RULE.adverse, "given")
    view = bench.view(log, rule=moved, pick=0)
    done = replay(view, cause(Threshold(CUT, 0.25), ()), Task())
    assert done is not None
    between = (log["score"] >= 0.25) & (log["score"] < CUT)
    assert done.result.from_adverse == int(between.sum()) > 0
    assert done.result.to_adverse == 0
    assert done.result.mean_score_change is None
    assert done.rule_after is not None
    assert done.rule_after.cuts == (CUT,)


def test_where_narrows_to_the_values_that_carry_it(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    hit = np.arange(ROWS) % 4 == 0
    log = logged(bench.booster, sound.assign(seconds=np.where(hit, sound["seconds"] * 1000, 1.0)))
    view = bench.view(log)
    done = replay(view, cause(Scale(1000.0), where=((1000.0, 1e9),)), Task())
    assert done is not None
    again = repaired_view(view, done)
    assert again.log is not None
    got = again.log.query(f"SELECT {again.log_inputs['seconds']} AS s FROM {{t}} ORDER BY fw_row")
    expected = np.where(hit & (log["seconds"] >= 1000), log["seconds"] / 1000, log["seconds"])
    np.testing.assert_allclose(got["s"].to_numpy(zero_copy_only=False), expected)


@pytest.mark.parametrize("transform", [NoTransform(), Threshold(0.1, 0.2)])
def test_nothing_to_undo_is_no_replay(bench: Bench, transform: Transform) -> None:
    log = logged(bench.booster, rows(30, 5))
    view = bench.view(log, rule=None)
    assert replay(view, cause(transform, ()), Task()) is None
    assert replay(replace(view, model=None), cause(Scale(2.0)), Task()) is None


def test_a_transform_of_several_columns_has_no_expression_of_one() -> None:
    for transform in (Swap(("a", "b")), TakeFrom("s"), NoTransform()):
        with pytest.raises(ValueError, match="not of one column"):
            undo_sql(transform, "x")


NO_RULES = [
    None,
    Rule((), (), (), "none"),
    Rule((), ("accept", "review"), ("review",), "none"),
]


@pytest.mark.parametrize("rule", NO_RULES)
def test_without_a_rule_decisions_are_unknown_and_the_mean_says_it(
    bench: Bench, rule: Rule | None
) -> None:
    log = logged(bench.booster, rows(ROWS, 5).assign(seconds=50_000.0))
    view = bench.view(log, rule=rule, pick=1)
    done = replay(view, cause(Scale(1000.0)), Task())
    assert done is not None
    found = done.result
    assert found.decisions_changed is found.from_adverse is found.to_adverse is None
    assert found.flips is found.this_decision is None
    assert found.this_score is not None
    assert found.mean_score_change is not None
    assert done.scored.changed.all(), "without a rule: the rows whose inputs change"


def test_a_rule_on_an_unknown_scale_is_not_applied(bench: Bench) -> None:
    log = logged(bench.booster, rows(ROWS, 5).assign(seconds=50_000.0))
    view = bench.view(log, scale=ScoreScale("unknown", "unknown"), pick=1)
    done = replay(view, cause(Scale(1000.0)), Task())
    assert done is not None
    assert done.result.decisions_changed is None


def test_the_rule_is_about_the_score_as_it_is_logged(bench: Bench) -> None:
    log = logged(bench.booster, rows(ROWS, 5).assign(seconds=50_000.0))
    log["score"] = (100 * predict(bench.booster, log)).round(0)
    percent = ScoreScale("percent", "percent", decimals=0, factor=100.0)
    rule = Rule((100 * CUT,), RULE.labels, RULE.adverse, "given")
    view = bench.view(log, scale=percent, rule=rule, pick=1)
    done = replay(view, cause(Scale(1000.0)), Task())
    assert done is not None
    _, after = by_hand(
        log, np.ones(ROWS, dtype=bool), of("seconds", lambda v: v / 1000), bench.booster
    )
    now = (100 * after).round(0) >= 100 * CUT
    was = log["score"] >= 100 * CUT
    assert done.result.from_adverse == int((was & ~now).sum())
    assert done.result.this_score == (100 * after).round(0)[1]


def test_back_in_the_ordinary_range(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"].fillna(40) * 1000))
    inside = replay(bench.view(log, pick=1), cause(Scale(1000.0)), Task())
    still_out = replay(bench.view(log, pick=1), cause(Scale(2.0)), Task())
    assert inside is not None
    assert still_out is not None
    assert inside.result.restores_range is True
    assert still_out.result.restores_range is False
    elsewhere = cause(Scale(1000.0), concerns_decision=False)
    unknown = replay(bench.view(log, pick=1), elsewhere, Task())
    assert unknown is not None
    assert unknown.result.restores_range is None


def test_the_list_of_changed_rows(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 1000))
    view = bench.view(log)
    done = replay(view, cause(Scale(1000.0)), Task())
    assert done is not None
    made = [
        row
        for batch in changed_rows(view, done.inputs, done.scored, done.rule_after)
        for row in batch.to_pylist()
    ]
    assert list(made[0]) == [
        *("id", "subject", "time", "score_before", "score_after"),
        *("decision_before", "decision_after", "seconds_before", "seconds_after", "outcome"),
    ]
    _, after = by_hand(
        log, np.ones(ROWS, dtype=bool), of("seconds", lambda v: v / 1000), bench.booster
    )
    after = after.round(3)
    moved = (log["score"] >= CUT) != (after >= CUT)
    assert [row["id"] for row in made] == log["id"][moved].tolist()
    for row, k in zip(made, np.flatnonzero(moved), strict=True):
        assert row["score_before"] == pytest.approx(log["score"][k])
        assert row["score_after"] == pytest.approx(after[k])
        assert row["decision_before"] == log["decision"][k] != row["decision_after"]
        assert row["seconds_before"] == pytest.approx(1000 * row["seconds_after"])


def test_the_repaired_view_is_the_log_as_it_would_be(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 1000))
    log.loc[3, "decision"] = "refused by hand"
    log.loc[6, "score"] = 0.999  # another program's score
    view = bench.view(log, pick=0)
    done = replay(view, cause(Scale(1000.0), segment=(DAY,)), Task())
    assert done is not None
    again = repaired_view(view, done)
    assert again.log is not None
    columns = "fw_row, fw_score, fw_output, fw_decision, fw_adverse, seconds"
    got = again.log.query(f"SELECT {columns} FROM {{t}} ORDER BY fw_row").to_pandas()
    scope = (log["app"] == "b").to_numpy()
    would = predict(bench.booster, log.assign(seconds=log["seconds"] / 1000))
    ours = scope & (np.arange(ROWS) != 6)
    same_scores(got["fw_output"][scope], would[scope])
    np.testing.assert_array_equal(got["fw_score"][ours], would.round(3)[ours])
    assert got["fw_score"][6] == 0.999
    assert got["fw_decision"][3] == "refused by hand"
    plain = ours & (np.arange(ROWS) != 3)
    assert (got["fw_adverse"][plain] == (would.round(3) >= CUT)[plain]).all()
    np.testing.assert_array_equal(got["fw_score"][~scope], log["score"][~scope])
    np.testing.assert_array_equal(got["seconds"], log["seconds"])  # own columns stay as they are


def test_a_finding_that_vanishes_is_a_symptom(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 1000))
    view = bench.view(log, pick=0)

    def supports(name: str, check: str, one: Cause | None = None) -> Finding:
        return Finding(
            f"{check}/{name}", check, "input_units", "supports", (name,), name, 1, cause=one
        )

    lead = supports("seconds", "units", cause(Scale(1000.0), corroborations=("a release",)))
    level, stays, breaks = (supports(n, n) for n in ("level", "stays", "breaks"))

    def rerun(check: str, repaired: View, _: Task) -> list[Finding]:
        assert repaired.log is not None
        if check == "breaks":
            return [replace(breaks, id="breaks", verdict="error")]
        high = repaired.log.value(f"SELECT max({repaired.log_inputs['seconds']}) FROM {{t}}")
        again = {"level": level, "stays": stays}[check]
        return [again if check == "stays" or high > 10_000 else replace(again, verdict="error")]

    def calm(check: str, repaired: View, task: Task) -> list[Finding]:
        found = rerun(check, repaired, task)
        return [replace(f, verdict="speaks against") if check == "level" else f for f in found]

    made = rank(view, [lead, level, stays, breaks], calm, Task())
    by_id = {f.id: f for f in made.findings}
    assert made.leads[0].symptoms == ("level/level",)
    assert by_id["level/level"].explained_by == "L1"
    assert by_id["stays/stays"].explained_by is None
    assert by_id["breaks/breaks"].explained_by is None, "a failed check explains nothing"
    assert by_id["breaks/after the repair of L1"].verdict == "error"


def test_two_leads_do_not_explain_each_other(bench: Bench) -> None:
    log = logged(bench.booster, rows(ROWS, 5).assign(seconds=50_000.0, amount=5e6))
    view = bench.view(log, pick=0)
    found = [
        Finding(
            f"units/{name}",
            "units",
            "input_units",
            "supports",
            (name,),
            name,
            1,
            cause=cause(Scale(factor), (name,), corroborations=signs),
        )
        for name, factor, signs in (
            ("seconds", 1000.0, ("a", "b")),
            ("amount", 1e5, ("a",)),
        )
    ]

    def gone(_: str, repaired: View, __: Task) -> list[Finding]:
        # amount's finding stays with seconds repaired; seconds' would vanish with amount repaired
        return found[1:] if "fw_repaired" in repaired.log_inputs["seconds"] else []

    made = rank(view, found, gone, Task())
    assert [lead.features for lead in made.leads] == [("seconds",), ("amount",)]
    assert {f.explained_by for f in made.findings} == {None}


def test_by_hand_through_the_desk(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 60))
    view = bench.view(log, pick=3)
    opened = desk.Desk(view, None, None)  # type: ignore[arg-type]
    done = opened.replay("seconds", Scale(60.0), (DAY,))
    assert done is not None
    scope = (log["app"] == "b").to_numpy()
    _, after = by_hand(log, scope, of("seconds", lambda v: v / 60), bench.booster)
    same_scores(done.scored.after, after)
    assert isinstance(opened.case, Case)


def test_cancelled_while_it_scores(bench: Bench) -> None:
    view = bench.view(logged(bench.booster, rows(30, 5)))
    task = Task()
    task.cancel()
    from investigators.task import Cancelled

    with pytest.raises(Cancelled):
        replay(view, cause(Scale(2.0)), task)


def test_no_row_in_scope(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    view = bench.view(logged(bench.booster, rows(30, 5)), pick=0)
    nobody = cause(Scale(2.0), segment=(Condition("app", equals="never"),))
    done = replay(view, nobody, Task())
    assert done is not None
    assert (done.result.decisions_changed, done.result.by_day) == (0, ())
    assert done.result.this_score is done.result.mean_score_change is None
    assert repaired_view(view, done).log is not None
    assert not caplog.records
