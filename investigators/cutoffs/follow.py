"""How the logged decision follows the logged score: the usual cut points, and who departs from it.

A log in which a rule on the score decides has no request that got another label.  Each one that has
is a record of something that came after the model; where they lie, and at which scores, tells what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import lgamma, log

import numpy as np
import numpy.typing as npt

from investigators.case import Brief, Rule
from investigators.cutoffs.due import clause_sql, due_sql, stage_sql
from investigators.documented import Documented, Stage
from investigators.roles.precision import written_decimals
from investigators.roles.rule import Cut, cut_of, decision_rule
from investigators.tables.table import literal
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
FIT_AT_MOST = 500_000
MOST_LABELS = 12
TWO = 0.9  # of the rows have one of the two labels that a cut is fitted to
MARGIN = 8.0  # nats beyond the looks
STRAY = 0.05  # rows on the wrong side of a cut point, as a share of those between it and the usual


NOTHING = Documented()


@dataclass(frozen=True)
class Usual:
    """The rule that most requests follow, or the given one.

    ``labels`` has one more entry than ``cuts`` (ascending), the label below the first cut first.
    ``slack`` is half a step of the written score: nearer to a cut a row is not judged.
    """

    cuts: tuple[float, ...]
    labels: tuple[str, ...]
    given: bool
    slack: float = 0.0
    documented: Documented = NOTHING
    zone: str | None = None
    timed: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """All labels that may be due: the rule's, then those of other days and exceptions."""
        stages = [label for stage in self.documented.stages for label in stage.labels]
        clauses = [clause.label for clause in self.documented.clauses]
        return tuple(dict.fromkeys((*self.labels, *stages, *clauses)))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The rules by time: this one alone where nothing else is documented."""
        return self.documented.stages or (Stage(self.cuts, self.labels),)

    @property
    def judged(self) -> str:
        """SQL: whether the rule says what label this row gets."""
        cuts = dict.fromkeys(c for stage in self.stages for c in stage.cuts)
        near = " OR ".join(f"abs(fw_score - {c!r}) <= {self.slack!r}" for c in cuts)
        apart = f" AND NOT ({near})" if self.slack else ""
        known = f" AND ({self.due}) IS NOT NULL" if self.documented.stages else ""
        return f"({DECIDED}{apart}{known})"

    @property
    def due(self) -> str:
        """SQL: the index into ``named`` of the label that is due; NULL: no rule is in force."""
        if self.documented.stages:
            return due_sql(self.documented, self.named, self.zone, timed=self.timed)
        return " + ".join(f"CAST(fw_score >= {c!r} AS INTEGER)" for c in self.cuts)

    @property
    def stage(self) -> str:
        """SQL: the index into ``stages`` of the rule in force."""
        return stage_sql(Documented(self.stages), self.zone, timed=self.timed)

    @property
    def clause(self) -> str:
        """SQL: the index of the exception a row falls under; -1: none."""
        return clause_sql(self.documented, self.zone, timed=self.timed)

    def eligible(self, label: str) -> str:
        """SQL, never NULL: judged rows that the rule gives another label."""
        other = f" AND ({self.due}) <> {self.named.index(label)}" if label in self.named else ""
        return f"coalesce({self.judged}{other}, false)"

    def hits(self, label: str) -> str:
        """SQL, never NULL: rows that got this label though the rule gives another."""
        return f"({self.eligible(label)} AND fw_decision = {literal(label)})"


DECIDED = "(fw_decision IS NOT NULL AND isfinite(fw_score) AND NOT coalesce(fw_live_test, false))"


@dataclass(frozen=True, eq=False)
class Judged:
    """Judged rows by row number: scores, the ruled label and the one they got, shape (n,).

    ``ruled`` and ``got`` index ``labels``: the rule's own, then those that only the log has.
    ``stage`` is the rule in force (-1: none), ``clause`` the exception that a row is under.
    """

    labels: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    scores: Floats
    ruled: npt.NDArray[np.int8]
    got: npt.NDArray[np.int8]
    stage: npt.NDArray[np.int8]
    clause: npt.NDArray[np.int16]

    def eligible(self, label: int) -> Flags:
        """Rows that the rule gives another label."""
        found: Flags = self.ruled != label
        return found

    def hits(self, label: int) -> Flags:
        """Rows that got the label though the rule gives another."""
        found: Flags = (self.ruled != label) & (self.got == label)
        return found

    @property
    def follows(self) -> Flags:
        """Rows that got what the rule gives."""
        found: Flags = self.ruled == self.got
        return found


def usual_rule(view: View, task: Task) -> Usual | None:
    """Return the rule of the case, else the one cut that explains most of the log.

    ``None`` when no label belongs to scores: fewer than two labels, or more than two and no rule.
    """
    assert view.log is not None
    rule = view.rule
    step = max(1, -(-view.log.rows // FIT_AT_MOST))
    found = view.log.query(
        f"SELECT fw_score, fw_decision FROM {{t}} WHERE {DECIDED} AND fw_row % {step} = 0 "
        "ORDER BY fw_row",
        task=task,
    )
    scores = found.column(0).to_numpy(zero_copy_only=False).astype(np.float64)
    decimals = view.case.scale.decimals if view.case.scale is not None else None
    name = view.column("log.score")
    if decimals is None and name is not None and (column := view.log.column(name)):
        decimals = written_decimals(scores, column.decimals)
    slack = 0.0 if decimals is None else 0.5 * 10.0**-decimals
    labels = found.column(1).to_pylist()
    if rule is None or not rule.cuts or len(rule.labels) != len(rule.cuts) + 1:
        fitted = _inferred(scores, labels, decimals) or _fitted(scores, labels, decimals)
        return None if fitted is None else replace(fitted, slack=slack)
    given = rule.source in ("given", "policy")
    timed = "log.time" in view.columns
    documented = rule.documented or NOTHING
    return Usual(rule.cuts, rule.labels, given, slack, documented, view.case.zone, timed)


def _inferred(scores: Floats, labels: Sequence[str], decimals: int | None) -> Usual | None:
    rule: Rule = decision_rule(scores, labels, Brief(), decimals=decimals)[0]
    return Usual(rule.cuts, rule.labels, given=False) if rule.cuts else None


def _fitted(scores: Floats, labels: Sequence[str], decimals: int | None) -> Usual | None:
    """One cut between the two commonest labels, however many rows it leaves unexplained."""
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    two = sorted(counts, key=lambda each: (-counts[each], each))[:2]
    if len(two) < 2 or sum(counts[each] for each in two) < TWO * len(labels):
        return None
    named = np.array([two.index(each) if each in two else -1 for each in labels])
    kept, above = scores[named >= 0], named[named >= 0] == 1
    if kept[above].mean() < kept[~above].mean():
        above, two = ~above, two[::-1]
    cut = cut_of(kept, above, decimals)
    return Usual((cut.value,), (two[0], two[1]), given=False)


def judged_rows(view: View, usual: Usual, task: Task) -> Judged:
    """Fetch what the rule says and what the log has; labels beyond the twelfth are one."""
    assert view.log is not None
    counted = view.log.query(
        f"SELECT fw_decision AS label, count(*) AS n FROM {{t}} WHERE {DECIDED} GROUP BY 1 "
        f"ORDER BY n DESC, label LIMIT {MOST_LABELS}",
        task=task,
    )
    own = [label for label in counted.column(0).to_pylist() if label not in usual.named]
    labels = (*usual.named, *own)
    cases = " ".join(
        f"WHEN fw_decision = {literal(label)} THEN {k}" for k, label in enumerate(labels)
    )
    sql = (
        f"SELECT fw_row, fw_score, ({usual.due})::TINYINT AS ruled, "
        f"(CASE {cases} ELSE {len(labels)} END)::TINYINT AS got, {usual.stage}::TINYINT AS stage, "
        f"{usual.clause}::SMALLINT AS clause FROM {{t}} WHERE {usual.judged}"
    )
    parts: list[list[npt.NDArray[np.generic]]] = [[] for _ in range(6)]
    for batch in view.log.batches(sql, task=task):
        task.tick()
        for k, part in enumerate(parts):
            part.append(batch.column(k).to_numpy(zero_copy_only=False))
    kinds = (np.int64, np.float64, np.int8, np.int8, np.int8, np.int16)
    rows, scores, ruled, got, stage, clause = (
        np.concatenate([np.zeros(0, kind), *part]).astype(kind)
        for kind, part in zip(kinds, parts, strict=True)
    )
    order = np.argsort(rows, kind="stable")
    return Judged(labels, rows[order], scores[order], ruled[order], got[order], stage[order],
                  clause[order])  # fmt: skip


@dataclass(frozen=True)
class Effective:
    """The cut point that some rows follow.

    ``cut`` with its interval, ``between`` rows from the usual cut to it, ``kept`` rows of the same
    ruled label beyond it that kept that label, ``wrong`` rows that follow neither.
    """

    cut: Cut
    usual: float
    between: int
    kept: int
    wrong: int

    def sure(self, margin: float) -> bool:
        """Whether a cut point, not a share at random, parts the rows: ``margin`` nats of chance."""
        found, n = self.between, self.between + self.kept
        if not self.kept or self.wrong > STRAY * found or found < 1:
            return False
        chance = lgamma(n + 1) - lgamma(self.kept + 1) - lgamma(found + 1)
        return chance - self.wrong * log(n + 1) >= margin


def effective_cut(
    usual: Usual, judged: Judged, label: int, inside: Flags, decimals: int | None
) -> Effective | None:
    """Fit the cut point of the rows ``inside`` at the boundary where ``label`` begins or ends."""
    hits = judged.hits(label) & inside
    free = inside & (judged.clause < 0)  # an exception decides whatever the score
    if not (hits & free).any():
        return None
    most = int(np.bincount(judged.stage[hits & free] + 1).argmax()) - 1
    stage = usual.stages[most]
    inside = free & (judged.stage == most)
    hits &= inside
    named = [judged.labels.index(each) for each in stage.labels]
    ruled = int(np.bincount(judged.ruled[hits]).argmax())  # nearly all come from one band
    if label not in named or ruled not in named:
        return None
    own, due = named.index(label), named.index(ruled)
    lowered = due < own
    if abs(due - own) != 1:
        return None
    two = inside & np.isin(judged.got, (ruled, label)) & np.isin(judged.ruled, (ruled, label))
    above = judged.got[two] == (label if lowered else ruled)
    if not above.any() or above.all():
        return None
    old = stage.cuts[own - 1 if lowered else own]
    cut = cut_of(judged.scores[two], above, decimals)
    if (cut.value < old) is not lowered or cut.value == old:
        return None
    scores = judged.scores
    beyond = scores < cut.value if lowered else scores >= cut.value
    of_band = inside & (judged.ruled == ruled)
    return Effective(
        cut,
        old,
        between=int((of_band & ~beyond & (judged.got == label)).sum()),
        kept=int((of_band & beyond & (judged.got == ruled)).sum()),
        wrong=int((of_band & ((judged.got == label) == beyond)).sum()),
    )
