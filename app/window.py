"""The window: what every action of :mod:`app.actions` does, and how the state moves it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import crash, settings, theme
from app.actions import ACTIONS, MENUS
from app.language import later, tr
from app.pages import column_sizes
from app.telling import Telling

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QAction,
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QKeyEvent,
    )

    from app.actions import Action
    from app.clip import Form
    from app.state import State
    from app.theme import Scheme

SIZE = QSize(1366, 768)
FRAME = QSize(8, 40)  # what a window manager puts around a window
FILES = later("All files (*)")
CASES = later("Fifth Why cases (*.fifthwhy *.toml)")


class Window(Telling):
    """One window, one case."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Fifth Why")
        self.setAcceptDrops(True)
        self._actions: dict[str, QAction] = {}
        self._menus = {name: self.menuBar().addMenu(f"&{tr(name)}") for name in MENUS}
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.follow_desktop)
        self._restore_geometry()

    # --- building --------------------------------------------------------------------------------

    def make_actions(self) -> None:
        """Make the actions, in menus that stand there already."""
        from PySide6.QtGui import QAction, QKeySequence

        from app.recent import recent_menu

        for each in ACTIONS:
            made = QAction(tr(each.words, undo="", redo="").strip(), self)
            made.setObjectName(each.id)
            made.setShortcuts([QKeySequence(keys) for keys in each.shortcuts])
            made.setCheckable(each.checked is not None)
            made.triggered.connect(partial(self._do, each))
            self._actions[each.id] = made
            self.addAction(made)
            menu = self._menus[each.menu]
            if each.gap and menu.actions():
                menu.addSeparator()
            menu.addAction(made)
            if each.id == "open_case":
                menu.addMenu(recent_menu(menu, lambda path: self._open([path])))
        for menu in self._menus.values():
            menu.setToolTipsVisible(True)

    def _do(self, each: Action, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        if each.needs(self.session.state):
            each.do(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter does what the focused button says, as in a dialog; Esc steps back."""
        from PySide6.QtWidgets import QAbstractButton

        widget = QApplication.focusWidget()
        enter = event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
        if event.key() == QtCore.Qt.Key.Key_Escape:
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

    # --- the state -------------------------------------------------------------------------------

    def changed(self, before: State, state: State) -> None:
        """Show the page of the state, its title, and what can be done in it."""
        super().changed(before, state)
        title = (
            tr("{title} – Fifth Why", title=state.title) if state.stage != "start" else "Fifth Why"
        )
        self.setWindowTitle(title)
        for each in ACTIONS:
            action = self._actions[each.id]
            can = each.needs(state)
            action.setEnabled(can)
            action.setToolTip("" if can else tr(each.why_not))
            if "{" in each.words:  # in a menu, "&" would mark the letter to press
                action.setText(each.said(state).replace("&", "&&"))
            if each.checked is not None:
                action.setChecked(each.checked(state))

    def fault(self, name: str) -> None:
        """Say that something went wrong that nobody caught."""
        self.bar.say(
            tr("Something went wrong inside the program ({name}). The case is safe.", name=name)
        )

    # --- files -----------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for files and open them."""
        from PySide6.QtWidgets import QFileDialog

        paths, _ = QFileDialog.getOpenFileNames(self, tr("Open files"), self.kept.folder, tr(FILES))
        if paths:
            self._open(paths)

    def choose_case(self) -> None:
        """Ask for a case and open it."""
        from PySide6.QtWidgets import QFileDialog

        start = str(settings.cases()) if settings.cases().is_dir() else ""
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a case"), start, tr(CASES))
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
        from PySide6.QtWidgets import QFileDialog

        path, _ = QFileDialog.getSaveFileName(self, tr("Save a copy"), source.name, tr(CASES))
        if path:
            self.session.copy_to(Path(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files may be dropped anywhere; what that will do is said."""
        from app.dropping import picture_words

        self.hover.say(picture_words(event.mimeData(), self.session.state.stage))
        if self.hover.words.text():
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing will happen."""
        super().dragLeaveEvent(event)
        self.hover.say("")

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        from app.dropping import dropped, take_picture

        self.hover.say("")
        paths = dropped(event.mimeData())
        if self.session.state.stage == "case" and take_picture(self, self.session, event):
            return
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
        from app.dialogs import ask

        words = ask.line(
            self, tr("Go to a decision"), tr("Id of the decision, or of a screen event")
        )
        if words:
            self.session.pick(words.strip())

    def expect(self) -> None:
        """Ask what was expected, and where that comes from."""
        from app.dialogs.expectation import ask_expectation

        ask_expectation(self, self.session)

    def try_repair(self) -> None:
        """Undo something by hand and ask the model again."""
        from app.dialogs.try_repair import try_repair

        try_repair(self, self.session)

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
        record = "let guards warn" if board.strict else "make the case strict"
        self.session.say(record, replace(board, strict=not board.strict))

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
        from app.clip import focused

        holder = focused("copy", self)
        if holder is not None:
            holder.copy()

    def copy_as(self, form: Form) -> None:
        """Copy what has the focus in one form; without such a thing, what the model did."""
        from app.clip import focused, put

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

    def follow_desktop(self) -> None:
        """The desktop became dark or light: follow it, unless another look was chosen."""
        if self.kept.scheme == "system" and theme.scheme_name("system") != theme.theme().name:
            self._look()

    def _look(self, **new: object) -> None:
        self.kept = settings.replace(settings.read(), **new)  # type: ignore[arg-type]
        settings.write(self.kept)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, self.kept.scheme, self.kept.zoom)
        if "zoom" in new and "columns" in vars(self):
            self.columns.setSizes(column_sizes(self.kept.zoom, self.columns.width()))
        self.redraw()

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
        kept = settings.replace(
            settings.read(), geometry=bytes(self.saveGeometry().toHex().data()).decode()
        )
        settings.write(settings.replace(kept, splitter=self.splitter()))
        self.end()
        event.accept()
