"""Page one: the status and eight questions, answered so that the page fits a screen."""

from __future__ import annotations

from investigators.evidence import NoTransform, RepairResult
from investigators.investigation import Lead
from investigators.report.draft import Draft, answers_with, check_words, sentence, where, window
from investigators.report.model import Row, Statement, Status
from investigators.report.numbers import (
    between,
    count,
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
from investigators.report.plays import Ending, Play, filled

STRENGTH_WORDS = {"strong": "High.", "moderate": "Moderate.", "weak": "Low."}
SHOWN_ACTIONS = 4


def status(draft: Draft) -> Status:
    """Say whether it still runs."""
    lead = draft.lead
    if lead is None:
        return Status(draft.investigation.conclusion)
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
        said.append(draft.said(words, "inference", *lead.findings, f"repair:{lead.id}"))
    if len(draft.leads) > 1:
        more = f"{len(draft.leads) - 1} more {'lead stands' if len(draft.leads) == 2 else 'leads stand'}"
        said.append(Statement(f"{more}, see “How it came about”."))
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
    repair, log, span_of = lead.repair, draft.investigation.log, window(draft.investigation, lead)
    requests = f"requests of {where(lead)}" if lead.segment else "requests"
    flipped = repair.from_adverse if repair is not None else None
    if repair is not None and flipped is not None:
        adverse = (
            listed(draft.investigation.case.rule.adverse) if draft.investigation.case.rule else ""
        )
        words = f"{part(flipped, lead.rows_in_scope, requests)} got “{adverse}”"
        words += " and would get another label with this undone"
        words += f"; {count(repair.to_adverse or 0)} the other way"
        words += f"; {count(repair.other)} otherwise" if repair.other else ""
        words += f". {rate(span_of.per_hour(flipped))}" if span_of and flipped else ""
        words += _value_words(draft, repair)
        return words
    many = lead.rows_changed or lead.rows_in_scope
    words = f"{part(many, log.rows, 'requests of the log')}" if log else f"{count(many)} requests"
    words += f", {where(lead)}" if lead.segment else ""
    words += f". {rate(span_of.per_hour(many))}" if span_of and many > 1 else ""
    if repair is not None and repair.mean_score_change is not None:
        words += (
            f". With this undone their mean score changes by {signed(repair.mean_score_change)}"
        )
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
    positive = repair.outcomes_positive or 0
    released, known = repair.from_adverse, repair.outcomes_known
    name = f" ({draft.investigation.case.positive})" if draft.investigation.case.positive else ""
    words = (
        f"Outcomes are known for {count(known)} of the {count(released)}: {count(positive)} had "
    )
    words += f"the predicted one{name}, {proportion(positive, known)}"
    if repair.accepted_known:
        others = share(repair.accepted_positive or 0, repair.accepted_known)
        words += f"; of the {count(repair.accepted_known)} others with another label {others}"
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
    if repair.flips and repair.this_decision:
        return f"The same model, asked again with this undone, gives “{repair.this_decision}” ({asked})"
    if repair.flips is False:
        return f"Asked again with this undone, the label stays “{repair.this_decision}” ({asked})"
    return f"The same model, asked again with this undone, gives another score ({asked})"


def _stop(draft: Draft) -> tuple[Statement, ...]:
    play, lead = draft.play, draft.lead
    if isinstance(play, Ending) or lead is None:
        return (Statement(sentence(str(play.stop))),)
    owner = f"owner: {filled(play.stop.owner, lead)}"
    return (Statement(sentence(filled(play.stop.text, lead)), "proposed", note=owner),)


def _then(draft: Draft) -> tuple[Statement, ...]:
    shown = draft.actions[:SHOWN_ACTIONS]
    said = [Statement(f"{action.id} {sentence(action.text)}", note=action.kind) for action in shown]
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
    by = ", by a person’s report" if case.brief.reported else ""
    began = lead.onset.latest if lead.onset else None
    decision = case.decision
    if began is not None and decision is not None and decision.time is not None:
        length = hours(began, decision.time)
        if length >= 0:
            words = f"{span(length)} from the first affected request to this decision{by}"
            return (draft.said(words, "computed", lead.id),)
        return (
            draft.said(f"This decision lies {span(-length)} before the onset", "computed", lead.id),
        )
    if lead.onset_known and began is None:
        return (Statement(sentence(f"Not known: it is there from the first row of the log{by}")),)
    return (Statement(sentence(f"Not known: when it began could not be told{by}")),)


__all__ = ["check_words", "flip_words", "rows", "status"]
