"""What the search found, in words, numbers and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from investigators.chart import Dot, Dots
from investigators.evidence import segment_words
from investigators.group_words import rounded
from investigators.slices.literals import Coded
from investigators.slices.rows import Bools, Marked, Side
from investigators.slices.search import Counted, Description, Result, Slice
from investigators.slices.tails import drawn_in, times_interval
from investigators.view import View

MOST_DOTS = 12
Effect = dict[str, object]


@dataclass(frozen=True, eq=False)
class Story:
    """What all sentences of one run share."""

    view: View
    coded: Sequence[Coded]
    rows: Marked
    result: Result
    copies: tuple[str, ...]
    left_out: int

    @property
    def adverse(self) -> str:
        """Words for an adverse decision: the rule's own labels."""
        rule = self.view.rule
        if rule is None or not rule.adverse:
            return "adverse"
        return " or ".join(f"“{label}”" for label in rule.adverse)

    @property
    def looks(self) -> str:
        """How many descriptions were looked at, and what was left out."""
        told = (
            f"({self.result.tested:,} groups of one or two conditions on {self._columns()} were "
            "looked at in one half of the subjects, corrected for all of them; of "
            f"{len(self.result.slices)} kept, {len(self.result.confirmed)} stood in the other half"
        )
        if self.copies:
            told += f"; {', '.join(self.copies)} left out: known only after the decision"
        if self.left_out:
            told += f"; {self.left_out} further columns were not looked at"
        return f"{told}.)"

    def _columns(self) -> str:
        count = len({one.column for one in self.coded})
        return f"{count} column{'s' * (count != 1)}"

    def label(self, description: Description) -> str:
        """A description in plain words."""
        return segment_words(description.conditions(self.coded))

    def of_slice(self, one: Slice) -> str:
        """One sentence of one group, with the numbers of the half that confirms."""
        c = one.confirming
        low, high = c.interval
        against = "of the same score and decision" if self.rows.scored else "of the same decision"
        if self.rows.measure == "adverse":
            what, against = f"decisions were {self.adverse}", "at the share of all rows"
        elif one.side == "any":
            what = "decisions were wrong"
        elif one.side == "adverse":
            what = f"{self.adverse} decisions were wrong"
        else:
            what = f"decisions other than {self.adverse} were wrong"
        if self.rows.measure == "wrong":
            against = f"as in rows {against}"
        upper = f"{high:.2f}" if isfinite(high) else "any larger number"
        return (
            f"{self.label(one.description)}: {c.marked:,} of {c.n:,} {what} where "
            f"{c.expected:,.1f} would be {against}: {c.times:.2f} times as many "
            f"(95 % interval {low:.2f} to {upper})."
        )

    def effect(self, one: Slice) -> Effect:
        """The numbers behind the sentence, as plain JSON values."""
        return {
            "side": one.side,
            "searched": _numbers(one.searched) | {"p_corrected": rounded(one.q)},
            "confirming": _numbers(one.confirming) | {"p_corrected": rounded(one.confirmed_p)},
            "confirmed": one.confirmed,
            "description": self.label(one.description),
        }

    def picture(self, one: Slice, own_row: int | None) -> Dots:
        """The group, what surrounds it, and the other groups that stand: observed / expected."""
        half = self.rows.halves[1]
        expected = half.expected()
        mine = np.ones(len(half.rows), dtype=np.bool_)
        if one.side != "any":
            mine = half.adverse == (one.side == "adverse")
        parts = self._around(one.description, half.rows)
        for other in self.result.confirmed:
            if other is not one and other.side == one.side:
                parts[self.label(other.description)] = other.description.holds(
                    self.coded, half.rows
                )
        label = self.label(one.description)
        names = [name for name, inside in parts.items() if (inside & mine).any()]
        k = np.array([float(half.marked[parts[n] & mine].sum()) for n in names])
        e = np.array([float(expected[parts[n] & mine].sum()) for n in names])
        drawn = drawn_in(k, e)
        order = sorted(range(len(names)), key=lambda i: (-drawn[i], names[i]))
        inside_own = own_row is not None and bool(
            one.description.holds(self.coded, np.array([own_row]))[0]
        )
        dots = tuple(
            _dot(names[i], int(k[i]), float(e[i]), int((parts[names[i]] & mine).sum()),
                 own=names[i] == label and inside_own)
            for i in order
        )  # fmt: skip
        what = "wrong decisions" if self.rows.measure == "wrong" else f"{self.adverse} decisions"
        own = drawn[names.index(label)]
        outside = mine & ~parts[label]
        others = float(expected[outside].sum())
        return Dots(
            f"{label}: {what}",
            dots,
            f"{what}, observed / expected",
            rest=rounded(float(half.marked[outside].sum()) / others) if others else None,
            strip=f"{len(half.rows):,} rows of the confirming half, sorted by the value drawn "
            f"towards 1 as the groups’ size warrants ({label}: {own:.2f}); 95 % intervals",
            description=f"{len(dots)} groups; {label} has {one.confirming.times:.2f} times as many "
            f"{what} as expected.",
        )

    def _around(self, description: Description, rows: np.ndarray) -> dict[str, Bools]:
        """The parts into which the description cuts the rows, with their names."""
        inside = description.holds(self.coded, rows)
        found = {self.label(description): inside}
        singles = [Description((literal,)) for literal in description.literals]
        if len(singles) == 1:
            found["all other rows"] = ~inside
            column, _ = description.literals[0]
            one = self.coded[column]
            for k in range(len(one.literals)):
                other = Description(((column, k),))
                holds = other.holds(self.coded, rows)
                if len(found) < MOST_DOTS and not (holds & inside).any():
                    found[self.label(other)] = holds
            return found
        first, second = (s.holds(self.coded, rows) for s in singles)
        found[f"{self.label(singles[0])}, others"] = first & ~second
        found[f"{self.label(singles[1])}, others"] = second & ~first
        found["neither"] = ~first & ~second
        return found

    def concerned(self, one: Slice, row: int, *, adverse: bool | None) -> bool:
        """Whether the decision lies in it, on the side of the rule that shows it."""
        if not one.description.holds(self.coded, np.array([row]))[0]:
            return False
        if one.side != "any" or adverse is None:
            sides: dict[Side, bool] = {"any": True, "adverse": True, "other": False}
            return one.side == "any" or adverse == sides[one.side]
        half = self.rows.halves[1]
        mine = one.description.holds(self.coded, half.rows) & (half.adverse == adverse)
        # wrong decisions of the other kind say nothing of this one
        return bool(half.marked[mine].sum() > half.expected()[mine].sum())


def _numbers(one: Counted) -> Effect:
    low, high = one.interval
    return {
        "n": one.n,
        "marked": one.marked,
        "expected": rounded(one.expected),
        "times": rounded(one.times),
        "interval": [rounded(low), rounded(high)],
        "p": rounded(one.p),
    }


def _dot(name: str, k: int, expected: float, n: int, *, own: bool) -> Dot:
    low, high = times_interval(k, expected)
    at, low, high = (rounded(v) or 0.0 for v in (k / expected if expected else 0.0, low, high))
    return Dot(name, at, low, high, n, own)
