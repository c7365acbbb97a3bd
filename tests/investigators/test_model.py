"""Rows as the model takes them: every column form, every way to write a value."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigators.encoding import Codebook
from investigators.model import Model, ModelInput
from investigators.trouble import InputTrouble


def model(*inputs: ModelInput, **more: object) -> Model:
    return Model("m.txt", "binary", inputs, 1, "", **more)  # type: ignore[arg-type]


PLAN = ModelInput("plan", "category", categories=(1, 2, 3))
CITY = ModelInput("city", "category", categories=("a", "b", "3", "x 1"))
FLAG = ModelInput("flag", "category", categories=(False, True))
RATE = ModelInput("rate", "category", categories=(0.5, 1.0, 2.25))
AGE = ModelInput("age", "numeric")


@pytest.mark.parametrize(
    ("each", "value", "code"),
    [
        (PLAN, 3, 2),
        (PLAN, 3.0, 2),
        (PLAN, "3", 2),
        (PLAN, "3.0", 2),
        (PLAN, np.int8(1), 0),
        (PLAN, True, 0),
        (PLAN, "03", None),
        (PLAN, " 3", None),
        (PLAN, 3.5, None),
        (PLAN, 4, None),
        (PLAN, float("inf"), None),
        (CITY, "b", 1),
        (CITY, "B", None),
        (CITY, 3, 2),
        (CITY, 3.0, 2),
        (CITY, "3.0", 2),
        (CITY, "", None),
        (FLAG, True, 1),
        (FLAG, "True", 1),
        (FLAG, "true", 1),
        (FLAG, "FALSE", 0),
        (FLAG, 0, 0),
        (FLAG, "1", 1),
        (FLAG, 2, None),
        (RATE, 1, 1),
        (RATE, "1", 1),
        (RATE, "2.25", 2),
        (RATE, np.float32(0.5), 0),
    ],
)
def test_a_value_finds_its_category_by_meaning(
    each: ModelInput, value: object, code: int | None
) -> None:
    for column in ([value, None], np.array([value, None], dtype=object)):
        found = model(each).codes(each.name, column)
        assert found[0] == code if code is not None else np.isnan(found[0])
        assert np.isnan(found[1])
        assert model(each).unseen(each.name, column).tolist() == [code is None, False]


def test_words_for_booleans_find_words() -> None:
    book = Codebook(("True", "False"))
    assert [book.code(v) for v in (True, "true", "TRUE", False, 1)] == [0, 0, 0, 1, None]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2, None]),
        pa.chunked_array([[1], [2, None]]),
        pa.array([1.0, 2.0, float("nan")]),
        pa.array(["1", "2", None]),
        pa.array([1, 2, None]).dictionary_encode(),
        pa.array([Decimal("1.00"), Decimal("2.00"), None]),
        np.array([1.0, 2.0, np.nan]),
        np.array([1.0, 2.0, np.nan], dtype=np.float32),
        np.array(["1", 2, None], dtype=object),
        pd.Series([1, 2, None]),
        pd.Series(["1", "2", None]),
        pd.Series([1, 2, None], dtype="Int64"),
        pd.Series(pd.Categorical([1, 2, None])),
        [1, 2, None],
        ["1", 2.0, None],
        (1, 2.0, float("nan")),
    ],
)
def test_every_form_of_a_column_gives_the_same(column: object) -> None:
    numeric = model(AGE).codes("age", column)
    assert numeric.dtype == np.float64
    assert numeric[:2].tolist() == [1.0, 2.0]
    assert np.isnan(numeric[2])
    if not (isinstance(column, pa.Array) and pa.types.is_decimal(column.type)):
        coded = model(PLAN).codes("plan", column)
        assert coded[:2].tolist() == [0.0, 1.0]
        assert np.isnan(coded[2])
        assert not model(PLAN).unseen("plan", column).any()


def test_truth_values_are_numbers_to_a_numeric_input() -> None:
    for column in (np.array([True, False]), pa.array([True, False]), [True, False]):
        assert model(AGE).codes("age", column).tolist() == [1.0, 0.0]
    assert np.isnan(model(AGE).codes("age", pa.nulls(2))).all()


@pytest.mark.parametrize("value", ["12,5", "abc", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), ""])
def test_a_numeric_input_refuses_what_is_no_number(value: object) -> None:
    with pytest.raises(InputTrouble) as caught:
        model(AGE).codes("age", [1.0, value])
    assert "m.txt: input age: " in caught.value.line()
    assert "row 1" in caught.value.line()


def test_integer_codes_stay_codes() -> None:
    coded = ModelInput("plan", "category", categories=(1, 4), coded=True)
    assert model(coded).codes("plan", ["1", "4"]).tolist() == [1.0, 4.0]
    assert model(coded).unseen("plan", [1, 4, 5, 1.5, -1, None]).tolist() == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(InputTrouble, match="is not a number"):
        model(coded).codes("plan", ["gold"])


def test_matrix_is_in_model_order_and_strict() -> None:
    unused = ModelInput("note", "numeric", used=False)
    both = model(AGE, CITY, unused)
    rows = both.matrix({"city": ["b", "?"], "age": [40, None], "other": [0]})
    assert rows.shape == (2, 3)
    assert np.array_equal(rows, [[40, 1, np.nan], [np.nan, np.nan, np.nan]], equal_nan=True)
    with pytest.raises(InputTrouble, match="input age, city has no column"):
        both.matrix({"note": [1]})
    with pytest.raises(InputTrouble, match="different lengths"):
        both.matrix({"age": [1], "city": ["a", "b"]})


@settings(max_examples=60, derandomize=True)
@given(
    st.lists(st.text(max_size=6), min_size=1, max_size=8, unique=True)
    | st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=8, unique=True)
    | st.lists(
        st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8, unique=True
    )
)
def test_every_category_finds_itself(categories: list[str | int | float]) -> None:
    book = Codebook(categories)
    wanted = list(range(len(categories)))
    assert book.codes(categories).tolist() == wanted
    assert book.codes([str(each) for each in categories]).tolist() == wanted


def test_links_turn_around() -> None:
    raw = np.array([-800.0, -3.0, 0.0, 2.5, 800.0])
    sigmoid = model(sigmoid=2.0)
    assert sigmoid.to_output(raw).tolist()[0] == 0.0
    assert sigmoid.to_output(raw).tolist()[-1] == 1.0
    assert np.allclose(sigmoid.to_raw(sigmoid.to_output(raw[1:4])), raw[1:4])
    assert np.isnan(sigmoid.to_raw(np.array([1.5])))[0]
    for link in ("exp", "signed square", "identity"):
        other = model(link=link)
        assert np.allclose(other.to_raw(other.to_output(raw[1:4])), raw[1:4])
