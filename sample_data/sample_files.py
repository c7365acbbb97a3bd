"""What all sample makers share: where things go, how files are written, how a model is trained.

Everything is reproducible: seeds are fixed, files carry no clock, LightGBM runs deterministic on
one thread.  (Parquet bytes may differ between versions of pyarrow; the values do not.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LIGHTGBM_ALWAYS = {
    "objective": "binary",
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 20260609,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Place:
    """Where one sample goes: ``data`` for the case and its tables, ``model`` for the model text."""

    data: Path
    model: Path

    @classmethod
    def of(cls, root: Path, name: str) -> Place:
        """Make both folders of sample ``name`` under ``root`` (the project's own folder)."""
        place = cls(root / "sample_data" / name, root / "sample_models" / name)
        place.data.mkdir(parents=True, exist_ok=True)
        place.model.mkdir(parents=True, exist_ok=True)
        return place


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write without an index and without pandas' own notes, small (zstd)."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd", compression_level=19)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write comma-separated UTF-8 with one header line and Unix line ends."""
    frame.to_csv(path, index=False, lineterminator="\n")


def write_text(text: str, path: Path) -> None:
    """Write UTF-8 with Unix line ends on every system."""
    path.write_bytes((text.strip("\n") + "\n").encode())


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """Write indented JSON in the given order of keys."""
    write_text(json.dumps(document, indent=2, ensure_ascii=False), path)


def train(
    inputs: pd.DataFrame, target: np.ndarray, parameters: Mapping[str, Any], trees: int
) -> lightgbm.Booster:
    """Train one binary model; text columns must already be of pandas' category type."""
    data = lightgbm.Dataset(inputs, target.astype(np.int8), free_raw_data=False)
    return lightgbm.train({**LIGHTGBM_ALWAYS, **parameters}, data, num_boost_round=trees)


def area_under_curve(target: np.ndarray, score: np.ndarray) -> float:
    """AUC by mid-ranks (Mann-Whitney), no dependency needed."""
    ranks = pd.Series(score).rank().to_numpy()
    positives = target.astype(bool)
    n_pos, n_neg = int(positives.sum()), int((~positives).sum())
    return float((ranks[positives].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


def utc(moment: pd.Timestamp) -> str:
    """ISO 8601 in UTC with a Z, to the second, or to the millisecond where there is any."""
    finest = "milliseconds" if moment.microsecond else "seconds"
    return moment.tz_convert("UTC").tz_localize(None).isoformat(timespec=finest) + "Z"
