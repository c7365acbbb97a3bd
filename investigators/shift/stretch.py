"""Sampled rows that follow each other, of all and of each segment's value: does a stretch speak?

A fault that a small segment carries since a day is a small share of all rows; in its own rows in
order of time it is all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf, log

import numpy as np
import numpy.typing as npt

from investigators.traffic.rows import Traffic

FEWEST, CHOICE = 8, 8.0  # rows of a group; nats for the choice of its stretch
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stretches:
    """Places of the sample's rows, group after group, each in order of time.

    ``places`` has shape (rows of all groups,), ``sizes`` (groups,).
    """

    places: Places
    sizes: Places

    @property
    def groups(self) -> list[Places]:
        """Places of each group's rows, in order of time."""
        return np.split(self.places, np.cumsum(self.sizes)[:-1]) if self.sizes.size else []

    @cached_property
    def _group(self) -> Places:
        return np.repeat(np.arange(self.sizes.size), self.sizes)

    @cached_property
    def _firsts(self) -> Places:
        return np.cumsum(self.sizes) - self.sizes

    def best(self, votes: Floats) -> float:
        """Largest sum of votes (nats, by row of the sample) that follow each other in a group.

        What the choice of the group and of the stretch is worth is taken off.
        """
        if not self.sizes.size:
            return -inf
        own = votes[self.places]
        sums = np.cumsum(own)
        sums -= np.repeat(sums[self._firsts] - own[self._firsts], self.sizes)
        # groups are set so far apart that the least sum so far is one of the same group
        apart = self._group * (2 * float(np.abs(sums).max()) + 1)
        least = np.minimum(np.minimum.accumulate(sums - apart) + apart, 0.0)
        return float((sums - least).max()) - log(self.sizes.size) - CHOICE


def stretches_of(traffic: Traffic, rows: npt.NDArray[np.int64]) -> Stretches:
    """All sampled rows (their numbers) and those of each segment's value; small groups left out."""
    place = np.arange(traffic.rows)
    if traffic.order is not None:
        place[traffic.order] = np.arange(traffic.rows)
    in_time = np.argsort(place[rows], kind="stable")
    found = [in_time]
    for coded in traffic.segments:
        codes = coded.codes[rows][in_time]
        found += [in_time[codes == k + 1] for k in range(len(coded.values))]
    kept = [each for each in found if each.size >= FEWEST]
    sizes = np.array([each.size for each in kept], dtype=np.intp)
    places: Places = np.concatenate([*kept, np.empty(0, dtype=np.intp)]).astype(np.intp)
    return Stretches(places, sizes)
