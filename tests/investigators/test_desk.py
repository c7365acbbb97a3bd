"""The front door, as a notebook uses it: open, pick, explain, investigate, repair, cancel."""

from __future__ import annotations

import contextlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from investigators import desk, shelf
from investigators.case import Answers, Brief, Place
from investigators.check import Check
from investigators.evidence import Condition, Finding, Scale
from investigators.explainer import as_shap
from investigators.report import wording
from investigators.running import run_check
from investigators.task import Cancelled, Task
from investigators.trial import Step
from investigators.trouble import InputTrouble
from investigators.view import View
from tests.investigators import parcels

FAULTY = (Condition("app_version", equals=2.1),)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return parcels.write(tmp_path_factory.mktemp("desk") / "in", events=True)


@pytest.fixture(scope="module")
def opened(made: parcels.Parcels) -> Iterator[desk.Desk]:
    with desk.open_case(made.case) as one:
        yield one


def test_the_case_is_a_value(opened: desk.Desk, made: parcels.Parcels) -> None:
    case = opened.case
    assert case.title == "A parcel held back"
    assert case.decision is not None
    assert case.decision.id == made.decision
    assert case.components == ("parcel_review",)
    assert case.zone == "UTC"
    assert case.rule is not None
    assert case.rule.cuts == (parcels.THRESHOLD,)
    assert {source.role for source in case.sources} >= {"model", "log", "reference", "ui_events"}


def test_checks_know_which_columns_feed_the_model(opened: desk.Desk) -> None:
    """Else every group column would pass for one that the model cannot see."""
    model = opened.view.model
    assert model is not None
    for each in model.inputs:
        column = opened.view.column(f"log.feature:{each.name}")
        assert column is not None
        assert opened.view.log is not None
        assert opened.view.log.column(column) is not None


def test_pick_another_decision(opened: desk.Desk, made: parcels.Parcels) -> None:
    other = opened.pick("p-00003")
    assert other.case.decision is not None
    assert other.case.decision.row == 3
    assert other.case.brief.decision == "p-00003"
    assert opened.case.decision is not None
    assert opened.case.decision.id == made.decision, "the first desk is as it was"
    impression = opened.pick("ev-1007")
    assert impression.case.decision is not None
    assert impression.case.decision.row is None
    with pytest.raises(InputTrouble, match="nearest: p-00003"):
        opened.pick("p-00003x")


def test_explain(opened: desk.Desk, made: parcels.Parcels) -> None:
    other = opened.pick("p-00003")
    explanation = other.explain()
    assert explanation is not None
    assert explanation.withheld is None
    row = parcels.inputs_of(made.live.iloc[[3]])
    parts = made.booster.predict(row, pred_contrib=True)[0]
    found = {part.feature: part for part in explanation.contributions}
    assert set(found) == set(parcels.INPUTS)
    for k, name in enumerate(parcels.INPUTS):
        assert found[name].contribution == pytest.approx(parts[k], abs=1e-12)
    assert explanation.base_value == pytest.approx(parts[-1], abs=1e-12)
    assert explanation.score == pytest.approx(made.booster.predict(row)[0], abs=1e-12)
    assert found["payment"].value == made.live["payment"][3]


def test_as_shap(opened: desk.Desk, made: parcels.Parcels) -> None:
    explanation = opened.explain()
    assert explanation is not None
    shap = as_shap(explanation)
    row = parcels.inputs_of(made.live[made.live["parcel_no"] == made.decision])
    assert list(shap.feature_names) == [part.feature for part in explanation.contributions]
    raw = made.booster.predict(row, raw_score=True)[0]
    assert shap.values.sum() + shap.base_values == pytest.approx(raw, abs=1e-9)


def test_nothing_is_explained_where_no_request_of_ours_stands(opened: desk.Desk) -> None:
    explanation = opened.pick("ev-1007").explain()
    assert explanation is not None
    assert explanation.withheld
    with pytest.raises(ValueError, match="withheld"):
        as_shap(explanation)


def test_a_repair_by_hand(opened: desk.Desk, made: parcels.Parcels) -> None:
    done = opened.replay(Step(Scale(1000.0), "fill_time", FAULTY))
    assert done is not None
    scope = made.live["app_version"] == parcels.FAULTY_APP
    sound = made.live[scope].assign(fill_time=made.live.loc[scope, "fill_time"] / 1000)
    after = made.booster.predict(parcels.inputs_of(sound))
    np.testing.assert_allclose(done.scored.after, after, rtol=1e-14)
    released = (made.live.loc[scope, "score"] >= parcels.THRESHOLD) & (
        after.round(4) < parcels.THRESHOLD
    )
    assert done.result.from_adverse == int(released.sum())
    assert done.result.flips
    everywhere = opened.replay("swap fill_time with basket")
    assert everywhere is not None
    assert everywhere.scored.rows.size == len(made.live)


def test_a_repair_of_what_is_not_there(opened: desk.Desk) -> None:
    with pytest.raises(InputTrouble, match=r"no input fill_tim; did you mean fill_time"):
        opened.replay("divide fill_tim by 1000")
    with pytest.raises(InputTrouble, match=r"no column app; did you mean app_version"):
        opened.replay("divide fill_time by 1000 where app = 2")
    without = replace(opened, view=replace(opened.view, model=None))
    assert without.replay("divide fill_time by 1000") is None
    assert without.explain() is None


def test_answers_stream_as_they_come(made: parcels.Parcels) -> None:
    seen: list[str] = []
    said: list[str] = []
    with desk.open_case(made.case, decision="p-00003") as one:
        task = Task(lambda _done, _total, words: said.append(words))
        found = one.investigate(task, lambda answer: seen.append(answer.answer.id))
        assert set(one.timings) >= {"open", "leads", "explanation", *seen}
    assert seen == [check.id for check in shelf.checks()] == [c.id for c in found.checks]
    assert found.case.decision is not None
    assert found.case.decision.id == "p-00003"
    assert [lead.concerns_this_decision for lead in found.leads] == [False]
    # what the wrong unit of another version does to this decision's group is its symptom, no lead
    (proxy,) = [f for f in found.findings if f.id == "subgroup_performance.proxy/app_version"]
    assert (proxy.verdict, proxy.explained_by) == ("supports", found.leads[0].id)
    assert {line.name for line in found.self_test}
    assert all(source.sha256 for source in found.case.sources)


def test_a_brief_serves_as_well_as_a_file(made: parcels.Parcels) -> None:
    """What a person said counts where there are no events (grade C)."""
    brief = Brief(
        sources={"model": (Place("model.txt"),), "log": (Place("log.csv"),)},
        columns={"log.id": ("parcel_no",)},
        base=str(made.folder),
        decision="p-00003",
        answers=Answers(whose_box="delivery_tips"),
        components=("parcel_review",),
    )
    with desk.open_case(brief) as one:
        found = one.investigate()
    shown = [f for f in found.findings if f.check == "ui_context.component"]
    assert "supports" in {f.verdict for f in shown}


def test_a_log_of_scores_without_a_model(made: parcels.Parcels) -> None:
    brief = Brief(
        sources={"log": (Place("log.csv"),)},
        columns={"log.id": ("parcel_no",), "log.score": ("score",)},
        base=str(made.folder),
        decision="p-00003",
    )
    with desk.open_case(brief) as one:
        assert one.explain() is None
        found = one.investigate()
    assert found.conclusion == "not determined"
    assert found.reproduced is not None
    assert found.reproduced.verdict == "cannot tell"
    assert {n.id for n in found.not_run} >= {"data_assumptions.score_reproduced"}
    assert not [check for check in found.checks if check.verdict == "error"]


def test_a_model_without_a_log(made: parcels.Parcels) -> None:
    brief = Brief(sources={"model": (Place("model.txt"),)}, base=str(made.folder))
    with desk.open_case(brief) as one:
        found = one.investigate()
    assert found.conclusion == "not determined"
    assert {check.verdict for check in found.checks} <= {"cannot tell", "does not apply"}
    assert all(each.ask and each.would_need for each in found.not_run)


def test_samples_have_names_and_paths() -> None:
    assert "shop_fraud" in desk.samples()
    assert desk.sample("shop_fraud").is_file()
    with pytest.raises(InputTrouble, match="there is no such sample"):
        desk.sample("../shop_fraud")


def test_strict_stops_at_a_warned_wording(
    made: parcels.Parcels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.open_case(made.case, decision="p-00003") as one:
        found = one.investigate()
        assert desk.export(found, tmp_path / "1", strict=True)
        hit = wording.Hit("page one", "It failed.", "failed", "blames", "another word")
        monkeypatch.setattr(wording, "lint", lambda _: [hit])
        assert desk.export(found, tmp_path / "2")
        with pytest.raises(InputTrouble, match="1 wording"):
            desk.export(found, tmp_path / "3", strict=True)
    assert not (tmp_path / "3").exists()


def _check(run: Callable[[View, Task], Any], **more: Any) -> Check:
    return Check(
        family="input_units",
        name="toy",
        suspicion="Toys.",
        covers="toys",
        does_not_cover="tools",
        minimum="one toy",
        run=run,
        **more,
    )


def _says(verdict: Any, **more: Any) -> Callable[[View, Task], list[Finding]]:
    one = Finding("input_units.toy", "input_units.toy", "input_units", verdict, (), "Said.", 1)
    return lambda _view, _task: [replace(one, **more)]


def test_a_check_that_crashes_is_shown(opened: desk.Desk, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(_view: View, _task: Task) -> list[Finding]:
        raise ZeroDivisionError

    answered = run_check(_check(breaks), opened.view, Task())
    assert answered.answer.verdict == "error"
    assert [f.verdict for f in answered.findings] == ["error"]
    assert "ZeroDivisionError" in answered.findings[0].sentence
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_check_without_its_source_says_what_to_send(opened: desk.Desk) -> None:
    asks = (("feature_store", "Send the store."),)
    lacking = run_check(
        _check(_says("supports"), needs=("feature_store",), asks=asks), opened.view, Task()
    )
    assert lacking.answer.verdict == "cannot tell"
    assert lacking.not_run is not None
    assert lacking.not_run.ask == "Send the store."
    assert lacking.not_run.would_need == "the feature store"
    unsaid = run_check(_check(_says("supports"), needs=("feature_store",)), opened.view, Task())
    assert unsaid.not_run is not None
    assert "feature store" in unsaid.not_run.ask


def test_a_check_that_cannot_tell_is_not_run(opened: desk.Desk) -> None:
    blind = run_check(_check(_says("cannot tell", would_need="more toys")), opened.view, Task())
    assert blind.not_run is not None
    assert (blind.not_run.would_need, blind.answer.would_need) == ("more toys", "more toys")
    nothing = run_check(_check(lambda _view, _task: []), opened.view, Task())
    assert nothing.answer.verdict == "does not apply"
    assert nothing.not_run is None


@pytest.mark.parametrize("error", [Cancelled(), InputTrouble("log.csv", "it is gone")])
def test_what_a_check_lets_through(opened: desk.Desk, error: Exception) -> None:
    def stops(_view: View, _task: Task) -> list[Finding]:
        raise error

    with pytest.raises(type(error)):
        run_check(_check(stops), opened.view, Task())


def _words(made: parcels.Parcels) -> list[str]:
    said: list[str] = []
    with desk.open_case(made.case, Task(lambda *tick: said.append(tick[2]))) as one:
        one.investigate(Task(lambda *tick: said.append(tick[2])))
    return list(dict.fromkeys(word for word in said if word))


MANY = 11  # stages to stop at, evenly spaced from the first to the last


def test_cancelled_at_any_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is stopped: Cancelled, and no temporary folder or thread stays."""
    made = parcels.write(tmp_path / "in")
    text = (made.folder / "log.csv").read_text("utf-8").splitlines(keepends=True)
    row = next(line for line in text if line.startswith(made.decision))
    (made.folder / "log.csv").write_text("".join([*text[:60], row]), encoding="utf-8")
    room = tmp_path / "temporary"
    room.mkdir()
    stages = [word for word in _words(made) if not word.startswith(("This row", "Units", "Seal"))]
    assert len(stages) > MANY
    stages = [stages[round(k * (len(stages) - 1) / MANY)] for k in range(MANY + 1)]
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    for number, stage in enumerate(stages):
        monkeypatch.setenv("FIFTHWHY_CACHE", str(tmp_path / "cache" / str(number)))
        task = Task()

        def listen(
            _done: int, _total: int, words: str, stage: str = stage, task: Task = task
        ) -> None:
            if words == stage:
                task.cancel()

        task._listener = listen
        finished = False
        with contextlib.suppress(Cancelled), desk.open_case(made.case, task) as one:
            one.investigate(task)
            finished = True
        assert not finished, stage
        assert [path.name for path in room.iterdir()] == [], stage


def test_cancelled_before_it_begins(made: parcels.Parcels) -> None:
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        desk.open_case(made.case, task)


def test_timings_go_in_only_when_given(made: parcels.Parcels, tmp_path: Path) -> None:
    with desk.open_case(made.case, decision="p-00003") as one:
        found = one.investigate()
        plain, _ = desk.save(found, tmp_path / "1")
        timed, _ = desk.save(found, tmp_path / "2", {"open": 1.5})
    assert json.loads(plain.read_bytes())["timings"] is None
    assert json.loads(timed.read_bytes())["timings"] == {"open": 1.5}


def test_outcomes_are_plain_numbers(opened: desk.Desk) -> None:
    """Sums of decimals are decimals, which no statistic takes."""
    view = opened.settled().view
    for table in (view.log, view.reference):
        assert table is not None
        kinds = table.query("SELECT DISTINCT typeof(fw_outcome) FROM {t}").column(0).to_pylist()
        assert kinds == ["DOUBLE"]
