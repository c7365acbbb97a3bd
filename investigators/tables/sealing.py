"""Seals source files: sha256 of the bytes, and a stamp that tells cheaply whether to look again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from investigators.case import Place, Source
from investigators.tables.files import files_of
from investigators.task import Task
from investigators.trouble import InputTrouble

CHUNK = 2**22


@dataclass(frozen=True, slots=True)
class Seal:
    """``sha256`` (hexadecimal) of a place's bytes and its ``stamp`` (size in bytes, mtime in ns).

    A folder or glob: sha256 of the lines ``HASH  relative/name`` of its files in the order of
    their names (as ``sha256sum`` prints them), total size, latest mtime.
    """

    sha256: str
    stamp: tuple[int, int]


def stamp_of(place: Place, base: str = ".") -> tuple[int, int]:
    """Return (size in bytes, mtime in ns) of a place.

    Raises:
        InputTrouble: nothing there.
    """
    stats = [file.stat() for file in files_of(place, base)]
    return sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)


def seal(place: Place, base: str = ".", task: Task | None = None) -> Seal:
    """Hash a place's bytes, streamed.

    Raises:
        InputTrouble: nothing there, or not allowed to read.
        Cancelled: when ``task`` was cancelled.
    """
    files = files_of(place, base)
    stamp = stamp_of(place, base)
    task = task or Task()
    hashes = []
    done = 0
    for file in files:
        digest = hashlib.sha256()
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    done += len(chunk)
                    task.tick(done, stamp[0], f"Sealing {place.name}")
        except OSError as error:
            raise InputTrouble(place.name, f"cannot be read: {error.strerror}") from error
        hashes.append(digest.hexdigest())
    if (Path(base) / Path(place.path).expanduser()).is_file():
        return Seal(hashes[0], stamp)
    root = os.path.commonpath([file.parent for file in files])
    lines = (
        f"{digest}  {file.relative_to(root).as_posix()}\n"
        for digest, file in zip(hashes, files, strict=True)
    )
    return Seal(hashlib.sha256("".join(lines).encode()).hexdigest(), stamp)


def changed(source: Source, base: str = ".", task: Task | None = None) -> bool:
    """Whether a sealed source is gone or has other bytes now.

    The bytes are hashed only when size or time differ: touching a file does not change it.
    """
    try:
        if stamp_of(source.place, base) == source.stamp:
            return False
        return seal(source.place, base, task).sha256 != source.sha256
    except InputTrouble:
        return True
