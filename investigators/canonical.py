"""The canonical log and reference: own columns plus ``fw_*`` ones, and this model's output.

The log is written once, in one streaming pass, into a private Parquet file that goes with the
case's engine: typed, joined with its outcomes and scored, so that no check pays for it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from investigators.model import Model
from investigators.tables.table import Column, Table, literal, quoted
from investigators.task import Task

ROW_GROUP = 122_880
TEXT_ROLES = {
    "fw_id": "id",
    "fw_subject": "subject",
    "fw_session": "session",
    "fw_decision": "decision",
    "fw_version": "model_version",
    "fw_component": "component",
}
NUMBER_ROLES = {"fw_score": "score", "fw_value": "value"}
TRUE_TEXTS = ("1", "1.0", "true", "t", "yes", "y", "ja", "live", "on")
KINDS: dict[str, str] = {
    "fw_time": "time",
    "fw_outcome_time": "time",
    "fw_score": "number",
    "fw_value": "number",
    "fw_outcome": "number",
    "fw_output": "number",
    "fw_adverse": "boolean",
    "fw_live_test": "boolean",
}


@dataclass(frozen=True)
class Meaning:
    """What the columns of a source are: role to column, and how labels and outcomes read.

    ``time_sql`` is an SQL expression of the time (or ``None``); ``adverse`` labels; ``positive``
    is the outcome's positive value as text (``None``: the outcome is a number).
    """

    columns: Mapping[str, str]
    time_sql: str | None = None
    adverse: tuple[str, ...] = ()
    positive: str | None = None


def text_sql(column: str | None) -> str:
    """A column as text; NULL where there is none."""
    return "CAST(NULL AS VARCHAR)" if column is None else f"CAST({quoted(column)} AS VARCHAR)"


def outcome_sql(column: str | None, positive: str | None) -> str:
    """An outcome as 1/0 against its positive value, or as the number it is."""
    if column is None:
        return "CAST(NULL AS DOUBLE)"
    if positive is None:
        return f"TRY_CAST({quoted(column)} AS DOUBLE)"
    text = f"CAST({quoted(column)} AS VARCHAR)"
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {text} = {literal(positive)} THEN 1e0 \
ELSE 0e0 END"


def role_sql(meaning: Meaning) -> dict[str, str]:
    """SQL of every ``fw_*`` column of a log but row, output and a joined outcome."""
    columns = meaning.columns
    found = {name: text_sql(columns.get(role)) for name, role in TEXT_ROLES.items()}
    for name, role in NUMBER_ROLES.items():
        column = columns.get(role)
        found[name] = (
            "CAST(NULL AS DOUBLE)" if column is None else f"TRY_CAST({quoted(column)} AS DOUBLE)"
        )
    found["fw_time"] = meaning.time_sql or "CAST(NULL AS TIMESTAMP)"
    found["fw_outcome"] = outcome_sql(columns.get("outcome"), meaning.positive)
    found["fw_outcome_time"] = "CAST(NULL AS TIMESTAMP)"  # only a source of outcomes tells it
    label = text_sql(columns.get("decision"))
    adverse = ", ".join(literal(label) for label in meaning.adverse)
    found["fw_adverse"] = (
        f"({label} IN ({adverse}))"
        if adverse and "decision" in columns
        else "CAST(NULL AS BOOLEAN)"
    )
    live = columns.get("live_test")
    yes = ", ".join(literal(text) for text in TRUE_TEXTS)
    found["fw_live_test"] = (
        "CAST(NULL AS BOOLEAN)" if live is None else f"(lower({text_sql(live)}) IN ({yes}))"
    )
    return found


def canonical(raw: Table, meaning: Meaning) -> Table:
    """Wrap a source so that it has the ``fw_*`` columns; nothing is copied."""
    cells = ", ".join(f"{sql} AS {name}" for name, sql in sorted(role_sql(meaning).items()))
    return raw.with_relation(
        f"(SELECT *, {cells} FROM {raw.relation})", (*raw.columns, *_columns())
    )


def _columns(*, output: bool = False) -> tuple[Column, ...]:
    names = {**dict.fromkeys(TEXT_ROLES, "text"), **KINDS}
    return tuple(
        Column(name, kind)  # type: ignore[arg-type]
        for name, kind in sorted(names.items())
        if output or name != "fw_output"
    )


def latest_outcomes(
    table: Table, columns: Mapping[str, str], positive: str | None, time: str | None
) -> Table:
    """One outcome per id: the latest where there is a time, else the file's last; ids as text.

    ``time`` is SQL of a TIMESTAMP; the first one with an outcome is when it became known.
    """
    by = text_sql(columns["id"])
    outcome = outcome_sql(columns["outcome"], positive)
    order = f"({time}, fw_row)" if time else "fw_row"
    known = f"min({time})" if time else "CAST(NULL AS TIMESTAMP)"
    relation = (
        f"(SELECT {by} AS fw_id, arg_max({outcome}, {order}) AS fw_outcome, "
        f"{known} AS fw_outcome_time FROM {table.relation} "
        f"WHERE {by} IS NOT NULL AND {outcome} IS NOT NULL GROUP BY 1)"
    )
    count = table.with_relation(relation, ()).value("SELECT count(*) FROM {t}")
    return replace(table.with_relation(relation, ()), rows=int(count))


def write_canonical(
    log: Table,
    outcomes: Table | None,
    model: Model | None,
    inputs: Mapping[str, str],
    folder: Path,
    task: Task,
) -> tuple[Table, np.ndarray]:
    """Write the canonical log with outcomes joined and rows scored; stream, constant memory.

    Returns:
        The table over the written file, and the model's outputs by row number, shape (rows,),
        NaN where there is no model.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sql = _joined_sql(outcomes, model, inputs)
    outputs = np.full(log.rows, np.nan)
    path = folder / "canonical.parquet"
    names = _scorable(model, inputs)
    writer: pq.ParquetWriter | None = None
    done = 0
    try:
        for batch in log.batches(sql, size=ROW_GROUP, task=task):
            task.tick(done, log.rows, "Reading and scoring the log")
            done += batch.num_rows
            scored = _scored(batch, model, names)
            rows = batch.column("fw_row").to_numpy(zero_copy_only=False)
            outputs[rows] = scored
            kept = batch.drop_columns([f"fw_in_{k}" for k in range(len(names))])
            kept = kept.append_column("fw_output", pa.array(scored, pa.float64(), from_pandas=True))
            writer = writer or pq.ParquetWriter(path, kept.schema, compression="snappy")
            writer.write_batch(kept)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        return log, outputs
    columns = (*log.columns, Column("fw_output", "number"))
    return log.with_relation(f"read_parquet({literal(str(path))})", columns), outputs


def write_reference(reference: Table, folder: Path, task: Task) -> Table:
    """Write the canonical reference once; stream, constant memory.

    The checks ask it some hundred times, and each would plan and convert every column anew.
    """
    import pyarrow.parquet as pq

    path = folder / "reference.parquet"
    writer: pq.ParquetWriter | None = None
    done = 0
    try:
        for batch in reference.batches("SELECT * FROM {t}", size=ROW_GROUP, task=task):
            task.tick(done, reference.rows, "Reading the reference")
            done += batch.num_rows
            writer = writer or pq.ParquetWriter(path, batch.schema, compression="snappy")
            writer.write_batch(batch)
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        return reference
    return reference.with_relation(f"read_parquet({literal(str(path))})", reference.columns)


def _scorable(model: Model | None, inputs: Mapping[str, str]) -> list[str]:
    return [] if model is None else [i.name for i in model.inputs if i.name in inputs]


def _joined_sql(outcomes: Table | None, model: Model | None, inputs: Mapping[str, str]) -> str:
    cells = [f"{inputs[n]} AS fw_in_{k}" for k, n in enumerate(_scorable(model, inputs))]
    extra = "".join(f", {cell}" for cell in cells)
    if outcomes is None:
        return f"SELECT *{extra} FROM {{t}}"
    known = (
        "coalesce(fw_known.fw_outcome, fw_log.fw_outcome) AS fw_outcome, "
        "fw_known.fw_outcome_time AS fw_outcome_time"
    )
    return (
        f"SELECT fw_log.* REPLACE ({known}){extra} FROM {{t}} AS fw_log "
        f"LEFT JOIN {outcomes.relation} AS fw_known ON fw_log.fw_id = fw_known.fw_id"
    )


def _scored(batch: Any, model: Model | None, names: Sequence[str]) -> np.ndarray:  # noqa: ANN401 - a record batch
    if model is None or any(i.used and i.name not in names for i in model.inputs):
        return np.full(batch.num_rows, np.nan)
    columns = {name: batch.column(f"fw_in_{k}") for k, name in enumerate(names)}
    return model.outputs(model.matrix(columns))
