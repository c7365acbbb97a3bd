"""The messy-bank kit: sample (a) as it comes out of an old export, made when a test needs it.

``make_messy(folder)`` writes upper-case ``;`` files with decimal commas in cp1252, local times
without a zone, a score in rounded percent, no dictionary and no UI events, and a joblib model that
was trained on a bare array and knows its inputs as ``Column_0`` ... only.  The story stands.
(Tests put this folder on the path and import the module; by hand: give the folder to write to.)
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import joblib
import lightgbm
import numpy as np
import pandas as pd
from make_shop_fraud import PARAMETERS, PICKED, THRESHOLD, TREES
from sample_files import LIGHTGBM_ALWAYS, write_json
from shop_orders import CATEGORIES, INPUTS, ZONE

SHOP = Path(__file__).resolve().parent / "shop_fraud"
SEED = 20_260_508

COUNTRY_WORDS = {
    "DE": "Deutschland",
    "AT": "Österreich",
    "CH": "Schweiz",
    "NL": "Niederlande",
    "PL": "Polen",
}
CITIES = {
    "DE": ("Köln", "München", "Düsseldorf", "Görlitz", "Berlin"),
    "AT": ("Wien", "Mödling", "Linz"),
    "CH": ("Zürich", "Genève", "Basel"),
    "NL": ("Utrecht", "Delft"),
    "PL": ("Poznan", "Gdynia"),
}
# Order of the log's columns; the inputs stand in another order than the model's.
LOG_HEAD = (
    "ORDER_NO",
    "CREATED",
    "CUSTOMER",
    "APP_VERSION",
    "COUNTRY",
    "CITY",
    "CHANNEL",
    "PLATFORM",
)
LOG_INPUTS = (
    "BASKET_VALUE",
    "ITEMS",
    "F_FORM_FILL_TIME",
    "F_ACCOUNT_AGE",
    "F_EMAIL_AGE",
    "HOUR_OF_DAY",
    "PAYMENT_METHOD",
    "DELIVERY",
    "F_SHIP_DISTANCE",
    "F_IP_DISTANCE",
    "DEVICE_TYPE",
    "F_FAILED_LOGINS",
    "F_ADDRESS_CHANGES",
    "F_ORDERS_90D",
)


@dataclass(frozen=True)
class Messy:
    """Paths of what was made."""

    model: Path
    log: Path
    reference: Path
    outcomes: Path
    one_row: Path
    thirty_rows: Path
    truth: Path


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """The model's inputs in its order, words label-encoded (codes in alphabetical order)."""
    inputs = frame[list(INPUTS)].copy()
    for name, words in CATEGORIES.items():
        inputs[name] = inputs[name].map({word: code for code, word in enumerate(sorted(words))})
    return inputs


def train_bare(training: pd.DataFrame) -> lightgbm.LGBMClassifier:
    """Train the scikit-learn wrapper on an array without names; codes count as numbers."""
    settings = {
        "learning_rate": PARAMETERS["learning_rate"],
        "num_leaves": PARAMETERS["num_leaves"],
    }
    rest = {k: v for k, v in (LIGHTGBM_ALWAYS | PARAMETERS).items() if k not in settings}
    rest = {k: v for k, v in rest.items() if not k.startswith("cat_") and "per_group" not in k}
    model = lightgbm.LGBMClassifier(n_estimators=TREES, **settings, **rest)
    return model.fit(coded(training).to_numpy(dtype=float), training["charged_back"].to_numpy())


def percent(model: lightgbm.LGBMClassifier, frame: pd.DataFrame) -> np.ndarray:
    """Score in percent, one decimal."""
    matrix = coded(frame).to_numpy(dtype=float)
    return np.round(100 * model.booster_.predict(matrix), 1)


def comma(values: pd.Series) -> pd.Series:
    """Numbers as the export writes them: decimal comma, whole numbers without one, empty."""
    code, distinct = pd.factorize(values)  # missing has the code -1: the word at the end
    words = [f"{value:.10g}".replace(".", ",") for value in distinct] + [""]
    return pd.Series(np.array(words, dtype=object)[code], index=values.index)


def local(moment: pd.Series) -> pd.Series:
    """Local time without a zone."""
    return moment.dt.tz_convert(ZONE).dt.strftime("%d.%m.%Y %H:%M:%S")


def export(frame: pd.DataFrame, path: Path) -> None:
    """Write ``;`` cp1252 with Windows line ends."""
    frame.to_csv(path, sep=";", index=False, encoding="cp1252", lineterminator="\r\n")


def log_export(live: pd.DataFrame, score: np.ndarray) -> pd.DataFrame:
    """The log as the export has it."""
    rng = np.random.default_rng(SEED)
    inputs = coded(live)
    draw = rng.random(len(live))
    city = [CITIES[c][int(u * len(CITIES[c]))] for c, u in zip(live["country"], draw, strict=True)]
    table = pd.DataFrame(
        {
            "ORDER_NO": live["order_no"],
            "CREATED": local(live["created"]),
            "CUSTOMER": live["customer"],
            "APP_VERSION": live["app_version"].fillna(""),
            "COUNTRY": live["country"].map(COUNTRY_WORDS),
            "CITY": city,
            "CHANNEL": live["channel"],
            "PLATFORM": live["platform"],
        }
    )[list(LOG_HEAD)]
    for name in LOG_INPUTS:
        table[name] = comma(inputs[name.removeprefix("F_").lower()])
    table["SCORE"] = comma(pd.Series(score))
    table["RESULT"] = np.where(score >= 100 * THRESHOLD, "review", "accept")
    return table


def training_export(training: pd.DataFrame) -> pd.DataFrame:
    """The training extract, inputs in the model's order."""
    table = pd.DataFrame({"CREATED": local(training["created"]), "CUSTOMER": training["customer"]})
    inputs = coded(training)
    for name in INPUTS:
        table[name.upper()] = comma(inputs[name])
    table["CHARGED_BACK"] = training["charged_back"]
    return table


def make_messy(folder: Path) -> Messy:
    """Write the kit into ``folder`` (made when missing) and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Messy(
        folder / "model.joblib",
        folder / "REQUESTS.CSV",
        folder / "TRAINING.CSV",
        folder / "CHARGEBACKS.CSV",
        folder / "ONE_ROW.CSV",
        folder / "THIRTY_ROWS.CSV",
        folder / "truth.json",
    )
    training = pd.read_parquet(SHOP / "training.parquet")
    live, clean = (pd.read_parquet(SHOP / f"{name}.parquet") for name in ("live", "clean"))
    model = train_bare(training)
    joblib.dump(model, made.model)
    score, sound = percent(model, live), percent(model, clean)
    table = log_export(live, score)
    export(table, made.log)
    row = int(np.flatnonzero(live["order_no"] == PICKED)[0])
    export(table.iloc[[row]], made.one_row)
    export(table.iloc[row - 29 : row + 1], made.thirty_rows)
    export(training_export(training), made.reference)
    settled = pd.read_csv(SHOP / "chargebacks.csv")
    settled["settled"] = pd.to_datetime(settled["settled"]).dt.strftime("%d.%m.%Y")
    export(settled.rename(columns=str.upper), made.outcomes)
    write_json(truth(live, score, sound, row), made.truth)
    return made


def truth(live: pd.DataFrame, score: np.ndarray, sound: np.ndarray, row: int) -> dict[str, object]:
    """What is wrong, with the column names and times of the export."""
    scope = (live["app_version"] == "4.8.1").to_numpy()
    first = int(np.flatnonzero(scope)[0])
    moment = live["created"].dt.tz_convert(ZONE).dt.tz_localize(None)
    before, after = score >= 100 * THRESHOLD, sound >= 100 * THRESHOLD
    return {
        "decision": PICKED,
        "cause": "input-unit-or-scale",
        "family": "input_units",
        "input": f"Column_{INPUTS.index('form_fill_time')}",
        "column": "F_FORM_FILL_TIME",
        "inputs": {f"Column_{k}": name for k, name in enumerate(INPUTS)},
        "log_columns": {
            f"Column_{k}": next(c for c in LOG_INPUTS if c.removeprefix("F_").lower() == name)
            for k, name in enumerate(INPUTS)
        },
        "transform": {"kind": "scale", "factor": 1000},
        "segment": [{"column": "APP_VERSION", "equals": "4.8.1"}],
        "onset": {
            "earliest": moment.iloc[first - 1].isoformat(),
            "latest": moment.iloc[first].isoformat(),
        },
        "rows": len(live),
        "rows_in_scope": int(scope.sum()),
        "rows_changed": int((scope & (live["form_fill_time"] > 0).to_numpy()).sum()),
        "flips": bool(before[row] and not after[row]),
        "this_score": float(score[row]),
        "repaired_score": float(sound[row]),
        "from_adverse": int((before & ~after).sum()),
        "to_adverse": int((~before & after).sum()),
        "score_scale": {"kind": "percent", "decimals": 1},
        "threshold": 100 * THRESHOLD,
    }


if __name__ == "__main__":
    made = make_messy(Path(sys.argv[1]))
    print(f"made {made.log.parent.name}")
