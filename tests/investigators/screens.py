"""Screens for tests: a log of decisions, and the UI events that showed them, sound or spoilt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from investigators.case import Rule
from investigators.tables.table import Column, Engine
from investigators.view import View
from tests.investigators.views import view_of

Flags = npt.NDArray[np.bool_]
RULE = Rule((0.5,), ("accept", "review"), ("review",), "given")
LOG = {"id": "id", "time": "time", "subject": "customer", "session": "session", "score": "score",
       "decision": "decision"}  # fmt: skip
UI = {name: name for name in ("event", "request", "time", "component", "text", "locale", "cached")}
REASONS = (
    "The amount of the order is far above what this account usually spends in a month",
    "The address of the card and the address of the delivery are in different countries",
    "Short",
    "The form was filled in faster than a person is able to type all of its fields by hand",
    "Several orders with the same card were placed from different devices on the same day",
)


def decisions(seed: int, n: int = 3_000) -> pd.DataFrame:
    """A drifting log: scores with three decimals, amounts in cents, a limit, a reason."""
    random = np.random.default_rng(seed)
    score = random.beta(2, 5, n).round(3)
    customer = random.integers(0, n // 4, n)
    return pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(n)],
            "time": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n) * 11, unit="min"),
            "customer": [f"c{k}" for k in customer],
            "session": [f"s{k // 3}" for k in range(n)],
            "app": random.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1]),
            "country": random.choice(["DE", "FR", "GB"], n),
            "score": score,
            "amount": (random.lognormal(4, 1, n) * (1 + np.arange(n) / n)).round(2),
            "reason": [
                f"{REASONS[k]} ({code})" if k != 2 else REASONS[2]
                for k, code in zip(
                    random.integers(0, 5, n), random.integers(0, 999, n), strict=True
                )
            ],
            "decision": np.where(score >= 0.5, "review", "accept"),
        }
    )


def screens(log: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """What is shown of them: the score in whole per cent, the amount, the label, the reason."""
    random = np.random.default_rng(seed + 7)
    return pd.DataFrame(
        {
            "event": "e" + log["id"],
            "request": log["id"],
            "time": log["time"] + pd.to_timedelta(random.exponential(2, len(log)), unit="s"),
            "component": "verdict box",
            "locale": log["country"].map({"DE": "de-DE", "FR": "fr-FR", "GB": "en-GB"}),
            "cached": random.random(len(log)) < 0.05,
            "text": log["reason"],
            "shown_score": [f"{100 * s:.0f} %" for s in log["score"]],
            "shown_amount": log["amount"],
            "shown_label": np.where(log["decision"] == "review", "We look at it", "Approved"),
        }
    )


def view_with(engine: Engine, folder: Path, log: pd.DataFrame, events: pd.DataFrame,
              **given: Any) -> View:  # fmt: skip
    """A view as opening makes it: the canonical log knows its times."""
    more: dict[str, Any] = {
        "ui_events": (events,), "ui_roles": (UI,), "segments": ("app", "country"), "rule": RULE,
        "adverse": ("review",), "components": ("verdict box",), "pick": 5,
    }  # fmt: skip
    view = view_of(engine, folder, log, LOG, **(more | given))
    assert view.log is not None
    timed = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=timed))


def earlier(log: pd.DataFrame, column: str) -> pd.Series[Any]:
    """The value of the same customer's decision before; its own where there is none."""
    return log.groupby("customer")[column].shift(1).fillna(log[column])


def comma(value: float, decimals: int = 2) -> str:
    """Written as in Germany: 1.234,50."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


Spoil = Callable[[pd.DataFrame, pd.DataFrame], "pd.Series[Any] | npt.NDArray[Any] | list[Any]"]


@dataclass(frozen=True)
class Fault:
    """A fault of one shown column: what the spoilt column holds, and which kind it is."""

    column: str
    spoilt: Spoil
    kind: str


FAULTS: dict[str, Fault] = {
    "per cent": Fault("shown_amount", lambda log, _: log["amount"] * 100, "percent"),
    "a fraction with a sign": Fault(
        "shown_score", lambda log, _: [f"{s:.2f} %" for s in log["score"]], "percent"
    ),
    "a tenth": Fault("shown_amount", lambda log, _: (log["amount"] / 10).round(2), "factor"),
    "another currency": Fault(
        "shown_amount", lambda log, _: (log["amount"] * 1.17).round(2), "a factor"
    ),
    "the complement": Fault(
        "shown_score", lambda log, _: [f"{100 - 100 * s:.0f} %" for s in log["score"]], "complement"
    ),
    "another sign": Fault("shown_amount", lambda log, _: -log["amount"], "sign"),
    "a placeholder": Fault("shown_amount", lambda log, _: np.full(len(log), 99.0), "one value"),
    "decimal sign lost": Fault(
        "shown_amount", lambda log, _: [float(f"{a:.2f}".rstrip("0").replace(".", ""))
                                        for a in log["amount"]], "decimal sign",
    ),
    "cut": Fault(
        "text",
        lambda log, _: log["reason"].str.replace(r"^(.{24}).+", r"\1…", regex=True),
        "cut",
    ),
    "badly encoded": Fault(
        "text", lambda log, _: log["reason"].str.replace("(", "&#40;"), "encoding"
    ),
    "an earlier score": Fault(
        "shown_score", lambda log, _: [f"{100 * s:.0f} %" for s in earlier(log, "score")], "stale"
    ),
    "an earlier amount": Fault("shown_amount", lambda log, _: earlier(log, "amount"), "stale"),
    "an earlier reason": Fault("text", lambda log, _: earlier(log, "reason"), "stale"),
    "another label": Fault(
        "shown_label", lambda log, _: ["Approved"] * len(log), "another label"
    ),
    "of another request": Fault(
        "shown_amount", lambda log, _: np.roll(log["amount"], 501), "different"
    ),
}  # fmt: skip


def planted(log: pd.DataFrame, events: pd.DataFrame, fault: Fault, where: Flags) -> pd.DataFrame:
    """The events with one column spoilt where told."""
    spoilt = pd.Series(fault.spoilt(log, events), index=log.index)
    return events.assign(**{fault.column: events[fault.column].where(~where, spoilt)})


def differs(events: pd.DataFrame, clean: pd.DataFrame, column: str) -> Flags:
    """Where the spoilt column says something else."""
    found: Flags = (events[column] != clean[column]).to_numpy()
    return found


Sound = Callable[[pd.DataFrame, np.random.Generator], "dict[str, Any]"]


def _updated(log: pd.DataFrame, random: np.random.Generator, late: Flags) -> dict[str, Any]:
    moved = (log["amount"] * random.uniform(0.5, 2, len(log))).round(2)
    return {"shown_amount": log["amount"].where(~late, moved)}


def _cut_off(log: pd.DataFrame, _: np.random.Generator) -> dict[str, Any]:
    shown = [f"{int(100 * score)} %" for score in log["score"]]
    return {"shown_score": shown, "shown_amount": log["amount"] // 1}


def _by_locale(log: pd.DataFrame, _: np.random.Generator) -> dict[str, Any]:
    pairs = zip(log["amount"], log["country"], strict=True)
    return {"shown_amount": [f"£{a:,.2f}" if c == "GB" else f"{comma(a)} €" for a, c in pairs]}


def _taxed(log: pd.DataFrame, _: np.random.Generator) -> dict[str, Any]:
    gross = (log["amount"] * 1.2).round(2)
    return {"shown_amount": log["amount"].where(log["country"] != "FR", gross)}


def _by_hand(log: pd.DataFrame, random: np.random.Generator) -> dict[str, Any]:
    held = (log["decision"] == "review") & (random.random(len(log)) > 0.1)
    return {"shown_label": np.where(held, "We look at it", "Approved")}


def _alike(log: pd.DataFrame, _: np.random.Generator) -> dict[str, Any]:
    return {"text": log["reason"].str[:40], "shown_score": (100 * log["score"]).round(1)}


# Ways to show everything that are sound, or that differ by no rule and in no place.
TWINS: dict[str, Sound] = {
    "as it is": lambda log, _: {"text": log["reason"].str.upper() + " "},
    "cut off, not rounded": _cut_off,
    "written by locale": _by_locale,
    "with a tax in one country": _taxed,
    "all texts cut, per cent without a sign": _alike,
    "five of a hundred updated": lambda log, r: _updated(log, r, r.random(len(log)) < 0.05),
    "a third updated": lambda log, r: _updated(log, r, r.random(len(log)) < 0.33),
    "sessions updated": lambda log, r: _updated(
        log, r, r.random(len(log) // 3 + 1).repeat(3)[: len(log)] < 0.1
    ),
    "labels changed by hand": _by_hand,
}
