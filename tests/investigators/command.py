"""The command line as tests call it: here, or in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from investigators.cli import DONE, TROUBLE, main
from tests.investigators import parcels


def few(folder: Path) -> parcels.Parcels:
    """The case with events and a log of few rows, for what is settled before any check."""
    made = parcels.write(folder, events=True, decision="p-00020")
    frame = pd.read_csv(made.path("log.csv"), dtype=str).head(80)
    frame.loc[[30, 40, 50], "parcel_no"] = "twice"
    frame.to_csv(made.path("log.csv"), index=False, lineterminator="\n")
    return made


def process(
    *arguments: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, without a display."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, "-m", "investigators", *map(str, arguments)],
        cwd=cwd or root,
        env={**kept, "PYTHONPATH": str(root), "WAYLAND_DISPLAY": "", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def investigate(made: parcels.Parcels, out: Path, *flags: str, case: bool = True) -> dict[str, Any]:
    """Run ``investigate`` here and return its document."""
    where = [str(made.case)] if case else []
    formats = [] if "--format" in flags else ["--format", "md"]  # no figures: they take time
    command = ["investigate", *where, "--out", str(out), "--quiet", *formats, *flags]
    assert main(command) == DONE
    return dict(json.loads((out / "findings.json").read_bytes()))


def trouble(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run what cannot be used; return its one line."""
    try:
        status = main(list(arguments))
    except SystemExit as end:  # argparse ends so
        status = int(str(end.code))
    found = capsys.readouterr()
    assert status == TROUBLE
    assert found.out == ""
    assert len(found.err.splitlines()) == 1, found.err
    return found.err.strip()
