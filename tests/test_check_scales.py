"""The large cases of the benchmarks of single checks, made small, and what their tables say."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import slices_case
import ui_case
from own_process import MIB, Run
from single_checks import Spent


@pytest.mark.parametrize(
    ("wall", "cpu", "peak", "said"),
    [
        (12.0, 9.0, 100, "kept"),
        (70.0, 15.0, 100, "kept by processor seconds"),
        (70.0, 65.0, 100, "NOT KEPT"),
        (12.0, 9.0, 5000, "NOT KEPT"),
    ],
)
def test_a_limit_is_kept_on_an_idle_or_a_busy_machine(
    wall: float, cpu: float, peak: int, said: str
) -> None:
    spent = Spent("ui_context.subject", "rq-1", wall, cpu, peak * MIB, "supports", "...")
    line = spent.line(Run(1.0, 2.0, 80 * MIB), 20, 4096 * MIB)
    assert line.startswith("ui_context.subject (rq-1)")
    assert line.endswith(f"20 s, 4,096 MiB: {said}")
    assert f"{cpu / 2:4.1f} x" in line


def test_events_of_the_large_case_join_to_its_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui_case, "TRAINING_ROWS", 2000)
    monkeypatch.setattr(ui_case, "TREES", 5)
    request, event, lost = ui_case.write(tmp_path, 3000)
    log = pq.read_table(tmp_path / "log.parquet").to_pylist()
    events = pq.read_table(tmp_path / "events.parquet").to_pylist()
    assert len(events) == 3000
    by_id = {row["request_id"]: row for row in log}
    own = [e for e in events if e["component"] == "recommender"]
    assert own
    assert all(by_id[e["request_id"]]["item"] == e["item"] for e in own)
    assert all(by_id[e["request_id"]]["decision"] == "show" for e in own)
    shown = {e["request_id"] for e in own}
    assert by_id[request]["account"] == "m-0"
    assert request in shown
    assert lost in by_id
    assert lost not in shown
    picked = next(e for e in events if e["event_id"] == event)
    assert picked["component"] == "last_seen"
    assert picked["request_id"] not in by_id
    both = {e["device"] for e in events if e["account"] == "m-0"}
    assert both == {"app", "desktop"}


def test_the_slice_of_the_large_case_has_more_wrong_decisions(tmp_path: Path) -> None:
    slices_case.make(tmp_path, 20_000)
    table = pq.read_table(tmp_path / "log.parquet")
    assert table.num_columns == 46
    rows = table.select(["place_03", "amount_07", "score", "outcome"]).to_pylist()
    low = [r for r in rows if r["score"] < slices_case.THRESHOLD]
    mine = [r for r in low if r["place_03"] == "v1" and r["amount_07"] < slices_case.LOW]
    expected = sum(r["score"] for r in mine)
    assert len(mine) > 200
    assert sum(r["outcome"] for r in mine) > 1.5 * expected
