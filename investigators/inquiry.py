"""The whole inquiry: every check, the leads with their replays, the verdict, the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from investigators import facts, leads, running, shelf, verdicts
from investigators.evidence import Explanation, Finding
from investigators.investigation import Investigation
from investigators.opening import sealed
from investigators.policy_numbers import policy_question
from investigators.task import Task
from investigators.view import View
from investigators.what_was_seen import what_was_seen

if TYPE_CHECKING:
    from concurrent.futures import Future

    from investigators.case import Place, Role
    from investigators.running import Answered, Earlier
    from investigators.tables.sealing import Seal


def reproduced(view: View, task: Task) -> View:
    """The view knowing whether the score is reproduced: the log once, this row each time."""
    from investigators.reproduction import agrees, reproduce

    if view.log is None:
        return view
    row = view.decision.row if view.decision is not None else None
    scale = view.case.scale
    if view.reproduced is None:
        return replace(view, reproduced=reproduce(view.log, view.model, scale, task, row).answer)
    this_row = agrees(view.log, view.model, scale, row, task)
    return replace(view, reproduced=replace(view.reproduced, this_row=this_row))


def explain(view: View, task: Task) -> Explanation | None:
    """Explain the decision of a view; ``None`` when none is picked or there is no model."""
    if view.decision is None or view.model is None or view.log is None:
        return None
    explainer = next(e for e in shelf.explainers() if e.name == "contributions")
    explanation: Explanation = explainer.run(view, task)
    return explanation


def investigate(
    view: View,
    seals: Mapping[tuple[Role, Place], Future[Seal]],
    task: Task,
    timings: dict[str, float],
    stream: Callable[[Answered], None] | None = None,
    earlier: Earlier | None = None,
) -> Investigation:
    """Run every check that applies, replay the causes, rank the leads, conclude.

    ``timings`` takes the seconds of each part; ``stream`` gets each check's answer as it comes.
    Checks whose answers of ``earlier`` still hold are not run again.
    """

    def timed[Value](what: str, work: Callable[[], Value]) -> Value:
        started = perf_counter()
        value = work()
        timings[what] = perf_counter() - started
        return value

    view = timed("score reproduced", lambda: reproduced(view, task))
    known: dict[str, Answered] = {}
    if earlier is not None:  # only what was hashed can be known to be the same
        known = running.still_hold(earlier, sealed(view, seals).case)
    answered = _answers(view, known, task, timings, stream)
    findings = [finding for answer in answered for finding in answer.findings]
    ranked = timed("leads", lambda: leads.rank(view, findings, _rerun, task))
    question = timed("policy question", lambda: policy_question(view, ranked.leads, task))
    explanation = timed("explanation", lambda: explain(view, task))
    checks = tuple(answer.answer for answer in answered)
    not_run = tuple(a.not_run for a in answered if a.not_run is not None)
    families = verdicts.families(ranked.leads, ranked.findings, checks)
    told = (ranked.leads, families, view.reproduced, not_run, view.decision, checks)
    conclusion, sentence = verdicts.conclude(*told)
    view = timed("sealing", lambda: sealed(view, seals))
    task.tick()  # whoever cancelled meanwhile gets no investigation
    return Investigation(
        case=view.case,
        reproduced=view.reproduced,
        conclusion=conclusion,
        conclusion_sentence=sentence,
        families=families,
        leads=ranked.leads,
        findings=ranked.findings,
        checks=checks,
        not_run=not_run,
        explanation=explanation,
        self_test=self_test_of(view, task),
        timeline=facts.timeline(view, ranked),
        versions=facts.versions(),
        run_again=facts.run_again(view.case.brief),
        affected=facts.affected(view, ranked),
        log=facts.log_facts(view),
        model=facts.model_facts(view),
        dictionary=view.dictionary,
        parameters=facts.parameters(view),
        seen=what_was_seen(view, task),
        pictures=facts.pictures(view),
        policy=question,
    )


def _answers(
    view: View,
    known: Mapping[str, Answered],
    task: Task,
    timings: dict[str, float],
    stream: Callable[[Answered], None] | None,
) -> list[Answered]:
    """Every check's answer, in their order: what is known already, else by running it."""
    answered: list[Answered] = []
    for check in shelf.checks():
        task.tick(len(answered), len(shelf.checks()), check.id)
        answer = known.get(check.id) or running.run_check(check, view, task)
        timings[check.id] = answer.seconds
        answered.append(answer)
        if stream is not None:
            stream(answer)
    return answered


def _rerun(check_id: str, view: View, task: Task) -> Sequence[Finding]:
    found = next(check for check in shelf.checks() if check.id == check_id)
    return running.run_check(found, view, task).findings


def self_test_of(view: View, task: Task) -> tuple[Any, ...]:
    """Run the quick self-test of the model on a few rows of the log."""
    from investigators.self_test import self_test

    if view.model is None or view.log is None or not view.log.rows:
        return ()
    names = [i.name for i in view.model.inputs if i.name in view.log_inputs]
    if any(i.used and i.name not in names for i in view.model.inputs):
        return ()
    step = max(1, view.log.rows // 50)
    cells = ", ".join(f"{view.log_inputs[n]} AS x{k}" for k, n in enumerate(names))
    rows = view.log.query(
        f"SELECT {cells} FROM {{t}} WHERE fw_row % {step} = 0 ORDER BY fw_row LIMIT 50"
    )
    matrix = view.model.matrix({n: rows.column(k) for k, n in enumerate(names)})
    return tuple(self_test(view.model, matrix, task))
