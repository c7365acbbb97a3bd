"""Builders of views for tests: data frames and a small booster in, a canonical ``View`` out.

    with Engine() as engine:
        model = small_model(training, "y", ["a", "b"], ["c"])
        view = view_of(engine, folder, log, id="id", score="score", model=model, pick=3)

A view is what ``desk`` hands to checks; nothing here guesses roles, all are said by keyword.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from investigators.case import Answers, Brief, Case, Decision, Rule, ScoreScale
from investigators.features import Dictionary
from investigators.model import Model
from investigators.read.lightgbm_text import model_from_text
from investigators.tables.table import Column, Engine, Table, literal, quoted
from investigators.task import Task
from investigators.view import View

Frame = pd.DataFrame
# role -> (canonical column, SQL type)
LOG_ROLES = {
    "id": ("fw_id", "VARCHAR"),
    "time": ("fw_time", "TIMESTAMP"),
    "subject": ("fw_subject", "VARCHAR"),
    "session": ("fw_session", "VARCHAR"),
    "score": ("fw_score", "DOUBLE"),
    "decision": ("fw_decision", "VARCHAR"),
    "outcome": ("fw_outcome", "DOUBLE"),
    "value": ("fw_value", "DOUBLE"),
    "model_version": ("fw_version", "VARCHAR"),
    "component": ("fw_component", "VARCHAR"),
    "live_test": ("fw_live_test", "BOOLEAN"),
}
REFERENCE_ROLES = ("time", "subject", "outcome", "decision", "live_test")


def small_model(
    frame: Frame,
    target: str,
    numeric: Sequence[str],
    categories: Sequence[str] = (),
    **params: Any,
) -> Model:
    """Train a small deterministic booster (binary unless ``objective`` says else)."""
    import lightgbm

    inputs = frame[[*numeric, *categories]].astype(dict.fromkeys(categories, "category"))
    settings = {
        "objective": "binary",
        "num_leaves": 7,
        "min_data_in_leaf": 10,
        "learning_rate": 0.2,
        "deterministic": True,
        "num_threads": 1,
        "verbosity": -1,
        "seed": 1,
    }
    rounds = params.pop("rounds", 20)
    data = lightgbm.Dataset(inputs, frame[target], params={"verbosity": -1})
    booster = lightgbm.train(settings | params, data, num_boost_round=rounds)
    return model_from_text(booster.model_to_string(), "model.txt", Task())


def table_of(
    engine: Engine, folder: Path, frame: Frame | pa.Table, name: str, derived: str = ""
) -> Table:
    """Write a frame as Parquet and open it; ``derived`` is SQL of more columns (", x AS fw_y")."""
    arrow = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, None, False)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    pq.write_table(arrow, path)
    engine.answers.forget()  # another table may have lain there
    scan = f"read_parquet({literal(str(path))}, file_row_number = true)"
    relation = (
        f"(SELECT * EXCLUDE (file_row_number), file_row_number AS fw_row{derived} FROM {scan})"
    )
    columns = tuple(Column(f.name, _kind(f.type)) for f in arrow.schema)
    return Table(f"{name}.parquet", engine, relation, columns, arrow.num_rows)


def _kind(kind: pa.DataType) -> Any:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    return "time" if pa.types.is_temporal(kind) else "text"


@dataclass(frozen=True)
class Given:
    """What a test may say beside log and roles; the defaults are "not given"."""

    adverse: tuple[str, ...] = ()
    rule: Rule | None = None
    scale: ScoreScale | None = None
    model: Model | None = None
    reference: Frame | None = None
    reference_roles: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] | None = None
    segments: tuple[str, ...] = ()
    ui_events: tuple[Frame, ...] = ()
    ui_roles: tuple[Mapping[str, str], ...] = ()
    components: tuple[str, ...] = ()
    answers: Answers = field(default_factory=Answers)
    dictionary: Dictionary = field(default_factory=Dictionary)
    pick: int | None = None
    pick_event: tuple[int, int] | None = None
    zone: str | None = "UTC"


def view_of(
    engine: Engine, folder: Path, log: Frame | None, roles: Mapping[str, str], **given: Any
) -> View:
    """Build a view.

    Args:
        engine: the case's database.
        folder: where the Parquet files go.
        log: its own columns, or ``None`` for a case without a log.
        roles: role (``"id"``, ``"time"``, ...; see LOG_ROLES) to column of ``log``.
        given: fields of :class:`Given`.
    """
    said = Given(**given)
    inputs = _inputs(said, log)
    columns = {f"log.{role}": (name,) for role, name in roles.items()}
    columns |= {f"log.feature:{name}": (column,) for name, column in inputs.items()}
    columns |= {f"reference.{role}": (name,) for role, name in said.reference_roles.items()}
    for number, names in enumerate(said.ui_roles):
        prefix = "ui_events." if number == 0 else f"ui_events#{number + 1}."
        columns |= {prefix + role: (name,) for role, name in names.items()}
    table = None if log is None else _log(engine, folder, log, roles, inputs, said)
    reference = None if said.reference is None else _reference(engine, folder, said)
    view = View(
        case=Case(
            brief=Brief(answers=said.answers, zone=said.zone),
            rule=said.rule,
            scale=said.scale or ScoreScale("probability"),
            components=said.components,
            zone=said.zone,
        ),
        log=table,
        model=said.model,
        reference=reference,
        ui_events=tuple(
            table_of(engine, folder, frame, f"ui_events_{number}")
            for number, frame in enumerate(said.ui_events)
        ),
        dictionary=said.dictionary,
        log_inputs=_expressions(said, inputs, log),
        reference_inputs=_expressions(said, inputs, said.reference),
        segments=said.segments,
        columns=columns,
    )
    return picked(view, row=said.pick, event=said.pick_event)


def timed(view: View) -> View:
    """Return the view with its log's time listed, as the canonical log has it."""
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=columns))


def picked(view: View, *, row: int | None = None, event: tuple[int, int] | None = None) -> View:
    """Return the view with another picked decision (a row of the log, or a UI event)."""
    if event is not None:
        table = view.ui_events[event[0]]
        prefix = "ui_events." if event[0] == 0 else f"ui_events#{event[0] + 1}."
        cells = table.row(event[1])
        name = view.column(prefix + "event")
        time = view.column(prefix + "time")
        decision = Decision(
            str(cells[name]) if name else f"event {event[1]}",
            "ui_events",
            None,
            time=cells[time].isoformat() + "Z" if hasattr(cells.get(time), "isoformat") else None,
            event=event,
        )
    elif row is not None:
        assert view.log is not None
        cells = view.log.row(row)
        time = cells["fw_time"]
        decision = Decision(
            cells["fw_id"] if cells["fw_id"] is not None else str(row),
            "log",
            row,
            time=None if time is None else time.isoformat() + "Z",
            subject=cells["fw_subject"],
            score=cells["fw_score"],
            label=cells["fw_decision"],
        )
    else:
        return view
    return replace(view, case=replace(view.case, decision=decision))


def _inputs(said: Given, log: Frame | None) -> dict[str, str]:
    if said.inputs is not None:
        return dict(said.inputs)
    if said.model is None or log is None:
        return {}
    return {i.name: i.name for i in said.model.inputs if i.name in log.columns}


def _expressions(said: Given, inputs: Mapping[str, str], frame: Frame | None) -> dict[str, str]:
    if frame is None:
        return {}
    kinds = {i.name: i.kind for i in said.model.inputs} if said.model else {}
    return {
        name: f"CAST({quoted(column)} AS VARCHAR)"
        if kinds.get(name) == "category"
        else f"TRY_CAST({quoted(column)} AS DOUBLE)"
        for name, column in inputs.items()
        if column in frame.columns
    }


def _log(
    engine: Engine,
    folder: Path,
    log: Frame,
    roles: Mapping[str, str],
    inputs: Mapping[str, str],
    said: Given,
) -> Table:
    parts = [
        f"CAST({quoted(roles[role]) if role in roles else 'NULL'} AS {kind}) AS {name}"
        for role, (name, kind) in LOG_ROLES.items()
    ]
    if said.adverse and "decision" in roles:
        labels = ", ".join(literal(label) for label in said.adverse)
        parts.append(f"CAST({quoted(roles['decision'])} AS VARCHAR) IN ({labels}) AS fw_adverse")
    else:
        parts.append("NULL::BOOLEAN AS fw_adverse")
    frame = log.copy()
    output = "NULL::DOUBLE"
    if said.model is not None and set(inputs) >= {i.name for i in said.model.inputs if i.used}:
        rows = said.model.matrix({name: frame[column] for name, column in inputs.items()})
        frame["own output"] = said.model.outputs(rows) if len(rows) else np.zeros(0)
        output = '"own output"'
    parts.append(f"{output} AS fw_output")
    table = table_of(engine, folder, frame, "log", "".join(f", {part}" for part in parts))
    return replace(table, columns=tuple(c for c in table.columns if c.name != "own output"))


def _reference(engine: Engine, folder: Path, said: Given) -> Table:
    assert said.reference is not None
    parts = []
    for role in REFERENCE_ROLES:
        name, kind = LOG_ROLES[role]
        column = said.reference_roles.get(role)
        parts.append(f", CAST({quoted(column) if column else 'NULL'} AS {kind}) AS {name}")
    return table_of(engine, folder, said.reference, "reference", "".join(parts))
