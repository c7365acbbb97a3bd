"""A repair that a person tries: its steps are undone one after the other, and the model asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from investigators.brief import nearest
from investigators.evidence import (
    Affine,
    Cause,
    Epoch,
    Fill,
    Onset,
    Scale,
    ShiftTime,
    Swap,
    TakeFrom,
    Threshold,
    segment_words,
)
from investigators.impact import rule_in_force
from investigators.repair import Replay, replay_all
from investigators.rescored import named_model
from investigators.scope import scope_sql, segment_sql
from investigators.tables.table import Table
from investigators.task import Task
from investigators.trial import Step, Tried
from investigators.trouble import InputTrouble
from investigators.view import View

NAMED = 8  # values of a column that an error lists


def replayed(view: View, steps: Sequence[Step], task: Task) -> Replay | None:
    """Undo the steps, the first one first; ``None`` without a log, a model or anything to undo.

    Raises:
        InputTrouble: the model has no such input, the log no such column, the rule no such
            cut-off, no such source is open; or a cut-off stands beside steps in other rows.
    """
    if view.log is None or not steps:
        return None
    if view.model is None and not all(isinstance(s.transform, Threshold) for s in steps):
        return None
    for step in steps:
        _checked(view, step)
    causes = [_cause(view, step) for step in steps]
    try:
        return replay_all(view, causes, task)
    except ValueError as error:
        raise InputTrouble(
            "the repair", str(error), mend="try them one at a time, or in the same rows"
        ) from error


def tried(view: View, steps: Sequence[Step], task: Task) -> Tried | None:
    """The same as plain numbers."""
    done = replayed(view, steps, task)
    if done is None:
        return None
    rows = done.scored.rows.size
    return Tried(tuple(steps), done.result, rows, _touched(view, done, steps, task))


def _touched(view: View, done: Replay, steps: Sequence[Step], task: Task) -> int:
    assert view.log is not None
    if any(isinstance(s.transform, TakeFrom) and not s.feature for s in steps):
        both = np.isfinite(done.scored.before) & np.isfinite(done.scored.after)
        return int((both & (done.scored.before != done.scored.after)).sum())
    if not done.inputs:
        return 0
    differs = " OR ".join(
        f"(({sql}) IS DISTINCT FROM ({view.log_inputs[name]}))" for name, sql in done.inputs.items()
    )
    scope = scope_sql(done.cause.segment, done.cause.onset, done.cause.end)
    sql = f"SELECT count(*) FROM {{t}} AS fw_log WHERE ({scope}) AND ({differs})"
    return int(view.log.value(sql, task=task))


def _checked(view: View, step: Step) -> None:
    assert view.log is not None
    rule = rule_in_force(view)
    match step.transform:
        case Threshold(to=now):
            cuts = rule.cuts if rule is not None else ()
            if now not in cuts:
                told = ", ".join(f"{cut:g}" for cut in cuts) or "none is known"
                raise InputTrouble("the rule in force", f"has no cut-off {now:g}", expected=told)
        case Swap(columns=columns):
            for name in columns:
                _input(view, name)
        case TakeFrom(source=source) if not step.feature:
            _model(view, source)
        case TakeFrom(source=source) if source not in view.stores:
            names = ", ".join(view.stores) or "none"
            raise InputTrouble("the case", f"has no source {source}", expected=f"open are: {names}")
        case _:
            _input(view, step.feature)
            _of_its_kind(view, step)
    there = [column.name for column in (*view.log.columns, *view.beside)]
    for condition in step.segment or ():
        if not condition.part:
            _known(condition.column, there, view.log.name, "column")
    timed = step.since or step.until or any(c.part for c in step.segment or ())
    if timed and view.column("log.time") is None:
        raise InputTrouble(view.log.name, "has no times", mend="leave since and until away")
    _some_rows(view, view.log, step)


def _model(view: View, name: str) -> None:
    """Refuse a model file that is not open."""
    if named_model(view, name) is None:
        known = [*([view.model.name] if view.model else []), *view.other_models]
        told = ", ".join(known) or "none"
        raise InputTrouble("the case", f"has no model {name}", expected=f"open are: {told}")


def _some_rows(view: View, log: Table, step: Step) -> None:
    """Refuse a step that no row meets, and say which values a condition could ask for."""
    cause = _cause(view, step)
    if log.value(f"SELECT 1 FROM {{t}} WHERE {scope_sql(cause.segment, cause.onset, cause.end)}"):
        return
    for condition in step.segment or ():
        if log.value(f"SELECT 1 FROM {{t}} WHERE {segment_sql((condition,))}") or condition.part:
            continue
        values = [str(value) for value, _ in log.counts(condition.column, NAMED + 1)]
        more = "" if len(values) <= NAMED else " and more"
        raise InputTrouble(
            log.name,
            f"no row has {segment_words((condition,))}",
            expected=f"one of {condition.column}’s values: {', '.join(values[:NAMED])}{more}",
        )
    raise InputTrouble(log.name, "no row meets these conditions", mend="check values and times")


def _input(view: View, name: str) -> None:
    assert view.model is not None
    _known(name, [each.name for each in view.model.inputs], view.model.name, "input")
    if name not in view.log_inputs:
        raise InputTrouble("the log", f"has no column of the input {name}")


def _of_its_kind(view: View, step: Step) -> None:
    """Refuse words where an input is a number, and arithmetic where it is a category."""
    assert view.model is not None
    kind = next(each.kind for each in view.model.inputs if each.name == step.feature)
    match step.transform:
        case Fill(seen=seen, meant=meant) if kind == "numeric":
            for cell in (seen, meant):
                if isinstance(cell, str):
                    raise InputTrouble(
                        "the repair", f"{step.feature} is a number, {cell} is none",
                        expected="a number, or missing",
                    )  # fmt: skip
        case Scale() | Affine() | Epoch() | ShiftTime() if kind == "category":
            raise InputTrouble(
                "the repair", f"{step.feature} holds categories: nothing can be calculated",
                mend="say which value stands for which",
            )  # fmt: skip


def _known(name: str, names: Sequence[str], file: str, what: str) -> None:
    if name not in names:
        raise InputTrouble(file, f"there is no {what} {name}", mend=nearest(name, names))


def _cause(view: View, step: Step) -> Cause:
    assert view.log is not None
    features: tuple[str, ...] = (step.feature,) if step.feature else ()
    if isinstance(step.transform, Swap):
        features = step.transform.columns
    return Cause(
        cause="input-unit-or-scale",
        features=features,
        transform=step.transform,
        segment=step.segment,
        onset=Onset(None, step.since) if step.since else None,
        onset_known=False,
        end=Onset(None, step.until) if step.until else None,
        ongoing=None,
        rows_in_scope=view.log.rows,
        rows_changed=0,
        concerns_decision=view.decision is not None,
    )
