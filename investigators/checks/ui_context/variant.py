"""Was another variant decided differently: an arm of an experiment, or a version of the model?

The share of the adverse decision in this decision's arm against all other arms, on the days that
both have, in both halves of the subjects, and with the subjects as the independent pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scipy import stats

from investigators.arms import (
    Cell,
    Split,
    arm_of,
    cells,
    contrast,
    label_sql,
    splits,
    totals,
    z_of_subjects,
)
from investigators.chart import Dot, Dots
from investigators.check import Check
from investigators.evidence import Cause, Condition, Finding, NoTransform, Verdict
from investigators.impressions import event_tables
from investigators.numbers import count, number, part, per_cent
from investigators.presence import Presence, presence
from investigators.scope import condition_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import adjusted, power, wilson
from investigators.task import Task
from investigators.view import View

ID = "ui_context.variant"
MINIMUM = 100
TIMES, POINTS = 1.5, 0.02  # so many times the others' share, and so much of it
SURE, AGAIN = 0.001, 0.01  # of all requests and of subjects; of either half
SEEN = 0.8
NEED = "the experiment's arm or the model version of each request"
ASK = (
    "Please send, for each request of those days, the arm of every experiment that ran and the "
    "version of the model that answered, with the share of traffic and the first day of each."
)


@dataclass(frozen=True)
class Looked:
    """One column that tells arms: this decision's, and the counts of all."""

    name: str
    label: str
    split: Split
    arm: str | None
    cells: list[Cell]
    marked: str

    @property
    def n(self) -> int:
        """Requests counted."""
        return sum(cell.n for cell in self.cells)


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each column that tells arms or versions."""
    task.tick()
    one = view.decision
    if one is None or one.row is None or view.log is None:
        return [_finding("does not apply", "No request of the log was picked.", 0)]
    marked = label_sql(view)
    found = splits(view, event_tables(view, task), task)
    if marked is None or not found:
        what = "no arm and no version" if marked else "no label"
        words = f"The log has {what} of the decision to compare."
        return [_finding("cannot tell", words, view.log.rows, would_need=NEED, ask=ASK)]
    sql, label = marked
    looked: list[Looked] = []
    for split in found:
        task.tick()
        twice = any(split.name == each.name for each in looked)
        name = f"{split.name} of UI events" if twice else split.name
        arm = arm_of(view, split, one.row, task)
        looked.append(Looked(name, label, split, arm, cells(view, split, sql, task), sql))
    whole, first = (
        adjusted([_p(contrast(each.cells, each.arm or "", halves).z) for each in looked])
        for halves in ((0, 1), (0,))
    )
    return [
        _judged(view, each, Corrected(q, one), task)
        for each, q, one in zip(looked, whole, first, strict=True)
    ]


@dataclass(frozen=True)
class Corrected:
    """P-values corrected for all columns: of all requests, and of the first half of subjects."""

    whole: float
    first: float


def _p(z: float) -> float:
    return float(2 * stats.norm.sf(abs(z)))


def _judged(view: View, one: Looked, q: Corrected, task: Task) -> Finding:
    n, arm, name = one.n, one.arm, one.name
    more: dict[str, Any] = {"id": f"{ID}/{name}", "about": (name,)}
    if arm is None:
        words = f"{name} is not known for this decision."
        return _finding("cannot tell", words, n, would_need=NEED, ask=ASK, **more)
    if all(cell.arm == arm for cell in one.cells):
        words = f"{name} is {arm} in all of {count(n)} requests."
        return _finding("speaks against", words, n, **more)
    whole = contrast(one.cells, arm)
    halves = [contrast(one.cells, arm, (half,)).z for half in (0, 1)]
    if min(whole.n, whole.rest) < MINIMUM:
        words = (
            f"{name} {arm} has {count(whole.n)} requests, all others {count(whole.rest)}, on days "
            "that have both: too few to compare."
        )
        need = f"{MINIMUM} requests of each on the same days"
        return _finding("cannot tell", words, n, would_need=need, **more)
    share, rest = whole.marked / whole.n, whole.rest_share
    words = (
        f"With {name} {arm} {part(whole.marked, whole.n, 'requests')} got {one.label}; on the same "
        f"days {per_cent(rest)} of {count(whole.rest)} others."
    )
    more["effect"] = {
        "arm": arm, "share": round(share, 5), "others": round(rest, 5), "days": whole.days,
        "z": round(whole.z, 3), "q": q.whole, "q_first_half": q.first,
        "p_other_half": _p(halves[1]),
    }  # fmt: skip
    both = all(_p(z) <= AGAIN and z * whole.z > 0 for z in halves)
    far = abs(share - rest) >= POINTS and not 1 / TIMES < share / max(rest, 1e-9) < TIMES
    told = q.whole <= SURE and both
    if told and far:
        z = z_of_subjects(view, one.split, one.marked, arm, task)
        more["effect"]["z_of_subjects"] = round(z, 3)
        told = _p(z) <= SURE
    if told and far:
        words += (
            f" That is {number(share / rest, 3)} times as many" if rest else " None of them did"
        ) + ", in either half of the subjects: this decision was made under another variant."
        return _told(view, one, words, more, task)
    seen = power(whole.n, whole.rest, min(max(rest, 1 / whole.rest), 0.6), TIMES)
    words += f" {number(TIMES)} times as large a share would be seen {per_cent(seen)} of the time."
    if seen >= SEEN or told:
        return _finding("speaks against", words, n, **more)
    return _finding("cannot tell", words, n, would_need="more requests of both", **more)


def _told(view: View, one: Looked, words: str, more: dict[str, Any], task: Task) -> Finding:
    live, arm, column = view.log, one.arm, one.split.column
    assert live is not None
    segment, here = None, Presence(sum(c.n for c in one.cells if c.arm == arm), one.n)
    if column is not None:
        segment = (Condition(column, equals=arm),)
        when = None if view.column("log.time") is None else "fw_time"
        known = view.case.zone is not None
        here = presence(live, condition_sql(segment[0]), when, task, zone_known=known)
    cause = Cause(
        "version-or-deployment", (), NoTransform(), segment, here.onset, here.onset_known, here.end,
        here.ongoing, here.rows, 0, True, statement=words,
    )  # fmt: skip
    cause = replace(cause, corroborations=tuple(lined_up_releases(view, cause)))
    more |= {"segment": segment, "onset": here.onset, "cause": cause, "concerns_decision": True}
    return _finding("supports", words, one.n, charts=(_chart(one),), **more)


def _chart(one: Looked) -> Dots:
    dots = []
    for cell in totals(one.cells):
        low, high = (round(100 * end, 3) for end in wilson(cell.marked, cell.n))
        at = round(100 * cell.marked / cell.n, 3)
        dots.append(Dot(cell.arm, at, low, high, cell.n, cell.arm == one.arm))
    others = [cell for cell in one.cells if cell.arm != one.arm]
    rest = 100 * sum(cell.marked for cell in others) / max(sum(cell.n for cell in others), 1)
    return Dots(
        f"Share of requests that got {one.label}, by {one.name}",
        tuple(dots),
        "% of requests",
        round(rest, 3),
        strip=f"95 % intervals (Wilson) · {count(one.n)} requests, live test left out · the line "
        "is everybody else",
        description=f"{len(dots)} variants with their shares; this decision's own is {one.arm}.",
    )


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401
    more.setdefault("about", ())
    more.setdefault("id", ID)
    return Finding(check=ID, family="ui_context", verdict=verdict, sentence=sentence, n=n, **more)


CHECK = Check(
    family="ui_context",
    name="variant",
    suspicion="This decision was made in another arm or version, which decides otherwise.",
    covers=(
        "arms of experiments and model versions in the log or in its UI events: the share of the "
        "adverse decision in this one's against all others, on the same days, in two halves of the "
        "subjects"
    ),
    does_not_cover=(
        "versions that never ran on the same day; what the arm changes; differences of less than "
        "half as many again or two points"
    ),
    minimum=f"{MINIMUM} requests of this arm and {MINIMUM} others on the same days",
    run=run,
    needs=("log",),
    asks=(("log", ASK),),
    causes=("version-or-deployment",),
    order=44,
    groups=False,
)
