"""SQLite through the standard library: tables, views, mixed types, damage."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from investigators.tables.table import Table
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

Open = Callable[..., Table]


@pytest.fixture
def base(tmp_path: Path) -> Callable[[str], None]:
    """Run a script in ``screens.sqlite``."""

    def do(script: str) -> None:
        with closing(sqlite3.connect(tmp_path / "screens.sqlite")) as connection:
            connection.executescript(script)

    return do


def test_one_table(opened: Open, base: Callable[[str], None]) -> None:
    base("""CREATE TABLE shown (id TEXT, n INTEGER, score REAL, at TEXT, big INTEGER, b BLOB);
            INSERT INTO shown VALUES ('00123', 7, 0.1, '2026-03-01 12:00', 9007199254740993,
                                      x'ff00'),
                                     ('x', NULL, 3.0, NULL, -1, NULL)""")
    table = opened(None, "screens.sqlite")
    assert [(c.name, c.kind, c.decimals) for c in table.columns] == [
        ("id", "text", None),
        ("n", "integer", None),
        ("score", "number", None),
        ("at", "time", None),
        ("big", "integer", None),
        ("b", "text", None),
    ]
    first = table.row(0)
    assert (first["id"], first["score"], first["b"]) == ("00123", 0.1, "ff00")
    assert (first["big"], table.row(1)["n"]) == (2**53 + 1, None)


def test_views_and_mixed_types(opened: Open, base: Callable[[str], None]) -> None:
    base("""CREATE TABLE "odd ""name" (x, "Id", "ID2");
            INSERT INTO "odd ""name" VALUES (1, 'a', 1), ('two', 'b', 2), (2.5, 'c', 3);
            CREATE VIEW latest AS SELECT x, Id AS id FROM "odd ""name" ORDER BY x""")
    table = opened(None, "screens.sqlite", table='odd "name')
    assert table.query("SELECT x FROM {t} ORDER BY fw_row")["x"].to_pylist() == ["1", "two", "2.5"]
    view = opened(None, "screens.sqlite", table="LATEST")
    assert (view.name, view.rows) == ("screens.sqlite::LATEST", 3)


def test_names_that_exist_are_told(opened: Open, base: Callable[[str], None]) -> None:
    base("CREATE TABLE a (x); CREATE TABLE b (x)")
    with pytest.raises(InputTrouble, match=r"2 tables are inside; expected one of a, b; write"):
        opened(None, "screens.sqlite")
    with pytest.raises(InputTrouble, match="no table c; expected one of a, b"):
        opened(None, "screens.sqlite", table="c")
    assert opened(None, "screens.sqlite", table="a").rows == 0


def test_changes_that_are_still_in_the_write_ahead_file(
    opened: Open, base: Callable[[str], None], tmp_path: Path
) -> None:
    base("PRAGMA journal_mode = WAL; CREATE TABLE a (x); INSERT INTO a VALUES (1)")
    with closing(sqlite3.connect(tmp_path / "screens.sqlite")) as writing:
        assert opened(None, "screens.sqlite").rows == 1
        writing.execute("INSERT INTO a VALUES (2)")
        writing.commit()
        assert opened(None, "screens.sqlite").rows == 2


def test_text_that_is_not_utf8(opened: Open, base: Callable[[str], None]) -> None:
    base("CREATE TABLE a (x TEXT); INSERT INTO a VALUES (CAST(x'4772fcdf65' AS TEXT))")
    assert opened(None, "screens.sqlite").row(0) == {"x": "Grüße"}


def test_damaged_and_empty_files(opened: Open, base: Callable[[str], None], tmp_path: Path) -> None:
    base("CREATE TABLE a (x); INSERT INTO a SELECT randomblob(5000) FROM (VALUES (1), (2), (3))")
    whole = (tmp_path / "screens.sqlite").read_bytes()
    for damaged in (whole[:100], whole[: len(whole) // 2], whole[:200] + b"\7" * 5000):
        with pytest.raises(InputTrouble, match=r"cut\.sqlite: SQLite says"):
            opened(damaged, "cut.sqlite")
    base("DROP TABLE a")
    with pytest.raises(InputTrouble, match="no table is inside"):
        opened(None, "screens.sqlite")


def test_a_slow_view_is_cancelled(
    opened: Open, base: Callable[[str], None], tmp_path: Path
) -> None:
    base("""CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT i FROM n""")
    task = Task(lambda done, _total, _words: task.cancel() if done >= 40_000 else None)
    with pytest.raises(Cancelled):
        opened(None, "screens.sqlite", table="endless", task=task)
    assert list((tmp_path / "cache").iterdir()) == []
