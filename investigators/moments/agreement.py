"""How an input agrees with its row's own time: usually, and where it does so no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from investigators.moments.hands import (
    HALF,
    HOUR,
    SUMMER_TIMES,
    Codes,
    Floats,
    Hand,
    apart_of,
    offsets,
    residual,
)
from investigators.traffic.rows import EARLY_PART, MINIMUM_EARLY, SAMPLED
from investigators.traffic.sudden import sudden_end

AGREES = 0.6  # of the usual rows are in one bin of the residual: it shows this clock
ODD = 0.005  # rows with any residual at all, as real logs have them
LIKELY, UNLIKELY = 0.5, 0.05
TENTH, RARELY = 10, 0.01  # of the log; of its rows show another clock
SAME = 0.98
FEWEST = 4
TIE = 0.01
# Seconds by which hours begin at another minute than UTC's: none, India, Nepal
FRACTIONS = (0.0, 1800.0, 2700.0)
MINUTES = 120.0  # a precise input may be that much looser than usual


@dataclass(frozen=True)
class Agreement:
    """An input against its row's time on one clock.

    ``clock`` is seconds since 1970 on that clock (``zone`` names it, ``None``: as the log has it),
    ``usual`` the shares of residual bins in the baseline, ``codes`` the log's own bins;
    ``decided`` is whether the baseline agrees with this clock alone.
    """

    hand: Hand
    x: Floats
    clock: Floats
    zone: str | None
    usual: Floats
    codes: Codes
    decided: bool = True

    @property
    def mode(self) -> int:
        """The usual bin."""
        return int(np.argmax(self.usual))

    @property
    def log_usual(self) -> Floats:
        """Ln of the usual shares, odd rows allowed for."""
        found: Floats = np.log((1 - ODD) * self.usual + ODD / self.usual.size)
        return found

    def moved(self, seconds: float) -> Codes:
        """The log's bins if the clock is moved by ``seconds``."""
        return residual(self.hand, self.x, self.clock, seconds)

    def votes(self, seconds: float, part: float) -> Floats:
        """Each row's gain of "its clock is moved" over "it is not", in nats, shape (rows,).

        Moved in a share ``part`` of the rows that carry it.
        """
        line = self.log_usual
        other = self.moved(seconds)
        gain = np.where(self.codes >= 0, line[other] - line[self.codes], 0.0)
        found: Floats = np.log1p(part * np.expm1(gain))
        return found


def bins_of(hand: Hand) -> int:
    """How many bins the residual has."""
    return hand.bins if hand.turn else 2 * 48 + 1


def shares(hand: Hand, codes: Codes) -> Floats | None:
    """Shares of the bins; ``None`` where nothing is known."""
    known = codes[codes >= 0]
    if not known.size:
        return None
    counts = np.bincount(known, minlength=bins_of(hand)).astype(np.float64)
    return counts / counts.sum()


def agreement_of(
    hand: Hand, x: Floats, clock: Floats, base: tuple[Floats, Floats], zones: Sequence[str | None]
) -> Agreement | None:
    """The clock with which an input agrees usually; ``None`` where it agrees with none.

    Args:
        hand: what the input may show.
        x: its values in the log, shape (rows,).
        clock: the log's times in seconds since 1970, shape (rows,).
        base: values and times of the baseline.
        zones: clocks to try, likely ones first (:func:`zones_of`).

    Clocks with which the baseline agrees equally well are told apart by the log: which of them
    follows summer time cannot be known from one season (``decided`` is false then).  Clocks whose
    hours begin at another minute come last: they fit a noisy clock as well.
    """
    for fraction in FRACTIONS if hand.whole else FRACTIONS[:1]:
        tried: list[tuple[float, float, int, Agreement]] = []
        for place, zone in enumerate(zones):
            here, there = _on(clock, zone), _on(base[1], zone)
            if here is None or there is None:
                continue
            usual = shares(hand, residual(hand, base[0], there, fraction))
            codes = residual(hand, x, here, fraction)
            now = shares(hand, codes)
            if usual is not None and now is not None:
                found = Agreement(hand, x, here + fraction, zone, usual, codes)
                tried.append((float(usual.max()), float(now[found.mode]), -place, found))
        best = max((each[0] for each in tried), default=0.0)
        if best >= AGREES:
            # in one season two such clocks agree with the very same rows
            near = [each for each in tried if each[0] >= best - 0.5 / base[0].size]
            chosen = max(near, key=lambda each: (round(each[1] / TIE), each[2]))[3]
            return replace(chosen, decided=len(near) == 1)
    return None


def _on(clock: Floats, zone: str | None) -> Floats | None:
    """A clock moved as a zone's is; a leading "-" turns it round (local times against UTC)."""
    if zone is None:
        return clock
    ahead = offsets(clock, zone.removeprefix("-"))
    if ahead is None:
        return None
    return clock - ahead if zone.startswith("-") else clock + ahead


def zones_of(hand: Hand, case_zone: str | None, declared: str | None) -> tuple[str | None, ...]:
    """Clocks to compare with, likely ones first; ``None`` is the log's own.

    An hour may follow the summer time of any place; a time stamp only that of a zone that is named.
    """
    given = [z for z in (declared, case_zone) if z and z != "UTC"]
    places: list[str | None] = [*given, None]
    if hand.turn:
        places += SUMMER_TIMES
        places += [] if case_zone else [f"-{z}" for z in SUMMER_TIMES]
    return tuple(dict.fromkeys(places))


def candidates(agreed: Agreement) -> list[float]:
    """Shifts in seconds after which most rows that do not agree would: the best, and a far other.

    The other is more than an hour from the first, which a delay may explain.
    """
    line = agreed.usual
    odd = (agreed.codes >= 0) & (line[agreed.codes] < UNLIKELY)
    part = replace(agreed, x=agreed.x[odd], clock=agreed.clock[odd], codes=agreed.codes[odd])
    gains = {}
    for seconds in _shifts(agreed.hand):
        codes = part.moved(seconds)
        gains[seconds] = int((line[codes] >= LIKELY * line.max()).sum())
    found: list[float] = []
    for _ in range(2):
        left = {s: n for s, n in gains.items() if all(abs(s - f) > HOUR for f in found)}
        most = max(left.values(), default=0)
        if most >= FEWEST:
            # a larger shift explains what a smaller one does where only days are shown
            enough = [s for s, n in left.items() if n >= SAME * most]
            found.append(min(enough, key=lambda s: (abs(s), s % HOUR != 0, s)))
    return found


def _shifts(hand: Hand) -> list[float]:
    """Shifts in seconds that an input of this kind can show."""
    found = []
    for step in range(-28, 29):
        far = hand.part == "hour" and abs(step) > 6
        if step and (step % 2 == 0 or far or not hand.whole):
            found.append(step * HALF)
    return found


def fitted(agreed: Agreement, seconds: float, rows: npt.NDArray[np.intp]) -> float:
    """The shift near ``seconds`` that the claimed rows themselves speak for most."""
    near = [s for s in _shifts(agreed.hand) if abs(s - seconds) <= 4 * HOUR]
    part = replace(agreed, x=agreed.x[rows], clock=agreed.clock[rows], codes=agreed.codes[rows])
    return max(near, key=lambda s: (float(part.votes(s, 0.5).sum()), -abs(s - seconds), s))


def is_delay(agreed: Agreement, seconds: float, rows: npt.NDArray[np.intp]) -> bool:
    """Whether the claimed rows look like a lateness of many lengths, not like another clock.

    Whole hours: a delay shows early in the hour, a shift at every minute.  Precise inputs: a delay
    is spread, a shift as sharp as usual.
    """
    if agreed.hand.part == "weekday":
        return False
    moved = agreed.moved(seconds)
    likely = agreed.usual >= LIKELY * agreed.usual.max()
    if agreed.hand.whole:
        others = np.ones(agreed.x.size, dtype=bool)
        others[rows] = False
        mine = _contrast(agreed, likely[moved], np.flatnonzero(~others))
        rest = _contrast(agreed, likely[agreed.codes], np.flatnonzero(others))
        # where a part is moved, that part of what is usual is expected
        part = float(likely[moved[rows]].mean()) / float(agreed.usual[likely].sum())
        return mine is None or abs(mine - (rest or 0.0) * min(part, 1.0)) > 0.15
    hit = ((agreed.codes >= 0) & likely[moved])[rows]
    if not hit.any():
        return True
    apart = apart_of(agreed.hand, agreed.x, agreed.clock)
    usual = apart[(agreed.codes >= 0) & likely[agreed.codes]]
    if not usual.size:
        return False
    middle = float(np.median(usual))
    width = float(np.quantile(np.abs(usual - middle), 0.95)) + MINUTES
    off = np.abs(
        apart_of(agreed.hand, agreed.x[rows][hit], agreed.clock[rows][hit] + seconds) - middle
    )
    return bool((off <= width).mean() < 0.8)


def _contrast(
    agreed: Agreement, hit: npt.NDArray[np.bool_], rows: npt.NDArray[np.intp]
) -> float | None:
    """Share that agrees in the second half of the hour less that in the first; ``None``: too few.

    What is usual of it is no sign of a delay: the requests' clocks may be noisy by themselves.
    """
    chosen = rows[agreed.codes[rows] >= 0]
    late = np.mod(agreed.clock[chosen], HOUR) >= HALF
    first, second = hit[chosen[~late]], hit[chosen[late]]
    if min(first.size, second.size) < 10:
        return None
    return float(second.mean() - first.mean())


def early_rows(
    hand: Hand, x: Floats, clock: Floats, order: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """The log's first quarter in order of time, up to where its clock becomes another and stays so.

    A fault that began within it would be taken for what is usual.  Of some rows only it turns no
    clock: then the first tenth is taken where it shows hardly another clock and the quarter does.
    """
    first = order[: max(order.size // EARLY_PART, 1)]
    every = max(order.size // SAMPLED, 1)
    chosen = order[::every]
    codes = 1 + residual(hand, x[chosen], clock[chosen], 0.0).astype(np.intp)
    end = sudden_end([(codes, False)], first.size // every, -(-MINIMUM_EARLY // every))
    if end is not None:
        return first[: end * every]
    tenth = first[: order.size // TENTH]
    if tenth.size < MINIMUM_EARLY:
        return first
    early = residual(hand, x[first], clock[first], 0.0).astype(np.intp)
    apart = np.abs(early - np.bincount(1 + early[: tenth.size]).argmax() + 1)
    other = (early >= 0) & (np.minimum(apart, hand.bins - apart) > 1)  # next to it is a delay
    clean = other[: tenth.size].mean() <= RARELY
    return tenth if clean and other.mean() > UNLIKELY else first
