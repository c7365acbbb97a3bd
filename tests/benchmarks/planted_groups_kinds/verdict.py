"""Compares leads and findings (as ``findings.json`` has them) with what was planted.

Two descriptions are the same group when their rows have a Jaccard index of ``SAME``; a parent or a
child (one holds nearly all rows of the other) is let pass from ``NEAR`` on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from planted_kinds.parts import Mask, Rows
from planted_kinds.places import segment_rows
from planted_kinds.verdict import touches

from planted_groups_kinds.parts import REQUEST, TIME, Table, Truth

SAME, NEAR, WITHIN = 0.8, 0.5, 0.98
SLICES = "subgroup_performance.hidden_slices"
Lead = dict[str, Any]
Finding = dict[str, Any]


def universe(table: Table, *, of_events: bool) -> Rows:
    """Columns of log and events side by side, one row per request (or per event)."""
    events = table.events
    if events is None:
        return table.log
    row = events["_row"]
    if of_events:
        found = dict(events)
        for name, values in table.log.items():
            if name not in found:
                none = np.nan if values.dtype == float else None
                taken = values[np.maximum(row, 0)].astype(values.dtype if none else object)
                found[name] = np.where(row >= 0, taken, none)
        found[TIME] = events["at"]
        return found
    first = np.full(table.n, -1)
    own = np.flatnonzero(row >= 0)[::-1]
    first[row[own]] = own
    found = {}
    for name, values in events.items():
        none = np.nan if values.dtype == float else None
        found[name] = np.where(first >= 0, values[np.maximum(first, 0)], none)
    return found | table.log


def jaccard(one: Mask, other: Mask) -> float:
    """Common rows over all rows of either."""
    return float((one & other).sum() / max((one | other).sum(), 1))


def same(one: Mask, other: Mask) -> bool:
    """Whether two masks are the same group, or parent and child that overlap enough."""
    index = jaccard(one, other)
    inner = (one & other).sum() / max(min(one.sum(), other.sum()), 1)
    return bool(index >= SAME or (index >= NEAR and inner >= WITHIN))


def rows_of(table: Table, segment: list[dict[str, Any]] | None, *, of_events: bool) -> Mask | None:
    """Rows of a described segment; ``None`` where it names a column that nobody has."""
    columns = universe(table, of_events=of_events)
    columns.setdefault(REQUEST, columns.get("id", columns[TIME]))
    if any(c["column"] not in columns and "part" not in c for c in segment or []):
        return None
    return segment_rows(columns, segment or [])


def match(table: Table, truth: Truth, lead: Lead) -> dict[str, bool | None]:
    """Tell what one lead has right; ``None`` where it cannot be right or wrong."""
    place = onset = None
    if truth.rows is not None:
        rows = rows_of(table, lead["segment"], of_events=truth.of_events)
        place = rows is not None and same(rows, truth.rows)
    if truth.onset is not None:
        told, last = lead.get("onset"), truth.first or truth.onset
        onset = touches(told, truth.onset, max(last, truth.onset))
    named = None
    if truth.features:
        named = set(truth.features) <= set(lead["features"])
    return {"cause": lead["cause"] in truth.causes, "place": place, "features": named,
            "onset": onset}  # fmt: skip


def confirmed(findings: list[Finding]) -> list[Finding]:
    """Findings of the search for hidden groups that support."""
    return [f for f in findings if f["check"] == SLICES and f["verdict"] == "supports"]


def judge(table: Table, leads: list[Lead], findings: list[Finding]) -> dict[str, Any]:
    """One line of the run."""
    truth = table.truth
    slices = confirmed(findings)
    loud = [lead for lead in leads if lead["strength"] != "weak"]
    line: dict[str, Any] = {
        "seed": table.seed, "kind": table.kind, "n": table.n, "setting": table.setting,
        "truth": None, "power": None, "hidden": False,
        "confirmed": [f["sentence"] for f in slices],
        "ui": [_said(x) for x in loud if x["family"] == "ui_context"],
        "group": [_said(x) for x in loud if x["family"] == "subgroup_performance"],
        "weak": [_said(x) for x in leads if x["strength"] == "weak"],
        "lead": _said(leads[0]) if leads else "",
    }  # fmt: skip
    if truth is None:
        return line
    told = [match(table, truth, lead) for lead in leads]
    if not truth.lead:
        told = [_of_finding(table, truth, f) for f in findings
                if f["family"] == "subgroup_performance"]  # fmt: skip
        told.sort(key=lambda m: m["place"] is not True)
    none = {"cause": False} | dict.fromkeys(("place", "features", "onset"))
    first = told[0] if told else none
    line |= {
        "truth": truth.data(), "power": round(truth.power, 4), "hidden": truth.hidden, **first,
        "found": bool(first["cause"]), "right": all(v is not False for v in first.values()),
        "among": any(all(v is not False for v in one.values()) for one in told),
        "strength": leads[0]["strength"] if leads else "",
        "hit": truth.hidden and any(_holds(table, truth, f["segment"]) for f in slices),
        "elsewhere": any(not _overlaps(table, truth, f["segment"]) for f in slices),
        "sentences": [f["sentence"] for f in findings
                      if f["verdict"] == "supports"][:6],
    }  # fmt: skip
    return line


def _said(lead: Lead) -> str:
    return f"{lead['strength']} {lead['cause']}: {lead['statement']}"


def _holds(table: Table, truth: Truth, segment: list[dict[str, Any]] | None) -> bool:
    rows = rows_of(table, segment, of_events=False)
    return rows is not None and truth.rows is not None and same(rows, truth.rows)


def _overlaps(table: Table, truth: Truth, segment: list[dict[str, Any]] | None) -> bool:
    """Whether the planted rows are more than a fifth of what was confirmed."""
    rows = rows_of(table, segment, of_events=False)
    if rows is None or truth.rows is None:
        return True
    return bool((rows & truth.rows).sum() >= 0.2 * rows.sum())


def _of_finding(table: Table, truth: Truth, finding: Finding) -> dict[str, bool | None]:
    """A group that is only told of: the finding itself, or one that its numbers list."""
    listed = [one.get("segment") for one in finding["effect"].get("slices", [])
              if isinstance(one, dict)]  # fmt: skip
    if finding["verdict"] != "speaks against":
        listed.append(finding["segment"])
    place = any(_holds(table, truth, segment) for segment in listed if segment)
    return {"cause": place, "place": place, "features": None, "onset": None}
