"""The case as a value: what was given, what was guessed, what was picked, what people said.

A change makes a new :class:`Case` (``dataclasses.replace``).  No table lives in it; opened tables
are in :mod:`investigators.view`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from investigators.documented import Documented
from investigators.testimony import Interview, Walkthrough

Role = Literal[
    "model",
    "other_model",
    "log",
    "reference",
    "outcomes",
    "ui_events",
    "lookup",
    "feature_store",
    "features",
    "policy",
    "releases",
    "screenshot",
]
Confidence = Literal["given", "sure", "likely", "weak"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is: a path (file, folder or glob) and, inside it, a table or sheet."""

    path: str
    table: str | None = None

    @property
    def name(self) -> str:
        """Display name: the last path part (with the table), never a whole path."""
        last = self.path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
        return f"{last}::{self.table}" if self.table else last


@dataclass(frozen=True, slots=True)
class Answers:
    """The three questions to a person (grade C evidence); ``None`` is "not answered".

    ``whose_box``: name of the component or step that showed it.  ``right_subject``: "yes", "no" or
    "not known".  ``what_shown``: free words.  ``whose_view`` says who answered.
    """

    whose_box: str | None = None
    right_subject: str | None = None
    what_shown: str | None = None
    whose_view: str | None = None


ActionKind = Literal["this case", "category", "detection", "tooling", "redress"]


@dataclass(frozen=True, slots=True)
class Action:
    """One action point, proposed from a lead's class and editable in the case."""

    id: str
    text: str
    kind: ActionKind
    owner: str = ""
    due: str = ""
    review: str = ""
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the user gave: files and settings, exactly; nothing guessed.

    ``sources`` maps a role to its places (several only for ui_events, lookup
    and other_model).  ``columns``
    maps ``"log.id"``, ``"log.feature:NAME"``, ``"ui_events.title"`` to column names (repeatable
    roles have several).  ``base`` is the folder that relative paths are relative to.  ``units`` are
    units of model inputs said by hand; they go before those of the dictionary.  ``groups`` are
    named rows of the log: name to expression, in the language of a repair's "where".
    ``interviews`` and ``walkthroughs`` are what people told; no check reads them.
    """

    sources: dict[Role, tuple[Place, ...]] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    base: str = "."
    title: str | None = None
    reported: str | None = None
    expected: str | None = None
    decision: str | None = None
    threshold: float | None = None
    above: str | None = None
    below: str | None = None
    cuts: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    adverse: str | None = None
    positive: str | None = None
    components: tuple[str, ...] = ()
    zone: str | None = None
    dates: Literal["day-first", "month-first"] | None = None
    depth: Literal["2", "3"] | None = None
    answers: Answers = Answers()
    actions: tuple[Action, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    trust_model: bool = False
    case_file: str | None = None
    groups: dict[str, str] = field(default_factory=dict)
    interviews: tuple[Interview, ...] = ()
    walkthroughs: tuple[Walkthrough, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file as sealed at opening.  ``sha256`` of its bytes; ``stamp`` is (size, mtime in ns)."""

    role: Role
    place: Place
    sha256: str
    rows: int | None
    stamp: tuple[int, int]
    columns: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that was guessed (or given): what, which value, why, how sure.

    ``what`` is ``"log.id"``, ``"log.feature:NAME"``, ``"reference.outcome"``, ``"score scale"``,
    ``"threshold"``, ``"adverse"``, ``"positive"``, ``"zone"``, ``"component"``.
    """

    what: str
    value: str
    reason: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """Scale of the logged score: how it follows from the model's output.

    ``kind`` is the log's scale (``probability``, ``percent``, ``points``, ``log-odds``,
    ``value``, ``unknown``); ``mapping`` is ``identity``, ``percent``, ``points``, ``inverted``,
    ``monotone``, or ``none`` without a model; logged = ``factor`` * output + ``offset`` where
    linear.  ``decimals`` is the log's own rounding (``None``: full precision), ``float32`` whether
    it went through 32 bits, ``digits`` the significant digits where it rounds by those.  ``knots``
    are (output, logged) pairs of a monotone map, rising in output.
    """

    kind: str
    mapping: str = "identity"
    decimals: int | None = None
    float32: bool = False
    factor: float = 1.0
    offset: float = 0.0
    of: Literal["output", "raw"] = "output"
    digits: int | None = None
    knots: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The decision rule in force: ascending ``cuts`` on the logged score's scale, and labels.

    ``labels`` has one more entry than ``cuts``: the label below the first cut first.  A score at
    a cut gets the label above it.  ``interval`` brackets an inferred single cut.  ``by_class`` says
    that there is no cut: the label is the class to which the model gives the highest score.
    ``documented`` is the whole policy: ``cuts`` are those of the picked decision's time.
    """

    cuts: tuple[float, ...]
    labels: tuple[str, ...]
    adverse: tuple[str, ...]
    source: Literal["given", "policy", "inferred", "none"]
    interval: tuple[float, float] | None = None
    rows_explained: int | None = None
    rows_total: int | None = None
    by_class: bool = False
    documented: Documented | None = None

    def at(self, time: str | None, zone: str | None) -> Rule:
        """The same with the cut points that the policy documents for an ISO time of the case."""
        if self.documented is None:
            return self
        k = self.documented.at(time, zone)
        stage = self.documented.stages[-1 if k is None else k]
        return replace(self, cuts=stage.cuts, labels=stage.labels)


@dataclass(frozen=True, slots=True)
class Decision:
    """The picked decision.  ``row`` is the 0-based row of the log (``None``: no request of ours).

    ``event`` is the 0-based (table, row) of the UI event when it was picked by an event's id.
    """

    id: str
    source: Literal["log", "ui_events"]
    row: int | None
    time: str | None = None
    subject: str | None = None
    score: float | None = None
    label: str | None = None
    event: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The whole case as a value."""

    brief: Brief
    sources: tuple[Source, ...] = ()
    guesses: tuple[Guess, ...] = ()
    zone: str | None = None
    scale: ScoreScale | None = None
    rule: Rule | None = None
    positive: str | None = None
    components: tuple[str, ...] = ()
    decision: Decision | None = None
    actions: tuple[Action, ...] = ()

    def picked(self, decision: Decision | None) -> Case:
        """The case with another decision, and the rule in force at its time."""
        time = decision.time if decision is not None else None
        rule = self.rule.at(time, self.zone) if self.rule is not None else None
        return replace(self, decision=decision, rule=rule)

    @property
    def outcome_words(self) -> str:
        """What the outcome that the score predicts is called: ``1`` where the file has 1.0."""
        return "positive" if self.positive is None else self.positive.removesuffix(".0")

    @property
    def title(self) -> str:
        """The given title, or one made of what is known."""
        if self.brief.title:
            return self.brief.title
        log = next((s.place.name for s in self.sources if s.role == "log"), "the log")
        return f"Decision {self.decision.id} of {log}" if self.decision else f"A decision of {log}"

    def other_names(self, features: Iterable[str], said: str = "") -> tuple[str, ...]:
        """Say which column of the log an input is, where a reader could not tell from its name.

        Those that ``said`` has beside their column already (:meth:`in_log`) are left out.
        """
        columns = self._telling_columns()
        pairs = [(name, columns[name]) for name in features if name in columns]
        return tuple(f"{name} is {col}" for name, col in pairs if f"{name} ({col})" not in said)

    def in_log(self, words: str, features: Iterable[str]) -> str:
        """Return a heading's words, each of these inputs at its first mention with its column.

        ``Column_0 is larger`` -> ``Column_0 (FORM_FILL_TIME) is larger``; as they are where the
        input's own name tells which column it is.
        """
        columns = self._telling_columns()
        left = {name for name in features if name in columns}

        def told(found: re.Match[str]) -> str:
            name = found[0]
            first = name in left
            left.discard(name)
            return f"{name} ({columns[name]})" if first else name

        names = "|".join(map(re.escape, sorted(left)))
        return re.sub(rf"(?<!\w)(?:{names})(?!\w)", told, words) if names else words

    def _telling_columns(self) -> dict[str, str]:
        """The log's column of each input that is called otherwise there."""
        found = {
            guess.what.removeprefix("log.feature:"): guess.value
            for guess in self.guesses
            if guess.what.startswith("log.feature:")
        }
        return {name: column for name, column in found.items() if not alike(name, column)}


def alike(name: str, column: str) -> bool:
    """Whether two names differ in case, separators and prefixes only."""
    one, other = (re.sub(r"[\W_]", "", word).lower() for word in (name, column))
    return other.endswith(one)
