"""The document ``findings.json``: the contract's keys as frozen dataclasses, and their schema.

Scripts rely on it to the letter: fields may be added at the end of a class, never moved or given
another meaning.  ``python -m investigators.findings`` writes ``resources/findings.schema.json``.
No wall clock and no path goes in: the same investigation gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from investigators.case import Action, Case, Guess, Rule
from investigators.evidence import (
    FAMILIES,
    CauseClass,
    CheckAnswer,
    Contribution,
    Explanation,
    Family,
    FamilyAnswer,
    Finding,
    Lead,
    NotRun,
    Onset,
    Reproduced,
    Segment,
    Verdict,
    to_json,
)
from investigators.investigation import Conclusion, Investigation, TimelineEntry
from investigators.pictures import About
from investigators.resources import resource
from investigators.sides import PolicyQuestion
from investigators.testimony import Exchange, ToldGrade

FORMAT: Literal["fifthwhy-findings"] = "fifthwhy-findings"
VERSION: Literal[1] = 1
SCHEMA_FILE = "findings.schema.json"


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One file of the case: role, display name, sha256 of its bytes, rows, columns by role."""

    role: str
    name: str
    sha256: str
    rows: int | None
    columns: dict[str, str | tuple[str, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """What was given, as far as a script needs it."""

    title: str
    reported: str | None
    zone_known: bool
    sources: tuple[SourceEntry, ...]
    zone: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreScaleEntry:
    """Scale of the logged score; ``decimals`` is the log's own rounding (null: full precision)."""

    kind: str
    decimals: int | None


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """The picked decision.

    ``threshold`` is the only cut point, or with several the one next to the score; ``cuts`` and
    ``labels`` are the whole rule.  ``adverse`` is null when label or rule are not known.
    """

    id: str
    source: Literal["log", "ui_events"]
    time: str | None
    subject: str | None
    score: float | None
    score_scale: ScoreScaleEntry | None
    label: str | None
    adverse: bool | None
    threshold: float | None
    threshold_source: Literal["given", "policy", "inferred", "none"]
    threshold_interval: tuple[float, float] | None
    reproduced: Reproduced | None
    row: int | None = None
    cuts: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """One answer of one check about one thing."""

    id: str
    check: str
    family: Family
    verdict: Verdict
    about: tuple[str, ...]
    sentence: str
    n: int
    effect: dict[str, Any]
    segment: Segment
    onset: Onset | None
    explained_by: str | None
    concerns_decision: bool = False
    would_need: str | None = None
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class ExplanationEntry:
    """What the model file says for the row's inputs (see :class:`evidence.Explanation`)."""

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


@dataclass(frozen=True, slots=True)
class SelfTestEntry:
    """One line of the model's self-test at opening."""

    name: str
    ok: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class TellerEntry:
    """Who told it: empty is not said.

    ``about`` is the kind of thing that it is about, ``link`` its id or name.  For readers outside
    ``whom`` is counted off as in the report (``person-1``).
    """

    whom: str
    role: str
    when: str
    whose_view: str
    grade: ToldGrade
    about: About
    link: str


@dataclass(frozen=True, slots=True)
class InterviewEntry:
    """What a person answered, verbatim, and notes of it."""

    id: str
    teller: TellerEntry
    exchanges: tuple[Exchange, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class WalkStepEntry:
    """One step; ``picture`` is the id of the case's picture as in the report (null: none)."""

    did: str
    expected: str
    seen: str
    picture: str | None


@dataclass(frozen=True, slots=True)
class WalkthroughEntry:
    """A way through a product that a person went, in order."""

    id: str
    title: str
    teller: TellerEntry
    steps: tuple[WalkStepEntry, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What people told, as an audience may read it."""

    interviews: tuple[InterviewEntry, ...] = ()
    walkthroughs: tuple[WalkthroughEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The whole document."""

    format: Literal["fifthwhy-findings"]
    version: Literal[1]
    case: CaseEntry
    decision: DecisionEntry | None
    conclusion: Conclusion
    conclusion_sentence: str
    families: dict[Family, FamilyAnswer]
    leads: tuple[Lead, ...]
    findings: tuple[FindingEntry, ...]
    checks: tuple[CheckAnswer, ...]
    not_run: tuple[NotRun, ...]
    explanation: ExplanationEntry | None
    versions: dict[str, str]
    cause_classes: tuple[CauseClass, ...] = ()
    guesses: tuple[Guess, ...] = ()
    actions: tuple[Action, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    self_test: tuple[SelfTestEntry, ...] = ()
    run_again: str = ""
    timings: dict[str, float] | None = field(default=None)
    interviews: tuple[InterviewEntry, ...] = ()
    walkthroughs: tuple[WalkthroughEntry, ...] = ()
    policy_question: PolicyQuestion | None = None


def document(
    investigation: Investigation,
    *,
    actions: tuple[Action, ...] = (),
    told: Told = Told(),
    timings: dict[str, float] | None = None,
) -> Findings:
    """Make the document of an investigation.

    ``actions`` are the action points in force (:func:`investigators.report.actions.actions`);
    ``told`` is what people told (:func:`investigators.report.testimony_part.entries`: masked for
    whom the document is made); ``timings`` are seconds by step, given only when somebody asked
    for them.
    """
    strongest = [lead for lead in investigation.leads if lead.strength != "weak"]
    return Findings(
        format=FORMAT,
        version=VERSION,
        case=_case(investigation.case),
        decision=_decision(investigation),
        conclusion=investigation.conclusion,
        conclusion_sentence=investigation.conclusion_sentence,
        families={family: investigation.families[family] for family in FAMILIES},
        leads=investigation.leads,
        findings=tuple(_finding(finding) for finding in investigation.findings),
        checks=investigation.checks,
        not_run=investigation.not_run,
        explanation=_explanation(investigation.explanation),
        versions=dict(sorted(investigation.versions.items())),
        cause_classes=tuple(dict.fromkeys(lead.cause for lead in strongest)),
        guesses=investigation.case.guesses,
        actions=actions,
        timeline=investigation.timeline,
        self_test=tuple(
            SelfTestEntry(line.name, line.ok, line.words) for line in investigation.self_test
        ),
        run_again=investigation.run_again,
        timings=timings,
        interviews=told.interviews,
        walkthroughs=told.walkthroughs,
        policy_question=investigation.policy_question,
    )


def encode(findings: Findings) -> bytes:
    """Encode as indented UTF-8 JSON: the same document gives the same bytes."""
    return to_json(findings)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document."""
    made = msgspec.json.schema(Findings)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fifth Why findings.json, version 1",
        **made,
    }


def schema_text() -> bytes:
    """Return the schema as it lies in ``resources/findings.schema.json``."""
    text = msgspec.json.encode(schema(), order="sorted")
    return msgspec.json.format(text, indent=2) + b"\n"


def next_cut(rule: Rule | None, score: float | None) -> float | None:
    """Return the rule's cut point next to the score (the lower of two equally near)."""
    if rule is None or not rule.cuts:
        return None
    if score is None:
        return rule.cuts[0] if len(rule.cuts) == 1 else None
    return min(rule.cuts, key=lambda cut: (abs(cut - score), cut))


def _case(case: Case) -> CaseEntry:
    return CaseEntry(
        title=case.title,
        reported=case.brief.reported,
        zone_known=case.zone is not None,
        sources=tuple(
            SourceEntry(
                source.role,
                source.place.name,
                source.sha256,
                source.rows,
                source.columns,
                source.notes,
            )
            for source in case.sources
        ),
        zone=case.zone,
        expected=case.brief.expected,
    )


def _decision(investigation: Investigation) -> DecisionEntry | None:
    case = investigation.case
    decision, rule, scale = case.decision, case.rule, case.scale
    if decision is None:
        return None
    known = rule is not None and bool(rule.adverse) and decision.label is not None
    return DecisionEntry(
        id=decision.id,
        source=decision.source,
        time=decision.time,
        subject=decision.subject,
        score=decision.score,
        score_scale=None if scale is None else ScoreScaleEntry(scale.kind, scale.decimals),
        label=decision.label,
        adverse=decision.label in rule.adverse if known and rule else None,
        threshold=next_cut(rule, decision.score),
        threshold_source=rule.source if rule else "none",
        threshold_interval=rule.interval if rule else None,
        reproduced=investigation.reproduced,
        row=decision.row,
        cuts=rule.cuts if rule else (),
        labels=rule.labels if rule else (),
    )


def _finding(finding: Finding) -> FindingEntry:
    return FindingEntry(
        id=finding.id,
        check=finding.check,
        family=finding.family,
        verdict=finding.verdict,
        about=finding.about,
        sentence=finding.sentence,
        n=finding.n,
        effect=finding.effect,
        segment=finding.segment,
        onset=finding.onset,
        explained_by=finding.explained_by,
        concerns_decision=finding.concerns_decision,
        would_need=finding.would_need,
        ask=finding.ask,
    )


def _explanation(explanation: Explanation | None) -> ExplanationEntry | None:
    if explanation is None:
        return None
    return ExplanationEntry(
        withheld=explanation.withheld,
        method=explanation.method,
        scale=explanation.scale,
        base_value=explanation.base_value,
        base_is=explanation.base_is,
        sum_error=explanation.sum_error,
        contributions=explanation.contributions,
        raw_score=explanation.raw_score,
        score=explanation.score,
        heading=explanation.heading,
        sentence=explanation.sentence,
    )


def write_schema() -> None:
    """Write the schema into ``resources``."""
    resource(SCHEMA_FILE).write_bytes(schema_text())


if __name__ == "__main__":
    write_schema()
