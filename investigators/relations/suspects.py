"""Which side of a broken relation changed, and what follows from the relation of how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np
import numpy.typing as npt

from investigators.evidence import Affine, NoTransform, Scale, Swap, Transform
from investigators.numbers import number, per_cent
from investigators.relations.forms import Relation
from investigators.shift.movement import Values, known_values, variation
from investigators.shift.rivals import distance, known, noise

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, Floats]

FEWEST = 8
MOVED, UNMOVED = 0.2, 0.1  # largest distance of cumulative shares, beyond sampling noise
TIED, LOST, STILL = 0.2, 0.35, 0.7  # rank correlation of training; shares of it that are left
NEARLY_ALL = 0.9
NEAR = 1.5  # a factor nearer to one may be a change of the world (a tax, a tariff)
CLOSE = 0.01  # a constant factor, up to a hundredth
OTHERS = 6  # further inputs whose ties are asked


@dataclass(frozen=True)
class Suspect:
    """The columns that changed (all of the relation where none stands out), and how.

    ``foreign``: the values are ordinary ones, but of other rows.  ``signs`` are phrases.
    """

    columns: tuple[str, ...]
    transform: Transform
    foreign: bool
    signs: tuple[str, ...]


def rank_correlation(a: Floats, b: Floats) -> float | None:
    """Spearman's coefficient of the rows that have both.

    ``None`` where they are below 30, or one of the columns is constant in them.
    """
    from scipy.stats import rankdata

    both = ~np.isnan(a) & ~np.isnan(b)
    if both.sum() < 30:
        return None
    x, y = rankdata(a[both]), rankdata(b[both])
    if x.std() == 0 or y.std() == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def tied_to(names: Sequence[str], base: Numbers) -> list[str]:
    """The inputs whose order follows the given ones most in training, at most ``OTHERS``."""
    strength = {}
    for other in base:
        if other not in names:
            found = [abs(rank_correlation(base[n], base[other]) or 0.0) for n in names]
            strength[other] = max(found)
    tied = [n for n in strength if strength[n] >= TIED]
    return sorted(tied, key=lambda n: (-strength[n], n))[:OTHERS]


def suspect(relation: Relation, here: Numbers, base: Numbers) -> Suspect:
    """Judge by the rows that break the relation (``here``) against training's."""
    names = relation.columns
    far = {n: _far(here[n], base[n]) for n in names}
    swapped = _swapped(relation, here)
    if swapped is not None:
        return swapped
    moved = _outstanding(far, MOVED)
    one = moved or _untied(names, here, base)
    constant = _constant(relation, here, base, one)
    if constant is not None:
        return constant
    columns = (one,) if one else names
    left = one or names[0]
    foreign = far[left] < UNMOVED and _foreign(relation, left, here)
    signs = []
    if foreign:
        signs.append(
            f"by itself {left} is spread as in training (largest distance of the cumulative shares "
            f"{max(far[left], 0.0):.2f}), yet nothing ties it to what it should be: these are "
            "values of other rows"
        )
    return Suspect(columns, NoTransform(), foreign, tuple(signs))


def _far(here: Floats, base: Floats) -> float:
    """Distance of two samples beyond what sampling gives; 0 where one is too small."""
    a, b = known(here), known(base)
    if min(a.size, b.size) < FEWEST:
        return 0.0
    return distance(a, b) - noise(a.size, b.size)


def _outstanding(scores: Mapping[str, float], least: float) -> str | None:
    """The one name whose score is above ``least`` and twice any other's."""
    ordered = sorted(scores, key=lambda n: (-scores[n], n))
    if not ordered or scores[ordered[0]] < least:
        return None
    if len(ordered) > 1 and scores[ordered[1]] > scores[ordered[0]] / 2:
        return None
    return ordered[0]


def _untied(names: Sequence[str], here: Numbers, base: Numbers) -> str | None:
    """The one column that is in every tie of training's that is lost, and in none that is kept."""
    suspects, lost = set(names), 0
    for one, other in combinations(here, 2):
        if one not in names and other not in names:
            continue
        usual, now = (rank_correlation(part[one], part[other]) for part in (base, here))
        if usual is None or now is None or abs(usual) < TIED:
            continue
        if now / usual <= LOST:
            suspects &= {one, other}
            lost += 1
        elif now / usual >= STILL:
            suspects -= {one, other}
    return suspects.pop() if lost and len(suspects) == 1 else None


def _swapped(relation: Relation, here: Numbers) -> Suspect | None:
    """Whether the relation holds again with two of its columns exchanged."""
    if not relation.exact:
        return None
    for one, other in combinations(relation.columns, 2):
        turned = {**here, one: here[other], other: here[one]}
        told, holds = relation.holds(turned)
        if told.sum() >= FEWEST and holds.sum() >= NEARLY_ALL * told.sum():
            sign = (
                f"with {one} and {other} exchanged the relation holds in "
                f"{per_cent(float(holds.sum() / told.sum()))} of these rows"
            )
            return Suspect((one, other), Swap((one, other)), foreign=False, signs=(sign,))
    return None


def _constant(relation: Relation, here: Numbers, base: Numbers, one: str | None) -> Suspect | None:
    """One column is off by a constant factor, or a constant amount, from what it should be."""
    if not relation.exact:
        return None
    tried = [one] if one else list(relation.columns)
    fits = [f for name in tried if (f := _fit(relation, name, here, base)) is not None]
    if len(fits) != 1 and not one:
        return None
    return fits[0] if fits else None


def _fit(relation: Relation, name: str, here: Numbers, base: Numbers) -> Suspect | None:
    should = solved(relation, name, here)
    seen = here[name]
    usable = ~np.isnan(should) & ~np.isnan(seen) & (should != 0) & (seen != 0)
    if usable.sum() < FEWEST:
        return None
    seen, should = seen[usable], should[usable]
    ratio, gap = seen / should, seen - should
    factor, amount = float(np.median(ratio)), float(np.median(gap))
    if (np.abs(ratio - factor) <= CLOSE * abs(factor)).mean() >= NEARLY_ALL:
        factor = float(f"{factor:.3g}")
        if factor > 0 and abs(log(factor)) < log(NEAR):
            return Suspect((name,), NoTransform(), foreign=False, signs=())
        if _far(seen / factor, base[name]) > max(_far(seen, base[name]) / 2, UNMOVED):
            return None
        sign = f"{name} is {number(factor)} times what follows from the relation in nearly all"
        return Suspect((name,), Scale(factor), foreign=False, signs=(sign,))
    spread = CLOSE * abs(amount)
    if amount and (np.abs(gap - amount) <= spread).mean() >= NEARLY_ALL:
        sign = f"{name} is {number(amount)} more than what follows from the relation in nearly all"
        return Suspect((name,), Affine(1.0, amount), foreign=False, signs=(sign,))
    return None


def solved(relation: Relation, name: str, values: Numbers) -> Floats:
    """What a column should be by an exact relation and the other columns, shape (n,)."""
    left, *right = relation.columns
    if name == left:
        return relation.value(values)
    x, k = {n: values[n] for n in relation.columns}, relation.factor
    with np.errstate(all="ignore"):
        if relation.kind == "sum":
            return np.asarray(x[left] - sum(x[n] for n in right if n != name))
        if relation.kind == "equal":
            found = x[left] / k
        elif relation.kind == "product":
            found = x[left] / (k * x[right[1] if name == right[0] else right[0]])
        elif name == right[0]:
            found = x[left] * x[right[1]] / k
        else:
            found = k * x[right[0]] / x[left]
    return np.where(np.isfinite(found), found, np.nan)


def _foreign(relation: Relation, name: str, here: Numbers) -> bool:
    """Whether a column does not follow at all what it should be."""
    if not relation.exact:
        return True
    found = rank_correlation(here[name], solved(relation, name, here))
    return found is not None and abs(found) <= LOST


def suspect_of_texts(
    relation: Relation, here: Mapping[str, Values], base: Mapping[str, Values]
) -> Suspect:
    """The same for categories, and for what is missing: the column whose own shares moved."""
    shares = {n: _shares_apart(relation, here[n], base[n]) for n in relation.columns}
    one = _outstanding(shares, UNMOVED)
    columns = (one,) if one else relation.columns
    foreign = relation.kind == "determines" and max(shares.values()) < UNMOVED
    return Suspect(columns, NoTransform(), foreign, ())


def _shares_apart(relation: Relation, here: Values, base: Values) -> float:
    if relation.kind == "together":
        a, b = (float((~known_values(part)).mean()) if part.size else 0.0 for part in (here, base))
        return abs(a - b)
    if not here.size or not base.size:
        return 0.0
    return variation(here, base)


def expected_breaks(low: tuple[Floats, Floats], high: tuple[Floats, Floats]) -> float:
    """Share of rows that would break ``low <= high`` if training's rows moved as each column did.

    Each is (live, training).  Training's ranks are kept and filled with live values, so that only
    what the two columns do by themselves is in it.
    """
    both = ~np.isnan(low[1]) & ~np.isnan(high[1])
    moved = []
    for here, base in (low, high):
        values, ranks = known(here), base[both].argsort(kind="stable").argsort(kind="stable")
        if not values.size or not ranks.size:
            return 0.0
        moved.append(np.quantile(values, (ranks + 0.5) / ranks.size))
    return float((moved[0] > moved[1]).mean())
