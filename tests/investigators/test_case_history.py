"""The history of a case: two stacks, durable at every step, and nothing is ever taken out."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from investigators import casefile, desk
from investigators.board import (
    ENDINGS,
    Board,
    Draft,
    Ending,
    Fact,
    Grade,
    OwnRival,
    Parked,
    RuledOut,
    Waiver,
    WhyAnswer,
)
from investigators.case import Action, Answers, Brief, Place
from investigators.case_history import CaseFile, without_words
from investigators.evidence import FAMILIES
from investigators.trouble import InputTrouble
from tests.investigators import kills

WORDS = st.text("aB0 \n\0'\"{}\\“☃\U0001f600", max_size=6)
NAMES = st.sampled_from(["W1", "W2", "U1", "F1", "R1", "data_assumptions.unusual_row", "é“\n"])
BOARDS = st.builds(
    Board,
    expected_from=WORDS,
    expectation_skipped=st.booleans(),
    answers=st.lists(st.builds(WhyAnswer, NAMES, WORDS, WORDS, WORDS), max_size=2).map(tuple),
    ruled_out=st.lists(st.builds(RuledOut, NAMES, WORDS), max_size=2).map(tuple),
    waivers=st.lists(st.builds(Waiver, NAMES, WORDS), max_size=2).map(tuple),
    facts=st.lists(
        st.builds(Fact, NAMES, NAMES, WORDS, WORDS, st.sampled_from(get_args(Grade))), max_size=2
    ).map(tuple),
    rivals=st.lists(
        st.builds(OwnRival, NAMES, NAMES, WORDS, st.sampled_from(FAMILIES)), max_size=2
    ).map(tuple),
    parked=st.lists(st.builds(Parked, WORDS, st.integers(0, 9)), max_size=2).map(tuple),
    playbook=st.sampled_from(["", "wrong_item", "of a later version"]),
    strict=st.booleans(),
    ending=st.none()
    | st.builds(
        Ending,
        st.sampled_from(ENDINGS),
        st.just("2026-01-31"),
        words=WORDS,
        whom=WORDS,
        similar=st.none() | st.integers(0, 9),
        missing=st.lists(WORDS, max_size=2).map(tuple),
        strict=st.booleans(),
    ),
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
BRIEFS = st.builds(
    Brief,
    sources=st.dictionaries(
        st.sampled_from(["model", "log", "ui_events"]),
        st.lists(st.builds(Place, WORDS, st.none() | WORDS), min_size=1, max_size=2).map(tuple),
        max_size=2,
    ),
    columns=st.dictionaries(WORDS, st.lists(WORDS, max_size=2).map(tuple), max_size=2),
    title=st.none() | WORDS,
    reported=st.none() | WORDS,
    decision=st.none() | st.sampled_from(["a", "b"]),
    threshold=st.none() | FINITE,
    cuts=st.lists(FINITE, max_size=2).map(tuple),
    answers=st.builds(Answers, st.none() | WORDS, st.none() | WORDS),
    actions=st.lists(st.builds(Action, WORDS, WORDS, st.just("redress")), max_size=1).map(tuple),
    trust_model=st.booleans(),
)
DRAFTS = st.builds(Draft, BRIEFS, BOARDS)
VERSION_1 = Path(__file__).resolve().parents[1] / "data" / "version1.fifthwhy"


@given(DRAFTS)
def test_a_draft_comes_back_as_it_was(draft: Draft) -> None:
    assert msgspec.json.decode(msgspec.json.encode(draft), type=Draft) == draft


def test_what_a_later_program_says_is_passed_over() -> None:
    """A board with a field that this program lacks is read without it, as an ending was before."""
    later = b'{"brief":{"title":"a"},"board":{"later":{"x":1},"playbook":"wrong_item"}}'
    assert msgspec.json.decode(later, type=Draft) == Draft(
        Brief(title="a"), Board(playbook="wrong_item")
    )


def test_a_case_is_closed_by_a_change_like_any_other(tmp_path: Path) -> None:
    """No row of a new kind: a program that knows no endings can still undo and redo them."""
    path = tmp_path / "case.fifthwhy"
    ended = Board(ending=Ending("duplicate of", "2026-01-31", of="case 7"))
    with CaseFile(path) as file:
        file.change("open", Draft(Brief()))
        file.change("close the case: duplicate of", Draft(Brief(), ended))
    with CaseFile(path) as file:
        assert file.undo_words == "close the case: duplicate of"
        assert file.undo() == Draft(Brief())
    with CaseFile(path) as file:
        assert file.redo() == Draft(Brief(), ended)
    with closing(sqlite3.connect(path)) as connection:
        kinds = {kind for (kind,) in connection.execute("SELECT kind FROM changes")}
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    assert kinds == {"change", "undo", "redo"}
    assert version == "2"


class History(RuleBasedStateMachine):
    """The file against a model of two stacks; it may be closed and opened again at any point."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "case.fifthwhy"
        self.file = CaseFile(self.path)
        self.done: list[tuple[str, Draft]] = []
        self.undone: list[tuple[str, Draft]] = []

    @rule(words=WORDS, draft=DRAFTS)
    def change(self, words: str, draft: Draft) -> None:
        self.file.change(words, draft)
        self.done.append((words, draft))
        self.undone.clear()

    @rule()
    def undo(self) -> None:
        if len(self.done) < 2:
            assert self.file.undo() is None
            return
        self.undone.append(self.done.pop())
        assert self.file.undo() == self.done[-1][1]

    @rule()
    def redo(self) -> None:
        if not self.undone:
            assert self.file.redo() is None
            return
        self.done.append(self.undone.pop())
        assert self.file.redo() == self.done[-1][1]

    @rule()
    def reopen(self) -> None:
        self.file.close()
        self.file = CaseFile(self.path)

    @precondition(lambda self: self.done)
    @rule()
    def copy_elsewhere(self) -> None:
        """A copy of the file at any moment is whole."""
        copy = self.path.with_name("copy.fifthwhy")
        copy.write_bytes(self.path.read_bytes())
        with CaseFile(copy, read_only=True) as file:
            assert file.draft() == self.done[-1][1]

    @invariant()
    def as_the_model(self) -> None:
        assert self.file.history == tuple(words for words, _ in self.done)
        assert self.file.draft() == (self.done[-1][1] if self.done else None)
        assert self.file.undo_words == (self.done[-1][0] if len(self.done) > 1 else "")
        assert self.file.redo_words == (self.undone[-1][0] if self.undone else "")

    def teardown(self) -> None:
        self.file.close()
        self.folder.cleanup()


History.TestCase.settings = settings(max_examples=15, stateful_step_count=25)
TestHistory = History.TestCase


def _drafts(*titles: str) -> list[Draft]:
    return [Draft(Brief(title=title, decision="a")) for title in titles]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.fifthwhy"


@pytest.fixture(scope="module")
def found() -> Any:
    return desk.load(VERSION_1)


@pytest.fixture
def file(path: Path) -> Iterator[CaseFile]:
    with CaseFile(path) as opened:
        yield opened


def test_words_may_be_empty(file: CaseFile) -> None:
    """What can be undone does not hang on the words for it."""
    one, two = _drafts("one", "two")
    file.change("Open", one)
    file.change("", two)
    assert file.undo() == one
    assert file.redo() == two


def test_another_decision_has_findings_of_its_own(file: CaseFile, found: Any) -> None:
    first = Draft(found.case.brief)
    other = Draft(replace(found.case.brief, decision="p-00003"))
    file.change("Open", first)
    file.keep(desk.encoded(found))
    assert file.found() is not None
    file.change("Pick p-00003", other)
    assert file.found() is None, "what was found is about the decision before"
    file.undo()
    back = file.found()
    assert back is not None
    assert back.leads == found.leads


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answers", Answers(whose_box="tips")),
        ("threshold", 0.7),
        ("columns", {"log.id": ("x",)}),
        ("sources", {"log": (Place("other.csv"),)}),
    ],
)
def test_what_checks_read_makes_findings_stale(
    file: CaseFile, found: Any, field: str, value: Any
) -> None:
    file.change("Open", Draft(found.case.brief))
    file.keep(desk.encoded(found))
    file.change("Set up", Draft(replace(found.case.brief, **{field: value})))
    assert file.found() is None


def test_words_leave_findings_in_force(file: CaseFile, found: Any) -> None:
    file.change("Open", Draft(found.case.brief))
    file.keep(desk.encoded(found))
    brief = replace(found.case.brief, title="Other words", expected="accept", reported="Why?")
    board = Board().with_waiver(Waiver("ui_context", "no events"))
    file.change("Say", Draft(brief, board))
    again = file.found()
    assert again is not None
    assert again.board == board
    assert again.case.brief == brief
    assert again.leads == found.leads


def test_what_was_found_belongs_to_every_state_that_finds_it(
    path: Path, file: CaseFile, found: Any
) -> None:
    """A fact said while the checks ran, then undone: the findings are not lost with it."""
    draft = Draft(found.case.brief)
    file.change("Open", draft)
    file.change("Fact", replace(draft, board=Board().with_fact(Fact("F1", "W1", "it rained"))))
    file.change("Title", replace(draft, brief=replace(draft.brief, title="Later")))
    file.undo()
    file.keep(desk.encoded(found))
    for step in ("undo", "redo", "redo"):
        getattr(file, step)()
        assert file.found() is not None, step
        with CaseFile(path, read_only=True) as other:
            assert other.found() is not None, step


def test_a_case_file_of_version_1_opens(tmp_path: Path, found: Any) -> None:
    path = tmp_path / "case.fifthwhy"
    path.write_bytes(VERSION_1.read_bytes())
    assert found.conclusion == "lead"
    assert found.board == Board()
    assert [lead.cause for lead in found.leads] == ["input-unit-or-scale"]
    assert found.affected is not None
    assert found.affected.rows == 12
    assert path.read_bytes() == VERSION_1.read_bytes(), "reading changes nothing"
    assert {each.name for each in desk.export(found, tmp_path / "out")} >= {"affected.csv"}


def test_a_case_file_of_version_1_is_worked_on(tmp_path: Path, found: Any) -> None:
    path = tmp_path / "case.fifthwhy"
    path.write_bytes(VERSION_1.read_bytes())
    with CaseFile(path) as file:
        assert file.draft() is None
        file.change("Open", Draft(found.case.brief, Board(expected_from="the shop")))
        kept = file.found()
    assert kept is not None, "the first change keeps what was found before"
    again = desk.load(path)
    assert again.board.expected_from == "the shop"
    assert again.leads == found.leads
    assert again.affected is not None
    assert again.affected.rows == 12
    with CaseFile(path) as file:
        file.keep(desk.encoded(replace(found, affected=None)))
    assert desk.load(path).affected is None, "the old list is not taken for the new revision's"


def test_a_case_without_a_window_keeps_its_findings_when_opened(tmp_path: Path, found: Any) -> None:
    _, path = desk.save(found, tmp_path)
    kept = desk.load(path)
    with CaseFile(path) as file:
        file.change("Open", Draft(kept.case.brief))
    assert desk.load(path).leads == found.leads
    with CaseFile(path) as file:
        file.change("Set up", Draft(replace(kept.case.brief, threshold=0.9)))
    with pytest.raises(InputTrouble, match="has not been investigated"):
        desk.load(path)


def test_an_export_carries_the_board(tmp_path: Path, found: Any) -> None:
    _, path = desk.save(found, tmp_path)
    kept = desk.load(path)
    board = Board().answered(WhyAnswer("W1", "the app was changed", "L1", ""))
    brief = replace(kept.case.brief, reported="Verbatim: why on earth?")
    with CaseFile(path) as file:
        file.change("Open", Draft(kept.case.brief))
        file.change("Answer", Draft(brief, board))
    again = desk.load(path)
    assert again.board == board
    desk.export(again, tmp_path / "out", ("md",), "internal")
    assert "Verbatim: why on earth?" in (tmp_path / "out" / "report.md").read_text("utf-8")


def test_two_hands_on_one_file(path: Path) -> None:
    one, two, three = _drafts("one", "two", "three")
    with CaseFile(path) as first, CaseFile(path) as second:
        first.change("one", one)
        second.change("two", two)
        first.change("three", three)
    with CaseFile(path) as file:
        assert file.history == ("one", "two", "three")


@pytest.mark.parametrize(
    "body", [b"not a database at all" * 50, b"SQLite format 3\0" + b"\0" * 90, b"SQLite"]
)
def test_what_is_no_case_file(path: Path, body: bytes) -> None:
    path.write_bytes(body)
    for read_only in (True, False):
        with pytest.raises(InputTrouble, match="expected a case file"):
            CaseFile(path, read_only=read_only)
    assert path.read_bytes() == body


def test_another_database_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(InputTrouble, match="not a case file"):
        CaseFile(path)
    assert path.read_bytes() == before


def test_a_newer_file_is_left_alone(path: Path, file: CaseFile) -> None:
    file.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    before = path.read_bytes()
    with pytest.raises(InputTrouble, match="newer Fifth Why"):
        CaseFile(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("body", [b"{", b'{"brief": 3}', b"\xff\xfe", b""])
def test_a_damaged_change_is_said(path: Path, file: CaseFile, body: bytes) -> None:
    file.change("Open", _drafts("one")[0])
    file.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE changes SET draft = ?", (body,))
    with CaseFile(path) as again, pytest.raises(InputTrouble, match="change 1 is damaged"):
        again.draft()


def test_a_file_that_cannot_be_written_says_so(file: CaseFile, found: Any) -> None:
    file.change("Open", _drafts("one")[0])
    file._connection.execute("PRAGMA query_only = ON")
    before = file.history
    for write in (
        lambda: file.change("Title", _drafts("two")[0]),
        lambda: file.keep(desk.encoded(found)),
        lambda: file.keep_picture(b"x", "x.png"),
    ):
        with pytest.raises(InputTrouble, match="could not be written"):
            write()
    assert file.history == before
    file._connection.execute("PRAGMA query_only = OFF")
    file.change("Title", _drafts("two")[0])
    assert file.history == ("Open", "Title")


def test_pictures_are_kept_by_their_hash(file: CaseFile) -> None:
    first, again = file.keep_picture(b"png", "a.png"), file.keep_picture(b"png", "b.png")
    assert first == again
    assert file.picture(first) == b"png"
    assert file.picture("0" * 64) is None


def test_words_are_what_no_check_reads(root: Path) -> None:
    brief = Brief(title="t", reported="r", expected="e", case_file="c")
    assert without_words(brief) == Brief()
    for path in (root / "investigators" / "checks").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in ("title", "reported", "expected") if f"brief.{name}" in text]


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """Twenty kills; ``make bench`` does five hundred."""
    assert not kills.run(tmp_path, 20, seed=5)


def test_a_kill_while_a_file_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "case.fifthwhy"
    for at in range(6):
        path.write_bytes(VERSION_1.read_bytes())
        script = kills.UPGRADE.format(path=str(path), at=at)
        child = subprocess.run(
            [sys.executable, "-c", script], cwd=kills.ROOT, env=os.environ, check=False
        )
        assert child.returncode in (0, -signal.SIGKILL)
        again = desk.load(path)
        assert again.affected is not None
        with CaseFile(path) as file:
            assert file.draft() is None
        with closing(casefile.connect(path)) as connection:
            assert casefile.known(path, connection) == casefile.VERSION
        again = desk.load(path)
        assert again.affected is not None
        assert again.affected.rows == 12
