"""Feature dictionaries in every form, and what is wrong with broken ones."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from investigators.case import Place
from investigators.dictionary import open_dictionary
from investigators.features import Dictionary, Feature
from investigators.trouble import InputTrouble

Open = Callable[..., Dictionary]
FILL = Feature(
    "form_fill_time",
    meaning="time spent in the form",
    unit="s",
    kind="number",
    minimum=0.0,
    maximum=7200.0,
    missing_codes=("-1", "9999"),
    direction="up",
)


@pytest.fixture
def read(tmp_path: Path) -> Open:
    def write(text: str | bytes, name: str) -> Dictionary:
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / name).write_bytes(data)
        return open_dictionary(Place(name), base=str(tmp_path))

    return write


YAML_LIST = """
- name: form_fill_time
  description: time spent in the form
  unit: s
  type: number
  minimum: 0
  maximum: 7200
  missing codes: [-1, 9999]
  direction: up
  owner: the shop   # unknown keys are ignored
"""
YAML_MAPPING = """
version: 2
features:
  form_fill_time:
    meaning: time spent in the form
    Unit: s
    dtype: number
    range: [0, 7200]
    sentinels: "-1; 9999"
    monotonicity: +1
"""
GERMAN = """
merkmale:
  - Merkmal: form_fill_time
    Beschreibung: time spent in the form
    Einheit: s
    Typ: number
    Wertebereich: 0..7200
    Fehlwerte: "-1, 9999"
    Wirkrichtung: steigend
"""
PLAIN_JSON = json.dumps(
    {
        "form_fill_time": {
            "title": "time spent in the form",
            "units": "s",
            "type": "number",
            "min": 0,
            "max": "7,200",
            "na_values": [-1, 9999],
            "monotonic": "increasing",
        }
    }
)
TABLE_SCHEMA = json.dumps(
    {
        "fields": [
            {
                "name": "form_fill_time",
                "type": "number",
                "description": "time spent in the form",
                "unit": "s",
                "direction": "+",
                "constraints": {"minimum": 0, "maximum": 7200},
            }
        ],
        "missingValues": ["", "-1", "9999"],
        "primaryKey": ["id"],
    }
)
PACKAGE = json.dumps(
    {
        "name": "data",
        "resources": [{"name": "log", "path": "x", "schema": json.loads(TABLE_SCHEMA)}],
    }
)
JSON_SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "request",
        "type": "object",
        "required": ["form_fill_time"],
        "properties": {
            "form_fill_time": {
                "type": "number",
                "description": "time spent in the form",
                "minimum": 0,
                "maximum": 7200,
                "x-unit": "s",
                "missingCodes": [-1, 9999],
                "direction": "up",
            }
        },
    }
)
CSV = """Feature,Description,Unit of measure,Data type,Min,Max,Missing codes,Direction,Owner
form_fill_time,time spent in the form,s,number,0,7200,-1;9999,up,shop
,,,,,,,,
"""
SEMICOLONS = (
    "Datenwoerterbuch\n"
    "Merkmal;Beschreibung;Einheit;Datentyp;Untergrenze;Obergrenze;Fehlcodes;Richtung\n"
    'form_fill_time;"time spent in the form";s;number;0,0;7200;-1|9999;1\n'
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (YAML_LIST, "f.yaml"),
        (YAML_MAPPING, "f.yml"),
        (GERMAN, "g.yaml"),
        (PLAIN_JSON, "f.json"),
        (TABLE_SCHEMA, "schema.json"),
        (PACKAGE, "datapackage.json"),
        (JSON_SCHEMA, "request.schema.json"),
        (CSV, "f.csv"),
        (CSV.replace(",", "\t"), "f.tsv"),
        (SEMICOLONS, "g.csv"),
        (SEMICOLONS.encode("utf-16"), "h.csv"),
    ],
)
def test_one_feature_in_every_form(read: Open, text: str | bytes, name: str) -> None:
    found = read(text, name)
    assert found.source == name
    assert found.features == {"form_fill_time": FILL}


def test_short_yaml_tells_units_from_meanings(read: Open) -> None:
    found = read("a: s\nb: km\nc: seconds spent in the form\nd:\ne: €\nf: hello\n", "f.yaml")
    assert [found.get(name).unit for name in "abcdef"] == ["s", "km", None, None, "€", None]
    assert found.get("c").meaning == "seconds spent in the form"
    assert found.get("f").meaning == "hello"
    assert found.get("nothing") == Feature("nothing")


def test_other_properties(read: Open) -> None:
    text = """
- {name: country, allowed values: [DE, AT, CH], sensitive: yes}
- {name: age, protected: "x", unit: year, range: "18 - 99"}
- {name: hour, time zone: Europe/Berlin, direction: none, enum: "0;1;2"}
- {name: items, values: {1: one, 2: two}, min: "1,5", sensitive: no}
- {name: rate, range: from old to new, max: inf}
"""
    found = read(text, "f.yaml").features
    assert found["country"].allowed == ("DE", "AT", "CH")
    assert found["country"].sensitive
    assert found["age"].sensitive
    assert (found["age"].minimum, found["age"].maximum) == (18.0, 99.0)
    assert (found["hour"].zone, found["hour"].direction) == ("Europe/Berlin", None)
    assert found["hour"].allowed == ("0", "1", "2")
    assert found["items"].allowed == ("1", "2")
    assert found["items"].minimum == 1.5
    assert not found["items"].sensitive
    assert found["rate"].minimum is None


def test_features_called_like_holders(read: Open) -> None:
    text = "form_fill_time: {unit: s}\nitems: {unit: piece, description: number of items}\n"
    assert list(read(text, "f.yaml").features) == ["form_fill_time", "items"]


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("- name: a\n  unit: [s\n", "f.yaml", r"f\.yaml: line 3, column 1: not YAML"),
        ("!!python/object/apply:os.system ['x']", "f.yaml", "not YAML: could not determine"),
        ("", "f.yaml", "the file is empty"),
        ("- unit: s", "f.yaml", "entry 1: an entry without a name"),
        ("- name: a\n- name: a", "f.yaml", "entry 2: a is described twice"),
        ("- 3", "f.yaml", "entry 1: '3' is no entry"),
        ("hello", "f.yaml", "'hello' is no entry"),
        ("a: 3.5", "f.yaml", "a: '3.5' is no entry"),
        ("- {name: a, min: low}", "f.yaml", "a: minimum: 'low'; expected a number"),
        ("{", "f.json", r"line 1, column 2: not JSON"),
        ('{"a": {}', "f.json", "not JSON"),
        ("{}", "f.json", "no entries found"),
        ("[" * 100_000, "f.json", "not JSON: nested too deeply"),
        ("a,b\n1,2\n", "f.csv", "no row of column names with a name column"),
        ("name,unit\na,s\n,km\n", "f.csv", "row 3: a row without a name"),
        ('name,unit\na,"s\n', "f.csv", r"f\.csv: line \d: broken quoting"),
        ("PK no", "f.xlsx", "not a workbook"),
        ("x", "f.docx", r"not read; expected one of .*YAML \(\.yaml \.yml\)"),
    ],
)
def test_broken_dictionaries_say_where(read: Open, text: str, name: str, line: str) -> None:
    with pytest.raises(InputTrouble, match=line):
        read(text, name)


@pytest.mark.parametrize(
    "text",
    [
        "feature_views:\n- name: customer\n  features:\n  - {name: basket, unit: EUR}\n",
        "version: 2\nmodels:\n- name: a\n  columns:\n  - {name: basket, meta: {unit: EUR}}\n",
    ],
)
def test_views_and_tables_that_hold_their_columns(read: Open, text: str) -> None:
    features = read(text, "features.yaml").features
    assert {name: feature.unit for name, feature in features.items()} == {"basket": "EUR"}


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match=r"none\.yaml: no such file"):
        open_dictionary(Place("none.yaml"), base=str(tmp_path))


def sheet_xml(rows: list[list[object]]) -> str:
    cells = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(65 + c)}{r}"><v>{value}</v></c>'
            if isinstance(value, int)
            else f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'
            for c, value in enumerate(row)
            if value is not None
        )
        + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'


def write_xlsx(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    """Write the fewest parts that make a workbook (ECMA-376)."""
    office = "http://schemas.openxmlformats.org"
    relations = f"{office}/officeDocument/2006/relationships"
    package = f"{office}/package/2006"
    names = list(sheets)
    with zipfile.ZipFile(path, "w") as book:
        types = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'  # noqa: E501 - one part
        book.writestr(
            "[Content_Types].xml", f'<Types xmlns="{package}/content-types">{types}</Types>'
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{k}" r:id="rId{k}"/>'
            for k, name in enumerate(names, start=1)
        )
        main = f"{office}/spreadsheetml/2006/main"
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="rId{k}" Type="{relations}/worksheet" '
            f'Target="worksheets/sheet{k}.xml"/>'
            for k in range(1, len(names) + 1)
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        )
        for k, name in enumerate(names, start=1):
            book.writestr(f"xl/worksheets/sheet{k}.xml", sheet_xml(sheets[name]))


HEADER = ["Name", "Meaning", "Unit", "Type", "Minimum", "Maximum", "Missing", "Effect"]
ROW = ["form_fill_time", "time spent in the form", "s", "number", 0, 7200, "-1; 9999", "up"]


def test_excel(tmp_path: Path) -> None:
    features: list[list[object]] = [["The features of the shop", None], [*HEADER], [*ROW]]
    write_xlsx(tmp_path / "f.xlsx", {"Cover": [["This is a cover"]], "Features": features})
    found = open_dictionary(Place("f.xlsx"), base=str(tmp_path))
    assert found.features == {"form_fill_time": FILL}
    assert found.source == "f.xlsx::Features"


def test_excel_without_a_header_or_a_name(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"One": [["x", "y"], ["1", "2"]]})
    with pytest.raises(InputTrouble, match=r"a\.xlsx: no row of column names"):
        open_dictionary(Place("a.xlsx"), base=str(tmp_path))
    write_xlsx(tmp_path / "b.xlsx", {"One": [[*HEADER], [None, "nameless"]]})
    with pytest.raises(InputTrouble, match=r"b\.xlsx: row 2: a row without a name"):
        open_dictionary(Place("b.xlsx"), base=str(tmp_path))


CARD = """# The model of the shop

| Metric | Value |
|---|---|
| AUC | 0.9 |

```
| name | unit |
|---|---|
| not_this | s |
```

## Inputs

Name | Description | Unit | Min | Max | Missing code | Allowed values
:--- | --- | :---: | --: | --: | --- | ---
`basket` | **What** is in it, see [here](a.md) | EUR | 0 | 5000 | -1 |
country | A \\| B | | | | | DE; FR

After the table.
"""


def test_the_table_of_a_model_card(read: Open) -> None:
    found = read(CARD, "README.md").features
    assert list(found) == ["basket", "country"]
    basket = found["basket"]
    assert (basket.meaning, basket.unit) == ("What is in it, see here", "EUR")
    assert (basket.minimum, basket.maximum, basket.missing_codes) == (0, 5000, ("-1",))
    assert (found["country"].meaning, found["country"].allowed) == ("A | B", ("DE", "FR"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Nothing", r"no table is in it; expected a table with columns such as name"),
        ("|a|b|\n|-|-|\n|1|2|", r"no table has a name column"),
        ("|name|unit|\n|-|-|\n||s|", r"row 2: a row without a name"),
        ("|name|min|\n|-|-|\n|a|x|", r"a: minimum: 'x'; expected a number"),
    ],
)
def test_a_page_without_such_a_table(read: Open, text: str, said: str) -> None:
    with pytest.raises(InputTrouble, match=rf"README\.md: {said}"):
        read(text, "README.md")
