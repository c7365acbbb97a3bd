"""What a repair by hand brings about, in sentences that window and command line share."""

from __future__ import annotations

from collections.abc import Sequence

from investigators.case import Case
from investigators.evidence import RepairDay, RepairGroup, TakeFrom
from investigators.numbers import count, count_of, number, signed
from investigators.trial import Tried

DAYS = 7  # days told in words


def result_lines(done: Tried, case: Case) -> list[str]:
    """Say what was tried and what came of it, one sentence a line."""
    result, decision = done.result, case.decision
    lines = ["Tried by hand: " + "; then ".join(step.text() for step in done.steps) + "."]
    if result.this_score is None:
        lines.append("This decision is not among the rows." if decision else "")
    elif decision is not None:
        decimals = case.scale.decimals if case.scale is not None else None
        before, after = (
            "?" if x is None else f"{x:.{decimals}f}" if decimals is not None else number(x)
            for x in (decision.score, result.this_score)
        )  # fmt: skip
        change = f"{before} → {after}"
        label = ""
        if result.this_decision is not None:
            flips = f"{decision.label} → {result.this_decision}"
            label = f", {flips}" if result.flips else f", still {result.this_decision}"
        lines.append(f"This decision: {change}{label}.")
    what = "are scored otherwise" if _scored(done) else "have another input"
    rows = f"{count(done.rows_changed)} of {count(done.rows)} rows {what}"
    if result.decisions_changed is None:
        mean = number(result.mean_score_change or 0.0, 3)
        lines.append(f"{rows}; scores change by {mean} in the mean; no decision rule is known.")
    else:
        changed = count(result.decisions_changed)
        ways = f"{count(result.from_adverse or 0)} would not be adverse any more"
        ways += f", {count(result.to_adverse or 0)} would become so"
        lines.append(f"{rows}; {changed} would be decided otherwise: {ways}.")
    if result.quality is not None:
        q = result.quality
        low, high = q["auc_change_interval"]
        lines.append(
            f"AUC {q['auc_before']:.3f} → {q['auc_after']:.3f} (95 % interval of the change: "
            f"{low:+.3f} to {high:+.3f}) in {count(q['n'])} rows with an outcome."
        )
    lines += [*_by_day(result.by_day), *_by_segment(result.by_segment)]
    return [line for line in lines if line]


def _scored(done: Tried) -> bool:
    """Whether another model file was asked, and no input changed."""
    return any(isinstance(s.transform, TakeFrom) and not s.feature for s in done.steps)


def _by_day(days: Sequence[RepairDay]) -> list[str]:
    """One sentence: the days with most changed decisions, in order of time."""
    most = sorted(days, key=lambda d: (-d.decisions_changed, d.day))[:DAYS]
    if len(days) < 2 or not most[0].decisions_changed:
        return []
    shown = sorted((d for d in most if d.decisions_changed), key=lambda d: d.day)
    told = "; ".join(f"{d.day} ({count_of(d.rows, 'row')}) {_ways(d)}" for d in shown)
    rest = sum(bool(d.decisions_changed) for d in days) - len(shown)
    more = f"; and on {count_of(rest, 'day')} more" if rest else ""
    return [f"By day: {told}{more}."]


def _ways(one: RepairGroup | RepairDay) -> str:
    """Say how many decisions change which way."""
    ways = ((one.from_adverse, "no longer adverse"), (one.to_adverse, "newly adverse"))
    told = " and ".join(f"{count(k)} {way}" for k, way in ways if k)
    many = one.decisions_changed
    return told or (f"{count(many)} decided otherwise" if many else "decided as before")


def _by_segment(groups: Sequence[RepairGroup]) -> list[str]:
    """One sentence for each segment column: its groups with their rows and what changes there."""
    lines = []
    for column in dict.fromkeys(each.column for each in groups):
        told = "; ".join(_group(each) for each in groups if each.column == column)
        lines.append(f"By {column}: {told}.")
    return lines


def _group(one: RepairGroup) -> str:
    words = f"{one.words} ({count_of(one.rows, 'row')}) "
    if one.decisions_changed is None:
        words += f"{signed(one.mean_score_change or 0.0)} in the mean"
    else:
        words += _ways(one)
    if one.quality is not None:
        q = one.quality
        words += f", AUC {q['auc_before']:.2f} → {q['auc_after']:.2f} (n = {count(q['n'])})"
    return words
