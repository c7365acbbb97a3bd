"""The case file of a window: held against other windows, written before anything is shown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from app import settings
from investigators import desk
from investigators.board import Draft
from investigators.investigation import Investigation
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.case_history import CaseFile
    from investigators.casefile import Encoded


class Keeping:
    """Nothing is held until a case is opened or begun."""

    def __init__(self) -> None:
        self.file: CaseFile | None = None
        self._lock: QLockFile | None = None

    @property
    def path(self) -> Path | None:
        """Where the case is kept."""
        return None if self.file is None else self.file.path

    def open(self, path: Path) -> tuple[Draft, Investigation | None]:
        """Open a case file where it was left.

        Raises:
            InputTrouble: not a case file, damaged, or open in another window.
        """
        if not path.is_file():
            raise InputTrouble(path.name, "there is no such file", mend="was it moved?")
        self._take_hold(path)
        try:
            file = desk.case_file(path)
            draft, found = file.draft(), file.found()
            if draft is None:  # written without a window
                found = desk.load(path)
                draft = Draft(found.case.brief, found.board)
        except InputTrouble:
            self.close()
            raise
        self.file = file
        _remember(path)
        return draft, found

    def _take_hold(self, path: Path) -> None:
        """Refuse a case that another window has open."""
        lock = QLockFile(str(path) + ".lock")
        lock.setStaleLockTime(0)
        if not lock.tryLock(100):
            raise InputTrouble(
                path.name, "this case is open in another window", mend="close it there first"
            )
        self._lock = lock

    def begin(self, draft: Draft) -> None:
        """A new case has a file from its first moment; an open one notes what is new.

        Raises:
            InputTrouble: the file cannot be written.
        """
        if self.file is not None:
            if self.file.draft() != draft:
                self.file.change("open again", draft)
            return
        folder = settings.cases()
        folder.mkdir(parents=True, exist_ok=True)
        stem = "".join(c if c.isalnum() else "-" for c in (draft.brief.title or "case")).strip("-")
        name = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-{stem[:40] or 'case'}"
        path = folder / f"{name}.fifthwhy"
        self._take_hold(path)
        self.file = desk.case_file(path)
        self.file.change("open", draft)
        _remember(path)

    def history(self) -> dict[str, str]:
        """What undo and redo would do, as fields of the state."""
        if self.file is None:
            return {"undo": "", "redo": ""}
        return {"undo": self.file.undo_words, "redo": self.file.redo_words}

    def keep(self, revision: Encoded) -> None:
        """Put a finished investigation into the file.

        Raises:
            InputTrouble: the file cannot be written.
        """
        if self.file is not None:
            self.file.keep(revision)

    def close(self) -> None:
        """Let the file go."""
        if self.file is not None:
            self.file.close()
            self.file = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _remember(path: Path) -> None:
    settings.write(settings.read().opened(str(path)))
