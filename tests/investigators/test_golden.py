"""Six whole documents ``findings.json``, kept: whatever a script reads stays where it is.

``FIFTHWHY_REWRITE_GOLDEN=1 pytest tests/investigators/test_golden.py`` writes them again; look at
the difference before it is committed.  Only versions are blanked, and numbers rounded to ten
digits, which another processor's last bit does not reach.
"""

from __future__ import annotations

import json
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from investigators import desk
from investigators.findings import Findings, document, encode
from investigators.report.actions import actions
from investigators.report.testimony_part import entries
from investigators.resources import resource
from tests.investigators import parcels

REWRITE = os.environ.get("FIFTHWHY_REWRITE_GOLDEN") == "1"
CASES: dict[str, dict[str, Any]] = {
    "lead": {},
    "clean_twin": {"fault": False},
    "impression": {"events": True, "decision": "ev-1250", "told": True},
    "no_reference": {"reference": False},
    "no_outcomes": {"outcomes": False},
    "regression": {"kind": "regression"},
}
CONCLUSIONS = dict.fromkeys(CASES, "lead") | {"clean_twin": "no fault found"}


@dataclass(frozen=True)
class Made:
    """One investigated case: its folder, the document's bytes."""

    folder: Path
    content: bytes


def _document(case: Path) -> bytes:
    with desk.open_case(case) as opened:
        found = opened.investigate()
    return encode(document(found, actions=actions(found), told=entries(found, "shared")))


@pytest.fixture(scope="module", params=list(CASES))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp(request.param) / request.param
    return Made(folder, _document(parcels.write(folder, **CASES[request.param]).case))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return value


def _frozen(content: bytes) -> bytes:
    """Blank what another machine may change: versions, and rounding noise that is none of ours."""
    read = _rounded(json.loads(content))
    read["versions"] = dict.fromkeys(read["versions"], "")
    for line in read["self_test"]:
        line["words"] = re.sub(r"\d(\.\d+)?e-\d+", "0", line["words"])
    if read["explanation"] is not None and read["explanation"]["sum_error"] is not None:
        assert abs(read["explanation"]["sum_error"]) < 1e-9
        read["explanation"]["sum_error"] = 0.0
    return json.dumps(read, indent=1, ensure_ascii=False).encode() + b"\n"


def _name(made: Made) -> str:
    return made.folder.name


def test_every_word_stays_where_it_is(made: Made) -> None:
    path = parcels.GOLDEN / f"{_name(made)}.json"
    frozen = _frozen(made.content)
    if REWRITE:
        path.write_bytes(frozen)
    assert frozen.decode() == path.read_text(encoding="utf-8")


def test_it_ends_as_it_should(made: Made) -> None:
    read = json.loads(made.content)
    assert read["conclusion"] == CONCLUSIONS[_name(made)]
    causes = [(lead["cause"], lead["features"]) for lead in read["leads"]]
    scale = ("input-unit-or-scale", ["fill_time"])
    match _name(made):
        case "clean_twin":
            assert causes == []
        case "impression":
            assert causes == [("not-our-component", []), scale]
            assert read["decision"]["row"] is None
            assert read["decision"]["source"] == "ui_events"
            assert read["explanation"]["withheld"]
            assert [lead["concerns_this_decision"] for lead in read["leads"]] == [True, False]
        case _:
            assert causes == [scale]
            (lead,) = read["leads"]
            assert (lead["transform"]["factor"], lead["strength"]) == (1000.0, "strong")
            assert lead["segment"] == [{"column": "app_version", "equals": 2.1}]
            if _name(made) == "regression":
                assert lead["repair"]["decisions_changed"] is None
                assert lead["repair"]["mean_score_change"] < -1
            else:
                assert lead["repair"]["flips"]


def test_the_schema_holds(made: Made) -> None:
    schema = json.loads(resource("findings.schema.json").read_bytes())
    jsonschema.validate(json.loads(made.content), schema)


def test_it_reads_back_to_the_same_bytes(made: Made) -> None:
    assert encode(msgspec.json.decode(made.content, type=Findings)) == made.content


def test_no_clock_no_path_no_infinity(made: Made) -> None:
    text = made.content.decode()
    assert str(made.folder) not in text
    assert str(made.folder.parent.parent) not in text
    assert not re.search(r'"/\w|[A-Z]:\\\\', text)
    times = re.findall(r"\d{4}-\d\d-\d\dT", text)
    assert times
    assert {time[:7] for time in times} <= {"2026-02", "2026-03"}, "only times of the case itself"
    json.loads(text, parse_constant=pytest.fail)


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "here", tmp_path / "there" / "deeper"
    documents = [_document(parcels.write(folder).case) for folder in (first, second)]
    assert documents[0] == documents[1]


def test_numbers_of_the_lead_are_those_of_the_table(tmp_path: Path) -> None:
    made = parcels.write(tmp_path)
    read = json.loads((parcels.GOLDEN / "lead.json").read_bytes())
    (lead,) = read["leads"]
    scope = made.live["app_version"] == parcels.FAULTY_APP
    sound = made.live[scope].assign(fill_time=made.live.loc[scope, "fill_time"] / 1000)
    after = made.booster.predict(parcels.inputs_of(sound)).round(4)
    before = made.live.loc[scope, "score"].to_numpy()
    released = (before >= parcels.THRESHOLD) & (after < parcels.THRESHOLD)
    assert lead["rows_in_scope"] == int(scope.sum())
    assert lead["rows_changed"] == int((made.live.loc[scope, "fill_time"] != 0).sum())
    assert lead["repair"]["from_adverse"] == int(released.sum())
    first = made.live.loc[scope, "created"].iloc[0]
    assert lead["onset"]["earliest"] < lead["onset"]["latest"]
    assert lead["onset"]["earliest"] < first <= lead["onset"]["latest"]
    place = int(made.live.index[made.live["parcel_no"] == made.decision][0])
    mine = list(made.live.index[scope]).index(place)
    assert math.isclose(lead["repair"]["this_score"], after[mine])
