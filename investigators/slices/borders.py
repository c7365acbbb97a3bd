"""The borders of a found run, moved to where the searched half says they are likeliest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from investigators.evidence import Condition
from investigators.slices.counting import SUPPORT, Description, Half, grains_of
from investigators.slices.rows import Side

Bools = npt.NDArray[np.bool_]
ROUNDS = 4  # of both conditions in turn; the likelihood rises with each
PROFILE = 3.675  # nats: half of 7.35, the 95 % value of a threshold's likelihood ratio
NEARLY = 0.5  # nats: of runs that are as likely, the one with the fewest and widest borders


def bordered(half: Half, description: Description, side: Side, free: Bools) -> Description:
    """The description with the likeliest run of each column whose values have neighbours.

    ``free``: rows of the half that no group before it holds.
    """
    for _ in range(ROUNDS):
        before = description
        for place in range(len(description.literals)):
            description = _moved(half, description, place, side, free)
        if description == before:
            break
    return description


def borders_at(half: Half, description: Description, side: Side, row: int) -> tuple[str, ...]:
    """Columns at whose borders a row (row number) lies that the description does not hold.

    It lies within the uncertainty: with every other condition fulfilled, a run of that column that
    holds it is not less likely than the likeliest by more than a threshold's 95 % interval allows
    (Hansen, Econometrica 68 (2000) 575: a threshold has no chi square).
    Empty where it lies farther away, or a condition without neighbours keeps it out.
    """
    found = []
    rows = np.array([row])
    for place, (column, own) in enumerate(description.literals):
        coded = half.coded[column]
        if coded.member[own][coded.codes[row]]:
            continue
        free = np.ones(len(half.rows.rows), dtype=np.bool_)
        likelihoods = _likelihoods(half, description, place, side, free)
        if likelihoods is None:
            return ()
        runs, gains = likelihoods
        beside = coded.member[runs] & coded.member[own]
        likely = (gains >= gains.max() - PROFILE) & beside.any(axis=1)
        if not coded.member[runs[likely], coded.codes[rows][0]].any():
            return ()
        found.append(coded.column)
    # two borders at once would need the two moved together
    return tuple(found) if len(found) == 1 else ()


def _likelihoods(
    half: Half, description: Description, place: int, side: Side, free: Bools
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]] | None:
    """A column's runs and what each gains, -inf where none can be; none without neighbours."""
    column, own = description.literals[place]
    coded, look = half.coded[column], half.look(side)
    if coded.grains is None or coded.literals[own].missing:
        return None
    rest = tuple(x for i, x in enumerate(description.literals) if i != place)
    others = half.inside(Description(rest), side) & free
    codes = half.codes(column)[others]
    # in a column with neighbours single values and parts of the day are runs, if short ones
    runs = np.array([k for k, literal in enumerate(coded.literals) if not literal.missing])
    member = coded.member[runs].astype(np.float64)
    n = member @ np.bincount(codes, minlength=coded.width)
    hits = member @ np.bincount(codes, weights=look.hits[others], minlength=coded.width)
    expected = member @ np.bincount(codes, weights=look.chance[others], minlength=coded.width)
    gains = look.gains(n, hits, expected)
    gains[(n < SUPPORT) | ~look.worse(n, hits, expected)] = -np.inf
    return (runs, gains) if np.isfinite(gains).any() else None


def _moved(
    half: Half, description: Description, place: int, side: Side, free: Bools
) -> Description:
    likelihoods = _likelihoods(half, description, place, side, free)
    if likelihoods is None:
        return description
    (runs, gains), (column, _) = likelihoods, description.literals[place]
    coded = half.coded[column]
    grains = grains_of(coded)
    likely = np.flatnonzero(gains >= gains.max() - NEARLY)
    ends = np.array([_ends(coded.literals[runs[i]]) for i in likely])
    best = likely[np.lexsort((-gains[likely], grains[runs[likely]], ends))[0]]
    literal = (column, int(runs[best]))
    return Description((*description.literals[:place], literal, *description.literals[place + 1 :]))


def _ends(condition: Condition) -> int:
    if condition.part or condition.equals is not None:
        return 2
    return sum(x is not None for x in (condition.lower, condition.upper))
