"""Outcomes beside scores, row by row, and the words that every look at them shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.chart import Dot, Dots
from investigators.evidence import Cause, Finding, NoTransform, Verdict
from investigators.groups import finite, prediction_sql
from investigators.numbers import between, count
from investigators.roc import areas
from investigators.statistics import wilson
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.traffic.place import Place
from investigators.traffic.rows import Traffic, traffic_of
from investigators.view import View

ID = "data_assumptions.label"
MINIMUM = 200  # rows with an outcome
FEWEST = 30  # of a class, a label or a part
LOOKS = 8.0  # nats beyond the price of the search
SURE = 0.99
LARGEST = 40_000  # rows of an area
SELECTED = 0.05  # of the best known label's share
ASK = (
    "Please send the outcomes of these decisions: one row a decision with the log's id, what came "
    "of it, and the day on which that became known; also of refused ones that were reviewed."
)
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Label:
    """Requests with one decision, and how many have an outcome."""

    words: str
    rows: int
    known: int


@dataclass(frozen=True, eq=False)
class Ground:
    """The log's outcomes, arrays by row number.

    ``outcome`` is NaN where unknown; ``due`` marks rows whose decision has outcomes at all;
    ``directed`` is whether a higher score is known to mean the positive outcome.
    """

    view: View
    traffic: Traffic
    labels: tuple[Label, ...]
    outcome: Floats
    score: Floats
    due: Flags
    directed: bool
    regression: bool

    @property
    def known(self) -> Flags:
        """Which rows have an outcome."""
        found: Flags = np.isfinite(self.outcome)
        return found

    @property
    def selective(self) -> bool:
        """Whether outcomes exist for one decision only, nearly."""
        shares = [n.known / n.rows for n in self.labels if n.rows >= FEWEST]
        return len(shares) > 1 and min(shares) <= SELECTED * max(shares)


@dataclass(frozen=True)
class Area:
    """Area under the curve with its 99 % interval, of ``n`` rows."""

    at: float
    low: float
    high: float
    n: int

    def turned(self) -> Area:
        """The area of the turned score."""
        return Area(1 - self.at, 1 - self.high, 1 - self.low, self.n)

    def dot(self, words: str, *, own: bool = False) -> Dot:
        """One line of a picture."""
        return Dot(words, round(self.at, 4), round(self.low, 4), round(self.high, 4), self.n, own)


def outcome_sql(*, regression: bool) -> str:
    """The outcome of a row of ``l`` as SQL: a value, or 0 and 1 and nothing else."""
    known = finite("l.fw_outcome")
    return known if regression else f"(CASE WHEN {known} IN (0, 1) THEN {known} END)"


def ground_of(view: View, log: Table, task: Task, *, regression: bool) -> Ground:
    """Fetch outcomes and scores of the log, and count outcomes by decision."""
    outcome = outcome_sql(regression=regression)
    lines = log.query(
        f"SELECT l.fw_decision AS d, count(*), count({outcome}) FROM {{t}} AS l GROUP BY d "
        "ORDER BY count(*) DESC, d NULLS LAST LIMIT 20",
        task=task,
    ).to_pylist()
    labels = tuple(Label(d or "no decision", *n) for d, *n in (line.values() for line in lines))
    best = max((n.known / n.rows for n in labels if n.rows >= FEWEST), default=0.0)
    none = [
        d["d"] for d, n in zip(lines, labels, strict=True) if n.known <= SELECTED * best * n.rows
    ]
    listed = ", ".join(literal(d) for d in none if d is not None)
    due = f"coalesce(l.fw_decision NOT IN ({listed}), {None not in none})" if listed else "true"
    y, p, s = (np.full(log.rows, np.nan) for _ in range(3))
    wanted = np.ones(log.rows, dtype=np.bool_)
    sql = (
        f"SELECT l.fw_row, {outcome}::DOUBLE AS a, ({prediction_sql(view, regression=regression)})"
        f"::DOUBLE AS b, {finite('l.fw_score')}::DOUBLE AS c, {due} AS e FROM {{t}} AS l"
    )
    for batch in log.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        for k, array in enumerate((y, p, s, wanted), start=1):
            array[rows] = batch.column(k).to_numpy(zero_copy_only=False)
    known = np.isfinite(y)
    directed = bool(known.any() and np.isfinite(p[known]).mean() >= 0.9)
    score = p if directed else s
    return Ground(view, traffic_of(view, task), labels, y, score, wanted, directed, regression)


def arm_with_scores_of(ground: Ground, labels: Sequence[str], task: Task) -> tuple[int, int]:
    """Requests of the live test whose scores are those of some decisions; how many are known.

    They carry the label that the arm gave them, so that only the score tells: it lies between the
    5 and the 95 % quantile of the scores that got these decisions outside the arm.
    """
    log = ground.view.log
    assert log is not None
    outcome, arm = outcome_sql(regression=ground.regression), "coalesce(l.fw_live_test, false)"
    of = ", ".join(literal(label) for label in labels)
    low, high = (
        f"(SELECT quantile_cont(fw_score, {q}) FROM {{t}} AS l WHERE NOT {arm} "
        f"AND coalesce(l.fw_decision, 'no decision') IN ({of}))"
        for q in (0.05, 0.95)
    )
    found = log.query(
        f"SELECT count(*), count({outcome}) FROM {{t}} AS l "
        f"WHERE {arm} AND l.fw_score BETWEEN {low} AND {high}",
        task=task,
    )
    rows, known = (int(column[0].as_py()) for column in found.columns)
    return rows, known


def area_of(score: Floats, positive: Flags) -> Area | None:
    """Area over at most ``LARGEST`` rows, evenly drawn; ``None`` with too few of a class."""
    step = -(-score.size // LARGEST) if score.size else 1
    s, y = score[::step], positive[::step]
    if min(int(y.sum()), int((~y).sum())) < FEWEST // 3:
        return None
    found = areas(s, s, y, SURE)
    return Area(found.before, *found.before_interval, int(s.size))


def since(place: Place) -> str:
    """Say from when to when, behind a comma."""
    words = ""
    if place.onset is not None:
        words = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        words += f", until {between(place.end.earliest, place.end.latest)}"
    return words


def dots_of(title: str, dots: tuple[Dot, ...], unit: str, rest: float | None) -> Dots:
    """Areas (``rest`` is one half) or shares in per cent as a picture."""
    n = " and ".join(count(d.n) for d in dots)
    strip = f"{'99 % intervals (DeLong)' if rest else '95 % intervals (Wilson)'} · {n} rows"
    words = f"{title.removesuffix('?')}: {unit} with intervals, line by line."
    return Dots(title, dots, unit, rest, strip, words, rest_name="no better than chance")


def cause_at(
    place: Place, features: tuple[str, ...], statement: str, signs: tuple[str, ...] = ()
) -> Cause:
    """Say a place as a cause; nothing can be undone in the inputs."""
    return Cause(
        "label-or-target", features, NoTransform(), place.segment, place.onset, place.onset_known,
        place.end, place.ongoing, place.rows_in_scope, place.rows_changed, place.concerns_decision,
        corroborations=signs, statement=statement,
    )  # fmt: skip


def share_dot(words: str, k: float, n: float, *, own: bool = False) -> Dot:
    """A share in per cent with its 95 % interval (Wilson) as a line of a picture."""
    at, low, high = (round(100 * x, 3) for x in (k / max(n, 1), *wilson(k, n)))
    return Dot(words, at, low, high, int(n), own)


def answer(name: str, verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    """Give one finding of this check; ``name`` tells its looks apart."""
    cause = more.get("cause")
    return Finding(
        id=f"{ID}/{name}" if name else ID,
        check=ID,
        family="data_assumptions",
        verdict=verdict,
        about=more.pop("about", ()),
        sentence=sentence,
        n=n,
        concerns_decision=bool(cause and cause.concerns_decision),
        **more,
    )
