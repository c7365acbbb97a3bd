"""By how many steps a distribution around the circle is turned against another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
DRAWS = 200
LEAST = 100  # rows in each


def turns(live: Counts, base: Counts) -> npt.NDArray[np.float64]:
    """Circular cross-correlation of shares at every turn, shape (bins,) (mean removed)."""
    a = live / max(live.sum(), 1.0)
    b = base / max(base.sum(), 1.0)
    spectrum = np.fft.rfft(a - a.mean()) * np.conj(np.fft.rfft(b - b.mean()))
    found: npt.NDArray[np.float64] = np.fft.irfft(spectrum, a.size)
    return found


def support(live: Counts, base: Counts, steps: int) -> float | None:
    """Share of bootstraps in which a turn by ``steps`` fits better than none.

    Both histograms are drawn again from a fixed seed; ``None`` below ``LEAST`` rows in either.
    """
    if min(live.sum(), base.sum()) < LEAST:
        return None
    random = np.random.default_rng(11)
    better = 0
    for _ in range(DRAWS):
        a = random.multinomial(int(live.sum()), live / live.sum()).astype(np.float64)
        b = random.multinomial(int(base.sum()), base / base.sum()).astype(np.float64)
        fits = turns(a, b)
        better += bool(fits[steps % fits.size] > fits[0])
    return better / DRAWS


def best_turn(live: Counts, base: Counts) -> tuple[int, float] | None:
    """The turn that fits best, and the share of bootstraps that choose it.

    ``None`` below ``LEAST`` rows in either.
    """
    if min(live.sum(), base.sum()) < LEAST:
        return None
    random = np.random.default_rng(11)
    best = int(np.argmax(turns(live, base)))
    same = 0
    for _ in range(DRAWS):
        a = random.multinomial(int(live.sum()), live / live.sum()).astype(np.float64)
        b = random.multinomial(int(base.sum()), base / base.sum()).astype(np.float64)
        same += int(np.argmax(turns(a, b))) == best
    return best, same / DRAWS
