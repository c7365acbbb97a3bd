"""Pictures of what changes with time: the share of rows that meet a condition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from investigators.chart import Cells, Curve, Mark, TimeStrip
from investigators.clock import iso, moment
from investigators.evidence import Onset
from investigators.moments.agreement import Agreement
from investigators.moments.hands import DAY, HALF, HOUR
from investigators.moments.units import COUNTINGS, Counted, Counting
from investigators.numbers import number, per_cent
from investigators.tables.table import Table
from investigators.traffic.rows import Traffic

POINTS = 60
LEAST = 20  # rows behind a point

Flags = npt.NDArray[np.bool_]


def share_strip(
    title: str,
    traffic: Traffic,
    rows: npt.NDArray[np.intp],
    said: tuple[Flags, Flags],
    onset: Onset | None,
    words: tuple[str, str],
    end: Onset | None = None,
) -> TimeStrip | None:
    """Share of hits among known rows over time (%), in a segment and in all others.

    ``rows`` are the segment's row numbers, ``said`` is (hits, known), each of shape (log's rows,);
    ``words`` name the segment and what is counted.  ``None`` without times.
    """
    hits, known = said
    inside = np.zeros(traffic.rows, dtype=bool)
    inside[rows] = True
    if traffic.moments is None or traffic.order is None:
        return None
    curves = []
    for name, each in ((words[0], inside), ("all others", ~inside)):
        chosen = traffic.order[(each & known)[traffic.order]]
        count = min(POINTS, chosen.size // LEAST)
        if count < 2:
            continue
        parts = np.array_split(chosen, count)
        x = tuple(float(np.median(traffic.moments[p])) / 1e6 for p in parts)
        y = tuple(round(100 * float(hits[p].mean()), 2) for p in parts)
        kind = "live" if name == words[0] else "neutral"
        curves.append(Curve(name, x, y, kind, dashed=kind == "live"))
    marks = []
    for label, told in (("since here", onset), ("until here", end)):
        if told is not None and told.latest is not None:
            at = (moment(told.latest) - moment("1970-01-01T00:00:00")).total_seconds()
            marks.append(Mark(label, at, kind="decision"))
    n, of = int((inside & known).sum()), int(known.sum())
    held = f"{n:,} of {of:,} requests with a value are in {words[0]}"
    if n == of:
        held = f"{of:,} requests with a value"
    others = " and in all others" if len(curves) > 1 else ""
    return TimeStrip(
        title=title,
        curves=tuple(curves),
        unit=f"% of requests {words[1]}",
        zone="UTC" if traffic.zone_known else "local time",
        marks=tuple(marks),
        strip=f"{held} · points hold the same number of requests, at least {LEAST}",
        description=f"The share of requests {words[1]} over time, in {words[0]}{others}.",
    )


def units_table(
    log: Table,
    feature: str,
    expression: str,
    usual: tuple[str, Counting, Counted | None],
    here: Counted,
) -> Cells:
    """Rows by unit, before and live, with the smallest live value read as a time.

    ``usual`` is what it was before: words, unit, and counts where a table tells them.
    """
    words, own, held = usual
    x = f"TRY_CAST(({expression}) AS DOUBLE)"
    rows = []
    for each in COUNTINGS:
        before = 0 if held is None else held.held[each.name]
        if not (here.held[each.name] or before or each is own):
            continue
        low = log.value(f"SELECT min({x}) FROM {{t}} WHERE {each.holds_sql(x)}")
        example = ("", "")
        if low is not None:
            when = iso(round(each.seconds(float(low)) * 1e6), zone_known=False)
            example = (number(float(low)), when[:16].replace("T", " "))
        told = "all (model text)" if held is None and each is own else f"{before:,}"
        rows.append((each.words, told, f"{here.held[each.name]:,}", *example))
    return Cells(
        f"{feature}: in which unit it counts time",
        ("counted in", words, "the log", "smallest in the log", "read as a time (UTC)"),
        tuple(rows),
        strip=f"{here.n:,} values of the log that are neither zero nor missing",
        description=f"Values of {feature} by the unit of time that their size fits.",
    )


def residual_table(
    feature: str, agreed: Agreement, claimed: npt.NDArray[np.intp], words: str
) -> Cells:
    """Shares of requests by how much further than usual an input is from its row's own time."""
    known = agreed.codes >= 0
    inside = np.zeros(known.size, dtype=bool)
    inside[claimed] = True
    step = {"hour": HOUR, "weekday": DAY}.get(agreed.hand.part, HALF)
    counts = np.bincount(agreed.codes[known], minlength=agreed.usual.size)
    rows = []
    for code in np.argsort(-counts, kind="stable")[:5]:
        if not (counts[code] or agreed.usual[code]):
            continue  # nowhere: a line of nothing
        apart = (int(code) - agreed.mode) * step / HOUR
        turn = agreed.hand.turn / HOUR
        apart = (apart + turn / 2) % turn - turn / 2 if turn else apart
        cells = [f"{number(apart)} h", per_cent(float(agreed.usual[code]))]
        for rows_of in (known & inside, known & ~inside):
            share = float((agreed.codes[rows_of] == code).mean()) if rows_of.any() else None
            cells.append("no rows" if share is None else per_cent(share))
        rows.append(tuple(cells))
    return Cells(
        f"{feature}: how much further than usual from the request's own time",
        ("further by", words, "these requests", "all others"),
        tuple(rows),
        strip=f"{int(known.sum()):,} requests with {feature} and a time, "
        f"{int((known & inside).sum()):,} of them these",
        description=f"Shares of requests by the distance between {feature} and their own time.",
    )
