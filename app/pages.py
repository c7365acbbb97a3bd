"""What stands in the window: the start page at once, everything else right after its first picture.

Each page is made when it is first needed, or in a free moment before: one per turn of the event
loop, so that nobody waits for them.  All are there before the first case is.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QTabWidget, QWidget

from app import settings
from app.chrome import Foot, Head, TroubleBar
from app.language import tr
from app.panes.start import StartPage
from app.parts import MOMENT_MS, column

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.dropping import Hover
    from app.panes.decisions import DecisionsPane
    from app.panes.explanation import ExplanationPane
    from app.panes.report import ReportPane
    from app.panes.sources import SourcesPage
    from app.panes.timeline import TimelinePane
    from app.panes.whys import WhysPane
    from app.session import Session
    from app.state import Stage, State

COLUMNS = (302, 596, 468)
# One turn of the event loop each: what takes long to import, then what is made.
MODULES = (
    *("msgspec", "investigators.evidence", "investigators.case", "investigators.board"),
    *("investigators.investigation", "investigators.why_tree", "investigators.brief"),
    *("concurrent.futures", "app.work", "app.state", "app.keeping", "app.session"),
    *("investigators.sheet", "app.models.inputs", "app.panes.source_lines", "app.panes.sources"),
    *("investigators.numbers", "investigators.wish", "app.models.decisions", "app.strip"),
    *("app.panes.listing", "app.panes.decision_table", "app.panes.decisions"),
    *("app.waterfall", "app.panes.explanation", "app.painter", "app.lead_card"),
    *("app.dialogs.reason", "app.panes.whys", "app.panes.report", "app.timeline_picture"),
)
PARTS = ("session", "sources", "decisions", "explanation", "whys", "timeline", "report", "columns")


def column_sizes(zoom: int, width: int) -> list[int]:
    """Widths of the three columns: larger text asks for more of the list, within a share."""
    left = min(COLUMNS[0] * max(zoom, 100) // 100, round(0.28 * width))
    larger = min(max(zoom - 100, 0), 50) / 50
    middle = round((width - left) * (0.56 - 0.06 * larger))
    return [left, middle, width - left - middle]


class Pages(QMainWindow):
    """A window with its pages.  ``painted``: its first picture stands; ``complete``: all do."""

    painted = Signal()
    complete = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kept = settings.read()
        self.head, self.bar, self.foot = (
            Head(self.act),
            TroubleBar(lambda: self.session),
            Foot(self.act),
        )
        self.start = StartPage(lambda: self.session, self.act)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        body = QWidget()
        body.setLayout(column(self.head, self.bar, self.pages, self.foot, gap=0))
        self.setCentralWidget(body)
        self._later = [*MODULES, *PARTS]
        self._moment = QTimer(self)
        self._moment.setInterval(MOMENT_MS)
        self._moment.timeout.connect(self._go_on)
        self._seen, self._told = False, False

    def act(self, action_id: str) -> None:
        """Do an action by its id."""
        from PySide6.QtGui import QAction

        self.session  # noqa: B018 - with it come the actions
        action = self.findChild(QAction, action_id)
        assert action is not None, action_id
        action.trigger()

    # --- made when needed ------------------------------------------------------------------------

    @cached_property
    def session(self) -> Session:
        """The one case of this window."""
        from app.announce import Announcer
        from app.session import Session

        made = Session(self)
        for part in (self.head, self.bar, self.start, self.foot):
            part.join(made)
        self.make_actions()
        Announcer(self, made)
        made.changed.connect(self._leaving)
        made.changed.connect(self.changed)
        self.changed(made.state, made.state)
        return made

    @cached_property
    def hover(self) -> Hover:
        """Says over everything what a drop will do."""
        from app.dropping import Hover

        return Hover(self)

    @cached_property
    def sources(self) -> SourcesPage:
        """What is what."""
        from app.panes.sources import SourcesPage

        made = SourcesPage(self.session, self.act)
        self.pages.addWidget(made)
        return made

    @cached_property
    def decisions(self) -> DecisionsPane:
        """The left column."""
        from app.panes.decisions import DecisionsPane

        return DecisionsPane(self.session, self.act)

    @cached_property
    def explanation(self) -> ExplanationPane:
        """The column in the middle."""
        from app.panes.explanation import ExplanationPane

        return ExplanationPane(self.session, self.act)

    @cached_property
    def whys(self) -> WhysPane:
        """The first tab."""
        from app.panes.whys import WhysPane

        return WhysPane(self.session, self.act)

    @cached_property
    def timeline(self) -> TimelinePane:
        """The second tab."""
        from app.panes.timeline import TimelinePane

        return TimelinePane(self.session, self.act)

    @cached_property
    def report(self) -> ReportPane:
        """The third tab."""
        from app.panes.report import ReportPane

        return ReportPane(self.session, self.act)

    @cached_property
    def tabs(self) -> QTabWidget:
        """The right column."""
        made = QTabWidget()
        made.setDocumentMode(True)
        made.setAccessibleName(tr("Whys, timeline, report"))
        made.tabBar().setDrawBase(False)
        made.addTab(self.whys, tr("Whys"))
        made.addTab(self.timeline, tr("Timeline"))
        made.addTab(self.report, tr("Report"))
        made.currentChanged.connect(lambda tab: self.session.leave(tab=tab))
        return made

    @cached_property
    def columns(self) -> QSplitter:
        """The three columns of a case, as wide as they were left."""
        made = QSplitter(QtCore.Qt.Orientation.Horizontal)
        made.setHandleWidth(2)
        for pane in (self.decisions, self.explanation, self.tabs):
            made.addWidget(pane)
        made.setCollapsible(1, False)
        made.setCollapsible(2, False)
        for k, stretch in enumerate((0, 3, 2)):
            made.setStretchFactor(k, stretch)
        kept = QByteArray.fromHex(self.kept.splitter.encode())
        if not self.kept.splitter or not made.restoreState(kept):
            made.setSizes(column_sizes(self.kept.zoom, self.width()))
        self.pages.addWidget(made)
        return made

    def splitter(self) -> str:
        """How wide the columns are: Qt's own bytes, in hex."""
        if "columns" not in vars(self):
            return self.kept.splitter
        return bytes(self.columns.saveState().toHex().data()).decode()

    # --- free moments ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """From the first picture on there is time for everything else."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self._moment.start()

    def _go_on(self) -> None:
        """Import or make the next."""
        if not self._told:
            self._told = True
            self.painted.emit()
        if self._later:  # a file opened meanwhile needed all of them at once
            self._take(self._later.pop(0))
            self._all_there()
        else:
            self._moment.stop()

    def _take(self, name: str) -> None:
        if name in MODULES:
            import_module(name)
        else:
            getattr(self, name)

    def _leaving(self, _before: State, state: State) -> None:
        """The start page is left: whatever was not made yet is needed now."""
        if state.stage != "start" and self._later:
            while self._later:
                self._take(self._later.pop(0))
            self._all_there()

    def _all_there(self) -> None:
        if self._later:
            return
        self._moment.stop()
        # Last of all: a page is shown, and gets the focus, when it has drawn what is new.
        self.session.changed.disconnect(self.changed)
        self.session.changed.connect(self.changed)
        if not self.session.state.fresh:
            self.redraw()
        self.complete.emit()

    def redraw(self) -> None:
        """Let everything draw itself anew."""
        from app.state import State

        self.session.changed.emit(State(), self.session.state)

    # --- the state -------------------------------------------------------------------------------

    def make_actions(self) -> None:
        """Make what the menus hold, beside the session: here nothing, there are none."""

    def changed(self, before: State, state: State) -> None:
        """Show the page of the state; while a case opens, the one that was there."""
        stage = state.stage
        if stage == "opening":
            stage = before.stage if before.stage in ("sources", "case") else "start"
        if state.stage != "opening" or before.stage != "opening":
            self.pages.setCurrentWidget(self._page(stage))
        if state.stage == "case" and before.stage != "case":
            self.decisions.take_focus()
        if state.path is not None and state.path != before.path:
            self.tabs.setCurrentIndex(self.session.keeping.left.tab)

    def _page(self, stage: Stage) -> QWidget:
        if stage == "start":
            return self.start
        return self.sources if stage == "sources" else self.columns

    def end(self) -> None:
        """End the work; the window is closing."""
        self._moment.stop()
        if "decisions" in vars(self):
            self.decisions.halt()
        if "session" in vars(self):
            self.session.close()
