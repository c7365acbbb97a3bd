"""Groups that a person named: in the case file, on the command line, in the checks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.brief import brief_from_flags, merge, parse_case
from investigators.case import Brief
from investigators.checks.subgroup_performance.hidden_slices import CHECK as SLICES
from investigators.checks.subgroup_performance.this_group import CHECK as THIS_GROUP
from investigators.cli import main
from investigators.facts import run_again
from investigators.task import Task
from investigators.trouble import InputTrouble

ROWS = 6000
CASE = """decision = "r7"
[model]
threshold = 0.5
above = "review"
below = "accept"
adverse = "review"
[log]
file = "log.csv"
columns = {{ id = "id", score = "score", decision = "decision", outcome = "outcome" }}
[groups]
{groups}
"""


def _log(folder: Path) -> pd.DataFrame:
    """In small shops (channel shop, amount below 20) every second review is wrong; no time."""
    rng = np.random.default_rng(5)
    channel = np.where(np.arange(ROWS) == 7, "shop", rng.choice(["shop", "web", "app"], ROWS))
    amount = np.where(np.arange(ROWS) == 7, 5.0, np.round(rng.gamma(2, 20, ROWS), 2))
    amount[11] = np.nan
    score = np.where(np.arange(ROWS) == 7, 0.9, np.round(rng.random(ROWS), 3))
    small = (channel == "shop") & (amount < 20)
    chance = np.where(small & (score >= 0.5), score / 2, score)
    log = pd.DataFrame(
        {
            "id": [f"r{k}" for k in range(ROWS)],
            "channel": channel,
            "amount": amount,
            "items": rng.integers(1, 4, ROWS),
            "score": score,
            "decision": np.where(score >= 0.5, "review", "accept"),
            "outcome": np.where(np.arange(ROWS) == 7, 0, rng.random(ROWS) < chance).astype(int),
        }
    )
    log.to_csv(folder / "log.csv", index=False)
    return log


def _opened(folder: Path, groups: str) -> desk.Desk:
    return desk.open_case(parse_case(CASE.format(groups=groups), base=str(folder)))


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ("channel = shop and amount < 20", "channel == 'shop' and amount < 20"),
        ("channel = 'shop' AND amount < 20", "channel == 'shop' and amount < 20"),
        ("channel in web, app and items = 2", "channel != 'shop' and items == 2"),
        ("amount = 20", "amount == 20"),
        ("amount is missing", "amount != amount"),
        ("amount >= 100", "amount >= 100"),
    ],
)
def test_a_group_is_a_column_of_the_log(tmp_path: Path, rows: str, meant: str) -> None:
    log = _log(tmp_path)
    log.loc[20, "amount"] = 20.0
    log.to_csv(tmp_path / "log.csv", index=False)
    with _opened(tmp_path, f'"mine" = "{rows}"') as opened:
        table = opened.view.log
        assert table is not None
        sql = 'SELECT fw_row FROM {t} WHERE "mine" ORDER BY fw_row'
        found = table.query(sql).column(0).to_pylist()
        assert table.value('SELECT count("mine") FROM {t}') == ROWS
        assert opened.view.segments[0] == "mine"
    assert found == log.query(meant).index.tolist()


def test_checks_of_groups_look_at_it(tmp_path: Path) -> None:
    _log(tmp_path)
    with _opened(tmp_path, '"small shops" = "channel = shop and amount < 20"') as opened:
        found = [f for f in THIS_GROUP.run(opened.view, Task()) if f.verdict == "supports"]
        assert "small shops" in {c.column for f in found for c in f.segment or ()}
        (hidden,) = SLICES.run(opened.view, Task())
    assert hidden.verdict == "supports"
    assert hidden.about == ("small shops",)


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ('a = "chanel = shop"', "log.csv has no column chanel; expected a column of the log"),
        ('a = "chanel = shop"', "did you mean channel"),
        ('a = "channel < 20"', "the column channel is text, no number"),
        ('a = "items = some"', "some is no number, and the column items has numbers"),
        ('a = "channel shop"', "“channel shop” cannot be read at “shop”"),
        ('a = "hour of created in 3"', "asks for the hour, but log.csv has no times"),
        ('channel = "items = 1"', "log.csv has a column channel"),
        ('fw_x = "items = 1"', "names with fw_ are this program's own"),
        ('" " = "items = 1"', "is no name of a group"),
        ('"a=b" = "items = 1"', "is no name of a group"),
    ],
)
def test_what_is_wrong_with_one_is_said(tmp_path: Path, groups: str, told: str) -> None:
    _log(tmp_path)
    with pytest.raises(InputTrouble) as trouble:
        _opened(tmp_path, groups)
    assert told in trouble.value.line()
    assert trouble.value.line().startswith("the group “")


def test_groups_of_the_command_line_go_over_those_of_the_case() -> None:
    case = Brief(groups={"a": "x = 1", "b": "x = 2"})
    flags = brief_from_flags(groups=("b=x = 3", "small shops = y < 20"))
    assert flags.groups == {"b": "x = 3", "small shops": "y < 20"}
    assert merge(case, flags).groups == {"a": "x = 1", "b": "x = 3", "small shops": "y < 20"}
    assert "--group 'small shops=y < 20'" in run_again(flags)
    with pytest.raises(InputTrouble, match="NAME=ROWS such as"):
        brief_from_flags(groups=("small shops",))


def test_the_command_line_takes_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _log(tmp_path)
    flags = ["--out", str(tmp_path / "out"), "--quiet", "--group", "mine=chanel = shop"]
    assert main(["investigate", "--log", str(tmp_path / "log.csv"), *flags]) == 2
    assert "the group “mine”" in capsys.readouterr().err


def test_a_case_file_keeps_them(tmp_path: Path) -> None:
    _log(tmp_path)
    with _opened(tmp_path, '"mine" = "channel = shop"') as opened:
        kept, case_file = desk.save(opened.investigate(), tmp_path / "out")
    assert kept.is_file()
    loaded = desk.load(case_file)
    assert loaded.case.brief.groups == {"mine": "channel = shop"}
    assert ("group “mine”", "channel = shop") in loaded.parameters
