"""A check added as CONTRIBUTING.md says touches one file and appears everywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lightgbm
import numpy as np
import pytest

ID = "data_assumptions.frozen_input"
PLACE = "investigators/checks/data_assumptions/frozen_input.py"
FROZEN = 7.5


@pytest.fixture(scope="module")
def toy() -> str:
    guide = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
    blocks = re.findall(
        r"^```python\n(.*?)^```$", guide.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (block,) = [block for block in blocks if "CHECK = Check(" in block]
    return block


@pytest.fixture(scope="module")
def copy(toy: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the one new file in it."""
    root = Path(__file__).resolve().parent.parent
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("investigators", "resources", "sample_models", "sample_data"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", copy)
    assert not (copy / PLACE).exists(), "the toy has become a real check: choose another toy"
    (copy / PLACE).write_text(toy, encoding="utf-8")
    return copy


def _python(
    copy: Path, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done


def _case(folder: Path) -> None:
    rng = np.random.default_rng(5)
    rows = np.exp(rng.normal(2, 1, (600, 3)))
    outcome = (rng.random(600) < 1 / (1 + np.exp(2 - rows[:, 0] / 5))).astype(int)
    parameters = {"objective": "binary", "num_leaves": 7, "verbosity": -1, "num_threads": 1}
    names = ["basket", "age", "speed"]
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, outcome, feature_name=names), 12)
    booster.save_model(folder / "model.txt")
    live = np.exp(rng.normal(2, 1, (300, 3)))
    live[:, 2] = FROZEN
    lines = ["request,basket,age,speed,score"]
    for i, (row, score) in enumerate(zip(live, booster.predict(live), strict=True)):
        lines.append(f"q{i:03d}," + ",".join(repr(float(x)) for x in (*row, score)))
    (folder / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_it_is_found_and_nothing_else_changed(copy: Path) -> None:
    script = "from investigators import shelf; print(*(check.id for check in shelf.checks()))"
    assert ID in _python(copy, "-c", script).stdout.split()


def test_it_is_in_the_help(copy: Path) -> None:
    _python(copy, "-m", "investigators.help_pages")
    page = (copy / "resources" / "help" / "checks.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if f"`{ID}`" in line]
    assert "An input stands still" in row
    assert "`input-stale-or-late`" in row


def test_it_is_in_findings_and_report(copy: Path, tmp_path: Path) -> None:
    _case(tmp_path)
    _python(
        copy,
        *("-m", "investigators", "investigate", "--model", "model.txt", "--log", "log.csv"),
        *("--column", "log.id=request", "--decision", "q007", "--out", "out", "--quiet"),
        cwd=tmp_path,
    )
    document = json.loads((tmp_path / "out" / "findings.json").read_text("utf-8"))
    findings = {f["id"]: f for f in document["findings"] if f["check"] == ID}
    assert findings[f"{ID}/speed"]["verdict"] == "supports"
    assert findings[f"{ID}/speed"]["n"] == 300
    assert findings[f"{ID}/basket"]["verdict"] == "speaks against"
    assert ID in {check["id"] for check in document["checks"]}
    leads = [lead for lead in document["leads"] if lead["cause"] == "input-stale-or-late"]
    assert [lead["features"] for lead in leads] == [["speed"]]
    reports = [*(tmp_path / "out").glob("*.md"), *(tmp_path / "out").glob("*.html")]
    assert len(reports) == 2
    for report in reports:
        assert "speed is 7.5 in each of 300 requests" in report.read_text("utf-8"), report.name


def test_the_toy_passes_the_linters(toy: str, root: Path) -> None:
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", PLACE, "-"],
            cwd=root,
            input=toy,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
