"""Small results kept while a case is open: of queries by their text, of the model by its rows.

What is open does not change: a second decision, a check that runs again after an answer of a person
and another check with the same question get what the first one was told.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

SCALARS = (str, bytes, int, float)
FEWEST, MANY = 16, 256  # things remembered at least, at most
MOST_REMEMBERED = 512 << 20  # bytes of all that are remembered beyond the fewest
LARGEST, MOST = 1 << 20, 64 << 20  # bytes of one result, of all that are kept


class Sized(Protocol):
    """An array or a table."""

    @property
    def nbytes(self) -> int:
        """Its bytes."""


class Kept[Result: Sized]:
    """The latest results that are not large, the longest unused one given up first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Result] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()  # several lanes ask one engine

    def find(self, key: Hashable) -> Result | None:
        """The result under a key, or ``None``."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def forget(self) -> None:
        """Keep nothing any more: what was asked may have changed."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def keep(self, key: Hashable, found: Result) -> None:
        """Keep a result, unless it is large."""
        if found.nbytes > LARGEST:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = found
            self._bytes += found.nbytes
            while self._bytes > MOST:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone.nbytes


def digest_of(array: npt.NDArray[Any]) -> bytes:
    """What tells an array from every other one of its shape and type."""
    return hashlib.blake2b(np.ascontiguousarray(array), digest_size=16).digest()


class Remembered:
    """What was made of whole tables, by key; given up in the order of its last use.

    The latest ``FEWEST`` are kept however large they are; more of them while all together take no
    more than ``MOST_REMEMBERED`` bytes.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def once[Value](self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under ``key``, made when it is new."""
        with self._lock:
            known = self._made.get(key)
            if known is not None:
                self._made.move_to_end(key)
                found: Value = known[0]
                return found
        made = make()  # another lane may make the same meanwhile: both are right
        size = size_of(made)
        with self._lock:
            self._bytes += size - self._made.pop(key, (None, 0))[1]
            self._made[key] = made, size
            while len(self._made) > FEWEST and (
                self._bytes > MOST_REMEMBERED or len(self._made) > MANY
            ):
                _, (_, gone) = self._made.popitem(last=False)
                self._bytes -= gone
        return made

    def forget(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._made.clear()
            self._bytes = 0


def size_of(value: object) -> int:
    """Bytes of the arrays and tables inside a value, each counted once; the rest is small."""
    seen: set[int] = set()
    open_: list[object] = [value]
    total = 0
    while open_:
        one = open_.pop()
        if id(one) in seen or one is None or isinstance(one, SCALARS):
            continue
        seen.add(id(one))
        if isinstance(bytes_ := getattr(one, "nbytes", None), int):
            total += bytes_
        elif isinstance(one, Mapping):
            open_ += _inside(one.values())
        elif isinstance(one, Sequence | set | frozenset):
            open_ += _inside(one)
        elif is_dataclass(one):
            open_ += [getattr(one, each.name) for each in fields(one)]
    return total


def _inside(many: Collection[object]) -> Collection[object]:
    """What a collection holds; nothing where that are texts or numbers."""
    return () if isinstance(next(iter(many), 0), SCALARS) else many


def digest_of_table(table: pa.Table) -> bytes:
    """What tells a table from every other one: its columns' types, names, lengths and bytes."""
    told = hashlib.blake2b(str(table.schema).encode(), digest_size=16)
    for column in table.columns:
        for chunk in column.chunks:
            told.update(f"{len(chunk)},{chunk.offset},{chunk.null_count};".encode())
            for buffer in chunk.buffers():
                told.update(b"-" if buffer is None else memoryview(buffer))
    return told.digest()
