"""Makes a table from a seed and a kind: sound rows, a drift, faults, model, scores, decisions."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from planted_tables import segments_of

from planted_kinds import (  # noqa: F401 - importing them registers their kinds
    faults_category,
    faults_missing,
    faults_number,
    faults_rows,
    faults_score,
    faults_time,
)
from planted_kinds.drawn import drawn_base, moments
from planted_kinds.kinds import KINDS, Kind
from planted_kinds.model import outcomes, score, train
from planted_kinds.parts import (
    TIME,
    Base,
    Fault,
    Mask,
    Random,
    Rows,
    Serving,
    Table,
    Truth,
    Where,
    differs,
)
from planted_kinds.places import QUANTILES, conditions, place, segment_rows
from planted_kinds.real import real_base
from planted_kinds.twins import DRIFTS, World, world

ROWS = (500, 100_000)
TRIES, WORLDS, SCOPE = 25, 12, 0.01
SECOND = ("scale_segment", "missing_since", "category_upper_case", "missing_as_minus_999",
          "celsius_to_fahrenheit", "epoch_s_to_ms", "swapped_numbers", "sign_flip")  # fmt: skip
EARLY, LATE = ((0.08, 0.2), (0.3, 0.45)), ((0.55, 0.7), (0.8, 0.97))


class NoHost(Exception):  # noqa: N818 - an answer, not an error: this base cannot carry the kind
    """The base has no column that can carry the kind."""


def size_of(rng: Random, rows: tuple[int, int]) -> int:
    """Most tables are small; one in twelve may be of the largest."""
    low, high = np.log(rows)
    often = min(high, max(np.log(20_000), low + 0.3 * (high - low)))
    return int(np.exp(rng.uniform(low, high if rng.random() < 1 / 12 else often)))


def make_table(seed: int, kind: str, *, data: str = "drawn", rows: tuple[int, int] = ROWS) -> Table:
    """Make one table; ``kind`` is a kind of fault, or ``twin:DRIFT`` for one without.

    Raises:
        NoHost: the base has no column for this kind.
    """
    key = [seed, zlib.crc32(kind.encode()), zlib.crc32(data.encode())]
    for again in range(WORLDS if data == "drawn" else 3):
        rng = np.random.default_rng([*key, again])
        table = _sound(rng, seed, kind, data, rows)
        try:
            if kind.startswith("twin:"):
                _move(rng, table, kind.removeprefix("twin:"), frozenset())
            else:
                _spoil(rng, table, KINDS[kind])
            _serve(table)
        except NoHost:  # this world has Celsius where the kind needs Fahrenheit, and the like
            continue
        return table
    raise NoHost(f"{data} has no column for {kind}")


def _sound(rng: Random, seed: int, kind: str, data: str, rows: tuple[int, int]) -> Table:
    """A table in which nothing is wrong and nothing moved, not yet served."""
    n = size_of(rng, rows)
    base: Base = drawn_base(rng, n)
    if data != "drawn":
        base = real = real_base(data)
        n = real.size // 2
    n_ref = int(np.clip(n * rng.uniform(0.4, 2.0), 800, 30_000)) if data == "drawn" else n
    times = moments(rng, n, n_ref)
    live, reference = base.halves(rng, n, n_ref, times)
    seg_live, seg_reference, segments = segments_of(rng, n, n_ref)
    live |= seg_live
    reference |= {name: values for name, values in seg_reference.items() if name in segments}
    names = tuple(c.name for c in base.columns)
    outcome = outcomes(seed, names, reference) if data == "drawn" else real.outcome(reference)
    return Table(
        seed, kind, base, live, reference, outcome, segments,
        timed=bool(rng.random() < 0.8), with_reference=bool(rng.random() < 0.85),
    )  # fmt: skip


def _move(rng: Random, table: Table, drift: str, avoid: frozenset[str]) -> None:
    """Let the world drift, in the live rows and in what the judge draws afresh."""
    moved: World = world(rng, table.base, drift, avoid)
    table.drift, table.drifted = moved.kind, moved.columns
    table.live = moved.apply(rng, table.live)
    table.reference = moved.before(rng, table.reference)
    times = table.live[TIME]

    def fresh(r: Random, m: int) -> Rows:
        drawn = table.base.fresh(r, np.sort(r.choice(times, m)))
        return moved.apply(r, drawn)

    table.sound_fresh = fresh


def _spoil(rng: Random, table: Table, kind: Kind) -> None:
    """Plant the kind, what goes with it, and at times a drift of other columns."""
    fault = _made(rng, table.base, kind)
    apart = frozenset(fault.features) | frozenset(fault.related)
    if kind.beside == "drift":
        own = rng.random() < 0.3  # the faulty column itself has drifted
        _move(rng, table, str(rng.choice(DRIFTS[1:])), frozenset() if own else apart)
    else:
        drift = str(rng.choice(DRIFTS[1:])) if rng.random() < 0.3 else "none"
        _move(rng, table, drift, apart)
    table.timed = table.timed or kind.timed
    carrier = str(rng.choice(kind.carriers))
    window = kind.window
    if window == "any":
        window = "since" if table.timed and rng.random() < 0.65 else "none"
    if carrier in {"all", "share"} and window == "none":
        table.with_reference = True
    inside = EARLY if kind.beside == "again" else QUANTILES
    first = _plant(rng, table, kind, fault, carrier, window, inside)
    if kind.beside == "again":
        other = replace_factor(rng, table.base, kind, fault)
        where = place(rng, table.live, first.segment, carrier, window, LATE)
        _put(rng, table, kind, other, where)
    if kind.beside == "fault":
        _company(rng, table, apart)


def _made(rng: Random, base: Base, kind: Kind) -> Fault:
    for _ in range(TRIES):
        fault = kind.make(rng, base)
        if fault is not None:
            return fault
    raise NoHost(kind.name)


def replace_factor(rng: Random, base: Base, kind: Kind, fault: Fault) -> Fault:
    """Another change of the same column, by another factor."""
    for _ in range(40 * TRIES):
        other = _made(rng, base, kind)
        if other.features == fault.features and other.transform != fault.transform:
            return other
    raise NoHost(kind.name)


def _company(rng: Random, table: Table, apart: frozenset[str]) -> None:
    """A second fault of another kind in other columns."""
    for name in rng.permutation(np.array(SECOND)):
        kind = KINDS[str(name)]
        fault = kind.make(rng, table.base)
        if fault is None or apart & set(fault.features) or set(table.drifted) & set(fault.features):
            continue
        carrier = str(rng.choice([c for c in kind.carriers if c != "share"] or ["all"]))
        table.timed = table.timed or kind.timed
        window = "since" if table.timed and kind.window != "none" else "none"
        if carrier == "all" and window == "none":
            table.with_reference = True
        _plant(rng, table, kind, fault, carrier, window)
        return
    raise NoHost("two faults")


def _plant(
    rng: Random, table: Table, kind: Kind, fault: Fault, carrier: str, window: str,
    inside: tuple[tuple[float, float], tuple[float, float]] = QUANTILES,
) -> Where:  # fmt: skip
    """Find a place in which the fault changes a row, and put it there."""
    for tried in range(TRIES):
        segment = conditions(rng, table.live, table.segments, carrier)
        where = place(rng, table.live, segment, carrier, window, inside)
        wanted = SCOPE * table.n if tried < TRIES / 2 else 0  # shares from one per cent on
        if where.scope.sum() > wanted and _put(rng, table, kind, fault, where):
            return where
    raise NoHost(f"{kind.name} changes nothing")


def _put(rng: Random, table: Table, kind: Kind, fault: Fault, where: Where) -> bool:
    """Change the live rows; whether any row differs now."""
    if fault.repeat:
        _repeat(rng, table, kind, fault, where)
        return True
    if fault.serve is not None:
        table.truths.append(_truth(kind, fault, where, {}, where.rows))
        return True
    assert fault.change is not None
    new = fault.change(rng, table.live, where.rows)
    sound = {name: table.live[name] for name in new}
    changed = np.logical_or.reduce([differs(new[name], sound[name]) for name in new])
    if not changed.any():
        return False
    table.live = {**table.live, **new}
    table.truths.append(_truth(kind, fault, where, sound, changed))
    return True


def _truth(kind: Kind, fault: Fault, where: Where, sound: Rows, changed: Mask) -> Truth:
    return Truth(
        kind.name, kind.causes, fault.features, fault.related, fault.transform, where, sound,
        changed, fault,
    )  # fmt: skip


def _repeat(rng: Random, table: Table, kind: Kind, fault: Fault, where: Where) -> None:
    """Rows come more than once: a join fanned out (same id) or a retry (an id of its own)."""
    places = np.flatnonzero(where.rows & (rng.random(table.n) < fault.repeat))
    if not places.size:
        places = np.flatnonzero(where.rows)[:1]
    index = np.concatenate([np.arange(table.n), places])
    copied = np.arange(index.size) >= table.n
    ids = np.array([f"r{k}" for k in index], dtype=object)
    if rng.random() < 0.5:
        ids[copied] = [f"r{k}" for k in range(table.n, index.size)]
    order = np.argsort(index, kind="stable")
    table.live = {name: values[index][order] for name, values in table.live.items()}
    table.ids, copied = ids[order], copied[order]
    moved = Where(
        copied, segment_rows(table.live, where.segment), where.segment, where.onset, where.end,
        fault.repeat, where.carrier,
    )  # fmt: skip
    if where.onset is not None:
        moved = replace(moved, scope=moved.scope & (table.live[TIME] >= where.onset))
    table.truths.append(_truth(kind, fault, moved, {}, copied))


def _serve(table: Table) -> None:
    """Train, score what the log shows, decide; then what the serving side did otherwise."""
    table.model = train(table)
    table.cut = float(np.round(np.quantile(score(table, table.model, table.reference), 0.88), 3))
    scores = score(table, table.model, table.live)
    serving = Serving(table, table.live, scores, np.full(table.n, table.cut))
    for k, truth in enumerate(table.truths):
        if truth.fault.serve is None:
            continue
        before = serving
        serving = truth.fault.serve(before, truth.where.rows)
        said, told = serving.scores >= serving.cuts, before.scores >= before.cuts
        changed = (serving.scores != before.scores) | (said != told)
        table.truths[k] = replace(truth, changed=changed)
    if table.truths and not table.truths[0].changed.any():
        raise NoHost(f"{table.kind} changes nothing")
    table.scores = serving.scores
    table.decisions = np.where(serving.scores >= serving.cuts, "review", "accept")
    if table.ids is None:
        table.ids = np.array([f"r{k}" for k in range(table.n)], dtype=object)
    for k, truth in enumerate(table.truths):
        if truth.kind == "threshold_moved":
            moved = float(serving.cuts[truth.where.rows][0])
            told = {"kind": "threshold", "from": table.cut, "to": moved}
            table.truths[k] = replace(truth, transform=told)
