"""The command as a process: no window, no display, interruptions, terminals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from investigators import casefile
from investigators.cli import CANCELLED, DONE, TROUBLE, main
from tests.investigators import parcels
from tests.investigators.command import few, investigate


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return few(tmp_path_factory.mktemp("small") / "in")


WITHOUT_A_WINDOW = """
import sys
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph", "app"):
            raise AssertionError(f"{name} was imported")
sys.meta_path.insert(0, Refused())
from investigators.cli import main
case, out = sys.argv[1:]
assert main(["investigate", case, "--out", out, "--quiet"]) == 0
assert main(["export", out + "/case.fifthwhy", "--out", out + "/again"]) == 0
assert main(["sample"]) == 0
assert not [name for name in sys.modules if name.startswith(("PySide6", "shiboken6"))]
assert "matplotlib.pyplot" not in sys.modules
"""


def test_no_window_and_no_display(small: parcels.Parcels, tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "DISPLAY", "WAYLAND"))}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_WINDOW, str(small.case), str(tmp_path / "out")],
        cwd=Path(__file__).resolve().parents[2],
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_starting_imports_nothing_heavy() -> None:
    script = (
        "import sys; from investigators.cli import main; main([]); "
        "heavy = {'lightgbm', 'shap', 'pandas', 'scipy', 'sklearn', 'matplotlib', 'duckdb'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == "[]"


@pytest.fixture(scope="module")
def long_case(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    """A case that takes some seconds."""
    made = parcels.write(tmp_path_factory.mktemp("long") / "in")
    frame = pd.read_csv(made.path("log.csv"), dtype=str)
    many = pd.concat([frame.assign(parcel_no=frame["parcel_no"] + f"-{k}") for k in range(40)])
    many.to_csv(made.path("log.csv"), index=False, lineterminator="\n")
    return made


@pytest.mark.parametrize("until", ["Reading and scoring the log", "input_units.scale_change"])
def test_interrupted(long_case: parcels.Parcels, tmp_path: Path, until: str) -> None:
    """Ctrl+C: status 130, one line, nothing written, no temporary folder left."""
    home = tmp_path / "temporary"
    home.mkdir()
    out = tmp_path / "out"
    command = [sys.executable, "-m", "investigators", "investigate", str(long_case.case)]
    child = subprocess.Popen(
        [*command, "--decision", f"{long_case.decision}-7", "--out", str(out)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "TMPDIR": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    assert child.stdout is not None
    said = []
    for line in child.stderr:
        said.append(line.strip())
        if line.strip() == until:
            child.send_signal(signal.SIGINT)
            break
    started = time.monotonic()
    rest = [*said, *(line.strip() for line in child.stderr)]
    assert child.wait(timeout=60) == CANCELLED, rest
    assert time.monotonic() - started < 10
    assert rest[-1] == "cancelled; nothing half-written was left behind"
    assert child.stdout.read() == ""
    child.stdout.close()
    child.stderr.close()
    assert not out.exists()
    left = [path.name for path in home.iterdir() if path.name.startswith("fifthwhy-")]
    assert left == []


class _Terminal:
    """Standard error as a terminal that keeps what it is told."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_one_line_that_goes(
    small: parcels.Parcels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["investigate", str(small.case), "--out", str(tmp_path)]) == DONE
    assert "\n" not in terminal.text
    assert terminal.text.endswith("\r\x1b[2K"), "the last progress is wiped before the answer"


def test_on_a_terminal_trouble_has_a_line_of_its_own(
    small: parcels.Parcels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    command = ["investigate", str(small.case), "--out", str(tmp_path), "--decision", "nobody"]
    assert main(command) == TROUBLE
    *_, last = terminal.text.split("\r\x1b[2K")
    assert last.startswith("log.csv and events.csv: no decision nobody")
    assert last.count("\n") == 1


def test_interrupting_twice_stops_at_once(
    small: parcels.Parcels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """The first asks, the second does not: also while files are written, nothing half stays."""

    def slow(*_: object, **__: object) -> Any:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("not reached")

    monkeypatch.setattr(casefile, "save", slow)
    command = ["investigate", str(small.case), "--out", str(tmp_path), "--quiet"]
    assert main(command) == CANCELLED
    assert "cancelled" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} <= {"findings.json"}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_main_leaves_no_thread(small: parcels.Parcels, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    investigate(small, tmp_path)
    named = [t.name for t in set(threading.enumerate()) - before if t.name.startswith("fifthwhy")]
    assert named == []
    shutil.rmtree(tmp_path)
