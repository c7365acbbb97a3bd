"""The first picture waits for nothing; the other pages come in free moments, or when needed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import parts, settings, theme
from app.window import Window

PANES = {"sources", "decisions", "explanation", "whys", "timeline", "report", "tabs", "columns"}


@pytest.fixture
def bare(home: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Window]:
    """A window that was not shown yet."""
    assert home.name == "home"
    theme.apply(qapp, "light", 100)
    made = Window()
    qtbot.addWidget(made)
    yield made
    made.close()
    assert not made._moment.isActive()


def test_the_start_page_stands_alone_and_the_rest_follows(bare: Window, qtbot: QtBot) -> None:
    assert not PANES & vars(bare).keys()
    assert "session" not in vars(bare)
    words = [each.text() for each in bare.start.findChildren(QLabel)]
    assert "Which decision surprised somebody?" in words
    assert [each.title() for each in bare._menus.values()][:2] == ["&File", "&Edit"]
    with qtbot.waitSignals([bare.painted, bare.complete], order="strict", timeout=20_000):
        bare.show()
    assert vars(bare).keys() >= PANES
    assert not bare._moment.isActive()
    assert bare.pages.currentWidget() is bare.start
    assert not bare.findChild(object, "again").isEnabled()


def test_a_case_opened_at_once_finds_its_pages(
    bare: Window, qtbot: QtBot, parcel_case: Path
) -> None:
    bare.session.open_files([str(parcel_case)])
    assert vars(bare).keys() >= PANES
    state = bare.session
    qtbot.waitUntil(lambda: state.state.found is not None, timeout=60_000)
    assert bare.pages.currentWidget() is bare.columns
    assert any(each.text() == state.state.title for each in bare.head.findChildren(QLabel))
    assert bare.decisions.model.listed is not None


def test_words_typed_before_the_session_are_taken(bare: Window) -> None:
    bare.start.ticket.field.setPlainText("Subject: Held back")
    assert bare.session.state.ticket is not None
    assert bare.session.state.ticket.values("title") == ("Held back",)


def test_a_fault_before_the_session_is_said(bare: Window) -> None:
    bare.fault("ValueError")
    assert any("ValueError" in each.text() for each in bare.bar.findChildren(QLabel))
    next(b for b in bare.bar.findChildren(QPushButton) if b.text() == "Close").click()
    assert bare.bar.isHidden()


def test_a_window_closed_early_keeps_the_widths_of_its_columns(bare: Window) -> None:
    settings.write(settings.replace(settings.read(), splitter="00ff"))
    bare.kept = settings.read()
    bare.show()
    bare.close()
    assert settings.read().splitter == "00ff"
    assert not PANES & vars(bare).keys()


SHOWN = """import sys
from app import start
seen = []
class Seen(start.Window):
    def paintEvent(self, event):
        super().paintEvent(event)
        qt = ["Qt"] if "Qt" in vars(sys.modules["PySide6.QtCore"]) else []
        seen[:] = seen or sorted(sys.modules) + qt
start.Window = Seen
start._warm_up = lambda: None
start._show_before = start._show
def show(window):
    window.complete.connect(window.close)
    start._show_before(window)
start._show = show
assert start.run([]) == 0
print("seen:", *(m for m in seen if m.startswith(("app.", "investigators.")) or m in LATER))
"""
LATER = {
    "Qt",
    "msgspec",
    "yaml",
    "sqlite3",
    "socket",
    "concurrent",
    "platformdirs",
    "logging.handlers",
}


def test_numbers_that_stand_for_flags_of_qt(qapp: QApplication) -> None:
    assert qapp is not None
    text, align = Qt.TextInteractionFlag, Qt.AlignmentFlag
    assert Qt.TextFormat.PlainText.value == parts.PLAIN
    both = text.TextSelectableByMouse | text.TextSelectableByKeyboard
    assert both.value == parts.SELECTABLE
    assert (align.AlignHCenter.value, align.AlignRight.value) == (parts.CENTRE, parts.RIGHT)
    made = parts.label("x", select=True)
    assert made.textFormat() == Qt.TextFormat.PlainText
    assert made.textInteractionFlags() == both


def test_what_the_first_picture_does_not_need_is_imported_later(root: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"LATER = {LATER}\n{SHOWN}"],
        cwd=root,
        env={**os.environ, "FIFTHWHY_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    seen = set(run.stdout.splitlines()[-1].split()[1:])
    assert "app.panes.start" in seen
    assert not seen & LATER
    assert not seen & {"app.session", "app.state", "app.panes.decisions", "app.panes.sources"}
    assert not seen & {"investigators.brief", "investigators.evidence", "investigators.casefile"}
