"""Was it shown as it was decided?  Shown numbers, texts, labels and places beside the log's own.

Joined by the request's id: equal after rounding, or different by which rule (per cent for a
fraction, a factor, a cut text, an earlier value of the same subject), since when and where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings
from investigators.chart import Cells, Chart, TimeStrip
from investigators.check import Check
from investigators.evidence import Cause, Condition, Finding, NoTransform, segment_words
from investigators.funnels import Lost, met_together, strip_of, usual_share
from investigators.impressions import event_tables
from investigators.numbers import between, count, part, per_cent
from investigators.renderings.figures import judged_figures
from investigators.renderings.judged import Named
from investigators.renderings.looked import Looked, Sought, Told
from investigators.renderings.order import page_order
from investigators.renderings.pairs import Joined, events_column, held, pairs, together
from investigators.renderings.words import judged_words
from investigators.roles.unnested import not_taken_apart
from investigators.shift.corroborate import lined_up_releases
from investigators.tables.table import Column, quoted
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import place_of
from investigators.traffic.rows import Traffic
from investigators.view import View
from investigators.whereabouts import came_later, in_the_logs_words, whereabouts

Flags = npt.NDArray[np.bool_]
FINDINGS = Findings("ui_context.rendering")
MINIMUM = 50
MOST_PAIRS = 8
MARGIN = 10.0
TIMES, POINTS = 2.0, 0.1  # so many times the usual share that differs, and so much more of it
MOST_OF, ELSEWHERE = 0.5, 0.1  # what has no name differs in most of a place, and hardly elsewhere
EVEN, EVEN_SHARE = 20, 0.01  # differences of one clear kind that lie nowhere in particular
RARE = 0.01
OTHER_LABELS = 0.1  # of the requests show a label of the log that is not theirs
EXAMPLES = 8
CACHED = 0.5
NEED = "UI events with the request's id and what they showed: number, label, rank or text"
ASK = (
    "Please send, for that request and all others of the same days, what the screen showed: event "
    "id, request id, time, the text, number, label and place as they stood there, locale, whether "
    "it came from a cache, and the version of the app or template."
)
SAME = Named("different", "something else, by no rule with a name", np.zeros(0, dtype=np.bool_))


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each shown column that has a logged value to be compared with."""
    task.tick()
    tables = [e for e in event_tables(view, task) if "request" in e.columns]
    rows = sum(e.table.rows for e in tables)
    if view.log is None or "log.id" not in view.columns or not tables:
        words = "What was shown cannot be compared: no UI event carries the id of a request."
        words += not_taken_apart(view.ui_events)
        return [_cannot("", words, rows)]
    found: list[Finding] = []
    every = pairs(view, tables)
    with together(view, every[:MOST_PAIRS], task) as compared:
        _answer_each(view, compared, found, task)
    _answer_each(view, _pages(view, tables, task), found, task)
    for left in every[MOST_PAIRS:]:
        words = f"{left.shown} was not compared: {MOST_PAIRS} other shown columns were."
        found.append(_cannot(f"{left.shown}/left out", words, rows))
    words = "No UI event shows a value that the log has: score, label, rank, amount or text."
    return found or [_cannot("", words, rows)]


def _answer_each(view: View, compared: Iterator[Joined], found: list[Finding], task: Task) -> None:
    for each in compared:
        task.tick()
        name = _name(each, found)
        with held(each, task) as lines:
            answer = _answered(view, name, lines, task)
        found += [] if answer is None else [answer]


def _pages(view: View, tables: Sequence[Any], task: Task) -> Iterator[Joined]:
    for events in tables:
        page = page_order(view, events, task)
        if page is not None:
            yield page


def _name(each: Joined, found: Sequence[Finding]) -> str:
    """The finding's name: the shown column, told apart where several tables have it."""
    name = "order on the page" if each.pair.of_page else each.pair.shown
    used = {finding.id.partition("/")[2] for finding in found}
    while name in used:
        name += "′"
    return name


def _answered(view: View, name: str, each: Joined, task: Task) -> Finding | None:
    pair = each.pair
    judge = judged_words if pair.kind == "words" else judged_figures
    judged = judge(view, each, task)
    known = judged.n if judged else int(each.live.value(f"SELECT count(*) FROM ({each.sql})"))
    # a text that stands beside a score says nothing of it, nor does a page of one box
    quiet = pair.of_page or (pair.outside and pair.kind != "words")
    if judged is None or judged.n < MINIMUM:
        if quiet:
            return None
        why = (
            "too few to tell how it is usually shown."
            if known < MINIMUM
            else "most do not agree by any rule: they may not be the same thing."
        )
        words = f"{count(known)} requests have {pair.shown} shown and {pair.logged} logged; {why}"
        return _cannot(name, words, known)
    at = np.flatnonzero(judged.rows == _row(view))
    looked = Looked(each, judged, int(at[0]) if at.size else None)
    told = _told(view, looked, task)
    if told is not None:
        return _supported(view, name, looked, told, task)
    return _not_told(name, looked, _where_it_differs(view, looked, task))


def _where_it_differs(view: View, looked: Looked, task: Task) -> str:
    """Where requests like this one lie, though no rule says that they are wrong."""
    if not looked.mine or view.log is None:
        return ""
    known, hits = (np.zeros(view.log.rows, dtype=np.bool_) for _ in range(2))
    known[looked.judged.rows] = True
    hits[looked.judged.rows[looked.judged.wrong]] = True
    found = whereabouts(view, known, hits, task, beside=view.shown)
    if found is None or not found.place.segment:
        return ""
    lies = found.told_of("Those that differ")
    rightly = "another language" if looked.joined.pair.kind == "words" else "a tax, a fee"
    return f"{lies} What rightly is so there ({rightly}) would look like this as well."


def _row(view: View) -> int:
    one = view.decision
    return -1 if one is None or one.row is None else one.row


def _not_told(name: str, looked: Looked, where: str) -> Finding:
    judged, pair = looked.judged, looked.joined.pair
    n, differing = judged.n, judged.differing
    words = f"{pair.shown} is shown {judged.usual} ({pair.logged}) in "
    words += f"all {count(n)} requests" if not differing else part(n - differing, n, "requests")
    effect = {"requests": n, "differ": differing}
    words += ", this one among them." if looked.mine is False else "."
    if looked.mine or (looked.mine is None and differing > RARE * n):
        words += " This one is not." if looked.mine else ""
        words += where or (
            " Where the others come from no column tells, and no rule explains them."
        )
        return _cannot(name, words, n, effect)
    if differing:
        words += " What differs lies nowhere in particular and follows no clear rule."
    return FINDINGS.on(name, "speaks against", words, n, effect=effect)


def _told(view: View, looked: Looked, task: Task) -> Told | None:
    """The first kind that stands; what has no name comes last."""
    judged, own = looked.judged, looked.own
    rest = replace(SAME, hits=judged.wrong, plain=False)
    alone: Told | None = None
    for kind in (*judged.kinds, rest):
        hits = int(kind.hits.sum())
        if not hits:
            continue
        mine = own is not None and bool(kind.hits[own])
        told = _placed(view, looked, kind, task)
        if told is not None:
            return told
        if kind.plain and hits >= max(EVEN, EVEN_SHARE * judged.n):
            return Told(kind, None, judged.n, _sql(view, looked, kind), 0.0)
        most = OTHER_LABELS if own is not None and judged.says_other(own) else RARE
        if mine and alone is None and (kind.plain or hits <= most * judged.n):
            alone = Told(kind, None, 1, "", 0.0, alone=True)
    return alone


def _sql(view: View, looked: Looked, kind: Named) -> str:
    assert view.log is not None
    kept = view.log.engine.keep_rows(looked.judged.rows[kind.hits])
    return f"fw_row IN (SELECT fw_row FROM {kept})"


def _placed(view: View, looked: Looked, kind: Named, task: Task) -> Told | None:
    """Where and since when the requests of a kind are more than usual."""
    live, judged = view.log, looked.judged
    assert live is not None
    known, hits = np.zeros(live.rows, dtype=np.bool_), np.zeros(live.rows, dtype=np.bool_)
    known[judged.rows if kind.open is None else judged.rows[kind.open]] = True
    hits[judged.rows[kind.hits]] = True
    sought = Sought(kind, known, hits, _sql(view, looked, kind))
    # what came from a cache lies where the cache does: asked only where no other place tells
    for beside in dict.fromkeys((view.shown, (*view.shown, *view.shown_marks))):
        told = _risen(view, sought, beside, task) or _apart(view, sought, beside, task)
        if told is not None and (kind.plain or _clear(kind, told)):
            return told
    return None


def _clear(kind: Named, told: Told) -> bool:
    """Whether what a shop may mean to write begins, or has a place, and hardly is elsewhere."""
    inside, outside = told.shares
    begun = told.place is not None and told.place.onset is not None
    placed = kind.placed and told.place is not None and told.place.segment is not None
    return (begun or placed) and inside >= MOST_OF and outside <= ELSEWHERE


def _risen(view: View, sought: Sought, beside: Sequence[Column], task: Task) -> Told | None:
    """Where they are more than in the quietest quarter of the log's time."""
    kind, known, hits, sql = sought.kind, sought.known, sought.hits, sought.sql
    base = usual_share(view, known, hits, task)
    quarter = max(int(known.sum()) // 4, 1)
    usual = round(base * quarter), quarter

    def look(traffic: Traffic) -> ShareChange | None:
        return share_change(traffic, hits, known, usual, task)

    traffic, change = in_the_logs_words(view, beside, (known, hits), look, task)
    if change is None or change.inside < max(TIMES * base, base + POINTS):
        return None
    together = met_together(view, sql, task)
    if change.carried.score < together * (change.carried.looks + MARGIN):
        return None
    place = place_of(view, traffic, change.carried, sql, task)
    if change.carried.span.start == 0 and not came_later(traffic, change.carried, together):
        place = replace(place, onset=None)
    # without a beginning the usual share is that of the others: the log's time has none
    usually = change.outside if place.onset is None else base
    return Told(kind, place, change.n, sql, usually, shares=(change.inside, change.outside))


def _apart(view: View, sought: Sought, beside: Sequence[Column], task: Task) -> Told | None:
    """Where they are more than elsewhere: many that were always there hide each other in time."""
    found = whereabouts(view, sought.known, sought.hits, task, beside=beside)
    if found is None:
        return None
    met, of = found.outside
    outside = met / max(of, 1)
    shares = found.share, outside
    return Told(sought.kind, found.place, found.inside[1], sought.sql, outside, shares=shares)


def _supported(view: View, name: str, looked: Looked, told: Told, task: Task) -> Finding:
    judged, kind, place = looked.judged, told.kind, told.place
    own = looked.own is not None and bool(kind.hits[looked.own])
    mine = own and (place is None or place.concerns_decision)
    words = _words(looked, told)
    if own:
        words += f" This one too: {_this(looked, task)}." if not told.alone else ""
        words += f" This one shows {_this(looked, task)}." if told.alone else ""
    if place is None:
        rows = 1 if told.alone else judged.n
        changed = 1 if told.alone else int(kind.hits.sum())
        cause = Cause(_class(kind), (), NoTransform(), _segment(view, told), None, False, None,
                      None, rows, changed, mine, exact_record=mine, statement=words)  # fmt: skip
    else:
        cause = Cause(_class(kind), (), NoTransform(), place.segment, place.onset,
                      place.onset_known, place.end, place.ongoing, place.rows_in_scope,
                      place.rows_changed, mine, exact_record=mine, statement=words)  # fmt: skip
    signs = (*_signs(view, looked, told, task), *lined_up_releases(view, cause))
    cause = replace(cause, corroborations=signs)
    effect = {
        "kind": kind.key, "requests": judged.n, "differ": judged.differing,
        "of_this_kind": int(kind.hits.sum()), "in_scope": told.here, "usual": round(told.base, 5),
    }  # fmt: skip
    charts = _charts(view, looked, told, task)
    return FINDINGS.on(name, "supports", words, judged.n, effect=effect, segment=cause.segment,
                       cause=cause, charts=charts)  # fmt: skip


def _class(kind: Named) -> Any:  # noqa: ANN401 - one of two cause classes
    return "input-stale-or-late" if kind.key == "stale" else "ui-or-wording"


def _segment(view: View, told: Told) -> tuple[Condition, ...] | None:
    one, column = view.decision, view.column("log.id")
    if not told.alone or one is None or column is None:
        return None
    return (Condition(column, equals=one.id),)


def _words(looked: Looked, told: Told) -> str:
    pair, judged, kind, place = looked.joined.pair, looked.judged, told.kind, told.place
    hits = int(kind.hits.sum())
    if place is None:
        lies = "" if told.alone else " They lie nowhere in particular."
        return (
            f"In {part(hits, judged.n, 'requests')} {pair.shown} is {kind.words}; it is usually "
            f"shown {judged.usual} ({pair.logged}).{lies}"
        )
    where = "" if place.segment is None else f" with {segment_words(place.segment)}"
    when = ""
    if place.onset is not None:
        when = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        when += f", until {between(place.end.earliest, place.end.latest)}"
    among = f" {kind.among}" if kind.among else ""
    among += "," if among and not when else ""
    return (
        f"In {part(place.rows_changed, max(told.here, place.rows_changed), 'requests')}{where}"
        f"{among}{when} {pair.shown} is {kind.words}; it is usually shown {judged.usual} "
        f"({pair.logged}). Of {count(judged.n)} requests compared {count(judged.differing)} differ."
    )


def _this(looked: Looked, task: Task) -> str:
    assert looked.own is not None
    row = int(looked.judged.rows[looked.own])
    ((shown, logged),) = looked.values([row], task).values()
    return f"“{shown}” where {logged} was logged"


def _signs(view: View, looked: Looked, told: Told, task: Task) -> list[str]:
    """What else tells so: the events' own mark that they came from a cache."""
    events = looked.joined.pair.events
    name = events_column(view, events, "cached")
    segment = (told.place.segment if told.place is not None else None) or ()
    said = {c.column for c in segment} & {c.name for c in view.shown_marks}
    if name is None or not told.sql or said:
        return []
    marked = f"lower(CAST({quoted(name)} AS VARCHAR)) IN ('true', '1', 'yes', 'hit')"
    line = events.table.query(
        f"SELECT avg(CAST({marked} AS DOUBLE)) FILTER (fw_hit), "
        f"avg(CAST({marked} AS DOUBLE)) FILTER (NOT fw_hit) FROM {{t}} AS fw_t JOIN (SELECT "
        f"fw_event, {told.sql} AS fw_hit FROM ({looked.joined.sql})) AS fw_h "
        "ON fw_t.fw_row = fw_h.fw_event",
        task=task,
    )
    here, others = (column[0].as_py() for column in line.columns)
    if here is None or others is None or here - others < CACHED:
        return []
    return [
        f"{per_cent(here)} of these events are marked as cached, of all others {per_cent(others)}"
    ]


def _charts(view: View, looked: Looked, told: Told, task: Task) -> tuple[Chart, ...]:
    judged, pair = looked.judged, looked.joined.pair
    hits = judged.rows[told.kind.hits]
    step = max(1, hits.size // EXAMPLES)
    rows = [int(row) for row in hits[::step][:EXAMPLES]]
    own = _row(view)
    rows = [own, *(r for r in rows if r != own)] if looked.mine else rows
    values = looked.values(rows, task)
    cells = tuple((*values[r], "this one" if r == own else "") for r in rows)
    words = f"{pair.shown} beside {pair.logged}"
    table = Cells(
        "What was shown and what was decided",
        (f"shown ({pair.shown})", f"logged ({pair.logged})", ""), cells,
        strip=f"{len(cells)} of {count(int(told.kind.hits.sum()))} requests that differ so; "
        f"{count(judged.n)} joined by their id",
        description=f"{words}: {len(cells)} examples in which it is {told.kind.words}.",
    )  # fmt: skip
    if told.place is None or view.column("log.time") is None:
        return (table,)
    return (_strip(view, looked, told, task), table)


def _strip(view: View, looked: Looked, told: Told, task: Task) -> TimeStrip:
    assert view.log is not None
    assert told.place is not None
    kept = view.log.engine.keep_rows(looked.judged.rows)
    eligible = f"fw_row IN (SELECT fw_row FROM {kept})"
    none = np.zeros(0, dtype=np.bool_)
    lost = Lost(none, none, told.sql, eligible, "requests", told.base)
    strip = strip_of(view, lost, told.place.segment, task)
    name = segment_words(told.place.segment, "all requests")
    return TimeStrip(
        f"Requests whose {looked.joined.pair.shown} is shown otherwise",
        strip.curves(name, told.base), "% of requests", strip.zone, strip.marks(told.place.onset),
        strip=f"share per 48th of the log's time · {count(looked.judged.n)} requests compared",
        description=f"{name}: what was shown is {told.kind.words}; usual is {per_cent(told.base)}.",
    )  # fmt: skip


def _cannot(name: str, words: str, n: int, effect: dict[str, Any] | None = None) -> Finding:
    if not name:
        found = FINDINGS.nothing(words, NEED, n=n)
        return replace(found, ask=ASK)
    return FINDINGS.on(name, "cannot tell", words, n, would_need=NEED, ask=ASK, effect=effect or {})


CHECK = Check(
    family="ui_context",
    name="rendering",
    suspicion="What was shown is not what was decided: another number, text, label, rank, or old.",
    covers=(
        "shown scores, amounts, labels, ranks, item names and texts of UI events against the log's "
        "own, request by request: equal after rounding; else per cent for a fraction, a factor, a "
        "moved decimal sign, another sign, another locale, a cut or badly encoded text, the value "
        "of an earlier decision; the order on the page against the order of the scores, reversed "
        "or otherwise; in which segment and since when it differs so"
    ),
    does_not_cover=(
        "what no event records: fonts, colours, what was below the fold; pictures; whether a way "
        "of writing that all requests share is a good one; numbers in longer sentences with "
        f"several; more than {MOST_PAIRS} shown columns (each further one is named)"
    ),
    minimum=f"{MINIMUM} requests with the value shown and logged, half of which agree",
    run=run,
    needs=("log", "ui_events"),
    asks=(("ui_events", ASK), ("log", "Please send the log of those requests with their ids.")),
    causes=("ui-or-wording", "input-stale-or-late"),
    order=13,
)
