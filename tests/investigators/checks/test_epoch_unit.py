"""Times that count in another unit: which rows, what undoes it, and what is none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators import leads
from investigators.chart import Cells, TimeStrip
from investigators.checks.input_units import epoch_unit, scale_change
from investigators.evidence import Affine, Condition, Epoch, Finding
from investigators.features import Dictionary, Feature
from investigators.repair import undo_sql
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import cells_of, pictured, strip_of
from tests.investigators.views import small_model, view_of

ROWS = 2_000
START = 1_770_000_000
DAY = 86_400
INPUTS = ["created", "amount"]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, start: int = START, rows: int = ROWS) -> pd.DataFrame:
    """Requests over 60 days; ``created`` counts seconds, up to some minutes before the request."""
    random = np.random.default_rng(seed)
    moment = np.sort(random.integers(start, start + 60 * DAY, rows))
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(moment, unit="s"),
            "created": (moment - random.integers(0, 600, rows)).astype(float),
            "amount": random.lognormal(3, 1, rows).round(2),
            "app": random.choice(list("abcd"), rows),
        }
    )
    return frame.assign(y=(random.random(rows) < 0.3).astype(float))


def seen(
    engine: Engine, folder: Path, log: pd.DataFrame, before: pd.DataFrame | None, **more: Any
) -> View:
    """A view as the program makes it; ``before`` is the training table."""
    trained = more.pop("trained", before)
    model = small_model(trained, "y", INPUTS, rounds=5)
    log = log.assign(id=[f"r{k}" for k in range(len(log))])
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time"}, model=model, reference=before,
        segments=("app",), **{"pick": len(log) - 1} | more,
    )  # fmt: skip
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time"))
    return replace(view, log=replace(view.log, columns=columns))


def of(view: View, name: str = "created") -> Finding:
    return next(f for f in pictured(epoch_unit.run(view, Task())) if f.about == (name,))


def training() -> pd.DataFrame:
    return drawn(1, START - 90 * DAY)


@pytest.mark.parametrize(
    ("unit", "per_second", "offset"),
    [("ms", 1e3, 0), ("us", 1e6, 0), ("ns", 1e9, 0), ("excel", 1 / DAY, 25_569), ("d", 1 / DAY, 0)],
)
def test_a_segment_since_a_day_counts_otherwise(
    engine: Engine, tmp_path: Path, unit: str, per_second: float, offset: float
) -> None:
    log = drawn(2)
    hit = ((log["app"] == "b") & (log.index >= 900)).to_numpy()
    observed = np.where(hit, log["created"] * per_second + offset, log["created"])
    pick = int(np.flatnonzero(hit)[-1])
    view = seen(engine, tmp_path, log.assign(created=observed), training(), pick=pick)
    found = of(view)
    assert found.verdict == "supports", found.sentence
    cause = found.cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.latest is not None
    assert cause.onset.latest <= log["time"][np.flatnonzero(hit)[4]].isoformat() + "Z"
    assert cause.rows_changed == hit.sum()
    assert cause.concerns_decision
    assert isinstance(cause.transform, Epoch if unit in {"ms", "us", "ns"} else Affine)
    assert any("the request's own" in words for words in cause.corroborations)
    assert view.log is not None
    undone = view.log.query(
        f"SELECT max(abs({undo_sql(cause.transform, 'created')} - c)) FROM (SELECT *, "
        f"epoch(fw_time) AS c FROM {{t}}) WHERE app = 'b' AND fw_row >= 900"
    )
    assert 0 <= undone.column(0)[0].as_py() <= 600.1
    assert {type(chart) for chart in found.charts} == {Cells, TimeStrip}


def test_the_whole_log_and_one_lead_beside_the_factor(engine: Engine, tmp_path: Path) -> None:
    log = drawn(3)
    view = seen(engine, tmp_path, log.assign(created=log["created"] * 1000), training())
    checks = {c.CHECK.id: c for c in (epoch_unit, scale_change)}
    findings = [f for c in checks.values() for f in c.run(view, Task())]
    ranked = leads.rank(view, findings, lambda name, v, t: checks[name].run(v, t), Task()).leads
    assert [lead.transform for lead in ranked] == [Epoch("s", "ms")]
    assert ranked[0].segment is None
    assert ranked[0].rows_changed == ROWS


def test_without_training_the_model_text_tells(engine: Engine, tmp_path: Path) -> None:
    log = drawn(4)
    view = seen(
        engine, tmp_path, log.assign(created=log["created"] * 1000), None, trained=training()
    )
    found = of(view)
    assert found.verdict == "supports"
    assert "model text" in found.sentence


def test_a_declared_unit_is_a_sign(engine: Engine, tmp_path: Path) -> None:
    log = drawn(5)
    unit = Feature("created", unit="s")
    log = log.assign(created=log["created"] * 1000)
    given = Dictionary({"created": unit})
    cause = of(seen(engine, tmp_path, log, training(), dictionary=given)).cause
    assert cause is not None
    assert any("declared in s" in words for words in cause.corroborations)


def test_a_sound_log_speaks_against(engine: Engine, tmp_path: Path) -> None:
    found = of(seen(engine, tmp_path, drawn(6), training()))
    assert found.verdict == "speaks against"
    assert found.n == ROWS


def test_a_duration_or_an_amount_has_no_epoch(engine: Engine, tmp_path: Path) -> None:
    """A duration in milliseconds, and amounts as large as day numbers, are none of this."""
    random = np.random.default_rng(7)
    before, log = training(), drawn(7)
    before["amount"] = random.lognormal(9.9, 0.2, ROWS)
    log["amount"] = random.lognormal(10.6, 0.3, ROWS)
    before["created"], log["created"] = before["created"] % 500, log["created"] % 500 * 1000
    (found,) = epoch_unit.run(seen(engine, tmp_path, log, before), Task())
    assert found.verdict == "does not apply"


def test_few_rows_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    log = drawn(8, rows=12)
    found = of(seen(engine, tmp_path, log.assign(created=log["created"] * 1000), training()))
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_numbers_read_as_dates(engine: Engine, tmp_path: Path) -> None:
    """2.5 becomes the second of May: a day number near the request's own day."""
    log = drawn(9)
    hit = ((log["app"] == "c") & (log.index % 2 == 0)).to_numpy()
    days = (log["created"] // DAY + 25_569 - 20 + log.index % 40).to_numpy()
    log = log.assign(amount=np.where(hit, days, log["amount"]))
    found = of(seen(engine, tmp_path, log, training()), "amount")
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="c"),)
    assert found.cause.rows_changed == hit.sum()
    inside, others = strip_of(found).curves
    assert min(inside.y) > 20
    assert max(others.y) == 0


def test_times_of_the_log_in_another_unit(engine: Engine, tmp_path: Path) -> None:
    """Seconds read as milliseconds lie in January 1970."""
    log = drawn(10)
    hit = log["app"] == "d"
    early = pd.to_datetime(log["time"].astype("int64") // 1000)
    moment = log["time"].where(~hit, early if early.max().year == 1970 else log["time"])
    assert moment.min().year == 1970
    view = seen(engine, tmp_path, log.assign(time=moment, created=log["amount"]), drawn(11))
    found = of(view, "time")
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="d"),)
    assert found.cause.rows_changed == hit.sum()
    for _, read, meant in cells_of(found).rows:
        assert read.startswith("1970-01")
        assert meant.startswith("2026-")
