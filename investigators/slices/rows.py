"""Each row as a search for groups sees it: is its decision wrong, and how likely was that.

A row is compared with other rows of the same score and decision: "wrong more often" means wrong
more often than those.  A group of borderline cases is wrong more often by its nature, and a score
that is off for everybody is no group's fault; neither counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import isotonic_regression

from investigators.groups import Arena, Groups, adverse_sql, arena, directed, finite, prediction_sql
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
# errors: of outcomes that are values; scores: where neither outcomes nor decisions are known
Measure = Literal["wrong", "adverse", "error", "score"]
# wrong (or adverse) ones among all decisions, adverse ones, others; more or fewer positive outcomes
# than the scores say (measure "adverse": fewer adverse decisions; "error": larger errors, outcomes
# above and below the prediction; "score": higher and lower scores)
Side = Literal["any", "adverse", "other", "more", "fewer"]

BINS = 40  # of a decision's scores, each of
BIN_ROWS = 100
FEW_BINS = 4
FEWEST_SUBJECTS = 5
FEW_IN = 20


@dataclass(frozen=True, eq=False)
class Marked:
    """The rows that a search looks at; all arrays have the shape (rows looked at,).

    ``rows`` are row numbers, ``marked`` are wrong (or adverse) ones, ``adverse`` the decisions,
    ``subjects`` numbers from 0 on that are equal for rows of one subject, ``searching`` the half
    that is searched.  ``score`` orders them, ``predicted`` is the probability, NaN where unknown.
    ``place`` says which rows they are.  ``errors`` (measure "error") are outcome - prediction.
    """

    measure: Measure
    rows: Ints
    marked: Bools
    adverse: Bools
    score: Floats
    predicted: Floats
    subjects: npt.NDArray[np.int32]
    searching: Bools
    place: Arena | None
    no_outcomes: str = ""
    high_is_adverse: bool = True
    errors: Floats = field(default_factory=lambda: np.empty(0))

    def half(self, *, searching: bool) -> Marked:
        """The searched half, or the other one."""
        return self.only(self.searching if searching else ~self.searching)

    @cached_property
    def halves(self) -> tuple[Marked, Marked]:
        """Both halves, the searched one first; for whoever asks for them again and again."""
        return self.half(searching=True), self.half(searching=False)

    @property
    def sides(self) -> tuple[Side, ...]:
        """What a search looks at.

        Wrong decisions of one kind show on one side of the rule only; a score that is too low or
        too high shows on both, as outcomes that are more or fewer.
        """
        if self.measure in {"adverse", "score"}:
            return ("any", "fewer")
        if self.measure == "error":
            return ("any", "more", "fewer")
        if 0 < self.adverse.sum() < len(self.adverse):
            return ("any", "adverse", "other", *(("more", "fewer") if self.scored else ()))
        if not self.scored:
            return ("any",)
        # of decisions of one kind, wrong ones are what one of the two directions counts
        return ("any", "more" if self.turned.all() else "fewer")

    @property
    def turned(self) -> Bools:
        """Rows whose outcome is positive where they are not marked."""
        if self.measure == "adverse":
            return np.zeros(len(self.rows), dtype=np.bool_)
        found: Bools = self.adverse if self.high_is_adverse else ~self.adverse
        return found

    def only(self, chosen: Bools) -> Marked:
        """The chosen rows."""
        return replace(
            self,
            rows=self.rows[chosen],
            marked=self.marked[chosen],
            adverse=self.adverse[chosen],
            score=self.score[chosen],
            predicted=self.predicted[chosen],
            subjects=self.subjects[chosen],
            searching=self.searching[chosen],
            errors=self.errors[chosen] if len(self.errors) else self.errors,
        )

    @property
    def bad(self) -> Bools:
        """Outcomes that the adverse decision guards against (measure "wrong")."""
        found: Bools = self.adverse != self.marked
        return found

    @property
    def scored(self) -> bool:
        """Whether rows are compared with rows of the same score."""
        return self.measure in {"wrong", "error"} and bool(np.isfinite(self.score).any())

    def expected(self) -> Floats:
        """Each row's chance of being marked: the share among rows of its score and decision."""
        found = np.full(len(self.rows), self.marked.mean() if len(self.rows) else 0.0)
        if self.measure != "wrong":
            return found
        for side in (False, True):
            mine = self.adverse == side
            if mine.any():
                # wrong adverse decisions are fewer the farther the score is on their side
                rising = side != self.high_is_adverse
                found[mine] = _by_score(self.score[mine], self.marked[mine], rising=rising)
        return found


def subjects_tail(subjects: npt.NDArray[np.int32], off: Floats, marked: Bools) -> float:
    """One-sided p of a positive sum of ``off`` with the subjects as its independent pieces.

    0 where every row has a subject of its own (the exact test tells then); 1 where the marked rows
    are of fewer than ``FEWEST_SUBJECTS``.  (Liang, Zeger, Biometrika 73 (1986) 13.)
    """
    numbers = int(subjects.max()) + 1 if subjects.size else 0
    if numbers > FEW_IN * len(subjects):  # a small group: its own subjects are sorted sooner
        own, found = np.unique(subjects, return_inverse=True)
        subjects, numbers = found.astype(np.int32), len(own)
    rows = np.bincount(subjects, minlength=numbers)
    whole = np.count_nonzero(rows)
    if whole == len(subjects):
        return 0.0
    sums = np.bincount(subjects, weights=off)[rows > 0]
    spread = float((sums**2).sum())
    if np.count_nonzero(np.bincount(subjects[marked])) < FEWEST_SUBJECTS or spread <= 0:
        return 1.0
    return float(stats.t.sf(sums.sum() / spread**0.5, whole - 1))


def _by_score(score: Floats, marked: Bools, *, rising: bool) -> Floats:
    """Share marked in bins of about equally many scores (one bin for the rows without one).

    Too few for bins: the likeliest share that only rises, or falls, with the score (Ayer and
    others, Annals of Mathematical Statistics 26 (1955) 641); one bin would take scores far apart
    for alike.
    """
    known = np.isfinite(score)
    if 0 < known.sum() < FEW_BINS * BIN_ROWS:
        found = np.full(len(score), marked[~known].mean() if not known.all() else 0.0)
        _, place, rows = np.unique(score[known], return_inverse=True, return_counts=True)
        share = np.bincount(place, weights=marked[known]) / rows
        found[known] = isotonic_regression(share, weights=rows, increasing=rising).x[place]
        return found
    bins = score_bins(score)
    rows = np.bincount(bins)
    share = np.bincount(bins, weights=marked) / np.maximum(rows, 1)
    binned: Floats = share[bins]
    return binned


def score_bins(score: Floats) -> Ints:
    """Bins of about equally many scores, from 1 on; 0 for the rows without one."""
    known = np.isfinite(score)
    bins = np.zeros(len(score), dtype=np.int64)
    count = min(BINS, int(known.sum()) // BIN_ROWS)
    if count > 1:
        edges = np.unique(np.quantile(score[known], np.arange(1, count) / count))
        bins[known] = np.searchsorted(edges, score[known], side="right") + 1
    else:
        bins[known] = 1
    return bins


def marked_rows(view: View, log: Table, task: Task, *, undecided: bool = False) -> Marked:
    """Fetch them: wrong decisions where outcomes compare like with like, else adverse ones.

    ``undecided``: also rows without a decision (their outcomes can be compared with scores).
    """
    parts = _parts(view, log, task)
    rows, adverse, outcome = parts["row"], parts["adverse"], parts["outcome"]
    groups, cell_of = _cells(view, adverse, outcome, parts["live"], parts["score"])
    place = arena(groups)
    decided = (adverse >= 0) | undecided
    within, measure, why = decided, "adverse", ""
    marked = adverse == 1
    if place is not None:
        bad = 1 if groups.high_is_adverse else 0
        within = place.cells[cell_of] & decided & (outcome >= 0)
        measure, marked = "wrong", (adverse == 1) != (outcome == bad)
    else:
        why = "no row has an outcome"
        if (outcome >= 0).any():
            why = "fewer than 100 rows that compare like with like have an outcome"
    every = Marked(
        "wrong" if measure == "wrong" else "adverse",
        rows, marked, adverse == 1, parts["score"], parts["predicted"], parts["subject"],
        parts["searching"], place, why, high_is_adverse=groups.high_is_adverse,
    )  # fmt: skip
    return every.only(within)


def searched_half(view: View, log: Table, task: Task) -> Bools:
    """Which rows are of the half of the subjects that is searched, shape (rows,)."""
    found: Bools = _parts(view, log, task)["searching"].astype(np.bool_)
    return found


def _parts(view: View, log: Table, task: Task) -> dict[str, npt.NDArray[Any]]:
    sql = judging(view)
    return log.engine.once(("judged rows", log.relation, sql), lambda: fetched(log, sql, task))


def judging(view: View) -> str:
    """SQL of what judges a row: decision, outcome, score and subject."""
    outcome = finite("l.fw_outcome")
    predicted = prediction_sql(view, regression=False)
    return (
        "SELECT fw_row AS row, "
        f"coalesce(({adverse_sql(view)})::INTEGER, -1)::TINYINT AS adverse, "
        f"(CASE WHEN {outcome} IN (0, 1) THEN {outcome} ELSE -1 END)::TINYINT AS outcome, "
        "coalesce(l.fw_live_test, false)::TINYINT AS live, "
        "md5_number_lower(coalesce(l.fw_subject, l.fw_id, l.fw_row::VARCHAR))::UBIGINT AS subject, "
        f"coalesce({predicted}, {finite('l.fw_score')})::DOUBLE AS score, "
        f"({predicted})::DOUBLE AS predicted FROM {{t}} AS l"
    )


def fetched(log: Table, sql: str, task: Task) -> dict[str, npt.NDArray[Any]]:
    """Fetch it in file order; subjects by number, and which half of them is searched."""
    kept: dict[str, list[npt.NDArray[Any]]] = {}
    for batch in log.batches(sql, task=task):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            kept.setdefault(name, []).append(column.to_numpy(zero_copy_only=False))
    if not kept:
        names = (
            "row", "adverse", "outcome", "live", "subject", "searching", "score", "predicted",
            "error",
        )  # fmt: skip
        return {name: np.empty(0, dtype=np.int64) for name in names}
    parts = {name: np.concatenate(pieces) for name, pieces in kept.items()}
    if (parts["row"][1:] < parts["row"][:-1]).any():
        order = np.argsort(parts["row"], kind="stable")
        parts = {name: array[order] for name, array in parts.items()}
    hashes = parts["subject"]
    _, numbers = np.unique(hashes, return_inverse=True)
    return parts | {"subject": numbers.astype(np.int32), "searching": hashes % 2 == 1}


def _cells(
    view: View, adverse: Ints, outcome: Ints, live: Ints, score: Floats
) -> tuple[Groups, Ints]:
    """Count the rows by arm, decision and outcome, for the choice of what compares like with like.

    Returns the cells and each row's cell.
    """
    code = (live * 9 + (adverse + 1) * 3 + outcome + 1).astype(np.int64)
    n = np.bincount(code, minlength=18).astype(np.float64)
    known = np.isfinite(score)
    scored = np.bincount(code[known], minlength=18).astype(np.float64)
    predicted = np.bincount(code[known], weights=score[known], minlength=18)
    cells, zeros = np.arange(18), np.zeros(18)
    groups = Groups(
        conditions=(),
        mask=np.zeros(18, dtype=np.int64),
        half=np.zeros(18, dtype=np.bool_),
        live=cells >= 9,
        adverse=cells % 9 // 3 - 1,
        outcome=cells % 3 - 1,
        rows=n,
        scored=scored,
        predicted=predicted,
        errors=zeros,
        squares=zeros,
        sizes=zeros,
        regression=False,
    )
    return directed(view, groups), code
