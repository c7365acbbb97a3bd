"""What a table format is: the constant ``TABLE_READER`` of a file in ``read/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from investigators.tables.table import Engine, Table
from investigators.task import Task

Dates = Literal["day-first", "month-first"]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a reader is handed.

    ``name`` is the display name.  ``files`` is one file, or the like files of a folder or glob in
    the order of their names.  ``table`` is the part after ``::``.  ``dates`` settles ambiguous
    day/month orders.  ``cache`` is the folder of the private cache.  ``stored`` says where a copy
    of a file lies that is read in its stead.
    """

    name: str
    files: tuple[Path, ...]
    table: str | None
    engine: Engine
    task: Task
    dates: Dates | None
    cache: Path
    stored: Mapping[Path, Path] = field(default_factory=dict)

    def label(self, file: Path) -> str:
        """Display name of one of the files, for an error."""
        return self.name if len(self.files) == 1 else file.name

    def where(self, file: Path) -> Path:
        """Where the bytes of one of the files are read."""
        return self.stored.get(file, file)


@dataclass(frozen=True, slots=True)
class TableReader:
    """One table format.

    ``suffixes`` are lower-case endings of file names (".csv", ".csv.gz").  ``sniff`` says from the
    first 64 KiB (unpacked when gzip) whether a file can be of this format; where ``magic`` its
    beginning proves it, whatever the file is called.  ``tables`` lists what a file of several
    tables holds, each named ``path::table`` (``None``: a file is one table).  ``open`` and
    ``tables`` raise :class:`~investigators.trouble.InputTrouble`.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    open: Callable[[Opening], Table]
    tables: Callable[[Path], list[str]] | None = None
    magic: bool = False
