"""The waterfall of an explanation: bars on the raw scale, a ruler on the output scale."""

from __future__ import annotations

import math

import numpy as np

from investigators.chart import Bar, Waterfall
from investigators.evidence import Contribution
from investigators.explain.among import figure
from investigators.model import Model
from investigators.roles.scale import model_side
from investigators.view import View

SHOWN = 7
NEAR = 0.07  # of the ruler's length: labels closer than this would touch
PROBABILITIES = (
    *(k * 10.0**-e for e in (6, 5, 4, 3) for k in (1, 2, 5)),
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99),
    *(1 - k * 10.0**-e for e in (3, 4, 5, 6) for k in (5, 2, 1)),
)


def waterfall(
    view: View,
    model: Model,
    start: float,
    end: float,
    contributions: tuple[Contribution, ...],
    strip: str,
) -> Waterfall:
    """Draw contributions (largest first) from ``start`` to ``end``; the small ones as one bar."""
    bars = _bars(contributions)
    threshold = _threshold(view, model, end)
    sums = np.cumsum([start, *(bar.length for bar in bars)]).tolist()
    reach = [*sums, end, *([] if threshold is None else [threshold])]
    ruler = _ruler(model, min(reach), max(reach), (start, end))
    side = ""
    if threshold is not None:
        side = f" The threshold lies at {signed(threshold)}."
    largest = ", ".join(f"{b.label} {signed(b.length)}" for b in bars[:3])
    outside = [bar.label for bar in bars if bar.hatched]
    hatched = f" Outside training: {', '.join(outside)}." if outside else ""
    return Waterfall(
        title="How the inputs moved the score",
        start=start,
        end=end,
        bars=bars,
        scale=model.bars,
        threshold=threshold,
        ruler=ruler,
        strip=strip,
        description=(
            f"Waterfall in {model.bars} from {signed(start)} to {signed(end)} over {len(bars)} "
            f"bars; largest: {largest}.{hatched}{side}"
        ),
    )


def _bars(contributions: tuple[Contribution, ...]) -> tuple[Bar, ...]:
    """The largest, and any marked one, for themselves; the rest as one bar of their sum."""
    shown: list[Contribution] = []
    hidden: list[Contribution] = []
    for at, part in enumerate(contributions):
        marked = part.outside_range or part.unseen or part.unexpected_missing
        alone = part.contribution and (at < SHOWN or marked)
        (shown if alone else hidden).append(part)
    if len(hidden) == 1:
        shown.append(hidden.pop())
        shown.sort(key=lambda part: (-abs(part.contribution), part.feature))
    bars = [_bar(part) for part in shown]
    if hidden:
        total = math.fsum(part.contribution for part in hidden)
        bars.append(Bar(f"{len(hidden)} other inputs", total))
    return tuple(bars)


def _bar(part: Contribution) -> Bar:
    value = part.value
    if value is None:
        text = "missing"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = figure(float(value), part.unit or "")
    else:
        text = str(value)
    note = ""
    if part.outside_range:
        note = "outside what the model saw"
    elif part.unseen:
        note = "never seen in training"
    elif part.unexpected_missing:
        note = "missing; never missing in training"
    return Bar(part.feature, part.contribution, text, part.place, part.outside_range, note)


def _threshold(view: View, model: Model, score: float) -> float | None:
    """The cut point nearest to the score, on the raw scale; ``None`` when it has no place there."""
    if model.softmax:  # the same margin is another probability where the other classes' differ
        return None
    cuts = view.rule.cuts if view.rule is not None else ()
    scale = view.case.scale
    places = []
    for cut in cuts:
        side = cut if scale is None else model_side(scale, cut)
        if side is None:
            continue
        raw = side
        if scale is None or scale.of == "output":
            raw = float(model.to_raw(np.array([side]))[0])
        if math.isfinite(raw):
            places.append(raw)
    return min(places, key=lambda at: (abs(at - score), at)) if places else None


def _ruler(
    model: Model, low: float, high: float, kept: tuple[float, float]
) -> tuple[tuple[float, str], ...]:
    """Ticks on the output scale: start and end always, round numbers where there is room."""
    if model.link == "identity" or model.softmax:
        return ()
    near = NEAR * (high - low)

    ticks = {}
    for at, digits in zip(kept, (2, 3), strict=True):
        output = float(model.to_output(np.array([at]))[0])
        ticks[at] = percent(output, digits) if model.output == "probability" else figure(output)
    for output in _round_outputs(model, low, high):
        at = float(model.to_raw(np.array([output]))[0])
        if low <= at <= high and all(abs(at - other) >= near for other in ticks):
            ticks[at] = percent(output) if model.output == "probability" else figure(output)
    return tuple(sorted(ticks.items()))


def _round_outputs(model: Model, low: float, high: float) -> list[float]:
    """Round numbers on the output scale that may lie between two raw scores."""
    if model.output == "probability":
        return sorted(PROBABILITIES, key=lambda p: (abs(p - 0.5), p))
    ends = model.to_output(np.array([low, high]))
    top = float(np.abs(ends).max())
    if not math.isfinite(top) or top == 0:
        return []
    powers = range(math.floor(math.log10(top)) - 3, math.ceil(math.log10(top)) + 1)
    found = [k * 10.0**e for e in powers for k in (1, 2, 5)]
    return [*found, *(-each for each in found)] if model.link == "signed square" else found


def percent(p: float, digits: int = 2) -> str:
    """Say a probability in per cent; digits count on the nearer side: ``2.7 %``, ``99.95 %``."""
    near = 100 * min(p, 1 - p)
    decimals = max(0, digits - 1 - math.floor(math.log10(near))) if near > 0 else 0
    text = f"{100 * p:.{min(decimals, 12)}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def signed(value: float) -> str:
    """A raw score or contribution with its sign and three digits that matter: ``+2.05``."""
    text = figure(float(f"{value:.3g}"))
    return text if value < 0 else f"+{text}"
