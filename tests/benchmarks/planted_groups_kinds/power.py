"""Difficulty: the chance that a test told the truth sees it, exactly, on the halves it may use.

The test of a slice knows which rows are planted and how often each would be wrong if all were
right; it counts the wrong ones in the searched half at 5 % over the number of looks, and again in
the other half at 5 %.  Of a group whose outcomes are off, it counts outcomes.
"""

from __future__ import annotations

import numpy as np
from planted_kinds.parts import Mask
from scipy import stats

from planted_groups_kinds.parts import Table

ALPHA = 0.05


def halves(subjects: np.ndarray) -> Mask:
    """Rows of the half of the subjects that is searched: odd ones by their MD5's lower half."""
    import duckdb

    names = np.array([str(x) for x in subjects], dtype=object)
    with duckdb.connect() as engine:
        engine.register("given", {"subject": names, "k": np.arange(names.size)})
        sql = "SELECT md5_number_lower(subject)::UBIGINT % 2 AS odd FROM given ORDER BY k"
        odd = engine.execute(sql).fetchnumpy()["odd"]
    return np.asarray(odd == 1)


def counts(chances: np.ndarray) -> np.ndarray:
    """Distribution of the number of hits among independent rows with these chances."""
    found = np.zeros(chances.size + 1)
    found[0] = 1.0
    for k, p in enumerate(chances, start=1):
        found[1 : k + 1] = found[1 : k + 1] * (1 - p) + found[:k] * p
        found[0] *= 1 - p
    return found


def seen_in(sound: np.ndarray, chance: np.ndarray, alpha: float) -> float:
    """Power of the one-sided exact count test at ``alpha`` in these rows."""
    if not sound.size:
        return 0.0
    null, true = counts(sound), counts(chance)
    if chance.sum() < sound.sum():
        null, true = null[::-1], true[::-1]
    tail = np.cumsum(null[::-1])[::-1]
    rejected = tail <= alpha
    return float(min(true[rejected].sum(), 1.0))


def power_of_slice(table: Table, rows: Mask, looks: int) -> tuple[float, Mask]:
    """Power in both halves to see more wrong decisions, and the side of the rule that shows it."""
    best, shows = 0.0, np.ones(table.n, dtype=bool)
    for side in (shows, table.adverse, ~table.adverse):
        mine = rows & table.seen & side
        if table.chance[mine].sum() <= table.sound[mine].sum():
            continue
        found = _in_halves(table, mine, (table.sound, table.chance), looks)
        if found > best:
            best, shows = found, side
    return best, shows


def power_of_residual(table: Table, rows: Mask, looks: int) -> float:
    """Power in both halves to see more (or fewer) outcomes than the scores say, all decisions."""
    said = [np.where(table.adverse, 1 - p, p) for p in (table.sound, table.chance)]
    return _in_halves(table, rows & table.seen, (said[0], said[1]), looks)


def _in_halves(
    table: Table, rows: Mask, chances: tuple[np.ndarray, np.ndarray], looks: int
) -> float:
    found = 1.0
    for half, alpha in ((table.searched, ALPHA / max(looks, 1)), (~table.searched, ALPHA)):
        at = rows & half
        found *= seen_in(chances[0][at], chances[1][at], alpha)
    return found


def power_apart(table: Table, rows: Mask, decoy: Mask) -> float:
    """Power to tell a slice from its decoy: decoy rows outside it are sound, its own are not."""
    own, other = rows & ~decoy & table.seen, decoy & ~rows & table.seen
    wrong = np.where(rows, table.sound, table.chance)
    first = seen_in(wrong[own], table.chance[own], ALPHA)
    times = table.chance[rows].sum() / max(table.sound[rows].sum(), 1e-9)
    spoilt = np.clip(table.sound * times, 0, 0.95)
    return max(first, seen_in(spoilt[other], table.sound[other], ALPHA))


def power_of_count(n: int, share: float, usual: float, looks: int) -> float:
    """Power to see that of ``n`` rows a ``share`` is hit where ``usual`` is the sound share."""
    if n <= 0 or share <= usual:
        return 0.0
    k = np.arange(n + 1)
    rejected = stats.binom.sf(k - 1, n, usual) <= ALPHA / max(looks, 1)
    return float(min(stats.binom.pmf(k[rejected], n, share).sum(), 1.0))


def in_both(n: int, share: float, usual: float, looks: int) -> float:
    """As above in the two halves of ``n`` rows, the second without correction."""
    half = n // 2
    first = power_of_count(half, share, usual, looks)
    return first * power_of_count(n - half, share, usual, 1)
