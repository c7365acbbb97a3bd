"""What the search found, in words, numbers and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np

from investigators.chart import Dot, Dots
from investigators.evidence import Condition
from investigators.group_words import rounded
from investigators.slices.borders import borders_at
from investigators.slices.counting import Description, Half, grains_of
from investigators.slices.literals import PARTS, Coded
from investigators.slices.looks import Counted
from investigators.slices.ranked import Ranked
from investigators.slices.rows import Bools, Marked
from investigators.slices.search import PAIRS, Result, Slice
from investigators.slices.tails import drawn_in, times_interval
from investigators.slices.value_words import dots, numbers, told, what_of
from investigators.view import View

MOST_DOTS = 12
FEWEST_IN_A_ROW = 3
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
        conditions = "one or two conditions"
        if self.result.depth > PAIRS:
            one, two, three = self.result.by_size
            conditions = f"one to three conditions ({one:,} of one, {two:,} of two, {three:,} of \
three)"
        told = (
            f"({self.result.tested:,} groups of {conditions} on {self._columns()} were "
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
        """A description in plain words; hours and weekdays in a row by their ends."""
        return " and ".join(_condition_words(c) for c in description.conditions(self.coded))

    @property
    def valued(self) -> bool:
        """Whether errors or scores were compared, not decisions counted."""
        return self.rows.measure in {"error", "score"}

    def of_slice(self, one: Slice) -> str:
        """One sentence of one group, with the numbers of the half that confirms."""
        c = one.confirming
        if self.valued:
            return f"{self.label(one.description)}: {told(c, self.rows.measure, one.side)}"
        low, high = c.interval
        what, against, end = self._of_side(one)
        upper = f"{high:.2f}" if isfinite(high) else "any larger number"
        return (
            f"{self.label(one.description)}: {c.marked:,} of {c.n:,} {what} where "
            f"{c.against:,.1f} would be {against}: {c.times:.2f} times as many "
            f"(95 % interval {low:.2f} to {upper}).{end}"
        )

    def _of_side(self, one: Slice) -> tuple[str, str, str]:
        """What is counted, against what, and what that says of the score."""
        if self.rows.measure == "adverse":
            return f"decisions were {self.adverse}", "at the share of all other rows", ""
        same = "the same score and decision" if self.rows.scored else "the same decision"
        against = f"as in the other rows of {same}"
        if one.side in {"more", "fewer"}:
            way = "low" if one.side == "more" else "high"
            return f"were {self.view.case.outcome_words}", against, f" Its scores are too {way}."
        if one.side == "any":
            return "decisions were wrong", against, ""
        kind = f"{self.adverse} decisions"
        if one.side == "other":
            kind = f"decisions other than {self.adverse}"
        return f"{kind} were wrong", against, ""

    def effect(self, one: Slice) -> Effect:
        """The numbers behind the sentence, as plain JSON values."""
        return {
            "side": one.side,
            "searched": self._numbers(one.searched) | {"p_corrected": rounded(one.q)},
            "confirming": self._numbers(one.confirming) | {"p_corrected": rounded(one.confirmed_p)},
            "confirmed": one.confirmed,
            "description": self.label(one.description),
        }

    def _numbers(self, one: Counted) -> Effect:
        return numbers(one) if self.valued else _numbers(one)

    def picture(self, one: Slice, own_row: int | None) -> Dots:
        """The group, what surrounds it, and the other groups that stand: observed / expected."""
        half = self.rows.halves[1]
        look = Half(self.coded, half, self.rows.sides).look(one.side)
        mine, hits, expected = look.mine, look.hits, look.chance
        parts = self._around(one.description, half.rows)
        for other in self.result.confirmed:
            if other is not one and other.side == one.side:
                parts[self.label(other.description)] = other.description.holds(
                    self.coded, half.rows
                )
        label = self.label(one.description)
        if isinstance(look, Ranked):
            return self._of_values(one, look, parts, own_row)
        names = [name for name, inside in parts.items() if (inside & mine).any()]
        k = np.array([float(hits[parts[n] & mine].sum()) for n in names])
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
        what = self._counted(one)
        own = drawn[names.index(label)]
        outside = mine & ~parts[label]
        others = float(expected[outside].sum())
        return Dots(
            f"{label}: {what}",
            dots,
            f"{what}, observed / expected",
            rest=rounded(float(hits[outside].sum()) / others) if others else None,
            strip=f"{len(half.rows):,} rows of the confirming half, sorted by the value drawn "
            f"towards 1 as the groups’ size warrants ({label}: {own:.2f}); 95 % intervals",
            description=f"{len(dots)} groups; {label} has {one.confirming.times:.2f} times as many "
            f"{what} as the other rows let expect.",
        )

    def _of_values(
        self, one: Slice, look: Ranked, parts: dict[str, Bools], own_row: int | None
    ) -> Dots:
        """The same of errors or scores: means against rows of the same prediction."""
        label = self.label(one.description)
        holds = own_row is not None and self.lies_in(one, own_row)
        found, drawn, names = dots(look, parts, label if holds else None)
        what = what_of(self.rows.measure, one.side)
        sentence = told(one.confirming, self.rows.measure, one.side)
        centred = look.values - look.usual
        return Dots(
            f"{label}: {what}",
            found,
            f"{what.split(' (')[0]}, against "
            f"{'the same prediction' if self.rows.measure == 'error' else 'all rows'}",
            rest=rounded(float(centred[~parts[label]].mean())),
            strip=f"{len(look.values):,} rows of the confirming half, sorted by the value drawn "
            f"towards 0 as the groups’ size warrants ({label}: {drawn[names.index(label)]:.4g}); "
            "95 % intervals",
            description=f"{len(found)} groups; {label}: {sentence}",
        )

    def _counted(self, one: Slice) -> str:
        if self.rows.measure == "adverse":
            return f"{self.adverse} decisions"
        if one.side in {"more", "fewer"}:
            return f"rows that were {self.view.case.outcome_words}"
        return "wrong decisions"

    def _around(self, description: Description, rows: np.ndarray) -> dict[str, Bools]:
        """The parts into which the description cuts the rows, with their names."""
        inside = description.holds(self.coded, rows)
        found = {self.label(description): inside}
        singles = [Description((literal,)) for literal in description.literals]
        if len(singles) == 1:
            found["all other rows"] = ~inside
            column, _ = description.literals[0]
            for k in _beside(self.coded[column], description.literals[0][1]):
                other = Description(((column, k),))
                found[self.label(other)] = other.holds(self.coded, rows)
            return found
        met = np.array([s.holds(self.coded, rows) for s in singles])
        for k, literal in enumerate(description.literals):
            parent = Description(tuple(x for x in description.literals if x != literal))
            found[f"{self.label(parent)}, others"] = parent.holds(self.coded, rows) & ~met[k]
        if len(singles) == 2:
            found["neither"] = ~met.any(axis=0)
        else:
            found["one of the three"] = met.sum(axis=0) == 1
            found["none of the three"] = ~met.any(axis=0)
        return found

    def lies_in(self, one: Slice, row: int) -> bool:
        """Whether the row is described by it."""
        return bool(one.description.holds(self.coded, np.array([row]))[0])

    def border_at(self, one: Slice, row: int) -> str | None:
        """The column at whose estimated border the row lies, just outside of the group."""
        half = Half(self.coded, self.rows.halves[0], self.rows.sides)
        return next(iter(borders_at(half, one.description, one.side, row)), None)

    def concerned(self, one: Slice, row: int, *, adverse: bool | None) -> bool:
        """Whether the decision lies in it, on the side of the rule that shows it.

        A score that is too high explains no decision of the other side.
        """
        return self.lies_in(one, row) and self.of_its_kind(one, adverse=adverse)

    def of_its_kind(self, one: Slice, *, adverse: bool | None) -> bool:
        """Whether the group is about decisions like this one."""
        if adverse is None or self.rows.measure != "wrong":
            return True
        if one.side in {"more", "fewer"}:
            return adverse == ((one.side == "fewer") == self.rows.high_is_adverse)
        if one.side != "any":
            return adverse == (one.side == "adverse")
        half = Half(self.coded, self.rows.halves[1], self.rows.sides)
        mine = half.look("adverse" if adverse else "other") if len(half.sides) > 2 else None
        if mine is None:
            return True
        inside = one.description.holds(self.coded, half.rows.rows) & mine.mine
        # wrong decisions of the other kind say nothing of this one
        return bool(mine.hits[inside].sum() > mine.chance[inside].sum())


def _beside(one: Coded, own: int) -> list[int]:
    """Literals of the column that share no row with its own nor each other, the smallest first."""
    found: list[int] = []
    grains, taken = grains_of(one), one.member[own].copy()
    for k in np.argsort(one.member.sum(axis=1), kind="stable").tolist():
        if grains[k] <= PARTS and not (one.member[k] & taken).any() and len(found) < MOST_DOTS - 2:
            taken |= one.member[k]
            found.append(k)
    return found


def _condition_words(one: Condition) -> str:
    """Values of the calendar in a row by their ends, over midnight too."""
    inside = tuple(int(str(v)) for v in one.within or ())
    around = {"hour": 24, "weekday": 7}.get(one.part or "", 0)
    first = 1 if one.part == "weekday" else 0
    row = around and all((b - a - 1) % around == 0 for a, b in pairwise(inside))
    if len(inside) < FEWEST_IN_A_ROW or not row or inside[0] < first:
        return one.words()
    return f"{one.part} of {one.column} {inside[0]} to {inside[-1]}"


def _numbers(one: Counted) -> Effect:
    low, high = one.interval
    return {
        "n": one.n,
        "marked": one.marked,
        "expected": rounded(one.against),
        "times": rounded(one.times),
        "interval": [rounded(low), rounded(high)],
        "p": rounded(one.p),
    }


def _dot(name: str, k: int, expected: float, n: int, *, own: bool) -> Dot:
    low, high = times_interval(k, expected)
    at, low, high = (rounded(v) or 0.0 for v in (k / expected if expected else 0.0, low, high))
    return Dot(name, at, low, high, n, own)
