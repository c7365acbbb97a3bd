"""Repair and replay against the same thing done by hand: pandas undoes, the booster scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.case import Rule, ScoreScale
from investigators.evidence import (
    Affine,
    Epoch,
    Fill,
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
from investigators.model import Model
from investigators.repair import repaired_view, replay, undo_sql
from investigators.tables.table import Table
from investigators.task import Task
from tests.investigators.repairs import (
    CUT,
    DAY,
    ROWS,
    RULE,
    Bench,
    Undo,
    bench_in,
    by_hand,
    cause,
    logged,
    of,
    predict,
    rows,
    same_scores,
    trained,
)
from tests.investigators.views import table_of


@pytest.fixture(scope="module")
def model() -> Model:
    return trained()


@pytest.fixture
def bench(tmp_path: Path, model: Model) -> Iterator[Bench]:
    with bench_in(tmp_path, model) as one:
        yield one


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


def test_a_threshold_that_moved_for_a_part_is_put_back(bench: Bench) -> None:
    """The log's rule is the true one: the scope's own rule is what the repair undoes."""
    log = logged(bench.booster, rows(ROWS, 5))
    view = bench.view(log, rule=RULE, pick=0)
    done = replay(view, cause(Threshold(CUT, 0.25), ()), Task())
    assert done is not None
    between = (log["score"] >= 0.25) & (log["score"] < CUT)
    assert done.result.from_adverse == int(between.sum()) > 0
    assert done.rule_before is not None
    assert (done.rule_before.cuts, done.rule_after) == ((0.25,), RULE)


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


@pytest.mark.parametrize("code", [0.0, -1.0])
def test_zeros_and_codes_of_training_do_not_make_a_tiny_value_ordinary(
    bench: Bench, code: float
) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"].fillna(40) / 3600))
    view = bench.view(log, pick=1)
    assert view.reference is not None
    seconds = view.reference_inputs["seconds"]
    coded = f"(CASE WHEN fw_row % 20 = 0 THEN {code} ELSE {seconds} END)"
    view = replace(view, reference_inputs={**view.reference_inputs, "seconds": coded})
    done = replay(view, cause(Scale(1 / 3600)), Task())
    assert done is not None
    assert done.result.restores_range is True


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


def test_cancelled_while_it_scores(bench: Bench) -> None:
    view = bench.view(logged(bench.booster, rows(30, 5)))
    task = Task()
    task.cancel()
    from investigators.task import Cancelled

    with pytest.raises(Cancelled):
        replay(view, cause(Scale(2.0)), task)


def test_what_a_repair_changes_is_counted_group_by_group(bench: Bench) -> None:
    sound = rows(4000, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 1000))
    place = np.arange(len(log))
    # seven large groups, missing cells, and one too small to stand alone
    shop = pd.Series(np.array(list("gfedcba"))[np.minimum(place % 40 // 5, 6)], dtype=object)
    shop[place % 40 < 2] = None
    shop[:3] = "tiny"
    log = log.assign(shop=shop, one="same")
    view = replace(bench.view(log, pick=0), segments=("shop", "one", "app"))
    done = replay(view, cause(Scale(1000.0), ("seconds",)), Task())
    assert done is not None
    found = done.result
    assert {g.column for g in found.by_segment} == {"shop", "app"}
    shops = [g for g in found.by_segment if g.column == "shop"]
    sizes = shop.fillna("missing").value_counts()
    assert [g.rows for g in shops[:-1]] == sizes.head(5).tolist()
    assert (shops[-1].others, shops[-1].words) == (4, "4 others")
    before, after = done.scored.before, done.scored.after
    was, now = before.round(3) >= CUT, after.round(3) >= CUT
    for column in ("shop", "app"):
        groups = [g for g in found.by_segment if g.column == column]
        assert sum(g.rows for g in groups) == len(log)
        assert sum(g.decisions_changed or 0 for g in groups) == found.decisions_changed
        assert sum(g.to_adverse or 0 for g in groups) == found.to_adverse
        assert sum(g.from_adverse or 0 for g in groups) == found.from_adverse
        for group in groups:
            if group.others:
                continue
            cells = log[column]
            here = (cells.isna() if group.value is None else cells == group.value).to_numpy()
            assert group.rows == int(here.sum())
            assert group.from_adverse == int((was & ~now & here).sum())
            moved = here & (before != after)
            change = float((after - before)[moved].mean())
            assert group.mean_score_change == pytest.approx(change)
            judged = here & log["outcome"].notna().to_numpy()
            assert group.quality is not None
            assert group.quality["n"] == int(judged.sum())
            low, high = group.quality["auc_after_interval"]
            assert low <= group.quality["auc_after"] <= high
    assert found.quality is not None
    by_app = [g.quality["n"] for g in found.by_segment if g.column == "app" and g.quality]
    assert sum(by_app) == found.quality["n"]


def test_what_a_repair_changes_is_counted_day_by_day(bench: Bench) -> None:
    from sklearn.metrics import roc_auc_score

    sound = rows(4000, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 1000))
    log["time"] = pd.date_range("2026-03-01 07:00", periods=len(log), freq="5min")
    done = replay(bench.view(log, pick=0), cause(Scale(1000.0), ("seconds",)), Task())
    assert done is not None
    before, after = done.scored.before, done.scored.after
    was, now = before.round(3) >= CUT, after.round(3) >= CUT
    days, known = log["time"].dt.strftime("%Y-%m-%d"), log["outcome"].notna()
    judged = 0
    for told in done.result.by_day:
        here = (days == told.day).to_numpy()
        assert told.rows == int(here.sum())
        assert told.to_adverse == int((~was & now & here).sum())
        assert told.from_adverse == int((was & ~now & here).sum())
        assert told.mean_score_change == pytest.approx(float((after - before)[here].mean()))
        if told.quality is not None:
            judged += 1
            mine = here & known.to_numpy()
            assert told.quality["n"] == int(mine.sum())
            for side, scores in (("before", before), ("after", after)):
                area = roc_auc_score(log["outcome"][mine], scores[mine])
                assert told.quality[f"auc_{side}"] == pytest.approx(area, abs=1e-4)
    assert judged > 1


def test_groups_without_a_rule_tell_the_scores_alone(bench: Bench) -> None:
    log = logged(bench.booster, rows(ROWS, 5))
    view = replace(bench.view(log, rule=None), segments=("app",))
    done = replay(view, cause(Scale(1000.0), ("seconds",)), Task())
    assert done is not None
    assert done.result.by_segment
    for group in done.result.by_segment:
        assert (group.decisions_changed, group.to_adverse, group.from_adverse) == (None, None, None)
        assert group.mean_score_change is not None
