"""What the curves and marks of a chart are called, and where their names may stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from app.chart_labels import Words
from app.theme import theme
from investigators import desk
from investigators.chart import Curve, Mark


def curve_words(curves: Sequence[Curve]) -> list[Words]:
    """A curve's name at its own flank, the one away from the other curves first, else over it."""
    made = []
    tops = [curve.x[_top(curve)] for curve in curves if curve.x]
    for curve in curves:
        if not curve.x:
            continue
        top = _top(curve)
        half = 0.42 * curve.y[top]
        left = next((k for k in range(top, -1, -1) if curve.y[k] <= half), 0)
        right = next((k for k in range(top, len(curve.y)) if curve.y[k] <= half), len(curve.y) - 1)
        flanks = [(curve.x[left], curve.y[left], -1), (curve.x[right], curve.y[right], 1)]
        if sum(tops) < len(tops) * curve.x[top]:  # the others lie to the left
            flanks.reverse()
        made.append(_name(curve, (*flanks, (curve.x[top], curve.y[top], 0))))
    return made


def _top(curve: Curve) -> int:
    return max(range(len(curve.y)), key=curve.y.__getitem__)


def end_words(curves: Sequence[Curve]) -> list[Words]:
    """A series' name over its end, its start, its highest point."""
    made = []
    for curve in curves:
        if not curve.x:
            continue
        top = _top(curve)
        places = (
            (curve.x[-1], curve.y[-1], -1),
            (curve.x[0], curve.y[0], 1),
            (curve.x[top], curve.y[top], 0),
        )
        made.append(_name(curve, places))
    return made


def _name(curve: Curve, places: tuple[tuple[float, float, int], ...]) -> Words:
    style = Qt.PenStyle.SolidLine
    if curve.dashed:
        undone = curve.kind == "repaired"
        style = Qt.PenStyle.DotLine if undone else Qt.PenStyle.DashLine
    colour = theme().colour(desk.chart_role(curve.kind))
    return Words(curve.name, colour, places, rise=2, sample=style)


def mark_words(marks: Sequence[Mark], heights: tuple[float, float]) -> list[Words]:
    """A mark's name beside its line near the top of what is seen; where it is taken, lower."""
    floor, top = heights
    made = []
    for mark in marks:
        middle = mark.at if mark.until is None else (mark.at + mark.until) / 2
        levels = [floor + share * (top - floor) for share in (0.8, 0.61, 0.42, 0.23)]
        places = tuple((middle, y, side) for y in levels for side in (1, -1))
        made.append(Words(mark.label, theme().colour("ink"), places))
    return made
