"""Decisions visited in this case, for Alt+Left and Alt+Right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trail:
    """Ids of decisions in the order of visits, and which of them is picked now."""

    ids: tuple[str, ...] = ()
    at: int = -1

    def beside(self, by: int) -> str:
        """The decision ``by`` visits before (below 0) or after; empty at the ends."""
        place = self.at + by
        return self.ids[place] if 0 <= place < len(self.ids) else ""

    def visited(self, decision: str) -> Trail:
        """Return the trail at a decision: a step along it where it lies beside, else a new end."""
        if decision == self.beside(0):
            return self
        for by in (-1, 1):
            if decision == self.beside(by):
                return Trail(self.ids, self.at + by)
        return Trail((*self.ids[: self.at + 1], decision), self.at + 1)
