"""Results are announced to screen readers: somebody who cannot see the window hears of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from app.language import tr
from app.session import Session
from app.state import State

Tell = Callable[[str, bool], object]


class Announcer(QObject):
    """Listens to a session and tells what is new; ``tell`` takes words and whether they press."""

    def __init__(self, parent: QObject, session: Session, tell: Tell | None = None) -> None:
        super().__init__(parent)
        self._window = parent
        self._tell = tell or self._announce
        session.changed.connect(self._changed)

    def _changed(self, before: State, state: State) -> None:
        if before == State():  # looks changed, or nothing is open yet
            return
        if state.trouble is not None and state.trouble is not before.trouble:
            self._tell(state.trouble.told(), True)
            return
        words = news(before, state)
        if words:
            self._tell(words, False)

    def _announce(self, words: str, press: bool) -> None:  # noqa: FBT001 - a signal of its own
        event = QAccessibleAnnouncementEvent(self._window, words)
        if press:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)


def news(before: State, state: State) -> str:
    """What there is to say of a change, in a sentence; empty for most of them."""
    explained = state.explanation
    if explained is not None and explained is not before.explanation:
        return explained.withheld or explained.sentence
    if state.progress.cancelled and not before.progress.cancelled:
        return tr("Stopped; %n checks have answered.", "", len(state.progress.answers))
    if state.progress.done and not before.progress.done and state.found is not None:
        return _finished(state)
    return ""


def _finished(state: State) -> str:
    leads = state.progress.leads
    found = tr("%n leads", "", len(leads)) if leads else tr("no lead")
    answers = len(state.progress.answers)
    said = tr("The checks have finished: %n answers, {leads}.", "", answers, leads=found)
    if not leads or state.case is None:
        return said
    return f"{said} {state.case.in_log(leads[0].statement, leads[0].features)}"
