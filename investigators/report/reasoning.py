"""How it came about, how it stayed unnoticed, what was ruled out or not checked, what follows."""

from __future__ import annotations

from dataclasses import replace

from investigators.evidence import (
    FAMILIES,
    FAMILY_WORDS,
    Family,
    FamilyAnswer,
    Lead,
    segment_words,
)
from investigators.numbers import between, listed
from investigators.report import board_part, next_part
from investigators.report.draft import Draft, answers_with, check_words, empty, sentence
from investigators.report.figure_block import figure_block
from investigators.report.model import (
    Block,
    Code,
    Items,
    Paragraph,
    Section,
    Statement,
    Table,
)
from investigators.report.page_one import (
    STRENGTH_WORDS,
    blind,
    flip_words,
    told_short,
    vanished,
    what_is_known,
)
from investigators.report.plays import Play, filled, plays
from investigators.sides import SIDES

ENDING_WORDS = {
    "lead": "A lead stands.",
    "no fault found": "No fault found in what was checked.",
    "not determined": "Not determined.",
}
STATUS_WORDS = {
    "finding": "a lead of this family concerns this decision",
    "symptom": "something shows here; a lead of another family goes with it",
    "clear": "at least one check could see and spoke against",
    "cannot tell": "no check could answer for want of data",
    "not run": "not run",
}


def came_about(draft: Draft) -> Section:
    """The first leg: each lead that stands with what it rests on, then the others."""
    told = {lead.id for lead in (*draft.leads, *(each.lead for each in next_part.behind(draft)))}
    others = [lead for lead in draft.investigation.leads if lead.id not in told]
    blocks: list[Block] = []
    if not draft.leads:
        blocks.append(Paragraph(what_is_known(draft)))
    if others:
        blocks.append(_other_leads(others))
    behind = {each.lead.id for each in next_part.behind(draft)}
    parts = tuple(_lead_part(draft, lead) for lead in draft.leads if lead.id not in behind)
    parts += next_part.parts(draft)
    parts += board_part.whys(draft, "came about")
    return Section("came-about", "How it came about", tuple(blocks), parts)


def _lead_part(draft: Draft, lead: Lead) -> Section:
    play = plays().causes[lead.cause]
    items: list[tuple[Statement, ...]] = [(draft.said(lead.statement, "computed", *lead.findings),)]
    items.append((draft.said(_where_and_when(lead), "computed", lead.id),))
    if flip := flip_words(draft, lead):
        items.append((draft.said(flip, "computed", f"repair:{lead.id}"),))
    items += [
        (draft.said(f"Agrees with it: {words}", "computed", lead.id),)
        for words in lead.corroborations
    ]
    for symptom in lead.symptoms:
        finding = draft.finding(symptom)
        words = told_short(finding.sentence)[0] if finding else symptom
        items.append((draft.said(f"Vanishes with the repair: {words}", "computed", symptom),))
    question = Statement(sentence(filled(play.question, lead)), strong=True)
    items.append((question, next_part.next_answer(draft, lead)))
    blocks: list[Block] = [Items(tuple(items))]
    for finding_id in lead.findings:
        finding = draft.finding(finding_id)
        blocks += [figure_block(chart) for chart in (finding.charts if finding else ())]
    title = f"{lead.id}: {lead.cause}"
    named = draft.investigation.case.in_log(listed(lead.features), lead.features)
    title += f", {named}" if named else ""
    return Section(f"lead-{lead.id}", title, tuple(blocks))


def _where_and_when(lead: Lead) -> str:
    words = f"Where: {segment_words(lead.segment)}"
    if lead.onset is not None:
        words += f"; began {between(lead.onset.earliest, lead.onset.latest)} (99 % interval)"
    elif lead.onset_known:
        words += "; there from the first row of the log"
    else:
        words += "; since when is not known"
    if lead.end is not None:
        words += f"; ended {between(lead.end.earliest, lead.end.latest)}"
    elif lead.ongoing:
        words += "; still so where the log ends"
    return words


def _other_leads(leads: list[Lead]) -> Table:
    return Table(
        ("Other lead", "Class", "Statement", "Strength", "About this decision"),
        tuple(
            (
                lead.id,
                lead.cause,
                sentence(lead.statement),
                lead.strength,
                "yes" if lead.concerns_this_decision else "no",
            )
            for lead in leads
        ),
        caption="Candidates that do not carry the conclusion.",
    )


def unnoticed(draft: Draft) -> Section:
    """The second leg, as far as files can say."""
    title = "How it stayed unnoticed"
    play, lead = draft.play, draft.lead
    parts = board_part.whys(draft, "unnoticed")
    if lead is None:
        return replace(empty("unnoticed", title, play.unnoticed), parts=parts)
    open_end = Statement("Open: no record of monitoring was among the files.", "assumption")
    items = [
        (
            Statement(sentence(filled(play.unnoticed, lead)), strong=True),
            board_part.unnoticed_answer(draft) or open_end,
        )
    ]
    return Section("unnoticed", title, (Items(tuple(items)),), parts)


def ruled_out(draft: Draft) -> Section:
    """The checks that spoke against, and what vanishes once a lead is repaired."""
    rows = [
        (
            _check_and_family(check.id, check.family),
            draft.sentence(check.sentence),
            sentence(check.does_not_cover),
            " ".join(_evidence(draft, check.id)),
        )
        for check in answers_with(draft, "speaks against")
    ]
    covers = {check.id: check.does_not_cover for check in draft.investigation.checks}
    rows += [
        (
            f"{_check_and_family(finding.check, finding.family)}: {listed(finding.about) or 'all'}",
            f"As a cause of its own: it vanishes with the repair of {finding.explained_by}.",
            sentence(covers.get(finding.check, "")),
            " ".join(draft.register.ids(finding.id)),
        )
        for finding in vanished(draft)
    ]
    by_people, parts = board_part.ruled_out(draft), next_part.roads_part(draft)
    if not rows and (by_people or parts):
        return Section("ruled-out", "Ruled out", by_people, parts)
    if not rows:
        return empty("ruled-out", "Ruled out", "No check spoke against anything")
    table = Table(("Check", "What was seen", "What it does not cover", "Evidence"), tuple(rows))
    return Section("ruled-out", "Ruled out", (table, *by_people), parts)


def _check_and_family(check: str, family: Family) -> str:
    return f"{check_words(check)} ({FAMILY_WORDS[family]})"


def _evidence(draft: Draft, check_id: str) -> tuple[str, ...]:
    """The first findings of a check that spoke against: all of them would be a wall of ids."""
    findings = [
        finding.id
        for finding in draft.investigation.findings
        if finding.check == check_id and finding.verdict == "speaks against"
    ]
    return draft.register.ids(*findings[:1])


def not_checked(draft: Draft) -> Section:
    """What could not look or could not tell, what it leaves open, and the texts to send."""
    investigation = draft.investigation
    unsure = answers_with(draft, "cannot tell", "error", "does not apply")
    waived = board_part.waived(draft)
    if not investigation.not_run and not unsure:
        if waived:
            return Section("not-checked", "Not checked", waived)
        return empty("not-checked", "Not checked", "Every check ran and could answer")
    families = {check.id: check.family for check in investigation.checks}
    looked = {finding.check for finding in investigation.findings if finding.n}
    rows = [
        (
            _check_and_family(missing.id, families[missing.id])
            if missing.id in families
            else check_words(missing.id),
            "cannot tell" if missing.id in looked else "not run",
            sentence(missing.reason),
            sentence(missing.would_need),
        )
        for missing in investigation.not_run
    ]
    rows += [
        (
            _check_and_family(check.id, check.family),
            check.verdict,
            draft.sentence(check.sentence),
            sentence(check.would_need or f"leaves open: {check.covers}"),
        )
        for check in unsure
    ]
    header = ("Check", "Verdict", "Why", "What would tell, or stays open")
    asks = {
        missing.ask: check_words(missing.id) for missing in investigation.not_run if missing.ask
    }
    for finding in investigation.findings:
        if finding.ask and finding.verdict == "cannot tell":
            asks.setdefault(finding.ask, check_words(finding.check))
    parts = tuple(
        Section(f"ask-{place}", f"Ready to send: {words}", (Code(ask),))
        for place, (ask, words) in enumerate(asks.items(), start=1)
    )
    blocks = (Table(header, tuple(rows)), *waived)
    return Section("not-checked", "Not checked", blocks, parts)


def conclusion(draft: Draft) -> Section:
    """The ending, cause classes, how sure, what would change our mind, the four families."""
    investigation, lead, play = draft.investigation, draft.lead, draft.play
    ending = Statement(ENDING_WORDS[investigation.conclusion], strong=True)
    blocks: list[Block] = [Paragraph((ending, *_what_follows(draft)))]
    change = filled(play.change, lead) if lead else play.change
    items = []
    if draft.leads:
        classes = listed(list(dict.fromkeys(lead.cause for lead in draft.leads)))
        items.append((Statement(f"Cause classes: {classes}.", "inference"),))
    if lead is not None:
        items.append((Statement(f"Confidence: {STRENGTH_WORDS[lead.strength].lower()}"),))
    items.append((Statement(sentence(f"What would change our mind: {change}")),))
    blocks.append(Items(tuple(items)))
    blocks += board_part.conclusion(draft)
    rows = tuple(
        (
            FAMILY_WORDS[family],
            answer.status,
            _family_words(draft, answer),
        )
        for family in FAMILIES
        if (answer := investigation.families.get(family)) is not None
    )
    blocks.append(
        Table(("Family", "Status", "In words"), rows, caption="Coverage of the families.")
    )
    return Section("conclusion", "Conclusion", tuple(blocks))


def _what_follows(draft: Draft) -> tuple[Statement, ...]:
    """Say which leads stand, by their names: their statements stand where they are argued."""
    if draft.investigation.conclusion == "not determined":
        return (Statement("What stands all the same is under “How it came about”."), *blind(draft))
    if not draft.leads:
        return (Statement(_without_first(draft.investigation.conclusion_sentence)),)
    behind = next_part.behind(draft)
    said = [
        draft.said(
            f"{lead.id} ({lead.strength}): {filled(plays().causes[lead.cause].words, lead)}",
            "inference",
            lead.id,
        )
        for lead in draft.leads
        if lead.id not in {each.lead.id for each in behind}
    ]
    said += [
        draft.said(
            f"Behind {each.after.id} the checks offer {each.lead.id} ({each.lead.strength}): "
            f"{each.offered.words[:1].lower()}{each.offered.words[1:]}",
            "inference",
            each.lead.id,
        )
        for each in behind
    ]
    return tuple(said)


def _without_first(words: str) -> str:
    """Leave out the ending that the bold words before have said."""
    for ending in ENDING_WORDS.values():
        words = words.removeprefix(ending).strip()
    return sentence(words)


def _family_words(draft: Draft, answer: FamilyAnswer) -> str:
    named = {lead.statement: lead.id for lead in draft.leads}
    if answer.sentence in named:
        return f"Lead {named[answer.sentence]} concerns this decision."
    return draft.sentence(answer.sentence or STATUS_WORDS[answer.status])


def action_points(draft: Draft) -> Section:
    """The action points in force."""
    if not draft.actions:
        nothing = empty("actions", "Action points", "No action point is left in the case")
        return replace(nothing, blocks=(*nothing.blocks, *next_part.not_taken(draft)))
    rows = tuple(
        (
            action.id,
            sentence(action.text),
            action.kind,
            action.owner or "to be named",
            action.due or "to be set",
            action.review or "to be set",
        )
        for action in draft.actions
    )
    header = ("Id", "Action", "Type", "Owner (role)", "Due", "Review")
    blocks = (Table(header, rows), *next_part.not_taken(draft))
    return Section("actions", "Action points", blocks)


def open_questions(draft: Draft) -> Section:
    """What stays open, and what is a policy question with both sides in numbers."""
    play, lead = draft.play, draft.lead
    questions = [filled(play.question, lead) if lead else play.question]
    if lead is not None and board_part.next_answer(draft, lead) is not None:
        questions = []
    if lead is not None and isinstance(play, Play) and board_part.unnoticed_answer(draft) is None:
        questions.append(filled(play.unnoticed, lead))
    items: list[tuple[Statement, ...]] = [
        (Statement(sentence(question)),) for question in questions
    ]
    if play.policy:
        words = filled(play.policy, lead) if lead else play.policy
        both = f" In numbers: {draft.sentence(told_short(lead.statement)[0])}" if lead else ""
        items.append((Statement("Policy question.", strong=True), Statement(words + both)))
    blocks: list[Block] = [Items(tuple(items))] if items else []
    asked = draft.investigation.policy_question
    if asked is not None and play.policy:
        rows = tuple((name, words) for name, words in asked.lines())
        blocks.append(Table(("Policy question", f"Both sides in numbers ({asked.lead})"), rows))
        if asked.options:
            blocks.append(Table(SIDES, asked.both_sides(), right=(2, 3, 4)))
    blocks += board_part.still_open(draft)
    parked = board_part.parked(draft)
    if not blocks and not parked:
        return empty("open", "Open and policy questions", "Every question asked here was answered")
    return Section("open", "Open and policy questions", tuple(blocks), parked)
