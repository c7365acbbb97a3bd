"""Page one: the status and eight questions, answered so that the page fits a screen."""

from __future__ import annotations

import re
from collections.abc import Collection

from investigators.case import Action
from investigators.evidence import (
    FAMILY_WORDS,
    Finding,
    Lead,
    NoTransform,
    RepairResult,
    TakeFrom,
)
from investigators.numbers import (
    between,
    count,
    count_of,
    hours,
    listed,
    number,
    part,
    proportion,
    rate,
    share,
    signed,
    span,
    unit_words,
)
from investigators.report.draft import Draft, answers_with, population, sentence, where, window
from investigators.report.model import Row, Statement, Status
from investigators.report.plays import (
    Ending,
    Play,
    filled,
    followers,
    owner_words,
    undone_words,
)

STRENGTH_WORDS = {"strong": "High.", "moderate": "Moderate.", "weak": "Low."}
SHOWN_ACTIONS = 4
SHOWN_FINDINGS = 2
LONG = 220  # letters from which a statement is told by its first and last sentence
SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[A-Z0-9“])")


def status(draft: Draft) -> Status:
    """Say whether it still runs."""
    lead = draft.lead
    if lead is None:
        return Status(draft.investigation.conclusion)
    if lead.cause == "not-our-component":
        return Status("not this model’s component", loud=True)
    if lead.ongoing:
        return Status("still running when the log ends", loud=True)
    if lead.ongoing is False:
        end = between(lead.end.earliest, lead.end.latest) if lead.end else ""
        return Status(f"over, ended {end}" if end else "over")
    if lead.rows_in_scope <= 1:
        return Status("seen once; not known whether it goes on", loud=True)
    return Status("not known whether it still runs", loud=True)


def rows(draft: Draft) -> tuple[Row, ...]:
    """Return the rows of page one, in order."""
    return (
        Row("What", _what(draft)),
        Row("Who and how many", _how_many(draft)),
        Row("Were they right?", _outcomes(draft)),
        Row("How sure", _how_sure(draft)),
        Row("Stop it today", _stop(draft)),
        Row("Then", _then(draft)),
        Row("How we will know", _known(draft)),
        Row("Noticed after", _noticed(draft)),
    )


def _what(draft: Draft) -> tuple[Statement, ...]:
    lead, play = draft.lead, draft.play
    if lead is None:
        return what_is_known(draft)
    short, _ = told_short(lead.statement)
    short = draft.investigation.case.in_log(short, lead.features)
    said = [draft.said(short, "computed", *lead.findings)]
    if isinstance(play, Play):
        words = f"This fits {filled(play.words, lead)}"
        named = getattr(lead.transform, "named", None)
        if named and unit_words(named) not in lead.statement:
            words += f" ({unit_words(named)})"
        said.append(draft.said(words, "inference", *lead.findings, f"repair:{lead.id}"))
    said += _other_names(draft, lead.features, short)
    behind = followers(draft.investigation.leads)
    for each in (each for each in behind if each.after.id == lead.id):
        words = f"How it came there, {each.lead.id}: {told_short(each.lead.statement)[0]}"
        said.append(draft.said(words, "inference", *each.lead.findings))
    more = len([x for x in draft.leads if x.id not in {each.lead.id for each in behind}]) - 1
    if more > 0:
        words = f"{more} more {'lead stands' if more == 1 else 'leads stand'}"
        said.append(Statement(f"{words}, see “How it came about”."))
    return tuple(said)


def what_is_known(draft: Draft) -> tuple[Statement, ...]:
    """Without a lead: the ending, what stands all the same, and where nothing could be seen."""
    investigation = draft.investigation
    if investigation.conclusion == "no fault found":
        return (draft.said(investigation.conclusion_sentence, "computed", "reproduced"),)
    known = [Statement("Not determined.", strong=True)]
    same = investigation.reproduced
    if same is not None and same.sentence and not same.verdict.startswith("reproduced"):
        known.append(draft.said(same.sentence, "computed", "reproduced"))
    for verdict in ("supports", "cannot tell"):
        known += [
            draft.said(_short_in_log(draft, finding), "computed", finding.id)
            for finding in investigation.findings
            if finding.verdict == verdict and finding.concerns_decision
        ][:SHOWN_FINDINGS]
    known += blind(draft)
    if len(known) == 1:
        known.append(Statement(sentence(investigation.conclusion_sentence), "computed"))
    return tuple(known)


def blind(draft: Draft) -> tuple[Statement, ...]:
    """Say in which families no check could see; empty where each has seen something."""
    findings = draft.investigation.findings
    seen = {finding.family for finding in findings if finding.verdict == "supports"}
    families = [
        FAMILY_WORDS[family]
        for family, answer in draft.investigation.families.items()
        if answer.status == "cannot tell" and family not in seen
    ]
    if not families:
        return ()
    return (Statement(f"Could not be checked, for want of data: {listed(families)}."),)


def _short_in_log(draft: Draft, finding: Finding) -> str:
    return draft.investigation.case.in_log(told_short(finding.sentence)[0], finding.about)


def _other_names(draft: Draft, features: tuple[str, ...], heading: str) -> list[Statement]:
    """Say what those inputs are called in the log that the heading does not name."""
    words = listed(draft.investigation.case.other_names(features, heading))
    return [draft.said(f"In the log {words}", "fact", "source:log")] if words else []


def told_short(words: str) -> tuple[str, str]:
    """Return a long statement's first and last sentence, and the ones between them."""
    parts = SENTENCES.split(words)
    if len(words) <= LONG or len(parts) < 3:
        return words, ""
    return f"{parts[0]} {parts[-1]}", " ".join(parts[1:-1])


def _how_many(draft: Draft) -> tuple[Statement, ...]:
    lead, log = draft.lead, draft.investigation.log
    if lead is None:
        base = f" of {count(log.rows)} in the log" if log else ""
        return (
            draft.said(f"This decision{base}. No wider group of requests stands out", "computed")
            if draft.investigation.conclusion == "no fault found"
            else Statement("Not known while the cause is not determined."),
        )
    evidence = f"repair:{lead.id}" if lead.repair else lead.id
    said = [draft.said(_touched(draft, lead), "computed", evidence)]
    if draft.affected:
        table = draft.investigation.affected
        assert table is not None
        of = "" if table.subjects is None else f" of {count(table.subjects)} subjects"
        ids = "" if draft.masking.audience == "internal" else "ids masked, "
        said.append(Statement(f"({ids}{count(table.rows)} rows{of}).", link=draft.affected))
    return tuple(said)


def _touched(draft: Draft, lead: Lead) -> str:
    repair, at_work = lead.repair, window(draft.investigation, lead)
    if lead.rows_in_scope <= 1:
        return "This decision; no wider group of requests was found"
    flipped = repair.from_adverse if repair is not None else None
    rule = draft.investigation.case.rule
    if repair is not None and rule is not None and flipped is not None:
        requests = f"requests of {where(lead)}" if lead.segment else "requests"
        kind = [label for label in rule.labels if label not in rule.adverse]
        words = f"{part(flipped, lead.rows_in_scope, requests)} got “{listed(rule.adverse)}” and "
        words += f"would get {f'“{kind[0]}”' if len(kind) == 1 else 'another label'} with "
        words += undone_words(lead.transform, lead.features)
        words += f"; {count(repair.to_adverse) if repair.to_adverse else 'none'} the other way"
        words += f"; {count(repair.other)} between other labels" if repair.other else ""
        words += f". {rate(at_work.per_hour(flipped))}" if at_work and flipped else ""
        return words + _value_words(draft, repair)
    thing, total = population(draft, lead)
    repaired = not isinstance(lead.transform, NoTransform)
    affected = lead.rows_changed if repaired else lead.rows_in_scope
    words = part(affected, total, f"{thing}s") if total else count_of(affected, thing)
    words += f", {where(lead)}" if lead.segment else ""
    words += f". {rate(at_work.per_hour(affected))}" if at_work else ""
    if repair is not None and repair.mean_score_change is not None:
        words += f". With {undone_words(lead.transform, lead.features)} "
        words += "their mean score changes by " + signed(repair.mean_score_change)
    return words


def _value_words(draft: Draft, repair: RepairResult) -> str:
    if repair.value is None:
        return ""
    column = draft.investigation.log.value_column if draft.investigation.log else None
    return f". Their {column or 'value'} adds up to {value_words(draft, repair.value)}"


def value_words(draft: Draft, value: float) -> str:
    """Say a sum of the value column with its unit."""
    column = draft.investigation.log.value_column if draft.investigation.log else None
    unit = draft.investigation.dictionary.get(column).unit if column else None
    return f"{number(value)}{f' {unit}' if unit else ''}"


def _outcomes(draft: Draft) -> tuple[Statement, ...]:
    lead, log = draft.lead, draft.investigation.log
    if lead is None:
        return (Statement("Does not arise: no decision was decided again."),)
    if lead.cause == "not-our-component":
        return (Statement("Does not arise: this model decided nothing here."),)
    repair = lead.repair
    if repair is None or not repair.from_adverse:
        _, between_them = told_short(lead.statement)
        if between_them and lead.family == "subgroup_performance":
            return (draft.said(between_them, "computed", *lead.findings),)
        said = [Statement("Not known: no decision was decided again.")]
        if log is not None and log.outcomes_known:
            words = f"Outcomes are known for {part(log.outcomes_known, log.rows, 'requests')}"
            said.append(draft.said(words, "computed", "source:outcomes"))
        return tuple(said)
    if not repair.outcomes_known:
        given = repair.outcomes_known is not None
        words = "None of their outcomes is known" if given else "Not known: no outcomes were given"
        return (Statement(sentence(words)),)
    positive, released, known = (
        repair.outcomes_positive or 0,
        repair.from_adverse,
        repair.outcomes_known,
    )
    words = f"Outcomes are known for {count(known)} of the {count(released)}: {count(positive)} "
    words += f"{_had(draft)} ({proportion(positive, known)})"
    if repair.accepted_known:
        others = share(repair.accepted_positive or 0, repair.accepted_known)
        words += f", against {others} of the {count(repair.accepted_known)} in the log that got "
        words += "another label and whose outcome is known"
    said = [draft.said(words, "computed", f"repair:{lead.id}")]
    if released > known:
        said.append(Statement(f"For {count(released - known)} it is not known."))
    return tuple(said)


def _had(draft: Draft) -> str:
    """Say what it is to have the outcome that the score predicts: ``had charged_back 1``."""
    case = draft.investigation.case
    guessed = [guess.value for guess in case.guesses if guess.what == "positive"]
    value = case.positive or next(iter(guessed), None)
    value = value and value.removesuffix(".0")
    columns = [
        source.columns.get("outcome") for source in case.sources if source.role != "reference"
    ]
    column = next((name for name in columns if isinstance(name, str)), None)
    if value is not None and value[:1].isalpha() and value.lower() not in {"true", "yes", "y"}:
        return f"were “{value}”"
    if column is None:
        return "had the outcome that the score predicts"
    return f"had {column}{f' = {value}' if value is not None else ''}"


def _how_sure(draft: Draft) -> tuple[Statement, ...]:
    lead, play = draft.lead, draft.play
    change = filled(play.change, lead) if lead is not None else play.change
    mind = Statement(sentence(f"What would change our mind: {change}"))
    against = len(answers_with(draft, "speaks against"))
    open_ends = len(draft.investigation.not_run) + len(answers_with(draft, "cannot tell", "error"))
    record = _record(against, len(vanished(draft)), open_ends)
    if lead is None:
        return (Statement(record), mind)
    words: list[Statement] = [Statement(STRENGTH_WORDS[lead.strength], strong=True)]
    if flip := flip_words(draft, lead):
        words.append(draft.said(flip, "computed", f"repair:{lead.id}"))
    if lead.corroborations:
        n = len(lead.corroborations)
        agree = f"{n} independent {'sign agrees' if n == 1 else 'signs agree'}"
        words.append(draft.said(agree, "computed", lead.id))
    return (*words, Statement(record), mind)


def flip_words(draft: Draft, lead: Lead) -> str:
    """Say what the repair did to this decision; empty without a repair."""
    repair, decision = lead.repair, draft.investigation.case.decision
    if repair is None or decision is None or isinstance(lead.transform, NoTransform):
        return ""
    if repair.this_score is None:
        return "This decision could not be asked again"
    asked = f"{draft.score(decision.score)} → {draft.score(repair.this_score)}"
    undone = undone_words(lead.transform, lead.features)
    again = f"The same model, asked again with {undone},"
    if isinstance(lead.transform, TakeFrom) and not lead.features:
        again = f"{lead.transform.source}, asked instead,"
    if repair.flips and repair.this_decision:
        return f"{again} gives “{repair.this_decision}” ({asked})"
    if repair.flips is False:
        return f"{again} stays at “{repair.this_decision}” ({asked})"
    return f"{again} gives another score ({asked})"


def _record(against: int, vanish: int, open_ends: int) -> str:
    """Say how the other suspicions came out, in counts."""
    parts = [f"{count_of(against, 'check') if against else 'No check'} spoke against other causes"]
    if vanish:
        parts.append(
            f"{count_of(vanish, 'finding')} vanish{'es' if vanish == 1 else ''} with the repair"
        )
    if open_ends:
        parts.append(f"{count_of(open_ends, 'check')} could not look or tell (“Not checked”)")
    return f"{', '.join(parts)}."


def vanished(draft: Draft) -> tuple[Finding, ...]:
    """Return what stood by itself and is inside its null once a lead that stands is repaired."""
    repaired = {lead.id for lead in draft.leads}
    return tuple(
        finding
        for finding in draft.investigation.findings
        if finding.verdict == "supports" and finding.explained_by in repaired
    )


def _stop(draft: Draft) -> tuple[Statement, ...]:
    play, lead = draft.play, draft.lead
    if isinstance(play, Ending) or lead is None:
        return (Statement(sentence(str(play.stop))),)
    owner = owner_words(filled(play.stop.owner, lead))
    return (Statement(sentence(filled(play.stop.text, lead)), "proposed", note=owner),)


def _then(draft: Draft) -> tuple[Statement, ...]:
    behind = {each.lead.id for each in followers(draft.investigation.leads)}
    shown = _of_each_kind(draft.actions, behind)
    said = [
        Statement(f"{action.id}\u00a0{sentence(action.text)}", note=action.kind) for action in shown
    ]
    if len(draft.actions) > len(shown):
        said.append(Statement(f"{len(draft.actions) - len(shown)} more under “Action points”."))
    return tuple(said) or (Statement("No action point is left in the case."),)


def _of_each_kind(
    actions: tuple[Action, ...], behind: Collection[str | None]
) -> tuple[Action, ...]:
    """Choose for page one: an action of each kind before a second one of any, in their order.

    What lies behind the lead is another lead’s, and counts as a kind of its own.
    """
    kinds = [(action.kind, action.lead in behind) for action in actions]
    first = [place for place, kind in enumerate(kinds) if kind not in kinds[:place]]
    rest = [place for place in range(len(actions)) if place not in first]
    return tuple(actions[place] for place in sorted([*first, *rest][:SHOWN_ACTIONS]))


def _known(draft: Draft) -> tuple[Statement, ...]:
    play, lead = draft.play, draft.lead
    return (Statement(sentence(filled(play.known, lead) if lead else play.known)),)


def _noticed(draft: Draft) -> tuple[Statement, ...]:
    lead, case = draft.lead, draft.investigation.case
    if lead is None:
        return (Statement("Does not arise: nothing was found that began."),)
    report = draft.said("It was noticed by a person’s report", "fact", "words")
    by = (report,) if case.brief.reported else ()
    began = lead.onset.latest if lead.onset else None
    decision = case.decision
    if began is not None and decision is not None and decision.time is not None:
        length = hours(began, decision.time)
        words = f"{span(length)} from the first affected request to this decision"
        if length < 0:
            words = f"This decision lies {span(-length)} before the first affected request"
        return (draft.said(words, "computed", lead.id), *by)
    if lead.onset_known:
        return (Statement("Not known: it is there from the first row of the log."), *by)
    return (Statement("Not known: when it began could not be told."), *by)
