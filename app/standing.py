"""The state of a window and the lanes its work is done in: what a session stands on."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app import typed
from app.state import State, trouble_of, walked
from app.work import Job, Lane, give_way
from investigators.task import Task
from investigators.trouble import InputTrouble

log = logging.getLogger(__name__)


def in_words(progress: str) -> str:
    """What is being done, with checks by their names: scripts read ids, people do not."""
    return _check_ids().sub(lambda found: found[1].replace("_", " "), progress)


@cache
def _check_ids() -> re.Pattern[str]:
    from investigators.evidence import FAMILIES  # late: the first picture does without it

    return re.compile(rf"\b(?:{'|'.join(FAMILIES)})\.(\w+)")


class Standing(QObject):
    """A state that tells of its changes, and three lanes.  Signals carry it before and after."""

    changed = Signal(object, object)
    progressed = Signal(str, int, int)
    wanted = Signal(object)  # filters that the list of decisions should show

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self.case_lane = Lane("case", give_way, self._progress, self._busy)
        self.view_lane = Lane("view", progress=self._progress, busy=self._busy)
        # a lane of its own: a sort delays no explanation
        self.list_lane = Lane("list", give_way, self._progress, self._busy)

    def put(self, **new: object) -> None:
        """Replace fields of the state and tell."""
        before = self.state
        self.state = walked(before, replace(before, **new))  # type: ignore[arg-type]
        if before.path != self.state.path:
            typed.turn_to(str(self.state.path or ""))
        self.changed.emit(before, self.state)

    def _progress(self, job: Job, done: int, total: int, words: str) -> None:
        del job
        self.progressed.emit(in_words(words), done, total)

    def _busy(self) -> None:
        jobs = [*self.case_lane.jobs, *self.view_lane.jobs, *self.list_lane.jobs]
        words = next((job.words for job in jobs if job.words), "")  # a page of the list has none
        if words != self.state.busy:
            self.put(busy=words)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, InputTrouble):
            log.error("work failed", exc_info=error)
        self.put(trouble=trouble_of(error))

    def ask[T](
        self,
        words: str,
        work: Callable[[Task], T],
        then: Callable[[T], None],
        *,
        lane: Literal["view", "case", "list"] = "view",
    ) -> Job:
        """Do something slow for a pane; ``then`` runs on the GUI thread."""
        chosen = {"view": self.view_lane, "case": self.case_lane, "list": self.list_lane}[lane]
        return chosen.run(words, work, then, self._failed)
