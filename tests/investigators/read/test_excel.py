"""Excel: the sheet, the header below titles, cells by what they hold, damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigators.tables.open_table import tables_in
from investigators.tables.table import Table
from investigators.trouble import InputTrouble
from tests.investigators.read.workbooks import write_workbook

Open = Callable[..., Table]
FIRST, SECOND, THIRD = (datetime.fromisoformat(f"2026-03-0{k}") for k in (1, 2, 3))
NOON = FIRST.replace(hour=12)
NAMES = ["id", "amount", "at", "new", "note"]
DATA: list[list[object]] = [
    NAMES,
    ["00123", 1.5, NOON, True, "N/A"],
    ["x7", 2, SECOND, False, None],
    [None, None, None, None, None],
    ["y", 3e9, THIRD, True, "c"],
]


def test_cells_by_what_they_hold(opened: Open, tmp_path: Path) -> None:
    write_workbook(tmp_path / "log.xlsx", {"Log": DATA})
    table = opened(None, "log.xlsx")
    assert [(c.name, c.kind, c.decimals) for c in table.columns] == [
        ("id", "text", None), ("amount", "number", None), ("at", "time", None),
        ("new", "boolean", None), ("note", "text", None),
    ]  # fmt: skip
    assert table.rows == 3
    assert table.row(0) == {
        "id": "00123", "amount": 1.5, "at": NOON, "new": True, "note": None,
    }  # fmt: skip
    assert (table.row(2)["amount"], table.row(2)["note"]) == (3e9, "c")
    assert table.notes == ("sheet Log",)


def test_the_header_stands_below_titles_and_blank_rows(opened: Open, tmp_path: Path) -> None:
    above: list[list[object]] = [["Requests of March"], [], ["made by", "the shop"]]
    write_workbook(tmp_path / "log.xlsx", {"Log": [*above, *DATA]})
    table = opened(None, "log.xlsx")
    assert [c.name for c in table.columns] == NAMES
    assert table.rows == 3
    assert table.notes == ("sheet Log", "the names of the columns stand in row 4, below titles")


def test_names_like_each_other_and_none(opened: Open, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["a", "A", None, "a", None],
        ["x", 1, 2, 3, None],
        ["y", 3, 4, 5, None],
    ]
    write_workbook(tmp_path / "log.xlsx", {"Log": rows})
    assert [c.name for c in opened(None, "log.xlsx").columns] == ["a", "A#2", "column_3", "a#3"]
    write_workbook(tmp_path / "bare.xlsx", {"Log": [[1, 2], [3, 4]]})
    bare = opened(None, "bare.xlsx")
    assert (bare.rows, [c.name for c in bare.columns]) == (2, ["column_1", "column_2"])


def test_sheets_by_name(opened: Open, tmp_path: Path) -> None:
    sheets = {"Cover": [], "Log & more": DATA, "Old": DATA[:2], "Notes": [["a", "b"], [1, 2]]}
    write_workbook(tmp_path / "log.xlsx", sheets, hidden=("Old",))
    assert tables_in(tmp_path / "log.xlsx") == ["Log & more", "Notes"]
    assert opened(None, "log.xlsx", table="log & MORE").rows == 3
    assert opened(None, "log.xlsx", table="Old").rows == 1
    with pytest.raises(
        InputTrouble, match=r"2 sheets are inside; expected one of Log & more, Notes"
    ):
        opened(None, "log.xlsx")
    with pytest.raises(InputTrouble, match=r"no sheet x; .*; write log\.xlsx::Log & more"):
        opened(None, "log.xlsx", table="x")
    write_workbook(tmp_path / "none.xlsx", {"A": []})
    with pytest.raises(InputTrouble, match="every sheet is empty"):
        opened(None, "none.xlsx")


def test_damaged_files(opened: Open, tmp_path: Path) -> None:
    write_workbook(tmp_path / "log.xlsx", {"Log": DATA})
    whole = (tmp_path / "log.xlsx").read_bytes()
    for size in (200, 800, len(whole) - 30):
        with pytest.raises(
            InputTrouble, match=r"cut\.xlsx: not a whole workbook: .*; save it again"
        ):
            opened(whole[:size], "cut.xlsx")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "Workbook".encode("utf-16-le")
    with pytest.raises(InputTrouble, match="not a whole workbook"):
        opened(old + b"\0" * 600, "old.xls")


WORDS = st.text("abcxyzÄß'\"<&;{}", min_size=1, max_size=8)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(WORDS, st.integers(-(10**15), 10**15), st.floats(-1e9, 1e9)),
                     min_size=1, max_size=12))  # fmt: skip
def test_what_goes_in_comes_out(
    opened: Open, tmp_path: Path, rows: list[tuple[str, int, float]]
) -> None:
    write_workbook(tmp_path / "r.xlsx", {"S": [["name", "n", "x"], *map(list, rows)]})
    table = opened(None, "r.xlsx")
    found = table.query("SELECT * EXCLUDE (fw_row) FROM {t} ORDER BY fw_row").to_pylist()
    assert [(one["name"], one["n"], float(one["x"])) for one in found] == rows
