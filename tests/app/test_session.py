"""The one case of a window: durable, undone and redone, held by one window, the same findings."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app import settings
from app.session import Session
from app.state import State, without_talk
from investigators import desk
from investigators.board import Board, Draft, Fact, Waiver, WhyAnswer
from investigators.brief import read_case
from investigators.case import Answers, Brief
from tests.investigators import parcels

PATIENCE = 60_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return parcels.write(tmp_path_factory.mktemp("session") / "in")


@pytest.fixture(scope="module")
def headless(made: parcels.Parcels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command line leaves of the same case."""
    out = tmp_path_factory.mktemp("headless")
    brief = replace(read_case(made.case), case_file=made.case.name)
    with desk.open_case(brief) as opened:
        found = opened.investigate()
        desk.save(found, out)
    return out


@pytest.fixture
def case(headless: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(headless / "case.fifthwhy", tmp_path / "mailed.fifthwhy"))


def _idle(qtbot: QtBot, session: Session) -> State:
    qtbot.waitUntil(
        lambda: not session.case_lane._undelivered and not session.view_lane._undelivered,
        timeout=PATIENCE,
    )
    return session.state


def _picked(state: State) -> str | None:
    return None if state.case is None or state.case.decision is None else state.case.decision.id


def test_the_window_finds_what_the_command_line_finds(
    qtbot: QtBot, session: Session, made: parcels.Parcels, headless: Path, tmp_path: Path
) -> None:
    session.open_files([str(made.case)])
    state = _idle(qtbot, session)
    assert state.trouble is None
    assert state.stage == "case"
    assert state.found is not None
    assert state.progress.done
    assert [a.id for a in state.progress.answers] == [a.id for a in state.found.checks]
    assert state.explanation is not None
    out = tmp_path / "out"
    desk.save(state.found, out)
    assert (out / "findings.json").read_bytes() == (headless / "findings.json").read_bytes()
    assert state.path is not None
    again = desk.load(state.path)
    assert again.leads == state.found.leads
    assert again.affected is not None
    assert settings.read().recent == (str(state.path),)


def test_answers_stream_in_before_all_is_found(
    qtbot: QtBot, session: Session, made: parcels.Parcels
) -> None:
    seen: list[tuple[int, bool, bool]] = []
    session.changed.connect(
        lambda _before, state: seen.append(
            (len(state.progress.answers), state.progress.done, state.explanation is not None)
        )
    )
    session.open_files([str(made.case)])
    _idle(qtbot, session)
    counts = [n for n, done, _ in seen if not done]
    assert counts == sorted(counts)
    assert {1, 2, 3} <= set(counts)
    assert [step for step in seen if step[2] and not step[1]], "explained while checks ran"
    tree = session.tree()
    assert tree is not None
    assert tree is session.tree(), "asked again, not made again"


def test_a_case_of_the_command_line_opens_as_it_was_left(
    qtbot: QtBot, session: Session, case: Path, made: parcels.Parcels
) -> None:
    session.open_files([str(case)])
    state = _idle(qtbot, session)
    assert state.trouble is None
    assert _picked(state) == made.decision
    assert state.found is not None
    assert state.path == case
    assert len(session.keeping.words) == 1
    session.say("answer why 1", Board().answered(WhyAnswer("W1", "the app was changed")))
    session.close()
    again = desk.load(case)
    assert again.board.answers[0].words == "the app was changed"
    assert again.leads == state.found.leads, "an export needs no new investigation"
    other = Session()
    other.open_files([str(case)])
    state = _idle(qtbot, other)
    assert state.board == again.board
    assert state.undo == "answer why 1"
    other.close()


def test_every_change_is_on_the_disk_and_can_be_undone(
    qtbot: QtBot, session: Session, case: Path
) -> None:
    session.open_files([str(case)])
    _idle(qtbot, session)
    first = session.state.draft
    session.say("add a fact", first.board.with_fact(Fact("F1", "W1", "it was a Sunday")))
    session.say("waive", session.state.board.with_waiver(Waiver("ui_context", "no events")))
    said = session.state.draft
    with desk.case_file(case) as beside:
        assert beside.draft() == said
    session.undo()
    session.undo()
    assert session.state.draft == first
    assert session.state.found is not None
    assert session.state.found.board == first.board
    assert (session.state.undo, session.state.redo) == ("", "add a fact")
    session.redo()
    session.redo()
    assert session.state.draft == said
    session.undo()
    session.say("another way", session.state.board.with_waiver(Waiver("input_units", "x")))
    assert session.state.redo == ""
    session.say("another way", session.state.board)
    assert session.state.undo == "another way"
    assert len(session.keeping.words) == 3, "what changes nothing is no change"


def test_picking_undone_and_redone(qtbot: QtBot, session: Session, case: Path) -> None:
    session.open_files([str(case)])
    before = _idle(qtbot, session)
    assert before.found is not None
    session.pick("p-00003")
    after = _idle(qtbot, session)
    assert _picked(after) == "p-00003"
    assert after.found is not None
    assert after.found.case.decision is not None
    assert after.found.case.decision.id == "p-00003"
    session.undo()
    back = _idle(qtbot, session)
    assert _picked(back) == _picked(before)
    assert back.found is not None
    assert back.found.leads == before.found.leads
    assert back.explanation is not None
    session.redo()
    forth = _idle(qtbot, session)
    assert _picked(forth) == "p-00003"
    assert forth.found is not None
    assert forth.found.findings == after.found.findings


def test_undo_while_checks_run_for_another_decision(
    qtbot: QtBot, session: Session, case: Path, made: parcels.Parcels
) -> None:
    """What is found for a decision is never shown, or kept, for another one."""
    session.open_files([str(case)])
    before = _idle(qtbot, session)
    gate = threading.Event()
    session.ask("wait", lambda _task: gate.wait(30), lambda _v: None, lane="case")
    session.pick("p-00003")
    qtbot.waitUntil(lambda: _picked(session.state) == "p-00003", timeout=PATIENCE)
    assert session._inquiry is not None
    session.undo()
    gate.set()
    state = _idle(qtbot, session)
    assert _picked(state) == made.decision
    assert state.found is not None
    assert before.found is not None
    assert state.found.leads == before.found.leads
    session.close()
    assert desk.load(case).case.decision == before.found.case.decision


def test_a_picked_decision_left_before_it_was_investigated(
    qtbot: QtBot, session: Session, case: Path
) -> None:
    session.open_files([str(case)])
    _idle(qtbot, session)
    gate = threading.Event()
    session.ask("wait", lambda _task: gate.wait(30), lambda _v: None, lane="case")
    session.pick("p-00003")
    qtbot.waitUntil(lambda: _picked(session.state) == "p-00003", timeout=PATIENCE)
    gate.set()
    session.close()
    other = Session()
    other.open_files([str(case)])
    state = _idle(qtbot, other)
    assert _picked(state) == "p-00003"
    assert state.found is not None
    assert state.found.case.decision is not None
    assert state.found.case.decision.id == "p-00003", "investigated now, not taken from before"
    other.close()


def test_the_first_pick_is_undone(qtbot: QtBot, session: Session, made: parcels.Parcels) -> None:
    session.open_brief(replace(read_case(made.case), decision=None))
    state = _idle(qtbot, session)
    assert state.stage == "sources"
    session.pick("p-00003")
    assert _picked(_idle(qtbot, session)) == "p-00003"
    session.undo()
    state = _idle(qtbot, session)
    assert _picked(state) is None
    assert state.found is None
    assert state.explanation is None
    session.redo()
    state = _idle(qtbot, session)
    assert _picked(state) == "p-00003"
    assert state.stage == "case"
    assert state.found is not None


def test_a_setting_undone_opens_the_case_again(qtbot: QtBot, session: Session, case: Path) -> None:
    session.open_files([str(case)])
    before = _idle(qtbot, session)
    session.set_up("set the threshold", replace(before.draft.brief, threshold=0.9))
    after = _idle(qtbot, session)
    assert after.case is not None
    assert after.case.rule is not None
    assert after.case.rule.cuts == (0.9,)
    assert after.found is not None
    session.undo()
    back = _idle(qtbot, session)
    assert back.case is not None
    assert back.case.rule is not None
    assert back.case.rule.cuts == (parcels.THRESHOLD,)
    assert back.found is not None
    assert before.found is not None
    assert back.found.leads == before.found.leads
    assert back.stage == "case"


def test_answers_are_evidence(qtbot: QtBot, session: Session, case: Path) -> None:
    """The check reads them, so they make what it said stale; undone, the old answer is back."""
    session.open_files([str(case)])
    before = _idle(qtbot, session)
    assert before.found is not None
    session.answer_first(Answers(whose_box="delivery tips", whose_view="support"))
    after = _idle(qtbot, session)
    assert after.found is not None
    assert after.found.case.brief.answers.whose_box == "delivery tips"
    session.undo()
    back = _idle(qtbot, session)
    assert back.found is not None
    assert back.found.checks == before.found.checks
    session.redo()
    assert _idle(qtbot, session).found is not None


def test_two_windows_on_one_case(qtbot: QtBot, session: Session, case: Path) -> None:
    session.open_files([str(case)])
    _idle(qtbot, session)
    other = Session()
    other.open_files([str(case)])
    assert other.state.trouble is not None
    assert "open in another window" in other.state.trouble.line()
    assert other.state.stage == "start"
    session.start()
    _idle(qtbot, session)
    other.open_files([str(case)])
    state = _idle(qtbot, other)
    assert state.trouble is None
    assert state.stage == "case"
    other.close()
    assert not Path(f"{case}.lock").exists()


@pytest.mark.parametrize("what", ["moved", "cut"])
def test_sources_that_are_gone_leave_what_was_found(
    qtbot: QtBot, session: Session, tmp_path: Path, what: str
) -> None:
    inside = parcels.write(tmp_path / "in")
    with desk.open_case(inside.case) as opened:
        found = opened.investigate()
        _, file = desk.save(found, tmp_path / "out")
    log = Path(inside.path("log.csv"))
    if what == "moved":
        log.rename(tmp_path / "elsewhere.csv")
    else:
        log.write_bytes(b"")
    session.open_files([str(file)])
    state = _idle(qtbot, session)
    assert state.stage == "case"
    assert state.trouble is not None, "a bar says it"
    assert "log.csv" in state.trouble.line()
    assert state.found is not None
    assert [x.statement for x in state.found.leads] == [x.statement for x in found.leads]
    assert state.explanation is not None
    session.say("note", state.board.with_fact(Fact("F1", "W1", "the log was moved")))
    session.close()
    assert desk.load(file).board.facts[0].words == "the log was moved"


def test_another_case_has_a_file_of_its_own(
    qtbot: QtBot, session: Session, case: Path, made: parcels.Parcels
) -> None:
    session.open_files([str(case)])
    _idle(qtbot, session)
    before = case.read_bytes()
    session.open_files([str(made.case)])
    state = _idle(qtbot, session)
    assert state.path != case
    assert state.path is not None
    assert state.path.parent == settings.cases()
    assert state.board == Board()
    assert case.read_bytes() == before


@pytest.mark.parametrize("name", ["gone.fifthwhy", "text.fifthwhy"])
def test_what_is_no_case_is_said_and_nothing_is_made(
    session: Session, tmp_path: Path, name: str
) -> None:
    (tmp_path / "text.fifthwhy").write_text("not a case " * 100, encoding="utf-8")
    before = {each.name for each in tmp_path.iterdir()}
    session.open_files([str(tmp_path / name)])
    assert session.state.trouble is not None
    assert name in session.state.trouble.line()
    assert session.state.stage == "start"
    assert {each.name for each in tmp_path.iterdir()} - {"home"} == before - {"home"}


def test_a_damaged_case_file_lets_go(session: Session, case: Path) -> None:
    with desk.case_file(case) as file:
        file.change("open", Draft(desk.load(case).case.brief))
    with closing(sqlite3.connect(case)) as connection, connection:
        connection.execute("UPDATE revisions SET body = ?", (b"{",))
    session.open_files([str(case)])
    assert session.state.trouble is not None
    assert "damaged" in session.state.trouble.line()
    assert session.state.stage == "start"
    assert not Path(f"{case}.lock").exists()


def test_a_file_does_not_speak_for_a_pickle(qtbot: QtBot, session: Session, case: Path) -> None:
    with desk.case_file(case) as file:
        found = desk.load(case)
        file.change("open", Draft(replace(found.case.brief, trust_model=True)))
    session.open_files([str(case)])
    assert not _idle(qtbot, session).draft.brief.trust_model


def test_cases_begun_at_once_have_files_of_their_own(
    qtbot: QtBot, session: Session, made: parcels.Parcels
) -> None:
    other = Session()
    for one in (session, other):
        one.open_brief(replace(read_case(made.case), decision=None))
    first, second = _idle(qtbot, session), _idle(qtbot, other)
    assert first.trouble is None
    assert second.trouble is None
    assert first.path != second.path
    other.close()


def test_a_home_that_cannot_be_written_is_said(
    qtbot: QtBot, session: Session, home: Path, made: parcels.Parcels
) -> None:
    home.write_text("a file where a folder should be", encoding="utf-8")
    session.open_brief(replace(read_case(made.case), decision=None))
    state = _idle(qtbot, session)
    assert state.trouble is not None
    assert "cannot be kept" in state.trouble.line()
    assert state.case is not None, "the case is open all the same"
    assert state.path is None


def test_cancelled_opening_leaves_nothing_open(
    qtbot: QtBot, session: Session, made: parcels.Parcels, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks: list[desk.Desk] = []
    really = desk.open_case

    def seen(*arguments: Any, **more: Any) -> desk.Desk:
        desks.append(really(*arguments, **more))
        session.case_lane.jobs[0].task.cancel()
        return desks[-1]

    monkeypatch.setattr(desk, "open_case", seen)
    session.open_files([str(made.case)])
    qtbot.waitUntil(lambda: not session.case_lane._undelivered, timeout=PATIENCE)
    assert desks
    assert not Path(desks[0].view.log.engine._folder.name).exists()  # type: ignore[union-attr]


def test_cancelled_checks_keep_what_was_answered(
    qtbot: QtBot, session: Session, made: parcels.Parcels
) -> None:
    def stop(_before: State, state: State) -> None:
        if len(state.progress.answers) == 2 and not state.progress.done:
            session.cancel()

    session.changed.connect(stop)
    session.open_files([str(made.case)])
    state = _idle(qtbot, session)
    assert state.progress.done
    assert state.progress.cancelled
    assert len(state.progress.answers) == 2
    assert state.found is None


def test_a_copy_is_whole(qtbot: QtBot, session: Session, case: Path, tmp_path: Path) -> None:
    session.open_files([str(case)])
    _idle(qtbot, session)
    session.say("note", session.state.board.with_fact(Fact("F1", "W1", "kept")))
    session.copy_to(tmp_path / "copy.fifthwhy")
    assert desk.load(tmp_path / "copy.fifthwhy").board.facts[0].words == "kept"
    session.copy_to(tmp_path / "nowhere" / "copy.fifthwhy")
    assert session.state.trouble is not None


def test_what_talk_leaves_out() -> None:
    brief = Brief(title="t", reported="r", threshold=0.5)
    assert without_talk(brief) == Brief(threshold=0.5)


def test_a_sample_is_found_alike(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    """The one with pages and a picture; the others were compared by hand and take longer."""
    sample = "home_page"
    # As the command line opens it: with the name of the file for the command to run it again.
    brief = replace(read_case(desk.sample(sample)), case_file="case.toml")
    with desk.open_case(brief) as opened:
        desk.save(opened.investigate(), tmp_path / "alone")
    session.open_files([str(desk.sample(sample))])
    state = _idle(qtbot, session)
    assert state.found is not None
    desk.save(state.found, tmp_path / "window")
    alone, window = (tmp_path / each / "findings.json" for each in ("alone", "window"))
    assert window.read_bytes() == alone.read_bytes()
