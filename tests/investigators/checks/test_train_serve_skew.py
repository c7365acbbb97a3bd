from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.case import Brief, Place
from investigators.chart import Cells
from investigators.checks.data_assumptions.train_serve_skew import CHECK
from investigators.evidence import Condition, Finding, TakeFrom
from investigators.task import Task
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model

ROWS, CUSTOMERS = 3000, 400
Frame = pd.DataFrame
Change = Callable[[Frame], Frame]


def history(seed: int = 1) -> Frame:
    """A store: each customer's values, written anew every few days."""
    random = np.random.default_rng(seed)
    first = pd.Timestamp("2026-02-20")
    parts = [_written(random, first + pd.Timedelta(days=day)) for day in range(0, 40, 4)]
    return pd.concat(parts, ignore_index=True)


def _written(random: np.random.Generator, at: pd.Timestamp) -> Frame:
    return pd.DataFrame(
        {
            "customer": [f"c{k}" for k in range(CUSTOMERS)],
            "written": at,
            "turnover": random.lognormal(4, 1, CUSTOMERS).round(2),
            "orders": random.poisson(5, CUSTOMERS).astype(float),
            "plan": random.choice(["basic", "plus", "pro"], CUSTOMERS),
        }
    )


def requests(store: Frame, seed: int = 2) -> Frame:
    """A log whose inputs are the store's as of each request's time."""
    random = np.random.default_rng(seed)
    log = pd.DataFrame(
        {
            "request": [f"r{k}" for k in range(ROWS)],
            "customer": random.choice([f"c{k}" for k in range(CUSTOMERS)], ROWS),
            "time": pd.date_range("2026-03-01 00:07", periods=ROWS, freq="13min"),
            "region": random.choice(["north", "south", "west"], ROWS),
        }
    )
    found = pd.merge_asof(
        log, store.sort_values("written"), left_on="time", right_on="written", by="customer"
    )
    return found.drop(columns="written")


@contextmanager
def opened(
    folder: Path, log: Frame, store: Frame | None, scored: Frame | None = None, *,
    zone: str | None = "UTC",
) -> Any:  # fmt: skip
    """Open a case of files; the score is the model's for ``scored`` (the log itself)."""
    base = requests(history(7), 8)
    push = np.log(base["turnover"]) + base["orders"] / 4 + (base["plan"] == "pro") - 6
    base["y"] = (np.random.default_rng(3).random(ROWS) < 1 / (1 + np.exp(-push))) * 1
    model = small_model(base, "y", ["turnover", "orders"], ["plan"])
    (folder / "model.txt").write_text(model.text)
    rows = log if scored is None else scored
    matrix = model.matrix({n: rows[n] for n in ("turnover", "orders", "plan")})
    log = log.assign(score=np.round(np.asarray(model.outputs(matrix)), 4))
    log.to_parquet(folder / "log.parquet")
    sources: dict[Any, Any] = {"model": (Place("model.txt"),), "log": (Place("log.parquet"),)}
    if store is not None:
        store.to_parquet(folder / "store.parquet")
        sources["feature_store"] = (Place("store.parquet"),)
    brief = Brief(
        sources=sources,
        columns={"log.id": ("request",), "log.subject": ("customer",), "log.time": ("time",),
                 "log.segment": ("region",)},
        base=str(folder),
        decision="r2500",
        zone=zone,
    )  # fmt: skip
    with desk.open_case(brief) as one:
        yield one


def answers(case: Any) -> dict[str, Finding]:
    return {f.about[0]: f for f in pictured(CHECK.run(case.view, Task())) if f.about}


def late_west(frame: Frame) -> Any:
    return (frame["region"] == "west") & (np.arange(len(frame)) >= 1500)


@pytest.fixture
def store() -> Frame:
    return history()


def test_all_agree_as_of_their_time(tmp_path: Path, store: Frame) -> None:
    """Joined by the customer, with the value that stood when the request came."""
    with opened(tmp_path, requests(store), store.sample(frac=1, random_state=1)) as case:
        told = {g.what: g.value for g in case.case.guesses}
        found = answers(case)
    assert told["feature_store.id"] == "customer"
    assert told["feature_store.time"] == "written"
    assert told["feature_store.feature:turnover"] == "turnover"
    assert {f.verdict for f in found.values()} == {"speaks against"}
    assert "3,000 of 3,000 requests" in found["turnover"].sentence


def test_cents_for_a_part(tmp_path: Path, store: Frame) -> None:
    log = requests(store)
    held = late_west(log)
    log["turnover"] = np.where(held, log["turnover"] * 100, log["turnover"])
    with opened(tmp_path, log, store) as case:
        found = answers(case)
        one = found["turnover"]
        assert one.verdict == "supports"
        assert one.cause is not None
        assert one.cause.transform == TakeFrom("store.parquet")
        assert one.segment == (Condition("region", equals="west"),)
        assert one.cause.rows_changed == held.sum()
        assert one.onset is not None
        assert one.onset.latest == log["time"][held].min().isoformat() + "Z"
        assert "100 times the store's in 100 %" in one.sentence
        assert len(one.cause.corroborations) == 2
        (chart,) = one.charts
        assert isinstance(chart, Cells)
        assert chart.header == ("id", "log", "store.parquet", "requested", "stored")
        assert {f.verdict for n, f in found.items() if n != "turnover"} == {"speaks against"}
        leads = case.investigate().leads
    lead = next(x for x in leads if x.cause == "train-serve-skew")
    assert lead.repair is not None
    assert lead.repair.mean_score_change is not None
    assert lead.rows_changed == held.sum()


def _missing(log: Frame) -> Frame:
    return log.assign(orders=log["orders"].where(~late_west(log)))


def _another_plan(log: Frame) -> Frame:
    return log.assign(plan=np.where(late_west(log), "basic", log["plan"]))


@pytest.mark.parametrize(("name", "change"), [("orders", _missing), ("plan", _another_plan)])
def test_missing_and_other_categories(
    tmp_path: Path, store: Frame, name: str, change: Change
) -> None:
    with opened(tmp_path, change(requests(store)), store) as case:
        found = answers(case)
    assert found[name].verdict == "supports"
    assert found[name].segment == (Condition("region", equals="west"),)
    assert [n for n, f in found.items() if f.verdict == "supports"] == [name]


def test_rounding_is_no_difference(tmp_path: Path, store: Frame) -> None:
    log = requests(store)
    with opened(tmp_path, log.assign(turnover=log["turnover"].round(0)), store) as case:
        assert answers(case)["turnover"].verdict == "speaks against"


def test_the_model_received_the_stores_values(tmp_path: Path, store: Frame) -> None:
    """Only the log writes cents: the scores are those of the store's values."""
    sound = requests(store)
    held = late_west(sound)
    log = sound.assign(turnover=np.where(held, sound["turnover"] * 100, sound["turnover"]))
    with opened(tmp_path, log, store, sound) as case:
        found = answers(case)["turnover"]
    assert found.verdict == "speaks against"
    assert "the model received them so" in found.sentence


def test_too_few_requests_in_the_store(tmp_path: Path, store: Frame) -> None:
    few = store[store["customer"].isin([f"c{k}" for k in range(60)])]
    with opened(tmp_path, requests(store), few) as case:
        found = answers(case)
    assert {f.verdict for f in found.values()} == {"cannot tell"}
    assert "store.parquet has a row for" in found["orders"].sentence


def test_a_store_by_request(tmp_path: Path, store: Frame) -> None:
    """One row for each request, without times: an offline table."""
    log = requests(store)
    offline = log[["request", "turnover", "orders", "plan"]]
    log = log.assign(orders=np.where(late_west(log), 0.0, log["orders"]))
    with opened(tmp_path, log, offline.sample(frac=1, random_state=2)) as case:
        found = answers(case)
    assert found["orders"].verdict == "supports"
    (chart,) = found["orders"].charts
    assert isinstance(chart, Cells)
    assert chart.header == ("id", "log", "store.parquet")


def test_a_store_of_other_ids(tmp_path: Path, store: Frame) -> None:
    other = store.assign(customer="z" + store["customer"])
    with opened(tmp_path, requests(store), other) as case:
        assert not case.view.stores
        assert [n.id for n in case.investigate().not_run if n.id == CHECK.id] == [CHECK.id]


def test_scattered_differences_are_no_finding(tmp_path: Path, store: Frame) -> None:
    log = requests(store)
    odd = np.random.default_rng(5).random(ROWS) < 0.004
    log["orders"] = np.where(odd, log["orders"] + 1, log["orders"])
    with opened(tmp_path, log, store) as case:
        assert answers(case)["orders"].verdict == "cannot tell"
