"""What every part of the report is made from, and the words they share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigators.case import Action
from investigators.evidence import CheckAnswer, Finding, Lead, segment_words
from investigators.investigation import Investigation
from investigators.numbers import hours, number
from investigators.report.actions import standing
from investigators.report.model import Mark, Paragraph, Section, Statement, Verbatim
from investigators.report.plays import Ending, Play, plays
from investigators.report.redaction import Masking
from investigators.report.register import Register

if TYPE_CHECKING:
    from investigators.report.board_part import Standing

STOPS = (".", "?", "!", ":")


@dataclass(frozen=True)
class Draft:
    """One report in the making.

    ``investigation`` is masked already; ``affected`` is the name of the list of affected rows
    beside the report, empty when there is none.  ``standing`` is there once somebody spoke on the
    board.
    """

    investigation: Investigation
    register: Register
    masking: Masking
    actions: tuple[Action, ...]
    affected: str = ""
    standing: Standing | None = None

    @property
    def lead(self) -> Lead | None:
        """The strongest lead that stands, when the conclusion is one."""
        return self.leads[0] if self.leads else None

    @property
    def leads(self) -> tuple[Lead, ...]:
        """The leads that stand and concern this decision."""
        if self.investigation.conclusion != "lead":
            return ()
        return standing(self.investigation)

    @property
    def play(self) -> Play | Ending:
        """What follows from the lead's class, or from the ending."""
        if self.investigation.conclusion == "lead" and self.lead is not None:
            return plays().causes[self.lead.cause]
        ending = self.investigation.conclusion
        return plays().endings[ending if ending != "lead" else "not determined"]

    def finding(self, finding_id: str) -> Finding | None:
        """Return the finding with this id."""
        every = self.investigation.findings
        return next((finding for finding in every if finding.id == finding_id), None)

    def said(self, text: str, mark: Mark | None, *keys: str) -> Statement:
        """Return a statement that rests on the evidence of these keys, as far as it is there."""
        there = [key for key in keys if self.register.has(key)]
        return Statement(self.sentence(text), mark, self.register.ids(*there))

    def sentence(self, text: str) -> str:
        """Return the text as a sentence; an input's name at its start keeps its spelling."""
        model = self.investigation.model
        return sentence(text, model.inputs if model is not None else ())

    def score(self, score: float | None) -> str:
        """Say a score as the log says it: with its decimals, per cent where it is one."""
        if score is None:
            return "not known"
        scale = self.investigation.case.scale
        if scale is None or scale.decimals is None:
            text = number(score)
        else:
            text = f"{score:,.{scale.decimals}f}".replace("-", "−")
        return f"{text} %" if scale is not None and scale.kind == "percent" else text

    def cut(self, cut: float) -> str:
        """Say a cut point: as short as it was stated, per cent where scores are."""
        scale = self.investigation.case.scale
        return number(cut, 6) + (" %" if scale is not None and scale.kind == "percent" else "")

    @property
    def scale_words(self) -> str:
        """The name of the score's scale."""
        scale = self.investigation.case.scale
        if scale is None or scale.kind == "unknown":
            return "scale not known"
        explanation = self.investigation.explanation
        return scale.kind if explanation is None else explanation.scale_words(scale.kind)


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which a lead was at work: from its first row to its end or the log's."""

    start: str
    until: str
    length: float

    def per_hour(self, n: int) -> float:
        """Rate of ``n`` rows in the window."""
        return n / self.length


def window(investigation: Investigation, lead: Lead) -> Window | None:
    """Return the lead's window; ``None`` without times or when it is an instant."""
    log = investigation.log
    if log is None or log.first is None or log.last is None:
        return None
    start = (lead.onset.latest if lead.onset else None) or log.first
    until = (lead.end.earliest if lead.end else None) or log.last
    length = hours(start, until)
    return Window(start, until, length) if length > 0 else None


def population(draft: Draft, lead: Lead) -> tuple[str, int | None]:
    """Return what a lead's rows are, ``request`` or ``display``, and how many there are in all."""
    decision, log = draft.investigation.case.decision, draft.investigation.log
    if lead.family == "ui_context" and decision is not None and decision.source == "ui_events":
        sources = draft.investigation.case.sources
        events = [source.rows for source in sources if source.role == "ui_events"]
        known = [rows for rows in events if rows is not None]
        return "display", sum(known) if known and len(known) == len(events) else None
    return "request", None if log is None else log.rows


def where(lead: Lead) -> str:
    """Say in which rows: ``app_version 4.8.1`` or ``all requests``."""
    return segment_words(lead.segment, "all requests")


def check_words(check_id: str) -> str:
    """Say a check's id: ``input_units.scale_change`` -> ``scale change``."""
    return check_id.rsplit(".", 1)[-1].replace("_", " ")


def answers_with(draft: Draft, *verdicts: str) -> tuple[CheckAnswer, ...]:
    """Return the checks with one of these verdicts; those that did not run are told apart."""
    not_run = {missing.id for missing in draft.investigation.not_run}
    return tuple(
        check
        for check in draft.investigation.checks
        if check.verdict in verdicts and check.id not in not_run
    )


def sentence(text: str, names: Collection[str] = ()) -> str:
    """Return the text with a capital and a full stop, as it is otherwise.

    One of ``names`` at its start keeps its spelling, and so does what cannot be a word.
    """
    text = " ".join(text.split())
    if not text:
        return text
    first = text.split(" ", 1)[0].rstrip(",.:;")
    head = text[0].upper() if first.isalpha() and first not in names else text[0]
    return head + text[1:] + ("" if text.rstrip(")”")[-1:] in STOPS else ".")


def line(text: str) -> Paragraph:
    """One unmarked statement as a paragraph."""
    return Paragraph((Statement(sentence(text)),))


def empty(section: str, title: str, words: str) -> Section:
    """A section that has nothing to say, in one line."""
    return Section(section, title, (line(words),))


def quoted(text: str, who: str) -> Verbatim:
    """Words as typed."""
    return Verbatim(text, who)
