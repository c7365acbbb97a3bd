"""The impact: this decision, similar requests, by day, and the ladder of growth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from statistics import median
from typing import Any

from investigators.chart import Curve, TimeStrip
from investigators.clock import moment
from investigators.evidence import Lead, NoTransform, RepairDay, RepairResult
from investigators.numbers import between, count, number, signed
from investigators.report.draft import Draft, Window, empty, population, where, window
from investigators.report.figure_block import figure_block
from investigators.report.learning_part import COSTS, cost, costs
from investigators.report.model import Block, FigureBlock, Section, Table
from investigators.report.page_one import flip_words, value_words
from investigators.roc import EACH_OUTCOME

LADDER = (("1 minute", 1 / 60), ("10 minutes", 1 / 6), ("1 hour", 1.0), ("24 hours", 24.0))
AUC_WORDS = {
    "auc_before_interval": "… 95 % interval before",
    "auc_after_interval": "… after",
    "auc_change_interval": "… of the change (paired)",
}
QUALITY_WORDS = {
    "n": "rows with a known outcome",
    "positives": "… of these with the outcome that the score predicts",
}


def impact(draft: Draft) -> Section:
    """The impact: this person, similar requests, by day, and the ladder."""
    lead = draft.lead
    said = costs(draft)
    if lead is None and said:
        return Section("impact", "Impact", tuple(said))
    if lead is None:
        return empty("impact", "Impact", "Nothing stands whose reach could be counted")
    at_work = window(draft.investigation, lead)
    blocks: list[Block] = [_counts(draft, lead)]
    if at_work is not None and lead.rows_in_scope > 1:
        blocks.append(_ladder(draft, lead, at_work))
    else:
        blocks += said
    figures = (_by_day(draft, lead), _quality_by_day(draft, lead))
    blocks += [figure for figure in figures if figure is not None]
    if lead.repair is not None and (groups := _by_segment(draft, lead.repair)) is not None:
        blocks.append(groups)
    if lead.repair is not None and lead.repair.quality:
        blocks.append(_quality(lead.repair))
    return Section("impact", "Impact", tuple(blocks))


def _counts(draft: Draft, lead: Lead) -> Table:
    repair, (thing, total) = lead.repair, population(draft, lead)
    base = f" of {count(total)}" if total else ""
    rows = [
        ("This decision", flip_words(draft, lead) or "one of those in scope"),
        (f"{thing.capitalize()}s in scope", f"{count(lead.rows_in_scope)}{base} ({where(lead)})"),
    ]
    if not isinstance(lead.transform, NoTransform):
        rows.append(("… whose input the repair changes", count(lead.rows_changed)))
    if repair is not None and repair.decisions_changed is not None:
        rows.append(("Decisions that would change", count(repair.decisions_changed)))
        rows.append(("… from adverse to another label", count(repair.from_adverse or 0)))
        rows += _released(draft, repair)
        rows.append(("… to adverse", count(repair.to_adverse or 0)))
    if repair is not None and repair.mean_score_change is not None:
        words = "Mean change of the score, where it changes"
        rows.append((words, signed(repair.mean_score_change)))
    return Table(("Who or what", "How many"), tuple(rows))


def _released(draft: Draft, repair: RepairResult) -> list[tuple[str, str]]:
    """Say of the decisions that would no longer be adverse what is known of them."""
    rows = []
    if repair.from_adverse and repair.outcomes_known is not None:
        rows.append(("… … of those with a known outcome", count(repair.outcomes_known)))
    if repair.from_adverse and repair.value is not None:
        column = draft.investigation.log.value_column if draft.investigation.log else None
        rows.append((f"… … {column or 'value'} of those", value_words(draft, repair.value)))
    return rows


def _ladder(draft: Draft, lead: Lead, at_work: Window) -> Table:
    """How fast it grows: rates over the lead's window times the length of each step."""
    thing, _ = population(draft, lead)
    counted = [(f"{thing.capitalize()}s in scope", lead.rows_in_scope)]
    if lead.repair is not None and lead.repair.decisions_changed is not None:
        counted.append(("Decisions that would change", lead.repair.decisions_changed))
    rows = [
        (words, *(number(at_work.per_hour(n) * length, 2) for _, n in counted), cost(draft, words))
        for words, length in LADDER
    ]
    so_far = cost(draft, "so far")
    rows.append(("so far, wrong while up", *(count(n) for _, n in counted), so_far))
    last = len(counted) + 1
    return Table(
        ("How long it runs", *(head for head, _ in counted), COSTS),
        tuple(rows),
        caption=f"Mean rates {between(at_work.start, at_work.until)}.",
        right=tuple(range(1, last)),
        verbatim=(last,) if draft.investigation.board.costs else (),
    )


def _by_day(draft: Draft, lead: Lead) -> FigureBlock | None:
    repair = lead.repair
    if repair is None or len(repair.by_day) < 2:
        return None
    days = _dates(repair.by_day)
    curves = [Curve("requests in scope", days, tuple(float(d.rows) for d in repair.by_day))]
    if repair.decisions_changed is not None:
        ways = (
            (
                "no longer adverse",
                tuple(float(d.from_adverse or 0) for d in repair.by_day),
                "repaired",
            ),
            ("become adverse", tuple(float(d.to_adverse or 0) for d in repair.by_day), "finding"),
        )
        curves += [Curve(words, days, y, kind, filled=True) for words, y, kind in ways if any(y)]
    chart = TimeStrip(
        title="By day",
        curves=tuple(curves),
        unit="requests a day",
        zone=_zone(draft),
        strip=f"counts per calendar day · {where(lead)} · {count(lead.rows_in_scope)} requests",
        description=(
            f"Line of requests in scope per day over {len(days)} days"
            + (", and of those whose decision the repair changes." if len(curves) > 1 else ".")
        ),
    )
    return figure_block(chart)


def _quality_by_day(draft: Draft, lead: Lead) -> FigureBlock | None:
    """AUC of each day with outcomes enough, as logged and repaired; how sure a day's change is."""
    every = () if lead.repair is None else lead.repair.by_day
    told = [(day, day.quality) for day in every if day.quality is not None]
    if len(told) < 2:
        return None
    days = _dates([day for day, _ in told])
    halves = [(q["auc_change_interval"][1] - q["auc_change_interval"][0]) / 2 for _, q in told]
    chart = TimeStrip(
        title="Quality by day",
        curves=tuple(
            Curve(words, days, tuple(q[f"auc_{side}"] for _, q in told), kind)
            for side, words, kind in (
                ("before", "as logged", "live"), ("after", "repaired", "repaired"),
            )
        ),
        unit="AUC",
        zone=_zone(draft),
        strip=(
            f"days with {EACH_OUTCOME} rows of either outcome: {len(told)} of {len(every)} · "
            f"the change of a day is known to about ±{number(median(halves), 1)} (95 %, paired)"
        ),
        description=f"Lines of the AUC on {len(told)} days, as logged and with the cause undone.",
    )  # fmt: skip
    return figure_block(chart)


def _dates(days: Sequence[RepairDay]) -> tuple[float, ...]:
    return tuple(moment(d.day).replace(tzinfo=UTC).timestamp() for d in days)


def _zone(draft: Draft) -> str:
    return "UTC" if draft.investigation.case.zone else "local time"


def _by_segment(draft: Draft, repair: RepairResult) -> Table | None:
    """The repair in the groups of the segment columns; none of a sensitive column leaves here."""
    dictionary = draft.investigation.dictionary
    shown = [g for g in repair.by_segment if not dictionary.get(g.column).sensitive]
    if not shown:
        return None
    decided = any(g.decisions_changed is not None for g in shown)
    judged = any(g.quality is not None for g in shown)
    head = ["Segment", "In scope"]
    head += ["Would change", "No longer adverse", "Become adverse"] if decided else []
    head += ["Mean change of the score"] + (["AUC, with 95 % intervals"] if judged else [])
    rows = []
    for group in shown:
        cells = [f"{group.column} = {group.words}", count(group.rows)]
        ways = (group.decisions_changed, group.from_adverse, group.to_adverse)
        cells += [count(n or 0) for n in ways] if decided else []
        change = group.mean_score_change
        cells.append("none" if change is None else signed(change))
        cells += [_areas(group.quality)] if judged else []
        rows.append(tuple(cells))
    right = tuple(range(1, len(head) - judged))
    caption = "The largest groups of each segment column; the smaller ones are one line."
    return Table(tuple(head), tuple(rows), caption=caption, right=right)


def _areas(quality: dict[str, Any] | None) -> str:
    if quality is None:
        return "too few outcomes"
    told = [
        f"{quality[f'auc_{side}']:.2f} ({low:.2f} to {high:.2f})"
        for side in ("before", "after")
        for low, high in [quality[f"auc_{side}_interval"]]
    ]
    return f"{' → '.join(told)}, n = {count(quality['n'])}"


def _quality(repair: RepairResult) -> Table:
    """Say before and after in one row; what other measures there may be follow as they are."""
    quality = dict(repair.quality or {})
    rows: list[tuple[str, str]] = []
    if {"auc_before", "auc_after"} <= set(quality):
        before, after = quality.pop("auc_before"), quality.pop("auc_after")
        words = "AUC (0.5: no better than chance, 1: perfect)"
        rows.append((words, f"{before:.2f} → {after:.2f}"))
        rows += [
            (said, f"{ends[0]:.2f} to {ends[1]:.2f}")
            for key, said in AUC_WORDS.items()
            if (ends := quality.pop(key, None)) is not None
        ]
    rows += [
        (
            QUALITY_WORDS.get(key, key.replace("_", " ")),
            number(float(value)) if isinstance(value, int | float) else str(value),
        )
        for key, value in quality.items()
    ]
    return Table(
        ("Quality of the model in scope", "Before and after the repair"),
        tuple(rows),
        caption="Over rows in scope whose logged score the model gives and whose outcome is known.",
        right=(1,),
    )
