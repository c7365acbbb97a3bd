"""Runs checks: what they need, what they answered, what broke, what was not run and why."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from investigators import shelf
from investigators.any_decision import for_any_decision
from investigators.case import Brief, Case, Role
from investigators.check import Check
from investigators.evidence import CheckAnswer, Finding, NotRun
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble
from investigators.verdicts import overall
from investigators.view import View

log = logging.getLogger(__name__)

ROLE_WORDS: dict[Role, str] = {
    "model": "model",
    "other_model": "other model file",
    "log": "log",
    "reference": "training (reference) table",
    "outcomes": "outcomes",
    "ui_events": "UI events",
    "lookup": "lookup table",
    "feature_store": "feature store",
    "features": "feature dictionary",
    "policy": "policy",
    "releases": "list of releases",
    "screenshot": "screenshot",
}
SHORT = 100  # letters of a reason


@dataclass(frozen=True)
class Answered:
    """One check's run: its overall answer, its findings, why it could not look, seconds taken."""

    answer: CheckAnswer
    findings: tuple[Finding, ...]
    not_run: NotRun | None
    seconds: float


# The sealed case of an investigation before this one, and its checks' answers.
Earlier = tuple[Case, tuple[Answered, ...]]


def still_hold(earlier: Earlier, case: Case) -> dict[str, Answered]:
    """Earlier answers, by check, that would be the same in a case whose sources are sealed.

    Those of checks that see no group, where at most groups (and words that no check reads) have
    changed since: the same bytes, the same settings, the same decision.
    """
    before, answered = earlier
    if _asked(before) != _asked(case):
        return {}
    blind = {check.id for check in shelf.checks() if not check.groups}
    return {a.answer.id: replace(a, seconds=0.0) for a in answered if a.answer.id in blind}


def _asked(case: Case) -> tuple[object, ...]:
    """Everything that the answer of a check without groups can depend on."""
    empty = Brief()
    brief = replace(
        case.brief,
        groups=empty.groups,
        case_file=empty.case_file,
        actions=empty.actions,
        interviews=empty.interviews,
        walkthroughs=empty.walkthroughs,
    )
    return brief, tuple((s.role, s.place, s.sha256) for s in case.sources), case.decision


def run_check(check: Check, view: View, task: Task) -> Answered:
    """Run one check; a crash is recorded as ``error`` beside the others, never swallowed."""
    started = perf_counter()
    missing = [role for role in check.needs if not view.has(role)]
    if missing:
        return _lacking(check, missing[0])
    try:
        shown = view if check.groups else view.without_named_groups()
        findings = for_any_decision(shown, check.run, lambda: tuple(check.run(shown, task)))
    except (Cancelled, InputTrouble):  # a file that was moved or cut meanwhile is no fault of ours
        raise
    except Exception as error:
        log.exception("The check %s failed", check.id)
        findings = (_failed(check, error),)
    seconds = perf_counter() - started
    if not findings:
        answer = _answer(
            check, "does not apply", "There is nothing here for this check to look at."
        )
        return Answered(answer, (), None, seconds)
    speaks = overall(findings)
    answer = _answer(check, speaks.verdict, speaks.sentence, speaks.would_need)
    return Answered(answer, findings, _unanswered(check, view, findings), seconds)


def _answer(
    check: Check, verdict: str, sentence: str, would_need: str | None = None
) -> CheckAnswer:
    return CheckAnswer(
        check.id,
        check.family,
        verdict,  # type: ignore[arg-type]
        sentence,
        check.covers,
        check.does_not_cover,
        would_need,
    )


def _lacking(check: Check, role: Role) -> Answered:
    words = ROLE_WORDS[role]
    ask = dict(check.asks).get(role, f"Please send the {words} for the time of this decision.")
    answer = _answer(check, "cannot tell", f"It cannot look: no {words} was given.", f"the {words}")
    return Answered(answer, (), NotRun(check.id, f"no {words} was given", f"the {words}", ask), 0.0)


def _unanswered(check: Check, view: View, findings: Sequence[Finding]) -> NotRun | None:
    """A check all of whose answers lack data was not really run; say what to send for."""
    if any(f.verdict != "cannot tell" for f in findings):
        return None
    first = next((f for f in findings if f.ask), findings[0])
    asks = dict(check.asks)
    absent = next((role for role in asks if not view.has(role)), None)
    need = first.would_need or (f"the {ROLE_WORDS[absent]}" if absent else "more data")
    ask = first.ask or (asks[absent] if absent else f"Please send {need}.")
    reason = first.sentence  # numbers of a look that could not tell stand in its finding
    if len(reason) > SHORT:
        reason = f"it looked and could not tell; it would need {need}"
    return NotRun(check.id, reason, need, ask)


def _failed(check: Check, error: Exception) -> Finding:
    return Finding(
        id=check.id,
        check=check.id,
        family=check.family,
        verdict="error",
        about=(),
        sentence=f"The check itself failed ({type(error).__name__}); its answer is not known.",
        n=0,
        would_need="a report of this failure to the makers of the check",
    )
