"""What follows from a class of cause, as data: ``resources/actions.yaml``, read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal, get_args

import msgspec

from investigators.evidence import (
    Affine,
    CauseClass,
    Epoch,
    Family,
    Fill,
    Lead,
    Map,
    NoTransform,
    Scale,
    ShiftTime,
    Swap,
    TakeFrom,
    Threshold,
    Transform,
    segment_words,
)
from investigators.numbers import count, listed, number
from investigators.resources import resource
from investigators.trouble import InputTrouble

FILE = "actions.yaml"
PLACEHOLDERS = frozenset({"feature", "where", "undo", "affected", "box"})


class PlayAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One proposed action point."""

    kind: Literal["this case", "category", "detection", "tooling", "redress"]
    text: str
    owner: str
    due: str


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stops it today, and whose it is."""

    text: str
    owner: str


class Road(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A branch that is kept though it is not followed, with the action it would have led to.

    ``why`` says what keeps it from being followed, in a half-sentence.
    """

    words: str
    family: Family
    if_true: str
    if_false: str
    action: str
    owner: str
    why: str


class Offered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a check may offer as the answer to the next why, and what follows where it is it.

    ``actions`` stand in place of those of the class of its lead; ``open_roads`` are branches that
    no record tells apart from it.
    """

    check: str
    words: str
    if_true: str
    if_false: str
    actions: tuple[PlayAction, ...]
    open_roads: tuple[Road, ...] = ()


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows from one class of cause.

    ``closed_roads`` are branches that a lead of this class rules out; ``offers`` what answers the
    next why, where a lead of that check stands beside it.
    """

    words: str
    stop: Stop
    question: str
    unnoticed: str
    known: str
    change: str
    actions: tuple[PlayAction, ...]
    policy: str = ""
    closed_roads: tuple[Road, ...] = ()
    offers: tuple[Offered, ...] = ()


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows when nothing stands."""

    stop: str
    question: str
    unnoticed: str
    known: str
    change: str
    actions: tuple[PlayAction, ...]
    policy: str = ""


class Plays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    causes: dict[CauseClass, Play]
    endings: dict[Literal["no fault found", "not determined"], Ending]


def read_plays(text: str) -> Plays:
    """Read the file's text.

    Raises:
        InputTrouble: not YAML, an unknown or missing key, class or placeholder.
    """
    import yaml

    try:
        plays = msgspec.convert(yaml.safe_load(text), Plays)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise InputTrouble(
            FILE, " ".join(str(error).split()), expected="the keys of Play"
        ) from None
    missing = sorted(set(get_args(CauseClass)) - set(plays.causes))
    if missing:
        raise InputTrouble(FILE, f"no entry for {listed(missing)}", place="causes")
    for cause, play in plays.causes.items():
        _check_placeholders(cause, msgspec.to_builtins(play))
    return plays


@cache
def plays() -> Plays:
    """Return the plays that come with the program."""
    return read_plays(resource(FILE).read_text(encoding="utf-8"))


def _check_placeholders(cause: str, value: object) -> None:
    if isinstance(value, str):
        used = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
        if used - PLACEHOLDERS:
            raise InputTrouble(
                FILE,
                f"unknown words in braces: {listed(sorted(used - PLACEHOLDERS))}",
                place=cause,
                expected=listed(sorted(PLACEHOLDERS)),
            )
    elif isinstance(value, dict):
        for item in value.values():
            _check_placeholders(cause, item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_placeholders(cause, item)


def undo_words(transform: Transform, features: tuple[str, ...]) -> str:  # noqa: C901 - one arm a kind
    """Say the repair as an instruction: ``Divide form_fill_time by 1,000``."""
    feature = listed(features) or "the input"
    match transform:
        case Scale(factor=factor) if abs(factor) >= 1:
            words = f"Divide {feature} by {number(factor)}"
        case Scale(factor=factor):
            words = f"Multiply {feature} by {number(1 / factor)}"
        case Affine(a=a, b=b):
            words = f"Subtract {number(b)} from {feature} and divide by {number(a)}"
        case Epoch(source=source, to=to):
            words = f"Convert {feature} from {to} to {source}"
        case ShiftTime(seconds=seconds, clock=clock) if clock is not None:
            words = f"Turn {feature} back by {number(seconds / 3600)} h where it shows that clock"
        case ShiftTime(seconds=seconds):
            words = f"Subtract {number(seconds)} s from {feature}"
        case Map(pairs=pairs):
            words = f"Put {listed([f'“{meant}” for “{seen}”' for seen, meant in pairs[:3]])}"
            words += f" in {feature}"
        case Fill(seen=seen, meant=meant):
            words = f"Put {'missing' if meant is None else f'“{meant}”'} for “{seen}” in {feature}"
        case Swap(columns=columns):
            words = f"Swap {columns[0]} and {columns[1]} back"
        case TakeFrom(source=source):
            words = f"Take {feature} from {source}" if features else f"Score with {source} again"
        case Threshold(source=source):
            words = f"Use the cut point {number(source)} again"
        case NoTransform():
            words = f"Look at {feature}"
    return words


def undone_words(transform: Transform, features: tuple[str, ...]) -> str:
    """Say the repair as a state: ``form_fill_time divided by 1,000``."""
    feature = listed(features) or "the input"
    match transform:
        case Scale(factor=factor) if abs(factor) >= 1:
            words = f"{feature} divided by {number(factor)}"
        case Scale(factor=factor):
            words = f"{feature} multiplied by {number(1 / factor)}"
        case Epoch(source=source, to=to):
            words = f"{feature} converted from {to} to {source}"
        case Swap(columns=columns):
            words = f"{columns[0]} and {columns[1]} swapped back"
        case TakeFrom(source=source) if not features:
            words = f"the scores of {source}"
        case TakeFrom(source=source):
            words = f"{feature} taken from {source}"
        case Threshold(source=source):
            words = f"the cut point {number(source)}"
        case _:
            words = undo_words(transform, features)
            words = f"this done: “{words[0].lower()}{words[1:]}”"
    return words


def owner_words(owner: str) -> str:
    """Say whose a step is: ``owner: model team``, but not ``owner: owner of the gateway``."""
    return owner if owner.startswith("owner") else f"owner: {owner}"


def filling(lead: Lead) -> dict[str, str]:
    """Return the words for the placeholders."""
    segment = segment_words(lead.segment, "")
    repair = lead.repair
    if repair is not None and repair.from_adverse:
        affected = f"the {count(repair.from_adverse)} decisions that would come out otherwise"
    else:
        affected = f"the {count(lead.rows_changed or lead.rows_in_scope)} requests concerned"
    return {
        "feature": listed(lead.features) or "the input",
        "where": f"for {segment}" if segment else "for all requests",
        "undo": undo_words(lead.transform, lead.features),
        "affected": affected,
        "box": f"the box of {segment}" if segment else "that box",
    }


def filled(template: str, lead: Lead) -> str:
    """Fill a template's placeholders for a lead."""
    return template.format(**filling(lead))


@dataclass(frozen=True, slots=True)
class Follower:
    """A lead that the checks offer as the answer to the why after another lead's."""

    after: Lead
    lead: Lead
    offered: Offered


def followers(leads: Sequence[Lead]) -> tuple[Follower, ...]:
    """Return which leads about this decision are offered as the next why of one that stands.

    Each follows the first that it can follow; one lead of a check is enough.
    """
    made: dict[str, Follower] = {}
    for first in standing_of(leads):
        for offered in plays().causes[first.cause].offers:
            found = next((x for x in leads if _from_check(x, offered.check)), None)
            if found is not None and found is not first:
                made.setdefault(found.id, Follower(first, found, offered))
    return tuple(made.values())


def _from_check(lead: Lead, check: str) -> bool:
    found = (finding.partition("/")[0] for finding in lead.findings)
    return lead.concerns_this_decision and check in found


def standing_of(leads: Sequence[Lead]) -> tuple[Lead, ...]:
    """Return the leads that stand: moderate or strong, and about this decision."""
    return tuple(lead for lead in leads if lead.concerns_this_decision and lead.strength != "weak")
