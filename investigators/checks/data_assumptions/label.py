"""Are the outcomes what they are taken for: not turned, not late, not known to an input?

Four looks: outcomes that turn against the score, outcomes that do not come (any more), inputs that
knew the outcome in training, and outcomes of one decision only.
"""

from __future__ import annotations

from collections.abc import Sequence

from investigators.check import Check
from investigators.evidence import Finding
from investigators.groups import is_regression
from investigators.numbers import count, part
from investigators.outcomes.coming import delayed
from investigators.outcomes.ground import (
    ASK,
    FEWEST,
    MINIMUM,
    SELECTED,
    Ground,
    answer,
    arm_with_scores_of,
    dots_of,
    ground_of,
    share_dot,
)
from investigators.outcomes.knowing import knowing
from investigators.outcomes.turned import turned
from investigators.task import Task
from investigators.view import View


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give a finding about outcomes turned, late, and of one decision only, and about inputs."""
    task.tick()
    if view.log is None or not view.log.rows:
        words = "Outcomes cannot be looked at: there are no rows of a log."
        return [answer("", "cannot tell", words, 0, would_need="a log with outcomes", ask=ASK)]
    regression = is_regression(view, view.log, task)
    ground = ground_of(view, view.log, task, regression=regression)
    found: list[Finding] = []
    if not ground.known.any():
        words = (
            f"None of {count(view.log.rows)} requests has an outcome: whether the score is right"
        )
        need = "outcomes by the log's id"
        found.append(
            answer("", "cannot tell", words + " cannot be told.", 0, would_need=need, ask=ASK)
        )
    else:
        task.tick(1, 4, "Outcomes against the score")
        found.append(turned(ground, task))
        task.tick(2, 4, "Outcomes that have not come")
        found += [delayed(ground, task), _chosen(ground, task)]
    task.tick(3, 4, "Inputs that know the outcome")
    doubtful = any(f.verdict == "supports" for f in found[:1])
    return [*found, *knowing(ground, task, doubtful=doubtful)]


def _chosen(ground: Ground, task: Task) -> Finding:
    labels = [n for n in ground.labels if n.rows >= FEWEST]
    n = sum(each.rows for each in labels)
    told = "; ".join(f"{e.words}: {part(e.known, e.rows, 'have one')}" for e in labels[:5])
    if len(labels) < 2:
        words = "There are no two decisions of which outcomes could be compared."
        need = f"decisions of two kinds in the log, {FEWEST} of each"
        return answer("chosen", "cannot tell", words, n, would_need=need)
    if not ground.selective:
        words = f"Outcomes are not of one decision only ({told})."
        return answer("chosen", "speaks against", words, n)
    best = max(e.known / e.rows for e in labels)
    few = [e for e in labels if e.known <= SELECTED * best * e.rows]
    names = " and ".join(e.words for e in few)
    arm, known = arm_with_scores_of(ground, [e.words for e in few], task)
    words = (
        f"Outcomes exist nearly only for some decisions ({told}). So nothing can be said of "
        f"whether {names} was right, nor of quality over all requests, and a new model trained "
        "on them learns only from the others. "
    )
    if known >= FEWEST:
        words += (
            f"The live-test arm has {part(known, arm, 'requests of such scores with an outcome')}: "
            "ask those."
        )
    else:
        words += (
            f"A live-test arm that lets a random part of {names} through would tell: with 300 of "
            "them a share of 5 % is known to within about 2.5 points."
        )
    shown = tuple(share_dot(e.words, e.known, e.rows) for e in labels)
    charts = (dots_of("Which decisions have an outcome?", shown, "% of requests", None),)
    return answer("chosen", "speaks against", words, n, charts=charts, ask=ASK)


CHECK = Check(
    family="data_assumptions",
    name="label",
    suspicion="Outcomes are turned, lost on the way, or were known to an input in training.",
    covers=(
        "outcomes that agree with the turned score in one segment and window of time, or are all "
        "the same against the scores; outcomes "
        "that are late, or stop at once; inputs that alone tell the outcome in training and not "
        "live, times later than the decision; decisions of which no outcomes exist"
    ),
    does_not_cover=(
        "single wrong outcomes, turned outcomes beside a score that tells nothing, a negative "
        "outcome that is written until the true one is known, two inputs that only together know"
    ),
    minimum=(f"{MINIMUM} requests with score and outcome; {FEWEST} training rows of each outcome"),
    run=run,
    needs=("log",),
    asks=(("outcomes", ASK),),
    causes=("label-or-target",),
    order=60,
)
