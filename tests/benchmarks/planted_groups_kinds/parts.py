"""What every room of this benchmark speaks of: tables of a case, the truth, the register of kinds.

Times are whole seconds; categories are object arrays with ``None`` for missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from planted_kinds.parts import Condition, Mask, Random, Rows

SLICE, MISSING, UNSEEN = "sample-or-subgroup", "input-missing-or-default", "input-unseen-value"
TURNED = "label-or-target"
POLICY, RULE, VERSION = "threshold-or-policy", "business-rule-or-filter", "version-or-deployment"
OTHER, WORDING, IDENTITY = "not-our-component", "ui-or-wording", "identity"
JOIN, STALE = "join-or-key", "input-stale-or-late"
INPUTS = ("amount", "speed", "utilisation", "visits", "days_since", "tariff", "payment")
SEGMENTS = ("region", "channel", "app_version", "store", "browser")
NUMBERS = ("distance", "basket", "credit_age")  # of the log, no inputs
TIME, WHO, REQUEST = "time", "customer", "request_id"


@dataclass(frozen=True)
class Truth:
    """What was planted.

    ``causes`` are the classes that are right.  ``segment`` says which rows carry it, ``rows`` is
    its mask over the table's rows (``None``: not judged), ``onset`` its first second.  ``pick`` are
    the rows one of which is investigated; ``picked`` names a row of the events instead.  ``power``
    is the chance that a test told the truth would see it.  ``lead`` is false where the program
    rightly says it in a finding only.  ``hidden`` marks what a search for slices is to find.
    """

    causes: tuple[str, ...]
    segment: tuple[Condition, ...]
    rows: Mask | None
    power: float
    pick: Mask | None = None
    picked: str | None = None
    features: tuple[str, ...] = ()
    onset: int | None = None
    first: int | None = None
    of_events: bool = False
    lead: bool = True
    hidden: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "causes": list(self.causes),
            "segment": list(self.segment) or None,
            "rows": None if self.rows is None else int(self.rows.sum()),
            "features": list(self.features),
            "onset": self.onset,
            **self.more,
        }


@dataclass
class Table:
    """One case: the log, training, events, and the chances that are true of its outcomes.

    ``sound`` is each row's chance of a wrong decision when all is right, ``chance`` the true one;
    ``seen`` tells whose outcome is known.  ``outcome`` is training's (what the model learns from).
    """

    seed: int
    kind: str
    log: Rows
    reference: Rows
    outcome: np.ndarray
    inputs: tuple[str, ...] = INPUTS
    segments: tuple[str, ...] = SEGMENTS
    model: Any = None
    cut: float | None = None
    scores: np.ndarray = field(default_factory=lambda: np.zeros(0))
    adverse: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    sound: np.ndarray = field(default_factory=lambda: np.zeros(0))
    chance: np.ndarray = field(default_factory=lambda: np.zeros(0))
    seen: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    searched: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    events: Rows | None = None
    items: Rows | None = None
    policy: str | None = None
    regression: bool = False
    setting: str = "outcomes"
    truth: Truth | None = None
    decision: str = ""

    @property
    def n(self) -> int:
        """Number of rows of the log."""
        return int(self.log[TIME].size)


Make = Callable[[Random, Table], Truth | None]


@dataclass(frozen=True)
class Kind:
    """``setting``: outcomes, delayed, selective, live_test, none, regression or screens.

    ``after`` is true where the fault works on what was decided and shown; a slice is planted in
    the chances before outcomes are drawn.  ``prevalence`` of the outcome, lowest and highest.
    """

    name: str
    make: Make
    setting: str
    rows: tuple[int, int]
    prevalence: tuple[float, float]


KINDS: dict[str, Kind] = {}


def kind(
    setting: str = "outcomes",
    rows: tuple[int, int] = (1_000, 10_000),
    prevalence: tuple[float, float] = (0.08, 0.3),
) -> Callable[[Make], Make]:
    """Register a function under its own name."""

    def keep(make: Make) -> Make:
        KINDS[make.__name__] = Kind(make.__name__, make, setting, rows, prevalence)
        return make

    return keep


def equals(column: str, value: Any) -> Condition:
    """Name one value of a column."""
    return {"column": column, "equals": value}
