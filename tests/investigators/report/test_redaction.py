import csv
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from investigators.investigation import AffectedTable
from investigators.report import affected, html, markdown
from investigators.report.compose import compose
from investigators.report.redaction import Masking, masking
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble
from tests.investigators.report import report_cases

WRITERS = [html.WRITER, markdown.WRITER]


@cache
def written(audience: Any, writer: Any = markdown.WRITER) -> str:
    return writer.write(compose(report_cases.shop(), audience)).decode()


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_shared_keeps_the_decision_and_masks_the_rest(writer: Any) -> None:
    text = written("shared", writer)
    assert "ord-5f20c1" in text
    assert "He orders every month" in text
    assert "subject-1" in text
    for known in ("cust-88217", "jo@example.org", "23456789"):
        assert known not in text


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_public_masks_the_decision_words_and_values_too(writer: Any) -> None:
    text = written("public", writer)
    assert "decision-1" in text
    assert "96,000" in text
    for known in ("ord-5f20c1", "cust-88217", "He orders every month", "96,400", "2,190", "58.2 €"):
        assert known not in text


def test_internal_masks_nothing() -> None:
    text = written("internal").replace("\\", "").replace("\u2060", "")
    for known in ("ord-5f20c1", "cust-88217", "jo@example.org", "49 151 23456789"):
        assert known in text
    assert "Nothing is masked" in text


@pytest.mark.parametrize("audience", ["shared", "public"])
def test_report_says_what_was_masked(audience: str) -> None:
    text = written(audience)
    assert "### Redactions" in text
    said = masking(report_cases.shop(), audience).said  # type: ignore[arg-type]
    assert len(said) >= 3
    assert all(markdown.escape(words[1:]) in text for words in said)


def test_sentences_of_checks_are_masked_too() -> None:
    investigation = report_cases.shop()
    lead = replace(investigation.leads[0], statement="cust-88217 of ord-5f20c1 has 96,400 s")
    text = markdown.write(compose(replace(investigation, leads=(lead,)), "public")).decode()
    assert "subject-1 of decision-1 has about 96,000 s" in text


def test_ids_are_masked_as_whole_words_only() -> None:
    mask = Masking("shared", (("ann-1", "subject-1"), ("1234", "subject-2")))
    assert mask.text("ann-1, ann-11, x-ann-1, 1234; 12345 11,234 1234.5") == (
        "subject-1, ann-11, x-ann-1, subject-2; 12345 11,234 1234.5"
    )


def test_a_short_number_as_id_does_not_eat_the_numbers_of_the_report() -> None:
    investigation = report_cases.undetermined()
    assert investigation.case.decision is not None
    assert investigation.case.decision.subject == "12"
    assert masking(investigation, "shared").words == ()
    text = markdown.write(compose(investigation, "shared")).decode()
    assert "about subject-1" in text


def test_free_words_lose_addresses_names_and_long_numbers_but_not_measures() -> None:
    words = Masking("shared").free_words("@ann (ann@x.org, 0151 2345678) waited 96,400 s, 12 km")
    assert words == "[name] ([address], [number]) waited 96,400 s, 12 km"


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("audience", ["internal", "shared", "public"])
def test_affected_rows_are_written_and_masked(tmp_path: Path, audience: Any) -> None:
    path = tmp_path / "affected.csv"
    assert affected.write(path, report_cases.shop(), audience) == 2107
    header, first, second, *_, last = rows(path)
    assert header == [
        "id", "subject", "time", "score_before", "score_after", "decision_before",
        "decision_after", "form_fill_time_before", "form_fill_time_after", "outcome",
    ]  # fmt: skip
    assert len(rows(path)) == 2108
    ids = {
        "internal": ("ord-5f20c1", "cust-88217", "ord-000001"),
        "shared": ("ord-5f20c1", "subject-1", "id-1"),
        "public": ("decision-1", "subject-1", "id-1"),
    }[audience]
    assert (first[0], first[1], second[0]) == ids
    assert first[2] == ("2026-05-07" if audience == "public" else "2026-05-07T08:43:00Z")
    assert first[7] == ("96000.0" if audience == "public" else "96400.0")
    assert first[9] == ""
    assert last[5] == "'=cmd()|' /C calc'!A0"


def test_the_same_subject_gets_the_same_stand_in(tmp_path: Path) -> None:
    path = tmp_path / "affected.csv"
    affected.write(path, report_cases.shop(), "shared")
    body = rows(path)[1:]
    assert body[1][1] == body[1901][1] == "subject-2"
    assert len({row[1] for row in body}) == 1901


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=x", "  =x", "＝1", "\x00=1"])
def test_formulas_are_quoted(text: str) -> None:
    assert affected.safe(text) == f"'{text}"


def test_numbers_stay_numbers_and_words_stay_words(tmp_path: Path) -> None:
    assert affected.safe("a=b") == "a=b"
    batch = pa.RecordBatch.from_pydict(
        {"id": ["-5"], "subject": [None], "time": [None], "score_before": [-5.2],
         "score_after": [1.0], "decision_before": ["a"], "decision_after": ["b"],
         "=x_before": [-3], "=x_after": [None], "outcome": [-1.0]}
    )  # fmt: skip
    table = AffectedTable("L1", ("=x",), 1, lambda: iter([batch]))
    path = tmp_path / "a.csv"
    affected.write(path, replace(report_cases.shop(), affected=table), "internal")
    assert path.read_text("utf-8").splitlines() == [
        (
            "id,subject,time,score_before,score_after,decision_before,decision_after,'=x_before,"
            "'=x_after,outcome"
        ),
        "'-5,,,-5.2,1.0,a,b,-3,,-1.0",
    ]


def test_a_cancelled_write_leaves_nothing_behind(tmp_path: Path) -> None:
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        affected.write(tmp_path / "affected.csv", report_cases.shop(), "shared", task)
    assert list(tmp_path.iterdir()) == []


def test_no_list_and_no_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match="no lead has a list"):
        affected.write(tmp_path / "a.csv", report_cases.clean())
    with pytest.raises(InputTrouble, match="cannot be written"):
        affected.write(tmp_path / "gone" / "a.csv", report_cases.shop())


@pytest.mark.parametrize("audience", ["shared", "public"])
def test_request_ids_that_checks_came_upon_are_masked(audience: Any) -> None:
    investigation = report_cases.home()
    (finding,) = [f for f in investigation.findings if f.verdict == "supports"][:1]
    met = replace(finding, effect={"request": "rq-77"}, sentence="No request has its id rq-77.")
    lead = replace(investigation.leads[0], corroborations=("its request id rq-77 is not there",))
    found = replace(investigation, findings=(met,), leads=(lead,))
    assert "rq-77" in markdown.write(compose(found, "internal")).decode()
    text = markdown.write(compose(found, audience)).decode()
    assert "rq-77" not in text
    assert "request-1" in text


def test_the_title_is_free_words_too() -> None:
    investigation = report_cases.shop()
    brief = replace(investigation.case.brief, title="Order of @ann, 0151 2345678")
    found = replace(investigation, case=replace(investigation.case, brief=brief))
    assert compose(found, "internal").title == "Order of @ann, 0151 2345678"
    assert compose(found, "shared").title == "Order of [name], [number]"
    assert compose(found, "public").title == "Decision decision-1 of live.parquet"


def test_a_distance_does_not_give_a_rounded_value_away() -> None:
    investigation = report_cases.shop()
    assert investigation.explanation is not None
    first, *rest = investigation.explanation.contributions
    parts = (replace(first, training_range=(0.6, 7_128.3)), *rest)
    explanation = replace(investigation.explanation, contributions=parts)
    lead = replace(investigation.leads[0], statement="it is 96,400, above 7,128.3 by 89,272")
    found = replace(investigation, explanation=explanation, leads=(lead,))
    text = markdown.write(compose(found, "public")).decode()
    assert "It is about 96,000, above 7,128.3 by about 89,000" in text
