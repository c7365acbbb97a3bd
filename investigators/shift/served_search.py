"""Finds the change of inputs, codes or link with which the model gives logged scores after all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.case import ScoreScale
from investigators.model import Model
from investigators.shift.served import Flags, Floats, Known, Sent, Served, served
from investigators.task import Task
from investigators.view import View

FEWEST = 8  # rows that differ, and different scores among them
SCREEN, SEARCH, CONFIRM = 24, 400, 2_000  # rows for a first look, for the search, and kept apart
NEARLY_ALL = 0.9  # of the rows that differ are reproduced by what is named
TOLD_APART = (2, 5)  # rows that one change gives and another does not: of few, of many sampled
STANDS = 0.3  # of the first few rows, for a change to be tried on all
INPUTS = 40  # the inputs with most split points; pairs of more would take too long
TOGETHER = 64  # changes scored in one call
TEXTS = 2_000


@dataclass(frozen=True)
class Reproducing:
    """What was tried and found on a sample of ``rows`` rows that differ.

    ``best`` reproduces nearly all of them, ``None`` where nothing does.  ``also`` are changes of
    the same sort of cause at the same inputs that do as well, ``rivals`` other such changes.
    ``confirmed`` of ``apart`` rows that took no part in the search are reproduced too.
    ``next_best`` is the largest share that any other change gives.
    """

    rows: int
    tried: int
    sorts: tuple[str, ...]
    inputs: int
    best: Served | None = None
    also: tuple[Served, ...] = ()
    rivals: tuple[Served, ...] = ()
    reproduced: int = 0
    confirmed: int = 0
    apart: int = 0
    next_best: float = 0.0


def reproducing(
    view: View, model: Model, scale: ScoreScale, differing: npt.NDArray[np.int64], task: Task
) -> Reproducing | None:
    """Try every change on evenly spaced rows of ``differing``; ``None`` where they are too few."""
    if differing.size < FEWEST:
        return None
    wanted = SEARCH + CONFIRM
    at = np.unique(np.linspace(0, differing.size - 1, min(differing.size, wanted)).astype(np.intp))
    sent = sent_of(view, model, differing[at], task)
    if sent.rows.size < FEWEST or np.unique(sent.logged).size < FEWEST:
        return None
    split = np.arange(sent.rows.size)
    apart = split % 6 != 0 if sent.rows.size > SEARCH else split % 2 == 1
    search, rest = sent.part(split[~apart]), sent.part(split[apart])
    names = _names(model)
    trials = list(served(model, scale, known_of(view, model, task), names))
    shares = _shares(model, scale, trials, search, task)
    order = np.argsort(-shares, kind="stable")
    sorts = tuple(dict.fromkeys(trial.sort for trial in trials))
    least = Reproducing(search.rows.size, len(trials), sorts, len(names))
    if not order.size or shares[order[0]] < NEARLY_ALL:
        return least
    # of equally good ones the first: they come in order of simplicity
    first = int(order[0])
    best, rows = trials[first], search.rows.size
    near = shares[first] - np.clip(0.1 * rows, *TOLD_APART) / rows + 1e-9
    tied = [k for k in order.tolist() if shares[k] > near and k != first]
    same = [k for k in tied if _alike(best, trials[k])]
    return Reproducing(
        rows, len(trials), sorts, len(names), best,
        tuple(trials[k] for k in same),
        tuple(trials[k] for k in tied if k not in same),
        round(float(shares[first]) * rows),
        int(_equal(model, scale, best, rest).sum()), rest.rows.size,
        max((float(x) for k, x in enumerate(shares) if x <= near and not _alike(best, trials[k])),
            default=0.0),
    )  # fmt: skip


def _alike(one: Served, other: Served) -> bool:
    """Whether two changes are the same cause at the same inputs, as two defaults of one are.

    Other inputs may be named beside them: where they have no effect the scores cannot tell.
    """
    return one.cause == other.cause and set(one.features) <= set(other.features)


def _names(model: Model) -> list[str]:
    used = [i for i in model.inputs if i.used]
    kept = sorted(used, key=lambda i: (i.kind == "numeric", -len(i.thresholds)))[:INPUTS]
    return [i.name for i in used if i in kept]


def _shares(
    model: Model, scale: ScoreScale, trials: Sequence[Served], sent: Sent, task: Task
) -> Floats:
    """Share of rows that each change reproduces; few rows first, all for those that stand it."""
    step = max(sent.rows.size // SCREEN, 1)
    few = sent.part(np.arange(0, sent.rows.size, step)[:SCREEN])
    shares = np.zeros(len(trials))
    index = iter(range(len(trials)))
    done = 0
    while chosen := list(islice(index, TOGETHER)):
        task.tick(done, len(trials), "What gives the logged score?")
        done += len(chosen)
        own = [k for k in chosen if trials[k].by is None]
        raws = {k: trials[k].raw(model, few) for k in chosen if trials[k].by is not None}
        if own:
            together = model.raw(np.concatenate([trials[k].matrix(few) for k in own]))
            raws |= dict(zip(own, np.split(together, len(own)), strict=True))
        for k, raw in raws.items():
            shares[k] = trials[k].equal(model, scale, few, raw).mean()
    for k in np.flatnonzero(shares >= STANDS).tolist():
        task.tick()
        shares[k] = _equal(model, scale, trials[k], sent).mean()
    return shares


def _equal(model: Model, scale: ScoreScale, trial: Served, sent: Sent) -> Flags:
    return trial.equal(model, scale, sent, trial.raw(model, sent))


def sent_of(view: View, model: Model, rows: npt.NDArray[np.int64], task: Task) -> Sent:
    """Fetch rows as logged, in order of their numbers."""
    assert view.log is not None
    kept = view.log.engine.keep_rows(rows)
    where = f"fw_row IN (SELECT fw_row FROM {kept}) AND fw_score IS NOT NULL"
    parts = list(_read(view, model, f"WHERE {where} ORDER BY fw_row", task))
    return together(parts, model)


def together(parts: Sequence[Sent], model: Model) -> Sent:
    """Several batches as one."""
    names, others = (parts[0].texts, parts[0].others) if parts else ((), ())
    return Sent(
        np.concatenate([np.zeros(0, np.int64), *(p.rows for p in parts)]),
        np.concatenate([np.zeros(0), *(p.logged for p in parts)]),
        np.concatenate([np.zeros((0, len(model.inputs))), *(p.matrix for p in parts)]),
        {name: np.concatenate([p.texts[name] for p in parts]) for name in names},
        {name: np.concatenate([p.others[name] for p in parts]) for name in others},
    )


def _read(view: View, model: Model, where: str, task: Task) -> Iterator[Sent]:
    assert view.log is not None
    names = [i.name for i in model.inputs if i.name in view.log_inputs]
    named = [i.name for i in model.inputs if i.kind == "category" and i.name in view.log_inputs]
    cells = "".join(f", ({view.log_inputs[n]}) AS x{k}" for k, n in enumerate(names))
    others = [other for other in view.other_models.values() if not other.missing]
    fed = [(k, name) for k, other in enumerate(others) for name in other.inputs]
    cells += "".join(f", ({others[k].inputs[name]}) AS o{j}" for j, (k, name) in enumerate(fed))
    sql = f"SELECT fw_row, fw_score{cells} FROM {{t}} {where}"
    for batch in view.log.batches(sql, task=task):
        columns = {name: batch.column(k + 2) for k, name in enumerate(names)}
        given: list[dict[str, Any]] = [{} for _ in others]
        for j, (k, name) in enumerate(fed):
            given[k][name] = batch.column(2 + len(names) + j)
        texts = {n: columns[n].cast("string").to_numpy(zero_copy_only=False) for n in named}
        yield Sent(
            batch.column(0).to_numpy(zero_copy_only=False).astype(np.int64),
            batch.column(1).to_numpy(zero_copy_only=False).astype(np.float64),
            model.matrix(columns),
            texts,
            {o.model.name: o.model.matrix(g) for o, g in zip(others, given, strict=True)},
        )


def known_of(view: View, model: Model, task: Task) -> Known:
    """Read what the changes are made of: usual values, orders of texts and of columns."""
    usual, words = _usual(view, model, task)
    named = [i.name for i in model.inputs if i.kind == "category" and not i.coded]
    orders = {name: _texts(view, name, task) for name in named if name in view.log_inputs}
    others = [other.model for other in view.other_models.values() if not other.missing]
    return Known(usual, words, orders, _order_of_columns(view), others)


def _usual(view: View, model: Model, task: Task) -> tuple[dict[str, tuple[float, float]], str]:
    """Median and mean of each number, in training where there is one."""
    names = [i.name for i in model.inputs if i.kind == "numeric" and i.name in view.log_inputs]
    table, expressions, words = view.log, view.log_inputs, "the log's"
    if view.reference is not None and set(names) <= set(view.reference_inputs):
        table, expressions, words = view.reference, view.reference_inputs, "training's"
    if not names or table is None:
        return {}, words
    sure = [f"CASE WHEN isfinite({expressions[n]}) THEN {expressions[n]} END" for n in names]
    cells = ", ".join(f"median({x}), avg({x})" for x in sure)
    columns = table.query(f"SELECT {cells} FROM {{t}}", task=task).columns
    found = [np.nan if (value := c[0].as_py()) is None else float(value) for c in columns]
    return dict(zip(names, zip(found[::2], found[1::2], strict=True), strict=True)), words


def _texts(view: View, name: str, task: Task) -> tuple[list[str], list[str]]:
    """A category's live texts in order of first appearance, and of frequency."""
    assert view.log is not None
    found = view.log.query(
        f"SELECT CAST(({view.log_inputs[name]}) AS VARCHAR) AS v, min(fw_row) AS first, "
        "count(*) AS n FROM {t} GROUP BY 1 HAVING v IS NOT NULL "
        f"ORDER BY n DESC, v LIMIT {TEXTS}",
        task=task,
    ).to_pylist()
    seen = sorted(found, key=lambda line: line["first"])
    return [line["v"] for line in seen], [line["v"] for line in found]


def _order_of_columns(view: View) -> list[str]:
    """The model's inputs in the order in which the log holds their columns."""
    assert view.log is not None
    places = {column.name: k for k, column in enumerate(view.log.columns)}
    found = {
        name: places[column]
        for name in view.log_inputs
        if (column := view.column(f"log.feature:{name}") or name) in places
    }
    return sorted(found, key=lambda name: found[name])


def over_the_log(
    view: View, model: Model, scale: ScoreScale, best: Served, task: Task
) -> tuple[Flags, Flags]:
    """Where the change gives the logged score, and where it can be told from none, (rows,) each.

    It can where one of both gives the score and the other does not.
    """
    assert view.log is not None
    hits, known = (np.zeros(view.log.rows, np.bool_) for _ in range(2))
    plain = Served("", (), best.cause, best.sort)
    done = 0
    for sent in _read(view, model, "WHERE fw_score IS NOT NULL", task):
        task.tick(done, view.log.rows, "Where is the score so given?")
        done += sent.rows.size
        with_it = _equal(model, scale, best, sent)
        without = _equal(model, scale, plain, sent)
        known[sent.rows] = with_it != without
        hits[sent.rows] = with_it & ~without
    return hits, known
