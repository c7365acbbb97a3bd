"""Makes a case of a million decisions by forty columns with a slice that gets more wrong ones.

``python tests/benchmarks/slices_case.py FOLDER [--rows N]``.  Twenty numbers (heavy tails, some in
whole numbers, a shared factor) and twenty categories of 2 to 200 values, some 3 % missing in every
third column, beside id, subject, time, score, decision and outcome; no model.  In rows with
``place_03 = v1`` and a low ``amount_07`` (some 2 %) the score says too little of the outcome:
wrong decisions are about twice as frequent there.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20_261_129
ROWS, CHUNK, DAYS = 1_000_000, 100_000, 60
NUMBERS = [f"amount_{i:02d}" for i in range(20)]
PLACES = {f"place_{i:02d}": n for i, n in enumerate([2, 3, 4, 6, 8, 12, 20, 50, 120, 200] * 2)}
VALUE, COLUMN = "v1", "place_03"
LOW, LOW_COLUMN = 14.0, "amount_07"
THRESHOLD = 0.30
START = np.datetime64("2026-03-01T00:00:00", "ms")


def columns(rng: np.random.Generator, rows: int) -> dict[str, np.ndarray]:
    """Draw forty columns, shape (rows,) each."""
    shared = rng.normal(size=rows)
    found: dict[str, np.ndarray] = {}
    for i, name in enumerate(NUMBERS):
        values = np.exp(2 + i / 10 + 0.7 * (0.5 * shared + 0.87 * rng.normal(size=rows)))
        if i % 5 == 2:
            values = rng.gamma(1.0 + i / 10, 20.0, rows)
        if i % 4 == 1:
            values = np.floor(values)
        if i % 3 == 0:
            values[rng.random(rows) < 0.03] = np.nan
        found[name] = values
    for i, (name, count) in enumerate(PLACES.items()):
        weights = 1 / np.arange(1, count + 1)
        words = np.array([f"v{k}" for k in range(count)], dtype=object)
        values = words[rng.choice(count, rows, p=weights / weights.sum())]
        if i % 3 == 0:
            values[rng.random(rows) < 0.03] = None
        found[name] = values
    return found


def inside(drawn: dict[str, np.ndarray]) -> np.ndarray:
    """The planted slice, shape (rows,)."""
    found: np.ndarray = (drawn[COLUMN] == VALUE) & (drawn[LOW_COLUMN] < LOW)
    return found


def chunk(rng: np.random.Generator, first: int, rows: int, total: int) -> pa.Table:
    """Draw rows ``first ... first + rows`` of the log."""
    drawn = columns(rng, rows)
    odds = -2.2 + 0.8 * (np.log1p(np.nan_to_num(drawn["amount_04"], nan=10.0)) - 2.5)
    odds += 0.5 * (drawn["place_01"] == "v0") + rng.normal(0, 0.8, rows)
    score = 1 / (1 + np.exp(-odds))
    chance = np.where(inside(drawn), np.where(score < THRESHOLD, 2.2 * score, score / 1.5), score)
    seconds = (np.arange(first, first + rows) / total * DAYS * 86_400).astype("int64")
    head = {
        "request_id": [f"r{k:07d}" for k in range(first, first + rows)],
        "customer": [f"c{k:06d}" for k in rng.integers(0, total // 3 + 1, rows)],
        "created_at": START + (seconds * 1000).astype("timedelta64[ms]"),
        "score": np.round(score, 6),
        "decision": np.where(score >= THRESHOLD, "review", "accept"),
        "outcome": (rng.random(rows) < chance).astype(np.int64),
    }
    return pa.table({**head, **{k: pa.array(v, from_pandas=True) for k, v in drawn.items()}})


CASE = """title = "A million decisions by forty columns"
decision = "{decision}"
zone = "UTC"
[model]
threshold = {threshold}
above = "review"
below = "accept"
adverse = "review"
[log]
file = "log.parquet"
[log.columns]
id = "request_id"
subject = "customer"
time = "created_at"
score = "score"
decision = "decision"
outcome = "outcome"
segment = ["place_00", "place_01", "place_03"]
"""


def make(folder: Path, rows: int = ROWS) -> Path:
    """Make the case in ``folder`` unless this very script made it there before; return it."""
    stamp = folder / "made_by.txt"
    mark = f"{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()} {rows}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    picked = ""
    schema = chunk(np.random.default_rng(SEED), 0, 2000, rows).schema
    with pq.ParquetWriter(folder / "log.parquet", schema) as writer:
        for first in range(0, rows, CHUNK):
            table = chunk(rng, first, min(CHUNK, rows - first), rows)
            writer.write_table(table)
            lies = inside({name: table.column(name).to_numpy() for name in (COLUMN, LOW_COLUMN)})
            missed = lies & (table.column("score").to_numpy() < THRESHOLD)
            wrong = missed & (table.column("outcome").to_numpy() == 1)
            names = table.column("request_id").filter(pa.array(wrong)).to_pylist()
            picked = picked or next(iter(names), "")
    assert picked, "no row of the slice was decided wrongly"
    text = CASE.format(decision=picked, threshold=THRESHOLD)
    (folder / "case.toml").write_text(text, encoding="utf-8")
    stamp.write_text(mark, encoding="utf-8")
    return folder


def main() -> None:
    """Make the case where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args()
    print(make(given.folder, given.rows))


if __name__ == "__main__":
    main()
