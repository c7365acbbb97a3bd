"""Values that pile up at an end, a cap or a floor, where the baseline goes on beyond it.

Of the rows at or beyond a cap nearly all stand at it exactly.  That share is small in a drift of
the whole distribution, whatever its size, so it is what is looked for; and what the end gained
must be what is gone beyond it, which is not so for a code or a default in the place of any value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from investigators.scope import scope_sql
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.placeholders import LIMITS
from investigators.traffic.stand_in import ABOVE, BELOW, MISSING, TRIED, VALUE, Ground, Input
from investigators.traffic.values import FEWEST, KNOWN_IN_TRAINING, MANY, Held, flags
from investigators.traffic.yardstick import Compared, Counted, compare

Floats = npt.NDArray[np.float64]
BEYOND = 3  # sampled baseline rows beyond an end
NEARER = 0.1  # of the baseline's values lie on this side of an end
CHANCE = 8.0  # nats in the sample that make a value worth a look; the end of a type is, if risen
TIMES = 2.0  # what the end gained, over what is gone beyond it, at most
APART = 4.0  # standard errors that are allowed for
SEVERAL = 0.2  # of the rows beyond an end hold other values than the most frequent one there
FEW_VALUES = 50
TYPE_ENDS = tuple(abs(end) for end in LIMITS)
SIMILAR = 0.5  # of an end's rows, held by other values that are as new: numbers written otherwise


@dataclass(frozen=True)
class Shares:
    """Shares of the rows with a value: at the end, beyond it, and before it; ``n`` rows."""

    at: float
    beyond: float
    n: int

    @property
    def nearer(self) -> float:
        """Share of the rows whose value the end does not touch."""
        return 1 - self.at - self.beyond


@dataclass(frozen=True)
class End:
    """A value at which an input piles up; ``top`` is a cap, else a floor."""

    each: Input
    value: float
    top: bool
    change: ShareChange
    place: Place
    counts: Compared

    def shares(self, counted: Counted) -> Shares:
        """Shares among the rows of a part that have a value."""
        n = sum(counted.met[k] for k in (VALUE, ABOVE, BELOW))
        far = counted.met[ABOVE if self.top else BELOW]
        return Shares(counted.met[VALUE] / max(n, 1), far / max(n, 1), n)

    @property
    def noise(self) -> float:
        """Standard error of the difference of the share at or beyond the end."""
        here, before = self.shares(self.counts.inside), self.shares(self.counts.usual)
        share = before.at + before.beyond
        return sqrt(share * (1 - share) * (1 / max(here.n, 1) + 1 / max(before.n, 1)))

    @property
    def gain(self) -> float:
        """By how much the share at the end rose."""
        return self.shares(self.counts.inside).at - self.shares(self.counts.usual).at

    @property
    def filled(self) -> float:
        """By how much the share of missing values fell."""
        return self.counts.usual.share(MISSING) - self.counts.inside.share(MISSING)

    @property
    def loss(self) -> float:
        """By how much the share beyond the end fell."""
        return self.shares(self.counts.usual).beyond - self.shares(self.counts.inside).beyond


def turned(held: Held) -> Held:
    """The same with the sign changed, so that a floor is a cap."""
    return Held(-held.values[::-1], held.counts[::-1], held.missing, held.rows)


def candidates(live: Held, base: Held) -> list[float]:
    """Values of the sample that may be a cap, the likeliest first."""
    if not live.n or not base.n:
        return []
    k = live.counts.astype(np.float64)
    here, there = np.cumsum(k[::-1])[::-1], _at_or_above(base, live.values)
    beyond = here - k
    own = _at(base, live.values)
    before = there - own
    usual = (own + 0.5) / (there + 1)
    share = np.clip(k / here, 1e-12, 1 - 1e-12)
    told = k * np.log(share / usual) + beyond * np.log((1 - share) / (1 - usual))
    pooled = (here + there) / (live.n + base.n)
    noise = np.sqrt(pooled * (1 - pooled) * (1 / live.n + 1 / base.n))
    gain, loss = k / live.n - own / base.n, before / base.n - beyond / live.n
    rare = (own + 0.5) / (base.n + 1) < KNOWN_IN_TRAINING * k / live.n
    kept = (gain >= loss / TIMES - APART * noise) | (live.stands_out() & rare)
    kept &= (gain > 0) & (gain <= TIMES * loss + APART * noise)
    # a code beyond all values is no cap of them, unless it is where a type ends
    of_a_type = np.isin(np.abs(live.values), TYPE_ENDS)
    kept &= (there <= (1 - NEARER) * base.n) | of_a_type
    # in a small segment it is hardly more of all rows: where the rows lie decides
    kept &= (told >= CHANCE) | of_a_type
    kept &= (before >= BEYOND) & (k >= FEWEST) & (share > usual)
    kept &= before - _most_above(base, live.values) >= SEVERAL * before
    found = sorted(np.flatnonzero(kept), key=lambda i: (-told[i], i))[:TRIED]
    most = MANY if base.values.size > FEW_VALUES else 1
    clear = rare & (told >= CHANCE)
    new = [clear if of_a_type[i] else rare for i in found]
    others = [_others(k, as_new, int(i)) for i, as_new in zip(found, new, strict=True)]
    return [float(live.values[i]) for i, n in zip(found, others, strict=True) if n < most]


def _others(counts: Floats, rare: npt.NDArray[np.bool_], at: int) -> int:
    """How many other values are as new and as frequent: then all are written otherwise."""
    others = rare & (counts >= max(FEWEST, SIMILAR * counts[at]))
    return int(others.sum()) - int(others[at])


def _most_above(held: Held, values: Floats) -> Floats:
    """Rows of the most frequent value above each of these."""
    most = np.concatenate([np.maximum.accumulate(held.counts[::-1])[::-1], [0]])
    return most[np.searchsorted(held.values, values, side="right")].astype(np.float64)


def _at(held: Held, values: Floats) -> Floats:
    places = np.minimum(np.searchsorted(held.values, values), held.values.size - 1)
    return np.where(held.values[places] == values, held.counts[places], 0).astype(np.float64)


def _at_or_above(held: Held, values: Floats) -> Floats:
    sums = np.concatenate([np.cumsum(held.counts[::-1])[::-1], [0]])
    return sums[np.searchsorted(held.values, values)].astype(np.float64)


def ends(ground: Ground, each: Input, task: Task) -> Iterator[End]:
    """Ends that are beyond chance: caps first, then floors."""
    assert isinstance(each.live, Held)
    assert isinstance(each.base, Held)
    for top in (True, False):
        live, base = each.live, each.base
        if not top:
            live, base = turned(live), turned(base)
        for value in candidates(live, base):
            task.tick()
            found = _end(ground, each, value if top else -value, task, top=top)
            if found is not None:
                yield found


def _end(ground: Ground, each: Input, value: float, task: Task, *, top: bool) -> End | None:
    view, baseline = ground.view, ground.baseline
    assert view.log is not None
    far = ABOVE if top else BELOW
    live, base = each.conditions(value, each.live_sql), each.conditions(value, each.base_sql)
    at, beyond = flags(view.log, [live[VALUE], live[far]], task)
    met, of = (
        int(column[0].as_py())
        for column in baseline.table.query(
            f"SELECT count(*) FILTER ({base[VALUE]}), "
            f"count(*) FILTER ({base[VALUE]} OR ({base[far]})) FROM {{t}}",
            task=task,
        ).columns
    )
    traffic = ground.traffic_for(each)
    change = share_change(traffic, at, at | beyond, (met, of), task)
    if change is None or not ground.enough(change, 2 * TRIED):
        return None
    place = place_of(view, traffic, change.carried, live[VALUE], task)
    counts = compare(view, baseline, place, live, base, task)
    return End(each, value, top, change, place, counts)


def told_apart(ground: Ground, end: End, task: Task) -> tuple[float, float]:
    """How far the rows at an end are rows of their own: different contents, and subjects.

    Returns:
        Different rows of all other inputs over the same of all rows in scope (each per row), and
        the largest share of the end's rows that one subject has (0 where subjects are not known).
    """
    log = ground.view.log
    assert log is not None
    others = [sql for name, sql in ground.view.log_inputs.items() if name != end.each.name]
    content = f"hash({', '.join(f'({sql})' for sql in others)})" if others else "fw_row"
    scope = scope_sql(end.place.segment, end.place.onset, end.place.end)
    at = end.each.conditions(end.value, end.each.live_sql)[VALUE]
    found = log.query(
        f"SELECT count(DISTINCT h) FILTER (at_end), count(*) FILTER (at_end), "
        f"count(DISTINCT h), count(*) FROM (SELECT {content} AS h, {at} AS at_end "
        f"FROM {{t}} WHERE {scope})",
        task=task,
    )
    own, k, whole, n = (int(column[0].as_py()) for column in found.columns)
    most = log.value(
        f"SELECT max(c) FROM (SELECT count(*) AS c FROM {{t}} WHERE {scope} AND {at} "
        f"AND fw_subject IS NOT NULL GROUP BY fw_subject)",
        task=task,
    )
    return (own / max(k, 1)) / max(whole / max(n, 1), 1e-9), (most or 0) / max(k, 1)
