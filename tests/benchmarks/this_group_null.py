"""False alarms and power of ``subgroup_performance.this_group``, measured on seeded tables.

    python -m tests.benchmarks.this_group_null [null tables] [planted tables]

Null tables: the score is right for every group; one region really has 2.5 times the risk, and a
decoy column follows it.  Planted: in one region (6 % of the rows) the score is 2.2 times the risk.
A decision of that region is picked (in null tables half of the picks are any adverse decision).
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from investigators.case import Rule
from investigators.checks.subgroup_performance.this_group import CHECK
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.views import view_of

RULE = Rule((0.2,), ("accept", "refuse"), ("refuse",), "given")
ROLES = {r: r for r in ("id", "score", "decision", "outcome", "live_test")}
SIZES = (1000, 4000, 20_000)
SEGMENTS = 8


def table(seed: int, rows: int, risk: float, lift: float, arm_share: float) -> pd.DataFrame:
    """Make one log; ``arm_share`` is the live-test arm's share, 0 for selective labels only."""
    random = np.random.default_rng([seed, rows])
    region = random.choice(["north", "south", "west"], rows, p=[0.06, 0.54, 0.4])
    north = region == "north"
    true = np.clip(random.beta(1, 6, rows) * np.where(north, risk, 1.0), 0, 0.95)
    score = np.clip(true * np.where(north, lift, 1.0), 0, 0.99)
    decision = np.where(score >= 0.2, "refuse", "accept")
    live = random.random(rows) < arm_share
    outcome = (random.random(rows) < true).astype(float)
    outcome[~live & (decision == "refuse")] = np.nan
    frame = pd.DataFrame(
        {
            "id": [f"{i}" for i in range(rows)],
            "score": score,
            "decision": decision,
            "outcome": outcome,
            "live_test": live,
            "region": region,
            "decoy": np.where(
                north & (random.random(rows) < 0.9), "x", random.choice(["y", "z"], rows)
            ),
        }
    )
    for i in range(SEGMENTS - 2):
        weights = random.dirichlet(np.ones(4 + i))
        frame[f"s{i}"] = random.choice([f"v{k}" for k in range(4 + i)], rows, p=weights)
    return frame


def answer(engine: Engine, folder: Path, log: pd.DataFrame, *, any_pick: bool) -> dict[str, bool]:
    """Columns of the supported groups for one pick, and whether the lead would be moderate."""
    wanted = log["decision"] == "refuse"
    if not any_pick:
        wanted &= log["region"] == "north"
    if not wanted.any():
        return {}
    segments = ("region", "decoy", *(c for c in log.columns if c[0] == "s" and c[1:].isdigit()))
    view = view_of(
        engine,
        folder,
        log,
        ROLES,
        adverse=("refuse",),
        rule=RULE,
        segments=segments,
        pick=int(log.index[wanted][0]),
    )
    found = CHECK.run(view, Task())
    return {" + ".join(f.about): bool(f.cause.corroborations) for f in found if f.cause}


def main(null: int, planted: int) -> None:
    """Print rates."""
    for arm in (0.3, 0.0):
        for rows in SIZES:
            alarms: Counter[str] = Counter()
            hits: Counter[str] = Counter()
            with Engine() as engine, tempfile.TemporaryDirectory() as folder:
                for seed in range(null):
                    log = table(seed, rows, 2.5, 1.0, arm)
                    found = answer(engine, Path(folder), log, any_pick=bool(seed % 2))
                    alarms["any"] += bool(found)
                    alarms["moderate"] += any(found.values())
                for seed in range(planted):
                    log = table(10_000 + seed, rows, 1.0, 2.2, arm)
                    found = answer(engine, Path(folder), log, any_pick=False)
                    if set(found) == {"region"}:
                        hits["right, moderate" if found["region"] else "right, weak"] += 1
                    elif found:
                        hits["another description: " + "; ".join(sorted(found))] += 1
                    else:
                        hits["none"] += 1
            words = "live-test arm 30 %" if arm else "selective labels"
            print(
                f"{words}, {rows:,} rows: false alarms {alarms['any']} of {null} null tables, "
                f"{alarms['moderate']} moderate; planted {dict(hits.most_common())} of {planted}",
                flush=True,
            )


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:], "100", "30")[:2]))
