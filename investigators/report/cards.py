"""Six cards for a meeting, made from the report: plain words, few numbers, each with its base.

Sentences come from the report that is handed in, so that a card never says more, or to others,
than the report does; counts come from the same investigation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from investigators.chart import Cells, Chart, Distributions, Dots, TimeStrip
from investigators.clock import moment
from investigators.evidence import Lead, segment_words
from investigators.investigation import Investigation
from investigators.numbers import count, number, share
from investigators.report.actions import standing
from investigators.report.model import (
    Block,
    FigureBlock,
    Report,
    Section,
    Statement,
    Table,
    Verbatim,
)
from investigators.report.redaction import WITHHELD, mapped, masking

STEPS = (
    "What was seen",
    "What we expected",
    "What we checked, and what not",
    "What we found, and how sure",
    "Who is affected, and what happens to them",
    "What is done, by whom, until when",
)
LONGEST_QUOTE, FEWEST = 150, 5
# Where a statement goes on to say how often and since when, which the numbers below say.
GOES_ON = re.compile(r" since \d| \(99 %|, still so|; still so|, there from|: \d|; \d")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Big:
    """A number to be read from the last row, and what it is a number of."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the model said of this decision, and says after the repair."""

    before: Big
    after: Big
    words: str


@dataclass(frozen=True)
class Card:
    """One card.  ``sure`` is (a word, the rest); ``counted`` says how its numbers were counted."""

    step: str
    heading: str
    figures: tuple[Big, ...] = ()
    chart: Chart | None = None
    sure: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    what_if: Replayed | None = None


def cards(report: Report, investigation: Investigation) -> tuple[Card, ...]:
    """Return the six cards of a report on an investigation."""
    found = standing(investigation) if investigation.conclusion == "lead" else ()
    lead = found[0] if found else None
    made = (
        _seen(report, investigation),
        _expected(report, investigation),
        _checked(report, investigation),
        _found(report, investigation, lead),
        _affected(report, lead),
        _done(report),
    )
    return mapped(made, masking(investigation, report.audience).text)


def _seen(report: Report, investigation: Investigation) -> Card:
    decision = investigation.case.decision
    quotes = _quotes(report, "reported, verbatim")
    figures = []
    if decision is not None:
        if decision.label:
            figures.append(Big(decision.label, "is what the log says was decided"))
        if decision.score is not None:
            figures.append(Big(_score(investigation, decision.score), "the logged score"))
        if decision.time:
            clock = f"{decision.time[11:16]}, {_clock(decision.time)}"
            figures.append(Big(_day(decision.time), clock))
    notes = () if quotes or not _withheld(report) else ("Words that people typed are withheld.",)
    facts = _section(report, "facts")
    counted = tuple(_plain(s.text) for s in _statements(facts)[:2])
    heading = _quoted(quotes) or report.title
    return Card(STEPS[0], heading, tuple(figures), notes=notes, counted=counted)


def _expected(report: Report, investigation: Investigation) -> Card:
    quotes = _quotes(report, "what was expected instead, verbatim")
    rule, decision = investigation.case.rule, investigation.case.decision
    figures = []
    if rule is not None and rule.cuts and decision is not None and decision.score is not None:
        above = [cut for cut in rule.cuts if decision.score >= cut]
        near = above[-1] if above else rule.cuts[0]
        label = rule.labels[rule.cuts.index(near) + 1]
        percent = _unit(investigation)
        figures = [
            Big(number(near, 6) + percent, f"from this score on the rule says “{label}”"),
            Big(_score(investigation, decision.score), "is the logged score of this decision"),
        ]
    heading = _quoted(quotes) or "What was expected instead is not on record."
    came_from = _quotes(report, "where the expectation comes from, verbatim")
    notes = tuple(f"Where that comes from: “{words}”" for words in came_from)
    system = _section(report, "system")
    rows = [row for block in system.blocks if isinstance(block, Table) for row in block.rows]
    counted = tuple(f"{name}: {words}" for name, words in rows if name == "Role of the score")
    return Card(STEPS[1], heading, tuple(figures), notes=notes, counted=counted)


def _checked(report: Report, investigation: Investigation) -> Card:
    missing = {each.id for each in investigation.not_run}
    asked = [check for check in investigation.checks if check.id not in missing]
    total = len({check.id for check in investigation.checks} | missing)

    def of(verdict: str) -> int:
        return sum(check.verdict == verdict for check in asked)

    told = of("supports") + of("speaks against")
    unable = total - told
    heading = f"{told} of {total} checks could tell, in four families; {unable} could not."
    figures = (
        Big(f"{of('supports')} of {total}", "checks found something"),
        Big(f"{of('speaks against')} of {total}", "spoke against what they looked for"),
        Big(f"{unable} of {total}", "could not look or tell: not passed, not checked"),
    )
    tables = [b for b in _section(report, "conclusion").blocks if isinstance(b, Table)]
    chart = None
    if tables:
        chart = Cells("Coverage of the families", tables[-1].header, tables[-1].rows)
    against = [b for b in _section(report, "ruled-out").blocks if isinstance(b, Table)]
    unsure = [b for b in _section(report, "not-checked").blocks if isinstance(b, Table)]
    counted = [f"{row[0]}: {row[1]}" for table in against for row in table.rows]
    counted += [f"{row[0]}: {', '.join(row[1:3])}" for table in unsure for row in table.rows]
    return Card(STEPS[2], heading, figures, chart, counted=tuple(counted))


def _found(report: Report, investigation: Investigation, lead: Lead | None) -> Card:
    what, sure = _row(report, "What"), _row(report, "How sure")
    change = tuple(s.text for s in sure if s.text.startswith("What would change"))
    rest = " ".join(s.text for s in sure if not s.strong and s.text not in change)
    strong = next((s.text for s in sure if s.strong), "")
    counted = tuple(_plain(s.text) for s in what)
    if lead is None:
        heading = what[0].text if what else report.status.words
        return Card(STEPS[3], heading, sure=(strong, rest), notes=change, counted=counted)
    figures = []
    total = investigation.log.rows if investigation.log else None
    if lead.rows_in_scope > 1:
        base = f" of {count(total)}" if total and lead.family != "ui_context" else ""
        where = segment_words(lead.segment, "")
        words = f"requests of {where}" if where else "rows carry it"
        part = f", {share(lead.rows_in_scope, total)} of the log" if base and total else ""
        big = Big(f"{count(lead.rows_in_scope)}{base}", words + part)
        figures.append(big if lead.family != "ui_context" else _base(report) or big)
    if lead.onset is not None and lead.onset.latest is not None:
        ended = f"ended {_day(lead.end.latest)}" if lead.end and lead.end.latest else ""
        last = investigation.log.last if investigation.log else None
        still = f"still so when the data end, {_day(last)}" if lead.ongoing and last else ended
        figures.append(Big(f"since {_day(lead.onset.latest)}", still or report.status.words))
    again = _replayed(investigation, lead)
    if again is not None:
        words = "this decision’s score, asked again after the repair"
        figures.append(Big(f"{again.before.value} → {again.after.value}", words))
    chart = _picture(_section(report, "came-about"), (Distributions, Dots, TimeStrip, Cells))
    parts = [part for part in _section(report, "came-about").parts if part.id == f"lead-{lead.id}"]
    agrees = [s.text for part in parts for s in _statements(part) if s.text.startswith("Agrees")]
    counted = (*counted, *agrees)
    if chart is not None and chart.strip:
        counted = (*counted, f"Picture: {chart.strip}")
    heading = _short(what[0].text) if what else report.title
    return Card(STEPS[3], heading, tuple(figures), chart, (strong, rest), change, counted, again)


def _affected(report: Report, lead: Lead | None) -> Card:
    who, right = _row(report, "Who and how many"), _row(report, "Were they right?")
    said = " ".join(s.text for s in who if not s.link)
    notes = tuple(_plain(s.text) for s in right)
    heading = _short(said.split(". ")[0])
    repair = lead.repair if lead is not None else None
    figures = []
    if lead is not None and repair is not None and repair.from_adverse is not None:
        base = count(lead.rows_in_scope)
        figures.append(
            Big(f"{count(repair.from_adverse)} of {base}", "would get another label after repair")
        )
        other = f"{count(repair.to_adverse or 0)} of {base}"
        figures.append(Big(other, "would change the other way"))
        if repair.outcomes_known is not None:
            known = f"{count(repair.outcomes_known)} of {count(repair.from_adverse)}"
            figures.append(Big(known, "of these have a known outcome"))
    elif lead is not None:
        alone = Big(count(lead.rows_in_scope), "rows are concerned")
        figures.append(_base(report) or alone)
    chart = _picture(_section(report, "timeline"), (TimeStrip,))
    chart = chart or _picture(_section(report, "impact"), (TimeStrip, Dots))
    told = "“Would get another label” is what the same model and rule answer, an inference; whether"
    told += " that answer is right only outcomes tell."
    sure = ("", told) if repair is not None and repair.from_adverse is not None else ("", "")
    return Card(STEPS[4], heading, tuple(figures), chart, sure, notes, (_plain(said),))


def _done(report: Report) -> Card:
    stop, known = _row(report, "Stop it today"), _row(report, "How we will know")
    tables = [b for b in _section(report, "actions").blocks if isinstance(b, Table)]
    chart = None
    if tables:
        rows = tuple((row[1], row[3], row[4]) for row in tables[0].rows)
        chart = Cells("Action points", ("Action", "Owner (role)", "Until"), rows)
    heading = stop[0].text if stop else "Nothing is proposed."
    owner = stop[0].note if stop else ""
    ended = tuple(f"{s.text} {s.note}".strip() for s in _row(report, "Ending"))
    notes = (*ended, *(f"How we will know: {s.text}" for s in known))
    proposed = ("Proposed.", f"{owner[0].upper()}{owner[1:]}." if owner else "")
    sure = proposed if stop and stop[0].mark == "proposed" else ("", "")
    counted = tuple(f"{' · '.join(row)}" for table in tables for row in table.rows)
    return Card(STEPS[5], heading, chart=chart, sure=sure, notes=notes, counted=counted)


# --- taking parts of the report ------------------------------------------------------------------


def _section(report: Report, name: str) -> Section:
    return next((s for s in report.sections if s.id == name), Section(name, name))


def _row(report: Report, label: str) -> tuple[Statement, ...]:
    return next((row.statements for row in report.rows if row.label == label), ())


def _statements(section: Section) -> list[Statement]:
    found: list[Statement] = []
    for block in section.blocks:
        for statements in getattr(block, "items", ()):
            found += statements
        found += getattr(block, "statements", ())
    return found


def _quotes(report: Report, who: str) -> list[str]:
    blocks = _section(report, "seen").blocks
    return [
        b.text for b in blocks if isinstance(b, Verbatim) and b.who == who and b.text != WITHHELD
    ]


def _withheld(report: Report) -> bool:
    blocks = _section(report, "seen").blocks
    return any(isinstance(b, Verbatim) and b.text == WITHHELD for b in blocks)


def _quoted(quotes: list[str]) -> str:
    if not quotes:
        return ""
    text = " ".join(quotes[0].split())
    return f"“{text}”" if len(text) <= LONGEST_QUOTE else f"“{text[:LONGEST_QUOTE].rstrip()}…”"


def _picture(section: Section, kinds: tuple[type, ...]) -> Chart | None:
    blocks: list[Block] = [*section.blocks, *(b for part in section.parts for b in part.blocks)]
    charts = [b.chart for b in blocks if isinstance(b, FigureBlock) and isinstance(b.chart, kinds)]
    return charts[0] if charts else None


def _base(report: Report) -> Big | None:
    """How many of how many, as page one says it: ``818 of 3,000 displays (27 %)``."""
    said = " ".join(s.text for s in _row(report, "Who and how many"))
    found = re.match(r"([\d,]+ of [\d,]+) (\w+)( \([^)]*\))?", said)
    return Big(found[1], f"{found[2]} are concerned{found[3] or ''}") if found else None


def _plain(text: str) -> str:
    return text.replace("->", "→")


def _short(text: str) -> str:
    """A statement up to where it goes on to count."""
    cuts = (text[: found.start()].rstrip(" ,;:") for found in GOES_ON.finditer(text))
    cut = next((cut for cut in cuts if len(cut.split()) >= FEWEST), text.rstrip("."))
    return f"{_plain(cut)}."


def _day(iso: str) -> str:
    at = moment(iso)
    return f"{at.day} {MONTHS[at.month - 1]}"


def _clock(iso: str) -> str:
    return "UTC" if iso.endswith("Z") else "local time"


def _unit(investigation: Investigation) -> str:
    scale = investigation.case.scale
    return " %" if scale is not None and scale.kind == "percent" else ""


def _score(investigation: Investigation, score: float) -> str:
    scale = investigation.case.scale
    decimals = None if scale is None else scale.decimals
    text = number(score) if decimals is None else f"{score:,.{decimals}f}".replace("-", "−")
    return text + _unit(investigation)


def _replayed(investigation: Investigation, lead: Lead) -> Replayed | None:
    decision, repair = investigation.case.decision, lead.repair
    if decision is None or decision.score is None or repair is None or repair.this_score is None:
        return None
    after = repair.this_decision or "no label"
    return Replayed(
        Big(_score(investigation, decision.score), f"as logged: {decision.label or 'no label'}"),
        Big(_score(investigation, repair.this_score), f"after the repair: {after}"),
        "The same model and rule, asked again with only this undone, on this decision’s own row.",
    )
