"""Scripts, markup and formulas in names, ids and values stay text in every output."""

from __future__ import annotations

import csv
import html.parser
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from investigators.cli import main
from tests.investigators import parcels

SCRIPT = "<script>alert(1)</script>"
HOSTILE = f'{SCRIPT}|`rm -rf`|<img src=x onerror=alert(2)>&"quoted"'
FORMULA = '=HYPERLINK("http://example.invalid","x")'


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of a case whose every name and value is a script, markup or a formula."""
    made = parcels.write(tmp_path_factory.mktemp("hostile"), decision="p-01002")
    frame = pd.read_csv(made.path("log.csv"), dtype=str)
    frame["parcel_no"] = [f"{FORMULA}{SCRIPT}{k}" for k in range(len(frame))]
    frame["customer"] = "@SUM(A1)|" + frame["customer"] + HOSTILE
    frame["country"] = frame["country"] + HOSTILE
    frame["app_version"] = frame["app_version"].map(lambda v: f"{v}\n```\n| {SCRIPT} |")
    frame["decision"] = frame["decision"].map({"review": f"+{HOSTILE}", "accept": "-ok"})
    frame = frame.rename(columns={"app_version": HOSTILE, "parcel_no": f"={SCRIPT}"})
    frame.to_csv(made.path("log.csv"), index=False, lineterminator="\n")
    (made.folder / "features.yaml").write_text(
        json.dumps({"fill_time": {"unit": "s", "description": HOSTILE}}), encoding="utf-8"
    )
    releases = f'time,system,text\n2026-03-08T20:50:00Z,{SCRIPT},"{HOSTILE.replace('"', "")}"\n'
    (made.folder / "releases.csv").write_text(releases, encoding="utf-8")
    out = made.folder / "out"
    command = ["investigate", "--out", str(out), "--quiet", "--audience", "internal"]
    for name in ("model.txt", "log.csv", "features.yaml", "releases.csv"):
        command += [f"--{name.partition('.')[0]}", made.path(name)]
    command += ["--reference", made.path("training.csv"), "--title", f"{HOSTILE}\n# not a heading"]
    command += ["--reported", f"{HOSTILE}\n\n<b>bold</b>", "--threshold", "0.3"]
    command += ["--above", f"+{HOSTILE}", "--below=-ok", "--adverse", f"+{HOSTILE}"]
    command += ["--column", f"log.id=={SCRIPT}", "--column", f"log.segment={HOSTILE}"]
    command += ["--column", "log.time=created", "--column", "log.subject=customer"]
    command += ["--decision", f"{FORMULA}{SCRIPT}1002"]
    assert main(command) == 0
    return out


def test_the_hostile_case_is_a_whole_one(hostile: Path) -> None:
    document = json.loads((hostile / "findings.json").read_bytes())
    assert document["conclusion"] == "lead"
    assert document["leads"][0]["segment"][0]["column"] == HOSTILE
    assert document["decision"]["id"] == f"{FORMULA}{SCRIPT}1002"
    assert document["decision"]["label"] == f"+{HOSTILE}"


def test_no_script_in_the_page(hostile: Path) -> None:
    text = (hostile / "report.html").read_text("utf-8")
    tags = _Tags()
    tags.feed(text)
    names = [tag for tag, _ in tags.found]
    assert "script" not in names
    assert "b" not in names or "<b>bold</b>" not in text
    for tag, attributes in tags.found:
        assert not [a for a in attributes if a.startswith("on")], (tag, attributes)
        for where in ("src", "href", "xlink:href"):
            target = attributes.get(where) or ""
            assert target.startswith(("#", "affected.csv", "data:image/")) or not target, target
    assert "&lt;script&gt;" in text


def test_markdown_says_it_as_text(hostile: Path) -> None:
    text = (hostile / "report.md").read_text("utf-8")
    # inside a fence everything is text; no value may close one
    outside = re.sub(r"^(`{3,})[^`\n]*\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "# " in outside
    assert "Action" in outside
    # long tables are folded by these tags, which are the writer's own and hold no value's "<"
    ours = re.compile(r"<br>|^<details><summary>|</summary>$|^</details>$", re.MULTILINE)
    # "a < 2" begins nothing: an element's name follows its sign at once (CommonMark 6.6)
    left = re.findall(".{0,40}<(?! ).{0,40}", ours.sub("", outside).replace("\n", " "))
    assert not left
    assert "\n# not a heading" not in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert tables
    previous = 0
    for line in text.splitlines():
        here = line.replace("\\|", "").count("|") if line.startswith("|") else 0
        assert not (previous and here) or here == previous, line
        previous = here


def test_no_formula_in_the_list(hostile: Path) -> None:
    with (hostile / "affected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 100
    assert {len(row) for row in rows} == {len(rows[0])}
    for row in rows[1:]:
        for cell in row:
            if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                float(cell)  # a negative number is one, anything else would be a formula
    assert rows[1][0].startswith("'=HYPERLINK")
    assert rows[1][1].startswith("'@SUM")
