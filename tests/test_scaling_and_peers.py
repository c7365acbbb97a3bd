"""What the scaling and peer benchmarks say of numbers they were given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from own_process import MIB, Failed, TooLong, run
from peers import Asked, counts
from planted_tables import make_table
from scaling import known, slowest, verdict


def _line(checks_s: float, peak: int) -> dict[str, object]:
    return {"checks_s": checks_s, "first_s": 1.0, "load": 0.5, "whole": {"peak": peak * MIB}}


def test_a_limit_is_kept_or_not() -> None:
    assert verdict(1_000_000, _line(61, 4096)).split("; ") == [
        "load 0.5",
        "checks 60 s: NOT KEPT",
        "first 3 s: kept",
        "peak 4,096 MiB: kept",
    ]
    assert verdict(10_000_000, _line(900, 8193)) == "load 0.5; peak 8,192 MiB: NOT KEPT"
    assert verdict(10_000, _line(900, 9000)) == "load 0.5"


def test_the_slowest_checks_are_those_of_most_processor_seconds() -> None:
    line = {"checks": [["a", 9.0, 1.0], ["b", 2.0, 2.0], ["c", 3.0, 0.5]]}
    assert slowest(line, 2) == "b 2.0 (2.0), a 9.0 (1.0)"


def test_the_newest_line_of_a_size_is_taken(tmp_path: Path) -> None:
    assert known(tmp_path, 5) is None
    lines = [{"rows": 5, "n": 1}, {"rows": 5, "n": 2}, {"rows": 6, "n": 3}]
    (tmp_path / "scaling.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    assert known(tmp_path, 5) == {"rows": 5, "n": 2}
    assert known(tmp_path, 7) is None


def test_faulty_moved_and_still_columns_are_counted_apart() -> None:
    first = Asked(Path("a"), "faulty", "x0", "x1", {"it": {"x0", "x1", "x2"}}, clear=True)
    second = Asked(Path("b"), "faulty", "x3", None, {"it": set()})
    assert counts([first, second], "it") == {
        "hit": (1, 2),
        "hit, clear": (1, 1),
        "moved": (1, 1),
        "still": (1, 13),
        "tables with one": (1, 2),
    }


def test_a_table_of_a_size_names_the_column_that_drifts() -> None:
    tables = [make_table(seed, faulty=False, rows=700) for seed in range(12)]
    assert {table.n for table in tables} == {700}
    assert all((table.moved is None) == (table.drift == "none") for table in tables)
    assert {table.moved for table in tables} > {None}


def test_a_process_is_measured_stopped_or_fails(tmp_path: Path) -> None:
    done = run("-c", f"x = b'1' * {200 * MIB}", cache=str(tmp_path))
    assert done.peak > 200 * MIB
    with pytest.raises(TooLong):
        run("-c", "while True: pass", cache=str(tmp_path), limit_s=0.5)
    with pytest.raises(Failed, match="ended with 3"):
        run("-c", "raise SystemExit(3)", cache=str(tmp_path))
