"""When did the level of the score, and the share of hard decisions, change; what lines up?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings
from investigators.chart import Curve, Mark, TimeStrip
from investigators.check import Check
from investigators.clock import EPOCH, moment, said
from investigators.evidence import Cause, Finding, NoTransform, Onset
from investigators.numbers import between, count, hours, listed, per_cent, span
from investigators.shift.corroborate import lined_up_releases
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import EARLY_PART, Traffic, traffic_of
from investigators.view import View

Flags = npt.NDArray[np.bool_]
What = Literal["score", "decision"]

ID = "data_assumptions.onset"
FINDINGS = Findings(ID)
MINIMUM = 200
MARGIN = 8.0
POINTS, TIMES = 0.1, 1.5  # change of a share of scores; of decisions, as times and a third of it
UNEXPLAINED = 1 / 3  # of the change is in what this model file gives: more, and inputs explain it
CHANCE = 0.1  # a release that near is not by chance
SHORT = 0.1  # of the log's time: a longer interval is no moment
STEPS = 48
WORDS = {"score": "scores above the early median", "decision": "decisions that hurt"}
NAMES = {"score": "the score", "decision": "the decisions"}


@dataclass(frozen=True, eq=False)
class Series:
    """A condition by row, where it is known, and the same of what this model file gives."""

    what: What
    hits: Flags
    known: Flags
    given: Flags | None


@dataclass(frozen=True)
class Step:
    """A change at a moment, with the rows that carry it."""

    series: Series
    change: ShareChange
    place: Place
    explained: float | None

    @property
    def moved(self) -> float:
        """Change of the share."""
        return self.change.inside - self.change.base


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for the score and one for the decisions."""
    task.tick()
    if view.log is None or view.log.rows < MINIMUM:
        rows = 0 if view.log is None else view.log.rows
        return [_nothing(f"{count(rows)} rows are too few", f"a log of {MINIMUM} rows or more")]
    traffic = traffic_of(view, task)
    if traffic.order is None:
        return [_nothing("the log has no times", "the time of each request")]
    series = _series(view, traffic, task)
    if not series:
        return [_nothing("the log has neither scores nor decisions", "the logged score")]
    return [_one(view, traffic, each, task) for each in series]


def _series(view: View, traffic: Traffic, task: Task) -> list[Series]:
    assert view.log is not None
    assert traffic.order is not None
    score, given, adverse = (np.full(traffic.rows, np.nan) for _ in range(3))
    sql = "SELECT fw_row, fw_score, fw_output, CAST(fw_adverse AS DOUBLE) FROM {t}"
    for batch in view.log.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for k, array in enumerate((score, given, adverse), start=1):
            array[rows] = batch.column(k).to_numpy(zero_copy_only=False)
    early = traffic.order[: traffic.rows // EARLY_PART]
    found = []
    if _enough(score[early]):
        line = float(np.nanmedian(score[early]))
        told = None
        if _enough(given[early]):
            told = given > float(np.nanmedian(given[early]))
        found.append(Series("score", score > line, np.isfinite(score), told))
    if _enough(adverse[early]):
        found.append(Series("decision", adverse > 0, np.isfinite(adverse), None))
    return found


def _enough(values: npt.NDArray[np.float64]) -> bool:
    return int(np.isfinite(values).sum()) >= MINIMUM // EARLY_PART


def _one(view: View, traffic: Traffic, series: Series, task: Task) -> Finding:
    step = _step(view, traffic, series, task)
    n, name = int(series.known.sum()), NAMES[series.what]
    if step is None:
        words = f"No moment is found at which {name} changed by more than it usually moves."
        return FINDINGS.on(series.what, "speaks against", words, n)
    words = _sentence(step)
    more: dict[str, Any] = {"effect": _effect(step), "charts": (_picture(traffic, step),)}
    if series.what == "decision":
        words += " By itself this is no cause: inputs, score or rule may have changed."
        return FINDINGS.on("decision", "speaks against", words, n, **more)
    if step.explained is not None and step.explained > UNEXPLAINED:
        words += (
            f" This model file gives {per_cent(min(step.explained, 1.0))} of that change for the "
            "logged inputs: what was asked for changed, not the model."
        )
        return FINDINGS.on("score", "speaks against", words, n, **more)
    near = _near(view, traffic, step)
    if step.explained is None or not near:
        why = "nothing that was released then is known"
        need = "the list of releases with their times"
        if step.explained is None:
            why, need = "without the model the inputs may explain it", "the model file"
        words += f" What changed it cannot be told: {why}."
        return FINDINGS.on("score", "cannot tell", words, n, would_need=need, **more)
    return _supported(step, words, near, n, more)


def _step(view: View, traffic: Traffic, series: Series, task: Task) -> Step | None:
    """The clearest change of a share at a moment, in all rows."""
    assert traffic.order is not None
    early = traffic.order[: traffic.rows // EARLY_PART]
    base = (int(series.hits[early].sum()), int(series.known[early].sum()))
    alone = replace(traffic, segments=(), calendar=())
    tried = [
        share_change(alone, series.hits, series.known, base, task, more=m) for m in (True, False)
    ]
    found = max((c for c in tried if c), key=lambda c: c.carried.score, default=None)
    if found is None or found.carried.score < found.carried.looks + MARGIN:
        return None
    place = place_of(view, alone, found.carried, "true", task)
    if place.onset is None or not _apart(series.what, found):
        return None
    explained = None
    if series.given is not None:
        claimed = found.carried.claimed
        moved = float(series.given[claimed].mean() - series.given[early].mean())
        explained = max(moved / (found.inside - found.base), 0.0)
    return Step(series, found, place, explained)


def _apart(what: What, change: ShareChange) -> bool:
    """Whether the effect is large enough to speak of."""
    moved = abs(change.inside - change.base)
    if what == "score":
        return moved >= POINTS
    low, high = sorted((change.inside, change.base))
    return high >= TIMES * low and moved >= POINTS / 3


def _sentence(step: Step) -> str:
    change, place = step.change, step.place
    since = "" if place.onset is None else between(place.onset.earliest, place.onset.latest)
    until = ""
    if place.end is not None:
        until = f", until {between(place.end.earliest, place.end.latest)}"
    return (
        f"Since {since}{until}, {per_cent(change.inside)} of {count(change.n)} are "
        f"{WORDS[step.series.what]}; in the first quarter of the log {per_cent(change.base)}."
    )


def _near(view: View, traffic: Traffic, step: Step) -> list[str]:
    """What lines up with the onset and hardly by chance: a release, a version's first row."""
    onset = step.place.onset
    assert onset is not None
    length = _length(traffic)
    if onset.latest is None or _hours(onset) > SHORT * length:
        return []
    window = 3 * max(_hours(onset), 1.0)  # the interval, and as much on either side
    found = []
    releases = lined_up_releases(view, _cause(step, ""))
    if releases and view.releases is not None:
        chance = 1 - (1 - min(window / length, 1.0)) ** max(view.releases.rows, 1)
        if chance <= CHANCE:
            told = f"(one of {count(view.releases.rows)}: so near by chance in {per_cent(chance)})"
            found += [f"{words} {told}" for words in releases]
    return found + _versions(view, onset, window, length)


def _versions(view: View, onset: Onset, window: float, length: float) -> list[str]:
    """Versions of the model whose first row lies in the interval, widened by as much."""
    assert view.log is not None
    assert onset.latest is not None
    chance = min(window / length, 1.0)
    if chance > CHANCE:
        return []
    latest = moment(onset.latest)
    earliest = moment(onset.earliest) if onset.earliest else latest
    slack = max(latest - earliest, timedelta(hours=1))
    found = view.log.query(
        "SELECT v, t FROM (SELECT fw_version AS v, min(fw_time) AS t, count(*) AS n FROM {t} "
        "WHERE fw_version IS NOT NULL GROUP BY v) "
        "WHERE t BETWEEN ? AND ? ORDER BY n DESC, v LIMIT 2",
        [earliest - slack, latest + slack],
    )
    zone = "Z" if onset.latest.endswith("Z") else ""
    return [
        f"first row of version {v} at {said(t.isoformat() + zone)} (so near by chance in "
        f"{per_cent(chance)})"
        for v, t in zip(*(c.to_pylist() for c in found.columns), strict=True)
    ]


def _hours(onset: Onset) -> float:
    if onset.earliest is None or onset.latest is None:
        return 0.0
    return hours(onset.earliest, onset.latest)


def _length(traffic: Traffic) -> float:
    """Length of the log in hours."""
    assert traffic.moments is not None
    known = traffic.moments[traffic.moments != np.iinfo(np.int64).min]
    return max(float(known.max() - known.min()) / 3.6e9, 1e-9)


def _cause(step: Step, words: str) -> Cause:
    place = step.place
    return Cause(
        cause="version-or-deployment",
        features=(),
        transform=NoTransform(),  # what other model gave these scores is not known
        segment=None,
        onset=place.onset,
        onset_known=place.onset_known,
        end=place.end,
        ongoing=place.ongoing,
        rows_in_scope=place.rows_in_scope,
        rows_changed=0,
        concerns_decision=place.concerns_decision,
        statement=words,
    )


def _supported(
    step: Step, words: str, near: Sequence[str], n: int, more: dict[str, Any]
) -> Finding:
    words += (
        " For the logged inputs this model file gives no such change; what lines up with it: "
        f"{listed(list(near))}."
    )
    cause = replace(_cause(step, words), corroborations=tuple(near))
    return FINDINGS.on("score", "supports", words, n, cause=cause, **more)


def _effect(step: Step) -> dict[str, Any]:
    change = step.change
    explained = step.explained
    return {
        "share_since": round(change.inside, 4),
        "share_early": round(change.base, 4),
        "part_that_this_model_gives": None if explained is None else round(explained, 3),
        "gain": round(change.carried.gain, 1),
        "score": round(change.carried.score, 1),
        "log_of_looks": round(change.carried.looks, 1),
    }


def _picture(traffic: Traffic, step: Step) -> TimeStrip:
    """The share over time, and of what this model file gives."""
    moments = traffic.moments
    assert moments is not None
    dated = moments != np.iinfo(np.int64).min
    first, last = int(moments[dated].min()), int(moments[dated].max())
    width = max(1, -(-(last - first + 1) // STEPS))

    def curve(words: str, hits: Flags, kind: str, *, dashed: bool) -> Curve:
        at = np.flatnonzero(dated & step.series.known)
        block = (moments[at] - first) // width
        n = np.bincount(block, minlength=STEPS)
        k = np.bincount(block, weights=hits[at], minlength=STEPS)
        held = np.flatnonzero(n)
        x = tuple((first + (float(b) + 0.5) * width) / 1e6 for b in held)
        return Curve(
            words, x, tuple(round(100 * float(k[b] / n[b]), 3) for b in held), kind, dashed
        )

    curves = [curve("logged", step.series.hits, "live", dashed=True)]
    if step.series.given is not None:
        words = "this model file, for the logged inputs"
        curves.append(curve(words, step.series.given, "training", dashed=False))
    onset, marks = step.place.onset, []
    if onset is not None and onset.latest is not None:
        at = (moment(onset.latest) - EPOCH.replace(tzinfo=None)).total_seconds()
        marks.append(Mark("changes", at, kind="decision"))
    title = f"Share of {WORDS[step.series.what]}"
    description = (
        f"{title}: {per_cent(step.change.base)} in the first quarter of the log, "
        f"{per_cent(step.change.inside)} since the change."
    )
    zone = "UTC" if traffic.zone_known else "local time"
    strip = f"share per {STEPS}th of {span(_length(traffic))} · {count(step.change.n)} rows since"
    return TimeStrip(title, tuple(curves), "% of rows", zone, tuple(marks), strip, description)


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"A change of the score in time cannot be looked for: {reason}.", need)


CHECK = Check(
    family="data_assumptions",
    name="onset",
    suspicion="The level of the score changed at a moment, by another model and not by its inputs.",
    covers=(
        "the share of scores above the log's early median, and of decisions that hurt, over all "
        "rows: one change with its interval, held against what this model file gives for the same "
        "inputs, and lined up with releases and first rows of versions"
    ),
    does_not_cover=(
        "changes in one segment that all rows together do not show; changes of less than ten "
        "points; slow drifts; which model or rule came instead"
    ),
    minimum=f"{MINIMUM} rows with times and scores",
    run=run,
    needs=("log",),
    causes=("version-or-deployment",),
    order=34,
)
