"""Dictionaries that were written for another tool: dbt's properties, Feast's registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from investigators.case import Place
from investigators.dictionary import dictionary_of, open_dictionary
from investigators.features import Dictionary, Feature
from investigators.trouble import InputTrouble

Open = Callable[[str, str], Dictionary]

DBT = """\
version: 2

sources:
  - name: shop
    tables:
      - name: raw_orders
        columns:
          - name: basket
            description: what is in it
            data_tests: [not_null]
      - name: unread

models:
  - name: order_features
    description: one row per order
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          combination_of_columns: [order_id, day]
    columns:
      - name: form_fill_time
        description: time spent in the form
        data_type: double
        meta: {unit: s, owner: shop, type: event, missing codes: [-1]}
        data_tests:
          - not_null
          - unique
          - dbt_utils.accepted_range:
              arguments: {min_value: 0, max_value: "7200", inclusive: false}
      - name: basket
        config: {meta: {unit: EUR, sensitive: true}}
        tests:
          - dbt_utils.accepted_range: {min_value: 0, max_value: credit_limit}
          - dbt_utils.accepted_range: {max_value: 10, where: "country = 'CH'"}
      - name: country
        description: '{{ doc("country") }}'
        data_type: varchar
        constraints: [{type: not_null}]
        tests:
          - accepted_values:
              values: [DE, AT, CH]
              config: {severity: warn}
          - relationships: {to: ref('countries'), field: code}
      - name: device
        tests:
          - name: devices_we_know
            test_name: accepted_values
            values: [1, 2, true]
          - accepted_values: {values: [3], config: {enabled: false}}
          - dbt_utils.expression_is_true: {expression: ">= 0"}
      - name: channel
        tests: [accepted_values: {values: "{{ var('channels') }}"}]

seeds: []
exposures:
  - name: a_report
"""
VIEW: dict[str, Any] = {
    "spec": {
        "name": "order_features",
        "entities": ["order"],
        "features": [
            {
                "name": "form_fill_time",
                "valueType": "DOUBLE",
                "description": "time spent in the form",
                "tags": {"unit": "s", "min": "0", "max": "7200", "owner": "shop"},
            },
            {"name": "country", "valueType": "STRING", "tags": {"values": "DE;AT", "team": "a"}},
        ],
        "entityColumns": [{"name": "order_id", "valueType": "INT64"}],
        "ttl": "86400s",
        "tags": {"unit": "not of a feature"},
        "online": True,
    },
    "meta": {"createdTimestamp": "2026-01-05T10:00:00Z"},
}
FILL = Feature(
    "form_fill_time", meaning="time spent in the form", unit="s", kind="DOUBLE", minimum=0.0,
    maximum=7200.0,
)  # fmt: skip


@pytest.fixture
def read(tmp_path: Path) -> Open:
    def write(text: str, name: str) -> Dictionary:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return open_dictionary(Place(name), base=str(tmp_path))

    return write


def test_the_columns_of_a_dbt_project_and_what_their_tests_hold(read: Open) -> None:
    found = read(DBT, "schema.yml")
    assert found.source == "schema.yml"
    assert list(found.features) == ["form_fill_time", "basket", "country", "device", "channel"]
    assert found.features["form_fill_time"] == Feature(
        "form_fill_time", meaning="time spent in the form", unit="s", kind="double", minimum=0.0,
        maximum=7200.0, missing_codes=("-1",), required=True,
    )  # fmt: skip
    # Another column as an end and a range for one country say nothing of every row.
    assert found.features["basket"] == Feature(
        "basket", meaning="what is in it", unit="EUR", minimum=0.0, sensitive=True
    )
    country = found.features["country"]
    assert (country.allowed, country.meaning, country.required) == (("DE", "AT", "CH"), "", True)
    assert found.features["device"].allowed == ("1", "2", "true")
    assert found.features["channel"].allowed == ()


def test_the_same_as_json(read: Open) -> None:
    assert (
        read(json.dumps(yaml.safe_load(DBT)), "schema.json").features
        == read(DBT, "schema.yaml").features
    )


MODEL = "models:\n- name: m\n  columns:\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MODEL + "  - description: x\n", "models.m.columns[0]: an entry without a name"),
        (MODEL + "  - basket\n", "models.m.columns[0]: 'basket' is no column; expected - name"),
        ("models:\n- name: m\n  columns: basket\n", "models.m: the columns are no list"),
        ("models:\n- name: m\n  columns:\n", "no table lists a column"),
        ("models:\n- name: m\n  columns: []\n- x\n", "models[1]: 'x' is no table"),
        (MODEL + "  - {name: a, tests: not_null}\n", "columns.a: the tests are no list"),
        (
            MODEL + "  - name: a\n    tests:\n    - accepted_values:\n      values: [x]\n",
            "is no test; expected the name of a test, with its arguments under it; indent the argu",
        ),
        (
            MODEL + "  - name: a\n    tests:\n    - accepted_values: {quote: false}\n",
            "columns.a.tests[0]: accepted_values without values; expected values: [a, b]; list",
        ),
        (
            MODEL + "  - name: a\n    tests:\n    - accepted_range: {min_value: 2, max_value: 1}\n",
            "a: minimum 2 is above maximum 1",
        ),
        (
            MODEL + "  - {name: a, meta: {unit: s}}\n- name: n\n  columns:\n"
            "  - {name: a, meta: {unit: ms}}\n",
            "models.n.columns.a: a has another unit in models.m.columns.a; expected one meaning",
        ),
    ],
)
def test_what_is_wrong_with_a_dbt_file_is_said_with_its_place(
    read: Open, text: str, said: str
) -> None:
    with pytest.raises(InputTrouble) as trouble:
        read(text, "schema.yml")
    assert trouble.value.line().startswith("schema.yml: ")
    assert said in trouble.value.line()


def test_a_feature_view_as_feast_describes_it(read: Open) -> None:
    found = read(yaml.safe_dump(VIEW, sort_keys=False), "view.yaml")
    country = Feature("country", kind="STRING", allowed=("DE", "AT"))
    assert found.features == {"form_fill_time": FILL, "country": country}
    assert found.get("order_features__country") == country
    assert found.get("other__country") == Feature("other__country")


def test_a_registry_dump_with_the_warning_before_it(read: Open) -> None:
    other = {"spec": {"name": "payment", "features": [{"name": "country", "valueType": "STRING"}]}}
    empty = {"spec": {"name": "no_features_yet"}}
    registry = {
        "project": "shop",
        "entities": [{"spec": {"name": "order", "joinKey": "order_id"}}],
        "featureServices": [{"spec": {"name": "s", "features": [{"featureViewName": "x"}]}}],
        "featureViews": [VIEW, empty],
        "onDemandFeatureViews": [other],
    }
    text = json.dumps(registry, indent=2)
    for before in ("", "\x1b[1m\x1b[33mWarning: no guarantees\x1b[0m\n", "Warning: beware\n"):
        found = read(before + text, "registry.json")
        # A name of two views is nobody's: there Feast itself asks for the full one.
        assert list(found.features) == [
            "form_fill_time", "order_features__country", "payment__country",
        ]  # fmt: skip
        assert found.features["payment__country"].name == "payment__country"
        assert found.get("order_features__form_fill_time") == FILL
        assert found.get("country") == Feature("country")
    with pytest.raises(InputTrouble, match=r"line 3, column 1: not JSON"):
        read("Warning: beware\n{\n]", "registry.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("featureViews: [{spec: {name: v}}]", "no feature view has features; expected spec"),
        ("featureViews: [{spec: {name: v}}, {name: w}]", "featureViews[1]: a feature view without"),
        ("spec: {features: [{name: a}]}", "spec: a feature view without a name"),
        ("spec: {name: v, features: [a]}", "spec.features[0]: 'a' is no feature; expected name"),
        ("spec: {name: v, features: [{valueType: INT64}]}", "spec.features[0]: an entry without a"),
        ("feature_views: [{spec: {name: v, features: 3}}]", "the features are no list"),
        ("spec: {name: v, features: [{name: a}, {name: a}]}", "a is described twice"),
        ("spec: {name: v, features: [{name: a, tags: {min: low}}]}", "a: minimum: 'low'"),
    ],
)
def test_what_is_wrong_with_a_registry_is_said_with_its_place(
    read: Open, text: str, said: str
) -> None:
    with pytest.raises(InputTrouble) as trouble:
        read(text, "registry.yaml")
    assert said in trouble.value.line()


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
ENDS = st.tuples(st.integers(-1000, 1000), st.integers(0, 1000)).map(lambda t: (t[0], t[0] + t[1]))


@given(
    st.dictionaries(NAMES, st.tuples(st.sampled_from(["s", "EUR", None]), ENDS), min_size=1),
    st.sampled_from(["tests", "data_tests"]),
    st.booleans(),
)
def test_units_and_ranges_survive_both_forms(
    wanted: dict[str, tuple[str | None, tuple[int, int]]], key: str, nested: bool
) -> None:
    columns, features = [], []
    for name, (unit, (low, high)) in wanted.items():
        ends: dict[str, Any] = {"min_value": low, "max_value": high}
        test = {"dbt_utils.accepted_range": {"arguments": ends} if nested else ends}
        columns.append({"name": name, "meta": {"unit": unit} if unit else {}, key: [test]})
        tags = {"minimum": str(low), "maximum": str(high), **({"unit": unit} if unit else {})}
        features.append({"name": name, "tags": tags})
    dbt = dictionary_of({"models": [{"name": "m", "columns": columns}]}, "f")
    feast = dictionary_of({"spec": {"name": "v", "features": features}}, "f")
    for found in (dbt, feast):
        assert list(found.features) == list(wanted)
        for name, (unit, (low, high)) in wanted.items():
            one = found.features[name]
            assert (one.unit, one.minimum, one.maximum) == (unit, low, high)


@pytest.mark.parametrize(
    ("entry", "required"),
    [
        ("constraints: {required: true}", True),
        ("nullable: no", True),
        ("nullable: true", False),
        ("mandatory: yes", True),
        ("required: no", False),
        ("required: [a, b]", False),
        ("unit: s", False),
    ],
)
def test_whether_a_feature_may_be_missing(read: Open, entry: str, required: bool) -> None:
    found = read(f"- {{name: a, {entry}}}\n", "f.yaml")
    assert found.features["a"].required is required
