"""Writes into folders: whole files or none."""

from __future__ import annotations

import os
from pathlib import Path

from investigators.trouble import InputTrouble


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        InputTrouble: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputTrouble(path.name, f"cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def can_hold(folder: str | Path) -> None:
    """Refuse a place that can be no folder to write into, before any work is done for it.

    Raises:
        InputTrouble: it is a file, lies under one, or may not be written.
    """
    target = Path(folder)
    there = next((each for each in (target, *target.parents) if each.exists()), None)
    if there is not None and there.is_dir() and os.access(there, os.W_OK):
        return
    why = "Permission denied" if there is None or there.is_dir() else f"{there.name} is a file"
    raise InputTrouble(target.name, f"cannot be written: {why}", expected="a folder to write into")


def folder_of(folder: str | Path) -> Path:
    """Return a folder to write into, made when it is new.

    Raises:
        InputTrouble: it cannot be made.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputTrouble(
            target.name, f"cannot be written: {error.strerror}", expected="a folder to write into"
        ) from error
    return target
