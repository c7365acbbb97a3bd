"""Opens a table of any format that a reader in ``read/`` knows."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from investigators import shelf
from investigators.case import Place
from investigators.tables.cache import cache_folder
from investigators.tables.files import files_of
from investigators.tables.foreign import foreign
from investigators.tables.reader import Dates, Opening, TableReader
from investigators.tables.table import Engine, Table
from investigators.task import Task
from investigators.trouble import InputTrouble

HEAD = 65_536


def open_table(
    place: Place,
    engine: Engine,
    task: Task,
    *,
    base: str,
    dates: Dates | None = None,
    cache: Path | None = None,
) -> Table:
    """Open ``place`` with the reader that fits its name and content.

    Files that are not columnar are read once into the private cache (``cache``: its folder, the
    user's own when ``None``); Parquet is queried where it lies.

    Raises:
        InputTrouble: missing, empty, damaged or of an unknown format.
        Cancelled: when ``task`` was cancelled; nothing is left behind.
    """
    engine.answers.forget()  # a file may lie where another one lay
    files = files_of(place, base)
    readers: tuple[TableReader, ...] = shelf.table_readers()
    chosen = [_pick(file, file.name if len(files) > 1 else place.name, readers) for file in files]
    reader = chosen[0]
    for file, other in zip(files, chosen, strict=True):
        if other is not reader:
            raise InputTrouble(
                place.name,
                f"{files[0].name} is {reader.name} and {file.name} is {other.name}",
                expected="like files",
                mend="give a narrower pattern such as folder/*.csv",
            )
    if place.table is not None and reader.tables is None:
        raise InputTrouble(
            place.name, f"a {reader.name} file has no tables inside", mend="leave out ::table"
        )
    return reader.open(
        opening_of(place, engine, task, base=base, dates=dates, cache=cache, files=files)
    )


def opening_of(
    place: Place,
    engine: Engine,
    task: Task,
    *,
    base: str,
    dates: Dates | None = None,
    cache: Path | None = None,
    files: tuple[Path, ...] | None = None,
) -> Opening:
    """Return what a reader of ``place`` is handed; ``files`` where they are known already."""
    held = files_of(place, base) if files is None else files
    return Opening(place.name, held, place.table, engine, task, dates, cache or cache_folder())


def tables_in(file: Path) -> list[str] | None:
    """Names of the tables inside a file; ``None`` where it is none that holds several.

    Raises:
        InputTrouble: damaged, or not allowed to read.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise InputTrouble(file.name, f"cannot be read: {error.strerror}") from error
    for reader in shelf.table_readers():
        if reader.tables is not None and reader.magic and reader.sniff(head):
            found: list[str] = reader.tables(file)
            return found
    return None


def _pick(file: Path, label: str, readers: tuple[TableReader, ...]) -> TableReader:
    head = _head(file, label)
    proved = next((reader for reader in readers if reader.magic and reader.sniff(head)), None)
    if proved is not None:
        return proved
    known = ", ".join(f"{reader.name} ({' '.join(reader.suffixes)})" for reader in readers)
    other = foreign(head)
    if other is not None:
        words, mend = other
        raise InputTrouble(
            label, f"this is {words}, which is not read", expected=f"one of {known}", mend=mend
        )
    named = [reader for reader in readers if file.name.lower().endswith(reader.suffixes)]
    for reader in (*named, *readers):
        if reader.sniff(head):
            return reader
    if named:  # damaged: its own reader says where
        return named[0]
    raise InputTrouble(label, "this format is not read", expected=f"one of {known}")


def _head(file: Path, label: str) -> bytes:
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(file) as stream:
                head = stream.read(HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputTrouble(
            label, f"the gzip file is damaged: {error}", mend="copy it again from its source"
        ) from error
    except OSError as error:
        raise InputTrouble(label, f"cannot be read: {error.strerror}") from error
    if not head:
        raise InputTrouble(label, "the file is empty", expected="a table", mend="export it again")
    return head
