"""The rows of a lead as filters of the list of decisions, and which rows a rival is about."""

from __future__ import annotations

from app.state import State
from investigators.evidence import Condition, Lead, Segment
from investigators.why_tree import Rival
from investigators.wish import Filter


def segment_of(rival: Rival, state: State) -> Segment:
    """The group that a check of groups answered about; empty where it is about none."""
    mine = (f for f in state.progress.findings if f.check == rival.id and f.segment)
    groups = rival.family == "subgroup_performance"
    return next((found.segment for found in mine), None) if groups else None


def cell_of(chip: Filter) -> Condition:
    """The condition of a chip that lets one value of a column through."""
    value = chip.values[0] if chip.values else None
    return Condition(chip.column, equals=value, missing=value is None)


def filters_of(lead: Lead) -> tuple[Filter, ...]:
    """Segment and window of a lead; a part of a time has no chip and is left out."""
    found = [chip for each in lead.segment or () if (chip := _chip(each)) is not None]
    low = lead.onset.latest if lead.onset is not None else None
    high = lead.end.latest if lead.end is not None else None
    if low or high:
        found.append(Filter("fw_time", low=low, high=high))
    return tuple(found)


def _chip(condition: Condition) -> Filter | None:
    if condition.part is not None:
        return None
    if condition.missing:
        return Filter(condition.column, (None,))
    if condition.within is not None:
        return Filter(condition.column, condition.within)
    if condition.lower is not None or condition.upper is not None:
        return Filter(condition.column, low=condition.lower, high=condition.upper)
    return Filter(condition.column, (condition.equals,))
