"""The case on disk: one SQLite file, append-only revisions, evidence by its SHA-256.

One row per change (:mod:`investigators.case_history`); full synchronous writes and a rollback
journal, so that an acknowledged change survives a crash and the file can be mailed as it is.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, make_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from investigators.investigation import AffectedTable, Investigation
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT, VERSION = "fifthwhy-case", 2
APART = frozenset({"affected", "pictures"})  # kept beside a revision, not in it
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE revisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL, words TEXT NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE TABLE evidence (
    sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL) STRICT;
"""
# Since version 2; a file of version 1 gets it when it is opened for changes.
CHANGES = """
CREATE TABLE IF NOT EXISTS changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, made TEXT NOT NULL, kind TEXT NOT NULL,
    words TEXT NOT NULL, draft BLOB NOT NULL, revision INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS affected (
    revision INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, name TEXT NOT NULL,
    body BLOB NOT NULL) STRICT;
"""
# Version 1 kept one list of affected rows for the whole file: it is that of its last revision.
UPGRADE = f"""
INSERT OR IGNORE INTO affected
    SELECT (SELECT max(number) FROM revisions), sha256, name, body FROM evidence
    WHERE kind = 'affected' AND EXISTS (SELECT 1 FROM revisions);
UPDATE meta SET value = '{VERSION}' WHERE key = 'version';
"""


@cache
def _stored_type() -> type:
    """An :class:`Investigation` without its stream of affected rows, for JSON both ways."""
    hints = get_type_hints(Investigation, localns={"pa": Any})
    kept = [
        # a file of an older version lacks what came later: the default stands there
        (f.name, hints[f.name], field(default=f.default, default_factory=f.default_factory))
        for f in fields(Investigation)
        if f.name not in APART
    ]
    return make_dataclass("StoredInvestigation", kept, frozen=True, kw_only=True)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file for durable writes; each statement is its own transaction.

    EXTRA, since FULL leaves the removal of the journal to the system: a power cut right after an
    acknowledged change could then take it back.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(path)) as connection:
        yield connection


def prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables of a new file, or those that an older version lacks.

    Raises:
        InputTrouble: it is not a case file, or of a newer version.
    """
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        meta = f"INSERT INTO meta VALUES ('format', '{FORMAT}'), ('version', '{VERSION}');"
        connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} {CHANGES} {meta} COMMIT;")
    if known(path, connection) < VERSION:
        # one script, one transaction: executescript would end one that was begun outside it
        connection.executescript(f"BEGIN IMMEDIATE; {CHANGES} {UPGRADE} COMMIT;")


def known(path: Path, connection: sqlite3.Connection) -> int:
    """Return the file's version; refuse what is not a case file that this program reads."""
    try:
        found = dict(connection.execute("SELECT key, value FROM meta"))
    except sqlite3.DatabaseError as error:
        raise _no_case_file(path) from error
    number = found.get("version", "")
    if found.get("format") != FORMAT or not number.isdecimal() or int(number) > VERSION:
        raise InputTrouble(
            path.name,
            f"format {found.get('format')} version {found.get('version')}",
            expected=f"{FORMAT} up to version {VERSION}",
            mend="open it with a newer Fifth Why",
        )
    return int(number)


def has_changes(connection: sqlite3.Connection) -> bool:
    """Whether the file holds a history of changes (a new file, or one the window worked on)."""
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'changes'"
    return bool(connection.execute(query).fetchone()[0])


def _no_case_file(path: Path) -> InputTrouble:
    return InputTrouble(
        path.name,
        "this is not a case file, or it is damaged",
        expected="a file that `fifthwhy investigate` wrote (case.fifthwhy)",
    )


def save(path: Path, investigation: Investigation, words: str) -> None:
    """Append a revision (make the file when it is new); affected rows go in as evidence.

    ``words`` say what changed, for the history.
    """
    revision = encoded(investigation, words)
    with _opened(path) as connection:
        prepare(path, connection)
        append(connection, revision)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A revision ready to be written: slow to make, quick to insert."""

    words: str
    body: bytes
    affected: tuple[str, str, bytes] | None = None
    pictures: tuple[tuple[str, str, bytes], ...] = ()


def encoded(investigation: Investigation, words: str) -> Encoded:
    """Encode a revision; the stream of affected rows is run through."""
    stored = _stored_type()(
        **{
            f.name: getattr(investigation, f.name)
            for f in fields(Investigation)
            if f.name not in APART
        }
    )
    rows, bodies = investigation.affected, investigation.pictures
    told = investigation.board.every_picture(investigation.case.sources)
    kept = tuple((p.sha256, p.name, bodies[p.sha256]) for p in told if p.sha256 in bodies)
    listed = None if rows is None else _listed(rows)
    return Encoded(words, msgspec.json.encode(stored), listed, kept)


def append(connection: sqlite3.Connection, revision: Encoded, of: Iterable[int] = ()) -> int:
    """Append a revision, in force for the changes ``of``, in one transaction; return its number."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        made = connection.execute(
            "INSERT INTO revisions (made, words, body) VALUES (?, ?, ?)",
            (datetime.now(UTC).isoformat(timespec="seconds"), revision.words, revision.body),
        )
        number = int(made.lastrowid or 0)
        if revision.affected is not None:
            connection.execute(
                "INSERT INTO affected VALUES (?, ?, ?, ?)", (number, *revision.affected)
            )
        connection.executemany(
            "INSERT OR IGNORE INTO evidence VALUES (?, 'picture', ?, ?)", revision.pictures
        )
        connection.executemany(
            "UPDATE changes SET revision = ? WHERE number = ?", [(number, one) for one in of]
        )
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return number


def _listed(affected: AffectedTable) -> tuple[str, str, bytes]:
    """The list of affected rows as kept: hash, what it is of, Parquet bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    writer: pq.ParquetWriter | None = None
    for batch in affected.batches():
        writer = writer or pq.ParquetWriter(sink, batch.schema, compression="zstd")
        writer.write_batch(batch)
    if writer is not None:
        writer.close()
    body = sink.getvalue().to_pybytes() if writer is not None else b""
    name = msgspec.json.encode([affected.lead, affected.features, affected.subjects]).decode()
    return hashlib.sha256(body).hexdigest(), name, body


def last_revision(connection: sqlite3.Connection) -> int | None:
    """Return the number of the last revision; ``None`` in a file without one."""
    number: int | None = connection.execute("SELECT max(number) FROM revisions").fetchone()[0]
    return number


def load(path: Path) -> Investigation:
    """Read the last revision.

    Raises:
        InputTrouble: when the file is missing, not a case file, newer, or damaged.
    """
    if not path.is_file():
        raise InputTrouble(path.name, "there is no such file", expected="a case file")
    try:
        with _opened(path) as connection:
            known(path, connection)
            last = last_revision(connection)
            if last is None:
                raise InputTrouble(
                    path.name, "the case file holds no revision", expected="at least one"
                )
            return revision(path, connection, last)
    except sqlite3.DatabaseError as error:
        raise _no_case_file(path) from error


def revision(path: Path, connection: sqlite3.Connection, number: int) -> Investigation:
    """Read one revision.

    Raises:
        InputTrouble: it is not there, or damaged.
    """
    found = connection.execute("SELECT body FROM revisions WHERE number = ?", (number,)).fetchone()
    kept = _kept_affected(connection, number)
    if found is None:
        raise InputTrouble(path.name, f"there is no revision {number}", place="revisions")
    try:
        stored: Any = msgspec.json.decode(found[0], type=_stored_type())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputTrouble(path.name, f"the last revision is damaged ({error})") from error
    affected = None if kept is None else _affected(path, *kept)
    values = {f.name: getattr(stored, f.name) for f in fields(Investigation) if f.name not in APART}
    return with_pictures(path, connection, Investigation(**values, affected=affected))


def with_pictures(
    path: Path, connection: sqlite3.Connection, found: Investigation
) -> Investigation:
    """Return an investigation with the pictures that it tells of, as far as the file has them.

    Raises:
        InputTrouble: a kept picture is not what it was.
    """
    bodies = dict(found.pictures)
    for picture in found.board.every_picture(found.case.sources):
        if picture.sha256 in bodies:
            continue
        row = connection.execute(
            "SELECT body FROM evidence WHERE sha256 = ? AND kind = 'picture'", (picture.sha256,)
        ).fetchone()
        if row is None:
            continue
        bodies[picture.sha256] = body = bytes(row[0])
        if hashlib.sha256(body).hexdigest() != picture.sha256:
            words = f"the kept picture {picture.name} does not match its hash"
            raise InputTrouble(path.name, words, place="evidence")
    return replace(found, pictures=bodies)


def _kept_affected(connection: sqlite3.Connection, number: int) -> tuple[str, str, bytes] | None:
    """The list that belongs to a revision; version 1 kept one list for the whole file."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "affected" in tables:
        query = "SELECT sha256, name, body FROM affected WHERE revision = ?"
        row = connection.execute(query, (number,)).fetchone()
    else:
        query = "SELECT sha256, name, body FROM evidence WHERE kind = 'affected'"
        row = connection.execute(query).fetchone()
    return None if row is None else (row[0], row[1], bytes(row[2]))


def _affected(path: Path, sha256: str, name: str, body: bytes) -> AffectedTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if hashlib.sha256(body).hexdigest() != sha256:
        raise InputTrouble(
            path.name, "the kept list of affected rows does not match its hash", place="evidence"
        )
    try:
        lead, features, subjects = msgspec.json.decode(name)
        rows = pq.read_metadata(pa.BufferReader(body)).num_rows if body else 0
    except (msgspec.DecodeError, ValueError, pa.ArrowException) as error:
        raise InputTrouble(
            path.name, f"the kept list of affected rows is damaged ({error})", place="evidence"
        ) from error

    def batches() -> Iterator[pa.RecordBatch]:
        if body:
            yield from pq.ParquetFile(pa.BufferReader(body)).iter_batches()

    return AffectedTable(lead, tuple(features), rows, batches, subjects)
