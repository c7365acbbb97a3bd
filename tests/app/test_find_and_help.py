"""Find, help, shortcuts, about: from the program's own tables, offline, by keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.actions import ACTIONS
from app.dialogs.help import AboutDialog, HelpDialog, ShortcutsDialog, pages
from app.dialogs.palette import Palette, entries, fits
from app.window import Window


def test_what_fits_best_comes_first() -> None:
    assert fits("exp", "Export…") == 0
    assert fits("xyz", "Export…") is None
    found = {w: fits("ex", w) for w in ("Export…", "Next decision", "Text larger")}
    assert found["Export…"] is not None
    assert found["Next decision"] is not None
    assert found["Export…"] < found["Next decision"]
    scattered = fits("sdc", "Say what you expected, decision, context")
    assert scattered is None or scattered >= 1000


@pytest.fixture
def window(qtbot: QtBot, home: Path, qapp: QApplication) -> Window:
    assert not home.exists()
    theme.apply(qapp, "light", 100)
    made = Window()
    qtbot.addWidget(made)
    made.show()
    return made


def test_find_lists_every_action_and_says_what_cannot_be_done(qtbot: QtBot, window: Window) -> None:
    known = entries(window)
    assert {entry.words for entry in known} >= {a.words.split(" {")[0] for a in ACTIONS}
    dialog = Palette(window, known)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.line, "export")
    assert dialog.list.item(0).text().startswith("Export…")
    assert "the checks have to finish first" in dialog.words.text()
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible(), "what cannot be done is not done"
    dialog.line.clear()
    qtbot.keyClicks(dialog.line, "dark")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert dialog.chosen is not None
    dialog.chosen.do()
    assert theme.theme().name == "dark"
    window.act("light")
    window.close()


def test_help_pages_lead_to_each_other_and_never_out(qtbot: QtBot, window: Window) -> None:
    dialog = HelpDialog(window, "report-pane")
    qtbot.addWidget(dialog)
    dialog.show()
    assert "as it would be exported now" in dialog.text.toPlainText()
    dialog.text.anchorClicked.emit(QUrl("reading-the-report.md"))
    assert dialog.page == "reading-the-report"
    dialog.back.click()
    assert dialog.page == "report-pane"
    assert not dialog.back.isEnabled()
    dialog.text.anchorClicked.emit(QUrl("https://example.org/x"))
    assert QGuiApplication.clipboard().text() == "https://example.org/x"
    dialog.show_page("no-such-page")
    assert "no page" in dialog.text.toPlainText()
    dialog.close()
    window.close()


def test_every_pane_that_names_a_help_page_has_one(root: Path) -> None:
    sources = "\n".join(p.read_text("utf-8") for p in (root / "app").rglob("*.py"))
    named = set(re.findall(r'setProperty\("help", "([a-z-]+)"\)', sources))
    mine = {"report-pane", "timeline", "export", "meeting", "find"}
    assert mine <= named
    assert mine <= set(pages())


def test_shortcuts_and_about(qtbot: QtBot, window: Window) -> None:
    keys = ShortcutsDialog(window)
    qtbot.addWidget(keys)
    cells = {
        keys.table.item(k, 0).text(): keys.table.item(k, 2).text() for k in range(len(ACTIONS))
    }
    assert cells["Export…"] == "Ctrl+E  or  Ctrl+Shift+E"
    about = AboutDialog(window)
    qtbot.addWidget(about)
    for words in ("Version", "Qt", "lightgbm", "Lesser General Public License", "MIT"):
        assert words in about.words
    window.close()
