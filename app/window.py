"""The window: head line, pages, three columns, foot; every action comes from :mod:`app.actions`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
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
from app.announce import Announcer
from app.chrome import Foot, Head, TroubleBar
from app.clip import Form, focused, put
from app.dialogs import ask
from app.dropping import Hover, dropped, will_happen
from app.panes.decisions import DecisionsPane
from app.panes.explanation import ExplanationPane
from app.panes.report import ReportPane
from app.panes.sources import SourcesPage
from app.panes.start import StartPage
from app.panes.timeline import TimelinePane
from app.panes.whys import WhysPane
from app.parts import column
from app.recent import recent_menu
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
    left = min(round(COLUMNS[0] * (1 + 0.5 * (zoom - 100) / 100)), round(0.28 * width))
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
        Announcer(self, self.session)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._desktop_turned)
        self._restore_geometry()
        self._changed(State(), self.session.state)

    # --- building --------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        menus = {name: self.menuBar().addMenu(f"&{name}") for name in MENUS}
        for each in ACTIONS:
            made = QAction(each.words.split(" {")[0], self)
            made.setObjectName(each.id)
            made.setShortcuts([QKeySequence(keys) for keys in each.shortcuts])
            made.setCheckable(each.checked is not None)
            made.triggered.connect(partial(self._do, each))
            self._actions[each.id] = made
            self.addAction(made)
            menu = menus[each.menu]
            if each.gap and menu.actions():
                menu.addSeparator()
            menu.addAction(made)
            if each.id == "open_case":
                menu.addMenu(recent_menu(menu, lambda path: self._open([path])))
        for menu in menus.values():
            menu.setToolTipsVisible(True)

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
        self.tabs.setAccessibleName("Whys, timeline, report")
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.whys, "Whys")
        self.tabs.addTab(self.timeline, "Timeline")
        self.tabs.addTab(self.report, "Report")
        self.tabs.currentChanged.connect(lambda tab: self.session.leave(tab=tab))
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
        self.hover = Hover(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter does what the focused button says, as in a dialog; Esc steps back."""
        widget = QApplication.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.step_back()
        elif enter and isinstance(widget, QAbstractButton):
            widget.click()
        else:
            super().keyPressEvent(event)

    def step_back(self) -> None:
        """Leave what was entered last: opening, what is what, a question, work under way."""
        state = self.session.state
        if state.stage == "sources":
            self.show_case()
        elif state.stage == "case" and self.explanation.step_back():
            return
        elif state.busy:
            self.act("cancel")

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
        if state.path is not None and state.path != before.path:
            self.tabs.setCurrentIndex(self.session.keeping.left.tab)
        title = f"{state.title} – Fifth Why" if state.stage != "start" else "Fifth Why"
        self.setWindowTitle(title)
        for each in ACTIONS:
            action = self._actions[each.id]
            can = each.needs(state)
            action.setEnabled(can)
            action.setToolTip("" if can else each.why_not)
            if "{" in each.words:  # in a menu, "&" would mark the letter to press
                action.setText(each.said(state).replace("&", "&&"))
            if each.checked is not None:
                action.setChecked(each.checked(state))

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
        """Files may be dropped anywhere; what that will do is said."""
        begun = self.session.state.stage in ("sources", "case")
        self.hover.say(will_happen(dropped(event.mimeData()), begun=begun))
        if self.hover.words.text():
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing will happen."""
        super().dragLeaveEvent(event)
        self.hover.say("")

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        self.hover.say("")
        paths = dropped(event.mimeData())
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

    def walk(self, by: int) -> None:
        """Pick the decision that was picked before, or the one after it again."""
        self.session.pick(self.session.state.trail.beside(by))

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

    def end_case(self) -> None:
        """Ask for an ending and close the case, or go to what is missing."""
        from app.dialogs.ending import close_case

        about = close_case(self, self.session)
        if about:
            self.show_tab(2 if about == "report" else 0)
            self.whys.show_gap(about)

    def reopen_case(self) -> None:
        """Take the ending off the case."""
        board = self.session.state.board
        self.session.say("reopen the case", replace(board, ending=None))

    def toggle_strict(self) -> None:
        """Let guards block, or warn again."""
        board = self.session.state.board
        words = "let guards warn" if board.strict else "make the case strict"
        self.session.say(words, replace(board, strict=not board.strict))

    def choose_playbook(self) -> None:
        """Show the whys and the menu of playbooks."""
        self.show_tab(0)
        self.whys.choose_playbook()

    def palette(self) -> None:  # type: ignore[override]
        """Open the command palette."""
        from app.dialogs.palette import show_palette

        show_palette(self)

    def export(self) -> None:
        """Ask for formats, audience and folder, and write the reports."""
        from app.dialogs.export import show_export

        show_export(self, self.session)

    def print_report(self) -> None:
        """Ask for a printer and print the report."""
        from app.dialogs.printing import show_print

        show_print(self, self.session)

    def meeting(self) -> None:
        """Show the six cards over the whole screen."""
        from app.meeting import Meeting

        self._meeting = Meeting(self.session, self)
        self._meeting.open()

    def copy(self) -> None:
        """Copy whatever has the focus: text, the rows of a table, a chart, a card."""
        holder = focused("copy", self)
        if holder is not None:
            holder.copy()

    def copy_as(self, form: Form) -> None:
        """Copy what has the focus in one form; without such a thing, what the model did."""
        put((focused("clip", self) or self.explanation).clip(), form)

    def copy_id(self) -> None:
        """Copy the id of the picked decision: Ctrl+G finds it again, in any window."""
        case = self.session.state.case
        if case is not None and case.decision is not None:
            QGuiApplication.clipboard().setText(case.decision.id)

    # --- looks -----------------------------------------------------------------------------------

    def zoom(self, by: int) -> None:
        """Make text larger or smaller; 0 is normal."""
        at = theme.ZOOMS.index(self.kept.zoom) if self.kept.zoom in theme.ZOOMS else 2
        at = 2 if by == 0 else min(max(at + by, 0), len(theme.ZOOMS) - 1)
        self._look(zoom=theme.ZOOMS[at])

    def scheme(self, name: Scheme) -> None:
        """Choose light, dark, high contrast, or as the desktop."""
        self._look(scheme=name)

    def _desktop_turned(self) -> None:
        """The desktop became dark or light: follow it, unless another look was chosen."""
        if self.kept.scheme == "system" and theme.scheme_name("system") != theme.theme().name:
            self._look()

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
