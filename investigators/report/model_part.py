"""What the model did with the decision's inputs, and the limits of that picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from investigators.chart import Waterfall, relabelled
from investigators.evidence import Contribution, Explanation
from investigators.findings import next_cut
from investigators.numbers import count, in_step, number, per_cent, value_words
from investigators.report.draft import Draft, empty, sentence
from investigators.report.figure_block import figure_block
from investigators.report.model import Block, Items, Paragraph, Section, Statement, Table

SHOWN = 15
TITLE = "What the model did"
SCALE_WORDS = {"log-odds": "log-odds", "log": "the log of the value", "value": "the value"}
LIMITS = (
    (
        "A bar says how the model used a value; it cannot tell whether the value is right, in the "
        "right unit, or this subject’s."
    ),
    "Inputs that move together share their bars in a way the data do not fix.",
)
NOT_OURS = (
    "This model did not fill that box: what follows is what it says of the request of that id."
)
OUTSIDE = (
    "Values marked outside the training range get the same bar however large they are: beyond the "
    "range the model has no further step."
)


def model_part(draft: Draft) -> Section:
    """Score and margin, the sentence, the table, the picture, the limits."""
    explanation = draft.investigation.explanation
    if explanation is None:
        return empty("model", TITLE, "Not explained: no model or no logged request of it")
    if explanation.withheld:
        return empty("model", TITLE, f"Withheld: {explanation.withheld}")
    case, inputs = draft.investigation.case, [part.feature for part in explanation.contributions]

    def told(words: str) -> str:
        return case.in_log(words, inputs)

    blocks: list[Block] = []
    other = next((lead for lead in draft.leads if lead.cause == "not-our-component"), None)
    if other is not None:
        said = draft.said(NOT_OURS, "inference", *other.findings)
        blocks.append(Paragraph((replace(said, strong=True),)))
    if explanation.heading and not explanation.heading.startswith(TITLE):
        blocks.append(Paragraph((Statement(sentence(explanation.heading), strong=True),)))
    blocks.append(Paragraph((draft.said(_score(draft, explanation), "computed", "explanation"),)))
    if explanation.sentence:
        blocks.append(Paragraph((Statement(draft.sentence(explanation.sentence)),)))
    if (chart := explanation.chart) is not None:
        chart = relabelled(chart, told) if isinstance(chart, Waterfall) else chart
        blocks.append(figure_block(chart))
    blocks.append(_table(explanation, told))
    limits = [*LIMITS]
    if any(part.outside_range for part in explanation.contributions):
        limits.append(OUTSIDE)
    blocks.append(Items(tuple((Statement(words),) for words in limits)))
    return Section("model", TITLE, tuple(blocks))


def _score(draft: Draft, explanation: Explanation) -> str:
    decision, rule = draft.investigation.case.decision, draft.investigation.case.rule
    words = ""
    if decision is not None and decision.score is not None:
        words = f"Logged score {draft.score(decision.score)} ({draft.scale_words})"
        cut = next_cut(rule, decision.score)
        if cut is not None:
            side = "over" if decision.score >= cut else "under"
            margin = draft.score(abs(decision.score - cut))
            words += f", {margin} {side} the cut point {draft.cut(cut)}"
        words += ". "
    if explanation.score is not None:
        words += f"This model file gives {number(explanation.score)}"
        words += (
            "" if explanation.raw_score is None else f" (raw score {number(explanation.raw_score)}"
        )
        unit = "" if explanation.scale == "raw" else f" in {explanation.scale}"
        words += "" if explanation.raw_score is None else f"{unit})"
        words += ". "
    if explanation.base_value is not None:
        words += f"The bars start at {number(explanation.base_value)}, {explanation.base_is}"
        words += f", and are in {SCALE_WORDS.get(explanation.scale, 'raw score')}"
    if explanation.sum_error is not None:
        words += f"; they sum to the raw score within {explanation.sum_error:.0e}"
    return words


def _table(explanation: Explanation, told: Callable[[str], str]) -> Table:
    parts = sorted(
        explanation.contributions, key=lambda part: (-abs(part.contribution), part.feature)
    )
    shown, rest = parts[:SHOWN], parts[SHOWN:]
    lengths = [part.contribution for part in shown]
    words = in_step([*lengths, sum(part.contribution for part in rest)])
    rows: list[tuple[str, ...]] = [
        (told(part.feature), value_words(part), part.place or _place(part), length, _note(part))
        for part, length in zip(shown, words, strict=False)
    ]
    if rest:
        rows.append((f"{count(len(rest))} other inputs", "", "", words[-1], "summed"))
    header = (
        "Input",
        "Value",
        "Among training rows",
        f"Part of the score ({explanation.scale})",
        "Note",
    )
    noted = any(row[-1] for row in rows)
    return Table(
        header if noted else header[:-1],
        tuple(row if noted else row[:-1] for row in rows),
        caption="" if explanation.chart is not None else explanation.strip,
        right=(3,),
    )


def _place(part: Contribution) -> str:
    if part.rank_among_training is None:
        return ""
    if part.outside_range and part.rank_among_training in {0.0, 1.0}:
        return "above all" if part.rank_among_training else "below all"
    if isinstance(part.value, str):
        return f"{per_cent(part.rank_among_training)} have it"
    return f"higher than {per_cent(part.rank_among_training)}"


def _note(part: Contribution) -> str:
    notes = []
    if part.outside_range:
        low_high = part.training_range
        seen = "" if low_high is None else f" ({number(low_high[0])} to {number(low_high[1])})"
        notes.append(f"outside the training range{seen}")
    if part.unseen:
        notes.append("value that training did not have")
    if part.unexpected_missing:
        notes.append("missing, and training had none missing")
    if part.range_source == "model text" and not part.outside_range:
        notes.append("range from the model file")
    return "; ".join(notes)
