"""The history of a case: every change of a person is one durable row, and undo is a row too.

The file is that of :mod:`investigators.casefile`; a row in ``changes`` holds the whole draft (what
was given and said), so that any state can be shown again.  Undo and redo append rows as well and
are followed when the file is opened: they survive a restart, and nothing is ever taken out.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

from investigators import casefile
from investigators.board import Draft
from investigators.investigation import Investigation
from investigators.trouble import InputTrouble

CHANGE, UNDO, REDO = "change", "undo", "redo"


@dataclass(frozen=True, slots=True)
class Row:
    """One change: its number, what was done in words, and the revision of the findings then."""

    number: int
    words: str
    revision: int | None


class CaseFile:
    """An open case file.  Each method that changes something returns after it is on the disk.

    Belongs to one thread: a change joins no other's transaction.  What is slow to encode is encoded
    elsewhere (:func:`investigators.casefile.encoded`).
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open ``path``, making it when it is new; with ``read_only`` nothing is made or changed.

        Raises:
            InputTrouble: not a case file, newer than this program, or not writable.
        """
        self.path = path
        try:
            self._connection = casefile.connect(path)
            if read_only:
                casefile.known(path, self._connection)
            else:
                casefile.prepare(path, self._connection)
            self._undo, self._redo = self._stacks()
        except sqlite3.Error as error:
            raise InputTrouble(
                path.name, f"cannot be opened or written: {error}", expected="a case file"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def _stacks(self) -> tuple[list[Row], list[Row]]:
        """Follow the log of changes: what can be undone (the last one is in force), and redone."""
        done: list[Row] = []
        undone: list[Row] = []
        if not casefile.has_changes(self._connection):
            return done, undone
        for number, kind, words, revision in self._connection.execute(
            "SELECT number, kind, words, revision FROM changes ORDER BY number"
        ):
            if kind == UNDO and len(done) > 1:
                undone.append(done.pop())
            elif kind == REDO and undone:
                done.append(undone.pop())
            elif kind == CHANGE:
                done.append(Row(number, words, revision))
                undone.clear()
        return done, undone

    @property
    def undo_words(self) -> str:
        """What undo would take back; empty when there is nothing (the first state stays)."""
        return self._undo[-1].words if len(self._undo) > 1 else ""

    @property
    def redo_words(self) -> str:
        """What redo would bring again."""
        return self._redo[-1].words if self._redo else ""

    @property
    def history(self) -> tuple[str, ...]:
        """The words of every state that leads to the present one, oldest first."""
        return tuple(row.words for row in self._undo)

    def events(self) -> tuple[tuple[str, str], ...]:
        """When (ISO, UTC) and what of every change in force, oldest first."""
        made = dict(self._connection.execute("SELECT number, made FROM changes").fetchall())
        return tuple((made[row.number], row.words) for row in self._undo)

    def draft(self) -> Draft | None:
        """Return the draft in force; ``None`` in a file that holds none yet."""
        if not self._undo:
            return None
        return self._draft(self._undo[-1].number)

    def _draft(self, number: int) -> Draft:
        row = self._connection.execute(
            "SELECT draft FROM changes WHERE number = ?", (number,)
        ).fetchone()
        try:
            return msgspec.json.decode(row[0], type=Draft)
        except msgspec.DecodeError as error:
            raise InputTrouble(
                self.path.name, f"change {number} is damaged ({error})", place="changes"
            ) from error

    def change(self, words: str, draft: Draft, revision: int | None = None) -> None:
        """Append a change; it can be undone.  ``revision`` keeps the one in force when ``None``."""
        if revision is None and self._undo:
            revision = self._undo[-1].revision
        number = self._append(CHANGE, words, msgspec.json.encode(draft), revision)
        self._undo.append(Row(number, words, revision))
        self._redo.clear()

    def undo(self) -> Draft | None:
        """Take the last change back; ``None`` when there is none."""
        if not self.undo_words:
            return None
        self._append(UNDO, self.undo_words, b"", None)
        self._redo.append(self._undo.pop())
        return self.draft()

    def redo(self) -> Draft | None:
        """Bring the last undone change again; ``None`` when there is none."""
        if not self._redo:
            return None
        self._append(REDO, self.redo_words, b"", None)
        self._undo.append(self._redo.pop())
        return self.draft()

    def _append(self, kind: str, words: str, draft: bytes, revision: int | None) -> int:
        try:
            cursor = self._connection.execute(
                "INSERT INTO changes (made, kind, words, draft, revision) VALUES (?, ?, ?, ?, ?)",
                (datetime.now(UTC).isoformat(timespec="seconds"), kind, words, draft, revision),
            )
        except sqlite3.Error as error:
            raise InputTrouble(
                self.path.name, f"the change could not be written: {error}", mend="free some space"
            ) from error
        return int(cursor.lastrowid or 0)

    def keep(self, revision: casefile.Encoded) -> int:
        """Append an investigation as a revision and put it in force; return its number.

        It belongs to the state in force and is no change of its own: undo passes over it.
        """
        number = casefile.append(self._connection, revision)
        if self._undo:
            last = self._undo[-1]
            self._connection.execute(
                "UPDATE changes SET revision = ? WHERE number = ?", (number, last.number)
            )
            self._undo[-1] = replace(last, revision=number)
        return number

    def found(self) -> Investigation | None:
        """Return the investigation of the state in force, with what people said since."""
        if not self._undo or self._undo[-1].revision is None:
            return None
        found = casefile.revision(self.path, self._connection, self._undo[-1].revision)
        draft = self.draft()
        return found if draft is None else with_draft(found, draft)

    def keep_picture(self, body: bytes, name: str) -> str:
        """Keep a picture as evidence; return its SHA-256."""
        digest = hashlib.sha256(body).hexdigest()
        self._connection.execute(
            "INSERT OR IGNORE INTO evidence VALUES (?, 'picture', ?, ?)", (digest, name, body)
        )
        return digest

    def picture(self, sha256: str) -> bytes | None:
        """Return a kept picture's bytes."""
        row = self._connection.execute(
            "SELECT body FROM evidence WHERE sha256 = ? AND kind = 'picture'", (sha256,)
        ).fetchone()
        return None if row is None else bytes(row[0])


def with_draft(found: Investigation, draft: Draft) -> Investigation:
    """Return the investigation with the words and acts of people as they are now."""
    return replace(
        found,
        board=draft.board,
        case=replace(found.case, brief=draft.brief, actions=draft.brief.actions),
    )


def load(path: Path) -> Investigation:
    """Read the investigation of the state in force, or the last one of a file without changes.

    Raises:
        InputTrouble: missing, not a case file, newer, damaged, or not investigated yet.
    """
    if not path.is_file():
        raise InputTrouble(path.name, "there is no such file", expected="a case file")
    with CaseFile(path, read_only=True) as file:
        if file.draft() is None:
            return casefile.load(path)
        found = file.found()
    if found is None:
        raise InputTrouble(
            path.name,
            "the case as it stands has not been investigated",
            mend="open it in the window and investigate, or investigate its sources again",
        )
    return found
