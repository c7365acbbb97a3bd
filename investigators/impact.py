"""What a repair changes: decisions both ways, outcomes, value, quality, days, and the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from investigators.breakdown import Sides, by_day, by_segment, quality_of
from investigators.case import Rule
from investigators.evidence import Cause, Fill, Map, RepairResult
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.view import View

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
CHUNK = 50_000
ORDINARY = (0.005, 0.995)


@dataclass(frozen=True)
class Scored:
    """Rows in scope by row number: scores on the logged scale before and after, and which change.

    ``changed`` marks changed decisions, or without a rule rows whose inputs change.  ``output`` is
    the model's own output after the repair; ``reproduced`` marks rows whose logged score the model
    gives.  ``was`` and ``now`` are places in ``labels``, what the rule (or the highest score of a
    class) decides before and after; -1 where nothing does.
    """

    rows: npt.NDArray[np.int64]
    before: Floats
    after: Floats
    changed: npt.NDArray[np.bool_]
    output: Floats
    reproduced: npt.NDArray[np.bool_]
    was: npt.NDArray[np.int64]
    now: npt.NDArray[np.int64]
    labels: tuple[str, ...] = ()


def rule_in_force(view: View) -> Rule | None:
    """Return the rule where there is one that can be applied: cut points, on a known scale."""
    rule, scale = view.rule, view.case.scale
    if rule is None or not rule.cuts or len(rule.labels) != len(rule.cuts) + 1:
        return None
    return None if scale is not None and scale.mapping == "unknown" else rule


def written(view: View, scores: Floats) -> Floats:
    """Round scores as the log does: a rule is about the scores that the log holds."""
    scale = view.case.scale
    return scores if scale is None or scale.decimals is None else np.round(scores, scale.decimals)


def result_of(
    view: View,
    cause: Cause,
    inputs: Mapping[str, str],
    scored: Scored,
    task: Task,
) -> RepairResult:
    """Count what the repair changes for this decision and for every row in scope."""
    rows, before, after, changed = scored.rows, scored.before, scored.after, scored.changed
    this = _this(view, scored)
    moved = np.isfinite(before) & np.isfinite(after) & (before != after)
    mean = float((after[moved] - before[moved]).mean()) if moved.any() else None
    restores = _restores_range(view, cause, inputs)
    known, positive = _outcomes(view, scored, task)
    sides = Sides(rows, before, after, changed, None, None, known, positive)
    if not scored.labels:
        return RepairResult(
            None, None, None, None, this[0], None, None, mean, restores_range=restores,
            by_day=by_day(view, cause, sides, task),
            by_segment=by_segment(view, cause, sides, task),
        )  # fmt: skip
    adverse = view.rule.adverse if view.rule is not None else ()
    bad = np.array([label in adverse for label in scored.labels])
    was, now = bad[scored.was], bad[scored.now]
    worse, released = changed & ~was & now, changed & was & ~now
    sides = replace(sides, worse=worse, better=released)
    facts = _released_facts(view, rows[released], task)
    return RepairResult(
        decisions_changed=int(changed.sum()),
        to_adverse=int(worse.sum()),
        from_adverse=int(released.sum()),
        other=int((changed & (was == now)).sum()),
        this_score=this[0],
        this_decision=this[1],
        flips=this[2],
        mean_score_change=mean,
        quality=quality_of(before[known], after[known], positive),
        restores_range=restores,
        by_day=by_day(view, cause, sides, task),
        by_segment=by_segment(view, cause, sides, task),
        **facts,
    )


def _this(view: View, scored: Scored) -> tuple[float | None, str | None, bool | None]:
    rows, after, changed = scored.rows, written(view, scored.after), scored.changed
    row = view.decision.row if view.decision is not None else None
    place = np.flatnonzero(rows == row) if row is not None else np.zeros(0, np.intp)
    if not place.size or not np.isfinite(after[place[0]]):
        return None, None, None
    k = int(place[0])
    if not scored.labels:
        return float(after[k]), None, None
    return float(after[k]), scored.labels[int(scored.now[k])], bool(changed[k])


def _restores_range(view: View, cause: Cause, inputs: Mapping[str, str]) -> bool | None:
    """Whether the repair brings an input of this decision back into training's ordinary 99 %.

    And leaves none outside; ``None`` where no number can be compared.
    """
    row = view.decision.row if view.decision is not None else None
    if row is None or view.log is None or not cause.concerns_decision:
        return None
    if isinstance(cause.transform, Map | Fill):
        return None
    numeric = {i.name for i in view.model.inputs if i.kind == "numeric"} if view.model else set()
    ordinary: list[tuple[bool, bool]] = []
    for feature, repaired in inputs.items():
        found = view.log.query(
            f"SELECT {view.log_inputs[feature]}, {repaired} FROM {{t}} AS fw_log WHERE fw_row = ?",
            [row],
        )
        value, meant = (column[0].as_py() for column in found.columns)
        low, high = None, None
        if feature in numeric and value is not None and meant is not None:
            same_sign = float(np.sign(value)) if value * meant > 0 else None
            low, high = _ordinary_range(view, feature, same_sign)
        if low is not None and high is not None and value is not None and meant is not None:
            ordinary.append((low <= value <= high, low <= meant <= high))
    if not ordinary:
        return None
    return any(not was for was, _ in ordinary) and all(now for _, now in ordinary)


def _ordinary_range(
    view: View, feature: str, sign: float | None
) -> tuple[float | None, float | None]:
    """Training's middle 99 % of an input; without a reference the model text's own range.

    With ``sign`` (1 or -1) of the values of that sign alone: where training has zeros, or -1 for
    "unknown", a value that is far too small would lie between them and the rest.
    """
    known = view.reference_inputs.get(feature)
    if view.reference is not None and known is not None:
        rows = "" if sign is None else f" WHERE sign({known}) = {sign!r}"
        low, high = view.reference.value(
            f"SELECT quantile_cont({known}, [{ORDINARY[0]}, {ORDINARY[1]}]) FROM {{t}}{rows}"
        ) or (None, None)
        return low, high
    if view.reference is not None or view.model is None:
        return None, None
    given = view.model.input(feature)
    return given.low, given.high


def _released_facts(view: View, released: npt.NDArray[np.int64], task: Task) -> dict[str, Any]:
    """Outcomes and value of rows that were adverse and are not after the repair."""
    assert view.log is not None
    found = view.log.query(
        f"SELECT count(fw_outcome), count(*) FILTER (fw_outcome = 1), sum(fw_value) FROM {{t}} "
        f"SEMI JOIN {view.log.engine.keep_rows(released)} USING (fw_row)",
        task=task,
    )
    known, positive, value = (column[0].as_py() for column in found.columns)
    accepted = view.log.query(
        "SELECT count(fw_outcome), count(*) FILTER (fw_outcome = 1) FROM {t} "
        "WHERE fw_adverse = false",
        task=task,
    )
    has_outcomes = view.has("outcomes")
    return {
        "outcomes_known": int(known) if has_outcomes else None,
        "outcomes_positive": int(positive) if has_outcomes else None,
        "accepted_known": int(accepted.column(0)[0].as_py()) if has_outcomes else None,
        "accepted_positive": int(accepted.column(1)[0].as_py()) if has_outcomes else None,
        "value": None if value is None else float(value),
    }


def _outcomes(
    view: View, scored: Scored, task: Task
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Places of rows in scope with a known outcome and both scores, and which came true.

    None where a score is no probability: then it is not of this outcome.
    """
    nothing = np.zeros(0, np.intp), np.zeros(0, np.bool_)
    if not view.has("outcomes") or view.model is None or view.model.output != "probability":
        return nothing
    assert view.log is not None
    kept = view.log.engine.keep_rows(scored.rows)
    known = view.log.query(
        f"SELECT fw_row, fw_outcome FROM {{t}} SEMI JOIN {kept} USING (fw_row) "
        "WHERE fw_outcome IS NOT NULL ORDER BY fw_row",
        task=task,
    )
    place = np.searchsorted(scored.rows, known.column(0).to_numpy())
    outcome = known.column(1).to_numpy() > 0.5
    usable = np.isfinite(scored.before[place]) & np.isfinite(scored.after[place])
    return place[usable], outcome[usable]


def changed_rows(
    view: View,
    inputs: Mapping[str, str],
    scored: Scored,
) -> Iterator[pa.RecordBatch]:
    """Stream the rows that the repair changes, in file order, a chunk at a time.

    ``inputs`` are the repaired inputs' SQL.  Columns as
    :class:`~investigators.investigation.AffectedTable` says.
    """
    import pyarrow as pa

    assert view.log is not None
    cells = "".join(
        f"({view.log_inputs[f]}) AS {quoted(f + '_before')}, ({sql}) AS {quoted(f + '_after')}, "
        for f, sql in inputs.items()
    )
    pick = np.flatnonzero(scored.changed)
    for start in range(0, pick.size, CHUNK):
        part = pick[start : start + CHUNK]
        kept = view.log.engine.keep_rows(scored.rows[part])
        found = view.log.query(
            f"SELECT fw_id AS id, fw_subject AS subject, fw_time AS time, {cells}"
            "fw_outcome AS outcome FROM {t} AS fw_log "
            f"SEMI JOIN {kept} USING (fw_row) ORDER BY fw_row"
        )
        before, after = written(view, scored.before[part]), written(view, scored.after[part])
        middle = {
            "score_before": pa.array(before, from_pandas=True),
            "score_after": pa.array(after, from_pandas=True),
            "decision_before": pa.array(named(scored.labels, scored.was[part]), pa.string()),
            "decision_after": pa.array(named(scored.labels, scored.now[part]), pa.string()),
        }
        names = found.column_names
        columns = {name: found.column(name) for name in names[:3]}
        columns |= middle | {name: found.column(name) for name in names[3:]}
        yield from pa.table(columns).combine_chunks().to_batches()


def rows_as_logged(view: View, features: Sequence[str], where: str) -> Iterator[pa.RecordBatch]:
    """Stream rows that nothing repairs, in file order, with the same columns.

    ``where`` is SQL over the log; what comes after a repair is null.
    """
    assert view.log is not None
    cells = "".join(
        f"({view.log_inputs[f]}) AS {quoted(f + '_before')}, NULL AS {quoted(f + '_after')}, "
        for f in features
    )
    found = view.log.query(f"SELECT fw_row FROM {{t}} WHERE {where} ORDER BY fw_row")
    rows = found.column(0).to_numpy()
    for start in range(0, rows.size, CHUNK):
        kept = view.log.engine.keep_rows(rows[start : start + CHUNK])
        found = view.log.query(
            "SELECT fw_id AS id, fw_subject AS subject, fw_time AS time, "
            "fw_score AS score_before, CAST(NULL AS DOUBLE) AS score_after, "
            "fw_decision AS decision_before, CAST(NULL AS VARCHAR) AS decision_after, "
            f"{cells}fw_outcome AS outcome FROM {{t}} "
            f"SEMI JOIN {kept} USING (fw_row) ORDER BY fw_row"
        )
        yield from found.combine_chunks().to_batches()


def named(labels: Sequence[str], places: npt.NDArray[np.int64]) -> list[str | None]:
    """Return the label at each place; ``None`` where there is none."""
    return [labels[i] if labels and i >= 0 else None for i in places.tolist()]
