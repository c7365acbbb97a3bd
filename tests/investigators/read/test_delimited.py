"""Delimited text: shape, encodings, names, faults with their line, cells verbatim."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from investigators.tables.forms import MISSING
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

Open = Callable[..., Table]


def cells(table: Table) -> list[tuple[object, ...]]:
    rows = table.page(0, 1000).to_pylist()
    assert [row.pop("fw_row") for row in rows] == list(range(len(rows)))
    return [tuple(row.values()) for row in rows]


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(opened: Open, delimiter: str) -> None:
    text = "id,word,n\na1,x,1\na2,y,2\n".replace(",", delimiter)
    table = opened(text)
    assert names(table) == ["id", "word", "n"]
    assert cells(table) == [("a1", "x", 1), ("a2", "y", 2)]


def test_decimal_commas_do_not_make_the_comma_the_delimiter(opened: Open) -> None:
    table = opened("1,5;2,25\n3,5;4,75\n", "no_header.csv")
    assert names(table) == ["column_1", "column_2"]
    assert cells(table) == [(1.5, 2.25), (3.5, 4.75)]
    assert "no header line: columns are numbered" in table.notes


def test_delimiters_inside_quotes_do_not_count(opened: Open) -> None:
    table = opened('id;note\n1;"a,b,c; d"\n2;"x,y,z"\n')
    assert cells(table) == [(1, "a,b,c; d"), (2, "x,y,z")]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ("read as UTF-8 with a byte order mark",)),
        ("cp1252", ("read as Windows-1252",)),
        ("utf-16", ("read as UTF-16",)),
    ],
)
def test_encodings(opened: Open, encoding: str, note: tuple[str, ...]) -> None:
    table = opened("Straße,n\nGrüße – 5 €,1\nÄ,2\n".encode(encoding))
    assert names(table) == ["Straße", "n"]
    assert cells(table) == [("Grüße – 5 €", 1), ("Ä", 2)]
    assert table.notes == note


def test_a_late_byte_decides_the_encoding(opened: Open) -> None:
    text = "word,n\n" + "plain,1\n" * 400_000 + "Grüße,2\n"
    table = opened(text.encode("cp1252"))
    assert table.row(400_000) == {"word": "Grüße", "n": 2}


def test_gzip(opened: Open) -> None:
    table = opened(gzip.compress(b"a,b\n1,x\n"), "log.csv.gz")
    assert cells(table) == [(1, "x")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines(opened: Open, end: str) -> None:
    table = opened(end.join(["a,b", "1,x", "", "2,y", "", "", ""]))
    assert cells(table) == [(1, "x"), (2, "y")]


def test_blank_lines_before_the_header(opened: Open) -> None:
    table = opened("\n\na,b\n1,x\n")
    assert names(table) == ["a", "b"]
    assert cells(table) == [(1, "x")]


def test_line_ends_inside_quotes(opened: Open) -> None:
    table = opened('"first\nname",b\n"x\ny",1\r\n"p\r\nq",2\n')
    assert names(table) == ["first\nname", "b"]
    assert cells(table) == [("x\ny", 1), ("p\r\nq", 2)]


def test_excels_separator_line(opened: Open) -> None:
    table = opened("sep=;\na;b\n1;x\n")
    assert names(table) == ["a", "b"]
    assert cells(table) == [(1, "x")]


def test_duplicate_empty_and_hostile_names(opened: Open) -> None:
    header = ["Id", "ID", "id", "", "fw_row", 'quo"te', "semi;colon", "line\nend", "Größe"]
    header += ["file_row_number", "'); DROP TABLE x; --", "{t}"]
    lines = io.StringIO()
    csv.writer(lines).writerows([header, range(1, 13), range(13, 25)])
    table = opened(lines.getvalue())
    expected = ["Id", "ID#2", "id#3", "column_4", "fw_row#2", *header[5:-1], "(t)"]
    assert names(table) == expected
    assert cells(table) == [tuple(range(1, 13)), tuple(range(13, 25))]
    assert table.counts('quo"te') == [(6, 1), (18, 1)]
    assert any(note.startswith("columns renamed: ID as ID#2") for note in table.notes)


def test_a_name_that_looks_like_a_renamed_one(opened: Open) -> None:
    table = opened("a,a#2,a\n1,2,3\n")
    assert names(table) == ["a", "a#2", "a#3"]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("id,score\nx1,0.5\nx2,0.7\n", True),
        ("x1,0.5\nx2,0.7\n", False),
        ("id,2024,2025\n7,1,2\n8,3,4\n", True),
        ("5,1,2\n7,1,2\n", False),
        ("0,1,2\n0.5,0.25,0.1\n", True),  # a data frame without names
        ("a,2026-01-01\nb,2026-01-02\n", False),
        ("country,version\nDE,A\nFR,B\n", True),
        ("DE,A\nFR,A\nDE,B\nFR,B\n", False),
        ("name,word\n", True),
        (",a,b\n0,1,2\n1,3,4\n", True),
        ("a,b\nNA,1\n", True),
    ],
)
def test_header_is_told_from_data(opened: Open, text: str, header: bool) -> None:
    table = opened(text)
    rows = text.count("\n")
    assert table.rows == rows - header
    assert (names(table)[-1] == f"column_{len(names(table))}") is not header


def test_zero_one_and_constant_rows(opened: Open) -> None:
    none = opened("a,b\n", "none.csv")
    assert (none.rows, names(none), cells(none)) == (0, ["a", "b"], [])
    one = opened("a,b\n5,x", "one.csv")
    assert cells(one) == [(5, "x")]
    void = opened("a,b,c\n1,,k\n1,NA,k\n", "void.csv")
    assert cells(void) == [(1, None, "k"), (1, "NA", "k")]
    empty = opened("a,b,c\n1,,k\n1,,k\n", "empty.csv")
    assert [column.note for column in empty.columns] == ["", "no values", ""]


def test_one_column(opened: Open) -> None:
    assert cells(opened("score\n0.5\n0.25\n")) == [(0.5,), (0.25,)]


def test_like_files_as_one(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    opened("id,n\na,1\nb,2\n", "days/1.csv")
    opened("id,n\nc,x3\n", "days/2.csv")
    (tmp_path / "days" / "_SUCCESS").touch()
    for place in ("days", "days/*.csv"):
        assert cells(opened(None, place)) == [("a", "1"), ("b", "2"), ("c", "x3")]
    opened("id,other\nc,3\n", "days/3.csv")
    with pytest.raises(InputTrouble, match=r"3\.csv: line 1: its columns are not those of 1\.csv"):
        opened(None, "days")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a,b\n1,2\n3\n5,6\n", "line 3: found 1; expected 2 fields"),
        (b"a,b\n1,2\n3,4,5\n", "line 3: found 3; expected 2 fields"),
        (b'a,b\n1,"x\ny"\n3,4,5\n', "line 4: found 3; expected 2 fields"),
        (b'a,b\n1,2\n3,"cut in the mid', "line 3: a quoted field is not closed"),
        (b'a,b\n1,2\n3,"cut\nin\nthe mid\n', "line 3: a quoted field is not closed"),
        (b'a,b\n1,2\n"3', "line 3: a quoted field is not closed"),
        (b"a,b\n1,2\n3,\x00\n", "line 3: a NUL byte"),
        (b"a,b\n1,2\n" + b"\x00" * 40, "line 3: a NUL byte"),
        (b"", "the file is empty"),
        (b"\n\n  \n", "holds only blank lines"),
        (b"a,b\n\x81\xfe,2\n", "is not UTF-8 on line 2 and not Windows-1252 on line 2"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "is not UTF-16"),
        (gzip.compress(b"a,b\n1,2\n" * 999)[:-30], "the gzip file is damaged"),
        (b"\x1f\x8b\x08 no gzip at all", "the gzip file is damaged"),
        (b"a,b\n" + b"1,2\n" * 300_000 + b"3\n" + b"4,5\n" * 9, "line 300002: found 1"),
    ],
)
def test_damaged_files_name_the_line(opened: Open, content: bytes, line: str) -> None:
    with pytest.raises(InputTrouble, match=r"log\.csv") as caught:
        opened(content)
    assert line in caught.value.line()


def test_quotes_inside_plain_fields_are_characters(opened: Open) -> None:
    table = opened('size,n\n5" pipe,1\n6" pipe,2\n7" pipe,3\n')
    assert cells(table) == [('5" pipe', 1), ('6" pipe', 2), ('7" pipe', 3)]


def test_script_is_only_text(opened: Open) -> None:
    table = opened("name,n\n<script>alert(1)</script>,1\n=cmd|' /C calc'!A0,2\n")
    assert table.row(0)["name"] == "<script>alert(1)</script>"
    assert table.row(1)["name"] == "=cmd|' /C calc'!A0"


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=0, max_size=12
).filter(lambda text: text.strip(" ") not in MISSING)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=12), mark=st.sampled_from(",;\t|"))
def test_text_comes_back_verbatim(opened: Open, rows: list[tuple[str, str]], mark: str) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=mark, quoting=csv.QUOTE_ALL)
    # a word in each column keeps it text; a time in a third proves the header
    writer.writerows([("first", "second", "when"), ("word", "word", "2026-01-01")])
    writer.writerows((*row, "2026-01-02") for row in rows)
    table = opened(lines.getvalue())
    assert [row[:2] for row in cells(table)] == [("word", "word"), *rows]


TABLE = "id,when,amount,note\nk1,2026-03-01,1.5,a\nk2,2026-03-02,2.5,b\n"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"Loan requests\n{TABLE}", "a line above the table left out"),
        (f"Report: requests, all\r\n\r\nby: J. Doe\n\n{TABLE}", "2 lines above the table left out"),
        (f"# exported 2026-04-11\n# 2 rows\n{TABLE}", "2 lines above the table left out"),
        (f"Requests,,,\n,,,\n{TABLE}", "2 lines above the table left out"),
        (f"{TABLE}Total,,4.0,\n", "a last line of totals was left out: Total"),
        (f"{TABLE},Summe,4.0,\n", "a last line of totals was left out: Summe"),
        (f"{TABLE}\n(2 rows affected)\n", "left out below the table: (2 rows affected)"),
        (f"{TABLE}\nGrand total,4.0\nsee also: www\n",
         "left out below the table: Grand total,4.0 | see also: www"),
        (TABLE.replace(",", ", "), "the blank after each delimiter left out"),
    ],
)  # fmt: skip
def test_what_stands_around_a_table_is_left_out_and_said(
    opened: Open, text: str, note: str
) -> None:
    table = opened(text)
    assert [row[0::3] for row in cells(table)] == [("k1", "a"), ("k2", "b")]
    assert [column.name for column in table.columns] == ["id", "when", "amount", "note"]
    assert note in table.notes


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (f"{TABLE}k3,2026", "line 4", "found 2"),  # cut off, not a remark
        (f"{TABLE}(2 rows)\nk3,2026-03-03,1.5,c\n", "line 4", "found 1"),
        (f"id,when,amount\n{TABLE.split(chr(10), 1)[1]}", "line 2", "found 4"),
    ],
)
def test_rows_of_another_width_are_no_remarks(
    opened: Open, text: str, line: str, found: str
) -> None:
    with pytest.raises(InputTrouble) as trouble:
        opened(text)
    assert (trouble.value.place, trouble.value.found) == (line, found)


def test_cells_larger_than_a_block_and_one_line_without_an_end(opened: Open) -> None:
    large = "A" * 9_000_000
    table = opened(f"id,when,note\nk1,2026-03-01,{large}\nk2,2026-03-02,b\n")
    assert table.query("SELECT length(note) AS n FROM {t} ORDER BY fw_row")["n"].to_pylist() == [
        len(large),
        1,
    ]
    first = opened(f"id,when,{'A' * 200_000}\nk1,2026-03-01,b\n")
    assert [len(column.name) for column in first.columns] == [2, 4, 200_000]
    assert opened("id,when,note").rows == 0


def test_a_row_called_total_that_is_whole_stays(opened: Open) -> None:
    assert len(cells(opened(f"{TABLE}Total,2026-03-03,4.0,c\n"))) == 3


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(opened: Open, encoding: str) -> None:
    table = opened(TABLE.replace("b\n", "Müller\n").encode(encoding))
    assert table.row(1)["note"] == "Müller"
    assert table.notes == (f"read as {encoding.upper()}",)
