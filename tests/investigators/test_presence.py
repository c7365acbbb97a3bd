from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from investigators.evidence import Onset
from investigators.presence import presence
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.views import table_of

TIMES = pd.date_range("2026-02-01", periods=200, freq="h")


def found(folder: Path, version: list[str], *, when: str | None = "t") -> tuple[object, ...]:
    with Engine() as engine:
        table = table_of(engine, folder, pd.DataFrame({"t": TIMES, "v": version}), "log")
        one = presence(table, "v = 'b'", when, Task(), zone_known=True)
    return one.rows, one.onset, one.onset_known, one.end, one.ongoing


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        # new from row 100 on
        (
            ["a"] * 100 + ["b"] * 100,
            (100, Onset("2026-02-05T03:00:00Z", "2026-02-05T04:00:00Z"), None),
        ),
        # ended after row 99
        (
            ["b"] * 100 + ["a"] * 100,
            (100, None, Onset("2026-02-05T03:00:00Z", "2026-02-05T04:00:00Z")),
        ),
        # there all the time, one row in ten: nine free rows at the start are chance
        ((["a"] * 9 + ["b"]) * 20, (20, None, None)),
        # one in ten, but not among the first hundred
        (
            ["a"] * 100 + (["b"] + ["a"] * 9) * 10,
            (10, Onset("2026-02-05T03:00:00Z", "2026-02-05T04:00:00Z"), None),
        ),
    ],
)
def test_onset_and_end(
    tmp_path: Path, version: list[str], expected: tuple[int, Onset | None, Onset | None]
) -> None:
    rows, onset, known, end, ongoing = found(tmp_path, version)
    assert (rows, onset, end) == expected
    assert known
    assert ongoing == (end is None)


def test_without_times_it_is_not_known(tmp_path: Path) -> None:
    assert found(tmp_path, ["a", "b"] * 100, when=None) == (100, None, False, None, None)


def test_nothing_there(tmp_path: Path) -> None:
    assert found(tmp_path, ["a"] * 200) == (0, None, False, None, None)
