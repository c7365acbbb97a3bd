"""What is what: shown with reasons, corrected in place, undone; what cannot be opened is mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.models.inputs import COLUMN, HOW, INPUT, UNIT, InputsModel, carrying
from app.panes.inputs_table import InputsTable
from app.panes.source_lines import Choice
from app.window import Window
from investigators.sheet import RANGE_ONLY, InputLine, Sheet
from tests.app.drawn import whole
from tests.investigators import parcels


@pytest.fixture
def made(tmp_path: Path) -> parcels.Parcels:
    return parcels.write(tmp_path / "in")


def _settled(window: Window) -> Callable[[], bool]:
    def look() -> bool:
        state = window.session.state
        return state.stage == "sources" and not state.busy

    return look


def _open(window: Window, qtbot: QtBot, *paths: str) -> None:
    window.session.open_files(list(paths))
    qtbot.waitUntil(lambda: window.session.state.stage != "start", timeout=5_000)
    qtbot.waitUntil(_settled(window), timeout=60_000)


def _loose(window: Window, qtbot: QtBot, made: parcels.Parcels) -> None:
    names = ("model.txt", "log.csv", "training.csv", "features.yaml")
    _open(window, qtbot, *(made.path(name) for name in names))


def _words(widget: QWidget) -> str:
    QApplication.processEvents()  # what was just laid out is shown by the event loop
    return "\n".join(w.text() for w in widget.findChildren(QLabel) if w.isVisibleTo(widget))


def _choice(window: Window, name: str) -> Choice:
    found = window.sources.findChild(Choice, name)
    assert isinstance(found, Choice), name
    return found


def _choose(window: Window, qtbot: QtBot, name: str, text: str) -> None:
    choice = _choice(window, name)
    choice.setCurrentIndex(choice.findText(text))
    choice.activated.emit(choice.currentIndex())
    qtbot.waitUntil(_settled(window), timeout=60_000)


def _row(window: Window, name: str) -> int:
    return [line.name for line in window.sources.inputs.lines].index(name)


def test_loose_files_are_shown_with_what_they_were_taken_for(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    page = window.sources
    assert page.isVisible()
    assert _choice(window, "source log.csv").currentText() == "log"
    assert "1,200 rows" in _words(page.sources)
    assert _choice(window, "role id").currentText() == "parcel_no"
    assert page.mapped.text() == "5 of 5 mapped"
    assert page._verdict.text() == "Score reproduced."
    assert "1,200 of 1,200 rows" in page._sentence.text()
    assert "times the largest in training" in page._notes.text()
    assert page.go.text() == "Pick the decision →"


def test_files_added_one_after_another_leave_the_log_the_log(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _open(window, qtbot, made.path("log.csv"), made.path("model.txt"))
    _open(window, qtbot, made.path("training.csv"))
    assert _choice(window, "source log.csv").currentText() == "log"
    assert _choice(window, "source training.csv").currentText() == "training data"
    assert window.sources._verdict.text() == "Score reproduced."


def test_a_wrong_column_is_seen_at_once_and_undone(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    page = window.sources
    window.resize(1366, 768)  # a narrower one grows with the words of a score that differs
    whole(window)
    assert "1,200 rows" in _words(page.sources)  # laid out: only now the border stands
    before = page._split.sizes()
    page.inputs.setData(page.inputs.index(_row(window, "fill_time"), COLUMN), "basket")
    qtbot.waitUntil(_settled(window), timeout=60_000)
    whole(window)
    assert page._split.sizes() == before, "a correction moves no border"
    assert window.session.state.draft.brief.columns["log.feature:fill_time"] == ("basket",)
    assert page._verdict.text() in ("Score not reproduced.", "Not open yet.")
    window.act("undo")
    qtbot.waitUntil(lambda: page._verdict.text() == "Score reproduced.", timeout=60_000)
    qtbot.waitUntil(_settled(window), timeout=60_000)
    assert page.inputs.lines[_row(window, "fill_time")].column == "fill_time"
    assert page._split.sizes() == before
    page._split.setSizes([before[0] + 60, before[1] - 60])
    page._split.splitterMoved.emit(before[0] + 60, 1)
    drawn = page._split.sizes()
    page._fit()
    assert page._split.sizes() == drawn, "a border that was drawn by hand stays"


def test_a_column_is_dropped_onto_an_input(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    page = window.sources
    parent = page.inputs.index(_row(window, "orders"), INPUT)
    copy = Qt.DropAction.CopyAction
    assert page.inputs.canDropMimeData(carrying("age_days"), copy, -1, -1, parent)
    page.inputs.dropMimeData(carrying("age_days"), copy, -1, -1, parent)
    qtbot.waitUntil(_settled(window), timeout=60_000)
    assert window.session.state.draft.brief.columns["log.feature:orders"] == ("age_days",)


def test_a_unit_is_typed_in_place_with_the_keyboard(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    table, model = window.sources.table, window.sources.inputs
    at = model.index(_row(window, "orders"), UNIT)
    assert at.data() == "type a unit…"
    table.setFocus()
    table.setCurrentIndex(at)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName() == "unit of orders"
    qtbot.keyClicks(editor, "pieces")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    units = {"orders": "pieces"}
    qtbot.waitUntil(lambda: window.session.state.draft.brief.units == units, timeout=5_000)
    qtbot.waitUntil(_settled(window), timeout=60_000)
    opened = window.session.state.opened
    assert opened is not None
    assert opened.view.dictionary.get("orders").unit == "pieces"
    assert model.index(_row(window, "orders"), UNIT).data() == "pieces"


def test_groups_of_three_conditions_are_asked_for_and_taken_back(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    _choose(window, qtbot, "setting depth", "3")
    assert window.session.state.draft.brief.depth == "3"
    window.session.undo()
    qtbot.waitUntil(_settled(window), timeout=60_000)
    assert window.session.state.draft.brief.depth is None


def test_roles_and_settings_are_changed_in_place(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    _choose(window, qtbot, "role subject", "– none –")
    assert window.session.state.draft.brief.columns["log.subject"] == ()
    _choose(window, qtbot, "role subject", "country")
    assert window.session.state.draft.brief.columns["log.subject"] == ("country",)
    field = window.sources.findChild(QLineEdit, "setting cuts")
    assert isinstance(field, QLineEdit)
    field.setText("high")
    field.editingFinished.emit()
    assert window.session.state.trouble is not None
    field.setText("0.4")
    field.editingFinished.emit()
    qtbot.waitUntil(_settled(window), timeout=60_000)
    assert window.session.state.draft.brief.threshold == 0.4
    assert window.session.keeping.words[-3:] == (
        "No column is the subject",
        "country is the subject",
        "Threshold: 0.4",
    )


def test_the_list_of_decisions_comes_without_one_picked(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    window.sources.go.click()
    assert window.session.state.stage == "case"
    assert window.pages.currentWidget() is window.columns
    window.act("what_is_what")
    assert window.pages.currentWidget() is window.sources


def test_missing_sources_have_a_text_to_send(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    _loose(window, qtbot, made)
    links = {b.accessibleName(): b for b in window.sources.sources.findChildren(QPushButton)}
    links["outcomes: text to send"].click()
    assert QApplication.clipboard().text().startswith("Please send outcomes")
    said = "Copied: Please send outcomes"
    qtbot.waitUntil(lambda: said in _words(window.sources.sources), timeout=5_000)
    assert "UI events: answer them" in links
    assert "outcomes: add a file…" in links
    assert "model: Add the model…" not in links


def test_a_model_that_is_not_there_is_asked_for_with_a_button(
    window: Window, qtbot: QtBot, made: parcels.Parcels, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(window, qtbot, made.path("log.csv"))
    page = window.sources
    assert page.add.text() == "Add files…"
    links = {b.accessibleName(): b for b in page.sources.findChildren(QPushButton)}
    chosen = ([made.path("model.txt")], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: chosen)
    links["model: Add the model…"].click()
    qtbot.waitUntil(lambda: "model" in window.session.state.draft.brief.sources, timeout=20_000)
    qtbot.waitUntil(_settled(window), timeout=60_000)
    links = {b.accessibleName(): b for b in page.sources.findChildren(QPushButton) if b.isVisible()}
    assert "model: Add the model…" not in links


def test_what_cannot_be_opened_is_mended_on_the_page(
    window: Window, qtbot: QtBot, made: parcels.Parcels
) -> None:
    log = Path(made.path("log.csv"))
    lines = log.read_text(encoding="utf-8").splitlines()
    days = ["created", *(f"0{1 + k % 9}/0{1 + k % 8}/2026" for k in range(len(lines) - 1))]
    cells = [line.split(",") for line in lines]
    new = [",".join([row[0], day, *row[2:]]) for row, day in zip(cells, days, strict=True)]
    log.write_text("\n".join(new) + "\n", encoding="utf-8")
    _loose(window, qtbot, made)
    page = window.sources
    assert window.session.state.case is None
    assert page._verdict.text() == "Not open yet."
    left, right = page._split.sizes()
    assert left >= 0.4 * (left + right), "names of files are not cut while the right is empty"
    assert not page.go.isEnabled()
    assert "--dates" not in window.bar._words.text(), "there is a button for it"
    marks = [w.text() for w in page.sources.findChildren(QLabel) if w.text() in ("✓", "!")]
    assert marks.count("!") == 1, "the file that cannot be read, and no other, is marked"
    mends = {b.text(): b for b in page._mending.findChildren(QPushButton)}
    mends["The day comes first"].click()
    qtbot.waitUntil(lambda: window.session.state.case is not None, timeout=60_000)
    qtbot.waitUntil(_settled(window), timeout=60_000)
    assert window.session.state.draft.brief.dates == "day-first"
    assert page._verdict.text() == "Score reproduced."


def test_the_wheel_changes_no_role(window: Window, qtbot: QtBot, made: parcels.Parcels) -> None:
    _loose(window, qtbot, made)
    for each in window.sources.findChildren(QComboBox):
        assert type(each) is Choice
        assert each.accessibleName()


LINES = (
    InputLine("a", "A", "equal name", "✓", "s", "0 – 1", "0 – 2"),
    InputLine("b", "B", RANGE_ONLY, "!", "", "0 – 1", "0 – 2", loud=True),
    InputLine("c", None, "no column: please choose", "?", "", "0 – 1", "", loud=True),
)


def test_the_model_of_inputs(qtmodeltester: ModelTester, qtbot: QtBot, qapp: QApplication) -> None:
    del qapp
    model = InputsModel()
    model.show(Sheet(inputs=LINES, columns=("A", "B", "C")))
    qtmodeltester.check(model, force_py=True)
    assert model.index(2, COLUMN).data() == "– no column –"
    loud = model.data(model.index(1, HOW), Qt.ItemDataRole.ForegroundRole)
    calm = model.data(model.index(0, HOW), Qt.ItemDataRole.ForegroundRole)
    assert loud != calm
    with qtbot.waitSignal(model.mapped) as told:
        model.setData(model.index(2, COLUMN), "C")
    assert told.args == ["c", "C"]
    assert not model.setData(model.index(2, COLUMN), "C"), "the same again is no change"
    with qtbot.waitSignal(model.mapped) as told:
        model.setData(model.index(0, COLUMN), "")
    assert told.args == ["a", None]
    assert not model.flags(QModelIndex()) & Qt.ItemFlag.ItemIsEnabled
    assert model.data(QPersistentModelIndex()) is None


def test_the_table_offers_the_columns_of_the_log(qtbot: QtBot) -> None:
    model = InputsModel()
    model.show(Sheet(inputs=LINES, columns=("A", "B", "C")))
    table = InputsTable(model)
    qtbot.addWidget(table)
    table.show()
    table.setCurrentIndex(model.index(2, COLUMN))
    table.edit(model.index(2, COLUMN))
    combo = table.findChild(QComboBox)
    assert combo is not None
    assert [combo.itemText(k) for k in range(combo.count())] == ["no column", "A", "B", "C"]
    combo.setCurrentIndex(2)
    with qtbot.waitSignal(model.mapped) as told:
        combo.activated.emit(2)
    assert told.args == ["c", "B"]
