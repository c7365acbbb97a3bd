"""The command line to the letter of the contract: commands, flags, statuses, streams, files."""

from __future__ import annotations

import itertools
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from investigators import __version__, cli, desk
from investigators.brief import read_case
from investigators.cli import CANCELLED, DONE, TROUBLE, main
from tests.investigators import parcels

WORKING = {"findings.json", "case.fifthwhy"}
REPORTS = {"report.md", "report.html", "affected.csv"}


@dataclass(frozen=True)
class Ran:
    """One run of the case that every test looks at."""

    made: parcels.Parcels
    out: Path
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "findings.json").read_bytes()))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return parcels.write(tmp_path_factory.mktemp("cli") / "in", events=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    """The case without UI events."""
    return parcels.write(tmp_path_factory.mktemp("plain") / "in")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    """The case with a log of few rows, for what is settled before any check."""
    made = parcels.write(tmp_path_factory.mktemp("small") / "in", events=True, decision="p-00020")
    frame = pd.read_csv(made.path("log.csv"), dtype=str).head(80)
    frame.loc[[30, 40, 50], "parcel_no"] = "twice"
    frame.to_csv(made.path("log.csv"), index=False, lineterminator="\n")
    return made


@pytest.fixture(scope="module")
def ran(plain: parcels.Parcels) -> Ran:
    out = plain.folder.parent / "out"
    done = _process("investigate", plain.case, "--out", out, "--timings")
    assert done.returncode == DONE, done.stderr
    return Ran(plain, out, done.stdout, done.stderr)


def _process(
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


def _investigate(
    made: parcels.Parcels, out: Path, *flags: str, case: bool = True
) -> dict[str, Any]:
    where = [str(made.case)] if case else []
    assert main(["investigate", *where, "--out", str(out), "--quiet", *flags]) == DONE
    return dict(json.loads((out / "findings.json").read_bytes()))


def _trouble(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
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


def test_investigate_writes_working_files_and_draft(ran: Ran) -> None:
    assert {path.name for path in ran.out.iterdir()} == WORKING | REPORTS
    assert ran.document["conclusion"] == "lead"
    assert ran.document["decision"]["id"] == ran.made.decision


def test_what_is_said_where(ran: Ran) -> None:
    first, lead, *files = ran.stdout.splitlines()
    assert first == ran.document["conclusion_sentence"]
    assert lead.startswith("  1. strong · input-unit-or-scale · fill_time is 1,000 times larger")
    assert lead.endswith("this decision flips")
    assert {Path(line).name for line in files} == WORKING | REPORTS
    progress = ran.stderr.splitlines()
    assert "Reading and scoring the log" in progress
    assert "input_units.scale_change" in progress
    assert not any(a == b for a, b in itertools.pairwise(progress))
    assert "\x1b" not in ran.stderr, "no escape sequences where there is no terminal"


def test_timings_only_when_asked(ran: Ran, plain: parcels.Parcels, tmp_path: Path) -> None:
    timed = ran.document["timings"]
    assert {"open", "input_units.scale_change", "leads"} <= set(timed)
    assert all(isinstance(value, float) and value >= 0 for value in timed.values())
    document = _investigate(plain, tmp_path)
    assert document["timings"] is None
    assert document == ran.document | {"timings": None}


def test_quiet_says_nothing_on_standard_error(
    plain: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "nowhere.fifthwhy", "--out", str(tmp_path), "--quiet"]) == TROUBLE
    capsys.readouterr()
    _investigate(plain, tmp_path, "--format", "md")
    found = capsys.readouterr()
    assert found.err == ""
    assert found.out


def test_flags_give_what_the_case_gives(ran: Ran, tmp_path: Path) -> None:
    document = _investigate(ran.made, tmp_path, *parcels.flags(ran.made), case=False)
    expected = ran.document
    again = shlex.split(document.pop("run_again"))
    assert shlex.split(expected.pop("run_again"))[:3] == ["fifthwhy", "investigate", "case.toml"]
    assert again[2:4] == ["--model", "model.txt"]
    sources = [document["case"].pop("sources"), expected["case"].pop("sources")]
    assert sorted(map(str, sources[0])) == sorted(map(str, sources[1]))
    document.pop("timings")
    expected.pop("timings")
    by_what = [
        sorted(d.pop("guesses"), key=lambda g: (g["what"], g["value"]))
        for d in (document, expected)
    ]
    assert by_what[0] == by_what[1]
    assert document == expected


def test_run_again_runs_again(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ran.made.folder)
    words = shlex.split(ran.document["run_again"])
    assert words[0] == "fifthwhy"
    words[words.index("--out") + 1] = str(tmp_path)
    assert main([*words[1:], "--quiet"]) == DONE
    again = json.loads((tmp_path / "findings.json").read_bytes())
    assert again == ran.document | {"timings": None}


def test_export_gives_the_same_reports(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(ran.out / "case.fifthwhy"), "--out", str(tmp_path)]) == DONE
    assert {path.name for path in tmp_path.iterdir()} == REPORTS
    for name in REPORTS:
        assert (tmp_path / name).read_bytes() == (ran.out / name).read_bytes(), name
    assert {Path(line).name for line in capsys.readouterr().out.splitlines()} == REPORTS


@pytest.mark.parametrize(
    ("wanted", "made"),
    [("md", {"report.md"}), ("html", {"report.html"}), ("html, md", {"report.md", "report.html"})],
)
def test_format(ran: Ran, tmp_path: Path, wanted: str, made: set[str]) -> None:
    flags = ["--out", str(tmp_path), "--format", wanted]
    assert main(["export", str(ran.out / "case.fifthwhy"), *flags]) == DONE
    assert {path.name for path in tmp_path.iterdir()} == made | {"affected.csv"}


@pytest.mark.parametrize("command", ["export", "investigate", "sample"])
def test_an_unknown_format_names_those_there_are(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    source = {"export": ran.out / "case.fifthwhy", "investigate": ran.made.case}
    what = str(source.get(command, "shop_fraud"))
    out = tmp_path / "out"
    line = _trouble(capsys, command, what, "--out", str(out), "--format", "md,pdf", "--quiet")
    assert line == "--format: there is no format pdf; expected html, md"
    assert not out.exists()


def test_audience(ran: Ran, tmp_path: Path) -> None:
    subject = str(ran.document["decision"]["subject"])
    texts = {}
    for audience in ("internal", "shared", "public"):
        flags = ["--out", str(tmp_path / audience), "--audience", audience]
        assert main(["export", str(ran.out / "case.fifthwhy"), *flags]) == DONE
        texts[audience] = "".join(
            (tmp_path / audience / name).read_text("utf-8") for name in sorted(REPORTS)
        )
    assert subject in texts["internal"]
    assert ran.made.decision in texts["internal"]
    assert subject not in texts["shared"]
    assert ran.made.decision in texts["shared"]
    assert "Why is it checked?" in texts["shared"]
    assert ran.made.decision not in texts["public"]
    assert "Why is it checked?" not in texts["public"]
    default = (ran.out / "report.md").read_text("utf-8")
    assert default == (tmp_path / "shared" / "report.md").read_text("utf-8")
    assert subject in (ran.out / "findings.json").read_text("utf-8"), "a working file"


DOORS = [
    ((), "the following arguments are required: COMMAND"),
    (("investigate",), "the following arguments are required: --out"),
    (("investigate", "--out", "o", "--threshold", "high"), "--threshold: invalid float value"),
    (("investigate", "--out", "o", "--audience", "all"), "--audience: invalid choice: 'all'"),
    (("investigate", "--out", "o", "--dates", "us"), "--dates: invalid choice: 'us'"),
    (("investigate", "--out", "o", "--modle", "m"), "unrecognized arguments: --modle"),
    (("investigate", "--out", "o"), "neither a model nor a log was given"),
    (("investigate", "--out", "o", "--log"), "--log: expected one argument"),
    (("export", "--out", "o"), "the following arguments are required: CASE"),
    (("export", "gone.fifthwhy", "--out", "o"), "gone.fifthwhy: there is no such file"),
    (("sample", "shop"), "shop: there is no such sample; expected contract_refused, home_page"),
    (("investigate", "gone.toml", "--out", "o"), "gone.toml: cannot be read"),
    (("live.csv",), "live.csv: the window is not part of this version; expected one of"),
    (("investigate", "--out", "o", "--log", "postgresql://u@h/d::t"), "databases by URL"),
    (("investigate", "--out", "o", "--log", "a.csv", "--policy", "p.yaml"), "policy"),
    (("investigate", "--out", "o", "--log", "a.csv", "--feature-store", "s"), "feature store"),
]


@pytest.mark.parametrize(("arguments", "said"), DOORS[1:])
def test_what_the_door_refuses(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: Sequence[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in _trouble(capsys, *arguments)
    assert not (tmp_path / "o").exists()


def test_no_argument_and_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == DONE
    for command in ("investigate", "export", "sample"):
        assert command in capsys.readouterr().out or command != "investigate"
        with pytest.raises(SystemExit) as end:
            main([command, "--help"])
        assert end.value.code == 0
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert f"fifthwhy {__version__}" in capsys.readouterr().out


def test_every_flag_of_the_contract_is_known() -> None:
    """The synopsis of contract.md, sources and settings."""
    sources = (
        *("model", "log", "reference", "outcomes", "ui-events", "lookup", "feature-store"),
        *("features", "policy", "releases", "screenshot"),
    )
    settings = (
        *("threshold", "above", "below", "cuts", "labels", "adverse", "positive", "component"),
        *("zone", "title", "reported", "column", "decision", "out"),
        *("format", "audience", "quiet", "timings", "strict", "trust-model"),
    )
    values = {"threshold": "0.2", "audience": "public", "quiet": None, "timings": None}
    values |= {"strict": None, "trust-model": None}
    command = ["investigate"]
    for flag in (*sources, *settings):
        given = values.get(flag, "x")
        command += [f"--{flag}"] if given is None else [f"--{flag}", given]
    for flag in ("ui-events", "lookup", "column", "component"):  # repeatable
        command += [f"--{flag}", "y"]
    options = cli._parser().parse_args(command)
    assert (options.ui_events, options.lookup) == (["x", "y"], ["x", "y"])
    assert (options.column, options.component) == (["x", "y"], ["x", "y"])
    assert (options.threshold, options.trust_model) == (0.2, True)


def test_an_unknown_id_names_the_nearest(
    small: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--out", str(tmp_path / "out"), "--quiet", "--decision"]
    line = _trouble(capsys, "investigate", str(small.case), *flags, "P-00021x")
    assert line.startswith(
        "log.csv and events.csv: no decision P-00021x; expected an id of the log"
    )
    assert "nearest: p-00021, " in line
    assert not (tmp_path / "out").exists()


def test_an_id_that_occurs_several_times(
    small: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--out", str(tmp_path / "out"), "--quiet", "--decision"]
    line = _trouble(capsys, "investigate", str(small.case), *flags, "twice")
    times = [small.live["created"][row] for row in (30, 40, 50)]
    listed = ", ".join(f"twice#{k} ({time})" for k, time in enumerate(times, start=1))
    assert f"log.csv: decision twice occurs 3 times; expected one of {listed}" in line
    for number, row in ((1, 30), (3, 50)):
        document = _investigate(small, tmp_path / str(number), "--decision", f"twice#{number}")
        assert document["decision"]["row"] == row
        assert document["decision"]["time"] == small.live["created"][row]
    capsys.readouterr()
    assert "occurs 3 times" in _trouble(capsys, "investigate", str(small.case), *flags, "twice#4")


def test_an_impression_is_a_finding_not_an_error(case: parcels.Parcels, tmp_path: Path) -> None:
    document = _investigate(case, tmp_path, "--decision", "ev-1250")
    assert document["decision"]["source"] == "ui_events"
    assert document["decision"]["row"] is None
    assert document["leads"][0]["cause"] == "not-our-component"
    assert document["explanation"]["withheld"]
    shown = case.live["parcel_no"].iloc[-300 + 250]
    ours = _investigate(case, tmp_path, "--decision", "ev-0250")
    assert ours["decision"]["row"] == int(shown.removeprefix("p-"))
    assert ours["families"]["ui_context"]["status"] == "clear"


def test_the_component_can_be_given(case: parcels.Parcels, tmp_path: Path) -> None:
    flags = ["--decision", "ev-1250", "--component", "delivery_tips"]
    document = _investigate(case, tmp_path, *flags)
    (guess,) = [g for g in document["guesses"] if g["what"] == "component"]
    assert (guess["value"], guess["confidence"]) == ("delivery_tips", "given")


def test_several_tables_of_events(
    case: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each table of events has columns of its own names."""
    other = pd.read_csv(case.path("events.csv"))
    other["event_id"] = "x" + other["event_id"]
    other = other.rename(columns={"event_id": "impression", "request_id": "for_request"})
    other.to_csv(tmp_path / "more.csv", index=False)
    capsys.readouterr()
    flags = ["--ui-events", case.path("events.csv"), "--ui-events", str(tmp_path / "more.csv")]
    for column in ("event=event_id", "event=impression", "request=for_request"):
        flags += ["--column", f"ui_events.{column}"]
    flags += ["--column", "ui_events.request=request_id"]
    document = _investigate(case, tmp_path / "1", *flags, "--decision", "xev-0250")
    assert document["decision"]["row"] is not None
    assert document["decision"]["id"] == "xev-0250"
    capsys.readouterr()
    lines = _trouble(
        capsys,
        *("investigate", str(case.case), *flags, "--quiet"),
        *("--out", str(tmp_path / "2"), "--decision", "xev-9999"),
    )
    assert "nearest: xev-" in lines


def test_columns_in_every_form(plain: parcels.Parcels, tmp_path: Path) -> None:
    frame = pd.read_csv(plain.path("log.csv"), dtype=str)
    names = {"fill_time": "A", "basket": "B", "parcel_no": "number = 1", "score": "out.put"}
    frame.rename(columns=names).to_csv(tmp_path / "log.csv", index=False)
    columns = [
        *("log.id=number = 1", "log.score=out.put", "log.feature:fill_time=A"),
        *("log.feature:basket=B", "log.segment=app_version", "log.segment=country"),
        *("log.ignore=customer", "reference.outcome=late", "reference.feature:basket=basket"),
    ]
    flags = [word for column in columns for word in ("--column", column)]
    flags += ["--model", plain.path("model.txt"), "--log", str(tmp_path / "log.csv")]
    flags += ["--reference", plain.path("training.csv"), "--threshold", "0.3"]
    flags += ["--above", "review", "--below", "accept", "--decision", plain.decision]
    document = _investigate(plain, tmp_path / "out", *flags, case=False)
    given = {g["what"]: g["value"] for g in document["guesses"] if g["confidence"] == "given"}
    assert given["log.id"] == "number = 1"
    assert given["log.score"] == "out.put"
    assert given["log.feature:fill_time"] == "A"
    assert given["log.ignore"] == "customer"
    assert document["case"]["sources"][1]["columns"]["segment"] == ["app_version", "country"]
    assert document["leads"][0]["features"] == ["fill_time"], "inputs have the model's names"
    assert document["decision"]["reproduced"]["verdict"] == "reproduced"


BAD_COLUMNS = [
    ("log.id", "not of this form; expected SOURCE.ROLE=COLUMN"),
    ("id=parcel_no", "not of this form"),
    ("log.=parcel_no", "not of this form"),
    ("log.ids=parcel_no", "unknown role of log ids"),
    ("logs.id=parcel_no", "unknown source logs"),
    ("log.id=parcel", "no column parcel"),
    ("log.feature:speed=basket", "the model has no input speed"),
    ("log.feature:basket=price", "no column price"),
    ("outcomes.feature:basket=basket", "unknown role of outcomes feature:basket"),
    ("releases.when=time", "unknown role of releases when"),
]


@pytest.mark.parametrize(("setting", "said"), BAD_COLUMNS)
def test_columns_that_cannot_be(
    small: parcels.Parcels,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    said: str,
) -> None:
    out = str(tmp_path / "out")
    command = ["investigate", str(small.case), "--out", out, "--quiet", "--column", setting]
    assert said in _trouble(capsys, *command)


def test_several_cut_points(plain: parcels.Parcels, tmp_path: Path) -> None:
    frame = pd.read_csv(plain.path("log.csv"))
    labels = ["refuse" if s >= 0.6 else "review" if s >= 0.2 else "accept" for s in frame["score"]]
    frame.assign(decision=labels).to_csv(tmp_path / "log.csv", index=False)
    flags = ["--log", str(tmp_path / "log.csv"), "--cuts", "0.2,0.6"]
    flags += ["--labels", "accept,review,refuse", "--adverse", "review"]
    document = _investigate(plain, tmp_path / "out", *flags)
    decision = document["decision"]
    assert (decision["cuts"], decision["labels"]) == ([0.2, 0.6], ["accept", "review", "refuse"])
    assert (decision["threshold"], decision["threshold_source"]) == (0.6, "given")
    repair = document["leads"][0]["repair"]
    parts = ("to_adverse", "from_adverse", "other")
    assert repair["decisions_changed"] == sum(repair[part] for part in parts)
    assert repair["other"] > 0
    assert repair["this_decision"] == "accept"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--cuts", "0.2,half"), "--cuts: '0.2,half' is no list of numbers; expected 0.2,0.6"),
        (("--cuts", "0.6,0.2"), "rising numbers"),
        (("--cuts", "0.2,0.6", "--labels", "a,b"), "2 labels for 2 cut points; expected 3"),
        (("--cuts", "0.2", "--threshold", "0.3"), "given beside cuts"),
        (("--threshold", "nan"), "a number"),
        (("--zone", "Berlin"), "unknown time zone Berlin"),
        (("--screenshot", "gone.png"), "gone.png"),
    ],
)
def test_settings_that_cannot_be(
    small: parcels.Parcels,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    flags: Sequence[str],
    said: str,
) -> None:
    out = str(tmp_path / "out")
    assert said in _trouble(capsys, "investigate", str(small.case), "--out", out, "--quiet", *flags)
    assert not Path(out).exists()


def test_a_flag_goes_over_the_case(plain: parcels.Parcels, tmp_path: Path) -> None:
    document = _investigate(plain, tmp_path, "--threshold", "0.9", "--title", "Another title")
    assert document["case"]["title"] == "Another title"
    assert document["decision"]["threshold"] == 0.9
    assert document["case"]["reported"] == "Why is it checked?"


def test_out_must_be_a_folder(
    small: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")
    line = _trouble(capsys, "investigate", str(small.case), "--out", str(out), "--quiet")
    assert line.startswith("out: cannot be written")
    assert out.read_text(encoding="utf-8") == "mine"


def test_out_is_written_over(small: parcels.Parcels, tmp_path: Path) -> None:
    first = _investigate(small, tmp_path)
    assert _investigate(small, tmp_path) == first
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_sample_without_a_name_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(desk.samples())
    for line in lines:
        name, title = line.split("\t")
        assert title == read_case(desk.sample(name)).title


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

    monkeypatch.setattr(desk.casefile, "save", slow)
    command = ["investigate", str(small.case), "--out", str(tmp_path), "--quiet"]
    assert main(command) == CANCELLED
    assert "cancelled" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} <= {"findings.json"}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_folders_and_globs_of_like_files(plain: parcels.Parcels, tmp_path: Path) -> None:
    frame = pd.read_csv(plain.path("log.csv"), dtype=str)
    parts = tmp_path / "days"
    parts.mkdir()
    for k in range(3):
        part = frame.iloc[k * 400 : (k + 1) * 400]
        part.to_csv(parts / f"day={k}.csv", index=False, lineterminator="\n")
    whole = _investigate(plain, tmp_path / "0", "--format", "md")
    for name in (parts, parts / "*.csv"):
        document = _investigate(plain, tmp_path / "1", "--log", str(name), "--format", "md")
        assert document["leads"] == whole["leads"]
        assert document["case"]["sources"][1]["rows"] == len(frame)


def test_main_leaves_no_thread(small: parcels.Parcels, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    _investigate(small, tmp_path)
    named = [t.name for t in set(threading.enumerate()) - before if t.name.startswith("fifthwhy")]
    assert named == []
    shutil.rmtree(tmp_path)
