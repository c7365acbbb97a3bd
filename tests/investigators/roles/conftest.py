"""A small shop with a model, in clean and in messy files."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators.case import Place
from investigators.model import Model
from investigators.read.lightgbm_text import MODEL_READER
from investigators.tables.open_table import open_table
from investigators.tables.table import Engine, Table
from investigators.task import Task

FEATURES = [
    "form_fill_time",
    "distance_to_address",
    "payment_method",
    "basket_value",
    "account_age",
    "hour_of_day",
    "items",
]
PAYMENTS = ["card", "invoice", "paypal"]


def shop(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "form_fill_time": np.round(rng.lognormal(4, 0.9, rows), 1),
            "distance_to_address": np.round(rng.gamma(0.7, 90, rows), 1),
            "payment_method": pd.Categorical(rng.choice(PAYMENTS, rows), categories=PAYMENTS),
            "basket_value": np.round(rng.lognormal(3.6, 0.8, rows), 2),
            "account_age": rng.integers(0, 4_000, rows),
            "hour_of_day": rng.integers(0, 24, rows),
            "items": 1 + rng.poisson(2.0, rows),
        }
    )


def truth(frame: pd.DataFrame) -> np.ndarray:
    raw = (
        -3.4
        + 0.8 * (frame["form_fill_time"] > 120)
        + 0.006 * frame["distance_to_address"]
        + 0.7 * (frame["payment_method"] == "invoice")
        + 0.012 * frame["basket_value"]
        - 0.0006 * frame["account_age"]
        + 0.06 * (frame["hour_of_day"] - 12).abs()
        + 0.15 * frame["items"]
    )
    return raw.to_numpy()


def labels(frame: pd.DataFrame, seed: int) -> np.ndarray:
    p = 1 / (1 + np.exp(-truth(frame)))
    return (np.random.default_rng(seed).random(len(frame)) < p).astype(int)


def trained(
    frame: pd.DataFrame | np.ndarray, target: np.ndarray, folder: Path, name: str, **how: object
) -> Model:
    data = lightgbm.Dataset(frame, target, params={"verbosity": -1}, **how)
    params = {"objective": "binary", "verbosity": -1, "num_leaves": 15, "seed": 1, "num_threads": 1}
    booster = lightgbm.train(params, data, num_boost_round=40)
    path = folder / f"{name}.txt"
    booster.save_model(str(path))
    model: Model = MODEL_READER.open(path, False, Task())
    return model


@pytest.fixture(scope="session")
def training() -> pd.DataFrame:
    return shop(3_000, 1)


@pytest.fixture(scope="session")
def model(training: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return trained(training, labels(training, 2), tmp_path_factory.mktemp("m"), "named")


@pytest.fixture(scope="session")
def numbered(training: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model that knows Column_0 ... only, trained on a bare matrix of codes."""
    matrix = training.assign(payment_method=training["payment_method"].cat.codes).to_numpy(float)
    folder = tmp_path_factory.mktemp("n")
    return trained(matrix, labels(training, 2), folder, "numbered")


@pytest.fixture(scope="session")
def coded(training: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The same, with the codes declared as categories."""
    matrix = training.assign(payment_method=training["payment_method"].cat.codes).to_numpy(float)
    folder = tmp_path_factory.mktemp("c")
    return trained(matrix, labels(training, 2), folder, "coded", categorical_feature=[2])


@pytest.fixture(scope="session")
def live(model: Model) -> pd.DataFrame:
    frame = shop(1_500, 7)
    rng = np.random.default_rng(8)
    score = model.outputs(model.matrix({name: frame[name].astype(str) for name in FEATURES}))
    who = rng.integers(0, 700, len(frame))
    frame.insert(0, "order_id", [f"ord-{k:06x}" for k in rng.permutation(10**6)[: len(frame)]])
    frame.insert(1, "customer_id", [f"c{k:05d}" for k in who])
    times = pd.Timestamp("2026-04-12") + pd.to_timedelta(np.arange(len(frame)) * 97, unit="s")
    frame.insert(2, "created_at", times)
    frame["score"] = score
    frame["decision"] = np.where(score >= 0.2, "review", "accept")
    frame["app_version"] = rng.choice(["4.7.0", "4.8.1"], len(frame))
    frame["country"] = rng.choice(["DE", "AT", "CH"], len(frame))
    frame["model_version"] = "2024-11"
    frame["comment"] = [f"the customer called about this order {k} times" for k in who]
    return frame


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as opened:
        yield opened


Save = Callable[..., Table]


@pytest.fixture
def save(tmp_path: Path, engine: Engine) -> Save:
    """Write a frame as Parquet (or CSV with ``csv=...`` options) and open it."""

    def write(frame: pd.DataFrame, name: str = "live.parquet", **options: object) -> Table:
        path = tmp_path / name
        if name.endswith(".csv"):
            frame.to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL, **options)
        else:
            frame.to_parquet(path, index=False)
        cache = tmp_path / "cache"
        return open_table(Place(name), engine, Task(), base=str(tmp_path), cache=cache)

    return write
