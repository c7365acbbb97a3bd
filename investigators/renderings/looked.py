"""A pair of columns with its answer: what differs, how, where, and the values themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.renderings.judged import Judged, Named
from investigators.renderings.pairs import Joined
from investigators.tables.table import Column
from investigators.task import Task
from investigators.traffic.place import Place

FLOAT_LETTERS = 15  # a longer decimal number is noise behind its digits

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Looked:
    """One pair with its answer; ``own`` is the decision's place among the requests compared."""

    joined: Joined
    judged: Judged
    own: int | None

    @property
    def mine(self) -> bool | None:
        """Whether the decision's own shown value differs; ``None`` where it was not compared."""
        return None if self.own is None else bool(self.judged.wrong[self.own])

    def values(self, rows: Sequence[int], task: Task) -> dict[int, tuple[str, str]]:
        """Shown and logged value of some rows, as their cells have them."""
        pair, live = self.joined.pair, self.joined.live
        ends = [
            _as_written(pair.events.table.column(pair.shown)),
            _as_written(live.column(pair.logged)),
        ]
        numbers = ", ".join(str(row) for row in rows)
        cells = "CAST(fw_shown AS VARCHAR) AS fw_a, CAST(fw_logged AS VARCHAR) AS fw_b"
        found = self.joined.values(cells, task, f"fw_row IN ({numbers})")
        return {
            int(r): (re.sub(ends[0], "", _plain(a)), re.sub(ends[1], "", _plain(b)))
            for r, a, b in zip(*found, strict=True)
        }


def _plain(cell: object) -> str:
    """A cell as it is; of a number that was calculated, not the noise behind its digits."""
    text = str(cell)
    if len(text) <= FLOAT_LETTERS or not re.fullmatch(r"-?\d+\.\d+", text):
        return text
    return f"{float(text):.12g}"


@dataclass(frozen=True)
class Told:
    """A kind that stands: in a place, or spread (``place`` None), or of this decision ``alone``.

    ``shares`` are those of the requests in the place and of all others that differ so, 0..1.
    """

    kind: Named
    place: Place | None
    here: int
    sql: str
    base: float
    alone: bool = False
    shares: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Sought:
    """Requests of a kind (``hits``) among those that can tell (``known``), shape (log rows,).

    ``sql`` says of a row of the log whether it is one.
    """

    kind: Named
    known: Flags
    hits: Flags
    sql: str


def _as_written(column: Column | None) -> str:
    """What of a cell's text is the engine's: it writes a whole number with a lonely 0."""
    return r"\.0$" if column is not None and column.kind == "number" else r"(?!)"
