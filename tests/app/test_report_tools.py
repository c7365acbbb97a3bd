"""Report tab, time line, export and meeting over a real case: what one sees and what is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import settings
from app.dialogs import ask
from app.dialogs.export import ExportDialog
from app.meeting import Meeting
from app.panes.report import ReportPane, larger
from app.panes.timeline import TimelinePane
from app.session import Session
from investigators import cli
from investigators.board import WhyAnswer
from investigators.report.cards import STEPS
from tests.investigators import parcels

LONG = 120_000


def settle(qtbot: QtBot, session: Session) -> None:
    def done() -> None:
        assert session.state.trouble is None, session.state.trouble
        assert session.state.found is not None
        assert not session.state.busy

    qtbot.waitUntil(done, timeout=LONG)


@pytest.fixture
def found(qtbot: QtBot, session: Session, parcel_found: Path, tmp_path: Path) -> Session:
    session.open_files([str(shutil.copy(parcel_found, tmp_path))])
    settle(qtbot, session)
    return session


def texts(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_the_draft_follows_what_is_said_and_keeps_its_place(
    qtbot: QtBot, session: Session, parcel_case: Path
) -> None:
    pane = ReportPane(session, lambda _action: None)
    qtbot.addWidget(pane)
    pane.resize(470, 600)
    pane.show()
    assert "once a decision is picked" in pane.words.text()
    session.open_files([str(parcel_case)])
    settle(qtbot, session)
    qtbot.waitUntil(lambda: "fill_time" in pane.page.toPlainText(), timeout=LONG)
    titles = [pane.jump.itemText(k) for k in range(pane.jump.count())]
    assert titles[0] == "Page one"
    assert {"How it came about", "Not checked", "Appendix"} <= set(titles)
    bar = pane.page.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    assert place > 0
    session.say("Answer", session.state.board.answered(WhyAnswer("W1", "the form was rebuilt")))
    qtbot.waitUntil(lambda: "the form was rebuilt" in pane.page.toPlainText(), timeout=LONG)
    assert bar.value() == place
    session.undo()
    qtbot.waitUntil(lambda: "the form was rebuilt" not in pane.page.toPlainText(), timeout=LONG)
    pane.audience.setCurrentIndex(pane.audience.findData("public"))
    qtbot.waitUntil(lambda: "decision-1" in pane.page.toPlainText(), timeout=LONG)
    assert settings.read().audience == "public"
    assert pane._made is not None
    name, body = next(iter(pane._made.pictures.items()))
    assert f'href="{name}"' in pane.page.toHtml()
    dialog = larger(pane, body)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.findChildren(QLabel)[0].pixmap().width() == 820
    dialog.close()
    pane.copy()
    assert "Post-mortem draft" in QGuiApplication.clipboard().text()
    pane.close()


def test_the_time_line_shows_and_says_the_same(qtbot: QtBot, found: Session) -> None:
    pane = TimelinePane(found, lambda _action: None)
    qtbot.addWidget(pane)
    pane.resize(470, 600)
    pane.show()
    assert found.state.found is not None
    entries = found.state.found.timeline
    rows = pane.list.rowCount()
    assert rows == len(entries) + len(found.keeping.events())
    kinds = [pane.list.item(k, 2).text() for k in range(rows)]
    for words in ("log", "release", "onset", "decision", "in this case"):
        assert any(words in kind for kind in kinds), words
    assert all(entry.words in pane.picture.accessibleDescription() for entry in entries)
    qtbot.mouseClick(pane.picture, Qt.MouseButton.LeftButton, pos=pane.picture.rect().center())
    chosen = pane.list.currentRow()
    assert chosen >= 0
    pane.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2
    assert pane.list.item(chosen, 1).text() in lines[1]
    pane.close()


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_an_export_equals_that_of_the_command_line(
    qtbot: QtBot, found: Session, tmp_path: Path, audience: str
) -> None:
    found.say("Answer", found.state.board.answered(WhyAnswer("W1", "call @kim", "L1")))
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(parent, found)
    dialog.show()
    dialog.audience.setCurrentIndex(dialog.audience.findData(audience))
    assert ("withheld" in dialog.masks.text()) == (audience == "public")
    dialog.folder.setText("")
    assert not dialog.write.isEnabled()
    here = tmp_path / "window"
    dialog.folder.setText(str(here))
    qtbot.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Written" in texts(dialog), timeout=LONG)
    assert str(here) in texts(dialog)
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy path")
    copy.click()
    assert QGuiApplication.clipboard().text() == str(here)
    dialog.close()
    assert settings.read().audience == audience
    assert settings.read().export_folder == str(here)
    assert found.state.path is not None
    there = tmp_path / "command"
    copied = tmp_path / "copy.fifthwhy"
    found.copy_to(copied)
    options = ["export", str(copied), "--out", str(there), "--audience", audience, "--quiet"]
    assert cli.main(options) == 0
    names = sorted(path.name for path in here.iterdir())
    assert names == ["affected.csv", "report.html", "report.md"]
    for name in names:
        assert (here / name).read_bytes() == (there / name).read_bytes(), name


@pytest.mark.parametrize("audience", ["internal", "shared", "public"])
def test_findings_are_those_of_the_command_line(
    qtbot: QtBot, session: Session, tmp_path: Path, audience: str
) -> None:
    """What people told goes into ``findings.json`` too, masked for the same readers."""
    made = parcels.write(tmp_path / "in", events=True, decision="ev-1250", told=True)
    there, here = tmp_path / "command", tmp_path / "window"
    options = ["investigate", str(made.case), "--out", str(there), "--audience", audience]
    assert cli.main([*options, "--quiet", "--format", "md"]) == 0
    session.open_files([str(there / "case.fifthwhy")])
    settle(qtbot, session)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(parent, session)
    assert "only interviews and walkthroughs are masked" in dialog.findings.text()
    dialog.audience.setCurrentIndex(dialog.audience.findData(audience))
    dialog.findings.setChecked(True)
    dialog.folder.setText(str(here))
    dialog.write.click()
    qtbot.waitUntil((here / "findings.json").is_file, timeout=LONG)
    settle(qtbot, session)
    said = (here / "findings.json").read_bytes()
    assert said == (there / "findings.json").read_bytes()
    assert (b"Ada Holm" in said) == (audience == "internal")
    dialog.close()


def test_a_folder_that_cannot_be_written_is_said_in_the_dialog(
    qtbot: QtBot, found: Session, tmp_path: Path
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(parent, found)
    dialog.show()
    (tmp_path / "file").write_text("no folder")
    dialog.folder.setText(str(tmp_path / "file" / "in"))
    dialog.write.click()
    qtbot.waitUntil(lambda: "cannot be written" in dialog.note.text(), timeout=LONG)
    assert dialog.write.isEnabled()
    dialog.close()


def test_six_cards_by_keys_alone(
    qtbot: QtBot, found: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    meeting = Meeting(found, parent)
    meeting.open()

    def shows(words: str) -> None:
        qtbot.waitUntil(lambda: words in texts(meeting), timeout=LONG)

    shows("1 of 6")
    seen = []
    for step in STEPS:
        shows(step)
        seen.append(texts(meeting))
        qtbot.keyClick(meeting, Qt.Key.Key_Right)
    shows("6 of 6")
    assert found.state.case is not None
    decision = found.state.case.decision
    assert decision is not None
    assert decision.subject
    assert decision.subject not in "\n".join(seen).split()
    qtbot.keyClick(meeting, Qt.Key.Key_Home)
    shows("1 of 6")
    for _ in range(3):
        qtbot.keyClick(meeting, Qt.Key.Key_Space)
    qtbot.keyClick(meeting, Qt.Key.Key_H)
    shows("How this was counted")
    qtbot.keyClick(meeting, Qt.Key.Key_H)
    qtbot.keyClick(meeting, Qt.Key.Key_W)
    shows("after the repair")
    monkeypatch.setattr(ask, "line", lambda *_a, **_k: "who watches it?")
    qtbot.keyClick(meeting, Qt.Key.Key_Q)
    assert [(p.words, p.card) for p in found.state.board.parked] == [("who watches it?", 4)]
    shows("1 parked")
    qtbot.keyClick(meeting, Qt.Key.Key_P)
    assert texts(meeting) == ""
    qtbot.keyClick(meeting, Qt.Key.Key_Escape)
    assert meeting.isVisible()
    shows("4 of 6")
    meeting.copy()
    assert STEPS[3] in QGuiApplication.clipboard().text()
    qtbot.keyClick(meeting, Qt.Key.Key_Escape)
    assert not meeting.isVisible()


def test_a_card_with_room_for_all_is_not_turned_through(qtbot: QtBot, found: Session) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    meeting = Meeting(found, parent)
    meeting.resize(1366, 768)
    meeting.show()
    qtbot.waitUntil(lambda: bool(meeting._cards), timeout=LONG)
    for at in range(len(meeting._cards)):
        meeting.go(at)
        for _ in range(3):
            QApplication.processEvents()
        assert meeting._scroll.verticalScrollBar().maximum() == 0, meeting._cards[at].step
    meeting.close()


def test_what_was_found_equals_the_headless_document(
    qtbot: QtBot, found: Session, parcel_case: Path, tmp_path: Path
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(parent, found)
    dialog.show()
    dialog.findings.setChecked(True)
    dialog.folder.setText(str(tmp_path / "window"))
    dialog.write.click()
    qtbot.waitUntil(lambda: "Written" in texts(dialog), timeout=LONG)
    dialog.close()
    assert "findings.json" in settings.read().formats
    options = ["investigate", str(parcel_case), "--out", str(tmp_path / "command"), "--quiet"]
    assert cli.main(options) == 0
    for name in ("findings.json", "report.html", "report.md", "affected.csv"):
        here, there = tmp_path / "window" / name, tmp_path / "command" / name
        assert here.read_bytes() == there.read_bytes(), name
