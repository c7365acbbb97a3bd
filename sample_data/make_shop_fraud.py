"""Sample (a): an order held back, because one app version sends milliseconds for seconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from sample_files import (
    Place,
    area_under_curve,
    train,
    utc,
    write_csv,
    write_json,
    write_parquet,
    write_text,
)
from shop_orders import CATEGORIES, INPUTS, ZONE, Season, orders
from shop_texts import CASE, FEATURES, RELEASES, STORY

SEED = 20_260_504
THRESHOLD = 0.20
PICKED = "ord-5f20c1"
TRAINING = Season("2026-01-29", "2026-03-28", 40_000, 43_700, basket=1.0, campaign=None)
LIVE = Season("2026-04-12", "2026-06-09", 84_210, 92_000, basket=1.08, campaign="2026-05-04")
MODEL_VERSION = "fraud-2026-04"
PARAMETERS = {
    "learning_rate": 0.03,
    "num_leaves": 10,
    "min_data_in_leaf": 120,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 20,
    "cat_smooth": 20,
    "min_data_per_group": 50,
}
TREES = 240
STORY_ORDER = {
    "order_no": PICKED,
    "country": "DE",
    "seconds": 96.437,
    "form_fill_time": 96.4,
    "ship_distance": 214.6,
    "basket_value": 142.90,
    "payment_method": "card",
    "account_age": 734,
    "items": 2,
    "device_type": "phone",
    "failed_logins": 1,
    "address_changes": 0,
    "orders_90d": 3,
    "delivery": "standard",
    "ip_distance": 210.0,
    "email_age": 1134.0,
    "charged_back": 0,
}
LOG_HEAD = ["order_no", "created", "customer", "country", "channel", "platform", "app_version"]


@dataclass(frozen=True)
class Shop:
    """Everything made, before it is written.  ``broken`` and ``sound`` are the two logs."""

    training: pd.DataFrame
    broken: pd.DataFrame
    sound: pd.DataFrame
    outcomes: pd.DataFrame
    model: lightgbm.Booster
    live: pd.Timestamp  # the true instant (local) at which app 4.8.1 went live


def model_inputs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the model's inputs in its order, text as pandas categories."""
    inputs = frame[list(INPUTS)].copy()
    for name, values in CATEGORIES.items():
        inputs[name] = pd.Categorical(inputs[name], categories=list(values))
    return inputs


def training_app_version(frame: pd.DataFrame) -> np.ndarray:
    """App versions of the winter; web orders have none."""
    version = np.where(frame["created"] < pd.Timestamp("2026-02-19"), "4.7.0", "4.7.2")
    version = np.where(frame["early"] > 0.92, "4.6.9", version)
    return np.where(frame["channel"] == "app", version, None)


def go_live(frame: pd.DataFrame) -> tuple[pd.Timestamp, int]:
    """Return the true go-live instant and the position of the first order of app 4.8.1.

    The first app order after 08:31 with an ordinary fill time is the first; the version went live
    between it and the order before, whoever placed that one.
    """
    ordinary = frame["seconds"].between(20, 400) & (frame["platform"] == "android")
    after = frame["created"] > pd.Timestamp("2026-05-07 08:31:00")
    first = int(np.flatnonzero(ordinary & after & (frame["created"].diff().dt.seconds > 20))[0])
    before = frame["created"].iloc[first - 1]
    return before + (frame["created"].iloc[first] - before).floor("2s") / 2, first


def live_app_version(frame: pd.DataFrame, live: pd.Timestamp, first: int) -> np.ndarray:
    """Rolling roll-outs: each customer has a place in the queue; Android goes ahead."""
    eager = frame["early"].to_numpy().copy()
    eager[frame["number"].to_numpy() == frame["number"].iloc[first]] = 0.0
    pace = np.where(frame["platform"] == "android", 1.0, 0.62)
    version = np.where(eager > 0.92, "4.6.9", "4.7.2").astype(object)
    for name, start, goal in (
        ("4.8.0", pd.Timestamp("2026-04-20 09:00:00"), 0.80),
        ("4.8.1", live, 0.60),
    ):
        days = (frame["created"] - start).dt.total_seconds().to_numpy() / 86_400
        reached = np.where(days < 0, -1.0, goal * np.clip(0.04 + days / 4.5, 0, 1))
        version[eager <= reached * pace] = name
    return np.where(frame["channel"] == "app", version, None)


def order_numbers(n: int, rng: np.random.Generator) -> np.ndarray:
    """Unique order numbers that say nothing about time."""
    numbers = rng.choice(0x1000000, n + 1, replace=False)
    numbers = numbers[numbers != int(PICKED[-6:], 16)][:n]
    return np.array([f"ord-{number:06x}" for number in numbers], dtype=object)


def score(frame: pd.DataFrame, model: lightgbm.Booster) -> pd.DataFrame:
    """Add the logged score (three decimals) and the decision taken from it."""
    logged = np.round(model.predict(model_inputs(frame)), 3)
    decision = np.where(logged >= THRESHOLD, "review", "accept")
    return frame.assign(score=logged, decision=decision, model_version=MODEL_VERSION)


def break_units(sound: pd.DataFrame) -> pd.DataFrame:
    """App 4.8.1 sends whole milliseconds; zero and missing stay what they are."""
    broken = sound.copy()
    hit = (broken["app_version"] == "4.8.1").to_numpy()
    broken.loc[hit, "form_fill_time"] = np.round(broken.loc[hit, "seconds"] * 1_000)
    return broken


def plant(sound: pd.DataFrame) -> None:
    """Give the story's order its inputs: a regular customer, an ordinary order, 8 June 18:41.

    It replaces the order of app 4.8.1 (Android) that was placed nearest to that minute.
    """
    near = (sound["created"] - pd.Timestamp("2026-06-08 18:41")).abs()
    mine = (sound["app_version"] == "4.8.1") & (sound["platform"] == "android")
    row = near[mine & (sound["hour_of_day"] == 18)].idxmin()
    for name, value in STORY_ORDER.items():
        sound.loc[row, name] = value


def outcome_table(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What is settled when the log ends: nearly all old orders, a few of the newest.

    Whether an order is settled depends on its age alone, not on how it ended.
    """
    end = pd.Timestamp("2026-06-10")
    age = (end - log["created"]).dt.total_seconds().to_numpy() / 86_400
    settled_after = np.where(
        rng.random(len(log)) < 0.12, rng.uniform(2, 12, len(log)), rng.uniform(20, 42, len(log))
    )
    known = (settled_after < age) & (rng.random(len(log)) < 0.93)
    day = (log["created"] + pd.to_timedelta(settled_after, unit="D")).dt.strftime("%Y-%m-%d")
    table = pd.DataFrame(
        {"order_no": log["order_no"], "charged_back": log["charged_back"], "settled": day}
    )
    return table[known].sort_values(["settled", "order_no"]).reset_index(drop=True)


def build() -> Shop:
    """Make everything from the seed."""
    rng = np.random.default_rng(SEED)
    training = orders(TRAINING, rng)
    training["app_version"] = training_app_version(training)
    model = train(model_inputs(training), training["charged_back"].to_numpy(), PARAMETERS, TREES)
    sound = orders(LIVE, rng)
    live, first = go_live(sound)
    sound["app_version"] = live_app_version(sound, live, first)
    sound["order_no"] = order_numbers(len(sound), rng)
    sound["customer"] = "c" + sound["number"].astype(str)
    training["customer"] = "c" + training["number"].astype(str)
    plant(sound)
    sound = score(sound, model)
    broken = score(break_units(sound), model)
    return Shop(training, broken, sound, outcome_table(sound, rng), model, live)


def ordinary_review(sound: pd.DataFrame, training: pd.DataFrame) -> str:
    """Order number of a review in the sound log that nothing is odd about.

    App 4.8.1, every number between the 3rd and the 97th percentile of training, nothing missing,
    score just over the threshold, the commonest categories.
    """
    fits = (
        (sound["app_version"] == "4.8.1")
        & sound["score"].between(0.20, 0.30)
        & sound[list(INPUTS)].notna().all(axis=1)
        & (sound["country"] == "DE")
    )
    strain = pd.Series(0.0, index=sound.index)
    for name in INPUTS:
        if name not in CATEGORIES:
            ordered = np.sort(training[name].dropna().to_numpy())
            place = np.searchsorted(ordered, sound[name].to_numpy()) / ordered.size
            strain = np.maximum(strain, np.abs(place - 0.5))
    return str(sound.loc[strain[fits].idxmin(), "order_no"])


def to_utc(frame: pd.DataFrame) -> pd.DataFrame:
    """Local shop time to UTC, as services log it."""
    moment = frame["created"].dt.tz_localize(ZONE).dt.tz_convert("UTC")
    return frame.assign(created=moment.dt.as_unit("ms"))


def repair(broken: pd.DataFrame, model: lightgbm.Booster, scope: np.ndarray) -> dict[str, int]:
    """What division by 1,000 does to decisions, milliseconds kept, scores not rounded."""
    seconds = broken["form_fill_time"].where(~scope, broken["form_fill_time"] / 1_000)
    after = model.predict(model_inputs(broken.assign(form_fill_time=seconds))) >= THRESHOLD
    before = (broken["decision"] == "review").to_numpy()
    return {
        "from_adverse": int((scope & before & ~after).sum()),
        "to_adverse": int((scope & ~before & after).sum()),
    }


def truth(shop: Shop, clean_decision: str) -> dict[str, object]:
    """State what is wrong, in numbers computed from the two logs and nothing else."""
    broken, sound = shop.broken, shop.sound
    scope = (broken["app_version"] == "4.8.1").to_numpy()
    changed = scope & (broken["seconds"] > 0).to_numpy()
    row = broken.index[broken["order_no"] == PICKED][0]
    first = int(np.flatnonzero(scope)[0])
    moment = to_utc(broken)["created"]
    review_now = (broken["decision"] == "review").to_numpy()
    review_sound = (sound["decision"] == "review").to_numpy()
    target = broken["charged_back"].to_numpy()
    return {
        "decision": PICKED,
        "conclusion": "lead",
        "cause": "input-unit-or-scale",
        "family": "input_units",
        "features": ["form_fill_time"],
        "transform": {"kind": "scale", "factor": 1000, "named": "s -> ms"},
        "segment": [{"column": "app_version", "equals": "4.8.1"}],
        "onset_true": utc(shop.live.tz_localize(ZONE)),
        "onset": {"earliest": utc(moment.iloc[first - 1]), "latest": utc(moment.iloc[first])},
        "end": None,
        "ongoing": True,
        "rows": len(broken),
        "rows_in_scope": int(scope.sum()),
        "rows_changed": int(changed.sum()),
        "flips": True,
        "this_score": float(broken.loc[row, "score"]),
        "this_decision": str(broken.loc[row, "decision"]),
        "repaired_score": float(sound.loc[row, "score"]),
        "repaired_decision": str(sound.loc[row, "decision"]),
        "repair": repair(broken, shop.model, scope),
        # Against the sound twin: it lost the milliseconds, and its score is rounded first.
        "from_adverse": int((review_now & ~review_sound).sum()),
        "to_adverse": int((~review_now & review_sound).sum()),
        "auc_in_scope": round(area_under_curve(target[scope], broken["score"][scope]), 4),
        "auc_in_scope_sound": round(area_under_curve(target[scope], sound["score"][scope]), 4),
        "auc": round(area_under_curve(target, broken["score"]), 4),
        "auc_sound": round(area_under_curve(target, sound["score"]), 4),
        "innocent": ["basket_value (prices 8 % higher)", "country (campaign in AT from 4 May)"],
        "clean": {"decision": clean_decision, "conclusion": "no fault found"},
    }


def write(shop: Shop, place: Place) -> None:
    """Write model, tables, both cases, story and truth."""
    model_path = place.model / "model.txt"
    write_text(shop.model.model_to_string(), model_path)
    training = to_utc(shop.training)[
        ["created", "customer", *LOG_HEAD[3:], *INPUTS, "charged_back"]
    ]
    write_parquet(training, place.data / "training.parquet")
    columns = [*LOG_HEAD, *INPUTS, "model_version", "score", "decision"]
    write_parquet(to_utc(shop.broken)[columns], place.data / "live.parquet")
    write_parquet(to_utc(shop.sound)[columns], place.data / "clean.parquet")
    write_csv(shop.outcomes, place.data / "chargebacks.csv")
    write_text(FEATURES, place.data / "features.yaml")
    live = shop.live.tz_localize(ZONE)
    write_text(RELEASES.format(live=utc(live)), place.data / "releases.csv")
    clean_decision = ordinary_review(shop.sound, shop.training)
    stated = truth(shop, clean_decision)
    write_json(stated, place.data / "truth.json")
    write_text(
        STORY.format(**stated, live_local=f"{live:%H:%M:%S}", clean_decision=clean_decision),
        place.data / "STORY.md",
    )
    write_text(
        CASE.format(
            title="Order held back for a regular customer",
            reported="He orders every month. Why is this one in review?",
            expected="accepted, like his orders before",
            decision=PICKED,
            log="live.parquet",
        ),
        place.data / "case.toml",
    )
    write_text(
        CASE.format(
            title="Order in review, the twin without a fault",
            reported="Why is this order in review?",
            expected="accepted",
            decision=clean_decision,
            log="clean.parquet",
        ),
        place.data / "clean.case.toml",
    )


def make(root: Path) -> None:
    """Make the whole sample under ``root``."""
    write(build(), Place.of(root, "shop_fraud"))
