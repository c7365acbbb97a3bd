"""Corrections to what was guessed: each takes a brief and returns a new one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.language import later, tr
from investigators.brief import FEATURE, REPEATABLE_SOURCES, brief_from_flags
from investigators.case import Brief, Place, Role
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.sorting import Sorted
    from investigators.ticket import Ticket

ROLE_WORDS: dict[Role, str] = {
    "model": later("model"),
    "other_model": later("other model"),
    "log": later("log"),
    "reference": later("training data"),
    "outcomes": later("outcomes"),
    "ui_events": later("UI events"),
    "lookup": later("lookup table"),
    "features": later("dictionary"),
    "releases": later("releases"),
    "screenshot": later("screenshot"),
    "feature_store": later("feature store"),
    "policy": later("policy"),
}
COLUMN_WORDS = {
    "id": later("id"),
    "subject": later("subject"),
    "session": later("session"),
    "time": later("time"),
    "score": later("score"),
    "decision": later("decision"),
    "outcome": later("outcome"),
    "value": later("value"),
    "model_version": later("model version"),
    "component": later("component"),
    "live_test": later("live test"),
    "segment": later("segments"),
    "ignore": later("left aside"),
}


def with_ticket(brief: Brief, ticket: Ticket | None, picture: str) -> Brief:
    """What a pasted ticket says, where the brief says nothing; its picture as the screenshot."""
    if ticket is not None:
        brief = replace(
            brief,
            title=brief.title or ticket.first("title"),
            reported=brief.reported or ticket.first("reported"),
        )
    if picture and "screenshot" not in brief.sources:
        brief = replace(brief, sources={**brief.sources, "screenshot": (Place(picture),)})
    return brief


def with_sorted(brief: Brief, found: Sequence[Sorted]) -> Brief:
    """Loose files in the roles they seem to have, beside what is there."""
    sources = dict(brief.sources)
    for each in found:
        if each.role in REPEATABLE_SOURCES:
            sources[each.role] = (*sources.get(each.role, ()), each.place)
        elif each.role is not None:
            sources[each.role] = (each.place,)
    return replace(brief, sources=sources)


def with_source(brief: Brief, place: Place, role: Role | None) -> Brief:
    """A file in another role (``None``: left out); one that had the role takes the old one."""
    before = next((r for r, places in brief.sources.items() if place in places), None)
    if before == role:
        return brief
    sources = {r: tuple(p for p in places if p != place) for r, places in brief.sources.items()}
    if role is not None:
        there = sources.get(role, ())
        if there and role not in REPEATABLE_SOURCES:
            if before is not None:
                sources[before] = (*sources[before], *there)
            there = ()
        sources[role] = (*there, place)
    kept: dict[Role, tuple[Place, ...]] = {r: p for r, p in sources.items() if p}
    # what was said of columns belongs to the table that was in the role
    moved = {r for r in (before, role) if r is not None}
    columns = {k: v for k, v in brief.columns.items() if k.partition(".")[0] not in moved}
    return replace(brief, sources=kept, columns=columns)


def with_role(brief: Brief, role: str, columns: tuple[str, ...]) -> Brief:
    """Columns of the log for a role; none says that no column plays it."""
    said = {
        key: value
        for key, value in brief.columns.items()
        if not (key.startswith("log.") and len(value) == 1 and value[0] in columns)
        or key == "log.value"
        or role in ("value", "ignore", "segment")
    }
    said[f"log.{role}"] = columns
    return replace(brief, columns=said)


def guessed_again(brief: Brief, role: str) -> Brief:
    """Nothing is said of a role any more."""
    return replace(brief, columns={k: v for k, v in brief.columns.items() if k != f"log.{role}"})


def with_input(brief: Brief, name: str, column: str | None) -> Brief:
    """A column of the log for a model input (``None``: it has none)."""
    fed = f"log.{FEATURE}"
    said = {
        key: value
        for key, value in brief.columns.items()
        if not (key.startswith(fed) and value == (column,))
    }
    said[f"{fed}{name}"] = () if column is None else (column,)
    return replace(brief, columns=said)


def with_unit(brief: Brief, name: str, unit: str) -> Brief:
    """A unit typed by hand; empty takes it back."""
    others = {n: u for n, u in brief.units.items() if n != name}
    return replace(brief, units={**others, name: unit.strip()} if unit.strip() else others)


def with_setting(brief: Brief, key: str, text: str) -> Brief:
    """A setting as typed; empty takes it back.

    Raises:
        InputTrouble: it is not of its form.
    """
    text = text.strip()
    if key == "cuts":
        return _with_cuts(brief, text)
    if key == "labels":
        return _with_labels(brief, text)
    many = tuple(part.strip() for part in text.split(",") if part.strip())
    if key == "component":
        return replace(brief, components=many)
    if not text:
        return replace(brief, **{key: None})  # type: ignore[arg-type]
    given: dict[str, Any] = {key: text}
    made = brief_from_flags(**given)
    return replace(brief, **{key: getattr(made, key)})


def _with_cuts(brief: Brief, text: str) -> Brief:
    cuts = tuple(_number(part) for part in re.split(r"[;\s]+|,\s+", text) if part)
    empty: dict[str, Any] = {"threshold": None, "cuts": ()}
    if len(cuts) < 2:
        return replace(brief, **{**empty, "threshold": cuts[0] if cuts else None, "labels": ()})
    labels = brief.labels if len(brief.labels) == len(cuts) + 1 else ()
    made = brief_from_flags(cuts=cuts)
    return replace(
        brief, **{**empty, "cuts": made.cuts, "labels": labels, "above": None, "below": None}
    )


def _with_labels(brief: Brief, text: str) -> Brief:
    labels = tuple(part.strip() for part in text.split(",") if part.strip())
    cuts = len(brief.cuts) or 1
    if labels and len(labels) != cuts + 1:
        raise InputTrouble(
            "labels",
            tr("%n labels", "", len(labels)),
            expected=tr("{cuts}, the lowest first", cuts=cuts + 1),
        )
    if len(labels) == 2:
        return replace(brief, below=labels[0], above=labels[1], labels=())
    return replace(brief, labels=labels, above=None, below=None)


def _number(part: str) -> float:
    try:
        return float(part.replace(",", ".").replace("−", "-"))
    except ValueError as error:
        raise InputTrouble("threshold", part, expected=tr("a number such as 0.2")) from error
