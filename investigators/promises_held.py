"""How a box keeps its claim: items shown under it, those that break it, against other boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from investigators.impressions import Events
from investigators.promises import Catalogue, Claim
from investigators.statistics import conditional_tail

ALONE = 0.2  # where no other box has a rule on that column to compare with
LATE, FADED = 0.75, 0.5  # the last quarter breaks it half as much: the catalogue is of another day
BY_CHANCE = 0.05
LEAST, BROKEN = 0.02, 10  # so large a share of a box's items, and so many, break the claim
CHANCE = 0.001
TIMES = 2.0  # so many times the share of other components with the same rule
MOSTLY = 0.5  # a claim that half of the box break is none that its items keep
RISING, SPARE = 1.5, 3.0  # the last quarter breaks it so much more, and by so many items


@dataclass(frozen=True)
class Box:
    """Items that one component showed under one claim, those that break it, and the latest."""

    events: Events
    catalogue: Catalogue
    claim: Claim
    component: str | None
    items: int
    broken: int
    late_items: int
    late_broken: int

    @property
    def faded(self) -> bool:
        """Whether the latest items break it far less: prices, stock and news change with time.

        Less than half as often, and not by chance: of 15 in all one of the last quarter may be.
        """
        late, items = self.late_broken, self.late_items
        if late >= FADED * self.share * items:
            return False
        return conditional_tail(late, items, self.broken, self.items, upper=False) <= BY_CHANCE

    @property
    def share(self) -> float:
        """Share of the items that break the claim."""
        return self.broken / max(self.items, 1)

    @property
    def name(self) -> str:
        """For readers: the title and who fills it."""
        return self.claim.title + (f" ({self.component})" if self.component else "")


@dataclass(frozen=True)
class Judged:
    """A box with what it is compared with; ``mine``: this decision's own item breaks its claim.

    ``far``: by so much that the catalogue's day does not matter.
    """

    name: str
    box: Box
    others: tuple[Box, ...]
    words: str
    mine: bool
    far: bool = False

    @property
    def effect(self) -> dict[str, Any]:
        """The numbers of the sentence."""
        box = self.box
        return {"items": box.items, "broken": box.broken, "column": box.claim.column}

    @property
    def rest(self) -> tuple[int, int]:
        """Items of the others, and those that break their claim."""
        return sum(b.items for b in self.others), sum(b.broken for b in self.others)

    @property
    def alone(self) -> bool:
        """Its own item breaks by far what most keep, at all times and nowhere else.

        What more and more break, or boxes with such a rule alike, is a catalogue of another day.
        """
        box, (items, broken) = self.box, self.rest
        if not (self.mine and self.far) or box.faded or box.share >= MOSTLY:
            return False
        rising = box.late_broken > RISING * box.share * box.late_items + SPARE
        return not rising and broken <= LEAST * items

    @property
    def breaks(self) -> bool:
        """Enough items break it, and more than in other boxes with a rule on the same column.

        A catalogue that is not of that day breaks all rules on that column alike.
        """
        box, (items, broken) = self.box, self.rest
        if box.broken < BROKEN or box.share < LEAST or box.faded:
            return False
        if not items:
            return box.share >= ALONE
        more = conditional_tail(box.broken, box.items, box.broken + broken, box.items + items)
        return more <= CHANCE and box.share >= TIMES * broken / items
