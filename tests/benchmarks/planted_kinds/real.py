"""Public data sets that installed packages ship, as base tables; their halves as log and reference.

breast_cancer, diabetes and digits come with scikit-learn; german_credit lies beside the sample
case (its SOURCES.md says where it is from).  Nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from planted_kinds.looks import decimals_of
from planted_kinds.parts import Column, Random, Rows

MOST_DECIMALS = 3
SETS = ("breast_cancer", "diabetes", "digits", "german_credit")
CREDIT = Path(__file__).parents[3] / "sample_data" / "contract_refused" / "german_credit.csv"


@dataclass(frozen=True)
class Real:
    """One data set: its rows, the outcome, the columns with what they can host."""

    name: str
    columns: tuple[Column, ...]
    rows: Rows
    target: np.ndarray

    @property
    def size(self) -> int:
        """Number of rows in all."""
        return int(self.target.size)

    @property
    def different(self) -> int:
        """Rows that are not the same row drawn again."""
        return self.size

    def halves(self, rng: Random, n: int, n_ref: int, time: Rows) -> tuple[Rows, Rows]:
        """Split at random; no row is in both, none is drawn twice."""
        order = rng.permutation(self.size)
        return (
            self._taken(order[:n], time["live"]),
            self._taken(order[n : n + n_ref], time["reference"]) | {"_row": order[n : n + n_ref]},
        )

    def fresh(self, rng: Random, time: np.ndarray) -> Rows:
        """Draw rows of the whole set with replacement."""
        return self._taken(rng.integers(0, self.size, time.size), time)

    def outcome(self, reference: Rows) -> np.ndarray:
        """The true outcome of the reference rows."""
        return self.target[reference["_row"]]

    def _taken(self, index: np.ndarray, time: np.ndarray) -> Rows:
        return {"time": time} | {name: values[index] for name, values in self.rows.items()}


@cache
def real_base(name: str) -> Real:
    """Read one data set."""
    if name == "german_credit":
        return _credit()
    from sklearn import datasets

    how: dict[str, Any] = {"as_frame": True} | ({"scaled": False} if name == "diabetes" else {})
    found = getattr(datasets, f"load_{name}")(**how)
    target = found.target.to_numpy()
    target = target if name == "breast_cancer" else target > np.median(target)
    rows = {
        str(c).replace(" ", "_"): found.data[c].to_numpy(dtype=float) for c in found.data.columns
    }
    return _base(name, {k: v for k, v in rows.items() if np.unique(v).size > 1}, target.astype(int))


def _credit() -> Real:
    import pandas as pd

    table = pd.read_csv(CREDIT, keep_default_na=False)
    target = (table.pop("creditability") == "bad").to_numpy().astype(int)
    rows: Rows = {}
    for name in table.columns:
        values = table[name]
        number = pd.api.types.is_numeric_dtype(values)
        rows[str(name)] = values.to_numpy(dtype=float if number else object)
    return _base("german_credit", rows, target)


def _base(name: str, rows: Rows, target: np.ndarray) -> Real:
    columns = {each: _column(each, values) for each, values in rows.items()}
    swaps = _nearest(rows, [c.name for c in columns.values() if "positive" in c.traits])
    cats = [c.name for c in columns.values() if "category" in c.traits][:2]
    for pair, traits in ((swaps, {"swap", "joint"}), (cats, {"catswap"})):
        if len(pair) == 2:
            one = columns[pair[0]]
            columns[one.name] = Column(one.name, one.traits | traits, pair[1], one.decimals)
    return Real(name, tuple(columns.values()), rows, target)


def _nearest(rows: Rows, names: list[str]) -> list[str]:
    """The two columns of one size that follow each other most (but are not the same)."""
    best: tuple[float, list[str]] = (0.0, [])
    for k, one in enumerate(names):
        for other in names[k + 1 :]:
            apart = abs(np.log((np.median(rows[one]) + 1e-9) / (np.median(rows[other]) + 1e-9)))
            tied = abs(float(np.corrcoef(rows[one], rows[other])[0, 1]))
            if apart < 1.5 and best[0] < tied < 0.99:
                best = (tied, [one, other])
    return best[1]


def _column(name: str, values: np.ndarray) -> Column:
    """Say what a column can host, from its values alone."""
    if values.dtype == object:
        return Column(name, frozenset({"category", "words"}))
    whole = bool((values == np.round(values)).all())
    traits = {"number"}
    many = np.unique(values).size
    if values.min() >= 0 and many > 25:
        traits |= {"positive"} if not whole else {"positive", "limited255"}
    elif whole and values.min() >= 0 and many > 4 and values.mean() > 1:
        traits.add("discrete")
    if not whole:
        traits.add("decimals")
    if not whole and values.min() >= 0 and values.max() <= 1:
        traits.add("fraction")
    if values.min() < 0 and abs(values.mean()) > 0.5 * values.std():
        traits.add("signed")
    return Column(name, frozenset(traits), decimals=_usual_decimals(values))


def _usual_decimals(values: np.ndarray) -> int | None:
    """Digits that nine of ten values are written with; ``None`` for more than three."""
    digits = max(int(np.quantile(decimals_of(values), 0.9, method="higher")), 0)
    return None if digits > MOST_DECIMALS else digits
