"""Rules of the house that no linter knows (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import investigators
from investigators import help_pages, shelf
from investigators.evidence import FAMILIES

LONGEST_FILE = 450
LONGEST_FUNCTION = 60
HEAVY = (
    *("duckdb", "joblib", "lightgbm", "matplotlib", "numpy", "pandas", "pint", "pyarrow"),
    *("pyqtgraph", "PySide6", "scipy", "shap", "sklearn"),
)
# Put together from pieces so that this file does not name them itself.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("conda", "anaconda", "org"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+|opt)/\w")


def _sources(root: Path) -> Iterator[Path]:
    for folder in ("app", "investigators"):
        yield from sorted((root / folder).rglob("*.py"))


def _tracked(root: Path) -> list[Path]:
    # A checkout asks git; an unpacked source archive has no history and is taken whole.
    if (root / ".git").exists():
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
        return [path for name in names if name and (path := root / name).is_file()]
    inside = [p for p in root.rglob("*") if p.is_file()]
    made = re.compile(r"^(?:\.(?!ci)|out/|dist/|.*__pycache__)")
    return [p for p in inside if not made.match(p.relative_to(root).as_posix())]


def test_files_and_functions_are_short(root: Path) -> None:
    long: list[str] = []
    for path in _sources(root):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        if (lines := text.count("\n")) > LONGEST_FILE:
            long.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{name}:{node.lineno} {node.name}: {lines} lines")
    assert not long, "\n".join(long)


def test_names_say_what_a_file_is_about(root: Path) -> None:
    banned = {"util", "utils", "helper", "helpers", "manager", "core", "common", "misc", "data2"}
    assert not [p for p in _sources(root) if p.stem in banned or p.parent.name in banned]


def test_rooms_of_checks_ask_the_view_for_its_decision(root: Path) -> None:
    """Else what was found for one decision would be kept for another (any_decision)."""
    rooms = (
        "checks",
        "cutoffs",
        "moments",
        "outcomes",
        "relations",
        "renderings",
        "shift",
        "slices",
    )
    asked = [
        path.relative_to(root).as_posix()
        for room in (*rooms, "traffic")
        for path in (root / "investigators" / room).rglob("*.py")
        if "case.decision" in path.read_text(encoding="utf-8")
    ]
    assert not asked


def test_pyplot_is_banned(root: Path) -> None:
    tests = sorted((root / "tests").rglob("*.py"))
    pattern = re.compile(
        r"^\s*(?:import|from)\s+(?:matplotlib\.pyplot|pylab)|\bpyplot\s*\(", re.MULTILINE
    )
    from_import = re.compile(r"^\s*from matplotlib import [^\n]*\bpyplot\b", re.MULTILINE)
    for path in (*_sources(root), *tests):
        text = path.read_text(encoding="utf-8")
        assert not pattern.search(text), path
        assert not from_import.search(text), path


DOOR = {
    *(
        "board",
        "folder",
        "numbers",
        "pictures",
        "seen",
        "sheet",
        "sides",
        "testimony",
        "trial",
        "trial_words",
        "why_tree",
        "wish",
    ),
    *("brief", "case", "chart", "desk", "evidence", "features", "investigation", "task", "trouble"),
}


def test_the_door_contract_names_every_other_room(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (contract,) = [c for c in contracts if c["name"].startswith("desk is the only door")]
    named = {name.removeprefix("investigators.") for name in contract["forbidden_modules"]}
    rooms = {p.stem for p in (root / "investigators").iterdir() if p.suffix == ".py"}
    rooms |= {p.parent.name for p in (root / "investigators").glob("*/__init__.py")}
    assert named == rooms - DOOR - {"__init__", "__main__", "cli", "help_pages", "resources"}, (
        "a new room: name it in pyproject.toml under this contract, and as a layer"
    )


HELP = """import runpy, sys
sys.argv = ["fifthwhy", "--help"]
try:
    runpy.run_module("investigators", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code"""


@pytest.mark.parametrize(
    "statement", ["import investigators.cli", "import investigators.desk", HELP]
)
def test_nothing_heavy_is_imported_at_start(root: Path, statement: str) -> None:
    script = f"{statement}\nimport sys\nprint('heavy:', *(m for m in {HEAVY} if m in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].strip() == "heavy:"


# The window comes up without these; a thread brings some of them in once it is painted.
NOT_FOR_THE_WINDOW = tuple(name for name in HEAVY if name != "PySide6")
HEADLESS = """import sys
from app.main import main
assert main(["sample"]) == 0
assert main(["nowhere"]) == 2"""

SHOWN = """from app import start
from app.window import Window
kept = start.application(), Window()
kept[1].show()
kept[0].processEvents()"""


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import app.main", HEAVY),
        (HEADLESS, HEAVY),
        ("import app.window, app.start", NOT_FOR_THE_WINDOW),
        (SHOWN, NOT_FOR_THE_WINDOW),
    ],
    ids=["main", "headless", "window", "shown"],
)
def test_the_window_waits_for_nothing_heavy(
    root: Path, tmp_path: Path, statement: str, unwanted: tuple[str, ...]
) -> None:
    script = (
        f"{statement}\nimport sys\nprint('heavy:', *(m for m in {unwanted} if m in sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env={**os.environ, "FIFTHWHY_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].strip() == "heavy:"


def test_no_registry_and_no_machine_is_named(root: Path) -> None:
    named: list[str] = []
    for path in _tracked(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = path.relative_to(root).as_posix()
        named += [f"{name}: {host}" for host in REGISTRY_HOSTS if host in text]
        if found := MACHINE_PATHS.search(text):
            named.append(f"{name}: {found.group()}")
    assert not named, "\n".join(named)


def test_the_version_is_the_newest_of_the_changelog(root: Path) -> None:
    log = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", log, re.MULTILINE)
    assert versions[0] == investigators.__version__


def test_the_lock_holds_every_dependency(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
    ]
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    wanted = {re.split(r"[<>=!~; \[]", one)[0].lower().replace("_", "-") for one in asked}
    assert not wanted - locked
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_every_check_is_in_the_help(root: Path) -> None:
    checks = shelf.checks()
    assert {check.family for check in checks} == set(FAMILIES)
    page = (root / "resources" / "help" / "checks.md").read_text(encoding="utf-8")
    assert page == help_pages.checks_page(), "run: make help-pages"
    for check in checks:
        assert f"`{check.id}`" in page
        for words in (check.suspicion, check.covers, check.does_not_cover, check.minimum):
            assert words, check.id


def test_links_between_help_pages_hold(root: Path) -> None:
    pages = [*(root / "resources" / "help").glob("*.md"), *root.glob("*.md")]
    assert len(pages) >= 8
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken, broken


def test_the_readme_counts_the_checks(root: Path) -> None:
    said = f"runs {len(shelf.checks())} checks in four families"
    assert said in (root / "README.md").read_text(encoding="utf-8")
