"""What leads back from a shifted clock, as a repair of one input."""

from __future__ import annotations

import numpy as np

from investigators.evidence import Affine, Map, NoTransform, ShiftTime, Transform
from investigators.moments.agreement import Agreement
from investigators.moments.hands import HOUR


def undo_shift(
    agreed: Agreement, seconds: float, *, whole: bool, text: bool
) -> tuple[Transform, tuple[float, float] | None]:
    """What leads back, and the observed values it is for (what wrapped round midnight stays)."""
    hand = agreed.hand
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
