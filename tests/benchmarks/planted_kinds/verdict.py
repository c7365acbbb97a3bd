"""Compares leads (as ``findings.json`` has them) with what was planted.

A transform is right when undoing it brings the true values back, whatever it is called; a segment
when it describes the same rows; an onset when its interval holds the true one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from planted_tables import START

from planted_kinds.gains import Gains
from planted_kinds.parts import TIME, WHO, Rows, Table, Truth, column_of, missing
from planted_kinds.places import segment_rows

SAME = 0.99  # rows two descriptions must share to be the same segment
CHANCE = 2.58  # standard errors: 99 %
EPOCHS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
Lead = dict[str, Any]


@dataclass(frozen=True)
class Match:
    """What one lead has right of one truth; ``None`` where it cannot be right or wrong."""

    cause: bool
    features: bool
    transform: bool | None
    segment: bool
    onset: bool | None

    @property
    def right(self) -> bool:
        """All of it."""
        told = (self.cause, self.features, self.transform, self.segment, self.onset)
        return all(x is not False for x in told)

    def __len__(self) -> int:
        return sum(x is not False for x in asdict(self).values())


def match(table: Table, truth: Truth, lead: Lead) -> Match:
    """Compare one lead with one truth."""
    named = set(lead["features"])
    features = named == set(truth.features)
    if truth.related:
        features = bool(named) and named <= {*truth.features, *truth.related}
    if not truth.features:
        features = True
    return Match(
        cause=lead["cause"] in truth.causes,
        features=features,
        transform=_undoes(table, truth, lead["transform"]) if truth.transform else None,
        segment=_same_rows(table, truth, lead["segment"] or []),
        onset=_same_window(table, truth, lead),
    )


def _same_rows(table: Table, truth: Truth, segment: list[dict[str, Any]]) -> bool:
    known = {*table.live, TIME, WHO}
    if any(c["column"] not in known and "part" not in c for c in segment):
        return False
    mine, own = segment_rows(table.live, segment), segment_rows(table.live, truth.where.segment)
    # a value without a row while the fault lasted can neither be named nor left out
    held = np.flatnonzero(truth.changed)
    time = table.live[TIME]
    while_it_lasts = (time >= time[held[0]]) & (time <= time[held[-1]])
    mine, own = mine & while_it_lasts, own & while_it_lasts
    return bool((mine & own).sum() >= SAME * (mine | own).sum())


def _same_window(table: Table, truth: Truth, lead: Lead) -> bool | None:
    """Whether onset (and end, where there is one) are right; ``None`` without times."""
    if not table.timed:
        return None
    where, time = truth.where, table.live[TIME]
    held = np.flatnonzero(truth.changed)
    first, last = int(time[held[0]]), int(time[held[-1]])
    if where.onset is None:
        # since its segment's first row is always, too: a release that came late has no row before
        own = time[segment_rows(table.live, where.segment)]
        begun = lead["onset"] is None or touches(lead["onset"], START, int(own.min()))
    else:
        begun = touches(lead["onset"], where.onset, max(first, where.onset))
    if where.end is None:
        return begun and lead["end"] is None
    return begun and touches(lead["end"], min(last, where.end), where.end)


def touches(interval: dict[str, str | None] | None, low: int, high: int) -> bool:
    """Whether an interval reaches into the seconds between the rule's and the first row's."""
    if interval is None:
        return False
    begin, end = (_seconds(interval[k]) for k in ("earliest", "latest"))
    return begin <= high and end >= low


def _seconds(text: str | None) -> int:
    return START if text is None else int(np.datetime64(text.rstrip("Z"), "s").astype(int))


def undone(table: Table, truth: Truth, transform: dict[str, Any]) -> Rows | None:
    """The features' values with a transform undone; ``None`` where it says nothing of them."""
    live = table.live
    if transform["kind"] == "swap":
        one, other = transform["columns"]
        if {one, other} != set(truth.features):
            return None
        return {one: live[other], other: live[one]}
    found = {name: _back(transform, live[name]) for name in truth.features}
    if any(values is None for values in found.values()):
        return None
    return {name: values for name, values in found.items() if values is not None}


def _back(transform: dict[str, Any], seen: np.ndarray) -> np.ndarray | None:
    """One column with a transform undone."""
    text = seen.dtype == object
    match transform["kind"]:
        case "scale" if not text:
            return seen / transform["factor"]
        case "affine" if not text:
            return (seen - transform["b"]) / transform["a"]
        case "epoch" if not text:
            return seen / (EPOCHS[transform["to"]] / EPOCHS[transform["from"]])
        case "fill":
            return _replaced(seen, [[transform["seen"], transform["meant"]]])
        case "map":
            return _replaced(seen, transform["pairs"])
    return None


def _replaced(seen: np.ndarray, pairs: list[list[Any]]) -> np.ndarray:
    found = seen.copy()
    for old, meant in pairs:
        at = missing(seen) if old is None else _equals(seen, old)
        found[at] = np.nan if meant is None and seen.dtype != object else meant
    return found


def _equals(seen: np.ndarray, value: Any) -> np.ndarray:
    if seen.dtype == object:
        return np.array([v == value for v in seen], dtype=bool)
    try:
        return seen == float(value)
    except (TypeError, ValueError):
        return np.zeros(seen.shape, dtype=bool)


def _undoes(table: Table, truth: Truth, transform: dict[str, Any]) -> bool:
    """Whether a transform brings the true values back as well as the true one does."""
    wanted = truth.transform
    assert wanted is not None
    if wanted["kind"] in {"shift_time", "threshold"}:
        return _same_numbers(table, truth, transform)
    found, own = undone(table, truth, transform), undone(table, truth, wanted)
    if found is None or own is None:
        return False
    rows = truth.changed & _can_be_undone(table, truth)
    free = truth.kind == "offset"
    return all(
        _as_near(table.live[name], truth.sound[name], found[name], own[name], rows, free=free)
        for name in truth.features
    )


def _can_be_undone(table: Table, truth: Truth) -> np.ndarray:
    """Rows whose seen value has one meaning; two names cut to the same text have none."""
    assert truth.transform is not None
    meanings: dict[Any, set[Any]] = {}
    for seen, meant in truth.transform.get("pairs", []):
        meanings.setdefault(seen, set()).add(meant)
    found = np.ones(table.n, dtype=bool)
    for seen in (seen for seen, meant in meanings.items() if len(meant) > 1):
        found &= ~_equals(table.live[truth.features[0]], seen)
    return found


def _as_near(
    seen: np.ndarray, sound: np.ndarray, found: np.ndarray, own: np.ndarray, rows: np.ndarray,
    *, free: bool,
) -> bool:  # fmt: skip
    """Whether values undone lie as near to the sound ones as those that the truth undoes.

    What a ``free`` number is, no name and no digit tells: no better than its own standard error.
    """
    seen, sound, found, own = (values[rows] for values in (seen, sound, found, own))
    if not seen.size:
        return True
    if seen.dtype == object:
        same = np.array([a == b for a, b in zip(found, sound, strict=True)])
        could = np.array([a == b for a, b in zip(own, sound, strict=True)])
        return bool(same.mean() >= 0.95 * could.mean())
    if np.isnan(sound).mean() > 0.5 or np.isnan(seen).mean() > 0.5:
        same = (found == sound) | (np.isnan(found) & np.isnan(sound))
        return bool(same.mean() >= 0.95)
    left, could, whole = (np.nanmedian(np.abs(v - sound)) for v in (found, own, seen))
    chance = CHANCE * float(np.nanstd(sound)) / sound.size**0.5 if free else 0.0
    return bool(left <= could + max(0.02 * whole, chance))


def _same_numbers(table: Table, truth: Truth, transform: dict[str, Any]) -> bool:
    wanted = truth.transform
    assert wanted is not None
    if wanted["kind"] == "threshold":
        if transform["kind"] != "threshold":
            return False
        near = 0.1 * abs(wanted["to"] - wanted["from"])
        # between two scores next to each other every cut-off decides alike
        scores = table.scores[truth.where.rows]
        between = [(scores >= transform[k]) ^ (scores >= wanted[k]) for k in ("from", "to")]
        return all(
            abs(transform[k] - wanted[k]) < near or not apart.any()
            for k, apart in zip(("from", "to"), between, strict=True)
        )
    if transform["kind"] == "map":
        return _every_hour(table, truth, transform)
    told = None
    of_hours = "hour" in column_of(table.base, truth.features[0]).traits
    if transform["kind"] == "shift_time":
        told = transform["seconds"]
    elif transform["kind"] == "affine" and transform["a"] == 1 and of_hours:
        told = transform["b"] * 3600
    if told is None:
        return False
    gap = (told - wanted["seconds"]) % 86400
    return min(gap, 86400 - gap) <= 60


def _every_hour(table: Table, truth: Truth, transform: dict[str, Any]) -> bool:
    """Whether a map of each hour to another brings the hours back; never where half hours count."""
    (name,) = truth.features
    seen, sound = (values[name][truth.changed] for values in (table.live, truth.sound))
    found = _replaced(seen, transform["pairs"])
    return bool((found == sound).mean() >= 0.95)


def wrong(table: Table, lead: Lead) -> bool:
    """Whether a moderate or strong lead names something that was not planted."""
    if lead["strength"] == "weak":
        return False
    named = set(lead["features"])
    if lead["cause"] == "drift-of-the-world":
        return not (named and named <= set(table.drifted))
    for truth in table.truths:
        near = named & {*truth.features, *truth.related} or not truth.features or not named
        if lead["cause"] in truth.causes and near:
            return False
    return True


def judge(table: Table, leads: list[Lead], gained: list[Gains]) -> dict[str, Any]:
    """One line of the run: what the first lead and, with several truths, further leads have."""
    loud = [lead for lead in leads if wrong(table, lead)]
    best: Match | None = None
    others = []
    if table.truths and leads:
        tried = [match(table, truth, leads[0]) for truth in table.truths]
        best = max(tried, key=len)
        first = table.truths[tried.index(best)]
        for truth in table.truths:
            others += [truth is first or any(match(table, truth, lead).right for lead in leads)]
    told = (
        asdict(best)
        if best
        else dict.fromkeys(("cause", "features"), False)
        | dict.fromkeys(("transform", "segment", "onset"))
    )
    return {
        "seed": table.seed,
        "kind": table.kind,
        "data": table.base.name,
        "n": table.n,
        "drift": table.drift,
        "timed": table.timed,
        "with_reference": table.with_reference,
        "truths": [truth.data() for truth in table.truths],
        "gains": [asdict(g) for g in gained],
        "clear": round(min(g.clear for g in gained), 2) if gained else None,
        **told,
        "found": bool(best and best.cause and best.features),
        "right": bool(best and best.right and all(others)),
        "loud_wrong": len(loud),
        "wrong_leads": [f"{w['strength']} {w['cause']}: {w['statement']}" for w in loud],
        "lead": leads[0]["statement"] if leads else "",
    }
