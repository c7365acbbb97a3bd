"""The interface over a table: queries, pages, streaming, stopping, engine settings."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators.tables.table import Column, Engine, Table, literal, quoted
from investigators.task import Cancelled, Task

Open = Callable[..., Table]
LONG = "SELECT sum(hash(a.range + b.range)) FROM range(1000000) a, range(1000000) b"


@pytest.fixture
def log(opened: Open, tmp_path: Path) -> Table:
    """Ten rows: a number with a gap and ties, a text."""
    numbers = [3.0, 1.0, None, 3.0, 2.0, 9.0, -1.0, 3.0, None, 0.0]
    pq.write_table(
        pa.table({"x": numbers, "s": ["a", "b", "a", None, "c", "a", "b", None, "d", "a"]}),
        tmp_path / "log.parquet",
    )
    return opened(None, "log.parquet")


def rows_of(page: pa.Table) -> list[int]:
    return page["fw_row"].to_pylist()


def test_query_value_row_and_counts(log: Table) -> None:
    assert log.rows == 10
    assert log.value("SELECT sum(x) FROM {t} WHERE s = ?", ["a"]) == 12.0
    assert log.value("SELECT x FROM {t} WHERE false") is None
    assert log.query("SELECT x FROM {t} WHERE x > ? ORDER BY x", [2.5])["x"].to_pylist() == [
        3.0, 3.0, 3.0, 9.0,
    ]  # fmt: skip
    assert log.row(5) == {"x": 9.0, "s": "a"}
    with pytest.raises(IndexError, match=r"log\.parquet has no row 10"):
        log.row(10)
    assert log.counts("s") == [("a", 4), ("b", 2), (None, 2), ("c", 1), ("d", 1)]
    assert log.counts("s", limit=1) == [("a", 4)]
    assert log.column("x") == Column("x", "number")
    assert log.column("X") is None


def test_pages_in_file_order(log: Table) -> None:
    assert rows_of(log.page(0, 3)) == [0, 1, 2]
    assert rows_of(log.page(8, 5)) == [8, 9]
    assert rows_of(log.page(20, 5)) == []
    assert log.page(1, 1, ["s"]).to_pylist() == [{"fw_row": 1, "s": "b"}]


def test_pages_in_the_order_of_a_column(log: Table) -> None:
    assert rows_of(log.page(0, 10, order="x")) == [6, 9, 1, 4, 0, 3, 7, 5, 2, 8]
    descending = log.page(0, 10, order=("x", "descending"))
    assert rows_of(descending) == [5, 0, 3, 7, 4, 1, 9, 6, 2, 8]
    assert rows_of(log.page(3, 4, order="x")) == [4, 0, 3, 7]
    assert log.page(3, 2, ["s"], order="x")["s"].to_pylist() == ["c", "a"]
    assert rows_of(log.page(99, 5, order="x")) == []


def test_long_ordered_pages(engine: Engine) -> None:
    table = Table("made", engine, "(SELECT range AS fw_row, -range AS x FROM range(5000))",
                  (Column("x", "integer"),), 5000)  # fmt: skip
    assert rows_of(table.page(10, 2500, order="x")) == list(range(4989, 2489, -1))


def test_another_relation(log: Table) -> None:
    some = log.with_relation(f"(SELECT * FROM {log.relation} WHERE s = 'a')", rows=4)
    assert (some.rows, some.columns, some.whole) == (4, log.columns, False)
    assert rows_of(some.page(1, 2)) == [2, 5]
    assert rows_of(some.page(0, 9, order=("x", "descending"))) == [5, 0, 9, 2]
    same = log.with_relation(
        f"(SELECT fw_row, x * 2 AS x FROM {log.relation})", [Column("x", "number")]
    )
    assert (same.rows, same.whole, same.row(0)) == (10, True, {"x": 6.0})


def test_batches_stream(engine: Engine) -> None:
    table = Table("made", engine, "(SELECT range AS fw_row FROM range(200000))", (), 200_000)
    seen = 0
    for batch in table.batches("SELECT fw_row FROM {t}", size=10_000):
        assert 0 < batch.num_rows <= 10_000
        assert batch.column(0)[0].as_py() == seen
        seen += batch.num_rows
    assert seen == 200_000
    endless = table.batches("SELECT a.fw_row FROM {t} a, range(100000000)")
    assert next(endless).num_rows  # without waiting for 2e13 rows
    endless.close()


def test_two_queries_at_once(log: Table) -> None:
    outer = log.batches("SELECT fw_row FROM {t} ORDER BY fw_row", size=2)
    next(outer)
    with ThreadPoolExecutor(2) as lanes:
        found = list(lanes.map(lambda n: log.row(n)["x"], [0, 1, 4, 5]))
    assert found == [3.0, 1.0, 2.0, 9.0]
    assert log.value("SELECT count(*) FROM {t}") == 10
    outer.close()


@pytest.mark.parametrize("how", ["query", "value", "batches"])
def test_cancel_interrupts_a_running_query(log: Table, how: str) -> None:
    task = Task()
    started = threading.Event()
    stopped: list[float] = []

    def run() -> None:
        started.set()
        with pytest.raises(Cancelled):
            list(log.batches(LONG, task=task)) if how == "batches" else getattr(log, how)(
                LONG, task=task
            )
        stopped.append(time.monotonic())

    with ThreadPoolExecutor(1) as lane:
        future = lane.submit(run)
        started.wait()
        while not task._interrupts:  # until the query runs
            pass
        asked = time.monotonic()
        task.cancel()
        future.result(timeout=20)
    assert stopped[0] - asked < 0.5
    assert log.value("SELECT 1") == 1  # the engine is none the worse


def test_cancel_holds_however_early_it_comes(log: Table) -> None:
    def run(task: Task) -> None:
        with pytest.raises(Cancelled):
            log.value(LONG, task=task)

    with ThreadPoolExecutor(1) as lane:
        for _ in range(10):
            task = Task()
            future = lane.submit(run, task)
            while not task._interrupts:  # the query is being prepared
                pass
            task.cancel()
            future.result(timeout=20)


def test_a_cancelled_task_asks_nothing(log: Table) -> None:
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        log.value("SELECT 1", task=task)
    task = Task()
    stream = log.batches("SELECT range FROM range(10000000)", task=task)
    next(stream)
    task.cancel()
    with pytest.raises(Cancelled):
        for _ in stream:
            pass


def test_nothing_is_fetched_or_loaded_unasked(log: Table) -> None:
    for setting, wanted in (
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
        ("python_enable_replacements", False),
        ("TimeZone", "UTC"),
        ("threads", 2),
    ):
        assert log.value(f"SELECT current_setting('{setting}')") == wanted
    assert "fifthwhy-" in log.value("SELECT current_setting('temp_directory')")


def test_python_variables_are_no_tables(log: Table) -> None:
    secret = pa.table({"x": [1]})
    with pytest.raises(Exception, match="secret does not exist"):
        log.value("SELECT x FROM secret")
    assert secret.num_rows == 1


def test_the_engine_leaves_no_folder() -> None:
    with Engine() as engine, engine.asking("SELECT current_setting('temp_directory')") as answer:
        ((folder,),) = answer.fetchall()
        assert Path(folder).is_dir()
    assert not Path(folder).exists()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_quoting(text: str) -> None:
    sql = f"SELECT {literal(text)} AS {quoted(text or 'x')}"
    assert "{t}" not in literal(text)
    with QUOTING.asking(sql) as answer:
        assert answer.fetchall() == [(text,)]


QUOTING = Engine()


@pytest.mark.parametrize(
    "value",
    [None, True, False, 0, -(2**62), 0.1, 1e300, math.inf, -math.inf, "{t}", "it's {t}{t}",
     datetime(2026, 3, 1, 9, 5, 0, 123456)],  # noqa: DTZ001
)  # fmt: skip
def test_literals(log: Table, value: object) -> None:
    found = log.value(f"SELECT {literal(value)}")
    assert found == value
    assert type(found) is type(value)


def test_other_literals(log: Table) -> None:
    assert math.isnan(log.value(f"SELECT {literal(math.nan)}"))
    assert log.value(f"SELECT {literal(date(2026, 3, 1))}") == datetime(2026, 3, 1)  # noqa: DTZ001
    with pytest.raises(TypeError, match="no SQL literal for list"):
        literal([])
