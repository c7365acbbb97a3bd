"""Columns of joined tables as groups: how they are joined, who sees them and who must not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.brief import brief_from_flags, parse_case, read_case
from investigators.check import Check
from investigators.checks.subgroup_performance.before_and_after import CHECK as BEFORE
from investigators.checks.subgroup_performance.calibration_by_group import CHECK as CALIBRATION
from investigators.checks.subgroup_performance.fairness import CHECK as FAIRNESS
from investigators.checks.subgroup_performance.hidden_slices import CHECK as SLICES
from investigators.checks.subgroup_performance.inputs_by_group import CHECK as INPUTS
from investigators.checks.subgroup_performance.proxy import CHECK as PROXY
from investigators.checks.subgroup_performance.this_group import CHECK as THIS_GROUP
from investigators.cli import main
from investigators.lookup_groups import MOST_COLUMNS
from investigators.scope import segment_sql
from investigators.task import Task
from investigators.trouble import InputTrouble

SAMPLE = Path(__file__).parents[2] / "sample_data" / "home_page" / "clean.case.toml"
ROWS = 6000
SHOPS = 60
CASE = """decision = "r7"
[model]
threshold = 0.5
above = "review"
below = "accept"
adverse = "review"
[log]
file = "log.csv"
columns = {{ id = "id", score = "score", decision = "decision", outcome = "outcome" }}
[[lookup]]
file = "shops.csv"
{more}
"""


def _files(folder: Path, *, id_name: str = "shop_id") -> tuple[pd.DataFrame, pd.DataFrame]:
    """In shops of the north (a quarter of them) every second review is wrong; shop 3 is unknown."""
    rng = np.random.default_rng(5)
    number = np.arange(1, SHOPS + 1)
    shops = pd.DataFrame(
        {
            id_name: number,
            "region": np.where(number % 4 == 0, "north", np.where(number % 4 == 1, "east", "west")),
            "floor": np.round(rng.uniform(20, 900, SHOPS), 1),
            "open": number % 3 == 0,
            "manager": [f"person {k}" for k in number],
        }
    )
    shop = rng.integers(1, SHOPS + 1, ROWS)
    shop[7] = 4
    score = np.where(np.arange(ROWS) == 7, 0.9, np.round(rng.random(ROWS), 3))
    chance = np.where((shop % 4 == 0) & (score >= 0.5), score / 2, score)
    log = pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(ROWS)],
            "shop_id": shop,
            "channel": rng.choice(["web", "app"], ROWS),
            "score": score,
            "decision": np.where(score >= 0.5, "review", "accept"),
            "outcome": np.where(np.arange(ROWS) == 7, 0, rng.random(ROWS) < chance).astype(int),
        }
    )
    log.to_csv(folder / "log.csv", index=False)
    shops[shops[id_name] != 3].to_csv(folder / "shops.csv", index=False)
    return log, shops


def _opened(folder: Path, more: str = "") -> desk.Desk:
    return desk.open_case(parse_case(CASE.format(more=more), base=str(folder)))


def _told(opened: desk.Desk) -> str:
    return " ".join(g.reason for g in opened.view.case.guesses if g.what == "lookup.id")


@pytest.mark.parametrize("id_name", ["shop_id", "Shop ID", "id"])
def test_its_columns_lie_beside_the_logs_own(tmp_path: Path, id_name: str) -> None:
    log, shops = _files(tmp_path, id_name=id_name)
    with _opened(tmp_path) as opened:
        view = opened.view
        assert view.log is not None
        assert view.log.rows == ROWS
        assert [c.name for c in view.groups] == ["shops.region", "shops.floor", "shops.open"]
        assert not [c.name for c in view.log.columns if c.name.startswith("shops.")]
        assert "shops.region" not in view.segments
        found = view.log.query('SELECT "shops.region", "shops.floor" FROM {t} ORDER BY fw_row')
        told = _told(opened)
    meant = log.merge(shops[shops[id_name] != 3], "left", left_on="shop_id", right_on=id_name)
    region = [None if pd.isna(v) else v for v in meant["region"]]
    assert found.column(0).to_pylist() == region
    assert np.array_equal(found.column(1).to_numpy(), meant["floor"].to_numpy(), equal_nan=True)
    assert "groups: shops.region, shops.floor, shops.open" in told
    assert "no groups (too many values, one value or times): manager" in told
    assert 0.979 < (log["shop_id"] != 3).mean() < 0.981
    assert "98 % of the log’s rows have a row there" in told


def test_the_checks_of_groups_look_at_them(tmp_path: Path) -> None:
    _files(tmp_path)
    with _opened(tmp_path) as opened:
        found = {f.about: f for f in THIS_GROUP.run(opened.view, Task())}
        (hidden,) = SLICES.run(opened.view, Task())
        fair = {f.about: f.verdict for f in FAIRNESS.run(opened.view, Task())}
    assert found["shops.region",].verdict == "supports"
    assert [(c.column, c.equals) for c in hidden.segment or ()] == [("shops.region", "north")]
    assert fair["shops.region",] == "supports"


@pytest.mark.parametrize("check", [BEFORE, CALIBRATION, INPUTS, PROXY], ids=lambda c: c.name)
def test_checks_that_need_a_model_look_at_them_too(check: Check) -> None:
    with desk.open_case(read_case(SAMPLE)) as opened:
        found = check.run(opened.view, Task())
    assert any("items.section men" in f.sentence for f in found)


def test_a_number_is_taken_in_the_range_of_the_decisions_own(tmp_path: Path) -> None:
    _, shops = _files(tmp_path)
    with _opened(tmp_path) as opened:
        view = opened.view
        (floor,) = (f for f in THIS_GROUP.run(view, Task()) if f.about == ("shops.floor",))
        assert view.log is not None
        assert floor.segment is not None
        inside = segment_sql(floor.segment)
        rows = view.log.value(f"SELECT count(*) FROM {{t}} WHERE {inside}")
    (condition,) = floor.segment
    assert condition.lower is not None or condition.upper is not None
    mine = float(shops.loc[shops["shop_id"] == 4, "floor"].iloc[0])
    assert (condition.lower or -1) <= mine < (condition.upper or 1e9)
    assert ROWS / 16 < rows < ROWS / 4


def test_a_joined_group_is_a_lead_of_the_case(tmp_path: Path) -> None:
    _files(tmp_path)
    (tmp_path / "case.toml").write_text(CASE.format(more=""), encoding="utf-8")
    out = tmp_path / "out"
    assert main(["investigate", str(tmp_path / "case.toml"), "--out", str(out), "--quiet"]) == 0
    found = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    assert found["leads"][0]["segment"] == [{"column": "shops.region", "equals": "north"}]
    assert found["leads"][0]["concerns_this_decision"]
    assert "columns of lookups searched" in (out / "report.md").read_text(encoding="utf-8")


def test_a_named_group_may_ask_for_them(tmp_path: Path) -> None:
    log, _ = _files(tmp_path)
    rows = "shops.region = north and channel = web"
    with _opened(tmp_path, f'[groups]\n"far shops" = "{rows}"') as opened:
        table = opened.view.log
        assert table is not None
        count = table.value('SELECT count(*) FROM {t} WHERE "far shops"')
    assert count == ((log["shop_id"] % 4 == 0) & (log["channel"] == "web")).sum()


def test_several_rows_per_key_are_no_groups(tmp_path: Path) -> None:
    _files(tmp_path)
    shops = pd.read_csv(tmp_path / "shops.csv")
    pd.concat([shops, shops.head(1)]).to_csv(tmp_path / "shops.csv", index=False)
    with _opened(tmp_path) as opened:
        assert opened.view.groups == ()
        assert opened.view.log is not None
        assert opened.view.log.rows == ROWS
        assert "several rows with the same key, so its columns are no groups" in _told(opened)
    with pytest.raises(InputTrouble, match="several rows with the same shop_id"):
        _opened(tmp_path, 'columns = { id = "shop_id" }')


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('columns = { id = "shop" }', "has no column shop; expected the column that the log has"),
        ('columns = { id = "region" }', "log.csv has no column that is named like region"),
        ('columns = { name = "shop_id" }', "role of lookup"),
    ],
)
def test_a_key_that_cannot_be_is_refused(tmp_path: Path, more: str, told: str) -> None:
    _files(tmp_path)
    with pytest.raises(InputTrouble) as trouble:
        _opened(tmp_path, more)
    assert told in trouble.value.line()


def test_the_key_can_be_given_or_denied_on_the_command_line(tmp_path: Path) -> None:
    _files(tmp_path)
    sources = {"log": [str(tmp_path / "log.csv")], "lookup": [str(tmp_path / "shops.csv")]}
    for setting, names in (("shop_id", 3), ("", 0)):
        brief = brief_from_flags(sources, (f"lookup.id={setting}",))
        with desk.open_case(brief) as opened:
            assert len(opened.view.groups) == names


def test_what_the_log_says_already_and_too_many_columns_are_left_out(tmp_path: Path) -> None:
    log, shops = _files(tmp_path)
    shops["shop_no"] = shops["shop_id"] * 2
    for k in range(MOST_COLUMNS + 5):
        shops[f"kind{k}"] = np.where(shops["shop_id"] % (k + 2) == 0, "a", "b")
    shops.to_csv(tmp_path / "shops.csv", index=False)
    log["area"] = np.array(["", *shops["region"]])[log["shop_id"]]
    log.to_csv(tmp_path / "log.csv", index=False)
    with _opened(tmp_path) as opened:
        names = [c.name for c in opened.view.groups]
        told = _told(opened)
    assert "shops.region" not in names
    assert len(names) == MOST_COLUMNS - 1
    assert "the log has already: shops.region (area)" in told
    assert "too many columns, not looked at: kind" in told
