"""What a repair leaves: the changed rows, the repaired view, findings that vanish with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from investigators import desk
from investigators.case import Case
from investigators.evidence import (
    Cause,
    Condition,
    Finding,
    Scale,
    Swap,
)
from investigators.impact import changed_rows
from investigators.leads import rank
from investigators.model import Model
from investigators.repair import repaired_view, replay
from investigators.task import Task
from investigators.trial import Step
from investigators.view import View
from tests.investigators.repairs import (
    CUT,
    DAY,
    ROWS,
    Bench,
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


@pytest.fixture(scope="module")
def model() -> Model:
    return trained()


@pytest.fixture
def bench(tmp_path: Path, model: Model) -> Iterator[Bench]:
    with bench_in(tmp_path, model) as one:
        yield one


def test_the_list_of_changed_rows(bench: Bench) -> None:
    sound = rows(ROWS, 5)
    log = logged(bench.booster, sound.assign(seconds=sound["seconds"] * 1000))
    view = bench.view(log)
    done = replay(view, cause(Scale(1000.0)), Task())
    assert done is not None
    made = [
        row for batch in changed_rows(view, done.inputs, done.scored) for row in batch.to_pylist()
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
    done = opened.replay(Step(Scale(60.0), "seconds", (DAY,)))
    assert done is not None
    scope = (log["app"] == "b").to_numpy()
    _, after = by_hand(log, scope, of("seconds", lambda v: v / 60), bench.booster)
    same_scores(done.scored.after, after)
    assert isinstance(opened.case, Case)


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


@pytest.mark.parametrize("exchanged", [True, False], ids=["exchanged", "two changes of scale"])
def test_one_exchange_goes_before_two_changes_of_scale(bench: Bench, *, exchanged: bool) -> None:
    sound = rows(ROWS, 5)
    seconds, moment = sound["seconds"], sound["moment"]
    faulty = (
        sound.assign(seconds=moment, moment=seconds)
        if exchanged
        else sound.assign(seconds=seconds / 1e3, moment=moment * 1e3)
    )
    view = bench.view(logged(bench.booster, faulty), pick=0)
    usual = {name: float(sound[name].median()) for name in ("seconds", "moment")}

    def told(check: str, *names: str, **more: Any) -> Finding:
        one = replace(cause(more.pop("transform"), **more), features=names)
        return Finding(
            f"{check}/{names}", check, "input_units", "supports", names, "", 1, cause=one
        )

    second = ("outside the range",)
    scales = [
        told("seconds", "seconds", transform=Scale(0.001), corroborations=second),
        told("moment", "moment", transform=Scale(1000.0), corroborations=second),
    ]
    swap = told("swap", "seconds", "moment", transform=Swap(("seconds", "moment")), rows_in_scope=9)

    def rerun(check: str, repaired: View, _: Task) -> list[Finding]:
        assert repaired.log is not None
        if check == "swap":
            return [swap]
        middle = repaired.log.value(f"SELECT median({repaired.log_inputs[check]}) FROM {{t}}")
        far = abs(np.log10(middle / usual[check])) > 1
        return [replace(f, verdict="supports" if far else "speaks against")
                for f in scales if f.check == check]  # fmt: skip

    made = rank(view, [*scales, swap], rerun, Task())
    first = {lead.features for lead in made.leads}
    assert first == (
        {("seconds", "moment")} if exchanged else {("seconds",), ("moment",), swap.about}
    )
