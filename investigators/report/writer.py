"""What a writer is: one file in ``report/`` that defines ``WRITER``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from investigators.report.model import Report


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: ``name`` as in ``--format``, ``suffix`` with the dot, and what writes it.

    ``write(report)`` returns the file's bytes: same report, same bytes.
    """

    name: str
    suffix: str
    write: Callable[[Report], bytes]
