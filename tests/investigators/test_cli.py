"""The command line to the letter of the contract: commands, flags, statuses, streams, files."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from investigators import __version__, cli, desk
from investigators.brief import read_case
from investigators.cli import DONE, TROUBLE, main
from tests.investigators import parcels
from tests.investigators.command import few, investigate, process, trouble

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
def plain(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    """The case without UI events."""
    return parcels.write(tmp_path_factory.mktemp("plain") / "in")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return few(tmp_path_factory.mktemp("small") / "in")


@pytest.fixture(scope="module")
def ran(plain: parcels.Parcels) -> Ran:
    out = plain.folder.parent / "out"
    done = process("investigate", plain.case, "--out", out, "--timings")
    assert done.returncode == DONE, done.stderr
    return Ran(plain, out, done.stdout, done.stderr)


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
    document = investigate(plain, tmp_path)
    assert document["timings"] is None
    assert document == ran.document | {"timings": None}


def test_quiet_says_nothing_on_standard_error(
    plain: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "nowhere.fifthwhy", "--out", str(tmp_path), "--quiet"]) == TROUBLE
    capsys.readouterr()
    investigate(plain, tmp_path, "--format", "md")
    found = capsys.readouterr()
    assert found.err == ""
    assert found.out


def test_flags_give_what_the_case_gives(ran: Ran, tmp_path: Path) -> None:
    document = investigate(ran.made, tmp_path, *parcels.flags(ran.made), case=False)
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
    line = trouble(capsys, command, what, "--out", str(out), "--format", "md,pdf", "--quiet")
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
    (("live.csv",), "live.csv: no command of this version; expected one of"),
    (("investigate", "--out", "o", "--log", "postgresql://u@h/d::t"), "databases by URL"),
    (("investigate", "--out", "o", "--log", "a.csv", "--policy", "p.yaml"), "policy"),
]


@pytest.mark.parametrize(("arguments", "said"), DOORS)
def test_what_the_door_refuses(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: Sequence[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in trouble(capsys, *arguments)
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


def test_out_must_be_a_folder(
    small: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")
    line = trouble(capsys, "investigate", str(small.case), "--out", str(out), "--quiet")
    assert line.startswith("out: cannot be written")
    assert out.read_text(encoding="utf-8") == "mine"


def test_out_is_written_over(small: parcels.Parcels, tmp_path: Path) -> None:
    first = investigate(small, tmp_path)
    assert investigate(small, tmp_path) == first
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_sample_without_a_name_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(desk.samples())
    for line in lines:
        name, title = line.split("\t")
        assert title == read_case(desk.sample(name)).title


def test_folders_and_globs_of_like_files(ran: Ran, plain: parcels.Parcels, tmp_path: Path) -> None:
    frame = pd.read_csv(plain.path("log.csv"), dtype=str)
    parts = tmp_path / "days"
    parts.mkdir()
    for k in range(3):
        part = frame.iloc[k * 400 : (k + 1) * 400]
        part.to_csv(parts / f"day={k}.csv", index=False, lineterminator="\n")
    for name in (parts, parts / "*.csv"):
        document = investigate(plain, tmp_path / "1", "--log", str(name), "--format", "md")
        assert document["leads"] == ran.document["leads"]
        assert document["case"]["sources"][1]["rows"] == len(frame)


def test_a_command_of_a_later_version_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "case.fifthwhy"]) == 2
    assert "verify is not part of this version" in capsys.readouterr().err
