"""Types of text columns: every rule, what is left open stays text and says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigators.tables.forms import FORMS
from investigators.tables.table import Column, Table

Open = Callable[..., Table]


def column_of(
    opened: Open, *values: str, more: str = "", **rest: str
) -> tuple[Column, list[object]]:
    """Open a table with these values in column ``x`` and ``more`` in every row of ``y``."""
    lines = [f"k{number}\t{value}\t{more}" for number, value in enumerate(values)]
    table = opened("\n".join(["key\tx\ty", *lines]) + "\n", "log.tsv", **rest)
    column = table.column("x")
    assert column is not None
    return column, table.query("SELECT x FROM {t} ORDER BY fw_row")["x"].to_pylist()


@pytest.mark.parametrize(
    ("values", "kind", "expected", "decimals"),
    [
        (["1", "-20", "0"], "integer", [1, -20, 0], 0),
        ([" 1", "2 "], "integer", [1, 2], 0),
        (["999999999999999999"], "integer", [999999999999999999], 0),
        (["1", "00123"], "text", ["1", "00123"], None),
        (["0", "01"], "text", ["0", "01"], None),
        (["+491711234567"], "text", ["+491711234567"], None),
        (["1234567890123456789"], "text", ["1234567890123456789"], None),
        (["123456789012345678901", "1.5"], "text", ["123456789012345678901", "1.5"], None),
        (["1234567890123456", "1.5"], "text", ["1234567890123456", "1.5"], None),
        (["12E5", "13E5"], "text", ["12E5", "13E5"], None),
        (["1_000"], "text", ["1_000"], None),
        (["0x10"], "text", ["0x10"], None),
        (["1.5", "2", "-0.125"], "number", [1.5, 2.0, -0.125], 3),
        ([".5", "5.", "+0.5"], "number", [0.5, 5.0, 0.5], 1),
        (["1e-05", "1.25E+3", "2.5e-3"], "number", [1e-05, 1250.0, 0.0025], 5),
        (["0.1", "inf", "-inf"], "number", [0.1, float("inf"), float("-inf")], 1),
        (["007.5", "1.5"], "text", ["007.5", "1.5"], None),
        (["1,5", "2"], "number", [1.5, 2.0], 1),
        (["0,125", "12,250"], "number", [0.125, 12.25], 3),
        (["1234,567", "1,234"], "number", [1234.567, 1.234], 3),
        (["1,234,567", "12"], "number", [1234567.0, 12.0], 0),
        (["1,234.5", "0.25"], "number", [1234.5, 0.25], 2),
        (["1.234,5", "0,25"], "number", [1234.5, 0.25], 2),
        (["1.234.567", "12"], "number", [1234567.0, 12.0], 0),
        (["1 234,5", "1\u202f234 567,25"], "number", [1234.5, 1234567.25], 2),
        (["1'234.5", "1’000.25"], "number", [1234.5, 1000.25], 2),
        (["12.5%", "3 %"], "number", [12.5, 3.0], 1),
        (["12,5 %", "3 %"], "number", [12.5, 3.0], 1),
        (["1.5", "2,5"], "text", ["1.5", "2,5"], None),
        (["1,5", "1.234,5", "1,234.5"], "text", ["1,5", "1.234,5", "1,234.5"], None),
        (["true", "False", "TRUE"], "boolean", [True, False, True], None),
        (["true", "0"], "text", ["true", "0"], None),
        (["0", "1"], "integer", [0, 1], 0),
        (["yes", "no"], "text", ["yes", "no"], None),
    ],
)
def test_numbers_and_booleans(
    opened: Open, values: list[str], kind: str, expected: list[object], decimals: int | None
) -> None:
    column, found = column_of(opened, *values)
    assert (column.kind, found, column.decimals) == (kind, expected, decimals)


@pytest.mark.parametrize(
    ("values", "more", "expected", "note"),
    [
        (["1,234", "5,678"], "", None, "ambiguous comma (thousands or decimals): 1,234"),
        (["1,234", "5,678"], "0,5", [1.234, 5.678], "decimal comma, as elsewhere in the file"),
        (["1,234", "5,678"], "0.5", [1234.0, 5678.0],
         "thousands comma, as the decimal point elsewhere says"),
        (["1.234", "5.678"], "", [1.234, 5.678], ""),
        (["1.234", "5.678"], "0.5", [1.234, 5.678], ""),
        (["1.234", "5.678"], "0,5", [1234.0, 5678.0], "thousands point, decimal comma"),
        (["123 456 789", "987 654 321"], "", None,
         "blanks between digits: thousands or a number by name"),
    ],
)  # fmt: skip
def test_separators_are_settled_by_the_rest_of_the_file_or_not_at_all(
    opened: Open, values: list[str], more: str, expected: list[float] | None, note: str
) -> None:
    column, found = column_of(opened, *values, more=more)
    assert (found, column.note) == (expected or values, note)
    assert column.kind == ("number" if expected else "text")


def test_a_semicolon_speaks_for_the_decimal_comma(opened: Open) -> None:
    table = opened("id;x\nk1;1,250\n")
    assert table.row(0) == {"id": "k1", "x": 1.25}


MORNING = datetime(2026, 3, 1, 9, 5)  # noqa: DTZ001 - naive as written
EVENING = MORNING + timedelta(hours=10)


@pytest.mark.parametrize(
    ("values", "expected", "note"),
    [
        (["2026-03-01T09:05:00", "2026-03-01 09:05"], [MORNING, MORNING], ""),
        (["2026-03-01", "2026-03-01"], [datetime(2026, 3, 1)] * 2, ""),  # noqa: DTZ001
        (["2026-03-01T09:05:00.5", "2026-03-01T09:05:00,123456789"],
         [MORNING + timedelta(seconds=0.5), MORNING + timedelta(microseconds=123456)], ""),
        (["2026-03-01T09:05:00Z", "2026-03-01T09:05Z"], [MORNING, MORNING], "offset"),
        (["2026-03-01T11:05:00+02:00", "2026-03-01 04:05:00-0500", "2026-03-01 10:05+01"],
         [MORNING] * 3, "offset"),
        (["2026-03-01 09:05:00 UTC"], [MORNING], "offset"),
        (["2026/03/01 9:05", "2026/3/1 09:05:00"], [MORNING, MORNING], ""),
        (["01.03.2026 09:05", "1.3.2026 9:05:00"], [MORNING, MORNING], ""),
        (["01.03.2026 09:05:00.5"], [MORNING + timedelta(seconds=0.5)], ""),
        (["1/3/2026 9:05", "13/3/2026 9:05"], [MORNING, MORNING + timedelta(12)],
         "day before month"),
        (["3/1/2026, 9:05:00 AM", "03/13/2026 9:05 pm"],
         [MORNING, MORNING + timedelta(12, hours=12)], "month before day"),
        (["01-03-2026", "31-03-2026"], [datetime(2026, 3, 1), datetime(2026, 3, 31)],  # noqa: DTZ001
         "day before month"),
        (["2026-03-01 9:05", "2026-03-01 19:05"], [MORNING, EVENING], ""),
        (["2026-03-01 11:05:00 +0200", "2026-03-01 13:05 +04:00"], [MORNING, MORNING], "offset"),
        (["20260301T090500", "20260301T1905"], [MORNING, EVENING], ""),
        (["01-Mar-2026 09:05:00", "1 march 2026 7:05 PM"], [MORNING, EVENING], ""),
        (["Mar 1, 2026 09:05", "March 01 2026 19:05"], [MORNING, EVENING], ""),
        (
            ["Sun, 01 Mar 2026 09:05:00 +0000", "Sunday, 1 Mar 2026 09:05 GMT"],
            [MORNING, MORNING],
            "offset",
        ),
        (
            ["01/Mar/2026:11:05:00 +0200", "01/Mar/2026:19:05:00 +0000"],
            [MORNING, EVENING],
            "offset",
        ),
    ],
)  # fmt: skip
def test_times(opened: Open, values: list[str], expected: list[datetime], note: str) -> None:
    column, found = column_of(opened, *values)
    assert (column.kind, found, column.note) == ("time", expected, note)


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (["03/04/2026", "05/06/2026"], "ambiguous day/month order: 03/04/2026"),
        (["03-04-2026 10:00", "05-06-2026 11:00"], "ambiguous day/month order: 03-04-2026 10:00"),
        (["13/04/2026", "05/16/2026"], "day/month order differs from row to row"),
        (["2026-03-01T09:05:00", "2026-03-01T09:05:00Z"], "times with and without an offset"),
        (["2026-02-30", "2026-02-28"], "days that do not exist"),
        (["31.12.25", "01.01.26"], "years of two digits"),
        (["31-DEC-25", "01-JAN-26"], "years of two digits"),
    ],
)
def test_times_that_are_not_certain_stay_text_and_say_why(
    opened: Open, values: list[str], note: str
) -> None:
    column, found = column_of(opened, *values)
    assert (column.kind, found) == ("text", values)
    assert note in column.note


def test_given_day_month_order(opened: Open) -> None:
    values = ["03/04/2026", "05/06/2026"]
    _, european = column_of(opened, *values, dates="day-first")
    _, american = column_of(opened, *values, dates="month-first")
    assert european == [datetime(2026, 4, 3), datetime(2026, 6, 5)]  # noqa: DTZ001
    assert american == [datetime(2026, 3, 4), datetime(2026, 5, 6)]  # noqa: DTZ001


def test_given_order_against_the_values(opened: Open) -> None:
    column, found = column_of(opened, "13/04/2026", "05/06/2026", dates="month-first")
    assert found == ["13/04/2026", "05/06/2026"]
    assert column.note == "day/month order: month-first was given, but values are day-first"


@pytest.mark.parametrize(
    ("first", "odd"),
    [("7", "00123"), ("7", "abc"), ("true", "maybe"), ("2026-03-01", "03/01/2026")],
)
def test_one_late_value_decides(opened: Open, first: str, odd: str) -> None:
    column, found = column_of(opened, *[first] * 5000, odd)
    assert (column.kind, found[0], found[-1]) == ("text", first, odd)


def test_a_late_value_proves_the_order(opened: Open) -> None:
    column, found = column_of(opened, *["03/04/2026"] * 5000, "13/04/2026")
    assert column.note == "day before month"
    assert found[0] == datetime(2026, 4, 3)  # noqa: DTZ001


def test_late_decimals_and_values_after_a_void_beginning(opened: Open) -> None:
    column, found = column_of(opened, *["7"] * 5000, "7.25")
    assert (column.kind, column.decimals, found[-1]) == ("number", 2, 7.25)
    column, found = column_of(opened, *[""] * 5000, "1.234,5")
    assert (column.kind, found[0], found[-1]) == ("number", None, 1234.5)


@pytest.mark.parametrize("word", ["", "NA", "NaN", "nan", "null", "None", "N/A", "n/a", "-",
                                  "NULL", "#N/A"])  # fmt: skip
def test_missing_spellings(opened: Open, word: str) -> None:
    column, found = column_of(opened, "1.5", word, "2")
    assert (column.kind, found) == ("number", [1.5, None, 2.0])
    column, found = column_of(opened, "2026-03-01", word)
    assert (column.kind, found[1]) == ("time", None)


def test_na_may_be_namibia_unless_the_file_uses_it_for_missing(opened: Open) -> None:
    alone = opened("id,country,n\na,DE,1\nb,NA,2\nc,NULL,3\n", "alone.csv")
    assert alone.query("SELECT country FROM {t}")["country"].to_pylist() == ["DE", "NA", None]
    used = opened("id,country,n\na,DE,1\nb,NA,NA\n", "used.csv")
    assert used.query("SELECT country FROM {t}")["country"].to_pylist() == ["DE", None]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(values=st.lists(st.floats(allow_nan=False), min_size=1, max_size=30))
def test_floats_come_back_bit_for_bit(opened: Open, values: list[float]) -> None:
    column, found = column_of(opened, "0.5", *[repr(value) for value in values])
    assert column.kind == "number"
    assert found[1:] == values


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(values=st.lists(st.integers(), min_size=1, max_size=30))
def test_integers_are_exact_or_text(opened: Open, values: list[int]) -> None:
    column, found = column_of(opened, *[str(value) for value in values])
    if all(abs(value) < 10**18 for value in values):
        assert (column.kind, found) == ("integer", values)
    else:
        assert (column.kind, found) == ("text", [str(value) for value in values])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(
    values=st.lists(
        st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_iso_times_come_back(opened: Open, values: list[datetime]) -> None:
    column, found = column_of(opened, *[value.isoformat() for value in values])
    assert (column.kind, found) == ("time", values)


def test_columns_without_gaps_are_not_compared_with_spellings_of_missing() -> None:
    """Each comparison takes room in the engine: 300 columns of them took two gigabytes."""
    form = FORMS[1]
    assert "CASE" not in form.value_of('"x"', ())
    assert form.value_of('"x"', ("NA", "")).count("'") == 4
