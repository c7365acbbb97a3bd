"""The start page: paste a ticket, drop files, try a sample, go on with a case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QShowEvent,
)
from PySide6.QtWidgets import QLabel, QLayout, QProgressBar, QWidget

from app import settings
from app.dropping import dropped, is_picture, will_happen
from app.language import later, spoken, tr
from app.panes.ticket import TicketField
from app.parts import CENTRE, Card, Tall, button, clear, column, elided, frame, label, row, turn
from investigators import desk

if TYPE_CHECKING:
    from app.session import Session
    from app.state import State
    from investigators.glance import Glance

STEPS = (
    later("Pick the decision and say what you expected."),
    later("What the model did, beside why that happened."),
    later("Checks answer: supports, speaks against, cannot tell."),
    later("Undo a suspected cause and ask the model again."),
    later("Take the post-mortem to the ticket or the meeting."),
)
DROP = later("Drop the model and the log of its requests here")
MORE = later(
    "and, if you have them: training data, outcomes, screen events, a screenshot, "
    "the feature list with units, releases"
)
Look = tuple[tuple[int, ...], tuple["Glance", ...]]

# After the first paint: counting rows brings the heavy libraries in.
LATER_MS = 250


class StartPage(QWidget):
    """Everything that begins a case.  It stands before its session does: see :meth:`join`."""

    def __init__(self, session: Callable[[], Session], act: Callable[[str], None]) -> None:
        super().__init__()
        self._ask, self._act = session, act
        self._looked, self._joined = False, False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._look)
        self.setProperty("help", "start")
        self.setAcceptDrops(True)
        self.ticket = TicketField(session)
        self.ticket.filed.connect(self._take)
        self._make_drop()
        self._facts: dict[str, QLabel] = {}
        self._recent = column(gap=0)
        self._clear = button(tr("Clear"), self._forget, "link", tr("Forget the list; files stay"))
        self._clear.setAccessibleName(tr("Clear the list of recent cases"))
        left, right = QWidget(), QWidget()
        left.setLayout(self._left())
        left.setMaximumWidth(860)
        right.setLayout(self._right())
        right.setMaximumWidth(430)
        inside = QWidget()
        both = row(left, right, margins=(56, 40, 56, 24), gap=34)
        both.setStretch(0, 65)
        both.setStretch(1, 35)
        inside.setLayout(column(both, 1))
        self.setLayout(column(Tall(inside)))

    def join(self, session: Session) -> None:
        """Begin cases in this session."""
        self.ticket.join(session)
        session.changed.connect(self._changed)
        session.progressed.connect(self._progressed)
        self._joined = True
        if self._looked:
            self._later.start(LATER_MS)

    @property
    def _session(self) -> Session:
        return self._ask()

    # --- building --------------------------------------------------------------------------------

    def _left(self) -> QLayout:
        cards = row(gap=14)
        for name in self._samples():
            cards.addWidget(self._sample(name), 1)
        return column(
            label(tr("Which decision surprised somebody?"), "hero", wrap=True),
            label(
                tr("Drop what you have. Nothing leaves this computer, nothing is changed."),
                "soft",
                wrap=True,
            ),
            _gap(6),
            self.ticket,
            self._drop,
            self._opening,
            _gap(14),
            label(tr("Learn it in five minutes: cases with a known end"), "bold", wrap=True),
            cards,
            1,
            gap=6,
        )

    @staticmethod
    def _samples() -> tuple[str, ...]:
        """Cards in the order of the ways a case may end: a unit, a component, a policy."""
        order = ("shop_fraud", "home_page", "contract_refused")
        known = desk.samples()
        return (*(n for n in order if n in known), *(n for n in known if n not in order))

    def _sample(self, name: str) -> Card:
        card = desk.sample_card(name)
        facts = label(", ".join(card.holds), "faint", wrap=True)
        self._facts[name] = facts
        inside = column(
            label(card.title, "bold", wrap=True),
            label(card.story, "soft", wrap=True),
            facts,
            1,
            margins=(14, 12, 14, 12),
            gap=6,
        )
        words = tr("Sample case: {title}. {story}", title=card.title, story=card.story)
        return Card("card", inside, words, partial(self._open, [str(desk.sample(name))]))

    def _make_drop(self) -> None:
        self._words = label(tr(DROP), "bold", wrap=True)
        self._more = label(tr(MORE), "soft", wrap=True)
        for each in (self._words, self._more):
            each.setProperty("alignment", CENTRE)
        self.choose = button(tr("Choose files…"), lambda: self._act("open"), "main")
        self.case = button(tr("Open a case…"), lambda: self._act("open_case"))
        inside = column(
            self._words,
            self._more,
            row(1, self.choose, self.case, 1),
            margins=(20, 26, 20, 26),
            gap=12,
        )
        self._drop = frame("drop", inside)
        self._drop.setAccessibleName(f"{tr(DROP)} {tr(MORE)}")
        self._said = label(tr("Opening"), "bold", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of opening"))
        self.cancel = button(tr("Cancel"), lambda: self._act("cancel"))
        waiting = column(
            self._said, self._bar, row(1, self.cancel, 1), margins=(20, 26, 20, 26), gap=14
        )
        self._said.setProperty("alignment", CENTRE)
        self._opening = frame("panel", waiting)
        self._opening.hide()

    def _right(self) -> QLayout:
        recent = frame("panel", self._recent)
        steps = column(margins=(14, 10, 14, 10), gap=5)
        for number, words in enumerate(spoken(STEPS), start=1):
            line = row(label(str(number), "bold"), label(words, wrap=True))
            line.setStretch(1, 1)
            steps.addLayout(line)
        return column(
            row(label(tr("Recent cases"), "bold"), 1, self._clear),
            recent,
            _gap(12),
            label(tr("How it works"), "bold"),
            frame("panel", steps),
            1,
            gap=8,
        )

    # --- what there is ---------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look around after the page is on screen, never before."""
        super().showEvent(event)
        if not self._looked:
            self._looked = True
            if self._joined:
                self._later.start(LATER_MS)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """A page that goes looks no more."""
        super().hideEvent(event)
        if self._later.isActive():
            self._later.stop()
            self._looked = False

    def _look(self) -> None:
        """Read recent cases and count the samples' rows, off the GUI thread."""
        names = tuple(self._facts)
        paths = settings.read().recent
        self._session.ask(
            tr("Looking at the recent cases"),
            lambda _task: (
                tuple(desk.sample_rows(name) for name in names),
                tuple(desk.glance(path) for path in paths),
            ),
            self._seen,
        )

    def _seen(self, look: Look) -> None:
        rows, recent = look
        for (name, facts), n in zip(self._facts.items(), rows, strict=True):
            holds = desk.sample_card(name).holds
            facts.setText(" · ".join((tr("%n requests", "", n), *holds)))
        clear(self._recent)
        self._clear.setVisible(bool(recent))
        if not recent:
            none = label(tr("Cases that you open stand here."), "soft", wrap=True)
            none.setContentsMargins(12, 10, 12, 10)
            self._recent.addWidget(none)
        for each in recent:
            self._recent.addWidget(self._known(each))

    def _known(self, each: Glance) -> Card:
        title = elided(each.title, "bold" if each.there else "faint")
        ending = " · ".join(part for part in (each.ending, _day(each.changed)) if part)
        inside = row(title, label(ending, "faint"), margins=(12, 8, 12, 8))
        inside.setStretch(0, 1)
        card = Card("row", inside, f"{each.title}: {ending}", partial(self._open, [each.path]))
        card.setEnabled(each.there)
        card.setToolTip(each.path)
        return card

    def _forget(self) -> None:
        settings.write(settings.replace(settings.read(), recent=()))
        self._look()

    def _changed(self, before: State, state: State) -> None:
        if state.busy and state.busy != before.busy:
            self._said.setText(state.busy)
        if before.stage != state.stage or before.fresh:
            opening = state.stage == "opening"
            self._opening.setVisible(opening)
            self._drop.setVisible(not opening)
            if not opening:
                self._said.setText("")
            self._bar.setRange(0, 0)
            if state.stage == "start" and self._looked and before.stage != "start":
                self._look()
            self.ticket.redraw()

    def _progressed(self, words: str, done: int, total: int) -> None:
        if self._session.state.stage == "opening":
            self._said.setText(
                tr("{words}, {done:,} of {total:,}", words=words, done=done, total=total)
                if total
                else words
            )
            self._bar.setRange(0, total)
            self._bar.setValue(done)

    # --- files -----------------------------------------------------------------------------------

    def _open(self, paths: list[str]) -> None:
        self._session.open_files(paths)

    def _take(self, paths: list[str]) -> None:
        """Pictures wait for the case; everything else is opened, with them."""
        pictures = [path for path in paths if is_picture(path)]
        if pictures and len(pictures) == len(paths):
            self.ticket.take_picture(pictures[0])
        elif paths:
            self._open(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Say what will happen."""
        words = self._will_happen(event.mimeData())
        if words:
            event.acceptProposedAction()
            self._words.setText(words)
            turn(self._drop, "drop", "over")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """As before."""
        super().dragLeaveEvent(event)
        self._no_drag()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Take what was dropped."""
        self._no_drag()
        data = event.mimeData()
        paths = dropped(data)
        event.acceptProposedAction()
        if paths:
            self._take(paths)
        elif isinstance(data.imageData(), QImage):
            self.ticket.field.pictured.emit(data.imageData())

    def _no_drag(self) -> None:
        self._words.setText(tr(DROP))
        turn(self._drop, "drop")

    @staticmethod
    def _will_happen(data: QMimeData) -> str:
        paths = dropped(data)
        if data.hasImage() or (paths and all(is_picture(path) for path in paths)):
            return tr("Let go: the picture is kept as the screenshot of the case you open next")
        return will_happen(paths, begun=False)


def _gap(height: int) -> QWidget:
    """Some room between two parts."""
    made = QWidget()
    made.setFixedHeight(height)
    return made


def _day(iso: str) -> str:
    """``yesterday``, ``4 Nov``, or with the year when it is another one."""
    if not iso:
        return ""
    from datetime import date

    day, today = date.fromisoformat(iso), date.today()  # noqa: DTZ011 - the reader's own calendar
    ago = (today - day).days
    if ago in (0, 1):
        return (tr("today"), tr("yesterday"))[ago]
    return f"{day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")
