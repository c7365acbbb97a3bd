"""What stands around the explanation in words: its heading, the rule, why there is none."""

from __future__ import annotations

from app.language import tr
from app.state import State
from investigators.numbers import number
from investigators.seen import Seen


def seen_of(state: State) -> Seen | None:
    """What the person saw, where there are UI events to tell of it."""
    seen = state.found.seen if state.found is not None else None
    events = state.case is not None and any(s.role == "ui_events" for s in state.case.sources)
    return seen if events else None


def heading(state: State) -> str:
    """Short where the score is the logged one, whole where it is not, or is not what was seen."""
    found, decision = state.explanation, state.case.decision if state.case is not None else None
    ours = [x for x in state.progress.leads if x.concerns_this_decision and x.strength != "weak"]
    elsewhere = any(lead.cause == "not-our-component" for lead in ours)
    if elsewhere and decision is not None and decision.row is not None:
        return tr("What this model says of the request; another component filled the box")
    if found is None or not found.heading or found.heading.startswith("What the model did"):
        return tr("What the model did")
    return found.heading


def reproduced(state: State) -> str:
    """Say whether the logged score is this model's, and how near it lies to a cut point."""
    same = state.reproduced or (state.found.reproduced if state.found is not None else None)
    if same is None:
        return ""
    words = {
        "reproduced": tr("logged score reproduced ✓"),
        "reproduced after mapping": tr(
            "logged score reproduced ✓ ({mapping})", mapping=same.mapping
        ),
        "differs": tr("logged score differs from this model’s"),
        "cannot tell": tr("logged score: cannot tell whether it is this model’s"),
    }[same.verdict]
    near = _near(state)
    return f"{words} · {near}" if near else words


def _near(state: State) -> str:
    """How far the score lies from its nearest cut point, in words."""
    case = state.case
    if case is None or case.decision is None or case.decision.score is None or case.rule is None:
        return ""
    cuts = case.rule.cuts
    if not cuts:
        return ""
    score = case.decision.score
    cut = min(cuts, key=lambda each: abs(each - score))
    side = tr("over") if score >= cut else tr("under")
    just = abs(score - cut) <= 0.1 * max(abs(cut), 1e-12)
    return tr("{rest}{side} the threshold", rest=tr("just ") if just else "", side=side)


def rule(state: State) -> str:
    """The nearest cut point and the label; the label alone without one."""
    case = state.case
    if case is None or case.rule is None or not case.rule.cuts or case.decision is None:
        return f"→ {case.decision.label}" if case and case.decision and case.decision.label else ""
    score = case.decision.score
    cuts = case.rule.cuts
    cut = cuts[0] if score is None else min(cuts, key=lambda each: abs(each - score))
    return tr(
        "threshold {cut} → {label}", cut=number(cut, 6), label=case.decision.label or tr("no label")
    )


def why_empty(state: State) -> str:
    """Why there is no explanation; empty where there is one."""
    if state.case is None:
        return tr("What the model did will be here.")
    if state.case.decision is None:
        return tr("Pick a decision on the left: what the model did with its inputs will be here.")
    if state.explanation is None:
        return (
            tr("Explaining…")
            if state.busy
            else tr("There is no model, so nothing can be explained.")
        )
    words = state.explanation.withheld or ""
    if state.case.decision.row is None:
        return tr(
            "{words}. There are no inputs to explain; what did decide it is the question on the "
            "right.",
            words=words[:1].upper() + words[1:],
        )
    return tr("No explanation: {words}.", words=words) if words else ""
