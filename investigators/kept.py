"""Small results kept while a case is open: of queries by their text, of the model by its rows.

What is open does not change: a second decision, a check that runs again after an answer of a person
and another check with the same question get what the first one was told.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

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
