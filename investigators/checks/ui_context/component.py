"""Was it our component?  Who filled the box, is a request of this model behind it, what else.

Answered from UI events where they are given (joined to the log by request id), else from what a
person said (grade C), else not at all: then a ready text asks for what would tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from investigators.answers import dissent, one_row, plain_name
from investigators.case import Decision
from investigators.check import Check
from investigators.clock import moment, said
from investigators.evidence import Cause, Condition, Finding, NoTransform, Verdict
from investigators.impressions import (
    Events,
    Impression,
    event_tables,
    page_chart,
    promised,
    records_against,
    same_promise,
    same_session,
)
from investigators.presence import Presence, presence
from investigators.tables.table import literal
from investigators.task import Task
from investigators.view import View

ID = "ui_context.component"
ENOUGH = 20
ASK = (
    "Please send the UI events of the decision's day and the days before and after it: event id, "
    "request id, session, time, component, title, position, item, model version. We have to know "
    "which component showed the decision."
)
NEED_EVENTS = "UI events with the decision's id, or a person's word on whose box showed it"


def run(view: View, task: Task) -> list[Finding]:
    """Answer whose box it was, then whether it was the right person."""
    decision = view.decision
    if decision is None:
        return [_finding("does not apply", "No decision was picked.", 0)]
    events = [e for e in event_tables(view, task) if {"component", "request"} & set(e.columns)]
    found = None
    if events and decision.event is not None:
        found = _of_event(view, events, decision.event, task)
    elif events:
        found = _of_log_row(view, events, decision, task)
    if found is None or (found.verdict == "cannot tell" and view.case.brief.answers.whose_box):
        found = _of_person(view, decision)
    elif view.case.brief.answers.whose_box:
        found = replace(found, sentence=found.sentence + dissent(view, found))
    return [found, *_subject(view, decision)]


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401
    more.setdefault("about", ())
    return Finding(ID, ID, "ui_context", verdict, sentence=sentence, n=n, **more)


def _of_event(
    view: View, tables: Sequence[Events], event: tuple[int, int], task: Task
) -> Finding | None:
    """Judge an impression that was picked by its event's id."""
    events = next((e for e in tables if e.number == event[0]), None)
    found = events.impressions("fw_row = ?", [event[1]], task) if events else []
    if events is None or not found:
        return None
    one = found[0]
    behind = _has_request(view, one.request, task)
    own = view.case.components
    known = bool(own) and one.component is not None
    if known and one.component not in own:
        return _foreign(view, tables, events, one, behind, task)
    if behind is False:
        return _no_request(view, tables, events, one, task)
    if behind or known:
        return _ours(one, tables, own, task, behind=behind)
    return _finding(
        "cannot tell",
        f"It is not known which component is this model's own, and the event of {one.box} "
        "carries no request id to join to the log.",
        sum(e.table.rows for e in tables),
        would_need="the name of this model's own component (--component NAME)",
        charts=(page_chart(one, tables, own, task),),
    )


def _of_log_row(view: View, tables: Sequence[Events], one: Decision, task: Task) -> Finding | None:
    """Judge a decision of the log: find the impressions that carry its id."""
    joined = [e for e in tables if "request" in e.columns]
    if not joined:
        return _of_session(view, tables, one, task)
    shown = [i for e in joined for i in e.impressions(f"{e.text('request')} = ?", [one.id], task)]
    own = view.case.components
    rows = sum(e.table.rows for e in joined)
    if not shown:
        return _never_shown(view, joined, one, rows, task)
    ours = [i for i in shown if not own or i.component in own]
    named = [i for i in shown if i.component is not None]
    if own and not ours and named:
        events = next(e for e in tables if e.number == named[0].table)
        return _foreign(view, tables, events, named[0], True, task)
    if not own or not named:
        return _finding(
            "cannot tell",
            f"{len(shown):,} UI event{'s' * (len(shown) > 1)} carry this decision's id, but it is "
            "not known which component is this model's own.",
            rows,
            would_need="the name of this model's own component (--component NAME)",
            charts=(page_chart(shown[0], tables, own, task),),
        )
    found = _ours(ours[0], tables, own, task, behind=True)
    others = sorted({i.component for i in named if i.component not in own and i.component})
    if not others:
        return found
    more = f" {' and '.join(others)} carried the same id: if that box was meant, pick its event."
    return replace(found, sentence=found.sentence + more)


def _of_session(
    view: View, tables: Sequence[Events], decision: Decision, task: Task
) -> Finding | None:
    """Without request ids: the boxes of the same session that show the item this row scored."""
    rows = sum(e.table.rows for e in tables)
    shown, page = same_session(view, tables, decision, task)
    own = view.case.components
    if not page:
        return None
    named = [i for i in shown if i.component is not None]
    if named and own and not any(i.component in own for i in named):
        # the same item in another box: whether our own was shown too the events do not say
        page = named
    elif named and own:
        found = _ours(next(i for i in named if i.component in own), tables, own, task, behind=None)
        words = " It was joined by session and item: the events carry no request id."
        return replace(found, sentence=found.sentence.split(";")[0] + "." + words)
    boxes = sorted({i.component or "a box without a name" for i in page})
    return _finding(
        "cannot tell",
        f"The UI events carry no request id; in the session of this decision {len(page):,} "
        f"box{'es were' if len(page) > 1 else ' was'} shown, by {', '.join(boxes[:5])}: which of "
        "them this decision filled they do not say.",
        rows,
        effect={"boxes": len(page), "components": boxes[:5]},
        would_need="UI events with the request id, or a person's word on whose box showed it",
        ask=_ask(view, "the UI events of that session with the request id"),
        charts=(page_chart(page[0], tables, own, task),),
    )


def _has_request(view: View, request: str | None, task: Task) -> bool | None:
    """Whether the log has this request; ``None`` when there is no id or no log to look in."""
    if request is None or view.log is None or not view.log.rows:
        return None
    sql = "SELECT count(*) FROM {t} WHERE fw_id = ?"
    return bool(view.log.value(sql, [request], task))


def _ours(
    one: Impression,
    tables: Sequence[Events],
    own: tuple[str, ...],
    task: Task,
    *,
    behind: bool | None,
) -> Finding:
    by = f"by this model's component {one.component}" if one.component else "by this model"
    log = (
        f"the log has the request {one.request} behind it"
        if behind
        else "the event carries no request id to join to the log"
    )
    box = one.box[0].upper() + one.box[1:]
    return _finding(
        "speaks against",
        f"{box} was filled {by} ({said(one.time)}); {log}.",
        sum(e.table.rows for e in tables),
        effect={"component": one.component, "request": one.request, "request_in_log": behind},
        concerns_decision=True,
        charts=(page_chart(one, tables, own, task),),
    )


def _foreign(
    view: View,
    tables: Sequence[Events],
    events: Events,
    one: Impression,
    behind: bool | None,  # noqa: FBT001 - one of three values, not a switch
    task: Task,
) -> Finding:
    """Another component filled the box: say whose, how often, and what else tells so."""
    conditions = same_promise(events, one, task)
    sql = " AND ".join(f"{events.text(role)} = {literal(value)}" for role, value in conditions)
    carried = presence(
        events.table,
        f"coalesce({sql}, false)",
        events.when,
        task,
        zone_known=events.zone_known,
    )
    promise = [(role, value) for role, value in conditions if role != "component"]
    base = promised(events, one, promise, task)
    told = records_against(view, events, one, task, missing=behind is False)
    own = ", ".join(view.case.components)
    where = "".join(f" with the {role} “{value}”" for role, value in promise)
    share = f"all {base:,}" if carried.rows == base else f"{carried.rows:,} of {base:,}"
    if not promise and one.title is not None:
        where = " with this title"
    words = (
        f"{one.box[0].upper()}{one.box[1:]} was filled by {one.component}, not by this model's "
        f"component {own}; {share} impressions{where} came from {one.component}."
    )
    rows = sum(e.table.rows for e in tables)
    effect = {
        "component": one.component,
        "own": list(view.case.components),
        "request": one.request,
        "request_in_log": behind,
        "impressions": carried.rows,
        "impressions_of_promise": base,
    }
    segment = tuple(Condition(events.columns[role], equals=value) for role, value in conditions)
    cause = _cause(segment, carried, told, words)
    return _finding(
        "supports",
        words + _shared(behind),
        rows,
        effect=effect,
        segment=segment,
        onset=carried.onset,
        concerns_decision=True,
        cause=cause,
        charts=(page_chart(one, tables, view.case.components, task),),
    )


def _shared(behind: bool | None) -> str:  # noqa: FBT001 - one of three values, not a switch
    if behind:
        return " Its request id is in this model's log: the boxes of a page share it."
    return ""


def _cause(
    segment: tuple[Condition, ...], carried: Presence, told: tuple[str, ...], words: str
) -> Cause:
    return Cause(
        cause="not-our-component",
        features=(),
        transform=NoTransform(),
        segment=segment,
        onset=carried.onset,
        onset_known=carried.onset_known,
        end=carried.end,
        ongoing=carried.ongoing,
        rows_in_scope=carried.rows,
        rows_changed=0,
        concerns_decision=True,
        corroborations=told,
        exact_record=True,
        statement=words,
    )


def _no_request(
    view: View, tables: Sequence[Events], events: Events, one: Impression, task: Task
) -> Finding:
    """The event carries a request id that the log has not: whose it is the other events tell."""
    assert view.log is not None
    line = events.table.query(
        "SELECT count(*) FILTER (WHERE mine) AS mine, "
        "count(*) FILTER (WHERE mine AND joined) AS mine_joined, "
        "count(*) FILTER (WHERE joined) AS joined, count(*) AS n FROM (SELECT "
        f"{events.text('component')} IS NOT DISTINCT FROM ? AS mine, {events.text('request')} "
        f"IN (SELECT fw_id FROM {view.log.relation}) AS joined "
        f"FROM {{t}} WHERE {events.text('request')} IS NOT NULL)",
        [one.component],
        task,
    ).to_pylist()[0]
    words = (
        f"No request of this model has the id {one.request} that {one.box} carries "
        f"({view.log.rows:,} requests looked at); {line['joined']:,} of {line['n']:,} UI events "
        "join to the log"
    )
    more: dict[str, Any] = {
        "effect": {
            "component": one.component,
            "request": one.request,
            "request_in_log": False,
            **line,
        },
        "charts": (page_chart(one, tables, view.case.components, task),),
        "concerns_decision": True,
    }
    another = one.component is not None and line["joined"] and not line["mine_joined"]
    if another and not view.case.components and line["mine"] >= ENOUGH:
        words += f", none of the {line['mine']:,} of component {one.component}."
        segment = (Condition(events.columns["component"], equals=one.component),)
        carried = presence(
            events.table,
            f"coalesce({events.text('component')} = {literal(one.component)}, false)",
            events.when,
            task,
            zone_known=events.zone_known,
        )
        told = records_against(view, events, one, task, missing=True)
        cause = _cause(segment, carried, told, words)
        more |= {"segment": segment, "onset": carried.onset, "cause": cause}
        return _finding("supports", words, line["n"], **more)
    return _finding(
        "cannot tell",
        words + f" ({line['mine_joined']:,} of {line['mine']:,} of the same component): the row "
        "may be lost, outside the log's days, or the box was filled from a cache.",
        line["n"],
        would_need="the log's row for that id, or the serving trace of that request",
        ask=_ask(view, "the log of requests around it, also failed and cached ones"),
        **more,
    )


def _never_shown(
    view: View, tables: Sequence[Events], decision: Decision, rows: int, task: Task
) -> Finding:
    """No event carries the log row's id: do the events cover its time?"""
    assert view.log is not None
    seen = " UNION ALL ".join(
        f"SELECT {e.text('request')} AS r FROM {e.table.relation}" for e in tables
    )
    line = view.log.query(
        f"SELECT count(*) AS n, count(*) FILTER (WHERE fw_id IN "
        f"(SELECT r FROM ({seen}) WHERE r IS NOT NULL)) "
        "AS shown FROM {t} WHERE fw_time BETWEEN "
        "(SELECT fw_time - INTERVAL 1 HOUR FROM {t} WHERE fw_row = ?) AND "
        "(SELECT fw_time + INTERVAL 1 HOUR FROM {t} WHERE fw_row = ?)",
        [decision.row, decision.row],
        task,
    ).to_pylist()[0]
    n, shown = line["n"], line["shown"]
    if not n:
        cover = "the log has no times, so it is not known whether the events cover it"
    elif not shown:
        cover = f"none of the {n:,} requests within an hour has one: the events do not cover it"
    else:
        cover = (
            f"{shown:,} of the {n:,} requests within an hour have one: it was not shown, or its "
            "event was lost"
        )
    return _finding(
        "cannot tell",
        f"No UI event carries the id {decision.id} ({rows:,} events looked at); {cover}.",
        rows,
        effect={"requests_within_an_hour": n, "of_them_with_an_event": shown},
        would_need=NEED_EVENTS,
        ask=_ask(view, "the UI events of that page, also those of other components"),
    )


def _of_person(view: View, decision: Decision) -> Finding:
    """Whose box it was by a person's word, or nobody's yet."""
    answers, own = view.case.brief.answers, view.case.components
    if not answers.whose_box:
        why = "The UI events given do not tell" if view.ui_events else "No UI events were given"
        return _finding(
            "cannot tell",
            f"{why}, and nobody has said whose box or step showed this.",
            0,
            would_need=NEED_EVENTS,
            ask=_ask(view, "the UI events of that page: which component filled which box"),
        )
    who = f" ({answers.whose_view})" if answers.whose_view else ""
    heard = f"A person{who} says that {answers.whose_box} showed this"
    if not own:
        return _finding(
            "cannot tell",
            heard + "; it is not known which component is this model's own.",
            1,
            would_need="the name of this model's own component (--component NAME)",
        )
    if plain_name(answers.whose_box) in {plain_name(name) for name in own}:
        words = heard + ", which is this model's own component. Grade C: no record was looked at."
        return _finding("speaks against", words, 1, concerns_decision=True)
    words = f"{heard}, not this model's component {', '.join(own)}. Grade C: no record looked at."
    return _finding(
        "supports",
        words,
        1,
        effect={"component": answers.whose_box, "own": list(own), "grade": "C"},
        concerns_decision=True,
        cause=one_row(view, decision, "not-our-component", words),
    )


def _subject(view: View, decision: Decision) -> list[Finding]:
    """Whether it was the right person, by a person's word; nothing when nobody said."""
    answers = view.case.brief.answers
    if answers.right_subject not in ("yes", "no"):
        return []
    who = f" ({answers.whose_view})" if answers.whose_view else ""
    more: dict[str, Any] = {"id": f"{ID}/subject", "about": ("subject",), "effect": {"grade": "C"}}
    if answers.right_subject == "yes":
        words = f"A person{who} says that it is the right person. Grade C: no record looked at."
        return [replace(_finding("speaks against", words, 1), **more)]
    words = (
        f"A person{who} says that it is not the right person: the decision was made about "
        f"{decision.subject or 'a subject that the log does not name'}. Grade C: no record "
        "looked at."
    )
    cause = one_row(view, decision, "identity", words)
    return [replace(_finding("supports", words, 1, cause=cause), concerns_decision=True, **more)]


def _ask(view: View, what: str) -> str:
    """A ready text: what, which decision, which days, why."""
    decision = view.decision
    assert decision is not None
    days = "the day of the decision"
    if decision.time is not None:
        day, one = moment(decision.time).date(), timedelta(days=1)
        days = f"{day - one} to {day + one}"
    own = ", ".join(view.case.components) or "our model"
    return (
        f"Please send {what} for {decision.id} ({said(decision.time)}), and for {days} in general: "
        "event id, request id, session, time, component, title, position, item, model version. "
        f"A person was surprised by this decision and we have to know whether {own} or another "
        "component showed it, before we look for a fault in the model."
    )


CHECK = Check(
    family="ui_context",
    name="component",
    suspicion="Another component showed this, not this model's own.",
    covers="who filled the box, whether a request of this model stands behind it, and what else "
    "was on the page; without UI events what a person said",
    does_not_cover="whether what was shown says the same as what was decided (text, rank, "
    "language), how old the score was when shown, and rules or filters after the model",
    minimum="one UI event with the decision's id, or a person's word",
    run=run,
    asks=(("ui_events", ASK),),
    causes=("not-our-component", "identity"),
    order=10,
    groups=False,
)
