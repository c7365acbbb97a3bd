"""What an investigation finds: findings, leads, and the document ``findings.json``.

The classes here *are* the schema (``resources/findings.schema.json`` is generated from them).
Fields may be added, never moved or given another meaning.  Times are ISO 8601 text: UTC with
``Z`` where the zone is known, else local without offset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import msgspec

from investigators.chart import Chart
from investigators.clock import part_words

Family = Literal["ui_context", "input_units", "subgroup_performance", "data_assumptions"]
FAMILIES: tuple[Family, ...] = (
    "ui_context",
    "input_units",
    "subgroup_performance",
    "data_assumptions",
)
FAMILY_WORDS: dict[Family, str] = {
    "ui_context": "UI context",
    "input_units": "Input units",
    "subgroup_performance": "Subgroup performance",
    "data_assumptions": "Data assumptions",
}
Verdict = Literal["supports", "speaks against", "cannot tell", "does not apply", "error"]
FamilyStatus = Literal["finding", "symptom", "clear", "cannot tell", "not run"]
Strength = Literal["strong", "moderate", "weak"]
CauseClass = Literal[
    "not-our-component",
    "ui-or-wording",
    "identity",
    "business-rule-or-filter",
    "threshold-or-policy",
    "input-unit-or-scale",
    "input-time-shift",
    "input-missing-or-default",
    "input-stale-or-late",
    "input-unseen-value",
    "input-columns-swapped",
    "join-or-key",
    "train-serve-skew",
    "label-or-target",
    "sample-or-subgroup",
    "feedback-or-selective-labels",
    "drift-of-the-world",
    "model-defect",
    "version-or-deployment",
    "explanation-misread",
]
DRIFT: CauseClass = "drift-of-the-world"  # no fault of anybody: it stands last and proves nothing
Cell = str | int | float | bool | None


class Condition(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    rename={"within": "in", "lower": "from", "upper": "to"},
):
    """One condition of a segment on a source's own column; exactly one form is used.

    ``equals``; ``in``; ``from``/``to``, ``closed``; ``part`` of a time, ``zone``; ``missing``.
    """

    column: str
    equals: Cell = None
    within: tuple[Cell, ...] | None = None
    lower: float | None = None
    upper: float | None = None
    closed: str | None = None
    part: str | None = None
    zone: str | None = None
    missing: bool = False

    def words(self) -> str:
        """Plain words for a sentence."""
        if self.missing:
            return f"{self.column} missing"
        if self.within is not None:
            values = ", ".join(part_words(self.part, value) for value in self.within)
            what = f"{self.part} of {self.column}" if self.part else self.column
            return f"{what} in ({values})"
        if self.lower is not None or self.upper is not None:
            low = "" if self.lower is None else f"{self.lower:g} ≤ "
            high = "" if self.upper is None else f" < {self.upper:g}"
            return f"{low}{self.column}{high}"
        return f"{self.column} {self.equals}"


Segment = tuple[Condition, ...] | None


def segment_words(segment: Segment, everything: str = "all rows") -> str:
    """Say a segment in plain words."""
    return " and ".join(c.words() for c in segment) if segment else everything


# Transforms: what is observed as a function of what is true (contract.md).
class Scale(msgspec.Struct, frozen=True, tag_field="kind", tag="scale"):
    """Observed = factor x true."""

    factor: float
    named: str | None = None


class Affine(msgspec.Struct, frozen=True, tag_field="kind", tag="affine"):
    """Observed = a x true + b."""

    a: float
    b: float
    named: str | None = None


class Epoch(msgspec.Struct, frozen=True, tag_field="kind", tag="epoch", rename={"source": "from"}):
    """A time counted in ``from`` units (s, ms, us, ns) arrives counted in ``to`` units."""

    source: str
    to: str


class ShiftTime(
    msgspec.Struct, frozen=True, tag_field="kind", tag="shift_time", omit_defaults=True
):
    """Observed time = true time + seconds.

    With ``clock`` the feature shows the hour of its row's time moved by so many seconds, and rows
    are meant that show the hour of that clock moved by ``seconds``.
    """

    seconds: float
    clock: float | None = None


class Map(msgspec.Struct, frozen=True, tag_field="kind", tag="map"):
    """Each pair is (seen, meant)."""

    pairs: tuple[tuple[Cell, Cell], ...]


class Fill(msgspec.Struct, frozen=True, tag_field="kind", tag="fill"):
    """``seen`` stands where ``meant`` (usually missing) should be."""

    seen: Cell
    meant: Cell = None


class Swap(msgspec.Struct, frozen=True, tag_field="kind", tag="swap"):
    """Two columns arrive in each other's place."""

    columns: tuple[str, str]


class TakeFrom(msgspec.Struct, frozen=True, tag_field="kind", tag="take_from"):
    """The value should be the one of another source (joined by id)."""

    source: str


class Threshold(
    msgspec.Struct, frozen=True, tag_field="kind", tag="threshold", rename={"source": "from"}
):
    """The cut point moved."""

    source: float
    to: float


class NoTransform(msgspec.Struct, frozen=True, tag_field="kind", tag="none"):
    """Nothing to undo in the inputs."""


Transform = (
    Scale | Affine | Epoch | ShiftTime | Map | Fill | Swap | TakeFrom | Threshold | NoTransform
)
Where = tuple[tuple[float | str, float | str], ...]


@dataclass(frozen=True, slots=True)
class Onset:
    """99 % interval in which it began (or ended).

    ``earliest``: last row known free of it; ``latest``: first row that carries it.
    """

    earliest: str | None
    latest: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """A candidate cause as a check hands it over; ``leads`` replays it and makes it a lead.

    ``where`` narrows the rows in segment and window to those that carry the fault: closed
    intervals of the feature's observed value (a partial change), for a swap of the first column's
    less the second's, or pairs of observed texts of both; ``None`` is every row.  ``rows_changed``
    counts rows whose value the repair changes.  ``exact_record``: a logged record shows it.
    ``concerns_decision``: its row is among them.  Of one check's ties the largest ``clear`` leads.
    """

    cause: CauseClass
    features: tuple[str, ...]
    transform: Transform
    segment: Segment
    onset: Onset | None
    onset_known: bool
    end: Onset | None
    ongoing: bool | None
    rows_in_scope: int
    rows_changed: int
    concerns_decision: bool
    rows_changed_interval: tuple[int, int] | None = None
    where: Where | None = None
    corroborations: tuple[str, ...] = ()
    exact_record: bool = False
    statement: str = ""
    clear: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one check about one thing.

    ``n`` is the number of rows the answer rests on; ``effect`` holds the numbers of the sentence
    (plain JSON values).  ``would_need`` says what would tell when the verdict is "cannot tell";
    ``ask`` is a ready text to send to the owner of what is missing.
    """

    id: str
    check: str
    family: Family
    verdict: Verdict
    about: tuple[str, ...]
    sentence: str
    n: int
    effect: dict[str, Any] = field(default_factory=dict)
    segment: Segment = None
    onset: Onset | None = None
    explained_by: str | None = None
    concerns_decision: bool = False
    would_need: str | None = None
    ask: str | None = None
    cause: Cause | None = None
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """A check's overall answer: its strongest finding's verdict and what it could see."""

    id: str
    family: Family
    verdict: Verdict
    sentence: str
    covers: str
    does_not_cover: str
    would_need: str | None = None


@dataclass(frozen=True, slots=True)
class NotRun:
    """A check that could not look, why, what it would need, and the text to send."""

    id: str
    reason: str
    would_need: str
    ask: str


@dataclass(frozen=True, slots=True)
class FamilyAnswer:
    """One family's status (contract.md) and a sentence."""

    status: FamilyStatus
    sentence: str


@dataclass(frozen=True, slots=True)
class RepairGroup:
    """What a repair changes in one group of a segment column.

    ``value`` is null for missing cells, and for the line of all smaller groups, whose number is
    ``others``.  ``quality`` as in the result, of the group's own rows with an outcome.
    """

    column: str
    value: str | None
    others: int
    rows: int
    decisions_changed: int | None
    to_adverse: int | None
    from_adverse: int | None
    mean_score_change: float | None
    quality: dict[str, Any] | None = None

    @property
    def words(self) -> str:
        """The group's name for readers."""
        if self.others:
            return f"{self.others:,} {'other' if self.others == 1 else 'others'}"
        return "missing" if self.value is None else self.value


class RepairDay(NamedTuple):
    """What a repair changes on one day, an array in the findings; ways and quality as above."""

    day: str
    rows: int
    decisions_changed: int
    mean_score_change: float
    to_adverse: int | None = None
    from_adverse: int | None = None
    quality: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RepairResult:
    """What the same model and rule say with the cause undone (contract.md, "Repair").

    ``decisions_changed`` and its parts are ``None`` without a decision rule.  ``by_day`` is in
    order of days, on the case's clock.  ``outcomes_known`` counts released rows
    (from adverse) with an outcome, ``outcomes_positive`` those where it was the positive one.
    ``value`` is the sum of the value column over released rows.
    """

    decisions_changed: int | None
    to_adverse: int | None
    from_adverse: int | None
    other: int | None
    this_score: float | None
    this_decision: str | None
    flips: bool | None
    mean_score_change: float | None
    quality: dict[str, Any] | None = None
    outcomes_known: int | None = None
    outcomes_positive: int | None = None
    accepted_known: int | None = None
    accepted_positive: int | None = None
    value: float | None = None
    restores_range: bool | None = None
    by_day: tuple[RepairDay, ...] = ()
    by_segment: tuple[RepairGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """A ranked candidate cause (contract.md, "leads")."""

    id: str
    rank: int
    family: Family
    cause: CauseClass
    features: tuple[str, ...]
    transform: Transform
    segment: Segment
    onset: Onset | None
    onset_known: bool
    end: Onset | None
    ongoing: bool | None
    rows_in_scope: int
    rows_changed: int
    rows_changed_interval: tuple[int, int] | None
    share_of_log: float
    repair: RepairResult | None
    strength: Strength
    corroborations: tuple[str, ...]
    concerns_this_decision: bool
    statement: str
    findings: tuple[str, ...]
    where: Where | None = None
    symptoms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reproduced:
    """Whether the model gives the logged scores (contract.md, "Reproduced").

    ``this_row`` tells it of the picked decision's own row, which may be of another model version;
    ``None`` without a row that was compared.
    """

    verdict: Literal["reproduced", "reproduced after mapping", "differs", "cannot tell"]
    mapping: str
    tolerance: float | None
    rows_compared: int
    rows_equal: int
    rows_other_version: int
    largest_difference: float | None
    sentence: str = ""
    this_row: bool | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One input's part of the score.

    ``rank_among_training`` is the mid-rank share of training rows below the value (numeric) or
    the share that has it (category); ``None`` without a reference.
    """

    feature: str
    value: Cell
    unit: str | None
    contribution: float
    rank_among_training: float | None
    range_source: Literal["reference", "model text", "none"]
    outside_range: bool
    unseen: bool = False
    unexpected_missing: bool = False
    training_range: tuple[float, float] | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the model file says for one row's inputs.

    ``scale`` names the unit of base value and contributions; ``score`` is on the model's output
    scale and ``says`` what it is ("expected count").  ``heading`` differs when the logged score was
    not reproduced.
    """

    withheld: str | None
    method: str
    scale: str
    base_value: float | None
    base_is: str
    sum_error: float | None
    contributions: tuple[Contribution, ...]
    raw_score: float | None = None
    score: float | None = None
    heading: str = ""
    sentence: str = ""
    strip: str = ""
    chart: Chart | None = None
    says: str = ""

    def scale_words(self, kind: str) -> str:
        """Name a scale of the logged score: what the model says, where the log holds just that."""
        return self.says if self.says and kind in ("probability", "value") else kind


def to_json(document: Any) -> bytes:  # noqa: ANN401 - any of the classes above
    """Encode as indented UTF-8 JSON: same document, same bytes; NaN and infinities become null."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
