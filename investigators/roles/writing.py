"""Did the model receive categories that a log writes otherwise as they are meant?  Its scores tell.

Where every value of a column is a known category in another case or spelling, the column is read as
meant.  That is right where only the log writes so; where the model was given the same strange
texts it knew none of them, and the logged scores are those of unknown values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from investigators.model import Model
from investigators.roles.mapping import Mapping as InputMapping
from investigators.roles.scale import agree, score_scale
from investigators.tables.table import Table, quoted
from investigators.task import Task

COMPARED = 1_000
FEWEST = 8  # rows that tell
NEARLY_ALL = 0.9  # of them
ALIKE = 0.5  # of the rows compared that a scale must give to be one
REASON = "written otherwise than the model's categories; the logged scores are those of such texts"


def as_received(
    mapping: InputMapping, model: Model, log: Table, score: str, task: Task
) -> InputMapping:
    """Leave the inputs as the log writes them whose logged scores say that the model got them so.

    Args:
        mapping: of the log.
        model: has every input.
        log: with the column of the score.
        score: its name.
        task: may be cancelled.

    Returns:
        The mapping, with ``expressions`` and reasons of those inputs changed; one after the other,
        each against what is known of those before it.
    """
    if any(i.used and i.name not in mapping.expressions for i in model.inputs):
        return mapping
    for name in sorted(mapping.as_written):
        written = _written(mapping, name)
        meant = _equal(model, log, score, mapping.expressions, task)
        other = _equal(model, log, score, written.expressions, task)
        telling = int((meant != other).sum())
        if telling >= FEWEST and (other & ~meant).sum() >= NEARLY_ALL * telling:
            mapping = written
    return mapping


def _written(mapping: InputMapping, name: str) -> InputMapping:
    """The mapping with one input as the log writes it."""
    guesses = tuple(
        replace(g, reason=f"{g.reason.partition(';')[0]}; {REASON}")
        if g.what == f"log.feature:{name}"
        else g
        for g in mapping.guesses
    )
    return replace(
        mapping,
        guesses=guesses,
        expressions=mapping.expressions | {name: mapping.as_written[name]},
        codes={each: pairs for each, pairs in mapping.codes.items() if each != name},
    )


def _equal(
    model: Model, log: Table, score: str, inputs: Mapping[str, str], task: Task
) -> npt.NDArray[np.bool_]:
    """In which rows of a spread sample the inputs give the logged score, on its likeliest scale."""
    names = [i.name for i in model.inputs if i.name in inputs]
    cells = ", ".join(f"{inputs[name]} AS i{k}" for k, name in enumerate(names))
    found = log.query(
        f"SELECT TRY_CAST({quoted(score)} AS DOUBLE), {cells} FROM {{t}} "
        f"ORDER BY hash(fw_row), fw_row LIMIT {COMPARED}",
        task=task,
    )
    logged = found.column(0).to_numpy(zero_copy_only=False).astype(np.float64)
    raw = model.raw(model.matrix({name: found.column(f"i{k}") for k, name in enumerate(names)}))
    output = model.to_output(raw)
    same = score_scale(logged, output, raw, kind=model.output)
    if same.scale.mapping in {"unknown", "monotone"} or same.share < ALIKE:
        return np.zeros(logged.size, dtype=np.bool_)
    equal: npt.NDArray[np.bool_] = agree(same.scale, logged, output, raw).equal
    return equal
