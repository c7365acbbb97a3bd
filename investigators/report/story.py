"""What was seen, the facts, the system and the timeline."""

from __future__ import annotations

from investigators.case import Rule
from investigators.clock import said
from investigators.documented import clause_words, stage_words
from investigators.evidence import Finding
from investigators.numbers import (
    between,
    count,
    count_of,
    listed,
    local,
    part,
)
from investigators.report.board_part import expectation
from investigators.report.board_part import facts as facts_by_hand
from investigators.report.draft import (
    Draft,
    empty,
    line,
    quoted,
    sentence,
)
from investigators.report.figure_block import figure_block
from investigators.report.model import (
    Block,
    Items,
    Mark,
    Section,
    Statement,
    Table,
)
from investigators.report.page_one import flip_words
from investigators.report.pictures_part import pictures
from investigators.report.testimony_part import told

# What stands behind the decision rule, by where it is from.
RULE_EVIDENCE: dict[str, tuple[Mark, str]] = {
    "inferred": ("computed", "source:log"),
    "policy": ("fact", "source:policy"),
}
RIGHT_SUBJECT = {
    "yes": "It was the right subject",
    "no": "It was not the right subject",
    "not known": "Whether it was the right subject is not known",
}


def seen(draft: Draft) -> Section:
    """What was seen: the reported words verbatim, what was expected, pictures, what people told."""
    brief = draft.investigation.case.brief
    said = expectation(draft)
    shown = (*pictures(draft), *told(draft))
    if not brief.reported and not brief.expected and not said:
        words = "No reported words were given with the case"
        return Section("seen", "What was seen", (line(words),), shown)
    blocks: list[Block] = []
    if brief.reported:
        blocks.append(quoted(brief.reported, "reported, verbatim"))
    if brief.expected:
        blocks.append(quoted(brief.expected, "what was expected instead, verbatim"))
    elif not said:
        blocks.append(line("What was expected instead was not recorded"))
    blocks += said
    return Section("seen", "What was seen", tuple(blocks), shown)


def facts(draft: Draft) -> Section:
    """The facts, numbered, each with its evidence."""
    investigation = draft.investigation
    items = [(statement,) for statement in _decision_facts(draft)]
    if investigation.reproduced is not None:
        reproduced = investigation.reproduced
        words = reproduced.sentence or f"Logged scores: {reproduced.verdict}"
        items.append((draft.said(words, "computed", "reproduced", "source:model", "source:log"),))
    items += [(statement,) for statement in _answers(draft)]
    items += [
        (draft.said(_with_lead(finding), "computed", finding.id),)
        for finding in investigation.findings
        if finding.verdict == "supports"
    ]
    for lead in draft.leads:
        if words := flip_words(draft, lead):
            items.append((draft.said(words, "computed", f"repair:{lead.id}"),))
    by_hand = facts_by_hand(draft)
    if not items and not by_hand:
        return empty("facts", "Facts", "No decision was picked and nothing was found")
    blocks = (Items(tuple(items), numbered=True),) if items else ()
    return Section("facts", "Facts", blocks, by_hand)


def _with_lead(finding: Finding) -> str:
    by = f" (goes with {finding.explained_by})" if finding.explained_by else ""
    return finding.sentence.rstrip(".") + by


def _decision_facts(draft: Draft) -> list[Statement]:
    case = draft.investigation.case
    decision, rule = case.decision, case.rule
    if decision is None:
        return []
    source = "source:log" if decision.source == "log" else "source:ui_events"
    words = f"Decision {decision.id} of {said(decision.time)}"
    words += f" about {decision.subject}" if decision.subject else ""
    if decision.score is not None:
        words += f": logged score {draft.score(decision.score)} ({draft.scale_words})"
    words += f", logged label “{decision.label}”" if decision.label else ""
    if decision.row is None:
        words += "; no request of this model stands behind it"
    facts = [draft.said(words, "fact", source)]
    if rule is not None and rule.cuts:
        mark, behind = RULE_EVIDENCE.get(rule.source, ("fact", "given"))
        facts.append(draft.said(rule_words(draft), mark, behind))
        facts += [draft.said(words, "fact", behind) for words in _policy_facts(draft, rule)]
    return facts


def _policy_facts(draft: Draft, rule: Rule) -> list[str]:
    """What the policy says besides the rule in force, read or only quoted."""
    found = rule.documented
    if found is None:
        return []
    said = []
    if len(found.stages) > 1:
        said.append(f"The policy has {listed([stage_words(stage) for stage in found.stages])}")
    if found.clauses:
        read = listed([f"“{c.words}” (read as: {clause_words(c)})" for c in found.clauses])
        said.append(f"The policy has {count_of(len(found.clauses), 'exception')}: {read}")
    if found.unread:
        quoted = listed([f"“{text}”" for text in found.unread])
        said.append(f"Not understood in the policy and held against nothing: {quoted}")
    if found.aside:
        quoted = listed([f"“{text}”" for text in found.aside])
        said.append(f"The policy says besides, kept as text: {quoted}")
    return [draft.sentence(words) for words in said]


def rule_words(draft: Draft) -> str:
    """Say the decision rule in force and where it is from."""
    rule = draft.investigation.case.rule
    if rule is not None and rule.by_class:
        return "The decision is the class to which the model gives the highest score"
    if rule is None or not rule.cuts:
        return "No decision rule is known"
    steps = [f"“{rule.labels[0]}” below {draft.cut(rule.cuts[0])}"]
    steps += [
        f"“{label}” from {draft.cut(cut)}"
        for label, cut in zip(rule.labels[1:], rule.cuts, strict=True)
    ]
    words = f"The rule in force is {listed(steps)} ({draft.scale_words})"
    if rule.source != "inferred":
        return f"{words}, {'as given' if rule.source == 'given' else 'from the documented policy'}"
    words += ", read from the log"
    if rule.rows_explained is not None and rule.rows_total:
        words += (
            f": it gives the logged label of {part(rule.rows_explained, rule.rows_total, 'rows')}"
        )
    return words


def _answers(draft: Draft) -> list[Statement]:
    answers = draft.investigation.case.brief.answers
    given = []
    if answers.whose_box:
        given.append(f"Shown by “{answers.whose_box}”")
    if answers.right_subject:
        given.append(RIGHT_SUBJECT.get(answers.right_subject, answers.right_subject))
    if answers.what_shown:
        given.append(f"Shown: “{answers.what_shown}”")
    by = f", said by {answers.whose_view}" if answers.whose_view else ", said by a person"
    return [draft.said(words + by, "fact", "answers") for words in given]


def system(draft: Draft) -> Section:
    """The system: the model, the role of its score, what nobody stated."""
    investigation = draft.investigation
    rows: list[tuple[str, str]] = []
    if (model := investigation.model) is not None:
        rows.append(("Model", f"{model.name}: {model.objective}, {count(model.trees)} trees"))
        rows.append(("Inputs", f"{len(model.inputs)}: {listed(model.inputs)}"))
        if names := investigation.case.other_names(model.inputs):
            rows.append(("Inputs in the log", listed(names)))
        rows.append(("Scale", f"raw score in {model.scale}, output as {model.output}"))
        rows += [("Note", note) for note in model.notes]
    else:
        rows.append(("Model", "none was given"))
    rows.append(("Role of the score", rule_words(draft)))
    if investigation.log is not None:
        log = investigation.log
        times = "" if log.first is None else f", {said(log.first)} to {said(log.last)}"
        rows.append(("Log", count_of(log.rows, "row") + times))
    reference = next((s for s in investigation.case.sources if s.role == "reference"), None)
    words = "not given"
    words += "; ranges are those written in the model file" if model is not None else ""
    if reference is not None:
        words = reference.place.name
        words += "" if reference.rows is None else f", {count_of(reference.rows, 'row')}"
    rows.append(("Training data", words))
    components = listed(investigation.case.components)
    rows.append(("This model’s own component", components or "not known"))
    rows.append(("Purpose, who decides, how success is measured", "not stated in the case"))
    return Section("system", "The system", (Table(("Part", "What is known"), tuple(rows)),))


def timeline(draft: Draft) -> Section:
    """The timeline: onsets, releases, this decision."""
    entries = draft.investigation.timeline
    if not entries:
        return empty("timeline", "Timeline", "Nothing in this case has a time")
    zone = draft.investigation.case.zone
    shown = zone is not None and zone not in {"UTC", "Etc/UTC"}
    clock = "Time (UTC)" if zone else "Time (zone not known)"
    header = (clock, *((zone,) if shown and zone else ()), "Event", "Kind", "Evidence")
    inputs = [name for lead in draft.investigation.leads for name in lead.features]
    rows = []
    for entry in entries:
        times = [between(entry.time, entry.until) if entry.until else said(entry.time)]
        if shown and zone:
            until = f" to {local(entry.until, zone)}" if entry.until else ""
            times.append(local(entry.time, zone) + until)
        known = [key for key in (entry.evidence_id,) if draft.register.has(key)]
        evidence = " ".join(draft.register.ids(*known))
        words = draft.investigation.case.in_log(entry.words, inputs)
        rows.append((*times, sentence(words), entry.kind, evidence))
    pictures = tuple(figure_block(chart) for chart in draft.investigation.charts)
    return Section("timeline", "Timeline", (Table(header, tuple(rows)), *pictures))
