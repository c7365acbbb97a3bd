"""The history of a case: every change of a person is one durable row, and undo is a row too.

The file is that of :mod:`investigators.casefile`; a row in ``changes`` holds the whole draft (what
was given and said), so that any state can be shown again.  Undo and redo append rows as well and
are followed when the file is opened: they survive a restart, and nothing is ever taken out.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

from investigators import casefile
from investigators.board import Draft
from investigators.case import Brief
from investigators.investigation import Investigation
from investigators.trouble import InputTrouble
from investigators.wish import Left

CHANGE, UNDO, REDO = "change", "undo", "redo"
LEFT = "left"
# Words about a case; everything else in a brief (the three answers too) is what checks read.
WORDS = frozenset((
    "title", "reported", "expected", "actions", "case_file", "interviews", "walkthroughs",
))  # fmt: skip


def without_words(brief: Brief) -> Brief:
    """The part of a brief that findings depend on."""
    empty = Brief()
    return replace(brief, **{name: getattr(empty, name) for name in WORDS})


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
        opened: sqlite3.Connection | None = None
        try:
            self._connection = opened = casefile.connect(path)
            if read_only:
                casefile.known(path, opened)
            else:
                casefile.prepare(path, opened)
            self._undo, self._redo = self._stacks()
        except (sqlite3.Error, InputTrouble) as error:
            if opened is not None:
                opened.close()
            if isinstance(error, InputTrouble):
                raise
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
        try:
            row = self._connection.execute(
                "SELECT draft FROM changes WHERE number = ?", (number,)
            ).fetchone()
            return msgspec.json.decode(row[0], type=Draft)
        except (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputTrouble(
                self.path.name, f"change {number} is damaged ({error})", place="changes"
            ) from error

    def change(self, words: str, draft: Draft) -> None:
        """Append a change; it can be undone.

        What was found stays in force where it would be found again: another decision, file or
        setting has findings of its own.
        """
        revision = self._standing(draft.brief)
        number = self._append(CHANGE, words, msgspec.json.encode(draft), revision)
        self._undo.append(Row(number, words, revision))
        self._redo.clear()

    def _standing(self, brief: Brief) -> int | None:
        """The revision in force, if a case of this brief would find the same."""
        if self._undo:
            last = self._undo[-1]
            same = without_words(self._draft(last.number).brief) == without_words(brief)
            return last.revision if same else None
        # the first change of a file that was investigated without a window
        with self._writing("cannot be read"):
            number = casefile.last_revision(self._connection)
            if number is None:
                return None
            found = casefile.revision(self.path, self._connection, number)
        same = without_words(found.case.brief) == without_words(brief)
        return number if same else None

    def undo(self) -> Draft | None:
        """Take the last change back; ``None`` when there is none."""
        if len(self._undo) < 2:
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

    @contextmanager
    def _writing(self, words: str = "the change could not be written") -> Iterator[None]:
        """Say as trouble of this file what the database says."""
        try:
            yield
        except sqlite3.Error as error:
            raise InputTrouble(
                self.path.name,
                f"{words}: {error}",
                mend="is the disk full, or the file write-protected or damaged?",
            ) from error

    def _append(self, kind: str, words: str, draft: bytes, revision: int | None) -> int:
        with self._writing():
            cursor = self._connection.execute(
                "INSERT INTO changes (made, kind, words, draft, revision) VALUES (?, ?, ?, ?, ?)",
                (datetime.now(UTC).isoformat(timespec="seconds"), kind, words, draft, revision),
            )
        return int(cursor.lastrowid or 0)

    def keep(self, revision: casefile.Encoded) -> int:
        """Append an investigation as a revision and put it in force; return its number.

        It belongs to the state in force, and to those beside it in the history that would find
        the same; it is no change of its own: undo passes over it.
        """
        wanted = {row.number for row in (*self._alike(self._undo), *self._alike(self._redo))}
        with self._writing("what was found could not be written"):
            number = casefile.append(self._connection, revision, of=sorted(wanted))
        for stack in (self._undo, self._redo):
            stack[:] = [replace(r, revision=number) if r.number in wanted else r for r in stack]
        return number

    def _alike(self, stack: Sequence[Row]) -> Iterator[Row]:
        """The states next to the one in force whose findings are the same."""
        if not self._undo:
            return
        wanted = without_words(self._draft(self._undo[-1].number).brief)
        for row in reversed(stack):
            if without_words(self._draft(row.number).brief) != wanted:
                return
            yield row

    def found(self) -> Investigation | None:
        """Return the investigation of the state in force, with what people said since."""
        if not self._undo or self._undo[-1].revision is None:
            return None
        with self._writing("cannot be read"):
            found = casefile.revision(self.path, self._connection, self._undo[-1].revision)
        draft = self.draft()
        return found if draft is None else self.told(found, draft)

    def told(self, found: Investigation, draft: Draft) -> Investigation:
        """Return the investigation with what people said, and the pictures that they gave."""
        made = with_draft(found, draft)
        with self._writing("cannot be read"):
            return casefile.with_pictures(self.path, self._connection, made)

    def left(self) -> Left:
        """How the case was left; where that is not known or cannot be read, as a new one."""
        with self._writing("cannot be read"):
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = ?", (LEFT,)
            ).fetchone()
        if row is None:
            return Left()
        try:
            return msgspec.json.decode(row[0], type=Left)
        except msgspec.DecodeError:  # of another version: a look is no reason to refuse a case
            return Left()

    def leave(self, left: Left) -> None:
        """Keep how the case is looked at: no change of its own, undo knows nothing of it."""
        with self._writing():
            self._connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                (LEFT, msgspec.json.encode(left).decode()),
            )

    def keep_picture(self, body: bytes, name: str) -> str:
        """Keep a picture as evidence; return its SHA-256."""
        digest = hashlib.sha256(body).hexdigest()
        with self._writing("the picture could not be written"):
            self._connection.execute(
                "INSERT OR IGNORE INTO evidence VALUES (?, 'picture', ?, ?)", (digest, name, body)
            )
        return digest

    def picture(self, sha256: str) -> bytes | None:
        """Return a kept picture's bytes."""
        with self._writing("cannot be read"):
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
