"""The case file of a window: held against other windows, written before anything is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from app import settings
from app.language import tr
from investigators import desk
from investigators.board import Draft
from investigators.investigation import Investigation
from investigators.trouble import InputTrouble
from investigators.wish import Left

if TYPE_CHECKING:
    from investigators.case_history import CaseFile
    from investigators.casefile import Encoded


class Keeping:
    """Nothing is held until a case is opened or begun."""

    def __init__(self) -> None:
        self.file: CaseFile | None = None
        self.left = Left()
        self._lock: QLockFile | None = None

    @property
    def path(self) -> Path | None:
        """Where the case is kept."""
        return None if self.file is None else self.file.path

    def events(self) -> tuple[tuple[str, str], ...]:
        """When (ISO, UTC) and what of every change in force, oldest first."""
        return () if self.file is None else self.file.events()

    def open(self, path: Path) -> tuple[Draft, Investigation | None]:
        """Open a case file where it was left.

        Raises:
            InputTrouble: not a case file, damaged, or open in another window.
        """
        if not path.is_file():
            raise InputTrouble(path.name, tr("there is no such file"), mend=tr("was it moved?"))
        self._take_hold(path)
        try:
            self.file = file = desk.case_file(path)
            draft, found, self.left = file.draft(), file.found(), file.left()
            if draft is None:  # written without a window
                found = desk.load(path)
                draft = Draft(found.case.brief, found.board)
        except InputTrouble:
            self.close()
            raise
        if draft.brief.trust_model and path.parent != settings.cases():
            # that a pickle may be read is the word of whoever sits here, never a file's
            draft = replace(draft, brief=replace(draft.brief, trust_model=False))
        _remember(path)
        return draft, found

    def _take_hold(self, path: Path) -> None:
        """Refuse a case that another window has open."""
        lock = QLockFile(str(path) + ".lock")
        lock.setStaleLockTime(0)
        if lock.tryLock(100):
            self._lock = lock
            return
        if lock.error() == QLockFile.LockError.LockFailedError:
            raise InputTrouble(
                path.name,
                tr("this case is open in another window"),
                mend=tr("close it there first"),
            )
        raise InputTrouble(
            path.name,
            tr("nothing can be written beside this case"),
            mend=tr("copy it into a folder of your own and open it there"),
        )

    def begin(self, draft: Draft) -> None:
        """A new case has a file from its first moment; an open one notes what is new.

        Raises:
            InputTrouble: the file cannot be written.
        """
        if self.file is not None:
            if self.file.draft() != draft:
                self.file.change("open again", draft)
            return
        path = _new(draft.brief.title)
        self._take_hold(path)
        try:
            self.file = desk.case_file(path)
            self.file.change("open", draft)
        except InputTrouble:
            self.close()
            raise
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

    def leave(self, left: Left) -> None:
        """Note how the case is looked at.

        Raises:
            InputTrouble: the file cannot be written.
        """
        self.left = left
        if self.file is not None:
            self.file.leave(left)

    def told(self, found: Investigation, draft: Draft) -> Investigation:
        """An investigation with what people said as it is now, and with their pictures.

        Raises:
            InputTrouble: the file cannot be read.
        """
        if self.file is None:
            return desk.with_draft(found, draft)
        return self.file.told(found, draft)

    def keep_picture(self, body: bytes, name: str) -> str:
        """Keep a picture in the case file; return its SHA-256."""
        assert self.file is not None
        return self.file.keep_picture(body, name)

    def picture(self, sha256: str) -> bytes | None:
        """Return a kept picture."""
        return None if self.file is None else self.file.picture(sha256)

    @property
    def words(self) -> tuple[str, ...]:
        """Words of every state that leads here."""
        return () if self.file is None else self.file.history

    def copy_to(self, path: Path) -> None:
        """Copy the case file, whole or not at all.

        Raises:
            InputTrouble: it cannot be read or written.
        """
        if self.path is None or path == self.path:
            return
        try:
            body = self.path.read_bytes()
        except OSError as error:
            raise InputTrouble(
                self.path.name, tr("cannot be read: {reason}", reason=error.strerror)
            ) from error
        desk.write_whole(path, body)

    def close(self) -> None:
        """Let the file go."""
        self.left = Left()
        if self.file is not None:
            self.file.close()
            self.file = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _remember(path: Path) -> None:
    settings.write(settings.read().opened(str(path)))


def _new(title: str | None) -> Path:
    """The path of a new case, made of the moment and its title; its folder is made."""
    folder = settings.cases()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputTrouble(
            folder.name,
            tr("the case cannot be kept: {reason}", reason=error.strerror),
            mend=tr("what is done now is lost when the window closes"),
        ) from error
    words = "".join(c if c.isalnum() else "-" for c in title or "case")[:40].strip("-") or "case"
    name = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-{words}"
    path, number = folder / f"{name}.fifthwhy", 1
    while path.exists() or Path(f"{path}.lock").exists():
        number += 1
        path = folder / f"{name}-{number}.fifthwhy"
    return path
