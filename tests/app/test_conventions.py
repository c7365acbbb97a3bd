"""What one expects of a program on a desktop, row by row, on a window with a real case."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app import clip, crash, settings, theme
from app.actions import ACTIONS
from app.announce import Announcer
from app.dialogs import ask, printing
from app.dialogs import help as help_dialogs
from app.dialogs.export import ExportDialog
from app.dialogs.help import AboutDialog, HelpDialog, about_words
from app.dialogs.palette import Palette, entries
from app.lead_card import LeadCard
from app.panes.whys import Line
from app.session import Session
from app.standing import in_words
from app.window import SIZE, Window
from tests.app import opened
from tests.app.opened import LONG, settle, window_on


@pytest.fixture(scope="module")
def kept(parcel_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opened.investigated(parcel_case, tmp_path_factory.mktemp("conventions"))


@pytest.fixture
def case(kept: Path, home: Path, tmp_path: Path, qapp: QApplication) -> Path:
    del home
    theme.apply(qapp, "light", 100)
    return opened.copied(kept, tmp_path)


@pytest.fixture
def window(qtbot: QtBot, case: Path) -> Iterator[Window]:
    with window_on(qtbot, case) as made:
        yield made


def _menu(window: Window, name: str) -> QMenu:
    return next(m for m in window.menuBar().findChildren(QMenu) if m.title() == name)


# --- opening -------------------------------------------------------------------------------------


def test_open_recent_greys_what_is_gone_and_can_be_cleared(
    qtbot: QtBot, window: Window, case: Path
) -> None:
    settings.write(settings.read().opened(str(case.parent / "gone.fifthwhy")))
    menu = _menu(window, "Open recent")
    menu.aboutToShow.emit()
    gone, there, _, clear = menu.actions()
    assert (gone.text(), gone.isEnabled()) == ("gone (file moved)", False)
    assert (there.text(), there.isEnabled(), there.toolTip()) == ("mailed", True, str(case))
    window.session.start()
    there.trigger()
    qtbot.waitUntil(lambda: window.session.state.opened is not None, timeout=LONG)
    assert window.session.state.path == case
    settle(qtbot, window)
    clear.trigger()
    assert settings.read().recent == ()


def test_what_letting_go_will_do_is_said_on_every_page(window: Window, tmp_path: Path) -> None:
    def drag(*names: str) -> str:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
        event = QDragEnterEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(window, event)
        assert event.isAccepted() == bool(names)
        return window.hover.words.text() if window.hover.words.isVisible() else ""

    assert drag("a.fifthwhy") == "Let go: this case opens"
    assert drag("a.csv", "b.csv").startswith("Let go: 2 files are read into this case")
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.hover.words.isVisible()
    assert drag() == ""


# --- keys ----------------------------------------------------------------------------------------


def test_keys_are_those_of_every_desktop(qapp: QApplication) -> None:
    del qapp
    ours = {each.id: {QKeySequence(k).toString() for k in each.shortcuts} for each in ACTIONS}
    standard = {
        "open": QKeySequence.StandardKey.Open, "close_case": QKeySequence.StandardKey.Close,
        "quit": QKeySequence.StandardKey.Quit, "undo": QKeySequence.StandardKey.Undo,
        "redo": QKeySequence.StandardKey.Redo, "copy": QKeySequence.StandardKey.Copy,
        "search": QKeySequence.StandardKey.Find, "print": QKeySequence.StandardKey.Print,
        "copy_case": QKeySequence.StandardKey.SaveAs, "larger": QKeySequence.StandardKey.ZoomIn,
        "smaller": QKeySequence.StandardKey.ZoomOut, "back": QKeySequence.StandardKey.Back,
        "forward": QKeySequence.StandardKey.Forward,
        "help": QKeySequence.StandardKey.HelpContents,
    }  # fmt: skip
    for name, key in standard.items():
        usual = {each.toString() for each in QKeySequence.keyBindings(key)}
        assert not usual or usual & ours[name], (name, usual, ours[name])
    assert ours["meeting"] == {"F5", "F11"}
    assert "Ctrl+E" in ours["export"]


def test_find_knows_checks_inputs_and_decisions_and_goes_to_an_id(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "line", lambda *_: " p-00003 ")
    window.act("go_to")
    qtbot.waitUntil(lambda: window.session.state.draft.brief.decision == "p-00003", timeout=LONG)
    settle(qtbot, window)
    window.session.pick("p-00007")
    settle(qtbot, window)
    kinds = {entry.kind: entry for entry in entries(window)}
    assert {"Check", "Input", "Decision"} <= set(kinds)
    assert kinds["Decision"].words == "p-00003"
    window.act("search")
    assert window.decisions.search.hasFocus()


def test_esc_steps_back_and_cancels(qtbot: QtBot, window: Window) -> None:
    def esc() -> None:
        qtbot.keyClick(window, Qt.Key.Key_Escape)

    pane, session = window.explanation, window.session
    window.act("what_is_what")
    assert session.state.stage == "sources"
    esc()
    assert session.state.stage == "case"
    window.act("table")
    assert pane.views.currentIndex() == 1
    esc()
    assert pane.views.currentIndex() == 0
    pane.ask("fill_time")
    assert "What the checks say of fill_time" in _texts(pane)
    esc()
    assert "What the checks say of fill_time" not in _texts(pane)
    window.act("again")
    qtbot.waitUntil(lambda: len(session.state.progress.answers) > 1, timeout=LONG)
    assert QApplication.activeModalWidget() is None, "busy never blocks"
    esc()
    assert session.state.progress.cancelled
    assert len(session.state.progress.answers) > 1, "what was answered stays"
    assert not session.state.busy


def _texts(widget: QWidget) -> str:
    QApplication.processEvents()  # what was just laid out is shown by the event loop
    texts = (getattr(w, "text", str)() for w in widget.findChildren(QWidget) if w.isVisible())
    return "\n".join(str(text) for text in texts)


# --- progress, focus, selection ------------------------------------------------------------------


def test_a_bar_comes_after_a_while_and_goes_with_the_work(qtbot: QtBot, window: Window) -> None:
    foot, session = window.foot, window.session
    lanes = (session.case_lane, session.view_lane, session.list_lane)
    qtbot.waitUntil(lambda: not any(lane._undelivered for lane in lanes))  # who ends says so, too
    assert foot._soon.interval() == 300
    window.session.put(busy="Sorting")
    assert not foot.progress.isVisible(), "what is done at once shows no bar"
    qtbot.waitUntil(foot.progress.isVisible)
    assert (foot.words.text(), foot.cancel.isVisible()) == ("Sorting", True)
    window.session.put(busy="Explaining")
    assert foot.words.text() == "Explaining"
    window.session.put(busy="")
    assert not foot.progress.isVisible()
    assert not foot.words.text(), "what has ended is said to no reader of the window"
    window.session.put(busy="Sorting")
    window.session.put(busy="")
    assert not foot._soon.isActive()


def test_progress_names_checks_as_people_do() -> None:
    said = "Looking again after the repair: subgroup_performance.this_group"
    assert in_words(said) == "Looking again after the repair: this group"
    assert in_words("input_units.scale_change") == "scale change"
    assert in_words("Units: my_table.some_column") == "Units: my_table.some_column"


def test_the_focus_returns_after_a_dialog(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    window.decisions.take_focus()
    dialog = Palette(window, entries(window))
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.line.hasFocus)
    dialog.reject()
    dialog.deleteLater()
    window.activateWindow()
    qtbot.waitUntil(window.decisions.table.hasFocus)


def test_what_is_chosen_in_one_place_is_chosen_in_all(qtbot: QtBot, window: Window) -> None:
    pane = window.explanation
    chart = pane.chart._chart
    assert chart is not None
    name = chart.bars[1].label
    pane.chart.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(pane.chart, key)
    assert pane.table.item(pane.table.currentRow(), 0).text() == name
    assert f"What the checks say of {name}" in _texts(pane)
    first = chart.bars[0].label
    (item,) = (i for i in pane.table.findItems(first, Qt.MatchFlag.MatchExactly))
    window.act("table")
    pane.table.cellActivated.emit(item.row(), 0)
    assert pane.chart._at == 0
    assert f"What the checks say of {first}" in _texts(pane)
    window.session.pick("p-00003")
    qtbot.waitUntil(lambda: window.session.state.draft.brief.decision == "p-00003", timeout=LONG)
    settle(qtbot, window)
    place = window.decisions.table.marked()
    assert place is not None
    line = window.decisions.model.line(place)
    assert line is not None
    assert line.id == "p-00003"
    assert "p-00003" in pane.decision.whole()


# --- copying -------------------------------------------------------------------------------------


def test_a_chart_is_copied_as_one_likes(window: Window) -> None:
    board = QGuiApplication.clipboard()
    window.explanation.chart.setFocus()
    window.act("copy")
    assert board.mimeData().hasImage()
    assert board.text().startswith("Input\tValue\t")
    window.act("copy_picture")
    assert (board.mimeData().hasImage(), board.mimeData().hasText()) == (True, False)
    window.act("copy_table")
    assert (board.mimeData().hasImage(), "fill_time\t" in board.text()) == (False, True)
    window.act("copy_markdown")
    lines = board.text().splitlines()
    assert lines[0].startswith("| Input | Value |")
    assert lines[1] == "| --- | --- | --- | --- | --- |"
    assert any(line.startswith("| fill\\_time |") for line in lines)
    window.decisions.take_focus()
    window.act("copy_markdown")
    assert board.text().startswith("| time | id | score | decision |\n| --- |")
    window.act("copy_id")
    assert board.text() == window.session.state.draft.brief.decision
    (card,) = window.whys.findChildren(LeadCard)
    (more,) = card.findChildren(QToolButton)
    acts = {a.text(): a for a in more.menu().actions()}
    acts["Copy as Markdown"].trigger()
    assert board.text().startswith("**fill\\_time")
    acts["Copy as picture"].trigger()
    assert board.mimeData().hasImage()
    menu = clip.menu(window, window.explanation.clip)
    assert [a.text() for a in menu.actions()] == ["Copy", *clip.WORDS.values()]
    menu.deleteLater()


# --- looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "step", "zoom"),
    [(100, "larger", 110), (80, "smaller", 80), (200, "larger", 200), (150, "normal", 100)],
)
def test_text_grows_and_shrinks_and_stays_so(
    qtbot: QtBot, home: Path, qapp: QApplication, before: int, step: str, zoom: int
) -> None:
    del home
    settings.write(settings.Settings(scheme="light", zoom=before))
    theme.apply(qapp, "light", before)
    window = Window()
    qtbot.addWidget(window)
    window.act(step)
    assert theme.theme().zoom == settings.read().zoom == zoom
    assert window.start.font().pixelSize() == round(13 * zoom / 100)
    window.close()


def test_the_window_follows_the_desktop_unless_told_otherwise(
    qtbot: QtBot, home: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    theme.apply(qapp, "light", 100)
    window = Window()
    qtbot.addWidget(window)
    desktop = ["light"]  # the test platform has no colours of its own

    def named(wish: str) -> str:
        return desktop[0] if wish == "system" else wish

    monkeypatch.setattr(theme, "scheme_name", named)
    hints = QGuiApplication.styleHints()
    desktop[0] = "dark"
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.theme().name == "dark"
    window.act("contrast")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.theme().name == "contrast"
    window.close()


def test_values_stand_unrounded_in_tool_tips(window: Window) -> None:
    tip = Qt.ItemDataRole.ToolTipRole
    listed = window.decisions.model.listed
    assert listed is not None
    k = [column.name for column in listed.columns].index("fw_score")
    cell = window.decisions.model.index(0, k)
    assert len(str(cell.data(tip))) >= len(str(cell.data()))
    assert float(str(cell.data(tip))) == pytest.approx(float(str(cell.data())), abs=1e-3)
    table = window.explanation.table
    tips = [table.item(k, 1).toolTip() for k in range(table.rowCount())]
    assert all(each.startswith("as it stands: ") or each == "missing" for each in tips)


# --- report --------------------------------------------------------------------------------------


def test_the_report_is_printed(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QPrintDialog] = []

    def answer(dialog: QPrintDialog) -> QDialog.DialogCode:
        asked.append(dialog)
        dialog.printer().setOutputFileName(str(tmp_path / "report.pdf"))
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", answer)
    window.act("dark")
    window.act("print")
    qtbot.waitUntil(lambda: bool(asked), timeout=LONG)
    qtbot.waitUntil((tmp_path / "report.pdf").is_file)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    page = printing.document("<p>one</p>" * 300, {}, QPrinter())
    assert page.pageCount() > 1
    window.act("light")


def test_export_offers_what_was_chosen_last(qtbot: QtBot, window: Window) -> None:
    settings.write(settings.replace(settings.read(), formats=("md",), audience="public"))
    dialog = ExportDialog(window, window.session)
    qtbot.addWidget(dialog)
    assert {name for name, box in dialog.formats.items() if box.isChecked()} == {"md"}
    assert dialog.audience.currentData() == "public"
    dialog.close()


# --- the window itself ---------------------------------------------------------------------------


def test_the_window_comes_back_where_it_was_and_never_off_screen(
    qtbot: QtBot, home: Path, qapp: QApplication
) -> None:
    del home
    theme.apply(qapp, "light", 100)
    window = Window()
    qtbot.addWidget(window)
    window.show()
    window.resize(700, 500)
    window.columns.setSizes([210, 290, 200])
    window.move(30_000, 30_000)
    sizes = window.columns.sizes()
    window.close()
    other = Window()
    qtbot.addWidget(other)
    other.show()
    assert other.size() == window.size()
    assert other.columns.sizes() == sizes
    assert other.screen().availableGeometry().intersects(other.geometry())
    other.act("reset")
    assert other.size() == SIZE
    other.close()


def test_quitting_takes_less_than_a_second_while_checks_run(
    qtbot: QtBot, case: Path, parcel_case: Path
) -> None:
    del case
    window = Window()
    qtbot.addWidget(window)
    window.show()
    window.session.open_files([str(parcel_case)])
    qtbot.waitUntil(lambda: bool(window.session.state.progress.answers), timeout=LONG)
    assert window.session.state.busy
    began = time.process_time()  # a busy machine makes the clock on the wall tell of others
    window.act("quit")
    assert time.process_time() - began < 1
    assert not window.isVisible()


# --- hearing and help ----------------------------------------------------------------------------


def test_whatever_takes_the_focus_has_a_name_and_a_role(window: Window) -> None:
    nameless: set[str] = set()
    for tab in range(window.tabs.count()):
        window.show_tab(tab)
        QApplication.processEvents()
        for each in window.findChildren(QWidget):
            if not each.isVisible() or not each.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            seen = QAccessible.queryAccessibleInterface(each)
            if not seen.text(QAccessible.Text.Name) or seen.role() == QAccessible.Role.NoRole:
                nameless.add(f"{type(each).__name__} in {type(each.parent()).__name__}, tab {tab}")
    assert not nameless


def test_results_are_announced(qtbot: QtBot, session: Session, parcel_case: Path) -> None:
    heard: list[tuple[str, bool]] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    Announcer(parent, session, lambda words, press: heard.append((words, press)))
    Announcer(parent, session)  # and as Qt does it
    session.open_files([str(parcel_case)])
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=LONG
    )
    said = [words for words, _ in heard]
    assert session.state.explanation is not None
    assert session.state.explanation.sentence in said
    assert any("The checks have finished" in w and "fill_time" in w for w in said)
    session.investigate()
    session.cancel()
    assert heard[-1][0].startswith("Stopped")
    session.open_files(["/no/such.toml"])
    assert heard[-1][1], "trouble presses"


def test_help_opens_at_the_pane_and_at_the_check(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[HelpDialog] = []

    def keep(dialog: HelpDialog) -> None:
        shown.append(dialog)

    monkeypatch.setattr(help_dialogs, "_run", keep)
    window.activateWindow()
    focused = {
        "decisions": window.decisions.table, "explanation": window.explanation.chart,
        "whys": window.whys.findChildren(Line)[0], "start": None,
    }  # fmt: skip
    for page, widget in focused.items():
        if widget is not None:
            widget.setFocus()
            window.act("help")
            assert shown[-1].page == page
    (card,) = window.whys.findChildren(LeadCard)
    (more,) = card.findChildren(QToolButton)
    asks = next(a for a in more.menu().actions() if a.text() == "What does this check do?")
    asks.trigger()
    assert shown[-1].page == "checks"
    assert shown[-1].text.textCursor().selectedText() == card._rival.id
    window.whys.choose("ui_context.component")
    (link,) = (
        b for b in window.whys.findChildren(QPushButton) if b.text() == "What does this check do?"
    )
    link.click()
    assert shown[-1].text.textCursor().selectedText() == "ui_context.component"
    for dialog in shown:
        dialog.deleteLater()
    qtbot.wait(0)


def test_about_and_trouble_are_copied(qtbot: QtBot, window: Window) -> None:
    about = AboutDialog(window)
    qtbot.addWidget(about)
    next(b for b in about.findChildren(QPushButton) if b.text() == "Copy").click()
    assert QGuiApplication.clipboard().text() == about_words()
    assert "Lesser General Public License" in about_words()
    window.fault("ValueError")
    next(b for b in window.bar.findChildren(QPushButton) if b.text() == "Copy details").click()
    copied = QGuiApplication.clipboard().text()
    assert "ValueError" in copied
    assert "LightGBM" in copied or "lightgbm" in copied
    assert str(crash.log_file()) in copied
    window.bar._close()


def test_the_log_is_shown_and_turns_over(
    home: Path, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash, "LONGEST", 2_000)
    root = logging.getLogger()
    level, handler = root.level, crash.begin()
    assert handler is not None
    try:
        for k in range(200):
            logging.getLogger("app").info("word %d", k)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
    logs = sorted(path.name for path in home.glob("fifthwhy.log*"))
    assert logs == ["fifthwhy.log", *(f"fifthwhy.log.{k}" for k in range(1, crash.KEPT + 1))]
    assert all((home / name).stat().st_size <= 2_000 for name in logs)
    action = window.findChild(QAction, "log")
    assert action is not None
    assert action.isEnabled()
