"""Do the logged inputs give the logged score?  Over the whole log, in chunks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from investigators.case import ScoreScale
from investigators.evidence import Reproduced
from investigators.model import Model
from investigators.numbers import count_of
from investigators.roles.scale import agree
from investigators.tables.table import Table
from investigators.task import Task

# The suspicion stands above this share of rows that differ (checks.md M1).
FEW = 0.001
OWN_VERSION = 0.5
MAPPING_WORDS = {
    "identity": "as it is",
    "percent": "in percent",
    "points": "in points",
    "inverted": "turned round (1 - p)",
    "monotone": "through a monotone map",
    "log-odds": "on the log-odds scale",
}


@dataclass(frozen=True)
class Reproduction:
    """The verdict for the log, and which rows differ (sorted row numbers).

    ``apart`` are rows of another model version that differ.
    """

    answer: Reproduced
    differs: npt.NDArray[np.int64]
    apart: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


def reproduce(
    log: Table, model: Model | None, scale: ScoreScale | None, task: Task, row: int | None = None
) -> Reproduction:
    """Compare ``fw_score`` with ``fw_output`` through the score scale, row by row.

    Rows of a model version of which fewer than half agree, while another version's do, are counted
    apart (``rows_other_version``).  ``row`` is the picked decision's.
    """
    none = np.zeros(0, dtype=np.int64)
    if model is None or scale is None or not _comparable(scale):
        reason = "there is no model" if model is None else "no logged score was found"
        if scale is not None and scale.mapping == "unknown":
            reason = "no scale was found on which the logged score follows from the model's"
        return Reproduction(_cannot(reason), none)
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    apart: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]] = []
    largest: dict[str, float] = defaultdict(float)
    tolerance, done, picked = 0.0, 0, None
    sql = "SELECT fw_row, fw_score, fw_output, coalesce(fw_version, '') AS v FROM {t} \
WHERE fw_score IS NOT NULL AND fw_output IS NOT NULL"
    for batch in log.batches(sql, task=task):
        done += batch.num_rows
        task.tick(done, log.rows, "Score reproduced?")
        rows, logged, output = (batch.column(k).to_numpy(zero_copy_only=False) for k in range(3))
        version = batch.column(3).to_numpy(zero_copy_only=False)
        outcome = agree(scale, logged, output, model.to_raw(output))
        tolerance = max(tolerance, outcome.tolerance)
        gap = np.abs(outcome.expected - logged)
        mine = np.flatnonzero(rows == (-1 if row is None else row))
        picked = bool(outcome.equal[mine[0]]) if mine.size else picked
        for name in np.unique(version.astype(str)):
            here = version == name
            tally[name][0] += int(here.sum())
            tally[name][1] += int(outcome.equal[here].sum())
            largest[name] = max(largest[name], float(np.nanmax(gap[here], initial=0.0)))
        wrong = ~outcome.equal
        apart.append((rows[wrong].astype(np.int64), version[wrong]))
    found = _judged(scale, tally, apart, largest, tolerance)
    return replace(found, answer=replace(found.answer, this_row=picked))


def _comparable(scale: ScoreScale) -> bool:
    return scale.mapping != "unknown" and scale.kind != "none"


def agrees(
    log: Table, model: Model | None, scale: ScoreScale | None, row: int | None, task: Task
) -> bool | None:
    """Whether one row's logged score follows from its inputs; ``None`` where none is known."""
    if row is None or model is None or scale is None or not _comparable(scale):
        return None
    found = log.query(
        f"SELECT fw_score, fw_output FROM {{t}} WHERE fw_row = {int(row)} "
        "AND fw_score IS NOT NULL AND fw_output IS NOT NULL",
        task=task,
    )
    if not found.num_rows:
        return None
    logged, output = (column.to_numpy() for column in found.columns)
    return bool(agree(scale, logged, output, model.to_raw(output)).equal[0])


def _cannot(reason: str) -> Reproduced:
    sentence = f"Whether the model gives the logged score cannot be told: {reason}."
    return Reproduced("cannot tell", "none", None, 0, 0, 0, None, sentence)


def _judged(
    scale: ScoreScale,
    tally: dict[str, list[int]],
    apart: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]],
    largest_of: dict[str, float],
    tolerance: float,
) -> Reproduction:
    own = tuple(sorted(v for v, (n, equal) in tally.items() if equal >= OWN_VERSION * n))
    if not own:
        own = tuple(sorted(tally))
    compared = sum(tally[v][0] for v in own)
    equal = sum(tally[v][1] for v in own)
    other = sum(n for v, (n, _) in tally.items() if v not in own)
    largest = max((largest_of[v] for v in own), default=0.0)
    none = np.zeros(0, np.int64)
    of_own = [np.isin(versions.astype(str), own) for _, versions in apart]
    mine = [rows[same] for (rows, _), same in zip(apart, of_own, strict=True)]
    rest = [rows[~same] for (rows, _), same in zip(apart, of_own, strict=True)]
    differs = np.sort(np.concatenate([none, *mine]))
    elsewhere = np.sort(np.concatenate([none, *rest]))
    if not compared:
        return Reproduction(_cannot("no row has both scores"), differs, elsewhere)
    same = compared - equal <= FEW * compared
    words = MAPPING_WORDS.get(scale.mapping, scale.mapping)
    places = count_of(scale.decimals, "decimal") if scale.decimals else "whole numbers"
    digits = "" if scale.decimals is None else f", to the log's {places}"
    if same:
        verdict = "reproduced" if scale.mapping == "identity" else "reproduced after mapping"
        sentence = (
            f"The model gives the logged score ({words}{digits}) on {equal:,} of {compared:,} rows."
        )
    else:
        verdict = "differs"
        sentence = (
            f"The model does not give the logged score on {compared - equal:,} of {compared:,} "
            f"rows ({words}{digits}); the largest difference is {largest:.4g}."
        )
    if other:
        sentence += f" {other:,} rows of another model version are left out."
    answer = Reproduced(
        verdict,  # type: ignore[arg-type]
        scale.mapping,
        tolerance,
        compared,
        equal,
        other,
        largest,
        sentence,
    )
    return Reproduction(answer, differs, elsewhere)
