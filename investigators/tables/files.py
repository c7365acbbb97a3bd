"""Which files a place stands for: one file, a folder of like files, or a glob."""

from __future__ import annotations

import glob
from pathlib import Path

from investigators.case import Place
from investigators.trouble import InputTrouble


def files_of(place: Place, base: str = ".") -> tuple[Path, ...]:
    """Return the files of ``place`` in the order of their names, relative ones under ``base``.

    A folder is walked with its subfolders; names that begin with a dot or an underscore
    (``_SUCCESS``) are left out.

    Raises:
        InputTrouble: nothing there, or not allowed to read.
    """
    path = Path(base) / Path(place.path).expanduser()
    if path.is_file():
        return (path,)
    if path.is_dir():
        found = [file for file in path.rglob("*") if _counts(file.relative_to(path))]
        nothing = "the folder holds no files"
    else:
        found = [Path(match) for match in glob.glob(str(path), recursive=True)]  # noqa: PTH207 - pathlib globs no absolute pattern
        nothing = "no such file or folder"
    files = tuple(sorted(file for file in found if file.is_file()))
    if not files:
        raise InputTrouble(place.name, nothing, mend="check the path")
    return files


def _counts(inside: Path) -> bool:
    return not any(part.startswith((".", "_")) for part in inside.parts)
