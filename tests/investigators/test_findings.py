import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from investigators import desk
from investigators import findings as findings_module
from investigators.case import ScoreScale
from investigators.evidence import FAMILIES, Condition, Epoch, Map, Onset
from investigators.findings import (
    SCHEMA_FILE,
    Findings,
    document,
    encode,
    next_cut,
    schema,
    schema_text,
)
from investigators.report.actions import actions
from investigators.report.model import Audience
from investigators.report.redaction import mapped
from investigators.report.testimony_part import entries
from investigators.resources import resource
from tests.investigators.report import report_cases
from tests.investigators.report.test_testimony_part import INTERVIEW, WALK
from tests.investigators.report.test_testimony_part import case as told_case

# The keys of the contract's sample, name by name and level by level.
CONTRACT = {
    "format": "fifthwhy-findings",
    "version": 1,
    "case": {"title": ..., "reported": ..., "zone_known": True, "sources": [
        {"role": "log", "name": "live.parquet", "sha256": ..., "rows": 84210,
         "columns": {"id": "order_no"}}]},
    "decision": {
        "id": "ord-5f20c1", "source": "log", "time": ..., "subject": ..., "score": 0.214,
        "score_scale": {"kind": "probability", "decimals": 3}, "label": "review",
        "adverse": True, "threshold": 0.2, "threshold_source": "given",
        "threshold_interval": ...,
        "reproduced": {
            "verdict": "reproduced", "mapping": "identity", "tolerance": 0.0005,
            "rows_compared": 84210, "rows_equal": 84210, "rows_other_version": 0,
            "largest_difference": 0.0005}},
    "conclusion": "lead",
    "conclusion_sentence": ...,
    "families": {family: {"status": ..., "sentence": ...} for family in FAMILIES},
    "leads": [{
        "id": "L1", "rank": 1, "family": "input_units", "cause": "input-unit-or-scale",
        "features": ["form_fill_time"],
        "transform": {"kind": "scale", "factor": 1000, "named": "s -> ms"},
        "segment": [{"column": "app_version", "equals": "4.8.1"}],
        "onset": {"earliest": ..., "latest": ...}, "onset_known": True, "end": None,
        "ongoing": True, "rows_in_scope": 8214, "rows_changed": 8102,
        "rows_changed_interval": None, "share_of_log": ...,
        "repair": {
            "decisions_changed": 2107, "to_adverse": 1, "from_adverse": 2106, "this_score": 0.017,
            "this_decision": "accept", "flips": True, "mean_score_change": -0.11, "quality": ...,
            "outcomes_known": 640, "value": 118300.0},
        "strength": "strong", "corroborations": ..., "concerns_this_decision": True,
        "statement": ..., "findings": ["input_units.scale_change/form_fill_time"]}],
    "findings": [{
        "id": "input_units.scale_change/form_fill_time", "check": "input_units.scale_change",
        "family": "input_units", "verdict": "supports", "about": ["form_fill_time"],
        "sentence": ..., "n": 84210, "effect": ..., "segment": ..., "onset": ...,
        "explained_by": None}],
    "checks": [{
        "id": "input_units.scale_change", "family": "input_units", "verdict": "supports",
        "sentence": ..., "covers": ..., "does_not_cover": ..., "would_need": None}],
    "not_run": [{"id": ..., "reason": ..., "would_need": ..., "ask": ...}],
    "explanation": {
        "withheld": None, "method": "lightgbm pred_contrib", "scale": "log-odds",
        "base_value": -3.601, "base_is": ..., "sum_error": 2e-15,
        "contributions": [{
            "feature": "form_fill_time", "value": 96400.0, "unit": "s", "contribution": 2.05,
            "rank_among_training": 1.0, "range_source": "reference", "outside_range": True}]},
    "versions": {"fifthwhy": ..., "python": ..., "lightgbm": ...},
}  # fmt: skip


def holds(found: Any, wanted: Any, place: str = "$") -> None:
    """Every wanted key is there under that name; where a value is given it is that value."""
    if wanted is ...:
        return
    if isinstance(wanted, dict):
        assert isinstance(found, dict), place
        for key, value in wanted.items():
            assert key in found, f"{place}.{key}"
            holds(found[key], value, f"{place}.{key}")
    elif isinstance(wanted, list):
        assert len(found) >= len(wanted), place
        for index, value in enumerate(wanted):
            holds(found[index], value, f"{place}[{index}]")
    else:
        assert found == wanted, place


def made(name: str = "shop") -> Findings:
    investigation = report_cases.ALL[name]()
    return document(investigation, actions=actions(investigation))


def test_document_holds_every_key_of_the_contract() -> None:
    holds(json.loads(encode(made())), CONTRACT)


def test_contract_keys_come_first_and_in_order() -> None:
    top = list(json.loads(encode(made())))
    assert top[: len(CONTRACT)] == list(CONTRACT)


@pytest.mark.parametrize("name", sorted(report_cases.ALL))
def test_documents_validate_against_the_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(json.loads(encode(made(name))))


def test_schema_refuses_a_wrong_document() -> None:
    wrong = json.loads(encode(made()))
    wrong["leads"][0]["strength"] = "87 %"
    with pytest.raises(jsonschema.ValidationError, match="87 %"):
        jsonschema.Draft202012Validator(schema()).validate(wrong)


def test_schema_file_is_current() -> None:
    assert resource(SCHEMA_FILE).read_bytes() == schema_text(), (
        "run: python -m investigators.findings"
    )


def test_module_writes_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings_module, "resource", lambda name: tmp_path / name)
    findings_module.write_schema()
    assert (tmp_path / SCHEMA_FILE).read_bytes() == schema_text()


@pytest.mark.parametrize("name", sorted(report_cases.ALL))
def test_same_investigation_same_bytes_and_they_decode_again(name: str) -> None:
    first, second = encode(made(name)), encode(made(name))
    assert first == second
    assert encode(msgspec.json.decode(first, type=Findings)) == first


def test_nothing_of_this_machine_goes_in() -> None:
    case = report_cases.shop().case
    assert all("somewhere" in source.place.path for source in case.sources)
    assert b"somewhere" not in encode(made())


def test_timings_only_when_asked_for() -> None:
    assert json.loads(encode(made()))["timings"] is None
    asked = document(report_cases.shop(), timings={"open": 0.5})
    assert json.loads(encode(asked))["timings"] == {"open": 0.5}


def test_segments_and_transforms_have_the_contracts_names() -> None:
    investigation = report_cases.shop()
    lead = replace(
        investigation.leads[0],
        transform=Epoch("s", "ms"),
        segment=(
            Condition("age", lower=18.0, upper=25.0, closed="left"),
            Condition("ts", part="hour", within=(0, 1), zone="Europe/Berlin"),
            Condition("c", missing=True),
        ),
        onset=Onset(None, "2026-01-01T00:00:00Z"),
    )
    other = replace(lead, id="L2", transform=Map((("CARD", "card"),)), segment=None, onset=None)
    text = encode(document(replace(investigation, leads=(lead, other))))
    found = json.loads(text)["leads"]
    assert found[0]["transform"] == {"kind": "epoch", "from": "s", "to": "ms"}
    assert found[0]["segment"] == [
        {"column": "age", "from": 18.0, "to": 25.0, "closed": "left"},
        {"column": "ts", "in": [0, 1], "part": "hour", "zone": "Europe/Berlin"},
        {"column": "c", "missing": True},
    ]
    assert found[0]["onset"] == {"earliest": None, "latest": "2026-01-01T00:00:00Z"}
    assert found[1]["transform"] == {"kind": "map", "pairs": [["CARD", "card"]]}
    assert found[1]["segment"] is None
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))


def test_not_a_number_becomes_null() -> None:
    investigation = report_cases.shop()
    explanation = replace(investigation.explanation, base_value=float("nan"))
    made_of = document(replace(investigation, explanation=explanation))
    assert json.loads(encode(made_of))["explanation"]["base_value"] is None


def test_threshold_of_several_cuts_is_the_one_next_to_the_score() -> None:
    rule = replace(report_cases.shop().case.rule, cuts=(0.25, 0.75), labels=("a", "b", "c"))
    assert next_cut(rule, 0.6) == 0.75
    assert next_cut(rule, 0.5) == 0.25
    assert next_cut(rule, None) is None
    assert next_cut(None, 0.5) is None


def test_unknown_rule_leaves_adverse_unknown() -> None:
    found = json.loads(encode(made("regression")))["decision"]
    assert (found["adverse"], found["threshold"], found["threshold_source"]) == (None, None, "none")
    assert found["score_scale"] == {"kind": ScoreScale("value").kind, "decimals": None}


def test_module_runs() -> None:
    code = "import investigators.findings as f, sys; sys.stdout.buffer.write(f.schema_text())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert out == schema_text()


def told(audience: Audience = "internal") -> Findings:
    found = told_case()
    return document(found, told=entries(found, audience))


def test_what_people_told_comes_back_word_by_word() -> None:
    read = msgspec.json.decode(encode(told()), type=Findings)
    assert encode(read) == encode(told())
    jsonschema.Draft202012Validator(schema()).validate(json.loads(encode(told())))
    (interview,), (way,) = read.interviews, read.walkthroughs
    for entry, given in ((interview.teller, INTERVIEW.teller), (way.teller, WALK.teller)):
        assert asdict(entry) == asdict(given)
    assert (interview.id, interview.exchanges, interview.notes) == (
        INTERVIEW.id, INTERVIEW.exchanges, INTERVIEW.notes
    )  # fmt: skip
    assert (way.id, way.title) == (WALK.id, WALK.title)
    said = [(step.did, step.expected, step.seen) for step in way.steps]
    assert said == [(step.did, step.expected, step.seen) for step in WALK.steps]
    assert [step.picture for step in way.steps] == ["P1", None], "the second's is in no case"


@pytest.mark.parametrize("audience", ["shared", "public"])
def test_what_people_told_is_masked_as_in_the_report(audience: Audience) -> None:
    """Every text stands in the report of the same audience, no name in either."""
    found = told_case()
    report = desk.report(found, audience)
    shown: list[str] = []
    mapped(report, lambda text: shown.append(text) or text)
    read = json.loads(encode(told(audience)))
    people = {"interviews": read["interviews"], "walkthroughs": read["walkthroughs"]}
    words = json.dumps(people, ensure_ascii=False)
    for name in ("anna", "berg", "kim", "may", "1234567", "imp-78"):
        assert name not in words.lower(), name
    for each in texts(people):
        assert any(each in line for line in shown), each
    tellers = [each["teller"]["whom"] for each in (*read["interviews"], *read["walkthroughs"])]
    assert tellers == ["person-1", "person-2"]


def texts(value: Any) -> list[str]:
    """Every text of what was read."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) and value else []


def test_where_nobody_told_anything_the_places_are_there_and_empty() -> None:
    read = json.loads(encode(made()))
    assert (read["interviews"], read["walkthroughs"]) == ([], [])
    assert list(read)[-3:] == ["interviews", "walkthroughs", "policy_question"], "added at the end"
