"""Page one: the status and eight questions, answered so that the page fits a screen."""

from __future__ import annotations

from investigators.evidence import Lead, NoTransform, RepairResult
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
)
from investigators.report.draft import Draft, answers_with, population, sentence, where, window
from investigators.report.model import Row, Statement, Status
from investigators.report.plays import Ending, Play, filled, undo_words

STRENGTH_WORDS = {"strong": "High.", "moderate": "Moderate.", "weak": "Low."}
SHOWN_ACTIONS = 4


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
        return (draft.said(draft.investigation.conclusion_sentence, "computed", "reproduced"),)
    said = [draft.said(lead.statement, "computed", *lead.findings)]
    if isinstance(play, Play):
        words = f"This fits {filled(play.words, lead)}"
        named = getattr(lead.transform, "named", None)
        if named and named not in lead.statement:
            words += f" ({named.replace('->', '→')})"
        said.append(draft.said(words, "inference", *lead.findings, f"repair:{lead.id}"))
    if len(draft.leads) > 1:
        more = len(draft.leads) - 1
        words = f"{more} more {'lead stands' if more == 1 else 'leads stand'}"
        said.append(Statement(f"{words}, see “How it came about”."))
    return tuple(said)


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
        words = f"{part(flipped, lead.rows_in_scope, requests)} got “{listed(rule.adverse)}” and "
        words += f"would get another label after {undo_quoted(lead)}"
        words += f"; {count(repair.to_adverse or 0)} the other way"
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
        words += f". After {undo_quoted(lead)} their mean score changes by "
        words += signed(repair.mean_score_change)
    return words


def _value_words(draft: Draft, repair: RepairResult) -> str:
    if repair.value is None:
        return ""
    column = draft.investigation.log.value_column if draft.investigation.log else None
    unit = draft.investigation.dictionary.get(column).unit if column else None
    return f". {number(repair.value)}{f' {unit}' if unit else ''} in {column or 'the value column'}"


def _outcomes(draft: Draft) -> tuple[Statement, ...]:
    lead, log = draft.lead, draft.investigation.log
    if lead is None:
        return (Statement("Does not arise: no decision was decided again."),)
    if lead.cause == "not-our-component":
        return (Statement("Does not arise: this model decided nothing here."),)
    repair = lead.repair
    if repair is None or not repair.from_adverse:
        known = log.outcomes_known if log else None
        if known:
            words = f"Outcomes are known for {part(known, log.rows, 'requests')}" if log else ""
            return (draft.said(f"{words}; no decision was repaired here", "computed"),)
        return (Statement("Not known: no decision was repaired, and no outcomes were given."),)
    if not repair.outcomes_known:
        given = repair.outcomes_known is not None
        words = "None of their outcomes is known" if given else "Not known: no outcomes were given"
        return (Statement(sentence(words)),)
    positive, name = repair.outcomes_positive or 0, draft.investigation.case.positive
    released, known = repair.from_adverse, repair.outcomes_known
    had = f"were “{name}”" if name else "had the outcome that the score predicts"
    words = f"Outcomes are known for {count(known)} of the {count(released)}: {count(positive)} "
    words += f"{had} ({proportion(positive, known)})"
    if repair.accepted_known:
        others = share(repair.accepted_positive or 0, repair.accepted_known)
        words += f"; of the {count(repair.accepted_known)} with another label {others}"
    said = [draft.said(words, "computed", f"repair:{lead.id}")]
    if released > known:
        said.append(Statement(f"For {count(released - known)} it is not known."))
    return tuple(said)


def _how_sure(draft: Draft) -> tuple[Statement, ...]:
    lead, play = draft.lead, draft.play
    change = filled(play.change, lead) if lead is not None else play.change
    mind = Statement(sentence(f"What would change our mind: {change}"))
    against = len(answers_with(draft, "speaks against"))
    open_ends = len(draft.investigation.not_run) + len(answers_with(draft, "cannot tell", "error"))
    record = (
        f"{count(against)} {'check' if against == 1 else 'checks'} spoke against other causes, "
    )
    record += f"{count(open_ends)} could not look or tell (“Not checked”)."
    if lead is None:
        return (Statement(record), mind)
    words: list[Statement] = [Statement(STRENGTH_WORDS[lead.strength], strong=True)]
    if flip := flip_words(draft, lead):
        words.append(draft.said(flip, "computed", f"repair:{lead.id}"))
    if lead.corroborations:
        n = len(lead.corroborations)
        words.append(Statement(f"{n} independent {'sign agrees' if n == 1 else 'signs agree'}."))
    return (*words, Statement(record), mind)


def flip_words(draft: Draft, lead: Lead) -> str:
    """Say what the repair did to this decision; empty without a repair."""
    repair, decision = lead.repair, draft.investigation.case.decision
    if repair is None or decision is None or isinstance(lead.transform, NoTransform):
        return ""
    if repair.this_score is None:
        return "This decision could not be asked again"
    asked = f"{draft.score(decision.score)} → {draft.score(repair.this_score)}"
    again = f"The same model, asked again after {undo_quoted(lead)},"
    if repair.flips and repair.this_decision:
        return f"{again} gives “{repair.this_decision}” ({asked})"
    if repair.flips is False:
        return f"{again} stays at “{repair.this_decision}” ({asked})"
    return f"{again} gives another score ({asked})"


def undo_quoted(lead: Lead) -> str:
    """Say the repair as the name of a step: ``“divide form_fill_time by 1,000”``."""
    words = undo_words(lead.transform, lead.features)
    return f"“{words[0].lower()}{words[1:]}”"


def _stop(draft: Draft) -> tuple[Statement, ...]:
    play, lead = draft.play, draft.lead
    if isinstance(play, Ending) or lead is None:
        return (Statement(sentence(str(play.stop))),)
    owner = f"owner: {filled(play.stop.owner, lead)}"
    return (Statement(sentence(filled(play.stop.text, lead)), "proposed", note=owner),)


def _then(draft: Draft) -> tuple[Statement, ...]:
    shown = draft.actions[:SHOWN_ACTIONS]
    said = [
        Statement(f"{action.id}\u00a0{sentence(action.text)}", note=action.kind) for action in shown
    ]
    if len(draft.actions) > len(shown):
        said.append(Statement(f"{len(draft.actions) - len(shown)} more under “Action points”."))
    return tuple(said) or (Statement("No action point is left in the case."),)


def _known(draft: Draft) -> tuple[Statement, ...]:
    play, lead = draft.play, draft.lead
    return (Statement(sentence(filled(play.known, lead) if lead else play.known)),)


def _noticed(draft: Draft) -> tuple[Statement, ...]:
    lead, case = draft.lead, draft.investigation.case
    if lead is None:
        return (Statement("Does not arise: nothing was found that began."),)
    by = (Statement("It was noticed by a person’s report."),) if case.brief.reported else ()
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
