"""Do the logged inputs give the logged score, with this model file?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.check import Check
from investigators.clock import said
from investigators.evidence import (
    Cause,
    Condition,
    Finding,
    NoTransform,
    TakeFrom,
    Verdict,
    segment_words,
)
from investigators.numbers import count_of, listed, number, per_cent
from investigators.presence import Presence, presence
from investigators.reproduction import Reproduction, reproduce
from investigators.scope import scope_sql, segment_sql
from investigators.shift.served import Served
from investigators.shift.served_picture import beside, pairs
from investigators.shift.served_search import Reproducing, over_the_log, reproducing, sent_of
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.traffic.carrier import share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import traffic_of
from investigators.view import View

ID = "data_assumptions.score_reproduced"
NEARLY_ALL = 0.95  # of the rows that differ lie in the group
CONFIRMED = 0.9  # of the rows kept apart are given too
FEWEST, A_PART = 8, 0.01  # rows that differ, and share of the rows of the place
NAMED = 2  # further changes in the sentence
NOTHING = NoTransform()
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
    tried, given = _tried(view, found, task), None
    stated = _stated(found, tried)
    if tried is not None and tried.best is not None and stated is None:
        given = _given(view, tried, task)
    if given is not None and tried is not None:
        return [_reproduced_so(view, found, tried, given, task)]
    if stated is not None:
        own = apart and row is not None and _gives(view, stated, row, task)
        sentence += _of_stated(stated, this=own)
        apart = apart and not own
    sentence += _not_tried(view) if tried is not None and tried.best is None else ""
    if answer.verdict == "cannot tell":
        verdict = "cannot tell"
    elif answer.verdict == "differs" or here or apart:
        verdict = "supports"
        where = _where(view, found, task)
        sentence += _where_words(where)
        mine = "is among them" if here else "is not among them"
        sentence += _of_another_version(view, row, task) if apart else ""
        sentence += f" This decision {mine}." if row is not None and not apart else ""
        sentence += _in_vain(tried) if tried is not None and found.differs.size else ""
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
            effect=_effect(found),
            onset=onset,
            segment=where.segment or None,
            concerns_decision=here or apart,
            cause=_cause(found, where, tried, here=here, sentence=sentence)
            if verdict == "supports"
            else None,
            charts=(beside(view, found, row, task),) if verdict == "supports" else (),
            would_need=(
                "the model file, and a log with all of its inputs and the score it gave"
                if verdict == "cannot tell"
                else "the model file of this decision's version"
                if apart
                else None
            ),
        )
    ]


@dataclass(frozen=True)
class Given:
    """Where a change of the inputs or the link gives the score: its rows, and this decision."""

    place: Place
    rows: npt.NDArray[np.int64]
    inside: float


def _tried(view: View, found: Reproduction, task: Task) -> Reproducing | None:
    """Search on the rows that differ, or on those of another version where no others do."""
    scale = view.case.scale
    rows = found.differs if found.answer.verdict == "differs" else found.apart
    if view.model is None or scale is None or found.answer.verdict == "cannot tell":
        return None
    return reproducing(view, view.model, scale, rows, task)


def _where_words(where: Where) -> str:
    words = f" They are in {segment_words(where.segment)}." if where.segment else ""
    if where.carried.onset is not None:
        words += f" The first row that differs is of {said(where.carried.onset.latest)}."
    return words


def _stated(found: Reproduction, tried: Reproducing | None) -> Served | None:
    """The other model file that gives what the log itself says is of another version."""
    best = None if tried is None else tried.best
    return best if best is not None and best.by and found.answer.verdict != "differs" else None


def _gives(view: View, best: Served, row: int, task: Task) -> bool:
    """Whether this row's logged score is given so."""
    model, scale = view.model, view.case.scale
    assert model is not None
    assert scale is not None
    sent = sent_of(view, model, np.array([row]), task)
    return bool(best.equal(model, scale, sent, best.raw(model, sent)).all())


def _of_stated(best: Served, *, this: bool) -> str:
    assert best.by is not None
    words = f" {best.by.name} gives the logged scores of the other version"
    return f"{words}, this decision's among them: open the case with that file." if this else (
        f"{words}."
    )  # fmt: skip


def _not_tried(view: View) -> str:
    """Model files of the case that the log has not all inputs of."""
    return "".join(
        f" {name} could not be asked: the log has no column for its input {listed(each.missing)}."
        for name, each in view.other_models.items()
        if each.missing
    )


def _given(view: View, tried: Reproducing, task: Task) -> Given | None:
    """Look for the change in every row, and for the segment and window that carry it."""
    model, scale, best = view.model, view.case.scale, tried.best
    assert view.log is not None
    assert model is not None
    assert scale is not None
    assert best is not None
    hits, known = over_the_log(view, model, scale, best, task)
    traffic = traffic_of(view, task)
    change = share_change(traffic, hits, known, (0, int(known.sum())), task)
    if change is None:
        return None
    kept = view.log.engine.keep_rows(np.flatnonzero(hits))
    changed = f"fw_row IN (SELECT fw_row FROM {kept})"
    place = place_of(view, traffic, change.carried, changed, task)
    claimed = change.carried.claimed
    return Given(place, np.sort(claimed[hits[claimed]]).astype(np.int64), change.inside)


def _reproduced_so(
    view: View, found: Reproduction, tried: Reproducing, given: Given, task: Task
) -> Finding:
    """The finding where a change gives the logged scores: what, for whom, since when."""
    answer, place, best = found.answer, given.place, tried.best
    assert best is not None
    row = view.decision.row if view.decision is not None else None
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    own = view.model.name if view.model is not None and best.by is not None else None
    plain = f"{own} does" if own else "the logged inputs do"
    sentence = (
        f"The logged score is {best.gives}, in "
        f"{segment_words(place.segment)}{since}{until}: so on {number(len(given.rows))} rows, "
        f"while {plain} not give it ({tried.reproduced:,} of {tried.rows:,} sampled "
        f"rows that differ; {number(tried.tried)} changes were tried)."
    )
    ties = [each.words for each in (*tried.rivals, *tried.also)]
    if ties:
        sentence += f" The scores do not tell this from: {listed(ties[:NAMED])}."
    if row is not None:
        mine = "is among them" if place.concerns_decision else "is not among them"
        sentence += f" This decision {mine}."
    cause = place.cause(
        best.cause,
        best.features,
        NOTHING if own is None else TakeFrom(own),
        corroborations=_corroborations(tried),
        exact_record=True,
        statement=sentence,
    )
    return Finding(
        id=ID,
        check=ID,
        family="data_assumptions",
        verdict="supports",
        about=best.features,
        sentence=sentence,
        n=answer.rows_compared + answer.rows_other_version,
        effect={
            **_effect(found),
            "reproduced_when": [best.words, *ties[:NAMED]],
            "sampled_rows": tried.rows,
            "sampled_rows_reproduced": tried.reproduced,
            "share_of_the_next_best_change": round(tried.next_best, 3),
            "changes_tried": tried.tried,
            "share_inside": round(given.inside, 4),
        },
        onset=place.onset,
        segment=place.segment,
        concerns_decision=place.concerns_decision,
        cause=cause,
        charts=(pairs(view, best, given.rows, task),),
    )


def _corroborations(tried: Reproducing) -> tuple[str, ...]:
    """Rows that took no part in the search; none where another change gives the scores as well."""
    enough = tried.apart and tried.confirmed >= CONFIRMED * tried.apart
    if not enough or tried.rivals:
        return ()
    words = (
        f"it gives {tried.confirmed:,} of {tried.apart:,} further logged scores that took no part "
        f"in the search, the next best change {per_cent(tried.next_best)} of the sample"
    )
    return (words,)


def _in_vain(tried: Reproducing) -> str:
    return (
        f" None of {number(tried.tried)} simple changes gives it on {count_of(tried.rows, 'row')} "
        f"sampled of these ({listed(tried.sorts)} were tried)."
    )


def _effect(found: Reproduction) -> dict[str, Any]:
    answer = found.answer
    return {
        "rows_equal": answer.rows_equal,
        "rows_compared": answer.rows_compared,
        "rows_other_version": answer.rows_other_version,
        "largest_difference": answer.largest_difference,
        "mapping": answer.mapping,
    }


def _of_another_version(view: View, row: int | None, task: Task) -> str:
    assert view.log is not None
    version = view.log.value("SELECT fw_version FROM {t} WHERE fw_row = ?", [row], task)
    return (
        f" This decision is of version {version} and among those left out: this file does not give "
        "its score."
    )


def _cause(
    found: Reproduction, where: Where, tried: Reproducing | None, *, here: bool, sentence: str
) -> Cause | None:
    """Another model file or rule gave the scores: most of a place, or a part of it told by them.

    A part is one only where changes of the inputs were tried in vain.
    """
    carried, differs = where.carried, found.differs.size
    in_vain = tried is not None and tried.best is None
    part = in_vain and differs >= max(FEWEST, A_PART * where.rows)
    if not differs or (2 * differs < where.rows and not part):
        return None
    return Cause(
        cause="version-or-deployment",
        features=(),
        transform=NOTHING,
        segment=where.segment or None,
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=where.rows,
        rows_changed=int(differs),
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
    covers="every row with a logged score, within the log's own rounding, per model version; "
    "where it differs, some hundred simple changes and the case's other model files",
    does_not_cover="model files that are not in the case, and two changes at once",
    minimum="one row with a logged score and all inputs that the model uses",
    run=run,
    needs=("log", "model"),
    asks=(
        ("model", "Please send the model file that was in production at the time of the decision."),
    ),
    causes=(
        "version-or-deployment",
        "input-columns-swapped",
        "input-missing-or-default",
        "input-unit-or-scale",
        "train-serve-skew",
    ),
    order=0,
)
