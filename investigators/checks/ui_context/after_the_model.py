"""Did something after the model decide: another cut-off, a filter, an override, a list?

The decision as a function of the logged score: the rule that the case names (or most requests
follow), the requests that got another label, and whether another cut-off, a segment, a day, a range
of one number or a list of subjects tells which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from investigators.chart import Distributions
from investigators.check import Check
from investigators.clock import said
from investigators.cutoffs.depart import (
    FEWEST,
    Departure,
    Ground,
    departures_of,
    earlier_rule,
    ground_of,
)
from investigators.cutoffs.follow import usual_rule
from investigators.cutoffs.paper import (
    before_the_rule,
    clauses_words,
    excepted,
    outside_words,
    unread_words,
)
from investigators.cutoffs.picture import Shown, picture
from investigators.evidence import (
    Cause,
    CauseClass,
    Condition,
    Finding,
    NoTransform,
    Segment,
    Threshold,
    Verdict,
    segment_words,
)
from investigators.numbers import between, count, count_of, listed, number, part, per_cent
from investigators.scope import scope_sql, segment_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import wilson
from investigators.task import Task
from investigators.traffic.values import flags
from investigators.view import View

ID = "ui_context.after_the_model"
MINIMUM = 50
ELSEWHERE = 0.99  # of all other rows follow the rule: then a departure is an exact record
FOLLOWS = 0.95  # below this share, departures told, the labels follow something else altogether
COMMON = 0.01
BEFORE = "the decision rule as it was in force on the decision's day"
NEED = "a log with the score and the label of each decision"
ASK = (
    "Please send the decision rule as it was in force on the decision's day: cut-off, labels, "
    "exceptions, filters and lists that are applied after the model's score, each with its first "
    "day; and the log with the score and the final label of each request."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each label that requests got against the rule, or one that none did."""
    if view.log is None or not {"log.score", "log.decision"} <= set(view.columns):
        return [_cannot("The log has no score or no label of the decision.", 0, NEED)]
    if view.rule is not None and view.rule.by_class:
        words = "The label is the class with the highest score: there is no cut to depart from."
        return [_finding("does not apply", words, view.log.rows)]
    usual = usual_rule(view, task)
    if usual is None:
        rows = view.log.rows
        words = (
            f"The labels do not follow the score on {count_of(rows, 'row')}, and no rule is given."
        )
        return [_cannot(words, rows, "the decision rule: cut-offs and labels")]
    ground = ground_of(view, usual, task)
    n = ground.judged.rows.size
    if n < MINIMUM:
        words = f"Requests with a score and a label: {count(n)}, too few.{outside_words(ground)}"
        return [_cannot(words + _of_this(ground), n, f"at least {MINIMUM} requests with both")]
    if not (ground.judged.got < len(usual.named)).any():
        words = f"No request has one of the rule's labels {listed(list(usual.labels))}."
        return [_cannot(words, n, "the labels of the decision rule as the log writes them")]
    departures = departures_of(ground, task)
    again = earlier_rule(ground, departures)
    if again is not None:
        ground = ground_of(view, again, task)
        departures = departures_of(ground, task)
    return _answers(ground, departures, task)


def _answers(ground: Ground, departures: Sequence[Departure], task: Task) -> list[Finding]:
    judged = ground.judged
    n, follows = judged.rows.size, int(judged.follows.sum())
    outside = n - sum(d.eligible for d in departures if d.told)
    elsewhere = follows / max(outside, 1)
    if elsewhere < FOLLOWS:
        words = (
            f"{part(follows, n, 'requests')} got the label that {ground.rule_words} gives: the "
            "labels follow something else too, which no segment, day or cut-off tells."
        )
        words += _of_this(ground) + unread_words(ground)
        return [_cannot(words, n, "the decision rule with its exceptions")]
    loud = [d for d in departures if d.told or d.mine or d.hits >= COMMON * d.eligible]
    if loud:
        return [_open_clause(ground, _supported(ground, one, elsewhere, task)) for one in loud]
    row = judged.rows == (-1 if ground.row is None else ground.row)
    if (row & ~judged.follows).any():
        return [_open_clause(ground, _alone(ground, follows))]
    if ground.row is not None and before_the_rule(ground):
        words = f"{_of_this(ground)}{outside_words(ground)}".strip()
        return [_cannot(words, n, BEFORE)]
    return [_quiet(ground, follows)]


def _open_clause(ground: Ground, found: Finding) -> Finding:
    """Never a lead against a policy part of which is not understood: it may be what it says."""
    if not ground.usual.documented.unread:
        return found
    words = f"{found.sentence}{unread_words(ground)} It may be what these requests follow."
    return replace(
        found, verdict="cannot tell", cause=None, sentence=words, concerns_decision=False,
        would_need="the policy's clause as a condition on columns with the label it gives",
        ask=ASK,
    )  # fmt: skip


def _quiet(ground: Ground, follows: int) -> Finding:
    n = ground.judged.rows.size
    most = wilson(n - follows, n, 0.9)[1]
    words = (
        f"{part(follows, n, 'requests')} got the label that {ground.rule_words} gives for their "
        f"score.{_of_this(ground)}{clauses_words(ground)}{outside_words(ground)}"
        f"{unread_words(ground)} At most {number(100 * most, 2)} % of all such requests are "
        "exceptions that were not seen."
    )
    effect = {"follow": follows, "cuts": list(ground.usual.cuts)}
    if ground.usual.documented.clauses:
        effect["by_exception"] = excepted(ground)
    return _finding("speaks against", words, n, effect=effect)


def _alone(ground: Ground, follows: int) -> Finding:
    """This decision is one of a few exceptions: their record is all there is."""
    n, view = ground.judged.rows.size, ground.view
    column = view.column("log.id")
    assert view.decision is not None
    words = (
        f"{part(follows, n, 'requests')} got the label that {ground.rule_words} gives for their "
        f"score.{_of_this(ground)} {count_of(n - follows, 'request')} did not: an override, "
        "an exception or another cut-off after the model."
    )
    segment = (Condition(column, equals=view.decision.id),) if column else None
    cause = Cause(
        "business-rule-or-filter", (), NoTransform(), segment, None, False, None, None, 1, 1, True,
        exact_record=follows >= ELSEWHERE * n, statement=words,
    )  # fmt: skip
    return _finding("supports", words, n, segment=segment, concerns_decision=True, cause=cause,
                    charts=(_picture(ground, None),), effect={"follow": follows})  # fmt: skip


def _of_this(ground: Ground) -> str:
    """Say what this decision's own row shows; empty without one."""
    view, usual = ground.view, ground.usual
    one = view.decision
    if one is None or one.row is None or one.score is None or one.label is None:
        return ""
    assert view.log is not None
    live = view.log.value("SELECT fw_live_test FROM {t} WHERE fw_row = ?", [one.row])
    if live:
        return " This decision is in the live test, where the rule does not decide."
    if min(abs(one.score - cut) for cut in usual.cuts) <= usual.slack:
        return " This decision's score is at a cut-off within its rounding: not judged."
    at = np.flatnonzero(ground.judged.rows == one.row)
    if not at.size:
        time = said(one.time) if one.time else "no time"
        return f" This decision ({time}) is outside the days of the documented rule: not judged."
    meant = ground.judged.labels[int(ground.judged.ruled[at[0]])]
    clause = int(ground.judged.clause[at[0]])
    by = "" if clause < 0 else f", by the exception “{usual.documented.clauses[clause].words}”"
    if meant == one.label:
        return f" This decision too: {one.label} at score {number(one.score)}{by}."
    return (
        f" This decision did not follow the rule: {one.label} at score {number(one.score)}, where "
        f"{meant} is due{by}."
    )


def _segment(view: View, one: Departure) -> Segment:
    if one.rule is not None:
        high = None if one.rule.high is None else float(np.nextafter(one.rule.high, np.inf))
        return (Condition(one.rule.column, lower=one.rule.low, upper=high, closed="left"),)
    if one.listed is not None:
        column = view.column("log.subject")
        names = one.listed.names
        return (Condition(column, within=names),) if column and names else None
    if one.clause is not None:
        return one.clause.when
    return one.place.segment if one.place is not None else None


def _supported(ground: Ground, one: Departure, elsewhere: float, task: Task) -> Finding:
    view, place, moved = ground.view, one.place, one.moved
    segment, told = _segment(view, one), one.told and one.nearly_all
    kind: CauseClass = "business-rule-or-filter"
    if moved is not None or (told and segment is None and one.listed is None):
        kind = "threshold-or-policy"  # all requests of a time: a cut-off beyond every score
    followed = elsewhere >= ELSEWHERE
    exact = (one.mine and (followed or ground.usual.given)) or (told and followed)
    words = _words(ground, one, segment)
    turned = Threshold(moved.usual, moved.cut.value) if moved and one.nearly_all else NoTransform()
    cause = Cause(
        cause=kind,
        features=(),
        transform=turned,
        segment=segment,
        onset=place.onset if place else None,
        onset_known=bool(place and place.onset_known),
        end=place.end if place else None,
        ongoing=place.ongoing if place else None,
        rows_in_scope=place.rows_in_scope if place else _rows(view, one, segment, task),
        rows_changed=one.hits,
        concerns_decision=one.mine,
        exact_record=exact,
        statement=words,
    )
    cause = replace(cause, corroborations=_signs(ground, one, cause, elsewhere))
    own = f" {_of_this(ground).strip()}" if one.mine else ""
    return _finding(
        "supports",
        words + own,
        ground.judged.rows.size,
        id=f"{ID}/{one.label}",
        segment=segment,
        onset=cause.onset,
        concerns_decision=one.mine,
        cause=cause,
        effect=_effect(ground, one, elsewhere),
        charts=(_picture(ground, one),),
    )


def _rows(view: View, one: Departure, segment: Segment, task: Task) -> int:
    """Rows of a segment that is not a place of the traffic."""
    assert view.log is not None
    rows = int(view.log.value(f"SELECT count(*) FROM {{t}} WHERE {segment_sql(segment)}", (), task))
    return max(rows, one.hits)


def _effect(ground: Ground, one: Departure, elsewhere: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "label": one.label, "against_the_rule": one.hits, "of": one.eligible,
        "scores": list(one.scores), "cuts": list(ground.usual.cuts),
        "rule": "given" if ground.usual.given else "from the log",
        "others_follow": round(elsewhere, 5),
    }  # fmt: skip
    if one.moved is not None:
        found |= {"effective_cut": one.moved.cut.value, "interval": list(one.moved.cut.interval)}
    return found


def _signs(ground: Ground, one: Departure, cause: Cause, elsewhere: float) -> tuple[str, ...]:
    """Independent signs: a documented rule that everybody else follows, a lined-up release."""
    signs = []
    if ground.usual.given and one.told and elsewhere >= ELSEWHERE:
        others = ground.judged.rows.size - one.eligible
        signs.append(
            f"{ground.rule_words} is the given rule, and {per_cent(min(elsewhere, 1.0))} of the "
            f"{count(others)} other requests follow it"
        )
    return (*signs, *lined_up_releases(ground.view, cause))


def _words(ground: Ground, one: Departure, segment: Segment) -> str:
    low, high = (number(score) for score in one.scores)
    where = "" if segment is None else f" with {segment_words(segment)}"
    if one.listed is not None:
        where = f" of {count_of(one.listed.subjects, 'subject')}"
    place = one.place
    when = ""
    if place is not None and place.onset is not None:
        when = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place is not None and place.end is not None:
        when += f", until {between(place.end.earliest, place.end.latest)}"
    counted = part(one.hits, one.eligible, "requests")
    words = (
        f"{counted}{where} with a score from {low} to {high} got {one.label}, where "
        f"{ground.rule_words} gives another label{when}."
    )
    if one.moved is not None:
        ends = " and ".join(number(end) for end in one.moved.cut.interval)
        how = "follow" if one.nearly_all else "part of them follow"
        words += (
            f" They {how} a cut-off at {number(one.moved.cut.value)} (between {ends}), not "
            f"{number(one.moved.usual)}."
        )
    elif one.clause is not None:
        words += f" The documented exception “{one.clause.words}” is not applied to them."
    elif one.nearly_all and one.told:
        words += " Whatever the score, they got it: a rule, filter or list after the model"
        words += "." if one.listed or one.rule else ", or a cut-off beyond the scores they have."
    elif one.place is not None:
        words += " Which of them did, no column of the log tells: overrides, or a list."
    else:
        words += " No cut-off on the score and no segment tells which: overrides, or a list."
    return words


def _picture(ground: Ground, one: Departure | None) -> Distributions:
    """The share that got the label over the score, in the departure's scope and elsewhere."""
    view, judged, usual = ground.view, ground.judged, ground.usual
    inside, where = np.zeros(judged.rows.size, dtype=np.bool_), ""
    if one is not None and one.told and not (one.listed is not None and not one.listed.names):
        assert view.log is not None
        segment, place = _segment(view, one), one.place
        ends = (place.onset, place.end) if place else (None, None)
        inside = flags(view.log, [scope_sql(segment, *ends)], Task())[0][judged.rows]
        where = segment_words(segment, "the requests of these days")
        where = "the listed subjects" if one.listed is not None else where
    label = judged.labels.index(one.label) if one else len(usual.labels) - 1
    this = view.decision.score if view.decision is not None else None
    scores, moved = (one.scores, one.moved) if one else ((), None)
    return picture(usual, judged, Shown(label, inside, where, scores, moved, this))


def _cannot(words: str, n: int, need: str) -> Finding:
    return _finding("cannot tell", words, n, would_need=need, ask=ASK)


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401
    more.setdefault("id", ID)
    return Finding(check=ID, family="ui_context", verdict=verdict, about=(), sentence=sentence,
                   n=n, **more)  # fmt: skip


CHECK = Check(
    family="ui_context",
    name="after_the_model",
    suspicion="Something after the model decided: another cut-off, a filter, an override, a list.",
    covers=(
        "every request with a score and a label, against the given rule or the one that most "
        "follow, each request against the rule and exceptions documented for its time: a cut-off "
        "that moved (on a day, for a segment, for all), segments, days, ranges "
        "of one number and subjects that got a label whatever their score, single exceptions"
    ),
    does_not_cover=(
        "rules before the model; requests that never reached the log; what the rule is meant to "
        "be; scores at a cut-off within their rounding; the live test; a policy's clauses that "
        "say no condition on columns: they are quoted, and nothing is held against them"
    ),
    minimum=f"{MINIMUM} requests with score and label; {FEWEST} exceptions to say where they lie",
    run=run,
    needs=("log",),
    asks=(("log", ASK),),
    causes=("threshold-or-policy", "business-rule-or-filter"),
    order=14,
)
