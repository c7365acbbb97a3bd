"""The window: head line, pages, three columns, foot; every action comes from :mod:`app.actions`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from app import crash, settings, theme
from app.actions import ACTIONS, MENUS, Action
from app.chrome import Foot, Head, TroubleBar
from app.dialogs import ask
from app.panes.decisions import DecisionsPane
from app.panes.explanation import ExplanationPane
from app.panes.report import ReportPane
from app.panes.sources import SourcesPage
from app.panes.start import StartPage
from app.panes.timeline import TimelinePane
from app.panes.whys import WhysPane
from app.parts import column
from app.session import Session
from app.state import State
from app.theme import Scheme

SIZE = QSize(1366, 768)
FRAME = QSize(8, 40)  # what a window manager puts around a window
COLUMNS = (302, 596, 468)
FILES = "All files (*)"
CASES = "Fifth Why cases (*.fifthwhy *.toml)"


def column_sizes(zoom: int, width: int) -> list[int]:
    """Widths of the three columns: larger text asks for more of the list, within a share."""
    left = min(COLUMNS[0] * max(zoom, 100) // 100, round(0.28 * width))
    larger = min(max(zoom - 100, 0), 50) / 50
    middle = round((width - left) * (0.56 - 0.06 * larger))
    return [left, middle, width - left - middle]


class Window(QMainWindow):
    """One window, one case."""

    session: Session
    explanation: ExplanationPane
    whys: WhysPane
    decisions: DecisionsPane

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Fifth Why")
        self.setAcceptDrops(True)
        self.session = Session(self)
        self.kept = settings.read()
        self._actions: dict[str, QAction] = {}
        self._make_actions()
        self._make_pages()
        self.session.changed.connect(self._changed)
        self._restore_geometry()
        self._changed(State(), self.session.state)

    # --- building --------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        menus = {name: self.menuBar().addMenu(name) for name in MENUS}
        for each in ACTIONS:
            made = QAction(each.words.split(" {")[0], self)
            made.setObjectName(each.id)
            made.setShortcuts([QKeySequence(keys) for keys in each.shortcuts])
            made.triggered.connect(partial(self._do, each))
            self._actions[each.id] = made
            self.addAction(made)
            menu = menus[each.menu]
            if each.gap and menu.actions():
                menu.addSeparator()
            menu.addAction(made)

    def _do(self, each: Action, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        if each.needs(self.session.state):
            each.do(self)

    def act(self, action_id: str) -> None:
        """Do an action by its id."""
        self._actions[action_id].trigger()

    def _make_pages(self) -> None:
        self.head = Head(self.session, self.act)
        self.bar = TroubleBar(self.session)
        self.start = StartPage(self.session, self.act)
        self.sources = SourcesPage(self.session, self.act)
        self.decisions = DecisionsPane(self.session, self.act)
        self.explanation = ExplanationPane(self.session, self.act)
        self.whys = WhysPane(self.session, self.act)
        self.timeline = TimelinePane(self.session, self.act)
        self.report = ReportPane(self.session, self.act)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.whys, "Whys")
        self.tabs.addTab(self.timeline, "Timeline")
        self.tabs.addTab(self.report, "Report")
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setHandleWidth(2)
        for pane in (self.decisions, self.explanation, self.tabs):
            self.columns.addWidget(pane)
        self.columns.setCollapsible(1, False)
        self.columns.setCollapsible(2, False)
        for k, stretch in enumerate((0, 3, 2)):
            self.columns.setStretchFactor(k, stretch)
        self.pages = QStackedWidget()
        for page in (self.start, self.sources, self.columns):
            self.pages.addWidget(page)
        self.foot = Foot(self.session, self.act)
        body = QWidget()
        body.setLayout(column(self.head, self.bar, self.pages, self.foot, gap=0))
        self.setCentralWidget(body)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter does what the focused button says, as in a dialog."""
        widget = QApplication.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(widget, QAbstractButton):
            widget.click()
        else:
            super().keyPressEvent(event)

    def _restore_geometry(self) -> None:
        room = self.screen().availableGeometry().size() - FRAME
        self.resize(SIZE.boundedTo(room))
        if self.kept.geometry:
            self.restoreGeometry(QByteArray.fromHex(self.kept.geometry.encode()))
        if not self.kept.splitter or not self.columns.restoreState(
            QByteArray.fromHex(self.kept.splitter.encode())
        ):
            self.columns.setSizes(column_sizes(self.kept.zoom, self.width()))

    # --- the state -------------------------------------------------------------------------------

    def _changed(self, before: State, state: State) -> None:
        page = {"start": self.start, "opening": self.start, "sources": self.sources}.get(
            state.stage, self.columns
        )
        if state.stage == "opening" and before.stage in ("sources", "case"):
            page = self.sources if before.stage == "sources" else self.columns
        if state.stage != "opening" or before.stage != "opening":
            self.pages.setCurrentWidget(page)
        if state.stage == "case" and before.stage != "case":
            self.decisions.take_focus()
        title = f"{state.title} – Fifth Why" if state.stage != "start" else "Fifth Why"
        self.setWindowTitle(title)
        for each in ACTIONS:
            action = self._actions[each.id]
            can = each.needs(state)
            action.setEnabled(can)
            action.setToolTip("" if can else each.why_not)
            if "{" in each.words:
                words = each.words.format(undo=state.undo.lower(), redo=state.redo.lower())
                action.setText(words.strip())

    def fault(self, name: str) -> None:
        """Say that something went wrong that nobody caught."""
        self.bar.say(f"Something went wrong inside the program ({name}). The case is safe.")

    # --- files -----------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for files and open them."""
        paths, _ = QFileDialog.getOpenFileNames(self, "Open files", self.kept.folder, FILES)
        if paths:
            self._open(paths)

    def choose_case(self) -> None:
        """Ask for a case and open it."""
        start = str(settings.cases()) if settings.cases().is_dir() else ""
        path, _ = QFileDialog.getOpenFileName(self, "Open a case", start, CASES)
        if path:
            self._open([path])

    def _open(self, paths: list[str]) -> None:
        kept = settings.read()
        settings.write(settings.replace(kept, folder=str(Path(paths[0]).parent)))
        self.kept = settings.read()
        self.session.open_files(paths)

    def save_copy(self) -> None:
        """Ask for a place and copy the case file there."""
        source = self.session.state.path
        if source is None:
            return
        path, _ = QFileDialog.getSaveFileName(self, "Save a copy", source.name, CASES)
        if path:
            self.session.copy_to(Path(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._open(paths)

    # --- moving about ----------------------------------------------------------------------------

    def show_sources(self) -> None:
        """Show what is what; the page's button leads back."""
        self.session.to_sources()

    def show_case(self) -> None:
        """Show the three columns."""
        self.session.to_case()

    def show_tab(self, number: int) -> None:
        """Show one of the tabs on the right."""
        self.show_case()
        self.tabs.setCurrentIndex(number)
        self.tabs.currentWidget().setFocus()

    def toggle_decisions(self) -> None:
        """Hide or show the left column."""
        self.decisions.setVisible(self.decisions.isHidden())

    def search(self) -> None:
        """Put the cursor into the search of the decisions."""
        self.decisions.show()
        self.decisions.focus_search()

    def step(self, by: int) -> None:
        """Pick the next or previous decision of the list."""
        self.decisions.step(by)

    def surprise(self) -> None:
        """Sort the most surprising decisions first."""
        self.decisions.show()
        self.decisions.surprise()

    def go_to(self) -> None:
        """Ask for an id and pick it."""
        words = ask.line(self, "Go to a decision", "Id of the decision, or of a screen event")
        if words:
            self.session.pick(words.strip())

    def expect(self) -> None:
        """Ask what was expected, and where that comes from."""
        from app.dialogs.expectation import ask_expectation

        ask_expectation(self, self.session)

    def first_questions(self) -> None:
        """Ask the three questions that stand in for UI events."""
        from app.dialogs.first_questions import ask_questions

        ask_questions(self, self.session)

    def palette(self) -> None:  # type: ignore[override]
        """Open the command palette."""
        from app.dialogs.palette import show_palette

        show_palette(self)

    def export(self) -> None:
        """Ask for formats, audience and folder, and write the reports."""
        from app.dialogs.export import show_export

        show_export(self, self.session)

    def meeting(self) -> None:
        """Show the six cards over the whole screen."""
        from app.meeting import Meeting

        self._meeting = Meeting(self.session, self)
        self._meeting.open()

    def copy(self) -> None:
        """Copy whatever has the focus: text, the rows of a table, a chart, a card."""
        widget = QApplication.focusWidget()
        while widget is not None:
            take = getattr(widget, "copy", None)
            if callable(take):
                take()
                return
            widget = widget.parentWidget()
            if widget is self:
                return

    # --- looks -----------------------------------------------------------------------------------

    def zoom(self, by: int) -> None:
        """Make text larger or smaller; 0 is normal."""
        at = theme.ZOOMS.index(self.kept.zoom) if self.kept.zoom in theme.ZOOMS else 2
        at = 2 if by == 0 else min(max(at + by, 0), len(theme.ZOOMS) - 1)
        self._look(zoom=theme.ZOOMS[at])

    def scheme(self, name: Scheme) -> None:
        """Choose light, dark, high contrast, or as the desktop."""
        self._look(scheme=name)

    def _look(self, **new: object) -> None:
        self.kept = settings.replace(settings.read(), **new)  # type: ignore[arg-type]
        settings.write(self.kept)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, self.kept.scheme, self.kept.zoom)
        if "zoom" in new:
            self.columns.setSizes(column_sizes(self.kept.zoom, self.columns.width()))
        self.session.changed.emit(State(), self.session.state)

    def reset_layout(self) -> None:
        """Columns and sizes as they were at first."""
        self.decisions.show()
        self.resize(SIZE)
        self.columns.setSizes(column_sizes(self.kept.zoom, self.width()))

    # --- help ------------------------------------------------------------------------------------

    def help(self) -> None:
        """Show the page of the pane that has the focus."""
        from app.dialogs.help import show_help

        widget = QApplication.focusWidget()
        page = ""
        while widget is not None and not page:
            page = str(widget.property("help") or "")
            widget = widget.parentWidget()
        show_help(self, page or "overview")

    def shortcuts(self) -> None:
        """Show every action with its keys."""
        from app.dialogs.help import show_shortcuts

        show_shortcuts(self)

    def show_log(self) -> None:
        """Open the log file in the desktop's viewer."""
        import webbrowser

        webbrowser.open(crash.log_file().as_uri())

    def about(self) -> None:
        """Show versions and licence."""
        from app.dialogs.help import show_about

        show_about(self)

    # --- leaving ---------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Everything is saved already: end the work and go."""
        settings.write(
            settings.replace(
                settings.read(),
                geometry=bytes(self.saveGeometry().toHex().data()).decode(),
                splitter=bytes(self.columns.saveState().toHex().data()).decode(),
            )
        )
        self.decisions.halt()
        self.session.close()
        event.accept()
