"""Seals: sha256 of files and folders, and whether a source has changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from investigators.case import Place, Source
from investigators.tables.sealing import changed, seal, stamp_of
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble


def sealed(place: Place, base: Path) -> Source:
    one = seal(place, str(base))
    return Source("log", place, one.sha256, None, one.stamp)


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 10_000_000)
    ticks: list[tuple[int, int]] = []
    one = seal(
        Place("a.csv"), str(tmp_path), Task(lambda done, all_, _: ticks.append((done, all_)))
    )
    assert one.sha256 == hashlib.sha256(b"x" * 10_000_000).hexdigest()
    assert one.stamp == (10_000_000, (tmp_path / "a.csv").stat().st_mtime_ns)
    assert ticks[0][0] < 10_000_000
    assert ticks[-1] == (10_000_000, 10_000_000)


def test_a_folder_is_its_names_and_bytes(tmp_path: Path) -> None:
    for name in ("log", "copy"):
        (tmp_path / name / "day=2").mkdir(parents=True)
        (tmp_path / name / "1.csv").write_text("a")
        (tmp_path / name / "day=2" / "2.csv").write_text("b")
    log, copy = (seal(Place(name), str(tmp_path)) for name in ("log", "copy"))
    lines = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for text, name in (("a", "1.csv"), ("b", "day=2/2.csv"))
    )
    assert log.sha256 == copy.sha256 == hashlib.sha256(lines.encode()).hexdigest()
    (tmp_path / "copy" / "1.csv").rename(tmp_path / "copy" / "0.csv")
    assert seal(Place("copy"), str(tmp_path)).sha256 != log.sha256


def test_what_counts_as_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("one")
    source = sealed(Place("a.csv"), tmp_path)
    assert not changed(source, str(tmp_path))
    os.utime(path, ns=(5, 5))  # touched: other stamp, same bytes
    assert stamp_of(source.place, str(tmp_path)) != source.stamp
    assert not changed(source, str(tmp_path))
    path.write_text("two")
    assert changed(source, str(tmp_path))
    assert not changed(replace(sealed(source.place, tmp_path)), str(tmp_path))
    path.unlink()
    assert changed(source, str(tmp_path))


def test_missing_and_cancelled(tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match=r"none\.csv: no such file"):
        seal(Place("none.csv"), str(tmp_path))
    (tmp_path / "a.csv").write_text("one")
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        seal(Place("a.csv"), str(tmp_path), task)
