"""Independent signs that two inputs were exchanged: scores, order, relations, digits, range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from investigators.numbers import number, per_cent
from investigators.roles.scale import agree
from investigators.shift.exchange import Compared, Pair, counts_of
from investigators.shift.line_fit import written
from investigators.shift.rivals import distance, known, noise
from investigators.shift.sample import Sample, rows_where
from investigators.task import Task
from investigators.traffic.rows import Baseline
from investigators.view import View

SCORED = 2_000
MOST_RELATIONS = 12
REPRODUCED, NOT_SO = 0.9, 0.5
RELATED, NEARER = 0.25, 0.25
GRIDS_APART = 0.1
LESS_OFTEN, SELDOM, USUAL, OFTEN = 0.2, 0.02, 0.1, 0.05
OUTSIDE, BACK_INSIDE = 0.2, 0.02
SAME_GAP = 0.3
FEWEST = 8
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Signs:
    """Phrases with numbers; ``exact``: logged scores show it; ``order``: an order turned round.

    ``written``: the steps in which both columns are written are exchanged.
    """

    words: tuple[str, ...]
    exact: bool
    order: bool
    written: bool = False


def signs_of(
    view: View, baseline: Baseline, pair: Pair, compared: Compared, scope: str, task: Task
) -> Signs:
    """Ask every sign about the claimed rows (``scope`` in SQL).

    Where the columns themselves refute the exchange, only signs that outweigh that are asked.
    """
    scored = _scored(view, pair, scope, task)
    ordered = [] if pair.texts else _ordered(pair, compared)
    grids = _written(pair, compared)
    found = [*scored, *ordered]
    possible = compared.fits or compared.near or (bool(grids) and compared.alike)
    if not found and (compared.refuted or not possible):
        return Signs((), exact=False, order=False)
    if pair.texts:
        found += _unknown(pair, compared)
    else:
        found += _related(view, baseline, pair, scope, task)
        found += [*grids, *_missing(pair, compared), *_typical(pair, compared)]
        found += _outside(pair, compared)
    return Signs(tuple(found), bool(scored), bool(ordered), bool(grids))


def _scored(view: View, pair: Pair, scope: str, task: Task) -> list[str]:
    """The model gives the logged score only with the two columns exchanged."""
    model, log, scale = view.model, view.log, view.case.scale
    if model is None or log is None or scale is None or scale.mapping in {"unknown", "none"}:
        return []
    names = [i.name for i in model.inputs if i.name in view.log_inputs]
    if any(i.used and i.name not in view.log_inputs for i in model.inputs):
        return []
    told = view.reproduced
    if told is not None and told.rows_compared == told.rows_equal:
        return []  # the model gives every logged score with the columns as they are
    cells = ", ".join(f"({view.log_inputs[n]}) AS x{k}" for k, n in enumerate(names))
    known_in = f"({scope}) AND fw_score IS NOT NULL"
    # the rows first, then their inputs: to sort whole rows of a large log takes long
    last = log.value(
        f"SELECT max(fw_row) FROM (SELECT fw_row FROM {{t}} WHERE {known_in} "
        f"ORDER BY fw_row LIMIT {SCORED})",
        task=task,
    )
    rows = log.query(
        f"SELECT fw_score, {cells} FROM {{t}} WHERE fw_row <= {-1 if last is None else int(last)} "
        f"AND {known_in} ORDER BY fw_row",
        task=task,
    )
    n = rows.num_rows
    if n < FEWEST:
        return []
    logged = rows.column(0).to_numpy().astype(np.float64)
    columns = {name: rows.column(k + 1) for k, name in enumerate(names)}
    turned = columns | {pair.one: columns[pair.other], pair.other: columns[pair.one]}
    shares = []
    for each in (columns, turned):
        output = model.outputs(model.matrix(each))
        shares.append(float(agree(scale, logged, output, model.to_raw(output)).equal.mean()))
    if shares[1] < REPRODUCED or shares[0] > NOT_SO:
        return []
    return [
        (
            f"with the two columns exchanged the model gives the logged score of "
            f"{per_cent(shares[1])} of {n:,} requests, as logged of {per_cent(shares[0])}"
        )
    ]


def _ordered(pair: Pair, compared: Compared) -> list[str]:
    """Training has one always below the other; here it is the other way round by as much."""
    if not any(pair.order):
        return []
    low, high = pair.names if pair.order[0] < 0 else pair.names[::-1]
    live, base = compared.live.numbers, compared.base.numbers
    gap, usual = known(live[low] - live[high]), known(base[high] - base[low])
    if gap.size < FEWEST or float((gap > 0).mean()) < REPRODUCED * float((usual > 0).mean()):
        return []
    if distance(gap, usual) > SAME_GAP + noise(gap.size, usual.size):
        return []
    return [
        (
            f"{low} is above {high} in {per_cent(float((gap > 0).mean()))} of {gap.size:,} "
            f"requests, in {per_cent(float((usual < 0).mean()))} of training's"
        )
    ]


def _related(view: View, baseline: Baseline, pair: Pair, scope: str, task: Task) -> list[str]:
    """The relation to a third input is training's only with the two exchanged."""
    assert view.log is not None
    kinds = {i.name: i.kind for i in view.model.inputs} if view.model is not None else {}
    others = [
        n for n in view.log_inputs
        if n not in pair.names and n in baseline.expressions and kinds.get(n) != "category"
    ][:MOST_RELATIONS]  # fmt: skip
    if not others:
        return []
    names = [*pair.names, *others]
    live = rows_where(view.log, view.log_inputs, names, scope, task)
    every = sorted(n for n in baseline.expressions if n in view.log_inputs and
                   kinds.get(n) != "category")  # fmt: skip
    table = baseline.table
    base = table.engine.once(
        ("ranked baseline", table.relation, tuple(every)),
        lambda: Ranked(rows_where(table, baseline.expressions, every, "true", task)),
    )
    here = Ranked(live)
    best: tuple[float, str] | None = None
    for other in others:
        task.tick()
        a, b = (base.correlation(name, other) for name in pair.names)
        x, y = (here.correlation(name, other) for name in pair.names)
        if None in {a, b, x, y} or a is None or b is None or x is None or y is None:
            continue
        n = live.rows.size
        gain = abs(x - a) + abs(y - b) - abs(y - a) - abs(x - b)
        left = max(abs(y - a), abs(x - b))
        if abs(a - b) < RELATED or left > abs(a - b) / 2 or gain < NEARER + 3 * n**-0.5:
            continue
        words = (
            f"its rank correlation with {other} tells as well: {number(a, 2)} for {pair.one} and "
            f"{number(b, 2)} for {pair.other} in training, {number(x, 2)} and {number(y, 2)} here"
        )
        best = max(best or (0.0, ""), (gain, words))
    return [best[1]] if best else []


class Ranked:
    """Rank correlations of a sample's numbers; columns without a gap are ranked once."""

    def __init__(self, sample: Sample) -> None:
        self._numbers = sample.numbers
        self._there = {name: ~np.isnan(values) for name, values in sample.numbers.items()}
        self._ranks: dict[str, Floats] = {}
        self._found: dict[tuple[str, str], float | None] = {}

    def correlation(self, one: str, other: str) -> float | None:
        """Spearman's; ``None`` where fewer than 30 rows have both, or one is constant there."""
        if (one, other) not in self._found:
            self._found[one, other] = self._correlated(one, other)
        return self._found[one, other]

    def _correlated(self, one: str, other: str) -> float | None:
        both = self._there[one] & self._there[other]
        if both.sum() < 30:
            return None
        if both.all():
            x, y = self._ranked(one), self._ranked(other)
        else:
            x, y = (stats.rankdata(self._numbers[name][both]) for name in (one, other))
        if x.std() == 0 or y.std() == 0:
            return None
        return float(np.corrcoef(x, y)[0, 1])

    def _ranked(self, name: str) -> Floats:
        if name not in self._ranks:
            self._ranks[name] = stats.rankdata(self._numbers[name])
        return self._ranks[name]


def _written(pair: Pair, compared: Compared) -> list[str]:
    """Each is written as the other one was: whole numbers where training has decimals."""
    if pair.writing is None:
        return []
    grid, (a, b) = pair.writing.grid, (pair.writing.one, pair.writing.other)
    numbers = (known(compared.live.numbers[name]) for name in pair.names)
    x, y = (written(values / grid, 0) for values in numbers)
    if max(abs(x - b), abs(y - a)) > GRIDS_APART:
        return []
    return [
        (
            f"{per_cent(x)} of {pair.one} are {pair.writing.words} ({per_cent(a)} in training), "
            f"{per_cent(y)} of {pair.other} ({per_cent(b)} in training)"
        )
    ]


def _missing(pair: Pair, compared: Compared) -> list[str]:
    """Each is missing as often as the other one was."""
    live, base = (
        [
            float(np.isnan(side.numbers[name]).mean()) if side.rows.size else 0.0
            for name in pair.names
        ]
        for side in (compared.live, compared.base)
    )
    (x, y), (a, b) = live, base
    slack = noise(compared.live.rows.size, compared.base.rows.size)
    if abs(a - b) < LESS_OFTEN + slack or max(abs(x - b), abs(y - a)) > OFTEN + slack:
        return []
    return [
        (
            f"{pair.one} is missing in {per_cent(x)} ({per_cent(a)} in training), {pair.other} in "
            f"{per_cent(y)} ({per_cent(b)} in training)"
        )
    ]


def _typical(pair: Pair, compared: Compared) -> list[str]:
    """A value that one of them had often, and the other one hardly, has changed its column."""
    if pair.steps:
        return []
    live, base = compared.live.numbers, compared.base.numbers
    slack = noise(compared.n, compared.base.rows.size)
    for mine, other in (pair.names, pair.names[::-1]):
        values, counts = np.unique(known(base[mine]), return_counts=True)
        value = values[int(counts.argmax())]
        usual, elsewhere, here, there = (
            float((known(x) == value).mean()) if known(x).size else 0.0
            for x in (base[mine], base[other], live[mine], live[other])
        )
        if usual < USUAL + slack or max(elsewhere, here) > SELDOM:
            continue
        if abs(there - usual) <= OFTEN + slack:
            return [
                (
                    f"{per_cent(there)} of {other} are {number(float(value))}, which "
                    f"{per_cent(usual)} of {mine} were in training and {per_cent(here)} are here"
                )
            ]
    return []


def _outside(pair: Pair, compared: Compared) -> list[str]:
    live, base = compared.live.numbers, compared.base.numbers
    for mine, other in (pair.names, pair.names[::-1]):
        usual, here, turned = known(base[mine]), known(live[mine]), known(live[other])
        low, high = float(usual[0]), float(usual[-1])
        before, after = (
            float(((x < low) | (x > high)).mean()) if x.size else 0.0 for x in (here, turned)
        )
        if before >= OUTSIDE and after <= max(BACK_INSIDE, before / 10):
            return [
                (
                    f"{per_cent(before)} of {mine} are outside training's range ({number(low)} to "
                    f"{number(high)}), {per_cent(after)} after the exchange"
                )
            ]
    return []


def _unknown(pair: Pair, compared: Compared) -> list[str]:
    live, base = (
        {n: counts_of(side, n) for n in pair.names} for side in (compared.live, compared.base)
    )
    for mine, other in (pair.names, pair.names[::-1]):
        before, after = (_share_unknown(live[name], set(base[mine])) for name in (mine, other))
        if before >= OUTSIDE and after <= max(BACK_INSIDE, before / 10):
            return [
                (
                    f"{per_cent(before)} of {mine} are values that training never had there, "
                    f"{per_cent(after)} after the exchange"
                )
            ]
    return []


def _share_unknown(counts: dict[str, int], usual: set[str]) -> float:
    whole = sum(counts.values())
    return sum(n for v, n in counts.items() if v not in usual) / whole if whole else 0.0
