"""Does the box hold what its title claims?  "Under 50", "in stock", "new", "4 stars", "Shoes".

A claim is checked only where its rule is stated: by the literal words of the title and a column of
the catalogue of items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from investigators.answering import Findings
from investigators.chart import Cells, Chart, Dot, Dots
from investigators.check import Check
from investigators.evidence import Cause, Condition, Finding, NoTransform
from investigators.impressions import Events, Impression, event_tables
from investigators.numbers import between, count, listed, part, proportion
from investigators.presence import Presence, presence
from investigators.promises import MOST_TITLES, Catalogue, Claim, catalogue_of, claims
from investigators.promises_held import ALONE, BROKEN, LATE, Box, Judged
from investigators.shift.corroborate import lined_up_releases
from investigators.statistics import wilson
from investigators.tables.table import literal, quoted
from investigators.task import Task
from investigators.view import View
from investigators.whereabouts import Whereabouts, rows_of_sort, whereabouts

FINDINGS = Findings("ui_context.promise")
MINIMUM = 30
# a catalogue of another day breaks a claim more and more; at once, where hardly any did before
SINCE, SUDDEN = 0.1, 0.01
ELSEWHERE = 0.1  # at most of the items of other segments break a claim that one segment breaks
EXAMPLES = 8
OTHER_DAY = " The catalogue may be of another day than what was shown."
NEED = "the rule of the box's title, and a catalogue with the items' attributes"
ASK = (
    "Please send the rule of that box: which items may stand in it, by which attribute and "
    "whose data (price, stock, date of listing, rating, category), who writes its title, and what "
    "fills it when too few items fit; and send the catalogue of items as it was on that day."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each box whose title states a rule; one on this decision's own box."""
    task.tick()
    tables = [e for e in event_tables(view, task) if {"title", "item"} <= set(e.columns)]
    rows = sum(e.table.rows for e in event_tables(view, task))
    if not tables:
        words = "What a box claims cannot be checked: no UI event has a title and an item."
        return [_nothing(words, rows)]
    own = _own(view, tables, task)
    boxes = [box for events in tables for box in _boxes(view, events, own, task)]
    found = [_judged(view, box, boxes, own, task) for box in boxes]
    unchecked = own is not None and not any(_same(box, own) for box in boxes)
    if own is not None and unchecked and own.title:
        found.append(_unchecked(own, rows))
    if not found:
        words = "No title states a rule that a column of a catalogue of items could check."
        return [_nothing(words, rows)]
    return found


def _nothing(words: str, n: int) -> Finding:
    return replace(FINDINGS.nothing(words, NEED, n=n), ask=ASK)


def _unchecked(own: Impression, rows: int) -> Finding:
    words = (
        f"This decision's own box claims “{own.title}”; nothing states a rule for it that a column "
        "of a catalogue of items could check."
    )
    return FINDINGS.on("this box", "cannot tell", words, rows, would_need=NEED, ask=ASK)


def _own(view: View, tables: Sequence[Events], task: Task) -> Impression | None:
    """The decision's own impression: the picked event, else the first with its request's id."""
    one = view.decision
    if one is None:
        return None
    for events in tables:
        if one.event is not None:
            if events.number == one.event[0]:
                shown = events.impressions("fw_row = ?", [one.event[1]], task)
                return shown[0] if shown else None
        elif "request" in events.columns:
            shown = events.impressions(f"{events.text('request')} = ?", [one.id], task)
            mine = [i for i in shown if i.component in view.case.components] or shown
            if mine:
                return mine[0]
    return None


def _boxes(view: View, events: Events, own: Impression | None, task: Task) -> list[Box]:
    """Count items of every component and title that states a rule; the own title always is one."""
    catalogue = catalogue_of(view, events, task)
    if catalogue is None:
        return []
    title, who = events.text("title"), events.text("component")
    found = events.table.query(
        f"SELECT {title} AS fw_t, count(*) AS fw_n FROM {{t}} WHERE {title} IS NOT NULL "
        f"GROUP BY fw_t ORDER BY fw_t IS NOT DISTINCT FROM ? DESC, fw_n DESC, fw_t "
        f"LIMIT {MOST_TITLES}",
        [own.title if own is not None else None],
        task=task,
    )
    boxes: list[Box] = []
    for claim in claims(catalogue, found.column(0).to_pylist(), task):
        task.tick()
        lines = events.table.query(
            f"SELECT fw_c, count(fw_holds) AS fw_n, count(*) FILTER (NOT fw_holds), "
            "count(fw_holds) FILTER (fw_late), count(*) FILTER (fw_late AND NOT fw_holds) FROM "
            f"(SELECT {who} AS fw_c, fw_holds, percent_rank() OVER (PARTITION BY {who} "
            f"ORDER BY {events.when or 'fw_row'}) >= {LATE} AS fw_late FROM "
            f"{_held(events, catalogue, claim)} WHERE {title} = {literal(claim.title)} AND "
            "fw_holds IS NOT NULL) GROUP BY fw_c ORDER BY fw_n DESC, fw_c",
            task=task,
        )
        rows = zip(*(column.to_pylist() for column in lines.columns), strict=True)
        boxes += [Box(events, catalogue, claim, c, *map(int, of)) for c, *of in rows]
    return boxes


def _held(events: Events, catalogue: Catalogue, claim: Claim) -> str:
    """SQL: the events with ``fw_holds``, ``fw_far``, ``fw_value`` of their items."""
    key = f"CAST({quoted(catalogue.key)} AS VARCHAR)"
    items = (
        f"SELECT {key} AS fw_key, ({claim.holds}) AS fw_holds, ({claim.far}) AS fw_far, "
        f"CAST({quoted(claim.column)} AS VARCHAR) AS fw_value FROM {catalogue.table.relation}"
    )
    name = quoted(events.columns["item"])
    return (
        f"(SELECT fw_e.*, fw_holds, fw_far, fw_value FROM {events.table.relation} AS fw_e "
        f"LEFT JOIN ({items}) AS fw_c ON CAST(fw_e.{name} AS VARCHAR) = fw_c.fw_key)"
    )


def _same(box: Box, own: Impression) -> bool:
    return (
        box.events.number == own.table
        and box.claim.title == own.title
        and box.component == own.component
    )


def _judged(
    view: View, box: Box, boxes: Sequence[Box], own: Impression | None, task: Task
) -> Finding:
    """Whether a box's items keep its claim; this decision's own item where it stands in it."""
    here = own if own is not None and _same(box, own) else None
    number = sum(b.name == box.name and b.claim.column == box.claim.column
                 for b in boxes[: boxes.index(box)])  # fmt: skip
    name = f"{box.name}: {box.claim.column}{f' #{number + 1}' if number else ''}"
    words = (
        f"{part(box.items - box.broken, box.items, 'items')} shown under “{box.claim.title}”"
        f"{f' by {box.component}' if box.component else ''} have {box.claim.words}"
    )
    value = None if here is None else _value(box, here, task)
    if value is not None:
        kept = "keeps" if value[1] else "breaks"
        words += f"; this decision's own item has {value[0]}, it {kept} the claim"
    others = tuple(b for b in boxes if b is not box and b.claim.column == box.claim.column)
    far = value is not None and value[2]
    judged = Judged(name, box, others, words + ".", value is not None and not value[1], far)
    if box.items < MINIMUM:
        return _not_told(judged)
    place = _where(view, judged, task) if judged.mine else None
    if judged.breaks or place is not None:
        return _told(view, judged, place, task)
    return _alone(view, judged) if judged.alone else _not_told(judged)


def _alone(view: View, one: Judged) -> Finding:
    """This decision's own item breaks a claim that most of the box keep, in no place of its own."""
    box, rows = one.box, view.decision
    words = f"{one.words} Those that break it lie nowhere in particular.{OTHER_DAY}"
    column = view.column("log.id")
    segment: tuple[Condition, ...] = (
        Condition(box.events.columns["title"], equals=box.claim.title),
    )
    if column is not None and rows is not None and rows.row is not None:
        segment = (Condition(column, equals=rows.id),)
    cause = Cause(
        "ui-or-wording", (), NoTransform(), segment, None, False, None, None, 1, 1, True,
        statement=words,
    )  # fmt: skip
    return FINDINGS.on(one.name, "supports", words, box.items, effect=one.effect, segment=segment,
                       cause=cause)  # fmt: skip


def _where(view: View, one: Judged, task: Task) -> Whereabouts | None:
    """Requests of a segment or since a day, this one among them, whose items break the claim.

    Hardly others do.  An hour or a weekday is none: no box is filled by the clock.  An item that
    many were shown is one piece of evidence, whatever the catalogue says of it.
    """
    box, events = one.box, one.box.events
    if view.log is None or "log.id" not in view.columns or "request" not in events.columns:
        return None
    if box.faded:
        return None
    lines = (
        f"FROM {view.log.relation} AS fw_l JOIN (SELECT {events.text('request')} AS fw_r, "
        f"{events.text('item')} AS fw_i, fw_holds FROM {_held(events, box.catalogue, box.claim)} "
        f"WHERE {_inside(box)} AND fw_holds IS NOT NULL) AS fw_s ON fw_l.fw_id = fw_s.fw_r"
    )
    alike = view.log.value(
        f"SELECT sum(fw_k * fw_k) / sum(fw_k) FROM (SELECT count(*)::DOUBLE AS fw_k {lines} "
        "WHERE NOT fw_holds GROUP BY fw_i)",
        task=task,
    )
    known, hits = rows_of_sort(view.log, f"SELECT fw_row, NOT fw_holds {lines}", task)
    found = whereabouts(
        view, known, hits, task, together=float(alike or 1.0), calendar=False, beside=view.shown
    )
    if found is None or not found.place.concerns_decision:
        return None
    met, of = found.outside
    if found.place.segment is None:
        sudden = found.place.onset is not None and of >= MINIMUM and met <= SUDDEN * of
        return found if found.share >= SINCE and sudden else None
    return found if found.share >= ALONE and met <= ELSEWHERE * of else None


def _not_told(one: Judged) -> Finding:
    box, words = one.box, one.words
    if box.items < MINIMUM:
        need = f"{MINIMUM} items under this title that the catalogue knows"
        return FINDINGS.on(one.name, "cannot tell", words, box.items, would_need=need, ask=ASK,
                           effect=one.effect)  # fmt: skip
    rest, broken = one.rest
    if box.broken and rest:
        words += f" In other boxes with such a rule {part(broken, rest, 'items')} break it."
    if one.mine or box.share >= ALONE:
        words += OTHER_DAY
        return FINDINGS.on(one.name, "cannot tell", words, box.items, would_need=NEED, ask=ASK,
                           effect=one.effect)  # fmt: skip
    return FINDINGS.on(one.name, "speaks against", words, box.items, effect=one.effect)


def _value(box: Box, own: Impression, task: Task) -> tuple[str, bool, bool] | None:
    """The own item's value, whether it keeps the claim, and whether it breaks it by far."""
    line = box.events.table.query(
        "SELECT fw_value, fw_holds, coalesce(fw_far, false) FROM "
        f"{_held(box.events, box.catalogue, box.claim)} "
        f"WHERE fw_row = {own.row} AND fw_holds IS NOT NULL",
        task=task,
    )
    values = [column.to_pylist() for column in line.columns]
    if not values[0]:
        return None
    return f"{box.claim.column} {values[0][0]}", bool(values[1][0]), bool(values[2][0])


def _told(view: View, one: Judged, place: Whereabouts | None, task: Task) -> Finding:
    box = one.box
    items, broken = one.rest
    words = f"{one.words} The others break it: {proportion(box.broken, box.items)}"
    words += (
        f", against {part(broken, items, 'items')} of other boxes with such a rule."
        if items
        else "; no other box has a rule on that column."
    )
    if place is not None:
        words += place.sentence
        everywhere = place.place.segment is None
        words += OTHER_DAY if everywhere else ""
        cause = place.cause("ui-or-wording", words, exact=not everywhere)
    else:
        cause = _of_box(one, words, task)
    cause = replace(cause, corroborations=tuple(lined_up_releases(view, cause)))
    charts: tuple[Chart, ...] = (_dots(box, one.others), _examples(box, task))
    if place is not None:
        charts = (place.dots("Requests with an item that breaks the claim"), *charts)
    return FINDINGS.on(one.name, "supports", cause.statement, box.items, effect=one.effect,
                       segment=cause.segment, cause=cause, charts=charts)  # fmt: skip


def _of_box(one: Judged, words: str, task: Task) -> Cause:
    """The whole box breaks its claim, wherever it is shown."""
    box, events = one.box, one.box.events
    found = _since(box, task)
    if found.onset is not None:
        words += f" Since {between(found.onset.earliest, found.onset.latest)}."
    segment = [Condition(events.columns["title"], equals=box.claim.title)]
    if box.component is not None:
        segment.insert(0, Condition(events.columns["component"], equals=box.component))
    return Cause(
        "ui-or-wording", (), NoTransform(), tuple(segment), found.onset, found.onset_known,
        found.end, found.ongoing, box.items, box.broken, one.mine, exact_record=one.mine,
        statement=words,
    )  # fmt: skip


def _inside(box: Box) -> str:
    """SQL: an event is of this box."""
    words = f"{box.events.text('title')} = {literal(box.claim.title)}"
    if box.component is not None:
        words += f" AND {box.events.text('component')} = {literal(box.component)}"
    return words


def _since(box: Box, task: Task) -> Presence:
    """When items that break the claim are there, among those of this box."""
    events, claim = box.events, box.claim
    sql = f"(SELECT * FROM {_held(events, box.catalogue, claim)} WHERE {_inside(box)})"
    return presence(
        events.table.with_relation(sql, rows=box.items), "coalesce(NOT fw_holds, false)",
        events.when, task, zone_known=events.zone_known,
    )  # fmt: skip


def _dots(box: Box, others: Sequence[Box]) -> Dots:
    dots = []
    for each in (box, *others):
        if each.items:
            low, high = (round(100 * end, 3) for end in wilson(each.broken, each.items))
            at = round(100 * each.share, 3)
            dots.append(Dot(each.name, at, low, high, each.items, each is box))
    return Dots(
        "Items that break the claim of their box",
        tuple(dots),
        "% of items",
        strip="95 % intervals (Wilson) · items that the catalogue knows",
        description=f"{listed([dot.label for dot in dots])}: shares of items that break the claim.",
    )


def _examples(box: Box, task: Task) -> Cells:
    events = box.events
    lines = events.table.query(
        f"SELECT {events.text('item')} AS fw_i, any_value(fw_value) AS fw_v, count(*) AS fw_n FROM "
        f"{_held(events, box.catalogue, box.claim)} WHERE NOT fw_holds AND "
        f"{_inside(box)} GROUP BY fw_i ORDER BY fw_n DESC, fw_i LIMIT {EXAMPLES}",
        task=task,
    )
    columns = [column.to_pylist() for column in lines.columns]
    rows = tuple((str(i), str(v), count(n)) for i, v, n in zip(*columns, strict=True))
    return Cells(
        f"Items under “{box.claim.title}” that break it",
        ("item", box.claim.column, "times shown"),
        rows,
        strip=f"the {len(rows)} most shown of {count(box.broken)} impressions",
        description=f"{len(rows)} items that do not have {box.claim.words}.",
    )


CHECK = Check(
    family="ui_context",
    name="promise",
    suspicion="A box holds items that its title does not promise.",
    covers=(
        "titles that state their rule in words (under, from, at least N, N and up, stars, per cent "
        "off, in stock, new, a category's own name) against the catalogue's column for it: the "
        "share of items that break it by component, against other boxes with a rule on the same "
        "column; this decision's own item, and where it breaks the claim, in which segment and "
        "since when those of others do, though nearly all of the box keep it"
    ),
    does_not_cover=(
        "claims without a stated rule (recommended for you, bought together, cheapest); titles in "
        f"other languages; of very many titles, those beyond the {MOST_TITLES} most frequent and "
        "the decision's own; what the catalogue said on another day"
    ),
    minimum=f"{MINIMUM} items under the title that the catalogue knows, {BROKEN} that break it",
    run=run,
    needs=("ui_events",),
    asks=(("ui_events", ASK),),
    causes=("ui-or-wording",),
    order=47,
)
