"""Values that training never had: known ones in another writing, known ones renamed, or new ones.

Each way of reading them is looked for in segment and window by what its rows say: a row with the
unseen value speaks for it, a row with the value it stands for speaks against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from investigators.categories import (
    SEEN,
    Marks,
    Values,
    at_one_moment,
    beside,
    by_share,
    marks_of,
    one_of,
    rare_before,
    took_the_place,
)
from investigators.evidence import segment_words
from investigators.numbers import listed, per_cent
from investigators.rewriting import Rewritten, Writings, listed_codes, rewritten
from investigators.scope import scope_sql, segment_sql
from investigators.tables.table import Table
from investigators.task import Task
from investigators.traffic.carrier import ShareChange, share_change
from investigators.traffic.place import Place, place_of
from investigators.traffic.rows import Baseline, Traffic
from investigators.view import View

MARGIN = 8.0
FEWEST_CHANGED = 10
LEAST_OF_LOG = 0.001
READ = 300  # unseen values that are looked up, the most frequent first
RARE_READ = 300
GONE = 0.05
SHOWN = 3
LEAST_KNOWN = 50
RENAMED = "by name: it stands where that one stood"


@dataclass(frozen=True)
class Ground:
    """What the findings of one run share; ``looks`` is the number of inputs looked at."""

    view: View
    log: Table
    baseline: Baseline | None
    traffic: Traffic
    looks: int

    @property
    def words(self) -> str:
        """What live values are compared with."""
        return "training" if self.baseline is None else self.baseline.words


@dataclass(frozen=True)
class Claim:
    """One reading of the unseen values; without ``pairs`` they are new ones."""

    pairs: tuple[Rewritten, ...]
    seen: tuple[str, ...]
    change: ShareChange
    place: Place
    stands: bool
    signs: tuple[str, ...] = ()

    @property
    def margin(self) -> float:
        """Nats above what choosing the description costs."""
        return self.change.carried.score - self.change.carried.looks


def claims(ground: Ground, values: Values, task: Task) -> list[Claim]:
    """Every reading of an input's unseen values, the best founded first."""
    read = values.unseen[:READ]
    pairs = rewritten(read, values.known)
    sure = [p for p in pairs if p.sure]
    left = [u for u in read if u not in {p.seen for p in sure}]
    allowed = ground.view.dictionary.get(values.each.name).allowed
    coded = by_share(values, listed_codes(left, values.known, allowed))
    taken = {p.seen for p in (*sure, *coded)}
    rest = [u for u in values.unseen if u not in taken]
    found = [
        _rewritten(ground, values, sure, task),
        _rewritten(ground, values, coded, task),
        _others(ground, values, rest, [p for p in pairs if not p.sure], task),
    ]
    order = [claim for claim in found if claim is not None]
    return sorted(order, key=lambda c: (not c.stands, not c.pairs, -c.place.rows_changed))


def _stands(ground: Ground, change: ShareChange, changed: int) -> bool:
    enough = changed >= max(FEWEST_CHANGED, LEAST_OF_LOG * ground.log.rows)
    least = change.carried.looks + log(max(ground.looks, 1)) + MARGIN
    return enough and change.carried.score >= least


def _own_traffic(ground: Ground, values: Values) -> Traffic:
    name = values.each.name
    column = ground.view.column(f"log.feature:{name}") or name
    return beside(ground.traffic, column, values.unseen)


def _searched(
    ground: Ground, values: Values, pairs: Sequence[Rewritten], met: int, task: Task
) -> tuple[ShareChange, Place, Marks] | None:
    """Where the seen values of ``pairs`` stand in the place of the meant ones."""
    seen, meant = [p.seen for p in pairs], sorted({p.meant for p in pairs})
    marks = marks_of(ground.log, values.expression, seen, meant, task)
    of = sum(values.base.get(m, 0) for m in meant)
    if values.told:
        of = max(of, LEAST_KNOWN)  # the model's own list says that training had them
    traffic = _own_traffic(ground, values)
    change = share_change(traffic, marks == SEEN, marks > 0, (met, max(of, met)), task)
    if change is None:
        return None
    place = place_of(
        ground.view, traffic, change.carried, one_of(values.expression, seen), task
    )  # fmt: skip
    return change, place, marks


def _rewritten(
    ground: Ground, values: Values, pairs: Sequence[Rewritten], task: Task
) -> Claim | None:
    if not pairs:
        return None
    met = _rare_writings(values) if pairs[0].how.startswith(("only", "by")) else 0
    found = _searched(ground, values, pairs, met, task)
    if found is None:
        return None
    change, place, marks = found
    stands = _stands(ground, change, place.rows_changed)
    signs = [_one_only(pairs)]
    gone = _gone(change, place, marks, pairs)
    if gone:
        signs.append(gone)
    signs += _allowed(ground, values, pairs)
    return Claim(tuple(pairs), tuple(p.seen for p in pairs), change, place, stands, tuple(signs))


def _rare_writings(values: Values) -> int:
    """Baseline rows whose rare value is a frequent one in another writing: typed by hand, so."""
    rare = [v for v, n in values.base.items() if n == 1][:RARE_READ]
    often = [v for v, n in values.base.items() if n > 1]
    if not rare or not often:
        return 0
    writings = Writings(often)
    return sum(1 for value in rare if writings.of(value) is not None)


def _one_only(pairs: Sequence[Rewritten]) -> str:
    ways = Counter(p.how for p in pairs)
    shown = listed([f"“{p.seen}” for “{p.meant}”" for p in pairs[:SHOWN]])
    more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    return f"{shown}{more}: each differs from one training value only, {ways.most_common(1)[0][0]}"


def _gone(
    change: ShareChange, place: Place, marks: Marks, pairs: Sequence[Rewritten]
) -> str | None:
    """The meant values are missing in the very rows, and stand elsewhere or stood before."""
    claimed = np.zeros(marks.size, dtype=bool)
    claimed[change.carried.claimed] = True
    new, old = int((marks[claimed] == SEEN).sum()), int((marks[claimed] == 1).sum())
    elsewhere = int((marks[~claimed] == 1).sum())
    if old > GONE * new or elsewhere < FEWEST_CHANGED:
        return None
    what = f"“{pairs[0].meant}”" if len({p.meant for p in pairs}) == 1 else "the values meant"
    return (
        f"where the new values stand ({new:,} rows in {segment_words(place.segment)}), {what} "
        f"stand{'s' if what.startswith('“') else ''} in {old:,}, elsewhere in {elsewhere:,}"
    )


def _allowed(ground: Ground, values: Values, pairs: Sequence[Rewritten]) -> list[str]:
    """The dictionary lists what is meant and not what is seen."""
    allowed = set(ground.view.dictionary.get(values.each.name).allowed)
    if not allowed or any(p.meant not in allowed or p.seen in allowed for p in pairs):
        return []
    meant = listed([f"“{p.meant}”" for p in pairs[:SHOWN]])
    seen = listed([f"“{p.seen}”" for p in pairs[:SHOWN]])
    return [f"the dictionary allows {meant} and not {seen}"]


def _others(
    ground: Ground, values: Values, rest: Sequence[str], near: Sequence[Rewritten], task: Task
) -> Claim | None:
    """Values that are no other writing: renamed ones where one vanished instead, else new ones."""
    if not rest:
        return None
    marks = marks_of(ground.log, values.expression, rest, [], task)
    known = marks_of_known(ground, values, task)
    traffic = _own_traffic(ground, values)
    base = (rare_before(values), values.n_base)
    if ground.baseline is not None and ground.baseline.early and values.told:
        base = (sum(values.base.get(u, 0) for u in rest), values.n_base)
    change = share_change(traffic, marks == SEEN, known, base, task)
    if change is None:
        return None
    sql = one_of(values.expression, rest)
    place = place_of(ground.view, traffic, change.carried, sql, task)
    new = Claim(
        (), tuple(rest), change, place, _stands(ground, change, place.rows_changed)
    )  # fmt: skip
    pairs = _renamed_pairs(ground, values, rest, near, place, task) if new.stands else []
    if not pairs:
        return new
    found = _searched(ground, values, pairs, 0, task)
    if found is None or not _stands(ground, found[0], found[1].rows_changed):
        return new
    return _renamed(ground, values, pairs, found, task)


def marks_of_known(ground: Ground, values: Values, task: Task) -> np.ndarray:
    """Rows of the log whose input has a value, shape (rows,)."""
    filled = np.zeros(ground.log.rows, dtype=bool)
    sql = f"SELECT fw_row FROM {{t}} WHERE ({values.expression}) IS NOT NULL"
    for batch in ground.log.batches(sql, task=task):
        filled[batch.column(0).to_numpy(zero_copy_only=False)] = True
    return filled


def _renamed_pairs(
    ground: Ground,
    values: Values,
    rest: Sequence[str],
    near: Sequence[Rewritten],
    place: Place,
    task: Task,
) -> list[Rewritten]:
    """Unseen values that took the place of one that vanished among the same rows."""
    scope = scope_sql(place.segment, place.onset, place.end)
    found = ground.log.query(
        f"SELECT CAST(({values.expression}) AS VARCHAR) AS v, count(*) FILTER ({scope}) FROM {{t}} "
        f"WHERE ({values.expression}) IS NOT NULL GROUP BY 1",
        task=task,
    )
    inside = dict(zip(*(column.to_pylist() for column in found.columns), strict=True))
    n, n_base = sum(inside.values()), max(values.n_base, 1)
    odd = set(values.unseen)
    expected = {m: n * k / n_base for m, k in values.base.items() if m not in odd}
    swaps = took_the_place({v: k for v, k in inside.items() if k}, expected, values)
    told = {p.seen: p for p in near}
    pairs = []
    for seen, meant in swaps:
        if seen not in rest:
            continue
        by_letters = told.get(seen)
        if by_letters is not None and by_letters.meant == meant:
            pairs.append(by_letters)
        elif by_letters is None:
            pairs.append(Rewritten(seen, meant, RENAMED, sure=False))
    return pairs


def _renamed(
    ground: Ground,
    values: Values,
    pairs: Sequence[Rewritten],
    found: tuple[ShareChange, Place, Marks],
    task: Task,
) -> Claim:
    change, place, marks = found
    signs = []
    gap = at_one_moment(change.carried, marks, change.carried.rows.size)
    here = int((marks[change.carried.claimed] == SEEN).sum())
    if gap is not None:
        signs.append(
            f"at the same moment, in {segment_words(place.segment)}: {gap:,} rows lie between the "
            f"last {_names(p.meant for p in pairs)} and the first {_names(p.seen for p in pairs)}, "
            f"which then stands in {here:,} rows"
        )
    elif len(pairs) > 1:
        signs.append(f"{len(pairs)} values vanish and {len(pairs)} come, each with its share")
    elif stood := _stood_there(ground, values, pairs[0], place, task):
        signs.append(stood)
    if any(p.how != RENAMED for p in pairs):
        signs += [f"“{p.seen}” differs from “{p.meant}” {p.how}" for p in pairs
                  if p.how != RENAMED][:SHOWN]  # fmt: skip
    signs += _allowed(ground, values, pairs)
    return Claim(
        tuple(pairs), tuple(p.seen for p in pairs), change, place, stands=True, signs=tuple(signs)
    )


def _names(values: object) -> str:
    names = [f"“{v}”" for v in values]  # type: ignore[attr-defined]
    return names[0] if len(names) == 1 else f"of {listed(names[:SHOWN])}"


def _stood_there(
    ground: Ground, values: Values, pair: Rewritten, place: Place, task: Task
) -> str | None:
    """In training the same segment had the value that is missing there now."""
    baseline = ground.baseline
    if baseline is None or baseline.early or not place.segment or place.onset is not None:
        return None
    if any(baseline.table.column(c.column) is None or c.part for c in place.segment):
        return None
    sql = baseline.expressions[values.each.name]
    meant = one_of(sql, [pair.meant])
    n, k = (
        column[0].as_py()
        for column in baseline.table.query(
            f"SELECT count(*), count(*) FILTER ({meant}) FROM {{t}} "
            f"WHERE {segment_sql(place.segment)}",
            task=task,
        ).columns
    )
    here = place.rows_changed / max(place.rows_in_scope, 1)
    if k < FEWEST_CHANGED or not 0.5 <= (k / n) / max(here, 1e-9) <= 2:
        return None
    return (
        f"in training “{pair.meant}” stood in {per_cent(k / n)} of {n:,} rows of "
        f"{segment_words(place.segment)}; now “{pair.seen}” stands in {per_cent(here)}"
    )
