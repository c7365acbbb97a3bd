"""Do the logged inputs give the logged score, with this model file?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from investigators.check import Check
from investigators.clock import iso, said
from investigators.evidence import Cause, Finding, NoTransform, Onset, Verdict
from investigators.reproduction import Reproduction, reproduce
from investigators.scope import window_sql
from investigators.task import Task
from investigators.view import View

ID = "data_assumptions.score_reproduced"


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding: reproduced or not, how many rows, since when, and for this decision."""
    if view.log is None:
        return []
    found = reproduce(view.log, view.model, view.case.scale, task)
    answer = found.answer
    row = view.decision.row if view.decision is not None else None
    here = row is not None and bool(np.isin(row, found.differs))
    verdict: Verdict = "speaks against"
    sentence, onset = answer.sentence, None
    if answer.verdict == "cannot tell":
        verdict = "cannot tell"
    elif answer.verdict == "differs" or here:
        verdict = "supports"
        onset = _onset(view, found, task)
        if onset is not None:
            sentence += f" The first row that differs is of {said(onset.latest)}."
        mine = "is among them" if here else "is not among them"
        sentence += f" This decision {mine}." if row is not None else ""
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
            concerns_decision=here,
            cause=_cause(view, found, onset, here=here, sentence=sentence)
            if verdict == "supports"
            else None,
            would_need=(
                "the model file, and a log with all of its inputs and the score it gave"
                if verdict == "cannot tell"
                else None
            ),
        )
    ]


def _cause(
    view: View, found: Reproduction, onset: Onset | None, *, here: bool, sentence: str
) -> Cause | None:
    """Another model file or rule gave the scores, where most rows since the onset differ."""
    assert view.log is not None
    scope = view.log.rows
    if onset is not None:
        scope = int(view.log.value(f"SELECT count(*) FROM {{t}} WHERE {window_sql(onset, None)}"))
    if 2 * found.differs.size < scope:
        return None
    return Cause(
        cause="version-or-deployment",
        features=(),
        transform=NoTransform(),
        segment=None,
        onset=onset,
        onset_known=onset is not None,
        end=None,
        ongoing=None,
        rows_in_scope=scope,
        rows_changed=0,
        concerns_decision=here,
        statement=sentence,
    )


def _onset(view: View, found: Reproduction, task: Task) -> Onset | None:
    """Between the last row before the first one that differs, and that one."""
    if view.log is None or view.column("log.time") is None or not found.differs.size:
        return None
    kept = view.log.engine.keep_rows(found.differs)
    first = view.log.value(
        f"SELECT epoch_us(min(fw_time)) FROM {{t}} SEMI JOIN {kept} USING (fw_row)", task=task
    )
    if first is None:
        return None
    before = view.log.value(
        "SELECT epoch_us(max(fw_time)) FROM {t} WHERE epoch_us(fw_time) < ?", [first], task=task
    )
    known = view.case.zone is not None
    earliest = None if before is None else iso(int(before), zone_known=known)
    return Onset(earliest, iso(int(first), zone_known=known))


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
