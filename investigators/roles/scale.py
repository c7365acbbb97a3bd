"""How the logged score follows from the model's output.

Parameter-free candidates first (as it is, percent, per mille, turned round, log-odds), each within
the log's own rounding; then a straight line ("points") fitted so that rows of another model version
do not disturb it; then any monotone map.  A candidate counts by its share of rows that are equal,
never by a correlation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from investigators.case import Confidence, Guess, ScoreScale
from investigators.roles.line import robust_line
from investigators.roles.monotone import bracket, monotone_knots
from investigators.roles.precision import (
    EPS32,
    Floats,
    decimals_of,
    decimals_tolerance,
    digits_tolerance,
    is_float32,
    written_decimals,
)
from investigators.roles.words import words_of

Bools = NDArray[np.bool_]

MAJORITY = 0.5
# A candidate without parameters may also stand on a minority (an older model wrote most rows), if
# chance, measured by shuffling, gives at most a fifth of that share.
MINORITY = 0.1
ENOUGH_ROWS = 20
LINE_ROWS = 20
MONOTONE_ROWS = 40
SEARCHED = 40_000
FULL_PRECISION = 1e-9
HUNDRED = 100
PER_CENT = frozenset({"percent", "pct", "prozent", "perc", "percentage"})


class Agreement(NamedTuple):
    """``expected`` logged score per row, the usual ``tolerance``, and which rows are ``equal``."""

    expected: Floats
    tolerance: float
    equal: Bools


@dataclass(frozen=True, slots=True)
class ScaleGuess:
    """A score scale, why, and the share of comparable rows that it gives exactly."""

    scale: ScoreScale
    reason: str
    confidence: Confidence
    share: float
    rows: int

    @property
    def guess(self) -> Guess:
        """The entry for the case."""
        said = self.scale.kind
        if self.scale.mapping not in {"identity", "none", said}:
            said += f" ({self.scale.mapping})"
        return Guess("score scale", said, self.reason, self.confidence)


def score_scale(
    logged: Floats,
    output: Floats,
    raw: Floats,
    decimals: int | None = None,
    *,
    kind: Literal["probability", "value"] = "probability",
) -> ScaleGuess:
    """Decide how ``logged`` follows from the model.

    Args:
        logged: logged scores, shape (n,), NaN where there is none.
        output: the model's outputs for the same rows, shape (n,).
        raw: the model's raw scores for the same rows, shape (n,).
        decimals: most decimals seen in a text log; ``None`` for a binary source.
        kind: what ``output`` is (:attr:`investigators.model.Model.output`).
    """
    usable = np.isfinite(logged) & np.isfinite(output) & np.isfinite(raw)
    y, out, base = logged[usable], output[usable], raw[usable]
    rows = int(y.size)
    if rows == 0:
        unknown = ScoreScale("unknown", mapping="unknown")
        return ScaleGuess(unknown, "no row has both a logged and a model score", "weak", 0.0, 0)
    written = written_decimals(y, decimals)
    short = is_float32(y)
    # Candidates are looked for on evenly spaced rows; the share that counts is that of all rows.
    part = np.linspace(0, rows - 1, min(rows, SEARCHED)).astype(np.int64)
    found = _best_named(y[part], out[part], base[part], kind, written, short=short)[0]
    best = (found, float(np.mean(agree(found, y, out, base).equal)))
    if best[1] >= MAJORITY:
        return _named(best, rows)
    line = _line(y, out, base, kind, written, short=short)
    if line is not None:
        return line
    curve = _monotone(y, out, kind, written, part)
    if curve is not None:
        return curve
    scale, share = best
    if rows >= ENOUGH_ROWS and share >= MINORITY and _chance(scale, y, out, base) <= share / 5:
        return _named(best, rows)
    return _nothing(y, best, kind, rows)


def scale_alone(logged: Floats, name: str, decimals: int | None = None) -> ScaleGuess | None:
    """The scale of scores without a model: by their range and the column's name.

    Fractions between 0 and 1 are probabilities, numbers up to 100 per cent where the name says so.
    ``None`` where neither is (points, for one, are no probability of anything).
    """
    y = logged[np.isfinite(logged)]
    if not y.size or y.min() < 0 or np.all(y == np.rint(y)):
        return None
    words = set(words_of(name))
    if y.max() <= 1 and not words & PER_CENT:
        kind, reason = "probability", "fractions between 0 and 1; no model to compare them with"
    elif y.max() <= HUNDRED and words & PER_CENT:
        kind, reason = "percent", f"{name} says per cent; no model to compare them with"
    else:
        return None
    scale = ScoreScale(kind, "none", written_decimals(y, decimals), is_float32(y))
    return ScaleGuess(scale, reason, "likely", 1.0, int(y.size))


def agree(scale: ScoreScale, logged: Floats, output: Floats, raw: Floats) -> Agreement:
    """Compare logged scores with what the model gives on the log's scale.

    All arrays have shape (n,).  Rows where either side is missing are not equal.  ``tolerance`` is
    the half step of the log's rounding (for significant digits and 32 bits: the median one).
    """
    if scale.mapping == "monotone":
        low, expected, high = bracket(scale.knots, output)
        slack = _slack(scale, logged)
        with np.errstate(invalid="ignore"):
            equal = (logged >= low - slack) & (logged <= high + slack)
        return Agreement(expected, _usual(slack), equal)
    expected = logged_of(scale, output, raw)
    slack = _slack(scale, np.fmax(np.abs(expected), np.abs(logged)))
    with np.errstate(invalid="ignore"):
        equal = np.abs(expected - logged) <= slack
    return Agreement(expected, _usual(slack), equal)


def logged_of(scale: ScoreScale, output: Floats, raw: Floats) -> Floats:
    """Say the model's output on the log's scale, before the log's rounding; shape (n,)."""
    if scale.mapping == "unknown":
        return np.full(output.shape, np.nan)
    if scale.mapping == "monotone":
        return bracket(scale.knots, output)[1]
    return scale.factor * (output if scale.of == "output" else raw) + scale.offset


def model_side(scale: ScoreScale, logged: float) -> float | None:
    """Turn one logged score or cut into the model's own scale (``scale.of``); ``None``: unknown."""
    if scale.mapping == "unknown":
        return None
    if scale.mapping == "monotone":
        knots = sorted((y, x) for x, y in scale.knots)
        return float(np.interp(logged, [y for y, _ in knots], [x for _, x in knots]))
    return (logged - scale.offset) / scale.factor if scale.factor else None


def _slack(scale: ScoreScale, size: Floats) -> Floats:
    """Tolerance per row on the log's scale."""
    if scale.digits is not None:
        return digits_tolerance(size, scale.digits)
    relative = EPS32 if scale.float32 else FULL_PRECISION
    # A line through the raw score is fitted, so it has an error of its own beside the rounding.
    fitted = scale.mapping == "points" and scale.of == "raw"
    slack = np.abs(size) * relative + FULL_PRECISION * 1e-3
    if scale.decimals is not None:
        slack = slack + decimals_tolerance(scale.decimals) * (1.1 if fitted else 1.0)
    return slack


def _usual(slack: Floats) -> float:
    finite = slack[np.isfinite(slack)]
    return float(np.median(finite)) if finite.size else 0.0


def _candidates(kind: str) -> Iterator[ScoreScale]:
    """Candidates without a free parameter, the simplest first."""
    if kind == "value":
        yield ScoreScale("value")
        yield ScoreScale("value", of="raw")
        return
    yield ScoreScale("probability")
    yield ScoreScale("percent", "percent", factor=100.0)
    yield ScoreScale("log-odds", of="raw")
    yield ScoreScale("probability", "inverted", factor=-1.0, offset=1.0)
    yield ScoreScale("percent", "inverted", factor=-100.0, offset=100.0)
    yield ScoreScale("points", "points", factor=1000.0)
    yield ScoreScale("points", "inverted", factor=-1000.0, offset=1000.0)


def _roundings(y: Floats, written: int | None, *, short: bool) -> Iterator[ScoreScale]:
    """Ways the log may have rounded (only the rounding fields are set).

    The log's own writing first, then roundings that only a part of the rows shows.
    """
    yield ScoreScale("", decimals=written, float32=short)
    if written is not None and written > 0:
        # Cut off instead of rounded: the same as rounding half a step lower.
        yield ScoreScale("", decimals=written, offset=-0.5 * 10.0**-written)
    if written is None and not short:
        yield ScoreScale("", float32=True)
    for digits in (7, 6, 5, 4, 3):
        if written is None or written > digits:
            yield ScoreScale("", digits=digits)
    if written is None or written > 6:
        for decimals in (6, 5, 4, 3, 2):
            if _share_on_grid(y, decimals) >= MINORITY:
                yield ScoreScale("", decimals=decimals)


def _share_on_grid(y: Floats, decimals: int) -> float:
    return float(np.mean(np.abs(y - np.round(y, decimals)) <= np.abs(y) * EPS32 + 1e-12))


def _best_named(
    y: Floats, out: Floats, raw: Floats, kind: str, written: int | None, *, short: bool
) -> tuple[ScoreScale, float]:
    """Return the candidate with the largest share of equal rows (ties: the simplest first)."""
    best: tuple[ScoreScale, float] = (ScoreScale("unknown", "unknown"), -1.0)
    for rounding in _roundings(y, written, short=short):
        for candidate in _candidates(kind):
            scale = replace(
                candidate,
                decimals=rounding.decimals,
                digits=rounding.digits,
                float32=rounding.float32,
                offset=candidate.offset + rounding.offset,
            )
            share = float(np.mean(agree(scale, y, out, raw).equal))
            # A finer rounding is only given up for a clearly larger share.
            if share > best[1] + (0.02 if best[1] >= MAJORITY else 0.0):
                best = (scale, share)
            if best[1] >= 0.99:
                return best
    return best


def _chance(scale: ScoreScale, y: Floats, out: Floats, raw: Floats) -> float:
    """Share of rows that would agree if the rows were dealt out anew (fixed seed)."""
    order = np.random.default_rng(5).permutation(y.size)
    return float(np.mean(agree(scale, y, out[order], raw[order]).equal))


def _named(best: tuple[ScoreScale, float], rows: int) -> ScaleGuess:
    scale, share = best
    words = {
        "identity": "the model's own raw score" if scale.of == "raw" else "the model's own output",
        "percent": "100 times the model's output",
        "points": f"{scale.factor:g} times the model's output",
        "inverted": "the model's output turned round (1 - p)",
    }[scale.mapping]
    sure: Confidence = "sure" if share >= 0.99 and rows >= ENOUGH_ROWS else "likely"
    return ScaleGuess(scale, _reason(words, scale, share, rows), sure, share, rows)


def _reason(words: str, scale: ScoreScale, share: float, rows: int) -> str:
    equal = round(share * rows)
    return f"{words}, {_rounding_words(scale)}: equal on {equal:,} of {rows:,} rows"


def _rounding_words(scale: ScoreScale) -> str:
    if scale.digits is not None:
        return f"rounded to {scale.digits} significant digits"
    if scale.decimals is not None:
        cut = scale.mapping in {"identity", "percent"} and scale.offset < 0
        how = "cut off after" if cut else "rounded to"
        return f"{how} {scale.decimals} decimal{'' if scale.decimals == 1 else 's'}"
    return "kept in 32 bits" if scale.float32 else "in full precision"


def _line(
    y: Floats, out: Floats, raw: Floats, kind: str, written: int | None, *, short: bool
) -> ScaleGuess | None:
    """Try a straight line in the raw score, then in the output."""
    rows = int(y.size)
    label = "points" if kind == "probability" else "value"
    sides: tuple[tuple[Literal["output", "raw"], Floats], ...] = (("raw", raw), ("output", out))
    for of, x in sides:
        fitted = robust_line(x, y, written, short=short)
        if fitted is None:
            continue
        factor, offset = fitted
        scale = ScoreScale(label, "points", written, short, factor, offset, of)
        equal = agree(scale, y, out, raw).equal
        share = float(np.mean(equal))
        if share < MAJORITY or np.unique(y[equal]).size < LINE_ROWS:
            continue
        side = "raw score" if of == "raw" else "output"
        words = f"{factor:.6g} × the model's {side} {offset:+.6g}"
        sure: Confidence = "sure" if share >= 0.99 else "likely"
        return ScaleGuess(scale, _reason(words, scale, share, rows), sure, share, rows)
    return None


def _monotone(
    y: Floats, out: Floats, kind: str, written: int | None, part: NDArray[np.int64]
) -> ScaleGuess | None:
    rows = int(y.size)
    if rows < MONOTONE_ROWS:
        return None
    found = monotone_knots(out[part], y[part])
    if found is None:
        return None
    knots, _, rising = found
    inside = kind == "probability" and float(y.min()) >= 0.0 and float(y.max()) <= 1.0
    label = kind if kind == "value" or inside else "points"
    scale = ScoreScale(label, "monotone", decimals=written, knots=knots)
    share = float(np.mean(agree(scale, y, out, out).equal))
    way = "rises" if rising else "falls"
    reason = (
        f"no straight line, but the logged score always {way} with the model's output: "
        f"{round(share * rows):,} of {rows:,} rows are in order"
    )
    return ScaleGuess(scale, reason, "likely" if share >= 0.99 else "weak", share, rows)


def _nothing(y: Floats, best: tuple[ScoreScale, float], kind: str, rows: int) -> ScaleGuess:
    """Say that nothing fits; a score in the model's own range is still compared as it stands."""
    closest = f"closest: equal on {round(max(best[1], 0.0) * rows):,} of {rows:,} rows"
    inside = kind == "value" or (float(y.min()) >= 0.0 and float(y.max()) <= 1.0)
    if inside:
        scale = ScoreScale(kind, decimals=decimals_of(y))
        reason = f"no mapping gives the logged scores ({closest}); compared as they stand"
        share = max(best[1], 0.0) if best[0].mapping == "identity" else 0.0
        return ScaleGuess(scale, reason, "weak", share, rows)
    scale = ScoreScale("unknown", "unknown", decimals=decimals_of(y))
    return ScaleGuess(scale, f"no mapping gives the logged scores ({closest})", "weak", 0.0, rows)
