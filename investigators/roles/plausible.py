"""Whether a column's values can be a model input: training range, split points, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from investigators.model import ModelInput
from investigators.roles.profile import AT_ONCE, MOST_VALUES, Profile
from investigators.roles.words import plain
from investigators.tables.table import Table, quoted
from investigators.task import Task

STEPS = 41
WORDS_AS_CODES = 0.6
# A shorter range of whole numbers is met by accident in fewer rows.
TELLING_RANGE = 50
MANY_ROWS = 1_000
FEW_SPLITS = 3
# LightGBM splits "zero or less" at this number.
ZERO_SPLIT = 1.0000000180025095e-35
OTHERWISE = "categories in another writing"


@dataclass(frozen=True, slots=True)
class Spread:
    """A column's profile and, for numbers, its 0, 2.5, ..., 100 % quantiles."""

    profile: Profile
    quantiles: tuple[float, ...] = ()


def spreads(
    table: Table, columns: Sequence[Profile], task: Task | None = None
) -> dict[str, Spread]:
    """Fetch the quantiles of numeric columns (approximate, t-digest; 40 columns in one pass)."""
    numeric = [p for p in columns if p.numeric or p.column.kind == "boolean"]
    found = {p.name: Spread(p) for p in columns}
    for start in range(0, len(numeric), AT_ONCE):
        found |= _quantiles(table, numeric[start : start + AT_ONCE], task)
    return found


def _quantiles(table: Table, numeric: Sequence[Profile], task: Task | None) -> dict[str, Spread]:
    steps = ", ".join(f"{step / (STEPS - 1):.4f}" for step in range(STEPS))
    numbers = [
        f"CAST({quoted(p.name)} AS DOUBLE)"
        if p.numeric
        else f"CAST(CAST({quoted(p.name)} AS TINYINT) AS DOUBLE)"
        for p in numeric
    ]
    cells = ", ".join(
        f"approx_quantile({number}, [{steps}]) AS c{i}" for i, number in enumerate(numbers)
    )
    row = table.query(f"SELECT {cells} FROM {{t}}", task=task).to_pylist()[0]
    return {
        one.name: Spread(one, tuple(float(value) for value in values or ()))
        for one, values in zip(numeric, row.values(), strict=True)
    }


def is_training_range(each: ModelInput, p: Profile) -> bool:
    """Whether a column's smallest and largest value are the training range of the input."""
    if each.low is None or each.high is None or p.low is None or p.high is None:
        return False
    if p.column.kind == "time" or each.low == each.high:
        return False
    if p.whole and each.high - each.low < TELLING_RANGE and p.rows < MANY_ROWS:
        return False  # 0 to 3 in thirty rows is many things
    half = 0.5 * 10.0**-p.column.decimals if p.column.decimals is not None else 0.0
    near = [
        abs(mine - theirs) <= half + 1e-6 * max(abs(mine), abs(theirs))
        for mine, theirs in ((p.low, each.low), (p.high, each.high))
    ]
    return all(near)


def plausibility(each: ModelInput, spread: Spread) -> float:
    """How well a column's values go with the input, 0 (cannot be) to 1."""
    if each.kind == "category":
        return _category(each, spread.profile)
    if not spread.quantiles:
        values = [value for value, _ in spread.profile.values]
        return WORDS_AS_CODES if translated(each, values) else 0.0
    if is_training_range(each, spread.profile):
        return 1.0
    q = np.asarray(spread.quantiles)
    inside = _inside(each, q)
    splits = np.asarray([t for t in each.thresholds if t != ZERO_SPLIT])
    if splits.size < FEW_SPLITS:
        return 0.6 * inside * _reach(each, q)
    # Where the split points fall among the column's values: spread evenly when it is the column.
    ranks = np.sort(np.interp(splits, q, np.linspace(0, 1, q.size), left=0.0, right=1.0))
    even = np.arange(1, ranks.size + 1) / ranks.size
    gaps = np.maximum(np.abs(even - ranks), np.abs(even - 1 / ranks.size - ranks))
    distance = max(0.0, float(np.max(gaps)) - 0.1)
    score = 0.5 * inside + 0.45 * max(0.0, 1.0 - 1.5 * distance)
    return score * _same_grain(splits, spread.profile)


def _inside(each: ModelInput, q: np.ndarray) -> float:
    """Share of the column inside the training range (all of it when the range is unknown)."""
    if each.low is None or each.high is None:
        return 0.5
    room = 0.02 * (each.high - each.low)
    return float(np.mean((q >= each.low - room) & (q <= each.high + room)))


def _reach(each: ModelInput, q: np.ndarray) -> float:
    """How much of the training range the column covers."""
    if each.low is None or each.high is None or each.high <= each.low:
        return 0.5
    return float(np.clip((q[-1] - q[0]) / (each.high - each.low), 0.0, 1.0))


def _same_grain(splits: np.ndarray, p: Profile) -> float:
    """Whole numbers are split between them, at halves; others are not."""
    halves = bool(np.all(np.abs(splits * 2 - np.round(splits * 2)) < 1e-6))
    if halves == p.whole:
        return 1.0
    return 0.4 if halves else 0.6


def _category(each: ModelInput, p: Profile) -> float:
    if not p.values or p.column.kind == "number":
        return 0.0
    known = {spelled(value) for value in each.categories}
    rows = sum(n for value, n in p.values if spelled(value) in known)
    share = rows / p.filled if p.filled else 0.0
    if share > 0.5:
        covered = len(known & {spelled(value) for value, _ in p.values}) / max(len(known), 1)
        return share * (0.5 + 0.5 * covered)
    return WORDS_AS_CODES if translated(each, [value for value, _ in p.values]) else 0.0


def spelled(value: object) -> str:
    """Spell a category so that 3, 3.0 and "3" are one, and ``True`` and "true"."""
    text = str(value).strip()
    if text.lower() in {"true", "false"}:
        return text.lower()
    return text[:-2] if text.endswith(".0") and text[:-2].lstrip("-").isdecimal() else text


def translated(each: ModelInput, values: Sequence[str]) -> tuple[dict[str, str], str] | None:
    """Find what each value means among the model's categories when none is written as there.

    Returns (value -> category as text, reason), or ``None`` where values are categories already or
    nothing fits.  Words in another case or writing; the codes 0 ... k-1 of the model's words; words
    in alphabetical order for the model's codes.
    """
    known = _known(each)
    seen = sorted({spelled(value) for value in values})
    if not known or not seen or set(known) & set(seen):
        return None
    words: dict[str, list[str]] = {}
    for category in known:
        words.setdefault(plain(category).strip(), []).append(category)
    same = {value: words.get(plain(value).strip(), []) for value in values}
    if all(len(found) == 1 for found in same.values()) and _injective(same):
        return {v: found[0] for v, found in same.items()}, OTHERWISE
    if all(value.isdecimal() and int(value) < len(known) for value in seen) and not any(
        category.lstrip("-").isdecimal() for category in known
    ):
        return (
            {value: known[int(spelled(value))] for value in values},
            "the column holds codes of the model's words",
        )
    numbers = all(category.isdecimal() for category in known)
    if numbers and len(seen) == len(known) and not any(v.lstrip("-").isdecimal() for v in seen):
        place = dict(zip(seen, sorted(known, key=int), strict=True))
        return (
            {value: place[spelled(value)] for value in values},
            "the column holds words, taken as the model's codes in alphabetical order",
        )
    return None


def _known(each: ModelInput) -> list[str]:
    """Categories as text; of a numeric input that counts 0 ... k-1, those codes."""
    if each.kind == "category":
        return [spelled(value) for value in each.categories]
    if each.low not in {0.0, -1.0} or each.high is None or each.high != int(each.high):
        return []
    return [str(code) for code in range(int(each.high) + 1)] if each.high < MOST_VALUES else []


def _injective(pairs: Mapping[str, Sequence[str]]) -> bool:
    return len({found[0] for found in pairs.values()}) == len(pairs)
