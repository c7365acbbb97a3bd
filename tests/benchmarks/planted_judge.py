"""Judges one investigation of a planted table, and says how hard the table was.

Difficulty is a log-likelihood gain over the best wrong answer, computed from the true densities
(drawn afresh, with half a per cent of odd values of any size, as any real log has them):

* detection: the truth against "no change";
* name: the true factor against the best other factor;
* segment: the true rows against the best parent, sibling or decoy (each with its best share).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from planted_tables import FACTORS, START, Table

STEP, LOW, HIGH = 0.02, -45.0, 45.0
OTHER = (1.609344, 2.20462, 2.54, 4.184, 7.0, 12.0, 25.4, 453.59, 1024.0, 1440.0, 1e4, 1e6)
CATALOGUE = tuple(f for g in (*FACTORS, *OTHER) for f in (g, 1 / g))
SHARES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.98)
ODD = 0.005


class Density:
    """ln density of ln|x| on a line, from a large fresh draw."""

    def __init__(self, values: np.ndarray) -> None:
        from scipy.ndimage import gaussian_filter1d

        good = np.log(np.abs(values[np.isfinite(values) & (values != 0)]))
        edges = np.arange(LOW, HIGH + STEP, STEP)
        counts, _ = np.histogram(good, edges)
        soft = gaussian_filter1d(counts / counts.sum() / STEP, 0.06 / STEP)
        self.line = np.log((1 - ODD) * soft + ODD / 30.0)

    def at(self, u: np.ndarray) -> np.ndarray:
        place = np.clip(((u - LOW) / STEP).astype(int), 0, self.line.size - 1)
        return self.line[place]


@dataclass(frozen=True)
class Difficulty:
    """Gains in nats, and ln of the number of looks a search has to take."""

    detection: float
    name: float
    segment: float
    looks: float


def difficulty(table: Table) -> Difficulty:
    """Compute the gains of the truth over the best wrong answers."""
    fault = table.fault
    assert fault is not None
    assert table.redraw is not None
    density = Density(table.redraw(np.random.default_rng([table.seed, 99]), 200_000))
    x = np.asarray(table.live[fault.column], dtype=float)
    valued = np.isfinite(x) & (x != 0)
    u = np.log(np.abs(np.where(valued, x, 1.0)))
    at = np.ones(table.n, dtype=bool)
    if fault.onset is not None:
        at = _seconds(table) >= fault.onset
    scope = at & valued
    if fault.segment is not None:
        scope &= table.live[fault.segment[0]] == fault.segment[1]
    here = density.at(u)

    def gain(rows: np.ndarray, factor: float, share: float) -> float:
        ratio = np.exp(density.at(u[rows] - np.log(factor)) - here[rows])
        return float(np.log((1 - share) + share * ratio).sum())

    share = min(fault.share, 1 - 1e-9)
    truth = gain(scope, fault.factor, share)
    rivals = [f for f in CATALOGUE if abs(np.log(f / fault.factor)) > 0.01]
    name = truth - max(gain(scope, f, share) for f in rivals)
    wrong = []
    for rows in _rivals(table, at & valued, scope):
        wrong += [gain(rows, fault.factor, s) for s in (*SHARES, 1 - 1e-9)]
    values = sum(np.unique(table.live[s]).size for s in table.segments)
    blocks = min(48, max(table.n // 8, 1)) if table.timed else 1
    looks = np.log(len(table.inputs) * len(CATALOGUE) * (values + 1) * max(blocks**2 / 2, 1))
    return Difficulty(float(truth), float(name), float(truth - max([0.0, *wrong])), float(looks))


def _seconds(table: Table) -> np.ndarray:
    return table.live["time"].astype(np.int64)


def _rivals(table: Table, at: np.ndarray, scope: np.ndarray) -> list[np.ndarray]:
    """Row sets of wrong answers: everything, and every other single value."""
    found = [at]
    for segment in table.segments:
        column = table.live[segment]
        found += [at & (column == value) for value in np.unique(column)]
    return [rows for rows in found if not np.array_equal(rows, scope)]


@dataclass(frozen=True)
class Judgement:
    """What one investigation got right of one table; ``loud`` are moderate or strong leads."""

    seed: int
    faulty: bool
    n: int
    drift: str
    shape: str
    carrier: str
    affected: int
    factor: float | None
    found: bool = False
    named: bool = False
    segment_right: bool = False
    onset_right: bool | None = None
    conclusion: str = ""
    loud: int = 0
    loud_wrong: int = 0
    gains: Difficulty | None = None
    lead: str = ""
    seconds: float = 0.0

    def line(self) -> dict[str, Any]:
        """As one JSON line."""
        plain = asdict(self)
        return {k: v.item() if isinstance(v, np.generic) else v for k, v in plain.items()}


def judge(table: Table, leads: list[dict[str, Any]], conclusion: str, seconds: float) -> Judgement:
    """Compare the first lead with the truth; leads are those of findings.json."""
    fault = table.fault
    loud = [lead for lead in leads if lead["strength"] != "weak"]
    facts = Judgement(
        seed=table.seed,
        faulty=fault is not None,
        n=table.n,
        drift=table.drift,
        shape=table.notes.get("shape", ""),
        carrier=table.notes.get("carrier", ""),
        affected=table.notes.get("affected", 0),
        factor=fault.factor if fault else None,
        conclusion=conclusion,
        loud=len(loud),
        seconds=seconds,
        lead=leads[0]["statement"] if leads else "",
    )
    if fault is None:
        return Judgement(**{**facts.__dict__, "loud_wrong": len(loud)})
    first = leads[0] if leads else None
    found = first is not None and first["features"] == [fault.column]
    found = bool(found and first["cause"] == "input-unit-or-scale")
    return Judgement(
        **{
            **facts.__dict__,
            "found": found,
            "named": found and _same_factor(first, fault.factor),
            "segment_right": found and _same_rows(table, first),
            "onset_right": _onset_right(table, first) if found else None,
            "loud_wrong": sum(1 for x in loud if x["features"] != [fault.column]),
            "gains": difficulty(table),
        }
    )


def _same_factor(lead: dict[str, Any], factor: float) -> bool:
    transform = lead["transform"]
    return bool(transform["kind"] == "scale" and abs(np.log(transform["factor"] / factor)) < 0.01)


def _same_rows(table: Table, lead: dict[str, Any]) -> bool:
    """The same segment, or another description of exactly the same rows."""
    fault = table.fault
    assert fault is not None
    rows = np.ones(table.n, dtype=bool)
    for condition in lead["segment"] or []:
        values = [condition["equals"]] if "equals" in condition else condition.get("in", [])
        rows &= np.isin(table.live[condition["column"]], values)
    truth = np.ones(table.n, dtype=bool)
    if fault.segment is not None:
        truth = table.live[fault.segment[0]] == fault.segment[1]
    return bool(np.array_equal(rows, truth))


def _onset_right(table: Table, lead: dict[str, Any]) -> bool | None:
    """Whether the 99 % interval holds the first changed row's time; ``None`` without times."""
    fault = table.fault
    assert fault is not None
    if not table.timed:
        return None
    onset = lead["onset"]
    if fault.onset is None:
        return onset is None
    if onset is None:
        return False
    low, high = (
        np.datetime64(onset[k].rstrip("Z"), "s").astype(int) if onset[k] else START
        for k in ("earliest", "latest")
    )
    return bool(low <= fault.onset <= high)
