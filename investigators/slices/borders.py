"""The borders of a found run, moved to where the searched half says they are likeliest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from investigators.evidence import Condition
from investigators.slices.counting import SUPPORT, Description, Half, grains_of
from investigators.slices.rows import Side

Bools = npt.NDArray[np.bool_]
ROUNDS = 4  # of both conditions in turn; the likelihood rises with each
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


def _moved(
    half: Half, description: Description, place: int, side: Side, free: Bools
) -> Description:
    column, own = description.literals[place]
    coded, look = half.coded[column], half.look(side)
    grains = grains_of(coded)
    if coded.grains is None or coded.literals[own].missing:
        return description
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
    if not np.isfinite(gains).any():
        return description
    likely = np.flatnonzero(gains >= gains.max() - NEARLY)
    ends = np.array([_ends(coded.literals[runs[i]]) for i in likely])
    best = likely[np.lexsort((-gains[likely], grains[runs[likely]], ends))[0]]
    literal = (column, int(runs[best]))
    return Description((*description.literals[:place], literal, *description.literals[place + 1 :]))


def _ends(condition: Condition) -> int:
    if condition.part or condition.equals is not None:
        return 2
    return sum(x is not None for x in (condition.lower, condition.upper))
