"""The model of a table: LightGBM on the reference, with real dependence on every sort of input."""

from __future__ import annotations

from typing import Any

import numpy as np

from planted_kinds.parts import Rows, Table, is_text

SETTINGS = {"objective": "binary", "num_leaves": 15, "verbosity": -1, "num_threads": 1,
            "deterministic": True, "min_data_in_leaf": 10}  # fmt: skip


def outcomes(seed: int, names: tuple[str, ...], rows: Rows) -> np.ndarray:
    """Outcomes that depend on ranks of the numbers, on the names and on two inputs together."""
    rng = np.random.default_rng([seed, 5])
    n = rows[names[0]].size
    logit = np.full(n, -1.5)
    ranks = []
    for name in names:
        values = rows[name]
        if is_text(values):
            seen = sorted({v for v in values if v is not None})
            push = dict(zip(seen, rng.normal(0, 0.8, len(seen)), strict=True))
            logit += np.array([push.get(v, 0.4) for v in values])
            continue
        filled = np.nan_to_num(values, nan=float(np.nanmin(values)) - 1)
        rank = filled.argsort(kind="stable").argsort(kind="stable") / max(n, 2) - 0.5
        ranks.append(rank)
        logit += rng.normal(0, 2.2) * rank
    logit += 6 * ranks[0] * ranks[-1]
    return (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)


def frame(table: Table, rows: Rows) -> Any:
    """Rows as the model takes them: pandas categoricals with the reference's values."""
    import pandas as pd

    columns = {}
    for name in table.inputs:
        values = rows[name]
        if is_text(values):
            seen = sorted({v for v in table.reference[name] if v is not None})
            known = set(seen)  # what training did not have is missing to the model
            values = [v if v in known else None for v in values]
            columns[name] = pd.Categorical(values, categories=seen)
        else:
            columns[name] = values
    return pd.DataFrame(columns)


def train(table: Table, seed: int = 1, rounds: int = 30, share: float = 1.0) -> Any:
    """Train on the reference, or on its first share."""
    import lightgbm

    kept = int(table.outcome.size * share)
    data = lightgbm.Dataset(
        frame(table, table.reference).iloc[:kept], table.outcome[:kept], params={"verbosity": -1}
    )
    return lightgbm.train({**SETTINGS, "seed": seed}, data, num_boost_round=rounds)


def score(table: Table, model: Any, rows: Rows) -> np.ndarray:
    """Scores with four decimals."""
    return np.round(model.predict(frame(table, rows), num_threads=1), 4)
