"""A real case in a made-up language: what is on screen is translated, or comes from the case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import language, theme
from app.dialogs.action_points import KINDS, ActionsForm
from app.dialogs.ending import EndingForm
from app.dialogs.expectation import ExpectationForm
from app.dialogs.export import ExportDialog
from app.dialogs.filter import FilterDialog, Offer
from app.dialogs.first_questions import QuestionsForm
from app.dialogs.help import AboutDialog, HelpDialog, ShortcutsDialog
from app.dialogs.palette import Palette, entries
from app.dialogs.reason import AnswerForm, FactForm, RivalForm
from app.meeting import Meeting
from app.parts import Elided
from app.window import Window
from investigators import desk
from investigators.board import ENDINGS, GRADE_WORDS, NEEDED
from investigators.evidence import FAMILY_WORDS
from investigators.numbers import between
from investigators.seen import (
    PICKED,
    Seen,
    filled_by,
    page_rows,
    said_of,
    trail_rows,
    trail_words,
)
from investigators.sheet import SURE_WORDS
from investigators.wish import SURPRISE, SURPRISE_WORDS
from tests.app import pseudo

LONG = 120_000
MANY = 200
# The program's and others' names, keys, formats of files, sizes.
NAMES = {"Fifth Why", "UTC", "PNG", "SHA-256", "Python", "Qt", "Linux", "Darwin", "Windows"}
CUT = re.compile(r"[·;\n\t→●✗✓◆▲■│✉○?!–:()“”×▾▸]+|[.,]\s|\s{2,}")
KEYS = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)*(?:F\d+|\S|Return|Down|Up|Left|Right)?")
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture
def foreign(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, qapp: QApplication
) -> Iterator[Window]:
    monkeypatch.setenv("FIFTHWHY_HOME", str(tmp_path / "home"))
    source = root / "resources" / "i18n" / "fifthwhy_en.ts"
    language.speak(qapp, "de", pseudo.make(source, tmp_path))
    theme.apply(qapp, "light", 100)
    made = Window()
    qtbot.addWidget(made)
    made.show()
    facts = made.start._facts.values()
    qtbot.waitUntil(lambda: all("réqúésts" in each.text() for each in facts), timeout=LONG)
    yield made
    made.close()
    language.speak(qapp, "en")


def shown(widget: QWidget) -> Iterator[str]:  # noqa: C901 - one branch per kind of widget
    """Every text of a widget and what is in it: on screen, as a tip, for a screen reader."""
    inside: list[QWidget] = [widget, *widget.findChildren(QWidget)]
    for each in inside:
        if isinstance(each.parent(), QDialogButtonBox | QTabBar):
            continue  # Qt's own words, in Qt's own translation
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription())
        if isinstance(each, Elided):
            yield each.whole()
        elif isinstance(each, QLabel | QAbstractButton):
            yield each.text()
        elif isinstance(each, QLineEdit | QPlainTextEdit):
            yield each.placeholderText()
        elif isinstance(each, QComboBox):
            yield from (each.itemText(k) for k in range(each.count()))
        elif isinstance(each, QTabWidget):
            yield from (each.tabText(k) for k in range(each.count()))
        elif isinstance(each, QListWidget):
            yield from (each.item(k).text() for k in range(each.count()))
        elif isinstance(each, QTableView):
            yield from _cells(each)
    yield widget.windowTitle()
    for action in widget.findChildren(QAction):
        if not type(action.parent()).__module__.startswith("pyqtgraph"):  # its menus are off
            yield from (action.text(), action.toolTip())


def _cells(table: QTableView) -> Iterator[str]:
    model = table.model()
    for k in range(model.columnCount()):
        yield str(model.headerData(k, Qt.Orientation.Horizontal) or "")
        rows = range(0 if model.rowCount() > MANY else model.rowCount())  # long lists hold data
        yield from (str(model.index(row, k).data() or "") for row in rows)


def known(*things: object) -> set[str]:
    """Every text in some data: what the investigators say and what the files hold."""
    found: set[str] = set()
    seen: dict[int, object] = {}  # kept, so that no number comes twice

    def walk(thing: object) -> None:
        if isinstance(thing, str):
            found.update(_parts(thing))
            return
        if id(thing) in seen:
            return
        seen[id(thing)] = thing
        if isinstance(thing, msgspec.Struct):
            walk([getattr(thing, name) for name in thing.__struct_fields__])
        elif is_dataclass(thing) and not isinstance(thing, type):
            walk([getattr(thing, one.name) for one in fields(thing)])
        elif isinstance(thing, Mapping):
            walk([*thing.keys(), *thing.values()])
        elif isinstance(thing, list | tuple | set | frozenset):
            for each in thing:
                walk(each)

    walk(things)
    return found


def _parts(text: str) -> list[str]:
    return [part.strip(" .,…") for part in CUT.split(text) if part.strip(" .,…")]


def bare(widget: QWidget, data: set[str]) -> set[str]:
    """Parts of texts that are neither translated nor from the data."""
    whole = "\n".join(data)
    found = set()
    for text in shown(widget):
        for part in _parts(pseudo.left(text)):
            ours = WORD.search(part) and not KEYS.fullmatch(part) and part not in NAMES
            long = part.count(" ") >= 2
            if ours and part not in data and not (long and part in whole):
                found.add(f"{part}  <-  {text[:90]}")
    return found


def data_of(window: Window) -> set[str]:
    """What the case, its files and the investigators say."""
    state, session = window.session.state, window.session
    assert state.opened is not None
    assert state.found is not None
    decisions = state.opened.decisions()
    columns = () if decisions is None else decisions.columns
    cards = [desk.sample_card(name) for name in desk.samples()]
    words = (
        GRADE_WORDS,
        FAMILY_WORDS,
        SURE_WORDS,
        SURPRISE,
        SURPRISE_WORDS,
        [f"{kind[0].upper()}{kind[1:]}" for kind in ENDINGS],
        NEEDED,
        KINDS,
        desk.action_points(state.found, ()),
    )
    versions = [f"{name} {number}" for name, number in desk.versions().items()]
    names = (versions, desk.samples(), desk.formats())
    case = (state.case, state.draft, state.progress, state.found, state.explanation)
    tree = session.tree()
    assert tree is not None
    screen = seen_words(state.found.seen)
    made = [f"{chip.state} {chip.note}" for chip in tree.chips]
    made += [why.state for why in tree.whys]
    made += [between(e.time, e.until or e.time) for e in state.found.timeline]
    return known(*case, tree, window.sources._sheet, columns, cards, words, names, made, screen)


def seen_words(seen: Seen | None) -> list[str]:
    """What the investigators say of the page and of the trail before it."""
    if seen is None:
        return []
    boxes = [filled_by(box) for box in seen.boxes]
    cells = [cell for line in (*page_rows(seen), *trail_rows(seen)) for cell in line]
    return [*said_of(seen), PICKED, trail_words(seen), seen.strip, seen.across, *boxes, *cells]


def test_a_case_is_shown_in_the_readers_language(
    foreign: Window, qtbot: QtBot, parcel_case: Path
) -> None:
    """Start page, columns with a finished case, what is what, and every dialog."""
    cards = known([desk.sample_card(name) for name in desk.samples()], desk.samples())
    assert not bare(foreign.start, cards), "\n".join(sorted(bare(foreign.start, cards)))
    session = foreign.session
    session.open_files([str(parcel_case)])
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=LONG
    )
    foreign.show_tab(1)
    foreign.show_sources()
    qtbot.waitUntil(lambda: bool(foreign.sources._sheet.roles) and not session.state.busy,
                    timeout=LONG)  # fmt: skip
    QApplication.processEvents()
    data = data_of(foreign)
    for page in (foreign, foreign.sources):
        assert not bare(page, data), "\n".join(sorted(bare(page, data)))
    for dialog in _dialogs(foreign):
        qtbot.addWidget(dialog)
        wrong = bare(dialog, data)
        assert not wrong, f"{type(dialog).__name__}: {sorted(wrong)}"


def _dialogs(window: Window) -> Iterator[QDialog]:
    session = window.session
    decisions = window.decisions.listing.decisions
    assert decisions is not None
    for name in ("fw_time", "fw_score"):
        offer = Offer(decisions.columns, decisions.zone, decisions.most_values, name)
        yield FilterDialog(window, offer, lambda _name, _then: None)
    yield EndingForm(window, session)
    yield ActionsForm(window, (), desk.action_points(session.state.found, ()))
    yield ExpectationForm(window, session)
    yield QuestionsForm(window, session)
    yield FactForm(window)
    yield RivalForm(window)
    yield AnswerForm(window, "⟦a question⟧", "", ())
    yield ExportDialog(window, session)
    yield HelpDialog(window, "overview")
    yield ShortcutsDialog(window)
    yield AboutDialog(window)
    yield Palette(window, entries(window))
    yield Meeting(session, window)
