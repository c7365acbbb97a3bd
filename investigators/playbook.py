"""Playbooks: which rivals a surprising decision offers, as data in ``resources/playbooks``.

One file a playbook.  A check that a playbook does not name is offered all the same, with its own
suspicion for words: a playbook orders and words, it never hides.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

import msgspec

from investigators.resources import resource
from investigators.trouble import InputTrouble

PLACEHOLDERS = frozenset({"decision", "label"})


class PlaybookRival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rival: its words, and what we expect to see if it holds and if not."""

    words: str
    if_true: str
    if_false: str


class Playbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One playbook.  ``applies``: always, with UI events, or when an onset is known.

    ``must_not_miss`` are rivals that have to be settled before a case is closed.
    """

    title: str
    applies: Literal["any", "ui_events", "onset"]
    came_about: str
    unnoticed: str
    rivals: dict[str, PlaybookRival]
    must_not_miss: tuple[str, ...] = ()
    name: str = ""


def read_playbook(path: Path) -> Playbook:
    """Read one file.

    Raises:
        InputTrouble: not YAML, an unknown or missing key, or an unknown placeholder.
    """
    import yaml

    try:
        found = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Playbook)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise InputTrouble(
            path.name, " ".join(str(error).split()), expected="the keys of a playbook"
        ) from None
    for key, text in (("came_about", found.came_about), ("unnoticed", found.unnoticed)):
        try:
            used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:  # a brace without its partner
            raise InputTrouble(path.name, str(error), place=key, mend="write {{ or }}") from None
        if unknown := sorted(used - PLACEHOLDERS):
            raise InputTrouble(
                path.name,
                f"unknown words in braces: {', '.join(unknown)}",
                place=key,
                expected=", ".join(sorted(PLACEHOLDERS)),
            )
    if len(found.rivals) < 3:
        raise InputTrouble(
            path.name, f"{len(found.rivals)} rivals", place="rivals", expected="at least three"
        )
    if unknown := sorted(set(found.must_not_miss) - set(found.rivals)):
        raise InputTrouble(
            path.name,
            f"no rivals of this playbook: {', '.join(unknown)}",
            place="must_not_miss",
            expected=", ".join(found.rivals),
        )
    return msgspec.structs.replace(found, name=path.stem)


@cache
def playbooks() -> dict[str, Playbook]:
    """Return the playbooks that come with the program, by name."""
    found = (read_playbook(path) for path in sorted(resource("playbooks").glob("*.yaml")))
    return {each.name: each for each in found}


WHY_OFFERED = {
    "ui_events": "something that was shown was picked",
    "onset": "the reported words speak of a change",
    "any": "a decision was picked, and no words speak of a change",
}


def choose(*, impression: bool, onset: bool) -> Playbook:
    """Return the playbook that fits: an impression was picked, or a lead's onset is known."""
    wanted = "ui_events" if impression else "onset" if onset else "any"
    return next(book for book in playbooks().values() if book.applies == wanted)
