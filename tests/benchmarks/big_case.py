"""Makes a large case with a known fault: a million rows by thirty inputs, Parquet.

``python tests/benchmarks/big_case.py FOLDER [--rows N]``.  Heavy-tailed numbers, four categories,
missing values and correlated inputs; a LightGBM model of 300 trees with 31 leaves; 200,000
reference rows.  From day 40 of 60 on, app version 7.2 sends ``amount_05`` times 1,000.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20_261_101
ROWS, REFERENCE_ROWS, TRAINING_ROWS, CHUNK = 1_000_000, 200_000, 60_000, 100_000
TREES, LEAVES, DAYS, FAULT_DAY = 300, 31, 60, 40
THRESHOLD = 0.30
NUMBERS = [f"amount_{i:02d}" for i in range(26)]
CATEGORIES = {
    "merchant": [f"m{i:03d}" for i in range(120)],
    "country": ["DE", "AT", "CH", "FR", "NL", "PL"],
    "payment": ["card", "invoice", "wallet", "transfer"],
    "device": ["phone", "tablet", "desktop"],
}
VERSIONS = ["7.0", "7.1", "7.2"]
FAULTY = "amount_05"
START = np.datetime64("2026-03-01T00:00:00", "ms")


def inputs(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    """Draw true inputs, shape (rows, 30): log-normal and gamma numbers sharing one factor."""
    shared = rng.normal(size=rows)
    columns: dict[str, object] = {}
    for i, name in enumerate(NUMBERS):
        noise = rng.normal(size=rows)
        if i % 3 == 2:
            values = rng.gamma(1.0 + i / 10, 20.0, rows)
        else:
            values = np.exp(2 + i / 8 + (0.4 + i / 40) * (0.5 * shared + 0.87 * noise))
        if i % 5 == 3:
            values[rng.random(rows) < 0.04] = np.nan
        if i % 7 == 4:
            values = np.floor(values)
        columns[name] = values
    for name, words in CATEGORIES.items():
        weights = 1 / np.arange(1, len(words) + 1)
        codes = rng.choice(len(words), rows, p=weights / weights.sum())
        columns[name] = pd.Categorical.from_codes(codes, words)
    return pd.DataFrame(columns)


def chance(frame: pd.DataFrame) -> np.ndarray:
    """Return the true chance of the outcome, shape (rows,)."""
    odds = -2.6 + 0.8 * np.log1p(frame[FAULTY].to_numpy()) / 3
    odds += 0.5 * (np.log1p(frame["amount_09"].to_numpy()) - 3)
    odds -= 0.03 * np.nan_to_num(frame["amount_08"].to_numpy()) / 4
    odds += 0.6 * (frame["payment"] == "invoice").to_numpy()
    odds += 0.4 * (frame["country"] == "PL").to_numpy()
    return 1 / (1 + np.exp(-odds))


def train(rng: np.random.Generator, folder: Path) -> lightgbm.Booster:
    """Train on drawn rows, write ``model.txt`` and ``reference.parquet``."""
    frame = inputs(rng, REFERENCE_ROWS)
    outcome = (rng.random(REFERENCE_ROWS) < chance(frame)).astype(int)
    parameters = {
        "objective": "binary",
        "num_leaves": LEAVES,
        "learning_rate": 0.03,
        "seed": SEED,
        "deterministic": True,
        "num_threads": 2,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(frame[:TRAINING_ROWS], outcome[:TRAINING_ROWS])
    booster = lightgbm.train(parameters, data, TREES)
    booster.save_model(folder / "model.txt")
    pq.write_table(
        pa.Table.from_pandas(frame.assign(outcome=outcome), preserve_index=False),
        folder / "reference.parquet",
    )
    return booster


def chunk(
    rng: np.random.Generator, booster: lightgbm.Booster, first: int, rows: int, total: int
) -> pa.Table:
    """Draw rows ``first ... first + rows`` of the log, as they were logged."""
    frame = inputs(rng, rows)
    outcome = (rng.random(rows) < chance(frame)).astype(float)
    outcome[rng.random(rows) < 0.6] = np.nan
    seconds = (np.arange(first, first + rows) / total * DAYS * 86_400).astype("int64")
    version = np.asarray(VERSIONS)[rng.choice(3, rows, p=[0.5, 0.35, 0.15])]
    wrong = (version == "7.2") & (seconds >= FAULT_DAY * 86_400)
    frame.loc[wrong, FAULTY] *= 1000
    score = booster.predict(frame, num_threads=2)
    log = pd.DataFrame(
        {
            "request_id": [f"r{i:07d}" for i in range(first, first + rows)],
            "customer": [f"c{i:06d}" for i in rng.integers(0, total // 4 + 1, rows)],
            "created_at": START + (seconds * 1000).astype("timedelta64[ms]"),
            "app_version": pd.Categorical(version, VERSIONS),
            "channel": pd.Categorical(rng.choice(["web", "app", "shop"], rows)),
            "score": np.round(score, 6),
            "decision": np.where(score >= THRESHOLD, "review", "accept"),
            "outcome": outcome,
        }
    )
    return pa.Table.from_pandas(pd.concat([log, frame], axis=1), preserve_index=False)


CASE = """title = "A million rows"
decision = "{decision}"
zone = "UTC"
[model]
file = "model.txt"
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
segment = ["app_version", "channel"]
[reference]
file = "reference.parquet"
[reference.columns]
outcome = "outcome"
"""


def make(folder: Path, rows: int = ROWS) -> Path:
    """Make the case in ``folder`` unless this very script made it there before; return it."""
    stamp = folder / "made_by.txt"
    mark = f"{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()} {rows}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    booster = train(rng, folder)
    writer = None
    picked = ""
    for first in range(0, rows, CHUNK):
        table = chunk(rng, booster, first, min(CHUNK, rows - first), rows)
        writer = writer or pq.ParquetWriter(folder / "log.parquet", table.schema)
        writer.write_table(table)
        held_back = table.to_pandas().query(f"{FAULTY} > 1e4 and score >= {THRESHOLD}")
        picked = picked or next(iter(held_back["request_id"]), "")
    assert writer is not None
    assert picked, "no row carries the fault"
    writer.close()
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
