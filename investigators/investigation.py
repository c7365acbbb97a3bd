"""The value that an investigation is: everything the document, the report and the window show.

``desk.investigate`` returns it.  It is made from plain data only; the one thing that is not held is
the list of affected rows, which may be long and is streamed (:class:`AffectedTable`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from investigators.board import Board
from investigators.case import Case
from investigators.chart import Chart
from investigators.evidence import (
    CheckAnswer,
    Explanation,
    Family,
    FamilyAnswer,
    Finding,
    Lead,
    NotRun,
    Reproduced,
)
from investigators.features import Dictionary
from investigators.seen import Seen
from investigators.self_test import SelfTestLine
from investigators.sides import PolicyQuestion

if TYPE_CHECKING:
    import pyarrow as pa

Conclusion = Literal["lead", "no fault found", "not determined"]
TimelineKind = Literal["data", "onset", "release", "decision", "report", "outcome"]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline.

    ``time`` is ISO 8601 (see :mod:`investigators.evidence`); with ``until`` it is an interval.
    ``evidence_id`` is the id of a finding or a lead, or ``"source:ROLE"``; empty when nothing but
    the case itself stands behind it.
    """

    time: str
    words: str
    kind: TimelineKind
    evidence_id: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What the whole log is: rows, first and last time (ISO), rows with a known outcome.

    ``adverse`` counts rows with an adverse logged label, ``value_column`` names what the values of
    a repair are sums of.
    """

    rows: int
    first: str | None = None
    last: str | None = None
    outcomes_known: int | None = None
    adverse: int | None = None
    value_column: str | None = None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the model is: objective, trees, inputs, scale of the raw score and of the output."""

    name: str
    objective: str
    trees: int
    inputs: tuple[str, ...]
    scale: str
    output: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AffectedTable:
    """The rows of the strongest lead, streamed when they are written.

    ``batches()`` starts a fresh pass and gives record batches whose columns are exactly, in order:
    ``id``, ``subject``, ``time``, ``score_before``, ``score_after``, ``decision_before``,
    ``decision_after``, then ``NAME_before`` and ``NAME_after`` for each NAME in ``features``, then
    ``outcome``.  Unknown is null.  ``rows`` is their number, ``subjects`` the number of distinct
    subjects (``None``: no subject column).
    """

    lead: str
    features: tuple[str, ...]
    rows: int
    batches: Callable[[], Iterator[pa.RecordBatch]]
    subjects: int | None = None


@dataclass(frozen=True)
class Investigation:
    """One investigation of one decision, finished.

    ``findings``, ``checks``, ``leads`` are in their final order.  ``run_again`` is the command
    that runs it again, with display names instead of paths.  ``parameters`` are (name, value)
    pairs in words for the appendix.  ``seen`` is the page of the decision (``None``: none picked,
    or a case file of before).  ``pictures`` are the pictures of people as they were given, by
    SHA-256, as far as they are at hand.
    """

    case: Case
    reproduced: Reproduced | None
    conclusion: Conclusion
    conclusion_sentence: str
    families: dict[Family, FamilyAnswer]
    leads: tuple[Lead, ...] = ()
    findings: tuple[Finding, ...] = ()
    checks: tuple[CheckAnswer, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    explanation: Explanation | None = None
    self_test: tuple[SelfTestLine, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    run_again: str = ""
    affected: AffectedTable | None = None
    log: LogFacts | None = None
    model: ModelFacts | None = None
    dictionary: Dictionary = field(default_factory=Dictionary)
    charts: tuple[Chart, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    board: Board = field(default_factory=Board)
    seen: Seen | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    policy: PolicyQuestion | None = None

    @property
    def policy_question(self) -> PolicyQuestion | None:
        """Both sides of the policy question, with who decides and until when as the case says."""
        return None if self.policy is None else self.policy.told(self.board.ending)

    @property
    def strongest(self) -> Lead | None:
        """The first-ranked lead that concerns this decision, else the first-ranked one."""
        ours = (lead for lead in self.leads if lead.concerns_this_decision)
        return next(ours, self.leads[0] if self.leads else None)
