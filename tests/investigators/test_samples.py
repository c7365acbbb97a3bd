"""The committed samples against their stated truth, recomputed from the files with other means."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from investigators.brief import read_case
from investigators.resources import room

NAMES = ("shop_fraud", "home_page", "contract_refused")
CASES = [f"{name}/{case}" for name in NAMES for case in ("case.toml", "clean.case.toml")]


def truth(name: str) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads((room("sample_data") / name / "truth.json").read_text())
    return stated


def score(name: str, frame: pd.DataFrame) -> np.ndarray:
    """Scores of the committed model text."""
    model = lightgbm.Booster(model_file=room("sample_models") / name / "model.txt")
    inputs = frame[model.feature_name()].copy()
    words = [c for c in inputs if not pd.api.types.is_numeric_dtype(inputs[c])]
    for column, values in zip(words, model.pandas_categorical, strict=True):
        inputs[column] = pd.Categorical(inputs[column], categories=values)
    return np.asarray(model.predict(inputs, num_threads=1))


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return pd.read_parquet(room("sample_data") / "shop_fraud" / "live.parquet")


@pytest.fixture(scope="module")
def sound_orders() -> pd.DataFrame:
    return pd.read_parquet(room("sample_data") / "shop_fraud" / "clean.parquet")


@pytest.fixture(scope="module")
def shown() -> pd.DataFrame:
    with closing(sqlite3.connect(room("sample_data") / "home_page" / "screens.sqlite")) as file:
        return pd.read_sql_query("SELECT * FROM shown", file)


@pytest.fixture(scope="module")
def requests() -> pd.DataFrame:
    lines = (room("sample_data") / "home_page" / "requests.jsonl").read_text().splitlines()
    flat = [{**(row := json.loads(line)), **row["features"]} for line in lines]
    return pd.DataFrame(flat).drop(columns="features")


def iso(moments: pd.Series) -> pd.Series:
    return pd.to_datetime(moments, format="ISO8601")


def contracts(case: str) -> pd.DataFrame:
    """Log of one twin with what is known of its outcomes."""
    folder = room("sample_data") / "contract_refused"
    outcomes = pd.read_csv(folder / f"{case}.outcomes.csv")
    return pd.read_parquet(folder / f"{case}.parquet").merge(outcomes, how="left", on="request")


def test_everything_together_is_small() -> None:
    files = [
        path
        for top in ("sample_data", "sample_models")
        for path in room(top).rglob("*")  # type: ignore[arg-type]
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sum(path.stat().st_size for path in files) < 12_000_000


@pytest.mark.parametrize("case", CASES)
def test_cases_are_read_and_name_files_that_are_there(case: str) -> None:
    path = room("sample_data") / case
    brief = read_case(path)
    for places in brief.sources.values():
        for place in places:
            assert not Path(place.path).is_absolute()
            assert (path.parent / place.path).is_file()
    stated = truth(path.parent.name)
    expected = stated if path.name == "case.toml" else stated["clean"]
    assert brief.decision == expected["decision"]
    assert tomllib.loads(path.read_text(encoding="utf-8"))["title"] == brief.title


@pytest.mark.parametrize("name", NAMES)
def test_story_says_the_truth_s_numbers(name: str) -> None:
    story = (room("sample_data") / name / "STORY.md").read_text(encoding="utf-8")
    stated = truth(name)
    assert stated["decision"] in story
    assert stated["clean"]["decision"] in story
    rows = stated["rows_in_scope"]
    assert str(rows) in story or f"{rows:,}" in story


class TestShopFraud:
    def test_scope_factor_and_rows_changed(
        self, orders: pd.DataFrame, sound_orders: pd.DataFrame
    ) -> None:
        stated = truth("shop_fraud")
        scope = orders["app_version"] == "4.8.1"
        assert len(orders) == stated["rows"] >= 80_000
        assert scope.sum() == stated["rows_in_scope"]
        changed = orders["form_fill_time"].fillna(-1) != sound_orders["form_fill_time"].fillna(-1)
        assert changed.sum() == stated["rows_changed"] < stated["rows_in_scope"]
        assert not changed[~scope].any()
        ratio = orders.loc[changed, "form_fill_time"] / sound_orders.loc[changed, "form_fill_time"]
        # The sound twin rounds to a tenth of a second: a ratio for each row, but a wide one.
        assert ratio.median() == pytest.approx(1000, rel=1e-4)
        assert ratio.between(900, 1_100).all()

    def test_granularity_betrays_the_unit(self, orders: pd.DataFrame) -> None:
        scope = orders["app_version"] == "4.8.1"
        seconds = orders.loc[~scope, "form_fill_time"].dropna()
        assert (seconds.round(1) == seconds).all()
        assert (seconds % 1 != 0).mean() > 0.8
        assert (orders.loc[scope, "form_fill_time"].dropna() % 1 == 0).all()

    def test_onset_lies_between_two_neighbouring_orders(self, orders: pd.DataFrame) -> None:
        stated = truth("shop_fraud")
        first = int(np.flatnonzero(orders["app_version"] == "4.8.1")[0])
        earliest, true, latest = (
            pd.Timestamp(moment)
            for moment in (
                stated["onset"]["earliest"],
                stated["onset_true"],
                stated["onset"]["latest"],
            )
        )
        assert orders["created"].is_monotonic_increasing
        assert orders["created"].iloc[first - 1] == earliest < true < latest
        assert orders["created"].iloc[first] == latest
        assert (orders["created"] == latest).sum() == 1
        local = latest.tz_convert("Europe/Berlin")
        assert (local.month, local.day, local.hour) == (5, 7, 8)

    def test_logged_scores_are_the_model_s(
        self, orders: pd.DataFrame, sound_orders: pd.DataFrame
    ) -> None:
        for log in (orders, sound_orders):
            assert np.abs(score("shop_fraud", log) - log["score"]).max() <= 0.0005 + 1e-9
            assert ((log["score"] >= 0.2) == (log["decision"] == "review")).all()
            assert log["order_no"].is_unique

    def test_repair_flips_the_decision_and_the_stated_number_of_others(
        self, orders: pd.DataFrame
    ) -> None:
        stated = truth("shop_fraud")
        mine = orders[orders["app_version"] == "4.8.1"]
        after = score("shop_fraud", mine.assign(form_fill_time=mine["form_fill_time"] / 1000))
        before = (mine["decision"] == "review").to_numpy()
        assert (before & (after < 0.2)).sum() == stated["repair"]["from_adverse"] > 1_000
        assert (~before & (after >= 0.2)).sum() == stated["repair"]["to_adverse"]
        picked = (mine["order_no"] == stated["decision"]).to_numpy()
        assert picked.sum() == 1
        assert before[picked].all()
        assert after[picked] == pytest.approx(stated["repaired_score"], abs=0.001)
        assert stated["flips"]
        assert stated["repaired_score"] < 0.05

    def test_the_unit_damages_the_ranking(
        self, orders: pd.DataFrame, sound_orders: pd.DataFrame
    ) -> None:
        known = pd.read_csv(room("sample_data") / "shop_fraud" / "chargebacks.csv")
        stated = truth("shop_fraud")
        assert 0.75 < stated["auc_sound"] < 0.9
        assert stated["auc_in_scope_sound"] - stated["auc_in_scope"] > 0.03
        # and on the outcomes that are known, by another formula
        both = known.merge(sound_orders, on="order_no").merge(orders, on="order_no")
        bad, good = both[both["charged_back"] == 1], both[both["charged_back"] == 0]
        for column, at_least in (("score_x", 0.75), ("score_y", 0.7)):
            pairs = len(bad) * len(good)
            auc = stats.mannwhitneyu(bad[column], good[column]).statistic / pairs
            assert at_least < auc < 0.9
        assert 0.01 < known["charged_back"].mean() < 0.03

    def test_no_outcome_depends_on_being_known(self, sound_orders: pd.DataFrame) -> None:
        known = pd.read_csv(room("sample_data") / "shop_fraud" / "chargebacks.csv")
        share = (
            sound_orders["order_no"].isin(known["order_no"]).groupby(sound_orders["app_version"])
        )
        assert 0.4 < len(known) / len(sound_orders) < 0.6
        assert share.mean()["4.8.1"] < 0.25 < share.mean()["4.7.2"]
        expected = sound_orders.merge(known, on="order_no").groupby("app_version")
        for _, group in expected:
            spread = np.sqrt((group["score"] * (1 - group["score"])).sum())
            assert abs(group["charged_back"].sum() - group["score"].sum()) < 2.5 * spread

    def test_the_sound_twin_is_innocent(self, sound_orders: pd.DataFrame) -> None:
        review = sound_orders["decision"] == "review"
        for column in ("app_version", "country", "channel", "platform"):
            for value, rows in review.groupby(sound_orders[column]):
                rest = review[sound_orders[column] != value]
                table = [[rows.sum(), (~rows).sum()], [rest.sum(), (~rest).sum()]]
                assert stats.fisher_exact(table).pvalue > 0.02, (column, value)
        training = pd.read_parquet(room("sample_data") / "shop_fraud" / "training.parquet")
        assert "4.8.1" not in set(training["app_version"].dropna())
        for name in ("form_fill_time", "ship_distance", "account_age", "items", "ip_distance"):
            moved = stats.ks_2samp(training[name].dropna(), sound_orders[name].dropna())
            assert moved.statistic < 0.015, name
        basket = sound_orders["basket_value"].median() / training["basket_value"].median()
        assert basket == pytest.approx(1.08, abs=0.025)


class TestHomePage:
    def test_the_picked_box_is_not_the_recommender_s(
        self, shown: pd.DataFrame, requests: pd.DataFrame
    ) -> None:
        stated = truth("home_page")
        assert len(shown) == stated["impressions"] == 3_000
        assert shown["event_id"].is_unique
        event = shown[shown["event_id"] == stated["decision"]].iloc[0]
        assert event["component"] == "last_seen"
        assert event["title"] == "Recommended for you again"
        behind = shown["request_id"].isin(requests["request_id"])
        assert behind[shown["component"] == "recommender"].all()
        assert not behind[shown["component"] != "recommender"].any()
        assert (shown["component"] == "last_seen").sum() == stated["rows_in_scope"]
        # nor did the model score that item for him around that time
        near = (requests["account"] == event["account"]) & (requests["session"] == event["session"])
        assert event["item"] not in set(requests.loc[near, "item"])

    def test_the_account_is_shared_and_its_screens_differ(self, shown: pd.DataFrame) -> None:
        stated = truth("home_page")
        mine = shown[shown["account"] == stated["account"]]
        assert {"app", "desktop"} <= set(mine["device"])
        items = pd.read_csv(room("sample_data") / "home_page" / "items.csv").set_index("item")
        event = mine[mine["event_id"] == stated["decision"]].iloc[0]
        assert items.loc[event["item"], "section"] == "women"
        assert items.loc[event["item"], "category"] == "bags"
        assert event["device"] == "app"

    def test_events_are_as_messy_as_events_are(
        self, shown: pd.DataFrame, requests: pd.DataFrame
    ) -> None:
        assert (shown["device"] == "crawler").any()
        ours = shown.merge(requests, on="request_id")
        ahead = iso(ours["shown_at"]) - iso(ours["at"])
        by_device = ahead.dt.total_seconds().groupby(ours["device"]).median()
        assert by_device.max() - by_device.min() > 2
        told = requests[requests["decision"] == "show"]["request_id"]
        assert 0.5 < told.isin(shown["request_id"]).mean() < 1

    def test_clean_twin_was_shown_by_the_model(
        self, shown: pd.DataFrame, requests: pd.DataFrame
    ) -> None:
        clean = truth("home_page")["clean"]
        event = shown[shown["event_id"] == clean["decision"]].iloc[0]
        request = requests[requests["request_id"] == clean["request"]].iloc[0]
        assert event["component"] == "recommender"
        assert event["request_id"] == clean["request"]
        assert event["item"] == request["item"]
        assert request["decision"] == "show"

    def test_logged_scores_are_the_model_s(self, requests: pd.DataFrame) -> None:
        assert np.abs(score("home_page", requests) - requests["score"]).max() <= 5e-7 + 1e-12
        assert ((requests["score"] >= 0.06) == (requests["decision"] == "show")).all()
        assert 0.7 < truth("home_page")["auc"] < 0.9

    def test_the_screenshot_is_a_picture(self) -> None:
        data = (room("sample_data") / "home_page" / "screen.png").read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert data.endswith(b"IEND\xaeB`\x82")


class TestContractRefused:
    def test_the_group_is_refused_more_often_and_repays_as_well(self) -> None:
        stated, log = truth("contract_refused"), contracts("live")
        mine = log["residence_permit"] == "temporary"
        assert mine.sum() == stated["rows_in_scope"]
        assert 0.03 < mine.mean() < 0.06
        rest = log[~log["live_test"]]
        refused = (rest["decision"] == "refuse").groupby(rest["residence_permit"]).mean()
        assert refused["temporary"] > 3 * refused["citizen"]
        test = log[log["live_test"] & mine]
        assert test["bad"].notna().all()
        assert test["bad"].sum() == stated["groups"]["temporary"]["live_test_bad"]
        spread = np.sqrt((test["score"] * (1 - test["score"])).sum())
        assert test["score"].sum() - test["bad"].sum() > 3 * spread
        others = log.loc[log["live_test"] & ~mine, "bad"].mean()
        assert test["bad"].mean() < others + 0.02
        training = pd.read_parquet(room("sample_data") / "contract_refused" / "training.parquet")
        assert (training["residence_permit"] == "temporary").sum() <= 10

    def test_clean_twin_treats_the_group_like_the_rest(self) -> None:
        log = contracts("clean")
        mine = log["residence_permit"] == "temporary"
        rest = log[~log["live_test"]]
        table = pd.crosstab(rest["residence_permit"] == "temporary", rest["decision"])
        assert stats.fisher_exact(table.to_numpy()).pvalue > 0.3
        known = log[mine & log["bad"].notna()]
        spread = np.sqrt((known["score"] * (1 - known["score"])).sum())
        assert abs(known["bad"].sum() - known["score"].sum()) < 2 * spread

    @pytest.mark.parametrize("case", ["live", "clean"])
    def test_nobody_else_s_outcomes_differ_from_their_scores(self, case: str) -> None:
        log = contracts(case)
        test = log[log["live_test"] & (log["residence_permit"] != "temporary")]
        for column in ("sex", "channel", "region", "residence_permit"):
            for value, group in test.groupby(column):
                spread = np.sqrt((group["score"] * (1 - group["score"])).sum())
                assert abs(group["bad"].sum() - group["score"].sum()) < 2.6 * spread, (
                    column,
                    value,
                )

    @pytest.mark.parametrize("case", ["live", "clean"])
    def test_outcomes_are_known_for_accepted_requests_only(self, case: str) -> None:
        log = contracts(case)
        assert np.abs(score("contract_refused", log) - log["score"]).max() <= 5e-5 + 1e-9
        assert (log["bad"].notna() == (log["decision"] == "accept")).all()
        assert (log.loc[log["live_test"], "decision"] == "accept").all()
        rest = log[~log["live_test"]]
        assert ((rest["score"] >= 0.25) == (rest["decision"] == "refuse")).all()

    def test_made_again_it_is_the_same(self, tmp_path: Path) -> None:
        script = room("sample_data") / "make_samples.py"
        subprocess.run(
            [sys.executable, str(script), "--only", "contract_refused", "--root", str(tmp_path)],
            check=True,
            capture_output=True,
        )
        for name in ("live.parquet", "clean.parquet", "training.parquet"):
            again = pd.read_parquet(tmp_path / "sample_data" / "contract_refused" / name)
            kept = pd.read_parquet(room("sample_data") / "contract_refused" / name)
            pd.testing.assert_frame_equal(again, kept, rtol=1e-9)
        assert json.loads(
            (tmp_path / "sample_data" / "contract_refused" / "truth.json").read_text()
        ) == truth("contract_refused")
