"""DuckDB files: tables, views and schemas, types without a like, other programs, damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from investigators.tables.open_table import tables_in
from investigators.tables.table import Table
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

Open = Callable[..., Table]
TYPES = """CREATE TABLE log AS SELECT '00' || i AS id, i AS n, i / 7.0 AS x, sum(i) AS total,
    170141183460469231731687303715884105727::HUGEINT AS huge,
    TIMESTAMPTZ '2026-03-01 12:00+01' AS at,
    {'a': 1} AS s, [1, 2] AS l, 'a'::ENUM ('a', 'b') AS e, INTERVAL 3 DAY AS span,
    '5bb17b29-7cc9-4dd8-b4c7-8fbc2b6d5a57'::UUID AS u FROM range(10) r(i) GROUP BY i ORDER BY i"""


@pytest.fixture
def base(tmp_path: Path) -> Callable[[str], None]:
    """Run a script in ``store.duckdb``."""

    def do(script: str) -> None:
        with duckdb.connect(str(tmp_path / "store.duckdb")) as connection:
            connection.execute(script)

    return do


def test_types(opened: Open, base: Callable[[str], None]) -> None:
    base(TYPES)
    table = opened(None, "store.duckdb")
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "id": "text", "n": "integer", "x": "number", "total": "integer", "huge": "text",
        "at": "time", "s.a": "integer", "l": "text", "e": "text", "span": "text", "u": "text",
    }  # fmt: skip
    row = table.row(3)
    assert (row["id"], row["n"], row["total"], row["huge"]) == ("003", 3, 3, str(2**127 - 1))
    assert (row["at"].hour, row["s.a"], row["l"], row["e"]) == (11, 1, "[1,2]", "a")
    assert (row["span"], row["u"][:8]) == ("3 days", "5bb17b29")


def test_tables_views_and_schemas_by_name(
    opened: Open, base: Callable[[str], None], tmp_path: Path
) -> None:
    base("""CREATE SCHEMA "s x"; CREATE TABLE "s x"."odd ""name" AS SELECT 1 AS "Id", 2 AS "ID2";
            CREATE TABLE log AS SELECT 1 AS a; CREATE VIEW latest AS SELECT a + 1 AS a FROM log""")
    assert tables_in(tmp_path / "store.duckdb") == ["latest", "log", 's x.odd "name']
    assert opened(None, "store.duckdb", table="LATEST").row(0) == {"a": 2}
    assert opened(None, "store.duckdb", table="main.log").row(0) == {"a": 1}
    assert opened(None, "store.duckdb", table='s x.odd "name').row(0) == {"Id": 1, "ID2": 2}
    with pytest.raises(InputTrouble, match=r"3 tables are inside; expected one of latest, log"):
        opened(None, "store.duckdb")
    with pytest.raises(InputTrouble, match=r"no table x; .*; write store\.duckdb::latest"):
        opened(None, "store.duckdb", table="x")


def test_a_view_reads_no_other_file(
    opened: Open, base: Callable[[str], None], tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    base(f"CREATE VIEW spy AS SELECT * FROM read_text('{tmp_path / 'secret.txt'}')")
    with pytest.raises(InputTrouble, match="a view that reads other files is not followed") as said:
        opened(None, "store.duckdb")
    assert str(tmp_path) not in said.value.line()


def test_a_file_that_another_program_writes_to(opened: Open, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "store.duckdb")) as writing:
        writing.execute("CREATE TABLE a AS SELECT 1 AS x")
        with pytest.raises(InputTrouble, match="close the program that writes to it"):
            opened(None, "store.duckdb")
    assert opened(None, "store.duckdb").row(0) == {"x": 1}


def test_damaged_and_empty_files(opened: Open, base: Callable[[str], None], tmp_path: Path) -> None:
    base("CREATE TABLE a AS SELECT random() AS x FROM range(300000)")
    whole = (tmp_path / "store.duckdb").read_bytes()
    for size in (20, 5000, len(whole) // 2):
        with pytest.raises(InputTrouble, match=r"cut\.duckdb: DuckDB says"):
            opened(whole[:size], "cut.duckdb")
    base("DROP TABLE a")
    with pytest.raises(InputTrouble, match="no table is inside"):
        opened(None, "store.duckdb")


def test_a_slow_view_is_cancelled(
    opened: Open, base: Callable[[str], None], tmp_path: Path
) -> None:
    base("CREATE VIEW endless AS SELECT i FROM range(1000000000000) r(i)")
    task = Task(lambda done, _total, words: task.cancel() if "Reading" in words and done else None)
    with pytest.raises(Cancelled):
        opened(None, "store.duckdb", task=task)
    assert list((tmp_path / "cache").iterdir()) == []
