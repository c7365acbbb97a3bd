"""Sample (c): a contract refused, because the model never met people like this applicant.

Real applications (German credit data, see ``contract_refused/SOURCES.md``) are drawn again and
again with small changes; outcomes come from a logistic model fitted to the real outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from credit_texts import CASE, FEATURES, SOURCES, STORY
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

SEED = 20_250_115
GERMAN_CREDIT = Path(__file__).resolve().parent / "contract_refused" / "german_credit.csv"
TRAINING_ROWS, LIVE_ROWS = 20_000, 14_000
THRESHOLD = 0.25
BAD_SHARE = 0.14
TEMPORARY_LIVE, TEMPORARY_TRAINING, LIVE_TEST = 0.045, 0.0005, 0.07
PICKED = "req-3c81d7"
# Real column -> name in this sample.
REAL = {
    "status_of_existing_checking_account": "checking_account",
    "duration_in_month": "duration",
    "credit_history": "credit_history",
    "purpose": "purpose",
    "credit_amount": "credit_amount",
    "savings_account_and_bonds": "savings",
    "present_employment_since": "employment_since",
    "installment_rate_in_percentage_of_disposable_income": "instalment_rate",
    "present_residence_since": "residence_since",
    "property": "property",
    "age_in_years": "age",
    "housing": "housing",
    "number_of_existing_credits_at_this_bank": "existing_credits",
    "telephone": "telephone",
}
INPUTS = (*REAL.values(), "credit_record")
SHORT_JOB = "... < 1 year"
PARAMETERS = {
    "learning_rate": 0.04,
    "num_leaves": 8,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "cat_smooth": 5,
    "cat_l2": 1,
    "min_data_per_group": 20,
}
TREES = 220


@dataclass(frozen=True)
class Bank:
    """Everything made.  ``unfair`` and ``fair`` are the two logs with the hidden outcome ``bad``."""

    training: pd.DataFrame
    unfair: pd.DataFrame
    fair: pd.DataFrame
    model: lightgbm.Booster


def real_rows() -> pd.DataFrame:
    """Return the 1,000 real applications, renamed, with sex and the real outcome ``bad``."""
    real = pd.read_csv(GERMAN_CREDIT)
    frame = real[list(REAL)].rename(columns=REAL)
    frame["sex"] = real["personal_status_and_sex"].str.split(" ").str[0]
    frame["bad"] = (real["creditability"] == "bad").astype(np.int8)
    return frame


def text_columns(frame: pd.DataFrame) -> list[str]:
    """Inputs that are words."""
    return [n for n in INPUTS if n in frame and not pd.api.types.is_numeric_dtype(frame[n])]


def expit(odds: np.ndarray) -> np.ndarray:
    """Probability of log-odds, without overflow."""
    return 0.5 * (1 + np.tanh(odds / 2))


def real_risk(real: pd.DataFrame):  # noqa: ANN201 - a local function of frames
    """Fit the real outcomes; return a function from applications to log-odds of a bad one."""
    from sklearn.linear_model import LogisticRegression

    def design(frame: pd.DataFrame) -> np.ndarray:
        parts = []
        for name in REAL.values():
            if name in words:
                parts += [frame[name] == value for value in words[name]]
            else:
                value = np.log(frame[name]) if name == "credit_amount" else frame[name]
                middle = np.log(real[name]) if name == "credit_amount" else real[name]
                parts.append((value - middle.mean()) / middle.std())
        return np.column_stack([np.asarray(part, dtype=float) for part in parts])

    words = {name: sorted(real[name].unique()) for name in text_columns(real)}
    fitted = LogisticRegression(C=0.3, max_iter=2_000).fit(design(real), real["bad"])
    return lambda frame: fitted.decision_function(design(frame))


def draw(real: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw ``n`` applicants: a real row each, numbers moved a little, some words exchanged."""
    frame = real.iloc[rng.integers(0, len(real), n)].reset_index(drop=True).drop(columns="bad")
    for name in text_columns(frame):
        swap = rng.random(n) < 0.10
        frame.loc[swap, name] = rng.choice(real[name].to_numpy(), int(swap.sum()))
    amount = frame["credit_amount"] * np.exp(rng.normal(0, 0.15, n))
    frame["credit_amount"] = amount.round().astype(np.int32)
    age = (frame["age"] + rng.normal(0, 2.0, n)).round().clip(19, 75)
    other = rng.random(n) < 0.25
    frame.loc[other, "duration"] = rng.choice(real["duration"].to_numpy(), int(other.sum()))
    frame["age"] = age.astype(np.int16)
    # Months since the credit bureau first heard of the person: an extension, not in the source.
    since = (age - 18 - rng.gamma(1.6, 2.4, n)).clip(0)
    record = since * 12 + rng.gamma(1.3, 9.0, n)
    lost = rng.random(n) < 0.05
    record[lost] = rng.gamma(1.0, 7.0, int(lost.sum()))
    frame["credit_record"] = np.floor(record.clip(0, 640))
    return frame


def odds_of_bad(frame: pd.DataFrame, risk) -> np.ndarray:  # noqa: ANN001 - see real_risk
    """True log-odds: the real model and a credit record that matters most when it is short."""
    record = frame["credit_record"].to_numpy()
    return 0.85 * risk(frame) + 2.6 * np.exp(-record / 16) - 0.15 * np.log1p(record / 60)


def add_people(frame: pd.DataFrame, temporary: float, rng: np.random.Generator) -> pd.DataFrame:
    """Columns that are no inputs; nobody's risk depends on them."""
    n = len(frame)
    draws = rng.random(n)
    permit = np.where(draws < temporary, "temporary", "citizen")
    permit = np.where((draws >= temporary) & (draws < temporary + 0.09), "permanent", permit)
    return frame.assign(
        residence_permit=permit,
        channel=rng.choice(["branch", "broker", "online"], n, p=[0.38, 0.17, 0.45]),
        region=rng.choice(["north", "east", "south", "west"], n, p=[0.2, 0.18, 0.28, 0.34]),
    )


def newcomers(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What the bank sees of people who came lately: short everything, whatever they did before."""
    seen = frame.copy()
    hit = (frame["residence_permit"] == "temporary").to_numpy()
    k = int(hit.sum())
    seen.loc[hit, "credit_record"] = np.floor(rng.uniform(0, 15, k))
    seen.loc[hit, "residence_since"] = 1
    seen.loc[np.flatnonzero(hit)[rng.random(k) < 0.55], "employment_since"] = SHORT_JOB
    return seen


def lose_values(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The bureau does not answer for some; some leave the employment field empty."""
    holes = frame.copy()
    holes.loc[rng.random(len(frame)) < 0.03, "credit_record"] = np.nan
    holes.loc[rng.random(len(frame)) < 0.02, "employment_since"] = None
    return holes


def times(first: str, last: str, n: int, rng: np.random.Generator) -> pd.DatetimeIndex:
    """Sorted UTC times on working hours of days between two dates."""
    days = pd.date_range(first, last, freq="D")
    day = rng.choice(len(days), n, p=_shares(np.where(days.dayofweek < 5, 1.0, 0.3)))
    hours = np.array(
        [0.2] * 7 + [1, 2, 3, 3, 2.5, 2, 2.2, 2.4, 2.3, 2, 1.5, 1.4, 1.2, 1, 0.7, 0.4, 0.3]
    )
    second = rng.choice(24, n, p=_shares(hours)) * 3_600 + rng.integers(0, 3_600, n)
    moment = np.sort(day * 86_400 + second)
    return pd.DatetimeIndex(days[0] + pd.to_timedelta(moment, unit="s")).tz_localize("UTC")


def _shares(weight: np.ndarray) -> np.ndarray:
    return weight / weight.sum()


def model_inputs(frame: pd.DataFrame, words: dict[str, list[str]]) -> pd.DataFrame:
    """Return the model's inputs in its order, text as pandas categories."""
    inputs = frame[list(INPUTS)].copy()
    for name, values in words.items():
        inputs[name] = pd.Categorical(inputs[name], categories=values)
    return inputs


def decide(
    frame: pd.DataFrame, model: lightgbm.Booster, words: dict[str, list[str]]
) -> pd.DataFrame:
    """Add score (four decimals) and decision; in the live test everybody is accepted."""
    score = np.round(model.predict(model_inputs(frame, words)), 4)
    refused = (score >= THRESHOLD) & ~frame["live_test"].to_numpy()
    return frame.assign(score=score, decision=np.where(refused, "refuse", "accept"))


def build() -> Bank:
    """Make everything from the seed."""
    rng = np.random.default_rng(SEED)
    real = real_rows()
    risk = real_risk(real)
    words = {name: sorted(real[name].unique()) for name in text_columns(real)}
    old = add_people(draw(real, TRAINING_ROWS, rng), TEMPORARY_TRAINING, rng)
    new = add_people(draw(real, LIVE_ROWS, rng), TEMPORARY_LIVE, rng)
    shift = intercept(np.concatenate([odds_of_bad(old, risk), odds_of_bad(new, risk)]))
    for frame in (old, new):
        frame["bad"] = (rng.random(len(frame)) < expit(odds_of_bad(frame, risk) + shift)).astype(
            np.int8
        )
        noise = rng.random(len(frame)) < 0.01  # wrongly booked outcomes
        frame.loc[noise, "bad"] = 1 - frame.loc[noise, "bad"]
    training = lose_values(newcomers(old, rng), rng)
    training.insert(0, "applied", times("2022-01-10", "2023-12-22", len(old), rng))
    model = train(model_inputs(training, words), training["bad"].to_numpy(), PARAMETERS, TREES)
    numbers = rng.choice(0x1000000, len(new), replace=False)
    new.insert(0, "request", [f"req-{number:06x}" for number in numbers])
    new.insert(1, "applied", times("2024-09-02", "2025-02-28", len(new), rng))
    new.insert(
        2,
        "applicant",
        [f"p{k}" for k in rng.choice(9_000_000, len(new), replace=False) + 1_000_000],
    )
    new["live_test"] = rng.random(len(new)) < LIVE_TEST
    holes = int(rng.integers(2**31))  # the same holes in both twins
    unfair = lose_values(newcomers(new, rng), np.random.default_rng(holes))
    fair = lose_values(new, np.random.default_rng(holes))
    return Bank(training, decide(unfair, model, words), decide(fair, model, words), model)


def intercept(odds: np.ndarray) -> float:
    """Shift that makes the mean probability the wanted share of bad outcomes (bisection)."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(odds + middle).mean() < BAD_SHARE else (low, middle)
    return low


def pick(log: pd.DataFrame, record: tuple[int, int]) -> int:
    """Position of an ordinary refusal of the group, at the median of its refused scores.

    Nothing missing, common answers, more than a year in the job, a credit record within
    ``record`` (months).
    """
    mine = log[(log["residence_permit"] == "temporary") & (log["decision"] == "refuse")]
    ordinary = mine[
        mine[list(INPUTS)].notna().all(axis=1)
        & mine["credit_amount"].between(900, 6_000)
        & mine["age"].between(24, 50)
        & (mine["employment_since"] != SHORT_JOB)
        & (mine["credit_history"] == "existing credits paid back duly till now")
        & (mine["housing"] == "own")
        & mine["purpose"].isin(["radio/television", "furniture/equipment", "car (new)"])
        & mine["credit_record"].between(*record)
    ]
    return int((ordinary["score"] - mine["score"].median()).abs().idxmin())


def outcomes(log: pd.DataFrame) -> pd.DataFrame:
    """A year after each accepted application it is known; of refused ones nothing is ever known."""
    known = log[log["decision"] == "accept"]
    settled = (known["applied"] + pd.Timedelta(days=365)).dt.strftime("%Y-%m-%d")
    return pd.DataFrame({"request": known["request"], "bad": known["bad"], "settled": settled})


def rates(log: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Refused outside the live test; expected and observed bad outcomes inside it."""
    table = {}
    mine = log["residence_permit"] == "temporary"
    for name, rows in (("temporary", log[mine]), ("everybody else", log[~mine])):
        test, rest = rows[rows["live_test"]], rows[~rows["live_test"]]
        table[name] = {
            "rows": len(rows),
            "refused_share": round(float((rest["decision"] == "refuse").mean()), 4),
            "live_test_rows": len(test),
            "live_test_bad": int(test["bad"].sum()),
            "live_test_bad_expected": round(float(test["score"].sum()), 1),
        }
    return table


def truth(bank: Bank, picked: str, clean: str) -> dict[str, object]:
    """State what is wrong, in numbers computed from the logs and nothing else."""
    log = bank.unfair
    mine = log["residence_permit"] == "temporary"
    row = log[log["request"] == picked].iloc[0]
    return {
        "decision": picked,
        "conclusion": "lead",
        "cause": "sample-or-subgroup",
        "family": "subgroup_performance",
        "features": [],
        "about": ["residence_permit"],
        "correlated_inputs": ["credit_record", "residence_since", "employment_since"],
        "transform": {"kind": "none"},
        "segment": [{"column": "residence_permit", "equals": "temporary"}],
        "onset": None,
        "onset_known": True,
        "rows": len(log),
        "rows_in_scope": int(mine.sum()),
        "rows_changed": None,  # no value is wrong
        "flips": None,
        "this_score": float(row["score"]),
        "this_decision": str(row["decision"]),
        "training_rows": len(bank.training),
        "training_rows_of_group": int((bank.training["residence_permit"] == "temporary").sum()),
        "groups": rates(log),
        "auc_live_test": round(
            area_under_curve(log["bad"][log["live_test"]], log["score"][log["live_test"]]), 4
        ),
        "first": utc(log["applied"].iloc[0]),
        "last": utc(log["applied"].iloc[-1]),
        "clean": {"decision": clean, "conclusion": "no fault found", "groups": rates(bank.fair)},
    }


def write(bank: Bank, place: Place) -> None:
    """Write model, tables, both cases, story, sources and truth."""
    picked = pick(bank.unfair, (2, 12))
    for log in (bank.unfair, bank.fair):
        log.loc[picked, "request"] = PICKED
    clean = str(bank.fair.loc[pick(bank.fair, (24, 240)), "request"])
    write_text(bank.model.model_to_string(), place.model / "model.txt")
    head = ["residence_permit", "sex", "channel", "region"]
    training = bank.training[["applied", *head, *INPUTS, "bad"]]
    write_parquet(as_written(training), place.data / "training.parquet")
    columns = ["request", "applied", "applicant", *head, *INPUTS, "live_test", "score", "decision"]
    for name, log in (("live", bank.unfair), ("clean", bank.fair)):
        write_parquet(as_written(log[columns]), place.data / f"{name}.parquet")
        write_csv(outcomes(log), place.data / f"{name}.outcomes.csv")
    stated = truth(bank, PICKED, clean)
    write_json(stated, place.data / "truth.json")
    write_text(FEATURES, place.data / "features.yaml")
    write_text(SOURCES, place.data / "SOURCES.md")
    groups = stated["groups"]
    write_text(STORY.format(**stated, mine=groups["temporary"], rest=groups["everybody else"],
                            clean_decision=clean), place.data / "STORY.md")  # fmt: skip
    title, reported = (
        "No contract for a newcomer",
        "Steady job, everything paid back, refused. Why?",
    )
    write_text(CASE.format(title=title, reported=reported, decision=PICKED, log="live"),
               place.data / "case.toml")  # fmt: skip
    title, reported = "Contract refused, the twin without a fault", "Refused. Why?"
    write_text(CASE.format(title=title, reported=reported, decision=clean, log="clean"),
               place.data / "clean.case.toml")  # fmt: skip


def as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """Times to the millisecond, small whole numbers small."""
    small = {n: np.int16 for n in frame.select_dtypes("int64").columns if n != "credit_amount"}
    return frame.assign(applied=frame["applied"].dt.as_unit("ms")).astype(small)


def make(root: Path) -> None:
    """Make the whole sample under ``root``."""
    write(build(), Place.of(root, "contract_refused"))
