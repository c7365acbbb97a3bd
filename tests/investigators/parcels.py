"""A small case as files, from a seed: which parcels are held for a review.

``write(folder, ...)`` writes model, log, training, outcomes, releases, dictionary, UI events and a
``case.toml``.  From the middle on, app 2.1 sends ``fill_time`` in milliseconds.  The two models lie
in ``tests/golden``, so that no test trains one; ``python -m tests.investigators.parcels`` makes
them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import lightgbm
import numpy as np
import pandas as pd

Kind = Literal["binary", "regression"]
GOLDEN = Path(__file__).resolve().parent.parent / "golden"
LIVE, TRAINING = 1200, 1500
NUMERIC = ("fill_time", "basket", "age_days", "orders")
INPUTS = (*NUMERIC, "payment")
PAYMENTS = ("card", "invoice", "transfer")
START = datetime(2026, 3, 1, 6, 0, 0)  # noqa: DTZ001 - a log's own clock, in UTC
FROM_ROW = 500
THRESHOLD = 0.3
FAULTY_APP = "2.1"
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 7,
    "min_data_in_leaf": 20,
    "learning_rate": 0.25,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 7,
    "verbosity": -1,
}
FEATURES = """\
fill_time: {unit: s, description: time to fill in the form, minimum: 0}
basket: {unit: EUR, description: value of the basket}
age_days: {unit: d, description: age of the account}
orders: {description: orders so far}
payment: {description: way of payment, values: [card, invoice, transfer]}
"""
# What people told: a name in other people's words, a screen event, a step without a picture.
TOLD = """\
[[interview]]
whom = "Ada Holm"
role = "sorter"
when = "2026-03-09"
grade = "D"
event = "ev-1250"
questions = [["Who checks it?", "Holm does, ask +49 170 1234567"], ["Since when?", ""]]
notes = "She has it from the day shift."
[[walkthrough]]
title = "from the ramp to the shelf"
whom = "Ben Ory"
whose_view = "the sorter"
component = "parcel_check"
steps = [{ did = "scan it as Ada", expected = "accept", seen = "review" }, { did = "ask" }]
"""
RELEASES = """\
time,system,text
2026-02-20T08:00:00Z,shop,prices in two decimals
2026-03-08T20:50:00Z,app,2.1 rolled out
"""


@dataclass(frozen=True)
class Parcels:
    """What was written: paths, the frames behind them, the picked decision."""

    folder: Path
    case: Path
    live: pd.DataFrame
    training: pd.DataFrame
    booster: lightgbm.Booster
    decision: str

    def path(self, name: str) -> str:
        """Path of one of the files, as a flag wants it."""
        return str(self.folder / name)


def rows(n: int, seed: int) -> pd.DataFrame:
    """Draw sound inputs with their true chance of trouble and true minutes of handling."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "fill_time": rng.lognormal(3.6, 0.8, n).round(2),
            "basket": rng.gamma(2.0, 30.0, n).round(2),
            "age_days": rng.integers(1, 2000, n),
            "orders": rng.poisson(3.0, n),
            "payment": rng.choice(PAYMENTS, n, p=[0.6, 0.3, 0.1]),
        }
    )
    level = (
        -2.6
        + 0.028 * np.minimum(frame["fill_time"], 200)
        + 0.5 * (frame["payment"] == "invoice")
        - 0.0006 * frame["age_days"]
    )
    frame["late"] = (rng.random(n) < 1 / (1 + np.exp(-level))).astype(int)
    noise = rng.normal(0, 2, n)
    minutes = 10 + 0.2 * np.minimum(frame["fill_time"], 200) + 0.05 * frame["basket"] + noise
    frame["minutes"] = minutes.round(1)
    return frame


def inputs_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Inputs as the model was trained on them."""
    words = pd.Categorical(frame["payment"], categories=PAYMENTS)
    return frame[list(INPUTS)].assign(payment=words)


def train(kind: Kind) -> str:
    """Train the model of a kind and return its text."""
    frame = rows(TRAINING, 11)
    target = frame["late" if kind == "binary" else "minutes"]
    parameters = PARAMETERS | {"objective": kind}
    data = lightgbm.Dataset(inputs_of(frame), target, params={"verbosity": -1})
    return str(lightgbm.train(parameters, data, num_boost_round=15).model_to_string())


def model_file(kind: Kind = "binary") -> Path:
    """Where the kept model of a kind lies."""
    return GOLDEN / f"parcels.{kind}.txt"


@cache
def booster(kind: Kind = "binary") -> lightgbm.Booster:
    """The kept model."""
    return lightgbm.Booster(model_file=str(model_file(kind)))


def live_rows(kind: Kind = "binary", *, fault: bool = True) -> pd.DataFrame:
    """The log: one parcel every twenty-two minutes, scored as the fault lets the model see it."""
    frame = rows(LIVE, 12)
    rng = np.random.default_rng(13)
    when = [START + timedelta(minutes=22 * k) for k in range(LIVE)]
    frame.insert(0, "parcel_no", [f"p-{k:05d}" for k in range(LIVE)])
    frame.insert(1, "created", [f"{t.isoformat()}Z" for t in when])
    frame.insert(2, "customer", [f"c{rng.integers(1, 400):04d}" for _ in range(LIVE)])
    new = (np.arange(LIVE) >= FROM_ROW) & (rng.random(LIVE) < 0.45)
    frame.insert(3, "app_version", np.where(new, FAULTY_APP, "2.0"))
    frame.insert(4, "country", rng.choice(["DE", "FR", "PL"], LIVE, p=[0.6, 0.3, 0.1]))
    if fault:
        frame["fill_time"] = np.where(new, (frame["fill_time"] * 1000).round(0), frame["fill_time"])
    frame["score"] = booster(kind).predict(inputs_of(frame)).round(4)
    frame["decision"] = np.where(frame["score"] >= THRESHOLD, "review", "accept")
    return frame


def pick(live: pd.DataFrame, *, fault: bool = True) -> str:
    """The parcel in question: far on, in app 2.1, in review by its form's filling time."""
    late = live[(live["app_version"] == FAULTY_APP) & (live.index > LIVE - 200)]
    if "decision" in live and fault:
        late = late[late["decision"] == "review"]
    return str(late["parcel_no"].iloc[0])


def events_of(live: pd.DataFrame) -> pd.DataFrame:
    """What was shown: our box carries the parcel's number, a carousel beside it none."""
    shown = live.tail(300)
    ours = pd.DataFrame(
        {
            "event_id": [f"ev-{k:04d}" for k in range(len(shown))],
            "request_id": shown["parcel_no"].to_numpy(),
            "shown_at": shown["created"].to_numpy(),
            "component": "parcel_review",
            "title": "Your parcel is being checked",
            "position": 1,
        }
    )
    others = ours.assign(
        event_id=[f"ev-{k + 1000:04d}" for k in range(len(shown))],
        request_id="",
        component="delivery_tips",
        title="Parcels like yours",
        position=2,
    )
    return pd.concat([ours, others], ignore_index=True).sort_values(
        ["shown_at", "position"], ignore_index=True
    )


def write(
    folder: Path,
    kind: Kind = "binary",
    *,
    fault: bool = True,
    reference: bool = True,
    outcomes: bool = True,
    events: bool = False,
    told: bool = False,
    decision: str | None = None,
) -> Parcels:
    """Write the case into ``folder``; what is left out is named nowhere."""
    folder.mkdir(parents=True, exist_ok=True)
    live, training = live_rows(kind, fault=fault), rows(TRAINING, 11)
    target = "late" if kind == "binary" else "minutes"
    (folder / "model.txt").write_bytes(model_file(kind).read_bytes())
    shown = live.drop(columns=["late", "minutes", *(["decision"] if kind == "regression" else [])])
    shown.to_csv(folder / "log.csv", index=False, lineterminator="\n")
    kept = [*INPUTS, *([target] if outcomes else [])]
    training[kept].to_csv(folder / "training.csv", index=False, lineterminator="\n")
    known = live[["parcel_no", target]].iloc[::2]
    known.to_csv(folder / "outcomes.csv", index=False, lineterminator="\n")
    (folder / "features.yaml").write_text(FEATURES, encoding="utf-8")
    (folder / "releases.csv").write_text(RELEASES, encoding="utf-8")
    events_of(live).to_csv(folder / "events.csv", index=False, lineterminator="\n")
    wanted = decision or pick(live, fault=fault)
    parts = [_case(kind, wanted)]
    if reference:
        outcome = f'columns = {{ outcome = "{target}" }}\n' if outcomes else ""
        parts.append(f'[reference]\nfile = "training.csv"\n{outcome}')
    if outcomes:
        columns = f'columns = {{ id = "parcel_no", outcome = "{target}" }}'
        parts.append(f'[outcomes]\nfile = "outcomes.csv"\n{columns}\n')
    if events:
        parts.append('[[ui_events]]\nfile = "events.csv"\n')
    if told:
        parts.append(TOLD)
    case = folder / "case.toml"
    case.write_text("\n".join(parts), encoding="utf-8")
    return Parcels(folder, case, live, training, booster(kind), wanted)


def _case(kind: Kind, decision: str) -> str:
    rule = f'threshold = {THRESHOLD}\nabove = "review"\nbelow = "accept"\nadverse = "review"\n'
    label = ', decision = "decision"' if kind == "binary" else ""
    return f"""\
title = "A parcel held back"
reported = "Why is it checked?"
decision = "{decision}"

[model]
file = "model.txt"
{rule if kind == "binary" else ""}
[log]
file = "log.csv"
columns = {{ id = "parcel_no", time = "created", subject = "customer", score = "score"{label}, \
segment = ["app_version", "country"] }}

[features]
file = "features.yaml"

[releases]
file = "releases.csv"
"""


def flags(made: Parcels) -> list[str]:
    """Say the same as ``case.toml`` of a binary case, without UI events, in flags."""
    sources: dict[str, Any] = {
        "model": "model.txt",
        "log": "log.csv",
        "features": "features.yaml",
        "releases": "releases.csv",
        "reference": "training.csv",
        "outcomes": "outcomes.csv",
    }
    columns = (
        "log.id=parcel_no",
        "log.time=created",
        "log.subject=customer",
        "log.score=score",
        "log.decision=decision",
        "log.segment=app_version",
        "log.segment=country",
        "reference.outcome=late",
        "outcomes.id=parcel_no",
        "outcomes.outcome=late",
    )
    words = ["--title", "A parcel held back", "--reported", "Why is it checked?"]
    for name, file in sources.items():
        words += [f"--{name}", made.path(file)]
    for column in columns:
        words += ["--column", column]
    words += ["--threshold", str(THRESHOLD), "--above", "review", "--below", "accept"]
    return [*words, "--adverse", "review", "--decision", made.decision]


def main() -> None:
    """Train both models again."""
    for kind in ("binary", "regression"):
        model_file(kind).write_text(train(kind), encoding="utf-8")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
