"""Faults after the inputs: thresholds, another model's score, defaults; and faults in company."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planted_kinds.faults_number import scaled
from planted_kinds.kinds import GONE, POLICY, SKEW, UNIT, VERSION, host, kind
from planted_kinds.model import score, train
from planted_kinds.parts import Base, Fault, Mask, Random, Serving

BOTH_SIDES = 8  # rows in scope on either side of the moved cut-off


@kind(POLICY, VERSION, carriers=("all", "segment"), window="since", timed=True)
def threshold_moved(rng: Random, base: Base) -> Fault | None:
    del base
    lower, how_far = bool(rng.random() < 0.5), float(rng.choice([0.25, 0.4, 0.6]))

    def serve(serving: Serving, mask: Mask) -> Serving:
        cut = serving.table.cut
        moved = cut * (1 - how_far) if lower else cut + (1 - cut) * how_far
        moved = float(np.round(moved, 3))
        mine = serving.scores[mask]
        if min((mine >= moved).sum(), (mine < moved).sum()) < BOTH_SIDES:
            return serving  # no scores tell where the new cut-off lies: nothing is planted
        return replace(serving, cuts=np.where(mask, moved, serving.cuts))

    return Fault((), serve=serve)


@kind(VERSION, carriers=("all", "segment", "share"), checked=False)
def other_model(rng: Random, base: Base) -> Fault | None:
    del base
    seed = int(rng.integers(1, 1000))

    def serve(serving: Serving, mask: Mask) -> Serving:
        model = train(serving.table, seed=seed, rounds=18, share=0.7)
        other = score(serving.table, model, serving.rows)
        return replace(serving, scores=np.where(mask, other, serving.scores))

    return Fault((), serve=serve)


@kind(GONE, SKEW, VERSION, carriers=("all", "segment"))
def defaults_for_missing(rng: Random, base: Base) -> Fault | None:
    column = host(rng, base, "optional")
    if column is None:
        return None
    low = float(rng.choice([0.0, -1.0, 1e6]))

    def serve(serving: Serving, mask: Mask) -> Serving:
        # the log keeps the gap, the service scored a default
        values = serving.rows[column.name]
        filled = {**serving.rows, column.name: np.where(np.isnan(values), low, values)}
        other = score(serving.table, serving.table.model, filled)
        return replace(serving, scores=np.where(mask, other, serving.scores))

    return Fault((column.name,), serve=serve)


@kind(UNIT, carriers=("segment", "segment", "all"), beside="fault")
def two_faults(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, host(rng, base, "positive"))


@kind(UNIT, carriers=("segment", "segment", "share"), beside="drift")
def fault_beside_drift(rng: Random, base: Base) -> Fault | None:
    return scaled(rng, host(rng, base, "positive"))
