"""Every shipped sample ends as its ``truth.json`` says, and so does the messy kit."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from investigators import desk
from investigators.cli import main
from investigators.resources import room

SAMPLES = desk.samples()
WITHIN = 0.01


@dataclass(frozen=True)
class Sample:
    """A sample's truth and the documents of the faulty case and its clean twin."""

    name: str
    truth: dict[str, Any]
    document: dict[str, Any]
    clean: dict[str, Any]
    out: Path


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """One investigation of each case for all tests of it."""
    name = request.param
    folder = room("sample_data") / name
    out = tmp_path_factory.mktemp(name)
    documents = []
    for case in ("case.toml", "clean.case.toml"):
        where = out / case.partition(".")[0]
        assert main(["investigate", str(folder / case), "--out", str(where), "--quiet"]) == 0
        documents.append(json.loads((where / "findings.json").read_bytes()))
    truth = json.loads((folder / "truth.json").read_bytes())
    return Sample(name, truth, documents[0], documents[1], out)


def _first(document: Mapping[str, Any]) -> dict[str, Any]:
    assert document["leads"], document["conclusion_sentence"]
    return dict(document["leads"][0])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z"))


def test_every_sample_is_looked_at() -> None:
    assert set(SAMPLES) == {"contract_refused", "home_page", "shop_fraud"}


def test_the_first_lead_is_the_stated_truth(sample: Sample) -> None:
    truth, lead = sample.truth, _first(sample.document)
    assert sample.document["decision"]["id"] == truth["decision"]
    assert sample.document["conclusion"] == truth["conclusion"] == "lead"
    assert (lead["rank"], lead["cause"], lead["family"]) == (1, truth["cause"], truth["family"])
    assert lead["features"] == truth["features"]
    kept = {key: lead["transform"].get(key) for key in truth["transform"]}
    assert kept == truth["transform"]
    assert lead["segment"] == truth["segment"]
    assert lead["concerns_this_decision"]
    assert lead["strength"] in {"moderate", "strong"}
    assert sample.document["families"][truth["family"]]["status"] == "finding"


def test_since_when(sample: Sample) -> None:
    truth, lead = sample.truth, _first(sample.document)
    assert lead["onset_known"] == truth.get("onset_known", True)
    if truth["onset"] is None:
        assert lead["onset"] is None
        return
    assert lead["onset"] == truth["onset"]
    began = _moment(truth["onset_true"])
    # the first row that carries it may come seconds after the fault itself
    near = timedelta(minutes=1)
    assert _moment(lead["onset"]["earliest"]) <= began + near
    assert began <= _moment(lead["onset"]["latest"])
    assert (lead["end"], lead["ongoing"]) == (truth["end"], truth["ongoing"])


def test_how_many_rows(sample: Sample) -> None:
    truth, lead = sample.truth, _first(sample.document)
    scope = truth.get("rows_in_scope", truth.get("impressions_of_box"))
    assert lead["rows_in_scope"] == scope
    if truth.get("rows_changed") is not None:
        assert lead["rows_changed"] == pytest.approx(truth["rows_changed"], rel=WITHIN)
    (log,) = [s for s in sample.document["case"]["sources"] if s["role"] == "log"]
    assert log["rows"] == truth.get("rows", truth.get("requests"))


def test_the_repair(sample: Sample) -> None:
    truth, lead = sample.truth, _first(sample.document)
    repair = lead["repair"]
    if not truth["flips"]:  # nothing to undo in the inputs
        assert repair is None
        return
    assert repair["flips"]
    decision = sample.document["decision"]
    assert (decision["score"], decision["label"]) == (truth["this_score"], truth["this_decision"])
    assert repair["this_score"] == pytest.approx(truth["repaired_score"])
    assert repair["this_decision"] == truth["repaired_decision"]
    assert repair["from_adverse"] == truth["from_adverse"]
    assert repair["to_adverse"] == truth["to_adverse"]


def test_nothing_innocent_is_a_lead(sample: Sample) -> None:
    """Other leads that stand are only what the truth names beside its cause."""
    truth = sample.truth
    allowed = {truth["cause"], *truth.get("also", ())}
    for lead in sample.document["leads"]:
        if lead["strength"] != "weak":
            assert lead["cause"] in allowed, lead["statement"]
            assert lead["features"] == truth["features"], lead["statement"]


def test_no_check_broke(sample: Sample) -> None:
    for document in (sample.document, sample.clean):
        verdicts = {finding["verdict"] for finding in document["findings"]}
        assert "error" not in verdicts | {check["verdict"] for check in document["checks"]}
        assert document["decision"]["reproduced"]["verdict"] == "reproduced"
        assert all(line["ok"] is not False for line in document["self_test"])


def test_the_clean_twin_has_no_fault(sample: Sample) -> None:
    assert sample.clean["decision"]["id"] == sample.truth["clean"]["decision"]
    assert sample.clean["conclusion"] == "no fault found"
    assert [lead for lead in sample.clean["leads"] if lead["strength"] != "weak"] == []


def test_outputs_name_no_folder_of_this_machine(sample: Sample) -> None:
    here = str(room("sample_data"))
    for path in sorted(sample.out.rglob("*")):
        if path.suffix in {".json", ".md", ".html", ".csv"}:
            text = path.read_text("utf-8")
            assert here not in text, path.name
            assert str(sample.out) not in text, path.name


def test_the_list_of_affected_rows(sample: Sample) -> None:
    path = sample.out / "case" / "affected.csv"
    lead = _first(sample.document)
    boxes = any(c["column"] in ("component", "title") for c in lead["segment"] or ())
    assert path.is_file() == (not boxes), "boxes are no rows of the log"
    if boxes:
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sample.truth["decision"] in {row["id"] for row in rows}
    if lead["repair"] is None:
        assert len(rows) == lead["rows_in_scope"]
        assert not any(row["score_after"] or row["decision_after"] for row in rows)
    else:
        assert len(rows) == lead["repair"]["decisions_changed"]
        assert all(row["decision_before"] != row["decision_after"] for row in rows)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(room("sample_data"))
        make = importlib.import_module("make_messy").make_messy
        return make(tmp_path_factory.mktemp("kit") / "in")


def _messy(kit: Any, log: Path, out: Path, decision: str) -> dict[str, Any]:
    command = ["investigate", "--out", str(out), "--quiet", "--trust-model"]
    for role, path in (("model", kit.model), ("log", log), ("reference", kit.reference)):
        command += [f"--{role}", str(path)]
    command += ["--outcomes", str(kit.outcomes), "--decision", decision, "--format", "md"]
    assert main(command) == 0
    return dict(json.loads((out / "findings.json").read_bytes()))


def test_the_messy_kit_without_a_flag_gives_the_same_lead(kit: Any, tmp_path: Path) -> None:
    truth = json.loads(kit.truth.read_bytes())
    document = _messy(kit, kit.log, tmp_path, truth["decision"])
    lead = _first(document)
    assert (lead["cause"], lead["family"]) == (truth["cause"], truth["family"])
    assert lead["features"] == [truth["input"]]
    assert lead["transform"]["factor"] == truth["transform"]["factor"]
    assert lead["segment"] == truth["segment"]
    assert lead["onset"] == truth["onset"]
    assert lead["strength"] == "strong"
    assert lead["rows_in_scope"] == truth["rows_in_scope"]
    assert lead["rows_changed"] == pytest.approx(truth["rows_changed"], rel=WITHIN)
    assert lead["repair"]["flips"] == truth["flips"]
    assert lead["repair"]["from_adverse"] == truth["from_adverse"]
    assert lead["repair"]["to_adverse"] == truth["to_adverse"]
    decision = document["decision"]
    assert decision["score_scale"] == truth["score_scale"]
    assert decision["score"] == truth["this_score"]
    assert decision["reproduced"]["verdict"] == "reproduced after mapping"
    mapped = {
        g["what"].partition(":")[2]: g["value"]
        for g in document["guesses"]
        if g["what"].startswith("log.feature:")
    }
    assert mapped == truth["log_columns"]
    assert not document["case"]["zone_known"]
    others = [one for one in document["leads"][1:] if one["strength"] != "weak"]
    assert others == []


@pytest.mark.parametrize("extract", ["one_row", "thirty_rows"])
def test_few_rows_give_the_hint(kit: Any, tmp_path: Path, extract: str) -> None:
    """Too few rows to find a change by: "cannot tell", and the factor that would mend the row."""
    truth = json.loads(kit.truth.read_bytes())
    document = _messy(kit, getattr(kit, extract), tmp_path, truth["decision"])
    assert document["conclusion"] == "not determined"
    own = [
        finding
        for finding in document["findings"]
        if finding["check"] == "input_units.scale_change" and finding["about"] == [truth["input"]]
    ]
    assert [finding["verdict"] for finding in own] == ["cannot tell"]
    assert "1,000" in own[0]["sentence"]
    assert own[0]["concerns_decision"]
    assert not [lead for lead in document["leads"] if lead["strength"] != "weak"]
