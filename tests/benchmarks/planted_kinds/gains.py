"""How hard a table is: the gain in log-likelihood of the truth over the best wrong answer.

From fresh sound rows, and fresh rows that all carry the fault, each row of the log gets a vote
``ln p(faulty) / p(sound)`` by what the kind's ``look`` tells of it; half a per cent of either are
odd rows, as in any real log.  Rows that only their own record tells (a wrong score, a copy) vote
by that record, which is the exact power of counting them.

A vote is only as good as the rows it is counted in: with 30,000 of them the gain of a rounding of
one row in a hundred came out as 61 nats, with 300,000 or a million as 30.  A data set of a few
hundred rows cannot tell more than these do, however often they are drawn again.

Rows are wrong also where the segment is right and the time is not: "it has always been so", or
"it goes on", where the fault began or ended.

Where neither training nor an earlier part of the log shows what is usual, "it has always been so
in these rows" explains a difference between segments as well as the fault does: the gain over the
best wrong answer is nothing then, whatever a fresh draw would tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planted_kinds.looks import Told
from planted_kinds.parts import TIME, Change, Mask, Rows, Table, Truth
from planted_kinds.places import meets

FRESH, ODD = 300_000, 0.005
UNSEEN = 0.5  # rows of a cell that no fresh row fell into
SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.98)
NEARLY = (0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 2.0)  # shares that a rival would have instead
FORMS = 24  # transforms that a search may try on a column
CLEAR = 10.0  # nats over ln(looks) from which the answer is wanted


@dataclass(frozen=True)
class Gains:
    """Nats over no fault, the best wrong name, the best wrong segment; ln(looks)."""

    detection: float
    name: float | None
    segment: float
    looks: float

    @property
    def clear(self) -> float:
        """How far the least of them is above ln(looks) + 10."""
        least = min(g for g in (self.detection, self.name, self.segment) if g is not None)
        return least - self.looks - CLEAR


def gains(table: Table, truth: Truth) -> Gains:
    """Compute the gains for one planted fault."""
    rng = np.random.default_rng([table.seed, 99])
    codes, votes, rivals = _votes(table, truth, rng)
    window = _window(table, truth)
    share = min(truth.where.share, 1 - 1e-9)

    def gain(rows: Mask, by: np.ndarray, s: float) -> float:
        counts = np.bincount(codes[rows], minlength=by.size)
        return float(counts @ np.log((1 - s) + s * np.exp(np.clip(by, -40, 40))))

    scope = truth.where.scope
    own = gain(scope, votes, share) if _shows_usual(table, truth) else 0.0
    shares = sorted({min(share * k, 1 - 1e-9) for k in NEARLY} | {*SHARES, 1 - 1e-9})
    wrong = [max(gain(scope, rival, s) for s in shares) for rival in rivals]
    best = max([0.0, *(gain(rows, votes, s) for rows in _other_rows(table, truth, window)
                       for s in shares)])  # fmt: skip
    return Gains(
        round(own, 2),
        round(own - max(wrong), 2) if wrong else None,
        round(own - best, 2),
        round(looks_of(table, truth), 2),
    )


def _shows_usual(table: Table, truth: Truth) -> bool:
    """Whether training, the rows before the fault or a row's own record tell what is usual."""
    look = truth.fault.look
    by_itself = look is None or (isinstance(look, Told) and not look.usual)
    return table.with_reference or truth.where.onset is not None or by_itself


def looks_of(table: Table, truth: Truth) -> float:
    """ln of the number of answers that a search has to look at."""
    values = sum(np.unique(table.live[s]).size for s in table.segments)
    parts = values + 1.0
    if truth.where.carrier == "segments":
        parts *= values
    if truth.where.carrier == "hours":
        parts += 24 * 24 / 2
    blocks = min(48, max(table.n // 8, 1)) if table.timed else 1
    return float(np.log(len(table.inputs) * FORMS * parts * max(blocks**2 / 2, 1)))


def _window(table: Table, truth: Truth) -> Mask:
    time, where = table.live[TIME], truth.where
    rows = np.ones(time.size, dtype=bool)
    if where.onset is not None:
        rows &= time >= where.onset
    if where.end is not None:
        rows &= time < where.end
    return rows


def _votes(
    table: Table, truth: Truth, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Codes of the log's rows, the truth's vote by code, the rivals' votes by code."""
    fault = truth.fault
    if fault.look is None or fault.change is None:
        codes = truth.changed.astype(int)
        told = codes[truth.where.scope].mean() / max(truth.where.share, 1e-9)
        told = min(float(told), 1.0)
        return codes, _vote(np.array([1 - told, told]), np.array([1.0, 0.0]), FRESH), []
    assert table.sound_fresh is not None
    sound = table.sound_fresh(rng, FRESH)
    everywhere = np.ones(FRESH, dtype=bool)

    def spoiled(change: Change) -> Rows:
        return {**sound, **change(rng, sound, everywhere)}

    parts = [sound, spoiled(fault.change)]
    different = min(table.base.different or FRESH, FRESH)
    coder = fault.look.fit(parts, different)
    others = [coder(spoiled(rival)) for rival in fault.rivals]
    coded = [coder(part) for part in parts]
    here = coder(table.live)
    cells, places = np.unique(np.concatenate([*coded, *others, here]), return_inverse=True)
    shares, at = [], 0
    for part in (*coded, *others):
        shares.append(np.bincount(places[at : at + part.size], minlength=cells.size) / part.size)
        at += part.size
    votes = [_vote(found, shares[0], different) for found in shares[1:]]
    return places[at:], votes[0], votes[1:]


def _vote(faulty: np.ndarray, sound: np.ndarray, rows: int) -> np.ndarray:
    odd = max(ODD / faulty.size, UNSEEN / rows)
    return np.log(((1 - ODD) * faulty + odd) / ((1 - ODD) * sound + odd))


def _other_rows(table: Table, truth: Truth, window: Mask) -> list[Mask]:
    """Row sets of wrong answers: everything, other values or times, a part of the conditions."""
    found = [window, *other_times(table, truth)]
    for name in table.segments:
        column = table.live[name]
        found += [window & (column == value) for value in np.unique(column)]
    if len(truth.where.segment) > 1:
        found += [window & meets(table.live, condition) for condition in truth.where.segment]
    return [rows for rows in found if not np.array_equal(rows, truth.where.scope)]


def other_times(table: Table, truth: Truth) -> list[Mask]:
    """The right segment, but as if it had always been so, and as if it went on."""
    time, where = table.live[TIME], truth.where
    here = np.ones(time.size, dtype=bool)
    for condition in where.segment:
        here &= meets(table.live, condition)
    begun = here & (time >= where.onset) if where.onset is not None else here
    ended = here & (time < where.end) if where.end is not None else here
    return [ended, begun]
