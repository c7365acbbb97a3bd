"""Do the logged decisions follow the rule, or another threshold for a part of the requests?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.case import Rule
from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import Cause, Finding, Threshold, Verdict, segment_words
from investigators.impact import rule_in_force
from investigators.numbers import number
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import wilson
from investigators.task import Task
from investigators.traffic.carrier import Carried, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Traffic, traffic_of
from investigators.view import View

ID = "data_assumptions.decision_reproduced"
FEWEST = 8  # decisions between both cuts
ONE_WAY = 0.95  # of the decisions that do not follow lie on one side of the cut
FOLLOWS = 0.98  # of the decisions between both cuts follow the other one
EXCEPTIONS = 0.005  # of the place's decisions follow neither
MARGIN = 8.0  # nats above looks
STEPS = 12  # decimals that a cut may have
NEED = "the decision rule with its exceptions, and since when it holds"
ASK = (
    "Please send the decision rule as it was in force at the time of the decision: thresholds, "
    "exceptions and overrides, each with the day since when it holds and for whom."
)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Decided:
    """Every row's score and whether it got the label above the cut; ``known`` where both are."""

    scores: Floats
    upper: Flags
    known: Flags

    def broken(self, cut: float) -> Flags:
        """Rows whose decision does not follow a cut, shape (rows,)."""
        found: Flags = self.known & (self.upper != (self.scores >= cut))
        return found


@dataclass(frozen=True)
class Moved:
    """Another cut with its place: ``between`` rows lie between both, ``follow`` of them it."""

    cut: float
    place: Place
    between: int
    follow: int
    exceptions: int
    outside: tuple[int, int]


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding about all decisions of the log."""
    task.tick()
    rule = rule_in_force(view)
    if view.log is None or rule is None or view.column("log.decision") is None:
        return [_finding("cannot tell", "There is no rule to compare decisions with.", 0)]
    if len(rule.cuts) != 1:
        words = "Decisions are compared with a rule of one threshold only; this one has more."
        return [_finding("cannot tell", words, 0)]
    decided = _decided(view, rule, task)
    n, cut = int(decided.known.sum()), rule.cuts[0]
    broken = decided.broken(cut)
    odd = int(broken.sum())
    if not n:
        return [_finding("cannot tell", "No row has both a score and a decision.", 0)]
    if not odd:
        words = f"All {n:,} logged decisions follow the threshold {cut:g}."
        return [_finding("speaks against", words, n)]
    moved = _moved(view, decided, cut, task)
    words = f"{odd:,} of {n:,} logged decisions do not follow the threshold {cut:g}"
    if moved is None:
        words += "; no other threshold for a segment or a time explains them."
        return [_finding("cannot tell", words, n, effect={"not_following": odd})]
    return [_supported(view, rule, moved, words, n, task)]


def _decided(view: View, rule: Rule, task: Task) -> Decided:
    log = view.log
    assert log is not None
    scores, place = np.full(log.rows, np.nan), np.full(log.rows, -1)
    codes = {label: k for k, label in enumerate(rule.labels)}
    # a live test decides otherwise on purpose
    sql = "SELECT fw_row, fw_score, fw_decision FROM {t} WHERE fw_decision IS NOT NULL \
AND NOT coalesce(fw_live_test, false)"
    for batch in log.batches(sql, task=task):
        rows = batch.column(0).to_numpy(zero_copy_only=False)
        scores[rows] = batch.column(1).to_numpy(zero_copy_only=False)
        labels = batch.column(2).dictionary_encode()
        table = np.array([codes.get(v, -1) for v in labels.dictionary.to_pylist()] + [-1])
        place[rows] = table[labels.indices.to_numpy(zero_copy_only=False)]
    known = np.isfinite(scores) & (place >= 0)
    return Decided(scores, place == 1, known)


def _moved(view: View, decided: Decided, cut: float, task: Task) -> Moved | None:
    """The other cut that most rows which do not follow speak for, and where it holds."""
    broken = decided.broken(cut)
    lower = broken & decided.upper
    below = bool(2 * lower.sum() > broken.sum())
    one_way = lower if below else broken & ~decided.upper
    if one_way.sum() < max(FEWEST, ONE_WAY * broken.sum()):
        return None
    scores = decided.scores[one_way]
    reach = float(np.quantile(scores, 0.02 if below else 0.98))
    between = (decided.scores >= reach) & (decided.scores < cut)
    if not below:
        between = (decided.scores >= cut) & (decided.scores <= reach)
    telling = decided.known & between
    traffic = traffic_of(view, task)
    base = (0, int((decided.known & ~broken).sum()))
    change = share_change(traffic, one_way, telling, base, task)
    if change is None or change.carried.score < change.carried.looks + MARGIN:
        return None
    kept = np.zeros(decided.known.size, dtype=bool)
    kept[change.carried.claimed] = True
    here = decided.known & kept
    found = _cut_of(decided.scores[here], decided.upper[here])
    low, high = sorted((found, cut))
    inner = here & (decided.scores >= low) & (decided.scores < high)
    wrong = decided.broken(found)
    follow, of = int((inner & ~wrong).sum()), int(inner.sum())
    exceptions = int((here & wrong).sum())
    if of < FEWEST or follow < FOLLOWS * of or exceptions > EXCEPTIONS * here.sum():
        return None
    above, below_it = here & decided.upper & ~wrong, here & ~decided.upper & ~wrong
    if min(above.sum(), below_it.sum()) < FEWEST:
        return None  # one label whatever the score: somebody decides otherwise, not a threshold
    elsewhere = decided.known & ~kept
    outside = int((elsewhere & ~broken).sum()), int(elsewhere.sum())
    if outside[1] and outside[0] < FOLLOWS * outside[1]:
        return None
    place = _placed(view, traffic, change.carried, low, high, task)
    return Moved(found, place, of, follow, exceptions, outside)


def _placed(
    view: View, traffic: Traffic, carried: Carried, low: float, high: float, task: Task
) -> Place:  # fmt: skip
    changed = f"(fw_score >= {low!r} AND fw_score < {high!r} AND fw_decision IS NOT NULL)"
    return place_of(view, traffic, carried, changed, task)


def _cut_of(scores: Floats, upper: Flags) -> float:
    """The cut that fewest decisions break; of an interval the number with fewest decimals."""
    order = np.argsort(scores, kind="stable")
    values, above = scores[order], upper[order]
    # cutting before position k: those above it before k and those below it from k on are wrong
    wrong = np.concatenate([[0], np.cumsum(above)]) + np.concatenate(
        [np.cumsum(~above[::-1])[::-1], [0]]
    )
    same = np.concatenate([[False], values[1:] == values[:-1], [False]])
    k = int(np.argmin(np.where(same, wrong.max() + 1, wrong)))
    low = values[k - 1] if k else values[0] - 1
    high = values[k] if k < values.size else values[-1] + 1
    for digits in range(STEPS):
        step = 10.0**-digits
        at = round(float(np.floor(high / step) * step), digits)
        if low < at <= high:
            return at
    return float(high)


def _supported(
    view: View, rule: Rule, moved: Moved, words: str, n: int, task: Task
) -> Finding:  # fmt: skip
    place, cut = moved.place, rule.cuts[0]
    since = f" since {said(place.onset.latest)}" if place.onset else ""
    until = f" until {said(place.end.latest)}" if place.end else ""
    sentence = (
        f"{words}: in {segment_words(place.segment)}{since}{until} they follow {moved.cut:g}, "
        f"{moved.follow:,} of the {moved.between:,} with a score between both."
    )
    cause = Cause(
        cause="threshold-or-policy",
        features=(),
        transform=Threshold(cut, moved.cut),
        segment=place.segment,
        onset=place.onset,
        onset_known=place.onset_known,
        end=place.end,
        ongoing=place.ongoing,
        rows_in_scope=place.rows_in_scope,
        rows_changed=place.rows_changed,
        concerns_decision=place.concerns_decision,
        exact_record=True,
        statement=sentence,
    )
    signs = [*lined_up_releases(view, cause)]
    follow, of = moved.outside
    if of >= FEWEST:
        signs.insert(0, f"{follow:,} of {of:,} other decisions follow {cut:g}")
    cause = replace(cause, corroborations=tuple(signs))
    effect = {
        "threshold": cut,
        "other_threshold": moved.cut,
        "between_both": moved.between,
        "following_the_other": moved.follow,
        "exceptions": moved.exceptions,
    }
    chart = _picture(view, rule, moved, task)
    return _finding("supports", sentence, n, cause=cause, effect=effect, charts=(chart,))


def _picture(view: View, rule: Rule, moved: Moved, task: Task) -> Dots:
    """The share of the label above the cut among scores between both cuts, here and elsewhere."""
    assert view.log is not None
    low, high = sorted((rule.cuts[0], moved.cut))
    place = moved.place
    scope = scope_sql(place.segment, place.onset, place.end)
    dots = []
    for words, where, own in (("these rows", scope, True), ("all others", f"NOT ({scope})", False)):
        found = view.log.query(
            "SELECT count(*), count(*) FILTER (fw_decision = ?) FROM {t} WHERE "
            f"({where}) AND fw_score >= {low!r} AND fw_score < {high!r} "
            "AND fw_decision IN (?, ?)",
            [rule.labels[1], *rule.labels],
            task=task,
        )
        n, k = (int(column[0].as_py()) for column in found.columns)
        if n:
            start, end = (round(100 * x, 2) for x in wilson(k, n))
            dots.append(Dot(words, round(100 * k / n, 2), start, end, n, own))
    return Dots(
        f"Decisions with a score from {low:g} to {high:g}",
        tuple(dots),
        f"% {rule.labels[1]}",
        strip=f"95 % intervals (Wilson) · {number(moved.between)} such decisions here",
        description="Between both thresholds the decision tells which one was used.",
    )


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    cause = more.get("cause")
    tells = verdict != "cannot tell"
    return Finding(
        id=ID,
        check=ID,
        family="data_assumptions",
        verdict=verdict,
        about=(),
        sentence=sentence,
        n=n,
        segment=cause.segment if cause else None,
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        would_need=None if tells else NEED,
        ask=None if tells else ASK,
        **more,
    )


CHECK = Check(
    family="data_assumptions",
    name="decision_reproduced",
    suspicion="The logged decision is not what the rule gives for the logged score.",
    covers=(
        "every row with a logged score and decision, under a rule of one threshold; another "
        "threshold for a segment or since a time"
    ),
    does_not_cover=(
        "rules of several thresholds, exceptions by hand, rules that read more than the score, and "
        "the rows of a live test"
    ),
    minimum=f"{FEWEST} decisions with a score between the two thresholds",
    run=run,
    needs=("log",),
    causes=("threshold-or-policy",),
    order=1,
)
