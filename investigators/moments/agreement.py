"""How an input agrees with its row's own time: usually, and where it does so no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

AGREES = 0.6  # of the usual rows are in one bin of the residual: it shows this clock
ODD = 0.005  # rows with any residual at all, as real logs have them
LIKELY, UNLIKELY = 0.5, 0.05
SAME = 0.98
TIE = 0.01
# Zones whose hours begin at another minute than UTC's: India, Nepal
FRACTIONS = {"UTC+0:30": 1800.0, "UTC+0:45": 2700.0}
MINUTES = 120.0  # a precise input may be that much looser than usual


@dataclass(frozen=True)
class Agreement:
    """An input against its row's time on one clock.

    ``clock`` is seconds since 1970 on that clock (``zone`` names it, ``None``: as the log has it),
    ``usual`` the shares of residual bins in the baseline, ``codes`` the log's own bins.
    """

    hand: Hand
    x: Floats
    clock: Floats
    zone: str | None
    usual: Floats
    codes: Codes

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

    def votes(self, seconds: float) -> Floats:
        """Each row's gain of "its clock is moved" over "it is not", in nats, shape (rows,)."""
        line = self.log_usual
        other = self.moved(seconds)
        found: Floats = np.where(self.codes >= 0, line[other] - line[self.codes], 0.0)
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
        zones: clocks to try beside the log's own (``None``).

    Clocks with which the baseline agrees equally well are told apart by the log: which of them
    follows summer time cannot be known from one season.
    """
    tried: list[tuple[float, float, int, Agreement]] = []
    for place, zone in enumerate((None, *zones)):
        here, there = _on(clock, zone), _on(base[1], zone)
        if here is None or there is None:
            continue
        usual = shares(hand, residual(hand, base[0], there))
        codes = residual(hand, x, here)
        now = shares(hand, codes)
        if usual is None or now is None:
            continue
        found = Agreement(hand, x, here, zone, usual, codes)
        tried.append((float(usual.max()), float(now[found.mode]), -place, found))
    if not tried:
        return None
    best = max(each[0] for each in tried)
    near = [each for each in tried if each[0] >= best - TIE]
    chosen = max(near, key=lambda each: (round(each[1] / TIE), each[2]))
    return chosen[3] if chosen[0] >= AGREES else None


def _on(clock: Floats, zone: str | None) -> Floats | None:
    """A clock moved as a zone's is; a leading "-" turns it round (local times against UTC)."""
    if zone is None:
        return clock
    if zone in FRACTIONS:
        return clock + FRACTIONS[zone]
    ahead = offsets(clock, zone.removeprefix("-"))
    if ahead is None:
        return None
    return clock - ahead if zone.startswith("-") else clock + ahead


def zones_of(case_zone: str | None, declared: str | None) -> tuple[str, ...]:
    """Clocks that an input may follow: zones with their summer times, and fractions of an hour."""
    given = [z for z in (declared, case_zone) if z and z != "UTC"]
    places = [*given, *SUMMER_TIMES]
    if case_zone is None:
        places += [f"-{z}" for z in SUMMER_TIMES]
    places += list(FRACTIONS)
    return tuple(dict.fromkeys(places))


def candidate(agreed: Agreement) -> float | None:
    """The shift in seconds that most rows which do not agree would agree after; ``None``: none.

    Whole hours up to 14, half hours where the input is fine enough to show them.
    """
    line = agreed.usual
    odd = (agreed.codes >= 0) & (line[agreed.codes] < UNLIKELY)
    if odd.sum() < 4:
        return None
    part = Agreement(
        agreed.hand, agreed.x[odd], agreed.clock[odd], agreed.zone, line, agreed.codes[odd]
    )
    steps = range(-28, 29)
    gains = {}
    for step in steps:
        seconds = step * HALF
        if step and (step % 2 == 0 or not agreed.hand.whole or abs(seconds) > 3 * HOUR):
            codes = part.moved(seconds)
            gains[seconds] = int((line[codes] >= LIKELY * line.max()).sum())
    most = max(gains.values())
    if most < 4:
        return None
    # a larger shift explains what a smaller one does where only days are shown
    enough = [s for s, n in gains.items() if n >= SAME * most]
    return min(enough, key=lambda s: (abs(s), s % HOUR != 0, s))


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
        return mine is None or abs(mine - (rest or 0.0)) > 0.15
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
