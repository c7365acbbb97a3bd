"""Inputs that knew the outcome: alone, in training and not live; times after the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.evidence import Cause, Finding, NoTransform
from investigators.numbers import count, number, part, per_cent
from investigators.outcomes.ground import (
    FEWEST,
    LARGEST,
    MINIMUM,
    Area,
    Floats,
    Ground,
    answer,
    area_of,
    dots_of,
    outcome_sql,
    share_dot,
)
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.values import numeric_inputs

APART = 0.98  # the area of an input that knows the outcome
NOT_SO = 0.8  # its area live, at most
HIGH_LIVE = 0.9
COMPLETE = 0.95  # of the training rows have a value
AHEAD = 0.05  # of the values lie later than the decision
DAY = 86_400_000_000  # microseconds
STAMPS = ((9.4e8, 4.2e9, 1e6), (9.4e11, 4.2e12, 1e3), (9.4e14, 4.2e15, 1.0))
ASK_INPUT = "Please say when this input is written, and send it as it was when the decision fell."
GROUP = 10  # columns fetched together


def knowing(ground: Ground, task: Task, *, doubtful: bool) -> Iterator[Finding]:
    """Give a finding for each suspicious input, or one for all (``doubtful``: outcomes are)."""
    view, reference = ground.view, ground.view.reference
    names = [n for n in view.reference_inputs if n in view.log_inputs]
    if reference is None or not reference.rows or not names:
        words = (
            "Whether an input knew the outcome cannot be told: no training rows have its inputs."
        )
        need = "the training table with inputs and outcome"
        yield answer("inputs", "cannot tell", words, 0, would_need=need)
        return
    numeric = set(numeric_inputs(view))
    found: list[Finding] = []
    n, tested = 0, False
    for start in range(0, len(names), GROUP):
        task.tick(start, len(names), "Inputs against the outcome in training")
        some = names[start : start + GROUP]
        y, columns = _drawn(
            reference, view.reference_inputs, some, numeric, task, regression=ground.regression
        )
        n = y.size
        for name, x in zip(some, columns, strict=True):
            later = _later(ground, reference, name, x, task) if name in numeric else None
            found += [] if later is None else [later]
            ranked = None if ground.regression else _ranked(x, x, y)
            tested |= ranked is not None
            if ranked is None or abs(ranked.at - 0.5) < APART - 0.5 or later is not None:
                continue
            found.append(_leak(ground, name, numeric, (x, y, ranked), task, doubtful=doubtful))
    if ground.regression:
        words = "The outcome is a value: only times later than the decision were looked for."
        yield answer("inputs", "does not apply", words, n)
    elif not tested:
        words = "Training has too few outcomes of both kinds to see an input that knew them."
        need = f"{FEWEST} training rows of each outcome"
        yield answer("inputs", "cannot tell", words, n, would_need=need)
    elif not found:
        words = f"No input alone tells the outcome of {count(n)} training rows."
        yield answer("inputs", "speaks against", words, n)
    yield from found


def _drawn(
    table: Table, sql: Mapping[str, str], names: Sequence[str], numeric: set[str],
    task: Task, *, regression: bool,
) -> tuple[Floats, list[npt.NDArray[Any]]]:  # fmt: skip
    """Outcomes and inputs of rows drawn at random; numbers with NaN, texts as they are."""
    step = max(1, -(-table.rows // (LARGEST // 2)))
    cells = ", ".join(
        f"TRY_CAST(({sql[n]}) AS DOUBLE) AS i{k}" if n in numeric
        else f"coalesce(CAST(({sql[n]}) AS VARCHAR), '') AS i{k}"
        for k, n in enumerate(names)
    )  # fmt: skip
    drawn = table.query(
        f"SELECT {outcome_sql(regression=regression)}::DOUBLE AS fw_known, {cells} FROM {{t}} AS l "
        f"WHERE hash(l.fw_row) % {step} = 0 ORDER BY l.fw_row",
        task=task,
    )
    columns = [drawn.column(k + 1).to_numpy() for k in range(len(names))]
    return drawn.column(0).to_numpy().astype(np.float64), columns


def _ranked(
    x: npt.NDArray[Any], taught: npt.NDArray[Any], y: Floats, like: Floats | None = None
) -> Area | None:
    """Area of an input for the outcome ``y``; a text is its share of ``taught`` rows."""
    known = np.isfinite(y)
    if x.dtype == object:
        half = np.arange(taught.size) % 2 == 0 if like is None else np.ones(taught.size, dtype=bool)
        told = y if like is None else like
        values, code = np.unique(taught.astype(str), return_inverse=True)
        usable = half & np.isfinite(told)
        n = np.bincount(code[usable], minlength=values.size)
        k = np.bincount(code[usable], weights=told[usable], minlength=values.size)
        share = dict(zip(values.tolist(), ((k + 0.5) / (n + 1)).tolist(), strict=True))
        x = np.array([share.get(v, 0.5) for v in x.astype(str).tolist()])
        known &= ~half if like is None else True
    missing = np.isnan(x)
    best: Area | None = None
    for stand_in in (-np.inf, np.inf)[: 2 if missing.any() else 1]:
        found = area_of(np.where(missing, stand_in, x)[known], y[known] == 1)
        if found is not None and (best is None or abs(found.at - 0.5) > abs(best.at - 0.5)):
            best = found
    if best is not None and best.at < 0.5:
        return best.turned()
    return best


def _filled(x: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = x != "" if x.dtype == object else np.isfinite(x)
    return found


def _leak(
    ground: Ground, name: str, numeric: set[str],
    training: tuple[npt.NDArray[Any], Floats, Area], task: Task, *, doubtful: bool,
) -> Finding:  # fmt: skip
    view, (taught, like, area) = ground.view, training
    assert view.log is not None
    y, (x,) = _drawn(view.log, view.log_inputs, [name], numeric, task, regression=ground.regression)
    told = [float(_filled(v).mean()) if v.size else 0.0 for v in (taught, x, x[: x.size // 2])]
    gone = told[0] > 0 and max(told[1:]) <= 0.2 * told[0]
    # values that are missing live are another question, where training had hardly any missing
    compared = _filled(x) if told[0] >= COMPLETE else np.ones(x.size, dtype=np.bool_)
    live = _ranked(x[compared], taught, y[compared], like)
    words = (
        f"{name} alone separates the outcomes of {count(area.n)} training rows nearly perfectly "
        f"(area under the curve {number(area.at, 4)}, 99 % interval from {number(area.low, 4)})"
    )
    if gone:
        words += (
            f"; live it is known in {per_cent(told[1])} of requests, "
            f"in training in {per_cent(told[0])} of rows."
        )
    elif live is not None:
        words += f"; live the area is {number(live.at, 3)} over {count(live.n)} outcomes."
    else:
        words += "; live it cannot be compared."
    about: dict[str, Any] = {"about": (name,), "ask": ASK_INPUT,
                             "effect": {"training": area.at, "live": live and live.at}}  # fmt: skip
    n = area.n + (0 if live is None else live.n)
    if not gone and live is not None and live.low >= HIGH_LIVE:
        words += " It does so live as well."
        return answer(f"inputs/{name}", "speaks against", words, n, **about)
    unfair = doubtful or ground.selective
    if not gone and (live is None or live.high > NOT_SO or unfair or area.low < APART - 0.02):
        words += " Whether it is known only after the decision cannot be told from that."
        need = f"when {name} is written, or outcomes of all decisions"
        return answer(f"inputs/{name}", "cannot tell", words, n, would_need=need, **about)
    words += " So looks an input that was written after the outcome was known."
    dots = [area.dot("training")] + ([] if live is None else [live.dot("live", own=True)])
    charts = (dots_of(f"{name} alone for the outcome", tuple(dots), "area under the curve", 0.5),)
    cause = _cause_of_all(ground, name, words, exact=False)
    return answer(f"inputs/{name}", "supports", words, n, cause=cause, charts=charts, **about)


def _counted(table: Table, sql: str, unit: float, task: Task) -> list[float]:
    """Rows with a value, later ones, those beyond the table's end, and those that ought to."""
    value = f"TRY_CAST(({sql}) AS DOUBLE) * {unit}"
    return [
        float(cell or 0)
        for cell in table.query(
            f"WITH a AS (SELECT {value} AS v, epoch_us(l.fw_time) AS t FROM {{t}} AS l), "
            f"b AS (SELECT max(t) + {DAY} AS e, median(v - t) FILTER (v - t > {DAY}) AS lead "
            f"FROM a) SELECT count(v - t), count(*) FILTER (v - t > {DAY}), "
            f"count(*) FILTER (v - t > {DAY} AND v > e), "
            "count(*) FILTER (v IS NOT NULL AND t + lead > e) FROM a, b",
            task=task,
        ).to_pylist()[0].values()
    ]  # fmt: skip


def _later(
    ground: Ground, reference: Table, name: str, x: npt.NDArray[Any], task: Task
) -> Finding | None:
    """An input that is a time later than the decision's: as a record, not a day set in advance."""
    view, known = ground.view, x[np.isfinite(x)]
    middle = float(np.median(known)) if known.size >= FEWEST else 0.0
    unit = next((u for low, high, u in STAMPS if low <= middle <= high), None)
    if unit is None:
        return None
    assert view.log is not None

    live, there = (
        _counted(view.log, view.log_inputs[name], unit, task),
        _counted(reference, view.reference_inputs[name], unit, task),
    )
    shares = [late / n if n >= FEWEST else 0.0 for n, late, *_ in (live, there)]
    if max(shares) < AHEAD:
        return None
    words = (
        f"{name} is a time more than a day later than the decision in "
        f"{part(int(live[1]), int(live[0]), 'requests')} live and "
        f"{part(int(there[1]), int(there[0]), 'training rows')}."
    )
    n = int(live[0] + there[0])
    unlike = live[0] >= FEWEST and shares[0] <= 0.1 * shares[1]
    # a day set in advance stands in every row, live as well, and in the newest beyond the log's end
    unseen = live[0] < FEWEST and ground.traffic.rows >= MINIMUM and known.size < COMPLETE * x.size
    recorded = shares[0] >= AHEAD and not live[2] and live[3] >= FEWEST
    if not (unlike or unseen or recorded):
        words += " Days set in advance are so; a record of what came later would be, too."
        need = f"when {name} is written"
        return answer(
            f"inputs/{name}", "cannot tell", words, n, would_need=need, about=(name,), ask=ASK_INPUT
        )
    words += " So looks an input that is written after the decision: live it cannot be known."
    dots = tuple(
        share_dot(table, c[1], c[0], own=c is live)
        for table, c in (("training", there), ("live", live)) if c[0]
    )  # fmt: skip
    charts = (dots_of(f"{name} later than the decision", dots, "% of rows", None),)
    cause = _cause_of_all(ground, name, words, exact=unlike)
    return answer(
        f"inputs/{name}",
        "supports",
        words,
        n,
        cause=cause,
        charts=charts,
        about=(name,),
        ask=ASK_INPUT,
    )


def _cause_of_all(ground: Ground, name: str, statement: str, *, exact: bool) -> Cause:
    rows, picked = ground.traffic.rows, ground.view.decision
    own = picked is not None and picked.row is not None
    return Cause(
        "label-or-target", (name,), NoTransform(), None, None, ground.traffic.moments is not None,
        None, True, rows, 0, own, exact_record=exact, statement=statement,
    )  # fmt: skip
