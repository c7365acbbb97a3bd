"""What every room of the benchmark speaks of: columns, live rows, places, truths, tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

Rows = dict[str, np.ndarray]
Mask = np.ndarray
Random = np.random.Generator
Condition = dict[str, Any]
HOUR = 3600
DAY = 86400
TIME, WHO = "time", "customer"  # log columns that are no inputs


@dataclass(frozen=True)
class Column:
    """One model input; ``traits`` say which faults it can host (``faults_*`` ask for them).

    ``partner`` is the column that it belongs with (swap, joint, ratio); ``decimals`` what it is
    rounded to; ``code`` the value that stands for missing in training; ``zone`` hours east of UTC.
    """

    name: str
    traits: frozenset[str]
    partner: str = ""
    decimals: int | None = None
    code: float | None = None
    zone: int = 0


class Base(Protocol):
    """Where sound rows come from: drawn (synthetic) or taken from a public data set.

    ``different`` rows can be told apart however many are drawn afresh; ``None`` is without end.
    """

    name: str
    columns: tuple[Column, ...]

    @property
    def different(self) -> int | None:
        """How many rows differ."""
        ...

    def halves(self, rng: Random, n: int, n_ref: int, time: Rows) -> tuple[Rows, Rows]:
        """Return sound live and reference rows; ``time`` holds the seconds of both."""
        ...

    def fresh(self, rng: Random, time: np.ndarray) -> Rows:
        """Draw as many more sound rows as there are times: what the judge compares with."""
        ...


@dataclass(frozen=True)
class Where:
    """Rows that carry a fault: segment, window ``[onset, end)`` in seconds, share of these."""

    rows: Mask
    scope: Mask
    segment: tuple[Condition, ...] = ()
    onset: int | None = None
    end: int | None = None
    share: float = 1.0
    carrier: str = "all"


Change = Callable[[Random, Rows, Mask], Rows]


class Look(Protocol):
    """Codes rows by what tells a faulty one from a sound one."""

    def fit(self, rows: list[Rows], different: int) -> Callable[[Rows], np.ndarray]:
        """Return the coder, shape (n,) of small integers, learned on fresh rows.

        ``different`` of them differ at most: so fine are the cells that they can fill.
        """
        ...


@dataclass(frozen=True)
class Fault:
    """A fault before it has a place.

    ``change`` returns the new values of the columns it touches.  ``transform`` says observed as a
    function of true in the words of the contract; ``None`` where nothing gives the values back.
    ``rivals`` are the best wrong answers of the same sort.  ``related`` are further columns that
    may rightly be named.  ``serve`` and ``repeat`` are for faults that lie not in the inputs.
    """

    features: tuple[str, ...]
    change: Change | None = None
    transform: dict[str, Any] | None = None
    look: Look | None = None
    rivals: tuple[Change, ...] = ()
    related: tuple[str, ...] = ()
    serve: Callable[[Serving, Mask], Serving] | None = None
    repeat: float = 0.0


@dataclass(frozen=True)
class Serving:
    """What the serving side did: inputs as scored, scores, the cut of each row."""

    table: Table
    rows: Rows
    scores: np.ndarray
    cuts: np.ndarray


@dataclass(frozen=True)
class Truth:
    """One planted fault as data; ``causes`` are the cause classes that are right."""

    kind: str
    causes: tuple[str, ...]
    features: tuple[str, ...]
    related: tuple[str, ...]
    transform: dict[str, Any] | None
    where: Where
    sound: Rows
    changed: Mask
    fault: Fault

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        where = self.where
        return {
            "kind": self.kind,
            "causes": list(self.causes),
            "features": list(self.features),
            "transform": self.transform,
            "segment": list(where.segment) or None,
            "onset": where.onset,
            "end": where.end,
            "share": where.share,
            "rows_in_scope": int(where.scope.sum()),
            "rows_changed": int(self.changed.sum()),
        }


@dataclass
class Table:
    """Live and reference rows, the model, what is true of them.

    ``live`` holds inputs, segments, ``time`` (seconds) and ``customer``; ``timed`` says whether
    the log shows the time, ``with_reference`` whether a reference is given.
    """

    seed: int
    kind: str
    base: Base
    live: Rows
    reference: Rows
    outcome: np.ndarray
    segments: tuple[str, ...]
    timed: bool
    with_reference: bool
    drift: str = "none"
    drifted: tuple[str, ...] = ()
    truths: list[Truth] = field(default_factory=list)
    sound_fresh: Callable[[Random, int], Rows] | None = None
    model: Any = None
    scores: np.ndarray | None = None
    decisions: np.ndarray | None = None
    ids: np.ndarray | None = None
    cut: float = 0.0

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the model's inputs, model order."""
        return tuple(c.name for c in self.base.columns)

    @property
    def n(self) -> int:
        """Number of live rows."""
        return int(self.live[TIME].size)


def column_of(base: Base, name: str) -> Column:
    """Return a column by name."""
    return next(c for c in base.columns if c.name == name)


def is_text(values: np.ndarray) -> bool:
    """Whether a column holds categories (objects, ``None`` for missing)."""
    return values.dtype == object


def missing(values: np.ndarray) -> Mask:
    """Tell which values are missing, numbers or categories."""
    if is_text(values):
        return np.array([v is None for v in values], dtype=bool)
    return np.isnan(values)


def differs(one: np.ndarray, other: np.ndarray) -> Mask:
    """Tell where two columns differ; missing equals missing."""
    gone = missing(one) & missing(other)
    return ~gone & ~(one == other)


def settled(rng: Random, values: np.ndarray, decimals: int | None) -> np.ndarray:
    """Values with so many decimals, up or down by chance: counts that grew leave no gaps."""
    if decimals is None:
        return values
    unit = 10.0**decimals
    up = np.floor(values * unit + rng.random(values.size)) / unit
    return np.round(np.where(values == 0, 0.0, up), decimals)
