"""Some rows whose logged score is not the model's, with what the model and a change give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from investigators.chart import Cells
from investigators.numbers import number
from investigators.reproduction import Reproduction
from investigators.roles.scale import agree
from investigators.shift.served import Sent, Served
from investigators.shift.served_search import sent_of
from investigators.task import Task
from investigators.view import View

SHOWN = 8  # rows in the picture


def pairs(view: View, best: Served, rows: npt.NDArray[np.int64], task: Task) -> Cells:
    """Some rows: the logged score, the model's, and the model's with the change."""
    model, scale = view.model, view.case.scale
    assert view.log is not None
    assert model is not None
    assert scale is not None
    at = np.linspace(0, rows.size - 1, min(rows.size, SHOWN)).astype(np.intp)
    sent = sent_of(view, model, rows[np.unique(at)], task)
    plain = replace(best, change=None, link="", by=None)
    own = plain.compared(model, scale, sent.logged, model.raw(sent.matrix))[0]
    with_it = best.compared(model, scale, sent.logged, best.raw(model, sent))[0]
    names = _ids(view, sent, task)
    digits = 6 if scale.decimals is None else scale.decimals
    cells = tuple(
        (name, *(f"{x:.{digits}f}" for x in scores))
        for name, *scores in zip(names, sent.logged, own, with_it, strict=True)
    )
    header = ("model on the logged inputs", "model with the change")
    if best.by is not None:
        header = (model.name, best.by.name)
    return Cells(
        "Logged scores and what gives them",
        ("id", "logged", *header),
        cells,
        strip=f"{len(cells)} of {number(rows.size)} such rows, evenly spaced",
        description=f"What gives it: {best.words}.",
    )


def beside(view: View, found: Reproduction, row: int | None, task: Task) -> Cells:
    """Some rows that differ, the decision's own first: the logged score beside the model's."""
    model, scale = view.model, view.case.scale
    assert view.log is not None
    assert model is not None
    assert scale is not None
    rows = found.differs if found.answer.verdict == "differs" else found.apart
    of = "that differ" if rows is found.differs else "of another version"
    spread = np.linspace(0, max(rows.size - 1, 0), min(rows.size, SHOWN)).astype(np.intp)
    chosen = {int(r): "" for r in rows[spread]} | ({} if row is None else {row: "this one"})
    told = view.log.query(
        "SELECT fw_row, coalesce(fw_id, 'row ' || fw_row), fw_score, fw_output FROM {t} "
        f"WHERE fw_row IN ({', '.join(map(str, chosen))}) AND fw_score IS NOT NULL "
        "AND fw_output IS NOT NULL ORDER BY fw_row",
        task=task,
    )
    numbers, names, logged, output = (c.to_numpy(zero_copy_only=False) for c in told.columns)
    own = agree(scale, logged, output, model.to_raw(output)).expected
    digits = 6 if scale.decimals is None else scale.decimals
    lines = [
        (str(name), f"{a:.{digits}f}", f"{b:.{digits}f}", chosen[int(k)])
        for k, name, a, b in zip(numbers, names, logged, own, strict=True)
    ]
    lines.sort(key=lambda line: not line[-1])
    return Cells(
        "Logged scores and those of this model file",
        ("id", "logged", "model on the logged inputs", ""),
        tuple(lines),
        strip=f"{spread.size} of {rows.size:,} rows {of}, evenly spaced"
        f"{', and this one' if len(lines) > spread.size else ''}",
        description=f"{len(lines)} rows with both scores.",
    )


def _ids(view: View, sent: Sent, task: Task) -> list[str]:
    assert view.log is not None
    numbers = ", ".join(str(row) for row in sent.rows)
    found = view.log.query(
        "SELECT coalesce(fw_id, 'row ' || fw_row) AS name FROM {t} "
        f"WHERE fw_row IN ({numbers}) ORDER BY fw_row",
        task=task,
    )
    return [str(name) for name in found["name"].to_pylist()]
