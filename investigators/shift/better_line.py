"""Whether a line or a curve explains what looks like a change of scale better than a factor."""

from __future__ import annotations

from investigators.evidence import Cause, Scale
from investigators.scope import scope_sql, where_sql
from investigators.shift.claim import Ground
from investigators.shift.free_lines import drifted_factor, line_through
from investigators.shift.line_fit import Fit, fit_of, middle_of
from investigators.shift.lines import Form, forms_of
from investigators.shift.offsets import exact_offset
from investigators.shift.rivals import Floats, known, noise
from investigators.shift.sample import rows_where
from investigators.task import Task

FEWEST = 20
APART, CLOSE = 0.1, 0.15
BEYOND = 1.5  # times Smirnov's 1 % point: one in 70,000 by chance


def better_line(ground: Ground, feature: str, cause: Cause, task: Task) -> Form | None:
    """The named line or curve, or the offset, that the claimed rows follow and no factor does."""
    view, base = ground.view, ground.baseline
    scope = scope_sql(cause.segment, cause.onset, cause.end)
    sql = view.log_inputs[feature]
    rows = f"({scope}) AND {where_sql(sql, cause.where)}"
    seen = known(rows_where(ground.log, view.log_inputs, [feature], rows, task).numbers[feature])
    there = rows_where(base.table, base.expressions, [feature], "true", task)
    training = known(there.numbers[feature])
    if seen.size < FEWEST or training.size < FEWEST:
        return None
    unit = view.dictionary.get(feature).unit
    forms = forms_of(training, unit)
    apart = middle_of(seen)[0] - middle_of(training)[0]
    tried = [
        (fit_of(form, seen, training), form)
        for form in (*forms, exact_offset(seen, training, 1.0, apart))
    ]
    fit, form = min(tried, key=lambda each: (each[0].named, each[1].name))
    if _better(fit, training.size):
        return form
    return _unnamed(seen, training, cause)


def _unnamed(seen: Floats, training: Floats, cause: Cause) -> Form | None:
    """A line without a name that all of the values follow, and the factor does not.

    It has a place and a width of its own to fit: the factor may come with a small drift.  Of rows
    that were chosen by their values a line may always be found.
    """
    assert isinstance(cause.transform, Scale)
    if cause.rows_changed_interval is not None:
        return None
    line = line_through(seen, training).form
    assert line.line is not None
    if not line.line[0] or not _surely(fit_of(line, seen, training), training.size):
        return None
    drifted = drifted_factor(line.line, training, seen.size, [cause.transform.factor])
    return line if drifted is None else None


def _better(fit: Fit, m: int) -> bool:
    if fit.unlike_factor:
        return True
    by_chance = noise(fit.n, m)
    if _surely(fit, m):
        return True
    return fit.named <= CLOSE + by_chance and fit.factor >= fit.named + max(APART, by_chance / 2)


def _surely(fit: Fit, m: int) -> bool:
    """Whether chance makes the line's distance, and by no chance what the factor leaves.

    A line that was fitted has to: few values of training, a part of which are faulty themselves,
    lie nearer to any line than to a factor.
    """
    by_chance = noise(fit.n, m)
    return fit.named <= by_chance and fit.factor >= max(BEYOND * by_chance, 2 * fit.named)
