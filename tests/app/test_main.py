"""The front of the program: which words go where (files, commands, without a display)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import main as front
from investigators import cli, desk

NO_DISPLAY = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What was handed to the command line and to the window."""
    made: dict[str, list[Any]] = {"cli": [], "window": []}
    monkeypatch.setattr(cli, "main", lambda given: made["cli"].append(list(given)) or 0)
    monkeypatch.setattr(front, "_window", lambda paths: made["window"].append(paths) or 0)
    return made


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NO_DISPLAY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.parametrize(
    "given",
    [
        ["investigate", "case.toml", "--out", "out"],
        ["export", "case.fifthwhy", "--out", "out"],
        ["verify", "case.fifthwhy"],
        ["--help"],
        ["--version"],
        ["sample"],
        ["sample", "shop_fraud", "--out", "out"],
        ["sample", "--help"],
    ],
)
def test_commands_go_to_the_command_line(calls: dict[str, list[Any]], given: list[str]) -> None:
    assert front.main(given) == 0
    assert calls == {"cli": [given], "window": []}


def test_files_and_samples_open_the_window(calls: dict[str, list[Any]], tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "b.sqlite").write_bytes(b"")
    files = [str(tmp_path / "log.csv"), f"{tmp_path / 'b.sqlite'}::shown"]
    assert front.main([]) == 0
    assert front.main(files) == 0
    assert front.main(["sample", "shop_fraud"]) == 0
    assert calls["window"] == [[], files, [str(desk.sample("shop_fraud"))]]
    assert calls["cli"] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["nowhere.csv"], "nowhere.csv: there is no such file or command"),
        (["investigte"], "expected a file, or one of investigate, replay, export, verify, sample"),
        (["sample", "nosuch"], "there is no such sample"),
    ],
)
def test_what_is_not_there_is_said(
    calls: dict[str, list[Any]], capsys: pytest.CaptureFixture[str], given: list[str], words: str
) -> None:
    assert front.main(given) == cli.TROUBLE == 2
    said = capsys.readouterr()
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""
    assert calls == {"cli": [], "window": []}


@pytest.mark.usefixtures("no_display")
def test_without_a_display_it_says_so_and_investigates(
    calls: dict[str, list[Any]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case = tmp_path / "case.toml"
    case.write_text("", encoding="utf-8")
    assert front.main(["sample", "shop_fraud"]) == 0
    assert front.main([str(case)]) == 0
    assert calls["cli"] == [
        ["sample", "shop_fraud", "--out", "out/shop_fraud"],
        ["investigate", str(case), "--out", "out"],
    ]
    said = capsys.readouterr()
    assert said.err.count("There is no display here") == 2
    assert said.out == ""


@pytest.mark.usefixtures("no_display")
def test_without_a_display_a_case_file_cannot_be_shown(
    calls: dict[str, list[Any]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "case.fifthwhy").write_bytes(b"")
    for given in ([], [str(tmp_path / "case.fifthwhy")]):
        assert front.main(given) == 2
        assert "fifthwhy --help" in capsys.readouterr().err
    assert calls == {"cli": [], "window": []}


def test_verify_is_not_taken_for_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main(["verify", "case.fifthwhy"]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "the window is not part" not in said


def test_a_window_that_cannot_be_loaded_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "app.start", None)
    monkeypatch.delattr("app.start", raising=False)
    assert front._window([]) == 2
    assert "the window cannot be loaded" in capsys.readouterr().err


def _run(*arguments: str, root: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in NO_DISPLAY}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a display is there")
def test_a_sample_without_a_display_leaves_a_report(root: Path, tmp_path: Path) -> None:
    done = _run("sample", "home_page", root=root, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "There is no display here" in done.stderr
    assert {each.name for each in (tmp_path / "out" / "home_page").iterdir()} >= {
        *("findings.json", "case.fifthwhy", "report.md", "report.html"),
    }


INTERRUPTED = """
import os, signal, sys, threading
from PySide6.QtCore import QTimer
from app import start
shown = start._show
def show(window):
    shown(window)
    # from outside the event loop, which then has nothing to do
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
start._show = show
raise SystemExit(start.run([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send there")
def test_ctrl_c_closes_a_window_that_has_nothing_to_do(root: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ, "FIFTHWHY_HOME": str(tmp_path), "PYTHONPATH": str(root),
        "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    child = subprocess.Popen([sys.executable, "-c", INTERRUPTED], cwd=root, env=environment)
    try:
        assert child.wait(60) == 0
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            child.wait()
