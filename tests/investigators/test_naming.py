"""A named group while it is typed: judged as the case is, counted, the decision's own values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators import desk
from investigators.brief import parse_case
from investigators.evidence import Condition
from investigators.naming import Naming, rows_of
from investigators.scope import segment_sql
from investigators.trial import parse_rows
from investigators.trouble import InputTrouble

ROWS = 500
CASE = """decision = "r7"
[model]
threshold = 0.5
above = "review"
below = "accept"
[log]
file = "log.csv"
columns = { id = "id", time = "made", score = "score", decision = "decision" }
[[lookup]]
file = "shops.csv"
[groups]
"mine" = "channel = web"
"""


@pytest.fixture
def log(tmp_path: Path) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    made = pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(ROWS)],
            "made": pd.date_range("2026-03-01", periods=ROWS, freq="h"),
            "channel": rng.choice(["shop", "web", "the app"], ROWS),
            "amount": np.round(rng.gamma(2, 20, ROWS), 2),
            "gift": rng.choice([True, False], ROWS),
            "shop_id": rng.choice(["s1", "s2", "s3"], ROWS),
            "score": np.round(rng.random(ROWS), 3),
        }
    )
    made["decision"] = np.where(made["score"] >= 0.5, "review", "accept")
    made.loc[7, ["channel", "amount", "gift", "shop_id"]] = ["the app", np.nan, True, "s2"]
    made.to_csv(tmp_path / "log.csv", index=False)
    shops = pd.DataFrame({"shop_id": ["s1", "s2", "s3"], "region": ["north", "south", "south"]})
    shops.to_csv(tmp_path / "shops.csv", index=False)
    return made


def _naming(opened: desk.Desk) -> Naming:
    made = opened.naming()
    assert made is not None
    return made


def test_rows_are_counted_as_another_tool_counts_them(tmp_path: Path, log: pd.DataFrame) -> None:
    cases = {
        "channel = shop and amount < 20": "channel == 'shop' and amount < 20",
        'channel in "the app", web': "channel in ['the app', 'web']",
        "amount is missing": "amount != amount",
        "gift = true": "gift == True",
        "shops.region = south": "shop_id != 's1'",
        "hour of made in 3, 4": "made.dt.hour in [3, 4]",
    }
    with desk.open_case(parse_case(CASE, base=str(tmp_path))) as opened:
        naming = _naming(opened)
        for rows, meant in cases.items():
            found, expected = naming.count(rows), log.query(meant)
            assert (found.rows, found.of) == (len(expected), ROWS), rows
            assert found.decision == (7 in expected.index), rows
            assert naming.wrong("a", rows).rows == ""


def test_without_a_decision_nothing_is_said_of_it(tmp_path: Path, log: pd.DataFrame) -> None:
    del log
    case = CASE.replace('decision = "r7"\n', "")
    with desk.open_case(parse_case(case, base=str(tmp_path))) as opened:
        naming = _naming(opened)
        assert naming.count("amount >= 0").decision is None
        assert not any(each.own for each in naming.askable())


def test_what_is_wrong_is_said_as_when_a_case_is_opened(tmp_path: Path, log: pd.DataFrame) -> None:
    del log
    with desk.open_case(parse_case(CASE, base=str(tmp_path))) as opened:
        naming = _naming(opened)
        assert naming.wrong("mine", "channel = shop").name == "", "it may keep its own name"
        for name, rows in (
            *(("a", "chanel = shop"), ("a", "channel < 20"), ("a", "channel shop"), ("a", "")),
            *(("channel", "gift = true"), ("fw_x", "gift = true"), ("a=b", "gift = true")),
        ):
            found = naming.wrong(name, rows)
            brief = parse_case(f"{CASE}\n'{name}' = '{rows}'", base=str(tmp_path))
            with pytest.raises(InputTrouble) as trouble, desk.open_case(brief):
                pass
            line = trouble.value.line()
            assert (found.name or found.rows).split("; expected")[0] in line, line
            assert (found.mend or "") in line
        assert "another group has this name" in naming.wrong("Mine", "gift = true", ["mine"]).name
    brief = parse_case(f"{CASE}\n'Mine' = 'gift = true'", base=str(tmp_path))
    with pytest.raises(InputTrouble, match="another group has this name"), desk.open_case(brief):
        pass


def test_a_group_asks_for_no_other_group(tmp_path: Path, log: pd.DataFrame) -> None:
    del log
    with desk.open_case(parse_case(CASE, base=str(tmp_path))) as opened:
        naming = _naming(opened)
        assert "mine" not in {each.column for each in naming.askable()}
        assert "has no column mine" in naming.wrong("a", "mine = true").rows
        assert "has no column fw_score" in naming.wrong("a", "fw_score >= 0.5").rows


def test_the_decisions_own_values_hold_it(tmp_path: Path, log: pd.DataFrame) -> None:
    del log
    with desk.open_case(parse_case(CASE, base=str(tmp_path))) as opened:
        naming = _naming(opened)
        own = {each.column: each.own for each in naming.askable()}
        for rows in filter(None, own.values()):
            assert naming.count(rows).decision is True, rows
    assert own["channel"] == 'channel = "the app"'
    assert own["amount"] == "amount is missing"
    assert own["gift"] == "gift = true"
    assert own["shops.region"] == "shops.region = south"
    assert own["made"] == "", "no group is made of an instant"


NAMES = st.text("aB0 ,\"'é=<and", min_size=1, max_size=6)
CONDITIONS = st.one_of(
    st.builds(Condition, NAMES, equals=NAMES | st.booleans() | st.integers(-9, 99)),
    st.builds(Condition, NAMES, missing=st.just(True)),
    st.builds(Condition, NAMES, within=st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
    st.builds(Condition, NAMES, lower=st.integers(-5, 5).map(float), closed=st.just("left")),
)


@given(st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple))
def test_a_segment_is_said_exactly(segment: tuple[Condition, ...]) -> None:
    text = rows_of(segment)
    assert text
    said, meant = (segment_sql(each) for each in (parse_rows(text, ""), segment))
    assert said == meant


def test_a_month_cannot_be_said(tmp_path: Path) -> None:
    del tmp_path
    assert rows_of((Condition("made", within=(1,), part="month"),)) == ""
    assert rows_of(None) == ""
    assert rows_of((Condition("a b", equals="x"), Condition("c", equals=True))) == (
        '"a b" = x and c = true'
    )
