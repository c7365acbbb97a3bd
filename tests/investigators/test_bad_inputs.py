"""What cannot be used ends in one clear line and exit status 2; what is odd is shown as it is.

``BAD`` lists every way a file of a case can be damaged that we know of: each line says which file,
what is done to it, and what the one line on standard error must say.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from investigators.cli import main
from tests.investigators import parcels

Damage = Callable[[Path], object]


@dataclass(frozen=True)
class Bad:
    """One damaged input: the file, what is done to the case's folder, what is said about it."""

    file: str
    damage: Damage
    said: tuple[str, ...]
    flags: tuple[str, ...] = ()
    name: str = ""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound case of few rows: opening fails before the checks do their work."""
    folder = tmp_path_factory.mktemp("sound") / "case"
    made = parcels.write(folder, events=True, decision="p-00020")
    for name, n in (("log", 60), ("training", 80), ("outcomes", 40), ("events", 40)):
        frame = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False).head(n)
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    table = pd.read_csv(folder / "log.csv")
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / "log.parquet")
    with closing(sqlite3.connect(folder / "log.sqlite")) as connection, connection:
        table.to_sql("requests", connection, index=False)
        table.to_sql("older", connection, index=False)
    feather.write_feather(pa.Table.from_pandas(table, preserve_index=False), folder / "log.arrow")
    with duckdb.connect(str(folder / "log.duckdb")) as base:
        base.register("incoming", pa.Table.from_pandas(table, preserve_index=False))
        base.execute("CREATE TABLE requests AS SELECT * FROM incoming")
    lines = (json.dumps(row) for row in table.to_dict("records"))
    (folder / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert made.case.is_file()
    return folder


def _log(case: Path, name: str) -> None:
    """Make ``case.toml`` read another log."""
    path = case / "case.toml"
    text = path.read_text("utf-8").replace('file = "log.csv"', f'file = "{name}"')
    path.write_text(text, encoding="utf-8")


def write(name: str, content: bytes | str) -> Damage:
    data = content.encode() if isinstance(content, str) else content

    def damage(case: Path) -> None:
        (case / name).write_bytes(data)
        if name.startswith("log") and name != "log.csv":
            _log(case, name)

    return damage


def change(name: str, how: Callable[[bytes], bytes]) -> Damage:
    def damage(case: Path) -> None:
        (case / name).write_bytes(how((case / name).read_bytes()))
        if name.startswith("log") and name != "log.csv":
            _log(case, name)

    return damage


def setting(old: str, new: str) -> Damage:
    def damage(case: Path) -> None:
        text = (case / "case.toml").read_text("utf-8")
        assert old in text
        (case / "case.toml").write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def rename(name: str, old: str, new: str) -> Damage:
    return change(name, lambda data: data.replace(old.encode(), new.encode(), 1))


def cut(name: str, *, to: float) -> Damage:
    return change(name, lambda data: data[: int(len(data) * to)])


def gone(name: str) -> Damage:
    return lambda case: (case / name).unlink()


def folder(name: str) -> Damage:
    def damage(case: Path) -> None:
        (case / name).unlink()
        (case / name).mkdir()

    return damage


def unreadable(name: str) -> Damage:
    """No bytes come out of it: not allowed to read, or for root a device that refuses."""

    def damage(case: Path) -> None:
        if os.geteuid() == 0:
            (case / name).unlink()
            (case / name).symlink_to("/proc/self/mem")
        else:
            (case / name).chmod(0)

    return damage


def zipped(how: Callable[[bytes], bytes]) -> Damage:
    def damage(case: Path) -> None:
        content = gzip.compress((case / "log.csv").read_bytes(), mtime=0)
        (case / "log.csv.gz").write_bytes(how(content))
        _log(case, "log.csv.gz")

    return damage


def table(name: str) -> Damage:
    return lambda case: _log(case, name)


def retrained(**parameters: Any) -> Damage:
    """A real model, but not of these columns, or not of one score per row."""

    def damage(case: Path) -> None:
        frame = parcels.rows(300, 2)
        target = np.arange(300) % int(parameters.get("num_class", 2))
        names = ["fill_time", "basket"] if "num_class" in parameters else ["alpha", "beta"]
        inputs = 1e9 + frame[["fill_time", "basket"]].set_axis(names, axis=1)
        data = lightgbm.Dataset(inputs, target, params={"verbosity": -1})
        settings = parcels.PARAMETERS | parameters
        lightgbm.train(settings, data, num_boost_round=3).save_model(case / "model.txt")

    return damage


class _Runs:
    """Pickled, it is a program that leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (exec, (f"open({str(self.mark)!r}, 'w').close()",))


def pickled(make: Callable[[Path], Any]) -> Damage:
    def damage(case: Path) -> None:
        (case / "model.pkl").write_bytes(pickle.dumps(make(case)))
        setting('"model.txt"', '"model.pkl"')(case)

    return damage


TREE = b"Tree=3"


MODEL = "model.txt"


BAD = [
    # the log as text
    Bad("log.csv", cut("log.csv", to=0.5), ("field", "line ")),
    Bad("log.csv", write("log.csv", 'a,b\n1,"never closed\n2,3\n'), ("quoted field",)),
    Bad(
        "log.csv",
        change("log.csv", lambda d: d.replace(b"p-00030", b'"p-00030', 1)),
        ("a quoted field is not closed", "line 32"),
    ),
    Bad("log.csv", write("log.csv", b""), ("empty",)),
    Bad("log.csv", write("log.csv", "\n \n\n"), ("blank",)),
    Bad(
        "log.csv",
        change("log.csv", lambda d: d[:900] + b"\0" + d[901:]),
        ("NUL", "line"),
        (),
        "nul",
    ),
    Bad(
        "log.csv",
        rename("log.csv", "p-00010,", "p-00010,surplus,"),
        ("line 12", "expected 12 fields", "found 13"),
    ),
    Bad("log.csv", change("log.csv", lambda d: d.rstrip()[:-12]), ("fields", "line 61")),
    Bad(
        "log.csv",
        change("log.csv", lambda d: d.replace(b"card", b"\x81\x8d\xff", 1)),
        ("not UTF-8", "line"),
    ),
    Bad(
        "log.csv",
        change("log.csv", lambda d: b"\xff\xfe" + d.decode().encode("utf-16-le")[:-1]),
        ("UTF-16",),
    ),
    Bad("log.csv", write("log.csv", b"\x7fELF\x02\x01\x01\0\0\0"), ("",), name="a program"),
    Bad("log.csv", gone("log.csv"), ("no such file",)),
    Bad("log.csv", folder("log.csv"), ("folder", "no files")),
    Bad("log.csv", unreadable("log.csv"), ("cannot be read",)),
    Bad("log.csv.gz", zipped(lambda d: d[:200]), ("gzip",), name="gz cut"),
    Bad("log.csv.gz", zipped(lambda d: d[:-6]), ("gzip",), name="gz without its sum"),
    Bad("log.csv.gz", zipped(lambda d: d[:40] + b"\0" * 20 + d[60:]), ("gzip",), name="gz hit"),
    # the log in other formats
    Bad("log.parquet", cut("log.parquet", to=0.6), ("Parquet", "cut off")),
    Bad("log.parquet", write("log.parquet", b"PAR1"), ("Parquet",)),
    Bad("log.parquet", write("log.parquet", b""), ("empty",)),
    Bad(
        "log.parquet",
        change("log.parquet", lambda d: d[:8] + b"\xff" * 400 + d[408:]),
        ("its data cannot be read", "a whole file"),
        name="parquet hit",
    ),
    Bad("log.sqlite", table("log.sqlite"), ("2 tables are inside", "older, requests")),
    Bad(
        "log.sqlite::answers",
        table("log.sqlite::answers"),
        ("no table answers", "older, requests"),
    ),
    Bad(
        "log.sqlite::requests",
        lambda case: (
            (case / "log.sqlite").write_bytes((case / "log.sqlite").read_bytes()[:5000]),
            _log(case, "log.sqlite::requests"),
        ),
        ("SQLite",),
        name="sqlite cut",
    ),
    Bad("log.csv::requests", table("log.csv::requests"), ("no tables inside",)),
    Bad("log.jsonl", cut("log.jsonl", to=0.5), ("line",)),
    Bad("log.jsonl", write("log.jsonl", '{"a": 1}\n[2]\n'), ("line 2",)),
    Bad("log.arrow", cut("log.arrow", to=0.5), ("not a whole Arrow file", "copy or export")),
    Bad("log.feather", write("log.feather", b"FEA1" + b"\0" * 60), ("version 1", "version 2")),
    Bad("log.duckdb", cut("log.duckdb", to=0.5), ("DuckDB", "copy it again")),
    Bad(
        "log.duckdb::nothing",
        table("log.duckdb::nothing"),
        ("no table nothing", "one of requests"),
    ),
    Bad("log.xlsx", write("log.xlsx", b"PK\x03\x04[Content_Types].xml"), ("not a whole workbook",)),
    Bad("log.xlsx", write("log.xlsx", b"PK\x03\x04" + b"\0" * 60), ("not read", "Parquet")),
    Bad("log.html", write("log.html", "<html><body>Sign in</body></html>"), ("not read",)),
    # columns
    Bad("log.csv", setting('id = "parcel_no"', 'id = "parcel"'), ("no column parcel", "parcel_no")),
    Bad("training.csv", setting('outcome = "late"', 'outcome = "lat"'), ("no column lat", "late")),
    Bad("outcomes.csv", rename("outcomes.csv", "parcel_no", "number"), ("parcel_no",)),
    Bad("releases.csv", write("releases.csv", "what\nnew prices\n"), ("time",)),
    Bad("training.csv", cut("training.csv", to=0.5), ("field", "line")),
    Bad("training.csv", write("training.csv", b""), ("empty",)),
    Bad("outcomes.csv", write("outcomes.csv", "late\n1\n"), ("no column parcel_no",)),
    Bad("releases.csv", gone("releases.csv"), ("no such file",)),
    Bad("events.csv", cut("events.csv", to=0.7), ("field", "line")),
    # the model
    *(
        Bad(MODEL, cut(MODEL, to=share), ("model",), name=f"model cut at {share}")
        for share in (0.001, 0.01, 0.1, 0.5, 0.8, 0.95)
    ),
    Bad(MODEL, write(MODEL, b""), ("empty",)),
    Bad(MODEL, write(MODEL, b"\0" * 5000), ("",), name="zeros"),
    Bad(MODEL, write(MODEL, b"tree\nversion=v4\n\xff\xfe"), ("UTF-8",)),
    Bad(MODEL, write(MODEL, "not a model at all\n"), ("LightGBM",)),
    Bad(MODEL, change(MODEL, lambda d: d.replace(TREE, b"Tree=7", 1)), ("",), name="tree number"),
    Bad(
        MODEL,
        change(MODEL, lambda d: re.sub(rb"left_child=\d", b"left_child=9", d, count=1)),
        ("left_child",),
        name="a child too many",
    ),
    Bad(
        MODEL,
        change(MODEL, lambda d: re.sub(rb"split_feature=\d", b"split_feature=9", d, count=1)),
        ("split_feature",),
    ),
    Bad(
        "training.csv",
        retrained(),
        ("none of the inputs of model.txt", "alpha, beta", "reference.feature:alpha=COLUMN"),
        name="a model of other columns",
    ),
    Bad(
        MODEL,
        rename(MODEL, "objective=binary sigmoid:1", "objective=my_own_loss"),
        ("my_own_loss", "not supported", "one of LightGBM's own: binary"),
        name="an objective of somebody's own",
    ),
    Bad(MODEL, gone(MODEL), ("no such file",)),
    Bad(MODEL, folder(MODEL), ("folder",)),
    Bad(MODEL, unreadable(MODEL), ("cannot be read",)),
    Bad(
        "model.pkl",
        pickled(lambda case: _Runs(case / "ran")),
        ("a pickle is a program", "--trust-model"),
        name="a pickle without trust",
    ),
    Bad(
        "model.pkl",
        pickled(lambda case: _Runs(case / "ran")),
        ("it holds builtins.NoneType", "not a Booster"),
        ("--trust-model",),
        "a program in a pickle, trusted",
    ),
    Bad(
        "model.pkl",
        pickled(lambda _: {"weights": [1.0]}),
        ("it holds builtins.dict",),
        ("--trust-model",),
        "a pickle of something else",
    ),
    Bad(
        "model.pkl",
        lambda case: (
            (case / "model.pkl").write_bytes(pickle.dumps([1] * 500)[:100]),
            setting('"model.txt"', '"model.pkl"')(case),
        ),
        ("reading it failed",),
        ("--trust-model",),
        "a pickle cut off",
    ),
    # what describes
    Bad("features.yaml", write("features.yaml", "fill_time: {unit: [s\n"), ("line",)),
    Bad("features.yaml", write("features.yaml", "!!python/object/apply:os.system [ls]"), ("",)),
    Bad("features.yaml", gone("features.yaml"), ("no such file",)),
    Bad("features.yaml", folder("features.yaml"), ("",)),
    Bad("features.yaml", unreadable("features.yaml"), ("cannot be read",)),
    Bad("case.toml", write("case.toml", "title = 'x\n"), ("not TOML", "end of document")),
    Bad("case.toml", write("case.toml", b"title = '\xff'\n"), ("not UTF-8",)),
    Bad("case.toml", write("case.toml", ""), ("neither a model nor a log",), name="toml empty"),
    Bad("case.toml", setting("[log]", "[logs]"), ("unknown key logs", "log")),
    Bad("case.toml", setting("threshold = 0.3", 'threshold = "high"'), ("threshold", "number")),
    Bad("case.toml", setting("threshold = 0.3", "threshold = nan"), ("threshold", "number")),
    Bad("case.toml", setting('file = "log.csv"', "file = 3"), ("log.file", "text")),
    Bad("case.toml", setting('id = "parcel_no"', 'ids = "parcel_no"'), ("role of log ids", "id")),
    Bad("case.toml", setting('title = "', 'zone = "Berlin"\ntitle = "'), ("time zone Berlin",)),
    Bad("case.toml", gone("case.toml"), ("cannot be read",)),
    Bad("case.toml", folder("case.toml"), ("cannot be read",)),
    # what is something else, or empty
    Bad("log.csv", change("log.csv", lambda d: d.split(b"\n", 1)[0]), ("no rows", "decisions")),
    Bad(
        "log.csv",
        change("log.csv", lambda d: d.split(b"\n", 1)[0] + b"\n"),
        ("no rows",),
        (),
        "head",
    ),
    Bad("training.csv", change("training.csv", lambda d: d.split(b"\n", 1)[0]), ("no rows",)),
    Bad(
        "log.csv",
        write("log.csv", b"PK\x03\x04" + b"\0" * 60),
        ("a ZIP archive", "unpack it"),
    ),
    Bad("log.csv", write("log.csv", b"%PDF-1.7\n" + bytes(range(256))), ("this is a PDF",)),
    Bad("log.csv", write("log.csv", b"\x89PNG\r\n\x1a\n\0\0"), ("this is a picture",)),
    Bad("log.csv", write("log.csv", "<!DOCTYPE html><title>Sign in</title>"), ("HTML", "sign in")),
    Bad("log.csv", write("log.csv", bytes(range(256)) * 20), ("binary data", "line "), (), "bytes"),
    Bad("training.csv", write("training.csv", "late,b,c\n1,2,3\n0,5,6\n"), ("none of the inputs",)),
    Bad("events.csv", write("events.csv", "a,b\n1,2\n"), ("no column",), (), "no events"),
    Bad(
        "picture.csv",
        write("picture.csv", "a,b\n"),
        ("no picture",),
        ("--screenshot", "{}/picture.csv"),
    ),
    Bad("nothing.png", write("x", ""), ("no such file",), ("--screenshot", "{}/nothing.png")),
    Bad(
        "settings",
        write("x", ""),
        ("no row has the decision revue", "did you mean review"),
        ("--adverse", "revue"),
    ),
    Bad("settings", write("x", ""), ("no row has the outcome yes",), ("--positive", "yes")),
    Bad("--format", write("x", ""), ("no format",), ("--format", ",")),
    Bad(
        "command line",
        write("x", ""),
        ("--log: given 2 times", "expected one"),
        ("--log", "a.csv", "--log", "b.csv"),
    ),
    Bad("features.yaml", write("features.yaml", "basket: {min: 9, max: 1}\n"), ("above maximum",)),
    Bad("case.toml", write("case.toml", "a,b\n1,2\n"), ("not TOML",), (), "a table as the case"),
    Bad(
        "log.csv",
        setting("p-00020", "p-00200"),
        ("no decision p-00200", "nearest: p-00002, p-00020"),
        name="no such decision",
    ),
]


def _id(one: Bad) -> str:
    return f"{one.file} {one.name or one.said[0]}".strip()


def _one_line(captured: Any) -> str:
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert len(lines) == 1, captured.err
    return str(lines[0])


@pytest.mark.parametrize("one", BAD, ids=_id)
def test_one_clear_line_and_status_2(
    sound: Path, tmp_path: Path, one: Bad, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case"
    shutil.copytree(sound, case)
    one.damage(case)
    out = tmp_path / "out"
    command = ["investigate", str(case / "case.toml"), "--out", str(out), "--quiet"]
    command += [flag.format(case) for flag in one.flags]
    assert main(command) == 2
    line = _one_line(capsys.readouterr())
    named = "sources" if one.name == "toml empty" else one.file
    assert named in line.split(": ", 1)[0], line
    for said in one.said:
        assert said in line, line
    assert str(tmp_path) not in line, "a display name, no path of the machine"
    assert len(line) < 600
    assert not out.exists(), "nothing is written of what cannot be used"
    assert not (case / "ran").exists() or "--trust-model" in one.flags


def test_a_trusted_program_runs_in_a_process_of_its_own(sound: Path, tmp_path: Path) -> None:
    """With trust its code does run, and whatever it does to its own process is not done to us."""
    case = tmp_path / "case"
    shutil.copytree(sound, case)

    class Kills:
        def __reduce__(self) -> tuple[Any, ...]:
            return (exec, ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",))

    pickled(lambda _: Kills())(case)
    flags = [*("--out", str(tmp_path / "out")), "--quiet", "--trust-model"]
    assert main(["investigate", str(case / "case.toml"), *flags]) == 2


def test_the_process_never_dies_of_a_model(sound: Path, tmp_path: Path) -> None:
    """Real processes: a model that makes LightGBM crash ends in status 2, not in a signal."""
    case = tmp_path / "case"
    shutil.copytree(sound, case)
    text = (case / MODEL).read_bytes()
    start = text.index(b"left_child=")
    (case / MODEL).write_bytes(text.replace(text[start : start + 14], b"left_child=0 0", 1))
    command = [sys.executable, "-m", "investigators", "investigate", str(case / "case.toml")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out"), "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("model.txt: ")


@pytest.mark.parametrize("content", ["a,b,c\n1,2,3\n4,5,6\n", "id\n1\n2\n", "x"])
def test_a_table_of_something_else_is_no_log_of_this_model(
    sound: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns guessed by their values alone do not make a log of any table of numbers."""
    (tmp_path / "other.csv").write_text(content)
    files = ["--model", str(sound / "model.txt"), "--log", str(tmp_path / "other.csv")]
    assert main(["investigate", *files, "--out", str(tmp_path / "out"), "--quiet"]) == 2
    line = _one_line(capsys.readouterr())
    assert "none of the inputs of model.txt" in line or "no rows" in line


@pytest.mark.parametrize("below", ["", "/further/down"])
def test_a_place_that_can_hold_nothing_is_refused_before_the_work(
    sound: Path, tmp_path: Path, below: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    out = f"{tmp_path / 'file'}{below}"
    assert main(["investigate", str(sound / "case.toml"), "--out", out]) == 2
    assert "cannot be written: file is a file" in _one_line(capsys.readouterr())
