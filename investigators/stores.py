"""A feature store or offline table beside the log: one row of it for each request.

Rows are joined by the request's id, its subject or its session, whichever the store knows best, and
as of the request's time where a key has several rows.  The joined table is written once, beside
the canonical log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from investigators.case import Brief, Guess
from investigators.features import Dictionary
from investigators.model import Model
from investigators.roles.columns import guess_store
from investigators.roles.mapping import Mapping as InputMapping
from investigators.roles.mapping import map_inputs
from investigators.roles.profile import profiles
from investigators.roles.zone import clock_of, time_sql
from investigators.tables.table import Column, Table, literal, quoted
from investigators.task import Task

KEYS = {"fw_id": "id", "fw_subject": "subject", "fw_session": "session"}
LOOKED_AT = 2_000  # requests by which a key is chosen
FEWEST = 0.01  # of these have a row in the store


@dataclass(frozen=True)
class Key:
    """How log and store are joined: the log's key, the store's column, the share that it finds."""

    of_log: str
    column: str
    share: float
    alone: bool  # no key of the store comes twice

    @property
    def guess(self) -> Guess:
        """What is said of it among the guesses."""
        reason = f"it finds the {KEYS[self.of_log]} of {100 * self.share:.0f} % of the requests"
        return Guess("feature_store.id", self.column, reason, "likely")


def key_of(log: Table, store: Table, columns: list[str], task: Task) -> Key | None:
    """Choose the store's key among its columns; ``None`` where none knows the requests."""
    best: Key | None = None
    step = max(log.rows // LOOKED_AT, 1)
    for own in KEYS:
        for column in columns:
            text = f"CAST({quoted(column)} AS VARCHAR)"
            found = log.query(
                f"SELECT count(*), count(*) FILTER (k IN (SELECT {text} FROM {store.relation})) "
                f"FROM (SELECT {own} AS k FROM {{t}} WHERE fw_row % {step} = 0)",
                task=task,
            )
            n, known = (int(c[0].as_py()) for c in found.columns)
            share = known / n if n else 0.0
            # the request's own id goes before what several requests share
            if share >= FEWEST and (best is None or share > best.share + 0.05):
                best = Key(own, column, share, _alone(store, text, task))
    return best


def _alone(store: Table, key: str, task: Task) -> bool:
    sql = f"SELECT count({key}) = count(DISTINCT {key}) FROM {{t}}"
    return bool(store.value(sql, task=task))


@dataclass(frozen=True)
class Asked:
    """The canonical log, the store as read, and where the joined table may be written."""

    log: Table
    store: Table
    model: Model
    brief: Brief
    folder: Path


def open_store(
    asked: Asked, known: InputMapping | None, dictionary: Dictionary, task: Task
) -> tuple[Table | None, tuple[Guess, ...]]:
    """Join a store with the log; ``None`` where no column joins them or no input is in it.

    An input is taken from a column by its name, never by order or values alone; ``known`` is the
    mapping of the log.
    """
    store, brief = asked.store, asked.brief
    columns = profiles(store, task)
    mapping = map_inputs(
        asked.model, store, brief, "feature_store", known, dictionary, columns
    ).by_name()
    roles = {g.what: g for g in guess_store(store, brief, mapping.columns, columns)}
    said = brief.columns.get("feature_store.id", ())
    keys = [roles[w].value for w in (f"feature_store.{r}" for r in KEYS.values()) if w in roles]
    key = key_of(asked.log, store, list(said) or keys, task)
    guesses = list(mapping.guesses)
    if key is None or not mapping.columns:
        return None, (*guesses, Guess("feature_store.id", "", "no column joins the log", "weak"))
    guesses.append(key.guess if not said else roles["feature_store.id"])
    time, when = None, roles.get("feature_store.time")
    column = None if when is None else store.column(when.value)
    if column is not None and when is not None:
        time = time_sql(column, clock_of(columns[column.name], brief))
        guesses.append(when)
    return joined(asked, key, mapping.expressions, time, task), tuple(guesses)


def joined(
    asked: Asked, key: Key, inputs: Mapping[str, str], time: str | None, task: Task
) -> Table:  # fmt: skip
    """Write the store's row of every request: ``fw_row`` and ``fw_id`` are the log's.

    ``inputs`` are SQL over the store by model input; ``fw_time`` is the time of the store's row,
    ``fw_found`` whether there is one.
    """
    import pyarrow.parquet as pq

    log, store = asked.log, asked.store
    cells = "".join(f", ({sql}) AS {quoted(name)}" for name, sql in inputs.items())
    text = f"CAST({quoted(key.column)} AS VARCHAR)"
    at = time or "CAST(NULL AS TIMESTAMP)"
    side = f"SELECT {text} AS fw_key, {at} AS fw_at, fw_row AS fw_of{cells} FROM {store.relation} \
WHERE {text} IS NOT NULL"
    names = "".join(f", fw_s.{quoted(name)}" for name in inputs)
    told = f"SELECT fw_log.fw_row, fw_log.fw_id, fw_s.fw_at AS fw_time, \
fw_s.fw_key IS NOT NULL AS fw_found{names} FROM {{t}} AS fw_log"
    timed = time is not None and not key.alone
    if timed:
        sql = f"{told} ASOF LEFT JOIN ({side} AND {at} IS NOT NULL) AS fw_s \
ON fw_log.{key.of_log} = fw_s.fw_key AND fw_log.fw_time >= fw_s.fw_at"
    else:
        last = "QUALIFY row_number() OVER (PARTITION BY fw_key ORDER BY fw_of DESC) = 1"
        sql = f"{told} LEFT JOIN ({side} {last}) AS fw_s ON fw_log.{key.of_log} = fw_s.fw_key"
    path = asked.folder / "store.parquet"
    writer: pq.ParquetWriter | None = None
    try:
        for batch in log.batches(sql, task=task):
            task.tick(0, log.rows, "Joining the feature store")
            writer = writer or pq.ParquetWriter(path, batch.schema, compression="snappy")
            writer.write_batch(batch)
    finally:
        if writer is not None:
            writer.close()
    texts = {i.name for i in asked.model.inputs if i.kind == "category"}
    columns = (
        Column("fw_time", "time"),
        Column("fw_found", "boolean"),
        *(Column(name, "text" if name in texts else "number") for name in inputs),
    )
    return Table(
        store.name, log.engine, f"read_parquet({literal(str(path))})", columns, log.rows,
        store.notes,
    )  # fmt: skip
