"""Runs of neighbours: ranges between any two borders of a number, hours and weekdays in a row.

A group is seldom one eighth of a column.  Runs are literals like others, on grids of different
width: the wide ones are paired with each other, the narrower ones stand alone or with a value, and
the narrowest only move the borders of what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from investigators.evidence import Condition
from investigators.slices.literals import DAY_PARTS, PARTS, Bools, Coded

MOST_VALUES = 24  # a number with no more listed values has runs of these
HALF_A_DAY = 12


def with_runs(one: Coded) -> Coded:
    """The same column with runs among its literals; ``grains`` says on which grid each lies."""
    part = one.literals[0].part if one.literals else None
    if part == "hour":
        return _arcs(one, tuple(range(24)), HALF_A_DAY)
    if part == "weekday":
        return _arcs(one, tuple(range(1, 8)), 6)
    if one.fine is not None:
        return _ranges(one)
    return _of_values(one)


def _added(
    one: Coded, plain: int, literals: Sequence[Condition], member: Bools, grains: Sequence[int]
) -> Coded:
    """The first ``plain`` literals and these."""
    return replace(
        one,
        literals=(*one.literals[:plain], *literals),
        member=np.concatenate([one.member[:plain], member]),
        grains=np.concatenate([np.zeros(plain, dtype=np.int64), np.array(grains, dtype=np.int64)]),
        fine=None,
    )


def _spans(places: int, grains: Sequence[int]) -> list[tuple[int, int, int]]:
    """First place, the place after the last, and the grid: from an end, or half of them at most.

    ``grains`` are those of the inner borders; border b lies before place b + 1.
    """
    at = [0, *grains, 0]
    return [
        (first, end, max(at[first], at[end]))
        for first in range(places)
        for end in range(first + 1, places + 1)
        if end - first < places and (first == 0 or end == places or 2 * (end - first) <= places)
    ]


def _ranges(one: Coded) -> Coded:
    fine = one.fine
    assert fine is not None
    edges = fine.edges
    places, width = len(edges) + 1, len(edges) + 3
    spans = _spans(places, fine.grains)
    place = np.arange(width) - 2
    missing = (np.arange(width) == 1)[None, :]
    literals = [
        Condition(
            one.column,
            lower=edges[first - 1] if first else None,
            upper=edges[end - 1] if end < places else None,
            closed="left",
        )
        for first, end, _ in spans
    ]
    member = np.array([(place >= first) & (place < end) for first, end, _ in spans])
    found = replace(one, literals=one.literals[:1], member=missing, codes=fine.codes)
    return _added(found, 1, literals, member.reshape(len(spans), width), [g for *_, g in spans])


def _of_values(one: Coded) -> Coded:
    """Runs of two and more of a number's listed values, where every value is listed."""
    known: list[tuple[float, int]] = []
    for k, literal in enumerate(one.literals):
        value = literal.equals
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            known.append((float(value), k))
        elif not literal.missing:
            return one
    if not 2 < len(known) <= MOST_VALUES or not one.codes.all():
        return one
    known.sort()
    spans = [s for s in _spans(len(known), [PARTS] * (len(known) - 1)) if s[1] - s[0] > 1]
    literals, member = [], []
    for first, end, _ in spans:
        literals.append(
            Condition(
                one.column,
                lower=known[first][0] if first else None,
                upper=known[end][0] if end < len(known) else None,
                closed="left",
            )
        )
        member.append(one.member[[k for _, k in known[first:end]]].any(axis=0))
    return _added(one, len(one.literals), literals, np.array(member), [g for *_, g in spans])


def _arcs(one: Coded, values: tuple[int, ...], longest: int) -> Coded:
    """Neighbours on the circle of the day or the week; code k is the k-th value."""
    many = len(values)
    known = {tuple(sorted(int(str(v)) for v in c.within or ())) for c in one.literals}
    literals, member, grains = [], [], []
    for first in range(many):
        for length in range(1, longest + 1):
            inside = tuple(values[(first + k) % many] for k in range(length))
            if tuple(sorted(inside)) in known:
                continue
            literals.append(_within(one.literals[0], inside))
            member.append(np.isin([-1, *values], inside))
            grains.append(_grain(first, length) if many == HALF_A_DAY * 2 else PARTS)
    return _added(one, len(one.literals), literals, np.array(member), grains)


def _within(condition: Condition, inside: tuple[int, ...]) -> Condition:
    return Condition(condition.column, part=condition.part, within=inside, zone=condition.zone)


def _grain(first: int, length: int) -> int:
    """The widest grid of hours on which both borders lie."""
    for hours, grain in ((DAY_PARTS, PARTS), (DAY_PARTS // 2, 2 * PARTS)):
        if first % hours == 0 and length % hours == 0:
            return grain
    return 4 * PARTS
