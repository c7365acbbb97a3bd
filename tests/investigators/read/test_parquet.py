"""Parquet in place: every type, nesting, like files, hostile names, damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from investigators.tables.table import Table
from investigators.trouble import InputTrouble

Open = Callable[..., Table]


@pytest.fixture
def stored(opened: Open, tmp_path: Path) -> Open:
    """Write Arrow columns to Parquet and open them."""

    def do(columns: dict[str, Any] | pa.Table, name: str = "log.parquet", **how: Any) -> Table:
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        pq.write_table(table, tmp_path / name, **how)
        return opened(None, name)

    return do


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind for column in table.columns}


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("array", "kind", "expected"),
    [
        (pa.array([1, None], pa.int8()), "integer", [1, None]),
        (pa.array([2**62 + 1, -5], pa.int64()), "integer", [2**62 + 1, -5]),
        (pa.array([2**63 - 1, 0], pa.uint64()), "integer", [2**63 - 1, 0]),
        (pa.array([2**64 - 1, 0], pa.uint64()), "text", ["18446744073709551615", "0"]),
        (pa.array([0.1, float("nan")], pa.float64()), "number", [0.1, None]),
        (pa.array([0.5, float("nan")], pa.float32()), "number", [0.5, None]),
        (pa.array([0.5, None], pa.float16()), "number", [0.5, None]),
        (pa.array([Decimal("12.50"), None], pa.decimal128(9, 2)), "number", [12.5, None]),
        (pa.array([True, None]), "boolean", [True, None]),
        (pa.array(["00123", ""]), "text", ["00123", ""]),
        (pa.array(["1.5", "2"]), "text", ["1.5", "2"]),
        (pa.array(["a", None]).dictionary_encode(), "text", ["a", None]),
        (pa.array(["a", None], pa.large_string()), "text", ["a", None]),
        (pa.array([None, None], pa.null()), "text", [None, None]),
        (pa.array([NAIVE, None], pa.timestamp("ns")), "time", [NAIVE, None]),
        (pa.array([NOON, None], pa.timestamp("ns", tz="UTC")), "time", [NAIVE, None]),
        (pa.array([NOON, None], pa.timestamp("ns", tz="Asia/Tokyo")), "time", [NAIVE, None]),
        (pa.array([NAIVE, None], pa.timestamp("s")), "time", [NAIVE, None]),
        (pa.array([NOON, None], pa.timestamp("us", "Europe/Berlin")), "time", [NAIVE, None]),
        (pa.array([date(2026, 3, 1), None]), "time", [NAIVE - timedelta(hours=12), None]),
        (pa.array([[1, 2], None]), "text", ["[1,2]", None]),
        (pa.array([b"ab", None]), "text", ["ab", None]),
        (pa.array(["2026-03-01T14:00:00+02:00", None]), "time", [NAIVE, None]),
        (pa.array(["2026-03-01 12:00", "NA"]), "time", [NAIVE, None]),
    ],
)
def test_types(stored: Open, array: pa.Array, kind: str, expected: list[object]) -> None:
    table = stored({"x": array})
    assert kinds(table) == {"x": kind}
    assert table.query("SELECT x FROM {t} ORDER BY fw_row")["x"].to_pylist() == expected


def test_notes_and_decimals(stored: Open) -> None:
    table = stored({
        "zone": pa.array([NOON], pa.timestamp("us", "UTC")),
        "amount": pa.array([Decimal("1.50")], pa.decimal128(9, 2)),
        "score": [0.25],
        "day": ["03/04/2026"],
    })  # fmt: skip
    assert [(c.decimals, c.note) for c in table.columns] == [
        (None, "offset"),
        (2, ""),
        (None, ""),
        (None, "ambiguous day/month order: 03/04/2026"),
    ]


def test_times_of_other_engines(stored: Open) -> None:
    table = stored(
        {"x": pa.array([NAIVE], pa.timestamp("ns"))}, use_deprecated_int96_timestamps=True
    )
    assert table.row(0) == {"x": NAIVE}


def test_times_are_utc(stored: Open) -> None:
    table = stored({"x": pa.array([NOON.astimezone(timezone(timedelta(hours=5)))])})
    assert table.value("SELECT current_setting('TimeZone')") == "UTC"
    assert table.row(0) == {"x": NAIVE}


def test_structs_are_dotted(stored: Open) -> None:
    rows = [{"a": 1, "b": {"c": "x", "d.e": 2.5}}, {"a": None, "b": None}, None]
    table = stored({"s": rows, "s.a": [7, 8, 9]})
    assert kinds(table) == {
        "s.a": "integer", "s.b.c": "text", "s.b.d.e": "number", "s.a#2": "integer",
    }  # fmt: skip
    assert [tuple(table.row(row).values()) for row in range(3)] == [
        (1, "x", 2.5, 7),
        (None, None, None, 8),
        (None, None, None, 9),
    ]


def test_hostile_names(stored: Open) -> None:
    names = ["Id", "ID", "fw_row", 'q"u', "a;b", "l\nf", "", "file_row_number", "Ä", "ä", "{t}"]
    table = stored(pa.table([[n, n] for n in range(len(names))], names=names))
    assert list(kinds(table)) == [
        "Id", "ID#2", "fw_row#2", 'q"u', "a;b", "l\nf", "column_7", "file_row_number", "Ä", "ä",
        "(t)",
    ]  # fmt: skip
    page = table.page(0, 5).to_pylist()
    assert [list(row.values()) for row in page] == [[n, *range(len(names))] for n in range(2)]


def test_hostile_file_names(stored: Open) -> None:
    for name in ("a'b [x].parquet", "what?*.parquet", "läng.parquet"):
        assert stored({"x": [name]}, name).row(0) == {"x": name}


def test_row_numbers_are_file_order(stored: Open) -> None:
    table = stored({"x": list(range(5000))}, row_group_size=700)
    assert table.value("SELECT count(*) FROM {t} WHERE fw_row = x") == 5000
    assert table.row(4321) == {"x": 4321}


def test_zero_rows(stored: Open) -> None:
    table = stored({"x": pa.array([], pa.float64()), "s": pa.array([], pa.string())})
    assert (table.rows, kinds(table)) == (0, {"x": "number", "s": "text"})
    assert table.page(0, 10).num_rows == 0


def test_a_folder_is_one_table(opened: Open, tmp_path: Path) -> None:
    for day, rows in (("2026-03-02", [3.5]), ("2026-03-01", [1, 2])):
        folder = tmp_path / "log" / f"day={day}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"x": rows}), folder / "part.parquet")
    (tmp_path / "log" / ".part.crc").write_text("hidden")
    table = opened(None, "log")
    assert kinds(table) == {"x": "number", "day": "time"}
    assert [row["x"] for row in table.page(0, 9).to_pylist()] == [1.0, 2.0, 3.5]
    assert table.row(2)["day"] == NAIVE.replace(day=2, hour=0)


def test_unlike_files_are_refused(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    pq.write_table(pa.table({"x": [1], "y": [1]}), tmp_path / "log" / "1.parquet")
    pq.write_table(pa.table({"x": [1]}), tmp_path / "log" / "2.parquet")
    with pytest.raises(InputTrouble, match=r"column y is in only one of 1\.parquet and 2\."):
        opened(None, "log")
    pq.write_table(pa.table({"x": [1], "y": ["a"]}), tmp_path / "log" / "2.parquet")
    with pytest.raises(InputTrouble, match=r"y is integer in 1\.parquet and text in 2"):
        opened(None, "log")
    pq.write_table(pa.table({"x": [1], "y": [None]}), tmp_path / "log" / "2.parquet")
    assert kinds(opened(None, "log")) == {"x": "integer", "y": "integer"}


def test_damaged_files(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({"x": list(range(10_000))}), path)
    whole = path.read_bytes()
    for damaged in (whole[:-100], whole[:2000], b"PAR1", whole[:4] + b"\0" * 500):
        with pytest.raises(InputTrouble, match=r"log\.parquet: not a whole Parquet file"):
            opened(damaged, "log.parquet")


def test_a_file_that_goes_away(stored: Open, tmp_path: Path) -> None:
    table = stored({"x": [1, 2]})
    (tmp_path / "log.parquet").unlink()
    with pytest.raises(InputTrouble, match=r"log\.parquet: could not be read"):
        table.value("SELECT sum(x) FROM {t}")


def test_no_copy_is_made(stored: Open, tmp_path: Path) -> None:
    stored({"x": [1]})
    assert not (tmp_path / "cache").exists()
