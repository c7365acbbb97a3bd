"""The page "What is what?" as a value; units by hand; roles and inputs that have no column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from investigators import desk
from investigators.brief import brief_from_flags, merge, parse_case, read_case
from investigators.case import Guess
from investigators.facts import run_again
from investigators.roles.mapping import RANGE_ONLY as BY_RANGE
from investigators.sheet import RANGE_ONLY
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble
from investigators.what_is_what import what_is_what
from tests.investigators import parcels


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return parcels.write(tmp_path_factory.mktemp("sheet") / "in", events=True)


@pytest.fixture(scope="module")
def opened(made: parcels.Parcels) -> Iterator[desk.Desk]:
    with desk.open_case(made.case) as one:
        yield one


def test_sources_are_said_with_rows_and_how_they_were_read(opened: desk.Desk) -> None:
    sheet = opened.what_is_what()
    words = {line.role: line.words for line in sheet.sources}
    assert words["log"].startswith("1,200 rows")
    assert words["model"].startswith("LightGBM, binary, 15 trees, 5 inputs")
    assert words["features"] == "5 entries, 3 with a unit"
    assert sheet.missing == ()


def test_what_is_missing_has_a_text_to_send(tmp_path: Path) -> None:
    made = parcels.write(tmp_path, reference=False, outcomes=False)
    with desk.open_case(made.case) as one:
        missing = {line.role: line for line in one.what_is_what().missing}
    assert set(missing) == {"reference", "outcomes", "ui_events"}
    assert missing["ui_events"].questions
    for line in missing.values():
        assert line.ask.startswith("Please send")
        assert "2026-03-01 to 2026-03-19" in line.ask, "which days"


def test_inputs_have_both_ranges_and_units(opened: desk.Desk, made: parcels.Parcels) -> None:
    inputs = {line.name: line for line in opened.what_is_what().inputs}
    assert inputs["fill_time"].unit == "s"
    assert inputs["orders"].unit == ""
    assert inputs["payment"].log == "3 values"
    largest = made.live["fill_time"].max() / made.training["fill_time"].max()
    assert largest > 10
    assert "times the largest in training" in inputs["fill_time"].note
    assert not any(line.loud for line in inputs.values())
    low, high = made.live["basket"].min(), made.live["basket"].max()
    assert inputs["basket"].log == f"{low:.4g} – {high:.4g}"


def test_ids_are_looked_for_in_log_and_events(opened: desk.Desk, made: parcels.Parcels) -> None:
    sheet = opened.what_is_what(("nobody", made.decision, "ev-1003"))
    assert sheet.in_log == (made.decision, "ev-1003")


def test_a_cancelled_page_stops(opened: desk.Desk) -> None:
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        opened.what_is_what((), task)


def test_a_typed_unit_goes_before_the_dictionary(made: parcels.Parcels) -> None:
    brief = replace(read_case(made.case), units={"fill_time": "min", "orders": "1"})
    with desk.open_case(brief) as one:
        units = {line.name: (line.unit, line.typed) for line in one.what_is_what().inputs}
        meaning = one.view.dictionary.get("fill_time").meaning
    assert units["fill_time"] == ("min", True)
    assert units["orders"] == ("1", True)
    assert units["basket"] == ("EUR", False)
    assert meaning == "time to fill in the form", "the rest of the entry stays"
    assert "--unit fill_time=min" in run_again(brief)


def test_units_of_a_case_and_of_flags() -> None:
    case = parse_case('[log]\nfile = "a.csv"\n[units]\na = "s"\nb = "km"\n')
    assert case.units == {"a": "s", "b": "km"}
    flags = brief_from_flags(units=("b=m", "a=b=ms"))
    assert merge(case, flags).units == {"a": "s", "b": "m", "a=b": "ms"}
    with pytest.raises(InputTrouble, match="INPUT=UNIT"):
        brief_from_flags(units=("fill_time",))
    with pytest.raises(InputTrouble, match=r"units\.a"):
        parse_case("[units]\na = 3\n")


def test_a_unit_of_no_input_is_refused(made: parcels.Parcels) -> None:
    brief = replace(read_case(made.case), units={"fil_time": "s"})
    with pytest.raises(InputTrouble, match="did you mean fill_time"):
        desk.open_case(brief)


def test_no_column_can_be_said(made: parcels.Parcels) -> None:
    case = read_case(made.case)
    brief = replace(case, columns={**case.columns, "log.subject": (), "log.feature:orders": ()})
    with desk.open_case(brief) as one:
        sheet = one.what_is_what()
    assert next(line for line in sheet.roles if line.role == "subject").columns == ()
    orders = next(line for line in sheet.inputs if line.name == "orders")
    assert (orders.column, orders.loud) == (None, orders.used)
    assert "log.subject=" in run_again(brief)
    again = parse_case('[log]\nfile = "a.csv"\ncolumns = { subject = [] }\n')
    assert again.columns == {"log.subject": ()}
    assert brief_from_flags(columns=("log.subject=",)).columns == {"log.subject": ()}


def test_a_mapping_by_range_is_loud(opened: desk.Desk) -> None:
    what = "log.feature:age_days"
    weak = Guess(what, "age_days", f"order; {BY_RANGE}", "weak")
    guesses = (*(g for g in opened.case.guesses if g.what != what), weak)
    view = replace(opened.view, case=replace(opened.case, guesses=guesses))
    line = next(each for each in what_is_what(view, (), Task()).inputs if each.name == "age_days")
    assert (line.reason, line.sure, line.loud) == (RANGE_ONLY, "!", True)
