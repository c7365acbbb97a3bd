"""What the person saw, as plain data: the page of the decision, and the trail before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from investigators.clock import said
from investigators.numbers import count, count_of

Owner = Literal["this model", "another component", "not known"]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing in a box: its place on the page, the item's id, the words shown of it.

    ``picked`` marks this decision's; ``cached`` whether it came from a cache (``None``: unknown).
    """

    position: str
    item: str
    words: str
    picked: bool = False
    cached: bool | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """Things that follow each other under one title, filled by one component."""

    title: str
    component: str
    owner: Owner
    section: str
    things: tuple[Thing, ...]

    @property
    def picked(self) -> bool:
        """Whether this decision is in it."""
        return any(thing.picked for thing in self.things)

    @property
    def positions(self) -> str:
        """Where it stands on the page: ``2 to 4``; empty where that is not recorded."""
        places = [thing.position for thing in self.things if thing.position]
        if not places:
            return ""
        return places[0] if places[0] == places[-1] else f"{places[0]} to {places[-1]}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One view of a page before this one.

    ``events`` counts its UI events; ``held`` is what the box of this decision's component showed.
    """

    time: str
    session: str
    device: str
    events: int
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The page in order and what came before it, oldest first.

    ``time`` is ISO 8601 (see :mod:`investigators.evidence`).  ``around`` are (name, value) pairs:
    device, version of the app, language, section.  ``left_off`` counts events before the first
    visit.  ``across`` says which things the same box showed on several devices.  ``missing`` says
    why there is no page, and ``need`` what would tell.
    """

    time: str | None = None
    subject: str = ""
    session: str = ""
    around: tuple[tuple[str, str], ...] = ()
    boxes: tuple[Box, ...] = ()
    trail: tuple[Visit, ...] = ()
    left_off: int = 0
    across: str = ""
    strip: str = ""
    missing: str = ""
    need: str = ""

    @property
    def component(self) -> str:
        """The component of this decision's box."""
        return next((box.component for box in self.boxes if box.picked), "")


PICKED = "▶ this decision"
PAGE_HEADER = ("Position", "Box", "Filled by", "What was shown", "Item", "")


def said_of(seen: Seen) -> tuple[str, ...]:
    """When and where, and whose the box of this decision is."""
    around = ", ".join(f"{name} {value}" for name, value in seen.around)
    things = count_of(sum(len(box.things) for box in seen.boxes), "thing")
    boxes = "1 box" if len(seen.boxes) == 1 else f"{count(len(seen.boxes))} boxes"
    where = f" ({around})" if around else ""
    made = [f"On {said(seen.time, seconds=True)} the page held {boxes} with {things}{where}"]
    picked = next((box for box in seen.boxes if box.picked), None)
    if picked is not None:
        made.append(f"This decision is in {named(picked)}, filled by {filled_by(picked)}")
    return tuple(made)


def named(box: Box) -> str:
    """A box in words: its title and where it stands."""
    title = f"the box “{box.title}”" if box.title else "a box without a title"
    word = "positions" if " to " in box.positions else "position"
    return f"{title} at {word} {box.positions}" if box.positions else title


def filled_by(box: Box) -> str:
    """Its component and whose that is."""
    whose = {"not known": "whose is not known"}.get(box.owner, box.owner)
    return f"{box.component} ({whose})" if box.component else f"an unnamed component ({whose})"


def page_rows(seen: Seen) -> tuple[tuple[str, ...], ...]:
    """One row for each thing on the page; this decision's is marked in words."""
    rows = []
    for box in seen.boxes:
        for thing in box.things:
            words = thing.words + (" (from a cache)" if thing.cached else "")
            mark = PICKED if thing.picked else ""
            rows.append((thing.position, box.title, filled_by(box), words, thing.item, mark))
    return tuple(rows)


def trail_header(seen: Seen) -> tuple[str, ...]:
    """The columns of the trail."""
    return ("When", "Session", "Device", "UI events", f"In the box of {seen.component or '?'}")


def trail_rows(seen: Seen) -> tuple[tuple[str, ...], ...]:
    """One row for each page view before this one."""
    return tuple(
        (
            said(visit.time, seconds=True) if len(visit.time) > 10 else visit.time,
            visit.session + (" (this session)" if visit.session == seen.session else ""),
            visit.device or "not known",
            str(visit.events),
            "; ".join(visit.held) or "nothing",
        )
        for visit in seen.trail
    )


def trail_words(seen: Seen) -> str:
    """How many events lie before the trail told of; empty where there are none."""
    if not seen.left_off:
        return "All that the UI events have of this subject before it, oldest first."
    return f"Oldest first; {count_of(seen.left_off, 'UI event')} before that not told of."
