"""Which reader opens a file: by name and content; missing, empty and unknown files."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from investigators.tables.table import Table
from investigators.trouble import InputTrouble

Open = Callable[..., Table]


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), out)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("log.csv", "a\n1\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"a\n1\n", "log.csv"),
        (b"a\n1\n", "log.CSV"),
        (b"a\n1\n", "log.export"),
        (b"a\n1\n", "log.parquet"),
        (b"a\n1\n", "log.jsonl"),
        (gzip.compress(b"a\n1\n"), "log.gz"),
        (b'{"a": 1}\n', "log.csv"),
        (b'[{"a": 1}]', "log.txt"),
        (gzip.compress(b'{"a": 1}\n'), "log.dat"),
        (parquet(), "log.parquet"),
        (parquet(), "log.csv"),
        (parquet(), "log"),
    ],
)
def test_content_decides(opened: Open, content: bytes, name: str) -> None:
    assert opened(content, name).row(0) == {"a": 1}


def test_sqlite_by_content(opened: Open, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.bin")) as connection:
        connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    assert opened(None, "log.bin").row(0) == {"a": 1}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "log.png"),
        (zipped(), "log.zip"),
        (b"<html><table></table></html>", "log.xls"),
        (b"\x00\x01\x02\x03", "log"),
        (b"FEA1\0\0\0\0", "log.feather"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5\n", "log.parquet"),
    ],
)
def test_unknown_formats_are_told_what_is_read(opened: Open, content: bytes, name: str) -> None:
    with pytest.raises(InputTrouble) as caught:
        opened(content, name)
    line = caught.value.line()
    assert line.startswith(f"{name}: this ")
    assert "not read; expected one of" in line
    for known in ("CSV and TSV (.csv", "JSON lines (.jsonl", "Parquet (.parquet", "SQLite (.sql"):
        assert known in line


def test_missing_and_empty(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match=r"log\.csv: no such file or folder; check the path"):
        opened(None)
    with pytest.raises(InputTrouble, match=r"log\.csv: the file is empty"):
        opened(b"")
    with pytest.raises(InputTrouble, match="the file is empty"):
        opened(gzip.compress(b""), "log.csv.gz")
    (tmp_path / "days").mkdir()
    with pytest.raises(InputTrouble, match="days: the folder holds no files"):
        opened(None, "days")
    with pytest.raises(InputTrouble, match=r"\*\.csv: no such file or folder"):
        opened(None, "days/*.csv")


def test_unlike_files_and_empty_ones_in_a_folder(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    opened(b"a\n1\n", "days/1.csv")
    (tmp_path / "days" / "2.csv").touch()
    with pytest.raises(InputTrouble, match=r"2\.csv: the file is empty"):
        opened(None, "days")
    opened(b'{"a": 1}', "days/2.csv")
    with pytest.raises(InputTrouble, match=r"1\.csv is CSV and TSV and 2\.csv is JSON lines"):
        opened(None, "days")


def test_a_table_inside_a_file_that_has_none(opened: Open) -> None:
    with pytest.raises(InputTrouble, match="a CSV and TSV file has no tables inside; leave out"):
        opened(b"a\n1\n", table="shown")
