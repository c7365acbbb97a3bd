"""The opened case as checks and explainers see it: read-only tables, model, roles, decision.

The log that checks query is *canonical*: beside its own columns (own names, quoted) it has these,
NULL where unknown, so that no check asks again which column is what:

========================  ==========================================================================
``fw_row``                0-based row number (BIGINT), the row's identity everywhere
``fw_id``                 id as text
``fw_time``               TIMESTAMP (UTC where the zone is known, else local)
``fw_subject``            subject as text; ``fw_session`` session as text
``fw_score``              logged score (DOUBLE)
``fw_decision``           logged decision label as text
``fw_adverse``            whether that label is adverse (BOOLEAN)
``fw_outcome``            outcome: 1/0 for classification, the value for regression (DOUBLE)
``fw_value``              value column (DOUBLE)
``fw_version``            model version as text; ``fw_component`` component as text
``fw_live_test``          whether the row is in the live-test arm (BOOLEAN)
``fw_output``             this model's output for the row's inputs (DOUBLE, output scale)
========================  ==========================================================================

The reference has ``fw_row, fw_time, fw_subject, fw_outcome, fw_decision, fw_live_test``.
A model input NAME is found as ``view.log_input(NAME)``: an SQL expression of DOUBLE (numeric
input) or VARCHAR (category) over the log; ``view.reference_input(NAME)`` over the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from investigators.case import Case, Decision, Rule
from investigators.evidence import Reproduced
from investigators.features import Dictionary
from investigators.model import Model, OtherModel
from investigators.tables.table import Column, Table, quoted


@dataclass
class Watch:
    """Whether a view was asked for its decision."""

    asked: bool = False


WATCHES: ContextVar[tuple[Watch, ...]] = ContextVar("watches", default=())


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch, inside, whether any view is asked for its decision (in this thread)."""
    watch = Watch()
    token = WATCHES.set((*WATCHES.get(), watch))
    try:
        yield watch
    finally:
        WATCHES.reset(token)


@dataclass(frozen=True)
class View:
    """Everything a check may read.

    ``log_inputs`` and ``reference_inputs`` map model inputs to SQL expressions.
    ``segments`` are the log's own columns that may define a group (from the roles: segment
    columns, categorical inputs; never ids, times, scores, decisions, outcomes or ignored ones).
    ``stores`` are further sources with one row for each of the log's, under the log's ``fw_row``
    and ``fw_id``: the inputs under their own names, ``fw_found`` whether the source has a row of
    this request, ``fw_time`` that row's time.
    ``groups`` are columns of lookups that lie beside the log's own, for the checks of groups alone:
    not among ``log.columns``, each row's value under that name all the same.
    ``other_models`` are further model files by name: what may have scored instead of the model.
    ``shown`` and ``shown_marks`` are columns of UI events, one value a request, that lie beside the
    log's own too (:mod:`investigators.shown_columns`): where a request was shown, and whether it
    came from a cache; for the checks alone that compare what was shown.
    ``columns`` maps ``"log.id"`` and the like to the source's column names.
    """

    case: Case
    log: Table | None = None
    model: Model | None = None
    reference: Table | None = None
    ui_events: tuple[Table, ...] = ()
    lookups: tuple[Table, ...] = ()
    releases: Table | None = None
    stores: Mapping[str, Table] = field(default_factory=dict)
    other_models: Mapping[str, OtherModel] = field(default_factory=dict)
    dictionary: Dictionary = field(default_factory=Dictionary)
    log_inputs: Mapping[str, str] = field(default_factory=dict)
    reference_inputs: Mapping[str, str] = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reproduced: Reproduced | None = None
    groups: tuple[Column, ...] = ()
    shown: tuple[Column, ...] = ()
    shown_marks: tuple[Column, ...] = ()

    @property
    def decision(self) -> Decision | None:
        """The picked decision; whoever watches is told that it was asked for."""
        for watch in WATCHES.get():
            watch.asked = True
        return self.case.decision

    @property
    def rule(self) -> Rule | None:
        """The decision rule in force."""
        return self.case.rule

    @property
    def grouping(self) -> tuple[str, ...]:
        """Columns whose values define groups: segment columns, then those of lookups."""
        return (*self.segments, *(column.name for column in self.groups))

    @property
    def beside(self) -> tuple[Column, ...]:
        """Columns of other sources that each of the log's rows has too, one value a row."""
        return (*self.groups, *self.shown, *self.shown_marks)

    def without_named_groups(self) -> View:
        """The same as if nobody had named a group: no column, no segment, no word of them."""
        named = self.case.brief.groups
        if not named:
            return self
        log = self.log
        if log is not None:
            gone = ", ".join(quoted(name) for name in named)
            own = tuple(column for column in log.columns if column.name not in named)
            log = log.with_relation(f"(SELECT * EXCLUDE ({gone}) FROM {log.relation})", own)
        case = replace(self.case, brief=replace(self.case.brief, groups={}))
        segments = tuple(name for name in self.segments if name not in named)
        return replace(self, case=case, log=log, segments=segments)

    def row_column(self, name: str) -> Column | None:
        """The log's own column of this name, or another source's that lies beside them."""
        own = None if self.log is None else self.log.column(name)
        return own or next((column for column in self.beside if column.name == name), None)

    def column(self, what: str) -> str | None:
        """Return the source's own column for ``"log.id"`` and the like, or ``None``."""
        names = self.columns.get(what, ())
        return names[0] if names else None

    def has(self, role: str) -> bool:
        """Whether a source with this role is open."""
        opened: dict[str, object] = {
            "log": self.log,
            "model": self.model,
            "other_model": self.other_models,
            "reference": self.reference,
            "ui_events": self.ui_events,
            "lookup": self.lookups,
            "releases": self.releases,
            "feature_store": self.stores,
            "features": self.dictionary.features,
            "outcomes": "log.outcome" in self.columns or "outcomes.outcome" in self.columns,
        }
        return bool(opened.get(role))
