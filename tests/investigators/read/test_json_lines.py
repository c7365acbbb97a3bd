"""JSON lines: nesting, exact numbers, missing keys, arrays, faults with their line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigators.read import json_lines
from investigators.tables.forms import MISSING
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

Open = Callable[..., Table]


def rows(table: Table) -> list[dict[str, object]]:
    return [table.row(number) for number in range(table.rows)]


def test_nested_keys_lists_and_exact_numbers(opened: Open) -> None:
    table = opened(
        '{"id": 123456789012345678901, "f": {"a": 1.50, "b": {"c": true}}, "l": [1.50, "x", {}]}\n'
        '{"f": {"a": null}, "new": "2026-03-01T00:00:00Z", "e": {}}\n',
        "log.jsonl",
    )
    assert [(c.name, c.kind, c.decimals) for c in table.columns] == [
        ("id", "text", None),
        ("f.a", "number", 2),
        ("f.b.c", "boolean", None),
        ("l", "text", None),
        ("new", "time", None),
        ("e", "text", None),
    ]
    first, second = rows(table)
    assert first["id"] == "123456789012345678901"
    assert (first["f.a"], first["f.b.c"], first["l"]) == (1.5, True, '[1.50, "x", {}]')
    assert (second["id"], second["f.a"], second["e"]) == (None, None, "{}")


def test_new_keys_far_down(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "ROWS", 10)
    lines = [json.dumps({"n": n} | ({"late": n} if n > 42 else {})) for n in range(100)]
    table = opened("\n".join(lines), "log.ndjson")
    assert table.rows == 100
    assert table.query("SELECT n FROM {t} ORDER BY fw_row")["n"].to_pylist() == list(range(100))
    assert [row["late"] for row in rows(table)[40:45]] == [None, None, None, 43, 44]


def test_names_that_collide(opened: Open) -> None:
    table = opened('{"a.b": 1, "a": {"b": 2}, "Id": 3, "ID": 4, "": 5, "fw_row": 6}', "log.jsonl")
    assert rows(table) == [{"a.b": 1, "a.b#2": 2, "Id": 3, "ID#2": 4, "column_5": 5, "fw_row#2": 6}]
    assert "column renamed: ID as ID#2" in table.notes


def test_a_key_that_stands_twice_counts_once(opened: Open) -> None:
    assert rows(opened('{"a": {"b": 1}, "a": {"b": 2}}', "log.jsonl")) == [{"a.b": 2}]


@pytest.mark.parametrize("gap", ["", " ", "\n", ",\n"])
def test_an_array_of_objects(opened: Open, monkeypatch: pytest.MonkeyPatch, gap: str) -> None:
    monkeypatch.setattr(json_lines, "ARRAY_CHUNK", 7)  # items go over the ends of chunks
    items = [{"n": n, "text": "}]" * n} for n in range(20)]
    text = "[" + (gap or ",").join(json.dumps(item) for item in items) + "]\n"
    table = opened(text, "log.json")
    assert [row["n"] for row in rows(table)] == list(range(20))
    assert [row["text"] for row in rows(table)][5] == "}]" * 5


def test_gzip_and_byte_order_mark(opened: Open) -> None:
    table = opened(gzip.compress('\ufeff{"a": "ä"}\n'.encode()), "log.jsonl.gz")
    assert rows(table) == [{"a": "ä"}]


def test_half_a_character_is_replaced(opened: Open) -> None:
    assert rows(opened('{"a": "cut \\ud83d"}', "log.jsonl")) == [{"a": "cut \ufffd"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1}\n{"a": 2\n{"a": 3}\n', "line 2: not JSON at column"),
        ('{"a": 1}\n\n[1, 2]\n', "line 3: not an object"),
        ('{"a": 1}\n{"a": "cut o', "line 2: not JSON at column"),
        ('[{"a": 1}, {"a": 2}', "object 3: not JSON"),
        ('[{"a": 1}, {"a": ', "object 2: not JSON"),
        ('[{"a": 1}, 7]', "object 2: not an object"),
        ('[{"a": 1}] more', "text after the end of the array"),
        ("[]", "holds no objects"),
        ('{"a": ' + "[" * 100_000, "line 1: nested too deeply"),
        ("{}\n{}\n", "no keys"),
    ],
)
def test_damaged_files_name_the_line(opened: Open, text: str, said: str) -> None:
    with pytest.raises(InputTrouble, match=r"log\.json") as caught:
        opened(text, "log.json")
    assert said in caught.value.line()


def test_not_utf8(opened: Open) -> None:
    with pytest.raises(InputTrouble, match="not UTF-8"):
        opened('{"a": "ä"}\n'.encode("cp1252"), "log.jsonl")


def test_keys_that_are_data(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MOST_KEYS", 3)
    with pytest.raises(InputTrouble, match="line 2: more than 3 different keys"):
        opened('{"a": 1, "b": 2}\n{"c": 3, "d": 4}\n', "log.jsonl")


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12).filter(
    lambda text: text.strip(" ") not in MISSING
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(values=st.lists(TEXT, min_size=1, max_size=12))
def test_text_comes_back_verbatim(opened: Open, values: list[str]) -> None:
    lines = [json.dumps({"x": value}) for value in ["word", *values]]
    assert [row["x"] for row in rows(opened("\n".join(lines), "log.jsonl"))] == ["word", *values]
