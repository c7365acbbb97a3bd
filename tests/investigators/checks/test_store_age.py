"""Ages of stored values: a store that stopped for all or for a region, one that stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.checks.data_assumptions.store_age import CHECK
from investigators.evidence import Condition, Finding
from investigators.task import Task
from tests.investigators.checks.pictures import pictured
from tests.investigators.checks.test_train_serve_skew import Frame, history, opened, requests


def answer(case: Any) -> Finding:
    (found,) = pictured(CHECK.run(case.view, Task()))
    return found


def stopped(store: Frame, day: str, customers: Any = None) -> Frame:
    """The store without what was written from a day on (for some customers only)."""
    gone = store["written"] >= pd.Timestamp(day)
    if customers is not None:
        gone &= store["customer"].isin(customers)
    return store[~gone]


def test_a_store_that_stopped(tmp_path: Path) -> None:
    store = stopped(history(), "2026-03-10")
    log = requests(store)
    with opened(tmp_path, log, store) as case:
        found = answer(case)
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "input-stale-or-late"
    assert {"turnover", "orders", "plan"} <= set(found.cause.features)
    assert found.cause.segment is None
    assert found.onset is not None
    assert found.onset.latest is not None
    # the last values are of the 8th; early ones are up to four days old, so that eight are over
    assert "2026-03-15T18" <= found.onset.latest <= "2026-03-16T06"
    assert "The newest of these values is of 2026-03-08 00:00 UTC" in found.sentence
    assert found.cause.ongoing
    (chart,) = found.charts
    assert "days old" in chart.title


def test_a_store_that_stopped_for_a_region(tmp_path: Path) -> None:
    store, rng = history(), np.random.default_rng(4)
    log = requests(store)
    home = dict(zip(store["customer"].unique(), rng.choice(["north", "south", "west"], 400),
                    strict=True))  # fmt: skip
    log["region"] = log["customer"].map(home)
    west = [name for name, region in home.items() if region == "west"]
    with opened(tmp_path, log, stopped(store, "2026-03-10", west)) as case:
        found = answer(case)
    assert found.verdict == "supports"
    assert found.segment == (Condition("region", equals="west"),)


@pytest.mark.parametrize("seed", range(6))
def test_a_store_that_goes_on_is_quiet(tmp_path: Path, seed: int) -> None:
    store = history(seed)
    with opened(tmp_path, requests(store, seed + 10), store) as case:
        found = answer(case)
    assert found.verdict == "speaks against"
    assert "This decision's was" in found.sentence
    assert found.effect["median_seconds"] == pytest.approx(2 * 86_400, rel=0.2)


def test_few_stored_rows_cannot_tell(tmp_path: Path) -> None:
    store = history()
    some = store[store["customer"].isin([f"c{k}" for k in range(10)])]
    with opened(tmp_path, requests(store), some) as case:
        found = answer(case)
    assert found.verdict == "cannot tell"
    assert "early requests have a stored row" in found.sentence


def test_without_a_zone_no_time_is_said_to_be_utc(tmp_path: Path) -> None:
    store = stopped(history(), "2026-03-10")
    with opened(tmp_path, requests(store), store, zone=None) as case:
        assert case.case.zone is None
        found = answer(case)
    assert found.verdict == "supports"
    assert "The newest of these values is of 2026-03-08 00:00 local time." in found.sentence
    assert "UTC" not in found.sentence
    assert found.onset is not None
    assert found.onset.latest is not None
    assert not found.onset.latest.endswith("Z")
    (chart,) = found.charts
    assert chart.zone == "local time"
