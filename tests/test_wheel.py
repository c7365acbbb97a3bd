"""The wheel carries everything: built here without a network, used from an empty folder.

``.ci/run`` does the true installation with every dependency; this one lays the wheel beside the
dependencies that are already here.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import investigators


def _run(
    *command: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = Path(__file__).resolve().parent.parent
    dist = tmp_path_factory.mktemp("dist")
    built = _run(
        *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)), cwd=checkout
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    if importlib.util.find_spec("pip"):
        installer = [sys.executable, "-m", "pip", "install", "--quiet", "--no-warn-conflicts"]
    else:  # an environment made by uv has no pip
        uv = shutil.which("uv")
        assert uv, "neither pip nor uv is here to install the wheel with"
        installer = [uv, "pip", "install", "--quiet", "--offline", "--python", sys.executable]
    done = _run(
        *(*installer, "--no-deps", "--no-index", "--target", str(target), str(wheel)), cwd=target
    )
    assert done.returncode == 0, done.stderr
    return target


def test_the_wheel_adds_two_import_names(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/", maxsplit=1)[0] for name in names}
    info = f"fifthwhy-{investigators.__version__}.dist-info"
    assert tops == {"app", "investigators", info}
    assert not [name for name in names if "__pycache__" in name]
    assert any(name.endswith("resources/findings.schema.json") for name in names)
    assert any(name.endswith("resources/help/checks.md") for name in names)


def test_the_metadata_says_what_it_needs(wheel: Path) -> None:
    info = f"fifthwhy-{investigators.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{info}/METADATA").decode()
        points = archive.read(f"{info}/entry_points.txt").decode()
        names = archive.namelist()
    assert f"\nVersion: {investigators.__version__}\n" in metadata
    assert "\nRequires-Python: >=3.12\n" in metadata
    assert "fifthwhy = app.main:main" in points
    assert f"{info}/licenses/LICENSE" in names
    always = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert [line for line in always if "pyside6" in line.lower() and "extra" not in line]


def test_an_installation_finds_its_data(installed: Path, tmp_path: Path, root: Path) -> None:
    script = (
        "from investigators.resources import resource, room\n"
        "for name in ('resources', 'sample_data', 'sample_models'): print(room(name))\n"
        "print(resource('findings.schema.json').stat().st_size)"
    )
    found = _run(sys.executable, "-c", script, cwd=tmp_path, env={"PYTHONPATH": str(installed)})
    assert found.returncode == 0, found.stderr
    *rooms, size = found.stdout.split()
    assert all(Path(room).is_relative_to(installed) for room in rooms), rooms
    assert int(size) == (root / "resources" / "findings.schema.json").stat().st_size


def test_an_installation_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    env = {"PYTHONPATH": str(installed), "FIFTHWHY_CACHE": str(tmp_path / "cache")}
    command = (sys.executable, "-m", "investigators", "sample")
    listed = _run(*command, cwd=empty, env=env)
    assert listed.returncode == 0, listed.stderr
    assert "home_page" in listed.stdout
    done = _run(*command, "home_page", "--out", str(tmp_path / "out"), cwd=empty, env=env)
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    assert document["format"] == "fifthwhy-findings"
    assert document["versions"]["fifthwhy"] == investigators.__version__
    assert not list(empty.iterdir())
