"""Live rows as a mixture: a part that keeps a tie of two inputs, and a part that has lost it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from investigators.relations.ties import Tie, live_cut, table_of
from investigators.shift.movement import Values
from investigators.shift.rivals import mixed

Floats = npt.NDArray[np.float64]
EM = 60  # rounds of the fit


@dataclass(frozen=True)
class Apart:
    """Rows as a part that keeps training's tie and a part without any: ``share`` of the latter.

    ``left_over`` is what such a mixture leaves unsaid of the difference from training, as a share
    of it: near 0 where single rows have lost the tie, large where all have it a little less.
    ``tilt``: how far the untied rows lie, column by column, from all rows (total variation beyond
    chance): near 0 for values of other rows, large for a new group with values of its own.
    """

    share: float
    left_over: float
    tilt: float


def apart_of(tie: Tie, here: tuple[Values, Values], base: tuple[Values, Values]) -> Apart | None:
    """Fit the share by expectation-maximisation; ``None`` where the cells do not match."""
    cuts = [live_cut(a, b) for a, b in zip(here, base, strict=True)]
    if cuts[0] is None or cuts[1] is None:
        return None
    shape = (cuts[0].cells, cuts[1].cells)
    if shape != tie.vote.shape:
        return None
    codes = [c.codes(v) for c, v in zip(cuts, here, strict=True) if c is not None]
    table = table_of(codes[0], codes[1], shape)
    n = float(table.sum())
    if n < 30:
        return None
    seen = table / n
    alone = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True)
    tied = alone / np.exp(tie.vote)
    tied /= tied.sum()
    share = 0.5
    for _ in range(EM):
        whole = share * alone + (1 - share) * tied
        share = float((seen * share * alone / np.maximum(whole, 1e-300)).sum())
    whole = share * alone + (1 - share) * tied
    chance = (shape[0] - 1) * (shape[1] - 1) / (2 * n)
    gap, rest = (max(_apart(seen, model) - chance, 0.0) for model in (tied, whole))
    lost = seen * alone / np.maximum(whole, 1e-300)
    tilts = [float(np.abs(lost.sum(axis=k) - seen.sum(axis=k)).sum()) / 2 for k in (0, 1)]
    usual = 0.4 * sqrt(max(shape) / max(n * share, 1.0))
    return Apart(share, rest / gap if gap else 1.0, max(tilts) - usual)


def newly_lost(
    tie: Tie, live: tuple[Values, Values], base: tuple[Values, Values], share: float
) -> float:
    """What all live rows say for "this share has lost the tie" over "as in training", in nats.

    A part of the rows that never had it was in training as well, and says nothing here.
    """
    cuts = [live_cut(a, b) for a, b in zip(live, base, strict=True)]
    if cuts[0] is None or cuts[1] is None or (cuts[0].cells, cuts[1].cells) != tie.vote.shape:
        return 0.0
    a, b = (c.codes(v) for c, v in zip(cuts, live, strict=True) if c is not None)
    both = (a >= 0) & (b >= 0)
    return float(mixed(tie.vote[a[both], b[both]], share).sum())


def _apart(seen: Floats, model: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(np.nansum(seen * np.log(seen / model)))
