"""Do the logged inputs give the logged score, with this model file?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from investigators.check import Check
from investigators.clock import said
from investigators.evidence import (
    Cause,
    Condition,
    Finding,
    NoTransform,
    Verdict,
    segment_words,
)
from investigators.presence import Presence, presence
from investigators.reproduction import Reproduction, reproduce
from investigators.scope import scope_sql, segment_sql
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.view import View

ID = "data_assumptions.score_reproduced"
NEARLY_ALL = 0.95  # of the rows that differ lie in the group
NARROWS = 1.5  # times as large a share of the group's rows differs as of the log's


@dataclass(frozen=True)
class Where:
    """Which rows differ: their group, since when, and how many rows that group and time have."""

    segment: tuple[Condition, ...] = ()
    carried: Presence = field(default_factory=lambda: Presence(0, 0))
    rows: int = 0


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding: reproduced or not, how many rows, since when, for whom, and this decision."""
    if view.log is None:
        return []
    row = view.decision.row if view.decision is not None else None
    found = reproduce(view.log, view.model, view.case.scale, task, row)
    answer = found.answer
    here = row is not None and bool(np.isin(row, found.differs))
    apart = row is not None and bool(np.isin(row, found.apart))
    verdict: Verdict = "speaks against"
    sentence, where = answer.sentence, Where()
    if answer.verdict == "cannot tell":
        verdict = "cannot tell"
    elif answer.verdict == "differs" or here or apart:
        verdict = "supports"
        where = _where(view, found, task)
        if where.segment:
            sentence += f" They are in {segment_words(where.segment)}."
        if where.carried.onset is not None:
            sentence += f" The first row that differs is of {said(where.carried.onset.latest)}."
        mine = "is among them" if here else "is not among them"
        sentence += _of_another_version(view, row, task) if apart else ""
        sentence += f" This decision {mine}." if row is not None and not apart else ""
    onset = where.carried.onset
    return [
        Finding(
            id=ID,
            check=ID,
            family="data_assumptions",
            verdict=verdict,
            about=(),
            sentence=sentence,
            n=answer.rows_compared,
            effect={
                "rows_equal": answer.rows_equal,
                "rows_compared": answer.rows_compared,
                "rows_other_version": answer.rows_other_version,
                "largest_difference": answer.largest_difference,
                "mapping": answer.mapping,
            },
            onset=onset,
            segment=where.segment or None,
            concerns_decision=here or apart,
            cause=_cause(found, where, here=here, sentence=sentence)
            if verdict == "supports"
            else None,
            would_need=(
                "the model file, and a log with all of its inputs and the score it gave"
                if verdict == "cannot tell"
                else "the model file of this decision's version"
                if apart
                else None
            ),
        )
    ]


def _of_another_version(view: View, row: int | None, task: Task) -> str:
    assert view.log is not None
    version = view.log.value("SELECT fw_version FROM {t} WHERE fw_row = ?", [row], task)
    return (
        f" This decision is of version {version} and among those left out: this file does not give "
        "its score."
    )


def _cause(found: Reproduction, where: Where, *, here: bool, sentence: str) -> Cause | None:
    """Another model file or rule gave the scores, where most rows of the place differ."""
    carried = where.carried
    if not found.differs.size or 2 * found.differs.size < where.rows:
        return None
    return Cause(
        cause="version-or-deployment",
        features=(),
        transform=NoTransform(),
        segment=where.segment or None,
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=where.rows,
        rows_changed=0,
        concerns_decision=here,
        statement=sentence,
    )


def _where(view: View, found: Reproduction, task: Task) -> Where:
    """The group that carries nearly all rows that differ, and since when they do in it."""
    log = view.log
    assert log is not None
    if not found.differs.size:
        return Where()
    kept = log.engine.keep_rows(found.differs)
    differs = f"fw_row IN (SELECT fw_row FROM {kept})"
    segment = _carrying(view, found.differs.size, differs, task)
    inside = log.with_relation(f"(SELECT * FROM {log.relation} WHERE {segment_sql(segment)})")
    when = None if view.column("log.time") is None else "fw_time"
    carried = presence(inside, differs, when, task, zone_known=view.case.zone is not None)
    scope = scope_sql(segment, carried.onset, carried.end)
    sql = f"SELECT count(*) FROM {{t}} WHERE {scope}"
    return Where(segment, carried, int(log.value(sql, (), task)))


def _carrying(view: View, total: int, differs: str, task: Task) -> tuple[Condition, ...]:
    """The value of one column that holds nearly all of them, where it is not most of the log."""
    log = view.log
    assert log is not None
    best: tuple[float, tuple[Condition, ...]] = (0.0, ())
    for column in (*view.segments, *_versions(view)):
        sql = (
            f"SELECT CAST({quoted(column)} AS VARCHAR) AS v, count(*) AS n, "
            f"count(*) FILTER (WHERE {differs}) AS k FROM {{t}} GROUP BY 1 "
            "ORDER BY k DESC, v LIMIT 1"
        )
        line = log.query(sql, (), task).to_pylist()[0]
        share = line["k"] / line["n"]
        held = line["k"] >= NEARLY_ALL * total and line["n"] <= NEARLY_ALL * log.rows
        if held and share > best[0] and share >= NARROWS * total / log.rows:
            value = line["v"]
            one = (
                Condition(column, missing=True)
                if value is None
                else Condition(column, equals=value)
            )
            best = share, (one,)
    return best[1]


def _versions(view: View) -> tuple[str, ...]:
    column = view.column("log.model_version")
    return () if column is None or column in view.segments else (column,)


CHECK = Check(
    family="data_assumptions",
    name="score_reproduced",
    suspicion="The logged score is not what this model file gives for the logged inputs.",
    covers="every row with a logged score, within the log's own rounding, per model version",
    does_not_cover="which other model, mapping or default would give the logged score",
    minimum="one row with a logged score and all inputs that the model uses",
    run=run,
    needs=("log", "model"),
    asks=(
        ("model", "Please send the model file that was in production at the time of the decision."),
    ),
    causes=("version-or-deployment",),
    order=0,
)
