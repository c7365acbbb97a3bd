"""What leads back from a shifted clock, as a repair of one input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from investigators.case import Decision
from investigators.evidence import Affine, Cause, Map, NoTransform, ShiftTime, Transform
from investigators.moments.agreement import Agreement
from investigators.moments.hands import DAY, HOUR, Floats


def undo_shift(
    agreed: Agreement, seconds: float, ahead: float | None, *, whole: bool, text: bool
) -> tuple[Transform, tuple[float, float] | None]:
    """What leads back, and the observed values it is for (what wrapped round midnight stays).

    ``ahead`` is by how many seconds the usual clock is ahead of the log's, ``None`` where that
    changes: with it a part of the rows, and half hours, are told row by row.
    """
    hand = agreed.hand
    by_row = not whole or bool(seconds % HOUR)
    if hand.part == "hour" and by_row and ahead is not None and not text:
        clock = (ahead + agreed.mode * HOUR + DAY / 2) % DAY - DAY / 2
        return ShiftTime(seconds, clock), None
    if not whole or (hand.whole and seconds % HOUR):
        return NoTransform(), None
    if hand.whole:
        high = float(np.nanmax(agreed.x))
        first = 1 if hand.part == "weekday" and high == 7 else 0
        steps = round(seconds / HOUR) if hand.part == "hour" else int(np.sign(seconds))
        values = range(first, first + hand.bins)
        pairs = [(v, (v - first - steps) % hand.bins + first) for v in values]
        if text:
            return Map(tuple((str(a), str(b)) for a, b in pairs)), None
        return Map(tuple((float(a), float(b)) for a, b in pairs)), None
    by = seconds / hand.unit
    turn = hand.turn / hand.unit
    where = None if not turn else ((by, turn) if by > 0 else (0.0, turn + by))
    return (ShiftTime(seconds) if hand.unit == 1 else Affine(1.0, by)), where


def ahead_of(usual: Floats, log: Floats) -> float | None:
    """Seconds by which one clock is ahead of another; ``None`` where that changes."""
    ahead = usual - log
    ahead = ahead[np.isfinite(ahead)]
    return float(ahead[0]) if ahead.size and np.ptp(ahead) < 1 else None


def of_a_part(cause: Cause, rows: npt.NDArray[np.intp], decision: Decision | None) -> Cause:
    """The cause where only these rows of it are changed, and only they are concerned."""
    concerned = decision is not None and decision.row is not None and decision.row in rows
    return replace(cause, rows_changed=int(rows.size), concerns_decision=bool(concerned))
