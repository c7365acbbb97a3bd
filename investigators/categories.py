"""The values of a categorical input, live and in training: which are new, which have vanished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

from investigators.model import ModelInput
from investigators.rewriting import Rewritten
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.traffic.carrier import Carried
from investigators.traffic.rows import Baseline, Traffic
from investigators.view import View

MOST_VALUES = 5_000
EXPECTED = 15.0  # so many rows of a value are expected before its absence says anything
LEFT = 0.1  # of the expected rows may be left of a value that vanished
LIKE_SHARE = 2.0
# of one value a part is gone: standard errors, and other values whose shares stay as they were
SURELY, LIKELY, FEWEST_KNOWN = 6.0, 3.0, 3
FEWEST_OF_ONE = 10
BESIDE = 10  # rows on both sides of the moment at which one value took another's place
NEAR_IN_ROWS = 0.01
MOST_GAPS = 6.0
SHARES_APART = 0.15
CLEARER = 1.5
LISTED, NEARLY_ALL = 3, 0.9  # values of a list whose shares return, and of its rows
LEAST_DRIFT, MOST_DRIFT, SURER = 0.03, 0.1, 5.0  # of ln(share); nats over an exchange

Marks = npt.NDArray[np.uint8]
MEANT, SEEN = 1, 2


@dataclass(frozen=True)
class Values:
    """Different values of one input with their rows; ``unseen`` has the most frequent first.

    ``known`` are training's values: the model's own list where the file has one (``told``).
    ``more`` counts live values beyond the ``MOST_VALUES`` most frequent.
    """

    each: ModelInput
    expression: str
    live: dict[str, int]
    base: dict[str, int]
    known: tuple[str, ...]
    unseen: tuple[str, ...]
    told: bool
    more: int

    @property
    def n(self) -> int:
        """Live rows that have a value."""
        return sum(self.live.values())

    @property
    def n_base(self) -> int:
        """Baseline rows that have a value."""
        return sum(self.base.values())

    def rows(self, values: Sequence[str]) -> int:
        """Live rows with one of the values."""
        return sum(self.live.get(value, 0) for value in values)


def values_of(view: View, each: ModelInput, baseline: Baseline | None, task: Task) -> Values:
    """Count an input's values in the log and the baseline, and tell the unseen ones."""
    assert view.log is not None
    live, more = _counted(view.log, view.log_inputs[each.name], task)
    base: dict[str, int] = {}
    if baseline is not None and each.name in baseline.expressions:
        base, _ = _counted(baseline.table, baseline.expressions[each.name], task)
    told = view.model is not None and bool(each.categories)
    known = tuple(str(c) for c in each.categories) if told else tuple(base)
    names = list(live)
    if told and view.model is not None:
        odd = view.model.unseen(each.name, names)
        unseen = [name for name, is_odd in zip(names, odd, strict=True) if is_odd]
    else:
        unseen = [name for name in names if name not in base]
    if baseline is not None and not baseline.early:
        unseen = [name for name in unseen if name not in base]
    return Values(
        each, view.log_inputs[each.name], live, base, known, tuple(unseen), told, more
    )  # fmt: skip


def _counted(table: Table, expression: str, task: Task) -> tuple[dict[str, int], int]:
    found = table.query(
        f"SELECT CAST(x AS VARCHAR) AS v, n, count(*) OVER () AS k FROM (SELECT ({expression}) "
        f"AS x, count(*) AS n FROM {{t}} GROUP BY 1) WHERE x IS NOT NULL ORDER BY n DESC, v "
        f"LIMIT {MOST_VALUES}",
        task=task,
    )
    values, counts, many = (column.to_pylist() for column in found.columns)
    return dict(zip(values, counts, strict=True)), (many[0] - len(values)) if many else 0


def rare_before(values: Values) -> int:
    """Baseline rows whose value occurs but once: so many new values are ordinary in as many rows.

    Source: Good 1953 (Turing's estimate): the chance that the next row has a value never seen is
    the share of values seen once.
    """
    return sum(1 for n in values.base.values() if n == 1)


def one_of(expression: str, values: Sequence[str]) -> str:
    """SQL: is the input one of these values?"""
    listed = ", ".join(literal(value) for value in values)
    return f"coalesce(CAST(({expression}) AS VARCHAR) IN ({listed}), false)" if values else "false"


def marks_of(
    log: Table, expression: str, seen: Sequence[str], meant: Sequence[str], task: Task
) -> Marks:
    """Mark each row of the log: ``SEEN``, ``MEANT``, or 0; shape (rows,)."""
    marks = np.zeros(log.rows, dtype=np.uint8)
    sql = (
        f"SELECT fw_row, (CASE WHEN {one_of('x', seen)} THEN {SEEN} "
        f"WHEN {one_of('x', meant)} THEN {MEANT} ELSE 0 END)::UTINYINT AS m "
        f"FROM (SELECT fw_row, ({expression}) AS x FROM {{t}})"
    )
    for batch in log.batches(sql, task=task):
        marks[batch.column(0).to_numpy(zero_copy_only=False)] = batch.column(1).to_numpy(
            zero_copy_only=False
        )
    return marks


def beside(traffic: Traffic, column: str, unseen: Sequence[str]) -> Traffic:
    """The traffic without the input's own column, and without copies of it.

    "Where the value is new" would be the best segment for new values, and say nothing.
    """
    odd = set(unseen)
    kept = tuple(
        s for s in traffic.segments
        if s.column != column and not any(v is not None and str(v) in odd for v in s.values)
    )  # fmt: skip
    return replace(traffic, segments=kept)


def by_share(values: Values, readings: Sequence[list[Rewritten]]) -> list[Rewritten]:
    """The one reading of codes that gives training's shares; empty where none or several do."""
    ranked = []
    for pairs in readings:
        n = values.rows([p.seen for p in pairs])
        base = sum(values.base.get(p.meant, 0) for p in pairs)
        if not n or not base:
            continue
        apart = 0.5 * sum(
            abs(values.live.get(p.seen, 0) / n - values.base.get(p.meant, 0) / base) for p in pairs
        )
        noise = 0.5 * (len(pairs) * (1 / n + 1 / base)) ** 0.5
        ranked.append((apart, noise, pairs))
    ranked.sort(key=lambda each: each[0])
    if not ranked or ranked[0][0] > SHARES_APART + ranked[0][1]:
        return []
    if len(ranked) > 1 and ranked[1][0] < CLEARER * ranked[0][0] + ranked[0][1]:
        return []
    return [] if _another_order(values, ranked[0][2]) else ranked[0][2]


def _another_order(values: Values, pairs: Sequence[Rewritten]) -> bool:
    """Whether the same codes for the same names in another order fit the shares far better."""
    told = [(values.live.get(p.seen, 0), values.base.get(p.meant, 0)) for p in pairs]
    both = np.array([pair for pair in told if all(pair)], dtype=np.float64)  # no share, no order
    if len(both) < 2:
        return False
    n, base = both.T
    fit = _Fit.of(n, base * n.sum() / base.sum(), base)
    worse = (np.diag(fit.apart) ** 2 - fit.left**2) / (2 * (fit.chance + fit.drift))
    return float(worse.sum()) >= SURER


@dataclass(frozen=True)
class _Fit:
    """Codes (rows) against names (columns): the assignment that fits best, and what it leaves.

    ``apart`` is ln of the ratio of shares, shape (codes, names); ``best`` the name of each code of
    ``at``; ``left`` and ``chance`` (variance) are theirs, ``drift`` the variance of all beyond.
    """

    apart: npt.NDArray[np.float64]
    at: npt.NDArray[np.intp]
    best: npt.NDArray[np.intp]
    left: npt.NDArray[np.float64]
    chance: npt.NDArray[np.float64]
    drift: float

    @classmethod
    def of(
        cls,
        rows: npt.NDArray[np.float64],
        expected: npt.NDArray[np.float64],
        base: npt.NDArray[np.float64],
    ) -> _Fit:
        """Fit live rows of codes to the rows expected of names, of ``base`` baseline rows each."""
        from scipy.optimize import linear_sum_assignment

        apart = np.log(rows[:, None] / expected)
        chance = 1 / rows[:, None] + 1 / base
        at, best = linear_sum_assignment(apart**2)
        left, noise = apart[at, best], chance[at, best]
        drift = max(float((left**2 - noise).mean()), 0.0) + LEAST_DRIFT**2
        return cls(apart, at, best, left, noise, drift)


def took_the_place(
    inside: dict[str, int], expected: dict[str, float], values: Values
) -> list[tuple[str, str]]:
    """Pairs (unseen, vanished) with like shares among the same rows, where each fits one only.

    Args:
        inside: rows of each value in segment and window.
        expected: rows of each known value there, were its share as in training.
        values: which values are unseen.
    """
    new = {u: inside[u] for u in values.unseen if inside.get(u, 0) >= FEWEST_OF_ONE}
    gone = {
        m: e for m, e in expected.items() if e >= EXPECTED and inside.get(m, 0) <= LEFT * e
    }  # fmt: skip
    coded = _each_by_its_share(new, gone, values)
    if coded:
        return coded
    fits = {u: [m for m, e in gone.items() if _alike(n, e)] for u, n in new.items()}
    pairs = []
    for u, ms in fits.items():
        if len(ms) == 1 and sum(ms[0] in others for others in fits.values()) == 1:
            pairs.append((u, ms[0]))
    return pairs or _took_a_part(inside, expected, new)


def _each_by_its_share(
    new: dict[str, int], gone: dict[str, float], values: Values
) -> list[tuple[str, str]]:
    """A whole list that took the place of another: each value has the share of one name.

    Several shares that all return are no other mix of requests.  How far shares drift is read off
    those of the best assignment; names that could be exchanged at that drift are left out, and
    nothing is said where these are more than a few of the rows.
    """
    if min(len(new), len(gone)) < LISTED or len(new) > len(gone):
        return []
    codes, names = list(new), list(gone)
    rows = np.array([new[u] for u in codes], dtype=np.float64)
    base = np.array([float(values.base[m]) for m in names])
    fit = _Fit.of(rows, np.array([gone[m] for m in names]), base)
    apart, at, best, left, drift = fit.apart, fit.at, fit.best, fit.left, fit.drift
    chance = 1 / rows[:, None] + 1 / base
    if drift > MOST_DRIFT**2:
        return []
    pairs, told = [], 0.0
    for k, own in zip(at, best, strict=True):
        worse = apart[k] ** 2 - left[k] ** 2
        for other, theirs in zip(at, best, strict=True):
            worse[theirs] += apart[other, own] ** 2 - left[other] ** 2  # who has it gets mine
        worse[own] = np.inf
        if float((worse / (2 * (chance[k] + drift))).min()) >= SURER:
            pairs.append((codes[k], names[own]))
            told += float(rows[k])
    return pairs if len(pairs) >= LISTED and told >= NEARLY_ALL * rows.sum() else []


def _took_a_part(
    inside: dict[str, int], expected: dict[str, float], new: dict[str, int]
) -> list[tuple[str, str]]:
    """The one known value of which just as many are gone as the one new value has.

    A newcomer of the world takes from all of them alike.
    """
    if len(new) != 1 or len(expected) < FEWEST_KNOWN:
        return []
    ((unseen, came),) = new.items()
    gone = {m: e - inside.get(m, 0) for m, e in expected.items()}
    most = max(gone, key=lambda m: (gone[m], m))
    if gone[most] < SURELY * sqrt(expected[most]):
        return []
    if abs(gone[most] - came) > LIKELY * sqrt(expected[most] + came):
        return []
    calm = all(abs(gone[m]) <= LIKELY * sqrt(expected[m] + 1) for m in expected if m != most)
    return [(unseen, most)] if calm else []


def _alike(n: int, expected: float) -> bool:
    return expected / LIKE_SHARE <= n <= expected * LIKE_SHARE


def at_one_moment(carried: Carried, marks: Marks, rows: int) -> int | None:
    """Segment rows between the last ``MEANT`` and the first ``SEEN``; ``None`` unless sharp.

    Sharp: one stood before, the other stands after, hardly any on the wrong side, and the gap is
    what the value's own share makes ordinary and below a hundredth of the segment's rows.
    """
    own = marks[carried.rows]
    start = carried.span.start
    before, after = own[:start], own[start : carried.span.end]
    old, new = int((before == MEANT).sum()), int((after == SEEN).sum())
    wrong = int((before == SEEN).sum() + (after == MEANT).sum())
    if min(old, new) < BESIDE or wrong > 0.02 * (old + new):
        return None
    last = int(np.flatnonzero(before == MEANT)[-1])
    first = start + int(np.flatnonzero(after == SEEN)[0])
    gap = max(first - last, 0)
    ordinary = MOST_GAPS * own.size / max(int((own > 0).sum()), 1)
    return gap if gap <= ordinary and gap <= max(NEAR_IN_ROWS * rows, 2) else None
