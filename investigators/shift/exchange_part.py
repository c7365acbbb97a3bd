"""An exchange of two columns in some requests only, told by the requests that show it.

A row tells where its pair of values is one that training hardly had and whose exchange it often
had.  An exchange brings all such pairs, as often among each other as training has their exchange;
a drift of one column brings those that lie near.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from investigators.evidence import Where
from investigators.numbers import per_cent
from investigators.shift.exchange import Pair, columns_of, distances
from investigators.shift.rivals import noise
from investigators.shift.sample import Sample
from investigators.shift.together import Column, pair_distance, together_of
from investigators.statistics import jeffreys

TELLS = (2.3, 3.0, 4.0)  # nats; the first is ten to one
FEWEST = 12
TIMES = 4.0  # so many times training's share of such rows
NATS = 12.0
ALIKE = 0.15  # distance beside chance that the exchanged rows may have from training's
CLEAN = 0.9  # of the rows beyond the cut, or with a pair of texts, are exchanged ones
MOST_PAIRS = 400
Columns = tuple[Column, Column]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """Rows that tell an exchange: ``telling`` of ``n``, where training has the share ``usual``.

    ``share`` is that of all rows that are exchanged, ``left`` the largest distance of the telling
    rows from training's once exchanged.  ``beyond`` is the interval of (first - second input), or
    the pairs of texts, in which nearly all rows are exchanged ones; ``None`` where there is none.
    """

    telling: int
    n: int
    usual: float
    share: float
    left: float
    beyond: Where | None


def part_of(pair: Pair, live: Sample, base: Sample) -> Part | None:
    """Ask the rows of a claim for a part that is exchanged; ``None`` where they do not show one.

    Votes are learned from one half of training's rows and counted on the other.
    """
    one, other = columns_of(base, pair)
    if one.size < 2 * FEWEST:
        return None
    taught = together_of(one[::2], other[::2], texts=pair.texts)
    there = one[1::2], other[1::2]
    here = columns_of(live, pair)
    votes = taught.of(*here), taught.of(*there)
    # few numbers that tell most lie near to anything: a new kind of requests would pass for them
    steps = TELLS if pair.texts else TELLS[:1]
    tried = (_told(pair, here, there, votes, tells) for tells in steps)
    return next((part for part in tried if part is not None), None)


def _told(
    pair: Pair, here: Columns, there: Columns, votes: tuple[Floats, Floats], tells: float
) -> Part | None:
    """The part that rows with so many nats show; of the fewer that tell more, fewer are chance."""
    seen, usual = votes
    told, odd = seen >= tells, usual >= tells
    n, k = seen.size, int(told.sum())
    high = jeffreys(int(odd.sum()), usual.size, 0.99)[1]
    share = k / max(n, 1)
    if k < FEWEST or share < TIMES * high or _gain(k, n, high) < NATS:
        return None
    mirror = usual <= -tells
    if mirror.sum() < FEWEST:
        return None
    turned = here[1][told], here[0][told]
    known = there[0][mirror], there[1][mirror]
    slack = ALIKE + noise(k, int(mirror.sum()))
    left = max(distances(turned, known))
    as_logged = pair_distance((here[0][told], here[1][told]), known)
    if left > slack or left > as_logged / 2:
        return None
    exchanged = min((share - float(odd.mean())) / max(float(mirror.mean()), 1e-9), 1.0)
    beyond = _pairs(pair, here, exchanged) if pair.texts else _beyond(here, there, exchanged)
    return Part(k, n, high, exchanged, left, beyond)


def _gain(k: int, n: int, usual: float) -> float:
    share = min(k / n, 1 - 1e-9)
    return k * log(share / usual) + (n - k) * log((1 - share) / (1 - usual))


def _pairs(pair: Pair, here: Columns, share: float) -> Where | None:
    """Pairs of texts whose rows are CLEAN, most frequent first."""
    least = log(CLEAN / (1 - CLEAN)) - log(max(share, 1e-9) / max(1 - share, 1e-9))
    told = pair.together.plainly(*here) >= least
    counts = Counter(
        (str(one), str(other))
        for one, other in zip(here[0][told], here[1][told], strict=True)
        if one is not None and other is not None
    )
    found = sorted(counts, key=lambda each: (-counts[each], each))[:MOST_PAIRS]
    return tuple(found) or None


def _beyond(here: Columns, there: Columns, share: float) -> Where | None:
    """The widest interval of differences, to either side, in which exchanged rows are CLEAN."""
    gap, usual = (np.asarray(a, np.float64) - np.asarray(b, np.float64) for a, b in (here, there))
    gap, usual = gap[~np.isnan(gap)], np.sort(usual[~np.isnan(usual)])
    if not gap.size or not usual.size:
        return None
    turned = np.sort(-usual)
    best: tuple[float, tuple[float, float]] | None = None
    for sign in (1.0, -1.0):
        sound, moved = np.sort(sign * usual), np.sort(sign * turned)
        for cut in np.unique(np.quantile(moved, np.linspace(0, 1, 101))):
            mine = share * (1 - np.searchsorted(moved, cut, side="left") / moved.size)
            own = (1 - share) * (1 - np.searchsorted(sound, cut, side="left") / sound.size)
            own += (1 - share) / sound.size
            if mine >= CLEAN * (mine + own) and (best is None or mine > best[0]):
                ends = sorted((sign * float(cut), sign * 1e300))
                best = mine, (ends[0], ends[1])
    if best is None or best[0] < share / 2:
        return None
    return (best[1],)


def part_words(pair: Pair, part: Part) -> str:
    """The sign that the telling rows are, as a phrase with numbers."""
    return (
        f"{part.telling:,} requests have a pair of values that training has in at most "
        f"{per_cent(part.usual)}; exchanged they are as training's in {pair.one}, in {pair.other} "
        f"and in both together (largest distance {part.left:.2f} of 1)"
    )
