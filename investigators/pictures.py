"""A picture that a person gave, and what is marked on it: cut, arrows, regions, covered parts.

Plain data: marks are in pixels of the picture as it was given, which is never changed.  What is
handed on is made of pixels only, elsewhere (:mod:`investigators.burnt_in`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

MarkKind = Literal["crop", "arrow", "region", "cover"]
About = Literal["", "decision", "event", "component"]
ABOUT_WORDS: dict[About, str] = {
    "": "",
    "decision": "decision",
    "event": "screen event",
    "component": "component",
}
Box = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom are outside


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    A box from (``left``, ``top``) to (``right``, ``bottom``), whose last row and column are one
    less; of an arrow the two are where it begins and where it points.  ``words`` are a person's;
    ``about`` and ``link`` say what a region shows: a decision or a screen event by its id, or a
    component by its name.
    """

    kind: MarkKind
    left: int
    top: int
    right: int
    bottom: int
    words: str = ""
    about: About = ""
    link: str = ""

    @property
    def box(self) -> Box:
        """The same, from the upper left to the lower right."""
        left, right = sorted((self.left, self.right))
        top, bottom = sorted((self.top, self.bottom))
        return left, top, right, bottom

    def moved(self, right: int, down: int, wide: int, high: int) -> Mark:
        """The mark moved, within a picture of this size; it keeps its own."""
        left, top, far, low = self.box
        right = min(max(right, -left), max(wide - far, -left))
        down = min(max(down, -top), max(high - low, -top))
        return replace(
            self,
            left=self.left + right,
            top=self.top + down,
            right=self.right + right,
            bottom=self.bottom + down,
        )

    def stretched(self, right: int, down: int, wide: int, high: int) -> Mark:
        """The mark with its second corner (an arrow's point) moved; a box keeps some area."""
        least = 0 if self.kind == "arrow" else 1
        far = min(max(self.right + right, least and self.left + least), wide)
        low = min(max(self.bottom + down, least and self.top + least), high)
        return replace(self, right=far, bottom=low)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture kept in the case file as it was given, by its SHA-256, and the marks on it.

    ``whose_view`` says whose screen it is, ``when`` when, ``note`` what it shows, all in a
    person's words.  ``looked_through``: a person says that what is left to be seen may be seen by
    people outside; without it no report for them shows the picture.  Its grade is C.
    """

    id: str
    sha256: str
    name: str
    whose_view: str = ""
    when: str = ""
    note: str = ""
    marks: tuple[Mark, ...] = ()
    looked_through: bool = False

    def of(self, kind: MarkKind) -> tuple[Mark, ...]:
        """The marks of one kind."""
        return tuple(mark for mark in self.marks if mark.kind == kind)


def within(box: Box, bounds: Box) -> Box | None:
    """The part of a box that lies within another; ``None`` when there is none."""
    left, top = max(box[0], bounds[0]), max(box[1], bounds[1])
    right, bottom = min(box[2], bounds[2]), min(box[3], bounds[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def part_shown(marks: Iterable[Mark], wide: int, high: int) -> Box:
    """The part of a picture that its cuts leave, at least one pixel of it.

    A cut beside the picture leaves the nearest pixel, never the whole: what somebody wanted away
    does not come back.
    """
    shown: Box = (0, 0, wide, high)
    for mark in marks:
        if mark.kind == "crop":
            left, top, right, bottom = mark.box
            left = min(max(left, shown[0]), shown[2] - 1)
            top = min(max(top, shown[1]), shown[3] - 1)
            right = max(min(right, shown[2]), left + 1)
            bottom = max(min(bottom, shown[3]), top + 1)
            shown = (left, top, right, bottom)
    return shown


def numbered(marks: Sequence[Mark], wide: int, high: int) -> tuple[tuple[int, Mark], ...]:
    """Arrows and regions that can be seen, with the numbers under which they are drawn and told.

    Of what was cut off nothing is told either, and what reaches over the edge ends there.
    """
    shown = part_shown(marks, wide, high)
    seen: list[Mark] = []
    for mark in marks:
        if mark.kind == "region":
            if (part := within(mark.box, shown)) is not None:
                seen.append(_placed(mark, part))
        elif mark.kind == "arrow":
            left, top, right, bottom = shown
            if left <= mark.right <= right and top <= mark.bottom <= bottom:
                at_x = min(max(mark.left, left), right)
                at_y = min(max(mark.top, top), bottom)
                seen.append(_placed(mark, (at_x, at_y, mark.right, mark.bottom)))
    return tuple(enumerate(seen, start=1))


def covered(marks: Iterable[Mark], wide: int, high: int) -> tuple[Box, ...]:
    """The parts of a picture that are covered, within it."""
    boxes = (within(mark.box, (0, 0, wide, high)) for mark in marks if mark.kind == "cover")
    return tuple(box for box in boxes if box is not None)


def _placed(mark: Mark, box: Box) -> Mark:
    return replace(mark, left=box[0], top=box[1], right=box[2], bottom=box[3])
