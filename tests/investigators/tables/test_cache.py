"""The private cache: used again, keyed by content's stamp, private, limited, never half-written."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from investigators.case import Place
from investigators.tables import cache
from investigators.tables.open_table import open_table
from investigators.tables.table import Engine, Table
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

Open = Callable[..., Table]
CSV = "id,x\n" + "".join(f"k{n},{n}.5\n" for n in range(3000))


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "cache").iterdir())


def test_a_file_is_read_once(opened: Open, tmp_path: Path) -> None:
    said: list[str] = []
    task = Task(lambda _done, _total, words: said.append(words))
    first = opened(CSV, task=task)
    assert any(words.startswith("Reading log.csv") for words in said)
    said.clear()
    second = opened(None, task=task)
    assert said == []
    assert (second.columns, second.rows, second.notes) == (first.columns, 3000, first.notes)
    assert len(kept(tmp_path)) == 1


def test_another_stamp_dates_or_reader_reads_again(opened: Open, tmp_path: Path) -> None:
    opened("id,d\na,03/04/2026\n")
    opened(None, dates="day-first")
    assert len(kept(tmp_path)) == 2
    os.utime(tmp_path / "log.csv", ns=(1, 1))
    opened(None)
    assert len(kept(tmp_path)) == 3
    assert opened("id,d\na,13/04/2026\nb,03/04/2026\n").rows == 2
    assert len(kept(tmp_path)) == 4


def test_only_the_owner_may_read(opened: Open, tmp_path: Path) -> None:
    opened(CSV)
    folder = tmp_path / "cache"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


@pytest.mark.parametrize("words", ["Reading", "Finding out", "Keeping"])
def test_cancel_leaves_nothing_behind(opened: Open, tmp_path: Path, words: str) -> None:
    task = Task(lambda _done, _total, said: task.cancel() if said.startswith(words) else None)
    with pytest.raises(Cancelled):
        opened(CSV, task=task)
    assert not (tmp_path / "cache").exists() or kept(tmp_path) == []
    assert opened(None).rows == 3000


def test_trouble_leaves_nothing_behind(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(InputTrouble):
        opened(CSV + "k,1,2,3\n")
    assert kept(tmp_path) == []


def test_a_file_that_changes_while_it_is_read(opened: Open, tmp_path: Path) -> None:
    def grow(_done: int, _total: int, words: str) -> None:
        if words.startswith("Keeping"):
            with (tmp_path / "log.csv").open("a") as file:
                file.write("new,1\n")

    with pytest.raises(InputTrouble, match="changed while it was read"):
        opened(CSV, task=Task(grow))
    assert kept(tmp_path) == []


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    now = time.time()
    for name, age in (("old", 9), ("older", 12), ("oldest", 30), ("open", 0.5)):
        file = tmp_path / f"{name}.parquet"
        file.write_bytes(b"x" * 100)
        os.utime(file, (now - age * cache.DAY,) * 2)
    (tmp_path / "making-dead").mkdir()
    os.utime(tmp_path / "making-dead", (now - 3 * cache.DAY,) * 2)
    (tmp_path / "making-now").mkdir()
    cache._trim(tmp_path, 250, keep=tmp_path / "old.parquet")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["making-now", "old.parquet", "open.parquet"]
    cache._trim(tmp_path, 0, keep=tmp_path / "old.parquet")
    # what was used today may be open in another window
    assert (tmp_path / "open.parquet").exists()
    assert (tmp_path / "old.parquet").exists()


def test_use_counts_as_use(opened: Open, tmp_path: Path) -> None:
    opened(CSV)
    (file,) = (tmp_path / "cache").iterdir()
    os.utime(file, (1, 1))
    opened(None)
    assert time.time() - file.stat().st_mtime < 100


def test_place_of_the_cache(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, tmp_path: Path
) -> None:
    monkeypatch.setenv("FIFTHWHY_CACHE", str(tmp_path / "mine" / "deep[1]=x"))
    (tmp_path / "log.csv").write_text(CSV)
    table = open_table(Place("log.csv"), engine, Task(), base=str(tmp_path))
    assert table.row(7) == {"id": "k7", "x": 7.5}
    assert len(list((tmp_path / "mine" / "deep[1]=x").iterdir())) == 1
    monkeypatch.delenv("FIFTHWHY_CACHE")
    assert cache.cache_folder().name == "fifthwhy"


def test_a_cache_that_cannot_be_written(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "log.csv").write_text(CSV)
    (tmp_path / "file").touch()
    place = Place("log.csv")
    with pytest.raises(InputTrouble, match=r"private cache cannot be written.*FIFTHWHY_CACHE"):
        open_table(place, engine, Task(), base=str(tmp_path), cache=tmp_path / "file" / "x")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "pq", SimpleNamespace(ParquetWriter=full))
    with pytest.raises(InputTrouble, match="No space left on device"):
        open_table(place, engine, Task(), base=str(tmp_path), cache=tmp_path / "cache")
    assert kept(tmp_path) == []
