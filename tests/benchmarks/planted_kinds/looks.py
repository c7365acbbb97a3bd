"""What tells a faulty row from a sound one, as small integers; learned on fresh rows only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planted_kinds.parts import TIME, WHO, Rows, is_text, missing

BINS, ATOM, ATOMS = 120, 0.003, 150
FILLED, HELD = 20, 5  # different fresh rows that a bin has, and that make a value a cell of its own
Coder = Callable[[Rows], np.ndarray]


def decimals_of(values: np.ndarray) -> np.ndarray:
    """Digits after the point that a value needs: 0 to 4 (4 also for more); -1 for full tens."""
    found = np.full(values.shape, 4)
    for digits in (3, 2, 1, 0, -1):
        shift = 10.0**digits
        whole = np.isclose(values * shift, np.round(values * shift), rtol=1e-12, atol=1e-6)
        found = np.where(whole, digits, found)
    return found


@dataclass(frozen=True)
class Numbers:
    """One numeric column: repeated values by themselves, else bins and decimals; missing is 0."""

    name: str

    def fit(self, rows: list[Rows], different: int) -> Coder:
        """Learn bins and repeated values."""
        atoms: set[float] = set()
        atom, bins = max(ATOM, HELD / different), min(BINS, max(different // FILLED, 4))
        for part in rows:
            values = part[self.name]
            known = values[np.isfinite(values)]
            each, count = np.unique(known, return_counts=True)
            often = count >= atom * max(values.size, 1)
            atoms |= set(each[often][np.argsort(-count[often])][:ATOMS])
        special = np.array(sorted(atoms))
        together = np.concatenate([part[self.name] for part in rows])
        together = together[np.isfinite(together)]
        cuts = (
            np.unique(np.quantile(together, np.linspace(0, 1, bins)[1:-1]))
            if together.size
            else np.zeros(0)
        )

        def code(part: Rows) -> np.ndarray:
            values = part[self.name]
            plain = np.where(np.isfinite(values), values, 0.0)
            cells = np.searchsorted(cuts, plain) * 6 + decimals_of(plain) + 1
            found = 1 + special.size + cells
            if special.size:
                place = np.clip(np.searchsorted(special, plain), 0, special.size - 1)
                found = np.where(special[place] == plain, 1 + place, found)
            return np.where(np.isfinite(values), found, 0)

        return code


@dataclass(frozen=True)
class Names:
    """One column of categories; missing is 0, what fresh rows did not have is 1."""

    name: str

    def fit(self, rows: list[Rows], different: int) -> Coder:
        """Learn the values."""
        del different
        seen = sorted({v for part in rows for v in part[self.name] if v is not None})
        places = {value: k + 2 for k, value in enumerate(seen)} | {None: 0}
        return lambda part: np.array([places.get(v, 1) for v in part[self.name]])


@dataclass(frozen=True)
class Pair:
    """Two columns together, on a grid of their joint quantiles."""

    one: str
    other: str
    cells: int = 14

    def fit(self, rows: list[Rows], different: int) -> Coder:
        """Learn the grid."""
        coders = []
        cells = min(self.cells, max(int((different / FILLED) ** 0.5), 3))
        for name in (self.one, self.other):
            if is_text(rows[0][name]):
                coders.append(Names(name).fit(rows, different))
                continue
            values = np.concatenate([part[name] for part in rows])
            inner = np.linspace(0, 1, cells + 1)[1:-1]
            cuts = np.unique(np.nanquantile(values, inner))
            coders.append(_grid(name, cuts))
        return lambda part: coders[0](part) * 64 + coders[1](part)


def _grid(name: str, cuts: np.ndarray) -> Coder:
    return lambda part: np.where(missing(part[name]), 0, 1 + np.searchsorted(cuts, part[name]))


@dataclass(frozen=True)
class Told:
    """A rule that the rows keep or break, such as a ratio; nothing to learn."""

    rule: Coder
    usual: bool = False  # whether only what is usual tells which of the codes is faulty

    def fit(self, rows: list[Rows], different: int) -> Coder:
        """Return the rule."""
        del rows, different
        return self.rule


def same_as_before(name: str) -> Told:
    """Whether the customer's value stands still, and whether there is one before it (0: no)."""

    def rule(rows: Rows) -> np.ndarray:
        order = np.lexsort((rows[TIME], rows[WHO]))
        who, values = rows[WHO][order], rows[name][order]
        again = np.zeros(who.size, dtype=int)
        again[1:] = np.where(who[1:] == who[:-1], 1 + (values[1:] == values[:-1]), 0)
        found = np.zeros(who.size, dtype=int)
        found[order] = again
        return found

    return Told(rule)


def hour_gap(name: str, zone: int) -> Told:
    """Hours between an hour input and the time stamp in its zone."""
    return Told(
        lambda rows: ((rows[name] - (rows[TIME] // 3600 + zone)) % 24).astype(int), usual=True
    )


def ratio_kept(part: str, whole: str, ratio: str) -> Told:
    """Whether ratio = part / whole within its last digit."""

    def rule(rows: Rows) -> np.ndarray:
        return (np.abs(rows[part] / rows[whole] - rows[ratio]) < 2e-4).astype(int)

    return Told(rule)
