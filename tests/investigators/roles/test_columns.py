"""Which column is what, in clean, messy and hostile files."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from investigators.case import Brief, Guess
from investigators.model import Model
from investigators.roles.columns import (
    guess_log,
    guess_outcomes,
    guess_reference,
    guess_releases,
    guess_ui_events,
)
from investigators.roles.mapping import map_inputs
from investigators.roles.profile import profiles
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

Save = Callable[..., Table]


def said(guesses: tuple[Guess, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for guess in guesses:
        found.setdefault(guess.what.partition(".")[2], []).append(guess.value)
    return found


def log_roles(frame: pd.DataFrame, save: Save, model: Model, brief: Brief) -> dict[str, list[str]]:
    table = save(frame)
    mapping = map_inputs(model, table, brief)
    return said(guess_log(table, brief, model, mapping.columns))


def test_the_clean_log(live: pd.DataFrame, save: Save, model: Model) -> None:
    assert log_roles(live, save, model, Brief()) == {
        "id": ["order_id"],
        "time": ["created_at"],
        "score": ["score"],
        "decision": ["decision"],
        "subject": ["customer_id"],
        "model_version": ["model_version"],
        "value": ["basket_value"],
        "segment": ["payment_method", "app_version", "country"],
        "ignore": ["comment"],
    }


@pytest.mark.parametrize("name", ["customer_ref", "visit_no", "patient_id"])
def test_a_list_of_persons_has_the_person_as_its_id(
    live: pd.DataFrame, save: Save, model: Model, name: str
) -> None:
    frame = live.drop(columns="customer_id").rename(columns={"order_id": name})
    roles = log_roles(frame, save, model, Brief())
    assert roles["id"] == [name]
    late = pd.DataFrame({name: frame[name], "churned": 1})
    assert said(guess_outcomes(save(late), Brief()))["id"] == [name]


@pytest.mark.parametrize("name", ["device_model", "card_brand", "account_plan", "device_os"])
def test_a_kind_of_device_or_account_is_a_group_and_no_person(
    live: pd.DataFrame, save: Save, model: Model, name: str
) -> None:
    frame = live.drop(columns="customer_id").rename(columns={"app_version": name})
    roles = log_roles(frame, save, model, Brief())
    assert "subject" not in roles
    assert name in roles["segment"]


def test_the_only_number_left_of_a_regression_is_its_outcome(save: Save, model: Model) -> None:
    regression = replace(model, output="value")
    values = np.arange(40) / 7
    late = pd.DataFrame({"order_no": [f"o{k}" for k in range(40)], "minutes_taken": values})
    assert said(guess_outcomes(save(late), Brief(), regression))["outcome"] == ["minutes_taken"]


def test_a_person_who_comes_back_is_no_id(live: pd.DataFrame, save: Save, model: Model) -> None:
    roles = log_roles(live.drop(columns="order_id"), save, model, Brief())
    assert "id" not in roles


GERMAN = {
    "order_id": "VORGANG",
    "customer_id": "KUNDE",
    "created_at": "DATUM",
    "score": "SCORE",
    "decision": "ENTSCHEIDUNG",
    "model_version": "MODELLVERSION",
}
SHORT = {
    "order_id": "ORDER_NO",
    "customer_id": "CUST",
    "created_at": "CREATED",
    "score": "SCORE",
    "decision": "RESULT",
    "model_version": "MODEL_VER",
}
CAMEL = {
    "order_id": "requestId",
    "customer_id": "accountNumber",
    "created_at": "requestTimestamp",
    "score": "fraudProbability",
    "decision": "outcomeCode",
    "model_version": "modelVersion",
}
BANK = {
    "order_id": "T_ANTRAGSNR",
    "customer_id": "T_KUNDENNR",
    "created_at": "T_ERFASSUNGSZEIT",
    "score": "T_AUSFALLWAHRSCHEINLICHKEIT",
    "decision": "T_ERGEBNIS",
    "model_version": "T_SCOREKARTE",
}


@pytest.mark.parametrize(
    "style", [GERMAN, SHORT, CAMEL, BANK], ids=["german", "short", "camel", "bank"]
)
def test_other_ways_of_naming(
    live: pd.DataFrame, save: Save, model: Model, style: dict[str, str]
) -> None:
    roles = log_roles(live.rename(columns=style), save, model, Brief())
    expected = {
        "order_id": "id",
        "customer_id": "subject",
        "created_at": "time",
        "score": "score",
        "decision": "decision",
        "model_version": "model_version",
    }
    for clean, role in expected.items():
        assert roles.get(role) == [style[clean]], role


def test_a_few_kinds_are_no_person(live: pd.DataFrame, save: Save, model: Model) -> None:
    """ "client" here is the app that called, not somebody; a viewer is somebody."""
    kinds = np.where(np.arange(len(live)) % 3, "web", "ios")
    frame = live.rename(columns={"customer_id": "viewer"}).assign(client=kinds)
    roles = log_roles(frame, save, model, Brief())
    assert roles["subject"] == ["viewer"]
    assert "client" in roles["segment"]


def test_names_that_say_nothing(live: pd.DataFrame, save: Save, model: Model) -> None:
    style = {
        "order_id": "a1",
        "customer_id": "a2",
        "created_at": "a3",
        "score": "a4",
        "decision": "a5",
        "model_version": "a6",
    }
    roles = log_roles(live.rename(columns=style), save, model, Brief())
    assert roles["id"] == ["a1"]
    assert roles["time"] == ["a3"]
    assert roles["score"] == ["a4"]
    assert roles["decision"] == ["a5"]
    assert "subject" not in roles


def test_given_columns_win(live: pd.DataFrame, save: Save, model: Model) -> None:
    frame = live.assign(other=np.linspace(0, 1, len(live)), grp=np.arange(len(live)) % 70)
    brief = Brief(
        columns={"log.score": ("other",), "log.segment": ("grp",), "log.ignore": ("country",)}
    )
    table = save(frame)
    mapping = map_inputs(model, table, brief)
    guesses = guess_log(table, brief, model, mapping.columns)
    assert Guess("log.score", "other", "given", "given") in guesses
    roles = said(guesses)
    assert roles["score"] == ["other"]
    assert roles["segment"] == ["grp"]
    assert roles["ignore"] == ["country", "comment"]


def test_a_given_column_that_is_not_there(live: pd.DataFrame, save: Save, model: Model) -> None:
    table = save(live)
    with pytest.raises(InputTrouble, match=r"log\.id: no column ordr_id; .*did you mean order_id"):
        guess_log(table, Brief(columns={"log.id": ("ordr_id",)}), model)


def test_hostile_names(live: pd.DataFrame, save: Save, model: Model) -> None:
    frame = live.rename(
        columns={"order_id": 'order "no"; --', "country": "co'un{}ry", "comment": "x\ny"}
    )
    roles = log_roles(frame, save, model, Brief())
    assert roles["id"] == ['order "no"; --']
    assert "co'un{}ry" in roles["segment"]
    assert roles["ignore"] == ["x\ny"]


def test_a_value_of_many_characters_names_no_group(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    long = ["short", "A" * 50_000] * (len(live) // 2)
    roles = log_roles(live.assign(remark=long), save, model, Brief())
    assert "remark" in roles["ignore"]
    assert "remark" not in roles["segment"]


def test_epoch_numbers_are_times(live: pd.DataFrame, save: Save, model: Model) -> None:
    seconds = live["created_at"].astype("int64") // 10**9
    frame = live.assign(created_at=seconds if live["created_at"].dtype == "<M8[ns]" else 0)
    frame["created_at"] = 1_776_000_000_000 + np.arange(len(live)) * 97_000
    table = save(frame)
    guesses = guess_log(table, Brief(), model, map_inputs(model, table, Brief()).columns)
    time = next(guess for guess in guesses if guess.what == "log.time")
    assert time.value == "created_at"
    assert time.reason == "milliseconds since 1970"


def test_open_day_and_month_are_asked(live: pd.DataFrame, save: Save, model: Model) -> None:
    frame = live.assign(created_at=[f"0{1 + k % 9}/0{1 + k % 4}/2026" for k in range(len(live))])
    table = save(frame, "live.csv")
    with pytest.raises(InputTrouble, match=r"column created_at: ambiguous day/month.*--dates"):
        guess_log(table, Brief(), model, map_inputs(model, table, Brief()).columns)


def test_one_row(live: pd.DataFrame, save: Save, model: Model) -> None:
    roles = log_roles(live.head(1), save, model, Brief())
    assert roles["id"] == ["order_id"]
    assert roles["score"] == ["score"]
    assert roles["decision"] == ["decision"]
    assert roles["time"] == ["created_at"]


def test_a_log_without_a_model(live: pd.DataFrame, save: Save) -> None:
    roles = said(guess_log(save(live), Brief()))
    assert roles["id"] == ["order_id"]
    assert roles["score"] == ["score"]
    assert {"app_version", "country", "payment_method"} <= set(roles["segment"])


def test_the_reference(training: pd.DataFrame, save: Save, model: Model) -> None:
    frame = training.assign(
        charged_back=np.arange(len(training)) % 2,
        ORDER_DATE=pd.Timestamp("2025-01-01"),
        LIVE_TEST=np.arange(len(training)) % 5 == 0,
    )
    table = save(frame)
    mapping = map_inputs(model, table, Brief(), "reference")
    roles = said(guess_reference(table, Brief(), model, mapping.columns))
    assert roles == {
        "outcome": ["charged_back"],
        "time": ["ORDER_DATE"],
        "live_test": ["LIVE_TEST"],
    }


@pytest.mark.parametrize(
    ("name", "live_"),
    [
        *((name, True) for name in ("live_test", "is_test", "control_group", "holdout", "in_test")),
        *((name, True) for name in ("random_arm", "test_arm", "randomised", "live_arm")),
        *((name, False) for name in ("arm", "variant", "experiment", "ab_test", "split_test")),
        *((name, False) for name in ("experiment_arm", "variant_flag")),
    ],
)
def test_an_arm_of_an_experiment_is_no_live_test(
    live: pd.DataFrame, save: Save, model: Model, name: str, *, live_: bool
) -> None:
    """Each arm has a rule of its own; in a live test no rule decides."""
    frame = live.assign(**{name: np.where(np.arange(len(live)) % 7 == 0, "yes", "no")})
    roles = log_roles(frame, save, model, Brief())
    assert (roles.get("live_test") == [name]) == live_


def test_an_outcome_of_several_words_is_one_where_the_positive_is_given(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    words = np.array(["paid", "late", "default", "fraud"])
    frame = live.assign(outcome=words[np.arange(len(live)) % 4])
    assert "outcome" not in log_roles(frame, save, model, Brief())
    assert log_roles(frame, save, model, Brief(positive="default"))["outcome"] == ["outcome"]


def test_outcomes_releases_and_ui_events(save: Save) -> None:
    outcomes = pd.DataFrame(
        {
            "ORDER_NO": [f"o{k}" for k in range(50)],
            "CHARGEBACK": ["Y", "N"] * 25,
            "REPORTED_ON": pd.Timestamp("2026-05-01"),
        }
    )
    assert said(guess_outcomes(save(outcomes, "o.parquet"), Brief())) == {
        "id": ["ORDER_NO"],
        "outcome": ["CHARGEBACK"],
        "time": ["REPORTED_ON"],
    }
    releases = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-04-30", "2026-05-02"]),
            "service": ["app", "web"],
            "change": ["4.8.1: timer in milliseconds", "new logo"],
        }
    )
    assert said(guess_releases(save(releases, "r.parquet"), Brief())) == {
        "time": ["date"],
        "system": ["service"],
        "text": ["change"],
    }
    rows = 60
    events = pd.DataFrame(
        {
            "impression_id": [f"i{k}" for k in range(rows)],
            "request_id": [f"r{k // 2}" for k in range(rows)],
            "session_id": [f"s{k // 6}" for k in range(rows)],
            "user_id": [f"u{k // 6}" for k in range(rows)],
            "shown_at": pd.Timestamp("2026-05-01") + pd.to_timedelta(range(rows), unit="s"),
            "component": ["last_seen", "recommender"] * (rows // 2),
            "title": ["Seen last", "For you"] * (rows // 2),
            "position": list(range(1, 7)) * (rows // 6),
            "item_1": ["a"] * rows,
            "item_2": ["b"] * rows,
            "locale": ["de-DE"] * rows,
        }
    )
    assert said(guess_ui_events(save(events, "u.parquet"), Brief())) == {
        "event": ["impression_id"],
        "request": ["request_id"],
        "session": ["session_id"],
        "subject": ["user_id"],
        "time": ["shown_at"],
        "component": ["component"],
        "title": ["title"],
        "position": ["position"],
        "locale": ["locale"],
        "item": ["item_1", "item_2"],
    }


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("%Y%m%d", "year, month and day as one number"),
        ("%Y%m%d%H%M%S", "year, month and day as one number"),
    ],
)
def test_days_written_as_one_number(
    live: pd.DataFrame, save: Save, model: Model, form: str, words: str
) -> None:
    moments = pd.Timestamp("2026-03-02 10:11:12") + pd.to_timedelta(np.arange(len(live)), "h")
    table = save(live.assign(created_at=moments.strftime(form).astype("int64")))
    guesses = guess_log(table, Brief(), model, map_inputs(model, table, Brief()).columns)
    time = next(guess for guess in guesses if guess.what == "log.time")
    assert (time.value, time.reason) == ("created_at", words)


def test_a_score_that_was_stored_as_text(live: pd.DataFrame, save: Save, model: Model) -> None:
    roles = log_roles(live.assign(score=live["score"].astype(str)), save, model, Brief())
    assert roles["score"] == ["score"]
    words = live.assign(score=["high", "low"] * (len(live) // 2))
    assert "score" not in log_roles(words, save, model, Brief())


def test_a_decision_that_only_the_score_tells(live: pd.DataFrame, save: Save, model: Model) -> None:
    cut = float(live["score"].quantile(0.8))
    frame = live.drop(columns="decision").assign(alert=(live["score"] >= cut).astype(int))
    table = save(frame)
    guesses = guess_log(table, Brief(), model, map_inputs(model, table, Brief()).columns)
    (found,) = [guess for guess in guesses if guess.what == "log.decision"]
    assert (found.value, found.confidence) == ("alert", "weak")
    assert f"part at one score in {len(frame):,} of {len(frame):,} rows" in found.reason
    # Two such columns, or one that chance made: nothing is guessed.
    rng = np.random.default_rng(1)
    for other in (
        frame.assign(bell=frame["alert"]),
        frame.assign(alert=rng.integers(0, 2, len(frame))),
    ):
        assert "decision" not in log_roles(other, save, model, Brief())


def test_many_columns_are_counted_a_few_at_a_time(
    live: pd.DataFrame, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One query over hundreds of columns does not fit into the engine's memory."""
    table = save(live)
    whole = profiles(table)
    monkeypatch.setattr("investigators.roles.profile.AT_ONCE", 3)
    assert profiles(table) == whole
    assert [p.position for p in whole.values()] == list(range(len(table.columns)))


def test_the_only_number_beside_the_id_is_a_regression_outcome(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    table = save(live[["order_id"]].assign(sold_for=np.linspace(1.5, 900.25, len(live))))
    price = replace(model, output="value")
    assert said(guess_outcomes(table, Brief(), price))["outcome"] == ["sold_for"]
