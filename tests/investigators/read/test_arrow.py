"""Arrow files, streams and Feather: types as they are, batch by batch, damage said by its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import feather, ipc

from investigators.tables.table import Table
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

Open = Callable[..., Table]
ROWS = 100
DAY = dt.datetime(2026, 3, 1, 12)  # noqa: DTZ001 - times of tables have no zone


def ipc_bytes(table: pa.Table, *, stream: bool = False, batch: int = 7) -> bytes:
    sink = pa.BufferOutputStream()
    with (ipc.new_stream if stream else ipc.new_file)(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch)
    return bytes(sink.getvalue())


def every_type() -> pa.Table:
    n = ROWS
    ends = pa.array([n], pa.int32())
    arrays: dict[str, Any] = {
        "id": [f"{k:05d}" for k in range(n)],
        "x": pa.array([float("nan"), *range(1, n)], pa.float32()),
        "half": pa.array(np.arange(n).astype(np.float16)),
        "kind": pa.array(["a", "b"] * (n // 2)).dictionary_encode(),
        "at": pa.array([DAY] * n, pa.timestamp("ns", "UTC")),
        "day": pa.array([DAY.date()] * n, pa.date64()),
        "took": pa.array([dt.timedelta(seconds=3)] * n, pa.duration("s")),
        "wide": pa.array([1] * n).cast(pa.decimal256(50, 2)),
        "view": pa.array(["q"] * n, pa.string_view()),
        "runs": pa.RunEndEncodedArray.from_arrays(ends, pa.array([5])),
        "span": pa.array([(1, 2, 3)] * n, pa.month_day_nano_interval()),
        "list": [[1, 2]] * n,
        "in": [{"a": 1}] * n,
        "none": pa.nulls(n),
        "either": pa.UnionArray.from_sparse(
            pa.array([0] * n, pa.int8()), [pa.array(range(n)), pa.array(["x"] * n)]
        ),
    }
    return pa.table(arrays)


@pytest.mark.parametrize("stream", [False, True])
def test_every_type(opened: Open, stream: bool) -> None:
    table = opened(ipc_bytes(every_type(), stream=stream), "log.arrow")
    assert table.rows == ROWS
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "id": "text", "x": "number", "half": "number", "kind": "text", "at": "time", "day": "time",
        "took": "integer", "wide": "text", "view": "text", "runs": "integer", "span": "text",
        "list": "text", "in.a": "integer", "none": "text", "either": "text",
    }  # fmt: skip
    first, last = table.row(0), table.row(ROWS - 1)
    assert (first["id"], first["x"], first["at"], first["took"]) == ("00000", None, DAY, 3)
    assert (first["wide"], first["list"], first["in.a"], first["runs"]) == ("1.00", "[1,2]", 1, 5)
    assert (last["x"], last["half"], last["kind"]) == (99.0, 99.0, "b")


def test_feather_is_told_by_its_content_and_a_folder_is_one_table(
    opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "days").mkdir()
    for day in range(2):
        one = pa.table({"id": [f"00{day}"], "n": [day]})
        feather.write_feather(one, tmp_path / "days" / f"{day}.csv", compression="zstd")
    table = opened(None, "days")
    assert table.query("SELECT id, n FROM {t} ORDER BY fw_row").to_pylist() == [
        {"id": "000", "n": 0},
        {"id": "001", "n": 1},
    ]


def test_hostile_names(opened: Open) -> None:
    names = ["Id", "ID", "fw_row", 'q"{t}', "", "a.b", "; DROP TABLE t"]
    table = pa.Table.from_arrays([pa.array([k]) for k in range(len(names))], names=names)
    found = opened(ipc_bytes(table), "log.arrow")
    assert [c.name for c in found.columns] == [
        "Id", "ID#2", "fw_row#2", 'q"(t)', "column_5", "a.b", "; DROP TABLE t",
    ]  # fmt: skip
    assert list(found.row(0).values()) == list(range(len(names)))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
@pytest.mark.parametrize("stream", [False, True])
def test_a_file_that_was_cut_off(opened: Open, stream: bool, share: float) -> None:
    data = ipc_bytes(every_type(), stream=stream, batch=50)
    with pytest.raises(InputTrouble, match=r"log\.arrow: .*copy or export it again"):
        opened(data[: int(len(data) * share)], "log.arrow")


def test_texts_and_offsets_are_proved_before_they_are_used(opened: Open) -> None:
    data = ipc_bytes(pa.table({"id": ["abcdefgh"] * 9}), batch=9)
    broken = data.replace(b"abcdefgh" * 9, b"\xff" * 72)
    assert broken != data
    with pytest.raises(InputTrouble, match="batch 1: not a whole Arrow file"):
        opened(broken, "log.arrow")


def test_no_columns_and_a_cancel(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match="the file has no columns"):
        opened(ipc_bytes(pa.table({})), "log.arrow")
    task = Task(lambda _done, _total, words: task.cancel() if "rows" in words else None)
    with pytest.raises(Cancelled):
        opened(ipc_bytes(every_type()), "many.arrow", task=task)
    assert [file for file in (tmp_path / "cache").iterdir() if file.is_dir()] == []


CELLS = st.lists(
    st.tuples(
        st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=CELLS, batch=st.integers(1, 9))
def test_what_goes_in_comes_out(
    opened: Open, rows: list[tuple[str | None, int | None, float | None, bool | None]], batch: int
) -> None:
    kinds = (pa.string(), pa.int64(), pa.float64(), pa.bool_())
    columns = [
        pa.array(cells, kind) for cells, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
    table = opened(
        ipc_bytes(pa.Table.from_arrays(columns, names=list("tifb")), batch=batch), "r.arrow"
    )
    found = table.query("SELECT i, f, b FROM {t} ORDER BY fw_row").to_pylist()
    assert [(one["i"], one["f"], one["b"]) for one in found] == [row[1:] for row in rows]
    if table.column("t") is not None and table.column("t").kind == "text":  # type: ignore[union-attr]
        texts = table.query("SELECT t FROM {t} ORDER BY fw_row")["t"].to_pylist()
        assert texts == [row[0] for row in rows]
