"""case.toml and flags become one Brief, or one clear line."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from investigators.brief import brief_from_flags, known_zone, merge, nearest, parse_case, read_case
from investigators.case import Brief, Place
from investigators.trouble import InputTrouble

WHOLE = """
title = "Order held back for a regular customer"
reported = "He orders every month. Why is this one in review?"
expected = "accept"
decision = "ord-5f20c1"
zone = "Europe/Berlin"
dates = "day-first"
[model]
file = "model.txt"
threshold = 0.20
above = "review"
below = "accept"
adverse = "review"
positive = 1
component = ["fraud_review"]
[log]
file = "live.parquet"
columns = { id = "order_no", segment = ["app_version", "country"], "feature:form time" = "F_T" }
[reference]
file = "training.parquet"
columns = { outcome = "charged_back" }
[[ui_events]]
file = "screens.sqlite::shown"
columns = { title = "headline" }
[[ui_events]]
file = "app.jsonl"
columns = { title = "heading" }
[[lookup]]
file = "items.csv"
[outcomes]
file = "chargebacks.csv"
[features]
file = "features.yaml"
[feature_store]
file = "store.parquet"
[policy]
file = "policy.yaml"
[releases]
file = "releases.csv"
[evidence]
screenshot = "screen.png"
[answers]
whose_box = "last seen"
right_subject = "yes"
[[actions]]
text = "Stop the release"
kind = "this case"
due = 2026-05-08
"""


def test_how_many_conditions_a_hidden_group_may_have(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    for text, depth in (("", None), ("depth = 3\n", "3"), ('depth = "2"\n', "2")):
        file.write_text(text + '[log]\nfile = "l.csv"\n', encoding="utf-8")
        assert read_case(file).depth == depth
    file.write_text('depth = 4\n[log]\nfile = "l.csv"\n', encoding="utf-8")
    with pytest.raises(InputTrouble, match="depth"):
        read_case(file)


def test_every_key_of_the_contract(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text("\ufeff" + WHOLE, encoding="utf-8")
    brief = read_case(file)
    assert brief.base == str(tmp_path)
    assert brief.title == "Order held back for a regular customer"
    assert brief.decision == "ord-5f20c1"
    assert (brief.threshold, brief.above, brief.below) == (0.2, "review", "accept")
    assert (brief.adverse, brief.positive, brief.components) == ("review", "1", ("fraud_review",))
    assert (brief.zone, brief.dates) == ("Europe/Berlin", "day-first")
    assert brief.sources["log"] == (Place("live.parquet"),)
    assert brief.sources["ui_events"] == (Place("screens.sqlite", "shown"), Place("app.jsonl"))
    assert brief.sources["screenshot"] == (Place("screen.png"),)
    assert len(brief.sources) == 11
    assert brief.columns == {
        "log.id": ("order_no",),
        "log.segment": ("app_version", "country"),
        "log.feature:form time": ("F_T",),
        "reference.outcome": ("charged_back",),
        "ui_events.title": ("headline", "heading"),
    }
    assert brief.answers.whose_box == "last seen"
    assert brief.answers.what_shown is None
    assert brief.actions[0].id == "A1"
    assert brief.actions[0].due == "2026-05-08"
    assert brief.trust_model is False


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('titel = "x"', "unknown key titel; .*did you mean title"),
        ('[model]\nfile = "m"\nthreshhold = 1', "model.threshhold: .*did you mean threshold"),
        ('[model]\nthreshold = "0.2"', "model.threshold: '0.2'; expected a number"),
        ("[model]\nthreshold = nan", "model.threshold: nan; expected a number"),
        ("[model]\nthreshold = 1\ncuts = [1]", "given beside cuts"),
        ("[model]\ncuts = [2, 1]", "model.cuts: .*rising"),
        ('[model]\ncuts = [1]\nlabels = ["a"]', "1 labels for 1 cut points; expected 2"),
        ('[log]\ncolumns = { id = "x" }', "log: no file"),
        ('[log]\nfile = "a"\ncolumns = { idd = "x" }', "unknown role of log idd.*did you mean id"),
        ('[log]\nfile = "a"\ncolumns = { id = ["x", "y"] }', "log.id is given twice: x and y"),
        ('[log]\nfile = "a"\ncolumns = { id = 3 }', "log.columns.id: 3; expected text"),
        ('[log]\nfile = "a"\ncolumns = "id"', "log.columns: 'id' is no table"),
        ('[[log]]\nfile = "a"\n[[log]]\nfile = "b"', "2 tables"),
        ('[log]\nfile = "postgresql://h/d::t"', "databases by URL .postgresql://. are not read"),
        ('[log]\nfile = "x.sqlite::"', "names no file"),
        ('[policy]\nfile = "a"\ncolumns = {}', "unknown key columns"),
        ('log = "live.parquet"', "log: 'live.parquet' is no table"),
        ('zone = "Europe/Berln"', "zone: unknown time zone .*did you mean Europe/Berlin"),
        ('dates = "us"', "unknown order of dates us"),
        ('[answers]\nright_subject = "maybe"', "unknown answer maybe"),
        ('[[actions]]\nkind = "category"', "no text"),
        ('[[actions]]\ntext = "x"\nkind = "later"', "unknown kind of action"),
        ("title = \n", "not TOML: .*line 1"),
        ("trust_model = true", "unknown key trust_model"),
    ],
)
def test_wrong_cases_say_where_and_what(text: str, line: str) -> None:
    with pytest.raises(InputTrouble, match=f"case.toml: .*{line}"):
        parse_case(text)


def test_files_that_are_no_toml(tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match=r"none\.toml: cannot be read"):
        read_case(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b'title = "\xfcber"')
    with pytest.raises(InputTrouble, match=r"bad\.toml: byte 9 is not UTF-8"):
        read_case(bad)


def test_flags() -> None:
    brief = brief_from_flags(
        {"log": ["log.csv"], "ui-events": ["a.db::x", "b.csv"], "reference": []},
        ["log.id=ORDER_NO", "log.segment=A", "log.segment=B=C", "ui-events.title=T"],
        threshold=0.2,
        above="review",
        component=["x"],
        decision="7",
        cuts=None,
        zone=None,
        trust_model=True,
    )
    assert brief.sources == {
        "log": (Place("log.csv"),),
        "ui_events": (Place("a.db", "x"), Place("b.csv")),
    }
    assert brief.columns["log.segment"] == ("A", "B=C")
    assert brief.columns["ui_events.title"] == ("T",)
    assert (brief.threshold, brief.components, brief.decision) == (0.2, ("x",), "7")
    assert brief.trust_model


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (["log.id"], "not of this form; expected SOURCE.ROLE=COLUMN"),
        (["=x"], "not of this form"),
        (["logs.id=x"], "unknown source logs.*did you mean log"),
        (["log.scores=x"], "unknown role of log scores.*did you mean score"),
        (["releases.feature:x=y"], "unknown role of releases"),
        (["log.feature:=y"], "unknown role of log"),
        (["log.id=a", "log.id=b"], "log.id is given twice"),
    ],
)
def test_wrong_column_flags(columns: list[str], line: str) -> None:
    with pytest.raises(InputTrouble, match=f"command line: .*{line}"):
        brief_from_flags({"log": ["x"]}, columns)


def test_a_source_given_twice_and_an_unknown_one() -> None:
    with pytest.raises(InputTrouble, match="--log: given 2 times"):
        brief_from_flags({"log": ["a", "b"]})
    with pytest.raises(InputTrouble, match="unknown source modle"):
        brief_from_flags({"modle": ["a"]})


def test_flags_win_setting_by_setting(tmp_path: Path) -> None:
    case = parse_case(WHOLE, base=str(tmp_path))
    flags = brief_from_flags(
        {"log": ["other.csv"]}, ["log.id=NO"], base=str(tmp_path / "b"), title="T", cuts=[1, 2]
    )
    both = merge(case, flags)
    assert both.title == "T"
    assert both.reported == case.reported
    assert both.cuts == (1.0, 2.0)
    assert both.threshold is None
    assert both.columns["log.id"] == ("NO",)
    assert both.columns["reference.outcome"] == ("charged_back",)
    assert both.sources["model"] == (Place("model.txt"),)
    assert both.sources["log"][0].path == str(tmp_path / "b" / "other.csv")
    assert both.base == str(tmp_path)
    assert merge(case, Brief(base=str(tmp_path))) == case
    back = merge(replace(case, threshold=None, cuts=(1.0,)), Brief(threshold=0.5))
    assert (back.cuts, back.threshold) == ((), 0.5)


def test_nearest_is_silent_when_nothing_is_near() -> None:
    assert nearest("qqq", ["title", "zone"]) == ""


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Etc/GMT-5", "", "Europe", "/etc", "../UTC", "posix/UTC", "\0"]
)
def test_a_zone_is_known_if_the_data_base_lists_it(zone: str) -> None:
    assert known_zone(zone) == (zone in available_timezones())
