"""Columns to model inputs: every way in which names and orders get lost."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from investigators.case import Brief
from investigators.features import Dictionary, Feature
from investigators.model import Model
from investigators.roles.mapping import Mapping, map_inputs
from investigators.roles.same_name import likeness, pairs_by_name
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

Save = Callable[..., Table]
FEATURES = [
    "form_fill_time",
    "distance_to_address",
    "payment_method",
    "basket_value",
    "account_age",
    "hour_of_day",
    "items",
]
PICTURE = {
    "form_fill_time": "FORM_FILL_TIME",
    "distance_to_address": "SHIP_DIST",
    "payment_method": "PAY_METHOD",
    "basket_value": "BASKET",
    "account_age": "ACC_AGE_D",
    "hour_of_day": "HOUR",
    "items": "QTY",
}
NUMBERED = {f"Column_{k}": name for k, name in enumerate(FEATURES)}


def columns(mapping: Mapping) -> dict[str, str]:
    return {guess.what.partition(":")[2]: guess.value for guess in mapping.guesses}


def reasons(mapping: Mapping) -> dict[str, str]:
    return {guess.what.partition(":")[2]: guess.reason for guess in mapping.guesses}


def scored(mapping: Mapping, table: Table, model: Model) -> np.ndarray:
    cells = ", ".join(f"{sql} AS c{k}" for k, sql in enumerate(mapping.expressions.values()))
    found = table.query(f"SELECT {cells} FROM {{t}} ORDER BY fw_row")
    return model.outputs(model.matrix(dict(zip(mapping.expressions, found.columns, strict=True))))


@pytest.mark.parametrize(
    "style",
    [
        str,
        str.upper,
        lambda n: "features." + n,
        lambda n: "F_" + n.upper(),
        lambda n: "".join(w.title() for w in n.split("_")),
        lambda n: "feat-" + n.replace("_", " "),
        lambda n: "x_" + n,
    ],
    ids=["same", "upper", "features.", "F_", "camel", "feat-", "x_"],
)
def test_names_in_many_styles(
    style: Callable[[str], str], live: pd.DataFrame, save: Save, model: Model
) -> None:
    table = save(live.rename(columns={name: style(name) for name in FEATURES}))
    mapping = map_inputs(model, table, Brief())
    assert columns(mapping) == {name: style(name) for name in FEATURES}
    assert mapping.unmapped == ()
    assert np.allclose(scored(mapping, table, model), live["score"])


def test_the_names_of_the_picture(live: pd.DataFrame, save: Save, model: Model) -> None:
    table = save(live.rename(columns=PICTURE))
    mapping = map_inputs(model, table, Brief())
    assert columns(mapping) == PICTURE
    assert "abbreviated" in reasons(mapping)["account_age"]
    assert np.allclose(scored(mapping, table, model), live["score"])


def test_given_wins_and_wrong_ones_are_named(live: pd.DataFrame, save: Save, model: Model) -> None:
    table = save(live.assign(other=live["items"] * 2))
    brief = Brief(columns={"log.feature:items": ("other",)})
    mapping = map_inputs(model, table, brief)
    assert columns(mapping)["items"] == "other"
    assert next(g for g in mapping.guesses if g.value == "other").confidence == "given"
    for key, column, line in (
        ("log.feature:itms", "items", "no input itms; .*did you mean items"),
        ("log.feature:items", "itmes", "no column itmes; .*did you mean items"),
    ):
        with pytest.raises(InputTrouble, match=line):
            map_inputs(model, table, Brief(columns={key: (column,)}))
    twice = {"log.feature:items": ("items",), "log.feature:account_age": ("items",)}
    with pytest.raises(InputTrouble, match="column items is given for items and account_age"):
        map_inputs(model, table, Brief(columns=twice))


def test_a_missing_input_is_reported_and_none_is_used_twice(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    table = save(live.drop(columns=["distance_to_address"]))
    mapping = map_inputs(model, table, Brief())
    assert mapping.unmapped == ("distance_to_address",)
    assert len(set(mapping.columns.values())) == len(mapping.columns) == 6


def test_numbered_inputs_by_the_training_range_of_the_reference(
    training: pd.DataFrame, live: pd.DataFrame, save: Save, numbered: Model
) -> None:
    shuffled = training[list(reversed(FEATURES))].rename(columns=str.upper)
    reference = save(shuffled.assign(CHARGED_BACK=0), "r.parquet")
    found = map_inputs(numbered, reference, Brief(), "reference")
    assert columns(found) == {k: v.upper() for k, v in NUMBERED.items()}
    assert "training range" in reasons(found)["Column_0"]
    table = save(live.rename(columns=lambda name: name.upper()))
    mapping = map_inputs(numbered, table, Brief(), reference_mapping=found)
    assert columns(mapping) == {k: v.upper() for k, v in NUMBERED.items()}
    assert "as in the reference" in reasons(mapping)["Column_3"]


def test_numbered_inputs_by_order(live: pd.DataFrame, save: Save, numbered: Model) -> None:
    table = save(live)
    mapping = map_inputs(numbered, table, Brief())
    assert columns(mapping) == NUMBERED
    assert reasons(mapping)["Column_0"].startswith("by order")


def test_words_for_the_codes_of_a_numbered_model(
    training: pd.DataFrame, live: pd.DataFrame, save: Save, numbered: Model
) -> None:
    # Column_2 is numeric to this model (codes in a bare matrix): words cannot be read as numbers.
    found = map_inputs(numbered, save(training, "r.parquet"), Brief(), "reference")
    mapping = map_inputs(numbered, save(live), Brief(), reference_mapping=found)
    assert mapping.columns["Column_2"] == "payment_method"
    assert "alphabetical" in reasons(mapping)["Column_2"]
    table = save(live)
    assert scored(mapping, table, numbered).std() > 0
    codes = live["payment_method"].cat.codes.astype(float).to_numpy()
    seen = table.query(
        f"SELECT {mapping.expressions['Column_2']} AS c FROM {{t}} ORDER BY fw_row"
    ).column("c")
    assert np.array_equal(seen.to_numpy(), codes)


def test_by_range_only_is_said(live: pd.DataFrame, save: Save, numbered: Model) -> None:
    order = ["items", "basket_value", "form_fill_time", "hour_of_day", "account_age"]
    names = {name: f"k{place}" for place, name in enumerate(order)}
    frame = live[order].rename(columns=names)
    mapping = map_inputs(numbered, save(frame), Brief())
    weak = [g for g in mapping.guesses if g.reason == "mapped by range only"]
    assert weak
    assert all(g.confidence == "weak" for g in weak)
    assert mapping.columns["Column_4"] == names["account_age"]
    assert mapping.columns["Column_5"] == names["hour_of_day"]


def test_codes_for_the_words_of_the_model(live: pd.DataFrame, save: Save, model: Model) -> None:
    table = save(live.assign(payment_method=live["payment_method"].cat.codes.astype(int)))
    mapping = map_inputs(model, table, Brief())
    assert mapping.codes["payment_method"] == (("0", "card"), ("1", "invoice"), ("2", "paypal"))
    assert "codes of the model's words" in reasons(mapping)["payment_method"]
    assert np.allclose(scored(mapping, table, model), live["score"])


def test_categories_in_upper_case_throughout(live: pd.DataFrame, save: Save, model: Model) -> None:
    table = save(live.assign(payment_method=live["payment_method"].astype(str).str.upper()))
    mapping = map_inputs(model, table, Brief())
    assert "another writing" in reasons(mapping)["payment_method"]
    assert np.allclose(scored(mapping, table, model), live["score"])


def test_one_odd_writing_beside_good_ones_is_left_alone(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    odd = live["payment_method"].astype(str)
    odd.iloc[:20] = "Card"
    mapping = map_inputs(model, save(live.assign(payment_method=odd)), Brief())
    assert mapping.codes == {}


def test_numbers_that_came_as_text(live: pd.DataFrame, save: Save, model: Model) -> None:
    text = live["account_age"].astype(str)
    text.iloc[0] = "unknown"
    table = save(live.assign(account_age=text))
    mapping = map_inputs(model, table, Brief())
    assert mapping.expressions["account_age"] == 'TRY_CAST("account_age" AS DOUBLE)'
    assert np.allclose(scored(mapping, table, model)[1:], live["score"][1:])


def test_names_of_the_dictionary(live: pd.DataFrame, save: Save, numbered: Model) -> None:
    shuffled = live[list(reversed(FEATURES))]
    dictionary = Dictionary({name: Feature(name) for name in FEATURES})
    mapping = map_inputs(numbered, save(shuffled), Brief(), dictionary=dictionary)
    assert columns(mapping) == NUMBERED
    assert "dictionary" in reasons(mapping)["Column_0"]


def test_hostile_names_and_values(live: pd.DataFrame, save: Save, model: Model) -> None:
    evil = "x'; DROP TABLE t; --"
    payment = live["payment_method"].astype(str).str.upper()
    frame = live.assign(payment_method=payment).rename(columns={"items": evil})
    table = save(frame)
    mapping = map_inputs(model, table, Brief(columns={"log.feature:items": (evil,)}))
    assert np.allclose(scored(mapping, table, model), live["score"])


@pytest.mark.parametrize(
    ("name", "column", "alike"),
    [
        ("account_age", "ACC_AGE_D", True),
        ("basket_value", "BASKET", True),
        ("hour_of_day", "HOUR", True),
        ("payment_method", "PAY_METHOD", True),
        ("distance_to_address", "DIST_ADDR_KM", True),
        ("amount", "account", False),
        ("income", "outcome", False),
        ("age", "page", False),
        ("items", "time", False),
        ("distance_to_address", "SHIP_METHOD", False),
    ],
)
def test_likeness(name: str, column: str, alike: bool) -> None:
    assert (likeness(name, column) >= 0.6) is alike


def test_two_alike_columns_are_no_pair() -> None:
    assert pairs_by_name(["basket_value"], ["BASKET_VAL", "BASKET_VALU"]) == {}
    assert pairs_by_name(["Column_0", "Column_1"], ["column_1", "Column_0"]) == {}
    found = pairs_by_name(["Column_0", "Column_1"], ["Column_1", "Column_0", "x"])
    assert found["Column_1"][0] == "Column_1"
    # Two columns in other writings: the exact one is taken, the other is free for nobody.
    found = pairs_by_name(["age"], ["AGE", "age"])
    assert found["age"][:2] == ("age", "equal name")


def test_words_that_are_no_codes_count_as_missing_and_it_is_said(
    live: pd.DataFrame, save: Save, coded: Model
) -> None:
    # Two of three words: which code is which cannot be known.
    few = live[live["payment_method"] != "invoice"].reset_index(drop=True)
    few["payment_method"] = few["payment_method"].astype(str)
    table = save(few)
    mapping = map_inputs(coded, table, Brief(columns={"log.feature:Column_2": ("payment_method",)}))
    assert "count as missing" in reasons(mapping)["Column_2"]
    assert np.isfinite(scored(mapping, table, coded)).all()


def test_words_for_the_codes_of_a_categorical_input(
    live: pd.DataFrame, save: Save, coded: Model
) -> None:
    table = save(live)
    mapping = map_inputs(coded, table, Brief())
    assert columns(mapping) == NUMBERED
    assert mapping.codes["Column_2"] == (("card", "0"), ("invoice", "1"), ("paypal", "2"))
    codes = live.assign(payment_method=live["payment_method"].cat.codes)
    expected = coded.outputs(codes[FEATURES].to_numpy(float))
    assert np.allclose(scored(mapping, table, coded), expected)


@pytest.mark.parametrize("rows", [1, 30])
def test_an_extract_keeps_the_order(
    live: pd.DataFrame, save: Save, numbered: Model, rows: int
) -> None:
    assert columns(map_inputs(numbered, save(live.head(rows)), Brief())) == NUMBERED


def test_amounts_with_a_sign_count_as_missing_and_it_is_said(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    table = save(live.assign(basket_value=[f"{value:.2f} EUR" for value in live["basket_value"]]))
    mapping = map_inputs(model, table, Brief())
    (guess,) = [g for g in mapping.guesses if g.what == "log.feature:basket_value"]
    assert guess.confidence == "weak"
    assert "holds words where the model knows numbers only: they count as missing" in guess.reason
